//! The job: its terms, its record, and the state machine that every job lives in.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

use crate::{
	Auction, Balance, Commitment, FinishReason, ModelId, Moment, Price, Split, TierId, TokenCounts,
};

/// The most candidates that a direct job may name.
pub const CANDIDATES_MAX: u32 = 4;

/// The ranked workers that may take a direct job, by owner account, best first.
pub type Candidates<AccountId> = BoundedVec<AccountId, ConstU32<CANDIDATES_MAX>>;

/// How the worker of a job is found and paid.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum JobKind {
	/// The requester names ranked candidates and pays the tier's price list.
	#[codec(index = 0)]
	Direct,
	/// Workers bid, the requester awards, a verifier attests.
	#[codec(index = 1)]
	Auction,
}

/// Where a job is in its life.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
pub enum JobState {
	/// The money is locked; no worker has taken it yet.
	#[codec(index = 0)]
	Open,
	/// A worker has taken it.
	#[codec(index = 1)]
	Accepted,
	/// A worker has delivered; the verifier has not spoken yet.
	#[codec(index = 2)]
	Submitted,
	/// The proof holds; the window in which it can be disputed is open.
	#[codec(index = 3)]
	Verified,
	/// Paid. Terminal.
	#[codec(index = 4)]
	Settled,
	/// Taken back by the requester and refunded. Terminal.
	#[codec(index = 5)]
	Cancelled,
	/// Nobody delivered in time; refunded. Terminal.
	#[codec(index = 6)]
	Expired,
	/// Under dispute.
	#[codec(index = 7)]
	Disputed,
	/// A dispute was decided and paid out accordingly. Terminal.
	#[codec(index = 8)]
	Resolved,
}

/// Something that happens to a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
	/// The requester takes it back.
	Cancel,
	/// A worker takes it.
	Accept,
	/// A proof that the chain itself can check holds. Direct jobs only.
	Prove,
	/// A worker delivers a result that a verifier will judge. Auction jobs only.
	Submit,
	/// The verifier judges the result good, or stays silent past its deadline.
	Verify,
	/// The verifier judges the result bad, or someone challenges it.
	Dispute,
	/// The window is over, or a receipt is there.
	Settle,
	/// Nobody delivered in time.
	Expire,
	/// The dispute is decided.
	Resolve,
	/// The requester confirms what is disputed, so that there is nothing to decide.
	Confirm,
}

impl JobState {
	/// Every state.
	pub const ALL: [Self; 9] = [
		Self::Open,
		Self::Accepted,
		Self::Submitted,
		Self::Verified,
		Self::Settled,
		Self::Cancelled,
		Self::Expired,
		Self::Disputed,
		Self::Resolved,
	];

	/// The state after `step`, or `None` if `step` is not allowed in this state for this kind.
	///
	/// This is the whole diagram; nothing else decides a transition.
	pub const fn after(self, step: Step, kind: JobKind) -> Option<Self> {
		match (self, step, kind) {
			(Self::Open, Step::Cancel, _) => Some(Self::Cancelled),
			(Self::Open, Step::Accept, _) => Some(Self::Accepted),
			// Once more from VERIFIED: a confirmed proof takes the place of one that nobody confirmed.
			(Self::Open | Self::Accepted | Self::Verified, Step::Prove, JobKind::Direct) => {
				Some(Self::Verified)
			},
			(Self::Accepted, Step::Submit, JobKind::Auction) => Some(Self::Submitted),
			(Self::Open | Self::Accepted, Step::Expire, _) => Some(Self::Expired),
			(Self::Submitted, Step::Verify, JobKind::Auction)
			| (Self::Disputed, Step::Confirm, _) => Some(Self::Verified),
			(Self::Submitted | Self::Verified, Step::Dispute, _) => Some(Self::Disputed),
			(Self::Verified, Step::Settle, _) => Some(Self::Settled),
			(Self::Disputed, Step::Resolve, _) => Some(Self::Resolved),
			_ => None,
		}
	}

	/// Whether nothing happens to the job any more.
	pub const fn is_terminal(self) -> bool {
		matches!(self, Self::Settled | Self::Cancelled | Self::Expired | Self::Resolved)
	}
}

impl core::fmt::Display for JobState {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(match self {
			Self::Open => "OPEN",
			Self::Accepted => "ACCEPTED",
			Self::Submitted => "SUBMITTED",
			Self::Verified => "VERIFIED",
			Self::Settled => "SETTLED",
			Self::Cancelled => "CANCELLED",
			Self::Expired => "EXPIRED",
			Self::Disputed => "DISPUTED",
			Self::Resolved => "RESOLVED",
		})
	}
}

/// What a requester asks for in a direct job.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct DirectTerms<AccountId> {
	/// The model that must answer.
	pub model: ModelId,
	/// Who may answer, by owner account, best first.
	pub candidates: Candidates<AccountId>,
	/// The most tokens that may be charged; this is what is locked.
	pub max: TokenCounts,
	/// The commitment to the request, see [`crate::output::request_commitment`].
	pub request: Commitment,
}

