//! Random operations, on the pallet and on a reference model that knows nothing of its storage.

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::LazyLock,
};

use frame_support::storage::with_storage_layer;
use millrace_primitives::{
	identity::WorkerKeys as Keys,
	traits::{Conduct, Registry as _},
	Balance, ModelId, Moment, Price, TierId,
};
use proptest::{collection::vec, prelude::*};

use crate::{
	mock::*,
	types::{ModelRecord, FORMER_KEYS_MAX, UNBONDING_MAX},
	HoldReason, PeerKeys, WorkerKeys, Workers,
};

const ACCOUNTS: [AccountId; 4] = [ALICE, BOB, CAROL, PAUPER];
const SEEDS: u8 = 10;
/// The keys of each seed, which take longer to make than to check.
static KEYS: LazyLock<Vec<Keys>> =
	LazyLock::new(|| (1..=SEEDS).map(|seed| Identity::new(seed).keys()).collect());
const MODELS: u8 = 4;
const TIERS: u16 = 3;
const NAMES: u8 = 4;

/// What happens. Keys, models, names and tiers are numbers. A wait lasts until the next block.
#[derive(Clone, Debug)]
enum Op {
	Register { who: AccountId, worker: u8, peer: u8, nonce: u32, models: Vec<u8> },
	RotateKeys { who: AccountId, worker: u8, peer: u8, is_fresh: bool },
	SetModels { who: AccountId, models: Vec<u8> },
	Stake { who: AccountId, amount: Balance },
	Unbond { who: AccountId, amount: Balance },
	Withdraw { who: AccountId },
	Deregister { who: AccountId },
	SetVerifiedModels { who: AccountId, models: Vec<u8> },
	Displace { who: AccountId, model: u8, displaced: AccountId },
	Slash { who: AccountId, amount: Balance, to: AccountId },
	Note { who: AccountId, is_verifier: bool, conduct: Conduct, value: Balance },
	SetTier { tier: u16, price: u64 },
	RemoveTier { tier: u16 },
	SetModel { model: u8, tier: u16, name: u8 },
	RemoveModel { model: u8 },
	Wait { milliseconds: Moment },
}

/// Mostly good, so that most workers can leave.
fn conduct() -> impl Strategy<Value = Conduct> {
	prop_oneof![
		6 => (0..300_u64, prop::option::of(0..200_u64))
			.prop_map(|(elapsed, promised)| Conduct::Delivered { elapsed, promised }),
		6 => Just(Conduct::Judged),
		1 => Just(Conduct::Abandoned),
		1 => Just(Conduct::Silent),
		1 => Just(Conduct::Overruled),
		1 => Just(Conduct::AtFault),
	]
}

fn value() -> impl Strategy<Value = Balance> {
	prop_oneof![Just(0), 0..CAP, Just(CAP), Just(Balance::MAX)]
}

