//! What the rest of the chain asks of the registry and tells it: the [`Registry`] seam, and slashing.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	defensive_assert,
	traits::{
		fungible::{Balanced, BalancedHold},
		Get, Time,
	},
};
use millrace_primitives::{
	traits::{Conduct, Registry, WorkerStanding},
	Balance, ModelId, Price, TierId,
};

use crate::{
	pallet::WorkerRecordOf, reputation, Config, Event, HoldReason, ModelWorkers, Models, Pallet,
	Tiers, Workers,
};

impl<T: Config> Registry<T::AccountId> for Pallet<T> {
	fn price_of(model: &ModelId) -> Option<(TierId, Price)> {
		let tier_id = Models::<T>::get(model)?.tier;
		Some((tier_id, Tiers::<T>::get(tier_id)?.price))
	}

	fn worker(owner: &T::AccountId) -> Option<WorkerStanding<T::AccountId>> {
		let record = Workers::<T>::get(owner)?;
		let staked = Self::is_staked(&record);
		Some(WorkerStanding { key: record.keys.worker, payout: record.payout, staked })
	}

	fn serves(owner: &T::AccountId, model: &ModelId) -> bool {
		ModelWorkers::<T>::contains_key(model, owner)
	}

	/// Moves the reputation as [`reputation::after`] says. A job worth nothing says nothing, so a
	/// reputation cannot be farmed with free ones; a worker that has left is not remembered.
	fn note(owner: &T::AccountId, conduct: Conduct, value: Balance) {
		if value == 0 {
			return;
		}
		Workers::<T>::mutate_extant(owner, |record| {
			let reputation = reputation::after(record.reputation, conduct);
			if reputation != record.reputation {
				record.reputation = reputation;
				let owner = owner.clone();
				Self::deposit_event(Event::ReputationChanged { owner, reputation });
			}
		});
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &T::AccountId, key: millrace_primitives::WorkerKey, model: &ModelId) {
		crate::benchmarking::prepare::<T>(owner, key, model);
	}
}

impl<T: Config> Pallet<T> {
	/// Take up to `amount` of the stake of `owner`'s worker and send it to
	/// [`Config::SlashDestination`]. Returns how much was taken, which is less than `amount` when
	/// there is no more.
	///
	/// Reaches the active stake first, then what is unbonding and has not unlocked yet, soonest
	/// first. Never reaches the registration deposit, and never fails: what the destination cannot
	/// take in, because it would stay below the existential deposit, is burned.
	///
	/// Emits `Slashed` unless there was nothing to take.
	pub fn slash(owner: &T::AccountId, amount: Balance) -> Balance {
		let taken = Workers::<T>::mutate_extant(owner, |record| {
			record.take_slashed(amount, T::Time::now())
		});
		if taken == 0 {
			return 0;
		}
		let (credit, missing) = T::Currency::slash(&HoldReason::Stake.into(), owner, taken);
		defensive_assert!(missing == 0, "a worker's stake was not all on hold");
		// A credit that comes back is dropped, which burns it.
		drop(T::Currency::resolve(&T::SlashDestination::get(), credit));
		Self::deposit_event(Event::Slashed { owner: owner.clone(), amount: taken });
		taken
	}

	/// Whether the active stake of a worker reaches the minimum.
	pub(crate) fn is_staked(record: &WorkerRecordOf<T>) -> bool {
		record.stake >= T::StakeMin::get()
	}
}
