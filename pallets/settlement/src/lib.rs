#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(feature = "runtime-benchmarks")]
extern crate alloc;

mod attestation;
mod checks;
mod dispatchable_impls;
mod payment;
mod submission;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{
	AttestationOf, JobRecordOf, OutcomeOf, ProofOf, ReceiptOf, SubmissionOf, REFUSAL_CODES,
};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use frame_support::{
		pallet_prelude::*,
		traits::{Randomness, Time},
	};
	use frame_system::pallet_prelude::*;
	use millrace_primitives::{
		traits::{Disputes, JobBook, JobEscrow, Registry},
		Balance, Commitment, JobId, Moment, TokenCounts,
	};
	use sp_core::{sr25519, H256};
	use sp_runtime::traits::{IdentifyAccount, Verify};

	use crate::{AttestationOf, ProofOf, ReceiptOf, SubmissionOf, WeightInfo};

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

		/// Knows workers and verifiers.
		type Registry: Registry<Self::AccountId>;

		/// Takes in what a verifier finds bad.
		type Disputes: Disputes<Self::AccountId>;

		/// By what verifiers are drawn. What it gives MUST not have been known `DrawDelay` earlier.
		type Randomness: Randomness<H256, BlockNumberFor<Self>>;

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

		/// What of the price of an auctioned job goes to the treasury, in basis points.
		#[pallet::constant]
		type ProtocolFee: Get<u16>;

		/// Milliseconds from a submission to the draw of its verifier, if none was named.
		#[pallet::constant]
		type DrawDelay: Get<Moment>;

		/// Milliseconds that a verifier has to judge a submission.
		#[pallet::constant]
		type JudgeWindow: Get<Moment>;

		/// The pool priority of a proof without receipt, and of what else settles no job. What settles a job, a receipt or a
		/// proof with one, comes before it.
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
		/// A job was paid. The parts add up to what was locked. Of those of an auctioned job, the
		/// verifier has got its own before, and the requester what it got back with the award.
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
			/// What the verifier got.
			verifier: Balance,
			/// What the requester got back.
			refund: Balance,
		},
		/// Money of a job could not be moved as it should; what is still locked goes back to the
		/// requester with the end of the job. This indicates a bug.
		#[codec(index = 2)]
		PayoutFailed {
			/// The job.
			job_id: JobId,
			/// Why.
			error: DispatchError,
		},
		/// A window ended of a job that does not wait for it, or a dispute that there is not. Nothing
		/// was done. This indicates a bug.
		#[codec(index = 3)]
		DeadlineIgnored {
			/// The job.
			job_id: JobId,
		},
		/// A worker delivered an auctioned job.
		#[codec(index = 4)]
		Submitted {
			/// The job.
			job_id: JobId,
			/// The owner account of the worker.
			worker: T::AccountId,
			/// The digest of the submission, which an attestation and a receipt name.
			submission: [u8; 32],
			/// The output commitment of the result.
			output: Commitment,
			/// Who judges it; nobody if its verifier is to be drawn.
			verifier: Option<T::AccountId>,
			/// When the time of the verifier is over, or it is drawn.
			deadline: Moment,
		},
		/// The verifier of an auctioned job was drawn.
		#[codec(index = 5)]
		VerifierAppointed {
			/// The job.
			job_id: JobId,
			/// The owner account of the verifier.
			verifier: T::AccountId,
			/// The last moment for its judgement.
			deadline: Moment,
		},
		/// A verifier judged a result and was paid. If the result is good, the challenge window opens;
		/// if it is bad, it is disputed.
		#[codec(index = 6)]
		Attested {
			/// The job.
			job_id: JobId,
			/// The owner account of the verifier.
			verifier: T::AccountId,
			/// Whether the result is good.
			passed: bool,
			/// A hash of what the judgement rests on.
			evidence: Commitment,
			/// What the verifier got.
			fee: Balance,
		},
		/// A verifier did not judge in time, or there is nobody who could. The challenge window opens
		/// all the same.
		#[codec(index = 7)]
		VerifierSilent {
			/// The job.
			job_id: JobId,
			/// The owner account of the verifier; nobody if none was eligible.
			verifier: Option<T::AccountId>,
			/// What the requester got back: the verifier's fee.
			refund: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such job, or it is forgotten already.
		#[codec(index = 0)]
		UnknownJob,
		/// The job does not wait for this: it is over, judged or, for a receipt, nothing was delivered
		/// yet.
		#[codec(index = 1)]
		WrongState,
		/// Something was delivered for the job already.
		#[codec(index = 2)]
		AlreadyProven,
		/// The time for this is over.
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
		/// The job was not awarded to this worker.
		#[codec(index = 12)]
		NotAwarded,
		/// The signature is not the worker key's over this submission and chain.
		#[codec(index = 13)]
		BadSubmissionSignature,
		/// Somebody else, or nobody yet, is to judge this job.
		#[codec(index = 14)]
		NotVerifier,
		/// The attestation judges another submission.
		#[codec(index = 15)]
		AnotherSubmission,
		/// The verifier has lost the role, or the stake with which it answers for its judgement.
		#[codec(index = 16)]
		VerifierNotEligible,
		/// The signature is not the verifier's worker key's over this attestation and chain.
		#[codec(index = 17)]
		BadAttestationSignature,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "std")]
		fn integrity_test() {
			use millrace_primitives::money::BASIS_POINTS;

			// A runtime may keep its shares in storage, where genesis sets them.
			sp_io::TestExternalities::default().execute_with(|| {
				assert!(T::StakedShare::get() <= BASIS_POINTS, "a share is more than all");
				assert!(T::UnstakedShare::get() <= T::StakedShare::get(), "a stake does not pay");
				assert!(T::ProtocolFee::get() <= BASIS_POINTS, "a fee is more than all");
				assert!(
					T::DrawDelay::get() > 0 && T::JudgeWindow::get() > 0,
					"a verifier has no time"
				);
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
		///   candidate, and if there is no receipt, no other worker may have accepted. With a receipt
		///   it may take the place of another proof, and ends a dispute of that.
		/// - `signature`: By the worker key, over `Proof::message`.
		/// - `receipt`: The requester's confirmation of this proof, if there is one.
		///
		/// Emits `Proven`, and with a receipt `Settled`.
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::with_dismissal(
			T::WeightInfo::submit_proof(u32::from(receipt.is_some())),
			receipt.is_some()
		))]
		#[pallet::authorize(Self::authorize_submit_proof)]
		#[pallet::weight_of_authorize(Pallet::<T>::with_dispute(
			T::WeightInfo::authorize_submit_proof(u32::from(receipt.is_some()))
		))]
		pub fn submit_proof(
			origin: OriginFor<T>,
			proof: ProofOf<T>,
			signature: sr25519::Signature,
			receipt: Option<ReceiptOf<T>>,
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			let weight = T::WeightInfo::submit_proof(u32::from(receipt.is_some()));
			let was_disputed = Self::do_submit_proof(&proof, &signature, receipt.as_ref())?;
			Ok(Some(Self::with_dismissal(weight, was_disputed)).into())
		}

		/// Settle a verified job at once, or a disputed one for which no committee is drawn yet, whose
		/// dispute it ends.
		///
		/// - `origin`: Must be Authorized, which the receipt brings about; there is no fee.
		/// - `job`: The job. It must be VERIFIED, or DISPUTED and nobody drawn or asked to decide.
		/// - `receipt`: The requester's confirmation of the job's proof or submission.
		///
		/// Emits `Settled`.
		#[pallet::call_index(1)]
		#[pallet::weight(Pallet::<T>::with_dismissal(T::WeightInfo::submit_receipt(), true))]
		#[pallet::authorize(Self::authorize_submit_receipt)]
		#[pallet::weight_of_authorize(Pallet::<T>::with_dispute(
			T::WeightInfo::authorize_submit_receipt()
		))]
		pub fn submit_receipt(
			origin: OriginFor<T>,
			job: JobId,
			receipt: ReceiptOf<T>,
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			let weight = T::WeightInfo::submit_receipt();
			let was_disputed = Self::do_submit_receipt(job, &receipt)?;
			Ok(Some(Self::with_dismissal(weight, was_disputed)).into())
		}

		/// Deliver an auctioned job. Its verifier judges the result, and is drawn before if none was
		/// named or the named one has lost the role.
		///
		/// - `origin`: Must be Authorized, which the signature brings about; there is no fee.
		/// - `submission`: What the worker delivers. Its job must have been awarded to it.
		/// - `signature`: By the worker key, over `Submission::message`.
		///
		/// Emits `Submitted`.
		#[pallet::call_index(2)]
		#[pallet::authorize(Self::authorize_submit_result)]
		pub fn submit_result(
			origin: OriginFor<T>,
			submission: SubmissionOf<T>,
			signature: sr25519::Signature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_submit_result(submission, &signature)
		}

		/// Judge the result of an auctioned job, and be paid for it. A result that is found bad is
		/// disputed at once; the verifier answers for that with its stake.
		///
		/// - `origin`: Must be Authorized, which the signature brings about; there is no fee.
		/// - `attestation`: The judgement. Its verifier must be the one that the job waits for.
		/// - `signature`: By the verifier's worker key, over `Attestation::message`.
		///
		/// Emits `Attested`.
		#[pallet::call_index(3)]
		#[pallet::authorize(Self::authorize_attest)]
		pub fn attest(
			origin: OriginFor<T>,
			attestation: AttestationOf<T>,
			signature: sr25519::Signature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_attest(&attestation, &signature)
		}
	}
}
