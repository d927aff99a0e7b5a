//! However many jobs have run, state is as large and blocks are as heavy as ever.
//!
//! In every block a cohort of jobs begins, the same each time, and every cohort before it takes its next
//! step: jobs of both kinds that settle, expire, are cancelled or disputed. After the first cohort has
//! left storage as many leave as come, so what is stored must stay the same to the byte.
//!
//! `MILLRACE_GROWTH_JOBS` says how many jobs there are; `make test-growth` runs ten times as many.

use std::{collections::BTreeMap, time::Instant};

use frame_support::{traits::Get, StorageHasher, Twox128};
use millrace_primitives::{
	auction::{award_message, DisputeMechanism},
	AuctionTerms, JobId, TokenCounts,
	Verdict::{self, AtFault, Cleared},
};
use millrace_runtime::{
	configs::{SlotWeights, MILL},
	Runtime, RuntimeCall, RuntimeEvent, UncheckedExtrinsic,
};
use serde_json::json;
use sp_core::Pair;
use sp_keyring::Sr25519Keyring::{Bob, Charlie, Dave, Eve, Ferdie};

use crate::{
	chain::Chain,
	crowd::{crowded, Person},
	requester::PRICE,
	worker::Worker,
};

const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };

/// How many jobs there are unless somebody asks for more.
const JOBS: usize = 20_000;

/// How many requesters there are. The jobs of a cohort are theirs in turn.
const REQUESTERS: u16 = 32;

/// How many cohorts it takes until the first one has left storage: the longest life, which is that of
/// a disputed job, and the time for which it is remembered.
const COHORTS_AT_ONCE: usize = 44;

/// How many blocks it takes until a verifier, or a committee, is drawn.
const DRAW: usize = 17;

/// What happens to a job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Life {
	/// Direct, proven with a receipt.
	Confirmed,
	/// Direct, proven without one.
	Unconfirmed,
	/// Direct, and nobody answers.
	Ignored,
	/// Direct, accepted, and nobody answers.
	Abandoned,
	/// Direct, cancelled.
	Cancelled,
	/// Auctioned, and its named verifier judges it.
	Judged,
	/// Auctioned, and a drawn verifier judges it.
	Drawn,
	/// Auctioned, and its verifier is silent.
	Unjudged,
	/// Auctioned, and never awarded.
	Unawarded,
	/// Auctioned, awarded, and never delivered.
	Undelivered,
	/// Auctioned, cancelled.
	Withdrawn,
	/// Auctioned, found bad by its verifier, and its worker convicted by a committee.
	Convicted,
	/// Direct, challenged, and its worker cleared by a committee.
	Acquitted,
	/// Auctioned, challenged, and never arbitrated.
	Undecided,
}

use Life::{
	Abandoned, Acquitted, Cancelled, Confirmed, Convicted, Drawn, Ignored, Judged, Unawarded,
	Unconfirmed, Undecided, Undelivered, Unjudged, Withdrawn,
};

/// How many of a cohort live which life: sixty jobs.
const COHORT: [(Life, usize); 14] = [
	(Confirmed, 18),
	(Unconfirmed, 8),
	(Ignored, 4),
	(Abandoned, 3),
	(Cancelled, 3),
	(Judged, 6),
	(Drawn, 3),
	(Unjudged, 1),
	(Unawarded, 3),
	(Undelivered, 3),
	(Withdrawn, 3),
	(Convicted, 2),
	(Acquitted, 2),
	(Undecided, 1),
];

/// How many jobs of a cohort end in which way.
const SETTLED: usize = 18 + 8 + 6 + 3 + 1;
const EXPIRED: usize = 4 + 3 + 3 + 3;
const CANCELLED: usize = 3 + 3;
const DECIDED: usize = 2 + 2 + 1;

struct Job {
	id: JobId,
	life: Life,
	/// Whose it is, by its place in the crowd.
	requester: usize,
	/// How many blocks ago it was created.
	age: usize,
}

struct World {
	chain: Chain,
	crowd: Vec<Person>,
	worker: Worker,
	verifiers: [Worker; 4],
	jobs: Vec<Job>,
	ended: BTreeMap<&'static str, usize>,
}

/// What is stored, and what the blocks since the last sample weighed at most.
#[derive(Clone, Copy)]
struct Sample {
	jobs: usize,
	keys: usize,
	bytes: usize,
	all_keys: usize,
	all_bytes: usize,
	weight: u64,
	micros: u128,
}

