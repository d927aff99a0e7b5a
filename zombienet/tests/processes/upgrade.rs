//! A runtime upgrade in the middle of everything: each job and dispute that was open ends as it would
//! have ended without it. Every figure is computed here, by hand.

use std::{cell::Cell, time::Duration};

use anyhow::{ensure, Context};
use codec::{Decode, Encode};
use frame_system::{
	offchain::CreateAuthorizedTransaction, CheckNonce, LastRuntimeUpgrade, LastRuntimeUpgradeInfo,
};
use millrace_chain::{Account, AccountId32, BlockRef, Call, Chain, Submitter, H256};
use millrace_primitives::{
	auction::award_message,
	dispute::{commit_message, vote_commitment},
	identity::{self, Possession, WorkerKeys},
	proof::receipt_message,
	views::DisputePhase,
	Attestation, AuctionTerms, Bid, DirectTerms, DisputeMechanism, EnvelopeKey, FinishReason,
	JobId, JobNonce, JobRecord, JobState, ModelId, Payment, Proof, Receipt, Submission,
	TokenCounts, Verdict,
};
use millrace_runtime::{
	configs::MILL,
	parameters::{Current, Parameters},
	Runtime, RuntimeCall, SignedPayload, UncheckedExtrinsic, VERSION,
};
use pallet_disputes::{types::Ballot, CaseOf, Cases};
use serde_json::{json, Value};
use sp_core::{ed25519, sr25519, Pair};
use tokio::time::timeout;

use crate::support::{text, World, ONE, REQUESTER};

/// How long everything that is open stays so by itself: longer than opening it all and the upgrade
/// take on a busy machine.
const OPEN_MS: u64 = 60_000;

/// How long what is waited for may take: what is open, and a busy machine.
const LONG: Duration = Duration::from_secs(150);

/// What the requester of a direct job allows, and 400 × 2 + 300 × 6 micro-USDC for it.
const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };
const LOCK: u128 = 2_600;

/// What the answer takes: 123 × 2 + 77 × 6 micro-USDC, of which 85 % are ⌊601.8⌋.
const USED: TokenCounts = TokenCounts { input: 123, output: 77 };
const CHARGE: u128 = 708;
const DIRECT_PAY: u128 = 601;

/// What an auction may cost, what its verifier is paid, what the worker bids: 1.00, 0.05 and 0.80 USDC.
const PAYMENT_MAX: u128 = 1_000_000;
const FEE: u128 = 50_000;
const PRICE: u128 = 800_000;

/// 800,000 less the protocol fee of 0.5 %.
const PAY: u128 = 796_000;

/// What a worker, and what a verifier puts down, enough for all that they lose here; what a challenge
/// risks.
const WORKER_STAKE: u128 = 300 * MILL;
const VERIFIER_STAKE: u128 = 600 * MILL;
const BOND: u128 = 50 * MILL;

/// The votes of the judges, two of three of which decide.
const GUILTY: [Verdict; 3] = [Verdict::AtFault, Verdict::AtFault, Verdict::Cleared];
const CLEARED: [Verdict; 3] = [Verdict::Cleared, Verdict::Cleared, Verdict::AtFault];

/// The salt of every vote.
const SALT: [u8; 32] = [7; 32];

/// Under which key each pallet keeps its storage version: twox128 of `:__STORAGE_VERSION__:`.
const STORAGE_VERSION: &str = "4e7b9012096b41c4eb3aaf947f6ea429";

/// The node's JSON-RPC, for what no client asks for.
struct Rpc {
	http: reqwest::Client,
	url: String,
}

impl Rpc {
	async fn request(&self, method: &str, params: Value) -> anyhow::Result<Value> {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
		let answer = self.http.post(&self.url).json(&request).send().await?;
		let answer: Value = answer.json().await?;
		let result = answer.get("result").with_context(|| format!("{method}: {answer}"))?;
		Ok(result.clone())
	}

	async fn submit(&self, transaction: &UncheckedExtrinsic) -> anyhow::Result<()> {
		let bytes = format!("0x{}", hex::encode(transaction.encode()));
		self.request("author_submitExtrinsic", json!([bytes])).await?;
		Ok(())
	}

