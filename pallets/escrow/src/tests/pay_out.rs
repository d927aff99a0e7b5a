use frame_support::{assert_noop, assert_ok, assert_storage_noop, traits::Hooks};
use millrace_primitives::{traits::JobEscrow, Balance};

use crate::{
	mock::{
		block, events, free, freeze, freeze_asset, held, job, Assets, Escrow, ExtBuilder,
		RuntimeOrigin, Test, TreasuryAccount, ALICE, BOB, MIN, STRANGER, TREASURY, USDC, WEALTH,
		WORKER,
	},
	Claimable, Error, Event, Ledger,
};

/// Lock 100,000 of Alice's for the first job.
fn locked(chain: ExtBuilder, test: impl FnOnce()) {
	chain.build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 100_000));
		events();
		test();
	});
}

fn paid(to: u64, amount: Balance) -> Event<Test> {
	Event::Paid { job_id: job(1), to, amount }
}

fn to_treasury(amount: Balance) -> Event<Test> {
	Event::ToTreasury { job_id: job(1), amount }
}

fn refunded(amount: Balance) -> Event<Test> {
	Event::Refunded { job_id: job(1), requester: ALICE, amount }
}

fn parked(who: u64, amount: Balance) -> Event<Test> {
	Event::Parked { job_id: job(1), who, amount }
}

#[test]
fn divides_what_is_locked() {
	locked(ExtBuilder::default(), || {
		assert_eq!(Escrow::pay_out(job(1), &WORKER, 60_000, 15_000), Ok(25_000));
		assert_eq!(events(), [paid(WORKER, 60_000), to_treasury(15_000), refunded(25_000)]);
		assert_eq!(free(WORKER), MIN + 60_000);
		assert_eq!(free(TREASURY), MIN + 15_000);
		assert_eq!((free(ALICE), held(ALICE)), (WEALTH - 75_000, 0));
		assert_eq!(Ledger::<Test>::get(job(1)), None);
	});
}

#[test]
fn leaves_other_jobs_of_the_requester_alone() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Escrow::lock(job(2), &ALICE, 7));
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 60_000, 15_000));
		assert_eq!(held(ALICE), 7);
	});
}

#[test]
fn can_pay_everything() {
	locked(ExtBuilder::default(), || {
		assert_eq!(Escrow::pay_out(job(1), &WORKER, 75_000, 25_000), Ok(0));
		assert_eq!(events(), [paid(WORKER, 75_000), to_treasury(25_000)]);
	});
}

#[test]
fn can_pay_nothing() {
	locked(ExtBuilder::default(), || {
		assert_eq!(Escrow::pay_out(job(1), &WORKER, 0, 0), Ok(100_000));
		assert_eq!(events(), [refunded(100_000)]);
		assert_eq!(free(ALICE), WEALTH);
	});
}

#[test]
fn ends_a_job_that_costs_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Escrow::lock(job(1), &ALICE, 0));
		events();
		assert_eq!(Escrow::pay_out(job(1), &WORKER, 0, 0), Ok(0));
		assert_eq!(events(), []);
		assert_eq!(Ledger::<Test>::get(job(1)), None);
	});
}

#[test]
fn refuses_one_more_than_is_locked() {
	locked(ExtBuilder::default(), || {
		for (worker, treasury) in
			[(75_001, 25_000), (100_001, 0), (0, 100_001), (Balance::MAX, 1), (1, Balance::MAX)]
		{
			assert_noop!(
				Escrow::pay_out(job(1), &WORKER, worker, treasury),
				Error::<Test>::PaymentTooHigh
			);
		}
	});
}

#[test]
fn refuses_a_job_without_a_lock() {
	locked(ExtBuilder::default(), || {
		assert_noop!(Escrow::pay_out(job(2), &WORKER, 0, 0), Error::<Test>::NothingLocked);
	});
}

#[test]
fn happens_once() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 1, 1));
		assert_noop!(Escrow::pay_out(job(1), &WORKER, 1, 1), Error::<Test>::NothingLocked);
		events();
		assert_storage_noop!({
			Escrow::refund(job(1));
			events();
		});
	});
}

#[test]
fn makes_an_account_at_the_least_balance() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Escrow::pay_out(job(1), &STRANGER, MIN, 0));
		assert_eq!(events(), [paid(STRANGER, MIN), refunded(100_000 - MIN)]);
		assert_eq!(free(STRANGER), MIN);
	});
}

#[test]
fn makes_an_account_above_the_least_balance() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Escrow::pay_out(job(1), &STRANGER, MIN + 1, 0));
		assert_eq!(free(STRANGER), MIN + 1);
	});
}

