//! One pass of the reconcile loop: collect, ask, sign, submit.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::vec::Vec;

use frame_system::pallet_prelude::BlockNumberFor;
use millrace_primitives::{
	proof::{accept_message, receipt_message},
	JobId, JobState, Receipt, WorkerKey, WORKER_KEY_TYPE,
};
use millrace_protocol::{Finished, Job, Reply, View, WorkerJobs, JOBS_MAX, VERSION, WORKERS_MAX};
use sp_core::{
	crypto::AccountId32,
	offchain::{Duration, Timestamp},
	sr25519, H256,
};
use sp_runtime::{
	offchain::{
		storage::StorageValueRef,
		storage_lock::{StorageLock, Time},
	},
	traits::{UniqueSaturatedInto, Verify, Zero},
	MultiSignature,
};

use crate::{part_of_slot, sidecar, Chain, Config, NotTaken, Submit, LOG_TARGET};

/// Held while a pass runs.
const LOCK_KEY: &[u8] = b"millrace/offchain-worker/lock";

/// When the last warning was logged.
const WARNED_AT_KEY: &[u8] = b"millrace/offchain-worker/warned-at";

/// The least time between two warnings.
const WARNING_INTERVAL: Duration = Duration::from_millis(60_000);

/// How much of a slot a request may take. The rest is for the pass to end before the next block, whose
/// own pass it would keep out.
const TIMEOUT_PERCENT: u64 = 80;

/// How much of a slot the sidecar may hold its reply back. What gets ready meanwhile is in the next
/// block, what gets ready later in the one after it.
const HOLD_PERCENT: u64 = 60;

/// After how much of a slot the lock of a pass that died frees itself.
const LOCK_PERCENT: u64 = 95;

/// Bring the sidecar and the chain in step, as of `block`.
pub(crate) fn run<T: Config>(block: BlockNumberFor<T>) {
	let workers = workers::<T>();
	if workers.is_empty() {
		return;
	}
	let lease = Duration::from_millis(part_of_slot::<T>(LOCK_PERCENT));
	let mut lock = StorageLock::<Time>::with_deadline(LOCK_KEY, lease);
	let Ok(_guard) = lock.try_lock() else {
		log::debug!(target: LOG_TARGET, "the pass for the block before is still under way");
		return;
	};
	let timeout = Duration::from_millis(part_of_slot::<T>(TIMEOUT_PERCENT));
	let deadline = sp_io::offchain::timestamp().add(timeout);
	let view = view::<T>(block, workers);
	match sidecar::reconcile(&view, deadline) {
		Ok(reply) => submit_ready::<T>(&view, reply),
		Err(problem) => warn(&problem),
	}
}

/// The registered workers whose key this node holds, with their jobs.
fn workers<T: Config>() -> Vec<WorkerJobs> {
	sp_io::crypto::sr25519_public_keys(WORKER_KEY_TYPE)
		.into_iter()
		.filter_map(|key| T::Chain::owner_of(&key).map(|owner| (owner, key)))
		.take(WORKERS_MAX)
		.map(|(owner, key)| WorkerJobs { jobs: jobs::<T>(&owner), owner, key })
		.collect()
}

fn jobs<T: Config>(owner: &AccountId32) -> Vec<Job> {
	T::Chain::jobs_of(owner, JOBS_MAX)
		.into_iter()
		.take(JOBS_MAX)
		.filter_map(|id| job::<T>(id, owner))
		.collect()
}

fn job<T: Config>(id: JobId, owner: &AccountId32) -> Option<Job> {
	let record = T::Chain::job(&id)?;
	if !matches!(record.state, JobState::Open | JobState::Accepted | JobState::Verified) {
		return None;
	}
	Some(Job {
		id,
		state: record.state,
		entropy: hash_of::<T>(record.created_in.into()),
		accepted: record.accepted_by.map(|worker| worker == *owner),
		proven: record.outcome.map(|outcome| outcome.proof),
		requester: record.requester,
		model: record.model,
		max: record.max,
		request: record.request,
		created_at: record.created_at,
		deadline: record.deadline,
	})
}

/// The hash of a block that the chain remembers. In an off-chain worker it knows that of the
/// present block too.
fn hash_of<T: Config>(block: BlockNumberFor<T>) -> H256 {
	frame_system::Pallet::<T>::block_hash(block)
}

fn view<T: Config>(block: BlockNumberFor<T>, workers: Vec<WorkerJobs>) -> View {
	// Without a job nothing can become ready: no reason to keep a thread of the node waiting.
	let idle = workers.iter().all(|worker| worker.jobs.is_empty());
	let hold = if idle { 0 } else { part_of_slot::<T>(HOLD_PERCENT) };
	View {
		version: VERSION,
		genesis: genesis::<T>(),
		block: block.unique_saturated_into(),
		hash: hash_of::<T>(block),
		now: T::Chain::now(),
		hold_ms: hold.unique_saturated_into(),
		workers,
	}
}

fn genesis<T: Config>() -> H256 {
	hash_of::<T>(Zero::zero())
}

/// Sign and submit what `reply` brings, as far as `view` bears it out.
fn submit_ready<T: Config>(view: &View, reply: Reply) {
	let accepts =
		reply.accepts.into_iter().map(|(owner, id)| ("accept", id, accept::<T>(view, &owner, id)));
	let results = reply
		.finished
		.into_iter()
		.map(|finished| ("result", finished.proof.job, finish::<T>(view, finished)));
	let mut refusal = None;
	for (what, id, outcome) in accepts.chain(results) {
		match outcome {
			Ok(()) => log::debug!(target: LOG_TARGET, "job {id}: submitted the {what}"),
			// The reply may be older than the view, and the pool refuses what it has already.
			Err(reason @ (Skipped::NotAwaited | Skipped::NotTaken)) => {
				log::debug!(target: LOG_TARGET, "job {id}: no need of the {what}: {reason}");
			},
			Err(reason) => refusal = Some((what, id, reason)),
		}
	}
	if let Some((what, id, reason)) = refusal {
		warn(&format_args!("job {id}: did not submit the {what} as it came: {reason}"));
	}
}

