//! Random steps against a model of what should happen, which knows the rules of the game and none of
//! the code. It learns from the pallet who was drawn, and checks that it could be.

use std::collections::BTreeMap;

use frame_support::{assert_storage_noop, pallet_prelude::DispatchResult};
use frame_system::RawOrigin;
use millrace_primitives::{
	auction::{DisputeMechanism, Judgement},
	traits::Disputes as _,
	FinishReason, JobId, JobState, Proof, TokenCounts, Verdict,
};
use proptest::{collection::vec, prelude::*, sample::select};
use sp_core::{Pair, H256};
use sp_runtime::TokenError;

use crate::{
	mock::{
		account, auctioned, check, commit, confirm, direct, fine_down_to, free, genesis, held,
		jurors, payout_of, phase, reveal, stake, state, treasury, unbond, worker_key, AccountId,
		Disputes, ExtBuilder, Now, Purses, RuntimeOrigin, Seed, Since, System, Test, Verifiers,
		AGREED, ARBITRATION_TIME, BOND, CHALLENGER, CHARGE, COMMIT_TIME, DOUBLE_SLASH, DRAW_DELAY,
		FEE, FUNDS, JURORS, JUROR_FEE, LOCK, MATCHER, MILL, MINIMUM, MINORITY_FINE, MODEL,
		NO_COMMIT_FINE, NO_REVEAL_FINE, PAUPER, POOL, REQUESTER, REVEAL_TIME, STAKE, STAKE_MIN,
		START, VERIFIER, WINDOW, WORKER, WORKER_SLASH,
	},
	types::{Decision, Phase},
	Error,
};

const JOBS: usize = 3;

/// Little; too much for a verifier; nearly all; all.
const FINES: &[u128] = &[MILL, STAKE - STAKE_MIN + MILL, STAKE - NO_REVEAL_FINE + MILL, STAKE];

#[derive(Clone, Copy, Debug)]
enum Kind {
	Direct,
	/// Judged good by its verifier.
	Judged,
	/// Not judged yet.
	Unjudged,
	/// Judged good, and to be arbitrated if disputed.
	Arbitrated,
}

#[derive(Clone, Debug)]
enum Op {
	Raise {
		job: usize,
		who: u8,
	},
	JudgeBad {
		job: usize,
	},
	/// The juror that was drawn at this place, or somebody who was not drawn.
	Commit {
		job: usize,
		place: usize,
		verdict: Verdict,
	},
	Reveal {
		job: usize,
		place: usize,
		verdict: Verdict,
	},
	Arbitrate {
		job: usize,
		verdict: Verdict,
	},
	Report {
		job: usize,
		who: u8,
		twice: bool,
	},
	Testify {
		job: usize,
		who: u8,
	},
	/// The requester confirms what it got.
	Confirm {
		job: usize,
	},
	/// A verifier, or the worker, is fined for something else.
	Fine {
		who: u8,
		amount: u128,
	},
	/// A verifier leaves its role and comes again.
	Reseat {
		who: u8,
	},
	/// The queue gets round to the deadline of a job, if it has passed.
	Due {
		job: usize,
	},
	/// A phase goes on to its end, if it is this one.
	End {
		job: usize,
		at: At,
	},
	/// A verifier, or the worker, lets its stake unbond or takes it back in.
	Unbond {
		who: u8,
		unbonding: bool,
	},
	Pass(u64),
}

fn verdict() -> impl Strategy<Value = Verdict> {
	select(vec![Verdict::Cleared, Verdict::AtFault])
}

