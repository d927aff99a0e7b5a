//! Checking a paid job with arithmetic of its own, against the balances before and after.
//!
//! Nothing here uses the pricing of the chain: a mistake there would otherwise prove itself right.

use std::fmt;

use millrace_primitives::{Balance, JobState, Payment, Price, TokenCounts};

/// What was seen of one job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
	/// The price list.
	pub price: Price,
	/// The counts locked for.
	pub max: TokenCounts,
	/// The counts that the gateway told its client.
	pub told: TokenCounts,
	/// The counts that the chain paid for.
	pub paid_for: TokenCounts,
	/// Whether the worker has its stake.
	pub staked: bool,
	/// What the chain says was locked.
	pub locked: Balance,
	/// How the chain says it was divided.
	pub payment: Payment,
	/// The state of the job in a final block.
	pub state: JobState,
	/// Balances before the job.
	pub before: Balances,
	/// Balances in the final block that shows the job settled.
	pub after: Balances,
}

/// Balances of the payment asset, in base units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Balances {
	/// What the requester can spend.
	pub requester: Balance,
	/// What is locked in the requester's account.
	pub locked: Balance,
	/// What the worker is paid into.
	pub worker: Balance,
	/// The treasury.
	pub treasury: Balance,
}

/// Two figures that should be the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Discrepancy {
	/// What they are figures of.
	pub what: &'static str,
	/// What it should be.
	pub expected: String,
	/// What it is.
	pub found: String,
}

impl fmt::Display for Discrepancy {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}: expected {}, found {}", self.what, self.expected, self.found)
	}
}

/// What a job of `tokens` costs, to the unit, rounded up.
fn cost(price: Price, tokens: TokenCounts) -> Option<Balance> {
	let input = Balance::from(price.input).checked_mul(tokens.input.into())?;
	let output = Balance::from(price.output).checked_mul(tokens.output.into())?;
	input.checked_add(output)?.checked_add(999)?.checked_div(1_000)
}

/// How it should have been divided: 85 % to a staked worker, 75 % to another, rounded down.
fn division(seen: &Seen) -> Option<Payment> {
	let percent = if seen.staked { 85 } else { 75 };
	let charge = cost(seen.price, seen.told)?;
	let worker = charge.checked_mul(percent)?.checked_div(100)?;
	let treasury = charge.checked_sub(worker)?;
	let refund = cost(seen.price, seen.max)?.checked_sub(charge)?;
	Some(Payment { worker, treasury, verifier: 0, refund })
}

/// Everything about the job that is not as it should be.
pub fn audit(seen: &Seen) -> Vec<Discrepancy> {
	let (Some(lock), Some(division)) = (cost(seen.price, seen.max), division(seen)) else {
		return vec![Discrepancy {
			what: "the price",
			expected: "figures that can be calculated with".into(),
			found: format!("{:?}", seen.price),
		}];
	};
	let Payment { worker, treasury, verifier, refund } = seen.payment;
	let sum = worker.checked_add(treasury).and_then(|sum| sum.checked_add(refund));
	let paid = division.worker.checked_add(division.treasury);
	let (before, after) = (&seen.before, &seen.after);
	let mut found = Vec::new();
	let mut same = |what, expected: Option<Balance>, is: Option<Balance>| {
		if expected.is_none() || expected != is {
			let show = |figure: Option<Balance>| figure.map_or("?".into(), |f| f.to_string());
			found.push(Discrepancy { what, expected: show(expected), found: show(is) });
		}
	};
	same("locked", Some(lock), Some(seen.locked));
	same("worker + treasury + refund", Some(seen.locked), sum);
	same("to the worker", Some(division.worker), Some(worker));
	same("to the treasury", Some(division.treasury), Some(treasury));
	same("to a verifier", Some(division.verifier), Some(verifier));
	same("refunded", Some(division.refund), Some(refund));
	same("spent by the requester", paid, before.requester.checked_sub(after.requester));
	same("still locked", Some(before.locked), Some(after.locked));
	same("received by the worker", Some(division.worker), gain(before.worker, after.worker));
	let treasury_gain = gain(before.treasury, after.treasury);
	same("received by the treasury", Some(division.treasury), treasury_gain);
	if seen.told != seen.paid_for {
		let show = |tokens: TokenCounts| format!("{}+{}", tokens.input, tokens.output);
		let (expected, is) = (show(seen.told), show(seen.paid_for));
		found.push(Discrepancy { what: "tokens paid for", expected, found: is });
	}
	if seen.state != JobState::Settled {
		let (expected, is) = (JobState::Settled.to_string(), seen.state.to_string());
		found.push(Discrepancy { what: "state", expected, found: is });
	}
	found
}

