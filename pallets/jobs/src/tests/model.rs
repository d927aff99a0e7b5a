//! Random operations on the pallet and on a reference model of it, which must agree after each.

use std::collections::{BTreeMap, BTreeSet};

use frame_support::assert_storage_noop;
use millrace_primitives::{
	job::Candidates,
	traits::{JobBook, JobEscrow},
	AuctionTerms, Balance, Bid, DirectTerms, JobId, JobKind, JobNonce, JobState, Moment, Payment,
	TokenCounts,
};
use proptest::{collection::vec, prelude::*, sample::select};
use sp_core::Pair;
use sp_runtime::{DispatchError, TokenError};

use crate::{
	mock::{
		attest, auction_terms, award_by, bid, check, genesis, give_back, key_of, outcome, pass,
		pass_over, submit, terms, AccountId, ExtBuilder, Jobs, Notes, Now, Purses, RuntimeOrigin,
		Spy, Test, ALFA, BID_WINDOW, BRAVO, CANCEL_AFTER, CHALLENGE_WINDOW, CHARLIE, DELIVERY,
		DELTA, DISPUTE, DISPUTE_WINDOW, FUNDS, JUDGE_WINDOW, MATCHER, NONCE_WINDOW, PAUPER,
		PROOF_WINDOW, REQUESTER, RETENTION, START, STRANGER, VERA, VICTOR,
	},
	Error,
};

#[derive(Clone, Debug)]
enum Op {
	Create {
		requester: AccountId,
		/// `None`: the present.
		issued_at: Option<Moment>,
		salt: u8,
		candidates: Vec<AccountId>,
		max: TokenCounts,
	},
	Cancel {
		requester: AccountId,
		job: usize,
	},
	Accept {
		owner: AccountId,
		job: usize,
		honest: bool,
	},
	Prove {
		worker: AccountId,
		job: usize,
	},
	Settle {
		job: usize,
		worker: Balance,
		treasury: Balance,
	},
	CreateAuction {
		requester: AccountId,
		salt: u8,
		payment_max: Balance,
		verifier_fee: Balance,
		verifier: Option<AccountId>,
	},
	Award {
		job: usize,
		worker: AccountId,
		price: Balance,
		/// Whether the worker signed the bid.
		honest: bool,
		/// Who signed the award.
		signer: AccountId,
	},
	Submit {
		job: usize,
		worker: AccountId,
		verifier: Option<AccountId>,
	},
	Appoint {
		job: usize,
		verifier: AccountId,
	},
	Attest {
		job: usize,
		passed: bool,
	},
	PassOver {
		job: usize,
	},
	Dispute {
		job: usize,
	},
	GiveBack {
		job: usize,
	},
	Pass(Moment),
}

fn op() -> impl Strategy<Value = Op> {
	let worker = || select(vec![ALFA, BRAVO, BRAVO, CHARLIE, DELTA]);
	let job = || mostly(0, vec![1, 2, 3]);
	let time = select(vec![
		0,
		1,
		1_000,
		CANCEL_AFTER - 1,
		CANCEL_AFTER,
		CANCEL_AFTER,
		DISPUTE_WINDOW,
		PROOF_WINDOW - 1,
		PROOF_WINDOW,
		BID_WINDOW,
		DELIVERY,
		JUDGE_WINDOW,
		CHALLENGE_WINDOW,
		RETENTION,
	]);
	prop_oneof![
		4 => create(),
		2 => (requester(), job()).prop_map(|(requester, job)| Op::Cancel { requester, job }),
		3 => (worker(), job(), prop::bool::weighted(0.8))
			.prop_map(|(owner, job, honest)| Op::Accept { owner, job, honest }),
		3 => (worker(), job()).prop_map(|(worker, job)| Op::Prove { worker, job }),
		2 => (job(), 0..40u128, 0..40u128)
			.prop_map(|(job, worker, treasury)| Op::Settle { job, worker, treasury }),
		2 => time.prop_map(Op::Pass),
		2 => Just(Op::Pass(1_000)),
		30 => auction_op(),
	]
}

