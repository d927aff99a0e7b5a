//! The model held against the chain. Everything here needs externalities.

use std::ops::Range;

use codec::Encode;
use frame_support::traits::{
	fungible::{Inspect as _, InspectHold as _},
	fungibles::Inspect as _,
};
use millrace_primitives::{traits::JobDeadline, JobId, JobRecord, JobState, Verdict};
use millrace_runtime::{
	configs::PaymentAsset, AccountId, Assets, Balances, Runtime, RuntimeEvent, RuntimeHoldReason,
	System,
};
use pallet_disputes::types as disputes;

use super::{
	action::Who,
	stage::{Stage, OWN, PERSONS},
	trial::Fallen,
	world::{Agreed, Ballot, Case, Job, Money, Paid, Phase, State, Told, World},
};
use crate::chain::held;

/// The deadlines that the chain reports in this block, in order, but for those among the events of
/// `others`, which transactions brought about.
///
/// # Panics
///
/// On an event that there is only if something is wrong.
pub(super) fn fallen(stage: &Stage, others: Range<usize>) -> Vec<(JobId, Fallen)> {
	let events = System::read_events_no_consensus().enumerate();
	let deadlines = events.filter_map(|(place, record)| {
		ensure_harmless(&record.event);
		(!others.contains(&place)).then(|| deadline_of(stage, &record.event)).flatten()
	});
	deadlines.collect()
}

/// How many events this block has so far.
pub(super) fn event_count() -> usize {
	usize::try_from(System::event_count()).unwrap()
}

fn deadline_of(stage: &Stage, event: &RuntimeEvent) -> Option<(JobId, Fallen)> {
	use pallet_disputes::Event as Dispute;
	use pallet_jobs::Event as Job;
	use pallet_settlement::Event as Settlement;

	let who = |account| stage.who(account);
	Some(match event {
		RuntimeEvent::Jobs(Job::Expired { job_id, .. }) => (*job_id, Fallen::Expired),
		RuntimeEvent::Jobs(Job::Retired { job_id }) => (*job_id, Fallen::Retired),
		RuntimeEvent::Settlement(Settlement::Settled { job_id, .. }) => (*job_id, Fallen::Settled),
		RuntimeEvent::Settlement(Settlement::VerifierAppointed { job_id, verifier, .. }) => {
			(*job_id, Fallen::Appointed(who(verifier)))
		},
		RuntimeEvent::Settlement(Settlement::VerifierSilent { job_id, .. }) => {
			(*job_id, Fallen::Silent)
		},
		RuntimeEvent::Disputes(Dispute::DrawPutOff { job_id, .. }) => (*job_id, Fallen::PutOff),
		RuntimeEvent::Disputes(Dispute::Drawn { job_id, jurors, .. }) => {
			(*job_id, Fallen::Drawn(jurors.iter().map(who).collect()))
		},
		RuntimeEvent::Disputes(Dispute::RevealOpened { job_id, .. }) => {
			(*job_id, Fallen::RevealOpened)
		},
		RuntimeEvent::Disputes(Dispute::Referred { job_id, .. }) => (*job_id, Fallen::Referred),
		RuntimeEvent::Disputes(Dispute::Decided { job_id, .. }) => (*job_id, Fallen::Decided),
		_ => return None,
	})
}

fn ensure_harmless(event: &RuntimeEvent) {
	use pallet_disputes::Event as Dispute;
	use pallet_settlement::Event as Settlement;

	let is_bug = match event {
		RuntimeEvent::Jobs(event) => matches!(event, pallet_jobs::Event::DeadlineIgnored { .. }),
		RuntimeEvent::Settlement(event) => {
			matches!(event, Settlement::DeadlineIgnored { .. } | Settlement::PayoutFailed { .. })
		},
		RuntimeEvent::Disputes(event) => matches!(
			event,
			Dispute::DeadlineIgnored { .. }
				| Dispute::CaseFailed { .. }
				| Dispute::Unpaid { .. }
				| Dispute::DismissalIgnored { .. }
		),
		RuntimeEvent::Escrow(event) => {
			matches!(event, pallet_escrow::Event::RefundFailed { .. })
		},
		RuntimeEvent::Balances(event) => {
			matches!(event, pallet_balances::Event::DustLost { .. })
		},
		_ => false,
	};
	assert!(!is_bug, "{event:?}");
}

/// Compare what disputes moved in this block.
pub(super) fn compare_told(stage: &Stage, world: &World) {
	let events = System::read_events_no_consensus();
	let told = events.filter_map(|record| told_of(stage, &record.event)).collect::<Vec<_>>();
	assert_eq!(told, world.told, "the chain tells something else");
}

