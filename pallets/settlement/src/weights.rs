//! What the calls of `pallet_settlement` weigh. Made by `make weights`; do not edit.
//!
//! Measured on 2026-11-22 on AMD EPYC: 2 steps, 200 repeats, worst cases,
//! compiled runtime. A call that does `r` reads and `w` writes is charged for them besides, at the
//! database speed that the runtime says it has.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weights of `pallet_settlement`, each measured by the benchmark of its name.
pub trait WeightInfo {
	/// See the benchmark `submit_proof`.
	fn submit_proof(r: u32) -> Weight;
	/// See the benchmark `authorize_submit_proof`.
	fn authorize_submit_proof(r: u32) -> Weight;
	/// See the benchmark `submit_receipt`.
	fn submit_receipt() -> Weight;
	/// See the benchmark `authorize_submit_receipt`.
	fn authorize_submit_receipt() -> Weight;
	/// See the benchmark `settle_due`.
	fn settle_due() -> Weight;
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(551), added: 3026, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Timing::Current` (r:1 w:0)
	// Proof: `Timing::Current` (`max_values`: Some(1), `max_size`: Some(56), added: 551, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:3)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(123), added: 2598, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:2)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:2 w:2)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:4)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn submit_proof(r: u32) -> Weight {
		// Proof size: 1404 measured, 4385 estimated.
		// The least time: 163_485 ns.
		Weight::from_parts(257_926_580, 4385)
			// Standard error: 3216172
			.saturating_add(Weight::from_parts(613_793_223, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads(11_u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(17_u64.saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 3104).saturating_mul(r.into()))
	}
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(551), added: 3026, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_submit_proof(r: u32) -> Weight {
		// Proof size: 1127 measured, 4385 estimated.
		// The least time: 96_670 ns.
		Weight::from_parts(153_612_743, 4385)
			// Standard error: 940424
			.saturating_add(Weight::from_parts(102_117_560, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(4))
	}
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(551), added: 3026, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(123), added: 2598, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:2)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:2 w:2)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Timing::Current` (r:1 w:0)
	// Proof: `Timing::Current` (`max_values`: Some(1), `max_size`: Some(56), added: 551, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:4)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn submit_receipt() -> Weight {
		// Proof size: 2911 measured, 6208 estimated.
		// The least time: 426_416 ns.
		Weight::from_parts(728_179_000, 6208)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(20))
	}
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(551), added: 3026, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_submit_receipt() -> Weight {
		// Proof size: 629 measured, 4016 estimated.
		// The least time: 77_135 ns.
		Weight::from_parts(126_897_000, 4016).saturating_add(T::DbWeight::get().reads(2))
	}
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(551), added: 3026, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(123), added: 2598, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:2)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:2 w:2)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Timing::Current` (r:1 w:0)
	// Proof: `Timing::Current` (`max_values`: Some(1), `max_size`: Some(56), added: 551, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:4)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn settle_due() -> Weight {
		// Proof size: 2857 measured, 6208 estimated.
		// The least time: 356_195 ns.
		Weight::from_parts(615_079_000, 6208)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(20))
	}
}

/// For tests.
impl WeightInfo for () {
	fn submit_proof(r: u32) -> Weight {
		Weight::from_parts(257_926_580, 4385)
			.saturating_add(Weight::from_parts(613_793_223, 0).saturating_mul(r.into()))
			.saturating_add(ParityDbWeight::get().reads(7))
			.saturating_add(ParityDbWeight::get().reads(11_u64.saturating_mul(r.into())))
			.saturating_add(ParityDbWeight::get().writes(4))
			.saturating_add(ParityDbWeight::get().writes(17_u64.saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 3104).saturating_mul(r.into()))
	}
	fn authorize_submit_proof(r: u32) -> Weight {
		Weight::from_parts(153_612_743, 4385)
			.saturating_add(Weight::from_parts(102_117_560, 0).saturating_mul(r.into()))
			.saturating_add(ParityDbWeight::get().reads(4))
	}
	fn submit_receipt() -> Weight {
		Weight::from_parts(728_179_000, 6208)
			.saturating_add(ParityDbWeight::get().reads(18))
			.saturating_add(ParityDbWeight::get().writes(20))
	}
	fn authorize_submit_receipt() -> Weight {
		Weight::from_parts(126_897_000, 4016).saturating_add(ParityDbWeight::get().reads(2))
	}
	fn settle_due() -> Weight {
		Weight::from_parts(615_079_000, 6208)
			.saturating_add(ParityDbWeight::get().reads(17))
			.saturating_add(ParityDbWeight::get().writes(20))
	}
}
