//! The task that keeps one child process running and moves messages between it and the handles.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::StreamExt;
use tokio::{
	io::AsyncWriteExt,
	sync::{mpsc, oneshot},
	time::{interval, sleep, timeout, Instant, MissedTickBehavior},
};
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

use crate::{
	engine::Shared,
	error::{EngineError, StartError},
	generation::{Cancellation, Produced, Result},
	launch::{Commands, Launch, Patience, Reports, Running},
	model_file::ModelFile,
	protocol::{self, Command, Loaded, Refusal, Report, Work, FRAME_BYTES_MAX},
};

/// How often cancelled answers and a silent child are looked for.
const SWEEP: Duration = Duration::from_millis(250);
/// How long a child must live for the next pause to be the shortest again.
const HEALTHY_LIFE: Duration = Duration::from_secs(60);
/// How often in a row loading may fail. A child that dies at work is started again without end: a
/// stranger's prompt must not be able to stop a worker for good.
const LOADS_MAX: u32 = 6;
/// Reports besides the tokens of one answer: started, done, an error.
const OTHER_EVENTS: u32 = 4;

/// What the handles ask for.
pub(crate) enum Order {
	Generate { work: Work, reply: Reply },
	Shutdown(Ended),
}

type Reply = oneshot::Sender<Result<Accepted>>;
type Tokens = mpsc::Receiver<Result<Produced>>;
/// Told when the engine has ended.
type Ended = oneshot::Sender<()>;

/// A request that was taken.
pub(crate) struct Accepted {
	pub(crate) input_tokens: u32,
	pub(crate) produced: Tokens,
	pub(crate) cancellation: Arc<Cancellation>,
}

/// Where the tokens of an answer go.
struct Answer {
	/// Until the child has accepted it.
	waiting: Option<(Reply, Tokens)>,
	produced: mpsc::Sender<Result<Produced>>,
	cancellation: Arc<Cancellation>,
	is_started: bool,
	is_cancelled: bool,
}

impl Answer {
	fn is_unwanted(&self) -> bool {
		let is_abandoned = match &self.waiting {
			Some((reply, _)) => reply.is_closed(),
			None => self.produced.is_closed(),
		};
		is_abandoned || self.cancellation.is_asked()
	}

	/// Room is reserved for all that an answer can produce, so only a child that breaks the
	/// protocol finds none. An answer whose consumer is gone is swept later.
	fn produce(&self, produced: Produced) -> std::result::Result<(), String> {
		match self.produced.try_send(Ok(produced)) {
			Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
			Err(mpsc::error::TrySendError::Full(_)) => Err("it generated too many tokens".into()),
		}
	}

	fn fail(mut self, error: &EngineError) {
		// Either end may be gone, then nobody is left to tell.
		let _ = match self.waiting.take() {
			Some((reply, _)) => reply.send(Err(error.clone())).is_ok(),
			None => self.produced.try_send(Err(error.clone())).is_ok(),
		};
	}
}

/// A child that is connected.
pub(crate) struct Link {
	commands: mpsc::Sender<Vec<u8>>,
	reports: FramedRead<Reports, LengthDelimitedCodec>,
	process: Running,
}

impl Link {
	async fn next(&mut self) -> std::result::Result<Report, String> {
		match self.reports.next().await {
			Some(Ok(body)) => protocol::unframe(&body).map_err(|error| error.to_string()),
			Some(Err(error)) => Err(error.to_string()),
			None => Err("it exited".to_owned()),
		}
	}

	/// End the child and say how it ended.
	async fn end(self, kill: bool) -> String {
		let Self { commands, reports, process } = self;
		drop((commands, reports));
		process.end(kill).await
	}
}

