#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	pallet_prelude::DispatchResult,
	traits::{
		fungibles::hold::Mutate,
		tokens::{Fortitude, Precision, Restriction},
		Get,
	},
};

use crate::{Claimable, Config, Error, Event, HoldReason, Pallet};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_claim(who: T::AccountId) -> DispatchResult {
		let amount = Claimable::<T>::get(&who).ok_or(Error::<T>::NothingToClaim)?;
		T::Assets::transfer_on_hold(
			T::PaymentAsset::get(),
			&HoldReason::JobEscrow.into(),
			&Self::pot(),
			&who,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Polite,
		)?;
		Claimable::<T>::remove(&who);
		Self::deposit_event(Event::Claimed { who, amount });
		Ok(())
	}
}