fn told_of(stage: &Stage, event: &RuntimeEvent) -> Option<Told> {
	use pallet_disputes::Event;

	let RuntimeEvent::Disputes(event) = event else { return None };
	let who = |account| stage.who(account);
	Some(match event {
		Event::Testified { job_id, evidence: [evidence, ..] } => {
			Told::Testified(*job_id, *evidence)
		},
		Event::Dismissed { job_id } => Told::Dismissed(*job_id),
		Event::Punished { job_id, owner, amount, to } => {
			Told::Punished(*job_id, who(owner), *amount, who(to))
		},
		Event::Rewarded { job_id, to, amount } => Told::Rewarded(*job_id, who(to), *amount),
		Event::BondCharged { job_id, challenger, amount } => {
			Told::Charged(*job_id, who(challenger), *amount)
		},
		Event::BondReturned { job_id, challenger, amount } => {
			Told::Returned(*job_id, who(challenger), *amount)
		},
		Event::BondForfeited { job_id, challenger, amount } => {
			Told::Forfeited(*job_id, who(challenger), *amount)
		},
		_ => return None,
	})
}

/// Compare all balances, and the jobs that changed since the last time.
pub(super) fn compare(stage: &Stage, world: &mut World) {
	for place in 0..PERSONS + OWN {
		compare_account(stage, world, Who(place));
	}
	for id in std::mem::take(&mut world.touched) {
		compare_job(stage, world, id);
	}
}

/// Compare everything.
pub(super) fn compare_all(stage: &Stage, world: &mut World) {
	world.touched.extend(world.jobs.keys());
	compare(stage, world);
	let jobs = pallet_jobs::Jobs::<Runtime>::iter_keys();
	assert!(jobs.eq_by_set(world.jobs.keys().copied()), "the chain has other jobs");
	let deadlines = pallet_deadlines::Queue::<Runtime>::iter_keys();
	let deadlines = deadlines.map(|(due, item)| (due.moment(), job_of(item)));
	assert!(deadlines.eq_by_set(world.agenda.iter().copied()), "the chain has other deadlines");
	let operators = pallet_registry::Workers::<Runtime>::iter_keys();
	let operators = operators.map(|account| stage.who(&account));
	assert!(operators.eq_by_set(world.operators.keys().copied()), "the chain has other workers");
	let awaited = pallet_disputes::JurorCases::<Runtime>::iter_keys();
	let awaited = awaited.map(|(juror, id)| (stage.who(&juror), id));
	assert!(awaited.eq_by_set(world.awaited()), "the chain waits for other jurors");
	let parked = pallet_escrow::Claimable::<Runtime>::iter();
	let parked = parked.map(|(account, amount)| (stage.who(&account), amount));
	let expected = world.parked.iter().map(|(who, amount)| (*who, *amount));
	assert!(parked.eq_by_set(expected), "the chain owes others");
	assert_eq!(Assets::total_issuance(PaymentAsset::get()), world.all_usdc());
	assert_eq!(Balances::total_issuance(), world.all_mill());
}

/// No job holds anything, and nobody risks anything.
pub(super) fn ensure_nothing_is_locked(world: &World) {
	assert_eq!(pallet_escrow::Ledger::<Runtime>::iter_keys().count(), 0, "money is locked");
	assert_eq!(pallet_jobs::WorkerJobs::<Runtime>::iter_keys().count(), 0, "a job is indexed");
	assert_eq!(pallet_disputes::JurorCases::<Runtime>::iter_keys().count(), 0, "a juror waits");
	for (place, purse) in world.purses.iter().enumerate() {
		assert_eq!(purse.bonds, 0, "a bond is left on hold");
		assert!(purse.held == 0 || Who(place) == world.escrow_pot, "money is left on hold");
	}
}

/// Nothing is left of any job.
pub(super) fn ensure_nothing_is_left() {
	assert_eq!(pallet_jobs::Jobs::<Runtime>::iter_keys().count(), 0, "a job is left");
	assert_eq!(pallet_deadlines::Queue::<Runtime>::iter_keys().count(), 0, "a deadline is left");
	assert_eq!(pallet_disputes::Cases::<Runtime>::iter_keys().count(), 0, "a dispute is left");
	assert_eq!(pallet_disputes::Offences::<Runtime>::iter_keys().count(), 0, "an offence is left");
}