impl World {
	/// Slots of a second, and windows of a few.
	fn new() -> Self {
		let mill = u64::try_from(MILL).unwrap();
		let patch = json!({ "parameters": { "initial": {
			"slotMs": 1_000,
			"proofWindowMs": 4_000,
			"disputeWindowMs": 4_000,
			"nonceWindowMs": 4_000,
			"retentionMs": 9_000,
			"unbondingMs": 600_000,
			"judgeWindowMs": 3_000,
			"drawDelayMs": 17_000,
			"arbitrationWindowMs": 4_000,
			// What a worker loses with each of thousands of disputes.
			"workerSlash": mill,
			"disputeBond": mill,
			"juryFee": mill / 10,
		} } });
		let (mut chain, crowd) = crowded("test", patch, REQUESTERS, 41);
		let worker = Worker::new(Bob);
		let verifiers = [Charlie, Dave, Eve, Ferdie]
			.map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
		worker.register(&mut chain);
		worker.stake(&mut chain, 500_000 * MILL);
		// An account that is paid for the first time stays for good. All that will be paid are there.
		for paid in verifiers.iter().chain([&worker]) {
			let (target, amount) = (paid.payout.clone().into(), 10_000);
			let usdc = chain.signed(Bob, pallet_assets::Call::transfer { id: 1, target, amount });
			assert_eq!(chain.apply(usdc), Ok(()));
			let (dest, value) = (paid.payout.clone().into(), MILL);
			let call = pallet_balances::Call::transfer_allow_death { dest, value };
			let mill = chain.signed(Bob, call);
			assert_eq!(chain.apply(mill), Ok(()));
		}
		chain.check_every(64);
		Self { chain, crowd, worker, verifiers, jobs: Vec::new(), ended: BTreeMap::new() }
	}

	/// Build a block in which every job takes its next step, and `begins` says whether a cohort begins.
	fn step(&mut self, begins: bool) {
		let mut transactions = self.steps();
		self.jobs.retain(|job| job.age < COHORTS_AT_ONCE);
		if begins {
			transactions.extend(self.cohort());
		}
		let outcomes = self.chain.block(transactions);
		let wrong = outcomes.iter().find(|outcome| **outcome != Ok(Ok(())));
		assert_eq!(wrong, None);
		for event in self.chain.events() {
			let end = match event {
				RuntimeEvent::Settlement(pallet_settlement::Event::Settled { .. }) => "settled",
				RuntimeEvent::Jobs(pallet_jobs::Event::Expired { .. }) => "expired",
				RuntimeEvent::Jobs(pallet_jobs::Event::Cancelled { .. }) => "cancelled",
				RuntimeEvent::Jobs(pallet_jobs::Event::Retired { .. }) => "retired",
				RuntimeEvent::Disputes(pallet_disputes::Event::Decided { .. }) => "decided",
				_ => continue,
			};
			*self.ended.entry(end).or_default() += 1;
		}
	}

	fn cohort(&mut self) -> Vec<UncheckedExtrinsic> {
		let lives = COHORT.iter().flat_map(|(life, count)| std::iter::repeat_n(*life, *count));
		let creations = lives.enumerate().map(|(position, life)| {
			let requester = position % usize::from(REQUESTERS);
			let person = &mut self.crowd[requester];
			let (nonce, id) = person.next_job(&self.chain);
			self.jobs.push(Job { id, life, requester, age: 0 });
			let call: RuntimeCall = match life {
				Confirmed | Unconfirmed | Ignored | Abandoned | Cancelled | Acquitted => {
					let terms = Chain::terms(&[&self.worker], MAX);
					pallet_jobs::Call::create { nonce, terms }.into()
				},
				Judged | Drawn | Unjudged | Unawarded | Undelivered | Withdrawn | Convicted
				| Undecided => {
					let terms = Self::terms(&self.verifiers[0], life);
					pallet_jobs::Call::create_auction { nonce, terms }.into()
				},
			};
			person.signed(&mut self.chain, call)
		});
		creations.collect()
	}

	fn terms(verifier: &Worker, life: Life) -> AuctionTerms<millrace_runtime::AccountId> {
		let named = (life != Drawn).then_some(verifier);
		let mechanism = if life == Undecided {
			DisputeMechanism::Arbitration
		} else {
			DisputeMechanism::Committee
		};
		let (bid_window, challenge_window) = (3_000, 3_000);
		AuctionTerms { mechanism, bid_window, challenge_window, ..Chain::auction_terms(named) }
	}

