//! The rules for jobs, from the lock to the payment.

use millrace_primitives::{JobId, JobNonce};
use millrace_runtime::parameters::Parameters;

use super::{
	action::{Action, Bid, Claim, Terms, Who},
	world::{
		cost, must, of_treasury, Agreed, Auction, Conduct, Job, Millis, Money, Outcome, Paid, Role,
		State, World,
	},
};

const WHOLE: Money = 10_000;

impl World {
	/// Try an action. What cannot be done changes nothing. `id` is the job of a creation.
	pub(super) fn attempt(&mut self, action: &Action, id: JobId) -> Option<()> {
		match *action {
			Action::Create { by, nonce, ref candidates, max } => {
				self.create(id, by, nonce, candidates, max)
			},
			Action::CreateAuction { by, nonce, terms } => self.create_auction(id, by, nonce, terms),
			Action::Cancel { by, job } => self.cancel(by, job),
			Action::Accept { by, job, key } => {
				self.signs(by, key).and_then(|()| self.accept(by, job))
			},
			Action::Award { job, bid, signer, key } => {
				self.signs(bid.worker, key).and_then(|()| self.award(job, bid, signer))
			},
			Action::Prove { job, claim, receipt, key } => {
				self.signs(claim.worker, key).and_then(|()| self.prove(job, claim, receipt))
			},
			Action::Confirm { job, claim, signer } => self.confirm(job, claim, signer),
			Action::Deliver { job, claim, key } => {
				self.signs(claim.worker, key).and_then(|()| self.deliver(job, claim))
			},
			Action::Attest { by, job, claim, passed, key } => {
				self.signs(by, key).and_then(|()| self.attest(by, job, claim, passed))
			},
			Action::Raise { .. }
			| Action::Testify { .. }
			| Action::Commit { .. }
			| Action::Reveal { .. }
			| Action::Arbitrate { .. }
			| Action::Report { .. } => self.attempt_dispute(action),
			_ => self.attempt_other(action),
		}
	}

	fn attempt_other(&mut self, action: &Action) -> Option<()> {
		match *action {
			Action::Register { by, key, payout, forged } => {
				must(!forged).and_then(|()| self.register(by, key, payout))
			},
			Action::Rotate { by, key, nonce, forged } => {
				must(!forged).and_then(|()| self.rotate(by, key, nonce))
			},
			Action::Deregister { by } => self.deregister(by),
			Action::SetPayout { by, payout } => self.set_payout(by, payout),
			Action::Stake { by, amount } => self.stake(by, amount),
			Action::Unbond { by, amount } => self.unbond(by, amount),
			Action::Withdraw { by } => self.withdraw(by),
			Action::Verify { by, on } => self.verify_for(by, on),
			Action::ClaimParked { payee, .. } => self.hand_over(payee),
			Action::Transfer { by, to, amount } => self.transfer(by, to, amount),
			Action::Send { by, to, amount } => self.send(by, to, amount),
			Action::SetStatus { who, status } => self.set_status(who, status),
			Action::SetFrozen { frozen } => {
				must(frozen != self.frozen)?;
				self.frozen = frozen;
				Some(())
			},
			Action::SetRules { by, ref rules, sound } => {
				must(by.is_none() && sound).and_then(|()| self.set_rules(rules))
			},
			Action::SetPrice { price } => {
				self.price = price;
				Some(())
			},
			Action::Offer { on } => {
				must(on || self.offered)?;
				self.offered = on;
				Some(())
			},
			// What is handled, the chain tells. There are always seats free.
			Action::Service { .. } => Some(()),
			_ => None,
		}
	}

	/// Stake must stay until all that it answers for is over, by the old rules and by the new; and a
	/// job must be remembered until its nonce is too old for another.
	fn set_rules(&mut self, rules: &Parameters) -> Option<()> {
		let nonce_life = 2 * rules.nonce_window_ms;
		must(rules.unbonding_ms > liability(rules) && nonce_life < rules.retention_ms)?;
		if rules.unbonding_ms <= liability(&self.rules) {
			self.see("stake free too soon");
			return None;
		}
		if self.rules.unbonding_ms <= liability(rules) {
			self.see("stake free too soon for what is to come");
			return None;
		}
		if nonce_life >= self.rules.retention_ms {
			self.see("nonces revived");
			return None;
		}
		self.rules = *rules;
		Some(())
	}

