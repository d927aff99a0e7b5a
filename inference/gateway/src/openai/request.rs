//! Reading requests.
//!
//! A parameter that would change the answer and that Millrace cannot honour is refused by name. One
//! that would not (`user`, `seed`, `store`, …) is ignored, as OpenAI's own servers ignore it for
//! models without it.

use millrace_mesh::payload::{ChatMessage, Prompt, STOPS_MAX, STOP_BYTES_MAX};
use millrace_primitives::SamplingSpec;
use serde::{de::IgnoredAny, Deserialize};
use serde_json::Value;

use super::ApiError;
use crate::job::JobRequest;

/// Tokens generated at most when the request does not say.
pub(crate) const MAX_OUTPUT_DEFAULT: u32 = 1_024;

/// What both kinds of requests share.
#[derive(Deserialize)]
pub struct Common {
	/// The model.
	pub model: String,
	/// Whether to stream the answer.
	#[serde(default)]
	pub stream: Option<bool>,
	stream_options: Option<StreamOptions>,
	temperature: Option<f64>,
	top_p: Option<f64>,
	top_k: Option<u32>,
	max_tokens: Option<u32>,
	max_completion_tokens: Option<u32>,
	stop: Option<Stop>,
	prompt_cache_key: Option<String>,
	n: Option<u32>,
	best_of: Option<u32>,
	presence_penalty: Option<f64>,
	frequency_penalty: Option<f64>,
	logit_bias: Option<Value>,
	logprobs: Option<Value>,
	top_logprobs: Option<u32>,
	tools: Option<Vec<Value>>,
	functions: Option<Vec<Value>>,
	response_format: Option<Value>,
	modalities: Option<Vec<String>>,
	audio: Option<Value>,
	suffix: Option<String>,
	echo: Option<bool>,
}

