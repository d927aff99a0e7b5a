#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod checks;
mod committee;
mod dispatchable_impls;
mod phases;
mod pot;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
pub mod types;
mod verdict;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use pot::Shares;
pub use types::{CaseOf, COMMITTEE_MAX, QUORUM, REFUSAL_CODES};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use alloc::vec::Vec;

	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, Randomness, Time},
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use millrace_primitives::{
		traits::{JobBook, Payments, Registry},
		Balance, Commitment, JobId, Moment, Payment, Verdict,
	};
	use sp_core::{sr25519, H256};

	use crate::{
		types::{Decision, Offenders, ProofOf, SubmissionOf},
		CaseOf, WeightInfo,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The disputes of the network.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The hold reasons of the whole runtime.
		type RuntimeHoldReason: From<HoldReason>;

		/// MILL, of which bonds are held and shares paid.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// Keeps the records of jobs.
		type Jobs: JobBook<Self::AccountId>;

		/// Pays or refunds a job whose dispute is decided.
		type Payments: Payments<Self::AccountId>;

		/// Knows workers and verifiers, and takes their stake.
		type Registry: Registry<Self::AccountId>;

		/// What committees are drawn by. A seed that was known when a dispute was raised is not used
		/// for it, so `DrawDelay` should be longer than the seed is old.
		type Randomness: Randomness<H256, BlockNumberFor<Self>>;

		/// Chain time, in milliseconds since the Unix epoch.
		type Time: Time<Moment = Moment>;

		/// Who decides what no committee does.
		type ArbiterOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The account that gets what nobody else does.
		#[pallet::constant]
		type Treasury: Get<Self::AccountId>;

		/// Names the account in which what was taken lies until it is shared out, within one call.
		#[pallet::constant]
		type PotId: Get<PalletId>;

		/// What a challenger loses if its challenge is unfounded. More than zero.
		#[pallet::constant]
		type DisputeBond: Get<Balance>;

		/// The stake that a worker loses with a dispute.
		#[pallet::constant]
		type WorkerSlash: Get<Balance>;

		/// The stake that a juror loses by voting with the minority, and a verifier by having judged
		/// good what is bad.
		#[pallet::constant]
		type MinoritySlash: Get<Balance>;

		/// The stake that a juror loses by committing to a vote that it does not reveal, and must have
		/// to lose when it commits. More than `MinoritySlash`, so that nobody who sees the vote go
		/// against it gains by silence.
		#[pallet::constant]
		type NoRevealSlash: Get<Balance>;

		/// The stake that a juror loses by not even committing, if the others decide without it. At
		/// most `NoRevealSlash`.
		#[pallet::constant]
		type NoCommitSlash: Get<Balance>;

		/// What each juror of the majority gets at least where the worker is at fault. What the slash
		/// does not cover is the challenger's to pay, so a bond covers all of it.
		#[pallet::constant]
		type JuryFee: Get<Balance>;

		/// The stake that a worker loses by signing two claims for one job.
		#[pallet::constant]
		type DoubleProofSlash: Get<Balance>;

		/// How many jurors are drawn, from [`QUORUM`](crate::QUORUM) to
		/// [`COMMITTEE_MAX`](crate::COMMITTEE_MAX).
		#[pallet::constant]
		type CommitteeSize: Get<u32>;

		/// How many verifiers must be eligible for a committee to be drawn among them. Where there are
		/// fewer the arbiter decides: a few accounts on a model that hardly anybody verifies for must
		/// not own every stake there. At least [`QUORUM`](crate::QUORUM).
		#[pallet::constant]
		type PoolMin: Get<u32>;

		/// Milliseconds from the raising of a dispute to the drawing of its committee.
		#[pallet::constant]
		type DrawDelay: Get<Moment>;

		/// The most milliseconds that the jurors have to commit.
		#[pallet::constant]
		type CommitWindow: Get<Moment>;

		/// The most milliseconds that the jurors have to reveal.
		#[pallet::constant]
		type RevealWindow: Get<Moment>;

		/// Milliseconds that the arbiter has to decide.
		#[pallet::constant]
		type ArbitrationWindow: Get<Moment>;

		/// The pool priority of a juror's call.
		#[pallet::constant]
		type AuthorizedPriority: Get<TransactionPriority>;

		/// Weights of this pallet's calls and of what it does when a deadline passes.
		type WeightInfo: WeightInfo;
	}

	/// Why the pallet holds MILL.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The bond of a challenger.
		#[codec(index = 0)]
		Bond,
	}

	/// The dispute of each job that had one and is not forgotten yet.
	// `Identity`: the key is a hash that the chain computes.
	#[pallet::storage]
	pub type Cases<T: Config> = StorageMap<_, Identity, JobId, CaseOf<T>, OptionQuery>;

	/// The disputes in which a verifier is a juror whose vote may be awaited.
	// `Blake2_128Concat`: anybody can choose an account. `Identity`: as above.
	#[pallet::storage]
	pub type JurorCases<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, JobId, (), OptionQuery>;

	/// The workers that were caught with two claims for a job that is not forgotten yet.
	// `Identity`: as above.
	#[pallet::storage]
	pub type Offences<T: Config> =
		StorageMap<_, Identity, JobId, Offenders<T::AccountId>, ValueQuery>;

	/// Gives the pot its existential deposit, so that it can take in every amount.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		#[doc(hidden)]
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let opened = Pallet::<T>::open_pot();
			assert!(opened.is_ok(), "the pot cannot hold the existential deposit: {opened:?}");
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A result was challenged.
		#[codec(index = 0)]
		Raised {
			/// The job.
			job_id: JobId,
			/// Who challenges it.
			challenger: T::AccountId,
			/// What was put on hold; nothing of a verifier, which answers with its stake.
			bond: Balance,
			/// A hash of what the challenge rests on.
			evidence: Commitment,
			/// When the first phase ends.
			until: Moment,
		},
		/// The seed at hand was known when the dispute was raised; the draw waits for another.
		#[codec(index = 1)]
		DrawPutOff {
			/// The job.
			job_id: JobId,
			/// When the draw is tried again.
			until: Moment,
		},
		/// A committee was drawn.
		#[codec(index = 2)]
		Drawn {
			/// The job.
			job_id: JobId,
			/// The jurors, by owner account.
			jurors: Vec<T::AccountId>,
			/// The last moment to commit.
			until: Moment,
		},
		/// A juror committed to a vote.
		#[codec(index = 3)]
		Committed {
			/// The job.
			job_id: JobId,
			/// The owner account of the juror.
			juror: T::AccountId,
		},
		/// No more commitments are taken.
		#[codec(index = 4)]
		RevealOpened {
			/// The job.
			job_id: JobId,
			/// The last moment to reveal.
			until: Moment,
		},
		/// A juror revealed its vote.
		#[codec(index = 5)]
		Revealed {
			/// The job.
			job_id: JobId,
			/// The owner account of the juror.
			juror: T::AccountId,
			/// Its vote.
			verdict: Verdict,
		},
		/// The arbiter is to decide.
		#[codec(index = 6)]
		Referred {
			/// The job.
			job_id: JobId,
			/// The last moment to decide.
			until: Moment,
		},
		/// A dispute ended.
		#[codec(index = 7)]
		Decided {
			/// The job.
			job_id: JobId,
			/// How.
			decision: Decision,
			/// How what was locked for the job was divided.
			payment: Payment,
		},
		/// A challenger got its bond back.
		#[codec(index = 8)]
		BondReturned {
			/// The job.
			job_id: JobId,
			/// Who challenged it.
			challenger: T::AccountId,
			/// What was released.
			amount: Balance,
		},
		/// A challenger lost its bond to the pot.
		#[codec(index = 9)]
		BondForfeited {
			/// The job.
			job_id: JobId,
			/// Who challenged it.
			challenger: T::AccountId,
			/// What was taken.
			amount: Balance,
		},
		/// A worker, a verifier or a juror lost stake.
		#[codec(index = 10)]
		Punished {
			/// The job.
			job_id: JobId,
			/// The owner account.
			owner: T::AccountId,
			/// What was taken. No more than there was.
			amount: Balance,
			/// Who got it: the treasury, for what a juror or a verifier said, or else the pot.
			to: T::AccountId,
		},
		/// A share of what lay in the pot was paid.
		#[codec(index = 11)]
		Rewarded {
			/// The job.
			job_id: JobId,
			/// Who got it.
			to: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// A share could not be paid, not even to the treasury; it stays in the pot.
		#[codec(index = 12)]
		Unpaid {
			/// The job.
			job_id: JobId,
			/// How much.
			amount: Balance,
		},
		/// A worker was caught with two claims for one job.
		#[codec(index = 13)]
		DoubleClaimReported {
			/// The job.
			job_id: JobId,
			/// The owner account of the worker.
			worker: T::AccountId,
			/// Who reported it.
			reporter: T::AccountId,
		},
		/// A dispute could not go on. Nobody decided it. This indicates a bug.
		#[codec(index = 14)]
		CaseFailed {
			/// The job.
			job_id: JobId,
			/// Why.
			error: DispatchError,
		},
		/// A phase ended of a job that is not disputed. Nothing was done. This indicates a bug.
		#[codec(index = 15)]
		DeadlineIgnored {
			/// The job.
			job_id: JobId,
		},
		/// A challenger that was right paid out of its bond to the pot what the slash lacks for the
		/// fee of the jurors. The rest of the bond is returned.
		#[codec(index = 16)]
		BondCharged {
			/// The job.
			job_id: JobId,
			/// Who challenged it.
			challenger: T::AccountId,
			/// What was taken.
			amount: Balance,
		},
		/// The requester put its evidence on record in a dispute that somebody else has raised.
		#[codec(index = 17)]
		Testified {
			/// The job.
			job_id: JobId,
			/// A hash of what the requester has to say.
			evidence: Commitment,
		},
		/// The requester confirmed what was disputed, before anybody was drawn: the dispute is off.
		#[codec(index = 18)]
		Dismissed {
			/// The job.
			job_id: JobId,
		},
		/// A dispute was to be dismissed that there is not, or that somebody is to decide already.
		/// Nothing was done. This indicates a bug.
		#[codec(index = 19)]
		DismissalIgnored {
			/// The job.
			job_id: JobId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such job, or it is forgotten already.
		#[codec(index = 0)]
		UnknownJob,
		/// The job has no result that could be challenged, or it is over.
		#[codec(index = 1)]
		WrongState,
		/// The job is, or was, disputed already.
		#[codec(index = 2)]
		AlreadyDisputed,
		/// The time for this is over.
		#[codec(index = 3)]
		TooLate,
		/// The worker of a job can neither challenge its own result nor report itself.
		#[codec(index = 4)]
		ByWorker,
		/// The job was never disputed.
		#[codec(index = 5)]
		NotDisputed,
		/// The dispute is in another phase.
		#[codec(index = 6)]
		WrongPhase,
		/// The account is not a juror of this dispute.
		#[codec(index = 7)]
		NotJuror,
		/// The juror has committed to a vote already.
		#[codec(index = 8)]
		AlreadyCommitted,
		/// The juror has less stake to lose than silence costs.
		#[codec(index = 9)]
		NotEligible,
		/// A signature is not by a worker key over this message and chain.
		#[codec(index = 10)]
		BadSignature,
		/// The juror has not committed to a vote.
		#[codec(index = 11)]
		NotCommitted,
		/// The juror has revealed its vote already.
		#[codec(index = 12)]
		AlreadyRevealed,
		/// The juror has committed to something else.
		#[codec(index = 13)]
		WrongPreimage,
		/// The two claims are the same, or not by one worker for one job, or not of the job's kind.
		#[codec(index = 14)]
		NoOffence,
		/// The job does not concern this worker.
		#[codec(index = 15)]
		NotConcerned,
		/// The worker was reported for this job already.
		#[codec(index = 16)]
		AlreadyReported,
		/// There is no worker registered by this account.
		#[codec(index = 17)]
		NotRegistered,
		/// The account is not the requester of the job.
		#[codec(index = 18)]
		NotRequester,
		/// The requester has put its evidence on record already, or raised the dispute with it.
		#[codec(index = 19)]
		AlreadyTestified,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "std")]
		fn integrity_test() {
			use crate::{COMMITTEE_MAX, QUORUM};

			// A runtime may keep its parameters in storage, where genesis sets them.
			sp_io::TestExternalities::default().execute_with(|| {
				assert!(T::DisputeBond::get() > 0, "a challenge costs nothing");
				assert!(
					T::NoRevealSlash::get() > T::MinoritySlash::get(),
					"a juror of the minority does better to stay silent"
				);
				assert!(
					T::NoCommitSlash::get() <= T::NoRevealSlash::get(),
					"a juror does better to commit to nothing than not to commit"
				);
				let size = T::CommitteeSize::get();
				assert!(
					(QUORUM..=COMMITTEE_MAX).contains(&size),
					"a committee is too small to decide or too large to store"
				);
				assert!(T::PoolMin::get() >= QUORUM, "a committee is drawn from fewer than decide");
				let fees = T::JuryFee::get().checked_mul(COMMITTEE_MAX.into());
				assert!(
					fees.is_some_and(|fees| fees <= T::DisputeBond::get()),
					"a bond does not cover the fees of a committee"
				);
				let windows = [
					T::DrawDelay::get(),
					T::CommitWindow::get(),
					T::RevealWindow::get(),
					T::ArbitrationWindow::get(),
				];
				assert!(!windows.contains(&0), "a phase takes no time");
			});
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Challenge the result of a job.
		///
		/// - `origin`: Must be Signed by anyone but the worker, who must own `DisputeBond`.
		/// - `job`: The job. It must be VERIFIED, and its window open.
		/// - `evidence`: A hash of what the challenge rests on.
		///
		/// Emits `Raised`, and `Referred` if the terms of the job want no committee.
		#[pallet::call_index(0)]
		pub fn raise(origin: OriginFor<T>, job: JobId, evidence: Commitment) -> DispatchResult {
			let challenger = ensure_signed(origin)?;
			Self::do_raise(&challenger, job, evidence)
		}

		/// Commit to a vote.
		///
		/// - `origin`: Must be Authorized, which the signature brings about; there is no fee.
		/// - `job`: The job. Its dispute must wait for commitments.
		/// - `juror`: The owner account of the juror, which must have `NoRevealSlash` at risk.
		/// - `commitment`: See `dispute::vote_commitment`.
		/// - `signature`: By the juror's worker key, over `dispute::commit_message`.
		///
		/// Emits `Committed`, and `RevealOpened` for the last juror.
		#[pallet::call_index(1)]
		#[pallet::authorize(Self::authorize_commit)]
		pub fn commit(
			origin: OriginFor<T>,
			job: JobId,
			juror: T::AccountId,
			commitment: Commitment,
			signature: sr25519::Signature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_commit(job, &juror, commitment, &signature)
		}

		/// Reveal a vote. The last juror of those that committed ends the dispute with it.
		///
		/// - `origin`: Must be Authorized, which the salt brings about; there is no fee.
		/// - `job`: The job. Its dispute must wait for votes.
		/// - `juror`: The owner account of the juror, which must have committed.
		/// - `verdict`: What it voted.
		/// - `salt`: What it hid the vote with.
		///
		/// Emits `Revealed`, and for the last juror whatever comes of the votes.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::reveal().saturating_add(Pallet::<T>::tally_weight()))]
		#[pallet::authorize(Self::authorize_reveal)]
		pub fn reveal(
			origin: OriginFor<T>,
			job: JobId,
			juror: T::AccountId,
			verdict: Verdict,
			salt: [u8; 32],
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			let was_last = Self::do_reveal(job, &juror, verdict, &salt)?;
			Ok((!was_last).then(T::WeightInfo::reveal).into())
		}

		/// Decide a dispute that no committee has decided.
		///
		/// - `origin`: Must be `ArbiterOrigin`.
		/// - `job`: The job. Its dispute must wait for the arbiter.
		/// - `verdict`: The decision.
		///
		/// Emits `Decided`, and what is paid and taken.
		#[pallet::call_index(3)]
		#[pallet::weight(Pallet::<T>::arbitrate_weight(*verdict))]
		pub fn arbitrate(origin: OriginFor<T>, job: JobId, verdict: Verdict) -> DispatchResult {
			T::ArbiterOrigin::ensure_origin(origin)?;
			Self::do_arbitrate(job, verdict)
		}

		/// Report a worker that signed two different proofs for one direct job. Free, if it is true.
		///
		/// - `origin`: Must be Signed by anyone but the worker.
		/// - `first`: A proof. The worker must be a candidate of its job.
		/// - `first_signature`: By a key of the worker, see `Registry::keys`, over
		///   `Proof::message`.
		/// - `second`: Another proof of the same worker for the same job.
		/// - `second_signature`: By a key of the worker, see `Registry::keys`, over
		///   `Proof::message`.
		///
		/// Emits `DoubleClaimReported`, `Punished` and `Rewarded`.
		#[pallet::call_index(4)]
		#[pallet::weight(
			T::WeightInfo::report_double_proof().saturating_add(Pallet::<T>::former_keys_weight())
		)]
		pub fn report_double_proof(
			origin: OriginFor<T>,
			first: ProofOf<T>,
			first_signature: sr25519::Signature,
			second: ProofOf<T>,
			second_signature: sr25519::Signature,
		) -> DispatchResultWithPostInfo {
			let reporter = ensure_signed(origin)?;
			Self::do_report_double_proof(
				&reporter,
				(&first, &first_signature),
				(&second, &second_signature),
			)?;
			Ok(Pays::No.into())
		}

		/// Report a worker that signed two different submissions for one auctioned job. Free, if it
		/// is true.
		///
		/// - `origin`: Must be Signed by anyone but the worker.
		/// - `first`: A submission. Its job must have been awarded to the worker.
		/// - `first_signature`: By a key of the worker, see `Registry::keys`, over
		///   `Submission::message`.
		/// - `second`: Another submission of the same worker for the same job.
		/// - `second_signature`: By a key of the worker, see `Registry::keys`, over
		///   `Submission::message`.
		///
		/// Emits `DoubleClaimReported`, `Punished` and `Rewarded`.
		#[pallet::call_index(5)]
		#[pallet::weight(
			T::WeightInfo::report_double_submission()
				.saturating_add(Pallet::<T>::former_keys_weight())
		)]
		pub fn report_double_submission(
			origin: OriginFor<T>,
			first: SubmissionOf<T>,
			first_signature: sr25519::Signature,
			second: SubmissionOf<T>,
			second_signature: sr25519::Signature,
		) -> DispatchResultWithPostInfo {
			let reporter = ensure_signed(origin)?;
			Self::do_report_double_submission(
				&reporter,
				(&first, &first_signature),
				(&second, &second_signature),
			)?;
			Ok(Pays::No.into())
		}

		/// Put the requester's evidence on record in a dispute that somebody else has raised.
		///
		/// - `origin`: Must be Signed by the requester. Once.
		/// - `job`: The job. Its committee must be awaited or wait for commitments, or the arbiter be
		///   asked.
		/// - `evidence`: A hash of what the requester has to say.
		///
		/// Emits `Testified`.
		#[pallet::call_index(6)]
		pub fn testify(origin: OriginFor<T>, job: JobId, evidence: Commitment) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_testify(&requester, job, evidence)
		}
	}
}
