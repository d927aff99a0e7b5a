//! Why a method of this node fails. The codes are part of the interface.

use jsonrpsee::types::{
	error::{INVALID_PARAMS_CODE, METHOD_NOT_FOUND_CODE},
	ErrorObject, ErrorObjectOwned,
};
use sc_rpc_api::UnsafeRpcError;

/// Below this are the codes of Substrate's own methods.
const BASE: i32 = 9_000;

/// Why a method fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
	/// An argument is not what it should be.
	#[error("`{0}` must be {1}")]
	Argument(&'static str, &'static str),
	/// The method is for the operator, and the caller may be someone else.
	#[error(transparent)]
	Unsafe(#[from] UnsafeRpcError),
	/// The runtime did not answer.
	#[error("the runtime did not answer: {0}")]
	Runtime(#[from] sp_api::ApiError),
	/// The keystore cannot sign.
	#[error("the keystore of this node failed: {0}")]
	Keystore(#[from] sp_keystore::Error),
	/// The keystore does not hold the key.
	#[error(
		"the keystore of this node does not hold the worker key {0}; insert it with `key insert \
		 --key-type mrwk --scheme sr25519`"
	)]
	NoSuchKey(millrace_primitives::WorkerKey),
	/// Too many jobs, or accounts, are followed already, over this connection or all of them.
	#[error(
		"this node serves too many subscriptions already; end some, try another node, or later"
	)]
	Busy,
}

impl Error {
	const fn code(&self) -> i32 {
		match self {
			Self::Argument(..) => INVALID_PARAMS_CODE,
			Self::Unsafe(_) => METHOD_NOT_FOUND_CODE,
			Self::Runtime(_) => BASE + 1,
			Self::Keystore(_) => BASE + 2,
			Self::NoSuchKey(_) => BASE + 3,
			Self::Busy => BASE + 4,
		}
	}
}

impl From<Error> for ErrorObjectOwned {
	fn from(error: Error) -> Self {
		match error {
			// Answered as Substrate answers it for its own methods.
			Error::Unsafe(refusal) => refusal.into(),
			error => ErrorObject::owned(error.code(), error.to_string(), None::<()>),
		}
	}
}