	fn ensure_new(&self, id: JobId, nonce: JobNonce) -> Option<()> {
		must(self.now.abs_diff(nonce.issued_at) <= self.rules.nonce_window_ms)?;
		must(!self.jobs.contains_key(&id) && self.offered)
	}

	fn draft(&self, id: JobId, by: Who, nonce: JobNonce, locked: Money, window: Millis) -> Job {
		Job {
			id,
			requester: by,
			nonce,
			state: State::Open,
			deadline: self.now + window,
			created_at: self.now,
			locked,
			left: locked,
			price: self.price,
			max: (0, 0),
			candidates: Vec::new(),
			accepted_by: None,
			outcome: None,
			auction: None,
			case: None,
			offenders: Vec::new(),
			paid: None,
		}
	}

	fn create(
		&mut self,
		id: JobId,
		by: Who,
		nonce: JobNonce,
		candidates: &[Who],
		max: (u32, u32),
	) -> Option<()> {
		self.ensure_new(id, nonce)?;
		let most = self.rules.max_tokens;
		must((1..=most.input).contains(&max.0) && (1..=most.output).contains(&max.1))?;
		must(!candidates.is_empty())?;
		for (place, candidate) in candidates.iter().enumerate() {
			must(!candidates[..place].contains(candidate))?;
			must(self.operators.contains_key(candidate))?;
		}
		let locked = cost(self.price, max);
		must(locked > 0)?;
		self.lock(by, locked)?;
		let draft = self.draft(id, by, nonce, locked, self.rules.proof_window_ms);
		self.put(id, Job { max, candidates: candidates.to_vec(), ..draft });
		Some(())
	}

	fn create_auction(&mut self, id: JobId, by: Who, nonce: JobNonce, terms: Terms) -> Option<()> {
		self.ensure_new(id, nonce)?;
		let rules = &self.rules;
		must((1..=rules.bid_window_max_ms).contains(&terms.bid_window))?;
		must((1..=rules.latency_max_ms).contains(&terms.latency_max))?;
		let windows = rules.challenge_window_min_ms..=rules.challenge_window_max_ms;
		must(windows.contains(&terms.challenge_window))?;
		must(terms.payment_max > 0 && terms.fee >= rules.verifier_fee_min)?;
		if let Some(verifier) = terms.verifier {
			must(self.is_eligible(verifier) && verifier != by)?;
			must(self.payout_of(verifier) != Some(by))?;
		}
		let locked = terms.payment_max + terms.fee;
		self.lock(by, locked)?;
		let draft = self.draft(id, by, nonce, locked, terms.bid_window);
		let auction = Auction { terms, agreed: None, verifier: None, judged: None };
		self.put(id, Job { auction: Some(auction), ..draft });
		Some(())
	}

