//! What a worker's conduct does to its reputation: an exponential average in integers.
//!
//! Each job that ends is an observation of 1000 (delivered) or 0 (abandoned). The reputation moves
//! a sixteenth of the way towards it, rounded away from where it stands, so that it always moves
//! until it is there and never leaves 0 – 1000.

#![deny(clippy::expect_used, clippy::as_conversions)]

use millrace_primitives::traits::Conduct;

/// The best reputation.
pub const MAX: u16 = 1_000;

/// Where a new worker starts: the middle.
pub const START: u16 = 500;

/// One observation weighs `1 / SMOOTHING`.
const SMOOTHING: u16 = 16;

/// The reputation after one more job that ended in `conduct`.
pub const fn after(reputation: u16, conduct: Conduct) -> u16 {
	match conduct {
		Conduct::Delivered { .. } => {
			let gap = MAX.saturating_sub(reputation);
			reputation.saturating_add(gap.div_ceil(SMOOTHING))
		},
		Conduct::Abandoned => reputation.saturating_sub(reputation.div_ceil(SMOOTHING)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const DELIVERED: Conduct = Conduct::Delivered { elapsed: 1_000 };

	#[test]
	fn moves_a_sixteenth_of_the_way() {
		assert_eq!(after(500, DELIVERED), 532);
		assert_eq!(after(500, Conduct::Abandoned), 468);
	}

	#[test]
	fn rises_strictly_to_the_best_for_deliveries() {
		let mut reputation = 0;
		while reputation < MAX {
			let next = after(reputation, DELIVERED);
			assert!(next > reputation && next <= MAX);
			reputation = next;
		}
		assert_eq!(after(MAX, DELIVERED), MAX);
	}

	#[test]
	fn falls_strictly_to_zero_for_abandoned_jobs() {
		let mut reputation = MAX;
		while reputation > 0 {
			let next = after(reputation, Conduct::Abandoned);
			assert!(next < reputation);
			reputation = next;
		}
		assert_eq!(after(0, Conduct::Abandoned), 0);
	}

	#[test]
	fn keeps_the_order_of_two_workers() {
		for reputation in 0..MAX {
			for conduct in [DELIVERED, Conduct::Abandoned] {
				assert!(after(reputation, conduct) <= after(reputation + 1, conduct));
			}
		}
	}
}
