//! A job as JSON.
//!
//! Amounts are decimal text, as they do not fit the numbers of JavaScript; bytes are hex with `0x`,
//! accounts SS58, times milliseconds since the Unix epoch.

use millrace_primitives::{
	job::JobKind, Balance, FinishReason, JobId, JobState, Moment, Outcome, Payment, Price,
	TokenCounts,
};
use millrace_runtime::AccountId;
use serde::{Serialize, Serializer};
use sp_core::H256;

use super::watch::{Head, Record};

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
struct Paid {
	#[serde(serialize_with = "decimal")]
	worker: Balance,
	#[serde(serialize_with = "decimal")]
	treasury: Balance,
	#[serde(serialize_with = "decimal")]
	refund: Balance,
}

impl JobStatus {
	/// The job `id`, which is `record` in the block `head`.
	pub(super) fn new(id: JobId, head: &Head, record: Option<&Record>) -> Self {
		Self {
			id,
			state: record.map(|record| record.state),
			block: head.number,
			block_hash: head.hash,
			finalized: head.finalized,
			job: record.map(Job::from),
		}
	}
}

impl From<&Record> for Job {
	fn from(record: &Record) -> Self {
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
		Self { worker: payment.worker, treasury: payment.treasury, refund: payment.refund }
	}
}

fn decimal<S: Serializer>(amount: &Balance, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.collect_str(amount)
}

#[cfg(test)]
pub(super) mod tests {
	use millrace_primitives::{ModelId, TierId};

	use super::*;

	pub(in crate::rpc::job) fn record(state: JobState) -> Record {
		Record {
			kind: JobKind::Direct,
			state,
			requester: AccountId::new([1; 32]),
			model: ModelId([2; 32]),
			tier: TierId(3),
			price: Price { input: 4, output: 5 },
			max: TokenCounts { input: 6, output: 7 },
			locked: u128::from(u64::MAX) + 1,
			candidates: vec![AccountId::new([8; 32])].try_into().unwrap(),
			request: [9; 32],
			created_at: 10,
			created_in: 11,
			deadline: 12,
			accepted_by: None,
			outcome: None,
			payment: None,
		}
	}

	fn json(record: Option<&Record>) -> serde_json::Value {
		let head = Head { number: 5, hash: H256([6; 32]), finalized: true };
		serde_json::to_value(JobStatus::new(JobId(H256([7; 32])), &head, record)).unwrap()
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
		assert_eq!(json(Some(&record(JobState::Open)))["locked"], "18446744073709551616");
	}

	#[test]
	fn a_settled_job_tells_who_was_paid_what() {
		let mut settled = record(JobState::Settled);
		settled.outcome = Some(Outcome {
			worker: AccountId::new([8; 32]),
			payout: AccountId::new([1; 32]),
			worker_share: 7_500,
			tokens: TokenCounts { input: 1, output: 2 },
			output: [3; 32],
			proof: [4; 32],
			finish: FinishReason::Stop,
			proven_at: 5,
		});
		settled.payment = Some(Payment { worker: 75, treasury: 25, refund: 900 });
		let json = json(Some(&settled));

		assert_eq!(json["state"], "SETTLED");
		assert_eq!(json["kind"], "direct");
		assert_eq!(json["model"], format!("0x{}", "02".repeat(32)));
		assert_eq!(json["outcome"]["workerShare"], 7_500);
		assert_eq!(json["outcome"]["tokens"]["output"], 2);
		assert_eq!(json["outcome"]["finish"], "stop");
		let paid = serde_json::json!({ "worker": "75", "treasury": "25", "refund": "900" });
		assert_eq!(json["payment"], paid);
	}
}
