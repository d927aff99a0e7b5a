//! The engine as the rest of the worker holds it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use millrace_primitives::{Commitment, OutputChain};
use tokio::{
	sync::{mpsc, oneshot, Notify},
	task,
};

use crate::{
	config::EngineConfig,
	error::{EngineError, StartError},
	generation::Generation,
	launch::{Launch, Process},
	model_file::ModelFile,
	protocol::{Loaded, Work},
	request::{self, Request},
	supervisor::{connect, Order, Supervisor},
};

/// Orders that may wait for the supervisor, which answers each at once.
const ORDERS_MAX: usize = 64;

/// A running engine. Clones are handles to the same one; the last to be dropped stops it.
#[derive(Clone)]
pub struct Engine {
	orders: mpsc::Sender<Order>,
	shared: Arc<Shared>,
}

/// What the handles see of the supervisor.
pub(crate) struct Shared {
	pub(crate) info: ModelInfo,
	pub(crate) wake: Arc<Notify>,
	stats: Mutex<Stats>,
}

impl Shared {
	pub(crate) fn stats(&self) -> MutexGuard<'_, Stats> {
		self.stats.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// The model an engine runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
	/// `general.name` of the GGUF, or its file name.
	pub name: String,
	/// `general.architecture` of the GGUF.
	pub architecture: String,
	/// Tokens per answer, prompt included.
	pub context: u32,
	/// Tokens in the vocabulary.
	pub vocabulary: u32,
	/// Whether the GGUF has a chat template; without, chats are transcripts.
	pub has_template: bool,
	/// The determinism class, see [`crate::class`].
	pub class: Commitment,
	/// The SHA-256 of the file: the model's id on chain.
	pub sha256: [u8; 32],
	/// The size of the file.
	pub bytes: u64,
	/// How many answers are generated at once.
	pub slots: u32,
	/// How many threads compute.
	pub threads: u32,
}

/// How an engine is doing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Stats {
	/// Answers being generated.
	pub active: u32,
	/// Requests waiting for a slot.
	pub queued: u32,
	/// How many answers can be generated at once.
	pub slots: u32,
	/// Thousandths of tokens per second over all slots while it works, smoothed. 0 until known.
	pub tokens_per_second_milli: u64,
	/// How often the process died and was started again.
	pub restarts: u32,
	/// Whether requests are taken now.
	pub is_ready: bool,
	/// Why it died last, or why it stopped.
	pub failure: Option<String>,
}

/// How far an engine has got with starting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoadProgress {
	/// The file is read to learn its SHA-256.
	Hashing {
		/// Bytes read.
		done: u64,
		/// Bytes of the file.
		total: u64,
	},
	/// The process loads the model.
	Loading {
		/// How much of it, in thousandths.
		permille: u16,
	},
}

impl Engine {
	/// Start an engine and wait until its model is loaded.
	///
	/// `progress` is called from this task and from a blocking one.
	///
	/// # Errors
	///
	/// Why it does not start. Once started it is kept running: a process that dies is started again.
	pub async fn start(
		config: EngineConfig,
		progress: impl Fn(LoadProgress) + Send + Sync + 'static,
	) -> Result<Self, StartError> {
		let launch = Process::new(config.clone());
		Self::start_with(launch, config, progress).await
	}

	/// Start an engine whose process is started by `launch`.
	///
	/// # Errors
	///
	/// As [`Self::start`].
	pub async fn start_with(
		mut launch: impl Launch,
		config: EngineConfig,
		progress: impl Fn(LoadProgress) + Send + Sync + 'static,
	) -> Result<Self, StartError> {
		config.validate()?;
		let progress = Arc::new(progress);
		let (model, sha256) = identify(&config, &progress).await?;
		let capacity = config.slots.saturating_add(config.queue());
		let loading = |permille| progress(LoadProgress::Loading { permille });
		let (link, loaded) = connect(&mut launch, capacity, loading).await?;
		let shared = Arc::new(Shared {
			info: info(&config, &loaded, &model, sha256),
			wake: Arc::new(Notify::new()),
			stats: Mutex::new(Stats { slots: config.slots, is_ready: true, ..Stats::default() }),
		});
		let (orders, inbox) = mpsc::channel(ORDERS_MAX);
		let supervisor =
			Supervisor::new(launch, model, loaded, capacity, Arc::clone(&shared), inbox);
		tokio::spawn(supervisor.run(link));
		Ok(Self { orders, shared })
	}

