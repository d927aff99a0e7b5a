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
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `Registry::Models` (r:16 w:0)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Registry::WorkerKeys` (r:1 w:1)
	// Proof: `Registry::WorkerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Registry::PeerKeys` (r:1 w:1)
	// Proof: `Registry::PeerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	// Storage: `Registry::ModelWorkers` (r:0 w:16)
	// Proof: `Registry::ModelWorkers` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	fn register(m: u32) -> Weight {
		// Proof size: 270 measured, 4385 estimated.
		// The least time: 218_859 ns.
		Weight::from_parts(308_584_153, 4385)
			// Standard error: 513404
			.saturating_add(Weight::from_parts(11_796_286, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2595).saturating_mul(m.into()))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `Registry::WorkerKeys` (r:1 w:2)
	// Proof: `Registry::WorkerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Registry::PeerKeys` (r:1 w:2)
	// Proof: `Registry::PeerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn rotate_keys() -> Weight {
		// Proof size: 1399 measured, 4385 estimated.
		// The least time: 174_495 ns.
		Weight::from_parts(278_129_000, 4385)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `Registry::Models` (r:16 w:0)
	// Proof: `Registry::Models` (`max_values`: None, `max_size`: Some(120), added: 2595, mode: `MaxEncodedLen`)
	// Storage: `Registry::ModelWorkers` (r:0 w:32)
	// Proof: `Registry::ModelWorkers` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	fn set_models(m: u32) -> Weight {
		// Proof size: 1656 measured, 4385 estimated.
		// The least time: 98_423 ns.
		Weight::from_parts(148_059_203, 4385)
			// Standard error: 144160
			.saturating_add(Weight::from_parts(13_000_569, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(17))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2595).saturating_mul(m.into()))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	fn set_payout() -> Weight {
		// Proof size: 1207 measured, 4385 estimated.
		// The least time: 39_734 ns.
		Weight::from_parts(74_178_000, 4385)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	fn stake() -> Weight {
		// Proof size: 1282 measured, 4385 estimated.
		// The least time: 87_784 ns.
		Weight::from_parts(160_620_000, 4385)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Timing::Current` (r:1 w:0)
	// Proof: `Timing::Current` (`max_values`: Some(1), `max_size`: Some(56), added: 551, mode: `MaxEncodedLen`)
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	fn unbond() -> Weight {
		// Proof size: 1379 measured, 4385 estimated.
		// The least time: 37_129 ns.
		Weight::from_parts(53_910_000, 4385)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	fn withdraw_unbonded() -> Weight {
		// Proof size: 1288 measured, 4385 estimated.
		// The least time: 84_728 ns.
		Weight::from_parts(136_264_000, 4385)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Registry::Workers` (r:1 w:1)
	// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(920), added: 3395, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	// Storage: `Registry::ModelWorkers` (r:0 w:16)
	// Proof: `Registry::ModelWorkers` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	// Storage: `Registry::PeerKeys` (r:0 w:1)
	// Proof: `Registry::PeerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Registry::WorkerKeys` (r:0 w:1)
	// Proof: `Registry::WorkerKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn deregister() -> Weight {
		// Proof size: 1070 measured, 4385 estimated.
		// The least time: 134_571 ns.
		Weight::from_parts(225_340_000, 4385)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(20))
	}
	// Storage: `Registry::Tiers` (r:1 w:1)
	// Proof: `Registry::Tiers` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Registry::CounterForTiers` (r:1 w:1)
	// Proof: `Registry::CounterForTiers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn set_tier() -> Weight {
		// Proof size: 218 measured, 3561 estimated.
		// The least time: 27_391 ns.
		Weight::from_parts(47_910_000, 3561)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Registry::Tiers` (r:1 w:1)
	// Proof: `Registry::Tiers` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	// Storage: `Registry::CounterForTiers` (r:1 w:1)
	// Proof: `Registry::CounterForTiers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn remove_tier() -> Weight {
		// Proof size: 320 measured, 3561 estimated.
		// The least time: 27_872 ns.
		Weight::from_parts(48_190_000, 3561)
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
		// The least time: 50_304 ns.
		Weight::from_parts(79_268_000, 6132)
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
		// The least time: 34_204 ns.
		Weight::from_parts(38_813_000, 3585)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}

/// For tests.
impl WeightInfo for () {
	fn register(m: u32) -> Weight {
		Weight::from_parts(308_584_153, 4385)
			.saturating_add(Weight::from_parts(11_796_286, 0).saturating_mul(m.into()))
			.saturating_add(ParityDbWeight::get().reads(5))
			.saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(m.into())))
			.saturating_add(ParityDbWeight::get().writes(4))
			.saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2595).saturating_mul(m.into()))
	}
	fn rotate_keys() -> Weight {
		Weight::from_parts(278_129_000, 4385)
			.saturating_add(ParityDbWeight::get().reads(4))
			.saturating_add(ParityDbWeight::get().writes(5))
	}
	fn set_models(m: u32) -> Weight {
		Weight::from_parts(148_059_203, 4385)
			.saturating_add(Weight::from_parts(13_000_569, 0).saturating_mul(m.into()))
			.saturating_add(ParityDbWeight::get().reads(1))
			.saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(m.into())))
			.saturating_add(ParityDbWeight::get().writes(17))
			.saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2595).saturating_mul(m.into()))
	}
	fn set_payout() -> Weight {
		Weight::from_parts(74_178_000, 4385)
			.saturating_add(ParityDbWeight::get().reads(1))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn stake() -> Weight {
		Weight::from_parts(160_620_000, 4385)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
	fn unbond() -> Weight {
		Weight::from_parts(53_910_000, 4385)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(1))
	}
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(136_264_000, 4385)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
	fn deregister() -> Weight {
		Weight::from_parts(225_340_000, 4385)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(20))
	}
	fn set_tier() -> Weight {
		Weight::from_parts(47_910_000, 3561)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
	fn remove_tier() -> Weight {
		Weight::from_parts(48_190_000, 3561)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(2))
	}
	fn set_model() -> Weight {
		Weight::from_parts(79_268_000, 6132)
			.saturating_add(ParityDbWeight::get().reads(4))
			.saturating_add(ParityDbWeight::get().writes(5))
	}
	fn remove_model() -> Weight {
		Weight::from_parts(38_813_000, 3585)
			.saturating_add(ParityDbWeight::get().reads(3))
			.saturating_add(ParityDbWeight::get().writes(4))
	}
}
