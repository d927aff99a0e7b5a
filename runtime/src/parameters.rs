//! The numbers by which the chain runs. Genesis sets them, and governance changes them on a live
//! chain; nobody edits a constant for it. Different networks run the same code with different ones.
//!
//! They are one record and change as a whole, because they are only right together: stake that
//! unbonds before a dispute can end protects nobody. [`Parameters::check`] has all that must hold.
//!
//! A change is for what begins after it. What is scheduled already keeps its deadline, what is on hold
//! keeps its amount, and what a job agreed on stays agreed: its price, its windows, its fee, and from
//! its delivery on the share of its worker. What begins later in the life of an open job, such as its
//! dispute window, lasts as long as the parameters say by then. Who has less than a least stake that
//! was raised lacks the standing at once.

pub use pallet::*;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod weights;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::Get, PalletError};
use millrace_primitives::{
	money::BASIS_POINTS, traits::VERIFIERS_MAX, Balance, Moment, TokenCounts,
};
use pallet_disputes::{COMMITTEE_MAX, QUORUM};
use scale_info::TypeInfo;

use crate::{configs::MILL, randomness, Runtime};

/// The shortest slot that a network can run: less does not cover a round trip and the execution of
/// a block.
const SLOT_MS_MIN: Moment = 100;

/// The longest slot. Deadlines are looked at once a block, so they are this coarse.
const SLOT_MS_MAX: Moment = 12_000;

/// The most percent of its promise that a worker may take.
const LATENCY_MARGIN_MAX: u16 = 1_000;

/// How many draw delays the first phase of a dispute can last, which waits for a seed that nobody
/// knew: the eight after which `pallet-disputes` tries no more, and the last one begun.
const DRAW_DELAYS_MAX: Moment = 9;

const SECOND: Moment = 1_000;
const MINUTE: Moment = 60 * SECOND;
const HOUR: Moment = 60 * MINUTE;
const DAY: Moment = 24 * HOUR;

/// The numbers by which a chain runs. Times are in milliseconds, MILL and the payment asset in base
/// units, shares in basis points.
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
pub struct Parameters {
	/// Between blocks. The one thing that never changes after genesis.
	pub slot_ms: Moment,
	/// From the lock to the proof of a direct job.
	pub proof_window_ms: Moment,
	/// From the proof to the settlement of a direct job without a receipt.
	pub dispute_window_ms: Moment,
	/// From the lock to the moment at which the requester can cancel a direct job.
	pub cancel_after_ms: Moment,
	/// How far the time in a job's nonce may be from the chain's.
	pub nonce_window_ms: Moment,
	/// From the end of a job to its leaving storage.
	pub retention_ms: Moment,
	/// From the withdrawal of stake to its release.
	pub unbonding_ms: Moment,
	/// The most from the creation of an auction to the last moment for its award.
	pub bid_window_max_ms: Moment,
	/// The longest that the worker of an auctioned job may promise to take.
	pub latency_max_ms: Moment,
	/// How long the worker of an auctioned job has, in percent of what it promised.
	pub latency_margin: u16,
	/// The least that the worker of an auctioned job has, however little it promised.
	pub delivery_min_ms: Moment,
	/// The least from the judgement of an auctioned job to its settlement.
	pub challenge_window_min_ms: Moment,
	/// The most from the judgement of an auctioned job to its settlement.
	pub challenge_window_max_ms: Moment,
	/// From what is to be judged to the draw of who judges it: verifiers and committees.
	pub draw_delay_ms: Moment,
	/// What a verifier has to judge a delivery.
	pub judge_window_ms: Moment,
	/// The most that the jurors of a dispute have to commit to their votes.
	pub commit_window_ms: Moment,
	/// The most that the jurors of a dispute have to reveal their votes.
	pub reveal_window_ms: Moment,
	/// What the arbiter has to decide a dispute.
	pub arbitration_window_ms: Moment,
	/// The share of a worker with an active stake in the price of a direct job.
	pub share_staked: u16,
	/// The share of a worker without an active stake in the price of a direct job.
	pub share_unstaked: u16,
	/// The share of the treasury in the price of an auctioned job.
	pub protocol_fee: u16,
	/// The most tokens that a job may ask for.
	pub max_tokens: TokenCounts,
	/// The least fee of a verifier, in the payment asset.
	pub verifier_fee_min: Balance,
	/// What the treasury must get of a job for it to move a reputation as far as a job can, in the
	/// payment asset.
	pub reputation_cap: Balance,
	/// What a registration holds until it ends, in MILL.
	pub registration_deposit: Balance,
	/// The least stake that counts, in MILL.
	pub stake_min: Balance,
	/// The least stake of a verifier, in MILL.
	pub verifier_stake_min: Balance,
	/// What a challenger loses if its challenge is unfounded, in MILL.
	pub dispute_bond: Balance,
	/// The stake that a worker loses with a dispute, in MILL.
	pub worker_slash: Balance,
	/// The stake that a worker loses by signing two claims for one job, in MILL.
	pub double_proof_slash: Balance,
	/// The stake that a juror loses by voting with the minority, in MILL.
	pub minority_slash: Balance,
	/// The stake that a juror loses by not revealing the vote it committed to, in MILL.
	pub no_reveal_slash: Balance,
	/// The stake that a juror loses by not committing to a vote, in MILL.
	pub no_commit_slash: Balance,
	/// What a juror of the majority gets at least where the worker is at fault, in MILL: what the stake
	/// of the worker does not cover, the challenger pays.
	pub jury_fee: Balance,
	/// How many jurors a committee has.
	pub committee_size: u32,
	/// How many verifiers that are no party a model must have for a committee to be drawn at all. With
	/// fewer the arbiter decides: a few seats shall not rule over everybody's stake.
	pub jury_pool_min: u32,
}

