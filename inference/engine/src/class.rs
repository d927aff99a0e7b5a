//! The determinism class: who can be expected to compute the same logits, bit for bit.
//!
//! ```text
//! class = SHA-256(SCALE(tag, crate, checksum, compiler, profile, rows, system, layers, devices))
//! ```
//!
//! with the tag [`signing::CLASS`], the `llama-cpp-sys-2` crate that carries llama.cpp and its
//! checksum in `Cargo.lock`, the C++ compiler and target, the [`Profile`] and its rows per
//! computation, llama.cpp's own list of compiled-in instruction sets and kernels, the number of
//! layers on GPUs and the names of those GPUs. Two engines of one class that run the
//! [canonical profile](Profile::Canonical) must agree on every token; of any others only that they
//! agree statistically.

use codec::Encode;
use millrace_primitives::{signing, Commitment};
use sha2::{Digest, Sha256};

use crate::config::Profile;

/// The crate that carries llama.cpp.
pub const LLAMA_CRATE: &str = "llama-cpp-sys-2 0.1.160";
/// Its checksum in `Cargo.lock`.
pub const LLAMA_CHECKSUM: &str = "912d8a0522acec022ae07d099366234067c8af6a18570a603f0749b7bb927e9a";
/// The C++ compiler and the target.
pub const COMPILER: &str = env!("MILLRACE_CXX");

/// The class of an engine. `system` is what `llama_print_system_info` says; `devices` names the
/// GPUs that hold layers.
pub fn class(profile: Profile, system: &str, gpu_layers: u32, devices: &[String]) -> Commitment {
	let build = (signing::CLASS, LLAMA_CRATE, LLAMA_CHECKSUM, COMPILER);
	let run = (profile, profile.rows_max(), system, gpu_layers, devices);
	Sha256::digest((build, run).encode()).into()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_part_counts() {
		let base = class(Profile::Canonical, "CPU : AVX2 = 1", 0, &[]);
		assert_eq!(base, class(Profile::Canonical, "CPU : AVX2 = 1", 0, &[]));
		assert_ne!(base, class(Profile::Default, "CPU : AVX2 = 1", 0, &[]));
		assert_ne!(base, class(Profile::Canonical, "CPU : AVX2 = 0", 0, &[]));
		assert_ne!(base, class(Profile::Canonical, "CPU : AVX2 = 1", 1, &[]));
		assert_ne!(base, class(Profile::Canonical, "CPU : AVX2 = 1", 0, &["H100".into()]));
	}

	#[test]
	fn the_crate_is_the_one_that_is_locked() {
		let lock = include_str!("../../../Cargo.lock");
		let (name, version) = LLAMA_CRATE.split_once(' ').unwrap();
		let entry = format!(
			"name = \"{name}\"\nversion = \"{version}\"\n\
			 source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
			 checksum = \"{LLAMA_CHECKSUM}\""
		);
		assert!(lock.contains(&entry), "llama.cpp changed: update LLAMA_CRATE and LLAMA_CHECKSUM");
	}
}
