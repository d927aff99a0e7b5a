//! Randomness that a seed brings back.

/// `SplitMix64`.
pub(super) struct Dice(u64);

impl Dice {
	pub(super) const fn new(seed: u64) -> Self {
		Self(seed)
	}

	const fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
		let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
		let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
		mixed ^ (mixed >> 31)
	}

	/// A number less than `end`.
	pub(super) const fn below(&mut self, end: u64) -> u64 {
		self.next() % end
	}

	/// A number from `least` to `most`.
	pub(super) const fn between(&mut self, least: u64, most: u64) -> u64 {
		least + self.below(most - least + 1)
	}

	/// An amount from `least` to `most`.
	pub(super) fn amount(&mut self, least: u128, most: u128) -> u128 {
		least + u128::from(self.next()) % (most - least + 1)
	}

	/// Yes, with a chance of so many in a hundred.
	pub(super) const fn percent(&mut self, chance: u64) -> bool {
		self.below(100) < chance
	}

	/// An index into what has `length` items.
	pub(super) fn index(&mut self, length: usize) -> usize {
		usize::try_from(self.below(u64::try_from(length).unwrap())).unwrap()
	}

	/// One of `items`.
	pub(super) fn pick<Item: Copy>(&mut self, items: &[Item]) -> Item {
		items[self.index(items.len())]
	}

	/// 32 bytes.
	pub(super) fn bytes(&mut self) -> [u8; 32] {
		let mut bytes = [0; 32];
		for chunk in bytes.chunks_mut(8) {
			chunk.copy_from_slice(&self.next().to_le_bytes());
		}
		bytes
	}
}
