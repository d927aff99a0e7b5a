//! What holds between any two blocks, whatever happened in them. Worked out from the records alone,
//! without asking the code that it checks; but in the end the pallets are asked too.

use std::collections::BTreeMap;

use frame_support::traits::fungible::InspectHold as _;
use millrace_primitives::{traits::JobDeadline, Balance, JobId, JobRecord, JobState};
use millrace_runtime::{AccountId, Balances, Runtime, RuntimeHoldReason};
use pallet_deadlines::DueAt;
use pallet_disputes::types::{Bond, Phase};

use crate::chain::held;

type Record = JobRecord<AccountId>;

/// Check them all. Needs externalities.
pub(crate) fn check() {
	let jobs = pallet_jobs::Jobs::<Runtime>::iter().collect::<BTreeMap<_, _>>();
	what_is_locked_is_what_the_jobs_still_owe(&jobs);
	what_was_paid_is_what_was_locked(&jobs);
	each_job_has_one_deadline(&jobs);
	what_is_disputed_has_a_dispute(&jobs);
	what_challengers_risk_is_on_hold();
	what_the_pallets_promise();
}

fn what_is_locked_is_what_the_jobs_still_owe(jobs: &BTreeMap<JobId, Record>) {
	let mut expected = BTreeMap::new();
	let mut holds = BTreeMap::<&AccountId, Balance>::new();
	for (id, record) in jobs.iter().filter(|(_, record)| !record.state.is_terminal()) {
		let amount = outstanding(record);
		expected.insert(*id, (record.requester.clone(), amount));
		*holds.entry(&record.requester).or_default() += amount;
	}
	let ledger = pallet_escrow::Ledger::<Runtime>::iter();
	let ledger = ledger.map(|(id, entry)| (id, (entry.requester, entry.amount)));
	assert_eq!(ledger.collect::<BTreeMap<_, _>>(), expected, "the ledger is not what is locked");
	for (who, amount) in holds {
		assert_eq!(held(who), amount, "the ledger is not what is on hold");
	}
}

/// What of the lock of a job is neither paid nor given back.
fn outstanding(record: &Record) -> Balance {
	let Some(auction) = &record.auction else { return record.locked };
	let price = auction.agreed.map(|agreed| agreed.price);
	match record.state {
		JobState::Open => record.locked,
		JobState::Accepted | JobState::Submitted => {
			price.expect("an award has a price") + auction.terms.verifier_fee
		},
		_ => price.expect("an award has a price"),
	}
}

fn what_was_paid_is_what_was_locked(jobs: &BTreeMap<JobId, Record>) {
	for record in jobs.values() {
		let Some(payment) = record.payment else {
			assert!(!record.state.is_terminal(), "a job is over and nobody was paid");
			continue;
		};
		let paid = payment.worker + payment.treasury + payment.verifier + payment.refund;
		assert_eq!(paid, record.locked, "money of a {} job was made or lost", record.state);
	}
}

fn each_job_has_one_deadline(jobs: &BTreeMap<JobId, Record>) {
	for (id, record) in jobs {
		let (item, due) = (awaited(*id, record.state), DueAt::from(record.deadline));
		let pending = pallet_deadlines::Queue::<Runtime>::contains_key(due, item);
		assert!(pending, "a {} job without its deadline", record.state);
	}
	let queued = pallet_deadlines::Queue::<Runtime>::iter_keys().count();
	assert_eq!(queued, jobs.len(), "a job has more or less than one deadline");
}

fn awaited(id: JobId, state: JobState) -> JobDeadline {
	match state {
		JobState::Open | JobState::Accepted => JobDeadline::Proof(id),
		JobState::Submitted => JobDeadline::Judgement(id),
		JobState::Verified => JobDeadline::Window(id),
		JobState::Disputed => JobDeadline::Dispute(id),
		JobState::Settled | JobState::Cancelled | JobState::Expired | JobState::Resolved => {
			JobDeadline::Retention(id)
		},
	}
}

fn what_is_disputed_has_a_dispute(jobs: &BTreeMap<JobId, Record>) {
	let cases = pallet_disputes::Cases::<Runtime>::iter().collect::<BTreeMap<_, _>>();
	for (id, case) in &cases {
		let job = jobs.get(id).expect("a dispute without a job");
		match case.phase {
			Phase::Closed(_) => assert_eq!(job.state, JobState::Resolved),
			_ => assert_eq!((job.state, job.deadline), (JobState::Disputed, case.until)),
		}
	}
	for (id, job) in jobs {
		let contested = matches!(job.state, JobState::Disputed | JobState::Resolved);
		assert_eq!(contested, cases.contains_key(id), "a {} job", job.state);
	}
	for id in pallet_disputes::Offences::<Runtime>::iter_keys() {
		assert!(jobs.contains_key(&id), "an offence is remembered for longer than its job");
	}
}

fn what_challengers_risk_is_on_hold() {
	let mut bonds = BTreeMap::<AccountId, Balance>::new();
	for (_, case) in pallet_disputes::Cases::<Runtime>::iter() {
		let bond = bonds.entry(case.challenger).or_default();
		if let (Bond::Held(amount), false) = (case.bond, matches!(case.phase, Phase::Closed(_))) {
			*bond += amount;
		}
	}
	let reason = RuntimeHoldReason::from(pallet_disputes::HoldReason::Bond);
	for (who, bond) in bonds {
		assert_eq!(Balances::balance_on_hold(&reason, &who), bond, "a bond is not on hold");
	}
}

/// The pallets' own invariants, which a node with the feature `try-runtime` checks.
fn what_the_pallets_promise() {
	let promises = [
		("registry", pallet_registry::Pallet::<Runtime>::do_try_state()),
		("escrow", pallet_escrow::Pallet::<Runtime>::do_try_state()),
		("deadlines", pallet_deadlines::Pallet::<Runtime>::do_try_state()),
		("jobs", pallet_jobs::Pallet::<Runtime>::do_try_state()),
		("disputes", pallet_disputes::Pallet::<Runtime>::do_try_state()),
	];
	for (pallet, kept) in promises {
		assert_eq!(kept, Ok(()), "{pallet}");
	}
}
