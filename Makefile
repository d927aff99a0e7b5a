# Every target sets up what it needs; nothing has to be run before it.
SHELL := bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# One profile, one package selection: features are unified the same way every time, so nothing is
# compiled twice between build, test, lint and demo.
CARGO_FLAGS := --release --workspace
IN_ENV := . scripts/env.sh
OUT = $${CARGO_TARGET_DIR:-target}/release

PROMPT ?= The three largest cities of France are Paris,
STEPS ?= 1000000
SEED ?= 3

.PHONY: help
help: ## Show this text
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: setup
setup: ## Install what is missing: system packages, wasm target, demo model
	@scripts/setup.sh

.PHONY: build
build: setup ## Build node, sidecar, engine and gateway
	@$(IN_ENV)
	cargo build $(CARGO_FLAGS)

.PHONY: demo
demo: build ## Take one prompt through the real thing: make demo PROMPT="…"
	@$(IN_ENV)
	"$(OUT)/millrace" up --once --prompt "$(PROMPT)"

.PHONY: up
up: build ## Start node, sidecar and gateway and leave them running
	@$(IN_ENV)
	"$(OUT)/millrace" up

.PHONY: test
test: build ## Run all tests
	@scripts/setup.sh --tests
	$(IN_ENV)
	cargo test $(CARGO_FLAGS)

.PHONY: test-network
test-network: build ## Run three jobs on four validators, and stop one of them meanwhile
	@$(IN_ENV)
	cargo test $(CARGO_FLAGS) --test processes -- --ignored --nocapture

.PHONY: test-growth
test-growth: setup ## Run ten times the jobs of the test that state and blocks do not grow
	@$(IN_ENV)
	MILLRACE_GROWTH_JOBS="$${MILLRACE_GROWTH_JOBS:-200000}" \
		cargo test $(CARGO_FLAGS) --test runtime growth:: -- --nocapture

.PHONY: test-model
test-model: setup ## Try random actions against a model of all balances: make test-model STEPS=1000000 SEED=3
	@$(IN_ENV)
	MILLRACE_MODEL_STEPS="$(STEPS)" MILLRACE_MODEL_SEED="$(SEED)" \
		cargo test $(CARGO_FLAGS) --test runtime -- model:: --nocapture

.PHONY: bench
bench: build ## Measure one job's steps, and the path's speed against the engine alone
	@$(IN_ENV)
	"$(OUT)/millrace" bench

.PHONY: weights
weights: setup ## Measure what the calls of our pallets weigh, and write it into their weights.rs
	@$(IN_ENV)
	cargo build $(CARGO_FLAGS) --bin millrace-node --features millrace-node/runtime-benchmarks
	# The benchmark tool finds the two values of a component that has no more only in two steps.
	for pallet in pallet_{deadlines,escrow,jobs,registry}" 50 20" pallet_settlement" 2 200" \
		pallet_disputes" 2 50" parameters" 50 20"; do
		read -r name steps repeat <<<"$$pallet"
		weights="pallets/$${name#pallet_}/src/weights.rs"
		if [ "$$name" = parameters ]; then weights=runtime/src/parameters/weights.rs; fi
		"$(OUT)/millrace-node" benchmark pallet --chain dev --pallet "$$name" \
			--extrinsic '*' --steps "$$steps" --repeat "$$repeat" \
			--template scripts/weights.hbs --output "$$weights"
	done
	cargo fmt --all

.PHONY: fmt
fmt: ## Format
	@cargo fmt --all

.PHONY: lint
lint: setup ## Check format and lints
	@$(IN_ENV)
	cargo fmt --all -- --check
	cargo clippy $(CARGO_FLAGS) --all-targets -- -D warnings
