//! What the calls do, without their origins, and what the pool is told of them.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	pallet_prelude::{
		DispatchError, TransactionLongevity, TransactionSource, TransactionValidityWithRefund,
		ValidTransaction, Weight,
	},
	storage::with_storage_layer,
	traits::{Get, Time},
};
use millrace_primitives::{
	traits::{Disputes, JobBook, WorkerStanding},
	JobId, JobState, Outcome,
};
use sp_core::sr25519;

use crate::{Config, Event, JobRecordOf, OutcomeOf, Pallet, ProofOf, ReceiptOf};

/// For how many blocks the pool keeps a call. The off-chain worker sends it again while it is wanted,
/// so it need not last.
const LONGEVITY: TransactionLongevity = 64;

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_submit_proof(
		_: TransactionSource,
		proof: &ProofOf<T>,
		signature: &sr25519::Signature,
		receipt: &Option<ReceiptOf<T>>,
	) -> TransactionValidityWithRefund {
		Self::check_proof(proof, signature, receipt.as_ref())?;
		Ok(Self::validity("millrace/proof", proof.job, receipt.is_some()))
	}

	pub(crate) fn authorize_submit_receipt(
		_: TransactionSource,
		job_id: &JobId,
		receipt: &ReceiptOf<T>,
	) -> TransactionValidityWithRefund {
		Self::check_receipt(*job_id, receipt)?;
		Ok(Self::validity("millrace/receipt", *job_id, true))
	}

	/// The pool keeps one call per step of a job. One that settles takes the place of one that does
	/// not, so a receipt that comes late is not held up by a proof that went ahead without it.
	pub(crate) fn validity(
		step: &'static str,
		job_id: JobId,
		settles: bool,
	) -> (ValidTransaction, Weight) {
		let priority = T::AuthorizedPriority::get().saturating_add(u64::from(settles));
		let validity = ValidTransaction::with_tag_prefix(step)
			.priority(priority)
			.longevity(LONGEVITY)
			.and_provides(job_id)
			.propagate(true)
			.into();
		(validity, Weight::zero())
	}

	/// Returns whether a dispute ended with it.
	pub(crate) fn do_submit_proof(
		proof: &ProofOf<T>,
		signature: &sr25519::Signature,
		receipt: Option<&ReceiptOf<T>>,
	) -> Result<bool, DispatchError> {
		let (record, worker) = Self::check_proof(proof, signature, receipt)?;
		let outcome = Self::outcome(proof, worker);
		let was_disputed = with_storage_layer(|| {
			let was_disputed = Self::end_dispute(proof.job, &record)?;
			T::Jobs::prove(proof.job, outcome.clone())?;
			Ok::<_, DispatchError>(was_disputed)
		})?;
		Self::deposit_event(Event::Proven {
			job_id: proof.job,
			worker: outcome.worker.clone(),
			tokens: outcome.tokens,
			output: outcome.output,
		});
		if receipt.is_some() {
			Self::settle_due(proof.job);
		}
		Ok(was_disputed)
	}

	/// What its requester confirms is no matter for a dispute. Returns whether there was one.
	fn end_dispute(job_id: JobId, record: &JobRecordOf<T>) -> Result<bool, DispatchError> {
		if record.state != JobState::Disputed {
			return Ok(false);
		}
		T::Disputes::dismiss(job_id);
		T::Jobs::confirm(job_id)?;
		Ok(true)
	}

	/// What the chain keeps of a proof. Share and payee are fixed here, so nothing that happens to
	/// the worker's registration later changes what is paid for this job.
	fn outcome(proof: &ProofOf<T>, worker: WorkerStanding<T::AccountId>) -> OutcomeOf<T> {
		let share = if worker.staked { T::StakedShare::get() } else { T::UnstakedShare::get() };
		Outcome {
			worker: proof.worker.clone(),
			payout: worker.payout,
			worker_share: share,
			tokens: proof.tokens,
			output: proof.output,
			proof: proof.digest(),
			finish: proof.finish,
			proven_at: T::Time::now(),
		}
	}

	/// Returns whether a dispute ended with it.
	pub(crate) fn do_submit_receipt(
		job_id: JobId,
		receipt: &ReceiptOf<T>,
	) -> Result<bool, DispatchError> {
		let record = Self::check_receipt(job_id, receipt)?;
		let was_disputed = with_storage_layer(|| Self::end_dispute(job_id, &record))?;
		Self::settle_due(job_id);
		Ok(was_disputed)
	}

	/// What a check weighs that may look at a dispute besides.
	pub(crate) fn with_dispute(weight: Weight) -> Weight {
		weight.saturating_add(T::DbWeight::get().reads(1))
	}

	/// What a call weighs that may end a dispute besides.
	pub(crate) fn with_dismissal(weight: Weight, ends_dispute: bool) -> Weight {
		if ends_dispute {
			weight.saturating_add(T::Disputes::dismiss_weight())
		} else {
			weight
		}
	}
}
