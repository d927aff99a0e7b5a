use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{
	auction::{DisputeMechanism, Judgement},
	traits::Disputes as _,
	JobId, JobState,
};
use sp_core::H256;

use crate::{
	mock::{
		account, auctioned, case, direct, events, held, payout_of, stake, state, Book, Disputes,
		ExtBuilder, Now, Stage, Test, ARBITRATION_TIME, BOND, DRAW_DELAY, STAKE, START, VERIFIER,
		WINDOW,
	},
	types::{Bond, Case, Phase},
	Error, Event,
};

fn judgement() -> Judgement {
	Judgement { passed: false, evidence: [4; 32], at: Now::get() }
}

#[test]
fn leaves_a_complete_dispute_record() {
	ExtBuilder.build_and_execute(|| {
		let job_id = auctioned(JobState::Submitted, DisputeMechanism::Committee);
		assert_ok!(Disputes::open_by_verifier(job_id, &account(VERIFIER), judgement()));

		let until = START + DRAW_DELAY;
		let expected = Case {
			phase: Phase::Draw,
			challenger: account(VERIFIER),
			bond: Bond::Stake(BOND),
			evidence: [4; 32],
			raised_at: START,
			raised_in: 1,
			round: 0,
			jurors: Default::default(),
			until,
			testimony: None,
		};
		assert_eq!(case(job_id), expected);
		let record = Book::get(job_id).unwrap();
		assert_eq!((record.state, record.deadline), (JobState::Disputed, until));
		assert_eq!(record.auction.unwrap().attested, Some(judgement()));
		let challenger = account(VERIFIER);
		assert_eq!((held(&challenger), stake(VERIFIER)), (0, STAKE), "it answers with its stake");
		let raised = Event::Raised { job_id, challenger, bond: 0, evidence: [4; 32], until };
		assert_eq!(events(), [raised]);
	});
}

#[test]
fn goes_to_the_arbiter_at_once_if_the_terms_say_so() {
	ExtBuilder.build_and_execute(|| {
		let job_id = auctioned(JobState::Submitted, DisputeMechanism::Arbitration);
		assert_ok!(Disputes::open_by_verifier(job_id, &account(VERIFIER), judgement()));
		assert_eq!(case(job_id).phase, Phase::Arbitration);
		assert_eq!(case(job_id).until, START + ARBITRATION_TIME);
	});
}

#[test]
fn is_refused_for_a_job_that_has_no_dispute_to_offer() {
	ExtBuilder.build_and_execute(|| {
		let open = |job| Disputes::open_by_verifier(job, &account(VERIFIER), judgement());
		assert_noop!(open(JobId(H256::zero())), Error::<Test>::UnknownJob);
		let disputed = Stage::Draw.create();
		assert_noop!(open(disputed), Error::<Test>::AlreadyDisputed);
		let settled = direct(JobState::Open);
		assert!(open(settled).is_err());
		assert_eq!(state(settled), JobState::Open);
	});
}

#[test]
fn pays_the_verifier_that_was_right_where_it_is_paid() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::AtFault.create_by_verifier();
		assert_eq!(
			crate::mock::free(&payout_of(&account(VERIFIER))),
			crate::mock::WORKER_SLASH / 2
		);
		assert_eq!(stake(VERIFIER), STAKE);
		assert_eq!(state(job_id), JobState::Resolved);
	});
}

#[test]
fn takes_the_stake_of_a_verifier_that_was_wrong() {
	ExtBuilder.build_and_execute(|| {
		Stage::Cleared.create_by_verifier();
		assert_eq!(stake(VERIFIER), STAKE - BOND);
		assert_eq!(crate::mock::free(&payout_of(&account(crate::mock::WORKER))), BOND / 2);
	});
}

#[test]
fn takes_unbonding_stake_of_a_verifier_that_was_wrong() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create_by_verifier();
		crate::mock::unbond(VERIFIER, true);
		crate::mock::vote(job_id, &[crate::mock::CLEARED; 5]);
		assert_eq!(stake(VERIFIER), STAKE - BOND);
	});
}

#[test]
fn has_time_after_the_window_of_the_job() {
	ExtBuilder.build_and_execute(|| {
		// The queue may end phases as late as it likes: each lasts in full.
		let job_id = Stage::Draw.create_by_verifier();
		crate::mock::pass(WINDOW * 10);
		Disputes::phase_due(job_id);
		assert_eq!(case(job_id).until, Now::get() + crate::mock::COMMIT_TIME);
	});
}
