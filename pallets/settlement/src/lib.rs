#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(feature = "runtime-benchmarks")]
extern crate alloc;

mod checks;
mod dispatchable_impls;
mod payment;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{JobRecordOf, OutcomeOf, ProofOf, ReceiptOf, REFUSAL_CODES};
pub use weights::WeightInfo;

#[frame_support::pallet]
#[expect(clippy::large_enum_variant, reason = "a call is never held in numbers")]
pub mod pallet {
	use frame_support::{pallet_prelude::*, traits::Time};
	use frame_system::pallet_prelude::*;
	use millrace_primitives::{
		money::BASIS_POINTS,
		traits::{JobBook, JobEscrow, Registry},
		Balance, Commitment, JobId, Moment, TokenCounts,
	};
	use sp_core::{sr25519, H256};
	use sp_runtime::traits::{IdentifyAccount, Verify};

	use crate::{ProofOf, ReceiptOf, WeightInfo};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// Keeps the records of jobs.
		type Jobs: JobBook<Self::AccountId>;

		/// Holds the money of jobs.
		type Escrow: JobEscrow<Self::AccountId>;

		/// Knows workers.
		type Registry: Registry<Self::AccountId>;

		/// Chain time, in milliseconds since the Unix epoch.
		type Time: Time<Moment = Moment>;

		/// The signature of a requester.
		type Signature: Parameter
			+ MaxEncodedLen
			+ Verify<Signer: IdentifyAccount<AccountId = Self::AccountId>>;

		/// The share of a worker with an active stake, in basis points.
		#[pallet::constant]
		type StakedShare: Get<u16>;

		/// The share of a worker without an active stake, in basis points.
		#[pallet::constant]
		type UnstakedShare: Get<u16>;

		/// The pool priority of a proof without receipt. One that settles its job, with a receipt or
		/// as one, comes before it.
		#[pallet::constant]
		type AuthorizedPriority: Get<TransactionPriority>;

		/// Weights of this pallet's calls and of what it does when a deadline passes.
		type WeightInfo: WeightInfo;
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A worker delivered, and the chain's checks hold.
		#[codec(index = 0)]
		Proven {
			/// The job.
			job_id: JobId,
			/// The owner account of the worker.
			worker: T::AccountId,
			/// What is charged.
			tokens: TokenCounts,
			/// The last link of the output chain.
			output: Commitment,
		},
		/// A job was paid. The three parts add up to what was locked.
		#[codec(index = 1)]
		Settled {
			/// The job.
			job_id: JobId,
			/// Who paid.
			requester: T::AccountId,
			/// The owner account of the worker.
			worker: T::AccountId,
			/// What the worker got.
			payout: Balance,
			/// What the treasury got.
			treasury: Balance,
			/// What the requester got back.
			refund: Balance,
		},
		/// A job could not be paid as it should; what was locked went back to the requester. This
		/// indicates a bug.
		#[codec(index = 2)]
		PayoutFailed {
			/// The job.
			job_id: JobId,
			/// Why.
			error: DispatchError,
		},
		/// A window ended of a job that does not wait for it. Nothing was done. This indicates a bug.
		#[codec(index = 3)]
		DeadlineIgnored {
			/// The job.
			job_id: JobId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such job, or it is forgotten already.
		#[codec(index = 0)]
		UnknownJob,
		/// The job does not wait for this: it is over, or, for a receipt, not proven yet.
		#[codec(index = 1)]
		WrongState,
		/// The job has a proof already.
		#[codec(index = 2)]
		AlreadyProven,
		/// The time for a proof of this job is over.
		#[codec(index = 3)]
		TooLate,
		/// The job does not name this worker as a candidate.
		#[codec(index = 4)]
		NotCandidate,
		/// The proof is for another model than the job's.
		#[codec(index = 5)]
		WrongModel,
		/// The proof charges more tokens than the requester allowed.
		#[codec(index = 6)]
		TooManyTokens,
		/// Another worker accepted the job; it takes a receipt to be paid for it.
		#[codec(index = 7)]
		AcceptedByAnother,
		/// The receipt confirms another proof.
		#[codec(index = 8)]
		ReceiptForAnotherProof,
		/// There is no worker registered by this account.
		#[codec(index = 9)]
		NotRegistered,
		/// The signature is not the worker key's over this proof and chain.
		#[codec(index = 10)]
		BadProofSignature,
		/// The receipt's signature is not the requester's over this job, proof and chain.
		#[codec(index = 11)]
		BadReceiptSignature,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "std")]
		fn integrity_test() {
			// A runtime may keep its shares in storage, where genesis sets them.
			sp_io::TestExternalities::default().execute_with(|| {
				assert!(T::StakedShare::get() <= BASIS_POINTS, "a share is more than all");
				assert!(T::UnstakedShare::get() <= T::StakedShare::get(), "a stake does not pay");
			});
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Prove a job done. With a receipt the job is settled at once, without one when its window
		/// ends.
		///
		/// - `origin`: Must be Authorized, which the signatures bring about; there is no fee.
		/// - `proof`: What the worker claims. Its job must wait for a proof, and its worker be a
		///   candidate, and if there is no receipt, no other worker may have accepted.
		/// - `signature`: By the worker key, over `Proof::message`.
		/// - `receipt`: The requester's confirmation of this proof, if there is one.
		///
		/// Emits `Proven`, and with a receipt `Settled`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::submit_proof(u32::from(receipt.is_some())))]
		#[pallet::authorize(Self::authorize_submit_proof)]
		#[pallet::weight_of_authorize(
			T::WeightInfo::authorize_submit_proof(u32::from(receipt.is_some()))
		)]
		pub fn submit_proof(
			origin: OriginFor<T>,
			proof: ProofOf<T>,
			signature: sr25519::Signature,
			receipt: Option<ReceiptOf<T>>,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_submit_proof(&proof, &signature, receipt.as_ref())
		}

		/// Settle a proven job at once.
		///
		/// - `origin`: Must be Authorized, which the receipt brings about; there is no fee.
		/// - `job`: The job. It must be VERIFIED.
		/// - `receipt`: The requester's confirmation of the job's proof.
		///
		/// Emits `Settled`.
		#[pallet::call_index(1)]
		#[pallet::authorize(Self::authorize_submit_receipt)]
		pub fn submit_receipt(
			origin: OriginFor<T>,
			job: JobId,
			receipt: ReceiptOf<T>,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_submit_receipt(job, &receipt)
		}
	}
}
