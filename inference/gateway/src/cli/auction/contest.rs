//! The bids for a job: which of them the chain would take, and in which order.

use std::collections::HashMap;

use millrace_chain::{AccountId32, Chain, ChainError};
use millrace_primitives::{
	views::{BidRank, WorkerView},
	Auction, Balance, Bid, Moment,
};

use super::{bids::SignedBid, OpenAuction};
use crate::{explain::duration, money::Currency};

/// Why a bid cannot be awarded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
	#[error("it is for another job")]
	OtherJob,
	#[error("it asks for nothing")]
	NoPrice,
	#[error("its price is above the {} of the terms", Currency::Usdc.show(*.0))]
	Price(Balance),
	#[error("it promises to take no time")]
	NoLatency,
	#[error("it promises to take longer than the {} of the terms", duration(*.0, 0))]
	Latency(Moment),
	#[error("it is not valid any more")]
	Expired,
	#[error("its worker is not registered")]
	Unregistered,
	#[error("its worker lacks the stake for auctions")]
	Unstaked,
	#[error("its worker is the requester, or paid where the requester is")]
	Requester,
	#[error("its worker is the verifier, or paid where the verifier is")]
	Verifier,
	#[error("its signature is not that of the worker's key on this chain")]
	Signature,
	#[error("the chain does not rank it")]
	Unranked,
}

/// What a bid is measured against.
pub(super) struct Rules<'a> {
	pub(super) open: &'a OpenAuction,
	/// The worker of the verifier that the terms name.
	pub(super) verifier: Option<WorkerView<AccountId32>>,
	pub(super) now: Moment,
}

impl<'a> Rules<'a> {
	/// What bids for `open` are measured against now.
	pub(super) async fn of(chain: &Chain, open: &'a OpenAuction) -> Result<Self, ChainError> {
		let verifier = match &open.auction.terms.verifier {
			Some(verifier) => chain.worker(verifier).await?,
			None => None,
		};
		Ok(Self { open, verifier, now: chain.parameters().await?.now })
	}

	/// What is wrong with an offer, whoever signed it.
	pub(super) fn fault(
		&self,
		bid: &Bid<AccountId32>,
		worker: Option<&WorkerView<AccountId32>>,
	) -> Result<(), Fault> {
		let Auction { terms, .. } = &self.open.auction;
		let is = |wrong: bool, fault| if wrong { Err(fault) } else { Ok(()) };
		is(bid.job != self.open.view.id, Fault::OtherJob)?;
		is(bid.price == 0, Fault::NoPrice)?;
		is(bid.price > terms.payment_max, Fault::Price(terms.payment_max))?;
		is(bid.latency == 0, Fault::NoLatency)?;
		is(bid.latency > terms.latency_max, Fault::Latency(terms.latency_max))?;
		is(bid.valid_until < self.now, Fault::Expired)?;
		let worker = worker.ok_or(Fault::Unregistered)?;
		is(!worker.staked, Fault::Unstaked)?;
		let is_worker = |account: &AccountId32| *account == bid.worker || *account == worker.payout;
		is(is_worker(&self.open.view.record.requester), Fault::Requester)?;
		let named = terms.verifier.as_ref().is_some_and(is_worker);
		let paid = self.verifier.as_ref().is_some_and(|verifier| is_worker(&verifier.payout));
		is(named || paid, Fault::Verifier)
	}
}

/// A bid, and its place among those that can be awarded.
pub(super) struct Entry {
	pub(super) signed: SignedBid,
	pub(super) standing: Result<BidRank, Fault>,
}

/// All bids: the best one first, those that cannot be awarded last.
pub(super) async fn entries(
	chain: &Chain,
	rules: &Rules<'_>,
	bids: Vec<SignedBid>,
) -> Result<Vec<Entry>, ChainError> {
	let mut workers = HashMap::new();
	for signed in &bids {
		let owner = &signed.bid.worker;
		if !workers.contains_key(owner) {
			workers.insert(owner.clone(), chain.worker(owner).await?);
		}
	}
	let judged = |signed: SignedBid| {
		let worker = workers.get(&signed.bid.worker).and_then(Option::as_ref);
		let fault = rules.fault(&signed.bid, worker).err();
		let fault = fault.or_else(|| {
			let signs = |worker: &WorkerView<_>| signed.is_signed_by(&worker.key, chain.genesis());
			(!worker.is_some_and(signs)).then_some(Fault::Signature)
		});
		(signed, fault)
	};
	let (good, bad): (Vec<_>, Vec<_>) =
		bids.into_iter().map(judged).partition(|(_, fault)| fault.is_none());
	// Only what can be awarded is ranked, so that nobody wins a place by a bid that is worth nothing.
	let offers: Vec<_> = good.iter().map(|(signed, _)| signed.bid.clone()).collect();
	let ranks = chain.rank(&rules.open.view.id, &offers).await?;
	let ranks = ranks.into_iter().chain(std::iter::repeat(None));
	let ranked = good
		.into_iter()
		.zip(ranks)
		.map(|((signed, _), rank)| Entry { signed, standing: rank.ok_or(Fault::Unranked) });
	let out = bad
		.into_iter()
		.map(|(signed, fault)| Entry { signed, standing: Err(fault.unwrap_or(Fault::Unranked)) });
	let mut entries: Vec<_> = ranked.chain(out).collect();
	entries
		.sort_by_key(|entry| entry.standing.as_ref().map_or((true, 0), |rank| (false, rank.place)));
	Ok(entries)
}

