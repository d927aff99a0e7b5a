//! `release` and `pay_verifier`: what leaves a ledger entry while its job goes on.

use frame_support::{assert_noop, assert_ok, pallet_prelude::DispatchResult};
use millrace_primitives::{traits::JobEscrow, Balance};

use crate::{
	mock::{
		block, events, free, freeze, freeze_asset, held, job, thaw, Assets, Escrow, ExtBuilder,
		RuntimeOrigin, Test, ALICE, BOB, MIN, STRANGER, TREASURY, USDC, WEALTH, WORKER,
	},
	Claimable, Error, Event, Ledger, LedgerEntry,
};

/// The verifier: an account that exists.
const VERIFIER: u64 = WORKER;

/// Lock 100,000 of Alice's for the first job and 300 for the second.
fn locked(test: impl FnOnce()) {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 100_000));
		assert_ok!(Escrow::lock(job(2), &ALICE, 300));
		events();
		test();
	});
}

fn release(amount: Balance) -> DispatchResult {
	Escrow::release(job(1), amount)
}

fn pay_verifier(amount: Balance) -> DispatchResult {
	Escrow::pay_verifier(job(1), &VERIFIER, amount)
}

fn refunded(amount: Balance) -> Event<Test> {
	Event::Refunded { job_id: job(1), requester: ALICE, amount }
}

fn verifier_paid(to: u64, amount: Balance) -> Event<Test> {
	Event::VerifierPaid { job_id: job(1), to, amount }
}

fn parked(who: u64, amount: Balance) -> Event<Test> {
	Event::Parked { job_id: job(1), who, amount }
}

fn left() -> Option<Balance> {
	Ledger::<Test>::get(job(1)).map(|entry| entry.amount)
}

#[test]
fn a_release_gives_a_part_back() {
	locked(|| {
		assert_ok!(release(40_000));
		assert_eq!(events(), [refunded(40_000)]);
		let entry = LedgerEntry { requester: ALICE, amount: 60_000 };
		assert_eq!(Ledger::<Test>::get(job(1)), Some(entry));
		assert_eq!((free(ALICE), held(ALICE)), (WEALTH - 60_300, 60_300));
	});
}

#[test]
fn a_verifier_is_paid_out_of_the_lock() {
	locked(|| {
		assert_ok!(pay_verifier(40_000));
		assert_eq!(events(), [verifier_paid(VERIFIER, 40_000)]);
		assert_eq!(free(VERIFIER), MIN + 40_000);
		assert_eq!(left(), Some(60_000));
		assert_eq!((free(ALICE), held(ALICE)), (WEALTH - 100_300, 60_300));
	});
}

#[test]
fn the_rest_is_paid_out() {
	locked(|| {
		assert_ok!(release(10_000));
		assert_ok!(pay_verifier(5_000));
		events();
		assert_eq!(Escrow::pay_out(job(1), &BOB, 60_000, 15_000), Ok(10_000));
		assert_eq!(
			events(),
			[
				Event::Paid { job_id: job(1), to: BOB, amount: 60_000 },
				Event::ToTreasury { job_id: job(1), amount: 15_000 },
				refunded(10_000)
			]
		);
		assert_eq!((left(), held(ALICE)), (None, 300));
	});
}

#[test]
fn the_rest_is_refunded() {
	locked(|| {
		assert_ok!(pay_verifier(5_000));
		events();
		Escrow::refund(job(1));
		assert_eq!(events(), [refunded(95_000)]);
		assert_eq!((left(), held(ALICE)), (None, 300));
	});
}

#[test]
fn what_was_taken_cannot_be_paid_out() {
	locked(|| {
		assert_ok!(release(40_000));
		assert_noop!(Escrow::pay_out(job(1), &BOB, 60_001, 0), Error::<Test>::PaymentTooHigh);
		assert_noop!(Escrow::pay_out(job(1), &BOB, 60_000, 1), Error::<Test>::PaymentTooHigh);
		assert_eq!(Escrow::pay_out(job(1), &BOB, 60_000, 0), Ok(0));
	});
}

#[test]
fn everything_can_be_taken_while_the_job_goes_on() {
	for take in [release, pay_verifier] {
		locked(|| {
			assert_ok!(take(100_000));
			assert_eq!(left(), Some(0));
			assert_noop!(Escrow::lock(job(1), &ALICE, 1), Error::<Test>::AlreadyLocked);
			assert_noop!(take(1), Error::<Test>::PaymentTooHigh);
			assert_eq!(Escrow::pay_out(job(1), &BOB, 0, 0), Ok(0));
			assert_eq!(left(), None);
		});
	}
}

