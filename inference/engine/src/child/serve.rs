//! The process: one thread reads commands and tokenizes, the main thread computes.

use std::{
	env,
	fs::File,
	io::{self, BufReader, BufWriter, Write},
	sync::{
		mpsc::{sync_channel, Receiver, SyncSender, TryRecvError},
		Arc, Mutex, PoisonError,
	},
	thread,
	time::{Duration, Instant},
};

use anyhow::Context as _;
use millrace_engine::{
	protocol::{frame, read_frame, Command, Refusal, Report, Work},
	request, EngineConfig, Profile,
};

use super::{
	llama::{Llama, Weights},
	process::{exit_at_once, forbid_core_dumps, take_stdout},
	prompt::Tokenizer,
	scheduler::{Job, Scheduler},
};

/// Tasks that may wait for the scheduler, which takes them in after each computation.
const TASKS_MAX: usize = 1_024;
/// How often the supervisor hears of a process that has work.
const STATUS_INTERVAL: Duration = Duration::from_millis(500);

/// How the child is set up.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
	#[command(flatten)]
	pub(crate) engine: crate::EngineOptions,
	/// Answers generated at once [default: 4]
	#[arg(long, value_name = "N")]
	pub(crate) slots: Option<u32>,
}

enum Task {
	Generate(Job),
	Cancel(u64),
}

/// Serve the protocol on standard input and output until the input ends.
pub(crate) fn serve(options: &Options) -> anyhow::Result<()> {
	forbid_core_dumps().context("core dumps cannot be switched off")?;
	let reports = Reports::new(take_stdout().context("standard output cannot be taken over")?);
	let config = options.engine.config(env::current_exe()?, options.slots);
	match prepare(&config, &reports) {
		Ok((weights, tokenizer, llama)) => {
			reports.send(&[Report::Ready(weights.describe(&config))])?;
			run(&config, &reports, tokenizer, llama)
		},
		Err(error) => {
			reports.send(&[Report::Unloadable { reason: format!("{error:#}") }])?;
			Err(error)
		},
	}
}

type Prepared = (&'static Weights, Tokenizer, Llama<'static>);

fn prepare(config: &EngineConfig, reports: &Reports) -> anyhow::Result<Prepared> {
	config.validate()?;
	if config.profile == Profile::Canonical {
		// Read once, at the first matrix product.
		env::set_var("GGML_CPU_TILED_MM", "0");
	}
	let mut last = None;
	let progress = |permille: u16| {
		let percent = permille.div_euclid(10);
		if last.replace(percent) != Some(percent) {
			// If nobody listens any more, the input ends too.
			let _ = reports.send(&[Report::Loading { permille }]);
		}
	};
	// Two threads use it until the process exits.
	let weights: &'static Weights = Box::leak(Box::new(Weights::load(config, progress)?));
	let tokenizer = Tokenizer::new(weights)?;
	let llama = Llama::new(weights, config)?;
	Ok((weights, tokenizer, llama))
}

fn run(
	config: &EngineConfig,
	reports: &Reports,
	tokenizer: Tokenizer,
	llama: Llama<'static>,
) -> anyhow::Result<()> {
	let (sender, tasks) = sync_channel(TASKS_MAX);
	let reader = Reader {
		tokenizer,
		reports: reports.clone(),
		tasks: sender,
		prompt_max: config.context.saturating_sub(1),
	};
	thread::Builder::new().name("reader".to_owned()).spawn(move || reader.run_and_exit())?;
	let limits = llama.limits();
	let mut scheduler = Scheduler::new(llama, limits);
	let mut out = Vec::new();
	let mut busy = Duration::ZERO;
	let mut told = Instant::now();
	while take_tasks(&tasks, &mut scheduler, &mut out) {
		let began = Instant::now();
		scheduler.step(&mut out)?;
		// Tokens do not wait for somebody else's prompt.
		reports.send(&out)?;
		out.clear();
		scheduler.chunk(&mut out)?;
		busy = busy.saturating_add(began.elapsed());
		if told.elapsed() >= STATUS_INTERVAL || scheduler.is_idle() {
			let busy_us = u64::try_from(busy.as_micros()).unwrap_or(u64::MAX);
			out.push(Report::Status { tokens: scheduler.take_generated(), busy_us });
			busy = Duration::ZERO;
			told = Instant::now();
		}
		reports.send(&out)?;
		out.clear();
	}
	Ok(())
}

