//! The keys of a job stream, and the sealing of its frames. Does no I/O.
//!
//! A session is a 32-byte secret that one worker shares with one requester for one job; see
//! [`crate::envelope`] for where it comes from. Each direction has a key of its own, derived by the
//! one-step KDF of NIST SP 800-56C with SHA-256:
//!
//! ```text
//! key = SHA-256(00 00 00 01 ‖ secret ‖ "millrace/1/frames-" ‖ direction ‖ peer key of the worker)
//! direction = 00 from the requester to the worker, 01 from the worker to the requester
//! ```
//!
//! Frame n of a direction, n = 0, 1, …, is ChaCha20-Poly1305 with
//!
//! ```text
//! nonce     = 00 00 00 00 ‖ n as u64 LE
//! AAD       = direction ‖ n as u64 LE
//! plaintext = length of the message as u32 LE ‖ message ‖ zeros up to a multiple of 256 bytes
//! ```
//!
//! so a frame that is changed, replayed, left out, moved or reflected does not open. A cut at the end
//! is told from an honest end by the messages: the worker's last one says that it is the last.

use chacha20poly1305::{
	aead::{Aead, Payload},
	ChaCha20Poly1305, KeyInit,
};
use millrace_primitives::{signing::Tag, PeerKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
	defaults::{FRAME_BYTES_MAX, PADDING_BYTES},
	error::StreamError,
};

const FRAMES: Tag = *b"millrace/1/frames-";

/// Bytes that sealing adds to a padded plaintext.
const SEAL_BYTES: usize = 16;

/// Bytes of the length in a padded plaintext.
const LENGTH_BYTES: usize = 4;

/// The largest message that fits into a frame once it is padded and sealed, leaving a byte for the
/// kind of the frame.
#[expect(
	clippy::as_conversions,
	clippy::integer_division,
	reason = "constants; the division cuts to whole blocks"
)]
pub(crate) const MESSAGE_BYTES_MAX: usize =
	(FRAME_BYTES_MAX as usize - 1 - SEAL_BYTES) / PADDING_BYTES * PADDING_BYTES - LENGTH_BYTES;

/// Which way a frame goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
	/// From the requester to the worker.
	ToWorker,
	/// From the worker to the requester.
	ToClient,
}

impl Direction {
	const fn byte(self) -> u8 {
		match self {
			Self::ToWorker => 0,
			Self::ToClient => 1,
		}
	}
}

/// The secret that one worker shares with one requester for one job. Zeroized when dropped.
#[derive(Clone)]
pub struct SessionKey(Zeroizing<[u8; 32]>);

impl SessionKey {
	pub(crate) const fn new(secret: Zeroizing<[u8; 32]>) -> Self {
		Self(secret)
	}

	pub(crate) fn cipher(&self, worker: &PeerKey, direction: Direction) -> FrameCipher {
		let key = Sha256::new()
			.chain_update(1u32.to_be_bytes())
			.chain_update(self.0.as_slice())
			.chain_update(FRAMES)
			.chain_update([direction.byte()])
			.chain_update(worker.0)
			.finalize();
		let key = Zeroizing::new(<[u8; 32]>::from(key));
		let cipher = ChaCha20Poly1305::new(key.as_slice().into());
		FrameCipher { cipher, direction: direction.byte(), sequence: 0 }
	}
}

impl std::fmt::Debug for SessionKey {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("SessionKey(..)")
	}
}

/// Seals or opens the frames of one direction, in order.
pub(crate) struct FrameCipher {
	cipher: ChaCha20Poly1305,
	direction: u8,
	sequence: u64,
}

impl FrameCipher {
	/// Seal the next message.
	pub(crate) fn seal(&mut self, message: &[u8]) -> Result<Vec<u8>, StreamError> {
		let too_large = StreamError::TooLarge { bytes: message.len() };
		if message.len() > MESSAGE_BYTES_MAX {
			return Err(too_large);
		}
		let length = u32::try_from(message.len()).map_err(|_| too_large)?;
		let padded = LENGTH_BYTES.saturating_add(message.len()).next_multiple_of(PADDING_BYTES);
		let mut plaintext = Zeroizing::new(Vec::with_capacity(padded));
		plaintext.extend_from_slice(&length.to_le_bytes());
		plaintext.extend_from_slice(message);
		plaintext.resize(padded, 0);
		let (nonce, aad) = self.position();
		let payload = Payload { msg: &plaintext, aad: &aad };
		let sealed = self
			.cipher
			.encrypt((&nonce).into(), payload)
			.map_err(|_| StreamError::TooLarge { bytes: message.len() })?;
		self.advance()?;
		Ok(sealed)
	}

	/// Open the next frame and return its message.
	pub(crate) fn open(&mut self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StreamError> {
		let (nonce, aad) = self.position();
		let payload = Payload { msg: sealed, aad: &aad };
		let opened =
			self.cipher.decrypt((&nonce).into(), payload).map_err(|_| StreamError::Forged)?;
		let mut plaintext = Zeroizing::new(opened);
		self.advance()?;
		let (length, rest) =
			plaintext.split_first_chunk::<LENGTH_BYTES>().ok_or(StreamError::Malformed)?;
		let length = usize::try_from(u32::from_le_bytes(*length))
			.ok()
			.filter(|length| *length <= rest.len())
			.ok_or(StreamError::Malformed)?;
		plaintext.drain(..LENGTH_BYTES);
		plaintext.truncate(length);
		Ok(plaintext)
	}

	const fn position(&self) -> ([u8; 12], [u8; 9]) {
		let [a, b, c, d, e, f, g, h] = self.sequence.to_le_bytes();
		([0, 0, 0, 0, a, b, c, d, e, f, g, h], [self.direction, a, b, c, d, e, f, g, h])
	}

	fn advance(&mut self) -> Result<(), StreamError> {
		self.sequence = self.sequence.checked_add(1).ok_or(StreamError::OutOfTurn)?;
		Ok(())
	}
}