	/// Have a call made by root, whatever it weighs: at slots of 200 ms an upgrade is heavier than a
	/// block may be.
	async fn sudo(&self, genesis: H256, call: impl Into<RuntimeCall>) -> anyhow::Result<()> {
		let sudo = sr25519::Pair::from_string(REQUESTER, None)?;
		let account = AccountId32::from(sudo.public());
		let nonce = self.request("system_accountNextIndex", json!([account.to_string()])).await?;
		let nonce = u32::try_from(nonce.as_u64().context("a nonce")?)?;
		let call = Box::new(call.into());
		let weight = Default::default();
		let call = pallet_sudo::Call::<Runtime>::sudo_unchecked_weight { call, weight };
		let mut extension =
			<Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
		extension.6 = CheckNonce::from(nonce);
		let (spec, format) = (VERSION.spec_version, VERSION.transaction_version);
		let implicit = ((), (), spec, format, genesis, genesis, (), (), (), None, ());
		let payload = SignedPayload::from_raw(RuntimeCall::from(call), extension, implicit);
		let signature = payload.using_encoded(|bytes| sudo.sign(bytes));
		let (call, extension, _) = payload.deconstruct();
		let transaction =
			UncheckedExtrinsic::new_signed(call, account.into(), signature.into(), extension);
		self.submit(&transaction).await
	}

	async fn storage<T: Decode>(&self, key: &[u8], at: H256) -> anyhow::Result<T> {
		let key = format!("0x{}", hex::encode(key));
		let value = self.request("state_getStorage", json!([key, at])).await?;
		let value = value.as_str().with_context(|| format!("nothing is stored under {key}"))?;
		let bytes = hex::decode(value.trim_start_matches("0x"))?;
		Ok(T::decode(&mut &bytes[..])?)
	}

	async fn parameters(&self, at: H256) -> anyhow::Result<Parameters> {
		self.storage(&Current::<Runtime>::hashed_key(), at).await
	}

	/// The storage version of the pallet that keeps the parameters.
	async fn storage_version(&self, at: H256) -> anyhow::Result<u16> {
		let key = Current::<Runtime>::hashed_key();
		let (pallet, _) = key.split_at(16);
		self.storage(&[pallet, &hex::decode(STORAGE_VERSION)?].concat(), at).await
	}

	async fn spec_version(&self, at: H256) -> anyhow::Result<u64> {
		let version = self.request("state_getRuntimeVersion", json!([at])).await?;
		version.get("specVersion").and_then(Value::as_u64).context("a version")
	}
}

/// Somebody who takes part with a worker that is no process: the test signs for it.
struct Party {
	account: Account,
	key: sr25519::Pair,
	peer: ed25519::Pair,
}

impl Party {
	fn new(suri: &str) -> anyhow::Result<Self> {
		let account = Account::from_suri(suri)?;
		let key = sr25519::Pair::from_string(&format!("{suri}//worker"), None)?;
		let peer = ed25519::Pair::from_string(&format!("{suri}//peer"), None)?;
		Ok(Self { account, key, peer })
	}

	fn id(&self) -> AccountId32 {
		self.account.id()
	}

	/// Register, and put down a stake; as a verifier too if it suffices for one.
	async fn enter(&self, chain: &Chain, model: ModelId, stake: u128) -> anyhow::Result<()> {
		let (worker, peer) = (self.key.public(), self.peer.public());
		let envelope = EnvelopeKey(*AsRef::<[u8; 32]>::as_ref(&self.id()));
		let keys = WorkerKeys { worker, peer, envelope };
		let message = identity::message(chain.genesis(), &self.id(), 0, &keys);
		let possession =
			Possession { worker: self.key.sign(&message), peer: self.peer.sign(&message) };
		let mut calls =
			vec![Call::register(&keys, &possession, &self.id(), &[model]), Call::stake(stake)];
		if stake >= VERIFIER_STAKE {
			calls.push(Call::set_verified_models(&[model]));
		}
		submit_all(&chain.submitter(self.account.clone()), calls).await?;
		Ok(())
	}
}

/// The jobs that are open when the runtime changes.
#[derive(Clone, Copy)]
struct Jobs {
	/// Direct, and nobody answers.
	unanswered: JobId,
	/// Direct, answered, without a receipt.
	unconfirmed: JobId,
	/// Direct, answered, and the requester challenges the answer.
	challenged: JobId,
	/// Auctioned, with a bid that is not awarded yet.
	biddable: JobId,
	/// Auctioned and awarded.
	awarded: JobId,
	/// Auctioned and delivered; its verifier stays silent.
	delivered: JobId,
	/// Auctioned, delivered, found good, and challenged before an arbiter who stays silent.
	arbitrated: JobId,
	/// Direct and challenged; one of three jurors has committed to its vote.
	committing: JobId,
	/// Direct and challenged; all jurors have committed to their votes, and one has revealed its own.
	revealing: JobId,
}

