//! Building blocks: Aura.

use std::sync::Arc;

use millrace_runtime::opaque::Block;
use sc_consensus::JustificationSyncLink;
use sc_consensus_aura::{SlotDuration, SlotProportion, StartAuraParams, SyncOracle};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_service::{Configuration, Error, TaskManager};
use sc_telemetry::{Telemetry, TelemetryHandle};
use sp_consensus_aura::sr25519::AuthorityPair as AuraPair;
use sp_keystore::KeystorePtr;
use substrate_prometheus_endpoint::Registry;

use super::{
	partial::{inherents, BlockImport},
	Components, FullClient, FullPool, FullSelectChain,
};

/// The share of a slot for building a block; the weight of a full block is made to fit it.
const PROPOSAL_SHARE: f32 = 0.4;
/// The share after missed slots. Without it a chain that stalled would build blocks that take many
/// slots to import.
const PROPOSAL_SHARE_MAX: f32 = 0.6;
/// How long finality may lag before authors slow down, so that an outage of finality does not
/// grow an unbounded chain that is not final.
const FINALITY_LAG_MS: u64 = 60_000;

/// What builds blocks.
pub(super) struct Author {
	slot: SlotDuration,
	client: Arc<FullClient>,
	select_chain: FullSelectChain,
	block_import: BlockImport,
	pool: Arc<FullPool>,
	keystore: KeystorePtr,
	/// Whether to build while there are no peers.
	force: bool,
	prometheus: Option<Registry>,
	telemetry: Option<TelemetryHandle>,
}

impl Author {
	/// What builds the blocks of a validator; `None` for other nodes.
	pub(super) fn new(
		config: &Configuration,
		components: &Components,
	) -> Result<Option<Self>, Error> {
		if !config.role.is_authority() {
			return Ok(None);
		}
		Ok(Some(Self {
			slot: sc_consensus_aura::slot_duration(&*components.client)?,
			client: Arc::clone(&components.client),
			select_chain: components.select_chain.clone(),
			block_import: components.other.block_import.clone(),
			pool: Arc::clone(&components.transaction_pool),
			keystore: components.keystore_container.keystore(),
			force: config.force_authoring,
			prometheus: config.prometheus_registry().cloned(),
			telemetry: components.other.telemetry.as_ref().map(Telemetry::handle),
		}))
	}

	/// Build blocks in own slots. The node stops if this fails.
	pub(super) fn spawn<S>(self, task_manager: &TaskManager, sync: S) -> Result<(), Error>
	where
		S: SyncOracle + JustificationSyncLink<Block> + Clone + Send + Sync + 'static,
	{
		let slot = self.slot;
		let proposer_factory = sc_basic_authorship::ProposerFactory::new(
			task_manager.spawn_handle(),
			Arc::clone(&self.client),
			self.pool,
			self.prometheus.as_ref(),
			self.telemetry.clone(),
		);
		let aura = sc_consensus_aura::start_aura::<AuraPair, _, _, _, _, _, _, _, _, _, _>(
			StartAuraParams {
				slot_duration: slot,
				client: self.client,
				select_chain: self.select_chain,
				block_import: self.block_import,
				proposer_factory,
				sync_oracle: sync.clone(),
				justification_sync_link: sync,
				create_inherent_data_providers: move |_, ()| async move { Ok(inherents(slot)) },
				force_authoring: self.force,
				backoff_authoring_blocks: Some(backoff(slot)),
				keystore: self.keystore,
				block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SHARE),
				max_block_proposal_slot_portion: Some(SlotProportion::new(PROPOSAL_SHARE_MAX)),
				telemetry: self.telemetry,
				compatibility_mode: Default::default(),
			},
		)?;
		task_manager.spawn_essential_handle().spawn_blocking("aura", Some("block-authoring"), aura);
		Ok(())
	}
}

fn backoff(slot: SlotDuration) -> BackoffAuthoringOnFinalizedHeadLagging<u32> {
	let blocks = FINALITY_LAG_MS.checked_div(slot.as_millis()).unwrap_or(1).max(1);
	BackoffAuthoringOnFinalizedHeadLagging {
		unfinalized_slack: u32::try_from(blocks).unwrap_or(u32::MAX),
		..Default::default()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn authors_slow_down_after_a_minute_without_finality() {
		for (slot_ms, blocks) in [(200, 300), (500, 120), (1_000, 60), (6_000, 10)] {
			assert_eq!(backoff(SlotDuration::from_millis(slot_ms)).unfinalized_slack, blocks);
		}
	}

	#[test]
	fn authors_of_very_long_slots_keep_some_slack() {
		assert_eq!(backoff(SlotDuration::from_millis(120_000)).unfinalized_slack, 1);
		assert_eq!(backoff(SlotDuration::from_millis(0)).unfinalized_slack, 1);
	}
}
