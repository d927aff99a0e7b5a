//! What can be tried, by anybody and with anything.

use millrace_primitives::{JobId, JobNonce};
use millrace_runtime::parameters::Parameters;

use super::world::{Millis, Money};

/// An account, by its place in the cast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Who(pub(super) usize);

/// A key. Each operator has several that its worker can sign with, one at a time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Key {
	/// One of the worker keys of somebody.
	Worker(Who, u8),
	/// That of somebody's account, which has no say for its worker.
	Account(Who),
}

/// What a worker claims to have done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Claim {
	pub(super) worker: Who,
	/// What is charged of the prompt and the answer; nothing in an auction.
	pub(super) tokens: (u32, u32),
	/// Which of several answers it is.
	pub(super) answer: u8,
}

/// What is asked for in an auction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
	pub(super) payment_max: Money,
	pub(super) fee: Money,
	pub(super) bid_window: Millis,
	pub(super) latency_max: Millis,
	pub(super) challenge_window: Millis,
	/// Whether the arbiter decides a dispute at once.
	pub(super) arbitration: bool,
	pub(super) matcher: Option<Who>,
	pub(super) verifier: Option<Who>,
}

/// What a worker offers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bid {
	pub(super) worker: Who,
	pub(super) price: Money,
	pub(super) latency: Millis,
	pub(super) valid_until: Millis,
}

/// A vote as a juror hides it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Vote {
	pub(super) at_fault: bool,
	pub(super) salt: u8,
	/// Before which committee of the job it is meant to be.
	pub(super) round: u8,
}

/// Whether an account can send and receive the payment asset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
	Liquid,
	/// It cannot send.
	Frozen,
	/// It can neither send nor receive.
	Blocked,
}

/// One step. `key`: what it is signed by. `forged`: signed by a key that has no say.
#[derive(Clone, Debug)]
pub(super) enum Action {
	Create {
		by: Who,
		nonce: JobNonce,
		candidates: Vec<Who>,
		max: (u32, u32),
	},
	CreateAuction {
		by: Who,
		nonce: JobNonce,
		terms: Terms,
	},
	Cancel {
		by: Who,
		job: JobId,
	},
	Accept {
		by: Who,
		job: JobId,
		key: Key,
	},
	Award {
		job: JobId,
		bid: Bid,
		signer: Who,
		key: Key,
	},
	Prove {
		job: JobId,
		claim: Claim,
		receipt: Option<(Claim, Who)>,
		key: Key,
	},
	Confirm {
		job: JobId,
		claim: Claim,
		signer: Who,
	},
	Deliver {
		job: JobId,
		claim: Claim,
		key: Key,
	},
	Attest {
		by: Who,
		job: JobId,
		claim: Claim,
		passed: bool,
		key: Key,
	},
	Raise {
		by: Who,
		job: JobId,
	},
	/// By the requester, or by somebody who has no say.
	Testify {
		by: Who,
		job: JobId,
		evidence: u8,
	},
	/// `round`: the committee before which the juror says that it commits.
	Commit {
		by: Who,
		job: JobId,
		vote: Vote,
		round: u8,
		key: Key,
	},
	Reveal {
		by: Who,
		job: JobId,
		vote: Vote,
	},
	/// By the governance, or by some account that has no say.
	Arbitrate {
		by: Option<Who>,
		job: JobId,
		at_fault: bool,
	},
	Report {
		by: Who,
		job: JobId,
		auction: bool,
		claims: [Claim; 2],
		keys: [Key; 2],
	},
	Register {
		by: Who,
		key: Key,
		payout: Who,
		forged: bool,
	},
	/// Change the worker key. `nonce`: how often the keys were set already.
	Rotate {
		by: Who,
		key: Key,
		nonce: u32,
		forged: bool,
	},
	Deregister {
		by: Who,
	},
	SetPayout {
		by: Who,
		payout: Who,
	},
	Stake {
		by: Who,
		amount: Money,
	},
	Unbond {
		by: Who,
		amount: Money,
	},
	Withdraw {
		by: Who,
	},
	/// Take on the role of a verifier, or lay it down.
	Verify {
		by: Who,
		on: bool,
	},
	Displace {
		by: Who,
		displaced: Who,
	},
	ClaimParked {
		by: Who,
		payee: Who,
	},
	/// Of the payment asset.
	Transfer {
		by: Who,
		to: Who,
		amount: Money,
	},
	/// Of MILL, such that the sender's account lives on.
	Send {
		by: Who,
		to: Who,
		amount: Money,
	},
	/// By the issuer of the payment asset.
	SetStatus {
		who: Who,
		status: Status,
	},
	/// By the issuer of the payment asset, for all accounts.
	SetFrozen {
		frozen: bool,
	},
	/// By the governance, or by some account that has no say. `sound`: the parameters fit each other.
	SetRules {
		by: Option<Who>,
		rules: Box<Parameters>,
		sound: bool,
	},
	/// By the governance.
	SetPrice {
		price: (u64, u64),
	},
	/// By the governance: put the model on offer, or take it off.
	Offer {
		on: bool,
	},
	/// Have deadlines handled that are due.
	Service {
		by: Who,
		max: u32,
	},
}

impl Action {
	/// How many kinds there are.
	pub(super) const KINDS: usize = 33;

	/// The name of its kind.
	pub(super) const fn kind(&self) -> &'static str {
		match self {
			Self::Create { .. } => "create",
			Self::CreateAuction { .. } => "create auction",
			Self::Cancel { .. } => "cancel",
			Self::Accept { .. } => "accept",
			Self::Award { .. } => "award",
			Self::Prove { .. } => "prove",
			Self::Confirm { .. } => "confirm",
			Self::Deliver { .. } => "deliver",
			Self::Attest { .. } => "attest",
			Self::Raise { .. } => "raise",
			Self::Testify { .. } => "testify",
			Self::Commit { .. } => "commit",
			Self::Reveal { .. } => "reveal",
			Self::Arbitrate { .. } => "arbitrate",
			Self::Report { .. } => "report",
			Self::Register { .. } => "register",
			Self::Rotate { .. } => "rotate",
			Self::Deregister { .. } => "deregister",
			Self::SetPayout { .. } => "set payout",
			Self::Stake { .. } => "stake",
			Self::Unbond { .. } => "unbond",
			Self::Withdraw { .. } => "withdraw",
			Self::Verify { .. } => "verify",
			Self::Displace { .. } => "displace",
			Self::ClaimParked { .. } => "claim parked",
			Self::Transfer { .. } => "transfer",
			Self::Send { .. } => "send",
			Self::SetStatus { .. } => "set status",
			Self::SetFrozen { .. } => "set frozen",
			Self::SetRules { .. } => "set rules",
			Self::SetPrice { .. } => "set price",
			Self::Offer { .. } => "offer",
			Self::Service { .. } => "service",
		}
	}
}
