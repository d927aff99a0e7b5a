//! A job's life in plain words: where it is, where the money is, and who must act by when.

use millrace_chain::AccountId32;
use millrace_primitives::{
	views::{JobView, Parameters},
	FinishReason, JobState, Moment, Payment, Price, TokenCounts,
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

/// Explain `view` as of the chain time in `parameters`.
pub fn explain(view: &JobView<AccountId32>, parameters: &Parameters) -> Explanation {
	let record = &view.record;
	let left = remaining(record.deadline, parameters.now);
	let (state, money, next) = match record.state {
		JobState::Open => open(view, parameters, &left),
		JobState::Accepted => accepted(view, &left),
		JobState::Submitted => submitted(view, &left),
		JobState::Verified => verified(view, &left),
		JobState::Disputed => disputed(view, &left),
		JobState::Settled => ended(view, "The answer was delivered and has been paid for.", &left),
		JobState::Cancelled => ended(view, "The requester took the job back.", &left),
		JobState::Expired => ended(view, "Nobody delivered in time.", &left),
		JobState::Resolved => ended(view, "A dispute about the answer was decided.", &left),
	};
	Explanation { state: format!("{}: {state}", record.state), money, next, facts: facts(view) }
}

type Told = (String, String, String);

fn locked(view: &JobView<AccountId32>) -> String {
	let amount = Currency::Usdc.show(view.record.locked);
	format!("{amount} are locked for the job in the requester's account.")
}

fn open(view: &JobView<AccountId32>, parameters: &Parameters, left: &str) -> Told {
	let state = format!(
		"The money is locked, and {} may take the job.",
		count(view.record.candidates.len(), "worker", "workers")
	);
	let cancellable = view.record.created_at.saturating_add(parameters.cancel_after_ms);
	let cancel = if cancellable > parameters.now {
		format!("in {} can take the job back", duration(cancellable, parameters.now))
	} else {
		"can take the job back at any time".to_owned()
	};
	let next = format!(
		"A worker must deliver its proof {left}; otherwise the job expires by itself and everything \
		 returns to the requester, who {cancel}."
	);
	(state, locked(view), next)
}

fn accepted(view: &JobView<AccountId32>, left: &str) -> Told {
	let worker = match &view.record.accepted_by {
		Some(worker) => format!("The worker of {worker}"),
		None => "A worker".to_owned(),
	};
	let state = format!("{worker} has taken the job and is working on it.");
	let next = format!(
		"The worker must deliver its proof {left}; otherwise the job expires by itself, everything \
		 returns to the requester, and the worker's reputation drops."
	);
	(state, locked(view), next)
}

fn submitted(view: &JobView<AccountId32>, left: &str) -> Told {
	let state = "A result was delivered and waits for the verifier.".to_owned();
	let next = format!(
		"The verifier must judge the result {left}; if it stays silent, the result counts as good."
	);
	(state, locked(view), next)
}

fn verified(view: &JobView<AccountId32>, left: &str) -> Told {
	let state = "The chain holds a proof of the answer; its dispute window is open.".to_owned();
	let money = match charge(view) {
		Some(charge) => format!(
			"{} Of it {} will be paid, and the rest returns.",
			locked(view),
			Currency::Usdc.show(charge)
		),
		None => locked(view),
	};
	let next = format!(
		"Nobody has to act: the worker is paid {left}, or at once when the requester's receipt \
		 arrives."
	);
	(state, money, next)
}

fn disputed(view: &JobView<AccountId32>, left: &str) -> Told {
	let state = "The answer is under dispute.".to_owned();
	let next = format!(
		"The drawn verifiers must vote {left}; if too few do, an arbiter decides, and if it stays \
		 silent, everything returns to the requester."
	);
	(state, locked(view), next)
}

fn ended(view: &JobView<AccountId32>, state: &str, left: &str) -> Told {
	let payment = view.record.payment.unwrap_or_default();
	let money = divided(&payment, view.record.locked);
	let next = format!("Nothing is left to do. The chain forgets the job {left}.");
	(state.to_owned(), money, next)
}

fn divided(payment: &Payment, locked: u128) -> String {
	let show = |amount| Currency::Usdc.show(amount);
	if payment.worker == 0 && payment.treasury == 0 {
		return format!("All {} went back to the requester.", show(locked));
	}
	format!(
		"Of {} locked, {} went to the worker, {} to the treasury, and {} back to the requester.",
		show(locked),
		show(payment.worker),
		show(payment.treasury),
		show(payment.refund)
	)
}

fn charge(view: &JobView<AccountId32>) -> Option<u128> {
	view.record.outcome.as_ref().map(|outcome| view.record.price.cost(&outcome.tokens))
}

fn facts(view: &JobView<AccountId32>) -> Vec<(&'static str, String)> {
	let record = &view.record;
	let mut facts = vec![
		("job", format!("{:?}", view.id.0)),
		("requester", record.requester.to_string()),
		("model", record.model.to_string()),
		("price", price(&record.price)),
		("locked for", tokens(&record.max)),
		("created in block", record.created_in.to_string()),
	];
	for candidate in &record.candidates {
		facts.push(("candidate", candidate.to_string()));
	}
	if let Some(outcome) = &record.outcome {
		facts.push(("worker", outcome.worker.to_string()));
		facts.push(("worker's share", share(outcome.worker_share)));
		facts.push(("delivered", tokens(&outcome.tokens)));
		facts.push(("ended by", finish(outcome.finish).to_owned()));
		facts.push(("output", format!("0x{}", hex::encode(outcome.output))));
	}
	facts
}

/// A price in words.
pub fn price(price: &Price) -> String {
	format!(
		"{} for 1,000 prompt tokens, {} for 1,000 generated",
		Currency::Usdc.show(price.input.into()),
		Currency::Usdc.show(price.output.into())
	)
}

fn tokens(tokens: &TokenCounts) -> String {
	format!("{} prompt + {} generated tokens", tokens.input, tokens.output)
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

const fn finish(finish: FinishReason) -> &'static str {
	match finish {
		FinishReason::Stop => "the model or a stop string",
		FinishReason::Length => "the token limit",
		FinishReason::Cancelled => "the requester",
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

#[cfg(test)]
mod tests {
	use millrace_primitives::{job::Outcome, JobId, JobKind, JobRecord, ModelId, TierId};
	use sp_core::H256;

	use super::*;

	const NOW: Moment = 1_000_000;

	fn parameters() -> Parameters {
		Parameters {
			slot_ms: 200,
			proof_window_ms: 120_000,
			dispute_window_ms: 60_000,
			cancel_after_ms: 8_000,
			nonce_window_ms: 300_000,
			retention_ms: 3_600_000,
			unbonding_ms: 60_000,
			stake_min: 1,
			share_staked: 8_500,
			share_unstaked: 7_500,
			payment_asset: 1,
			now: NOW,
		}
	}

	fn job(state: JobState) -> JobView<AccountId32> {
		let account = |number| AccountId32::new([number; 32]);
		let record = JobRecord {
			kind: JobKind::Direct,
			state,
			requester: account(1),
			model: ModelId([2; 32]),
			tier: TierId(0),
			price: Price { input: 2_000, output: 6_000 },
			max: TokenCounts { input: 300, output: 100 },
			locked: 1_200,
			candidates: vec![account(3)].try_into().unwrap(),
			request: [0; 32],
			created_at: NOW - 5_000,
			created_in: 7,
			deadline: NOW + 115_000,
			accepted_by: None,
			outcome: None,
			payment: None,
		};
		JobView { id: JobId(H256([9; 32])), record, entropy: H256::zero() }
	}

	fn delivered(state: JobState) -> JobView<AccountId32> {
		let mut view = job(state);
		view.record.outcome = Some(Outcome {
			worker: AccountId32::new([3; 32]),
			payout: AccountId32::new([3; 32]),
			worker_share: 8_500,
			tokens: TokenCounts { input: 10, output: 20 },
			output: [4; 32],
			proof: [5; 32],
			finish: FinishReason::Stop,
			proven_at: NOW,
		});
		view
	}

	#[test]
	fn an_open_job_says_who_may_act_and_what_happens_otherwise() {
		let told = explain(&job(JobState::Open), &parameters());
		assert_eq!(told.state, "OPEN: The money is locked, and 1 worker may take the job.");
		assert_eq!(told.money, "0.0012 USDC are locked for the job in the requester's account.");
		assert_eq!(
			told.next,
			"A worker must deliver its proof within 1 min 55 s; otherwise the job expires by itself \
			 and everything returns to the requester, who in 3 s can take the job back."
		);
	}

	#[test]
	fn an_old_open_job_can_be_taken_back_at_once() {
		let mut view = job(JobState::Open);
		view.record.created_at = NOW - 8_000;
		let told = explain(&view, &parameters());
		assert!(told.next.ends_with("who can take the job back at any time."), "{}", told.next);
	}

	#[test]
	fn an_accepted_job_names_its_worker() {
		let mut view = job(JobState::Accepted);
		view.record.accepted_by = Some(AccountId32::new([3; 32]));
		let told = explain(&view, &parameters());
		let worker = AccountId32::new([3; 32]).to_string();
		assert!(told.state.contains(&worker), "{}", told.state);
		assert!(told.next.contains("the worker's reputation drops"));
	}

	#[test]
	fn a_verified_job_says_what_will_be_paid() {
		let told = explain(&delivered(JobState::Verified), &parameters());
		// ⌈(10·2000 + 20·6000) / 1000⌉ = 140
		assert!(told.money.contains("0.00014 USDC will be paid"), "{}", told.money);
		assert!(told.next.starts_with("Nobody has to act"));
	}

	#[test]
	fn a_settled_job_accounts_for_every_unit() {
		let mut view = delivered(JobState::Settled);
		view.record.payment = Some(Payment { worker: 119, treasury: 21, refund: 1_060 });
		let told = explain(&view, &parameters());
		assert_eq!(
			told.money,
			"Of 0.0012 USDC locked, 0.000119 USDC went to the worker, 0.000021 USDC to the treasury, \
			 and 0.00106 USDC back to the requester."
		);
		assert!(told.facts.contains(&("worker's share", "85 %".into())));
	}

	#[test]
	fn an_ended_job_without_payment_was_refunded_whole() {
		for state in [JobState::Cancelled, JobState::Expired] {
			let mut view = job(state);
			view.record.payment = Some(Payment { worker: 0, treasury: 0, refund: 1_200 });
			let told = explain(&view, &parameters());
			assert_eq!(told.money, "All 0.0012 USDC went back to the requester.");
			assert!(told.next.contains("forgets the job"));
		}
	}

	#[test]
	fn every_state_is_named_and_none_is_without_a_next() {
		for state in JobState::ALL {
			let told = explain(&job(state), &parameters());
			assert!(told.state.starts_with(&state.to_string()));
			assert!(!told.money.is_empty() && !told.next.is_empty());
		}
	}

	#[test]
	fn a_passed_deadline_is_due_now() {
		let mut view = job(JobState::Accepted);
		view.record.deadline = NOW - 1;
		assert!(explain(&view, &parameters()).next.contains("any moment now"));
	}

	#[test]
	fn times_are_rounded_up() {
		assert_eq!(duration(1, 0), "1 s");
		assert_eq!(duration(60_000, 0), "1 min 0 s");
		assert_eq!(duration(3_660_000, 0), "1 h 1 min");
	}
}
