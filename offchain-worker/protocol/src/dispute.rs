//! Disputes, as their jurors see them.

#![expect(clippy::as_conversions, reason = "the codec's derive for enums converts so")]

use codec::{Decode, Encode};
use millrace_primitives::{
	auction::Judgement, Cid, Commitment, JobId, JobKind, ModelId, Moment, TokenCounts, Verdict,
};
use scale_info::TypeInfo;
use sp_core::crypto::AccountId32;

/// What a dispute waits for from its jurors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum Phase {
	/// A commitment to a vote.
	#[codec(index = 0)]
	Commit,
	/// The vote, of those that have committed.
	#[codec(index = 1)]
	Reveal,
}

/// What a juror has said on chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum Ballot {
	/// Nothing.
	#[codec(index = 0)]
	Awaited,
	/// This commitment to a vote.
	#[codec(index = 1)]
	Committed(Commitment),
	/// This vote.
	#[codec(index = 2)]
	Revealed(Verdict),
}

/// What a dispute of an auctioned job is about.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Delivery {
	/// The document that says what was to be done.
	pub document: Cid,
	/// Where the result is.
	pub result: Cid,
	/// What the verifier of the job said, if it has judged.
	pub attested: Option<Judgement>,
}

/// A dispute in which a worker is a juror.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Dispute {
	/// The disputed job.
	pub id: JobId,
	/// Its kind.
	pub kind: JobKind,
	/// Which committee this is; part of what a juror commits to.
	pub round: u8,
	/// What it waits for.
	pub phase: Phase,
	/// What this juror has said.
	pub ballot: Ballot,
	/// When the phase ends.
	pub deadline: Moment,
	/// The owner account of the worker whose result is disputed.
	pub worker: AccountId32,
	/// The model that answered, or with which the result is checked.
	pub model: ModelId,
	/// The commitment to the request; of an auctioned job, the hash of its document's identifier.
	pub request: Commitment,
	/// What a direct job was charged for.
	pub tokens: TokenCounts,
	/// What was delivered: the output commitment.
	pub output: Commitment,
	/// The digest of the disputed proof or submission.
	pub claim: [u8; 32],
	/// A hash of what the challenge rests on.
	pub evidence: Commitment,
	/// A hash of what the requester has to say, if somebody else challenges and it has said so.
	pub testimony: Option<Commitment>,
	/// What there is besides of an auctioned job.
	pub delivery: Option<Delivery>,
}