/// Weighted so that most operations find a worker with stake, and are done.
fn op() -> impl Strategy<Value = Op> {
	// Carol comes and goes, so she has no stake.
	let backer = || prop_oneof![5 => Just(ALICE), 3 => Just(BOB), 1 => Just(PAUPER)];
	let who = || prop_oneof![3 => Just(CAROL), 1 => Just(ALICE), 1 => Just(BOB), 1 => Just(PAUPER)];
	let seed = || 1..=SEEDS;
	let amount =
		|| prop_oneof![1 => Just(0), 6 => 1..60_u128, 3 => 60..700_u128, 1 => 0..20_000_u128];
	let models = || vec(1..=MODELS, 0..3_usize);
	let to = || prop_oneof![3 => Just(TREASURY), 1 => Just(BOB)];
	let milliseconds =
		prop_oneof![3 => 1..UNBONDING_PERIOD.div_euclid(20), 1 => 1..UNBONDING_PERIOD];
	let money = prop_oneof![
		6 => (backer(), amount()).prop_map(|(who, amount)| Op::Stake { who, amount }),
		6 => (backer(), amount()).prop_map(|(who, amount)| Op::Unbond { who, amount }),
		4 => backer().prop_map(|who| Op::Withdraw { who }),
		2 => (backer(), amount(), to()).prop_map(|(who, amount, to)| Op::Slash { who, amount, to }),
		3 => (backer(), models())
			.prop_map(|(who, models)| Op::SetVerifiedModels { who, models }),
		3 => milliseconds.prop_map(|milliseconds| Op::Wait { milliseconds }),
	];
	let keys = (prop_oneof![2 => backer(), 1 => who()], seed(), seed(), prop::bool::weighted(0.9))
		.prop_map(|(who, worker, peer, is_fresh)| Op::RotateKeys { who, worker, peer, is_fresh });
	let workers = prop_oneof![
		4 => (who(), seed(), seed(), prop_oneof![9 => Just(0), 1 => Just(1)], models()).prop_map(
			|(who, worker, peer, nonce, models)| Op::Register { who, worker, peer, nonce, models }
		),
		3 => (who(), models()).prop_map(|(who, models)| Op::SetModels { who, models }),
		2 => who().prop_map(|who| Op::Deregister { who }),
		1 => (who(), models()).prop_map(|(who, models)| Op::SetVerifiedModels { who, models }),
		1 => (who(), 1..=MODELS, backer())
			.prop_map(|(who, model, displaced)| Op::Displace { who, model, displaced }),
		4 => (who(), any::<bool>(), conduct(), value()).prop_map(
			|(who, is_verifier, conduct, value)| Op::Note { who, is_verifier, conduct, value }
		),
	];
	let offer = prop_oneof![
		3 => (1..=TIERS, 1..9_u64).prop_map(|(tier, price)| Op::SetTier { tier, price }),
		1 => (1..=TIERS).prop_map(|tier| Op::RemoveTier { tier }),
		4 => (1..=MODELS, 1..=TIERS, 0..NAMES)
			.prop_map(|(model, tier, name)| Op::SetModel { model, tier, name }),
		1 => (1..=MODELS).prop_map(|model| Op::RemoveModel { model }),
	];
	prop_oneof![5 => money, 2 => keys, 3 => workers, 1 => offer]
}

/// An offer, two workers with stake and one without.
fn prelude() -> [Op; 8] {
	let register =
		|who, seed| Op::Register { who, worker: seed, peer: seed, nonce: 0, models: vec![1, 2] };
	[
		Op::SetTier { tier: 1, price: 1 },
		Op::SetModel { model: 1, tier: 1, name: 0 },
		Op::SetModel { model: 2, tier: 1, name: 1 },
		register(ALICE, 1),
		register(BOB, 2),
		register(CAROL, 3),
		Op::Stake { who: ALICE, amount: VERIFIER_STAKE + 500 },
		Op::Stake { who: BOB, amount: STAKE_MIN },
	]
}

fn identity(worker: u8, peer: u8) -> Identity {
	Identity { worker: Identity::new(worker).worker, ..Identity::new(peer) }
}

fn ids(models: &[u8]) -> Vec<ModelId> {
	models.iter().map(|model| ModelId([*model; 32])).collect()
}

fn price(number: u64) -> Price {
	Price { input: number, output: number * 2 }
}

/// Do `op` on the pallet. Returns whether it was done.
fn apply(op: &Op, nonces: &BTreeMap<AccountId, Worker>) -> bool {
	match op.clone() {
		Op::Register { who, worker, peer, nonce, models: served } => {
			let identity = identity(worker, peer);
			let possession = identity.possession(who, nonce);
			Registry::do_register(who, identity.keys(), &possession, who, models(&ids(&served)))
				.is_ok()
		},
		Op::RotateKeys { who, worker, peer, is_fresh } => {
			let identity = identity(worker, peer);
			let nonce = nonces.get(&who).map_or(0, |worker| worker.key_changes);
			let nonce = if is_fresh { nonce } else { nonce.saturating_sub(1) };
			Registry::do_rotate_keys(who, identity.keys(), &identity.possession(who, nonce)).is_ok()
		},
		Op::SetModels { who, models: served } => {
			Registry::do_set_models(who, models(&ids(&served))).is_ok()
		},
		Op::Stake { who, amount } => Registry::do_stake(who, amount).is_ok(),
		Op::Unbond { who, amount } => Registry::do_unbond(who, amount).is_ok(),
		Op::Withdraw { who } => Registry::do_withdraw_unbonded(who).is_ok(),
		Op::Deregister { who } => Registry::do_deregister(who).is_ok(),
		Op::SetVerifiedModels { who, models: verified } => {
			Registry::do_set_verified_models(who, models(&ids(&verified))).is_ok()
		},
		Op::Displace { who, model, displaced } => with_storage_layer(|| {
			Registry::do_displace_verifier(who, ModelId([model; 32]), displaced)
		})
		.is_ok(),
		Op::Slash { who, amount, to } => Registry::slash(&who, amount, &to) > 0,
		Op::Note { who, is_verifier, conduct, value } => {
			let note = if is_verifier { Registry::note_verifier } else { Registry::note };
			note(&who, conduct, value);
			true
		},
		Op::SetTier { tier, price: number } => {
			Registry::do_set_tier(TierId(tier), name("tier"), price(number)).is_ok()
		},
		Op::RemoveTier { tier } => Registry::do_remove_tier(TierId(tier)).is_ok(),
		Op::SetModel { model, tier, name: number } => {
			let name = name(&format!("model-{number}"));
			let record = ModelRecord { name, tier: TierId(tier), context: 1, bytes: 1 };
			Registry::do_set_model(ModelId([model; 32]), record).is_ok()
		},
		Op::RemoveModel { model } => Registry::do_remove_model(ModelId([model; 32])).is_ok(),
		Op::Wait { milliseconds } => {
			advance(milliseconds);
			System::set_block_number(System::block_number() + 1);
			true
		},
	}
}