/// What a worker delivered.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Outcome<AccountId> {
	/// The owner account of the worker.
	pub worker: AccountId,
	/// Where the worker is paid.
	pub payout: AccountId,
	/// The worker's share of the charge in basis points, fixed when the proof came in.
	pub worker_share: u16,
	/// What is charged for a direct job; none in an auction.
	pub tokens: TokenCounts,
	/// The last link of the output chain.
	pub output: Commitment,
	/// The digest of the proof or the submission, which a receipt names.
	pub proof: [u8; 32],
	/// Why the answer ended.
	pub finish: FinishReason,
	/// When the proof or the submission came in.
	pub proven_at: Moment,
}

/// How the locked money was divided. The parts add up to what was locked.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Payment {
	/// To the worker.
	pub worker: Balance,
	/// To the treasury.
	pub treasury: Balance,
	/// To the verifier.
	pub verifier: Balance,
	/// Back to the requester.
	pub refund: Balance,
}

impl Payment {
	/// All parts together, or `None` if no number holds them.
	pub fn total(&self) -> Option<Balance> {
		let paid = self.worker.checked_add(self.treasury)?.checked_add(self.verifier)?;
		paid.checked_add(self.refund)
	}
}

/// A job as the chain keeps it.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct JobRecord<AccountId> {
	/// How the worker is found and paid.
	pub kind: JobKind,
	/// Where the job is in its life.
	pub state: JobState,
	/// Who pays.
	pub requester: AccountId,
	/// The model that must answer; in an auction, the one with which the result is checked.
	pub model: ModelId,
	/// The tier of the model when the job was created.
	pub tier: TierId,
	/// The price of a direct job when it was created; nothing in an auction, whose price is agreed.
	pub price: Price,
	/// The most tokens that may be charged for a direct job; none in an auction.
	pub max: TokenCounts,
	/// What was locked for the job at its creation: the cost of `max` at `price`, or the largest
	/// payment and the verifier's fee.
	pub locked: Balance,
	/// Who may answer a direct job, best first; nobody in an auction.
	pub candidates: Candidates<AccountId>,
	/// The commitment to the request; in an auction, the hash of its document's identifier.
	pub request: Commitment,
	/// When the job was created.
	pub created_at: Moment,
	/// The block in which the job was created; its hash is the entropy of the seed.
	pub created_in: u32,
	/// When the present state ends by itself; for a terminal state, when the record is dropped.
	pub deadline: Moment,
	/// The worker that accepted, by owner account.
	pub accepted_by: Option<AccountId>,
	/// What was delivered, from the proof or the submission on.
	pub outcome: Option<Outcome<AccountId>>,
	/// What an auctioned job has besides; `Some` exactly if `kind` says so.
	pub auction: Option<Auction<AccountId>>,
	/// How the money was divided, once the job is terminal.
	pub payment: Option<Payment>,
}

impl<AccountId> JobRecord<AccountId> {
	/// What the job costs, once something was delivered for it: the price of the tokens of a direct
	/// job, the agreed price of an auctioned one.
	pub fn charge(&self) -> Option<Balance> {
		let outcome = self.outcome.as_ref()?;
		match &self.auction {
			None => Some(self.price.cost(&outcome.tokens)),
			Some(auction) => auction.agreed.map(|agreed| agreed.price),
		}
	}

	/// What of the charge is the treasury's. It alone leaves the two parties of a job, so it is what
	/// the job is worth to a reputation.
	pub fn for_treasury(&self) -> Balance {
		let share = self.outcome.as_ref().map(|outcome| outcome.worker_share);
		let charged = self.charge().zip(share);
		charged.map_or(0, |(charge, share)| Split::of(charge, share).treasury)
	}

	/// What the verifier was paid: its fee, if it has judged.
	pub fn verifier_paid(&self) -> Balance {
		let judged = self.auction.as_ref().filter(|auction| auction.attested.is_some());
		judged.map_or(0, |auction| auction.terms.verifier_fee)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const STEPS: [Step; 10] = [
		Step::Cancel,
		Step::Accept,
		Step::Prove,
		Step::Submit,
		Step::Verify,
		Step::Dispute,
		Step::Settle,
		Step::Expire,
		Step::Resolve,
		Step::Confirm,
	];

	#[test]
	fn nothing_leaves_a_terminal_state() {
		for state in JobState::ALL.into_iter().filter(|state| state.is_terminal()) {
			for step in STEPS {
				assert_eq!(state.after(step, JobKind::Direct), None);
				assert_eq!(state.after(step, JobKind::Auction), None);
			}
		}
	}

	#[test]
	fn every_other_state_can_end() {
		for kind in [JobKind::Direct, JobKind::Auction] {
			for start in JobState::ALL {
				let mut reached = alloc::vec![start];
				let mut next = 0;
				while next < reached.len() {
					for step in STEPS {
						if let Some(state) = reached[next].after(step, kind) {
							if !reached.contains(&state) {
								reached.push(state);
							}
						}
					}
					next += 1;
				}
				let direct_submitted = kind == JobKind::Direct && start == JobState::Submitted;
				assert!(direct_submitted || reached.iter().any(|state| state.is_terminal()));
			}
		}
	}

	#[test]
	fn a_direct_job_never_waits_for_a_verifier() {
		for state in JobState::ALL {
			for step in STEPS {
				let after = state.after(step, JobKind::Direct);
				assert_ne!(after, Some(JobState::Submitted));
			}
		}
	}
}
