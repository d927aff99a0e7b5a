//! Following a transaction into a block.

use std::time::Duration;

use sp_core::H256;
use sp_runtime::traits::{BlakeTwo256, Hash};
use subxt::rpcs::{
	client::{rpc_params, RpcSubscription},
	methods::legacy::{Bytes, TransactionStatus},
};
use tokio::time::timeout;

use crate::{
	heads::{BlockRef, Header},
	runtime::Outcome,
	Chain, ChainError, SubmitError,
};

/// How long a transaction may take into a block before this client stops waiting for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// `System.Events`: twox128 of the two names.
const EVENTS_KEY: &str = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";

/// The status notices of a transaction.
pub(crate) type Notices = RpcSubscription<TransactionStatus<H256>>;

#[derive(serde::Deserialize)]
struct SignedBlock {
	block: Block,
}

#[derive(serde::Deserialize)]
struct Block {
	header: Header,
	extrinsics: Vec<Bytes>,
}

/// A transaction on its way into a block.
pub(crate) struct Pending {
	/// Its hash.
	pub(crate) hash: H256,
	/// A block before which it cannot be included.
	pub(crate) after: BlockRef,
	/// What the node says of it; none if the connection broke while it was sent.
	pub(crate) notices: Option<Notices>,
}

impl Pending {
	/// Wait until the transaction is in a block of the best chain, and tell how it ended there.
	pub(crate) async fn included(self, chain: &Chain) -> Result<BlockRef, SubmitError> {
		timeout(PATIENCE, self.noticed(chain)).await.unwrap_or(Err(SubmitError::NotIncluded))
	}

	async fn noticed(mut self, chain: &Chain) -> Result<BlockRef, SubmitError> {
		while let Some(notices) = &mut self.notices {
			match notices.next().await {
				Some(Ok(TransactionStatus::InBlock(hash) | TransactionStatus::Finalized(hash))) => {
					return concluded(chain, self.hash, hash).await;
				},
				Some(Ok(TransactionStatus::Usurped(_))) => {
					return Err(SubmitError::Dropped("another one took its nonce"));
				},
				Some(Ok(TransactionStatus::Dropped)) => {
					return Err(SubmitError::Dropped("the pool is full"));
				},
				Some(Ok(TransactionStatus::Invalid)) => {
					return Err(SubmitError::Dropped("it became invalid"));
				},
				Some(Ok(_)) => {},
				Some(Err(_)) | None => self.notices = None,
			}
		}
		searched(self.hash, self.after, chain).await
	}
}

/// Look for a transaction in each block of the best chain after `after`: for when the node's notices
/// broke off.
async fn searched(
	transaction: H256,
	after: BlockRef,
	chain: &Chain,
) -> Result<BlockRef, SubmitError> {
	let mut heads = chain.watch_heads();
	let mut number = after.number;
	loop {
		let best = heads.borrow_and_update().best.number;
		while number < best {
			number = number.saturating_add(1);
			let Some(hash) = chain.block_hash(number).await? else { continue };
			let block = block(chain, hash).await?;
			if position(&block, transaction).is_some() {
				return concluded(chain, transaction, hash).await;
			}
		}
		if heads.changed().await.is_err() {
			return Err(SubmitError::Stopped);
		}
	}
}

async fn concluded(chain: &Chain, transaction: H256, hash: H256) -> Result<BlockRef, SubmitError> {
	let (block, events) = tokio::try_join!(block(chain, hash), events(chain, hash))?;
	let index = position(&block, transaction).ok_or(ChainError::Retracted(hash))?;
	let runtime = chain.runtime_after(block.header.parent_hash).await?;
	match runtime.outcome(events, index).map_err(ChainError::from)? {
		Outcome::Succeeded => Ok(BlockRef { hash, ..BlockRef::of(&block.header) }),
		Outcome::Failed(failure) => Err(SubmitError::Failed(failure)),
	}
}

async fn block(chain: &Chain, hash: H256) -> Result<Block, ChainError> {
	let block: Option<SignedBlock> =
		chain.link().request("chain_getBlock", || rpc_params![hash]).await?;
	block.map(|signed| signed.block).ok_or(ChainError::Retracted(hash))
}

async fn events(chain: &Chain, hash: H256) -> Result<Vec<u8>, ChainError> {
	let events: Option<Bytes> =
		chain.link().request("state_getStorage", || rpc_params![EVENTS_KEY, hash]).await?;
	Ok(events.map(|bytes| bytes.0).unwrap_or_default())
}

fn position(block: &Block, transaction: H256) -> Option<u32> {
	let found =
		block.extrinsics.iter().position(|bytes| BlakeTwo256::hash(bytes) == transaction)?;
	u32::try_from(found).ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_events_key_is_the_hash_of_its_names() {
		let key =
			[sp_io::hashing::twox_128(b"System").as_slice(), &sp_io::hashing::twox_128(b"Events")]
				.concat();
		assert_eq!(EVENTS_KEY, format!("0x{}", hex::encode(key)));
	}
}
