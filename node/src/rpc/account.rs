//! What an account owns, what it is as a worker, and what it is owed, as JSON.

use std::sync::Arc;

use futures::{FutureExt, StreamExt};
use jsonrpsee::{
	core::server::{PendingSubscriptionSink, SubscriptionCloseResponse},
	proc_macros::rpc,
	SubscriptionSink,
};
use millrace_primitives::{
	views::{Funds, Owed, Unpaid, WorkerView},
	Balance, JobId, Moment,
};
use millrace_runtime::{apis::MillraceApi, AccountId};
use sc_client_api::BlockchainEvents;
use serde::Serialize;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;

use super::{
	decimal,
	error::Error,
	subscription::{send, EndedEarly, Subscriptions},
};
use crate::service::FullClient;

/// The most account subscriptions that a node serves at a time. Each looks at the jobs of its account in
/// each block.
const SUBSCRIPTIONS_MAX: usize = 64;

/// What clients ask about accounts.
#[rpc(server, namespace = "millrace")]
pub(crate) trait AccountApi {
	/// The account `account` (SS58 or hex) at the best block: its balances, its worker if it has
	/// registered one, and what it may expect to be paid and why it is not paid yet.
	#[method(name = "account", blocking)]
	fn account(&self, account: String) -> Result<Account, Error>;

	/// Follow the account `account` (SS58 or hex): what [`Self::account`] says of it now, and again
	/// whenever something of that has changed in the best block, which need not become final. A client
	/// that cannot keep up is dropped.
	#[subscription(
		name = "subscribeAccount" => "accountStatus",
		unsubscribe = "unsubscribeAccount",
		item = Account,
	)]
	async fn subscribe_account(&self, account: String) -> SubscriptionCloseResponse;
}

/// Reads accounts from the chain.
#[derive(Clone)]
pub(super) struct Accounts {
	client: Arc<FullClient>,
	subscriptions: Subscriptions,
}

