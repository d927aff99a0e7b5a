//! The answers of the runtime API. Nothing on chain calls these, and each is bounded.

use alloc::vec::Vec;

use frame_support::traits::{
	fungible::Inspect as _,
	fungibles::{Inspect as _, InspectHold as _},
	tokens::{Fortitude::Polite, Preservation::Preserve},
};
use millrace_primitives::{
	auction::{Limits, Offer, Rank},
	traits::Registry as _,
	views::{
		BallotView, BidRank, DisputePhase, DisputeView, Funds, JobView, JurorView, Owed,
		Parameters as ParametersView, Quote, Unpaid,
	},
	Auction, Bid, JobId, JobRecord, JobState, ModelId, Moment, Split, TokenCounts,
};
use pallet_disputes::types::{Ballot, Bond, Case, Decision, Juror, Phase};

use crate::{
	configs::PaymentAsset, parameters::Parameters, AccountId, AssetsHolder, Balance, Balances,
	Registry, Runtime, RuntimeHoldReason, System, Timestamp,
};

/// The most jobs that `jobs_of` answers.
const JOBS_OF_MAX: usize = 256;

/// The most jobs that `owed` looks at, so that jobs which owe nothing yet do not hide those that do.
const OWED_SCAN_MAX: usize = 8_192;

/// The most jobs that `owed` answers.
const OWED_MAX: usize = 1_024;

/// The most bids that `rank` compares.
const BIDS_MAX: usize = 256;

pub(crate) fn job(id: JobId) -> Option<JobView<AccountId>> {
	let record = pallet_jobs::Jobs::<Runtime>::get(id)?;
	let entropy = System::block_hash(record.created_in);
	Some(JobView { id, record, entropy })
}

pub(crate) fn jobs_of(owner: &AccountId) -> Vec<JobId> {
	pallet_jobs::WorkerJobs::<Runtime>::iter_key_prefix(owner).take(JOBS_OF_MAX).collect()
}

pub(crate) fn quote(model: &ModelId, max: TokenCounts) -> Option<Quote> {
	let (tier, price) = Registry::price_of(model)?;
	Some(Quote { tier, price, max, lock: price.cost(&max) })
}

pub(crate) fn funds(who: &AccountId) -> Funds {
	let asset = PaymentAsset::get();
	let reason = RuntimeHoldReason::from(pallet_escrow::HoldReason::JobEscrow);
	Funds {
		free: AssetsHolder::reducible_balance(asset, who, Preserve, Polite),
		locked: AssetsHolder::balance_on_hold(asset, &reason, who),
		claimable: pallet_escrow::Claimable::<Runtime>::get(who).unwrap_or_default(),
		native: Balances::reducible_balance(who, Preserve, Polite),
	}
}

pub(crate) fn dispute(job: JobId) -> Option<DisputeView<AccountId>> {
	let case = pallet_disputes::Cases::<Runtime>::get(job)?;
	let Case { challenger, evidence, testimony, raised_at, round, until, .. } = case;
	let (by_verifier, bond) = match case.bond {
		Bond::Held(bond) => (false, bond),
		Bond::Stake(bond) => (true, bond),
	};
	let phase = phase(case.phase);
	let jurors = case.jurors.into_iter().map(juror).collect();
	Some(DisputeView {
		job,
		phase,
		until,
		challenger,
		by_verifier,
		bond,
		evidence,
		testimony,
		raised_at,
		round,
		jurors,
	})
}

const fn phase(phase: Phase) -> DisputePhase {
	match phase {
		Phase::Draw => DisputePhase::Draw,
		Phase::Commit => DisputePhase::Commit,
		Phase::Reveal => DisputePhase::Reveal,
		Phase::Arbitration => DisputePhase::Arbitration,
		Phase::Closed(Decision::Committee(verdict)) => DisputePhase::DecidedByCommittee(verdict),
		Phase::Closed(Decision::Arbiter(verdict)) => DisputePhase::DecidedByArbiter(verdict),
		Phase::Closed(Decision::Nobody) => DisputePhase::Undecided,
	}
}

const fn juror(juror: Juror<AccountId>) -> JurorView<AccountId> {
	let ballot = match juror.ballot {
		Ballot::Awaited => BallotView::Awaited,
		Ballot::Committed(_) => BallotView::Committed,
		Ballot::Revealed(verdict) => BallotView::Revealed(verdict),
	};
	JurorView { account: juror.account, ballot }
}

/// The ranks of the first [`BIDS_MAX`] bids, in the order of the bids; `None` for one that is for
/// another job, of nobody's worker, or beyond the terms.
pub(crate) fn rank(job: JobId, bids: &[Bid<AccountId>]) -> Vec<Option<BidRank>> {
	let record = pallet_jobs::Jobs::<Runtime>::get(job);
	let Some(auction) = record.and_then(|record| record.auction) else {
		return bids.iter().map(|_| None).collect();
	};
	let ranked = |bid| rank_of(job, &auction, bid);
	let ranks = bids.iter().take(BIDS_MAX).map(ranked).collect::<Vec<_>>();
	let mut order = ranks.iter().flatten().map(|(rank, _)| *rank).collect::<Vec<_>>();
	order.sort_unstable_by(|one, other| other.cmp(one));
	let placed = |(rank, reputation): &(Rank, u16)| {
		let place = order.iter().position(|other| other == rank)?;
		let place = u32::try_from(place).ok()?;
		Some(BidRank { place, score: rank.score, reputation: *reputation })
	};
	let known = ranks.iter().map(|rank| rank.as_ref().and_then(placed));
	known.chain(bids.iter().skip(BIDS_MAX).map(|_| None)).collect()
}

