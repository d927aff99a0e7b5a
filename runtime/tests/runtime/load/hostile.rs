//! Blocks full of what strangers can put into them.

use frame_support::{dispatch::DispatchClass, weights::Weight};
use millrace_primitives::{
	auction::CID_BYTES_MAX, job::CANDIDATES_MAX, traits::JobDeadline, AuctionTerms, JobId,
	JobNonce, JobState, Payment,
};
use millrace_runtime::{Runtime, RuntimeCall};
use serde_json::json;
use sp_keyring::Sr25519Keyring::{Bob, Charlie, Dave, Eve};

use super::{
	a_flood_of, any_job, author, limits, play_the_arbiter, print, used, Flood, LOCK, MAX, SECOND,
};
use crate::{
	chain::Chain,
	crowd::{crowded, Person, ENDOWMENT_USDC},
	worker::Worker,
};

/// How many jobs fall due when the hostile block is made.
const DUE: usize = 40;

/// What strangers fill blocks with at `now`, and whether there is too much of it for a block. All
/// of it can be signed by anybody who pays the fee.
fn floods(now: u64) -> Vec<(&'static str, RuntimeCall, bool)> {
	let longest = vec![b'x'; CID_BYTES_MAX as usize].try_into().unwrap();
	let auction = AuctionTerms {
		document: longest,
		challenge_window: 60 * SECOND,
		payment_max: ENDOWMENT_USDC,
		..Chain::auction_terms(None)
	};
	let direct = Chain::terms(&[&Worker::new(Bob)], MAX);
	let nonce = |issued_at| JobNonce { issued_at, salt: [0xFF; 16] };
	let remark = frame_system::Call::remark { remark: vec![0xAA; 100_000] };
	let with_event = frame_system::Call::remark_with_event { remark: vec![0xAA; 100_000] };
	let short = frame_system::Call::<Runtime>::remark { remark: Vec::new() };
	let arbitrate = RuntimeCall::from(play_the_arbiter());
	let create = pallet_jobs::Call::create { nonce: nonce(0), terms: direct };
	let lock = pallet_jobs::Call::create_auction { nonce: nonce(now), terms: auction };
	let shorts = pallet_utility::Call::batch { calls: vec![short.into(); 500] };
	let failures = pallet_utility::Call::force_batch { calls: vec![arbitrate.clone(); 10] };
	vec![
		("weighs much and fails at once", arbitrate, true),
		("fails at its nonce", create.into(), true),
		("fails when it locks what it does not own", lock.into(), true),
		("is no worker", pallet_registry::Call::deregister {}.into(), true),
		("long", remark.into(), true),
		("long, with an event", with_event.into(), true),
		("five hundred in one", shorts.into(), true),
		("ten failures in one", failures.into(), true),
		// What it does not use it gives back.
		("does what the hooks do", pallet_deadlines::Call::service { max: u32::MAX }.into(), false),
	]
}

/// A chain whose crowd has 40 jobs that fall due at the next block.
struct Scene {
	chain: Chain,
	crowd: Vec<Person>,
	worker: Worker,
	quiet: Weight,
}

impl Scene {
	fn new() -> Self {
		let (mut chain, crowd) = crowded("local", json!({}), 50, 23);
		let worker = Worker::new(Bob);
		worker.register(&mut chain);
		let others = [Charlie, Dave, Eve].map(Worker::new);
		for other in &others {
			other.register(&mut chain);
		}
		let quiet = chain.at_rest();
		Self { chain, crowd, worker, quiet }
	}

	/// Create the jobs, and let all of their two minutes pass but for one slot.
	fn jobs(&mut self) -> Vec<JobId> {
		let Self { chain, crowd, worker, .. } = self;
		let mut jobs = Vec::new();
		let create = |person: &mut Person| {
			let (nonce, job) = person.next_job(chain);
			jobs.push(job);
			let terms = Chain::terms(&[&*worker], MAX);
			person.signed(chain, pallet_jobs::Call::create { nonce, terms })
		};
		let transactions = crowd.iter_mut().take(DUE).map(create).collect();
		assert_eq!(chain.block(transactions), [Ok(Ok(())); DUE]);
		let slot = chain.slot_ms;
		chain.block_after(120 * SECOND - slot, Vec::new());
		assert!(jobs.iter().all(|job| chain.state(*job) == JobState::Open));
		jobs
	}

