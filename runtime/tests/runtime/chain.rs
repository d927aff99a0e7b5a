//! A chain of the real runtime in memory, driven the way block authors drive it.

use codec::{Decode, Encode};
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::{
		fungible::{Inspect as _, InspectHold as _},
		fungibles::{Inspect as _, InspectHold as _},
		Get,
	},
	weights::Weight,
};
use frame_system::{offchain::CreateAuthorizedTransaction, ConsumedWeight};
use millrace_primitives::{JobId, JobRecord, JobState, ModelId};
use millrace_runtime::{
	configs::{PaymentAsset, SlotWeights, TreasuryAccount},
	genesis_presets, AccountId, AssetsHolder, Balance, Balances, Executive, Hash, Header, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, RuntimeHoldReason, Signature, SignedPayload,
	System, TxExtension, UncheckedExtrinsic,
};
use sp_consensus_aura::AURA_ENGINE_ID;
use sp_core::{sr25519, Pair, H256};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Era,
	traits::{Header as _, IdentifyAccount, Verify},
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
	ApplyExtrinsicResult, BuildStorage, Digest, DigestItem, DispatchResult,
};

use crate::invariants;

/// When the chain starts, in milliseconds since the Unix epoch.
pub(crate) const START: u64 = 1_764_000_000_000;

/// The model of the presets.
pub(crate) fn model() -> ModelId {
	let id = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818";
	ModelId(hex::decode(id).unwrap().try_into().unwrap())
}

/// How many transactions in a row an author finds too large for its block before it stops looking.
const SKIPPED_MAX: u32 = 64;

/// Looks at the events of a block, and at the state that it left.
type Watcher = Box<dyn FnMut(&[RuntimeEvent])>;

/// An in-memory chain.
pub(crate) struct Chain {
	pub(crate) ext: TestExternalities,
	pub(crate) genesis: Hash,
	pub(crate) parent: Hash,
	pub(crate) best: Header,
	pub(crate) number: u32,
	pub(crate) now: u64,
	pub(crate) slot_ms: u64,
	/// What the last block weighed before its first transaction.
	pub(crate) initialized: Weight,
	/// What the last block weighed in the end.
	pub(crate) consumed: ConsumedWeight,
	issuance: (Balance, Balance),
	check_every: u32,
	watcher: Option<Watcher>,
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
			ext.execute_with(|| (millrace_runtime::parameters::SlotMs::get(), issuance()));
		let mut chain = Self {
			ext,
			genesis,
			parent: genesis,
			best: header(0, genesis, Digest::default()),
			number: 0,
			now: START - START % slot_ms,
			slot_ms,
			initialized: Weight::zero(),
			consumed: ConsumedWeight::default(),
			issuance,
			check_every: 1,
			watcher: None,
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
		self.build(elapsed, || transactions.into_iter().map(Executive::apply_extrinsic).collect())
	}

	/// Build the next block out of those of `transactions` that fit into it, in this order, the way
	/// authors do. Returns how their calls went; nothing for one that was left out.
	pub(crate) fn author_after(
		&mut self,
		elapsed: u64,
		transactions: Vec<UncheckedExtrinsic>,
	) -> Vec<Option<DispatchResult>> {
		self.build(elapsed, || {
			let mut skipped = 0;
			let included = transactions.into_iter().map(|transaction| {
				if skipped > SKIPPED_MAX {
					return None;
				}
				let outcome = include(transaction);
				skipped = if outcome.is_some() { 0 } else { skipped + 1 };
				outcome
			});
			included.collect()
		})
	}

