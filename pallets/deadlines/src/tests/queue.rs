use frame_support::assert_storage_noop;
use millrace_primitives::{traits::Deadlines as _, Moment};

use crate::{
	mock::{handled, next_block, queue, Deadlines, ExtBuilder, Now, Task, START},
	DueAt, Removed,
};

#[test]
fn is_read_in_the_order_of_time() {
	ExtBuilder::default().build_and_execute(|| {
		let moments = [START + 256, 0, Moment::MAX, START + 255, 1, 65_536, 255, 65_535, 256];
		for when in moments {
			Deadlines::schedule(Task::Plain(0), when);
		}
		let mut sorted = moments.to_vec();
		sorted.sort_unstable();
		assert_eq!(queue().into_iter().map(|(when, _)| when).collect::<Vec<_>>(), sorted);
	});
}

#[test]
fn holds_an_item_once_for_a_moment() {
	ExtBuilder::default().build_and_execute(|| {
		Deadlines::schedule(Task::Plain(1), START);
		Deadlines::schedule(Task::Plain(1), START);
		assert_eq!(queue(), [(START, Task::Plain(1))]);
		next_block();
		assert_eq!(handled(), [Task::Plain(1)]);
	});
}

#[test]
fn holds_an_item_for_each_of_its_moments() {
	ExtBuilder::default().build_and_execute(|| {
		Deadlines::schedule(Task::Plain(1), START);
		Deadlines::schedule(Task::Plain(1), START + 1);
		Deadlines::cancel(Task::Plain(1), START);
		assert_eq!(queue(), [(START + 1, Task::Plain(1))]);
	});
}

#[test]
fn forgets_a_cancelled_item() {
	ExtBuilder::default().build_and_execute(|| {
		Deadlines::schedule(Task::Plain(1), START);
		Deadlines::schedule(Task::Plain(2), START);
		Deadlines::cancel(Task::Plain(1), START);
		next_block();
		assert_eq!(handled(), [Task::Plain(2)]);
	});
}

#[test]
fn ignores_the_cancelling_of_what_it_does_not_hold() {
	ExtBuilder::default().build_and_execute(|| {
		Deadlines::schedule(Task::Plain(1), START);
		assert_storage_noop!(Deadlines::cancel(Task::Plain(1), START + 1));
		assert_storage_noop!(Deadlines::cancel(Task::Plain(2), START));
	});
}

#[test]
fn ignores_the_cancelling_of_what_was_handled() {
	ExtBuilder::default().build_and_execute(|| {
		Deadlines::schedule(Task::Plain(1), START);
		next_block();
		assert_storage_noop!(Deadlines::cancel(Task::Plain(1), START));
	});
}

#[test]
fn takes_an_item_back_after_it_was_cancelled() {
	ExtBuilder::default().build_and_execute(|| {
		Deadlines::schedule(Task::Plain(1), START);
		Deadlines::cancel(Task::Plain(1), START);
		Deadlines::schedule(Task::Plain(1), START);
		next_block();
		assert_eq!(handled(), [Task::Plain(1)]);
	});
}

#[test]
fn works_before_the_clock_is_set() {
	ExtBuilder::default().build_and_execute(|| {
		Now::set(0);
		next_block();
		Now::set(START);
		Deadlines::schedule(Task::Plain(1), START + 1_000);
		next_block();
		assert_eq!(handled(), []);
		Now::set(START + 1_000);
		next_block();
		assert_eq!(handled(), [Task::Plain(1)]);
	});
}

#[test]
fn counts_what_left_it_until_the_block_ends() {
	ExtBuilder::default().build_and_execute(|| {
		for id in 0..3 {
			Deadlines::schedule(Task::Plain(id), START + 1);
		}
		Deadlines::cancel(Task::Plain(0), START + 1);
		Deadlines::cancel(Task::Plain(1), START + 1);
		assert_eq!(Removed::<crate::mock::Test>::get(), 2);
		let busy = Deadlines::look_weight();
		next_block();
		assert_eq!(Removed::<crate::mock::Test>::get(), 0);
		assert!(busy.ref_time() > Deadlines::look_weight().ref_time());
	});
}

#[test]
fn a_key_gives_its_moment_back() {
	for moment in [0, 1, 255, 256, START, Moment::MAX] {
		assert_eq!(DueAt::from(moment).moment(), moment);
	}
}