impl Jobs {
	const fn all(&self) -> [JobId; 9] {
		[
			self.unanswered,
			self.unconfirmed,
			self.challenged,
			self.biddable,
			self.awarded,
			self.delivered,
			self.arbitrated,
			self.committing,
			self.revealing,
		]
	}
}

/// What somebody owns: of the payment asset and of MILL what is free, and the stake.
type Wealth = (u128, u128, u128);

/// Charlie asks, Dave works; Alice, Eve and Ferdie judge.
struct Scene {
	world: World,
	rpc: Rpc,
	model: ModelId,
	requester: Account,
	worker: Party,
	judges: [Party; 3],
}

impl Scene {
	async fn start() -> anyhow::Result<Self> {
		let world = World::start(100).await?;
		let url = format!("http://127.0.0.1:{}", world.network.port("alice", "rpc")?);
		let rpc = Rpc { http: reqwest::Client::new(), url };
		let model = *world.worker.models.first().context("the worker serves a model")?;
		let requester = Account::from_suri("//Charlie")?;
		let worker = Party::new("//Dave")?;
		let judges = [Party::new(REQUESTER)?, Party::new("//Eve")?, Party::new("//Ferdie")?];
		let scene = Self { world, rpc, model, requester, worker, judges };
		scene.keep_everything_open().await?;
		let chain = scene.chain();
		let [alice, eve, ferdie] = &scene.judges;
		tokio::try_join!(
			scene.worker.enter(chain, model, WORKER_STAKE),
			alice.enter(chain, model, VERIFIER_STAKE),
			eve.enter(chain, model, VERIFIER_STAKE),
			ferdie.enter(chain, model, VERIFIER_STAKE),
		)?;
		Ok(scene)
	}

	const fn chain(&self) -> &Chain {
		&self.world.chain
	}

	/// Change the parameters of the running chain: first for how long stake unbonds, which must be
	/// longer than all that it answers for, and then how long that is. Committees are still drawn soon.
	async fn keep_everything_open(&self) -> anyhow::Result<()> {
		let before = self.rpc.parameters(self.chain().heads().best.hash).await?;
		let before = Parameters { unbonding_ms: 60 * OPEN_MS, ..before };
		self.set(before).await?;
		let parameters = Parameters {
			proof_window_ms: OPEN_MS,
			dispute_window_ms: OPEN_MS,
			latency_max_ms: OPEN_MS,
			judge_window_ms: OPEN_MS,
			commit_window_ms: 2 * OPEN_MS,
			reveal_window_ms: 2 * OPEN_MS,
			arbitration_window_ms: OPEN_MS,
			retention_ms: 3 * OPEN_MS,
			..before
		};
		self.set(parameters).await
	}

	/// Put off the draw of all committees from now on.
	async fn put_off_draws(&self) -> anyhow::Result<()> {
		let before = self.rpc.parameters(self.chain().heads().best.hash).await?;
		self.set(Parameters { draw_delay_ms: OPEN_MS, ..before }).await
	}

	async fn set(&self, parameters: Parameters) -> anyhow::Result<()> {
		let chain = self.chain();
		let call = millrace_runtime::parameters::Call::set { parameters: Box::new(parameters) };
		self.rpc.sudo(chain.genesis(), call).await?;
		until(chain, "the change of parameters", async || {
			let best = chain.heads().best.hash;
			Ok((self.rpc.parameters(best).await? == parameters).then_some(()))
		})
		.await
	}

	fn direct_terms(&self) -> anyhow::Result<DirectTerms<AccountId32>> {
		let candidates = vec![self.worker.id()].try_into().ok().context("one fits")?;
		Ok(DirectTerms { model: self.model, candidates, max: MAX, request: [4; 32] })
	}

	/// Bring two jobs before committees, one that is about to commit to its votes, and one that is about
	/// to reveal them.
	async fn put_to_the_vote(&self) -> anyhow::Result<[JobId; 2]> {
		let (issued_at, terms) = (self.chain().parameters().await?.now, self.direct_terms()?);
		let nonces = [1, 2].map(|salt| JobNonce { issued_at, salt: [salt; 16] });
		let requester = self.chain().submitter(self.requester.clone());
		let created = nonces.map(|nonce| Call::create(&nonce, &terms));
		submit_all(&requester, created.into()).await?;
		let genesis = self.chain().genesis();
		let jobs = nonces.map(|nonce| JobId::new(genesis, &self.requester.id(), &nonce));
		let [committing, revealing] = jobs;
		tokio::try_join!(self.prove(committing), self.prove(revealing))?;
		let challenges = jobs.map(|job| Call::raise_dispute(job, &[9; 32]));
		submit_all(&requester, challenges.into()).await?;
		for job in jobs {
			self.reaches_phase(job, DisputePhase::Commit).await?;
		}
		self.commit(committing, &self.votes(CLEARED)[..1]).await?;
		self.commit(revealing, &self.votes(GUILTY)).await?;
		self.reaches_phase(revealing, DisputePhase::Reveal).await?;
		self.reveal(revealing, &self.votes(GUILTY)[..1]).await?;
		Ok(jobs)
	}

