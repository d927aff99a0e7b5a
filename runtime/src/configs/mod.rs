//! The numbers and seams of each pallet, by theme.

mod consensus;
mod market;
mod money;
mod system;

pub use market::{MaxTokens, RegistrationDeposit, ShareStaked, ShareUnstaked, StakeMin};
pub use money::{
	ExistentialDeposit, PaymentAsset, TreasuryAccount, MILL, PAYMENT_ASSET_MIN_BALANCE, USDC,
	USDC_PER_MILL,
};
pub use system::{BlockHashCount, BlockLengths, SlotWeights, BLOCK_WEIGHT_PERCENT};
