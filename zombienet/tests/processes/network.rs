//! Four validators, a worker's node with its sidecar, a gateway: three jobs, and a validator that
//! stands still during the second. Run by `make test-network`: it needs more machine and time than
//! the other tests.

use std::time::Duration;

use anyhow::{ensure, Context};
use futures::StreamExt;
use millrace_chain::{Account, AccountId32, Chain, H256};
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

async fn three_jobs(run: &mut Run) -> anyhow::Result<()> {
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
	let result = three_jobs(&mut run).await;
	if result.is_err() {
		run.network.keep_folder();
		eprintln!("the logs are in {}", run.network.folder().display());
	}
	run.network.stop().await?;
	result
}