	/// Lock the money for every other job.
	async fn create(&self, [committing, revealing]: [JobId; 2]) -> anyhow::Result<Jobs> {
		let issued_at = self.chain().parameters().await?.now;
		let mut salt = 0_u128;
		let mut nonce = || {
			salt += 1;
			JobNonce { issued_at, salt: salt.to_le_bytes() }
		};
		let direct = self.direct_terms()?;
		let auction = |mechanism| AuctionTerms {
			model: self.model,
			document: b"bafkreidocument".to_vec().try_into().unwrap(),
			payment_max: PAYMENT_MAX,
			verifier_fee: FEE,
			bid_window: OPEN_MS,
			latency_max: OPEN_MS,
			challenge_window: 2_000,
			mechanism,
			matcher: None,
			verifier: Some(self.judges[1].id()),
		};
		let mut calls = Vec::new();
		let mut ids = Vec::new();
		let mut next = |call: &dyn Fn(&JobNonce) -> Call| {
			let nonce = nonce();
			calls.push(call(&nonce));
			ids.push(JobId::new(self.chain().genesis(), &self.requester.id(), &nonce));
		};
		for _ in 0..3 {
			next(&|nonce| Call::create(nonce, &direct));
		}
		for _ in 0..3 {
			let terms = auction(DisputeMechanism::Committee);
			next(&|nonce| Call::create_auction(nonce, &terms));
		}
		let terms = auction(DisputeMechanism::Arbitration);
		next(&|nonce| Call::create_auction(nonce, &terms));
		submit_all(&self.chain().submitter(self.requester.clone()), calls).await?;
		let [unanswered, unconfirmed, challenged, biddable, awarded, delivered, arbitrated] =
			ids[..]
		else {
			anyhow::bail!("seven jobs were created")
		};
		Ok(Jobs {
			unanswered,
			unconfirmed,
			challenged,
			biddable,
			awarded,
			delivered,
			arbitrated,
			committing,
			revealing,
		})
	}

	/// Take every job as far as it is to come before the upgrade, and return the award that is signed
	/// then and carried after it.
	async fn open(&self, jobs: &Jobs) -> anyhow::Result<Call> {
		tokio::try_join!(
			self.prove(jobs.unconfirmed),
			self.prove(jobs.challenged),
			self.award(jobs.awarded),
			self.deliver_awarded(jobs.delivered),
			async {
				self.deliver_awarded(jobs.arbitrated).await?;
				self.attest(jobs.arbitrated).await
			},
		)?;
		let challenges = [jobs.challenged, jobs.arbitrated]
			.map(|job| Call::raise_dispute(job, &[9; 32]))
			.into_iter();
		let requester = self.chain().submitter(self.requester.clone());
		submit_all(&requester, challenges.collect()).await?;
		self.signed_award(jobs.biddable).await
	}

	async fn signed_award(&self, job: JobId) -> anyhow::Result<Call> {
		let genesis = self.chain().genesis();
		let valid_until = self.chain().parameters().await?.now + 2 * OPEN_MS;
		let (worker, latency) = (self.worker.id(), OPEN_MS);
		let bid = Bid { job, worker, price: PRICE, latency, valid_until };
		let bid_signature = self.worker.key.sign(&bid.message(genesis));
		let award_signature = self.requester.sign(&award_message(genesis, job, &bid.digest()));
		Ok(Call::award(&bid, &bid_signature, &award_signature))
	}

	async fn award(&self, job: JobId) -> anyhow::Result<()> {
		let award = self.signed_award(job).await?;
		self.chain().submit_authorized(&award).await?;
		Ok(())
	}

