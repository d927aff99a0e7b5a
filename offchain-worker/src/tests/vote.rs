//! Votes in disputes: hidden, remembered, revealed.

use codec::Decode;
use millrace_primitives::{
	dispute::{commit_message, vote_commitment},
	Commitment, JobId, JobState, Verdict,
};
use millrace_protocol::{Ballot, Phase, Reply, Vote};
use sp_core::{sr25519, Pair};

use super::mock::*;
use crate::Seat;

const VERDICTS: [Verdict; 2] = [Verdict::Cleared, Verdict::AtFault];

/// A node whose worker is a juror in a dispute that waits for its commitment.
fn juror() -> Node {
	let node = Node::with_worker();
	Tables::put(&rival(), id(7), auctioned(JobState::Disputed, &rival(), &rival()));
	Tables::seat(&owner(), id(7), seat(Phase::Commit, Ballot::Awaited));
	node
}

fn voting(vote: &Vote) -> Reply {
	Reply { votes: vec![vote.clone()], ..reply() }
}

fn cast(node: &mut Node, verdict: Verdict) -> Commitment {
	node.sidecar_has(&voting(&vote(id(7), verdict)));
	let submitted = node.run();
	let [Submitted::Commitment(job, by, commitment, signature)] = &submitted[..] else {
		panic!("expected a commitment, not {submitted:?}");
	};
	assert_eq!((*job, by), (id(7), &owner()));
	let message = commit_message(hash_of(0), id(7), 0, &owner(), commitment);
	assert!(sr25519::Pair::verify(signature, message, &worker().public()));
	*commitment
}

/// The dispute has taken `commitment` in and waits for votes.
fn open_votes(commitment: Commitment) {
	Tables::seat(&owner(), id(7), seat(Phase::Reveal, Ballot::Committed(commitment)));
}

/// The salts that the node remembers for disputes like the one of the job 7.
fn remembered(node: &mut Node) -> Vec<(JobId, u8, [u8; 32])> {
	let key = [&b"millrace/offchain-worker/salt/"[..], owner().as_ref(), &[7]].concat();
	Decode::decode(&mut &node.stored(&key).unwrap()[..]).unwrap()
}

#[test]
fn the_view_says_what_a_juror_has_to_go_by() {
	let mut node = juror();
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	let [dispute] = &view.workers[0].disputes[..] else { panic!("one dispute") };
	assert_eq!((dispute.id, dispute.round, dispute.phase), (id(7), 0, Phase::Commit));
	assert_eq!((dispute.ballot, dispute.deadline), (Ballot::Awaited, NOW + 300_000));
	assert_eq!((&dispute.worker, dispute.claim, dispute.output), (&rival(), SUBMISSION, [5; 32]));
	assert_eq!((dispute.evidence, dispute.testimony), ([10; 32], None));
	let delivery = dispute.delivery.as_ref().unwrap();
	assert_eq!((&delivery.document, &delivery.result), (&cid("bafydocument"), &cid("bafyresult")));
	assert_eq!(view.hold_ms, 0);
}

#[test]
fn the_view_says_that_the_requester_has_testified() {
	let mut node = juror();
	let testified = Seat { testimony: Some([11; 32]), ..seat(Phase::Commit, Ballot::Awaited) };
	Tables::seat(&owner(), id(7), testified);
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	let [dispute] = &view.workers[0].disputes[..] else { panic!("one dispute") };
	assert_eq!((dispute.evidence, dispute.testimony), ([10; 32], Some([11; 32])));
}

/// Nothing is left to vote on or to reveal.
#[test]
fn a_dispute_that_is_over_leaves_nothing_to_do() {
	let mut node = juror();
	cast(&mut node, Verdict::AtFault);
	Tables::unseat(&owner(), id(7));
	Tables::change(id(7), auctioned(JobState::Resolved, &rival(), &rival()));
	node.sidecar_has(&reply());
	assert_eq!(node.run(), []);
	assert!(node.last_view().workers[0].disputes.is_empty());
	assert!(!node.has_warned());
}

#[test]
fn a_dispute_of_a_direct_job_has_no_documents() {
	let mut node = Node::with_worker();
	let theirs = millrace_primitives::Proof { worker: rival(), ..proof(id(7)) };
	Tables::put(&rival(), id(7), disputed(&theirs));
	Tables::seat(&owner(), id(7), seat(Phase::Commit, Ballot::Awaited));
	node.sidecar_has(&reply());
	node.run();
	let view = node.last_view();
	let [dispute] = &view.workers[0].disputes[..] else { panic!("one dispute") };
	assert_eq!((&dispute.delivery, dispute.tokens.output), (&None, 50));
}

