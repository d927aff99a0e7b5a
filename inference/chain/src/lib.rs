#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(clippy::expect_used, clippy::as_conversions)]

mod account;
mod call;
mod chain;
mod error;
mod heads;
mod inclusion;
mod link;
mod nonce;
mod query;
mod runtime;
mod submit;
mod watch;

pub use account::{Account, KeyError};
pub use call::Call;
pub use chain::Chain;
pub use error::{ChainError, DispatchFailure, Mismatch, SubmitError};
pub use heads::{BlockRef, Heads};
pub use query::NodeHealth;
pub use sp_core::{crypto::AccountId32, H256};
pub use sp_runtime::MultiSignature;
pub use submit::{Submitted, Submitter};
pub use watch::JobStatus;