	/// Submit a call that authorizes itself. The pool may still look at the block before the one in
	/// which the call became possible: it is offered again after each block, as workers do.
	async fn authorize(&self, call: impl Into<RuntimeCall>) -> anyhow::Result<()> {
		let call = call.into();
		let transaction =
			<Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(
				call,
			);
		let refusal = Cell::new(None);
		let taken = until(self.chain(), "a call that authorizes itself", async || {
			let taken = self.rpc.submit(&transaction).await;
			Ok(taken.map_err(|error| refusal.set(Some(error))).ok())
		});
		taken.await.with_context(|| format!("last, the pool said: {:?}", refusal.take()))
	}

	/// Prove a direct job, without a receipt.
	async fn prove(&self, job: JobId) -> anyhow::Result<()> {
		// The chain knows the hash of a block one block later.
		let entropy = until(self.chain(), "the seed of a job", async || {
			let view = self.chain().job(&job).await?;
			Ok(view.map(|view| view.entropy).filter(|entropy| *entropy != H256::zero()))
		})
		.await?;
		let (worker, model) = (self.worker.id(), self.model);
		let (output, class, finish) = ([5; 32], [6; 32], FinishReason::Stop);
		let proof = Proof { job, worker, model, output, tokens: USED, finish, class, entropy };
		let signature = self.worker.key.sign(&proof.message(self.chain().genesis()));
		let call = pallet_settlement::Call::submit_proof { proof, signature, receipt: None };
		self.authorize(call).await?;
		self.reaches(job, JobState::Verified).await
	}

	fn submission(&self, job: JobId) -> Submission<AccountId32> {
		let result = b"bafkreiresult".to_vec().try_into().unwrap();
		Submission { job, worker: self.worker.id(), result, output: [5; 32] }
	}

	async fn deliver(&self, job: JobId) -> anyhow::Result<()> {
		let submission = self.submission(job);
		let signature = self.worker.key.sign(&submission.message(self.chain().genesis()));
		let call = pallet_settlement::Call::submit_result { submission, signature };
		self.authorize(call).await?;
		self.reaches(job, JobState::Submitted).await
	}

	async fn deliver_awarded(&self, job: JobId) -> anyhow::Result<()> {
		self.award(job).await?;
		self.deliver(job).await
	}

	/// Have Eve find the result good.
	async fn attest(&self, job: JobId) -> anyhow::Result<()> {
		let [_, eve, _] = &self.judges;
		let submission = self.submission(job).digest();
		let (verifier, evidence) = (eve.id(), [8; 32]);
		let attestation = Attestation { job, verifier, submission, passed: true, evidence };
		let signature = eve.key.sign(&attestation.message(self.chain().genesis()));
		let call = pallet_settlement::Call::attest { attestation, signature };
		self.authorize(call).await?;
		self.reaches(job, JobState::Verified).await
	}

	/// Confirm the result, so that the job is settled at once.
	async fn confirm(&self, job: JobId) -> anyhow::Result<()> {
		let proof = self.submission(job).digest();
		let message = receipt_message(self.chain().genesis(), job, &proof);
		let receipt = Receipt { proof, signature: self.requester.sign(&message) };
		let call = pallet_settlement::Call::submit_receipt { job, receipt };
		self.authorize(call).await?;
		self.reaches(job, JobState::Settled).await
	}

	fn votes(&self, verdicts: [Verdict; 3]) -> Vec<(&Party, Verdict)> {
		self.judges.iter().zip(verdicts).collect()
	}

	async fn commit(&self, job: JobId, votes: &[(&Party, Verdict)]) -> anyhow::Result<()> {
		let genesis = self.chain().genesis();
		for (judge, verdict) in votes {
			let juror = judge.id();
			let commitment = vote_commitment(genesis, job, 0, &juror, *verdict, &SALT);
			let signature = judge.key.sign(&commit_message(genesis, job, 0, &juror, &commitment));
			let call = pallet_disputes::Call::commit { job, juror, commitment, signature };
			self.authorize(call).await?;
		}
		Ok(())
	}

	async fn reveal(&self, job: JobId, votes: &[(&Party, Verdict)]) -> anyhow::Result<()> {
		for (judge, verdict) in votes {
			let (juror, verdict) = (judge.id(), *verdict);
			let call = pallet_disputes::Call::reveal { job, juror, verdict, salt: SALT };
			self.authorize(call).await?;
		}
		Ok(())
	}

	/// Wait for the committee, and have two of three jurors find the worker at fault.
	async fn convict(&self, job: JobId) -> anyhow::Result<()> {
		self.reaches_phase(job, DisputePhase::Commit).await?;
		self.commit(job, &self.votes(GUILTY)).await?;
		self.reaches_phase(job, DisputePhase::Reveal).await?;
		self.reveal(job, &self.votes(GUILTY)).await?;
		self.reaches(job, JobState::Resolved).await
	}

