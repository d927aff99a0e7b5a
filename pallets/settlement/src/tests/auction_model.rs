//! Random operations on auctioned jobs and on a reference model of them, which must agree after each.

use frame_support::assert_storage_noop;
use frame_system::RawOrigin;
use millrace_primitives::{
	job::Step,
	traits::{Conduct, JobBook, Payments},
	Attestation, Balance, JobId, JobState, Moment, Submission,
};
use proptest::{collection::vec, prelude::*, sample::select};
use sp_runtime::DispatchResult;

use crate::{
	mock::{
		account, attestation, check, confirmation_by, done, end, insert_auction, judge_of,
		payout_account, purse, said, sign_attestation, sign_submission, submission,
		treasury_account, AccountId, Book, ExtBuilder, Notes, Now, Settlement, Spy, Test,
		VerifierNotes, Verifiers, AGREED, ALFA, BRAVO, CHALLENGE_WINDOW, DELIVERY, DISPUTE,
		DRAW_DELAY, FEE, FUNDS, JUDGE_WINDOW, REQUESTER, START, STRANGER, VERA, VICTOR,
		WORKER_PART,
	},
	Error,
};

#[derive(Clone, Debug)]
enum Op {
	/// Put another auction into the book, awarded to BRAVO.
	Create {
		named: Option<u8>,
	},
	Submit {
		job: usize,
		worker: u8,
		honest: bool,
	},
	Attest {
		job: usize,
		verifier: u8,
		passed: bool,
		of_another: bool,
		honest: bool,
	},
	JudgementDue {
		job: usize,
	},
	Confirm {
		job: usize,
		signer: u8,
	},
	WindowOver {
		job: usize,
	},
	/// Somebody challenges a verified job.
	Challenge {
		job: usize,
	},
	/// A dispute is decided for the worker.
	Pay {
		job: usize,
	},
	/// A dispute is decided for the requester.
	GiveBack {
		job: usize,
	},
	Expire {
		job: usize,
	},
	/// A verifier loses its stake or gets it back.
	Stake {
		verifier: u8,
		staked: bool,
	},
	Pass(Moment),
}

/// The most jobs of a run.
const JOBS: usize = 8;

fn op() -> impl Strategy<Value = Op> {
	let job = || prop_oneof![4 => Just(0usize), 1 => 1..JOBS];
	let honest = || prop::bool::weighted(0.9);
	let time = select(vec![1, 1_000, 1_000, DRAW_DELAY, JUDGE_WINDOW, DELIVERY]);
	prop_oneof![
		4 => select(vec![None, Some(VERA), Some(VERA), Some(VICTOR)])
			.prop_map(|named| Op::Create { named }),
		6 => (job(), select(vec![BRAVO, BRAVO, BRAVO, ALFA]), honest())
			.prop_map(|(job, worker, honest)| Op::Submit { job, worker, honest }),
		6 => (
			job(),
			select(vec![VERA, VERA, VICTOR, BRAVO]),
			any::<bool>(),
			prop::bool::weighted(0.1),
			honest(),
		)
			.prop_map(|(job, verifier, passed, of_another, honest)| {
				Op::Attest { job, verifier, passed, of_another, honest }
			}),
		3 => job().prop_map(|job| Op::JudgementDue { job }),
		2 => (job(), select(vec![REQUESTER, REQUESTER, STRANGER]))
			.prop_map(|(job, signer)| Op::Confirm { job, signer }),
		1 => job().prop_map(|job| Op::WindowOver { job }),
		2 => job().prop_map(|job| Op::Challenge { job }),
		1 => job().prop_map(|job| Op::Pay { job }),
		1 => job().prop_map(|job| Op::GiveBack { job }),
		1 => job().prop_map(|job| Op::Expire { job }),
		2 => (select(vec![VERA, VICTOR]), prop::bool::weighted(0.7))
			.prop_map(|(verifier, staked)| Op::Stake { verifier, staked }),
		2 => time.prop_map(Op::Pass),
	]
}

/// A job as the model knows it.
struct Known {
	state: JobState,
	awarded_at: Moment,
	submitted_at: Moment,
	deadline: Moment,
	named: Option<u8>,
	verifier: Option<u8>,
	attested: Option<bool>,
}

