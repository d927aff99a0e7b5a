//! Names for the pallet's types, and the codes under which the pool refuses its calls.

use codec::Encode;
use frame_support::pallet_prelude::{InvalidTransaction, TransactionValidityError};
use millrace_primitives::{
	traits::WorkerStanding, Attestation, JobRecord, Outcome, Proof, Receipt, Submission,
};

use crate::{Config, Error};

/// The record of a job in the runtime `T`.
pub type JobRecordOf<T> = JobRecord<<T as frame_system::Config>::AccountId>;

/// What a worker delivered in the runtime `T`.
pub type OutcomeOf<T> = Outcome<<T as frame_system::Config>::AccountId>;

/// A proof in the runtime `T`.
pub type ProofOf<T> = Proof<<T as frame_system::Config>::AccountId>;

/// A receipt in the runtime `T`.
pub type ReceiptOf<T> = Receipt<<T as Config>::Signature>;

/// A submission in the runtime `T`.
pub type SubmissionOf<T> = Submission<<T as frame_system::Config>::AccountId>;

/// An attestation in the runtime `T`.
pub type AttestationOf<T> = Attestation<<T as frame_system::Config>::AccountId>;

/// A job that a proof or a submission is good for, and what is known of its worker.
pub(crate) type Provable<T> =
	(JobRecordOf<T>, WorkerStanding<<T as frame_system::Config>::AccountId>);

/// The code of this pallet's first error in `InvalidTransaction::Custom`.
pub const REFUSAL_CODES: u8 = 150;

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
