//! Who may spend the gateway's money.

use std::{fmt, net::SocketAddr, sync::Arc};

use axum::{
	extract::{Request, State},
	http::{header, HeaderMap, StatusCode},
	middleware::Next,
	response::{IntoResponse, Response},
};
use sp_core::H256;
use sp_runtime::traits::{BlakeTwo256, Hash};

use super::Shared;
use crate::openai::ApiError;

/// Who may use a gateway.
#[derive(Clone)]
pub enum Access {
	/// Programs on this machine.
	Local,
	/// Whoever shows one of these API keys. Only their hashes are kept.
	Keys(Vec<H256>),
}

impl fmt::Debug for Access {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Local => f.write_str("Local"),
			Self::Keys(keys) => write!(f, "Keys({})", keys.len()),
		}
	}
}

/// A gateway that strangers could spend from.
#[derive(Debug, thiserror::Error)]
pub enum BadAccess {
	/// It would listen to the network without keys.
	#[error(
		"{0} can be reached from other machines, and whoever reaches the gateway spends its money: \
		 name a file of API keys with --api-keys, or listen on 127.0.0.1"
	)]
	Open(SocketAddr),
	/// The key file holds no key.
	#[error("the file of API keys holds no key of at least 16 characters")]
	NoKeys,
}

impl Access {
	/// The access for a gateway at `address`, with the API keys in the lines of `keys`.
	pub fn new(address: SocketAddr, keys: Option<&str>) -> Result<Self, BadAccess> {
		const KEY_LENGTH_MIN: usize = 16;
		let Some(lines) = keys else {
			return if address.ip().is_loopback() {
				Ok(Self::Local)
			} else {
				Err(BadAccess::Open(address))
			};
		};
		let keys: Vec<_> = lines
			.lines()
			.map(str::trim)
			.filter(|line| line.len() >= KEY_LENGTH_MIN)
			.map(|line| BlakeTwo256::hash(line.as_bytes()))
			.collect();
		if keys.is_empty() {
			Err(BadAccess::NoKeys)
		} else {
			Ok(Self::Keys(keys))
		}
	}

	fn admits(&self, headers: &HeaderMap) -> Result<(), ApiError> {
		match self {
			Self::Local if is_local(headers) => Ok(()),
			Self::Local => {
				let message = "this gateway answers programs on its own machine only";
				Err(ApiError::refused(StatusCode::FORBIDDEN, message).code("not_local"))
			},
			// Hashes are compared, so the time it takes tells nothing of a key.
			Self::Keys(keys) => bearer(headers)
				.map(|key| BlakeTwo256::hash(key.as_bytes()))
				.filter(|hash| keys.contains(hash))
				.map(|_| ())
				.ok_or_else(ApiError::unauthorized),
		}
	}
}

/// Whether a request names this machine as its host. A web page that had its own name resolve to a
/// loopback address does not.
fn is_local(headers: &HeaderMap) -> bool {
	let Some(Ok(host)) = headers.get(header::HOST).map(|host| host.to_str()) else { return false };
	let name = host.rsplit_once(':').map_or(host, |(name, port)| {
		if port.bytes().all(|byte| byte.is_ascii_digit()) {
			name
		} else {
			host
		}
	});
	matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
	headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

/// Let a request pass only if its sender may, and count the response.
pub(super) async fn check(
	State(shared): State<Arc<Shared>>,
	request: Request,
	next: Next,
) -> Response {
	let response = match shared.access.admits(request.headers()) {
		Ok(()) => next.run(request).await,
		Err(error) => error.into_response(),
	};
	shared.metrics.responded(response.status().as_u16());
	response
}

#[cfg(test)]
mod tests {
	use axum::http::HeaderValue;

	use super::*;

	fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
		HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
	}

	#[test]
	fn a_reachable_address_needs_keys() {
		let address = "0.0.0.0:1".parse().unwrap();
		assert!(matches!(Access::new(address, None), Err(BadAccess::Open(_))));
		assert!(Access::new(address, Some("a-key-of-some-length\n")).is_ok());
		assert!(matches!(Access::new(address, Some("short\n")), Err(BadAccess::NoKeys)));
	}

	#[test]
	fn a_rebound_name_is_not_local() {
		let access = Access::new("127.0.0.1:1".parse().unwrap(), None).unwrap();
		for host in ["127.0.0.1:8080", "localhost", "localhost:1", "[::1]:8080", "[::1]"] {
			assert!(access.admits(&headers(header::HOST, host)).is_ok(), "{host}");
		}
		for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example"] {
			assert!(access.admits(&headers(header::HOST, host)).is_err(), "{host}");
		}
		assert!(access.admits(&HeaderMap::new()).is_err());
	}

	#[test]
	fn only_a_known_key_is_admitted() {
		let access = Access::new("0.0.0.0:1".parse().unwrap(), Some("0123456789abcdef")).unwrap();
		let with = |value: &str| access.admits(&headers(header::AUTHORIZATION, value));
		assert!(with("Bearer 0123456789abcdef").is_ok());
		for value in ["Bearer 0123456789abcdeg", "Bearer ", "0123456789abcdef"] {
			assert_eq!(with(value).unwrap_err().status, 401);
		}
	}
}
