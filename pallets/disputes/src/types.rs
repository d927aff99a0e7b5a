//! What the pallet keeps of a dispute, and the codes under which the pool refuses its calls.

#![deny(clippy::expect_used, missing_docs)]

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::{InvalidTransaction, TransactionValidityError};
use millrace_primitives::{
	job::CANDIDATES_MAX, Balance, Commitment, JobId, JobRecord, Moment, Proof, Submission, Verdict,
};
use scale_info::TypeInfo;
use sp_core::{sr25519, ConstU32, H256};
use sp_runtime::BoundedVec;

use crate::Error;

/// The most jurors of a committee.
pub const COMMITTEE_MAX: u32 = 7;

/// The fewest jurors that make a committee, and the fewest revealed votes that decide.
pub const QUORUM: u32 = 3;

/// The record of a job in the runtime `T`.
pub type JobRecordOf<T> = JobRecord<<T as frame_system::Config>::AccountId>;

/// A dispute in the runtime `T`.
pub type CaseOf<T> = Case<<T as frame_system::Config>::AccountId>;

/// A committee in the runtime `T`.
pub type CommitteeOf<T> = Committee<<T as frame_system::Config>::AccountId>;

/// A proof in the runtime `T`.
pub type ProofOf<T> = Proof<<T as frame_system::Config>::AccountId>;

/// A submission in the runtime `T`.
pub type SubmissionOf<T> = Submission<<T as frame_system::Config>::AccountId>;

/// The jurors of a dispute, in the order in which they were drawn.
pub type Committee<AccountId> = BoundedVec<Juror<AccountId>, ConstU32<COMMITTEE_MAX>>;

/// The workers that were caught with two claims for one job. Only those that the job concerns can
/// be, and no job concerns more.
pub type Offenders<AccountId> = BoundedVec<AccountId, ConstU32<CANDIDATES_MAX>>;

/// Where a dispute is in its life.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Phase {
	/// It was raised; the committee is drawn when the phase ends.
	#[codec(index = 0)]
	Draw,
	/// The jurors commit to their votes.
	#[codec(index = 1)]
	Commit,
	/// The jurors that have committed reveal their votes.
	#[codec(index = 2)]
	Reveal,
	/// The arbiter decides.
	#[codec(index = 3)]
	Arbitration,
	/// It is over.
	#[codec(index = 4)]
	Closed(Decision),
}

/// How a dispute ended.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Decision {
	/// A majority of the committee decided.
	#[codec(index = 0)]
	Committee(Verdict),
	/// The arbiter decided.
	#[codec(index = 1)]
	Arbiter(Verdict),
	/// Nobody decided: the requester was refunded and nobody but jurors that hid their votes punished.
	#[codec(index = 2)]
	Nobody,
}

/// What a challenger loses if its challenge is unfounded.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Bond {
	/// MILL of its own, on hold.
	#[codec(index = 0)]
	Held(Balance),
	/// As much of its stake: the challenger is the verifier of the job.
	#[codec(index = 1)]
	Stake(Balance),
}

/// What a juror has said so far.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Ballot {
	/// Nothing.
	#[codec(index = 0)]
	Awaited,
	/// It committed to a vote.
	#[codec(index = 1)]
	Committed(Commitment),
	/// It revealed its vote.
	#[codec(index = 2)]
	Revealed(Verdict),
}

/// A juror.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Juror<AccountId> {
	/// The owner account of the verifier that was drawn.
	pub account: AccountId,
	/// Where it is paid: its payout account when it was drawn.
	pub payout: AccountId,
	/// What it has said.
	pub ballot: Ballot,
}

/// A dispute.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Case<AccountId> {
	/// Where it is in its life.
	pub phase: Phase,
	/// Who raised it; the verifier of the job, if `bond` is a stake.
	pub challenger: AccountId,
	/// What the challenger risks.
	pub bond: Bond,
	/// A hash of what the challenge rests on.
	pub evidence: Commitment,
	/// When it was raised.
	pub raised_at: Moment,
	/// The block in which it was raised.
	pub raised_in: u32,
	/// Which committee this is. Part of what jurors sign, so that what was said to one can never
	/// be used before another.
	pub round: u8,
	/// The committee, once it is drawn.
	pub jurors: Committee<AccountId>,
	/// When the phase ends by itself; for a closed dispute, when it was closed.
	pub until: Moment,
	/// A hash of what the requester has to say, if it spoke and somebody else raised the dispute.
	pub testimony: Option<Commitment>,
}