/// Something that anybody may try at any time.
fn noise() -> impl Strategy<Value = Op> {
	let job = || 0..=JOBS;
	let time = select(vec![1, DRAW_DELAY, REVEAL_TIME, COMMIT_TIME, WINDOW, ARBITRATION_TIME]);
	let staked = || select(JURORS.into_iter().chain([VERIFIER, WORKER]).collect::<Vec<_>>());
	prop_oneof![
		4 => (job(), select(vec![REQUESTER, CHALLENGER, PAUPER, WORKER]))
			.prop_map(|(job, who)| Op::Raise { job, who }),
		1 => job().prop_map(|job| Op::JudgeBad { job }),
		4 => (job(), 0..6usize, verdict())
			.prop_map(|(job, place, verdict)| Op::Commit { job, place, verdict }),
		4 => (job(), 0..6usize, verdict())
			.prop_map(|(job, place, verdict)| Op::Reveal { job, place, verdict }),
		2 => (job(), verdict()).prop_map(|(job, verdict)| Op::Arbitrate { job, verdict }),
		2 => (job(), select(vec![MATCHER, WORKER]), any::<bool>())
			.prop_map(|(job, who, twice)| Op::Report { job, who, twice }),
		2 => (job(), select(vec![REQUESTER, CHALLENGER]))
			.prop_map(|(job, who)| Op::Testify { job, who }),
		1 => job().prop_map(|job| Op::Confirm { job }),
		2 => (staked(), select(FINES)).prop_map(|(who, amount)| Op::Fine { who, amount }),
		2 => select(&JURORS).prop_map(|who| Op::Reseat { who }),
		2 => job().prop_map(|job| Op::Due { job }),
		2 => (staked(), any::<bool>())
			.prop_map(|(who, unbonding)| Op::Unbond { who, unbonding }),
		1 => time.prop_map(Op::Pass),
	]
}

/// What a juror is up to: whether it commits, against what most think, and reveals.
type Intent = (bool, bool, bool);

/// A dispute as it may go if nobody interferes.
fn life(job: usize) -> impl Strategy<Value = Vec<Op>> {
	let intent = (
		proptest::bool::weighted(0.85),
		proptest::bool::weighted(0.3),
		proptest::bool::weighted(0.85),
	);
	let challenger = select(vec![REQUESTER, CHALLENGER]);
	let arbiter = proptest::option::of(verdict());
	(challenger, verdict(), vec(intent, 5), arbiter).prop_map(
		move |(who, most, intents, arbiter): (u8, Verdict, Vec<Intent>, _)| {
			let opposite = match most {
				Verdict::Cleared => Verdict::AtFault,
				Verdict::AtFault => Verdict::Cleared,
			};
			let vote = |intent: &Intent| if intent.1 { opposite } else { most };
			let mut ops = vec![Op::Raise { job, who }, Op::JudgeBad { job }];
			ops.push(Op::End { job, at: At::Draw });
			for (place, intent) in intents.iter().enumerate().filter(|(_, intent)| intent.0) {
				ops.push(Op::Commit { job, place, verdict: vote(intent) });
			}
			ops.push(Op::End { job, at: At::Commit });
			let reveals = |intent: &Intent| intent.0 && intent.2;
			for (place, intent) in intents.iter().enumerate().filter(|(_, it)| reveals(it)) {
				ops.push(Op::Reveal { job, place, verdict: vote(intent) });
			}
			ops.push(Op::End { job, at: At::Reveal });
			ops.extend(arbiter.map(|verdict| Op::Arbitrate { job, verdict }));
			ops.push(Op::End { job, at: At::Arbitration });
			ops
		},
	)
}

/// The lives of all jobs, each in its order, in runs between those of the others, with noise.
fn ops() -> impl Strategy<Value = Vec<Op>> {
	let lives = (0..JOBS).map(life).collect::<Vec<_>>();
	let run = (0..JOBS, 1..14usize, vec(noise(), 0..3));
	(lives, vec(run, 1..14)).prop_map(|(lives, runs)| {
		let mut lives = lives.into_iter().map(Vec::into_iter).collect::<Vec<_>>();
		runs.into_iter()
			.flat_map(|(job, length, noise)| {
				let run = lives[job].by_ref().take(length).collect::<Vec<_>>();
				run.into_iter().chain(noise)
			})
			.collect()
	})
}

fn kinds() -> impl Strategy<Value = Vec<Kind>> {
	let kind =
		select(vec![Kind::Direct, Kind::Direct, Kind::Judged, Kind::Unjudged, Kind::Arbitrated]);
	vec(kind, JOBS)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
	Submitted,
	Verified,
	Draw,
	Commit,
	Reveal,
	Arbitration,
	Closed(Decision),
}

/// A job as the model knows it.
struct Known {
	id: JobId,
	kind: Kind,
	at: At,
	deadline: u64,
	challenger: u8,
	by_verifier: bool,
	/// Who was drawn, what each has committed to and whether it was revealed.
	jurors: Vec<(u8, Option<Verdict>, bool)>,
	reported: bool,
	testified: bool,
}

