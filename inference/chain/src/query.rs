//! What a client reads: the runtime API `MillraceApi`, at the best block unless said otherwise, and
//! a few answers of the node itself.

use codec::{Decode, DecodeLimit, Encode};
use millrace_primitives::{
	identity::WorkerKeys,
	views::{
		BidRank, DisputeView, Funds, JobView, ModelView, Owed, Parameters, Quote, TierView,
		WorkerView,
	},
	Bid, JobId, ModelId, PeerKey, TokenCounts, WorkerKey,
};
use serde::Deserialize;
use sp_core::{crypto::AccountId32, sr25519, H256};
use subxt::rpcs::{client::rpc_params, methods::legacy::Bytes};

use crate::{Chain, ChainError, Mismatch};

pub(crate) const API: &str = "MillraceApi";

/// The functions of the runtime API that this crate calls, by the name `state_call` knows them by.
pub(crate) const API_FUNCTIONS: &[&str] = &[
	"MillraceApi_job",
	"MillraceApi_jobs_of",
	"MillraceApi_models",
	"MillraceApi_tiers",
	"MillraceApi_worker",
	"MillraceApi_worker_by_peer",
	"MillraceApi_workers_of",
	"MillraceApi_verifiers_of",
	"MillraceApi_quote",
	"MillraceApi_funds",
	"MillraceApi_owed",
	"MillraceApi_dispute",
	"MillraceApi_rank",
	"MillraceApi_parameters",
];

/// No view nests deeper than this.
const DEPTH_MAX: u32 = 16;

/// How a node is doing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeHealth {
	/// Connected peers.
	pub peers: usize,
	/// Whether the node is catching up.
	pub is_syncing: bool,
	/// Whether the node is meant to have peers.
	pub should_have_peers: bool,
}

/// Read `bytes` as the answer of `function`, to the last byte.
pub(crate) fn decode<T: Decode>(function: &'static str, bytes: &[u8]) -> Result<T, Mismatch> {
	T::decode_all_with_depth_limit(DEPTH_MAX, &mut &*bytes).map_err(|_| Mismatch::Answer(function))
}

impl Chain {
	async fn api<T: Decode>(
		&self,
		function: &'static str,
		arguments: impl Encode,
		at: Option<H256>,
	) -> Result<T, ChainError> {
		let arguments = format!("0x{}", hex::encode(arguments.encode()));
		let answer: Bytes =
			self.link().request("state_call", || rpc_params![function, &arguments, at]).await?;
		Ok(decode(function, &answer.0)?)
	}

	/// The numbers by which the chain runs, and its time.
	pub async fn parameters(&self) -> Result<Parameters, ChainError> {
		self.api("MillraceApi_parameters", (), None).await
	}

	/// The models on offer.
	pub async fn models(&self) -> Result<Vec<ModelView>, ChainError> {
		self.api("MillraceApi_models", (), None).await
	}

	/// The price classes.
	pub async fn tiers(&self) -> Result<Vec<TierView>, ChainError> {
		self.api("MillraceApi_tiers", (), None).await
	}

	/// The worker registered by `owner`.
	pub async fn worker(
		&self,
		owner: &AccountId32,
	) -> Result<Option<WorkerView<AccountId32>>, ChainError> {
		self.api("MillraceApi_worker", owner, None).await
	}

	/// The worker whose sidecar has the libp2p identity `peer`.
	pub async fn worker_by_peer(
		&self,
		peer: &PeerKey,
	) -> Result<Option<WorkerView<AccountId32>>, ChainError> {
		self.api("MillraceApi_worker_by_peer", peer, None).await
	}

	/// The workers that serve `model`, the first 64.
	pub async fn workers_of(
		&self,
		model: &ModelId,
	) -> Result<Vec<WorkerView<AccountId32>>, ChainError> {
		self.api("MillraceApi_workers_of", model, None).await
	}

	/// The workers that may verify for `model` now, at most 128.
	pub async fn verifiers_of(
		&self,
		model: &ModelId,
	) -> Result<Vec<WorkerView<AccountId32>>, ChainError> {
		self.api("MillraceApi_verifiers_of", model, None).await
	}

	/// What a job of at most `max` tokens would lock.
	pub async fn quote(
		&self,
		model: &ModelId,
		max: &TokenCounts,
	) -> Result<Option<Quote>, ChainError> {
		self.api("MillraceApi_quote", (model, max), None).await
	}

	/// A job.
	pub async fn job(&self, id: &JobId) -> Result<Option<JobView<AccountId32>>, ChainError> {
		self.api("MillraceApi_job", id, None).await
	}

