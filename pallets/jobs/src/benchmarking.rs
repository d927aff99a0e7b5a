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
	auction::{award_message, CID_BYTES_MAX},
	job::{Candidates, Step, CANDIDATES_MAX},
	proof,
	traits::{JobEscrow, Registry},
	AuctionTerms, Balance, Bid, Cid, DirectTerms, DisputeMechanism, JobId, JobNonce, JobState,
	ModelId, Moment, WorkerKey, WORKER_KEY_TYPE,
};
use sp_core::{crypto::KeyTypeId, ecdsa, sr25519};
use sp_runtime::traits::{IdentifyAccount, Verify};

use crate::{AuctionTermsOf, BidOf, Call, Config, Event, Jobs, Pallet};

const MODEL: ModelId = ModelId([7; 32]);
const MATCHER_KEY_TYPE: KeyTypeId = KeyTypeId(*b"mtch");

/// The largest payment for an auctioned job; half of it is paid.
const PAYMENT_MAX: Balance = 10_000_000;

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

fn auction_terms<T: Config>(
	model: ModelId,
	matcher: Option<T::AccountId>,
	verifier: Option<T::AccountId>,
) -> AuctionTermsOf<T> {
	AuctionTerms {
		model,
		document: Cid::try_from(alloc::vec![1; CID_BYTES_MAX as usize]).unwrap(),
		payment_max: PAYMENT_MAX,
		verifier_fee: T::VerifierFeeMin::get().max(1_000_000),
		bid_window: T::BidWindowMax::get(),
		latency_max: T::LatencyMax::get(),
		challenge_window: T::ChallengeWindowMax::get(),
		mechanism: DisputeMechanism::Committee,
		matcher,
		verifier,
	}
}

/// Give `requester` what an auction on `terms` locks, and make its refund the dearest.
fn fund_auction<T: Config>(requester: &T::AccountId, terms: &AuctionTermsOf<T>) {
	T::Escrow::fund(requester, terms.lock().unwrap());
	T::Escrow::burden(requester);
}

/// Fund `requester` and create an auction of it.
fn auction<T: Config>(requester: &T::AccountId, terms: AuctionTermsOf<T>) -> JobId {
	fund_auction::<T>(requester, &terms);
	let nonce = nonce::<T>([4; 16]);
	Pallet::<T>::do_create_auction(requester.clone(), nonce, terms).unwrap()
}

fn bid<T: Config>(job: JobId, worker: T::AccountId) -> BidOf<T> {
	let latency = T::LatencyMax::get();
	Bid { job, worker, price: PAYMENT_MAX.div_euclid(2), latency, valid_until: Moment::MAX }
}

/// Create an auction of `requester`, awarded to `worker`, for a verifier that is registered already.
pub(crate) fn prepare_auction<T: Config>(
	requester: &T::AccountId,
	worker: &T::AccountId,
	verifier: &T::AccountId,
	model: &ModelId,
) -> JobId {
	let terms = auction_terms::<T>(*model, None, Some(verifier.clone()));
	let job_id = auction::<T>(requester, terms);
	let record = Jobs::<T>::get(job_id).unwrap();
	Pallet::<T>::take_award(&record, &bid::<T>(job_id, worker.clone())).unwrap();
	job_id
}

/// An award by the matcher, with a verifier named, of an auction whose requester is the caller.
struct Offered<T: Config> {
	bid: BidOf<T>,
	bid_signature: sr25519::Signature,
	award_signature: T::Signature,
}

fn offered<T: Config>() -> Offered<T>
where
	T::Signature: From<ecdsa::Signature>,
	<T::Signature as Verify>::Signer: From<ecdsa::Public>,
{
	let requester: T::AccountId = whitelisted_caller();
	let matcher_key = sp_io::crypto::ecdsa_generate(MATCHER_KEY_TYPE, None);
	let matcher = <T::Signature as Verify>::Signer::from(matcher_key).into_account();
	let (workers, key) = workers::<T>(2);
	let [worker, verifier] = <[T::AccountId; 2]>::try_from(workers).ok().unwrap();
	let job_id = auction::<T>(&requester, auction_terms::<T>(MODEL, Some(matcher), Some(verifier)));

	let bid = bid::<T>(job_id, worker);
	let genesis = Pallet::<T>::genesis();
	let message = bid.message(genesis);
	let bid_signature = sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, &key, &message).unwrap();
	let message = award_message(genesis, job_id, &bid.digest());
	let award = sp_io::crypto::ecdsa_sign(MATCHER_KEY_TYPE, &matcher_key, &message).unwrap();
	Offered { bid, bid_signature, award_signature: award.into() }
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

#[benchmarks(where
	T::Signature: From<ecdsa::Signature>,
	<T::Signature as Verify>::Signer: From<ecdsa::Public>,
)]
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
	fn create_auction() {
		let requester: T::AccountId = whitelisted_caller();
		let (mut workers, _) = workers::<T>(1);
		let terms = auction_terms::<T>(MODEL, Some(requester.clone()), workers.pop());
		fund_auction::<T>(&requester, &terms);
		let verifier_fee = terms.verifier_fee;
		let nonce = nonce::<T>([3; 16]);
		let job_id = JobId::new(Pallet::<T>::genesis(), &requester, &nonce);

		#[extrinsic_call]
		_(RawOrigin::Signed(requester.clone()), nonce, terms);

		let job = Jobs::<T>::get(job_id).unwrap();
		assert_last_event::<T>(Event::AuctionCreated {
			job_id,
			requester,
			model: MODEL,
			amount: job.locked,
			verifier_fee,
			deadline: job.deadline,
		});
	}

	#[benchmark]
	fn award() {
		let Offered { bid, bid_signature, award_signature } = offered::<T>();
		let job_id = bid.job;

		#[extrinsic_call]
		_(RawOrigin::Authorized, bid, bid_signature, award_signature);

		assert_eq!(Jobs::<T>::get(job_id).unwrap().state, JobState::Accepted);
	}

	#[benchmark]
	fn authorize_award() -> Result<(), BenchmarkError> {
		let Offered { bid, bid_signature, award_signature } = offered::<T>();
		let call = Call::<T>::award { bid, bid_signature, award_signature };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("award is not authorized")??;
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