/// What everybody should have.
struct Model {
	now: u64,
	jobs: Vec<Known>,
	/// Free MILL beyond what the world began with.
	income: BTreeMap<AccountId, i128>,
	held: BTreeMap<u8, i128>,
	stakes: BTreeMap<u8, i128>,
	/// The payment asset.
	purses: BTreeMap<AccountId, u128>,
	unbonding: Vec<u8>,
	/// The verifiers that took on their role in this block.
	fresh: Vec<u8>,
}

fn signed(amount: u128) -> i128 {
	i128::try_from(amount).expect("amounts are small")
}

fn ensure(condition: bool, error: Error<Test>) -> DispatchResult {
	if condition {
		Ok(())
	} else {
		Err(error.into())
	}
}

fn seed_of(who: &AccountId) -> u8 {
	AsRef::<[u8]>::as_ref(who)[0]
}

impl Model {
	fn new() -> Self {
		let staked = JURORS.into_iter().chain([VERIFIER, WORKER]);
		Self {
			now: START,
			jobs: Vec::new(),
			income: BTreeMap::new(),
			held: BTreeMap::new(),
			stakes: staked.map(|seed| (seed, signed(STAKE))).collect(),
			purses: BTreeMap::new(),
			unbonding: Vec::new(),
			fresh: Vec::new(),
		}
	}

	fn id(&self, job: usize) -> JobId {
		self.jobs.get(job).map_or(JobId(H256::repeat_byte(0xff)), |known| known.id)
	}

	fn give(&mut self, to: AccountId, amount: i128) {
		*self.income.entry(to).or_default() += amount;
	}

	/// Take stake; returns how much there was.
	fn slash(&mut self, seed: u8, amount: u128) -> i128 {
		let stake = self.stakes.get_mut(&seed).expect("only the staked are slashed");
		let taken = (*stake).min(signed(amount));
		*stake -= taken;
		taken
	}

	/// Who votes from a place: the juror there, or one that was not drawn.
	fn voter(&self, job: usize, place: usize) -> u8 {
		let drawn = self.jobs.get(job).map(|known| &*known.jurors).unwrap_or_default();
		let outsider = || {
			let mut all = JURORS.into_iter();
			all.find(|seed| !drawn.iter().any(|juror| juror.0 == *seed)).expect("one is left out")
		};
		drawn.get(place).map_or_else(outsider, |juror| juror.0)
	}

	fn in_phase(&self, job: usize, at: At) -> Result<&Known, sp_runtime::DispatchError> {
		let known = self.jobs.get(job).ok_or(Error::<Test>::NotDisputed)?;
		let is_disputed = !matches!(known.at, At::Submitted | At::Verified);
		ensure(is_disputed, Error::NotDisputed)?;
		ensure(known.at == at, Error::WrongPhase)?;
		ensure(self.now <= known.deadline, Error::TooLate)?;
		Ok(known)
	}

