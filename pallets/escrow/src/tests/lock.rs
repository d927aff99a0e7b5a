use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{traits::JobEscrow, Balance};
use sp_runtime::TokenError;

use crate::{
	mock::{
		block, events, free, freeze, freeze_asset, held, job, Assets, Escrow, ExtBuilder,
		RuntimeOrigin, ALICE, BOB, MIN, STRANGER, USDC, WEALTH,
	},
	Error, Event, Ledger, LedgerEntry,
};

#[test]
fn puts_the_money_on_hold() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 500));
		assert_eq!((free(ALICE), held(ALICE)), (WEALTH - 500, 500));
		let entry = LedgerEntry { requester: ALICE, amount: 500 };
		assert_eq!(Ledger::<crate::mock::Test>::get(job(1)), Some(entry));
		assert_eq!(events(), [Event::Locked { job_id: job(1), requester: ALICE, amount: 500 }]);
	});
}

#[test]
fn adds_to_what_is_on_hold_for_other_jobs() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 500));
		assert_ok!(Escrow::lock(job(2), &ALICE, 300));
		assert_ok!(Escrow::lock(job(3), &BOB, 10));
		assert_eq!((held(ALICE), held(BOB)), (800, 10));
	});
}

#[test]
fn refuses_a_job_that_has_money_locked() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 500));
		for who in [ALICE, BOB] {
			assert_noop!(
				Escrow::lock(job(1), &who, 500),
				Error::<crate::mock::Test>::AlreadyLocked
			);
		}
	});
}

#[test]
fn refuses_a_requester_without_an_account() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Escrow::lock(job(1), &STRANGER, 1), TokenError::FundsUnavailable);
	});
}

#[test]
fn refuses_a_requester_that_owns_exactly_the_lock() {
	ExtBuilder::default().balance(ALICE, 50_000).build_and_execute(|| {
		assert_noop!(Escrow::lock(job(1), &ALICE, 50_000), TokenError::FundsUnavailable);
	});
}

#[test]
fn takes_what_leaves_the_least_balance() {
	ExtBuilder::default().balance(ALICE, 50_000 + MIN).build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 50_000));
		assert_eq!((free(ALICE), held(ALICE)), (MIN, 50_000));
	});
}

#[test]
fn refuses_what_leaves_one_below_the_least_balance() {
	ExtBuilder::default().balance(ALICE, 50_000 + MIN - 1).build_and_execute(|| {
		assert_noop!(Escrow::lock(job(1), &ALICE, 50_000), TokenError::FundsUnavailable);
	});
}

#[test]
fn locks_the_smallest_amount() {
	ExtBuilder::default().balance(ALICE, MIN + 1).build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 1));
		assert_noop!(Escrow::lock(job(2), &ALICE, 1), TokenError::FundsUnavailable);
	});
}

#[test]
fn keeps_a_job_that_costs_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 0));
		assert_eq!(held(ALICE), 0);
		assert_noop!(Escrow::lock(job(1), &ALICE, 0), Error::<crate::mock::Test>::AlreadyLocked);
	});
}

#[test]
fn refuses_more_than_there_is() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Escrow::lock(job(1), &ALICE, Balance::MAX), TokenError::FundsUnavailable);
		assert_ok!(Escrow::lock(job(1), &ALICE, 1));
		assert_noop!(Escrow::lock(job(2), &ALICE, Balance::MAX), TokenError::FundsUnavailable);
	});
}

#[test]
fn refuses_a_frozen_requester() {
	ExtBuilder::default().build_and_execute(|| {
		freeze(ALICE);
		block(BOB);
		assert_noop!(Escrow::lock(job(1), &ALICE, 1), TokenError::FundsUnavailable);
		assert_noop!(Escrow::lock(job(1), &BOB, 1), TokenError::FundsUnavailable);
	});
}

#[test]
fn refuses_a_frozen_asset() {
	ExtBuilder::default().build_and_execute(|| {
		freeze_asset();
		assert_noop!(Escrow::lock(job(1), &ALICE, 1), TokenError::FundsUnavailable);
	});
}

#[test]
fn keeps_the_money_from_a_requester_that_spends_everything_else() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 500));
		assert_ok!(Assets::transfer_all(RuntimeOrigin::signed(ALICE), USDC, BOB, false));
		assert_eq!((free(ALICE), held(ALICE)), (MIN, 500));
		assert!(Assets::transfer(RuntimeOrigin::signed(ALICE), USDC, BOB, 1).is_err());
		assert_noop!(Escrow::lock(job(2), &ALICE, 1), TokenError::FundsUnavailable);
	});
}
