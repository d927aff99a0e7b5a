//! What the parts of the daemon share.

use std::{
	collections::HashSet,
	io,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc, Mutex, MutexGuard, OnceLock, PoisonError,
	},
	time::{Duration, Instant},
};

use codec::Encode;
use millrace_engine::{ChainHeader, Engine, ModelInfo, Request};
use millrace_mesh::{EnvelopeSecret, JobPayload, ModelOffer, Offer, PeerSecret};
use millrace_primitives::{
	output::OutputHeader, Commitment, JobId, ModelId, Moment, Proof, Receipt,
};
use millrace_protocol::{Finished, Reply, View};
use sha2::{Digest, Sha256};
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::MultiSignature;
use tokio::sync::{watch, Notify, OwnedSemaphorePermit, Semaphore};
use tracing::{info, warn};

use crate::{
	decision::{Decision, Subject},
	desk::{Desk, DeskError, Registration, FINISHED_MAX},
	journal::{Journal, Record},
	metrics::Metrics,
	tasks::{Choice, Refusal, Task, ABSTAINS, DECIDED_MAX},
};

/// Jobs beyond the engine's slots that may wait for a lock or a slot.
const WAITING_MAX: usize = 16;

/// A view older than this means that the node is gone: the worker is no longer ready.
const VIEW_STALE_MS: u64 = 30_000;

/// How long an advert counts; it is renewed several times in that time.
const ADVERT_TTL_MS: u32 = 15_000;

