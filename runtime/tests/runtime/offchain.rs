//! The off-chain worker on the real runtime: what it tells the sidecar, and that what it submits is
//! what the chain takes.

use codec::{Decode, Encode};
use millrace_primitives::{
	auction::{Agreement, Judgement},
	Attestation, JobKind, JobState, Submission, TokenCounts, Verdict, WORKER_KEY_TYPE,
};
use millrace_protocol::{
	Appointed, Awarded, Ballot, Delivery, Dispute, Finished, Job, Phase, Reply, View, Vote,
	WorkerJobs, RECONCILE_PATH, SIDECAR_URL_KEY, VERSION,
};
use millrace_runtime::{AccountId, Executive, UncheckedExtrinsic};
use sp_core::offchain::{
	testing::{PendingRequest, TestOffchainExt, TestPersistentOffchainDB, TestTransactionPoolExt},
	DbExternalities, OffchainDbExt, OffchainWorkerExt, StorageKind, TransactionPoolExt,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};

use crate::{
	chain::{model, Chain},
	requester::{LATENCY, PRICE, VERIFIER_FEE},
	worker::Worker,
};

const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };
const USED: TokenCounts = TokenCounts { input: 123, output: 77 };
const URL: &str = "http://127.0.0.1:4100";

/// What the sidecar says when nothing is ready.
fn idle() -> Reply {
	Reply { version: VERSION, ..Reply::default() }
}

/// The node of one worker: its key, and what it must not forget.
struct Node {
	owner: AccountId,
	suri: String,
	disk: TestPersistentOffchainDB,
}

impl Node {
	fn of(worker: &Worker) -> Self {
		let suri = format!("//{}//worker", worker.owner);
		Self { owner: worker.owner(), suri, disk: TestPersistentOffchainDB::new() }
	}

	/// Run the off-chain worker for the best block with a sidecar that expects to be told this of the
	/// worker's jobs and has `reply`, and return what reached the pool.
	fn reconcile(
		&self,
		chain: &mut Chain,
		expected: impl FnOnce(&mut WorkerJobs),
		reply: &Reply,
	) -> Vec<UncheckedExtrinsic> {
		let keystore = MemoryKeystore::new();
		let key = keystore.sr25519_generate_new(WORKER_KEY_TYPE, Some(&self.suri)).unwrap();
		let mut jobs = WorkerJobs {
			owner: self.owner.clone(),
			key,
			jobs: Vec::new(),
			awarded: Vec::new(),
			appointed: Vec::new(),
			disputes: Vec::new(),
		};
		expected(&mut jobs);
		let (mut kit, state) = TestOffchainExt::with_offchain_db(self.disk.clone());
		kit.local_storage_set(StorageKind::PERSISTENT, SIDECAR_URL_KEY, URL.as_bytes());
		state.write().expect_request(PendingRequest {
			method: "POST".into(),
			uri: format!("{URL}{RECONCILE_PATH}"),
			headers: vec![("content-type".into(), "application/octet-stream".into())],
			body: chain.view(jobs).encode(),
			sent: true,
			response: Some(reply.encode()),
			..PendingRequest::default()
		});
		let (pool, taken) = TestTransactionPoolExt::new();
		chain.ext.register_extension(OffchainDbExt::new(kit.clone()));
		chain.ext.register_extension(OffchainWorkerExt::new(kit));
		chain.ext.register_extension(TransactionPoolExt::new(pool));
		chain.ext.register_extension(KeystoreExt::new(keystore));
		let header = chain.best.clone();
		chain.ext.execute_with(|| {
			frame_support::hypothetically!(Executive::offchain_worker(&header));
		});
		let taken = std::mem::take(&mut taken.write().transactions);
		taken.iter().map(|bytes| UncheckedExtrinsic::decode(&mut &bytes[..]).unwrap()).collect()
	}
}

