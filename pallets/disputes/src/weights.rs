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
	/// See the benchmark `tally`.
	fn tally(c: u32) -> Weight;
	/// See the benchmark `draw`.
	fn draw(v: u32) -> Weight;
	/// See the benchmark `forget`.
	fn forget() -> Weight;
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(332), added: 827, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn raise() -> Weight {
		// Proof size: 1632 measured, 4461 estimated.
		// The least time: 131_325 ns.
		Weight::from_parts(213_849_000, 4461)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1439), added: 3914, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(332), added: 827, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// Proof size: 3111 measured, 4904 estimated.
		// The least time: 166_901 ns.
		Weight::from_parts(261_368_000, 4904)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Disputes::Cases` (r:1 w:0)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1439), added: 3914, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(332), added: 827, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// Proof size: 2998 measured, 4904 estimated.
		// The least time: 116_448 ns.
		Weight::from_parts(180_777_000, 4904).saturating_add(T::DbWeight::get().reads(6))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn reveal() -> Weight {
		// Proof size: 981 measured, 4282 estimated.
		// The least time: 39_905 ns.
		Weight::from_parts(78_767_000, 4282)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Disputes::Cases` (r:1 w:0)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_reveal() -> Weight {
		// Proof size: 981 measured, 4282 estimated.
		// The least time: 23_644 ns.
		Weight::from_parts(42_128_000, 4282).saturating_add(T::DbWeight::get().reads(3))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
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
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(332), added: 827, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:2 w:2)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1439), added: 3914, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Jobs::WorkerJobs` (r:0 w:1)
	// Proof: `Jobs::WorkerJobs` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn arbitrate(c: u32) -> Weight {
		// Proof size: 4235 measured, 11402 estimated.
		// The least time: 422_940 ns.
		Weight::from_parts(687_935_673, 11402)
			// Standard error: 4690754
			.saturating_add(Weight::from_parts(226_664_733, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(19))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Offences` (r:1 w:1)
	// Proof: `Disputes::Offences` (`max_values`: None, `max_size`: Some(161), added: 2636, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1439), added: 3914, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(332), added: 827, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn report_double_proof() -> Weight {
		// Proof size: 2369 measured, 11402 estimated.
		// The least time: 384_839 ns.
		Weight::from_parts(609_457_000, 11402)
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
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1439), added: 3914, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(332), added: 827, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:4 w:4)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn report_double_submission() -> Weight {
		// Proof size: 2525 measured, 11402 estimated.
		// The least time: 367_626 ns.
		Weight::from_parts(514_089_000, 11402)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:9 w:9)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1439), added: 3914, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(332), added: 827, mode: `MaxEncodedLen`)
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
		// Proof size: 7628 measured, 36216 estimated.
		// The least time: 924_596 ns.
		Weight::from_parts(1_481_066_700, 36216)
			// Standard error: 9401221
			.saturating_add(Weight::from_parts(188_036_840, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(43))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(996), added: 3471, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(332), added: 827, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:130 w:0)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1439), added: 3914, mode: `MaxEncodedLen`)
	// Storage: `Registry::Verifiers` (r:1 w:0)
	// Proof: `Registry::Verifiers` (`max_values`: None, `max_size`: Some(4138), added: 6613, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Queue` (r:1 w:2)
	// Proof: `Deadlines::Queue` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `Deadlines::Removed` (r:1 w:1)
	// Proof: `Deadlines::Removed` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Cases` (r:0 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
	// Storage: `Disputes::JurorCases` (r:0 w:4)
	// Proof: `Disputes::JurorCases` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn draw(v: u32) -> Weight {
		// Proof size: 2412 measured, 16646 estimated.
		// The least time: 156_983 ns.
		Weight::from_parts(237_070_746, 16646)
			// Standard error: 77623
			.saturating_add(Weight::from_parts(13_832_358, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(Weight::from_parts(0, 3853).saturating_mul(v.into()))
	}
	// Storage: `Disputes::Cases` (r:1 w:1)
	// Proof: `Disputes::Cases` (`max_values`: None, `max_size`: Some(817), added: 3292, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Disputes::JurorCases` (r:0 w:7)
	// Proof: `Disputes::JurorCases` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Disputes::Offences` (r:0 w:1)
	// Proof: `Disputes::Offences` (`max_values`: None, `max_size`: Some(161), added: 2636, mode: `MaxEncodedLen`)
	fn forget() -> Weight {
		// Proof size: 1391 measured, 4282 estimated.
		// The least time: 91_540 ns.
		Weight::from_parts(146_403_000, 4282)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(11))
	}
}

/// For tests.
impl WeightInfo for () {
	fn raise() -> Weight {
		Weight::from_parts(213_849_000, 4461)
			.saturating_add(ParityDbWeight::get().reads(8))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn commit() -> Weight {
		Weight::from_parts(261_368_000, 4904)
			.saturating_add(ParityDbWeight::get().reads(8))
			.saturating_add(ParityDbWeight::get().writes(5))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(180_777_000, 4904).saturating_add(ParityDbWeight::get().reads(6))
	}
	fn reveal() -> Weight {
		Weight::from_parts(78_767_000, 4282)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn authorize_reveal() -> Weight {
		Weight::from_parts(42_128_000, 4282).saturating_add(ParityDbWeight::get().reads(3))
	}
	fn arbitrate(c: u32) -> Weight {
		Weight::from_parts(687_935_673, 11402)
			.saturating_add(Weight::from_parts(226_664_733, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(20))
			.saturating_add(ParityDbWeight::get().reads(5_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(19))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	fn report_double_proof() -> Weight {
		Weight::from_parts(609_457_000, 11402)
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn report_double_submission() -> Weight {
		Weight::from_parts(514_089_000, 11402)
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().writes(7))
	}
	fn tally(c: u32) -> Weight {
		Weight::from_parts(1_481_066_700, 36216)
			.saturating_add(Weight::from_parts(188_036_840, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(37))
			.saturating_add(ParityDbWeight::get().reads(5_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(43))
			.saturating_add(Weight::from_parts(0, 5218).saturating_mul(c.into()))
	}
	fn draw(v: u32) -> Weight {
		Weight::from_parts(237_070_746, 16646)
			.saturating_add(Weight::from_parts(13_832_358, 0).saturating_mul(v.into()))
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(v.into())))
			.saturating_add(ParityDbWeight::get().writes(5))
			.saturating_add(Weight::from_parts(0, 3853).saturating_mul(v.into()))
	}
	fn forget() -> Weight {
		Weight::from_parts(146_403_000, 4282)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(11))
	}
}
