use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{traits::Registry as _, Balance};
use sp_runtime::{traits::BadOrigin, TokenError};

use crate::{mock::*, Error, Event, HoldReason};

fn is_staked() -> bool {
	Registry::worker(&ALICE).unwrap().staked
}

#[test]
fn puts_the_amount_on_hold() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::stake(RuntimeOrigin::signed(ALICE), 300));
		assert_ok!(Registry::stake(RuntimeOrigin::signed(ALICE), 40));
		assert_eq!(held(ALICE, HoldReason::Stake), 340);
		assert_eq!(held(ALICE, HoldReason::Registration), DEPOSIT);
		assert_eq!(free(ALICE), ENDOWMENT - DEPOSIT - 340);
		assert_eq!(
			events_since_last_call(),
			[
				Event::Staked { owner: ALICE, amount: 300 },
				Event::Staked { owner: ALICE, amount: 40 }
			]
		);
	});
}

#[test]
fn counts_at_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::do_stake(ALICE, STAKE_MIN));
		assert!(is_staked());
	});
}

#[test]
fn does_not_count_one_below_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::do_stake(ALICE, STAKE_MIN - 1));
		assert!(!is_staked());
	});
}

#[test]
fn rejects_zero() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_noop!(Registry::do_stake(ALICE, 0), Error::<Test>::ZeroAmount);
	});
}

#[test]
fn rejects_more_than_is_free() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		let spendable = ENDOWMENT - DEPOSIT - EXISTENTIAL_DEPOSIT;
		assert_noop!(Registry::do_stake(ALICE, spendable + 1), TokenError::FundsUnavailable);
		assert_noop!(Registry::do_stake(ALICE, Balance::MAX), TokenError::FundsUnavailable);
		assert_ok!(Registry::do_stake(ALICE, spendable));
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Registry::do_stake(ALICE, 1), Error::<Test>::NotRegistered);
		assert_noop!(Registry::stake(RuntimeOrigin::root(), 1), BadOrigin);
	});
}
