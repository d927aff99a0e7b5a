//! How an auctioned job is paid: by receipt, when its window ends, or as a dispute decides.

use frame_support::{
	assert_storage_noop,
	pallet_prelude::{DispatchError, Weight},
};
use frame_system::RawOrigin;
use millrace_primitives::{
	traits::{Conduct, JobBook, Payments},
	JobId, JobState, Payment,
};
use sp_core::H256;

use super::{apply, assert_refused};
use crate::{
	mock::{
		account, confirmation_by, events, insert_auction, payout_account, proof, purse,
		receipt as receipt_of, said, sign, state_of, submit, treasury_account, AccountId,
		Auctioned, Book, Dismissed, Drawn, EscrowBroken, ExtBuilder, Ledger, Notes, Now,
		Settlement, Spy, Stage, System, Test, VerifierNotes, AGREED, ALFA, AUCTION_LOCK, BRAVO,
		DISMISSAL, DISPUTE, FEE, FUNDS, LATENCY, LOCK, REQUESTER, STRANGER, VERA, WORKER_PART,
	},
	Call, Error, Event, WeightInfo,
};

fn pay(job: JobId) {
	<Settlement as Payments<AccountId>>::pay(job);
}

fn give_back(job: JobId) {
	<Settlement as Payments<AccountId>>::give_back(job, true);
}

fn receipt(job: JobId) -> Call<Test> {
	Call::submit_receipt { job, receipt: confirmation_by(REQUESTER, job) }
}

/// Assert that everybody got of one job what was agreed.
fn assert_paid(job_id: JobId, state: JobState) {
	let treasury = AGREED - WORKER_PART;
	let refund = AUCTION_LOCK - AGREED - FEE;
	let payment = Payment { worker: WORKER_PART, treasury, verifier: FEE, refund };
	let record = Book::get(job_id).unwrap();
	assert_eq!((record.state, record.payment), (state, Some(payment)));
	assert_eq!(purse(&payout_account(BRAVO)), WORKER_PART);
	assert_eq!(purse(&treasury_account()), treasury);
	assert_eq!(purse(&payout_account(VERA)), FEE);
	assert_eq!(purse(&account(REQUESTER)), FUNDS - AGREED - FEE);
	assert_eq!(Ledger::get(job_id), None);
}

fn settled(job_id: JobId) -> Event<Test> {
	Event::Settled {
		job_id,
		requester: account(REQUESTER),
		worker: account(BRAVO),
		payout: WORKER_PART,
		treasury: AGREED - WORKER_PART,
		verifier: FEE,
		refund: AUCTION_LOCK - AGREED - FEE,
	}
}

fn delivered_at_once() -> String {
	said(Conduct::Delivered { elapsed: 0, promised: Some(LATENCY) })
}

#[test]
fn an_auctioned_job_is_paid_when_its_window_ends() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Verified.create();
		Settlement::settle_due(job_id);
		assert_paid(job_id, JobState::Settled);
		assert_eq!(Notes::get(), [(account(BRAVO), delivered_at_once(), AGREED - WORKER_PART)]);
		assert_eq!(
			VerifierNotes::get(),
			[(account(VERA), said(Conduct::Judged), AGREED - WORKER_PART)]
		);
		assert_eq!(events(), [settled(job_id)]);
	});
}

#[test]
fn an_auctioned_job_is_paid_by_receipt() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Verified.create();
		apply(receipt(job_id));
		assert_paid(job_id, JobState::Settled);
		assert_eq!(events(), [settled(job_id)]);
	});
}

#[test]
fn a_late_delivery_is_measured_from_the_award() {
	ExtBuilder.build_and_execute(|| {
		let job_id = insert_auction(Some(VERA));
		Now::set(&(Now::get() + 21_000));
		submit(job_id).unwrap();
		crate::mock::attest(job_id, true).unwrap();
		Settlement::settle_due(job_id);
		let late = said(Conduct::Delivered { elapsed: 21_000, promised: Some(LATENCY) });
		assert_eq!(Notes::get(), [(account(BRAVO), late, AGREED - WORKER_PART)]);
	});
}

#[test]
fn a_receipt_for_an_auctioned_job_is_refused_before_the_judgement_and_after_the_end() {
	ExtBuilder.build_and_execute(|| {
		let open = [Auctioned::Verified, Auctioned::Disputed];
		for stage in Auctioned::ALL.into_iter().filter(|stage| !open.contains(stage)) {
			assert_refused(receipt(stage.create()), Error::WrongState);
		}
	});
}

#[test]
fn a_receipt_ends_the_dispute_of_an_auctioned_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Disputed.create();
		apply(receipt(job_id));
		assert_eq!(Dismissed::get(), [job_id]);
		assert_paid(job_id, JobState::Settled);
		assert_eq!(VerifierNotes::get(), vec![], "nobody decided whether the verifier was right");
	});
}