#[derive(Default)]
struct Worker {
	worker: u8,
	peer: u8,
	key_changes: u32,
	models: BTreeSet<u8>,
	stake: Balance,
	chunks: Vec<(Moment, Balance)>,
	/// In millionths, as a worker.
	score: Score,
	verifies: BTreeSet<u8>,
	/// As a verifier.
	verifier_score: Score,
	/// The keys given up, by when they are no longer answered for.
	former: Vec<(Moment, u8)>,
	judges_since: u32,
}

/// How well it did, and how reliably, in millionths.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
	merit: u64,
	reliability: u64,
}

/// Half of the way, and one job in ten failed: where everyone starts.
const MIDDLE: Score = Score { merit: 500_000, reliability: 900_000 };

impl Score {
	/// In millionths: nine jobs in ten are as good as all.
	fn total(self) -> u64 {
		(self.merit * self.reliability.min(900_000)).div_euclid(900_000)
	}

	fn moved(self, conduct: Conduct, value: Balance) -> Self {
		let part = u64::try_from(value.min(CAP)).unwrap();
		// In millionths: a sixteenth for the cap.
		let by_value = (62_500 * part).div_euclid(u64::try_from(CAP).unwrap());
		// Down to the next millionth, whether it rises or falls.
		let towards = |aim: u64, from: u64, weight: u64| {
			(from * (1_000_000 - weight) + aim * weight).div_euclid(1_000_000)
		};
		let Self { merit, reliability } = self;
		let aim = match conduct {
			Conduct::AtFault => return Self { merit: towards(0, merit, 250_000), reliability },
			Conduct::Abandoned | Conduct::Silent | Conduct::Overruled => {
				let reliability = towards(0, reliability, by_value.max(15_625));
				return Self { merit, reliability };
			},
			Conduct::Delivered { elapsed, promised: Some(promised) } if elapsed > promised => {
				let late = (elapsed - promised).min(promised);
				// Half of it is lost when all the promised time is.
				let lost = (500 * late).checked_div(promised).unwrap_or(500);
				1_000 * (1_000 - lost)
			},
			Conduct::Delivered { .. } | Conduct::Judged => 1_000_000,
		};
		Self {
			merit: towards(aim, merit, by_value),
			reliability: towards(1_000_000, reliability, 15_625),
		}
	}
}

impl Worker {
	fn held(&self) -> Balance {
		self.stake + self.chunks.iter().map(|(_, amount)| amount).sum::<Balance>()
	}

	/// The keys it answers for at `now` if they signed since `since`, as seeds.
	fn answers_for(&self, since: Moment, now: Moment) -> Vec<u8> {
		let former = self
			.former
			.iter()
			.rev()
			.filter(|(until, _)| *until > now && *until >= since + UNBONDING_PERIOD);
		[self.worker].into_iter().chain(former.map(|(_, seed)| *seed)).collect()
	}
}

