//! The public sampling rule, to the last bit.
//!
//! [`sample`] is a pure function of the logits, the parameters, the seed and the position. Anybody
//! with the same logits gets the same token, in any language, from this description:
//!
//! 1. A logit that is not finite is never chosen. If none is finite, the answer is token 0.
//! 2. Tokens are ranked by logit, the largest first; equal logits by token id, the lowest first.
//!    The first `top_k` are kept. With `T = 0` the first is the answer.
//! 3. Logits become `f64` (exactly), and `T = temperature_milli / 1000`. In rank order,
//!    `w_i = exp((l_i - l_0) / T)` and `W = w_0 + w_1 + …`. The shortest prefix is kept whose sum
//!    `S`, built in the same order, has `S · 1000 >= top_p_milli · W`.
//! 4. For each token kept, `score = l + T · g`, and the largest score is the answer; equal scores
//!    go to the lowest token id.
//! 5. The noise of a token is `g = -ln(-ln u)` with `u = (x + 1/2) / 2^52`, where `x` is the upper
//!    52 bits of the first 8 bytes, read as a little-endian integer, of
//!    `SHA-256(seed ‖ position as u32 LE ‖ token id as u32 LE)`. So `0 < u < 1`, exactly.
//!
//! All arithmetic is IEEE 754 binary64 without contraction; `exp` and `ln` are those of the `libm`
//! crate (musl's), which are the same on every machine. `position` is the number of tokens before
//! the one chosen, prompt included.
//!
//! Adding Gumbel noise and taking the largest draws from the softmax at temperature `T`, but unlike
//! a walk along the cumulative distribution it is stable: logits that differ a little, as those of
//! another machine do, almost always give the same token.

#![expect(clippy::float_arithmetic, reason = "the rule is defined on floating-point numbers")]

use std::cmp::Ordering;

use millrace_primitives::SamplingSpec;
use sha2::{Digest, Sha256};

/// Logits looked at together; long enough for vector instructions to pay.
const STRIDE: usize = 64;

/// The next token for a row of `logits`, one per token of the vocabulary.
///
/// `position` is the number of tokens before the new one, prompt included. A `spec` out of range
/// (see [`SamplingSpec::is_valid`]) is read as its nearest value in range.
pub fn sample(logits: &[f32], spec: &SamplingSpec, seed: &[u8; 32], position: u32) -> u32 {
	let greedy = spec.temperature_milli == 0;
	let ranked = top(logits, if greedy { 1 } else { usize::from(spec.top_k.max(1)) });
	let Some(first) = ranked.first() else { return 0 };
	if greedy {
		return first.token;
	}
	let temperature = f64::from(spec.temperature_milli) / 1_000.0;
	let nucleus = nucleus(&ranked, temperature, spec.top_p_milli);
	let mut best = (first.token, f64::NEG_INFINITY);
	for candidate in ranked.iter().take(nucleus) {
		let noise = gumbel_noise(seed, position, candidate.token);
		let score = f64::from(candidate.logit) + temperature * noise;
		let tie = score == best.1 && candidate.token < best.0;
		if score > best.1 || tie {
			best = (candidate.token, score);
		}
	}
	best.0
}

/// The Gumbel noise of one token at one position, see the [module](self).
pub fn gumbel_noise(seed: &[u8; 32], position: u32, token: u32) -> f64 {
	let digest = Sha256::new()
		.chain_update(seed)
		.chain_update(position.to_le_bytes())
		.chain_update(token.to_le_bytes())
		.finalize();
	let mut word = [0; 8];
	word.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
	let bits = u64::from_le_bytes(word) >> 12;
	// With the exponent of 1 the bits are the fraction of a number in 1 … 2.
	let one_to_two = f64::from_bits(1f64.to_bits() | bits);
	let uniform = (one_to_two - 1.0) + f64::EPSILON / 2.0;
	-libm::log(-libm::log(uniform))
}

#[derive(Clone, Copy)]
struct Candidate {
	logit: f32,
	token: u32,
}

/// The order of step 2. Candidates are finite, so any two compare.
fn rank(a: &Candidate, b: &Candidate) -> Ordering {
	b.logit.partial_cmp(&a.logit).unwrap_or(Ordering::Equal).then(a.token.cmp(&b.token))
}

