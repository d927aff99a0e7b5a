//! Disputes, of jobs of either kind.

use millrace_chain::AccountId32;
use millrace_primitives::{
	views::{BallotView, DisputePhase, DisputeView},
	Verdict,
};

use super::{count, fee_spent, mill, remaining, usdc, Telling, Told};

impl Telling<'_> {
	pub(super) fn disputed(&self) -> Told {
		let state = match self.dispute {
			Some(dispute) => challenged(dispute),
			None => "The result is under dispute.".to_owned(),
		};
		let or_confirmed = if self.dispute.is_some_and(is_dismissible) {
			", or the requester confirms the result,"
		} else {
			","
		};
		let mut money = format!(
			"{} If the worker is cleared{or_confirmed} {} are paid for it; otherwise everything that \
			 is locked returns to the requester.",
			self.locked(),
			usdc(self.record.charge().unwrap_or_default())
		);
		if let Some(auction) = &self.record.auction {
			money = format!("{money} {}", fee_spent(auction));
		}
		if let Some(dispute) = self.dispute {
			money = format!("{money} {}", at_risk(dispute));
		}
		let next = match self.dispute {
			Some(dispute) => format!(
				"{}{} {}{}",
				self.phase(dispute),
				self.unheard(dispute),
				self.outcomes(dispute),
				self.receipt(dispute)
			),
			None => format!(
				"This phase of the dispute ends {}. If in the end neither a committee nor the arbiter \
				 decides, everything that is locked returns to the requester.",
				self.left()
			),
		};
		Told { state, money, next }
	}

	fn phase(&self, dispute: &DisputeView<AccountId32>) -> String {
		let left = remaining(dispute.until, self.parameters.now);
		let jurors = dispute.jurors.len();
		let with = |wanted: fn(&BallotView) -> bool| {
			dispute.jurors.iter().filter(|juror| wanted(&juror.ballot)).count()
		};
		let revealed = with(|ballot| matches!(ballot, BallotView::Revealed(_)));
		let committed = with(|ballot| !matches!(ballot, BallotView::Awaited));
		match dispute.phase {
			DisputePhase::Draw => format!(
				"Nobody has to act: the chain draws a committee of verifiers {left}. If fewer than {} \
				 can judge, the arbiter decides.",
				self.parameters.jury_pool_min
			),
			DisputePhase::Commit => format!(
				"{committed} of {} committed to a vote; the others must do so {left}, or lose stake if \
				 the rest decide without them.",
				count(jurors, "juror has", "jurors have")
			),
			DisputePhase::Reveal => format!(
				"{revealed} of the {committed} that committed to a vote have revealed it; the others \
				 must do so {left}, or lose stake in any case. More than half of at least 3 votes \
				 decide; otherwise the arbiter does."
			),
			DisputePhase::Arbitration => format!(
				"The arbiter must decide {left}; if it stays silent, what is locked returns to the \
				 requester, the worker is not paid but keeps its stake, and the challenger gets its bond \
				 back."
			),
			DisputePhase::DecidedByCommittee(_)
			| DisputePhase::DecidedByArbiter(_)
			| DisputePhase::Undecided => "The dispute is decided.".to_owned(),
		}
	}

	/// How the requester can still be heard where somebody else disputes.
	fn unheard(&self, dispute: &DisputeView<AccountId32>) -> &'static str {
		let is_heard = matches!(
			dispute.phase,
			DisputePhase::Draw | DisputePhase::Commit | DisputePhase::Arbitration
		);
		let has_said = dispute.challenger == self.record.requester || dispute.testimony.is_some();
		if is_heard && !has_said {
			" Until then the requester can add its own evidence (`millrace dispute testify`)."
		} else {
			""
		}
	}

	/// What either verdict costs whom.
	fn outcomes(&self, dispute: &DisputeView<AccountId32>) -> String {
		let auction = self.record.auction.as_ref();
		let is_concerned = dispute.by_verifier || dispute.challenger == self.record.requester;
		let judged_good =
			auction.and_then(|auction| auction.attested).is_some_and(|judgement| judgement.passed);
		let attestor = if judged_good {
			let slash = mill(self.parameters.minority_slash);
			format!(", and the verifier, which found the result good, up to {slash}")
		} else {
			String::new()
		};
		let bond = mill(dispute.bond);
		let risked = if dispute.by_verifier { format!("up to {bond}") } else { bond };
		format!(
			"A worker at fault loses up to {} of its stake, if it has any{attestor}; {} of what it \
			 loses is the challenger's.{} If the worker is cleared, the challenger loses {risked}.",
			mill(self.parameters.worker_slash),
			if is_concerned { "half" } else { "a fifth" },
			self.jury_fee(dispute)
		)
	}

	/// What a challenger that is right may have to pay the jurors, if there are any.
	fn jury_fee(&self, dispute: &DisputeView<AccountId32>) -> String {
		let fee = self.parameters.jury_fee;
		if fee == 0 || dispute.by_verifier || dispute.phase == DisputePhase::Arbitration {
			return String::new();
		}
		format!(
			" Each juror of the majority then gets {} at least: what the worker's stake lacks for that \
			 comes out of the challenger's bond.",
			mill(fee)
		)
	}

	/// How the requester can end the dispute, while it can.
	fn receipt(&self, dispute: &DisputeView<AccountId32>) -> String {
		if !is_dismissible(dispute) {
			return String::new();
		}
		format!(
			" Until the draw the requester can end the dispute by confirming the result (`millrace \
			 confirm`): the worker is paid, and nobody is punished.{}",
			self.rivals()
		)
	}

	pub(super) fn resolved(&self) -> Told {
		let verdict = match self.dispute.map(|dispute| dispute.phase) {
			Some(DisputePhase::DecidedByCommittee(verdict)) => {
				format!("A committee {}.", found(verdict))
			},
			Some(DisputePhase::DecidedByArbiter(verdict)) => {
				format!("The arbiter {}.", found(verdict))
			},
			Some(DisputePhase::Undecided) => {
				"Nobody decided the dispute in time, so the requester got its money back."
					.to_owned()
			},
			_ => "A dispute about the result was decided.".to_owned(),
		};
		self.ended(&verdict)
	}
}

fn is_dismissible(dispute: &DisputeView<AccountId32>) -> bool {
	dispute.phase == DisputePhase::Draw
}

const fn found(verdict: Verdict) -> &'static str {
	match verdict {
		Verdict::Cleared => "cleared the worker",
		Verdict::AtFault => "found the worker at fault",
	}
}

fn challenged(dispute: &DisputeView<AccountId32>) -> String {
	let account = &dispute.challenger;
	if dispute.by_verifier {
		format!("The verifier {account} found the result bad and disputes it.")
	} else {
		format!("{account} disputes the result.")
	}
}

fn at_risk(dispute: &DisputeView<AccountId32>) -> String {
	let bond = mill(dispute.bond);
	if dispute.by_verifier {
		format!("The challenger answers with up to {bond} of its stake.")
	} else {
		format!("The challenger's bond of {bond} is on hold.")
	}
}
