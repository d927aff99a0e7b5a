//! The rules for disputes, and for what happens by itself.

use std::collections::BTreeSet;

use millrace_primitives::JobId;

use super::{
	action::{Action, Claim, Vote, Who},
	world::{must, Ballot, Case, Conduct, Job, Juror, Millis, Money, Phase, Role, State, World},
};

/// The fewest jurors that make a committee, and the fewest votes that decide.
const QUORUM: usize = 3;

/// A seed is made of what this many blocks bring. If the dispute is not as old, the draw waits.
const FRESH_BLOCKS: u32 = 16;

/// How often a draw is tried.
const DRAWS_MAX: Millis = 8;

/// What the chain says of a deadline that fell due. The draws are its own; everything else must be
/// as the model expects.
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
			Action::Commit { by, job, vote, forged } => {
				must(!forged).and_then(|()| self.commit(by, job, vote))
			},
			Action::Reveal { by, job, vote } => self.reveal(by, job, vote),
			Action::Arbitrate { by, job, at_fault } => {
				must(by.is_none()).and_then(|()| self.arbitrate(job, at_fault))
			},
			Action::Report { by, job, auction, first, second, forged } => {
				must(!forged).and_then(|()| self.report(by, job, auction, [first, second]))
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
			jurors: Vec::new(),
			until: job.deadline,
		});
	}

	/// A job whose dispute is in some phase that is not over.
	fn in_phase(&self, id: JobId, phase: Phase) -> Option<(Job, Case)> {
		let job = self.jobs.get(&id)?.clone();
		let case = job.case.clone()?;
		(case.phase == phase && self.now <= case.until).then_some((job, case))
	}

	fn commit(&mut self, by: Who, id: JobId, vote: Vote) -> Option<()> {
		let (mut job, mut case) = self.in_phase(id, Phase::Commit)?;
		let juror = case.jurors.iter_mut().find(|juror| juror.who == by)?;
		must(juror.ballot == Ballot::Awaited && self.is_eligible(by))?;
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
		must(juror.ballot == Ballot::Committed(vote))?;
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

	fn report(&mut self, by: Who, id: JobId, auction: bool, claims: [Claim; 2]) -> Option<()> {
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
		job.offenders.push(worker);
		let taken = self.slash(worker, self.rules.double_proof_slash);
		self.share(taken, (by, taken / 2), &[], 0);
		self.note(worker, Role::Worker, Conduct::AtFault, job.worth());
		self.put(id, job);
		Some(())
	}

	/// Divide what was taken: a part for `first`, `jurors` in equal parts to those of the majority,
	/// the rest, with what cannot be paid, to the treasury.
	fn share(&mut self, taken: Money, first: (Who, Money), majority: &[Who], jurors: Money) {
		let each = jurors.checked_div(u128::try_from(majority.len()).unwrap()).unwrap_or(0);
		let mut rest = taken;
		for (who, amount) in [first].into_iter().chain(majority.iter().map(|who| (*who, each))) {
			if amount > 0 && self.grant(who, amount).is_some() {
				rest -= amount;
			}
		}
		let treasury = self.treasury;
		self.grant(treasury, rest).unwrap();
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
		let (worth, treasury) = (job.worth(), self.treasury);
		for juror in &case.jurors {
			let (conduct, fine) = match (juror.ballot, verdict) {
				(Ballot::Awaited, _) => (Conduct::Silent, self.rules.no_commit_slash),
				(Ballot::Committed(_), _) => (Conduct::Silent, self.rules.no_reveal_slash),
				(Ballot::Revealed { .. }, None) => continue,
				(Ballot::Revealed { at_fault }, Some(verdict)) if at_fault == verdict => {
					(Conduct::Judged, 0)
				},
				(Ballot::Revealed { .. }, Some(_)) => {
					(Conduct::Overruled, self.rules.minority_slash)
				},
			};
			let fined = self.slash(juror.who, fine);
			self.purse(treasury).mill += fined;
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
			Some(true) => {
				self.give_back(job);
				self.return_bond(&case);
				let taken = self.slash(outcome.claim.worker, self.rules.worker_slash);
				let challenger = self.payout_of(case.challenger).filter(|_| !case.is_held);
				let first = (challenger.unwrap_or(case.challenger), taken / 2);
				self.share(taken, first, majority, taken * 3 / 10);
				self.note(outcome.claim.worker, Role::Worker, Conduct::AtFault, job.worth());
			},
			Some(false) => {
				self.pay_worker(job);
				let taken = if case.is_held {
					self.purse(case.challenger).bonds -= case.bond;
					case.bond
				} else {
					self.slash(case.challenger, case.bond)
				};
				let half = taken / 2;
				self.share(taken, (outcome.payout, half), majority, taken - half);
			},
			None => {
				self.give_back(job);
				self.return_bond(&case);
			},
		}
		if let (Some(auction), Some(at_fault)) = (&job.auction, verdict) {
			if let (Some(verifier), true) = (auction.verifier, auction.judged == Some(at_fault)) {
				self.note(verifier, Role::Verifier, Conduct::Overruled, auction.terms.fee);
			}
		}
		case.phase = Phase::Closed;
		case.until = self.now;
		job.case = Some(case);
	}

	fn return_bond(&mut self, case: &Case) {
		if case.is_held {
			let purse = self.purse(case.challenger);
			purse.bonds -= case.bond;
			purse.mill += case.bond;
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
			State::Submitted => self.judgement_due(&mut job, fallen),
			State::Verified => {
				self.pay_worker(&mut job);
				Fallen::Settled
			},
			State::Disputed => self.phase_due(&mut job, fallen),
			_ => {
				self.take_out(id);
				assert_eq!(*fallen, Fallen::Retired, "of {id}");
				return;
			},
		};
		assert_eq!(*fallen, expected, "of {id}");
		self.put(id, job);
	}

	fn judgement_due(&mut self, job: &mut Job, fallen: &Fallen) -> Fallen {
		let named = job.auction.as_ref().and_then(|auction| auction.verifier);
		let eligible = self.operators.keys().copied().filter(|who| self.may_judge(job, *who));
		let eligible = eligible.collect::<Vec<_>>();
		if let (None, false) = (named, eligible.is_empty()) {
			let Fallen::Appointed(verifier) = *fallen else {
				return Fallen::Appointed(eligible[0]);
			};
			assert!(eligible.contains(&verifier), "{verifier:?} may not judge");
			if let Some(auction) = &mut job.auction {
				auction.verifier = Some(verifier);
			}
			job.deadline = self.now + self.rules.judge_window_ms;
			return Fallen::Appointed(verifier);
		}
		self.pass_over(job);
		Fallen::Silent
	}

	fn phase_due(&mut self, job: &mut Job, fallen: &Fallen) -> Fallen {
		let case = job.case.clone().expect("what is disputed has a dispute");
		match case.phase {
			Phase::Draw => self.draw_due(job, case, fallen),
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

	fn draw_due(&self, job: &mut Job, mut case: Case, fallen: &Fallen) -> Fallen {
		if self.number.saturating_sub(FRESH_BLOCKS) <= case.raised_in {
			let last = case.raised_at + DRAWS_MAX * self.rules.draw_delay_ms;
			let phase = if self.now >= last { Phase::Arbitration } else { Phase::Draw };
			self.enter(job, case, phase);
			return if phase == Phase::Draw { Fallen::PutOff } else { Fallen::Referred };
		}
		let barred = self.barred(job, &case);
		if let Fallen::Drawn(drawn) = fallen {
			let rest = self.candidates(&barred, drawn).expect("a juror may not judge");
			let size = usize::try_from(self.rules.committee_size).unwrap();
			assert!((QUORUM..=size).contains(&drawn.len()), "a committee of {}", drawn.len());
			assert!(drawn.len() == size || rest.is_empty(), "an eligible juror was left out");
			let seat = |who: &Who| {
				let payout = self.operators[who].payout;
				Juror { who: *who, payout, ballot: Ballot::Awaited }
			};
			case.jurors = drawn.iter().map(seat).collect();
			self.enter(job, case, Phase::Commit);
			return fallen.clone();
		}
		assert!(self.can_lack_quorum(&barred), "there are enough jurors");
		self.enter(job, case, Phase::Arbitration);
		Fallen::Referred
	}

	/// Everybody whom a dispute concerns, and where they are paid.
	fn barred(&self, job: &Job, case: &Case) -> BTreeSet<Who> {
		let mut barred = BTreeSet::from([job.requester, case.challenger]);
		if let Some(auction) = &job.auction {
			barred.extend(auction.verifier);
			barred.extend(auction.terms.matcher);
		}
		if let Some(outcome) = job.outcome {
			barred.extend([outcome.claim.worker, outcome.payout]);
		}
		let payouts = barred.iter().filter_map(|who| self.payout_of(*who)).collect::<Vec<_>>();
		barred.extend(payouts);
		barred
	}

	/// Who else could be drawn after `drawn`; nothing, if one of these could not be.
	fn candidates(&self, barred: &BTreeSet<Who>, drawn: &[Who]) -> Option<Vec<Who>> {
		let mut barred = barred.clone();
		let may = |barred: &BTreeSet<Who>, who: Who| {
			let payout = self.payout_of(who).filter(|_| self.is_eligible(who));
			payout.filter(|payout| !barred.contains(&who) && !barred.contains(payout))
		};
		for who in drawn {
			let payout = may(&barred, *who)?;
			barred.extend([*who, payout]);
		}
		Some(self.operators.keys().copied().filter(|who| may(&barred, *who).is_some()).collect())
	}

	/// Whether some draw ends with fewer jurors than it takes.
	fn can_lack_quorum(&self, barred: &BTreeSet<Who>) -> bool {
		let rest = |drawn: &[Who]| self.candidates(barred, drawn).unwrap_or_default();
		let first = rest(&[]);
		first.is_empty()
			|| first.iter().any(|one| {
				let second = rest(&[*one]);
				second.is_empty() || second.iter().any(|two| rest(&[*one, *two]).is_empty())
			})
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
