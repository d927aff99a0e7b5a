//! The rules for disputes, and for what happens by itself.

use millrace_primitives::JobId;

use super::{
	action::{Action, Claim, Key, Vote, Who},
	world::{
		must, Ballot, Case, Conduct, Job, Juror, Millis, Money, Phase, Role, State, Told, World,
	},
};

/// The fewest jurors that make a committee, and the fewest votes that decide.
pub(super) const QUORUM: usize = 3;

/// How often a draw is tried.
const DRAWS_MAX: Millis = 8;

/// What the chain says of a deadline that fell due. It must be as the model expects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fallen {
	Expired,
	Settled,
	Retired,
	Appointed(Who),
	Silent,
	PutOff,
	Drawn(Vec<Who>),
	RevealOpened,
	Referred,
	Decided,
}

impl World {
	pub(super) fn attempt_dispute(&mut self, action: &Action) -> Option<()> {
		match *action {
			Action::Raise { by, job } => self.raise(by, job),
			Action::Testify { by, job, evidence } => self.testify(by, job, evidence),
			Action::Commit { by, job, vote, round, key } => {
				self.signs(by, key).and_then(|()| self.commit(by, job, vote, round))
			},
			Action::Reveal { by, job, vote } => self.reveal(by, job, vote),
			Action::Arbitrate { by, job, at_fault } => {
				must(by.is_none()).and_then(|()| self.arbitrate(job, at_fault))
			},
			Action::Report { by, job, auction, claims, keys } => {
				self.report(by, job, auction, claims, keys)
			},
			_ => None,
		}
	}

