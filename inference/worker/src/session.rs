//! One job, from its envelope to its proof.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use millrace_engine::{EngineError, Event, Generation, Request};
use millrace_mesh::{
	envelope, ClientMessage, Failure, IncomingJob, JobPayload, JobReceiver, JobSender, Refusal,
	StreamError, WorkerMessage,
};
use millrace_primitives::{
	output::{seed, OutputHeader},
	proof::receipt_message,
	Commitment, FinishReason, JobId, Proof, Receipt, TokenCounts,
};
use millrace_protocol::Job;
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::{traits::Verify, MultiSignature};
use tokio::{sync::watch, time::timeout};
use tracing::{debug, info, warn};

use crate::{desk::Registration, sidecar::Sidecar};

/// How long an envelope may wait for its lock to appear on chain: the requester sends both at the
/// same moment, so a lock that is not there by now was never sent or has failed.
const LOCK_WAIT: Duration = Duration::from_secs(6);

/// How long the session stays open for the receipt after the proof.
const RECEIPT_WAIT: Duration = Duration::from_secs(10);

/// An answer is ended this long before its job expires, so that its proof still gets in.
const DEADLINE_MARGIN_MS: u64 = 4_000;

/// How an attempt to serve a job ended, for the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionEnd {
	/// Proven, with these counts.
	Proven(TokenCounts),
	/// Turned down.
	Refused(Refusal),
	/// Broken off.
	Failed(Failure),
}

struct Declined {
	reason: Refusal,
	text: String,
}

impl Declined {
	fn new(reason: Refusal, text: impl Into<String>) -> Self {
		Self { reason, text: text.into() }
	}
}

/// Serve one job. Whatever happens, the stream is answered and the desk left in order.
pub(crate) async fn serve(sidecar: Arc<Sidecar>, incoming: IncomingJob) -> SessionEnd {
	let job = incoming.envelope.job;
	let admitted = match admit(&sidecar, &incoming) {
		Ok(admitted) => admitted,
		Err(Declined { reason, text }) => {
			debug!(%job, %reason, "job refused.");
			incoming.refuse(reason, &text).await;
			return SessionEnd::Refused(reason);
		},
	};
	let requester = incoming.envelope.requester.clone();
	let (mut sender, receiver) = incoming.accept(admitted.session).split();

	let wait = wait_for_lock(&sidecar, &requester, job, &admitted.payload);
	let lock = match sender.send_heartbeats_while(wait).await {
		Ok(Ok(lock)) => lock,
		Ok(Err(declined)) => return decline(&mut sender, job, declined).await,
		Err(_) => return SessionEnd::Failed(Failure::LockLost),
	};
	if sender.send(WorkerMessage::Ack).await.is_err() {
		return SessionEnd::Failed(Failure::LockLost);
	}
	sidecar.desk().start(job, sidecar.clock_ms());
	let end = answer(&sidecar, &admitted.registration, &lock, admitted.payload, sender, receiver);
	let end = end.await;
	sidecar.desk().abandon(&job);
	end
}

async fn decline(sender: &mut JobSender, job: JobId, declined: Declined) -> SessionEnd {
	let Declined { reason, text } = declined;
	debug!(%job, %reason, "job refused.");
	// The peer may be gone already; it is refused either way.
	drop(sender.send(WorkerMessage::Refused { reason, text }).await);
	SessionEnd::Refused(reason)
}

struct Admitted {
	registration: Registration,
	payload: JobPayload,
	session: millrace_mesh::SessionKey,
	/// Held for the life of the session.
	_permit: tokio::sync::OwnedSemaphorePermit,
}

fn admit(sidecar: &Sidecar, incoming: &IncomingJob) -> Result<Admitted, Declined> {
	let envelope = &incoming.envelope;
	if sidecar.is_stopping() {
		return Err(Declined::new(Refusal::ShuttingDown, "the worker is shutting down"));
	}
	let registration = sidecar.desk().registration().cloned().ok_or_else(|| {
		Declined::new(Refusal::NoLock, "the worker's node has not shown it the chain yet")
	})?;
	if sidecar.desk().knows(&envelope.job) {
		return Err(Declined::new(Refusal::LockMismatch, "this job is being served already"));
	}
	let permit = sidecar
		.admit()
		.ok_or_else(|| Declined::new(Refusal::Overloaded, "every slot of the worker is taken"))?;
	let (payload, session) =
		envelope::open(registration.genesis, envelope, sidecar.envelope_secret())
			.map_err(|error| Declined::new(error.refusal(), error.to_string()))?;
	if payload.model != sidecar.model() {
		return Err(Declined::new(Refusal::UnknownModel, "the worker serves another model"));
	}
	Ok(Admitted { registration, payload, session, _permit: permit })
}

