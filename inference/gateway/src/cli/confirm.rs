//! `millrace confirm`.

use std::io::{self, Write};

use anyhow::{bail, Context};
use clap::Args;
use millrace_chain::{AccountId32, Call};
use millrace_primitives::{
	proof::receipt_message,
	views::{DisputePhase, JobView},
	JobState, Receipt,
};

use super::{
	query::{read_id, tell},
	KeyArgs, NodeArgs,
};

#[derive(Debug, Args)]
pub(crate) struct ConfirmArgs {
	/// The job, in hexadecimal.
	job: String,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn run(args: &ConfirmArgs) -> anyhow::Result<()> {
	let job = read_id(&args.job)?;
	let account = args.key.account()?;
	let chain = args.node.connect().await?;
	let view = chain.job(&job).await?.context("the chain knows no such job")?;
	let proof = to_confirm(&view, &account.id())?;
	let dispute = chain.dispute(&job).await?;
	if dispute.is_some_and(|dispute| dispute.phase != DisputePhase::Draw) {
		bail!("somebody is to decide on the dispute already, so it takes its course");
	}
	let message = receipt_message(chain.genesis(), job, &proof);
	let receipt = Receipt { proof, signature: account.sign(&message) };
	let block = chain.submit_authorized(&Call::submit_receipt(job, &receipt)).await?;
	chain.finalized(block).await?;
	writeln!(io::stdout(), "job {:?}\n", job.0)?;
	tell(&chain, &job).await
}

/// The digest of what the chain holds of a job, if `account` can confirm it now.
fn to_confirm(view: &JobView<AccountId32>, account: &AccountId32) -> anyhow::Result<[u8; 32]> {
	let record = &view.record;
	if record.requester != *account {
		bail!("only the requester, {}, can confirm what it got", record.requester);
	}
	match (record.state, &record.outcome) {
		(JobState::Verified | JobState::Disputed, Some(outcome)) => Ok(outcome.proof),
		(state, _) => bail!(
			"the job is {state}, and only a result that is VERIFIED or DISPUTED can be confirmed; \
			 `millrace job {:?}` says what happens to it",
			view.id.0
		),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::fixture::{delivered, outcome, REQUESTER, WORKER};

	#[test]
	fn what_was_delivered_is_its_requesters_to_confirm_disputed_or_not() {
		for state in [JobState::Verified, JobState::Disputed] {
			assert_eq!(to_confirm(&delivered(state), &REQUESTER).unwrap(), outcome().proof);
			let stranger = to_confirm(&delivered(state), &WORKER);
			let told = stranger.unwrap_err().to_string();
			assert!(told.contains("only the requester"), "{told}");
		}
	}

	#[test]
	fn what_is_not_judged_yet_or_over_is_not_confirmed() {
		let is_confirmable =
			|state: &JobState| matches!(state, JobState::Verified | JobState::Disputed);
		for state in JobState::ALL.into_iter().filter(|state| !is_confirmable(state)) {
			let told = to_confirm(&delivered(state), &REQUESTER).unwrap_err().to_string();
			assert!(told.contains(&format!("the job is {state}")), "{told}");
		}
	}
}
