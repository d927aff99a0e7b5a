//! A chain of the real runtime in memory, driven the way block authors drive it.

use std::collections::BTreeMap;

use codec::{Decode, Encode};
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::{fungible::Inspect as _, fungibles::Inspect as _, fungibles::InspectHold as _, Get},
};
use frame_system::offchain::CreateAuthorizedTransaction;
use millrace_primitives::{
	identity::{self, Possession, WorkerKeys},
	job::Candidates,
	proof::{accept_message, receipt_message},
	traits::JobDeadline,
	DirectTerms, EnvelopeKey, FinishReason, JobId, JobNonce, JobRecord, JobState, ModelId, Proof,
	Receipt, TokenCounts,
};
use millrace_runtime::{
	configs::{PaymentAsset, TreasuryAccount},
	genesis_presets, AccountId, AssetsHolder, Balance, Balances, Executive, Hash, Header, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, RuntimeHoldReason, Signature, SignedPayload,
	System, TxExtension, UncheckedExtrinsic,
};
use sp_consensus_aura::AURA_ENGINE_ID;
use sp_core::{ed25519, sr25519, Pair, H256};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Era,
	traits::{Header as _, IdentifyAccount, Verify},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, BuildStorage, Digest, DigestItem, DispatchResult,
};

/// When the chain starts, in milliseconds since the Unix epoch.
pub(crate) const START: u64 = 1_764_000_000_000;

/// The model of the presets.
pub(crate) fn model() -> ModelId {
	let id = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818";
	ModelId(hex::decode(id).unwrap().try_into().unwrap())
}

/// An in-memory chain.
pub(crate) struct Chain {
	pub(crate) ext: TestExternalities,
	pub(crate) genesis: Hash,
	pub(crate) parent: Hash,
	pub(crate) best: Header,
	pub(crate) number: u32,
	pub(crate) now: u64,
	pub(crate) slot_ms: u64,
	issuance: (Balance, Balance),
}

impl Chain {
	/// A chain of the `dev` preset.
	pub(crate) fn dev() -> Self {
		Self::new(genesis_presets::DEV, serde_json::json!({}), 0x6E)
	}

	/// A chain of a preset, changed by a JSON patch, whose genesis hash is told by `seed`.
	pub(crate) fn new(preset: &str, patch: serde_json::Value, seed: u8) -> Self {
		let storage = genesis_of(preset, patch).build_storage().unwrap();
		let genesis = H256([seed; 32]);
		let mut ext = TestExternalities::new(storage);
		let (slot_ms, issuance) =
			ext.execute_with(|| (millrace_runtime::timing::SlotMs::get(), issuance()));
		let mut chain = Self {
			ext,
			genesis,
			parent: genesis,
			best: header(0, genesis, Digest::default()),
			number: 0,
			now: START - START % slot_ms,
			slot_ms,
			issuance,
		};
		chain.block(Vec::new());
		chain
	}

	/// Build the next block, one slot later, with these transactions.
	pub(crate) fn block(
		&mut self,
		transactions: Vec<UncheckedExtrinsic>,
	) -> Vec<ApplyExtrinsicResult> {
		self.block_after(self.slot_ms, transactions)
	}

