//! The worst case of each call.

use alloc::vec::Vec;

use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungible::{Inspect, Mutate},
	EnsureOrigin, Get,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use millrace_primitives::{
	identity::{self, Possession},
	traits::VERIFIERS_MAX,
	Balance, EnvelopeKey, ModelId, Moment, PeerKey, Price, Reputation, TierId, WorkerKey,
	WORKER_KEY_TYPE,
};
use sp_core::crypto::KeyTypeId;
use sp_runtime::{traits::Zero, BoundedVec};

use crate::{
	pallet::WorkerRecordOf,
	types::{
		FormerKey, FormerKeys, ModelIds, ModelRecord, Name, Seats, WorkerRecord, FORMER_KEYS_MAX,
		MODELS_PER_WORKER_MAX, NAME_BYTES_MAX, UNBONDING_MAX,
	},
	Call, Config, Event, Models, Pallet, PeerKeys, Tiers, Verifiers, WorkerKeys, Workers,
};

/// Tiers that no genesis preset uses.
const TIER: TierId = TierId(u16::MAX);
const OTHER_TIER: TierId = TierId(u16::MAX - 1);
const PRICE: Price = Price { input: 1_000, output: 2_000 };
const PEER_KEY_TYPE: KeyTypeId = KeyTypeId(*b"peer");

/// The longest name, different for each `seed`.
fn name(seed: u32) -> Name {
	let length = usize::try_from(NAME_BYTES_MAX).expect("no wider than usize");
	let mut bytes = alloc::format!("{seed}").into_bytes();
	bytes.resize(length, b'-');
	bytes.try_into().expect("cut to the bound")
}

fn model_id(seed: u32) -> ModelId {
	ModelId(sp_io::hashing::sha2_256(&seed.encode()))
}

fn offer_tier<T: Config>() {
	Pallet::<T>::do_set_tier(TIER, name(0), PRICE).expect("a valid tier");
}

fn offer<T: Config>(seed: u32) -> ModelId {
	offer_tier::<T>();
	let id = model_id(seed);
	let model = ModelRecord { name: name(seed), tier: TIER, context: 8_192, bytes: 1 };
	Pallet::<T>::do_set_model(id, model).expect("a valid model");
	id
}

fn offer_many<T: Config>(seeds: core::ops::Range<u32>) -> ModelIds {
	let models: Vec<_> = seeds.map(offer::<T>).collect();
	models.try_into().expect("within the bound")
}

fn funded<T: Config>() -> T::AccountId {
	let owner: T::AccountId = whitelisted_caller();
	endow::<T>(&owner);
	owner
}

/// Give `owner` plenty for a deposit and the stake of both roles.
fn endow<T: Config>(owner: &T::AccountId) {
	let unit = T::VerifierStakeMin::get().max(T::Currency::minimum_balance());
	let amount = unit.saturating_mul(1_000).saturating_add(T::RegistrationDeposit::get());
	T::Currency::mint_into(owner, amount).expect("the issuance is far from the largest number");
}

fn signed_keys<T: Config>(owner: &T::AccountId, nonce: u32) -> (identity::WorkerKeys, Possession) {
	let worker = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
	let peer = sp_io::crypto::ed25519_generate(PEER_KEY_TYPE, None);
	let keys = identity::WorkerKeys { worker, peer, envelope: EnvelopeKey([7; 32]) };
	let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
	let message = identity::message(genesis, owner, nonce, &keys);
	let by_worker = sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, &worker, &message);
	let by_peer = sp_io::crypto::ed25519_sign(PEER_KEY_TYPE, &peer, &message);
	let possession = Possession {
		worker: by_worker.expect("the key was just made"),
		peer: by_peer.expect("the key was just made"),
	};
	(keys, possession)
}

fn registered<T: Config>(models: ModelIds) -> T::AccountId {
	let owner = funded::<T>();
	let (keys, possession) = signed_keys::<T>(&owner, 0);
	Pallet::<T>::do_register(owner.clone(), keys, &possession, owner.clone(), models)
		.expect("a valid registration");
	owner
}

/// Let others take all seats of `models` but the last.
fn crowd<T: Config>(models: &ModelIds) {
	let seats: Vec<_> =
		(1..VERIFIERS_MAX).map(|seed| account::<T::AccountId>("verifier", seed, 0)).collect();
	let seats: Seats<T::AccountId> = seats.try_into().expect("within the bound");
	for model in models {
		Verifiers::<T>::insert(model, &seats);
	}
}

