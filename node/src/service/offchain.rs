//! The off-chain worker, and the key that it signs with on a development chain.

use std::sync::Arc;

use futures::FutureExt;
use millrace_primitives::{WorkerKey, WORKER_KEY_TYPE};
use millrace_runtime::opaque::Block;
use sc_client_api::Backend as _;
use sc_offchain::{NetworkProvider, OffchainWorkerOptions, OffchainWorkers};
use sc_service::{Configuration, Error, TaskManager};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_keystore::{Keystore, KeystorePtr};

use super::{Components, FullBackend, FullClient, FullPool, Options};
use crate::sidecar;

/// The secret of the worker key that nodes hold with `--dev`.
const DEV_WORKER_SURI: &str = "//Worker";

/// Hold the well-known worker key, in memory only.
pub(super) fn insert_dev_worker_key(keystore: &dyn Keystore) -> Result<WorkerKey, Error> {
	let key = keystore
		.sr25519_generate_new(WORKER_KEY_TYPE, Some(DEV_WORKER_SURI))
		.map_err(|error| Error::Other(format!("no place for the worker key: {error}")))?;
	log::warn!(
		"🔑 Holding the well-known worker key {key} ({DEV_WORKER_SURI}): anyone can sign with it"
	);
	Ok(key)
}

/// What runs the off-chain worker of the runtime at every best block.
pub(super) struct OffchainWorker {
	client: Arc<FullClient>,
	storage: Storage,
	pool: Arc<FullPool>,
	keystore: KeystorePtr,
	is_validator: bool,
}

type Storage = <FullBackend as sc_client_api::Backend<Block>>::OffchainStorage;

impl OffchainWorker {
	/// Put what the off-chain worker needs in its place: where the sidecar is, and on a development
	/// chain a key. `None` if the off-chain worker does not run.
	pub(super) fn new(
		config: &Configuration,
		options: &Options,
		components: &Components,
	) -> Result<Option<Self>, Error> {
		let keystore = components.keystore_container.keystore();
		let mut storage = components
			.backend
			.offchain_storage()
			.ok_or_else(|| Error::Other("the database has no off-chain storage".into()))?;
		sidecar::remember(&mut storage, options.sidecar_url.as_ref());
		if options.with_dev_worker {
			insert_dev_worker_key(&*keystore)?;
		}
		if let Some(url) = &options.sidecar_url {
			log::info!("🧵 Serving the sidecar at {url}");
		}
		Ok(config.offchain_worker.enabled.then(|| Self {
			client: Arc::clone(&components.client),
			storage,
			pool: Arc::clone(&components.transaction_pool),
			keystore,
			is_validator: config.role.is_authority(),
		}))
	}

	/// Follow the best block from now on.
	pub(super) fn spawn(
		self,
		task_manager: &TaskManager,
		network: Arc<dyn NetworkProvider + Send + Sync>,
	) -> Result<(), Error> {
		let workers = OffchainWorkers::new(OffchainWorkerOptions {
			runtime_api_provider: Arc::clone(&self.client),
			keystore: Some(self.keystore),
			offchain_db: Some(self.storage),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(self.pool)),
			network_provider: network,
			is_validator: self.is_validator,
			enable_http_requests: true,
			custom_extensions: |_| Vec::new(),
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			"offchain-worker",
			workers.run(self.client, task_manager.spawn_handle()).boxed(),
		);
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use sc_keystore::LocalKeystore;
	use sp_core::{sr25519, Pair};

	use super::*;

	#[test]
	fn the_dev_worker_key_signs_and_never_reaches_the_disk() {
		let folder = tempfile::tempdir().unwrap();
		let keystore = LocalKeystore::open(folder.path(), None).unwrap();
		let key = insert_dev_worker_key(&keystore).unwrap();

		assert_eq!(key, sr25519::Pair::from_string("//Worker", None).unwrap().public());
		let signature = keystore.sr25519_sign(WORKER_KEY_TYPE, &key, b"message").unwrap().unwrap();
		assert!(sr25519::Pair::verify(&signature, b"message", &key));
		assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
	}
}
