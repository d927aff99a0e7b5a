use frame_support::{
	assert_ok,
	dispatch::{DispatchResultWithPostInfo, GetDispatchInfo},
};
use frame_system::RawOrigin;
use millrace_primitives::{dispute::vote_commitment, JobId, Verdict};
use sp_core::{Encode, H256};

use super::{apply, assert_refused, assert_takes_only_authorized, extrinsic, valid};
use crate::{
	mock::{
		account, case, commit, end_phase, events, genesis, jurors, pass, phase, salt,
		sign_commitment, state, unbond, AccountId, Disputes, ExtBuilder, Stage, Test, JURORS,
		REVEAL_TIME,
	},
	types::{Ballot, Decision, Phase},
	Call, Error, Event, WeightInfo,
};

fn call(job: JobId, juror: &AccountId, verdict: Verdict) -> Call<Test> {
	Call::reveal { job, juror: juror.clone(), verdict, salt: salt(juror) }
}

fn dispatch(job: JobId, juror: &AccountId) -> DispatchResultWithPostInfo {
	let origin = RawOrigin::Authorized.into();
	Disputes::reveal(origin, job, juror.clone(), Verdict::AtFault, salt(juror))
}

#[test]
fn counts_the_vote() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Reveal.create();
		let juror = jurors(job_id).remove(0);
		apply(call(job_id, &juror, Verdict::AtFault));
		assert_eq!(case(job_id).ballot(&juror), Some(Ballot::Revealed(Verdict::AtFault)));
		assert_eq!(phase(job_id), Phase::Reveal);
		let verdict = Verdict::AtFault;
		assert_eq!(events(), [Event::Revealed { job_id, juror, verdict }]);
	});
}

#[test]
fn of_the_last_juror_ends_the_dispute() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Reveal.create();
		for juror in jurors(job_id) {
			assert_eq!(phase(job_id), Phase::Reveal);
			apply(call(job_id, &juror, Verdict::AtFault));
		}
		assert_eq!(phase(job_id), Phase::Closed(Decision::Committee(Verdict::AtFault)));
		assert_eq!(state(job_id), millrace_primitives::JobState::Resolved);
	});
}

#[test]
fn of_those_who_committed_is_enough() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let committee = jurors(job_id);
		for juror in &committee[..3] {
			assert_ok!(commit(job_id, juror, Verdict::Cleared));
		}
		end_phase(job_id);
		for juror in &committee[..3] {
			apply(call(job_id, juror, Verdict::Cleared));
		}
		assert_eq!(phase(job_id), Phase::Closed(Decision::Committee(Verdict::Cleared)));
	});
}

#[test]
fn works_in_the_last_millisecond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Reveal.create();
		pass(REVEAL_TIME);
		apply(call(job_id, &jurors(job_id)[0], Verdict::AtFault));
	});
}

/// What was committed with stake counts: the stake stays within reach.
#[test]
fn of_a_juror_that_unbonds_after_its_commitment_counts() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Reveal.create();
		let juror = jurors(job_id).remove(0);
		unbond(AsRef::<[u8]>::as_ref(&juror)[0], true);
		apply(call(job_id, &juror, Verdict::AtFault));
	});
}

mod is_refused {
	use super::*;

