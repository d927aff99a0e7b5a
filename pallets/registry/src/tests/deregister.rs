use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{
	traits::{Conduct, Registry as _},
	Reputation,
};
use sp_runtime::traits::BadOrigin;

use crate::{
	mock::*, Error, Event, HoldReason, ModelWorkers, PeerKeys, Verifiers, WorkerKeys, Workers,
};

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
fn lays_the_role_of_a_verifier_down() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		Stage::Verifying.create(BOB, 2);
		withdraw_all(ALICE);
		assert_eq!(Registry::verifiers(&GEMMA), [ALICE, BOB]);
		assert_ok!(Registry::do_deregister(ALICE));
		assert_eq!(Registry::verifiers(&GEMMA), [BOB]);
		withdraw_all(BOB);
		assert_ok!(Registry::do_deregister(BOB));
		assert_eq!(Verifiers::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_bad_reputation_cannot_be_shed_by_starting_again() {
	ExtBuilder::default().build_and_execute(|| {
		for note in [Registry::note, Registry::note_verifier] {
			Stage::Registered.create(ALICE, 1);
			note(&ALICE, Conduct::AtFault, 0);
			assert_noop!(Registry::do_deregister(ALICE), Error::<Test>::ReputationTooLow);
			let identity = Identity::new(2);
			assert_noop!(
				Registry::do_register(
					ALICE,
					identity.keys(),
					&identity.possession(ALICE, 0),
					ALICE,
					models(&[])
				),
				Error::<Test>::AlreadyRegistered
			);

			// All but the deposit can be had back; and what was lost can be earned again.
			assert_ok!(Registry::do_set_models(ALICE, models(&[])));
			while Registry::do_deregister(ALICE).is_err() {
				note(&ALICE, Conduct::Judged, CAP);
			}
			assert_eq!(free(ALICE), ENDOWMENT);
		}
	});
}

#[test]
fn a_worker_can_leave_with_the_reputation_it_started_with() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Workers::<Test>::mutate_extant(ALICE, |record| {
			assert_eq!(record.reputation, Reputation::START);
			assert_eq!(record.verifier_reputation, Reputation::START);
		});
		assert_ok!(Registry::do_deregister(ALICE));
	});
}

#[test]
fn one_millionth_below_the_start_is_too_low() {
	use codec::{Decode, Encode};
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		for (merit, reliability) in [(499_999_u32, 900_000_u32), (500_000, 899_999)] {
			let below = Reputation::decode(&mut &(merit, reliability).encode()[..]).unwrap();
			Workers::<Test>::mutate_extant(ALICE, |record| record.verifier_reputation = below);
			assert_noop!(Registry::do_deregister(ALICE), Error::<Test>::ReputationTooLow);
		}
	});
}

#[test]
fn a_good_reputation_is_lost_with_the_registration() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Registry::note(&ALICE, Conduct::Judged, CAP);
		assert_ok!(Registry::do_deregister(ALICE));
		Stage::Registered.create(ALICE, 1);
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().reputation, Reputation::START);
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
