use frame_support::{
	derive_impl, parameter_types,
	traits::{fungibles::InspectHold, AsEnsureOriginWithArg},
	PalletId,
};
use millrace_primitives::{Balance, JobId};
use sp_core::H256;
use sp_runtime::BuildStorage;

use crate::{self as pallet_escrow, Event, HoldReason};

type Block = frame_system::mocking::MockBlock<Test>;

/// The payment asset.
pub(crate) const USDC: u32 = 7;
/// The least that an account must hold of it.
pub(crate) const MIN: Balance = 10_000;
/// What each requester owns at the beginning.
pub(crate) const WEALTH: Balance = 1_000_000_000;

/// Owns the asset, and may freeze and block.
pub(crate) const ISSUER: u64 = 1;
/// Requesters with money.
pub(crate) const ALICE: u64 = 2;
pub(crate) const BOB: u64 = 3;
/// A worker whose account exists, with the least balance.
pub(crate) const WORKER: u64 = 4;
/// A worker without an account.
pub(crate) const STRANGER: u64 = 5;
/// The treasury, whose account exists, with the least balance.
pub(crate) const TREASURY: u64 = 6;

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
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(3)]
	pub type AssetsHolder = pallet_assets_holder;
	#[runtime::pallet_index(4)]
	pub type Escrow = pallet_escrow;
}

parameter_types! {
	pub const PaymentAsset: u32 = USDC;
	pub const EscrowPalletId: PalletId = PalletId(*b"mr/escro");
	pub static TreasuryAccount: u64 = TREASURY;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type CreateOrigin = AsEnsureOriginWithArg<frame_system::EnsureSigned<u64>>;
	type ForceOrigin = frame_system::EnsureRoot<u64>;
	type Currency = Balances;
	type Holder = AssetsHolder;
}

impl pallet_assets_holder::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeEvent = RuntimeEvent;
}

impl pallet_escrow::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Assets = AssetsHolder;
	type PaymentAsset = PaymentAsset;
	type Treasury = TreasuryAccount;
	type PalletId = EscrowPalletId;
	type WeightInfo = ();
}

/// A chain in its first block, with the payment asset issued.
pub(crate) struct ExtBuilder {
	accounts: Vec<(u32, u64, Balance)>,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		TreasuryAccount::set(TREASURY);
		let accounts = [(ALICE, WEALTH), (BOB, WEALTH), (WORKER, MIN), (TREASURY, MIN)];
		Self { accounts: accounts.map(|(who, amount)| (USDC, who, amount)).to_vec() }
	}
}

impl ExtBuilder {
	/// With `amount` of the payment asset in place of what `who` owns otherwise.
	pub(crate) fn balance(mut self, who: u64, amount: Balance) -> Self {
		self.accounts.retain(|(_, other, _)| *other != who);
		self.accounts.push((USDC, who, amount));
		self
	}

	/// Without an account of `who`.
	pub(crate) fn without(mut self, who: u64) -> Self {
		self.accounts.retain(|(_, other, _)| *other != who);
		self
	}

	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let genesis = RuntimeGenesisConfig {
			assets: pallet_assets::GenesisConfig {
				assets: vec![(USDC, ISSUER, true, MIN)],
				accounts: self.accounts,
				..Default::default()
			},
			..Default::default()
		};
		let mut ext = sp_io::TestExternalities::new(genesis.build_storage().unwrap());
		ext.execute_with(|| System::set_block_number(1));
		ext
	}

	/// Run `test`, then check what must hold between any two calls.
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			let issued = Assets::total_supply(USDC);
			test();
			check(issued);
		});
	}
}

/// Check what must hold between any two calls, when `issued` was issued of the payment asset.
pub(crate) fn check(issued: Balance) {
	Escrow::do_try_state().unwrap();
	assert_eq!(Assets::total_supply(USDC), issued);
	let accounts = [ALICE, BOB, WORKER, STRANGER, TREASURY, Escrow::pot()];
	let owned: Balance = accounts.iter().map(|who| free(*who).saturating_add(held(*who))).sum();
	assert_eq!(owned, issued, "money was made or lost");
}

/// The n-th job.
pub(crate) fn job(n: u64) -> JobId {
	JobId(H256::from_low_u64_be(n))
}

/// What `who` can dispose of, less what keeps its account alive.
pub(crate) fn free(who: u64) -> Balance {
	Assets::balance(USDC, who)
}

/// What `who` has on hold for jobs.
pub(crate) fn held(who: u64) -> Balance {
	AssetsHolder::balance_on_hold(USDC, &HoldReason::JobEscrow.into(), &who)
}

/// The escrow's events since the last look.
pub(crate) fn events() -> Vec<Event<Test>> {
	let events = System::read_events_for_pallet::<Event<Test>>();
	System::reset_events();
	events
}

/// Let the issuer block `who`: it can neither send nor receive.
pub(crate) fn block(who: u64) {
	Assets::block(RuntimeOrigin::signed(ISSUER), USDC, who).unwrap();
}

/// Let the issuer freeze `who`: it cannot send.
pub(crate) fn freeze(who: u64) {
	Assets::freeze(RuntimeOrigin::signed(ISSUER), USDC, who).unwrap();
}

/// Let the issuer take back what it did to `who`.
pub(crate) fn thaw(who: u64) {
	Assets::thaw(RuntimeOrigin::signed(ISSUER), USDC, who).unwrap();
}

/// Let the issuer freeze the asset for everybody.
pub(crate) fn freeze_asset() {
	Assets::freeze_asset(RuntimeOrigin::signed(ISSUER), USDC).unwrap();
}

/// Let the issuer take that back.
pub(crate) fn thaw_asset() {
	Assets::thaw_asset(RuntimeOrigin::signed(ISSUER), USDC).unwrap();
}
