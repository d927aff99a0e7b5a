use codec::{DecodeAll, Encode};
use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{
	traits::JobDeadline, DirectTerms, JobId, JobKind, JobNonce, JobRecord, JobState, TierId,
	TokenCounts,
};
use sp_runtime::TokenError;

use super::{assert_bad_origin, unsigned_origins};
use crate::{
	mock::{
		accept_signature, events, genesis, nonce, pass, terms, AccountId, ExtBuilder, Jobs, Ledger,
		MaxTokens, Purses, Queue, RuntimeOrigin, System, Test, ALFA, BRAVO, CHARLIE, DELTA,
		FREE_MODEL, FUNDS, LOCK, MAX, MODEL, NONCE_WINDOW, PAUPER, PRICE, PROOF_WINDOW, REQUESTER,
		RETENTION, START, STRANGER, UNKNOWN_MODEL,
	},
	Error, Event, WorkerJobs,
};

fn create(requester: AccountId, terms: DirectTerms<AccountId>) -> sp_runtime::DispatchResult {
	Jobs::create(RuntimeOrigin::signed(requester), nonce(1), terms)
}

fn with_max(input: u32, output: u32) -> DirectTerms<AccountId> {
	DirectTerms { max: TokenCounts { input, output }, ..terms(&[ALFA]) }
}

#[test]
fn locks_the_price_of_the_most_tokens() {
	ExtBuilder.build_and_execute(|| {
		System::set_block_number(42);
		assert_ok!(create(REQUESTER, terms(&[ALFA, BRAVO])));

		let job_id = JobId::new(genesis(), &REQUESTER, &nonce(1));
		assert_eq!(Purses::get(REQUESTER), FUNDS - LOCK);
		assert_eq!(Ledger::get(job_id), Some((REQUESTER, LOCK)));
		let record = JobRecord {
			kind: JobKind::Direct,
			state: JobState::Open,
			requester: REQUESTER,
			model: MODEL,
			tier: TierId(4),
			price: PRICE,
			max: MAX,
			locked: LOCK,
			candidates: terms(&[ALFA, BRAVO]).candidates,
			request: [5; 32],
			created_at: START,
			created_in: 42,
			deadline: START + PROOF_WINDOW,
			accepted_by: None,
			outcome: None,
			auction: None,
			payment: None,
		};
		assert_eq!(crate::Jobs::<Test>::get(job_id), Some(record));
		assert_eq!(
			events(),
			[Event::Created {
				job_id,
				requester: REQUESTER,
				model: MODEL,
				amount: LOCK,
				deadline: START + PROOF_WINDOW,
			}]
		);
	});
}

#[test]
fn tells_every_candidate() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(REQUESTER, terms(&[BRAVO, ALFA])));
		let job_id = JobId::new(genesis(), &REQUESTER, &nonce(1));
		assert!(WorkerJobs::<Test>::contains_key(ALFA, job_id));
		assert!(WorkerJobs::<Test>::contains_key(BRAVO, job_id));
		assert!(!WorkerJobs::<Test>::contains_key(CHARLIE, job_id));
		assert_eq!(Queue::get(), [(JobDeadline::Proof(job_id), START + PROOF_WINDOW)]);
	});
}

#[test]
fn takes_a_worker_that_asks_itself() {
	ExtBuilder.build_and_execute(|| {
		Purses::mutate(REQUESTER, |purse| *purse -= FUNDS);
		Purses::insert(ALFA, FUNDS);
		assert_ok!(create(ALFA, terms(&[ALFA])));
	});
}

#[test]
fn takes_one_nonce_from_two_requesters() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(REQUESTER, terms(&[ALFA])));
		assert_ok!(create(STRANGER, terms(&[ALFA])));
	});
}

#[test]
fn refuses_a_nonce_twice() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(REQUESTER, terms(&[ALFA])));
		assert_noop!(create(REQUESTER, terms(&[BRAVO])), Error::<Test>::AlreadyExists);
	});
}

#[test]
fn refuses_a_nonce_for_ever() {
	ExtBuilder.build_and_execute(|| {
		// The nonce that stays fresh the longest, and a job that is over at once.
		let nonce = JobNonce { issued_at: START + NONCE_WINDOW, salt: [1; 16] };
		let again = || Jobs::create(RuntimeOrigin::signed(REQUESTER), nonce, terms(&[ALFA]));
		assert_ok!(again());
		let job_id = JobId::new(genesis(), &REQUESTER, &nonce);
		crate::Jobs::<Test>::mutate(job_id, |job| {
			job.as_mut().unwrap().created_at -= crate::mock::CANCEL_AFTER;
		});
		assert_ok!(Jobs::do_cancel(&REQUESTER, job_id));

		pass(RETENTION - 1);
		assert_noop!(again(), Error::<Test>::AlreadyExists);
		pass(1);
		assert_eq!(crate::mock::state_of(job_id), None);
		assert_noop!(again(), Error::<Test>::NonceTooOld);
	});
}

#[test]
fn takes_a_nonce_at_either_edge_of_the_window() {
	ExtBuilder.build_and_execute(|| {
		for issued_at in [START - NONCE_WINDOW, START + NONCE_WINDOW] {
			let nonce = JobNonce { issued_at, salt: [0; 16] };
			assert_ok!(Jobs::create(RuntimeOrigin::signed(REQUESTER), nonce, terms(&[ALFA])));
		}
	});
}

