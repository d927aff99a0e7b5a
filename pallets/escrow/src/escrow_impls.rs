//! The seam to the other pallets: locking, releasing, paying, refunding.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	storage::with_storage_layer,
	traits::{
		fungibles::hold::{Mutate, Unbalanced},
		tokens::{Fortitude, Precision, Restriction},
		Get,
	},
};
use millrace_primitives::{traits::JobEscrow, Balance, JobId};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError};

use crate::{
	types::Payee, Claimable, Config, Error, Event, HoldReason, Ledger, LedgerEntry, Pallet,
};

impl<T: Config> JobEscrow<T::AccountId> for Pallet<T> {
	fn lock(job: JobId, requester: &T::AccountId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| Self::do_lock(job, requester, amount))
	}

	fn release(job: JobId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| Self::do_release(job, amount))
	}

	fn pay_verifier(job: JobId, to: &T::AccountId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| Self::do_pay_verifier(job, to, amount))
	}

	fn refund(job: JobId) {
		if let Err(error) = with_storage_layer(|| Self::do_refund(job)) {
			Self::deposit_event(Event::RefundFailed { job_id: job, error });
		}
	}

	fn pay_out(
		job: JobId,
		payout: &T::AccountId,
		worker: Balance,
		treasury: Balance,
	) -> Result<Balance, DispatchError> {
		with_storage_layer(|| Self::do_pay_out(job, payout, worker, treasury))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fund(who: &T::AccountId, amount: Balance) {
		crate::benchmarking::fund::<T>(who, amount);
		crate::benchmarking::park_for::<T>(&T::Treasury::get());
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn burden(who: &T::AccountId) {
		crate::benchmarking::park_for::<T>(who);
	}
}

impl<T: Config> Pallet<T> {
	/// The account that keeps what could not be paid, on hold.
	pub fn pot() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	fn do_lock(job_id: JobId, requester: &T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(!Ledger::<T>::contains_key(job_id), Error::<T>::AlreadyLocked);
		let reason = HoldReason::JobEscrow.into();
		T::Assets::hold(T::PaymentAsset::get(), &reason, requester, amount)?;
		let requester = requester.clone();
		Ledger::<T>::insert(job_id, LedgerEntry { requester: requester.clone(), amount });
		Self::deposit_event(Event::Locked { job_id, requester, amount });
		Ok(())
	}

	fn do_release(job_id: JobId, amount: Balance) -> DispatchResult {
		let requester = Self::take_part(job_id, amount)?;
		Self::pay(job_id, &requester, Payee::Requester, amount)
	}

	fn do_pay_verifier(job_id: JobId, to: &T::AccountId, amount: Balance) -> DispatchResult {
		let requester = Self::take_part(job_id, amount)?;
		Self::pay(job_id, &requester, Payee::Verifier(to), amount)
	}

	/// Take `amount` out of the ledger entry of a job, and return whose money it is. The entry stays,
	/// even if nothing is left in it: the job is not over.
	fn take_part(job_id: JobId, amount: Balance) -> Result<T::AccountId, DispatchError> {
		Ledger::<T>::try_mutate(job_id, |entry| {
			let entry = entry.as_mut().ok_or(Error::<T>::NothingLocked)?;
			entry.amount = entry.amount.checked_sub(amount).ok_or(Error::<T>::PaymentTooHigh)?;
			Ok(entry.requester.clone())
		})
	}

	fn do_refund(job_id: JobId) -> DispatchResult {
		let entry = Ledger::<T>::take(job_id).ok_or(Error::<T>::NothingLocked)?;
		Self::pay(job_id, &entry.requester, Payee::Requester, entry.amount)
	}

	fn do_pay_out(
		job_id: JobId,
		payout: &T::AccountId,
		worker: Balance,
		treasury: Balance,
	) -> Result<Balance, DispatchError> {
		let entry = Ledger::<T>::take(job_id).ok_or(Error::<T>::NothingLocked)?;
		let refund = worker
			.checked_add(treasury)
			.and_then(|charge| entry.amount.checked_sub(charge))
			.ok_or(Error::<T>::PaymentTooHigh)?;
		Self::pay(job_id, &entry.requester, Payee::Worker(payout), worker)?;
		Self::pay(job_id, &entry.requester, Payee::Treasury, treasury)?;
		Self::pay(job_id, &entry.requester, Payee::Requester, refund)?;
		Ok(refund)
	}

	/// Give `amount` of what `requester` has on hold to `payee`, or park it.
	fn pay(
		job_id: JobId,
		requester: &T::AccountId,
		payee: Payee<&T::AccountId>,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let who = match payee {
			Payee::Worker(payout) | Payee::Verifier(payout) => payout.clone(),
			Payee::Treasury => T::Treasury::get(),
			Payee::Requester => requester.clone(),
		};
		if with_storage_layer(|| Self::credit(requester, &who, amount)).is_ok() {
			let who = who.clone();
			Self::deposit_event(match payee {
				Payee::Worker(_) => Event::Paid { job_id, to: who, amount },
				Payee::Verifier(_) => Event::VerifierPaid { job_id, to: who, amount },
				Payee::Treasury => Event::ToTreasury { job_id, amount },
				Payee::Requester => Event::Refunded { job_id, requester: who, amount },
			});
		} else {
			Self::park(job_id, requester, who.clone(), amount)?;
		}
		Self::hand_over(who);
		Ok(())
	}

	/// Pay `who` what was parked for it, if there is anything and it can be paid by now.
	fn hand_over(who: T::AccountId) {
		if Claimable::<T>::contains_key(&who) {
			// Where it fails, the money goes on waiting.
			let _ = with_storage_layer(|| Self::do_claim(who));
		}
	}

	/// Turn `amount` of what `requester` has on hold into free money of `who`.
	///
	/// May fail half-way: the asset can be frozen as a whole, which the check in front of the
	/// transfer does not see.
	fn credit(requester: &T::AccountId, who: &T::AccountId, amount: Balance) -> DispatchResult {
		let (asset, reason) = (T::PaymentAsset::get(), HoldReason::JobEscrow.into());
		if who == requester {
			T::Assets::release(asset, &reason, who, amount, Precision::Exact)?;
			return Ok(());
		}
		T::Assets::transfer_on_hold(
			asset,
			&reason,
			requester,
			who,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Polite,
		)?;
		Ok(())
	}

	/// Move `amount` of what `requester` has on hold to the pot, for `who` to claim.
	///
	/// The money goes from hold to hold and never touches a free balance. So it does not matter
	/// whether an account or the asset is frozen or blocked, nor whether the amount is less than an
	/// account must hold: this cannot fail as long as the ledger matches the holds.
	fn park(
		job_id: JobId,
		requester: &T::AccountId,
		who: T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		let (asset, reason) = (T::PaymentAsset::get(), HoldReason::JobEscrow.into());
		T::Assets::decrease_balance_on_hold(
			asset.clone(),
			&reason,
			requester,
			amount,
			Precision::Exact,
		)?;
		T::Assets::increase_balance_on_hold(
			asset,
			&reason,
			&Self::pot(),
			amount,
			Precision::Exact,
		)?;
		let parked = Claimable::<T>::get(&who).unwrap_or(0);
		let parked = parked.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		Claimable::<T>::insert(&who, parked);
		Self::deposit_event(Event::Parked { job_id, who, amount });
		Ok(())
	}
}
