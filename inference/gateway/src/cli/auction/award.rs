//! `millrace auction rank` and `award`.

use std::{
	io::{self, Write},
	path::PathBuf,
};

use anyhow::{bail, Context};
use clap::Args;
use millrace_chain::{AccountId32, Call, Chain};
use millrace_primitives::{auction::award_message, Auction, JobId, Moment};

use super::{
	bids::{self, SignedBid},
	contest::{entries, Entry, Fault, Rules},
	OpenAuction,
};
use crate::{
	cli::{
		query::{read_id, tell},
		KeyArgs, NodeArgs,
	},
	explain::duration,
	money::Currency,
};

/// The bids for a job.
#[derive(Debug, Args)]
struct BidsArgs {
	/// The job, in hexadecimal.
	job: String,

	/// Files with bids, a line each, as `millrace auction bid` prints them; `-` is standard input.
	#[arg(required = true, value_name = "BIDS")]
	bids: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RankArgs {
	#[command(flatten)]
	bids: BidsArgs,

	#[command(flatten)]
	node: NodeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AwardArgs {
	#[command(flatten)]
	bids: BidsArgs,

	/// Take the best bid of this worker, by owner account, instead of the best of all.
	#[arg(long, value_name = "ACCOUNT")]
	worker: Option<AccountId32>,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

impl BidsArgs {
	fn read(&self) -> anyhow::Result<(JobId, Vec<SignedBid>)> {
		Ok((read_id(&self.job)?, bids::read(&self.bids)?))
	}
}

pub(super) async fn rank(args: &RankArgs) -> anyhow::Result<()> {
	let (job, bids) = args.bids.read()?;
	let chain = args.node.connect().await?;
	let open = OpenAuction::find(&chain, &job).await?;
	let rules = Rules::of(&chain, &open).await?;
	let entries = entries(&chain, &rules, bids).await?;
	let mut out = io::stdout();
	for line in table(&entries, rules.now) {
		writeln!(out, "{line}")?;
	}
	Ok(())
}

/// The bids as people read them.
fn table(entries: &[Entry], now: Moment) -> Vec<String> {
	let row = |cells: [&str; 7]| {
		let [place, score, reputation, price, latency, valid, worker] = cells;
		format!("{place:<5}  {score:>7}  {reputation:>10}  {price:>14}  {latency:>11}  {valid:>11}  {worker}")
	};
	let head = row(["place", "score", "reputation", "price", "latency", "valid for", "worker"]);
	let rows = entries.iter().map(|Entry { signed, standing }| {
		let bid = &signed.bid;
		let price = Currency::Usdc.show(bid.price);
		let (latency, valid) = (duration(bid.latency, 0), duration(bid.valid_until, now));
		let worker = bid.worker.to_string();
		match standing {
			Ok(rank) => row([
				&rank.place.saturating_add(1).to_string(),
				&rank.score.to_string(),
				&rank.reputation.to_string(),
				&price,
				&latency,
				&valid,
				&worker,
			]),
			Err(fault) => {
				let row = row(["out", "", "", &price, &latency, &valid, &worker]);
				format!("{row}\n       {fault}")
			},
		}
	});
	std::iter::once(head).chain(rows).collect()
}

pub(super) async fn run(args: &AwardArgs) -> anyhow::Result<()> {
	let (job, bids) = args.bids.read()?;
	let account = args.key.account()?;
	let chain = args.node.connect().await?;
	let open = OpenAuction::find(&chain, &job).await?;
	may_award(&open, &account.id())?;
	let rules = Rules::of(&chain, &open).await?;
	let entries = entries(&chain, &rules, bids).await?;
	let signed = choose(&entries, args.worker.as_ref())?;

	let message = award_message(chain.genesis(), job, &signed.bid.digest());
	let call = Call::award(&signed.bid, &signed.signature, &account.sign(&message));
	let block = chain.submit_authorized(&call).await?;
	chain.finalized(block).await?;
	report(&chain, &open.auction, signed).await
}

async fn report(
	chain: &Chain,
	auction: &Auction<AccountId32>,
	signed: &SignedBid,
) -> anyhow::Result<()> {
	let price = signed.bid.price;
	let refund = auction.terms.payment_max.saturating_sub(price);
	let (price, refund) = (Currency::Usdc.show(price), Currency::Usdc.show(refund));
	let worker = &signed.bid.worker;
	writeln!(io::stdout(), "awarded to {worker} for {price}; {refund} returned at once\n")?;
	tell(chain, &signed.bid.job).await
}

fn may_award(open: &OpenAuction, account: &AccountId32) -> anyhow::Result<()> {
	let requester = &open.view.record.requester;
	let matcher = open.auction.terms.matcher.as_ref();
	if account == requester || Some(account) == matcher {
		return Ok(());
	}
	match matcher {
		Some(matcher) => bail!("{account} cannot award: only {requester} and {matcher} can"),
		None => bail!("{account} cannot award: only the requester, {requester}, can"),
	}
}

/// The best bid, or the best one of `worker`.
fn choose<'a>(entries: &'a [Entry], worker: Option<&AccountId32>) -> anyhow::Result<&'a SignedBid> {
	let wanted = |entry: &&Entry| worker.is_none_or(|worker| *worker == entry.signed.bid.worker);
	let mut candidates = entries.iter().filter(wanted);
	// The best one comes first, and those that are out last.
	let first = candidates.next().context("there is no bid of this worker")?;
	match &first.standing {
		Ok(_) => Ok(&first.signed),
		Err(fault) => bail!("no bid can be awarded: {}", faults(fault, candidates)),
	}
}

fn faults<'a>(first: &Fault, others: impl Iterator<Item = &'a Entry>) -> String {
	let others = others.filter_map(|entry| entry.standing.as_ref().err());
	let mut all: Vec<_> = std::iter::once(first).chain(others).map(ToString::to_string).collect();
	all.dedup();
	all.join("; ")
}

