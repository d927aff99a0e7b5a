//! Auctions from lock to pay-out. Every figure is computed here, by hand, from bid and fee.

use millrace_primitives::{JobState, Payment};
use millrace_runtime::{AccountId, Runtime, RuntimeEvent};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};

use crate::{
	chain::{treasury, Chain},
	requester::{CHALLENGE_WINDOW, LATENCY, PAYMENT_MAX, PRICE, VERIFIER_FEE},
	worker::Worker,
};

/// 1 USDC and 0.05 USDC.
const LOCK: u128 = 1_050_000;

/// What the award gives back: 1 USDC less 0.80 USDC.
const EXCESS: u128 = 200_000;

/// 800,000 less the protocol fee of 0.5 %.
const PAY: u128 = 796_000;
const PROTOCOL_FEE: u128 = 4_000;

/// A chain with short windows, the worker of Bob and the verifier of Charlie.
fn with_verifier() -> (Chain, Worker, Worker) {
	let mut chain = Chain::new("test", serde_json::json!({}), 3);
	let worker = Worker::new(Bob).enter(&mut chain);
	let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
	(chain, worker, verifier)
}

/// The verifier of a job.
fn verifier_of(chain: &mut Chain, job: millrace_primitives::JobId) -> Option<AccountId> {
	chain.job(job).unwrap().auction.unwrap().verifier
}

#[test]
fn an_auction_goes_from_lock_to_settlement() {
	let (mut chain, worker, verifier) = with_verifier();
	let alice = Alice.to_account_id();
	let (before, treasury_before) = (chain.usdc(&alice), chain.usdc(&treasury()));

	let job = chain.create_auction(Alice, Chain::auction_terms(Some(&verifier)));
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - LOCK, LOCK));

	let award = chain.award(Alice, worker.bid(&chain, job, PRICE, LATENCY));
	assert_eq!(chain.apply(award), Ok(()));
	let record = chain.job(job).unwrap();
	assert_eq!((record.state, record.deadline), (JobState::Accepted, chain.now + 2 * LATENCY));
	assert_eq!(chain.usdc(&alice), before - LOCK + EXCESS);

	let submission = worker.submission(job);
	let delivery = worker.deliver(&chain, submission.clone());
	assert_eq!(chain.apply(delivery), Ok(()));
	assert_eq!(chain.state(job), JobState::Submitted);
	assert_eq!(verifier_of(&mut chain, job), Some(verifier.owner()));

	let attestation = verifier.attest(&chain, &submission, true);
	assert_eq!(chain.apply(attestation), Ok(()));
	assert_eq!(chain.state(job), JobState::Verified);
	assert_eq!(chain.usdc(&verifier.payout), VERIFIER_FEE);
	assert_eq!((chain.usdc(&worker.payout), chain.held(&alice)), (0, PRICE));

	chain.pass(CHALLENGE_WINDOW - chain.slot_ms);
	assert_eq!(chain.state(job), JobState::Verified);
	chain.pass(3 * chain.slot_ms);
	assert_eq!(chain.state(job), JobState::Settled);
	assert_eq!(chain.usdc(&worker.payout), PAY);
	assert_eq!(chain.usdc(&treasury()), treasury_before + PROTOCOL_FEE);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - PRICE - VERIFIER_FEE, 0));
	let expected =
		Payment { worker: PAY, treasury: PROTOCOL_FEE, verifier: VERIFIER_FEE, refund: EXCESS };
	assert_eq!(chain.job(job).unwrap().payment, Some(expected));

	// The treasury has 0.004 USDC of it, 2.7 % of what moves a reputation by a sixteenth of the way:
	// less than a point.
	assert_eq!(worker.reputation(&mut chain), (500, 500));
	assert_eq!(verifier.reputation(&mut chain), (500, 500));
}

