//! Writing completions, whole and in chunks.

use millrace_primitives::{views::ModelView, FinishReason, TokenCounts};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};

use super::ApiError;
use crate::job::{model_name, TimedStep};

/// The end of every stream.
pub const DONE: &str = "data: [DONE]\n\n";

/// Which endpoint is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
	/// `/v1/chat/completions`.
	Chat,
	/// `/v1/completions`.
	Text,
}

impl Kind {
	/// The path of the endpoint.
	pub const fn path(self) -> &'static str {
		match self {
			Self::Chat => "/v1/chat/completions",
			Self::Text => "/v1/completions",
		}
	}
}

/// What is charged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Usage {
	/// Prompt tokens.
	pub prompt_tokens: u32,
	/// Generated tokens.
	pub completion_tokens: u32,
	/// Both.
	pub total_tokens: u64,
}

impl From<TokenCounts> for Usage {
	fn from(tokens: TokenCounts) -> Self {
		Self {
			prompt_tokens: tokens.input,
			completion_tokens: tokens.output,
			total_tokens: u64::from(tokens.input).saturating_add(tokens.output.into()),
		}
	}
}

/// OpenAI's word for why an answer ended.
pub const fn finish_reason(finish: FinishReason) -> &'static str {
	match finish {
		FinishReason::Length => "length",
		FinishReason::Stop | FinishReason::Cancelled => "stop",
	}
}

/// Writes one answer.
#[derive(Clone, Debug)]
pub struct Chunks {
	kind: Kind,
	id: String,
	created: u64,
	model: String,
	include_usage: bool,
}

impl Chunks {
	/// A writer for the answer of `job`, in hexadecimal, that began `created` seconds after the Unix
	/// epoch.
	pub fn new(kind: Kind, job: &str, created: u64, model: String, include_usage: bool) -> Self {
		let prefix = match kind {
			Kind::Chat => "chatcmpl",
			Kind::Text => "cmpl",
		};
		Self { kind, id: format!("{prefix}-{job}"), created, model, include_usage }
	}

	/// The whole answer at once.
	pub fn whole(&self, text: &str, finish: FinishReason, tokens: TokenCounts) -> Value {
		let reason = finish_reason(finish);
		let (object, choice) = match self.kind {
			Kind::Chat => (
				"chat.completion",
				json!({
					"index": 0,
					"message": { "role": "assistant", "content": text, "refusal": null },
					"logprobs": null,
					"finish_reason": reason,
				}),
			),
			Kind::Text => (
				"text_completion",
				json!({ "index": 0, "text": text, "logprobs": null, "finish_reason": reason }),
			),
		};
		json!({
			"id": self.id,
			"object": object,
			"created": self.created,
			"model": self.model,
			"choices": [choice],
			"usage": Usage::from(tokens),
		})
	}

	/// What opens a stream.
	pub fn opening(&self) -> String {
		match self.kind {
			Kind::Chat => self.delta(&json!({ "role": "assistant", "content": "" }), None),
			Kind::Text => String::new(),
		}
	}

	/// A piece of the answer.
	pub fn text(&self, text: &str) -> String {
		match self.kind {
			Kind::Chat => self.delta(&json!({ "content": text }), None),
			Kind::Text => self.piece(text, None),
		}
	}

	/// The end of the answer, with the counts if they were asked for.
	pub fn ending(&self, finish: FinishReason, tokens: TokenCounts) -> String {
		let reason = Some(finish_reason(finish));
		let mut frames = match self.kind {
			Kind::Chat => self.delta(&json!({}), reason),
			Kind::Text => self.piece("", reason),
		};
		if self.include_usage {
			let usage = json!(Usage::from(tokens));
			frames.push_str(&frame(&self.chunk(&json!([]), Some(&usage))));
		}
		frames
	}

	/// A step of the job, under an event name of its own. Only for clients that asked for steps:
	/// OpenAI's do not know them.
	pub fn step(step: &TimedStep) -> String {
		format!("event: {STEP_EVENT}\n{}", frame(&json!(step)))
	}

	/// An error in mid-stream.
	pub fn error(error: ApiError) -> String {
		frame(&json!(error.enveloped()))
	}

	fn delta(&self, delta: &Value, reason: Option<&str>) -> String {
		let choice =
			json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": reason });
		frame(&self.chunk(&json!([choice]), None))
	}

	fn piece(&self, text: &str, reason: Option<&str>) -> String {
		let choice = json!({ "index": 0, "text": text, "logprobs": null, "finish_reason": reason });
		frame(&self.chunk(&json!([choice]), None))
	}