	#[test]
	fn without_a_commitment() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let committee = jurors(job_id);
			assert_ok!(commit(job_id, &committee[0], Verdict::AtFault));
			end_phase(job_id);
			assert_refused(call(job_id, &committee[1], Verdict::AtFault), Error::NotCommitted);
		});
	}

	#[test]
	fn before_the_commitments_are_in() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let juror = jurors(job_id).remove(0);
			assert_ok!(commit(job_id, &juror, Verdict::AtFault));
			assert_refused(call(job_id, &juror, Verdict::AtFault), Error::WrongPhase);
		});
	}

	#[test]
	fn twice() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Reveal.create();
			let juror = jurors(job_id).remove(0);
			apply(call(job_id, &juror, Verdict::AtFault));
			for verdict in [Verdict::AtFault, Verdict::Cleared] {
				assert_refused(call(job_id, &juror, verdict), Error::AlreadyRevealed);
			}
		});
	}

	#[test]
	fn of_another_vote() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Reveal.create();
			let juror = jurors(job_id).remove(0);
			assert_refused(call(job_id, &juror, Verdict::Cleared), Error::WrongPreimage);
		});
	}

	#[test]
	fn with_another_salt() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Reveal.create();
			let juror = jurors(job_id).remove(0);
			let (verdict, salt) = (Verdict::AtFault, [0; 32]);
			let call = Call::reveal { job: job_id, juror, verdict, salt };
			assert_refused(call, Error::WrongPreimage);
		});
	}

	#[test]
	fn by_another_juror() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Reveal.create();
			let committee = jurors(job_id);
			let (verdict, salt) = (Verdict::AtFault, salt(&committee[0]));
			let juror = committee[1].clone();
			let call = Call::reveal { job: job_id, juror, verdict, salt };
			assert_refused(call, Error::WrongPreimage);
		});
	}

	#[test]
	fn by_somebody_who_is_no_juror() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Reveal.create();
			let committee = jurors(job_id);
			let other = JURORS.map(account).into_iter().find(|other| !committee.contains(other));
			assert_refused(call(job_id, &other.unwrap(), Verdict::AtFault), Error::NotJuror);
		});
	}

	/// Commit to `commitment` as the first juror of a new job, and return job and juror.
	fn committed(commitment: impl FnOnce(JobId, &AccountId) -> [u8; 32]) -> (JobId, AccountId) {
		let job_id = Stage::Commit.create();
		let juror = jurors(job_id).remove(0);
		let commitment = commitment(job_id, &juror);
		apply(Call::commit {
			job: job_id,
			juror: juror.clone(),
			commitment,
			signature: sign_commitment(job_id, &juror, &commitment),
		});
		end_phase(job_id);
		(job_id, juror)
	}

	#[test]
	fn if_it_was_committed_to_for_another_job_round_or_chain() {
		ExtBuilder.build_and_execute(|| {
			const VERDICT: Verdict = Verdict::AtFault;
			const OTHER: JobId = JobId(H256::repeat_byte(0xee));
			const FORK: H256 = H256::repeat_byte(1);
			let for_others: [fn(JobId, &AccountId) -> [u8; 32]; 3] = [
				|_, juror| vote_commitment(genesis(), OTHER, 0, juror, VERDICT, &salt(juror)),
				|job, juror| vote_commitment(genesis(), job, 1, juror, VERDICT, &salt(juror)),
				|job, juror| vote_commitment(FORK, job, 0, juror, VERDICT, &salt(juror)),
			];
			for commitment in for_others {
				let (job_id, juror) = committed(commitment);
				assert_refused(call(job_id, &juror, VERDICT), Error::WrongPreimage);
			}
		});
	}

	#[test]
	fn after_the_window_though_the_queue_is_late() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Reveal.create();
			let juror = jurors(job_id).remove(0);
			pass(REVEAL_TIME + 1);
			assert_refused(call(job_id, &juror, Verdict::AtFault), Error::TooLate);
		});
	}

	#[test]
	fn in_every_other_phase() {
		ExtBuilder.build_and_execute(|| {
			for stage in Stage::ALL {
				let (job_id, error) = match stage {
					Stage::Reveal => continue,
					Stage::Verified => (stage.create(), Error::NotDisputed),
					_ => (stage.create(), Error::WrongPhase),
				};
				assert_refused(call(job_id, &account(JURORS[0]), Verdict::AtFault), error);
			}
		});
	}

	#[test]
	fn from_every_origin_but_an_authorized_one() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Reveal.create();
			let juror = jurors(job_id).remove(0);
			assert_takes_only_authorized(call(job_id, &juror, Verdict::AtFault));
		});
	}
}

#[test]
fn is_held_once_per_juror() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Reveal.create();
		let committee = jurors(job_id);
		let validity = valid(call(job_id, &committee[0], Verdict::AtFault));
		assert_eq!(validity.provides, [("millrace/reveal", (job_id, &committee[0])).encode()]);
		assert_eq!((validity.priority, validity.longevity, validity.propagate), (7, 64, true));
		let other = valid(call(job_id, &committee[1], Verdict::AtFault));
		assert_ne!(other.provides, validity.provides);
	});
}

#[test]
fn gives_the_weight_of_the_count_back_where_there_is_none() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Reveal.create();
		let committee = jurors(job_id);
		let info = extrinsic(call(job_id, &committee[0], Verdict::AtFault)).get_dispatch_info();
		assert_eq!(info.call_weight, <()>::reveal() + Disputes::tally_weight());
		assert_eq!(info.extension_weight, <()>::authorize_reveal());
		let (last, others) = committee.split_last().unwrap();
		for juror in others {
			let post = dispatch(job_id, juror).unwrap();
			assert_eq!(post.actual_weight, Some(<()>::reveal()));
		}
		assert_eq!(dispatch(job_id, last).unwrap().actual_weight, None);
	});
}