#[test]
fn refuses_a_nonce_beyond_the_window() {
	ExtBuilder.build_and_execute(|| {
		let create = |issued_at| {
			let nonce = JobNonce { issued_at, salt: [0; 16] };
			Jobs::create(RuntimeOrigin::signed(REQUESTER), nonce, terms(&[ALFA]))
		};
		assert_noop!(create(START - NONCE_WINDOW - 1), Error::<Test>::NonceTooOld);
		assert_noop!(create(START + NONCE_WINDOW + 1), Error::<Test>::NonceTooNew);
		assert_noop!(create(0), Error::<Test>::NonceTooOld);
		assert_noop!(create(u64::MAX), Error::<Test>::NonceTooNew);
	});
}

#[test]
fn refuses_a_model_that_is_not_on_offer() {
	ExtBuilder.build_and_execute(|| {
		let terms = DirectTerms { model: UNKNOWN_MODEL, ..terms(&[ALFA]) };
		assert_noop!(create(REQUESTER, terms), Error::<Test>::UnknownModel);
	});
}

#[test]
fn refuses_a_job_without_candidates() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(create(REQUESTER, terms(&[])), Error::<Test>::NoCandidate);
	});
}

#[test]
fn cannot_even_decode_a_fifth_candidate() {
	let DirectTerms { model, max, request, .. } = terms(&[]);
	let with = |candidates: &[AccountId]| (model, candidates.to_vec(), max, request).encode();
	let decode = |bytes: Vec<u8>| DirectTerms::<AccountId>::decode_all(&mut bytes.as_slice());
	assert!(decode(with(&[1, 2, 3, 4])).is_ok());
	assert!(decode(with(&[1, 2, 3, 4, 5])).is_err());
}

#[test]
fn refuses_a_candidate_named_twice() {
	ExtBuilder.build_and_execute(|| {
		for candidates in [&[ALFA, ALFA][..], &[ALFA, BRAVO, ALFA], &[BRAVO, CHARLIE, ALFA, ALFA]] {
			let terms = terms(candidates);
			assert_noop!(create(REQUESTER, terms), Error::<Test>::DuplicateCandidate);
		}
	});
}

#[test]
fn refuses_a_candidate_that_is_not_registered() {
	ExtBuilder.build_and_execute(|| {
		let terms = terms(&[ALFA, STRANGER]);
		assert_noop!(create(REQUESTER, terms), Error::<Test>::NotRegistered);
	});
}

#[test]
fn refuses_a_candidate_that_does_not_serve_the_model() {
	ExtBuilder.build_and_execute(|| {
		let terms = terms(&[ALFA, DELTA]);
		assert_noop!(create(REQUESTER, terms), Error::<Test>::ModelNotServed);
	});
}

#[test]
fn refuses_a_job_for_no_tokens() {
	ExtBuilder.build_and_execute(|| {
		for terms in [with_max(0, 1), with_max(1, 0), with_max(0, 0)] {
			assert_noop!(create(REQUESTER, terms), Error::<Test>::NoTokens);
		}
	});
}

#[test]
fn takes_the_most_tokens_and_not_one_more() {
	ExtBuilder.build_and_execute(|| {
		let TokenCounts { input, output } = MaxTokens::get();
		for terms in
			[with_max(input + 1, output), with_max(input, output + 1), with_max(u32::MAX, u32::MAX)]
		{
			assert_noop!(create(REQUESTER, terms), Error::<Test>::TooManyTokens);
		}
		assert_ok!(create(REQUESTER, with_max(input, output)));
	});
}

#[test]
fn refuses_a_job_that_costs_nothing() {
	ExtBuilder.build_and_execute(|| {
		let terms = DirectTerms { model: FREE_MODEL, ..terms(&[DELTA]) };
		assert_noop!(create(REQUESTER, terms), Error::<Test>::NothingToLock);
	});
}

#[test]
fn refuses_a_requester_without_the_money() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(create(PAUPER, terms(&[ALFA])), TokenError::FundsUnavailable);
	});
}

#[test]
fn takes_the_last_of_the_money_and_not_one_unit_more() {
	ExtBuilder.build_and_execute(|| {
		Purses::insert(PAUPER, LOCK - 1);
		assert_noop!(create(PAUPER, terms(&[ALFA])), TokenError::FundsUnavailable);
		Purses::insert(PAUPER, LOCK);
		assert_ok!(create(PAUPER, terms(&[ALFA])));
		Purses::mutate(REQUESTER, |purse| *purse -= LOCK);
	});
}

#[test]
fn refuses_every_origin_but_a_signed_one() {
	ExtBuilder.build_and_execute(|| {
		assert_bad_origin(unsigned_origins(), |origin| {
			Jobs::create(origin, nonce(1), terms(&[ALFA]))
		});
	});
}

#[test]
fn an_id_of_another_chain_is_another_id() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(REQUESTER, terms(&[ALFA])));
		let elsewhere = JobId::new(sp_core::H256::repeat_byte(1), &REQUESTER, &nonce(1));
		assert_noop!(
			Jobs::do_accept(elsewhere, ALFA, &accept_signature(elsewhere, ALFA)),
			Error::<Test>::UnknownJob
		);
	});
}
