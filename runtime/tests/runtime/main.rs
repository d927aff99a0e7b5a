//! The real runtime, block by block, from its genesis presets.

#![expect(
	clippy::arithmetic_side_effects,
	clippy::integer_division,
	reason = "figures are worked out by hand, and an overflow fails the test"
)]

#[cfg(test)]
mod chain;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod offchain;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod wiring;
