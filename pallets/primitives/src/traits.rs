//! The seams between the pallets. The runtime joins them; each pallet is tested against spies.

#![deny(missing_docs)]

use sp_runtime::{DispatchError, DispatchResult};

pub use crate::reputation::Conduct;
use crate::{
	auction::{Cid, Judgement},
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
	/// What it can lose: its active stake, and what is unbonding and not unlocked yet.
	pub at_risk: Balance,
}

/// What the chain knows of a verifier that is able to judge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifierStanding<AccountId> {
	/// Signs for the verifier.
	pub key: WorkerKey,
	/// Where the verifier is paid.
	pub payout: AccountId,
	/// The number of the block since which it has been able to judge for some model or other without
	/// a change: who comes later than the seed of a draw is not drawn by it.
	pub since: u32,
}

/// Models, tiers, workers and verifiers.
pub trait Registry<AccountId> {
	/// The tier and the present price of a model that is offered, if it is.
	fn price_of(model: &ModelId) -> Option<(TierId, Price)>;

	/// The worker registered by `owner`, if there is one.
	fn worker(owner: &AccountId) -> Option<WorkerStanding<AccountId>>;

	/// The keys by which the worker of `owner` answers for what it signed since `since`: its present
	/// one, and those that it gave up since then, and no longer ago than stake takes to unbond; the
	/// latest first, and at most [`WORKER_KEYS_MAX`].
	fn keys(owner: &AccountId, since: Moment) -> alloc::vec::Vec<WorkerKey>;

	/// Whether the worker of `owner` is registered for `model`.
	fn serves(owner: &AccountId, model: &ModelId) -> bool;

	/// The verifier of `owner`, if it may judge for `model` now: it took on the role for the model
	/// and has the active stake that the role asks for.
	fn verifier(owner: &AccountId, model: &ModelId) -> Option<VerifierStanding<AccountId>>;

	/// The owners of all who took on the role for `model`, in the order in which they did; at most
	/// [`VERIFIERS_MAX`]. Some may lack the stake: ask [`Self::verifier`].
	fn verifiers(model: &ModelId) -> alloc::vec::Vec<AccountId>;

	/// Take note of what `owner` did as a worker in a job worth `value`. MUST NOT fail.
	fn note(owner: &AccountId, conduct: Conduct, value: Balance);

	/// Take note of what `owner` did as a verifier or juror in a job worth `value`. MUST NOT fail.
	fn note_verifier(owner: &AccountId, conduct: Conduct, value: Balance);

	/// Take up to `amount` of the stake of `owner`, active and unbonding, and give it to `to` as free
	/// MILL; what `to` cannot take in is burned. Returns how much was taken. MUST NOT fail.
	fn slash(owner: &AccountId, amount: Balance, to: &AccountId) -> Balance;

	/// Make what a benchmark needs: `model` on offer, and a worker of `owner` with `key` serving it
	/// and verifying for it, with all the stake that either asks for.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &AccountId, key: WorkerKey, model: &ModelId);
}

/// The most keys by which a worker answers at a time: its present one, and the last that it gave up.
pub const WORKER_KEYS_MAX: u32 = 5;

/// The most verifiers of one model.
pub const VERIFIERS_MAX: u32 = 128;

/// The money of jobs.
pub trait JobEscrow<AccountId> {
	/// Lock `amount` of the requester's money for `job`. Fails without a trace if the requester does
	/// not own that much or the job has a ledger entry already.
	fn lock(job: JobId, requester: &AccountId, amount: Balance) -> DispatchResult;

	/// Give `amount` of what is locked for `job` back to its requester; the rest stays locked.
	///
	/// Fails, and changes nothing, only if less is locked.
	fn release(job: JobId, amount: Balance) -> DispatchResult;

	/// Pay `amount` of what is locked for `job` to `to`, the verifier; the rest stays locked. A payee
	/// that cannot be paid is parked, never an error.
	///
	/// Fails, and changes nothing, only if less is locked.
	fn pay_verifier(job: JobId, to: &AccountId, amount: Balance) -> DispatchResult;

	/// Give all that is locked for `job` back to its requester. MUST NOT fail for a locked job; a
	/// problem is reported by event.
	fn refund(job: JobId);

