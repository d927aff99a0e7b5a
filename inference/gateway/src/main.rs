//! The `millrace` program.

use clap::Parser;
use millrace_gateway::cli::Cli;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
	let cli = Cli::parse();
	let filter =
		EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(cli.log_level()));
	tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
	cli.run().await
}
