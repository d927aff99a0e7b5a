//! MILL, the payment asset, and fees in either.

use frame_support::{
	parameter_types,
	traits::{
		fungibles::{Balanced, Credit},
		tokens::{imbalance::ResolveTo, ConversionToAssetBalance},
		AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU8, NeverEnsureOrigin, VariantCountOf,
	},
	weights::{ConstantMultiplier, IdentityFee},
	PalletId,
};
use frame_system::EnsureRoot;
use pallet_asset_tx_payment::{FungiblesAdapter, HandleCredit};
use pallet_transaction_payment::{ConstFeeMultiplier, FungibleAdapter, Multiplier};
use sp_runtime::{
	helpers_128bit::multiply_by_rational_with_rounding,
	traits::{AccountIdConversion, One},
	Rounding,
};

use crate::{
	AccountId, AssetId, Assets, AssetsHolder, Balance, Balances, Runtime, RuntimeEvent,
	RuntimeFreezeReason, RuntimeHoldReason, System,
};

/// A thousandth of a MILL in base units.
const MILLIMILL: Balance = 1_000_000_000;

/// One MILL in base units.
pub const MILL: Balance = 1_000 * MILLIMILL;

/// One USDC in base units.
pub const USDC: Balance = 1_000_000;

/// The least that an account holds of the payment asset, if it holds any: 0.01 USDC.
pub const PAYMENT_ASSET_MIN_BALANCE: Balance = 10_000;

/// What a fee of one MILL costs in the payment asset: 0.10 USDC. It only prices the use of blocks,
/// so it need not follow a market.
pub const USDC_PER_MILL: Balance = 100_000;

/// The fee for a byte of a transaction, in MILL base units: one MILL for a megabyte.
const FEE_PER_BYTE: Balance = 1_000_000;

parameter_types! {
	/// The least MILL that an account holds, if it holds any.
	pub const ExistentialDeposit: Balance = MILLIMILL;

	/// The asset that jobs are paid in: USDC.
	pub const PaymentAsset: AssetId = 1;

	/// Gets the protocol's part of every payment, and all fees.
	pub TreasuryAccount: AccountId = PalletId(*b"mr/treas").into_account_truncating();

	/// Fees do not follow demand; what a job costs on chain is known before it is made. Whoever is in
	/// a hurry tips.
	pub FeeMultiplier: Multiplier = Multiplier::one();
}

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Self>;
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<0>;
	type MaxReserves = ConstU32<0>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

/// Assets are made at genesis or by root. Anybody could otherwise make one and name it USDC.
impl pallet_assets::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<256>;
	type AssetId = AssetId;
	type AssetIdParameter = AssetId;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<NeverEnsureOrigin<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = ConstU128<{ 100 * MILL }>;
	type AssetAccountDeposit = ConstU128<{ 100 * MILLIMILL }>;
	type MetadataDepositBase = ConstU128<{ MILL }>;
	type MetadataDepositPerByte = ConstU128<{ 10 * MILLIMILL }>;
	type ApprovalDeposit = ConstU128<{ 100 * MILLIMILL }>;
	type StringLimit = ConstU32<32>;
	type Freezer = ();
	type Holder = AssetsHolder;
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Self>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl pallet_assets_holder::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeEvent = RuntimeEvent;
}

/// A second of computation costs one MILL.
impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, ResolveTo<TreasuryAccount, Balances>>;
	type WeightToFee = IdentityFee<Balance>;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<FEE_PER_BYTE>>;
	type FeeMultiplierUpdate = ConstFeeMultiplier<FeeMultiplier>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Self>;
}

impl pallet_asset_tx_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Fungibles = Assets;
	type OnChargeAssetTransaction = FungiblesAdapter<FixedRate, ToTreasury>;
	type WeightInfo = pallet_asset_tx_payment::weights::SubstrateWeight<Self>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::AssetFee;
}

/// Converts fees at [`USDC_PER_MILL`], rounded up so that no transaction is free.
pub struct FixedRate;

/// Fees can be paid in MILL and in the payment asset only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAFeeAsset;

impl ConversionToAssetBalance<Balance, AssetId, Balance> for FixedRate {
	type Error = NotAFeeAsset;

	fn to_asset_balance(fee: Balance, asset: AssetId) -> Result<Balance, NotAFeeAsset> {
		if asset != PaymentAsset::get() {
			return Err(NotAFeeAsset);
		}
		multiply_by_rational_with_rounding(fee, USDC_PER_MILL, MILL, Rounding::Up)
			.ok_or(NotAFeeAsset)
	}
}

/// Brings fees in the payment asset to the treasury. It holds the minimum from genesis on; if ever
/// it does not, a fee below the minimum is burnt rather than refused.
pub struct ToTreasury;

impl HandleCredit<AccountId, Assets> for ToTreasury {
	fn handle_credit(credit: Credit<AccountId, Assets>) {
		if let Err(refused) = Assets::resolve(&TreasuryAccount::get(), credit) {
			drop(refused);
		}
	}
}
