//! Random operations on the pallet and on a reference model of it, which must agree after each.

use frame_support::assert_storage_noop;
use frame_system::RawOrigin;
use millrace_primitives::{
	job::Step, Balance, JobId, JobState, ModelId, Moment, Proof, TokenCounts,
};
use proptest::{collection::vec, prelude::*, sample::select};
use sp_runtime::DispatchResult;

use crate::{
	mock::{
		account, check, done, end, payout_account, proof, purse, receipt_by, sign,
		treasury_account, AccountId, Book, ExtBuilder, Notes, Now, Settlement, Stage, Test,
		Workers, ALFA, BRAVO, CHARLIE, DISPUTE_WINDOW, FUNDS, LOCK, MAX, MODEL, PROOF_WINDOW,
		REQUESTER, START, STRANGER,
	},
	Error,
};

/// What is wrong with a proof, if anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Flaw {
	None,
	Model,
	Signature,
}

/// What comes with a proof, or alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Confirmation {
	None,
	Good,
	/// Of one output token less.
	ForLess,
	Forged,
}

#[derive(Clone, Debug)]
enum Op {
	/// Put another job into the book, accepted by BRAVO or not.
	Create {
		accepted: bool,
	},
	Prove {
		job: usize,
		worker: u8,
		tokens: TokenCounts,
		flaw: Flaw,
		receipt: Confirmation,
	},
	Confirm {
		job: usize,
		receipt: Confirmation,
	},
	WindowOver {
		job: usize,
	},
	Expire {
		job: usize,
	},
	/// A worker takes its stake away or puts it back.
	Stake {
		worker: u8,
		staked: bool,
	},
	Pass(Moment),
}

fn op() -> impl Strategy<Value = Op> {
	let job = || 0..4usize;
	let worker = || select(vec![ALFA, ALFA, BRAVO, BRAVO, CHARLIE, STRANGER]);
	let flaw =
		prop_oneof![8 => Just(Flaw::None), 1 => Just(Flaw::Model), 1 => Just(Flaw::Signature)];
	let receipt = || {
		prop_oneof![
			3 => Just(Confirmation::None),
			4 => Just(Confirmation::Good),
			1 => Just(Confirmation::ForLess),
			1 => Just(Confirmation::Forged),
		]
	};
	let tokens = (0..=MAX.input + 50, 0..=MAX.output + 25)
		.prop_map(|(input, output)| TokenCounts { input, output });
	let time = select(vec![1, 1_000, DISPUTE_WINDOW, PROOF_WINDOW, PROOF_WINDOW + 1]);
	prop_oneof![
		3 => any::<bool>().prop_map(|accepted| Op::Create { accepted }),
		6 => (job(), worker(), tokens, flaw, receipt()).prop_map(
			|(job, worker, tokens, flaw, receipt)| Op::Prove { job, worker, tokens, flaw, receipt },
		),
		3 => (job(), receipt()).prop_map(|(job, receipt)| Op::Confirm { job, receipt }),
		2 => job().prop_map(|job| Op::WindowOver { job }),
		1 => job().prop_map(|job| Op::Expire { job }),
		1 => (select(vec![ALFA, BRAVO]), any::<bool>())
			.prop_map(|(worker, staked)| Op::Stake { worker, staked }),
		2 => time.prop_map(Op::Pass),
	]
}

/// A job as the model knows it.
struct Known {
	state: JobState,
	accepted: bool,
	deadline: Moment,
	/// The proof that was taken, and the share that was promised, in percent.
	proven: Option<(u8, TokenCounts, Balance)>,
}

