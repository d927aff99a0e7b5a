use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{JobId, JobState, Verdict};
use sp_runtime::DispatchError;

use super::said;
use crate::{
	mock::{
		account, events, free, held, notes, pass, payout_of, phase, stake, state, treasury,
		Disputes, ExtBuilder, GivenBack, Purses, RuntimeOrigin, Stage, Test, ARBITRATION_TIME,
		BOND, CHALLENGER, CHARGE, FUNDS, LOCK, MINIMUM, MINORITY_FINE, REQUESTER, STAKE, VERIFIER,
		WORKER, WORKER_SLASH,
	},
	types::{Decision, Phase},
	Error, Event,
};

fn arbitrate(job: JobId, verdict: Verdict) -> Result<(), DispatchError> {
	Disputes::arbitrate(RuntimeOrigin::root(), job, verdict)
}

#[test]
fn against_the_worker_pays_no_juror() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Arbitration.create();
		let before = free(&treasury());
		assert_ok!(arbitrate(job_id, Verdict::AtFault));
		let decision = Decision::Arbiter(Verdict::AtFault);
		assert_eq!((phase(job_id), state(job_id)), (Phase::Closed(decision), JobState::Resolved));
		assert_eq!(Purses::get(account(REQUESTER)), LOCK);
		assert_eq!(stake(WORKER), STAKE - WORKER_SLASH);
		// The bond is back whole: no juror decided.
		assert_eq!(free(&account(CHALLENGER)), FUNDS + WORKER_SLASH / 5);
		assert_eq!(free(&treasury()), before + WORKER_SLASH * 4 / 5);
		assert_eq!(GivenBack::get(job_id), Some(true));
		assert_eq!(said(&notes()), [(WORKER, false, "AtFault")]);
	});
}

#[test]
fn for_the_worker_pays_the_treasury_instead_of_jurors() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Arbitration.create();
		assert_ok!(arbitrate(job_id, Verdict::Cleared));
		let worker = payout_of(&account(WORKER));
		assert_eq!((Purses::get(&worker), free(&worker)), (CHARGE, BOND / 2));
		assert_eq!(held(&account(CHALLENGER)), 0);
		assert_eq!(free(&treasury()), MINIMUM + BOND / 2);
	});
}

#[test]
fn works_in_the_last_millisecond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Arbitration.create();
		pass(ARBITRATION_TIME);
		assert_ok!(arbitrate(job_id, Verdict::Cleared));
	});
}

#[test]
fn is_refused_one_millisecond_late_though_the_queue_is_later() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Arbitration.create();
		pass(ARBITRATION_TIME + 1);
		assert_noop!(arbitrate(job_id, Verdict::Cleared), Error::<Test>::TooLate);
	});
}

#[test]
fn is_refused_in_every_other_phase() {
	ExtBuilder.build_and_execute(|| {
		for stage in Stage::ALL {
			let (job_id, error) = match stage {
				Stage::Arbitration => continue,
				Stage::Verified => (stage.create(), Error::<Test>::NotDisputed),
				_ => (stage.create(), Error::WrongPhase),
			};
			assert_noop!(arbitrate(job_id, Verdict::AtFault), error);
		}
	});
}

#[test]
fn is_refused_from_everybody_but_the_arbiter() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Arbitration.create();
		let origins = [RuntimeOrigin::signed(account(REQUESTER)), RuntimeOrigin::none()];
		for origin in origins {
			let refused = Disputes::arbitrate(origin, job_id, Verdict::AtFault);
			assert_noop!(refused, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn of_a_silent_arbiter_refunds_without_slash() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Arbitration.create();
		crate::mock::end_phase(job_id);
		let decision = Decision::Nobody;
		assert_eq!((phase(job_id), state(job_id)), (Phase::Closed(decision), JobState::Resolved));
		assert_eq!(Purses::get(account(REQUESTER)), LOCK);
		assert_eq!(stake(WORKER), STAKE);
		assert_eq!(GivenBack::get(job_id), Some(false), "nobody said that it is at fault");
		let challenger = account(CHALLENGER);
		assert_eq!((free(&challenger), held(&challenger)), (FUNDS, 0));
		assert!(notes().is_empty());
		let payment = millrace_primitives::Payment { refund: LOCK, ..Default::default() };
		let returned = Event::BondReturned { job_id, challenger, amount: BOND };
		assert_eq!(events(), [returned, Event::Decided { job_id, decision, payment }]);
	});
}

#[test]
fn overrules_a_verifier_that_had_found_it_good() {
	ExtBuilder.build_and_execute(|| {
		let mechanism = millrace_primitives::auction::DisputeMechanism::Arbitration;
		let job_id = crate::mock::auctioned(JobState::Verified, mechanism);
		Stage::Draw.lead(job_id, account(REQUESTER));
		assert_eq!(phase(job_id), Phase::Arbitration);
		assert_ok!(arbitrate(job_id, Verdict::AtFault));
		assert_eq!(stake(VERIFIER), STAKE - MINORITY_FINE);
		assert_eq!(free(&treasury()), MINIMUM + WORKER_SLASH / 2 + MINORITY_FINE);
		assert_eq!(free(&account(REQUESTER)), FUNDS + WORKER_SLASH / 2);
	});
}

#[test]
fn of_a_silent_arbiter_costs_the_verifier_that_raised_it_nothing() {
	ExtBuilder.build_and_execute(|| {
		Stage::Nobody.create_by_verifier();
		assert_eq!(stake(crate::mock::VERIFIER), STAKE);
		assert_eq!(stake(WORKER), STAKE);
	});
}