/// Why something that the sidecar has ready was not submitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Skipped {
	/// The job is not one of that worker's.
	NotOurs,
	/// The job does not wait for this.
	NotAwaited,
	/// The claim contradicts the job.
	Contradiction,
	/// The receipt does not hold; the proof was submitted without it.
	BadReceipt,
	/// The key left the keystore.
	NoKey,
	/// The pool did not take it.
	NotTaken,
}

impl core::fmt::Display for Skipped {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(match self {
			Self::NotOurs => "the job is not one of that worker's",
			Self::NotAwaited => "the job does not wait for it",
			Self::Contradiction => "the proof contradicts the job",
			Self::BadReceipt => "its receipt does not hold and was left out",
			Self::NoKey => "the worker key left the keystore",
			Self::NotTaken => "the pool has it, or finds it invalid",
		})
	}
}

impl From<NotTaken> for Skipped {
	fn from(NotTaken: NotTaken) -> Self {
		Self::NotTaken
	}
}

fn find<'a>(view: &'a View, owner: &AccountId32, id: JobId) -> Option<(&'a WorkerKey, &'a Job)> {
	let worker = view.workers.iter().find(|worker| worker.owner == *owner)?;
	let job = worker.jobs.iter().find(|job| job.id == id)?;
	Some((&worker.key, job))
}

fn sign(key: &WorkerKey, message: &[u8]) -> Result<sr25519::Signature, Skipped> {
	sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, key, message).ok_or(Skipped::NoKey)
}

fn accept<T: Config>(view: &View, owner: &AccountId32, id: JobId) -> Result<(), Skipped> {
	let (key, job) = find(view, owner, id).ok_or(Skipped::NotOurs)?;
	if job.state != JobState::Open {
		return Err(Skipped::NotAwaited);
	}
	let signature = sign(key, &accept_message(view.genesis, id, owner))?;
	Ok(T::Submit::accept(id, owner.clone(), signature)?)
}

fn finish<T: Config>(view: &View, finished: Finished) -> Result<(), Skipped> {
	let (_, job) =
		find(view, &finished.proof.worker, finished.proof.job).ok_or(Skipped::NotOurs)?;
	match job.state {
		JobState::Open | JobState::Accepted => prove::<T>(view, finished),
		JobState::Verified => confirm::<T>(view, job, finished),
		_ => Err(Skipped::NotAwaited),
	}
}

/// Submit a proof, with its receipt if that holds: a receipt that does not must not keep the proof
/// from the chain, since without one the worker is still paid when the window ends.
fn prove<T: Config>(view: &View, finished: Finished) -> Result<(), Skipped> {
	let Finished { proof, receipt } = finished;
	let (key, job) = find(view, &proof.worker, proof.job).ok_or(Skipped::NotOurs)?;
	// Not the entropy: the block of the job may have been replaced while the worker was busy, and
	// whether that matters is for the requester and the chain to say.
	if proof.model != job.model || !proof.tokens.fits(&job.max) {
		return Err(Skipped::Contradiction);
	}
	let digest = proof.digest();
	let (receipt, outcome) = match receipt {
		Some(receipt) if holds(view, job, &digest, &receipt) => (Some(receipt), Ok(())),
		Some(_) => (None, Err(Skipped::BadReceipt)),
		None => (None, Ok(())),
	};
	if job.accepted == Some(false) && receipt.is_none() {
		return outcome.and(Err(Skipped::NotAwaited));
	}
	let signature = sign(key, &proof.message(view.genesis))?;
	T::Submit::proof(proof, signature, receipt)?;
	outcome
}

/// Submit the receipt for the proof that the chain holds, or, if that is another's, the proof that
/// the requester did confirm: it takes the other's place.
fn confirm<T: Config>(view: &View, job: &Job, finished: Finished) -> Result<(), Skipped> {
	let digest = finished.proof.digest();
	let Some(receipt) = &finished.receipt else { return Err(Skipped::NotAwaited) };
	if !holds(view, job, &digest, receipt) {
		return Err(Skipped::BadReceipt);
	}
	if job.proven == Some(digest) {
		return Ok(T::Submit::receipt(job.id, receipt.clone())?);
	}
	prove::<T>(view, finished)
}

/// Whether `receipt` is the requester's word for the proof with this digest.
fn holds(view: &View, job: &Job, digest: &[u8; 32], receipt: &Receipt<MultiSignature>) -> bool {
	let message = receipt_message(view.genesis, job.id, digest);
	receipt.proof == *digest && receipt.signature.verify(message.as_slice(), &job.requester)
}

/// Log a problem of the sidecar, but not at every block.
fn warn(problem: &impl core::fmt::Display) {
	let mut last = StorageValueRef::persistent(WARNED_AT_KEY);
	let now = sp_io::offchain::timestamp();
	let due = match last.get::<Timestamp>() {
		Ok(Some(at)) => now >= at.add(WARNING_INTERVAL),
		Ok(None) => true,
		Err(_) => {
			last.clear();
			true
		},
	};
	if due {
		last.set(&now);
		log::warn!(target: LOG_TARGET, "{problem}");
	} else {
		log::debug!(target: LOG_TARGET, "{problem}");
	}
}
