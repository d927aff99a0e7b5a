//! Random operations on the escrow and on books kept with pencil and paper.

#![expect(clippy::integer_division, reason = "parts of random sums, rounded down")]

use std::collections::BTreeMap;

use millrace_primitives::{traits::JobEscrow, Balance, JobId};
use proptest::prelude::*;

use crate::{
	mock::{
		block, check, events, free, freeze, freeze_asset, held, job, thaw, thaw_asset, Assets,
		Escrow, ExtBuilder, RuntimeOrigin, Test, ALICE, BOB, MIN, STRANGER, TREASURY, USDC, WEALTH,
		WORKER,
	},
	Claimable, Event, Ledger,
};

const ACCOUNTS: [u64; 5] = [ALICE, BOB, WORKER, STRANGER, TREASURY];

#[derive(Clone, Copy, Debug)]
enum Op {
	Lock(u64, u64, Balance),
	/// The part in hundredths of what is locked.
	Release(u64, u8),
	/// The same.
	PayVerifier(u64, u64, u8),
	Refund(u64),
	/// The parts in hundredths of what is locked.
	PayOut(u64, u64, u8, u8),
	Claim(u64),
	Spend(u64),
	Limit(u64, Status),
	FreezeAsset(bool),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Status {
	Liquid,
	Frozen,
	Blocked,
}

fn account() -> impl Strategy<Value = u64> {
	prop::sample::select(ACCOUNTS.to_vec())
}

fn status() -> impl Strategy<Value = Status> {
	prop::sample::select(vec![Status::Liquid, Status::Liquid, Status::Frozen, Status::Blocked])
}

fn amount() -> impl Strategy<Value = Balance> {
	prop_oneof![
		Just(0),
		Just(1),
		MIN - 1..=MIN + 1,
		0..WEALTH / 3,
		WEALTH - MIN - 1..=WEALTH - MIN + 1,
		Just(Balance::MAX),
	]
}

fn op() -> impl Strategy<Value = Op> {
	let n = 0..6u64;
	prop_oneof![
		5 => (n.clone(), account(), amount()).prop_map(|(n, who, sum)| Op::Lock(n, who, sum)),
		3 => (n.clone(), 0..120u8).prop_map(|(n, part)| Op::Release(n, part)),
		3 => (n.clone(), account(), 0..120u8).prop_map(|(n, to, part)| Op::PayVerifier(n, to, part)),
		2 => n.clone().prop_map(Op::Refund),
		4 => (n, account(), 0..120u8, 0..120u8).prop_map(|(n, to, w, t)| Op::PayOut(n, to, w, t)),
		3 => account().prop_map(Op::Claim),
		1 => account().prop_map(Op::Spend),
		2 => (account(), status()).prop_map(|(who, status)| Op::Limit(who, status)),
		1 => any::<bool>().prop_map(Op::FreezeAsset),
	]
}

/// The books.
struct Books {
	/// The accounts that exist.
	accounts: BTreeMap<u64, (Balance, Status)>,
	ledger: BTreeMap<u64, (u64, Balance)>,
	claimable: BTreeMap<u64, Balance>,
	frozen: bool,
}

impl Books {
	fn new() -> Self {
		let accounts = [(ALICE, WEALTH), (BOB, WEALTH), (WORKER, MIN), (TREASURY, MIN)];
		Self {
			accounts: accounts.map(|(who, sum)| (who, (sum, Status::Liquid))).into(),
			ledger: BTreeMap::new(),
			claimable: BTreeMap::new(),
			frozen: false,
		}
	}

	fn held(&self, who: u64) -> Balance {
		self.ledger.values().filter(|(other, _)| *other == who).map(|(_, sum)| sum).sum()
	}

	fn lock(&mut self, n: u64, who: u64, sum: Balance) -> bool {
		if self.ledger.contains_key(&n) {
			return false;
		}
		if sum > 0 {
			let Some((free, Status::Liquid)) = self.accounts.get_mut(&who) else { return false };
			if self.frozen || sum > *free - MIN {
				return false;
			}
			*free -= sum;
		}
		self.ledger.insert(n, (who, sum));
		true
	}