/// What everybody should have, and what should be said of them.
struct Model {
	now: Moment,
	ids: Vec<JobId>,
	jobs: Vec<Known>,
	staked: [(u8, bool); 2],
	requester: Balance,
	worker: Balance,
	treasury: Balance,
	verifiers: [(u8, Balance); 2],
	notes: Vec<(AccountId, String, Balance)>,
	verifier_notes: Vec<(AccountId, String, Balance)>,
}

fn ensure(condition: bool, error: Error<Test>) -> DispatchResult {
	if condition {
		Ok(())
	} else {
		Err(error.into())
	}
}

impl Model {
	fn new() -> Self {
		Self {
			now: START,
			ids: Vec::new(),
			jobs: Vec::new(),
			staked: [(VERA, true), (VICTOR, true)],
			requester: FUNDS,
			worker: 0,
			treasury: 0,
			verifiers: [(VERA, 0), (VICTOR, 0)],
			notes: Vec::new(),
			verifier_notes: Vec::new(),
		}
	}

	fn id(&self, job: usize) -> JobId {
		self.ids.get(job).copied().unwrap_or(JobId(sp_core::H256::repeat_byte(0xff)))
	}

	/// The operation with the job that is meant. Number 0 means the first one that waits for just that,
	/// and VERA whoever is to judge it, so that jobs come far.
	fn aimed(&self, op: &Op) -> Op {
		let mut op = op.clone();
		let (job, awaited): (&mut usize, &[JobState]) = match &mut op {
			Op::Submit { job, .. } | Op::Expire { job } => (job, &[JobState::Accepted]),
			Op::Attest { job, .. } | Op::JudgementDue { job } => (job, &[JobState::Submitted]),
			Op::WindowOver { job } | Op::Challenge { job } => (job, &[JobState::Verified]),
			Op::Confirm { job, .. } => (job, &[JobState::Verified, JobState::Disputed]),
			Op::Pay { job } | Op::GiveBack { job } => (job, &[JobState::Disputed]),
			Op::Create { .. } | Op::Stake { .. } | Op::Pass(_) => return op,
		};
		if *job == 0 {
			*job = (0..self.jobs.len()).find(|job| self.in_state(*job, awaited)).unwrap_or(0);
		}
		if let Op::Attest { job, verifier, .. } = &mut op {
			let judge = self.jobs.get(*job).and_then(|known| known.verifier);
			*verifier = judge.filter(|_| *verifier == VERA).unwrap_or(*verifier);
		}
		op
	}

	fn able(&self, verifier: u8) -> bool {
		self.staked.contains(&(verifier, true))
	}

	fn in_state(&self, job: usize, states: &[JobState]) -> bool {
		self.jobs.get(job).is_some_and(|known| states.contains(&known.state))
	}

	/// What should come of a call.
	fn apply(&mut self, op: &Op) -> DispatchResult {
		match *op {
			Op::Submit { job, worker, honest } => self.submit(job, worker, honest),
			Op::Attest { job, verifier, passed, of_another, honest } => {
				let known = self.jobs.get(job).ok_or(Error::<Test>::UnknownJob)?;
				ensure(known.state == JobState::Submitted, Error::WrongState)?;
				ensure(known.verifier == Some(verifier), Error::NotVerifier)?;
				ensure(self.now <= known.deadline, Error::TooLate)?;
				ensure(!of_another, Error::AnotherSubmission)?;
				ensure(self.able(verifier), Error::VerifierNotEligible)?;
				ensure(honest, Error::BadAttestationSignature)?;
				self.attest(job, verifier, passed);
				Ok(())
			},
			Op::Confirm { job, signer } => {
				let known = self.jobs.get(job).ok_or(Error::<Test>::UnknownJob)?;
				let open = matches!(known.state, JobState::Verified | JobState::Disputed);
				ensure(open, Error::WrongState)?;
				ensure(signer == REQUESTER, Error::BadReceiptSignature)?;
				self.pay(job, JobState::Settled);
				Ok(())
			},
			_ => Ok(()),
		}
	}

