//! A long random run of the real runtime against a reference model of all balances.
//!
//! The model in `world`, `market`, `trial` and `draw` is written from the rules of the game, with
//! arithmetic of its own, and knows nothing of the pallets. `choice` makes up actions, many of which
//! are not allowed. Each is tried on the chain and in the model, and both must agree whether it is
//! done, and in each block on what is told of disputes. After every block, or every eighth of a long
//! run, `mirror` holds the one against the other: the payment asset, free, on hold and parked, of
//! every account; its MILL, free and on hold for each reason; stake, unbonding, keys, reputation; the
//! record of every job that changed, its ledger entry, its dispute, and its one deadline. Five times
//! in a run nobody acts until all jobs are over, all money is free, and nothing is left of them in
//! storage.
//!
//! Two things are taken from the chain as given: in which order it handles what falls due at one
//! moment, and how much of it fits into a block. Who is drawn the model works out for itself.
//!
//! What an account signs is dispatched as a call with that origin, without the transaction around it,
//! so that no fee is paid; what authorizes itself is applied as the transaction that it is. Both in
//! blocks that the executive opens, with the hooks of all pallets. The hash by which a block is known
//! to the next is made up: it decides draws, and that of the header is never the same twice.
//!
//! `MILLRACE_MODEL_STEPS` says how many actions are tried, `MILLRACE_MODEL_SEED` which. A failure
//! prints the seed and the last actions.

use std::{
	collections::{BTreeMap, VecDeque},
	env,
	time::Instant,
};

use frame_support::traits::Get;
use millrace_primitives::JobId;
use millrace_runtime::{
	configs::SlotWeights, genesis_presets, parameters, parameters::Parameters, Runtime,
};
use sp_core::H256;

use self::{
	action::{Action, Key, Who},
	dice::Dice,
	stage::{Stage, OPERATORS, REQUESTERS, RICH, STRANGERS},
	trial::Fallen,
	world::{State, World, MILL},
};
use crate::chain::Chain;

mod action;
mod choice;
mod dice;
mod draw;
mod market;
mod mirror;
mod stage;
mod trial;
mod world;

/// How many steps are tried where nobody says otherwise.
const STEPS: u64 = 10_000;

/// The seed where nobody says otherwise.
const SEED: u64 = 3;

/// Up to this many steps, all is compared after every block.
const SHORT: u64 = 50_000;

/// The most actions of a block.
const ACTIONS_MAX: u64 = 12;

/// How many of the last actions a failure prints.
const REMEMBERED: usize = 30;

/// One in so many actions is tried with a look at the whole state before and after.
const ROOTED_EVERY: u64 = 64;

/// After how many blocks the changes are written to the trie: each change makes it slower to look for
/// the first deadline, and each write makes every other key slower to read.
const COMMITTED_EVERY: u32 = 16;

/// What is rare, and must come about in a run all the same.
const RARE: [&str; 22] = [
	"a fifth to a stranger",
	"abstention without a verdict",
	"bond charged",
	"dispute dismissed by a proof",
	"dispute dismissed by a receipt",
	"former key",
	"half to the requester",
	"half to the verifier",
	"juror to which a party is paid now",
	"jurors that are paid to one account",
	"key given up before the job",
	"key of long ago",
	"newcomer left out of a committee",
	"newcomer left out of a judgement",
	"nonces revived",
	"receipt after the draw",
	"return to a former key",
	"stake free too soon",
	"too few to choose from",
	"too many former keys",
	"verifier fined",
	"verifier not charged",
];

/// What is rarer still, and must come about in a run that is not short.
const RAREST: [&str; 4] = [
	"stake free too soon for what is to come",
	"verifier to which a party is paid now",
	"vote of a juror without its role",
	"vote refused for lack of stake",
];

/// How much an empty block may be later than its parent while nobody acts.
const REST: u64 = 2_000;

/// How long everything may take to be over while nobody acts: far longer than the longest job, its
/// dispute, and its retention.
const REST_MAX: u64 = 600_000;

