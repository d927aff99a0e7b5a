//! Builds the runtime for wasm as well, so that the native library carries it.

fn main() {
	#[cfg(feature = "std")]
	build();
}

#[cfg(feature = "std")]
fn build() {
	// The target folder may lie outside the workspace. Without this the builder would not find
	// Cargo.lock, and would resolve the dependencies of the wasm runtime anew. Asked for while it runs:
	// where a target folder is shared, this program may have been built for another clone.
	let package = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it for build scripts");
	std::env::set_var("WASM_BUILD_WORKSPACE_HINT", format!("{package}/.."));
	// Under clippy this names clippy's driver, which the builder would take for the compiler of the
	// wasm toolchain.
	std::env::remove_var("RUSTC_WORKSPACE_WRAPPER");
	let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();
	#[cfg(feature = "metadata-hash")]
	let builder = builder.enable_metadata_hash("MILL", 12);
	builder.build();
}
