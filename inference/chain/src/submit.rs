//! Signing and submitting, one task per key.

use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::Duration,
};

use sp_core::{crypto::AccountId32, H256};
use sp_runtime::traits::{BlakeTwo256, Hash};
use subxt::rpcs::client::rpc_params;
use tokio::sync::{mpsc, oneshot};

use crate::{
	heads::BlockRef,
	inclusion::Pending,
	link::SendError,
	nonce::{Nonces, Remedy, TRIES_MAX},
	runtime::Terms,
	Account, Call, Chain, ChainError, SubmitError,
};

/// How many calls of one key may wait to be signed.
const WAITING_MAX: usize = 256;

/// How long to wait before a full pool is tried again.
const POOL_WAIT: Duration = Duration::from_millis(300);

/// Submits calls of one account. Clones share the account's nonces; there should be one submitter
/// per account in a process. Its task ends with the last clone.
#[derive(Clone, Debug)]
pub struct Submitter {
	account: AccountId32,
	requests: mpsc::Sender<Request>,
}

/// A transaction that a node has taken over.
#[derive(Debug)]
pub struct Submitted {
	/// Its hash.
	pub hash: H256,
	outcome: oneshot::Receiver<Result<BlockRef, SubmitError>>,
}

#[derive(Debug)]
struct Request {
	call: Call,
	answer: oneshot::Sender<Result<Submitted, SubmitError>>,
}

impl Submitted {
	/// Wait until the transaction is in a block of the best chain and has succeeded there.
	///
	/// Fails with [`SubmitError::Failed`] if the call failed, and with [`SubmitError::NotIncluded`]
	/// after 90 s in no block.
	pub async fn in_block(self) -> Result<BlockRef, SubmitError> {
		self.outcome.await.unwrap_or(Err(SubmitError::Stopped))
	}
}

impl Submitter {
	/// The account that signs.
	pub const fn account(&self) -> &AccountId32 {
		&self.account
	}

	/// Sign `call` and hand it to the node.
	///
	/// Returns as soon as the node's pool has taken it over; see [`Submitted::in_block`].
	pub async fn submit(&self, call: Call) -> Result<Submitted, SubmitError> {
		let (answer, answered) = oneshot::channel();
		self.requests.try_send(Request { call, answer }).map_err(|error| match error {
			mpsc::error::TrySendError::Full(_) => SubmitError::Busy,
			mpsc::error::TrySendError::Closed(_) => SubmitError::Stopped,
		})?;
		answered.await.unwrap_or(Err(SubmitError::Stopped))
	}

	/// Submit `call` and wait until it has succeeded in a block.
	pub async fn submit_and_wait(&self, call: Call) -> Result<BlockRef, SubmitError> {
		self.submit(call).await?.in_block().await
	}
}

impl Chain {
	/// Submit a call that authorizes itself by what it carries, such as [`Call::award`], and wait until
	/// it has succeeded in a block. There is no account, no fee and no nonce.
	///
	/// Fails as [`Submitted::in_block`] does, and with [`SubmitError::Rejected`] if the node does not
	/// take the call, because it does not hold or is there already.
	pub async fn submit_authorized(&self, call: &Call) -> Result<BlockRef, SubmitError> {
		loop {
			let after = self.heads().best;
			let extrinsic = self.runtime().await.authorized(call)?;
			let hash = BlakeTwo256::hash(&extrinsic);
			let notices = match self.link().submit(&extrinsic).await {
				Ok(notices) => Some(notices),
				// The node may have it all the same: the blocks will tell.
				Err(SendError::Unknown(_)) => None,
				// It was made for a runtime that the chain has left behind.
				Err(SendError::Refused(_)) if self.refresh_runtime().await? => continue,
				Err(SendError::Refused(refusal)) => {
					let reason = self.runtime().await.refusal(refusal.reason);
					return Err(SubmitError::Rejected(reason));
				},
			};
			return Pending { hash, after, notices }.included(self).await;
		}
	}

	/// A submitter for `account`.
	pub fn submitter(&self, account: Account) -> Submitter {
		let (requests, inbox) = mpsc::channel(WAITING_MAX);
		let id = account.id();
		let task = Task {
			chain: self.clone(),
			id: id.clone(),
			account,
			nonces: Nonces::default(),
			lost: Arc::default(),
			fee_asset: None,
		};
		tokio::spawn(task.run(inbox));
		Submitter { account: id, requests }
	}
}