/// What everybody should have.
struct Model {
	now: Moment,
	ids: Vec<JobId>,
	jobs: Vec<Known>,
	staked: [(u8, bool); 2],
	requester: Balance,
	workers: [(u8, Balance); 2],
	treasury: Balance,
	delivered: usize,
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
			staked: [(ALFA, false), (BRAVO, true)],
			requester: FUNDS,
			workers: [(ALFA, 0), (BRAVO, 0)],
			treasury: 0,
			delivered: 0,
		}
	}

	fn id(&self, job: usize) -> JobId {
		self.ids.get(job).copied().unwrap_or(JobId(sp_core::H256::repeat_byte(0xff)))
	}

	/// The proof that an operation is about.
	fn proof(&self, job: usize, worker: u8, tokens: TokenCounts, flaw: Flaw) -> Proof<AccountId> {
		let model = if flaw == Flaw::Model { ModelId([9; 32]) } else { MODEL };
		Proof { tokens, model, ..proof(self.id(job), worker) }
	}

	/// What should come of `op`.
	fn apply(&mut self, op: &Op) -> DispatchResult {
		match *op {
			Op::Create { .. } | Op::Expire { .. } | Op::WindowOver { .. } => {},
			Op::Prove { job, worker, tokens, flaw, receipt } => {
				self.ensure_provable(job, worker, tokens, flaw, receipt)?;
				let staked = self.staked.contains(&(worker, true));
				let known = &mut self.jobs[job];
				known.state = JobState::Verified;
				known.deadline = self.now + DISPUTE_WINDOW;
				known.proven = Some((worker, tokens, if staked { 85 } else { 75 }));
				if receipt == Confirmation::Good {
					self.pay(job);
				}
			},
			Op::Confirm { job, receipt } => {
				let known = self.jobs.get(job).ok_or(Error::<Test>::UnknownJob)?;
				ensure(known.state == JobState::Verified, Error::WrongState)?;
				ensure(receipt != Confirmation::ForLess, Error::ReceiptForAnotherProof)?;
				ensure(receipt == Confirmation::Good, Error::BadReceiptSignature)?;
				self.pay(job);
			},
			Op::Stake { worker, staked } => {
				for entry in self.staked.iter_mut().filter(|entry| entry.0 == worker) {
					entry.1 = staked;
				}
			},
			Op::Pass(time) => self.now += time,
		}
		Ok(())
	}

	fn ensure_provable(
		&self,
		job: usize,
		worker: u8,
		tokens: TokenCounts,
		flaw: Flaw,
		receipt: Confirmation,
	) -> DispatchResult {
		let known = self.jobs.get(job).ok_or(Error::<Test>::UnknownJob)?;
		let confirmed = receipt != Confirmation::None && known.state == JobState::Verified;
		ensure(known.proven.is_none() || confirmed, Error::AlreadyProven)?;
		ensure(known.state != JobState::Expired, Error::WrongState)?;
		ensure(self.now <= known.deadline, Error::TooLate)?;
		ensure(worker == ALFA || worker == BRAVO, Error::NotCandidate)?;
		ensure(flaw != Flaw::Model, Error::WrongModel)?;
		let fits = tokens.input <= MAX.input && tokens.output <= MAX.output;
		ensure(fits, Error::TooManyTokens)?;
		let free = !known.accepted || worker == BRAVO;
		ensure(free || receipt != Confirmation::None, Error::AcceptedByAnother)?;
		ensure(receipt != Confirmation::ForLess, Error::ReceiptForAnotherProof)?;
		ensure(flaw != Flaw::Signature, Error::BadProofSignature)?;
		ensure(receipt != Confirmation::Forged, Error::BadReceiptSignature)
	}

	/// Who gets what: 30 and 70 units a token, the worker its percentage rounded down.
	fn pay(&mut self, job: usize) {
		let known = &mut self.jobs[job];
		known.state = JobState::Settled;
		let (worker, tokens, percent) = known.proven.expect("a settled job is proven");
		let charge = 30 * u128::from(tokens.input) + 70 * u128::from(tokens.output);
		let share = (charge * percent).div_euclid(100);
		for entry in self.workers.iter_mut().filter(|entry| entry.0 == worker) {
			entry.1 += share;
		}
		self.treasury += charge - share;
		self.requester += LOCK - charge;
		self.delivered += 1;
	}

	/// Do what happens whatever the pallet says, in the model and in the world.
	fn happen(&mut self, op: &Op) {
		match *op {
			Op::Create { accepted } if self.jobs.len() < 4 => {
				let stage = if accepted { Stage::Accepted } else { Stage::Open };
				let noted = Notes::take();
				self.ids.push(stage.create());
				Notes::put(noted);
				self.requester -= LOCK;
				self.jobs.push(Known {
					state: JobState::Open,
					accepted,
					deadline: self.now + PROOF_WINDOW,
					proven: None,
				});
			},
			Op::Expire { job } => {
				let id = self.id(job);
				let open = self.jobs.get_mut(job).filter(|known| known.state == JobState::Open);
				if let Some(known) = open {
					known.state = JobState::Expired;
					self.requester += LOCK;
					end(id, Step::Expire);
				}
			},
			Op::WindowOver { job } => {
				Settlement::settle_due(self.id(job));
				if self.jobs.get(job).is_some_and(|known| known.state == JobState::Verified) {
					self.pay(job);
				}
			},
			Op::Stake { worker, staked } => {
				Workers::insert(account(worker), (payout_account(worker), staked));
			},
			Op::Pass(_) => Now::set(&self.now),
			_ => {},
		}
	}

	fn assert_matches(&self) {
		for (id, known) in self.ids.iter().zip(&self.jobs) {
			let mut state = Book::get(id).expect("the job is known").state;
			if state == JobState::Accepted {
				state = JobState::Open;
			}
			assert_eq!(state, known.state);
		}
		assert_eq!(purse(&account(REQUESTER)), self.requester);
		for (worker, income) in self.workers {
			assert_eq!(purse(&payout_account(worker)), income);
		}
		assert_eq!(purse(&treasury_account()), self.treasury);
		assert_eq!(Notes::get().len(), self.delivered);
	}
}

