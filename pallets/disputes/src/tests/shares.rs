use millrace_primitives::Balance;
use proptest::prelude::*;

use crate::Shares;

#[test]
fn of_a_slash_are_half_thirty_percent_and_the_rest() {
	let shares = Shares::of_slash(1_000, 3);
	assert_eq!(shares, Shares { first: 500, juror: 100, treasury: 200 });
	assert_eq!(Shares::of_slash(1_000, 0), Shares { first: 500, juror: 0, treasury: 500 });
	assert_eq!(Shares::of_slash(1_001, 4), Shares { first: 500, juror: 75, treasury: 201 });
}

#[test]
fn of_a_bond_are_half_and_half() {
	assert_eq!(Shares::of_bond(1_000, 5), Shares { first: 500, juror: 100, treasury: 0 });
	assert_eq!(Shares::of_bond(1_001, 5), Shares { first: 500, juror: 100, treasury: 1 });
	assert_eq!(Shares::of_bond(1_000, 0), Shares { first: 500, juror: 0, treasury: 500 });
}

#[test]
fn of_a_report_are_half_and_half() {
	assert_eq!(Shares::of_report(1_001), Shares { first: 500, juror: 0, treasury: 501 });
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn add_up_to_what_was_taken(amount: Balance, jurors in 0..=7u32) {
		for shares in
			[Shares::of_slash(amount, jurors), Shares::of_bond(amount, jurors), Shares::of_report(amount)]
		{
			let parts = [shares.first, shares.treasury].into_iter();
			let sum = parts
				.chain((0..jurors).map(|_| shares.juror))
				.try_fold(0, Balance::checked_add);
			prop_assert_eq!(sum, Some(amount));
		}
	}
}
