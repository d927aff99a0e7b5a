//! A whole Millrace on this machine: a node, a sidecar and a gateway as child processes.

use std::{
	fs, io,
	net::{Ipv4Addr, SocketAddr},
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

use millrace_chain::{Account, AccountId32, Chain, ChainError, KeyError};

use crate::{
	client::GatewayClient,
	registration::{self, RegisterError, Registered, Sidecar},
	supervisor::{beside_us, free_address, MissingProgram, Process, ProcessError},
};

/// Where a node's JSON-RPC and a sidecar's API are by default.
const NODE_PORT: u16 = 9944;
const SIDECAR_PORT: u16 = 9955;

/// How long a node may take to answer.
const NODE_READY: Duration = Duration::from_secs(60);

/// How long a sidecar may take to load its model.
const SIDECAR_READY: Duration = Duration::from_secs(180);

/// How long a gateway may take to find the worker.
const GATEWAY_READY: Duration = Duration::from_secs(60);

/// How often readiness is asked for.
const BETWEEN: Duration = Duration::from_millis(100);

/// The key that pays for jobs on a local network.
pub const REQUESTER: &str = "//Alice";

/// The key that owns the worker on a local network.
pub const OWNER: &str = "//Bob";

/// The programs of a local network.
#[derive(Clone, Debug)]
pub struct Programs {
	/// `millrace-node`.
	pub node: PathBuf,
	/// `millrace-worker`.
	pub worker: PathBuf,
	/// `millrace`.
	pub gateway: PathBuf,
}

impl Programs {
	/// The programs in the folder of this one.
	pub fn beside_us() -> Result<Self, MissingProgram> {
		// The sidecar starts this one; better to miss it here.
		beside_us("millrace-engine")?;
		Ok(Self {
			node: beside_us("millrace-node")?,
			worker: beside_us("millrace-worker")?,
			gateway: beside_us("millrace")?,
		})
	}
}

/// How a local network is set up.
#[derive(Clone, Debug)]
pub struct LocalConfig {
	/// The programs.
	pub programs: Programs,
	/// Where databases, keys and logs go. The chain begins anew each time.
	pub folder: PathBuf,
	/// The chain that the node runs: `dev`, or another one of its presets with one validator.
	pub chain: String,
	/// The GGUF that the worker serves.
	pub model: PathBuf,
	/// Whether the worker gets the least stake that counts.
	pub staked: bool,
	/// Where the gateway listens; a free port if none is named.
	pub listen: Option<SocketAddr>,
	/// Whether node and sidecar listen where all commands look for them, as far as that is free.
	pub usual_ports: bool,
	/// More arguments for the sidecar.
	pub worker_arguments: Vec<String>,
}

/// A local network that cannot be brought up or has come down.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocalError {
	/// There is no model file.
	#[error("the model {} is missing; `make setup` brings it, --model names another", .0.display())]
	NoModel(PathBuf),
	/// The folder cannot be used.
	#[error("the folder {} cannot be used", .0.display())]
	Folder(PathBuf, #[source] io::Error),
	/// The machine has no free port.
	#[error("the machine has no free port")]
	NoPort(#[source] io::Error),
	/// The gateway's address is taken.
	#[error("{0} is taken; name another address with --listen")]
	Taken(SocketAddr, #[source] io::Error),
	/// A process cannot be started, or has ended.
	#[error(transparent)]
	Process(#[from] ProcessError),
	/// The node does not answer.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The worker cannot be registered.
	#[error("the worker cannot be registered: {0}")]
	Register(#[from] RegisterError),
	/// A process does not get ready.
	#[error("{name} is not ready after {} s: {why}", .after.as_secs())]
	NotReady {
		/// The process.
		name: &'static str,
		/// How long it was waited for.
		after: Duration,
		/// What it said last.
		why: String,
	},
	/// A well-known key does not parse.
	#[error(transparent)]
	Key(#[from] KeyError),
}

/// What has been reached while a network comes up.
#[derive(Clone, Debug)]
pub enum Progress {
	/// The node answers.
	Node {
		/// Its RPC URL.
		url: String,
		/// How long it took.
		took: Duration,
	},
	/// The sidecar has loaded its model.
	Sidecar {
		/// Its peer id.
		peer: String,
		/// How long it took.
		took: Duration,
	},
	/// The worker is registered.
	Registered {
		/// What that changed.
		change: Registered,
		/// Stake that was added, in MILL base units.
		staked: u128,
		/// How long it took.
		took: Duration,
	},
	/// The gateway has found the worker.
	Gateway {
		/// Its URL.
		url: String,
		/// How long it took.
		took: Duration,
	},
}

/// Where a local network can be reached, and whose money moves in it.
#[derive(Clone, Debug)]
pub struct Site {
	/// The chain, through the node.
	pub chain: Chain,
	/// Where the node's JSON-RPC is.
	pub node_url: String,
	/// Where the sidecar's API is.
	pub sidecar_url: String,
	/// Where the gateway is.
	pub gateway_url: String,
	/// The account that pays.
	pub requester: AccountId32,
	/// The account that owns the worker and is paid.
	pub worker_owner: AccountId32,
}

/// A local network that is up.
#[derive(Debug)]
pub struct LocalNetwork {
	/// Where it is.
	pub site: Site,
	node: Process,
	worker: Process,
	gateway: Process,
}

/// The addresses of a local network.
struct Addresses {
	rpc: SocketAddr,
	api: SocketAddr,
	mesh: SocketAddr,
	gateway: SocketAddr,
	node: SocketAddr,
}

impl Addresses {
	fn free(config: &LocalConfig) -> Result<Self, LocalError> {
		let taken = |error| LocalError::NoPort(error);
		let usual = |port| {
			let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
			let is_free = config.usual_ports
				&& config.listen.is_none_or(|listen| listen.port() != port)
				&& std::net::TcpListener::bind(address).is_ok();
			if is_free { Ok(address) } else { free_address() }.map_err(taken)
		};
		let gateway = match config.listen {
			Some(address) => {
				std::net::TcpListener::bind(address)
					.map_err(|error| LocalError::Taken(address, error))?;
				address
			},
			None => free_address().map_err(taken)?,
		};
		Ok(Self {
			rpc: usual(NODE_PORT)?,
			api: usual(SIDECAR_PORT)?,
			mesh: free_address().map_err(taken)?,
			node: free_address().map_err(taken)?,
			gateway,
		})
	}

	fn rpc_url(&self) -> String {
		format!("ws://{}", self.rpc)
	}

	fn sidecar_url(&self) -> String {
		format!("http://{}", self.api)
	}
}

impl LocalNetwork {
	/// Bring a network up, and say how far it is. On failure everything is stopped again.
	pub async fn start(
		config: &LocalConfig,
		progress: impl Fn(Progress),
	) -> Result<Self, LocalError> {
		let began = Instant::now();
		let addresses = Addresses::free(config)?;
		let logs = prepare(config)?;
		let mut node = start_node(config, &addresses, &logs)?;
		let mut worker = start_worker(config, &addresses, &logs)?;

		let url = addresses.rpc_url();
		let connecting = Chain::connect_when_ready(&url, NODE_READY);
		let chain = unless_ended(connecting, &mut node, &mut worker).await??;
		progress(Progress::Node { url: url.clone(), took: began.elapsed() });

		let sidecar = Sidecar::new(&addresses.sidecar_url());
		let loading = when_loaded(&sidecar);
		let peer = unless_ended(loading, &mut node, &mut worker).await??;
		progress(Progress::Sidecar { peer: peer.clone(), took: began.elapsed() });

		let owner = Account::from_suri(OWNER)?;
		let worker_owner = owner.id();
		let registering = register(&chain, owner, &sidecar, config.staked);
		let (change, staked) = unless_ended(registering, &mut node, &mut worker).await??;
		progress(Progress::Registered { change, staked, took: began.elapsed() });

		let mut gateway = start_gateway(config, &addresses, &peer, &logs)?;
		let gateway_url = format!("http://{}", addresses.gateway);
		let finding = when_found(&gateway_url);
		tokio::select! {
			found = unless_ended(finding, &mut node, &mut worker) => found??,
			error = gateway.ended() => return Err(error.into()),
		}
		progress(Progress::Gateway { url: gateway_url.clone(), took: began.elapsed() });
		let requester = Account::from_suri(REQUESTER)?.id();
		let (node_url, sidecar_url) = (url, addresses.sidecar_url());
		let site = Site { chain, node_url, sidecar_url, gateway_url, requester, worker_owner };
		Ok(Self { site, node, worker, gateway })
	}

	/// Ready when a process has ended by itself. Cancel-safe.
	pub async fn ended(&mut self) -> ProcessError {
		tokio::select! {
			error = self.node.ended() => error,
			error = self.worker.ended() => error,
			error = self.gateway.ended() => error,
		}
	}

	/// Where the processes log to.
	pub fn logs(&self) -> [&Path; 3] {
		[self.node.log(), self.worker.log(), self.gateway.log()]
	}

	/// Stop everything in order. Returns the names of the processes that had to be killed.
	pub async fn stop(self) -> Vec<&'static str> {
		let mut killed = Vec::new();
		// The gateway first, so that no new job comes in; the node last, so that finished ones still
		// get through.
		for process in [self.gateway, self.worker, self.node] {
			let name = process.name();
			if !process.stop().await {
				killed.push(name);
			}
		}
		killed
	}
}

/// Make the folder ready. Returns where the logs go.
fn prepare(config: &LocalConfig) -> Result<PathBuf, LocalError> {
	if !config.model.is_file() {
		return Err(LocalError::NoModel(config.model.clone()));
	}
	let folder = &config.folder;
	let unusable = |error| LocalError::Folder(folder.clone(), error);
	let database = folder.join("node");
	match fs::remove_dir_all(&database) {
		Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
		_ => {},
	}
	let logs = folder.join("logs");
	fs::create_dir_all(&logs).map_err(unusable)?;
	Ok(logs)
}

fn start_node(
	config: &LocalConfig,
	addresses: &Addresses,
	logs: &Path,
) -> Result<Process, ProcessError> {
	let arguments = [
		"--dev".into(),
		format!("--chain={}", config.chain),
		format!("--base-path={}", config.folder.join("node").display()),
		format!("--rpc-port={}", addresses.rpc.port()),
		format!("--listen-addr=/ip4/127.0.0.1/tcp/{}", addresses.node.port()),
		format!("--sidecar-url={}", addresses.sidecar_url()),
		"--no-prometheus".into(),
		"--no-mdns".into(),
	];
	Process::start("node", &config.programs.node, arguments, logs)
}

fn start_worker(
	config: &LocalConfig,
	addresses: &Addresses,
	logs: &Path,
) -> Result<Process, ProcessError> {
	let arguments = [
		"run".into(),
		format!("--model={}", config.model.display()),
		format!("--base-path={}", config.folder.join("worker").display()),
		format!("--listen=/ip4/127.0.0.1/tcp/{}", addresses.mesh.port()),
		format!("--api={}", addresses.api),
		"--no-mdns".into(),
	];
	let arguments = arguments.into_iter().chain(config.worker_arguments.clone());
	Process::start("worker", &config.programs.worker, arguments, logs)
}

fn start_gateway(
	config: &LocalConfig,
	addresses: &Addresses,
	peer: &str,
	logs: &Path,
) -> Result<Process, ProcessError> {
	let bootnode = format!("/ip4/127.0.0.1/tcp/{}/p2p/{peer}", addresses.mesh.port());
	let arguments = [
		"gateway".into(),
		format!("--node={}", addresses.rpc_url()),
		format!("--suri={REQUESTER}"),
		format!("--listen={}", addresses.gateway),
		format!("--bootnode={bootnode}"),
		"--no-mdns".into(),
	];
	Process::start("gateway", &config.programs.gateway, arguments, logs)
}

/// The peer id of the sidecar, once it has loaded its model.
async fn when_loaded(sidecar: &Sidecar) -> Result<String, LocalError> {
	let began = Instant::now();
	loop {
		match sidecar.identity().await {
			Ok(identity) => return Ok(identity.peer_id),
			Err(RegisterError::Sidecar(..)) if began.elapsed() < SIDECAR_READY => {
				tokio::time::sleep(BETWEEN).await;
			},
			Err(error) => return Err(not_ready("worker", SIDECAR_READY, &error)),
		}
	}
}

async fn register(
	chain: &Chain,
	owner: Account,
	sidecar: &Sidecar,
	staked: bool,
) -> Result<(Registered, u128), LocalError> {
	let payout = owner.id();
	let submitter = chain.submitter(owner);
	let worker = registration::worker_key(chain, None).await?;
	let change = registration::register(chain, &submitter, sidecar, worker, &payout).await?;
	let added = if staked { registration::stake_minimum(chain, &submitter).await? } else { 0 };
	Ok((change, added))
}

/// Wait until the gateway sees a worker.
async fn when_found(url: &str) -> Result<(), LocalError> {
	let client = GatewayClient::new(url, None);
	let began = Instant::now();
	loop {
		let why = match client.health().await {
			Ok(health) if health.workers > 0 => return Ok(()),
			Ok(_) => "it sees no worker".to_owned(),
			Err(error) => error.to_string(),
		};
		if began.elapsed() > GATEWAY_READY {
			return Err(not_ready("gateway", GATEWAY_READY, &why));
		}
		tokio::time::sleep(BETWEEN).await;
	}
}

fn not_ready(name: &'static str, after: Duration, why: &impl ToString) -> LocalError {
	LocalError::NotReady { name, after, why: why.to_string() }
}

/// What `task` gives, unless one of the processes that it depends on ends first.
async fn unless_ended<T>(
	task: impl std::future::Future<Output = T>,
	node: &mut Process,
	worker: &mut Process,
) -> Result<T, ProcessError> {
	tokio::select! {
		result = task => Ok(result),
		error = node.ended() => Err(error),
		error = worker.ended() => Err(error),
	}
}
