//! The command line.

use std::time::Duration;

use sc_cli::{OffchainWorkerEnabled, RunCmd, SubstrateCli};
use sc_service::ChainType;

use crate::{chain_spec, sidecar::SidecarUrl};

const GUIDE: &str = "\
A chain on this machine, with every key well known and nothing kept:
  millrace-node --dev
  millrace-node --dev --sidecar-url http://127.0.0.1:9955     … and a worker on it

Validator. It needs a network key, an Aura key and a GRANDPA key; the last two belong to the
authorities in the chain specification:
  millrace-node key generate-node-key --base-path DIR --chain SPEC
  millrace-node key insert --base-path DIR --chain SPEC --scheme sr25519 --key-type aura
  millrace-node key insert --base-path DIR --chain SPEC --scheme ed25519 --key-type gran
  millrace-node --base-path DIR --chain SPEC --validator --name NAME
Keep the clock within 50 ms of true time: a slot is shorter than most clock errors. A validator
should not be a worker too; its keys would share a machine with strangers' prompts.

Worker operator. The node holds the worker key, which signs for the worker and cannot move funds;
the sidecar (millrace-worker) runs the model on the same machine:
  millrace-node key insert --base-path DIR --chain SPEC --scheme sr25519 --key-type mrwk
  millrace-node --base-path DIR --chain SPEC --sidecar-url http://127.0.0.1:PORT
`millrace worker register` then asks this node to sign with that key (millrace_signIdentity), which
only a client on this machine may do.

RPC node for gateways and explorers. The mode of pruning is fixed when the database is made:
  millrace-node --base-path DIR --chain SPEC --state-pruning archive --blocks-pruning archive";

/// The arguments of `millrace-node`.
#[derive(Debug, clap::Parser)]
#[command(
	after_long_help = GUIDE,
	mut_arg("enabled", |arg| arg.help(
		"When the runtime's off-chain worker runs. It serves the sidecar, so with `when-authority`, \
		 the default, it runs if and only if there is a --sidecar-url, whether the node is a \
		 validator or not"
	).long_help(None::<&str>)),
)]
pub(crate) struct Cli {
	#[command(subcommand)]
	pub(crate) subcommand: Option<Subcommand>,

	#[command(flatten)]
	pub(crate) millrace: MillraceParams,

	#[command(flatten)]
	pub(crate) run: RunCmd,
}

/// What this node takes beyond what every Substrate node takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Millrace")]
pub(crate) struct MillraceParams {
	/// Where the sidecar of this node's workers listens, as in `http://127.0.0.1:9955`.
	///
	/// Starts the off-chain worker: at every block it tells the sidecar which jobs concern the
	/// worker keys in the keystore (key type `mrwk`), signs what comes back and submits it. Only
	/// this machine can be named, as the exchange is neither encrypted nor authenticated. Without
	/// the flag the node serves no sidecar, whatever an earlier run was told.
	#[arg(long, value_name = "URL")]
	pub(crate) sidecar_url: Option<SidecarUrl>,

	/// How long a finality vote takes to reach the other validators, in milliseconds.
	///
	/// A block is final 2 to 6 times this after its import. Set it near the time in which half of
	/// the validators hear of a vote; too low a value costs bandwidth and rounds that decide
	/// nothing. Every validator should use the same. By default 50 where slots are 200 ms or
	/// shorter, 100 elsewhere; 250 suits validators on several continents.
	#[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(10..=10_000))]
	pub(crate) grandpa_gossip_ms: Option<u64>,
}

/// What the binary does when it does not run a node.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
	/// Make, look at and store keys. Worker keys have the key type `mrwk` and the scheme sr25519.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Print a chain specification; older than export-chain-spec, and adds a bootnode.
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Write a chain specification, to be edited or (--raw) handed to every node of a network.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Import one block again and see whether it is still good.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state of a block as a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Delete the database of a chain; keys stay.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Take back the newest blocks that are not final.
	Revert(sc_cli::RevertCmd),

	/// Show what the database holds: best, final and genesis block.
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Measure weights and hardware.
	#[cfg(feature = "runtime-benchmarks")]
	#[command(subcommand)]
	Benchmark(frame_benchmarking_cli::BenchmarkCmd),
}

impl Cli {
	/// How long a finality vote travels, if the operator said so.
	pub(crate) fn gossip_duration(&self) -> Option<Duration> {
		self.millrace.grandpa_gossip_ms.map(Duration::from_millis)
	}

