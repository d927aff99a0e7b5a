//! What workers, verifiers and jurors do.

use millrace_primitives::{
	dispute::{commit_message, vote_commitment},
	identity::{self, Possession, WorkerKeys},
	proof::accept_message,
	Attestation, Bid, EnvelopeKey, FinishReason, JobId, Proof, Receipt, Submission, TokenCounts,
	Verdict,
};
use millrace_runtime::{configs::MILL, AccountId, Balance, Runtime, Signature, UncheckedExtrinsic};
use sp_core::{ed25519, sr25519, Pair};
use sp_keyring::Sr25519Keyring;

use crate::chain::{account, model, Chain};

/// The stake that a worker needs for an auction, in the presets.
pub(crate) const STAKE: Balance = 100 * MILL;

/// The stake that a verifier needs, in the presets.
pub(crate) const VERIFIER_STAKE: Balance = 500 * MILL;

/// The salt of every vote.
const SALT: [u8; 32] = [7; 32];

/// A worker and the keys that belong to it.
pub(crate) struct Worker {
	pub(crate) owner: Sr25519Keyring,
	pub(crate) payout: AccountId,
	pub(crate) key: sr25519::Pair,
	pub(crate) peer: ed25519::Pair,
}

impl Worker {
	/// A worker of `owner` that is paid to an account of its own, which owns nothing yet.
	pub(crate) fn new(owner: Sr25519Keyring) -> Self {
		let suri = |role: &str| format!("//{owner}//{role}");
		let payout = sr25519::Pair::from_string(&suri("payout"), None).unwrap();
		Self {
			owner,
			payout: account(&payout),
			key: sr25519::Pair::from_string(&suri("worker"), None).unwrap(),
			peer: ed25519::Pair::from_string(&suri("peer"), None).unwrap(),
		}
	}

	pub(crate) fn owner(&self) -> AccountId {
		self.owner.to_account_id()
	}

	/// Register the worker on `chain`, for the model of the presets.
	pub(crate) fn register(&self, chain: &mut Chain) {
		let envelope = EnvelopeKey([self.owner as u8; 32]);
		let keys = WorkerKeys { worker: self.key.public(), peer: self.peer.public(), envelope };
		let message = identity::message(chain.genesis, &self.owner(), 0, &keys);
		let possession =
			Possession { worker: self.key.sign(&message), peer: self.peer.sign(&message) };
		let call = pallet_registry::Call::register {
			keys,
			possession,
			payout: self.payout.clone(),
			models: vec![model()].try_into().unwrap(),
		};
		let transaction = chain.signed(self.owner, call);
		assert_eq!(chain.apply(transaction), Ok(()));
	}

	/// Put MILL on hold as stake.
	pub(crate) fn stake(&self, chain: &mut Chain, amount: Balance) {
		let transaction = chain.signed(self.owner, pallet_registry::Call::stake { amount });
		assert_eq!(chain.apply(transaction), Ok(()));
	}

	/// The transaction with which the worker takes a job.
	pub(crate) fn accept(&self, chain: &Chain, job: JobId) -> UncheckedExtrinsic {
		let message = accept_message(chain.genesis, job, &self.owner());
		let (owner, signature) = (self.owner(), self.key.sign(&message));
		Chain::authorized(pallet_jobs::Call::accept { job, owner, signature })
	}

	/// What the worker can claim for a job.
	pub(crate) fn proof(
		&self,
		chain: &mut Chain,
		job: JobId,
		tokens: TokenCounts,
	) -> Proof<AccountId> {
		let created_in = chain.job(job).expect("the job exists").created_in;
		let entropy = chain.hash_of(created_in);
		Proof {
			job,
			worker: self.owner(),
			model: model(),
			output: [5; 32],
			tokens,
			finish: FinishReason::Stop,
			class: [6; 32],
			entropy,
		}
	}

	/// The transaction that brings a proof.
	pub(crate) fn submit(
		&self,
		chain: &Chain,
		proof: Proof<AccountId>,
		receipt: Option<Receipt<Signature>>,
	) -> UncheckedExtrinsic {
		let signature = self.key.sign(&proof.message(chain.genesis));
		Chain::authorized(pallet_settlement::Call::submit_proof { proof, signature, receipt })
	}