#[cfg(test)]
mod tests {
	use millrace_primitives::{views::BidRank, Bid, JobState};

	use super::*;
	use crate::cli::auction::{
		bids::tests::{bid, signed},
		contest::tests::view,
	};

	fn ranked(worker: u8, place: u32) -> Entry {
		let bid = Bid { worker: AccountId32::new([worker; 32]), ..bid() };
		let rank = BidRank { place, score: 612_500, reputation: 500 };
		Entry { signed: signed(bid), standing: Ok(rank) }
	}

	fn out(worker: u8, fault: Fault) -> Entry {
		Entry { standing: Err(fault), ..ranked(worker, 0) }
	}

	#[test]
	fn the_best_bid_wins_unless_a_worker_is_named() {
		let entries = [ranked(1, 0), ranked(2, 1), ranked(2, 2), out(3, Fault::Expired)];
		assert_eq!(choose(&entries, None).unwrap(), &entries[0].signed);
		let second = AccountId32::new([2; 32]);
		assert_eq!(choose(&entries, Some(&second)).unwrap(), &entries[1].signed);
	}

	#[test]
	fn a_bid_that_is_out_is_never_chosen() {
		let entries = [ranked(1, 0), out(3, Fault::Expired), out(3, Fault::Signature)];
		let third = AccountId32::new([3; 32]);
		let told = choose(&entries, Some(&third)).unwrap_err().to_string();
		assert!(told.contains("not valid any more") && told.contains("signature"), "{told}");
		let nobody = AccountId32::new([9; 32]);
		assert!(choose(&entries, Some(&nobody)).is_err());
		assert!(choose(&entries[1..], None).is_err());
	}

	#[test]
	fn only_requester_and_matcher_award() {
		let mut open = OpenAuction::of(view(JobState::Open)).unwrap();
		let (requester, matcher) = (AccountId32::new([1; 32]), AccountId32::new([8; 32]));
		assert!(may_award(&open, &requester).is_ok());
		assert!(may_award(&open, &matcher).is_err());
		open.auction.terms.matcher = Some(matcher.clone());
		assert!(may_award(&open, &matcher).is_ok());
	}

	#[test]
	fn the_table_shows_places_from_one_and_why_others_are_out() {
		let now = bid().valid_until - 45_000;
		let table = table(&[ranked(4, 0), out(3, Fault::Price(5_000_000))], now);
		assert!(table[0].starts_with("place"), "{}", table[0]);
		for says in ["1 ", "612500", "500", "2.50 USDC", "1 min 0 s", "45 s", "5C9yEy"] {
			assert!(table[1].contains(says), "{}", table[1]);
		}
		assert!(table[2].starts_with("out"), "{}", table[2]);
		assert!(table[2].ends_with("its price is above the 5.00 USDC of the terms"));
	}
}
