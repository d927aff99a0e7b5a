//! Making blocks final: GRANDPA.

use std::{sync::Arc, time::Duration};

use millrace_runtime::opaque::Block;
use sc_consensus_aura::SlotDuration;
use sc_consensus_grandpa::{GrandpaParams, SharedVoterState};
use sc_network::service::traits::NetworkService;
use sc_service::{Configuration, Error, Role};
use sc_telemetry::{Telemetry, TelemetryHandle};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_keystore::KeystorePtr;
use substrate_prometheus_endpoint::Registry;

use super::{
	network::Votes, partial::GrandpaLink, Components, FullClient, FullSelectChain, Options,
};

/// Every how many blocks a proof of finality is stored, for warp sync and light clients. All nodes
/// of a network must agree.
pub(super) const JUSTIFICATION_PERIOD: u32 = 64;

/// What votes, or follows the votes of others if it has no keystore.
pub(super) struct Voter {
	votes: Votes,
	/// How long a vote travels.
	gossip: Duration,
	/// The name of the node.
	name: String,
	role: Role,
	keystore: Option<KeystorePtr>,
	prometheus: Option<Registry>,
	telemetry: Option<TelemetryHandle>,
	/// Where the runtime submits reports of equivocation.
	pool: OffchainTransactionPoolFactory<Block>,
}

type Network = Arc<dyn NetworkService>;

impl Voter {
	/// The voter of a node; `None` if the operator wants none.
	pub(super) fn new(
		config: &Configuration,
		options: &Options,
		components: &Components,
		votes: Votes,
	) -> Result<Option<Self>, Error> {
		if config.disable_grandpa {
			return Ok(None);
		}
		let slot = sc_consensus_aura::slot_duration(&*components.client)?;
		let keystore = components.keystore_container.keystore();
		let pool = Arc::clone(&components.transaction_pool);
		Ok(Some(Self {
			votes,
			gossip: options.gossip_duration.unwrap_or_else(|| gossip_duration(slot)),
			name: config.network.node_name.clone(),
			role: config.role,
			keystore: config.role.is_authority().then_some(keystore),
			prometheus: config.prometheus_registry().cloned(),
			telemetry: components.other.telemetry.as_ref().map(Telemetry::handle),
			pool: OffchainTransactionPoolFactory::new(pool),
		}))
	}

	/// The parameters of the voter. Nodes without a key run it too: it hands on votes and keeps the
	/// proofs of finality, which the lighter observer does not do as well.
	pub(super) fn params<S>(
		self,
		link: GrandpaLink,
		network: Network,
		sync: S,
	) -> GrandpaParams<Block, FullClient, Network, S, FullSelectChain, ()> {
		let config = sc_consensus_grandpa::Config {
			gossip_duration: self.gossip,
			justification_generation_period: JUSTIFICATION_PERIOD,
			observer_enabled: false,
			local_role: self.role,
			name: Some(self.name),
			keystore: self.keystore,
			telemetry: self.telemetry.clone(),
			protocol_name: self.votes.protocol,
		};
		GrandpaParams {
			config,
			link,
			network,
			sync,
			notification_service: self.votes.notifications,
			// The usual rules keep votes two blocks behind the best one, which would double the
			// time to finality and adds no safety.
			voting_rule: (),
			prometheus_registry: self.prometheus,
			shared_voter_state: SharedVoterState::empty(),
			telemetry: self.telemetry,
			offchain_tx_pool_factory: self.pool,
		}
	}
}

/// How long a vote is taken to travel where the operator does not say: short slots are for
/// networks of short distances.
pub(super) const fn gossip_duration(slot: SlotDuration) -> Duration {
	Duration::from_millis(if slot.as_millis() <= 200 { 50 } else { 100 })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn short_slots_expect_fast_votes() {
		for (slot_ms, gossip_ms) in [(100, 50), (200, 50), (201, 100), (500, 100), (6_000, 100)] {
			let gossip = gossip_duration(SlotDuration::from_millis(slot_ms));
			assert_eq!(gossip, Duration::from_millis(gossip_ms), "{slot_ms} ms");
		}
	}
}