struct Task {
	chain: Chain,
	id: AccountId32,
	account: Account,
	nonces: Nonces,
	/// Set when a transaction that was taken over did not make it into a block.
	lost: Arc<AtomicBool>,
	/// Pay fees in this asset, once it turned out that MILL does not suffice.
	fee_asset: Option<u32>,
}

impl Task {
	async fn run(mut self, mut inbox: mpsc::Receiver<Request>) {
		while let Some(Request { call, answer }) = inbox.recv().await {
			let result = self.submit(&call).await;
			if result.is_err() {
				self.nonces.forget();
			}
			// A caller that no longer waits is no concern of ours: the transaction is out.
			drop(answer.send(result.map(|pending| self.follow(pending))));
		}
	}

	async fn submit(&mut self, call: &Call) -> Result<Pending, SubmitError> {
		let mut refused = String::new();
		for _ in 0..TRIES_MAX {
			if self.lost.swap(false, Ordering::Relaxed) {
				self.nonces.forget();
			}
			let nonce = self.nonce().await?;
			let after = self.chain.heads().best;
			let extrinsic = self.sign(call, nonce).await?;
			let hash = BlakeTwo256::hash(&extrinsic);
			match self.chain.link().submit(&extrinsic).await {
				Ok(notices) => {
					self.nonces.used(nonce);
					return Ok(Pending { hash, after, notices: Some(notices) });
				},
				Err(SendError::Unknown(reason)) => {
					tracing::info!(%reason, "the connection broke while a transaction was sent");
					self.nonces.forget();
					// If the chain or its pool counts our nonce now, it is ours that they hold.
					if self.nonce().await? > nonce {
						return Ok(Pending { hash, after, notices: None });
					}
				},
				Err(SendError::Refused(refusal)) => {
					self.heal(Remedy::of(&refusal), &refusal.reason).await?;
					refused = refusal.reason;
				},
			}
		}
		Err(SubmitError::Rejected(refused))
	}

	async fn nonce(&mut self) -> Result<u64, ChainError> {
		if let Some(nonce) = self.nonces.next() {
			return Ok(nonce);
		}
		let address = self.id.to_string();
		let counted: u64 =
			self.chain.link().request("system_accountNextIndex", || rpc_params![&address]).await?;
		Ok(self.nonces.learn(counted))
	}

	async fn sign(&self, call: &Call, nonce: u64) -> Result<Vec<u8>, ChainError> {
		let birth = self.chain.heads().finalized;
		let terms = Terms { nonce, birth, fee_asset: self.fee_asset };
		self.chain.runtime().await.sign(call, &self.account, &terms)
	}

	async fn heal(&mut self, remedy: Remedy, reason: &str) -> Result<(), SubmitError> {
		match remedy {
			Remedy::Resync => self.nonces.forget(),
			Remedy::Refresh => {
				self.nonces.forget();
				self.chain.refresh_runtime().await?;
			},
			Remedy::PayOtherwise if self.fee_asset.is_none() => {
				self.fee_asset = Some(self.chain.parameters().await?.payment_asset);
			},
			Remedy::PayOtherwise => {
				self.fee_asset = None;
				return Err(SubmitError::CannotPayFee);
			},
			Remedy::Wait => tokio::time::sleep(POOL_WAIT).await,
			Remedy::GiveUp => return Err(SubmitError::Rejected(reason.into())),
		}
		Ok(())
	}

	/// Let a task of its own see the transaction into a block.
	fn follow(&self, pending: Pending) -> Submitted {
		let hash = pending.hash;
		let (outcome, receiver) = oneshot::channel();
		let (chain, lost) = (self.chain.clone(), Arc::clone(&self.lost));
		tokio::spawn(async move {
			let result = pending.included(&chain).await;
			if matches!(result, Err(SubmitError::Dropped(_) | SubmitError::NotIncluded)) {
				lost.store(true, Ordering::Relaxed);
			}
			drop(outcome.send(result));
		});
		Submitted { hash, outcome: receiver }
	}
}
