//! A node of the Millrace network: it validates the chain, serves clients over JSON-RPC, and runs
//! the off-chain worker that keeps a sidecar and the chain in step.

#![forbid(unsafe_code)]
#![expect(clippy::result_large_err, reason = "the SDK's errors are large, and end the process")]

mod chain_spec;
mod cli;
mod command;
mod rpc;
mod service;
mod sidecar;

fn main() -> sc_cli::Result<()> {
	command::run()
}
