use std::sync::{
	atomic::{AtomicBool, AtomicUsize, Ordering},
	Mutex,
};

use millrace_mesh::ModelOffer;
use millrace_primitives::{EnvelopeKey, ModelId};
use sp_core::H256;

use super::*;

pub(crate) const MODEL: ModelId = ModelId([1; 32]);

fn bytes(number: u16) -> [u8; 32] {
	let mut bytes = [0; 32];
	bytes[..2].copy_from_slice(&number.to_be_bytes());
	bytes
}

fn peer(number: u16) -> PeerKey {
	PeerKey::from_raw(bytes(number))
}

pub(crate) fn worker(number: u16) -> WorkerView<AccountId32> {
	WorkerView {
		owner: AccountId32::new(bytes(number)),
		key: sp_core::sr25519::Public::from_raw(bytes(number)),
		peer: peer(number),
		envelope: EnvelopeKey(bytes(number)),
		payout: AccountId32::new(bytes(number)),
		models: vec![MODEL],
		verifies: vec![],
		stake: 0,
		unbonding: 0,
		withdrawable: 0,
		staked: true,
		reputation: 500,
		verifier_reputation: 500,
		key_changes: 0,
	}
}

pub(crate) fn busy(worker: &WorkerView<AccountId32>, free: u32, queued: u32) -> Advert {
	Advert {
		genesis: H256::zero(),
		owner: worker.owner.clone(),
		peer: worker.peer,
		envelope: worker.envelope,
		addresses: vec!["/ip4/127.0.0.1/tcp/1".into()],
		models: vec![ModelOffer {
			id: MODEL,
			class: [0; 32],
			context: 4_096,
			slots: 4,
			free,
			queued,
			tokens_per_second_milli: 1_000,
		}],
		sequence: 1,
		issued_at: 0,
		ttl_ms: 15_000,
	}
}

pub(crate) fn advert(worker: &WorkerView<AccountId32>) -> Advert {
	busy(worker, 1, 0)
}

pub(crate) fn advertised(adverts: impl IntoIterator<Item = Advert>) -> Adverts {
	Arc::new(adverts.into_iter().map(|advert| (advert.peer, advert)).collect())
}

pub(crate) fn registered(workers: impl IntoIterator<Item = WorkerView<AccountId32>>) -> Registered {
	Arc::new(workers.into_iter().map(|worker| (worker.peer, Arc::new(worker))).collect())
}

/// A chain made up of registrations.
#[derive(Default)]
pub(crate) struct Book {
	workers: Mutex<BTreeMap<PeerKey, WorkerView<AccountId32>>>,
	fails: AtomicBool,
	asked: AtomicUsize,
	asking: AtomicUsize,
	most_asking: AtomicUsize,
}

impl Book {
	pub(crate) fn new(workers: impl IntoIterator<Item = WorkerView<AccountId32>>) -> Self {
		let workers = workers.into_iter().map(|worker| (worker.peer, worker)).collect();
		Self { workers: Mutex::new(workers), ..Self::default() }
	}

	pub(crate) fn fail(&self, fails: bool) {
		self.fails.store(fails, Ordering::SeqCst);
	}

	pub(crate) fn asked(&self) -> usize {
		self.asked.load(Ordering::SeqCst)
	}
}

impl Registrations for Arc<Book> {
	async fn by_peer(&self, peer: PeerKey) -> Result<Option<WorkerView<AccountId32>>, ChainError> {
		Book::by_peer(self, peer).await
	}
}

impl Registrations for Book {
	async fn by_peer(&self, peer: PeerKey) -> Result<Option<WorkerView<AccountId32>>, ChainError> {
		self.asked.fetch_add(1, Ordering::SeqCst);
		let asking = self.asking.fetch_add(1, Ordering::SeqCst).saturating_add(1);
		self.most_asking.fetch_max(asking, Ordering::SeqCst);
		tokio::task::yield_now().await;
		self.asking.fetch_sub(1, Ordering::SeqCst);
		if self.fails.load(Ordering::SeqCst) {
			return Err(ChainError::Timeout("state_call"));
		}
		Ok(self.workers.lock().unwrap().get(&peer).cloned())
	}
}

/// A roster with its adverts, its chain and its clock.
struct Desk {
	roster: Roster,
	adverts: BTreeMap<PeerKey, Advert>,
	chain: BTreeMap<PeerKey, WorkerView<AccountId32>>,
	fails: bool,
	now: Instant,
}

