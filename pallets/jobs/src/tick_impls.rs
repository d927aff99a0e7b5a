//! What happens to a job by itself. Nothing here can fail: hooks call it.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::traits::Get;
use millrace_primitives::{
	job::Step,
	money::BASIS_POINTS,
	traits::{Conduct, JobEscrow, Registry},
	Balance, JobId, JobState, Split,
};

use crate::{
	lifecycle::{outstanding, refund},
	Config, Event, JobRecordOf, Jobs, Pallet,
};

impl<T: Config> Pallet<T> {
	/// The time for an award, a delivery or a proof is over: the job expires and its requester gets
	/// everything back that is still locked.
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
		let amount = outstanding(&record);
		T::Escrow::refund(job_id);
		if let Some(worker) = &record.accepted_by {
			T::Registry::note(worker, Conduct::Abandoned, worth::<T>(&record));
		}
		Self::deposit_event(Event::Expired {
			job_id,
			requester: record.requester,
			worker: record.accepted_by,
			amount,
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

/// What the treasury would have had at most of a job that its worker did not deliver: that is what a
/// job counts to a reputation, as [`JobRecord::for_treasury`] says of one that was delivered.
fn worth<T: Config>(record: &JobRecordOf<T>) -> Balance {
	let agreed = record.auction.as_ref().and_then(|auction| auction.agreed);
	let (charge, share) = match agreed {
		Some(agreed) => (agreed.price, BASIS_POINTS.saturating_sub(T::ProtocolFee::get())),
		None => (record.locked, T::StakedShare::get()),
	};
	Split::of(charge, share).treasury
}
