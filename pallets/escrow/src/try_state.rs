extern crate alloc;

use alloc::collections::BTreeMap;

use frame_support::{
	ensure,
	traits::{fungibles::hold::Inspect, Get},
};
use millrace_primitives::Balance;
use sp_runtime::{ArithmeticError, TryRuntimeError};

use crate::{Claimable, Config, HoldReason, Ledger, Pallet};

/// What accounts must have on hold.
type Owed<T> = BTreeMap<<T as frame_system::Config>::AccountId, Balance>;

impl<T: Config> Pallet<T> {
	/// What holds between any two calls:
	///
	/// 1. What an account has on hold for jobs is the sum of its ledger entries, and for the pot of
	///    all that can be claimed besides.
	/// 2. Nothing of zero can be claimed.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut owed = Owed::<T>::new();
		Self::add_the_ledger(&mut owed)?;
		Self::add_the_claimable(&mut owed)?;
		Self::every_hold_is_what_is_owed(&owed)
	}

	fn add_the_ledger(owed: &mut Owed<T>) -> Result<(), TryRuntimeError> {
		for (_, entry) in Ledger::<T>::iter() {
			Self::owe(owed, entry.requester, entry.amount)?;
		}
		Ok(())
	}

	/// 2.
	fn add_the_claimable(owed: &mut Owed<T>) -> Result<(), TryRuntimeError> {
		// The pot is checked even if it owes nothing.
		Self::owe(owed, Self::pot(), 0)?;
		for (_, amount) in Claimable::<T>::iter() {
			ensure!(amount != 0, "an account has nothing to claim, but an entry says that it has");
			Self::owe(owed, Self::pot(), amount)?;
		}
		Ok(())
	}

	/// 1.
	fn every_hold_is_what_is_owed(owed: &Owed<T>) -> Result<(), TryRuntimeError> {
		let reason = HoldReason::JobEscrow.into();
		for (who, amount) in owed {
			let held = T::Assets::balance_on_hold(T::PaymentAsset::get(), &reason, who);
			ensure!(held == *amount, "what an account has on hold is not the sum of its ledger");
		}
		Ok(())
	}

	fn owe(owed: &mut Owed<T>, who: T::AccountId, amount: Balance) -> Result<(), TryRuntimeError> {
		let sum = owed.entry(who).or_default();
		*sum = sum.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		Ok(())
	}
}
