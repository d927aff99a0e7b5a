//! `millrace gateway`.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context;
use clap::Args;
use millrace_mesh::{Mesh, MeshConfig, PeerSecret};

use super::{shutdown_signal, KeyArgs, NodeArgs};
use crate::{
	driver::Driver,
	job::Jobs,
	metrics::Metrics,
	server::{self, Access, Limits},
};

/// Where a gateway listens by default.
pub(super) const LISTEN: &str = "127.0.0.1:8080";

/// The same as a URL.
pub(super) const URL: &str = "http://127.0.0.1:8080";

/// The largest file of API keys in bytes.
const API_KEYS_BYTES_MAX: u64 = 64 * 1024;

#[derive(Debug, Args)]
pub(crate) struct GatewayArgs {
	#[command(flatten)]
	node: NodeArgs,

	#[command(flatten)]
	key: KeyArgs,

	/// Where to serve. Beyond this machine only with --api-keys.
	#[arg(long, default_value = LISTEN, value_name = "ADDR")]
	listen: SocketAddr,

	/// A file with an API key a line; callers must show one.
	#[arg(long, value_name = "FILE")]
	api_keys: Option<PathBuf>,

	/// A peer to join the mesh through, with its /p2p/… part. Repeatable.
	#[arg(long, value_name = "MULTIADDR")]
	bootnode: Vec<String>,

	/// Do not look for peers on the local network.
	#[arg(long)]
	no_mdns: bool,

	/// Answers at the same time; more are refused.
	#[arg(long, default_value_t = 64, value_name = "N")]
	concurrent: usize,
}

pub(super) async fn run(args: GatewayArgs) -> anyhow::Result<()> {
	let shutdown = shutdown_signal()?;
	let account = args.key.account()?;
	let keys = args.api_keys.as_deref().map(read_keys).transpose()?;
	let access = Access::new(args.listen, keys.as_deref())?;
	let listener = server::listen(args.listen)
		.await
		.with_context(|| format!("cannot listen on {}", args.listen))?;
	let chain = args.node.connect().await?;

	let mut config = MeshConfig::new(PeerSecret::generate()?, chain.genesis());
	config.bootnodes = args.bootnode;
	config.mdns = !args.no_mdns;
	let mesh = Mesh::start(config).await?;

	let metrics = Arc::new(Metrics::default());
	let driver = Driver::new(chain, mesh.clone(), account, Arc::clone(&metrics))?;
	tracing::info!(listen = %args.listen, account = %driver.account(), "the gateway is up");
	let jobs: Arc<dyn Jobs> = Arc::new(driver);
	let limits = Limits { concurrent: args.concurrent, ..Limits::default() };
	let router = server::router(jobs, metrics, limits, access);
	server::serve(listener, router, shutdown).await?;
	tracing::info!("the gateway stops");
	mesh.shutdown().await;
	Ok(())
}

fn read_keys(path: &std::path::Path) -> anyhow::Result<String> {
	let context = || format!("the API keys in {}", path.display());
	let length = std::fs::metadata(path).with_context(context)?.len();
	anyhow::ensure!(length <= API_KEYS_BYTES_MAX, "{} are too many", context());
	std::fs::read_to_string(path).with_context(context)
}
