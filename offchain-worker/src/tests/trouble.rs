//! A sidecar that is down, slow, broken or hostile costs nothing but its own jobs.

use codec::Encode;
use millrace_primitives::{JobId, JobRecord, JobState, ModelId, Proof, TokenCounts};
use millrace_protocol::{Reply, REPLY_BYTES_MAX};
use sp_core::{crypto::AccountId32, offchain::Timestamp, Pair, H256};

use super::mock::*;

const LOCK: &[u8] = b"millrace/offchain-worker/lock";
const WARNED_AT: &[u8] = b"millrace/offchain-worker/warned-at";

/// A node with an open job and a sidecar that answers like this.
fn node_facing(answer: Answer) -> Node {
	let node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	node.sidecar_answers(answer);
	node
}

/// The pass came to nothing, said so once, and the next one is not hindered.
fn assert_nothing_happens(mut node: Node) {
	assert_eq!(node.run(), []);
	assert_eq!(node.stored(WARNED_AT), Some(Timestamp::from_unix_millis(NOW).encode()));
	assert_eq!(node.stored(LOCK), None);

	let done = proof(id(1));
	node.set_url(b"http://127.0.0.1:4100");
	node.sidecar_has(&finished(&done, None));
	assert!(matches!(&node.run()[..], [Submitted::Proof(..)]));
}

#[test]
fn survives_a_sidecar_that_is_down() {
	assert_nothing_happens(node_facing(Answer::Down));
}

#[test]
fn survives_a_late_reply() {
	assert_nothing_happens(node_facing(Answer::Late));
	assert_nothing_happens(node_facing(Answer::LateBody));
}

#[test]
fn survives_a_refusal() {
	assert_nothing_happens(node_facing(Answer::Status(500)));
	assert_nothing_happens(node_facing(Answer::Status(302)));
}

#[test]
fn survives_garbage() {
	assert_nothing_happens(node_facing(Answer::Bytes(Vec::new())));
	assert_nothing_happens(node_facing(Answer::Bytes(b"<html>not found</html>".to_vec())));
	let mut cut = finished(&proof(id(1)), None).encode();
	cut.pop();
	assert_nothing_happens(node_facing(Answer::Bytes(cut)));
}

#[test]
fn survives_another_version() {
	let reply = Reply { version: 1, ..finished(&proof(id(1)), None) };
	assert_nothing_happens(node_facing(Answer::Bytes(reply.encode())));
}

#[test]
fn survives_a_reply_with_too_many_items() {
	let reply = Reply { accepts: vec![(owner(), id(1)); 65], ..reply() };
	assert_nothing_happens(node_facing(Answer::Bytes(reply.encode())));
}

#[test]
fn reads_no_more_than_a_reply_may_hold() {
	let node = node_facing(Answer::Endless);
	let mut node = node;
	assert_eq!(node.run(), []);
	let read = node.requests()[0].bytes_read;
	assert!(read > REPLY_BYTES_MAX && read <= REPLY_BYTES_MAX + 4096, "read {read} bytes");
}

#[test]
fn survives_a_url_that_is_none() {
	for url in [&b""[..], b"127.0.0.1:4100", b"file:///etc/passwd", b"\xff\xfe", &[b'h'; 4096]] {
		let mut node = node_facing(Answer::Down);
		node.set_url(url);
		assert_nothing_happens(node);
	}
	let mut node = node_facing(Answer::Down);
	node.forget_url();
	assert_nothing_happens(node);
}

#[test]
fn warns_once_a_minute() {
	let mut node = node_facing(Answer::Down);
	for elapsed in (0..120_000).step_by(1_000) {
		node.set_clock(NOW + elapsed);
		node.run();
		let last = NOW + elapsed / 60_000 * 60_000;
		assert_eq!(node.stored(WARNED_AT), Some(Timestamp::from_unix_millis(last).encode()));
	}
	assert_eq!(node.requests().len(), 120);
}

#[test]
fn a_pass_under_way_keeps_the_next_one_out() {
	let mut node = node_facing(Answer::Down);
	node.store(LOCK, &Timestamp::from_unix_millis(NOW + 500).encode());
	assert_eq!(node.run(), []);
	assert!(node.requests().is_empty());
}

