//! The real runtime, block by block, from its genesis presets.

mod chain;
mod journeys;
mod offchain;
mod refusals;
mod wiring;
