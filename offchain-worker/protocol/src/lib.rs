//! The messages between a Millrace node and its sidecar.
//!
//! Once a block the node posts a [`View`] to the sidecar and reads back a [`Reply`]. Both are SCALE
//! encoded. The exchange is level-triggered: a view says all that matters now, a reply says all that
//! is ready now, and either side may be restarted between any two of them.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(clippy::expect_used, clippy::as_conversions, missing_docs)]

extern crate alloc;

mod dispute;

use alloc::vec::Vec;

use codec::{Decode, DecodeLimit, Encode};
use millrace_primitives::{
	Agreement, Attestation, Balance, Cid, Commitment, JobId, JobState, ModelId, Moment, Proof,
	Receipt, Submission, TokenCounts, Verdict, WorkerKey,
};
use scale_info::TypeInfo;
use sp_core::{crypto::AccountId32, ConstU32, H256};
use sp_runtime::{BoundedVec, MultiSignature};

pub use dispute::{Ballot, Delivery, Dispute, Phase};

/// The version of these messages. A peer that speaks another is refused.
pub const VERSION: u16 = 3;

/// Where the node posts views.
pub const RECONCILE_PATH: &str = "/v1/reconcile";

/// Where the node's off-chain worker finds the sidecar's URL in its local storage.
pub const SIDECAR_URL_KEY: &[u8] = b"millrace/sidecar-url";

/// The most workers in a view.
pub const WORKERS_MAX: usize = 16;

/// The most direct jobs of one worker in a view.
pub const JOBS_MAX: usize = 256;

/// The most jobs of one worker in a view that were awarded to it.
pub const AWARDED_MAX: usize = 64;

/// The most submissions in a view that one worker is to judge.
pub const APPOINTED_MAX: usize = 64;

/// The most disputes in a view in which one worker is a juror.
pub const DISPUTES_MAX: usize = 32;

/// The most items of each kind in a reply.
pub const READY_MAX: usize = 64;

/// The longest reason for an abstention, in bytes.
pub const REASON_BYTES_MAX: u32 = 160;

/// The largest view in bytes.
pub const VIEW_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The largest reply in bytes.
pub const REPLY_BYTES_MAX: usize = 64 * 1024;

/// A direct job that concerns a worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Job {
	/// The job.
	pub id: JobId,
	/// Where it is in its life: OPEN, ACCEPTED, VERIFIED, or DISPUTED while a receipt ends that.
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

/// An auctioned job that was awarded to a worker and waits for its submission.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Awarded {
	/// The job.
	pub id: JobId,
	/// Who pays.
	pub requester: AccountId32,
	/// The model with which the result will be checked.
	pub model: ModelId,
	/// The document that says what to do.
	pub document: Cid,
	/// What was agreed on.
	pub agreed: Agreement,
	/// The last moment for the submission.
	pub deadline: Moment,
}

/// A submission that waits for the judgement of a worker, its verifier.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Appointed {
	/// The job.
	pub id: JobId,
	/// Who pays.
	pub requester: AccountId32,
	/// The owner account of the worker that delivered.
	pub worker: AccountId32,
	/// The model with which to check the result.
	pub model: ModelId,
	/// The document that says what was to be done.
	pub document: Cid,
	/// Where the result is.
	pub result: Cid,
	/// The output commitment of the result.
	pub output: Commitment,
	/// The digest of the submission, which an attestation names.
	pub submission: [u8; 32],
	/// What the judgement is paid with.
	pub fee: Balance,
	/// The last moment for it.
	pub deadline: Moment,
}

/// What the chain holds for one worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct WorkerJobs {
	/// Who registered the worker.
	pub owner: AccountId32,
	/// The key in the node's keystore that signs for it.
	pub key: WorkerKey,
	/// Its direct jobs that are not over, at most [`JOBS_MAX`]. If there are more, its own come
	/// first, and all requesters get their turn at the rest.
	pub jobs: Vec<Job>,
	/// The auctioned jobs that it has yet to deliver, at most [`AWARDED_MAX`].
	pub awarded: Vec<Awarded>,
	/// The submissions that it has yet to judge, at most [`APPOINTED_MAX`].
	pub appointed: Vec<Appointed>,
	/// The disputes in which its vote is awaited, at most [`DISPUTES_MAX`].
	pub disputes: Vec<Dispute>,
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

/// A juror's vote. The node hides it until all have committed, and reveals it by itself.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Vote {
	/// The disputed job.
	pub job: JobId,
	/// The owner account of the juror.
	pub juror: AccountId32,
	/// Which committee the juror sits on.
	pub round: u8,
	/// What it finds.
	pub verdict: Verdict,
}

/// Why a worker does not judge: plain text.
pub type Reason = BoundedVec<u8, ConstU32<REASON_BYTES_MAX>>;

/// Something that a worker is asked to judge and does not.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Abstention {
	/// The job.
	pub job: JobId,
	/// The owner account of the worker.
	pub worker: AccountId32,
	/// Why.
	pub reason: Reason,
}

/// What the sidecar wants signed and submitted, and what it will not judge.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo)]
pub struct Reply {
	/// [`VERSION`].
	pub version: u16,
	/// Jobs that a worker takes, by owner, because they run long.
	pub accepts: Vec<(AccountId32, JobId)>,
	/// Jobs that are done. One that the chain already holds a proof of is sent again only to bring
	/// in its receipt, which ends a dispute too.
	pub finished: Vec<Finished>,
	/// Auctioned jobs that are done.
	pub submissions: Vec<Submission<AccountId32>>,
	/// Submissions that were judged.
	pub attestations: Vec<Attestation<AccountId32>>,
	/// Disputes that were judged.
	pub votes: Vec<Vote>,
	/// Submissions and disputes of the view that are not judged.
	pub abstained: Vec<Abstention>,
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

impl WorkerJobs {
	const fn fits(&self) -> bool {
		self.jobs.len() <= JOBS_MAX
			&& self.awarded.len() <= AWARDED_MAX
			&& self.appointed.len() <= APPOINTED_MAX
			&& self.disputes.len() <= DISPUTES_MAX
	}
}

impl View {
	/// Read a view that the other side sent.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadMessage> {
		let view: Self = decode(bytes, VIEW_BYTES_MAX)?;
		if view.workers.len() <= WORKERS_MAX && view.workers.iter().all(WorkerJobs::fits) {
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
		let lengths = [
			reply.accepts.len(),
			reply.finished.len(),
			reply.submissions.len(),
			reply.attestations.len(),
			reply.votes.len(),
			reply.abstained.len(),
		];
		if lengths.iter().all(|length| *length <= READY_MAX) {
			Ok(reply)
		} else {
			Err(BadMessage::TooMany)
		}
	}
}
