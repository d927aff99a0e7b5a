//! The off-chain worker on the real runtime: what it tells the sidecar, and that what it submits is
//! what the chain takes.

use codec::{Decode, Encode};
use millrace_primitives::{JobState, TokenCounts, WORKER_KEY_TYPE};
use millrace_protocol::{
	Finished, Job, Reply, View, WorkerJobs, RECONCILE_PATH, SIDECAR_URL_KEY, VERSION,
};
use millrace_runtime::{Executive, UncheckedExtrinsic};
use sp_core::{
	offchain::{
		testing::{PendingRequest, TestOffchainExt, TestTransactionPoolExt},
		DbExternalities, OffchainDbExt, OffchainWorkerExt, StorageKind, TransactionPoolExt,
	},
	Pair,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};

use crate::chain::{model, Chain, Worker};

const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };
const USED: TokenCounts = TokenCounts { input: 123, output: 77 };
const URL: &str = "http://127.0.0.1:4100";

impl Chain {
	/// Run the off-chain worker for the best block with a sidecar that expects `view` and has
	/// `reply`, and return what reached the pool.
	fn reconcile(
		&mut self,
		worker: &Worker,
		view: &View,
		reply: &Reply,
	) -> Vec<UncheckedExtrinsic> {
		let keystore = MemoryKeystore::new();
		let suri = format!("//{}//worker", worker.owner);
		keystore.sr25519_generate_new(WORKER_KEY_TYPE, Some(&suri)).unwrap();
		let (mut kit, state) = TestOffchainExt::new();
		kit.local_storage_set(StorageKind::PERSISTENT, SIDECAR_URL_KEY, URL.as_bytes());
		state.write().expect_request(PendingRequest {
			method: "POST".into(),
			uri: format!("{URL}{RECONCILE_PATH}"),
			headers: vec![("content-type".into(), "application/octet-stream".into())],
			body: view.encode(),
			sent: true,
			response: Some(reply.encode()),
			..PendingRequest::default()
		});
		let (pool, taken) = TestTransactionPoolExt::new();
		self.ext.register_extension(OffchainDbExt::new(kit.clone()));
		self.ext.register_extension(OffchainWorkerExt::new(kit));
		self.ext.register_extension(TransactionPoolExt::new(pool));
		self.ext.register_extension(KeystoreExt::new(keystore));
		let header = self.best.clone();
		self.ext.execute_with(|| {
			frame_support::hypothetically!(Executive::offchain_worker(&header));
		});
		let taken = std::mem::take(&mut taken.write().transactions);
		taken.iter().map(|bytes| UncheckedExtrinsic::decode(&mut &bytes[..]).unwrap()).collect()
	}

	fn view(&self, worker: &Worker, jobs: Vec<Job>) -> View {
		let hold_ms = if jobs.is_empty() { 0 } else { 120 };
		View {
			version: VERSION,
			genesis: self.genesis,
			block: self.number,
			hash: self.parent,
			now: self.now,
			hold_ms,
			workers: vec![WorkerJobs { owner: worker.owner(), key: worker.key.public(), jobs }],
		}
	}
}

#[test]
fn a_job_goes_from_lock_to_settlement_through_the_off_chain_worker() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let idle = Reply { version: VERSION, ..Reply::default() };
	let view = chain.view(&worker, Vec::new());
	assert!(chain.reconcile(&worker, &view, &idle).is_empty());

	// The block of the lock: the sidecar learns the seed's entropy at once, not a block later.
	let id = chain.create(Alice, &[&worker], MAX);
	let created_at = chain.now;
	let mut job = Job {
		id,
		state: JobState::Open,
		requester: Alice.to_account_id(),
		model: model(),
		max: MAX,
		request: [4; 32],
		entropy: chain.parent,
		created_at,
		deadline: created_at + 120_000,
		accepted: None,
		proven: None,
	};
	let view = chain.view(&worker, vec![job.clone()]);
	let accept = Reply { accepts: vec![(worker.owner(), id)], ..idle.clone() };
	let accepted = chain.reconcile(&worker, &view, &accept);
	assert_eq!(accepted.len(), 1);
	assert_eq!(chain.block(accepted), [Ok(Ok(()))]);
	assert_eq!(chain.state(id), JobState::Accepted);

	// Done, but the receipt is still on its way.
	let proof = worker.proof(&mut chain, id, USED);
	job = Job { state: JobState::Accepted, accepted: Some(true), ..job };
	let view = chain.view(&worker, vec![job.clone()]);
	let finished = vec![Finished { proof: proof.clone(), receipt: None }];
	let proven = chain.reconcile(&worker, &view, &Reply { finished, ..idle.clone() });
	assert_eq!(chain.block(proven), [Ok(Ok(()))]);
	assert_eq!(chain.state(id), JobState::Verified);

	let receipt = chain.receipt(Alice, &proof);
	let (deadline, proven) = (chain.now + 60_000, Some(proof.digest()));
	job = Job { state: JobState::Verified, deadline, proven, ..job };
	let view = chain.view(&worker, vec![job]);
	let finished = vec![Finished { proof, receipt: Some(receipt) }];
	let confirmed = chain.reconcile(&worker, &view, &Reply { finished, ..idle.clone() });
	assert_eq!(chain.block(confirmed), [Ok(Ok(()))]);
	assert_eq!(chain.state(id), JobState::Settled);

	let view = chain.view(&worker, Vec::new());
	assert!(chain.reconcile(&worker, &view, &idle).is_empty());
}
