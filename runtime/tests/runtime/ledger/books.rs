//! What everybody owns, and why they cannot spend some of it.

use std::collections::BTreeMap;

use frame_support::traits::{
	fungible::InspectHold as _,
	fungibles::{Inspect as _, InspectHold as _},
};
use millrace_runtime::{
	configs::PaymentAsset, AccountId, AssetsHolder, Balance, Balances, Runtime, RuntimeHoldReason,
};

/// What an account owns. A clerk that makes a mistake may come to less than nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Holding {
	/// Of the payment asset, to spend.
	pub(super) usdc: i128,
	/// Of the payment asset, locked for jobs; in the escrow's pot, parked.
	pub(super) locked: i128,
	/// MILL, to spend.
	pub(super) mill: i128,
	/// MILL, on hold for a registration.
	pub(super) deposit: i128,
	/// MILL, on hold as stake.
	pub(super) stake: i128,
	/// MILL, on hold for challenges.
	pub(super) bond: i128,
	/// MILL, reserved by the assets pallet.
	pub(super) reserved: i128,
}

/// Everybody's holdings, less those who own nothing, and what waits to be claimed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Books {
	holdings: BTreeMap<AccountId, Holding>,
	claimable: BTreeMap<AccountId, i128>,
}

/// An amount as clerks write it.
pub(super) fn amount(balance: Balance) -> i128 {
	i128::try_from(balance).unwrap()
}

impl Books {
	/// What is in the state. The only place at which anything is read from there.
	pub(super) fn of_state() -> Self {
		let mut books = Self::default();
		for (who, info) in frame_system::Account::<Runtime>::iter() {
			let mill = |reason: RuntimeHoldReason| Balances::balance_on_hold(&reason, &who);
			let deposit = mill(pallet_registry::HoldReason::Registration.into());
			let stake = mill(pallet_registry::HoldReason::Stake.into());
			let bond = mill(pallet_disputes::HoldReason::Bond.into());
			let escrow = pallet_escrow::HoldReason::JobEscrow.into();
			let asset = PaymentAsset::get();
			books.change(&who, |holding| {
				*holding = Holding {
					usdc: amount(AssetsHolder::balance(asset, &who)),
					locked: amount(AssetsHolder::balance_on_hold(asset, &escrow, &who)),
					mill: amount(info.data.free),
					deposit: amount(deposit),
					stake: amount(stake),
					bond: amount(bond),
					reserved: amount(info.data.reserved - deposit - stake - bond),
				};
			});
		}
		for (who, parked) in pallet_escrow::Claimable::<Runtime>::iter() {
			books.park(&who, amount(parked));
		}
		books
	}

	pub(super) fn change(&mut self, who: &AccountId, change: impl FnOnce(&mut Holding)) {
		let mut holding = self.holdings.remove(who).unwrap_or_default();
		change(&mut holding);
		if holding != Holding::default() {
			self.holdings.insert(who.clone(), holding);
		}
	}

	/// Put down that `parked` waits for `who`, or, if it is negative, does not any more.
	pub(super) fn park(&mut self, who: &AccountId, parked: i128) {
		let parked = self.claimable.remove(who).unwrap_or_default() + parked;
		if parked != 0 {
			self.claimable.insert(who.clone(), parked);
		}
	}

	pub(super) fn usdc(&mut self, who: &AccountId, change: i128) {
		self.change(who, |holding| holding.usdc += change);
	}

	pub(super) fn mill(&mut self, who: &AccountId, change: i128) {
		self.change(who, |holding| holding.mill += change);
	}
}
