//! The answers of the runtime API. Nothing on chain calls these.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::vec::Vec;

use frame_support::traits::Time;
use millrace_primitives::{
	views::{ModelView, TierView, WorkerView},
	ModelId, PeerKey,
};

use crate::{
	pallet::WorkerRecordOf, types::WORKERS_OF_MAX, Config, ModelWorkers, Models, Pallet, PeerKeys,
	Tiers, Verifiers, Workers,
};

impl<T: Config> Pallet<T> {
	/// All tiers, by id.
	pub fn tiers() -> Vec<TierView> {
		let mut tiers: Vec<_> = Tiers::<T>::iter()
			.map(|(id, tier)| TierView { id, name: tier.name.into_inner(), price: tier.price })
			.collect();
		tiers.sort_unstable_by_key(|tier| tier.id);
		tiers
	}

	/// All models on offer, by id.
	pub fn models() -> Vec<ModelView> {
		let mut models: Vec<_> = Models::<T>::iter()
			.filter_map(|(id, model)| {
				Some(ModelView {
					id,
					name: model.name.into_inner(),
					tier: model.tier,
					price: Tiers::<T>::get(model.tier)?.price,
					context: model.context,
				})
			})
			.collect();
		models.sort_unstable_by_key(|model| model.id);
		models
	}

	/// The worker that `owner` registered.
	pub fn worker_of(owner: T::AccountId) -> Option<WorkerView<T::AccountId>> {
		let record = Workers::<T>::get(&owner)?;
		Some(Self::view(owner, record))
	}

	/// The worker whose sidecar has this libp2p identity.
	pub fn worker_by_peer(peer: &PeerKey) -> Option<WorkerView<T::AccountId>> {
		Self::worker_of(PeerKeys::<T>::get(peer)?)
	}

	/// The workers that serve `model`: the first [`WORKERS_OF_MAX`] in storage order, which is
	/// arbitrary and says nothing about their worth.
	pub fn workers_of(model: &ModelId) -> Vec<WorkerView<T::AccountId>> {
		let most = usize::try_from(WORKERS_OF_MAX).unwrap_or(usize::MAX);
		ModelWorkers::<T>::iter_key_prefix(model).take(most).filter_map(Self::worker_of).collect()
	}

	/// The workers that may verify for `model` now, in the order in which they took on the role.
	pub fn verifiers_of(model: &ModelId) -> Vec<WorkerView<T::AccountId>> {
		let seated = Verifiers::<T>::get(model).into_iter();
		let able = seated.filter_map(|owner| {
			let record = Workers::<T>::get(&owner).filter(Self::can_verify)?;
			Some(Self::view(owner, record))
		});
		able.collect()
	}

	fn view(owner: T::AccountId, record: WorkerRecordOf<T>) -> WorkerView<T::AccountId> {
		let unbonding = record.slashable_unbonding(T::Time::now());
		let leaving = record.held_stake().saturating_sub(record.stake);
		WorkerView {
			owner,
			key: record.keys.worker,
			peer: record.keys.peer,
			envelope: record.keys.envelope,
			staked: Self::is_staked(&record),
			stake: record.stake,
			unbonding,
			withdrawable: leaving.saturating_sub(unbonding),
			payout: record.payout,
			models: record.models.into_inner(),
			verifies: record.verifies.into_inner(),
			reputation: record.reputation.points(),
			verifier_reputation: record.verifier_reputation.points(),
			key_changes: record.key_changes,
		}
	}
}
