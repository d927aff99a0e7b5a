//! `millrace auction`.

mod award;
mod bid;
mod bids;
mod contest;
mod create;

use anyhow::{bail, Context};
use clap::Subcommand;
use millrace_chain::{AccountId32, Chain};
use millrace_primitives::{
	auction::CID_BYTES_MAX, views::JobView, Auction, Balance, Cid, JobId, JobState,
};

use super::cancel::CancelArgs;
use crate::money::Currency;

#[derive(Debug, Subcommand)]
pub(crate) enum AuctionCommand {
	/// Lock money for a job, and let workers bid for it.
	Create(create::CreateArgs),
	/// Bid for a job as a worker. The node that holds the worker key signs; hand the line that is
	/// printed to the requester, by whatever way.
	Bid(bid::BidArgs),
	/// Compare bids as the chain does, and say what is wrong with those that cannot win.
	Rank(award::RankArgs),
	/// Award a job to the best bid, or to one that you choose.
	Award(award::AwardArgs),
	/// Take an open job back; everything that is locked returns.
	Cancel(CancelArgs),
}

pub(super) async fn run(command: &AuctionCommand) -> anyhow::Result<()> {
	match command {
		AuctionCommand::Create(args) => create::run(args).await,
		AuctionCommand::Bid(args) => bid::run(args).await,
		AuctionCommand::Rank(args) => award::rank(args).await,
		AuctionCommand::Award(args) => award::run(args).await,
		AuctionCommand::Cancel(args) => super::cancel::run(args).await,
	}
}

/// An auctioned job that still waits for its award.
struct OpenAuction {
	view: JobView<AccountId32>,
	auction: Auction<AccountId32>,
}

impl OpenAuction {
	/// Fails, and says why, if the job cannot be awarded.
	async fn find(chain: &Chain, job: &JobId) -> anyhow::Result<Self> {
		let view = chain.job(job).await?.context("the chain knows no such job")?;
		Self::of(view)
	}

	fn of(view: JobView<AccountId32>) -> anyhow::Result<Self> {
		let auction = view.record.auction.clone().context(
			"this job is no auction: its requester named the workers when it locked the money",
		)?;
		if view.record.state != JobState::Open {
			let state = view.record.state;
			bail!(
				"the bidding is over: the job is {state}, `millrace job {:?}` says more",
				view.id.0
			);
		}
		Ok(Self { view, auction })
	}
}

/// An identifier as it is written on the command line.
pub(super) fn read_cid(text: &str) -> Result<Cid, String> {
	let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
	let cid = text.as_bytes().to_vec().try_into().ok().filter(|_| is_plain);
	cid.ok_or_else(|| format!("an identifier is 1 to {CID_BYTES_MAX} visible ASCII characters"))
}

/// An amount of the payment asset as it is written on the command line.
fn read_usdc(text: &str) -> Result<Balance, String> {
	Currency::Usdc.read(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_identifier_is_short_and_plain() {
		assert_eq!(read_cid("bafydocument").unwrap().to_vec(), b"bafydocument");
		assert!(read_cid(&"b".repeat(80)).is_ok());
		for text in [String::new(), "b".repeat(81), "a b".into(), "a\n".into(), "ä".into()] {
			assert!(read_cid(&text).is_err(), "{text:?}");
		}
	}
}
