//! What becomes of an auctioned job from its delivery on, as the pallets that come after see to it.

use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{
	auction::Judgement,
	traits::{JobBook, JobDeadline},
	JobId, JobState, Payment,
};
use sp_core::H256;

use crate::{
	mock::{
		attest, delivery, events, give_back, judgement, outcome, pass, pass_over, result, settle,
		state_of, submit, Auctioned, ExtBuilder, Jobs, Now, Purses, Queue, Stage, Test, ALFA,
		AUCTION_LOCK, BID, BRAVO, CHALLENGE_WINDOW, DISPUTE, DISPUTE_WINDOW, FEE, FUNDS,
		JUDGE_WINDOW, REQUESTER, RETENTION, VERA, VICTOR,
	},
	Error, WorkerJobs,
};

/// Assert that the only pending deadline is this one, and that the record says so.
fn assert_awaits(item: fn(JobId) -> JobDeadline, job: JobId, after: u64) {
	let deadline = Now::get() + after;
	assert_eq!(Jobs::job(&job).unwrap().deadline, deadline);
	assert_eq!(Queue::get(), [(item(job), deadline)]);
}

fn indexed(job: JobId) -> Vec<u64> {
	let mut workers = WorkerJobs::<Test>::iter_keys()
		.filter_map(|(worker, indexed)| (indexed == job).then_some(worker))
		.collect::<Vec<_>>();
	workers.sort_unstable();
	workers
}

#[test]
fn a_delivery_waits_for_its_verifier() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Accepted.create();
		assert_ok!(submit(job_id, BRAVO, Some(VERA)));
		let record = Jobs::job(&job_id).unwrap();
		let auction = record.auction.unwrap();
		assert_eq!(record.state, JobState::Submitted);
		assert_eq!(record.outcome, Some(delivery(BRAVO)));
		assert_eq!((auction.result, auction.verifier), (Some(result()), Some(VERA)));
		assert_awaits(JobDeadline::Judgement, job_id, JUDGE_WINDOW);
		assert_eq!(events(), [], "the pallet that checks the submission reports it");
	});
}

#[test]
fn a_delivery_waits_for_the_draw() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Submitted.create();
		assert_awaits(JobDeadline::Judgement, job_id, JUDGE_WINDOW);
		Now::set(&(Now::get() + 1_000));
		assert_ok!(Jobs::appoint(job_id, VICTOR, Now::get() + JUDGE_WINDOW));
		assert_eq!(Jobs::job(&job_id).unwrap().auction.unwrap().verifier, Some(VICTOR));
		assert_awaits(JobDeadline::Judgement, job_id, JUDGE_WINDOW);
	});
}

#[test]
fn concerns_the_worker_to_the_end_and_the_verifier_while_it_is_to_judge() {
	ExtBuilder.build_and_execute(|| {
		let expected: [(Auctioned, &[u64]); 10] = [
			(Auctioned::Open, &[]),
			(Auctioned::Accepted, &[BRAVO]),
			(Auctioned::Submitted, &[BRAVO]),
			(Auctioned::Appointed, &[BRAVO, VERA]),
			(Auctioned::Verified, &[BRAVO]),
			(Auctioned::Disputed, &[BRAVO]),
			(Auctioned::Settled, &[]),
			(Auctioned::Resolved, &[]),
			(Auctioned::Cancelled, &[]),
			(Auctioned::Expired, &[]),
		];
		for (stage, workers) in expected {
			assert_eq!(indexed(stage.create()), workers, "{stage:?}");
		}
	});
}

#[test]
fn a_good_judgement_opens_the_challenge_window() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		assert_ok!(attest(job_id, true));
		let auction = Jobs::job(&job_id).unwrap().auction.unwrap();
		assert_eq!(auction.attested, Some(judgement(true)));
		assert_eq!(state_of(job_id), Some(JobState::Verified));
		assert_eq!(Purses::get(VERA), FEE);
		assert_awaits(JobDeadline::Window, job_id, CHALLENGE_WINDOW);
	});
}

#[test]
fn a_good_judgement_does_not_close_the_challenge_window() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Verified.create();
		pass(CHALLENGE_WINDOW - 1);
		assert_ok!(Jobs::dispute(job_id, None, Now::get() + DISPUTE));
		assert_eq!(state_of(job_id), Some(JobState::Disputed));
		let auction = Jobs::job(&job_id).unwrap().auction.unwrap();
		assert_eq!(auction.attested.map(|judgement| judgement.passed), Some(true));
		assert_awaits(JobDeadline::Dispute, job_id, DISPUTE);
	});
}