	fn chunk(&self, choices: &Value, usage: Option<&Value>) -> Value {
		let object = match self.kind {
			Kind::Chat => "chat.completion.chunk",
			Kind::Text => "text_completion",
		};
		let mut chunk = json!({
			"id": self.id,
			"object": object,
			"created": self.created,
			"model": self.model,
			"choices": choices,
		});
		if let (true, Some(fields)) = (self.include_usage, chunk.as_object_mut()) {
			fields.insert("usage".into(), usage.cloned().unwrap_or(Value::Null));
		}
		chunk
	}
}

/// The name of the events that carry steps.
pub(crate) const STEP_EVENT: &str = "millrace.step";

fn frame(value: &Value) -> String {
	// JSON has no raw line breaks, so one `data:` line holds it.
	format!("data: {value}\n\n")
}

/// A model as `/v1/models` shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModelObject {
	/// What requests call it by.
	pub id: String,
	/// `model`.
	pub object: String,
	/// 0: the chain does not keep it.
	pub created: u64,
	/// `millrace`.
	pub owned_by: String,
	/// The SHA-256 of its GGUF.
	pub sha256: String,
	/// The most tokens, prompt and answer together.
	pub context_length: u32,
	/// Per 1,000 prompt tokens, in 10^-6 USDC.
	pub price_input: u64,
	/// Per 1,000 generated tokens, in 10^-6 USDC.
	pub price_output: u64,
}

/// The answer of `GET /v1/models`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModelList {
	/// `list`.
	pub object: String,
	/// The models.
	pub data: Vec<ModelObject>,
}

impl From<&ModelView> for ModelObject {
	fn from(model: &ModelView) -> Self {
		Self {
			id: model_name(model),
			object: "model".into(),
			created: 0,
			owned_by: "millrace".into(),
			sha256: model.id.to_string(),
			context_length: model.context,
			price_input: model.price.input,
			price_output: model.price.output,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const TOKENS: TokenCounts = TokenCounts { input: 5, output: 3 };

	fn chunks(kind: Kind, include_usage: bool) -> Chunks {
		Chunks::new(kind, "0xab", 7, "m".into(), include_usage)
	}

	/// The JSON of each frame, checked to be framed as server-sent events.
	fn frames(text: &str) -> Vec<Value> {
		text.split_terminator("\n\n")
			.map(|frame| {
				let data = frame.strip_prefix("data: ").unwrap();
				assert!(!data.contains('\n'));
				serde_json::from_str(data).unwrap()
			})
			.collect()
	}

	#[test]
	fn a_whole_chat_answer() {
		let whole = chunks(Kind::Chat, false).whole("Hi", FinishReason::Stop, TOKENS);
		assert_eq!(whole["object"], "chat.completion");
		assert_eq!(whole["id"], "chatcmpl-0xab");
		assert_eq!(whole["choices"][0]["message"]["content"], "Hi");
		assert_eq!(whole["choices"][0]["finish_reason"], "stop");
		assert_eq!(
			whole["usage"],
			json!({ "prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8 })
		);
	}

	#[test]
	fn a_whole_text_answer() {
		let whole = chunks(Kind::Text, false).whole("Hi", FinishReason::Length, TOKENS);
		assert_eq!(whole["object"], "text_completion");
		assert_eq!(whole["choices"][0]["text"], "Hi");
		assert_eq!(whole["choices"][0]["finish_reason"], "length");
	}

	#[test]
	fn line_breaks_stay_inside_their_frame() {
		let text = "a\n\ndata: [DONE]\r\n\u{2028}b";
		let frames = frames(&chunks(Kind::Chat, false).text(text));
		assert_eq!(frames.len(), 1);
		assert_eq!(frames[0]["choices"][0]["delta"]["content"], text);
	}

	#[test]
	fn a_chat_stream_opens_with_the_role() {
		let frames = frames(&chunks(Kind::Chat, false).opening());
		assert_eq!(frames[0]["choices"][0]["delta"]["role"], "assistant");
		assert_eq!(frames[0]["choices"][0]["finish_reason"], Value::Null);
	}

	#[test]
	fn usage_comes_only_if_asked_for_and_then_last() {
		let without = frames(&chunks(Kind::Chat, false).ending(FinishReason::Stop, TOKENS));
		assert_eq!(without.len(), 1);
		assert!(without[0].get("usage").is_none());

		let with = frames(&chunks(Kind::Chat, true).ending(FinishReason::Stop, TOKENS));
		assert_eq!(with.len(), 2);
		assert_eq!(with[0]["usage"], Value::Null);
		assert_eq!(with[1]["choices"], json!([]));
		assert_eq!(with[1]["usage"]["total_tokens"], 8);
	}

	#[test]
	fn counts_do_not_overflow() {
		let usage = Usage::from(TokenCounts { input: u32::MAX, output: u32::MAX });
		assert_eq!(usage.total_tokens, 2 * u64::from(u32::MAX));
	}
}
