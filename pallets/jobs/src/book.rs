//! The job records as the pallets that come after see them.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{ensure, pallet_prelude::DispatchResult};
use millrace_primitives::{
	auction::{Cid, Judgement},
	job::Step,
	traits::JobBook,
	JobId, JobRecord, JobState, Moment, Outcome, Payment,
};

use crate::{Config, Error, JobRecordOf, Jobs, Pallet};

impl<T: Config> JobBook<T::AccountId> for Pallet<T> {
	fn job(job: &JobId) -> Option<JobRecordOf<T>> {
		Jobs::<T>::get(job)
	}

	fn prove(job: JobId, outcome: Outcome<T::AccountId>) -> DispatchResult {
		let record = Self::ready_for(job, Step::Prove)?;
		ensure!(record.candidates.contains(&outcome.worker), Error::<T>::NotCandidate);
		ensure!(outcome.tokens.fits(&record.max), Error::<T>::TooManyTokens);
		Self::advance(job, &record, Step::Prove, |job| job.outcome = Some(outcome))?;
		Ok(())
	}

	fn submit(
		job: JobId,
		outcome: Outcome<T::AccountId>,
		result: Cid,
		verifier: Option<T::AccountId>,
		until: Moment,
	) -> DispatchResult {
		let record = Self::ready_for(job, Step::Submit)?;
		ensure!(record.accepted_by.as_ref() == Some(&outcome.worker), Error::<T>::NotCandidate);
		if let Some(verifier) = &verifier {
			Self::ensure_no_party(&record, verifier)?;
		}
		Self::advance(job, &record, Step::Submit, |job| {
			job.outcome = Some(outcome);
			job.deadline = until;
			if let Some(auction) = &mut job.auction {
				auction.result = Some(result);
				auction.verifier = verifier;
			}
		})?;
		Ok(())
	}

	fn appoint(job: JobId, verifier: T::AccountId, until: Moment) -> DispatchResult {
		let record = Self::ready_for(job, Step::Verify)?;
		ensure!(!has_verifier(&record), Error::<T>::WrongState);
		Self::ensure_no_party(&record, &verifier)?;
		Self::amend(job, &record, |job| {
			job.deadline = until;
			if let Some(auction) = &mut job.auction {
				auction.verifier = Some(verifier);
			}
		});
		Ok(())
	}

	fn verify(job: JobId, judgement: Option<Judgement>) -> DispatchResult {
		let record = Self::ready_for(job, Step::Verify)?;
		let good = judgement.is_none_or(|judgement| judgement.passed && has_verifier(&record));
		ensure!(good, Error::<T>::WrongState);
		Self::advance(job, &record, Step::Verify, |job| record_judgement(job, judgement))?;
		Ok(())
	}

	fn dispute(job: JobId, judgement: Option<Judgement>, until: Moment) -> DispatchResult {
		let record = Self::ready_for(job, Step::Dispute)?;
		// Before the verifier has judged, nobody disputes a result but the verifier itself.
		let by_right = match judgement {
			None => record.state == JobState::Verified,
			Some(judgement) => {
				record.state == JobState::Submitted && !judgement.passed && has_verifier(&record)
			},
		};
		ensure!(by_right, Error::<T>::WrongState);
		Self::advance(job, &record, Step::Dispute, |job| {
			record_judgement(job, judgement);
			job.deadline = until;
		})?;
		Ok(())
	}

	fn confirm(job: JobId) -> DispatchResult {
		let record = Self::ready_for(job, Step::Confirm)?;
		Self::advance(job, &record, Step::Confirm, |_| ())?;
		Ok(())
	}

	fn postpone(job: JobId, until: Moment) -> DispatchResult {
		let record = Self::ready_for(job, Step::Resolve)?;
		Self::amend(job, &record, |job| job.deadline = until);
		Ok(())
	}

	fn close(job: JobId, payment: Payment) -> DispatchResult {
		let record = Jobs::<T>::get(job).ok_or(Error::<T>::UnknownJob)?;
		let disputed = record.state == JobState::Disputed;
		let step = if disputed { Step::Resolve } else { Step::Settle };
		ensure!(record.state.after(step, record.kind).is_some(), Error::<T>::WrongState);
		let conserved =
			payment.total() == Some(record.locked) && payment.verifier == record.verifier_paid();
		ensure!(conserved, Error::<T>::NotConserved);
		Self::advance(job, &record, step, |job| job.payment = Some(payment))?;
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(
		requester: &T::AccountId,
		candidates: alloc::vec::Vec<T::AccountId>,
		model: &millrace_primitives::ModelId,
	) -> JobId {
		crate::benchmarking::prepare::<T>(requester, candidates, model)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_auction(
		requester: &T::AccountId,
		worker: &T::AccountId,
		verifier: &T::AccountId,
		model: &millrace_primitives::ModelId,
	) -> JobId {
		crate::benchmarking::prepare_auction::<T>(requester, worker, verifier, model)
	}
}

fn has_verifier<AccountId>(record: &JobRecord<AccountId>) -> bool {
	record.auction.as_ref().is_some_and(|auction| auction.verifier.is_some())
}

/// Keep a judgement, if there is one now; a challenger brings none, and takes none away.
const fn record_judgement<AccountId>(
	record: &mut JobRecord<AccountId>,
	judgement: Option<Judgement>,
) {
	if let (Some(auction), Some(judgement)) = (&mut record.auction, judgement) {
		auction.attested = Some(judgement);
	}
}

impl<T: Config> Pallet<T> {
	/// The record of a job whose state allows `step`.
	fn ready_for(job: JobId, step: Step) -> Result<JobRecordOf<T>, Error<T>> {
		let record = Jobs::<T>::get(job).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.state.after(step, record.kind).is_some(), Error::<T>::WrongState);
		Ok(record)
	}

	/// Nobody judges what it asked for or delivered.
	fn ensure_no_party(record: &JobRecordOf<T>, verifier: &T::AccountId) -> Result<(), Error<T>> {
		let party = record.requester == *verifier || record.accepted_by.as_ref() == Some(verifier);
		ensure!(!party, Error::<T>::ConflictOfInterest);
		Ok(())
	}
}
