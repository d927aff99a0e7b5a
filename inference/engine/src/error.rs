//! What can go wrong.

use std::{io, path::PathBuf};

use crate::{config::ConfigError, request::InvalidRequest};

/// An engine that does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
	/// A setting is wrong.
	#[error("the engine cannot be set up like this")]
	Config(#[from] ConfigError),
	/// The model file cannot be read.
	#[error("the model {path} cannot be read", path = path.display())]
	Unreadable {
		/// The file.
		path: PathBuf,
		/// Why.
		#[source]
		source: io::Error,
	},
	/// The model file is something else.
	#[error("{path} is not a GGUF model file", path = .0.display())]
	NotGguf(PathBuf),
	/// The child process does not start.
	#[error("the engine program does not start")]
	Program(#[source] io::Error),
	/// The child process does not get the model to run.
	#[error("the model cannot be loaded: {0}")]
	Load(String),
}

/// An answer that cannot be generated, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
	/// All slots are taken and the queue is full.
	#[error("the engine is busy: {active} answers are generated or waiting")]
	Busy {
		/// Answers in generation or waiting.
		active: u32,
	},
	/// More prompt tokens than asked for, or than the context holds.
	#[error("the prompt has {tokens} tokens, at most {max} are possible")]
	PromptTooLong {
		/// The prompt's tokens.
		tokens: u32,
		/// The most that would do.
		max: u32,
	},
	/// The model's chat template does not render the conversation.
	#[error("{reason}")]
	BadTemplate {
		/// Why; quotes no message.
		reason: String,
	},
	/// A request that no engine would take.
	#[error(transparent)]
	Invalid(#[from] InvalidRequest),
	/// The child refused the request by a rule that this process does not know.
	#[error("the engine refuses the request: {0}")]
	Refused(String),
	/// The engine process died and is being started again.
	#[error("the engine is restarting: {reason}")]
	Restarting {
		/// Why it died.
		reason: String,
	},
	/// The engine process died while it worked on this answer.
	#[error("the engine died: {reason}")]
	Crashed {
		/// Why it died.
		reason: String,
	},
	/// The engine was stopped.
	#[error("the engine has stopped: {reason}")]
	Stopped {
		/// Why.
		reason: String,
	},
}

impl EngineError {
	/// Whether the same request may succeed later.
	pub const fn is_retriable(&self) -> bool {
		matches!(self, Self::Busy { .. } | Self::Restarting { .. } | Self::Crashed { .. })
	}
}
