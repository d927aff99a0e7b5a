//! A runtime of nothing but the pallet, a chain held in thread-local tables, and a sidecar that
//! answers as it is told.

use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, LazyLock, Mutex, MutexGuard},
};

use codec::{Decode, Encode};
use frame_support::{derive_impl, parameter_types, traits::Hooks};
use millrace_primitives::{
	job::Candidates, Agreement, Attestation, Auction, AuctionTerms, Cid, Commitment,
	DisputeMechanism, FinishReason, JobId, JobKind, JobRecord, JobState, ModelId, Moment, Outcome,
	Price, Proof, Receipt, Submission, TierId, TokenCounts, Verdict, WorkerKey, WORKER_KEY_TYPE,
};
use millrace_protocol::{Ballot, Finished, Phase, Reply, View, Vote, SIDECAR_URL_KEY, VERSION};
use sp_core::{
	crypto::AccountId32,
	offchain::{
		testing::TestOffchainExt, DbExternalities, Externalities, HttpError, HttpRequestId,
		HttpRequestStatus, OffchainDbExt, OffchainWorkerExt, OpaqueNetworkState, StorageKind,
		Timestamp, TransactionPool, TransactionPoolExt,
	},
	sr25519, OpaquePeerId, Pair, H256,
};
use sp_io::TestExternalities;
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use sp_runtime::{BuildStorage, MultiSignature};

use crate::{self as pallet_offchain_worker, Chain, NotTaken, Seat, Submit};

pub(super) type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type OffchainWorker = pallet_offchain_worker;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId32;
	type Lookup = sp_runtime::traits::IdentityLookup<AccountId32>;
}

parameter_types! {
	pub const SlotMs: u64 = 1_000;
}

impl pallet_offchain_worker::Config for Test {
	type Chain = Tables;
	type Submit = ToPool;
	type SlotMs = SlotMs;
}

pub(super) const NOW: Moment = 1_764_000_000_000;
pub(super) const CREATED_IN: u32 = 7;
/// The seed of [`worker`]'s key.
pub(super) const WORKER: u8 = 1;
pub(super) const BLOCK: u32 = 9;

#[derive(Default)]
struct ChainTables {
	owners: BTreeMap<[u8; 32], AccountId32>,
	jobs: BTreeMap<JobId, JobRecord<AccountId32>>,
	index: Vec<(AccountId32, JobId)>,
	seats: BTreeMap<(AccountId32, JobId), Seat>,
	drawn: BTreeSet<JobId>,
}

thread_local! {
	static TABLES: RefCell<ChainTables> = RefCell::default();
}

pub struct Tables;

impl Tables {
	pub(super) fn register(key: WorkerKey, owner: &AccountId32) {
		TABLES.with_borrow_mut(|tables| tables.owners.insert(key.0, owner.clone()));
	}

	pub(super) fn put(owner: &AccountId32, id: JobId, record: JobRecord<AccountId32>) {
		TABLES.with_borrow_mut(|tables| {
			tables.jobs.insert(id, record);
			tables.index.push((owner.clone(), id));
		});
	}

	/// Let the record of a job be another one.
	pub(super) fn change(id: JobId, record: JobRecord<AccountId32>) {
		TABLES.with_borrow_mut(|tables| tables.jobs.insert(id, record));
	}

	/// Let a job leave the chain.
	pub(super) fn retire(id: JobId) {
		TABLES.with_borrow_mut(|tables| {
			tables.jobs.remove(&id);
			tables.index.retain(|(_, job)| *job != id);
		});
	}

	/// Let `owner` sit on the committee of the dispute of `id`.
	pub(super) fn seat(owner: &AccountId32, id: JobId, seat: Seat) {
		TABLES.with_borrow_mut(|tables| tables.seats.insert((owner.clone(), id), seat));
	}

	/// Have somebody to decide the dispute of `id`.
	pub(super) fn draw(id: JobId) {
		TABLES.with_borrow_mut(|tables| tables.drawn.insert(id));
	}

	/// Let go of the committee of the dispute of `id`, as far as `owner` sits on it.
	pub(super) fn unseat(owner: &AccountId32, id: JobId) {
		TABLES.with_borrow_mut(|tables| tables.seats.remove(&(owner.clone(), id)));
	}
}