#[test]
fn a_receipt_settles_a_judged_auction_at_once() {
	let (mut chain, worker, verifier) = with_verifier();
	let terms = Chain::auction_terms(Some(&verifier));
	let submission = chain.delivered_auction(Alice, &worker, terms);
	let (job, digest) = (submission.job, submission.digest());
	let receipt = chain.receipt_for(Alice, job, digest);
	let confirm = || {
		Chain::authorized(pallet_settlement::Call::submit_receipt { job, receipt: receipt.clone() })
	};
	assert!(chain.validate(confirm()).is_err(), "the verifier has not judged yet");

	let attestation = verifier.attest(&chain, &submission, true);
	assert_eq!(chain.apply(attestation), Ok(()));
	assert_eq!(chain.apply(confirm()), Ok(()));
	assert_eq!(chain.state(job), JobState::Settled);
	assert_eq!(chain.usdc(&worker.payout), PAY);
}

#[test]
fn the_matcher_awards_in_the_place_of_the_requester() {
	let (mut chain, worker, verifier) = with_verifier();
	let matcher = Some(Ferdie.to_account_id());
	let terms =
		millrace_primitives::AuctionTerms { matcher, ..Chain::auction_terms(Some(&verifier)) };
	let job = chain.create_auction(Alice, terms);
	let by_a_stranger = chain.award(Dave, worker.bid(&chain, job, PRICE, LATENCY));
	assert!(chain.validate(by_a_stranger).is_err());
	let award = chain.award(Ferdie, worker.bid(&chain, job, PRICE, LATENCY));
	assert_eq!(chain.apply(award), Ok(()));
	assert_eq!(chain.state(job), JobState::Accepted);
}

/// Bob verifies for the model too, and Eve is paid to the requester's account: neither can be drawn.
#[test]
fn a_verifier_is_drawn_among_those_whom_the_job_does_not_concern() {
	let mut chain = Chain::new("test", serde_json::json!({}), 3);
	let worker = Worker::new(Bob).enter_as_verifier(&mut chain);
	let verifiers = [Charlie, Dave].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
	let mut friend = Worker::new(Eve);
	friend.payout = Alice.to_account_id();
	let _friend = friend.enter_as_verifier(&mut chain);

	let submission = chain.delivered_auction(Alice, &worker, Chain::auction_terms(None));
	let job = submission.job;
	let deadline = chain.job(job).unwrap().deadline;
	assert_eq!((verifier_of(&mut chain, job), deadline), (None, chain.now + 4_000));
	chain.pass(4_000 - chain.slot_ms);
	assert_eq!(verifier_of(&mut chain, job), None);
	chain.pass(2 * chain.slot_ms);
	let drawn = verifier_of(&mut chain, job).expect("a verifier was drawn");
	let drawn = verifiers.iter().find(|verifier| verifier.owner() == drawn);
	let drawn = drawn.expect("it is nobody whom the job concerns");

	let attestation = drawn.attest(&chain, &submission, true);
	assert_eq!(chain.apply(attestation), Ok(()));
	assert_eq!(chain.state(job), JobState::Verified);
	assert_eq!(chain.usdc(&drawn.payout), VERIFIER_FEE);
}

/// Nobody verifies for the model: the result stands open to challenge, and the fee goes back.
#[test]
fn without_anybody_to_judge_the_fee_goes_back() {
	let mut chain = Chain::new("test", serde_json::json!({}), 3);
	let worker = Worker::new(Bob).enter(&mut chain);
	let alice = Alice.to_account_id();
	let before = chain.usdc(&alice);
	let submission = chain.delivered_auction(Alice, &worker, Chain::auction_terms(None));
	chain.pass(4_000 + 2 * chain.slot_ms);
	assert_eq!(chain.state(submission.job), JobState::Verified);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - PRICE, PRICE));
	chain.pass(CHALLENGE_WINDOW + 2 * chain.slot_ms);
	assert_eq!(chain.state(submission.job), JobState::Settled);
	assert_eq!(chain.usdc(&worker.payout), PAY);
}