/// An account in one block. Amounts are as in a job.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
	account: AccountId,
	block: u32,
	funds: Balances,
	/// `null` if the account has registered none.
	worker: Option<Worker>,
	owed: Vec<Debt>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Balances {
	/// Payment asset that can be spent.
	#[serde(serialize_with = "decimal")]
	free: Balance,
	/// Payment asset locked for jobs.
	#[serde(serialize_with = "decimal")]
	locked: Balance,
	/// Payment asset that waits to be claimed.
	#[serde(serialize_with = "decimal")]
	claimable: Balance,
	/// MILL that can be spent.
	#[serde(serialize_with = "decimal")]
	native: Balance,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Worker {
	payout: AccountId,
	models: Vec<H256>,
	verifies: Vec<H256>,
	#[serde(serialize_with = "decimal")]
	stake: Balance,
	#[serde(serialize_with = "decimal")]
	unbonding: Balance,
	#[serde(serialize_with = "decimal")]
	withdrawable: Balance,
	staked: bool,
	/// As a worker, 0 – 1000.
	reputation: u16,
	/// As a verifier and juror, 0 – 1000.
	verifier_reputation: u16,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Debt {
	job: Option<JobId>,
	to: AccountId,
	#[serde(serialize_with = "decimal")]
	amount: Balance,
	/// Why it is not paid yet.
	reason: Reason,
	since: Option<Moment>,
	until: Option<Moment>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Reason {
	Unjudged,
	JudgementAwaited,
	Challengeable,
	Disputed,
	Parked,
}

impl Accounts {
	/// Reads from `client`.
	pub(super) fn new(client: Arc<FullClient>) -> Self {
		Self { client, subscriptions: Subscriptions::new(SUBSCRIPTIONS_MAX) }
	}

	/// The account in the best block.
	fn read(&self, account: AccountId) -> Result<Account, Error> {
		let info = self.client.info();
		let (api, at) = (self.client.runtime_api(), info.best_hash);
		Ok(Account {
			funds: Balances::from(api.funds(at, account.clone())?),
			worker: api.worker(at, account.clone())?.map(Worker::from),
			owed: api.owed(at, account.clone())?.into_iter().map(Debt::from).collect(),
			account,
			block: info.best_number,
		})
	}

	async fn look(&self, account: &AccountId) -> Result<Account, EndedEarly> {
		let (accounts, account) = (self.clone(), account.clone());
		self.subscriptions.look(move || accounts.read(account)).await
	}

	/// Send `sink` what changes about `account`, for as long as the client listens.
	async fn follow(
		&self,
		account: AccountId,
		mut sink: SubscriptionSink,
	) -> Result<(), EndedEarly> {
		// Opened before the first look, so that no change falls between the two.
		let mut imports = self.client.import_notification_stream();
		let mut last = self.look(&account).await?;
		send(&mut sink, &last)?;
		loop {
			tokio::select! {
				() = sink.closed() => return Ok(()),
				block = imports.next() => {
					block.ok_or(EndedEarly::Shutdown)?;
				},
			}
			// One look is enough for all that came in during the last one.
			while imports.next().now_or_never().flatten().is_some() {}
			let now = self.look(&account).await?;
			if now.is_news_after(&last) {
				send(&mut sink, &now)?;
			}
			last = now;
		}
	}
}

#[jsonrpsee::core::async_trait]
impl AccountApiServer for Accounts {
	fn account(&self, account: String) -> Result<Account, Error> {
		self.read(parse(&account)?)
	}

	async fn subscribe_account(
		&self,
		pending: PendingSubscriptionSink,
		account: String,
	) -> SubscriptionCloseResponse {
		let follow = |account, sink| self.follow(account, sink);
		self.subscriptions.serve(pending, parse(&account), follow).await
	}
}

fn parse(account: &str) -> Result<AccountId, Error> {
	account.parse().map_err(|_| Error::Argument("account", "an account, as SS58 or hex"))
}

impl Account {
	/// Whether more has changed than the block.
	fn is_news_after(&self, last: &Self) -> bool {
		Self { block: last.block, ..self.clone() } != *last
	}
}

impl From<Funds> for Balances {
	fn from(funds: Funds) -> Self {
		let Funds { free, locked, claimable, native } = funds;
		Self { free, locked, claimable, native }
	}
}

impl From<WorkerView<AccountId>> for Worker {
	fn from(view: WorkerView<AccountId>) -> Self {
		Self {
			payout: view.payout,
			models: view.models.iter().map(|model| H256(model.0)).collect(),
			verifies: view.verifies.iter().map(|model| H256(model.0)).collect(),
			stake: view.stake,
			unbonding: view.unbonding,
			withdrawable: view.withdrawable,
			staked: view.staked,
			reputation: view.reputation,
			verifier_reputation: view.verifier_reputation,
		}
	}
}

impl From<Owed<AccountId>> for Debt {
	fn from(owed: Owed<AccountId>) -> Self {
		let Owed { job, to, amount, unpaid, since, until } = owed;
		Self { job, to, amount, reason: Reason::from(unpaid), since, until }
	}
}

impl From<Unpaid> for Reason {
	fn from(unpaid: Unpaid) -> Self {
		match unpaid {
			Unpaid::Unjudged => Self::Unjudged,
			Unpaid::JudgementAwaited => Self::JudgementAwaited,
			Unpaid::Challengeable => Self::Challengeable,
			Unpaid::Disputed => Self::Disputed,
			Unpaid::Parked => Self::Parked,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_owed_says_to_whom_and_why() {
		let owed = |unpaid| Owed {
			job: Some(JobId(H256([1; 32]))),
			to: AccountId::new([2; 32]),
			amount: u128::from(u64::MAX) + 1,
			unpaid,
			since: Some(3),
			until: None,
		};
		let json = serde_json::to_value(Debt::from(owed(Unpaid::Challengeable))).unwrap();
		let expected = serde_json::json!({
			"job": format!("0x{}", "01".repeat(32)),
			"to": AccountId::new([2; 32]),
			"amount": "18446744073709551616",
			"reason": "challengeable",
			"since": 3,
			"until": null,
		});
		assert_eq!(json, expected);
		let parked = serde_json::to_value(Debt::from(owed(Unpaid::Parked))).unwrap();
		assert_eq!(parked["reason"], "parked");
	}

	#[test]
	fn a_block_in_which_nothing_changed_is_no_news() {
		let balances = |free| Balances::from(Funds { free, locked: 2, claimable: 3, native: 4 });
		let account = AccountId::new([1; 32]);
		let before =
			Account { account, block: 1, funds: balances(1), worker: None, owed: Vec::new() };
		assert!(!Account { block: 2, ..before.clone() }.is_news_after(&before));
		assert!(Account { block: 2, funds: balances(0), ..before.clone() }.is_news_after(&before));
	}

	#[test]
	fn balances_keep_every_digit() {
		let funds = Funds { free: 1, locked: 2, claimable: u128::MAX, native: 4 };
		let json = serde_json::to_value(Balances::from(funds)).unwrap();
		assert_eq!(json["claimable"], u128::MAX.to_string());
	}
}
