//! What the calls weigh.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weights of `pallet_escrow`.
pub trait WeightInfo {
	/// Paying out what was parked, to an account that does not exist yet.
	fn claim() -> Weight;
}

/// Weights on the reference machine, with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Escrow::Claimable` (r:1 w:1)
	/// Storage: `AssetsHolder::Holds` (r:1 w:1)
	/// Storage: `AssetsHolder::BalancesOnHold` (r:1 w:1)
	/// Storage: `Assets::Asset` (r:1 w:1)
	/// Storage: `Assets::Account` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn claim() -> Weight {
		Weight::from_parts(62_000_000, 3_675)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}

impl WeightInfo for () {
	fn claim() -> Weight {
		Weight::from_parts(62_000_000, 3_675)
			.saturating_add(ParityDbWeight::get().reads(6))
			.saturating_add(ParityDbWeight::get().writes(6))
	}
}