async fn wait_for_lock(
	sidecar: &Sidecar,
	requester: &AccountId32,
	job: JobId,
	payload: &JobPayload,
) -> Result<Job, Declined> {
	let mut views = sidecar.views();
	let lock = timeout(LOCK_WAIT, async {
		loop {
			let lock = sidecar.desk().lock_of(&job).cloned();
			if let Some(lock) = lock {
				return Some(lock);
			}
			if views.changed().await.is_err() {
				return None;
			}
		}
	});
	let lock = lock.await.ok().flatten().ok_or_else(|| {
		Declined::new(Refusal::NoLock, "no money is locked for this job with this worker in time")
	})?;
	if lock.requester != *requester || lock.model != payload.model {
		return Err(Declined::new(
			Refusal::LockMismatch,
			"the lock is another requester's or model's",
		));
	}
	if lock.request != payload.commitment() {
		return Err(Declined::new(Refusal::LockMismatch, "the lock commits to another request"));
	}
	if !payload.max.fits(&lock.max) {
		return Err(Declined::new(
			Refusal::LockMismatch,
			"the request asks for more than is locked",
		));
	}
	Ok(lock)
}

/// What the client has said since.
#[derive(Clone, Debug, Default)]
struct Said {
	cancelled: bool,
	gone: bool,
	receipt: Option<Receipt<MultiSignature>>,
}

/// Reads on its own, so that no half-read frame is ever dropped by a `select`.
async fn listen(mut receiver: JobReceiver, said: watch::Sender<Said>) {
	loop {
		match receiver.recv().await {
			Ok(Some(ClientMessage::Cancel)) => said.send_modify(|said| said.cancelled = true),
			Ok(Some(ClientMessage::Receipt(receipt))) => {
				said.send_modify(|said| said.receipt = Some(receipt));
			},
			Ok(None) | Err(_) => {
				said.send_modify(|said| said.gone = true);
				return;
			},
		}
	}
}

async fn answer(
	sidecar: &Arc<Sidecar>,
	registration: &Registration,
	lock: &Job,
	payload: JobPayload,
	mut sender: JobSender,
	receiver: JobReceiver,
) -> SessionEnd {
	let (said, mut heard) = watch::channel(Said::default());
	let listener = tokio::spawn(listen(receiver, said));
	let end = match generate(sidecar, registration, lock, payload, &mut sender, &mut heard).await {
		Ok(proof) => deliver(sidecar, lock, proof, &mut sender, &mut heard).await,
		Err(end) => end,
	};
	sender.close().await;
	listener.abort();
	end
}

fn request(
	sidecar: &Sidecar,
	owner: &AccountId32,
	lock: &Job,
	payload: JobPayload,
	class: Commitment,
) -> Request {
	let seed = seed(lock.id, lock.entropy);
	let header = OutputHeader {
		job: lock.id,
		model: lock.model,
		request: lock.request,
		class,
		seed,
		worker: owner.clone(),
	};
	sidecar.request(payload, &lock.requester, header, seed)
}

async fn generate(
	sidecar: &Arc<Sidecar>,
	registration: &Registration,
	lock: &Job,
	payload: JobPayload,
	sender: &mut JobSender,
	heard: &mut watch::Receiver<Said>,
) -> Result<Proof<AccountId32>, SessionEnd> {
	let class = sidecar.class();
	let entropy = lock.entropy;
	let request = request(sidecar, &registration.owner, lock, payload, class);
	let generation = match sidecar.engine().generate(request).await {
		Ok(generation) => generation,
		Err(error) => return Err(turn_down(sender, lock.id, &error).await),
	};
	let budget = lock.deadline.saturating_sub(sidecar.desk().now());
	let stop_in = Duration::from_millis(budget.saturating_sub(DEADLINE_MARGIN_MS));
	let mut flow = Flow { generation, heard, class, entropy, late: false };
	let done = timeout(stop_in, flow.run(sender)).await;
	let (finish, tokens, output) = match done {
		Ok(done) => done,
		Err(_) => flow.end_early(sender).await,
	}
	.map_err(|failure| {
		warn!(job = %lock.id, %failure, "job broken off.");
		SessionEnd::Failed(failure)
	})?;
	let worker = registration.owner.clone();
	let model = lock.model;
	Ok(Proof { job: lock.id, worker, model, output, tokens, finish, class, entropy })
}

async fn turn_down(sender: &mut JobSender, job: JobId, error: &EngineError) -> SessionEnd {
	let reason = match error {
		EngineError::PromptTooLong { .. } => Refusal::PromptTooLong,
		EngineError::Busy { .. } => Refusal::Overloaded,
		_ => Refusal::Internal,
	};
	decline(sender, job, Declined::new(reason, error.to_string())).await
}

type Delivered = (FinishReason, TokenCounts, Commitment);

