#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]

mod hooks;
mod model;
mod queue;
mod service;