/// What should be.
struct Reference {
	now: Moment,
	block: u32,
	funds: BTreeMap<AccountId, Balance>,
	treasury: Balance,
	burned: Balance,
	tiers: BTreeMap<u16, u64>,
	models: BTreeMap<u8, (u16, u8)>,
	workers: BTreeMap<AccountId, Worker>,
	seats: BTreeMap<u8, Vec<AccountId>>,
}

impl Reference {
	fn new() -> Self {
		Self {
			now: START,
			block: 1,
			funds: ACCOUNTS.map(|who| (who, if who == PAUPER { 0 } else { ENDOWMENT })).into(),
			treasury: 0,
			burned: 0,
			tiers: BTreeMap::new(),
			models: BTreeMap::new(),
			workers: BTreeMap::new(),
			seats: BTreeMap::new(),
		}
	}

	fn holds(&self, who: AccountId) -> Balance {
		self.workers.get(&who).map_or(0, |worker| DEPOSIT + worker.held())
	}

	fn can_hold(&self, who: AccountId, amount: Balance) -> bool {
		self.funds[&who] >= self.holds(who) + EXISTENTIAL_DEPOSIT + amount
	}

	fn is_list(&self, models: &[u8]) -> bool {
		let distinct: BTreeSet<_> = models.iter().collect();
		distinct.len() == models.len() && models.iter().all(|m| self.models.contains_key(m))
	}

	fn are_free(&self, who: AccountId, worker: u8, peer: u8) -> bool {
		self.workers
			.iter()
			.all(|(owner, other)| *owner == who || (other.worker != worker && other.peer != peer))
	}

	fn register(&mut self, who: AccountId, worker: u8, peer: u8, models: &[u8]) -> bool {
		let is_done = !self.workers.contains_key(&who)
			&& self.is_list(models)
			&& self.are_free(who, worker, peer)
			&& self.can_hold(who, DEPOSIT);
		if is_done {
			let models = models.iter().copied().collect();
			let new = Worker { worker, peer, key_changes: 1, models, ..Default::default() };
			let new = Worker { score: MIDDLE, verifier_score: MIDDLE, ..new };
			let new = Worker { judges_since: self.block, ..new };
			self.workers.insert(who, new);
		}
		is_done
	}

	fn rotate(&mut self, who: AccountId, worker: u8, peer: u8) -> bool {
		if !self.are_free(who, worker, peer) {
			return false;
		}
		let now = self.now;
		let Some(record) = self.workers.get_mut(&who) else { return false };
		let kept = record.answers_for(0, now);
		let is_new = !kept.contains(&worker);
		if is_new && kept.len() > usize::try_from(FORMER_KEYS_MAX).unwrap() {
			return false;
		}
		if record.worker != worker {
			record.former.retain(|(_, seed)| *seed != worker);
			record.former.push((now + UNBONDING_PERIOD, record.worker));
		}
		(record.worker, record.peer) = (worker, peer);
		record.key_changes += 1;
		true
	}

	fn stake(&mut self, who: AccountId, amount: Balance) -> bool {
		let is_held = amount > 0 && self.can_hold(who, amount);
		let Some(worker) = self.workers.get_mut(&who).filter(|_| is_held) else { return false };
		let missing = VERIFIER_STAKE.saturating_sub(worker.stake);
		worker.stake += amount;
		if (1..=amount).contains(&missing) {
			worker.judges_since = self.block;
		}
		true
	}

	fn unbond(&mut self, who: AccountId, amount: Balance) -> bool {
		let unlock_at = self.now + UNBONDING_PERIOD;
		let Some(worker) = self.workers.get_mut(&who) else { return false };
		let is_full = worker.chunks.len() == usize::try_from(UNBONDING_MAX).unwrap();
		let is_done = amount > 0 && amount <= worker.stake && !is_full;
		if is_done {
			worker.stake -= amount;
			worker.chunks.push((unlock_at, amount));
		}
		is_done
	}

	fn withdraw(&mut self, who: AccountId) -> bool {
		let now = self.now;
		let Some(worker) = self.workers.get_mut(&who) else { return false };
		let before = worker.chunks.len();
		worker.chunks.retain(|(unlock_at, _)| *unlock_at > now);
		worker.chunks.len() < before
	}

