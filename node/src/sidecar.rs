//! Where the sidecar of this node listens, and how the off-chain worker learns it.

use std::{fmt, net::IpAddr, str::FromStr};

use millrace_protocol::SIDECAR_URL_KEY;
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};

/// The base URL of a sidecar on this machine: `http://HOST:PORT`, nothing after the port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SidecarUrl(String);

/// Why a text is not the URL of a sidecar.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum BadSidecarUrl {
	/// The scheme is missing, or another one.
	#[error("it must start with http:// (the sidecar is on this machine, so there is no TLS)")]
	Scheme,
	/// There is no port, or it is not one.
	#[error("it must name a port, as in http://127.0.0.1:9955")]
	Port,
	/// The host is another machine, or a name that could become one.
	#[error(
		"`{0}` is not this machine: use 127.0.0.1, [::1] or localhost, as the exchange is neither \
		 encrypted nor authenticated"
	)]
	NotLoopback(String),
	/// There is a user, path, query or fragment.
	#[error("nothing may stand beside the host and the port")]
	Surplus,
}

impl FromStr for SidecarUrl {
	type Err = BadSidecarUrl;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let rest = text.strip_prefix("http://").ok_or(BadSidecarUrl::Scheme)?;
		let authority = rest.strip_suffix('/').unwrap_or(rest);
		if authority.contains(['/', '?', '#', '@', '\\']) {
			return Err(BadSidecarUrl::Surplus);
		}
		let (host, port) = authority.rsplit_once(':').ok_or(BadSidecarUrl::Port)?;
		if !port.bytes().all(|byte| byte.is_ascii_digit()) {
			return Err(BadSidecarUrl::Port);
		}
		match port.parse::<u16>() {
			Ok(0) | Err(_) => Err(BadSidecarUrl::Port),
			Ok(port) if is_loopback(host) => Ok(Self(format!("http://{host}:{port}"))),
			Ok(_) => Err(BadSidecarUrl::NotLoopback(host.into())),
		}
	}
}

impl fmt::Display for SidecarUrl {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

fn is_loopback(host: &str) -> bool {
	let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
	match bracketed {
		Some(address) => matches!(address.parse(), Ok(IpAddr::V6(ip)) if ip.is_loopback()),
		None => {
			host == "localhost" || matches!(host.parse(), Ok(IpAddr::V4(ip)) if ip.is_loopback())
		},
	}
}

/// Let the off-chain worker find `url`, or find none: the flag of this run decides, not an
/// earlier one.
pub(crate) fn remember(storage: &mut impl OffchainStorage, url: Option<&SidecarUrl>) {
	match url {
		Some(SidecarUrl(url)) => storage.set(STORAGE_PREFIX, SIDECAR_URL_KEY, url.as_bytes()),
		None => storage.remove(STORAGE_PREFIX, SIDECAR_URL_KEY),
	}
}

#[cfg(test)]
mod tests {
	use sp_core::offchain::{
		storage::{InMemOffchainStorage, OffchainDb},
		DbExternalities, StorageKind,
	};

	use super::*;

	fn parsed(text: &str) -> Result<String, BadSidecarUrl> {
		text.parse::<SidecarUrl>().map(|url| url.to_string())
	}

	#[test]
	fn loopback_hosts_are_taken() {
		for url in ["http://127.0.0.1:9955", "http://127.8.0.9:1", "http://localhost:65535"] {
			assert_eq!(parsed(url), Ok(url.into()));
		}
		assert_eq!(parsed("http://[::1]:9955"), Ok("http://[::1]:9955".into()));
	}

	#[test]
	fn a_trailing_slash_is_dropped() {
		assert_eq!(parsed("http://127.0.0.1:9955/"), Ok("http://127.0.0.1:9955".into()));
	}

	#[test]
	fn other_machines_are_refused() {
		for host in [
			"0.0.0.0",
			"10.0.0.1",
			"example.org",
			"localhost.example.org",
			"127.0.0.1.example.org",
			"[::]",
			"[::ffff:10.0.0.1]",
			"[2001:db8::1]",
			"::1",
			"[127.0.0.1]",
			"LOCALHOST.",
			"2130706433",
			"",
		] {
			let refused = parsed(&format!("http://{host}:80"));
			assert_eq!(refused, Err(BadSidecarUrl::NotLoopback(host.into())), "{host}");
		}
	}

	#[test]
	fn other_schemes_are_refused() {
		for url in ["https://127.0.0.1:1", "127.0.0.1:1", "HTTP://127.0.0.1:1", "unix:/run/s", ""] {
			assert_eq!(parsed(url), Err(BadSidecarUrl::Scheme), "{url}");
		}
	}

	#[test]
	fn a_missing_or_impossible_port_is_refused() {
		for url in [
			"http://127.0.0.1",
			"http://127.0.0.1:",
			"http://127.0.0.1:0",
			"http://127.0.0.1:65536",
			"http://127.0.0.1:+80",
			"http://127.0.0.1:80 ",
			"http://127.0.0.1:eighty",
		] {
			assert_eq!(parsed(url), Err(BadSidecarUrl::Port), "{url}");
		}
	}

	#[test]
	fn anything_beside_host_and_port_is_refused() {
		for url in [
			"http://user@127.0.0.1:1",
			"http://example.org/@127.0.0.1:1",
			"http://127.0.0.1:1/v1",
			"http://127.0.0.1:1//",
			"http://127.0.0.1:1?x",
			"http://127.0.0.1:1#x",
			"http://example.org\\@127.0.0.1:1",
		] {
			assert_eq!(parsed(url), Err(BadSidecarUrl::Surplus), "{url}");
		}
	}

	#[test]
	fn the_off_chain_worker_finds_what_was_remembered() {
		let mut storage = InMemOffchainStorage::default();
		let url: SidecarUrl = "http://127.0.0.1:9955".parse().unwrap();
		remember(&mut storage, Some(&url));
		let mut seen_by_runtime = OffchainDb::new(storage.clone());
		let found = seen_by_runtime.local_storage_get(StorageKind::PERSISTENT, SIDECAR_URL_KEY);
		assert_eq!(found, Some(b"http://127.0.0.1:9955".to_vec()));

		remember(&mut storage, None);
		let mut seen_by_runtime = OffchainDb::new(storage);
		let found = seen_by_runtime.local_storage_get(StorageKind::PERSISTENT, SIDECAR_URL_KEY);
		assert_eq!(found, None);
	}
}
