use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

use crate::{mock::*, Error, Event, HoldReason, Workers};

#[test]
fn gives_back_what_has_unlocked_to_the_millisecond() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		advance(UNBONDING_PERIOD - 1);
		assert_noop!(Registry::do_withdraw_unbonded(ALICE), Error::<Test>::NothingUnlocked);

		advance(1);
		assert_ok!(Registry::withdraw_unbonded(RuntimeOrigin::signed(ALICE)));
		assert_eq!(held(ALICE, HoldReason::Stake), HALF_STAKE);
		assert_eq!(free(ALICE), ENDOWMENT - DEPOSIT - HALF_STAKE);
		assert_eq!(
			events_since_last_call(),
			[Event::Withdrawn { owner: ALICE, amount: HALF_STAKE }]
		);
	});
}

#[test]
fn leaves_what_is_still_locked() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		advance(1);
		assert_ok!(Registry::do_unbond(ALICE, 7));
		advance(UNBONDING_PERIOD - 1);
		assert_ok!(Registry::do_withdraw_unbonded(ALICE));
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().unbonding.len(), 1);
		assert_eq!(held(ALICE, HoldReason::Stake), HALF_STAKE);
	});
}

#[test]
fn never_touches_active_stake() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		advance(UNBONDING_PERIOD * 10);
		assert_noop!(Registry::do_withdraw_unbonded(ALICE), Error::<Test>::NothingUnlocked);
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Registry::do_withdraw_unbonded(ALICE), Error::<Test>::NotRegistered);
		assert_noop!(Registry::withdraw_unbonded(RuntimeOrigin::none()), BadOrigin);
	});
}
