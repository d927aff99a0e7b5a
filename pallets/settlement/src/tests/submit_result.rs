use codec::Encode;
use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use millrace_primitives::{
	signing, Cid, FinishReason, JobId, JobState, Outcome, Submission, TokenCounts,
};
use sp_core::{sr25519, Pair, H256};

use super::{apply, assert_refused, assert_takes_only_authorized, extrinsic, valid};
use crate::{
	mock::{
		account, events, genesis, insert_auction, judge_of, pair, payout_account, sign_submission,
		state_of, submission, submit, worker_key, AccountId, Auctioned, Book, ExtBuilder, Ledger,
		Now, Settlement, Stage, Test, Verifiers, Workers, AGREED, ALFA, BRAVO, CHARLIE, DELIVERY,
		DRAW_DELAY, FEE, JUDGE_WINDOW, REQUESTER, STRANGER, VERA,
	},
	Call, Error, Event, WeightInfo,
};

fn call(submission: Submission<AccountId>) -> Call<Test> {
	let signature = sign_submission(&submission);
	Call::submit_result { submission, signature }
}

#[test]
fn waits_for_the_verifier_that_was_named() {
	ExtBuilder.build_and_execute(|| {
		let job_id = insert_auction(Some(VERA));
		Now::set(&(Now::get() + 5_000));
		apply(call(submission(job_id, BRAVO)));

		let submission = submission(job_id, BRAVO);
		let record = Book::get(job_id).unwrap();
		let outcome = Outcome {
			worker: account(BRAVO),
			payout: payout_account(BRAVO),
			worker_share: 9_950,
			tokens: TokenCounts::default(),
			output: submission.output,
			proof: submission.digest(),
			finish: FinishReason::Stop,
			proven_at: Now::get(),
		};
		assert_eq!(record.state, JobState::Submitted);
		assert_eq!(record.outcome, Some(outcome));
		assert_eq!(record.deadline, Now::get() + JUDGE_WINDOW);
		let auction = record.auction.unwrap();
		assert_eq!(auction.result, Some(submission.result.clone()));
		assert_eq!(auction.verifier, Some(account(VERA)));
		assert_eq!(Ledger::get(job_id).unwrap().1, AGREED + FEE, "nobody is paid yet");
		assert_eq!(
			events(),
			[Event::Submitted {
				job_id,
				worker: account(BRAVO),
				submission: submission.digest(),
				output: submission.output,
				verifier: Some(account(VERA)),
				deadline: Now::get() + JUDGE_WINDOW,
			}]
		);
	});
}

/// Assert that nobody is to judge the delivery, and that one will be drawn.
fn assert_draws(job_id: JobId) {
	assert_ok!(submit(job_id));
	assert_eq!(judge_of(job_id), None);
	assert_eq!(Book::get(job_id).unwrap().deadline, Now::get() + DRAW_DELAY);
}

#[test]
fn waits_for_the_draw_if_nobody_was_named() {
	ExtBuilder.build_and_execute(|| assert_draws(insert_auction(None)));
}

#[test]
fn waits_for_the_draw_if_the_named_verifier_has_lost_the_role() {
	ExtBuilder.build_and_execute(|| {
		Verifiers::put(vec![(account(VERA), false)]);
		assert_draws(insert_auction(Some(VERA)));
		Verifiers::kill();
		assert_draws(insert_auction(Some(VERA)));
	});
}

#[test]
fn waits_for_the_draw_if_the_named_verifier_has_become_a_party() {
	ExtBuilder.build_and_execute(|| {
		// Since the award, it moved its payout account to where the worker or the requester is.
		for payout in [payout_account(BRAVO), account(BRAVO), account(REQUESTER)] {
			Workers::insert(account(VERA), (payout, true));
			assert_draws(insert_auction(Some(VERA)));
		}
	});
}

#[test]
fn comes_from_a_worker_that_has_lost_its_stake() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Accepted.create();
		Workers::insert(account(BRAVO), (payout_account(BRAVO), false));
		assert_ok!(submit(job_id));
		assert_eq!(Book::get(job_id).unwrap().outcome.unwrap().worker_share, 9_950);
	});
}

#[test]
fn works_in_the_last_millisecond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Accepted.create();
		Now::set(&(Now::get() + DELIVERY));
		assert_ok!(submit(job_id));
	});
}

#[test]
fn is_refused_one_millisecond_late_even_if_the_chain_has_not_expired_the_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Accepted.create();
		Now::set(&(Now::get() + DELIVERY + 1));
		assert_refused(call(submission(job_id, BRAVO)), Error::TooLate);
	});
}

