#![deny(clippy::expect_used, clippy::as_conversions)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::fungibles;
use millrace_primitives::Balance;
use scale_info::TypeInfo;

use crate::Config;

/// The id of an asset.
pub type AssetIdOf<T> =
	<<T as Config>::Assets as fungibles::Inspect<<T as frame_system::Config>::AccountId>>::AssetId;

/// A [`LedgerEntry`] of this chain.
pub type LedgerEntryOf<T> = LedgerEntry<<T as frame_system::Config>::AccountId>;

/// What is locked for a job.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct LedgerEntry<AccountId> {
	/// Whose money it is.
	pub requester: AccountId,
	/// How much, in base units of the payment asset.
	pub amount: Balance,
}

/// Who gets a part of what is locked for a job.
#[derive(Clone, Copy)]
pub(crate) enum Payee<Account> {
	/// The worker, to its payout account.
	Worker(Account),
	/// The verifier, to its payout account.
	Verifier(Account),
	/// The treasury.
	Treasury,
	/// The requester, who locked the money.
	Requester,
}