	fn submit(&mut self, job: usize, worker: u8, honest: bool) -> DispatchResult {
		let known = self.jobs.get(job).ok_or(Error::<Test>::UnknownJob)?;
		let over = matches!(known.state, JobState::Accepted | JobState::Expired);
		ensure(over, Error::AlreadyProven)?;
		ensure(known.state == JobState::Accepted, Error::WrongState)?;
		ensure(self.now <= known.deadline, Error::TooLate)?;
		ensure(worker == BRAVO, Error::NotAwarded)?;
		ensure(honest, Error::BadSubmissionSignature)?;
		let verifier = known.named.filter(|named| self.able(*named));
		let window = if verifier.is_some() { JUDGE_WINDOW } else { DRAW_DELAY };
		let known = &mut self.jobs[job];
		known.state = JobState::Submitted;
		known.submitted_at = self.now;
		known.verifier = verifier;
		known.deadline = self.now + window;
		Ok(())
	}

	fn attest(&mut self, job: usize, verifier: u8, passed: bool) {
		let known = &mut self.jobs[job];
		known.attested = Some(passed);
		known.state = if passed { JobState::Verified } else { JobState::Disputed };
		known.deadline = self.now + if passed { CHALLENGE_WINDOW } else { DISPUTE };
		for entry in self.verifiers.iter_mut().filter(|entry| entry.0 == verifier) {
			entry.1 += FEE;
		}
	}

	/// The worker gets all but half a percent of what was agreed.
	fn pay(&mut self, job: usize, state: JobState) {
		self.worker += WORKER_PART;
		self.treasury += AGREED - WORKER_PART;
		let known = &self.jobs[job];
		let elapsed = known.submitted_at - known.awarded_at;
		let promised = Some(crate::mock::LATENCY);
		let delivered = said(Conduct::Delivered { elapsed, promised });
		self.notes.push((account(BRAVO), delivered, AGREED - WORKER_PART));
		self.end(job, state, true);
	}

	fn end(&mut self, job: usize, state: JobState, paid: bool) {
		let known = &mut self.jobs[job];
		known.state = state;
		if let (Some(verifier), true) = (known.verifier, known.attested == Some(paid)) {
			self.verifier_notes.push((
				account(verifier),
				said(Conduct::Judged),
				AGREED - WORKER_PART,
			));
		}
	}

	/// Do what happens whatever the pallet says, in the model and in the world.
	fn happen(&mut self, op: &Op) {
		match *op {
			Op::Create { named } if self.jobs.len() < JOBS => self.create(named),
			Op::JudgementDue { job } => self.judgement_due(job),
			Op::WindowOver { job } => {
				Settlement::settle_due(self.id(job));
				if self.in_state(job, &[JobState::Verified]) {
					self.pay(job, JobState::Settled);
				}
			},
			Op::Challenge { job } if self.in_state(job, &[JobState::Verified]) => {
				Spy::dispute(self.id(job), None, self.now + DISPUTE).expect("it is verified");
				self.jobs[job].state = JobState::Disputed;
				self.jobs[job].deadline = self.now + DISPUTE;
			},
			Op::Pay { job } if !self.in_state(job, &[JobState::Verified]) => {
				<Settlement as Payments<AccountId>>::pay(self.id(job));
				if self.in_state(job, &[JobState::Disputed]) {
					self.pay(job, JobState::Resolved);
				}
			},
			Op::GiveBack { job } => {
				<Settlement as Payments<AccountId>>::give_back(self.id(job), true);
				let state = self.jobs.get(job).map(|known| known.state);
				if let Some(JobState::Verified | JobState::Disputed) = state {
					let disputed = state == Some(JobState::Disputed);
					self.requester += AGREED;
					let end = if disputed { JobState::Resolved } else { JobState::Settled };
					self.end(job, end, false);
				}
			},
			Op::Expire { job } if self.in_state(job, &[JobState::Accepted]) => {
				end(self.id(job), Step::Expire);
				self.requester += AGREED + FEE;
				self.jobs[job].state = JobState::Expired;
			},
			Op::Stake { verifier, staked } => {
				for entry in self.staked.iter_mut().filter(|entry| entry.0 == verifier) {
					entry.1 = staked;
				}
				Verifiers::put(
					self.staked.map(|(verifier, staked)| (account(verifier), staked)).to_vec(),
				);
			},
			Op::Pass(time) => {
				self.now += time;
				Now::set(&self.now);
			},
			_ => {},
		}
	}

