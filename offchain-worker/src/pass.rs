//! One pass of the reconcile loop: collect, reveal, ask, sign, submit.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::vec::Vec;

use frame_system::pallet_prelude::BlockNumberFor;
use millrace_primitives::{JobId, WorkerKey, WORKER_KEY_TYPE};
use millrace_protocol::{Abstention, Reply, View, WORKERS_MAX};
use sp_core::{
	crypto::AccountId32,
	offchain::{Duration, Timestamp},
};
use sp_runtime::offchain::{
	storage::StorageValueRef,
	storage_lock::{StorageLock, Time},
};

use crate::{
	part_of_slot, sidecar,
	submit::{accept, attest, deliver, finish, is_asked, Skipped},
	view::view,
	vote::{commit, reveal_all},
	Chain, Config, LOG_TARGET,
};

/// Held while a pass runs.
const LOCK_KEY: &[u8] = b"millrace/offchain-worker/lock";

/// When the last warning was logged.
const WARNED_AT_KEY: &[u8] = b"millrace/offchain-worker/warned-at";

/// The least time between two warnings.
const WARNING_INTERVAL: Duration = Duration::from_millis(60_000);

/// How much of a slot a request may take. The rest is for the pass to end before the next block, whose
/// own pass it would keep out.
const TIMEOUT_PERCENT: u64 = 80;

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
	let revealed = reveal_all::<T>(&view);
	report(revealed.into_iter().map(|(id, outcome)| ("vote", id, outcome)));
	match sidecar::reconcile(&view, deadline) {
		Ok(reply) => submit_ready::<T>(&view, reply),
		Err(problem) => warn(&problem),
	}
}

/// The registered workers whose key this node holds.
fn workers<T: Config>() -> Vec<(AccountId32, WorkerKey)> {
	sp_io::crypto::sr25519_public_keys(WORKER_KEY_TYPE)
		.into_iter()
		.filter_map(|key| T::Chain::owner_of(&key).map(|owner| (owner, key)))
		.take(WORKERS_MAX)
		.collect()
}

/// Sign and submit what `reply` brings, as far as `view` bears it out.
fn submit_ready<T: Config>(view: &View, reply: Reply) {
	let Reply { accepts, finished, submissions, attestations, votes, abstained, .. } = reply;
	let accepts =
		accepts.into_iter().map(|(owner, id)| ("accept", id, accept::<T>(view, &owner, id)));
	let proofs = finished
		.into_iter()
		.map(|finished| ("result", finished.proof.job, finish::<T>(view, finished)));
	let submissions = submissions
		.into_iter()
		.map(|submission| ("submission", submission.job, deliver::<T>(view, submission)));
	let attestations = attestations
		.into_iter()
		.map(|attestation| ("attestation", attestation.job, attest::<T>(view, attestation)));
	let votes =
		votes.into_iter().map(|vote| ("commitment to a vote", vote.job, commit::<T>(view, &vote)));
	report(accepts.chain(proofs).chain(submissions).chain(attestations).chain(votes));
	for abstention in abstained {
		note(view, &abstention);
	}
}

/// Log what came of each thing that was to be submitted, and warn of the last one that should not
/// have been there.
fn report(outcomes: impl Iterator<Item = (&'static str, JobId, Result<(), Skipped>)>) {
	let mut refusal = None;
	for (what, id, outcome) in outcomes {
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

/// Log why the sidecar does not judge something. The text is its own, so nothing but letters of it
/// reaches the log as they are.
fn note(view: &View, abstention: &Abstention) {
	let Abstention { job, worker, reason } = abstention;
	if is_asked(view, worker, *job) {
		let reason = core::str::from_utf8(reason).unwrap_or("no reason that is text");
		let reason = reason.escape_debug();
		log::debug!(target: LOG_TARGET, "job {job}: the sidecar abstains: {reason}");
	}
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
