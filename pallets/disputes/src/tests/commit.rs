use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use millrace_primitives::{
	dispute::{commit_message, vote_commitment},
	JobId, Verdict,
};
use sp_core::{sr25519, Encode, Pair, H256};

use super::{apply, assert_refused, assert_takes_only_authorized, extrinsic, valid};
use crate::{
	mock::{
		account, case, commit, commitment, end_phase, events, fine_down_to, genesis, is_awaited,
		jurors, pass, phase, reveal, salt, sign_commitment, unbond, worker_key, AccountId,
		ExtBuilder, Now, Rotations, Stage, Stakes, Verifiers, CHALLENGER, COMMIT_TIME, JURORS,
		NO_REVEAL_FINE, REQUESTER, REVEAL_TIME, VERIFIER, WORKER,
	},
	types::{Ballot, Phase},
	Call, Error, Event, WeightInfo,
};

fn call(job: JobId, juror: &AccountId) -> Call<crate::mock::Test> {
	let commitment = commitment(job, juror, Verdict::AtFault);
	let signature = sign_commitment(job, juror, &commitment);
	Call::commit { job, juror: juror.clone(), commitment, signature }
}

/// A verifier that was not drawn.
fn left_out(job: JobId) -> AccountId {
	let committee = jurors(job);
	let not_drawn = JURORS.map(account).into_iter().find(|juror| !committee.contains(juror));
	not_drawn.expect("not all are drawn")
}

#[test]
fn puts_a_commitment_down() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let juror = jurors(job_id).remove(0);
		apply(call(job_id, &juror));
		let committed = Ballot::Committed(commitment(job_id, &juror, Verdict::AtFault));
		assert_eq!(case(job_id).ballot(&juror), Some(committed));
		assert_eq!(phase(job_id), Phase::Commit);
		assert_eq!(events(), [Event::Committed { job_id, juror }]);
	});
}

#[test]
fn of_the_last_juror_opens_the_reveal_early() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		pass(1_000);
		for juror in jurors(job_id) {
			assert_eq!(phase(job_id), Phase::Commit);
			apply(call(job_id, &juror));
		}
		let until = Now::get() + REVEAL_TIME;
		assert_eq!((phase(job_id), case(job_id).until), (Phase::Reveal, until));
		assert_eq!(events().pop(), Some(Event::RevealOpened { job_id, until }));
	});
}

#[test]
fn works_in_the_last_millisecond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		pass(COMMIT_TIME);
		apply(call(job_id, &jurors(job_id)[0]));
	});
}

#[test]
fn a_fined_juror_still_votes() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let committee = jurors(job_id);
		// Others take its stake below what the role asks for, or it lets all of it unbond, or it
		// leaves the role: it was drawn, and has something to lose.
		fine_down_to(&committee[0], NO_REVEAL_FINE);
		apply(call(job_id, &committee[0]));
		unbond(AsRef::<[u8]>::as_ref(&committee[1])[0], true);
		apply(call(job_id, &committee[1]));
		Verifiers::mutate(|verifiers| verifiers.retain(|verifier| *verifier != committee[2]));
		apply(call(job_id, &committee[2]));
	});
}

#[test]
fn signed_by_the_key_that_a_juror_gave_up_is_refused() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let juror = jurors(job_id).remove(0);
		let by_former = call(job_id, &juror);
		Rotations::insert(&juror, 1);
		assert_refused(by_former, Error::BadSignature);
		apply(call(job_id, &juror));
	});
}

mod is_refused {
	use super::*;