/// The `k` first candidates in rank order, in one pass over the logits.
///
/// Candidates gather in a buffer that is cut back to the best `k` whenever it is full. From then on
/// a logit must exceed the worst of these to be looked at, which soon almost none does, and whole
/// strides are skipped by their maximum.
fn top(logits: &[f32], k: usize) -> Vec<Candidate> {
	let capacity = k.saturating_add(k.max(STRIDE));
	let mut kept: Vec<Candidate> = Vec::with_capacity(capacity);
	let mut floor = f32::NEG_INFINITY;
	let mut token = 0u32;
	for stride in logits.chunks(STRIDE) {
		let highest =
			stride
				.iter()
				.fold(f32::NEG_INFINITY, |max, logit| if *logit > max { *logit } else { max });
		if highest > floor {
			for (offset, logit) in (0u32..).zip(stride) {
				if *logit > floor && *logit < f32::INFINITY {
					kept.push(Candidate { logit: *logit, token: token.saturating_add(offset) });
					if kept.len() == capacity {
						floor = cut(&mut kept, k).unwrap_or(floor);
					}
				}
			}
		}
		token = token.saturating_add(u32::try_from(stride.len()).unwrap_or(u32::MAX));
	}
	cut(&mut kept, k);
	kept.sort_unstable_by(rank);
	kept
}

/// Cut `kept` back to its first `k` in rank order, and return the last one's logit.
fn cut(kept: &mut Vec<Candidate>, k: usize) -> Option<f32> {
	if kept.len() <= k {
		return None;
	}
	let (_, last, _) = kept.select_nth_unstable_by(k.saturating_sub(1), rank);
	let floor = last.logit;
	kept.truncate(k);
	Some(floor)
}

