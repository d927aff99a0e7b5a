//! Auctioned jobs: what is delivered and what is judged.

use millrace_primitives::{Attestation, JobState, Submission};
use millrace_protocol::{Abstention, Reason, Reply};
use sp_core::{sr25519, Pair};

use super::mock::*;

fn delivering(submission: &Submission<sp_core::crypto::AccountId32>) -> Reply {
	Reply { submissions: vec![submission.clone()], ..reply() }
}

fn judging(attestation: &Attestation<sp_core::crypto::AccountId32>) -> Reply {
	Reply { attestations: vec![attestation.clone()], ..reply() }
}

#[test]
fn the_view_says_what_was_awarded_and_what_is_to_be_judged() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), auctioned(JobState::Accepted, &owner(), &rival()));
	Tables::put(&owner(), id(2), auctioned(JobState::Submitted, &rival(), &owner()));
	// Neither is for this worker to act on.
	Tables::put(&owner(), id(3), auctioned(JobState::Submitted, &owner(), &rival()));
	Tables::put(&owner(), id(4), auctioned(JobState::Verified, &owner(), &rival()));
	Tables::put(&owner(), id(5), auctioned(JobState::Accepted, &rival(), &owner()));
	node.sidecar_has(&reply());
	node.run();

	let view = node.last_view();
	let worker = &view.workers[0];
	assert!(worker.jobs.is_empty());
	let [awarded] = &worker.awarded[..] else { panic!("one is awarded: {:?}", worker.awarded) };
	assert_eq!((awarded.id, &awarded.document), (id(1), &cid("bafydocument")));
	assert_eq!((awarded.agreed.price, awarded.agreed.latency), (9_000, 300_000));
	assert_eq!(awarded.deadline, NOW + 119_000);
	let [appointed] = &worker.appointed[..] else { panic!("one to judge: {:?}", worker.appointed) };
	assert_eq!((appointed.id, &appointed.worker), (id(2), &rival()));
	assert_eq!(
		(&appointed.document, &appointed.result),
		(&cid("bafydocument"), &cid("bafyresult"))
	);
	assert_eq!((appointed.submission, appointed.output, appointed.fee), (SUBMISSION, [5; 32], 200));
	assert_eq!(view.hold_ms, 600);
}

#[test]
fn a_submission_is_signed_with_the_worker_key() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), auctioned(JobState::Accepted, &owner(), &rival()));
	node.sidecar_has(&delivering(&submission(id(1))));
	let submitted = node.run();
	let [Submitted::Result(delivered, signature)] = &submitted[..] else {
		panic!("expected a submission, not {submitted:?}");
	};
	assert_eq!(*delivered, submission(id(1)));
	let message = delivered.message(hash_of(0));
	assert!(sr25519::Pair::verify(signature, message, &worker().public()));
}

#[test]
fn nothing_is_delivered_but_what_was_awarded() {
	for job in [
		auctioned(JobState::Accepted, &rival(), &owner()),
		auctioned(JobState::Submitted, &owner(), &rival()),
		auctioned(JobState::Open, &owner(), &rival()),
		record(JobState::Accepted),
	] {
		let mut node = Node::with_worker();
		Tables::put(&owner(), id(1), job);
		node.sidecar_has(&delivering(&submission(id(1))));
		assert_eq!(node.run(), []);
		node.sidecar_has(&delivering(&submission(id(2))));
		assert_eq!(node.run(), []);
	}
}

#[test]
fn a_submission_of_another_worker_is_not_signed() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(1), auctioned(JobState::Accepted, &rival(), &owner()));
	let theirs = Submission { worker: rival(), ..submission(id(1)) };
	node.sidecar_has(&delivering(&theirs));
	assert_eq!(node.run(), []);
}

#[test]
fn an_attestation_is_signed_with_the_worker_key() {
	for passed in [true, false] {
		let mut node = Node::with_worker();
		Tables::put(&owner(), id(2), auctioned(JobState::Submitted, &rival(), &owner()));
		let judged = Attestation { passed, ..attestation(id(2)) };
		node.sidecar_has(&judging(&judged));
		let submitted = node.run();
		let [Submitted::Attestation(attested, signature)] = &submitted[..] else {
			panic!("expected an attestation, not {submitted:?}");
		};
		assert_eq!(*attested, judged);
		let message = judged.message(hash_of(0));
		assert!(sr25519::Pair::verify(signature, message, &worker().public()));
	}
}

#[test]
fn nobody_judges_but_the_verifier_that_was_appointed() {
	for job in [
		auctioned(JobState::Submitted, &rival(), &rival()),
		auctioned(JobState::Verified, &rival(), &owner()),
		auctioned(JobState::Disputed, &rival(), &owner()),
	] {
		let mut node = Node::with_worker();
		Tables::put(&owner(), id(2), job);
		node.sidecar_has(&judging(&attestation(id(2))));
		assert_eq!(node.run(), []);
		let foreign = Attestation { verifier: rival(), ..attestation(id(2)) };
		node.sidecar_has(&judging(&foreign));
		assert_eq!(node.run(), []);
	}
}

#[test]
fn a_judgement_of_another_submission_is_not_signed() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(2), auctioned(JobState::Submitted, &rival(), &owner()));
	node.sidecar_has(&judging(&Attestation { submission: [0; 32], ..attestation(id(2)) }));
	assert_eq!(node.run(), []);
	assert!(node.has_warned());
}

#[test]
fn an_abstention_submits_nothing_and_is_no_problem() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(2), auctioned(JobState::Submitted, &rival(), &owner()));
	let reason = |bytes: &[u8]| Reason::try_from(bytes.to_vec()).unwrap();
	let abstained = [(id(2), reason(b"the prompt is not at hand")), (id(9), reason(b"\xff\n"))]
		.map(|(job, reason)| Abstention { job, worker: owner(), reason });
	node.sidecar_has(&Reply { abstained: abstained.to_vec(), ..reply() });
	assert_eq!(node.run(), []);
	assert!(!node.has_warned());
}

#[test]
fn a_worker_that_only_judges_holds_no_thread_of_the_node() {
	let mut node = Node::with_worker();
	Tables::put(&owner(), id(2), auctioned(JobState::Submitted, &rival(), &owner()));
	node.sidecar_has(&reply());
	node.run();
	assert_eq!(node.last_view().hold_ms, 0);
}
