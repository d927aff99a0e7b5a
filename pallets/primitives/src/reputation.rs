//! Reputation: an exponential average of how jobs ended, in integers, weighted by what they were
//! worth.
//!
//! Every job that ends tells something of its worker: an observation between 0 and 1000. The
//! reputation moves towards it by the weight of the job:
//!
//! ```text
//! weight     = 1/16 · min(value, cap) / cap                     for what is good
//!              eight times that, from 1/1024 up to 1/16         for what is bad
//!              1/4                                              for a lost dispute
//! reputation = reputation + (observation − reputation) · weight
//! ```
//!
//! The value of a job is what of it, or of its lock, is the treasury's: that part alone leaves two
//! parties that trade with each other to farm a reputation, so farming takes fees in proportion, and a
//! job worth next to nothing moves a reputation up by next to nothing. New accounts start in the
//! middle. Who always delivers on time never falls below that, and who fails one job in a hundred
//! stays well above it, whatever its jobs are worth: throwing an account away never pays for the
//! honest.

#![deny(clippy::as_conversions, missing_docs)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Balance, Moment};

/// How well an account has done, in millionths.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Reputation(u32);

/// The best observation, and the best reputation in [`Reputation::points`].
pub const POINTS_MAX: u16 = 1_000;

const WHOLE: u32 = 1_000_000;
const PER_POINT: u32 = 1_000;

/// A weight in millionths.
const WEIGHT_MAX: u32 = 62_500;
const WEIGHT_OF_BAD_MIN: u32 = 977;
const BAD_PER_GOOD: u32 = 8;
const WEIGHT_OF_FAULT: u32 = 250_000;

/// What a job, a judgement or a vote says of the one who did it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conduct {
	/// A worker delivered.
	Delivered {
		/// Milliseconds from the creation, or the award, of the job to its proof.
		elapsed: Moment,
		/// How long the worker had promised to take, if it had.
		promised: Option<Moment>,
	},
	/// A worker accepted and did not deliver in time.
	Abandoned,
	/// A worker lost a dispute, or signed two proofs for one job.
	AtFault,
	/// A verifier attested, or a juror voted with the majority.
	Judged,
	/// A verifier did not attest in time, or a juror did not vote or did not reveal its vote.
	Silent,
	/// A verifier's judgement was overruled by a dispute, or a juror voted with the minority.
	Overruled,
}

impl Conduct {
	/// What it says, 0 – [`POINTS_MAX`].
	///
	/// A delivery in the promised time is worth everything; one that takes twice as long, half; in
	/// between, in proportion.
	pub fn observation(self) -> u16 {
		match self {
			Self::Delivered { elapsed, promised: Some(promised) } if elapsed > promised => {
				let late = elapsed.saturating_sub(promised).min(promised);
				let lost = u64::from(POINTS_MAX.div_euclid(2))
					.saturating_mul(late)
					.checked_div(promised)
					.unwrap_or(u64::from(POINTS_MAX.div_euclid(2)));
				POINTS_MAX.saturating_sub(u16::try_from(lost).unwrap_or(POINTS_MAX))
			},
			Self::Delivered { .. } | Self::Judged => POINTS_MAX,
			Self::Abandoned | Self::AtFault | Self::Silent | Self::Overruled => 0,
		}
	}

	fn weight(self, value: Balance, cap: Balance) -> u32 {
		let share = value.min(cap).saturating_mul(WEIGHT_MAX.into()).checked_div(cap);
		let by_value = share.and_then(|share| u32::try_from(share).ok()).unwrap_or(WEIGHT_MAX);
		match self {
			Self::Delivered { .. } | Self::Judged => by_value,
			Self::Abandoned | Self::Silent | Self::Overruled => {
				by_value.saturating_mul(BAD_PER_GOOD).clamp(WEIGHT_OF_BAD_MIN, WEIGHT_MAX)
			},
			Self::AtFault => WEIGHT_OF_FAULT,
		}
	}
}

impl Reputation {
	/// Where a new account starts: the middle.
	pub const START: Self = Self(500_000);

	/// The best.
	pub const MAX: Self = Self(WHOLE);

	/// 0 – [`POINTS_MAX`], rounded down.
	pub fn points(self) -> u16 {
		u16::try_from(self.0.div_euclid(PER_POINT)).unwrap_or(POINTS_MAX)
	}

