//! The market: workers, jobs and their money, and how these pallets meet.

use alloc::vec::Vec;

use frame_support::{
	pallet_prelude::TransactionPriority, parameter_types, traits::Get, weights::Weight, PalletId,
};
use frame_system::{
	offchain::{CreateAuthorizedTransaction, SubmitTransaction},
	EnsureRoot,
};
use millrace_primitives::{
	traits::{JobDeadline, OnDeadline},
	JobId, JobRecord, Moment, Proof, Receipt, TokenCounts, WorkerKey,
};
use pallet_jobs::WeightInfo as _;
use pallet_offchain_worker::NotTaken;
use pallet_settlement::WeightInfo as _;
use sp_core::sr25519;
use sp_runtime::Perbill;

use super::money::{PaymentAsset, TreasuryAccount, MILL};
use crate::{
	timing, AccountId, AssetsHolder, Balance, Balances, Deadlines, Escrow, Jobs, Registry, Runtime,
	RuntimeCall, RuntimeHoldReason, Settlement, Signature, Timestamp,
};

parameter_types! {
	/// What a registration holds until it ends.
	pub const RegistrationDeposit: Balance = 10 * MILL;

	/// The least stake that counts.
	pub const StakeMin: Balance = 100 * MILL;

	/// The share of a staked worker in basis points.
	pub const ShareStaked: u16 = 8_500;

	/// The share of an unstaked worker in basis points.
	pub const ShareUnstaked: u16 = 7_500;

	/// The most tokens that a job may ask for: the context of the largest models.
	pub const MaxTokens: TokenCounts = TokenCounts { input: 131_072, output: 131_072 };

	/// Above ordinary transactions, whose priority is their tip: workers are paid by these.
	pub const AuthorizedPriority: TransactionPriority = TransactionPriority::MAX.div_euclid(2);

	/// The part of a block that a pass over the deadlines may use before transactions come: what
	/// ordinary transactions leave of it anyway.
	pub const DeadlineShare: Perbill = Perbill::from_percent(25);

	/// Names the account that keeps what could not be paid.
	pub const EscrowPot: PalletId = PalletId(*b"mr/escro");
}

impl pallet_registry::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Time = Timestamp;
	type RegistrationDeposit = RegistrationDeposit;
	type StakeMin = StakeMin;
	type UnbondingPeriod = timing::UnbondingMs;
	type SlashDestination = TreasuryAccount;
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
	type ProofWindow = timing::ProofWindowMs;
	type DisputeWindow = timing::DisputeWindowMs;
	type CancelAfter = timing::CancelAfterMs;
	type NonceWindow = timing::NonceWindowMs;
	type Retention = timing::RetentionMs;
	type MaxTokens = MaxTokens;
	type AuthorizedPriority = AuthorizedPriority;
	type WeightInfo = pallet_jobs::weights::SubstrateWeight<Self>;
}

impl pallet_settlement::Config for Runtime {
	type Jobs = Jobs;
	type Escrow = Escrow;
	type Registry = Registry;
	type Time = Timestamp;
	type Signature = Signature;
	type StakedShare = ShareStaked;
	type UnstakedShare = ShareUnstaked;
	type AuthorizedPriority = AuthorizedPriority;
	type WeightInfo = pallet_settlement::weights::SubstrateWeight<Self>;
}

impl pallet_offchain_worker::Config for Runtime {
	type Chain = ChainOfWorkers;
	type Submit = ToPool;
	type SlotMs = timing::SlotMs;
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
			JobDeadline::Window(_) => {
				<Runtime as pallet_settlement::Config>::WeightInfo::settle_due()
			},
			JobDeadline::Retention(_) => <Runtime as pallet_jobs::Config>::WeightInfo::retire(),
		}
	}

	fn fall_due(item: JobDeadline) {
		match item {
			JobDeadline::Proof(job) => Jobs::expire(job),
			JobDeadline::Window(job) => Settlement::settle_due(job),
			JobDeadline::Retention(job) => Jobs::retire(job),
		}
	}
}

/// What the off-chain worker reads: the registry by worker key, the jobs by worker.
pub struct ChainOfWorkers;

impl pallet_offchain_worker::Chain for ChainOfWorkers {
	fn now() -> Moment {
		Now::get()
	}

	fn owner_of(key: &WorkerKey) -> Option<AccountId> {
		pallet_registry::WorkerKeys::<Runtime>::get(key)
	}

	fn jobs_of(owner: &AccountId, limit: usize) -> Vec<JobId> {
		pallet_jobs::WorkerJobs::<Runtime>::iter_key_prefix(owner).take(limit).collect()
	}

	fn job(job: &JobId) -> Option<JobRecord<AccountId>> {
		pallet_jobs::Jobs::<Runtime>::get(job)
	}
}

/// Sends what the off-chain worker signed to the pool as authorized transactions.
pub struct ToPool;

impl ToPool {
	fn send<Call>(call: Call) -> Result<(), NotTaken>
	where
		RuntimeCall: From<Call>,
	{
		let transaction =
			<Runtime as CreateAuthorizedTransaction<Call>>::create_authorized_transaction(
				call.into(),
			);
		SubmitTransaction::<Runtime, Call>::submit_transaction(transaction).map_err(|()| NotTaken)
	}
}

impl pallet_offchain_worker::Submit for ToPool {
	fn accept(job: JobId, owner: AccountId, signature: sr25519::Signature) -> Result<(), NotTaken> {
		Self::send(pallet_jobs::Call::accept { job, owner, signature })
	}

	fn proof(
		proof: Proof<AccountId>,
		signature: sr25519::Signature,
		receipt: Option<Receipt<Signature>>,
	) -> Result<(), NotTaken> {
		Self::send(pallet_settlement::Call::submit_proof { proof, signature, receipt })
	}

	fn receipt(job: JobId, receipt: Receipt<Signature>) -> Result<(), NotTaken> {
		Self::send(pallet_settlement::Call::submit_receipt { job, receipt })
	}
}
