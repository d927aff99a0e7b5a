//! A runtime with balances and the registry, and a clock that tests set.

use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::Mutate, Time},
};
use frame_system::EnsureRoot;
use millrace_primitives::{
	identity::{self, Possession},
	traits::{Registry as _, VERIFIERS_MAX},
	Balance, EnvelopeKey, ModelId, Moment, Price, Reputation, TierId,
};
use sp_core::{ed25519, sr25519, Pair, H256};
use sp_runtime::{bounded_vec, BuildStorage};

use crate::{
	self as pallet_registry,
	types::{GenesisModel, GenesisTier, ModelIds, Name, WorkerRecord},
};

pub(crate) type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

/// Accounts with [`ENDOWMENT`].
pub(crate) const ALICE: AccountId = 1;
pub(crate) const BOB: AccountId = 2;
pub(crate) const CAROL: AccountId = 3;
/// An account that owns nothing.
pub(crate) const PAUPER: AccountId = 9;
/// Where the tests send slashed stake; owns nothing at first.
pub(crate) const TREASURY: AccountId = 100;

pub(crate) const GENESIS_HASH: H256 = H256([0xab; 32]);
pub(crate) const START: Moment = 1_800_000_000_000;

pub(crate) const ENDOWMENT: Balance = 10_000;
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = 10;
pub(crate) const DEPOSIT: Balance = 100;
pub(crate) const STAKE_MIN: Balance = 1_000;
pub(crate) const VERIFIER_STAKE: Balance = 2_000;
pub(crate) const CAP: Balance = 1_000_000;
pub(crate) const HALF_STAKE: Balance = 500;
pub(crate) const UNBONDING_PERIOD: Moment = 5_000;

pub(crate) const SMALL: TierId = TierId(1);
pub(crate) const LARGE: TierId = TierId(2);
pub(crate) const SMALL_PRICE: Price = Price { input: 1_000, output: 2_000 };
pub(crate) const LARGE_PRICE: Price = Price { input: 5_000, output: 9_000 };
/// On offer, of tier [`SMALL`].
pub(crate) const GEMMA: ModelId = ModelId([1; 32]);
/// On offer, of tier [`LARGE`].
pub(crate) const LLAMA: ModelId = ModelId([2; 32]);
/// On offer, of tier [`LARGE`].
pub(crate) const QWEN: ModelId = ModelId([3; 32]);
/// Not on offer.
pub(crate) const NONESUCH: ModelId = ModelId([9; 32]);

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeTask,
		RuntimeHoldReason,
		RuntimeFreezeReason
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Registry = pallet_registry;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

parameter_types! {
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
}

parameter_types! {
	pub static Now: Moment = START;
	pub static RegistrationDeposit: Balance = DEPOSIT;
	pub const StakeMin: Balance = STAKE_MIN;
	pub static VerifierStakeMin: Balance = VERIFIER_STAKE;
	pub static ReputationCap: Balance = CAP;
	pub const UnbondingPeriod: Moment = UNBONDING_PERIOD;
}

pub struct Clock;

impl Time for Clock {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

impl pallet_registry::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Time = Clock;
	type RegistrationDeposit = RegistrationDeposit;
	type StakeMin = StakeMin;
	type VerifierStakeMin = VerifierStakeMin;
	type UnbondingPeriod = UnbondingPeriod;
	type ReputationCap = ReputationCap;
	type WeightInfo = ();
}

/// Builds the storage that a test starts from.
pub(crate) struct ExtBuilder {
	tiers: Vec<GenesisTier>,
	models: Vec<GenesisModel>,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		let tier = |id, name: &str, price| GenesisTier { id, name: name.into(), price };
		let model = |id: ModelId, name: &str, tier| GenesisModel {
			id: H256(id.0),
			name: name.into(),
			tier,
			context: 8_192,
			bytes: 253_000_000,
		};
		Self {
			tiers: vec![tier(SMALL, "small", SMALL_PRICE), tier(LARGE, "large", LARGE_PRICE)],
			models: vec![
				model(GEMMA, "gemma-3-270m", SMALL),
				model(LLAMA, "llama-3.1-8b", LARGE),
				model(QWEN, "qwen-3-8b", LARGE),
			],
		}
	}
}

impl ExtBuilder {
	/// Start without tiers and models.
	pub(crate) fn empty_offer(mut self) -> Self {
		self.tiers.clear();
		self.models.clear();
		self
	}

	/// Start with these tiers and models.
	pub(crate) fn offer(mut self, tiers: Vec<GenesisTier>, models: Vec<GenesisModel>) -> Self {
		self.tiers = tiers;
		self.models = models;
		self
	}

	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let config = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: [ALICE, BOB, CAROL].map(|who| (who, ENDOWMENT)).into(),
				..Default::default()
			},
			registry: pallet_registry::GenesisConfig {
				tiers: self.tiers,
				models: self.models,
				..Default::default()
			},
			..Default::default()
		};
		let mut ext: sp_io::TestExternalities = config.build_storage().unwrap().into();
		#[cfg(feature = "runtime-benchmarks")]
		ext.register_extension(sp_keystore::KeystoreExt::new(
			sp_keystore::testing::MemoryKeystore::new(),
		));
		ext.execute_with(|| {
			System::set_block_number(1);
			frame_system::BlockHash::<Test>::insert(0, GENESIS_HASH);
			Now::set(START);
			RegistrationDeposit::set(DEPOSIT);
			VerifierStakeMin::set(VERIFIER_STAKE);
			ReputationCap::set(CAP);
		});
		ext
	}

	/// Run `test`, then check every invariant of the registry.
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Registry::do_try_state().unwrap();
		});
	}
}

