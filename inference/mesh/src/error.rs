//! What can go wrong, by operation.

use millrace_primitives::EnvelopeKey;

use crate::message::Refusal;

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system has no randomness to give")]
pub struct NoRandomness(#[source] pub(crate) getrandom::Error);

/// The mesh cannot start or is gone.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MeshError {
	/// An address of the configuration is not a multiaddress of a kind that is spoken here.
	#[error("not an address this mesh can use: {0:?} (expected e.g. /ip4/0.0.0.0/tcp/30400)")]
	BadAddress(String),
	/// A bootnode has no peer id, so nobody could tell who answers there.
	#[error(
		"bootnode without a peer id: {0:?} (expected e.g. /dns/a.example/tcp/30400/p2p/12D3…)"
	)]
	BootnodeWithoutPeer(String),
	/// A listener could not be opened.
	#[error("cannot listen on {address}")]
	Listen {
		/// Where.
		address: String,
		/// Why.
		#[source]
		source: std::io::Error,
	},
	/// The transports, mDNS or gossip could not be set up.
	#[error("cannot set up {part}: {reason}")]
	Setup {
		/// What.
		part: &'static str,
		/// Why.
		reason: String,
	},
	/// Incoming jobs already go somewhere.
	#[error("incoming jobs are taken already")]
	AlreadyServing,
	/// The mesh has been shut down.
	#[error("the mesh has been shut down")]
	Stopped,
}

/// An offer that cannot be advertised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
	/// More models than an advert holds.
	#[error("{0} models in an offer, at most {max}", max = crate::defaults::MODELS_MAX)]
	TooManyModels(usize),
	/// A life out of bounds.
	#[error("an advert cannot live for {0} ms")]
	Ttl(u32),
	/// More bytes than an advert may have.
	#[error("the advert is too large")]
	TooLarge,
	/// All neighbours are too slow to take it now; it is published again with the next one.
	#[error("no neighbour has room for another advert now")]
	Busy,
	/// The mesh has been shut down.
	#[error("the mesh has been shut down")]
	Stopped,
}

/// A job stream that could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenJobError {
	/// The worker's key is not an ed25519 key.
	#[error("the worker's peer key is not a key")]
	BadPeerKey,
	/// The worker is ourselves.
	#[error("a peer cannot open a job with itself")]
	OwnPeer,
	/// There is no connection and no usable address to dial.
	#[error("no usable address of the worker is known")]
	NoAddress,
	/// The worker cannot be reached.
	#[error("the worker cannot be reached: {0}")]
	Unreachable(String),
	/// The peer does not take jobs.
	#[error("the peer takes no jobs")]
	NotAWorker,
	/// The connection broke while the stream was being opened.
	#[error("the connection to the worker was lost")]
	ConnectionLost,
	/// It took longer than the caller allowed.
	#[error("the worker did not answer in time")]
	TimedOut,
	/// The envelope is larger than a frame.
	#[error("the envelope is too large")]
	TooLarge,
	/// Too many streams wait for a dial.
	#[error("too many connections are being opened")]
	Busy,
	/// The mesh has been shut down.
	#[error("the mesh has been shut down")]
	Stopped,
}

/// A job stream that broke.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
	/// It ended before the message that says that it ends.
	#[error("the stream was cut off")]
	Truncated,
	/// A frame is not the next one that the other side sealed.
	#[error("a frame was changed, replayed or left out")]
	Forged,
	/// A frame holds something else than a message within its bounds.
	#[error("a frame cannot be decoded")]
	Malformed,
	/// A frame or message is larger than it may be.
	#[error("a frame of {bytes} bytes is too large")]
	TooLarge {
		/// Its size.
		bytes: usize,
	},
	/// A message came, or was to be sent, where none may.
	#[error("a message out of turn")]
	OutOfTurn,
	/// Nothing came for too long.
	#[error("the other side has been silent for too long")]
	Idle,
	/// The other side does not take what is sent.
	#[error("the other side does not read")]
	Stalled,
	/// The connection broke.
	#[error("the connection broke")]
	Io(#[from] std::io::Error),
}

/// A payload that is out of bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadPayload {
	/// Too many bytes.
	#[error("the request has {bytes} bytes, at most {max}", max = crate::payload::PAYLOAD_BYTES_MAX)]
	TooLarge {
		/// Its size.
		bytes: usize,
	},
	/// A sampling parameter out of its range.
	#[error("a sampling parameter is out of its range")]
	Sampling,
	/// Too many stop strings, or one that is empty or too long.
	#[error("too many stop strings, or one that is empty or too long")]
	Stop,
	/// A chat without messages, with too many, or with too long a role.
	#[error("a chat without messages, with too many, or with too long a role")]
	Chat,
}

/// A payload that could not be sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
	/// The payload is out of bounds.
	#[error(transparent)]
	Payload(#[from] BadPayload),
	/// None or too many recipients.
	#[error("{0} recipients, expected 1 to {max}", max = crate::envelope::RECIPIENTS_MAX)]
	Recipients(usize),
	/// A recipient's key is not a usable X25519 key.
	#[error("{0} is not a usable envelope key")]
	BadRecipient(EnvelopeKey),
	/// The cipher failed.
	#[error("the cipher failed")]
	Cipher,
	/// No randomness.
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
}

/// An envelope that could not be opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
	/// It is for others.
	#[error("the envelope is not addressed to this key")]
	NotForMe,
	/// It was changed, or sealed for another chain, job or requester.
	#[error("the envelope was changed, or sealed for another chain, job or requester")]
	Forged,
	/// It does not hold a payload.
	#[error("the envelope does not hold a request")]
	Malformed,
	/// It holds a payload that is out of bounds.
	#[error(transparent)]
	Payload(#[from] BadPayload),
}

impl OpenError {
	/// What to tell the peer that sent the envelope.
	pub const fn refusal(&self) -> Refusal {
		match self {
			Self::NotForMe => Refusal::NotForMe,
			Self::Payload(BadPayload::TooLarge { .. }) => Refusal::TooLarge,
			Self::Forged | Self::Malformed | Self::Payload(_) => Refusal::Malformed,
		}
	}
}
