//! Accounts by the hundred: what it takes to fill blocks.

use millrace_primitives::{
	dispute::{commit_message, vote_commitment},
	identity::{self, Possession, WorkerKeys},
	proof::receipt_message,
	EnvelopeKey, JobId, JobNonce, Receipt, Verdict,
};
use millrace_runtime::{
	configs::{PaymentAsset, MILL, USDC},
	AccountId, Balance, Hash, Runtime, RuntimeCall, Signature, UncheckedExtrinsic,
};
use serde_json::{json, Value};
use sp_core::{ed25519, sr25519, Pair};

use crate::chain::{account, extension, genesis_of, model, Chain};

/// What every account of a crowd owns.
pub(crate) const ENDOWMENT_MILL: Balance = 1_000_000 * MILL;
pub(crate) const ENDOWMENT_USDC: Balance = 1_000_000 * USDC;

/// The salt of every vote.
const SALT: [u8; 32] = [7; 32];

/// An account that counts its own transactions, so that a block can have many of them.
pub(crate) struct Person {
	pub(crate) pair: sr25519::Pair,
	pub(crate) account: AccountId,
	nonce: u32,
	jobs: u128,
}

/// A chain of `preset`, changed by `patch`, with `size` accounts more than the preset has.
pub(crate) fn crowded(preset: &str, patch: Value, size: u16, seed: u8) -> (Chain, Vec<Person>) {
	let crowd: Vec<_> = (0..size).map(Person::new).collect();
	let known = serde_json::to_value(genesis_of(preset, patch.clone())).unwrap();
	let mut native = known["balances"]["balances"].as_array().unwrap().clone();
	let mut payment = known["assets"]["accounts"].as_array().unwrap().clone();
	for Person { account, .. } in &crowd {
		native.push(json!([account, u64::try_from(ENDOWMENT_MILL).unwrap()]));
		let amount = u64::try_from(ENDOWMENT_USDC).unwrap();
		payment.push(json!([PaymentAsset::get(), account, amount]));
	}
	let mut patch = patch;
	patch["balances"] = json!({ "balances": native });
	patch["assets"] = json!({ "accounts": payment });
	(Chain::new(preset, patch, seed), crowd)
}

impl Person {
	fn new(index: u16) -> Self {
		let pair = key(b"person", index);
		Self { account: account(&pair), pair, nonce: 0, jobs: 0 }
	}

	/// A call signed by this account, after all that it signed before.
	pub(crate) fn signed(
		&mut self,
		chain: &mut Chain,
		call: impl Into<RuntimeCall>,
	) -> UncheckedExtrinsic {
		let transaction = chain.signed_with(&self.pair, call, extension(self.nonce, None));
		self.nonce += 1;
		transaction
	}

	/// Take the last transaction back, which no block had room for.
	pub(crate) const fn take_back(&mut self) {
		self.nonce -= 1;
	}

	/// The nonce of the next job of this account, and the id that the job will have.
	pub(crate) fn next_job(&mut self, chain: &Chain) -> (JobNonce, JobId) {
		let nonce = JobNonce { issued_at: chain.now, salt: self.jobs.to_le_bytes() };
		self.jobs += 1;
		(nonce, JobId::new(chain.genesis, &self.account, &nonce))
	}

	/// The receipt of this account for a proof or a submission.
	pub(crate) fn receipt(
		&self,
		genesis: Hash,
		job: JobId,
		digest: [u8; 32],
	) -> Receipt<Signature> {
		let message = receipt_message(genesis, job, &digest);
		Receipt { proof: digest, signature: self.pair.sign(&message).into() }
	}
}

/// A verifier that a person of the crowd registered.
pub(crate) struct Verifier {
	pub(crate) owner: Person,
	key: sr25519::Pair,
	peer: ed25519::Pair,
}

impl Verifier {
	pub(crate) fn new(owner: Person, index: u16) -> Self {
		let peer = ed25519::Pair::from_seed(&seed(b"peer", index));
		Self { owner, key: key(b"worker", index), peer }
	}

	/// The transaction with which the verifier takes on its role for the model of the presets.
	pub(crate) fn enter(&mut self, chain: &mut Chain, stake: Balance) -> UncheckedExtrinsic {
		let envelope = EnvelopeKey(seed(b"envelope", 0));
		let keys = WorkerKeys { worker: self.key.public(), peer: self.peer.public(), envelope };
		let message = identity::message(chain.genesis, &self.owner.account, 0, &keys);
		let possession =
			Possession { worker: self.key.sign(&message), peer: self.peer.sign(&message) };
		let register = pallet_registry::Call::register {
			keys,
			possession,
			payout: self.owner.account.clone(),
			models: Vec::new().try_into().unwrap(),
		};
		let models = vec![model()].try_into().unwrap();
		let calls = vec![
			register.into(),
			pallet_registry::Call::stake { amount: stake }.into(),
			pallet_registry::Call::set_verified_models { models }.into(),
		];
		self.owner.signed(chain, pallet_utility::Call::batch_all { calls })
	}

	/// The transaction that commits to a vote.
	pub(crate) fn commit(&self, genesis: Hash, job: JobId, verdict: Verdict) -> UncheckedExtrinsic {
		let juror = self.owner.account.clone();
		let commitment = vote_commitment(genesis, job, 0, &juror, verdict, &SALT);
		let message = commit_message(genesis, job, 0, &juror, &commitment);
		let signature = self.key.sign(&message);
		Chain::authorized(pallet_disputes::Call::commit { job, juror, commitment, signature })
	}

	/// The transaction that reveals a vote.
	pub(crate) fn reveal(&self, job: JobId, verdict: Verdict) -> UncheckedExtrinsic {
		let (juror, salt) = (self.owner.account.clone(), SALT);
		Chain::authorized(pallet_disputes::Call::<Runtime>::reveal { job, juror, verdict, salt })
	}
}

fn key(role: &[u8], index: u16) -> sr25519::Pair {
	sr25519::Pair::from_seed(&seed(role, index))
}

fn seed(role: &[u8], index: u16) -> [u8; 32] {
	sp_io::hashing::blake2_256(&[role, &index.to_le_bytes()[..]].concat())
}
