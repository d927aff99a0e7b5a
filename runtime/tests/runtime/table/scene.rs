//! A job in a state of one's choice, everybody who could want something of it, and everything that
//! they could try.

use std::sync::OnceLock;

use frame_support::traits::fungibles::Inspect as _;
use millrace_primitives::{
	AuctionTerms, DirectTerms, FinishReason, JobId, JobKind, JobNonce, JobRecord, JobState, Proof,
	Receipt, Submission, TokenCounts,
	Verdict::{AtFault, Cleared},
};
use millrace_runtime::{
	configs::{PaymentAsset, MILL, USDC},
	AccountId, Assets, Hash, Header, Runtime, RuntimeCall, Signature, UncheckedExtrinsic,
};
use pallet_disputes::types::{Ballot, CaseOf, Phase};
use sp_core::{Pair, H256};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_storage::StateVersion;

use crate::{
	chain::{model, Chain},
	requester::{LATENCY, PRICE},
	worker::Worker,
};

/// What the `test` preset says of time, but for the nonces: every stage is reached while the nonce of
/// its job is fresh.
const CANCEL_AFTER: u64 = 1_000;
const PROOF_WINDOW: u64 = 20_000;
const NONCE_WINDOW: u64 = 25_000;
const BID_WINDOW: u64 = 20_000;
const CHALLENGE_WINDOW: u64 = 5_000;
const DRAW_DELAY: u64 = 4_000;
const COMMIT_WINDOW: u64 = 5_000;

/// What the requester allows, and what the workers claim.
const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };
const USED: TokenCounts = TokenCounts { input: 123, output: 77 };

/// Where a job is in its life, as finely as it matters for who may do what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
	/// There is no such job.
	Missing,
	/// OPEN, and a direct job that is too young to be cancelled.
	Young,
	/// OPEN.
	Open,
	/// ACCEPTED.
	Accepted,
	/// SUBMITTED, and a verifier to judge it.
	Submitted,
	/// SUBMITTED, and the verifier not drawn yet.
	Undrawn,
	/// VERIFIED.
	Verified,
	/// DISPUTED, and the committee not drawn yet.
	Draw,
	/// DISPUTED, and the jurors commit.
	Commit,
	/// DISPUTED, and all jurors but one have committed.
	LastCommit,
	/// DISPUTED, and the jurors reveal.
	Reveal,
	/// DISPUTED, and all jurors that committed but one have revealed.
	LastReveal,
	/// DISPUTED, and the arbiter is asked.
	Arbitration,
	/// SETTLED.
	Settled,
	/// CANCELLED.
	Cancelled,
	/// EXPIRED out of OPEN.
	Expired,
	/// EXPIRED out of ACCEPTED.
	Abandoned,
	/// RESOLVED.
	Resolved,
}

impl Stage {
	/// All of them.
	pub(crate) const ALL: [Self; 18] = [
		Self::Missing,
		Self::Young,
		Self::Open,
		Self::Accepted,
		Self::Submitted,
		Self::Undrawn,
		Self::Verified,
		Self::Draw,
		Self::Commit,
		Self::LastCommit,
		Self::Reveal,
		Self::LastReveal,
		Self::Arbitration,
		Self::Settled,
		Self::Cancelled,
		Self::Expired,
		Self::Abandoned,
		Self::Resolved,
	];

	/// Whether a job of this kind can be there.
	pub(crate) fn is_for(self, kind: JobKind) -> bool {
		match kind {
			JobKind::Direct => !matches!(self, Self::Submitted | Self::Undrawn),
			JobKind::Auction => self != Self::Young,
		}
	}

	/// Where a job is now. Needs externalities.
	pub(crate) fn of(job: JobId) -> Self {
		let Some(record) = pallet_jobs::Jobs::<Runtime>::get(job) else { return Self::Missing };
		match record.state {
			JobState::Open if is_young(&record) => Self::Young,
			JobState::Open => Self::Open,
			JobState::Accepted => Self::Accepted,
			JobState::Submitted => match record.auction.expect("it is auctioned").verifier {
				Some(_) => Self::Submitted,
				None => Self::Undrawn,
			},
			JobState::Verified => Self::Verified,
			JobState::Disputed => {
				Self::of_dispute(&pallet_disputes::Cases::<Runtime>::get(job).expect("is disputed"))
			},
			JobState::Settled => Self::Settled,
			JobState::Cancelled => Self::Cancelled,
			JobState::Expired if record.accepted_by.is_some() => Self::Abandoned,
			JobState::Expired => Self::Expired,
			JobState::Resolved => Self::Resolved,
		}
	}

