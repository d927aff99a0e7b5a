//! A network as a file: the part of zombienet's format that these networks use.
//!
//! Fields that zombienet knows and this harness does not are refused, so that a file never means
//! less here than it says.

use std::{fs, path::Path};

use serde::Deserialize;

/// Why a definition cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
	/// The file cannot be read.
	#[error("{path} cannot be read")]
	Read {
		/// The file.
		path: String,
		/// What the system said.
		source: std::io::Error,
	},
	/// The file is not a definition.
	#[error("{path} is not a network definition")]
	Parse {
		/// The file.
		path: String,
		/// What is wrong with it.
		source: Box<toml::de::Error>,
	},
}

/// A network.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
	/// Time limits.
	pub settings: Settings,
	/// The chain and its nodes.
	pub relaychain: Chain,
	/// Processes beside the nodes, started in this order.
	#[serde(default)]
	pub custom_processes: Vec<CustomProcess>,
}

/// Time limits, in seconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
	/// For a custom process that names none.
	pub timeout: u64,
	/// For a node.
	pub node_spawn_timeout: u64,
	/// Whether zombienet ends the test when a node does not answer; always `false` here, as nodes
	/// are stopped on purpose.
	pub tear_down_on_failure: bool,
}

/// The chain and its nodes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
	/// The chain specification.
	pub chain: String,
	/// The program of every node.
	pub default_command: String,
	/// What every node is told.
	#[serde(default)]
	pub default_args: Vec<String>,
	/// The nodes.
	pub nodes: Vec<Node>,
}

/// A node.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
	/// Its name; a validator's keys are derived from it, as in `//Alice`.
	pub name: String,
	/// Whether it makes blocks.
	pub validator: bool,
	/// Further keys for its keystore, as in `mrwk_sr`, derived from its name.
	#[serde(default)]
	pub keystore_key_types: Vec<String>,
	/// What it is told beyond the default.
	#[serde(default)]
	pub args: Vec<String>,
}

/// A process beside the nodes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomProcess {
	/// Its name.
	pub name: String,
	/// The program.
	pub command: String,
	/// What it is told.
	#[serde(default)]
	pub args: Vec<String>,
	/// Where it listens; 0 is a free port.
	#[serde(default)]
	pub ports: Vec<NamedPort>,
	/// How it is known to be ready.
	pub ready_check: Option<ReadyCheck>,
	/// What must be ready before. Kept for zombienet; here the order of the file decides.
	#[serde(default)]
	pub depends_on: Vec<Dependency>,
	/// Whether it ends by itself.
	#[serde(default)]
	pub one_shot: bool,
	/// Seconds until it must be ready, or over.
	pub timeout: Option<u64>,
}

/// A port with a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedPort {
	/// What placeholders call it.
	pub name: String,
	/// Its number, or 0.
	pub port: u16,
}

/// A check that must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadyCheck {
	/// This must answer.
	pub http: HttpCheck,
	/// Seconds between two attempts.
	pub interval: u64,
}

/// A path that must answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpCheck {
	/// The name of the port.
	pub port: String,
	/// The path.
	pub path: String,
}

/// Something that must be ready before.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
	/// The process.
	pub name: String,
}

impl Definition {
	/// Read a definition.
	pub fn read(path: &Path) -> Result<Self, DefinitionError> {
		let name = || path.display().to_string();
		let text = fs::read_to_string(path)
			.map_err(|source| DefinitionError::Read { path: name(), source })?;
		toml::from_str(&text)
			.map_err(|source| DefinitionError::Parse { path: name(), source: Box::new(source) })
	}
}
