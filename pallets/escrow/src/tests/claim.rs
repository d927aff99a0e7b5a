use frame_support::{assert_noop, assert_ok, pallet_prelude::DispatchResult};
use millrace_primitives::{traits::JobEscrow, Balance};
use sp_runtime::{traits::Dispatchable, DispatchError, TokenError};

use crate::{
	mock::{
		block, events, free, freeze_asset, held, job, thaw, thaw_asset, Escrow, ExtBuilder,
		RuntimeCall, RuntimeOrigin, Test, ALICE, BOB, MIN, STRANGER, WORKER,
	},
	Call, Claimable, Error, Event,
};

/// Let somebody claim for `who`, as a transaction does.
fn claim(who: u64) -> DispatchResult {
	let call = RuntimeCall::from(Call::<Test>::claim { who });
	call.dispatch(RuntimeOrigin::signed(BOB)).map(drop).map_err(|failed| failed.error)
}

/// Park `amount` for `who`, which cannot be paid now.
fn park(n: u64, who: u64, amount: Balance) {
	assert_ok!(Escrow::lock(job(n), &ALICE, amount));
	assert_ok!(Escrow::pay_out(job(n), &who, amount, 0));
	assert_eq!(events().last(), Some(&Event::Parked { job_id: job(n), who, amount }));
}

#[test]
fn pays_once_the_account_is_unblocked() {
	ExtBuilder::default().build_and_execute(|| {
		block(WORKER);
		park(1, WORKER, 500);
		assert_noop!(claim(WORKER), TokenError::CannotCreate);
		thaw(WORKER);
		assert_ok!(claim(WORKER));
		assert_eq!(events(), [Event::Claimed { who: WORKER, amount: 500 }]);
		assert_eq!(free(WORKER), MIN + 500);
		assert_eq!(held(Escrow::pot()), 0);
		assert_eq!(Claimable::<Test>::get(WORKER), None);
	});
}

#[test]
fn pays_everything_parked_in_a_frozen_asset() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 500));
		let before = free(ALICE);
		freeze_asset();
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 300, 0));
		assert_noop!(claim(ALICE), pallet_assets::Error::<Test>::AssetNotLive);
		thaw_asset();
		assert_ok!(claim(ALICE));
		assert_ok!(claim(WORKER));
		assert_eq!((free(ALICE), free(WORKER)), (before + 200, MIN + 300));
	});
}

#[test]
fn fails_without_a_trace_in_a_frozen_asset() {
	ExtBuilder::default().build_and_execute(|| {
		block(WORKER);
		park(1, WORKER, MIN);
		thaw(WORKER);
		freeze_asset();
		assert_noop!(claim(WORKER), pallet_assets::Error::<Test>::AssetNotLive);
	});
}

#[test]
fn pays_when_enough_for_an_account_has_come_together() {
	ExtBuilder::default().build_and_execute(|| {
		park(1, STRANGER, MIN - 1);
		assert_noop!(claim(STRANGER), TokenError::CannotCreate);
		assert_ok!(Escrow::lock(job(2), &ALICE, 1));
		assert_ok!(Escrow::pay_out(job(2), &STRANGER, 1, 0));
		assert_eq!(
			events()[1..],
			[
				Event::Parked { job_id: job(2), who: STRANGER, amount: 1 },
				Event::Claimed { who: STRANGER, amount: MIN }
			]
		);
		assert_eq!((free(STRANGER), held(Escrow::pot())), (MIN, 0));
		assert_noop!(claim(STRANGER), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn happens_by_itself_with_the_next_payment() {
	ExtBuilder::default().build_and_execute(|| {
		block(WORKER);
		park(1, WORKER, 500);
		thaw(WORKER);
		assert_ok!(Escrow::lock(job(2), &ALICE, 9));
		events();
		assert_ok!(Escrow::pay_out(job(2), &WORKER, 7, 2));
		assert_eq!(
			events(),
			[
				Event::Paid { job_id: job(2), to: WORKER, amount: 7 },
				Event::Claimed { who: WORKER, amount: 500 },
				Event::ToTreasury { job_id: job(2), amount: 2 },
			]
		);
		assert_eq!(free(WORKER), MIN + 507);
	});
}

#[test]
fn happens_by_itself_with_the_next_refund() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &BOB, 500));
		assert_ok!(Escrow::lock(job(2), &BOB, 20));
		block(BOB);
		Escrow::refund(job(1));
		assert_eq!(Claimable::<Test>::get(BOB), Some(500));
		thaw(BOB);
		Escrow::refund(job(2));
		assert_eq!(events().last(), Some(&Event::Claimed { who: BOB, amount: 500 }));
		assert_eq!(held(Escrow::pot()), 0);
	});
}

#[test]
fn happens_once() {
	ExtBuilder::default().build_and_execute(|| {
		block(WORKER);
		park(1, WORKER, 500);
		thaw(WORKER);
		assert_ok!(claim(WORKER));
		assert_noop!(claim(WORKER), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn leaves_what_others_can_claim() {
	ExtBuilder::default().build_and_execute(|| {
		block(WORKER);
		block(BOB);
		park(1, WORKER, 500);
		park(2, BOB, 300);
		thaw(WORKER);
		assert_ok!(claim(WORKER));
		assert_eq!(Claimable::<Test>::get(BOB), Some(300));
		assert_eq!(held(Escrow::pot()), 300);
	});
}

#[test]
fn refuses_an_account_without_a_claim() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(claim(ALICE), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn refuses_an_unsigned_origin() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Escrow::claim(RuntimeOrigin::none(), ALICE), DispatchError::BadOrigin);
	});
}
