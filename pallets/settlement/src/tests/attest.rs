use codec::Encode;
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo};
use millrace_primitives::{
	auction::Judgement, signing, traits::Conduct, Attestation, JobId, JobState, ModelId,
};
use sp_core::{sr25519, Pair, H256};
use sp_runtime::DispatchError;

use super::{apply, assert_refused, assert_takes_only_authorized, extrinsic, valid};
use crate::{
	mock::{
		account, attest, attestation, events, genesis, pair, payout_account, purse, said,
		sign_attestation, state_of, submission, worker_key, AccountId, Auctioned, Book,
		DisputesBroken, EscrowBroken, ExtBuilder, Ledger, Notes, Now, Settlement, Stage, Test,
		VerifierNotes, Verifiers, Workers, AGREED, ALFA, BRAVO, CHALLENGE_WINDOW, DISPUTE, FEE,
		JUDGE_WINDOW, REQUESTER, STRANGER, VERA, VICTOR, WORKER_PART,
	},
	Call, Error, Event, WeightInfo,
};

fn call(attestation: Attestation<AccountId>) -> Call<Test> {
	let signature = sign_attestation(&attestation);
	Call::attest { attestation, signature }
}

fn attested(job_id: JobId, passed: bool) -> Event<Test> {
	Event::Attested { job_id, verifier: account(VERA), passed, evidence: [9; 32], fee: FEE }
}

#[test]
fn opens_the_challenge_window_if_the_result_is_good() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		Now::set(&(Now::get() + 7_000));
		apply(call(attestation(job_id, VERA, true)));

		let record = Book::get(job_id).unwrap();
		let judgement = Judgement { passed: true, evidence: [9; 32], at: Now::get() };
		assert_eq!(record.state, JobState::Verified);
		assert_eq!(record.auction.unwrap().attested, Some(judgement));
		assert_eq!(record.deadline, Now::get() + CHALLENGE_WINDOW);
		assert_eq!(purse(&payout_account(VERA)), FEE, "paid at once");
		assert_eq!(purse(&account(VERA)), 0, "the owner is not the payee");
		assert_eq!(Ledger::get(job_id).unwrap().1, AGREED);
		assert_eq!(purse(&payout_account(BRAVO)), 0, "the worker is paid when the window ends");
		assert_eq!(VerifierNotes::get(), vec![], "noted when the job is over");
		assert_eq!(events(), [attested(job_id, true)]);
	});
}

#[test]
fn disputes_the_job_if_the_result_is_bad_and_is_paid_all_the_same() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		apply(call(attestation(job_id, VERA, false)));

		let record = Book::get(job_id).unwrap();
		let judgement = Judgement { passed: false, evidence: [9; 32], at: Now::get() };
		assert_eq!(record.state, JobState::Disputed);
		assert_eq!(record.auction.unwrap().attested, Some(judgement));
		assert_eq!(record.deadline, Now::get() + DISPUTE);
		assert_eq!(purse(&payout_account(VERA)), FEE);
		assert_eq!(Ledger::get(job_id).unwrap().1, AGREED);
		assert_eq!(events(), [attested(job_id, false)]);
	});
}

#[test]
fn comes_from_a_verifier_that_was_drawn() {
	ExtBuilder.build_and_execute(|| {
		Verifiers::put(vec![(account(VICTOR), true)]);
		let job_id = Auctioned::Submitted.create();
		Settlement::judgement_due(job_id);
		apply(call(attestation(job_id, VICTOR, true)));
		assert_eq!(state_of(job_id), JobState::Verified);
		assert_eq!(purse(&payout_account(VICTOR)), FEE);
	});
}

#[test]
fn works_in_the_last_millisecond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		Now::set(&(Now::get() + JUDGE_WINDOW));
		assert_ok!(attest(job_id, true));
	});
}

#[test]
fn is_refused_one_millisecond_late_even_if_the_chain_has_not_passed_the_verifier_over() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		Now::set(&(Now::get() + JUDGE_WINDOW + 1));
		for passed in [true, false] {
			assert_refused(call(attestation(job_id, VERA, passed)), Error::TooLate);
		}
	});
}

#[test]
fn is_refused_from_anybody_but_the_verifier_of_the_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		for verifier in [VICTOR, BRAVO, ALFA, REQUESTER, STRANGER] {
			assert_refused(call(attestation(job_id, verifier, true)), Error::NotVerifier);
		}
	});
}

#[test]
fn is_refused_from_everybody_before_the_draw() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Submitted.create();
		for verifier in [VERA, VICTOR, BRAVO] {
			assert_refused(call(attestation(job_id, verifier, true)), Error::NotVerifier);
		}
	});
}

#[test]
fn is_refused_for_another_submission() {
	ExtBuilder.build_and_execute(|| {
		let (job_id, other) = (Auctioned::Appointed.create(), Auctioned::Appointed.create());
		for submission in [[0; 32], submission(other, BRAVO).digest()] {
			let attestation = Attestation { submission, ..attestation(job_id, VERA, true) };
			assert_refused(call(attestation), Error::AnotherSubmission);
		}
	});
}

#[test]
fn is_refused_a_second_time() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Auctioned::Verified, Auctioned::Disputed] {
			let job_id = stage.create();
			for passed in [true, false] {
				assert_refused(call(attestation(job_id, VERA, passed)), Error::WrongState);
			}
		}
	});
}

