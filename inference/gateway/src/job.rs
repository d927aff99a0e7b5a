//! What a client asks for, and what happens to it: the types between the driver and those who use
//! it.

use std::{future::Future, pin::Pin, time::Duration};

use millrace_chain::{AccountId32, ChainError, SubmitError};
use millrace_mesh::{payload::Prompt, Refusal};
use millrace_primitives::{
	views::ModelView, Balance, FinishReason, JobId, JobState, Payment, SamplingSpec, TokenCounts,
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::{
	answer,
	money::{Amount, Currency},
};

/// A request for an answer.
#[derive(Clone)]
pub struct JobRequest {
	/// The model, by the name it has on chain or by its id in hexadecimal.
	pub model: String,
	/// What to answer.
	pub prompt: Prompt,
	/// How tokens are chosen.
	pub sampling: SamplingSpec,
	/// The most tokens to generate.
	pub max_output: u32,
	/// Strings before which the answer ends.
	pub stop: Vec<String>,
	/// Names a conversation whose earlier turns the worker may still have in memory.
	pub conversation: Option<String>,
}

impl std::fmt::Debug for JobRequest {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		// The prompt and the stop strings are nobody's business.
		f.debug_struct("JobRequest")
			.field("model", &self.model)
			.field("max_output", &self.max_output)
			.finish_non_exhaustive()
	}
}

/// A moment in a job's life.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
	/// The lock and the envelope are on their way.
	Requested {
		/// The job.
		job: String,
		/// What is to be locked.
		lock: Amount,
		/// Prompt tokens locked for.
		max_input: u32,
		/// Generated tokens locked for.
		max_output: u32,
		/// How many workers may answer.
		candidates: u32,
	},
	/// The money is locked, in a block.
	Locked {
		/// The block.
		block: u32,
	},
	/// A candidate did not take the job; the next one is asked, on the same lock.
	Passed {
		/// The worker, by owner account.
		worker: String,
		/// Why.
		reason: String,
	},
	/// A worker has seen the lock and taken the job.
	Acknowledged {
		/// The worker, by owner account.
		worker: String,
	},
	/// The first token is here.
	FirstToken,
	/// The last token and the proof are here, the proof fits, and the receipt is signed.
	LastToken {
		/// Prompt tokens charged.
		input: u32,
		/// Generated tokens charged.
		output: u32,
	},
	/// The chain holds the proof, in a block.
	Proven {
		/// The block.
		block: u32,
	},
	/// The chain has paid, in a block.
	Settled {
		/// The block.
		block: u32,
		/// To the worker.
		worker: Amount,
		/// To the treasury.
		treasury: Amount,
		/// Back to the requester.
		refund: Amount,
	},
	/// The payment is final.
	Finalized {
		/// The newest final block that shows it.
		block: u32,
		/// The state of the job there.
		state: JobState,
	},
	/// The requester has taken the job back, in a block.
	Cancelled {
		/// The block.
		block: u32,
	},
}

impl Step {
	/// The step of a payment.
	pub const fn settled(block: u32, payment: &Payment) -> Self {
		Self::Settled {
			block,
			worker: Amount(payment.worker),
			treasury: Amount(payment.treasury),
			refund: Amount(payment.refund),
		}
	}
}

/// A step, and when it happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimedStep {
	/// Microseconds since the request came in.
	pub us: u64,
	/// The step.
	#[serde(flatten)]
	pub step: Step,
}

impl TimedStep {
	/// The time since the request came in.
	pub const fn elapsed(&self) -> Duration {
		Duration::from_micros(self.us)
	}
}

/// What a running job says.
#[derive(Clone)]
pub enum JobEvent {
	/// A moment in its life.
	Step(TimedStep),
	/// A piece of the answer.
	Text(String),
	/// The answer is complete, checked and receipted.
	Answered {
		/// What is charged.
		tokens: TokenCounts,
		/// Why it ended.
		finish: FinishReason,
	},
	/// There will be no more of the answer.
	Failed(JobFailure),
}

/// A job that has been sent out.
///
/// Dropping `events` before the answer is complete cancels the job.
pub struct RunningJob {
	/// The job.
	pub id: JobId,
	/// The name of the model.
	pub model: String,
	/// What happens.
	pub events: mpsc::Receiver<JobEvent>,
}

