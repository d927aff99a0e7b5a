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
	/// `submit_result` with the largest identifier and a named verifier, its own checks included.
	fn submit_result() -> Weight;
	/// What the pool and the block check before `submit_result`.
	fn authorize_submit_result() -> Weight;
	/// `attest` of a result that is found bad, its own checks and the new dispute included.
	fn attest() -> Weight;
	/// What the pool and the block check before `attest`.
	fn authorize_attest() -> Weight;
	/// `settle_due` of an auctioned job whose verifier judged.
	fn settle_due() -> Weight;
	/// `judgement_due` of a job without verifier, with `v` who took on the role for the model.
	fn draw(v: u32) -> Weight;
	/// `judgement_due` of a job whose verifier is silent.
	fn pass_over() -> Weight;
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

fn submit_result(db: RuntimeDbWeight) -> Weight {
	// Time, genesis, job, worker, requester and verifier with their registrations and stakes, cursor;
	// job, index, two deadlines, cursor.
	weigh(db, VERIFY_PROOF.saturating_add(70_000_000), 11, 5)
}

fn authorize_submit_result(db: RuntimeDbWeight) -> Weight {
	weigh(db, VERIFY_PROOF.saturating_add(20_000_000), 5, 0)
}

fn attest(db: RuntimeDbWeight) -> Weight {
	// As a payment to one; time, genesis, job, verifier, its registration and stake, the dispute.
	weigh(db, VERIFY_PROOF.saturating_add(170_000_000), 18, 14)
}

fn authorize_attest(db: RuntimeDbWeight) -> Weight {
	weigh(db, VERIFY_PROOF.saturating_add(20_000_000), 6, 0)
}

fn draw(db: RuntimeDbWeight, v: u32) -> Weight {
	// A verifier: its role, registration and stake.
	let eligible = weigh(db, 10_000_000, 3, 0).saturating_mul(v.into());
	// Time, job, seed, requester, worker, list, cursor; job, index, two deadlines, cursor.
	weigh(db, 60_000_000, 9, 5).saturating_add(eligible)
}

fn pass_over(db: RuntimeDbWeight) -> Weight {
	// Time, job, asset, account, hold, ledger, parked money, reputation, cursor; job, index, money,
	// two deadlines, cursor.
	weigh(db, 110_000_000, 12, 13)
}

fn settle_due(db: RuntimeDbWeight) -> Weight {
	// The verifier's reputation besides.
	weigh(db, 30_000_000, 3, 1).saturating_add(payment(db))
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

	fn submit_result() -> Weight {
		submit_result(T::DbWeight::get())
	}

	fn authorize_submit_result() -> Weight {
		authorize_submit_result(T::DbWeight::get())
	}

	fn attest() -> Weight {
		attest(T::DbWeight::get())
	}

	fn authorize_attest() -> Weight {
		authorize_attest(T::DbWeight::get())
	}

	fn settle_due() -> Weight {
		settle_due(T::DbWeight::get())
	}

	fn draw(v: u32) -> Weight {
		draw(T::DbWeight::get(), v)
	}

	fn pass_over() -> Weight {
		pass_over(T::DbWeight::get())
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

	fn submit_result() -> Weight {
		submit_result(ParityDbWeight::get())
	}

	fn authorize_submit_result() -> Weight {
		authorize_submit_result(ParityDbWeight::get())
	}

	fn attest() -> Weight {
		attest(ParityDbWeight::get())
	}

	fn authorize_attest() -> Weight {
		authorize_attest(ParityDbWeight::get())
	}

	fn settle_due() -> Weight {
		settle_due(ParityDbWeight::get())
	}

	fn draw(v: u32) -> Weight {
		draw(ParityDbWeight::get(), v)
	}

	fn pass_over() -> Weight {
		pass_over(ParityDbWeight::get())
	}
}
