use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

use crate::{mock::*, Error, Event, HoldReason, ModelWorkers, PeerKeys, WorkerKeys, Workers};

#[test]
fn leaves_nothing_behind() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::deregister(RuntimeOrigin::signed(ALICE)));
		assert_eq!(Workers::<Test>::iter().count(), 0);
		assert_eq!(WorkerKeys::<Test>::iter().count(), 0);
		assert_eq!(PeerKeys::<Test>::iter().count(), 0);
		assert_eq!(ModelWorkers::<Test>::iter().count(), 0);
		assert_eq!(free(ALICE), ENDOWMENT);
		assert_eq!(
			events_since_last_call(),
			[Event::Deregistered { owner: ALICE, deposit: DEPOSIT }]
		);
	});
}

#[test]
fn gives_back_what_was_held_even_if_the_deposit_has_changed_since() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		RegistrationDeposit::set(DEPOSIT * 3);
		assert_ok!(Registry::do_deregister(ALICE));
		assert_eq!(held(ALICE, HoldReason::Registration), 0);
		assert_eq!(free(ALICE), ENDOWMENT);
	});
}

#[test]
fn makes_way_for_a_new_registration() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::do_deregister(ALICE));
		Stage::Registered.create(BOB, 1);
		Stage::Registered.create(ALICE, 2);
	});
}

#[test]
fn rejects_a_worker_with_active_stake() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		assert_noop!(Registry::do_deregister(ALICE), Error::<Test>::StillStaked);
	});
}

#[test]
fn rejects_a_worker_with_stake_on_the_way_out() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		assert_ok!(Registry::do_unbond(ALICE, HALF_STAKE));
		assert_noop!(Registry::do_deregister(ALICE), Error::<Test>::StillStaked);

		advance(UNBONDING_PERIOD);
		assert_noop!(Registry::do_deregister(ALICE), Error::<Test>::StillStaked);
		assert_ok!(Registry::do_withdraw_unbonded(ALICE));
		assert_ok!(Registry::do_deregister(ALICE));
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Registry::do_deregister(ALICE), Error::<Test>::NotRegistered);
		assert_noop!(Registry::deregister(RuntimeOrigin::none()), BadOrigin);
	});
}
