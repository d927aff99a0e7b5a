//! A node's JSON-RPC as dapps use it, and as somebody who wants to drown it does.

use std::time::Duration;

use anyhow::{bail, Context};
use codec::Encode;
use frame_system::offchain::CreateAuthorizedTransaction;
use millrace_chain::{MultiSignature, H256};
use millrace_primitives::{JobId, JobState, Receipt};
use millrace_runtime::{Runtime, RuntimeCall};
use serde_json::Value;
use sp_core::{sr25519, Pair};
use subxt::rpcs::{
	client::{rpc_params, RpcClient, RpcSubscription},
	Error as RpcError, UserError,
};
use tokio::time::{sleep, timeout};

use crate::support::{text, World, ONE, PATIENCE};

/// How many transactions of each sort are sent.
const FLOOD: u8 = 100;

/// Why a pool refuses a transaction: it is invalid, or another one of its kind is there already.
const INVALID: i32 = 1010;
const NO_BETTER: i32 = 1014;

async fn dial(world: &World) -> anyhow::Result<RpcClient> {
	Ok(RpcClient::from_insecure_url(world.network.ws_uri("alice")?).await?)
}

/// Read on until `enough` says so of what a subscription tells.
async fn read_until(
	news: &mut RpcSubscription<Value>,
	enough: impl Fn(&Value) -> bool,
) -> anyhow::Result<Value> {
	let read = async {
		loop {
			let told = news.next().await.context("the subscription ended")??;
			if enough(&told) {
				return anyhow::Ok(told);
			}
		}
	};
	timeout(PATIENCE, read).await.context("the node says nothing more")?
}

fn is_owed(account: &Value) -> bool {
	account["owed"].as_array().is_some_and(|owed| !owed.is_empty())
}

fn free(account: &Value) -> anyhow::Result<u128> {
	Ok(account["funds"]["free"].as_str().context("an amount as text")?.parse()?)
}

fn id_of(job: &JobId) -> String {
	format!("{:?}", job.0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dapp_follows_a_job_and_the_account_that_it_pays() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let world = World::start(100).await?;
	let rpc = dial(&world).await?;
	let owner = world.worker.owner.to_string();
	let (ask, end) = ("millrace_subscribeAccount", "millrace_unsubscribeAccount");
	let mut accounts = rpc.subscribe(ask, rpc_params![&owner], end).await?;
	let before = read_until(&mut accounts, |_| true).await?;
	assert_eq!(before["account"], owner.as_str());
	assert_eq!(
		(&before["worker"]["staked"], &before["worker"]["reputation"]),
		(&true.into(), &500.into())
	);
	assert!(!is_owed(&before), "{before}");

	let mut job = world.ask(text("The capital of France is"), 16).await?;
	let (ask, end) = ("millrace_subscribeJob", "millrace_unsubscribeJob");
	let mut jobs = rpc.subscribe(ask, rpc_params![id_of(&job.id)], end).await?;
	let proof = job.proof().await?;
	// Without a receipt the window has to pass.
	drop(job.stream);

	let owed = read_until(&mut accounts, is_owed).await?;
	let debt = &owed["owed"][0];
	assert_eq!(debt["job"], id_of(&job.id).as_str());
	assert_eq!(debt["reason"], "challengeable");
	let paid = read_until(&mut accounts, |account| !is_owed(account)).await?;
	let gained = free(&paid)? - free(&before)?;
	assert_eq!(debt["amount"], gained.to_string().as_str());

	let settled = |job: &Value| job["state"] == "SETTLED" && job["finalized"] == true;
	let settled = read_until(&mut jobs, settled).await?;
	assert_eq!(settled["payment"]["worker"], gained.to_string().as_str());
	let view = world.until(&job.id, &[JobState::Settled]).await?;
	assert_eq!(gained, (view.record.price.cost(&proof.tokens) * 85).div_euclid(100));

	let nobody = rpc.subscribe::<Value>("millrace_subscribeAccount", rpc_params!["Bob"], end).await;
	assert!(nobody.err().context("nobody is called so")?.to_string().contains("SS58"));
	Ok(())
}

/// What a pool says of a transaction that makes this call: the code of its refusal.
async fn offer(rpc: &RpcClient, call: impl Into<RuntimeCall>) -> anyhow::Result<Option<i32>> {
	let transaction =
		<Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(
			call.into(),
		);
	let bytes = format!("0x{}", hex::encode(transaction.encode()));
	match rpc.request::<Value>("author_submitExtrinsic", rpc_params![bytes]).await {
		Ok(_) => Ok(None),
		Err(RpcError::User(UserError { code, .. })) => Ok(Some(code)),
		Err(error) => bail!(error),
	}
}

async fn pending(rpc: &RpcClient) -> anyhow::Result<usize> {
	let pending: Vec<Value> = rpc.request("author_pendingExtrinsics", rpc_params![]).await?;
	Ok(pending.len())
}

/// Calls that cost nothing take one place in the pool for what is awaited, and none for what is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_free_calls_takes_one_place_in_the_pool() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let world = World::start_with_long_windows(100).await?;
	let rpc = dial(&world).await?;
	let mut job = world.ask(text("The capital of France is"), 16).await?;
	let proof = job.proof().await?;
	drop(job.stream);
	world.until(&job.id, &[JobState::Verified]).await?;

	let awaited = || world.receipt(&proof);
	let confirm = |job, receipt: Receipt<MultiSignature>| {
		pallet_settlement::Call::<Runtime>::submit_receipt { job, receipt }
	};
	for forged in 0..FLOOD {
		let stranger = sr25519::Pair::from_seed(&[forged; 32]);
		let signature = stranger.sign(&proof.digest()).into();
		let by_nobody = confirm(job.id, Receipt { signature, ..awaited() });
		let of_nothing = confirm(JobId(H256::repeat_byte(forged)), awaited());
		let of_another = confirm(job.id, Receipt { proof: [forged; 32], ..awaited() });
		for call in [by_nobody, of_nothing, of_another] {
			assert_eq!(offer(&rpc, call).await?, Some(INVALID));
		}
	}
	assert_eq!(pending(&rpc).await?, 0, "what is not awaited is not kept");

	// Each is signed anew, so no two of them are the same.
	let (mut taken, mut in_vain) = (0, 0);
	for _ in 0..FLOOD {
		match offer(&rpc, confirm(job.id, awaited())).await? {
			None => taken += 1,
			Some(NO_BETTER) => in_vain += 1,
			Some(code) => assert_eq!(code, INVALID),
		}
		assert!(pending(&rpc).await? <= 1, "the same is kept twice");
	}
	// Another one may come in between the block that has the first and the pool's look at it.
	assert!((1..=2).contains(&taken) && in_vain > 0, "{taken} were taken, {in_vain} in vain");
	world.until(&job.id, &[JobState::Settled]).await?;
	let refused = async {
		while offer(&rpc, confirm(job.id, awaited())).await? != Some(INVALID) {
			sleep(Duration::from_millis(100)).await;
		}
		anyhow::Ok(())
	};
	timeout(PATIENCE, refused).await.context("the pool takes what is over")?
}
