//! The `Registry` seam.

use frame_support::assert_ok;
use millrace_primitives::{
	traits::{Conduct, Registry as _, VerifierStanding, WorkerStanding},
	Balance,
};

use crate::{mock::*, Event, Workers};

const DELIVERED: Conduct = Conduct::Delivered { elapsed: 900, promised: Some(1_000) };

fn reputation() -> u16 {
	Workers::<Test>::get(ALICE).unwrap().reputation.points()
}

fn verifier_reputation() -> u16 {
	Workers::<Test>::get(ALICE).unwrap().verifier_reputation.points()
}

#[test]
fn prices_a_model_by_its_tier() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Registry::price_of(&GEMMA), Some((SMALL, SMALL_PRICE)));
		assert_eq!(Registry::price_of(&QWEN), Some((LARGE, LARGE_PRICE)));
		assert_eq!(Registry::price_of(&NONESUCH), None);
	});
}

#[test]
fn knows_a_worker_by_its_owner() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		let key = Identity::new(1).keys().worker;
		let standing = WorkerStanding { key, payout: ALICE, staked: true, at_risk: STAKE_MIN };
		assert_eq!(Registry::worker(&ALICE), Some(standing));
		assert_eq!(Registry::worker(&BOB), None);
	});
}

#[test]
fn puts_all_at_risk_that_a_slash_would_reach() {
	let at_risk = || Registry::worker(&ALICE).unwrap().at_risk;
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_eq!(at_risk(), 0);
		assert_ok!(Registry::do_stake(ALICE, STAKE_MIN));
		assert_ok!(Registry::do_unbond(ALICE, 300));
		assert_eq!(at_risk(), STAKE_MIN);
		advance(UNBONDING_PERIOD - 1);
		assert_ok!(Registry::do_unbond(ALICE, 100));
		assert_eq!(at_risk(), STAKE_MIN);
		// The 300 have unlocked, and are still on hold.
		advance(1);
		assert_eq!(at_risk(), STAKE_MIN - 300);
		assert_eq!(Registry::slash(&ALICE, Balance::MAX, &TREASURY), STAKE_MIN - 300);
		assert_eq!(at_risk(), 0);
	});
}

#[test]
fn knows_what_a_worker_serves() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert!(Registry::serves(&ALICE, &GEMMA));
		assert!(!Registry::serves(&ALICE, &QWEN));
		assert!(!Registry::serves(&BOB, &GEMMA));
	});
}

#[test]
fn knows_a_verifier_by_its_owner_and_model() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_set_payout(ALICE, CAROL));
		Stage::Staked.create(BOB, 2);
		let key = Identity::new(1).keys().worker;
		let standing = VerifierStanding { key, payout: CAROL, since: 1 };
		assert_eq!(Registry::verifier(&ALICE, &GEMMA), Some(standing));
		assert_eq!(Registry::verifier(&ALICE, &QWEN), None);
		assert_eq!(Registry::verifier(&BOB, &GEMMA), None);
		assert_eq!(Registry::verifier(&CAROL, &GEMMA), None);
		assert_eq!(Registry::verifiers(&GEMMA), [ALICE]);
		assert_eq!(Registry::verifiers(&NONESUCH), [0; 0]);
	});
}

#[test]
fn lets_nobody_judge_with_one_below_the_stake() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_unbond(ALICE, 1));
		assert_eq!(Registry::verifier(&ALICE, &GEMMA), None);
		assert_eq!(Registry::verifiers(&GEMMA), [ALICE]);
		assert_ok!(Registry::do_stake(ALICE, 1));
		assert!(Registry::verifier(&ALICE, &GEMMA).is_some());
	});
}

#[test]
fn raises_the_reputation_for_a_delivery() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note(&ALICE, DELIVERED, CAP);
		assert_eq!((reputation(), verifier_reputation()), (531, 500));
		assert_eq!(
			events_since_last_call(),
			[Event::ReputationChanged { owner: ALICE, reputation: 531 }]
		);
	});
}

#[test]
fn raises_the_reputation_of_a_verifier_for_a_judgement() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note_verifier(&ALICE, Conduct::Judged, CAP);
		assert_eq!((reputation(), verifier_reputation()), (500, 531));
		assert_eq!(
			events_since_last_call(),
			[Event::VerifierReputationChanged { owner: ALICE, reputation: 531 }]
		);
	});
}

#[test]
fn lowers_the_reputation_for_an_abandoned_job() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note(&ALICE, Conduct::Abandoned, CAP);
		assert_eq!((reputation(), verifier_reputation()), (468, 500));
	});
}

#[test]
fn lowers_the_reputation_of_a_verifier_that_is_silent() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note_verifier(&ALICE, Conduct::Silent, 0);
		assert_eq!((reputation(), verifier_reputation()), (500, 492));
	});
}

#[test]
fn counts_no_more_than_the_cap() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note(&ALICE, DELIVERED, u128::MAX);
		assert_eq!(reputation(), 531);
	});
}

#[test]
fn learns_nothing_good_from_a_job_worth_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		for _ in 0..100 {
			Registry::note(&ALICE, DELIVERED, 0);
		}
		assert_eq!(reputation(), 500);
		assert_eq!(events_since_last_call(), []);
	});
}

#[test]
fn forgives_no_abandoned_job_because_it_was_worth_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note(&ALICE, Conduct::Abandoned, 0);
		assert_eq!(reputation(), 492);
	});
}

#[test]
fn adds_up_what_is_less_than_a_point_in_silence() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		// This moves 0.625 of a point.
		Registry::note(&ALICE, DELIVERED, 20_000);
		assert_eq!(events_since_last_call(), []);
		assert_eq!(reputation(), 500);
		Registry::note(&ALICE, DELIVERED, 20_000);
		assert_eq!(
			events_since_last_call(),
			[Event::ReputationChanged { owner: ALICE, reputation: 501 }]
		);
	});
}

#[test]
fn knows_nothing_of_a_worker_that_has_left() {
	ExtBuilder::default().build_and_execute(|| {
		Registry::note(&ALICE, DELIVERED, CAP);
		Registry::note_verifier(&ALICE, Conduct::Silent, CAP);
		assert_eq!(Workers::<Test>::get(ALICE), None);
		assert_eq!(events_since_last_call(), []);
	});
}