	fn can_receive(&self, who: u64, sum: Balance) -> bool {
		!self.frozen
			&& match self.accounts.get(&who) {
				None => sum >= MIN,
				Some((_, status)) => *status != Status::Blocked,
			}
	}

	fn receive(&mut self, who: u64, sum: Balance) {
		self.accounts.entry(who).or_insert((0, Status::Liquid)).0 += sum;
	}

	fn pay(&mut self, who: u64, sum: Balance) {
		if sum == 0 {
			return;
		}
		if self.can_receive(who, sum) {
			self.receive(who, sum);
		} else {
			*self.claimable.entry(who).or_default() += sum;
		}
		self.claim(who);
	}

	/// `to` is the requester if nobody is named.
	fn pay_part(&mut self, n: u64, to: Option<u64>, part: Balance) -> bool {
		let Some((requester, sum)) = self.ledger.get_mut(&n) else { return false };
		let Some(left) = sum.checked_sub(part) else { return false };
		*sum = left;
		let to = to.unwrap_or(*requester);
		self.pay(to, part);
		true
	}

	fn pay_out(&mut self, n: u64, to: u64, worker: Balance, treasury: Balance) -> Option<Balance> {
		let (requester, sum) = *self.ledger.get(&n)?;
		let refund = sum.checked_sub(worker + treasury)?;
		self.ledger.remove(&n);
		self.pay(to, worker);
		self.pay(TREASURY, treasury);
		self.pay(requester, refund);
		Some(refund)
	}

	/// So many hundredths of what is locked for a job.
	fn part(&self, n: u64, hundredths: u8) -> Balance {
		let (_, sum) = self.ledger.get(&n).copied().unwrap_or_default();
		sum * Balance::from(hundredths) / 100
	}

	fn claim(&mut self, who: u64) -> bool {
		let sum = self.claimable.get(&who).copied().unwrap_or(0);
		if sum == 0 || !self.can_receive(who, sum) {
			return false;
		}
		self.claimable.remove(&who);
		self.receive(who, sum);
		true
	}

