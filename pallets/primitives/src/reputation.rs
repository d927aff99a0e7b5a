//! Reputation: how good an account's work was, times how reliably it did any, in integers.
//!
//! Every job that ends tells something of its worker, and everything told moves an exponential average:
//!
//! ```text
//! merit       = merit + (observation − merit) · 1/16 · min(value, cap) / cap     for what was done
//!             = merit · 3/4                                                      for a lost dispute
//! reliability = reliability + (1 − reliability) · 1/64                           for what was done
//!             = reliability · (1 − weight)                                       for what was not
//!               weight = 1/16 · min(value, cap) / cap, and 1/64 at least
//! reputation  = merit · min(reliability, 9/10) / (9/10)
//! ```
//!
//! **Merit** is earned in proportion to what the treasury got of a job: that part alone leaves two
//! parties that trade with each other to farm a reputation, so farming takes fees, and a job worth next
//! to nothing moves a reputation up by next to nothing. A new account starts in the middle.
//!
//! **Reliability** counts jobs, not what they brought in. What a job that was not done would have brought
//! in is not known: only what was locked for it is, which may be a hundred times as much, so a fall of
//! merit could not be made up for by honest work. One job in ten may go wrong before it shows, and a new
//! account starts there. Who always delivers on time is never below a new account, and neither is, after
//! its first sixty, who delivers sixty jobs for each that it fails, whatever any of them is worth:
//! throwing an account away never pays for the honest. Reliability can be bought with worthless jobs, but
//! nothing is gained by it except to look like new.

#![deny(clippy::as_conversions, missing_docs)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Balance, Moment};

/// How well an account has done; both parts in millionths.
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
pub struct Reputation {
	merit: u32,
	reliability: u32,
}

/// The best observation, and the best reputation in [`Reputation::points`].
pub const POINTS_MAX: u16 = 1_000;

const WHOLE: u32 = 1_000_000;
const PER_POINT: u32 = 1_000;

/// What a job worth the cap moves, in millionths.
const WEIGHT_MAX: u32 = 62_500;
const WEIGHT_OF_FAULT: u32 = 250_000;
/// What any job moves a reliability, in millionths.
const STEP: u32 = 15_625;
/// The reliability that is expected, and no more than that counts.
const EXPECTED: u32 = 900_000;

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
}

/// The weight of a job by what it is worth, in millionths.
fn weight(value: Balance, cap: Balance) -> u32 {
	let share = value.min(cap).saturating_mul(WEIGHT_MAX.into()).checked_div(cap);
	share.and_then(|share| u32::try_from(share).ok()).unwrap_or(WEIGHT_MAX)
}

/// What lies `weight` of the way from `now` to `target`. Rises are rounded down and falls up, so rounding
/// never favours anyone.
fn moved(now: u32, target: u32, weight: u32) -> u32 {
	let part = |gap: u32| u64::from(gap).saturating_mul(weight.into());
	if target >= now {
		let rise = part(target.saturating_sub(now)).div_euclid(WHOLE.into());
		now.saturating_add(u32::try_from(rise).unwrap_or(0)).min(WHOLE)
	} else {
		let fall = part(now.saturating_sub(target)).div_ceil(WHOLE.into());
		now.saturating_sub(u32::try_from(fall).unwrap_or(WHOLE))
	}
}

impl Reputation {
	/// Where a new account starts: the middle.
	pub const START: Self = Self { merit: 500_000, reliability: EXPECTED };

	/// The best.
	pub const MAX: Self = Self { merit: WHOLE, reliability: WHOLE };

	/// 0 – 1,000,000, rounded down.
	fn millionths(self) -> u64 {
		let counted = u64::from(self.reliability.min(EXPECTED));
		u64::from(self.merit).saturating_mul(counted).div_euclid(EXPECTED.into())
	}

	/// 0 – [`POINTS_MAX`], rounded down.
	pub fn points(self) -> u16 {
		u16::try_from(self.millionths().div_euclid(PER_POINT.into())).unwrap_or(POINTS_MAX)
	}

	/// Whether it is worse than that of a new account.
	pub fn is_below_start(self) -> bool {
		self.millionths() < Self::START.millionths()
	}

	/// Whether neither part is more than it can be.
	pub const fn is_in_range(self) -> bool {
		self.merit <= WHOLE && self.reliability <= WHOLE
	}

