use frame_support::traits::Hooks;

use crate::{
	mock::{
		CommitWindow, CommitteeSize, DisputeBond, Disputes, JuryFee, MinoritySlash, NoCommitSlash,
		PoolMin, Test, BOND, NO_REVEAL_FINE,
	},
	Error,
};

#[test]
fn make_sense_together() {
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "a challenge costs nothing")]
fn a_bond_of_nothing_is_refused() {
	DisputeBond::set(0);
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "does better to stay silent")]
fn silence_that_costs_no_more_than_being_wrong_is_refused() {
	MinoritySlash::set(NO_REVEAL_FINE);
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "does better to commit to nothing")]
fn absence_that_costs_more_than_silence_is_refused() {
	NoCommitSlash::set(NO_REVEAL_FINE + 1);
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "too small to decide or too large to store")]
fn a_committee_that_cannot_decide_is_refused() {
	CommitteeSize::set(2);
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "too small to decide or too large to store")]
fn a_committee_that_cannot_be_stored_is_refused() {
	CommitteeSize::set(8);
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "drawn from fewer than decide")]
fn a_pool_that_is_no_choice_is_refused() {
	PoolMin::set(2);
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "does not cover the fees")]
fn a_bond_that_does_not_cover_the_fees_is_refused() {
	JuryFee::set(BOND / 7 + 1);
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "does not cover the fees")]
fn a_fee_that_overflows_is_refused() {
	JuryFee::set(u128::MAX);
	Disputes::integrity_test();
}

#[test]
fn a_bond_that_just_covers_the_fees_is_good() {
	JuryFee::set(BOND / 7);
	Disputes::integrity_test();
}

#[test]
#[should_panic(expected = "a phase takes no time")]
fn a_window_of_nothing_is_refused() {
	CommitWindow::set(0);
	Disputes::integrity_test();
}

#[test]
fn refusals_keep_their_codes() {
	let codes = [
		(Error::<Test>::UnknownJob, 200),
		(Error::WrongState, 201),
		(Error::AlreadyDisputed, 202),
		(Error::TooLate, 203),
		(Error::ByWorker, 204),
		(Error::NotDisputed, 205),
		(Error::WrongPhase, 206),
		(Error::NotJuror, 207),
		(Error::AlreadyCommitted, 208),
		(Error::NotEligible, 209),
		(Error::BadSignature, 210),
		(Error::NotCommitted, 211),
		(Error::AlreadyRevealed, 212),
		(Error::WrongPreimage, 213),
		(Error::NoOffence, 214),
		(Error::NotConcerned, 215),
		(Error::AlreadyReported, 216),
		(Error::NotRegistered, 217),
		(Error::NotRequester, 218),
		(Error::AlreadyTestified, 219),
	];
	for (error, code) in codes {
		assert_eq!(error.code(), code, "{error:?}");
	}
}
