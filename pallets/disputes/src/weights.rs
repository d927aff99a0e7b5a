//! What the calls of `pallet_disputes` weigh. Made by `make weights`; do not edit.
//!
//! Measured on 2026-11-22 on AMD EPYC: 2 steps, 50 repeats, worst cases,
//! compiled runtime. A call that does `r` reads and `w` writes is charged for them besides, at the
//! database speed that the runtime says it has.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weights of `pallet_disputes`, each measured by the benchmark of its name.
pub trait WeightInfo {
	/// See the benchmark `raise`.
	fn raise() -> Weight;
	/// See the benchmark `commit`.
	fn commit() -> Weight;
	/// See the benchmark `authorize_commit`.
	fn authorize_commit() -> Weight;
	/// See the benchmark `reveal`.
	fn reveal() -> Weight;
	/// See the benchmark `authorize_reveal`.
	fn authorize_reveal() -> Weight;
	/// See the benchmark `arbitrate_direct`.
	fn arbitrate_direct(c: u32) -> Weight;
	/// See the benchmark `arbitrate_auction`.
	fn arbitrate_auction(c: u32) -> Weight;
	/// See the benchmark `report_double_proof`.
	fn report_double_proof() -> Weight;
	/// See the benchmark `report_double_submission`.
	fn report_double_submission() -> Weight;
	/// See the benchmark `testify`.
	fn testify() -> Weight;
	/// See the benchmark `verify_signature`.
	fn verify_signature() -> Weight;
	/// See the benchmark `tally_direct`.
	fn tally_direct(c: u32) -> Weight;
	/// See the benchmark `tally_auction`.
	fn tally_auction(c: u32) -> Weight;
	/// See the benchmark `draw`.
	fn draw() -> Weight;
	/// See the benchmark `dismiss`.
	fn dismiss() -> Weight;
	/// See the benchmark `forget`.
	fn forget() -> Weight;
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn raise() -> Weight {
		// Proof size: 1652 measured, 4461 estimated.
		// The least time: 132_487 ns.
		Weight::from_parts(210_423_000, 4461)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// Proof size: 3337 measured, 5109 estimated.
		// The least time: 165_489 ns.
		Weight::from_parts(283_128_000, 5109)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Disputes::Cases` (r:1 w:0)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// Proof size: 2348 measured, 5109 estimated.
		// The least time: 104_105 ns.
		Weight::from_parts(148_898_000, 5109).saturating_add(T::DbWeight::get().reads(5))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn reveal() -> Weight {
		// Proof size: 982 measured, 4315 estimated.
		// The least time: 40_015 ns.
		Weight::from_parts(61_355_000, 4315)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Disputes::Cases` (r:1 w:0)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_reveal() -> Weight {
		// Proof size: 982 measured, 4315 estimated.
		// The least time: 24_486 ns.
		Weight::from_parts(36_328_000, 4315).saturating_add(T::DbWeight::get().reads(3))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:3 w:3)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:3 w:3)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:4)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn arbitrate_direct(c: u32) -> Weight {
		// Proof size: 4180 measured, 11402 estimated.
		// The least time: 484_625 ns.
		Weight::from_parts(702_418_444, 11402)
			// Standard error: 5997242
			.saturating_add(Weight::from_parts(243_715_030, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(24))
			.saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:2)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:2 w:2)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:2 w:2)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:1)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn arbitrate_auction(c: u32) -> Weight {
		// Proof size: 4989 measured, 14005 estimated.
		// The least time: 553_634 ns.
		Weight::from_parts(937_623_059, 14005)
			.saturating_add(T::DbWeight::get().reads(24))
			.saturating_add(T::DbWeight::get().writes(24))
			.saturating_add(Weight::from_parts(0, 2609).saturating_mul(c.into()))
	}
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Offences` (r:1 w:1)
	// Proof: `Disputes::Offences` (`max_values`: None, `max_size`: Some(161), added: 2636, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn report_double_proof() -> Weight {
		// Proof size: 2594 measured, 11402 estimated.
		// The least time: 382_655 ns.
		Weight::from_parts(618_895_000, 11402)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Offences` (r:1 w:1)
	// Proof: `Disputes::Offences` (`max_values`: None, `max_size`: Some(161), added: 2636, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn report_double_submission() -> Weight {
		// Proof size: 2750 measured, 11402 estimated.
		// The least time: 370_542 ns.
		Weight::from_parts(548_574_000, 11402)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	fn testify() -> Weight {
		// Proof size: 1088 measured, 4461 estimated.
		// The least time: 37_860 ns.
		Weight::from_parts(67_205_000, 4461)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn verify_signature() -> Weight {
		// Proof size: 0 measured, 0 estimated.
		// The least time: 51_947 ns.
		Weight::from_parts(71_323_000, 0)
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:8 w:8)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:6 w:6)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:11 w:11)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:3 w:3)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:3 w:3)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:4)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Disputes::JurorCases` (r:0 w:7)
	// Proof: `Disputes::JurorCases` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn tally_direct(c: u32) -> Weight {
		// Proof size: 9161 measured, 33942 estimated.
		// The least time: 1_017_299 ns.
		Weight::from_parts(1_494_303_300, 33942)
			// Standard error: 16502707
			.saturating_add(Weight::from_parts(111_293_284, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(40))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(50))
			.saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:9 w:9)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:6 w:6)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:11 w:11)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:2)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:2)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:2)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:2 w:2)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:1)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Disputes::JurorCases` (r:0 w:7)
	// Proof: `Disputes::JurorCases` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn tally_auction(c: u32) -> Weight {
		// Proof size: 9936 measured, 38061 estimated.
		// The least time: 990_730 ns.
		Weight::from_parts(1_707_485_130, 38061)
			.saturating_add(T::DbWeight::get().reads(43))
			.saturating_add(T::DbWeight::get().writes(50))
			.saturating_add(Weight::from_parts(0, 2609).saturating_mul(c.into()))
	}
	// Storage: `System::BlockHash` (r:32 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Registry::Verifiers` (r:1 w:0)
	// Proof: `Registry::Verifiers` (`max_values`: None, `max_size`: Some(4138), added: 6613, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:126 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Cases` (r:0 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Disputes::JurorCases` (r:0 w:5)
	// Proof: `Disputes::JurorCases` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn draw() -> Weight {
		// Proof size: 69018 measured, 519984 estimated.
		// The least time: 1_214_187 ns.
		Weight::from_parts(1_536_739_000, 519984)
			.saturating_add(T::DbWeight::get().reads(164))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn dismiss() -> Weight {
		// Proof size: 1471 measured, 4461 estimated.
		// The least time: 106_760 ns.
		Weight::from_parts(157_815_000, 4461)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Disputes::JurorCases` (r:0 w:7)
	// Proof: `Disputes::JurorCases` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Offences` (r:0 w:1)
	// Proof: `Disputes::Offences` (`max_values`: None, `max_size`: Some(161), added: 2636, mode: `MaxEncodedLen`)
	fn forget() -> Weight {
		// Proof size: 1392 measured, 4315 estimated.
		// The least time: 91_060 ns.
		Weight::from_parts(107_721_000, 4315)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(11))
	}
}