#[test]
fn taking_nothing_is_not_an_event() {
	for take in [release, pay_verifier] {
		locked(|| {
			assert_ok!(take(0));
			assert_eq!(events(), []);
			assert_eq!(left(), Some(100_000));
		});
	}
}

#[test]
fn one_more_than_is_locked_is_refused() {
	for take in [release, pay_verifier] {
		locked(|| {
			assert_noop!(take(100_001), Error::<Test>::PaymentTooHigh);
			assert_noop!(take(Balance::MAX), Error::<Test>::PaymentTooHigh);
		});
	}
}

#[test]
fn a_job_without_a_lock_is_refused() {
	locked(|| {
		for amount in [0, 1] {
			assert_noop!(Escrow::release(job(9), amount), Error::<Test>::NothingLocked);
			assert_noop!(
				Escrow::pay_verifier(job(9), &VERIFIER, amount),
				Error::<Test>::NothingLocked
			);
		}
	});
}

#[test]
fn a_job_that_is_over_is_refused() {
	for take in [release, pay_verifier] {
		locked(|| {
			assert_ok!(Escrow::pay_out(job(1), &BOB, 1, 1));
			assert_noop!(take(1), Error::<Test>::NothingLocked);
		});
	}
}

#[test]
fn a_release_reaches_a_requester_that_is_frozen_and_spent_the_rest() {
	locked(|| {
		assert_ok!(Assets::transfer_all(RuntimeOrigin::signed(ALICE), USDC, BOB, false));
		freeze(ALICE);
		assert_ok!(release(40_000));
		assert_eq!(events(), [refunded(40_000)]);
		assert_eq!(free(ALICE), MIN + 40_000);
	});
}

#[test]
fn a_release_to_a_blocked_requester_is_parked() {
	locked(|| {
		block(ALICE);
		assert_ok!(release(40_000));
		assert_eq!(events(), [parked(ALICE, 40_000)]);
		assert_eq!((held(ALICE), held(Escrow::pot()), left()), (60_300, 40_000, Some(60_000)));
	});
}

#[test]
fn the_pay_of_a_blocked_verifier_is_parked() {
	locked(|| {
		block(VERIFIER);
		assert_ok!(pay_verifier(40_000));
		assert_eq!(events(), [parked(VERIFIER, 40_000)]);
		assert_eq!((held(Escrow::pot()), left()), (40_000, Some(60_000)));
	});
}

#[test]
fn a_frozen_asset_parks_both() {
	locked(|| {
		freeze_asset();
		assert_ok!(release(1_000));
		assert_ok!(pay_verifier(500));
		assert_eq!(events(), [parked(ALICE, 1_000), parked(VERIFIER, 500)]);
		assert_eq!((held(ALICE), held(Escrow::pot())), (98_800, 1_500));
	});
}

#[test]
fn the_small_fees_of_a_verifier_without_an_account_reach_it_together() {
	locked(|| {
		assert_ok!(Escrow::pay_verifier(job(1), &STRANGER, MIN - 1));
		assert_eq!(events(), [parked(STRANGER, MIN - 1)]);
		assert_ok!(Escrow::pay_verifier(job(2), &STRANGER, 1));
		assert_eq!(
			events(),
			[
				Event::Parked { job_id: job(2), who: STRANGER, amount: 1 },
				Event::Claimed { who: STRANGER, amount: MIN }
			]
		);
		assert_eq!((free(STRANGER), held(Escrow::pot())), (MIN, 0));
	});
}

#[test]
fn a_release_takes_along_what_was_parked() {
	locked(|| {
		block(ALICE);
		assert_ok!(release(1_000));
		thaw(ALICE);
		events();
		assert_ok!(release(2_000));
		assert_eq!(events(), [refunded(2_000), Event::Claimed { who: ALICE, amount: 1_000 }]);
		assert_eq!(Claimable::<Test>::get(ALICE), None);
		assert_eq!(free(ALICE), WEALTH - 97_300);
	});
}

#[test]
fn a_verifier_can_be_the_requester_or_the_treasury() {
	locked(|| {
		assert_ok!(Escrow::pay_verifier(job(1), &ALICE, 1_000));
		assert_ok!(Escrow::pay_verifier(job(1), &TREASURY, 500));
		assert_eq!(events(), [verifier_paid(ALICE, 1_000), verifier_paid(TREASURY, 500)]);
		assert_eq!((free(ALICE), free(TREASURY)), (WEALTH - 99_300, MIN + 500));
	});
}
