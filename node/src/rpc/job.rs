//! Jobs, as clients watch them.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use jsonrpsee::{
	core::server::{PendingSubscriptionSink, SubscriptionCloseResponse},
	proc_macros::rpc,
	SubscriptionSink,
};
use millrace_primitives::{JobId, JobState};
use millrace_runtime::apis::MillraceApi;
use sc_client_api::BlockchainEvents;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;

use self::{
	status::JobStatus,
	watch::{Head, Seen, Watch},
};
use super::{
	error::Error,
	subscription::{send, EndedEarly, Subscriptions},
};
use crate::service::FullClient;

mod dispute;
mod status;
mod watch;

/// The most job subscriptions that a node serves at a time. Each costs two small runtime calls a block,
/// and four while its job is disputed.
const SUBSCRIPTIONS_MAX: usize = 256;

/// After this long a subscription no longer waits for a job that the chain does not hold.
const ABSENT_MAX: Duration = Duration::from_secs(300);

/// What clients ask about jobs.
#[rpc(server, namespace = "millrace")]
pub(crate) trait JobApi {
	/// The job `id` (hex) at the best block, or `null` if the chain does not hold it there.
	#[method(name = "job", blocking)]
	fn job(&self, id: String) -> Result<Option<JobStatus>, Error>;

	/// Follow the job `id` (hex): what it is now, and each change from now on, in the best block as
	/// soon as there is one and again once it is final. Ends with the final block in which the job
	/// is over, or with an error if the chain does not hold the job for five minutes; a client that
	/// cannot keep up is dropped.
	#[subscription(
		name = "subscribeJob" => "jobStatus",
		unsubscribe = "unsubscribeJob",
		item = JobStatus,
	)]
	async fn subscribe_job(&self, id: String) -> SubscriptionCloseResponse;
}

/// Reads jobs from the chain.
#[derive(Clone)]
pub(super) struct Jobs {
	client: Arc<FullClient>,
	subscriptions: Subscriptions,
}

impl Jobs {
	/// Reads from `client`.
	pub(super) fn new(client: Arc<FullClient>) -> Self {
		Self { client, subscriptions: Subscriptions::new(SUBSCRIPTIONS_MAX) }
	}

	fn best(&self) -> Head {
		let info = self.client.info();
		Head { number: info.best_number, hash: info.best_hash, finalized: false }
	}

	fn finalized(&self) -> Head {
		let info = self.client.info();
		Head { number: info.finalized_number, hash: info.finalized_hash, finalized: true }
	}

	fn see(&self, id: JobId, at: H256) -> Result<Option<Seen>, sp_api::ApiError> {
		let api = self.client.runtime_api();
		let Some(view) = api.job(at, id)? else { return Ok(None) };
		let dispute = match view.record.state {
			JobState::Disputed | JobState::Resolved => api.dispute(at, id)?,
			_ => None,
		};
		Ok(Some(Seen { record: view.record, dispute }))
	}

	/// Send `sink` what changes about the job `id`, until it is over.
	async fn follow(&self, id: JobId, mut sink: SubscriptionSink) -> Result<(), EndedEarly> {
		// Opened before the first look, so that no change falls between the two.
		let mut imports = self.client.import_notification_stream();
		let mut finals = self.client.finality_notification_stream();
		let mut watch = Watch::new(id);
		let patience = tokio::time::sleep(ABSENT_MAX);
		tokio::pin!(patience);

		self.look(&mut watch, &self.best(), &mut sink).await?;
		self.look(&mut watch, &self.finalized(), &mut sink).await?;
		while !watch.is_over() {
			tokio::select! {
				() = sink.closed() => return Ok(()),
				() = &mut patience, if watch.is_absent() => {
					return Err(EndedEarly::Absent);
				},
				block = imports.next() => {
					let block = block.ok_or(EndedEarly::Shutdown)?;
					if block.is_new_best {
						let number = block.header.number;
						let head = Head { number, hash: block.hash, finalized: false };
						self.look(&mut watch, &head, &mut sink).await?;
					}
				},
				block = finals.next() => {
					let block = block.ok_or(EndedEarly::Shutdown)?;
					let number = block.header.number;
					let head = Head { number, hash: block.hash, finalized: true };
					self.look(&mut watch, &head, &mut sink).await?;
				},
			}
		}
		Ok(())
	}

	/// Look at the job in the block `head`, and send what changed.
	async fn look(
		&self,
		watch: &mut Watch,
		head: &Head,
		sink: &mut SubscriptionSink,
	) -> Result<(), EndedEarly> {
		let (jobs, id, at) = (self.clone(), watch.id(), head.hash);
		let seen = self.subscriptions.look(move || jobs.see(id, at)).await?;
		watch.see(head, seen).map_or(Ok(()), |status| send(sink, &status))
	}
}

#[jsonrpsee::core::async_trait]
impl JobApiServer for Jobs {
	fn job(&self, id: String) -> Result<Option<JobStatus>, Error> {
		let id = parse(&id)?;
		let best = self.best();
		let Some(seen) = self.see(id, best.hash)? else { return Ok(None) };
		let is_final = self.see(id, self.finalized().hash)?.as_ref() == Some(&seen);
		let head = Head { finalized: is_final, ..best };
		Ok(Some(JobStatus::new(id, &head, Some(&seen))))
	}

	async fn subscribe_job(
		&self,
		pending: PendingSubscriptionSink,
		id: String,
	) -> SubscriptionCloseResponse {
		let follow = |id, sink| self.follow(id, sink);
		self.subscriptions.serve(pending, parse(&id), follow).await
	}
}

fn parse(id: &str) -> Result<JobId, Error> {
	id.parse().map(JobId).map_err(|_| Error::Argument("id", "32 bytes in hex"))
}