#[test]
fn is_refused_in_every_state_but_submitted() {
	ExtBuilder.build_and_execute(|| {
		let others = Auctioned::ALL
			.into_iter()
			.filter(|stage| !matches!(stage, Auctioned::Submitted | Auctioned::Appointed));
		for stage in others {
			let attestation = attestation(stage.create(), VERA, true);
			assert_refused(call(attestation), Error::WrongState);
		}
		for stage in [Stage::Open, Stage::Accepted, Stage::Verified, Stage::Settled] {
			let attestation = attestation(stage.create(), VERA, true);
			assert_refused(call(attestation), Error::WrongState);
		}
	});
}

#[test]
fn is_refused_for_an_unknown_job() {
	ExtBuilder.build_and_execute(|| {
		let attestation = attestation(JobId(H256::zero()), VERA, true);
		assert_refused(call(attestation), Error::UnknownJob);
	});
}

#[test]
fn is_refused_from_a_verifier_that_has_lost_its_stake_or_left() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		Verifiers::put(vec![(account(VERA), false)]);
		assert_refused(call(attestation(job_id, VERA, false)), Error::VerifierNotEligible);
		Verifiers::put(vec![(account(VERA), true)]);
		Workers::remove(account(VERA));
		assert_refused(call(attestation(job_id, VERA, true)), Error::VerifierNotEligible);
		Workers::insert(account(VERA), (payout_account(VERA), true));
		Book::mutate(job_id, |record| record.as_mut().unwrap().model = ModelId([9; 32]));
		assert_refused(call(attestation(job_id, VERA, true)), Error::VerifierNotEligible);
	});
}

#[test]
fn is_refused_if_the_verifier_did_not_sign_it() {
	ExtBuilder.build_and_execute(|| {
		let (job_id, other) = (Auctioned::Appointed.create(), Auctioned::Appointed.create());
		let good = attestation(job_id, VERA, true);
		let message = good.message(genesis());
		let keys = [worker_key(&account(VICTOR)), worker_key(&account(BRAVO)), pair(VERA)];
		let mut signatures = keys.map(|key| key.sign(&message)).to_vec();
		signatures.push(sr25519::Signature::from_raw([0; 64]));
		let messages = [
			attestation(other, VERA, true).message(genesis()),
			attestation(job_id, VERA, false).message(genesis()),
			Attestation { evidence: [0; 32], ..good.clone() }.message(genesis()),
			good.message(H256::repeat_byte(1)),
			signing::message(signing::SUBMISSION, genesis(), &good),
			good.encode(),
		];
		signatures.extend(messages.map(|message| worker_key(&account(VERA)).sign(&message)));
		for signature in signatures {
			let call = Call::attest { attestation: good.clone(), signature };
			assert_refused(call, Error::BadAttestationSignature);
		}
	});
}

#[test]
fn is_all_or_nothing() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		let broken = DispatchError::Other("broken");
		DisputesBroken::set(&true);
		assert_noop!(attest(job_id, false), broken);
		DisputesBroken::set(&false);
		EscrowBroken::set(&true);
		assert_noop!(attest(job_id, true), broken);
		EscrowBroken::set(&false);
		assert_ok!(attest(job_id, true));
	});
}

#[test]
fn is_noted_when_the_job_is_over() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Verified.create();
		Settlement::settle_due(job_id);
		assert_eq!(
			VerifierNotes::get(),
			[(account(VERA), said(Conduct::Judged), AGREED - WORKER_PART)]
		);
		assert_eq!(Notes::get().len(), 1);
	});
}

#[test]
fn is_held_once_per_job_in_the_pool() {
	ExtBuilder.build_and_execute(|| {
		let (job, other) = (Auctioned::Appointed.create(), Auctioned::Appointed.create());
		let validity = valid(call(attestation(job, VERA, true)));
		assert_eq!(validity.provides, [("millrace/attestation", job).encode()]);
		assert_eq!(validity.requires, Vec::<Vec<u8>>::new());
		assert_eq!((validity.priority, validity.longevity, validity.propagate), (7, 64, true));
		assert_eq!(valid(call(attestation(job, VERA, false))).provides, validity.provides);
		assert_ne!(valid(call(attestation(other, VERA, true))).provides, validity.provides);

		let info = extrinsic(call(attestation(job, VERA, true))).get_dispatch_info();
		assert_eq!(info.call_weight, <()>::attest());
		assert_eq!(info.extension_weight, <()>::authorize_attest());
	});
}

#[test]
fn refuses_every_origin_but_an_authorized_one() {
	ExtBuilder.build_and_execute(|| {
		assert_takes_only_authorized(call(attestation(Auctioned::Appointed.create(), VERA, true)));
	});
}

#[test]
fn refusals_keep_their_codes() {
	let codes = [
		(Error::<Test>::NotAwarded, 162),
		(Error::BadSubmissionSignature, 163),
		(Error::NotVerifier, 164),
		(Error::AnotherSubmission, 165),
		(Error::VerifierNotEligible, 166),
		(Error::BadAttestationSignature, 167),
	];
	for (error, code) in codes {
		assert_eq!(error.code(), code, "{error:?}");
	}
}
