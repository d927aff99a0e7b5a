#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

pub use pallet::*;
pub use types::{AssetIdOf, LedgerEntry, LedgerEntryOf};
pub use weights::WeightInfo;

mod dispatchable_impls;
mod escrow_impls;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

#[frame_support::pallet]
pub mod pallet {
	use frame_support::{pallet_prelude::*, traits::fungibles, PalletId};
	use frame_system::pallet_prelude::*;
	use millrace_primitives::{Balance, JobId};

	use crate::{AssetIdOf, LedgerEntryOf, WeightInfo};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

	/// The ledger of what is locked for jobs.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime decides.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The reasons for which this chain holds money.
		type RuntimeHoldReason: From<HoldReason>;

		/// The assets, which can be put on hold.
		type Assets: fungibles::hold::Mutate<
			Self::AccountId,
			Balance = Balance,
			Reason = Self::RuntimeHoldReason,
		>;

		/// The asset that jobs are paid in.
		#[pallet::constant]
		type PaymentAsset: Get<AssetIdOf<Self>>;

		/// Who gets the protocol's part of a payment.
		#[pallet::constant]
		type Treasury: Get<Self::AccountId>;

		/// Names the pot, the account that keeps what could not be paid.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// What the calls weigh.
		type WeightInfo: WeightInfo;
	}

	/// Why money of the payment asset is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// It is locked for jobs; or, in the pot, it waits to be claimed.
		#[codec(index = 0)]
		JobEscrow,
	}

	/// What is locked, for which job and by whom.
	// Blake2: a job id is a hash, but of a nonce that its requester chooses.
	#[pallet::storage]
	pub type Ledger<T: Config> =
		StorageMap<_, Blake2_128Concat, JobId, LedgerEntryOf<T>, OptionQuery>;

	/// What waits to be claimed, because its owner could not be paid when it was due.
	// Blake2: users choose their accounts.
	#[pallet::storage]
	pub type Claimable<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Balance, OptionQuery>;

	/// What happened to the money of a job. The amounts of `Paid`, `VerifierPaid`, `ToTreasury`,
	/// `Refunded` and `Parked` of a job that is over add up to that of `Locked`; until then, what
	/// they lack is what is still locked.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Money was locked for a job.
		#[codec(index = 0)]
		Locked {
			/// The job.
			job_id: JobId,
			/// Whose money it is.
			requester: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// A worker was paid.
		#[codec(index = 1)]
		Paid {
			/// The job.
			job_id: JobId,
			/// The payout account of the worker.
			to: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// The treasury got its part.
		#[codec(index = 2)]
		ToTreasury {
			/// The job.
			job_id: JobId,
			/// How much.
			amount: Balance,
		},
		/// A requester got money back: all that was locked for a job, or what it does not need.
		#[codec(index = 3)]
		Refunded {
			/// The job.
			job_id: JobId,
			/// Whose money it is.
			requester: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// Somebody could not be paid; the money waits in the pot until it is claimed.
		#[codec(index = 4)]
		Parked {
			/// The job.
			job_id: JobId,
			/// Whose money it is.
			who: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// Parked money reached its owner.
		#[codec(index = 5)]
		Claimed {
			/// Whose money it is.
			who: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// A job could not be refunded; what is locked for it stays locked.
		#[codec(index = 6)]
		RefundFailed {
			/// The job.
			job_id: JobId,
			/// Why.
			error: DispatchError,
		},
		/// A verifier was paid.
		#[codec(index = 7)]
		VerifierPaid {
			/// The job.
			job_id: JobId,
			/// The payout account of the verifier.
			to: T::AccountId,
			/// How much.
			amount: Balance,
		},
	}

	/// Why money did not move.
	#[pallet::error]
	pub enum Error<T> {
		/// The job has money locked already.
		#[codec(index = 0)]
		AlreadyLocked,
		/// Nothing is locked for the job.
		#[codec(index = 1)]
		NothingLocked,
		/// The parts of the payment exceed what is locked.
		#[codec(index = 2)]
		PaymentTooHigh,
		/// Nothing waits to be claimed by this account.
		#[codec(index = 3)]
		NothingToClaim,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				T::Treasury::get() != Self::pot(),
				"the treasury must not be the pot, whose free money nobody can reach"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Pay `who` all that waits to be claimed by it.
		///
		/// - `origin`: Must be Signed; anybody may.
		/// - `who`: Whose money it is. It must be able to receive the payment asset now.
		///
		/// Emits `Claimed`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(who)
		}
	}
}
