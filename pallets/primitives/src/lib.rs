//! The nouns of the Millrace protocol: what a job, a proof and a receipt are, what they cost, and
//! the exact bytes that are signed. The runtime, the node, the sidecar and the gateway all speak in
//! these types, so there is one definition of each and no crate builds signed bytes of its own.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(clippy::expect_used)]

extern crate alloc;

pub mod auction;
pub mod dispute;
pub mod identity;
pub mod ids;
pub mod job;
pub mod money;
pub mod output;
pub mod proof;
pub mod reputation;
pub mod sampling;
pub mod signing;
pub mod traits;
pub mod views;

pub use auction::{
	Agreement, Attestation, Auction, AuctionTerms, Bid, Cid, DisputeMechanism, Submission,
};
pub use dispute::Verdict;
pub use ids::{
	Commitment, EnvelopeKey, JobId, JobNonce, ModelId, PeerKey, TierId, WorkerKey, WORKER_KEY_TYPE,
};
pub use job::{DirectTerms, JobKind, JobRecord, JobState, Outcome, Payment};
pub use money::{Price, Split, TokenCounts};
pub use output::OutputChain;
pub use proof::{FinishReason, Proof, Receipt};
pub use reputation::{Conduct, Reputation};
pub use sampling::SamplingSpec;

/// An amount of money: base units of the payment asset (10^-6 USDC) or of MILL (10^-12).
pub type Balance = u128;

/// A point of chain time, in milliseconds since the Unix epoch.
pub type Moment = u64;