/// `ids` in the order in which the chain's index has them, from after `after` on and round.
fn around(mut ids: Vec<JobId>, after: JobId, limit: usize) -> Vec<JobId> {
	ids.sort();
	let first = ids.partition_point(|id| *id <= after);
	ids.rotate_left(first);
	ids.truncate(limit);
	ids
}

impl Chain for Tables {
	fn now() -> Moment {
		NOW
	}

	fn owner_of(key: &WorkerKey) -> Option<AccountId32> {
		TABLES.with_borrow(|tables| tables.owners.get(&key.0).cloned())
	}

	fn jobs_of(owner: &AccountId32, after: JobId, limit: usize) -> Vec<JobId> {
		TABLES.with_borrow(|tables| {
			let jobs = tables.index.iter().filter(|(worker, _)| worker == owner);
			around(jobs.map(|(_, id)| *id).collect(), after, limit)
		})
	}

	fn job(job: &JobId) -> Option<JobRecord<AccountId32>> {
		TABLES.with_borrow(|tables| tables.jobs.get(job).cloned())
	}

	fn is_dismissible(job: &JobId) -> bool {
		TABLES.with_borrow(|tables| !tables.drawn.contains(job))
	}

	fn disputes_of(owner: &AccountId32, after: JobId, limit: usize) -> Vec<JobId> {
		TABLES.with_borrow(|tables| {
			let seats = tables.seats.keys().filter(|(juror, _)| juror == owner);
			around(seats.map(|(_, id)| *id).collect(), after, limit)
		})
	}

	fn seat(job: &JobId, owner: &AccountId32) -> Option<Seat> {
		TABLES.with_borrow(|tables| tables.seats.get(&(owner.clone(), *job)).copied())
	}
}

/// What the mock submits in place of a transaction.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub(super) enum Submitted {
	Accept(JobId, AccountId32, sr25519::Signature),
	Proof(Proof<AccountId32>, sr25519::Signature, Option<Receipt<MultiSignature>>),
	Receipt(JobId, Receipt<MultiSignature>),
	Result(Submission<AccountId32>, sr25519::Signature),
	Attestation(Attestation<AccountId32>, sr25519::Signature),
	Commitment(JobId, AccountId32, Commitment, sr25519::Signature),
	Reveal(JobId, AccountId32, Verdict, [u8; 32]),
}

pub struct ToPool;

impl ToPool {
	fn send(submitted: &Submitted) -> Result<(), NotTaken> {
		sp_io::offchain::submit_transaction(submitted.encode()).map_err(|()| NotTaken)
	}
}