	/// Go on with a vote in which one of three jurors has committed to clear the worker.
	async fn clear(&self, job: JobId) -> anyhow::Result<()> {
		self.commit(job, &self.votes(CLEARED)[1..]).await?;
		self.reaches_phase(job, DisputePhase::Reveal).await?;
		self.reveal(job, &self.votes(CLEARED)).await?;
		self.reaches(job, JobState::Resolved).await
	}

	/// Go on with a vote that one of three jurors has revealed.
	async fn reveal_the_rest(&self, job: JobId) -> anyhow::Result<()> {
		self.reveal(job, &self.votes(GUILTY)[1..]).await?;
		self.reaches(job, JobState::Resolved).await
	}

	async fn reaches(&self, job: JobId, state: JobState) -> anyhow::Result<()> {
		until(self.chain(), &format!("that a job is {state}"), async || {
			let view = self.chain().job(&job).await?;
			Ok(view.filter(|view| view.record.state == state).map(drop))
		})
		.await
	}

	async fn reaches_phase(&self, job: JobId, phase: DisputePhase) -> anyhow::Result<()> {
		until(self.chain(), &format!("that a dispute is in {phase:?}"), async || {
			let view = self.chain().dispute(&job).await?;
			Ok(view.filter(|view| view.phase == phase).map(drop))
		})
		.await
	}

	async fn records_at(
		&self,
		jobs: &Jobs,
		at: H256,
	) -> anyhow::Result<Vec<JobRecord<AccountId32>>> {
		let mut records = Vec::new();
		for job in jobs.all() {
			let view = self.chain().job_at(&job, at).await?;
			records.push(view.context("the job is in storage")?.record);
		}
		Ok(records)
	}

	/// The two disputes that were put to the vote.
	async fn trials_at(&self, jobs: &Jobs, at: H256) -> anyhow::Result<[CaseOf<Runtime>; 2]> {
		let case = async |job| self.rpc.storage(&Cases::<Runtime>::hashed_key_for(job), at).await;
		Ok([case(jobs.committing).await?, case(jobs.revealing).await?])
	}

	/// Give the chain its next runtime; returns the block in which it gets it.
	async fn upgrade(&self) -> anyhow::Result<BlockRef> {
		let chain = self.chain();
		let code = millrace_next_runtime::WASM_BINARY.context("the next runtime was built")?;
		let start = chain.heads().best;
		let call = frame_system::Call::set_code { code: code.to_vec() };
		self.rpc.sudo(chain.genesis(), call).await?;
		let present = u64::from(VERSION.spec_version);
		let best = until(chain, "the upgrade", async || {
			let best = chain.heads().best;
			Ok((self.rpc.spec_version(best.hash).await? > present).then_some(best))
		})
		.await?;
		let mut version = self.rpc.spec_version(start.hash).await?;
		assert_eq!(version, present);
		for number in start.number + 1..=best.number {
			let hash = chain.block_hash(number).await?.context("a block of the best chain")?;
			version = self.rpc.spec_version(hash).await?;
			if version > present {
				assert_eq!(version, present + 1);
				return Ok(BlockRef { number, hash });
			}
		}
		anyhow::bail!("no block changed the runtime")
	}

	/// What the blocks around the upgrade show: nothing happened to anything that is open, and the
	/// migration ran, once.
	async fn check_upgrade(
		&self,
		jobs: &Jobs,
		before: &[JobRecord<AccountId32>],
		trials: &[CaseOf<Runtime>; 2],
		upgrade: BlockRef,
	) -> anyhow::Result<()> {
		let chain = self.chain();
		let later = upgrade.number + 10;
		let heads = until(chain, "blocks and finality", async || {
			let heads = chain.heads();
			Ok((heads.finalized.number >= later).then_some(heads))
		})
		.await?;
		assert_eq!(chain.block_hash(upgrade.number).await?, Some(upgrade.hash));
		let first = chain.block_hash(upgrade.number + 1).await?.context("the next block")?;
		for at in [upgrade.hash, first] {
			let records = self.records_at(jobs, at).await?;
			assert_eq!(records, before, "a job did not wait for the upgrade");
			let now = self.trials_at(jobs, at).await?;
			assert_eq!(now, *trials, "a vote did not wait for the upgrade");
		}

		for (at, version) in [(upgrade.hash, VERSION.spec_version), (first, 2)] {
			let last: LastRuntimeUpgradeInfo =
				self.rpc.storage(&LastRuntimeUpgrade::<Runtime>::hashed_key(), at).await?;
			assert_eq!((last.spec_version.0, &*last.spec_name), (version, "millrace"));
		}
		for (at, version, retention_ms) in [
			(upgrade.hash, 1, 3 * OPEN_MS),
			(first, 2, 3 * OPEN_MS + 1),
			(heads.best.hash, 2, 3 * OPEN_MS + 1),
		] {
			let on_chain = self.rpc.storage_version(at).await?;
			let current = self.rpc.parameters(at).await?;
			assert_eq!((on_chain, current.retention_ms), (version, retention_ms));
		}
		Ok(())
	}

