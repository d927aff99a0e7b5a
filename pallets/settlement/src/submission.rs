//! The delivery of an auctioned job: what it must fulfil, and who will judge it.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	ensure,
	pallet_prelude::{DispatchResult, TransactionSource, TransactionValidityWithRefund},
	traits::{Get, Time},
};
use millrace_primitives::{
	job::Step,
	money::BASIS_POINTS,
	traits::{JobBook, Registry, WorkerStanding},
	FinishReason, Moment, Outcome, TokenCounts,
};
use sp_core::sr25519;

use crate::{types::Provable, Config, Error, Event, JobRecordOf, OutcomeOf, Pallet, SubmissionOf};

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_submit_result(
		_: TransactionSource,
		submission: &SubmissionOf<T>,
		signature: &sr25519::Signature,
	) -> TransactionValidityWithRefund {
		Self::check_submission(submission, signature)?;
		Ok(Self::validity("millrace/submission", submission.job, false))
	}

	/// The job that a signed submission delivers, and what is known of its worker.
	fn check_submission(
		submission: &SubmissionOf<T>,
		signature: &sr25519::Signature,
	) -> Result<Provable<T>, Error<T>> {
		let record = T::Jobs::job(&submission.job).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.outcome.is_none(), Error::<T>::AlreadyProven);
		ensure!(record.state.after(Step::Submit, record.kind).is_some(), Error::<T>::WrongState);
		ensure!(T::Time::now() <= record.deadline, Error::<T>::TooLate);
		let awarded = record.accepted_by.as_ref() == Some(&submission.worker);
		ensure!(awarded, Error::<T>::NotAwarded);
		let worker = T::Registry::worker(&submission.worker).ok_or(Error::<T>::NotRegistered)?;
		let message = submission.message(Self::genesis());
		ensure!(
			sp_io::crypto::sr25519_verify(signature, &message, &worker.key),
			Error::<T>::BadSubmissionSignature
		);
		Ok((record, worker))
	}

	pub(crate) fn do_submit_result(
		submission: SubmissionOf<T>,
		signature: &sr25519::Signature,
	) -> DispatchResult {
		let (record, worker) = Self::check_submission(&submission, signature)?;
		let outcome = Self::delivery(&submission, worker);
		let (verifier, deadline) = Self::first_judge(&record, &outcome);
		let event = Event::Submitted {
			job_id: submission.job,
			worker: submission.worker,
			submission: outcome.proof,
			output: outcome.output,
			verifier: verifier.clone(),
			deadline,
		};
		T::Jobs::submit(submission.job, outcome, submission.result, verifier, deadline)?;
		Self::deposit_event(event);
		Ok(())
	}

	/// What the chain keeps of a submission. Share and payee are fixed here, as for a proof.
	fn delivery(
		submission: &SubmissionOf<T>,
		worker: WorkerStanding<T::AccountId>,
	) -> OutcomeOf<T> {
		Outcome {
			worker: submission.worker.clone(),
			payout: worker.payout,
			worker_share: BASIS_POINTS.saturating_sub(T::ProtocolFee::get()),
			tokens: TokenCounts::default(),
			output: submission.output,
			proof: submission.digest(),
			finish: FinishReason::Stop,
			proven_at: T::Time::now(),
		}
	}

	/// The named verifier, if it may judge what was delivered, and how long it has; or until when
	/// nobody does, because one is to be drawn.
	fn first_judge(
		record: &JobRecordOf<T>,
		outcome: &OutcomeOf<T>,
	) -> (Option<T::AccountId>, Moment) {
		let named = record.auction.as_ref().and_then(|auction| auction.terms.verifier.clone());
		let parties = Self::parties(record, outcome);
		let judge =
			named.filter(|verifier| Self::judge(verifier, &record.model, &parties).is_some());
		let window = if judge.is_some() { T::JudgeWindow::get() } else { T::DrawDelay::get() };
		(judge, T::Time::now().saturating_add(window))
	}
}
