//! The reference model: who owns what, and what is owed to whom. It knows the rules of the game and
//! none of the code that plays it.

use std::collections::{BTreeMap, BTreeSet};

use millrace_primitives::{JobId, JobNonce};
use millrace_runtime::parameters::Parameters;

use super::action::{Claim, Key, Status, Terms, Vote, Who};

pub(super) type Money = u128;
pub(super) type Millis = u64;

/// One MILL.
pub(super) const MILL: Money = 1_000_000_000_000;

/// The least MILL that an account holds, if it holds any.
pub(super) const MILL_MIN: Money = 1_000_000_000;

/// The least that an account holds of the payment asset, if it holds any.
pub(super) const USDC_MIN: Money = 10_000;

/// What everybody of the presets owns at first: of MILL, and of the payment asset.
const ENDOWMENT: (Money, Money) = (1_000_000 * MILL, 1_000_000_000_000);

/// The most withdrawals of stake under way.
const UNBONDING_MAX: usize = 8;

/// The most keys that a worker has given up and answers for.
const FORMER_KEYS_MAX: usize = 4;

/// Where a reputation starts: merit and reliability, in millionths.
pub(super) const NEUTRAL: [u32; 2] = [500_000, 900_000];

/// What an account owns. Its stake and its deposit are with its worker.
#[derive(Clone, Copy, Debug)]
pub(super) struct Purse {
	/// What it can spend of the payment asset, if it has an account there.
	pub(super) usdc: Option<Money>,
	pub(super) status: Status,
	/// What of the payment asset is on hold.
	pub(super) held: Money,
	/// Free MILL.
	pub(super) mill: Money,
	/// MILL on hold as the bonds of challenges.
	pub(super) bonds: Money,
}

const EMPTY: Purse = Purse { usdc: None, status: Status::Liquid, held: 0, mill: 0, bonds: 0 };

/// A registered worker.
#[derive(Clone, Debug)]
pub(super) struct Operator {
	pub(super) payout: Who,
	pub(super) deposit: Money,
	pub(super) stake: Money,
	/// Amounts, and when they unlock.
	pub(super) unbonding: Vec<(Money, Millis)>,
	pub(super) verifies: bool,
	/// As a worker, and as a verifier.
	pub(super) reputation: [[u32; 2]; 2],
	pub(super) key: Key,
	/// The keys before it, when they were given up, and until when the worker answers for them.
	pub(super) former: Vec<(Key, Millis, Millis)>,
	/// How often the keys were set.
	pub(super) key_changes: u32,
	/// The block in which it last came to judge, or could have.
	pub(super) judges_since: u32,
}

impl Operator {
	pub(super) fn held(&self) -> Money {
		self.stake + self.unbonding.iter().map(|(amount, _)| amount).sum::<Money>()
	}

	/// What it can lose.
	fn at_risk(&self, now: Millis) -> Money {
		let unbonding = self.unbonding.iter().filter(|(_, unlock_at)| *unlock_at > now);
		self.stake + unbonding.map(|(amount, _)| amount).sum::<Money>()
	}
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum State {
	Open,
	Accepted,
	Submitted,
	Verified,
	Disputed,
	Settled,
	Cancelled,
	Expired,
	Resolved,
}

impl State {
	pub(super) const ALL: [Self; 9] = [
		Self::Open,
		Self::Accepted,
		Self::Submitted,
		Self::Verified,
		Self::Disputed,
		Self::Settled,
		Self::Cancelled,
		Self::Expired,
		Self::Resolved,
	];

