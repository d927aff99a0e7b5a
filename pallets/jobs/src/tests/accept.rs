use codec::Encode;
use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	dispatch::GetDispatchInfo,
	pallet_prelude::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
};
use frame_system::RawOrigin;
use millrace_primitives::{proof, signing, JobId, JobState};
use sp_core::{sr25519, Pair, H256};
use sp_runtime::traits::{Applyable, Checkable};

use super::assert_bad_origin;
use crate::{
	mock::{
		accept_signature, events, genesis, key_of, outcome, pass, state_of, AccountId, ExtBuilder,
		Jobs, Now, RuntimeCall, RuntimeOrigin, Stage, Test, UncheckedExtrinsic, Workers, ALFA,
		BRAVO, CHARLIE, PROOF_WINDOW, REQUESTER, STRANGER,
	},
	Call, Error, Event, WeightInfo, WorkerJobs,
};

fn call(job: JobId, owner: AccountId, signature: sr25519::Signature) -> UncheckedExtrinsic {
	let call = RuntimeCall::Jobs(Call::accept { job, owner, signature });
	UncheckedExtrinsic::new_transaction(call, (frame_system::AuthorizeCall::new(),))
}

fn validate(extrinsic: UncheckedExtrinsic, source: TransactionSource) -> TransactionValidity {
	let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
	let context = frame_system::ChainContext::<Test>::default();
	let checked = Checkable::check(extrinsic, &context)?;
	checked.validate::<Test>(source, &info, len)
}

/// Assert that pool, block and call all refuse, and that nothing changes.
fn assert_refused(job: JobId, owner: AccountId, signature: sr25519::Signature, error: Error<Test>) {
	let refusal = Err(TransactionValidityError::from(InvalidTransaction::Custom(error.code())));
	for source in
		[TransactionSource::External, TransactionSource::Local, TransactionSource::InBlock]
	{
		assert_storage_noop!(assert_eq!(validate(call(job, owner, signature), source), refusal));
	}
	assert_noop!(Jobs::accept(RawOrigin::Authorized.into(), job, owner, signature), error);
}

#[test]
fn takes_the_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		let deadline = crate::Jobs::<Test>::get(job_id).unwrap().deadline;
		pass(5_000);
		let signature = accept_signature(job_id, BRAVO);
		assert_ok!(Jobs::accept(RawOrigin::Authorized.into(), job_id, BRAVO, signature));

		let record = crate::Jobs::<Test>::get(job_id).unwrap();
		assert_eq!(record.state, JobState::Accepted);
		assert_eq!(record.accepted_by, Some(BRAVO));
		assert_eq!(record.deadline, deadline, "accepting gains no time");
		assert_eq!(events(), [Event::Accepted { job_id, worker: BRAVO }]);
	});
}

#[test]
fn is_applied_without_fee_or_nonce() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		let extrinsic = call(job_id, ALFA, accept_signature(job_id, ALFA));
		let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
		assert_eq!(info.call_weight, <()>::accept());
		assert_eq!(info.extension_weight, <()>::authorize_accept());
		let context = frame_system::ChainContext::<Test>::default();
		let checked = Checkable::check(extrinsic, &context).expect("a general transaction");
		assert!(checked.apply::<Test>(&info, len).expect("it is valid").is_ok());
		assert_eq!(state_of(job_id), Some(JobState::Accepted));
	});
}

#[test]
fn keeps_the_job_visible_to_the_other_candidates() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Accepted.create();
		assert!(WorkerJobs::<Test>::contains_key(ALFA, job_id));
		assert!(WorkerJobs::<Test>::contains_key(BRAVO, job_id));
	});
}

#[test]
fn is_held_once_per_job_and_owner_in_the_pool() {
	ExtBuilder.build_and_execute(|| {
		let (job, other) = (Stage::Open.create(), Stage::Open.create());
		let validity = |job, owner| {
			let extrinsic = call(job, owner, accept_signature(job, owner));
			validate(extrinsic, TransactionSource::External).expect("it is valid")
		};
		let valid = validity(job, ALFA);
		assert_eq!(valid.provides, [("millrace/accept", (job, ALFA)).encode()]);
		assert_eq!(valid.requires, Vec::<Vec<u8>>::new());
		assert_eq!((valid.priority, valid.longevity, valid.propagate), (7, 64, true));

		// Another signature of the same key over the same job is the same thing to the pool.
		assert_eq!(validity(job, ALFA).provides, valid.provides);
		assert_ne!(validity(job, BRAVO).provides, valid.provides);
		assert_ne!(validity(other, ALFA).provides, valid.provides);
	});
}