#[test]
fn is_refused_from_a_worker_that_was_not_awarded_the_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Accepted.create();
		for worker in [ALFA, CHARLIE, STRANGER, REQUESTER, VERA] {
			assert_refused(call(submission(job_id, worker)), Error::NotAwarded);
		}
	});
}

#[test]
fn is_refused_from_a_worker_that_has_left() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Accepted.create();
		Workers::remove(account(BRAVO));
		assert_refused(call(submission(job_id, BRAVO)), Error::NotRegistered);
	});
}

#[test]
fn is_refused_a_second_time() {
	ExtBuilder.build_and_execute(|| {
		let delivered = Auctioned::ALL
			.into_iter()
			.filter(|stage| !matches!(stage, Auctioned::Accepted | Auctioned::Expired));
		for stage in delivered {
			let job_id = stage.create();
			let again = submission(job_id, BRAVO);
			let other = Submission { output: [0; 32], ..again.clone() };
			assert_refused(call(again), Error::AlreadyProven);
			assert_refused(call(other), Error::AlreadyProven);
		}
	});
}

#[test]
fn is_refused_for_a_job_that_is_over() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Expired.create();
		assert_refused(call(submission(job_id, BRAVO)), Error::WrongState);
	});
}

#[test]
fn is_refused_for_a_direct_job() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Open, Stage::Accepted, Stage::Cancelled] {
			assert_refused(call(submission(stage.create(), BRAVO)), Error::WrongState);
		}
	});
}

#[test]
fn is_refused_for_an_unknown_job() {
	ExtBuilder.build_and_execute(|| {
		assert_refused(call(submission(JobId(H256::zero()), BRAVO)), Error::UnknownJob);
	});
}

#[test]
fn is_refused_if_the_worker_did_not_sign_it() {
	ExtBuilder.build_and_execute(|| {
		let (job_id, other) = (Auctioned::Accepted.create(), Auctioned::Accepted.create());
		let good = submission(job_id, BRAVO);
		let message = good.message(genesis());
		let mut signatures = [worker_key(&account(ALFA)), pair(BRAVO), pair(REQUESTER)]
			.map(|key| key.sign(&message))
			.to_vec();
		signatures.push(sr25519::Signature::from_raw([0; 64]));
		let messages = [
			submission(other, BRAVO).message(genesis()),
			Submission { output: [0; 32], ..good.clone() }.message(genesis()),
			Submission { result: Cid::default(), ..good.clone() }.message(genesis()),
			good.message(H256::repeat_byte(1)),
			signing::message(signing::BID, genesis(), &good),
			good.encode(),
			good.digest().to_vec(),
		];
		signatures.extend(messages.map(|message| worker_key(&account(BRAVO)).sign(&message)));
		for signature in signatures {
			let call = Call::submit_result { submission: good.clone(), signature };
			assert_refused(call, Error::BadSubmissionSignature);
		}
	});
}

#[test]
fn is_held_once_per_job_in_the_pool() {
	ExtBuilder.build_and_execute(|| {
		let (job, other) = (Auctioned::Accepted.create(), Auctioned::Accepted.create());
		let good = submission(job, BRAVO);
		let validity = valid(call(good.clone()));
		assert_eq!(validity.provides, [("millrace/submission", job).encode()]);
		assert_eq!(validity.requires, Vec::<Vec<u8>>::new());
		assert_eq!((validity.priority, validity.longevity, validity.propagate), (7, 64, true));
		let changed = Submission { output: [0; 32], ..good.clone() };
		assert_eq!(valid(call(changed)).provides, validity.provides);
		assert_ne!(valid(call(submission(other, BRAVO))).provides, validity.provides);

		let info = extrinsic(call(good)).get_dispatch_info();
		assert_eq!(info.call_weight, <()>::submit_result());
		assert_eq!(info.extension_weight, <()>::authorize_submit_result());
	});
}

#[test]
fn refuses_every_origin_but_an_authorized_one() {
	ExtBuilder.build_and_execute(|| {
		assert_takes_only_authorized(call(submission(Auctioned::Accepted.create(), BRAVO)));
	});
}

#[test]
fn a_share_is_what_the_fee_leaves() {
	ExtBuilder.build_and_execute(|| {
		crate::mock::ProtocolFee::set(10_000);
		let job_id = Auctioned::Submitted.create();
		assert_eq!(Book::get(job_id).unwrap().outcome.unwrap().worker_share, 0);
		Settlement::judgement_due(job_id);
		assert_eq!(state_of(job_id), JobState::Submitted);
	});
}
