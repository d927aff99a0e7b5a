//! `millrace up` and `millrace bench`: a whole network on this machine.

use std::{
	future::Future,
	io::{self, Write},
	net::SocketAddr,
	path::PathBuf,
	time::Duration,
};

use anyhow::{bail, Context};
use clap::Args;

use super::{gateway, shutdown_signal, worker::SIDECAR, NODE};
use crate::{
	bench,
	client::{Ask, GatewayClient},
	demo::{self, seconds},
	local::{LocalConfig, LocalNetwork, Programs, Progress, Site},
	money::Currency,
	openai::Kind,
	registration::Registered,
	supervisor::beside_us,
};

/// What the benchmark asks for by default: something that a base model goes on about.
const BENCH_PROMPT: &str = "The three largest cities of France are Paris,";

/// How the network is set up.
#[derive(Debug, Args)]
struct SetUpArgs {
	/// The GGUF that the worker serves.
	#[arg(long, env = "MILLRACE_MODEL", value_name = "FILE")]
	model: Option<PathBuf>,

	/// Where databases, keys and logs go.
	#[arg(long, default_value = ".millrace", value_name = "DIR")]
	folder: PathBuf,

	/// The preset of the chain.
	#[arg(long, default_value = "dev", value_name = "NAME")]
	chain: String,

	/// Leave the worker without stake; it then gets 75 % instead of 85 %.
	#[arg(long)]
	unstaked: bool,

	/// Threads of the worker's engine; one core less than there are by default.
	#[arg(long, value_name = "N")]
	threads: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct UpArgs {
	#[command(flatten)]
	set_up: SetUpArgs,

	/// Where the gateway listens.
	#[arg(long, value_name = "ADDR")]
	listen: Option<SocketAddr>,

	/// Take this prompt through the whole path, and check every figure.
	#[arg(long, value_name = "TEXT")]
	prompt: Option<String>,

	/// Stop when the prompt is answered and paid.
	#[arg(long, requires = "prompt")]
	once: bool,

	/// Ask as a chat, through the model's template; otherwise the model goes on from the prompt.
	#[arg(long, requires = "prompt")]
	chat: bool,

	/// The most tokens to generate for the prompt.
	#[arg(long, default_value_t = 64, value_name = "N")]
	max_tokens: u32,

	/// The temperature for the prompt.
	#[arg(long, value_name = "T")]
	temperature: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
	#[command(flatten)]
	set_up: SetUpArgs,

	/// How many jobs to measure.
	#[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
	jobs: u16,

	/// What to ask.
	#[arg(long, default_value = BENCH_PROMPT, value_name = "TEXT")]
	prompt: String,

	/// The most tokens to generate.
	#[arg(long, default_value_t = 128, value_name = "N")]
	max_tokens: u32,
}

impl SetUpArgs {
	fn threads(&self) -> u32 {
		let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
		let all_but_one = u32::try_from(cores).unwrap_or(u32::MAX).saturating_sub(1);
		self.threads.unwrap_or_else(|| all_but_one.clamp(1, 16))
	}

	fn model(&self) -> anyhow::Result<PathBuf> {
		match &self.model {
			Some(model) => Ok(model.clone()),
			None => default_model(),
		}
	}