impl Chain {
	fn view(&self, jobs: WorkerJobs) -> View {
		let waits = jobs.jobs.is_empty() && jobs.awarded.is_empty();
		// 60 % of a slot of 200 ms.
		let hold_ms = if waits { 0 } else { 120 };
		View {
			version: VERSION,
			genesis: self.genesis,
			block: self.number,
			hash: self.parent,
			now: self.now,
			hold_ms,
			workers: vec![jobs],
		}
	}
}

#[test]
fn a_job_goes_from_lock_to_settlement_through_the_off_chain_worker() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let node = Node::of(&worker);
	assert!(node.reconcile(&mut chain, |_| {}, &idle()).is_empty());

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
	let accept = Reply { accepts: vec![(worker.owner(), id)], ..idle() };
	let accepted = node.reconcile(&mut chain, |told| told.jobs = vec![job.clone()], &accept);
	assert_eq!(accepted.len(), 1);
	assert_eq!(chain.block(accepted), [Ok(Ok(()))]);
	assert_eq!(chain.state(id), JobState::Accepted);

	// Done, but the receipt is still on its way.
	let proof = worker.proof(&mut chain, id, USED);
	job = Job { state: JobState::Accepted, accepted: Some(true), ..job };
	let finished = vec![Finished { proof: proof.clone(), receipt: None }];
	let proven = node.reconcile(
		&mut chain,
		|told| told.jobs = vec![job.clone()],
		&Reply { finished, ..idle() },
	);
	assert_eq!(chain.block(proven), [Ok(Ok(()))]);
	assert_eq!(chain.state(id), JobState::Verified);

	let receipt = chain.receipt(Alice, &proof);
	let (deadline, proven) = (chain.now + 60_000, Some(proof.digest()));
	job = Job { state: JobState::Verified, deadline, proven, ..job };
	let finished = vec![Finished { proof, receipt: Some(receipt) }];
	let confirmed = node.reconcile(
		&mut chain,
		|told| told.jobs = vec![job.clone()],
		&Reply { finished, ..idle() },
	);
	assert_eq!(chain.block(confirmed), [Ok(Ok(()))]);
	assert_eq!(chain.state(id), JobState::Settled);

	assert!(node.reconcile(&mut chain, |_| {}, &idle()).is_empty());
}

#[test]
fn an_auctioned_job_is_delivered_and_judged_through_the_off_chain_worker() {
	let mut chain = Chain::new("test", serde_json::json!({}), 6);
	let worker = Worker::new(Bob).enter(&mut chain);
	let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
	let (workers_node, verifiers_node) = (Node::of(&worker), Node::of(&verifier));
	let terms = Chain::auction_terms(Some(&verifier));
	let document = terms.document.clone();
	let id = chain.create_auction(Alice, terms);
	let award = chain.award(Alice, worker.bid(&chain, id, PRICE, LATENCY));
	assert_eq!(chain.apply(award), Ok(()));

	let agreed = Agreement { price: PRICE, latency: LATENCY, awarded_at: chain.now };
	let awarded = Awarded {
		id,
		requester: Alice.to_account_id(),
		model: model(),
		document: document.clone(),
		agreed,
		deadline: chain.now + 2 * LATENCY,
	};
	let submission = worker.submission(id);
	let ready = Reply { submissions: vec![submission.clone()], ..idle() };
	let told = |told: &mut WorkerJobs| told.awarded = vec![awarded];
	let delivered = workers_node.reconcile(&mut chain, told, &ready);
	assert_eq!(chain.block(delivered), [Ok(Ok(()))]);
	assert_eq!(chain.state(id), JobState::Submitted);

	let appointed = Appointed {
		id,
		requester: Alice.to_account_id(),
		worker: worker.owner(),
		model: model(),
		document,
		result: submission.result.clone(),
		output: submission.output,
		submission: submission.digest(),
		fee: VERIFIER_FEE,
		deadline: chain.now + 5_000,
	};
	let attestation = Attestation {
		job: id,
		verifier: verifier.owner(),
		submission: submission.digest(),
		passed: true,
		evidence: [8; 32],
	};
	let ready = Reply { attestations: vec![attestation], ..idle() };
	let told = |told: &mut WorkerJobs| told.appointed = vec![appointed];
	let judged = verifiers_node.reconcile(&mut chain, told, &ready);
	assert_eq!(chain.block(judged), [Ok(Ok(()))]);
	assert_eq!(chain.state(id), JobState::Verified);
	assert!(verifiers_node.reconcile(&mut chain, |_| {}, &idle()).is_empty());
}