/// What can be wrong with [`Parameters`].
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, PalletError,
)]
pub enum Flaw {
	/// A slot lasts 100 ms to 12 s.
	#[codec(index = 0)]
	SlotOutOfBounds,
	/// A window in which somebody has to act, or in which somebody else may, is shorter than a slot.
	#[codec(index = 1)]
	WindowTooShort,
	/// A direct job expires before it can be cancelled.
	#[codec(index = 2)]
	CancelAfterExpiry,
	/// The chain forgets block hashes before a proof that is bound to one must be in.
	#[codec(index = 3)]
	ProofWindowTooLong,
	/// A job leaves storage while its nonce can be used again: within twice the nonce window.
	#[codec(index = 4)]
	RetentionTooShort,
	/// The shortest challenge window is longer than the longest.
	#[codec(index = 5)]
	NoChallengeWindow,
	/// A worker has less time than it promised to take, or more than ten times as much.
	#[codec(index = 6)]
	LatencyMarginOutOfBounds,
	/// A draw comes before enough blocks are made whose part in its seed nobody knew.
	#[codec(index = 7)]
	DrawTooEarly,
	/// Stake can leave before what it answers for is over: the longest job, its dispute, and the time
	/// for which the job is remembered.
	#[codec(index = 8)]
	UnbondingTooShort,
	/// A share or a fee is more than all.
	#[codec(index = 9)]
	ShareTooHigh,
	/// A worker does not gain by a stake.
	#[codec(index = 10)]
	StakeDoesNotPay,
	/// No job may ask for tokens, of the prompt or of the answer.
	#[codec(index = 11)]
	NoTokens,
	/// A job worth nothing moves a reputation as far as any.
	#[codec(index = 12)]
	NoReputationCap,
	/// A stake of nothing counts.
	#[codec(index = 13)]
	NoStake,
	/// A verifier needs less stake than a worker.
	#[codec(index = 14)]
	VerifierStakeTooLow,
	/// A challenge costs nothing.
	#[codec(index = 15)]
	NoDisputeBond,
	/// The stake that a worker or a verifier must have does not cover what it can lose at once.
	#[codec(index = 16)]
	SlashAboveStake,
	/// A juror of the minority loses no less by silence.
	#[codec(index = 17)]
	SilencePays,
	/// A juror loses more by not committing than by committing to a vote that it does not reveal.
	#[codec(index = 18)]
	AbstentionCostsTooMuch,
	/// A committee is too small to decide or too large to store.
	#[codec(index = 19)]
	CommitteeSizeOutOfBounds,
	/// A worker that is at fault loses nothing.
	#[codec(index = 20)]
	NoSlash,
	/// The bond of a challenger does not cover what the jurors are paid at least.
	#[codec(index = 21)]
	JuryFeeTooHigh,
	/// A committee can be drawn of fewer than it takes to decide, or of none that a model can have.
	#[codec(index = 22)]
	JuryPoolOutOfBounds,
}

/// Whether a rule is kept, and what is wrong if it is not.
type Rule = (bool, Flaw);

