#![doc = include_str!("../README.md")]
#![deny(unsafe_code, clippy::expect_used, clippy::as_conversions)]

pub mod answer;
pub mod audit;
pub mod bench;
pub mod bounds;
pub mod candidates;
pub mod cli;
pub mod client;
pub mod demo;
pub mod driver;
pub mod explain;
pub mod job;
pub mod local;
pub mod metrics;
pub mod money;
pub mod openai;
pub mod registration;
pub mod roster;
pub mod server;
pub mod supervisor;

#[cfg(test)]
mod fixture;