	pub(super) const fn is_final(self) -> bool {
		matches!(self, Self::Settled | Self::Cancelled | Self::Expired | Self::Resolved)
	}
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
	pub(super) claim: Claim,
	pub(super) payout: Who,
	/// In basis points.
	pub(super) share: Money,
	pub(super) at: Millis,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Agreed {
	pub(super) price: Money,
	pub(super) latency: Millis,
	pub(super) at: Millis,
}

#[derive(Clone, Debug)]
pub(super) struct Auction {
	pub(super) terms: Terms,
	pub(super) agreed: Option<Agreed>,
	pub(super) verifier: Option<Who>,
	/// Whether the verifier found the result good, once it has spoken.
	pub(super) judged: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
	Draw,
	Commit,
	Reveal,
	Arbitration,
	Closed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ballot {
	Awaited,
	Committed(Vote),
	Revealed { at_fault: bool },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Juror {
	pub(super) who: Who,
	pub(super) payout: Who,
	pub(super) ballot: Ballot,
}

#[derive(Clone, Debug)]
pub(super) struct Case {
	pub(super) phase: Phase,
	pub(super) challenger: Who,
	pub(super) bond: Money,
	/// Whether the bond is on hold; the verifier of the job answers with its stake instead.
	pub(super) is_held: bool,
	pub(super) raised_at: Millis,
	pub(super) raised_in: u32,
	/// Which committee it is.
	pub(super) round: u8,
	/// What the requester has to say, where it is not the challenger.
	pub(super) testimony: Option<u8>,
	pub(super) jurors: Vec<Juror>,
	/// When the phase ends; for a closed dispute, when it was closed.
	pub(super) until: Millis,
}

/// How the lock of a job was divided.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Paid {
	pub(super) worker: Money,
	pub(super) treasury: Money,
	pub(super) verifier: Money,
	pub(super) refund: Money,
}

#[derive(Clone, Debug)]
pub(super) struct Job {
	pub(super) id: JobId,
	pub(super) requester: Who,
	pub(super) nonce: JobNonce,
	pub(super) state: State,
	pub(super) deadline: Millis,
	pub(super) created_at: Millis,
	/// What was locked.
	pub(super) locked: Money,
	/// What still is.
	pub(super) left: Money,
	/// Per thousand tokens of the prompt and the answer.
	pub(super) price: (u64, u64),
	pub(super) max: (u32, u32),
	pub(super) candidates: Vec<Who>,
	pub(super) accepted_by: Option<Who>,
	pub(super) outcome: Option<Outcome>,
	pub(super) auction: Option<Auction>,
	pub(super) case: Option<Case>,
	/// The workers that were caught with two claims.
	pub(super) offenders: Vec<Who>,
	pub(super) paid: Option<Paid>,
}

impl Job {
	/// What the job costs, once something was delivered.
	pub(super) fn charge(&self) -> Option<Money> {
		let outcome = self.outcome?;
		match &self.auction {
			None => Some(cost(self.price, outcome.claim.tokens)),
			Some(auction) => auction.agreed.map(|agreed| agreed.price),
		}
	}

	/// What the verifier has got.
	pub(super) fn fee_paid(&self) -> Money {
		let judged = self.auction.as_ref().filter(|auction| auction.judged.is_some());
		judged.map_or(0, |auction| auction.terms.fee)
	}

