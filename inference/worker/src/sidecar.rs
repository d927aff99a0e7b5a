//! What the parts of the daemon share.

use std::{
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
use millrace_primitives::{output::OutputHeader, Commitment, JobId, ModelId, Proof, Receipt};
use millrace_protocol::{Finished, Reply, View};
use sha2::{Digest, Sha256};
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::MultiSignature;
use tokio::sync::{watch, Notify, OwnedSemaphorePermit, Semaphore};
use tracing::{info, warn};

use crate::{
	desk::{Desk, DeskError, Registration},
	journal::Journal,
	metrics::Metrics,
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

/// A view that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ViewError {
	#[error("this sidecar serves the chain {ours:#x}, the view is of {theirs:#x}; restart the sidecar to serve another chain")]
	OtherChain { ours: H256, theirs: H256 },
	#[error("the journal of finished jobs cannot be read")]
	Journal(#[from] io::Error),
}

/// See the module.
pub(crate) struct Sidecar {
	engine: Engine,
	info: ModelInfo,
	peer: PeerSecret,
	envelope: EnvelopeSecret,
	base: std::path::PathBuf,
	desk: Mutex<Desk>,
	journal: OnceLock<(H256, Journal)>,
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
	) -> Self {
		let info = engine.info().clone();
		let slots = usize::try_from(info.slots).unwrap_or(1).saturating_add(WAITING_MAX);
		Self {
			engine,
			info,
			peer,
			envelope,
			base,
			desk: Mutex::default(),
			journal: OnceLock::new(),
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
		let Some(viewed_at) = *lock(&self.viewed_at) else {
			return Err("the node has not posted a view yet: is it running with --sidecar-url, and is its worker key registered?");
		};
		if self.clock_ms().saturating_sub(viewed_at) > VIEW_STALE_MS {
			return Err("the node has stopped posting views");
		}
		if self.desk().registration().is_none() {
			return Err("the node holds no registered worker key");
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
		if !reply.accepts.is_empty() || !reply.finished.is_empty() {
			return Ok(reply);
		}
		drop(tokio::time::timeout(hold, ready).await);
		Ok(self.desk().reply(self.clock_ms()))
	}

	fn take(&self, view: View) -> Result<(), ViewError> {
		let genesis = view.genesis;
		let at = self.clock_ms();
		match self.journal.get() {
			None => {
				let journal = Journal::open(&self.base, genesis)?;
				for finished in journal.load()? {
					self.desk().restore(finished, at);
				}
				drop(self.journal.set((genesis, journal)));
			},
			Some((ours, _)) if *ours != genesis => {
				return Err(ViewError::OtherChain { ours: *ours, theirs: genesis });
			},
			Some(_) => {},
		}
		let registration = {
			let mut desk = self.desk();
			desk.view(view, at);
			desk.registration().cloned()
		};
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

	/// Keep a proof until the chain has it.
	pub(crate) fn finish(&self, proof: Proof<AccountId32>) -> Result<(), KeepError> {
		let finished = Finished { proof, receipt: None };
		self.desk().finish(finished.proof.clone(), self.clock_ms())?;
		self.write(&finished)?;
		self.ready.notify_waiters();
		Ok(())
	}

	/// Keep a receipt that holds.
	pub(crate) fn take_receipt(
		&self,
		job: &JobId,
		receipt: Receipt<MultiSignature>,
	) -> Result<(), KeepError> {
		let finished = self.desk().receipt(job, receipt)?;
		self.ready.notify_waiters();
		self.write(&finished)
	}

	fn write(&self, finished: &Finished) -> Result<(), KeepError> {
		if let Some((_, journal)) = self.journal.get() {
			journal.put(finished)?;
		}
		Ok(())
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
		let Some((_, journal)) = self.journal.get() else { return };
		let keep: std::collections::HashSet<_> = self.desk().finished().copied().collect();
		if let Err(error) = journal.keep_only(&|job| keep.contains(job)) {
			warn!(%error, "the journal of finished jobs cannot be tidied.");
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
