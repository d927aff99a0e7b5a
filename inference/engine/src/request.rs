//! What is asked of the engine, and its bounds.

use std::fmt;

use codec::{Decode, Encode};
use millrace_primitives::{output::OutputHeader, SamplingSpec};
use sp_core::crypto::AccountId32;

/// The most bytes of prompt: text, roles and contents together.
pub const PROMPT_BYTES_MAX: usize = 512 * 1024;
/// The most messages in a conversation.
pub const MESSAGES_MAX: usize = 1_024;
/// The longest role, in bytes.
pub const ROLE_BYTES_MAX: usize = 32;
/// The most stop strings in a request.
pub const STOPS_MAX: usize = 16;
/// The longest stop string, in bytes.
pub const STOP_BYTES_MAX: usize = 256;

/// One turn of a conversation.
#[derive(Clone, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
pub struct ChatMessage {
	/// Who speaks: `system`, `user`, `assistant`, or what else the model's template knows.
	/// Lower-case letters and underscores.
	pub role: String,
	/// What is said.
	pub content: String,
}

/// What the model is given. Its `Debug` shows sizes only.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub enum Prompt {
	/// Text to continue, as it is. It is text only: what looks like a control token is spelled out.
	#[codec(index = 0)]
	Text(String),
	/// A conversation, rendered by the model's template (see [`crate::template`]).
	#[codec(index = 1)]
	Chat(Vec<ChatMessage>),
}

impl Prompt {
	/// Its size in bytes.
	pub fn bytes(&self) -> usize {
		match self {
			Self::Text(text) => text.len(),
			Self::Chat(messages) => messages.iter().fold(0, |sum, message| {
				sum.saturating_add(message.role.len()).saturating_add(message.content.len())
			}),
		}
	}
}

impl fmt::Debug for ChatMessage {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "ChatMessage({} bytes)", self.content.len())
	}
}

impl fmt::Debug for Prompt {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let kind = match self {
			Self::Text(_) => "Text",
			Self::Chat(_) => "Chat",
		};
		write!(f, "Prompt::{kind}({} bytes)", self.bytes())
	}
}

/// What the output chain of an answer is bound to.
#[derive(Clone, PartialEq, Eq)]
pub struct ChainHeader {
	/// Known to requester and worker only.
	pub salt: [u8; 32],
	/// The job, its model, request, class, seed and worker.
	pub header: OutputHeader<AccountId32>,
}

impl fmt::Debug for ChainHeader {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("ChainHeader").field("header", &self.header).finish_non_exhaustive()
	}
}

/// One answer to generate.
#[derive(Clone, Debug)]
pub struct Request {
	/// What the model is given.
	pub prompt: Prompt,
	/// How tokens are chosen.
	pub sampling: SamplingSpec,
	/// The seed of the sampling noise.
	pub seed: [u8; 32],
	/// The most tokens to generate, at least 1. The end of the context ends an answer earlier.
	pub max_output: u32,
	/// The most prompt tokens, as paid for.
	pub max_input: u32,
	/// Strings that end the answer; they are not part of its text. At most [`STOPS_MAX`].
	pub stop: Vec<String>,
	/// What the output chain is bound to.
	pub header: ChainHeader,
	/// A secret that names a conversation: the engine keeps its tokens resident after the answer,
	/// and the next request with the same name skips the prefix it has in common. It must not be
	/// guessable, because answers come sooner when it is right.
	pub session: Option<[u8; 32]>,
}

/// A request that no engine would take.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
	/// Nothing to continue.
	#[error("the prompt is empty")]
	EmptyPrompt,
	/// More than [`PROMPT_BYTES_MAX`] or [`MESSAGES_MAX`].
	#[error("the prompt is larger than {PROMPT_BYTES_MAX} bytes or {MESSAGES_MAX} messages")]
	PromptTooLarge,
	/// A role with other characters, or longer than [`ROLE_BYTES_MAX`].
	#[error("a role is not 1 to {ROLE_BYTES_MAX} lower-case letters or underscores")]
	BadRole,
	/// `max_output` is 0.
	#[error("no output is asked for")]
	NoOutput,
	/// A sampling parameter is out of its range.
	#[error("a sampling parameter is out of range")]
	BadSampling,
	/// Too many stop strings, an empty one, or one that is too long.
	#[error("more than {STOPS_MAX} stop strings, or one that is not 1 to {STOP_BYTES_MAX} bytes")]
	BadStop,
}

