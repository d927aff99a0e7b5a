//! What the calls do, without their origins.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	ensure,
	pallet_prelude::{
		DispatchError, DispatchResult, TransactionLongevity, TransactionSource,
		TransactionValidityWithRefund, ValidTransaction, Weight, Zero,
	},
	traits::{Get, Time},
};
use millrace_primitives::{
	job::Step,
	proof,
	traits::{JobEscrow, Registry},
	DirectTerms, JobId, JobKind, JobNonce, JobRecord, JobState, Moment, TokenCounts,
};
use sp_core::{sr25519, H256};
use sp_runtime::SaturatedConversion;

use crate::{lifecycle::refund, Config, Error, Event, JobRecordOf, Jobs, Pallet};

/// For how many blocks the pool keeps a call. Who wants it sends it again, so it need not last.
pub(crate) const LONGEVITY: TransactionLongevity = 64;

impl<T: Config> Pallet<T> {
	/// The hash of the first block, which every signature of this chain is bound to.
	pub(crate) fn genesis() -> H256 {
		frame_system::Pallet::<T>::block_hash(
			frame_system::pallet_prelude::BlockNumberFor::<T>::zero(),
		)
	}

	pub(crate) fn this_block() -> u32 {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	pub(crate) fn do_create(
		requester: T::AccountId,
		nonce: JobNonce,
		terms: DirectTerms<T::AccountId>,
	) -> Result<JobId, DispatchError> {
		let now = T::Time::now();
		Self::ensure_fresh(&nonce, now)?;
		Self::ensure_tokens(&terms.max)?;
		Self::ensure_distinct(&terms.candidates)?;
		let job_id = Self::new_id(&requester, &nonce)?;
		let record = Self::draft(requester, terms, now)?;

		T::Escrow::lock(job_id, &record.requester, record.locked)?;
		Self::insert(job_id, &record);
		Self::deposit_event(Event::Created {
			job_id,
			requester: record.requester,
			model: record.model,
			amount: record.locked,
			deadline: record.deadline,
		});
		Ok(job_id)
	}

	/// The id of the job that `requester` creates with `nonce`, if it has none with it already.
	pub(crate) fn new_id(requester: &T::AccountId, nonce: &JobNonce) -> Result<JobId, Error<T>> {
		let job_id = JobId::new(Self::genesis(), requester, nonce);
		ensure!(!Jobs::<T>::contains_key(job_id), Error::<T>::AlreadyExists);
		Ok(job_id)
	}

	pub(crate) fn ensure_fresh(nonce: &JobNonce, now: Moment) -> Result<(), Error<T>> {
		let window = T::NonceWindow::get();
		ensure!(now.saturating_sub(nonce.issued_at) <= window, Error::<T>::NonceTooOld);
		ensure!(nonce.issued_at.saturating_sub(now) <= window, Error::<T>::NonceTooNew);
		Ok(())
	}

	fn ensure_tokens(max: &TokenCounts) -> Result<(), Error<T>> {
		ensure!(max.input > 0 && max.output > 0, Error::<T>::NoTokens);
		ensure!(max.fits(&T::MaxTokens::get()), Error::<T>::TooManyTokens);
		Ok(())
	}

	fn ensure_distinct(candidates: &[T::AccountId]) -> Result<(), Error<T>> {
		ensure!(!candidates.is_empty(), Error::<T>::NoCandidate);
		let mut rest = candidates;
		while let Some((first, others)) = rest.split_first() {
			ensure!(!others.contains(first), Error::<T>::DuplicateCandidate);
			rest = others;
		}
		Ok(())
	}

	/// The record of a new job, once registry and price list agree to its terms.
	fn draft(
		requester: T::AccountId,
		terms: DirectTerms<T::AccountId>,
		now: Moment,
	) -> Result<JobRecordOf<T>, Error<T>> {
		let (tier, price) = T::Registry::price_of(&terms.model).ok_or(Error::<T>::UnknownModel)?;
		for candidate in &terms.candidates {
			ensure!(T::Registry::worker(candidate).is_some(), Error::<T>::NotRegistered);
			ensure!(T::Registry::serves(candidate, &terms.model), Error::<T>::ModelNotServed);
		}
		let locked = price.cost(&terms.max);
		ensure!(!locked.is_zero(), Error::<T>::NothingToLock);
		Ok(JobRecord {
			kind: JobKind::Direct,
			state: JobState::Open,
			requester,
			model: terms.model,
			tier,
			price,
			max: terms.max,
			locked,
			candidates: terms.candidates,
			request: terms.request,
			created_at: now,
			created_in: Self::this_block(),
			deadline: now.saturating_add(T::ProofWindow::get()),
			accepted_by: None,
			outcome: None,
			auction: None,
			payment: None,
		})
	}

	pub(crate) fn do_cancel(requester: &T::AccountId, job_id: JobId) -> DispatchResult {
		let record = Jobs::<T>::get(job_id).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.requester == *requester, Error::<T>::NotRequester);
		ensure!(record.state.after(Step::Cancel, record.kind).is_some(), Error::<T>::WrongState);
		// A candidate may be busy with a direct job already; nobody works on an auction that is not
		// awarded.
		if record.kind == JobKind::Direct {
			let age = T::Time::now().saturating_sub(record.created_at);
			ensure!(age >= T::CancelAfter::get(), Error::<T>::TooEarly);
		}
		Self::take_back(job_id, &record)
	}

