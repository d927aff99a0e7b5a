//! What a pass sends, signs and submits.

use millrace_primitives::{
	proof::accept_message, JobId, JobRecord, JobState, Proof, Receipt, TokenCounts,
};
use millrace_protocol::{Reply, JOBS_MAX, WORKERS_MAX};
use sp_core::{crypto::AccountId32, offchain::Timestamp, sr25519, Pair, H256};
use sp_runtime::MultiSignature;

use super::mock::*;
use crate::view::SCAN_MAX;

#[test]
fn a_node_without_a_worker_key_asks_nobody() {
	let mut node = Node::new();
	assert_eq!(node.run(), []);
	assert!(node.requests().is_empty());
}

#[test]
fn a_node_whose_key_is_not_registered_asks_nobody() {
	let mut node = Node::new();
	node.insert_key(WORKER);
	assert_eq!(node.run(), []);
	assert!(node.requests().is_empty());
}

#[test]
fn the_view_says_what_the_chain_holds() {
	let mut node = Node::with_worker();
	let done = proof(id(3));
	let taken = record(JobState::Accepted);
	Tables::put(&owner(), id(1), record(JobState::Open));
	Tables::put(&owner(), id(2), JobRecord { accepted_by: Some(rival()), ..taken });
	Tables::put(&owner(), id(3), verified(&done));
	Tables::put(&rival(), id(4), record(JobState::Open));
	node.sidecar_has(&reply());

	assert_eq!(node.run(), []);
	let view = node.last_view();
	assert_eq!((view.block, view.hash, view.genesis), (BLOCK, hash_of(BLOCK), hash_of(0)));
	assert_eq!((view.now, view.hold_ms), (NOW, 600));
	assert_eq!(view.workers.len(), 1);
	assert_eq!((view.workers[0].owner.clone(), view.workers[0].key), (owner(), worker().public()));
	let mut jobs = view.workers[0].jobs.clone();
	jobs.sort_by_key(|job| job.id);
	let states: Vec<_> = jobs.iter().map(|job| (job.id, job.state)).collect();
	let expected =
		[(id(1), JobState::Open), (id(2), JobState::Accepted), (id(3), JobState::Verified)];
	assert_eq!(states, expected);
	assert_eq!((jobs[0].accepted, jobs[1].accepted), (None, Some(false)));
	assert_eq!((jobs[0].proven, jobs[2].proven), (None, Some(done.digest())));
	assert!(jobs.iter().all(|job| job.entropy == hash_of(CREATED_IN)));
	assert_eq!(jobs[0].max, TokenCounts { input: 100, output: 50 });
}

#[test]
fn the_request_is_one_post_over_within_its_part_of_the_slot() {
	let mut node = Node::with_worker();
	node.set_url(b"http://127.0.0.1:4100/");
	node.sidecar_has(&reply());
	node.run();
	let requests = node.requests();
	assert_eq!(requests.len(), 1);
	assert_eq!(requests[0].method, "POST");
	assert_eq!(requests[0].uri, "http://127.0.0.1:4100/v1/reconcile");
	assert_eq!(requests[0].deadline, Some(Timestamp::from_unix_millis(NOW + 800)));
}

#[test]
fn the_sidecar_holds_nothing_back_for_a_worker_without_jobs() {
	let mut node = Node::with_worker();
	node.sidecar_has(&reply());
	node.run();
	assert_eq!(node.last_view().hold_ms, 0);
}

#[test]
fn terminal_jobs_are_left_out() {
	let mut node = Node::with_worker();
	for (seed, state) in (1..).zip(JobState::ALL) {
		Tables::put(&owner(), id(seed), record(state));
	}
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	let mut shown: Vec<_> = view.workers[0].jobs.iter().map(|job| job.state).collect();
	shown.sort();
	let unfinished = [JobState::Open, JobState::Accepted, JobState::Verified, JobState::Disputed];
	assert_eq!(shown, unfinished);
}

#[test]
fn the_view_has_its_limits() {
	let mut node = Node::new();
	for seed in (10..).take(WORKERS_MAX + 2) {
		node.insert_key(seed);
		Tables::register(key(seed).public(), &owner());
	}
	for seed in 0..u16::try_from(JOBS_MAX).unwrap() + 2 {
		let mut hash = [7; 32];
		hash[..2].copy_from_slice(&seed.to_le_bytes());
		let id = JobId(H256(hash));
		Tables::put(&owner(), id, record(JobState::Open));
	}
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	assert_eq!(view.workers.len(), WORKERS_MAX);
	// The index is read up to a limit that the workers share.
	let most = SCAN_MAX / WORKERS_MAX;
	assert!(most <= JOBS_MAX);
	assert!(view.workers.iter().all(|worker| worker.jobs.len() == most));
}

