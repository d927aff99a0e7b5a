//! Takes a request through the whole path: lock, envelope, answer, receipt, settlement.

mod events;
mod plan;
mod recovery;
mod settlement;
mod stream;

use std::{sync::Arc, time::Duration};

use futures::TryFutureExt;
use millrace_chain::{Account, AccountId32, Call, Chain, Heads, SubmitError, Submitter};
use millrace_mesh::Mesh;
use millrace_primitives::views::{ModelView, Parameters};
use tokio::{
	sync::{mpsc, watch},
	time::Instant,
};

use crate::{
	candidates::{self, Candidate},
	job::{
		model_name, Boxed, Health, JobEvent, JobFailure, JobRequest, Jobs, RunningJob, StartError,
		Step,
	},
	metrics::Metrics,
	roster::{watch_registered, Registered},
};
use events::Emitter;
use plan::Plan;
use stream::Answered;

/// Events of one job that wait for their reader.
const EVENTS_MAX: usize = 64;

/// The longest that a worker may take to acknowledge; past this the requester could take the job
/// back anyway.
const ACKNOWLEDGE_MAX: Duration = Duration::from_secs(8);

/// Sends requests to workers and pays them, on behalf of one account.
#[derive(Clone)]
pub struct Driver {
	context: Arc<Context>,
}

/// What every job needs.
struct Context {
	chain: Chain,
	mesh: Mesh,
	registered: watch::Receiver<Registered>,
	account: Account,
	submitter: Submitter,
	metrics: Arc<Metrics>,
	/// Keeps the names of conversations from being linked across gateways.
	conversations: [u8; 32],
	alive: watch::Receiver<Instant>,
}

/// Where the lock of a job is.
#[derive(Clone, Debug)]
enum Lock {
	/// On its way.
	Pending,
	/// In a block.
	Held(millrace_chain::BlockRef),
	/// It will not come.
	Failed(SubmitError),
}

impl Lock {
	/// Why the job has no money, if that is certain.
	fn failure(&self) -> Option<JobFailure> {
		match self {
			Self::Failed(error) => Some(JobFailure::Lock(error.clone())),
			Self::Pending | Self::Held(_) => None,
		}
	}
}

/// A job on its way.
struct Run {
	context: Arc<Context>,
	plan: Plan,
	emitter: Emitter,
	lock: watch::Receiver<Lock>,
}

impl Driver {
	/// A driver that spends the money of `account`.
	///
	/// Fails if the machine gives no random numbers.
	pub fn new(
		chain: Chain,
		mesh: Mesh,
		account: Account,
		metrics: Arc<Metrics>,
	) -> Result<Self, StartError> {
		let submitter = chain.submitter(account.clone());
		let mut conversations = [0; 32];
		getrandom::fill(&mut conversations).map_err(|_| StartError::NoRandomness)?;
		let alive = watch_blocks(chain.watch_heads());
		let registered = watch_registered(chain.clone(), mesh.adverts());
		let context =
			Context { chain, mesh, registered, account, submitter, metrics, conversations, alive };
		Ok(Self { context: Arc::new(context) })
	}

	/// The account that pays.
	pub fn account(&self) -> AccountId32 {
		self.context.account.id()
	}

	async fn launch(&self, request: JobRequest) -> Result<RunningJob, StartError> {
		let received = Instant::now();
		let context = &self.context;
		let account = context.account.id();
		let (models, parameters, funds) = tokio::try_join!(
			context.chain.models(),
			context.chain.parameters(),
			context.chain.funds(&account),
		)?;
		let model = find(&models, &request.model)?;
		let candidates = context.candidates(model).await?;
		let plan = Plan::new(context, model, candidates, &parameters, request)?;
		if funds.free < plan.lock {
			let (needed, free) = (plan.lock, funds.free);
			return Err(StartError::Funds { account, needed, free });
		}
		let (sender, events) = mpsc::channel(EVENTS_MAX);
		let emitter = Emitter::new(received, sender);
		let running = RunningJob { id: plan.job, model: model_name(model), events };
		context.metrics.started();
		let lock = lock(Arc::clone(context), &plan, emitter.clone());
		let run = Run { context: Arc::clone(context), plan, emitter, lock };
		tokio::spawn(run.run());
		Ok(running)
	}
}

impl Context {
	async fn candidates(&self, model: &ModelView) -> Result<Vec<Candidate>, StartError> {
		let adverts = Arc::clone(&self.mesh.adverts().borrow());
		let registered = Arc::clone(&self.registered.borrow());
		let candidates = candidates::choose(&self.chain, &model.id, &adverts, &registered).await?;
		if candidates.is_empty() {
			return Err(StartError::NoWorkers(model_name(model)));
		}
		Ok(candidates)
	}