/// The one that leads somewhere, or sometimes another.
fn mostly<T: Copy + std::fmt::Debug + 'static>(
	good: T,
	others: Vec<T>,
) -> impl Strategy<Value = T> {
	prop_oneof![5 => Just(good), 1 => select(others)]
}

fn auction_op() -> impl Strategy<Value = Op> {
	let job = || mostly(0, vec![1, 2, 3]);
	let worker = || select(vec![ALFA, BRAVO, BRAVO, BRAVO, BRAVO, CHARLIE, STRANGER, VERA]);
	let judge = || select(vec![VERA, VERA, VICTOR, BRAVO, REQUESTER]);
	let maybe = |judge| prop_oneof![2 => Just(None), 1 => judge];
	let price = select(vec![0, 80, 80, 700, 1_000, 1_001]);
	let signer = select(vec![REQUESTER, REQUESTER, REQUESTER, MATCHER, STRANGER]);
	prop_oneof![
		3 => create_auction(),
		4 => (job(), worker(), price, prop::bool::weighted(0.9), signer).prop_map(
			|(job, worker, price, honest, signer)| Op::Award { job, worker, price, honest, signer },
		),
		4 => (job(), worker(), maybe(judge().prop_map(Some)))
			.prop_map(|(job, worker, verifier)| Op::Submit { job, worker, verifier }),
		2 => (job(), judge()).prop_map(|(job, verifier)| Op::Appoint { job, verifier }),
		3 => (job(), any::<bool>()).prop_map(|(job, passed)| Op::Attest { job, passed }),
		1 => job().prop_map(|job| Op::PassOver { job }),
		2 => job().prop_map(|job| Op::Dispute { job }),
		1 => job().prop_map(|job| Op::GiveBack { job }),
	]
}

fn create_auction() -> impl Strategy<Value = Op> {
	let payment_max = mostly(1_000, vec![0, 80]);
	let verifier_fee = mostly(50, vec![9, 10]);
	let verifier = mostly(None, vec![Some(VERA), Some(ALFA)]);
	(requester(), 0..20u8, payment_max, verifier_fee, verifier).prop_map(
		|(requester, salt, payment_max, verifier_fee, verifier)| Op::CreateAuction {
			requester,
			salt,
			payment_max,
			verifier_fee,
			verifier,
		},
	)
}

fn requester() -> impl Strategy<Value = AccountId> {
	select(vec![REQUESTER, REQUESTER, REQUESTER, STRANGER, PAUPER])
}

fn create() -> impl Strategy<Value = Op> {
	let edges = select(vec![
		START - NONCE_WINDOW - 1,
		START - NONCE_WINDOW,
		START,
		START + NONCE_WINDOW,
		START + NONCE_WINDOW + 1,
		START + RETENTION,
	]);
	let issued_at = prop_oneof![3 => Just(None), 1 => edges.prop_map(Some)];
	let good = Just(vec![ALFA, BRAVO]);
	let some = vec(select(vec![ALFA, BRAVO, CHARLIE]), 1..=3);
	let any = vec(select(vec![ALFA, BRAVO, CHARLIE, DELTA, STRANGER]), 0..=4);
	let candidates = prop_oneof![6 => good, 3 => some, 1 => any];
	let count = || prop_oneof![9 => select(vec![1, 5, 500]), 1 => select(vec![0, 501, 1_001])];
	(requester(), issued_at, 0..3u8, candidates, count(), count()).prop_map(
		|(requester, issued_at, salt, candidates, input, output)| {
			let max = TokenCounts { input, output };
			Op::Create { requester, issued_at, salt, candidates, max }
		},
	)
}

/// A job as the model knows it.
#[derive(Clone)]
struct Known {
	requester: AccountId,
	candidates: Vec<AccountId>,
	locked: Balance,
	state: JobState,
	created_at: Moment,
	ends_at: Moment,
	accepted_by: Option<AccountId>,
	worker: Option<AccountId>,
	/// What is still locked.
	held: Balance,
	auction: Option<KnownAuction>,
}

/// What the model knows of an auctioned job besides.
#[derive(Clone)]
struct KnownAuction {
	payment_max: Balance,
	fee: Balance,
	named: Option<AccountId>,
	verifier: Option<AccountId>,
	attested: Option<bool>,
}

