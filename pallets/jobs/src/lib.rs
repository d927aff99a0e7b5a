#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(any(feature = "runtime-benchmarks", feature = "try-runtime", feature = "std"))]
extern crate alloc;

mod auction;
mod book;
mod dispatchable_impls;
mod lifecycle;
mod tick_impls;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;

pub use pallet::*;
pub use types::{AuctionTermsOf, BidOf, JobRecordOf, REFUSAL_CODES};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use frame_support::{pallet_prelude::*, traits::Time};
	use frame_system::pallet_prelude::*;
	use millrace_primitives::{
		traits::{Deadlines, JobDeadline, JobEscrow, Registry},
		Balance, DirectTerms, JobId, JobNonce, JobState, ModelId, Moment, TokenCounts,
	};
	use sp_core::{sr25519, H256};
	use sp_runtime::traits::{IdentifyAccount, Verify};

	use crate::{AuctionTermsOf, BidOf, JobRecordOf, WeightInfo};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// Knows models, prices and workers.
		type Registry: Registry<Self::AccountId>;

		/// Holds the money of jobs.
		type Escrow: JobEscrow<Self::AccountId>;

		/// Calls [`Pallet::expire`] and [`Pallet::retire`] when their time has come, and the pallets
		/// that judge and dispute when theirs has.
		type Deadlines: Deadlines<JobDeadline>;

		/// Chain time, in milliseconds since the Unix epoch.
		type Time: Time<Moment = Moment>;

		/// The signature of a requester, or of the matcher that it named.
		type Signature: Parameter
			+ MaxEncodedLen
			+ Verify<Signer: IdentifyAccount<AccountId = Self::AccountId>>;

		/// Milliseconds from the creation of a direct job to the last moment for its proof.
		#[pallet::constant]
		type ProofWindow: Get<Moment>;

		/// Milliseconds from a proof without receipt to the settlement of its direct job.
		#[pallet::constant]
		type DisputeWindow: Get<Moment>;

		/// Milliseconds after which a requester can take back a direct job that nobody accepted.
		#[pallet::constant]
		type CancelAfter: Get<Moment>;

		/// The most milliseconds from the creation of an auction to the last moment for its award.
		#[pallet::constant]
		type BidWindowMax: Get<Moment>;

		/// The longest that the worker of an auctioned job may promise to take, in milliseconds.
		#[pallet::constant]
		type LatencyMax: Get<Moment>;

		/// The least milliseconds from the judgement of an auctioned job to its settlement.
		#[pallet::constant]
		type ChallengeWindowMin: Get<Moment>;

		/// The most milliseconds from the judgement of an auctioned job to its settlement.
		#[pallet::constant]
		type ChallengeWindowMax: Get<Moment>;

		/// How long the worker of an auctioned job has, in percent of what it promised. At least 100.
		#[pallet::constant]
		type LatencyMargin: Get<u16>;

		/// The least milliseconds that the worker of an auctioned job has, however little it promised.
		#[pallet::constant]
		type DeliveryMin: Get<Moment>;

		/// The least fee of a verifier, which is asked without having been asked whether it wants to.
		#[pallet::constant]
		type VerifierFeeMin: Get<Balance>;

		/// The share of a worker with an active stake, in basis points: what else a job takes is what
		/// it counts to the reputation of a worker that abandons it.
		#[pallet::constant]
		type StakedShare: Get<u16>;

		/// What the protocol takes of an auctioned job, in basis points.
		#[pallet::constant]
		type ProtocolFee: Get<u16>;

		/// The most milliseconds between chain time and the time in a new job's nonce.
		#[pallet::constant]
		type NonceWindow: Get<Moment>;

		/// Milliseconds for which a job that is over stays in storage. More than twice
		/// `NonceWindow`, so that no nonce is taken again after its job is forgotten.
		#[pallet::constant]
		type Retention: Get<Moment>;

		/// The most tokens that a job may ask for.
		#[pallet::constant]
		type MaxTokens: Get<TokenCounts>;

		/// The pool priority of an accept and of an award.
		#[pallet::constant]
		type AuthorizedPriority: Get<TransactionPriority>;

		/// Weights of this pallet's calls and of what it does when a deadline passes.
		type WeightInfo: WeightInfo;
	}

	/// Every job that is not forgotten yet.
	// `Identity`: the key is a hash that the chain computes.
	#[pallet::storage]
	pub type Jobs<T: Config> = StorageMap<_, Identity, JobId, JobRecordOf<T>, OptionQuery>;

	/// The jobs that concern a worker, by owner account: those direct ones that are not over and name
	/// it as a candidate, those auctioned ones that it was awarded and that are not over, and those
	/// that wait for its judgement.
	// `Blake2_128Concat`: anybody can choose an account. `Identity`: as above.
	#[pallet::storage]
	pub type WorkerJobs<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, JobId, (), OptionQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Money was locked for a new job.
		#[codec(index = 0)]
		Created {
			/// The job.
			job_id: JobId,
			/// Who pays.
			requester: T::AccountId,
			/// The model that must answer.
			model: ModelId,
			/// What is locked.
			amount: Balance,
			/// The last moment for a proof.
			deadline: Moment,
		},
		/// A requester took a job back and was refunded.
		#[codec(index = 1)]
		Cancelled {
			/// The job.
			job_id: JobId,
			/// Who paid.
			requester: T::AccountId,
			/// What was refunded.
			amount: Balance,
		},
		/// A worker took a job.
		#[codec(index = 2)]
		Accepted {
			/// The job.
			job_id: JobId,
			/// The owner account of the worker.
			worker: T::AccountId,
		},
		/// Nobody delivered in time; the requester was refunded.
		#[codec(index = 3)]
		Expired {
			/// The job.
			job_id: JobId,
			/// Who paid.
			requester: T::AccountId,
			/// The owner account of the worker that had accepted, if one had.
			worker: Option<T::AccountId>,
			/// What was refunded: all that was still locked.
			amount: Balance,
		},
		/// A job that was over left storage.
		#[codec(index = 4)]
		Retired {
			/// The job.
			job_id: JobId,
		},
		/// A deadline fell due that the state of its job does not await. Nothing was done. This
		/// indicates a bug.
		#[codec(index = 5)]
		DeadlineIgnored {
			/// The job.
			job_id: JobId,
			/// The state of the job, if it is known at all.
			state: Option<JobState>,
		},
		/// Money was locked for a new auction.
		#[codec(index = 6)]
		AuctionCreated {
			/// The job.
			job_id: JobId,
			/// Who pays.
			requester: T::AccountId,
			/// The model with which the result is checked.
			model: ModelId,
			/// What is locked: the largest payment, and the verifier's fee.
			amount: Balance,
			/// What of it is the verifier's fee.
			verifier_fee: Balance,
			/// The last moment for an award.
			deadline: Moment,
		},
		/// An auctioned job was awarded to a worker.
		#[codec(index = 7)]
		Awarded {
			/// The job.
			job_id: JobId,
			/// The owner account of the worker.
			worker: T::AccountId,
			/// What the worker is paid, protocol fee included.
			price: Balance,
			/// How long the worker promised to take, in milliseconds.
			latency: Moment,
			/// What the requester got back: what was locked above the price.
			refund: Balance,
			/// The last moment for a delivery.
			deadline: Moment,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such job, or it is forgotten already.
		#[codec(index = 0)]
		UnknownJob,
		/// The job is not in a state in which this can be done.
		#[codec(index = 1)]
		WrongState,
		/// The time for a proof, or for an award, of this job is over.
		#[codec(index = 2)]
		TooLate,
		/// The job does not name this worker as a candidate.
		#[codec(index = 3)]
		NotCandidate,
		/// There is no worker registered by this account.
		#[codec(index = 4)]
		NotRegistered,
		/// The signature is not the worker key's over this job, owner and chain.
		#[codec(index = 5)]
		BadSignature,
		/// Only the requester of the job can do this.
		#[codec(index = 6)]
		NotRequester,
		/// A worker may be busy with the job already; it can be cancelled a little later.
		#[codec(index = 7)]
		TooEarly,
		/// The time in the nonce is too long ago. Is the clock of the requester right?
		#[codec(index = 8)]
		NonceTooOld,
		/// The time in the nonce is too far ahead. Is the clock of the requester right?
		#[codec(index = 9)]
		NonceTooNew,
		/// The requester has a job with this nonce already.
		#[codec(index = 10)]
		AlreadyExists,
		/// The model is not on offer.
		#[codec(index = 11)]
		UnknownModel,
		/// The job names no candidate.
		#[codec(index = 12)]
		NoCandidate,
		/// The job names a candidate twice.
		#[codec(index = 13)]
		DuplicateCandidate,
		/// A candidate does not serve the model.
		#[codec(index = 14)]
		ModelNotServed,
		/// The job asks for no prompt tokens or for no answer tokens.
		#[codec(index = 15)]
		NoTokens,
		/// The job asks, or is charged, for more tokens than it may.
		#[codec(index = 16)]
		TooManyTokens,
		/// The job would cost nothing.
		#[codec(index = 17)]
		NothingToLock,
		/// The parts of a payment do not add up to what was locked. This indicates a bug.
		#[codec(index = 18)]
		NotConserved,
		/// Only an auctioned job can be awarded.
		#[codec(index = 19)]
		NotAuctioned,
		/// The bid was not awarded in time.
		#[codec(index = 20)]
		BidExpired,
		/// The bid asks for nothing.
		#[codec(index = 21)]
		PriceTooLow,
		/// The bid asks for more than the requester pays.
		#[codec(index = 22)]
		PriceTooHigh,
		/// The promised latency is nothing, or longer than it may be.
		#[codec(index = 23)]
		LatencyOutOfBounds,
		/// The worker has no active stake of at least the minimum.
		#[codec(index = 24)]
		NotStaked,
		/// Requester, worker and verifier of a job must be three, and be paid to accounts of their own.
		#[codec(index = 25)]
		ConflictOfInterest,
		/// The bid's signature is not the worker key's over this bid and chain.
		#[codec(index = 26)]
		BadBidSignature,
		/// The award's signature is not that of the requester, or of its matcher, over this bid and
		/// chain.
		#[codec(index = 27)]
		BadAwardSignature,
		/// The time for bids is nothing, or longer than it may be.
		#[codec(index = 28)]
		BidWindowOutOfBounds,
		/// The challenge window is shorter, or longer, than it may be.
		#[codec(index = 29)]
		ChallengeWindowOutOfBounds,
		/// The fee of the verifier is less than the least.
		#[codec(index = 30)]
		VerifierFeeTooLow,
		/// The named account is not a verifier of this model with the stake that it takes.
		#[codec(index = 31)]
		VerifierNotEligible,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "std")]
		fn integrity_test() {
			// A runtime may keep its windows in storage, where genesis sets them.
			sp_io::TestExternalities::default().execute_with(|| {
				assert_eq!(Self::check_parameters(), Ok(()));
			});
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Lock the most that a new direct job can cost, and let its candidates answer it.
		///
		/// - `origin`: Must be Signed by the requester, who must own what is locked.
		/// - `nonce`: What makes the job's id unique. Its time must be close to the chain's.
		/// - `terms`: What is asked of whom. Each candidate must be registered for the model.
		///
		/// Emits `Created`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create(terms.candidates.len() as u32))]
		pub fn create(
			origin: OriginFor<T>,
			nonce: JobNonce,
			terms: DirectTerms<T::AccountId>,
		) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_create(requester, nonce, terms)?;
			Ok(())
		}

		/// Take back a job that nobody has accepted, and its money with it.
		///
		/// - `origin`: Must be Signed by the requester.
		/// - `job`: The job. It must be OPEN, and a direct one at least `CancelAfter` old.
		///
		/// Emits `Cancelled`.
		#[pallet::call_index(1)]
		pub fn cancel(origin: OriginFor<T>, job: JobId) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_cancel(&requester, job)
		}

		/// Take a job for a worker, so that its requester cannot cancel it any more.
		///
		/// - `origin`: Must be Authorized, which the signature brings about; there is no fee.
		/// - `job`: The job. It must be OPEN.
		/// - `owner`: The owner account of the worker, which must be a candidate.
		/// - `signature`: By the worker key, over `proof::accept_message`.
		///
		/// Emits `Accepted`.
		#[pallet::call_index(2)]
		#[pallet::authorize(Self::authorize_accept)]
		pub fn accept(
			origin: OriginFor<T>,
			job: JobId,
			owner: T::AccountId,
			signature: sr25519::Signature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_accept(job, owner, &signature)
		}

		/// Lock the most that an auctioned job can cost, and let workers bid for it off chain.
		///
		/// - `origin`: Must be Signed by the requester, who must own what is locked: the largest
		///   payment and the verifier's fee.
		/// - `nonce`: What makes the job's id unique. Its time must be close to the chain's.
		/// - `terms`: What is asked for. The windows must be within the bounds of the chain, the
		///   model on offer, and a named verifier able to judge for it and not the requester.
		///
		/// Emits `AuctionCreated`.
		#[pallet::call_index(3)]
		pub fn create_auction(
			origin: OriginFor<T>,
			nonce: JobNonce,
			terms: AuctionTermsOf<T>,
		) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_create_auction(requester, nonce, terms)?;
			Ok(())
		}

		/// Award an auctioned job to a bid. What was locked above its price goes back to the
		/// requester at once.
		///
		/// - `origin`: Must be Authorized, which the signatures bring about; there is no fee.
		/// - `bid`: The worker's offer. Its job must be OPEN, it must be within the terms, and its
		///   worker staked and no other party to the job.
		/// - `bid_signature`: By the worker key, over `Bid::message`.
		/// - `award_signature`: By the requester or its matcher, over `auction::award_message`.
		///
		/// Emits `Awarded`.
		#[pallet::call_index(4)]
		#[pallet::authorize(Self::authorize_award)]
		pub fn award(
			origin: OriginFor<T>,
			bid: BidOf<T>,
			bid_signature: sr25519::Signature,
			award_signature: T::Signature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_award(&bid, &bid_signature, &award_signature)
		}
	}
}
