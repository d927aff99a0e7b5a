//! The auction: what a requester asks for, what a worker bids, how bids are ranked.
//!
//! Bids are collected off chain, by whoever runs the discovery. The chain sees one of them: the one
//! that the requester, or the matcher that it named, signed an award for. The ranking is here so that
//! the discovery, a client and anyone who audits an award compute the same one.

#![deny(missing_docs)]

use alloc::vec::Vec;
use core::cmp::Reverse;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_io::hashing::blake2_256;
use sp_runtime::BoundedVec;

use crate::{signing, Balance, Commitment, JobId, ModelId, Moment};

/// The longest content identifier, in bytes. A `CIDv1` of a 512-bit hash takes 70.
pub const CID_BYTES_MAX: u32 = 80;

/// The identifier of a document that is kept off chain, as its store writes it. The chain does not
/// look into it.
pub type Cid = BoundedVec<u8, ConstU32<CID_BYTES_MAX>>;

/// Who decides when a result is disputed.
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
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum DisputeMechanism {
	/// A committee of verifiers, drawn by the chain; the arbiter if the committee does not decide.
	#[codec(index = 0)]
	Committee,
	/// The arbiter at once.
	#[codec(index = 1)]
	Arbitration,
}

/// What a requester asks for in an auction.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AuctionTerms<AccountId> {
	/// The model with which the result is checked, and for which its verifiers are registered.
	pub model: ModelId,
	/// The document with description, input reference, output schema and success criteria.
	pub document: Cid,
	/// The most that the worker may be paid, protocol fee included.
	pub payment_max: Balance,
	/// What the verifier is paid for its attestation. Locked besides the payment.
	pub verifier_fee: Balance,
	/// Milliseconds from the creation to the last moment for an award.
	pub bid_window: Moment,
	/// The longest that the worker may promise to take, in milliseconds.
	pub latency_max: Moment,
	/// Milliseconds from the attestation to the settlement.
	pub challenge_window: Moment,
	/// Who decides a dispute.
	pub mechanism: DisputeMechanism,
	/// Who may award in the requester's place.
	pub matcher: Option<AccountId>,
	/// Who verifies; drawn by the chain if nobody is named.
	pub verifier: Option<AccountId>,
}

impl<AccountId> AuctionTerms<AccountId> {
	/// What is locked: the largest payment and the verifier's fee. `None` if no number holds it.
	pub const fn lock(&self) -> Option<Balance> {
		self.payment_max.checked_add(self.verifier_fee)
	}
}

/// A worker's offer to do a job. Signed by the worker key over [`Bid::message`].
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Bid<AccountId> {
	/// The job.
	pub job: JobId,
	/// The owner account of the worker.
	pub worker: AccountId,
	/// What it wants for the job, protocol fee included.
	pub price: Balance,
	/// How long it will take from the award, in milliseconds.
	pub latency: Moment,
	/// The last moment at which the bid may be awarded.
	pub valid_until: Moment,
}

impl<AccountId: Encode> Bid<AccountId> {
	/// The bytes that the worker key signs.
	pub fn message(&self, genesis: H256) -> Vec<u8> {
		signing::message(signing::BID, genesis, self)
	}

	/// What an award names: a hash of the whole bid.
	pub fn digest(&self) -> [u8; 32] {
		self.using_encoded(blake2_256)
	}
}

/// The bytes that a requester, or its matcher, signs to award `job` to the bid with this digest.
pub fn award_message(genesis: H256, job: JobId, bid: &[u8; 32]) -> Vec<u8> {
	signing::message(signing::AWARD, genesis, &(job, bid))
}

/// A worker's delivery of an auctioned job. Signed by the worker key over [`Submission::message`].
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Submission<AccountId> {
	/// The job.
	pub job: JobId,
	/// The owner account of the worker.
	pub worker: AccountId,
	/// Where the result is.
	pub result: Cid,
	/// What was delivered: the output commitment of the result.
	pub output: Commitment,
}

