//! Networks of real processes, and what happens to the money when one of them breaks.

#![expect(
	clippy::unwrap_used,
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	clippy::print_stderr,
	reason = "a panic is how a test fails"
)]

mod auction;
mod faults;
mod gateway;
mod network;
mod rpc;
mod support;
mod upgrade;