/// Start a child and wait until its model is loaded.
pub(crate) async fn connect(
	launch: &mut impl Launch,
	capacity: u32,
	progress: impl Fn(u16),
) -> std::result::Result<(Link, Loaded), StartError> {
	let silence = launch.patience().load_silence;
	let (commands, reports, process) = launch.launch().map_err(StartError::Program)?.split();
	// A command and a cancellation each.
	let backlog = usize::try_from(capacity).unwrap_or(usize::MAX).saturating_mul(2);
	let (sender, inbox) = mpsc::channel(backlog);
	tokio::spawn(write(commands, inbox));
	let codec = LengthDelimitedCodec::builder()
		.little_endian()
		.max_frame_length(FRAME_BYTES_MAX)
		.new_codec();
	let mut link = Link { commands: sender, reports: FramedRead::new(reports, codec), process };
	loop {
		let reason = match timeout(silence, link.next()).await {
			Ok(Ok(Report::Loading { permille })) => {
				progress(permille);
				continue;
			},
			Ok(Ok(Report::Ready(loaded))) => return Ok((link, loaded)),
			Ok(Ok(Report::Unloadable { reason }) | Err(reason)) => reason,
			Ok(Ok(report)) => format!("it reported {report:?} before it was ready"),
			Err(_) => "it does not answer".to_owned(),
		};
		let end = link.end(false).await;
		return Err(StartError::Load(format!("{reason} ({end})")));
	}
}

/// Write frames until there are no more to come. Dropping the pipe tells the child to exit.
async fn write(mut to: Commands, mut frames: mpsc::Receiver<Vec<u8>>) {
	while let Some(frame) = frames.recv().await {
		if to.write_all(&frame).await.is_err() || to.flush().await.is_err() {
			break;
		}
	}
}

/// Why serving ended.
enum Exit {
	/// The engine is no longer wanted.
	Asked(Option<Ended>),
	/// The child died, or has to.
	Died(String),
}

pub(crate) struct Supervisor<L> {
	launch: L,
	model: ModelFile,
	loaded: Loaded,
	capacity: u32,
	shared: Arc<Shared>,
	orders: mpsc::Receiver<Order>,
	answers: HashMap<u64, Answer>,
	last_id: u64,
	patience: Patience,
	backoff: Duration,
}

impl<L: Launch> Supervisor<L> {
	pub(crate) fn new(
		launch: L,
		model: ModelFile,
		loaded: Loaded,
		capacity: u32,
		shared: Arc<Shared>,
		orders: mpsc::Receiver<Order>,
	) -> Self {
		let patience = launch.patience();
		Self {
			launch,
			model,
			loaded,
			capacity,
			shared,
			orders,
			answers: HashMap::new(),
			last_id: 0,
			patience,
			backoff: patience.backoff_min,
		}
	}

	pub(crate) async fn run(mut self, mut link: Link) {
		let done = loop {
			let born = Instant::now();
			let exit = self.serve(&mut link).await;
			let reason = match exit {
				Exit::Asked(done) => {
					self.fail_all(&EngineError::Stopped { reason: "it was shut down".to_owned() });
					link.end(false).await;
					break done;
				},
				Exit::Died(reason) => format!("{reason} ({})", link.end(true).await),
			};
			tracing::warn!(reason, "the engine process died; starting it again");
			self.fail_all(&EngineError::Crashed { reason: reason.clone() });
			self.record_death(reason.clone());
			if born.elapsed() >= HEALTHY_LIFE {
				self.backoff = self.patience.backoff_min;
			}
			match self.revive(reason).await {
				Ok(next) => link = next,
				Err(done) => break done,
			}
			self.shared.stats().is_ready = true;
		};
		self.shared.stats().is_ready = false;
		self.orders.close();
		if let Some(done) = done {
			// The one who asked may have gone.
			let _ = done.send(());
		}
	}

	fn record_death(&self, reason: String) {
		let mut stats = self.shared.stats();
		stats.is_ready = false;
		stats.restarts = stats.restarts.saturating_add(1);
		stats.failure = Some(reason);
	}

