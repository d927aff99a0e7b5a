//! The worker keys in this node's keystore. For the operator only: nothing here is for strangers.

#![expect(clippy::too_many_arguments, reason = "the arguments of a JSON-RPC call are flat")]

use jsonrpsee::{proc_macros::rpc, Extensions};
use millrace_primitives::{
	identity, Balance, Bid, EnvelopeKey, JobId, Moment, PeerKey, WorkerKey, WORKER_KEY_TYPE,
};
use millrace_runtime::AccountId;
use sc_rpc_api::check_if_safe;
use sp_core::{Bytes, H256};
use sp_keystore::KeystorePtr;

use super::error::Error;

/// What the operator of a worker asks the node that holds its key.
#[rpc(server, namespace = "millrace")]
pub(crate) trait WorkerApi {
	/// The worker keys (sr25519, key type `mrwk`) in the keystore, as hex.
	#[method(name = "workerKeys", with_extensions)]
	fn worker_keys(&self) -> Result<Vec<Bytes>, Error>;

	/// The signature with which the worker key `worker` agrees to belong to `owner`, with this peer
	/// key and this envelope key, as hex. `nonce` counts the key changes of the owner. The keys are
	/// hex, the owner is SS58 or hex.
	#[method(name = "signIdentity", with_extensions)]
	fn sign_identity(
		&self,
		owner: String,
		nonce: u32,
		worker: String,
		peer: String,
		envelope: String,
	) -> Result<Bytes, Error>;

	/// The signature of the worker key `worker` (hex) over a bid for the auctioned job `job` (hex), as
	/// hex. `owner` (SS58 or hex) is who registered the worker, `price` is decimal text in base units of
	/// the payment asset, `latency` is what the worker promises to take, in milliseconds from the award,
	/// and `valid_until` the last moment for it, in milliseconds of chain time.
	#[method(name = "signBid", with_extensions)]
	fn sign_bid(
		&self,
		worker: String,
		job: String,
		owner: String,
		price: String,
		latency: Moment,
		valid_until: Moment,
	) -> Result<Bytes, Error>;
}

/// Signs with the keystore of this node.
#[derive(Clone)]
pub(super) struct WorkerIdentity {
	keystore: KeystorePtr,
	genesis: H256,
}

impl WorkerIdentity {
	/// Signs with `keystore` for the chain `genesis`.
	pub(super) const fn new(keystore: KeystorePtr, genesis: H256) -> Self {
		Self { keystore, genesis }
	}

	fn sign(&self, worker: WorkerKey, message: &[u8]) -> Result<Bytes, Error> {
		let signature = self.keystore.sr25519_sign(WORKER_KEY_TYPE, &worker, message)?;
		let signature = signature.ok_or(Error::NoSuchKey(worker))?;
		Ok(Bytes(signature.0.to_vec()))
	}
}

impl WorkerApiServer for WorkerIdentity {
	fn worker_keys(&self, extensions: &Extensions) -> Result<Vec<Bytes>, Error> {
		check_if_safe(extensions)?;
		let keys = self.keystore.sr25519_public_keys(WORKER_KEY_TYPE);
		Ok(keys.iter().map(|key| Bytes(key.0.to_vec())).collect())
	}

	fn sign_identity(
		&self,
		extensions: &Extensions,
		owner: String,
		nonce: u32,
		worker: String,
		peer: String,
		envelope: String,
	) -> Result<Bytes, Error> {
		check_if_safe(extensions)?;
		let owner = account("owner", &owner)?;
		let keys = identity::WorkerKeys {
			worker: WorkerKey::from_raw(key("worker", &worker)?),
			peer: PeerKey::from_raw(key("peer", &peer)?),
			envelope: EnvelopeKey(key("envelope", &envelope)?),
		};
		self.sign(keys.worker, &identity::message(self.genesis, &owner, nonce, &keys))
	}

	fn sign_bid(
		&self,
		extensions: &Extensions,
		worker: String,
		job: String,
		owner: String,
		price: String,
		latency: Moment,
		valid_until: Moment,
	) -> Result<Bytes, Error> {
		check_if_safe(extensions)?;
		let bid = Bid {
			job: JobId(H256(key("job", &job)?)),
			worker: account("owner", &owner)?,
			price: amount("price", &price)?,
			latency,
			valid_until,
		};
		if bid.price == 0 {
			return Err(Error::Argument("price", "more than nothing"));
		}
		if bid.latency == 0 {
			return Err(Error::Argument("latency", "more than nothing"));
		}
		self.sign(WorkerKey::from_raw(key("worker", &worker)?), &bid.message(self.genesis))
	}
}

