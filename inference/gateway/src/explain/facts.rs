//! The facts of a job, by name.

use millrace_chain::AccountId32;
use millrace_primitives::{
	views::{BallotView, DisputeView, JobView},
	Auction, Cid, Commitment, DisputeMechanism, FinishReason, Outcome, TokenCounts, Verdict,
};

use super::{duration, mill, price, share, usdc};

type Facts = Vec<(&'static str, String)>;

/// The facts that the record of a job holds.
pub(super) fn of(view: &JobView<AccountId32>) -> Facts {
	let record = &view.record;
	let mut facts = vec![
		("job", format!("{:?}", view.id.0)),
		("requester", record.requester.to_string()),
		("model", record.model.to_string()),
	];
	match &record.auction {
		None => {
			facts.push(("price", price(&record.price)));
			facts.push(("locked for", tokens(&record.max)));
			let candidates = record.candidates.iter();
			facts.extend(candidates.map(|candidate| ("candidate", candidate.to_string())));
		},
		Some(auction) => facts.extend(of_auction(auction)),
	}
	facts.push(("created in block", record.created_in.to_string()));
	if let Some(outcome) = &record.outcome {
		facts.extend(of_outcome(outcome, record.auction.is_none()));
	}
	facts
}

fn of_auction(auction: &Auction<AccountId32>) -> Facts {
	let terms = &auction.terms;
	let mut facts = vec![
		("document", cid(&terms.document)),
		("pays at most", usdc(terms.payment_max)),
		("verifier's fee", usdc(terms.verifier_fee)),
		("takes at most", duration(terms.latency_max, 0)),
		("challenge window", duration(terms.challenge_window, 0)),
		("disputes go to", mechanism(terms.mechanism).to_owned()),
	];
	facts.extend(terms.matcher.as_ref().map(|matcher| ("matcher", matcher.to_string())));
	if let Some(agreed) = &auction.agreed {
		facts.push(("price", usdc(agreed.price)));
		facts.push(("promised within", duration(agreed.latency, 0)));
	}
	let verifier = auction.verifier.as_ref().or(terms.verifier.as_ref());
	facts.extend(verifier.map(|verifier| ("verifier", verifier.to_string())));
	facts.extend(auction.result.as_ref().map(|result| ("result", cid(result))));
	if let Some(judgement) = &auction.attested {
		let said = if judgement.passed { "the result is good" } else { "the result is bad" };
		facts.push(("verifier says", said.to_owned()));
		facts.push(("its evidence", hash(&judgement.evidence)));
	}
	facts
}

fn of_outcome(outcome: &Outcome<AccountId32>, is_direct: bool) -> Facts {
	let mut facts = vec![
		("worker", outcome.worker.to_string()),
		("worker's share", share(outcome.worker_share)),
	];
	if is_direct {
		facts.push(("delivered", tokens(&outcome.tokens)));
		facts.push(("ended by", finish(outcome.finish).to_owned()));
	}
	facts.push(("output", hash(&outcome.output)));
	facts
}

/// The facts of a dispute.
pub(super) fn of_dispute(dispute: &DisputeView<AccountId32>) -> Facts {
	let mut facts = vec![
		("challenger", dispute.challenger.to_string()),
		("bond", mill(dispute.bond)),
		("evidence", hash(&dispute.evidence)),
	];
	facts.extend(dispute.testimony.as_ref().map(|testimony| ("testimony", hash(testimony))));
	facts.extend(dispute.jurors.iter().map(|juror| {
		let said = match juror.ballot {
			BallotView::Awaited => "has not voted",
			BallotView::Committed => "has a hidden vote",
			BallotView::Revealed(Verdict::Cleared) => "cleared the worker",
			BallotView::Revealed(Verdict::AtFault) => "found the worker at fault",
		};
		("juror", format!("{} {said}", juror.account))
	}));
	facts
}

fn hash(hash: &Commitment) -> String {
	format!("0x{}", hex::encode(hash))
}

/// An identifier as text. Anybody can put anything there, so what is no plain text is escaped.
fn cid(cid: &Cid) -> String {
	cid.escape_ascii().to_string()
}

fn tokens(tokens: &TokenCounts) -> String {
	format!("{} prompt + {} generated tokens", tokens.input, tokens.output)
}

const fn mechanism(mechanism: DisputeMechanism) -> &'static str {
	match mechanism {
		DisputeMechanism::Committee => "a committee of verifiers",
		DisputeMechanism::Arbitration => "the arbiter",
	}
}

const fn finish(finish: FinishReason) -> &'static str {
	match finish {
		FinishReason::Stop => "the model or a stop string",
		FinishReason::Length => "the token limit",
		FinishReason::Cancelled => "the requester",
	}
}