	/// What should come of a call.
	fn expect(&self, op: &Op) -> DispatchResult {
		match *op {
			Op::Raise { job, who } => {
				let known = self.jobs.get(job).ok_or(Error::<Test>::UnknownJob)?;
				let is_new = matches!(known.at, At::Submitted | At::Verified);
				ensure(is_new, Error::AlreadyDisputed)?;
				ensure(known.at == At::Verified, Error::WrongState)?;
				ensure(self.now <= known.deadline, Error::TooLate)?;
				ensure(who != WORKER, Error::ByWorker)?;
				if who == PAUPER {
					return Err(TokenError::FundsUnavailable.into());
				}
				Ok(())
			},
			Op::Commit { job, place, .. } => {
				let known = self.in_phase(job, At::Commit)?;
				let juror = known.jurors.get(place).ok_or(Error::<Test>::NotJuror)?;
				ensure(juror.1.is_none(), Error::AlreadyCommitted)?;
				ensure(self.stakes[&juror.0] >= signed(NO_REVEAL_FINE), Error::NotEligible)
			},
			Op::Reveal { job, place, verdict } => {
				let known = self.in_phase(job, At::Reveal)?;
				let juror = known.jurors.get(place).ok_or(Error::<Test>::NotJuror)?;
				let committed = juror.1.ok_or(Error::<Test>::NotCommitted)?;
				ensure(!juror.2, Error::AlreadyRevealed)?;
				ensure(committed == verdict, Error::WrongPreimage)
			},
			Op::Arbitrate { job, .. } => self.in_phase(job, At::Arbitration).map(|_| ()),
			Op::Report { job, who, twice } => {
				ensure(twice, Error::NoOffence)?;
				let known = self.jobs.get(job).ok_or(Error::<Test>::UnknownJob)?;
				ensure(matches!(known.kind, Kind::Direct), Error::NoOffence)?;
				ensure(!known.reported, Error::AlreadyReported)?;
				ensure(who != WORKER, Error::ByWorker)
			},
			Op::Testify { job, who } => {
				let known = self.jobs.get(job).ok_or(Error::<Test>::NotDisputed)?;
				let is_disputed = !matches!(known.at, At::Submitted | At::Verified);
				ensure(is_disputed, Error::NotDisputed)?;
				let is_heard = matches!(known.at, At::Draw | At::Commit | At::Arbitration);
				ensure(is_heard, Error::WrongPhase)?;
				ensure(self.now <= known.deadline, Error::TooLate)?;
				ensure(who == REQUESTER, Error::NotRequester)?;
				let has_spoken = known.testified || known.challenger == REQUESTER;
				ensure(!has_spoken, Error::AlreadyTestified)
			},
			_ => Ok(()),
		}
	}

	/// Do what should come of a call that is good.
	fn apply(&mut self, op: &Op) {
		match *op {
			Op::Raise { job, who } => {
				*self.held.entry(who).or_default() += signed(BOND);
				self.give(account(who), -signed(BOND));
				self.open(job, who, false);
			},
			Op::Commit { job, place, verdict } => {
				let known = &mut self.jobs[job];
				known.jurors[place].1 = Some(verdict);
				if known.jurors.iter().all(|juror| juror.1.is_some()) {
					self.open_reveal(job);
				}
			},
			Op::Reveal { job, place, .. } => {
				let known = &mut self.jobs[job];
				known.jurors[place].2 = true;
				if known.jurors.iter().all(|juror| juror.1.is_none() || juror.2) {
					self.tally(job);
				}
			},
			Op::Arbitrate { job, verdict } => self.close(job, Decision::Arbiter(verdict)),
			Op::Report { job, who, .. } => {
				self.jobs[job].reported = true;
				let taken = self.slash(WORKER, DOUBLE_SLASH);
				let tenth = taken.div_euclid(10);
				self.give(account(who), tenth);
				self.give(treasury(), taken - tenth);
			},
			Op::Testify { job, .. } => self.jobs[job].testified = true,
			_ => {},
		}
	}

	fn open(&mut self, job: usize, challenger: u8, by_verifier: bool) {
		let known = &mut self.jobs[job];
		let arbitrated = matches!(known.kind, Kind::Arbitrated);
		known.at = if arbitrated { At::Arbitration } else { At::Draw };
		known.deadline = self.now + if arbitrated { ARBITRATION_TIME } else { DRAW_DELAY };
		known.challenger = challenger;
		known.by_verifier = by_verifier;
	}

	fn open_reveal(&mut self, job: usize) {
		let known = &mut self.jobs[job];
		if known.jurors.iter().all(|juror| juror.1.is_none()) {
			return self.tally(job);
		}
		known.at = At::Reveal;
		known.deadline = self.now + REVEAL_TIME;
	}

	fn tally(&mut self, job: usize) {
		let jurors = self.jobs[job].jurors.clone();
		let votes = |verdict| jurors.iter().filter(|juror| juror.2 && juror.1 == verdict).count();
		let (cleared, at_fault) = (votes(Some(Verdict::Cleared)), votes(Some(Verdict::AtFault)));
		let verdict = match cleared + at_fault {
			0..=2 => None,
			all if 2 * cleared > all => Some(Verdict::Cleared),
			all if 2 * at_fault > all => Some(Verdict::AtFault),
			_ => None,
		};
		for (seed, vote, revealed) in jurors {
			let fine = match (vote, revealed) {
				(None, _) if verdict.is_some() => NO_COMMIT_FINE,
				(None, _) => 0,
				(Some(_), false) => NO_REVEAL_FINE,
				(vote, true) if verdict.is_some() && vote != verdict => MINORITY_FINE,
				_ => 0,
			};
			let taken = self.slash(seed, fine);
			self.give(treasury(), taken);
		}
		match verdict {
			Some(verdict) => self.close(job, Decision::Committee(verdict)),
			None => {
				self.jobs[job].at = At::Arbitration;
				self.jobs[job].deadline = self.now + ARBITRATION_TIME;
			},
		}
	}