#[test]
fn a_silent_verifier_does_not_hold_the_job_up() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Auctioned::Submitted, Auctioned::Appointed] {
			let job_id = stage.create();
			assert_ok!(pass_over(job_id));
			assert_eq!(state_of(job_id), Some(JobState::Verified));
			assert_eq!(Jobs::job(&job_id).unwrap().auction.unwrap().attested, None);
			assert_ok!(settle(job_id));
		}
		assert_eq!(Purses::get(REQUESTER), FUNDS - 2 * BID, "the fees went back");
	});
}

#[test]
fn a_bad_judgement_disputes_the_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		assert_ok!(attest(job_id, false));
		let auction = Jobs::job(&job_id).unwrap().auction.unwrap();
		assert_eq!(auction.attested, Some(judgement(false)));
		assert_eq!(state_of(job_id), Some(JobState::Disputed));
		assert_awaits(JobDeadline::Dispute, job_id, DISPUTE);

		Now::set(&(Now::get() + 1_000));
		assert_ok!(Jobs::postpone(job_id, Now::get() + 5_000));
		assert_awaits(JobDeadline::Dispute, job_id, 5_000);
	});
}

#[test]
fn an_auctioned_job_whose_requester_confirms_what_is_disputed_is_verified_again() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Disputed.create();
		assert_ok!(Jobs::confirm(job_id));
		assert_awaits(JobDeadline::Window, job_id, CHALLENGE_WINDOW);
		assert_ok!(settle(job_id));
		assert_eq!(state_of(job_id), Some(JobState::Settled));
	});
}

#[test]
fn a_direct_job_whose_requester_confirms_another_proof_than_the_disputed_one_settles() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		assert_ok!(Jobs::dispute(job_id, None, Now::get() + DISPUTE));
		assert_ok!(Jobs::confirm(job_id));
		assert_awaits(JobDeadline::Window, job_id, DISPUTE_WINDOW);
		assert_ok!(Jobs::prove(job_id, outcome(ALFA)));
		assert_ok!(settle(job_id));
		assert_eq!(state_of(job_id), Some(JobState::Settled));
	});
}

#[test]
fn a_direct_job_can_be_disputed() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		assert_ok!(Jobs::dispute(job_id, None, Now::get() + DISPUTE));
		assert_awaits(JobDeadline::Dispute, job_id, DISPUTE);
		assert_eq!(indexed(job_id), [ALFA, BRAVO]);
		// A confirmed proof comes too late now.
		assert_noop!(Jobs::prove(job_id, outcome(ALFA)), Error::<Test>::WrongState);
		assert_ok!(settle(job_id));
		assert_eq!(state_of(job_id), Some(JobState::Resolved));
		assert_awaits(JobDeadline::Retention, job_id, RETENTION);
	});
}

#[test]
fn a_dispute_ends_with_a_payment_either_way() {
	ExtBuilder.build_and_execute(|| {
		let paid = Auctioned::Disputed.create();
		assert_ok!(settle(paid));
		let payment = Payment { worker: BID, verifier: FEE, treasury: 0, refund: 300 };
		assert_eq!(Jobs::job(&paid).unwrap().payment, Some(payment));
		assert_eq!(state_of(paid), Some(JobState::Resolved));

		let given_back = Auctioned::Disputed.create();
		assert_ok!(give_back(given_back));
		let refund = AUCTION_LOCK - FEE;
		let payment = Payment { verifier: FEE, refund, ..Default::default() };
		assert_eq!(Jobs::job(&given_back).unwrap().payment, Some(payment));
		assert_eq!(state_of(given_back), Some(JobState::Resolved));
	});
}

#[test]
fn a_payment_that_leaves_out_the_verifier_is_refused() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Verified.create();
		for payment in [
			Payment { worker: BID, verifier: 0, treasury: 0, refund: AUCTION_LOCK - BID },
			Payment { worker: BID, verifier: FEE + 1, treasury: 0, refund: 299 },
			Payment { worker: BID, verifier: FEE, treasury: 0, refund: 301 },
			Payment { worker: u128::MAX, verifier: FEE, treasury: 0, refund: 301 },
		] {
			assert_noop!(Jobs::close(job_id, payment), Error::<Test>::NotConserved);
		}
	});
}

