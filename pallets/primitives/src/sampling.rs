//! How the next token is chosen. The rule is public and replayable; the engine implements it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Parameters of the sampling rule, in fixed point so that every machine reads the same numbers.
///
/// The rule: keep the `top_k` largest logits, of these the smallest set whose probability at
/// temperature `T` reaches `top_p`, then take `argmax(logit + T·g)` with Gumbel noise
/// `g = −ln(−ln u)` drawn from a counter-based generator keyed by (seed, position, token id).
/// `T = 0` is the plain argmax. Ties go to the lowest token id.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SamplingSpec {
	/// Temperature in thousandths, 0 – 2000.
	pub temperature_milli: u16,
	/// Nucleus in thousandths, 1 – 1000; 1000 keeps all.
	pub top_p_milli: u16,
	/// Candidates kept, 1 – [`Self::TOP_K_MAX`].
	pub top_k: u16,
}

impl SamplingSpec {
	/// The most candidates kept; the rule has no unlimited mode, so its cost is bounded.
	pub const TOP_K_MAX: u16 = 256;
	/// The highest temperature, in thousandths.
	pub const TEMPERATURE_MILLI_MAX: u16 = 2_000;

	/// The most likely token, always.
	pub const GREEDY: Self = Self { temperature_milli: 0, top_p_milli: 1_000, top_k: 1 };

	/// Whether each field is within its range.
	pub const fn is_valid(&self) -> bool {
		self.temperature_milli <= Self::TEMPERATURE_MILLI_MAX
			&& self.top_p_milli >= 1
			&& self.top_p_milli <= 1_000
			&& self.top_k >= 1
			&& self.top_k <= Self::TOP_K_MAX
	}
}

impl Default for SamplingSpec {
	fn default() -> Self {
		Self { temperature_milli: 1_000, top_p_milli: 950, top_k: 64 }
	}
}