	fn close(&mut self, job: usize, decision: Decision) {
		let Known { kind, challenger, by_verifier, .. } = self.jobs[job];
		self.jobs[job].at = At::Closed(decision);
		let fee = if matches!(kind, Kind::Direct) { 0 } else { FEE };
		let charge = if matches!(kind, Kind::Direct) { CHARGE } else { AGREED };
		let worker = payout_of(&account(WORKER));
		let bond = if by_verifier { 0 } else { signed(BOND) };
		*self.held.entry(challenger).or_default() -= bond;
		let winners = |verdict| {
			let voted =
				move |juror: &&(u8, Option<Verdict>, bool)| juror.2 && juror.1 == Some(verdict);
			let by_committee = matches!(decision, Decision::Committee(_));
			let jurors = self.jobs[job].jurors.iter().filter(voted).map(|juror| juror.0);
			jurors.filter(move |_| by_committee).collect::<Vec<_>>()
		};
		match decision.verdict() {
			Some(Verdict::Cleared) => {
				let winners = winners(Verdict::Cleared);
				*self.purses.entry(worker.clone()).or_default() += charge;
				*self.purses.entry(account(REQUESTER)).or_default() += LOCK - fee - charge;
				let lost = if by_verifier { self.slash(challenger, BOND) } else { bond };
				let half = lost.div_euclid(2);
				self.share(lost, (worker, half), &winners, lost - half);
			},
			Some(Verdict::AtFault) => {
				let winners = winners(Verdict::AtFault);
				*self.purses.entry(account(REQUESTER)).or_default() += LOCK - fee;
				let lost = self.slash(WORKER, WORKER_SLASH);
				let votes = winners.len() as i128;
				let each = (lost * 3).div_euclid(10).checked_div(votes).unwrap_or(0);
				let missing = ((signed(JUROR_FEE) - each).max(0) * votes).min(signed(BOND));
				let charged = if by_verifier { 0 } else { missing };
				self.give(account(challenger), bond - charged);
				let to = account(challenger);
				let to = if by_verifier { payout_of(&to) } else { to };
				let is_concerned = by_verifier || challenger == REQUESTER;
				let first = if is_concerned { lost.div_euclid(2) } else { lost.div_euclid(5) };
				let topped_up = each * votes + charged.div_euclid(votes.max(1)) * votes;
				self.share(lost + charged, (to, first), &winners, topped_up);
				if matches!(kind, Kind::Judged | Kind::Arbitrated) {
					let fine = self.slash(VERIFIER, MINORITY_FINE);
					self.give(treasury(), fine);
				}
			},
			None => {
				*self.purses.entry(account(REQUESTER)).or_default() += LOCK - fee;
				self.give(account(challenger), bond);
			},
		}
	}

	/// Share out what was lost: part of it to the first, part of it equally to the winners, what is
	/// left to the treasury.
	fn share(&mut self, lost: i128, first: (AccountId, i128), winners: &[u8], to_winners: i128) {
		let each = to_winners.checked_div(winners.len() as i128).unwrap_or(0);
		let paid = first.1 + each * winners.len() as i128;
		self.give(first.0, first.1);
		for winner in winners {
			self.give(payout_of(&account(*winner)), each);
		}
		self.give(treasury(), lost - paid);
	}

	/// Do what happens whatever the calls say, in the model and in the world.
	fn happen(&mut self, op: &Op) {
		match *op {
			Op::JudgeBad { job } => self.judge_bad(job),
			Op::Due { job } => self.fall_due(job),
			Op::Unbond { who, unbonding } => {
				unbond(who, unbonding);
				self.unbonding.retain(|seed| *seed != who);
				if unbonding {
					self.unbonding.push(who);
				}
			},
			Op::Confirm { job } => self.confirm(job),
			Op::Fine { who, amount } => {
				let taken = self.slash(who, amount);
				self.give(treasury(), taken);
				fine_down_to(&account(who), self.stakes[&who].unsigned_abs());
			},
			Op::Reseat { who } => {
				Since::insert(account(who), System::block_number());
				Verifiers::mutate(|seats| {
					seats.retain(|seat| *seat != account(who));
					seats.push(account(who));
				});
				self.fresh.push(who);
			},
			Op::End { job, at } => {
				if let Some(known) = self.jobs.get(job).filter(|known| known.at == at) {
					self.pass(known.deadline.saturating_sub(self.now));
					self.fall_due(job);
				}
			},
			Op::Pass(time) => self.pass(time),
			_ => {},
		}
	}

