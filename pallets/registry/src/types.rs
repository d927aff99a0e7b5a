//! The records that the registry stores. Plain data and its arithmetic; nothing here knows what a
//! pallet is.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::string::String;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use millrace_primitives::{
	identity,
	traits::{VERIFIERS_MAX, WORKER_KEYS_MAX},
	Balance, ModelId, Moment, Price, Reputation, TierId, WorkerKey,
};
use scale_info::TypeInfo;
use sp_core::H256;

/// The longest name of a tier or a model, in bytes.
pub const NAME_BYTES_MAX: u32 = 64;
/// The most tiers.
pub const TIERS_MAX: u32 = 32;
/// The most models on offer.
pub const MODELS_MAX: u32 = 256;
/// The most models that one worker serves, and the most that it verifies for.
pub const MODELS_PER_WORKER_MAX: u32 = 16;
/// The most withdrawals of stake that one worker has under way.
pub const UNBONDING_MAX: u32 = 8;
/// The most worker keys that one worker has given up and still answers for.
pub const FORMER_KEYS_MAX: u32 = WORKER_KEYS_MAX.saturating_sub(1);
/// The most workers that [`crate::Pallet::workers_of`] answers.
pub const WORKERS_OF_MAX: u32 = 64;

/// The name of a tier or a model: 1 – 64 printable ASCII characters without spaces.
pub type Name = BoundedVec<u8, ConstU32<NAME_BYTES_MAX>>;

/// The models that a worker serves, or that it verifies for.
pub type ModelIds = BoundedVec<ModelId, ConstU32<MODELS_PER_WORKER_MAX>>;

/// The owners of those who verify for a model, in the order in which they took on the role.
pub type Seats<AccountId> = BoundedVec<AccountId, ConstU32<VERIFIERS_MAX>>;

/// The withdrawals of stake that a worker has under way.
pub type UnbondingChunks = BoundedVec<UnbondingChunk, ConstU32<UNBONDING_MAX>>;

/// The worker keys that a worker has given up and may still answer for.
pub type FormerKeys = BoundedVec<FormerKey, ConstU32<FORMER_KEYS_MAX>>;

/// Whether `name` can name a tier or a model: clients type it, so it is one visible word.
pub fn is_name(name: &[u8]) -> bool {
	!name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// A price class of models.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TierRecord {
	/// Its name.
	pub name: Name,
	/// What its models cost.
	pub price: Price,
	/// How many models it has; it can be removed only when there is none.
	pub models: u32,
}

/// A model on offer.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ModelRecord {
	/// The name that clients call it by; no two models share one.
	pub name: Name,
	/// Its tier.
	pub tier: TierId,
	/// The most tokens, prompt and answer together, that it can hold.
	pub context: u32,
	/// The length of its GGUF file.
	pub bytes: u64,
}

/// Stake on its way out: on hold like active stake, and slashable until it unlocks.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct UnbondingChunk {
	/// How much.
	pub amount: Balance,
	/// When it can be withdrawn, in chain time.
	pub unlock_at: Moment,
}

/// A worker key that was given up. The worker answers for what it signed as long as for stake that it
/// had unbonded at the same moment, so that nobody escapes a slash by a change of keys.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct FormerKey {
	/// The key.
	pub key: WorkerKey,
	/// When it was given up, in chain time. The worker does not answer for what it is said to have
	/// signed of a job that is younger.
	pub given_up_at: Moment,
	/// When the worker no longer answers for it, in chain time.
	pub until: Moment,
}

/// A worker, as its owner registered it.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct WorkerRecord<AccountId> {
	/// Its keys.
	pub keys: identity::WorkerKeys,
	/// How often the keys have been set, registration included; the nonce of the next change.
	pub key_changes: u32,
	/// Where it is paid.
	pub payout: AccountId,
	/// The models it serves, without repetition.
	pub models: ModelIds,
	/// What its registration holds.
	pub deposit: Balance,
	/// Its active stake.
	pub stake: Balance,
	/// Its stake on the way out, what unlocks soonest first.
	pub unbonding: UnbondingChunks,
	/// How well it has done as a worker.
	pub reputation: Reputation,
	/// The models it verifies for, without repetition.
	pub verifies: ModelIds,
	/// How well it has done as a verifier and juror.
	pub verifier_reputation: Reputation,
	/// The worker keys that it gave up, oldest first, without repetition and without the present one.
	/// Those whose time is over stay until the next change of keys.
	pub former_keys: FormerKeys,
	/// The number of the block in which it last came to judge for a model, or could have: it was
	/// registered, took on the role for a model, its active stake came to reach what a verifier needs,
	/// or it came to be paid elsewhere.
	///
	/// The seed of a draw is public about a slot before the draw is made. Who could become eligible
	/// in that slot could choose whether to be drawn; this tells who did.
	pub judges_since: u32,
}

