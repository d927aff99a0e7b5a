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
		let mut money = format!(
			"{} If the worker is cleared, {} are paid for the result; otherwise everything that is \
			 locked returns to the requester.",
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
			Some(dispute) => format!("{} {}", self.phase(dispute), self.outcomes(dispute)),
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
				"Nobody has to act: the chain draws a committee of verifiers {left}. If there are not \
				 enough, the arbiter decides."
			),
			DisputePhase::Commit => format!(
				"{committed} of {} committed to a vote; the others must {left}, or lose stake.",
				count(jurors, "juror has", "jurors have")
			),
			DisputePhase::Reveal => format!(
				"{revealed} of the {committed} that committed to a vote have revealed it; the others \
				 must {left}, or lose stake. More than half of at least 3 votes decide; otherwise the \
				 arbiter does."
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

	fn outcomes(&self, dispute: &DisputeView<AccountId32>) -> String {
		format!(
			"A worker at fault loses up to {} of its stake; if it is cleared, the challenger loses {}.",
			mill(self.parameters.worker_slash),
			mill(dispute.bond)
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
		format!("The challenger answers with {bond} of its stake.")
	} else {
		format!("The challenger's bond of {bond} is on hold.")
	}
}