	fn verify(&mut self, who: AccountId, models: &[u8]) -> bool {
		let is_list = self.is_list(models);
		let Some(worker) = self.workers.get_mut(&who).filter(|_| is_list) else { return false };
		let wanted: BTreeSet<_> = models.iter().copied().collect();
		let is_done = worker.stake >= VERIFIER_STAKE || wanted.is_subset(&worker.verifies);
		if is_done {
			for left in worker.verifies.difference(&wanted) {
				self.seats.get_mut(left).unwrap().retain(|seated| *seated != who);
			}
			for taken in wanted.difference(&worker.verifies) {
				self.seats.entry(*taken).or_default().push(who);
				worker.judges_since = self.block;
			}
			worker.verifies = wanted;
		}
		is_done
	}

	fn leave(&mut self, who: AccountId) -> bool {
		let can_leave = self.workers.get(&who).is_some_and(|worker| {
			let worst = worker.score.total().min(worker.verifier_score.total());
			worker.held() == 0 && worst >= MIDDLE.total()
		});
		if can_leave {
			self.workers.remove(&who);
			self.seats.values_mut().for_each(|seats| seats.retain(|seated| *seated != who));
		}
		can_leave
	}

	fn slash(&mut self, who: AccountId, amount: Balance, to: AccountId) -> bool {
		let now = self.now;
		let Some(worker) = self.workers.get_mut(&who) else { return false };
		let mut taken = worker.stake.min(amount);
		worker.stake -= taken;
		worker.chunks.retain_mut(|(unlock_at, chunk)| {
			if *unlock_at > now {
				let part = (*chunk).min(amount - taken);
				*chunk -= part;
				taken += part;
			}
			*chunk > 0
		});
		*self.funds.get_mut(&who).unwrap() -= taken;
		if to == BOB {
			*self.funds.get_mut(&BOB).unwrap() += taken;
		} else if self.treasury + taken >= EXISTENTIAL_DEPOSIT {
			self.treasury += taken;
		} else {
			self.burned += taken;
		}
		taken > 0
	}

	fn set_model(&mut self, model: u8, tier: u16, name: u8) -> bool {
		let is_free = self.models.iter().all(|(id, (_, taken))| *id == model || *taken != name);
		let is_done = self.tiers.contains_key(&tier) && is_free;
		if is_done {
			self.models.insert(model, (tier, name));
		}
		is_done
	}

	/// Do `op`. Returns whether it should be done.
	fn apply(&mut self, op: &Op) -> bool {
		match op {
			Op::Register { who, worker, peer, nonce, models } => {
				*nonce == 0 && self.register(*who, *worker, *peer, models)
			},
			Op::RotateKeys { who, worker, peer, is_fresh } => {
				*is_fresh && self.rotate(*who, *worker, *peer)
			},
			Op::SetModels { who, models } => {
				let is_list = self.is_list(models);
				let worker = self.workers.get_mut(who).filter(|_| is_list);
				worker.map(|worker| worker.models = models.iter().copied().collect()).is_some()
			},
			Op::Stake { who, amount } => self.stake(*who, *amount),
			Op::Unbond { who, amount } => self.unbond(*who, *amount),
			Op::Withdraw { who } => self.withdraw(*who),
			Op::Deregister { who } => self.leave(*who),
			Op::SetVerifiedModels { who, models } => self.verify(*who, models),
			// There are more seats than accounts.
			Op::Displace { .. } => false,
			Op::Slash { who, amount, to } => self.slash(*who, *amount, *to),
			Op::Note { who, is_verifier, conduct, value } => {
				if let Some(worker) = self.workers.get_mut(who) {
					let score =
						if *is_verifier { &mut worker.verifier_score } else { &mut worker.score };
					*score = score.moved(*conduct, *value);
				}
				true
			},
			Op::SetTier { tier, price } => {
				self.tiers.insert(*tier, *price);
				true
			},
			Op::RemoveTier { tier } => {
				let is_used = self.models.values().any(|(of, _)| of == tier);
				!is_used && self.tiers.remove(tier).is_some()
			},
			Op::SetModel { model, tier, name } => self.set_model(*model, *tier, *name),
			Op::RemoveModel { model } => self.models.remove(model).is_some(),
			Op::Wait { milliseconds } => {
				self.now += milliseconds;
				self.block += 1;
				true
			},
		}
	}

