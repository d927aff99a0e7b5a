//! What a proof and a receipt must fulfil. Both the pool and the call ask here, and what costs most,
//! the signatures, comes last.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{ensure, pallet_prelude::Zero, traits::Time};
use millrace_primitives::{
	job::Step,
	proof::receipt_message,
	traits::{Disputes, JobBook, Registry},
	JobId, JobKind, JobState,
};
use sp_core::{sr25519, H256};
use sp_runtime::traits::Verify;

use crate::{types::Provable, Config, Error, JobRecordOf, Pallet, ProofOf, ReceiptOf};

impl<T: Config> Pallet<T> {
	/// The hash of the first block, which every signature of this chain is bound to.
	pub(crate) fn genesis() -> H256 {
		frame_system::Pallet::<T>::block_hash(
			frame_system::pallet_prelude::BlockNumberFor::<T>::zero(),
		)
	}

	/// The job that a proof, signed and perhaps confirmed, is for, and what is known of its worker.
	pub(crate) fn check_proof(
		proof: &ProofOf<T>,
		signature: &sr25519::Signature,
		receipt: Option<&ReceiptOf<T>>,
	) -> Result<Provable<T>, Error<T>> {
		let record = T::Jobs::job(&proof.job).ok_or(Error::<T>::UnknownJob)?;
		Self::ensure_awaited(&proof.job, &record, receipt.is_some())?;
		Self::ensure_within_terms(proof, &record)?;
		let digest = proof.digest();
		match receipt {
			Some(receipt) => {
				ensure!(receipt.proof == digest, Error::<T>::ReceiptForAnotherProof);
			},
			None => Self::ensure_not_taken(proof, &record)?,
		}
		let worker = T::Registry::worker(&proof.worker).ok_or(Error::<T>::NotRegistered)?;

		let genesis = Self::genesis();
		ensure!(
			sp_io::crypto::sr25519_verify(signature, &proof.message(genesis), &worker.key),
			Error::<T>::BadProofSignature
		);
		if let Some(receipt) = receipt {
			Self::ensure_signed_by_requester(genesis, proof.job, &record, receipt)?;
		}
		Ok((record, worker))
	}

	/// A job waits for a proof, and after an unconfirmed one it still waits for a confirmed one: the
	/// receipt decides whose proof is paid, not who was first.
	fn ensure_awaited(
		job_id: &JobId,
		record: &JobRecordOf<T>,
		confirmed: bool,
	) -> Result<(), Error<T>> {
		let direct = record.kind == JobKind::Direct;
		let awaited = direct
			&& (record.state.after(Step::Prove, record.kind).is_some()
				|| Self::can_still_confirm(job_id, record));
		let proven = record.outcome.is_some();
		ensure!(!proven || (confirmed && awaited), Error::<T>::AlreadyProven);
		ensure!(awaited, Error::<T>::WrongState);
		// The end of the proof window, or for a proven job that of its dispute window.
		ensure!(T::Time::now() <= record.deadline, Error::<T>::TooLate);
		Ok(())
	}

	/// Whether the job is disputed, but its requester can still say that there is nothing to dispute.
	/// Once a committee is drawn it cannot: it could wait for the votes first.
	fn can_still_confirm(job_id: &JobId, record: &JobRecordOf<T>) -> bool {
		record.state == JobState::Disputed && T::Disputes::is_dismissible(job_id)
	}

	fn ensure_within_terms(proof: &ProofOf<T>, record: &JobRecordOf<T>) -> Result<(), Error<T>> {
		ensure!(record.candidates.contains(&proof.worker), Error::<T>::NotCandidate);
		ensure!(proof.model == record.model, Error::<T>::WrongModel);
		ensure!(proof.tokens.fits(&record.max), Error::<T>::TooManyTokens);
		Ok(())
	}

	fn ensure_not_taken(proof: &ProofOf<T>, record: &JobRecordOf<T>) -> Result<(), Error<T>> {
		let free = record.accepted_by.as_ref().is_none_or(|worker| *worker == proof.worker);
		ensure!(free, Error::<T>::AcceptedByAnother);
		Ok(())
	}

	/// The proven job that a receipt confirms.
	pub(crate) fn check_receipt(
		job_id: JobId,
		receipt: &ReceiptOf<T>,
	) -> Result<JobRecordOf<T>, Error<T>> {
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		let confirmable =
			record.state == JobState::Verified || Self::can_still_confirm(&job_id, &record);
		ensure!(confirmable, Error::<T>::WrongState);
		let outcome = record.outcome.as_ref().ok_or(Error::<T>::WrongState)?;
		ensure!(receipt.proof == outcome.proof, Error::<T>::ReceiptForAnotherProof);
		Self::ensure_signed_by_requester(Self::genesis(), job_id, &record, receipt)?;
		Ok(record)
	}

	fn ensure_signed_by_requester(
		genesis: H256,
		job_id: JobId,
		record: &JobRecordOf<T>,
		receipt: &ReceiptOf<T>,
	) -> Result<(), Error<T>> {
		let message = receipt_message(genesis, job_id, &receipt.proof);
		ensure!(
			receipt.signature.verify(message.as_slice(), &record.requester),
			Error::<T>::BadReceiptSignature
		);
		Ok(())
	}
}
