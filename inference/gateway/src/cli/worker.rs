//! `millrace worker`.

mod tasks;

use std::io::{self, Write};

use anyhow::Context;
use clap::{Args, Subcommand};
use millrace_chain::{AccountId32, Call};
use millrace_primitives::{views::WorkerView, WorkerKey};
use sp_core::crypto::ByteArray;

use super::{query::find_model, KeyArgs, NodeArgs};
use crate::{
	explain::share,
	money::Currency,
	registration::{self, Registered, Sidecar},
};

/// Where a sidecar listens by default.
pub(super) const SIDECAR: &str = "http://127.0.0.1:9955";

#[derive(Debug, Subcommand)]
pub(crate) enum WorkerCommand {
	/// Register the sidecar and the node's worker key for the account of the key, or bring the
	/// chain up to date with them.
	Register(RegisterArgs),
	/// Show what the chain knows of a worker.
	Status(StatusArgs),
	/// Add to the stake.
	Stake(AmountArgs),
	/// Begin to withdraw stake; it stays slashable for a while.
	Unbond(AmountArgs),
	/// Take out the stake whose time is over.
	Withdraw(OwnerArgs),
	/// Take on the role of a verifier for models, or lay it down. A verifier judges results for a fee
	/// and votes in disputes. It loses stake if its judgement or its vote is overruled, and as a juror if
	/// it does not commit to a vote though the others decide, and more if it does not reveal one. It
	/// loses most, the bond of a challenge, if it finds a result bad that was good.
	Verify(VerifyArgs),
	/// Show what the chain waits for from this worker beside prompts: auctioned jobs to deliver,
	/// results to judge, disputes to vote on.
	Tasks(tasks::TasksArgs),
	/// Deliver the result of an auctioned job.
	Deliver(tasks::DeliverArgs),
	/// Judge a result as its verifier, and be paid for it.
	Judge(tasks::JudgeArgs),
	/// Vote in a dispute as a juror. Your node hides the vote, and reveals it when all have voted.
	Vote(tasks::VoteArgs),
}

/// The owner of a worker.
#[derive(Debug, Args)]
pub(crate) struct OwnerArgs {
	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RegisterArgs {
	#[command(flatten)]
	owner: OwnerArgs,

	/// The loopback API of the sidecar.
	#[arg(long, env = "MILLRACE_SIDECAR", default_value = SIDECAR, value_name = "URL")]
	sidecar: String,

	/// Where the worker is paid; the owner's account by default.
	#[arg(long, value_name = "ACCOUNT")]
	payout: Option<AccountId32>,

	/// The worker key, in hexadecimal, if the node holds several.
	#[arg(long, value_name = "HEX", value_parser = parse_worker_key)]
	worker_key: Option<WorkerKey>,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
	/// The owner; the account of the key by default.
	account: Option<AccountId32>,

	#[command(flatten)]
	owner: OwnerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AmountArgs {
	/// How much MILL, as in 100.
	amount: String,

	#[command(flatten)]
	owner: OwnerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
	/// All models to verify for from now on, by name or SHA-256.
	#[arg(required_unless_present = "none", value_name = "MODEL")]
	models: Vec<String>,

	/// Lay the role down.
	#[arg(long, conflicts_with = "models")]
	none: bool,

	#[command(flatten)]
	owner: OwnerArgs,
}

fn parse_worker_key(text: &str) -> Result<WorkerKey, String> {
	let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text));
	bytes
		.ok()
		.and_then(|bytes| WorkerKey::from_slice(&bytes).ok())
		.ok_or_else(|| "a worker key is 32 bytes in hexadecimal".into())
}

pub(super) async fn run(command: &WorkerCommand) -> anyhow::Result<()> {
	match command {
		WorkerCommand::Register(args) => register(args).await,
		WorkerCommand::Status(args) => status(args).await,
		WorkerCommand::Stake(args) => {
			submit(&args.owner, Call::stake(Currency::Mill.read(&args.amount)?)).await
		},
		WorkerCommand::Unbond(args) => {
			submit(&args.owner, Call::unbond(Currency::Mill.read(&args.amount)?)).await
		},
		WorkerCommand::Withdraw(args) => submit(args, Call::withdraw_unbonded()).await,
		WorkerCommand::Verify(args) => verify(args).await,
		WorkerCommand::Tasks(args) => tasks::show(args).await,
		WorkerCommand::Deliver(args) => tasks::deliver(args).await,
		WorkerCommand::Judge(args) => tasks::judge(args).await,
		WorkerCommand::Vote(args) => tasks::vote(args).await,
	}
}