	/// Start another child. `Err` if the engine is no longer wanted or cannot be kept running.
	async fn revive(&mut self, mut reason: String) -> std::result::Result<Link, Option<Ended>> {
		for _ in 0..LOADS_MAX {
			match self.attempt(&reason).await? {
				Ok((link, loaded)) if loaded == self.loaded && self.model.is_unchanged() => {
					return Ok(link)
				},
				Ok((link, _)) => {
					link.end(true).await;
					reason = "the model file or the engine program was changed".to_owned();
					break;
				},
				Err(error) => reason = error.to_string(),
			}
			tracing::warn!(reason, "the engine does not start again");
			self.shared.stats().failure = Some(reason.clone());
		}
		tracing::error!(reason, "the engine has stopped");
		self.shared.stats().failure = Some(reason);
		Err(None)
	}

	/// Pause, then start a child, and meanwhile tell those who ask for answers why there are none.
	/// `Err` if the engine is no longer wanted.
	async fn attempt(
		&mut self,
		reason: &str,
	) -> std::result::Result<std::result::Result<(Link, Loaded), StartError>, Option<Ended>> {
		let launch = &mut self.launch;
		let (capacity, pause) = (self.capacity, self.backoff);
		self.backoff = pause.saturating_mul(2).min(self.patience.backoff_max);
		let attempt = async {
			sleep(pause).await;
			connect(launch, capacity, |_| ()).await
		};
		tokio::pin!(attempt);
		loop {
			tokio::select! {
				result = &mut attempt => return Ok(result),
				order = self.orders.recv() => match order {
					Some(Order::Generate { reply, .. }) => {
						let error = EngineError::Restarting { reason: reason.to_owned() };
						// The one who asked may have gone.
						let _ = reply.send(Err(error));
					},
					Some(Order::Shutdown(done)) => return Err(Some(done)),
					None => return Err(None),
				},
			}
		}
	}

	async fn serve(&mut self, link: &mut Link) -> Exit {
		let wake = Arc::clone(&self.shared.wake);
		let mut sweep = interval(SWEEP);
		sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
		let mut heard = Instant::now();
		loop {
			tokio::select! {
				report = link.next() => {
					heard = Instant::now();
					if let Err(reason) = report.and_then(|report| self.take(report)) {
						return Exit::Died(reason);
					}
				},
				order = self.orders.recv() => match order {
					Some(Order::Generate { work, reply }) => self.submit(link, work, reply),
					Some(Order::Shutdown(done)) => return Exit::Asked(Some(done)),
					None => return Exit::Asked(None),
				},
				() = wake.notified() => self.cancel_unwanted(link),
				_ = sweep.tick() => {
					if self.answers.is_empty() {
						heard = Instant::now();
					} else if heard.elapsed() > self.patience.work_silence {
						return Exit::Died("it does not answer".to_owned());
					}
					self.cancel_unwanted(link);
				},
			}
		}
	}

	/// Hand a request to the child.
	fn submit(&mut self, link: &Link, work: Work, reply: Reply) {
		let tokens = work.max_output.min(self.loaded.context).saturating_add(OTHER_EVENTS);
		if let Err(error) = self.send(link, work) {
			// The one who asked may have gone.
			let _ = reply.send(Err(error));
			return;
		}
		let (produced, receiver) = mpsc::channel(usize::try_from(tokens).unwrap_or(usize::MAX));
		let answer = Answer {
			waiting: Some((reply, receiver)),
			produced,
			cancellation: Arc::new(Cancellation::new(Arc::clone(&self.shared.wake))),
			is_started: false,
			is_cancelled: false,
		};
		self.answers.insert(self.last_id, answer);
		self.count();
	}