impl Bond {
	/// What of it is on hold.
	pub const fn held(self) -> Balance {
		match self {
			Self::Held(amount) => amount,
			Self::Stake(_) => 0,
		}
	}
}

impl Decision {
	/// What was decided, if anything was.
	pub const fn verdict(self) -> Option<Verdict> {
		match self {
			Self::Committee(verdict) | Self::Arbiter(verdict) => Some(verdict),
			Self::Nobody => None,
		}
	}
}

impl<AccountId> Case<AccountId> {
	/// Whether the dispute is not decided yet.
	pub const fn is_open(&self) -> bool {
		!matches!(self.phase, Phase::Closed(_))
	}

	/// The jurors that revealed a vote for `verdict`.
	pub fn voters(&self, verdict: Verdict) -> impl Iterator<Item = &Juror<AccountId>> + '_ {
		self.jurors.iter().filter(move |juror| juror.ballot == Ballot::Revealed(verdict))
	}

	/// What more than half of at least [`QUORUM`] revealed votes say.
	pub fn majority(&self) -> Option<Verdict> {
		let cleared = self.voters(Verdict::Cleared).count();
		let at_fault = self.voters(Verdict::AtFault).count();
		let quorum = usize::try_from(QUORUM).unwrap_or(usize::MAX);
		if cleared.saturating_add(at_fault) < quorum {
			return None;
		}
		match cleared.cmp(&at_fault) {
			core::cmp::Ordering::Less => Some(Verdict::AtFault),
			core::cmp::Ordering::Equal => None,
			core::cmp::Ordering::Greater => Some(Verdict::Cleared),
		}
	}

	/// Whether every juror has committed.
	pub fn all_committed(&self) -> bool {
		self.jurors.iter().all(|juror| juror.ballot != Ballot::Awaited)
	}

	/// Whether no juror that has committed has yet to reveal.
	pub fn all_revealed(&self) -> bool {
		!self.jurors.iter().any(|juror| matches!(juror.ballot, Ballot::Committed(_)))
	}
}

impl<AccountId: PartialEq> Case<AccountId> {
	/// The ballot of `account`, if it is a juror.
	pub fn ballot(&self, account: &AccountId) -> Option<Ballot> {
		self.jurors.iter().find(|juror| juror.account == *account).map(|juror| juror.ballot)
	}

	/// Put down what `account` said; nothing, if it is no juror.
	pub(crate) fn put_down(&mut self, account: &AccountId, ballot: Ballot) {
		for juror in self.jurors.iter_mut().filter(|juror| juror.account == *account) {
			juror.ballot = ballot;
		}
	}
}

/// A signed claim to have done a job: a proof or a submission.
pub(crate) struct Claim<'a, AccountId> {
	pub(crate) job: JobId,
	pub(crate) worker: &'a AccountId,
	pub(crate) digest: [u8; 32],
	pub(crate) message: Vec<u8>,
	pub(crate) signature: &'a sr25519::Signature,
}

impl<'a, AccountId: Encode> Claim<'a, AccountId> {
	pub(crate) fn of_proof(
		genesis: H256,
		proof: &'a Proof<AccountId>,
		signature: &'a sr25519::Signature,
	) -> Self {
		let Proof { job, worker, .. } = proof;
		Self {
			job: *job,
			worker,
			digest: proof.digest(),
			message: proof.message(genesis),
			signature,
		}
	}

	pub(crate) fn of_submission(
		genesis: H256,
		submission: &'a Submission<AccountId>,
		signature: &'a sr25519::Signature,
	) -> Self {
		let Submission { job, worker, .. } = submission;
		Self {
			job: *job,
			worker,
			digest: submission.digest(),
			message: submission.message(genesis),
			signature,
		}
	}
}

/// The code of this pallet's first error in `InvalidTransaction::Custom`.
pub const REFUSAL_CODES: u8 = 200;

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
