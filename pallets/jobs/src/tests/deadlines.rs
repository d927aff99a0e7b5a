use frame_support::assert_storage_noop;
use millrace_primitives::{JobId, JobState, Payment};
use sp_core::H256;

use crate::{
	mock::{
		events, pass, state_of, Auctioned, ExtBuilder, Jobs, Ledger, Notes, Now, Purses, Queue,
		Stage, System, Test, ALFA, AUCTION_LOCK, BID, BID_WINDOW, BRAVO, CHALLENGE_WINDOW,
		DELIVERY, DISPUTE_WINDOW, FEE, FUNDS, JUDGE_WINDOW, LOCK, PROOF_WINDOW, REQUESTER,
		RETENTION,
	},
	Event, WorkerJobs,
};

#[test]
fn a_job_that_nobody_answers_expires_with_a_full_refund() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		pass(PROOF_WINDOW - 1);
		assert_eq!(state_of(job_id), Some(JobState::Open));
		pass(1);

		let record = crate::Jobs::<Test>::get(job_id).unwrap();
		assert_eq!(record.state, JobState::Expired);
		assert_eq!(record.payment, Some(Payment { refund: LOCK, ..Default::default() }));
		assert_eq!(record.deadline, Now::get() + RETENTION);
		assert_eq!(Purses::get(REQUESTER), FUNDS);
		assert_eq!(Ledger::get(job_id), None);
		assert!(!WorkerJobs::<Test>::contains_key(ALFA, job_id));
		assert_eq!(Notes::get(), vec![], "nobody promised anything");
		assert_eq!(
			events(),
			[Event::Expired { job_id, requester: REQUESTER, worker: None, amount: LOCK }]
		);
	});
}

#[test]
fn a_worker_that_accepts_and_stalls_is_noted() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Accepted.create();
		pass(PROOF_WINDOW);
		assert_eq!(state_of(job_id), Some(JobState::Expired));
		assert_eq!(Purses::get(REQUESTER), FUNDS);
		// 15 %, rounded up: what the treasury would have had of it at most.
		assert_eq!(Notes::get(), [(BRAVO, 98)]);
		assert_eq!(
			events(),
			[Event::Expired { job_id, requester: REQUESTER, worker: Some(BRAVO), amount: LOCK }]
		);
	});
}

#[test]
fn an_auction_that_nobody_awards_expires_with_a_full_refund() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		pass(BID_WINDOW - 1);
		assert_eq!(state_of(job_id), Some(JobState::Open));
		pass(1);
		assert_eq!(state_of(job_id), Some(JobState::Expired));
		assert_eq!(Purses::get(REQUESTER), FUNDS);
		let (requester, amount) = (REQUESTER, AUCTION_LOCK);
		assert_eq!(events(), [Event::Expired { job_id, requester, worker: None, amount }]);
	});
}

#[test]
fn an_awarded_worker_that_does_not_deliver_is_noted() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Accepted.create();
		pass(DELIVERY - 1);
		assert_eq!(state_of(job_id), Some(JobState::Accepted));
		pass(1);
		let record = crate::Jobs::<Test>::get(job_id).unwrap();
		assert_eq!(record.state, JobState::Expired);
		let payment = Payment { refund: AUCTION_LOCK, ..Default::default() };
		assert_eq!(record.payment, Some(payment), "with what the award gave back");
		assert_eq!(Purses::get(REQUESTER), FUNDS);
		// 0.5 %, rounded up.
		assert_eq!(Notes::get(), [(BRAVO, 4)]);
		let (requester, worker) = (REQUESTER, Some(BRAVO));
		let amount = BID + FEE;
		assert_eq!(events(), [Event::Expired { job_id, requester, worker, amount }]);
	});
}

#[test]
fn an_auction_runs_its_whole_life_with_nobody_online() {
	ExtBuilder.build_and_execute(|| {
		for stage in Auctioned::ALL {
			let job_id = stage.create();
			// The draw, the silent verifier, the challenge or the dispute, and the retention.
			pass(JUDGE_WINDOW);
			pass(JUDGE_WINDOW);
			pass(CHALLENGE_WINDOW);
			assert!(state_of(job_id).is_some_and(JobState::is_terminal), "{stage:?}");
			pass(RETENTION);
			assert_eq!(state_of(job_id), None, "{stage:?}");
		}
		assert_eq!(WorkerJobs::<Test>::iter().count(), 0, "state is flat");
		assert_eq!(Queue::get(), vec![], "state is flat");
	});
}

#[test]
fn a_job_that_is_over_leaves_storage() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Settled, Stage::Cancelled, Stage::Expired] {
			let job_id = stage.create();
			pass(RETENTION - 1);
			assert!(state_of(job_id).is_some());
			assert_eq!(events(), []);
			pass(1);
			assert_eq!(state_of(job_id), None);
			assert_eq!(events(), [Event::Retired { job_id }]);
		}
		assert_eq!(crate::Jobs::<Test>::iter().count(), 0, "state is flat");
		assert_eq!(WorkerJobs::<Test>::iter().count(), 0, "state is flat");
		assert_eq!(Queue::get(), vec![], "state is flat");
	});
}

#[test]
fn a_job_runs_its_whole_life_with_nobody_online() {
	ExtBuilder.build_and_execute(|| {
		let verified = Stage::Verified.create();
		let open = Stage::Open.create();
		pass(DISPUTE_WINDOW);
		assert_eq!(state_of(verified), Some(JobState::Settled));
		pass(PROOF_WINDOW - DISPUTE_WINDOW);
		assert_eq!(state_of(open), Some(JobState::Expired));
		pass(RETENTION);
		assert_eq!((state_of(verified), state_of(open)), (None, None));
	});
}

#[test]
fn a_queue_that_was_stopped_for_a_day_does_everything_at_once() {
	ExtBuilder.build_and_execute(|| {
		let jobs = [Stage::Open, Stage::Accepted, Stage::Verified].map(Stage::create);
		pass(24 * 3_600_000);
		pass(RETENTION);
		assert_eq!(jobs.map(state_of), [None, None, None]);
	});
}

#[test]
fn expiry_does_nothing_to_a_job_that_does_not_wait_for_a_proof() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Verified, Stage::Settled, Stage::Cancelled, Stage::Expired] {
			let job_id = stage.create();
			let state = state_of(job_id);
			assert_ignored(job_id, state, Jobs::expire);
		}
		for stage in [Auctioned::Submitted, Auctioned::Appointed, Auctioned::Disputed] {
			let job_id = stage.create();
			let state = state_of(job_id);
			assert_ignored(job_id, state, Jobs::expire);
			assert_ignored(job_id, state, Jobs::retire);
		}
		let unknown = JobId(H256::zero());
		assert_ignored(unknown, None, Jobs::expire);
	});
}

#[test]
fn retirement_does_nothing_to_a_job_that_is_not_over() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Open, Stage::Accepted, Stage::Verified] {
			let job_id = stage.create();
			let state = state_of(job_id);
			assert_ignored(job_id, state, Jobs::retire);
		}
		let unknown = JobId(H256::zero());
		assert_ignored(unknown, None, Jobs::retire);
	});
}

/// Assert that a stray deadline leaves nothing but an event.
fn assert_ignored(job_id: JobId, state: Option<JobState>, deadline: fn(JobId)) {
	System::reset_events();
	assert_storage_noop!({
		deadline(job_id);
		assert_eq!(events(), [Event::DeadlineIgnored { job_id, state }]);
	});
}