fn rank_of(job: JobId, auction: &Auction<AccountId>, bid: &Bid<AccountId>) -> Option<(Rank, u16)> {
	if bid.job != job || bid.price == 0 || bid.latency == 0 {
		return None;
	}
	let limits =
		Limits { payment_max: auction.terms.payment_max, latency_max: auction.terms.latency_max };
	let worker = pallet_registry::Workers::<Runtime>::get(&bid.worker)?;
	let reputation = worker.reputation.points();
	let offer = Offer { reputation, price: bid.price, latency: bid.latency };
	Some((Rank::of(&offer, &limits, bid.digest())?, reputation))
}

/// What jobs owe to `owner`, at most [`OWED_MAX`] of the first [`OWED_SCAN_MAX`], and what it can
/// claim.
pub(crate) fn owed(owner: &AccountId) -> Vec<Owed<AccountId>> {
	let payout = Registry::worker(owner).map(|worker| worker.payout);
	let jobs = pallet_jobs::WorkerJobs::<Runtime>::iter_key_prefix(owner).take(OWED_SCAN_MAX);
	let by_job = jobs.filter_map(|job| owed_for(job, owner)).take(OWED_MAX);
	let accounts = core::iter::once(owner.clone()).chain(payout.filter(|payout| payout != owner));
	by_job.chain(accounts.filter_map(parked)).collect()
}

fn owed_for(job: JobId, owner: &AccountId) -> Option<Owed<AccountId>> {
	let record = pallet_jobs::Jobs::<Runtime>::get(job)?;
	let outcome = record.outcome.as_ref()?;
	let (to, amount, unpaid) = if outcome.worker == *owner {
		let amount = Split::of(record.charge()?, outcome.worker_share).worker;
		(outcome.payout.clone(), amount, unpaid(&record)?)
	} else {
		let fee = fee_of(&record, owner)?;
		(Registry::worker(owner)?.payout, fee, Unpaid::JudgementAwaited)
	};
	let (since, until) = (Some(outcome.proven_at), Some(record.deadline));
	Some(Owed { job: Some(job), to, amount, unpaid, since, until })
}

/// Why the worker of a job is not paid yet.
const fn unpaid(record: &JobRecord<AccountId>) -> Option<Unpaid> {
	match record.state {
		JobState::Submitted => Some(Unpaid::Unjudged),
		JobState::Verified => Some(Unpaid::Challengeable),
		JobState::Disputed => Some(Unpaid::Disputed),
		_ => None,
	}
}

/// The fee of a job whose judgement by `verifier` is awaited.
fn fee_of(record: &JobRecord<AccountId>, verifier: &AccountId) -> Option<Balance> {
	let auction = record.auction.as_ref().filter(|_| record.state == JobState::Submitted)?;
	(auction.verifier.as_ref() == Some(verifier)).then_some(auction.terms.verifier_fee)
}

fn parked(to: AccountId) -> Option<Owed<AccountId>> {
	let amount = pallet_escrow::Claimable::<Runtime>::get(&to)?;
	Some(Owed { job: None, to, amount, unpaid: Unpaid::Parked, since: None, until: None })
}

pub(crate) fn parameters() -> ParametersView {
	told(&crate::parameters::Current::<Runtime>::get(), Timestamp::get())
}

const fn told(parameters: &Parameters, now: Moment) -> ParametersView {
	ParametersView {
		slot_ms: parameters.slot_ms,
		proof_window_ms: parameters.proof_window_ms,
		dispute_window_ms: parameters.dispute_window_ms,
		cancel_after_ms: parameters.cancel_after_ms,
		nonce_window_ms: parameters.nonce_window_ms,
		retention_ms: parameters.retention_ms,
		unbonding_ms: parameters.unbonding_ms,
		stake_min: parameters.stake_min,
		share_staked: parameters.share_staked,
		share_unstaked: parameters.share_unstaked,
		payment_asset: PaymentAsset::get(),
		now,
		bid_window_max_ms: parameters.bid_window_max_ms,
		latency_max_ms: parameters.latency_max_ms,
		latency_margin: parameters.latency_margin,
		delivery_min_ms: parameters.delivery_min_ms,
		challenge_window_min_ms: parameters.challenge_window_min_ms,
		challenge_window_max_ms: parameters.challenge_window_max_ms,
		draw_delay_ms: parameters.draw_delay_ms,
		judge_window_ms: parameters.judge_window_ms,
		commit_window_ms: parameters.commit_window_ms,
		reveal_window_ms: parameters.reveal_window_ms,
		arbitration_window_ms: parameters.arbitration_window_ms,
		protocol_fee: parameters.protocol_fee,
		max_tokens: parameters.max_tokens,
		verifier_fee_min: parameters.verifier_fee_min,
		reputation_cap: parameters.reputation_cap,
		registration_deposit: parameters.registration_deposit,
		verifier_stake_min: parameters.verifier_stake_min,
		dispute_bond: parameters.dispute_bond,
		worker_slash: parameters.worker_slash,
		double_proof_slash: parameters.double_proof_slash,
		minority_slash: parameters.minority_slash,
		no_reveal_slash: parameters.no_reveal_slash,
		no_commit_slash: parameters.no_commit_slash,
		jury_fee: parameters.jury_fee,
		committee_size: parameters.committee_size,
		jury_pool_min: parameters.jury_pool_min,
	}
}