	fn of_dispute(case: &CaseOf<Runtime>) -> Self {
		let awaited = case.jurors.iter().filter(|juror| juror.ballot == Ballot::Awaited).count();
		let hidden = |ballot| matches!(ballot, Ballot::Committed(_));
		let hidden = case.jurors.iter().filter(|juror| hidden(juror.ballot)).count();
		match case.phase {
			Phase::Draw => Self::Draw,
			Phase::Commit if awaited == 1 => Self::LastCommit,
			Phase::Commit => Self::Commit,
			Phase::Reveal if hidden == 1 => Self::LastReveal,
			Phase::Reveal => Self::Reveal,
			Phase::Arbitration => Self::Arbitration,
			Phase::Closed(decision) => panic!("a DISPUTED job whose dispute is over: {decision:?}"),
		}
	}
}

fn is_young(record: &JobRecord<AccountId>) -> bool {
	let age = pallet_timestamp::Now::<Runtime>::get() - record.created_at;
	record.kind == JobKind::Direct && age < CANCEL_AFTER
}

/// Everybody who could try something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Caller {
	/// Who pays for the job. It runs a staked worker too.
	Requester,
	/// Whom the requester of an auction named to award it. It runs a worker without a stake.
	Matcher,
	/// The worker that does the job: the first candidate of a direct one, the winner of an auction.
	Hired,
	/// The other candidate of a direct job, another bidder in an auction.
	Candidate,
	/// A staked worker that the job does not concern.
	Outsider,
	/// The verifier that the requester of an auction named. It is the challenger of a direct job.
	Verifier,
	/// A juror whose next word is awaited.
	Juror,
	/// A juror that has said its word: committed, and revealed when it is time for that.
	Spoken,
	/// A juror that does not commit in time.
	Absent,
	/// A verifier that is not drawn.
	Bench,
	/// An account with money.
	Stranger,
	/// An account with nothing.
	Pauper,
	/// More than half of the council.
	Council,
	/// Less than half of the council.
	Minority,
	/// Root.
	Root,
}

impl Caller {
	/// All of them.
	pub(crate) const ALL: [Self; 15] = [
		Self::Requester,
		Self::Matcher,
		Self::Hired,
		Self::Candidate,
		Self::Outsider,
		Self::Verifier,
		Self::Juror,
		Self::Spoken,
		Self::Absent,
		Self::Bench,
		Self::Stranger,
		Self::Pauper,
		Self::Council,
		Self::Minority,
		Self::Root,
	];

	/// Whether it acts with a key of its own, and not by an origin.
	pub(crate) const fn has_key(self) -> bool {
		!matches!(self, Self::Council | Self::Minority | Self::Root)
	}
}

/// Everything that somebody could try. One is for one call, or for one way to use it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Attempt {
	/// `jobs.create` with the nonce of the job.
	Create,
	/// `jobs.create_auction` with the nonce of the job.
	CreateAuction,
	/// `jobs.cancel`.
	Cancel,
	/// `jobs.accept` by the caller.
	Accept,
	/// `jobs.award` of a bid of the caller, by the requester.
	Bid,
	/// `jobs.award` of a bid of the worker, by the caller.
	Award,
	/// `settlement.submit_proof` of the caller, without a receipt.
	Prove,
	/// `settlement.submit_proof` of the caller, with a receipt of the requester.
	ProveConfirmed,
	/// `settlement.submit_proof` of the worker, with a receipt of the caller.
	ConfirmProof,
	/// `settlement.submit_receipt` of the caller.
	Confirm,
	/// `settlement.submit_result` of the caller.
	Deliver,
	/// `settlement.attest` of the caller: the result is good.
	Pass,
	/// `settlement.attest` of the caller: the result is bad.
	Fail,
	/// `disputes.raise`.
	Raise,
	/// `disputes.testify`.
	Testify,
	/// `disputes.commit` of the caller.
	CommitVote,
	/// `disputes.reveal` of the caller.
	RevealVote,
	/// `disputes.arbitrate`: the worker is at fault.
	Convict,
	/// `disputes.arbitrate`: the worker is cleared.
	Clear,
	/// `disputes.report_double_proof` of the worker.
	ReportProofs,
	/// `disputes.report_double_submission` of the worker.
	ReportSubmissions,
	/// `escrow.claim` for the caller.
	Claim,
	/// `deadlines.service`.
	Service,
}

