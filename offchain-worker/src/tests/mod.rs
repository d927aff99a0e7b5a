//! The reconcile loop against a scripted sidecar, a real keystore and the pool of the test
//! externalities.

#![expect(
	clippy::arithmetic_side_effects,
	clippy::integer_division,
	reason = "figures are worked out by hand, and an overflow fails the test"
)]

mod auction;
mod crowding;
mod memory;
mod mock;
mod pass;
mod trouble;
mod vote;
