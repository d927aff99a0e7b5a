//! What the calls of `parameters` weigh.
//!
//! Upper bounds. `make weights` puts what it measures in their place.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weights of `parameters`, each measured by the benchmark of its name.
pub trait WeightInfo {
	/// See the benchmark `set`.
	fn set() -> Weight;
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// The parameters, once each.
	fn set() -> Weight {
		Weight::from_parts(30_000_000, 2_000)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}

/// For tests.
impl WeightInfo for () {
	fn set() -> Weight {
		Weight::from_parts(30_000_000, 2_000)
			.saturating_add(ParityDbWeight::get().reads(1))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
}