/// For tests.
impl WeightInfo for () {
	fn raise() -> Weight {
		Weight::from_parts(210_423_000, 4461)
			.saturating_add(ParityDbWeight::get().reads(8))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn commit() -> Weight {
		Weight::from_parts(283_128_000, 5109)
			.saturating_add(ParityDbWeight::get().reads(8))
			.saturating_add(ParityDbWeight::get().writes(5))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(148_898_000, 5109).saturating_add(ParityDbWeight::get().reads(5))
	}
	fn reveal() -> Weight {
		Weight::from_parts(61_355_000, 4315)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn authorize_reveal() -> Weight {
		Weight::from_parts(36_328_000, 4315).saturating_add(ParityDbWeight::get().reads(3))
	}
	fn arbitrate_direct(c: u32) -> Weight {
		Weight::from_parts(702_418_444, 11402)
			.saturating_add(Weight::from_parts(243_715_030, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(21))
			.saturating_add(ParityDbWeight::get().reads(3_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(24))
			.saturating_add(ParityDbWeight::get().writes(3_u64.saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	fn arbitrate_auction(c: u32) -> Weight {
		Weight::from_parts(937_623_059, 14005)
			.saturating_add(ParityDbWeight::get().reads(24))
			.saturating_add(ParityDbWeight::get().writes(24))
			.saturating_add(Weight::from_parts(0, 2609).saturating_mul(c.into()))
	}
	fn report_double_proof() -> Weight {
		Weight::from_parts(618_895_000, 11402)
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn report_double_submission() -> Weight {
		Weight::from_parts(548_574_000, 11402)
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn testify() -> Weight {
		Weight::from_parts(67_205_000, 4461)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn verify_signature() -> Weight {
		Weight::from_parts(71_323_000, 0)
	}
	fn tally_direct(c: u32) -> Weight {
		Weight::from_parts(1_494_303_300, 33942)
			.saturating_add(Weight::from_parts(111_293_284, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(40))
			.saturating_add(ParityDbWeight::get().reads(3_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(50))
			.saturating_add(ParityDbWeight::get().writes(3_u64.saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	fn tally_auction(c: u32) -> Weight {
		Weight::from_parts(1_707_485_130, 38061)
			.saturating_add(ParityDbWeight::get().reads(43))
			.saturating_add(ParityDbWeight::get().writes(50))
			.saturating_add(Weight::from_parts(0, 2609).saturating_mul(c.into()))
	}
	fn draw() -> Weight {
		Weight::from_parts(1_536_739_000, 519984)
			.saturating_add(ParityDbWeight::get().reads(164))
			.saturating_add(ParityDbWeight::get().writes(10))
	}
	fn dismiss() -> Weight {
		Weight::from_parts(157_815_000, 4461)
			.saturating_add(ParityDbWeight::get().reads(7))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn forget() -> Weight {
		Weight::from_parts(107_721_000, 4315)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(11))
	}
}
