//! The states of an auctioned job.

use millrace_chain::AccountId32;
use millrace_primitives::{Agreement, Auction, JobState};

use super::{duration, fee_spent, usdc, Telling, Told};

impl Telling<'_> {
	pub(super) fn auction(&self, state: JobState, auction: &Auction<AccountId32>) -> Told {
		match (state, &auction.agreed) {
			(JobState::Open, _) => self.bidding(auction),
			(JobState::Accepted, Some(agreed)) => self.awarded(auction, agreed),
			(JobState::Submitted, _) => self.submitted(auction),
			(JobState::Verified, _) => self.judged(auction),
			_ => self.unheard_of(),
		}
	}

	fn bidding(&self, auction: &Auction<AccountId32>) -> Told {
		let state = "The money is locked, and workers can bid for the job.".to_owned();
		let money = format!(
			"{} At most {} of it are for the worker, and {} are the verifier's fee.",
			self.locked(),
			usdc(auction.terms.payment_max),
			usdc(auction.terms.verifier_fee)
		);
		let who = match &auction.terms.matcher {
			Some(matcher) => format!("The requester, or {matcher} in its place,"),
			None => "The requester".to_owned(),
		};
		let next = format!(
			"{who} must award the job to a bid {}; otherwise it expires by itself and everything \
			 returns to the requester, who until then can take the job back at any time.",
			self.left()
		);
		Told { state, money, next }
	}

	fn awarded(&self, auction: &Auction<AccountId32>, agreed: &Agreement) -> Told {
		let state = format!(
			"The job was awarded for {} to the worker of {}, which promised to deliver within {}.",
			usdc(agreed.price),
			self.record.accepted_by.as_ref().map_or_else(String::new, ToString::to_string),
			duration(agreed.latency, 0)
		);
		let money = format!("{} {}", self.locked(), returned(auction, agreed));
		let next = format!(
			"The worker must deliver {}; otherwise the job expires by itself, what is locked returns \
			 to the requester, and the worker's reputation drops.",
			self.left()
		);
		Told { state, money, next }
	}

	fn submitted(&self, auction: &Auction<AccountId32>) -> Told {
		let fee = usdc(auction.terms.verifier_fee);
		let (state, next) = match &auction.verifier {
			None => (
				"A result was delivered; the chain is about to draw its verifier.".to_owned(),
				format!(
					"Nobody has to act: the chain draws a verifier {}. If nobody is eligible, the \
					 result counts as good, the verifier's fee of {fee} returns to the requester, and \
					 the challenge window opens.",
					self.left()
				),
			),
			Some(verifier) => (
				format!("A result was delivered and waits for its verifier, {verifier}."),
				format!(
					"The verifier must judge the result {}, for which it gets {fee} at once. If it \
					 finds the result bad, it is disputed; if it stays silent, the result counts as \
					 good, the fee returns to the requester, and the verifier's reputation drops.",
					self.left()
				),
			),
		};
		let returned = auction.agreed.as_ref().map(|agreed| returned(auction, agreed));
		let money = format!("{} {}", self.locked(), returned.unwrap_or_default());
		Told { state, money: money.trim_end().to_owned(), next }
	}

	fn judged(&self, auction: &Auction<AccountId32>) -> Told {
		let judge = match (&auction.verifier, &auction.attested) {
			(Some(verifier), Some(_)) => format!("The verifier {verifier} found the result good"),
			(Some(verifier), None) => format!("The verifier {verifier} did not judge in time"),
			(None, _) => "There was nobody to judge the result".to_owned(),
		};
		let state = format!("{judge}; its challenge window is open.");
		let next = format!(
			"Nobody has to act: the worker is paid {}, or at once if the requester confirms the result \
			 (`millrace confirm`). {}",
			self.left(),
			self.challenge()
		);
		let money = format!("{} {}", self.to_be_paid(), fee_spent(auction));
		Told { state, money, next }
	}
}

/// What went back to the requester with the award.
fn returned(auction: &Auction<AccountId32>, agreed: &Agreement) -> String {
	let returned = auction.terms.payment_max.saturating_sub(agreed.price);
	format!(
		"Of it {} are for the worker, less the protocol fee, and {} for the verifier; {} went back with \
		 the award.",
		usdc(agreed.price),
		usdc(auction.terms.verifier_fee),
		usdc(returned)
	)
}
