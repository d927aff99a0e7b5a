//! A client of a running gateway: sends a prompt, reads the stream with its steps.

use std::time::Duration;

use async_stream::try_stream;
use futures::{Stream, StreamExt};
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{json, Value};

use crate::{
	job::{Health, TimedStep},
	openai::{Kind, ModelList, Usage},
	server::STEPS_HEADER,
};

/// The longest line of a stream in bytes.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// The longest silence in a stream; the gateway sends a comment every few seconds.
const SILENCE_MAX: Duration = Duration::from_secs(45);

/// What to ask a gateway.
#[derive(Clone)]
pub struct Ask {
	/// Whether the prompt is a chat turn, or text to go on from.
	pub kind: Kind,
	/// The model; the gateway's first one if none is named.
	pub model: Option<String>,
	/// What the model is told beforehand, in a chat.
	pub system: Option<String>,
	/// The prompt.
	pub prompt: String,
	/// The most tokens to generate.
	pub max_tokens: Option<u32>,
	/// Temperature.
	pub temperature: Option<f64>,
}

/// A piece of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
	/// A piece of the answer.
	Text(String),
	/// The answer ended, for this reason.
	Finished(String),
	/// What is charged.
	Usage(Usage),
	/// A step of the job.
	Step(TimedStep),
	/// The stream is complete.
	Done,
}

/// A gateway that did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
	/// It cannot be reached.
	#[error("the gateway at {url} cannot be reached; is it running? (`millrace gateway`)")]
	Unreachable {
		/// The gateway.
		url: String,
		/// Why.
		source: reqwest::Error,
	},
	/// It refused.
	#[error("{message}")]
	Refused {
		/// The HTTP status; 200 if the stream had begun.
		status: u16,
		/// Why.
		message: String,
	},
	/// It broke off.
	#[error("the stream broke off")]
	Broken(#[source] Option<reqwest::Error>),
	/// It has been silent for too long.
	#[error("the gateway has fallen silent")]
	Silent,
	/// It says something that is no event of a stream.
	#[error("the gateway answers in another language")]
	Garbled,
	/// It knows no model.
	#[error("the gateway offers no model")]
	NoModel,
}

/// A client of the gateway at one URL.
#[derive(Clone, Debug)]
pub struct GatewayClient {
	base: String,
	key: Option<String>,
	http: reqwest::Client,
}

impl GatewayClient {
	/// A client of the gateway at `base`, as in `http://127.0.0.1:8080`, that shows `key`.
	pub fn new(base: &str, key: Option<String>) -> Self {
		let base = base.trim_end_matches('/').to_owned();
		Self { base, key, http: reqwest::Client::new() }
	}

	/// How the gateway is doing. Fails if it says that it is not well.
	pub async fn health(&self) -> Result<Health, ClientError> {
		#[derive(Deserialize)]
		struct Body {
			health: Health,
		}
		let response = self.get("/health").await?;
		let body: Body = response.json().await.map_err(|_| ClientError::Garbled)?;
		Ok(body.health)
	}

	/// The models that the gateway offers.
	pub async fn models(&self) -> Result<ModelList, ClientError> {
		self.get("/v1/models").await?.json().await.map_err(|_| ClientError::Garbled)
	}

	/// Ask, and stream what is said, with the steps of the job until its payment is final.
	pub async fn ask(
		&self,
		ask: &Ask,
	) -> Result<impl Stream<Item = Result<Said, ClientError>> + Unpin, ClientError> {
		let model = match &ask.model {
			Some(model) => model.clone(),
			None => self.first_model().await?,
		};
		let request = self
			.http
			.post(format!("{}{}", self.base, ask.kind.path()))
			.header(STEPS_HEADER, "1")
			.json(&body(ask, &model));
		let response = self.send(request).await?;
		Ok(Box::pin(said(response)))
	}

	async fn first_model(&self) -> Result<String, ClientError> {
		let models = self.models().await?;
		models.data.into_iter().next().map(|model| model.id).ok_or(ClientError::NoModel)
	}

	async fn get(&self, path: &str) -> Result<Response, ClientError> {
		self.send(self.http.get(format!("{}{path}", self.base))).await
	}

	async fn send(&self, request: reqwest::RequestBuilder) -> Result<Response, ClientError> {
		let request = match &self.key {
			Some(key) => request.bearer_auth(key),
			None => request,
		};
		let response = request
			.send()
			.await
			.map_err(|source| ClientError::Unreachable { url: self.base.clone(), source })?;
		if response.status() == StatusCode::OK {
			return Ok(response);
		}
		let status = response.status().as_u16();
		let body: Value = response.json().await.unwrap_or_default();
		Err(ClientError::Refused { status, message: message(&body, status) })
	}
}

fn body(ask: &Ask, model: &str) -> Value {
	let mut body = json!({
		"model": model,
		"stream": true,
		"stream_options": { "include_usage": true },
	});
	let (name, content) = match ask.kind {
		Kind::Chat => ("messages", messages(ask)),
		Kind::Text => ("prompt", json!(ask.prompt)),
	};
	if let Some(fields) = body.as_object_mut() {
		let options = [
			(name, Some(content)),
			("max_tokens", ask.max_tokens.map(Value::from)),
			("temperature", ask.temperature.map(Value::from)),
		];
		for (name, value) in options {
			if let Some(value) = value {
				fields.insert(name.into(), value);
			}
		}
	}
	body
}