#[test]
fn a_pass_that_died_holds_the_lock_for_less_than_a_slot() {
	let mut node = node_facing(Answer::Down);
	node.store(LOCK, &Timestamp::from_unix_millis(NOW + 950).encode());
	node.set_clock(NOW + 1_000);
	node.run();
	assert_eq!(node.requests().len(), 1);
}

/// The sidecar brings `change`d claims for a job; none of them is signed.
fn assert_not_signed(job: JobRecord<AccountId32>, change: impl Fn(&mut Proof<AccountId32>)) {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), job);
	let mut claim = proof(id(1));
	change(&mut claim);
	node.sidecar_has(&finished(&claim, Some(receipt(&claim))));
	assert_eq!(node.run(), []);
}

#[test]
fn signs_for_no_other_worker() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Open));
	Tables::put(&rival(), id(2), record(JobState::Open));
	let theirs = Proof { worker: rival(), ..proof(id(2)) };
	let foreign = (rival(), id(2));
	let stranger = (AccountId32::new([0; 32]), JobId(H256::zero()));
	let not_in_index = (owner(), id(2));
	let accepts = vec![foreign, stranger, not_in_index];
	node.sidecar_has(&Reply { accepts, ..finished(&theirs, Some(receipt(&theirs))) });
	assert_eq!(node.run(), []);
}

#[test]
fn signs_no_claim_that_contradicts_the_job() {
	assert_not_signed(record(JobState::Open), |claim| claim.model = ModelId([9; 32]));
	assert_not_signed(record(JobState::Open), |claim| claim.job = id(9));
	assert_not_signed(record(JobState::Open), |claim| {
		claim.tokens = TokenCounts { input: 101, output: 50 };
	});
	assert_not_signed(record(JobState::Open), |claim| {
		claim.tokens = TokenCounts { input: 0, output: u32::MAX };
	});
}

#[test]
fn signs_nothing_for_a_job_that_is_over() {
	for state in JobState::ALL.into_iter().filter(|state| state.is_terminal()) {
		assert_not_signed(record(state), |_| {});
	}
}

#[test]
fn accepts_nothing_twice() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), record(JobState::Accepted));
	node.sidecar_has(&Reply { accepts: vec![(owner(), id(1))], ..reply() });
	assert_eq!(node.run(), []);
}

#[test]
fn a_bad_receipt_does_not_keep_the_proof_back() {
	let done = proof(id(1));
	let other = Proof { tokens: TokenCounts { input: 1, output: 1 }, ..done.clone() };
	let mut forged = receipt(&done);
	forged.signature = receipt(&other).signature;
	for bad in [receipt(&other), forged] {
		let mut node = Node::with_worker();
		Tables::put(&owner(), id(1), record(JobState::Open));
		node.sidecar_has(&finished(&done, Some(bad)));
		assert!(matches!(&node.run()[..], [Submitted::Proof(proof, _, None)] if *proof == done));
	}
}

#[test]
fn a_bad_receipt_is_not_brought_after_its_proof() {
	let done = proof(id(1));
	let other = Proof { tokens: TokenCounts { input: 1, output: 1 }, ..done.clone() };
	let mut forged = receipt(&done);
	forged.signature = receipt(&other).signature;
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), verified(&done));
	for bad in [receipt(&other), forged.clone()] {
		node.sidecar_has(&finished(&done, Some(bad)));
		assert_eq!(node.run(), []);
	}
	node.sidecar_has(&finished(&other, Some(forged)));
	assert_eq!(node.run(), []);
}

#[test]
fn the_node_signs_only_with_a_key_that_it_holds() {
	let mut node = Node::with_worker();
	let absent = sp_core::sr25519::Pair::from_seed_slice(&[9; 32]).unwrap();
	Tables::register(absent.public(), &rival());
	Tables::put(&rival(), id(1), record(JobState::Open));
	node.sidecar_has(&Reply { accepts: vec![(rival(), id(1))], ..reply() });
	assert_eq!(node.run(), []);
	assert_eq!(node.last_view().workers.len(), 1);
}