/// A request that did not become a job; nothing was locked.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
	/// No such model is on offer.
	#[error("the model `{0}` is not on offer; GET /v1/models lists what is")]
	UnknownModel(String),
	/// Nobody who serves the model is online.
	#[error("no worker for the model `{0}` is online")]
	NoWorkers(String),
	/// The account cannot lock that much.
	#[error(
		"the account {account} owns {}, and this request locks {}",
		Currency::Usdc.show(*.free), Currency::Usdc.show(*.needed)
	)]
	Funds {
		/// The account.
		account: AccountId32,
		/// What would be locked.
		needed: Balance,
		/// What it owns.
		free: Balance,
	},
	/// The prompt cannot fit into the model's context.
	#[error("the prompt of {bytes} bytes cannot fit into the model's {context} tokens")]
	PromptTooLong {
		/// The prompt.
		bytes: usize,
		/// The model's context.
		context: u32,
	},
	/// The request is out of bounds in another way.
	#[error("{0}")]
	BadRequest(String),
	/// The chain cannot be asked.
	#[error("the chain cannot be asked: {0}")]
	Chain(#[from] ChainError),
	/// The machine gives no random numbers.
	#[error("the machine gives no random numbers")]
	NoRandomness,
}

/// A job without an answer.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum JobFailure {
	/// The money was not locked.
	#[error("the money was not locked: {0}")]
	Lock(#[from] SubmitError),
	/// No candidate took the job.
	#[error("no worker took the job ({reasons}); the locked money comes back")]
	NoTaker {
		/// What the workers said, in words.
		reasons: String,
		/// The refusal that says most, if one was about the request itself.
		about_request: Option<Refusal>,
	},
	/// The worker was lost in mid-answer.
	#[error("the worker was lost in mid-answer ({0}); if it does not prove, the money comes back")]
	Broken(String),
	/// The worker's answer does not fit its commitment. No receipt was signed.
	#[error(
		"the worker's answer is not what it committed to ({0}); no receipt was signed, and if the \
		 worker proves it all the same, `millrace dispute raise` challenges it"
	)]
	Cheated(#[from] answer::Mismatch),
	/// Somebody else's proof was taken.
	#[error(
		"the chain took another proof than the confirmed one; unless that takes its place soon, \
		 `millrace dispute raise` challenges the other"
	)]
	OtherProof,
	/// The client went away.
	#[error("the client went away")]
	Abandoned,
}

/// How the way to the workers is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Health {
	/// Height of the best block.
	pub best_block: u32,
	/// Height of the newest final block.
	pub finalized_block: u32,
	/// Milliseconds since the best block changed last.
	pub since_block_ms: u64,
	/// Workers that are online and registered for a model on offer.
	pub workers: u32,
	/// Connected peers.
	pub peers: u32,
}

/// A future that is kept in a box.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Takes requests to workers.
pub trait Jobs: Send + Sync + 'static {
	/// The models on offer.
	fn models(&self) -> Boxed<'_, Result<Vec<ModelView>, StartError>>;

	/// Lock the money and send the request out.
	fn start(&self, request: JobRequest) -> Boxed<'_, Result<RunningJob, StartError>>;

	/// How the way to the workers is.
	fn health(&self) -> Boxed<'_, Result<Health, StartError>>;
}

/// The name of a model, as text.
pub fn model_name(model: &ModelView) -> String {
	String::from_utf8_lossy(&model.name).into_owned()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn steps_survive_json_to_the_last_unit() {
		let steps = [
			Step::settled(9, &Payment { worker: u128::MAX, treasury: 1, verifier: 0, refund: 0 }),
			Step::FirstToken,
			Step::Finalized { block: 3, state: JobState::Settled },
		];
		for step in steps {
			let timed = TimedStep { us: 1_234_567, step };
			let text = serde_json::to_string(&timed).unwrap();
			assert_eq!(serde_json::from_str::<TimedStep>(&text).unwrap(), timed, "{text}");
		}
	}

	#[test]
	fn debug_output_of_a_request_holds_no_prompt() {
		let request = JobRequest {
			model: "m".into(),
			prompt: Prompt::Text("a secret".into()),
			sampling: SamplingSpec::GREEDY,
			max_output: 1,
			stop: vec!["a secret".into()],
			conversation: Some("a secret".into()),
		};
		assert!(!format!("{request:?}").contains("secret"));
	}
}