const fn gain(before: Balance, after: Balance) -> Option<Balance> {
	after.checked_sub(before)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// 10 + 20 tokens at 2 and 6 units each: 140 charged; 85 % of it is 119.
	fn sound() -> Seen {
		Seen {
			price: Price { input: 2_000, output: 6_000 },
			max: TokenCounts { input: 300, output: 100 },
			told: TokenCounts { input: 10, output: 20 },
			paid_for: TokenCounts { input: 10, output: 20 },
			staked: true,
			locked: 1_200,
			payment: Payment { worker: 119, treasury: 21, verifier: 0, refund: 1_060 },
			state: JobState::Settled,
			before: Balances { requester: 10_000, locked: 0, worker: 50, treasury: 7 },
			after: Balances { requester: 9_860, locked: 0, worker: 169, treasury: 28 },
		}
	}

	fn whats(seen: &Seen) -> Vec<&'static str> {
		audit(seen).into_iter().map(|discrepancy| discrepancy.what).collect()
	}

	#[test]
	fn a_sound_job_passes() {
		assert_eq!(audit(&sound()), []);
	}

	#[test]
	fn an_unstaked_worker_gets_three_quarters() {
		let mut seen = sound();
		seen.staked = false;
		assert_eq!(whats(&seen)[0], "to the worker");
		seen.payment = Payment { worker: 105, treasury: 35, verifier: 0, refund: 1_060 };
		seen.after.worker = 155;
		seen.after.treasury = 42;
		assert_eq!(audit(&seen), []);
	}

	#[test]
	fn one_unit_anywhere_is_seen() {
		type Change = fn(&mut Seen);
		let changes: [(&str, Change); 9] = [
			("locked", |seen| seen.locked += 1),
			("to the worker", |seen| seen.payment.worker += 1),
			("to the treasury", |seen| seen.payment.treasury -= 1),
			("to a verifier", |seen| seen.payment.verifier += 1),
			("refunded", |seen| seen.payment.refund -= 1),
			("spent by the requester", |seen| seen.after.requester += 1),
			("still locked", |seen| seen.after.locked += 1),
			("received by the worker", |seen| seen.after.worker -= 1),
			("received by the treasury", |seen| seen.after.treasury += 1),
		];
		for (what, change) in changes {
			let mut seen = sound();
			change(&mut seen);
			assert!(whats(&seen).contains(&what), "{what}");
		}
	}

	#[test]
	fn counts_that_differ_are_seen() {
		let mut seen = sound();
		seen.paid_for.output = 21;
		assert_eq!(whats(&seen), ["tokens paid for"]);
	}

	#[test]
	fn a_job_that_is_not_settled_fails() {
		let mut seen = sound();
		seen.state = JobState::Verified;
		assert_eq!(whats(&seen), ["state"]);
	}

	#[test]
	fn a_part_of_a_unit_is_rounded_up() {
		assert_eq!(
			cost(Price { input: 1, output: 0 }, TokenCounts { input: 1, output: 0 }),
			Some(1)
		);
		let thousand = TokenCounts { input: 1_000, output: 0 };
		assert_eq!(cost(Price { input: 1, output: 0 }, thousand), Some(1));
	}
}
