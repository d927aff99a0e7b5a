use codec::Encode;
use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use millrace_primitives::{proof::receipt_message, JobId, JobState, Proof, Receipt, TokenCounts};
use sp_core::{sr25519, Pair, H256};

use super::{apply, assert_refused, assert_takes_only_authorized, extrinsic, valid};
use crate::{
	mock::{
		account, delivered, events, genesis, pair, payout_account, proof, purse, receipt,
		receipt_by, sign, state_of, treasury_account, ExtBuilder, Notes, Now, Settlement, Stage,
		Test, Workers, BRAVO, DISMISSAL, DISPUTE_WINDOW, FUNDS, LOCK, REQUESTER, STRANGER,
	},
	Call, Error, Event, WeightInfo,
};

fn call(job: JobId) -> Call<Test> {
	Call::submit_receipt { job, receipt: receipt(&proof(job, BRAVO)) }
}

#[test]
fn settles_before_the_window_ends() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		Now::set(&(Now::get() + 1_000));
		apply(call(job_id));

		assert_eq!(state_of(job_id), JobState::Settled);
		assert_eq!(purse(&payout_account(BRAVO)), 15_504);
		assert_eq!(purse(&treasury_account()), 2_736);
		assert_eq!(purse(&account(REQUESTER)), FUNDS - 18_240);
		assert_eq!(
			Notes::get(),
			[(account(BRAVO), delivered(0), 2_736)],
			"the proof was in time at once"
		);
		assert_eq!(
			events(),
			[Event::Settled {
				job_id,
				requester: account(REQUESTER),
				worker: account(BRAVO),
				payout: 15_504,
				treasury: 2_736,
				verifier: 0,
				refund: LOCK - 18_240,
			}]
		);
	});
}

#[test]
fn pays_by_the_standing_at_the_proof() {
	ExtBuilder.build_and_execute(|| {
		// The worker loses its stake, moves its payout account, and leaves: all too late.
		let job_id = Stage::Verified.create();
		Workers::insert(account(BRAVO), (account(STRANGER), false));
		Workers::remove(account(BRAVO));
		assert_ok!(Settlement::do_submit_receipt(job_id, &receipt(&proof(job_id, BRAVO))));
		assert_eq!(purse(&payout_account(BRAVO)), 15_504);
		assert_eq!(purse(&account(STRANGER)), 0);
	});
}

#[test]
fn works_while_the_queue_is_late() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		Now::set(&(Now::get() + 2 * DISPUTE_WINDOW));
		apply(call(job_id));
		assert_eq!(state_of(job_id), JobState::Settled);
	});
}

#[test]
fn is_held_once_per_job_in_the_pool() {
	ExtBuilder.build_and_execute(|| {
		let (job, other) = (Stage::Verified.create(), Stage::Verified.create());
		let validity = valid(call(job));
		assert_eq!(validity.provides, [("millrace/receipt", job).encode()]);
		assert_eq!(validity.requires, Vec::<Vec<u8>>::new());
		assert_eq!((validity.priority, validity.longevity, validity.propagate), (8, 64, true));
		assert_eq!(valid(call(job)).provides, validity.provides);
		assert_ne!(valid(call(other)).provides, validity.provides);

		let info = extrinsic(call(job)).get_dispatch_info();
		assert_eq!(info.call_weight, <()>::submit_receipt() + DISMISSAL);
		assert_eq!(info.extension_weight, <()>::authorize_submit_receipt());
	});
}

#[test]
fn is_refused_for_an_unknown_job() {
	ExtBuilder.build_and_execute(|| {
		assert_refused(call(JobId(H256::zero())), Error::UnknownJob);
	});
}

#[test]
fn is_refused_before_the_proof() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Open, Stage::Accepted] {
			assert_refused(call(stage.create()), Error::WrongState);
		}
	});
}

#[test]
fn is_refused_for_a_job_that_is_over() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Settled, Stage::Cancelled, Stage::Expired] {
			assert_refused(call(stage.create()), Error::WrongState);
		}
	});
}

#[test]
fn is_refused_for_another_proof() {
	ExtBuilder.build_and_execute(|| {
		let (job, other) = (Stage::Verified.create(), Stage::Verified.create());
		let tokens = TokenCounts { input: 1, output: 1 };
		for confirmed in [Proof { tokens, ..proof(job, BRAVO) }, proof(other, BRAVO)] {
			let call = Call::submit_receipt { job, receipt: receipt(&confirmed) };
			assert_refused(call, Error::ReceiptForAnotherProof);
		}
	});
}

#[test]
fn is_refused_if_anybody_but_the_requester_signed_it() {
	ExtBuilder.build_and_execute(|| {
		let job = Stage::Verified.create();
		let proof = proof(job, BRAVO);
		for signer in [STRANGER, BRAVO] {
			let call = Call::submit_receipt { job, receipt: receipt_by(signer, &proof) };
			assert_refused(call, Error::BadReceiptSignature);
		}
		// The worker's signature over the proof is no confirmation of it either.
		let signature = sign(&proof).into();
		let call =
			Call::submit_receipt { job, receipt: Receipt { proof: proof.digest(), signature } };
		assert_refused(call, Error::BadReceiptSignature);
	});
}

#[test]
fn is_refused_if_anything_else_was_signed() {
	ExtBuilder.build_and_execute(|| {
		let (job, other) = (Stage::Verified.create(), Stage::Verified.create());
		let digest = proof(job, BRAVO).digest();
		let mut signatures = [
			receipt_message(H256::repeat_byte(1), job, &digest),
			receipt_message(genesis(), other, &digest),
			receipt_message(genesis(), job, &[0; 32]),
		]
		.map(|message| pair(REQUESTER).sign(&message))
		.to_vec();
		signatures.push(sr25519::Signature::from_raw([0xff; 64]));
		for signature in signatures {
			let receipt = Receipt { proof: digest, signature: signature.into() };
			assert_refused(Call::submit_receipt { job, receipt }, Error::BadReceiptSignature);
		}
	});
}

#[test]
fn refuses_every_origin_but_an_authorized_one() {
	ExtBuilder.build_and_execute(|| {
		assert_takes_only_authorized(call(Stage::Verified.create()));
	});
}