#[test]
fn a_receipt_ends_the_dispute_of_a_direct_job() {
	ExtBuilder.build_and_execute(|| {
		let job = Stage::Verified.create();
		Spy::dispute(job, None, Now::get() + DISPUTE).unwrap();
		apply(Call::submit_receipt { job, receipt: receipt_of(&proof(job, BRAVO)) });
		assert_eq!(Dismissed::get(), [job]);
		assert_eq!(state_of(job), JobState::Settled);
		assert_eq!(purse(&payout_account(BRAVO)), 15_504);
	});
}

#[test]
fn what_it_weighs_to_end_a_dispute_is_given_back_where_there_is_none() {
	ExtBuilder.build_and_execute(|| {
		for (disputed, ends) in [(false, Weight::zero()), (true, DISMISSAL)] {
			let [job, other] = [Stage::Verified.create(), Stage::Verified.create()];
			if disputed {
				Spy::dispute(job, None, Now::get() + DISPUTE).unwrap();
				Spy::dispute(other, None, Now::get() + DISPUTE).unwrap();
			}
			let origin = || RawOrigin::Authorized.into();
			let receipt = receipt_of(&proof(job, BRAVO));
			let weighed = Settlement::submit_receipt(origin(), job, receipt).unwrap();
			assert_eq!(weighed.actual_weight, Some(<()>::submit_receipt() + ends));

			let proof = proof(other, ALFA);
			let (signature, receipt) = (sign(&proof), receipt_of(&proof));
			let weighed = Settlement::submit_proof(origin(), proof, signature, Some(receipt));
			let weighed = weighed.unwrap().actual_weight;
			assert_eq!(weighed, Some(<()>::submit_proof(1) + ends));
		}
	});
}

/// It could wait for the votes first.
#[test]
fn a_receipt_comes_too_late_when_the_committee_is_drawn() {
	ExtBuilder.build_and_execute(|| {
		let (job, job_id) = (Stage::Verified.create(), Auctioned::Disputed.create());
		Spy::dispute(job, None, Now::get() + DISPUTE).unwrap();
		Drawn::put(vec![job, job_id]);
		assert_refused(receipt(job_id), Error::WrongState);
		let late = Call::submit_receipt { job, receipt: receipt_of(&proof(job, BRAVO)) };
		assert_refused(late, Error::WrongState);
		let other = proof(job, ALFA);
		let (signature, receipt) = (sign(&other), Some(receipt_of(&other)));
		let late = Call::submit_proof { proof: other, signature, receipt };
		assert_refused(late, Error::AlreadyProven);
		assert_eq!(Dismissed::get(), vec![]);
	});
}

/// A candidate that did nothing proves, and has it disputed: the one that delivered is paid all the
/// same.
#[test]
fn a_confirmed_proof_ends_the_dispute_of_another_one() {
	ExtBuilder.build_and_execute(|| {
		let job = Stage::Verified.create();
		Spy::dispute(job, None, Now::get() + DISPUTE).unwrap();
		let proof = proof(job, ALFA);
		let submit = |receipt| {
			let (proof, signature) = (proof.clone(), sign(&proof));
			Call::submit_proof { proof, signature, receipt }
		};
		assert_refused(submit(None), Error::AlreadyProven);
		apply(submit(Some(receipt_of(&proof))));
		assert_eq!(Dismissed::get(), [job]);
		assert_eq!(state_of(job), JobState::Settled);
		assert_eq!(purse(&payout_account(BRAVO)), 0);
		assert!(purse(&payout_account(ALFA)) > 0);
	});
}

#[test]
fn a_judgement_that_nobody_decided_on_says_nothing_of_the_verifier() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Disputed.create();
		<Settlement as Payments<AccountId>>::give_back(job_id, false);
		assert_eq!(state_of(job_id), JobState::Resolved);
		assert_eq!(VerifierNotes::get(), vec![]);
	});
}

#[test]
fn a_receipt_for_an_auctioned_job_is_the_requesters_for_this_submission() {
	ExtBuilder.build_and_execute(|| {
		let (job, other) = (Auctioned::Verified.create(), Auctioned::Verified.create());
		for signer in [STRANGER, BRAVO, VERA] {
			let call = Call::submit_receipt { job, receipt: confirmation_by(signer, job) };
			assert_refused(call, Error::BadReceiptSignature);
		}
		let call = Call::submit_receipt { job, receipt: confirmation_by(REQUESTER, other) };
		assert_refused(call, Error::ReceiptForAnotherProof);
	});
}

