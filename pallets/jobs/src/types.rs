//! Names for the pallet's types, and the codes under which the pool refuses its calls.

use codec::Encode;
use frame_support::pallet_prelude::{InvalidTransaction, TransactionValidityError};
use millrace_primitives::{AuctionTerms, Bid, JobRecord};

use crate::Error;

/// The record of a job in the runtime `T`.
pub type JobRecordOf<T> = JobRecord<<T as frame_system::Config>::AccountId>;

/// The terms of an auction in the runtime `T`.
pub type AuctionTermsOf<T> = AuctionTerms<<T as frame_system::Config>::AccountId>;

/// A bid in the runtime `T`.
pub type BidOf<T> = Bid<<T as frame_system::Config>::AccountId>;

/// The code of this pallet's first error in `InvalidTransaction::Custom`.
pub const REFUSAL_CODES: u8 = 100;

impl<T> Error<T> {
	/// The code of this error in `InvalidTransaction::Custom`: [`REFUSAL_CODES`] and the index of
	/// the error. Part of the protocol, like the index.
	pub fn code(&self) -> u8 {
		let index = self.using_encoded(|bytes| bytes.first().copied().unwrap_or_default());
		REFUSAL_CODES.saturating_add(index)
	}
}

impl<T> From<Error<T>> for TransactionValidityError {
	fn from(error: Error<T>) -> Self {
		InvalidTransaction::Custom(error.code()).into()
	}
}
