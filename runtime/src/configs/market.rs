//! The market: workers, jobs and their money, and how these pallets meet.

use frame_support::{
	pallet_prelude::TransactionPriority, parameter_types, traits::Get, weights::Weight, PalletId,
};
use millrace_primitives::{
	traits::{JobDeadline, OnDeadline},
	JobId, Moment,
};
use pallet_disputes::WeightInfo as _;
use pallet_jobs::WeightInfo as _;
use sp_runtime::Perbill;

use super::{
	governance::Governance,
	money::{PaymentAsset, TreasuryAccount},
};
use crate::{
	parameters, randomness::BlockBits, AssetsHolder, Balances, Deadlines, Disputes, Escrow, Jobs,
	Registry, Runtime, RuntimeHoldReason, Settlement, Signature, Timestamp,
};

parameter_types! {
	/// Above ordinary transactions, whose priority is their tip: workers are paid by these.
	pub const AuthorizedPriority: TransactionPriority = TransactionPriority::MAX.div_euclid(2);

	/// The part of a block that a pass over the deadlines may use before transactions come: what
	/// ordinary transactions leave of it anyway.
	pub const DeadlineShare: Perbill = Perbill::from_percent(25);

	/// Names the account that keeps what could not be paid.
	pub const EscrowPot: PalletId = PalletId(*b"mr/escro");

	/// Names the account in which what was taken lies until it is shared out.
	pub const DisputesPot: PalletId = PalletId(*b"mr/dispu");
}

impl pallet_registry::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type AdminOrigin = Governance;
	type Time = Timestamp;
	type RegistrationDeposit = parameters::RegistrationDeposit;
	type StakeMin = parameters::StakeMin;
	type VerifierStakeMin = parameters::VerifierStakeMin;
	type UnbondingPeriod = parameters::UnbondingMs;
	type ReputationCap = parameters::ReputationCap;
	type WeightInfo = pallet_registry::weights::SubstrateWeight<Self>;
}

impl pallet_escrow::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Assets = AssetsHolder;
	type PaymentAsset = PaymentAsset;
	type Treasury = TreasuryAccount;
	type PalletId = EscrowPot;
	type WeightInfo = pallet_escrow::weights::SubstrateWeight<Self>;
}

impl pallet_deadlines::Config for Runtime {
	type Item = JobDeadline;
	type OnDeadline = JobDeadlines;
	type Now = Now;
	type Share = DeadlineShare;
	type WeightInfo = pallet_deadlines::weights::SubstrateWeight<Self>;
}

impl pallet_jobs::Config for Runtime {
	type Registry = Registry;
	type Escrow = Escrow;
	type Deadlines = Deadlines;
	type Time = Timestamp;
	type Signature = Signature;
	type ProofWindow = parameters::ProofWindowMs;
	type DisputeWindow = parameters::DisputeWindowMs;
	type CancelAfter = parameters::CancelAfterMs;
	type BidWindowMax = parameters::BidWindowMaxMs;
	type LatencyMax = parameters::LatencyMaxMs;
	type ChallengeWindowMin = parameters::ChallengeWindowMinMs;
	type ChallengeWindowMax = parameters::ChallengeWindowMaxMs;
	type LatencyMargin = parameters::LatencyMargin;
	type DeliveryMin = parameters::DeliveryMinMs;
	type VerifierFeeMin = parameters::VerifierFeeMin;
	type StakedShare = parameters::ShareStaked;
	type ProtocolFee = parameters::ProtocolFee;
	type NonceWindow = parameters::NonceWindowMs;
	type Retention = parameters::RetentionMs;
	type MaxTokens = parameters::MaxTokens;
	type AuthorizedPriority = AuthorizedPriority;
	type WeightInfo = pallet_jobs::weights::SubstrateWeight<Self>;
}

impl pallet_settlement::Config for Runtime {
	type Jobs = Jobs;
	type Escrow = Escrow;
	type Registry = Registry;
	type Disputes = Disputes;
	type Randomness = BlockBits;
	type Time = Timestamp;
	type Signature = Signature;
	type StakedShare = parameters::ShareStaked;
	type UnstakedShare = parameters::ShareUnstaked;
	type ProtocolFee = parameters::ProtocolFee;
	type DrawDelay = parameters::DrawDelayMs;
	type JudgeWindow = parameters::JudgeWindowMs;
	type AuthorizedPriority = AuthorizedPriority;
	type WeightInfo = pallet_settlement::weights::SubstrateWeight<Self>;
}

impl pallet_disputes::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Jobs = Jobs;
	type Payments = Settlement;
	type Registry = Registry;
	type Randomness = BlockBits;
	type Time = Timestamp;
	type ArbiterOrigin = Governance;
	type Treasury = TreasuryAccount;
	type PotId = DisputesPot;
	type DisputeBond = parameters::DisputeBond;
	type WorkerSlash = parameters::WorkerSlash;
	type MinoritySlash = parameters::MinoritySlash;
	type NoRevealSlash = parameters::NoRevealSlash;
	type NoCommitSlash = parameters::NoCommitSlash;
	type JuryFee = parameters::JuryFee;
	type DoubleProofSlash = parameters::DoubleProofSlash;
	type CommitteeSize = parameters::CommitteeSize;
	type PoolMin = parameters::JuryPoolMin;
	type DrawDelay = parameters::DrawDelayMs;
	type CommitWindow = parameters::CommitWindowMs;
	type RevealWindow = parameters::RevealWindowMs;
	type ArbitrationWindow = parameters::ArbitrationWindowMs;
	type AuthorizedPriority = AuthorizedPriority;
	type WeightInfo = pallet_disputes::weights::SubstrateWeight<Self>;
}

/// Chain time.
pub struct Now;

impl Get<Moment> for Now {
	fn get() -> Moment {
		Timestamp::get()
	}
}

/// Takes each deadline of a job to the pallet that knows what to do.
pub struct JobDeadlines;

impl OnDeadline<JobDeadline> for JobDeadlines {
	fn weight(item: &JobDeadline) -> Weight {
		match item {
			JobDeadline::Proof(_) => <Runtime as pallet_jobs::Config>::WeightInfo::expire(),
			JobDeadline::Window(_) => Settlement::settle_weight(),
			JobDeadline::Retention(_) => {
				let forget = <Runtime as pallet_disputes::Config>::WeightInfo::forget();
				<Runtime as pallet_jobs::Config>::WeightInfo::retire().saturating_add(forget)
			},
			JobDeadline::Judgement(job) => Settlement::judgement_weight(*job),
			JobDeadline::Dispute(_) => Disputes::phase_due_weight(),
		}
	}

	fn fall_due(item: JobDeadline) {
		match item {
			JobDeadline::Proof(job) => Jobs::expire(job),
			JobDeadline::Window(job) => Settlement::settle_due(job),
			JobDeadline::Retention(job) => retire(job),
			JobDeadline::Judgement(job) => Settlement::judgement_due(job),
			JobDeadline::Dispute(job) => Disputes::phase_due(job),
		}
	}
}

/// Forget a job, and its dispute with it: what reminds the chain that a job was disputed lasts for as
/// long as the job.
fn retire(job: JobId) {
	Jobs::retire(job);
	if !pallet_jobs::Jobs::<Runtime>::contains_key(job) {
		Disputes::forget(job);
	}
}
