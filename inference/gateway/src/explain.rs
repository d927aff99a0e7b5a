//! A job's life in plain words: where it is, where the money is, and who must act by when.

mod auction;
mod direct;
mod dispute;
mod facts;
#[cfg(test)]
mod tests;

use millrace_chain::AccountId32;
use millrace_primitives::{
	views::{DisputeView, JobView, Parameters},
	Auction, Balance, JobRecord, JobState, Moment, Payment, Price, Split,
};

use crate::money::Currency;

/// What to tell about a job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
	/// The state and what it means.
	pub state: String,
	/// Where the money is.
	pub money: String,
	/// Who must act by when, and what happens otherwise.
	pub next: String,
	/// Facts, by name.
	pub facts: Vec<(&'static str, String)>,
}

/// What waits for an account because it could not be paid, for one job or several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parked {
	/// Whose it is.
	pub to: AccountId32,
	/// How much, in base units of the payment asset.
	pub amount: Balance,
}

/// Explain `view` as of the chain time in `parameters`, with the job's dispute if it has one, and what
/// waits for those whom its end pays.
pub fn explain(
	view: &JobView<AccountId32>,
	dispute: Option<&DisputeView<AccountId32>>,
	parked: &[Parked],
	parameters: &Parameters,
) -> Explanation {
	let record = &view.record;
	let told = Telling { record, parameters, dispute, parked };
	let Told { state, money, next } = match (record.state, &record.auction) {
		(JobState::Disputed, _) => told.disputed(),
		(JobState::Settled, _) => told.ended("It was delivered and has been paid for."),
		(JobState::Cancelled, _) => told.ended("The requester took the job back."),
		(JobState::Expired, Some(auction)) if auction.agreed.is_none() => {
			told.ended("It was not awarded in time.")
		},
		(JobState::Expired, _) => told.ended("Nobody delivered in time."),
		(JobState::Resolved, _) => told.resolved(),
		(state, None) => told.direct(state),
		(state, Some(auction)) => told.auction(state, auction),
	};
	// Until the next block a state outlives its deadline, and nobody can do any more what it waited for.
	let is_late = !record.state.is_terminal() && record.deadline <= parameters.now;
	let next = if is_late {
		format!("The time for what follows is over, and the chain is about to act. {next}")
	} else {
		next
	};
	let mut facts = facts::of(view);
	if let Some(dispute) = dispute {
		facts.extend(facts::of_dispute(dispute));
	}
	Explanation { state: format!("{}: {state}", record.state), money, next, facts }
}

/// The three things that there are to tell of a state.
struct Told {
	state: String,
	money: String,
	next: String,
}

/// What a job is explained from.
struct Telling<'a> {
	record: &'a JobRecord<AccountId32>,
	parameters: &'a Parameters,
	dispute: Option<&'a DisputeView<AccountId32>>,
	parked: &'a [Parked],
}

impl Telling<'_> {
	/// The time that is left in this state.
	fn left(&self) -> String {
		remaining(self.record.deadline, self.parameters.now)
	}

	fn locked(&self) -> String {
		let amount = usdc(still_locked(self.record));
		format!("{amount} are locked for the job in the requester's account.")
	}

	/// What will be paid for what was delivered.
	fn to_be_paid(&self) -> String {
		let Some(charge) = self.record.charge() else { return self.locked() };
		let share = self.record.outcome.as_ref().map_or(0, |outcome| outcome.worker_share);
		let Split { worker, treasury } = Split::of(charge, share);
		let rest = still_locked(self.record).saturating_sub(charge);
		let rest = if rest == 0 {
			String::new()
		} else {
			format!(" The other {} return to the requester.", usdc(rest))
		};
		format!(
			"{} Of it {} will be paid: {} to the worker and {} to the treasury.{rest}",
			self.locked(),
			usdc(charge),
			usdc(worker),
			usdc(treasury)
		)
	}

	/// How anybody can still change what happens to a result that nobody has disputed.
	fn challenge(&self) -> String {
		format!(
			"Until then anyone but the worker can challenge the result with a bond of {}.",
			mill(self.parameters.dispute_bond)
		)
	}

	fn ended(&self, state: &str) -> Told {
		let payment = self.record.payment.unwrap_or_default();
		let money = divided(&payment, self.record.locked) + &self.waiting();
		let next = format!("{} The chain forgets the job {}.", self.to_claim(), self.left());
		Told { state: state.to_owned(), money, next }
	}

	/// What was meant to go out and did not.
	fn waiting(&self) -> String {
		let waits = |parked: &Parked| {
			format!(
				" {} wait for {}, which could not take what it was paid here or for other jobs.",
				usdc(parked.amount),
				parked.to
			)
		};
		self.parked.iter().map(waits).collect()
	}

	fn to_claim(&self) -> String {
		if self.parked.is_empty() {
			return "Nothing is left to do.".to_owned();
		}
		let commands: Vec<_> =
			self.parked.iter().map(|parked| format!("`millrace claim {}`", parked.to)).collect();
		format!(
			"What waits is paid with the next payment to its account, or when anybody asks for it \
			 ({}), as soon as the account holds the least that an account must and is not blocked.",
			commands.join(", ")
		)
	}
}

