//! How an engine is set up.

use std::{num::NonZero, path::PathBuf, thread};

use codec::Encode;

/// The most answers that are generated at once.
pub const SLOTS_MAX: u32 = 32;
/// The most threads.
pub const THREADS_MAX: u32 = 512;
/// The smallest context, in tokens.
pub const CONTEXT_MIN: u32 = 64;

/// How llama.cpp computes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub enum Profile {
	/// Bit-exact on the CPU: an answer's logits depend on the tokens before it and on nothing
	/// else, neither on what else is in the batch, nor on how the prompt was cut, nor on the number
	/// of threads. No repacked weights, no tiled matrix products, 32 rows at a time, keys and
	/// values as 16-bit floats.
	#[codec(index = 0)]
	Canonical,
	/// llama.cpp's own choice of kernels; the only one for GPUs. Two runs may differ.
	#[codec(index = 1)]
	Default,
}

impl Profile {
	/// The most rows that are computed together.
	pub const fn rows_max(self) -> u32 {
		match self {
			Self::Canonical => 32,
			Self::Default => 512,
		}
	}

	/// Its name on the command line.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Canonical => "canonical",
			Self::Default => "default",
		}
	}
}

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineConfig {
	/// The `millrace-engine` binary.
	pub program: PathBuf,
	/// The GGUF file.
	pub model: PathBuf,
	/// Tokens per answer, prompt included.
	pub context: u32,
	/// How many answers are generated at once, 1 – [`SLOTS_MAX`]. Twice as many more may wait.
	pub slots: u32,
	/// How many threads compute. More than there are idle cores is far slower than fewer.
	pub threads: u32,
	/// How many layers go to the GPU.
	pub gpu_layers: u32,
	/// How llama.cpp computes.
	pub profile: Profile,
}

impl EngineConfig {
	/// The usual set-up: the canonical profile, 4 slots of 4,096 tokens, and half as many threads
	/// as the system counts cores, which leaves the rest of the worker some and is what there is of
	/// real ones on most machines.
	pub fn new(program: PathBuf, model: PathBuf) -> Self {
		let cores = thread::available_parallelism().map_or(1, NonZero::get).div_euclid(2);
		Self {
			program,
			model,
			context: 4_096,
			slots: 4,
			threads: u32::try_from(cores).unwrap_or(1).clamp(1, THREADS_MAX),
			gpu_layers: 0,
			profile: Profile::Canonical,
		}
	}

	/// How many requests may wait for a slot.
	pub const fn queue(&self) -> u32 {
		self.slots.saturating_mul(2)
	}

	/// Whether each setting is in its range and all go together.
	///
	/// # Errors
	///
	/// The first setting that is wrong.
	pub const fn validate(&self) -> Result<(), ConfigError> {
		if self.slots == 0 || self.slots > SLOTS_MAX {
			return Err(ConfigError::Slots(self.slots));
		}
		if self.threads == 0 || self.threads > THREADS_MAX {
			return Err(ConfigError::Threads(self.threads));
		}
		if self.context < CONTEXT_MIN {
			return Err(ConfigError::Context(self.context));
		}
		if self.gpu_layers > 0 && matches!(self.profile, Profile::Canonical) {
			return Err(ConfigError::CanonicalOnGpu);
		}
		Ok(())
	}
}

/// A set-up that cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
	/// Not 1 – [`SLOTS_MAX`].
	#[error("{0} slots; 1 to {SLOTS_MAX} are possible")]
	Slots(u32),
	/// Not 1 – [`THREADS_MAX`].
	#[error("{0} threads; 1 to {THREADS_MAX} are possible")]
	Threads(u32),
	/// Less than [`CONTEXT_MIN`].
	#[error("a context of {0} tokens; at least {CONTEXT_MIN} are needed")]
	Context(u32),
	/// The canonical profile is for the CPU.
	#[error("the canonical profile computes on the CPU: use the default profile with GPU layers")]
	CanonicalOnGpu,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn settings_at_their_bounds() {
		let good = EngineConfig::new(PathBuf::new(), PathBuf::new());
		assert_eq!(good.validate(), Ok(()));
		let check = |change: fn(&mut EngineConfig)| {
			let mut config = good.clone();
			change(&mut config);
			config.validate()
		};
		assert_eq!(check(|c| c.slots = 0), Err(ConfigError::Slots(0)));
		assert_eq!(check(|c| c.slots = SLOTS_MAX), Ok(()));
		assert_eq!(check(|c| c.slots = SLOTS_MAX + 1), Err(ConfigError::Slots(33)));
		assert_eq!(check(|c| c.threads = 0), Err(ConfigError::Threads(0)));
		assert_eq!(check(|c| c.context = 63), Err(ConfigError::Context(63)));
		assert_eq!(check(|c| c.gpu_layers = 1), Err(ConfigError::CanonicalOnGpu));
	}
}
