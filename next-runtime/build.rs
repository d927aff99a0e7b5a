//! Builds the runtime for wasm as its next release.
//!
//! It is built where the runtime itself was, so the two share what they depend on.

use std::path::Path;

fn main() {
	let package = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it for build scripts");
	let workspace = Path::new(&package).parent().expect("the workspace is around us");
	// See the build script of the runtime for both.
	std::env::set_var("WASM_BUILD_WORKSPACE_HINT", workspace);
	std::env::remove_var("RUSTC_WORKSPACE_WRAPPER");
	substrate_wasm_builder::WasmBuilder::new()
		.with_project(workspace.join("runtime/Cargo.toml"))
		.expect("the runtime is in the workspace")
		.import_memory()
		.export_heap_base()
		.enable_feature("increment-spec-version")
		.set_file_name("next_runtime")
		.build();
}
