//! The seams between the pallets. The runtime joins them; each pallet is tested against spies.

#![deny(missing_docs)]

use sp_runtime::DispatchResult;

use crate::{
	Balance, JobId, JobRecord, ModelId, Moment, Outcome, Payment, Price, TierId, WorkerKey,
};

/// What the chain knows of a worker when a job concerns it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkerStanding<AccountId> {
	/// Signs for the worker.
	pub key: WorkerKey,
	/// Where the worker is paid.
	pub payout: AccountId,
	/// Whether the worker has an active stake of at least the minimum.
	pub staked: bool,
}

/// What may end the life of a worker's job, as its reputation sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conduct {
	/// It delivered, `elapsed` milliseconds after the job was created.
	Delivered {
		/// Milliseconds from the creation of the job to its proof.
		elapsed: Moment,
	},
	/// It accepted and did not deliver in time.
	Abandoned,
}

/// Models, tiers and workers.
pub trait Registry<AccountId> {
	/// The tier and the present price of a model that is offered, if it is.
	fn price_of(model: &ModelId) -> Option<(TierId, Price)>;

	/// The worker registered by `owner`, if there is one.
	fn worker(owner: &AccountId) -> Option<WorkerStanding<AccountId>>;

	/// Whether the worker of `owner` is registered for `model`.
	fn serves(owner: &AccountId, model: &ModelId) -> bool;

	/// Take note of how the worker of `owner` ended a job worth `value`. MUST NOT fail.
	fn note(owner: &AccountId, conduct: Conduct, value: Balance);

	/// Make what a benchmark needs: `model` on offer, and a worker of `owner` with `key` serving it.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &AccountId, key: WorkerKey, model: &ModelId);
}

/// The money of jobs.
pub trait JobEscrow<AccountId> {
	/// Lock `amount` of the requester's money for `job`. Fails without a trace if the requester does
	/// not own that much or the job has a ledger entry already.
	fn lock(job: JobId, requester: &AccountId, amount: Balance) -> DispatchResult;

	/// Give all that is locked for `job` back to its requester. MUST NOT fail for a locked job; a
	/// problem is reported by event.
	fn refund(job: JobId);

	/// Pay `worker` to `payout` and `treasury` to the treasury out of what is locked for `job`, and
	/// give the rest back to the requester. A payee that cannot be paid is parked, never an error.
	///
	/// Fails, and changes nothing, only if the parts exceed what is locked or nothing is locked.
	fn pay_out(
		job: JobId,
		payout: &AccountId,
		worker: Balance,
		treasury: Balance,
	) -> Result<Payment, sp_runtime::DispatchError>;

	/// Give `who` enough money for a benchmark to lock `amount`, and make the next payment to the
	/// treasury cost the most that one can.
	#[cfg(feature = "runtime-benchmarks")]
	fn fund(who: &AccountId, amount: Balance);

	/// Make the next payment to `who` cost the most that one can.
	#[cfg(feature = "runtime-benchmarks")]
	fn burden(who: &AccountId);
}

/// A queue of things that happen by themselves.
pub trait Deadlines<Item> {
	/// Let `item` fall due at `when`, not before. Each (item, when) is held once.
	fn schedule(item: Item, when: Moment);

	/// Forget that `item` was to fall due at `when`.
	fn cancel(item: Item, when: Moment);
}

/// What happens when an item of the queue falls due.
pub trait OnDeadline<Item> {
	/// The most that [`Self::fall_due`] may weigh for `item`.
	fn weight(item: &Item) -> sp_runtime::Weight;

	/// Do what is due. MUST NOT fail and MUST NOT panic: an item that cannot be handled is reported
	/// by event and dropped.
	fn fall_due(item: Item);
}

/// What falls due for a job.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	codec::Encode,
	codec::Decode,
	codec::DecodeWithMemTracking,
	codec::MaxEncodedLen,
	scale_info::TypeInfo,
)]
pub enum JobDeadline {
	/// No proof came in time: the job expires.
	#[codec(index = 0)]
	Proof(JobId),
	/// The dispute window is over: the job settles.
	#[codec(index = 1)]
	Window(JobId),
	/// A terminal job leaves storage.
	#[codec(index = 2)]
	Retention(JobId),
}

/// The job records, for the pallets that come after jobs in the order of knowledge.
pub trait JobBook<AccountId> {
	/// The record of `job`.
	fn job(job: &JobId) -> Option<JobRecord<AccountId>>;

	/// Take in what a checked proof says: the job becomes VERIFIED and its window opens.
	///
	/// Fails, and changes nothing, if the job is not waiting for a proof.
	fn prove(job: JobId, outcome: Outcome<AccountId>) -> DispatchResult;

	/// Take in how a VERIFIED job was paid: the job becomes SETTLED.
	///
	/// Fails, and changes nothing, if the job is not VERIFIED.
	fn settled(job: JobId, payment: Payment) -> DispatchResult;

	/// Create an open job for a benchmark and return its id.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(
		requester: &AccountId,
		candidates: alloc::vec::Vec<AccountId>,
		model: &ModelId,
	) -> JobId;
}