	fn create(&mut self, named: Option<u8>) {
		self.ids.push(insert_auction(named));
		self.requester -= AGREED + FEE;
		self.jobs.push(Known {
			state: JobState::Accepted,
			awarded_at: self.now,
			submitted_at: 0,
			deadline: self.now + DELIVERY,
			named,
			verifier: None,
			attested: None,
		});
	}

	/// Whom the chain draws cannot be told beforehand, but it must be one that is able.
	fn judgement_due(&mut self, job: usize) {
		let id = self.id(job);
		Settlement::judgement_due(id);
		if !self.in_state(job, &[JobState::Submitted]) {
			return;
		}
		let known = &mut self.jobs[job];
		let drawn = known.verifier.is_none().then(|| judge_of(id)).flatten();
		if let Some(verifier) = known.verifier {
			self.verifier_notes.push((
				account(verifier),
				said(Conduct::Silent),
				AGREED - WORKER_PART,
			));
		}
		match drawn {
			Some(drawn) => {
				known.deadline = self.now + JUDGE_WINDOW;
				let able = self.staked.into_iter().find(|entry| account(entry.0) == drawn);
				let (verifier, staked) = able.expect("it took on the role");
				assert!(staked, "it can answer for its judgement");
				known.verifier = Some(verifier);
			},
			None => {
				let none = self.staked.iter().all(|(_, staked)| !staked);
				assert!(known.verifier.is_some() || none, "nobody was eligible");
				known.state = JobState::Verified;
				known.deadline = self.now + CHALLENGE_WINDOW;
				self.requester += FEE;
			},
		}
	}

	fn assert_matches(&self) {
		for (id, known) in self.ids.iter().zip(&self.jobs) {
			let record = Book::get(id).expect("the job is known");
			assert_eq!(record.state, known.state);
			assert_eq!(judge_of(*id), known.verifier.map(account));
			let attested = record.auction.and_then(|auction| auction.attested);
			assert_eq!(attested.map(|judgement| judgement.passed), known.attested);
			if !known.state.is_terminal() {
				assert_eq!(record.deadline, known.deadline);
			}
		}
		assert_eq!(purse(&account(REQUESTER)), self.requester);
		assert_eq!(purse(&payout_account(BRAVO)), self.worker);
		assert_eq!(purse(&treasury_account()), self.treasury);
		for (verifier, income) in self.verifiers {
			assert_eq!(purse(&payout_account(verifier)), income);
		}
		assert_eq!(Notes::get(), self.notes);
		assert_eq!(VerifierNotes::get(), self.verifier_notes);
	}
}

/// Apply `op` to the pallet, if it is a call.
fn apply(model: &Model, op: &Op) -> DispatchResult {
	let origin = RawOrigin::Authorized.into();
	match *op {
		Op::Submit { job, worker, honest } => {
			let submission = submission(model.id(job), worker);
			let signed = Submission {
				output: if honest { submission.output } else { [0; 32] },
				..submission.clone()
			};
			Settlement::submit_result(origin, submission, sign_submission(&signed))
		},
		Op::Attest { job, verifier, passed, of_another, honest } => {
			let mut attestation = attestation(model.id(job), verifier, passed);
			if of_another {
				attestation.submission = [0; 32];
			}
			let passed = passed == honest;
			let signed = Attestation { passed, ..attestation.clone() };
			Settlement::attest(origin, attestation, sign_attestation(&signed))
		},
		Op::Confirm { job, signer } => {
			let id = model.id(job);
			done(Settlement::submit_receipt(origin, id, confirmation_by(signer, id)))
		},
		_ => Ok(()),
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(
		std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(32)
	))]

	#[test]
	fn the_pallet_and_the_model_agree(ops in vec(op(), 1..120)) {
		ExtBuilder.build_and_execute(|| {
			let mut model = Model::new();
			for op in ops {
				let op = &model.aimed(&op);
				match model.apply(op) {
					Ok(()) => assert_eq!(apply(&model, op), Ok(()), "{op:?}"),
					Err(error) => {
						let refused = Err(error);
						assert_storage_noop!(assert_eq!(apply(&model, op), refused, "{op:?}"));
					},
				}
				model.happen(op);
				model.assert_matches();
				check();
			}
		});
	}
}