	/// Pay `worker` to `payout` and `treasury` to the treasury out of what is locked for `job`, and
	/// give the rest back to the requester. A payee that cannot be paid is parked, never an error.
	/// Returns what was given back.
	///
	/// Fails, and changes nothing, only if the parts exceed what is locked or nothing is locked.
	fn pay_out(
		job: JobId,
		payout: &AccountId,
		worker: Balance,
		treasury: Balance,
	) -> Result<Balance, DispatchError>;

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
	/// No award, no delivery or no proof came in time: the job expires.
	#[codec(index = 0)]
	Proof(JobId),
	/// The dispute window is over: the job settles.
	#[codec(index = 1)]
	Window(JobId),
	/// A terminal job leaves storage.
	#[codec(index = 2)]
	Retention(JobId),
	/// The verifier of a submission is drawn, or its time to judge is over.
	#[codec(index = 3)]
	Judgement(JobId),
	/// A phase of a dispute is over.
	#[codec(index = 4)]
	Dispute(JobId),
}

/// The job records, for the pallets that come after jobs in the order of knowledge. Each call that
/// fails changes nothing.
pub trait JobBook<AccountId> {
	/// The record of `job`.
	fn job(job: &JobId) -> Option<JobRecord<AccountId>>;

	/// Take in what a checked proof says: the direct job becomes VERIFIED and its window opens. So it
	/// does once more if it was VERIFIED with a proof that nobody had confirmed. Fails in any other
	/// state.
	fn prove(job: JobId, outcome: Outcome<AccountId>) -> DispatchResult;

	/// Take in a delivery: the auctioned job becomes SUBMITTED until `until`. Fails if it is not
	/// ACCEPTED. `verifier` is who judges it, if that is known already.
	fn submit(
		job: JobId,
		outcome: Outcome<AccountId>,
		result: Cid,
		verifier: Option<AccountId>,
		until: Moment,
	) -> DispatchResult;

	/// Let `verifier` judge a SUBMITTED job by `until`.
	fn appoint(job: JobId, verifier: AccountId, until: Moment) -> DispatchResult;

	/// A SUBMITTED job is judged good, or nobody judged it in time (`None`): it becomes VERIFIED and
	/// its window opens.
	fn verify(job: JobId, judgement: Option<Judgement>) -> DispatchResult;

	/// A job is disputed: it becomes DISPUTED until `until`. With the judgement, if the verifier
	/// disputes it.
	fn dispute(job: JobId, judgement: Option<Judgement>, until: Moment) -> DispatchResult;

	/// The requester confirms what is disputed: the DISPUTED job is VERIFIED again, with a window of
	/// its own. Fails if it is not DISPUTED.
	fn confirm(job: JobId) -> DispatchResult;

	/// The next phase of the dispute of a DISPUTED job lasts until `until`.
	fn postpone(job: JobId, until: Moment) -> DispatchResult;

	/// Take in how a job was paid: from VERIFIED it becomes SETTLED, from DISPUTED RESOLVED. Fails in
	/// any other state, or if the payment does not add up to what was locked.
	fn close(job: JobId, payment: Payment) -> DispatchResult;

	/// Create an open direct job for a benchmark and return its id.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(
		requester: &AccountId,
		candidates: alloc::vec::Vec<AccountId>,
		model: &ModelId,
	) -> JobId;

	/// Create an auctioned job for a benchmark, awarded to `worker`, with the largest document and
	/// `verifier` to judge it, and return its id.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_auction(
		requester: &AccountId,
		worker: &AccountId,
		verifier: &AccountId,
		model: &ModelId,
	) -> JobId;
}

/// What ends a job for good, for whoever decides its dispute. Neither can fail: a problem is reported
/// by event, and the money goes back to the requester.
pub trait Payments<AccountId> {
	/// Pay a VERIFIED or DISPUTED job as delivered.
	fn pay(job: JobId);

	/// Give everything that is still locked for a VERIFIED or DISPUTED job back to its requester.
	/// `at_fault` says that the worker was found at fault, and not merely that nobody decided.
	fn give_back(job: JobId, at_fault: bool);

	/// Make the end of a job of a benchmark cost the most that it can: if its verifier judged, that has
	/// its fee, and money is parked for whoever else can be paid.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(job: JobId);
}

/// What judges results that somebody finds bad.
pub trait Disputes<AccountId> {
	/// Open a dispute of a SUBMITTED job on behalf of its verifier, which answers for it with its
	/// stake.
	fn open_by_verifier(job: JobId, verifier: &AccountId, judgement: Judgement) -> DispatchResult;

	/// Whether the dispute of a job can be dismissed: nobody was drawn for it, or asked, yet.
	fn is_dismissible(job: &JobId) -> bool;

	/// End the dispute of a job whose requester has confirmed what it got: nobody is punished, and the
	/// bond goes back. Whoever calls takes the job out of DISPUTED. MUST NOT fail where
	/// [`Self::is_dismissible`].
	fn dismiss(job: JobId);

	/// The most that [`Self::dismiss`] may weigh, with [`JobBook::confirm`].
	fn dismiss_weight() -> sp_runtime::Weight;
}
