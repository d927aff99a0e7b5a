//! Following a job.

use futures::{stream, Stream};
use millrace_primitives::{views::JobView, JobId};
use sp_core::crypto::AccountId32;
use tokio::sync::watch;

use crate::{heads::Heads, BlockRef, Chain, ChainError};

/// A job in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobStatus {
	/// The job; none before it is created and after it has left storage.
	pub view: Option<JobView<AccountId32>>,
	/// The block.
	pub block: BlockRef,
	/// Whether the block is final.
	pub finalized: bool,
}

struct Watch {
	chain: Chain,
	id: JobId,
	heads: watch::Receiver<Heads>,
	best: Option<Option<JobView<AccountId32>>>,
	finalized: Option<Option<JobView<AccountId32>>>,
	/// The heads whose best block has been looked at, while the finalised one has not yet.
	half: Option<Heads>,
}

impl Chain {
	/// Follow a job: its status now, and each change of it, in the best chain and in the finalised
	/// one. A finalised status equal to the last one is not repeated.
	///
	/// The stream ends with the first error, and does not end otherwise.
	pub fn watch_job(
		&self,
		id: JobId,
	) -> impl Stream<Item = Result<JobStatus, ChainError>> + Send + Unpin + 'static {
		let mut heads = self.watch_heads();
		heads.mark_changed();
		let watch =
			Watch { chain: self.clone(), id, heads, best: None, finalized: None, half: None };
		Box::pin(stream::unfold(Some(watch), |watch| async move {
			let mut watch = watch?;
			match watch.next().await {
				Ok(Some(status)) => Some((Ok(status), Some(watch))),
				Ok(None) => None,
				Err(error) => Some((Err(error), None)),
			}
		}))
	}
}

impl Watch {
	async fn next(&mut self) -> Result<Option<JobStatus>, ChainError> {
		loop {
			let heads = match self.half.take() {
				Some(heads) => heads,
				None => {
					if self.heads.changed().await.is_err() {
						return Ok(None);
					}
					let heads = *self.heads.borrow_and_update();
					if let Some(view) = self.look(heads.best).await? {
						if self.best.as_ref() != Some(&view) {
							self.best = Some(view.clone());
							self.half = Some(heads);
							let block = heads.best;
							return Ok(Some(JobStatus { view, block, finalized: false }));
						}
					}
					heads
				},
			};
			if let Some(view) = self.look(heads.finalized).await? {
				if self.finalized.as_ref() != Some(&view) {
					self.finalized = Some(view.clone());
					let block = heads.finalized;
					return Ok(Some(JobStatus { view, block, finalized: true }));
				}
			}
		}
	}

	/// The job in `block`; nothing if the node no longer has the state of that block.
	async fn look(
		&self,
		block: BlockRef,
	) -> Result<Option<Option<JobView<AccountId32>>>, ChainError> {
		match self.chain.job_at(&self.id, block.hash).await {
			Ok(view) => Ok(Some(view)),
			Err(ChainError::Refused { .. }) => Ok(None),
			Err(error) => Err(error),
		}
	}
}
