use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{JobId, JobState, Payment};
use sp_core::H256;

use super::{assert_bad_origin, unsigned_origins};
use crate::{
	mock::{
		events, pass, state_of, Auctioned, ExtBuilder, Jobs, Ledger, Now, Purses, RuntimeOrigin,
		Stage, Test, ALFA, AUCTION_LOCK, BRAVO, CANCEL_AFTER, FUNDS, LOCK, MATCHER, PROOF_WINDOW,
		REQUESTER, RETENTION, STRANGER,
	},
	Error, Event, WorkerJobs,
};

fn cancel(job: JobId) -> sp_runtime::DispatchResult {
	Jobs::cancel(RuntimeOrigin::signed(REQUESTER), job)
}

#[test]
fn gives_everything_back() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		pass(CANCEL_AFTER);
		assert_ok!(cancel(job_id));

		assert_eq!(Purses::get(REQUESTER), FUNDS);
		assert_eq!(Ledger::get(job_id), None);
		let record = crate::Jobs::<Test>::get(job_id).unwrap();
		assert_eq!(record.state, JobState::Cancelled);
		assert_eq!(record.payment, Some(Payment { refund: LOCK, ..Default::default() }));
		assert_eq!(record.deadline, Now::get() + RETENTION);
		assert_eq!(events(), [Event::Cancelled { job_id, requester: REQUESTER, amount: LOCK }]);
	});
}

#[test]
fn tells_the_candidates() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		pass(CANCEL_AFTER);
		assert_ok!(cancel(job_id));
		assert!(!WorkerJobs::<Test>::contains_key(ALFA, job_id));
		assert!(!WorkerJobs::<Test>::contains_key(BRAVO, job_id));
	});
}

#[test]
fn refuses_one_millisecond_early() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		pass(CANCEL_AFTER - 1);
		assert_noop!(cancel(job_id), Error::<Test>::TooEarly);
	});
}

#[test]
fn works_while_the_queue_is_late() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		Now::set(&(Now::get() + 2 * PROOF_WINDOW));
		assert_ok!(cancel(job_id));
		assert_eq!(state_of(job_id), Some(JobState::Cancelled));
	});
}

#[test]
fn refuses_every_state_but_open() {
	ExtBuilder.build_and_execute(|| {
		for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Open) {
			let job_id = stage.create();
			Now::set(&(Now::get() + CANCEL_AFTER));
			assert_noop!(cancel(job_id), Error::<Test>::WrongState);
		}
	});
}

#[test]
fn gives_an_auction_back_at_any_age() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		assert_ok!(cancel(job_id));
		assert_eq!(Purses::get(REQUESTER), FUNDS);
		assert_eq!(state_of(job_id), Some(JobState::Cancelled));
		let amount = AUCTION_LOCK;
		assert_eq!(events(), [Event::Cancelled { job_id, requester: REQUESTER, amount }]);
	});
}

#[test]
fn refuses_an_auction_that_is_awarded() {
	ExtBuilder.build_and_execute(|| {
		for stage in Auctioned::ALL.into_iter().filter(|stage| *stage != Auctioned::Open) {
			let job_id = stage.create();
			assert_noop!(cancel(job_id), Error::<Test>::WrongState);
		}
	});
}

#[test]
fn refuses_the_matcher_of_an_auction() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Open.create();
		let by_matcher = Jobs::cancel(RuntimeOrigin::signed(MATCHER), job_id);
		assert_eq!(by_matcher, Err(Error::<Test>::NotRequester.into()));
	});
}

#[test]
fn refuses_anybody_but_the_requester() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		pass(CANCEL_AFTER);
		for who in [STRANGER, ALFA] {
			assert_noop!(
				Jobs::cancel(RuntimeOrigin::signed(who), job_id),
				Error::<Test>::NotRequester
			);
		}
	});
}

#[test]
fn refuses_an_unknown_job() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(cancel(JobId(H256::zero())), Error::<Test>::UnknownJob);
	});
}

#[test]
fn refuses_every_origin_but_a_signed_one() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		pass(CANCEL_AFTER);
		assert_bad_origin(unsigned_origins(), |origin| Jobs::cancel(origin, job_id));
	});
}