#[test]
fn nobody_delivers_but_the_worker_that_was_awarded() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Accepted.create();
		assert_noop!(submit(job_id, ALFA, None), Error::<Test>::NotCandidate);
		assert_noop!(Jobs::prove(job_id, outcome(BRAVO)), Error::<Test>::WrongState);
	});
}

#[test]
fn nobody_judges_what_it_asked_for_or_delivered() {
	ExtBuilder.build_and_execute(|| {
		let until = Now::get() + JUDGE_WINDOW;
		let accepted = Auctioned::Accepted.create();
		let submitted = Auctioned::Submitted.create();
		for party in [REQUESTER, BRAVO] {
			let conflict = Error::<Test>::ConflictOfInterest;
			assert_noop!(submit(accepted, BRAVO, Some(party)), conflict);
			let conflict = Error::<Test>::ConflictOfInterest;
			assert_noop!(Jobs::appoint(submitted, party, until), conflict);
		}
	});
}

#[test]
fn a_verifier_is_not_replaced() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		let until = Now::get() + JUDGE_WINDOW;
		assert_noop!(Jobs::appoint(job_id, VICTOR, until), Error::<Test>::WrongState);
	});
}

#[test]
fn a_judgement_comes_from_a_verifier_and_says_what_it_brings_about() {
	ExtBuilder.build_and_execute(|| {
		let until = Now::get() + DISPUTE;
		let nobody = Auctioned::Submitted.create();
		let somebody = Auctioned::Appointed.create();
		let verified = Auctioned::Verified.create();
		let wrong = [
			Jobs::verify(nobody, Some(judgement(true))),
			Jobs::verify(somebody, Some(judgement(false))),
			Jobs::dispute(nobody, Some(judgement(false)), until),
			Jobs::dispute(somebody, Some(judgement(true)), until),
			Jobs::dispute(somebody, None, until),
			Jobs::dispute(verified, Some(judgement(false)), until),
		];
		for result in wrong {
			assert_eq!(result, Err(Error::<Test>::WrongState.into()));
		}
	});
}

/// What the other pallets may do with a job.
type Seam = fn(JobId) -> sp_runtime::DispatchResult;

#[test]
fn each_step_is_allowed_in_its_states_and_refused_in_all_others() {
	use Auctioned::{Accepted, Appointed, Disputed, Submitted, Verified};
	let seams: [(Seam, &[Auctioned]); 9] = [
		(|job| Jobs::prove(job, outcome(BRAVO)), &[]),
		(|job| submit(job, BRAVO, Some(VERA)), &[Accepted]),
		(|job| Jobs::appoint(job, VERA, Now::get() + 1), &[Submitted]),
		(pass_over, &[Submitted, Appointed]),
		(|job| attest(job, true), &[Appointed]),
		(|job| Jobs::dispute(job, None, Now::get() + 1), &[Verified]),
		(|job| Jobs::postpone(job, Now::get() + 1), &[Disputed]),
		(Jobs::confirm, &[Disputed]),
		(settle, &[Verified, Disputed]),
	];
	for (seam, allowed) in seams {
		for stage in Auctioned::ALL {
			ExtBuilder.build_and_execute(|| {
				let job_id = stage.create();
				if allowed.contains(&stage) {
					assert_ok!(seam(job_id));
				} else {
					assert_noop!(seam(job_id), Error::<Test>::WrongState);
				}
			});
		}
	}
}

#[test]
fn no_step_is_taken_with_an_unknown_job() {
	ExtBuilder.build_and_execute(|| {
		let job = JobId(H256::zero());
		let until = Now::get() + 1;
		let judgement: Option<Judgement> = None;
		let refused = Err(Error::<Test>::UnknownJob.into());
		assert_eq!(submit(job, BRAVO, None), refused);
		assert_eq!(Jobs::appoint(job, VERA, until), refused);
		assert_eq!(Jobs::verify(job, judgement), refused);
		assert_eq!(Jobs::dispute(job, judgement, until), refused);
		assert_eq!(Jobs::postpone(job, until), refused);
		assert_eq!(Jobs::confirm(job), refused);
		assert_eq!(Jobs::close(job, Payment::default()), refused);
	});
}
