//! The one place where a job changes its state, and all that must change with it.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::traits::{Get, Time};
use millrace_primitives::{
	job::Step,
	traits::{Deadlines, JobDeadline},
	JobId, JobRecord, JobState, Moment, Payment,
};

use crate::{Config, Error, JobRecordOf, Jobs, Pallet, WorkerJobs};

/// The workers that a job concerns: they find it in the index.
pub(crate) fn concerned<AccountId>(record: &JobRecord<AccountId>) -> &[AccountId] {
	match record.state {
		// All of them to the end: one that the requester confirms is paid even after another's proof.
		JobState::Open
		| JobState::Accepted
		| JobState::Submitted
		| JobState::Verified
		| JobState::Disputed => &record.candidates,
		JobState::Settled | JobState::Cancelled | JobState::Expired | JobState::Resolved => &[],
	}
}

/// What ends a state by itself. A direct job is never SUBMITTED, and nothing disputes it here.
pub(crate) const fn awaited(job_id: JobId, state: JobState) -> Option<JobDeadline> {
	match state {
		JobState::Open | JobState::Accepted => Some(JobDeadline::Proof(job_id)),
		JobState::Verified => Some(JobDeadline::Window(job_id)),
		JobState::Settled | JobState::Cancelled | JobState::Expired | JobState::Resolved => {
			Some(JobDeadline::Retention(job_id))
		},
		JobState::Submitted | JobState::Disputed => None,
	}
}

/// The payment of a job whose money all goes back.
pub(crate) fn refund<AccountId>(record: &JobRecord<AccountId>) -> Payment {
	Payment { refund: record.locked, ..Payment::default() }
}

impl<T: Config> Pallet<T> {
	/// Whether the parameters of the pallet make sense together.
	#[cfg(any(feature = "std", feature = "try-runtime"))]
	pub(crate) fn check_parameters() -> Result<(), &'static str> {
		let nonce_window = T::NonceWindow::get();
		let tokens = T::MaxTokens::get();
		frame_support::ensure!(
			nonce_window > 0 && T::ProofWindow::get() > 0 && T::DisputeWindow::get() > 0,
			"a window is empty"
		);
		frame_support::ensure!(
			T::CancelAfter::get() <= T::ProofWindow::get(),
			"a job expires before it can be cancelled"
		);
		// A job made at `t` may have a nonce of `t + window`, which is fresh until `t + 2 window`.
		frame_support::ensure!(
			T::Retention::get() > nonce_window.saturating_mul(2),
			"a job is forgotten while its nonce is fresh"
		);
		frame_support::ensure!(tokens.input > 0 && tokens.output > 0, "no job can ask for tokens");
		Ok(())
	}

	/// Take a new job in.
	pub(crate) fn insert(job_id: JobId, record: &JobRecordOf<T>) {
		for worker in concerned(record) {
			WorkerJobs::<T>::insert(worker, job_id, ());
		}
		if let Some(item) = awaited(job_id, record.state) {
			T::Deadlines::schedule(item, record.deadline);
		}
		Jobs::<T>::insert(job_id, record);
	}

	/// Take a job one step on: apply `change`, and keep index and deadline true to its new state.
	///
	/// Fails, and changes nothing, if the state of the job does not allow the step.
	pub(crate) fn advance(
		job_id: JobId,
		before: &JobRecordOf<T>,
		step: Step,
		change: impl FnOnce(&mut JobRecordOf<T>),
	) -> Result<JobRecordOf<T>, Error<T>> {
		let next = before.state.after(step, before.kind).ok_or(Error::<T>::WrongState)?;
		let mut after = before.clone();
		change(&mut after);
		after.state = next;
		after.deadline = Self::deadline_in(next, before.deadline);
		Self::reindex(job_id, before, &after);
		Self::reschedule(job_id, before, &after);
		Jobs::<T>::insert(job_id, &after);
		Ok(after)
	}

	/// When a state that is entered now ends by itself. A worker that accepts gains no time.
	fn deadline_in(state: JobState, before: Moment) -> Moment {
		// Saturated, a deadline would be the end of time, 584 million years from now.
		match state {
			JobState::Verified => T::Time::now().saturating_add(T::DisputeWindow::get()),
			state if state.is_terminal() => T::Time::now().saturating_add(T::Retention::get()),
			_ => before,
		}
	}

	fn reindex(job_id: JobId, before: &JobRecordOf<T>, after: &JobRecordOf<T>) {
		let kept = concerned(after);
		for worker in concerned(before).iter().filter(|worker| !kept.contains(worker)) {
			WorkerJobs::<T>::remove(worker, job_id);
		}
	}

	fn reschedule(job_id: JobId, before: &JobRecordOf<T>, after: &JobRecordOf<T>) {
		let (old, new) = (awaited(job_id, before.state), awaited(job_id, after.state));
		if (old, before.deadline) == (new, after.deadline) {
			return;
		}
		if let Some(item) = old {
			T::Deadlines::cancel(item, before.deadline);
		}
		if let Some(item) = new {
			T::Deadlines::schedule(item, after.deadline);
		}
	}
}