	/// Register, and put down the stake that an auction asks for.
	pub(crate) fn enter(self, chain: &mut Chain) -> Self {
		self.register(chain);
		self.stake(chain, STAKE);
		self
	}

	/// Register, put down the stake of a verifier, and take on the role for the model of the presets.
	pub(crate) fn enter_as_verifier(self, chain: &mut Chain) -> Self {
		self.register(chain);
		self.stake(chain, VERIFIER_STAKE);
		let models = vec![model()].try_into().unwrap();
		let call = pallet_registry::Call::set_verified_models { models };
		let transaction = chain.signed(self.owner, call);
		assert_eq!(chain.apply(transaction), Ok(()));
		self
	}

	/// What the worker asks for an auctioned job, and its signature.
	pub(crate) fn bid(
		&self,
		chain: &Chain,
		job: JobId,
		price: Balance,
		latency: u64,
	) -> (Bid<AccountId>, sr25519::Signature) {
		let valid_until = chain.now + 60_000;
		let bid = Bid { job, worker: self.owner(), price, latency, valid_until };
		let signature = self.key.sign(&bid.message(chain.genesis));
		(bid, signature)
	}

	/// What the worker delivers for an auctioned job.
	pub(crate) fn submission(&self, job: JobId) -> Submission<AccountId> {
		let result = b"bafkreiresult".to_vec().try_into().unwrap();
		Submission { job, worker: self.owner(), result, output: [5; 32] }
	}

	/// The transaction that delivers an auctioned job.
	pub(crate) fn deliver(
		&self,
		chain: &Chain,
		submission: Submission<AccountId>,
	) -> UncheckedExtrinsic {
		let signature = self.key.sign(&submission.message(chain.genesis));
		Chain::authorized(pallet_settlement::Call::submit_result { submission, signature })
	}

	/// The transaction that judges a submission.
	pub(crate) fn attest(
		&self,
		chain: &Chain,
		submission: &Submission<AccountId>,
		passed: bool,
	) -> UncheckedExtrinsic {
		let attestation = Attestation {
			job: submission.job,
			verifier: self.owner(),
			submission: submission.digest(),
			passed,
			evidence: [8; 32],
		};
		let signature = self.key.sign(&attestation.message(chain.genesis));
		Chain::authorized(pallet_settlement::Call::attest { attestation, signature })
	}

	/// The transaction that commits to a vote.
	pub(crate) fn commit(&self, chain: &Chain, job: JobId, verdict: Verdict) -> UncheckedExtrinsic {
		let (juror, genesis) = (self.owner(), chain.genesis);
		let commitment = vote_commitment(genesis, job, 0, &juror, verdict, &SALT);
		let message = commit_message(genesis, job, 0, &juror, &commitment);
		let signature = self.key.sign(&message);
		Chain::authorized(pallet_disputes::Call::commit { job, juror, commitment, signature })
	}

	/// The transaction that reveals a vote.
	pub(crate) fn reveal(&self, job: JobId, verdict: Verdict) -> UncheckedExtrinsic {
		let juror = self.owner();
		Chain::authorized(pallet_disputes::Call::<Runtime>::reveal {
			job,
			juror,
			verdict,
			salt: SALT,
		})
	}

	/// The stake that the worker has on hold, active or not.
	pub(crate) fn staked(&self, chain: &mut Chain) -> Balance {
		chain.mill_on_hold(pallet_registry::HoldReason::Stake, &self.owner())
	}

	/// The reputation of the worker, as a worker and as a verifier.
	pub(crate) fn reputation(&self, chain: &mut Chain) -> (u16, u16) {
		let owner = self.owner();
		let record = chain.ext.execute_with(|| pallet_registry::Workers::<Runtime>::get(owner));
		let record = record.expect("the worker is registered");
		(record.reputation.points(), record.verifier_reputation.points())
	}
}
