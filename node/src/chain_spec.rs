//! The networks that this binary carries: one for every genesis preset of the runtime.

use millrace_runtime::WASM_BINARY;
use sc_service::{ChainType, GenericChainSpec, Properties};

/// A chain specification of a Millrace network.
pub(crate) type ChainSpec = GenericChainSpec;

/// A network that the runtime has a genesis preset for.
struct Network {
	/// What `--chain` calls it; also the name of the preset.
	name: &'static str,
	/// What people read.
	title: &'static str,
	/// Names the folder of its database, so it never changes.
	id: &'static str,
	kind: ChainType,
}

const NETWORKS: [Network; 3] = [
	Network {
		name: "dev",
		title: "Millrace Development",
		id: "millrace_dev",
		kind: ChainType::Development,
	},
	Network {
		name: "local",
		title: "Millrace Local Network",
		id: "millrace_local",
		kind: ChainType::Local,
	},
	Network {
		name: "test",
		title: "Millrace Test Network",
		id: "millrace_test",
		kind: ChainType::Local,
	},
];

/// The network called `name`, or `None` if this binary carries no such network.
///
/// Fails if the binary was built without a runtime.
pub(crate) fn named(name: &str) -> Option<Result<ChainSpec, String>> {
	NETWORKS.iter().find(|network| network.name == name).map(build)
}

/// The names of the networks, for error messages.
pub(crate) fn names() -> String {
	NETWORKS.iter().map(|network| network.name).collect::<Vec<_>>().join(", ")
}

fn build(network: &Network) -> Result<ChainSpec, String> {
	let code = WASM_BINARY.ok_or(
		"this binary was built without a runtime (SKIP_WASM_BUILD was set): build it again, or \
		 name a chain specification file with --chain",
	)?;
	Ok(ChainSpec::builder(code, None)
		.with_name(network.title)
		.with_id(network.id)
		.with_chain_type(network.kind.clone())
		.with_protocol_id("millrace")
		.with_properties(properties())
		.with_genesis_config_preset_name(network.name)
		.build())
}

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), "MILL".into());
	properties.insert("tokenDecimals".into(), 12.into());
	properties.insert("ss58Format".into(), 42.into());
	properties
}

#[cfg(test)]
mod tests {
	use std::sync::LazyLock;

	use sp_core::storage::{well_known_keys, Storage};
	use sp_runtime::BuildStorage;

	use super::*;

	/// Every network with its genesis, built once: each build compiles the runtime.
	static ALL: LazyLock<Vec<(&str, ChainSpec, Storage)>> = LazyLock::new(|| {
		let built = |network: &Network| {
			let spec = build(network).unwrap();
			let genesis = spec.build_storage().unwrap_or_else(|e| panic!("{}: {e}", network.name));
			(network.name, spec, genesis)
		};
		NETWORKS.iter().map(built).collect()
	});

	#[test]
	fn every_network_builds_its_genesis() {
		for (name, _, genesis) in ALL.iter() {
			assert!(genesis.top.contains_key(well_known_keys::CODE), "{name}");
			assert!(genesis.top.len() > 10, "{name} has next to no state");
		}
	}

	#[test]
	fn no_two_networks_have_the_same_genesis() {
		let mut states: Vec<_> = ALL.iter().map(|(_, _, genesis)| &genesis.top).collect();
		states.sort();
		states.dedup();
		assert_eq!(states.len(), NETWORKS.len());
	}

	#[test]
	fn an_exported_network_builds_the_same_genesis() {
		let (_, spec, genesis) = ALL.first().unwrap();
		let json = spec.as_json(true).unwrap().into_bytes();
		let again = ChainSpec::from_json_bytes(json).unwrap().build_storage().unwrap();
		assert_eq!(again.top, genesis.top);
	}

	#[test]
	fn wallets_learn_the_token() {
		for (name, spec, _) in ALL.iter() {
			let properties = spec.properties();
			assert_eq!(properties["tokenSymbol"], "MILL", "{name}");
			assert_eq!(properties["tokenDecimals"], 12, "{name}");
			assert_eq!(properties["ss58Format"], 42, "{name}");
		}
	}

	#[test]
	fn nobody_is_called_home_to() {
		for (name, spec, _) in ALL.iter() {
			assert!(spec.telemetry_endpoints().is_none(), "{name}");
			assert!(spec.boot_nodes().is_empty(), "{name}");
		}
	}

	#[test]
	fn an_unknown_network_is_none() {
		assert!(named("mainnet").is_none());
		assert!(named("").is_none());
		assert!(named("DEV").is_none());
	}
}
