//! What the supervisor and its child process say to each other.
//!
//! The child reads [`Command`]s on its standard input and writes [`Report`]s to its standard
//! output. Each is one frame: its length as `u32` little-endian, then its SCALE encoding, at most
//! [`FRAME_BYTES_MAX`]. The end of the input is the order to exit. A script that speaks this can
//! stand in for the child in tests, see [`Launch`](crate::Launch).
//!
//! ```text
//! child                                  supervisor
//!   Loading{0‰ … 1000‰}, then Ready ──────►        (or Unloadable, and exit)
//!         ◄────── Generate{id, …}
//!   Accepted{id} (or Refused{id}) ────────►        tokenized, waiting for a slot
//!   Started{id} ──────────────────────────►        has a slot
//!   Token{id} … ──────────────────────────►
//!         ◄────── Cancel{id}                       at any time
//!   Done{id} ─────────────────────────────►        nothing follows
//!   Status ───────────────────────────────►        at least once a second while there is work
//! ```

use std::{
	fmt,
	io::{self, Read, Write},
};

use codec::{Decode, DecodeAll, Encode};
use millrace_primitives::{Commitment, FinishReason, SamplingSpec};

use crate::{request::Prompt, InvalidRequest};

/// The largest frame.
pub const FRAME_BYTES_MAX: usize = 1024 * 1024;

/// What the supervisor tells the child.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Command {
	/// Generate an answer.
	#[codec(index = 0)]
	Generate(Work),
	/// End an answer early. It still ends with [`Report::Done`].
	#[codec(index = 1)]
	Cancel {
		/// The answer.
		id: u64,
	},
}

/// A request as the child sees it: nothing of the job it belongs to.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Work {
	/// Names the answer in reports. Never used twice.
	pub id: u64,
	/// What the model is given.
	pub prompt: Prompt,
	/// How tokens are chosen.
	pub sampling: SamplingSpec,
	/// The seed of the sampling noise.
	pub seed: [u8; 32],
	/// The most tokens to generate.
	pub max_output: u32,
	/// The most prompt tokens.
	pub max_input: u32,
	/// Strings that end the answer.
	pub stop: Vec<String>,
	/// Names the conversation whose tokens may be reused.
	pub session: Option<[u8; 32]>,
}

impl fmt::Debug for Work {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Work")
			.field("id", &self.id)
			.field("prompt", &self.prompt)
			.finish_non_exhaustive()
	}
}

/// What the child tells the supervisor.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub enum Report {
	/// The model is being loaded.
	#[codec(index = 0)]
	Loading {
		/// How much of it.
		permille: u16,
	},
	/// The model is loaded.
	#[codec(index = 1)]
	Ready(Loaded),
	/// The model cannot be loaded; the child exits.
	#[codec(index = 2)]
	Unloadable {
		/// Why, for the operator.
		reason: String,
	},
	/// The request waits for a slot.
	#[codec(index = 3)]
	Accepted {
		/// The answer.
		id: u64,
		/// How many tokens the prompt has.
		input_tokens: u32,
	},
	/// The request is not taken; nothing follows.
	#[codec(index = 4)]
	Refused {
		/// The answer.
		id: u64,
		/// Why.
		refusal: Refusal,
	},
	/// The request has a slot.
	#[codec(index = 5)]
	Started {
		/// The answer.
		id: u64,
	},
	/// A token of the answer.
	#[codec(index = 6)]
	Token {
		/// The answer.
		id: u64,
		/// The token.
		token: u32,
		/// The text that has become certain with it; often empty.
		text: String,
	},
	/// The answer is over; nothing follows.
	#[codec(index = 7)]
	Done {
		/// The answer.
		id: u64,
		/// Why it ended.
		finish: FinishReason,
	},
	/// A sign of life.
	#[codec(index = 8)]
	Status {
		/// Tokens generated since the last one.
		tokens: u32,
		/// Time spent working since the last one.
		busy_us: u64,
	},
}

impl fmt::Debug for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Loading { permille } => write!(f, "Loading({permille})"),
			Self::Ready(loaded) => loaded.fmt(f),
			Self::Unloadable { reason } => write!(f, "Unloadable({reason})"),
			Self::Accepted { id, input_tokens } => write!(f, "Accepted({id}, {input_tokens})"),
			Self::Refused { id, refusal } => write!(f, "Refused({id}, {refusal:?})"),
			Self::Started { id } => write!(f, "Started({id})"),
			Self::Token { id, .. } => write!(f, "Token({id})"),
			Self::Done { id, finish } => write!(f, "Done({id}, {finish:?})"),
			Self::Status { tokens, busy_us } => write!(f, "Status({tokens}, {busy_us})"),
		}
	}
}

/// A request that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Refusal {
	/// More prompt tokens than asked for, or than the context holds.
	#[codec(index = 0)]
	PromptTooLong {
		/// The prompt's tokens.
		tokens: u32,
		/// The most that would do.
		max: u32,
	},
	/// The chat template does not render the conversation.
	#[codec(index = 1)]
	BadTemplate {
		/// Why; quotes no message.
		reason: String,
	},
	/// A bound of [`crate::request`] does not hold.
	#[codec(index = 2)]
	Invalid {
		/// Which.
		reason: String,
	},
	/// The prompt has no tokens.
	#[codec(index = 3)]
	EmptyPrompt,
}

