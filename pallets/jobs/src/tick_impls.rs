//! What happens to a job by itself. Nothing here can fail: hooks call it.

#![deny(clippy::expect_used, clippy::as_conversions)]

use millrace_primitives::{
	job::Step,
	traits::{Conduct, JobEscrow, Registry},
	JobId, JobState,
};

use crate::{lifecycle::refund, Config, Event, Jobs, Pallet};

impl<T: Config> Pallet<T> {
	/// The time for a proof is over: the job expires and its requester gets everything back.
	///
	/// For the runtime to call when `JobDeadline::Proof` falls due. Emits `Expired`; on a job that
	/// does not wait for a proof it does nothing but emit `DeadlineIgnored`.
	pub fn expire(job_id: JobId) {
		let Some(record) = Jobs::<T>::get(job_id) else {
			return Self::ignore(job_id, None);
		};
		let payment = refund(&record);
		let expired =
			Self::advance(job_id, &record, Step::Expire, |job| job.payment = Some(payment));
		let Ok(record) = expired else {
			return Self::ignore(job_id, Some(record.state));
		};
		T::Escrow::refund(job_id);
		if let Some(worker) = &record.accepted_by {
			T::Registry::note(worker, Conduct::Abandoned, record.locked);
		}
		Self::deposit_event(Event::Expired {
			job_id,
			requester: record.requester,
			worker: record.accepted_by,
			amount: record.locked,
		});
	}

	/// The job has been over for long enough: it leaves storage.
	///
	/// For the runtime to call when `JobDeadline::Retention` falls due. Emits `Retired`; on a job
	/// that is not over it does nothing but emit `DeadlineIgnored`.
	pub fn retire(job_id: JobId) {
		match Jobs::<T>::get(job_id).map(|record| record.state) {
			Some(state) if state.is_terminal() => {
				Jobs::<T>::remove(job_id);
				Self::deposit_event(Event::Retired { job_id });
			},
			state => Self::ignore(job_id, state),
		}
	}

	fn ignore(job_id: JobId, state: Option<JobState>) {
		Self::deposit_event(Event::DeadlineIgnored { job_id, state });
	}
}
