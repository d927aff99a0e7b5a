//! What verifiers and committees are drawn by: one bit of each of the last blocks.
//!
//! The seed is the hash of a subject and of the last bit of the hash of each of the last
//! [`SEED_BLOCKS`] blocks, so it is one of 2^32. How good is it?
//!
//! - Whoever makes a block chooses its bit: half of all blocks that it could make have the one it
//!   wants. It knows the bits before its own and none after. So who makes the last `t` blocks in a row
//!   before a draw chooses one seed out of 2^t; or withholds its last block, and takes the bit of the
//!   next author instead. Validators make blocks in turn, so `t` is one unless they act together or
//!   others are away. This is the reason for taking one bit: of whole hashes, the author of the last
//!   block alone could try as many as it has time to compute, and choose any outcome it likes.
//! - The bits of older blocks cannot be steered towards an outcome, as those that follow are not
//!   known: the hash over all of them makes every bit count as much as any other.
//! - The author of the last block knows the outcome a moment before everybody else, and everybody
//!   knows it before the block that draws. So a draw must not let who acts in between move anybody but
//!   itself, nor come into it: verifiers are ranked by a hash of the seed and their own account, and
//!   who could not judge before the seed was known is left out.
//! - Bits from before the moment at which a draw was decided on are known. [`BlockBits`] tells since
//!   when fewer than [`FRESH_BLOCKS`] bits were unknown, and what depends on nobody knowing should be
//!   decided before. The least draw delay of the chain is set such that it is.
//! - Where all validators are one, as on a development chain, it chooses every seed.
//!
//! A verifiable random function of the author, brought by an inherent, would leave it the one choice
//! to withhold its block. It can take the place of this: nothing but [`Randomness`] is known of it.

use alloc::vec::Vec;

use codec::Encode;
use frame_support::traits::Randomness;
use sp_core::H256;
use sp_io::hashing::blake2_256;

use crate::{BlockNumber, System};

/// How many blocks have a part in a seed.
pub const SEED_BLOCKS: u32 = 32;

/// How many bits must have been unknown for a seed to count as unknown. Who knew all the others had
/// 65,536 seeds before it.
pub const FRESH_BLOCKS: u32 = 16;

/// Seeds from the bits of the last blocks. Known since the block that left fewer than
/// [`FRESH_BLOCKS`] bits open.
pub struct BlockBits;

impl Randomness<H256, BlockNumber> for BlockBits {
	fn random(subject: &[u8]) -> (H256, BlockNumber) {
		let last = System::block_number().saturating_sub(1);
		let blocks = (0..SEED_BLOCKS).map(|age| last.saturating_sub(age));
		let bits = blocks.map(|number| bit(System::block_hash(number))).collect::<Vec<_>>();
		let seed = H256((subject, bits).using_encoded(blake2_256));
		(seed, System::block_number().saturating_sub(FRESH_BLOCKS))
	}
}

fn bit(hash: H256) -> bool {
	hash.as_bytes().last().is_some_and(|byte| byte & 1 == 1)
}