	/// The reputation after one more job worth `value`, of which all above `cap` counts as `cap`.
	///
	/// Rises are rounded down and falls up, so rounding never favours anyone.
	#[must_use]
	pub fn after(self, conduct: Conduct, value: Balance, cap: Balance) -> Self {
		let target = u32::from(conduct.observation()).saturating_mul(PER_POINT);
		let weight = u64::from(conduct.weight(value, cap));
		let moved = |gap: u32| u64::from(gap).saturating_mul(weight);
		if target >= self.0 {
			let rise = moved(target.saturating_sub(self.0)).div_euclid(WHOLE.into());
			Self(self.0.saturating_add(u32::try_from(rise).unwrap_or(0)).min(WHOLE))
		} else {
			let fall = moved(self.0.saturating_sub(target)).div_ceil(WHOLE.into());
			Self(self.0.saturating_sub(u32::try_from(fall).unwrap_or(WHOLE)))
		}
	}
}

impl Default for Reputation {
	fn default() -> Self {
		Self::START
	}
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	const CAP: Balance = 1_000_000;
	const IN_TIME: Conduct = Conduct::Delivered { elapsed: 1_000, promised: None };

	fn any_conduct() -> impl Strategy<Value = Conduct> {
		prop_oneof![
			(any::<u64>(), any::<Option<u64>>())
				.prop_map(|(elapsed, promised)| Conduct::Delivered { elapsed, promised }),
			Just(Conduct::Abandoned),
			Just(Conduct::AtFault),
			Just(Conduct::Judged),
			Just(Conduct::Silent),
			Just(Conduct::Overruled),
		]
	}

	#[test]
	fn a_full_job_moves_a_sixteenth_of_the_way() {
		assert_eq!(Reputation::START.after(IN_TIME, CAP, CAP).points(), 531);
		assert_eq!(Reputation::START.after(Conduct::Abandoned, CAP, CAP).points(), 468);
	}

	#[test]
	fn a_worthless_job_moves_nothing_up_but_is_not_abandoned_for_free() {
		assert_eq!(Reputation::START.after(IN_TIME, 0, CAP), Reputation::START);
		assert_eq!(Reputation::START.after(Conduct::Abandoned, 0, CAP).points(), 499);
	}

	/// However small its jobs are.
	#[test]
	fn who_fails_one_job_in_a_hundred_stays_well_above_a_fresh_account() {
		for value in [500, 100, 10, 1].map(|part| CAP.div_euclid(part)) {
			let mut reputation = Reputation::START;
			for _ in 0..200 {
				for _ in 0..99 {
					reputation = reputation.after(IN_TIME, value, CAP);
				}
				reputation = reputation.after(Conduct::Abandoned, value, CAP);
			}
			assert!(reputation.points() > 800, "{value}: {}", reputation.points());
		}
	}

	#[test]
	fn what_is_worth_more_than_the_cap_counts_as_the_cap() {
		let (full, more) = (CAP, Balance::MAX);
		assert_eq!(
			Reputation::START.after(IN_TIME, more, CAP),
			Reputation::START.after(IN_TIME, full, CAP)
		);
	}

	#[test]
	fn a_late_delivery_is_worth_less() {
		let late = |elapsed| Conduct::Delivered { elapsed, promised: Some(1_000) }.observation();
		assert_eq!(late(1_000), 1_000);
		assert_eq!(late(1_500), 750);
		assert_eq!(late(2_000), 500);
		assert_eq!(late(Moment::MAX), 500);
		assert_eq!(Conduct::Delivered { elapsed: 1, promised: Some(0) }.observation(), 500);
	}

	#[test]
	fn a_lost_dispute_costs_more_than_many_jobs_give() {
		let best = Reputation::MAX.after(Conduct::AtFault, 0, CAP);
		assert_eq!(best.points(), 750);
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(5_000))]

		#[test]
		fn stays_within_its_bounds(
			steps in prop::collection::vec((any_conduct(), any::<u128>()), 0..200), cap: u128,
		) {
			let mut reputation = Reputation::START;
			for (conduct, value) in steps {
				reputation = reputation.after(conduct, value, cap);
				prop_assert!(reputation <= Reputation::MAX);
				prop_assert!(reputation.points() <= POINTS_MAX);
			}
		}

		#[test]
		fn a_fresh_account_never_beats_one_that_always_delivered_in_time(
			values in prop::collection::vec(any::<u128>(), 0..200), cap: u128,
		) {
			let mut reputation = Reputation::START;
			for value in values {
				reputation = reputation.after(IN_TIME, value, cap);
				prop_assert!(reputation >= Reputation::START);
			}
		}

		#[test]
		fn keeps_the_order_of_two(
			a in 0..=WHOLE, b in 0..=WHOLE, conduct in any_conduct(), value: u128, cap: u128,
		) {
			let (low, high) = (Reputation(a.min(b)), Reputation(a.max(b)));
			prop_assert!(low.after(conduct, value, cap) <= high.after(conduct, value, cap));
		}
	}
}
