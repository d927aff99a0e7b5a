//! What each command does.

use millrace_runtime::opaque::Block;
use sc_cli::SubstrateCli;
use sc_network::config::NetworkBackendType;
use sc_service::{Configuration, PartialComponents, TaskManager};

use crate::{
	cli::{Cli, Subcommand},
	service,
};

/// Do what the command line of this process says.
pub(crate) fn run() -> sc_cli::Result<()> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run_node(&cli),
		Some(Subcommand::Key(command)) => command.run(&cli),
		Some(Subcommand::ExportChainSpec(command)) => command.run(cli.load_spec(&command.chain)?),
		Some(Subcommand::BuildSpec(command)) => cli
			.create_runner(command)?
			.sync_run(|config| command.run(config.chain_spec, config.network)),
		Some(Subcommand::PurgeChain(command)) => {
			cli.create_runner(command)?.sync_run(|config| command.run(config.database))
		},
		Some(Subcommand::ChainInfo(command)) => {
			cli.create_runner(command)?.sync_run(|config| command.run::<Block>(&config))
		},
		Some(Subcommand::CheckBlock(command)) => cli.create_runner(command)?.async_run(|config| {
			let PartialComponents { client, task_manager, import_queue, .. } =
				service::open(&config)?;
			Ok((command.run(client, import_queue), task_manager))
		}),
		Some(Subcommand::ExportBlocks(command)) => {
			cli.create_runner(command)?.async_run(|config| {
				let PartialComponents { client, task_manager, .. } = service::open(&config)?;
				Ok((command.run(client, config.database), task_manager))
			})
		},
		Some(Subcommand::ExportState(command)) => cli.create_runner(command)?.async_run(|config| {
			let PartialComponents { client, task_manager, .. } = service::open(&config)?;
			Ok((command.run(client, config.chain_spec), task_manager))
		}),
		Some(Subcommand::ImportBlocks(command)) => {
			cli.create_runner(command)?.async_run(|config| {
				let PartialComponents { client, task_manager, import_queue, .. } =
					service::open(&config)?;
				Ok((command.run(client, import_queue), task_manager))
			})
		},
		Some(Subcommand::Revert(command)) => cli.create_runner(command)?.async_run(|config| {
			let PartialComponents { client, task_manager, backend, .. } = service::open(&config)?;
			let forget_votes = Box::new(|client, _, blocks| {
				sc_consensus_grandpa::revert(client, blocks)?;
				Ok(())
			});
			Ok((command.run(client, backend, Some(forget_votes)), task_manager))
		}),
		#[cfg(feature = "runtime-benchmarks")]
		Some(Subcommand::Benchmark(command)) => benchmark(&cli, command),
	}
}

fn run_node(cli: &Cli) -> sc_cli::Result<()> {
	let options = service::Options {
		sidecar_url: cli.millrace.sidecar_url.clone(),
		gossip_duration: cli.gossip_duration(),
		with_dev_worker: cli.run.shared_params.dev,
	};
	let offchain_worker = cli.offchain_worker()?;
	let mut runner = cli.create_runner(&cli.run_command()?)?;
	runner.config_mut().offchain_worker.enabled = offchain_worker;
	runner.run_node_until_exit(|config| async move {
		start(config, &options).map_err(sc_cli::Error::Service)
	})
}

fn start(
	config: Configuration,
	options: &service::Options,
) -> Result<TaskManager, sc_service::Error> {
	match config.network.network_backend {
		NetworkBackendType::Litep2p => {
			service::start::<sc_network::Litep2pNetworkBackend>(config, options)
		},
		NetworkBackendType::Libp2p => {
			service::start::<sc_network::NetworkWorker<Block, service::Hash>>(config, options)
		},
	}
}

#[cfg(feature = "runtime-benchmarks")]
fn benchmark(cli: &Cli, command: &frame_benchmarking_cli::BenchmarkCmd) -> sc_cli::Result<()> {
	use frame_benchmarking_cli::{BenchmarkCmd, OpaqueBlock, SUBSTRATE_REFERENCE_HARDWARE};
	use sp_runtime::traits::HashingFor;

	cli.create_runner(command)?.sync_run(|config| match command {
		BenchmarkCmd::Pallet(command) => {
			command.run_with_spec::<HashingFor<Block>, ()>(Some(config.chain_spec))
		},
		BenchmarkCmd::Overhead(command) => {
			command.run_with_default_builder_and_spec::<OpaqueBlock, ()>(Some(config.chain_spec))
		},
		BenchmarkCmd::Block(command) => command.run(service::open(&config)?.client),
		BenchmarkCmd::Storage(command) => {
			let PartialComponents { client, backend, .. } = service::open(&config)?;
			let trie_cache = backend.expose_shared_trie_cache();
			let (db, storage) = (backend.expose_db(), backend.expose_storage());
			command.run(config, client, db, storage, trie_cache)
		},
		BenchmarkCmd::Machine(command) => {
			command.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone())
		},
		BenchmarkCmd::Extrinsic(_) => {
			Err("single extrinsics are measured by `benchmark pallet` and `benchmark overhead`"
				.into())
		},
	})
}