#[test]
fn a_job_that_a_dispute_clears_is_paid_in_full() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Disputed.create();
		pay(job_id);
		assert_paid(job_id, JobState::Resolved);
		assert_eq!(Notes::get(), [(account(BRAVO), delivered_at_once(), AGREED - WORKER_PART)]);
		assert_eq!(VerifierNotes::get(), vec![], "it was overruled, which disputes note");
		assert_eq!(events(), [], "what decides disputes reports it");
	});
}

#[test]
fn a_challenge_that_fails_bears_the_verifier_out() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Verified.create();
		Spy::dispute(job_id, None, Now::get() + DISPUTE).unwrap();
		pay(job_id);
		assert_paid(job_id, JobState::Resolved);
		assert_eq!(
			VerifierNotes::get(),
			[(account(VERA), said(Conduct::Judged), AGREED - WORKER_PART)]
		);
	});
}

#[test]
fn a_job_that_a_dispute_condemns_goes_back_to_the_requester() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Disputed.create();
		give_back(job_id);
		let refund = AUCTION_LOCK - FEE;
		let payment = Payment { verifier: FEE, refund, ..Payment::default() };
		let record = Book::get(job_id).unwrap();
		assert_eq!((record.state, record.payment), (JobState::Resolved, Some(payment)));
		assert_eq!(purse(&account(REQUESTER)), FUNDS - FEE);
		assert_eq!(purse(&payout_account(BRAVO)), 0);
		assert_eq!(Notes::get(), vec![], "disputes note the fault");
		assert_eq!(
			VerifierNotes::get(),
			[(account(VERA), said(Conduct::Judged), AGREED - WORKER_PART)]
		);
		assert_eq!(events(), [], "what decides disputes reports it");
	});
}

#[test]
fn a_challenge_that_succeeds_does_not_bear_the_verifier_out() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Verified.create();
		Spy::dispute(job_id, None, Now::get() + DISPUTE).unwrap();
		give_back(job_id);
		assert_eq!(VerifierNotes::get(), vec![]);
	});
}

#[test]
fn a_verified_job_can_be_given_back() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Verified.create();
		give_back(job_id);
		assert_eq!(state_of(job_id), JobState::Settled);
		assert_eq!(
			events(),
			[Event::Settled {
				job_id,
				requester: account(REQUESTER),
				worker: account(BRAVO),
				payout: 0,
				treasury: 0,
				verifier: FEE,
				refund: AUCTION_LOCK - FEE,
			}]
		);
	});
}

#[test]
fn a_direct_job_is_paid_or_given_back_like_any_other() {
	ExtBuilder.build_and_execute(|| {
		let [paid, given_back] = [Stage::Verified, Stage::Verified].map(|stage| {
			let job_id = stage.create();
			Spy::dispute(job_id, None, Now::get() + DISPUTE).unwrap();
			job_id
		});
		give_back(given_back);
		assert_eq!(state_of(given_back), JobState::Resolved);
		assert_eq!(purse(&account(REQUESTER)), FUNDS - LOCK);
		pay(paid);
		assert_eq!(state_of(paid), JobState::Resolved);
		assert_eq!(purse(&payout_account(BRAVO)), 15_504);
		assert_eq!(events(), []);
	});
}

#[test]
fn a_disputed_job_does_not_settle_with_its_window() {
	ExtBuilder
		.build_and_execute(|| assert_ignored(Auctioned::Disputed.create(), Settlement::settle_due));
}

#[test]
fn nothing_is_paid_that_does_not_wait_for_it() {
	ExtBuilder.build_and_execute(|| {
		let others = Auctioned::ALL
			.into_iter()
			.filter(|stage| !matches!(stage, Auctioned::Verified | Auctioned::Disputed));
		for stage in others {
			let job_id = stage.create();
			for seam in [pay, give_back, Settlement::settle_due] {
				assert_ignored(job_id, seam);
			}
		}
		for seam in [pay, give_back, Settlement::settle_due] {
			assert_ignored(JobId(H256::zero()), seam);
		}
	});
}

fn assert_ignored(job_id: JobId, seam: fn(JobId)) {
	System::reset_events();
	assert_storage_noop!({
		seam(job_id);
		assert_eq!(events(), [Event::DeadlineIgnored { job_id }]);
	});
}

#[test]
fn a_dispute_ends_even_if_the_escrow_fails() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Disputed.create();
		EscrowBroken::set(&true);
		pay(job_id);
		let record = Book::get(job_id).unwrap();
		let refund = AUCTION_LOCK - FEE;
		let payment = Payment { verifier: FEE, refund, ..Payment::default() };
		assert_eq!((record.state, record.payment), (JobState::Resolved, Some(payment)));
		assert_eq!(purse(&account(REQUESTER)), FUNDS - FEE);
		let error = DispatchError::Other("");
		assert_eq!(events(), [Event::PayoutFailed { job_id, error }]);
	});
}