	fn cancel(&mut self, by: Who, id: JobId) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		must(job.requester == by && job.state == State::Open)?;
		// Somebody may work on a direct job already.
		let is_old = self.now - job.created_at >= self.rules.cancel_after_ms;
		must(job.auction.is_some() || is_old)?;
		self.refund(&mut job, State::Cancelled);
		self.put(id, job);
		Some(())
	}

	/// Nothing was delivered: all goes back.
	fn refund(&mut self, job: &mut Job, state: State) {
		let (requester, left) = (job.requester, job.left);
		self.pay(job, requester, left);
		let refund = job.locked;
		self.end(job, state, Paid { refund, ..Paid::default() });
	}

	fn accept(&mut self, by: Who, id: JobId) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		must(job.state == State::Open && self.now <= job.deadline)?;
		must(job.candidates.contains(&by) && self.operators.contains_key(&by))?;
		job.state = State::Accepted;
		job.accepted_by = Some(by);
		self.put(id, job);
		Some(())
	}

	fn award(&mut self, id: JobId, bid: Bid, signer: Who) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		let terms = job.auction.as_ref()?.terms;
		must(job.state == State::Open && self.now <= job.deadline.min(bid.valid_until))?;
		must((1..=terms.payment_max).contains(&bid.price))?;
		must((1..=terms.latency_max).contains(&bid.latency))?;
		let payout = self.payout_of(bid.worker)?;
		must(self.is_staked(bid.worker))?;
		let is_worker = |who: Who| who == bid.worker || who == payout;
		must(!is_worker(job.requester))?;
		if let Some(verifier) = terms.verifier {
			must(!is_worker(verifier))?;
			let paid_to = self.payout_of(verifier).filter(|_| self.is_eligible(verifier));
			must(!paid_to.is_some_and(is_worker))?;
		}
		must(signer == job.requester || Some(signer) == terms.matcher)?;

		let requester = job.requester;
		self.pay(&mut job, requester, terms.payment_max - bid.price);
		let promised = bid.latency * u64::from(self.rules.latency_margin) / 100;
		job.state = State::Accepted;
		job.deadline = self.now + promised.max(self.rules.delivery_min_ms);
		job.accepted_by = Some(bid.worker);
		if let Some(auction) = &mut job.auction {
			let (price, latency) = (bid.price, bid.latency);
			auction.agreed = Some(Agreed { price, latency, at: self.now });
		}
		self.put(id, job);
		Some(())
	}

	fn prove(&mut self, id: JobId, claim: Claim, receipt: Option<(Claim, Who)>) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		must(job.auction.is_none())?;
		// A receipt decides whose proof is paid, as long as none is.
		match job.state {
			State::Open | State::Accepted => {},
			State::Verified | State::Disputed => must(receipt.is_some())?,
			_ => return None,
		}
		must(job.state != State::Disputed || self.is_undecided(&job))?;
		must(self.now <= job.deadline && job.candidates.contains(&claim.worker))?;
		must(claim.tokens.0 <= job.max.0 && claim.tokens.1 <= job.max.1)?;
		match receipt {
			Some((confirmed, signer)) => must(confirmed == claim && signer == job.requester)?,
			None => must(job.accepted_by.is_none_or(|by| by == claim.worker))?,
		}
		let payout = self.payout_of(claim.worker)?;
		if job.state == State::Disputed {
			self.dismiss(&mut job);
			self.see("dispute dismissed by a proof");
		}
		let staked = self.is_staked(claim.worker);
		let share = if staked { self.rules.share_staked } else { self.rules.share_unstaked };
		job.outcome = Some(Outcome { claim, payout, share: share.into(), at: self.now });
		job.state = State::Verified;
		job.deadline = self.now + self.rules.dispute_window_ms;
		if receipt.is_some() {
			self.pay_worker(&mut job);
		}
		self.put(id, job);
		Some(())
	}

	fn confirm(&mut self, id: JobId, claim: Claim, signer: Who) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		must(matches!(job.state, State::Verified | State::Disputed))?;
		must(signer == job.requester && job.outcome?.claim == claim)?;
		must(job.state != State::Disputed || self.is_undecided(&job))?;
		if job.state == State::Disputed {
			self.dismiss(&mut job);
			self.see("dispute dismissed by a receipt");
		}
		self.pay_worker(&mut job);
		self.put(id, job);
		Some(())
	}

	fn deliver(&mut self, id: JobId, claim: Claim) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		must(job.auction.is_some() && job.state == State::Accepted && self.now <= job.deadline)?;
		must(job.accepted_by == Some(claim.worker))?;
		let payout = self.payout_of(claim.worker)?;
		let share = WHOLE - Money::from(self.rules.protocol_fee);
		job.outcome = Some(Outcome { claim, payout, share, at: self.now });
		job.state = State::Submitted;
		let named = job.auction.as_ref().and_then(|auction| auction.terms.verifier);
		let judge = named.filter(|verifier| self.may_judge(&job, *verifier));
		let window = match judge {
			Some(_) => self.rules.judge_window_ms,
			None => self.rules.draw_delay_ms,
		};
		job.deadline = self.now + window;
		if let Some(auction) = &mut job.auction {
			auction.verifier = judge;
		}
		self.put(id, job);
		Some(())
	}

	/// Whether neither a verifier nor where it is paid has to do with what was delivered.
	pub(super) fn may_judge(&self, job: &Job, verifier: Who) -> bool {
		let Some(outcome) = job.outcome else { return false };
		let worker = outcome.claim.worker;
		let parties = [job.requester, worker, outcome.payout];
		self.is_eligible(verifier)
			&& !parties.contains(&verifier)
			&& self.payout_of(verifier).is_some_and(|payout| !parties.contains(&payout))
	}

	fn attest(&mut self, by: Who, id: JobId, claim: Claim, passed: bool) -> Option<()> {
		let mut job = self.jobs.get(&id)?.clone();
		must(job.state == State::Submitted && self.now <= job.deadline)?;
		let auction = job.auction.as_mut()?;
		must(auction.verifier == Some(by) && self.is_eligible(by))?;
		must(job.outcome?.claim == claim)?;
		auction.judged = Some(passed);
		let (fee, window) = (auction.terms.fee, auction.terms.challenge_window);
		let payout = self.payout_of(by)?;
		self.pay(&mut job, payout, fee);
		if passed {
			job.state = State::Verified;
			job.deadline = self.now + window;
		} else {
			let bond = self.rules.dispute_bond;
			self.open_case(&mut job, by, bond, false);
		}
		self.put(id, job);
		Some(())
	}

	/// Pay for what was delivered.
	pub(super) fn pay_worker(&mut self, job: &mut Job) {
		let (outcome, charge) = (job.outcome.unwrap(), job.charge().unwrap());
		let worker = charge * outcome.share / WHOLE;
		let (treasury, requester) = (self.treasury, job.requester);
		self.pay(job, outcome.payout, worker);
		self.pay(job, treasury, charge - worker);
		let left = job.left;
		self.pay(job, requester, left);
		let verifier = job.fee_paid();
		let refund = job.locked - charge - verifier;
		let state = if job.state == State::Disputed { State::Resolved } else { State::Settled };
		self.end(job, state, Paid { worker, treasury: charge - worker, verifier, refund });

		let agreed = job.auction.as_ref().and_then(|auction| auction.agreed);
		let since = agreed.map_or(job.created_at, |agreed| agreed.at);
		let promised = agreed.map(|agreed| agreed.latency);
		let conduct = Conduct::Delivered { elapsed: outcome.at - since, promised };
		self.note(outcome.claim.worker, Role::Worker, conduct, charge - worker);
		self.note_judgement(job, true);
	}

	/// Give back what a disputed job still holds, because the worker is at fault or nobody decided.
	pub(super) fn give_back(&mut self, job: &mut Job, at_fault: bool) {
		if at_fault {
			self.note_judgement(job, false);
		}
		let (requester, left) = (job.requester, job.left);
		self.pay(job, requester, left);
		let verifier = job.fee_paid();
		let paid = Paid { verifier, refund: job.locked - verifier, ..Paid::default() };
		self.end(job, State::Resolved, paid);
	}

	fn note_judgement(&mut self, job: &Job, paid: bool) {
		let Some(auction) = &job.auction else { return };
		if let (Some(verifier), true) = (auction.verifier, auction.judged == Some(paid)) {
			let worth = auction.terms.fee.min(job.for_treasury());
			self.note(verifier, Role::Verifier, Conduct::Judged, worth);
		}
	}

	/// Nothing was delivered in time.
	pub(super) fn expire(&mut self, job: &mut Job) {
		let agreed = job.auction.as_ref().and_then(|auction| auction.agreed);
		// As much as there could have been at most for the treasury, by the rules of now.
		let (charge, share) = match agreed {
			Some(agreed) => (agreed.price, WHOLE - Money::from(self.rules.protocol_fee)),
			None => (job.locked, self.rules.share_staked.into()),
		};
		let worth = of_treasury(charge, share);
		self.refund(job, State::Expired);
		if let Some(worker) = job.accepted_by {
			self.note(worker, Role::Worker, Conduct::Abandoned, worth);
		}
	}

	/// Nobody judged: the fee goes back, and the window opens.
	pub(super) fn pass_over(&mut self, job: &mut Job) {
		let Some(auction) = &job.auction else { return };
		let (fee, window) = (auction.terms.fee, auction.terms.challenge_window);
		if let Some(silent) = auction.verifier {
			let worth = fee.min(job.for_treasury());
			self.note(silent, Role::Verifier, Conduct::Silent, worth);
		}
		let requester = job.requester;
		self.pay(job, requester, fee);
		job.state = State::Verified;
		job.deadline = self.now + window;
	}
}

/// The longest from when stake is bound to a job until nothing can be held against it any more.
pub(super) fn liability(rules: &Parameters) -> Millis {
	let promised = rules.latency_max_ms * u64::from(rules.latency_margin) / 100;
	let judged = rules.draw_delay_ms + rules.judge_window_ms + rules.challenge_window_max_ms;
	let auction = promised.max(rules.delivery_min_ms) + judged;
	let direct = rules.proof_window_ms + rules.dispute_window_ms;
	let votes = rules.commit_window_ms + rules.reveal_window_ms + rules.arbitration_window_ms;
	// The draw is put off eight times, and then there may be a last wait for it.
	auction.max(direct) + 9 * rules.draw_delay_ms + votes + rules.retention_ms
}
