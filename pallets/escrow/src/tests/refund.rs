use frame_support::assert_ok;
use millrace_primitives::traits::JobEscrow;

use crate::{
	mock::{
		block, events, free, freeze, freeze_asset, held, job, Assets, Escrow, ExtBuilder,
		RuntimeOrigin, Test, ALICE, BOB, MIN, USDC, WEALTH,
	},
	Claimable, Error, Event, Ledger,
};

/// Lock 500 of Alice's for the first job and 300 for the second.
fn locked(test: impl FnOnce()) {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 500));
		assert_ok!(Escrow::lock(job(2), &ALICE, 300));
		events();
		test();
	});
}

fn refunded() -> [Event<Test>; 1] {
	[Event::Refunded { job_id: job(1), requester: ALICE, amount: 500 }]
}

fn parked() -> [Event<Test>; 1] {
	[Event::Parked { job_id: job(1), who: ALICE, amount: 500 }]
}

#[test]
fn gives_everything_back() {
	locked(|| {
		Escrow::refund(job(1));
		assert_eq!(events(), refunded());
		assert_eq!((free(ALICE), held(ALICE)), (WEALTH - 300, 300));
		assert_eq!(Ledger::<Test>::get(job(1)), None);
	});
}

#[test]
fn happens_once() {
	locked(|| {
		Escrow::refund(job(1));
		events();
		Escrow::refund(job(1));
		let error = Error::<Test>::NothingLocked.into();
		assert_eq!(events(), [Event::RefundFailed { job_id: job(1), error }]);
		assert_eq!((free(ALICE), held(ALICE)), (WEALTH - 300, 300));
	});
}

#[test]
fn of_an_unknown_job_is_reported() {
	locked(|| {
		Escrow::refund(job(9));
		let error = Error::<Test>::NothingLocked.into();
		assert_eq!(events(), [Event::RefundFailed { job_id: job(9), error }]);
	});
}

#[test]
fn of_nothing_moves_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 0));
		events();
		Escrow::refund(job(1));
		assert_eq!(events(), []);
		assert_eq!(Ledger::<Test>::get(job(1)), None);
	});
}

#[test]
fn reaches_a_frozen_requester() {
	locked(|| {
		freeze(ALICE);
		Escrow::refund(job(1));
		assert_eq!(events(), refunded());
		assert_eq!(free(ALICE), WEALTH - 300);
	});
}

#[test]
fn reaches_a_requester_that_spent_everything_else() {
	locked(|| {
		assert_ok!(Assets::transfer_all(RuntimeOrigin::signed(ALICE), USDC, BOB, false));
		Escrow::refund(job(1));
		assert_eq!(events(), refunded());
		assert_eq!(free(ALICE), MIN + 500);
	});
}

#[test]
fn to_a_blocked_requester_is_parked() {
	locked(|| {
		block(ALICE);
		Escrow::refund(job(1));
		assert_eq!(events(), parked());
		assert_eq!(Claimable::<Test>::get(ALICE), Some(500));
		assert_eq!((held(ALICE), held(Escrow::pot())), (300, 500));
	});
}

#[test]
fn in_a_frozen_asset_is_parked() {
	locked(|| {
		freeze_asset();
		Escrow::refund(job(1));
		assert_eq!(events(), parked());
		assert_eq!((held(ALICE), held(Escrow::pot())), (300, 500));
	});
}