#[test]
fn works_at_the_deadline() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		Now::set(&(Now::get() + PROOF_WINDOW));
		assert_ok!(Jobs::do_accept(job_id, ALFA, &accept_signature(job_id, ALFA)));
	});
}

#[test]
fn refuses_one_millisecond_after_the_deadline() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		let now = Now::get();
		Now::set(&(now + PROOF_WINDOW + 1));
		assert_refused(job_id, ALFA, accept_signature(job_id, ALFA), Error::TooLate);
	});
}

#[test]
fn refuses_an_unknown_job() {
	ExtBuilder.build_and_execute(|| {
		let job_id = JobId(H256::zero());
		assert_refused(job_id, ALFA, accept_signature(job_id, ALFA), Error::UnknownJob);
	});
}

#[test]
fn refuses_every_state_but_open() {
	ExtBuilder.build_and_execute(|| {
		for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Open) {
			let job_id = stage.create();
			for owner in [ALFA, BRAVO] {
				assert_refused(job_id, owner, accept_signature(job_id, owner), Error::WrongState);
			}
		}
	});
}

#[test]
fn refuses_a_worker_that_is_not_a_candidate() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		for owner in [CHARLIE, STRANGER] {
			assert_refused(job_id, owner, accept_signature(job_id, owner), Error::NotCandidate);
		}
	});
}

#[test]
fn refuses_a_worker_that_has_left() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		Workers::remove(ALFA);
		assert_refused(job_id, ALFA, accept_signature(job_id, ALFA), Error::NotRegistered);
	});
}

#[test]
fn refuses_the_signature_of_another_key() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		let message = proof::accept_message(genesis(), job_id, &ALFA);
		for signer in [BRAVO, REQUESTER] {
			let signature = key_of(signer).sign(&message);
			assert_refused(job_id, ALFA, signature, Error::BadSignature);
		}
		assert_refused(job_id, ALFA, sr25519::Signature::from_raw([0; 64]), Error::BadSignature);
	});
}

#[test]
fn refuses_a_signature_over_anything_else() {
	ExtBuilder.build_and_execute(|| {
		let (job_id, other) = (Stage::Open.create(), Stage::Open.create());
		let messages = [
			proof::accept_message(genesis(), other, &ALFA),
			proof::accept_message(genesis(), job_id, &BRAVO),
			proof::accept_message(H256::repeat_byte(1), job_id, &ALFA),
			signing::message(signing::PROOF, genesis(), &(job_id, ALFA)),
			Vec::new(),
		];
		for message in messages {
			let signature = key_of(ALFA).sign(&message);
			assert_refused(job_id, ALFA, signature, Error::BadSignature);
		}
	});
}

#[test]
fn refuses_every_origin_but_an_authorized_one() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		let signature = accept_signature(job_id, ALFA);
		let origins = [RuntimeOrigin::root(), RuntimeOrigin::none(), RuntimeOrigin::signed(ALFA)];
		assert_bad_origin(origins, |origin| Jobs::accept(origin, job_id, ALFA, signature));
	});
}

#[test]
fn does_not_keep_another_candidate_from_proving() {
	ExtBuilder.build_and_execute(|| {
		use millrace_primitives::traits::JobBook;
		let job_id = Stage::Accepted.create();
		assert_ok!(Jobs::prove(job_id, outcome(ALFA)));
		assert_eq!(state_of(job_id), Some(JobState::Verified));
	});
}

#[test]
fn refusals_keep_their_codes() {
	let codes = [
		(Error::<Test>::UnknownJob, 100),
		(Error::WrongState, 101),
		(Error::TooLate, 102),
		(Error::NotCandidate, 103),
		(Error::NotRegistered, 104),
		(Error::BadSignature, 105),
	];
	for (error, code) in codes {
		assert_eq!(error.code(), code, "{error:?}");
	}
}
