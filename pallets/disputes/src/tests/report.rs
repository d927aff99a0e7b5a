use frame_support::{
	assert_noop,
	dispatch::{DispatchResultWithPostInfo, GetDispatchInfo, Pays, PostDispatchInfo},
};
use millrace_primitives::{
	auction::{Cid, DisputeMechanism},
	traits::WORKER_KEYS_MAX,
	FinishReason, JobId, JobState, Proof, Submission, TokenCounts,
};
use sp_core::{Pair, H256};
use sp_runtime::DispatchError;

use super::said;
use crate::{
	mock::{
		account, auctioned, direct, events, free, genesis, key_after, notes, payout_of, stake,
		treasury, unbond, worker_key, AccountId, Book, Disputes, ExtBuilder, RotatedAt, Rotations,
		RuntimeOrigin, Stage, Stakes, Test, CHALLENGER, DOUBLE_SLASH, FUNDS, MATCHER, MINIMUM,
		MODEL, REQUESTER, STAKE, START, WORKER, WORTH,
	},
	Error, Event, Offences, WeightInfo,
};

fn proof(job: JobId, output: u8) -> Proof<AccountId> {
	Proof {
		job,
		worker: account(WORKER),
		model: MODEL,
		output: [output; 32],
		tokens: TokenCounts { input: 1, output: 1 },
		finish: FinishReason::Stop,
		class: [7; 32],
		entropy: H256::repeat_byte(8),
	}
}

fn submission(job: JobId, output: u8) -> Submission<AccountId> {
	Submission { job, worker: account(WORKER), result: Cid::default(), output: [output; 32] }
}

/// Report two proofs as `reporter`, each signed by its worker.
fn report(
	reporter: u8,
	first: &Proof<AccountId>,
	second: &Proof<AccountId>,
) -> DispatchResultWithPostInfo {
	let sign = |proof: &Proof<AccountId>| worker_key(&proof.worker).sign(&proof.message(genesis()));
	let origin = RuntimeOrigin::signed(account(reporter));
	let signatures = (sign(first), sign(second));
	Disputes::report_double_proof(origin, first.clone(), signatures.0, second.clone(), signatures.1)
}

fn report_submissions(
	first: &Submission<AccountId>,
	second: &Submission<AccountId>,
) -> DispatchResultWithPostInfo {
	let sign = |submission: &Submission<AccountId>| {
		worker_key(&submission.worker).sign(&submission.message(genesis()))
	};
	let signatures = (sign(first), sign(second));
	let origin = RuntimeOrigin::signed(account(REQUESTER));
	Disputes::report_double_submission(
		origin,
		first.clone(),
		signatures.0,
		second.clone(),
		signatures.1,
	)
}

fn assert_refused(first: &Proof<AccountId>, second: &Proof<AccountId>, error: Error<Test>) {
	let result = || report(CHALLENGER, first, second).map_err(|failure| failure.error);
	assert_noop!(result(), error);
}

const FREE: PostDispatchInfo = PostDispatchInfo { actual_weight: None, pays_fee: Pays::No };

#[test]
fn takes_stake_on_sight_and_is_free() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Open);
		assert_eq!(report(CHALLENGER, &proof(job_id, 1), &proof(job_id, 2)), Ok(FREE));
		assert_eq!(stake(WORKER), STAKE - DOUBLE_SLASH);
		let reporter = account(CHALLENGER);
		// A friend of the worker that reports it first saves it next to nothing.
		let (amount, rest) = (DOUBLE_SLASH / 10, DOUBLE_SLASH * 9 / 10);
		assert_eq!(free(&reporter), FUNDS + amount);
		assert_eq!(free(&treasury()), MINIMUM + rest);
		let notes = notes();
		assert_eq!(said(&notes), [(WORKER, false, "AtFault")]);
		assert_eq!(notes[0].3, 0, "nothing was delivered");
		let worker = account(WORKER);
		let expected = [
			Event::DoubleClaimReported {
				job_id,
				worker: worker.clone(),
				reporter: reporter.clone(),
			},
			Event::Punished { job_id, owner: worker, amount: DOUBLE_SLASH, to: Disputes::pot() },
			Event::Rewarded { job_id, to: reporter, amount },
			Event::Rewarded { job_id, to: treasury(), amount: rest },
		];
		assert_eq!(events(), expected);
	});
}