fn account(name: &'static str, text: &str) -> Result<AccountId, Error> {
	text.parse().map_err(|_| Error::Argument(name, "an account, as SS58 or hex"))
}

/// Digits only: a sign or a point would say that something else is meant.
fn amount(name: &'static str, text: &str) -> Result<Balance, Error> {
	let digits = text.bytes().all(|byte| byte.is_ascii_digit());
	text.parse()
		.ok()
		.filter(|_| digits)
		.ok_or(Error::Argument(name, "an amount in base units, as decimal text"))
}

fn key(name: &'static str, hex: &str) -> Result<[u8; 32], Error> {
	let key: H256 = hex.parse().map_err(|_| Error::Argument(name, "32 bytes in hex"))?;
	Ok(key.0)
}

#[cfg(test)]
mod tests {
	use std::sync::Arc;

	use jsonrpsee::{core::server::MethodsError, types::error::METHOD_NOT_FOUND_CODE, RpcModule};
	use sc_keystore::LocalKeystore;
	use sc_rpc_api::DenyUnsafe;
	use sp_core::{sr25519, Pair};
	use sp_keystore::Keystore;

	use super::*;

	const GENESIS: H256 = H256([7; 32]);
	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const PEER: &str = "0x0101010101010101010101010101010101010101010101010101010101010101";
	const ENVELOPE: &str = "0202020202020202020202020202020202020202020202020202020202020202";

	fn worker() -> WorkerKey {
		sr25519::Pair::from_string("//Worker", None).unwrap().public()
	}

	fn worker_hex() -> String {
		format!("0x{}", array_to_hex(&worker().0))
	}

	fn array_to_hex(bytes: &[u8]) -> String {
		bytes.iter().map(|byte| format!("{byte:02x}")).collect()
	}

	fn node(policy: DenyUnsafe) -> RpcModule<WorkerIdentity> {
		let keystore = LocalKeystore::in_memory();
		keystore.sr25519_generate_new(WORKER_KEY_TYPE, Some("//Worker")).unwrap();
		let mut module = WorkerIdentity::new(Arc::new(keystore), GENESIS).into_rpc();
		module.extensions_mut().insert(policy);
		module
	}

	async fn sign(node: &RpcModule<WorkerIdentity>, owner: &str, worker: &str) -> Answer {
		let (peer, envelope) = (PEER, ENVELOPE);
		node.call("millrace_signIdentity", (owner, 3, worker, peer, envelope)).await
	}

	const JOB: &str = "0x0303030303030303030303030303030303030303030303030303030303030303";

	async fn bid(node: &RpcModule<WorkerIdentity>, price: &str, latency: u64) -> Answer {
		let params = (worker_hex(), JOB, ALICE, price, latency, 1_700_000_000_000u64);
		node.call("millrace_signBid", params).await
	}

	type Answer = Result<Bytes, MethodsError>;

	fn code(answer: Result<impl std::fmt::Debug, MethodsError>) -> i32 {
		match answer.unwrap_err() {
			MethodsError::JsonRpc(error) => error.code(),
			other => panic!("{other}"),
		}
	}

	#[tokio::test]
	async fn strangers_are_refused() {
		let node = node(DenyUnsafe::Yes);
		assert_eq!(code(sign(&node, ALICE, &worker_hex()).await), METHOD_NOT_FOUND_CODE);
		let keys: Result<Vec<Bytes>, _> = node.call("millrace_workerKeys", [(); 0]).await;
		assert_eq!(code(keys), METHOD_NOT_FOUND_CODE);
		assert_eq!(code(bid(&node, "2500000", 60_000).await), METHOD_NOT_FOUND_CODE);
		assert_eq!(code(bid(&node, "nothing", 0).await), METHOD_NOT_FOUND_CODE);
	}

	#[tokio::test]
	async fn strangers_learn_nothing_from_bad_arguments() {
		let node = node(DenyUnsafe::Yes);
		assert_eq!(code(sign(&node, "nobody", "0x00").await), METHOD_NOT_FOUND_CODE);
	}