	/// Whether the off-chain worker runs. It has nothing to do without a sidecar.
	///
	/// Fails if there is a sidecar, and the off-chain worker was forbidden.
	pub(crate) fn offchain_worker(&self) -> Result<bool, String> {
		let has_sidecar = self.millrace.sidecar_url.is_some();
		match self.run.offchain_worker_params.enabled {
			OffchainWorkerEnabled::Always => Ok(true),
			OffchainWorkerEnabled::WhenAuthority => Ok(has_sidecar),
			OffchainWorkerEnabled::Never if has_sidecar => {
				Err("--sidecar-url needs the off-chain worker: drop `--offchain-worker never`"
					.into())
			},
			OffchainWorkerEnabled::Never => Ok(false),
		}
	}

	/// How to run the node. On a development or local network a validator that starts for the first
	/// time makes its network key, and keeps it; elsewhere other validators depend on that key, so
	/// the operator makes it beforehand.
	///
	/// Fails if no chain is named or it cannot be loaded.
	pub(crate) fn run_command(&self) -> Result<RunCmd, String> {
		let mut run = self.run.clone();
		let shared = &run.shared_params;
		if shared.chain.is_none() && !shared.dev {
			return Err(format!(
				"no chain is named: use --dev, or --chain with one of {}, or with a chain \
				 specification file",
				chain_spec::names()
			));
		}
		let spec = self.load_spec(&shared.chain_id(shared.dev))?;
		if matches!(spec.chain_type(), ChainType::Development | ChainType::Local) {
			run.network_params.node_key_params.unsafe_force_node_key_generation = true;
		}
		Ok(run)
	}
}

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Millrace Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		"A node of the Millrace network, on which LLM inference is bought and sold: validates the \
		 chain, answers clients over JSON-RPC, and serves the sidecar of a worker."
			.into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		"the issue tracker of the repository that this binary was built from".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	/// Key commands that do not depend on the chain may leave it out; then it is `local`.
	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		let name = if id.is_empty() { "local" } else { id };
		if let Some(spec) = chain_spec::named(name) {
			return Ok(Box::new(spec?));
		}
		chain_spec::ChainSpec::from_json_file(id.into())
			.map(|spec| -> Box<dyn sc_service::ChainSpec> { Box::new(spec) })
			.map_err(|error| format!("`{id}` is none of {}, and {error}", chain_spec::names()))
	}
}

#[cfg(test)]
mod tests {
	use clap::CommandFactory;
	use sc_cli::CliConfiguration;

	use super::*;

	fn parse(arguments: &str) -> Cli {
		try_parse(arguments).unwrap_or_else(|error| panic!("{error}"))
	}

	fn try_parse(arguments: &str) -> clap::error::Result<Cli> {
		Cli::try_from_iter(["millrace-node"].into_iter().chain(arguments.split_whitespace()))
	}

	fn config(arguments: &str) -> sc_cli::Result<sc_service::Configuration> {
		let tokio = tokio::runtime::Runtime::new()?;
		let cli = parse(arguments);
		cli.create_configuration(&cli.run_command()?, tokio.handle().clone())
	}

	#[test]
	fn the_definition_is_sound() {
		<Cli as CommandFactory>::command().debug_assert();
	}

	#[test]
	fn help_tells_what_operators_need() {
		let help = Cli::setup_command(Cli::command()).render_long_help().to_string();
		for text in ["--sidecar-url", "--grandpa-gossip-ms", "--key-type mrwk", "--validator"] {
			assert!(help.contains(text), "{text}");
		}
		assert!(help.contains("if and only if there is a --sidecar-url"));
	}

	#[test]
	fn every_subcommand_parses() {
		for arguments in [
			"key generate",
			"key insert --key-type mrwk --scheme sr25519 --suri //Worker --chain local",
			"build-spec --chain dev",
			"export-chain-spec --chain test --raw",
			"check-block 1 --dev",
			"export-blocks --dev",
			"export-state --dev",
			"import-blocks --dev",
			"purge-chain --dev",
			"revert --dev",
			"chain-info --dev",
		] {
			assert!(parse(arguments).subcommand.is_some(), "{arguments}");
		}
	}

