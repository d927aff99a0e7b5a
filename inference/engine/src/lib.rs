#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(clippy::expect_used)]

pub mod class;
pub mod config;
mod engine;
mod error;
mod generation;
mod launch;
mod model_file;
pub mod protocol;
pub mod request;
pub mod sampling;
mod supervisor;
pub mod template;
pub mod text;

pub use config::{ConfigError, EngineConfig, Profile};
pub use engine::{Engine, LoadProgress, ModelInfo, Stats};
pub use error::{EngineError, StartError};
pub use generation::{Event, Generation};
pub use launch::{Connection, Launch, Patience, Process};
pub use request::{ChainHeader, ChatMessage, InvalidRequest, Prompt, Request};