	/// Cancel a job whatever its age.
	pub(crate) fn take_back(job_id: JobId, record: &JobRecordOf<T>) -> DispatchResult {
		let payment = refund(record);
		let record =
			Self::advance(job_id, record, Step::Cancel, |job| job.payment = Some(payment))?;
		T::Escrow::refund(job_id);
		Self::deposit_event(Event::Cancelled {
			job_id,
			requester: record.requester,
			amount: record.locked,
		});
		Ok(())
	}

	pub(crate) fn authorize_accept(
		_: TransactionSource,
		job_id: &JobId,
		owner: &T::AccountId,
		signature: &sr25519::Signature,
	) -> TransactionValidityWithRefund {
		Self::check_accept(*job_id, owner, signature)?;
		let validity = ValidTransaction::with_tag_prefix("millrace/accept")
			.priority(T::AuthorizedPriority::get())
			.longevity(LONGEVITY)
			.and_provides((job_id, owner))
			.propagate(true)
			.into();
		Ok((validity, Weight::zero()))
	}

	/// The job that `owner` may accept with `signature`. What costs most is checked last.
	fn check_accept(
		job_id: JobId,
		owner: &T::AccountId,
		signature: &sr25519::Signature,
	) -> Result<JobRecordOf<T>, Error<T>> {
		let record = Jobs::<T>::get(job_id).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.state.after(Step::Accept, record.kind).is_some(), Error::<T>::WrongState);
		ensure!(T::Time::now() <= record.deadline, Error::<T>::TooLate);
		ensure!(record.candidates.contains(owner), Error::<T>::NotCandidate);
		let worker = T::Registry::worker(owner).ok_or(Error::<T>::NotRegistered)?;
		let message = proof::accept_message(Self::genesis(), job_id, owner);
		ensure!(
			sp_io::crypto::sr25519_verify(signature, &message, &worker.key),
			Error::<T>::BadSignature
		);
		Ok(record)
	}

	pub(crate) fn do_accept(
		job_id: JobId,
		owner: T::AccountId,
		signature: &sr25519::Signature,
	) -> DispatchResult {
		let record = Self::check_accept(job_id, &owner, signature)?;
		Self::advance(job_id, &record, Step::Accept, |job| job.accepted_by = Some(owner.clone()))?;
		Self::deposit_event(Event::Accepted { job_id, worker: owner });
		Ok(())
	}
}
