use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{
	traits::{JobBook, JobDeadline, JobEscrow},
	JobId, JobState, Outcome, Payment, TokenCounts,
};
use sp_core::H256;

use crate::{
	mock::{
		events, outcome, pass, settle, state_of, ExtBuilder, Jobs, Now, Purses, Queue, Spy, Stage,
		Test, ALFA, BRAVO, CHARLIE, DISPUTE_WINDOW, LOCK, MAX, RETENTION,
	},
	Error, WorkerJobs,
};

#[test]
fn a_proof_opens_the_window() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Open, Stage::Accepted] {
			let job_id = stage.create();
			assert_ok!(Jobs::prove(job_id, outcome(BRAVO)));
			let record = Jobs::job(&job_id).unwrap();
			assert_eq!(record.state, JobState::Verified);
			assert_eq!(record.outcome, Some(outcome(BRAVO)));
			assert_eq!(record.payment, None);
			assert_eq!(record.deadline, Now::get() + DISPUTE_WINDOW);
			assert!(Queue::get().contains(&(JobDeadline::Window(job_id), record.deadline)));
			assert_eq!(events(), [], "the pallet that checks the proof reports it");
		}
	});
}

#[test]
fn a_proof_leaves_the_job_in_sight_of_every_candidate() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Accepted.create();
		assert_ok!(Jobs::prove(job_id, outcome(ALFA)));
		assert!(WorkerJobs::<Test>::contains_key(ALFA, job_id));
		assert!(WorkerJobs::<Test>::contains_key(BRAVO, job_id));
	});
}

#[test]
fn another_proof_takes_the_place_of_the_first() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		let first = Jobs::job(&job_id).unwrap();
		Now::set(&(Now::get() + 1_000));
		assert_ok!(Jobs::prove(job_id, outcome(ALFA)));
		let second = Jobs::job(&job_id).unwrap();
		assert_eq!(second.outcome, Some(outcome(ALFA)));
		assert_eq!(second.deadline, first.deadline + 1_000);
		assert_eq!(Queue::get(), [(JobDeadline::Window(job_id), second.deadline)]);
	});
}

#[test]
fn a_proof_is_not_taken_when_the_job_is_over() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Settled, Stage::Cancelled, Stage::Expired] {
			let job_id = stage.create();
			assert_noop!(Jobs::prove(job_id, outcome(BRAVO)), Error::<Test>::WrongState);
		}
		let unknown = JobId(H256::zero());
		assert_noop!(Jobs::prove(unknown, outcome(BRAVO)), Error::<Test>::UnknownJob);
	});
}

#[test]
fn a_proof_is_taken_from_a_candidate_only() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		assert_noop!(Jobs::prove(job_id, outcome(CHARLIE)), Error::<Test>::NotCandidate);
	});
}

#[test]
fn a_proof_charges_no_more_than_was_locked() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		let tokens = TokenCounts { output: MAX.output + 1, ..MAX };
		let outcome = Outcome { tokens, ..outcome(ALFA) };
		assert_noop!(Jobs::prove(job_id, outcome), Error::<Test>::TooManyTokens);
	});
}

#[test]
fn a_payment_ends_the_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		let refund = Spy::pay_out(job_id, &BRAVO, 75, 25).unwrap();
		let payment = Payment { worker: 75, treasury: 25, verifier: 0, refund };
		assert_ok!(Jobs::close(job_id, payment));

		let record = Jobs::job(&job_id).unwrap();
		assert_eq!(record.state, JobState::Settled);
		assert_eq!(record.payment, Some(payment));
		assert_eq!(refund, LOCK - 100);
		assert_eq!(record.deadline, Now::get() + RETENTION);
		assert_eq!(Queue::get(), [(JobDeadline::Retention(job_id), record.deadline)]);
		assert!(!WorkerJobs::<Test>::contains_key(BRAVO, job_id));
		assert_eq!(Purses::get(BRAVO), 75);
	});
}

#[test]
fn a_payment_is_taken_once_and_only_after_a_proof() {
	ExtBuilder.build_and_execute(|| {
		let payment = Payment { refund: LOCK, ..Default::default() };
		for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Verified) {
			let job_id = stage.create();
			assert_noop!(Jobs::close(job_id, payment), Error::<Test>::WrongState);
		}
		let unknown = JobId(H256::zero());
		assert_noop!(Jobs::close(unknown, payment), Error::<Test>::UnknownJob);
	});
}

#[test]
fn a_payment_that_does_not_add_up_is_refused() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		for payment in [
			Payment { worker: LOCK, treasury: 1, verifier: 0, refund: 0 },
			Payment { worker: 1, treasury: 1, verifier: 0, refund: LOCK - 3 },
			Payment { worker: u128::MAX, treasury: LOCK, verifier: 0, refund: 1 },
			Payment { worker: 1, treasury: 0, verifier: 1, refund: LOCK - 2 },
			Payment::default(),
		] {
			assert_noop!(Jobs::close(job_id, payment), Error::<Test>::NotConserved);
		}
	});
}

#[test]
fn an_unknown_job_is_in_no_book() {
	ExtBuilder.build_and_execute(|| {
		assert_eq!(Jobs::job(&JobId(H256::zero())), None);
	});
}

#[test]
fn a_proof_and_its_payment_fit_in_one_block() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		assert_ok!(Jobs::prove(job_id, outcome(ALFA)));
		assert_ok!(settle(job_id));
		assert_eq!(state_of(job_id), Some(JobState::Settled));
		pass(RETENTION);
		assert_eq!(state_of(job_id), None);
	});
}
