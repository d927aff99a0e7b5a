use frame_support::traits::Hooks;

use crate::mock::{
	ChallengeWindowMin, ExtBuilder, Jobs, Kept, LatencyMargin, NONCE_WINDOW, RETENTION,
};

#[test]
fn make_sense_together() {
	Jobs::integrity_test();
}

#[test]
#[should_panic(expected = "forgotten while its nonce is fresh")]
fn a_retention_that_lets_a_nonce_come_back_is_refused() {
	Kept::set(2 * NONCE_WINDOW);
	Jobs::integrity_test();
}

#[test]
#[should_panic(expected = "no challenge window is long enough")]
fn a_challenge_window_that_cannot_be_is_refused() {
	ChallengeWindowMin::set(u64::MAX);
	Jobs::integrity_test();
}

#[test]
#[should_panic(expected = "a worker cannot take as long as it promised")]
fn a_margin_that_is_none_is_refused() {
	LatencyMargin::set(99);
	Jobs::integrity_test();
}

#[test]
fn a_retention_that_is_too_short_shows_in_the_state() {
	ExtBuilder.build_and_execute(|| {
		Kept::set(2 * NONCE_WINDOW);
		assert!(Jobs::do_try_state().is_err());
		Kept::set(RETENTION);
	});
}
