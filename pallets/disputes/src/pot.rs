//! What is taken from who was wrong, and how it is shared out. Nothing here can fail: a share that
//! cannot be paid goes to the treasury.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	defensive,
	pallet_prelude::DispatchResult,
	traits::{
		fungible::{Inspect, Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation, Restriction},
		Get,
	},
};
use millrace_primitives::{traits::Registry, Balance, JobId};
use sp_runtime::{traits::AccountIdConversion, Percent};

use crate::{types::Bond, CaseOf, Config, Event, HoldReason, Pallet};

/// How an amount is divided. The parts add up to it: `first + jurors · juror + treasury`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shares {
	/// To the challenger, the worker or the reporter, whoever was wronged or alert.
	pub first: Balance,
	/// To each juror of the majority.
	pub juror: Balance,
	/// To the treasury, with what a division leaves over.
	pub treasury: Balance,
}

impl Shares {
	/// A slashed worker's stake: half to the challenger, 30 % to the majority of the committee, the
	/// rest to the treasury.
	pub fn of_slash(amount: Balance, majority: u32) -> Self {
		let first = half(amount);
		let rest = amount.saturating_sub(first);
		Self::divide(amount, first, Percent::from_percent(30).mul_floor(amount).min(rest), majority)
	}

	/// The bond of an unfounded challenge: half to the worker, the rest to the majority of the
	/// committee.
	pub fn of_bond(amount: Balance, majority: u32) -> Self {
		let first = half(amount);
		Self::divide(amount, first, amount.saturating_sub(first), majority)
	}

	/// The stake of a worker that signed twice: half to the reporter, the rest to the treasury.
	pub fn of_report(amount: Balance) -> Self {
		Self::divide(amount, half(amount), 0, 0)
	}

	/// All parts are rounded down; the treasury gets the dust, and the part of jurors where there
	/// are none.
	fn divide(amount: Balance, first: Balance, jurors: Balance, majority: u32) -> Self {
		let juror = jurors.checked_div(majority.into()).unwrap_or(0);
		let paid = first.saturating_add(juror.saturating_mul(majority.into()));
		Self { first, juror, treasury: amount.saturating_sub(paid) }
	}
}

fn half(amount: Balance) -> Balance {
	Percent::from_percent(50).mul_floor(amount)
}

impl<T: Config> Pallet<T> {
	/// The account in which what was taken lies until it is shared out.
	pub fn pot() -> T::AccountId {
		T::PotId::get().into_account_truncating()
	}

	/// Give the pot its existential deposit.
	pub(crate) fn open_pot() -> DispatchResult {
		let (pot, minimum) = (Self::pot(), T::Currency::minimum_balance());
		let missing = minimum.saturating_sub(T::Currency::balance(&pot));
		T::Currency::mint_into(&pot, missing).map(|_| ())
	}

	/// Take `amount` of the stake of `owner` to `to`. Returns how much there was.
	pub(crate) fn punish(
		job_id: JobId,
		owner: &T::AccountId,
		amount: Balance,
		to: &T::AccountId,
	) -> Balance {
		let amount = T::Registry::slash(owner, amount, to);
		if amount > 0 {
			let (owner, to) = (owner.clone(), to.clone());
			Self::deposit_event(Event::Punished { job_id, owner, amount, to });
		}
		amount
	}

	/// Take what the challenger has risked to the pot. Returns how much it was.
	pub(crate) fn forfeit_bond(job_id: JobId, case: &CaseOf<T>) -> Balance {
		let challenger = &case.challenger;
		match case.bond {
			Bond::Stake(amount) => Self::punish(job_id, challenger, amount, &Self::pot()),
			Bond::Held(bond) => {
				let amount = T::Currency::transfer_on_hold(
					&HoldReason::Bond.into(),
					challenger,
					&Self::pot(),
					bond,
					Precision::BestEffort,
					Restriction::Free,
					Fortitude::Force,
				)
				.unwrap_or(0);
				if amount < bond {
					defensive!("a bond was not all on hold");
				}
				let challenger = challenger.clone();
				Self::deposit_event(Event::BondForfeited { job_id, challenger, amount });
				amount
			},
		}
	}

	/// Give the challenger its bond back.
	pub(crate) fn return_bond(job_id: JobId, case: &CaseOf<T>) {
		let Bond::Held(bond) = case.bond else { return };
		let challenger = &case.challenger;
		let reason = HoldReason::Bond.into();
		let released = T::Currency::release(&reason, challenger, bond, Precision::BestEffort);
		let amount = released.unwrap_or(0);
		if amount < bond {
			defensive!("a bond was not all on hold");
		}
		let challenger = challenger.clone();
		Self::deposit_event(Event::BondReturned { job_id, challenger, amount });
	}

	/// Pay out what was taken: `first` and `juror` of `shares` to whom they belong, the rest, with
	/// all that cannot be paid, to the treasury.
	pub(crate) fn share_out<'a>(
		job_id: JobId,
		shares: Shares,
		first: &T::AccountId,
		majority: impl Iterator<Item = &'a T::AccountId>,
	) where
		T::AccountId: 'a,
	{
		let mut rest = shares.treasury;
		let jurors = majority.map(|juror| (juror, shares.juror));
		for (to, amount) in core::iter::once((first, shares.first)).chain(jurors) {
			if Self::reward(job_id, to, amount).is_err() {
				rest = rest.saturating_add(amount);
			}
		}
		if Self::reward(job_id, &T::Treasury::get(), rest).is_err() {
			Self::deposit_event(Event::Unpaid { job_id, amount: rest });
		}
	}

	fn reward(job_id: JobId, to: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount > 0 {
			T::Currency::transfer(&Self::pot(), to, amount, Preservation::Preserve)?;
			Self::deposit_event(Event::Rewarded { job_id, to: to.clone(), amount });
		}
		Ok(())
	}
}
