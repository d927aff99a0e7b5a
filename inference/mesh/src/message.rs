//! What worker and client say to each other on a job stream.

use codec::{Decode, Encode};
use millrace_primitives::{output::CHUNK_TOKENS_MAX, Commitment, Proof, Receipt};
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::MultiSignature;

use crate::defaults::REASON_BYTES_MAX;

/// Why a worker does not take a job. The codes are stable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
pub enum Refusal {
	/// The envelope is addressed to other keys; the registered one may have been rotated.
	#[codec(index = 0)]
	NotForMe,
	/// The worker does not serve the model.
	#[codec(index = 1)]
	UnknownModel,
	/// The worker is full.
	#[codec(index = 2)]
	Overloaded,
	/// The money is not locked, or the worker's node has not seen it in time.
	#[codec(index = 3)]
	NoLock,
	/// The job on the chain is for another request, model, requester or worker.
	#[codec(index = 4)]
	LockMismatch,
	/// The prompt has more tokens than were paid for or than the context holds.
	#[codec(index = 5)]
	PromptTooLong,
	/// The request has too many bytes.
	#[codec(index = 6)]
	TooLarge,
	/// The request cannot be read.
	#[codec(index = 7)]
	Malformed,
	/// The worker is on another chain.
	#[codec(index = 8)]
	WrongChain,
	/// The worker is going down.
	#[codec(index = 9)]
	ShuttingDown,
	/// The worker is at fault.
	#[codec(index = 10)]
	Internal,
}

impl std::fmt::Display for Refusal {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str(match self {
			Self::NotForMe => "the envelope is not for this worker",
			Self::UnknownModel => "the worker does not serve the model",
			Self::Overloaded => "the worker is full",
			Self::NoLock => "the money is not locked",
			Self::LockMismatch => "the locked job is for something else",
			Self::PromptTooLong => "the prompt is too long",
			Self::TooLarge => "the request is too large",
			Self::Malformed => "the request cannot be read",
			Self::WrongChain => "the worker is on another chain",
			Self::ShuttingDown => "the worker is going down",
			Self::Internal => "the worker is at fault",
		})
	}
}

/// Why a worker gives up a job it has taken. The codes are stable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
pub enum Failure {
	/// The engine failed.
	#[codec(index = 0)]
	Engine,
	/// It cannot be done in the time that is left.
	#[codec(index = 1)]
	TooSlow,
	/// The job was cancelled or taken by another worker on the chain.
	#[codec(index = 2)]
	LockLost,
	/// The worker is going down.
	#[codec(index = 3)]
	ShuttingDown,
	/// The worker is at fault.
	#[codec(index = 4)]
	Internal,
}

impl std::fmt::Display for Failure {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str(match self {
			Self::Engine => "the engine failed",
			Self::TooSlow => "the job cannot be done in time",
			Self::LockLost => "the job was cancelled or taken by another worker",
			Self::ShuttingDown => "the worker is going down",
			Self::Internal => "the worker is at fault",
		})
	}
}

/// From the worker to the client. `Debug` shows nothing of the answer.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub enum WorkerMessage {
	/// The worker has opened the envelope, sees the lock and takes the job.
	#[codec(index = 0)]
	Ack,
	/// The worker does not take the job. The last message.
	#[codec(index = 1)]
	Refused {
		/// Why.
		reason: Refusal,
		/// In words, at most [`REASON_BYTES_MAX`] bytes.
		text: String,
	},
	/// The prompt has been read.
	#[codec(index = 2)]
	Started {
		/// Tokens of the prompt.
		input_tokens: u32,
		/// The determinism class of the worker.
		class: Commitment,
		/// The block hash from which the seed is derived.
		entropy: H256,
	},
	/// A piece of the answer.
	#[codec(index = 3)]
	Chunk {
		/// Token ids, 1 – 16.
		tokens: Vec<u32>,
		/// The text that is complete with them.
		text: String,
		/// The link of the output chain after them.
		link: Commitment,
	},
	/// The answer is complete. The last message.
	#[codec(index = 4)]
	Finished(Proof<AccountId32>),
	/// The worker gives up. The last message.
	#[codec(index = 5)]
	Failed {
		/// Why.
		reason: Failure,
		/// In words, at most [`REASON_BYTES_MAX`] bytes.
		text: String,
	},
	/// The worker is alive.
	#[codec(index = 6)]
	Heartbeat,
}

impl WorkerMessage {
	/// Whether nothing may follow.
	pub const fn is_last(&self) -> bool {
		matches!(self, Self::Refused { .. } | Self::Finished(_) | Self::Failed { .. })
	}

	pub(crate) const fn is_well_formed(&self) -> bool {
		match self {
			Self::Refused { text, .. } | Self::Failed { text, .. } => {
				text.len() <= REASON_BYTES_MAX
			},
			Self::Chunk { tokens, .. } => !tokens.is_empty() && tokens.len() <= CHUNK_TOKENS_MAX,
			Self::Ack | Self::Started { .. } | Self::Finished(_) | Self::Heartbeat => true,
		}
	}
}

impl std::fmt::Debug for WorkerMessage {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::Ack => f.write_str("Ack"),
			Self::Refused { reason, .. } => write!(f, "Refused({reason:?})"),
			Self::Started { input_tokens, .. } => write!(f, "Started({input_tokens} tokens)"),
			Self::Chunk { tokens, .. } => write!(f, "Chunk({} tokens)", tokens.len()),
			Self::Finished(proof) => f.debug_tuple("Finished").field(proof).finish(),
			Self::Failed { reason, .. } => write!(f, "Failed({reason:?})"),
			Self::Heartbeat => f.write_str("Heartbeat"),
		}
	}
}

/// From the client to the worker, after the envelope.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum ClientMessage {
	/// Stop; what has been delivered is charged.
	#[codec(index = 0)]
	Cancel,
	/// The proof is confirmed.
	#[codec(index = 1)]
	Receipt(Receipt<MultiSignature>),
}

/// A refusal before there is a session: the one thing that a worker says in the clear.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub(crate) struct PlainRefusal {
	pub(crate) reason: Refusal,
	pub(crate) text: String,
}

/// `text`, cut at a character border so that it is at most [`REASON_BYTES_MAX`] bytes long.
pub(crate) fn cut(text: &str) -> String {
	let mut kept = String::new();
	for character in text.chars() {
		if kept.len().saturating_add(character.len_utf8()) > REASON_BYTES_MAX {
			break;
		}
		kept.push(character);
	}
	kept
}