/// As many former keys as can be, all of them still answered for.
fn former_keys() -> FormerKeys {
	let former = (0..FORMER_KEYS_MAX).map(|seed| {
		let key = WorkerKey::from_raw(sp_io::hashing::blake2_256(&seed.encode()));
		FormerKey { key, given_up_at: 0, until: Moment::MAX }
	});
	BoundedVec::truncate_from(former.collect())
}

/// A worker with the stake of a verifier, that serves and verifies for as many models as can be, in
/// the last seat of each, and has as many former keys as can be.
fn verifying<T: Config>() -> T::AccountId {
	let models = offer_many::<T>(0..MODELS_PER_WORKER_MAX);
	let owner = registered::<T>(models.clone());
	Pallet::<T>::do_stake(owner.clone(), T::VerifierStakeMin::get()).expect("funded");
	crowd::<T>(&models);
	Pallet::<T>::do_set_verified_models(owner.clone(), models).expect("staked, with a seat free");
	Workers::<T>::mutate_extant(&owner, |record| record.former_keys = former_keys());
	owner
}

/// A worker with as many models, for both roles, and withdrawals as can be.
fn registered_worst<T: Config>(chunks: u32) -> T::AccountId {
	let owner = verifying::<T>();
	Pallet::<T>::do_stake(owner.clone(), Balance::from(UNBONDING_MAX).saturating_mul(2))
		.expect("funded");
	for _ in 0..chunks {
		Pallet::<T>::do_unbond(owner.clone(), 1).expect("staked");
	}
	owner
}

fn assert_last_event<T: Config>(event: Event<T>) {
	let event = <T as frame_system::Config>::RuntimeEvent::from(event);
	frame_system::Pallet::<T>::assert_last_event(event);
}