impl Submit for ToPool {
	fn accept(
		job: JobId,
		owner: AccountId32,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken> {
		Self::send(&Submitted::Accept(job, owner, signature))
	}

	fn proof(
		proof: Proof<AccountId32>,
		signature: sr25519::Signature,
		receipt: Option<Receipt<MultiSignature>>,
	) -> Result<(), NotTaken> {
		Self::send(&Submitted::Proof(proof, signature, receipt))
	}

	fn receipt(job: JobId, receipt: Receipt<MultiSignature>) -> Result<(), NotTaken> {
		Self::send(&Submitted::Receipt(job, receipt))
	}

	fn result(
		submission: Submission<AccountId32>,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken> {
		Self::send(&Submitted::Result(submission, signature))
	}

	fn attestation(
		attestation: Attestation<AccountId32>,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken> {
		Self::send(&Submitted::Attestation(attestation, signature))
	}

	fn commitment(
		job: JobId,
		juror: AccountId32,
		commitment: Commitment,
		signature: sr25519::Signature,
	) -> Result<(), NotTaken> {
		Self::send(&Submitted::Commitment(job, juror, commitment, signature))
	}

	fn reveal(
		job: JobId,
		juror: AccountId32,
		verdict: Verdict,
		salt: [u8; 32],
	) -> Result<(), NotTaken> {
		Self::send(&Submitted::Reveal(job, juror, verdict, salt))
	}
}

/// How the sidecar answers.
#[derive(Clone, Debug)]
pub(super) enum Answer {
	/// The connection is refused.
	Down,
	/// Nothing comes before the deadline.
	Late,
	/// The head comes in time, the body does not.
	LateBody,
	/// A status other than 200.
	Status(u16),
	/// These bytes.
	Bytes(Vec<u8>),
	/// Bytes without end.
	Endless,
}

/// A request as the sidecar got it.
#[derive(Clone, Default, Debug)]
pub(super) struct Request {
	pub(super) method: String,
	pub(super) uri: String,
	pub(super) body: Vec<u8>,
	pub(super) deadline: Option<Timestamp>,
	pub(super) bytes_read: usize,
}

#[derive(Default)]
pub(super) struct SidecarState {
	pub(super) answer: Option<Answer>,
	pub(super) requests: Vec<Request>,
	seeds: u8,
}

/// The off-chain externalities of the test kit, with a sidecar that can fail.
#[derive(Clone)]
struct Offchain {
	kit: TestOffchainExt,
	sidecar: Arc<Mutex<SidecarState>>,
}

impl Offchain {
	fn state(&self) -> MutexGuard<'_, SidecarState> {
		self.sidecar.lock().unwrap()
	}

	fn answer(&self) -> Answer {
		self.state().answer.clone().expect("the test expects no request")
	}
}

impl Externalities for Offchain {
	fn is_validator(&self) -> bool {
		self.kit.is_validator()
	}

	fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
		self.kit.network_state()
	}

	fn timestamp(&mut self) -> Timestamp {
		self.kit.timestamp()
	}

	fn sleep_until(&mut self, deadline: Timestamp) {
		self.kit.sleep_until(deadline);
	}

	/// The kit has the same seed each time, which would hide that a salt was not remembered.
	fn random_seed(&mut self) -> [u8; 32] {
		let mut state = self.state();
		state.seeds += 1;
		[state.seeds; 32]
	}

	fn http_request_start(
		&mut self,
		method: &str,
		uri: &str,
		_meta: &[u8],
	) -> Result<HttpRequestId, ()> {
		let mut state = self.state();
		let id = HttpRequestId(u16::try_from(state.requests.len()).unwrap());
		let (method, uri) = (method.to_owned(), uri.to_owned());
		state.requests.push(Request { method, uri, ..Request::default() });
		Ok(id)
	}

	fn http_request_add_header(
		&mut self,
		_id: HttpRequestId,
		_name: &str,
		_value: &str,
	) -> Result<(), ()> {
		Ok(())
	}

	fn http_request_write_body(
		&mut self,
		id: HttpRequestId,
		chunk: &[u8],
		_deadline: Option<Timestamp>,
	) -> Result<(), HttpError> {
		self.state().requests[usize::from(id.0)].body.extend_from_slice(chunk);
		Ok(())
	}

	fn http_response_wait(
		&mut self,
		ids: &[HttpRequestId],
		deadline: Option<Timestamp>,
	) -> Vec<HttpRequestStatus> {
		assert_eq!(ids.len(), 1);
		self.state().requests[usize::from(ids[0].0)].deadline = deadline;
		vec![match self.answer() {
			Answer::Down => HttpRequestStatus::IoError,
			Answer::Late => HttpRequestStatus::DeadlineReached,
			Answer::Status(code) => HttpRequestStatus::Finished(code),
			Answer::LateBody | Answer::Bytes(_) | Answer::Endless => {
				HttpRequestStatus::Finished(200)
			},
		}]
	}

	fn http_response_headers(&mut self, _id: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
		Vec::new()
	}

	fn http_response_read_body(
		&mut self,
		id: HttpRequestId,
		buffer: &mut [u8],
		deadline: Option<Timestamp>,
	) -> Result<usize, HttpError> {
		let answer = self.answer();
		let mut state = self.state();
		let request = &mut state.requests[usize::from(id.0)];
		assert_eq!(request.deadline, deadline, "one deadline for all of the exchange");
		let read = match answer {
			Answer::Bytes(bytes) => {
				let rest = &bytes[request.bytes_read..];
				let read = rest.len().min(buffer.len());
				buffer[..read].copy_from_slice(&rest[..read]);
				read
			},
			Answer::Endless => buffer.len(),
			Answer::LateBody => return Err(HttpError::DeadlineReached),
			other => panic!("no body to read for {other:?}"),
		};
		request.bytes_read += read;
		Ok(read)
	}

	fn set_authorized_nodes(&mut self, _nodes: Vec<OpaquePeerId>, _authorized_only: bool) {
		unreachable!("the pass does not touch the network");
	}
}

/// A transaction pool that, like the real one, takes each step of a job once.
#[derive(Clone, Default)]
struct Pool {
	taken: Arc<Mutex<Vec<Submitted>>>,
}

impl TransactionPool for Pool {
	fn submit_transaction(&mut self, extrinsic: Vec<u8>) -> Result<(), ()> {
		let submitted = Submitted::decode(&mut &extrinsic[..]).unwrap();
		let mut taken = self.taken.lock().unwrap();
		if taken.iter().any(|earlier| earlier.step() == submitted.step()) {
			return Err(());
		}
		taken.push(submitted);
		Ok(())
	}
}

impl Submitted {
	fn step(&self) -> (u8, JobId) {
		match self {
			Self::Accept(job, ..) => (0, *job),
			Self::Proof(proof, ..) => (1, proof.job),
			Self::Receipt(job, _) => (2, *job),
			Self::Result(submission, _) => (3, submission.job),
			Self::Attestation(attestation, _) => (4, attestation.job),
			Self::Commitment(job, ..) => (5, *job),
			Self::Reveal(job, ..) => (6, *job),
		}
	}
}

/// A node: externalities with a keystore, a pool and a sidecar.
pub(super) struct Node {
	ext: TestExternalities,
	offchain: Offchain,
	pool: Pool,
	keystore: MemoryKeystore,
}

impl Node {
	/// A node without keys, whose operator has configured a sidecar.
	pub(super) fn new() -> Self {
		TABLES.with_borrow_mut(|tables| *tables = ChainTables::default());
		let storage = RuntimeGenesisConfig::default().build_storage().unwrap();
		let mut ext = TestExternalities::new(storage);
		let offchain = Offchain { kit: TestOffchainExt::default(), sidecar: Arc::default() };
		let (pool, keystore) = (Pool::default(), MemoryKeystore::new());
		ext.register_extension(OffchainDbExt::new(offchain.kit.clone()));
		ext.register_extension(OffchainWorkerExt::new(offchain.clone()));
		ext.register_extension(TransactionPoolExt::new(pool.clone()));
		ext.register_extension(KeystoreExt::new(keystore.clone()));
		ext.execute_with(|| {
			for number in 0..=BLOCK {
				frame_system::BlockHash::<Test>::insert(number, hash_of(number));
			}
		});
		let mut node = Self { ext, offchain, pool, keystore };
		node.set_clock(NOW);
		node.set_url(b"http://127.0.0.1:4100");
		node
	}

