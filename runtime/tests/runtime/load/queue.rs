//! Deadlines of the most expensive kinds, more of them than a block has room for.

use std::collections::BTreeMap;

use millrace_primitives::{
	auction::award_message,
	traits::{JobDeadline, VERIFIERS_MAX},
	AuctionTerms, JobId,
	Verdict::{AtFault, Cleared},
};
use millrace_runtime::{Runtime, RuntimeEvent};
use pallet_disputes::{types::Decision, COMMITTEE_MAX};
use serde_json::json;
use sp_core::Pair;
use sp_keyring::Sr25519Keyring::Bob;
use sp_runtime::ApplyExtrinsicResult;

use super::{a_flood_of, any_job, author, play_the_arbiter, print, MAX, SECOND};
use crate::{
	chain::{model, Chain},
	crowd::{crowded, Person, Verifier},
	requester::{LATENCY, PRICE},
	worker::{Worker, VERIFIER_STAKE},
};

/// A chain of short slots, all of whose seats for verifiers are taken.
struct Scene {
	chain: Chain,
	crowd: Vec<Person>,
	verifiers: Vec<Verifier>,
	worker: Worker,
}

impl Scene {
	fn new() -> Self {
		let patch = json!({ "parameters": { "initial": { "committeeSize": COMMITTEE_MAX } } });
		let seats = u16::try_from(VERIFIERS_MAX).unwrap();
		let (mut chain, mut crowd) = crowded("dev", patch, 40 + seats, 24);
		let owners = crowd.split_off(40);
		let mut verifiers: Vec<_> =
			(0..).zip(owners).map(|(index, owner)| Verifier::new(owner, index)).collect();
		let worker = Worker::new(Bob).enter(&mut chain);
		for some in verifiers.chunks_mut(8) {
			let enter = |verifier: &mut Verifier| verifier.enter(&mut chain, VERIFIER_STAKE);
			let entering: Vec<_> = some.iter_mut().map(enter).collect();
			let entered = chain.block(entering);
			assert!(entered.iter().all(|outcome| *outcome == Ok(Ok(()))), "{entered:?}");
		}
		let seated = chain.ext.execute_with(|| {
			pallet_registry::Verifiers::<Runtime>::get(model()).into_inner().len()
		});
		assert_eq!(seated, VERIFIERS_MAX as usize);
		Self { chain, crowd, verifiers, worker }
	}

	/// Blocks full of hostile calls until all of `jobs` have gone past what falls due, as `handled`
	/// finds in the events of each block. Returns the order in which they did.
	///
	/// The first block is the first after the chain was away, so everything is due at once.
	fn overrun(
		&mut self,
		item: JobDeadline,
		jobs: usize,
		handled: impl Fn(&RuntimeEvent) -> Option<JobId>,
	) -> Vec<JobId> {
		let Self { chain, crowd, .. } = self;
		let each = chain.handled_at_least(item);
		assert!(each > 0 && jobs > 2 * each, "{jobs} jobs do not fill three blocks of {each}");
		let quiet = chain.initialized;
		let share = chain.share();
		let mut order = Vec::new();
		let mut blocks = 0;
		while order.len() < jobs {
			let elapsed = if blocks == 0 { 300 * SECOND } else { chain.slot_ms };
			let all = 0..crowd.len();
			let flood = a_flood_of(chain, crowd, all, play_the_arbiter());
			author(chain, crowd, elapsed, flood);
			let now: Vec<_> = chain.events().iter().filter_map(&handled).collect();
			let by_deadlines = chain.initialized - quiet;
			assert!(by_deadlines.all_lte(share), "{by_deadlines} before the transactions");
			// The hooks of the first block look at the time of its parent.
			let left = jobs - order.len();
			assert!(blocks == 0 || now.len() >= each.min(left), "{} of {left}", now.len());
			order.extend(now);
			blocks += 1;
		}
		print(format_args!("{item:?}: {jobs} in {blocks} full blocks, at least {each} in each"));
		assert!(blocks <= jobs.div_ceil(each) + 1);
		order
	}

	/// As many jobs as fill three blocks.
	fn count(&mut self, item: JobDeadline) -> usize {
		self.chain.handled_at_least(item) * 2 + 2
	}
}

/// A draw among 128 verifiers, for many jobs at once.
#[test]
fn draws_among_all_verifiers_go_on_where_the_share_of_a_block_ends() {
	let mut scene = Scene::new();
	// What a draw weighs is told by a job that waits for one.
	let first = scene.undrawn(1)[0];
	let item = JobDeadline::Judgement(first);
	let count = scene.count(item);
	let mut expected = vec![first];
	// In three parts, so that not all are due in one moment.
	for part in [count.div_ceil(3); 3] {
		expected.extend(scene.undrawn(part));
	}
	let due: BTreeMap<_, _> =
		expected.iter().map(|job| (*job, scene.chain.job(*job).unwrap().deadline)).collect();
	let order = scene.overrun(item, expected.len(), |event| match event {
		RuntimeEvent::Settlement(pallet_settlement::Event::VerifierAppointed {
			job_id, ..
		}) => Some(*job_id),
		_ => None,
	});
	let moments: Vec<_> = order.iter().map(|job| due[job]).collect();
	assert!(moments.is_sorted(), "a later one was drawn first");
	same_jobs(order, expected);
}