#[test]
fn every_balance_is_what_an_independent_model_says() {
	let steps = number("MILLRACE_MODEL_STEPS", STEPS);
	let seed = number("MILLRACE_MODEL_SEED", SEED);
	let mut run = Run::new(steps, seed);
	run.endow();
	for part in 1..=5 {
		run.go_on(steps * part / 5);
		run.let_everything_end();
	}
	run.diary.report(&run.world);
	if steps >= STEPS {
		run.diary.ensure_all_was_tried(&run.world);
	}
}

fn number(variable: &str, default: u64) -> u64 {
	let parse = |text: String| text.parse().unwrap_or_else(|_| panic!("{variable} is no number"));
	env::var(variable).map_or(default, parse)
}

/// The chain and the model beside it.
struct Run {
	chain: Chain,
	stage: Stage,
	world: World,
	dice: Dice,
	preset: Parameters,
	diary: Diary,
	/// After how many blocks all is compared.
	compared_every: u32,
	/// After how many blocks everything is checked.
	checked_every: u32,
}

/// What was tried.
struct Diary {
	seed: u64,
	step: u64,
	steps: u64,
	last: VecDeque<(u64, u32, Action, bool)>,
	/// How many of each kind were done, and how many refused.
	counts: BTreeMap<&'static str, [u64; 2]>,
	deadlines: u64,
	draws: u64,
	behind: u64,
	began: Instant,
}

impl Diary {
	fn note(&mut self, number: u32, action: Action, done: bool) {
		self.step += 1;
		self.counts.entry(action.kind()).or_default()[usize::from(!done)] += 1;
		self.last.push_back((self.step, number, action, done));
		if self.last.len() > REMEMBERED {
			self.last.pop_front();
		}
	}

	/// Try an action on the chain and in the model.
	fn act(&mut self, stage: &Stage, world: &mut World, dice: &mut Dice, action: Action) {
		let before = (dice.below(ROOTED_EVERY) == 0).then(stage::state_root);
		let id = match action {
			Action::Create { by, ref nonce, .. } | Action::CreateAuction { by, ref nonce, .. } => {
				stage.job_id(by, nonce)
			},
			_ => JobId(H256::zero()),
		};
		let seen = mirror::event_count();
		let done = stage.perform(&action);
		let expected = world.attempt(&action, id).is_some();
		let is_service = matches!(action, Action::Service { .. });
		self.note(world.number, action, done);
		assert_eq!(done, expected, "the last action was done by the chain, and by the model");
		if is_service {
			self.replay(world, &mirror::fallen(stage, 0..seen));
		}
		if let (Some(before), false) = (before, done) {
			assert_eq!(before, stage::state_root(), "what was refused changed something");
		}
	}

	/// Let the deadlines fall due in the model that the chain has handled.
	fn replay(&mut self, world: &mut World, fallen: &[(JobId, Fallen)]) {
		let mut last = 0;
		for (id, fallen) in fallen {
			let due = world.jobs.get(id).expect("the job exists").deadline;
			assert!(last <= due, "an earlier deadline had to wait");
			last = due;
			self.deadlines += 1;
			self.draws += u64::from(matches!(fallen, Fallen::Drawn(_) | Fallen::Appointed(_)));
			world.fall_due(*id, fallen);
		}
	}

	#[expect(clippy::print_stderr, reason = "a long run tells that it goes on")]
	fn show_progress(&self, world: &World) {
		let rate = u128::from(self.step) * 1_000 / self.began.elapsed().as_millis().max(1);
		eprintln!(
			"{} of {} steps, {rate} a second; block {}; {} jobs in storage; ended: {:?}",
			self.step,
			self.steps,
			world.number,
			world.jobs.len(),
			world.ended,
		);
	}