/// Apply `op` to the pallet, if it is a call. `proven` is the proof that the chain should hold.
fn apply(model: &Model, proven: Option<Proof<AccountId>>, op: &Op) -> DispatchResult {
	let confirm = |confirmation, proof: &Proof<AccountId>| match confirmation {
		Confirmation::None => None,
		Confirmation::Good => Some(receipt_by(REQUESTER, proof)),
		Confirmation::Forged => Some(receipt_by(STRANGER, proof)),
		Confirmation::ForLess => {
			let output = proof.tokens.output.wrapping_sub(1);
			let tokens = TokenCounts { output, ..proof.tokens };
			Some(receipt_by(REQUESTER, &Proof { tokens, ..proof.clone() }))
		},
	};
	match *op {
		Op::Prove { job, worker, tokens, flaw, receipt } => {
			let proof = model.proof(job, worker, tokens, flaw);
			let receipt = confirm(receipt, &proof);
			let signed = match flaw {
				Flaw::Signature => Proof { tokens: MAX, output: [0; 32], ..proof.clone() },
				Flaw::None | Flaw::Model => proof.clone(),
			};
			let origin = RawOrigin::Authorized.into();
			done(Settlement::submit_proof(origin, proof, sign(&signed), receipt))
		},
		Op::Confirm { job, receipt } => {
			let proof = proven.unwrap_or_else(|| model.proof(job, ALFA, MAX, Flaw::None));
			// A missing receipt is a forged one here.
			let receipt = confirm(receipt, &proof).unwrap_or_else(|| receipt_by(STRANGER, &proof));
			let origin = RawOrigin::Authorized.into();
			done(Settlement::submit_receipt(origin, model.id(job), receipt))
		},
		_ => Ok(()),
	}
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
				let proven = match *op {
					Op::Confirm { job, .. } => model.jobs.get(job).and_then(|known| {
						let (worker, tokens, _) = known.proven?;
						Some(model.proof(job, worker, tokens, Flaw::None))
					}),
					_ => None,
				};
				match model.apply(op) {
					Ok(()) => assert_eq!(apply(&model, proven, op), Ok(()), "{op:?}"),
					Err(error) => {
						let refused = Err(error);
						assert_storage_noop!(assert_eq!(apply(&model, proven, op), refused, "{op:?}"));
					},
				}
				model.happen(op);
				model.assert_matches();
				check();
			}
		});
	}
}
