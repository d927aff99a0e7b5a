//! The child process: llama.cpp, one scheduler, and the pipe to the supervisor.

mod llama;
mod process;
mod prompt;
mod scheduler;
mod serve;

pub(crate) use serve::{serve, Options};
