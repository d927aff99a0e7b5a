//! What is tried next: mostly what could work, often what could not.

use millrace_primitives::{JobId, JobNonce};
use millrace_runtime::parameters::Parameters;

use super::{
	action::{Action, Bid, Claim, Key, Status, Terms, Vote, Who},
	dice::Dice,
	market::liability,
	stage::{KEYS, OPERATORS, PERSONS, REQUESTERS, STRANGERS},
	world::{Ballot, Case, Job, Millis, Money, Phase, State, World, MILL, MILL_MIN, USDC_MIN},
};

/// How often another choice is made in a row.
const MISSES_MAX: u32 = 6;

type Choose<'a> = fn(&mut Chooser<'a>) -> Action;

/// Chooses the next action from what the model knows.
pub(super) struct Chooser<'a> {
	dice: &'a mut Dice,
	world: &'a World,
	/// The parameters of the preset, around which governance moves.
	preset: &'a Parameters,
	/// Whether there is nothing to which the last choice could be done.
	missed: bool,
}

/// The next action.
pub(super) fn choose(dice: &mut Dice, world: &World, preset: &Parameters) -> Action {
	let mut chooser = Chooser { dice, world, preset, missed: false };
	let mut action = chooser.any();
	for _ in 0..MISSES_MAX {
		if !chooser.missed {
			break;
		}
		chooser.missed = false;
		action = chooser.any();
	}
	action
}

/// How much time passes before the next block. Often it is as much as to the next deadline, since
/// what comes at the last moment comes in time.
pub(super) fn elapsed(dice: &mut Dice, world: &World) -> Millis {
	let slot = world.rules.slot_ms;
	let next = world.agenda.iter().map(|(deadline, _)| *deadline).find(|next| *next > world.now);
	if let (Some(next), true) = (next, dice.percent(25)) {
		return ((next - world.now) / slot * slot).max(slot);
	}
	let slots = match dice.below(10_000) {
		0..9_400 => 1,
		9_400..9_850 => dice.between(2, 20),
		9_850..9_970 => dice.between(20, 100),
		9_970..9_995 => dice.between(100, 1_500),
		_ => dice.between(1_500, 18_000),
	};
	slots * slot
}