impl Known {
	fn kind(&self) -> JobKind {
		if self.auction.is_some() {
			JobKind::Auction
		} else {
			JobKind::Direct
		}
	}

	/// The auction of a job that waits for a judgement.
	fn judged(&mut self) -> Result<&mut KnownAuction, DispatchError> {
		ensure(self.state == JobState::Submitted, Error::WrongState)?;
		self.auction.as_mut().ok_or(Error::<Test>::WrongState.into())
	}

	fn is_party(&self, account: AccountId) -> bool {
		self.requester == account || self.accepted_by == Some(account)
	}

	fn verified(&mut self, at: Moment) {
		self.state = JobState::Verified;
		self.ends_at = at + CHALLENGE_WINDOW;
	}

	fn end(&mut self, state: JobState, at: Moment) {
		self.state = state;
		self.ends_at = at + RETENTION;
	}
}

/// What the pallet should be.
struct Model {
	now: Moment,
	/// The ids of all jobs that ever were, in order of creation.
	ids: Vec<JobId>,
	jobs: BTreeMap<JobId, Known>,
	purses: BTreeMap<AccountId, Balance>,
	abandoned: usize,
}

type Outcome = Result<(), DispatchError>;

fn ensure(condition: bool, error: Error<Test>) -> Outcome {
	if condition {
		Ok(())
	} else {
		Err(error.into())
	}
}

impl Model {
	fn new() -> Self {
		let purses = BTreeMap::from([(REQUESTER, FUNDS), (STRANGER, FUNDS), (PAUPER, 0)]);
		Self { now: START, ids: Vec::new(), jobs: BTreeMap::new(), purses, abandoned: 0 }
	}

	/// The job that an operation is about. Number 0 is the latest one that waits for just that, so that
	/// jobs come far; the others are jobs that many creations ago, or one that never was.
	fn target(&self, op: &Op) -> JobId {
		let (job, awaited): (usize, fn(&Known) -> bool) = match *op {
			Op::Create { .. } | Op::CreateAuction { .. } | Op::Pass(_) => (0, |_| false),
			Op::Cancel { job, .. } => (job, |job| job.state == JobState::Open),
			Op::Award { job, .. } => {
				(job, |job| job.state == JobState::Open && job.kind() == JobKind::Auction)
			},
			Op::Accept { job, .. } => {
				(job, |job| job.state == JobState::Open && job.kind() == JobKind::Direct)
			},
			Op::Prove { job, .. } => {
				(job, |job| !job.state.is_terminal() && job.kind() == JobKind::Direct)
			},
			Op::Submit { job, .. } => {
				(job, |job| job.state == JobState::Accepted && job.kind() == JobKind::Auction)
			},
			Op::Appoint { job, .. } | Op::Attest { job, .. } | Op::PassOver { job } => {
				(job, |job| job.state == JobState::Submitted)
			},
			Op::Dispute { job } => (job, |job| job.state == JobState::Verified),
			Op::Settle { job, .. } | Op::GiveBack { job } => {
				(job, |job| matches!(job.state, JobState::Verified | JobState::Disputed))
			},
		};
		let latest = || self.ids.iter().rev();
		let waits = |id: &&JobId| self.jobs.get(*id).is_some_and(awaited);
		let waiting = if job == 0 { latest().find(waits) } else { None };
		let id = waiting.or_else(|| latest().nth(job));
		id.copied().unwrap_or(JobId(sp_core::H256::zero()))
	}

	fn apply(&mut self, op: &Op, id: JobId) -> Outcome {
		match op.clone() {
			Op::Create { requester, issued_at, salt, candidates, max } => {
				let issued_at = issued_at.unwrap_or(self.now);
				self.create(requester, JobNonce { issued_at, salt: [salt; 16] }, candidates, max)
			},
			Op::Cancel { requester, .. } => self.cancel(requester, id),
			Op::Accept { owner, honest, .. } => self.accept(owner, id, honest),
			Op::Prove { worker, .. } => self.prove(worker, id),
			Op::Settle { worker, treasury, .. } => self.settle(id, worker, treasury),
			Op::Pass(time) => {
				self.run_to(self.now + time);
				Ok(())
			},
			Op::CreateAuction { requester, salt, payment_max, verifier_fee, verifier } => {
				self.create_auction(requester, salt, payment_max, verifier_fee, verifier)
			},
			Op::Award { worker, price, honest, signer, .. } => {
				self.award(id, worker, price, honest, signer)
			},
			Op::Submit { worker, verifier, .. } => self.submit(id, worker, verifier),
			Op::Appoint { verifier, .. } => self.appoint(id, verifier),
			Op::Attest { passed, .. } => self.attest(id, passed),
			Op::PassOver { .. } => self.pass_over(id),
			Op::Dispute { .. } => self.dispute(id),
			Op::GiveBack { .. } => self.give_back(id),
		}
	}

