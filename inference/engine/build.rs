//! Records which C++ compiler llama.cpp is built with: compilers contract floating point
//! differently, so it is part of the determinism class.

use std::{env, process::Command};

fn main() {
	println!("cargo:rerun-if-changed=build.rs");
	println!("cargo:rerun-if-env-changed=CXX");
	let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
	let version = Command::new(&compiler)
		.arg("--version")
		.output()
		.ok()
		.and_then(|output| String::from_utf8(output.stdout).ok())
		.and_then(|text| text.lines().next().map(str::to_owned))
		.unwrap_or(compiler);
	let target = env::var("TARGET").unwrap_or_default();
	println!("cargo:rustc-env=MILLRACE_CXX={version}, {target}");
}
