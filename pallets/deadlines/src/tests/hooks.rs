use std::collections::BTreeSet;

use frame_support::{
	traits::Hooks,
	weights::{RuntimeDbWeight, Weight},
};
use millrace_primitives::traits::Deadlines as _;
use sp_runtime::Perbill;

use crate::{
	mock::{
		handled, idle, next_block, queue, Deadlines, ExtBuilder, Handled, Now, Share, System, Task,
		Test, ITEM_WEIGHT, START,
	},
	WeightInfo,
};

/// What a pass over `items` ordinary items weighs.
fn pass_weight(items: u64) -> Weight {
	let look: Weight = <() as WeightInfo>::look();
	look + (<() as WeightInfo>::take() + ITEM_WEIGHT) * items
}

#[test]
fn nothing_is_handled_before_its_moment() {
	ExtBuilder::default().queue([(Task::Plain(1), START + 1)]).build_and_execute(|| {
		next_block();
		idle(Weight::MAX);
		assert_eq!(handled(), []);
	});
}

#[test]
fn an_item_is_handled_at_its_moment() {
	ExtBuilder::default().queue([(Task::Plain(1), START + 1)]).build_and_execute(|| {
		Now::set(START + 1);
		next_block();
		assert_eq!(handled(), [Task::Plain(1)]);
	});
}

#[test]
fn an_item_is_handled_at_the_end_of_the_block_that_reaches_its_moment() {
	ExtBuilder::default().queue([(Task::Plain(1), START + 1)]).build_and_execute(|| {
		// The hook at the beginning still sees the parent's time.
		next_block();
		Now::set(START + 1);
		idle(Weight::MAX);
		assert_eq!(handled(), [Task::Plain(1)]);
	});
}

#[test]
fn earlier_moments_go_first() {
	let tasks = (0..100u32).map(|id| (Task::Plain(id), START - u64::from(id)));
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		next_block();
		assert_eq!(handled(), (0..100).rev().map(Task::Plain).collect::<Vec<_>>());
	});
}

#[test]
fn an_empty_queue_costs_one_look() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(next_block(), pass_weight(0));
	});
}

#[test]
fn what_is_handled_is_weighed() {
	let tasks = (0..3).map(|id| (Task::Plain(id), START));
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		assert_eq!(next_block(), pass_weight(3));
	});
}

#[test]
fn ten_thousand_items_at_one_moment_are_drained_within_the_share() {
	const ITEMS: u32 = 10_000;
	let tasks = (0..ITEMS).map(|id| (Task::Plain(id), START));
	let mut ext = ExtBuilder::default().queue(tasks).build();
	let share = ext.execute_with(Deadlines::share);
	let fits = (0u64..).take_while(|n| pass_weight(*n).all_lte(share)).last().unwrap();
	assert!(fits > 100 && fits < 1_000, "the test should take several blocks, {fits} fit into one");

	let mut seen = BTreeSet::new();
	let mut blocks = 0u64;
	while seen.len() < ITEMS as usize {
		ext.execute_with(|| {
			let weight = next_block();
			assert!(weight.all_lte(share));
			let now = handled();
			let left = u64::from(ITEMS) - seen.len() as u64;
			assert_eq!(now.len() as u64, left.min(fits));
			for task in now {
				assert!(seen.insert(task), "{task:?} was handled twice");
			}
			Deadlines::do_try_state().unwrap();
		});
		ext.commit_all().unwrap();
		blocks += 1;
	}
	assert_eq!(blocks, u64::from(ITEMS).div_ceil(fits));
	ext.execute_with(|| assert_eq!(queue(), []));
}

#[test]
fn a_chain_that_stood_still_catches_up_at_once_where_little_is_due() {
	const YEAR: u64 = 365 * 24 * 60 * 60 * 1_000;
	let tasks = [(Task::Plain(1), START + 1), (Task::Plain(2), START + YEAR)];
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		Now::set(START + 2 * YEAR);
		assert_eq!(next_block(), pass_weight(2));
		assert_eq!(handled(), [Task::Plain(1), Task::Plain(2)]);
	});
}

#[test]
fn what_does_not_fit_goes_first_in_the_rest_of_the_block() {
	let tasks = (0..10).map(|id| (Task::Plain(id), START + u64::from(id)));
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		Now::set(START + 100);
		Share::set(Perbill::from_rational(pass_weight(4).ref_time(), 400_000_000_000));
		next_block();
		assert_eq!(handled(), (0..4).map(Task::Plain).collect::<Vec<_>>());
		idle(Weight::MAX);
		assert_eq!(handled(), (4..10).map(Task::Plain).collect::<Vec<_>>());
	});
}