	#[tokio::test]
	async fn the_operator_learns_the_keys() {
		let keys: Vec<Bytes> =
			node(DenyUnsafe::No).call("millrace_workerKeys", [(); 0]).await.unwrap();
		assert_eq!(keys, vec![Bytes(worker().0.to_vec())]);
	}

	#[tokio::test]
	async fn the_worker_key_signs_the_identity_message() {
		let signature = sign(&node(DenyUnsafe::No), ALICE, &worker_hex()).await.unwrap();
		let keys = identity::WorkerKeys {
			worker: worker(),
			peer: PeerKey::from_raw([1; 32]),
			envelope: EnvelopeKey([2; 32]),
		};
		let owner: AccountId = ALICE.parse().unwrap();
		let signature = sr25519::Signature::try_from(&signature.0[..]).unwrap();
		let verify = |genesis, nonce| {
			let message = identity::message(genesis, &owner, nonce, &keys);
			sr25519::Pair::verify(&signature, message, &worker())
		};
		assert!(verify(GENESIS, 3));
		assert!(!verify(GENESIS, 4), "the nonce is not signed");
		assert!(!verify(H256::zero(), 3), "the chain is not signed");
	}

	#[tokio::test]
	async fn an_owner_in_hex_is_the_same_owner() {
		let owner: AccountId = ALICE.parse().unwrap();
		let hex = format!("0x{}", array_to_hex(owner.as_ref()));
		assert!(sign(&node(DenyUnsafe::No), &hex, &worker_hex()).await.is_ok());
	}

	#[tokio::test]
	async fn a_key_that_is_not_held_is_refused() {
		let answer = sign(&node(DenyUnsafe::No), ALICE, PEER).await;
		assert_eq!(code(answer), 9_003);
	}

	#[tokio::test]
	async fn arguments_that_are_no_keys_are_refused() {
		let node = node(DenyUnsafe::No);
		for (owner, worker) in [
			("nobody", worker_hex()),
			("", worker_hex()),
			(ALICE, "0x01".into()),
			(ALICE, format!("{}00", worker_hex())),
			(ALICE, "zz".repeat(32)),
			(ALICE, String::new()),
		] {
			let answer = sign(&node, owner, &worker).await;
			assert_eq!(code(answer), jsonrpsee::types::error::INVALID_PARAMS_CODE, "{worker}");
		}
	}

	#[tokio::test]
	async fn the_worker_key_signs_the_bid_and_nothing_else() {
		let signature = bid(&node(DenyUnsafe::No), "2500000", 60_000).await.unwrap();
		let signature = sr25519::Signature::try_from(&signature.0[..]).unwrap();
		let meant = Bid {
			job: JobId(H256([3; 32])),
			worker: ALICE.parse::<AccountId>().unwrap(),
			price: 2_500_000,
			latency: 60_000,
			valid_until: 1_700_000_000_000,
		};
		let signs = |bid: &Bid<AccountId>, genesis| {
			sr25519::Pair::verify(&signature, bid.message(genesis), &worker())
		};
		assert!(signs(&meant, GENESIS));
		assert!(!signs(&meant, H256::zero()), "the chain is not signed");
		assert!(!signs(&Bid { price: 2_500_001, ..meant.clone() }, GENESIS));
		assert!(!signs(&Bid { latency: 60_001, ..meant.clone() }, GENESIS));
		assert!(!signs(&Bid { valid_until: 1_700_000_000_001, ..meant }, GENESIS));
	}

	#[tokio::test]
	async fn a_bid_of_nothing_is_refused() {
		let node = node(DenyUnsafe::No);
		let invalid = jsonrpsee::types::error::INVALID_PARAMS_CODE;
		for price in ["0", "", "-1", "+1", "2.5", "1e6", &"9".repeat(40)] {
			assert_eq!(code(bid(&node, price, 60_000).await), invalid, "{price}");
		}
		assert_eq!(code(bid(&node, "2500000", 0).await), invalid);
	}

	#[tokio::test]
	async fn a_bid_is_signed_by_a_key_of_this_node_only() {
		let params = (PEER, JOB, ALICE, "2500000", 60_000u64, 1_700_000_000_000u64);
		let answer: Answer = node(DenyUnsafe::No).call("millrace_signBid", params).await;
		assert_eq!(code(answer), 9_003);
	}
}
