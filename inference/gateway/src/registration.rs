//! Registering a worker: three keys in three places agree to belong together.

use std::time::Duration;

use millrace_chain::{AccountId32, Call, Chain, ChainError, SubmitError, Submitter};
use millrace_primitives::{
	identity::{Possession, WorkerKeys},
	views::WorkerView,
	Balance, EnvelopeKey, ModelId, PeerKey, WorkerKey,
};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::json;
use sp_core::ed25519;

/// How long the sidecar may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// The sidecar's loopback API.
#[derive(Clone, Debug)]
pub struct Sidecar {
	base: String,
	http: reqwest::Client,
}

/// Who a sidecar is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
	/// Its libp2p identity.
	pub peer: PeerKey,
	/// The same as a peer id.
	pub peer_id: String,
	/// The key to which envelopes are sealed.
	pub envelope: EnvelopeKey,
	/// The models that it serves.
	pub models: Vec<ModelId>,
}

/// Why a worker could not be registered, or its sidecar not be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
	/// The sidecar cannot be reached.
	#[error("the sidecar at {0} cannot be reached; is millrace-worker running?")]
	Sidecar(String, #[source] reqwest::Error),
	/// The sidecar refused.
	#[error("the sidecar refused: {0}")]
	Refused(String),
	/// The sidecar answers something else.
	#[error("the sidecar's answer has another shape: {0}")]
	Garbled(&'static str),
	/// The node holds no worker key.
	#[error(
		"the node's keystore holds no worker key; insert one: `millrace-node key insert --key-type \
		 mrwk --scheme sr25519`"
	)]
	NoWorkerKey,
	/// The node holds several worker keys.
	#[error("the node's keystore holds {0} worker keys; name one with --worker-key")]
	SeveralWorkerKeys(usize),
	/// No model of the sidecar is on offer.
	#[error("the chain offers none of the sidecar's models ({0})")]
	NoModel(String),
	/// The chain cannot be asked.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The chain refused.
	#[error(transparent)]
	Submit(#[from] SubmitError),
}

/// What registering changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Registered {
	/// The worker is new.
	New,
	/// The worker was known and has other keys or models now.
	Changed,
	/// The worker was known exactly so.
	Unchanged,
}

#[derive(Deserialize)]
struct IdentityAnswer {
	peer_key: String,
	peer_id: String,
	envelope_key: String,
	models: Vec<String>,
}

#[derive(Deserialize)]
struct SignatureAnswer {
	signature: String,
}

#[derive(Deserialize)]
struct Problem {
	error: String,
}

impl Sidecar {
	/// The sidecar whose API is at `base`, as in `http://127.0.0.1:9955`.
	pub fn new(base: &str) -> Self {
		Self { base: base.trim_end_matches('/').into(), http: reqwest::Client::new() }
	}

	/// Who the sidecar is.
	pub async fn identity(&self) -> Result<Identity, RegisterError> {
		identity(self.get("/v1/identity").await?)
	}

	/// Whether the sidecar can serve jobs, or why not.
	pub async fn ready(&self) -> Result<(), RegisterError> {
		self.get::<serde_json::Value>("/ready").await.map(|_| ())
	}

	/// What the sidecar answers at `path`.
	pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, RegisterError> {
		self.ask(self.http.get(self.url(path))).await
	}

	/// What the sidecar answers to `body` at `path`.
	pub(crate) async fn post<T: DeserializeOwned>(
		&self,
		path: &str,
		body: &impl Serialize,
	) -> Result<T, RegisterError> {
		self.ask(self.http.post(self.url(path)).json(body)).await
	}

	/// The peer key's agreement to belong to `owner` with `worker` as worker key.
	async fn sign(
		&self,
		chain: &Chain,
		owner: &AccountId32,
		nonce: u32,
		worker: &WorkerKey,
	) -> Result<ed25519::Signature, RegisterError> {
		let owner: &[u8] = owner.as_ref();
		let body = json!({
			"genesis": hex::encode(chain.genesis()),
			"owner": hex::encode(owner),
			"nonce": nonce,
			"worker_key": hex::encode(worker.0),
		});
		let answer: SignatureAnswer = self.post("/v1/identity/sign", &body).await?;
		let signature = bytes(&answer.signature).ok_or(RegisterError::Garbled("signature"))?;
		Ok(ed25519::Signature::from_raw(signature))
	}

	fn url(&self, path: &str) -> String {
		format!("{}{path}", self.base)
	}

	async fn ask<T: DeserializeOwned>(
		&self,
		request: reqwest::RequestBuilder,
	) -> Result<T, RegisterError> {
		let unreachable = |error| RegisterError::Sidecar(self.base.clone(), error);
		let response = request.timeout(ANSWER).send().await.map_err(unreachable)?;
		if response.status().is_success() {
			return response.json().await.map_err(|_| RegisterError::Garbled("body"));
		}
		let status = response.status();
		let problem = response.json::<Problem>().await.map(|problem| problem.error);
		Err(RegisterError::Refused(problem.unwrap_or_else(|_| status.to_string())))
	}
}