	fn pass(&mut self, time: u64) {
		self.now += time;
		self.fresh.clear();
		Now::set(&self.now);
		System::set_block_number(System::block_number() + 1);
		Seed::set(&H256::from_low_u64_be(self.now));
	}

	fn create(&mut self, kind: Kind) {
		let committee = DisputeMechanism::Committee;
		let (id, at) = match kind {
			Kind::Direct => (direct(JobState::Verified), At::Verified),
			Kind::Judged => (auctioned(JobState::Verified, committee), At::Verified),
			Kind::Unjudged => (auctioned(JobState::Submitted, committee), At::Submitted),
			Kind::Arbitrated => {
				let arbitration = DisputeMechanism::Arbitration;
				(auctioned(JobState::Verified, arbitration), At::Verified)
			},
		};
		self.jobs.push(Known {
			id,
			kind,
			at,
			deadline: self.now + WINDOW,
			challenger: 0,
			by_verifier: false,
			jurors: Vec::new(),
			reported: false,
			testified: false,
		});
		if !matches!(kind, Kind::Direct) {
			*self.purses.entry(payout_of(&account(VERIFIER))).or_default() += FEE;
		}
	}

	fn judge_bad(&mut self, job: usize) {
		// Settlement asks for nothing else.
		if self.jobs.get(job).is_none_or(|known| known.at != At::Submitted) {
			return;
		}
		let judgement = Judgement { passed: false, evidence: [4; 32], at: self.now };
		let id = self.id(job);
		let opened = Disputes::open_by_verifier(id, &account(VERIFIER), judgement);
		assert_eq!(opened, Ok(()));
		self.open(job, VERIFIER, true);
	}

	fn confirm(&mut self, job: usize) {
		let Some(known) = self.jobs.get_mut(job) else { return };
		if !matches!(known.at, At::Draw) {
			return;
		}
		confirm(known.id);
		known.at = At::Verified;
		known.deadline = self.now + WINDOW;
		known.jurors.clear();
		known.testified = false;
		if !known.by_verifier {
			let challenger = known.challenger;
			*self.held.entry(challenger).or_default() -= signed(BOND);
			self.give(account(challenger), signed(BOND));
		}
	}

	fn fall_due(&mut self, job: usize) {
		let Some(known) = self.jobs.get(job).filter(|known| self.now >= known.deadline) else {
			return;
		};
		let id = known.id;
		match known.at {
			// The end of these is not this pallet's.
			At::Submitted | At::Verified => return,
			At::Closed(_) => {
				System::reset_events();
				assert_storage_noop!({
					Disputes::phase_due(id);
					System::reset_events();
				});
				return;
			},
			_ => Disputes::phase_due(id),
		}
		match known.at {
			At::Draw => self.drawn(job),
			At::Commit => self.open_reveal(job),
			At::Reveal => self.tally(job),
			_ => self.close(job, Decision::Nobody),
		}
	}

	/// Take over who was drawn, if that can be.
	fn drawn(&mut self, job: usize) {
		let known = &self.jobs[job];
		let is_party = |seed: u8| {
			let is_verifier = seed == VERIFIER && !matches!(known.kind, Kind::Direct);
			is_verifier || seed == known.challenger
		};
		let eligible = JURORS
			.into_iter()
			.chain([VERIFIER])
			.filter(|seed| !self.unbonding.contains(seed) && !is_party(*seed))
			.filter(|seed| self.stakes[seed] >= signed(STAKE_MIN) && !self.fresh.contains(seed))
			.collect::<Vec<_>>();
		let drawn = jurors(known.id).iter().map(seed_of).collect::<Vec<_>>();
		let known = &mut self.jobs[job];
		if eligible.len() < POOL as usize {
			assert!(drawn.is_empty());
			known.at = At::Arbitration;
			known.deadline = self.now + ARBITRATION_TIME;
		} else {
			assert_eq!(drawn.len(), eligible.len().min(5));
			assert!(drawn.iter().all(|seed| eligible.contains(seed)));
			known.at = At::Commit;
			known.deadline = self.now + COMMIT_TIME;
			known.jurors = drawn.into_iter().map(|seed| (seed, None, false)).collect();
		}
	}