	/// A node whose keystore holds [`worker`]'s key, registered by [`owner`].
	pub(super) fn with_worker() -> Self {
		let node = Self::new();
		node.insert_key(WORKER);
		Tables::register(worker().public(), &owner());
		node
	}

	/// Put [`key`]`(seed)` into the keystore.
	pub(super) fn insert_key(&self, seed: u8) {
		let suri = format!("{:?}", H256([seed; 32]));
		self.keystore.sr25519_generate_new(WORKER_KEY_TYPE, Some(&suri)).unwrap();
	}

	pub(super) fn set_url(&mut self, url: &[u8]) {
		self.offchain.kit.local_storage_set(StorageKind::PERSISTENT, SIDECAR_URL_KEY, url);
	}

	pub(super) fn forget_url(&mut self) {
		self.offchain.kit.local_storage_clear(StorageKind::PERSISTENT, SIDECAR_URL_KEY);
	}

	pub(super) fn stored(&mut self, key: &[u8]) -> Option<Vec<u8>> {
		self.offchain.kit.local_storage_get(StorageKind::PERSISTENT, key)
	}

	pub(super) fn store(&mut self, key: &[u8], value: &[u8]) {
		self.offchain.kit.local_storage_set(StorageKind::PERSISTENT, key, value);
	}

