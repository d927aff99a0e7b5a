use millrace_primitives::Balance;
use proptest::prelude::*;

use crate::Shares;

#[test]
fn of_a_slash_are_half_thirty_percent_and_the_rest() {
	let shares = Shares::of_slash(1_000, true, 3);
	assert_eq!(shares, Shares { first: 500, juror: 100, treasury: 200 });
	assert_eq!(Shares::of_slash(1_000, true, 0), Shares { first: 500, juror: 0, treasury: 500 });
	assert_eq!(Shares::of_slash(1_001, true, 4), Shares { first: 500, juror: 75, treasury: 201 });
}

#[test]
fn of_a_slash_are_a_fifth_for_a_stranger() {
	let shares = Shares::of_slash(1_000, false, 3);
	assert_eq!(shares, Shares { first: 200, juror: 100, treasury: 500 });
	assert_eq!(Shares::of_slash(1_004, false, 0), Shares { first: 200, juror: 0, treasury: 804 });
}

#[test]
fn of_jurors_are_topped_up_to_their_fee() {
	let shares = Shares::of_slash(1_000, true, 3);
	assert_eq!(shares.missing(100, 3), 0);
	assert_eq!(shares.missing(120, 3), 60);
	let topped_up = Shares { first: 500, juror: 120, treasury: 200 };
	assert_eq!(shares.topped_up(60, 3), topped_up);
	assert_eq!(shares.topped_up(62, 3), Shares { treasury: 202, ..topped_up });
	assert_eq!(shares.missing(120, 0), 0);
}

#[test]
fn of_a_bond_are_half_and_half() {
	assert_eq!(Shares::of_bond(1_000, 5), Shares { first: 500, juror: 100, treasury: 0 });
	assert_eq!(Shares::of_bond(1_001, 5), Shares { first: 500, juror: 100, treasury: 1 });
	assert_eq!(Shares::of_bond(1_000, 0), Shares { first: 500, juror: 0, treasury: 500 });
}

#[test]
fn of_a_report_are_a_tenth_and_the_rest() {
	assert_eq!(Shares::of_report(1_001), Shares { first: 100, juror: 0, treasury: 901 });
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn add_up_to_what_was_taken(amount: Balance, jurors in 0..=7u32) {
		for shares in [
			Shares::of_slash(amount, true, jurors),
			Shares::of_slash(amount, false, jurors),
			Shares::of_bond(amount, jurors),
			Shares::of_report(amount),
		] {
			let parts = [shares.first, shares.treasury].into_iter();
			let sum = parts
				.chain((0..jurors).map(|_| shares.juror))
				.try_fold(0, Balance::checked_add);
			prop_assert_eq!(sum, Some(amount));
		}
	}

	#[test]
	fn add_up_with_what_tops_them_up(
		amount in 0..=Balance::MAX / 2, more in 0..=Balance::MAX / 2, jurors in 0..=7u32,
	) {
		let shares = Shares::of_slash(amount, false, jurors);
		let topped_up = shares.topped_up(more, jurors);
		let of_jurors = topped_up.juror * Balance::from(jurors);
		prop_assert_eq!(topped_up.first + of_jurors + topped_up.treasury, amount + more);
		prop_assert_eq!(topped_up.first, shares.first);
	}
}
