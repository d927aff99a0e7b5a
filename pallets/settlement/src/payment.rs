//! How a job is paid, or given back. Nothing here can fail: hooks call it.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	pallet_prelude::{DispatchError, Weight},
	storage::with_storage_layer,
};
use millrace_primitives::{
	traits::{Conduct, JobBook, JobEscrow, Payments, Registry},
	Balance, JobId, JobRecord, JobState, Moment, Payment, Split,
};
use sp_runtime::ArithmeticError;

use crate::{Config, Event, JobRecordOf, OutcomeOf, Pallet, WeightInfo};

impl<T: Config> Payments<T::AccountId> for Pallet<T> {
	fn pay(job: JobId) {
		match Self::payable(job) {
			Some((record, outcome)) => Self::pay_worker(job, record, outcome),
			None => Self::deposit_event(Event::DeadlineIgnored { job_id: job }),
		}
	}

	fn give_back(job: JobId, at_fault: bool) {
		let Some((record, outcome)) = Self::payable(job) else {
			return Self::deposit_event(Event::DeadlineIgnored { job_id: job });
		};
		if at_fault {
			Self::note_judgement(&record, false);
		}
		match Self::take_back(job, &record) {
			Ok(payment) => Self::report(job, record, outcome, payment),
			Err(error) => Self::deposit_event(Event::PayoutFailed { job_id: job, error }),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(job: JobId) {
		crate::benchmarking::prepare_end::<T>(job);
	}
}

impl<T: Config> Pallet<T> {
	/// The window of a job is over: it is paid.
	///
	/// For the runtime to call when `JobDeadline::Window` falls due. Emits `Settled`; on a job that
	/// is not VERIFIED it does nothing but emit `DeadlineIgnored`.
	pub fn settle_due(job_id: JobId) {
		match Self::payable(job_id).filter(|(record, _)| record.state == JobState::Verified) {
			Some((record, outcome)) => Self::pay_worker(job_id, record, outcome),
			None => Self::deposit_event(Event::DeadlineIgnored { job_id }),
		}
	}

	/// The most that [`Self::settle_due`] weighs.
	pub fn settle_weight() -> Weight {
		T::WeightInfo::settle_direct().max(T::WeightInfo::settle_auction())
	}

	/// A job that waits to be paid, because its window or its dispute is over.
	fn payable(job_id: JobId) -> Option<(JobRecordOf<T>, OutcomeOf<T>)> {
		let record = T::Jobs::job(&job_id)?;
		let outcome = record.outcome.clone()?;
		matches!(record.state, JobState::Verified | JobState::Disputed).then_some((record, outcome))
	}

	/// Pay a VERIFIED or DISPUTED job: its worker and the treasury for what was delivered, and the
	/// rest back to the requester.
	pub(crate) fn pay_worker(job_id: JobId, record: JobRecordOf<T>, outcome: OutcomeOf<T>) {
		let charge = record.charge().unwrap_or_default();
		let split = Split::of(charge, outcome.worker_share);
		let paid = with_storage_layer(|| {
			let rest = T::Escrow::pay_out(job_id, &outcome.payout, split.worker, split.treasury)?;
			let before = given_back(&record).ok_or(ArithmeticError::Overflow)?;
			let payment = Payment {
				worker: split.worker,
				treasury: split.treasury,
				verifier: record.verifier_paid(),
				refund: rest.checked_add(before).ok_or(ArithmeticError::Overflow)?,
			};
			T::Jobs::close(job_id, payment)?;
			Ok(payment)
		});
		let paid = paid.or_else(|error| {
			Self::deposit_event(Event::PayoutFailed { job_id, error });
			Self::take_back(job_id, &record)
		});
		let (since, promised) = start(&record);
		let elapsed = outcome.proven_at.saturating_sub(since);
		let conduct = Conduct::Delivered { elapsed, promised };
		T::Registry::note(&outcome.worker, conduct, split.treasury);
		Self::note_judgement(&record, true);
		match paid {
			Ok(payment) => Self::report(job_id, record, outcome, payment),
			Err(error) => Self::deposit_event(Event::PayoutFailed { job_id, error }),
		}
	}

	/// End a job with everything that is still locked going back to the requester: the only account
	/// that is known to have had the money. The deadline of the job is used up, so what is not done
	/// here never happens.
	fn take_back(job_id: JobId, record: &JobRecordOf<T>) -> Result<Payment, DispatchError> {
		let verifier = record.verifier_paid();
		let refund = record.locked.saturating_sub(verifier);
		let payment = Payment { verifier, refund, ..Payment::default() };
		T::Escrow::refund(job_id);
		T::Jobs::close(job_id, payment).map(|()| payment)
	}

	/// Take note of a judgement that the end of its job agrees with. One that a dispute overrules is
	/// noted by what decides disputes.
	fn note_judgement(record: &JobRecordOf<T>, paid: bool) {
		let Some(auction) = &record.auction else { return };
		let borne_out = auction.attested.is_some_and(|judgement| judgement.passed == paid);
		if let Some(verifier) = auction.verifier.as_ref().filter(|_| borne_out) {
			let value = auction.terms.verifier_fee.min(record.for_treasury());
			T::Registry::note_verifier(verifier, Conduct::Judged, value);
		}
	}

	/// Report the end of a job, unless a dispute decided it and is reported by what decides disputes.
	fn report(job_id: JobId, record: JobRecordOf<T>, outcome: OutcomeOf<T>, payment: Payment) {
		if record.state != JobState::Verified {
			return;
		}
		Self::deposit_event(Event::Settled {
			job_id,
			requester: record.requester,
			worker: outcome.worker,
			payout: payment.worker,
			treasury: payment.treasury,
			verifier: payment.verifier,
			refund: payment.refund,
		});
	}
}

/// What of the lock of a job went back to its requester before the job is paid: what was above the
/// price, with the award, and the fee of a verifier that did not judge.
fn given_back<AccountId>(record: &JobRecord<AccountId>) -> Option<Balance> {
	let Some(auction) = &record.auction else { return Some(0) };
	let price = auction.agreed?.price;
	record.locked.checked_sub(price)?.checked_sub(record.verifier_paid())
}

/// From when on a worker had time for a job, and how much it had promised to take.
fn start<AccountId>(record: &JobRecord<AccountId>) -> (Moment, Option<Moment>) {
	let agreed = record.auction.as_ref().and_then(|auction| auction.agreed);
	agreed.map_or((record.created_at, None), |agreed| (agreed.awarded_at, Some(agreed.latency)))
}
