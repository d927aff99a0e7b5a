use codec::{DecodeAll, Encode};
use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{
	auction::CID_BYTES_MAX, traits::JobDeadline, Auction, AuctionTerms, Balance, Cid, JobId,
	JobKind, JobNonce, JobRecord, JobState, Moment, Price, TierId, TokenCounts,
};
use sp_runtime::{ArithmeticError, TokenError};

use super::{assert_bad_origin, unsigned_origins};
use crate::{
	mock::{
		auction_terms, events, genesis, nonce, terms, AccountId, BidWindowMax, ChallengeWindowMax,
		ChallengeWindowMin, ExtBuilder, Jobs, LatencyMax, Ledger, Payouts, Purses, Queue,
		RuntimeOrigin, System, Test, Verifiers, ALFA, AUCTION_LOCK, BID_WINDOW, FEE, FEE_MIN,
		FREE_MODEL, FUNDS, MODEL, NONCE_WINDOW, PAUPER, REQUESTER, START, STRANGER, UNKNOWN_MODEL,
		VERA,
	},
	Error, Event, WorkerJobs,
};

fn create(requester: AccountId, terms: AuctionTerms<AccountId>) -> sp_runtime::DispatchResult {
	Jobs::create_auction(RuntimeOrigin::signed(requester), nonce(1), terms)
}

/// Assert that terms are refused, and that nothing changes.
fn assert_refused(terms: AuctionTerms<AccountId>, error: Error<Test>) {
	assert_noop!(create(REQUESTER, terms), error);
}

#[test]
fn locks_the_largest_payment_and_the_fee() {
	ExtBuilder.build_and_execute(|| {
		System::set_block_number(42);
		assert_ok!(create(REQUESTER, auction_terms()));

		let job_id = JobId::new(genesis(), &REQUESTER, &nonce(1));
		assert_eq!(Purses::get(REQUESTER), FUNDS - AUCTION_LOCK);
		assert_eq!(Ledger::get(job_id), Some((REQUESTER, AUCTION_LOCK)));
		let record = JobRecord {
			kind: JobKind::Auction,
			state: JobState::Open,
			requester: REQUESTER,
			model: MODEL,
			tier: TierId(4),
			price: Price::default(),
			max: TokenCounts::default(),
			locked: AUCTION_LOCK,
			candidates: terms(&[]).candidates,
			request: sp_io::hashing::blake2_256(b"bafkqaaa"),
			created_at: START,
			created_in: 42,
			deadline: START + BID_WINDOW,
			accepted_by: None,
			outcome: None,
			auction: Some(Auction {
				terms: auction_terms(),
				agreed: None,
				result: None,
				verifier: None,
				attested: None,
			}),
			payment: None,
		};
		assert_eq!(crate::Jobs::<Test>::get(job_id), Some(record));
		assert_eq!(Queue::get(), [(JobDeadline::Proof(job_id), START + BID_WINDOW)]);
		assert_eq!(
			events(),
			[Event::AuctionCreated {
				job_id,
				requester: REQUESTER,
				model: MODEL,
				amount: AUCTION_LOCK,
				verifier_fee: FEE,
				deadline: START + BID_WINDOW,
			}]
		);
	});
}

#[test]
fn puts_nobody_into_the_index() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(REQUESTER, AuctionTerms { verifier: Some(VERA), ..auction_terms() }));
		assert_eq!(WorkerJobs::<Test>::iter().count(), 0);
	});
}

/// Assert that `with` is good from `least` to `most`, and refused beyond.
fn assert_bounded(
	with: impl Fn(Moment) -> AuctionTerms<AccountId>,
	least: Moment,
	most: Moment,
	error: fn() -> Error<Test>,
) {
	for value in [0, least - 1, most + 1, Moment::MAX] {
		ExtBuilder.build_and_execute(|| assert_refused(with(value), error()));
	}
	for value in [least, most] {
		ExtBuilder.build_and_execute(|| {
			assert_ok!(create(REQUESTER, with(value)));
		});
	}
}

#[test]
fn takes_bids_no_longer_than_the_bound() {
	let with = |bid_window| AuctionTerms { bid_window, ..auction_terms() };
	assert_bounded(with, 1, BidWindowMax::get(), || Error::BidWindowOutOfBounds);
}

#[test]
fn takes_a_latency_no_longer_than_the_bound() {
	let with = |latency_max| AuctionTerms { latency_max, ..auction_terms() };
	assert_bounded(with, 1, LatencyMax::get(), || Error::LatencyOutOfBounds);
}

#[test]
fn takes_a_challenge_window_within_the_bounds() {
	let with = |challenge_window| AuctionTerms { challenge_window, ..auction_terms() };
	let (least, most) = (ChallengeWindowMin::get(), ChallengeWindowMax::get());
	assert_bounded(with, least, most, || Error::ChallengeWindowOutOfBounds);
}