impl<AccountId: Encode> Submission<AccountId> {
	/// The bytes that the worker key signs.
	pub fn message(&self, genesis: H256) -> Vec<u8> {
		signing::message(signing::SUBMISSION, genesis, self)
	}

	/// What a receipt confirms: a hash of the whole submission.
	pub fn digest(&self) -> [u8; 32] {
		self.using_encoded(blake2_256)
	}
}

/// A verifier's judgement of a submission. Signed by its worker key over [`Attestation::message`].
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Attestation<AccountId> {
	/// The job.
	pub job: JobId,
	/// The owner account of the verifier.
	pub verifier: AccountId,
	/// The digest of the submission that was judged.
	pub submission: [u8; 32],
	/// Whether the result is good.
	pub passed: bool,
	/// A hash of what the judgement rests on.
	pub evidence: Commitment,
}

impl<AccountId: Encode> Attestation<AccountId> {
	/// The bytes that the verifier's worker key signs.
	pub fn message(&self, genesis: H256) -> Vec<u8> {
		signing::message(signing::ATTESTATION, genesis, self)
	}
}

/// What an auctioned job has besides what every job has.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Auction<AccountId> {
	/// What was asked for.
	pub terms: AuctionTerms<AccountId>,
	/// What was agreed, from ACCEPTED on.
	pub agreed: Option<Agreement>,
	/// Where the result is, from SUBMITTED on.
	pub result: Option<Cid>,
	/// Who judges the result: the one that was named, or the one that was drawn.
	pub verifier: Option<AccountId>,
	/// Its judgement.
	pub attested: Option<Judgement>,
}

/// What requester and worker agreed on by bid and award.
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
pub struct Agreement {
	/// What the worker is paid, protocol fee included.
	pub price: Balance,
	/// How long the worker promised to take, in milliseconds.
	pub latency: Moment,
	/// When the award came in.
	pub awarded_at: Moment,
}

/// What a verifier said of a result.
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
pub struct Judgement {
	/// Whether the result is good.
	pub passed: bool,
	/// A hash of what the judgement rests on.
	pub evidence: Commitment,
	/// When it came in.
	pub at: Moment,
}

/// What of a bid its rank depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Offer {
	/// The reputation of the worker, 0 – 1000.
	pub reputation: u16,
	/// The price.
	pub price: Balance,
	/// The promised latency, in milliseconds.
	pub latency: Moment,
}

/// The limits against which an offer is measured: those of the terms, so that no bid changes what
/// another one scores.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Limits {
	/// The most that may be paid.
	pub payment_max: Balance,
	/// The longest that the worker may take, in milliseconds.
	pub latency_max: Moment,
}

/// The best score.
pub const SCORE_MAX: u32 = 1_000_000;

const OF_REPUTATION: u32 = 500_000;
const OF_PRICE: u32 = 300_000;
const OF_LATENCY: u32 = 200_000;
const REPUTATION_MAX: Balance = 1_000;

/// The score of an offer, 0 – [`SCORE_MAX`], or `None` if it is beyond the limits:
///
/// ```text
/// ⌊500000 · reputation / 1000⌋ + ⌊300000 · (payment_max − price) / payment_max⌋
///                              + ⌊200000 · (latency_max − latency) / latency_max⌋
/// ```
///
/// Reputation weighs 50 %, price 30 %, latency 20 %. A price or a latency scores all of its part at
/// zero and nothing at its limit.
pub fn score(offer: &Offer, limits: &Limits) -> Option<u32> {
	let price = limits.payment_max.checked_sub(offer.price)?;
	let latency: Balance = limits.latency_max.checked_sub(offer.latency)?.into();
	let reputation = Balance::from(offer.reputation).min(REPUTATION_MAX);
	let parts = [
		part(OF_REPUTATION, reputation, REPUTATION_MAX)?,
		part(OF_PRICE, price, limits.payment_max)?,
		part(OF_LATENCY, latency, limits.latency_max.into())?,
	];
	Some(parts.iter().fold(0, |sum, part| sum.saturating_add(*part)))
}

