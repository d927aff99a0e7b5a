use codec::Encode;
use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	dispatch::GetDispatchInfo,
	pallet_prelude::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
};
use frame_system::RawOrigin;
use millrace_primitives::{
	auction::award_message, signing, traits::JobDeadline, Agreement, AuctionTerms, Bid, JobId,
	JobState, Moment,
};
use sp_core::{sr25519, Pair, H256};
use sp_runtime::traits::{Applyable, Checkable};

use super::assert_bad_origin;
use crate::{
	mock::{
		auction_terms, award, award_by, bid, bid_signature, events, genesis, key_of, nonce, pass,
		state_of, AccountId, Auctioned, ExtBuilder, Jobs, Ledger, Now, Payouts, Purses, Queue,
		RuntimeCall, RuntimeOrigin, Signature, Stage, Test, UncheckedExtrinsic, Unstaked,
		Verifiers, Workers, ALFA, AUCTION_LOCK, BID, BID_WINDOW, BRAVO, CHARLIE, DELIVERY, DELTA,
		FEE, FUNDS, LATENCY, LATENCY_MAX, MATCHER, PAYMENT_MAX, REQUESTER, STRANGER, VERA, VICTOR,
	},
	Call, Error, Event, WeightInfo, WorkerJobs,
};

/// A bid and its award, signed as they should be.
fn call(bid: Bid<AccountId>) -> Call<Test> {
	let (bid_signature, award_signature) = (bid_signature(&bid), award_by(REQUESTER, &bid));
	Call::award { bid, bid_signature, award_signature }
}

fn extrinsic(call: Call<Test>) -> UncheckedExtrinsic {
	let call = RuntimeCall::Jobs(call);
	UncheckedExtrinsic::new_transaction(call, (frame_system::AuthorizeCall::new(),))
}

fn validate(call: Call<Test>, source: TransactionSource) -> TransactionValidity {
	let extrinsic = extrinsic(call);
	let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
	let context = frame_system::ChainContext::<Test>::default();
	let checked = Checkable::check(extrinsic, &context)?;
	checked.validate::<Test>(source, &info, len)
}

/// Assert that pool, block and call all refuse, and that nothing changes.
fn assert_refused(call: Call<Test>, error: Error<Test>) {
	let refusal = Err(TransactionValidityError::from(InvalidTransaction::Custom(error.code())));
	for source in
		[TransactionSource::External, TransactionSource::Local, TransactionSource::InBlock]
	{
		assert_storage_noop!(assert_eq!(validate(call.clone(), source), refusal));
	}
	let Call::award { bid, bid_signature, award_signature } = call else {
		unreachable!("these are tests of awards")
	};
	let origin = RawOrigin::Authorized.into();
	assert_noop!(Jobs::award(origin, bid, bid_signature, award_signature), error);
}

/// An auction with VERA named as the verifier.
fn with_verifier() -> JobId {
	let terms = AuctionTerms { verifier: Some(VERA), ..auction_terms() };
	Jobs::do_create_auction(REQUESTER, nonce(1), terms).expect("the terms are good")
}

#[test]
fn agrees_on_the_price_and_gives_the_rest_back() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		pass(5_000);
		let bid = bid(job_id, BRAVO);
		let (signature, award) = (bid_signature(&bid), award_by(REQUESTER, &bid));
		assert_ok!(Jobs::award(RawOrigin::Authorized.into(), bid, signature, award));

		let record = crate::Jobs::<Test>::get(job_id).unwrap();
		let agreed = Agreement { price: BID, latency: LATENCY, awarded_at: Now::get() };
		assert_eq!(record.state, JobState::Accepted);
		assert_eq!(record.accepted_by, Some(BRAVO));
		assert_eq!(record.auction.unwrap().agreed, Some(agreed));
		assert_eq!(record.locked, AUCTION_LOCK, "what was locked once");
		assert_eq!(record.deadline, Now::get() + DELIVERY);
		assert_eq!(Ledger::get(job_id), Some((REQUESTER, BID + FEE)));
		assert_eq!(Purses::get(REQUESTER), FUNDS - BID - FEE);
		assert_eq!(Queue::get(), [(JobDeadline::Proof(job_id), record.deadline)]);
		assert!(WorkerJobs::<Test>::contains_key(BRAVO, job_id));
		assert_eq!(
			events(),
			[Event::Awarded {
				job_id,
				worker: BRAVO,
				price: BID,
				latency: LATENCY,
				refund: PAYMENT_MAX - BID,
				deadline: record.deadline,
			}]
		);
	});
}

