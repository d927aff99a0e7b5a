//! The answer: from opening the stream to a candidate to the signed receipt.

use std::time::Duration;

use millrace_chain::{AccountId32, H256};
use millrace_mesh::{JobClient, OpenJobError, Refusal, StreamError, WorkerMessage};
use millrace_primitives::{
	proof::receipt_message, Commitment, FinishReason, Proof, Receipt, TokenCounts,
};
use tokio::{
	sync::watch,
	time::{sleep_until, timeout, Instant},
};

use super::{acknowledge_within, plan::Route, Lock, Run};
use crate::{
	answer::AnswerCheck,
	job::{JobEvent, JobFailure, Step},
};

/// How long our own node may take to show the block that the worker's node has shown it.
const BLOCK_PATIENCE: Duration = Duration::from_secs(10);

/// How long a worker may take to prove after it was asked to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(15);

/// An answer that was checked and receipted.
pub(super) struct Answered {
	pub(super) tokens: TokenCounts,
	pub(super) finish: FinishReason,
	pub(super) digest: [u8; 32],
}

/// How the attempt with one candidate ended.
enum Attempt {
	/// The answer is complete, and the receipt has been sent.
	Answered(Answered),
	/// This candidate gives nothing; another one may.
	Passed { reason: String, refusal: Option<Refusal> },
	/// No candidate can save the job.
	Over(JobFailure),
}

/// What can happen next in a conversation with a worker.
enum Heard {
	Worker(Result<Option<WorkerMessage>, StreamError>),
	ReaderGone,
	LockFailed(JobFailure),
	Late,
}

/// A conversation with a worker.
struct Talk<'a> {
	run: &'a Run,
	client: JobClient,
	lock: watch::Receiver<Lock>,
	check: AnswerCheck,
	worker: AccountId32,
	acknowledged: bool,
	cancelled: bool,
	spoken: bool,
	deadline: Instant,
}

impl Run {
	/// Offer the job to the candidates in turn.
	pub(super) async fn serve(&self) -> Result<Answered, JobFailure> {
		let mut reasons = Vec::new();
		let mut about_request = None;
		for route in &self.plan.routes {
			match self.attempt(route).await {
				Attempt::Answered(answered) => return Ok(answered),
				Attempt::Over(failure) => return Err(failure),
				Attempt::Passed { reason, refusal } => {
					let worker = route.candidate.owner.to_string();
					tracing::info!(job = ?self.plan.job.0, %worker, %reason, "a worker passed");
					self.context.metrics.passed();
					self.emitter.step(Step::Passed { worker, reason: reason.clone() }).await;
					reasons.push(reason);
					about_request = about_request.or(refusal.filter(is_about_request));
				},
			}
		}
		let reasons = reasons.join("; ");
		Err(JobFailure::NoTaker { reasons, about_request })
	}

	async fn attempt(&self, route: &Route) -> Attempt {
		let limit = acknowledge_within(&self.plan.parameters);
		let deadline = after(limit);
		let mut lock = self.lock.clone();
		let candidate = &route.candidate;
		let opening = self.context.mesh.open_job(
			candidate.peer,
			&candidate.addresses,
			&self.plan.envelope,
			route.session.clone(),
			limit,
		);
		let opened = tokio::select! {
			opened = opening => opened,
			failure = lock_failed(&mut lock) => return Attempt::Over(failure),
			() = self.emitter.gone() => return Attempt::Over(JobFailure::Abandoned),
		};
		match opened {
			Ok(client) => {
				let talk = Talk {
					run: self,
					client,
					lock,
					check: AnswerCheck::new(self.plan.asked(candidate)),
					worker: candidate.owner.clone(),
					acknowledged: false,
					cancelled: false,
					spoken: false,
					deadline,
				};
				talk.hold().await
			},
			Err(error) => unreachable(&error),
		}
	}
}

fn unreachable(error: &OpenJobError) -> Attempt {
	Attempt::Passed { reason: error.to_string(), refusal: None }
}

