use frame_support::{assert_ok, assert_storage_noop};
use millrace_primitives::{JobId, JobState, Payment};
use sp_core::H256;
use sp_runtime::DispatchError;

use crate::{
	mock::{
		account, delivered, events, payout_account, proof, purse, receipt, sign, state_of,
		treasury_account, Book, EscrowBroken, EscrowLies, ExtBuilder, Ledger, Notes, Now,
		Settlement, Stage, System, Test, Workers, BRAVO, DISPUTE_WINDOW, FUNDS, LOCK, REQUESTER,
	},
	Event,
};

fn settled(job_id: JobId, payout: u128, treasury: u128, refund: u128) -> Event<Test> {
	let (requester, worker) = (account(REQUESTER), account(BRAVO));
	Event::Settled { job_id, requester, worker, payout, treasury, verifier: 0, refund }
}

#[test]
fn pays_a_worker_whose_requester_vanished() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		Now::set(&(Now::get() + DISPUTE_WINDOW));
		Settlement::settle_due(job_id);

		assert_eq!(state_of(job_id), JobState::Settled);
		assert_eq!(purse(&payout_account(BRAVO)), 15_504);
		assert_eq!(purse(&treasury_account()), 2_736);
		assert_eq!(purse(&account(REQUESTER)), FUNDS - 18_240);
		assert_eq!(Notes::get(), [(account(BRAVO), delivered(0), 2_736)]);
		assert_eq!(events(), [settled(job_id, 15_504, 2_736, LOCK - 18_240)]);
	});
}

#[test]
fn pays_a_worker_that_has_left() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		Workers::remove(account(BRAVO));
		Settlement::settle_due(job_id);
		assert_eq!(purse(&payout_account(BRAVO)), 15_504);
	});
}

#[test]
fn does_nothing_to_a_job_that_is_not_verified() {
	ExtBuilder.build_and_execute(|| {
		let stages =
			[Stage::Open, Stage::Accepted, Stage::Settled, Stage::Cancelled, Stage::Expired];
		for job_id in stages.map(Stage::create) {
			assert_ignored(job_id);
		}
		assert_ignored(JobId(H256::zero()));
	});
}

fn assert_ignored(job_id: JobId) {
	System::reset_events();
	assert_storage_noop!({
		Settlement::settle_due(job_id);
		assert_eq!(events(), [Event::DeadlineIgnored { job_id }]);
	});
}

/// Assert that a job of which the pay-out failed is over, and its money back where it came from.
fn assert_given_back(job_id: JobId, error: DispatchError) {
	let record = Book::get(job_id).unwrap();
	assert_eq!(record.state, JobState::Settled);
	assert_eq!(record.payment, Some(Payment { refund: LOCK, ..Default::default() }));
	assert_eq!(purse(&account(REQUESTER)), FUNDS);
	assert_eq!(purse(&payout_account(BRAVO)), 0);
	assert_eq!(purse(&treasury_account()), 0);
	assert_eq!(Notes::get(), [(account(BRAVO), delivered(0), 2_736)], "the worker did deliver");
	let failed = Event::PayoutFailed { job_id, error };
	assert_eq!(events(), [failed, settled(job_id, 0, 0, LOCK)]);
}

#[test]
fn gives_everything_back_if_the_escrow_fails() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		EscrowBroken::set(&true);
		Settlement::settle_due(job_id);
		assert_given_back(job_id, DispatchError::Other(""));
	});
}

#[test]
fn takes_a_payment_back_that_does_not_add_up() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		EscrowLies::set(&true);
		Settlement::settle_due(job_id);
		assert_given_back(job_id, DispatchError::Other(""));
	});
}

#[test]
fn gives_back_what_is_locked_if_that_is_less_than_it_should_be() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		Ledger::mutate(job_id, |entry| entry.as_mut().unwrap().1 = 1);
		Settlement::settle_due(job_id);
		assert_eq!(state_of(job_id), JobState::Settled);
		assert_eq!(purse(&account(REQUESTER)), FUNDS - LOCK + 1);
		// The rest was gone before; the test gives it back for the count at its end.
		crate::mock::Purses::mutate(account(REQUESTER), |purse| *purse += LOCK - 1);
	});
}

#[test]
fn ends_a_job_for_which_nothing_is_locked() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Verified.create();
		Ledger::remove(job_id);
		Settlement::settle_due(job_id);
		assert_eq!(state_of(job_id), JobState::Settled);
		crate::mock::Purses::mutate(account(REQUESTER), |purse| *purse += LOCK);
	});
}

#[test]
fn a_call_survives_a_failing_escrow_as_a_hook_does() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		EscrowBroken::set(&true);
		let proof = proof(job_id, BRAVO);
		assert_ok!(Settlement::do_submit_proof(&proof, &sign(&proof), Some(&receipt(&proof))));
		assert_eq!(state_of(job_id), JobState::Settled);
		assert_eq!(purse(&account(REQUESTER)), FUNDS);
	});
}