impl Attempt {
	/// All of them.
	pub(crate) const ALL: [Self; 23] = [
		Self::Create,
		Self::CreateAuction,
		Self::Cancel,
		Self::Accept,
		Self::Bid,
		Self::Award,
		Self::Prove,
		Self::ProveConfirmed,
		Self::ConfirmProof,
		Self::Confirm,
		Self::Deliver,
		Self::Pass,
		Self::Fail,
		Self::Raise,
		Self::Testify,
		Self::CommitVote,
		Self::RevealVote,
		Self::Convict,
		Self::Clear,
		Self::ReportProofs,
		Self::ReportSubmissions,
		Self::Claim,
		Self::Service,
	];

	/// Whether the signatures in the call are all that it takes: no account, no nonce, no fee.
	pub(crate) const fn authorizes_itself(self) -> bool {
		matches!(
			self,
			Self::Accept
				| Self::Bid | Self::Award
				| Self::Prove
				| Self::ProveConfirmed
				| Self::ConfirmProof
				| Self::Confirm
				| Self::Deliver
				| Self::Pass | Self::Fail
				| Self::CommitVote
				| Self::RevealVote
		)
	}
}

/// A job, and everybody around it.
pub(crate) struct Scene {
	pub(crate) chain: Chain,
	pub(crate) kind: JobKind,
	pub(crate) job: JobId,
	nonce: JobNonce,
	people: Vec<(Caller, Worker)>,
	names_verifier: bool,
}

impl Scene {
	/// A job of this kind, at this stage.
	pub(crate) fn new(kind: JobKind, stage: Stage) -> Self {
		let chain = Beginning::get().chain();
		let people = people();
		let nonce = JobNonce { issued_at: chain.now, salt: [3; 16] };
		let requester = Sr25519Keyring::Alice.to_account_id();
		let job = JobId::new(chain.genesis, &requester, &nonce);
		let names_verifier = stage != Stage::Undrawn;
		let mut scene = Self { chain, kind, job, nonce, people, names_verifier };
		scene.reach(stage);
		assert_eq!(scene.chain.ext.execute_with(|| Stage::of(job)), stage);
		// What is tried is compared with what was: let the root of the state be cheap.
		scene.chain.ext.commit_all().expect("nothing is open");
		scene
	}

	/// The keys of a caller.
	pub(crate) fn who(&self, caller: Caller) -> &Worker {
		let found = self.people.iter().find(|(role, _)| *role == caller);
		&found.unwrap_or_else(|| panic!("{caller:?} has no key")).1
	}

	/// The account of a caller.
	pub(crate) fn account(&self, caller: Caller) -> AccountId {
		self.who(caller).owner()
	}

	/// The proof of a worker for the job.
	pub(crate) fn proof(&self, worker: Caller) -> Proof<AccountId> {
		Proof {
			job: self.job,
			worker: self.account(worker),
			model: model(),
			output: [5; 32],
			tokens: USED,
			finish: FinishReason::Stop,
			class: [6; 32],
			entropy: H256([7; 32]),
		}
	}

	/// What the worker delivers for the job.
	pub(crate) fn submission(&self) -> Submission<AccountId> {
		self.who(Caller::Hired).submission(self.job)
	}

	/// The receipt of `signer` for a proof of `worker`.
	fn receipt(&self, signer: Caller, worker: Caller) -> Receipt<Signature> {
		self.chain.receipt(self.who(signer).owner, &self.proof(worker))
	}