	pub(super) fn set_clock(&mut self, unix_ms: u64) {
		self.offchain.kit.sleep_until(Timestamp::from_unix_millis(unix_ms));
	}

	/// Let the sidecar answer with `reply` from now on.
	pub(super) fn sidecar_has(&self, reply: &Reply) {
		self.sidecar_answers(Answer::Bytes(reply.encode()));
	}

	pub(super) fn sidecar_answers(&self, answer: Answer) {
		self.offchain.state().answer = Some(answer);
	}

	/// Run the hook for [`BLOCK`] and return what the pool took meanwhile.
	pub(super) fn run(&mut self) -> Vec<Submitted> {
		let before = self.pool.taken.lock().unwrap().len();
		let root = self.ext.execute_with(|| {
			let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
			OffchainWorker::offchain_worker(BLOCK);
			assert_eq!(root, sp_io::storage::root(sp_runtime::StateVersion::V1));
			root
		});
		assert!(!root.is_empty());
		self.pool.taken.lock().unwrap()[before..].to_vec()
	}

	/// Let the block that the hook runs for have another hash.
	pub(super) fn set_block_hash(&mut self, hash: H256) {
		self.ext.execute_with(|| frame_system::BlockHash::<Test>::insert(BLOCK, hash));
	}

	/// Restart the node: of what it held, only keystore and database are still there.
	pub(super) fn restart(&mut self) {
		self.pool.taken.lock().unwrap().clear();
	}

	/// Whether something was warned of since the last time that this was asked.
	pub(super) fn has_warned(&mut self) -> bool {
		const WARNED_AT: &[u8] = b"millrace/offchain-worker/warned-at";
		let warned = self.stored(WARNED_AT).is_some();
		self.offchain.kit.local_storage_clear(StorageKind::PERSISTENT, WARNED_AT);
		warned
	}

	pub(super) fn requests(&self) -> Vec<Request> {
		self.offchain.state().requests.clone()
	}

	/// The view in the last request.
	pub(super) fn last_view(&self) -> View {
		View::from_bytes(&self.requests().last().unwrap().body).unwrap()
	}
}

/// The key with this seed. Not a derivation of the development phrase, which takes far longer.
pub(super) fn key(seed: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[seed; 32])
}

pub(super) fn worker() -> sr25519::Pair {
	key(WORKER)
}

pub(super) fn requester() -> sr25519::Pair {
	static KEY: LazyLock<sr25519::Pair> = LazyLock::new(|| key(2));
	KEY.clone()
}

pub(super) fn owner() -> AccountId32 {
	AccountId32::new([0xA1; 32])
}

pub(super) fn rival() -> AccountId32 {
	AccountId32::new([0xB2; 32])
}

pub(super) fn id(seed: u8) -> JobId {
	JobId(H256([seed; 32]))
}

pub(super) fn hash_of(block: u32) -> H256 {
	H256::from_low_u64_be(0xB10C_0000_0000 + u64::from(block))
}

/// A job in `state`, the way pallet-jobs would keep it.
pub(super) fn record(state: JobState) -> JobRecord<AccountId32> {
	JobRecord {
		kind: JobKind::Direct,
		state,
		requester: AccountId32::new(requester().public().0),
		model: ModelId([3; 32]),
		tier: TierId(0),
		price: Price { input: 2_000, output: 6_000 },
		max: TokenCounts { input: 100, output: 50 },
		locked: 500,
		candidates: Candidates::try_from(vec![owner(), rival()]).unwrap(),
		request: [4; 32],
		created_at: NOW - 1_000,
		created_in: CREATED_IN,
		deadline: NOW + 119_000,
		accepted_by: None,
		outcome: None,
		auction: None,
		payment: None,
	}
}

pub(super) fn cid(text: &str) -> Cid {
	Cid::try_from(text.as_bytes().to_vec()).unwrap()
}

