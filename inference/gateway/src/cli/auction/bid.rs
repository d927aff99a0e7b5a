//! `millrace auction bid`.

use std::{
	fs,
	io::{self, Write},
	path::PathBuf,
};

use anyhow::{bail, Context};
use clap::Args;
use millrace_chain::AccountId32;
use millrace_primitives::{Balance, Bid, Moment};

use super::{bids::SignedBid, contest::Rules, read_usdc, OpenAuction};
use crate::cli::{duration::read_duration, query::read_id, KeyArgs, NodeArgs};

#[derive(Debug, Args)]
pub(crate) struct BidArgs {
	/// The job, in hexadecimal.
	job: String,

	/// What the worker wants, protocol fee included.
	#[arg(long, value_name = "USDC", value_parser = read_usdc)]
	price: Balance,

	/// How long it promises to take from the award.
	#[arg(long, value_name = "TIME", value_parser = read_duration)]
	latency: Moment,

	/// How long the bid can be awarded. The worker is bound by it for so long.
	#[arg(long, value_name = "TIME", default_value = "60s", value_parser = read_duration)]
	valid: Moment,

	/// Who registered the worker; the account of the key by default.
	#[arg(long, value_name = "ACCOUNT")]
	owner: Option<AccountId32>,

	/// Write the bid to a file instead of standard output.
	#[arg(long, value_name = "FILE")]
	out: Option<PathBuf>,

	#[command(flatten)]
	key: KeyArgs,

	/// The node must be the one that holds the worker key.
	#[command(flatten)]
	node: NodeArgs,
}

pub(super) async fn run(args: &BidArgs) -> anyhow::Result<()> {
	let job = read_id(&args.job)?;
	let owner = match &args.owner {
		Some(owner) => owner.clone(),
		None => args.key.account().context("or name the owner by --owner")?.id(),
	};
	let chain = args.node.connect().await?;
	let open = OpenAuction::find(&chain, &job).await?;
	let rules = Rules::of(&chain, &open).await?;
	let worker = chain.worker(&owner).await?;
	let bid = Bid {
		job,
		worker: owner,
		price: args.price,
		latency: args.latency,
		valid_until: rules.now.saturating_add(args.valid),
	};
	rules.fault(&bid, worker.as_ref()).context("the bid was not signed, as it could not win")?;
	let worker = worker.context("the worker is registered")?;
	let signature = chain.sign_bid(&worker.key, &bid).await?;
	let signed = SignedBid { bid, signature };
	if !signed.is_signed_by(&worker.key, chain.genesis()) {
		bail!("the node signed something else than the bid");
	}
	let line = signed.to_line()?;
	match &args.out {
		Some(file) => fs::write(file, format!("{line}\n"))
			.with_context(|| format!("cannot write the bid to {}", file.display()))?,
		None => writeln!(io::stdout(), "{line}")?,
	}
	Ok(())
}
