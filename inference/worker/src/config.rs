//! The command line, and the checked configuration made of it.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum};
use millrace_engine::{EngineConfig, Profile};
use millrace_mesh::PeerSecret;
use sp_core::crypto::AccountId32;

/// How the engine computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileArg {
	/// The same bits whatever the batch, so that others can check every token. For CPUs.
	Canonical,
	/// llama.cpp's own choices. For GPUs.
	Default,
}

/// Serve inference jobs beside a node.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
	/// The GGUF file to serve. Its SHA-256 must be a model that the chain offers.
	#[arg(long, env = "MILLRACE_MODEL", value_name = "FILE")]
	pub model: PathBuf,

	/// Where keys, unpaid proofs and decisions are kept.
	#[arg(long, default_value = ".millrace/worker", value_name = "DIR")]
	pub base_path: PathBuf,

	/// Where other peers reach this worker. Repeatable.
	#[arg(long, default_value = "/ip4/0.0.0.0/tcp/30400", value_name = "MULTIADDR")]
	pub listen: Vec<String>,

	/// An address under which this worker is reachable from outside, when it differs from --listen.
	/// Repeatable.
	#[arg(long, value_name = "MULTIADDR")]
	pub external: Vec<String>,

	/// A peer to join the mesh through, with its /p2p/… part. Repeatable.
	#[arg(long, value_name = "MULTIADDR")]
	pub bootnode: Vec<String>,

	/// The seed of the peer key, in place of the one kept in the base path. For test networks whose
	/// bootnodes must be known beforehand: everybody on this machine can see it.
	#[arg(long, value_name = "HEX", value_parser = peer_seed)]
	pub peer_key: Option<PeerSecret>,

	/// Do not look for peers on the local network.
	#[arg(long)]
	pub no_mdns: bool,

	/// Where the node posts its views: a loopback address.
	#[arg(long, default_value = "127.0.0.1:9955", value_name = "ADDR")]
	pub api: SocketAddr,

	/// The account that registered this worker, if the node holds the keys of several. Tasks of the
	/// others (`millrace worker tasks`) are kept here too.
	#[arg(long, value_name = "ACCOUNT")]
	pub owner: Option<AccountId32>,

	/// Answers generated at the same time.
	#[arg(long, default_value_t = 4, value_name = "N")]
	pub slots: u32,

	/// CPU threads. Two engines on one core are slower than one: do not give more than are idle.
	#[arg(long, default_value_t = default_threads(), value_name = "N")]
	pub threads: u32,

	/// The longest prompt and answer together, in tokens.
	#[arg(long, default_value_t = 4_096, value_name = "TOKENS")]
	pub context: u32,

	/// Layers to keep on the GPU.
	#[arg(long, default_value_t = 0, value_name = "N")]
	pub gpu_layers: u32,

	/// How the engine computes; canonical unless layers are on a GPU.
	#[arg(long, value_enum)]
	pub profile: Option<ProfileArg>,

	/// The engine program; by default the one beside this program.
	#[arg(long, value_name = "FILE")]
	pub engine: Option<PathBuf>,
}

fn peer_seed(text: &str) -> Result<PeerSecret, hex::FromHexError> {
	let mut seed = [0; 32];
	hex::decode_to_slice(text, &mut seed)?;
	Ok(PeerSecret::from_bytes(seed))
}

fn default_threads() -> u32 {
	let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
	// One core is left to the node.
	u32::try_from(cores).unwrap_or(u32::MAX).saturating_sub(1).clamp(1, 16)
}

/// Why the command line cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// The API would be reachable from outside.
	#[error("--api {0} is not a loopback address: whoever reaches it can speak for the node")]
	ApiNotLoopback(SocketAddr),
	/// There is no such model file.
	#[error("--model {0} is not a file")]
	NoModel(PathBuf),
	/// A number is out of range.
	#[error("--{name} must be from {min} to {max}")]
	OutOfRange {
		/// The option.
		name: &'static str,
		/// Its least value.
		min: u32,
		/// Its greatest value.
		max: u32,
	},
	/// The engine program cannot be found.
	#[error("the engine program {0} is not there; build it, or name it with --engine")]
	NoEngine(PathBuf),
}

