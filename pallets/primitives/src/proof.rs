//! What a worker claims and what a requester confirms.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_io::hashing::blake2_256;

use crate::{signing, Commitment, JobId, ModelId, TokenCounts};

/// Why an answer ended.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum FinishReason {
	/// The model ended it, or a stop string was met.
	#[codec(index = 0)]
	Stop,
	/// The token limit was reached.
	#[codec(index = 1)]
	Length,
	/// The requester cancelled; what was delivered is charged.
	#[codec(index = 2)]
	Cancelled,
}

/// A worker's claim to have done a job. Signed by the worker key over [`Proof::message`].
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Proof<AccountId> {
	/// The job.
	pub job: JobId,
	/// The owner account of the worker.
	pub worker: AccountId,
	/// The model that answered.
	pub model: ModelId,
	/// The last link of the output chain.
	pub output: Commitment,
	/// What is charged.
	pub tokens: TokenCounts,
	/// Why the answer ended.
	pub finish: FinishReason,
	/// The determinism class bound into the output chain.
	pub class: Commitment,
	/// The block hash from which the seed was derived.
	pub entropy: H256,
}

impl<AccountId: Encode> Proof<AccountId> {
	/// The bytes that the worker key signs.
	pub fn message(&self, genesis: H256) -> Vec<u8> {
		signing::message(signing::PROOF, genesis, self)
	}

	/// What a receipt confirms: a hash of the whole proof.
	pub fn digest(&self) -> [u8; 32] {
		self.using_encoded(blake2_256)
	}
}

/// A requester's word that it received what a proof claims.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Receipt<Signature> {
	/// The digest of the confirmed proof.
	pub proof: [u8; 32],
	/// The requester's signature over [`receipt_message`].
	pub signature: Signature,
}

/// The bytes that a requester signs to confirm the proof with this digest.
pub fn receipt_message(genesis: H256, job: JobId, proof: &[u8; 32]) -> Vec<u8> {
	signing::message(signing::RECEIPT, genesis, &(job, proof))
}

/// The bytes that a worker key signs to accept `job` for the worker of `owner`.
pub fn accept_message(genesis: H256, job: JobId, owner: &impl Encode) -> Vec<u8> {
	signing::message(signing::ACCEPT, genesis, &(job, owner))
}
