//! What the swarm of a mesh is made of.

use std::{collections::HashSet, time::Duration};

use libp2p::{
	connection_limits::{self, ConnectionLimits},
	gossipsub::{
		self, IdentTopic, MessageAuthenticity, MessageId, PeerScoreParams, PeerScoreThresholds,
		TopicScoreParams, ValidationMode, WhitelistSubscriptionFilter,
	},
	identify, mdns, noise, ping,
	swarm::{behaviour::toggle::Toggle, NetworkBehaviour, Swarm},
	tcp, yamux, SwarmBuilder,
};
use sha2::{Digest, Sha256};
use sp_core::H256;

use crate::{
	config::MeshConfig,
	defaults::{
		ADVERT_BYTES_MAX, CONNECTIONS_MAX, CONNECTIONS_PENDING_MAX, CONNECTIONS_PER_PEER_MAX,
		CONNECTION_IDLE, PING_INTERVAL, PING_TIMEOUT,
	},
	error::MeshError,
	streams,
};

type Gossip = gossipsub::Behaviour<gossipsub::IdentityTransform, WhitelistSubscriptionFilter>;

/// What the swarm of a mesh is made of. Limits come first: they can deny a connection before the
/// others hear of it.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
	limits: connection_limits::Behaviour,
	pub(crate) gossip: Gossip,
	identify: identify::Behaviour,
	ping: ping::Behaviour,
	mdns: Toggle<mdns::tokio::Behaviour>,
	pub(crate) streams: streams::Behaviour,
}

/// The topic of the adverts of a chain.
pub(crate) fn topic(genesis: H256) -> IdentTopic {
	IdentTopic::new(format!("/millrace/{genesis:x}/adverts/1"))
}

/// What peers of a chain call themselves.
pub(crate) fn protocol_version(genesis: H256) -> String {
	format!("/millrace/{genesis:x}/1")
}

fn setup(part: &'static str) -> impl Fn(String) -> MeshError {
	move |reason| MeshError::Setup { part, reason }
}

/// Put together the swarm of `config`, subscribed to its topic.
pub(crate) fn swarm(config: &MeshConfig) -> Result<Swarm<Behaviour>, MeshError> {
	let keypair = config.secret.keypair()?;
	let behaviour = behaviour(config, &keypair)?;
	let swarm = SwarmBuilder::with_existing_identity(keypair)
		.with_tokio()
		.with_tcp(tcp::Config::new().nodelay(true), noise::Config::new, yamux::Config::default)
		.map_err(|error| setup("encryption")(error.to_string()))?
		.with_dns()
		.map_err(|error| setup("name resolution")(error.to_string()))?
		.with_behaviour(|_| behaviour)
		.map_err(|error| setup("the behaviour")(error.to_string()))?
		.with_swarm_config(|swarm| swarm.with_idle_connection_timeout(CONNECTION_IDLE))
		.build();
	Ok(swarm)
}

fn behaviour(
	config: &MeshConfig,
	keypair: &libp2p::identity::Keypair,
) -> Result<Behaviour, MeshError> {
	let public = keypair.public();
	let mdns = config
		.mdns
		.then(|| mdns::tokio::Behaviour::new(mdns::Config::default(), public.to_peer_id()))
		.transpose()
		.map_err(|error| setup("mDNS")(error.to_string()))?;
	let limits = ConnectionLimits::default()
		.with_max_established(Some(CONNECTIONS_MAX))
		.with_max_established_per_peer(Some(CONNECTIONS_PER_PEER_MAX))
		.with_max_pending_incoming(Some(CONNECTIONS_PENDING_MAX))
		.with_max_pending_outgoing(Some(CONNECTIONS_PENDING_MAX));
	let identify = identify::Config::new(protocol_version(config.genesis), public)
		.with_agent_version(format!("millrace/{}", env!("CARGO_PKG_VERSION")));
	Ok(Behaviour {
		limits: connection_limits::Behaviour::new(limits),
		gossip: gossip(config.genesis).map_err(setup("gossip"))?,
		identify: identify::Behaviour::new(identify),
		ping: ping::Behaviour::new(
			ping::Config::new().with_interval(PING_INTERVAL).with_timeout(PING_TIMEOUT),
		),
		mdns: mdns.into(),
		streams: streams::Behaviour::new(),
	})
}

/// Gossip of adverts. An advert is signed by its author, so the messages around it are not; a
/// message is named by its content, so that one passed on by many is looked at once.
fn gossip(genesis: H256) -> Result<Gossip, String> {
	let topic = topic(genesis);
	let config = gossipsub::ConfigBuilder::default()
		.validation_mode(ValidationMode::Anonymous)
		.validate_messages()
		.max_transmit_size(ADVERT_BYTES_MAX.saturating_mul(4))
		.message_id_fn(|message: &gossipsub::Message| {
			MessageId::new(Sha256::digest(&message.data).as_slice())
		})
		.build()
		.map_err(|error| error.to_string())?;
	let filter = WhitelistSubscriptionFilter(HashSet::from([topic.hash()]));
	let mut gossip =
		Gossip::new_with_subscription_filter(MessageAuthenticity::Anonymous, config, filter)?;
	gossip.with_peer_score(scores(&topic), PeerScoreThresholds::default())?;
	gossip.subscribe(&topic).map_err(|error| error.to_string())?;
	Ok(gossip)
}

/// Scores that punish invalid adverts and reward nothing a flood of peers could earn.
fn scores(topic: &IdentTopic) -> PeerScoreParams {
	let adverts = TopicScoreParams {
		topic_weight: 1.0,
		time_in_mesh_weight: 0.01,
		time_in_mesh_quantum: Duration::from_secs(1),
		time_in_mesh_cap: 300.0,
		first_message_deliveries_weight: 0.0,
		// A small network has quiet minutes: nobody is punished for having nothing to pass on.
		mesh_message_deliveries_weight: 0.0,
		mesh_failure_penalty_weight: 0.0,
		// Squared: the third invalid advert within a few seconds costs the neighbour its place.
		invalid_message_deliveries_weight: -10.0,
		invalid_message_deliveries_decay: 0.9,
		..TopicScoreParams::default()
	};
	PeerScoreParams {
		topics: [(topic.hash(), adverts)].into(),
		// Workers of one operator share an address, and so do all peers of a test network.
		ip_colocation_factor_weight: 0.0,
		..PeerScoreParams::default()
	}
}