	fn create_auction(
		&mut self,
		requester: AccountId,
		salt: u8,
		payment_max: Balance,
		fee: Balance,
		named: Option<AccountId>,
	) -> Outcome {
		ensure(payment_max > 0, Error::NothingToLock)?;
		ensure(fee >= 10, Error::VerifierFeeTooLow)?;
		let nonce = JobNonce { issued_at: self.now, salt: [salt; 16] };
		let id = JobId::new(genesis(), &requester, &nonce);
		ensure(!self.jobs.contains_key(&id), Error::AlreadyExists)?;
		ensure(named.is_none_or(|named| named == VERA), Error::VerifierNotEligible)?;
		let auction = KnownAuction { payment_max, fee, named, verifier: None, attested: None };
		self.lock(id, requester, Vec::new(), payment_max + fee, self.now + BID_WINDOW)?;
		self.known(id)?.auction = Some(auction);
		Ok(())
	}

	/// Take the money of a new job, and the job in.
	fn lock(
		&mut self,
		id: JobId,
		requester: AccountId,
		candidates: Vec<AccountId>,
		locked: Balance,
		ends_at: Moment,
	) -> Outcome {
		let purse = self.purses.get_mut(&requester).expect("every requester has a purse");
		*purse =
			purse.checked_sub(locked).ok_or(DispatchError::Token(TokenError::FundsUnavailable))?;
		assert!(!self.ids.contains(&id), "an id came back");
		self.ids.push(id);
		let known = Known {
			requester,
			candidates,
			locked,
			state: JobState::Open,
			created_at: self.now,
			ends_at,
			accepted_by: None,
			worker: None,
			held: locked,
			auction: None,
		};
		self.jobs.insert(id, known);
		Ok(())
	}

	fn known(&mut self, id: JobId) -> Result<&mut Known, DispatchError> {
		self.jobs.get_mut(&id).ok_or(Error::<Test>::UnknownJob.into())
	}

	fn give(&mut self, who: AccountId, amount: Balance) {
		*self.purses.entry(who).or_default() += amount;
	}

	fn award(
		&mut self,
		id: JobId,
		worker: AccountId,
		price: Balance,
		honest: bool,
		signer: AccountId,
	) -> Outcome {
		let now = self.now;
		let job = self.known(id)?;
		let auction = job.auction.clone().ok_or(Error::<Test>::NotAuctioned)?;
		ensure(job.state == JobState::Open, Error::WrongState)?;
		ensure(price > 0, Error::PriceTooLow)?;
		ensure(price <= auction.payment_max, Error::PriceTooHigh)?;
		ensure(worker != STRANGER, Error::NotRegistered)?;
		ensure(worker != CHARLIE, Error::NotStaked)?;
		ensure(auction.named != Some(worker), Error::ConflictOfInterest)?;
		ensure(honest, Error::BadBidSignature)?;
		ensure(signer == job.requester || signer == MATCHER, Error::BadAwardSignature)?;
		job.state = JobState::Accepted;
		job.accepted_by = Some(worker);
		job.ends_at = now + DELIVERY;
		job.held = price + auction.fee;
		let requester = job.requester;
		self.give(requester, auction.payment_max - price);
		Ok(())
	}

