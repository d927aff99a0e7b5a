use frame_support::{assert_noop, assert_ok, storage::with_storage_layer};
use millrace_primitives::traits::{Registry as _, VERIFIERS_MAX};
use sp_runtime::traits::BadOrigin;

use crate::{mock::*, Error, Event, Verifiers, Workers};

/// The first of a crowd of verifiers.
const CROWD: AccountId = 1_000;

#[test]
fn takes_on_the_role_for_each_model() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::set_verified_models(
			RuntimeOrigin::signed(ALICE),
			models(&[QWEN, LLAMA])
		));
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().verifies, models(&[QWEN, LLAMA]));
		assert_eq!(Registry::verifiers(&GEMMA), [0; 0]);
		assert_eq!(Registry::verifiers(&LLAMA), [ALICE]);
		assert_eq!(Registry::verifiers(&QWEN), [ALICE]);
		assert_eq!(
			events_since_last_call(),
			[Event::VerifiedModelsChanged { owner: ALICE, models: 2 }]
		);
	});
}

#[test]
fn does_not_ask_that_the_models_are_served() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[QWEN])));
		assert!(!Registry::serves(&ALICE, &QWEN));
		assert!(Registry::verifier(&ALICE, &QWEN).is_some());
	});
}

#[test]
fn seats_in_the_order_of_coming() {
	ExtBuilder::default().build_and_execute(|| {
		for (owner, seed) in [(CAROL, 3), (ALICE, 1), (BOB, 2)] {
			Stage::Verifying.create(owner, seed);
		}
		assert_eq!(Registry::verifiers(&GEMMA), [CAROL, ALICE, BOB]);
		// What stays on the list keeps its place, what comes back goes to the end.
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[QWEN, GEMMA])));
		assert_eq!(Registry::verifiers(&GEMMA), [CAROL, ALICE, BOB]);
		assert_ok!(Registry::do_set_verified_models(CAROL, models(&[])));
		assert_ok!(Registry::do_set_verified_models(CAROL, models(&[GEMMA])));
		assert_eq!(Registry::verifiers(&GEMMA), [ALICE, BOB, CAROL]);
	});
}

#[test]
fn lays_the_role_down() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[])));
		assert_eq!(Registry::verifier(&ALICE, &GEMMA), None);
		assert_eq!(Verifiers::<Test>::iter().count(), 0);
	});
}

#[test]
fn lays_the_role_down_without_stake() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[GEMMA, QWEN])));
		assert_ok!(Registry::do_unbond(ALICE, VERIFIER_STAKE));
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[QWEN])));
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[])));
	});
}

#[test]
fn a_model_off_the_offer_keeps_its_verifiers_until_they_drop_it() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_remove_model(GEMMA));
		assert!(Registry::verifier(&ALICE, &GEMMA).is_some());
		assert_noop!(
			Registry::do_set_verified_models(ALICE, models(&[GEMMA, QWEN])),
			Error::<Test>::UnknownModel
		);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[QWEN])));
		assert_eq!(Registry::verifiers(&GEMMA), [0; 0]);
	});
}

#[test]
fn rejects_one_below_the_stake() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::do_stake(ALICE, VERIFIER_STAKE - 1));
		let take_on = || Registry::do_set_verified_models(ALICE, models(&[GEMMA]));
		assert_noop!(take_on(), Error::<Test>::VerifierStakeTooLow);
		assert_ok!(Registry::do_stake(ALICE, 1));
		assert_ok!(take_on());
	});
}

#[test]
fn does_not_count_stake_on_its_way_out() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_unbond(ALICE, 1));
		assert_noop!(
			Registry::do_set_verified_models(ALICE, models(&[GEMMA, QWEN])),
			Error::<Test>::VerifierStakeTooLow
		);
	});
}

#[test]
fn rejects_a_bad_list() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_noop!(
			Registry::do_set_verified_models(ALICE, models(&[NONESUCH])),
			Error::<Test>::UnknownModel
		);
		assert_noop!(
			Registry::do_set_verified_models(ALICE, models(&[QWEN, QWEN])),
			Error::<Test>::DuplicateModel
		);
	});
}

#[test]
fn takes_the_last_seat() {
	ExtBuilder::default().build_and_execute(|| {
		seat_crowd(CROWD, 1);
		Stage::Verifying.create(ALICE, 1);
		let seated = Registry::verifiers(&GEMMA);
		assert_eq!(u32::try_from(seated.len()), Ok(VERIFIERS_MAX));
		assert_eq!(seated.last(), Some(&ALICE));
	});
}

#[test]
fn rejects_a_model_without_a_seat_and_takes_no_other() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[])));
		seat_crowd(CROWD, 0);
		// As a transaction, which is undone if it fails.
		let take_on = || {
			with_storage_layer(|| Registry::do_set_verified_models(ALICE, models(&[QWEN, GEMMA])))
		};
		assert_noop!(take_on(), Error::<Test>::TooManyVerifiers);

		assert_ok!(Registry::do_set_verified_models(CROWD, models(&[])));
		assert_ok!(take_on());
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			Registry::do_set_verified_models(ALICE, models(&[])),
			Error::<Test>::NotRegistered
		);
		assert_noop!(Registry::set_verified_models(RuntimeOrigin::none(), models(&[])), BadOrigin);
	});
}