	#[expect(clippy::print_stderr, reason = "a run tells what it did")]
	fn report(&self, world: &World) {
		self.show_progress(world);
		for (kind, [done, refused]) in &self.counts {
			eprintln!("{kind:>16}: {done:>8} done, {refused:>8} refused");
		}
		for what in RARE.into_iter().chain(RAREST) {
			eprintln!("{:>8} times: {what}", world.seen.get(what).copied().unwrap_or(0));
		}
		let [done, refused] = self.totals();
		eprintln!(
			"seed {}: {done} actions done and {refused} refused in {} blocks and {} s; {} \
			 deadlines, {} draws, {} payments parked, {} blocks that left deadlines to the next",
			self.seed,
			world.number,
			self.began.elapsed().as_secs(),
			self.deadlines,
			self.draws,
			world.times_parked,
			self.behind,
		);
	}

	fn totals(&self) -> [u64; 2] {
		self.counts.values().fold([0; 2], |sum, part| [sum[0] + part[0], sum[1] + part[1]])
	}

	/// A run that never does what it should check shows nothing.
	fn ensure_all_was_tried(&self, world: &World) {
		for (kind, [done, _]) in &self.counts {
			// There are always seats free.
			assert!((*done > 0) != (*kind == "displace"), "{kind} was done {done} times");
		}
		for state in State::ALL.into_iter().filter(|state| state.is_final()) {
			assert!(world.ended.contains_key(&state), "no job became {state:?}");
		}
		assert!(self.counts.len() == Action::KINDS, "some actions were never tried");
		let rarest = if self.steps > SHORT { RAREST.as_slice() } else { &[] };
		for what in RARE.iter().chain(rarest) {
			assert!(world.seen.contains_key(what), "never came about: {what}");
		}
	}
}

impl Drop for Diary {
	#[expect(clippy::print_stderr, reason = "what led to a failure must be seen")]
	fn drop(&mut self) {
		if std::thread::panicking() {
			eprintln!("MILLRACE_MODEL_SEED={} MILLRACE_MODEL_STEPS={}", self.seed, self.steps);
			for (step, number, action, done) in &self.last {
				let outcome = if *done { "done" } else { "refused" };
				eprintln!("step {step}, block {number}, {outcome}: {action:?}");
			}
		}
	}
}

impl Run {
	fn new(steps: u64, seed: u64) -> Self {
		let mut chain = Chain::new(genesis_presets::TEST, serde_json::json!({}), 0x3D);
		let preset = chain.ext.execute_with(parameters::Current::<Runtime>::get);
		let stage = Stage::new(chain.genesis);
		let mut world = World::new(preset, stage.accounts(), RICH);
		(world.number, world.now) = (chain.number, chain.now);
		world.bits.push(last_bit(chain.genesis));
		let is_short = steps <= SHORT;
		let (compared_every, checked_every) = if is_short { (1, 20) } else { (8, 2_000) };
		chain.check_every(checked_every);
		let diary = Diary {
			seed,
			step: 0,
			steps,
			last: VecDeque::new(),
			counts: BTreeMap::new(),
			deadlines: 0,
			draws: 0,
			behind: 0,
			began: Instant::now(),
		};
		let dice = Dice::new(seed);
		Self { chain, stage, world, dice, preset, diary, compared_every, checked_every }
	}

	/// Everybody gets something from those of the presets, and the operators register and stake.
	fn endow(&mut self) {
		let mut actions = Vec::new();
		for place in RICH..REQUESTERS + OPERATORS + STRANGERS {
			let (by, to) = (Who(place % RICH), Who(place));
			actions.push(Action::Send { by, to, amount: 20_000 * MILL });
			actions.push(Action::Transfer { by, to, amount: 200_000_000 });
		}
		for place in REQUESTERS..REQUESTERS + OPERATORS {
			let by = Who(place);
			let payout = Who(place + OPERATORS + STRANGERS);
			actions.push(Action::Register { by, key: Key::Worker(by, 0), payout, forged: false });
			// The last three do not verify, and the last has too little stake for anything.
			let verifies = place < REQUESTERS + OPERATORS - 3;
			let is_last = place == REQUESTERS + OPERATORS - 1;
			let amount = if verifies { 600 * MILL } else { 200 * MILL };
			actions.push(Action::Stake { by, amount: if is_last { MILL } else { amount } });
			actions.push(Action::Verify { by, on: verifies });
		}
		let mut actions = actions.into_iter();
		self.block(self.chain.slot_ms, |_, _, _| actions.next());
		assert_eq!(self.diary.counts.values().map(|[_, refused]| refused).sum::<u64>(), 0);
	}

