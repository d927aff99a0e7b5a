use frame_support::traits::Hooks;

use crate::mock::{ProtocolFee, Settlement, StakedShare, TimeToJudge, UnstakedShare};

#[test]
fn make_sense_together() {
	Settlement::integrity_test();
}

#[test]
#[should_panic(expected = "a share is more than all")]
fn a_share_of_more_than_all_is_refused() {
	StakedShare::set(10_001);
	Settlement::integrity_test();
}

#[test]
#[should_panic(expected = "a stake does not pay")]
fn a_stake_that_costs_the_worker_is_refused() {
	UnstakedShare::set(8_501);
	Settlement::integrity_test();
}

#[test]
#[should_panic(expected = "a fee is more than all")]
fn a_fee_of_more_than_all_is_refused() {
	ProtocolFee::set(10_001);
	Settlement::integrity_test();
}

#[test]
#[should_panic(expected = "a verifier has no time")]
fn a_verifier_without_time_is_refused() {
	TimeToJudge::set(0);
	Settlement::integrity_test();
}