/// Why something cannot be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeepError {
	#[error(transparent)]
	Desk(#[from] DeskError),
	#[error("the journal of finished jobs cannot be written")]
	Journal(#[from] io::Error),
}

/// Why a choice of the operator is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChoiceError {
	#[error(transparent)]
	Refused(#[from] Refusal),
	#[error("what the chain waits for is not known: {0}")]
	Blind(&'static str),
	#[error("the journal of decisions cannot be written")]
	Journal(#[from] io::Error),
}

/// A view that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ViewError {
	#[error("this sidecar serves the chain {ours:#x}, the view is of {theirs:#x}; restart the sidecar to serve another chain")]
	OtherChain { ours: H256, theirs: H256 },
	#[error("the journal cannot be read")]
	Journal(#[from] io::Error),
}

/// What is kept on disk for a chain.
struct Journals {
	genesis: H256,
	finished: Journal<Finished>,
	decided: Journal<Decision>,
}

/// See the module.
pub(crate) struct Sidecar {
	engine: Engine,
	info: ModelInfo,
	peer: PeerSecret,
	envelope: EnvelopeSecret,
	base: std::path::PathBuf,
	desk: Mutex<Desk>,
	journals: OnceLock<Journals>,
	viewed: watch::Sender<Option<Registration>>,
	ready: Notify,
	slots: Arc<Semaphore>,
	started: Instant,
	viewed_at: Mutex<Option<u64>>,
	stopping: AtomicBool,
	pub(crate) metrics: Metrics,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
	// What is behind these locks is whole between any two statements.
	mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sidecar {
	pub(crate) fn new(
		engine: Engine,
		peer: PeerSecret,
		envelope: EnvelopeSecret,
		base: std::path::PathBuf,
		owner: Option<AccountId32>,
	) -> Self {
		let info = engine.info().clone();
		let slots = usize::try_from(info.slots).unwrap_or(1).saturating_add(WAITING_MAX);
		Self {
			engine,
			info,
			peer,
			envelope,
			base,
			desk: Mutex::new(Desk::new(owner)),
			journals: OnceLock::new(),
			viewed: watch::channel(None).0,
			ready: Notify::new(),
			slots: Arc::new(Semaphore::new(slots)),
			started: Instant::now(),
			viewed_at: Mutex::new(None),
			stopping: AtomicBool::new(false),
			metrics: Metrics::new(),
		}
	}

	pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
		lock(&self.desk)
	}

	/// Local time in milliseconds; only differences mean something.
	pub(crate) fn clock_ms(&self) -> u64 {
		u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
	}

	pub(crate) const fn engine(&self) -> &Engine {
		&self.engine
	}

	pub(crate) const fn model_info(&self) -> &ModelInfo {
		&self.info
	}

	pub(crate) const fn model(&self) -> ModelId {
		ModelId(self.info.sha256)
	}

	pub(crate) const fn class(&self) -> Commitment {
		self.info.class
	}

	pub(crate) const fn peer_secret(&self) -> &PeerSecret {
		&self.peer
	}

	pub(crate) const fn envelope_secret(&self) -> &EnvelopeSecret {
		&self.envelope
	}

	/// A place for one more session, if there is one.
	pub(crate) fn admit(&self) -> Option<OwnedSemaphorePermit> {
		Arc::clone(&self.slots).try_acquire_owned().ok()
	}

	/// Changes with every view; holds the registration once it is known.
	pub(crate) fn views(&self) -> watch::Receiver<Option<Registration>> {
		self.viewed.subscribe()
	}

	/// Take no more jobs.
	pub(crate) fn stop(&self) {
		self.stopping.store(true, Ordering::Relaxed);
	}

	pub(crate) fn is_stopping(&self) -> bool {
		self.stopping.load(Ordering::Relaxed)
	}

	/// Whether jobs can be served now, and if not, why.
	pub(crate) fn readiness(&self) -> Result<(), &'static str> {
		if self.is_stopping() {
			return Err("shutting down");
		}
		self.sees()?;
		if self.desk().registration().is_none() {
			return Err("the node holds no registered worker key, or none of the --owner");
		}
		Ok(())
	}

	/// Whether the node tells what the chain holds, and if not, why.
	pub(crate) fn sees(&self) -> Result<(), &'static str> {
		let Some(viewed_at) = *lock(&self.viewed_at) else {
			return Err("the node has not posted a view yet: is it running with --sidecar-url, and is its worker key registered?");
		};
		if self.clock_ms().saturating_sub(viewed_at) > VIEW_STALE_MS {
			return Err("the node has stopped posting views");
		}
		Ok(())
	}

	/// The engine's view of a request.
	pub(crate) fn request(
		&self,
		payload: JobPayload,
		requester: &AccountId32,
		header: OutputHeader<AccountId32>,
		seed: [u8; 32],
	) -> Request {
		// Bound to the requester, so that nobody can find out by timing what another has asked.
		let session =
			payload.session.map(|session| Sha256::digest((requester, session).encode()).into());
		Request {
			prompt: prompt(payload.prompt),
			sampling: payload.sampling,
			seed,
			max_output: payload.max.output,
			max_input: payload.max.input,
			stop: payload.stop,
			header: ChainHeader { salt: payload.salt, header },
			session,
		}
	}

	/// Take in the node's view and answer with what is ready; if nothing is, wait for it as long as
	/// the node allows.
	pub(crate) async fn reconcile(&self, view: View) -> Result<Reply, ViewError> {
		let hold = Duration::from_millis(view.hold_ms.into());
		self.take(view)?;
		let ready = self.ready.notified();
		let reply = self.desk().reply(self.clock_ms());
		if is_something(&reply) {
			return Ok(reply);
		}
		drop(tokio::time::timeout(hold, ready).await);
		Ok(self.desk().reply(self.clock_ms()))
	}

	fn take(&self, view: View) -> Result<(), ViewError> {
		let genesis = view.genesis;
		let at = self.clock_ms();
		match self.journals.get() {
			None => self.restore(genesis, at)?,
			Some(Journals { genesis: ours, .. }) if *ours != genesis => {
				return Err(ViewError::OtherChain { ours: *ours, theirs: genesis });
			},
			Some(_) => {},
		}
		let (registration, new) = {
			let mut desk = self.desk();
			let new = desk.view(view, at);
			(desk.registration().cloned(), new)
		};
		new.iter().for_each(announce);
		*lock(&self.viewed_at) = Some(at);
		self.metrics.views.inc();
		let before = self.viewed.send_replace(registration.clone());
		if before != registration {
			match registration {
				Some(registration) => info!(owner = %registration.owner, "registered worker."),
				None => warn!("the node no longer holds a registered worker key."),
			}
		}
		Ok(())
	}

	/// Take back what an earlier run has kept for the chain.
	fn restore(&self, genesis: H256, at: u64) -> io::Result<()> {
		let journals = Journals {
			genesis,
			finished: Journal::open(&self.base, genesis)?,
			decided: Journal::open(&self.base, genesis)?,
		};
		let (finished, decided) =
			(journals.finished.load(FINISHED_MAX)?, journals.decided.load(DECIDED_MAX)?);
		let mut desk = self.desk();
		finished.into_iter().for_each(|finished| desk.restore(finished, at));
		decided.into_iter().for_each(|decision| desk.tasks_mut().keep(decision, at));
		drop(self.journals.set(journals));
		Ok(())
	}

	/// Keep a proof until the chain has it.
	pub(crate) fn finish(&self, proof: Proof<AccountId32>) -> Result<(), KeepError> {
		let mut desk = self.desk();
		desk.finish(proof.clone(), self.clock_ms())?;
		self.write(&Finished { proof, receipt: None })?;
		drop(desk);
		self.ready.notify_waiters();
		Ok(())
	}

	/// Keep a receipt that holds.
	pub(crate) fn take_receipt(
		&self,
		job: &JobId,
		receipt: Receipt<MultiSignature>,
	) -> Result<(), KeepError> {
		let mut desk = self.desk();
		let finished = desk.receipt(job, receipt)?;
		let written = self.write(&finished);
		drop(desk);
		self.ready.notify_waiters();
		written
	}

	fn write(&self, finished: &Finished) -> Result<(), KeepError> {
		if let Some(journals) = self.journals.get() {
			journals.finished.put(finished)?;
		}
		Ok(())
	}

	/// Keep what the operator decides until the chain has it. Returns who acts, and until when the chain
	/// waits for it. It is on disk when this returns.
	pub(crate) fn decide(&self, choice: &Choice) -> Result<(AccountId32, Moment), ChoiceError> {
		self.sees().map_err(ChoiceError::Blind)?;
		// Held while the journal is written, so that of two choices at a time one is the first.
		let mut desk = self.desk();
		let (decision, deadline) = desk.tasks().choose(choice)?;
		let Subject { owner, .. } = decision.subject();
		if let Some(journals) = self.journals.get() {
			journals.decided.put(&decision)?;
		}
		desk.tasks_mut().keep(decision, self.clock_ms());
		drop(desk);
		self.ready.notify_waiters();
		info!(job = %choice.job, %owner, "the operator has decided.");
		Ok((owner, deadline))
	}

	/// Ready once no job runs and the chain has all that is done.
	pub(crate) async fn drained(&self) {
		let mut views = self.views();
		while !self.desk().is_idle() {
			if views.changed().await.is_err() {
				return;
			}
		}
	}

	/// Drop journal records that the desk no longer keeps.
	pub(crate) fn tidy(&self) {
		let Some(journals) = self.journals.get() else { return };
		// Held all the while: a record that is written meanwhile would be dropped as unknown.
		let desk = self.desk();
		let finished: HashSet<_> = desk.finished().map(Record::name).collect();
		let decided: HashSet<_> = desk.tasks().decided().map(Subject::name).collect();
		let tidied = journals
			.finished
			.keep_only(&finished)
			.and_then(|()| journals.decided.keep_only(&decided));
		drop(desk);
		if let Err(error) = tidied {
			warn!(%error, "the journal cannot be tidied.");
		}
	}

	/// What this worker offers now.
	pub(crate) fn offer(&self, registration: &Registration) -> Offer {
		let stats = self.engine.stats();
		let model = ModelOffer {
			id: self.model(),
			class: self.class(),
			context: self.info.context,
			slots: stats.slots,
			free: stats.slots.saturating_sub(stats.active),
			queued: stats.queued,
			tokens_per_second_milli: stats.tokens_per_second_milli,
		};
		Offer {
			owner: registration.owner.clone(),
			envelope: self.envelope.public(),
			models: vec![model],
			ttl_ms: ADVERT_TTL_MS,
		}
	}
}

/// Whether there is anything for the node to submit.
const fn is_something(reply: &Reply) -> bool {
	!(reply.accepts.is_empty()
		&& reply.finished.is_empty()
		&& reply.submissions.is_empty()
		&& reply.attestations.is_empty()
		&& reply.votes.is_empty())
}

/// Tell the operator of a task: it is for nobody else to do.
fn announce(task: &Task) {
	let job = task.job();
	match task {
		Task::Deliver(_) => info!(
			%job, "the job was awarded to a worker of this node; `millrace worker tasks` says more."
		),
		Task::Judge(_) | Task::Vote(_) => warn!(
			%job, "a worker of this node is asked to judge this job and abstains: {ABSTAINS}; see \
				   `millrace worker tasks`."
		),
	}
}

fn prompt(prompt: millrace_mesh::Prompt) -> millrace_engine::Prompt {
	match prompt {
		millrace_mesh::Prompt::Text(text) => millrace_engine::Prompt::Text(text),
		millrace_mesh::Prompt::Chat(messages) => millrace_engine::Prompt::Chat(
			messages
				.into_iter()
				.map(|message| millrace_engine::ChatMessage {
					role: message.role,
					content: message.content,
				})
				.collect(),
		),
	}
}
