//! The command line.

mod auction;
mod cancel;
mod confirm;
mod dispute;
mod duration;
mod gateway;
mod network;
mod query;
mod worker;

use std::{
	future::Future,
	io::{self, IsTerminal, Read, Write},
	path::PathBuf,
	time::Duration,
};

use anyhow::{bail, Context};
use clap::{Args, Parser, Subcommand};
use futures::StreamExt;
use millrace_chain::{Account, Chain};

use crate::{
	client::{Ask, GatewayClient, Said},
	openai::Kind,
};

/// How long a node may take to answer.
const NODE_READY: Duration = Duration::from_secs(30);

/// The longest prompt that is read from standard input, in bytes.
const PROMPT_BYTES_MAX: u64 = 512 * 1024;

/// Buy and sell LLM inference: chat, serve the OpenAI API, follow jobs, run workers.
///
/// To see it all work on this machine: `millrace up --once --prompt "The capital of France is"`.
#[derive(Debug, Parser)]
#[command(name = "millrace", version, propagate_version = true)]
pub struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	/// Serve the OpenAI API on this machine, paying for each answer from one account.
	Gateway(gateway::GatewayArgs),
	/// Ask a running gateway and stream the answer.
	Chat(ChatArgs),
	/// Show a job: its state, where the money is, and who must act by when.
	Job(query::JobArgs),
	/// Have a job done by whichever worker makes the best bid; or bid for one.
	#[command(subcommand)]
	Auction(auction::AuctionCommand),
	/// Take an open job back; everything that is locked for it returns.
	Cancel(cancel::CancelArgs),
	/// Confirm the result of your job: the worker is paid at once, and a fresh dispute of it ends.
	///
	/// A gateway confirms by itself what was answered to its prompts; this is for auctioned jobs, and
	/// for ending a dispute. What you confirm is what the chain holds, so look at `millrace job` first:
	/// it cannot be taken back. Where the result is disputed, whoever disputes it, you can confirm it
	/// until the committee is drawn or the arbiter is asked: nobody is punished or paid then, and the
	/// challenger gets its bond back. Confirming costs no fee.
	Confirm(confirm::ConfirmArgs),
	/// List the models on offer.
	Models(query::ModelsArgs),
	/// Show what an account owns.
	Balance(query::BalanceArgs),
	/// Show what the chain owes a worker, and why it is not paid yet.
	///
	/// That includes what waits for its owner and for the account to which it is paid now. What waits for
	/// one to which it was paid earlier, `millrace balance` shows.
	Owed(query::OwedArgs),
	/// Pay an account what waits for it because it could not be paid before.
	///
	/// An account that holds less of the payment asset than the chain asks for, or is blocked, cannot be
	/// paid; the chain keeps its money until it can. Anybody may send this, for any account.
	Claim(query::ClaimArgs),
	/// Challenge the result of a job, add your evidence to a challenge, follow it, or decide it as the
	/// arbiter.
	#[command(subcommand)]
	Dispute(dispute::DisputeCommand),
	/// Send money.
	Transfer(query::TransferArgs),
	/// Register and stake a worker, let it verify, and do what the chain waits for.
	#[command(subcommand)]
	Worker(worker::WorkerCommand),
	/// Bring up node, worker and gateway on this machine, and leave them running.
	Up(network::UpArgs),
	/// Measure the steps of a job, and the whole path against the engine alone.
	Bench(network::BenchArgs),
}

/// Where a node's JSON-RPC is by default.
const NODE: &str = "ws://127.0.0.1:9944";

/// Which chain.
#[derive(Debug, Args)]
pub(crate) struct NodeArgs {
	/// The RPC address of a node.
	#[arg(long, env = "MILLRACE_NODE", default_value = NODE, value_name = "URL")]
	node: String,
}

impl NodeArgs {
	async fn connect(&self) -> anyhow::Result<Chain> {
		Ok(Chain::connect_when_ready(&self.node, NODE_READY).await?)
	}
}

/// Whose key.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
	/// A file with a secret phrase or a 0x seed, readable by its owner alone.
	#[arg(long, env = "MILLRACE_KEY_FILE", value_name = "FILE")]
	key_file: Option<PathBuf>,

	/// A development account, such as //Alice.
	#[arg(long, value_name = "//NAME", conflicts_with = "key_file")]
	suri: Option<String>,
}

impl KeyArgs {
	fn account_if_named(&self) -> anyhow::Result<Option<Account>> {
		match (&self.key_file, &self.suri) {
			(_, Some(suri)) if !suri.starts_with("//") => bail!(
				"--suri takes development accounts such as //Alice only: everybody on this machine \
				 can read a command line, so put a secret into a file and name it with --key-file"
			),
			(_, Some(suri)) => Ok(Some(Account::from_suri(suri)?)),
			(Some(file), None) => Ok(Some(Account::from_file(file)?)),
			(None, None) => Ok(None),
		}
	}