	fn submit(&mut self, id: JobId, worker: AccountId, verifier: Option<AccountId>) -> Outcome {
		let now = self.now;
		let job = self.known(id)?;
		let awaited = job.state == JobState::Accepted && job.auction.is_some();
		ensure(awaited, Error::WrongState)?;
		ensure(job.accepted_by == Some(worker), Error::NotCandidate)?;
		let conflict = verifier.is_some_and(|verifier| job.is_party(verifier));
		ensure(!conflict, Error::ConflictOfInterest)?;
		job.state = JobState::Submitted;
		job.worker = Some(worker);
		job.ends_at = now + JUDGE_WINDOW;
		job.judged()?.verifier = verifier;
		Ok(())
	}

	fn appoint(&mut self, id: JobId, verifier: AccountId) -> Outcome {
		let now = self.now;
		let job = self.known(id)?;
		ensure(job.judged()?.verifier.is_none(), Error::WrongState)?;
		ensure(!job.is_party(verifier), Error::ConflictOfInterest)?;
		job.judged()?.verifier = Some(verifier);
		job.ends_at = now + JUDGE_WINDOW;
		Ok(())
	}

	fn attest(&mut self, id: JobId, passed: bool) -> Outcome {
		let now = self.now;
		let job = self.known(id)?;
		let auction = job.judged()?;
		let verifier = auction.verifier.ok_or(Error::<Test>::WrongState)?;
		auction.attested = Some(passed);
		let fee = auction.fee;
		job.held -= fee;
		job.verified(now);
		if !passed {
			job.state = JobState::Disputed;
			job.ends_at = now + DISPUTE;
		}
		self.give(verifier, fee);
		Ok(())
	}

	fn pass_over(&mut self, id: JobId) -> Outcome {
		let now = self.now;
		let job = self.known(id)?;
		let fee = job.judged()?.fee;
		job.held -= fee;
		job.verified(now);
		let requester = job.requester;
		self.give(requester, fee);
		Ok(())
	}

	fn dispute(&mut self, id: JobId) -> Outcome {
		let now = self.now;
		let job = self.known(id)?;
		ensure(job.state == JobState::Verified, Error::WrongState)?;
		job.state = JobState::Disputed;
		job.ends_at = now + DISPUTE;
		Ok(())
	}

	fn give_back(&mut self, id: JobId) -> Outcome {
		self.close(id, 0, 0)
	}

	/// End a VERIFIED or DISPUTED job, with all that is not for worker or treasury going back.
	fn close(&mut self, id: JobId, worker: Balance, treasury: Balance) -> Outcome {
		let now = self.now;
		let job = self.known(id)?;
		let end = match job.state {
			JobState::Verified => JobState::Settled,
			JobState::Disputed => JobState::Resolved,
			_ => return Err(Error::<Test>::WrongState.into()),
		};
		ensure(worker + treasury <= job.held, Error::NotConserved)?;
		job.end(end, now);
		let (payee, requester, held) = (job.worker, job.requester, job.held);
		self.give(payee.expect("something was delivered"), worker);
		self.give(crate::mock::TREASURY, treasury);
		self.give(requester, held - worker - treasury);
		Ok(())
	}

	fn create(
		&mut self,
		requester: AccountId,
		nonce: JobNonce,
		candidates: Vec<AccountId>,
		max: TokenCounts,
	) -> Outcome {
		ensure(nonce.issued_at + NONCE_WINDOW >= self.now, Error::NonceTooOld)?;
		ensure(nonce.issued_at <= self.now + NONCE_WINDOW, Error::NonceTooNew)?;
		ensure(max.input > 0 && max.output > 0, Error::NoTokens)?;
		ensure(max.input <= 1_000 && max.output <= 500, Error::TooManyTokens)?;
		ensure(!candidates.is_empty(), Error::NoCandidate)?;
		let distinct = candidates.iter().collect::<BTreeSet<_>>().len();
		ensure(distinct == candidates.len(), Error::DuplicateCandidate)?;
		let id = JobId::new(genesis(), &requester, &nonce);
		ensure(!self.jobs.contains_key(&id), Error::AlreadyExists)?;
		for candidate in &candidates {
			ensure(*candidate != STRANGER, Error::NotRegistered)?;
			ensure(*candidate != DELTA, Error::ModelNotServed)?;
		}
		// 3,000 and 7,000 units per thousand tokens.
		let locked = Balance::from(3 * max.input + 7 * max.output);
		self.lock(id, requester, candidates, locked, self.now + PROOF_WINDOW)
	}