/// The checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
	/// The engine's.
	pub engine: EngineConfig,
	/// What was typed, for the rest.
	pub args: RunArgs,
}

impl TryFrom<RunArgs> for Config {
	type Error = ConfigError;

	fn try_from(args: RunArgs) -> Result<Self, ConfigError> {
		if !args.api.ip().is_loopback() {
			return Err(ConfigError::ApiNotLoopback(args.api));
		}
		if !args.model.is_file() {
			return Err(ConfigError::NoModel(args.model));
		}
		in_range("slots", args.slots, 1, 64)?;
		in_range("threads", args.threads, 1, 512)?;
		in_range("context", args.context, 256, 1 << 20)?;
		let program = args.engine.clone().unwrap_or_else(engine_beside_us);
		if !program.is_file() {
			return Err(ConfigError::NoEngine(program));
		}
		let profile = match (args.profile, args.gpu_layers) {
			(Some(ProfileArg::Canonical), _) | (None, 0) => Profile::Canonical,
			(Some(ProfileArg::Default) | None, _) => Profile::Default,
		};
		let engine = EngineConfig {
			program,
			model: args.model.clone(),
			context: args.context,
			slots: args.slots,
			threads: args.threads,
			gpu_layers: args.gpu_layers,
			profile,
		};
		Ok(Self { engine, args })
	}
}

fn in_range(name: &'static str, value: u32, min: u32, max: u32) -> Result<(), ConfigError> {
	if (min..=max).contains(&value) {
		Ok(())
	} else {
		Err(ConfigError::OutOfRange { name, min, max })
	}
}

fn engine_beside_us() -> PathBuf {
	let name = format!("millrace-engine{}", std::env::consts::EXE_SUFFIX);
	std::env::current_exe().map(|us| us.with_file_name(&name)).unwrap_or_else(|_| name.into())
}

#[cfg(test)]
mod tests {
	use clap::Parser;

	use super::*;

	#[derive(Parser)]
	struct Cli {
		#[command(flatten)]
		run: RunArgs,
	}

	fn parse(options: &[&str]) -> Result<Config, ConfigError> {
		let us = std::env::current_exe().unwrap();
		parse_with_model(us.to_str().unwrap(), options)
	}

	fn parse_with_model(model: &str, options: &[&str]) -> Result<Config, ConfigError> {
		let us = std::env::current_exe().unwrap();
		let mut all = vec!["worker", "--model", model, "--engine", us.to_str().unwrap()];
		all.extend(options);
		Config::try_from(Cli::try_parse_from(all).unwrap().run)
	}

	#[test]
	fn defaults_are_accepted() {
		let config = parse(&[]).unwrap();
		assert_eq!(config.engine.profile, Profile::Canonical);
		assert!(config.engine.threads >= 1);
	}

	#[test]
	fn the_owner_is_an_account() {
		let owner = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
		let config = parse(&["--owner", owner]).unwrap();
		assert_eq!(config.args.owner.unwrap().to_string(), owner);
		assert_eq!(parse(&[]).unwrap().args.owner, None);
	}

	#[test]
	fn layers_on_a_gpu_change_the_profile() {
		assert_eq!(parse(&["--gpu-layers", "99"]).unwrap().engine.profile, Profile::Default);
	}

	#[test]
	fn refuses_an_api_that_others_reach() {
		assert!(matches!(parse(&["--api", "0.0.0.0:1"]), Err(ConfigError::ApiNotLoopback(_))));
	}

	#[test]
	fn refuses_numbers_out_of_range() {
		assert!(matches!(
			parse(&["--slots", "0"]),
			Err(ConfigError::OutOfRange { name: "slots", .. })
		));
		assert!(matches!(
			parse(&["--context", "1"]),
			Err(ConfigError::OutOfRange { name: "context", .. })
		));
	}

	#[test]
	fn refuses_a_model_that_is_not_there() {
		assert!(matches!(parse_with_model("/nowhere", &[]), Err(ConfigError::NoModel(_))));
	}
}
