//! What the calls do. Origins are checked in `lib.rs`.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	ensure,
	pallet_prelude::*,
	traits::{fungible::MutateHold, tokens::Precision::Exact, Time},
};
use frame_system::pallet_prelude::BlockNumberFor;
use millrace_primitives::{
	identity::{self, Possession},
	Balance, ModelId, Price, Reputation, TierId,
};
use sp_runtime::{
	traits::{Verify, Zero},
	ArithmeticError, SaturatedConversion,
};

use crate::{
	pallet::{count, WorkerRecordOf},
	types::{
		is_name, GenesisModel, GenesisTier, ModelIds, ModelRecord, Name, TierRecord,
		UnbondingChunk, WorkerRecord, MODELS_MAX, TIERS_MAX,
	},
	Config, Error, Event, HoldReason, ModelNames, ModelWorkers, Models, Pallet, PeerKeys, Tiers,
	WorkerKeys, Workers,
};

/// The nonce of the first keys of a worker. They count as a key change, so that the agreement which
/// registered them cannot be used a second time.
const FIRST_KEYS: u32 = 0;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		owner: T::AccountId,
		keys: identity::WorkerKeys,
		possession: &Possession,
		payout: T::AccountId,
		models: ModelIds,
	) -> DispatchResult {
		ensure!(!Workers::<T>::contains_key(&owner), Error::<T>::AlreadyRegistered);
		Self::ensure_on_offer(&models)?;
		Self::ensure_keys_free(&owner, &keys)?;
		Self::ensure_possession(&owner, FIRST_KEYS, &keys, possession)?;

		let deposit = T::RegistrationDeposit::get();
		T::Currency::hold(&HoldReason::Registration.into(), &owner, deposit)?;
		let record = WorkerRecord {
			keys,
			key_changes: FIRST_KEYS.saturating_add(1),
			payout,
			models,
			deposit,
			stake: 0,
			unbonding: BoundedVec::new(),
			reputation: Reputation::START,
			verifies: ModelIds::new(),
			verifier_reputation: Reputation::START,
			former_keys: BoundedVec::new(),
			judges_since: Self::present_block(),
		};
		Self::enter(&owner, record);
		Self::deposit_event(Event::Registered {
			owner,
			worker_key: keys.worker,
			peer_key: keys.peer,
			deposit,
		});
		Ok(())
	}

	pub(crate) fn do_rotate_keys(
		owner: T::AccountId,
		keys: identity::WorkerKeys,
		possession: &Possession,
	) -> DispatchResult {
		let now = T::Time::now();
		// As in `do_unbond`, saturation does no harm.
		let until = now.saturating_add(T::UnbondingPeriod::get());
		Self::try_mutate_worker(&owner, |record| {
			Self::ensure_keys_free(&owner, &keys)?;
			Self::ensure_possession(&owner, record.key_changes, &keys, possession)?;

			record.key_changes =
				record.key_changes.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			let old = record.keys;
			record.rotate_keys(keys, now, until).map_err(|_| Error::<T>::TooManyFormerKeys)?;
			WorkerKeys::<T>::remove(old.worker);
			PeerKeys::<T>::remove(old.peer);
			WorkerKeys::<T>::insert(keys.worker, &owner);
			PeerKeys::<T>::insert(keys.peer, &owner);
			Ok(())
		})?;
		Self::deposit_event(Event::KeysRotated {
			owner,
			worker_key: keys.worker,
			peer_key: keys.peer,
		});
		Ok(())
	}

	pub(crate) fn do_set_models(owner: T::AccountId, models: ModelIds) -> DispatchResult {
		let models_count = count(&models);
		Self::try_mutate_worker(&owner, |record| {
			Self::ensure_on_offer(&models)?;
			Self::reindex(&owner, &record.models, &models);
			record.models = models;
			Ok(())
		})?;
		Self::deposit_event(Event::ModelsChanged { owner, models: models_count });
		Ok(())
	}

	pub(crate) fn do_set_payout(owner: T::AccountId, payout: T::AccountId) -> DispatchResult {
		Self::try_mutate_worker(&owner, |record| {
			record.payout = payout.clone();
			Ok(())
		})?;
		Self::deposit_event(Event::PayoutChanged { owner, payout });
		Ok(())
	}

	pub(crate) fn do_stake(owner: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		Self::try_mutate_worker(&owner, |record| {
			record.stake = record.stake.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
			T::Currency::hold(&HoldReason::Stake.into(), &owner, amount)
		})?;
		Self::deposit_event(Event::Staked { owner, amount });
		Ok(())
	}

	pub(crate) fn do_unbond(owner: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		// Saturation means that the stake never unlocks, which no sane period comes near.
		let unlock_at = T::Time::now().saturating_add(T::UnbondingPeriod::get());
		Self::try_mutate_worker(&owner, |record| {
			record.stake = record.stake.checked_sub(amount).ok_or(Error::<T>::StakeTooLow)?;
			record
				.unbonding
				.try_push(UnbondingChunk { amount, unlock_at })
				.map_err(|_| Error::<T>::TooManyUnbonding)?;
			// Where the period became shorter, what comes later can be free sooner.
			record.unbonding.sort_by_key(|chunk| chunk.unlock_at);
			Ok(())
		})?;
		Self::deposit_event(Event::Unbonded { owner, amount, unlock_at });
		Ok(())
	}

	pub(crate) fn do_withdraw_unbonded(owner: T::AccountId) -> DispatchResult {
		let amount = Self::try_mutate_worker(&owner, |record| {
			let amount = record.take_unlocked(T::Time::now());
			ensure!(amount > 0, Error::<T>::NothingUnlocked);
			T::Currency::release(&HoldReason::Stake.into(), &owner, amount, Exact)
		})?;
		Self::deposit_event(Event::Withdrawn { owner, amount });
		Ok(())
	}

	pub(crate) fn do_deregister(owner: T::AccountId) -> DispatchResult {
		let record = Workers::<T>::get(&owner).ok_or(Error::<T>::NotRegistered)?;
		ensure!(record.stake.is_zero() && record.unbonding.is_empty(), Error::<T>::StillStaked);
		let reputations = [record.reputation, record.verifier_reputation];
		let is_low = reputations.into_iter().any(Reputation::is_below_start);
		ensure!(!is_low, Error::<T>::ReputationTooLow);

		let reason = HoldReason::Registration.into();
		let deposit = T::Currency::release(&reason, &owner, record.deposit, Exact)?;
		WorkerKeys::<T>::remove(record.keys.worker);
		PeerKeys::<T>::remove(record.keys.peer);
		Self::reindex(&owner, &record.models, &[]);
		Self::reseat(&owner, &record.verifies, &[])?;
		Workers::<T>::remove(&owner);
		Self::deposit_event(Event::Deregistered { owner, deposit });
		Ok(())
	}

	pub(crate) fn do_set_tier(id: TierId, name: Name, price: Price) -> DispatchResult {
		ensure!(is_name(&name), Error::<T>::InvalidName);
		let models = match Tiers::<T>::get(id) {
			Some(tier) => tier.models,
			None => {
				ensure!(Tiers::<T>::count() < TIERS_MAX, Error::<T>::TooManyTiers);
				0
			},
		};
		Tiers::<T>::insert(id, TierRecord { name, price, models });
		Self::deposit_event(Event::TierSet { tier_id: id, price });
		Ok(())
	}

	pub(crate) fn do_remove_tier(id: TierId) -> DispatchResult {
		let tier = Tiers::<T>::get(id).ok_or(Error::<T>::UnknownTier)?;
		ensure!(tier.models.is_zero(), Error::<T>::TierInUse);
		Tiers::<T>::remove(id);
		Self::deposit_event(Event::TierRemoved { tier_id: id });
		Ok(())
	}

	pub(crate) fn do_set_model(id: ModelId, model: ModelRecord) -> DispatchResult {
		ensure!(is_name(&model.name), Error::<T>::InvalidName);
		ensure!(model.context > 0 && model.bytes > 0, Error::<T>::EmptyModel);
		let namesake = ModelNames::<T>::get(&model.name);
		ensure!(namesake.is_none_or(|holder| holder == id), Error::<T>::NameTaken);
		ensure!(Tiers::<T>::contains_key(model.tier), Error::<T>::UnknownTier);

		match Models::<T>::get(id) {
			Some(old) => Self::unlist(&old)?,
			None => ensure!(Models::<T>::count() < MODELS_MAX, Error::<T>::TooManyModels),
		}
		let tier_id = model.tier;
		Self::try_mutate_tier(tier_id, |tier| {
			tier.models = tier.models.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			Ok(())
		})?;
		ModelNames::<T>::insert(&model.name, id);
		Models::<T>::insert(id, model);
		Self::deposit_event(Event::ModelSet { model_id: id, tier_id });
		Ok(())
	}

	pub(crate) fn do_remove_model(id: ModelId) -> DispatchResult {
		let model = Models::<T>::take(id).ok_or(Error::<T>::UnknownModel)?;
		Self::unlist(&model)?;
		Self::deposit_event(Event::ModelRemoved { model_id: id });
		Ok(())
	}

	pub(crate) fn set_genesis_tier(tier: &GenesisTier) -> DispatchResult {
		Self::do_set_tier(tier.id, Self::name(&tier.name)?, tier.price)
	}

	pub(crate) fn set_genesis_model(model: &GenesisModel) -> DispatchResult {
		let record = ModelRecord {
			name: Self::name(&model.name)?,
			tier: model.tier,
			context: model.context,
			bytes: model.bytes,
		};
		Self::do_set_model(ModelId(model.id.0), record)
	}

	/// Store a new worker, which verifies for nothing yet, and its indices.
	pub(crate) fn enter(owner: &T::AccountId, record: WorkerRecordOf<T>) {
		WorkerKeys::<T>::insert(record.keys.worker, owner);
		PeerKeys::<T>::insert(record.keys.peer, owner);
		Self::reindex(owner, &[], &record.models);
		Workers::<T>::insert(owner, record);
	}

	/// Change a worker. All that may let one judge must go through here: it keeps `judges_since`.
	pub(crate) fn try_mutate_worker<R>(
		owner: &T::AccountId,
		change: impl FnOnce(&mut WorkerRecordOf<T>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		Workers::<T>::try_mutate(owner, |record| {
			let record = record.as_mut().ok_or(Error::<T>::NotRegistered)?;
			let before = record.clone();
			let done = change(record)?;
			if Self::comes_to_judge(&before, record) {
				record.judges_since = Self::present_block();
			}
			Ok(done)
		})
	}

	/// The number of the block that is being made.
	pub(crate) fn present_block() -> u32 {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	pub(crate) fn ensure_on_offer(models: &ModelIds) -> DispatchResult {
		for (position, model) in models.iter().enumerate() {
			let repeated = models.iter().take(position).any(|earlier| earlier == model);
			ensure!(!repeated, Error::<T>::DuplicateModel);
			ensure!(Models::<T>::contains_key(model), Error::<T>::UnknownModel);
		}
		Ok(())
	}

	fn ensure_keys_free(owner: &T::AccountId, keys: &identity::WorkerKeys) -> DispatchResult {
		let is_free = |holder: Option<T::AccountId>| holder.is_none_or(|holder| holder == *owner);
		ensure!(is_free(WorkerKeys::<T>::get(keys.worker)), Error::<T>::WorkerKeyTaken);
		ensure!(is_free(PeerKeys::<T>::get(keys.peer)), Error::<T>::PeerKeyTaken);
		Ok(())
	}

	fn ensure_possession(
		owner: &T::AccountId,
		nonce: u32,
		keys: &identity::WorkerKeys,
		possession: &Possession,
	) -> DispatchResult {
		// The hash of the genesis block is the one that frame-system never forgets.
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		let message = identity::message(genesis, owner, nonce, keys);
		let by_worker = possession.worker.verify(message.as_slice(), &keys.worker);
		ensure!(by_worker, Error::<T>::BadWorkerSignature);
		let by_peer = possession.peer.verify(message.as_slice(), &keys.peer);
		ensure!(by_peer, Error::<T>::BadPeerSignature);
		Ok(())
	}

	/// Bring the index of models from the list `from` to the list `to`.
	fn reindex(owner: &T::AccountId, from: &[ModelId], to: &[ModelId]) {
		for model in from.iter().filter(|model| !to.contains(model)) {
			ModelWorkers::<T>::remove(model, owner);
		}
		for model in to.iter().filter(|model| !from.contains(model)) {
			ModelWorkers::<T>::insert(model, owner, ());
		}
	}

	/// Take a model out of its tier's count and out of the index of names.
	fn unlist(model: &ModelRecord) -> DispatchResult {
		ModelNames::<T>::remove(&model.name);
		Self::try_mutate_tier(model.tier, |tier| {
			tier.models = tier.models.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
			Ok(())
		})
	}

	fn try_mutate_tier(
		id: TierId,
		change: impl FnOnce(&mut TierRecord) -> DispatchResult,
	) -> DispatchResult {
		Tiers::<T>::try_mutate(id, |tier| change(tier.as_mut().ok_or(Error::<T>::UnknownTier)?))
	}

	fn name(text: &str) -> Result<Name, DispatchError> {
		Name::try_from(text.as_bytes().to_vec()).map_err(|_| Error::<T>::InvalidName.into())
	}
}
