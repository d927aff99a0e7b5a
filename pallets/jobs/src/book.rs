//! The job records as the pallets that come after see them.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{ensure, pallet_prelude::DispatchResult};
use millrace_primitives::{job::Step, traits::JobBook, JobId, Outcome, Payment};

use crate::{Config, Error, JobRecordOf, Jobs, Pallet};

impl<T: Config> JobBook<T::AccountId> for Pallet<T> {
	fn job(job: &JobId) -> Option<JobRecordOf<T>> {
		Jobs::<T>::get(job)
	}

	fn prove(job: JobId, outcome: Outcome<T::AccountId>) -> DispatchResult {
		let record = Jobs::<T>::get(job).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.state.after(Step::Prove, record.kind).is_some(), Error::<T>::WrongState);
		ensure!(record.candidates.contains(&outcome.worker), Error::<T>::NotCandidate);
		ensure!(outcome.tokens.fits(&record.max), Error::<T>::TooManyTokens);
		Self::advance(job, &record, Step::Prove, |job| job.outcome = Some(outcome))?;
		Ok(())
	}

	fn settled(job: JobId, payment: Payment) -> DispatchResult {
		let record = Jobs::<T>::get(job).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.state.after(Step::Settle, record.kind).is_some(), Error::<T>::WrongState);
		let total = payment
			.worker
			.checked_add(payment.treasury)
			.and_then(|paid| paid.checked_add(payment.refund));
		ensure!(total == Some(record.locked), Error::<T>::NotConserved);
		Self::advance(job, &record, Step::Settle, |job| job.payment = Some(payment))?;
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
}
