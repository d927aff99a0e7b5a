//! Since when a verifier can be drawn: what moves it, and what must not.

use frame_support::assert_ok;
use millrace_primitives::{
	traits::{Conduct, Registry as _},
	Balance,
};

use crate::{mock::*, Workers};

/// The block in which Alice came to be what the test starts with.
const BEFORE: u32 = 1;
/// The block in which the test goes on.
const NOW: u32 = 50;

fn since(owner: AccountId) -> u32 {
	Workers::<Test>::get(owner).unwrap().judges_since
}

fn go_to(block: u32) {
	System::set_block_number(block.into());
}

/// With a worker of Alice that verifies for [`GEMMA`] since [`BEFORE`].
fn verifying(test: impl FnOnce()) {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_eq!(since(ALICE), BEFORE);
		go_to(NOW);
		test();
	});
}

#[test]
fn starts_with_the_registration() {
	ExtBuilder::default().build_and_execute(|| {
		go_to(NOW);
		Stage::Registered.create(ALICE, 1);
		assert_eq!(since(ALICE), NOW);
	});
}

#[test]
fn is_what_the_standing_of_the_verifier_says() {
	verifying(|| {
		assert_eq!(Registry::verifier(&ALICE, &GEMMA).unwrap().since, BEFORE);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[GEMMA, QWEN])));
		for model in [GEMMA, QWEN] {
			assert_eq!(Registry::verifier(&ALICE, &model).unwrap().since, NOW);
		}
	});
}

#[test]
fn moves_when_one_model_takes_the_place_of_another() {
	verifying(|| {
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[QWEN])));
		assert_eq!(since(ALICE), NOW);
	});
}

#[test]
fn moves_when_a_model_is_dropped_and_taken_on_again_in_one_block() {
	verifying(|| {
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[])));
		assert_eq!(since(ALICE), BEFORE);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[GEMMA])));
		assert_eq!(since(ALICE), NOW);
	});
}

#[test]
fn stays_when_models_are_only_dropped_or_reordered() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[GEMMA, LLAMA, QWEN])));
		go_to(NOW);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[QWEN, GEMMA, LLAMA])));
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[GEMMA, QWEN])));
		assert_eq!(since(ALICE), BEFORE);
	});
}

#[test]
fn moves_for_the_one_that_takes_a_seat_but_not_for_the_one_that_loses_it() {
	const CROWD: AccountId = 1_000;
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::do_stake(ALICE, VERIFIER_STAKE));
		seat_crowd(CROWD, 0);
		assert_ok!(Registry::do_unbond(CROWD, 1));
		go_to(NOW);
		assert_ok!(Registry::do_displace_verifier(ALICE, GEMMA, CROWD));
		assert_eq!((since(ALICE), since(CROWD)), (NOW, BEFORE));
	});
}

#[test]
fn moves_when_the_stake_comes_to_reach_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		go_to(NOW);
		assert_ok!(Registry::do_stake(ALICE, VERIFIER_STAKE - 1));
		assert_eq!(since(ALICE), BEFORE);
		go_to(NOW + 1);
		assert_ok!(Registry::do_stake(ALICE, 1));
		assert_eq!(since(ALICE), NOW + 1);
		go_to(NOW + 2);
		assert_ok!(Registry::do_stake(ALICE, 1));
		assert_eq!(since(ALICE), NOW + 1);
	});
}

#[test]
fn moves_when_unbonded_stake_is_made_up_for() {
	verifying(|| {
		assert_ok!(Registry::do_unbond(ALICE, 1));
		assert_eq!(since(ALICE), BEFORE);
		assert_ok!(Registry::do_stake(ALICE, 1));
		assert_eq!(since(ALICE), NOW);
	});
}

#[test]
fn moves_when_slashed_stake_is_made_up_for() {
	verifying(|| {
		assert_eq!(Registry::slash(&ALICE, 1, &TREASURY), 1);
		assert_eq!(since(ALICE), BEFORE);
		go_to(NOW + 1);
		assert_ok!(Registry::do_stake(ALICE, 1));
		assert_eq!(since(ALICE), NOW + 1);
	});
}

#[test]
fn stays_when_a_slash_leaves_enough() {
	verifying(|| {
		assert_ok!(Registry::do_stake(ALICE, 100));
		assert_eq!(Registry::slash(&ALICE, 100, &TREASURY), 100);
		assert_ok!(Registry::do_stake(ALICE, 100));
		assert_eq!(since(ALICE), BEFORE);
	});
}

#[test]
fn stays_whatever_else_changes() {
	verifying(|| {
		let new = Identity::new(2);
		assert_ok!(Registry::do_rotate_keys(ALICE, new.keys(), &new.possession(ALICE, 1)));
		assert_ok!(Registry::do_set_models(ALICE, models(&[LLAMA])));
		assert_ok!(Registry::do_stake(ALICE, 7));
		assert_ok!(Registry::do_unbond(ALICE, 7));
		advance(UNBONDING_PERIOD);
		assert_ok!(Registry::do_withdraw_unbonded(ALICE));
		Registry::note(&ALICE, Conduct::Judged, Balance::MAX);
		Registry::note_verifier(&ALICE, Conduct::Judged, Balance::MAX);
		assert_eq!(since(ALICE), BEFORE);
	});
}

/// Who is paid where a party of a job is may not judge it.
#[test]
fn moves_when_the_payout_does() {
	verifying(|| {
		assert_ok!(Registry::do_set_payout(ALICE, BOB));
		assert!(since(ALICE) > BEFORE);
	});
}

#[test]
fn stays_when_a_change_is_refused() {
	verifying(|| {
		assert!(Registry::do_set_verified_models(ALICE, models(&[GEMMA, NONESUCH])).is_err());
		assert_ok!(Registry::do_unbond(ALICE, 1));
		assert!(Registry::do_stake(ALICE, Balance::MAX).is_err());
		assert_eq!(since(ALICE), BEFORE);
	});
}

#[test]
fn saturates_after_the_last_block_that_it_can_name() {
	ExtBuilder::default().build_and_execute(|| {
		System::set_block_number(u64::MAX);
		Stage::Verifying.create(ALICE, 1);
		assert_eq!(since(ALICE), u32::MAX);
	});
}
