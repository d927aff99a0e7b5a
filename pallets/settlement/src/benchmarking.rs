//! Benchmarks of `pallet_settlement`, each at its worst case: a job with the most candidates, the
//! last of which delivers, and a requester whose signature is ECDSA, the dearest to check; or an
//! auctioned job with the largest identifiers, whose verifier was named.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up must stop")]

use alloc::vec::Vec;

use frame_benchmarking::v2::{account, benchmarks, BenchmarkError};
use frame_support::pallet_prelude::{Authorize, TransactionSource};
use frame_system::RawOrigin;
use millrace_primitives::{
	auction::{Judgement, CID_BYTES_MAX},
	job::CANDIDATES_MAX,
	proof::receipt_message,
	traits::{JobBook, JobEscrow, Registry, VERIFIERS_MAX},
	Attestation, Cid, FinishReason, JobId, JobState, ModelId, Moment, Outcome, Proof, Receipt,
	Submission, TokenCounts, WorkerKey, WORKER_KEY_TYPE,
};
use sp_core::{crypto::KeyTypeId, ecdsa, sr25519, H256};
use sp_runtime::traits::{IdentifyAccount, Verify};

use crate::{AttestationOf, Call, Config, Pallet, ProofOf, ReceiptOf, SubmissionOf};

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

	// Less than was locked for, so that there is something to give back too.
	let max = T::Jobs::job(&job).unwrap().max;
	let tokens = TokenCounts { output: max.output.div_euclid(2), ..max };
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

/// What [`Payments::prepare`] does.
///
/// [`Payments::prepare`]: millrace_primitives::traits::Payments::prepare
pub(crate) fn prepare_end<T: Config>(job: JobId) {
	let record = T::Jobs::job(&job).unwrap();
	if let Some(auction) = record.auction.filter(|auction| auction.attested.is_some()) {
		let payout = T::Registry::worker(&auction.verifier.unwrap()).unwrap().payout;
		T::Escrow::pay_verifier(job, &payout, auction.terms.verifier_fee).unwrap();
	}
	T::Escrow::burden(&record.requester);
	T::Escrow::burden(&record.outcome.unwrap().payout);
}

/// An awarded auction, with all that its worker and its verifier sign.
struct Awarded<T: Config> {
	job: JobId,
	submission: SubmissionOf<T>,
	delivered: sr25519::Signature,
	attestation: AttestationOf<T>,
	judged: sr25519::Signature,
}

fn key_of(index: u32) -> WorkerKey {
	let mut bytes = [0; 32];
	bytes[..4].copy_from_slice(&index.to_le_bytes());
	WorkerKey::from_raw(bytes)
}

fn largest() -> Cid {
	Cid::try_from(alloc::vec![2; CID_BYTES_MAX as usize]).unwrap()
}

fn awarded<T: Config>() -> Awarded<T> {
	let requester: T::AccountId = account("requester", 0, 0);
	let (worker, verifier) = (account("worker", 0, 0), account("verifier", 0, 0));
	let keys = [(); 2].map(|()| sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None));
	T::Registry::prepare(&worker, keys[0], &MODEL);
	T::Registry::prepare(&verifier, keys[1], &MODEL);
	let job = T::Jobs::prepare_auction(&requester, &worker, &verifier, &MODEL);
	for party in [&worker, &verifier] {
		T::Escrow::burden(&T::Registry::worker(party).unwrap().payout);
	}
	T::Escrow::burden(&requester);

	let genesis = Pallet::<T>::genesis();
	let sign = |key: &WorkerKey, message: &[u8]| {
		sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, key, message).unwrap()
	};
	let submission = Submission { job, worker, result: largest(), output: [1; 32] };
	let delivered = sign(&keys[0], &submission.message(genesis));
	let attestation = Attestation {
		job,
		verifier,
		submission: submission.digest(),
		passed: false,
		evidence: [3; 32],
	};
	let judged = sign(&keys[1], &attestation.message(genesis));
	Awarded { job, submission, delivered, attestation, judged }
}