/// See [`millrace_primitives::traits::Registry::prepare`]. The peer key stands for no sidecar, and
/// there is no deposit: neither matters to who asks about the worker. The stake is a multiple of what
/// the roles ask for, so that what is slashed does not run out. It judges since the first block, so
/// that it can be drawn, and has as many former keys as can be, to be gone through.
pub(crate) fn prepare<T: Config>(owner: &T::AccountId, key: WorkerKey, model: &ModelId) {
	if !Models::<T>::contains_key(model) {
		if !Tiers::<T>::contains_key(TIER) {
			offer_tier::<T>();
		}
		let seed = Models::<T>::count();
		let record = ModelRecord { name: name(seed), tier: TIER, context: 8_192, bytes: 1 };
		Pallet::<T>::do_set_model(*model, record).expect("a valid model");
	}
	if Workers::<T>::contains_key(owner) {
		return;
	}
	let peer = PeerKey::from_raw(sp_io::hashing::blake2_256(&owner.encode()));
	let record: WorkerRecordOf<T> = WorkerRecord {
		keys: identity::WorkerKeys { worker: key, peer, envelope: EnvelopeKey([7; 32]) },
		key_changes: 1,
		payout: owner.clone(),
		models: BoundedVec::truncate_from(alloc::vec![*model]),
		deposit: 0,
		stake: 0,
		unbonding: BoundedVec::new(),
		reputation: Reputation::START,
		verifies: BoundedVec::new(),
		verifier_reputation: Reputation::START,
		former_keys: former_keys(),
		judges_since: 0,
	};
	Pallet::<T>::enter(owner, record);
	endow::<T>(owner);
	let stake = T::VerifierStakeMin::get().saturating_mul(100);
	Pallet::<T>::do_stake(owner.clone(), stake).expect("endowed");
	let models = BoundedVec::truncate_from(alloc::vec![*model]);
	Pallet::<T>::do_set_verified_models(owner.clone(), models).expect("staked, with a seat free");
	Workers::<T>::mutate_extant(owner, |record| record.judges_since = 0);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register(m: Linear<0, MODELS_PER_WORKER_MAX>) {
		let models = offer_many::<T>(0..m);
		let owner = funded::<T>();
		let (keys, possession) = signed_keys::<T>(&owner, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), keys, possession, owner.clone(), models);

		assert_eq!(WorkerKeys::<T>::get(keys.worker), Some(owner));
	}

	/// The time of the oldest of as many former keys as can be is over.
	#[benchmark]
	fn rotate_keys() {
		let owner = registered_worst::<T>(UNBONDING_MAX);
		Workers::<T>::mutate_extant(&owner, |record| {
			record.former_keys.iter_mut().take(1).for_each(|former| former.until = 0);
		});
		let (keys, possession) = signed_keys::<T>(&owner, 1);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), keys, possession);

		assert_eq!(PeerKeys::<T>::get(keys.peer), Some(owner.clone()));
		assert!(Workers::<T>::get(&owner).is_some_and(|record| record.former_keys.is_full()));
	}

	#[benchmark]
	fn set_models(m: Linear<0, MODELS_PER_WORKER_MAX>) {
		let owner = registered_worst::<T>(UNBONDING_MAX);
		let first = MODELS_PER_WORKER_MAX;
		let models = offer_many::<T>(first..first.saturating_add(m));

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), models);

		assert_last_event::<T>(Event::ModelsChanged { owner, models: m });
	}

	#[benchmark]
	fn set_payout() {
		let owner = registered_worst::<T>(UNBONDING_MAX);
		let payout: T::AccountId = account("payout", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), payout.clone());

		assert_last_event::<T>(Event::PayoutChanged { owner, payout });
	}

	#[benchmark]
	fn stake() {
		let owner = registered_worst::<T>(UNBONDING_MAX);
		let amount = T::StakeMin::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), amount);

		assert_last_event::<T>(Event::Staked { owner, amount });
	}

	#[benchmark]
	fn unbond() {
		let owner = registered_worst::<T>(UNBONDING_MAX.saturating_sub(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), 1);

		let record = Workers::<T>::get(&owner).expect("still registered");
		assert!(record.unbonding.is_full());
	}

	#[benchmark]
	fn withdraw_unbonded() {
		let owner = registered_worst::<T>(UNBONDING_MAX);
		Workers::<T>::mutate_extant(&owner, |record| {
			record.unbonding.iter_mut().for_each(|chunk| chunk.unlock_at = 0);
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()));

		assert_last_event::<T>(Event::Withdrawn { owner, amount: UNBONDING_MAX.into() });
	}

	#[benchmark]
	fn deregister() {
		let owner = verifying::<T>();
		Pallet::<T>::do_unbond(owner.clone(), T::VerifierStakeMin::get()).expect("staked");
		Workers::<T>::mutate_extant(&owner, |record| {
			record.unbonding.iter_mut().for_each(|chunk| chunk.unlock_at = 0);
		});
		Pallet::<T>::do_withdraw_unbonded(owner.clone()).expect("unlocked");
		let deposit = T::RegistrationDeposit::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()));

		assert_last_event::<T>(Event::Deregistered { owner, deposit });
	}

	#[benchmark]
	fn set_verified_models(m: Linear<0, MODELS_PER_WORKER_MAX>) {
		let owner = registered_worst::<T>(UNBONDING_MAX);
		let first = MODELS_PER_WORKER_MAX;
		let models = offer_many::<T>(first..first.saturating_add(m));
		crowd::<T>(&models);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), models);

		assert_last_event::<T>(Event::VerifiedModelsChanged { owner, models: m });
	}

	/// The last seat of a model goes over.
	#[benchmark]
	fn displace_verifier() {
		let owner = registered_worst::<T>(UNBONDING_MAX);
		let mut kept = Workers::<T>::get(&owner).expect("registered").verifies;
		let model_id = kept.remove(0);
		Pallet::<T>::do_set_verified_models(owner.clone(), kept).expect("models on offer");
		let displaced: T::AccountId = account("displaced", 0, 0);
		let key = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
		prepare::<T>(&displaced, key, &model_id);
		Workers::<T>::mutate_extant(&displaced, |record| record.stake = 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), model_id, displaced.clone());

		assert_last_event::<T>(Event::VerifierDisplaced { owner: displaced, model_id, by: owner });
	}

	#[benchmark]
	fn set_tier() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, TIER, name(0), PRICE);

		assert_last_event::<T>(Event::TierSet { tier_id: TIER, price: PRICE });
		Ok(())
	}

	#[benchmark]
	fn remove_tier() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		offer_tier::<T>();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, TIER);

		assert_last_event::<T>(Event::TierRemoved { tier_id: TIER });
		Ok(())
	}

	/// A model moves to another tier under another name.
	#[benchmark]
	fn set_model() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		let id = offer::<T>(0);
		let tier_id = OTHER_TIER;
		Pallet::<T>::do_set_tier(tier_id, name(1), PRICE)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, name(1), tier_id, 8_192, 1);

		assert_last_event::<T>(Event::ModelSet { model_id: id, tier_id });
		Ok(())
	}

	#[benchmark]
	fn remove_model() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		let id = offer::<T>(0);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id);

		assert_last_event::<T>(Event::ModelRemoved { model_id: id });
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().empty_offer().build(),
		crate::mock::Test
	);
}
