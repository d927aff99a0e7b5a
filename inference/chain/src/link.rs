//! One connection to a node that is opened again when it breaks.

use std::{future::Future, sync::Arc, time::Duration};

use serde::de::DeserializeOwned;
use subxt::rpcs::{
	client::{rpc_params, RpcClient, RpcParams, RpcSubscription},
	Error as RpcError,
};
use tokio::{sync::Mutex, time::timeout};

use crate::ChainError;

/// How long a node may take to answer.
const ANSWER: Duration = Duration::from_secs(15);
/// How long opening a connection may take.
const OPEN: Duration = Duration::from_secs(5);
/// Waits between the attempts of one request; a restarting node gets about ten seconds.
const BACKOFF_MS: [u64; 6] = [50, 200, 500, 1_500, 3_000, 5_000];

/// A connection to a node. Clones share it.
#[derive(Clone)]
pub(crate) struct Link {
	url: Arc<str>,
	open: Arc<Mutex<Open>>,
}

struct Open {
	client: RpcClient,
	/// Counts the connections, so that one break is repaired once.
	epoch: u64,
}

/// What became of one attempt.
enum Attempt<T> {
	Done(T),
	/// The node answered with an error.
	Refused(RpcError),
	/// The connection is broken.
	Broken(String),
}

impl Link {
	pub(crate) async fn open(url: &str) -> Result<Self, ChainError> {
		if !(url.starts_with("ws://") || url.starts_with("wss://")) {
			return Err(ChainError::Url(url.into()));
		}
		let client = dial(url).await?;
		let open = Arc::new(Mutex::new(Open { client, epoch: 0 }));
		Ok(Self { url: url.into(), open })
	}

	pub(crate) fn url(&self) -> &str {
		&self.url
	}

	/// Ask the node, again after a break of the connection. Only for requests that may be repeated.
	pub(crate) async fn request<T: DeserializeOwned>(
		&self,
		method: &'static str,
		params: impl Fn() -> RpcParams,
	) -> Result<T, ChainError> {
		let mut waits = BACKOFF_MS.into_iter();
		loop {
			let (client, epoch) = self.client().await;
			let reason = match attempt(client.request(method, params())).await {
				Attempt::Done(answer) => return Ok(answer),
				Attempt::Refused(error) => return Err(refused(method, &error)),
				Attempt::Broken(reason) => reason,
			};
			let Some(wait) = waits.next() else {
				return Err(ChainError::Unreachable { url: self.url.to_string(), reason });
			};
			tokio::time::sleep(Duration::from_millis(wait)).await;
			self.repair(epoch).await;
		}
	}

	/// Send something that must not be sent twice unseen: one attempt, and the caller decides.
	pub(crate) async fn submit(
		&self,
		extrinsic: &[u8],
	) -> Result<
		RpcSubscription<subxt::rpcs::methods::legacy::TransactionStatus<sp_core::H256>>,
		SendError,
	> {
		let (client, epoch) = self.client().await;
		let params = rpc_params![format!("0x{}", hex::encode(extrinsic))];
		let sent =
			client.subscribe("author_submitAndWatchExtrinsic", params, "author_unwatchExtrinsic");
		match attempt(sent).await {
			Attempt::Done(subscription) => Ok(subscription),
			Attempt::Refused(error) => Err(SendError::Refused(PoolRefusal::of(&error))),
			Attempt::Broken(reason) => {
				self.repair(epoch).await;
				Err(SendError::Unknown(reason))
			},
		}
	}

	pub(crate) async fn subscribe<T: DeserializeOwned>(
		&self,
		subscribe: &'static str,
		unsubscribe: &'static str,
	) -> Result<RpcSubscription<T>, ChainError> {
		let (client, epoch) = self.client().await;
		match attempt(client.subscribe(subscribe, rpc_params![], unsubscribe)).await {
			Attempt::Done(subscription) => Ok(subscription),
			Attempt::Refused(error) => Err(refused(subscribe, &error)),
			Attempt::Broken(reason) => {
				self.repair(epoch).await;
				Err(ChainError::Unreachable { url: self.url.to_string(), reason })
			},
		}
	}

	async fn client(&self) -> (RpcClient, u64) {
		let open = self.open.lock().await;
		(open.client.clone(), open.epoch)
	}

	/// Replace the connection `epoch`, unless someone has already.
	async fn repair(&self, epoch: u64) {
		let mut open = self.open.lock().await;
		if open.epoch != epoch {
			return;
		}
		if let Ok(client) = dial(&self.url).await {
			*open = Open { client, epoch: epoch.wrapping_add(1) };
		}
	}
}

/// Why a transaction was not taken over by a node.
#[derive(Debug)]
pub(crate) enum SendError {
	/// The node answered no.
	Refused(PoolRefusal),
	/// The connection broke, so the node may or may not have it.
	Unknown(String),
}

/// The answer of a node's transaction pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PoolRefusal {
	pub(crate) code: i32,
	pub(crate) reason: String,
}

impl PoolRefusal {
	fn of(error: &RpcError) -> Self {
		let RpcError::User(user) = error else {
			return Self { code: 0, reason: error.to_string() };
		};
		let data = user.data.as_ref().map(|data| data.get().trim_matches('"').to_owned());
		let reason = match data {
			Some(data) if !data.is_empty() => format!("{}: {data}", user.message),
			_ => user.message.clone(),
		};
		Self { code: user.code, reason }
	}
}

async fn dial(url: &str) -> Result<RpcClient, ChainError> {
	let unreachable = |reason: String| ChainError::Unreachable { url: url.into(), reason };
	match timeout(OPEN, RpcClient::from_insecure_url(url)).await {
		Ok(Ok(client)) => Ok(client),
		Ok(Err(error)) => Err(unreachable(error.to_string())),
		Err(_) => Err(unreachable("it does not answer".into())),
	}
}

async fn attempt<T>(request: impl Future<Output = Result<T, RpcError>>) -> Attempt<T> {
	match timeout(ANSWER, request).await {
		Ok(Ok(answer)) => Attempt::Done(answer),
		Ok(Err(RpcError::Client(error))) => Attempt::Broken(error.to_string()),
		Ok(Err(error)) => Attempt::Refused(error),
		Err(_) => Attempt::Broken("it does not answer".into()),
	}
}

fn refused(method: &'static str, error: &RpcError) -> ChainError {
	ChainError::Refused { method, reason: PoolRefusal::of(error).reason }
}