impl From<InvalidRequest> for Refusal {
	fn from(error: InvalidRequest) -> Self {
		Self::Invalid { reason: error.to_string() }
	}
}

/// A loaded model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Loaded {
	/// `general.name` of the GGUF, or its file name.
	pub name: String,
	/// `general.architecture` of the GGUF.
	pub architecture: String,
	/// Tokens per sequence: prompt and answer together.
	pub context: u32,
	/// Tokens in the vocabulary.
	pub vocabulary: u32,
	/// Whether the GGUF has a chat template.
	pub has_template: bool,
	/// The determinism class, see [`crate::class`].
	pub class: Commitment,
}

/// A frame that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
	/// The pipe failed or ended inside a frame.
	#[error("the pipe failed")]
	Io(#[from] io::Error),
	/// A length beyond [`FRAME_BYTES_MAX`].
	#[error("a frame of {0} bytes")]
	TooLarge(usize),
	/// Bytes that are no message.
	#[error("a frame that is no message")]
	Malformed,
}

/// The frame of a message.
///
/// # Errors
///
/// [`FrameError::TooLarge`].
pub fn frame(message: &impl Encode) -> Result<Vec<u8>, FrameError> {
	let body = message.encode();
	let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
	if body.len() > FRAME_BYTES_MAX {
		return Err(FrameError::TooLarge(body.len()));
	}
	let mut bytes = length.to_le_bytes().to_vec();
	bytes.extend_from_slice(&body);
	Ok(bytes)
}

/// The message in a frame's body.
///
/// # Errors
///
/// [`FrameError::Malformed`] if the body is not exactly one message.
pub fn unframe<T: Decode>(mut body: &[u8]) -> Result<T, FrameError> {
	T::decode_all(&mut body).map_err(|_| FrameError::Malformed)
}

/// Write a message and flush.
///
/// # Errors
///
/// [`FrameError::TooLarge`] and [`FrameError::Io`].
pub fn write_frame(to: &mut impl Write, message: &impl Encode) -> Result<(), FrameError> {
	to.write_all(&frame(message)?)?;
	to.flush()?;
	Ok(())
}

/// Read a message; `None` if the input ends before it.
///
/// # Errors
///
/// Any [`FrameError`]. Nothing can be read after one.
pub fn read_frame<T: Decode>(from: &mut impl Read) -> Result<Option<T>, FrameError> {
	let mut length = [0; 4];
	let mut filled = 0usize;
	while let Some(rest) = length.get_mut(filled..).filter(|rest| !rest.is_empty()) {
		match from.read(rest) {
			Ok(0) if filled == 0 => return Ok(None),
			Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
			Ok(read) => filled = filled.saturating_add(read),
			Err(error) if error.kind() == io::ErrorKind::Interrupted => {},
			Err(error) => return Err(error.into()),
		}
	}
	let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
	if length > FRAME_BYTES_MAX {
		return Err(FrameError::TooLarge(length));
	}
	let mut body = vec![0; length];
	from.read_exact(&mut body)?;
	unframe(&body).map(Some)
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	fn work() -> Command {
		Command::Generate(Work {
			id: 7,
			prompt: Prompt::Text("MARKER".into()),
			sampling: SamplingSpec::default(),
			seed: [1; 32],
			max_output: 2,
			max_input: 3,
			stop: vec!["x".into()],
			session: Some([4; 32]),
		})
	}

	#[test]
	fn frames_survive_the_trip() {
		let mut bytes = vec![];
		write_frame(&mut bytes, &work()).unwrap();
		write_frame(&mut bytes, &Command::Cancel { id: 9 }).unwrap();
		let mut from = bytes.as_slice();
		assert_eq!(read_frame::<Command>(&mut from).unwrap(), Some(work()));
		assert_eq!(read_frame(&mut from).unwrap(), Some(Command::Cancel { id: 9 }));
		assert_eq!(read_frame::<Command>(&mut from).unwrap(), None);
	}

	#[test]
	fn an_input_that_ends_inside_a_frame_is_an_error() {
		let bytes = frame(&work()).unwrap();
		for end in 1..bytes.len() {
			let result = read_frame::<Command>(&mut &bytes[..end]);
			assert!(matches!(result, Err(FrameError::Io(_))), "{end}");
		}
	}

	#[test]
	fn an_oversized_frame_is_refused_before_it_is_read() {
		let length = u32::try_from(FRAME_BYTES_MAX + 1).unwrap();
		let result = read_frame::<Command>(&mut length.to_le_bytes().as_slice());
		assert!(matches!(result, Err(FrameError::TooLarge(_))));
		let huge = Report::Unloadable { reason: "a".repeat(FRAME_BYTES_MAX) };
		assert!(matches!(frame(&huge), Err(FrameError::TooLarge(_))));
	}

	#[test]
	fn bytes_after_a_message_are_refused() {
		let mut body = work().encode();
		body.push(0);
		assert!(matches!(unframe::<Command>(&body), Err(FrameError::Malformed)));
	}

	#[test]
	fn debug_output_shows_no_prompt() {
		assert!(!format!("{:?}", work()).contains("MARKER"));
	}

	proptest! {
		#[test]
		fn garbage_is_an_error_or_a_message(bytes in any::<Vec<u8>>()) {
			let _ = unframe::<Command>(&bytes);
			let _ = read_frame::<Report>(&mut bytes.as_slice());
		}
	}
}
