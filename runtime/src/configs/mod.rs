//! The numbers and seams of each pallet, by theme.

mod consensus;
mod governance;
mod market;
mod money;
mod offchain;
mod system;

pub use money::{
	ExistentialDeposit, PaymentAsset, TreasuryAccount, MILL, PAYMENT_ASSET_MIN_BALANCE, USDC,
	USDC_PER_MILL,
};
pub use system::{BlockHashCount, BlockLengths, SlotWeights, BLOCK_WEIGHT_PERCENT};
