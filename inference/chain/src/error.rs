//! What can go wrong between a client and the chain.

use sp_core::H256;

/// Where this client and the chain do not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
	/// The chain lacks a pallet.
	#[error("the chain has no pallet {0}")]
	Pallet(&'static str),
	/// A pallet lacks a call.
	#[error("the chain has no call {0}.{1}")]
	Call(&'static str, &'static str),
	/// A call takes other arguments.
	#[error("{pallet}.{call} takes ({found}) on the chain and ({expected}) here")]
	Arguments {
		/// The pallet.
		pallet: &'static str,
		/// The call.
		call: &'static str,
		/// The arguments of the chain.
		found: String,
		/// The arguments of this client.
		expected: String,
	},
	/// The encoded arguments of a call are not what the chain reads.
	#[error("the arguments of {pallet}.{call} have another shape on the chain: {reason}")]
	Shape {
		/// The pallet.
		pallet: &'static str,
		/// The call.
		call: &'static str,
		/// What does not fit.
		reason: String,
	},
	/// A pallet lacks a constant.
	#[error("the chain has no constant {0}.{1}")]
	Constant(&'static str, &'static str),
	/// The runtime lacks an API function.
	#[error("the runtime has no API function {0}")]
	Api(&'static str),
	/// An API function answers in another shape.
	#[error("the answer of {0} has another shape on the chain")]
	Answer(&'static str),
	/// The metadata cannot be read.
	#[error("the metadata of the chain cannot be read: {0}")]
	Metadata(String),
	/// After a reconnect the node serves another chain.
	#[error("the node serves the chain {found:?} now, before it was {expected:?}")]
	Genesis {
		/// The genesis hash at first.
		expected: H256,
		/// The genesis hash now.
		found: H256,
	},
}

/// A read from the chain that failed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
	/// The URL is not a WebSocket URL.
	#[error("{0} is not a ws:// or wss:// URL")]
	Url(String),
	/// The node cannot be reached.
	#[error("the node at {url} cannot be reached: {reason}")]
	Unreachable {
		/// The node.
		url: String,
		/// Why.
		reason: String,
	},
	/// The node did not answer in time.
	#[error("the node did not answer {0} in time")]
	Timeout(&'static str),
	/// The node refused a request.
	#[error("the node refused {method}: {reason}")]
	Refused {
		/// The RPC method.
		method: &'static str,
		/// Why.
		reason: String,
	},
	/// This client and the chain do not fit.
	#[error("this client and this chain differ: {0}")]
	Differs(#[from] Mismatch),
	/// The block is not part of the best chain any more.
	#[error("block {0:?} is not part of the best chain any more")]
	Retracted(H256),
}

/// Why the chain did not do what a transaction asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}{}", if .docs.is_empty() { String::new() } else { format!(": {}", .docs) })]
pub struct DispatchFailure {
	/// `Pallet::Error`, or the name of a general error.
	pub name: String,
	/// What the chain's metadata says about the error; empty if nothing.
	pub docs: String,
}

/// A transaction that did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError {
	/// It could not be brought to the chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The node did not take it.
	#[error("the node did not take the transaction: {0}")]
	Rejected(String),
	/// The account owns neither enough MILL nor enough of the payment asset for the fee.
	#[error("the account cannot pay the transaction fee")]
	CannotPayFee,
	/// It is in a block, and failed there.
	#[error("the chain refused the call: {0}")]
	Failed(DispatchFailure),
	/// It left the pool without being included.
	#[error("the transaction was dropped before it was included: {0}")]
	Dropped(&'static str),
	/// It is in no block after the time that this client waits.
	#[error("the transaction was not included in time")]
	NotIncluded,
	/// Too many transactions of this account wait to be submitted.
	#[error("too many transactions of this account wait to be submitted")]
	Busy,
	/// The submitter has stopped.
	#[error("the submitter has stopped")]
	Stopped,
}
