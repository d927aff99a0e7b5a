//! A network of real processes on this machine.

use std::{
	collections::BTreeMap,
	io,
	net::{Ipv4Addr, TcpListener},
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	process::Command,
	time::sleep,
};

use crate::{
	definition::{Chain, CustomProcess, Definition, DefinitionError, Node, ReadyCheck},
	process::Process,
};

/// Why a network does not stand.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
	/// The definition cannot be used.
	#[error(transparent)]
	Definition(#[from] DefinitionError),
	/// The system refused something.
	#[error("{what}")]
	System {
		/// What was tried.
		what: String,
		/// What the system said.
		source: io::Error,
	},
	/// A program is not there.
	#[error("the program {0} is not there: run `make build` first")]
	NoProgram(PathBuf),
	/// A process did not become ready, or did not end well, in time.
	#[error("{name} is not ready after {seconds} s; the end of its log:\n{log}")]
	NotReady {
		/// The process.
		name: String,
		/// How long was waited.
		seconds: u64,
		/// The last lines of its log.
		log: String,
	},
	/// A placeholder names something that is not there.
	#[error("nothing answers to the placeholder {0}")]
	Placeholder(String),
	/// There is no such process.
	#[error("no process is called {0}")]
	Unknown(String),
}

fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> NetworkError {
	let what = what.into();
	move |source| NetworkError::System { what, source }
}

/// See the module. Dropping it kills all its processes.
#[derive(Debug)]
pub struct Network {
	folder: TempDir,
	programs: PathBuf,
	definition: Definition,
	ports: BTreeMap<(String, String), u16>,
	processes: BTreeMap<String, Process>,
}

