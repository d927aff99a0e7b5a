//! What the chain waits for from the workers of this node, and what their operator decides, as JSON.
//! For the operator's tools on this machine.
//!
//! Amounts are decimal text in base units, times milliseconds of chain time, hashes hexadecimal.
//! Identifiers of documents come from strangers: what is no plain text in them is escaped.

use std::sync::Arc;

use axum::{
	extract::{rejection::JsonRejection, DefaultBodyLimit, State},
	http::StatusCode,
	routing::{get, post},
	Json, Router,
};
use millrace_primitives::{auction::Judgement, Cid, Commitment, JobId, JobKind, Moment, Verdict};
use millrace_protocol::{Appointed, Awarded, Ballot, Dispute, Phase};
use serde::{Deserialize, Serialize};
use sp_core::{crypto::AccountId32, H256};

use super::{bytes32, Problem};
use crate::{
	decision::Decision,
	sidecar::{ChoiceError, Sidecar},
	tasks::{Choice, Chosen, Open, Refusal, Task},
};

/// The largest body of a decision.
const DECISION_BYTES_MAX: usize = 4 * 1024;

/// All that the chain waits for.
#[derive(Serialize)]
struct TaskList {
	/// The chain's time in the node's last view.
	now: Moment,
	/// Most urgent first.
	tasks: Vec<TaskView>,
}

#[derive(Serialize)]
struct TaskView {
	/// Who registered the worker that is asked.
	owner: String,
	job: String,
	/// The last moment.
	deadline: Moment,
	#[serde(flatten)]
	asked: Asked,
}

#[derive(Serialize)]
#[serde(tag = "task", rename_all = "snake_case")]
enum Asked {
	Deliver(Deliver),
	Judge(Judge),
	Vote(Vote),
}

#[derive(Serialize)]
struct Deliver {
	requester: String,
	model: String,
	document: String,
	price: String,
	/// What was promised, in milliseconds.
	latency: Moment,
	decided: Option<Delivery>,
}

#[derive(Serialize)]
struct Delivery {
	result: String,
	output: String,
}

#[derive(Serialize)]
struct Judge {
	requester: String,
	worker: String,
	model: String,
	document: String,
	result: String,
	output: String,
	fee: String,
	decided: Option<Judged>,
}

#[derive(Serialize)]
struct Judged {
	passed: bool,
	evidence: String,
}

