//! The pallets whose weights are measured on this runtime.

use alloc::{string::String, vec::Vec};

use frame_benchmarking::{
	baseline, baseline::Pallet as BaselineBench, BenchmarkBatch, BenchmarkConfig, BenchmarkList,
};
use frame_support::traits::{
	fungible::Mutate as _, fungibles::Mutate as _, StorageInfo, StorageInfoTrait,
	WhitelistedStorageKeys,
};
use frame_system_benchmarking::{
	extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench,
};
use sp_storage::TrackedStorageKey;

use crate::{
	configs::{PaymentAsset, MILL, USDC},
	AccountId, AllPalletsWithSystem, AssetId, Assets, Balances, Council, Deadlines, Disputes,
	Escrow, Jobs, Parameters, Registry, Runtime, Settlement, Sudo, Timestamp, Utility,
};

frame_benchmarking::define_benchmarks!(
	[frame_benchmarking, BaselineBench::<Runtime>]
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_assets, Assets]
	[pallet_balances, Balances]
	[pallet_collective, Council]
	[pallet_deadlines, Deadlines]
	[pallet_disputes, Disputes]
	[pallet_escrow, Escrow]
	[pallet_jobs, Jobs]
	[parameters, Parameters]
	[pallet_registry, Registry]
	[pallet_settlement, Settlement]
	[pallet_sudo, Sudo]
	[pallet_timestamp, Timestamp]
	[pallet_utility, Utility]
);

impl frame_system_benchmarking::Config for Runtime {}
impl baseline::Config for Runtime {}

/// The benchmarks there are.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Run the benchmarks that `config` names.
pub(crate) fn dispatch(config: &BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist: Vec<TrackedStorageKey> = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// Makes accounts that can pay fees in the payment asset.
pub struct AssetFee;

impl pallet_asset_tx_payment::BenchmarkHelperTrait<AccountId, AssetId, AssetId> for AssetFee {
	fn create_asset_id_parameter(_id: u32) -> (AssetId, AssetId) {
		(PaymentAsset::get(), PaymentAsset::get())
	}

	fn setup_balances_and_pool(asset: AssetId, account: AccountId) {
		let _ = Balances::mint_into(&account, 1_000 * MILL);
		let _ = Assets::mint_into(asset, &account, 1_000 * USDC);
	}
}