	async fn wealth(&self, who: &AccountId32) -> anyhow::Result<Wealth> {
		let funds = self.chain().funds(who).await?;
		let stake = self.chain().worker(who).await?.map_or(0, |worker| worker.stake);
		ensure!(funds.claimable == 0, "{who} was not paid");
		Ok((funds.free + funds.locked, funds.native, stake))
	}

	/// The wealth of requester, worker, the three judges, and the treasury.
	async fn everybody(&self) -> anyhow::Result<[Wealth; 6]> {
		let [alice, eve, ferdie] = &self.judges;
		let treasury = self.chain().treasury().await?;
		Ok([
			self.wealth(&self.requester.id()).await?,
			self.wealth(&self.worker.id()).await?,
			self.wealth(&alice.id()).await?,
			self.wealth(&eve.id()).await?,
			self.wealth(&ferdie.id()).await?,
			self.wealth(&treasury).await?,
		])
	}

	/// A job of Alice's that Bob's sidecar answers: returns how it was paid.
	async fn serve_one_more(&self) -> anyhow::Result<Payment> {
		let mut job = self.world.ask(text("The capital of France is"), 8).await?;
		let proof = job.proof().await?;
		job.stream.send_receipt(self.world.receipt(&proof)).await?;
		let view = self.world.until(&job.id, &[JobState::Settled]).await?;
		let charge = view.record.price.cost(&proof.tokens);
		let payment = view.record.payment.context("a settled job is paid")?;
		assert_eq!(payment.worker, (charge * 85).div_euclid(100));
		assert_eq!(payment.worker + payment.treasury, charge);
		Ok(payment)
	}
}

/// Hand all calls to the node, and wait until all have succeeded.
async fn submit_all(submitter: &Submitter, calls: Vec<Call>) -> anyhow::Result<()> {
	let mut submitted = Vec::new();
	for call in calls {
		submitted.push(submitter.submit(call).await?);
	}
	for transaction in submitted {
		transaction.in_block().await?;
	}
	Ok(())
}

/// Wait until `look` finds something; it looks at each new block.
async fn until<T>(
	chain: &Chain,
	what: &str,
	look: impl AsyncFn() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
	let found = async {
		let mut heads = chain.watch_heads();
		loop {
			if let Some(found) = look().await? {
				return anyhow::Ok(found);
			}
			heads.changed().await?;
		}
	};
	timeout(LONG, found).await.with_context(|| format!("waited in vain for {what}"))?
}

/// How many jurors have said nothing, how many have committed to a vote, and how many revealed it.
fn turnout(case: &CaseOf<Runtime>) -> [usize; 3] {
	let mut turnout = [0; 3];
	for juror in &case.jurors {
		turnout[match juror.ballot {
			Ballot::Awaited => 0,
			Ballot::Committed(_) => 1,
			Ballot::Revealed(_) => 2,
		}] += 1;
	}
	turnout
}

/// What becomes of the money locked for an auction whose worker is paid.
const fn paid(verifier: u128) -> Payment {
	let refund = PAYMENT_MAX - PRICE + FEE - verifier;
	Payment { worker: PAY, treasury: PRICE - PAY, verifier, refund }
}

/// How the money locked for each job was divided.
fn check_payments(records: &[JobRecord<AccountId32>]) {
	let payments: Vec<_> = records.iter().map(|record| record.payment.unwrap()).collect();
	let nothing = Payment::default();
	let treasury = CHARGE - DIRECT_PAY;
	let answered = Payment { worker: DIRECT_PAY, treasury, verifier: 0, refund: LOCK - CHARGE };
	let expected = [
		Payment { refund: LOCK, ..nothing },
		answered,
		Payment { refund: LOCK, ..nothing },
		paid(FEE),
		paid(FEE),
		paid(0),
		Payment { verifier: FEE, refund: PAYMENT_MAX, ..nothing },
		answered,
		Payment { refund: LOCK, ..nothing },
	];
	assert_eq!(payments, expected);
}