/// The secrets behind a worker's keys.
pub(crate) struct Identity {
	pub(crate) worker: sr25519::Pair,
	pub(crate) peer: ed25519::Pair,
	pub(crate) envelope: EnvelopeKey,
}

impl Identity {
	pub(crate) fn new(seed: u8) -> Self {
		Self {
			worker: sr25519::Pair::from_seed(&[seed; 32]),
			peer: ed25519::Pair::from_seed(&[seed; 32]),
			envelope: EnvelopeKey([seed; 32]),
		}
	}

	pub(crate) fn keys(&self) -> identity::WorkerKeys {
		identity::WorkerKeys {
			worker: self.worker.public(),
			peer: self.peer.public(),
			envelope: self.envelope,
		}
	}

	/// The agreement of both keys to belong to `owner`.
	pub(crate) fn possession(&self, owner: AccountId, nonce: u32) -> Possession {
		self.possession_on(GENESIS_HASH, owner, nonce)
	}

	pub(crate) fn possession_on(&self, genesis: H256, owner: AccountId, nonce: u32) -> Possession {
		let message = identity::message(genesis, &owner, nonce, &self.keys());
		Possession { worker: self.worker.sign(&message), peer: self.peer.sign(&message) }
	}
}

/// How far a worker has come.
pub(crate) enum Stage {
	/// Registered for [`GEMMA`], without stake.
	Registered,
	/// With exactly the least stake that counts.
	Staked,
	/// With half of the least stake unbonding since [`START`].
	Unbonding,
	/// With exactly the least stake of a verifier, and verifying for [`GEMMA`].
	Verifying,
}

impl Stage {
	/// Bring the worker of `owner`, with the keys of `Identity::new(seed)`, to this stage.
	pub(crate) fn create(self, owner: AccountId, seed: u8) {
		let identity = Identity::new(seed);
		let possession = identity.possession(owner, 0);
		let models = bounded_vec![GEMMA];
		Registry::do_register(owner, identity.keys(), &possession, owner, models).unwrap();
		if matches!(self, Self::Staked | Self::Unbonding) {
			Registry::do_stake(owner, STAKE_MIN).unwrap();
		}
		if matches!(self, Self::Unbonding) {
			Registry::do_unbond(owner, HALF_STAKE).unwrap();
		}
		if matches!(self, Self::Verifying) {
			Registry::do_stake(owner, VERIFIER_STAKE).unwrap();
			Registry::do_set_verified_models(owner, bounded_vec![GEMMA]).unwrap();
		}
		System::reset_events();
	}
}

pub(crate) fn name(text: &str) -> Name {
	text.as_bytes().to_vec().try_into().unwrap()
}

pub(crate) fn models(ids: &[ModelId]) -> ModelIds {
	ids.to_vec().try_into().unwrap()
}

/// Let the worker of `owner` unbond its active stake, wait, and withdraw it.
pub(crate) fn withdraw_all(owner: AccountId) {
	let stake = Registry::worker_of(owner).unwrap().stake;
	Registry::do_unbond(owner, stake).unwrap();
	advance(UNBONDING_PERIOD);
	Registry::do_withdraw_unbonded(owner).unwrap();
	System::reset_events();
}

/// Let workers of the accounts from `first` on, each with the stake of a verifier, take the seats of
/// [`GEMMA`] until `left` are free.
pub(crate) fn seat_crowd(first: AccountId, left: u32) {
	let seated = u32::try_from(Registry::verifiers(&GEMMA).len()).unwrap();
	let new = VERIFIERS_MAX.saturating_sub(seated).saturating_sub(left);
	for owner in first..first.saturating_add(new.into()) {
		let mut seed = [0; 32];
		seed[..8].copy_from_slice(&owner.to_le_bytes());
		Balances::mint_into(&owner, ENDOWMENT).unwrap();
		let record = WorkerRecord {
			keys: identity::WorkerKeys {
				worker: sr25519::Public::from_raw(seed),
				peer: ed25519::Public::from_raw(seed),
				envelope: EnvelopeKey(seed),
			},
			key_changes: 1,
			payout: owner,
			models: bounded_vec![],
			deposit: 0,
			stake: 0,
			unbonding: bounded_vec![],
			reputation: Reputation::START,
			verifies: bounded_vec![],
			verifier_reputation: Reputation::START,
			former_keys: bounded_vec![],
			judges_since: 0,
		};
		Registry::enter(&owner, record);
		Registry::do_stake(owner, VERIFIER_STAKE).unwrap();
		Registry::do_set_verified_models(owner, bounded_vec![GEMMA]).unwrap();
	}
	System::reset_events();
}

pub(crate) fn advance(milliseconds: Moment) {
	Now::mutate(|now| *now = now.saturating_add(milliseconds));
}

pub(crate) fn free(who: AccountId) -> Balance {
	Balances::free_balance(who)
}

pub(crate) fn held(who: AccountId, reason: pallet_registry::HoldReason) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&reason.into(), &who)
}

/// All events of the registry since the last call of this, in order.
pub(crate) fn events_since_last_call() -> Vec<pallet_registry::Event<Test>> {
	let events = System::events().into_iter().filter_map(|record| match record.event {
		RuntimeEvent::Registry(event) => Some(event),
		_ => None,
	});
	let events = events.collect();
	System::reset_events();
	events
}
