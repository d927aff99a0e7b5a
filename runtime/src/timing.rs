//! The times by which the chain runs: set once at genesis, and nothing in the runtime changes them
//! afterwards. Different networks run the same code with different times.

pub use pallet::*;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::Get;
use scale_info::TypeInfo;

use crate::Runtime;

/// The shortest slot that a network can run: less does not cover a round trip and the execution of
/// a block.
const SLOT_MS_MIN: u64 = 100;

/// The longest slot. Deadlines are looked at once a block, so they are this coarse.
const SLOT_MS_MAX: u64 = 12_000;

/// How long what takes time takes, in milliseconds.
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
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Times {
	/// Between blocks.
	pub slot_ms: u64,
	/// From the lock to the proof of a direct job.
	pub proof_window_ms: u64,
	/// From the proof to the settlement of a direct job without a receipt.
	pub dispute_window_ms: u64,
	/// From the lock to the moment at which the requester can cancel a direct job.
	pub cancel_after_ms: u64,
	/// How far the time in a job's nonce may be from the chain's.
	pub nonce_window_ms: u64,
	/// From the end of a job to its leaving storage.
	pub retention_ms: u64,
	/// From the withdrawal of stake to its release.
	pub unbonding_ms: u64,
}

impl Times {
	/// The times of a public network.
	pub const PUBLIC: Self = Self {
		slot_ms: 1_000,
		proof_window_ms: 120_000,
		dispute_window_ms: 60_000,
		cancel_after_ms: 8_000,
		nonce_window_ms: 300_000,
		retention_ms: 900_000,
		unbonding_ms: 7 * 24 * 60 * 60 * 1_000,
	};

	/// What is wrong with these times, if something is.
	pub fn check(&self) -> Result<(), &'static str> {
		let remembered =
			u64::from(crate::configs::BlockHashCount::get()).saturating_mul(self.slot_ms);
		let rules = [
			(self.slot_ms >= SLOT_MS_MIN, "a slot lasts at least 100 ms"),
			(self.slot_ms <= SLOT_MS_MAX, "a slot lasts at most 12 s"),
			(self.cancel_after_ms >= self.slot_ms, "a job cannot be cancelled within a slot"),
			(
				self.proof_window_ms > self.cancel_after_ms,
				"a job can be cancelled before its proof window ends",
			),
			(self.dispute_window_ms >= self.slot_ms, "the dispute window lasts at least a slot"),
			(
				remembered > self.proof_window_ms,
				"the chain remembers block hashes for longer than the proof window",
			),
			(
				self.retention_ms > self.nonce_window_ms.saturating_mul(2),
				"a job stays for longer than its nonce can be used: twice the nonce window",
			),
		];
		match rules.iter().find(|(holds, _)| !holds) {
			Some((_, rule)) => Err(rule),
			None => Ok(()),
		}
	}
}

impl Default for Times {
	fn default() -> Self {
		Self::PUBLIC
	}
}

#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;

	use super::Times;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	/// The times by which this chain runs.
	// One record, because almost every block needs most of them.
	#[pallet::storage]
	pub type Current<T: Config> = StorageValue<_, Times, ValueQuery>;

	/// The times of a new chain.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The times.
		pub times: Times,
		#[serde(skip)]
		_config: PhantomData<T>,
	}

	impl<T: Config> From<Times> for GenesisConfig<T> {
		fn from(times: Times) -> Self {
			Self { times, _config: PhantomData }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let checked = self.times.check();
			assert!(checked.is_ok(), "impossible times: {checked:?}");
			Current::<T>::put(self.times);
		}
	}
}

macro_rules! parts {
	($($(#[$doc:meta])* $name:ident = $field:ident;)*) => {$(
		$(#[$doc])*
		pub struct $name;

		impl Get<u64> for $name {
			fn get() -> u64 {
				Current::<Runtime>::get().$field
			}
		}
	)*};
}

parts! {
	/// See [`Times::slot_ms`].
	SlotMs = slot_ms;
	/// See [`Times::proof_window_ms`].
	ProofWindowMs = proof_window_ms;
	/// See [`Times::dispute_window_ms`].
	DisputeWindowMs = dispute_window_ms;
	/// See [`Times::cancel_after_ms`].
	CancelAfterMs = cancel_after_ms;
	/// See [`Times::nonce_window_ms`].
	NonceWindowMs = nonce_window_ms;
	/// See [`Times::retention_ms`].
	RetentionMs = retention_ms;
	/// See [`Times::unbonding_ms`].
	UnbondingMs = unbonding_ms;
}

/// Half of a slot: the least that two timestamps may be apart.
pub struct MinimumPeriod;

impl Get<u64> for MinimumPeriod {
	fn get() -> u64 {
		SlotMs::get().div_euclid(2)
	}
}