	/// Build the next block, which does `execute` where others execute transactions.
	pub(crate) fn build<Results>(
		&mut self,
		elapsed: u64,
		execute: impl FnOnce() -> Results,
	) -> Results {
		self.now += elapsed;
		self.number += 1;
		let slot = self.now / self.slot_ms;
		let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
		let header = header(self.number, self.parent, digest);
		let now = self.now;
		let (results, best) = self.ext.execute_with(|| {
			Executive::initialize_block(&header);
			self.initialized = System::block_weight().total();
			let set = pallet_timestamp::Call::set { now };
			Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(set.into())).unwrap().unwrap();
			let results = execute();
			let best = Executive::finalize_block();
			self.consumed = System::block_weight();
			let most = SlotWeights::get().max_block;
			assert!(
				self.consumed.total().all_lte(most),
				"an overweight block: {:?}",
				self.consumed
			);
			(results, best)
		});
		// What is committed takes no part in the root of the next block.
		self.ext.commit_all().unwrap();
		self.parent = best.hash();
		self.best = best;
		self.take_note_of_dust();
		if let Some(watcher) = &mut self.watcher {
			self.ext.execute_with(|| watcher(&events()));
		}
		if self.number.is_multiple_of(self.check_every) {
			self.check();
		}
		results
	}

	/// Show every block from now on, and the last one, to `watcher`, with its events and its state.
	pub(crate) fn watch(&mut self, mut watcher: impl FnMut(&[RuntimeEvent]) + 'static) {
		self.ext.execute_with(|| watcher(&events()));
		self.watcher = Some(Box::new(watcher));
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
		let nonce = self.ext.execute_with(|| System::account_nonce(account(who)));
		self.signed_with(who, call, extension(nonce, fee_asset))
	}

	/// A call signed by `who` with these extensions.
	pub(crate) fn signed_with(
		&mut self,
		who: &sr25519::Pair,
		call: impl Into<RuntimeCall>,
		extension: TxExtension,
	) -> UncheckedExtrinsic {
		let account = account(who);
		let call = call.into();
		self.ext.execute_with(|| {
			let payload = SignedPayload::new(call, extension).unwrap();
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

	/// The MILL that an account has on hold for a reason.
	pub(crate) fn mill_on_hold(
		&mut self,
		reason: impl Into<RuntimeHoldReason>,
		who: &AccountId,
	) -> Balance {
		let reason = reason.into();
		self.ext.execute_with(|| Balances::balance_on_hold(&reason, who))
	}

	/// The events of the last block, less those of fees.
	pub(crate) fn events(&mut self) -> Vec<RuntimeEvent> {
		self.ext.execute_with(events)
	}

	/// The hash of a block that is not the one being built.
	pub(crate) fn hash_of(&mut self, number: u32) -> Hash {
		if number == self.number {
			return self.parent;
		}
		self.ext.execute_with(|| System::block_hash(number))
	}

	/// Check everything, in this block and from now on only in every `blocks`-th: what is looked at
	/// grows with the jobs in storage.
	pub(crate) fn check_every(&mut self, blocks: u32) {
		self.check();
		self.check_every = blocks;
	}

	/// Check everything now.
	pub(crate) fn check(&mut self) {
		let expected = self.issuance;
		self.ext.execute_with(|| {
			assert_eq!(issuance(), expected, "money was made or lost");
			invariants::check();
		});
	}

	/// What MILL an account lost to the existential deposit in the last block. Nothing else burns any.
	fn take_note_of_dust(&mut self) {
		for event in self.events() {
			if let RuntimeEvent::Balances(pallet_balances::Event::DustLost { amount, .. }) = event {
				self.issuance.1 -= amount;
			}
		}
	}
}

/// Put a transaction into the block that is being built, if it fits.
fn include(transaction: UncheckedExtrinsic) -> Option<DispatchResult> {
	sp_io::storage::start_transaction();
	match Executive::apply_extrinsic(transaction) {
		Ok(outcome) => {
			sp_io::storage::commit_transaction();
			Some(outcome)
		},
		// It is too large, or one that its signer sent before was.
		Err(TransactionValidityError::Invalid(
			InvalidTransaction::ExhaustsResources | InvalidTransaction::Future,
		)) => {
			sp_io::storage::rollback_transaction();
			None
		},
		Err(refused) => panic!("an author drops what is not valid: {refused:?}"),
	}
}

fn events() -> Vec<RuntimeEvent> {
	System::events().into_iter().map(|record| record.event).collect()
}

fn header(number: u32, parent: Hash, digest: Digest) -> Header {
	Header::new(number, H256::zero(), H256::zero(), parent, digest)
}

fn issuance() -> (Balance, Balance) {
	(AssetsHolder::total_issuance(PaymentAsset::get()), Balances::total_issuance())
}

/// What an account has on hold for jobs.
pub(crate) fn held(who: &AccountId) -> Balance {
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

/// What a call weighs with everything around it.
pub(crate) fn weight_of(transaction: &UncheckedExtrinsic) -> frame_support::weights::Weight {
	transaction.get_dispatch_info().total_weight()
}

/// A transaction after a trip over the wire.
pub(crate) fn over_the_wire(transaction: &UncheckedExtrinsic) -> UncheckedExtrinsic {
	UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap()
}
