//! Random operations on the pallet and on a reference model of it, which must agree after each.

use std::collections::{BTreeMap, BTreeSet};

use frame_support::assert_storage_noop;
use millrace_primitives::{
	job::Candidates,
	traits::{JobBook, JobEscrow},
	Balance, DirectTerms, JobId, JobNonce, JobState, Moment, Payment, TokenCounts,
};
use proptest::{collection::vec, prelude::*, sample::select};
use sp_core::Pair;
use sp_runtime::{DispatchError, TokenError};

use crate::{
	mock::{
		check, genesis, key_of, outcome, pass, terms, AccountId, ExtBuilder, Jobs, Notes, Purses,
		RuntimeOrigin, Spy, Test, ALFA, BRAVO, CANCEL_AFTER, CHARLIE, DELTA, DISPUTE_WINDOW, FUNDS,
		NONCE_WINDOW, PAUPER, PROOF_WINDOW, REQUESTER, RETENTION, START, STRANGER,
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
	Pass(Moment),
}

fn op() -> impl Strategy<Value = Op> {
	let worker = || select(vec![ALFA, BRAVO, BRAVO, CHARLIE, DELTA]);
	let job = || 0..4usize;
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
		3 => time.prop_map(Op::Pass),
	]
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
}

impl Known {
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

	/// The job that many creations ago, or one that never was.
	fn id(&self, job: usize) -> JobId {
		self.ids.iter().rev().nth(job).copied().unwrap_or(JobId(sp_core::H256::zero()))
	}

	fn apply(&mut self, op: &Op) -> Outcome {
		match op.clone() {
			Op::Create { requester, issued_at, salt, candidates, max } => {
				let issued_at = issued_at.unwrap_or(self.now);
				self.create(requester, JobNonce { issued_at, salt: [salt; 16] }, candidates, max)
			},
			Op::Cancel { requester, job } => self.cancel(requester, self.id(job)),
			Op::Accept { owner, job, honest } => self.accept(owner, self.id(job), honest),
			Op::Prove { worker, job } => self.prove(worker, self.id(job)),
			Op::Settle { job, worker, treasury } => self.settle(self.id(job), worker, treasury),
			Op::Pass(time) => {
				self.run_to(self.now + time);
				Ok(())
			},
		}
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
			ends_at: self.now + PROOF_WINDOW,
			accepted_by: None,
			worker: None,
		};
		self.jobs.insert(id, known);
		Ok(())
	}

	fn cancel(&mut self, requester: AccountId, id: JobId) -> Outcome {
		let job = self.jobs.get_mut(&id).ok_or(Error::<Test>::UnknownJob)?;
		ensure(job.requester == requester, Error::NotRequester)?;
		ensure(job.state == JobState::Open, Error::WrongState)?;
		ensure(self.now >= job.created_at + CANCEL_AFTER, Error::TooEarly)?;
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
		ensure(awaited, Error::WrongState)?;
		ensure(job.candidates.contains(&worker), Error::NotCandidate)?;
		job.state = JobState::Verified;
		job.ends_at = self.now + DISPUTE_WINDOW;
		job.worker = Some(worker);
		Ok(())
	}

	fn settle(&mut self, id: JobId, worker: Balance, treasury: Balance) -> Outcome {
		let job = self.jobs.get_mut(&id).ok_or(Error::<Test>::UnknownJob)?;
		ensure(job.state == JobState::Verified, Error::WrongState)?;
		ensure(worker + treasury <= job.locked, Error::NotConserved)?;
		job.end(JobState::Settled, self.now);
		let payee = job.worker.expect("a verified job has a worker");
		*self.purses.entry(payee).or_default() += worker;
		*self.purses.entry(crate::mock::TREASURY).or_default() += treasury;
		*self.purses.entry(job.requester).or_default() += job.locked - worker - treasury;
		Ok(())
	}

	/// Let time pass. The chain was late until now, so what ends ends now.
	fn run_to(&mut self, now: Moment) {
		self.now = now;
		for job in self.jobs.values_mut().filter(|job| job.ends_at <= now) {
			match job.state {
				JobState::Open | JobState::Accepted => {
					self.abandoned += usize::from(job.accepted_by.is_some());
					*self.purses.entry(job.requester).or_default() += job.locked;
					job.end(JobState::Expired, now);
				},
				JobState::Verified => {
					let payee = job.worker.expect("a verified job has a worker");
					*self.purses.entry(payee).or_default() += job.locked;
					job.end(JobState::Settled, now);
				},
				_ => {},
			}
		}
		self.jobs.retain(|_, job| !job.state.is_terminal() || job.ends_at > now);
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
		}
		for (who, purse) in &self.purses {
			assert_eq!(Purses::get(who), *purse, "purse of {who}");
		}
		assert_eq!(Notes::get().len(), self.abandoned);
	}
}

/// Apply `op` to the pallet.
fn apply(model: &Model, op: &Op) -> Outcome {
	match op.clone() {
		Op::Create { requester, issued_at, salt, candidates, max } => {
			let issued_at = issued_at.unwrap_or(model.now);
			let nonce = JobNonce { issued_at, salt: [salt; 16] };
			let candidates = Candidates::truncate_from(candidates);
			let terms = DirectTerms { candidates, max, ..terms(&[]) };
			Jobs::create(RuntimeOrigin::signed(requester), nonce, terms)
		},
		Op::Cancel { requester, job } => {
			Jobs::cancel(RuntimeOrigin::signed(requester), model.id(job))
		},
		Op::Accept { owner, job, honest } => {
			let message =
				millrace_primitives::proof::accept_message(genesis(), model.id(job), &owner);
			let key = key_of(if honest { owner } else { REQUESTER });
			let origin = frame_system::RawOrigin::Authorized.into();
			Jobs::accept(origin, model.id(job), owner, key.sign(&message))
		},
		Op::Prove { worker, job } => {
			let tokens = TokenCounts { input: 1, output: 1 };
			Jobs::prove(model.id(job), millrace_primitives::Outcome { tokens, ..outcome(worker) })
		},
		Op::Settle { job, worker, treasury } => settle(model.id(job), worker, treasury),
		Op::Pass(time) => {
			pass(time);
			Ok(())
		},
	}
}

/// Pay as the escrow would, and report it as pallet-settlement would.
fn settle(job: JobId, worker: Balance, treasury: Balance) -> Outcome {
	let record = Jobs::job(&job).ok_or(Error::<Test>::UnknownJob)?;
	let refund = record.locked.saturating_sub(worker + treasury);
	frame_support::storage::with_storage_layer(|| {
		Jobs::settled(job, Payment { worker, treasury, refund })?;
		let payee = record.outcome.expect("a settled job is proven").payout;
		Spy::pay_out(job, &payee, worker, treasury)?;
		Ok(())
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(
		std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
	))]

	#[test]
	fn the_pallet_and_the_model_agree(ops in vec(op(), 1..40)) {
		ExtBuilder.build_and_execute(|| {
			let mut model = Model::new();
			for op in &ops {
				// A successful creation appends to the ids, so it does not change what `op` means.
				match model.apply(op) {
					Ok(()) => assert_eq!(apply(&model, op), Ok(()), "{op:?}"),
					Err(error) => {
						assert_storage_noop!(assert_eq!(apply(&model, op), Err(error), "{op:?}"));
					},
				}
				model.assert_matches();
				check();
			}
		});
	}
}