	/// Send work under the next id, if there is room for it.
	fn send(&mut self, link: &Link, mut work: Work) -> Result<()> {
		let active = u32::try_from(self.answers.len()).unwrap_or(u32::MAX);
		if active >= self.capacity {
			return Err(EngineError::Busy { active });
		}
		self.last_id = self.last_id.saturating_add(1);
		work.id = self.last_id;
		let frame = protocol::frame(&Command::Generate(work))
			.map_err(|error| EngineError::Refused(error.to_string()))?;
		link.commands.try_send(frame).map_err(|error| match error {
			mpsc::error::TrySendError::Full(_) => EngineError::Busy { active },
			mpsc::error::TrySendError::Closed(_) => {
				EngineError::Restarting { reason: "it closed its input".to_owned() }
			},
		})
	}

	/// Take a report in. An error says how the child broke the protocol.
	fn take(&mut self, report: Report) -> std::result::Result<(), String> {
		let unknown = || "it reported on an answer nobody asked for".to_owned();
		match report {
			Report::Token { id, token, text } => {
				let answer = self.answers.get(&id).ok_or_else(unknown)?;
				return answer.produce(Produced::Token { token, text });
			},
			Report::Accepted { id, input_tokens } => {
				let answer = self.answers.get_mut(&id).ok_or_else(unknown)?;
				let (reply, produced) = answer.waiting.take().ok_or_else(unknown)?;
				let cancellation = Arc::clone(&answer.cancellation);
				// If the one who asked has gone, so has the receiver, and the answer is swept.
				let _ = reply.send(Ok(Accepted { input_tokens, produced, cancellation }));
			},
			Report::Refused { id, refusal } => {
				self.answers.remove(&id).ok_or_else(unknown)?.fail(&refused(refusal));
			},
			Report::Started { id } => {
				let answer = self.answers.get_mut(&id).ok_or_else(unknown)?;
				answer.is_started = true;
				answer.produce(Produced::Started)?;
			},
			Report::Done { id, finish } => {
				let answer = self.answers.remove(&id).ok_or_else(unknown)?;
				answer.produce(Produced::Done(finish))?;
			},
			Report::Status { tokens, busy_us } => self.measure(tokens, busy_us),
			Report::Loading { .. } | Report::Ready(_) | Report::Unloadable { .. } => {
				return Err("it loaded its model twice".to_owned());
			},
		}
		self.count();
		Ok(())
	}

	fn cancel_unwanted(&mut self, link: &Link) {
		for (id, answer) in &mut self.answers {
			if answer.is_cancelled || !answer.is_unwanted() {
				continue;
			}
			let frame = protocol::frame(&Command::Cancel { id: *id });
			// If there is no room now, the next sweep tries again.
			answer.is_cancelled = frame.is_ok_and(|frame| link.commands.try_send(frame).is_ok());
		}
	}

	fn fail_all(&mut self, error: &EngineError) {
		for (_, answer) in self.answers.drain() {
			answer.fail(error);
		}
		self.count();
	}

	fn count(&self) {
		let count = |started: bool| {
			let of = self.answers.values().filter(|answer| answer.is_started == started).count();
			u32::try_from(of).unwrap_or(u32::MAX)
		};
		let (active, queued) = (count(true), count(false));
		let mut stats = self.shared.stats();
		stats.active = active;
		stats.queued = queued;
	}

	/// Smooth the speed: each measurement counts a quarter.
	fn measure(&self, tokens: u32, busy_us: u64) {
		let milli = u64::from(tokens).saturating_mul(1_000_000_000).checked_div(busy_us);
		let Some(now) = milli.filter(|_| tokens > 0) else { return };
		let mut stats = self.shared.stats();
		let speed = &mut stats.tokens_per_second_milli;
		*speed = match *speed {
			0 => now,
			before => before.saturating_mul(3).saturating_add(now).div_euclid(4),
		};
	}
}

fn refused(refusal: Refusal) -> EngineError {
	match refusal {
		Refusal::PromptTooLong { tokens, max } => EngineError::PromptTooLong { tokens, max },
		Refusal::BadTemplate { reason } => EngineError::BadTemplate { reason },
		Refusal::Invalid { reason } => EngineError::Refused(reason),
		Refusal::EmptyPrompt => crate::InvalidRequest::EmptyPrompt.into(),
	}
}