/// Take in what has come, and wait while there is nothing to do. `false` if nothing can come.
fn take_tasks(
	tasks: &Receiver<Task>,
	scheduler: &mut Scheduler<Llama<'static>>,
	out: &mut Vec<Report>,
) -> bool {
	loop {
		let task = if scheduler.is_idle() && out.is_empty() {
			tasks.recv().map_err(|_| TryRecvError::Disconnected)
		} else {
			tasks.try_recv()
		};
		match task {
			Ok(Task::Generate(job)) => scheduler.submit(job),
			Ok(Task::Cancel(id)) => scheduler.cancel(id, out),
			Err(TryRecvError::Empty) => return true,
			Err(TryRecvError::Disconnected) => return false,
		}
	}
}

/// Where reports go.
#[derive(Clone)]
struct Reports(Arc<Mutex<BufWriter<File>>>);

impl Reports {
	fn new(to: File) -> Self {
		Self(Arc::new(Mutex::new(BufWriter::new(to))))
	}

	fn send(&self, reports: &[Report]) -> io::Result<()> {
		let mut to = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		for report in reports {
			to.write_all(&frame(report).map_err(io::Error::other)?)?;
		}
		to.flush()
	}
}

/// The thread that reads commands. Tokenizing happens here, beside the computation.
struct Reader {
	tokenizer: Tokenizer,
	reports: Reports,
	tasks: SyncSender<Task>,
	/// The most prompt tokens that leave room for an answer.
	prompt_max: u32,
}

impl Reader {
	/// When the input ends, the supervisor is gone or wants this process gone: exit at once, in the
	/// middle of whatever is computed.
	#[expect(clippy::print_stderr, reason = "standard error is the child's log")]
	fn run_and_exit(self) -> ! {
		match self.run() {
			Ok(()) => exit_at_once(0),
			Err(error) => {
				eprintln!("error: {error:#}");
				exit_at_once(2);
			},
		}
	}

	fn run(&self) -> anyhow::Result<()> {
		let mut input = BufReader::new(io::stdin());
		while let Some(command) = read_frame(&mut input)? {
			match command {
				Command::Cancel { id } => self.tasks.send(Task::Cancel(id))?,
				Command::Generate(work) => {
					let id = work.id;
					match self.job(work) {
						Ok(job) => {
							let input_tokens = u32::try_from(job.prompt.len())?;
							self.reports.send(&[Report::Accepted { id, input_tokens }])?;
							self.tasks.send(Task::Generate(job))?;
						},
						Err(refusal) => self.reports.send(&[Report::Refused { id, refusal }])?,
					}
				},
			}
		}
		Ok(())
	}

	fn job(&self, work: Work) -> Result<Job, Refusal> {
		let Work { id, prompt, sampling, seed, max_output, max_input, stop, session } = work;
		request::validate(&prompt, &sampling, max_output, &stop)?;
		let tokenized = self.tokenizer.tokenize(prompt)?;
		let tokens = u32::try_from(tokenized.tokens.len()).unwrap_or(u32::MAX);
		let max = max_input.min(self.prompt_max);
		if tokens > max {
			return Err(Refusal::PromptTooLong { tokens, max });
		}
		let mut stops = stop;
		stops.extend(tokenized.stops.iter().map(|stop| (*stop).to_owned()));
		Ok(Job { id, prompt: tokenized.tokens, sampling, seed, max_output, stops, session })
	}
}
