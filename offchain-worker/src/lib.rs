#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod memory;
mod pass;
mod sidecar;
mod submit;
#[cfg(test)]
mod tests;
mod view;
mod vote;

use alloc::vec::Vec;

use frame_support::traits::Get;
use millrace_primitives::{
	Attestation, Commitment, JobId, JobRecord, Moment, Proof, Receipt, Submission, Verdict,
	WorkerKey,
};
use millrace_protocol::{Ballot, Phase};
use sp_core::{crypto::AccountId32, sr25519};
use sp_runtime::MultiSignature;

pub use pallet::*;

/// The target of what this crate logs.
pub const LOG_TARGET: &str = "runtime::offchain-worker";

/// What the chain knows of workers, jobs and disputes, at the block that the off-chain worker runs
/// for.
pub trait Chain {
	/// The chain's time.
	fn now() -> Moment;

	/// The owner of the worker that is registered with `key`, if there is one.
	fn owner_of(key: &WorkerKey) -> Option<AccountId32>;

	/// The jobs that concern the worker of `owner`, as candidate, as the one that was awarded them
	/// or as verifier, by id: those after `after` and then those up to it. MUST return each once and
	/// at most `limit`.
	fn jobs_of(owner: &AccountId32, after: JobId, limit: usize) -> Vec<JobId>;

	/// The record of `job`.
	fn job(job: &JobId) -> Option<JobRecord<AccountId32>>;

	/// Whether a receipt ends the dispute of `job`.
	fn is_dismissible(job: &JobId) -> bool;

	/// The jobs in whose disputes the worker of `owner` is a juror, by id: those after `after` and
	/// then those up to it. MUST return each once and at most `limit`.
	fn disputes_of(owner: &AccountId32, after: JobId, limit: usize) -> Vec<JobId>;

	/// The seat of the worker of `owner` in the committee of the dispute of `job`; nothing if it has
	/// none, or if the dispute waits for no jurors now.
	fn seat(job: &JobId, owner: &AccountId32) -> Option<Seat>;
}

/// A dispute as it concerns one of its jurors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat {
	/// Which committee this is.
	pub round: u8,
	/// What the dispute waits for.
	pub phase: Phase,
	/// When the phase ends.
	pub until: Moment,
	/// A hash of what the challenge rests on.
	pub evidence: Commitment,
	/// A hash of what the requester has to say, if somebody else challenges and it has said so.
	pub testimony: Option<Commitment>,
	/// What the juror has said.
	pub ballot: Ballot,
}

/// The transaction pool did not take a transaction: it has it already, or it is not valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotTaken;

/// How what was signed reaches the transaction pool.
pub trait Submit {
	/// Submit that the worker of `owner` takes `job`.
	fn accept(
		job: JobId,
		owner: AccountId32,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken>;

	/// Submit a proof, with its receipt if there is one.
	fn proof(
		proof: Proof<AccountId32>,
		signature: sr25519::Signature,
		receipt: Option<Receipt<MultiSignature>>,
	) -> Result<(), NotTaken>;

	/// Submit the receipt for a proof that the chain holds.
	fn receipt(job: JobId, receipt: Receipt<MultiSignature>) -> Result<(), NotTaken>;

	/// Submit the result of an auctioned job.
	fn result(
		submission: Submission<AccountId32>,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken>;

	/// Submit a verifier's judgement.
	fn attestation(
		attestation: Attestation<AccountId32>,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken>;

	/// Submit a juror's commitment to its vote.
	fn commitment(
		job: JobId,
		juror: AccountId32,
		commitment: Commitment,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken>;

	/// Submit the vote to which a juror has committed.
	fn reveal(
		job: JobId,
		juror: AccountId32,
		verdict: Verdict,
		salt: [u8; 32],
	) -> Result<(), NotTaken>;
}

#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use sp_core::H256;

	use super::{pass, AccountId32, Chain, Submit};

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32, Hash = H256> {
		/// What the chain knows of workers and jobs.
		type Chain: Chain;

		/// How what was signed reaches the transaction pool.
		type Submit: Submit;

		/// Milliseconds between blocks.
		type SlotMs: Get<u64>;
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn offchain_worker(block: BlockNumberFor<T>) {
			pass::run::<T>(block);
		}
	}
}

/// `percent` of a slot in milliseconds, at least one.
fn part_of_slot<T: Config>(percent: u64) -> u64 {
	T::SlotMs::get().saturating_mul(percent).checked_div(100).unwrap_or(0).max(1)
}
