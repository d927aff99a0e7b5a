//! What a mesh is started with.

use libp2p::{Multiaddr, PeerId};
use sp_core::H256;

use crate::{
	error::MeshError,
	peer::{locate, PeerSecret},
};

/// What a mesh is started with.
#[derive(Clone, Debug)]
pub struct MeshConfig {
	/// The identity.
	pub secret: PeerSecret,
	/// Where to listen, e.g. `/ip4/0.0.0.0/tcp/30400`; none for a peer that only dials.
	pub listen: Vec<String>,
	/// Where others reach this peer; if none is given, the listen addresses are advertised.
	pub external: Vec<String>,
	/// Peers to stay connected to, e.g. `/dns/a.example/tcp/30400/p2p/12D3…`.
	pub bootnodes: Vec<String>,
	/// Whether to find peers on the local network by multicast.
	pub mdns: bool,
	/// The chain. Peers of another chain are disconnected.
	pub genesis: H256,
}

impl MeshConfig {
	/// A mesh that listens nowhere and knows nobody yet.
	pub const fn new(secret: PeerSecret, genesis: H256) -> Self {
		Self {
			secret,
			listen: Vec::new(),
			external: Vec::new(),
			bootnodes: Vec::new(),
			mdns: false,
			genesis,
		}
	}

	/// The addresses of the configuration, read.
	pub(crate) fn addresses(&self) -> Result<Addresses, MeshError> {
		let read = |texts: &[String]| {
			texts
				.iter()
				.map(|text| {
					locate(text)
						.map(|located| located.address)
						.ok_or_else(|| MeshError::BadAddress(text.clone()))
				})
				.collect::<Result<Vec<_>, _>>()
		};
		let bootnodes = self
			.bootnodes
			.iter()
			.map(|text| {
				let located = locate(text).ok_or_else(|| MeshError::BadAddress(text.clone()))?;
				let peer =
					located.peer.ok_or_else(|| MeshError::BootnodeWithoutPeer(text.clone()))?;
				Ok((peer, located.address))
			})
			.collect::<Result<Vec<_>, MeshError>>()?;
		Ok(Addresses { listen: read(&self.listen)?, external: read(&self.external)?, bootnodes })
	}
}

/// The addresses of a configuration.
pub(crate) struct Addresses {
	pub(crate) listen: Vec<Multiaddr>,
	pub(crate) external: Vec<Multiaddr>,
	pub(crate) bootnodes: Vec<(PeerId, Multiaddr)>,
}