/// How many of the ranked candidates make up the nucleus (step 3).
fn nucleus(ranked: &[Candidate], temperature: f64, top_p_milli: u16) -> usize {
	let Some(first) = ranked.first() else { return 0 };
	if top_p_milli >= 1_000 {
		return ranked.len();
	}
	let highest = f64::from(first.logit);
	let weights: Vec<f64> = ranked
		.iter()
		.map(|candidate| libm::exp((f64::from(candidate.logit) - highest) / temperature))
		.collect();
	let total: f64 = weights.iter().fold(0.0, |sum, weight| sum + weight);
	let wanted = f64::from(top_p_milli) * total;
	let mut sum = 0.0;
	for (index, weight) in weights.iter().enumerate() {
		sum += weight;
		if sum * 1_000.0 >= wanted {
			return index.saturating_add(1);
		}
	}
	ranked.len()
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	/// The rule written down a second time, in the most literal way.
	fn reference(logits: &[f32], spec: &SamplingSpec, seed: &[u8; 32], position: u32) -> u32 {
		let mut all: Vec<(f32, u32)> =
			logits.iter().copied().zip(0..).filter(|(logit, _)| logit.is_finite()).collect();
		if all.is_empty() {
			return 0;
		}
		all.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap().then(a.1.cmp(&b.1)));
		if spec.temperature_milli == 0 {
			return all[0].1;
		}
		all.truncate(usize::from(spec.top_k));
		let t = f64::from(spec.temperature_milli) / 1_000.0;
		let weight = |l: f32| libm::exp((f64::from(l) - f64::from(all[0].0)) / t);
		let mut total = 0.0;
		for (l, _) in &all {
			total += weight(*l);
		}
		let mut kept = vec![];
		let mut sum = 0.0;
		for (l, id) in &all {
			kept.push((*l, *id));
			sum += weight(*l);
			if spec.top_p_milli < 1_000 && sum * 1_000.0 >= f64::from(spec.top_p_milli) * total {
				break;
			}
		}
		kept.sort_by_key(|(_, id)| *id);
		let mut best = (f64::NEG_INFINITY, 0);
		for (l, id) in kept {
			let preimage = [seed.as_slice(), &position.to_le_bytes(), &id.to_le_bytes()].concat();
			let digest = Sha256::digest(preimage);
			let x = u64::from_le_bytes(digest[..8].try_into().unwrap()) >> 12;
			let u = (x as f64 + 0.5) / 2f64.powi(52);
			let score = f64::from(l) + t * -libm::log(-libm::log(u));
			if score > best.0 {
				best = (score, id);
			}
		}
		best.1
	}

	/// Logits with many ties and a few that are not numbers.
	fn any_logits() -> impl Strategy<Value = Vec<f32>> {
		let logit = prop_oneof![
			8 => -20.0f32..20.0,
			4 => (-5i8..5).prop_map(f32::from),
			1 => prop_oneof![Just(f32::NAN), Just(f32::INFINITY), Just(f32::NEG_INFINITY), Just(-0.0)],
		];
		prop::collection::vec(logit, 0..1_500)
	}

	fn any_spec() -> impl Strategy<Value = SamplingSpec> {
		(0..=2_000u16, 1..=1_000u16, 1..=256u16).prop_map(
			|(temperature_milli, top_p_milli, top_k)| SamplingSpec {
				temperature_milli,
				top_p_milli,
				top_k,
			},
		)
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(400))]

		#[test]
		fn equals_the_reference(
			logits in any_logits(),
			spec in any_spec(),
			seed in any::<[u8; 32]>(),
			position in any::<u32>(),
		) {
			prop_assert_eq!(
				sample(&logits, &spec, &seed, position),
				reference(&logits, &spec, &seed, position)
			);
		}
	}

	fn wave(size: u32) -> Vec<f32> {
		(0..size).map(|i| f32::from((i.wrapping_mul(2_654_435_761) >> 24) as u8) / 16.0).collect()
	}

	/// Computed with Python's `hashlib` and `math`, see the module's description.
	#[test]
	fn noise_is_what_another_implementation_computes() {
		let seed: [u8; 32] = core::array::from_fn(|i| i as u8);
		for (position, token, expected) in GOLDEN_NOISE {
			let noise = gumbel_noise(&seed, position, token);
			assert!((noise - expected).abs() < 1e-12, "{position} {token}: {noise}");
		}
	}

	#[test]
	fn tokens_are_what_another_implementation_picks() {
		let seed: [u8; 32] = core::array::from_fn(|i| i as u8);
		let logits = wave(1_000);
		for (temperature_milli, top_p_milli, top_k, expected) in GOLDEN_TOKENS {
			let spec = SamplingSpec { temperature_milli, top_p_milli, top_k };
			let tokens: Vec<u32> = (0..8).map(|p| sample(&logits, &spec, &seed, p)).collect();
			assert_eq!(tokens, expected, "{spec:?}");
		}
	}

	include!("sampling_golden.rs");

	#[test]
	fn the_lowest_id_wins_a_tie() {
		assert_eq!(sample(&[1.0, 3.0, 3.0], &SamplingSpec::GREEDY, &[0; 32], 0), 1);
		assert_eq!(sample(&[-0.0, 0.0], &SamplingSpec::GREEDY, &[0; 32], 0), 0);
	}

	#[test]
	fn logits_that_are_not_numbers_are_never_chosen() {
		let logits = [f32::NAN, f32::INFINITY, 1.0, f32::NEG_INFINITY];
		assert_eq!(sample(&logits, &SamplingSpec::GREEDY, &[0; 32], 0), 2);
		assert_eq!(sample(&logits, &SamplingSpec::default(), &[0; 32], 0), 2);
		assert_eq!(sample(&[f32::NAN; 3], &SamplingSpec::default(), &[0; 32], 0), 0);
		assert_eq!(sample(&[], &SamplingSpec::default(), &[0; 32], 0), 0);
	}

	#[test]
	fn sampled_tokens_follow_the_softmax() {
		let logits = [2.0f32, 1.0, 0.0, -1.0];
		let spec = SamplingSpec { temperature_milli: 1_000, top_p_milli: 1_000, top_k: 4 };
		let draws = 20_000u32;
		let mut counts = [0u32; 4];
		for position in 0..draws {
			counts[sample(&logits, &spec, &[9; 32], position) as usize] += 1;
		}
		let total: f64 = logits.iter().map(|l| f64::from(*l).exp()).sum();
		for (count, logit) in counts.iter().zip(logits) {
			let expected = f64::from(logit).exp() / total;
			let seen = f64::from(*count) / f64::from(draws);
			assert!((seen - expected).abs() < 0.015, "{counts:?}");
		}
	}
}