#[test]
fn the_rest_of_the_block_is_never_exceeded() {
	let tasks = (0..10).map(|id| (Task::Plain(id), START));
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		assert_eq!(idle(Weight::zero()), Weight::zero());
		assert_eq!(idle(pass_weight(0) - Weight::from_parts(1, 0)), Weight::zero());
		assert_eq!(idle(pass_weight(2) - Weight::from_parts(1, 0)), pass_weight(1));
		assert_eq!(handled().len(), 1);
		// One key is in the way now.
		let look = RuntimeDbWeight { read: 8_000_000, write: 0 }.reads(1);
		assert_eq!(idle(pass_weight(2) + look), pass_weight(2) + look);
		assert_eq!(handled().len(), 2);
	});
}

#[test]
fn an_item_heavier_than_the_share_is_handled_alone() {
	ExtBuilder::default().build_and_execute(|| {
		let heavy = Task::Heavy(Deadlines::share().ref_time());
		Deadlines::schedule(heavy, START - 2);
		Deadlines::schedule(heavy, START - 1);
		Deadlines::schedule(Task::Plain(1), START);
		next_block();
		assert_eq!(handled(), [heavy]);
		next_block();
		assert_eq!(handled(), [heavy]);
		next_block();
		assert_eq!(handled(), [Task::Plain(1)]);
	});
}

#[test]
fn an_item_that_just_fits_is_not_handled_over_the_share() {
	ExtBuilder::default().build_and_execute(|| {
		let queue_itself = <() as WeightInfo>::look() + <() as WeightInfo>::take();
		let just = Task::Heavy(Deadlines::share().ref_time() - queue_itself.ref_time());
		Deadlines::schedule(Task::Plain(1), START - 1);
		Deadlines::schedule(just, START);
		assert!(next_block().all_lte(Deadlines::share()));
		assert_eq!(handled(), [Task::Plain(1)]);
		assert_eq!(next_block().ref_time(), Deadlines::share().ref_time());
		assert_eq!(handled(), [just]);
	});
}

#[test]
fn a_handler_that_schedules_for_later_waits_for_it() {
	ExtBuilder::default().queue([(Task::Repeat(START + 10), START)]).build_and_execute(|| {
		next_block();
		idle(Weight::MAX);
		assert_eq!(handled(), [Task::Repeat(START + 10)]);
		assert_eq!(queue(), [(START + 10, Task::Repeat(START + 10))]);
	});
}

#[test]
fn a_handler_that_schedules_the_past_for_ever_is_bounded() {
	let tasks = [(Task::Repeat(START), START), (Task::Repeat(START - 1), START)];
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		for _ in 0..3 {
			assert!(next_block().all_lte(Deadlines::share()));
			// What returned to the front is behind the pass that handles it.
			assert!((1..=3).contains(&handled().len()));
		}
	});
}

#[test]
fn a_handler_can_cancel_what_comes_next() {
	let tasks = [
		(Task::Cancels(1, START), START - 1),
		(Task::Plain(1), START),
		(Task::Plain(2), START + 1),
	];
	ExtBuilder::default().queue(tasks).build_and_execute(|| {
		Now::set(START + 1);
		next_block();
		assert_eq!(handled(), [Task::Cancels(1, START), Task::Plain(2)]);
	});
}

#[test]
fn handling_notes_the_time_that_the_hook_sees() {
	ExtBuilder::default().queue([(Task::Plain(1), START)]).build_and_execute(|| {
		Now::set(START + 7);
		next_block();
		assert_eq!(Handled::take(), [(Task::Plain(1), START + 7)]);
	});
}

#[test]
#[should_panic(expected = "too small")]
fn a_share_too_small_for_one_item_is_refused() {
	ExtBuilder::default().build_and_execute(|| {
		Share::set(Perbill::from_parts(1));
		<Deadlines as Hooks<u64>>::integrity_test();
	});
}

#[test]
#[should_panic(expected = "larger than a transaction")]
fn a_share_too_large_for_a_transaction_is_refused() {
	ExtBuilder::default().build_and_execute(|| {
		Share::set(Perbill::from_percent(80));
		<Deadlines as Hooks<u64>>::integrity_test();
	});
}

#[test]
fn the_storage_version_is_set() {
	use frame_support::traits::GetStorageVersion;
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(System::block_number(), 1);
		assert_eq!(
			crate::Pallet::<Test>::in_code_storage_version(),
			crate::Pallet::<Test>::on_chain_storage_version()
		);
	});
}
