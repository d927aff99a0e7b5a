//! A job as JSON.
//!
//! Amounts are decimal text, as they do not fit the numbers of JavaScript, but prices of tokens are
//! numbers; bytes are hex with `0x`, content identifiers text, accounts SS58, times milliseconds since the
//! Unix epoch.

use millrace_primitives::{
	auction::Judgement, job::JobKind, Agreement, Auction, Balance, Cid, DisputeMechanism,
	FinishReason, JobId, JobState, Moment, Outcome, Payment, Price, TokenCounts,
};
use millrace_runtime::AccountId;
use serde::Serialize;
use sp_core::H256;

use super::{
	dispute::Dispute,
	watch::{Head, Seen},
};
use crate::rpc::decimal;

/// A job in one block.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobStatus {
	id: JobId,
	/// `null` if the chain does not hold the job in this block.
	state: Option<JobState>,
	block: u32,
	block_hash: H256,
	/// Whether this is final. Otherwise it can be undone.
	finalized: bool,
	/// Absent if the chain does not hold the job.
	#[serde(flatten)]
	job: Option<Job>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Job {
	kind: JobKind,
	requester: AccountId,
	model: H256,
	tier: u16,
	price: Price,
	max: TokenCounts,
	#[serde(serialize_with = "decimal")]
	locked: Balance,
	candidates: Vec<AccountId>,
	request: H256,
	created_at: Moment,
	created_in: u32,
	deadline: Moment,
	accepted_by: Option<AccountId>,
	outcome: Option<Delivered>,
	/// `null` for a direct job.
	auction: Option<Auctioned>,
	/// `null` for a job that was never disputed, or whose requester ended the dispute by a receipt.
	dispute: Option<Dispute>,
	payment: Option<Paid>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Delivered {
	worker: AccountId,
	payout: AccountId,
	/// In basis points of the charge.
	worker_share: u16,
	tokens: TokenCounts,
	output: H256,
	proof: H256,
	finish: FinishReason,
	proven_at: Moment,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Auctioned {
	document: String,
	#[serde(serialize_with = "decimal")]
	payment_max: Balance,
	#[serde(serialize_with = "decimal")]
	verifier_fee: Balance,
	latency_max: Moment,
	challenge_window: Moment,
	mechanism: DisputeMechanism,
	matcher: Option<AccountId>,
	agreed: Option<Agreed>,
	result: Option<String>,
	/// The one that was appointed, or before that the one that was named.
	verifier: Option<AccountId>,
	attested: Option<Attested>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Agreed {
	#[serde(serialize_with = "decimal")]
	price: Balance,
	latency: Moment,
	awarded_at: Moment,
}

#[derive(Clone, Debug, Serialize)]
struct Attested {
	passed: bool,
	evidence: H256,
	at: Moment,
}

#[derive(Clone, Debug, Serialize)]
struct Paid {
	#[serde(serialize_with = "decimal")]
	worker: Balance,
	#[serde(serialize_with = "decimal")]
	treasury: Balance,
	#[serde(serialize_with = "decimal")]
	verifier: Balance,
	#[serde(serialize_with = "decimal")]
	refund: Balance,
}

impl JobStatus {
	/// The job `id`, as it was `seen` in the block `head`.
	pub(super) fn new(id: JobId, head: &Head, seen: Option<&Seen>) -> Self {
		Self {
			id,
			state: seen.map(|seen| seen.record.state),
			block: head.number,
			block_hash: head.hash,
			finalized: head.finalized,
			job: seen.map(Job::from),
		}
	}
}

impl From<&Seen> for Job {
	fn from(seen: &Seen) -> Self {
		let record = &seen.record;
		Self {
			kind: record.kind,
			requester: record.requester.clone(),
			model: H256(record.model.0),
			tier: record.tier.0,
			price: record.price,
			max: record.max,
			locked: record.locked,
			candidates: record.candidates.to_vec(),
			request: H256(record.request),
			created_at: record.created_at,
			created_in: record.created_in,
			deadline: record.deadline,
			accepted_by: record.accepted_by.clone(),
			outcome: record.outcome.as_ref().map(Delivered::from),
			auction: record.auction.as_ref().map(Auctioned::from),
			dispute: seen.dispute.as_ref().map(Dispute::from),
			payment: record.payment.map(Paid::from),
		}
	}
}

impl From<&Outcome<AccountId>> for Delivered {
	fn from(outcome: &Outcome<AccountId>) -> Self {
		Self {
			worker: outcome.worker.clone(),
			payout: outcome.payout.clone(),
			worker_share: outcome.worker_share,
			tokens: outcome.tokens,
			output: H256(outcome.output),
			proof: H256(outcome.proof),
			finish: outcome.finish,
			proven_at: outcome.proven_at,
		}
	}
}

impl From<Payment> for Paid {
	fn from(payment: Payment) -> Self {
		let Payment { worker, treasury, verifier, refund } = payment;
		Self { worker, treasury, verifier, refund }
	}
}

impl From<&Auction<AccountId>> for Auctioned {
	fn from(auction: &Auction<AccountId>) -> Self {
		let terms = &auction.terms;
		Self {
			document: text(&terms.document),
			payment_max: terms.payment_max,
			verifier_fee: terms.verifier_fee,
			latency_max: terms.latency_max,
			challenge_window: terms.challenge_window,
			mechanism: terms.mechanism,
			matcher: terms.matcher.clone(),
			agreed: auction.agreed.map(Agreed::from),
			result: auction.result.as_ref().map(text),
			verifier: auction.verifier.clone().or_else(|| terms.verifier.clone()),
			attested: auction.attested.map(Attested::from),
		}
	}
}

impl From<Agreement> for Agreed {
	fn from(agreement: Agreement) -> Self {
		let Agreement { price, latency, awarded_at } = agreement;
		Self { price, latency, awarded_at }
	}
}

impl From<Judgement> for Attested {
	fn from(judgement: Judgement) -> Self {
		let Judgement { passed, evidence, at } = judgement;
		Self { passed, evidence: H256(evidence), at }
	}
}

/// A content identifier, as its store writes it.
fn text(cid: &Cid) -> String {
	String::from_utf8_lossy(cid).into_owned()
}

#[cfg(test)]
pub(super) mod tests {
	use millrace_primitives::{
		views::{BallotView, DisputePhase, DisputeView, JurorView},
		AuctionTerms, JobRecord, ModelId, TierId, Verdict,
	};

	use super::*;

	fn account(number: u8) -> AccountId {
		AccountId::new([number; 32])
	}

	pub(in crate::rpc::job) fn seen(state: JobState) -> Seen {
		let record = JobRecord {
			kind: JobKind::Direct,
			state,
			requester: account(1),
			model: ModelId([2; 32]),
			tier: TierId(3),
			price: Price { input: 4, output: 5 },
			max: TokenCounts { input: 6, output: 7 },
			locked: u128::from(u64::MAX) + 1,
			candidates: vec![account(8)].try_into().unwrap(),
			request: [9; 32],
			created_at: 10,
			created_in: 11,
			deadline: 12,
			accepted_by: None,
			outcome: None,
			auction: None,
			payment: None,
		};
		Seen { record, dispute: None }
	}

	fn json(seen: Option<&Seen>) -> serde_json::Value {
		let head = Head { number: 5, hash: H256([6; 32]), finalized: true };
		serde_json::to_value(JobStatus::new(JobId(H256([7; 32])), &head, seen)).unwrap()
	}

	#[test]
	fn a_job_that_is_not_there_has_no_state() {
		let id = format!("0x{}", "07".repeat(32));
		let hash = format!("0x{}", "06".repeat(32));
		let expected = serde_json::json!({
			"id": id, "state": null, "block": 5, "blockHash": hash, "finalized": true,
		});
		assert_eq!(json(None), expected);
	}

	#[test]
	fn large_amounts_keep_every_digit() {
		assert_eq!(json(Some(&seen(JobState::Open)))["locked"], "18446744073709551616");
	}

	#[test]
	fn a_settled_job_tells_who_was_paid_what() {
		let mut settled = seen(JobState::Settled);
		settled.record.outcome = Some(Outcome {
			worker: account(8),
			payout: account(1),
			worker_share: 7_500,
			tokens: TokenCounts { input: 1, output: 2 },
			output: [3; 32],
			proof: [4; 32],
			finish: FinishReason::Stop,
			proven_at: 5,
		});
		settled.record.payment =
			Some(Payment { worker: 75, treasury: 25, verifier: 0, refund: 900 });
		let json = json(Some(&settled));

		assert_eq!(json["state"], "SETTLED");
		assert_eq!(json["kind"], "direct");
		assert_eq!(json["model"], format!("0x{}", "02".repeat(32)));
		assert_eq!(json["outcome"]["workerShare"], 7_500);
		assert_eq!(json["outcome"]["tokens"]["output"], 2);
		assert_eq!(json["outcome"]["finish"], "stop");
		assert_eq!(json["auction"], serde_json::Value::Null);
		let paid = serde_json::json!({
			"worker": "75", "treasury": "25", "verifier": "0", "refund": "900",
		});
		assert_eq!(json["payment"], paid);
	}

	#[test]
	fn an_auction_tells_what_was_agreed_delivered_and_judged() {
		let mut judged = seen(JobState::Verified);
		judged.record.kind = JobKind::Auction;
		judged.record.auction = Some(Auction {
			terms: AuctionTerms {
				model: ModelId([2; 32]),
				document: b"bafydocument".to_vec().try_into().unwrap(),
				payment_max: 1_000,
				verifier_fee: 20,
				bid_window: 30,
				latency_max: 40,
				challenge_window: 50,
				mechanism: DisputeMechanism::Committee,
				matcher: None,
				verifier: Some(account(4)),
			},
			agreed: Some(Agreement { price: 900, latency: 35, awarded_at: 6 }),
			result: Some(b"bafyresult".to_vec().try_into().unwrap()),
			verifier: Some(account(5)),
			attested: Some(Judgement { passed: true, evidence: [3; 32], at: 7 }),
		});
		let json = json(Some(&judged));

		assert_eq!(json["kind"], "auction");
		let auction = serde_json::json!({
			"document": "bafydocument",
			"paymentMax": "1000",
			"verifierFee": "20",
			"latencyMax": 40,
			"challengeWindow": 50,
			"mechanism": "committee",
			"matcher": null,
			"agreed": { "price": "900", "latency": 35, "awardedAt": 6 },
			"result": "bafyresult",
			"verifier": account(5),
			"attested": { "passed": true, "evidence": format!("0x{}", "03".repeat(32)), "at": 7 },
		});
		assert_eq!(json["auction"], auction);
	}

	#[test]
	fn a_dispute_tells_its_phase_and_its_votes() {
		let mut disputed = seen(JobState::Disputed);
		let juror = |number, ballot| JurorView { account: account(number), ballot };
		disputed.dispute = Some(DisputeView {
			job: JobId(H256([7; 32])),
			phase: DisputePhase::Reveal,
			until: 99,
			challenger: account(1),
			by_verifier: false,
			bond: 500,
			evidence: [3; 32],
			testimony: None,
			raised_at: 98,
			round: 0,
			jurors: vec![
				juror(5, BallotView::Committed),
				juror(6, BallotView::Revealed(Verdict::AtFault)),
			],
		});
		let status = json(Some(&disputed));
		let told = &status["dispute"];
		assert_eq!(told["phase"], "reveal");
		assert_eq!((&told["decidedBy"], &told["verdict"]), (&().into(), &().into()));
		assert_eq!(told["evidence"], format!("0x{}", "03".repeat(32)));
		assert_eq!(told["testimony"], serde_json::Value::Null);
		assert_eq!((&told["bond"], &told["until"]), (&"500".into(), &99.into()));
		assert_eq!(told["jurors"][0]["ballot"], "committed");
		let revealed = serde_json::json!({
			"account": account(6), "ballot": "revealed", "verdict": "at_fault",
		});
		assert_eq!(told["jurors"][1], revealed);

		let decided = DisputePhase::DecidedByCommittee(Verdict::Cleared);
		let dispute = disputed.dispute.as_mut().unwrap();
		(dispute.phase, dispute.testimony) = (decided, Some([4; 32]));
		let status = json(Some(&disputed));
		let told = &status["dispute"];
		assert_eq!((&told["phase"], &told["decidedBy"]), (&"closed".into(), &"committee".into()));
		assert_eq!(told["verdict"], "cleared");
		assert_eq!(told["testimony"], format!("0x{}", "04".repeat(32)));
	}
}
