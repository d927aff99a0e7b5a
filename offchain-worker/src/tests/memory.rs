//! A worker that signs two claims for one job loses stake: its node never does.

use codec::{Decode, Encode};
use millrace_primitives::{JobId, JobRecord, JobState, Proof, Submission, TokenCounts};
use millrace_protocol::Reply;
use sp_core::{crypto::AccountId32, Pair, H256};

use super::mock::*;

fn other(proof: &Proof<AccountId32>) -> Proof<AccountId32> {
	Proof { tokens: TokenCounts { input: 1, output: 1 }, ..proof.clone() }
}

fn delivering(submission: Submission<AccountId32>) -> Reply {
	Reply { submissions: vec![submission], ..reply() }
}

fn key(owner: &AccountId32, bucket: u8) -> Vec<u8> {
	[&b"millrace/offchain-worker/claim/"[..], owner.as_ref(), &[bucket]].concat()
}

fn remembered(node: &mut Node, bucket: u8) -> Vec<(JobId, u8, [u8; 32])> {
	let stored = node.stored(&key(&owner(), bucket)).unwrap_or_default();
	Decode::decode(&mut &stored[..]).unwrap_or_default()
}

/// The `n`th job of the bucket 1.
fn sibling(n: u8) -> JobId {
	let mut hash = [1; 32];
	hash[31] = n;
	hash[30] = 0xff;
	JobId(H256(hash))
}

#[test]
fn a_different_proof_after_a_restart_is_refused_with_a_warning() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	let done = proof(id(1));
	node.sidecar_has(&finished(&done, None));
	assert!(matches!(&node.run()[..], [Submitted::Proof(..)]));
	assert!(!node.has_warned());

	node.restart();
	node.sidecar_has(&finished(&other(&done), Some(receipt(&other(&done)))));
	assert_eq!(node.run(), []);
	assert!(node.has_warned());

	node.sidecar_has(&finished(&done, None));
	assert!(matches!(&node.run()[..], [Submitted::Proof(proof, ..)] if *proof == done));
}

#[test]
fn a_different_proof_in_the_same_reply_is_refused() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	let done = proof(id(1));
	let mut both = finished(&done, None);
	both.finished.extend(finished(&other(&done), None).finished);
	node.sidecar_has(&both);
	assert!(matches!(&node.run()[..], [Submitted::Proof(proof, ..)] if *proof == done));
	assert!(node.has_warned());
}

#[test]
fn a_proof_that_never_reached_the_chain_counts_all_the_same() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	let done = proof(id(1));
	node.sidecar_has(&finished(&done, None));
	node.run();
	// The pool has it; what it took is out of the node's hands.
	node.sidecar_has(&finished(&other(&done), None));
	assert_eq!(node.run(), []);
	assert!(node.has_warned());
}

#[test]
fn a_confirmed_proof_other_than_the_signed_one_is_not_brought_after_it() {
	let mut node = Node::with_worker();
	let done = proof(id(1));
	Tables::put(&owner(), id(1), record(JobState::Open));
	node.sidecar_has(&finished(&done, None));
	node.run();
	Tables::change(id(1), verified(&done));
	node.sidecar_has(&finished(&other(&done), Some(receipt(&other(&done)))));
	assert_eq!(node.run(), []);
	assert!(node.has_warned());
	node.sidecar_has(&finished(&done, Some(receipt(&done))));
	assert!(matches!(&node.run()[..], [Submitted::Receipt(..)]));
}

#[test]
fn a_different_submission_after_a_restart_is_refused_with_a_warning() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), auctioned(JobState::Accepted, &owner(), &rival()));
	node.sidecar_has(&delivering(submission(id(1))));
	assert!(matches!(&node.run()[..], [Submitted::Result(..)]));
	node.restart();
	node.sidecar_has(&delivering(Submission { result: cid("bafyother"), ..submission(id(1)) }));
	assert_eq!(node.run(), []);
	assert!(node.has_warned());
	node.sidecar_has(&delivering(submission(id(1))));
	assert!(matches!(&node.run()[..], [Submitted::Result(..)]));
}

#[test]
fn what_was_not_signed_is_not_remembered() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	let wrong = Proof { tokens: TokenCounts { input: 101, output: 0 }, ..proof(id(1)) };
	node.sidecar_has(&finished(&wrong, None));
	assert_eq!(node.run(), []);
	node.sidecar_has(&finished(&proof(id(1)), None));
	assert!(matches!(&node.run()[..], [Submitted::Proof(..)]));
}

#[test]
fn a_job_is_remembered_until_it_has_left_the_chain() {
	let mut node = Node::with_worker();
	let sign = |node: &mut Node, n| {
		Tables::put(&owner(), sibling(n), record(JobState::Open));
		node.sidecar_has(&finished(&proof(sibling(n)), None));
		assert_eq!(node.run().len(), 1);
	};
	sign(&mut node, 1);
	Tables::change(sibling(1), record(JobState::Settled));
	sign(&mut node, 2);
	assert_eq!(remembered(&mut node, 1).len(), 2);
	Tables::retire(sibling(1));
	sign(&mut node, 3);
	let jobs: Vec<_> = remembered(&mut node, 1).into_iter().map(|(job, ..)| job).collect();
	assert_eq!(jobs, [sibling(2), sibling(3)]);
}

/// Sixty-four jobs of one bucket, in `state`, that the node has signed for.
fn full(node: &mut Node, state: JobState) {
	let entries: Vec<_> = (0..64).map(|n| (sibling(n), 0u8, [n; 32])).collect();
	for (job, ..) in &entries {
		Tables::put(&rival(), *job, record(state));
	}
	node.store(&key(&owner(), 1), &entries.encode());
	Tables::put(&owner(), sibling(64), record(JobState::Open));
	node.sidecar_has(&finished(&proof(sibling(64)), None));
}

#[test]
fn jobs_that_are_over_make_room() {
	let mut node = Node::with_worker();
	full(&mut node, JobState::Settled);
	assert_eq!(node.run().len(), 1);
	assert_eq!(remembered(&mut node, 1).len(), 1);
}

#[test]
fn what_cannot_be_remembered_is_not_signed() {
	let mut node = Node::with_worker();
	full(&mut node, JobState::Verified);
	assert_eq!(node.run(), []);
	assert!(node.has_warned());
	assert_eq!(remembered(&mut node, 1).len(), 64);

	// Another bucket is none the worse for it.
	Tables::put(&owner(), id(2), record(JobState::Open));
	node.sidecar_has(&finished(&proof(id(2)), None));
	assert_eq!(node.run().len(), 1);
}

#[test]
fn with_a_damaged_memory_nothing_is_signed() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	node.store(&key(&owner(), 1), b"\xff\xff");
	node.sidecar_has(&finished(&proof(id(1)), None));
	assert_eq!(node.run(), []);
	assert!(node.has_warned());
}

#[test]
fn two_workers_of_one_node_may_each_have_their_own_claim() {
	let mut node = Node::with_worker();
	node.insert_key(3);
	Tables::register(super::mock::key(3).public(), &rival());
	let job: JobRecord<AccountId32> = record(JobState::Open);
	Tables::put(&owner(), id(1), job.clone());
	Tables::put(&rival(), id(1), job);
	let (ours, theirs) = (proof(id(1)), Proof { worker: rival(), ..proof(id(1)) });
	node.sidecar_has(&finished(&ours, None));
	assert_eq!(node.run().len(), 1);
	node.restart();
	node.sidecar_has(&finished(&theirs, None));
	assert_eq!(node.run().len(), 1);
	assert!(!node.has_warned());
}
