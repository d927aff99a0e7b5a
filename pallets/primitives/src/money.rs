//! Prices and the split of a payment. Integers only; every rounding is stated.

#![deny(clippy::as_conversions)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::Balance;

/// Tokens that a [`Price`] is quoted for.
pub const TOKENS_PER_PRICE: Balance = 1_000;

/// Basis points in a whole.
pub const BASIS_POINTS: u16 = 10_000;

/// How many tokens went in and came out.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TokenCounts {
	/// Prompt tokens.
	pub input: u32,
	/// Generated tokens.
	pub output: u32,
}

impl TokenCounts {
	/// Whether neither count exceeds that of `max`.
	pub const fn fits(&self, max: &Self) -> bool {
		self.input <= max.input && self.output <= max.output
	}
}

/// What 1,000 tokens cost, in base units of the payment asset.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Price {
	/// Per 1,000 prompt tokens.
	pub input: u64,
	/// Per 1,000 generated tokens.
	pub output: u64,
}

impl Price {
	/// What `tokens` cost: `⌈(input·price_in + output·price_out) / 1000⌉` base units.
	///
	/// Rounded up once, over the sum, so the cost of counts that fit within others never exceeds
	/// the others' cost, and what is locked always covers what is charged.
	pub fn cost(&self, tokens: &TokenCounts) -> Balance {
		// Four factors of at most 64 and 32 bits: the sum stays below 2^97.
		let input = Balance::from(self.input).saturating_mul(Balance::from(tokens.input));
		let output = Balance::from(self.output).saturating_mul(Balance::from(tokens.output));
		input.saturating_add(output).div_ceil(TOKENS_PER_PRICE)
	}
}

/// How a payment is divided between the worker and the treasury.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Split {
	/// To the worker's payout account.
	pub worker: Balance,
	/// To the treasury.
	pub treasury: Balance,
}

impl Split {
	/// `⌊charge · worker_share / 10000⌋` to the worker, the rest (with the dust) to the treasury.
	///
	/// `worker_share` is in basis points; more than [`BASIS_POINTS`] counts as all of it.
	pub fn of(charge: Balance, worker_share: u16) -> Self {
		let share = Balance::from(worker_share.min(BASIS_POINTS));
		let whole = Balance::from(BASIS_POINTS);
		// Divide first and treat the remainder apart: no overflow, and still the exact floor.
		let quotient = charge.checked_div(whole).unwrap_or(0);
		let remainder = charge.checked_rem(whole).unwrap_or(0);
		let of_remainder = remainder.saturating_mul(share).checked_div(whole).unwrap_or(0);
		let worker = quotient.saturating_mul(share).saturating_add(of_remainder);
		Self { worker, treasury: charge.saturating_sub(worker) }
	}
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	#[test]
	fn rounds_up_over_the_sum() {
		let price = Price { input: 1, output: 1 };
		assert_eq!(price.cost(&TokenCounts { input: 1, output: 1 }), 1);
		assert_eq!(price.cost(&TokenCounts { input: 999, output: 1 }), 1);
		assert_eq!(price.cost(&TokenCounts { input: 1_000, output: 1 }), 2);
		assert_eq!(price.cost(&TokenCounts::default()), 0);
	}

	#[test]
	fn the_treasury_gets_the_dust() {
		assert_eq!(Split::of(101, 8_500), Split { worker: 85, treasury: 16 });
		assert_eq!(Split::of(1, 7_500), Split { worker: 0, treasury: 1 });
		assert_eq!(Split::of(100, u16::MAX), Split { worker: 100, treasury: 0 });
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(10_000))]

		#[test]
		fn a_split_conserves(charge: u128, share in 0..=BASIS_POINTS) {
			let split = Split::of(charge, share);
			prop_assert_eq!(split.worker.checked_add(split.treasury), Some(charge));
		}

		#[test]
		fn a_split_is_the_exact_floor(charge in 0..u128::from(u64::MAX), share in 0..=BASIS_POINTS) {
			let floor = charge.checked_mul(share.into()).and_then(|all| all.checked_div(10_000));
			prop_assert_eq!(Some(Split::of(charge, share).worker), floor);
		}

		#[test]
		fn what_fits_costs_no_more(
			input: u64, output: u64, max_in: u32, max_out: u32, used_in: u32, used_out: u32,
		) {
			let price = Price { input, output };
			let max = TokenCounts { input: max_in, output: max_out };
			let used = TokenCounts { input: used_in.min(max_in), output: used_out.min(max_out) };
			prop_assert!(used.fits(&max));
			prop_assert!(price.cost(&used) <= price.cost(&max));
		}
	}
}