	/// The model it runs.
	pub fn info(&self) -> &ModelInfo {
		&self.shared.info
	}

	/// How it is doing.
	pub fn stats(&self) -> Stats {
		self.shared.stats().clone()
	}

	/// Generate an answer. Returns once the request is taken: its prompt is tokenized, and it has a
	/// slot or waits for one.
	///
	/// # Errors
	///
	/// [`EngineError::is_retriable`] tells whether the same request may succeed later.
	pub async fn generate(&self, request: Request) -> Result<Generation, EngineError> {
		let Request { prompt, sampling, seed, max_output, max_input, stop, header, session } =
			request;
		request::validate(&prompt, &sampling, max_output, &stop)?;
		let work = Work { id: 0, prompt, sampling, seed, max_output, max_input, stop, session };
		let (reply, answer) = oneshot::channel();
		self.orders.try_send(Order::Generate { work, reply }).map_err(|error| match error {
			mpsc::error::TrySendError::Full(_) => self.busy(),
			mpsc::error::TrySendError::Closed(_) => self.stopped(),
		})?;
		// Should this future be dropped here, the supervisor is to see it at once.
		let _wake = WakeOnDrop(&self.shared.wake);
		let accepted = answer.await.map_err(|_| self.stopped())??;
		let chain = OutputChain::new(&header.salt, &header.header);
		Ok(Generation::new(accepted.produced, chain, accepted.input_tokens, accepted.cancellation))
	}

	/// Stop the engine: answers in generation fail, the process ends. Returns when it has ended.
	pub async fn shutdown(&self) {
		let (done, ended) = oneshot::channel();
		if self.orders.send(Order::Shutdown(done)).await.is_ok() {
			// An error means that the supervisor has ended.
			let _ = ended.await;
		}
	}

	fn busy(&self) -> EngineError {
		let stats = self.shared.stats();
		EngineError::Busy { active: stats.active.saturating_add(stats.queued) }
	}

	fn stopped(&self) -> EngineError {
		let reason = self.shared.stats().failure.clone();
		EngineError::Stopped { reason: reason.unwrap_or_else(|| "it was shut down".to_owned()) }
	}
}

struct WakeOnDrop<'a>(&'a Notify);

impl Drop for WakeOnDrop<'_> {
	fn drop(&mut self) {
		self.0.notify_one();
	}
}

/// Open the model file and learn its SHA-256, off the async threads.
async fn identify(
	config: &EngineConfig,
	progress: &Arc<impl Fn(LoadProgress) + Send + Sync + 'static>,
) -> Result<(ModelFile, [u8; 32]), StartError> {
	let (path, progress) = (config.model.clone(), Arc::clone(progress));
	let job = task::spawn_blocking(move || {
		let model = ModelFile::open(&path)?;
		let total = model.bytes;
		let digest = model.sha256(|done| progress(LoadProgress::Hashing { done, total }))?;
		Ok((model, digest))
	});
	job.await.unwrap_or_else(|error| Err(StartError::Load(error.to_string())))
}

fn info(config: &EngineConfig, loaded: &Loaded, model: &ModelFile, sha256: [u8; 32]) -> ModelInfo {
	ModelInfo {
		name: loaded.name.clone(),
		architecture: loaded.architecture.clone(),
		context: loaded.context,
		vocabulary: loaded.vocabulary,
		has_template: loaded.has_template,
		class: loaded.class,
		sha256,
		bytes: model.bytes,
		slots: config.slots,
		threads: config.threads,
	}
}
