//! Amounts of money as people read and write them. Integers only.

use std::fmt;

use millrace_primitives::Balance;
use serde::{Deserialize, Serialize};

/// A currency of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Currency {
	/// The payment asset, in which jobs are paid.
	Usdc,
	/// The native token, in which stake and fees are paid.
	Mill,
}

impl Currency {
	/// Digits behind the point.
	pub const fn decimals(self) -> u8 {
		match self {
			Self::Usdc => 6,
			Self::Mill => 12,
		}
	}

	/// Its ticker.
	pub const fn symbol(self) -> &'static str {
		match self {
			Self::Usdc => "USDC",
			Self::Mill => "MILL",
		}
	}

	/// `amount` base units as text, as in `1.25 USDC`: exact, with at least two decimals.
	pub fn show(self, amount: Balance) -> String {
		let decimals = usize::from(self.decimals());
		let digits = format!("{amount:0>width$}", width = decimals.saturating_add(1));
		let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals));
		let mut fraction = fraction.trim_end_matches('0').to_owned();
		while fraction.len() < 2 {
			fraction.push('0');
		}
		format!("{whole}.{fraction} {}", self.symbol())
	}

	/// The base units that `text` names, as in `12` or `0.5`.
	pub fn read(self, text: &str) -> Result<Balance, BadAmount> {
		let text = text.trim();
		let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
		let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
		if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) {
			return Err(BadAmount::NotANumber);
		}
		let decimals = usize::from(self.decimals());
		if fraction.len() > decimals {
			return Err(BadAmount::TooFine(self.symbol(), self.decimals()));
		}
		format!("{whole}{fraction:0<decimals$}").parse().map_err(|_| BadAmount::TooLarge)
	}
}

/// Text that names no amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadAmount {
	/// It is no decimal number.
	#[error("not an amount: write it like 12 or 0.5")]
	NotANumber,
	/// It has more decimals than the currency.
	#[error("{0} has {1} decimals at most")]
	TooFine(&'static str, u8),
	/// No balance is that large.
	#[error("the amount is too large")]
	TooLarge,
}

/// An amount in base units that goes through JSON as text, because JSON numbers lose digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amount(pub Balance);

impl fmt::Display for Amount {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.0.fmt(f)
	}
}

impl Serialize for Amount {
	fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

impl<'de> Deserialize<'de> for Amount {
	fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		text.parse().map(Self).map_err(serde::de::Error::custom)
	}
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	#[test]
	fn shows_every_digit_that_counts() {
		assert_eq!(Currency::Usdc.show(0), "0.00 USDC");
		assert_eq!(Currency::Usdc.show(1), "0.000001 USDC");
		assert_eq!(Currency::Usdc.show(12_500_000), "12.50 USDC");
		assert_eq!(Currency::Mill.show(1_000_000_000_000), "1.00 MILL");
	}

	#[test]
	fn refuses_what_is_no_amount() {
		for text in ["", ".5", "-1", "1e3", "1,5", "0x10", "1.2.3", "٣"] {
			assert_eq!(Currency::Usdc.read(text), Err(BadAmount::NotANumber), "{text}");
		}
		assert_eq!(Currency::Usdc.read("0.0000001"), Err(BadAmount::TooFine("USDC", 6)));
		assert_eq!(Currency::Usdc.read(&"9".repeat(40)), Err(BadAmount::TooLarge));
	}

	proptest! {
		#[test]
		fn reads_what_it_shows(amount: u128) {
			for currency in [Currency::Usdc, Currency::Mill] {
				let shown = currency.show(amount);
				let (number, _) = shown.split_once(' ').unwrap();
				prop_assert_eq!(currency.read(number), Ok(amount));
			}
		}
	}
}