async fn register(args: &RegisterArgs) -> anyhow::Result<()> {
	let account = args.owner.key.account()?;
	let owner = account.id();
	let chain = args.owner.node.connect().await?;
	let submitter = chain.submitter(account);
	let sidecar = Sidecar::new(&args.sidecar);
	let worker = registration::worker_key(&chain, args.worker_key).await?;
	let payout = args.payout.clone().unwrap_or_else(|| owner.clone());
	let change = registration::register(&chain, &submitter, &sidecar, worker, &payout).await?;
	let text = match change {
		Registered::New => "registered",
		Registered::Changed => "changed",
		Registered::Unchanged => "was registered exactly so",
	};
	writeln!(io::stdout(), "the worker of {owner} {text}")?;
	show(&args.owner, &owner).await
}

async fn status(args: &StatusArgs) -> anyhow::Result<()> {
	let owner = match &args.account {
		Some(account) => account.clone(),
		None => args.owner.key.account()?.id(),
	};
	show(&args.owner, &owner).await
}

async fn verify(args: &VerifyArgs) -> anyhow::Result<()> {
	let offered = args.owner.node.connect().await?.models().await?;
	let models: Vec<_> =
		args.models.iter().map(|name| find_model(&offered, name)).collect::<anyhow::Result<_>>()?;
	submit(&args.owner, Call::set_verified_models(&models)).await
}

async fn submit(args: &OwnerArgs, call: Call) -> anyhow::Result<()> {
	let account = args.key.account()?;
	let owner = account.id();
	let chain = args.node.connect().await?;
	let block = chain.submitter(account).submit_and_wait(call).await?;
	chain.finalized(block).await?;
	show(args, &owner).await
}

async fn show(args: &OwnerArgs, owner: &AccountId32) -> anyhow::Result<()> {
	let chain = args.node.connect().await?;
	let parameters = chain.parameters().await?;
	let worker = chain.worker(owner).await?;
	let worker = worker.with_context(|| format!("{owner} has registered no worker"))?;
	let jobs = chain.jobs_of(owner).await?.len();
	let mut out = io::stdout();
	for (name, value) in lines(&worker) {
		writeln!(out, "  {name:<13} {value}")?;
	}
	let earned = if worker.staked { parameters.share_staked } else { parameters.share_unstaked };
	writeln!(out, "  {:<13} {} of each charge", "share", share(earned))?;
	if !worker.staked {
		let needed = Currency::Mill.show(parameters.stake_min);
		writeln!(
			out,
			"  {:<13} {needed} of stake raise it to {}",
			"",
			share(parameters.share_staked)
		)?;
	}
	writeln!(out, "  {:<13} {jobs}", "open jobs")?;
	Ok(())
}

fn lines(worker: &WorkerView<AccountId32>) -> Vec<(&'static str, String)> {
	let mut lines = vec![
		("owner", worker.owner.to_string()),
		("paid to", worker.payout.to_string()),
		("worker key", format!("0x{}", hex::encode(worker.key.0))),
		("peer key", format!("0x{}", hex::encode(worker.peer.0))),
		("envelope key", format!("0x{}", worker.envelope)),
		("stake", Currency::Mill.show(worker.stake)),
		("unbonding", Currency::Mill.show(worker.unbonding)),
		("withdrawable", Currency::Mill.show(worker.withdrawable)),
		("reputation", format!("{} of 1000", worker.reputation)),
	];
	if !worker.verifies.is_empty() {
		lines.push(("as a verifier", format!("{} of 1000", worker.verifier_reputation)));
	}
	lines.extend(worker.models.iter().map(|model| ("model", model.to_string())));
	lines.extend(worker.verifies.iter().map(|model| ("verifies", model.to_string())));
	lines
}
