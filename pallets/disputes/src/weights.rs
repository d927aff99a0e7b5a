//! What the calls of `pallet_disputes` weigh.
//!
//! Upper bounds, composed of the storage that each function touches (through the job book, payments,
//! registry and deadline pallets too) and the measured cost of the signatures. `make weights` puts
//! what it measures in their place.

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
	// Time, job, case, account, hold, parameters; case, job, account, hold, two deadlines, cursor.
	fn raise() -> Weight {
		Weight::from_parts(150_000_000, 20_000)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Time, case, genesis, job, verifier, stake, parameters; case, job, two deadlines, cursor.
	fn commit() -> Weight {
		Weight::from_parts(160_000_000, 20_000)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	// Time, case, genesis, job, verifier, stake.
	fn authorize_commit() -> Weight {
		Weight::from_parts(100_000_000, 12_000).saturating_add(T::DbWeight::get().reads(7))
	}

	// Time, case, genesis; case.
	fn reveal() -> Weight {
		Weight::from_parts(60_000_000, 8_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Time, case, genesis.
	fn authorize_reveal() -> Weight {
		Weight::from_parts(40_000_000, 8_000).saturating_add(T::DbWeight::get().reads(3))
	}

	// Time, case, job, money of four, ledger, holds, stake of two, reputations; the same, two deadlines, index, cursor.
	fn arbitrate(c: u32) -> Weight {
		Weight::from_parts(500_000_000, 60_000)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(40))
			.saturating_add(T::DbWeight::get().reads(6_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(36))
			.saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(c.into())))
	}

	// Job, offences, worker, genesis, stake, three accounts; offences, stake, three accounts, reputation.
	fn report_double_proof() -> Weight {
		Weight::from_parts(300_000_000, 25_000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	// As `report_double_proof`.
	fn report_double_submission() -> Weight {
		Weight::from_parts(300_000_000, 25_000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	// As `arbitrate`, and for each of seven jurors its stake, account, hold, reputation and index.
	fn tally(c: u32) -> Weight {
		Weight::from_parts(1_500_000_000, 120_000)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(90))
			.saturating_add(T::DbWeight::get().reads(6_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(85))
			.saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(c.into())))
	}

	// Time, case, job, seed, verifiers, parties; case, job, index, two deadlines, cursor.
	fn draw(v: u32) -> Weight {
		Weight::from_parts(120_000_000, 60_000)
			.saturating_add(Weight::from_parts(12_000_000, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(16))
			.saturating_add(Weight::from_parts(0, 4_000).saturating_mul(v.into()))
	}

	// Case; case, offences.
	fn forget() -> Weight {
		Weight::from_parts(30_000_000, 6_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}

/// For tests.
impl WeightInfo for () {
	fn raise() -> Weight {
		Weight::from_parts(150_000_000, 20_000)
			.saturating_add(ParityDbWeight::get().reads(12))
			.saturating_add(ParityDbWeight::get().writes(9))
	}

	fn commit() -> Weight {
		Weight::from_parts(160_000_000, 20_000)
			.saturating_add(ParityDbWeight::get().reads(11))
			.saturating_add(ParityDbWeight::get().writes(6))
	}

	fn authorize_commit() -> Weight {
		Weight::from_parts(100_000_000, 12_000).saturating_add(ParityDbWeight::get().reads(7))
	}

	fn reveal() -> Weight {
		Weight::from_parts(60_000_000, 8_000)
			.saturating_add(ParityDbWeight::get().reads(4))
			.saturating_add(ParityDbWeight::get().writes(1))
	}

	fn authorize_reveal() -> Weight {
		Weight::from_parts(40_000_000, 8_000).saturating_add(ParityDbWeight::get().reads(3))
	}

	fn arbitrate(c: u32) -> Weight {
		Weight::from_parts(500_000_000, 60_000)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(40))
			.saturating_add(ParityDbWeight::get().reads(6_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(36))
			.saturating_add(ParityDbWeight::get().writes(6_u64.saturating_mul(c.into())))
	}

	fn report_double_proof() -> Weight {
		Weight::from_parts(300_000_000, 25_000)
			.saturating_add(ParityDbWeight::get().reads(14))
			.saturating_add(ParityDbWeight::get().writes(10))
	}

	fn report_double_submission() -> Weight {
		Weight::from_parts(300_000_000, 25_000)
			.saturating_add(ParityDbWeight::get().reads(14))
			.saturating_add(ParityDbWeight::get().writes(10))
	}

	fn tally(c: u32) -> Weight {
		Weight::from_parts(1_500_000_000, 120_000)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(c.into()))
			.saturating_add(ParityDbWeight::get().reads(90))
			.saturating_add(ParityDbWeight::get().reads(6_u64.saturating_mul(c.into())))
			.saturating_add(ParityDbWeight::get().writes(85))
			.saturating_add(ParityDbWeight::get().writes(6_u64.saturating_mul(c.into())))
	}

	fn draw(v: u32) -> Weight {
		Weight::from_parts(120_000_000, 60_000)
			.saturating_add(Weight::from_parts(12_000_000, 0).saturating_mul(v.into()))
			.saturating_add(ParityDbWeight::get().reads(20))
			.saturating_add(ParityDbWeight::get().reads(3_u64.saturating_mul(v.into())))
			.saturating_add(ParityDbWeight::get().writes(16))
			.saturating_add(Weight::from_parts(0, 4_000).saturating_mul(v.into()))
	}

	fn forget() -> Weight {
		Weight::from_parts(30_000_000, 6_000)
			.saturating_add(ParityDbWeight::get().reads(2))
			.saturating_add(ParityDbWeight::get().writes(3))
	}
}