	fn check_money(&self) -> Result<(), TestCaseError> {
		for who in ACCOUNTS {
			let stake = self.workers.get(&who).map_or(0, Worker::held);
			prop_assert_eq!(held(who, HoldReason::Stake), stake);
			prop_assert_eq!(free(who), self.funds[&who] - self.holds(who));
		}
		prop_assert_eq!(free(TREASURY), self.treasury);
		prop_assert_eq!(Balances::total_issuance(), 3 * ENDOWMENT - self.burned);
		Ok(())
	}

	fn check_workers(&self) -> Result<(), TestCaseError> {
		for who in ACCOUNTS {
			let view = Registry::worker_of(who);
			prop_assert_eq!(view.is_some(), self.workers.contains_key(&who));
			let (Some(view), Some(worker)) = (view, self.workers.get(&who)) else { continue };
			prop_assert_eq!(view.key_changes, worker.key_changes);
			prop_assert_eq!(u64::from(view.reputation), worker.score.total().div_euclid(1_000));
			let points = worker.verifier_score.total().div_euclid(1_000);
			prop_assert_eq!(u64::from(view.verifier_reputation), points);
			prop_assert_eq!(view.staked, worker.stake >= STAKE_MIN);
			let unlocking = worker.chunks.iter().filter(|(unlock_at, _)| *unlock_at > self.now);
			let unlocking = unlocking.map(|(_, amount)| amount).sum::<Balance>();
			prop_assert_eq!(view.unbonding, unlocking);
			let standing = Registry::worker(&who).unwrap();
			prop_assert_eq!(standing.at_risk, worker.stake + unlocking);
			for since in [0, self.now - UNBONDING_PERIOD.div_euclid(3), self.now] {
				let keys = worker.answers_for(since, self.now).into_iter();
				let keys: Vec<_> = keys.map(|seed| KEYS[usize::from(seed) - 1].worker).collect();
				prop_assert_eq!(Registry::keys(&who, since), keys);
			}
			let record = Workers::<Test>::get(who).unwrap();
			prop_assert_eq!(record.judges_since, worker.judges_since);
		}
		for (seed, keys) in (1..=SEEDS).zip(KEYS.iter()) {
			let by_worker = self.workers.iter().find(|(_, w)| w.worker == seed).map(|(o, _)| *o);
			let by_peer = self.workers.iter().find(|(_, w)| w.peer == seed).map(|(o, _)| *o);
			prop_assert_eq!(WorkerKeys::<Test>::get(keys.worker), by_worker);
			prop_assert_eq!(PeerKeys::<Test>::get(keys.peer), by_peer);
		}
		Ok(())
	}

	fn check_offer(&self) -> Result<(), TestCaseError> {
		for model in 1..=MODELS {
			let id = ModelId([model; 32]);
			let priced = self.models.get(&model).map(|(tier, _)| (TierId(*tier), self.tiers[tier]));
			let priced = priced.map(|(tier, number)| (tier, price(number)));
			prop_assert_eq!(Registry::price_of(&id), priced);
			let serving: BTreeSet<_> =
				Registry::workers_of(&id).into_iter().map(|worker| worker.owner).collect();
			let should = self.workers.iter().filter(|(_, worker)| worker.models.contains(&model));
			prop_assert_eq!(serving, should.map(|(owner, _)| *owner).collect());
			self.check_seats(model)?;
		}
		Ok(())
	}

	fn check_seats(&self, model: u8) -> Result<(), TestCaseError> {
		let id = ModelId([model; 32]);
		let seats = self.seats.get(&model).cloned().unwrap_or_default();
		for who in ACCOUNTS {
			let can_judge = seats.contains(&who) && self.workers[&who].stake >= VERIFIER_STAKE;
			prop_assert_eq!(Registry::verifier(&who, &id).is_some(), can_judge);
		}
		prop_assert_eq!(Registry::verifiers(&id), seats);
		Ok(())
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

	#[test]
	fn does_what_the_reference_does(ops in vec(op(), 1..140)) {
		ExtBuilder::default().empty_offer().build().execute_with(|| {
			let mut reference = Reference::new();
			for op in prelude() {
				prop_assert!(apply(&op, &reference.workers) && reference.apply(&op));
			}
			for op in ops {
				let was_done = apply(&op, &reference.workers);
				prop_assert_eq!(was_done, reference.apply(&op), "{:?}", op);
				Registry::do_try_state().unwrap();
				reference.check_money()?;
				reference.check_workers()?;
				reference.check_offer()?;
			}
			Ok(())
		})?;
	}
}
