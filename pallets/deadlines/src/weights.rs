//! What the queue itself weighs, without what its items do.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weights of `pallet_deadlines`.
pub trait WeightInfo {
	/// Looking for the first item and finding that it has not fallen due, and cleaning up at the end
	/// of the block.
	fn look() -> Weight;
	/// Taking one more item off the queue.
	fn take() -> Weight;
}

/// Weights on the reference machine, with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Deadlines::Removed` (r:1 w:1)
	/// Storage: `Deadlines::Queue` (r:1 w:0)
	fn look() -> Weight {
		Weight::from_parts(9_000_000, 3_541)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Deadlines::Queue` (r:2 w:1)
	fn take() -> Weight {
		Weight::from_parts(11_000_000, 3_541)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}

impl WeightInfo for () {
	fn look() -> Weight {
		Weight::from_parts(9_000_000, 3_541)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn take() -> Weight {
		Weight::from_parts(11_000_000, 3_541)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
}
