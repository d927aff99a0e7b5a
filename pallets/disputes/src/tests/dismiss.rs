use frame_support::{assert_ok, assert_storage_noop};
use millrace_primitives::{traits::Disputes as _, JobId, JobState};
use sp_core::H256;

use crate::{
	mock::{
		account, case, confirm, events, free, held, notes, stake, state, AccountId, Book, Disputes,
		ExtBuilder, RuntimeOrigin, Stage, Stakes, System, Test, BOND, CHALLENGER, FUNDS, MINIMUM,
		STAKE, VERIFIER, WORKER,
	},
	types::Phase,
	Cases, Event,
};

/// Where somebody decides already.
const LATE: [Stage; 3] = [Stage::Commit, Stage::Reveal, Stage::Arbitration];

fn everybodys_stakes() -> Vec<(AccountId, (u128, u128))> {
	Stakes::iter().collect()
}

#[test]
fn ends_the_dispute_as_if_it_had_not_been() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		let (before, stakes) = (Book::get(job_id), everybodys_stakes());
		assert!(Disputes::is_dismissible(&job_id));
		Disputes::dismiss(job_id);

		assert_eq!(Book::get(job_id), before, "the job is the caller's");
		assert!(!Cases::<Test>::contains_key(job_id));
		let challenger = account(CHALLENGER);
		assert_eq!((free(&challenger), held(&challenger)), (FUNDS, 0));
		// Nobody is punished, paid or spoken of, whatever it has done or not.
		assert_eq!(everybodys_stakes(), stakes);
		assert_eq!(free(&crate::mock::treasury()), MINIMUM);
		assert!(notes().is_empty());
		let returned = Event::BondReturned { job_id, challenger, amount: BOND };
		assert_eq!(events(), [returned, Event::Dismissed { job_id }]);
		Book::remove(job_id);
		crate::mock::Ledger::remove(job_id);
	});
}

fn assert_ignored(job_id: JobId) {
	System::reset_events();
	assert!(!Disputes::is_dismissible(&job_id));
	assert_storage_noop!({
		Disputes::dismiss(job_id);
		assert_eq!(events(), [Event::DismissalIgnored { job_id }]);
	});
}

/// A requester that challenges could wait for the votes, and take its bond back if they are against it.
#[test]
fn comes_too_late_once_somebody_is_to_decide() {
	ExtBuilder.build_and_execute(|| {
		for job_id in LATE.map(Stage::create) {
			assert_ignored(job_id);
		}
	});
}

#[test]
fn costs_the_verifier_that_raised_it_nothing() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create_by_verifier();
		confirm(job_id);
		assert_eq!((stake(VERIFIER), stake(WORKER)), (STAKE, STAKE));
		assert_eq!(events(), [Event::Dismissed { job_id }]);
	});
}

#[test]
fn does_nothing_to_what_is_not_disputed() {
	ExtBuilder.build_and_execute(|| {
		let jobs = [Stage::Verified, Stage::Cleared, Stage::AtFault, Stage::Nobody];
		let jobs = jobs.into_iter().map(Stage::create).collect::<Vec<_>>();
		for job_id in jobs.into_iter().chain([JobId(H256::zero())]) {
			assert_ignored(job_id);
		}
	});
}

#[test]
fn leaves_no_phase_to_end() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		confirm(job_id);
		System::reset_events();
		Disputes::phase_due(job_id);
		assert_eq!(events(), [Event::DeadlineIgnored { job_id }]);
		assert_eq!(state(job_id), JobState::Verified);
	});
}

#[test]
fn leaves_the_result_open_to_challenge() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		confirm(job_id);
		let origin = RuntimeOrigin::signed(account(CHALLENGER));
		assert_ok!(Disputes::raise(origin, job_id, [8; 32]));
		assert_eq!(case(job_id).phase, Phase::Draw);
		assert_eq!(held(&account(CHALLENGER)), BOND);
	});
}