#[cfg(test)]
pub(super) mod tests {
	use millrace_chain::H256;
	use millrace_primitives::{
		auction::AuctionTerms, job::Candidates, views::JobView, DisputeMechanism, EnvelopeKey,
		JobId, JobKind, JobRecord, JobState, ModelId, PeerKey,
	};
	use sp_core::Pair;

	use super::*;
	use crate::{
		cli::auction::bids::tests::{bid, key},
		fixture::{job, REQUESTER},
	};

	const VERIFIER: AccountId32 = AccountId32::new([2; 32]);
	const PAYOUT: AccountId32 = AccountId32::new([5; 32]);

	pub(in crate::cli::auction) fn view(state: JobState) -> JobView<AccountId32> {
		let terms = AuctionTerms {
			model: ModelId([1; 32]),
			document: b"bafydocument".to_vec().try_into().unwrap(),
			payment_max: 5_000_000,
			verifier_fee: 200_000,
			bid_window: 60_000,
			latency_max: 120_000,
			challenge_window: 60_000,
			mechanism: DisputeMechanism::Committee,
			matcher: None,
			verifier: Some(VERIFIER),
		};
		let mut view = job(state);
		view.id = bid().job;
		view.record.kind = JobKind::Auction;
		view.record.model = terms.model;
		view.record.locked = 5_200_000;
		view.record.candidates = Candidates::new();
		view.record.auction =
			Some(Auction { terms, agreed: None, result: None, verifier: None, attested: None });
		view
	}

	pub(in crate::cli::auction) fn worker() -> WorkerView<AccountId32> {
		WorkerView {
			owner: bid().worker,
			key: key().public(),
			peer: PeerKey::from_raw([1; 32]),
			envelope: EnvelopeKey([1; 32]),
			payout: PAYOUT,
			models: vec![],
			verifies: vec![],
			stake: 100,
			unbonding: 0,
			withdrawable: 0,
			staked: true,
			reputation: 500,
			verifier_reputation: 500,
			key_changes: 1,
		}
	}

	fn fault(bid: &Bid<AccountId32>, worker: Option<&WorkerView<AccountId32>>) -> Option<Fault> {
		let open = OpenAuction::of(view(JobState::Open)).unwrap();
		let verifier = WorkerView { owner: VERIFIER, payout: VERIFIER, ..self::worker() };
		let rules = Rules { open: &open, verifier: Some(verifier), now: bid_now() };
		rules.fault(bid, worker).err()
	}

	fn bid_now() -> Moment {
		bid().valid_until
	}

	#[test]
	fn a_bid_within_the_terms_stands() {
		assert_eq!(fault(&bid(), Some(&worker())), None);
		let at_the_limits = Bid { price: 5_000_000, latency: 120_000, ..bid() };
		assert_eq!(fault(&at_the_limits, Some(&worker())), None);
	}

	#[test]
	fn a_bid_that_the_chain_would_refuse_says_why() {
		let offers = [
			(Bid { job: JobId(H256([4; 32])), ..bid() }, Fault::OtherJob),
			(Bid { price: 0, ..bid() }, Fault::NoPrice),
			(Bid { price: 5_000_001, ..bid() }, Fault::Price(5_000_000)),
			(Bid { latency: 0, ..bid() }, Fault::NoLatency),
			(Bid { latency: 120_001, ..bid() }, Fault::Latency(120_000)),
			(Bid { valid_until: bid_now() - 1, ..bid() }, Fault::Expired),
		];
		for (offer, expected) in offers {
			assert_eq!(fault(&offer, Some(&worker())), Some(expected));
		}
		assert_eq!(fault(&bid(), None), Some(Fault::Unregistered));
		let unstaked = WorkerView { staked: false, ..worker() };
		assert_eq!(fault(&bid(), Some(&unstaked)), Some(Fault::Unstaked));
	}

	#[test]
	fn a_worker_that_is_another_party_is_out() {
		let paid_to = |payout| WorkerView { payout, ..worker() };
		assert_eq!(fault(&bid(), Some(&paid_to(REQUESTER))), Some(Fault::Requester));
		assert_eq!(fault(&bid(), Some(&paid_to(VERIFIER))), Some(Fault::Verifier));
		let own = Bid { worker: REQUESTER, ..bid() };
		assert_eq!(fault(&own, Some(&worker())), Some(Fault::Requester));
		let own = Bid { worker: VERIFIER, ..bid() };
		assert_eq!(fault(&own, Some(&worker())), Some(Fault::Verifier));
	}

	#[test]
	fn a_job_that_is_not_open_takes_no_bids() {
		for state in JobState::ALL.into_iter().filter(|state| *state != JobState::Open) {
			let refused = OpenAuction::of(view(state)).err().unwrap().to_string();
			assert!(refused.contains(&state.to_string()), "{refused}");
		}
		let direct = JobView {
			record: JobRecord { auction: None, ..view(JobState::Open).record },
			..view(JobState::Open)
		};
		assert!(OpenAuction::of(direct).is_err());
	}
}