	fn cancel(&mut self, requester: AccountId, id: JobId) -> Outcome {
		let job = self.jobs.get_mut(&id).ok_or(Error::<Test>::UnknownJob)?;
		ensure(job.requester == requester, Error::NotRequester)?;
		ensure(job.state == JobState::Open, Error::WrongState)?;
		let old = self.now >= job.created_at + CANCEL_AFTER;
		ensure(old || job.kind() == JobKind::Auction, Error::TooEarly)?;
		job.end(JobState::Cancelled, self.now);
		*self.purses.entry(requester).or_default() += job.locked;
		Ok(())
	}

	fn accept(&mut self, owner: AccountId, id: JobId, honest: bool) -> Outcome {
		let job = self.jobs.get_mut(&id).ok_or(Error::<Test>::UnknownJob)?;
		ensure(job.state == JobState::Open, Error::WrongState)?;
		ensure(job.candidates.contains(&owner), Error::NotCandidate)?;
		ensure(honest, Error::BadSignature)?;
		job.state = JobState::Accepted;
		job.accepted_by = Some(owner);
		Ok(())
	}

	fn prove(&mut self, worker: AccountId, id: JobId) -> Outcome {
		let job = self.jobs.get_mut(&id).ok_or(Error::<Test>::UnknownJob)?;
		let awaited = matches!(job.state, JobState::Open | JobState::Accepted | JobState::Verified);
		ensure(awaited && job.kind() == JobKind::Direct, Error::WrongState)?;
		ensure(job.candidates.contains(&worker), Error::NotCandidate)?;
		job.state = JobState::Verified;
		job.ends_at = self.now + DISPUTE_WINDOW;
		job.worker = Some(worker);
		Ok(())
	}

	fn settle(&mut self, id: JobId, worker: Balance, treasury: Balance) -> Outcome {
		self.close(id, worker, treasury)
	}

	/// Let time pass. The chain was late until now, so what ends ends now.
	fn run_to(&mut self, now: Moment) {
		self.now = now;
		let due = |job: &Known| (job.ends_at <= now).then_some(job.state);
		let due =
			self.jobs.iter().filter_map(|(id, job)| Some((*id, due(job)?))).collect::<Vec<_>>();
		for (id, state) in due {
			self.fall_due(id, state).expect("a deadline does something");
		}
	}

	fn fall_due(&mut self, id: JobId, state: JobState) -> Outcome {
		let now = self.now;
		let job = self.known(id)?;
		match state {
			JobState::Open | JobState::Accepted => {
				job.end(JobState::Expired, now);
				let (requester, held) = (job.requester, job.held);
				self.abandoned += usize::from(self.known(id)?.accepted_by.is_some());
				self.give(requester, held);
				Ok(())
			},
			JobState::Submitted if job.judged()?.verifier.is_none() => self.appoint(id, VICTOR),
			JobState::Submitted => self.pass_over(id),
			JobState::Verified => {
				let held = job.held;
				self.close(id, held, 0)
			},
			JobState::Disputed => self.give_back(id),
			_ => {
				self.jobs.remove(&id);
				Ok(())
			},
		}
	}

	fn assert_matches(&self) {
		assert_eq!(crate::Jobs::<Test>::iter().count(), self.jobs.len());
		for (id, known) in &self.jobs {
			let record = Jobs::job(id).expect("the job is known");
			assert_eq!(record.state, known.state);
			assert_eq!(record.locked, known.locked);
			assert_eq!(record.deadline, known.ends_at);
			assert_eq!(record.accepted_by, known.accepted_by);
			assert_eq!(record.outcome.map(|outcome| outcome.worker), known.worker);
			assert_eq!(record.kind, known.kind());
			if let (Some(auction), Some(known)) = (record.auction, &known.auction) {
				assert_eq!(auction.verifier, known.verifier);
				assert_eq!(auction.attested.map(|judgement| judgement.passed), known.attested);
			}
		}
		for (who, purse) in &self.purses {
			assert_eq!(Purses::get(who), *purse, "purse of {who}");
		}
		assert_eq!(Notes::get().len(), self.abandoned);
	}
}