#[test]
fn refuses_a_payment_of_nothing() {
	ExtBuilder.build_and_execute(|| {
		assert_refused(AuctionTerms { payment_max: 0, ..auction_terms() }, Error::NothingToLock);
		assert_ok!(create(REQUESTER, AuctionTerms { payment_max: 1, ..auction_terms() }));
	});
}

#[test]
fn refuses_to_ask_a_verifier_for_less_than_the_least_fee() {
	ExtBuilder.build_and_execute(|| {
		for verifier_fee in [0, FEE_MIN - 1] {
			let terms = AuctionTerms { verifier_fee, ..auction_terms() };
			assert_refused(terms, Error::VerifierFeeTooLow);
		}
		let verifier_fee = FEE_MIN;
		assert_ok!(create(REQUESTER, AuctionTerms { verifier_fee, ..auction_terms() }));
	});
}

#[test]
fn refuses_a_lock_that_no_number_holds() {
	ExtBuilder.build_and_execute(|| {
		let terms = AuctionTerms { payment_max: Balance::MAX, ..auction_terms() };
		assert_noop!(create(REQUESTER, terms), ArithmeticError::Overflow);
		let payment_max = Balance::MAX - FEE;
		let terms = AuctionTerms { payment_max, ..auction_terms() };
		assert_noop!(create(REQUESTER, terms), TokenError::FundsUnavailable);
	});
}

#[test]
fn refuses_a_model_that_is_not_on_offer() {
	ExtBuilder.build_and_execute(|| {
		let terms = AuctionTerms { model: UNKNOWN_MODEL, ..auction_terms() };
		assert_refused(terms, Error::UnknownModel);
	});
}

#[test]
fn refuses_a_verifier_that_may_not_judge() {
	ExtBuilder.build_and_execute(|| {
		// A worker without the role, nobody at all, and one that has lost its stake.
		Verifiers::remove(VERA);
		for verifier in [ALFA, STRANGER, VERA] {
			let terms = AuctionTerms { verifier: Some(verifier), ..auction_terms() };
			assert_refused(terms, Error::VerifierNotEligible);
		}
		Verifiers::insert(VERA, ());
		let terms = AuctionTerms { model: FREE_MODEL, verifier: Some(VERA), ..auction_terms() };
		assert_refused(terms, Error::VerifierNotEligible);
	});
}

#[test]
fn refuses_the_requester_as_its_own_verifier() {
	ExtBuilder.build_and_execute(|| {
		let terms = AuctionTerms { verifier: Some(VERA), ..auction_terms() };
		Purses::insert(VERA, FUNDS);
		assert_noop!(create(VERA, terms.clone()), Error::<Test>::ConflictOfInterest);
		Purses::remove(VERA);
		Payouts::insert(VERA, REQUESTER);
		assert_refused(terms, Error::ConflictOfInterest);
	});
}

#[test]
fn refuses_a_nonce_twice_whatever_it_was_for() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(Jobs::create(RuntimeOrigin::signed(REQUESTER), nonce(1), terms(&[ALFA])));
		assert_refused(auction_terms(), Error::AlreadyExists);
	});
}

#[test]
fn refuses_a_nonce_beyond_the_window() {
	ExtBuilder.build_and_execute(|| {
		let create = |issued_at| {
			let nonce = JobNonce { issued_at, salt: [0; 16] };
			Jobs::create_auction(RuntimeOrigin::signed(REQUESTER), nonce, auction_terms())
		};
		assert_noop!(create(START - NONCE_WINDOW - 1), Error::<Test>::NonceTooOld);
		assert_noop!(create(START + NONCE_WINDOW + 1), Error::<Test>::NonceTooNew);
	});
}

#[test]
fn refuses_a_requester_without_the_money() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(create(PAUPER, auction_terms()), TokenError::FundsUnavailable);
		Purses::mutate(REQUESTER, |purse| *purse -= AUCTION_LOCK - 1);
		Purses::insert(PAUPER, AUCTION_LOCK - 1);
		assert_noop!(create(PAUPER, auction_terms()), TokenError::FundsUnavailable);
	});
}

#[test]
fn cannot_even_decode_a_document_that_is_too_long() {
	let decode = |length: u32| Cid::decode_all(&mut vec![1u8; length as usize].encode().as_slice());
	assert!(decode(CID_BYTES_MAX).is_ok());
	assert!(decode(CID_BYTES_MAX + 1).is_err());
}

#[test]
fn refuses_every_origin_but_a_signed_one() {
	ExtBuilder.build_and_execute(|| {
		assert_bad_origin(unsigned_origins(), |origin| {
			Jobs::create_auction(origin, nonce(1), auction_terms())
		});
	});
}