	/// `who` sends all it can to `to`. Whether anything moves.
	fn spend(&mut self, who: u64, to: u64) -> bool {
		let held = self.held(who);
		let Some((free, Status::Liquid)) = self.accounts.get(&who).copied() else { return false };
		let keeps = if held > 0 { MIN } else { 0 };
		let sum = free - keeps;
		if sum == 0 || self.frozen || !self.can_receive(to, sum) {
			return false;
		}
		if keeps == 0 {
			self.accounts.remove(&who);
		} else {
			self.accounts.insert(who, (keeps, Status::Liquid));
		}
		self.receive(to, sum);
		true
	}
}

fn limit(books: &mut Books, who: u64, status: Status) {
	let Some(account) = books.accounts.get_mut(&who) else { return };
	account.1 = status;
	match status {
		Status::Liquid => thaw(who),
		Status::Frozen => freeze(who),
		Status::Blocked => block(who),
	}
}

/// Do `op` on the chain and in the books, and check that both come to the same end.
fn apply(books: &mut Books, op: Op) {
	match op {
		Op::Lock(n, who, sum) => {
			assert_eq!(Escrow::lock(job(n), &who, sum).is_ok(), books.lock(n, who, sum));
		},
		Op::Release(n, part) => {
			let part = books.part(n, part);
			assert_eq!(Escrow::release(job(n), part).is_ok(), books.pay_part(n, None, part));
		},
		Op::PayVerifier(n, to, part) => {
			let part = books.part(n, part);
			let paid = Escrow::pay_verifier(job(n), &to, part);
			assert_eq!(paid.is_ok(), books.pay_part(n, Some(to), part));
		},
		Op::Refund(n) => {
			Escrow::refund(job(n));
			books.pay_out(n, WORKER, 0, 0);
		},
		Op::PayOut(n, to, worker, treasury) => {
			let (worker, treasury) = (books.part(n, worker), books.part(n, treasury));
			let refund = Escrow::pay_out(job(n), &to, worker, treasury);
			assert_eq!(refund.ok(), books.pay_out(n, to, worker, treasury));
		},
		Op::Claim(who) => {
			let claim = || Escrow::claim(RuntimeOrigin::signed(BOB), who);
			let claimed = frame_support::storage::with_storage_layer(claim);
			assert_eq!(claimed.is_ok(), books.claim(who));
		},
		Op::Spend(who) => {
			let to = if who == BOB { ALICE } else { BOB };
			let spend = || Assets::transfer_all(RuntimeOrigin::signed(who), USDC, to, false);
			// Whether a transfer of nothing is an error is the assets pallet's business.
			let spent = frame_support::storage::with_storage_layer(spend);
			assert!(books.spend(who, to) <= spent.is_ok());
		},
		Op::Limit(who, status) => limit(books, who, status),
		Op::FreezeAsset(frozen) if frozen == books.frozen => {},
		Op::FreezeAsset(frozen) => {
			books.frozen = frozen;
			if frozen {
				freeze_asset();
			} else {
				thaw_asset();
			}
		},
	}
}

fn compare(books: &Books) {
	for who in ACCOUNTS {
		let expected = books.accounts.get(&who).map_or(0, |(free, _)| *free);
		assert_eq!(free(who), expected, "what {who} owns");
		assert_eq!(held(who), books.held(who), "what {who} has on hold");
	}
	let claimable: BTreeMap<u64, Balance> = Claimable::<Test>::iter().collect();
	assert_eq!(claimable, books.claimable);
	assert_eq!(held(Escrow::pot()), books.claimable.values().sum::<Balance>());
	let ledger: BTreeMap<_, _> =
		Ledger::<Test>::iter().map(|(id, entry)| (id, (entry.requester, entry.amount))).collect();
	let expected = books.ledger.iter().map(|(n, entry)| (job(*n), *entry)).collect();
	assert_eq!(ledger, expected);
}

/// Take the events since the last look off `open`, which says what is still locked for each job as
/// far as events tell, and check that the ledger says the same. For a job that is over, this means
/// that what left it is what was locked.
fn follow(open: &mut BTreeMap<JobId, Balance>) {
	for event in events() {
		match event {
			Event::Locked { job_id, amount, .. } => {
				let before = open.insert(job_id, amount);
				assert_eq!(before.unwrap_or(0), 0, "the money of a job that is over is gone");
			},
			Event::Paid { job_id, amount, .. }
			| Event::VerifierPaid { job_id, amount, .. }
			| Event::ToTreasury { job_id, amount }
			| Event::Refunded { job_id, amount, .. }
			| Event::Parked { job_id, amount, .. } => {
				let left = open.get_mut(&job_id).expect("only locked money leaves");
				*left = left.checked_sub(amount).expect("no more leaves than was locked");
			},
			Event::Claimed { .. } => {},
			Event::RefundFailed { job_id, .. } => {
				assert!(!Ledger::<Test>::contains_key(job_id), "a locked job was not refunded");
			},
		}
	}
	for (job_id, left) in open {
		assert_eq!(Ledger::<Test>::get(*job_id).map_or(0, |entry| entry.amount), *left);
	}
}

proptest! {
	#[test]
	fn agrees_with_the_books(ops in prop::collection::vec(op(), 1..80)) {
		ExtBuilder::default().build_and_execute(|| {
			let issued = Assets::total_supply(USDC);
			let mut books = Books::new();
			let mut open = BTreeMap::new();
			for op in ops {
				apply(&mut books, op);
				compare(&books);
				follow(&mut open);
				check(issued);
			}
		});
	}
}