#[test]
fn is_signed_by_the_matcher_as_well() {
	ExtBuilder.build_and_execute(|| {
		let bid = bid(Auctioned::Open.create(), BRAVO);
		assert_ok!(Jobs::do_award(&bid, &bid_signature(&bid), &award_by(MATCHER, &bid)));
		assert_eq!(state_of(bid.job), Some(JobState::Accepted));
	});
}

#[test]
fn keeps_the_whole_lock_for_the_highest_bid() {
	ExtBuilder.build_and_execute(|| {
		let bid = Bid { price: PAYMENT_MAX, ..bid(Auctioned::Open.create(), BRAVO) };
		assert_ok!(award(&bid));
		assert_eq!(Ledger::get(bid.job), Some((REQUESTER, AUCTION_LOCK)));
	});
}

#[test]
fn gives_a_worker_that_promises_too_much_a_fair_time() {
	ExtBuilder.build_and_execute(|| {
		let bid = Bid { latency: 1, ..bid(Auctioned::Open.create(), BRAVO) };
		assert_ok!(award(&bid));
		let record = crate::Jobs::<Test>::get(bid.job).unwrap();
		assert_eq!(record.deadline, Now::get() + 10_000);
	});
}

#[test]
fn goes_to_a_worker_that_does_not_serve_the_model() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(award(&bid(Auctioned::Open.create(), DELTA)));
	});
}

#[test]
fn is_applied_without_fee_or_nonce() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		let extrinsic = extrinsic(call(bid(job_id, ALFA)));
		let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
		assert_eq!(info.call_weight, <()>::award());
		assert_eq!(info.extension_weight, <()>::authorize_award());
		let context = frame_system::ChainContext::<Test>::default();
		let checked = Checkable::check(extrinsic, &context).expect("a general transaction");
		assert!(checked.apply::<Test>(&info, len).expect("it is valid").is_ok());
		assert_eq!(state_of(job_id), Some(JobState::Accepted));
	});
}

#[test]
fn is_held_once_per_job_in_the_pool() {
	ExtBuilder.build_and_execute(|| {
		let (job, other) = (Auctioned::Open.create(), Auctioned::Open.create());
		let validity =
			|bid| validate(call(bid), TransactionSource::External).expect("the award is good");
		let valid = validity(bid(job, ALFA));
		assert_eq!(valid.provides, [("millrace/award", job).encode()]);
		assert_eq!(valid.requires, Vec::<Vec<u8>>::new());
		assert_eq!((valid.priority, valid.longevity, valid.propagate), (7, 64, true));

		assert_eq!(validity(bid(job, BRAVO)).provides, valid.provides);
		assert_ne!(validity(bid(other, ALFA)).provides, valid.provides);
	});
}

#[test]
fn works_in_the_last_millisecond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		let bid = bid(job_id, ALFA);
		Now::set(&(Now::get() + BID_WINDOW));
		assert_ok!(award(&bid));
	});
}

#[test]
fn is_refused_one_millisecond_late() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		Now::set(&(Now::get() + BID_WINDOW + 1));
		assert_refused(call(bid(job_id, ALFA)), Error::TooLate);
	});
}

#[test]
fn is_refused_for_a_bid_that_has_expired() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		let bid = Bid { valid_until: Now::get() + 1_000, ..bid(job_id, ALFA) };
		Now::set(&(Now::get() + 1_001));
		assert_refused(call(bid.clone()), Error::BidExpired);
		Now::set(&(Now::get() - 1));
		assert_ok!(award(&bid));
	});
}

#[test]
fn is_refused_for_a_price_beyond_the_terms() {
	ExtBuilder.build_and_execute(|| {
		let bid = bid(Auctioned::Open.create(), ALFA);
		for price in [PAYMENT_MAX + 1, AUCTION_LOCK, u128::MAX] {
			assert_refused(call(Bid { price, ..bid.clone() }), Error::PriceTooHigh);
		}
		assert_refused(call(Bid { price: 0, ..bid }), Error::PriceTooLow);
	});
}