	fn raise(&mut self, by: Who, id: JobId) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		must(job.state == State::Verified && job.case.is_none() && self.now <= job.deadline)?;
		let outcome = job.outcome?;
		must(by != outcome.claim.worker && by != outcome.payout)?;
		let bond = self.rules.dispute_bond;
		must(bond <= self.disposable(by))?;
		let purse = self.purse(by);
		purse.mill -= bond;
		purse.bonds += bond;
		self.open_case(&mut job, by, bond, true);
		self.put(id, job);
		Some(())
	}

	pub(super) fn open_case(&self, job: &mut Job, by: Who, bond: Money, is_held: bool) {
		let at_once = job.auction.as_ref().is_some_and(|auction| auction.terms.arbitration);
		let (phase, window) = if at_once {
			(Phase::Arbitration, self.rules.arbitration_window_ms)
		} else {
			(Phase::Draw, self.rules.draw_delay_ms)
		};
		job.state = State::Disputed;
		job.deadline = self.now + window;
		job.case = Some(Case {
			phase,
			challenger: by,
			bond,
			is_held,
			raised_at: self.now,
			raised_in: self.number,
			round: 0,
			testimony: None,
			jurors: Vec::new(),
			until: job.deadline,
		});
	}

	/// Whether nobody was drawn yet, or asked, to decide on what is disputed.
	pub(super) fn is_undecided(&mut self, job: &Job) -> bool {
		let phase = job.case.as_ref().expect("what is disputed has a dispute").phase;
		if phase != Phase::Draw {
			self.see("receipt after the draw");
		}
		phase == Phase::Draw
	}

	/// What its requester confirms is no matter for a dispute. Nothing comes of it.
	pub(super) fn dismiss(&mut self, job: &mut Job) {
		let case = job.case.take().expect("what is disputed has a dispute");
		self.return_bond(job.id, &case, 0);
		self.told.push(Told::Dismissed(job.id));
		job.state = State::Verified;
	}

	fn testify(&mut self, by: Who, id: JobId, evidence: u8) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		let case = job.case.as_mut()?;
		must(matches!(case.phase, Phase::Draw | Phase::Commit | Phase::Arbitration))?;
		must(self.now <= case.until && by == job.requester)?;
		must(by != case.challenger && case.testimony.is_none())?;
		case.testimony = Some(evidence);
		self.told.push(Told::Testified(id, evidence));
		self.put(id, job);
		Some(())
	}

	/// A job whose dispute is in some phase that is not over.
	fn in_phase(&self, id: JobId, phase: Phase) -> Option<(Job, Case)> {
		let job = self.jobs.get(&id)?.clone();
		let case = job.case.clone()?;
		(case.phase == phase && self.now <= case.until).then_some((job, case))
	}

	/// Whoever was drawn may vote, as long as it can pay for its silence.
	fn commit(&mut self, by: Who, id: JobId, vote: Vote, round: u8) -> Option<()> {
		let (mut job, mut case) = self.in_phase(id, Phase::Commit)?;
		let juror = case.jurors.iter_mut().find(|juror| juror.who == by)?;
		must(juror.ballot == Ballot::Awaited && round == case.round)?;
		if self.at_risk(by)? < self.rules.no_reveal_slash {
			self.see("vote refused for lack of stake");
			return None;
		}
		if !self.is_eligible(by) {
			self.see("vote of a juror without its role");
		}
		juror.ballot = Ballot::Committed(vote);
		if case.jurors.iter().all(|juror| juror.ballot != Ballot::Awaited) {
			self.enter(&mut job, case, Phase::Reveal);
		} else {
			job.case = Some(case);
		}
		self.put(id, job);
		Some(())
	}

	fn reveal(&mut self, by: Who, id: JobId, vote: Vote) -> Option<()> {
		let (mut job, mut case) = self.in_phase(id, Phase::Reveal)?;
		let juror = case.jurors.iter_mut().find(|juror| juror.who == by)?;
		must(juror.ballot == Ballot::Committed(Vote { round: case.round, ..vote }))?;
		juror.ballot = Ballot::Revealed { at_fault: vote.at_fault };
		if is_anybody_awaited(&case) {
			job.case = Some(case);
		} else {
			self.tally(&mut job, case);
		}
		self.put(id, job);
		Some(())
	}

	fn arbitrate(&mut self, id: JobId, at_fault: bool) -> Option<()> {
		let (mut job, case) = self.in_phase(id, Phase::Arbitration)?;
		self.decide(&mut job, case, Some(at_fault), &[]);
		self.put(id, job);
		Some(())
	}

	fn report(
		&mut self,
		by: Who,
		id: JobId,
		auction: bool,
		claims: [Claim; 2],
		keys: [Key; 2],
	) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		let worker = claims[0].worker;
		must(worker == claims[1].worker && claims[0] != claims[1])?;
		must(job.auction.is_some() == auction)?;
		must(if auction {
			job.accepted_by == Some(worker)
		} else {
			job.candidates.contains(&worker)
		})?;
		must(!job.offenders.contains(&worker))?;
		let payout = self.payout_of(worker)?;
		must(by != worker && by != payout)?;
		for key in keys {
			self.answers_for(worker, key, job.created_at)?;
		}
		job.offenders.push(worker);
		let taken = self.punish(id, worker, self.rules.double_proof_slash, self.disputes_pot);
		self.share(id, taken, (by, taken / 10), &[], 0);
		self.note(worker, Role::Worker, Conduct::AtFault, 0);
		self.put(id, job);
		Some(())
	}

	/// Divide what was taken: a part for `first`, `each` to those of the majority, the rest, with what
	/// cannot be paid, to the treasury.
	fn share(
		&mut self,
		id: JobId,
		taken: Money,
		first: (Who, Money),
		majority: &[Who],
		each: Money,
	) {
		let mut rest = taken;
		for (who, amount) in [first].into_iter().chain(majority.iter().map(|who| (*who, each))) {
			if amount > 0 && self.grant(who, amount).is_some() {
				self.told.push(Told::Rewarded(id, who, amount));
				rest -= amount;
			}
		}
		let treasury = self.treasury;
		self.grant(treasury, rest).unwrap();
		if rest > 0 {
			self.told.push(Told::Rewarded(id, treasury, rest));
		}
	}

	/// Let somebody that was wrong lose stake to the treasury.
	fn fine(&mut self, id: JobId, who: Who, amount: Money) {
		let treasury = self.treasury;
		let fined = self.punish(id, who, amount, treasury);
		self.purse(treasury).mill += fined;
	}

	fn enter(&self, job: &mut Job, mut case: Case, phase: Phase) {
		let window = match phase {
			Phase::Draw => self.rules.draw_delay_ms,
			Phase::Commit => self.rules.commit_window_ms,
			Phase::Reveal => self.rules.reveal_window_ms,
			Phase::Arbitration | Phase::Closed => self.rules.arbitration_window_ms,
		};
		job.deadline = self.now + window;
		case.until = job.deadline;
		case.phase = phase;
		job.case = Some(case);
	}

	/// Count the votes.
	fn tally(&mut self, job: &mut Job, case: Case) -> Fallen {
		let votes = |verdict: bool| {
			let ballot = Ballot::Revealed { at_fault: verdict };
			case.jurors.iter().filter(|juror| juror.ballot == ballot).count()
		};
		let (cleared, at_fault) = (votes(false), votes(true));
		let verdict =
			(cleared + at_fault >= QUORUM && cleared != at_fault).then_some(at_fault > cleared);
		let worth = job.for_treasury();
		for juror in &case.jurors {
			let (conduct, fine) = match (juror.ballot, verdict) {
				// Where the others did not decide either, nobody was missed.
				(Ballot::Awaited, None) => {
					self.see("abstention without a verdict");
					continue;
				},
				(Ballot::Revealed { .. }, None) => continue,
				(Ballot::Awaited, Some(_)) => (Conduct::Silent, self.rules.no_commit_slash),
				(Ballot::Committed(_), _) => (Conduct::Silent, self.rules.no_reveal_slash),
				(Ballot::Revealed { at_fault }, Some(verdict)) if at_fault == verdict => {
					(Conduct::Judged, 0)
				},
				(Ballot::Revealed { .. }, Some(_)) => {
					(Conduct::Overruled, self.rules.minority_slash)
				},
			};
			self.fine(job.id, juror.who, fine);
			self.note(juror.who, Role::Verifier, conduct, worth);
		}
		let Some(verdict) = verdict else {
			self.enter(job, case, Phase::Arbitration);
			return Fallen::Referred;
		};
		let ballot = Ballot::Revealed { at_fault: verdict };
		let majority = case.jurors.iter().filter(|juror| juror.ballot == ballot);
		let majority = majority.map(|juror| juror.payout).collect::<Vec<_>>();
		self.decide(job, case, Some(verdict), &majority);
		Fallen::Decided
	}

	/// End a dispute, with the payout accounts of those jurors who are paid for it.
	fn decide(&mut self, job: &mut Job, mut case: Case, verdict: Option<bool>, majority: &[Who]) {
		let outcome = job.outcome.unwrap();
		match verdict {
			Some(true) => self.convict(job, &case, majority),
			Some(false) => {
				self.pay_worker(job);
				let taken = if case.is_held {
					self.purse(case.challenger).bonds -= case.bond;
					self.told.push(Told::Forfeited(job.id, case.challenger, case.bond));
					case.bond
				} else {
					self.punish(job.id, case.challenger, case.bond, self.disputes_pot)
				};
				let half = taken / 2;
				let each = part_of(taken - half, majority);
				self.share(job.id, taken, (outcome.payout, half), majority, each);
			},
			None => {
				self.give_back(job, false);
				self.return_bond(job.id, &case, 0);
			},
		}
		if let Some(at_fault) = verdict {
			self.judge_attestor(job, at_fault);
		}
		case.phase = Phase::Closed;
		case.until = self.now;
		job.case = Some(case);
	}

	/// The worker is at fault. Its stake pays who found out, and the challenger what that lacks for
	/// the fee of the jurors.
	fn convict(&mut self, job: &mut Job, case: &Case, majority: &[Who]) {
		let (worker, id, pot) = (job.outcome.unwrap().claim.worker, job.id, self.disputes_pot);
		self.give_back(job, true);
		let taken = self.punish(id, worker, self.rules.worker_slash, pot);
		let percent = if case.challenger == job.requester {
			self.see("half to the requester");
			50
		} else if !case.is_held {
			self.see("half to the verifier");
			50
		} else {
			self.see("a fifth to a stranger");
			20
		};
		let mut each = part_of(taken * 30 / 100, majority);
		let jurors = u128::try_from(majority.len()).unwrap();
		let missing = jurors * self.rules.jury_fee.saturating_sub(each);
		let charged = self.charge(id, case, missing);
		each += part_of(charged, majority);
		self.return_bond(id, case, charged);
		let payout = self.payout_of(case.challenger).filter(|_| !case.is_held);
		let first = (payout.unwrap_or(case.challenger), taken * percent / 100);
		self.share(id, taken + charged, first, majority, each);
		self.note(worker, Role::Worker, Conduct::AtFault, 0);
	}

	/// Take an amount of a challenger's bond, up to all of it. A verifier that was right has none.
	fn charge(&mut self, id: JobId, case: &Case, amount: Money) -> Money {
		if amount > 0 && !case.is_held {
			self.see("verifier not charged");
			return 0;
		}
		let amount = amount.min(case.bond);
		if amount == 0 {
			return 0;
		}
		self.see("bond charged");
		self.purse(case.challenger).bonds -= amount;
		self.told.push(Told::Charged(id, case.challenger, amount));
		amount
	}

	/// What comes of its judgement for the verifier of a job. To have let through what is bad costs
	/// what a vote with the minority does.
	fn judge_attestor(&mut self, job: &Job, at_fault: bool) {
		let Some(auction) = &job.auction else { return };
		let (Some(verifier), Some(passed)) = (auction.verifier, auction.judged) else { return };
		if passed != at_fault {
			return;
		}
		if passed {
			self.see("verifier fined");
			self.fine(job.id, verifier, self.rules.minority_slash);
		}
		self.note(verifier, Role::Verifier, Conduct::Overruled, job.for_treasury());
	}

	/// Give back what is left of a bond of which so much was charged.
	fn return_bond(&mut self, id: JobId, case: &Case, charged: Money) {
		let left = case.bond - charged;
		if case.is_held && left > 0 {
			let purse = self.purse(case.challenger);
			purse.bonds -= left;
			purse.mill += left;
			self.told.push(Told::Returned(id, case.challenger, left));
		}
	}

	/// The deadline of a job falls due. Check that what the chain made of it is what should come of
	/// it, and do the same.
	pub(super) fn fall_due(&mut self, id: JobId, fallen: &Fallen) {
		let mut job = self.jobs.get(&id).expect("the job exists").clone();
		assert!(job.deadline <= self.now, "a deadline fell due before its time: {id}");
		let expected = match job.state {
			State::Open | State::Accepted => {
				self.expire(&mut job);
				Fallen::Expired
			},
			State::Submitted => self.judgement_due(&mut job),
			State::Verified => {
				self.pay_worker(&mut job);
				Fallen::Settled
			},
			State::Disputed => self.phase_due(&mut job),
			_ => {
				self.take_out(id);
				assert_eq!(*fallen, Fallen::Retired, "of {id}");
				return;
			},
		};
		assert_eq!(*fallen, expected, "of {id}");
		self.put(id, job);
	}

	fn judgement_due(&mut self, job: &mut Job) -> Fallen {
		let named = job.auction.as_ref().and_then(|auction| auction.verifier);
		let drawn = if named.is_none() { self.draw_verifier(job) } else { None };
		let Some(verifier) = drawn else {
			self.pass_over(job);
			return Fallen::Silent;
		};
		if let Some(auction) = &mut job.auction {
			auction.verifier = Some(verifier);
		}
		job.deadline = self.now + self.rules.judge_window_ms;
		Fallen::Appointed(verifier)
	}

	fn phase_due(&mut self, job: &mut Job) -> Fallen {
		let case = job.case.clone().expect("what is disputed has a dispute");
		match case.phase {
			Phase::Draw => self.draw_due(job, case),
			Phase::Commit if is_anybody_awaited(&case) => {
				self.enter(job, case, Phase::Reveal);
				Fallen::RevealOpened
			},
			// Where nobody has committed there is nothing to reveal.
			Phase::Commit | Phase::Reveal => self.tally(job, case),
			Phase::Arbitration => {
				self.decide(job, case, None, &[]);
				Fallen::Decided
			},
			Phase::Closed => panic!("a closed dispute has no phases"),
		}
	}

	fn draw_due(&mut self, job: &mut Job, mut case: Case) -> Fallen {
		// A seed that was known in part when the dispute was raised is not used.
		if self.known_since() <= case.raised_in {
			let last = case.raised_at + DRAWS_MAX * self.rules.draw_delay_ms;
			let phase = if self.now >= last { Phase::Arbitration } else { Phase::Draw };
			self.enter(job, case, phase);
			return if phase == Phase::Draw { Fallen::PutOff } else { Fallen::Referred };
		}
		match self.draw_committee(job, &case) {
			Some(drawn) => {
				let seat = |who: &Who| {
					let payout = self.operators[who].payout;
					Juror { who: *who, payout, ballot: Ballot::Awaited }
				};
				case.jurors = drawn.iter().map(seat).collect();
				self.enter(job, case, Phase::Commit);
				Fallen::Drawn(drawn)
			},
			None => {
				self.enter(job, case, Phase::Arbitration);
				Fallen::Referred
			},
		}
	}

	/// The jurors that are waited for, and for which job.
	pub(super) fn awaited(&self) -> impl Iterator<Item = (Who, JobId)> + '_ {
		let cases = self.jobs.values().filter_map(|job| Some((job.id, job.case.as_ref()?)));
		let open = cases.filter(|(_, case)| matches!(case.phase, Phase::Commit | Phase::Reveal));
		open.flat_map(|(id, case)| case.jurors.iter().map(move |juror| (juror.who, id)))
	}

	/// All the MILL of the model.
	pub(super) fn all_mill(&self) -> Money {
		let purses = self.purses.iter().map(|purse| purse.mill + purse.bonds).sum::<Money>();
		let operators = self.operators.values();
		purses + operators.map(|operator| operator.held() + operator.deposit).sum::<Money>()
	}

	/// All of the payment asset in the model.
	pub(super) fn all_usdc(&self) -> Money {
		self.purses.iter().map(|purse| purse.usdc.unwrap_or(0) + purse.held).sum()
	}
}

fn is_anybody_awaited(case: &Case) -> bool {
	case.jurors.iter().any(|juror| matches!(juror.ballot, Ballot::Committed(_)))
}

/// What each of a majority gets of an amount.
fn part_of(amount: Money, majority: &[Who]) -> Money {
	amount.checked_div(u128::try_from(majority.len()).unwrap()).unwrap_or(0)
}
