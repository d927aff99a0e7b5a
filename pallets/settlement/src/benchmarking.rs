//! Benchmarks of `pallet_settlement`, each at its worst case: a job with the most candidates, the
//! last of which delivers, and a requester whose signature is ECDSA, the dearest to check.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up must stop")]

use alloc::vec::Vec;

use frame_benchmarking::v2::{account, benchmarks, BenchmarkError};
use frame_support::pallet_prelude::{Authorize, TransactionSource};
use frame_system::RawOrigin;
use millrace_primitives::{
	job::CANDIDATES_MAX,
	proof::receipt_message,
	traits::{JobBook, JobEscrow, Registry},
	FinishReason, JobId, JobState, ModelId, Proof, Receipt, WorkerKey, WORKER_KEY_TYPE,
};
use sp_core::{crypto::KeyTypeId, ecdsa, sr25519, H256};
use sp_runtime::traits::{IdentifyAccount, Verify};

use crate::{Call, Config, Pallet, ProofOf, ReceiptOf};

const MODEL: ModelId = ModelId([7; 32]);
const REQUESTER_KEY_TYPE: KeyTypeId = KeyTypeId(*b"rqst");

/// A job that is done, with all that proves it.
struct Done<T: Config> {
	job: JobId,
	proof: ProofOf<T>,
	signature: sr25519::Signature,
	receipt: ReceiptOf<T>,
}

fn done<T: Config>() -> Done<T>
where
	T::Signature: From<ecdsa::Signature>,
	<T::Signature as Verify>::Signer: From<ecdsa::Public>,
{
	let requester_key = sp_io::crypto::ecdsa_generate(REQUESTER_KEY_TYPE, None);
	let requester = <T::Signature as Verify>::Signer::from(requester_key).into_account();
	let key = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
	let last = CANDIDATES_MAX.saturating_sub(1);
	let register = |index: u32| {
		let owner: T::AccountId = account("worker", index, 0);
		let key = if index == last { key } else { WorkerKey::from_raw([index as u8; 32]) };
		T::Registry::prepare(&owner, key, &MODEL);
		owner
	};
	let candidates = (0..CANDIDATES_MAX).map(register).collect::<Vec<_>>();
	let worker = candidates.last().unwrap().clone();
	T::Escrow::burden(&T::Registry::worker(&worker).unwrap().payout);
	let job = T::Jobs::prepare(&requester, candidates, &MODEL);

	let tokens = T::Jobs::job(&job).unwrap().max;
	let proof = Proof {
		job,
		worker,
		model: MODEL,
		output: [1; 32],
		tokens,
		finish: FinishReason::Length,
		class: [2; 32],
		entropy: H256::repeat_byte(3),
	};
	let genesis = Pallet::<T>::genesis();
	let message = proof.message(genesis);
	let signature = sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, &key, &message).unwrap();
	let digest = proof.digest();
	let message = receipt_message(genesis, job, &digest);
	let confirmed =
		sp_io::crypto::ecdsa_sign(REQUESTER_KEY_TYPE, &requester_key, &message).unwrap();
	Done { job, proof, signature, receipt: Receipt { proof: digest, signature: confirmed.into() } }
}

fn assert_state<T: Config>(job: JobId, state: JobState) {
	assert_eq!(T::Jobs::job(&job).unwrap().state, state);
}

#[benchmarks(where
	T::Signature: From<ecdsa::Signature>,
	<T::Signature as Verify>::Signer: From<ecdsa::Public>,
)]
mod benches {
	use super::*;

	#[benchmark]
	fn submit_proof(r: Linear<0, 1>) {
		let Done { job, proof, signature, receipt } = done::<T>();
		let receipt = (r == 1).then_some(receipt);

		#[extrinsic_call]
		_(RawOrigin::Authorized, proof, signature, receipt);

		assert_state::<T>(job, if r == 1 { JobState::Settled } else { JobState::Verified });
	}

	#[benchmark]
	fn authorize_submit_proof(r: Linear<0, 1>) -> Result<(), BenchmarkError> {
		let Done { proof, signature, receipt, .. } = done::<T>();
		let receipt = (r == 1).then_some(receipt);
		let call = Call::<T>::submit_proof { proof, signature, receipt };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call is not authorized")??;
		}

		Ok(())
	}

	#[benchmark]
	fn submit_receipt() {
		let Done { job, proof, signature, receipt } = done::<T>();
		Pallet::<T>::do_submit_proof(&proof, &signature, None).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Authorized, job, receipt);

		assert_state::<T>(job, JobState::Settled);
	}

	#[benchmark]
	fn authorize_submit_receipt() -> Result<(), BenchmarkError> {
		let Done { job, proof, signature, receipt } = done::<T>();
		Pallet::<T>::do_submit_proof(&proof, &signature, None).unwrap();
		let call = Call::<T>::submit_receipt { job, receipt };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call is not authorized")??;
		}

		Ok(())
	}

	#[benchmark]
	fn settle_due() {
		let Done { job, proof, signature, .. } = done::<T>();
		Pallet::<T>::do_submit_proof(&proof, &signature, None).unwrap();

		#[block]
		{
			Pallet::<T>::settle_due(job);
		}

		assert_state::<T>(job, JobState::Settled);
	}
}