	fn account(&self) -> anyhow::Result<Account> {
		self.account_if_named()?.context(
			"whose key? Name a file with a secret phrase by --key-file (`millrace-node key generate` \
			 makes a phrase), or a development account by --suri //Alice",
		)
	}
}

#[derive(Debug, Args)]
struct ChatArgs {
	/// What to say; read from standard input if it is missing or `-`.
	prompt: Option<String>,

	/// The gateway.
	#[arg(long, env = "MILLRACE_GATEWAY", default_value = gateway::URL, value_name = "URL")]
	gateway: String,

	/// A key of the gateway, if it wants one.
	#[arg(long, env = "MILLRACE_API_KEY", hide_env_values = true, value_name = "KEY")]
	api_key: Option<String>,

	/// The model; the gateway's first one by default.
	#[arg(long, value_name = "NAME")]
	model: Option<String>,

	/// What to tell the model beforehand.
	#[arg(long, value_name = "TEXT")]
	system: Option<String>,

	/// Go on from the prompt as plain text, without a chat template.
	#[arg(long, conflicts_with = "system")]
	text: bool,

	/// The most tokens to generate.
	#[arg(long, value_name = "N")]
	max_tokens: Option<u32>,

	/// 0 for the likeliest answer, up to 2 for wilder ones.
	#[arg(long, value_name = "T")]
	temperature: Option<f64>,

	/// Show each step of the job with its time, on standard error.
	#[arg(long)]
	steps: bool,
}

impl Cli {
	/// What to log by default: servers say what they do, commands only what is wrong.
	pub const fn log_level(&self) -> &'static str {
		match self.command {
			Command::Gateway(_) => "info,libp2p_swarm=warn",
			_ => "warn",
		}
	}

	/// Do what was asked.
	pub async fn run(self) -> anyhow::Result<()> {
		match self.command {
			Command::Gateway(args) => gateway::run(args).await,
			Command::Chat(args) => chat(args).await,
			Command::Job(args) => query::job(&args).await,
			Command::Auction(command) => auction::run(&command).await,
			Command::Cancel(args) => cancel::run(&args).await,
			Command::Confirm(args) => confirm::run(&args).await,
			Command::Models(args) => query::models(&args).await,
			Command::Balance(args) => query::balance(&args).await,
			Command::Owed(args) => query::owed(&args).await,
			Command::Claim(args) => query::claim(&args).await,
			Command::Dispute(command) => dispute::run(&command).await,
			Command::Transfer(args) => query::transfer(&args).await,
			Command::Worker(command) => worker::run(&command).await,
			Command::Up(args) => network::up(args).await,
			Command::Bench(args) => network::bench(args).await,
		}
	}
}

async fn chat(args: ChatArgs) -> anyhow::Result<()> {
	let prompt = match args.prompt {
		Some(prompt) if prompt != "-" => prompt,
		_ => read_prompt()?,
	};
	let ask = Ask {
		kind: if args.text { Kind::Text } else { Kind::Chat },
		model: args.model,
		system: args.system,
		prompt,
		max_tokens: args.max_tokens,
		temperature: args.temperature,
	};
	let client = GatewayClient::new(&args.gateway, args.api_key);
	let mut stream = client.ask(&ask).await?;
	let mut out = io::stdout();
	while let Some(said) = stream.next().await {
		match said? {
			Said::Text(text) => {
				write!(out, "{text}")?;
				out.flush()?;
			},
			Said::Step(step) if args.steps => {
				writeln!(io::stderr(), "{}", crate::demo::line(&step))?;
			},
			// Without steps to show there is nothing left to wait for.
			Said::Usage(_) if !args.steps => break,
			_ => {},
		}
	}
	writeln!(out)?;
	Ok(())
}

fn read_prompt() -> anyhow::Result<String> {
	let stdin = io::stdin();
	if stdin.is_terminal() {
		bail!("what to say? Give a prompt, or pipe one in");
	}
	let mut prompt = String::new();
	stdin.take(PROMPT_BYTES_MAX).read_to_string(&mut prompt).context("the prompt is no text")?;
	Ok(prompt)
}

/// Ready at the first Ctrl-C or SIGTERM; a second one ends the process at once.
fn shutdown_signal() -> anyhow::Result<impl Future<Output = ()> + Send> {
	use tokio::signal::unix::{signal, SignalKind};

	let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be caught")?;
	let mut terminate = signal(SignalKind::terminate()).context("signals cannot be caught")?;
	Ok(async move {
		tokio::select! {
			_ = interrupt.recv() => {},
			_ = terminate.recv() => {},
		}
		tokio::spawn(async move {
			tokio::select! {
				_ = interrupt.recv() => {},
				_ = terminate.recv() => {},
			}
			std::process::exit(130);
		});
	})
}

#[cfg(test)]
mod tests {
	use clap::CommandFactory;

	use super::*;

	fn parse(line: &str) -> Result<Cli, clap::Error> {
		Cli::try_parse_from(line.split_whitespace())
	}

	#[test]
	fn the_definition_is_sound() {
		Cli::command().debug_assert();
	}

