//! The one loopback request of a pass.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::{format, string::String, vec, vec::Vec};

use codec::Encode;
use millrace_protocol::{
	BadMessage, Reply, View, RECONCILE_PATH, REPLY_BYTES_MAX, SIDECAR_URL_KEY,
};
use sp_core::offchain::{StorageKind, Timestamp};
use sp_runtime::offchain::http;

/// The longest URL of a sidecar in bytes.
const URL_BYTES_MAX: usize = 256;

/// Why a pass got no reply that it could use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoReply {
	/// No URL is configured.
	NoUrl,
	/// The configured URL cannot be used.
	BadUrl,
	/// Nobody answers there.
	Unreachable,
	/// The reply was not there in time.
	Late,
	/// The sidecar refused.
	Status(u16),
	/// The sidecar answered something else than a reply.
	Bad(BadMessage),
}

impl core::fmt::Display for NoReply {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::NoUrl => f.write_str(
				"this node holds a registered worker key but knows no sidecar: start it with \
				 --sidecar-url",
			),
			Self::BadUrl => write!(
				f,
				"the sidecar's URL is not http:// or https:// text of at most {URL_BYTES_MAX} bytes"
			),
			Self::Unreachable => f.write_str("the sidecar cannot be reached"),
			Self::Late => f.write_str("the sidecar did not reply in time"),
			Self::Status(code) => write!(f, "the sidecar refused with status {code}"),
			Self::Bad(bad) => write!(f, "the sidecar's reply is of no use: {bad}"),
		}
	}
}

/// Post `view` to the sidecar of this node and read its reply, all of it before `deadline`.
pub(crate) fn reconcile(view: &View, deadline: Timestamp) -> Result<Reply, NoReply> {
	let url = url()?;
	let pending = http::Request::post(&url, vec![view.encode()])
		.add_header("content-type", "application/octet-stream")
		.deadline(deadline)
		.send()
		.map_err(|_| NoReply::Unreachable)?;
	let response =
		pending.try_wait(deadline).map_err(|_| NoReply::Late)?.map_err(|error| match error {
			http::Error::DeadlineReached => NoReply::Late,
			http::Error::IoError | http::Error::Unknown => NoReply::Unreachable,
		})?;
	if response.code != 200 {
		return Err(NoReply::Status(response.code));
	}
	let bytes = read(&response, deadline)?;
	Reply::from_bytes(&bytes).map_err(NoReply::Bad)
}

/// The body of `response`; no more than the largest reply and one byte is ever read.
fn read(response: &http::Response, deadline: Timestamp) -> Result<Vec<u8>, NoReply> {
	let mut body = response.body();
	body.deadline(deadline);
	let bytes: Vec<u8> = body.by_ref().take(REPLY_BYTES_MAX.saturating_add(1)).collect();
	match body.error() {
		None if bytes.len() > REPLY_BYTES_MAX => Err(NoReply::Bad(BadMessage::TooLarge)),
		None => Ok(bytes),
		Some(sp_core::offchain::HttpError::DeadlineReached) => Err(NoReply::Late),
		Some(_) => Err(NoReply::Unreachable),
	}
}

fn url() -> Result<String, NoReply> {
	let bytes = sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, SIDECAR_URL_KEY)
		.ok_or(NoReply::NoUrl)?;
	if bytes.len() > URL_BYTES_MAX {
		return Err(NoReply::BadUrl);
	}
	let base = core::str::from_utf8(&bytes).map_err(|_| NoReply::BadUrl)?;
	if !base.starts_with("http://") && !base.starts_with("https://") {
		return Err(NoReply::BadUrl);
	}
	Ok(format!("{}{RECONCILE_PATH}", base.trim_end_matches('/')))
}
