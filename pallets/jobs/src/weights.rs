//! What the calls of `pallet_jobs` weigh. Made by `make weights`; do not edit.
//!
//! Measured on 2026-11-22 on AMD EPYC: 50 steps, 20 repeats, worst cases,
//! compiled runtime. A call that does `r` reads and `w` writes is charged for them besides, at the
//! database speed that the runtime says it has.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weights of `pallet_jobs`, each measured by the benchmark of its name.
pub trait WeightInfo {
	/// See the benchmark `create`.
	fn create(c: u32) -> Weight;
	/// See the benchmark `cancel`.
	fn cancel() -> Weight;
	/// See the benchmark `accept`.
	fn accept() -> Weight;
	/// See the benchmark `authorize_accept`.
	fn authorize_accept() -> Weight;
	/// See the benchmark `create_auction`.
	fn create_auction() -> Weight;
	/// See the benchmark `award`.
	fn award() -> Weight;
	/// See the benchmark `authorize_award`.
	fn authorize_award() -> Weight;
	/// See the benchmark `expire`.
	fn expire() -> Weight;
	/// See the benchmark `retire`.
	fn retire() -> Weight;
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Registry::Models` (r:1 w:0)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Registry::Tiers` (r:1 w:0)
	// Proof: `Registry::Tiers` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:4 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Registry::ModelWorkers` (r:4 w:0)
	// Proof: `Registry::ModelWorkers` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:1 w:1)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:1 w:1)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:1 w:1)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:4)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:0 w:1)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	fn create(c: u32) -> Weight {
		// Proof size: 2023 measured, 4461 estimated.
		// The least time: 170_809 ns.
		Weight::from_parts(269_188_446, 4461)
			// Standard error: 797442
			.saturating_add(Weight::from_parts(25_996_584, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(7))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 4119).saturating_mul(c.into()))
	}
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:1 w:1)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:1 w:1)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:4)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn cancel() -> Weight {
		// Proof size: 2210 measured, 6294 estimated.
		// The least time: 195_935 ns.
		Weight::from_parts(315_128_000, 6294)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(16))
	}
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn accept() -> Weight {
		// Proof size: 1788 measured, 5109 estimated.
		// The least time: 124_302 ns.
		Weight::from_parts(224_228_000, 5109)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_accept() -> Weight {
		// Proof size: 1788 measured, 5109 estimated.
		// The least time: 99_626 ns.
		Weight::from_parts(165_018_000, 5109).saturating_add(T::DbWeight::get().reads(5))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Registry::Models` (r:1 w:0)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Registry::Tiers` (r:1 w:0)
	// Proof: `Registry::Tiers` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:1 w:1)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:1 w:1)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:1 w:1)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:0 w:1)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	fn create_auction() -> Weight {
		// Proof size: 2506 measured, 5109 estimated.
		// The least time: 160_861 ns.
		Weight::from_parts(273_551_000, 5109)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:2 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:1 w:1)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:1 w:1)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:1)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn award() -> Weight {
		// Proof size: 3622 measured, 9228 estimated.
		// The least time: 417_981 ns.
		Weight::from_parts(742_045_000, 9228)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(13))
	}
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:2 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_award() -> Weight {
		// Proof size: 2267 measured, 9228 estimated.
		// The least time: 208_479 ns.
		Weight::from_parts(294_951_000, 9228).saturating_add(T::DbWeight::get().reads(6))
	}
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:1 w:1)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:1 w:1)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:4)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn expire() -> Weight {
		// Proof size: 3121 measured, 6294 estimated.
		// The least time: 212_437 ns.
		Weight::from_parts(299_239_000, 6294)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	fn retire() -> Weight {
		// Proof size: 459 measured, 4461 estimated.
		// The least time: 18_895 ns.
		Weight::from_parts(37_841_000, 4461)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}

/// For tests.
impl WeightInfo for () {
	fn create(c: u32) -> Weight {
		Weight::from_parts(269_188_446, 4461)
			.saturating_add(Weight::from_parts(25_996_584, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().reads(2_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(7))
			.saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 4119).saturating_mul(c.into()))
	}
	fn cancel() -> Weight {
		Weight::from_parts(315_128_000, 6294)
			.saturating_add(ParityDbWeight::get().reads(13))
			.saturating_add(ParityDbWeight::get().writes(16))
	}
	fn accept() -> Weight {
		Weight::from_parts(224_228_000, 5109)
			.saturating_add(ParityDbWeight::get().reads(5))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn authorize_accept() -> Weight {
		Weight::from_parts(165_018_000, 5109).saturating_add(ParityDbWeight::get().reads(5))
	}
	fn create_auction() -> Weight {
		Weight::from_parts(273_551_000, 5109)
			.saturating_add(ParityDbWeight::get().reads(12))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn award() -> Weight {
		Weight::from_parts(742_045_000, 9228)
			.saturating_add(ParityDbWeight::get().reads(16))
			.saturating_add(ParityDbWeight::get().writes(13))
	}
	fn authorize_award() -> Weight {
		Weight::from_parts(294_951_000, 9228).saturating_add(ParityDbWeight::get().reads(6))
	}
	fn expire() -> Weight {
		Weight::from_parts(299_239_000, 6294)
			.saturating_add(ParityDbWeight::get().reads(14))
			.saturating_add(ParityDbWeight::get().writes(17))
	}
	fn retire() -> Weight {
		Weight::from_parts(37_841_000, 4461)
			.saturating_add(ParityDbWeight::get().reads(1))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
}