/// The bounds that hold for any model.
///
/// # Errors
///
/// The first bound that does not hold.
pub fn validate(
	prompt: &Prompt,
	sampling: &SamplingSpec,
	max_output: u32,
	stop: &[String],
) -> Result<(), InvalidRequest> {
	if prompt.bytes() > PROMPT_BYTES_MAX {
		return Err(InvalidRequest::PromptTooLarge);
	}
	match prompt {
		Prompt::Text(text) if text.is_empty() => return Err(InvalidRequest::EmptyPrompt),
		Prompt::Chat(messages) if messages.is_empty() => return Err(InvalidRequest::EmptyPrompt),
		Prompt::Chat(messages) if messages.len() > MESSAGES_MAX => {
			return Err(InvalidRequest::PromptTooLarge)
		},
		Prompt::Chat(messages) if !messages.iter().all(|message| is_role(&message.role)) => {
			return Err(InvalidRequest::BadRole)
		},
		Prompt::Text(_) | Prompt::Chat(_) => {},
	}
	if max_output == 0 {
		return Err(InvalidRequest::NoOutput);
	}
	if !sampling.is_valid() {
		return Err(InvalidRequest::BadSampling);
	}
	let fits = |stop: &String| (1..=STOP_BYTES_MAX).contains(&stop.len());
	if stop.len() > STOPS_MAX || !stop.iter().all(fits) {
		return Err(InvalidRequest::BadStop);
	}
	Ok(())
}

fn is_role(role: &str) -> bool {
	(1..=ROLE_BYTES_MAX).contains(&role.len())
		&& role.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
	use super::*;

	fn chat(role: &str, content: &str) -> Prompt {
		Prompt::Chat(vec![ChatMessage { role: role.into(), content: content.into() }])
	}

	fn check(prompt: &Prompt) -> Result<(), InvalidRequest> {
		validate(prompt, &SamplingSpec::default(), 1, &[])
	}

	#[test]
	fn prompts_at_the_bounds() {
		assert_eq!(check(&Prompt::Text("a".repeat(PROMPT_BYTES_MAX))), Ok(()));
		let larger = Prompt::Text("a".repeat(PROMPT_BYTES_MAX + 1));
		assert_eq!(check(&larger), Err(InvalidRequest::PromptTooLarge));
		assert_eq!(check(&Prompt::Text(String::new())), Err(InvalidRequest::EmptyPrompt));
		assert_eq!(check(&Prompt::Chat(vec![])), Err(InvalidRequest::EmptyPrompt));
		let turn = ChatMessage { role: "user".into(), content: String::new() };
		assert_eq!(
			check(&Prompt::Chat(vec![turn; MESSAGES_MAX + 1])),
			Err(InvalidRequest::PromptTooLarge)
		);
	}

	#[test]
	fn roles_carry_no_markup() {
		assert_eq!(check(&chat("user", "hi")), Ok(()));
		for role in ["", "User", "<|im_start|>", "user\n", &"a".repeat(ROLE_BYTES_MAX + 1)] {
			assert_eq!(check(&chat(role, "hi")), Err(InvalidRequest::BadRole), "{role}");
		}
	}

	#[test]
	fn limits_and_stops_are_checked() {
		let prompt = chat("user", "hi");
		let spec = SamplingSpec::default();
		let zero_k = SamplingSpec { top_k: 0, ..spec };
		assert_eq!(validate(&prompt, &spec, 0, &[]), Err(InvalidRequest::NoOutput));
		assert_eq!(validate(&prompt, &zero_k, 1, &[]), Err(InvalidRequest::BadSampling));
		for stop in [vec![String::new()], vec!["a".repeat(257)], vec!["a".into(); 17]] {
			assert_eq!(validate(&prompt, &spec, 1, &stop), Err(InvalidRequest::BadStop));
		}
	}

	#[test]
	fn debug_output_shows_no_prompt() {
		let shown = format!("{:?}", chat("user", "MARKER"));
		assert!(!shown.contains("MARKER"), "{shown}");
		let message = ChatMessage { role: "user".into(), content: "MARKER".into() };
		assert!(!format!("{message:?}").contains("MARKER"));
		assert!(!format!("{:?}", Prompt::Text("MARKER".into())).contains("MARKER"));
	}
}