fn messages(ask: &Ask) -> Value {
	let user = json!({ "role": "user", "content": ask.prompt });
	let system = ask.system.as_ref().map(|text| json!({ "role": "system", "content": text }));
	system.into_iter().chain([user]).collect()
}

fn message(body: &Value, status: u16) -> String {
	body.pointer("/error/message")
		.or_else(|| body.get("status"))
		.and_then(Value::as_str)
		.map_or_else(|| format!("the gateway answers with status {status}"), str::to_owned)
}

fn said(response: Response) -> impl Stream<Item = Result<Said, ClientError>> {
	try_stream! {
		let mut bytes = response.bytes_stream();
		let mut lines = Lines::default();
		let mut event = String::new();
		loop {
			let next = tokio::time::timeout(SILENCE_MAX, bytes.next()).await;
			let Some(piece) = next.map_err(|_| ClientError::Silent)? else { break };
			let piece = piece.map_err(|error| ClientError::Broken(Some(error)))?;
			for line in lines.push(&piece)? {
				match read_line(&line, &mut event)? {
					Read::Nothing => {},
					Read::Said(all) => {
						for said in all {
							yield said;
						}
					},
					Read::Done => {
						yield Said::Done;
						return;
					},
				}
			}
		}
		Err::<(), _>(ClientError::Broken(None))?;
	}
}

/// Cuts a stream of bytes into lines.
#[derive(Default)]
struct Lines {
	rest: Vec<u8>,
}

impl Lines {
	fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, ClientError> {
		let mut lines = Vec::new();
		for byte in bytes {
			if *byte == b'\n' {
				let line = String::from_utf8(std::mem::take(&mut self.rest));
				lines.push(line.map_err(|_| ClientError::Garbled)?);
			} else if self.rest.len() < LINE_BYTES_MAX {
				self.rest.push(*byte);
			} else {
				return Err(ClientError::Garbled);
			}
		}
		Ok(lines)
	}
}

enum Read {
	Nothing,
	Said(Vec<Said>),
	Done,
}

fn read_line(line: &str, event: &mut String) -> Result<Read, ClientError> {
	if let Some(name) = line.strip_prefix("event: ") {
		name.clone_into(event);
		return Ok(Read::Nothing);
	}
	let Some(data) = line.strip_prefix("data: ") else { return Ok(Read::Nothing) };
	if data == "[DONE]" {
		return Ok(Read::Done);
	}
	if std::mem::take(event) == crate::openai::STEP_EVENT {
		let step = serde_json::from_str(data).map_err(|_| ClientError::Garbled)?;
		return Ok(Read::Said(vec![Said::Step(step)]));
	}
	let chunk: Value = serde_json::from_str(data).map_err(|_| ClientError::Garbled)?;
	if chunk.get("error").is_some() {
		return Err(ClientError::Refused { status: 200, message: message(&chunk, 200) });
	}
	Ok(Read::Said(of_chunk(&chunk)))
}

fn of_chunk(chunk: &Value) -> Vec<Said> {
	let text = chunk
		.pointer("/choices/0/delta/content")
		.or_else(|| chunk.pointer("/choices/0/text"))
		.and_then(Value::as_str)
		.filter(|text| !text.is_empty())
		.map(|text| Said::Text(text.into()));
	let finished = chunk
		.pointer("/choices/0/finish_reason")
		.and_then(Value::as_str)
		.map(|reason| Said::Finished(reason.into()));
	let usage =
		chunk.get("usage").and_then(|usage| Usage::deserialize(usage).ok()).map(Said::Usage);
	text.into_iter().chain(finished).chain(usage).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn lines_survive_any_cut() {
		let text = "data: {\"a\":\"é\"}\n\n: waiting\n";
		for cut in 0..text.len() {
			let mut lines = Lines::default();
			let (head, tail) = text.as_bytes().split_at(cut);
			let mut all = lines.push(head).unwrap();
			all.extend(lines.push(tail).unwrap());
			assert_eq!(all, ["data: {\"a\":\"é\"}", "", ": waiting"]);
		}
	}

	#[test]
	fn an_endless_line_is_refused() {
		let mut lines = Lines::default();
		assert!(lines.push(&vec![b'a'; LINE_BYTES_MAX]).is_ok());
		assert!(matches!(lines.push(b"a"), Err(ClientError::Garbled)));
	}

	#[test]
	fn garbage_is_told_from_silence() {
		let mut event = String::new();
		assert!(matches!(read_line(": waiting", &mut event), Ok(Read::Nothing)));
		assert!(matches!(read_line("data: {", &mut event), Err(ClientError::Garbled)));
	}

	#[test]
	fn an_error_in_the_stream_keeps_its_message() {
		let line = "data: {\"error\":{\"message\":\"the worker was lost\"}}";
		match read_line(line, &mut String::new()) {
			Err(ClientError::Refused { message, .. }) => assert_eq!(message, "the worker was lost"),
			_ => panic!("an error"),
		}
	}

	#[test]
	fn a_step_is_read_by_its_event_name() {
		let mut event = String::new();
		read_line("event: millrace.step", &mut event).unwrap();
		let line = "data: {\"us\":7,\"step\":\"locked\",\"block\":3}";
		match read_line(line, &mut event).unwrap() {
			Read::Said(said) => {
				let step = TimedStep { us: 7, step: crate::job::Step::Locked { block: 3 } };
				assert_eq!(said, [Said::Step(step)]);
			},
			_ => panic!("a step"),
		}
		assert!(event.is_empty());
	}
}
