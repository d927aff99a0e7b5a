//! The one place where a job changes its state, and all that must change with it.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::traits::{Get, Time};
use millrace_primitives::{
	job::Step,
	traits::{Deadlines, JobDeadline},
	Balance, JobId, JobRecord, JobState, Moment, Payment,
};

use crate::{Config, Error, JobRecordOf, Jobs, Pallet, WorkerJobs};

/// Whom a job concerns: the workers that find it in the index.
///
/// A stranger can put nobody into the index for free, nor for long: a candidate of a direct job for
/// no longer than its windows last, and a verifier only while it is paid to judge. A worker comes
/// into it by its own bid.
pub(crate) fn concerned<AccountId>(
	record: &JobRecord<AccountId>,
) -> impl Iterator<Item = &AccountId> {
	let over = record.state.is_terminal();
	// All of them to the end: one that the requester confirms is paid even after another's proof.
	let candidates = record.candidates.iter().filter(move |_| !over);
	let auction = record.auction.as_ref().filter(|_| !over);
	let worker = auction.and(record.accepted_by.as_ref());
	let judging = auction.filter(|_| record.state == JobState::Submitted);
	let verifier = judging.and_then(|auction| auction.verifier.as_ref());
	candidates.chain(worker).chain(verifier)
}

/// What ends a state by itself.
pub(crate) const fn awaited(job_id: JobId, state: JobState) -> JobDeadline {
	match state {
		JobState::Open | JobState::Accepted => JobDeadline::Proof(job_id),
		JobState::Submitted => JobDeadline::Judgement(job_id),
		JobState::Verified => JobDeadline::Window(job_id),
		JobState::Disputed => JobDeadline::Dispute(job_id),
		JobState::Settled | JobState::Cancelled | JobState::Expired | JobState::Resolved => {
			JobDeadline::Retention(job_id)
		},
	}
}

/// The payment of a job whose money all goes back, what an award gave back before included.
pub(crate) fn refund<AccountId>(record: &JobRecord<AccountId>) -> Payment {
	Payment { refund: record.locked, ..Payment::default() }
}

/// What is still locked for a job for which nothing was delivered.
pub(crate) fn outstanding<AccountId>(record: &JobRecord<AccountId>) -> Balance {
	let auction = record.auction.as_ref();
	let agreed = auction.and_then(|auction| Some((auction.agreed?, auction.terms.verifier_fee)));
	// Saturation is out of reach: the sum is no more than what was locked.
	agreed.map_or(record.locked, |(agreed, fee)| agreed.price.saturating_add(fee))
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
		Self::check_auction_parameters()
	}

	#[cfg(any(feature = "std", feature = "try-runtime"))]
	fn check_auction_parameters() -> Result<(), &'static str> {
		frame_support::ensure!(
			T::BidWindowMax::get() > 0 && T::LatencyMax::get() > 0,
			"no auction can be awarded"
		);
		frame_support::ensure!(
			T::ChallengeWindowMin::get() > 0
				&& T::ChallengeWindowMin::get() <= T::ChallengeWindowMax::get(),
			"no challenge window is long enough"
		);
		frame_support::ensure!(
			T::LatencyMargin::get() >= 100 && T::DeliveryMin::get() > 0,
			"a worker cannot take as long as it promised"
		);
		Ok(())
	}

	/// Take a new job in.
	pub(crate) fn insert(job_id: JobId, record: &JobRecordOf<T>) {
		for worker in concerned(record) {
			WorkerJobs::<T>::insert(worker, job_id, ());
		}
		T::Deadlines::schedule(awaited(job_id, record.state), record.deadline);
		Jobs::<T>::insert(job_id, record);
	}

	/// Take a job one step on: apply `change`, and keep index and deadline true to its new state.
	/// How long SUBMITTED and DISPUTED last is for `change` to say.
	///
	/// Fails, and changes nothing, if the state of the job does not allow the step.
	pub(crate) fn advance(
		job_id: JobId,
		before: &JobRecordOf<T>,
		step: Step,
		change: impl FnOnce(&mut JobRecordOf<T>),
	) -> Result<JobRecordOf<T>, Error<T>> {
		let next = before.state.after(step, before.kind).ok_or(Error::<T>::WrongState)?;
		Ok(Self::amend(job_id, before, |job| {
			change(job);
			job.state = next;
			job.deadline = Self::deadline_of(job);
		}))
	}

	/// Apply `change` to a job, and keep index and deadline true to it.
	pub(crate) fn amend(
		job_id: JobId,
		before: &JobRecordOf<T>,
		change: impl FnOnce(&mut JobRecordOf<T>),
	) -> JobRecordOf<T> {
		let mut after = before.clone();
		change(&mut after);
		Self::reindex(job_id, before, &after);
		Self::reschedule(job_id, before, &after);
		Jobs::<T>::insert(job_id, &after);
		after
	}

	/// When the state that a job has just entered ends by itself.
	fn deadline_of(job: &JobRecordOf<T>) -> Moment {
		// Saturated, a deadline would be the end of time, 584 million years from now.
		let after = |window: Moment| T::Time::now().saturating_add(window);
		match (job.state, &job.auction) {
			(JobState::Verified, None) => after(T::DisputeWindow::get()),
			(JobState::Verified, Some(auction)) => after(auction.terms.challenge_window),
			(state, _) if state.is_terminal() => after(T::Retention::get()),
			(JobState::Accepted, Some(auction)) => {
				auction.agreed.map_or(job.deadline, |agreed| after(Self::time_for(agreed.latency)))
			},
			// A candidate that accepts gains no time.
			_ => job.deadline,
		}
	}

	/// How long a worker has that promised to take `latency`.
	fn time_for(latency: Moment) -> Moment {
		let percent = Moment::from(T::LatencyMargin::get());
		let with_margin = latency.saturating_mul(percent).div_euclid(100);
		with_margin.max(T::DeliveryMin::get())
	}

	fn reindex(job_id: JobId, before: &JobRecordOf<T>, after: &JobRecordOf<T>) {
		for worker in
			concerned(before).filter(|worker| !concerned(after).any(|kept| kept == *worker))
		{
			WorkerJobs::<T>::remove(worker, job_id);
		}
		for worker in concerned(after).filter(|worker| !concerned(before).any(|old| old == *worker))
		{
			WorkerJobs::<T>::insert(worker, job_id, ());
		}
	}

	fn reschedule(job_id: JobId, before: &JobRecordOf<T>, after: &JobRecordOf<T>) {
		let (old, new) = (awaited(job_id, before.state), awaited(job_id, after.state));
		if (old, before.deadline) != (new, after.deadline) {
			T::Deadlines::cancel(old, before.deadline);
			T::Deadlines::schedule(new, after.deadline);
		}
	}
}