impl Desk {
	fn new() -> Self {
		Self {
			roster: Roster::default(),
			adverts: BTreeMap::new(),
			chain: BTreeMap::new(),
			fails: false,
			now: Instant::now(),
		}
	}

	/// Workers that advertise and are registered.
	fn with(numbers: impl IntoIterator<Item = u16>) -> Self {
		let mut desk = Self::new();
		for worker in numbers.into_iter().map(worker) {
			desk.adverts.insert(worker.peer, advert(&worker));
			desk.chain.insert(worker.peer, worker);
		}
		desk
	}

	fn advertise(&mut self, numbers: impl IntoIterator<Item = u16>) {
		for worker in numbers.into_iter().map(worker) {
			self.adverts.insert(worker.peer, advert(&worker));
		}
	}

	/// One round; returns who was asked about.
	fn round(&mut self) -> Vec<PeerKey> {
		let round = self.roster.due(&self.adverts, self.now);
		for peer in &round {
			let answer = if self.fails {
				Err(ChainError::Timeout("state_call"))
			} else {
				Ok(self.chain.get(peer).cloned())
			};
			self.roster.note(&self.adverts[peer], answer, self.now);
		}
		round
	}

	/// The round `after` the last one; returns how many were asked about.
	fn round_after(&mut self, after: Duration) -> usize {
		self.now = self.now.checked_add(after).unwrap();
		self.round().len()
	}

	fn changes(&mut self) -> Option<Vec<PeerKey>> {
		self.roster.changes().map(|workers| workers.into_keys().collect())
	}
}

#[tokio::test]
async fn more_than_64_workers_are_all_found() {
	let workers: Vec<_> = (1..=200).map(worker).collect();
	let book = Arc::new(Book::new(workers.clone()));
	let strangers = (201..=300).map(worker);
	let adverts = advertised(workers.iter().cloned().chain(strangers).map(|it| advert(&it)));
	let (_mesh, adverts) = watch::channel(adverts);
	let mut found = watch_registered(Arc::clone(&book), adverts);
	let found = found.wait_for(|found| found.len() >= 200).await.unwrap().clone();
	assert_eq!(found, registered(workers));
	assert!((2..=CONCURRENT).contains(&book.most_asking.load(Ordering::SeqCst)));
}

#[tokio::test]
async fn the_task_follows_the_adverts() {
	let book = Arc::new(Book::new([worker(1), worker(2)]));
	let (mesh, adverts) = watch::channel(advertised([advert(&worker(1))]));
	let mut found = watch_registered(book, adverts);
	for present in [vec![worker(1)], vec![worker(1), worker(2)], vec![worker(2)], vec![]] {
		mesh.send_replace(advertised(present.iter().map(advert)));
		let expected = registered(present);
		found.wait_for(|found| *found == expected).await.unwrap();
	}
}

#[tokio::test]
async fn the_task_ends_with_its_readers() {
	let (mesh, adverts) = watch::channel(advertised([advert(&worker(1))]));
	let found = watch_registered(Arc::new(Book::default()), adverts);
	drop(found);
	mesh.closed().await;
}

#[test]
fn a_stranger_is_not_on_the_roster() {
	let mut desk = Desk::with([1]);
	desk.advertise([2]);
	assert_eq!(desk.round(), [peer(1), peer(2)]);
	assert_eq!(desk.changes(), Some(vec![peer(1)]));
}

#[test]
fn a_worker_that_fits_is_read_again_when_its_answer_is_old() {
	let mut desk = Desk::with([1]);
	desk.round();
	assert_eq!(desk.round_after(FRESH - Duration::from_millis(1)), 0);
	assert_eq!(desk.round_after(Duration::from_millis(1)), 1);
	assert_eq!(desk.round_after(FRESH), 1);
}

#[test]
fn each_change_of_a_registration_is_noticed() {
	type Change = fn(&mut WorkerView<AccountId32>);
	let changes: [Change; 5] = [
		|worker| worker.envelope = EnvelopeKey([9; 32]),
		|worker| worker.models = vec![],
		|worker| worker.staked = false,
		|worker| worker.reputation = 499,
		|worker| worker.payout = AccountId32::new([9; 32]),
	];
	for change in changes {
		let mut desk = Desk::with([1]);
		desk.round();
		assert!(desk.changes().is_some());
		change(desk.chain.get_mut(&peer(1)).unwrap());
		assert_eq!(desk.round_after(FRESH), 1);
		let workers = desk.roster.changes().unwrap();
		assert_eq!(*workers[&peer(1)], desk.chain[&peer(1)]);
	}
}

