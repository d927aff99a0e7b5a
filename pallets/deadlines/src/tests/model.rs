//! Random operations on the queue and on a sorted set that cannot be wrong.

use std::collections::BTreeSet;

use frame_support::weights::Weight;
use millrace_primitives::{traits::Deadlines as _, Moment};
use proptest::prelude::*;

use crate::{
	mock::{
		handled, idle, next_block, queue, Deadlines, ExtBuilder, Now, RuntimeOrigin, Task,
		ITEM_WEIGHT,
	},
	WeightInfo,
};

#[derive(Clone, Copy, Debug)]
enum Op {
	/// An item, relative to half a minute before now.
	Schedule(u32, u64),
	/// The n-th item in the model, modulo its size.
	Cancel(usize),
	/// An item that is likely not there.
	CancelAny(u32, u64),
	/// Time that passes until the next block.
	Block(u64),
	/// Room for this many items at the end of the block.
	Idle(u64),
	Service(u32),
}

fn op() -> impl Strategy<Value = Op> {
	prop_oneof![
		6 => (0..20u32, 0..60_000u64).prop_map(|(id, offset)| Op::Schedule(id, offset)),
		2 => any::<usize>().prop_map(Op::Cancel),
		1 => (0..20u32, 0..60_000u64).prop_map(|(id, offset)| Op::CancelAny(id, offset)),
		2 => (0..40_000u64).prop_map(Op::Block),
		2 => (0..5u64).prop_map(Op::Idle),
		2 => (0..5u32).prop_map(Op::Service),
	]
}

type Model = BTreeSet<(Moment, Task)>;

/// Take out of `model` what was handled, and check that it was right to handle it: at most `limit`
/// items, all of them due, none later than one that is left, and no fewer than there was room for.
fn settle(model: &mut Model, limit: usize) {
	let now = Now::get();
	let due = model.iter().filter(|(when, _)| *when <= now).count();
	let done = handled();
	assert_eq!(done.len(), due.min(limit));

	let before: Vec<Moment> = model.iter().map(|(when, _)| *when).collect();
	let left: Model = queue().into_iter().collect();
	let gone: Model = model.difference(&left).copied().collect();
	assert_eq!(gone.len(), done.len());
	assert!(left.is_subset(model), "the queue holds what was never scheduled");
	let mut expected: Vec<Task> = gone.iter().map(|(_, task)| *task).collect();
	let mut actual = done.clone();
	expected.sort_unstable();
	actual.sort_unstable();
	assert_eq!(expected, actual, "what left the queue is not what was handled");
	let moments: Vec<Moment> = gone.iter().map(|(when, _)| *when).collect();
	assert_eq!(moments, before[..done.len()], "something was handled before what was due earlier");
	*model = left;
}

fn apply(model: &mut Model, op: Op) {
	let early = Now::get() - 30_000;
	match op {
		Op::Schedule(id, offset) => {
			Deadlines::schedule(Task::Plain(id), early + offset);
			model.insert((early + offset, Task::Plain(id)));
		},
		Op::Cancel(_) if model.is_empty() => {},
		Op::Cancel(n) => {
			let (when, task) = *model.iter().nth(n % model.len()).unwrap();
			Deadlines::cancel(task, when);
			model.remove(&(when, task));
		},
		Op::CancelAny(id, offset) => {
			Deadlines::cancel(Task::Plain(id), early + offset);
			model.remove(&(early + offset, Task::Plain(id)));
		},
		Op::Block(passed) => {
			next_block();
			settle(model, usize::MAX);
			Now::set(Now::get() + passed);
		},
		Op::Idle(room) => {
			let items: Weight = (<() as WeightInfo>::take() + ITEM_WEIGHT) * room;
			let limit = Deadlines::look_weight() + items;
			assert!(idle(limit).all_lte(limit));
			settle(model, usize::try_from(room).unwrap());
		},
		Op::Service(max) => {
			Deadlines::service(RuntimeOrigin::signed(1), max).unwrap();
			settle(model, usize::try_from(max).unwrap());
		},
	}
}

proptest! {
	#[test]
	fn agrees_with_a_sorted_set(ops in prop::collection::vec(op(), 1..60)) {
		ExtBuilder::default().build_and_execute(|| {
			let mut model = Model::new();
			for op in ops {
				apply(&mut model, op);
				assert_eq!(queue().into_iter().collect::<Model>(), model);
				Deadlines::do_try_state().unwrap();
			}
		});
	}
}
