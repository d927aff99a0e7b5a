//! What must always hold of the pallet's storage.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::collections::BTreeSet;

use frame_support::{ensure, traits::Time};
use millrace_primitives::{
	money::BASIS_POINTS, Agreement, Auction, JobId, JobKind, JobState, TokenCounts,
};
use sp_runtime::TryRuntimeError;

use crate::{lifecycle::concerned, Config, JobRecordOf, Jobs, Pallet, WorkerJobs};

impl<T: Config> Pallet<T> {
	/// Check the pallet's parameters, every record, and the index against the records.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_parameters()?;
		let mut expected = BTreeSet::new();
		for (job_id, record) in Jobs::<T>::iter() {
			Self::try_state_terms(&record)?;
			Self::try_state_progress(&record)?;
			Self::try_state_payment(&record)?;
			Self::try_state_time(&record)?;
			expected.extend(concerned(&record).map(|worker| (worker.clone(), job_id)));
		}
		Self::try_state_index(&expected)
	}

	/// # Invariants
	/// 1. What is locked is the price of the most tokens, or the largest payment and the verifier's
	///    fee, and more than nothing.
	/// 2. A direct job has at least one candidate, and none is named twice; an auctioned one has
	///    terms instead, and neither candidates nor tokens.
	fn try_state_terms(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		let cost = match &record.auction {
			None => Some(record.price.cost(&record.max)),
			Some(auction) => auction.terms.lock(),
		};
		ensure!(
			record.locked > 0 && cost == Some(record.locked),
			"1. what is locked is not the most that the job can cost"
		);
		let distinct = record.candidates.iter().collect::<BTreeSet<_>>();
		let sound = match record.kind {
			JobKind::Direct => {
				record.auction.is_none()
					&& !distinct.is_empty()
					&& distinct.len() == record.candidates.len()
			},
			JobKind::Auction => {
				record.auction.is_some()
					&& distinct.is_empty()
					&& record.max == TokenCounts::default()
			},
		};
		ensure!(sound, "2. the kind of the job and its terms do not match");
		Ok(())
	}

	/// # Invariants
	/// 3. An ACCEPTED job was accepted by somebody, an OPEN or CANCELLED one by nobody; who accepts
	///    a direct job is a candidate.
	/// 4. A job has an outcome if and only if something was delivered; the worker's share is no more
	///    than all, and what is charged no more than what was locked.
	fn try_state_progress(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		let accepted = match record.state {
			JobState::Accepted => record.accepted_by.is_some(),
			JobState::Open | JobState::Cancelled => record.accepted_by.is_none(),
			_ => true,
		};
		let may_do = |worker| record.auction.is_some() || record.candidates.contains(worker);
		ensure!(
			accepted && record.accepted_by.iter().all(may_do),
			"3. the state and who accepted do not match"
		);
		let delivered = matches!(
			record.state,
			JobState::Submitted
				| JobState::Verified
				| JobState::Settled
				| JobState::Disputed
				| JobState::Resolved
		);
		let sound = record.outcome.iter().all(|outcome| {
			may_do(&outcome.worker)
				&& outcome.tokens.fits(&record.max)
				&& outcome.worker_share <= BASIS_POINTS
		});
		let covered = record.charge().is_none_or(|charge| charge <= record.locked);
		ensure!(
			delivered == record.outcome.is_some() && sound && covered,
			"4. the state and the outcome do not match"
		);
		record.auction.as_ref().map_or(Ok(()), |auction| Self::try_state_auction(record, auction))
	}

	/// # Invariants
	/// 5. A worker accepted an auctioned job if and only if there is an agreement, whose price is
	///    within the terms; and nobody else delivers it.
	/// 6. An auctioned job has a result if and only if it was delivered. Its verifier is neither
	///    requester nor worker, has a result to judge, and has not judged a SUBMITTED job.
	fn try_state_auction(
		record: &JobRecordOf<T>,
		auction: &Auction<T::AccountId>,
	) -> Result<(), TryRuntimeError> {
		let price = |agreed: &Agreement| (1..=auction.terms.payment_max).contains(&agreed.price);
		let outcome = record.outcome.as_ref();
		ensure!(
			auction.agreed.is_some() == record.accepted_by.is_some()
				&& auction.agreed.iter().all(price)
				&& outcome
					.is_none_or(|outcome| Some(&outcome.worker) == record.accepted_by.as_ref()),
			"5. the agreement and who accepted do not match"
		);
		let no_party = auction.verifier.iter().all(|verifier| {
			*verifier != record.requester && Some(verifier) != record.accepted_by.as_ref()
		});
		let judged = auction.attested.is_some();
		ensure!(
			auction.result.is_some() == outcome.is_some()
				&& no_party && (auction.verifier.is_none() || outcome.is_some())
				&& (!judged || auction.verifier.is_some())
				&& !(judged && record.state == JobState::Submitted),
			"6. the result and its judgement do not match"
		);
		Ok(())
	}

	/// # Invariants
	/// 7. A job has a payment if and only if it is over; its parts add up to what was locked, and a
	///    verifier has its fee if and only if it judged.
	fn try_state_payment(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		let conserved = record.payment.iter().all(|payment| {
			payment.total() == Some(record.locked) && payment.verifier == record.verifier_paid()
		});
		ensure!(
			record.payment.is_some() == record.state.is_terminal() && conserved,
			"7. the payment does not match the state or what was locked"
		);
		Ok(())
	}

	/// # Invariants
	/// 8. No job is from the future, nor has a deadline before its creation.
	fn try_state_time(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			record.created_at <= T::Time::now() && record.created_at <= record.deadline,
			"8. the times of a job are out of order"
		);
		Ok(())
	}

	/// # Invariants
	/// 9. The index holds exactly the jobs that concern a worker.
	fn try_state_index(expected: &BTreeSet<(T::AccountId, JobId)>) -> Result<(), TryRuntimeError> {
		let indexed = WorkerJobs::<T>::iter_keys().collect::<BTreeSet<_>>();
		ensure!(indexed == *expected, "9. the index and the records do not match");
		Ok(())
	}
}
