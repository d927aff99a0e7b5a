//! What the calls of `pallet_registry` weigh. Made by `make weights`; do not edit.
//!
//! Measured on 2026-11-22 on AMD EPYC: 50 steps, 20 repeats, worst cases,
//! compiled runtime. A call that does `r` reads and `w` writes is charged for them besides, at the
//! database speed that the runtime says it has.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weights of `pallet_registry`, each measured by the benchmark of its name.
pub trait WeightInfo {
	/// See the benchmark `register`.
	fn register(m: u32) -> Weight;
	/// See the benchmark `rotate_keys`.
	fn rotate_keys() -> Weight;
	/// See the benchmark `set_models`.
	fn set_models(m: u32) -> Weight;
	/// See the benchmark `set_payout`.
	fn set_payout() -> Weight;
	/// See the benchmark `stake`.
	fn stake() -> Weight;
	/// See the benchmark `unbond`.
	fn unbond() -> Weight;
	/// See the benchmark `withdraw_unbonded`.
	fn withdraw_unbonded() -> Weight;
	/// See the benchmark `deregister`.
	fn deregister() -> Weight;
	/// See the benchmark `set_verified_models`.
	fn set_verified_models(m: u32) -> Weight;
	/// See the benchmark `displace_verifier`.
	fn displace_verifier() -> Weight;
	/// See the benchmark `set_tier`.
	fn set_tier() -> Weight;
	/// See the benchmark `remove_tier`.
	fn remove_tier() -> Weight;
	/// See the benchmark `set_model`.
	fn set_model() -> Weight;
	/// See the benchmark `remove_model`.
	fn remove_model() -> Weight;
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Registry::Models` (r:16 w:0)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Registry::WorkerKeys` (r:1 w:1)
	// Proof: `Registry::WorkerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Registry::PeerKeys` (r:1 w:1)
	// Proof: `Registry::PeerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Registry::ModelWorkers` (r:0 w:16)
	// Proof: `Registry::ModelWorkers` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	fn register(m: u32) -> Weight {
		// Proof size: 652 measured, 5109 estimated.
		// The least time: 230_320 ns.
		Weight::from_parts(327_349_975, 5109)
			// Standard error: 347488
			.saturating_add(Weight::from_parts(9_293_286, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2595).saturating_mul(m.into()))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Registry::WorkerKeys` (r:1 w:2)
	// Proof: `Registry::WorkerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Registry::PeerKeys` (r:1 w:2)
	// Proof: `Registry::PeerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn rotate_keys() -> Weight {
		// Proof size: 2545 measured, 5109 estimated.
		// The least time: 189_444 ns.
		Weight::from_parts(253_594_000, 5109)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Registry::Models` (r:16 w:0)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Registry::ModelWorkers` (r:0 w:32)
	// Proof: `Registry::ModelWorkers` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	fn set_models(m: u32) -> Weight {
		// Proof size: 2796 measured, 5109 estimated.
		// The least time: 93_645 ns.
		Weight::from_parts(120_347_581, 5109)
			// Standard error: 360273
			.saturating_add(Weight::from_parts(11_747_255, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(17))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2595).saturating_mul(m.into()))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	fn set_payout() -> Weight {
		// Proof size: 2347 measured, 5109 estimated.
		// The least time: 52_599 ns.
		Weight::from_parts(85_760_000, 5109)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	fn stake() -> Weight {
		// Proof size: 2422 measured, 5109 estimated.
		// The least time: 113_482 ns.
		Weight::from_parts(187_460_000, 5109)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	fn unbond() -> Weight {
		// Proof size: 2329 measured, 5109 estimated.
		// The least time: 56_445 ns.
		Weight::from_parts(92_933_000, 5109)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	fn withdraw_unbonded() -> Weight {
		// Proof size: 2428 measured, 5109 estimated.
		// The least time: 103_253 ns.
		Weight::from_parts(172_833_000, 5109)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Registry::Verifiers` (r:16 w:16)
	// Proof: `Registry::Verifiers` (`max_values`: None, `max_size`: Some(4138), added: 6613, mode: `MaxEncodedLen`)
	// Storage: `Registry::ModelWorkers` (r:0 w:16)
	// Proof: `Registry::ModelWorkers` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	// Storage: `Registry::PeerKeys` (r:0 w:1)
	// Proof: `Registry::PeerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Registry::WorkerKeys` (r:0 w:1)
	// Proof: `Registry::WorkerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn deregister() -> Weight {
		// Proof size: 7125 measured, 106798 estimated.
		// The least time: 267_911 ns.
		Weight::from_parts(357_838_000, 106798)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(36))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Registry::Models` (r:16 w:0)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Registry::Verifiers` (r:32 w:32)
	// Proof: `Registry::Verifiers` (`max_values`: None, `max_size`: Some(4138), added: 6613, mode: `MaxEncodedLen`)
	fn set_verified_models(m: u32) -> Weight {
		// Proof size: 12126 measured, 106798 estimated.
		// The least time: 185_877 ns.
		Weight::from_parts(230_556_539, 106798)
			// Standard error: 383155
			.saturating_add(Weight::from_parts(13_911_952, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(17))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 6613).saturating_mul(m.into()))
	}
	// Storage: `Registry::Models` (r:1 w:0)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:2 w:2)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(1644), added: 4119, mode: `MaxEncodedLen`)
	// Storage: `Parameters::Current` (r:1 w:0)
	// Proof: `Parameters::Current` (`max_values`: Some(1), `max_size`: Some(352), added: 847, mode: `MaxEncodedLen`)
	// Storage: `Registry::Verifiers` (r:1 w:1)
	// Proof: `Registry::Verifiers` (`max_values`: None, `max_size`: Some(4138), added: 6613, mode: `MaxEncodedLen`)
	fn displace_verifier() -> Weight {
		// Proof size: 7756 measured, 9228 estimated.
		// The least time: 73_988 ns.
		Weight::from_parts(98_564_000, 9228)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Registry::Tiers` (r:1 w:1)
	// Proof: `Registry::Tiers` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Registry::CounterForTiers` (r:1 w:1)
	// Proof: `Registry::CounterForTiers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn set_tier() -> Weight {
		// Proof size: 218 measured, 3561 estimated.
		// The least time: 26_570 ns.
		Weight::from_parts(32_170_000, 3561)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Registry::Tiers` (r:1 w:1)
	// Proof: `Registry::Tiers` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Registry::CounterForTiers` (r:1 w:1)
	// Proof: `Registry::CounterForTiers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn remove_tier() -> Weight {
		// Proof size: 320 measured, 3561 estimated.
		// The least time: 26_590 ns.
		Weight::from_parts(44_873_000, 3561)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Registry::ModelNames` (r:1 w:2)
	// Proof: `Registry::ModelNames` (`max_values`: None, `max_size`: Some(106), added: 2581, mode: `MaxEncodedLen`)
	// Storage: `Registry::Tiers` (r:2 w:2)
	// Proof: `Registry::Tiers` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Registry::Models` (r:1 w:1)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	fn set_model() -> Weight {
		// Proof size: 626 measured, 6132 estimated.
		// The least time: 48_941 ns.
		Weight::from_parts(81_552_000, 6132)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Registry::Models` (r:1 w:1)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Registry::CounterForModels` (r:1 w:1)
	// Proof: `Registry::CounterForModels` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Registry::Tiers` (r:1 w:1)
	// Proof: `Registry::Tiers` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Registry::ModelNames` (r:0 w:1)
	// Proof: `Registry::ModelNames` (`max_values`: None, `max_size`: Some(106), added: 2581, mode: `MaxEncodedLen`)
	fn remove_model() -> Weight {
		// Proof size: 468 measured, 3585 estimated.
		// The least time: 33_172 ns.
		Weight::from_parts(54_933_000, 3585)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}

/// For tests.
impl WeightInfo for () {
	fn register(m: u32) -> Weight {
		Weight::from_parts(327_349_975, 5109)
			.saturating_add(Weight::from_parts(9_293_286, 0).saturating_mul(m.into()))
			.saturating_add(ParityDbWeight::get().reads(6))
			.saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(m.into())))
			.saturating_add(ParityDbWeight::get().writes(4))
			.saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2595).saturating_mul(m.into()))
	}
	fn rotate_keys() -> Weight {
		Weight::from_parts(253_594_000, 5109)
			.saturating_add(ParityDbWeight::get().reads(6))
			.saturating_add(ParityDbWeight::get().writes(5))
	}
	fn set_models(m: u32) -> Weight {
		Weight::from_parts(120_347_581, 5109)
			.saturating_add(Weight::from_parts(11_747_255, 0).saturating_mul(m.into()))
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(m.into())))
			.saturating_add(ParityDbWeight::get().writes(17))
			.saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2595).saturating_mul(m.into()))
	}
	fn set_payout() -> Weight {
		Weight::from_parts(85_760_000, 5109)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn stake() -> Weight {
		Weight::from_parts(187_460_000, 5109)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
	fn unbond() -> Weight {
		Weight::from_parts(92_933_000, 5109)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(172_833_000, 5109)
			.saturating_add(ParityDbWeight::get().reads(4))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
	fn deregister() -> Weight {
		Weight::from_parts(357_838_000, 106798)
			.saturating_add(ParityDbWeight::get().reads(18))
			.saturating_add(ParityDbWeight::get().writes(36))
	}
	fn set_verified_models(m: u32) -> Weight {
		Weight::from_parts(230_556_539, 106798)
			.saturating_add(Weight::from_parts(13_911_952, 0).saturating_mul(m.into()))
			.saturating_add(ParityDbWeight::get().reads(18))
			.saturating_add(ParityDbWeight::get().reads(2_u64.saturating_mul(m.into())))
			.saturating_add(ParityDbWeight::get().writes(17))
			.saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 6613).saturating_mul(m.into()))
	}
	fn displace_verifier() -> Weight {
		Weight::from_parts(98_564_000, 9228)
			.saturating_add(ParityDbWeight::get().reads(5))
			.saturating_add(ParityDbWeight::get().writes(3))
	}
	fn set_tier() -> Weight {
		Weight::from_parts(32_170_000, 3561)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
	fn remove_tier() -> Weight {
		Weight::from_parts(44_873_000, 3561)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
	fn set_model() -> Weight {
		Weight::from_parts(81_552_000, 6132)
			.saturating_add(ParityDbWeight::get().reads(4))
			.saturating_add(ParityDbWeight::get().writes(5))
	}
	fn remove_model() -> Weight {
		Weight::from_parts(54_933_000, 3585)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(4))
	}
}
