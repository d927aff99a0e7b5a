//! The auction: what its terms must fulfil, and what a bid and its award.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	ensure,
	pallet_prelude::{
		DispatchError, DispatchResult, TransactionSource, TransactionValidityWithRefund,
		ValidTransaction, Weight,
	},
	traits::{Get, Time},
};
use millrace_primitives::{
	auction::award_message,
	job::{Candidates, Step},
	traits::{JobEscrow, Registry},
	Agreement, Auction, JobId, JobKind, JobNonce, JobRecord, JobState, Moment, Price, TokenCounts,
};
use sp_core::sr25519;
use sp_runtime::{traits::Verify, ArithmeticError};

use crate::{
	dispatchable_impls::LONGEVITY, AuctionTermsOf, BidOf, Config, Error, Event, JobRecordOf, Jobs,
	Pallet,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create_auction(
		requester: T::AccountId,
		nonce: JobNonce,
		terms: AuctionTermsOf<T>,
	) -> Result<JobId, DispatchError> {
		let now = T::Time::now();
		Self::ensure_fresh(&nonce, now)?;
		Self::ensure_within_bounds(&terms)?;
		let job_id = Self::new_id(&requester, &nonce)?;
		Self::ensure_verifier(&requester, &terms)?;
		let verifier_fee = terms.verifier_fee;
		let record = Self::draft_auction(requester, terms, now)?;

		T::Escrow::lock(job_id, &record.requester, record.locked)?;
		Self::insert(job_id, &record);
		Self::deposit_event(Event::AuctionCreated {
			job_id,
			requester: record.requester,
			model: record.model,
			amount: record.locked,
			verifier_fee,
			deadline: record.deadline,
		});
		Ok(job_id)
	}

	fn ensure_within_bounds(terms: &AuctionTermsOf<T>) -> Result<(), Error<T>> {
		let bids = (1..=T::BidWindowMax::get()).contains(&terms.bid_window);
		ensure!(bids, Error::<T>::BidWindowOutOfBounds);
		let latency = (1..=T::LatencyMax::get()).contains(&terms.latency_max);
		ensure!(latency, Error::<T>::LatencyOutOfBounds);
		let challenge = (T::ChallengeWindowMin::get()..=T::ChallengeWindowMax::get())
			.contains(&terms.challenge_window);
		ensure!(challenge, Error::<T>::ChallengeWindowOutOfBounds);
		ensure!(terms.payment_max > 0, Error::<T>::NothingToLock);
		ensure!(terms.verifier_fee >= T::VerifierFeeMin::get(), Error::<T>::VerifierFeeTooLow);
		Ok(())
	}

	/// A verifier that is named must be able to judge, and be nobody whom the result concerns.
	fn ensure_verifier(
		requester: &T::AccountId,
		terms: &AuctionTermsOf<T>,
	) -> Result<(), Error<T>> {
		let Some(verifier) = &terms.verifier else { return Ok(()) };
		let standing =
			T::Registry::verifier(verifier, &terms.model).ok_or(Error::<T>::VerifierNotEligible)?;
		let independent = verifier != requester && standing.payout != *requester;
		ensure!(independent, Error::<T>::ConflictOfInterest);
		Ok(())
	}

	fn draft_auction(
		requester: T::AccountId,
		terms: AuctionTermsOf<T>,
		now: Moment,
	) -> Result<JobRecordOf<T>, DispatchError> {
		let (tier, _) = T::Registry::price_of(&terms.model).ok_or(Error::<T>::UnknownModel)?;
		let locked = terms.lock().ok_or(ArithmeticError::Overflow)?;
		Ok(JobRecord {
			kind: JobKind::Auction,
			state: JobState::Open,
			requester,
			model: terms.model,
			tier,
			price: Price::default(),
			max: TokenCounts::default(),
			locked,
			candidates: Candidates::new(),
			request: sp_io::hashing::blake2_256(&terms.document),
			created_at: now,
			created_in: Self::this_block(),
			deadline: now.saturating_add(terms.bid_window),
			accepted_by: None,
			outcome: None,
			auction: Some(Auction {
				terms,
				agreed: None,
				result: None,
				verifier: None,
				attested: None,
			}),
			payment: None,
		})
	}

	pub(crate) fn authorize_award(
		_: TransactionSource,
		bid: &BidOf<T>,
		bid_signature: &sr25519::Signature,
		award_signature: &T::Signature,
	) -> TransactionValidityWithRefund {
		Self::check_award(bid, bid_signature, award_signature)?;
		// One award per job: whichever comes first, the other is void.
		let validity = ValidTransaction::with_tag_prefix("millrace/award")
			.priority(T::AuthorizedPriority::get())
			.longevity(LONGEVITY)
			.and_provides(bid.job)
			.propagate(true)
			.into();
		Ok((validity, Weight::zero()))
	}

	/// The job that a bid is awarded. What costs most is checked last.
	fn check_award(
		bid: &BidOf<T>,
		bid_signature: &sr25519::Signature,
		award_signature: &T::Signature,
	) -> Result<JobRecordOf<T>, Error<T>> {
		let record = Jobs::<T>::get(bid.job).ok_or(Error::<T>::UnknownJob)?;
		let terms = &record.auction.as_ref().ok_or(Error::<T>::NotAuctioned)?.terms;
		ensure!(record.state.after(Step::Accept, record.kind).is_some(), Error::<T>::WrongState);
		let now = T::Time::now();
		ensure!(now <= record.deadline, Error::<T>::TooLate);
		ensure!(now <= bid.valid_until, Error::<T>::BidExpired);
		ensure!(bid.price > 0, Error::<T>::PriceTooLow);
		ensure!(bid.price <= terms.payment_max, Error::<T>::PriceTooHigh);
		let promised = (1..=terms.latency_max).contains(&bid.latency);
		ensure!(promised, Error::<T>::LatencyOutOfBounds);

		let worker = T::Registry::worker(&bid.worker).ok_or(Error::<T>::NotRegistered)?;
		ensure!(worker.staked, Error::<T>::NotStaked);
		Self::ensure_independent(&record.requester, terms, &bid.worker, &worker.payout)?;

		let genesis = Self::genesis();
		ensure!(
			sp_io::crypto::sr25519_verify(bid_signature, &bid.message(genesis), &worker.key),
			Error::<T>::BadBidSignature
		);
		let message = award_message(genesis, bid.job, &bid.digest());
		let signed_by = |signer: &T::AccountId| award_signature.verify(message.as_slice(), signer);
		ensure!(
			signed_by(&record.requester) || terms.matcher.as_ref().is_some_and(signed_by),
			Error::<T>::BadAwardSignature
		);
		Ok(record)
	}

	/// Requester, worker and the verifier that was named must be three, whatever they are paid to.
	fn ensure_independent(
		requester: &T::AccountId,
		terms: &AuctionTermsOf<T>,
		worker: &T::AccountId,
		payout: &T::AccountId,
	) -> Result<(), Error<T>> {
		let is_worker = |account: &T::AccountId| account == worker || account == payout;
		ensure!(!is_worker(requester), Error::<T>::ConflictOfInterest);
		let Some(verifier) = &terms.verifier else { return Ok(()) };
		ensure!(!is_worker(verifier), Error::<T>::ConflictOfInterest);
		// One that has lost the role by now will not judge; the chain will draw another.
		let standing = T::Registry::verifier(verifier, &terms.model);
		let shared = standing.is_some_and(|standing| is_worker(&standing.payout));
		ensure!(!shared, Error::<T>::ConflictOfInterest);
		Ok(())
	}

	pub(crate) fn do_award(
		bid: &BidOf<T>,
		bid_signature: &sr25519::Signature,
		award_signature: &T::Signature,
	) -> DispatchResult {
		let record = Self::check_award(bid, bid_signature, award_signature)?;
		Self::take_award(&record, bid)
	}

	/// Award a job to a bid that is good for it.
	pub(crate) fn take_award(record: &JobRecordOf<T>, bid: &BidOf<T>) -> DispatchResult {
		let auction = record.auction.as_ref().ok_or(Error::<T>::NotAuctioned)?;
		let refund =
			auction.terms.payment_max.checked_sub(bid.price).ok_or(Error::<T>::PriceTooHigh)?;
		if refund > 0 {
			T::Escrow::release(bid.job, refund)?;
		}
		let agreed =
			Agreement { price: bid.price, latency: bid.latency, awarded_at: T::Time::now() };
		let record = Self::advance(bid.job, record, Step::Accept, |job| {
			job.accepted_by = Some(bid.worker.clone());
			if let Some(auction) = &mut job.auction {
				auction.agreed = Some(agreed);
			}
		})?;
		Self::deposit_event(Event::Awarded {
			job_id: bid.job,
			worker: bid.worker.clone(),
			price: bid.price,
			latency: bid.latency,
			refund,
			deadline: record.deadline,
		});
		Ok(())
	}
}
