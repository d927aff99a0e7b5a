//! The output commitment: a SHA-256 chain over the token ids of an answer.
//!
//! ```text
//! h_0 = SHA-256(tag ‖ salt ‖ SCALE(header))
//! h_i = SHA-256(h_{i-1} ‖ i as u32 LE ‖ k as u8 ‖ k token ids as u32 LE)     1 ≤ k ≤ 16
//! ```
//!
//! Worker and requester extend the chain as chunks flow, so they agree on the stream at each link.
//! The salt, known to the two of them, keeps a short answer from being guessed from the chain.

#![deny(clippy::as_conversions)]

use codec::Encode;
use sp_core::H256;
use sp_io::hashing::sha2_256;

use crate::{signing, Commitment, JobId, ModelId};

/// The most tokens in one chunk.
pub const CHUNK_TOKENS_MAX: usize = 16;

/// What an output chain is bound to.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct OutputHeader<AccountId> {
	/// The job.
	pub job: JobId,
	/// The model that answers.
	pub model: ModelId,
	/// The commitment to the request: prompt, sampling and limits.
	pub request: Commitment,
	/// The determinism class of the worker: build, profile and instruction set.
	pub class: Commitment,
	/// The sampling seed, see [`seed`].
	pub seed: [u8; 32],
	/// The owner account of the worker.
	pub worker: AccountId,
}

/// The sampling seed of a job: `SHA-256(tag ‖ job ‖ entropy)`.
///
/// `entropy` is the hash of the block in which the job was created. It is not known when the
/// requester fixes the job id, and the worker has no say in it.
pub fn seed(job: JobId, entropy: H256) -> [u8; 32] {
	sha2_256(&(signing::SEED, job, entropy).encode())
}

/// The commitment to a request: `SHA-256(tag ‖ salt ‖ request)`, where `request` is the encoded
/// request as it is sealed into the envelope.
pub fn request_commitment(salt: &[u8; 32], request: &[u8]) -> Commitment {
	let mut preimage = (signing::REQUEST, salt).encode();
	preimage.extend_from_slice(request);
	sha2_256(&preimage)
}

/// A chunk that cannot be part of an output chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadChunk {
	/// It holds no token.
	Empty,
	/// It holds more than [`CHUNK_TOKENS_MAX`] tokens.
	TooLong,
	/// The chain has as many chunks or tokens as it can count.
	ChainFull,
}

impl core::fmt::Display for BadChunk {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(match self {
			Self::Empty => "a chunk without tokens",
			Self::TooLong => "a chunk of more than 16 tokens",
			Self::ChainFull => "a chain of more chunks than can be counted",
		})
	}
}

impl core::error::Error for BadChunk {}

/// An output chain as far as it has been built.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutputChain {
	link: Commitment,
	chunks: u32,
	tokens: u32,
}

impl OutputChain {
	/// The chain before its first chunk.
	pub fn new(salt: &[u8; 32], header: &OutputHeader<impl Encode>) -> Self {
		let link = sha2_256(&(signing::OUTPUT, salt, header).encode());
		Self { link, chunks: 0, tokens: 0 }
	}

	/// Append a chunk and return the new link. The chain is unchanged on error.
	pub fn push(&mut self, chunk: &[u32]) -> Result<Commitment, BadChunk> {
		if chunk.is_empty() {
			return Err(BadChunk::Empty);
		}
		let count = u8::try_from(chunk.len()).map_err(|_| BadChunk::TooLong)?;
		if chunk.len() > CHUNK_TOKENS_MAX {
			return Err(BadChunk::TooLong);
		}
		let chunks = self.chunks.checked_add(1).ok_or(BadChunk::ChainFull)?;
		let tokens = self.tokens.checked_add(u32::from(count)).ok_or(BadChunk::ChainFull)?;
		let mut preimage = (self.link, chunks, count).encode();
		for token in chunk {
			preimage.extend_from_slice(&token.to_le_bytes());
		}
		*self = Self { link: sha2_256(&preimage), chunks, tokens };
		Ok(self.link)
	}

	/// The last link: the commitment to all tokens so far.
	pub const fn link(&self) -> Commitment {
		self.link
	}

	/// How many tokens have been committed to.
	pub const fn tokens(&self) -> u32 {
		self.tokens
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn chain(salt: u8) -> OutputChain {
		let header = OutputHeader {
			job: JobId(H256([1; 32])),
			model: ModelId([2; 32]),
			request: [3; 32],
			class: [4; 32],
			seed: [5; 32],
			worker: [6u8; 32],
		};
		OutputChain::new(&[salt; 32], &header)
	}

	#[test]
	fn every_part_counts() {
		let mut a = chain(0);
		let mut b = chain(0);
		assert_ne!(chain(0), chain(1));
		assert_eq!(a.push(&[1, 2, 3]), b.push(&[1, 2, 3]));
		assert_eq!(a.tokens(), 3);
		assert_ne!(a.push(&[4]), b.push(&[5]));
	}

	#[test]
	fn chunk_borders_count() {
		let mut a = chain(0);
		let mut b = chain(0);
		a.push(&[1, 2]).unwrap();
		b.push(&[1]).unwrap();
		b.push(&[2]).unwrap();
		assert_ne!(a.link(), b.link());
		assert_eq!(a.tokens(), b.tokens());
	}

	#[test]
	fn refuses_chunks_out_of_bounds() {
		let mut a = chain(0);
		let before = a.clone();
		assert_eq!(a.push(&[]), Err(BadChunk::Empty));
		assert_eq!(a.push(&[0; CHUNK_TOKENS_MAX + 1]), Err(BadChunk::TooLong));
		assert_eq!(a, before);
		assert!(a.push(&[0; CHUNK_TOKENS_MAX]).is_ok());
	}

	/// The bytes are a contract with every other implementation.
	#[test]
	fn known_bytes() {
		let mut a = chain(7);
		let preimage = [
			b"millrace/1/output-".as_slice(),
			&[7; 32],
			&[1; 32],
			&[2; 32],
			&[3; 32],
			&[4; 32],
			&[5; 32],
			&[6; 32],
		]
		.concat();
		assert_eq!(a.link(), sha2_256(&preimage));
		let next = [a.link().as_slice(), &1u32.to_le_bytes(), &[1], &0xAABB_CCDDu32.to_le_bytes()]
			.concat();
		assert_eq!(a.push(&[0xAABB_CCDD]), Ok(sha2_256(&next)));
	}
}