struct Flow<'a> {
	generation: Generation,
	heard: &'a mut watch::Receiver<Said>,
	class: Commitment,
	entropy: H256,
	late: bool,
}

enum Next {
	Event(Option<Result<Event, EngineError>>),
	Heard,
}

impl Flow<'_> {
	/// Pass the answer on until it ends.
	async fn run(&mut self, sender: &mut JobSender) -> Result<Delivered, Failure> {
		let mut client_listens = true;
		loop {
			let next = Self::next(&mut self.generation, self.heard);
			let next = if client_listens {
				match sender.send_heartbeats_while(next).await {
					Ok(next) => next,
					Err(error) => {
						client_listens = false;
						self.lost(&error);
						continue;
					},
				}
			} else {
				next.await
			};
			match next {
				Next::Heard => {
					let said = self.heard.borrow_and_update().clone();
					if said.cancelled || said.gone {
						client_listens &= !said.gone;
						self.generation.cancel();
					}
				},
				Next::Event(Some(Ok(Event::Done { finish, tokens, output }))) => {
					let finish = if self.late { FinishReason::Length } else { finish };
					return Ok((finish, tokens, output));
				},
				Next::Event(Some(Ok(event))) => {
					if client_listens {
						if let Err(error) = sender.send(self.message(event)).await {
							client_listens = false;
							self.lost(&error);
						}
					}
				},
				Next::Event(Some(Err(_)) | None) => {
					let text = String::from("the engine failed; the job was not charged");
					let failed = WorkerMessage::Failed { reason: Failure::Engine, text };
					drop(sender.send(failed).await);
					return Err(Failure::Engine);
				},
			}
		}
	}

	async fn next(generation: &mut Generation, heard: &mut watch::Receiver<Said>) -> Next {
		// A listener that is gone has said `gone` before; then only the engine matters.
		tokio::select! {
			event = generation.next() => Next::Event(event),
			Ok(()) = heard.changed() => Next::Heard,
		}
	}

	/// The client is gone: what was delivered is still proven.
	fn lost(&mut self, error: &StreamError) {
		debug!(%error, "client lost.");
		self.generation.cancel();
	}

	/// The deadline is near: end the answer and prove what was delivered.
	async fn end_early(&mut self, sender: &mut JobSender) -> Result<Delivered, Failure> {
		self.late = true;
		self.generation.cancel();
		self.run(sender).await
	}

	fn message(&self, event: Event) -> WorkerMessage {
		match event {
			Event::Started { input_tokens } => {
				WorkerMessage::Started { input_tokens, class: self.class, entropy: self.entropy }
			},
			Event::Chunk { tokens, text, link } => WorkerMessage::Chunk { tokens, text, link },
			Event::Done { .. } => WorkerMessage::Heartbeat,
		}
	}
}

/// Hand the proof to the desk and to the client, and wait for the client's receipt.
async fn deliver(
	sidecar: &Arc<Sidecar>,
	lock: &Job,
	proof: Proof<AccountId32>,
	sender: &mut JobSender,
	heard: &mut watch::Receiver<Said>,
) -> SessionEnd {
	let (job, tokens, digest) = (proof.job, proof.tokens, proof.digest());
	if let Err(error) = sidecar.finish(proof.clone()) {
		warn!(%job, %error, "a finished job cannot be kept.");
		return SessionEnd::Failed(Failure::Internal);
	}
	let told = sender.send(WorkerMessage::Finished(proof)).await.is_ok();
	if told {
		let receipt =
			timeout(RECEIPT_WAIT, heard.wait_for(|said| said.gone || said.receipt.is_some()));
		let receipt = match receipt.await {
			Ok(Ok(said)) => said.receipt.clone(),
			_ => None,
		};
		if let Some(receipt) = receipt {
			take_receipt(sidecar, lock, digest, receipt);
		}
	}
	info!(%job, input = tokens.input, output = tokens.output, "job done.");
	SessionEnd::Proven(tokens)
}

/// A false receipt would get the whole proof refused, so it is checked before it goes to the chain.
fn take_receipt(sidecar: &Sidecar, lock: &Job, digest: [u8; 32], receipt: Receipt<MultiSignature>) {
	let Some(registration) = sidecar.desk().registration().cloned() else { return };
	let message = receipt_message(registration.genesis, lock.id, &digest);
	let holds =
		receipt.proof == digest && receipt.signature.verify(message.as_slice(), &lock.requester);
	if !holds {
		warn!(job = %lock.id, "the requester's receipt does not hold; the job will be paid when its window ends, unless it is challenged.");
		return;
	}
	if let Err(error) = sidecar.take_receipt(&lock.id, receipt) {
		warn!(job = %lock.id, %error, "a receipt cannot be kept.");
	}
}