impl Talk<'_> {
	/// Talk until the worker has proven or there is nothing more to expect of it.
	async fn hold(mut self) -> Attempt {
		loop {
			let ended = match self.hear().await {
				Heard::Worker(Ok(Some(message))) => self.on_message(message).await,
				Heard::Worker(Ok(None)) => Some(self.lost("it said goodbye".into())),
				Heard::Worker(Err(error)) => Some(self.lost(error.to_string())),
				Heard::ReaderGone => self.on_reader_gone().await,
				Heard::LockFailed(failure) => Some(Attempt::Over(failure)),
				Heard::Late if self.acknowledged => Some(self.lost("it took too long".into())),
				Heard::Late => Some(Attempt::Passed {
					reason: "no acknowledgement in time".into(),
					refusal: None,
				}),
			};
			if let Some(attempt) = ended {
				self.leave(&attempt).await;
				return attempt;
			}
		}
	}

	async fn hear(&mut self) -> Heard {
		tokio::select! {
			message = self.client.next() => Heard::Worker(message),
			() = self.run.emitter.gone(), if !self.cancelled => Heard::ReaderGone,
			failure = lock_failed(&mut self.lock), if !self.acknowledged => {
				Heard::LockFailed(failure)
			},
			() = sleep_until(self.deadline) => Heard::Late,
		}
	}

	/// Close the stream politely; a worker that is still busy is told to stop.
	async fn leave(self, attempt: &Attempt) {
		let mut client = self.client;
		if !matches!(attempt, Attempt::Answered(_)) && !self.cancelled {
			// The worker may be gone already, and then needs no telling.
			drop(client.cancel().await);
		}
		client.close().await;
	}

	async fn on_message(&mut self, message: WorkerMessage) -> Option<Attempt> {
		match message {
			WorkerMessage::Ack => {
				self.on_ack().await;
				None
			},
			WorkerMessage::Refused { reason, .. } => {
				Some(Attempt::Passed { reason: reason.to_string(), refusal: Some(reason) })
			},
			WorkerMessage::Started { input_tokens, class, entropy } => {
				self.on_start(input_tokens, class, entropy).await
			},
			WorkerMessage::Chunk { tokens, text, link } => self.on_chunk(&tokens, text, link).await,
			WorkerMessage::Finished(proof) => Some(self.on_proof(&proof).await),
			WorkerMessage::Failed { reason, .. } => Some(self.lost(reason.to_string())),
			WorkerMessage::Heartbeat => None,
		}
	}

	async fn on_ack(&mut self) {
		if !self.acknowledged {
			self.acknowledged = true;
			self.deadline = after(Duration::from_millis(self.run.plan.parameters.proof_window_ms));
			self.run.context.metrics.acknowledged(self.run.emitter.elapsed());
			let worker = self.worker.to_string();
			self.run.emitter.step(Step::Acknowledged { worker }).await;
		}
	}

	async fn on_start(&mut self, input: u32, class: Commitment, entropy: H256) -> Option<Attempt> {
		self.on_ack().await;
		let holds = timeout(BLOCK_PATIENCE, self.block_is(entropy)).await.is_ok();
		match self.check.started(input, class, entropy, holds) {
			Ok(()) => None,
			Err(mismatch) => Some(Attempt::Over(mismatch.into())),
		}
	}

	/// Ready once the best chain holds the job in the block `entropy`.
	async fn block_is(&mut self, entropy: H256) {
		let chain = &self.run.context.chain;
		let mut heads = chain.watch_heads();
		loop {
			let lock = self.lock.borrow_and_update().clone();
			if matches!(lock, Lock::Held(block) if block.hash == entropy) {
				return;
			}
			if let Ok(Some(view)) = chain.job(&self.run.plan.job).await {
				let hash = chain.block_hash(view.record.created_in).await;
				if matches!(hash, Ok(Some(hash)) if hash == entropy) {
					return;
				}
			}
			tokio::select! {
				Ok(()) = self.lock.changed() => {},
				Ok(()) = heads.changed() => {},
				else => return std::future::pending().await,
			}
		}
	}

	async fn on_chunk(
		&mut self,
		tokens: &[u32],
		text: String,
		link: Commitment,
	) -> Option<Attempt> {
		if let Err(mismatch) = self.check.chunk(tokens, link) {
			return Some(Attempt::Over(mismatch.into()));
		}
		if !self.spoken {
			self.spoken = true;
			self.run.context.metrics.first_token(self.run.emitter.elapsed());
			self.run.emitter.step(Step::FirstToken).await;
		}
		let heard = text.is_empty() || self.run.emitter.send(JobEvent::Text(text)).await;
		if !heard && !self.cancelled {
			return self.on_reader_gone().await;
		}
		None
	}

	/// Check the proof, and sign the receipt if it holds.
	async fn on_proof(&mut self, proof: &Proof<AccountId32>) -> Attempt {
		let digest = match self.check.finished(proof) {
			Ok(digest) => digest,
			Err(mismatch) => return Attempt::Over(mismatch.into()),
		};
		let context = &self.run.context;
		let message = receipt_message(context.chain.genesis(), self.run.plan.job, &digest);
		let receipt = Receipt { proof: digest, signature: context.account.sign(&message) };
		if let Err(error) = self.client.send_receipt(receipt).await {
			// The worker is paid without it, only later.
			tracing::info!(job = ?self.run.plan.job.0, %error, "the receipt did not get through");
		}
		Attempt::Answered(Answered { tokens: proof.tokens, finish: proof.finish, digest })
	}

	/// Nobody reads the answer any more: tell the worker, and pay for what it has delivered.
	async fn on_reader_gone(&mut self) -> Option<Attempt> {
		if !self.acknowledged {
			return Some(Attempt::Over(JobFailure::Abandoned));
		}
		self.cancelled = true;
		self.check.cancel();
		self.deadline = self.deadline.min(after(STOP_PATIENCE));
		match self.client.cancel().await {
			Ok(()) => None,
			Err(_) => Some(Attempt::Over(JobFailure::Abandoned)),
		}
	}

	/// The worker will not finish. Another one can start over, unless someone has already read a
	/// part of this answer.
	fn lost(&self, reason: String) -> Attempt {
		if self.cancelled {
			Attempt::Over(JobFailure::Abandoned)
		} else if self.spoken {
			Attempt::Over(JobFailure::Broken(reason))
		} else {
			Attempt::Passed { reason, refusal: None }
		}
	}
}

/// Ready when it is clear that the money will not be locked.
async fn lock_failed(lock: &mut watch::Receiver<Lock>) -> JobFailure {
	let failed = lock.wait_for(|lock| matches!(lock, Lock::Failed(_))).await;
	let failure = failed.ok().and_then(|lock| lock.failure());
	match failure {
		Some(failure) => failure,
		None => std::future::pending().await,
	}
}

/// Whether another worker would say the same.
const fn is_about_request(refusal: &Refusal) -> bool {
	matches!(refusal, Refusal::PromptTooLong | Refusal::TooLarge | Refusal::Malformed)
}

fn after(duration: Duration) -> Instant {
	let now = Instant::now();
	now.checked_add(duration).unwrap_or(now)
}
