//! How the off-chain worker reads the chain, and reaches the pool.

use alloc::vec::Vec;

use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};
use millrace_primitives::{
	traits, Attestation, Commitment, JobId, JobRecord, Moment, Proof, Receipt, Submission, Verdict,
	WorkerKey,
};
use millrace_protocol::{Ballot, Phase};
use pallet_disputes::types as disputes;
use pallet_offchain_worker::{NotTaken, Seat};
use sp_core::sr25519;

use crate::{parameters, AccountId, Disputes, Runtime, RuntimeCall, Signature, Timestamp};

impl pallet_offchain_worker::Config for Runtime {
	type Chain = ChainOfWorkers;
	type Submit = ToPool;
	type SlotMs = parameters::SlotMs;
}

/// What the off-chain worker reads: the registry by worker key, the jobs by worker, the disputes by
/// juror.
pub struct ChainOfWorkers;

impl pallet_offchain_worker::Chain for ChainOfWorkers {
	fn now() -> Moment {
		Timestamp::get()
	}

	fn owner_of(key: &WorkerKey) -> Option<AccountId> {
		pallet_registry::WorkerKeys::<Runtime>::get(key)
	}

	fn jobs_of(owner: &AccountId, after: JobId, limit: usize) -> Vec<JobId> {
		type Index = pallet_jobs::WorkerJobs<Runtime>;
		let start = Index::hashed_key_for(owner, after);
		let up_to = Index::iter_key_prefix(owner).take_while(|job| *job <= after);
		Index::iter_key_prefix_from(owner, start).chain(up_to).take(limit).collect()
	}

	fn job(job: &JobId) -> Option<JobRecord<AccountId>> {
		pallet_jobs::Jobs::<Runtime>::get(job)
	}

	fn is_dismissible(job: &JobId) -> bool {
		<Disputes as traits::Disputes<AccountId>>::is_dismissible(job)
	}

	fn disputes_of(owner: &AccountId, after: JobId, limit: usize) -> Vec<JobId> {
		type Index = pallet_disputes::JurorCases<Runtime>;
		let start = Index::hashed_key_for(owner, after);
		let up_to = Index::iter_key_prefix(owner).take_while(|job| *job <= after);
		Index::iter_key_prefix_from(owner, start).chain(up_to).take(limit).collect()
	}

	fn seat(job: &JobId, owner: &AccountId) -> Option<Seat> {
		let case = pallet_disputes::Cases::<Runtime>::get(job)?;
		let phase = match case.phase {
			disputes::Phase::Commit => Phase::Commit,
			disputes::Phase::Reveal => Phase::Reveal,
			disputes::Phase::Draw | disputes::Phase::Arbitration | disputes::Phase::Closed(_) => {
				return None
			},
		};
		let ballot = match case.ballot(owner)? {
			disputes::Ballot::Awaited => Ballot::Awaited,
			disputes::Ballot::Committed(commitment) => Ballot::Committed(commitment),
			disputes::Ballot::Revealed(verdict) => Ballot::Revealed(verdict),
		};
		let disputes::Case { round, until, evidence, testimony, .. } = case;
		Some(Seat { round, phase, until, evidence, testimony, ballot })
	}
}

/// Sends what the off-chain worker signed to the pool as authorized transactions.
pub struct ToPool;

impl ToPool {
	fn send<Call>(call: Call) -> Result<(), NotTaken>
	where
		RuntimeCall: From<Call>,
	{
		let transaction =
			<Runtime as CreateAuthorizedTransaction<Call>>::create_authorized_transaction(
				call.into(),
			);
		SubmitTransaction::<Runtime, Call>::submit_transaction(transaction).map_err(|()| NotTaken)
	}
}

impl pallet_offchain_worker::Submit for ToPool {
	fn accept(job: JobId, owner: AccountId, signature: sr25519::Signature) -> Result<(), NotTaken> {
		Self::send(pallet_jobs::Call::accept { job, owner, signature })
	}

	fn proof(
		proof: Proof<AccountId>,
		signature: sr25519::Signature,
		receipt: Option<Receipt<Signature>>,
	) -> Result<(), NotTaken> {
		Self::send(pallet_settlement::Call::submit_proof { proof, signature, receipt })
	}

	fn receipt(job: JobId, receipt: Receipt<Signature>) -> Result<(), NotTaken> {
		Self::send(pallet_settlement::Call::submit_receipt { job, receipt })
	}

	fn result(
		submission: Submission<AccountId>,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken> {
		Self::send(pallet_settlement::Call::submit_result { submission, signature })
	}

	fn attestation(
		attestation: Attestation<AccountId>,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken> {
		Self::send(pallet_settlement::Call::attest { attestation, signature })
	}

	fn commitment(
		job: JobId,
		juror: AccountId,
		commitment: Commitment,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken> {
		Self::send(pallet_disputes::Call::commit { job, juror, commitment, signature })
	}

	fn reveal(
		job: JobId,
		juror: AccountId,
		verdict: Verdict,
		salt: [u8; 32],
	) -> Result<(), NotTaken> {
		Self::send(pallet_disputes::Call::reveal { job, juror, verdict, salt })
	}
}