#[test]
fn reaches_unbonding_stake_and_takes_no_more_than_there_is() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Verified);
		Stakes::insert(account(WORKER), (100, 101));
		unbond(WORKER, true);
		assert_eq!(report(CHALLENGER, &proof(job_id, 1), &proof(job_id, 2)), Ok(FREE));
		assert_eq!(stake(WORKER), 0);
		assert_eq!(free(&account(CHALLENGER)), FUNDS + 20);
		assert_eq!(free(&treasury()), MINIMUM + 181);
		assert_eq!(notes()[0].3, WORTH);
	});
}

#[test]
fn leaves_the_job_as_it_is_in_every_state() {
	ExtBuilder.build_and_execute(|| {
		for stage in Stage::ALL {
			let job_id = stage.create();
			let before = (Book::get(job_id), crate::Cases::<Test>::get(job_id));
			assert_eq!(report(MATCHER, &proof(job_id, 1), &proof(job_id, 2)), Ok(FREE));
			assert_eq!((Book::get(job_id), crate::Cases::<Test>::get(job_id)), before);
		}
	});
}

#[test]
fn works_for_submissions() {
	ExtBuilder.build_and_execute(|| {
		let job_id = auctioned(JobState::Submitted, DisputeMechanism::Committee);
		let (first, second) = (submission(job_id, 1), submission(job_id, 2));
		assert_eq!(report_submissions(&first, &second), Ok(FREE));
		assert_eq!(stake(WORKER), STAKE - DOUBLE_SLASH);
		assert_eq!(free(&account(REQUESTER)), FUNDS + DOUBLE_SLASH / 10);
		let again = || report_submissions(&second, &first).map_err(|failure| failure.error);
		assert_noop!(again(), Error::<Test>::AlreadyReported);
	});
}

/// Report two proofs, signed by the keys that the worker had after so many changes of it.
fn report_signed_after(job: JobId, first: u32, second: u32) -> DispatchResultWithPostInfo {
	let proofs = (proof(job, 1), proof(job, 2));
	let sign = |proof: &Proof<AccountId>, rotations| {
		key_after(&account(WORKER), rotations).sign(&proof.message(genesis()))
	};
	let signatures = (sign(&proofs.0, first), sign(&proofs.1, second));
	let origin = RuntimeOrigin::signed(account(MATCHER));
	Disputes::report_double_proof(origin, proofs.0, signatures.0, proofs.1, signatures.1)
}

#[test]
fn rotating_keys_does_not_escape_the_slash() {
	let last = WORKER_KEYS_MAX - 1;
	// By one key that it gave up, by two, or by one and the present one, in either order.
	for (first, second) in [(0, 0), (last, 0), (0, last), (1, 2), (2, 1), (last, last)] {
		ExtBuilder.build_and_execute(|| {
			Rotations::insert(account(WORKER), last);
			let job_id = direct(JobState::Verified);
			assert_eq!(report_signed_after(job_id, first, second), Ok(FREE));
			assert_eq!(stake(WORKER), STAKE - DOUBLE_SLASH);
		});
	}
}

/// Whoever stole it could sign what it likes for jobs of its own.
#[test]
fn a_key_that_was_given_up_before_the_job_began_signs_for_nobody() {
	ExtBuilder.build_and_execute(|| {
		Rotations::insert(account(WORKER), 1);
		let job_id = direct(JobState::Verified);
		RotatedAt::insert(account(WORKER), START - 1);
		let by_former = || report_signed_after(job_id, 0, 0).map_err(|failure| failure.error);
		assert_noop!(by_former(), Error::<Test>::BadSignature);
		RotatedAt::insert(account(WORKER), START);
		assert_eq!(report_signed_after(job_id, 0, 0), Ok(FREE));
	});
}

