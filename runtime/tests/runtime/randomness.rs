//! What draws are made by: that each block has one bit in it, and no more.

use frame_support::traits::Randomness;
use millrace_runtime::{
	randomness::{BlockBits, FRESH_BLOCKS, SEED_BLOCKS},
	Hash, Runtime,
};
use sp_core::H256;

use crate::chain::Chain;

fn seed(chain: &mut Chain, subject: &[u8]) -> Hash {
	chain.ext.execute_with(|| BlockBits::random(subject)).0
}

/// Change a byte of the hash of the block `age` before the last one.
fn change(chain: &mut Chain, age: u32, byte: usize) {
	let number = chain.number - 1 - age;
	chain.ext.execute_with(|| {
		frame_system::BlockHash::<Runtime>::mutate(number, |hash| {
			let mut bytes = <[u8; 32]>::from(*hash);
			bytes[byte] ^= 1;
			*hash = H256(bytes);
		});
	});
}

/// A chain that is older than a seed.
fn grown() -> Chain {
	let mut chain = Chain::dev();
	chain.pass(u64::from(2 * SEED_BLOCKS) * chain.slot_ms);
	chain
}

#[test]
fn every_subject_has_a_seed_of_its_own() {
	let mut chain = grown();
	assert_eq!(seed(&mut chain, b"one"), seed(&mut chain, b"one"));
	assert_ne!(seed(&mut chain, b"one"), seed(&mut chain, b"two"));
}

#[test]
fn each_of_the_last_blocks_has_a_part_in_the_seed() {
	for age in [0, 1, FRESH_BLOCKS, SEED_BLOCKS - 1] {
		let mut chain = grown();
		let before = seed(&mut chain, b"draw");
		change(&mut chain, age, 31);
		assert_ne!(seed(&mut chain, b"draw"), before);
	}
	let mut chain = grown();
	let before = seed(&mut chain, b"draw");
	change(&mut chain, SEED_BLOCKS, 31);
	assert_eq!(seed(&mut chain, b"draw"), before);
}

/// However many blocks an author could make, it has two seeds to choose from.
#[test]
fn an_author_has_one_bit() {
	let mut chain = grown();
	let mut seeds = std::collections::BTreeSet::new();
	for byte in 0..32 {
		change(&mut chain, 0, byte);
		seeds.insert(seed(&mut chain, b"draw"));
	}
	assert_eq!(seeds.len(), 2);
}

#[test]
fn a_seed_is_known_once_few_bits_are_missing() {
	let mut chain = grown();
	let (number, last) = (chain.number, chain.number - 1);
	let (_, known_since) = chain.ext.execute_with(|| BlockBits::random(b"draw"));
	// Who decided in the block before had so many bits before it that it did not know.
	let decided_in = known_since - 1;
	assert_eq!(last - decided_in, FRESH_BLOCKS);
	assert_eq!(known_since, number - FRESH_BLOCKS);
}

#[test]
fn a_young_chain_has_seeds_too() {
	let mut chain = Chain::dev();
	let (_, known_since) = chain.ext.execute_with(|| BlockBits::random(b"draw"));
	assert_eq!(known_since, 0);
}
