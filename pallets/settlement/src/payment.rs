//! How a proven job is paid. Nothing here can fail: hooks call it.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{pallet_prelude::DispatchError, storage::with_storage_layer};
use millrace_primitives::{
	job::Step,
	traits::{Conduct, JobBook, JobEscrow, Registry},
	JobId, Payment, Split,
};

use crate::{Config, Event, JobRecordOf, OutcomeOf, Pallet};

impl<T: Config> Pallet<T> {
	/// The dispute window of a job is over: it is paid.
	///
	/// For the runtime to call when `JobDeadline::Window` falls due. Emits `Settled`; on a job that
	/// is not VERIFIED it does nothing but emit `DeadlineIgnored`.
	pub fn settle_due(job_id: JobId) {
		let due = T::Jobs::job(&job_id)
			.filter(|record| record.state.after(Step::Settle, record.kind).is_some())
			.and_then(|record| record.outcome.clone().map(|outcome| (record, outcome)));
		match due {
			Some((record, outcome)) => Self::pay(job_id, record, outcome),
			None => Self::deposit_event(Event::DeadlineIgnored { job_id }),
		}
	}

	/// Pay a VERIFIED job: its worker and the treasury for what was delivered, and the rest back to
	/// the requester.
	pub(crate) fn pay(job_id: JobId, record: JobRecordOf<T>, outcome: OutcomeOf<T>) {
		let charge = record.price.cost(&outcome.tokens);
		let split = Split::of(charge, outcome.worker_share);
		let paid = with_storage_layer(|| {
			let payment =
				T::Escrow::pay_out(job_id, &outcome.payout, split.worker, split.treasury)?;
			T::Jobs::settled(job_id, payment)?;
			Ok(payment)
		});
		let paid = paid.or_else(|error| Self::give_back(job_id, &record, error));
		let elapsed = outcome.proven_at.saturating_sub(record.created_at);
		T::Registry::note(&outcome.worker, Conduct::Delivered { elapsed }, charge);
		if let Ok(Payment { worker: payout, treasury, refund }) = paid {
			let (requester, worker) = (record.requester, outcome.worker);
			Self::deposit_event(Event::Settled {
				job_id,
				requester,
				worker,
				payout,
				treasury,
				refund,
			});
		}
	}

	/// End a job that cannot be paid as it should, with everything going back to the requester: the
	/// only account that is known to have had the money. The deadline of the job is used up, so what
	/// is not done here never happens.
	fn give_back(
		job_id: JobId,
		record: &JobRecordOf<T>,
		error: DispatchError,
	) -> Result<Payment, DispatchError> {
		Self::deposit_event(Event::PayoutFailed { job_id, error });
		let payment = Payment { refund: record.locked, ..Payment::default() };
		T::Escrow::refund(job_id);
		T::Jobs::settled(job_id, payment)
			.inspect_err(|error| {
				Self::deposit_event(Event::PayoutFailed { job_id, error: *error });
			})
			.map(|()| payment)
	}
}
