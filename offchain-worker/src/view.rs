//! What the chain holds for the workers of this node, as the sidecar is told.
//!
//! Anybody can name a worker in as many jobs as it pays for, so a view has to choose. The index of a
//! worker is read up to a limit, from another place at each block, so that what lies beyond the limit
//! comes into sight some blocks later. Of what was read, the jobs that the worker is bound to come
//! first, then those that wait for any candidate, then those that another one has taken; and within
//! each of these all requesters take turns, so one with hundreds of jobs keeps no other's out.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::{collections::BTreeMap, vec::Vec};
use core::cmp::Reverse;

use frame_system::pallet_prelude::BlockNumberFor;
use millrace_primitives::{JobId, JobKind, JobRecord, JobState, Moment, WorkerKey};
use millrace_protocol::{
	Appointed, Awarded, Delivery, Dispute, Job, View, WorkerJobs, APPOINTED_MAX, AWARDED_MAX,
	DISPUTES_MAX, JOBS_MAX, VERSION,
};
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::traits::{UniqueSaturatedInto, Zero};

use crate::{part_of_slot, Chain, Config, Seat};

/// How many jobs a pass looks at, over all workers. Each costs two reads of the state, or three if it is
/// disputed, so this is some 100 ms.
pub(crate) const SCAN_MAX: usize = 2_048;

/// How much of a slot the sidecar may hold its reply back. What gets ready meanwhile is in the next
/// block, what gets ready later in the one after it.
const HOLD_PERCENT: u64 = 60;

/// The view of `block` for these workers, by owner.
pub(crate) fn view<T: Config>(
	block: BlockNumberFor<T>,
	workers: Vec<(AccountId32, WorkerKey)>,
) -> View {
	let hash = hash_of::<T>(block);
	let limit = SCAN_MAX.checked_div(workers.len()).unwrap_or(SCAN_MAX);
	let scan = Scan { after: JobId(hash), limit };
	let workers: Vec<_> =
		workers.into_iter().map(|(owner, key)| scan.worker::<T>(owner, key)).collect();
	// Without a job nothing can become ready: no reason to keep a thread of the node waiting.
	let idle = workers.iter().all(|worker| worker.jobs.is_empty() && worker.awarded.is_empty());
	let hold = if idle { 0 } else { part_of_slot::<T>(HOLD_PERCENT) };
	View {
		version: VERSION,
		genesis: hash_of::<T>(Zero::zero()),
		block: block.unique_saturated_into(),
		hash,
		now: T::Chain::now(),
		hold_ms: hold.unique_saturated_into(),
		workers,
	}
}

/// The hash of a block that the chain remembers. In an off-chain worker it knows that of the
/// present block too.
fn hash_of<T: Config>(block: BlockNumberFor<T>) -> H256 {
	frame_system::Pallet::<T>::block_hash(block)
}

/// What of each worker's index is read.
struct Scan {
	after: JobId,
	limit: usize,
}

impl Scan {
	fn worker<T: Config>(&self, owner: AccountId32, key: WorkerKey) -> WorkerJobs {
		let (mut jobs, mut awarded, mut appointed) = (Vec::new(), Vec::new(), Vec::new());
		let ids = T::Chain::jobs_of(&owner, self.after, self.limit);
		for id in ids.into_iter().take(self.limit) {
			let Some(record) = T::Chain::job(&id) else { continue };
			match (record.kind, record.state) {
				(JobKind::Direct, state) if is_awaited::<T>(&id, state) => {
					jobs.push(direct::<T>(id, record, &owner));
				},
				(JobKind::Auction, JobState::Accepted) => {
					awarded.extend(to_deliver(id, record, &owner));
				},
				(JobKind::Auction, JobState::Submitted) => {
					appointed.extend(to_judge(id, record, &owner));
				},
				_ => {},
			}
		}
		let disputes = self.disputes::<T>(&owner);
		WorkerJobs {
			owner,
			key,
			jobs: in_turns(jobs, JOBS_MAX),
			awarded: in_turns(awarded, AWARDED_MAX),
			appointed: in_turns(appointed, APPOINTED_MAX),
			disputes,
		}
	}

	/// The disputes that wait for something from this juror; those that it can still say something
	/// in, and soonest, first.
	fn disputes<T: Config>(&self, owner: &AccountId32) -> Vec<Dispute> {
		let ids = T::Chain::disputes_of(owner, self.after, self.limit);
		let mut found: Vec<_> = ids
			.into_iter()
			.take(self.limit)
			.filter_map(|id| Some((T::Chain::seat(&id, owner)?, id)))
			.collect();
		found.sort_by_key(|(seat, id)| (seat.is_done(), seat.until, *id));
		found.truncate(DISPUTES_MAX);
		found.into_iter().filter_map(|(seat, id)| dispute::<T>(id, seat)).collect()
	}
}