/// An auctioned job in `state`, awarded to `worker` and judged by `verifier`, the way pallet-jobs
/// would keep it.
pub(super) fn auctioned(
	state: JobState,
	worker: &AccountId32,
	verifier: &AccountId32,
) -> JobRecord<AccountId32> {
	let terms = AuctionTerms {
		model: ModelId([3; 32]),
		document: cid("bafydocument"),
		payment_max: 10_000,
		verifier_fee: 200,
		bid_window: 60_000,
		latency_max: 600_000,
		challenge_window: 60_000,
		mechanism: DisputeMechanism::Committee,
		matcher: None,
		verifier: Some(verifier.clone()),
	};
	let is_delivered = !matches!(state, JobState::Open | JobState::Accepted);
	JobRecord {
		kind: JobKind::Auction,
		price: Price::default(),
		max: TokenCounts::default(),
		candidates: Candidates::new(),
		accepted_by: Some(worker.clone()),
		outcome: is_delivered.then(|| Outcome {
			worker: worker.clone(),
			payout: worker.clone(),
			worker_share: 9_950,
			tokens: TokenCounts::default(),
			output: [5; 32],
			proof: SUBMISSION,
			finish: FinishReason::Stop,
			proven_at: NOW,
		}),
		auction: Some(Auction {
			terms,
			agreed: Some(Agreement { price: 9_000, latency: 300_000, awarded_at: NOW - 500 }),
			result: is_delivered.then(|| cid("bafyresult")),
			verifier: is_delivered.then(|| verifier.clone()),
			attested: None,
		}),
		..record(state)
	}
}

/// The digest of the submission that [`auctioned`] jobs hold.
pub(super) const SUBMISSION: [u8; 32] = [8; 32];

/// What [`owner`]'s worker can deliver for the auctioned job `id`.
pub(super) fn submission(job: JobId) -> Submission<AccountId32> {
	Submission { job, worker: owner(), result: cid("bafyresult"), output: [5; 32] }
}

/// What [`owner`]'s worker can say of the auctioned job `id`.
pub(super) fn attestation(job: JobId) -> Attestation<AccountId32> {
	Attestation { job, verifier: owner(), submission: SUBMISSION, passed: true, evidence: [9; 32] }
}

pub(super) const fn seat(phase: Phase, ballot: Ballot) -> Seat {
	let until = NOW + 300_000;
	Seat { round: 0, phase, until, evidence: [10; 32], testimony: None, ballot }
}

pub(super) fn vote(job: JobId, verdict: Verdict) -> Vote {
	Vote { job, juror: owner(), round: 0, verdict }
}

/// A VERIFIED job that holds `proof`.
pub(super) fn verified(proof: &Proof<AccountId32>) -> JobRecord<AccountId32> {
	let outcome = Outcome {
		worker: proof.worker.clone(),
		payout: proof.worker.clone(),
		worker_share: 7_500,
		tokens: proof.tokens,
		output: proof.output,
		proof: proof.digest(),
		finish: proof.finish,
		proven_at: NOW,
	};
	JobRecord { outcome: Some(outcome), ..record(JobState::Verified) }
}

/// A DISPUTED job that holds `proof`.
pub(super) fn disputed(proof: &Proof<AccountId32>) -> JobRecord<AccountId32> {
	JobRecord { state: JobState::Disputed, ..verified(proof) }
}

/// What [`owner`]'s worker can claim for the job `id`.
pub(super) fn proof(job: JobId) -> Proof<AccountId32> {
	Proof {
		job,
		worker: owner(),
		model: ModelId([3; 32]),
		output: [5; 32],
		tokens: TokenCounts { input: 90, output: 50 },
		finish: FinishReason::Length,
		class: [6; 32],
		entropy: hash_of(CREATED_IN),
	}
}

/// The requester's receipt for `proof`.
pub(super) fn receipt(proof: &Proof<AccountId32>) -> Receipt<MultiSignature> {
	let digest = proof.digest();
	let message = millrace_primitives::proof::receipt_message(hash_of(0), proof.job, &digest);
	Receipt { proof: digest, signature: requester().sign(&message).into() }
}

pub(super) fn reply() -> Reply {
	Reply { version: VERSION, ..Reply::default() }
}

pub(super) fn finished(
	proof: &Proof<AccountId32>,
	receipt: Option<Receipt<MultiSignature>>,
) -> Reply {
	Reply { finished: vec![Finished { proof: proof.clone(), receipt }], ..reply() }
}