trait EqBySet: Iterator + Sized {
	fn eq_by_set(self, other: impl Iterator<Item = Self::Item>) -> bool
	where
		Self::Item: Ord,
	{
		let mut items = self.collect::<Vec<_>>();
		let mut others = other.collect::<Vec<_>>();
		items.sort_unstable();
		others.sort_unstable();
		items == others
	}
}

impl<Items: Iterator> EqBySet for Items {}

const fn job_of(item: JobDeadline) -> JobId {
	match item {
		JobDeadline::Proof(id)
		| JobDeadline::Window(id)
		| JobDeadline::Retention(id)
		| JobDeadline::Judgement(id)
		| JobDeadline::Dispute(id) => id,
	}
}

fn compare_account(stage: &Stage, world: &World, who: Who) {
	let account = stage.account(who);
	let purse = world.purses[who.0];
	let usdc = Assets::maybe_balance(PaymentAsset::get(), account);
	assert_eq!(usdc, purse.usdc, "{who:?} can spend");
	assert_eq!(held(account), purse.held, "{who:?} has on hold");
	assert_eq!(Balances::balance(account), purse.mill, "{who:?} has MILL");
	let on_hold = |reason: RuntimeHoldReason| Balances::balance_on_hold(&reason, account);
	assert_eq!(on_hold(pallet_disputes::HoldReason::Bond.into()), purse.bonds, "{who:?} risks");
	let parked = pallet_escrow::Claimable::<Runtime>::get(account);
	assert_eq!(parked, world.parked.get(&who).copied(), "{who:?} can claim");

	let record = pallet_registry::Workers::<Runtime>::get(account);
	let operator = world.operators.get(&who);
	assert_eq!(record.is_some(), operator.is_some(), "{who:?} has a worker");
	let (deposit, stake) = operator.map_or((0, 0), |worker| (worker.deposit, worker.held()));
	let registry = [
		pallet_registry::HoldReason::Registration.into(),
		pallet_registry::HoldReason::Stake.into(),
	];
	assert_eq!(registry.map(on_hold), [deposit, stake], "{who:?} has as deposit and stake");
	let (Some(record), Some(operator)) = (record, operator) else { return };
	let unbonding = record.unbonding.iter().map(|chunk| (chunk.amount, chunk.unlock_at));
	assert_eq!(unbonding.collect::<Vec<_>>(), operator.unbonding, "{who:?} unbonds");
	assert_eq!(record.stake, operator.stake, "{who:?} stakes");
	assert_eq!(stage.who(&record.payout), operator.payout, "{who:?} is paid to");
	assert_eq!(!record.verifies.is_empty(), operator.verifies, "{who:?} verifies");
	assert_eq!(record.keys.worker, stage.public(operator.key), "{who:?} signs");
	let former = record.former_keys.iter();
	let former = former.map(|former| (former.key, former.given_up_at, former.until));
	let expected = operator.former.iter();
	let expected = expected.map(|(key, at, until)| (stage.public(*key), *at, *until));
	assert!(former.eq(expected), "{who:?} answers for {:?}", operator.former);
	assert_eq!(record.key_changes, operator.key_changes, "{who:?} changed keys");
	assert_eq!(record.judges_since, operator.judges_since, "{who:?} judges since");
	let reputation = [record.reputation, record.verifier_reputation];
	assert_eq!(reputation.encode(), operator.reputation.encode(), "{who:?} is known as");
}

fn compare_job(stage: &Stage, world: &World, id: JobId) {
	let record = pallet_jobs::Jobs::<Runtime>::get(id);
	let case = pallet_disputes::Cases::<Runtime>::get(id);
	let locked = pallet_escrow::Ledger::<Runtime>::get(id).map(|entry| entry.amount);
	let offenders = pallet_disputes::Offences::<Runtime>::get(id);
	let Some(job) = world.jobs.get(&id) else {
		assert!(record.is_none() && case.is_none(), "{id} is still there");
		assert!(locked.is_none() && offenders.is_empty(), "{id} left something behind");
		return;
	};
	let record = record.unwrap_or_else(|| panic!("{id} is gone: {job:?}"));
	assert_eq!(state_of(record.state), job.state, "of {id}");
	assert_eq!(record.deadline, job.deadline, "of {id}");
	assert_eq!(stage.who(&record.requester), job.requester, "of {id}");
	assert_eq!(record.locked, job.locked, "of {id}");
	assert_eq!(locked, (!job.state.is_final()).then_some(job.left), "locked for {id}");
	assert_eq!(record.accepted_by.as_ref().map(|who| stage.who(who)), job.accepted_by, "of {id}");
	assert_eq!(record.payment.map(paid_of), job.paid, "of {id}");
	compare_delivery(stage, &record, job, id);
	let offenders = offenders.iter().map(|who| stage.who(who)).collect::<Vec<_>>();
	assert_eq!(offenders, job.offenders, "of {id}");
	match (case, &job.case) {
		(Some(case), Some(expected)) => compare_case(stage, &case, expected, id),
		(case, expected) => assert_eq!(case.is_some(), expected.is_some(), "of {id}"),
	}
}

