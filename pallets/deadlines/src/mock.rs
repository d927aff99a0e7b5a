use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	derive_impl, parameter_types,
	traits::{OnFinalize, OnIdle, OnInitialize},
	weights::{constants::ParityDbWeight, Weight},
};
use frame_system::limits::BlockWeights;
use millrace_primitives::{
	traits::{Deadlines as _, OnDeadline},
	Moment,
};
use scale_info::TypeInfo;
use sp_runtime::{BuildStorage, Perbill};

use crate::{self as pallet_deadlines, Queue};

type Block = frame_system::mocking::MockBlock<Test>;

/// What an ordinary item weighs.
pub(crate) const ITEM_WEIGHT: Weight = Weight::from_parts(100_000_000, 1_000);

/// The time at which every test begins.
pub(crate) const START: Moment = 1_700_000_000_000;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeTask,
		RuntimeHoldReason,
		RuntimeFreezeReason
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Deadlines = pallet_deadlines;
}

parameter_types! {
	pub static Now: Moment = START;
	pub static Share: Perbill = Perbill::from_percent(20);
	pub static Handled: Vec<(Task, Moment)> = Vec::new();
	pub BlockLimits: BlockWeights = BlockWeights::with_sensible_defaults(
		Weight::from_parts(400_000_000_000, u64::MAX),
		Perbill::from_percent(75),
	);
}

/// What falls due in tests.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Task {
	/// Is noted.
	Plain(u32),
	/// Weighs this much time.
	Heavy(u64),
	/// Schedules itself again for this moment.
	Repeat(Moment),
	/// Cancels the plain task of this number at this moment.
	Cancels(u32, Moment),
}

/// Notes what it handles.
pub struct Spy;

impl OnDeadline<Task> for Spy {
	fn weight(item: &Task) -> Weight {
		match item {
			Task::Heavy(ref_time) => Weight::from_parts(*ref_time, 0),
			_ => ITEM_WEIGHT,
		}
	}

	fn fall_due(item: Task) {
		Handled::mutate(|handled| handled.push((item, Now::get())));
		match item {
			Task::Plain(_) | Task::Heavy(_) => {},
			Task::Repeat(when) => Deadlines::schedule(item, when),
			Task::Cancels(id, when) => Deadlines::cancel(Task::Plain(id), when),
		}
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type BlockWeights = BlockLimits;
	type DbWeight = ParityDbWeight;
}

impl pallet_deadlines::Config for Test {
	type Item = Task;
	type OnDeadline = Spy;
	type Now = Now;
	type Share = Share;
	type WeightInfo = ();
}

/// A chain in its first block.
pub(crate) struct ExtBuilder {
	queue: Vec<(Task, Moment)>,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Now::set(START);
		Share::set(Perbill::from_percent(20));
		Handled::take();
		Self { queue: Vec::new() }
	}
}

impl ExtBuilder {
	/// With `queue` in storage from an earlier block.
	pub(crate) fn queue(mut self, queue: impl IntoIterator<Item = (Task, Moment)>) -> Self {
		self.queue = queue.into_iter().collect();
		self
	}

	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let genesis = RuntimeGenesisConfig::default().build_storage().unwrap();
		let mut ext = sp_io::TestExternalities::new(genesis);
		ext.execute_with(|| {
			System::set_block_number(1);
			for (task, when) in self.queue {
				Deadlines::schedule(task, when);
			}
		});
		ext.commit_all().unwrap();
		ext
	}

	/// Run `test`, then check what must hold between any two calls.
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Deadlines::do_try_state().unwrap();
		});
	}
}

/// What is in the queue, in the order in which it will be handled.
pub(crate) fn queue() -> Vec<(Moment, Task)> {
	Queue::<Test>::iter_keys().map(|(due, task)| (due.moment(), task)).collect()
}

/// What has been handled since the last look.
pub(crate) fn handled() -> Vec<Task> {
	Handled::take().into_iter().map(|(task, _)| task).collect()
}

/// End the block and begin the next. Returns what the hook at its beginning weighs.
pub(crate) fn next_block() -> Weight {
	Deadlines::on_finalize(System::block_number());
	System::set_block_number(System::block_number().saturating_add(1));
	Deadlines::on_initialize(System::block_number())
}

/// Let the block end with `remaining` to spare.
pub(crate) fn idle(remaining: Weight) -> Weight {
	Deadlines::on_idle(System::block_number(), remaining)
}
