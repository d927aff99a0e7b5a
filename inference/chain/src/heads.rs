//! The newest blocks, followed by one task per connection.

use std::time::Duration;

use sp_core::H256;
use sp_runtime::traits::{BlakeTwo256, Hash};
use subxt::{
	config::substrate::SubstrateHeader,
	rpcs::client::{rpc_params, RpcSubscription},
};
use tokio::sync::watch;

use crate::{link::Link, ChainError};

/// How long to wait before the head subscriptions are opened again.
const RETRY: Duration = Duration::from_millis(500);

/// A block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BlockRef {
	/// Its height.
	pub number: u32,
	/// Its hash.
	pub hash: H256,
}

/// The newest blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Heads {
	/// The newest block of the best chain.
	pub best: BlockRef,
	/// The newest finalised block.
	pub finalized: BlockRef,
}

pub(crate) type Header = SubstrateHeader<H256>;

impl BlockRef {
	pub(crate) fn of(header: &Header) -> Self {
		Self {
			number: u32::try_from(header.number).unwrap_or(u32::MAX),
			hash: BlakeTwo256::hash_of(header),
		}
	}
}

/// The present heads, read once.
pub(crate) async fn read(link: &Link) -> Result<Heads, ChainError> {
	let best = header(link, None).await?;
	let hash: H256 = link.request("chain_getFinalizedHead", || rpc_params![]).await?;
	let finalized = header(link, Some(hash)).await?;
	Ok(Heads { best, finalized })
}

async fn header(link: &Link, at: Option<H256>) -> Result<BlockRef, ChainError> {
	let header: Option<Header> = link.request("chain_getHeader", || rpc_params![at]).await?;
	header.map(|header| BlockRef::of(&header)).ok_or(ChainError::Retracted(at.unwrap_or_default()))
}

/// Keep `heads` at the newest blocks until nobody looks any more.
pub(crate) async fn follow(link: Link, heads: watch::Sender<Heads>) {
	loop {
		tokio::select! {
			() = heads.closed() => return,
			result = follow_once(&link, &heads) => {
				if let Err(error) = result {
					tracing::debug!(%error, "the head subscriptions ended");
				}
			},
		}
		tokio::select! {
			() = heads.closed() => return,
			() = tokio::time::sleep(RETRY) => {},
		}
	}
}

async fn follow_once(link: &Link, heads: &watch::Sender<Heads>) -> Result<(), ChainError> {
	let mut best: RpcSubscription<Header> =
		link.subscribe("chain_subscribeNewHeads", "chain_unsubscribeNewHeads").await?;
	let mut finalized: RpcSubscription<Header> =
		link.subscribe("chain_subscribeFinalizedHeads", "chain_unsubscribeFinalizedHeads").await?;
	let now = read(link).await?;
	heads.send_replace(now);
	loop {
		tokio::select! {
			Some(Ok(header)) = best.next() => {
				let best = BlockRef::of(&header);
				heads.send_modify(|heads| heads.best = best);
			},
			Some(Ok(header)) = finalized.next() => {
				let finalized = BlockRef::of(&header);
				heads.send_modify(|heads| heads.finalized = finalized);
			},
			else => return Ok(()),
		}
	}
}
