//! What happens to the money when something breaks in the middle of a job.

use millrace_mesh::WorkerMessage;
use millrace_primitives::{JobState, Price};

use crate::support::{chat, text, wait_ready, Job, World, ONE};

/// Longer than the model takes to be interrupted.
const LONG: u32 = 1_500;

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_in_mid_answer_costs_the_requester_nothing() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let mut world = World::start(100).await?;
	let (free, locked) = world.money().await?;
	assert_eq!(locked, 0);
	let mut job = world.ask(text("Once upon a time"), LONG).await?;
	job.read_until(|_, text| text.len() > 20).await?;
	assert_eq!(world.money().await?.1, job.locked);
	world.network.process("sidecar")?.kill().await?;

	let over = world.until(&job.id, &[JobState::Expired]).await?;
	assert_eq!(over.record.payment.map(|payment| payment.refund), Some(job.locked));
	let (free_after, locked_after) = world.money().await?;
	assert_eq!(locked_after, 0);
	// The requester paid the fee of its one transaction in MILL: its USDC is whole.
	assert_eq!(free_after, free);
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_paid_though_the_requester_vanished_before_its_receipt() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let world = World::start(100).await?;
	let mut job = world.ask(text("The capital of France is"), 16).await?;
	let proof = job.proof().await?;
	drop(job.stream);

	let view = world.until(&job.id, &[JobState::Verified, JobState::Settled]).await?;
	assert_eq!(view.record.outcome.map(|outcome| outcome.tokens), Some(proof.tokens));
	let view = world.until(&job.id, &[JobState::Settled]).await?;
	let charge = view.record.price.cost(&proof.tokens);
	let payment = view.record.payment.unwrap();
	assert_eq!(payment.worker, (charge * 85).div_euclid(100));
	assert_eq!(payment.worker + payment.treasury + payment.refund, job.locked);
	assert_eq!(payment.refund, job.locked - charge);
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unstaked_worker_gets_three_quarters() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let world = World::start(0).await?;
	let before = world.chain.funds(&world.worker.payout).await?.free;
	let mut job = world.ask(chat("Name a colour."), 16).await?;
	let proof = job.proof().await?;
	job.stream.send_receipt(world.receipt(&proof)).await?;
	let view = world.until(&job.id, &[JobState::Settled]).await?;
	let Price { input, output } = view.record.price;
	let (used_in, used_out) = (u128::from(proof.tokens.input), u128::from(proof.tokens.output));
	let charge = (used_in * u128::from(input) + used_out * u128::from(output)).div_ceil(1_000);
	let after = world.chain.funds(&world.worker.payout).await?.free;
	assert_eq!(after - before, (charge * 75).div_euclid(100));
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_survives_a_restart_of_the_node() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	// A node takes a while to come back on a busy machine.
	let mut world = World::start_with_long_windows(100).await?;
	let mut job = world.ask(text("The history of the bicycle begins"), 96).await?;
	job.read_until(|message, _| matches!(message, WorkerMessage::Chunk { .. })).await?;
	world.network.restart("alice").await?;
	let proof = job.proof().await?;
	job.stream.send_receipt(world.receipt(&proof)).await?;
	world.until(&job.id, &[JobState::Settled]).await?;
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_survives_a_restart_of_the_sidecar() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let mut world = World::start(100).await?;
	let mut job = world.ask(text("The capital of France is"), 8).await?;
	let proof = job.proof().await?;
	world.network.process("sidecar")?.kill().await?;
	world.network.start_again("sidecar").await?;
	let view = world.until(&job.id, &[JobState::Settled]).await?;
	assert_eq!(view.record.outcome.map(|outcome| outcome.proof), Some(proof.digest()));
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_lost_to_a_restarted_sidecar_leaves_nothing_stuck() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let mut world = World::start(100).await?;
	let mut job = world.ask(text("Once upon a time"), LONG).await?;
	job.read_until(|_, text| text.len() > 20).await?;
	world.network.process("sidecar")?.kill().await?;
	world.network.start_again("sidecar").await?;
	wait_ready(&mut world.network).await?;
	// It serves others while the lost job runs out.
	let mut other = world.ask(text("The capital of France is"), 8).await?;
	let proof = other.proof().await?;
	other.stream.send_receipt(world.receipt(&proof)).await?;
	world.until(&other.id, &[JobState::Settled]).await?;
	world.until(&job.id, &[JobState::Expired]).await?;
	assert_eq!(world.money().await?.1, 0);
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_without_a_lock_is_refused() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let world = World::start(100).await?;
	let (id, _, session, envelope, call) = world.prepare(text("Free lunch"), 16).await?;
	let mut stream = world.open(&envelope, session.clone()).await?;
	let refused = loop {
		match stream.next().await? {
			Some(WorkerMessage::Refused { reason, .. }) => break reason,
			Some(WorkerMessage::Heartbeat) => {},
			other => anyhow::bail!("not refused but {other:?}"),
		}
	};
	assert_eq!(refused, millrace_mesh::Refusal::NoLock);
	// The same envelope is served once the money is there.
	world.chain.submitter(world.account.clone()).submit_and_wait(call).await?;
	let stream = world.open(&envelope, session).await?;
	let mut job = Job { id, stream, locked: 0, text: String::new() };
	job.proof().await?;
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oversized_prompt_is_refused_and_the_money_comes_back() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let world = World::start(100).await?;
	let (free, _) = world.money().await?;
	// More tokens than the lock pays for, though the worker has room for them.
	let mut job = world.ask(text(&"word ".repeat(600)), 16).await?;
	let refused = loop {
		match job.stream.next().await? {
			Some(WorkerMessage::Refused { reason, .. }) => break reason,
			Some(WorkerMessage::Ack | WorkerMessage::Heartbeat) => {},
			other => anyhow::bail!("not refused but {other:?}"),
		}
	};
	assert_eq!(refused, millrace_mesh::Refusal::PromptTooLong);
	let over = world.until(&job.id, &[JobState::Expired]).await?;
	assert_eq!(over.record.accepted_by, None);
	assert_eq!(world.money().await?, (free, 0));
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_prompt_or_answer_is_written_down() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	// The processes inherit it: node, sidecar and engine say all they can.
	std::env::set_var("RUST_LOG", "trace");
	let world = World::start(100).await;
	std::env::remove_var("RUST_LOG");
	let mut world = world?;
	let marker = "zebrafinch-quasar-7731";
	let prompt = format!("{marker}, said the old man. {marker}, {marker},");
	let mut job = world.ask(text(&prompt), 48).await?;
	let proof = job.proof().await?;
	job.stream.send_receipt(world.receipt(&proof)).await?;
	world.until(&job.id, &[JobState::Settled]).await?;
	world.network.stop().await?;

	let answer: String = job.text.trim().chars().take(24).collect();
	assert!(answer.len() >= 12, "the answer is too short to look for: {answer:?}");
	let mut files = 0;
	let mut folders = vec![world.network.folder().to_path_buf()];
	while let Some(folder) = folders.pop() {
		for entry in std::fs::read_dir(folder)? {
			let path = entry?.path();
			if path.is_dir() {
				folders.push(path);
				continue;
			}
			files += 1;
			let bytes = std::fs::read(&path)?;
			for secret in [marker.as_bytes(), answer.as_bytes()] {
				let found = bytes.windows(secret.len()).any(|window| window == secret);
				assert!(!found, "{} holds plaintext", path.display());
			}
		}
	}
	assert!(files > 5, "the network's files are not where they were looked for");
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_on_the_loopback_api_is_refused() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let world = World::start(0).await?;
	let url = format!("http://127.0.0.1:{}/v1/reconcile", world.network.port("sidecar", "api")?);
	let http = reqwest::Client::new();
	let octets = "application/octet-stream";
	let post = |body: Vec<u8>| http.post(&url).header("content-type", octets).body(body);
	assert_eq!(post(vec![0xff; 64]).send().await?.status(), 400);
	assert_eq!(post(vec![1, 0, 1]).send().await?.status(), 400);
	assert_eq!(post(vec![0; 3 << 20]).send().await?.status(), 413);
	assert_eq!(http.post(&url).body("{}").send().await?.status(), 415);
	let from_a_page = post(vec![]).header("origin", "http://evil.example").send().await?;
	assert_eq!(from_a_page.status(), 403);
	let rebound = post(vec![]).header("host", "evil.example").send().await?;
	assert_eq!(rebound.status(), 403);

	let api = format!("http://127.0.0.1:{}", world.network.port("sidecar", "api")?);
	let job = format!("0x{}", "ab".repeat(32));
	let vote = |body: &str| {
		let request =
			http.post(format!("{api}/v1/votes")).header("content-type", "application/json");
		request.body(body.replace("JOB", &job))
	};
	let good = r#"{"job":"JOB","verdict":"cleared"}"#;
	assert_eq!(vote(good).send().await?.status(), 404);
	assert_eq!(vote(good).header("origin", "http://evil.example").send().await?.status(), 403);
	assert_eq!(vote(good).header("host", "evil.example").send().await?.status(), 403);
	for bad in ["", "[]", r#"{"job":"JOB"}"#, r#"{"job":"0xab","verdict":"cleared"}"#] {
		assert_eq!(vote(bad).send().await?.status(), 400, "{bad}");
	}
	assert_eq!(vote(&" ".repeat(5_000)).send().await?.status(), 413);
	let tasks = http.get(format!("{api}/v1/tasks")).send().await?;
	let tasks: serde_json::Value = tasks.json().await?;
	assert_eq!(tasks.get("tasks"), Some(&serde_json::json!([])));

	let mut job = world.ask(text("Still well?"), 4).await?;
	job.proof().await?;
	Ok(())
}
