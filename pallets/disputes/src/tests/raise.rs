use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{auction::DisputeMechanism, JobId, JobState};
use sp_core::H256;
use sp_runtime::{DispatchError, TokenError};

use crate::{
	mock::{
		account, auctioned, case, direct, events, free, held, pass, payout_of, state, AccountId,
		Book, Disputes, ExtBuilder, RuntimeOrigin, Stage, System, Test, ARBITRATION_TIME, BOND,
		CHALLENGER, DRAW_DELAY, FUNDS, MATCHER, PAUPER, REQUESTER, START, VERIFIER, WINDOW, WORKER,
	},
	types::{Bond, Case, Phase},
	Error, Event,
};

const EVIDENCE: [u8; 32] = [8; 32];

fn raise(challenger: AccountId, job: JobId) -> Result<(), DispatchError> {
	Disputes::raise(RuntimeOrigin::signed(challenger), job, EVIDENCE)
}

#[test]
fn opens_a_complete_dispute() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Verified);
		pass(1_000);
		System::reset_events();
		assert_ok!(raise(account(CHALLENGER), job_id));

		let until = START + 1_000 + DRAW_DELAY;
		let expected = Case {
			phase: Phase::Draw,
			challenger: account(CHALLENGER),
			bond: Bond::Held(BOND),
			evidence: EVIDENCE,
			raised_at: START + 1_000,
			raised_in: 2,
			round: 0,
			jurors: Default::default(),
			until,
			testimony: None,
		};
		assert_eq!(case(job_id), expected);
		assert_eq!(
			(state(job_id), Book::get(job_id).unwrap().deadline),
			(JobState::Disputed, until)
		);
		let challenger = account(CHALLENGER);
		assert_eq!((free(&challenger), held(&challenger)), (FUNDS - BOND, BOND));
		let raised = Event::Raised { job_id, challenger, bond: BOND, evidence: EVIDENCE, until };
		assert_eq!(events(), [raised]);
	});
}

#[test]
fn goes_to_the_arbiter_at_once_if_the_terms_say_so() {
	ExtBuilder.build_and_execute(|| {
		let job_id = auctioned(JobState::Verified, DisputeMechanism::Arbitration);
		assert_ok!(raise(account(REQUESTER), job_id));
		let until = START + ARBITRATION_TIME;
		assert_eq!((case(job_id).phase, case(job_id).until), (Phase::Arbitration, until));
		assert_eq!(events()[1..], [Event::Referred { job_id, until }]);
	});
}

#[test]
fn is_open_to_everybody_with_a_bond() {
	ExtBuilder.build_and_execute(|| {
		for seed in [REQUESTER, CHALLENGER, MATCHER] {
			assert_ok!(raise(account(seed), direct(JobState::Verified)));
		}
	});
}

#[test]
fn works_in_the_last_millisecond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Verified);
		pass(WINDOW);
		assert_ok!(raise(account(CHALLENGER), job_id));
	});
}

#[test]
fn is_refused_one_millisecond_late_though_the_queue_is_later() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Verified);
		pass(WINDOW + 1);
		assert_eq!(state(job_id), JobState::Verified, "nobody has settled it yet");
		assert_noop!(raise(account(CHALLENGER), job_id), Error::<Test>::TooLate);
	});
}

#[test]
fn is_refused_from_the_worker() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Verified);
		let worker = account(WORKER);
		assert_noop!(raise(payout_of(&worker), job_id), Error::<Test>::ByWorker);
		assert_noop!(raise(worker, job_id), Error::<Test>::ByWorker);
	});
}

#[test]
fn is_refused_without_the_bond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Verified);
		// The pauper owns the bond, but would not survive posting it.
		assert_noop!(raise(account(PAUPER), job_id), TokenError::FundsUnavailable);
		assert_noop!(raise(account(VERIFIER), job_id), TokenError::FundsUnavailable);
	});
}

#[test]
fn is_refused_twice() {
	ExtBuilder.build_and_execute(|| {
		for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Verified) {
			let job_id = stage.create();
			let again = raise(account(REQUESTER), job_id);
			assert_noop!(again, Error::<Test>::AlreadyDisputed);
		}
	});
}

#[test]
fn is_refused_in_every_other_state() {
	ExtBuilder.build_and_execute(|| {
		for state in JobState::ALL.into_iter().filter(|state| *state != JobState::Verified) {
			let job_id = direct(state);
			assert_noop!(raise(account(CHALLENGER), job_id), Error::<Test>::WrongState);
			Book::remove(job_id);
			crate::mock::Ledger::remove(job_id);
		}
		// Only its verifier can dispute what it has not judged.
		let job_id = auctioned(JobState::Submitted, DisputeMechanism::Committee);
		assert_noop!(raise(account(CHALLENGER), job_id), Error::<Test>::WrongState);
		let unknown = JobId(H256::repeat_byte(0xff));
		assert_noop!(raise(account(CHALLENGER), unknown), Error::<Test>::UnknownJob);
	});
}

#[test]
fn is_refused_from_every_origin_but_a_signed_one() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Verified);
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			let refused = Disputes::raise(origin, job_id, EVIDENCE);
			assert_noop!(refused, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn of_several_jobs_holds_as_many_bonds() {
	ExtBuilder.build_and_execute(|| {
		for bonds in 1..=3 {
			assert_ok!(raise(account(CHALLENGER), direct(JobState::Verified)));
			assert_eq!(held(&account(CHALLENGER)), BOND * bonds);
		}
	});
}
