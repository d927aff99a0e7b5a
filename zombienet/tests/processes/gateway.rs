//! The gateway as its users meet it.

use std::{path::Path, time::Duration};

use anyhow::{ensure, Context};
use millrace_chain::{Account, Chain};
use millrace_zombienet::Network;
use serde_json::Value;
use tokio::process::Command;

use crate::support::{definition, programs, wait_ready, ONE, OWNER, PATIENCE};

/// The official client, from the Python package index, in a folder of its own.
async fn openai_client(base_url: &str) -> anyhow::Result<Vec<Value>> {
	let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
	let packages = std::env::var("MILLRACE_PYTHON_PACKAGES").context(
		"MILLRACE_PYTHON_PACKAGES names no folder with the openai package: use `make test`",
	)?;
	let output = Command::new("python3")
		.arg(root.join("scripts/openai_client.py"))
		.arg(base_url)
		.env("PYTHONPATH", packages)
		.kill_on_drop(true)
		.output();
	let output = tokio::time::timeout(Duration::from_secs(120), output).await??;
	let errors = String::from_utf8_lossy(&output.stderr);
	ensure!(output.status.success(), "the client is not satisfied:\n{errors}");
	Ok(serde_json::from_slice(&output.stdout)?)
}

fn count(usage: &Value, name: &str) -> anyhow::Result<u128> {
	Ok(usage.get(name).and_then(Value::as_u64).with_context(|| format!("no {name}"))?.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_openai_client_is_billed_what_it_is_told() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let mut network = Network::spawn(&definition("gateway.toml"), &programs()).await?;
	wait_ready(&mut network).await?;
	let chain = Chain::connect_when_ready(&network.ws_uri("alice")?, PATIENCE).await?;
	let owner = Account::from_suri(OWNER)?.id();
	let price = chain.models().await?.first().context("a model")?.price;
	let before = chain.funds(&owner).await?.free;

	let base_url = format!("http://127.0.0.1:{}/v1", network.port("gateway", "http")?);
	let used = openai_client(&base_url).await?;
	ensure!(used.len() == 3, "three answers were asked for");
	let mut expected = 0;
	for usage in &used {
		let (input, output) = (count(usage, "prompt_tokens")?, count(usage, "completion_tokens")?);
		ensure!(input > 0 && output > 0, "nothing was used: {usage}");
		ensure!(count(usage, "total_tokens")? == input + output, "{usage} does not add up");
		let charge = input * u128::from(price.input) + output * u128::from(price.output);
		expected += (charge.div_ceil(1_000) * 85).div_euclid(100);
	}

	let paid = async {
		let mut heads = chain.watch_heads();
		loop {
			let paid = chain.funds(&owner).await?.free - before;
			if paid >= expected {
				return anyhow::Ok(paid);
			}
			heads.changed().await?;
		}
	};
	let paid = tokio::time::timeout(PATIENCE, paid).await.context("the worker is not paid")??;
	assert_eq!(paid, expected, "the chain paid for other counts than the client was told");
	network.stop().await?;
	Ok(())
}
