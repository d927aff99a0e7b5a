//! `millrace worker tasks`, `deliver`, `judge` and `vote`: what the chain waits for from the workers of
//! a node, and what their operator decides. Both go through the sidecar, whose node signs.

use std::{
	fs::File,
	io::{self, Write},
	path::{Path, PathBuf},
};

use anyhow::{bail, Context};
use clap::Args;
use millrace_chain::AccountId32;
use millrace_primitives::{Cid, Moment, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::SIDECAR;
use crate::{
	cli::{
		auction::read_cid,
		dispute::{evidence, VerdictArgs},
		query::read_id,
	},
	explain::duration,
	money::{Amount, Currency},
	registration::Sidecar,
};

/// The sidecar of the worker's node.
#[derive(Debug, Args)]
struct SidecarArgs {
	/// The loopback API of the sidecar.
	#[arg(long, env = "MILLRACE_SIDECAR", default_value = SIDECAR, value_name = "URL")]
	sidecar: String,
}

/// What is decided about.
#[derive(Debug, Args)]
struct DecisionArgs {
	/// The job, in hexadecimal.
	job: String,

	/// Which worker decides, by owner account, if the chain waits for several of the node's.
	#[arg(long, value_name = "ACCOUNT")]
	owner: Option<AccountId32>,

	#[command(flatten)]
	sidecar: SidecarArgs,
}

#[derive(Debug, Args)]
pub(crate) struct TasksArgs {
	#[command(flatten)]
	sidecar: SidecarArgs,

	/// Show them as the sidecar tells them, in JSON.
	#[arg(long)]
	json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DeliverArgs {
	#[command(flatten)]
	decision: DecisionArgs,

	/// The identifier under which the result is published.
	#[arg(long, value_name = "CID", value_parser = read_cid)]
	result: Cid,

	/// The file with the result. Its SHA-256 goes on chain as the output commitment, so that nobody can
	/// say later that another one was delivered.
	#[arg(long, value_name = "FILE")]
	output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
	#[command(flatten)]
	decision: DecisionArgs,

	#[command(flatten)]
	judgement: JudgementArgs,

	/// A file with what the judgement rests on. Its hash (BLAKE2b-256) goes on chain, so keep the file.
	#[arg(long, value_name = "FILE")]
	evidence: PathBuf,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct JudgementArgs {
	/// The result is good. If it is challenged and found bad, you lose what a juror of the minority does.
	#[arg(long)]
	passed: bool,

	/// The result is bad. That disputes it; you answer with your stake.
	#[arg(long)]
	failed: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VoteArgs {
	#[command(flatten)]
	decision: DecisionArgs,

	#[command(flatten)]
	verdict: VerdictArgs,
}

/// What the sidecar answers at `/v1/tasks`.
#[derive(Deserialize)]
struct TaskList {
	now: Moment,
	tasks: Vec<Task>,
}

#[derive(Deserialize)]
struct Task {
	owner: String,
	job: String,
	deadline: Moment,
	#[serde(flatten)]
	asked: Asked,
}

#[derive(Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
enum Asked {
	Deliver(Deliver),
	Judge(Judge),
	Vote(Vote),
}

#[derive(Deserialize)]
struct Deliver {
	document: String,
	price: Amount,
	decided: Option<Delivery>,
}

#[derive(Deserialize)]
struct Delivery {
	result: String,
}

#[derive(Deserialize)]
struct Judge {
	worker: String,
	document: String,
	result: String,
	output: String,
	fee: Amount,
	decided: Option<Judged>,
}

#[derive(Deserialize)]
struct Judged {
	passed: bool,
}

#[derive(Deserialize)]
struct Vote {
	worker: String,
	document: Option<String>,
	result: Option<String>,
	attested: Option<Judged>,
	request: String,
	output: String,
	evidence: String,
	testimony: Option<String>,
	ballot: String,
	decided: Option<Verdict>,
}

/// What the sidecar answers to a decision.
#[derive(Deserialize)]
struct Kept {
	owner: String,
}

pub(super) async fn show(args: &TasksArgs) -> anyhow::Result<()> {
	let sidecar = Sidecar::new(&args.sidecar.sidecar);
	let answer: serde_json::Value = sidecar.get("/v1/tasks").await?;
	let mut out = io::stdout();
	if args.json {
		writeln!(out, "{answer}")?;
		return Ok(());
	}
	let list: TaskList =
		serde_json::from_value(answer).context("the sidecar's answer has another shape")?;
	if list.tasks.is_empty() {
		writeln!(out, "the chain waits for nothing from this node's workers")?;
	}
	for task in &list.tasks {
		writeln!(out, "{}", task.told(list.now))?;
	}
	Ok(())
}

pub(super) async fn deliver(args: &DeliverArgs) -> anyhow::Result<()> {
	let result = String::from_utf8(args.result.to_vec()).context("the identifier is no text")?;
	let output = output(&args.output)?;
	let said = json!({ "result": result, "output": output });
	decide(&args.decision, "/v1/deliveries", said).await
}

pub(super) async fn judge(args: &JudgeArgs) -> anyhow::Result<()> {
	let evidence = format!("0x{}", hex::encode(evidence(&args.evidence)?));
	// One of the two is always said.
	let passed = args.judgement.passed && !args.judgement.failed;
	let said = json!({ "passed": passed, "evidence": evidence });
	decide(&args.decision, "/v1/judgements", said).await
}

pub(super) async fn vote(args: &VoteArgs) -> anyhow::Result<()> {
	let said = json!({ "verdict": args.verdict.verdict() });
	decide(&args.decision, "/v1/votes", said).await
}

/// A decision as the sidecar takes it.
#[derive(Serialize)]
struct Decision {
	job: String,
	#[serde(skip_serializing_if = "Option::is_none")]
	owner: Option<String>,
	#[serde(flatten)]
	said: serde_json::Value,
}

async fn decide(args: &DecisionArgs, path: &str, said: serde_json::Value) -> anyhow::Result<()> {
	let job = read_id(&args.job)?;
	let owner = args.owner.as_ref().map(ToString::to_string);
	let decision = Decision { job: format!("{:?}", job.0), owner, said };
	let sidecar = Sidecar::new(&args.sidecar.sidecar);
	let Kept { owner } = sidecar.post(path, &decision).await?;
	writeln!(
		io::stdout(),
		"kept for {owner}; its node signs it and brings it to the chain with the next blocks. \
		 `millrace job {:?}` shows when it is there.",
		job.0
	)?;
	Ok(())
}

/// The output commitment of a result: the SHA-256 of its file, in hexadecimal.
fn output(path: &Path) -> anyhow::Result<String> {
	let shown = path.display();
	let mut file = File::open(path).with_context(|| format!("cannot read the result {shown}"))?;
	let mut hasher = Sha256::new();
	let read = io::copy(&mut file, &mut hasher)
		.with_context(|| format!("cannot read the result {shown}"))?;
	if read == 0 {
		bail!("the result {shown} is empty");
	}
	Ok(format!("0x{}", hex::encode(hasher.finalize())))
}

impl Task {
	/// What is to be done by when, what happens otherwise, and what is known of it.
	fn told(&self, now: Moment) -> String {
		let left = if self.deadline < now {
			"any moment now".to_owned()
		} else {
			format!("within {}", duration(self.deadline, now))
		};
		let Self { owner, job, asked, .. } = self;
		let Told { what, then, mut facts, decided } = match asked {
			Asked::Deliver(task) => task.told(),
			Asked::Judge(task) => task.told(),
			Asked::Vote(task) => task.told(),
		};
		facts.push(("as", owner.clone()));
		facts.push(("decided", decided));
		let facts: Vec<_> =
			facts.iter().map(|(name, value)| format!("  {name:<12} {value}\n")).collect();
		format!("{what} {job}\n  {left}; {then}\n{}", facts.concat())
	}
}

/// A task in words.
struct Told {
	what: &'static str,
	/// What happens at its deadline.
	then: String,
	facts: Vec<(&'static str, String)>,
	decided: String,
}

impl Deliver {
	fn told(&self) -> Told {
		let decided = self.decided.as_ref().map_or_else(
			|| "nothing: `millrace worker deliver JOB --result CID --output FILE`".to_owned(),
			|delivery| format!("{}, on its way to the chain", delivery.result),
		);
		Told {
			what: "deliver",
			then: "otherwise the job expires, you are not paid, and your reputation drops".into(),
			facts: vec![
				("document", self.document.clone()),
				("price", Currency::Usdc.show(self.price.0)),
			],
			decided,
		}
	}
}

impl Judge {
	fn told(&self) -> Told {
		let fee = Currency::Usdc.show(self.fee.0);
		let decided = self.decided.as_ref().map_or_else(
			|| "nothing: `millrace worker judge JOB --passed|--failed --evidence FILE`".to_owned(),
			|judged| format!("{}, on its way to the chain", judged.said()),
		);
		Told {
			what: "judge",
			then: format!(
				"otherwise the result counts as good, you do not get the fee of {fee}, and your \
				 reputation drops"
			),
			facts: vec![
				("document", self.document.clone()),
				("result", self.result.clone()),
				("output", self.output.clone()),
				("worker", self.worker.clone()),
			],
			decided,
		}
	}
}

impl Judged {
	const fn said(&self) -> &'static str {
		if self.passed {
			"the result is good"
		} else {
			"the result is bad"
		}
	}
}

impl Vote {
	fn told(&self) -> Told {
		let mut facts = Vec::new();
		facts.extend(self.document.clone().map(|document| ("document", document)));
		facts.extend(self.result.clone().map(|result| ("result", result)));
		if self.document.is_none() {
			facts.push(("request", self.request.clone()));
		}
		facts.push(("output", self.output.clone()));
		facts.push(("worker", self.worker.clone()));
		facts.extend(self.attested.as_ref().map(|judged| ("verifier", judged.said().to_owned())));
		facts.push(("evidence", self.evidence.clone()));
		facts.extend(self.testimony.clone().map(|testimony| ("testimony", testimony)));
		let then = match self.ballot.as_str() {
			"awaited" => "otherwise you lose stake, if the others decide without you",
			"hidden" => "your node reveals your vote by itself: keep it running, or you lose stake",
			_ => "there is nothing left to do",
		};
		let decided = match (self.ballot.as_str(), self.decided) {
			("awaited", None) => {
				"nothing: `millrace worker vote JOB --at-fault|--cleared`".to_owned()
			},
			("awaited", Some(verdict)) => format!("{}, on its way to the chain", found(verdict)),
			("hidden", Some(verdict)) => format!("{}, hidden on chain", found(verdict)),
			("hidden", None) => "a vote that is hidden on chain".to_owned(),
			("at_fault", _) => found(Verdict::AtFault).to_owned(),
			("cleared", _) => found(Verdict::Cleared).to_owned(),
			(other, _) => other.to_owned(),
		};
		Told { what: "vote on", then: then.to_owned(), facts, decided }
	}
}

const fn found(verdict: Verdict) -> &'static str {
	match verdict {
		Verdict::Cleared => "the worker is cleared",
		Verdict::AtFault => "the worker is at fault",
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// What the sidecar is tested with too.
	const GOLDEN: &str = include_str!("../../../../worker/src/api/tasks.json");

	fn told(list: &str) -> Vec<String> {
		let list: TaskList = serde_json::from_str(list).unwrap();
		list.tasks.iter().map(|task| task.told(list.now)).collect()
	}

	#[test]
	fn every_task_says_what_to_do_by_when_and_what_happens_otherwise() {
		let told = told(GOLDEN);
		let job = |number: &str| format!("0x{}", number.repeat(32));
		let expected: [(&str, String, &[&str]); 4] = [
			(
				"deliver",
				job("0a"),
				&["within 21 s", "expires", "bafydocument", "2.50 USDC", "bafyresult, on its way"],
			),
			(
				"judge",
				job("0b"),
				&["counts as good", "0.20 USDC", "bafyresult", "the result is good, on its way"],
			),
			(
				"vote on",
				job("0c"),
				&[
					"lose stake, if the others decide",
					"verifier     the result is bad",
					"evidence     0x0202",
					"testimony    0x0303",
					"at fault, on its way",
				],
			),
			("vote on", job("0d"), &["keep it running", "request", "a vote that is hidden"]),
		];
		assert_eq!(told.len(), expected.len());
		for (told, (what, job, says)) in told.iter().zip(expected) {
			assert!(told.starts_with(&format!("{what} {job}\n")), "{told}");
			for text in says {
				assert!(told.contains(text), "{text} in {told}");
			}
		}
	}

	#[test]
	fn a_task_that_is_not_decided_says_how_to() {
		let mut list: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
		for task in list.pointer_mut("/tasks").unwrap().as_array_mut().unwrap() {
			task.as_object_mut().unwrap().insert("decided".into(), serde_json::Value::Null);
		}
		let told = told(&list.to_string());
		assert!(told[0].contains("`millrace worker deliver JOB"), "{}", told[0]);
		assert!(told[1].contains("`millrace worker judge JOB"), "{}", told[1]);
		assert!(told[2].contains("`millrace worker vote JOB"), "{}", told[2]);
	}

	#[test]
	fn the_output_commitment_is_the_sha256_of_the_file() {
		let file = tempfile::NamedTempFile::new().unwrap();
		assert!(output(file.path()).is_err(), "nothing is no result");
		std::fs::write(file.path(), b"abc").unwrap();
		let sha256 = "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
		assert_eq!(output(file.path()).unwrap(), sha256);
		assert!(output(Path::new("/no/such/file")).is_err());
	}

	#[test]
	fn a_decision_is_sent_as_the_sidecar_takes_it() {
		let decision = |owner| Decision {
			job: "0x00".into(),
			owner,
			said: json!({ "verdict": Verdict::AtFault }),
		};
		let sent = |owner| serde_json::to_value(decision(owner)).unwrap();
		assert_eq!(sent(None), json!({ "job": "0x00", "verdict": "at_fault" }));
		let named = json!({ "job": "0x00", "owner": "5F", "verdict": "at_fault" });
		assert_eq!(sent(Some("5F".into())), named);
	}
}
