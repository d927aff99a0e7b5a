//! The server over a real socket, with jobs that follow a script.

use std::sync::Mutex;

use millrace_mesh::payload::Prompt;
use millrace_primitives::{
	views::ModelView, FinishReason, JobId, JobState, ModelId, Payment, Price, TierId, TokenCounts,
};
use serde_json::Value;
use sp_core::H256;
use tokio::sync::{mpsc, oneshot};

use super::*;
use crate::{
	answer::Mismatch,
	job::{
		Boxed, Health, JobEvent, JobFailure, JobRequest, RunningJob, StartError, Step, TimedStep,
	},
};

const TOKENS: TokenCounts = TokenCounts { input: 9, output: 2 };

/// What the next job does.
enum Script {
	/// It says this, and then nothing more.
	Events(Vec<JobEvent>),
	/// It does not start.
	Refuse(StartError),
	/// It says this, and tells when nobody listens any more.
	UntilGone(Vec<JobEvent>, oneshot::Sender<()>),
	/// It says nothing until it is told to.
	Held(oneshot::Receiver<()>),
}

#[derive(Default)]
struct Scripted {
	scripts: Mutex<Vec<Script>>,
	asked: Mutex<Vec<JobRequest>>,
	workers: u32,
	since_block_ms: u64,
}

impl Jobs for Scripted {
	fn models(&self) -> Boxed<'_, Result<Vec<ModelView>, StartError>> {
		let model = ModelView {
			id: ModelId([1; 32]),
			name: b"gemma".to_vec(),
			tier: TierId(0),
			price: Price { input: 10, output: 20 },
			context: 4_096,
		};
		Box::pin(async move { Ok(vec![model]) })
	}

	fn start(&self, request: JobRequest) -> Boxed<'_, Result<RunningJob, StartError>> {
		let script = self.scripts.lock().unwrap().pop().expect("a script for each request");
		let model = request.model.clone();
		self.asked.lock().unwrap().push(request);
		Box::pin(async move {
			let (sender, events) = mpsc::channel(16);
			match script {
				Script::Refuse(error) => return Err(error),
				script => drop(tokio::spawn(play(script, sender))),
			}
			Ok(RunningJob { id: JobId(H256([0xab; 32])), model, events })
		})
	}

	fn health(&self) -> Boxed<'_, Result<Health, StartError>> {
		let (workers, since_block_ms) = (self.workers, self.since_block_ms);
		Box::pin(async move { Ok(Health { workers, since_block_ms, ..Health::default() }) })
	}
}

async fn play(script: Script, sender: mpsc::Sender<JobEvent>) {
	match script {
		Script::Events(events) => say(events, &sender).await,
		Script::UntilGone(events, gone) => {
			say(events, &sender).await;
			sender.closed().await;
			gone.send(()).unwrap();
		},
		Script::Held(release) => {
			release.await.unwrap();
			say(hello(), &sender).await;
		},
		Script::Refuse(_) => {},
	}
}

async fn say(events: Vec<JobEvent>, sender: &mpsc::Sender<JobEvent>) {
	for event in events {
		if sender.send(event).await.is_err() {
			return;
		}
	}
}

fn step(step: Step) -> JobEvent {
	JobEvent::Step(TimedStep { us: 5, step })
}

fn hello() -> Vec<JobEvent> {
	vec![
		step(Step::FirstToken),
		JobEvent::Text("Hel".into()),
		JobEvent::Text("lo".into()),
		JobEvent::Answered { tokens: TOKENS, finish: FinishReason::Stop },
		step(Step::settled(7, &Payment { worker: 8, treasury: 2, verifier: 0, refund: 90 })),
		step(Step::Finalized { block: 9, state: JobState::Settled }),
	]
}

struct Served {
	base: String,
	jobs: Arc<Scripted>,
	http: reqwest::Client,
}

impl Served {
	async fn with(scripts: Vec<Script>) -> Self {
		Self::of(Scripted { scripts: Mutex::new(scripts), ..Scripted::default() }, 4).await
	}

	async fn of(jobs: Scripted, concurrent: usize) -> Self {
		let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
		let base = format!("http://{}", listener.local_addr().unwrap());
		let jobs = Arc::new(jobs);
		let limits = Limits { concurrent, ..Limits::default() };
		let shared: Arc<dyn Jobs> = Arc::<Scripted>::clone(&jobs);
		let router = router(shared, Arc::default(), limits, Access::Local);
		tokio::spawn(serve(listener, router, std::future::pending()));
		Self { base, jobs, http: reqwest::Client::new() }
	}

	fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
		self.http.post(format!("{}{path}", self.base)).json(body)
	}

	fn chat(&self, stream: bool) -> reqwest::RequestBuilder {
		let messages = json!([{ "role": "user", "content": "a secret prompt" }]);
		let body = json!({ "model": "gemma", "messages": messages, "stream": stream });
		self.post("/v1/chat/completions", &body)
	}

	async fn get(&self, path: &str) -> reqwest::Response {
		self.http.get(format!("{}{path}", self.base)).send().await.unwrap()
	}
}