	/// What was delivered, or would be.
	fn delivered(&self) -> [u8; 32] {
		match self.kind {
			JobKind::Direct => self.proof(Caller::Hired).digest(),
			JobKind::Auction => self.submission().digest(),
		}
	}

	/// What the requester asks for in an auction.
	pub(crate) fn auction_terms(&self) -> AuctionTerms<AccountId> {
		let verifier = self.names_verifier.then(|| self.account(Caller::Verifier));
		AuctionTerms {
			bid_window: BID_WINDOW,
			challenge_window: CHALLENGE_WINDOW,
			matcher: Some(self.account(Caller::Matcher)),
			verifier,
			..Chain::auction_terms(None)
		}
	}

	fn direct_terms(&self) -> DirectTerms<AccountId> {
		Chain::terms(&[self.who(Caller::Hired), self.who(Caller::Candidate)], MAX)
	}

	/// What `caller` sends to try something.
	pub(crate) fn call(&self, attempt: Attempt, caller: Caller) -> RuntimeCall {
		self.call_signed_by(attempt, caller, caller)
	}

	/// What is sent in the name of `caller`, but signed with the worker key of another.
	pub(crate) fn call_signed_by(
		&self,
		attempt: Attempt,
		caller: Caller,
		signer: Caller,
	) -> RuntimeCall {
		// An origin without a key brings what would be right.
		let caller = if caller.has_key() { caller } else { Caller::Hired };
		let signer = if signer.has_key() { signer } else { Caller::Hired };
		if attempt.authorizes_itself() {
			self.authorized_call(attempt, caller, signer)
		} else {
			self.call_of_an_account(attempt, caller)
		}
	}

	fn authorized_call(&self, attempt: Attempt, caller: Caller, signer: Caller) -> RuntimeCall {
		let named = with_key_of(self.who(caller), self.who(signer));
		let hired = self.who(Caller::Hired);
		let (chain, job) = (&self.chain, self.job);
		let transaction = match attempt {
			Attempt::Accept => named.accept(chain, job),
			Attempt::Bid => {
				let bid = named.bid(chain, job, PRICE, LATENCY);
				chain.award(self.who(Caller::Requester).owner, bid)
			},
			Attempt::Award => chain.award(named.owner, hired.bid(chain, job, PRICE, LATENCY)),
			Attempt::Prove => named.submit(chain, self.proof(caller), None),
			Attempt::ProveConfirmed => {
				let receipt = self.receipt(Caller::Requester, caller);
				named.submit(chain, self.proof(caller), Some(receipt))
			},
			Attempt::ConfirmProof => {
				let receipt = self.receipt(caller, Caller::Hired);
				hired.submit(chain, self.proof(Caller::Hired), Some(receipt))
			},
			Attempt::Confirm => {
				let receipt = chain.receipt_for(named.owner, job, self.delivered());
				Chain::authorized(pallet_settlement::Call::submit_receipt { job, receipt })
			},
			Attempt::Deliver => {
				let submission = Submission { worker: named.owner(), ..self.submission() };
				named.deliver(chain, submission)
			},
			Attempt::Pass => named.attest(chain, &self.submission(), true),
			Attempt::Fail => named.attest(chain, &self.submission(), false),
			Attempt::CommitVote => named.commit(chain, job, AtFault),
			// No key signs it: who forges it does not know what was committed to.
			Attempt::RevealVote => {
				named.reveal(job, if caller == signer { AtFault } else { Cleared })
			},
			other => panic!("{other:?} is for an account to sign"),
		};
		transaction.function
	}

