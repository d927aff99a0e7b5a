//! What the runtime APIs answer. Clients decode these; nothing here is storage.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

use crate::{
	Balance, EnvelopeKey, JobId, JobRecord, ModelId, Moment, PeerKey, Price, TierId, TokenCounts,
	WorkerKey,
};

/// A job with what is needed to judge it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct JobView<AccountId> {
	/// The job.
	pub id: JobId,
	/// Its record.
	pub record: JobRecord<AccountId>,
	/// The hash of the block in which it was created; zero while that block is being built, or when
	/// it is too old for the chain to remember.
	pub entropy: H256,
}

/// A price class.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct TierView {
	/// The tier.
	pub id: TierId,
	/// Its name.
	pub name: Vec<u8>,
	/// Its price.
	pub price: Price,
}

/// A model on offer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ModelView {
	/// The model: the SHA-256 of its GGUF.
	pub id: ModelId,
	/// The name that clients call it by.
	pub name: Vec<u8>,
	/// Its tier.
	pub tier: TierId,
	/// Its price: that of the tier.
	pub price: Price,
	/// The most tokens, prompt and answer together, that it can hold.
	pub context: u32,
}

/// A worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct WorkerView<AccountId> {
	/// Who registered it.
	pub owner: AccountId,
	/// Signs for it.
	pub key: WorkerKey,
	/// The libp2p identity of its sidecar.
	pub peer: PeerKey,
	/// The key to which envelopes are sealed.
	pub envelope: EnvelopeKey,
	/// Where it is paid.
	pub payout: AccountId,
	/// The models it serves.
	pub models: Vec<ModelId>,
	/// Its active stake, in MILL base units.
	pub stake: Balance,
	/// Stake that is being withdrawn and can still be slashed.
	pub unbonding: Balance,
	/// Stake whose unbonding time is over: `withdraw_unbonded` gives it back.
	pub withdrawable: Balance,
	/// Whether the stake reaches the minimum.
	pub staked: bool,
	/// 0 – 1000; new workers start at the middle.
	pub reputation: u16,
	/// How often its keys were set, at registration and since; the nonce of the next change.
	pub key_changes: u32,
}

/// What a job would cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Quote {
	/// The tier of the model.
	pub tier: TierId,
	/// Its price.
	pub price: Price,
	/// The counts asked about.
	pub max: TokenCounts,
	/// What would be locked, in base units of the payment asset.
	pub lock: Balance,
}

/// The numbers by which this chain runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Parameters {
	/// Milliseconds between blocks.
	pub slot_ms: u64,
	/// From the lock to the proof of a direct job.
	pub proof_window_ms: u64,
	/// From the proof to the settlement of a direct job without a receipt.
	pub dispute_window_ms: u64,
	/// How old a direct job must be before its requester can cancel it.
	pub cancel_after_ms: u64,
	/// How far the time in a job's nonce may be from the chain's.
	pub nonce_window_ms: u64,
	/// How long a terminal job stays in storage.
	pub retention_ms: u64,
	/// How long stake stays slashable after it is withdrawn.
	pub unbonding_ms: u64,
	/// The least stake that counts, in MILL base units.
	pub stake_min: Balance,
	/// The share of a staked worker, in basis points.
	pub share_staked: u16,
	/// The share of an unstaked worker, in basis points.
	pub share_unstaked: u16,
	/// The asset that jobs are paid in.
	pub payment_asset: u32,
	/// Chain time of the block asked about.
	pub now: Moment,
}

/// One balance, as accounts see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo)]
pub struct Funds {
	/// Payment asset that can be spent, in base units.
	pub free: Balance,
	/// Payment asset locked for jobs.
	pub locked: Balance,
	/// Payment asset that waits to be claimed.
	pub claimable: Balance,
	/// MILL that can be spent, in base units.
	pub native: Balance,
}