/// The JSON of a frame.
fn data(frame: &str) -> Value {
	serde_json::from_str(frame.strip_prefix("data: ").unwrap()).unwrap()
}

async fn error_of(response: reqwest::Response) -> (u16, Value) {
	let status = response.status().as_u16();
	let body: Value = response.json().await.unwrap();
	let error = body["error"].clone();
	assert!(error["message"].is_string() && error["type"].is_string(), "{body}");
	assert!(error.get("param").is_some() && error.get("code").is_some(), "{body}");
	(status, error)
}

#[tokio::test]
async fn a_chat_is_answered_whole() {
	let served = Served::with(vec![Script::Events(hello())]).await;
	let response = served.chat(false).send().await.unwrap();
	assert_eq!(response.status(), 200);
	let job = format!("0x{}", "ab".repeat(32));
	assert_eq!(response.headers()[JOB_HEADER], job.as_str());
	let body: Value = response.json().await.unwrap();
	assert_eq!(body["id"], format!("chatcmpl-{job}"));
	assert_eq!(body["choices"][0]["message"]["content"], "Hello");
	assert_eq!(body["usage"]["total_tokens"], 11);
	let asked = served.jobs.asked.lock().unwrap();
	assert!(matches!(&asked[0].prompt, Prompt::Chat(messages) if messages.len() == 1));
}

#[tokio::test]
async fn a_stream_is_framed_as_openai_frames_it() {
	let served = Served::with(vec![Script::Events(hello())]).await;
	let response = served.chat(true).send().await.unwrap();
	assert_eq!(response.headers()["content-type"], "text/event-stream");
	let body = response.text().await.unwrap();
	let frames: Vec<_> = body.split_terminator("\n\n").collect();
	assert!(frames.iter().all(|frame| frame.starts_with("data: ")), "{body}");
	let (last, chunks) = frames.split_last().unwrap();
	assert_eq!(*last, "data: [DONE]");
	let content: String = chunks
		.iter()
		.map(|frame| data(frame))
		.filter_map(|chunk| Some(chunk["choices"][0]["delta"]["content"].as_str()?.to_owned()))
		.collect();
	assert_eq!(content, "Hello");
}

#[tokio::test]
async fn a_stream_ends_with_the_usage_if_asked() {
	let served = Served::with(vec![Script::Events(hello())]).await;
	let body = json!({
		"model": "gemma", "prompt": "a", "stream": true,
		"stream_options": { "include_usage": true },
	});
	let text = served.post("/v1/completions", &body).send().await.unwrap().text().await.unwrap();
	let before_done = text.rsplit("\n\n").nth(2).unwrap();
	let usage: Value = data(before_done);
	assert_eq!(usage["choices"], json!([]));
	assert_eq!(usage["usage"]["completion_tokens"], 2);
}

#[tokio::test]
async fn steps_come_only_to_those_who_ask() {
	let served = Served::with(vec![Script::Events(hello()), Script::Events(hello())]).await;
	let without = served.chat(true).send().await.unwrap().text().await.unwrap();
	assert!(!without.contains("millrace.step"));
	let with = served.chat(true).header(STEPS_HEADER, "1").send().await.unwrap();
	let with = with.text().await.unwrap();
	let steps: Vec<TimedStep> = with
		.split_terminator("\n\n")
		.filter_map(|frame| frame.strip_prefix("event: millrace.step\ndata: "))
		.map(|data| serde_json::from_str(data).unwrap())
		.collect();
	assert_eq!(steps.len(), 3, "{with}");
	assert_eq!(steps[2].step, Step::Finalized { block: 9, state: JobState::Settled });
	assert!(with.ends_with("data: [DONE]\n\n"));
}

#[tokio::test]
async fn each_refusal_has_its_status() {
	let account = millrace_chain::AccountId32::new([1; 32]);
	let cases = [
		(StartError::UnknownModel("gpt".into()), 404, "model_not_found"),
		(StartError::NoWorkers("gemma".into()), 503, "no_workers"),
		(StartError::Funds { account, needed: 5, free: 1 }, 402, "insufficient_quota"),
		(StartError::PromptTooLong { bytes: 9, context: 1 }, 400, "context_length_exceeded"),
	];
	for (error, status, code) in cases {
		for stream in [false, true] {
			let served = Served::with(vec![Script::Refuse(error.clone())]).await;
			let (found, body) = error_of(served.chat(stream).send().await.unwrap()).await;
			assert_eq!((found, &body["code"]), (status, &json!(code)));
		}
	}
}

#[tokio::test]
async fn a_failure_before_the_first_token_has_a_status_even_in_a_stream() {
	let failure = JobFailure::NoTaker { reasons: "overloaded".into(), about_request: None };
	let served = Served::with(vec![Script::Events(vec![JobEvent::Failed(failure)])]).await;
	let (status, error) = error_of(served.chat(true).send().await.unwrap()).await;
	assert_eq!(status, 503);
	assert!(error["message"].as_str().unwrap().contains("the locked money comes back"));
}

