//! The Millrace state transition function: which pallets there are, how they are joined, and the
//! numbers by which they run.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]
#![expect(missing_docs, reason = "the macros of FRAME make items that cannot be documented")]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod genesis_presets;
pub mod migrations;
pub mod parameters;
pub mod randomness;
mod views;

use alloc::{borrow::Cow, vec::Vec};

use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// How accounts sign.
pub type Signature = MultiSignature;

/// An account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;

/// An account as transactions name it.
pub type Address = MultiAddress<AccountId, ()>;

/// An amount of money: base units of the payment asset (10^-6 USDC) or of MILL (10^-12).
pub type Balance = millrace_primitives::Balance;

/// How many transactions an account has sent.
pub type Nonce = u32;

/// A hash of the chain.
pub type Hash = sp_core::H256;

/// The height of a block.
pub type BlockNumber = u32;

/// The id of an asset.
pub type AssetId = u32;

/// The header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// What surrounds a call in a transaction. The order is part of the transaction format.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_asset_tx_payment::ChargeAssetTxPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// A transaction as it comes from outside.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// What the signer of a transaction signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Runs blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// Types for the parts of a node that do not look into transactions.
pub mod opaque {
	use super::{generic, BlakeTwo256, BlockNumber};

	pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

	/// The header of a block.
	pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

	/// A block of opaque transactions.
	pub type Block = generic::Block<Header, UncheckedExtrinsic>;
}

impl_opaque_keys! {
	/// The keys of a validator.
	pub struct SessionKeys {
		/// Makes blocks.
		pub aura: Aura,
		/// Finalises blocks.
		pub grandpa: Grandpa,
	}
}

// The attribute takes nothing but literals.
macro_rules! version {
	($spec_version:tt) => {
		/// The version of this runtime. `spec_version` grows with every release, `transaction_version`
		/// when the encoding of calls or of [`TxExtension`] changes.
		#[sp_version::runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: Cow::Borrowed("millrace"),
			impl_name: Cow::Borrowed("millrace-node"),
			authoring_version: 1,
			spec_version: $spec_version,
			impl_version: 1,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 1,
		};
	};
}

#[cfg(not(feature = "increment-spec-version"))]
version!(1);
#[cfg(feature = "increment-spec-version")]
version!(2);

/// The pallets. An index is part of the encoding of calls, events, errors and holds: it never
/// changes and is never used again.
#[frame_support::runtime]
mod runtime {
	/// The Millrace runtime.
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Parameters = crate::parameters;

	#[runtime::pallet_index(2)]
	pub type Timestamp = pallet_timestamp;

	#[runtime::pallet_index(3)]
	pub type Aura = pallet_aura;

	#[runtime::pallet_index(4)]
	pub type Grandpa = pallet_grandpa;

	#[runtime::pallet_index(5)]
	pub type Balances = pallet_balances;

	#[runtime::pallet_index(6)]
	pub type Assets = pallet_assets;

	#[runtime::pallet_index(7)]
	pub type AssetsHolder = pallet_assets_holder;

	#[runtime::pallet_index(8)]
	pub type TransactionPayment = pallet_transaction_payment;

	#[runtime::pallet_index(9)]
	pub type AssetTxPayment = pallet_asset_tx_payment;

	#[runtime::pallet_index(10)]
	pub type Utility = pallet_utility;

	#[runtime::pallet_index(11)]
	pub type Sudo = pallet_sudo;

	#[runtime::pallet_index(20)]
	pub type Registry = pallet_registry;

	#[runtime::pallet_index(21)]
	pub type Escrow = pallet_escrow;

	#[runtime::pallet_index(22)]
	pub type Deadlines = pallet_deadlines;

	#[runtime::pallet_index(23)]
	pub type Jobs = pallet_jobs;

	#[runtime::pallet_index(24)]
	pub type Settlement = pallet_settlement;

	#[runtime::pallet_index(25)]
	pub type OffchainWorker = pallet_offchain_worker;

	#[runtime::pallet_index(26)]
	pub type Disputes = pallet_disputes;

	#[runtime::pallet_index(27)]
	pub type Council = pallet_collective;
}
