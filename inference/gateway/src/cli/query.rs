//! `millrace job`, `models`, `balance`, `owed`, `claim` and `transfer`.

use std::io::{self, Write};

use anyhow::{bail, Context};
use clap::Args;
use futures::StreamExt;
use millrace_chain::{AccountId32, Call, Chain, ChainError, H256};
use millrace_primitives::{
	views::{DisputeView, JobView, ModelView, Owed, Unpaid},
	JobId, JobState, ModelId,
};

use super::{KeyArgs, NodeArgs};
use crate::{
	explain::{duration, explain, price, Explanation, Parked},
	job::model_name,
	money::Currency,
};

#[derive(Debug, Args)]
pub(crate) struct JobArgs {
	/// The job, in hexadecimal; the gateway names it in the header `x-millrace-job`.
	id: String,

	/// Show each change until the job is over and final.
	#[arg(long)]
	follow: bool,

	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn job(args: &JobArgs) -> anyhow::Result<()> {
	let id = read_id(&args.id)?;
	let chain = args.node.connect().await?;
	if args.follow {
		return follow(&chain, id).await;
	}
	let view = chain.job(&id).await?;
	let parameters = chain.parameters().await?;
	let view = view.with_context(|| {
		let kept = duration(parameters.retention_ms, 0);
		format!("the chain knows no such job; it forgets jobs {kept} after they are over")
	})?;
	show(&explained(&chain, &view).await?)
}

/// Show the dispute of a job, for `millrace dispute show`.
pub(super) async fn dispute(args: &JobArgs) -> anyhow::Result<()> {
	let id = read_id(&args.id)?;
	let chain = args.node.connect().await?;
	if args.follow {
		return follow(&chain, id).await;
	}
	let view = chain.job(&id).await?.context("the chain knows no such job")?;
	let dispute = chain.dispute(&id).await?.with_context(|| {
		let state = view.record.state;
		format!(
			"the job is {state}, and there is no dispute of it; one that its requester has ended by \
			 confirming the result leaves no record"
		)
	})?;
	let parked = parked_of(&chain, &view).await?;
	show(&explain(&view, Some(&dispute), &parked, &chain.parameters().await?))
}

/// Show what has become of a job, without its facts.
pub(super) async fn tell(chain: &Chain, job: &JobId) -> anyhow::Result<()> {
	let view = chain.job(job).await?.context("the chain knows no such job any more")?;
	writeln!(io::stdout(), "{}", paragraphs(&explained(chain, &view).await?))?;
	Ok(())
}

fn paragraphs(told: &Explanation) -> String {
	format!("{}\n\n{}\n\n{}", told.state, told.money, told.next)
}

fn show(told: &Explanation) -> anyhow::Result<()> {
	let mut out = io::stdout();
	writeln!(out, "{}\n", paragraphs(told))?;
	for (name, value) in &told.facts {
		writeln!(out, "  {name:<18} {value}")?;
	}
	Ok(())
}

/// A job id as people write it: in hexadecimal, or as the gateway names an answer.
pub(super) fn read_id(text: &str) -> anyhow::Result<JobId> {
	let id = text.rsplit('-').next().unwrap_or(text);
	let id: H256 = id.parse().ok().context("a job id is 32 bytes in hexadecimal")?;
	Ok(JobId(id))
}

/// The model on offer that is called `name` or has this SHA-256.
pub(super) fn find_model(offered: &[ModelView], name: &str) -> anyhow::Result<ModelId> {
	let found =
		offered.iter().find(|model| model_name(model) == name || model.id.to_string() == name);
	found.map(|model| model.id).with_context(|| {
		let names: Vec<_> = offered.iter().map(model_name).collect();
		format!("no model {name} is on offer; there are: {}", names.join(", "))
	})
}

/// The dispute of a job, if its state says that there is one or one was decided. The requester can
/// have ended it since that state.
async fn dispute_of(
	chain: &Chain,
	view: &JobView<AccountId32>,
) -> Result<Option<DisputeView<AccountId32>>, ChainError> {
	match view.record.state {
		JobState::Disputed | JobState::Resolved => chain.dispute(&view.id).await,
		_ => Ok(None),
	}
}

async fn explained(chain: &Chain, view: &JobView<AccountId32>) -> Result<Explanation, ChainError> {
	let (dispute, parked) = (dispute_of(chain, view).await?, parked_of(chain, view).await?);
	Ok(explain(view, dispute.as_ref(), &parked, &chain.parameters().await?))
}

/// What waits for those whom the end of a job pays.
async fn parked_of(chain: &Chain, view: &JobView<AccountId32>) -> Result<Vec<Parked>, ChainError> {
	let record = &view.record;
	if !record.state.is_terminal() {
		return Ok(Vec::new());
	}
	let mut payees = vec![record.requester.clone()];
	payees.extend(record.outcome.as_ref().map(|outcome| outcome.payout.clone()));
	let judged = record.auction.as_ref().filter(|auction| auction.attested.is_some());
	if let Some(verifier) = judged.and_then(|auction| auction.verifier.as_ref()) {
		payees.extend(chain.worker(verifier).await?.map(|worker| worker.payout));
	}
	let mut parked: Vec<Parked> = Vec::new();
	for to in payees {
		let amount = chain.funds(&to).await?.claimable;
		if amount > 0 && parked.iter().all(|known| known.to != to) {
			parked.push(Parked { to, amount });
		}
	}
	Ok(parked)
}

async fn follow(chain: &Chain, id: JobId) -> anyhow::Result<()> {
	let mut statuses = chain.watch_job(id);
	let mut out = io::stdout();
	let mut seen = false;
	while let Some(status) = statuses.next().await {
		let status = status?;
		let end = if status.finalized { "final in" } else { "best in" };
		match &status.view {
			Some(view) => {
				seen = true;
				let told = explained(chain, view).await?;
				writeln!(out, "{end} block {}: {}", status.block.number, told.state)?;
				if status.finalized && view.record.state.is_terminal() {
					writeln!(out, "{}", told.money)?;
					return Ok(());
				}
			},
			None if seen && status.finalized => return Ok(()),
			None => {},
		}
	}
	Ok(())
}

#[derive(Debug, Args)]
pub(crate) struct ModelsArgs {
	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn models(args: &ModelsArgs) -> anyhow::Result<()> {
	let chain = args.node.connect().await?;
	let mut out = io::stdout();
	for model in chain.models().await? {
		let workers = chain.workers_of(&model.id).await?.len();
		writeln!(out, "{}", model_name(&model))?;
		writeln!(out, "  sha256   {}", model.id)?;
		writeln!(out, "  context  {} tokens", model.context)?;
		writeln!(out, "  price    {}", price(&model.price))?;
		writeln!(out, "  workers  {workers}")?;
	}
	Ok(())
}

#[derive(Debug, Args)]
pub(crate) struct BalanceArgs {
	/// The account; that of the key by default.
	account: Option<AccountId32>,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn balance(args: &BalanceArgs) -> anyhow::Result<()> {
	let account = match &args.account {
		Some(account) => account.clone(),
		None => args.key.account()?.id(),
	};
	let chain = args.node.connect().await?;
	let funds = chain.funds(&account).await?;
	let mut out = io::stdout();
	writeln!(out, "{account}")?;
	writeln!(out, "  to spend        {}", Currency::Usdc.show(funds.free))?;
	writeln!(out, "  locked for jobs {}", Currency::Usdc.show(funds.locked))?;
	if funds.claimable > 0 {
		writeln!(out, "  to be claimed   {}", Currency::Usdc.show(funds.claimable))?;
	}
	writeln!(out, "  to spend        {}", Currency::Mill.show(funds.native))?;
	Ok(())
}

#[derive(Debug, Args)]
pub(crate) struct OwedArgs {
	/// The owner of a worker; the account of the key by default.
	account: Option<AccountId32>,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn owed(args: &OwedArgs) -> anyhow::Result<()> {
	let account = match &args.account {
		Some(account) => account.clone(),
		None => args.key.account()?.id(),
	};
	let chain = args.node.connect().await?;
	let owed = chain.owed(&account).await?;
	let now = chain.parameters().await?.now;
	let mut out = io::stdout();
	if owed.is_empty() {
		writeln!(out, "nothing is owed to {account}")?;
	}
	for owed in &owed {
		writeln!(out, "{}", why(owed, now))?;
	}
	Ok(())
}

/// What is owed, to whom, for what, and why it is not paid yet.
fn why(owed: &Owed<AccountId32>, now: u64) -> String {
	let amount = Currency::Usdc.show(owed.amount);
	let job = owed.job.map(|job| format!(" for job {:?}", job.0)).unwrap_or_default();
	let left = owed.until.map_or_else(
		|| "later".to_owned(),
		|until| {
			if until > now {
				format!("in {}", duration(until, now))
			} else {
				"any moment now".to_owned()
			}
		},
	);
	let reason = match owed.unpaid {
		Unpaid::Unjudged => format!(
			"the result waits for its verifier; {left} it counts as good, and can then be challenged"
		),
		Unpaid::JudgementAwaited => format!(
			"it is yours to judge the result, and paid when you do; the time for it is over {left}"
		),
		Unpaid::Challengeable => format!(
			"the result can be challenged; it is paid {left}, or at once with the requester's receipt"
		),
		Unpaid::Disputed => format!(
			"the result is disputed, and it is paid if the worker is cleared, or if the requester \
			 confirms it before somebody is to decide; this phase ends {left}"
		),
		Unpaid::Parked => format!(
			"the account could not take the payment; once it holds enough of the asset, anybody can \
			 have it paid with `millrace claim {}`",
			owed.to
		),
	};
	format!("{amount} to {}{job}: {reason}", owed.to)
}

#[derive(Debug, Args)]
pub(crate) struct ClaimArgs {
	/// Whose money; that of the account of the key by default.
	account: Option<AccountId32>,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn claim(args: &ClaimArgs) -> anyhow::Result<()> {
	let caller = args.key.account()?;
	let account = args.account.clone().unwrap_or_else(|| caller.id());
	let chain = args.node.connect().await?;
	let waiting = chain.funds(&account).await?.claimable;
	if waiting == 0 {
		bail!("nothing waits for {account}");
	}
	let block = chain.submitter(caller).submit_and_wait(Call::claim(&account)).await?;
	chain.finalized(block).await?;
	let shown = Currency::Usdc.show(waiting);
	writeln!(io::stdout(), "{shown} paid to {account}, final in block {}", block.number)?;
	Ok(())
}

#[derive(Debug, Args)]
pub(crate) struct TransferArgs {
	/// How much, as in 2.5.
	amount: String,