#[derive(Deserialize)]
struct StreamOptions {
	include_usage: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Stop {
	One(String),
	Many(Vec<String>),
}

/// The body of `POST /v1/chat/completions`.
#[derive(Deserialize)]
pub struct ChatRequest {
	/// What it shares with the other kind.
	#[serde(flatten)]
	pub common: Common,
	messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
	role: String,
	content: Option<Content>,
	tool_calls: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
	Text(String),
	Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
	#[serde(rename = "type")]
	kind: String,
	text: Option<String>,
}

/// The body of `POST /v1/completions`.
#[derive(Deserialize)]
pub struct TextRequest {
	/// What it shares with the other kind.
	#[serde(flatten)]
	pub common: Common,
	prompt: TextPrompt,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TextPrompt {
	One(String),
	Many(Vec<String>),
	Tokens(#[expect(dead_code, reason = "only its shape counts")] Vec<IgnoredAny>),
}

impl ChatRequest {
	/// The job that is asked for.
	pub fn into_job(self) -> Result<JobRequest, ApiError> {
		if self.messages.is_empty() {
			return Err(ApiError::invalid("messages", "`messages` must hold a message"));
		}
		let messages =
			self.messages.into_iter().map(Message::into_chat).collect::<Result<_, _>>()?;
		self.common.into_job(Prompt::Chat(messages))
	}
}

impl Message {
	fn into_chat(self) -> Result<ChatMessage, ApiError> {
		if self.tool_calls.is_some_and(|calls| !calls.is_empty()) || self.role == "tool" {
			return Err(ApiError::unsupported("tools"));
		}
		let content = match self.content {
			None => String::new(),
			Some(Content::Text(text)) => text,
			Some(Content::Parts(parts)) => joined(parts)?,
		};
		// Chat templates know the older name.
		let role = if self.role == "developer" { "system".into() } else { self.role };
		Ok(ChatMessage { role, content })
	}
}

fn joined(parts: Vec<Part>) -> Result<String, ApiError> {
	let mut whole = String::new();
	for part in parts {
		match part {
			Part { kind, text: Some(text) } if kind == "text" => whole.push_str(&text),
			Part { kind, .. } => {
				let message = format!("content of type `{kind}` is not supported: send text");
				return Err(ApiError::invalid("messages", message).code("unsupported_content"));
			},
		}
	}
	Ok(whole)
}

impl TextRequest {
	/// The job that is asked for.
	pub fn into_job(self) -> Result<JobRequest, ApiError> {
		let one = |message: &str| ApiError::invalid("prompt", message);
		let text = match self.prompt {
			TextPrompt::One(text) => text,
			TextPrompt::Many(mut texts) => match (texts.pop(), texts.is_empty()) {
				(Some(text), true) => text,
				_ => return Err(one("`prompt` must hold one text: send a request for each")),
			},
			TextPrompt::Tokens(_) => {
				return Err(one("`prompt` must be text: token ids are not supported"));
			},
		};
		if text.is_empty() {
			return Err(one("`prompt` must not be empty"));
		}
		self.common.into_job(Prompt::Text(text))
	}
}

impl Common {
	/// Whether to stream.
	pub const fn streams(&self) -> bool {
		matches!(self.stream, Some(true))
	}

	/// Whether a stream is to end with the counts.
	pub fn includes_usage(&self) -> bool {
		self.stream_options.as_ref().is_some_and(|options| options.include_usage == Some(true))
	}

	fn into_job(self, prompt: Prompt) -> Result<JobRequest, ApiError> {
		self.refuse_unsupported()?;
		let sampling = self.sampling()?;
		let max_output = self.max_completion_tokens.or(self.max_tokens);
		if max_output == Some(0) {
			return Err(ApiError::invalid("max_tokens", "`max_tokens` must be at least 1"));
		}
		let stop = match self.stop {
			None => Vec::new(),
			Some(Stop::One(stop)) => vec![stop],
			Some(Stop::Many(stops)) => stops,
		};
		let fits = |stop: &String| !stop.is_empty() && stop.len() <= STOP_BYTES_MAX;
		if stop.len() > STOPS_MAX || !stop.iter().all(fits) {
			let message =
				format!("`stop` takes at most {STOPS_MAX} strings of 1 to {STOP_BYTES_MAX} bytes");
			return Err(ApiError::invalid("stop", message));
		}
		Ok(JobRequest {
			model: self.model,
			prompt,
			sampling,
			max_output: max_output.unwrap_or(MAX_OUTPUT_DEFAULT),
			stop,
			conversation: self.prompt_cache_key,
		})
	}

	fn refuse_unsupported(&self) -> Result<(), ApiError> {
		let several = |count: Option<u32>| count.is_some_and(|count| count != 1);
		let penalty = |penalty: Option<f64>| penalty.is_some_and(|penalty| penalty != 0.0);
		let filled = |list: &Option<Vec<Value>>| list.as_ref().is_some_and(|list| !list.is_empty());
		let is = |value: &Option<Value>, unset: &[Value]| {
			value.as_ref().is_some_and(|value| !value.is_null() && !unset.contains(value))
		};
		let no_logprobs = [Value::Bool(false)];
		let plain_text = [serde_json::json!({ "type": "text" })];
		let unsupported = [
			("n", several(self.n)),
			("best_of", several(self.best_of)),
			("presence_penalty", penalty(self.presence_penalty)),
			("frequency_penalty", penalty(self.frequency_penalty)),
			("logit_bias", is(&self.logit_bias, &[serde_json::json!({})])),
			("logprobs", is(&self.logprobs, &no_logprobs)),
			("top_logprobs", self.top_logprobs.is_some_and(|count| count != 0)),
			("tools", filled(&self.tools)),
			("functions", filled(&self.functions)),
			("response_format", is(&self.response_format, &plain_text)),
			("modalities", self.modalities.as_ref().is_some_and(|kinds| *kinds != ["text"])),
			("audio", is(&self.audio, &[])),
			("suffix", self.suffix.as_ref().is_some_and(|suffix| !suffix.is_empty())),
			("echo", self.echo == Some(true)),
		];
		match unsupported.into_iter().find(|(_, asked)| *asked) {
			Some((param, _)) => Err(ApiError::unsupported(param)),
			None => Ok(()),
		}
	}

	fn sampling(&self) -> Result<SamplingSpec, ApiError> {
		let mut sampling = SamplingSpec::default();
		if let Some(temperature) = self.temperature {
			sampling.temperature_milli = milli(temperature)
				.filter(|milli| *milli <= SamplingSpec::TEMPERATURE_MILLI_MAX)
				.ok_or_else(|| {
					ApiError::invalid("temperature", "`temperature` must be from 0 to 2")
				})?;
		}
		if let Some(top_p) = self.top_p {
			let milli = milli(top_p)
				.filter(|milli| *milli <= 1_000)
				.ok_or_else(|| ApiError::invalid("top_p", "`top_p` must be from 0 to 1"))?;
			// A nucleus of nothing is the most likely token alone.
			sampling.top_p_milli = milli.max(1);
		}
		if let Some(top_k) = self.top_k {
			let max = SamplingSpec::TOP_K_MAX;
			sampling.top_k =
				u16::try_from(top_k).ok().filter(|top_k| (1..=max).contains(top_k)).ok_or_else(
					|| ApiError::invalid("top_k", format!("`top_k` must be from 1 to {max}")),
				)?;
		}
		Ok(sampling)
	}
}

/// `value` in thousandths, rounded; nothing if it is negative, not finite or too large.
///
/// Through its decimal text, so that every machine gets the same number.
fn milli(value: f64) -> Option<u16> {
	let text = format!("{value:.3}");
	let text = if text == "-0.000" { "0.000" } else { &text };
	let (whole, thousandths) = text.split_once('.')?;
	format!("{whole}{thousandths}").parse().ok()
}

#[cfg(test)]
mod tests {
	use serde_json::json;

	use super::*;

	fn chat(extra: &Value) -> Result<JobRequest, ApiError> {
		chat_request(extra).into_job()
	}

	fn chat_request(extra: &Value) -> ChatRequest {
		let mut body = json!({
			"model": "m",
			"messages": [{ "role": "user", "content": "Hi" }],
		});
		body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
		serde_json::from_value(body).unwrap()
	}

	#[test]
	fn a_minimal_request_gets_the_defaults() {
		let job = chat(&json!({})).unwrap();
		assert_eq!(job.sampling, SamplingSpec::default());
		assert_eq!(job.max_output, MAX_OUTPUT_DEFAULT);
		assert!(job.stop.is_empty() && job.conversation.is_none());
	}

	#[test]
	fn sampling_is_read_to_the_thousandth() {
		let job = chat(&json!({ "temperature": 0.7, "top_p": 0.95, "top_k": 40 })).unwrap();
		let expected = SamplingSpec { temperature_milli: 700, top_p_milli: 950, top_k: 40 };
		assert_eq!(job.sampling, expected);
		let greedy = chat(&json!({ "temperature": 0, "top_p": 0 })).unwrap().sampling;
		assert_eq!((greedy.temperature_milli, greedy.top_p_milli), (0, 1));
		assert!(greedy.is_valid());
	}

	#[test]
	fn thousandths_are_exact() {
		assert_eq!(milli(0.300_000_000_000_000_04), Some(300));
		assert_eq!(milli(-0.0), Some(0));
		assert_eq!(milli(2.0), Some(2_000));
		for bad in [-0.5, f64::NAN, f64::INFINITY, 1e300] {
			assert_eq!(milli(bad), None);
		}
	}

	#[test]
	fn numbers_out_of_range_are_refused_by_name() {
		for (extra, param) in [
			(json!({ "temperature": 2.5 }), "temperature"),
			(json!({ "temperature": -1 }), "temperature"),
			(json!({ "top_p": 1.5 }), "top_p"),
			(json!({ "top_k": 0 }), "top_k"),
			(json!({ "top_k": 300 }), "top_k"),
			(json!({ "max_tokens": 0 }), "max_tokens"),
			(json!({ "stop": "" }), "stop"),
			(json!({ "stop": vec!["a"; STOPS_MAX + 1] }), "stop"),
		] {
			let error = chat(&extra).unwrap_err();
			assert_eq!(error.body.param.as_deref(), Some(param), "{extra}");
			assert_eq!(error.status, 400);
		}
	}

	#[test]
	fn what_cannot_be_honoured_is_refused_by_name() {
		for (extra, param) in [
			(json!({ "n": 2 }), "n"),
			(json!({ "presence_penalty": 0.5 }), "presence_penalty"),
			(json!({ "frequency_penalty": 0.5 }), "frequency_penalty"),
			(json!({ "logit_bias": { "50": 1 } }), "logit_bias"),
			(json!({ "logprobs": true }), "logprobs"),
			(json!({ "tools": [{ "type": "function" }] }), "tools"),
			(json!({ "response_format": { "type": "json_object" } }), "response_format"),
			(json!({ "modalities": ["text", "audio"] }), "modalities"),
		] {
			let error = chat(&extra).unwrap_err();
			assert_eq!(error.body.param.as_deref(), Some(param));
			assert_eq!(error.body.code.as_deref(), Some("unsupported_parameter"));
		}
	}

	#[test]
	fn what_changes_nothing_is_ignored() {
		let extra = json!({
			"n": 1, "user": "u", "seed": 1, "store": true, "presence_penalty": 0, "tools": [],
			"logprobs": false, "logit_bias": {}, "response_format": { "type": "text" },
			"service_tier": "auto", "metadata": {}, "parallel_tool_calls": true,
			"modalities": ["text"],
		});
		assert!(chat(&extra).is_ok());
	}

	#[test]
	fn stop_is_a_string_or_a_list() {
		assert_eq!(chat(&json!({ "stop": "a" })).unwrap().stop, ["a"]);
		assert_eq!(chat(&json!({ "stop": ["a", "b"] })).unwrap().stop, ["a", "b"]);
		assert!(chat(&json!({ "stop": null })).unwrap().stop.is_empty());
	}

	#[test]
	fn the_newer_name_of_the_token_limit_wins() {
		let job = chat(&json!({ "max_tokens": 5, "max_completion_tokens": 7 })).unwrap();
		assert_eq!(job.max_output, 7);
	}

	#[test]
	fn text_parts_are_joined() {
		let content = json!([{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }]);
		let body =
			json!({ "model": "m", "messages": [{ "role": "developer", "content": content }] });
		let job = serde_json::from_value::<ChatRequest>(body).unwrap().into_job().unwrap();
		let expected = ChatMessage { role: "system".into(), content: "ab".into() };
		assert_eq!(job.prompt, Prompt::Chat(vec![expected]));
	}

	#[test]
	fn images_are_refused() {
		let content = json!([{ "type": "image_url", "image_url": { "url": "data:" } }]);
		let body = json!({ "model": "m", "messages": [{ "role": "user", "content": content }] });
		let error = serde_json::from_value::<ChatRequest>(body).unwrap().into_job().unwrap_err();
		assert!(error.body.message.contains("image_url"));
	}

	#[test]
	fn no_message_is_refused() {
		let body = json!({ "model": "m", "messages": [] });
		let error = serde_json::from_value::<ChatRequest>(body).unwrap().into_job().unwrap_err();
		assert_eq!(error.body.param.as_deref(), Some("messages"));
	}

	#[test]
	fn a_completion_takes_one_text() {
		let read = |prompt: Value| {
			let body = json!({ "model": "m", "prompt": prompt });
			serde_json::from_value::<TextRequest>(body).unwrap().into_job()
		};
		assert_eq!(read(json!("a")).unwrap().prompt, Prompt::Text("a".into()));
		assert_eq!(read(json!(["a"])).unwrap().prompt, Prompt::Text("a".into()));
		for bad in [json!(["a", "b"]), json!([]), json!([1, 2]), json!("")] {
			assert_eq!(read(bad).unwrap_err().body.param.as_deref(), Some("prompt"));
		}
	}
}
