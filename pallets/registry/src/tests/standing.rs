//! The `Registry` seam.

use millrace_primitives::traits::{Conduct, Registry as _, WorkerStanding};

use crate::{mock::*, reputation, Event, Workers};

const DELIVERED: Conduct = Conduct::Delivered { elapsed: 900 };

fn reputation() -> u16 {
	Workers::<Test>::get(ALICE).unwrap().reputation
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
		let standing = WorkerStanding { key, payout: ALICE, staked: true };
		assert_eq!(Registry::worker(&ALICE), Some(standing));
		assert_eq!(Registry::worker(&BOB), None);
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
fn raises_the_reputation_for_a_delivery() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note(&ALICE, DELIVERED, 1);
		assert_eq!(reputation(), 532);
		assert_eq!(
			events_since_last_call(),
			[Event::ReputationChanged { owner: ALICE, reputation: 532 }]
		);
	});
}

#[test]
fn lowers_the_reputation_for_an_abandoned_job() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note(&ALICE, Conduct::Abandoned, 1);
		assert_eq!(reputation(), 468);
	});
}

#[test]
fn learns_nothing_from_a_job_worth_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note(&ALICE, DELIVERED, 0);
		Registry::note(&ALICE, Conduct::Abandoned, 0);
		assert_eq!(reputation(), reputation::START);
		assert_eq!(events_since_last_call(), []);
	});
}

#[test]
fn is_silent_when_the_reputation_can_rise_no_more() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		for _ in 0..200 {
			Registry::note(&ALICE, DELIVERED, 1);
		}
		assert_eq!(reputation(), reputation::MAX);
		events_since_last_call();
		Registry::note(&ALICE, DELIVERED, 1);
		assert_eq!(events_since_last_call(), []);
	});
}

#[test]
fn forgets_a_worker_that_has_left() {
	ExtBuilder::default().build_and_execute(|| {
		Registry::note(&ALICE, DELIVERED, 1);
		assert_eq!(Workers::<Test>::get(ALICE), None);
		assert_eq!(events_since_last_call(), []);
	});
}
