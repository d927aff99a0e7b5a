//! Multi-node networks and fault tests on real processes.
//!
//! A [`Network`] is what a file in zombienet's format describes, started on this machine with the
//! programs of one folder. Its processes can be paused, killed and started again while a test
//! watches the chain.

pub mod definition;
mod network;
mod process;

pub use network::{Network, NetworkError};
pub use process::{Process, Signal};
