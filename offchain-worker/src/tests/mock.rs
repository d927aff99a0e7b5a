//! A runtime of nothing but the pallet, a chain held in thread-local tables, and a sidecar that
//! answers as it is told.

use std::{
	cell::RefCell,
	collections::BTreeMap,
	sync::{Arc, Mutex, MutexGuard},
};

use codec::{Decode, Encode};
use frame_support::{derive_impl, parameter_types, traits::Hooks};
use millrace_primitives::{
	job::Candidates, FinishReason, JobId, JobKind, JobRecord, JobState, ModelId, Moment, Outcome,
	Price, Proof, Receipt, TierId, TokenCounts, WorkerKey, WORKER_KEY_TYPE,
};
use millrace_protocol::{Finished, Reply, View, SIDECAR_URL_KEY, VERSION};
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

use crate::{self as pallet_offchain_worker, Chain, NotTaken, Submit};

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
pub(super) const BLOCK: u32 = 9;

#[derive(Default)]
struct ChainTables {
	owners: BTreeMap<[u8; 32], AccountId32>,
	jobs: BTreeMap<JobId, JobRecord<AccountId32>>,
	index: Vec<(AccountId32, JobId)>,
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
}

impl Chain for Tables {
	fn now() -> Moment {
		NOW
	}

	fn owner_of(key: &WorkerKey) -> Option<AccountId32> {
		TABLES.with_borrow(|tables| tables.owners.get(&key.0).cloned())
	}

	fn jobs_of(owner: &AccountId32, limit: usize) -> Vec<JobId> {
		TABLES.with_borrow(|tables| {
			let jobs = tables.index.iter().filter(|(worker, _)| worker == owner);
			jobs.map(|(_, id)| *id).take(limit).collect()
		})
	}

	fn job(job: &JobId) -> Option<JobRecord<AccountId32>> {
		TABLES.with_borrow(|tables| tables.jobs.get(job).cloned())
	}
}

/// What the mock submits in place of a transaction.
#[expect(clippy::large_enum_variant, reason = "a test holds a handful")]
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub(super) enum Submitted {
	Accept(JobId, AccountId32, sr25519::Signature),
	Proof(Proof<AccountId32>, sr25519::Signature, Option<Receipt<MultiSignature>>),
	Receipt(JobId, Receipt<MultiSignature>),
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

	fn random_seed(&mut self) -> [u8; 32] {
		self.kit.random_seed()
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
		node.insert_key("//Worker");
		Tables::register(worker().public(), &owner());
		node
	}

	pub(super) fn insert_key(&self, suri: &str) {
		self.keystore.sr25519_generate_new(WORKER_KEY_TYPE, Some(suri)).unwrap();
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

	pub(super) fn requests(&self) -> Vec<Request> {
		self.offchain.state().requests.clone()
	}

	/// The view in the last request.
	pub(super) fn last_view(&self) -> View {
		View::from_bytes(&self.requests().last().unwrap().body).unwrap()
	}
}

pub(super) fn worker() -> sr25519::Pair {
	sr25519::Pair::from_string("//Worker", None).unwrap()
}

pub(super) fn requester() -> sr25519::Pair {
	sr25519::Pair::from_string("//Requester", None).unwrap()
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
		payment: None,
	}
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
	Reply { version: VERSION, accepts: Vec::new(), finished: Vec::new() }
}

pub(super) fn finished(
	proof: &Proof<AccountId32>,
	receipt: Option<Receipt<MultiSignature>>,
) -> Reply {
	Reply { finished: vec![Finished { proof: proof.clone(), receipt }], ..reply() }
}
