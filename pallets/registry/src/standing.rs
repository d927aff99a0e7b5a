//! What the rest of the chain asks of the registry and tells it: the [`Registry`] seam.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::vec::Vec;

use frame_support::{
	defensive_assert,
	traits::{
		fungible::{Balanced, BalancedHold},
		Get, Time,
	},
};
use millrace_primitives::{
	traits::{Conduct, Registry, VerifierStanding, WorkerStanding},
	Balance, ModelId, Moment, Price, Reputation, TierId, WorkerKey,
};

use crate::{
	pallet::WorkerRecordOf, Config, Event, HoldReason, ModelWorkers, Models, Pallet, Tiers,
	Verifiers, Workers,
};

impl<T: Config> Registry<T::AccountId> for Pallet<T> {
	fn price_of(model: &ModelId) -> Option<(TierId, Price)> {
		let tier_id = Models::<T>::get(model)?.tier;
		Some((tier_id, Tiers::<T>::get(tier_id)?.price))
	}

	fn worker(owner: &T::AccountId) -> Option<WorkerStanding<T::AccountId>> {
		let record = Workers::<T>::get(owner)?;
		let staked = Self::is_staked(&record);
		let at_risk = record.stake.saturating_add(record.slashable_unbonding(T::Time::now()));
		Some(WorkerStanding { key: record.keys.worker, payout: record.payout, staked, at_risk })
	}

	fn keys(owner: &T::AccountId, since: Moment) -> Vec<WorkerKey> {
		let (record, now) = (Workers::<T>::get(owner), T::Time::now());
		record.map(|record| record.answers_for(since, now).collect()).unwrap_or_default()
	}

	fn serves(owner: &T::AccountId, model: &ModelId) -> bool {
		ModelWorkers::<T>::contains_key(model, owner)
	}

	fn verifier(owner: &T::AccountId, model: &ModelId) -> Option<VerifierStanding<T::AccountId>> {
		let record = Workers::<T>::get(owner)?;
		(record.verifies.contains(model) && Self::can_verify(&record)).then_some(VerifierStanding {
			key: record.keys.worker,
			payout: record.payout,
			since: record.judges_since,
		})
	}

	fn verifiers(model: &ModelId) -> Vec<T::AccountId> {
		Verifiers::<T>::get(model).into_inner()
	}

	/// A worker that has left has no reputation to move.
	fn note(owner: &T::AccountId, conduct: Conduct, value: Balance) {
		Workers::<T>::mutate_extant(owner, |record| {
			if let Some(reputation) = observe::<T>(&mut record.reputation, conduct, value) {
				let owner = owner.clone();
				Self::deposit_event(Event::ReputationChanged { owner, reputation });
			}
		});
	}

	fn note_verifier(owner: &T::AccountId, conduct: Conduct, value: Balance) {
		Workers::<T>::mutate_extant(owner, |record| {
			if let Some(reputation) = observe::<T>(&mut record.verifier_reputation, conduct, value)
			{
				let owner = owner.clone();
				Self::deposit_event(Event::VerifierReputationChanged { owner, reputation });
			}
		});
	}

	/// Reaches the active stake first, then what is unbonding and has not unlocked yet, soonest
	/// first. Never reaches the registration deposit, and never fails: what `to` cannot take in,
	/// because it would stay below the existential deposit, is burned.
	///
	/// Emits `Slashed` unless there was nothing to take.
	fn slash(owner: &T::AccountId, amount: Balance, to: &T::AccountId) -> Balance {
		let taken = Workers::<T>::mutate_extant(owner, |record| {
			record.take_slashed(amount, T::Time::now())
		});
		if taken == 0 {
			return 0;
		}
		let (credit, missing) = T::Currency::slash(&HoldReason::Stake.into(), owner, taken);
		defensive_assert!(missing == 0, "a worker's stake was not all on hold");
		// A credit that comes back is dropped, which burns it.
		drop(T::Currency::resolve(to, credit));
		Self::deposit_event(Event::Slashed { owner: owner.clone(), amount: taken });
		taken
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &T::AccountId, key: WorkerKey, model: &ModelId) {
		crate::benchmarking::prepare::<T>(owner, key, model);
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the active stake of a worker reaches the minimum.
	pub(crate) fn is_staked(record: &WorkerRecordOf<T>) -> bool {
		record.stake >= T::StakeMin::get()
	}

	/// Whether the active stake of a worker reaches what a verifier needs.
	pub(crate) fn can_verify(record: &WorkerRecordOf<T>) -> bool {
		record.stake >= T::VerifierStakeMin::get()
	}
}

/// Move a reputation by what was observed. Returns its points if they changed.
fn observe<T: Config>(
	reputation: &mut Reputation,
	conduct: Conduct,
	value: Balance,
) -> Option<u16> {
	let before = reputation.points();
	*reputation = reputation.after(conduct, value, T::ReputationCap::get());
	Some(reputation.points()).filter(|points| *points != before)
}