	#[test]
	fn after_the_window_though_the_queue_is_late() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let juror = jurors(job_id).remove(0);
			pass(COMMIT_TIME + 1);
			assert_refused(call(job_id, &juror), Error::TooLate);
		});
	}

	#[test]
	fn twice() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let juror = jurors(job_id).remove(0);
			apply(call(job_id, &juror));
			assert_refused(call(job_id, &juror), Error::AlreadyCommitted);
			// Nor to another vote.
			let commitment = commitment(job_id, &juror, Verdict::Cleared);
			let signature = sign_commitment(job_id, &juror, &commitment);
			let call = Call::commit { job: job_id, juror, commitment, signature };
			assert_refused(call, Error::AlreadyCommitted);
		});
	}

	#[test]
	fn from_everybody_who_is_no_juror() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let others = [REQUESTER, CHALLENGER, WORKER].map(account);
			for other in others.into_iter().chain([left_out(job_id)]) {
				assert_refused(call(job_id, &other), Error::NotJuror);
			}
		});
	}

	#[test]
	fn from_a_juror_that_has_less_to_lose_than_silence_costs() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let juror = jurors(job_id).remove(0);
			fine_down_to(&juror, NO_REVEAL_FINE - 1);
			assert_refused(call(job_id, &juror), Error::NotEligible);
		});
	}

	#[test]
	fn from_a_juror_that_is_no_worker_any_more() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let juror = jurors(job_id).remove(0);
			Stakes::remove(&juror);
			assert_refused(call(job_id, &juror), Error::NotEligible);
		});
	}

	#[test]
	fn in_every_other_phase() {
		ExtBuilder.build_and_execute(|| {
			for stage in Stage::ALL {
				let (job_id, error) = match stage {
					Stage::Commit => continue,
					Stage::Verified => (stage.create(), Error::NotDisputed),
					_ => (stage.create(), Error::WrongPhase),
				};
				assert_refused(call(job_id, &account(JURORS[0])), error);
			}
		});
	}

	fn assert_bad_signature(job: JobId, juror: &AccountId, signature: sr25519::Signature) {
		let commitment = commitment(job, juror, Verdict::AtFault);
		let call = Call::commit { job, juror: juror.clone(), commitment, signature };
		assert_refused(call, Error::BadSignature);
	}

	#[test]
	fn if_another_key_signed_it() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let juror = jurors(job_id).remove(0);
			let commitment = commitment(job_id, &juror, Verdict::AtFault);
			let message = commit_message(genesis(), job_id, 0, &juror, &commitment);
			for other in [WORKER, VERIFIER, REQUESTER].map(account) {
				if other != juror {
					assert_bad_signature(job_id, &juror, worker_key(&other).sign(&message));
				}
			}
			assert_bad_signature(job_id, &juror, sr25519::Signature::from_raw([0; 64]));
		});
	}

	#[test]
	fn if_anything_else_was_signed() {
		ExtBuilder.build_and_execute(|| {
			let (job_id, other_job) = (Stage::Commit.create(), Stage::Commit.create());
			let committee = jurors(job_id);
			let (juror, other) = (&committee[0], &committee[1]);
			let commitment = commitment(job_id, juror, Verdict::AtFault);
			let messages = [
				commit_message(H256::repeat_byte(1), job_id, 0, juror, &commitment),
				commit_message(genesis(), other_job, 0, juror, &commitment),
				commit_message(genesis(), job_id, 1, juror, &commitment),
				commit_message(genesis(), job_id, 0, other, &commitment),
				commit_message(genesis(), job_id, 0, juror, &[0; 32]),
				commitment.to_vec(),
			];
			for message in messages {
				assert_bad_signature(job_id, juror, worker_key(juror).sign(&message));
			}
		});
	}

	#[test]
	fn from_every_origin_but_an_authorized_one() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			assert_takes_only_authorized(call(job_id, &jurors(job_id)[0]));
		});
	}
}

#[test]
fn copied_from_another_juror_is_worth_nothing() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let committee = jurors(job_id);
		let (honest, copyist) = (&committee[0], &committee[1]);
		let copied = commitment(job_id, honest, Verdict::AtFault);
		assert_ok!(commit(job_id, honest, Verdict::AtFault));
		apply(Call::commit {
			job: job_id,
			juror: copyist.clone(),
			commitment: copied,
			signature: sign_commitment(job_id, copyist, &copied),
		});
		end_phase(job_id);
		assert_ok!(reveal(job_id, honest, Verdict::AtFault));
		for verdict in [Verdict::AtFault, Verdict::Cleared] {
			let salt = salt(honest);
			let call = Call::reveal { job: job_id, juror: copyist.clone(), verdict, salt };
			assert_refused(call, Error::WrongPreimage);
		}
	});
}

#[test]
fn is_held_once_per_juror() {
	ExtBuilder.build_and_execute(|| {
		let (job_id, other) = (Stage::Commit.create(), Stage::Commit.create());
		let committee = jurors(job_id);
		let juror = &committee[0];
		let validity = valid(call(job_id, juror));
		assert_eq!(validity.provides, [("millrace/commit", (job_id, juror)).encode()]);
		assert_eq!(validity.requires, Vec::<Vec<u8>>::new());
		assert_eq!((validity.priority, validity.longevity, validity.propagate), (7, 64, true));
		let commitment = vote_commitment(genesis(), job_id, 0, juror, Verdict::Cleared, &[0; 32]);
		let signature = sign_commitment(job_id, juror, &commitment);
		let again = Call::commit { job: job_id, juror: juror.clone(), commitment, signature };
		assert_eq!(valid(again).provides, validity.provides);
		assert_ne!(valid(call(job_id, &committee[1])).provides, validity.provides);
		let in_both = jurors(other).into_iter().find(|juror| committee.contains(juror)).unwrap();
		assert_ne!(valid(call(other, &in_both)).provides, valid(call(job_id, &in_both)).provides);
		assert!(is_awaited(job_id, juror), "the pool changes nothing");
	});
}

#[test]
fn weighs_as_much_as_it_checks() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let info = extrinsic(call(job_id, &jurors(job_id)[0])).get_dispatch_info();
		assert_eq!(info.call_weight, <()>::commit());
		assert_eq!(info.extension_weight, <()>::authorize_commit());
	});
}
