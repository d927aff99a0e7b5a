//! The part of the node that needs no network: database, client, pool and import queue.

use std::sync::Arc;

use millrace_runtime::{apis::RuntimeApi, opaque::Block};
use sc_consensus_aura::{ImportQueueParams, SlotDuration};
use sc_consensus_grandpa::{GrandpaBlockImport, LinkHalf};
use sc_service::{Configuration, Error, PartialComponents, TaskManager};
use sc_telemetry::{Telemetry, TelemetryHandle, TelemetryWorker};
use sp_consensus_aura::{
	inherents::InherentDataProvider as SlotInherent, sr25519::AuthorityPair as AuraPair,
};
use sp_timestamp::InherentDataProvider as TimeInherent;

use super::{finality, FullBackend, FullClient, FullPool, FullSelectChain, HostFunctions};

/// Block import that learns of GRANDPA's authority changes.
pub(super) type BlockImport = GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
/// What ties the GRANDPA voter to [`BlockImport`].
pub(super) type GrandpaLink = LinkHalf<Block, FullClient, FullSelectChain>;

type ImportQueue = sc_consensus::DefaultImportQueue<Block>;

/// What consensus needs later, beside what every node has.
pub(crate) struct Consensus {
	/// Where own blocks go.
	pub(super) block_import: BlockImport,
	/// For the GRANDPA voter.
	pub(super) grandpa_link: GrandpaLink,
	/// The connection to telemetry servers, if the operator named any.
	pub(super) telemetry: Option<Telemetry>,
}

/// Everything that works without a network.
pub(crate) type Components =
	PartialComponents<FullClient, FullBackend, FullSelectChain, ImportQueue, FullPool, Consensus>;

/// Open the database and everything that works without a network. Makes the genesis block if the
/// database is empty.
pub(crate) fn open(config: &Configuration) -> Result<Components, Error> {
	let telemetry = telemetry(config)?;
	let handle = telemetry.as_ref().map(|(_, telemetry)| telemetry.handle());

	let executor = sc_service::new_wasm_executor::<HostFunctions>(&config.executor);
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts::<Block, RuntimeApi, _>(
			config,
			handle.clone(),
			executor,
			Vec::new(),
		)?;
	let client = Arc::new(client);
	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let select_chain = sc_consensus::LongestChain::new(Arc::clone(&backend));
	let transaction_pool = sc_transaction_pool::Builder::new(
		task_manager.spawn_essential_handle(),
		Arc::clone(&client),
		config.role.is_authority().into(),
	)
	.with_options(config.transaction_pool.clone())
	.with_prometheus(config.prometheus_registry())
	.build();
	let (block_import, grandpa_link) = sc_consensus_grandpa::block_import(
		Arc::clone(&client),
		finality::JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		handle.clone(),
	)?;
	let import_queue = import_queue(config, &client, &block_import, &task_manager, handle)?;

	Ok(PartialComponents {
		client,
		backend,
		task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool: Arc::from(transaction_pool),
		other: Consensus { block_import, grandpa_link, telemetry },
	})
}

fn telemetry(config: &Configuration) -> Result<Option<(TelemetryWorker, Telemetry)>, Error> {
	let Some(endpoints) = config.telemetry_endpoints.clone().filter(|list| !list.is_empty()) else {
		return Ok(None);
	};
	let worker = TelemetryWorker::new(16)?;
	let telemetry = worker.handle().new_telemetry(endpoints);
	Ok(Some((worker, telemetry)))
}

fn import_queue(
	config: &Configuration,
	client: &Arc<FullClient>,
	block_import: &BlockImport,
	task_manager: &TaskManager,
	telemetry: Option<TelemetryHandle>,
) -> Result<ImportQueue, Error> {
	let runtime = Arc::clone(client);
	let queue = sc_consensus_aura::import_queue::<AuraPair, _, _, _, _, _>(ImportQueueParams {
		block_import: block_import.clone(),
		justification_import: Some(Box::new(block_import.clone())),
		client: Arc::clone(client),
		create_inherent_data_providers: move |parent, _| {
			let runtime = Arc::clone(&runtime);
			async move {
				let slot = sc_consensus_aura::standalone::slot_duration_at(&*runtime, parent)?;
				Ok(inherents(slot))
			}
		},
		spawner: &task_manager.spawn_essential_handle(),
		registry: config.prometheus_registry(),
		check_for_equivocation: Default::default(),
		telemetry,
		compatibility_mode: Default::default(),
	})?;
	Ok(queue)
}

/// The time, and the slot that it falls into.
pub(super) fn inherents(slot: SlotDuration) -> (SlotInherent, TimeInherent) {
	let now = TimeInherent::from_system_time();
	(SlotInherent::from_timestamp_and_slot_duration(*now, slot), now)
}
