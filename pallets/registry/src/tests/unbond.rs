use frame_support::{assert_noop, assert_ok};
use millrace_primitives::traits::Registry as _;
use sp_runtime::traits::BadOrigin;

use crate::{
	mock::*,
	types::{UnbondingChunk, UNBONDING_MAX},
	Error, Event, HoldReason, Workers,
};

#[test]
fn ends_the_standing_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		assert_ok!(Registry::unbond(RuntimeOrigin::signed(ALICE), 1));
		assert!(!Registry::worker(&ALICE).unwrap().staked);
	});
}

#[test]
fn leaves_the_money_on_hold() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		assert_ok!(Registry::do_unbond(ALICE, 400));
		let record = Workers::<Test>::get(ALICE).unwrap();
		let unlock_at = START + UNBONDING_PERIOD;
		assert_eq!(record.stake, STAKE_MIN - 400);
		assert_eq!(record.unbonding.to_vec(), [UnbondingChunk { amount: 400, unlock_at }]);
		assert_eq!(held(ALICE, HoldReason::Stake), STAKE_MIN);
		assert_eq!(
			events_since_last_call(),
			[Event::Unbonded { owner: ALICE, amount: 400, unlock_at }]
		);
	});
}

#[test]
fn takes_the_whole_stake() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		assert_ok!(Registry::do_unbond(ALICE, STAKE_MIN));
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().stake, 0);
	});
}

#[test]
fn rejects_more_than_is_active() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		assert_noop!(Registry::do_unbond(ALICE, HALF_STAKE + 1), Error::<Test>::StakeTooLow);
	});
}

#[test]
fn rejects_zero() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		assert_noop!(Registry::do_unbond(ALICE, 0), Error::<Test>::ZeroAmount);
	});
}

#[test]
fn rejects_one_withdrawal_too_many() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		for _ in 0..UNBONDING_MAX {
			assert_ok!(Registry::do_unbond(ALICE, 1));
		}
		assert_noop!(Registry::do_unbond(ALICE, 1), Error::<Test>::TooManyUnbonding);

		advance(UNBONDING_PERIOD);
		assert_ok!(Registry::do_withdraw_unbonded(ALICE));
		assert_ok!(Registry::do_unbond(ALICE, 1));
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Registry::do_unbond(ALICE, 1), Error::<Test>::NotRegistered);
		assert_noop!(Registry::unbond(RuntimeOrigin::none(), 1), BadOrigin);
	});
}