/// What everybody has of the payment asset since before the jobs, and of MILL since before the upgrade.
fn check_wealth(
	assets_before: &[u128; 6],
	before: &[Wealth; 6],
	after: &[Wealth; 6],
	service: &Payment,
) {
	let [charlie, dave, alice, eve, ferdie, treasury] =
		after.map(|(payment_asset, ..)| payment_asset);
	let charged = service.worker + service.treasury;
	assert_eq!(charlie, assets_before[0] - 2 * CHARGE - 3 * PRICE - 3 * FEE);
	assert_eq!(dave, assets_before[1] + 2 * DIRECT_PAY + 3 * PAY);
	assert_eq!(alice, assets_before[2] - charged);
	assert_eq!(eve, assets_before[3] + 3 * FEE);
	assert_eq!(ferdie, assets_before[4]);
	let fees = 2 * (CHARGE - DIRECT_PAY) + 3 * (PRICE - PAY);
	assert_eq!(treasury, assets_before[5] + fees + service.treasury);

	// Of each 100 MILL that the worker loses twice, the challenger has half, the two jurors who found so
	// 15 each, and the treasury the rest, with the 10 of the third juror. Where the worker was cleared,
	// it has half of the bond, the two jurors a quarter each, and the third lost its 10 too. The other
	// three bonds are back.
	let stakes = after.map(|(_, _, stake)| stake);
	let lost = [0, 200 * MILL, 0, 0, 30 * MILL, 0];
	for ((stake, (_, _, stake_before)), lost) in stakes.iter().zip(before).zip(lost) {
		assert_eq!(*stake, stake_before - lost);
	}
	let gained = |who: usize| after[who].1 - before[who].1;
	assert_eq!(gained(0), 3 * BOND + 2 * 50 * MILL);
	let juror = 2 * 15 * MILL + BOND.div_euclid(4);
	assert_eq!((gained(1), gained(3), gained(4)), (BOND.div_euclid(2), juror, 0));
	// Alice paid the treasury for one transaction more.
	let shared = |wealth: &[Wealth; 6]| wealth[2].1 + wealth[5].1;
	assert_eq!(shared(after) - shared(before), juror + (2 * 20 + 3 * 10) * MILL);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_under_open_jobs_and_disputes_changes_nothing_for_them() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let scene = Scene::start().await?;
	let assets_before = scene.everybody().await?.map(|(payment_asset, ..)| payment_asset);
	let on_trial = scene.put_to_the_vote().await?;
	scene.put_off_draws().await?;
	let jobs = scene.create(on_trial).await?;
	let award = scene.open(&jobs).await?;
	let before = scene.everybody().await?;
	let best = scene.chain().heads().best.hash;
	let records = scene.records_at(&jobs, best).await?;
	let trials = scene.trials_at(&jobs, best).await?;
	assert_eq!(trials.each_ref().map(turnout), [[2, 1, 0], [0, 2, 1]]);
	let states: Vec<_> = records.iter().map(|record| record.state).collect();
	{
		use JobState::{Accepted, Disputed, Open, Submitted, Verified};
		let expected =
			[Open, Verified, Disputed, Open, Accepted, Submitted, Disputed, Disputed, Disputed];
		assert_eq!(states, expected);
	}

	let upgrade = scene.upgrade().await?;
	scene.check_upgrade(&jobs, &records, &trials, upgrade).await?;

	// What was signed before holds after it; and this client has not read the new runtime yet.
	scene.chain().submit_authorized(&award).await?;
	let service = scene.serve_one_more().await?;
	tokio::try_join!(
		async {
			scene.deliver(jobs.biddable).await?;
			scene.attest(jobs.biddable).await?;
			scene.confirm(jobs.biddable).await
		},
		async {
			scene.deliver(jobs.awarded).await?;
			scene.attest(jobs.awarded).await?;
			scene.reaches(jobs.awarded, JobState::Settled).await
		},
		scene.convict(jobs.challenged),
		scene.clear(jobs.committing),
		scene.reveal_the_rest(jobs.revealing),
		scene.reaches(jobs.unanswered, JobState::Expired),
		scene.reaches(jobs.unconfirmed, JobState::Settled),
		scene.reaches(jobs.delivered, JobState::Settled),
		scene.reaches(jobs.arbitrated, JobState::Resolved),
	)?;

	check_payments(&scene.records_at(&jobs, scene.chain().heads().best.hash).await?);
	check_wealth(&assets_before, &before, &scene.everybody().await?, &service);
	Ok(())
}
