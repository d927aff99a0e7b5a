//! Weights of `pallet_settlement`.
//!
//! Upper bounds, composed of the storage that each function touches (through the job book, escrow,
//! registry and deadline pallets too) and the measured cost of the signatures. The functions of
//! `benchmarking.rs` measure the same; what they generate goes here.

use core::marker::PhantomData;

use frame_support::weights::{constants::ParityDbWeight, RuntimeDbWeight, Weight};
use sp_core::Get;

/// Weight functions needed for `pallet_settlement`.
pub trait WeightInfo {
	/// `submit_proof` with `r` receipts (none or one), its own checks included.
	fn submit_proof(r: u32) -> Weight;
	/// What the pool and the block check before `submit_proof` with `r` receipts.
	fn authorize_submit_proof(r: u32) -> Weight;
	/// `submit_receipt`, its own checks included.
	fn submit_receipt() -> Weight;
	/// What the pool and the block check before `submit_receipt`.
	fn authorize_submit_receipt() -> Weight;
	/// `settle_due`.
	fn settle_due() -> Weight;
}

/// An sr25519 verification, in picoseconds.
const VERIFY_PROOF: u64 = 50_000_000;

/// The verification of a requester's signature; ECDSA costs most.
const VERIFY_RECEIPT: u64 = 90_000_000;

fn weigh(db: RuntimeDbWeight, picoseconds: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(picoseconds, 0).saturating_add(db.reads_writes(reads, writes))
}

fn payment(db: RuntimeDbWeight) -> Weight {
	// Three asset accounts, asset, hold, ledger, two system accounts, reputation; job, index, two
	// deadlines, cursor.
	weigh(db, 140_000_000, 12, 14)
}

fn submit_proof(db: RuntimeDbWeight, r: u32) -> Weight {
	// Time, genesis, job, worker, stake, cursor; job, four index entries, two deadlines, cursor.
	let proof = weigh(db, VERIFY_PROOF.saturating_add(70_000_000), 6, 8);
	let receipt = weigh(db, VERIFY_RECEIPT, 0, 0).saturating_add(payment(db));
	proof.saturating_add(receipt.saturating_mul(r.into()))
}

fn authorize_submit_proof(db: RuntimeDbWeight, r: u32) -> Weight {
	let proof = weigh(db, VERIFY_PROOF.saturating_add(20_000_000), 5, 0);
	proof.saturating_add(weigh(db, VERIFY_RECEIPT, 0, 0).saturating_mul(r.into()))
}

fn submit_receipt(db: RuntimeDbWeight) -> Weight {
	weigh(db, VERIFY_RECEIPT.saturating_add(20_000_000), 3, 0).saturating_add(payment(db))
}

fn authorize_submit_receipt(db: RuntimeDbWeight) -> Weight {
	weigh(db, VERIFY_RECEIPT.saturating_add(20_000_000), 2, 0)
}

fn settle_due(db: RuntimeDbWeight) -> Weight {
	weigh(db, 20_000_000, 2, 0).saturating_add(payment(db))
}

/// Weights at the database speed of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn submit_proof(r: u32) -> Weight {
		submit_proof(T::DbWeight::get(), r)
	}

	fn authorize_submit_proof(r: u32) -> Weight {
		authorize_submit_proof(T::DbWeight::get(), r)
	}

	fn submit_receipt() -> Weight {
		submit_receipt(T::DbWeight::get())
	}

	fn authorize_submit_receipt() -> Weight {
		authorize_submit_receipt(T::DbWeight::get())
	}

	fn settle_due() -> Weight {
		settle_due(T::DbWeight::get())
	}
}

/// For tests.
impl WeightInfo for () {
	fn submit_proof(r: u32) -> Weight {
		submit_proof(ParityDbWeight::get(), r)
	}

	fn authorize_submit_proof(r: u32) -> Weight {
		authorize_submit_proof(ParityDbWeight::get(), r)
	}

	fn submit_receipt() -> Weight {
		submit_receipt(ParityDbWeight::get())
	}

	fn authorize_submit_receipt() -> Weight {
		authorize_submit_receipt(ParityDbWeight::get())
	}

	fn settle_due() -> Weight {
		settle_due(ParityDbWeight::get())
	}
}