/// Apply `op` to the pallet.
fn apply(model: &Model, op: &Op, id: JobId) -> Outcome {
	match op.clone() {
		Op::Create { requester, issued_at, salt, candidates, max } => {
			let issued_at = issued_at.unwrap_or(model.now);
			let nonce = JobNonce { issued_at, salt: [salt; 16] };
			let candidates = Candidates::truncate_from(candidates);
			let terms = DirectTerms { candidates, max, ..terms(&[]) };
			Jobs::create(RuntimeOrigin::signed(requester), nonce, terms)
		},
		Op::Cancel { requester, .. } => Jobs::cancel(RuntimeOrigin::signed(requester), id),
		Op::Accept { owner, honest, .. } => {
			let message = millrace_primitives::proof::accept_message(genesis(), id, &owner);
			let key = key_of(if honest { owner } else { REQUESTER });
			let origin = frame_system::RawOrigin::Authorized.into();
			Jobs::accept(origin, id, owner, key.sign(&message))
		},
		Op::Prove { worker, .. } => {
			let tokens = TokenCounts { input: 1, output: 1 };
			Jobs::prove(id, millrace_primitives::Outcome { tokens, ..outcome(worker) })
		},
		Op::Settle { worker, treasury, .. } => settle(id, worker, treasury),
		Op::Pass(time) => {
			pass(time);
			Ok(())
		},
		_ => apply_to_auction(model, op, id),
	}
}

/// Apply an operation on auctions to the pallet.
fn apply_to_auction(model: &Model, op: &Op, id: JobId) -> Outcome {
	match op.clone() {
		Op::CreateAuction { requester, salt, payment_max, verifier_fee, verifier } => {
			let nonce = JobNonce { issued_at: model.now, salt: [salt; 16] };
			let terms = AuctionTerms { payment_max, verifier_fee, verifier, ..auction_terms() };
			Jobs::create_auction(RuntimeOrigin::signed(requester), nonce, terms)
		},
		Op::Award { worker, price, honest, signer, .. } => {
			let bid = Bid { price, ..bid(id, worker) };
			let key = key_of(if honest { worker } else { REQUESTER });
			let signature = key.sign(&bid.message(genesis()));
			let award = award_by(signer, &bid);
			Jobs::award(frame_system::RawOrigin::Authorized.into(), bid, signature, award)
		},
		Op::Submit { worker, verifier, .. } => submit(id, worker, verifier),
		Op::Appoint { verifier, .. } => Jobs::appoint(id, verifier, Now::get() + JUDGE_WINDOW),
		Op::Attest { passed, .. } => attest(id, passed),
		Op::PassOver { .. } => pass_over(id),
		Op::Dispute { .. } => Jobs::dispute(id, None, Now::get() + DISPUTE),
		Op::GiveBack { .. } => {
			Jobs::job(&id).ok_or(Error::<Test>::UnknownJob)?;
			give_back(id)
		},
		_ => unreachable!("operations on direct jobs are applied elsewhere"),
	}
}

/// Pay as the escrow would, and report it as pallet-settlement would.
fn settle(job: JobId, worker: Balance, treasury: Balance) -> Outcome {
	let record = Jobs::job(&job).ok_or(Error::<Test>::UnknownJob)?;
	let verifier = record.verifier_paid();
	let refund = record.locked.saturating_sub(worker + treasury + verifier);
	frame_support::storage::with_storage_layer(|| {
		Jobs::close(job, Payment { worker, treasury, verifier, refund })?;
		let payee = record.outcome.expect("a settled job is proven").payout;
		Spy::pay_out(job, &payee, worker, treasury)?;
		Ok(())
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(
		std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(32)
	))]

	#[test]
	fn the_pallet_and_the_model_agree(ops in vec(op(), 1..200)) {
		ExtBuilder.build_and_execute(|| {
			let mut model = Model::new();
			for op in &ops {
				let id = model.target(op);
				match model.apply(op, id) {
					Ok(()) => assert_eq!(apply(&model, op, id), Ok(()), "{op:?}"),
					Err(error) => {
						let refused = Err(error);
						assert_storage_noop!(assert_eq!(apply(&model, op, id), refused, "{op:?}"));
					},
				}
				model.assert_matches();
				check();
			}
		});
	}
}