#[tokio::test]
async fn a_failure_in_mid_stream_ends_it_without_done() {
	let failure = JobFailure::Cheated(Mismatch::Link(3));
	let events = vec![JobEvent::Text("Hel".into()), JobEvent::Failed(failure)];
	let served = Served::with(vec![Script::Events(events)]).await;
	let body = served.chat(true).send().await.unwrap().text().await.unwrap();
	assert!(body.contains("\"error\":{"), "{body}");
	assert!(!body.contains("[DONE]"), "{body}");
}

#[tokio::test]
async fn a_failed_answer_is_never_passed_off_as_whole() {
	let events =
		vec![JobEvent::Text("Hel".into()), JobEvent::Failed(JobFailure::Broken("x".into()))];
	let served = Served::with(vec![Script::Events(events)]).await;
	let (status, error) = error_of(served.chat(false).send().await.unwrap()).await;
	assert_eq!((status, &error["code"]), (502, &json!("worker_failed")));
}

#[tokio::test]
async fn a_client_that_leaves_cancels_its_job() {
	let (gone, left) = oneshot::channel();
	let script = Script::UntilGone(vec![JobEvent::Text("Hel".into())], gone);
	let served = Served::with(vec![script]).await;
	let response = served.chat(true).send().await.unwrap();
	drop(response);
	left.await.unwrap();
}

#[tokio::test]
async fn too_many_at_once_are_refused_and_told_when_to_return() {
	let (release, held) = oneshot::channel();
	let scripts = Mutex::new(vec![Script::Held(held)]);
	let served = Served::of(Scripted { scripts, ..Scripted::default() }, 1).await;
	let first = tokio::spawn(served.chat(false).send());
	while served.jobs.asked.lock().unwrap().is_empty() {
		tokio::task::yield_now().await;
	}
	let second = served.chat(false).send().await.unwrap();
	assert!(second.headers().contains_key("retry-after"));
	let (status, error) = error_of(second).await;
	assert_eq!((status, &error["code"]), (429, &json!("rate_limit_exceeded")));
	release.send(()).unwrap();
	assert_eq!(first.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn what_is_no_request_is_refused_in_openais_shape() {
	let served = Served::with(Vec::new()).await;
	let url = format!("{}/v1/chat/completions", served.base);
	let json_type = ("content-type", "application/json");
	let send = |kind: (&'static str, &'static str), body: Vec<u8>| {
		served.http.post(&url).header(kind.0, kind.1).body(body).send()
	};
	let large = vec![b' '; BODY_BYTES_MAX + 1];
	for (response, status) in [
		(send(json_type, b"{".to_vec()).await, 400),
		(send(json_type, vec![0xff; 100]).await, 400),
		(send(json_type, b"{\"model\":\"m\"}".to_vec()).await, 400),
		(send(json_type, large).await, 413),
		(send(("content-type", "text/plain"), b"{}".to_vec()).await, 415),
		(served.http.get(&url).send().await, 405),
		(served.http.get(format!("{}/v1/engines", served.base)).send().await, 404),
	] {
		assert_eq!(error_of(response.unwrap()).await.0, status);
	}
	assert!(served.jobs.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_web_page_under_another_name_is_refused() {
	let served = Served::with(Vec::new()).await;
	let response = served.chat(false).header("host", "evil.example").send().await.unwrap();
	assert_eq!(error_of(response).await.0, 403);
}

#[tokio::test]
async fn models_are_listed_with_their_price() {
	let served = Served::with(Vec::new()).await;
	let list: ModelList = served.get("/v1/models").await.json().await.unwrap();
	assert_eq!((list.object.as_str(), list.data.len()), ("list", 1));
	assert_eq!((list.data[0].id.as_str(), list.data[0].price_output), ("gemma", 20));
	assert_eq!(served.get("/v1/models/gemma").await.status(), 200);
	assert_eq!(error_of(served.get("/v1/models/gpt").await).await.0, 404);
}

#[tokio::test]
async fn health_tells_whether_the_chain_moves() {
	let moving = Scripted { workers: 1, ..Scripted::default() };
	let served = Served::of(moving, 1).await;
	let body: Value = served.get("/health").await.json().await.unwrap();
	assert_eq!((&body["status"], &body["health"]["workers"]), (&json!("ok"), &json!(1)));
	let standing = Scripted { since_block_ms: STALE_MS + 1, ..Scripted::default() };
	assert_eq!(Served::of(standing, 1).await.get("/health").await.status(), 503);
}

#[tokio::test]
async fn metrics_count_responses_and_hold_no_prompt() {
	let served = Served::with(vec![Script::Events(hello())]).await;
	served.chat(false).send().await.unwrap().bytes().await.unwrap();
	let text = served.get("/metrics").await.text().await.unwrap();
	assert!(text.contains("millrace_gateway_responses_total{status=\"200\"} 1"), "{text}");
	assert!(!text.contains("secret"));
}