#[test]
fn an_accept_is_signed_with_the_worker_key() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	node.sidecar_has(&Reply { accepts: vec![(owner(), id(1))], ..reply() });
	let submitted = node.run();
	let [Submitted::Accept(job, by, signature)] = &submitted[..] else {
		panic!("expected an accept, not {submitted:?}");
	};
	assert_eq!((*job, by), (id(1), &owner()));
	let message = accept_message(hash_of(0), id(1), &owner());
	assert!(sr25519::Pair::verify(signature, message, &worker().public()));
}

#[test]
fn a_proof_is_signed_with_the_worker_key() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	let done = proof(id(1));
	node.sidecar_has(&finished(&done, Some(receipt(&done))));
	let submitted = node.run();
	let [Submitted::Proof(proven, signature, confirmed)] = &submitted[..] else {
		panic!("expected a proof, not {submitted:?}");
	};
	assert_eq!((proven, confirmed), (&done, &Some(receipt_of(&submitted))));
	assert!(sr25519::Pair::verify(signature, done.message(hash_of(0)), &worker().public()));
}

fn receipt_of(submitted: &[Submitted]) -> Receipt<MultiSignature> {
	match submitted {
		[Submitted::Proof(_, _, Some(receipt)) | Submitted::Receipt(_, receipt)] => receipt.clone(),
		other => panic!("expected a receipt in {other:?}"),
	}
}

#[test]
fn a_proof_needs_no_receipt() {
	let mut node = Node::with_worker();
	Tables::put(
		&owner(),
		id(1),
		JobRecord { accepted_by: Some(owner()), ..record(JobState::Accepted) },
	);
	node.sidecar_has(&finished(&proof(id(1)), None));
	assert!(matches!(&node.run()[..], [Submitted::Proof(_, _, None)]));
}

/// What a node submits of `done` when its requester has confirmed it by a receipt, and nothing before
/// that, while the chain holds `record` of the job.
fn submitted_with(
	record: JobRecord<AccountId32>,
	done: &Proof<AccountId32>,
) -> (Vec<Submitted>, Receipt<MultiSignature>) {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record);
	node.sidecar_has(&finished(done, None));
	assert_eq!(node.run(), []);
	let confirmed = receipt(done);
	node.sidecar_has(&finished(done, Some(confirmed.clone())));
	(node.run(), confirmed)
}

/// What its requester confirms is no matter for a dispute.
#[test]
fn a_receipt_follows_its_proof_and_ends_a_dispute() {
	let done = proof(id(1));
	for record in [verified(&done), disputed(&done)] {
		let (submitted, confirmed) = submitted_with(record, &done);
		assert_eq!(submitted, [Submitted::Receipt(id(1), confirmed)]);
	}
}

#[test]
fn what_somebody_is_to_decide_waits_for_no_worker() {
	let mut node = Node::with_worker();
	let done = proof(id(1));
	Tables::put(&owner(), id(1), disputed(&done));
	Tables::draw(id(1));
	node.sidecar_has(&finished(&done, Some(receipt(&done))));
	assert_eq!(node.run(), []);
	let view = node.last_view();
	assert!(view.workers[0].jobs.is_empty());
	assert_eq!(view.hold_ms, 0, "nothing can become ready");
}

#[test]
fn a_receipt_overrides_the_accept_or_the_proof_of_another() {
	let accepted = JobRecord { accepted_by: Some(rival()), ..record(JobState::Accepted) };
	let done = proof(id(1));
	let theirs = Proof { worker: rival(), ..proof(id(1)) };
	for record in [accepted, verified(&theirs), disputed(&theirs)] {
		let (submitted, confirmed) = submitted_with(record, &done);
		let [Submitted::Proof(proof, _, receipt)] = &submitted[..] else {
			panic!("expected a proof in {submitted:?}")
		};
		assert_eq!((proof, receipt), (&done, &Some(confirmed)));
	}
}

#[test]
fn doing_it_again_does_no_harm() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	Tables::put(&owner(), id(2), record(JobState::Open));
	let done = proof(id(2));
	let ready = Reply { accepts: vec![(owner(), id(1))], ..finished(&done, None) };
	node.sidecar_has(&ready);
	assert_eq!(node.run().len(), 2);
	assert_eq!(node.run(), []);
	assert_eq!(node.requests().len(), 2);
}

/// The chain switched to another fork while the worker was busy.
#[test]
fn a_proof_survives_the_replacement_of_its_block() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	let done = Proof { entropy: hash_of(0), ..proof(id(1)) };
	node.sidecar_has(&finished(&done, Some(receipt(&done))));
	assert!(matches!(&node.run()[..], [Submitted::Proof(proof, _, Some(_))] if *proof == done));
}
