//! The `millrace` program.

use std::{
	io::{self, IsTerminal, Write},
	process::ExitCode,
};

use clap::Parser;
use millrace_gateway::cli::Cli;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
	let cli = Cli::parse();
	let filter =
		EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(cli.log_level()));
	tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_ansi(io::stderr().is_terminal())
		.with_writer(io::stderr)
		.init();
	match cli.run().await {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			// If standard error is gone, the exit code still tells.
			drop(writeln!(io::stderr(), "millrace: {}", explained(&error)));
			ExitCode::FAILURE
		},
	}
}

/// An error and its causes on one line. A cause that its parent already quotes is left out.
fn explained(error: &anyhow::Error) -> String {
	let mut text = String::new();
	for cause in error.chain().map(ToString::to_string) {
		if text.is_empty() {
			text = cause;
		} else if !text.contains(&cause) {
			text.push_str(": ");
			text.push_str(&cause);
		}
	}
	text
}
