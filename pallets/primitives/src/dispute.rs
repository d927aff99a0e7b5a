//! Disputes: what jurors decide, and the bytes by which they commit to it.

#![deny(missing_docs)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_io::hashing::blake2_256;

use crate::{signing, JobId};

/// How a dispute ends for the worker.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Verdict {
	/// The worker delivered what it should.
	#[codec(index = 0)]
	Cleared,
	/// The worker is at fault.
	#[codec(index = 1)]
	AtFault,
}

/// A juror's commitment to its vote: a hash of the vote and a salt that only the juror knows, bound
/// to the chain, the job, the round and the juror, so that it is worth nothing anywhere else.
pub fn vote_commitment(
	genesis: H256,
	job: JobId,
	round: u8,
	juror: &impl Encode,
	verdict: Verdict,
	salt: &[u8; 32],
) -> [u8; 32] {
	blake2_256(&signing::message(signing::VOTE, genesis, &(job, round, juror, verdict, salt)))
}

/// The bytes that a juror's worker key signs to put its commitment on chain.
pub fn commit_message(
	genesis: H256,
	job: JobId,
	round: u8,
	juror: &impl Encode,
	commitment: &[u8; 32],
) -> alloc::vec::Vec<u8> {
	signing::message(signing::COMMIT, genesis, &(job, round, juror, commitment))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_commitment_binds_everything() {
		let genesis = H256::repeat_byte(1);
		let job = JobId(H256::repeat_byte(2));
		let base = vote_commitment(genesis, job, 0, &1u32, Verdict::AtFault, &[3; 32]);
		let others = [
			vote_commitment(H256::zero(), job, 0, &1u32, Verdict::AtFault, &[3; 32]),
			vote_commitment(genesis, JobId(H256::zero()), 0, &1u32, Verdict::AtFault, &[3; 32]),
			vote_commitment(genesis, job, 1, &1u32, Verdict::AtFault, &[3; 32]),
			vote_commitment(genesis, job, 0, &2u32, Verdict::AtFault, &[3; 32]),
			vote_commitment(genesis, job, 0, &1u32, Verdict::Cleared, &[3; 32]),
			vote_commitment(genesis, job, 0, &1u32, Verdict::AtFault, &[4; 32]),
		];
		assert!(!others.contains(&base));
	}
}