	/// Build the next block `elapsed` milliseconds after its parent: the authors of the slots between
	/// were away.
	pub(crate) fn block_after(
		&mut self,
		elapsed: u64,
		transactions: Vec<UncheckedExtrinsic>,
	) -> Vec<ApplyExtrinsicResult> {
		self.now += elapsed;
		self.number += 1;
		let slot = self.now / self.slot_ms;
		let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
		let header = header(self.number, self.parent, digest);
		let now = self.now;
		let (results, best) = self.ext.execute_with(|| {
			Executive::initialize_block(&header);
			let set = pallet_timestamp::Call::set { now };
			Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(set.into())).unwrap().unwrap();
			let results = transactions.into_iter().map(Executive::apply_extrinsic).collect();
			(results, Executive::finalize_block())
		});
		self.parent = best.hash();
		self.best = best;
		self.check_invariants();
		results
	}

	/// Build a block in every slot until `elapsed` milliseconds have passed.
	pub(crate) fn pass(&mut self, elapsed: u64) {
		let end = self.now + elapsed;
		while self.now < end {
			self.block(Vec::new());
		}
	}

	/// Build a block with one transaction and return how its call went.
	pub(crate) fn apply(&mut self, transaction: UncheckedExtrinsic) -> DispatchResult {
		self.block(vec![transaction]).remove(0).expect("the transaction is valid")
	}

	/// What the pool says to a transaction.
	pub(crate) fn validate(&mut self, transaction: UncheckedExtrinsic) -> TransactionValidity {
		let parent = self.parent;
		self.ext.execute_with(|| {
			frame_support::hypothetically!(Executive::validate_transaction(
				TransactionSource::External,
				transaction,
				parent
			))
		})
	}

	/// A call signed by `who`, paid for in MILL.
	pub(crate) fn signed(
		&mut self,
		who: Sr25519Keyring,
		call: impl Into<RuntimeCall>,
	) -> UncheckedExtrinsic {
		self.signed_paying(&who.pair(), call, None)
	}

	/// A call signed by `who`, paid for in MILL or in an asset.
	pub(crate) fn signed_paying(
		&mut self,
		who: &sr25519::Pair,
		call: impl Into<RuntimeCall>,
		fee_asset: Option<u32>,
	) -> UncheckedExtrinsic {
		let account = account(who);
		let call = call.into();
		self.ext.execute_with(|| {
			let nonce = System::account_nonce(&account);
			let payload = SignedPayload::new(call.clone(), extension(nonce, fee_asset)).unwrap();
			let signature = payload.using_encoded(|bytes| who.sign(bytes));
			let (call, extension, _) = payload.deconstruct();
			UncheckedExtrinsic::new_signed(call, account.into(), signature.into(), extension)
		})
	}

	/// A call that authorizes itself.
	pub(crate) fn authorized<Call>(call: Call) -> UncheckedExtrinsic
	where
		RuntimeCall: From<Call>,
	{
		<Runtime as CreateAuthorizedTransaction<Call>>::create_authorized_transaction(call.into())
	}

	/// The record of a job.
	pub(crate) fn job(&mut self, id: JobId) -> Option<JobRecord<AccountId>> {
		self.ext.execute_with(|| pallet_jobs::Jobs::<Runtime>::get(id))
	}

	/// The state of a job that exists.
	pub(crate) fn state(&mut self, id: JobId) -> JobState {
		self.job(id).expect("the job exists").state
	}

	/// What an account owns of the payment asset and can spend.
	pub(crate) fn usdc(&mut self, who: &AccountId) -> Balance {
		self.ext.execute_with(|| AssetsHolder::balance(PaymentAsset::get(), who))
	}

	/// What an account has on hold for jobs.
	pub(crate) fn held(&mut self, who: &AccountId) -> Balance {
		self.ext.execute_with(|| held(who))
	}

	/// The free MILL of an account.
	pub(crate) fn mill(&mut self, who: &AccountId) -> Balance {
		self.ext.execute_with(|| Balances::balance(who))
	}

	/// The events of the last block, less those of fees.
	pub(crate) fn events(&mut self) -> Vec<RuntimeEvent> {
		self.ext.execute_with(|| System::events().into_iter().map(|record| record.event).collect())
	}

	/// What holds after every block, whatever happened in it.
	fn check_invariants(&mut self) {
		let before = self.issuance;
		self.ext.execute_with(|| {
			assert_eq!(issuance(), before, "money was made or lost");

			let mut ledger = BTreeMap::<AccountId, Balance>::new();
			for (job, entry) in pallet_escrow::Ledger::<Runtime>::iter() {
				let record = pallet_jobs::Jobs::<Runtime>::get(job).expect("money without a job");
				assert!(!record.state.is_terminal(), "money locked for a job that is over");
				assert_eq!((&record.requester, record.locked), (&entry.requester, entry.amount));
				*ledger.entry(entry.requester).or_default() += entry.amount;
			}
			for (who, amount) in &ledger {
				assert_eq!(held(who), *amount, "the ledger is not what is on hold");
			}

			for (id, record) in pallet_jobs::Jobs::<Runtime>::iter() {
				check_job(id, &record);
			}
			assert_eq!(
				pallet_deadlines::Queue::<Runtime>::iter_keys().count(),
				pallet_jobs::Jobs::<Runtime>::iter_keys().count(),
				"a job has more or less than one deadline"
			);
		});
	}
}

fn header(number: u32, parent: Hash, digest: Digest) -> Header {
	Header::new(number, H256::zero(), H256::zero(), parent, digest)
}

