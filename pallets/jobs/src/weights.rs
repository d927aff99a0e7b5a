//! Weights of `pallet_jobs`.
//!
//! Upper bounds, composed of the storage that each function touches (through the registry, escrow
//! and deadline pallets too) and the measured cost of an sr25519 verification. The functions of
//! `benchmarking.rs` measure the same; what they generate goes here.

use core::marker::PhantomData;

use frame_support::weights::{constants::ParityDbWeight, RuntimeDbWeight, Weight};
use sp_core::Get;

/// Weight functions needed for `pallet_jobs`.
pub trait WeightInfo {
	/// `create` with `c` candidates.
	fn create(c: u32) -> Weight;
	/// `cancel` of a direct job with the most candidates.
	fn cancel() -> Weight;
	/// `accept`, its own checks included.
	fn accept() -> Weight;
	/// What the pool and the block check before `accept`.
	fn authorize_accept() -> Weight;
	/// `create_auction` with the largest document and a named verifier.
	fn create_auction() -> Weight;
	/// `award` by the matcher, its own checks included.
	fn award() -> Weight;
	/// What the pool and the block check before `award`.
	fn authorize_award() -> Weight;
	/// `expire` of an accepted job with the most candidates.
	fn expire() -> Weight;
	/// `retire`.
	fn retire() -> Weight;
}

/// An sr25519 verification, in picoseconds.
const VERIFY: u64 = 50_000_000;

/// The verification of a requester's or a matcher's signature, in picoseconds; ECDSA costs most.
const VERIFY_AWARD: u64 = 90_000_000;

fn weigh(db: RuntimeDbWeight, picoseconds: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(picoseconds, 0).saturating_add(db.reads_writes(reads, writes))
}

fn create(db: RuntimeDbWeight, c: u32) -> Weight {
	// A candidate: its registration and its model read, its index entry written.
	let candidates = weigh(db, 8_000_000, 2, 1).saturating_mul(c.into());
	// Time, genesis, job, model, tier, asset, account, hold, ledger, cursor.
	weigh(db, 80_000_000, 10, 8).saturating_add(candidates)
}

fn cancel(db: RuntimeDbWeight) -> Weight {
	// Time, job, asset, account, hold, ledger, cursor; job, money, four index entries, two deadlines.
	weigh(db, 90_000_000, 8, 13)
}

fn accept(db: RuntimeDbWeight) -> Weight {
	weigh(db, VERIFY.saturating_add(30_000_000), 4, 1)
}

fn authorize_accept(db: RuntimeDbWeight) -> Weight {
	weigh(db, VERIFY.saturating_add(20_000_000), 4, 0)
}

fn create_auction(db: RuntimeDbWeight) -> Weight {
	// As `create` without candidates; the verifier, its registration and stake besides.
	weigh(db, 100_000_000, 14, 8)
}

/// The worker's signature, and that of the requester tried before that of the matcher.
const VERIFY_BOTH: u64 = VERIFY.saturating_add(VERIFY_AWARD.saturating_mul(2));

fn award(db: RuntimeDbWeight) -> Weight {
	// Time, genesis, job, worker, stake, verifier, its registration and stake, asset, account, hold,
	// ledger, cursor; job, index, money, parked money, two deadlines.
	weigh(db, VERIFY_BOTH.saturating_add(110_000_000), 18, 13)
}

fn authorize_award(db: RuntimeDbWeight) -> Weight {
	weigh(db, VERIFY_BOTH.saturating_add(30_000_000), 9, 0)
}

fn expire(db: RuntimeDbWeight) -> Weight {
	// As `cancel`, and the worker's reputation.
	weigh(db, 100_000_000, 9, 14)
}

fn retire(db: RuntimeDbWeight) -> Weight {
	weigh(db, 20_000_000, 1, 1)
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn create(c: u32) -> Weight {
		create(T::DbWeight::get(), c)
	}

	fn cancel() -> Weight {
		cancel(T::DbWeight::get())
	}

	fn accept() -> Weight {
		accept(T::DbWeight::get())
	}

	fn authorize_accept() -> Weight {
		authorize_accept(T::DbWeight::get())
	}

	fn create_auction() -> Weight {
		create_auction(T::DbWeight::get())
	}

	fn award() -> Weight {
		award(T::DbWeight::get())
	}

	fn authorize_award() -> Weight {
		authorize_award(T::DbWeight::get())
	}

	fn expire() -> Weight {
		expire(T::DbWeight::get())
	}

	fn retire() -> Weight {
		retire(T::DbWeight::get())
	}
}

/// For tests.
impl WeightInfo for () {
	fn create(c: u32) -> Weight {
		create(ParityDbWeight::get(), c)
	}

	fn cancel() -> Weight {
		cancel(ParityDbWeight::get())
	}

	fn accept() -> Weight {
		accept(ParityDbWeight::get())
	}

	fn authorize_accept() -> Weight {
		authorize_accept(ParityDbWeight::get())
	}

	fn create_auction() -> Weight {
		create_auction(ParityDbWeight::get())
	}

	fn award() -> Weight {
		award(ParityDbWeight::get())
	}

	fn authorize_award() -> Weight {
		authorize_award(ParityDbWeight::get())
	}

	fn expire() -> Weight {
		expire(ParityDbWeight::get())
	}

	fn retire() -> Weight {
		retire(ParityDbWeight::get())
	}
}