	/// Try random actions until so many were tried.
	fn go_on(&mut self, end: u64) {
		let progress = (self.diary.steps / 50).max(1);
		let mut next = self.diary.step + progress;
		while self.diary.step < end {
			let elapsed = choice::elapsed(&mut self.dice, &self.world);
			let mut left = self.dice.between(1, ACTIONS_MAX);
			self.block(elapsed, |dice, world, preset| {
				left = left.checked_sub(1)?;
				Some(choice::choose(dice, world, preset))
			});
			if self.diary.step >= next {
				next += progress;
				self.diary.show_progress(&self.world);
			}
		}
	}

	/// Build a block of the actions that `next` gives, on the chain and in the model.
	fn block(
		&mut self,
		elapsed: u64,
		mut next: impl FnMut(&mut Dice, &World, &Parameters) -> Option<Action>,
	) {
		let Self { chain, stage, world, dice, preset, diary, .. } = self;
		let now = chain.now + elapsed;
		world.number += 1;
		world.bits.push(last_bit(chain.parent));
		world.told.clear();
		let seen = chain.build(elapsed, || {
			// What the last block left over is handled by its clock.
			diary.replay(world, &mirror::fallen(stage, 0..0));
			world.now = now;
			while let Some(action) = next(dice, world, preset) {
				diary.act(stage, world, dice, action);
			}
			mirror::event_count()
		});
		// Draws depend on block hashes, and these on signatures, no two of which are alike.
		chain.parent = dice.bytes().into();
		chain.ext.execute_with(|| {
			diary.replay(world, &mirror::fallen(stage, 0..seen));
			mirror::compare_told(stage, world);
		});
		if world.agenda.first().is_some_and(|(deadline, _)| *deadline <= now) {
			diary.behind += 1;
			let most = chain.ext.execute_with(SlotWeights::get).max_block;
			let used = chain.consumed.total();
			assert!(used.any_gt(most.div(2)), "a deadline was passed over by a block of {used}");
		}
		if chain.number.is_multiple_of(self.compared_every) {
			chain.ext.execute_with(|| mirror::compare(stage, world));
		}
		if chain.number.is_multiple_of(self.checked_every) {
			chain.ext.execute_with(|| mirror::compare_all(stage, world));
		}
		if chain.number.is_multiple_of(COMMITTED_EVERY) {
			chain.ext.commit_all().unwrap();
			chain.ext.backend.backend_storage_mut().purge();
			// What is read most is read from memory again.
			chain.ext.execute_with(|| parameters::Current::<Runtime>::mutate(|_| ()));
		}
	}

	/// Nobody acts. All jobs come to an end by themselves, all money that they held is free again,
	/// and in the end nothing is left of them.
	fn let_everything_end(&mut self) {
		let rested = self.chain.now + REST_MAX;
		while self.world.jobs.values().any(|job| !job.state.is_final()) {
			self.block(REST, |_, _, _| None);
			assert!(self.chain.now < rested, "a job has no way out");
		}
		self.chain.ext.execute_with(|| {
			mirror::compare_all(&self.stage, &mut self.world);
			mirror::ensure_nothing_is_locked(&self.world);
		});
		while !self.world.jobs.is_empty() {
			self.block(REST, |_, _, _| None);
			assert!(self.chain.now < rested, "a job stays in storage");
		}
		self.chain.ext.execute_with(|| {
			mirror::compare_all(&self.stage, &mut self.world);
			mirror::ensure_nothing_is_left();
		});
		self.chain.check();
	}
}

/// What of the hash of a block has a part in draws.
fn last_bit(hash: H256) -> bool {
	hash.as_bytes()[31] & 1 == 1
}