fn check_job(id: JobId, record: &JobRecord<AccountId>) {
	let item = match record.state {
		JobState::Open | JobState::Accepted => JobDeadline::Proof(id),
		JobState::Verified => JobDeadline::Window(id),
		_ => JobDeadline::Retention(id),
	};
	let pending =
		pallet_deadlines::Queue::<Runtime>::iter_keys().any(|(_, pending)| pending == item);
	assert!(pending, "a {} job without its deadline", record.state);
	let Some(payment) = record.payment else {
		return assert!(!record.state.is_terminal(), "a job is over and nobody was paid");
	};
	assert_eq!(payment.worker + payment.treasury + payment.refund, record.locked);
}

fn issuance() -> (Balance, Balance) {
	(AssetsHolder::total_issuance(PaymentAsset::get()), Balances::total_issuance())
}

fn held(who: &AccountId) -> Balance {
	let reason = RuntimeHoldReason::from(pallet_escrow::HoldReason::JobEscrow);
	AssetsHolder::balance_on_hold(PaymentAsset::get(), &reason, who)
}

/// The genesis of a preset, changed by a JSON patch.
pub(crate) fn genesis_of(preset: &str, patch: serde_json::Value) -> RuntimeGenesisConfig {
	let named = genesis_presets::get_preset(&preset.into()).expect("the preset exists");
	let mut genesis = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	merge(&mut genesis, serde_json::from_slice(&named).unwrap());
	merge(&mut genesis, patch);
	serde_json::from_value(genesis).unwrap()
}

/// RFC 7386, as nodes apply it to presets.
fn merge(target: &mut serde_json::Value, patch: serde_json::Value) {
	match (target, patch) {
		(serde_json::Value::Object(target), serde_json::Value::Object(patch)) => {
			for (key, value) in patch {
				merge(target.entry(key).or_insert(serde_json::Value::Null), value);
			}
		},
		(target, patch) => *target = patch,
	}
}

/// The account of a key.
pub(crate) fn account(pair: &sr25519::Pair) -> AccountId {
	<Signature as Verify>::Signer::from(pair.public()).into_account()
}

/// The treasury.
pub(crate) fn treasury() -> AccountId {
	TreasuryAccount::get()
}

/// The extensions of a transaction signed now.
pub(crate) fn extension(nonce: u32, fee_asset: Option<u32>) -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_asset_tx_payment::ChargeAssetTxPayment::from(0, fee_asset),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}

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
}

impl Chain {
	/// The hash of a block that is not the one being built.
	pub(crate) fn hash_of(&mut self, number: u32) -> Hash {
		if number == self.number {
			return self.parent;
		}
		self.ext.execute_with(|| System::block_hash(number))
	}

	/// What a requester asks when it wants at most `max` tokens of any of `workers`.
	pub(crate) fn terms(workers: &[&Worker], max: TokenCounts) -> DirectTerms<AccountId> {
		let candidates: Vec<_> = workers.iter().map(|worker| worker.owner()).collect();
		let candidates = Candidates::try_from(candidates).unwrap();
		DirectTerms { model: model(), candidates, max, request: [4; 32] }
	}

	/// Create a job and return its id.
	pub(crate) fn create(
		&mut self,
		requester: Sr25519Keyring,
		workers: &[&Worker],
		max: TokenCounts,
	) -> JobId {
		let salt = u128::from(self.number).to_le_bytes();
		let nonce = JobNonce { issued_at: self.now, salt };
		let terms = Self::terms(workers, max);
		let call = pallet_jobs::Call::create { nonce, terms };
		let transaction = self.signed(requester, call);
		assert_eq!(self.apply(transaction), Ok(()));
		let id = JobId::new(self.genesis, &requester.to_account_id(), &nonce);
		assert_eq!(self.state(id), JobState::Open);
		id
	}

	/// The receipt of `requester` for a proof.
	pub(crate) fn receipt(
		&self,
		requester: Sr25519Keyring,
		proof: &Proof<AccountId>,
	) -> Receipt<Signature> {
		let digest = proof.digest();
		let message = receipt_message(self.genesis, proof.job, &digest);
		Receipt { proof: digest, signature: requester.sign(&message).into() }
	}
}

/// What a call weighs with everything around it.
pub(crate) fn weight_of(transaction: &UncheckedExtrinsic) -> frame_support::weights::Weight {
	transaction.get_dispatch_info().total_weight()
}

/// A transaction after a trip over the wire.
pub(crate) fn over_the_wire(transaction: &UncheckedExtrinsic) -> UncheckedExtrinsic {
	UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap()
}