/// What of the lock is still there: less than all once an auction is awarded, because what was above
/// the price goes back at once, and once its verifier was paid or passed over.
const fn still_locked(record: &JobRecord<AccountId32>) -> Balance {
	let Some(auction) = &record.auction else { return record.locked };
	match (record.state, &auction.agreed) {
		(JobState::Open, _) | (_, None) => record.locked,
		(JobState::Accepted | JobState::Submitted, Some(agreed)) => {
			agreed.price.saturating_add(auction.terms.verifier_fee)
		},
		(_, Some(agreed)) => agreed.price,
	}
}

/// What became of the verifier's fee, once it is decided.
fn fee_spent(auction: &Auction<AccountId32>) -> String {
	let fee = usdc(auction.terms.verifier_fee);
	if auction.attested.is_some() {
		format!("The verifier has got its fee of {fee}.")
	} else {
		format!("The verifier's fee of {fee} went back to the requester.")
	}
}

fn divided(payment: &Payment, locked: Balance) -> String {
	if payment.refund == locked || payment.total() == Some(0) {
		return format!("All {} went back to the requester.", usdc(locked));
	}
	let parts = [
		(payment.worker, "to the worker"),
		(payment.treasury, "to the treasury"),
		(payment.verifier, "to the verifier"),
		(payment.refund, "back to the requester"),
	];
	let paid = parts.into_iter().filter(|(amount, _)| *amount > 0);
	let told: Vec<_> = paid.map(|(amount, whom)| format!("{} {whom}", usdc(amount))).collect();
	format!("Of {} locked, these went out: {}.", usdc(locked), told.join(", "))
}

fn usdc(amount: Balance) -> String {
	Currency::Usdc.show(amount)
}

fn mill(amount: Balance) -> String {
	Currency::Mill.show(amount)
}

/// A price in words.
pub fn price(price: &Price) -> String {
	format!(
		"{} for 1,000 prompt tokens, {} for 1,000 generated",
		usdc(price.input.into()),
		usdc(price.output.into())
	)
}

/// Basis points as a percentage.
pub fn share(basis_points: u16) -> String {
	let (whole, part) =
		(basis_points.checked_div(100).unwrap_or(0), basis_points.checked_rem(100).unwrap_or(0));
	if part == 0 {
		format!("{whole} %")
	} else {
		format!("{whole}.{part:02} %")
	}
}

fn count(number: usize, one: &str, many: &str) -> String {
	if number == 1 {
		format!("1 {one}")
	} else {
		format!("{number} {many}")
	}
}

fn remaining(deadline: Moment, now: Moment) -> String {
	if deadline <= now {
		"any moment now".to_owned()
	} else {
		format!("within {}", duration(deadline, now))
	}
}

/// The time from `now` to `when` in words, rounded up to seconds.
pub fn duration(when: Moment, now: Moment) -> String {
	let seconds = when.saturating_sub(now).div_ceil(1_000);
	let (minutes, rest) =
		(seconds.checked_div(60).unwrap_or(0), seconds.checked_rem(60).unwrap_or(0));
	let (hours, minutes_left) =
		(minutes.checked_div(60).unwrap_or(0), minutes.checked_rem(60).unwrap_or(0));
	match (hours, minutes) {
		(0, 0) => format!("{seconds} s"),
		(0, _) => format!("{minutes} min {rest} s"),
		_ => format!("{hours} h {minutes_left} min"),
	}
}