#[test]
fn parks_what_is_one_below_the_least_balance_for_an_account_that_does_not_exist() {
	locked(ExtBuilder::default(), || {
		assert_eq!(Escrow::pay_out(job(1), &STRANGER, MIN - 1, 0), Ok(100_001 - MIN));
		assert_eq!(events(), [parked(STRANGER, MIN - 1), refunded(100_001 - MIN)]);
		assert_eq!(Claimable::<Test>::get(STRANGER), Some(MIN - 1));
		assert_eq!((free(STRANGER), held(Escrow::pot())), (0, MIN - 1));
	});
}

#[test]
fn pays_a_single_unit_to_an_account_that_exists() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 1, 1));
		assert_eq!(events(), [paid(WORKER, 1), to_treasury(1), refunded(99_998)]);
	});
}

#[test]
fn pays_a_frozen_worker() {
	locked(ExtBuilder::default(), || {
		freeze(WORKER);
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 100_000, 0));
		assert_eq!(events(), [paid(WORKER, 100_000)]);
	});
}

#[test]
fn parks_for_a_blocked_worker() {
	locked(ExtBuilder::default(), || {
		block(WORKER);
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 60_000, 15_000));
		assert_eq!(events(), [parked(WORKER, 60_000), to_treasury(15_000), refunded(25_000)]);
	});
}

#[test]
fn parks_for_a_blocked_treasury() {
	locked(ExtBuilder::default(), || {
		block(TREASURY);
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 60_000, 15_000));
		assert_eq!(events(), [paid(WORKER, 60_000), parked(TREASURY, 15_000), refunded(25_000)]);
	});
}

#[test]
fn parks_for_a_treasury_that_does_not_exist() {
	locked(ExtBuilder::default().without(TREASURY), || {
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 60_000, 1));
		assert_eq!(events(), [paid(WORKER, 60_000), parked(TREASURY, 1), refunded(39_999)]);
	});
}

#[test]
fn parks_for_a_blocked_requester() {
	locked(ExtBuilder::default(), || {
		block(ALICE);
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 60_000, 15_000));
		assert_eq!(events(), [paid(WORKER, 60_000), to_treasury(15_000), parked(ALICE, 25_000)]);
	});
}

#[test]
fn parks_everything_in_a_frozen_asset() {
	locked(ExtBuilder::default(), || {
		freeze_asset();
		assert_eq!(Escrow::pay_out(job(1), &WORKER, 60_000, 15_000), Ok(25_000));
		assert_eq!(
			events(),
			[parked(WORKER, 60_000), parked(TREASURY, 15_000), parked(ALICE, 25_000)]
		);
		assert_eq!((held(ALICE), held(Escrow::pot())), (0, 100_000));
		assert_eq!((free(WORKER), free(TREASURY), free(ALICE)), (MIN, MIN, WEALTH - 100_000));
	});
}

#[test]
fn adds_up_what_is_parked() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Escrow::lock(job(2), &BOB, 10));
		assert_ok!(Escrow::pay_out(job(1), &STRANGER, 3, 0));
		assert_ok!(Escrow::pay_out(job(2), &STRANGER, 4, 0));
		assert_eq!(Claimable::<Test>::get(STRANGER), Some(7));
		assert_eq!(held(Escrow::pot()), 7);
	});
}

#[test]
fn pays_a_requester_that_works_for_itself() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Escrow::pay_out(job(1), &ALICE, 60_000, 15_000));
		assert_eq!(events(), [paid(ALICE, 60_000), to_treasury(15_000), refunded(25_000)]);
		assert_eq!(free(ALICE), WEALTH - 15_000);
	});
}

#[test]
fn pays_a_worker_that_is_the_treasury() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Escrow::pay_out(job(1), &TREASURY, 60_000, 15_000));
		assert_eq!(free(TREASURY), MIN + 75_000);
	});
}

#[test]
fn pays_from_a_requester_that_is_frozen_or_has_spent_the_rest() {
	locked(ExtBuilder::default(), || {
		assert_ok!(Assets::transfer_all(RuntimeOrigin::signed(ALICE), USDC, BOB, false));
		freeze(ALICE);
		assert_ok!(Escrow::pay_out(job(1), &WORKER, 60_000, 15_000));
		assert_eq!(events(), [paid(WORKER, 60_000), to_treasury(15_000), refunded(25_000)]);
		assert_eq!(free(ALICE), MIN + 25_000);
	});
}

#[test]
#[should_panic(expected = "must not be the pot")]
fn refuses_a_treasury_that_is_the_pot() {
	ExtBuilder::default().build_and_execute(|| {
		TreasuryAccount::set(Escrow::pot());
		<Escrow as Hooks<u64>>::integrity_test();
	});
}
