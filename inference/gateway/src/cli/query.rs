//! `millrace job`, `models`, `balance` and `transfer`.

use std::io::{self, Write};

use anyhow::Context;
use clap::Args;
use futures::StreamExt;
use millrace_chain::{AccountId32, Call, Chain, H256};
use millrace_primitives::JobId;

use super::{KeyArgs, NodeArgs};
use crate::{
	explain::{duration, explain, price},
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
	let id = args.id.rsplit('-').next().unwrap_or(&args.id);
	let id: H256 = id.parse().ok().context("a job id is 32 bytes in hexadecimal")?;
	let chain = args.node.connect().await?;
	if args.follow {
		return follow(&chain, JobId(id)).await;
	}
	let view = chain.job(&JobId(id)).await?;
	let parameters = chain.parameters().await?;
	let view = view.with_context(|| {
		let kept = duration(parameters.retention_ms, 0);
		format!("the chain knows no such job; it forgets jobs {kept} after they are over")
	})?;
	let told = explain(&view, &parameters);
	let mut out = io::stdout();
	writeln!(out, "{}\n\n{}\n\n{}\n", told.state, told.money, told.next)?;
	for (name, value) in told.facts {
		writeln!(out, "  {name:<18} {value}")?;
	}
	Ok(())
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
				let parameters = chain.parameters().await?;
				let told = explain(view, &parameters);
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