	fn assert_matches(&self) {
		for known in &self.jobs {
			let (expected, job_state) = match known.at {
				At::Submitted => (None, JobState::Submitted),
				At::Verified => (None, JobState::Verified),
				At::Draw => (Some(Phase::Draw), JobState::Disputed),
				At::Commit => (Some(Phase::Commit), JobState::Disputed),
				At::Reveal => (Some(Phase::Reveal), JobState::Disputed),
				At::Arbitration => (Some(Phase::Arbitration), JobState::Disputed),
				At::Closed(decision) => (Some(Phase::Closed(decision)), JobState::Resolved),
			};
			assert_eq!(state(known.id), job_state);
			if let Some(expected) = expected {
				assert_eq!(phase(known.id), expected);
			}
		}
		for (seed, expected) in &self.stakes {
			assert_eq!(signed(stake(*seed)), *expected);
		}
		for (seed, expected) in &self.held {
			assert_eq!(signed(held(&account(*seed))), *expected);
		}
		for (who, expected) in &self.income {
			let began = match seed_of(who) {
				REQUESTER | CHALLENGER | MATCHER if *who == account(seed_of(who)) => FUNDS,
				_ if *who == treasury() => MINIMUM,
				_ => 0,
			};
			assert_eq!(signed(free(who)) - signed(began), *expected, "{who:?}");
		}
		for (who, expected) in &self.purses {
			assert_eq!(Purses::get(who), *expected);
		}
	}
}

/// Make a call, if the operation is one.
fn call(model: &Model, op: &Op) -> DispatchResult {
	match *op {
		Op::Raise { job, who } => {
			Disputes::raise(RuntimeOrigin::signed(account(who)), model.id(job), [8; 32])
		},
		Op::Commit { job, place, verdict } => {
			commit(model.id(job), &account(model.voter(job, place)), verdict)
		},
		Op::Reveal { job, place, verdict } => {
			reveal(model.id(job), &account(model.voter(job, place)), verdict)
		},
		Op::Arbitrate { job, verdict } => {
			Disputes::arbitrate(RawOrigin::Root.into(), model.id(job), verdict)
		},
		Op::Report { job, who, twice } => {
			let proof = |output| Proof {
				job: model.id(job),
				worker: account(WORKER),
				model: MODEL,
				output: [output; 32],
				tokens: TokenCounts { input: 1, output: 1 },
				finish: FinishReason::Stop,
				class: [7; 32],
				entropy: H256::repeat_byte(8),
			};
			let (first, second) = (proof(1), proof(1 + u8::from(twice)));
			let key = worker_key(&account(WORKER));
			let signatures =
				(key.sign(&first.message(genesis())), key.sign(&second.message(genesis())));
			let origin = RuntimeOrigin::signed(account(who));
			Disputes::report_double_proof(origin, first, signatures.0, second, signatures.1)
				.map(|_| ())
				.map_err(|failure| failure.error)
		},
		Op::Testify { job, who } => {
			Disputes::testify(RuntimeOrigin::signed(account(who)), model.id(job), [9; 32])
		},
		_ => Ok(()),
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(
		std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
	))]

	#[test]
	fn the_pallet_and_the_model_agree(kinds in kinds(), ops in ops()) {
		ExtBuilder.build_and_execute(|| {
			let mut model = Model::new();
			for kind in &kinds {
				model.create(*kind);
			}
			for op in &ops {
				match model.expect(op) {
					Ok(()) => {
						assert_eq!(call(&model, op), Ok(()), "{op:?}");
						model.apply(op);
					},
					Err(error) => {
						let refused = Err(error);
						assert_storage_noop!(assert_eq!(call(&model, op), refused, "{op:?}"));
					},
				}
				model.happen(op);
				model.assert_matches();
				check();
			}
		});
	}
}