	fn call_of_an_account(&self, attempt: Attempt, caller: Caller) -> RuntimeCall {
		let (job, nonce) = (self.job, self.nonce);
		match attempt {
			Attempt::Create => {
				pallet_jobs::Call::create { nonce, terms: self.direct_terms() }.into()
			},
			Attempt::CreateAuction => {
				pallet_jobs::Call::create_auction { nonce, terms: self.auction_terms() }.into()
			},
			Attempt::Cancel => pallet_jobs::Call::cancel { job }.into(),
			Attempt::Raise => pallet_disputes::Call::raise { job, evidence: [9; 32] }.into(),
			Attempt::Testify => pallet_disputes::Call::testify { job, evidence: [8; 32] }.into(),
			Attempt::Convict => pallet_disputes::Call::arbitrate { job, verdict: AtFault }.into(),
			Attempt::Clear => pallet_disputes::Call::arbitrate { job, verdict: Cleared }.into(),
			Attempt::ReportProofs => self.report_of_proofs(),
			Attempt::ReportSubmissions => self.report_of_submissions(),
			Attempt::Claim => pallet_escrow::Call::claim { who: self.account(caller) }.into(),
			Attempt::Service => pallet_deadlines::Call::service { max: 10 }.into(),
			other => panic!("{other:?} authorizes itself"),
		}
	}

	fn report_of_proofs(&self) -> RuntimeCall {
		let (genesis, key) = (self.chain.genesis, &self.who(Caller::Hired).key);
		let first = self.proof(Caller::Hired);
		let second = Proof { output: [6; 32], ..first.clone() };
		let call = pallet_disputes::Call::report_double_proof {
			first_signature: key.sign(&first.message(genesis)),
			second_signature: key.sign(&second.message(genesis)),
			first,
			second,
		};
		call.into()
	}

	fn report_of_submissions(&self) -> RuntimeCall {
		let (genesis, key) = (self.chain.genesis, &self.who(Caller::Hired).key);
		let first = self.submission();
		let second = Submission { output: [6; 32], ..first.clone() };
		let call = pallet_disputes::Call::report_double_submission {
			first_signature: key.sign(&first.message(genesis)),
			second_signature: key.sign(&second.message(genesis)),
			first,
			second,
		};
		call.into()
	}

	/// The transaction with which `caller` tries something.
	pub(crate) fn transaction(&mut self, attempt: Attempt, caller: Caller) -> UncheckedExtrinsic {
		let call = self.call(attempt, caller);
		if attempt.authorizes_itself() {
			return Chain::authorized(call);
		}
		let owner = self.who(caller).owner;
		self.chain.signed(owner, call)
	}

	/// Do something that must succeed.
	pub(crate) fn act(&mut self, attempt: Attempt, caller: Caller) {
		let transaction = self.transaction(attempt, caller);
		assert_eq!(self.chain.apply(transaction), Ok(()), "{attempt:?} by {caller:?}");
	}

	/// Let time pass until what was due then is done.
	fn pass(&mut self, elapsed: u64) {
		self.chain.pass(elapsed + 2 * self.chain.slot_ms);
	}

	/// Take the job, which does not exist yet, to a stage.
	fn reach(&mut self, stage: Stage) {
		match stage {
			Stage::Missing => {},
			Stage::Young => self.act(Attempt::Create, Caller::Requester),
			Stage::Open => self.reach_open(),
			Stage::Accepted => {
				self.reach(Stage::Open);
				match self.kind {
					JobKind::Direct => self.act(Attempt::Accept, Caller::Hired),
					JobKind::Auction => self.act(Attempt::Award, Caller::Requester),
				}
			},
			Stage::Submitted | Stage::Undrawn => {
				self.reach(Stage::Accepted);
				self.act(Attempt::Deliver, Caller::Hired);
			},
			Stage::Verified => match self.kind {
				JobKind::Direct => {
					self.reach(Stage::Open);
					self.act(Attempt::Prove, Caller::Hired);
				},
				JobKind::Auction => {
					self.reach(Stage::Submitted);
					self.act(Attempt::Pass, Caller::Verifier);
				},
			},
			Stage::Settled => {
				self.reach(Stage::Verified);
				self.pass(CHALLENGE_WINDOW);
			},
			Stage::Cancelled => {
				self.reach(Stage::Open);
				self.act(Attempt::Cancel, Caller::Requester);
			},
			Stage::Expired => {
				self.reach(Stage::Open);
				let window = if self.kind == JobKind::Direct { PROOF_WINDOW } else { BID_WINDOW };
				self.pass(window);
			},
			Stage::Abandoned => {
				self.reach(Stage::Accepted);
				let direct = self.kind == JobKind::Direct;
				self.pass(if direct { PROOF_WINDOW } else { 2 * LATENCY });
			},
			_ => self.reach_in_dispute(stage),
		}
	}