impl Scene {
	/// Auctions of one requester, delivered, whose verifiers are to be drawn.
	fn undrawn(&mut self, count: usize) -> Vec<JobId> {
		let Self { chain, crowd, worker, .. } = self;
		let requester = &mut crowd[0];
		let mut jobs = Vec::new();
		let create = |_| {
			let (nonce, job) = requester.next_job(chain);
			jobs.push(job);
			let challenge_window = 60 * SECOND;
			let terms = AuctionTerms { challenge_window, ..Chain::auction_terms(None) };
			requester.signed(chain, pallet_jobs::Call::create_auction { nonce, terms })
		};
		let creations = (0..count).map(create).collect();
		all_well(&chain.block(creations));
		let award = |job: &JobId| {
			let (bid, bid_signature) = worker.bid(chain, *job, PRICE, LATENCY);
			let message = award_message(chain.genesis, bid.job, &bid.digest());
			let award_signature = requester.pair.sign(&message).into();
			Chain::authorized(pallet_jobs::Call::award { bid, bid_signature, award_signature })
		};
		let awards = jobs.iter().map(award).collect();
		all_well(&chain.block(awards));
		let deliver = |job: &JobId| worker.deliver(chain, worker.submission(*job));
		let deliveries = jobs.iter().map(deliver).collect();
		all_well(&chain.block(deliveries));
		jobs
	}
}

/// None is missing, and none is there twice.
fn same_jobs(mut order: Vec<JobId>, mut expected: Vec<JobId>) {
	order.sort_unstable();
	expected.sort_unstable();
	assert_eq!(order, expected);
}

/// Committees of seven, drawn among 128, of whom one juror each keeps its vote back: every phase
/// ends by its deadline.
#[test]
fn the_largest_committees_are_drawn_and_counted_where_the_share_of_a_block_ends() {
	let mut scene = Scene::new();
	let item = JobDeadline::Dispute(any_job());
	let jobs = scene.disputed();
	assert!(jobs.len() >= scene.count(item));
	// Raised more than sixteen blocks ago, so that the seed is one that nobody knew.
	for _ in 0..16 {
		scene.chain.block(Vec::new());
	}
	let drawn = scene.overrun(item, jobs.len(), |event| match event {
		RuntimeEvent::Disputes(pallet_disputes::Event::Drawn { job_id, .. }) => Some(*job_id),
		_ => None,
	});
	same_jobs(drawn, jobs.clone());

	// All jurors commit, and all but one of each committee reveal: four against two.
	let Scene { chain, verifiers, .. } = &mut scene;
	let genesis = chain.genesis;
	let mut commits = Vec::new();
	let mut reveals = Vec::new();
	for job in &jobs {
		let case = chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job)).unwrap();
		assert_eq!(case.jurors.len(), COMMITTEE_MAX as usize);
		for (seat, juror) in case.jurors.iter().enumerate() {
			let verifier =
				verifiers.iter().find(|verifier| verifier.owner.account == juror.account);
			let verifier = verifier.unwrap();
			let verdict = if seat < 5 { AtFault } else { Cleared };
			commits.push(verifier.commit(genesis, *job, verdict));
			if seat > 0 {
				reveals.push(verifier.reveal(*job, verdict));
			}
		}
	}
	for votes in [commits, reveals] {
		for some in votes.chunks(5) {
			let outcomes = chain.block(some.to_vec());
			assert!(outcomes.iter().all(|outcome| *outcome == Ok(Ok(()))), "{outcomes:?}");
		}
	}
	let order = scene.overrun(item, jobs.len(), |event| match event {
		RuntimeEvent::Disputes(pallet_disputes::Event::Decided { job_id, decision, .. }) => {
			assert_eq!(*decision, Decision::Committee(AtFault));
			Some(*job_id)
		},
		_ => None,
	});
	same_jobs(order, jobs);
}

impl Scene {
	/// A direct job of everybody, proven and challenged.
	fn disputed(&mut self) -> Vec<JobId> {
		let Self { chain, crowd, worker, .. } = self;
		let mut jobs = Vec::new();
		let create = |person: &mut Person| {
			let (nonce, job) = person.next_job(chain);
			jobs.push(job);
			let terms = Chain::terms(&[&*worker], MAX);
			person.signed(chain, pallet_jobs::Call::create { nonce, terms })
		};
		let creations = crowd.iter_mut().map(create).collect();
		all_well(&chain.block(creations));
		let prove = |job: &JobId| {
			let proof = worker.proof(chain, *job, MAX);
			worker.submit(chain, proof, None)
		};
		let proofs = jobs.iter().map(prove).collect();
		all_well(&chain.block(proofs));
		let challenge = |(person, job): (&mut Person, &JobId)| {
			let raise = pallet_disputes::Call::raise { job: *job, evidence: [9; 32] };
			person.signed(chain, raise)
		};
		let challenges = crowd.iter_mut().zip(&jobs).map(challenge).collect();
		all_well(&chain.block(challenges));
		jobs
	}
}

fn all_well(outcomes: &[ApplyExtrinsicResult]) {
	assert!(outcomes.iter().all(|outcome| *outcome == Ok(Ok(()))), "{outcomes:?}");
}
