//! Which inbound job streams are let in, and their way to the worker.

use std::{collections::HashMap, sync::Arc};

use libp2p::Stream;
use millrace_primitives::PeerKey;
use tokio::{
	sync::{mpsc, OwnedSemaphorePermit, Semaphore},
	task::JoinSet,
	time::timeout,
};

use crate::{
	defaults::{
		ENVELOPES_IN_FLIGHT_MAX, ENVELOPE_TIMEOUT, INBOUND_JOBS_MAX, INBOUND_JOBS_PER_PEER_MAX,
		REFUSALS_IN_FLIGHT_MAX,
	},
	error::StreamError,
	job::{refuse, IncomingJob},
	message::Refusal,
};

/// The right to a job stream; given back when dropped.
pub(crate) struct Admitted {
	_overall: OwnedSemaphorePermit,
	_of_peer: OwnedSemaphorePermit,
}

/// Which inbound job streams are let in.
pub(crate) struct Admission {
	own: PeerKey,
	jobs: Option<mpsc::Sender<IncomingJob>>,
	overall: Arc<Semaphore>,
	envelopes: Arc<Semaphore>,
	refusals: Arc<Semaphore>,
	of_peers: HashMap<PeerKey, Arc<Semaphore>>,
	tasks: JoinSet<()>,
}

impl Admission {
	pub(crate) fn new(own: PeerKey) -> Self {
		Self {
			own,
			jobs: None,
			overall: Arc::new(Semaphore::new(INBOUND_JOBS_MAX)),
			envelopes: Arc::new(Semaphore::new(ENVELOPES_IN_FLIGHT_MAX)),
			refusals: Arc::new(Semaphore::new(REFUSALS_IN_FLIGHT_MAX)),
			of_peers: HashMap::new(),
			tasks: JoinSet::new(),
		}
	}

	/// Hand jobs to `jobs` from now on. False if they already go somewhere.
	pub(crate) fn serve(&mut self, jobs: mpsc::Sender<IncomingJob>) -> bool {
		if self.is_serving() {
			return false;
		}
		self.jobs = Some(jobs);
		true
	}

	/// Whether somebody takes jobs.
	pub(crate) fn is_serving(&self) -> bool {
		self.jobs.as_ref().is_some_and(|jobs| !jobs.is_closed())
	}

	/// Forget peers without streams and tasks that are done.
	pub(crate) fn tidy(&mut self) {
		self.of_peers.retain(|_, streams| streams.available_permits() < INBOUND_JOBS_PER_PEER_MAX);
		while self.tasks.try_join_next().is_some() {}
	}

	/// Let a new stream in, or refuse it. Never waits.
	pub(crate) fn take_in(&mut self, peer: PeerKey, stream: Stream) {
		let admitted = self.admit(peer);
		let envelope = Arc::clone(&self.envelopes).try_acquire_owned();
		let (Some(jobs), Some(admitted), Ok(envelope)) = (&self.jobs, admitted, envelope) else {
			self.turn_away(stream);
			return;
		};
		let (jobs, own) = (jobs.clone(), self.own);
		self.tasks.spawn(async move {
			receive(stream, peer, own, admitted, jobs).await;
			drop(envelope);
		});
	}

	fn admit(&mut self, peer: PeerKey) -> Option<Admitted> {
		let of_peer = self
			.of_peers
			.entry(peer)
			.or_insert_with(|| Arc::new(Semaphore::new(INBOUND_JOBS_PER_PEER_MAX)));
		let of_peer = Arc::clone(of_peer).try_acquire_owned().ok()?;
		let overall = Arc::clone(&self.overall).try_acquire_owned().ok()?;
		Some(Admitted { _overall: overall, _of_peer: of_peer })
	}

	fn turn_away(&mut self, stream: Stream) {
		let Ok(refusal) = Arc::clone(&self.refusals).try_acquire_owned() else {
			tracing::debug!("too many job streams to refuse each in words");
			return;
		};
		self.tasks.spawn(async move {
			refuse(stream, Refusal::Overloaded, "too many job streams").await;
			drop(refusal);
		});
	}
}

/// Read the envelope of a stream and hand the job over.
async fn receive(
	stream: Stream,
	peer: PeerKey,
	own: PeerKey,
	admitted: Admitted,
	jobs: mpsc::Sender<IncomingJob>,
) {
	let receiving = IncomingJob::receive(stream, peer, own, admitted);
	match timeout(ENVELOPE_TIMEOUT, receiving).await {
		Ok(Ok(job)) => hand_over(job, &jobs).await,
		Ok(Err((stream, error))) => {
			tracing::debug!(%error, "a job stream without a usable envelope");
			let reason = match error {
				StreamError::TooLarge { .. } => Refusal::TooLarge,
				_ => Refusal::Malformed,
			};
			refuse(stream, reason, &error.to_string()).await;
		},
		Err(_) => tracing::debug!("an envelope did not arrive in time"),
	}
}

async fn hand_over(job: IncomingJob, jobs: &mpsc::Sender<IncomingJob>) {
	match jobs.try_send(job) {
		Ok(()) => {},
		Err(mpsc::error::TrySendError::Full(job)) => {
			job.refuse(Refusal::Overloaded, "too many jobs wait to be looked at").await;
		},
		Err(mpsc::error::TrySendError::Closed(job)) => {
			job.refuse(Refusal::ShuttingDown, "the worker takes no more jobs").await;
		},
	}
}