#[derive(Serialize)]
struct Vote {
	kind: JobKind,
	worker: String,
	model: String,
	/// Of an auctioned job.
	document: Option<String>,
	result: Option<String>,
	/// What the verifier of an auctioned job said.
	attested: Option<Judged>,
	/// Of a direct job: the commitment to the request.
	request: String,
	output: String,
	/// What the challenge rests on.
	evidence: String,
	/// What the requester has to say, if somebody else challenges and it has said so.
	testimony: Option<String>,
	round: u8,
	phase: &'static str,
	/// What is on chain: nothing, a hidden vote, or a vote.
	ballot: &'static str,
	decided: Option<Verdict>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliveryAsked {
	job: String,
	owner: Option<String>,
	result: String,
	output: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgementAsked {
	job: String,
	owner: Option<String>,
	passed: bool,
	evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VoteAsked {
	job: String,
	owner: Option<String>,
	verdict: Verdict,
}

/// A decision that is kept, and carried to the chain.
#[derive(Serialize)]
struct Kept {
	owner: String,
	job: String,
	deadline: Moment,
}

pub(super) fn router() -> Router<Arc<Sidecar>> {
	Router::new()
		.route("/v1/tasks", get(tasks))
		.route("/v1/deliveries", post(deliver))
		.route("/v1/judgements", post(judge))
		.route("/v1/votes", post(vote))
		.layer(DefaultBodyLimit::max(DECISION_BYTES_MAX))
}

/// A body, if it is one.
type Body<T> = Result<Json<T>, JsonRejection>;

fn read<T>(body: Body<T>) -> Result<T, Problem> {
	let Json(asked) = body.map_err(|rejection| {
		let status = match rejection.status() {
			StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
			status => status,
		};
		Problem(status, rejection.body_text())
	})?;
	Ok(asked)
}

async fn tasks(State(sidecar): State<Arc<Sidecar>>) -> Result<Json<TaskList>, Problem> {
	sidecar.sees().map_err(|why| Problem(StatusCode::SERVICE_UNAVAILABLE, why.into()))?;
	let desk = sidecar.desk();
	let tasks = desk.tasks();
	Ok(Json(TaskList { now: tasks.now(), tasks: tasks.open().map(TaskView::from).collect() }))
}

async fn deliver(
	State(sidecar): State<Arc<Sidecar>>,
	asked: Body<DeliveryAsked>,
) -> Result<Json<Kept>, Problem> {
	let asked = read(asked)?;
	let output = bytes32("output", &asked.output)?;
	let result = asked.result.into_bytes();
	let result: Cid = result
		.try_into()
		.ok()
		.filter(|result: &Cid| !result.is_empty())
		.ok_or_else(|| bad("result is no identifier: it has 1 to 80 bytes".into()))?;
	decide(&sidecar, &asked.job, asked.owner, Chosen::Delivery { result, output })
}

async fn judge(
	State(sidecar): State<Arc<Sidecar>>,
	asked: Body<JudgementAsked>,
) -> Result<Json<Kept>, Problem> {
	let asked = read(asked)?;
	let evidence = bytes32("evidence", &asked.evidence)?;
	let chosen = Chosen::Judgement { passed: asked.passed, evidence };
	decide(&sidecar, &asked.job, asked.owner, chosen)
}

async fn vote(
	State(sidecar): State<Arc<Sidecar>>,
	asked: Body<VoteAsked>,
) -> Result<Json<Kept>, Problem> {
	let asked = read(asked)?;
	decide(&sidecar, &asked.job, asked.owner, Chosen::Vote(asked.verdict))
}

fn decide(
	sidecar: &Sidecar,
	job: &str,
	owner: Option<String>,
	chosen: Chosen,
) -> Result<Json<Kept>, Problem> {
	let job = JobId(H256(bytes32("job", job)?));
	let owner = owner.map(|owner| account(&owner)).transpose()?;
	let (owner, deadline) =
		sidecar.decide(&Choice { job, owner, chosen }).map_err(|error| refusal(&error))?;
	Ok(Json(Kept { owner: owner.to_string(), job: hash(&job.0 .0), deadline }))
}

fn account(text: &str) -> Result<AccountId32, Problem> {
	text.parse().map_err(|_| bad("owner is no account".into()))
}

const fn bad(text: String) -> Problem {
	Problem(StatusCode::BAD_REQUEST, text)
}

fn refusal(error: &ChoiceError) -> Problem {
	let status = match error {
		ChoiceError::Refused(Refusal::NotAsked(_)) => StatusCode::NOT_FOUND,
		ChoiceError::Refused(Refusal::Several(_)) => StatusCode::BAD_REQUEST,
		ChoiceError::Refused(Refusal::TooLate(_) | Refusal::DecidedOtherwise) => {
			StatusCode::CONFLICT
		},
		ChoiceError::Refused(Refusal::Full) | ChoiceError::Blind(_) => {
			StatusCode::SERVICE_UNAVAILABLE
		},
		ChoiceError::Journal(_) => StatusCode::INTERNAL_SERVER_ERROR,
	};
	Problem(status, error.to_string())
}

impl From<Open<'_>> for TaskView {
	fn from(open: Open<'_>) -> Self {
		let asked = match open.task {
			Task::Deliver(awarded) => Asked::Deliver(to_deliver(awarded, open.decided)),
			Task::Judge(appointed) => Asked::Judge(to_judge(appointed, open.decided)),
			Task::Vote(dispute) => Asked::Vote(to_vote(dispute, open.decided)),
		};
		Self {
			owner: open.owner.to_string(),
			job: hash(&open.task.job().0 .0),
			deadline: open.task.deadline(),
			asked,
		}
	}
}

fn to_deliver(awarded: &Awarded, decided: Option<&Decision>) -> Deliver {
	let decided = match decided {
		Some(Decision::Delivery(submission)) => {
			Some(Delivery { result: cid(&submission.result), output: hash(&submission.output) })
		},
		_ => None,
	};
	Deliver {
		requester: awarded.requester.to_string(),
		model: awarded.model.to_string(),
		document: cid(&awarded.document),
		price: awarded.agreed.price.to_string(),
		latency: awarded.agreed.latency,
		decided,
	}
}

fn to_judge(appointed: &Appointed, decided: Option<&Decision>) -> Judge {
	let decided = match decided {
		Some(Decision::Judgement(attestation)) => {
			Some(Judged { passed: attestation.passed, evidence: hash(&attestation.evidence) })
		},
		_ => None,
	};
	Judge {
		requester: appointed.requester.to_string(),
		worker: appointed.worker.to_string(),
		model: appointed.model.to_string(),
		document: cid(&appointed.document),
		result: cid(&appointed.result),
		output: hash(&appointed.output),
		fee: appointed.fee.to_string(),
		decided,
	}
}

fn to_vote(dispute: &Dispute, decided: Option<&Decision>) -> Vote {
	let delivery = dispute.delivery.as_ref();
	let judged = |judgement: Judgement| Judged {
		passed: judgement.passed,
		evidence: hash(&judgement.evidence),
	};
	let decided = match decided {
		Some(Decision::Vote(vote)) => Some(vote.verdict),
		_ => None,
	};
	Vote {
		kind: dispute.kind,
		worker: dispute.worker.to_string(),
		model: dispute.model.to_string(),
		document: delivery.map(|delivery| cid(&delivery.document)),
		result: delivery.map(|delivery| cid(&delivery.result)),
		attested: delivery.and_then(|delivery| delivery.attested).map(judged),
		request: hash(&dispute.request),
		output: hash(&dispute.output),
		evidence: hash(&dispute.evidence),
		testimony: dispute.testimony.as_ref().map(hash),
		round: dispute.round,
		phase: match dispute.phase {
			Phase::Commit => "commit",
			Phase::Reveal => "reveal",
		},
		ballot: match dispute.ballot {
			Ballot::Awaited => "awaited",
			Ballot::Committed(_) => "hidden",
			Ballot::Revealed(Verdict::Cleared) => "cleared",
			Ballot::Revealed(Verdict::AtFault) => "at_fault",
		},
		decided,
	}
}

fn hash(hash: &Commitment) -> String {
	format!("0x{}", hex::encode(hash))
}

fn cid(cid: &Cid) -> String {
	cid.escape_ascii().to_string()
}

#[cfg(test)]
mod tests {
	use millrace_protocol::{Delivery as Delivered, WorkerJobs};
	use serde_json::{json, Value};

	use super::*;
	use crate::tasks::{
		tests::{appointed, awarded, cid as identifier, dispute, id, worker, OWNER},
		Tasks,
	};

	/// What `millrace worker tasks` is tested with too.
	const GOLDEN: &str = include_str!("tasks.json");

	fn listed(tasks: &Tasks) -> Value {
		let list = TaskList { now: tasks.now(), tasks: tasks.open().map(TaskView::from).collect() };
		serde_json::to_value(list).unwrap()
	}

	fn disputed() -> Dispute {
		let attested = Some(Judgement { passed: false, evidence: [8; 32], at: 1 });
		let (document, result) = (identifier("bafydocument"), identifier("bafyresult"));
		let delivery = Some(Delivered { document, result, attested });
		let kind = JobKind::Auction;
		let testimony = Some([3; 32]);
		Dispute { kind, testimony, delivery, ..dispute(12, Phase::Commit, Ballot::Awaited) }
	}

	#[test]
	fn the_list_of_tasks_is_as_it_is_documented() {
		let mut tasks = Tasks::default();
		let jobs = WorkerJobs {
			awarded: vec![awarded(10)],
			appointed: vec![appointed(11)],
			disputes: vec![disputed(), dispute(13, Phase::Reveal, Ballot::Committed([0; 32]))],
			..worker(OWNER)
		};
		tasks.view(&[jobs], 100_000, 0);
		for (job, chosen) in [
			(id(10), Chosen::Delivery { result: identifier("bafyresult"), output: [5; 32] }),
			(id(11), Chosen::Judgement { passed: true, evidence: [8; 32] }),
			(id(12), Chosen::Vote(Verdict::AtFault)),
		] {
			let (decision, _) = tasks.choose(&Choice { job, owner: None, chosen }).unwrap();
			tasks.keep(decision, 0);
		}
		assert_eq!(listed(&tasks), serde_json::from_str::<Value>(GOLDEN).unwrap());
	}

	#[test]
	fn what_is_not_decided_says_so() {
		let mut tasks = Tasks::default();
		tasks.view(&[WorkerJobs { awarded: vec![awarded(10)], ..worker(OWNER) }], 100_000, 0);
		assert_eq!(listed(&tasks).pointer("/tasks/0/decided"), Some(&Value::Null));
	}

	#[test]
	fn a_document_that_is_no_plain_text_is_escaped() {
		assert_eq!(cid(&identifier("a\n\u{1b}[31m\"")), "a\\n\\x1b[31m\\\"");
	}

	#[test]
	fn bodies_with_other_fields_are_refused() {
		let delivery = json!({ "job": "0x00", "result": "bafy", "output": "0x00" });
		assert!(serde_json::from_value::<DeliveryAsked>(delivery).is_ok());
		let vote = |verdict| json!({ "job": "0x00", "owner": "5F", "verdict": verdict });
		assert!(serde_json::from_value::<VoteAsked>(vote("at_fault")).is_ok());
		assert!(serde_json::from_value::<VoteAsked>(vote("cleared")).is_ok());
		assert!(serde_json::from_value::<VoteAsked>(vote("guilty")).is_err());
		let judgement = json!({ "job": "0x00", "passed": true, "evidence": "0x00", "fee": 1 });
		assert!(serde_json::from_value::<JudgementAsked>(judgement).is_err());
	}

	#[test]
	fn a_refusal_has_the_status_that_says_why() {
		let status = |refusal: Refusal| super::refusal(&refusal.into()).0;
		assert_eq!(status(Refusal::NotAsked("a vote on")), StatusCode::NOT_FOUND);
		assert_eq!(status(Refusal::DecidedOtherwise), StatusCode::CONFLICT);
		assert_eq!(status(Refusal::TooLate("a vote on")), StatusCode::CONFLICT);
		assert_eq!(status(Refusal::Full), StatusCode::SERVICE_UNAVAILABLE);
	}
}