	/// What the treasury gets of a job that is paid: what it is worth to a reputation.
	pub(super) fn for_treasury(&self) -> Money {
		let outcome = self.outcome.unwrap();
		of_treasury(self.charge().unwrap(), outcome.share)
	}
}

/// What tokens cost, rounded up once.
pub(super) fn cost(price: (u64, u64), tokens: (u32, u32)) -> Money {
	let input = Money::from(price.0) * Money::from(tokens.0);
	let output = Money::from(price.1) * Money::from(tokens.1);
	(input + output).div_ceil(1_000)
}

/// What the worker does not get of a charge. Its share is in basis points, and rounded down.
pub(super) const fn of_treasury(charge: Money, share: Money) -> Money {
	charge - charge * share / 10_000
}

/// What disputes move, as the chain reports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
	Testified(JobId, u8),
	Dismissed(JobId),
	/// By whom stake is lost, how much, and to whom.
	Punished(JobId, Who, Money, Who),
	Rewarded(JobId, Who, Money),
	Charged(JobId, Who, Money),
	Returned(JobId, Who, Money),
	Forfeited(JobId, Who, Money),
}

/// What somebody did, and how well.
#[derive(Clone, Copy, Debug)]
pub(super) enum Conduct {
	Delivered { elapsed: Millis, promised: Option<Millis> },
	Abandoned,
	AtFault,
	Judged,
	Silent,
	Overruled,
}

/// The roles in which a worker has a reputation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
	Worker,
	Verifier,
}

/// Go on only if something holds.
pub(super) fn must(holds: bool) -> Option<()> {
	holds.then_some(())
}

/// The chain as it should be.
pub(super) struct World {
	pub(super) now: Millis,
	pub(super) number: u32,
	pub(super) rules: Parameters,
	pub(super) price: (u64, u64),
	/// Whether the model is on offer.
	pub(super) offered: bool,
	/// Whether nobody can move the payment asset.
	pub(super) frozen: bool,
	pub(super) purses: Vec<Purse>,
	pub(super) treasury: Who,
	/// Where what cannot be paid waits.
	pub(super) escrow_pot: Who,
	/// Where what is lost in disputes lies until it is divided.
	pub(super) disputes_pot: Who,
	/// The account of everybody.
	pub(super) accounts: Vec<[u8; 32]>,
	/// The last bit of the hash of each block before the present one.
	pub(super) bits: Vec<bool>,
	pub(super) parked: BTreeMap<Who, Money>,
	pub(super) operators: BTreeMap<Who, Operator>,
	pub(super) jobs: BTreeMap<JobId, Job>,
	/// When each job goes on by itself.
	pub(super) agenda: BTreeSet<(Millis, JobId)>,
	/// The jobs of each state.
	pub(super) by_state: BTreeMap<State, BTreeSet<JobId>>,
	/// The jobs that changed since the last comparison, or left.
	pub(super) touched: BTreeSet<JobId>,
	/// How many jobs ended in each state.
	pub(super) ended: BTreeMap<State, u64>,
	/// How many payments could not be made.
	pub(super) times_parked: u64,
	/// What disputes moved in this block.
	pub(super) told: Vec<Told>,
	/// How often what is rare came about.
	pub(super) seen: BTreeMap<&'static str, u64>,
}

impl World {
	/// The world of a preset with these parameters: the first `rich` accounts own the endowment, the
	/// last three are treasury, escrow pot and disputes pot.
	pub(super) fn new(rules: Parameters, accounts: Vec<[u8; 32]>, rich: usize) -> Self {
		let people = accounts.len();
		let mut purses = vec![EMPTY; people];
		for purse in purses.iter_mut().take(rich) {
			purse.mill = ENDOWMENT.0;
			purse.usdc = Some(ENDOWMENT.1);
		}
		let (treasury, escrow_pot, disputes_pot) = (people - 3, people - 2, people - 1);
		for own in [treasury, escrow_pot, disputes_pot] {
			purses[own].mill = MILL_MIN;
		}
		for own in [treasury, escrow_pot] {
			purses[own].usdc = Some(USDC_MIN);
		}
		Self {
			now: 0,
			number: 0,
			rules,
			price: (2_000, 6_000),
			offered: true,
			frozen: false,
			purses,
			treasury: Who(treasury),
			escrow_pot: Who(escrow_pot),
			disputes_pot: Who(disputes_pot),
			accounts,
			bits: Vec::new(),
			parked: BTreeMap::new(),
			operators: BTreeMap::new(),
			jobs: BTreeMap::new(),
			agenda: BTreeSet::new(),
			by_state: BTreeMap::new(),
			touched: BTreeSet::new(),
			ended: BTreeMap::new(),
			times_parked: 0,
			told: Vec::new(),
			seen: BTreeMap::new(),
		}
	}

	/// Take note of something rare.
	pub(super) fn see(&mut self, what: &'static str) {
		*self.seen.entry(what).or_default() += 1;
	}

	pub(super) fn purse(&mut self, who: Who) -> &mut Purse {
		&mut self.purses[who.0]
	}

	/// Replace a job, or put in a new one.
	pub(super) fn put(&mut self, id: JobId, job: Job) {
		self.take_out(id);
		self.agenda.insert((job.deadline, id));
		self.by_state.entry(job.state).or_default().insert(id);
		self.jobs.insert(id, job);
	}

	pub(super) fn take_out(&mut self, id: JobId) {
		self.touched.insert(id);
		if let Some(job) = self.jobs.remove(&id) {
			self.agenda.remove(&(job.deadline, id));
			self.by_state.entry(job.state).or_default().remove(&id);
		}
	}

	/// The job is over.
	pub(super) fn end(&mut self, job: &mut Job, state: State, paid: Paid) {
		assert_eq!(
			paid.worker + paid.treasury + paid.verifier + paid.refund,
			job.locked,
			"the model does not conserve money"
		);
		job.state = state;
		job.deadline = self.now + self.rules.retention_ms;
		job.paid = Some(paid);
		*self.ended.entry(state).or_default() += 1;
	}

