//! `millrace cancel`.

use std::io::{self, Write};

use anyhow::{bail, Context};
use clap::Args;
use millrace_chain::{AccountId32, Call};
use millrace_primitives::{
	views::{JobView, Parameters},
	JobState,
};

use super::{
	query::{read_id, tell},
	KeyArgs, NodeArgs,
};
use crate::explain::duration;

#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
	/// The job, in hexadecimal.
	job: String,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn run(args: &CancelArgs) -> anyhow::Result<()> {
	let job = read_id(&args.job)?;
	let account = args.key.account()?;
	let chain = args.node.connect().await?;
	let view = chain.job(&job).await?.context("the chain knows no such job")?;
	may_cancel(&view, &account.id(), &chain.parameters().await?)?;
	let block = chain.submitter(account).submit_and_wait(Call::cancel(job)).await?;
	chain.finalized(block).await?;
	writeln!(io::stdout(), "job {:?}\n", job.0)?;
	tell(&chain, &job).await
}

fn may_cancel(
	view: &JobView<AccountId32>,
	account: &AccountId32,
	parameters: &Parameters,
) -> anyhow::Result<()> {
	let record = &view.record;
	if record.requester != *account {
		bail!("only the requester, {}, can take the job back", record.requester);
	}
	if record.state != JobState::Open {
		let state = record.state;
		bail!("the job is {state}, and only an open one can be taken back; `millrace job {:?}` says what happens to it", view.id.0);
	}
	let earliest = record.created_at.saturating_add(parameters.cancel_after_ms);
	if record.auction.is_none() && parameters.now < earliest {
		let left = duration(earliest, parameters.now);
		bail!("a worker may be busy with the job; it can be taken back in {left}");
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::fixture::{job, NOW, REQUESTER};

	fn refused(view: &JobView<AccountId32>, who: &AccountId32, now: u64) -> Option<String> {
		let parameters = Parameters { cancel_after_ms: 8_000, now, ..Parameters::default() };
		may_cancel(view, who, &parameters).err().map(|error| error.to_string())
	}

	#[test]
	fn an_open_job_is_its_requesters_to_take_back() {
		assert_eq!(refused(&job(JobState::Open), &REQUESTER, NOW + 3_000), None);
		let early = refused(&job(JobState::Open), &REQUESTER, NOW).unwrap();
		assert!(early.contains("in 3 s"), "{early}");
		let stranger = refused(&job(JobState::Open), &AccountId32::new([2; 32]), NOW + 3_000);
		assert!(stranger.unwrap().contains("only the requester"));
	}

	#[test]
	fn what_is_not_open_is_not_taken_back() {
		let told = refused(&job(JobState::Verified), &REQUESTER, NOW + 3_000).unwrap();
		assert!(told.contains("VERIFIED"), "{told}");
	}
}