impl<'a> Chooser<'a> {
	/// How often each kind of action is tried, relative to the others.
	const WEIGHTS: [(u64, Choose<'a>); 30] = [
		(80, Self::create),
		(90, Self::create_auction),
		(18, Self::cancel),
		(30, Self::accept),
		(85, Self::award),
		(75, Self::prove),
		(30, Self::confirm),
		(75, Self::deliver),
		(75, Self::attest),
		(24, Self::raise),
		(10, Self::testify),
		(100, Self::commit),
		(80, Self::reveal),
		(14, Self::arbitrate),
		(12, Self::report),
		(8, Self::register),
		(14, Self::rotate),
		(4, Self::deregister),
		(8, Self::set_payout),
		(25, Self::stake),
		(10, Self::unbond),
		(6, Self::withdraw),
		(14, Self::verify),
		(1, Self::displace),
		(6, Self::claim_parked),
		(16, Self::transfer),
		(16, Self::send),
		(5, Self::set_status),
		(14, Self::govern),
		(2, Self::service),
	];

	fn any(&mut self) -> Action {
		let whole = Self::WEIGHTS.iter().map(|(weight, _)| weight).sum();
		let mut lot = self.dice.below(whole);
		for (weight, choose) in Self::WEIGHTS {
			if lot < weight {
				return choose(self);
			}
			lot -= weight;
		}
		panic!("the lot is less than the whole");
	}

	fn requester(&mut self) -> Who {
		if self.dice.percent(4) {
			return self.anybody();
		}
		Who(self.dice.index(REQUESTERS))
	}

	fn operator(&mut self) -> Who {
		Who(REQUESTERS + self.dice.index(OPERATORS))
	}

	/// An operator, or now and then somebody else.
	fn worker(&mut self) -> Who {
		if self.dice.percent(3) {
			return self.anybody();
		}
		self.operator()
	}

	/// Anybody with keys, but for the payout accounts.
	fn anybody(&mut self) -> Who {
		Who(self.dice.index(REQUESTERS + OPERATORS + STRANGERS))
	}

	/// Anybody with keys.
	fn person(&mut self) -> Who {
		Who(self.dice.index(PERSONS))
	}

	/// An operator's own payout account.
	const fn own_payout(operator: Who) -> Who {
		Who(operator.0 + OPERATORS + STRANGERS)
	}

	fn forged(&mut self) -> bool {
		self.dice.percent(2)
	}

	/// The present key of a worker; now and then one that it gave up, or that has no say at all.
	fn key_of(&mut self, who: Who) -> Key {
		let operator = self.world.operators.get(&who);
		let present = operator.map_or(Key::Worker(who, 0), |operator| operator.key);
		match self.dice.below(100) {
			0 => Key::Account(who),
			1..4 => self.former_key_of(who).unwrap_or(present),
			_ => present,
		}
	}

	fn former_key_of(&mut self, who: Who) -> Option<Key> {
		let former = &self.world.operators.get(&who)?.former;
		(!former.is_empty()).then(|| self.dice.pick(former).0)
	}

	/// Any key of somebody's own; now and then one that may be another's.
	fn new_key(&mut self, by: Who) -> Key {
		let number = u8::try_from(self.dice.below(KEYS.into())).unwrap();
		let of = if self.dice.percent(6) { self.operator() } else { by };
		Key::Worker(of, number)
	}

	/// A job in one of these states; now and then any job, or one that there is not.
	fn job(&mut self, states: &[State]) -> JobId {
		if self.dice.percent(30) {
			let last_moment = self.world.agenda.iter().find(|(due, _)| *due >= self.world.now);
			let due = last_moment.filter(|(due, _)| *due == self.world.now);
			let due = due.filter(|(_, id)| states.contains(&self.world.jobs[id].state));
			if let Some((_, id)) = due {
				return *id;
			}
		}
		let states = if self.dice.percent(8) { &State::ALL } else { states };
		let lot = JobId(self.dice.bytes().into());
		let start = self.dice.index(states.len());
		for turn in 0..states.len() {
			let state = states[(start + turn) % states.len()];
			let Some(jobs) = self.world.by_state.get(&state) else { continue };
			if let Some(id) = jobs.range(lot..).next().or_else(|| jobs.first()) {
				return *id;
			}
		}
		self.missed = true;
		lot
	}

	/// A job in one of these states, of a few that are looked at the first one that is auctioned, or
	/// is not.
	fn job_of(&mut self, states: &[State], auction: bool) -> JobId {
		for _ in 0..6 {
			let id = self.job(states);
			if self.known(id).is_some_and(|job| job.auction.is_some() == auction) {
				return id;
			}
		}
		self.missed = true;
		self.job(states)
	}

	/// A disputed job, of a few that are looked at the first one in this phase. Often it is the first
	/// of all, so that there are verdicts.
	fn dispute(&mut self, phase: Phase) -> JobId {
		let jobs = self.world.by_state.get(&State::Disputed).into_iter().flatten();
		let is_in_phase = |id: &JobId| self.case(*id).is_some_and(|case| case.phase == phase);
		let first = jobs.copied().find(is_in_phase);
		if let (Some(first), true) = (first, self.dice.percent(60)) {
			return first;
		}
		for _ in 0..6 {
			let id = self.job(&[State::Disputed]);
			if self.case(id).is_some_and(|case| case.phase == phase) {
				return id;
			}
		}
		self.missed = true;
		self.job(&[State::Disputed])
	}

	fn known(&self, id: JobId) -> Option<&Job> {
		self.world.jobs.get(&id)
	}

	fn case(&self, id: JobId) -> Option<&Case> {
		self.known(id)?.case.as_ref()
	}

	fn nonce(&mut self) -> JobNonce {
		if self.dice.percent(3) {
			let id = self.job(&State::ALL);
			if let Some(job) = self.known(id) {
				return job.nonce;
			}
		}
		let window = self.world.rules.nonce_window_ms;
		let offset = self.dice.below(window + window / 20);
		let now = self.world.now;
		let issued_at = if self.dice.percent(50) { now - offset } else { now + offset };
		let mut salt = [0; 16];
		salt.copy_from_slice(&self.dice.bytes()[..16]);
		JobNonce { issued_at, salt }
	}

	fn create(&mut self) -> Action {
		let (by, nonce) = (self.requester(), self.nonce());
		let number = if self.dice.percent(2) { 0 } else { self.dice.between(1, 4) };
		let mut candidates = (0..number).map(|_| self.worker()).collect::<Vec<_>>();
		if !self.dice.percent(3) {
			candidates.sort_unstable();
			candidates.dedup();
		}
		let most = self.world.rules.max_tokens;
		let max = match self.dice.below(50) {
			0 => (0, 5),
			1 => (most.input + 1, 5),
			2 => (most.input, most.output),
			3..10 => (1, 1),
			_ => (self.tokens(20_000), self.tokens(20_000)),
		};
		Action::Create { by, nonce, candidates, max }
	}

	/// A window of whole slots, so that there is a block in its last moment; or of any length.
	fn window(&mut self, least: Millis, most: Millis) -> Millis {
		let (window, slot) = (self.dice.between(least, most), self.world.rules.slot_ms);
		let whole = window / slot * slot;
		if whole < least || self.dice.percent(30) {
			return window;
		}
		whole
	}

	fn tokens(&mut self, most: u32) -> u32 {
		u32::try_from(self.dice.between(1, u64::from(most.max(1)))).unwrap()
	}

	fn create_auction(&mut self) -> Action {
		let (by, nonce) = (self.requester(), self.nonce());
		let rules = &self.world.rules;
		let fee_min = rules.verifier_fee_min;
		let mut terms = Terms {
			payment_max: self.dice.amount(1, 2_000_000),
			fee: self.dice.amount(fee_min, fee_min + 60_000),
			bid_window: self.window(rules.slot_ms, rules.bid_window_max_ms),
			latency_max: self.dice.between(1, rules.latency_max_ms),
			challenge_window: self
				.window(rules.challenge_window_min_ms, rules.challenge_window_max_ms),
			arbitration: self.dice.percent(10),
			matcher: self.dice.percent(30).then(|| self.anybody()),
			verifier: self.dice.percent(50).then(|| self.worker()),
		};
		match self.dice.below(150) {
			0 => terms.payment_max = 0,
			1 => terms.fee = fee_min.saturating_sub(1),
			2 => terms.bid_window = rules.bid_window_max_ms + 1,
			3 => terms.latency_max = 0,
			4 => terms.challenge_window = rules.challenge_window_min_ms - 1,
			5 => terms.challenge_window = rules.challenge_window_max_ms + 1,
			6 => terms.payment_max = self.world.purses[by.0].usdc.unwrap_or(0) + 1,
			_ => {},
		}
		Action::CreateAuction { by, nonce, terms }
	}

	fn cancel(&mut self) -> Action {
		let job = self.job(&[State::Open]);
		let requester = self.known(job).map(|job| job.requester);
		let by = self.or_anybody(requester, 8);
		Action::Cancel { by, job }
	}

	/// Mostly who has the right, if there is anybody.
	fn or_anybody(&mut self, right: Option<Who>, wrong: u64) -> Who {
		right.filter(|_| !self.dice.percent(wrong)).unwrap_or_else(|| self.anybody())
	}

	fn accept(&mut self) -> Action {
		let job = self.job_of(&[State::Open], false);
		let candidate = self.candidate(job);
		let by = self.or_anybody(candidate, 5);
		Action::Accept { by, job, key: self.key_of(by) }
	}

	fn candidate(&mut self, job: JobId) -> Option<Who> {
		let job = self.known(job)?;
		let accepted = job.accepted_by;
		let candidates = job.candidates.clone();
		if accepted.is_some() && self.dice.percent(70) {
			return accepted;
		}
		(!candidates.is_empty()).then(|| self.dice.pick(&candidates))
	}

	fn award(&mut self) -> Action {
		let job = self.job_of(&[State::Open], true);
		let found = self.known(job);
		let terms = found.and_then(|job| Some(job.auction.as_ref()?.terms));
		let requester = found.map(|job| job.requester);
		let matcher = terms.and_then(|terms| terms.matcher);
		let signer = if self.dice.percent(40) { matcher.or(requester) } else { requester };
		let signer = self.or_anybody(signer, 4);
		let most = terms.map_or(1, |terms| terms.payment_max);
		let slowest = terms.map_or(1, |terms| terms.latency_max);
		let price = match self.dice.below(40) {
			0 => 0,
			1 => most + 1,
			2..8 => most,
			8..12 => 1,
			_ => self.dice.amount(1, most.max(1)),
		};
		let latency = match self.dice.below(40) {
			0 => 0,
			1 => slowest + 1,
			_ => self.dice.between(1, slowest.max(1)),
		};
		let stale = self.dice.percent(3);
		let valid_until = if stale { self.world.now - 1 } else { self.world.now + 60_000 };
		let bid = Bid { worker: self.worker(), price, latency, valid_until };
		Action::Award { job, bid, signer, key: self.key_of(bid.worker) }
	}

	fn answer(&mut self) -> u8 {
		u8::try_from(self.dice.below(3)).unwrap()
	}

	fn prove(&mut self) -> Action {
		let states = [
			State::Open,
			State::Accepted,
			State::Accepted,
			State::Accepted,
			State::Verified,
			State::Disputed,
		];
		let job = self.job_of(&states, false);
		let candidate = self.candidate(job);
		let worker = self.or_anybody(candidate, 4);
		let max = self.known(job).map_or((1, 1), |job| job.max);
		let mut tokens = (self.tokens(max.0), self.tokens(max.1));
		match self.dice.below(30) {
			0 => tokens.0 = max.0 + 1,
			1 => tokens.1 = max.1 + 1,
			2 => tokens.1 = 0,
			3..8 => tokens = (max.0.max(1), max.1),
			_ => {},
		}
		let claim = Claim { worker, tokens, answer: self.answer() };
		let requester = self.known(job).map(|job| job.requester);
		let receipt = self.dice.percent(45).then(|| {
			let confirmed = if self.dice.percent(4) {
				Claim { answer: claim.answer ^ 7, ..claim }
			} else {
				claim
			};
			(confirmed, self.or_anybody(requester, 4))
		});
		Action::Prove { job, claim, receipt, key: self.key_of(worker) }
	}

	/// What was delivered for a job, or something else.
	fn delivered(&mut self, job: JobId) -> Claim {
		let outcome = self.known(job).and_then(|job| job.outcome);
		let other = Claim { worker: self.operator(), tokens: (0, 0), answer: self.answer() };
		outcome.map(|outcome| outcome.claim).filter(|_| !self.dice.percent(4)).unwrap_or(other)
	}

	fn confirm(&mut self) -> Action {
		let state = if self.dice.percent(12) { State::Disputed } else { State::Verified };
		let job = self.job(&[state]);
		let requester = self.known(job).map(|job| job.requester);
		Action::Confirm { job, claim: self.delivered(job), signer: self.or_anybody(requester, 6) }
	}

	fn deliver(&mut self) -> Action {
		let job = self.job_of(&[State::Accepted], true);
		let worker = self.known(job).and_then(|job| job.accepted_by);
		let worker = self.or_anybody(worker, 4);
		let claim = Claim { worker, tokens: (0, 0), answer: self.answer() };
		Action::Deliver { job, claim, key: self.key_of(worker) }
	}

	/// Who is to judge a job.
	fn verifier(&self, id: JobId) -> Option<Who> {
		self.known(id)?.auction.as_ref()?.verifier
	}

	fn attest(&mut self) -> Action {
		let mut job = self.job(&[State::Submitted]);
		for _ in 0..4 {
			if self.verifier(job).is_some() {
				break;
			}
			job = self.job(&[State::Submitted]);
		}
		let verifier = self.verifier(job);
		self.missed |= verifier.is_none();
		let by = self.or_anybody(verifier, 4);
		let (claim, passed) = (self.delivered(job), self.dice.percent(70));
		Action::Attest { by, job, claim, passed, key: self.key_of(by) }
	}

	fn raise(&mut self) -> Action {
		let job = self.job(&[State::Verified]);
		let requester = self.known(job).map(|job| job.requester);
		let verifier = self.verifier(job).filter(|_| self.dice.percent(20));
		Action::Raise { by: self.or_anybody(verifier.or(requester), 40), job }
	}

	fn testify(&mut self) -> Action {
		let phases = [Phase::Draw, Phase::Draw, Phase::Commit, Phase::Arbitration, Phase::Reveal];
		let phase = self.dice.pick(&phases);
		let mut job = self.dispute(phase);
		for _ in 0..4 {
			let is_awaited = |job: &Job| {
				let case = job.case.as_ref();
				case.is_some_and(|case| {
					case.challenger != job.requester && case.testimony.is_none()
				})
			};
			if self.known(job).is_some_and(is_awaited) {
				break;
			}
			job = self.dispute(phase);
		}
		let requester = self.known(job).map(|job| job.requester);
		Action::Testify { by: self.or_anybody(requester, 8), job, evidence: self.answer() }
	}

	/// What most jurors think of a job.
	fn truth(&mut self, job: JobId) -> bool {
		let at_fault = job.0.as_bytes()[31] & 1 == 1;
		at_fault ^ self.dice.percent(20)
	}

	fn juror(&mut self, job: JobId, awaited: impl Fn(Ballot) -> bool) -> Option<(Who, Ballot)> {
		let case = self.case(job)?;
		let jurors = case.jurors.iter().map(|juror| (juror.who, juror.ballot));
		let (waiting, others) = jurors.partition::<Vec<_>, _>(|(_, ballot)| awaited(*ballot));
		let jurors = if waiting.is_empty() || self.dice.percent(3) { others } else { waiting };
		(!jurors.is_empty()).then(|| self.dice.pick(&jurors))
	}

	/// The committee of a job, or now and then another one.
	fn round(&mut self, job: JobId) -> u8 {
		let round = self.case(job).map_or(0, |case| case.round);
		if self.dice.percent(2) {
			round + 1
		} else {
			round
		}
	}

	/// A juror that has less to lose than its silence costs, and what it is to judge.
	fn poor_juror(&self) -> Option<(Who, JobId)> {
		let least = self.world.rules.no_reveal_slash;
		self.world.awaited().find(|(juror, id)| {
			self.case(*id).is_some_and(|case| case.phase == Phase::Commit)
				&& self.world.at_risk(*juror).is_some_and(|at_risk| at_risk < least)
		})
	}

	fn commit(&mut self) -> Action {
		let poor = if self.dice.percent(30) { self.poor_juror() } else { None };
		let (by, job) = poor.unwrap_or_else(|| {
			let job = self.dispute(Phase::Commit);
			let juror = self.juror(job, |ballot| ballot == Ballot::Awaited).map(|(who, _)| who);
			(self.or_anybody(juror, 2), job)
		});
		let (at_fault, salt, round) = (self.truth(job), self.answer(), self.round(job));
		let vote = Vote { at_fault, salt, round: self.round(job) };
		Action::Commit { by, job, vote, round, key: self.key_of(by) }
	}

	fn reveal(&mut self) -> Action {
		let job = self.dispute(Phase::Reveal);
		let juror = self.juror(job, |ballot| matches!(ballot, Ballot::Committed(_)));
		let by = self.or_anybody(juror.map(|(who, _)| who), 2);
		let vote = match juror {
			Some((_, Ballot::Committed(vote))) if !self.dice.percent(3) => vote,
			_ => Vote { at_fault: self.truth(job), salt: self.answer(), round: self.round(job) },
		};
		Action::Reveal { by, job, vote }
	}

	fn arbitrate(&mut self) -> Action {
		let job = self.dispute(Phase::Arbitration);
		let by = self.dice.percent(5).then(|| self.anybody());
		Action::Arbitrate { by, job, at_fault: self.truth(job) }
	}

	fn report(&mut self) -> Action {
		let job = self.job(&State::ALL);
		let found = self.known(job);
		let is_auction = found.is_some_and(|job| job.auction.is_some());
		let accepted = found.and_then(|job| job.accepted_by);
		let auction = is_auction ^ self.dice.percent(4);
		let worker = if auction { accepted } else { self.candidate(job) };
		let worker = self.or_anybody(worker, 4);
		let tokens = if auction { (0, 0) } else { (1, 1) };
		let first = Claim { worker, tokens, answer: self.answer() };
		let second = Claim { answer: self.answer(), ..first };
		let by = if self.dice.percent(5) { worker } else { self.anybody() };
		let keys = [self.claimed_by(worker), self.claimed_by(worker)];
		Action::Report { by, job, auction, claims: [first, second], keys }
	}

	/// A key by which a worker may have signed a claim.
	fn claimed_by(&mut self, worker: Who) -> Key {
		let present = self.key_of(worker);
		match self.dice.below(10) {
			0..4 => self.former_key_of(worker).unwrap_or(present),
			4 => self.new_key(worker),
			_ => present,
		}
	}

	fn register(&mut self) -> Action {
		let mut by = self.worker();
		if self.world.operators.contains_key(&by) && !self.dice.percent(10) {
			by = Who(REQUESTERS + self.dice.index(OPERATORS + STRANGERS));
		}
		let payout = self.payout(by);
		Action::Register { by, key: self.new_key(by), payout, forged: self.forged() }
	}

	/// Of two operators mostly the one that answers for more former keys, up to too many.
	fn rotate(&mut self) -> Action {
		let former = |who: Who| self.world.operators.get(&who).map(|worker| worker.former.len());
		let one = Who(REQUESTERS + self.dice.index(OPERATORS));
		let two = Who(REQUESTERS + self.dice.index(OPERATORS));
		let fickle = if former(one) < former(two) { two } else { one };
		let by = self.or_anybody(Some(fickle), 5);
		let changes = self.world.operators.get(&by).map_or(0, |worker| worker.key_changes);
		let nonce = if self.dice.percent(4) { changes.saturating_sub(1) } else { changes };
		Action::Rotate { by, key: self.new_key(by), nonce, forged: self.forged() }
	}

	/// Mostly an account of its own; sometimes its owner's, or one that is another's.
	fn payout(&mut self, operator: Who) -> Who {
		let is_operator = (REQUESTERS..REQUESTERS + OPERATORS).contains(&operator.0);
		match self.dice.below(10) {
			0..7 if is_operator => Self::own_payout(operator),
			7 => operator,
			8 => Self::own_payout(self.operator()),
			_ => self.anybody(),
		}
	}

	/// Mostly somebody who has nothing at stake any more.
	fn deregister(&mut self) -> Action {
		let operators = self.world.operators.iter();
		let free = operators.filter(|(_, operator)| operator.held() == 0).map(|(who, _)| *who);
		let free = free.collect::<Vec<_>>();
		let by = (!free.is_empty()).then(|| self.dice.pick(&free));
		Action::Deregister { by: self.or_anybody(by, 10) }
	}

	fn set_payout(&mut self) -> Action {
		// Some would like to keep a verifier from judging what they delivered.
		if self.dice.percent(50) {
			let job = self.job(&[State::Submitted]);
			let worker = self.known(job).and_then(|job| job.outcome);
			let by = self.or_anybody(worker.map(|outcome| outcome.claim.worker), 4);
			return Action::SetPayout { by, payout: self.operator() };
		}
		let by = self.worker();
		Action::SetPayout { by, payout: self.payout(by) }
	}

	/// Of a few operators, the one with the least stake: slashes wear it down.
	fn stake(&mut self) -> Action {
		let staked = |who: Who| self.world.operators.get(&who).map(|operator| operator.stake);
		let one = Who(REQUESTERS + self.dice.index(OPERATORS));
		let two = Who(REQUESTERS + self.dice.index(OPERATORS));
		let poorer = if staked(one) < staked(two) { one } else { two };
		let amount = match self.dice.below(20) {
			0 => 0,
			1 => self.world.disposable(poorer) + 1,
			2..8 => self.dice.amount(1, 100 * MILL),
			_ => self.dice.amount(100 * MILL, 500 * MILL),
		};
		Action::Stake { by: self.or_anybody(Some(poorer), 3), amount }
	}

	fn unbond(&mut self) -> Action {
		let by = self.worker();
		let stake = self.world.operators.get(&by).map_or(0, |operator| operator.stake);
		let amount = match self.dice.below(10) {
			0 => stake + 1,
			1..5 => stake,
			_ => self.dice.amount(0, 100 * MILL),
		};
		Action::Unbond { by, amount }
	}

	fn withdraw(&mut self) -> Action {
		Action::Withdraw { by: self.worker() }
	}

	fn verify(&mut self) -> Action {
		Action::Verify { by: self.worker(), on: self.dice.percent(85) }
	}

	fn displace(&mut self) -> Action {
		Action::Displace { by: self.worker(), displaced: self.worker() }
	}

	fn claim_parked(&mut self) -> Action {
		let parked = self.world.parked.keys().copied().collect::<Vec<_>>();
		let payee = (!parked.is_empty()).then(|| self.dice.pick(&parked));
		Action::ClaimParked { by: self.anybody(), payee: self.or_anybody(payee, 5) }
	}

	/// Payout accounts are emptied and filled again, around what the asset asks of an account; and
	/// what ends up with workers and treasury goes back to those who pay for jobs.
	fn transfer(&mut self) -> Action {
		let usdc = |who: Who| self.world.purses[who.0].usdc.unwrap_or(0);
		let poorest = (0..REQUESTERS).map(Who).min_by_key(|who| usdc(*who)).unwrap();
		let (by, to) = match self.dice.below(10) {
			0..3 => (self.world.treasury, poorest),
			3..6 => (Self::own_payout(self.operator()), poorest),
			6 => (self.anybody(), Self::own_payout(self.operator())),
			_ => (self.person(), self.person()),
		};
		let to = if to == by { Self::own_payout(self.operator()) } else { to };
		let to = if to == by { poorest } else { to };
		let all = usdc(by);
		let amount = match self.dice.below(8) {
			0 => 1,
			1 => USDC_MIN - 1,
			2 => USDC_MIN,
			3 => all + 1,
			4 => all.saturating_sub(USDC_MIN).max(1),
			5 => all.saturating_sub(1).max(1),
			_ => self.dice.amount(1, all.max(1)),
		};
		Action::Transfer { by, to, amount }
	}

	/// What slashes and bonds bring to treasury and payout accounts goes back to the operators.
	fn send(&mut self) -> Action {
		let mill = |who: Who| self.world.purses[who.0].mill;
		let operators = REQUESTERS..REQUESTERS + OPERATORS + STRANGERS;
		let poorest = operators.map(Who).min_by_key(|who| mill(*who)).unwrap();
		let (by, to) = match self.dice.below(10) {
			0..4 => (self.world.treasury, poorest),
			4..7 => (Self::own_payout(self.operator()), poorest),
			7 => (Who(self.dice.index(REQUESTERS)), poorest),
			_ => (self.person(), self.person()),
		};
		let to = if to == by { poorest } else { to };
		let all = self.world.disposable(by);
		let amount = match self.dice.below(8) {
			0 => all + 1,
			1 => MILL_MIN - 1,
			2 => self.dice.amount(1, 10 * MILL),
			_ => self.dice.amount(1, (all / 4).max(1)),
		};
		let to = if to == by { self.world.treasury } else { to };
		Action::Send { by, to, amount }
	}

	fn set_status(&mut self) -> Action {
		let odd = (0..PERSONS + 1).map(Who);
		let odd = odd.filter(|who| self.world.purses[who.0].status != Status::Liquid);
		let odd = odd.collect::<Vec<_>>();
		if !odd.is_empty() && self.dice.percent(70) {
			return Action::SetStatus { who: self.dice.pick(&odd), status: Status::Liquid };
		}
		let who = if self.dice.percent(10) { self.world.treasury } else { self.person() };
		let status = self.dice.pick(&[Status::Frozen, Status::Blocked, Status::Blocked]);
		Action::SetStatus { who, status }
	}

	/// What root and the issuer of the payment asset do.
	fn govern(&mut self) -> Action {
		if self.world.frozen && self.dice.percent(80) {
			return Action::SetFrozen { frozen: false };
		}
		if !self.world.offered && self.dice.percent(80) {
			return Action::Offer { on: true };
		}
		match self.dice.below(20) {
			0..2 => Action::SetFrozen { frozen: self.dice.percent(80) },
			2 => Action::Offer { on: self.dice.percent(20) },
			3..7 => Action::SetPrice {
				price: match self.dice.below(8) {
					0 => (0, 0),
					1 => (1, 0),
					_ => (self.dice.between(0, 9_000), self.dice.between(1, 20_000)),
				},
			},
			_ => self.set_rules(),
		}
	}

	fn set_rules(&mut self) -> Action {
		let mut rules = *self.preset;
		rules.dispute_window_ms = self.window(2_000, 6_000);
		rules.cancel_after_ms = self.window(200, 2_000);
		rules.retention_ms = self.window(50_000, 65_000);
		rules.delivery_min_ms = self.window(1_000, 4_000);
		rules.judge_window_ms = self.window(2_000, 6_000);
		rules.commit_window_ms = self.window(2_000, 6_000);
		rules.reveal_window_ms = self.window(2_000, 6_000);
		let risks = self.world.awaited().filter_map(|(juror, _)| self.world.at_risk(juror));
		// Some of the jurors could have less to lose than their silence costs.
		let is_exposed = risks.min().is_some_and(|least| least < 500 * MILL);
		rules.arbitration_window_ms = self.window(2_000, 8_000);
		let dice = &mut *self.dice;
		let remembered = rules.retention_ms / 2 - 500;
		rules.nonce_window_ms = dice.pick(&[20_000, 20_000, 20_000, remembered]);
		rules.latency_margin = dice.pick(&[100, 200, 250]);
		let (most, before) = (liability(&rules), liability(&self.world.rules));
		rules.unbonding_ms = dice.between(190_000, 260_000);
		if most < before && dice.percent(30) {
			// Enough for what stake answers for from now on, and too little for what it does.
			rules.unbonding_ms = dice.between(most + 1, before);
		}
		rules.protocol_fee = dice.pick(&[0, 50, 333, 10_000]);
		rules.share_unstaked = dice.pick(&[0, 7_500, 7_501]);
		rules.share_staked = dice.pick(&[8_500, 9_999, 10_000]);
		rules.verifier_fee_min = dice.pick(&[0, 1, 10_000]);
		rules.reputation_cap = dice.amount(1, 200_000);
		rules.registration_deposit = dice.amount(0, 20 * MILL);
		rules.stake_min = dice.amount(100 * MILL, 150 * MILL);
		rules.verifier_stake_min = dice.amount(200 * MILL, 500 * MILL);
		rules.dispute_bond = dice.amount(1, 90 * MILL);
		// Shares of little are less than an account must hold, and go to the treasury.
		let little = dice.percent(35);
		let most: Money = if little { 3 * MILL_MIN } else { 100 * MILL };
		rules.worker_slash = dice.amount(1, most);
		rules.double_proof_slash = dice.amount(1, most);
		rules.no_reveal_slash = dice.amount(1, most / 2);
		if dice.percent(if is_exposed { 80 } else { 25 }) {
			rules.verifier_stake_min = 500 * MILL;
			rules.no_reveal_slash = rules.verifier_stake_min;
		}
		rules.minority_slash = dice.amount(0, rules.no_reveal_slash - 1);
		rules.no_commit_slash = dice.amount(0, rules.no_reveal_slash);
		rules.committee_size = dice.pick(&[3, 4, 5, 5, 5, 6, 7]);
		rules.jury_pool_min = dice.pick(&[3, 3, 3, 3, 4, 5, 6, 8]);
		// That of the largest committee there can be.
		let covered = rules.dispute_bond / 7;
		rules.jury_fee = if dice.percent(50) { covered } else { dice.amount(0, covered) };
		let mut sound = true;
		match dice.below(16) {
			0 => (rules.dispute_bond, sound) = (0, false),
			1 => (rules.slot_ms, sound) = (rules.slot_ms + 1, false),
			2 => (rules.minority_slash, sound) = (rules.no_reveal_slash, false),
			3 => (rules.committee_size, sound) = (8, false),
			4 => (rules.worker_slash, sound) = (rules.stake_min + 1, false),
			5 => (rules.unbonding_ms, sound) = (100_000, false),
			6 => (rules.jury_fee, sound) = (covered + 1, false),
			7 => (rules.jury_pool_min, sound) = (2, false),
			8 => (rules.jury_pool_min, sound) = (129, false),
			_ => {},
		}
		let by = dice.percent(5).then(|| Who(dice.index(PERSONS)));
		Action::SetRules { by, rules: Box::new(rules), sound }
	}

	fn service(&mut self) -> Action {
		let max = u32::try_from(self.dice.below(5)).unwrap();
		Action::Service { by: self.anybody(), max }
	}
}