#[test]
fn a_worker_that_deregistered_leaves_the_roster() {
	let mut desk = Desk::with([1]);
	desk.round();
	assert_eq!(desk.changes(), Some(vec![peer(1)]));
	desk.chain.clear();
	desk.round_after(FRESH);
	assert_eq!(desk.changes(), Some(vec![]));
}

#[test]
fn what_stays_as_it_was_is_no_change() {
	let mut desk = Desk::with([1]);
	desk.round();
	assert!(desk.changes().is_some());
	desk.round_after(FRESH);
	assert_eq!(desk.changes(), None);
}

#[test]
fn an_advert_of_new_keys_or_models_is_checked_within_a_second() {
	type Change = fn(&mut Advert);
	let changes: [Change; 2] = [
		|advert| advert.envelope = EnvelopeKey([9; 32]),
		|advert| advert.models[0].id = ModelId([9; 32]),
	];
	for change in changes {
		let mut desk = Desk::with([1]);
		desk.round();
		change(desk.adverts.get_mut(&peer(1)).unwrap());
		assert_eq!(desk.round_after(RETRY), 1);
	}
}

#[test]
fn a_new_peer_key_is_asked_about_at_once() {
	let mut desk = Desk::with([1]);
	desk.round();
	let rotated = WorkerView { peer: peer(2), ..worker(1) };
	desk.adverts = BTreeMap::from([(rotated.peer, advert(&rotated))]);
	desk.chain = BTreeMap::from([(rotated.peer, rotated)]);
	assert_eq!(desk.round(), [peer(2)]);
	assert_eq!(desk.changes(), Some(vec![peer(2)]));
}

#[test]
fn a_stranger_is_asked_about_ever_more_rarely() {
	let mut desk = Desk::new();
	desk.advertise([1]);
	desk.round();
	for seconds in [1, 2, 4, 8, 16, 16, 16] {
		assert_eq!(desk.round_after(Duration::from_millis(seconds * 1_000 - 1)), 0);
		assert_eq!(desk.round_after(Duration::from_millis(1)), 1, "after {seconds} s");
	}
}

#[test]
fn a_stranger_that_registers_is_noticed() {
	let mut desk = Desk::new();
	desk.advertise([1]);
	desk.round();
	assert_eq!(desk.changes(), None);
	desk.chain.insert(peer(1), worker(1));
	assert_eq!(desk.round_after(RETRY), 1);
	assert_eq!(desk.changes(), Some(vec![peer(1)]));
	assert_eq!(desk.round_after(FRESH - Duration::from_millis(1)), 0);
}

#[test]
fn an_answer_that_fails_to_come_removes_nobody() {
	let mut desk = Desk::with([1]);
	desk.round();
	assert!(desk.changes().is_some());
	desk.fails = true;
	assert_eq!(desk.round_after(FRESH), 1);
	assert_eq!(desk.changes(), None);
	desk.fails = false;
	desk.chain.clear();
	assert_eq!(desk.round_after(RETRY), 1);
	assert_eq!(desk.changes(), Some(vec![]));
}

#[test]
fn a_flood_of_strangers_delays_a_worker_only_by_those_that_came_before_it() {
	let mut desk = Desk::new();
	desk.advertise(1_000..4_000);
	desk.round();
	desk.now += ROUND_WAIT;
	// By its key it comes last, and with each round come as many strangers as a round can take.
	desk.advertise([60_000]);
	desk.chain.insert(peer(60_000), worker(60_000));
	// 2,936 strangers wait longer than it does: 45 full rounds, and 56 of the 46th. Those that come
	// later, and the second questions about the first ones, are due later.
	let mut rounds = 0_u16;
	while !desk.round().contains(&peer(60_000)) {
		desk.now += ROUND_WAIT;
		rounds += 1;
		desk.advertise((0..64).map(|place| 10_000 + rounds * 64 + place));
	}
	assert_eq!(rounds, 45);
}

#[test]
fn who_advertises_no_more_is_forgotten() {
	let mut desk = Desk::with(1..=10);
	desk.advertise(11..=20);
	desk.round();
	assert_eq!(desk.changes().unwrap().len(), 10);
	desk.adverts.retain(|key, _| *key == peer(3));
	desk.round();
	assert_eq!(desk.changes(), Some(vec![peer(3)]));
	assert_eq!(desk.roster.entries.len(), 1);
}