#[test]
fn a_silent_verifier_holds_up_no_job_and_loses_its_fee() {
	let (mut chain, worker, verifier) = with_verifier();
	let alice = Alice.to_account_id();
	let before = chain.usdc(&alice);
	let terms = Chain::auction_terms(Some(&verifier));
	let submission = chain.delivered_auction(Alice, &worker, terms);
	let job = submission.job;
	chain.pass(5_000 - chain.slot_ms);
	assert_eq!(chain.state(job), JobState::Submitted);
	chain.pass(3 * chain.slot_ms);
	assert_eq!(chain.state(job), JobState::Verified);
	let late = verifier.attest(&chain, &submission, true);
	assert!(chain.validate(late).is_err());
	assert_eq!((chain.usdc(&alice), chain.usdc(&verifier.payout)), (before - PRICE, 0));
	// A 64th of the way down.
	assert_eq!(verifier.reputation(&mut chain), (500, 492));

	chain.pass(CHALLENGE_WINDOW + 2 * chain.slot_ms);
	assert_eq!(chain.state(job), JobState::Settled);
	assert_eq!(chain.usdc(&worker.payout), PAY);
	let expected =
		Payment { worker: PAY, treasury: PROTOCOL_FEE, verifier: 0, refund: LOCK - PRICE };
	assert_eq!(chain.job(job).unwrap().payment, Some(expected));
}

/// An auction that nobody awards, and one whose worker never delivers.
#[test]
fn an_auction_without_a_delivery_expires_by_itself() {
	for awarded in [false, true] {
		let (mut chain, worker, verifier) = with_verifier();
		let alice = Alice.to_account_id();
		let before = chain.usdc(&alice);
		let job = chain.create_auction(Alice, Chain::auction_terms(Some(&verifier)));
		if awarded {
			let award = chain.award(Alice, worker.bid(&chain, job, PRICE, LATENCY));
			assert_eq!(chain.apply(award), Ok(()));
		}
		chain.pass(20_000 + 2 * chain.slot_ms);
		assert_eq!(chain.state(job), JobState::Expired);
		assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before, 0));
		let reputation = if awarded { 492 } else { 500 };
		assert_eq!(worker.reputation(&mut chain).0, reputation);
	}
}

#[test]
fn an_auction_can_be_cancelled_until_it_is_awarded() {
	let (mut chain, worker, verifier) = with_verifier();
	let alice = Alice.to_account_id();
	let before = chain.usdc(&alice);
	let terms = Chain::auction_terms(Some(&verifier));
	let job = chain.create_auction(Alice, terms.clone());
	let transaction = chain.signed(Alice, pallet_jobs::Call::cancel { job });
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Cancelled);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before, 0));

	let job = chain.create_auction(Alice, terms);
	let award = chain.award(Alice, worker.bid(&chain, job, PAYMENT_MAX, LATENCY));
	assert_eq!(chain.apply(award), Ok(()));
	let transaction = chain.signed(Alice, pallet_jobs::Call::cancel { job });
	let too_late = pallet_jobs::Error::<Runtime>::WrongState;
	assert_eq!(chain.apply(transaction), Err(too_late.into()));
}

/// The events of the escrow alone tell where the money of an auction went.
#[test]
fn the_events_of_an_auction_add_up_to_its_lock() {
	use pallet_escrow::Event;

	let (mut chain, worker, verifier) = with_verifier();
	let mut seen = Vec::new();
	let terms = Chain::auction_terms(Some(&verifier));
	let job = chain.create_auction(Alice, terms);
	seen.extend(chain.events());
	let submission = worker.submission(job);
	let award = chain.award(Alice, worker.bid(&chain, job, PRICE, LATENCY));
	let delivery = worker.deliver(&chain, submission.clone());
	let attestation = verifier.attest(&chain, &submission, true);
	for step in [award, delivery, attestation] {
		assert_eq!(chain.apply(step), Ok(()));
		seen.extend(chain.events());
	}
	while chain.state(job) != JobState::Settled {
		chain.block(Vec::new());
		seen.extend(chain.events());
	}
	let (mut locked, mut moved) = (0, 0);
	for event in seen {
		match event {
			RuntimeEvent::Escrow(Event::Locked { amount, .. }) => locked += amount,
			RuntimeEvent::Escrow(
				Event::Paid { amount, .. }
				| Event::VerifierPaid { amount, .. }
				| Event::ToTreasury { amount, .. }
				| Event::Refunded { amount, .. }
				| Event::Parked { amount, .. },
			) => moved += amount,
			_ => {},
		}
	}
	assert_eq!((locked, moved), (LOCK, LOCK));
}
