# Where build output and downloads live; sourced by every make target and by CI.

MILLRACE_CACHE="${MILLRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/millrace}"
export MILLRACE_CACHE

# A cold build takes an hour on two cores. A target folder outside the clone, once made, is reused by
# every clone on this machine.
if [ -z "${CARGO_TARGET_DIR:-}" ] && [ -d "$MILLRACE_CACHE/target" ]; then
	export CARGO_TARGET_DIR="$MILLRACE_CACHE/target"
fi

# Written by setup.sh where the pinned toolchain has no wasm32v1-none of its own.
if [ -z "${WASM_BUILD_TOOLCHAIN:-}" ] && [ -s "$MILLRACE_CACHE/wasm-toolchain" ]; then
	WASM_BUILD_TOOLCHAIN="$(cat "$MILLRACE_CACHE/wasm-toolchain")"
	export WASM_BUILD_TOOLCHAIN
fi

MILLRACE_MODEL="${MILLRACE_MODEL:-$MILLRACE_CACHE/models/gemma-3-270m-q4_k_m.gguf}"
export MILLRACE_MODEL

# llama.cpp is built with cmake, which would otherwise take every core whatever cargo is told.
export CMAKE_BUILD_PARALLEL_LEVEL="${CMAKE_BUILD_PARALLEL_LEVEL:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}"

# The official OpenAI client, for the test that talks to a gateway with it.
MILLRACE_PYTHON_PACKAGES="${MILLRACE_PYTHON_PACKAGES:-$MILLRACE_CACHE/python}"
export MILLRACE_PYTHON_PACKAGES