	/// To whom.
	#[arg(long, value_name = "ACCOUNT")]
	to: AccountId32,

	/// Send MILL instead of USDC.
	#[arg(long)]
	mill: bool,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn transfer(args: &TransferArgs) -> anyhow::Result<()> {
	let currency = if args.mill { Currency::Mill } else { Currency::Usdc };
	let amount = currency.read(&args.amount)?;
	let account = args.key.account()?;
	let chain = args.node.connect().await?;
	let call = if args.mill {
		Call::transfer_native(&args.to, amount)
	} else {
		let asset = chain.parameters().await?.payment_asset;
		Call::transfer_payment(asset, &args.to, amount)
	};
	let block = chain.submitter(account).submit_and_wait(call).await?;
	chain.finalized(block).await?;
	let (shown, number) = (currency.show(amount), block.number);
	writeln!(io::stdout(), "{shown} sent to {}, final in block {number}", args.to)?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use millrace_primitives::{Price, TierId};

	use super::*;

	#[test]
	fn a_job_id_is_read_as_the_gateway_writes_it() {
		let hex = "ab".repeat(32);
		let id = JobId(H256([0xab; 32]));
		for text in [hex.clone(), format!("0x{hex}"), format!("chatcmpl-{hex}")] {
			assert_eq!(read_id(&text).unwrap(), id, "{text}");
		}
		assert!(read_id("abcd").is_err());
	}

	#[test]
	fn whatever_is_owed_says_why_it_is_not_paid() {
		let reasons = [
			(Unpaid::Unjudged, "in 5 s it counts as good"),
			(Unpaid::JudgementAwaited, "the time for it is over in 5 s"),
			(Unpaid::Challengeable, "it is paid in 5 s"),
			(Unpaid::Disputed, "this phase ends in 5 s"),
			(Unpaid::Parked, "millrace claim"),
		];
		for (unpaid, says) in reasons {
			let owed = Owed {
				job: Some(JobId(H256([1; 32]))),
				to: AccountId32::new([2; 32]),
				amount: 1_500_000,
				unpaid,
				since: Some(1),
				until: Some(6_000),
			};
			let told = why(&owed, 1_000);
			assert!(told.starts_with("1.50 USDC to "), "{told}");
			assert!(told.contains(says), "{told}");
		}
	}

	#[test]
	fn a_model_is_found_by_name_or_hash() {
		let model = |number: u8, name: &str| ModelView {
			id: ModelId([number; 32]),
			name: name.as_bytes().to_vec(),
			tier: TierId(0),
			price: Price::default(),
			context: 4_096,
		};
		let offered = [model(1, "llama"), model(2, "qwen")];
		assert_eq!(find_model(&offered, "qwen").unwrap(), ModelId([2; 32]));
		assert_eq!(find_model(&offered, &"01".repeat(32)).unwrap(), ModelId([1; 32]));
		let missing = find_model(&offered, "phi").unwrap_err().to_string();
		assert!(missing.contains("llama, qwen"), "{missing}");
	}
}
