use frame_support::assert_storage_noop;
use millrace_primitives::{JobId, JobState, Verdict};
use sp_core::H256;
use sp_runtime::DispatchError;

use crate::{
	mock::{
		account, auctioned, direct, end_phase, events, free, held, jurors, phase, state,
		BookBroken, Disputes, ExtBuilder, JurorCasesOf, Purses, Stage, System, CHALLENGER, FUNDS,
		LOCK, REQUESTER,
	},
	types::{Decision, Phase},
	Event, WeightInfo,
};

fn assert_ignored(job_id: JobId) {
	System::reset_events();
	assert_storage_noop!({
		Disputes::phase_due(job_id);
		assert_eq!(events(), [Event::DeadlineIgnored { job_id }]);
	});
}

#[test]
fn does_nothing_to_a_job_that_is_not_disputed() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Verified, Stage::Cleared, Stage::AtFault, Stage::Nobody] {
			assert_ignored(stage.create());
		}
		assert_ignored(JobId(H256::zero()));
	});
}

#[test]
fn leads_every_dispute_to_an_end_though_nobody_does_anything() {
	ExtBuilder.build_and_execute(|| {
		for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Verified) {
			for job_id in [stage.create(), stage.create_by_verifier()] {
				let mut ends = 0;
				while state(job_id) == JobState::Disputed {
					end_phase(job_id);
					ends += 1;
					assert!(ends <= 4);
				}
				assert_eq!(state(job_id), JobState::Resolved);
			}
		}
	});
}

/// A job book that fails must not strand the money of a job and of its challenger.
#[test]
fn gives_everything_back_if_a_dispute_cannot_go_on() {
	for stage in [Stage::Draw, Stage::Commit] {
		ExtBuilder.build_and_execute(|| {
			let job_id = stage.create();
			System::reset_events();
			BookBroken::set(&true);
			end_phase(job_id);
			assert_eq!(
				(phase(job_id), state(job_id)),
				(Phase::Closed(Decision::Nobody), JobState::Resolved)
			);
			assert_eq!(Purses::get(account(REQUESTER)), LOCK);
			let challenger = account(CHALLENGER);
			assert_eq!((free(&challenger), held(&challenger)), (FUNDS, 0));
			assert_eq!(JurorCasesOf::iter().count(), 0);
			let events = events();
			assert!(matches!(events[0], Event::CaseFailed { error: DispatchError::Other(_), .. }));
			// What was done before it failed is taken back, punishments of jurors too.
			assert!(!events.iter().any(|event| matches!(event, Event::Punished { .. })));
		});
	}
}

#[test]
fn refunds_a_disputed_job_that_has_no_dispute() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Disputed);
		crate::mock::Book::mutate(job_id, |record| {
			let verified = crate::mock::Book::get(direct(JobState::Verified)).unwrap();
			record.as_mut().unwrap().outcome = verified.outcome;
		});
		System::reset_events();
		Disputes::phase_due(job_id);
		assert_eq!(state(job_id), JobState::Resolved);
		assert_eq!(Purses::get(account(REQUESTER)), LOCK);
		let error = DispatchError::Corruption;
		assert_eq!(events(), [Event::CaseFailed { job_id, error }]);
	});
}

#[test]
fn a_job_without_outcome_is_given_back() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		crate::mock::Book::mutate(job_id, |record| record.as_mut().unwrap().outcome = None);
		for juror in jurors(job_id) {
			crate::mock::commit(job_id, &juror, Verdict::AtFault).unwrap();
		}
		for juror in jurors(job_id).iter().skip(1) {
			crate::mock::reveal(job_id, juror, Verdict::AtFault).unwrap();
		}
		end_phase(job_id);
		assert_eq!(phase(job_id), Phase::Closed(Decision::Nobody));
	});
}

#[test]
fn weighs_the_most_that_can_happen() {
	let weight = Disputes::phase_due_weight();
	for part in [
		<()>::draw(),
		<()>::tally_direct(0),
		<()>::tally_direct(1),
		<()>::tally_auction(0),
		<()>::tally_auction(1),
		<()>::arbitrate_direct(0),
		<()>::arbitrate_direct(1),
		<()>::arbitrate_auction(0),
		<()>::arbitrate_auction(1),
	] {
		assert!(weight.all_gte(part));
	}
}

#[test]
fn the_arbiter_of_an_arbitrated_auction_is_asked_once() {
	ExtBuilder.build_and_execute(|| {
		let mechanism = millrace_primitives::auction::DisputeMechanism::Arbitration;
		let job_id = auctioned(JobState::Verified, mechanism);
		Stage::Draw.lead(job_id, account(CHALLENGER));
		end_phase(job_id);
		assert_eq!(phase(job_id), Phase::Closed(Decision::Nobody));
	});
}
