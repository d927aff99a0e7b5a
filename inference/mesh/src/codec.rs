//! The frames of a job stream. Does no I/O.
//!
//! ```text
//! frame    = length of the body as u32 LE ‖ body
//! body     = SCALE(Envelope)                      the client's first frame
//!          | 00 ‖ SCALE(reason, text)             the worker's only frame, if it refuses unopened
//!          | 01 ‖ sealed message                  everything else, see [`crate::session`]
//! ```
//!
//! A length is checked against its maximum before any room is made for the body.

use bytes::{Buf, BufMut, BytesMut};
use codec::{Decode, DecodeAll, Encode};
use tokio_util::codec::{Decoder, Encoder};

use crate::{
	defaults::FRAME_BYTES_MAX,
	error::StreamError,
	message::{ClientMessage, PlainRefusal, WorkerMessage},
	session::FrameCipher,
};

/// Bytes of a frame's length.
pub(crate) const LENGTH_BYTES: usize = 4;

const PLAIN: u8 = 0;
const SEALED: u8 = 1;

/// The length that a frame announces, if it is within bounds.
pub(crate) fn body_length(header: [u8; LENGTH_BYTES], max: u32) -> Result<usize, StreamError> {
	let length = u32::from_le_bytes(header);
	let bytes = usize::try_from(length).unwrap_or(usize::MAX);
	if length > max {
		return Err(StreamError::TooLarge { bytes });
	}
	Ok(bytes)
}

/// A frame with this body.
pub(crate) fn frame(body: &[u8], max: u32) -> Result<Vec<u8>, StreamError> {
	let too_large = || StreamError::TooLarge { bytes: body.len() };
	let length = u32::try_from(body.len()).map_err(|_| too_large())?;
	if length > max {
		return Err(too_large());
	}
	let mut frame = Vec::with_capacity(LENGTH_BYTES.saturating_add(body.len()));
	frame.extend_from_slice(&length.to_le_bytes());
	frame.extend_from_slice(body);
	Ok(frame)
}

/// The frame of a refusal in the clear.
pub(crate) fn refusal_frame(refusal: &PlainRefusal) -> Result<Vec<u8>, StreamError> {
	frame(&(PLAIN, refusal).encode(), FRAME_BYTES_MAX)
}

/// Take the next whole body out of `source`.
fn take_body(source: &mut BytesMut) -> Result<Option<BytesMut>, StreamError> {
	let Some(header) = source.first_chunk::<LENGTH_BYTES>() else {
		return Ok(None);
	};
	let length = body_length(*header, FRAME_BYTES_MAX)?;
	let whole = LENGTH_BYTES.saturating_add(length);
	if source.len() < whole {
		source.reserve(whole.saturating_sub(source.len()));
		return Ok(None);
	}
	source.advance(LENGTH_BYTES);
	Ok(Some(source.split_to(length)))
}

/// Open a body that must be sealed.
fn open<M: Decode>(cipher: &mut FrameCipher, body: &[u8]) -> Result<M, StreamError> {
	match body.split_first() {
		Some((&SEALED, sealed)) => {
			let message = cipher.open(sealed)?;
			M::decode_all(&mut message.as_slice()).map_err(|_| StreamError::Malformed)
		},
		Some(_) => Err(StreamError::OutOfTurn),
		None => Err(StreamError::Malformed),
	}
}

/// Seals messages into frames. A message counts as sent once it is encoded, so that a caller who
/// gives up waiting leaves no gap in the sequence.
pub(crate) struct Sealer(pub(crate) FrameCipher);

impl<M: Encode> Encoder<&M> for Sealer {
	type Error = StreamError;

	fn encode(&mut self, message: &M, destination: &mut BytesMut) -> Result<(), StreamError> {
		let message = zeroize::Zeroizing::new(message.encode());
		let sealed = self.0.seal(&message)?;
		let length = sealed.len().saturating_add(1);
		let too_large = || StreamError::TooLarge { bytes: length };
		let announced = u32::try_from(length).map_err(|_| too_large())?;
		if announced > FRAME_BYTES_MAX {
			return Err(too_large());
		}
		destination.reserve(LENGTH_BYTES.saturating_add(length));
		destination.put_u32_le(announced);
		destination.put_u8(SEALED);
		destination.put_slice(&sealed);
		Ok(())
	}
}

/// Reads what a worker says.
pub(crate) struct WorkerFrames {
	cipher: FrameCipher,
	opened: bool,
	ended: bool,
}

impl WorkerFrames {
	pub(crate) const fn new(cipher: FrameCipher) -> Self {
		Self { cipher, opened: false, ended: false }
	}

	fn read(&mut self, body: &[u8]) -> Result<WorkerMessage, StreamError> {
		if self.ended {
			return Err(StreamError::OutOfTurn);
		}
		let message = match body.split_first() {
			Some((&PLAIN, mut refusal)) if !self.opened => {
				let PlainRefusal { reason, text } =
					PlainRefusal::decode_all(&mut refusal).map_err(|_| StreamError::Malformed)?;
				WorkerMessage::Refused { reason, text }
			},
			_ => open(&mut self.cipher, body)?,
		};
		self.opened = true;
		if !message.is_well_formed() {
			return Err(StreamError::Malformed);
		}
		self.ended = message.is_last();
		Ok(message)
	}
}

impl Decoder for WorkerFrames {
	type Item = WorkerMessage;
	type Error = StreamError;

	fn decode(&mut self, source: &mut BytesMut) -> Result<Option<WorkerMessage>, StreamError> {
		take_body(source)?.map(|body| self.read(&body)).transpose()
	}

	fn decode_eof(&mut self, source: &mut BytesMut) -> Result<Option<WorkerMessage>, StreamError> {
		match self.decode(source)? {
			None if self.ended && source.is_empty() => Ok(None),
			None => Err(StreamError::Truncated),
			message => Ok(message),
		}
	}
}

/// Reads what a client says after its envelope. A client may leave at any time; only half a frame
/// is an error.
pub(crate) struct ClientFrames(pub(crate) FrameCipher);

impl Decoder for ClientFrames {
	type Item = ClientMessage;
	type Error = StreamError;

	fn decode(&mut self, source: &mut BytesMut) -> Result<Option<ClientMessage>, StreamError> {
		take_body(source)?.map(|body| open(&mut self.0, &body)).transpose()
	}

	fn decode_eof(&mut self, source: &mut BytesMut) -> Result<Option<ClientMessage>, StreamError> {
		match self.decode(source)? {
			None if source.is_empty() => Ok(None),
			None => Err(StreamError::Truncated),
			message => Ok(message),
		}
	}
}
