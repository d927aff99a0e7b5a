//! Blocks, accounts and transactions.

use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{ConstU16, Get},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_MILLIS},
		Weight,
	},
};
use frame_system::{
	limits::{BlockLength, BlockWeights},
	offchain::{CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase},
};
use sp_runtime::{generic::Era, traits::AccountIdLookup, Perbill};
use sp_version::RuntimeVersion;

use crate::{
	parameters, AccountId, Balance, Block, BlockNumber, PalletInfo, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeOrigin, RuntimeTask, TxExtension, UncheckedExtrinsic, VERSION,
};

/// The part of a slot that executing a full block may take. A block is executed once to be made and
/// once more to be imported, and between the two it travels.
pub const BLOCK_WEIGHT_PERCENT: u64 = 40;

/// The part of a block that is open to ordinary transactions.
const NORMAL_RATIO: Perbill = Perbill::from_percent(75);

/// The longest block in bytes.
const BLOCK_BYTES_MAX: u32 = 2 * 1024 * 1024;

parameter_types! {
	/// How many block hashes the chain remembers. They bound how long a transaction may stay valid
	/// and how long the seed of a job can be derived: 7 minutes at the shortest slot of 100 ms.
	pub const BlockHashCount: BlockNumber = 4_096;

	/// The version of this runtime.
	pub const Version: RuntimeVersion = VERSION;

	/// How long a block may be.
	pub BlockLengths: BlockLength = BlockLength::builder()
		.max_length(BLOCK_BYTES_MAX)
		.modify_max_length_for_class(
			DispatchClass::Normal,
			|max| *max = NORMAL_RATIO.mul_floor(BLOCK_BYTES_MAX),
		)
		.build();
}

/// How much a block may weigh: [`BLOCK_WEIGHT_PERCENT`] of the slot that this chain runs at.
///
/// The slot is one of the parameters of the chain, so this is one storage read, which the overlay answers from
/// memory but for the first time in a block.
pub struct SlotWeights;

impl Get<BlockWeights> for SlotWeights {
	fn get() -> BlockWeights {
		let compute = parameters::SlotMs::get()
			.saturating_mul(WEIGHT_REF_TIME_PER_MILLIS)
			.saturating_mul(BLOCK_WEIGHT_PERCENT)
			.div_euclid(100);
		// Nodes hold all of the state: the size of a proof limits nothing.
		let most = Weight::from_parts(compute, u64::MAX);
		let mut weights = BlockWeights::with_sensible_defaults(most, NORMAL_RATIO);
		// By default operational calls have room besides a full block, and anybody can send those that
		// fail. What ordinary transactions leave of a block may be with the deadlines already.
		let mut operational = weights.get(DispatchClass::Operational).clone();
		operational.reserved = Some(Weight::zero());
		weights.per_class.set(operational, DispatchClass::Operational);
		weights
	}
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type BlockWeights = SlotWeights;
	type BlockLength = BlockLengths;
	type BlockHashCount = BlockHashCount;
	type DbWeight = ParityDbWeight;
	type Version = Version;
	type AccountId = AccountId;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type SS58Prefix = ConstU16<42>;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Self>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Self>;
	type MaxConsumers = frame_support::traits::ConstU32<128>;
	type SingleBlockMigrations = crate::migrations::Migrations;
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = crate::OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Self>;
}

impl<LocalCall> CreateTransactionBase<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<LocalCall> CreateTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> CreateAuthorizedTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	/// What an authorized call needs around it: nothing. It has no sender, so no nonce and no fee,
	/// and how long it is valid is up to the call.
	fn create_extension() -> TxExtension {
		(
			frame_system::AuthorizeCall::new(),
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckEra::from(Era::Immortal),
			frame_system::CheckNonce::from(0),
			frame_system::CheckWeight::new(),
			pallet_asset_tx_payment::ChargeAssetTxPayment::from(0, None),
			frame_metadata_hash_extension::CheckMetadataHash::new(false),
			frame_system::WeightReclaim::new(),
		)
	}
}