impl<AccountId> WorkerRecord<AccountId> {
	/// All stake that is on hold, active or not.
	///
	/// Its parts sum to one hold, so saturation cannot happen; the same goes for the sums below.
	pub fn held_stake(&self) -> Balance {
		self.unbonding.iter().fold(self.stake, |sum, chunk| sum.saturating_add(chunk.amount))
	}

	/// Stake on its way out that can still be slashed at `now`.
	pub fn slashable_unbonding(&self, now: Moment) -> Balance {
		self.unbonding
			.iter()
			.filter(|chunk| chunk.unlock_at > now)
			.fold(0, |sum, chunk| sum.saturating_add(chunk.amount))
	}

	/// The worker keys that it answers for at `now` if they signed since `since`, the latest first.
	pub fn answers_for(&self, since: Moment, now: Moment) -> impl Iterator<Item = WorkerKey> + '_ {
		let counts = move |former: &&FormerKey| former.given_up_at >= since && former.until > now;
		let former = self.former_keys.iter().rev().filter(counts);
		core::iter::once(self.keys.worker).chain(former.map(|former| former.key))
	}

	/// Replace the keys at `now`, and answer for the former worker key until `until`. Forgets the
	/// former keys whose time is over. Fails, with the keys as they were, if it would answer for more
	/// former keys than can be.
	pub(crate) fn rotate_keys(
		&mut self,
		keys: identity::WorkerKeys,
		now: Moment,
		until: Moment,
	) -> Result<(), FormerKey> {
		self.former_keys.retain(|former| former.until > now && former.key != keys.worker);
		if self.keys.worker != keys.worker {
			self.former_keys.try_push(FormerKey {
				key: self.keys.worker,
				given_up_at: now,
				until,
			})?;
		}
		self.keys = keys;
		Ok(())
	}

	/// Drop the chunks that have unlocked by `now`, and return what they held.
	pub(crate) fn take_unlocked(&mut self, now: Moment) -> Balance {
		let held = self.held_stake();
		self.unbonding.retain(|chunk| chunk.unlock_at > now);
		held.saturating_sub(self.held_stake())
	}

	/// Take up to `amount` from the stake that can be slashed at `now`, and return how much it was.
	///
	/// Active stake goes first, so that the standing it buys is lost at once; then the chunks that
	/// unlock soonest, so that what is left stays slashable for longest.
	pub(crate) fn take_slashed(&mut self, amount: Balance, now: Moment) -> Balance {
		let mut left = amount;
		take(&mut self.stake, &mut left);
		for chunk in self.unbonding.iter_mut().filter(|chunk| chunk.unlock_at > now) {
			take(&mut chunk.amount, &mut left);
		}
		self.unbonding.retain(|chunk| chunk.amount > 0);
		amount.saturating_sub(left)
	}
}

/// Move as much as there is from `source` to what `left` still asks for.
fn take(source: &mut Balance, left: &mut Balance) {
	let taken = (*source).min(*left);
	*source = source.saturating_sub(taken);
	*left = left.saturating_sub(taken);
}

/// A tier in a genesis preset.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisTier {
	/// The tier.
	pub id: TierId,
	/// Its name.
	pub name: String,
	/// What its models cost, in base units of the payment asset for 1,000 tokens.
	pub price: Price,
}

/// A model in a genesis preset.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisModel {
	/// The SHA-256 of its GGUF file; hexadecimal in JSON.
	pub id: H256,
	/// The name that clients call it by.
	pub name: String,
	/// Its tier, which must be in the same preset.
	pub tier: TierId,
	/// The most tokens, prompt and answer together, that it can hold.
	pub context: u32,
	/// The length of its GGUF file.
	pub bytes: u64,
}
