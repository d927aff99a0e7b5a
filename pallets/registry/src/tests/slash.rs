use frame_support::assert_ok;
use millrace_primitives::{traits::Registry as _, Balance};

use crate::{mock::*, types::UnbondingChunk, Event, HoldReason, Workers};

fn chunks() -> Vec<Balance> {
	let record = Workers::<Test>::get(ALICE).unwrap();
	record.unbonding.iter().map(|chunk: &UnbondingChunk| chunk.amount).collect()
}

#[test]
fn sends_the_stake_to_its_destination() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		let issuance = Balances::total_issuance();
		assert_eq!(Registry::slash(&ALICE, 300, &TREASURY), 300);
		assert_eq!(free(TREASURY), 300);
		assert_eq!(held(ALICE, HoldReason::Stake), STAKE_MIN - 300);
		assert_eq!(Balances::total_issuance(), issuance);
		assert_eq!(events_since_last_call(), [Event::Slashed { owner: ALICE, amount: 300 }]);
	});
}

#[test]
fn ends_the_standing_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		assert_eq!(Registry::slash(&ALICE, 1, &TREASURY), 1);
		assert!(!Registry::worker(&ALICE).unwrap().staked);
	});
}

#[test]
fn ends_the_right_to_judge_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_eq!(Registry::slash(&ALICE, 1, &TREASURY), 1);
		assert_eq!(Registry::verifier(&ALICE, &GEMMA), None);
		assert!(Registry::worker(&ALICE).unwrap().staked);
	});
}

#[test]
fn reaches_the_stake_of_one_that_laid_the_role_down() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		assert_ok!(Registry::do_set_verified_models(ALICE, models(&[])));
		assert_ok!(Registry::do_unbond(ALICE, VERIFIER_STAKE));
		assert_eq!(Registry::slash(&ALICE, 700, &TREASURY), 700);
		assert_eq!(free(TREASURY), 700);
	});
}

#[test]
fn can_go_to_the_one_that_is_slashed() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		assert_eq!(Registry::slash(&ALICE, 300, &ALICE), 300);
		assert_eq!(held(ALICE, HoldReason::Stake), STAKE_MIN - 300);
		assert_eq!(free(ALICE), ENDOWMENT - DEPOSIT - STAKE_MIN + 300);
	});
}

#[test]
fn reaches_unbonding_stake_after_the_active() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		assert_eq!(Registry::slash(&ALICE, HALF_STAKE + 20, &TREASURY), HALF_STAKE + 20);
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().stake, 0);
		assert_eq!(chunks(), [HALF_STAKE - 20]);
	});
}

#[test]
fn takes_what_unlocks_soonest_first() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		advance(1);
		assert_ok!(Registry::do_unbond(ALICE, HALF_STAKE));
		assert_eq!(Registry::slash(&ALICE, HALF_STAKE + 1, &TREASURY), HALF_STAKE + 1);
		assert_eq!(chunks(), [HALF_STAKE - 1]);
		let unlock_at = START + 1 + UNBONDING_PERIOD;
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().unbonding[0].unlock_at, unlock_at);
	});
}

#[test]
fn reaches_unbonding_stake_until_the_last_millisecond() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		advance(UNBONDING_PERIOD - 1);
		assert_eq!(Registry::slash(&ALICE, STAKE_MIN, &TREASURY), STAKE_MIN);
	});
}

#[test]
fn does_not_reach_what_has_unlocked() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		advance(UNBONDING_PERIOD);
		assert_eq!(Registry::slash(&ALICE, STAKE_MIN, &TREASURY), HALF_STAKE);
		assert_ok!(Registry::do_withdraw_unbonded(ALICE));
	});
}

#[test]
fn takes_no_more_than_the_stake() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		assert_eq!(Registry::slash(&ALICE, Balance::MAX, &TREASURY), STAKE_MIN);
		assert_eq!(held(ALICE, HoldReason::Registration), DEPOSIT);
		assert_eq!(free(ALICE), ENDOWMENT - DEPOSIT - STAKE_MIN);
		assert_ok!(Registry::do_deregister(ALICE));
	});
}

#[test]
fn burns_what_the_destination_cannot_take_in() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		let issuance = Balances::total_issuance();
		let dust = EXISTENTIAL_DEPOSIT - 1;
		assert_eq!(Registry::slash(&ALICE, dust, &TREASURY), dust);
		assert_eq!(free(TREASURY), 0);
		assert_eq!(Balances::total_issuance(), issuance - dust);
	});
}

#[test]
fn finds_nothing_without_stake() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_eq!(Registry::slash(&ALICE, 1, &TREASURY), 0);
		assert_eq!(Registry::slash(&BOB, 1, &TREASURY), 0);
		assert_eq!(events_since_last_call(), []);
	});
}