#[test]
fn is_refused_for_a_latency_beyond_the_terms() {
	ExtBuilder.build_and_execute(|| {
		let bid = bid(Auctioned::Open.create(), ALFA);
		for latency in [0, LATENCY_MAX + 1, Moment::MAX] {
			assert_refused(call(Bid { latency, ..bid.clone() }), Error::LatencyOutOfBounds);
		}
		assert_ok!(award(&Bid { latency: LATENCY_MAX, ..bid }));
	});
}

#[test]
fn is_refused_for_a_worker_that_is_not_registered() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		assert_refused(call(bid(job_id, STRANGER)), Error::NotRegistered);
		Workers::remove(ALFA);
		assert_refused(call(bid(job_id, ALFA)), Error::NotRegistered);
	});
}

#[test]
fn is_refused_for_a_worker_without_stake() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		assert_refused(call(bid(job_id, CHARLIE)), Error::NotStaked);
		Unstaked::insert(ALFA, ());
		assert_refused(call(bid(job_id, ALFA)), Error::NotStaked);
	});
}

#[test]
fn is_refused_for_the_requester_itself() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		Workers::insert(REQUESTER, Vec::<millrace_primitives::ModelId>::new());
		assert_refused(call(bid(job_id, REQUESTER)), Error::ConflictOfInterest);
		Payouts::insert(ALFA, REQUESTER);
		assert_refused(call(bid(job_id, ALFA)), Error::ConflictOfInterest);
	});
}

#[test]
fn is_refused_for_the_verifier_itself() {
	ExtBuilder.build_and_execute(|| {
		let job_id = with_verifier();
		assert_refused(call(bid(job_id, VERA)), Error::ConflictOfInterest);
		assert_ok!(award(&bid(job_id, VICTOR)));
	});
}

#[test]
fn is_refused_for_a_worker_that_is_paid_where_the_verifier_is() {
	ExtBuilder.build_and_execute(|| {
		let job_id = with_verifier();
		// To the verifier, to the same third account, and the verifier to the worker.
		for (worker_to, verifier_to) in [(VERA, VERA), (STRANGER, STRANGER), (ALFA, ALFA)] {
			Payouts::insert(ALFA, worker_to);
			Payouts::insert(VERA, verifier_to);
			assert_refused(call(bid(job_id, ALFA)), Error::ConflictOfInterest);
		}
		// One that has lost the role does not judge.
		Verifiers::remove(VERA);
		assert_ok!(award(&bid(job_id, ALFA)));
	});
}

#[test]
fn is_refused_twice() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		let bids = [bid(job_id, BRAVO), bid(job_id, ALFA)];
		assert_ok!(award(&bids[0]));
		for bid in bids {
			assert_refused(call(bid), Error::WrongState);
		}
	});
}

#[test]
fn is_refused_in_every_state_but_open() {
	ExtBuilder.build_and_execute(|| {
		for stage in Auctioned::ALL.into_iter().filter(|stage| *stage != Auctioned::Open) {
			let job_id = stage.create();
			assert_refused(call(bid(job_id, ALFA)), Error::WrongState);
		}
	});
}

#[test]
fn is_refused_for_a_direct_job() {
	ExtBuilder.build_and_execute(|| {
		for stage in Stage::ALL {
			let job_id = stage.create();
			assert_refused(call(bid(job_id, ALFA)), Error::NotAuctioned);
		}
	});
}

#[test]
fn is_refused_for_an_unknown_job() {
	ExtBuilder.build_and_execute(|| {
		assert_refused(call(bid(JobId(H256::zero()), ALFA)), Error::UnknownJob);
	});
}

/// Assert that a bid is refused that the requester awards, but that the worker signed like this.
fn assert_bad_bid(bid: &Bid<AccountId>, bid_signature: sr25519::Signature) {
	let award_signature = award_by(REQUESTER, bid);
	let call = Call::award { bid: bid.clone(), bid_signature, award_signature };
	assert_refused(call, Error::BadBidSignature);
}

#[test]
fn is_refused_if_another_key_signed_the_bid() {
	ExtBuilder.build_and_execute(|| {
		let bid = bid(Auctioned::Open.create(), ALFA);
		for signer in [BRAVO, REQUESTER] {
			assert_bad_bid(&bid, key_of(signer).sign(&bid.message(genesis())));
		}
		assert_bad_bid(&bid, sr25519::Signature::from_raw([0; 64]));
	});
}