	fn config(&self, listen: Option<SocketAddr>, usual_ports: bool) -> anyhow::Result<LocalConfig> {
		Ok(LocalConfig {
			programs: Programs::beside_us()?,
			folder: self.folder.clone(),
			chain: self.chain.clone(),
			model: self.model()?,
			staked: !self.unstaked,
			listen,
			usual_ports,
			worker_arguments: vec![format!("--threads={}", self.threads())],
		})
	}
}

/// Where `make setup` puts the demo model.
fn default_model() -> anyhow::Result<PathBuf> {
	const MODEL: &str = "millrace/models/gemma-3-270m-q4_k_m.gguf";
	let caches = std::env::var_os("XDG_CACHE_HOME")
		.filter(|folder| !folder.is_empty())
		.map(PathBuf::from)
		.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
	Ok(caches.context("which model? Name one with --model")?.join(MODEL))
}

pub(super) async fn up(args: UpArgs) -> anyhow::Result<()> {
	let default = gateway::LISTEN.parse().context("the default address")?;
	let listen = match (args.listen, args.once) {
		(Some(address), _) => Some(address),
		(None, true) => None,
		(None, false) => Some(default),
	};
	let config = args.set_up.config(listen, !args.once)?;
	let stay = !args.once;
	let staked = config.staked;
	with_network(&config, |site| async move {
		if let Some(prompt) = &args.prompt {
			writeln!(io::stdout(), "\n> {prompt}\n")?;
			demo::run(&site, &args.ask(prompt), staked, &mut io::stdout()).await?;
		}
		if stay {
			guide(&site)?;
			std::future::pending::<()>().await;
		}
		Ok(())
	})
	.await
}

impl UpArgs {
	fn ask(&self, prompt: &str) -> Ask {
		Ask {
			kind: if self.chat { Kind::Chat } else { Kind::Text },
			model: None,
			system: None,
			prompt: prompt.to_owned(),
			max_tokens: Some(self.max_tokens),
			temperature: self.temperature,
		}
	}
}

pub(super) async fn bench(args: BenchArgs) -> anyhow::Result<()> {
	let config = args.set_up.config(None, false)?;
	let ask = Ask {
		kind: Kind::Text,
		model: None,
		system: None,
		prompt: args.prompt,
		max_tokens: Some(args.max_tokens),
		temperature: None,
	};
	let engine = beside_us("millrace-engine")?;
	let mut out = io::stdout();
	writeln!(out, "the engine alone …")?;
	let alone = bench::engine_alone(&engine, &config.model, args.set_up.threads(), &ask).await?;
	with_network(&config, |site| async move {
		writeln!(io::stdout())?;
		let gateway = GatewayClient::new(&site.gateway_url, None);
		let jobs = usize::from(args.jobs);
		bench::run(&gateway, &ask, jobs, &alone, &mut io::stdout()).await?;
		Ok(())
	})
	.await
}

/// Bring a network up, do `work` on it, and take it down again, whatever happens.
async fn with_network<W: Future<Output = anyhow::Result<()>>>(
	config: &LocalConfig,
	work: impl FnOnce(Site) -> W,
) -> anyhow::Result<()> {
	let mut out = io::stdout();
	let mut shutdown = Box::pin(shutdown_signal()?);
	let logs = config.folder.join("logs");
	writeln!(out, "Millrace on this machine; logs are in {}", logs.display())?;
	writeln!(out, "  {}  starting        node and worker", seconds(Duration::ZERO))?;
	let mut network = tokio::select! {
		network = LocalNetwork::start(config, show) => network?,
		() = &mut shutdown => bail!("stopped before the network was up"),
	};
	let site = network.site.clone();
	let result = tokio::select! {
		result = work(site) => result,
		error = network.ended() => Err(error.into()),
		() = &mut shutdown => Ok(()),
	};
	let killed = network.stop().await;
	if killed.is_empty() {
		writeln!(out, "\n  stopped")?;
	} else {
		writeln!(out, "\n  stopped; had to be killed: {}", killed.join(", "))?;
	}
	result
}

/// Print what has been reached. That the terminal is gone must not keep the network from coming up.
fn show(progress: Progress) {
	let (took, text) = match progress {
		Progress::Node { url, took } => (took, format!("node            {url}")),
		Progress::Sidecar { peer, took } => (took, format!("worker          {peer}")),
		Progress::Registered { change, staked, took } => {
			let verb = match change {
				Registered::New => "registered",
				Registered::Changed => "changed   ",
				Registered::Unchanged => "known     ",
			};
			let stake = match staked {
				0 => "no stake added".to_owned(),
				amount => format!("{} staked", Currency::Mill.show(amount)),
			};
			(took, format!("{verb}      {stake}"))
		},
		Progress::Gateway { url, took } => (took, format!("gateway         {url}")),
	};
	drop(writeln!(io::stdout(), "  {}  {text}", seconds(took)));
}

/// The folder of this program, if a shell would not look there.
fn folder_off_path() -> Option<PathBuf> {
	let folder = std::env::current_exe().ok()?.parent()?.to_owned();
	let path = std::env::var_os("PATH").unwrap_or_default();
	(!std::env::split_paths(&path).any(|known| known == folder)).then_some(folder)
}

fn guide(site: &Site) -> io::Result<()> {
	let url = &site.gateway_url;
	let mut out = io::stdout();
	writeln!(out)?;
	if let Some(folder) = folder_off_path() {
		writeln!(out, "  export PATH=\"{}:$PATH\"  # finds millrace", folder.display())?;
	}
	writeln!(out, "  millrace chat --gateway {url} \"Hello\"")?;
	writeln!(out, "  OpenAI SDK: base_url=\"{url}/v1\", api_key=\"none\"")?;
	if site.node_url != NODE {
		writeln!(out, "  export MILLRACE_NODE={}  # for all other commands", site.node_url)?;
	}
	if site.sidecar_url != SIDECAR {
		writeln!(out, "  export MILLRACE_SIDECAR={}  # for millrace worker", site.sidecar_url)?;
	}
	writeln!(out, "  Ctrl-C stops everything")
}
