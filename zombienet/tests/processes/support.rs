//! One node, one sidecar, and a client that does as a test wishes.

use std::{
	path::{Path, PathBuf},
	time::Duration,
};

use anyhow::{bail, ensure, Context};
use millrace_chain::{Account, AccountId32, Call, Chain, MultiSignature};
use millrace_mesh::{
	envelope, ChatMessage, JobClient, JobPayload, Mesh, MeshConfig, PeerSecret, Prompt, SessionKey,
	WorkerMessage,
};
use millrace_primitives::{
	proof::receipt_message,
	views::{JobView, WorkerView},
	DirectTerms, JobId, JobNonce, JobState, ModelId, Proof, Receipt, SamplingSpec, TokenCounts,
};
use millrace_zombienet::Network;
use tempfile::TempDir;
use tokio::{process::Command, sync::Mutex, time::timeout};

/// One network at a time: this machine may have two cores.
pub(crate) static ONE: Mutex<()> = Mutex::const_new(());

/// Ample for anything that happens by itself on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const REQUESTER: &str = "//Alice";
pub(crate) const OWNER: &str = "//Bob";

/// The folder of the programs: that of this test program's own build.
pub(crate) fn programs() -> PathBuf {
	let us = std::env::current_exe().unwrap();
	us.parent().and_then(Path::parent).unwrap().to_path_buf()
}

pub(crate) fn definition(name: &str) -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The definition `name` with the chain `to` instead of `from`, in a folder of its own.
pub(crate) fn on_other_chain(
	name: &str,
	from: &str,
	to: &str,
) -> anyhow::Result<(TempDir, PathBuf)> {
	let text = std::fs::read_to_string(definition(name))?;
	let (from, to) = (format!("chain = \"{from}\""), format!("chain = \"{to}\""));
	ensure!(text.contains(&from), "{name} has no {from}");
	let folder = tempfile::tempdir()?;
	let path = folder.path().join(name);
	std::fs::write(&path, text.replace(&from, &to))?;
	Ok((folder, path))
}

/// Run a program of ours to its end.
pub(crate) async fn run(program: &str, args: &[&str]) -> anyhow::Result<String> {
	let output = Command::new(programs().join(program)).args(args).output().await?;
	let text = String::from_utf8_lossy(&output.stdout).into_owned();
	let errors = String::from_utf8_lossy(&output.stderr);
	ensure!(output.status.success(), "{program} {args:?} failed:\n{text}\n{errors}");
	Ok(text)
}

/// A network of one node and one sidecar, with a registered worker, and a client.
pub(crate) struct World {
	pub(crate) network: Network,
	pub(crate) chain: Chain,
	pub(crate) account: Account,
	pub(crate) worker: WorkerView<AccountId32>,
	mesh: Mesh,
}

/// A job of the client, as far as it has come.
pub(crate) struct Job {
	pub(crate) id: JobId,
	pub(crate) stream: JobClient,
	pub(crate) locked: u128,
	/// All text so far.
	pub(crate) text: String,
}

impl World {
	pub(crate) async fn start(stake: u32) -> anyhow::Result<Self> {
		Self::start_on(&definition("faults.toml"), stake).await
	}

	/// As [`Self::start`], with the windows of a public network.
	pub(crate) async fn start_with_long_windows(stake: u32) -> anyhow::Result<Self> {
		let (_folder, definition) = on_other_chain("faults.toml", "test", "dev")?;
		Self::start_on(&definition, stake).await
	}

	async fn start_on(definition: &Path, stake: u32) -> anyhow::Result<Self> {
		let mut network = Network::spawn(definition, &programs()).await?;
		let node = network.ws_uri("alice")?;
		let sidecar = format!("http://127.0.0.1:{}", network.port("sidecar", "api")?);
		let owner = ["--suri", OWNER, "--node", &node];
		let register = ["worker", "register", "--sidecar", &sidecar];
		run("millrace", &[&register[..], &owner].concat()).await?;
		if stake > 0 {
			let stake = ["worker", "stake", &stake.to_string()];
			run("millrace", &[&stake[..], &owner].concat()).await?;
		}
		wait_ready(&mut network).await?;

		let chain = Chain::connect_when_ready(&node, PATIENCE).await?;
		let account = Account::from_suri(REQUESTER)?;
		let owner = Account::from_suri(OWNER)?.id();
		let worker = chain.worker(&owner).await?.context("the worker is registered")?;
		let mesh = Mesh::start(MeshConfig::new(PeerSecret::generate()?, chain.genesis())).await?;
		Ok(Self { network, chain, account, worker, mesh })
	}

	/// Lock money for a prompt and hand it to the worker.
	pub(crate) async fn ask(&self, prompt: Prompt, max_output: u32) -> anyhow::Result<Job> {
		let (id, payload, session, envelope, call) = self.prepare(prompt, max_output).await?;
		let submitter = self.chain.submitter(self.account.clone());
		let submitted = submitter.submit(call).await?;
		let stream = self.open(&envelope, session).await?;
		submitted.in_block().await?;
		let quote = self.chain.quote(&payload.model, &payload.max).await?.context("a quote")?;
		Ok(Job { id, stream, locked: quote.lock, text: String::new() })
	}

