//! What the node signs for the sidecar, and what it does not.

#![deny(clippy::expect_used, clippy::as_conversions)]

use millrace_primitives::{
	proof::{accept_message, receipt_message},
	Attestation, JobId, JobState, Receipt, Submission, WorkerKey, WORKER_KEY_TYPE,
};
use millrace_protocol::{Finished, Job, View, WorkerJobs};
use sp_core::{crypto::AccountId32, sr25519};
use sp_runtime::{traits::Verify, MultiSignature};

use crate::{
	memory::{self, Kind, NoMemory, Subject},
	Config, NotTaken, Submit,
};

/// Why something that the sidecar has ready was not submitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Skipped {
	/// The view has it not as one of that worker's.
	NotOurs,
	/// The chain does not wait for this.
	NotAwaited,
	/// It contradicts what the chain holds.
	Contradiction,
	/// The receipt does not hold; the proof was submitted without it.
	BadReceipt,
	/// Another claim was signed for the job. Two would cost the worker its stake.
	SignedAnother,
	/// The node has not made this commitment, or has lost its memory of it.
	NoSalt,
	/// What must not be forgotten cannot be remembered.
	NoMemory(NoMemory),
	/// The key left the keystore.
	NoKey,
	/// The pool did not take it.
	NotTaken,
}

impl core::fmt::Display for Skipped {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(match self {
			Self::NotOurs => "it is not that worker's to give",
			Self::NotAwaited => "the job does not wait for it",
			Self::Contradiction => "it contradicts the job",
			Self::BadReceipt => "its receipt does not hold and was left out",
			Self::SignedAnother => {
				"this node has signed a different one for the job, and signing two costs stake"
			},
			Self::NoSalt => "this node does not know the salt of the commitment on chain",
			Self::NoMemory(reason) => return reason.fmt(f),
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

impl From<NoMemory> for Skipped {
	fn from(reason: NoMemory) -> Self {
		Self::NoMemory(reason)
	}
}

fn worker<'a>(view: &'a View, owner: &AccountId32) -> Option<&'a WorkerJobs> {
	view.workers.iter().find(|worker| worker.owner == *owner)
}

fn find<'a>(view: &'a View, owner: &AccountId32, id: JobId) -> Option<(&'a WorkerKey, &'a Job)> {
	let worker = worker(view, owner)?;
	let job = worker.jobs.iter().find(|job| job.id == id)?;
	Some((&worker.key, job))
}

/// Whether the worker of `owner` is asked to judge `id`, as its verifier or as a juror.
pub(crate) fn is_asked(view: &View, owner: &AccountId32, id: JobId) -> bool {
	worker(view, owner).is_some_and(|worker| {
		worker.appointed.iter().any(|appointed| appointed.id == id)
			|| worker.disputes.iter().any(|dispute| dispute.id == id)
	})
}

pub(crate) fn sign(key: &WorkerKey, message: &[u8]) -> Result<sr25519::Signature, Skipped> {
	sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, key, message).ok_or(Skipped::NoKey)
}

/// See to it that the worker of `owner` claims nothing but this of `job`, ever.
fn claim_once<T: Config>(owner: &AccountId32, job: JobId, digest: [u8; 32]) -> Result<(), Skipped> {
	let subject = Subject { kind: Kind::Claim, owner, job, round: 0 };
	if memory::remember::<T, _>(subject, digest)? == digest {
		Ok(())
	} else {
		Err(Skipped::SignedAnother)
	}
}

pub(crate) fn accept<T: Config>(
	view: &View,
	owner: &AccountId32,
	id: JobId,
) -> Result<(), Skipped> {
	let (key, job) = find(view, owner, id).ok_or(Skipped::NotOurs)?;
	if job.state != JobState::Open {
		return Err(Skipped::NotAwaited);
	}
	let signature = sign(key, &accept_message(view.genesis, id, owner))?;
	Ok(T::Submit::accept(id, owner.clone(), signature)?)
}

pub(crate) fn finish<T: Config>(view: &View, finished: Finished) -> Result<(), Skipped> {
	let (_, job) =
		find(view, &finished.proof.worker, finished.proof.job).ok_or(Skipped::NotOurs)?;
	match job.state {
		JobState::Open | JobState::Accepted => prove::<T>(view, finished),
		JobState::Verified | JobState::Disputed => confirm::<T>(view, job, finished),
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
	claim_once::<T>(&proof.worker, proof.job, digest)?;
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

/// Submit the result of an auctioned job.
pub(crate) fn deliver<T: Config>(
	view: &View,
	submission: Submission<AccountId32>,
) -> Result<(), Skipped> {
	let worker = worker(view, &submission.worker).ok_or(Skipped::NotOurs)?;
	let is_awarded = worker.awarded.iter().any(|awarded| awarded.id == submission.job);
	if !is_awarded {
		return Err(Skipped::NotOurs);
	}
	claim_once::<T>(&submission.worker, submission.job, submission.digest())?;
	let signature = sign(&worker.key, &submission.message(view.genesis))?;
	Ok(T::Submit::result(submission, signature)?)
}

/// Submit a verifier's judgement.
pub(crate) fn attest<T: Config>(
	view: &View,
	attestation: Attestation<AccountId32>,
) -> Result<(), Skipped> {
	let worker = worker(view, &attestation.verifier).ok_or(Skipped::NotOurs)?;
	let appointed = worker.appointed.iter().find(|appointed| appointed.id == attestation.job);
	let appointed = appointed.ok_or(Skipped::NotOurs)?;
	if appointed.submission != attestation.submission {
		return Err(Skipped::Contradiction);
	}
	let signature = sign(&worker.key, &attestation.message(view.genesis))?;
	Ok(T::Submit::attestation(attestation, signature)?)
}