	fn reach_open(&mut self) {
		match self.kind {
			JobKind::Direct => {
				self.act(Attempt::Create, Caller::Requester);
				self.pass(CANCEL_AFTER);
			},
			JobKind::Auction => self.act(Attempt::CreateAuction, Caller::Requester),
		}
	}

	fn reach_in_dispute(&mut self, stage: Stage) {
		match stage {
			Stage::Draw => match self.kind {
				JobKind::Direct => {
					self.reach(Stage::Verified);
					self.act(Attempt::Raise, Caller::Verifier);
				},
				JobKind::Auction => {
					self.reach(Stage::Submitted);
					self.act(Attempt::Fail, Caller::Verifier);
				},
			},
			Stage::Commit => {
				self.reach(Stage::Draw);
				self.pass(DRAW_DELAY);
				self.seat();
				self.act(Attempt::CommitVote, Caller::Spoken);
			},
			Stage::LastCommit => {
				self.reach(Stage::Commit);
				self.act(Attempt::CommitVote, Caller::Absent);
				self.others_vote(Attempt::CommitVote);
			},
			Stage::Reveal => {
				self.reach(Stage::Commit);
				self.act(Attempt::CommitVote, Caller::Juror);
				self.others_vote(Attempt::CommitVote);
				self.pass(COMMIT_WINDOW);
				self.act(Attempt::RevealVote, Caller::Spoken);
			},
			Stage::LastReveal => {
				self.reach(Stage::Reveal);
				self.others_vote(Attempt::RevealVote);
			},
			Stage::Arbitration => {
				self.reach(Stage::Draw);
				self.pass(DRAW_DELAY);
				self.seat();
				self.pass(COMMIT_WINDOW);
			},
			Stage::Resolved => {
				self.reach(Stage::LastReveal);
				self.act(Attempt::RevealVote, Caller::Juror);
			},
			_ => panic!("{stage:?} is no stage of a dispute"),
		}
	}

	/// The jurors, of whom some play a part of their own.
	fn jurors(&mut self) -> Vec<AccountId> {
		let job = self.job;
		let case = self.chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job));
		case.expect("it is disputed").jurors.into_iter().map(|juror| juror.account).collect()
	}

	/// Give everybody who was drawn the part that its seat has.
	fn seat(&mut self) {
		let jurors = self.jurors();
		assert_eq!(jurors.len(), 5, "a committee is complete");
		let drawn = [Caller::Juror, Caller::Spoken, Caller::Absent];
		self.people.retain(|(caller, _)| !drawn.contains(caller) && *caller != Caller::Bench);
		for owner in POOL {
			let seat = jurors.iter().position(|juror| *juror == owner.to_account_id());
			let part = match seat {
				Some(seat) => drawn.get(seat).copied(),
				None => Some(Caller::Bench),
			};
			self.people.extend(part.map(|part| (part, Worker::new(owner))));
		}
	}

	/// Let those jurors vote that play no part of their own.
	fn others_vote(&mut self, vote: Attempt) {
		for juror in self.jurors().into_iter().skip(3) {
			let owner = POOL.into_iter().find(|owner| owner.to_account_id() == juror);
			let worker = Worker::new(owner.expect("only the pool is drawn"));
			let transaction = match vote {
				Attempt::RevealVote => worker.reveal(self.job, AtFault),
				_ => worker.commit(&self.chain, self.job, AtFault),
			};
			assert_eq!(self.chain.apply(transaction), Ok(()));
		}
	}
}

/// A worker in name, with the key of another.
fn with_key_of(worker: &Worker, other: &Worker) -> Worker {
	Worker {
		owner: worker.owner,
		payout: worker.payout.clone(),
		key: other.key.clone(),
		peer: worker.peer,
	}
}

