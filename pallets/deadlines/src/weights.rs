//! What the calls of `pallet_deadlines` weigh. Made by `make weights`; do not edit.
//!
//! Measured on 2026-11-22 on AMD EPYC: 50 steps, 20 repeats, worst cases,
//! compiled runtime. A call that does `r` reads and `w` writes is charged for them besides, at the
//! database speed that the runtime says it has.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weights of `pallet_deadlines`, each measured by the benchmark of its name.
pub trait WeightInfo {
	/// See the benchmark `look`.
	fn look() -> Weight;
	/// See the benchmark `take`.
	fn take() -> Weight;
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Deadlines::Removed` (r:1 w:0)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:0)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	fn look() -> Weight {
		// Proof size: 131 measured, 3522 estimated.
		// The least time: 12_573 ns.
		Weight::from_parts(20_648_000, 3522).saturating_add(T::DbWeight::get().reads(3))
	}
	// Storage: `Deadlines::Queue` (r:2 w:1)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn take() -> Weight {
		// Proof size: 183 measured, 6054 estimated.
		// The least time: 18_875 ns.
		Weight::from_parts(33_813_000, 6054)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}

/// For tests.
impl WeightInfo for () {
	fn look() -> Weight {
		Weight::from_parts(20_648_000, 3522).saturating_add(ParityDbWeight::get().reads(3))
	}
	fn take() -> Weight {
		Weight::from_parts(33_813_000, 6054)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
}
