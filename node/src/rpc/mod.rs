//! JSON-RPC beyond what every Substrate node answers.

mod account;
mod error;
mod job;
mod subscription;
mod worker;

use std::sync::Arc;

use jsonrpsee::{core::RegisterMethodError, RpcModule};
use millrace_primitives::Balance;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_service::Error;
use serde::Serializer;
use sp_blockchain::HeaderBackend;
use substrate_frame_rpc_system::{System, SystemApiServer};

use self::{
	account::{AccountApiServer, Accounts},
	job::{JobApiServer, Jobs},
	worker::{WorkerApiServer, WorkerIdentity},
};
use crate::service::{Components, FullClient, FullPool};

/// What the methods of this node work on.
pub(crate) struct Rpc {
	client: Arc<FullClient>,
	pool: Arc<FullPool>,
	jobs: Jobs,
	accounts: Accounts,
	worker: WorkerIdentity,
}

impl Rpc {
	/// The methods of a node with these `components`.
	pub(crate) fn new(components: &Components) -> Self {
		let client = Arc::clone(&components.client);
		let genesis = client.info().genesis_hash;
		Self {
			jobs: Jobs::new(Arc::clone(&client)),
			accounts: Accounts::new(Arc::clone(&client)),
			worker: WorkerIdentity::new(components.keystore_container.keystore(), genesis),
			pool: Arc::clone(&components.transaction_pool),
			client,
		}
	}

	/// The methods, to be merged with those that every node has.
	pub(crate) fn module(&self) -> Result<RpcModule<()>, Error> {
		self.merged().map_err(|error| Error::Application(error.into()))
	}

	fn merged(&self) -> Result<RpcModule<()>, RegisterMethodError> {
		let mut module = RpcModule::new(());
		let system = System::new(Arc::clone(&self.client), Arc::clone(&self.pool));
		module.merge(system.into_rpc())?;
		module.merge(TransactionPayment::new(Arc::clone(&self.client)).into_rpc())?;
		module.merge(self.jobs.clone().into_rpc())?;
		module.merge(self.accounts.clone().into_rpc())?;
		module.merge(self.worker.clone().into_rpc())?;
		Ok(module)
	}
}

/// Amounts are decimal text in JSON, as they do not fit the numbers of JavaScript.
fn decimal<S: Serializer>(amount: &Balance, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.collect_str(amount)
}