	async fn health(&self) -> Result<Health, StartError> {
		let models = self.chain.models().await?;
		let adverts = Arc::clone(&self.mesh.adverts().borrow());
		let registered = Arc::clone(&self.registered.borrow());
		let workers = candidates::online(&models, &adverts, &registered);
		let Heads { best, finalized } = self.chain.heads();
		let since = self.alive.borrow().elapsed().as_millis();
		Ok(Health {
			best_block: best.number,
			finalized_block: finalized.number,
			since_block_ms: u64::try_from(since).unwrap_or(u64::MAX),
			workers: u32::try_from(workers).unwrap_or(u32::MAX),
			peers: u32::try_from(self.mesh.connected_peers()).unwrap_or(u32::MAX),
		})
	}
}

impl Jobs for Driver {
	fn models(&self) -> Boxed<'_, Result<Vec<ModelView>, StartError>> {
		Box::pin(self.context.chain.models().map_err(StartError::from))
	}

	fn start(&self, request: JobRequest) -> Boxed<'_, Result<RunningJob, StartError>> {
		Box::pin(self.launch(request))
	}

	fn health(&self) -> Boxed<'_, Result<Health, StartError>> {
		Box::pin(self.context.health())
	}
}

impl Run {
	async fn run(mut self) {
		let plan = &self.plan;
		let requested = Step::Requested {
			job: format!("{:?}", plan.job.0),
			lock: crate::money::Amount(plan.lock),
			max_input: plan.max.input,
			max_output: plan.max.output,
			candidates: u32::try_from(plan.routes.len()).unwrap_or(u32::MAX),
		};
		self.emitter.step(requested).await;
		match self.serve().await {
			Ok(answered) => self.conclude(answered).await,
			Err(failure) => {
				tracing::warn!(job = ?self.plan.job.0, %failure, "a job failed");
				self.context.metrics.failed(&failure);
				self.emitter.send(JobEvent::Failed(failure)).await;
				self.recover().await;
			},
		}
	}

	async fn conclude(&mut self, answered: Answered) {
		let Answered { tokens, finish, digest } = answered;
		let last = Step::LastToken { input: tokens.input, output: tokens.output };
		self.context.metrics.answered(tokens, self.emitter.elapsed());
		self.emitter.step(last).await;
		self.emitter.send(JobEvent::Answered { tokens, finish }).await;
		self.settle(&digest).await;
	}
}

/// Send the lock, and tell through the receiver what becomes of it.
fn lock(context: Arc<Context>, plan: &Plan, emitter: Emitter) -> watch::Receiver<Lock> {
	let (sender, receiver) = watch::channel(Lock::Pending);
	let call = Call::create(&plan.nonce, &plan.terms);
	tokio::spawn(async move {
		let state = match context.submitter.submit_and_wait(call).await {
			Ok(block) => {
				context.metrics.locked(emitter.elapsed());
				emitter.step(Step::Locked { block: block.number }).await;
				Lock::Held(block)
			},
			Err(error) => Lock::Failed(error),
		};
		sender.send_replace(state);
	});
	receiver
}

/// The model that `name` means: by its name on chain, or by its id in hexadecimal.
fn find<'a>(models: &'a [ModelView], name: &str) -> Result<&'a ModelView, StartError> {
	let id = name.strip_prefix("0x").unwrap_or(name);
	models
		.iter()
		.find(|model| model.name == name.as_bytes() || model.id.to_string() == id)
		.ok_or_else(|| StartError::UnknownModel(name.into()))
}

/// How long a candidate may take to acknowledge: a few blocks for the lock and their way through the
/// network.
fn acknowledge_within(parameters: &Parameters) -> Duration {
	const BLOCKS: u64 = 10;
	const NETWORK_MS: u64 = 2_000;
	let ms = parameters.slot_ms.saturating_mul(BLOCKS).saturating_add(NETWORK_MS);
	Duration::from_millis(ms).min(ACKNOWLEDGE_MAX)
}

/// When the best block changed last.
fn watch_blocks(mut heads: watch::Receiver<Heads>) -> watch::Receiver<Instant> {
	let (sender, receiver) = watch::channel(Instant::now());
	tokio::spawn(async move {
		let mut best = heads.borrow().best;
		loop {
			tokio::select! {
				changed = heads.changed() => {
					if changed.is_err() {
						return;
					}
				},
				() = sender.closed() => return,
			}
			let now = heads.borrow_and_update().best;
			if now != best {
				best = now;
				sender.send_replace(Instant::now());
			}
		}
	});
	receiver
}

#[cfg(test)]
mod tests {
	use millrace_primitives::{ModelId, Price, TierId};

	use super::*;

	fn model(name: &str, number: u8) -> ModelView {
		ModelView {
			id: ModelId([number; 32]),
			name: name.into(),
			tier: TierId(0),
			price: Price::default(),
			context: 4_096,
		}
	}

	#[test]
	fn a_model_is_found_by_name_or_id() {
		let models = [model("gemma", 1), model("qwen", 2)];
		let id = "02".repeat(32);
		for name in ["qwen", &id, &format!("0x{id}")] {
			assert_eq!(find(&models, name).unwrap().id, ModelId([2; 32]));
		}
	}

	#[test]
	fn an_unknown_model_is_named_in_the_refusal() {
		let error = find(&[model("gemma", 1)], "gpt-4o").unwrap_err();
		assert!(error.to_string().contains("gpt-4o"));
	}
}
