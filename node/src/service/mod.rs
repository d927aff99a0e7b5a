//! The running node: what it consists of, and the order in which the parts start.

mod authoring;
mod finality;
mod network;
mod offchain;
mod partial;

use std::{sync::Arc, time::Duration};

use millrace_runtime::{apis::RuntimeApi, opaque::Block};
use sc_network::NetworkBackend;
use sc_service::{
	BuildNetworkParams, Configuration, Error, PartialComponents, SpawnTasksParams, TaskManager,
	WarpSyncConfig,
};

use self::{authoring::Author, finality::Voter, offchain::OffchainWorker, partial::Consensus};
use crate::{rpc::Rpc, sidecar::SidecarUrl};

pub(crate) use self::partial::{open, Components};

/// The hash of a block.
pub(crate) type Hash = <Block as sp_runtime::traits::Block>::Hash;

/// What the runtime may call. Benchmarks are built into the runtime and call their own.
#[cfg(not(feature = "runtime-benchmarks"))]
pub(crate) type HostFunctions = sp_io::SubstrateHostFunctions;
/// What the runtime may call. Benchmarks are built into the runtime and call their own.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) type HostFunctions =
	(sp_io::SubstrateHostFunctions, frame_benchmarking::benchmarking::HostFunctions);

pub(crate) type FullClient =
	sc_service::TFullClient<Block, RuntimeApi, sc_executor::WasmExecutor<HostFunctions>>;
pub(crate) type FullBackend = sc_service::TFullBackend<Block>;
pub(crate) type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;
type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;

/// What the operator decides beyond [`Configuration`].
#[derive(Clone, Debug)]
pub(crate) struct Options {
	/// The sidecar that the off-chain worker serves.
	pub(crate) sidecar_url: Option<SidecarUrl>,
	/// How long a finality vote travels; derived from the slot time where it is `None`.
	pub(crate) gossip_duration: Option<Duration>,
	/// Whether to hold the well-known worker key of development chains.
	pub(crate) with_dev_worker: bool,
}

/// Start a node that networks through `N`. It runs until the task manager is dropped.
pub(crate) fn start<N: NetworkBackend<Block, Hash>>(
	config: Configuration,
	options: &Options,
) -> Result<TaskManager, Error> {
	let components = open(&config)?;
	let network::Plan { net_config, metrics, warp_sync, votes } =
		network::plan::<N>(&config, &components);
	let author = Author::new(&config, &components)?;
	let voter = Voter::new(&config, options, &components, votes)?;
	let offchain_worker = OffchainWorker::new(&config, options, &components)?;
	let rpc = Rpc::new(&components);
	let PartialComponents {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		transaction_pool,
		other: Consensus { grandpa_link, mut telemetry, .. },
		..
	} = components;

	let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
		sc_service::build_network(BuildNetworkParams {
			config: &config,
			net_config,
			client: Arc::clone(&client),
			transaction_pool: Arc::clone(&transaction_pool),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;
	if let Some(worker) = offchain_worker {
		worker.spawn(&task_manager, Arc::new(Arc::clone(&network)))?;
	}
	sc_service::spawn_tasks(SpawnTasksParams {
		config,
		client,
		backend,
		task_manager: &mut task_manager,
		keystore: keystore_container.keystore(),
		transaction_pool,
		rpc_builder: Box::new(move |_| rpc.module()),
		network: Arc::new(Arc::clone(&network)),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: Arc::clone(&sync_service),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;
	if let Some(author) = author {
		author.spawn(&task_manager, Arc::clone(&sync_service))?;
	}
	if let Some(voter) = voter {
		let params = voter.params(grandpa_link, network, Arc::new(sync_service));
		let voter = sc_consensus_grandpa::run_grandpa_voter(params)?;
		task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	}
	Ok(task_manager)
}