#[test]
fn is_refused_for_a_bid_that_the_worker_did_not_make() {
	ExtBuilder.build_and_execute(|| {
		let (job_id, other) = (Auctioned::Open.create(), Auctioned::Open.create());
		let good = bid(job_id, ALFA);
		let messages = [
			bid(other, ALFA).message(genesis()),
			Bid { price: BID + 1, ..good.clone() }.message(genesis()),
			Bid { latency: LATENCY + 1, ..good.clone() }.message(genesis()),
			Bid { valid_until: good.valid_until - 1, ..good.clone() }.message(genesis()),
			good.message(H256::repeat_byte(1)),
			signing::message(signing::SUBMISSION, genesis(), &good),
			good.encode(),
			good.digest().to_vec(),
		];
		for message in messages {
			assert_bad_bid(&good, key_of(ALFA).sign(&message));
		}
	});
}

/// Assert that a good bid is refused with this award.
fn assert_bad_award(bid: &Bid<AccountId>, award_signature: Signature) {
	let bid_signature = bid_signature(bid);
	let call = Call::award { bid: bid.clone(), bid_signature, award_signature };
	assert_refused(call, Error::BadAwardSignature);
}

#[test]
fn is_refused_from_a_stranger() {
	ExtBuilder.build_and_execute(|| {
		let bid = bid(Auctioned::Open.create(), ALFA);
		for signer in [STRANGER, ALFA, VERA] {
			assert_bad_award(&bid, award_by(signer, &bid));
		}
	});
}

#[test]
fn is_refused_from_a_matcher_that_was_not_named() {
	ExtBuilder.build_and_execute(|| {
		let terms = AuctionTerms { matcher: None, ..auction_terms() };
		let job_id = Jobs::do_create_auction(REQUESTER, nonce(1), terms).unwrap();
		let bid = bid(job_id, ALFA);
		assert_bad_award(&bid, award_by(MATCHER, &bid));
	});
}

#[test]
fn is_refused_for_another_bid_than_the_awarded_one() {
	ExtBuilder.build_and_execute(|| {
		let (job_id, other) = (Auctioned::Open.create(), Auctioned::Open.create());
		let good = bid(job_id, ALFA);
		let digest = good.digest();
		let others =
			[bid(job_id, BRAVO), Bid { price: BID - 1, ..bid(job_id, ALFA) }, bid(other, ALFA)];
		for awarded in others {
			assert_bad_award(&good, award_by(REQUESTER, &awarded));
		}
		let messages = [
			award_message(genesis(), other, &digest),
			award_message(H256::repeat_byte(1), job_id, &digest),
			signing::message(signing::RECEIPT, genesis(), &(job_id, digest)),
			digest.to_vec(),
		];
		for message in messages {
			assert_bad_award(&good, Signature::of(REQUESTER, &message));
		}
	});
}

#[test]
fn refuses_every_origin_but_an_authorized_one() {
	ExtBuilder.build_and_execute(|| {
		let bid = bid(Auctioned::Open.create(), ALFA);
		let (signature, award) = (bid_signature(&bid), award_by(REQUESTER, &bid));
		let origins =
			[RuntimeOrigin::root(), RuntimeOrigin::none(), RuntimeOrigin::signed(REQUESTER)];
		assert_bad_origin(origins, |origin| {
			Jobs::award(origin, bid.clone(), signature, award.clone())
		});
	});
}

#[test]
fn an_auction_cannot_be_accepted_without_an_award() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		let signature = crate::mock::accept_signature(job_id, ALFA);
		assert_noop!(Jobs::do_accept(job_id, ALFA, &signature), Error::<Test>::NotCandidate);
	});
}

#[test]
fn refusals_keep_their_codes() {
	let codes = [
		(Error::<Test>::NotAuctioned, 119),
		(Error::BidExpired, 120),
		(Error::PriceTooLow, 121),
		(Error::PriceTooHigh, 122),
		(Error::LatencyOutOfBounds, 123),
		(Error::NotStaked, 124),
		(Error::ConflictOfInterest, 125),
		(Error::BadBidSignature, 126),
		(Error::BadAwardSignature, 127),
	];
	for (error, code) in codes {
		assert_eq!(error.code(), code, "{error:?}");
	}
}
