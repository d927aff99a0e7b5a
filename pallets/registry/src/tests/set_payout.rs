use frame_support::{assert_noop, assert_ok};
use millrace_primitives::traits::Registry as _;
use sp_runtime::traits::BadOrigin;

use crate::{mock::*, Error, Event};

#[test]
fn pays_elsewhere_from_now_on() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::set_payout(RuntimeOrigin::signed(ALICE), BOB));
		assert_eq!(Registry::worker(&ALICE).unwrap().payout, BOB);
		assert_eq!(events_since_last_call(), [Event::PayoutChanged { owner: ALICE, payout: BOB }]);
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Registry::do_set_payout(ALICE, BOB), Error::<Test>::NotRegistered);
		assert_noop!(Registry::set_payout(RuntimeOrigin::none(), BOB), BadOrigin);
	});
}