/// A port that was free a moment ago.
fn free_port() -> io::Result<u16> {
	Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

impl Network {
	/// Start all of a definition, with the programs of the folder `programs`, and wait until each
	/// process is ready.
	pub async fn spawn(definition: &Path, programs: &Path) -> Result<Self, NetworkError> {
		let definition = Definition::read(definition)?;
		let folder = tempfile::Builder::new()
			.prefix("millrace-network-")
			.tempdir()
			.map_err(system("a folder for the network"))?;
		let mut network = Self {
			folder,
			programs: programs.into(),
			definition: definition.clone(),
			ports: BTreeMap::new(),
			processes: BTreeMap::new(),
		};
		network.assign_ports().map_err(system("free ports"))?;
		for node in &definition.relaychain.nodes {
			network.add_node(&definition.relaychain, node).await?;
		}
		for process in &definition.custom_processes {
			network.add_process(process).await?;
		}
		Ok(network)
	}

	fn assign_ports(&mut self) -> io::Result<()> {
		for node in &self.definition.relaychain.nodes {
			for port in ["rpc", "prometheus", "p2p"] {
				self.ports.insert((node.name.clone(), port.into()), free_port()?);
			}
		}
		for process in &self.definition.custom_processes {
			for port in &process.ports {
				let number = if port.port == 0 { free_port()? } else { port.port };
				self.ports.insert((process.name.clone(), port.name.clone()), number);
			}
		}
		Ok(())
	}

	/// The folder of all logs and databases.
	pub fn folder(&self) -> &Path {
		self.folder.path()
	}

	/// Keep the folder when the network is gone, for a look at its logs.
	pub fn keep_folder(&mut self) {
		self.folder.disable_cleanup(true);
	}

	/// The number of a named port: `rpc`, `prometheus` or `p2p` of a node, or what a process names.
	pub fn port(&self, name: &str, port: &str) -> Result<u16, NetworkError> {
		let key = (name.to_owned(), port.to_owned());
		self.ports.get(&key).copied().ok_or_else(|| NetworkError::Unknown(format!("{name}:{port}")))
	}

	/// Where a node's JSON-RPC listens.
	pub fn ws_uri(&self, node: &str) -> Result<String, NetworkError> {
		Ok(format!("ws://127.0.0.1:{}", self.port(node, "rpc")?))
	}

	/// A process, by name.
	pub fn process(&mut self, name: &str) -> Result<&mut Process, NetworkError> {
		self.processes.get_mut(name).ok_or_else(|| NetworkError::Unknown(name.into()))
	}

	/// End all processes in order, the last one started first.
	pub async fn stop(&mut self) -> Result<(), NetworkError> {
		let customs = self.definition.custom_processes.iter().rev().map(|process| &process.name);
		let nodes = self.definition.relaychain.nodes.iter().rev().map(|node| &node.name);
		for name in customs.chain(nodes) {
			if let Some(process) = self.processes.get_mut(name) {
				process.stop().await.map_err(system(format!("stopping {name}")))?;
			}
		}
		Ok(())
	}

	/// End a process in order, start it again, and wait until it is ready.
	pub async fn restart(&mut self, name: &str) -> Result<(), NetworkError> {
		self.process(name)?.stop().await.map_err(system(format!("stopping {name}")))?;
		self.start_again(name).await
	}

	/// Start a process again that has ended or was killed, and wait until it is ready.
	pub async fn start_again(&mut self, name: &str) -> Result<(), NetworkError> {
		let process = self.process(name)?;
		process.start().map_err(system(format!("starting {name}")))?;
		let settings = &self.definition.settings;
		let nodes = &self.definition.relaychain.nodes;
		if nodes.iter().any(|node| node.name == name) {
			let port = self.port(name, "rpc")?;
			return self.wait_http(name, port, "/health", settings.node_spawn_timeout).await;
		}
		let customs = self.definition.custom_processes.iter();
		let custom = customs.clone().find(|process| process.name == name).cloned();
		match custom {
			Some(custom) => self.wait_ready(&custom).await,
			None => Ok(()),
		}
	}

	fn program(&self, command: &str) -> Result<PathBuf, NetworkError> {
		let program = self.programs.join(command);
		if program.is_file() {
			Ok(program)
		} else {
			Err(NetworkError::NoProgram(program))
		}
	}

	async fn add_node(&mut self, chain: &Chain, node: &Node) -> Result<(), NetworkError> {
		let program = self.program(&chain.default_command)?;
		let base = self.folder().join(&node.name);
		let common =
			[format!("--base-path={}", base.display()), format!("--chain={}", chain.chain)];
		for key_type in &node.keystore_key_types {
			insert_key(&program, &common, key_type, &node.name).await?;
		}
		let mut args = vec![
			format!("--name={}", node.name),
			format!("--rpc-port={}", self.port(&node.name, "rpc")?),
			format!("--prometheus-port={}", self.port(&node.name, "prometheus")?),
			format!("--listen-addr=/ip4/127.0.0.1/tcp/{}", self.port(&node.name, "p2p")?),
			format!("--node-key={}", node_key(&node.name)),
			"--rpc-methods=unsafe".into(),
			"--no-telemetry".into(),
			"--allow-private-ip".into(),
		];
		args.extend(common);
		if node.validator {
			args.push(format!("--{}", node.name));
			args.push("--validator".into());
		}
		if let Some(first) = chain.nodes.first().filter(|first| first.name != node.name) {
			args.push(format!("--bootnodes={}", self.bootnode_address(&first.name).await?));
		}
		for arg in chain.default_args.iter().chain(&node.args) {
			args.push(self.fill(arg)?);
		}
		let mut process = Process::new(&node.name, program, args, self.folder());
		process.start().map_err(system(format!("starting {}", node.name)))?;
		self.processes.insert(node.name.clone(), process);
		let rpc = self.port(&node.name, "rpc")?;
		let limit = self.definition.settings.node_spawn_timeout;
		self.wait_http(&node.name, rpc, "/health", limit).await
	}

	/// The node says who it is when it starts. It answers sooner than that is written to its log, as it
	/// collects what it logs for a while.
	async fn bootnode_address(&mut self, name: &str) -> Result<String, NetworkError> {
		let port = self.port(name, "p2p")?;
		let seconds = self.definition.settings.node_spawn_timeout;
		let started = Instant::now();
		while started.elapsed() < Duration::from_secs(seconds) {
			let log = self.process(name)?.log().map_err(system("the log of the first node"))?;
			let said = log.split_once("Local node identity is: ");
			if let Some((identity, _)) = said.and_then(|(_, rest)| rest.split_once('\n')) {
				return Ok(format!("/ip4/127.0.0.1/tcp/{port}/p2p/{}", identity.trim()));
			}
			sleep(Duration::from_millis(200)).await;
		}
		Err(self.not_ready(name, seconds))
	}

	async fn add_process(&mut self, definition: &CustomProcess) -> Result<(), NetworkError> {
		let name = &definition.name;
		let program = self.program(&definition.command)?;
		let args = definition.args.iter().map(|arg| self.fill(arg)).collect::<Result<_, _>>()?;
		let mut process = Process::new(name, program, args, self.folder());
		process.start().map_err(system(format!("starting {name}")))?;
		self.processes.insert(name.clone(), process);
		if definition.one_shot {
			let seconds = definition.timeout.unwrap_or(self.definition.settings.timeout);
			let process = self.process(name)?;
			let ended = process.wait(Duration::from_secs(seconds)).await;
			if ended.map_err(system(format!("waiting for {name}")))? {
				return Ok(());
			}
			return Err(self.not_ready(name, seconds));
		}
		self.wait_ready(definition).await
	}

	async fn wait_ready(&mut self, definition: &CustomProcess) -> Result<(), NetworkError> {
		let Some(ReadyCheck { http, .. }) = &definition.ready_check else { return Ok(()) };
		let port = self.port(&definition.name, &http.port)?;
		let seconds = definition.timeout.unwrap_or(self.definition.settings.timeout);
		self.wait_http(&definition.name, port, &http.path, seconds).await
	}

	async fn wait_http(
		&mut self,
		name: &str,
		port: u16,
		path: &str,
		seconds: u64,
	) -> Result<(), NetworkError> {
		let started = Instant::now();
		while started.elapsed() < Duration::from_secs(seconds) {
			if answers(port, path).await {
				return Ok(());
			}
			if !self.process(name)?.is_running() {
				break;
			}
			sleep(Duration::from_millis(200)).await;
		}
		Err(self.not_ready(name, seconds))
	}

	fn not_ready(&mut self, name: &str, seconds: u64) -> NetworkError {
		let log = self.process(name).ok().and_then(|process| process.log().ok());
		let log = log.unwrap_or_default();
		let lines: Vec<_> = log.lines().collect();
		let tail = lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n");
		NetworkError::NotReady { name: name.into(), seconds, log: tail }
	}

	/// Replace zombienet's placeholders.
	fn fill(&self, arg: &str) -> Result<String, NetworkError> {
		let mut filled = String::new();
		let mut rest = arg;
		while let Some((before, after)) = rest.split_once("{{ZOMBIE:") {
			let unknown = || NetworkError::Placeholder(arg.into());
			let (inside, after) = after.split_once("}}").ok_or_else(unknown)?;
			let (name, what) = inside.split_once(':').ok_or_else(unknown)?;
			filled.push_str(before);
			let value = match what.strip_prefix("port_") {
				Some(port) => self.port(name, port)?.to_string(),
				None if what == "ws_uri" => self.ws_uri(name)?,
				None => return Err(unknown()),
			};
			filled.push_str(&value);
			rest = after;
		}
		filled.push_str(rest);
		Ok(filled)
	}
}

/// A fixed network key per name, so that a restarted node is known to the others.
fn node_key(name: &str) -> String {
	let mut key: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
	key.truncate(64);
	format!("{key:0>64}")
}

/// The account of the node called `name`, as zombienet derives it: `//Name`.
fn suri(name: &str) -> String {
	let mut letters = name.chars();
	let first = letters.next().map(|letter| letter.to_ascii_uppercase());
	format!("//{}{}", first.map(String::from).unwrap_or_default(), letters.as_str())
}

async fn insert_key(
	program: &Path,
	common: &[String],
	key_type: &str,
	name: &str,
) -> Result<(), NetworkError> {
	let (kind, scheme) = match key_type.rsplit_once('_') {
		Some((kind, "sr")) => (kind, "sr25519"),
		Some((kind, "ed")) => (kind, "ed25519"),
		_ => return Err(NetworkError::Placeholder(key_type.into())),
	};
	let what = format!("inserting a key of type {kind}");
	let status = Command::new(program)
		.args(["key", "insert", "--key-type", kind, "--scheme", scheme, "--suri", &suri(name)])
		.args(common)
		.status()
		.await
		.map_err(system(what.clone()))?;
	if status.success() {
		Ok(())
	} else {
		Err(system(what)(io::Error::other(status.to_string())))
	}
}

/// Whether `GET path` on a local port answers with success.
async fn answers(port: u16, path: &str) -> bool {
	let asked = async {
		let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
		let request =
			format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
		stream.write_all(request.as_bytes()).await?;
		let mut head = [0; 12];
		stream.read_exact(&mut head).await?;
		Ok::<_, io::Error>(head.starts_with(b"HTTP/1.1 2"))
	};
	matches!(tokio::time::timeout(Duration::from_secs(2), asked).await, Ok(Ok(true)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_definitions_of_this_folder_can_be_read() {
		for name in ["auction.toml", "faults.toml", "gateway.toml", "local.toml"] {
			let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
			let definition = Definition::read(&path).unwrap();
			assert!(!definition.settings.tear_down_on_failure);
			assert!(definition.relaychain.nodes.iter().any(|node| node.validator));
		}
	}

	#[test]
	fn keys_are_derived_as_zombienet_derives_them() {
		assert_eq!(suri("alice"), "//Alice");
		assert_eq!(suri("worker-node"), "//Worker-node");
		assert_eq!(node_key("alice").len(), 64);
		assert_ne!(node_key("alice"), node_key("bob"));
	}
}