/// The sidecars say what they find once; the nodes hide it, and reveal it when all have.
#[test]
fn a_committee_votes_through_its_off_chain_workers() {
	let mut chain = Chain::new("test", serde_json::json!({}), 6);
	let worker = Worker::new(Bob).enter(&mut chain);
	let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
	let jurors = [Dave, Eve, Ferdie].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
	let nodes = jurors.each_ref().map(Node::of);
	let terms = Chain::auction_terms(Some(&verifier));
	let document = terms.document.clone();
	let submission = chain.delivered_auction(Alice, &worker, terms);
	let attestation = verifier.attest(&chain, &submission, false);
	assert_eq!(chain.apply(attestation), Ok(()));
	let attested = Judgement { passed: false, evidence: [8; 32], at: chain.now };
	chain.pass(4_000 + 2 * chain.slot_ms);

	let id = submission.job;
	let mut dispute = disputed(&mut chain, &submission);
	let result = submission.result.clone();
	dispute.delivery = Some(Delivery { document, result, attested: Some(attested) });
	let verdict = Verdict::AtFault;
	let mut commits = Vec::new();
	for (juror, node) in jurors.iter().zip(&nodes) {
		let vote = Vote { job: id, juror: juror.owner(), round: 0, verdict };
		let ready = Reply { votes: vec![vote], ..idle() };
		let told = |told: &mut WorkerJobs| told.disputes = vec![dispute.clone()];
		commits.extend(node.reconcile(&mut chain, told, &ready));
	}
	assert_eq!(chain.block(commits), [Ok(Ok(())); 3]);

	let mut reveals = Vec::new();
	for (juror, node) in jurors.iter().zip(&nodes) {
		let ballot = ballot_of(&mut chain, &submission, juror);
		let deadline = chain.now + 5_000;
		let phase = Phase::Reveal;
		let due = Dispute { phase, ballot, deadline, ..dispute.clone() };
		let told = |told: &mut WorkerJobs| told.disputes = vec![due];
		reveals.extend(node.reconcile(&mut chain, told, &idle()));
	}
	assert_eq!(chain.block(reveals), [Ok(Ok(())); 3]);
	assert_eq!(chain.state(id), JobState::Resolved);
	assert_eq!(worker.staked(&mut chain), 0);
}

/// What a juror is told of the dispute of a submission before it has said anything.
fn disputed(chain: &mut Chain, submission: &Submission<AccountId>) -> Dispute {
	let record = chain.job(submission.job).unwrap();
	Dispute {
		id: submission.job,
		kind: JobKind::Auction,
		round: 0,
		phase: Phase::Commit,
		ballot: Ballot::Awaited,
		deadline: record.deadline,
		worker: submission.worker.clone(),
		model: model(),
		request: record.request,
		tokens: TokenCounts::default(),
		output: submission.output,
		claim: submission.digest(),
		evidence: [8; 32],
		testimony: None,
		delivery: None,
	}
}

/// What a juror has said, as the chain has it.
fn ballot_of(chain: &mut Chain, submission: &Submission<AccountId>, juror: &Worker) -> Ballot {
	use pallet_disputes::types::Ballot as OnChain;

	let job = submission.job;
	let case = chain
		.ext
		.execute_with(|| pallet_disputes::Cases::<millrace_runtime::Runtime>::get(job))
		.expect("the job is disputed");
	match case.ballot(&juror.owner()).expect("it is a juror") {
		OnChain::Awaited => Ballot::Awaited,
		OnChain::Committed(commitment) => Ballot::Committed(commitment),
		OnChain::Revealed(verdict) => Ballot::Revealed(verdict),
	}
}