	/// Whether an account can be paid so much of the payment asset.
	fn can_be_paid(&self, who: Who, amount: Money) -> bool {
		let purse = &self.purses[who.0];
		!self.frozen
			&& match purse.usdc {
				Some(_) => purse.status != Status::Blocked,
				None => amount >= USDC_MIN,
			}
	}

	fn credit(&mut self, who: Who, amount: Money) {
		let purse = self.purse(who);
		purse.usdc = Some(purse.usdc.unwrap_or(0) + amount);
	}

	/// What an account can spend of the payment asset, if it must live on.
	pub(super) fn spendable(&self, who: Who) -> Money {
		let purse = &self.purses[who.0];
		if self.frozen || purse.status != Status::Liquid {
			return 0;
		}
		purse.usdc.unwrap_or(0).saturating_sub(USDC_MIN)
	}

	/// Put money of a requester on hold.
	pub(super) fn lock(&mut self, requester: Who, amount: Money) -> Option<()> {
		must(amount <= self.spendable(requester))?;
		let purse = self.purse(requester);
		purse.usdc = purse.usdc.map(|usdc| usdc - amount);
		purse.held += amount;
		Some(())
	}

	/// Pay some of what a job still holds.
	pub(super) fn pay(&mut self, job: &mut Job, who: Who, amount: Money) {
		if amount == 0 {
			return;
		}
		job.left -= amount;
		self.purse(job.requester).held -= amount;
		if self.can_be_paid(who, amount) {
			self.credit(who, amount);
		} else {
			let pot = self.escrow_pot;
			self.purse(pot).held += amount;
			*self.parked.entry(who).or_default() += amount;
			self.times_parked += 1;
		}
		let _ = self.hand_over(who);
	}

	/// Pay what is parked for an account.
	pub(super) fn hand_over(&mut self, who: Who) -> Option<()> {
		let amount = *self.parked.get(&who)?;
		must(self.can_be_paid(who, amount))?;
		let pot = self.escrow_pot;
		self.purse(pot).held -= amount;
		self.credit(who, amount);
		self.parked.remove(&who);
		Some(())
	}

	/// A transfer of the payment asset. What would be left below the minimum goes with it.
	pub(super) fn transfer(&mut self, by: Who, to: Who, amount: Money) -> Option<()> {
		let purse = self.purses[by.0];
		must(!self.frozen && purse.status == Status::Liquid)?;
		let usdc = purse.usdc?;
		let reserve = if purse.held > 0 { USDC_MIN } else { 0 };
		must(amount <= usdc.saturating_sub(reserve))?;
		let left = usdc - amount;
		let (left, moved) = if left < USDC_MIN { (None, usdc) } else { (Some(left), amount) };
		must(self.can_be_paid(to, moved))?;
		self.purse(by).usdc = left;
		self.credit(to, moved);
		Some(())
	}

	pub(super) fn set_status(&mut self, who: Who, status: Status) -> Option<()> {
		self.purses[who.0].usdc?;
		self.purse(who).status = status;
		Some(())
	}

	/// What an account can put on hold or send: its account must live on.
	pub(super) fn disposable(&self, who: Who) -> Money {
		self.purses[who.0].mill.saturating_sub(MILL_MIN)
	}

	pub(super) fn send(&mut self, by: Who, to: Who, amount: Money) -> Option<()> {
		must(amount <= self.disposable(by))?;
		self.grant(to, amount)?;
		self.purse(by).mill -= amount;
		Some(())
	}

	/// Give MILL to an account, unless it would have too little to exist.
	pub(super) fn grant(&mut self, to: Who, amount: Money) -> Option<()> {
		let purse = self.purse(to);
		must(purse.mill + amount >= MILL_MIN)?;
		purse.mill += amount;
		Some(())
	}

	pub(super) fn register(&mut self, by: Who, key: Key, payout: Who) -> Option<()> {
		must(!self.operators.contains_key(&by) && self.offered && self.is_free(by, key))?;
		let deposit = self.rules.registration_deposit;
		must(deposit <= self.disposable(by))?;
		self.purse(by).mill -= deposit;
		let operator = Operator {
			payout,
			deposit,
			stake: 0,
			unbonding: Vec::new(),
			verifies: false,
			reputation: [NEUTRAL; 2],
			key,
			former: Vec::new(),
			key_changes: 1,
			judges_since: self.number,
		};
		self.operators.insert(by, operator);
		Some(())
	}