impl Parameters {
	/// The parameters of a public network.
	pub const PUBLIC: Self = Self {
		slot_ms: SECOND,
		proof_window_ms: 2 * MINUTE,
		dispute_window_ms: MINUTE,
		cancel_after_ms: 8 * SECOND,
		nonce_window_ms: 5 * MINUTE,
		retention_ms: 15 * MINUTE,
		unbonding_ms: 14 * DAY,
		bid_window_max_ms: DAY,
		latency_max_ms: DAY,
		latency_margin: 200,
		delivery_min_ms: 10 * SECOND,
		challenge_window_min_ms: MINUTE,
		challenge_window_max_ms: 7 * DAY,
		draw_delay_ms: MINUTE,
		judge_window_ms: 15 * MINUTE,
		commit_window_ms: HOUR,
		reveal_window_ms: HOUR,
		arbitration_window_ms: 3 * DAY,
		share_staked: 8_500,
		share_unstaked: 7_500,
		protocol_fee: 50,
		max_tokens: TokenCounts { input: 131_072, output: 131_072 },
		// What an account that never held the payment asset can be paid.
		verifier_fee_min: crate::configs::PAYMENT_ASSET_MIN_BALANCE,
		reputation_cap: crate::configs::USDC.saturating_mul(15).div_euclid(100),
		registration_deposit: 10 * MILL,
		stake_min: 100 * MILL,
		verifier_stake_min: 500 * MILL,
		dispute_bond: 50 * MILL,
		worker_slash: 100 * MILL,
		double_proof_slash: 100 * MILL,
		minority_slash: 10 * MILL,
		no_reveal_slash: 25 * MILL,
		no_commit_slash: MILL,
		jury_fee: 5 * MILL,
		committee_size: 5,
		jury_pool_min: 11,
	};

	/// Check all that must hold of these parameters.
	pub fn check(&self) -> Result<(), Flaw> {
		let rules = self.rules_of_time().into_iter().chain(self.rules_of_money());
		match rules.chain(self.rules_of_disputes()).find(|(kept, _)| !kept) {
			Some((_, flaw)) => Err(flaw),
			None => Ok(()),
		}
	}

	fn rules_of_time(&self) -> [Rule; 9] {
		let blocks = u64::from(crate::configs::BlockHashCount::get());
		let remembered = self.slot_ms.saturating_mul(blocks);
		let nonce_life = self.nonce_window_ms.saturating_mul(2);
		let fresh_blocks = u64::from(randomness::FRESH_BLOCKS).saturating_add(1);
		let challenge = self.challenge_window_min_ms <= self.challenge_window_max_ms;
		let margin = (100..=LATENCY_MARGIN_MAX).contains(&self.latency_margin);
		[
			((SLOT_MS_MIN..=SLOT_MS_MAX).contains(&self.slot_ms), Flaw::SlotOutOfBounds),
			(self.shortest_window() >= self.slot_ms, Flaw::WindowTooShort),
			(self.proof_window_ms > self.cancel_after_ms, Flaw::CancelAfterExpiry),
			(remembered > self.proof_window_ms, Flaw::ProofWindowTooLong),
			(self.retention_ms > nonce_life, Flaw::RetentionTooShort),
			(challenge, Flaw::NoChallengeWindow),
			(margin, Flaw::LatencyMarginOutOfBounds),
			(self.draw_delay_ms >= self.slot_ms.saturating_mul(fresh_blocks), Flaw::DrawTooEarly),
			(self.unbonding_ms > self.liability(), Flaw::UnbondingTooShort),
		]
	}

	const fn rules_of_money(&self) -> [Rule; 6] {
		let TokenCounts { input, output } = self.max_tokens;
		let whole = self.share_staked <= BASIS_POINTS && self.protocol_fee <= BASIS_POINTS;
		[
			(whole, Flaw::ShareTooHigh),
			(self.share_unstaked <= self.share_staked, Flaw::StakeDoesNotPay),
			(input > 0 && output > 0, Flaw::NoTokens),
			(self.reputation_cap > 0, Flaw::NoReputationCap),
			(self.stake_min > 0, Flaw::NoStake),
			(self.verifier_stake_min >= self.stake_min, Flaw::VerifierStakeTooLow),
		]
	}

