//! What the node wants of the network before the network starts.

use std::sync::Arc;

use millrace_runtime::opaque::Block;
use sc_consensus_grandpa::warp_proof::NetworkProvider;
use sc_network::{
	config::FullNetworkConfiguration, service::NotificationMetrics, NetworkBackend,
	NotificationService, ProtocolName,
};
use sc_service::Configuration;
use sp_blockchain::HeaderBackend;

use super::{Components, FullBackend, Hash};

/// What the network is started with.
pub(super) struct Plan<N: NetworkBackend<Block, Hash>> {
	pub(super) net_config: FullNetworkConfiguration<Block, Hash, N>,
	pub(super) metrics: NotificationMetrics,
	/// Serves and checks proofs of finality, so that a new node need not import every block.
	pub(super) warp_sync: Arc<NetworkProvider<Block, FullBackend>>,
	pub(super) votes: Votes,
}

/// The protocol over which GRANDPA's votes travel.
pub(super) struct Votes {
	pub(super) protocol: ProtocolName,
	pub(super) notifications: Box<dyn NotificationService>,
}

/// The network of a node with these `components`.
pub(super) fn plan<N: NetworkBackend<Block, Hash>>(
	config: &Configuration,
	components: &Components,
) -> Plan<N> {
	let registry = config.prometheus_registry();
	let mut net_config =
		FullNetworkConfiguration::<_, _, N>::new(&config.network, registry.cloned());
	let metrics = N::register_notification_metrics(registry);

	let genesis = components.client.info().genesis_hash;
	let protocol = sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
	let (peers, notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
		protocol.clone(),
		metrics.clone(),
		net_config.peer_store_handle(),
	);
	net_config.add_notification_protocol(peers);

	let warp_sync = NetworkProvider::new(
		Arc::clone(&components.backend),
		components.other.grandpa_link.shared_authority_set().clone(),
		Vec::new(),
	);
	Plan {
		net_config,
		metrics,
		warp_sync: Arc::new(warp_sync),
		votes: Votes { protocol, notifications },
	}
}
