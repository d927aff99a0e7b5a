use frame_support::{
	assert_noop, assert_ok, dispatch::DispatchResult, storage::with_storage_layer,
};
use millrace_primitives::traits::{Registry as _, VERIFIERS_MAX};
use sp_runtime::traits::BadOrigin;

use crate::{mock::*, types::ModelRecord, Error, Event, Workers};

/// The first of a crowd of verifiers.
const CROWD: AccountId = 1_000;
/// The one of the crowd that the tests take the stake of.
const IDLE: AccountId = 1_005;

/// [`GEMMA`] has no seat free, and Alice the stake of a verifier but no seat.
fn crowded(test: impl FnOnce()) {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::do_stake(ALICE, VERIFIER_STAKE));
		seat_crowd(CROWD, 0);
		test();
	});
}

/// As Alice, and as a transaction, which is undone if it fails.
fn displace(displaced: AccountId) -> DispatchResult {
	let origin = RuntimeOrigin::signed(ALICE);
	with_storage_layer(|| Registry::displace_verifier(origin, GEMMA, displaced))
}

#[test]
fn takes_the_seat_of_one_that_lacks_the_stake() {
	crowded(|| {
		assert_eq!(Registry::slash(&IDLE, 1, &TREASURY), 1);
		events_since_last_call();
		assert_ok!(displace(IDLE));
		assert!(Registry::verifier(&ALICE, &GEMMA).is_some());
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().verifies, models(&[GEMMA]));
		assert_eq!(Workers::<Test>::get(IDLE).unwrap().verifies, models(&[]));
		let seated = Registry::verifiers(&GEMMA);
		assert!(!seated.contains(&IDLE));
		assert_eq!(seated.last(), Some(&ALICE));
		assert_eq!(u32::try_from(seated.len()), Ok(VERIFIERS_MAX));
		assert_eq!(
			events_since_last_call(),
			[Event::VerifierDisplaced { owner: IDLE, model_id: GEMMA, by: ALICE }]
		);
	});
}

#[test]
fn leaves_the_other_models_of_both_alone() {
	crowded(|| {
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[LLAMA])));
		assert_ok!(Registry::do_set_verified_models(IDLE, models(&[GEMMA, QWEN])));
		assert_ok!(Registry::do_unbond(IDLE, 1));
		assert_ok!(displace(IDLE));
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().verifies, models(&[LLAMA, GEMMA]));
		assert_eq!(Workers::<Test>::get(IDLE).unwrap().verifies, models(&[QWEN]));
		assert_eq!(Registry::verifiers(&QWEN), [IDLE]);
	});
}

#[test]
fn the_displaced_can_come_back_when_it_has_the_stake_again() {
	crowded(|| {
		assert_ok!(Registry::do_unbond(IDLE, 1));
		assert_ok!(displace(IDLE));
		assert_ok!(Registry::do_stake(IDLE, 1));
		let come_back = || Registry::do_set_verified_models(IDLE, models(&[GEMMA]));
		assert_noop!(come_back(), Error::<Test>::TooManyVerifiers);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[])));
		assert_ok!(come_back());
	});
}

#[test]
fn rejects_to_displace_one_with_exactly_the_stake() {
	crowded(|| {
		assert_ok!(Registry::do_stake(ALICE, 5_000));
		assert_noop!(displace(IDLE), Error::<Test>::StillEligible);
	});
}

#[test]
fn rejects_to_displace_while_a_seat_is_free() {
	crowded(|| {
		assert_ok!(Registry::do_unbond(IDLE, 1));
		assert_ok!(Registry::do_set_verified_models(CROWD, models(&[])));
		assert_noop!(displace(IDLE), Error::<Test>::SeatFree);
	});
}

#[test]
fn rejects_one_that_lacks_the_stake_itself() {
	crowded(|| {
		assert_ok!(Registry::do_unbond(IDLE, 1));
		assert_ok!(Registry::do_unbond(ALICE, 1));
		assert_noop!(displace(IDLE), Error::<Test>::VerifierStakeTooLow);
	});
}

#[test]
fn rejects_one_that_is_seated_already() {
	crowded(|| {
		let idle = CROWD + 1;
		assert_ok!(Registry::do_unbond(IDLE, 1));
		assert_ok!(Registry::do_unbond(idle, 1));
		assert_ok!(displace(IDLE));
		assert_noop!(displace(idle), Error::<Test>::AlreadyVerifies);
	});
}

#[test]
fn rejects_to_displace_one_without_a_seat() {
	crowded(|| {
		Stage::Registered.create(BOB, 2);
		// Alice herself has none either.
		for who in [BOB, CAROL] {
			assert_noop!(displace(who), Error::<Test>::NotAVerifier);
		}
		assert_noop!(displace(ALICE), Error::<Test>::StillEligible);
	});
}

#[test]
fn rejects_one_that_verifies_for_as_many_models_as_can_be() {
	crowded(|| {
		let many: Vec<_> = (20..36).map(|seed| millrace_primitives::ModelId([seed; 32])).collect();
		for (number, id) in many.iter().enumerate() {
			let name = name(&format!("model-{number}"));
			let model = ModelRecord { name, tier: SMALL, context: 1, bytes: 1 };
			assert_ok!(Registry::do_set_model(*id, model));
		}
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&many)));
		assert_ok!(Registry::do_unbond(IDLE, 1));
		assert_noop!(displace(IDLE), Error::<Test>::TooManyVerified);
	});
}

#[test]
fn rejects_a_model_that_is_not_on_offer() {
	crowded(|| {
		assert_ok!(Registry::do_unbond(IDLE, 1));
		assert_ok!(Registry::do_remove_model(GEMMA));
		assert_noop!(displace(IDLE), Error::<Test>::UnknownModel);
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	crowded(|| {
		assert_ok!(Registry::do_unbond(IDLE, 1));
		let by = |origin| with_storage_layer(|| Registry::displace_verifier(origin, GEMMA, IDLE));
		assert_noop!(by(RuntimeOrigin::signed(BOB)), Error::<Test>::NotRegistered);
		assert_noop!(by(RuntimeOrigin::none()), BadOrigin);
	});
}