	/// Whether no other worker has a key now.
	fn is_free(&self, by: Who, key: Key) -> bool {
		self.operators.iter().all(|(who, operator)| *who == by || operator.key != key)
	}

	/// Whether a worker signs with a key now.
	pub(super) fn signs(&self, who: Who, key: Key) -> Option<()> {
		must(self.operators.get(&who)?.key == key)
	}

	/// Whether a worker answers for what was signed with a key for a job.
	pub(super) fn answers_for(&mut self, who: Who, key: Key, created_at: Millis) -> Option<()> {
		let now = self.now;
		let operator = self.operators.get(&who)?;
		if operator.key == key {
			return Some(());
		}
		let mut former = operator.former.iter();
		let (_, given_up_at, until) = *former.find(|(former, ..)| *former == key)?;
		self.see(match (until > now, given_up_at >= created_at) {
			(false, _) => "key of long ago",
			(true, false) => "key given up before the job",
			(true, true) => "former key",
		});
		must(until > now && given_up_at >= created_at)
	}

	pub(super) fn rotate(&mut self, by: Who, key: Key, nonce: u32) -> Option<()> {
		must(self.is_free(by, key))?;
		let (now, until) = (self.now, self.now + self.rules.unbonding_ms);
		let operator = self.operators.get(&by)?;
		must(operator.key_changes == nonce)?;
		let mut former = operator.former.clone();
		let returns = former.iter().any(|(old, ..)| *old == key);
		former.retain(|(old, _, until)| *until > now && *old != key);
		if operator.key != key {
			if former.len() == FORMER_KEYS_MAX {
				self.see("too many former keys");
				return None;
			}
			former.push((operator.key, now, until));
		}
		let operator = self.operators.get_mut(&by)?;
		(operator.key, operator.former) = (key, former);
		operator.key_changes += 1;
		if returns {
			self.see("return to a former key");
		}
		Some(())
	}

	pub(super) fn deregister(&mut self, by: Who) -> Option<()> {
		let operator = self.operators.get(&by)?;
		must(operator.held() == 0 && operator.unbonding.is_empty())?;
		let neutral = known_as(NEUTRAL);
		must(operator.reputation.iter().all(|reputation| known_as(*reputation) >= neutral))?;
		let deposit = operator.deposit;
		self.operators.remove(&by);
		self.purse(by).mill += deposit;
		Some(())
	}

	pub(super) fn set_payout(&mut self, by: Who, payout: Who) -> Option<()> {
		let number = self.number;
		let operator = self.operators.get_mut(&by)?;
		if operator.payout != payout {
			operator.judges_since = number;
		}
		operator.payout = payout;
		Some(())
	}

	pub(super) fn stake(&mut self, by: Who, amount: Money) -> Option<()> {
		must(amount > 0 && amount <= self.disposable(by))?;
		let (number, least) = (self.number, self.rules.verifier_stake_min);
		let operator = self.operators.get_mut(&by)?;
		if operator.stake < least && operator.stake + amount >= least {
			operator.judges_since = number;
		}
		operator.stake += amount;
		self.purse(by).mill -= amount;
		Some(())
	}

	pub(super) fn unbond(&mut self, by: Who, amount: Money) -> Option<()> {
		let unlock_at = self.now + self.rules.unbonding_ms;
		let operator = self.operators.get_mut(&by)?;
		must(amount > 0 && amount <= operator.stake)?;
		must(operator.unbonding.len() < UNBONDING_MAX)?;
		operator.stake -= amount;
		operator.unbonding.push((amount, unlock_at));
		operator.unbonding.sort_by_key(|(_, unlock_at)| *unlock_at);
		Some(())
	}

	pub(super) fn withdraw(&mut self, by: Who) -> Option<()> {
		let now = self.now;
		let operator = self.operators.get_mut(&by)?;
		let before = operator.held();
		operator.unbonding.retain(|(_, unlock_at)| *unlock_at > now);
		let unlocked = before - operator.held();
		must(unlocked > 0)?;
		self.purse(by).mill += unlocked;
		Some(())
	}

