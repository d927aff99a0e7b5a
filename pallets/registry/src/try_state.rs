//! What is true of the registry's storage between any two blocks.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::collections::{BTreeMap, BTreeSet};

use frame_support::{ensure, traits::fungible::InspectHold};
use millrace_primitives::ModelId;
use sp_runtime::TryRuntimeError;

use crate::{
	pallet::{count, WorkerRecordOf},
	types::{is_name, MODELS_MAX, TIERS_MAX},
	Config, HoldReason, ModelNames, ModelWorkers, Models, Pallet, PeerKeys, Tiers, Verifiers,
	WorkerKeys, Workers,
};

impl<T: Config> Pallet<T> {
	/// Check every invariant. See the functions it calls for the list.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_offer()?;
		Self::try_state_workers()
	}

	/// 1. There are no more tiers and models than may be, and their counters are right.
	/// 2. Names are valid.
	/// 3. Each model's tier exists, and each tier's count is the number of its models.
	/// 4. `ModelNames` is the inverse of the models' names.
	fn try_state_offer() -> Result<(), TryRuntimeError> {
		let mut models_of_tier = BTreeMap::new();
		let mut models: u32 = 0;
		for (id, model) in Models::<T>::iter() {
			models = models.saturating_add(1);
			let count: &mut u32 = models_of_tier.entry(model.tier).or_default();
			*count = count.saturating_add(1);
			ensure!(is_name(&model.name), "2. a model's name is invalid");
			let named = ModelNames::<T>::get(&model.name);
			ensure!(named == Some(id), "4. a model cannot be found by its name");
		}
		let mut tiers: u32 = 0;
		for (id, tier) in Tiers::<T>::iter() {
			tiers = tiers.saturating_add(1);
			ensure!(is_name(&tier.name), "2. a tier's name is invalid");
			let count = models_of_tier.remove(&id).unwrap_or(0);
			ensure!(tier.models == count, "3. a tier's count is not the number of its models");
		}
		ensure!(models_of_tier.is_empty(), "3. a model's tier does not exist");
		ensure!(tiers == Tiers::<T>::count() && tiers <= TIERS_MAX, "1. tiers are miscounted");
		ensure!(models == Models::<T>::count() && models <= MODELS_MAX, "1. models are miscounted");
		let names = ModelNames::<T>::iter().fold(0, |sum: u32, _| sum.saturating_add(1));
		ensure!(names == models, "4. a name means no model");
		Ok(())
	}

	/// 5. A worker's stake, active and unbonding, is what is on hold for `Stake`.
	/// 6. A worker's deposit is what is on hold for `Registration`.
	/// 7. No unbonding chunk is empty.
	/// 8. A reputation is at most 1000.
	/// 9. A worker names no model twice, to serve or to verify for.
	/// 10. `WorkerKeys` and `PeerKeys` are the inverse of the workers' keys.
	/// 11. `ModelWorkers` is the inverse of the workers' models.
	/// 12. `Verifiers` is the inverse of the models that workers verify for. It seats nobody twice,
	///     and keeps no model without a verifier.
	/// 13. A worker's former keys, whose type bounds them, are oldest first and distinct, and none is
	///     its present one.
	/// 14. No worker judges since a block to come.
	fn try_state_workers() -> Result<(), TryRuntimeError> {
		let mut workers: u32 = 0;
		let mut models_served: u32 = 0;
		let mut seats = Self::try_state_seats()?;
		for (owner, record) in Workers::<T>::iter() {
			workers = workers.saturating_add(1);
			models_served = models_served.saturating_add(count(&record.models));
			Self::try_state_holds(&owner, &record)?;
			Self::try_state_record(&record)?;
			Self::try_state_past(&record)?;
			Self::try_state_found(&owner, &record)?;
			for model in &record.verifies {
				let is_seated = seats.remove(&(*model, owner.clone()));
				ensure!(is_seated, "12. a verifier has no seat for a model");
			}
		}
		ensure!(seats.is_empty(), "12. a seat for a model is taken by one that does not verify");
		let worker_keys = WorkerKeys::<T>::iter_keys().fold(0, |sum: u32, _| sum.saturating_add(1));
		let peer_keys = PeerKeys::<T>::iter_keys().fold(0, |sum: u32, _| sum.saturating_add(1));
		ensure!(worker_keys == workers && peer_keys == workers, "10. a key has no worker");
		let entries = ModelWorkers::<T>::iter_keys().fold(0, |sum: u32, _| sum.saturating_add(1));
		ensure!(entries == models_served, "11. a model has a worker that does not serve it");
		Ok(())
	}

	/// 12: who sits where.
	fn try_state_seats() -> Result<BTreeSet<(ModelId, T::AccountId)>, TryRuntimeError> {
		let mut seats = BTreeSet::new();
		for (model, seated) in Verifiers::<T>::iter() {
			ensure!(!seated.is_empty(), "12. a model is kept without a verifier");
			for owner in seated {
				ensure!(seats.insert((model, owner)), "12. a verifier has two seats for a model");
			}
		}
		Ok(seats)
	}

	/// 5 and 6.
	fn try_state_holds(
		owner: &T::AccountId,
		record: &WorkerRecordOf<T>,
	) -> Result<(), TryRuntimeError> {
		let stake = T::Currency::balance_on_hold(&HoldReason::Stake.into(), owner);
		ensure!(stake == record.held_stake(), "5. a worker's stake is not what is on hold");
		let deposit = T::Currency::balance_on_hold(&HoldReason::Registration.into(), owner);
		ensure!(deposit == record.deposit, "6. a worker's deposit is not what is on hold");
		Ok(())
	}

	/// 7 to 9.
	fn try_state_record(record: &WorkerRecordOf<T>) -> Result<(), TryRuntimeError> {
		let has_empty = record.unbonding.iter().any(|chunk| chunk.amount == 0);
		ensure!(!has_empty, "7. an unbonding chunk is empty");
		let in_range = record.reputation.is_in_range() && record.verifier_reputation.is_in_range();
		ensure!(in_range, "8. a reputation is above 1000");
		for models in [&record.models, &record.verifies] {
			let distinct: BTreeSet<_> = models.iter().collect();
			ensure!(distinct.len() == models.len(), "9. a worker names a model twice");
		}
		Ok(())
	}

	/// 13 and 14.
	fn try_state_past(record: &WorkerRecordOf<T>) -> Result<(), TryRuntimeError> {
		let former = &record.former_keys;
		let is_ordered = former.is_sorted_by_key(|former| former.given_up_at);
		ensure!(is_ordered, "13. a worker's former keys are out of order");
		let present = core::iter::once(record.keys.worker);
		let keys: BTreeSet<_> = former.iter().map(|former| former.key).chain(present).collect();
		let distinct = former.len().saturating_add(1);
		ensure!(keys.len() == distinct, "13. a worker has a key twice");
		ensure!(
			record.judges_since <= Self::present_block(),
			"14. a worker judges since a block to come"
		);
		Ok(())
	}

	/// 10 and 11, from the worker to its indices.
	fn try_state_found(
		owner: &T::AccountId,
		record: &WorkerRecordOf<T>,
	) -> Result<(), TryRuntimeError> {
		let by_worker_key = WorkerKeys::<T>::get(record.keys.worker);
		let by_peer_key = PeerKeys::<T>::get(record.keys.peer);
		ensure!(
			by_worker_key.as_ref() == Some(owner) && by_peer_key.as_ref() == Some(owner),
			"10. a worker cannot be found by its keys"
		);
		let is_indexed =
			record.models.iter().all(|model| ModelWorkers::<T>::contains_key(model, owner));
		ensure!(is_indexed, "11. a worker cannot be found by a model that it serves");
		Ok(())
	}
}
