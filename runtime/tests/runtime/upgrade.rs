//! Storage versions, and what the first block of a new runtime does.

use frame_support::traits::{GetStorageVersion, PalletInfoAccess, StorageVersion};
use frame_system::{LastRuntimeUpgrade, LastRuntimeUpgradeInfo};
use millrace_primitives::{JobState, TokenCounts};
use millrace_runtime::{
	Assets, Balances, Council, Deadlines, Disputes, Escrow, Executive, Grandpa, Jobs, Parameters,
	Registry, Runtime, Settlement, VERSION,
};
use sp_io::hashing::twox_128;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::StateVersion;

use crate::{chain::Chain, worker::Worker};

const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };

/// The storage version of a pallet on chain and in the code.
fn versions<Pallet>() -> (&'static str, StorageVersion, StorageVersion)
where
	Pallet: PalletInfoAccess + GetStorageVersion<InCodeStorageVersion = StorageVersion>,
{
	(Pallet::name(), Pallet::on_chain_storage_version(), Pallet::in_code_storage_version())
}

#[test]
fn a_new_chain_has_the_storage_versions_of_the_code() {
	let mut chain = Chain::dev();
	chain.ext.execute_with(|| {
		let pallets = [
			versions::<Parameters>(),
			versions::<Registry>(),
			versions::<Escrow>(),
			versions::<Deadlines>(),
			versions::<Jobs>(),
			versions::<Settlement>(),
			versions::<Disputes>(),
			versions::<Balances>(),
			versions::<Assets>(),
			versions::<Grandpa>(),
			versions::<Council>(),
		];
		for (pallet, on_chain, in_code) in pallets {
			assert!(is_written(pallet), "{pallet} has none");
			assert_eq!(on_chain, in_code, "{pallet}");
		}
	});
}

/// Whether the version of a pallet was written: one that is missing reads as 0.
fn is_written(pallet: &str) -> bool {
	let names = [pallet, ":__STORAGE_VERSION__:"];
	sp_io::storage::exists(&names.map(|name| twox_128(name.as_bytes())).concat())
}

#[test]
fn a_chain_of_this_release_has_nothing_to_migrate() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	chain.create(Alice, &[&worker], MAX);
	chain.ext.execute_with(|| {
		let root = || sp_io::storage::root(StateVersion::V1);
		let before = root();
		Executive::execute_on_runtime_upgrade();
		assert_eq!(root(), before);
	});
}

#[test]
fn the_first_block_of_a_new_runtime_notes_its_version_and_leaves_open_jobs_alone() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let job = chain.create(Alice, &[&worker], MAX);
	let record = chain.job(job);
	let older = VERSION.spec_version - 1;
	let spec_name = VERSION.spec_name;
	chain.ext.execute_with(|| {
		let info = LastRuntimeUpgradeInfo { spec_version: older.into(), spec_name };
		LastRuntimeUpgrade::<Runtime>::put(info);
	});
	chain.block(Vec::new());
	let last = chain.ext.execute_with(LastRuntimeUpgrade::<Runtime>::get).unwrap();
	assert_eq!(last, VERSION.into());
	assert_eq!(chain.job(job), record);

	let proof = worker.proof(&mut chain, job, MAX);
	let receipt = chain.receipt(Alice, &proof);
	let transaction = worker.submit(&chain, proof, Some(receipt));
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Settled);
}
