//! The connection to a chain.

use std::{sync::Arc, time::Duration};

use futures::Stream;
use sp_core::H256;
use subxt::rpcs::client::rpc_params;
use tokio::{
	sync::{watch, RwLock},
	time::Instant,
};
use tokio_stream::{wrappers::WatchStream, StreamExt};

use crate::{
	heads::{self, BlockRef, Heads},
	link::Link,
	runtime::Runtime,
	ChainError, Mismatch,
};

/// A chain, through one of its nodes. Clones share the connection, which is opened again by itself
/// when it breaks.
#[derive(Clone)]
pub struct Chain {
	inner: Arc<Inner>,
}

struct Inner {
	link: Link,
	genesis: H256,
	runtime: RwLock<Arc<Runtime>>,
	heads: watch::Receiver<Heads>,
}

impl std::fmt::Debug for Chain {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("Chain")
			.field("url", &self.inner.link.url())
			.field("genesis", &self.inner.genesis)
			.finish_non_exhaustive()
	}
}

impl Chain {
	/// Connect to the node at `url`, and check that its chain is one that this client can talk to.
	pub async fn connect(url: &str) -> Result<Self, ChainError> {
		let link = Link::open(url).await?;
		let genesis = genesis(&link).await?;
		let runtime = Arc::new(Runtime::load(&link, genesis, None).await?);
		let (sender, heads) = watch::channel(heads::read(&link).await?);
		// The task ends when the last receiver, held by `Inner`, is gone.
		tokio::spawn(heads::follow(link.clone(), sender));
		let inner = Inner { link, genesis, runtime: RwLock::new(runtime), heads };
		Ok(Self { inner: Arc::new(inner) })
	}

	/// Connect to a node that may still be starting, for at most `timeout`.
	pub async fn connect_when_ready(url: &str, timeout: Duration) -> Result<Self, ChainError> {
		const BETWEEN: Duration = Duration::from_millis(200);
		let started = Instant::now();
		loop {
			match Self::connect(url).await {
				Err(ChainError::Unreachable { .. }) if started.elapsed() < timeout => {
					tokio::time::sleep(BETWEEN).await;
				},
				result => return result,
			}
		}
	}

	/// The hash of the first block, which names the chain.
	pub fn genesis(&self) -> H256 {
		self.inner.genesis
	}

	/// The newest blocks, as of the last notice from the node.
	pub fn heads(&self) -> Heads {
		*self.inner.heads.borrow()
	}

	/// The newest blocks, and each change of them. A slow reader misses blocks, never the newest.
	pub fn watch_heads(&self) -> watch::Receiver<Heads> {
		self.inner.heads.clone()
	}

	/// The best block now, and each newer one. A slow reader misses blocks, never the newest.
	pub fn best_blocks(&self) -> impl Stream<Item = BlockRef> + Unpin {
		distinct(WatchStream::new(self.watch_heads()).map(|heads| heads.best))
	}

	/// The newest finalised block now, and each newer one. Blocks may be skipped.
	pub fn finalized_blocks(&self) -> impl Stream<Item = BlockRef> + Unpin {
		distinct(WatchStream::new(self.watch_heads()).map(|heads| heads.finalized))
	}

	/// The hash of the best chain's block at `number`, if there is one.
	pub async fn block_hash(&self, number: u32) -> Result<Option<H256>, ChainError> {
		self.link().request("chain_getBlockHash", || rpc_params![number]).await
	}

	/// Wait until `block` is final.
	///
	/// Fails with [`ChainError::Retracted`] if another block of its height is.
	pub async fn finalized(&self, block: BlockRef) -> Result<(), ChainError> {
		let mut heads = self.watch_heads();
		let reached = heads.wait_for(|heads| heads.finalized.number >= block.number).await;
		reached.map_err(|_| ChainError::Timeout("finality"))?;
		match self.block_hash(block.number).await? {
			Some(hash) if hash == block.hash => Ok(()),
			_ => Err(ChainError::Retracted(block.hash)),
		}
	}

	pub(crate) fn link(&self) -> &Link {
		&self.inner.link
	}

	pub(crate) async fn runtime(&self) -> Arc<Runtime> {
		Arc::clone(&*self.inner.runtime.read().await)
	}

	/// The runtime that made the block after `parent`, which need not be the one of now: its events are
	/// in that runtime's terms.
	pub(crate) async fn runtime_after(&self, parent: H256) -> Result<Arc<Runtime>, ChainError> {
		let present = self.runtime().await;
		if present.is_at(self.link(), Some(parent)).await? {
			return Ok(present);
		}
		let other = Runtime::load(self.link(), self.inner.genesis, Some(parent)).await?;
		Ok(Arc::new(other))
	}

	/// Load the runtime again if the chain has another one now. Returns whether it has.
	pub(crate) async fn refresh_runtime(&self) -> Result<bool, ChainError> {
		let expected = self.inner.genesis;
		let found = genesis(self.link()).await?;
		if found != expected {
			return Err(Mismatch::Genesis { expected, found }.into());
		}
		if self.runtime().await.is_at(self.link(), None).await? {
			return Ok(false);
		}
		let runtime = Runtime::load(self.link(), expected, None).await?;
		*self.inner.runtime.write().await = Arc::new(runtime);
		Ok(true)
	}
}

async fn genesis(link: &Link) -> Result<H256, ChainError> {
	let hash: Option<H256> = link.request("chain_getBlockHash", || rpc_params![0u32]).await?;
	hash.ok_or(ChainError::Refused {
		method: "chain_getBlockHash",
		reason: "it has no first block".into(),
	})
}

fn distinct(blocks: impl Stream<Item = BlockRef> + Unpin) -> impl Stream<Item = BlockRef> + Unpin {
	let mut last = None;
	blocks.filter(move |block| last.replace(*block) != Some(*block))
}