	pub(crate) async fn prepare(
		&self,
		prompt: Prompt,
		max_output: u32,
	) -> anyhow::Result<(JobId, JobPayload, SessionKey, envelope::Envelope, Call)> {
		let requester = self.account.id();
		let model = *self.worker.models.first().context("the worker serves a model")?;
		let payload = payload(model, prompt, max_output);
		let now = self.chain.parameters().await?.now;
		let nonce = JobNonce { issued_at: now, salt: rand_salt() };
		let id = JobId::new(self.chain.genesis(), &requester, &nonce);
		let (envelope, sessions) = envelope::seal(
			self.chain.genesis(),
			id,
			&requester,
			&payload,
			&[self.worker.envelope],
		)?;
		let session = sessions.into_iter().next().context("a session")?;
		let candidates = vec![self.worker.owner.clone()].try_into().ok().context("one fits")?;
		let terms =
			DirectTerms { model, candidates, max: payload.max, request: payload.commitment() };
		Ok((id, payload, session, envelope, Call::create(&nonce, &terms)))
	}

	pub(crate) async fn open(
		&self,
		envelope: &envelope::Envelope,
		session: SessionKey,
	) -> anyhow::Result<JobClient> {
		let port = self.network.port("sidecar", "mesh")?;
		let addresses = [format!("/ip4/127.0.0.1/tcp/{port}")];
		let limit = Duration::from_secs(8);
		Ok(self.mesh.open_job(self.worker.peer, &addresses, envelope, session, limit).await?)
	}

	/// The requester's receipt for a proof.
	pub(crate) fn receipt(&self, proof: &Proof<AccountId32>) -> Receipt<MultiSignature> {
		let digest = proof.digest();
		let message = receipt_message(self.chain.genesis(), proof.job, &digest);
		Receipt { proof: digest, signature: self.account.sign(&message) }
	}

	/// As [`until`].
	pub(crate) async fn until(&self, job: &JobId, states: &[JobState]) -> anyhow::Result<View> {
		until(&self.chain, job, states).await
	}

	/// What the requester can spend and has locked.
	pub(crate) async fn money(&self) -> anyhow::Result<(u128, u128)> {
		let funds = self.chain.funds(&self.account.id()).await?;
		Ok((funds.free, funds.locked))
	}
}

pub(crate) type View = JobView<AccountId32>;

/// Wait until the job is in one of these states in the best block.
pub(crate) async fn until(chain: &Chain, job: &JobId, states: &[JobState]) -> anyhow::Result<View> {
	let reached = async {
		let mut heads = chain.watch_heads();
		loop {
			let view = chain.job(job).await;
			if let Ok(Some(view)) = view {
				if states.contains(&view.record.state) {
					return anyhow::Ok(view);
				}
			}
			heads.changed().await?;
		}
	};
	match timeout(PATIENCE, reached).await {
		Ok(view) => view,
		Err(_) => bail!("the job is not in {states:?} but {:?}", chain.job(job).await),
	}
}

impl Job {
	/// Read on until `enough` says so of a message; `None` if the stream ends before.
	pub(crate) async fn read_until(
		&mut self,
		enough: impl Fn(&WorkerMessage, &str) -> bool,
	) -> anyhow::Result<Option<WorkerMessage>> {
		let read = async {
			while let Some(message) = self.stream.next().await? {
				if let WorkerMessage::Chunk { text, .. } = &message {
					self.text.push_str(text);
				}
				if let WorkerMessage::Refused { reason, text } = &message {
					bail!("refused: {reason}: {text}");
				}
				if enough(&message, &self.text) {
					return Ok(Some(message));
				}
			}
			Ok(None)
		};
		timeout(PATIENCE, read).await.context("the worker says nothing more")?
	}

	/// Read on to the proof.
	pub(crate) async fn proof(&mut self) -> anyhow::Result<Proof<AccountId32>> {
		let finished =
			|message: &WorkerMessage, _: &str| matches!(message, WorkerMessage::Finished(_));
		match self.read_until(finished).await? {
			Some(WorkerMessage::Finished(proof)) => Ok(proof),
			_ => bail!("the stream ended without a proof"),
		}
	}
}

pub(crate) fn payload(model: ModelId, prompt: Prompt, max_output: u32) -> JobPayload {
	JobPayload {
		salt: [7; 32],
		model,
		prompt,
		sampling: SamplingSpec::default(),
		max: TokenCounts { input: 256, output: max_output },
		stop: vec![],
		session: None,
	}
}

pub(crate) fn text(prompt: &str) -> Prompt {
	Prompt::Text(prompt.into())
}

pub(crate) fn chat(content: &str) -> Prompt {
	Prompt::Chat(vec![ChatMessage { role: "user".into(), content: content.into() }])
}

/// Different for each job of a test run; nothing secret hangs on it here.
fn rand_salt() -> [u8; 16] {
	use std::hash::{BuildHasher, RandomState};
	let word = || RandomState::new().hash_one(0).to_le_bytes();
	[word(), word()].concat().try_into().unwrap()
}

pub(crate) async fn wait_ready(network: &mut Network) -> anyhow::Result<()> {
	sidecar_ready(network, "sidecar").await
}

/// Wait until the sidecar of this name serves jobs.
pub(crate) async fn sidecar_ready(network: &mut Network, name: &str) -> anyhow::Result<()> {
	let url = format!("http://127.0.0.1:{}/ready", network.port(name, "api")?);
	let ready = async {
		loop {
			if reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
				return;
			}
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
	};
	timeout(PATIENCE, ready).await.with_context(|| format!("the {name} is not ready"))
}
