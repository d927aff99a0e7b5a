//! Four validators, a worker's node with its sidecar, a gateway: three jobs, and a validator that
//! stands still during the second. Run by `make test-network`: it needs more machine and time than
//! the other tests.

use std::{
	collections::BTreeMap,
	sync::Mutex,
	time::{Duration, Instant},
};

use anyhow::{ensure, Context};
use futures::StreamExt;
use millrace_chain::{Account, AccountId32, Chain, Heads, H256};
use millrace_zombienet::{Network, Signal};
use tokio::time::timeout;

use crate::support::{definition, programs, OWNER, PATIENCE, REQUESTER};

const NODES: [&str; 5] = ["alice", "bob", "charlie", "dave", "worker-node"];

/// What every party owns at a block.
#[derive(Debug, PartialEq, Eq)]
struct Balances {
	requester: (u128, u128),
	worker: u128,
}

struct Run {
	network: Network,
	chains: Vec<Chain>,
	http: reqwest::Client,
	requester: AccountId32,
	owner: AccountId32,
}

impl Run {
	async fn start() -> anyhow::Result<Self> {
		let network = Network::spawn(&definition("local.toml"), &programs()).await?;
		let mut chains = Vec::new();
		for node in NODES {
			chains.push(Chain::connect_when_ready(&network.ws_uri(node)?, PATIENCE).await?);
		}
		let requester = Account::from_suri(REQUESTER)?.id();
		let owner = Account::from_suri(OWNER)?.id();
		Ok(Self { network, chains, http: reqwest::Client::new(), requester, owner })
	}

	/// Wait until the gateway has heard of the worker.
	async fn worker_is_known(&self) -> anyhow::Result<()> {
		let url = format!("http://127.0.0.1:{}/health", self.network.port("gateway", "http")?);
		let known = async {
			loop {
				let health: serde_json::Value = self.http.get(&url).send().await?.json().await?;
				if health.pointer("/health/workers").and_then(|n| n.as_u64()) > Some(0) {
					return Ok(());
				}
				tokio::time::sleep(Duration::from_millis(100)).await;
			}
		};
		timeout(PATIENCE, known).await.context("the gateway hears of no worker")?
	}

	async fn balances_at(&self, chain: &Chain, at: H256) -> anyhow::Result<Balances> {
		let requester = chain.funds_at(&self.requester, at).await?;
		let worker = chain.funds_at(&self.owner, at).await?;
		Ok(Balances { requester: (requester.free, requester.locked), worker: worker.free })
	}

	/// One job through the gateway, as a client of OpenAI's API would send it.
	async fn job(&self) -> anyhow::Result<u64> {
		let port = self.network.port("gateway", "http")?;
		let answer = self
			.http
			.post(format!("http://127.0.0.1:{port}/v1/completions"))
			.json(&serde_json::json!({
				"model": "gemma-3-270m",
				"prompt": "The capital of France is",
				"max_tokens": 24,
			}))
			.timeout(Duration::from_secs(100))
			.send()
			.await?;
		let status = answer.status();
		let answer: serde_json::Value = answer.json().await?;
		ensure!(status.is_success(), "the gateway answers {status}: {answer}");
		answer.pointer("/usage/completion_tokens").and_then(|n| n.as_u64()).context("usage")
	}

	/// Wait until no money is locked any more at a block that all these nodes hold final, and check
	/// that they agree on every balance there.
	async fn settled_everywhere(&self, nodes: &[usize]) -> anyhow::Result<Balances> {
		let first = &self.chains[nodes[0]];
		let mut finals = first.finalized_blocks();
		let settled = async {
			while let Some(block) = finals.next().await {
				let balances = self.balances_at(first, block.hash).await?;
				if balances.requester.1 == 0 {
					return Ok((block, balances));
				}
			}
			anyhow::bail!("the node has gone")
		};
		let (block, balances) = timeout(PATIENCE, settled).await.context("nothing settles")??;
		for node in &nodes[1..] {
			let chain = &self.chains[*node];
			timeout(PATIENCE, chain.finalized(block)).await.context(NODES[*node])??;
			let theirs = self.balances_at(chain, block.hash).await?;
			ensure!(theirs == balances, "{} holds {theirs:?}, not {balances:?}", NODES[*node]);
		}
		Ok(balances)
	}
}

/// Watch blocks become final until the future is dropped, and note how long each took from when this
/// node held it best.
async fn watch_finality(chain: Chain, lags: &Mutex<Vec<Duration>>) {
	let mut heads = chain.watch_heads();
	let mut best = BTreeMap::new();
	while heads.changed().await.is_ok() {
		let now = Instant::now();
		let Heads { best: newest, finalized } = *heads.borrow_and_update();
		best.entry(newest.number).or_insert(now);
		let still_open = best.split_off(&finalized.number.saturating_add(1));
		let ended = std::mem::replace(&mut best, still_open);
		let mut lags = lags.lock().unwrap();
		lags.extend(ended.values().map(|seen| now.duration_since(*seen)));
	}
}

fn report_finality(mut lags: Vec<Duration>) {
	lags.sort_unstable();
	let Some(last) = lags.len().checked_sub(1) else { return };
	let (median, slowest) = (lags[last.div_euclid(2)], lags[last]);
	eprintln!(
		"finality with four validators: median {:.2} s, slowest {:.2} s, {} blocks",
		median.as_secs_f64(),
		slowest.as_secs_f64(),
		lags.len(),
	);
}

async fn three_jobs(run: &mut Run) -> anyhow::Result<()> {
	run.worker_is_known().await?;
	let before = run.settled_everywhere(&[0, 1, 2, 3, 4]).await?;
	ensure!(run.job().await? > 0, "an empty answer");
	let first = run.settled_everywhere(&[0, 1, 2, 3, 4]).await?;
	ensure!(first.worker > before.worker, "the worker was not paid for the first job");

	run.network.process("dave")?.signal(Signal::Pause)?;
	ensure!(run.job().await? > 0, "an empty answer");
	let second = run.settled_everywhere(&[0, 1, 2, 4]).await?;
	ensure!(second.worker > first.worker, "the worker was not paid for the second job");

	run.network.process("dave")?.signal(Signal::Resume)?;
	ensure!(run.job().await? > 0, "an empty answer");
	let third = run.settled_everywhere(&[0, 1, 2, 3, 4]).await?;
	ensure!(third.worker > second.worker, "the worker was not paid for the third job");
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a network of seven processes: make test-network"]
async fn all_nodes_agree_on_every_balance() -> anyhow::Result<()> {
	let mut run = Run::start().await?;
	let lags = Mutex::new(Vec::new());
	let watched = run.chains[0].clone();
	let result = tokio::select! {
		result = three_jobs(&mut run) => result,
		() = watch_finality(watched, &lags) => Err(anyhow::anyhow!("alice has gone")),
	};
	report_finality(lags.into_inner().unwrap());
	if result.is_err() {
		run.network.keep_folder();
		eprintln!("the logs are in {}", run.network.folder().display());
	}
	run.network.stop().await?;
	result
}