	fn rules_of_disputes(&self) -> [Rule; 8] {
		let (lost, claimed_twice) = (self.worker_slash, self.double_proof_slash);
		let by_worker = lost.max(claimed_twice);
		let by_verifier = self.dispute_bond.max(self.no_reveal_slash);
		let covered = by_worker <= self.stake_min && by_verifier <= self.verifier_stake_min;
		let committee = (QUORUM..=COMMITTEE_MAX).contains(&self.committee_size);
		let fees = self.jury_fee.saturating_mul(COMMITTEE_MAX.into());
		[
			(self.dispute_bond > 0, Flaw::NoDisputeBond),
			(self.no_reveal_slash > self.minority_slash, Flaw::SilencePays),
			(self.no_commit_slash <= self.no_reveal_slash, Flaw::AbstentionCostsTooMuch),
			(covered, Flaw::SlashAboveStake),
			(committee, Flaw::CommitteeSizeOutOfBounds),
			(lost > 0 && claimed_twice > 0, Flaw::NoSlash),
			(fees <= self.dispute_bond, Flaw::JuryFeeTooHigh),
			((QUORUM..=VERIFIERS_MAX).contains(&self.jury_pool_min), Flaw::JuryPoolOutOfBounds),
		]
	}

	fn shortest_window(&self) -> Moment {
		let windows = [
			self.dispute_window_ms,
			self.cancel_after_ms,
			self.nonce_window_ms,
			self.bid_window_max_ms,
			self.latency_max_ms,
			self.delivery_min_ms,
			self.challenge_window_min_ms,
			self.judge_window_ms,
			self.commit_window_ms,
			self.reveal_window_ms,
			self.arbitration_window_ms,
		];
		windows.into_iter().fold(Moment::MAX, Moment::min)
	}

	/// The longest from the moment at which somebody binds its stake to a job to the moment at which
	/// the chain can hold nothing against it any more.
	pub(crate) fn liability(&self) -> Moment {
		let direct = self.proof_window_ms.saturating_add(self.dispute_window_ms);
		direct
			.max(self.longest_auction())
			.saturating_add(self.longest_dispute())
			.saturating_add(self.retention_ms)
	}

	/// From the award to the end of the challenge window.
	fn longest_auction(&self) -> Moment {
		let margin = Moment::from(self.latency_margin);
		let delivery = self.latency_max_ms.saturating_mul(margin).div_euclid(100);
		delivery
			.max(self.delivery_min_ms)
			.saturating_add(self.draw_delay_ms)
			.saturating_add(self.judge_window_ms)
			.saturating_add(self.challenge_window_max_ms)
	}

	const fn longest_dispute(&self) -> Moment {
		self.draw_delay_ms
			.saturating_mul(DRAW_DELAYS_MAX)
			.saturating_add(self.commit_window_ms)
			.saturating_add(self.reveal_window_ms)
			.saturating_add(self.arbitration_window_ms)
	}
}

impl Default for Parameters {
	fn default() -> Self {
		Self::PUBLIC
	}
}

#[frame_support::pallet]
pub mod pallet {
	use alloc::boxed::Box;

	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	use super::{weights::WeightInfo, Flaw, Parameters};

	const STORAGE_VERSION: StorageVersion =
		StorageVersion::new(if cfg!(feature = "increment-spec-version") { 2 } else { 1 });

	/// The numbers by which the chain runs.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// Who changes the parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// The parameters of this chain.
	// One record, because almost every block needs most of them.
	#[pallet::storage]
	pub type Current<T: Config> = StorageValue<_, Parameters, ValueQuery>;