	/// What everybody does about the jobs of the blocks before.
	fn steps(&mut self) -> Vec<UncheckedExtrinsic> {
		let mut transactions = Vec::new();
		let mut jobs = std::mem::take(&mut self.jobs);
		for job in &mut jobs {
			job.age += 1;
			self.act(job, &mut transactions);
		}
		self.jobs = jobs;
		transactions
	}

	fn act(&mut self, job: &Job, transactions: &mut Vec<UncheckedExtrinsic>) {
		let Self { chain, crowd, worker, verifiers, .. } = self;
		let requester = &mut crowd[job.requester];
		let id = job.id;
		match (job.life, job.age) {
			(Confirmed, 1) => {
				let proof = worker.proof(chain, id, MAX);
				let receipt = requester.receipt(chain.genesis, id, proof.digest());
				transactions.push(worker.submit(chain, proof, Some(receipt)));
			},
			(Unconfirmed | Acquitted, 1) => {
				let proof = worker.proof(chain, id, MAX);
				transactions.push(worker.submit(chain, proof, None));
			},
			(Abandoned, 1) => transactions.push(worker.accept(chain, id)),
			(Cancelled, 2) | (Withdrawn, 1) => {
				let cancel = pallet_jobs::Call::cancel { job: id };
				transactions.push(requester.signed(chain, cancel));
			},
			(Judged | Drawn | Unjudged | Undelivered | Convicted | Undecided, 1) => {
				let (bid, bid_signature) = worker.bid(chain, id, PRICE, 1_000);
				let message = award_message(chain.genesis, id, &bid.digest());
				let award_signature = requester.pair.sign(&message).into();
				let award = pallet_jobs::Call::award { bid, bid_signature, award_signature };
				transactions.push(Chain::authorized(award));
			},
			(Judged | Drawn | Unjudged | Convicted | Undecided, 2) => {
				transactions.push(worker.deliver(chain, worker.submission(id)));
			},
			(Judged | Undecided | Convicted, 3) => {
				let passed = job.life != Convicted;
				transactions.push(verifiers[0].attest(chain, &worker.submission(id), passed));
			},
			(Drawn, age) if age == 2 + DRAW + 1 => {
				let auction = chain.job(id).unwrap().auction.unwrap();
				let drawn = auction.verifier.expect("a verifier was drawn");
				let drawn = verifiers.iter().find(|verifier| verifier.owner() == drawn).unwrap();
				transactions.push(drawn.attest(chain, &worker.submission(id), true));
			},
			(Acquitted, 2) | (Undecided, 4) => {
				let raise = pallet_disputes::Call::raise { job: id, evidence: [9; 32] };
				transactions.push(requester.signed(chain, raise));
			},
			(Convicted, age) => {
				Self::vote(chain, verifiers, id, age.wrapping_sub(3 + DRAW), AtFault, transactions);
			},
			(Acquitted, age) => {
				Self::vote(chain, verifiers, id, age.wrapping_sub(2 + DRAW), Cleared, transactions);
			},
			_ => {},
		}
	}

	/// What the jurors of a job do so many blocks after they were drawn.
	fn vote(
		chain: &mut Chain,
		verifiers: &[Worker; 4],
		id: JobId,
		since: usize,
		verdict: Verdict,
		transactions: &mut Vec<UncheckedExtrinsic>,
	) {
		if since != 1 && since != 2 {
			return;
		}
		let case = chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(id)).unwrap();
		assert!(case.jurors.len() >= 3, "no committee was drawn");
		for juror in case.jurors {
			let find = |verifier: &&Worker| verifier.owner() == juror.account;
			let verifier = verifiers.iter().find(find).unwrap();
			transactions.push(match since {
				1 => verifier.commit(chain, id, verdict),
				_ => verifier.reveal(id, verdict),
			});
		}
	}

	/// How many keys and bytes are stored under the prefixes of our pallets, and altogether but for the
	/// last events and for the hashes of blocks, of which the chain remembers a fixed number.
	fn stored(&mut self) -> [(usize, usize); 2] {
		let ours = ["Registry", "Escrow", "Deadlines", "Jobs", "Settlement", "Disputes"]
			.map(|pallet| Twox128::hash(pallet.as_bytes()));
		let left_out = ["BlockHash", "Events"]
			.map(|item| [Twox128::hash(b"System"), Twox128::hash(item.as_bytes())].concat());
		self.chain.ext.execute_with(|| {
			let (mut of_ours, mut of_all) = ((0, 0), (0, 0));
			let mut key = Vec::new();
			while let Some(next) = sp_io::storage::next_key(&key) {
				let mut nothing = [];
				let value = sp_io::storage::read(&next, &mut nothing, 0).unwrap();
				let bytes = next.len() + usize::try_from(value).unwrap();
				if !left_out.iter().any(|prefix| next.starts_with(prefix)) {
					of_all = (of_all.0 + 1, of_all.1 + bytes);
				}
				if ours.iter().any(|prefix| next.starts_with(prefix)) {
					of_ours = (of_ours.0 + 1, of_ours.1 + bytes);
				}
				key = next;
			}
			[of_ours, of_all]
		})
	}

	fn sample(&mut self, jobs: usize, weight: u64, micros: u128) -> Sample {
		let [(keys, bytes), (all_keys, all_bytes)] = self.stored();
		Sample { jobs, keys, bytes, all_keys, all_bytes, weight, micros }
	}
}