	#[test]
	fn unknown_arguments_are_refused() {
		for arguments in
			["--sidecar", "--worker-key-suri //Worker", "mine", "--dev --tmp --base-path x"]
		{
			assert!(try_parse(arguments).is_err(), "{arguments}");
		}
	}

	#[test]
	fn a_remote_sidecar_is_refused_with_the_reason() {
		let error = try_parse("--dev --sidecar-url http://10.0.0.1:9955").unwrap_err();
		assert!(error.to_string().contains("`10.0.0.1` is not this machine"), "{error}");
	}

	#[test]
	fn gossip_times_that_cannot_work_are_refused() {
		for ms in ["0", "9", "10001", "-1", "fast"] {
			assert!(try_parse(&format!("--grandpa-gossip-ms {ms}")).is_err(), "{ms}");
		}
		let cli = parse("--grandpa-gossip-ms 250");
		assert_eq!(cli.gossip_duration(), Some(Duration::from_millis(250)));
		assert_eq!(parse("--dev").gossip_duration(), None);
	}

	#[test]
	fn the_off_chain_worker_runs_for_a_sidecar_only() {
		const URL: &str = "--sidecar-url http://127.0.0.1:9955";
		assert_eq!(parse("--dev").offchain_worker(), Ok(false));
		assert_eq!(parse("--chain local --validator").offchain_worker(), Ok(false));
		assert_eq!(parse(&format!("--chain local {URL}")).offchain_worker(), Ok(true));
		assert_eq!(parse("--dev --offchain-worker always").offchain_worker(), Ok(true));
		assert_eq!(parse("--dev --offchain-worker never").offchain_worker(), Ok(false));
		assert!(parse(&format!("--dev --offchain-worker never {URL}")).offchain_worker().is_err());
	}

	#[test]
	fn dev_is_alice_who_authors_alone_in_a_temporary_folder() {
		let config = config("--dev").unwrap();
		assert_eq!(config.chain_spec.id(), "millrace_dev");
		assert!(config.role.is_authority());
		assert!(config.force_authoring);
		assert_eq!(config.dev_key_seed.as_deref(), Some("//Alice"));
		assert!(config.base_path.path().starts_with(std::env::temp_dir()));
		assert!(config.telemetry_endpoints.is_none());
	}

	#[test]
	fn a_chosen_base_path_is_kept_in_dev() {
		let folder = tempfile::tempdir().unwrap();
		let config = config(&format!("--dev --base-path {}", folder.path().display())).unwrap();
		assert_eq!(config.base_path.path(), folder.path());
	}

	#[test]
	fn the_database_is_parity_db() {
		let database = config("--dev").unwrap().database;
		assert!(matches!(database, sc_service::DatabaseSource::ParityDb { .. }));
	}

	#[test]
	fn a_local_validator_needs_no_network_key_beforehand() {
		for arguments in ["--chain local --alice --tmp", "--chain test --validator --tmp"] {
			assert!(config(arguments).unwrap().role.is_authority(), "{arguments}");
		}
	}

	#[test]
	fn a_validator_of_a_live_network_needs_its_network_key_beforehand() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("live.json");
		let spec = serde_json::json!({
			"name": "Live",
			"id": "live",
			"chainType": "Live",
			"bootNodes": [],
			"telemetryEndpoints": null,
			"protocolId": "live",
			"properties": {},
			"genesis": { "raw": { "top": {}, "childrenDefault": {} } },
		});
		std::fs::write(&file, spec.to_string()).unwrap();

		let refused = config(&format!("--chain {} --validator --tmp", file.display()));
		assert!(matches!(refused, Err(sc_cli::Error::NetworkKeyNotFound(_))));
		assert!(config(&format!("--chain {} --tmp", file.display())).is_ok());
	}

	#[test]
	fn a_node_without_a_chain_is_refused() {
		let error = parse("--validator").run_command().unwrap_err();
		assert!(error.contains("--dev") && error.contains("dev, local, test"), "{error}");
	}

	#[test]
	fn an_unknown_chain_is_refused_with_the_known_ones() {
		let error = parse("--chain mainnet").run_command().unwrap_err();
		assert!(error.contains("`mainnet` is none of dev, local, test"), "{error}");
	}

	#[test]
	fn dev_may_run_another_network() {
		assert_eq!(config("--dev --chain test").unwrap().chain_spec.id(), "millrace_test");
		assert!(parse("--dev").run.is_dev().unwrap());
	}
}
