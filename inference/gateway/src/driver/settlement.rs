//! What the chain does with a receipted answer.

use std::time::Duration;

use futures::{Stream, StreamExt};
use millrace_chain::{ChainError, JobStatus};
use tokio::time::timeout;

use super::Run;
use crate::job::{JobEvent, JobFailure, Step};

/// How much longer than the dispute window a settlement may take.
const MARGIN: Duration = Duration::from_secs(60);

/// What has been told of a settlement.
#[derive(Default)]
struct Told {
	proof: Option<[u8; 32]>,
	settled: bool,
}

impl Run {
	/// Follow the job to its final payment.
	pub(super) async fn settle(&self, digest: &[u8; 32]) {
		let window = Duration::from_millis(self.plan.parameters.dispute_window_ms);
		let statuses = self.context.chain.watch_job(self.plan.job);
		let limit = window.saturating_add(MARGIN);
		match timeout(limit, self.follow(statuses, digest)).await {
			Ok(Ok(())) => {},
			Ok(Err(error)) => tracing::warn!(job = ?self.plan.job.0, %error, "lost sight of a job"),
			Err(_) => tracing::warn!(job = ?self.plan.job.0, "a job did not settle in time"),
		}
	}

	async fn follow(
		&self,
		mut statuses: impl Stream<Item = Result<JobStatus, ChainError>> + Unpin,
		digest: &[u8; 32],
	) -> Result<(), ChainError> {
		let mut told = Told::default();
		while let Some(status) = statuses.next().await {
			let status = status?;
			let Some(view) = &status.view else { continue };
			let block = status.block.number;
			let proof = view.record.outcome.as_ref().map(|outcome| outcome.proof);
			if proof.is_some() && proof != told.proof {
				told.proof = proof;
				if proof == Some(*digest) {
					self.emitter.step(Step::Proven { block }).await;
				} else {
					tracing::error!(job = ?self.plan.job.0, "the chain took another proof");
					self.emitter.send(JobEvent::Failed(JobFailure::OtherProof)).await;
				}
			}
			if let (Some(payment), false) = (&view.record.payment, told.settled) {
				told.settled = true;
				self.context.metrics.settled(payment, self.emitter.elapsed());
				self.emitter.step(Step::settled(block, payment)).await;
			}
			if status.finalized && view.record.state.is_terminal() {
				let state = view.record.state;
				self.emitter.step(Step::Finalized { block, state }).await;
				return Ok(());
			}
		}
		Ok(())
	}
}
