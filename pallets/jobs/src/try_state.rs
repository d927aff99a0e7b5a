//! What must always hold of the pallet's storage.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::collections::BTreeSet;

use frame_support::{ensure, traits::Time};
use millrace_primitives::{money::BASIS_POINTS, JobId, JobState};
use sp_runtime::TryRuntimeError;

use crate::{lifecycle::concerned, Config, JobRecordOf, Jobs, Pallet, WorkerJobs};

impl<T: Config> Pallet<T> {
	/// Check the pallet's parameters, every record, and the index against the records.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_parameters()?;
		let mut expected = BTreeSet::new();
		for (job_id, record) in Jobs::<T>::iter() {
			Self::try_state_terms(&record)?;
			Self::try_state_progress(&record)?;
			Self::try_state_payment(&record)?;
			Self::try_state_time(&record)?;
			expected.extend(concerned(&record).iter().map(|worker| (worker.clone(), job_id)));
		}
		Self::try_state_index(&expected)
	}

	/// # Invariants
	/// 1. What is locked is the price of the most tokens, and more than nothing.
	/// 2. There is at least one candidate, and none is named twice.
	fn try_state_terms(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			record.locked > 0 && record.locked == record.price.cost(&record.max),
			"1. what is locked is not the price of the most tokens"
		);
		let distinct = record.candidates.iter().collect::<BTreeSet<_>>();
		ensure!(
			!distinct.is_empty() && distinct.len() == record.candidates.len(),
			"2. there is no candidate, or one is named twice"
		);
		Ok(())
	}

	/// # Invariants
	/// 3. An ACCEPTED job was accepted by somebody, an OPEN or CANCELLED one by nobody; who accepts
	///    is a candidate.
	/// 4. A job has an outcome if and only if it was proven; its worker is a candidate, it charges
	///    no more tokens than allowed, and the worker's share is no more than all.
	fn try_state_progress(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		let accepted = match record.state {
			JobState::Accepted => record.accepted_by.is_some(),
			JobState::Open | JobState::Cancelled => record.accepted_by.is_none(),
			_ => true,
		};
		let by_candidate =
			record.accepted_by.iter().all(|worker| record.candidates.contains(worker));
		ensure!(accepted && by_candidate, "3. the state and who accepted do not match");
		let proven = matches!(
			record.state,
			JobState::Submitted
				| JobState::Verified
				| JobState::Settled
				| JobState::Disputed
				| JobState::Resolved
		);
		let sound = record.outcome.iter().all(|outcome| {
			record.candidates.contains(&outcome.worker)
				&& outcome.tokens.fits(&record.max)
				&& outcome.worker_share <= BASIS_POINTS
		});
		ensure!(
			proven == record.outcome.is_some() && sound,
			"4. the state and the outcome do not match"
		);
		Ok(())
	}

	/// # Invariants
	/// 5. A job has a payment if and only if it is over, and its parts add up to what was locked.
	fn try_state_payment(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		let conserved = record.payment.iter().all(|payment| {
			let paid = payment.worker.checked_add(payment.treasury);
			paid.and_then(|paid| paid.checked_add(payment.refund)) == Some(record.locked)
		});
		ensure!(
			record.payment.is_some() == record.state.is_terminal() && conserved,
			"5. the payment does not match the state or what was locked"
		);
		Ok(())
	}

	/// # Invariants
	/// 6. No job is from the future, nor has a deadline before its creation.
	fn try_state_time(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			record.created_at <= T::Time::now() && record.created_at <= record.deadline,
			"6. the times of a job are out of order"
		);
		Ok(())
	}

	/// # Invariants
	/// 7. The index holds exactly the jobs that concern a worker.
	fn try_state_index(expected: &BTreeSet<(T::AccountId, JobId)>) -> Result<(), TryRuntimeError> {
		let indexed = WorkerJobs::<T>::iter_keys().collect::<BTreeSet<_>>();
		ensure!(indexed == *expected, "7. the index and the records do not match");
		Ok(())
	}
}