/// An auctioned job that its worker has delivered.
fn submitted<T: Config>() -> Awarded<T> {
	let awarded = awarded::<T>();
	Pallet::<T>::do_submit_result(awarded.submission.clone(), &awarded.delivered).unwrap();
	awarded
}

fn assert_state<T: Config>(job: JobId, state: JobState) {
	assert_eq!(T::Jobs::job(&job).unwrap().state, state);
}

fn assert_paid<T: Config>(job: JobId) {
	assert_state::<T>(job, JobState::Settled);
	assert!(T::Jobs::job(&job).unwrap().payment.unwrap().worker > 0);
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

		if r == 1 {
			assert_paid::<T>(job);
		} else {
			assert_state::<T>(job, JobState::Verified);
		}
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

		assert_paid::<T>(job);
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
	fn submit_result() {
		let Awarded { job, submission, delivered, .. } = awarded::<T>();

		#[extrinsic_call]
		_(RawOrigin::Authorized, submission, delivered);

		assert_state::<T>(job, JobState::Submitted);
	}

	#[benchmark]
	fn authorize_submit_result() -> Result<(), BenchmarkError> {
		let Awarded { submission, delivered, .. } = awarded::<T>();
		let call = Call::<T>::submit_result { submission, signature: delivered };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call is not authorized")??;
		}

		Ok(())
	}

	#[benchmark]
	fn attest() {
		let Awarded { job, attestation, judged, .. } = submitted::<T>();

		#[extrinsic_call]
		_(RawOrigin::Authorized, attestation, judged);

		assert_state::<T>(job, JobState::Disputed);
	}

	#[benchmark]
	fn authorize_attest() -> Result<(), BenchmarkError> {
		let Awarded { attestation, judged, .. } = submitted::<T>();
		let call = Call::<T>::attest { attestation, signature: judged };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call is not authorized")??;
		}

		Ok(())
	}

	// `v` verifiers, two of which are the worker and the one that was named before.
	#[benchmark]
	fn draw(v: Linear<2, VERIFIERS_MAX>) {
		let Awarded { job, submission, .. } = awarded::<T>();
		for index in 2..v {
			T::Registry::prepare(&account("juror", index, 0), key_of(index), &MODEL);
		}
		let payout = T::Registry::worker(&submission.worker).unwrap().payout;
		let outcome = Outcome {
			worker: submission.worker.clone(),
			payout,
			worker_share: 0,
			tokens: TokenCounts::default(),
			output: submission.output,
			proof: submission.digest(),
			finish: FinishReason::Stop,
			proven_at: 0,
		};
		T::Jobs::submit(job, outcome, submission.result, None, Moment::MAX).unwrap();
		// Later than they came, by more blocks than a seed is known before.
		frame_system::Pallet::<T>::set_block_number(1_000u32.into());

		#[block]
		{
			Pallet::<T>::judgement_due(job);
		}

		let auction = T::Jobs::job(&job).unwrap().auction.unwrap();
		assert!(auction.verifier.is_some());
	}

	#[benchmark]
	fn pass_over() {
		let Awarded { job, .. } = submitted::<T>();

		#[block]
		{
			Pallet::<T>::judgement_due(job);
		}

		assert_state::<T>(job, JobState::Verified);
	}

	/// Of a direct job: three are paid, and all candidates let go.
	#[benchmark]
	fn settle_direct() {
		let Done { job, proof, signature, .. } = done::<T>();
		Pallet::<T>::do_submit_proof(&proof, &signature, None).unwrap();

		#[block]
		{
			Pallet::<T>::settle_due(job);
		}

		assert_paid::<T>(job);
	}

	/// Of an auctioned job whose verifier judged, so that what is said of it is noted too.
	#[benchmark]
	fn settle_auction() {
		let Awarded { job, attestation, .. } = submitted::<T>();
		let judgement = Judgement { passed: true, evidence: attestation.evidence, at: 0 };
		T::Jobs::verify(job, Some(judgement)).unwrap();
		prepare_end::<T>(job);

		#[block]
		{
			Pallet::<T>::settle_due(job);
		}

		assert_paid::<T>(job);
	}
}
