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
	/// See the benchmark `arbitrate`.
	fn arbitrate(c: u32) -> Weight;
	/// See the benchmark `report_double_proof`.
	fn report_double_proof() -> Weight;
	/// See the benchmark `report_double_submission`.
	fn report_double_submission() -> Weight;
	/// See the benchmark `testify`.
	fn testify() -> Weight;
	/// See the benchmark `verify_signature`.
	fn verify_signature() -> Weight;
	/// See the benchmark `tally`.
	fn tally(c: u32) -> Weight;
	/// See the benchmark `draw`.
	fn draw(v: u32) -> Weight;
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
		// The least time: 130_303 ns.
		Weight::from_parts(194_383_000, 4461)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1636), added: 4111, mode: `MaxEncodedLen`)
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
		// Proof size: 3329 measured, 5101 estimated.
		// The least time: 166_120 ns.
		Weight::from_parts(281_115_000, 5101)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Disputes::Cases` (r:1 w:0)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1636), added: 4111, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// Proof size: 2340 measured, 5101 estimated.
		// The least time: 107_100 ns.
		Weight::from_parts(172_712_000, 5101).saturating_add(T::DbWeight::get().reads(5))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn reveal() -> Weight {
		// Proof size: 982 measured, 4315 estimated.
		// The least time: 42_710 ns.
		Weight::from_parts(89_086_000, 4315)
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
		// The least time: 24_575 ns.
		Weight::from_parts(50_504_000, 4315).saturating_add(T::DbWeight::get().reads(3))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:1)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:1)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:3 w:1)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:3 w:0)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:2 w:2)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1636), added: 4111, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:1)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn arbitrate(c: u32) -> Weight {
		// Proof size: 4742 measured, 14005 estimated.
		// The least time: 482_321 ns.
		Weight::from_parts(815_506_435, 14005)
			// Standard error: 2837308
			.saturating_add(Weight::from_parts(223_721_096, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(21))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Offences` (r:1 w:1)
	// Proof: `Disputes::Offences` (`max_values`: None, `max_size`: Some(161), added: 2636, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1636), added: 4111, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn report_double_proof() -> Weight {
		// Proof size: 2586 measured, 11402 estimated.
		// The least time: 389_939 ns.
		Weight::from_parts(647_179_000, 11402)
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
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1636), added: 4111, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn report_double_submission() -> Weight {
		// Proof size: 2742 measured, 11402 estimated.
		// The least time: 382_083 ns.
		Weight::from_parts(643_522_000, 11402)
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
		// The least time: 38_342 ns.
		Weight::from_parts(69_991_000, 4461)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn verify_signature() -> Weight {
		// Proof size: 0 measured, 0 estimated.
		// The least time: 52_989 ns.
		Weight::from_parts(73_848_000, 0)
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(850), added: 3325, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:9 w:9)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1636), added: 4111, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:4 w:4)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:11 w:11)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Ledger` (r:1 w:1)
	// Proof: `Escrow::Ledger` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::Holds` (r:2 w:1)
	// Proof: `AssetsHolder::Holds` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	// Storage: `AssetsHolder::BalancesOnHold` (r:2 w:1)
	// Proof: `AssetsHolder::BalancesOnHold` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:3 w:1)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `Escrow::Claimable` (r:3 w:0)
	// Proof: `Escrow::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:1)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Disputes::JurorCases` (r:0 w:7)
	// Proof: `Disputes::JurorCases` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn tally(c: u32) -> Weight {
		// Proof size: 9565 measured, 37989 estimated.
		// The least time: 1_040_253 ns.
		Weight::from_parts(1_755_271_393, 37989)
			// Standard error: 8106033
			.saturating_add(Weight::from_parts(140_393_361, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(39))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(45))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
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
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1636), added: 4111, mode: `MaxEncodedLen`)
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
	fn draw(v: u32) -> Weight {
		// Proof size: 1856 measured, 81598 estimated.
		// The least time: 152_695 ns.
		Weight::from_parts(242_542_388, 81598)
			// Standard error: 109316
			.saturating_add(Weight::from_parts(14_431_657, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(Weight::from_parts(0, 4054).saturating_mul(v.into()))
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
		// The least time: 107_130 ns.
		Weight::from_parts(186_217_000, 4461)
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
		// The least time: 92_413 ns.
		Weight::from_parts(168_314_000, 4315)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(11))
	}
}

/// For tests.
impl WeightInfo for () {
	fn raise() -> Weight {
		Weight::from_parts(194_383_000, 4461)
			.saturating_add(ParityDbWeight::get().reads(8))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn commit() -> Weight {
		Weight::from_parts(281_115_000, 5101)
			.saturating_add(ParityDbWeight::get().reads(8))
			.saturating_add(ParityDbWeight::get().writes(5))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(172_712_000, 5101).saturating_add(ParityDbWeight::get().reads(5))
	}
	fn reveal() -> Weight {
		Weight::from_parts(89_086_000, 4315)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn authorize_reveal() -> Weight {
		Weight::from_parts(50_504_000, 4315).saturating_add(ParityDbWeight::get().reads(3))
	}
	fn arbitrate(c: u32) -> Weight {
		Weight::from_parts(815_506_435, 14005)
			.saturating_add(Weight::from_parts(223_721_096, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(22))
			.saturating_add(ParityDbWeight::get().reads(3_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(21))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	fn report_double_proof() -> Weight {
		Weight::from_parts(647_179_000, 11402)
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn report_double_submission() -> Weight {
		Weight::from_parts(643_522_000, 11402)
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn testify() -> Weight {
		Weight::from_parts(69_991_000, 4461)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn verify_signature() -> Weight {
		Weight::from_parts(73_848_000, 0)
	}
	fn tally(c: u32) -> Weight {
		Weight::from_parts(1_755_271_393, 37989)
			.saturating_add(Weight::from_parts(140_393_361, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(39))
			.saturating_add(ParityDbWeight::get().reads(3_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(45))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	fn draw(v: u32) -> Weight {
		Weight::from_parts(242_542_388, 81598)
			.saturating_add(Weight::from_parts(14_431_657, 0).saturating_mul(v.into()))
			.saturating_add(ParityDbWeight::get().reads(38))
			.saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(v.into())))
			.saturating_add(ParityDbWeight::get().writes(5))
			.saturating_add(Weight::from_parts(0, 4054).saturating_mul(v.into()))
	}
	fn dismiss() -> Weight {
		Weight::from_parts(186_217_000, 4461)
			.saturating_add(ParityDbWeight::get().reads(7))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn forget() -> Weight {
		Weight::from_parts(168_314_000, 4315)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(11))
	}
}
