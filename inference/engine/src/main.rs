//! The `millrace-engine` program: the child process of a Millrace worker, and a benchmark.

mod bench;
mod child;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use millrace_engine::{EngineConfig, Profile};

/// llama.cpp for a Millrace worker
///
/// A worker starts this program by itself; it is of use to people for its benchmark:
///
///   millrace-engine bench --model model.gguf --threads 2 --parallel 8
#[derive(Debug, Parser)]
#[command(version, verbatim_doc_comment)]
struct Arguments {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	/// Speak the engine protocol on standard input and output (started by a worker)
	#[command(hide = true)]
	Serve(child::Options),
	/// Measure how fast a model runs on this machine
	///
	/// Generates the same number of tokens once alone and once several at a time, and prints the
	/// time to the first token and the tokens per second. Nothing of Millrace is involved but the
	/// engine: it is what the path through chain and network is compared with.
	Bench(bench::Options),
}

/// How an engine is set up.
#[derive(Clone, Debug, clap::Args)]
struct EngineOptions {
	/// GGUF model file
	#[arg(long, value_name = "FILE", env = "MILLRACE_MODEL")]
	model: PathBuf,
	/// Tokens per answer, prompt included [default: 4096]
	#[arg(long, value_name = "TOKENS")]
	context: Option<u32>,
	/// Threads that compute; never more than idle cores [default: half the cores]
	#[arg(long, value_name = "N")]
	threads: Option<u32>,
	/// Layers computed on the GPU; a build with cuda, metal or vulkan is needed
	#[arg(long, value_name = "N", default_value_t = 0)]
	gpu_layers: u32,
	/// How to compute [default: canonical, on GPUs default]
	#[arg(long, value_enum)]
	profile: Option<ProfileName>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProfileName {
	/// Bit-exact on the CPU, whatever else is in the batch
	Canonical,
	/// llama.cpp's own choice of kernels
	Default,
}

impl EngineOptions {
	fn config(&self, program: PathBuf, slots: Option<u32>) -> EngineConfig {
		let usual = EngineConfig::new(program, self.model.clone());
		let profile = match self.profile {
			Some(ProfileName::Default) => Profile::Default,
			None if self.gpu_layers > 0 => Profile::Default,
			Some(ProfileName::Canonical) | None => Profile::Canonical,
		};
		EngineConfig {
			context: self.context.unwrap_or(usual.context),
			slots: slots.unwrap_or(usual.slots),
			threads: self.threads.unwrap_or(usual.threads),
			gpu_layers: self.gpu_layers,
			profile,
			..usual
		}
	}
}

fn main() -> anyhow::Result<()> {
	match Arguments::parse().command {
		Command::Serve(options) => child::serve(&options),
		Command::Bench(options) => bench::run(&options),
	}
}
