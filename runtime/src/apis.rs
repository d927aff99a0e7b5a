//! What the node, wallets and the other programs of Millrace ask the runtime.

use alloc::{string::String, vec::Vec};

#[cfg(feature = "try-runtime")]
use frame_support::traits::Get;
use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	weights::Weight,
};
use millrace_primitives::{
	views::{
		BidRank, DisputeView, Funds, JobView, ModelView, Owed, Parameters, Quote, TierView,
		WorkerView,
	},
	Bid, JobId, ModelId, PeerKey, TokenCounts,
};
use pallet_grandpa::AuthorityId as GrandpaId;
use sp_api::impl_runtime_apis;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_runtime::{
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

use crate::{
	genesis_presets, views, AccountId, Aura, Balance, Block, Executive, Grandpa, InherentDataExt,
	Nonce, Registry, Runtime, RuntimeCall, RuntimeGenesisConfig, SessionKeys, System,
	TransactionPayment, VERSION,
};

sp_api::decl_runtime_apis! {
	/// The market as clients see it. Every answer is as of the block asked about.
	pub trait MillraceApi {
		/// A job, if it exists and is not forgotten yet.
		fn job(id: JobId) -> Option<JobView<AccountId>>;

		/// The jobs that concern the worker of `owner` and are not over: the first 256.
		fn jobs_of(owner: AccountId) -> Vec<JobId>;

		/// All models on offer.
		fn models() -> Vec<ModelView>;

		/// All tiers.
		fn tiers() -> Vec<TierView>;

		/// The worker that `owner` registered.
		fn worker(owner: AccountId) -> Option<WorkerView<AccountId>>;

		/// The worker whose sidecar has this libp2p identity.
		fn worker_by_peer(peer: PeerKey) -> Option<WorkerView<AccountId>>;

		/// The workers that serve a model: the first 64, in no order that means something.
		fn workers_of(model: ModelId) -> Vec<WorkerView<AccountId>>;

		/// The workers that may verify for a model now, in the order in which they took on the role.
		/// There are at most 128.
		fn verifiers_of(model: ModelId) -> Vec<WorkerView<AccountId>>;

		/// What a job of at most `max` tokens would lock, if the model is on offer.
		fn quote(model: ModelId, max: TokenCounts) -> Option<Quote>;

		/// What an account owns.
		fn funds(who: AccountId) -> Funds;

		/// What an account may expect to be paid, as a worker and as a verifier, and why it is not
		/// paid yet: for at most 1,024 of the first 8,192 jobs that concern it, and what it can
		/// claim.
		fn owed(owner: AccountId) -> Vec<Owed<AccountId>>;

		/// The dispute of a job, if there is or was one and the job is not forgotten yet.
		fn dispute(job: JobId) -> Option<DisputeView<AccountId>>;

		/// How bids for an auctioned job compare, by the reputation that their workers have now: an
		/// answer for each bid, in their order. `None` for one that is for another job, that is beyond
		/// the terms, whose worker is not registered, or that is not among the first 256.
		fn rank(job: JobId, bids: Vec<Bid<AccountId>>) -> Vec<Option<BidRank>>;

		/// The numbers by which this chain runs.
		fn parameters() -> Parameters;
	}
}

fn block_authors() -> Vec<AuraId> {
	pallet_aura::Authorities::<Runtime>::get().into_inner()
}

impl_runtime_apis! {
	impl self::MillraceApi<Block> for Runtime {
		fn job(id: JobId) -> Option<JobView<AccountId>> {
			views::job(id)
		}

		fn jobs_of(owner: AccountId) -> Vec<JobId> {
			views::jobs_of(&owner)
		}

		fn models() -> Vec<ModelView> {
			Registry::models()
		}

		fn tiers() -> Vec<TierView> {
			Registry::tiers()
		}

		fn worker(owner: AccountId) -> Option<WorkerView<AccountId>> {
			Registry::worker_of(owner)
		}

		fn worker_by_peer(peer: PeerKey) -> Option<WorkerView<AccountId>> {
			Registry::worker_by_peer(&peer)
		}

		fn workers_of(model: ModelId) -> Vec<WorkerView<AccountId>> {
			Registry::workers_of(&model)
		}

		fn verifiers_of(model: ModelId) -> Vec<WorkerView<AccountId>> {
			Registry::verifiers_of(&model)
		}

		fn quote(model: ModelId, max: TokenCounts) -> Option<Quote> {
			views::quote(&model, max)
		}

		fn funds(who: AccountId) -> Funds {
			views::funds(&who)
		}

		fn owed(owner: AccountId) -> Vec<Owed<AccountId>> {
			views::owed(&owner)
		}

		fn dispute(job: JobId) -> Option<DisputeView<AccountId>> {
			views::dispute(job)
		}

		fn rank(job: JobId, bids: Vec<Bid<AccountId>>) -> Vec<Option<BidRank>> {
			views::rank(job, &bids)
		}

		fn parameters() -> Parameters {
			views::parameters()
		}
	}

	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(
			header: &<Block as BlockT>::Header,
		) -> sp_runtime::ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Self::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Self::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Self::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(
			id: frame_support::view_functions::ViewFunctionId,
			input: Vec<u8>,
		) -> Result<Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
			Self::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(
			data: sp_inherents::InherentData,
		) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: sp_inherents::InherentData,
		) -> sp_inherents::CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header);
		}
	}

	impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
		fn slot_duration() -> sp_consensus_aura::SlotDuration {
			sp_consensus_aura::SlotDuration::from_millis(Aura::slot_duration())
		}

		fn authorities() -> Vec<AuraId> {
			block_authors()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(
			owner: Vec<u8>,
			seed: Option<Vec<u8>>,
		) -> OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			Grandpa::current_set_id()
		}

		// Validators are named at genesis and have no stake that could be slashed.
		fn submit_report_equivocation_unsigned_extrinsic(
			_equivocation_proof: sp_consensus_grandpa::EquivocationProof<
				<Block as BlockT>::Hash,
				NumberFor<Block>,
			>,
			_key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			None
		}

		fn generate_key_ownership_proof(
			_set_id: sp_consensus_grandpa::SetId,
			_authority_id: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			None
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
		for Runtime
	{
		fn query_info(
			uxt: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(uxt, len)
		}

		fn query_fee_details(
			uxt: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_fee_details(uxt, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<
		Block,
		Balance,
		RuntimeCall,
	> for Runtime {
		fn query_call_info(
			call: RuntimeCall,
			len: u32,
		) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, len)
		}

		fn query_call_fee_details(
			call: RuntimeCall,
			len: u32,
		) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis_presets::get_preset)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			genesis_presets::preset_names()
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(extra: bool) -> (
			Vec<frame_benchmarking::BenchmarkList>,
			Vec<frame_support::traits::StorageInfo>,
		) {
			crate::benchmarks::metadata(extra)
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, String> {
			crate::benchmarks::dispatch(&config)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
			match Executive::try_runtime_upgrade(checks) {
				Ok(weight) => (weight, <Self as frame_system::Config>::BlockWeights::get().max_block),
				Err(error) => panic!("the upgrade fails its checks: {error:?}"),
			}
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			match Executive::try_execute_block(block, state_root_check, signature_check, select) {
				Ok(weight) => weight,
				Err(error) => panic!("the block fails its checks: {error:?}"),
			}
		}
	}
}