/// The verifiers of whom committees are drawn.
const POOL: [Sr25519Keyring; 6] = [
	Sr25519Keyring::AliceStash,
	Sr25519Keyring::BobStash,
	Sr25519Keyring::CharlieStash,
	Sr25519Keyring::DaveStash,
	Sr25519Keyring::EveStash,
	Sr25519Keyring::FerdieStash,
];

/// Everybody with a key, before a committee is drawn.
fn people() -> Vec<(Caller, Worker)> {
	let mut people = vec![
		(Caller::Requester, Worker::new(Sr25519Keyring::Alice)),
		(Caller::Matcher, Worker::new(Sr25519Keyring::Bob)),
		(Caller::Hired, Worker::new(Sr25519Keyring::Charlie)),
		(Caller::Candidate, Worker::new(Sr25519Keyring::Dave)),
		(Caller::Outsider, Worker::new(Sr25519Keyring::Eve)),
		(Caller::Verifier, Worker::new(Sr25519Keyring::Ferdie)),
		(Caller::Stranger, Worker::new(Sr25519Keyring::One)),
		(Caller::Pauper, Worker::new(Sr25519Keyring::Two)),
	];
	let parts = [Caller::Juror, Caller::Spoken, Caller::Absent, Caller::Bench];
	people.extend(parts.into_iter().zip(POOL.map(Worker::new)));
	people
}

/// The nodes of a state, by key, and how often each is referred to.
type Nodes = Vec<(Vec<u8>, (Vec<u8>, i32))>;

/// The chain that every scene begins with: everybody has money and a place in the registry, but for
/// the stranger, which has only money, and the pauper, which has neither.
struct Beginning {
	storage: Nodes,
	root: Hash,
	parent: Hash,
	best: Header,
	number: u32,
	now: u64,
}

impl Beginning {
	fn get() -> &'static Self {
		static BEGINNING: OnceLock<Beginning> = OnceLock::new();
		BEGINNING.get_or_init(Self::new)
	}

	fn genesis() -> Chain {
		let patch = serde_json::json!({ "nonceWindowMs": NONCE_WINDOW });
		let patch = serde_json::json!({ "parameters": { "initial": patch } });
		Chain::new("test", patch, 0x7B)
	}

	fn new() -> Self {
		let mut chain = Self::genesis();
		let poor = POOL.into_iter().chain([Sr25519Keyring::One]);
		let calls = poor.flat_map(|owner| gifts_for(&owner.to_account_id())).collect();
		let gifts = pallet_utility::Call::batch_all { calls };
		let gifts = chain.signed(Sr25519Keyring::Alice, gifts);
		assert_eq!(chain.apply(gifts), Ok(()));
		for (caller, person) in people() {
			match caller {
				Caller::Matcher => person.register(&mut chain),
				Caller::Requester | Caller::Hired | Caller::Candidate | Caller::Outsider => {
					person.enter(&mut chain);
				},
				Caller::Verifier => {
					person.enter_as_verifier(&mut chain);
				},
				_ => {},
			}
		}
		for owner in POOL {
			Worker::new(owner).enter_as_verifier(&mut chain);
		}
		let Chain { mut ext, parent, best, number, now, .. } = chain;
		ext.commit_all().expect("nothing is open");
		let (storage, root) = ext.into_raw_snapshot();
		Self { storage, root, parent, best, number, now }
	}

	fn chain(&self) -> Chain {
		let mut chain = Self::genesis();
		let storage = self.storage.clone();
		chain.ext = TestExternalities::from_raw_snapshot(storage, self.root, StateVersion::V1);
		chain.parent = self.parent;
		chain.best = self.best.clone();
		chain.number = self.number;
		chain.now = self.now;
		chain
	}
}

fn gifts_for(account: &AccountId) -> [RuntimeCall; 2] {
	let dest = account.clone().into();
	let mill = pallet_balances::Call::transfer_keep_alive { dest, value: 1_000 * MILL };
	let (id, target) = (PaymentAsset::get(), account.clone().into());
	let usdc = pallet_assets::Call::transfer { id, target, amount: 100 * USDC };
	[mill.into(), usdc.into()]
}

/// What there is of the payment asset. Needs externalities.
pub(crate) fn payment_issuance() -> u128 {
	Assets::total_issuance(PaymentAsset::get())
}