	/// Two blocks of what `flood` makes, in the first of which the jobs fall due: whatever is in
	/// them, the jobs have expired after the second, and their requesters lost nothing.
	fn endure(
		&mut self,
		name: &str,
		too_much: bool,
		mut flood: impl FnMut(&mut Chain, &mut [Person]) -> Flood,
	) {
		let jobs = self.jobs();
		let Self { chain, crowd, quiet, .. } = self;
		let (share, room) = (chain.share(), chain.room());
		let mut most = Weight::zero();
		for _ in 0..2 {
			let flood = flood(chain, crowd);
			let (slot, offered) = (chain.slot_ms, flood.len());
			let outcomes = author(chain, crowd, slot, flood);
			assert_eq!(outcomes.len() < offered, too_much, "{name}: {offered}");
			assert!((chain.initialized - *quiet).all_lte(share), "{name}");
			let normal = *chain.consumed.get(DispatchClass::Normal);
			assert!(normal.all_lte(room), "{name}");
			// The inherent was taken in, so time goes on.
			let now = chain.ext.execute_with(millrace_runtime::Timestamp::get);
			assert_eq!(now, chain.now, "{name}");
			most = most.max(chain.consumed.total());
		}
		for job in jobs {
			let record = chain.job(job).unwrap();
			let payment = Payment { refund: LOCK, ..Payment::default() };
			assert_eq!(
				(record.state, record.payment),
				(JobState::Expired, Some(payment)),
				"{name}"
			);
		}
		for person in crowd.iter() {
			assert_eq!(chain.held(&person.account), 0, "{name}");
			assert_eq!(chain.usdc(&person.account), ENDOWMENT_USDC, "{name}");
		}
		let limit = chain.ext.execute_with(|| limits().max_block);
		print(format_args!(
			"{name}: {} % of the block's weight",
			most.ref_time() * 100 / limit.ref_time()
		));
	}
}

#[test]
fn a_full_block_of_hostile_calls_is_no_heavier_than_a_block_may_be_and_no_refund_waits() {
	let mut scene = Scene::new();
	assert!(scene.chain.handled_at_least(JobDeadline::Proof(any_job())) >= DUE);
	for (index, (name, _, too_much)) in floods(0).into_iter().enumerate() {
		scene.endure(name, too_much, |chain, crowd| {
			let (_, call, _) = floods(chain.now).swap_remove(index);
			a_flood_of(chain, crowd, 0..50, call)
		});
	}
}

/// The largest calls that do what they say, each of another job.
#[test]
fn a_full_block_of_the_largest_jobs_is_no_heavier_than_a_block_may_be() {
	let mut scene = Scene::new();
	let candidates = [Bob, Charlie, Dave, Eve].map(Worker::new);
	assert_eq!(candidates.len(), CANDIDATES_MAX as usize);
	let usdc: u128 = scene.crowd.iter().map(|person| scene.chain.usdc(&person.account)).sum();
	let mut created = 0;
	for auctioned in [false, true] {
		let Scene { chain, crowd, .. } = &mut scene;
		let mut flood = Flood::new();
		for signer in (0..crowd.len()).cycle().take(600) {
			let person = &mut crowd[signer];
			let (nonce, _) = person.next_job(chain);
			let call: RuntimeCall = if auctioned {
				let terms = AuctionTerms {
					document: vec![b'x'; CID_BYTES_MAX as usize].try_into().unwrap(),
					challenge_window: 60 * SECOND,
					..Chain::auction_terms(None)
				};
				pallet_jobs::Call::create_auction { nonce, terms }.into()
			} else {
				let workers: Vec<_> = candidates.iter().collect();
				pallet_jobs::Call::create { nonce, terms: Chain::terms(&workers, MAX) }.into()
			};
			flood.push((signer, person.signed(chain, call)));
		}
		let (slot, room) = (chain.slot_ms, chain.room());
		let outcomes = author(chain, crowd, slot, flood);
		assert!(outcomes.iter().all(|outcome| *outcome == Ok(())), "{outcomes:?}");
		assert!(outcomes.len() < 600 && used(chain, DispatchClass::Normal, room) >= 95);
		created += outcomes.len();
	}
	// All of them expire, none in a block that is too heavy.
	scene.chain.check_every(64);
	scene.chain.block_after(120 * SECOND, Vec::new());
	for _ in 0..10 {
		scene.chain.block(Vec::new());
	}
	let over = scene.chain.ext.execute_with(|| {
		let jobs = pallet_jobs::Jobs::<Runtime>::iter_values();
		jobs.filter(|record| record.state == JobState::Expired).count()
	});
	assert_eq!(over, created);
	let after: u128 = scene.crowd.iter().map(|person| scene.chain.usdc(&person.account)).sum();
	assert_eq!(after, usdc);
	scene.chain.check();
}

/// A call that only root may make, which anybody may send: its class has room of its own. It is
/// not room besides the block.
#[test]
fn operational_calls_do_not_come_on_top_of_a_full_block() {
	let mut scene = Scene::new();
	let items = vec![(vec![1], vec![2]); 100];
	let operational = RuntimeCall::from(frame_system::Call::<Runtime>::set_storage { items });
	scene.endure("ordinary calls, then operational ones", true, |chain, crowd| {
		let mut flood = a_flood_of(chain, crowd, 0..25, play_the_arbiter());
		for signer in (25..50).cycle().take(60) {
			flood.push((signer, crowd[signer].signed(chain, operational.clone())));
		}
		flood
	});
	let operational_weight = scene.chain.consumed.get(DispatchClass::Operational).ref_time();
	assert!(operational_weight > 0, "no operational call was taken in");
}