fn compare_delivery(stage: &Stage, record: &JobRecord<AccountId>, job: &Job, id: JobId) {
	let outcome = record.outcome.as_ref().map(|outcome| {
		let share = Money::from(outcome.worker_share);
		(stage.who(&outcome.worker), stage.who(&outcome.payout), share, outcome.proven_at)
	});
	let expected = job
		.outcome
		.map(|outcome| (outcome.claim.worker, outcome.payout, outcome.share, outcome.at));
	assert_eq!(outcome, expected, "of {id}");
	let (Some(auction), Some(expected)) = (&record.auction, &job.auction) else {
		assert_eq!(record.auction.is_some(), job.auction.is_some(), "of {id}");
		return;
	};
	let agreed = auction.agreed.map(|agreed| (agreed.price, agreed.latency, agreed.awarded_at));
	let as_agreed = expected.agreed.map(|Agreed { price, latency, at }| (price, latency, at));
	assert_eq!(agreed, as_agreed, "of {id}");
	let verifier = auction.verifier.as_ref().map(|who| stage.who(who));
	assert_eq!(verifier, expected.verifier, "of {id}");
	let judged = auction.attested.map(|judgement| judgement.passed);
	assert_eq!(judged, expected.judged, "of {id}");
}

fn compare_case(stage: &Stage, case: &disputes::Case<AccountId>, expected: &Case, id: JobId) {
	assert_eq!(phase_of(case.phase), expected.phase, "of {id}");
	assert_eq!(case.until, expected.until, "of {id}");
	assert_eq!(stage.who(&case.challenger), expected.challenger, "of {id}");
	assert_eq!(case.round, expected.round, "of {id}");
	assert_eq!(case.testimony, expected.testimony.map(|said| [said; 32]), "of {id}");
	let bond = match case.bond {
		disputes::Bond::Held(amount) => (amount, true),
		disputes::Bond::Stake(amount) => (amount, false),
	};
	assert_eq!(bond, (expected.bond, expected.is_held), "of {id}");
	assert_eq!(case.jurors.len(), expected.jurors.len(), "of {id}");
	for (juror, expected) in case.jurors.iter().zip(&expected.jurors) {
		assert_eq!(stage.who(&juror.account), expected.who, "of {id}");
		assert_eq!(stage.who(&juror.payout), expected.payout, "of {id}");
		let said = match (juror.ballot, expected.ballot) {
			(disputes::Ballot::Awaited, Ballot::Awaited) => true,
			(disputes::Ballot::Committed(hash), Ballot::Committed(vote)) => {
				hash == stage.vote(id, expected.who, vote)
			},
			(disputes::Ballot::Revealed(verdict), Ballot::Revealed { at_fault }) => {
				(verdict == Verdict::AtFault) == at_fault
			},
			_ => false,
		};
		assert!(said, "{:?} said {:?} of {id}", expected.who, juror.ballot);
	}
}

const fn state_of(state: JobState) -> State {
	match state {
		JobState::Open => State::Open,
		JobState::Accepted => State::Accepted,
		JobState::Submitted => State::Submitted,
		JobState::Verified => State::Verified,
		JobState::Settled => State::Settled,
		JobState::Cancelled => State::Cancelled,
		JobState::Expired => State::Expired,
		JobState::Disputed => State::Disputed,
		JobState::Resolved => State::Resolved,
	}
}

const fn phase_of(phase: disputes::Phase) -> Phase {
	match phase {
		disputes::Phase::Draw => Phase::Draw,
		disputes::Phase::Commit => Phase::Commit,
		disputes::Phase::Reveal => Phase::Reveal,
		disputes::Phase::Arbitration => Phase::Arbitration,
		disputes::Phase::Closed(_) => Phase::Closed,
	}
}

const fn paid_of(payment: millrace_primitives::Payment) -> Paid {
	Paid {
		worker: payment.worker,
		treasury: payment.treasury,
		verifier: payment.verifier,
		refund: payment.refund,
	}
}
