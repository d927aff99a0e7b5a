//! The `millrace-worker` program.

use std::io::IsTerminal;

use anyhow::Context;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use millrace_engine::LoadProgress;
use millrace_worker::config::{Config, RunArgs};
use tracing_subscriber::EnvFilter;

/// The Millrace sidecar: serves inference jobs beside a node.
///
/// A worker is a node that holds a worker key and this program beside it. Start the node with
/// `--sidecar-url http://127.0.0.1:9955`, start this program, then register the two once with
/// `millrace worker register`. This program holds no money.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	Run(RunArgs),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
	let Command::Run(args) = Cli::parse().command;
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
	tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
	let config = Config::try_from(args)?;
	let shutdown = shutdown_signal().context("signals cannot be caught")?;
	millrace_worker::run(config, progress(), shutdown).await.context("the worker stops")
}

/// Ready at the first Ctrl-C or SIGTERM; a second one ends the process at once.
fn shutdown_signal() -> anyhow::Result<impl std::future::Future<Output = ()>> {
	use tokio::signal::unix::{signal, SignalKind};

	let mut interrupt = signal(SignalKind::interrupt())?;
	let mut terminate = signal(SignalKind::terminate())?;
	Ok(async move {
		tokio::select! {
			_ = interrupt.recv() => {},
			_ = terminate.recv() => {},
		}
		tokio::spawn(async move {
			tokio::select! {
				_ = interrupt.recv() => {},
				_ = terminate.recv() => {},
			}
			std::process::exit(130);
		});
	})
}

fn progress() -> impl Fn(LoadProgress) + Send + Sync + 'static {
	let bar = if std::io::stderr().is_terminal() {
		ProgressBar::new(1_000)
	} else {
		ProgressBar::hidden()
	};
	// The template is a constant; without it the bar only looks different.
	if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {percent} %") {
		bar.set_style(style);
	}
	move |progress| match progress {
		LoadProgress::Hashing { done, total } => {
			bar.set_message("reading the model");
			bar.set_position(done.saturating_mul(1_000).checked_div(total).unwrap_or(0));
		},
		LoadProgress::Loading { permille } => {
			bar.set_message("loading the model");
			bar.set_position(permille.into());
			if permille >= 1_000 {
				bar.finish_and_clear();
			}
		},
	}
}
