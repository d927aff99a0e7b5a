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

/// What of a slash is whose.
const OF_CONCERNED: Percent = Percent::from_percent(50);
const OF_STRANGER: Percent = Percent::from_percent(20);
const OF_MAJORITY: Percent = Percent::from_percent(30);
const OF_REPORTER: Percent = Percent::from_percent(10);

/// What of a bond is the worker's.
const OF_CLEARED: Percent = Percent::from_percent(50);

impl Shares {
	/// A slashed worker's stake: half to a challenger that is `concerned`, and 20 % to any other;
	/// 30 % to the majority of the committee, the rest to the treasury.
	///
	/// A friend of the worker can challenge as well as anybody, and must not bring half of the slash
	/// back.
	pub fn of_slash(amount: Balance, concerned: bool, majority: u32) -> Self {
		let first = if concerned { OF_CONCERNED } else { OF_STRANGER }.mul_floor(amount);
		Self::divide(amount, first, OF_MAJORITY.mul_floor(amount), majority)
	}

	/// The bond of an unfounded challenge: half to the worker, the rest to the majority of the
	/// committee.
	pub fn of_bond(amount: Balance, majority: u32) -> Self {
		let first = OF_CLEARED.mul_floor(amount);
		Self::divide(amount, first, amount.saturating_sub(first), majority)
	}

	/// The stake of a worker that signed twice: a tenth to the reporter, who may be its friend, the
	/// rest to the treasury.
	pub fn of_report(amount: Balance) -> Self {
		Self::divide(amount, OF_REPORTER.mul_floor(amount), 0, 0)
	}

	/// What a majority lacks for each juror to get `fee`.
	pub fn missing(&self, fee: Balance, majority: u32) -> Balance {
		fee.saturating_sub(self.juror).saturating_mul(majority.into())
	}

	/// With `amount` more for the majority, in equal parts.
	#[must_use]
	pub fn topped_up(self, amount: Balance, majority: u32) -> Self {
		let each = amount.checked_div(majority.into()).unwrap_or(0);
		let dust = amount.saturating_sub(each.saturating_mul(majority.into()));
		Self {
			juror: self.juror.saturating_add(each),
			treasury: self.treasury.saturating_add(dust),
			..self
		}
	}

	/// All parts are rounded down; the treasury gets the dust, and the part of jurors where there
	/// are none.
	fn divide(amount: Balance, first: Balance, jurors: Balance, majority: u32) -> Self {
		let juror = jurors.checked_div(majority.into()).unwrap_or(0);
		let paid = first.saturating_add(juror.saturating_mul(majority.into()));
		Self { first, juror, treasury: amount.saturating_sub(paid) }
	}
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
				let amount = Self::take_held(challenger, bond);
				let challenger = challenger.clone();
				Self::deposit_event(Event::BondForfeited { job_id, challenger, amount });
				amount
			},
		}
	}

	/// Take `amount` of the challenger's bond, and no more than that, to the pot: jurors do not work for
	/// nothing where the worker has nothing to lose. Returns how much it was.
	///
	/// Nothing of a verifier that found the result bad, as it turned out to be: it was drawn, and must
	/// not lose by saying what is right.
	pub(crate) fn charge(job_id: JobId, case: &CaseOf<T>, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		let challenger = &case.challenger;
		match case.bond {
			Bond::Stake(_) => 0,
			Bond::Held(bond) => {
				let amount = Self::take_held(challenger, amount.min(bond));
				let challenger = challenger.clone();
				Self::deposit_event(Event::BondCharged { job_id, challenger, amount });
				amount
			},
		}
	}

	fn take_held(challenger: &T::AccountId, amount: Balance) -> Balance {
		let taken = T::Currency::transfer_on_hold(
			&HoldReason::Bond.into(),
			challenger,
			&Self::pot(),
			amount,
			Precision::BestEffort,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or(0);
		if taken < amount {
			defensive!("a bond was not all on hold");
		}
		taken
	}

	/// Give the challenger what is left of its bond after it was charged `charged`.
	pub(crate) fn return_bond(job_id: JobId, case: &CaseOf<T>, charged: Balance) {
		let left = case.bond.held().saturating_sub(charged);
		if left == 0 {
			return;
		}
		let challenger = &case.challenger;
		let reason = HoldReason::Bond.into();
		let released = T::Currency::release(&reason, challenger, left, Precision::BestEffort);
		let amount = released.unwrap_or(0);
		if amount < left {
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
