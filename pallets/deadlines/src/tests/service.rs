use frame_support::{
	assert_noop,
	dispatch::{DispatchClass, GetDispatchInfo, Pays},
};
use sp_runtime::DispatchError;

use crate::{
	mock::{
		handled, queue, Deadlines, ExtBuilder, RuntimeCall, RuntimeOrigin, Task, Test, ITEM_WEIGHT,
		START,
	},
	Call, WeightInfo,
};

#[test]
fn handles_no_more_than_asked_for() {
	let tasks = (0..5).map(|id| (Task::Plain(id), START - 5 + u64::from(id)));
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		let done = Deadlines::service(RuntimeOrigin::signed(1), 2).unwrap();
		assert_eq!(done.pays_fee, Pays::No);
		let weight = <() as WeightInfo>::look() + (<() as WeightInfo>::take() + ITEM_WEIGHT) * 2;
		assert_eq!(done.actual_weight, Some(weight));
		assert_eq!(handled(), [Task::Plain(0), Task::Plain(1)]);
		assert_eq!(queue().len(), 3);
	});
}

#[test]
fn costs_a_fee_when_nothing_is_due() {
	ExtBuilder::default().queue([(Task::Plain(1), START + 1)]).build_and_execute(|| {
		let done = Deadlines::service(RuntimeOrigin::signed(1), 10).unwrap();
		assert_eq!(done.pays_fee, Pays::Yes);
		assert_eq!(done.actual_weight, Some(<() as WeightInfo>::look()));
		assert_eq!(handled(), []);
	});
}

#[test]
fn costs_a_fee_when_nothing_is_asked_for() {
	ExtBuilder::default().queue([(Task::Plain(1), START)]).build_and_execute(|| {
		let done = Deadlines::service(RuntimeOrigin::signed(1), 0).unwrap();
		assert_eq!(done.pays_fee, Pays::Yes);
		assert_eq!(handled(), []);
	});
}

#[test]
fn stays_within_what_it_declares() {
	let tasks = (0..2_000).map(|id| (Task::Plain(id), START));
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		let info = RuntimeCall::from(Call::<Test>::service { max: u32::MAX }).get_dispatch_info();
		assert_eq!(info.call_weight, Deadlines::share());
		assert_eq!(info.class, DispatchClass::Normal);
		let mut calls = 0;
		while !queue().is_empty() {
			let done = Deadlines::service(RuntimeOrigin::signed(1), u32::MAX).unwrap();
			assert!(done.actual_weight.unwrap().all_lte(info.call_weight));
			calls += 1;
		}
		assert!(calls > 1);
		assert_eq!(handled().len(), 2_000);
	});
}

#[test]
fn refuses_an_unsigned_origin() {
	ExtBuilder::default().queue([(Task::Plain(1), START)]).build_and_execute(|| {
		assert_noop!(Deadlines::service(RuntimeOrigin::none(), 1), DispatchError::BadOrigin);
	});
}
