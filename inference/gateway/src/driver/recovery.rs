//! Getting the money of a failed job back early, where the chain allows it. Where it does not, the
//! chain gives it back by itself.

use std::time::Duration;

use millrace_chain::{Call, ChainError, SubmitError};
use millrace_primitives::{views::JobView, JobState};

use super::{Lock, Run};
use crate::job::Step;

/// How often taking a job back is tried.
const TRIES: u32 = 3;

impl Run {
	/// Take the job back if nobody has accepted it.
	pub(super) async fn recover(&mut self) {
		match self.take_back().await {
			Ok(Some(block)) => {
				tracing::info!(job = ?self.plan.job.0, block, "the job was taken back");
				self.context.metrics.cancelled();
				self.emitter.step(Step::Cancelled { block }).await;
			},
			Ok(None) => {},
			Err(error) => {
				tracing::info!(
					job = ?self.plan.job.0, %error,
					"the job could not be taken back; its money returns when it expires",
				);
			},
		}
	}

	/// The block in which the job was cancelled; nothing if there was nothing to cancel.
	async fn take_back(&mut self) -> Result<Option<u32>, SubmitError> {
		let decided = self.lock.wait_for(|lock| !matches!(lock, Lock::Pending)).await;
		if !matches!(decided.map(|lock| lock.clone()), Ok(Lock::Held(_))) {
			return Ok(None);
		}
		let mut tries = TRIES;
		loop {
			if !self.wait_until_cancellable().await? {
				return Ok(None);
			}
			let call = Call::cancel(self.plan.job);
			tries = tries.saturating_sub(1);
			match self.context.submitter.submit_and_wait(call).await {
				Ok(block) => return Ok(Some(block.number)),
				Err(error) if tries == 0 => return Err(error),
				Err(_) => {},
			}
		}
	}

	/// Wait until the chain lets the requester cancel. Returns whether the job is still open then.
	async fn wait_until_cancellable(&self) -> Result<bool, ChainError> {
		let chain = &self.context.chain;
		let slot = Duration::from_millis(self.plan.parameters.slot_ms);
		loop {
			let Some(view) = chain.job(&self.plan.job).await? else { return Ok(false) };
			if view.record.state != JobState::Open {
				return Ok(false);
			}
			let parameters = chain.parameters().await?;
			let wait = until_cancellable(&view, parameters.cancel_after_ms, parameters.now);
			if wait.is_zero() {
				return Ok(true);
			}
			tokio::time::sleep(wait.saturating_add(slot)).await;
		}
	}
}

const fn until_cancellable<T>(view: &JobView<T>, cancel_after_ms: u64, now: u64) -> Duration {
	let when = view.record.created_at.saturating_add(cancel_after_ms);
	Duration::from_millis(when.saturating_sub(now))
}