	pub(super) fn verify_for(&mut self, by: Who, on: bool) -> Option<()> {
		let (offered, least) = (self.offered, self.rules.verifier_stake_min);
		let number = self.number;
		let operator = self.operators.get_mut(&by)?;
		must(!on || offered)?;
		must(!on || operator.verifies || operator.stake >= least)?;
		if on && !operator.verifies {
			operator.judges_since = number;
		}
		operator.verifies = on;
		Some(())
	}

	/// Take stake of a worker, for a job, to somebody.
	pub(super) fn punish(&mut self, id: JobId, who: Who, amount: Money, to: Who) -> Money {
		let taken = self.slash(who, amount);
		if taken > 0 {
			self.told.push(Told::Punished(id, who, taken, to));
		}
		taken
	}

	/// Take stake: what is active, then what unlocks soonest, nothing that has unlocked.
	fn slash(&mut self, who: Who, amount: Money) -> Money {
		let now = self.now;
		let Some(operator) = self.operators.get_mut(&who) else { return 0 };
		let mut left = amount;
		let active = operator.stake.min(left);
		operator.stake -= active;
		left -= active;
		let unbonding = operator.unbonding.iter_mut().filter(|(_, until)| *until > now);
		let mut unbonding = unbonding.collect::<Vec<_>>();
		unbonding.sort_by_key(|(_, until)| *until);
		for (chunk, _) in unbonding {
			let part = left.min(*chunk);
			*chunk -= part;
			left -= part;
		}
		operator.unbonding.retain(|(chunk, _)| *chunk > 0);
		amount - left
	}

	/// What a worker can lose.
	pub(super) fn at_risk(&self, who: Who) -> Option<Money> {
		self.operators.get(&who).map(|operator| operator.at_risk(self.now))
	}

	pub(super) fn is_staked(&self, who: Who) -> bool {
		self.operators.get(&who).is_some_and(|operator| operator.stake >= self.rules.stake_min)
	}

	/// Whether a verifier may judge now.
	pub(super) fn is_eligible(&self, who: Who) -> bool {
		let least = self.rules.verifier_stake_min;
		self.operators
			.get(&who)
			.is_some_and(|operator| operator.verifies && operator.stake >= least)
	}

	/// Where a registered worker is paid.
	pub(super) fn payout_of(&self, who: Who) -> Option<Who> {
		self.operators.get(&who).map(|operator| operator.payout)
	}

	/// Move the reputation of a worker.
	pub(super) fn note(&mut self, who: Who, role: Role, conduct: Conduct, value: Money) {
		let cap = self.rules.reputation_cap;
		let Some(operator) = self.operators.get_mut(&who) else { return };
		let reputation = match role {
			Role::Worker => &mut operator.reputation[0],
			Role::Verifier => &mut operator.reputation[1],
		};
		let by_value = u64::try_from(value.min(cap) * 62_500 / cap).unwrap();
		let [merit, reliability] = reputation;
		match conduct {
			Conduct::Delivered { .. } | Conduct::Judged => {
				let points = match conduct {
					Conduct::Delivered { elapsed, promised: Some(promised) } => {
						punctuality(elapsed, promised)
					},
					_ => 1_000,
				};
				*merit = towards(*merit, 1_000 * points, by_value);
				*reliability = towards(*reliability, 1_000_000, 15_625);
			},
			Conduct::Abandoned | Conduct::Silent | Conduct::Overruled => {
				*reliability = towards(*reliability, 0, by_value.max(15_625));
			},
			Conduct::AtFault => *merit = towards(*merit, 0, 250_000),
		}
	}
}

/// `weight` millionths of the way, and whatever is left of a millionth against whom it is about.
fn towards(now: u32, target: u64, weight: u64) -> u32 {
	let exact = u64::from(now) * (1_000_000 - weight) + target * weight;
	u32::try_from(exact / 1_000_000).unwrap()
}

/// Both parts together: more than nine jobs in ten need not be done.
fn known_as([merit, reliability]: [u32; 2]) -> u64 {
	u64::from(merit) * u64::from(reliability.min(900_000)) / 900_000
}

/// All in the promised time, half at twice of it or later.
fn punctuality(elapsed: Millis, promised: Millis) -> u64 {
	let late = elapsed.saturating_sub(promised).min(promised);
	1_000 - 500 * late / promised
}
