//! Nobody can fill a worker's view with jobs of its own so that others do not fit in.

use std::collections::BTreeSet;

use millrace_primitives::{JobId, JobRecord, JobState};
use millrace_protocol::{Ballot, Phase, APPOINTED_MAX, AWARDED_MAX, DISPUTES_MAX, JOBS_MAX};
use sp_core::{crypto::AccountId32, H256};

use super::mock::*;
use crate::{view::SCAN_MAX, Seat};

/// An id that comes before (`high` 0) or after (255) most in the index.
fn numbered(high: u8, number: usize) -> JobId {
	let mut hash = [0; 32];
	hash[0] = high;
	hash[24..].copy_from_slice(&u64::try_from(number).unwrap().to_be_bytes());
	JobId(H256(hash))
}

fn of(requester: u8, age: u64, state: JobState) -> JobRecord<AccountId32> {
	JobRecord {
		requester: AccountId32::new([requester; 32]),
		created_at: NOW - age,
		..record(state)
	}
}

/// `count` open jobs of one requester, newer than all others and before them in the index.
fn flood(requester: u8, count: usize) {
	for number in 0..count {
		let id = numbered(0, usize::from(requester) * 100_000 + number);
		Tables::put(&owner(), id, of(requester, 0, JobState::Open));
	}
}

fn shown(node: &mut Node) -> BTreeSet<JobId> {
	node.sidecar_has(&reply());
	node.run();
	node.last_view().workers[0].jobs.iter().map(|job| job.id).collect()
}

#[test]
fn a_requester_with_hundreds_of_jobs_keeps_nobody_else_out() {
	let mut node = Node::with_worker();
	flood(66, 3 * JOBS_MAX);
	let honest = numbered(255, 1);
	Tables::put(&owner(), honest, of(1, 5_000, JobState::Open));
	let shown = shown(&mut node);
	assert_eq!(shown.len(), JOBS_MAX);
	assert!(shown.contains(&honest));
}

#[test]
fn what_the_worker_is_bound_to_comes_first_whatever_else_there_is() {
	let mut node = Node::with_worker();
	for requester in 0..=255 {
		flood(requester, 2);
	}
	let accepted = JobRecord { accepted_by: Some(owner()), ..of(1, 90_000, JobState::Accepted) };
	let delivered = JobRecord { created_at: NOW - 90_000, ..verified(&proof(id(1))) };
	Tables::put(&owner(), numbered(255, 1), accepted);
	Tables::put(&owner(), numbered(255, 2), delivered);
	let shown = shown(&mut node);
	assert_eq!(shown.len(), JOBS_MAX);
	assert!(shown.contains(&numbered(255, 1)) && shown.contains(&numbered(255, 2)));
}

#[test]
fn what_another_has_taken_comes_last() {
	let mut node = Node::with_worker();
	for number in 0..JOBS_MAX {
		let lost = JobRecord { accepted_by: Some(rival()), ..of(1, 0, JobState::Accepted) };
		Tables::put(&owner(), numbered(0, number), lost);
	}
	let open = numbered(255, 1);
	Tables::put(&owner(), open, of(1, 60_000, JobState::Open));
	let shown = shown(&mut node);
	assert_eq!(shown.len(), JOBS_MAX);
	assert!(shown.contains(&open));
}

#[test]
fn of_one_requester_the_newest_come_first() {
	let mut node = Node::with_worker();
	for number in 0..JOBS_MAX + 10 {
		let age = u64::try_from(number).unwrap();
		Tables::put(&owner(), numbered(0, number), of(1, age, JobState::Open));
	}
	let newest: BTreeSet<_> = (0..JOBS_MAX).map(|number| numbered(0, number)).collect();
	assert_eq!(shown(&mut node), newest);
}

#[test]
fn many_requesters_share_the_view_evenly() {
	let mut node = Node::with_worker();
	for requester in 1..=16 {
		flood(requester, 100);
	}
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	for requester in 1..=16u8 {
		let account = AccountId32::new([requester; 32]);
		let of_it = view.workers[0].jobs.iter().filter(|job| job.requester == account);
		assert_eq!(of_it.count(), JOBS_MAX / 16);
	}
}

/// The index is read from another place at each block: what lies beyond the limit comes in sight.
#[test]
fn a_job_beyond_the_limit_of_a_pass_is_seen_by_another_one() {
	let mut node = Node::with_worker();
	flood(66, SCAN_MAX);
	let honest = numbered(255, 1);
	Tables::put(&owner(), honest, of(1, 5_000, JobState::Open));
	let seen = [0, 128, 255].map(|place| {
		node.set_block_hash(H256([place; 32]));
		shown(&mut node).contains(&honest)
	});
	assert_eq!(seen, [false, true, false]);
}

#[test]
fn the_most_urgent_deliveries_and_judgements_come_first() {
	let mut node = Node::with_worker();
	for number in 0..AWARDED_MAX + 9 {
		let deadline = NOW + 1_000_000 - u64::try_from(number).unwrap();
		let awarded = auctioned(JobState::Accepted, &owner(), &rival());
		Tables::put(&owner(), numbered(0, number), JobRecord { deadline, ..awarded });
		let to_judge = auctioned(JobState::Submitted, &rival(), &owner());
		Tables::put(&owner(), numbered(1, number), JobRecord { deadline, ..to_judge });
	}
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	let worker = &view.workers[0];
	assert_eq!((worker.awarded.len(), worker.appointed.len()), (AWARDED_MAX, APPOINTED_MAX));
	assert_eq!(worker.awarded[0].id, numbered(0, AWARDED_MAX + 8));
	assert_eq!(worker.appointed[0].id, numbered(1, APPOINTED_MAX + 8));
}

#[test]
fn judgements_are_shared_among_requesters() {
	let mut node = Node::with_worker();
	for number in 0..3 * APPOINTED_MAX {
		let job = auctioned(JobState::Submitted, &rival(), &owner());
		Tables::put(&owner(), numbered(0, number), job);
	}
	let late = JobRecord {
		requester: AccountId32::new([1; 32]),
		deadline: NOW + 10_000_000,
		..auctioned(JobState::Submitted, &rival(), &owner())
	};
	Tables::put(&owner(), numbered(255, 1), late);
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	assert!(view.workers[0].appointed.iter().any(|job| job.id == numbered(255, 1)));
}

#[test]
fn disputes_that_wait_for_the_juror_come_before_those_that_do_not() {
	let mut node = Node::with_worker();
	for number in 0..DISPUTES_MAX {
		let job = numbered(0, number);
		Tables::put(&rival(), job, auctioned(JobState::Disputed, &rival(), &rival()));
		Tables::seat(&owner(), job, seat(Phase::Commit, Ballot::Committed([1; 32])));
	}
	let job = numbered(255, 1);
	Tables::put(&rival(), job, auctioned(JobState::Disputed, &rival(), &rival()));
	let later = Seat { until: NOW + 900_000, ..seat(Phase::Commit, Ballot::Awaited) };
	Tables::seat(&owner(), job, later);
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	assert_eq!(view.workers[0].disputes.len(), DISPUTES_MAX);
	assert_eq!(view.workers[0].disputes[0].id, job);
}
