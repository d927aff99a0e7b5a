#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod dispatchable_impls;
#[cfg(test)]
mod mock;
mod standing;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
pub mod types;
mod verifiers;
mod views;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use alloc::vec::Vec;

	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, Time},
	};
	use frame_system::pallet_prelude::*;
	use millrace_primitives::{
		identity::{self, Possession},
		Balance, ModelId, Moment, PeerKey, Price, TierId, WorkerKey,
	};
	use sp_core::H256;

	use crate::{
		types::{
			GenesisModel, GenesisTier, ModelIds, ModelRecord, Name, Seats, TierRecord,
			WorkerRecord, MODELS_PER_WORKER_MAX,
		},
		WeightInfo,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

	/// A worker record with the account type of the runtime.
	pub type WorkerRecordOf<T> = WorkerRecord<<T as frame_system::Config>::AccountId>;

	/// The models, tiers, workers and verifiers of the network.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the registry needs from the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The hold reasons of the whole runtime.
		type RuntimeHoldReason: From<HoldReason>;

		/// MILL, in which deposits and stake are held.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::BalancedHold<Self::AccountId>;

		/// Who decides on tiers and models.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Chain time, in milliseconds.
		type Time: Time<Moment = Moment>;

		/// What a registration holds until it ends, in MILL base units.
		#[pallet::constant]
		type RegistrationDeposit: Get<Balance>;

		/// The least active stake that counts, in MILL base units. More than zero.
		#[pallet::constant]
		type StakeMin: Get<Balance>;

		/// The least active stake of a verifier, in MILL base units. At least `StakeMin`.
		#[pallet::constant]
		type VerifierStakeMin: Get<Balance>;

		/// How long stake stays on hold, and slashable, after it is unbonded, in milliseconds. It
		/// should be longer than a job and its dispute can last.
		#[pallet::constant]
		type UnbondingPeriod: Get<Moment>;

		/// What a job must be worth to move a reputation as far as a job can, in base units of the
		/// payment asset. More than zero.
		#[pallet::constant]
		type ReputationCap: Get<Balance>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why the registry holds MILL.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposit of a registered worker.
		#[codec(index = 0)]
		Registration,
		/// The stake of a worker, active or on its way out.
		#[codec(index = 1)]
		Stake,
	}

	/// The price classes of models.
	// Twox64Concat: keys are chosen by `AdminOrigin` only.
	#[pallet::storage]
	pub type Tiers<T: Config> = CountedStorageMap<_, Twox64Concat, TierId, TierRecord>;

	/// The models on offer.
	// Twox64Concat: keys are chosen by `AdminOrigin` only.
	#[pallet::storage]
	pub type Models<T: Config> = CountedStorageMap<_, Twox64Concat, ModelId, ModelRecord>;

	/// The models on offer by name, so that a name means one model.
	// Twox64Concat: keys are chosen by `AdminOrigin` only.
	#[pallet::storage]
	pub type ModelNames<T: Config> = StorageMap<_, Twox64Concat, Name, ModelId>;

	/// The workers by owner.
	// Blake2_128Concat: anyone can make accounts by the million and pick among them.
	#[pallet::storage]
	pub type Workers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, WorkerRecordOf<T>>;

	/// The owners of worker keys.
	// Blake2_128Concat: keys are chosen by strangers.
	#[pallet::storage]
	pub type WorkerKeys<T: Config> = StorageMap<_, Blake2_128Concat, WorkerKey, T::AccountId>;

	/// The owners of peer keys.
	// Blake2_128Concat: keys are chosen by strangers.
	#[pallet::storage]
	pub type PeerKeys<T: Config> = StorageMap<_, Blake2_128Concat, PeerKey, T::AccountId>;

	/// The owners of the workers that serve a model. A model that is taken off the offer keeps its
	/// entries until its workers drop it.
	// Twox64Concat: a model was on offer when a worker named it, and `AdminOrigin` decides on that.
	// Blake2_128Concat: as for `Workers`.
	#[pallet::storage]
	pub type ModelWorkers<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ModelId, Blake2_128Concat, T::AccountId, (), OptionQuery>;

	/// The owners of those who took on the role of a verifier for a model, in the order in which they
	/// did, with or without the stake that it asks for. A model that is taken off the offer keeps its
	/// entry until its verifiers drop it.
	// Twox64Concat: as for `ModelWorkers`.
	#[pallet::storage]
	pub type Verifiers<T: Config> =
		StorageMap<_, Twox64Concat, ModelId, Seats<T::AccountId>, ValueQuery>;

	/// The tiers and models that a chain starts with.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The price classes.
		pub tiers: Vec<GenesisTier>,
		/// The models on offer.
		pub models: Vec<GenesisModel>,
		#[doc(hidden)]
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for tier in &self.tiers {
				let set = Pallet::<T>::set_genesis_tier(tier);
				assert!(set.is_ok(), "tier {} of the genesis preset: {set:?}", tier.name);
			}
			for model in &self.models {
				let set = Pallet::<T>::set_genesis_model(model);
				assert!(set.is_ok(), "model {} of the genesis preset: {set:?}", model.name);
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A worker was registered.
		#[codec(index = 0)]
		Registered {
			/// Who registered it.
			owner: T::AccountId,
			/// Its worker key.
			worker_key: WorkerKey,
			/// Its peer key.
			peer_key: PeerKey,
			/// What was put on hold for the registration.
			deposit: Balance,
		},
		/// A worker changed its keys.
		#[codec(index = 1)]
		KeysRotated {
			/// Who registered the worker.
			owner: T::AccountId,
			/// Its worker key from now on.
			worker_key: WorkerKey,
			/// Its peer key from now on.
			peer_key: PeerKey,
		},
		/// A worker changed the models that it serves.
		#[codec(index = 2)]
		ModelsChanged {
			/// Who registered the worker.
			owner: T::AccountId,
			/// How many models it serves now.
			models: u32,
		},
		/// A worker is paid elsewhere from now on.
		#[codec(index = 3)]
		PayoutChanged {
			/// Who registered the worker.
			owner: T::AccountId,
			/// The account that is paid.
			payout: T::AccountId,
		},
		/// MILL was put on hold as stake.
		#[codec(index = 4)]
		Staked {
			/// Who registered the worker.
			owner: T::AccountId,
			/// How much was added.
			amount: Balance,
		},
		/// Stake became inactive; it stays on hold until it unlocks.
		#[codec(index = 5)]
		Unbonded {
			/// Who registered the worker.
			owner: T::AccountId,
			/// How much.
			amount: Balance,
			/// When it can be withdrawn.
			unlock_at: Moment,
		},
		/// Unlocked stake was given back.
		#[codec(index = 6)]
		Withdrawn {
			/// Who registered the worker.
			owner: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// A worker left, and its deposit was given back.
		#[codec(index = 7)]
		Deregistered {
			/// Who had registered it.
			owner: T::AccountId,
			/// The deposit.
			deposit: Balance,
		},
		/// Stake was taken from a worker.
		#[codec(index = 8)]
		Slashed {
			/// Who registered the worker.
			owner: T::AccountId,
			/// How much was taken.
			amount: Balance,
		},
		/// The reputation of a worker, as a worker, changed.
		#[codec(index = 9)]
		ReputationChanged {
			/// Who registered the worker.
			owner: T::AccountId,
			/// Its reputation from now on, 0 – 1000.
			reputation: u16,
		},
		/// A tier was made or changed.
		#[codec(index = 10)]
		TierSet {
			/// The tier.
			tier_id: TierId,
			/// Its price for jobs from now on.
			price: Price,
		},
		/// A tier was removed.
		#[codec(index = 11)]
		TierRemoved {
			/// The tier.
			tier_id: TierId,
		},
		/// A model was put on offer or changed.
		#[codec(index = 12)]
		ModelSet {
			/// The model.
			model_id: ModelId,
			/// Its tier.
			tier_id: TierId,
		},
		/// A model was taken off the offer.
		#[codec(index = 13)]
		ModelRemoved {
			/// The model.
			model_id: ModelId,
		},
		/// A worker changed the models that it verifies for.
		#[codec(index = 14)]
		VerifiedModelsChanged {
			/// Who registered the worker.
			owner: T::AccountId,
			/// For how many models it verifies now; none if it laid the role down.
			models: u32,
		},
		/// A verifier that lacked the stake lost its seat for a model to another one.
		#[codec(index = 15)]
		VerifierDisplaced {
			/// Who registered the verifier that lost its seat.
			owner: T::AccountId,
			/// The model.
			model_id: ModelId,
			/// Who registered the verifier that took it.
			by: T::AccountId,
		},
		/// The reputation of a worker, as a verifier and juror, changed.
		#[codec(index = 16)]
		VerifierReputationChanged {
			/// Who registered the worker.
			owner: T::AccountId,
			/// Its reputation as a verifier from now on, 0 – 1000.
			reputation: u16,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account has no worker.
		#[codec(index = 0)]
		NotRegistered,
		/// The account has a worker already; an account registers one.
		#[codec(index = 1)]
		AlreadyRegistered,
		/// The worker key belongs to another owner.
		#[codec(index = 2)]
		WorkerKeyTaken,
		/// The peer key belongs to another owner.
		#[codec(index = 3)]
		PeerKeyTaken,
		/// The worker key did not sign these keys for this owner, nonce and chain.
		#[codec(index = 4)]
		BadWorkerSignature,
		/// The peer key did not sign these keys for this owner, nonce and chain.
		#[codec(index = 5)]
		BadPeerSignature,
		/// The model is not on offer.
		#[codec(index = 6)]
		UnknownModel,
		/// A model is named twice.
		#[codec(index = 7)]
		DuplicateModel,
		/// The amount is zero.
		#[codec(index = 8)]
		ZeroAmount,
		/// The active stake is less than the amount.
		#[codec(index = 9)]
		StakeTooLow,
		/// Too many withdrawals are under way; withdraw what has unlocked, or wait.
		#[codec(index = 10)]
		TooManyUnbonding,
		/// No unbonded stake has unlocked yet.
		#[codec(index = 11)]
		NothingUnlocked,
		/// The worker has stake on hold; unbond and withdraw all of it first.
		#[codec(index = 12)]
		StillStaked,
		/// The tier does not exist.
		#[codec(index = 13)]
		UnknownTier,
		/// The tier has models.
		#[codec(index = 14)]
		TierInUse,
		/// There are as many tiers as can be.
		#[codec(index = 15)]
		TooManyTiers,
		/// There are as many models on offer as can be.
		#[codec(index = 16)]
		TooManyModels,
		/// A name is 1 – 64 printable ASCII characters without spaces.
		#[codec(index = 17)]
		InvalidName,
		/// Another model on offer has this name.
		#[codec(index = 18)]
		NameTaken,
		/// A model has a context of at least one token and a file of at least one byte.
		#[codec(index = 19)]
		EmptyModel,
		/// The active stake is less than a verifier needs.
		#[codec(index = 20)]
		VerifierStakeTooLow,
		/// The model has as many verifiers as can be; displace one that lacks the stake.
		#[codec(index = 21)]
		TooManyVerifiers,
		/// The worker verifies for as many models as can be.
		#[codec(index = 22)]
		TooManyVerified,
		/// The worker verifies for the model already.
		#[codec(index = 23)]
		AlreadyVerifies,
		/// The account to be displaced does not verify for the model.
		#[codec(index = 24)]
		NotAVerifier,
		/// The account to be displaced has the stake that its role asks for.
		#[codec(index = 25)]
		StillEligible,
		/// The model has room for another verifier; nobody need be displaced.
		#[codec(index = 26)]
		SeatFree,
		/// A worker whose reputation, in either role, is below where it started stays registered. It
		/// can withdraw its stake and drop its models, but not start again as if nothing had been.
		#[codec(index = 27)]
		ReputationTooLow,
		/// The worker answers for as many former worker keys as can be; wait until it no longer does
		/// for the oldest one.
		#[codec(index = 28)]
		TooManyFormerKeys,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::StakeMin::get() > 0, "a minimum of zero makes every worker a staked one");
			assert!(
				T::VerifierStakeMin::get() >= T::StakeMin::get(),
				"a verifier needs at least the stake of a worker"
			);
			assert!(T::ReputationCap::get() > 0, "a job worth nothing must not count in full");
			assert!(T::UnbondingPeriod::get() > 0, "stake that leaves at once cannot be slashed");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Register a worker and put its deposit on hold.
		///
		/// - `origin`: Must be Signed by the owner, who has no worker yet.
		/// - `keys`: The keys of the worker; none belongs to another owner.
		/// - `possession`: Signatures of the worker key and the peer key over
		///   `identity::message` with nonce 0.
		/// - `payout`: The account that the worker's jobs are paid to.
		/// - `models`: The models it serves; all on offer, none twice.
		///
		/// Emits `Registered`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register(count(models)))]
		pub fn register(
			origin: OriginFor<T>,
			keys: identity::WorkerKeys,
			possession: Possession,
			payout: T::AccountId,
			models: ModelIds,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_register(owner, keys, &possession, payout, models)
		}

		/// Replace the keys of a worker. It goes on answering for what the former worker key signed,
		/// for `T::UnbondingPeriod`.
		///
		/// - `origin`: Must be Signed by the owner, whose worker answers for fewer former keys than can
		///   be, or goes back to one of them, or keeps its worker key.
		/// - `keys`: The keys from now on; some may stay as they are.
		/// - `possession`: Signatures of the worker key and the peer key over
		///   `identity::message` with the number of key changes so far as nonce.
		///
		/// Emits `KeysRotated`.
		#[pallet::call_index(1)]
		pub fn rotate_keys(
			origin: OriginFor<T>,
			keys: identity::WorkerKeys,
			possession: Possession,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_rotate_keys(owner, keys, &possession)
		}

		/// Change the models that a worker serves.
		///
		/// - `origin`: Must be Signed by the owner.
		/// - `models`: All models it serves from now on; all on offer, none twice.
		///
		/// Emits `ModelsChanged`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_models(count(models)))]
		pub fn set_models(origin: OriginFor<T>, models: ModelIds) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_set_models(owner, models)
		}

		/// Change where a worker is paid. Jobs whose proof is on chain already keep their payee.
		///
		/// - `origin`: Must be Signed by the owner.
		/// - `payout`: The account that is paid from now on.
		///
		/// Emits `PayoutChanged`.
		#[pallet::call_index(3)]
		pub fn set_payout(origin: OriginFor<T>, payout: T::AccountId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_set_payout(owner, payout)
		}

		/// Put MILL on hold as stake.
		///
		/// - `origin`: Must be Signed by the owner, who must own `amount` of free balance.
		/// - `amount`: How much to add; more than zero.
		///
		/// Emits `Staked`.
		#[pallet::call_index(4)]
		pub fn stake(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_stake(owner, amount)
		}

		/// Make stake inactive. It stays on hold, and slashable, for `T::UnbondingPeriod`.
		///
		/// - `origin`: Must be Signed by the owner.
		/// - `amount`: How much of the active stake; more than zero.
		///
		/// Emits `Unbonded`.
		#[pallet::call_index(5)]
		pub fn unbond(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_unbond(owner, amount)
		}

		/// Take back all unbonded stake that has unlocked.
		///
		/// - `origin`: Must be Signed by the owner.
		///
		/// Emits `Withdrawn`.
		#[pallet::call_index(6)]
		pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_withdraw_unbonded(owner)
		}

		/// Remove a worker, with its role as a verifier, and give its deposit back.
		///
		/// - `origin`: Must be Signed by the owner, whose worker has no stake left, active or
		///   unbonding, and a reputation in neither role below where it started.
		///
		/// Emits `Deregistered`.
		#[pallet::call_index(7)]
		pub fn deregister(origin: OriginFor<T>) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_deregister(owner)
		}

		/// Change the models that a worker verifies for: take on the role, or lay it down.
		///
		/// - `origin`: Must be Signed by the owner, whose active stake must be at least
		///   `T::VerifierStakeMin` if a model is added.
		/// - `models`: All models it verifies for from now on; all on offer, none twice, and each
		///   that is added with a free seat.
		///
		/// Emits `VerifiedModelsChanged`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::set_verified_models(count(models)))]
		pub fn set_verified_models(origin: OriginFor<T>, models: ModelIds) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_set_verified_models(owner, models)
		}

		/// Take the seat of a verifier that lacks the stake, of a model that has no seat free.
		///
		/// - `origin`: Must be Signed by the owner of a worker that does not verify for the model yet
		///   and whose active stake is at least `T::VerifierStakeMin`.
		/// - `model`: The model; on offer.
		/// - `displaced`: The owner of the verifier that loses its seat; its active stake is less
		///   than `T::VerifierStakeMin`.
		///
		/// Emits `VerifierDisplaced`.
		#[pallet::call_index(9)]
		pub fn displace_verifier(
			origin: OriginFor<T>,
			model: ModelId,
			displaced: T::AccountId,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_displace_verifier(owner, model, displaced)
		}

		/// Make a tier, or change it for the jobs that are created from now on.
		///
		/// - `origin`: Must be `T::AdminOrigin`.
		/// - `id`: The tier.
		/// - `name`: Its name; 1 – 64 printable ASCII characters without spaces.
		/// - `price`: What its models cost, in base units of the payment asset for 1,000 tokens.
		///
		/// Emits `TierSet`.
		#[pallet::call_index(10)]
		pub fn set_tier(
			origin: OriginFor<T>,
			id: TierId,
			name: Name,
			price: Price,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_tier(id, name, price)
		}

		/// Remove a tier.
		///
		/// - `origin`: Must be `T::AdminOrigin`.
		/// - `id`: The tier; it must have no models.
		///
		/// Emits `TierRemoved`.
		#[pallet::call_index(11)]
		pub fn remove_tier(origin: OriginFor<T>, id: TierId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_remove_tier(id)
		}

		/// Put a model on offer, or change it for the jobs that are created from now on.
		///
		/// - `origin`: Must be `T::AdminOrigin`.
		/// - `id`: The model: the SHA-256 of its GGUF file.
		/// - `name`: The name that clients call it by; 1 – 64 printable ASCII characters without
		///   spaces, and no other model's.
		/// - `tier`: Its tier, which must exist.
		/// - `context`: The most tokens, prompt and answer together, that it can hold; at least 1.
		/// - `bytes`: The length of its GGUF file; at least 1.
		///
		/// Emits `ModelSet`.
		#[pallet::call_index(12)]
		pub fn set_model(
			origin: OriginFor<T>,
			id: ModelId,
			name: Name,
			tier: TierId,
			context: u32,
			bytes: u64,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_model(id, ModelRecord { name, tier, context, bytes })
		}

		/// Take a model off the offer. Its running jobs go on; its workers drop it when they like.
		///
		/// - `origin`: Must be `T::AdminOrigin`.
		/// - `id`: The model.
		///
		/// Emits `ModelRemoved`.
		#[pallet::call_index(13)]
		pub fn remove_model(origin: OriginFor<T>, id: ModelId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_remove_model(id)
		}
	}

	/// How many models a list has; it is bounded, so the fallback is never used.
	pub(crate) fn count(models: &ModelIds) -> u32 {
		models.len().try_into().unwrap_or(MODELS_PER_WORKER_MAX)
	}
}
