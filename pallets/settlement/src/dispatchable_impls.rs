//! What the calls do, without their origins, and what the pool is told of them.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	pallet_prelude::{
		DispatchResult, TransactionLongevity, TransactionSource, TransactionValidityWithRefund,
		ValidTransaction, Weight,
	},
	traits::{Get, Time},
};
use millrace_primitives::{
	traits::{JobBook, WorkerStanding},
	JobId, Outcome,
};
use sp_core::sr25519;

use crate::{Config, Event, OutcomeOf, Pallet, ProofOf, ReceiptOf};

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

	pub(crate) fn do_submit_proof(
		proof: &ProofOf<T>,
		signature: &sr25519::Signature,
		receipt: Option<&ReceiptOf<T>>,
	) -> DispatchResult {
		let (_, worker) = Self::check_proof(proof, signature, receipt)?;
		let outcome = Self::outcome(proof, worker);
		T::Jobs::prove(proof.job, outcome.clone())?;
		Self::deposit_event(Event::Proven {
			job_id: proof.job,
			worker: outcome.worker.clone(),
			tokens: outcome.tokens,
			output: outcome.output,
		});
		if receipt.is_some() {
			Self::settle_due(proof.job);
		}
		Ok(())
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

	pub(crate) fn do_submit_receipt(job_id: JobId, receipt: &ReceiptOf<T>) -> DispatchResult {
		let (record, outcome) = Self::check_receipt(job_id, receipt)?;
		Self::pay_worker(job_id, record, outcome);
		Ok(())
	}
}
