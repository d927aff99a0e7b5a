//! Identifiers and keys.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{crypto::KeyTypeId, H256};

use crate::{signing, Moment};

/// A hash that commits its author to something it has not shown.
pub type Commitment = [u8; 32];

/// The ed25519 key behind a sidecar's libp2p identity.
pub type PeerKey = sp_core::ed25519::Public;

/// The sr25519 key with which a worker's node signs accepts, proofs and votes.
pub type WorkerKey = sp_core::sr25519::Public;

/// The keystore type of [`WorkerKey`].
pub const WORKER_KEY_TYPE: KeyTypeId = KeyTypeId(*b"mrwk");

/// The X25519 key to which requesters seal envelopes for a worker.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EnvelopeKey(pub [u8; 32]);

/// A model: the SHA-256 of its GGUF file.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ModelId(pub [u8; 32]);

/// A price class of models.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TierId(pub u16);

/// A job. Computed by the requester before the chain has seen the job, so that the envelope can be
/// bound to it while the transaction that locks the money is still on its way.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JobId(pub H256);

impl JobId {
	/// The id of the job that `requester` creates with `nonce` on the chain `genesis`.
	pub fn new(genesis: H256, requester: &impl Encode, nonce: &JobNonce) -> Self {
		let preimage = (signing::JOB_ID, genesis, requester, nonce).encode();
		Self(H256(sp_io::hashing::blake2_256(&preimage)))
	}
}

impl core::fmt::Display for JobId {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		core::fmt::LowerHex::fmt(&self.0, f)?;
		Ok(())
	}
}

/// What makes a job id unique for ever without storage that grows: the chain takes a nonce only
/// within a few minutes of `issued_at`, and keeps every job for more than twice as long.
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
pub struct JobNonce {
	/// When the requester made the job, in milliseconds since the Unix epoch.
	pub issued_at: Moment,
	/// Random bytes.
	pub salt: [u8; 16],
}

macro_rules! hex_display {
	($($type:ty),*) => {$(
		impl core::fmt::Display for $type {
			fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
				self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
			}
		}
	)*};
}

hex_display!(ModelId, EnvelopeKey);

impl core::fmt::Display for TierId {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		core::fmt::Display::fmt(&self.0, f)
	}
}