/// How near a job is to a worker. The nearest come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Bond {
	/// It accepted it, delivered it, was awarded it or is to judge it.
	Bound,
	/// Any candidate may take it.
	Free,
	/// Another candidate has accepted or delivered it.
	Lost,
}

/// Something that may come into the view.
struct Candidate<Order, Item> {
	bond: Bond,
	requester: AccountId32,
	/// The least comes first.
	order: Order,
	item: Item,
}

/// At most `most` items: the nearest first, and among those that are equally near, the first one of
/// each requester, then the second one of each, and so on.
fn in_turns<Order: Ord, Item>(
	mut candidates: Vec<Candidate<Order, Item>>,
	most: usize,
) -> Vec<Item> {
	candidates.sort_by(|a, b| (a.bond, &a.order).cmp(&(b.bond, &b.order)));
	let mut turns = BTreeMap::<_, u32>::new();
	let mut placed: Vec<_> = candidates
		.into_iter()
		.map(|Candidate { bond, requester, item, .. }| {
			let next = turns.entry((bond, requester)).or_default();
			let turn = *next;
			*next = next.saturating_add(1);
			((bond, turn), item)
		})
		.collect();
	placed.sort_by_key(|(place, _)| *place);
	placed.into_iter().take(most).map(|(_, item)| item).collect()
}

/// Whether there is anything that its worker, or one of its candidates, could still say of a direct job.
fn is_awaited<T: Config>(id: &JobId, state: JobState) -> bool {
	match state {
		JobState::Open | JobState::Accepted | JobState::Verified => true,
		JobState::Disputed => T::Chain::is_dismissible(id),
		_ => false,
	}
}

/// A direct job; the newest first, because it is the one that its worker may just be about to begin.
fn direct<T: Config>(
	id: JobId,
	record: JobRecord<AccountId32>,
	owner: &AccountId32,
) -> Candidate<(Reverse<Moment>, JobId), Job> {
	let delivered_by = record.outcome.as_ref().map(|outcome| &outcome.worker);
	let bond = match delivered_by.or(record.accepted_by.as_ref()) {
		Some(worker) if worker == owner => Bond::Bound,
		Some(_) => Bond::Lost,
		None => Bond::Free,
	};
	let item = Job {
		id,
		state: record.state,
		entropy: hash_of::<T>(record.created_in.into()),
		accepted: record.accepted_by.map(|worker| worker == *owner),
		proven: record.outcome.map(|outcome| outcome.proof),
		requester: record.requester.clone(),
		model: record.model,
		max: record.max,
		request: record.request,
		created_at: record.created_at,
		deadline: record.deadline,
	};
	let order = (Reverse(record.created_at), id);
	Candidate { bond, requester: record.requester, order, item }
}

/// An auctioned job that `owner` has to deliver; the most urgent first.
fn to_deliver(
	id: JobId,
	record: JobRecord<AccountId32>,
	owner: &AccountId32,
) -> Option<Candidate<(Moment, JobId), Awarded>> {
	let auction = record.auction?;
	if record.accepted_by.as_ref() != Some(owner) {
		return None;
	}
	let item = Awarded {
		id,
		requester: record.requester.clone(),
		model: record.model,
		document: auction.terms.document,
		agreed: auction.agreed?,
		deadline: record.deadline,
	};
	let order = (record.deadline, id);
	Some(Candidate { bond: Bond::Bound, requester: record.requester, order, item })
}

/// A submission that `owner` has to judge; the most urgent first.
fn to_judge(
	id: JobId,
	record: JobRecord<AccountId32>,
	owner: &AccountId32,
) -> Option<Candidate<(Moment, JobId), Appointed>> {
	let (auction, outcome) = (record.auction?, record.outcome?);
	if auction.verifier.as_ref() != Some(owner) {
		return None;
	}
	let item = Appointed {
		id,
		requester: record.requester.clone(),
		worker: outcome.worker,
		model: record.model,
		document: auction.terms.document,
		result: auction.result?,
		output: outcome.output,
		submission: outcome.proof,
		fee: auction.terms.verifier_fee,
		deadline: record.deadline,
	};
	let order = (record.deadline, id);
	Some(Candidate { bond: Bond::Bound, requester: record.requester, order, item })
}

fn dispute<T: Config>(id: JobId, seat: Seat) -> Option<Dispute> {
	let record = T::Chain::job(&id)?;
	let outcome = record.outcome?;
	let delivery = record.auction.and_then(|auction| {
		let (document, attested) = (auction.terms.document, auction.attested);
		Some(Delivery { document, result: auction.result?, attested })
	});
	Some(Dispute {
		id,
		kind: record.kind,
		round: seat.round,
		phase: seat.phase,
		ballot: seat.ballot,
		deadline: seat.until,
		worker: outcome.worker,
		model: record.model,
		request: record.request,
		tokens: outcome.tokens,
		output: outcome.output,
		claim: outcome.proof,
		evidence: seat.evidence,
		testimony: seat.testimony,
		delivery,
	})
}