	/// The parameters of a new chain.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The parameters.
		pub initial: Parameters,
		#[serde(skip)]
		_config: PhantomData<T>,
	}

	impl<T: Config> From<Parameters> for GenesisConfig<T> {
		fn from(initial: Parameters) -> Self {
			Self { initial, _config: PhantomData }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let checked = self.initial.check();
			assert!(checked.is_ok(), "impossible parameters: {checked:?}");
			Current::<T>::put(self.initial);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(fn deposit_event)]
	pub enum Event<T: Config> {
		/// The parameters changed.
		#[codec(index = 0)]
		Changed {
			/// From now on.
			parameters: Box<Parameters>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The slot of a chain is that of its genesis: its clock, its consensus and all its nodes go
		/// by it.
		#[codec(index = 0)]
		SlotIsFixed,
		/// The parameters do not fit each other.
		#[codec(index = 1)]
		Flawed(Flaw),
		/// Stake would be free before what it answers for is over: stake that begins to unbond now, for
		/// what was agreed before, or stake that unbonds already, for what can be agreed from now on.
		/// Shorten first what it answers for, or lengthen the unbonding, and let the old one run out.
		#[codec(index = 2)]
		UnbondingBeforeLiability,
		/// Jobs that are forgotten already could be created again with their old nonces, and old proofs
		/// would be proofs of them. Lengthen the retention first, and let the old one run out.
		#[codec(index = 3)]
		NoncesRevived,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// The parameters fit each other. A runtime whose rules are stricter than those of the one
		/// before must bring a migration.
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			let checked = Current::<T>::get().check();
			checked.map_err(|_| "the parameters do not fit each other".into())
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Change the parameters, all at once. What is scheduled already keeps its deadline, and what
		/// was agreed on or put on hold its amount.
		///
		/// - `origin`: Must be `AdminOrigin`.
		/// - `parameters`: All of them, as they are from now on. They must fit each other, and the slot
		///   must be what it is. Unbonding must last longer than what stake answers for by the present
		///   parameters, and a nonce live shorter than the present retention.
		///
		/// Emits `Changed`.
		#[pallet::call_index(0)]
		pub fn set(origin: OriginFor<T>, parameters: Box<Parameters>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			let current = Current::<T>::get();
			ensure!(parameters.slot_ms == current.slot_ms, Error::<T>::SlotIsFixed);
			parameters.check().map_err(Error::<T>::Flawed)?;
			// What is agreed runs by the present ones, what comes of it by the new ones; and stake may be
			// unbonding by either.
			let covered = parameters.unbonding_ms > current.liability()
				&& current.unbonding_ms > parameters.liability();
			ensure!(covered, Error::<T>::UnbondingBeforeLiability);
			let nonce_life = parameters.nonce_window_ms.saturating_mul(2);
			ensure!(nonce_life < current.retention_ms, Error::<T>::NoncesRevived);
			Current::<T>::put(*parameters);
			Self::deposit_event(Event::Changed { parameters });
			Ok(())
		}
	}
}

macro_rules! parts {
	($($name:ident = $field:ident: $type:ty;)*) => {$(
		#[doc = concat!("See [`Parameters::", stringify!($field), "`].")]
		pub struct $name;

		impl Get<$type> for $name {
			fn get() -> $type {
				Current::<Runtime>::get().$field
			}
		}
	)*};
}

parts! {
	SlotMs = slot_ms: Moment;
	ProofWindowMs = proof_window_ms: Moment;
	DisputeWindowMs = dispute_window_ms: Moment;
	CancelAfterMs = cancel_after_ms: Moment;
	NonceWindowMs = nonce_window_ms: Moment;
	RetentionMs = retention_ms: Moment;
	UnbondingMs = unbonding_ms: Moment;
	BidWindowMaxMs = bid_window_max_ms: Moment;
	LatencyMaxMs = latency_max_ms: Moment;
	LatencyMargin = latency_margin: u16;
	DeliveryMinMs = delivery_min_ms: Moment;
	ChallengeWindowMinMs = challenge_window_min_ms: Moment;
	ChallengeWindowMaxMs = challenge_window_max_ms: Moment;
	DrawDelayMs = draw_delay_ms: Moment;
	JudgeWindowMs = judge_window_ms: Moment;
	CommitWindowMs = commit_window_ms: Moment;
	RevealWindowMs = reveal_window_ms: Moment;
	ArbitrationWindowMs = arbitration_window_ms: Moment;
	ShareStaked = share_staked: u16;
	ShareUnstaked = share_unstaked: u16;
	ProtocolFee = protocol_fee: u16;
	MaxTokens = max_tokens: TokenCounts;
	VerifierFeeMin = verifier_fee_min: Balance;
	ReputationCap = reputation_cap: Balance;
	RegistrationDeposit = registration_deposit: Balance;
	StakeMin = stake_min: Balance;
	VerifierStakeMin = verifier_stake_min: Balance;
	DisputeBond = dispute_bond: Balance;
	WorkerSlash = worker_slash: Balance;
	DoubleProofSlash = double_proof_slash: Balance;
	MinoritySlash = minority_slash: Balance;
	NoRevealSlash = no_reveal_slash: Balance;
	NoCommitSlash = no_commit_slash: Balance;
	JuryFee = jury_fee: Balance;
	CommitteeSize = committee_size: u32;
	JuryPoolMin = jury_pool_min: u32;
}

/// Half of a slot: the least that two timestamps may be apart.
pub struct MinimumPeriod;

impl Get<Moment> for MinimumPeriod {
	fn get() -> Moment {
		SlotMs::get().div_euclid(2)
	}
}
