//! Settings that make no sense are seen when the runtime is tested.

use frame_support::traits::Hooks;

use crate::mock::*;

#[test]
fn takes_a_verifier_stake_that_equals_that_of_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		VerifierStakeMin::set(STAKE_MIN);
		<Registry as Hooks<u64>>::integrity_test();
	});
}

#[test]
#[should_panic(expected = "at least the stake of a worker")]
fn refuses_a_verifier_stake_below_that_of_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		VerifierStakeMin::set(STAKE_MIN - 1);
		<Registry as Hooks<u64>>::integrity_test();
	});
}

#[test]
#[should_panic(expected = "worth nothing")]
fn refuses_a_cap_of_zero() {
	ExtBuilder::default().build_and_execute(|| {
		ReputationCap::set(0);
		<Registry as Hooks<u64>>::integrity_test();
	});
}
