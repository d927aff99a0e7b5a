use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{auction::DisputeMechanism, JobId, JobState};
use sp_core::H256;
use sp_runtime::DispatchError;

use crate::{
	mock::{
		account, auctioned, case, events, jurors, pass, AccountId, Disputes, ExtBuilder,
		RuntimeOrigin, Stage, Test, ARBITRATION_TIME, CHALLENGER, COMMIT_TIME, DRAW_DELAY,
		REQUESTER, VERIFIER, WORKER,
	},
	types::{Case, Phase},
	Error, Event,
};

const EVIDENCE: [u8; 32] = [77; 32];

fn testify(who: AccountId, job: JobId) -> Result<(), DispatchError> {
	Disputes::testify(RuntimeOrigin::signed(who), job, EVIDENCE)
}

#[test]
fn the_requester_is_heard_whoever_challenged_first() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Draw, Stage::Commit, Stage::Arbitration] {
			for job_id in [stage.create(), stage.create_by_verifier()] {
				let before = case(job_id);
				assert_ok!(testify(account(REQUESTER), job_id));
				let after = Case { testimony: Some(EVIDENCE), ..before };
				assert_eq!(case(job_id), after, "nothing else changes");
				assert_eq!(events(), [Event::Testified { job_id, evidence: EVIDENCE }]);
			}
		}
	});
}

#[test]
fn the_arbiter_of_an_arbitrated_auction_hears_the_requester() {
	ExtBuilder.build_and_execute(|| {
		let job_id = auctioned(JobState::Verified, DisputeMechanism::Arbitration);
		Stage::Draw.lead(job_id, account(CHALLENGER));
		assert_eq!(case(job_id).phase, Phase::Arbitration);
		assert_ok!(testify(account(REQUESTER), job_id));
	});
}

#[test]
fn stays_on_record_to_the_end() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		assert_ok!(testify(account(REQUESTER), job_id));
		while case(job_id).is_open() {
			crate::mock::end_phase(job_id);
		}
		assert_eq!(case(job_id).testimony, Some(EVIDENCE));
	});
}

#[test]
fn works_in_the_last_millisecond_of_a_phase() {
	let ends = [
		(Stage::Draw, DRAW_DELAY),
		(Stage::Commit, COMMIT_TIME),
		(Stage::Arbitration, ARBITRATION_TIME),
	];
	for (stage, window) in ends {
		ExtBuilder.build_and_execute(|| {
			let job_id = stage.create();
			pass(window);
			assert_ok!(testify(account(REQUESTER), job_id));
		});
		ExtBuilder.build_and_execute(|| {
			let job_id = stage.create();
			pass(window + 1);
			let late = testify(account(REQUESTER), job_id);
			assert_noop!(late, Error::<Test>::TooLate);
		});
	}
}

mod is_refused {
	use super::*;

	#[test]
	fn from_everybody_but_the_requester() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let juror = jurors(job_id).remove(0);
			for other in [CHALLENGER, WORKER, VERIFIER].map(account).into_iter().chain([juror]) {
				assert_noop!(testify(other, job_id), Error::<Test>::NotRequester);
			}
			for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
				let refused = Disputes::testify(origin, job_id, EVIDENCE);
				assert_noop!(refused, DispatchError::BadOrigin);
			}
		});
	}

	#[test]
	fn twice() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Draw.create();
			assert_ok!(testify(account(REQUESTER), job_id));
			let again = || {
				let origin = RuntimeOrigin::signed(account(REQUESTER));
				Disputes::testify(origin, job_id, [78; 32])
			};
			assert_noop!(again(), Error::<Test>::AlreadyTestified);
			crate::mock::end_phase(job_id);
			assert_noop!(again(), Error::<Test>::AlreadyTestified);
		});
	}

	#[test]
	fn from_a_requester_that_raised_the_dispute() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Verified.create();
			Stage::Draw.lead(job_id, account(REQUESTER));
			let refused = testify(account(REQUESTER), job_id);
			assert_noop!(refused, Error::<Test>::AlreadyTestified);
		});
	}

	#[test]
	fn in_every_other_phase() {
		ExtBuilder.build_and_execute(|| {
			for stage in Stage::ALL {
				let (job_id, error) = match stage {
					Stage::Draw | Stage::Commit | Stage::Arbitration => continue,
					Stage::Verified => (stage.create(), Error::<Test>::NotDisputed),
					_ => (stage.create(), Error::WrongPhase),
				};
				assert_noop!(testify(account(REQUESTER), job_id), error);
			}
			let unknown = JobId(H256::zero());
			assert_noop!(testify(account(REQUESTER), unknown), Error::<Test>::NotDisputed);
		});
	}
}
