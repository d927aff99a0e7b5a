//! Peer keys, as this crate and as libp2p write them.

use libp2p::{
	identity::{ed25519, Keypair, PublicKey},
	multiaddr::Protocol,
	Multiaddr, PeerId,
};
use millrace_primitives::PeerKey;
use sp_core::{ed25519 as signing, Pair as _};
use zeroize::Zeroizing;

use crate::{
	defaults::ADDRESSES_MAX,
	envelope::random_bytes,
	error::{MeshError, NoRandomness},
};

/// The ed25519 key behind a libp2p identity. Zeroized when dropped; `Debug` shows the public key
/// only.
#[derive(Clone)]
pub struct PeerSecret(Zeroizing<[u8; 32]>);

impl PeerSecret {
	/// The key of this seed.
	pub fn from_bytes(seed: [u8; 32]) -> Self {
		Self(Zeroizing::new(seed))
	}

	/// A new random key.
	///
	/// # Errors
	/// The operating system has no randomness to give.
	pub fn generate() -> Result<Self, NoRandomness> {
		random_bytes().map(Self)
	}

	/// The seed, to be stored.
	pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
		self.0.clone()
	}

	/// The public key.
	pub fn public(&self) -> PeerKey {
		signing::Pair::from_seed(&self.0).public()
	}

	/// Sign `message`. What is signed is built by `millrace_primitives` only.
	pub fn sign(&self, message: &[u8]) -> signing::Signature {
		signing::Pair::from_seed(&self.0).sign(message)
	}

	/// The libp2p peer id, as it stands in multiaddresses.
	pub fn peer_id(&self) -> Result<String, MeshError> {
		Ok(self.keypair()?.public().to_peer_id().to_string())
	}

	pub(crate) fn keypair(&self) -> Result<Keypair, MeshError> {
		Keypair::ed25519_from_bytes(*self.0)
			.map_err(|error| MeshError::Setup { part: "the peer key", reason: error.to_string() })
	}
}

impl std::fmt::Debug for PeerSecret {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "PeerSecret({:?})", self.public())
	}
}

/// The libp2p id of a peer key, if the key is one.
pub(crate) fn peer_id(key: &PeerKey) -> Option<PeerId> {
	let key = ed25519::PublicKey::try_from_bytes(&key.0).ok()?;
	Some(PublicKey::from(key).to_peer_id())
}

/// The peer key of a libp2p id, if it is an ed25519 key.
pub(crate) fn peer_key(id: &PeerId) -> Option<PeerKey> {
	let key = PublicKey::try_decode_protobuf(id.as_ref().digest()).ok()?;
	Some(PeerKey::from_raw(key.try_into_ed25519().ok()?.to_bytes()))
}

/// What an address text says: where, and whose address it is.
pub(crate) struct Located {
	/// Host and port, without a peer id.
	pub(crate) address: Multiaddr,
	/// The peer id at its end.
	pub(crate) peer: Option<PeerId>,
}

/// Read an address of the only kind that is dialled: a host, a TCP port, perhaps a peer id. Anything
/// longer could name relays or transports that are not spoken here.
pub(crate) fn locate(text: &str) -> Option<Located> {
	let address: Multiaddr = text.parse().ok()?;
	let mut parts = address.iter();
	let host = parts.next().filter(|host| {
		matches!(
			host,
			Protocol::Ip4(_)
				| Protocol::Ip6(_)
				| Protocol::Dns(_)
				| Protocol::Dns4(_)
				| Protocol::Dns6(_)
		)
	})?;
	let port = parts.next().filter(|port| matches!(port, Protocol::Tcp(_)))?;
	let peer = match parts.next() {
		None => None,
		Some(Protocol::P2p(peer)) => Some(peer),
		Some(_) => return None,
	};
	if parts.next().is_some() {
		return None;
	}
	Some(Located { address: Multiaddr::empty().with(host).with(port), peer })
}

/// The addresses among `texts` at which `peer` can be dialled.
pub(crate) fn dialable(texts: &[String], peer: PeerId) -> Vec<Multiaddr> {
	texts
		.iter()
		.filter_map(|text| locate(text))
		.filter(|located| located.peer.is_none_or(|named| named == peer))
		.map(|located| located.address)
		.take(ADDRESSES_MAX)
		.collect()
}