	#[test]
	fn every_command_parses() {
		let owner = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
		let job = format!("0x{}", "ab".repeat(32));
		for line in [
			"millrace gateway --suri //Alice --bootnode /ip4/127.0.0.1/tcp/1/p2p/x",
			"millrace chat Hello --max-tokens 5 --temperature 0.5",
			"millrace job 0xabababababababababababababababababababababababababababababababab",
			"millrace models",
			"millrace balance",
			&format!("millrace balance {owner}"),
			&format!("millrace transfer 1.5 --to {owner} --suri //Alice"),
			"millrace worker register --suri //Bob",
			"millrace worker status --suri //Bob",
			"millrace worker stake 10 --suri //Bob",
			"millrace worker unbond 10 --suri //Bob",
			"millrace worker withdraw --suri //Bob",
			"millrace worker verify llama qwen --suri //Bob",
			"millrace worker verify --none --suri //Bob",
			&format!("millrace dispute raise {job} --evidence answer.txt --suri //Alice"),
			&format!("millrace dispute testify {job} --evidence answer.txt --suri //Alice"),
			&format!("millrace dispute show {job}"),
			&format!("millrace dispute arbitrate {job} --at-fault --sudo --suri //Alice"),
			"millrace auction create --document bafy --max-price 5 --suri //Alice",
			"millrace auction create --document bafy --max-price 2.5 --verifier-fee 0.2 \
			 --bid-window 60s --latency 10m --window 2h --mechanism arbitration --model gemma",
			&format!("millrace auction create --document b --max-price 1 --verifier {owner}"),
			&format!("millrace auction create --document b --max-price 1 --matcher {owner}"),
			&format!("millrace auction bid {job} --price 2.5 --latency 2m --suri //Bob"),
			&format!("millrace auction bid {job} --price 1 --latency 2m --owner {owner} --out b"),
			&format!("millrace auction rank {job} bids.json -"),
			&format!("millrace auction award {job} bids.json --worker {owner} --suri //Alice"),
			&format!("millrace auction cancel {job} --suri //Alice"),
			&format!("millrace cancel {job} --suri //Alice"),
			&format!("millrace confirm {job} --suri //Alice"),
			"millrace worker tasks --sidecar http://127.0.0.1:9955",
			&format!("millrace worker deliver {job} --result bafy --output result.json"),
			&format!("millrace worker judge {job} --passed --evidence log.txt"),
			&format!("millrace worker judge {job} --failed --evidence log.txt"),
			&format!("millrace worker vote {job} --at-fault --owner {owner}"),
			&format!("millrace worker vote {job} --cleared"),
			"millrace owed --suri //Bob",
			&format!("millrace owed {owner}"),
			"millrace claim --suri //Bob",
			&format!("millrace claim {owner} --suri //Alice"),
			"millrace up",
			"millrace up --once --prompt Hi --unstaked",
			"millrace bench --jobs 10",
		] {
			assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
		}
	}

	#[test]
	fn who_says_something_in_a_dispute_names_its_evidence() {
		for line in ["millrace dispute raise 00", "millrace dispute testify 00"] {
			assert!(parse(line).is_err(), "{line}");
		}
	}

	#[test]
	fn a_verifier_names_models_or_says_none() {
		assert!(parse("millrace worker verify --suri //Bob").is_err());
		assert!(parse("millrace worker verify --none llama --suri //Bob").is_err());
	}

	#[test]
	fn a_judgement_is_said_and_only_one() {
		for line in [
			"millrace worker judge 00 --evidence log.txt",
			"millrace worker judge 00 --passed --failed --evidence log.txt",
			"millrace worker judge 00 --passed",
			"millrace worker vote 00",
			"millrace worker vote 00 --at-fault --cleared",
			"millrace dispute arbitrate 00 --sudo",
			"millrace dispute arbitrate 00 --at-fault --cleared --sudo",
		] {
			assert!(parse(line).is_err(), "{line}");
		}
	}

	#[test]
	fn an_auction_names_its_document_and_its_price() {
		for line in [
			"millrace auction create --document bafy",
			"millrace auction create --max-price 5",
			"millrace auction create --document bafy --max-price five",
			"millrace auction create --document bafy --max-price 5 --bid-window 60",
			"millrace auction bid 00 --price 1",
			"millrace auction rank 00",
		] {
			assert!(parse(line).is_err(), "{line}");
		}
	}

	#[test]
	fn once_without_a_prompt_is_refused() {
		assert!(parse("millrace up --once").is_err());
	}

	#[test]
	fn a_secret_on_the_command_line_is_refused() {
		let key = KeyArgs { key_file: None, suri: Some("bottom drive obey".into()) };
		assert!(key.account().unwrap_err().to_string().contains("--key-file"));
		let key = KeyArgs { key_file: None, suri: Some("//Alice".into()) };
		assert!(key.account().is_ok());
	}

	#[test]
	fn a_missing_key_is_asked_for_with_a_way_to_make_one() {
		let key = KeyArgs { key_file: None, suri: None };
		assert!(key.account().unwrap_err().to_string().contains("key generate"));
	}
}
