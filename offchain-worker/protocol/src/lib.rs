//! The messages between a Millrace node and its sidecar.
//!
//! Once a block the node posts a [`View`] to the sidecar and reads back a [`Reply`]. Both are SCALE
//! encoded. The exchange is level-triggered: a view says all that matters now, a reply says all that
//! is ready now, and either side may be restarted between any two of them.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(clippy::expect_used, clippy::as_conversions, missing_docs)]

extern crate alloc;

use alloc::vec::Vec;

use codec::{Decode, DecodeLimit, Encode};
use millrace_primitives::{
	Commitment, JobId, JobState, ModelId, Moment, Proof, Receipt, TokenCounts, WorkerKey,
};
use scale_info::TypeInfo;
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::MultiSignature;

/// The version of these messages. A peer that speaks another is refused.
pub const VERSION: u16 = 1;

/// Where the node posts views.
pub const RECONCILE_PATH: &str = "/v1/reconcile";

/// Where the node's off-chain worker finds the sidecar's URL in its local storage.
pub const SIDECAR_URL_KEY: &[u8] = b"millrace/sidecar-url";

/// The most workers in a view.
pub const WORKERS_MAX: usize = 16;

/// The most jobs of one worker in a view.
pub const JOBS_MAX: usize = 256;

/// The most accepts, proofs or receipts in a reply.
pub const READY_MAX: usize = 64;

/// The largest view in bytes.
pub const VIEW_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The largest reply in bytes.
pub const REPLY_BYTES_MAX: usize = 64 * 1024;

/// A job that concerns a worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Job {
	/// The job.
	pub id: JobId,
	/// Where it is in its life: OPEN, ACCEPTED or VERIFIED.
	pub state: JobState,
	/// Who pays.
	pub requester: AccountId32,
	/// The model that must answer.
	pub model: ModelId,
	/// The most tokens that may be charged.
	pub max: TokenCounts,
	/// The commitment to the request.
	pub request: Commitment,
	/// The hash of the block in which the job was created.
	pub entropy: H256,
	/// When it was created.
	pub created_at: Moment,
	/// When its state ends by itself.
	pub deadline: Moment,
	/// Whether this worker, another one (`Some(false)`), or none has accepted it.
	pub accepted: Option<bool>,
	/// The digest of the proof that the chain holds, if it does.
	pub proven: Option<[u8; 32]>,
}

/// What the chain holds for one worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct WorkerJobs {
	/// Who registered the worker.
	pub owner: AccountId32,
	/// The key in the node's keystore that signs for it.
	pub key: WorkerKey,
	/// Its jobs that are not over, at most [`JOBS_MAX`].
	pub jobs: Vec<Job>,
}

/// The chain as it concerns the workers of this node.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct View {
	/// [`VERSION`].
	pub version: u16,
	/// The chain.
	pub genesis: H256,
	/// The height of the block that this view describes.
	pub block: u32,
	/// Its hash.
	pub hash: H256,
	/// Its time.
	pub now: Moment,
	/// How long the sidecar may hold its reply back for something to become ready.
	pub hold_ms: u32,
	/// The registered workers whose key this node holds, at most [`WORKERS_MAX`].
	pub workers: Vec<WorkerJobs>,
}

/// A finished job.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Finished {
	/// What the worker claims.
	pub proof: Proof<AccountId32>,
	/// What the requester confirmed, if it has.
	pub receipt: Option<Receipt<MultiSignature>>,
}

/// What the sidecar wants signed and submitted.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo)]
pub struct Reply {
	/// [`VERSION`].
	pub version: u16,
	/// Jobs that a worker takes, by owner, because they run long.
	pub accepts: Vec<(AccountId32, JobId)>,
	/// Jobs that are done. One that the chain already holds a proof of is sent again only to bring
	/// in its receipt.
	pub finished: Vec<Finished>,
}

/// A message that cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadMessage {
	/// It is larger than its kind may be.
	TooLarge,
	/// It is not the SCALE encoding of its kind, or bytes are left over.
	Malformed,
	/// It is of another version.
	Version(u16),
	/// It holds more items than its kind may.
	TooMany,
}

impl core::fmt::Display for BadMessage {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::TooLarge => f.write_str("the message is larger than its kind may be"),
			Self::Malformed => f.write_str("the message cannot be decoded"),
			Self::Version(theirs) => {
				write!(f, "the message is of version {theirs}, this side speaks {VERSION}")
			},
			Self::TooMany => f.write_str("the message holds more items than its kind may"),
		}
	}
}

impl core::error::Error for BadMessage {}

const DEPTH_MAX: u32 = 8;

fn decode<T: Decode>(bytes: &[u8], bytes_max: usize) -> Result<T, BadMessage> {
	if bytes.len() > bytes_max {
		return Err(BadMessage::TooLarge);
	}
	// The version comes first in every message, so another one is told apart from garbage.
	let version = u16::decode(&mut &bytes[..]).map_err(|_| BadMessage::Malformed)?;
	if version != VERSION {
		return Err(BadMessage::Version(version));
	}
	T::decode_all_with_depth_limit(DEPTH_MAX, &mut &bytes[..]).map_err(|_| BadMessage::Malformed)
}

impl View {
	/// Read a view that the other side sent.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadMessage> {
		let view: Self = decode(bytes, VIEW_BYTES_MAX)?;
		let fits = view.workers.len() <= WORKERS_MAX
			&& view.workers.iter().all(|worker| worker.jobs.len() <= JOBS_MAX);
		if fits {
			Ok(view)
		} else {
			Err(BadMessage::TooMany)
		}
	}
}

impl Reply {
	/// Read a reply that the other side sent.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadMessage> {
		let reply: Self = decode(bytes, REPLY_BYTES_MAX)?;
		if reply.accepts.len() <= READY_MAX && reply.finished.len() <= READY_MAX {
			Ok(reply)
		} else {
			Err(BadMessage::TooMany)
		}
	}
}