	/// A job as it was in the block `at`.
	pub async fn job_at(
		&self,
		id: &JobId,
		at: H256,
	) -> Result<Option<JobView<AccountId32>>, ChainError> {
		self.api("MillraceApi_job", id, Some(at)).await
	}

	/// The unfinished jobs that concern the worker of `owner`, the first 256.
	pub async fn jobs_of(&self, owner: &AccountId32) -> Result<Vec<JobId>, ChainError> {
		self.api("MillraceApi_jobs_of", owner, None).await
	}

	/// What `who` owns.
	pub async fn funds(&self, who: &AccountId32) -> Result<Funds, ChainError> {
		self.api("MillraceApi_funds", who, None).await
	}

	/// What `who` owned in the block `at`.
	pub async fn funds_at(&self, who: &AccountId32, at: H256) -> Result<Funds, ChainError> {
		self.api("MillraceApi_funds", who, Some(at)).await
	}

	/// What `owner` may expect to be paid, as a worker and as a verifier, and why it is not paid yet:
	/// for the first 256 jobs that concern it.
	pub async fn owed(&self, owner: &AccountId32) -> Result<Vec<Owed<AccountId32>>, ChainError> {
		self.api("MillraceApi_owed", owner, None).await
	}

	/// The dispute of a job, if there is one, or one was decided and the job is not forgotten yet. One
	/// that the requester has ended by its receipt leaves no record.
	pub async fn dispute(
		&self,
		job: &JobId,
	) -> Result<Option<DisputeView<AccountId32>>, ChainError> {
		self.api("MillraceApi_dispute", job, None).await
	}

	/// How `bids` for an auctioned job compare: an answer for each of them, none for one that cannot
	/// be awarded.
	pub async fn rank(
		&self,
		job: &JobId,
		bids: &[Bid<AccountId32>],
	) -> Result<Vec<Option<BidRank>>, ChainError> {
		self.api("MillraceApi_rank", (job, bids), None).await
	}

	/// The account that takes the treasury's share.
	pub async fn treasury(&self) -> Result<AccountId32, ChainError> {
		Ok(self.runtime().await.treasury()?)
	}

	/// How the node is doing.
	pub async fn health(&self) -> Result<NodeHealth, ChainError> {
		self.link().request("system_health", || rpc_params![]).await
	}

	/// The worker keys in the node's keystore. The node must allow unsafe methods.
	pub async fn worker_keys(&self) -> Result<Vec<WorkerKey>, ChainError> {
		const METHOD: &str = "millrace_workerKeys";
		let keys: Vec<Bytes> = self.link().request(METHOD, || rpc_params![]).await?;
		keys.iter().map(|key| Ok(sr25519::Public::from_raw(array(METHOD, &key.0)?))).collect()
	}

	/// The signature of the node's worker key over the identity message of `keys`. The node must
	/// allow unsafe methods, and its keystore must hold `keys.worker`.
	pub async fn sign_identity(
		&self,
		owner: &AccountId32,
		nonce: u32,
		keys: &WorkerKeys,
	) -> Result<sr25519::Signature, ChainError> {
		const METHOD: &str = "millrace_signIdentity";
		let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
		let (worker, peer, envelope) =
			(hex(keys.worker.as_ref()), hex(keys.peer.as_ref()), hex(&keys.envelope.0));
		let signature: Bytes = self
			.link()
			.request(METHOD, || rpc_params![owner.to_string(), nonce, &worker, &peer, &envelope])
			.await?;
		Ok(sr25519::Signature::from_raw(array(METHOD, &signature.0)?))
	}

	/// The signature of the node's worker key `worker` over `bid`. The node must allow unsafe methods,
	/// and its keystore must hold the key.
	pub async fn sign_bid(
		&self,
		worker: &WorkerKey,
		bid: &Bid<AccountId32>,
	) -> Result<sr25519::Signature, ChainError> {
		const METHOD: &str = "millrace_signBid";
		let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
		let (worker, job) = (hex(worker.as_ref()), hex(bid.job.0.as_ref()));
		let (owner, price) = (bid.worker.to_string(), bid.price.to_string());
		let (latency, valid_until) = (bid.latency, bid.valid_until);
		let params = || rpc_params![&worker, &job, &owner, &price, latency, valid_until];
		let signature: Bytes = self.link().request(METHOD, params).await?;
		Ok(sr25519::Signature::from_raw(array(METHOD, &signature.0)?))
	}
}

fn array<const N: usize>(method: &'static str, bytes: &[u8]) -> Result<[u8; N], Mismatch> {
	bytes.try_into().map_err(|_| Mismatch::Answer(method))
}
