//! Who a worker is: the keys it registers, and the proof that it holds them.

#![deny(clippy::as_conversions)]

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ed25519, sr25519, H256};

use crate::{signing, EnvelopeKey, PeerKey, WorkerKey};

/// The keys of a worker.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct WorkerKeys {
	/// Signs accepts, proofs and votes; lives in the node's keystore.
	pub worker: WorkerKey,
	/// The sidecar's libp2p identity.
	pub peer: PeerKey,
	/// Opens envelopes; lives in the sidecar.
	pub envelope: EnvelopeKey,
}

/// Signatures with which a worker key and a peer key agree to belong to an owner, and with which
/// the peer key vouches for the envelope key. Both are over [`message`].
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Possession {
	/// By the worker key.
	pub worker: sr25519::Signature,
	/// By the peer key.
	pub peer: ed25519::Signature,
}

/// The bytes that both keys sign. `nonce` counts the key changes of the owner, so that an old
/// agreement cannot be used again.
pub fn message(genesis: H256, owner: &impl Encode, nonce: u32, keys: &WorkerKeys) -> Vec<u8> {
	signing::message(signing::IDENTITY, genesis, &(owner, nonce, keys))
}
