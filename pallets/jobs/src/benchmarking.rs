//! Benchmarks of `pallet_jobs`, each at its worst case.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up must stop")]

use alloc::vec::Vec;

use frame_benchmarking::v2::{account, benchmarks, whitelisted_caller, BenchmarkError};
use frame_support::{
	pallet_prelude::{Authorize, TransactionSource},
	traits::{Get, Time},
};
use frame_system::RawOrigin;
use millrace_primitives::{
	job::{Candidates, Step, CANDIDATES_MAX},
	proof,
	traits::{JobEscrow, Registry},
	DirectTerms, JobId, JobNonce, ModelId, WorkerKey, WORKER_KEY_TYPE,
};
use sp_core::sr25519;

use crate::{Call, Config, Event, Jobs, Pallet};

const MODEL: ModelId = ModelId([7; 32]);

fn nonce<T: Config>(salt: [u8; 16]) -> JobNonce {
	JobNonce { issued_at: T::Time::now(), salt }
}

fn terms<T: Config>(candidates: Vec<T::AccountId>, model: ModelId) -> DirectTerms<T::AccountId> {
	DirectTerms {
		model,
		candidates: Candidates::try_from(candidates).unwrap(),
		max: T::MaxTokens::get(),
		request: [1; 32],
	}
}

/// Give `requester` what the largest job for `model` costs, and make its refund the dearest.
fn fund<T: Config>(requester: &T::AccountId, model: &ModelId) {
	let (_, price) = T::Registry::price_of(model).unwrap();
	T::Escrow::fund(requester, price.cost(&T::MaxTokens::get()));
	T::Escrow::burden(requester);
}

/// Fund `requester` and create an open job of it, for workers that are registered already.
pub(crate) fn prepare<T: Config>(
	requester: &T::AccountId,
	candidates: Vec<T::AccountId>,
	model: &ModelId,
) -> JobId {
	fund::<T>(requester, model);
	let terms = terms::<T>(candidates, *model);
	Pallet::<T>::do_create(requester.clone(), nonce::<T>([2; 16]), terms).unwrap()
}

/// Register `count` workers with one key, the last of which is `owner(count - 1)`.
fn workers<T: Config>(count: u32) -> (Vec<T::AccountId>, WorkerKey) {
	let key = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
	let register = |index: u32| {
		let owner: T::AccountId = account("worker", index, 0);
		let key = if index == 0 { key } else { WorkerKey::from_raw([index as u8; 32]) };
		T::Registry::prepare(&owner, key, &MODEL);
		owner
	};
	((0..count).map(register).collect(), key)
}

/// An open job with the most candidates, of which the last holds the key.
fn open<T: Config>() -> (T::AccountId, JobId, T::AccountId, WorkerKey) {
	let requester: T::AccountId = whitelisted_caller();
	let (mut candidates, key) = workers::<T>(CANDIDATES_MAX);
	candidates.rotate_left(1);
	let owner = candidates.last().unwrap().clone();
	let job_id = prepare::<T>(&requester, candidates, &MODEL);
	(requester, job_id, owner, key)
}

fn sign<T: Config>(job_id: JobId, owner: &T::AccountId, key: &WorkerKey) -> sr25519::Signature {
	let message = proof::accept_message(Pallet::<T>::genesis(), job_id, owner);
	sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, key, &message).unwrap()
}

fn assert_last_event<T: Config>(event: Event<T>) {
	let event: <T as frame_system::Config>::RuntimeEvent = event.into();
	frame_system::Pallet::<T>::assert_last_event(event);
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn create(c: Linear<1, CANDIDATES_MAX>) {
		let requester: T::AccountId = whitelisted_caller();
		let (candidates, _) = workers::<T>(c);
		fund::<T>(&requester, &MODEL);
		let nonce = nonce::<T>([3; 16]);
		let terms = terms::<T>(candidates, MODEL);
		let job_id = JobId::new(Pallet::<T>::genesis(), &requester, &nonce);

		#[extrinsic_call]
		_(RawOrigin::Signed(requester.clone()), nonce, terms);

		let job = Jobs::<T>::get(job_id).unwrap();
		assert_last_event::<T>(Event::Created {
			job_id,
			requester,
			model: MODEL,
			amount: job.locked,
			deadline: job.deadline,
		});
	}

	#[benchmark]
	fn cancel() {
		let (requester, job_id, ..) = open::<T>();
		let amount = Jobs::<T>::get(job_id).unwrap().locked;

		// A benchmark cannot make time pass, so this is the call without the look at the job's age.
		#[block]
		{
			let job = Jobs::<T>::get(job_id).unwrap();
			Pallet::<T>::take_back(job_id, &job).unwrap();
		}

		assert_last_event::<T>(Event::Cancelled { job_id, requester, amount });
	}

	#[benchmark]
	fn accept() {
		let (_, job_id, owner, key) = open::<T>();
		let signature = sign::<T>(job_id, &owner, &key);

		#[extrinsic_call]
		_(RawOrigin::Authorized, job_id, owner.clone(), signature);

		assert_last_event::<T>(Event::Accepted { job_id, worker: owner });
	}

	#[benchmark]
	fn authorize_accept() -> Result<(), BenchmarkError> {
		let (_, job, owner, key) = open::<T>();
		let signature = sign::<T>(job, &owner, &key);
		let call = Call::<T>::accept { job, owner, signature };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("accept is not authorized")??;
		}

		Ok(())
	}

	#[benchmark]
	fn expire() {
		let (requester, job_id, owner, _) = open::<T>();
		let open = Jobs::<T>::get(job_id).unwrap();
		let take = |job: &mut crate::JobRecordOf<T>| job.accepted_by = Some(owner.clone());
		Pallet::<T>::advance(job_id, &open, Step::Accept, take).ok().unwrap();

		#[block]
		{
			Pallet::<T>::expire(job_id);
		}

		let amount = open.locked;
		assert_last_event::<T>(Event::Expired { job_id, requester, worker: Some(owner), amount });
	}

	#[benchmark]
	fn retire() {
		let (_, job_id, ..) = open::<T>();
		Pallet::<T>::expire(job_id);

		#[block]
		{
			Pallet::<T>::retire(job_id);
		}

		assert_last_event::<T>(Event::Retired { job_id });
	}
}
