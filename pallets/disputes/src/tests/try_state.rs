//! What `try_state` finds, each broken by hand and mended for the check at the end of the test.

use millrace_primitives::{JobId, JobState};
use sp_core::H256;
use sp_runtime::TryRuntimeError;

use crate::{
	mock::{account, Book, Disputes, ExtBuilder, Stage, Test, CHALLENGER, REQUESTER},
	types::{Ballot, Bond, Case, Phase},
	Cases, JurorCases, Offences,
};

fn assert_found(invariant: &'static str) {
	let found = Disputes::do_try_state().unwrap_err();
	let TryRuntimeError::Other(message) = found else { panic!("{found:?}") };
	assert!(message.starts_with(invariant), "{message}");
}

/// Change the dispute of `job`, expect that to be found, and change it back.
fn assert_found_in_case(
	job: JobId,
	invariant: &'static str,
	change: impl FnOnce(&mut Case<crate::mock::AccountId>),
) {
	let good = crate::mock::case(job);
	let mut bad = good.clone();
	change(&mut bad);
	Cases::<Test>::insert(job, bad);
	assert_found(invariant);
	Cases::<Test>::insert(job, good);
}

#[test]
fn finds_what_does_not_fit_the_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		assert_found_in_case(job_id, "1.", |case| case.until += 1);
		let set_state = |state| {
			Book::mutate(job_id, |record| record.as_mut().unwrap().state = state);
		};
		set_state(JobState::Verified);
		assert_found("1.");
		set_state(JobState::Disputed);
		let closed = Stage::Nobody.create();
		Book::mutate(closed, |record| record.as_mut().unwrap().state = JobState::Settled);
		assert_found("2.");
		Book::mutate(closed, |record| record.as_mut().unwrap().state = JobState::Resolved);
	});
}

#[test]
fn finds_what_is_wrong_with_a_committee() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		assert_found_in_case(job_id, "3.", |case| case.jurors.truncate(2));
		assert_found_in_case(job_id, "3.", |case| case.phase = Phase::Draw);
		assert_found_in_case(job_id, "4.", |case| {
			case.jurors[1].account = case.jurors[0].account.clone();
		});
		assert_found_in_case(job_id, "4.", |case| case.challenger = case.jurors[0].account.clone());
		assert_found_in_case(job_id, "5.", |case| {
			for juror in &mut case.jurors {
				juror.ballot = Ballot::Committed([0; 32]);
			}
		});
		assert_found_in_case(job_id, "5.", |case| case.phase = Phase::Reveal);
		assert_found_in_case(job_id, "6.", |case| {
			case.jurors[0].ballot = Ballot::Revealed(millrace_primitives::Verdict::Cleared);
		});
	});
}

#[test]
fn finds_a_bond_that_is_not_on_hold() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		assert_found_in_case(job_id, "7.", |case| case.bond = Bond::Held(1));
		assert_found_in_case(job_id, "7.", |case| case.bond = Bond::Stake(1));
	});
}

#[test]
fn finds_a_wrong_index() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		JurorCases::<Test>::insert(account(1), job_id, ());
		assert_found("9.");
		JurorCases::<Test>::remove(account(1), job_id);
		let job_id = Stage::Commit.create();
		let juror = crate::mock::jurors(job_id).remove(0);
		JurorCases::<Test>::remove(&juror, job_id);
		assert_found("9.");
		JurorCases::<Test>::insert(&juror, job_id, ());
	});
}

#[test]
fn finds_an_offence_of_no_job() {
	ExtBuilder.build_and_execute(|| {
		let unknown = JobId(H256::zero());
		Offences::<Test>::try_append(unknown, account(CHALLENGER)).unwrap();
		assert_found("10.");
		Offences::<Test>::remove(unknown);
		let job_id = Stage::Verified.create();
		Offences::<Test>::try_append(job_id, account(CHALLENGER)).unwrap();
		Offences::<Test>::try_append(job_id, account(CHALLENGER)).unwrap();
		assert_found("10.");
		Offences::<Test>::remove(job_id);
	});
}

#[test]
fn finds_a_testimony_besides_the_challenge_of_the_requester() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		Stage::Draw.lead(job_id, account(REQUESTER));
		assert_found_in_case(job_id, "11.", |case| case.testimony = Some([0; 32]));
	});
}