#[test]
fn a_vote_stays_hidden_until_all_have_committed() {
	for verdict in VERDICTS {
		let mut node = juror();
		let commitment = cast(&mut node, verdict);
		Tables::seat(&owner(), id(7), seat(Phase::Commit, Ballot::Committed(commitment)));
		assert_eq!(node.run(), []);
		open_votes(commitment);
		let submitted = node.run();
		let [Submitted::Reveal(job, by, revealed, salt)] = &submitted[..] else {
			panic!("expected a vote, not {submitted:?}");
		};
		assert_eq!((*job, by, *revealed), (id(7), &owner(), verdict));
		let opened = vote_commitment(hash_of(0), id(7), 0, &owner(), verdict, salt);
		assert_eq!(opened, commitment);
		assert!(!node.has_warned());
	}
}

#[test]
fn a_restart_between_commitment_and_vote_changes_nothing() {
	let mut node = juror();
	let commitment = cast(&mut node, Verdict::AtFault);
	node.restart();
	open_votes(commitment);
	node.sidecar_has(&reply());
	assert!(matches!(&node.run()[..], [Submitted::Reveal(_, _, Verdict::AtFault, _)]));
}

#[test]
fn a_vote_is_revealed_without_the_sidecar() {
	for answer in [Answer::Down, Answer::Late, Answer::Status(500), Answer::Endless] {
		let mut node = juror();
		let commitment = cast(&mut node, Verdict::Cleared);
		open_votes(commitment);
		node.sidecar_answers(answer);
		assert!(matches!(&node.run()[..], [Submitted::Reveal(_, _, Verdict::Cleared, _)]));
	}
}

#[test]
fn a_commitment_that_got_lost_is_made_again_as_it_was() {
	let mut node = juror();
	let first = cast(&mut node, Verdict::AtFault);
	node.restart();
	assert_eq!(cast(&mut node, Verdict::AtFault), first);
}

/// Whichever of two commitments the chain takes, it can be revealed.
#[test]
fn a_sidecar_that_changes_its_mind_in_time_costs_nothing() {
	let mut node = juror();
	let commitments = VERDICTS.map(|verdict| {
		node.restart();
		cast(&mut node, verdict)
	});
	assert_ne!(commitments[0], commitments[1]);
	for (commitment, verdict) in commitments.into_iter().zip(VERDICTS) {
		node.restart();
		open_votes(commitment);
		node.sidecar_has(&reply());
		assert!(
			matches!(&node.run()[..], [Submitted::Reveal(_, _, revealed, _)] if *revealed == verdict)
		);
	}
}

#[test]
fn each_committee_has_its_own_salt() {
	let mut node = juror();
	cast(&mut node, Verdict::AtFault);
	node.restart();
	Tables::seat(&owner(), id(7), Seat { round: 1, ..seat(Phase::Commit, Ballot::Awaited) });
	node.sidecar_has(&voting(&Vote { round: 1, ..vote(id(7), Verdict::AtFault) }));
	assert!(matches!(&node.run()[..], [Submitted::Commitment(..)]));
	let salts = remembered(&mut node);
	let [(_, 0, first), (_, 1, second)] = &salts[..] else { panic!("two salts: {salts:?}") };
	assert_ne!(first, second);
}

#[test]
fn a_commitment_that_this_node_did_not_make_is_warned_of() {
	let mut node = juror();
	open_votes([66; 32]);
	node.sidecar_has(&reply());
	assert_eq!(node.run(), []);
	assert!(node.has_warned());

	let mut node = juror();
	cast(&mut node, Verdict::AtFault);
	open_votes([66; 32]);
	node.sidecar_has(&reply());
	assert_eq!(node.run(), []);
	assert!(node.has_warned());
}

#[test]
fn nobody_votes_but_a_juror_and_once() {
	let votes = [
		vote(id(8), Verdict::AtFault),
		Vote { juror: rival(), ..vote(id(7), Verdict::AtFault) },
		Vote { round: 1, ..vote(id(7), Verdict::AtFault) },
	];
	for vote in votes {
		let mut node = juror();
		node.sidecar_has(&voting(&vote));
		assert_eq!(node.run(), []);
		assert!(node.has_warned());
	}
	let done = [
		seat(Phase::Commit, Ballot::Committed([1; 32])),
		seat(Phase::Reveal, Ballot::Awaited),
		seat(Phase::Reveal, Ballot::Revealed(Verdict::Cleared)),
	];
	for seat in done {
		let mut node = juror();
		Tables::seat(&owner(), id(7), seat);
		node.sidecar_has(&voting(&vote(id(7), Verdict::AtFault)));
		assert_eq!(node.run(), []);
		assert!(!node.has_warned());
	}
}

#[test]
fn the_vote_itself_is_nowhere_on_disk() {
	let mut node = juror();
	cast(&mut node, Verdict::AtFault);
	let mut other = juror();
	cast(&mut other, Verdict::Cleared);
	assert_eq!(remembered(&mut node).len(), 1);
	assert_eq!(remembered(&mut node), remembered(&mut other));
}