#[test]
fn looks_at_no_more_keys_than_it_weighs() {
	ExtBuilder.build_and_execute(|| {
		Rotations::insert(account(WORKER), WORKER_KEYS_MAX);
		let job_id = direct(JobState::Verified);
		let by_first = || report_signed_after(job_id, 0, 5).map_err(|failure| failure.error);
		assert_noop!(by_first(), Error::<Test>::BadSignature);
		assert_eq!(report_signed_after(job_id, 1, 5), Ok(FREE));

		let signature = sp_core::sr25519::Signature::default();
		let call = crate::Call::<Test>::report_double_proof {
			first: proof(job_id, 1),
			first_signature: signature,
			second: proof(job_id, 2),
			second_signature: signature,
		};
		let former = <()>::verify_signature().saturating_mul(8);
		let weight = call.get_dispatch_info().call_weight;
		assert_eq!(weight, <()>::report_double_proof() + former);
		let call = crate::Call::<Test>::report_double_submission {
			first: submission(job_id, 1),
			first_signature: signature,
			second: submission(job_id, 2),
			second_signature: signature,
		};
		let weight = call.get_dispatch_info().call_weight;
		assert_eq!(weight, <()>::report_double_submission() + former);
	});
}

#[test]
fn two_proofs_that_differ_in_anything_are_an_offence() {
	ExtBuilder.build_and_execute(|| {
		let base = |job| proof(job, 1);
		let differ: [fn(Proof<AccountId>) -> Proof<AccountId>; 5] = [
			|proof| Proof { tokens: TokenCounts { input: 1, output: 2 }, ..proof },
			|proof| Proof { finish: FinishReason::Length, ..proof },
			|proof| Proof { class: [0; 32], ..proof },
			|proof| Proof { entropy: H256::zero(), ..proof },
			|proof| Proof { model: millrace_primitives::ModelId([9; 32]), ..proof },
		];
		for other in differ {
			Stakes::mutate_extant(account(WORKER), |stake| stake.1 = 0);
			let job_id = direct(JobState::Verified);
			assert_eq!(report(MATCHER, &base(job_id), &other(base(job_id))), Ok(FREE));
		}
	});
}

mod is_refused {
	use super::*;

	#[test]
	fn twice_for_one_job_and_worker() {
		ExtBuilder.build_and_execute(|| {
			let job_id = direct(JobState::Verified);
			assert_eq!(report(MATCHER, &proof(job_id, 1), &proof(job_id, 2)), Ok(FREE));
			assert_refused(&proof(job_id, 2), &proof(job_id, 1), Error::AlreadyReported);
			assert_refused(&proof(job_id, 3), &proof(job_id, 4), Error::AlreadyReported);
			// Another candidate of the job is another matter.
			Stakes::insert(account(CHALLENGER), (0, 0));
			let other = |output| Proof { worker: account(CHALLENGER), ..proof(job_id, output) };
			assert_eq!(report(MATCHER, &other(1), &other(2)), Ok(FREE));
			assert_eq!(Offences::<Test>::get(job_id).len(), 2);
			Stakes::remove(account(CHALLENGER));
		});
	}

	#[test]
	fn of_one_proof_twice() {
		ExtBuilder.build_and_execute(|| {
			let job_id = direct(JobState::Verified);
			assert_refused(&proof(job_id, 1), &proof(job_id, 1), Error::NoOffence);
		});
	}

	#[test]
	fn of_proofs_for_two_jobs() {
		ExtBuilder.build_and_execute(|| {
			let jobs = [direct(JobState::Verified), direct(JobState::Verified)];
			assert_refused(&proof(jobs[0], 1), &proof(jobs[1], 2), Error::NoOffence);
		});
	}

	#[test]
	fn of_proofs_of_two_workers() {
		ExtBuilder.build_and_execute(|| {
			let job_id = direct(JobState::Verified);
			let other = Proof { worker: account(CHALLENGER), ..proof(job_id, 2) };
			assert_refused(&proof(job_id, 1), &other, Error::NoOffence);
		});
	}

