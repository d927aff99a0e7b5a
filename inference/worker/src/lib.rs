//! The Millrace sidecar: serves inference jobs beside a node.
//!
//! It joins the mesh, takes sealed jobs, has the engine answer them, and tells the node's off-chain
//! worker what is ready for the chain. It holds no money and no key that can move any.
//!
//! ```text
//! mesh ──IncomingJob──► session ──Request──► engine (child process)
//!                          │ proof, receipt
//! node ──View──► api ──► desk ──Reply──► node
//!                 ▲
//! operator: deliveries, judgements, votes
//! ```

#![forbid(unsafe_code)]
#![deny(clippy::expect_used, clippy::as_conversions)]
#![cfg_attr(not(test), deny(clippy::let_underscore_must_use))]

pub mod api;
pub mod config;
mod daemon;
mod decision;
mod desk;
mod journal;
pub mod keys;
mod metrics;
mod session;
mod sidecar;
mod tasks;

pub use daemon::{run, RunError};