#[expect(clippy::print_stdout, reason = "a table for whoever runs this with --nocapture")]
fn print(samples: &[Sample], most: u64) {
	println!("    jobs   our keys  our bytes   all keys  all bytes  heaviest block  µs a block");
	for sample in samples {
		let Sample { jobs, keys, bytes, all_keys, all_bytes, weight, micros } = sample;
		let tenths = weight * 1_000 / most;
		let (whole, part) = (tenths / 10, tenths % 10);
		println!(
			"{jobs:8} {keys:10} {bytes:10} {all_keys:10} {all_bytes:10} {whole:12}.{part} % {micros:10}"
		);
	}
}

/// The stored is the same to the byte whenever as many jobs leave as come, and in the end what it was
/// before the first one.
#[test]
fn state_and_blocks_do_not_grow_with_the_jobs_that_have_run() {
	let asked = std::env::var("MILLRACE_GROWTH_JOBS").ok();
	let jobs = asked.map_or(JOBS, |jobs| jobs.parse().expect("a number of jobs"));
	let a_cohort: usize = COHORT.iter().map(|(_, count)| count).sum();
	assert_eq!(a_cohort, SETTLED + EXPIRED + CANCELLED + DECIDED);
	let cohorts = jobs.div_ceil(a_cohort).max(3 * COHORTS_AT_ONCE);
	// A sample for about every thousand jobs, and no more than a hundred.
	let between = (1_000 / a_cohort + 1).max(cohorts / 100);

	let mut world = World::new();
	let most = world.chain.ext.execute_with(|| SlotWeights::get().max_block.ref_time());
	// What the last block weighed is stored too; here and in the end nothing happened in it.
	world.step(false);
	let [ours, all] = world.stored();
	let mut samples = vec![world.sample(0, 0, 0)];
	let (mut weight, mut began, mut blocks) = (0, Instant::now(), 0);
	for cohort in 1..=cohorts {
		world.step(true);
		blocks += 1;
		weight = weight.max(world.chain.consumed.total().ref_time());
		if cohort % between == 0 {
			let micros = began.elapsed().as_micros() / blocks;
			samples.push(world.sample(cohort * a_cohort, weight, micros));
			(weight, began, blocks) = (0, Instant::now(), 0);
		}
	}
	for _ in 0..COHORTS_AT_ONCE + 2 {
		world.step(false);
	}
	samples.push(world.sample(cohorts * a_cohort, 0, 0));
	print(&samples, most);

	let ended = [SETTLED, EXPIRED, CANCELLED, DECIDED, a_cohort].map(|count| count * cohorts);
	let [settled, expired, cancelled, decided, retired] = ended;
	let expected = [
		("settled", settled),
		("expired", expired),
		("cancelled", cancelled),
		("decided", decided),
		("retired", retired),
	];
	assert_eq!(world.ended, BTreeMap::from(expected));
	assert_eq!(world.stored(), [ours, all], "something was left behind");
	world.chain.check();

	let steady: Vec<_> = samples
		.iter()
		.filter(|sample| (COHORTS_AT_ONCE + between..=cohorts).contains(&(sample.jobs / a_cohort)))
		.filter(|sample| sample.weight > 0)
		.collect();
	assert!(steady.len() > 2, "too few jobs to see anything");
	let sizes = |sample: &Sample| (sample.keys, sample.bytes, sample.all_keys, sample.all_bytes);
	for sample in &steady {
		assert_eq!(sizes(sample), sizes(steady[0]), "at {} jobs", sample.jobs);
		// What a draw or a vote weighs depends on who is drawn; nothing else differs.
		let (first, now) = (steady[0].weight, sample.weight);
		assert!(now.abs_diff(first) <= first / 20, "{now} at {} jobs, not {first}", sample.jobs);
	}
}
