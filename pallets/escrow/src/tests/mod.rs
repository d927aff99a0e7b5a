#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]

mod claim;
mod lock;
mod model;
mod part;
mod pay_out;
mod refund;