fn identity(answer: IdentityAnswer) -> Result<Identity, RegisterError> {
	let peer = bytes(&answer.peer_key).ok_or(RegisterError::Garbled("peer_key"))?;
	let envelope = bytes(&answer.envelope_key).ok_or(RegisterError::Garbled("envelope_key"))?;
	let models: Option<Vec<_>> =
		answer.models.iter().map(|model| bytes(model).map(ModelId)).collect();
	Ok(Identity {
		peer: PeerKey::from_raw(peer),
		peer_id: answer.peer_id,
		envelope: EnvelopeKey(envelope),
		models: models.ok_or(RegisterError::Garbled("models"))?,
	})
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
	let mut bytes = [0; N];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes).ok()?;
	Some(bytes)
}

/// The node's worker key: the one named, or the only one there is.
pub async fn worker_key(
	chain: &Chain,
	named: Option<WorkerKey>,
) -> Result<WorkerKey, RegisterError> {
	let keys = chain.worker_keys().await?;
	match (named, keys.as_slice()) {
		(Some(named), keys) if keys.contains(&named) => Ok(named),
		(None, [only]) => Ok(*only),
		(Some(_), _) | (None, []) => Err(RegisterError::NoWorkerKey),
		(None, several) => Err(RegisterError::SeveralWorkerKeys(several.len())),
	}
}

/// Make the chain know the sidecar and the node's worker key as the worker of the submitter's
/// account, paid to `payout`.
pub async fn register(
	chain: &Chain,
	owner: &Submitter,
	sidecar: &Sidecar,
	worker: WorkerKey,
	payout: &AccountId32,
) -> Result<Registered, RegisterError> {
	let identity = sidecar.identity().await?;
	let keys = WorkerKeys { worker, peer: identity.peer, envelope: identity.envelope };
	let models = offered(chain, &identity).await?;
	let account = owner.account();
	let Some(known) = chain.worker(account).await? else {
		let possession = possession(chain, sidecar, account, 0, &keys).await?;
		owner.submit_and_wait(Call::register(&keys, &possession, payout, &models)).await?;
		return Ok(Registered::New);
	};
	let mut changed = Registered::Unchanged;
	if !has_keys(&known, &keys) {
		let nonce = known.key_changes;
		let possession = possession(chain, sidecar, account, nonce, &keys).await?;
		owner.submit_and_wait(Call::rotate_keys(&keys, &possession)).await?;
		changed = Registered::Changed;
	}
	if known.models != models {
		owner.submit_and_wait(Call::set_models(&models)).await?;
		changed = Registered::Changed;
	}
	if known.payout != *payout {
		owner.submit_and_wait(Call::set_payout(payout)).await?;
		changed = Registered::Changed;
	}
	Ok(changed)
}

fn has_keys(worker: &WorkerView<AccountId32>, keys: &WorkerKeys) -> bool {
	(worker.key, worker.peer, worker.envelope) == (keys.worker, keys.peer, keys.envelope)
}

async fn offered(chain: &Chain, identity: &Identity) -> Result<Vec<ModelId>, RegisterError> {
	let models = chain.models().await?;
	let is_offered = |id: &&ModelId| models.iter().any(|model| model.id == **id);
	let offered: Vec<_> = identity.models.iter().filter(is_offered).copied().collect();
	if offered.is_empty() {
		let names: Vec<_> = identity.models.iter().map(ToString::to_string).collect();
		return Err(RegisterError::NoModel(names.join(", ")));
	}
	Ok(offered)
}

async fn possession(
	chain: &Chain,
	sidecar: &Sidecar,
	owner: &AccountId32,
	nonce: u32,
	keys: &WorkerKeys,
) -> Result<Possession, RegisterError> {
	let worker = chain.sign_identity(owner, nonce, keys).await?;
	let peer = sidecar.sign(chain, owner, nonce, &keys.worker).await?;
	Ok(Possession { worker, peer })
}

/// Raise the stake of the submitter's worker to the least that counts. Returns what was added.
pub async fn stake_minimum(chain: &Chain, owner: &Submitter) -> Result<Balance, RegisterError> {
	let needed = chain.parameters().await?.stake_min;
	let staked = chain.worker(owner.account()).await?.map_or(0, |worker| worker.stake);
	let missing = needed.saturating_sub(staked);
	if missing > 0 {
		owner.submit_and_wait(Call::stake(missing)).await?;
	}
	Ok(missing)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn answer() -> IdentityAnswer {
		IdentityAnswer {
			peer_key: "01".repeat(32),
			peer_id: "12D3".into(),
			envelope_key: format!("0x{}", "02".repeat(32)),
			models: vec!["03".repeat(32)],
		}
	}

	#[test]
	fn an_identity_is_read_with_or_without_prefix() {
		let identity = identity(answer()).unwrap();
		assert_eq!(identity.peer, PeerKey::from_raw([1; 32]));
		assert_eq!(identity.envelope, EnvelopeKey([2; 32]));
		assert_eq!(identity.models, [ModelId([3; 32])]);
	}

	#[test]
	fn an_identity_that_is_none_is_refused_by_field() {
		type Change = fn(&mut IdentityAnswer);
		let changes: [(&str, Change); 3] = [
			("peer_key", |answer| answer.peer_key.pop().map_or((), drop)),
			("envelope_key", |answer| answer.envelope_key.push('0')),
			("models", |answer| answer.models.push("gemma".into())),
		];
		for (field, change) in changes {
			let mut answer = answer();
			change(&mut answer);
			match identity(answer) {
				Err(RegisterError::Garbled(found)) => assert_eq!(found, field),
				other => panic!("{other:?}"),
			}
		}
	}
}