	#[test]
	fn of_claims_of_the_wrong_kind() {
		ExtBuilder.build_and_execute(|| {
			let auction = auctioned(JobState::Submitted, DisputeMechanism::Committee);
			assert_refused(&proof(auction, 1), &proof(auction, 2), Error::NoOffence);
			let direct = direct(JobState::Verified);
			let submissions = || report_submissions(&submission(direct, 1), &submission(direct, 2));
			assert_noop!(submissions().map_err(|failure| failure.error), Error::<Test>::NoOffence);
		});
	}

	#[test]
	fn of_a_job_that_is_unknown() {
		ExtBuilder.build_and_execute(|| {
			let job_id = JobId(H256::zero());
			assert_refused(&proof(job_id, 1), &proof(job_id, 2), Error::UnknownJob);
		});
	}

	#[test]
	fn of_a_worker_that_the_job_does_not_concern() {
		ExtBuilder.build_and_execute(|| {
			let job_id = direct(JobState::Verified);
			let by = |output| Proof { worker: account(MATCHER), ..proof(job_id, output) };
			assert_refused(&by(1), &by(2), Error::NotConcerned);
		});
	}

	#[test]
	fn of_a_worker_that_has_left() {
		ExtBuilder.build_and_execute(|| {
			let job_id = direct(JobState::Verified);
			Stakes::remove(account(WORKER));
			assert_refused(&proof(job_id, 1), &proof(job_id, 2), Error::NotRegistered);
		});
	}

	#[test]
	fn from_the_worker_itself() {
		ExtBuilder.build_and_execute(|| {
			let job_id = direct(JobState::Verified);
			let by_itself = || report(WORKER, &proof(job_id, 1), &proof(job_id, 2));
			assert_noop!(by_itself().map_err(|failure| failure.error), Error::<Test>::ByWorker);
			let key = worker_key(&account(WORKER));
			let (first, second) = (proof(job_id, 1), proof(job_id, 2));
			let signatures =
				(key.sign(&first.message(genesis())), key.sign(&second.message(genesis())));
			let origin = RuntimeOrigin::signed(payout_of(&account(WORKER)));
			let result =
				Disputes::report_double_proof(origin, first, signatures.0, second, signatures.1);
			assert_noop!(result.map_err(|failure| failure.error), Error::<Test>::ByWorker);
		});
	}

	#[test]
	fn if_either_is_forged() {
		ExtBuilder.build_and_execute(|| {
			let job_id = direct(JobState::Verified);
			let (first, second) = (proof(job_id, 1), proof(job_id, 2));
			let (worker, stranger) = (worker_key(&account(WORKER)), worker_key(&account(MATCHER)));
			let fork = H256::repeat_byte(1);
			let good =
				(worker.sign(&first.message(genesis())), worker.sign(&second.message(genesis())));
			let forged = [
				(stranger.sign(&first.message(genesis())), good.1),
				(good.0, stranger.sign(&second.message(genesis()))),
				(good.1, good.0),
				(worker.sign(&first.message(fork)), good.1),
				(good.0, worker.sign(&second.message(fork))),
			];
			for (first_signature, second_signature) in forged {
				let result = Disputes::report_double_proof(
					RuntimeOrigin::signed(account(MATCHER)),
					first.clone(),
					first_signature,
					second.clone(),
					second_signature,
				);
				assert_noop!(result.map_err(|failure| failure.error), Error::<Test>::BadSignature);
			}
		});
	}

	#[test]
	fn from_every_origin_but_a_signed_one() {
		ExtBuilder.build_and_execute(|| {
			let job_id = direct(JobState::Verified);
			let (first, second) = (proof(job_id, 1), proof(job_id, 2));
			let signature = sp_core::sr25519::Signature::default();
			for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
				let result = Disputes::report_double_proof(
					origin,
					first.clone(),
					signature,
					second.clone(),
					signature,
				);
				assert_noop!(result.map_err(|failure| failure.error), DispatchError::BadOrigin);
			}
		});
	}
}