	/// The reputation after one more job worth `value`, of which all above `cap` counts as `cap`.
	#[must_use]
	pub fn after(self, conduct: Conduct, value: Balance, cap: Balance) -> Self {
		let Self { merit, reliability } = self;
		match conduct {
			Conduct::Delivered { .. } | Conduct::Judged => {
				let target = u32::from(conduct.observation()).saturating_mul(PER_POINT);
				Self {
					merit: moved(merit, target, weight(value, cap)),
					reliability: moved(reliability, WHOLE, STEP),
				}
			},
			Conduct::Abandoned | Conduct::Silent | Conduct::Overruled => {
				Self { merit, reliability: moved(reliability, 0, weight(value, cap).max(STEP)) }
			},
			Conduct::AtFault => Self { merit: moved(merit, 0, WEIGHT_OF_FAULT), reliability },
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

	/// Of any size, from nothing to more than the cap.
	fn any_value() -> impl Strategy<Value = Balance> {
		prop_oneof![Just(0), 0..100_u128, 0..=CAP, Just(CAP), any::<u128>()]
	}

	fn any_reputation() -> impl Strategy<Value = Reputation> {
		(0..=WHOLE, 0..=WHOLE).prop_map(|(merit, reliability)| Reputation { merit, reliability })
	}

	#[test]
	fn a_full_job_moves_a_sixteenth_of_the_way() {
		assert_eq!(Reputation::START.after(IN_TIME, CAP, CAP).points(), 531);
		assert_eq!(Reputation::START.after(Conduct::Abandoned, CAP, CAP).points(), 468);
	}

	#[test]
	fn a_worthless_job_moves_nothing_up_but_is_not_abandoned_for_free() {
		assert_eq!(Reputation::START.after(IN_TIME, 0, CAP).points(), 500);
		assert_eq!(Reputation::START.after(Conduct::Abandoned, 0, CAP).points(), 492);
	}

	/// What was locked for the job that it fails may be worth a thousand times what the others paid.
	#[test]
	fn who_fails_one_job_in_a_hundred_loses_next_to_nothing() {
		for value in [500, 100, 10, 1].map(|part| CAP.div_euclid(part)) {
			let mut reputation = Reputation::START;
			for _ in 0..200 {
				for _ in 0..99 {
					reputation = reputation.after(IN_TIME, value, CAP);
				}
				reputation = reputation.after(Conduct::Abandoned, CAP, CAP);
			}
			assert!(reputation.points() > 900, "{value}: {}", reputation.points());
		}
	}

	#[test]
	fn who_fails_every_other_job_is_known_for_it() {
		let mut reputation = Reputation::MAX;
		for _ in 0..100 {
			reputation = reputation.after(IN_TIME, CAP, CAP).after(Conduct::Abandoned, CAP, CAP);
		}
		assert!(reputation.points() < 250, "{}", reputation.points());
		for _ in 0..100 {
			reputation = reputation.after(Conduct::Abandoned, 0, CAP);
		}
		assert!(reputation.points() < 100, "{}", reputation.points());
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
				prop_assert!(reputation.is_in_range());
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
				prop_assert!(!reputation.is_below_start());
			}
		}

		#[test]
		fn a_fresh_account_never_beats_one_that_delivers_sixty_jobs_for_each_that_it_fails(
			rounds in prop::collection::vec(
				(prop::collection::vec(any_value(), 60..80), any_value()), 1..20,
			),
		) {
			let mut reputation = Reputation::START;
			for (delivered, failed) in rounds {
				for value in delivered {
					reputation = reputation.after(IN_TIME, value, CAP);
					prop_assert!(!reputation.is_below_start());
				}
				reputation = reputation.after(Conduct::Abandoned, failed, CAP);
				prop_assert!(!reputation.is_below_start());
			}
		}

		#[test]
		fn keeps_the_order_of_two(
			a in any_reputation(), b in any_reputation(), conduct in any_conduct(), value: u128,
			cap: u128,
		) {
			let low = Reputation {
				merit: a.merit.min(b.merit),
				reliability: a.reliability.min(b.reliability),
			};
			let high = Reputation {
				merit: a.merit.max(b.merit),
				reliability: a.reliability.max(b.reliability),
			};
			let [low, high] = [low, high].map(|one| one.after(conduct, value, cap));
			prop_assert!(low.merit <= high.merit && low.reliability <= high.reliability);
			prop_assert!(low.points() <= high.points());
		}
	}
}
