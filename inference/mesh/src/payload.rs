//! What a requester asks of a worker: the plaintext of an envelope.

use codec::{Decode, Encode};
use millrace_primitives::{output, Commitment, ModelId, SamplingSpec, TokenCounts};

use crate::error::BadPayload;

/// The largest encoded payload in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 512 * 1024;

/// The most stop strings.
pub const STOPS_MAX: usize = 16;

/// The longest stop string in bytes.
pub const STOP_BYTES_MAX: usize = 256;

/// The most messages of a chat.
pub const MESSAGES_MAX: usize = 4096;

/// The longest role in bytes.
pub const ROLE_BYTES_MAX: usize = 64;

/// A message of a chat. `Debug` shows no content.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct ChatMessage {
	/// Who speaks: `system`, `user`, `assistant` or what else the model's template knows.
	pub role: String,
	/// What is said.
	pub content: String,
}

/// What the model is to answer. `Debug` shows no content.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub enum Prompt {
	/// Text to go on from, as it is.
	#[codec(index = 0)]
	Text(String),
	/// A chat, to be put through the model's template. Not empty.
	#[codec(index = 1)]
	Chat(Vec<ChatMessage>),
}

/// A request as it is sealed into an envelope. `Debug` shows no prompt and no salt.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct JobPayload {
	/// Keeps the prompt from being guessed from its commitment on the chain.
	pub salt: [u8; 32],
	/// The model that must answer.
	pub model: ModelId,
	/// What it is to answer.
	pub prompt: Prompt,
	/// How the next token is chosen.
	pub sampling: SamplingSpec,
	/// The most tokens that may be charged.
	pub max: TokenCounts,
	/// Strings that end the answer; at most [`STOPS_MAX`], none empty.
	pub stop: Vec<String>,
	/// Names a conversation whose prefix the worker may keep in memory.
	pub session: Option<[u8; 32]>,
}

impl JobPayload {
	/// The commitment that the chain holds of this request.
	pub fn commitment(&self) -> Commitment {
		output::request_commitment(&self.salt, &self.encode())
	}

	/// Whether every part is within its bounds.
	///
	/// # Errors
	/// Names the first part that is not.
	pub fn check(&self) -> Result<(), BadPayload> {
		if !self.sampling.is_valid() {
			return Err(BadPayload::Sampling);
		}
		if self.stop.len() > STOPS_MAX
			|| self.stop.iter().any(|stop| stop.is_empty() || stop.len() > STOP_BYTES_MAX)
		{
			return Err(BadPayload::Stop);
		}
		if let Prompt::Chat(messages) = &self.prompt {
			let fits = !messages.is_empty()
				&& messages.len() <= MESSAGES_MAX
				&& messages.iter().all(|message| message.role.len() <= ROLE_BYTES_MAX);
			if !fits {
				return Err(BadPayload::Chat);
			}
		}
		let bytes = self.encoded_size();
		if bytes > PAYLOAD_BYTES_MAX {
			return Err(BadPayload::TooLarge { bytes });
		}
		Ok(())
	}
}

impl std::fmt::Debug for ChatMessage {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "ChatMessage({} bytes)", self.content.len())
	}
}

impl std::fmt::Debug for Prompt {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
			Self::Chat(messages) => write!(f, "Chat({} messages)", messages.len()),
		}
	}
}

impl std::fmt::Debug for JobPayload {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("JobPayload")
			.field("model", &self.model)
			.field("prompt", &self.prompt)
			.field("sampling", &self.sampling)
			.field("max", &self.max)
			.finish_non_exhaustive()
	}
}