/// `⌊whole · share / of⌋`; nothing of nothing.
fn part(whole: u32, share: Balance, of: Balance) -> Option<u32> {
	if of == 0 {
		return Some(0);
	}
	// Only more base units than any asset has, 2^108 and above, would overflow: scale both down then.
	let bits = 20u32.saturating_sub(of.leading_zeros());
	let (share, of) = (share >> bits, (of >> bits).max(1));
	let scaled = Balance::from(whole).checked_mul(share)?.checked_div(of)?;
	u32::try_from(scaled.min(whole.into())).ok()
}

/// The place of a bid among others. Greater is better.
///
/// Ties are broken by the better reputation, the lower price, the lower latency, and the lower digest,
/// so that no two bids of an auction rank the same and everybody ranks them alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rank {
	/// See [`score`].
	pub score: u32,
	reputation: u16,
	price: Reverse<Balance>,
	latency: Reverse<Moment>,
	digest: Reverse<[u8; 32]>,
}

impl Rank {
	/// The rank of the bid with this digest, or `None` if its offer is beyond the limits.
	pub fn of(offer: &Offer, limits: &Limits, digest: [u8; 32]) -> Option<Self> {
		let score = score(offer, limits)?;
		let Offer { reputation, price, latency } = *offer;
		let (price, latency) = (Reverse(price), Reverse(latency));
		Some(Self { score, reputation, price, latency, digest: Reverse(digest) })
	}
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	const LIMITS: Limits = Limits { payment_max: 1_000, latency_max: 60_000 };

	fn offer(reputation: u16, price: Balance, latency: Moment) -> Offer {
		Offer { reputation, price, latency }
	}

	#[test]
	fn weighs_reputation_price_and_latency() {
		assert_eq!(score(&offer(1_000, 0, 0), &LIMITS), Some(SCORE_MAX));
		assert_eq!(score(&offer(0, 1_000, 60_000), &LIMITS), Some(0));
		assert_eq!(score(&offer(1_000, 1_000, 60_000), &LIMITS), Some(500_000));
		assert_eq!(score(&offer(0, 0, 60_000), &LIMITS), Some(300_000));
		assert_eq!(score(&offer(0, 1_000, 0), &LIMITS), Some(200_000));
		assert_eq!(score(&offer(800, 500, 15_000), &LIMITS), Some(400_000 + 150_000 + 150_000));
	}

	#[test]
	fn has_no_score_beyond_the_limits() {
		assert_eq!(score(&offer(1_000, 1_001, 0), &LIMITS), None);
		assert_eq!(score(&offer(1_000, 0, 60_001), &LIMITS), None);
	}

	#[test]
	fn limits_of_nothing_give_nothing() {
		let limits = Limits { payment_max: 0, latency_max: 0 };
		assert_eq!(score(&offer(1_000, 0, 0), &limits), Some(500_000));
	}

	#[test]
	fn ties_are_broken_the_same_way_everywhere() {
		let rank = |offer, digest| Rank::of(&offer, &LIMITS, digest).unwrap();
		let (known, cheap) = (offer(900, 1_000, 15_000), offer(800, 500, 45_000));
		let (low, high) = ([1; 32], [2; 32]);
		assert_eq!((rank(known, low).score, rank(cheap, low).score), (600_000, 600_000));
		assert!(rank(known, high) > rank(cheap, low), "the better reputation wins");
		assert!(rank(known, low) > rank(known, high), "the lower digest wins");
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(10_000))]

		#[test]
		fn a_better_offer_never_scores_less(
			reputation in 0..=1_000u16, price: u128, latency: u64,
			payment_max: u128, latency_max: u64, less: u128, sooner: u64, better in 0..=1_000u16,
		) {
			let limits = Limits { payment_max, latency_max };
			let first = offer(reputation, price, latency);
			let second =
				offer(reputation.max(better), price.min(less), latency.min(sooner));
			if let Some(first) = score(&first, &limits) {
				let second = score(&second, &limits);
				prop_assert!(second >= Some(first));
				prop_assert!(second <= Some(SCORE_MAX));
			}
		}
	}
}
