//! The child process, as the supervisor holds it.

use std::{
	collections::VecDeque,
	env, io,
	process::Stdio,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};

use tokio::{
	io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, BufReader},
	process::{Child, ChildStderr, Command},
	task::JoinHandle,
	time::timeout,
};

use crate::config::{EngineConfig, Profile};

/// How long a child may take to exit once its input has ended.
const EXIT_TIME: Duration = Duration::from_secs(2);
/// How many of the last lines of its log are kept to say why it died.
const LINES_MAX: usize = 16;
const LINE_BYTES_MAX: u64 = 1_024;

/// Starts engine processes: once at first, and again after each that dies.
///
/// [`Process`] is the one in use. Another one can connect the supervisor to a script that speaks
/// the [protocol](crate::protocol) over any pipe.
pub trait Launch: Send + 'static {
	/// Start a process.
	///
	/// # Errors
	///
	/// Why it does not start.
	fn launch(&mut self) -> io::Result<Connection>;

	/// How much to put up with.
	fn patience(&self) -> Patience {
		Patience::default()
	}
}

/// How long a process may take, and how soon another is started.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
	/// The longest silence of a process that loads its model.
	pub load_silence: Duration,
	/// The longest silence of a process that has work.
	pub work_silence: Duration,
	/// The pause before a process is started again.
	pub backoff_min: Duration,
	/// The pause doubles up to this, as long as no process lives for a minute.
	pub backoff_max: Duration,
}

impl Default for Patience {
	fn default() -> Self {
		Self {
			load_silence: Duration::from_secs(300),
			work_silence: Duration::from_secs(120),
			backoff_min: Duration::from_millis(250),
			backoff_max: Duration::from_secs(30),
		}
	}
}

/// A running engine process.
pub struct Connection {
	commands: Box<dyn AsyncWrite + Send + Unpin>,
	reports: Box<dyn AsyncRead + Send + Unpin>,
	process: Running,
}

impl Connection {
	/// A connection to something that is no process. It ends with its pipes.
	pub fn to_pipe(
		commands: impl AsyncWrite + Send + Unpin + 'static,
		reports: impl AsyncRead + Send + Unpin + 'static,
	) -> Self {
		let process = Running { child: None, log: Log::default(), reading: None };
		Self { commands: Box::new(commands), reports: Box::new(reports), process }
	}

	/// The process id, if it is a process that still runs.
	pub fn id(&self) -> Option<u32> {
		self.process.child.as_ref().and_then(Child::id)
	}

	pub(crate) fn split(self) -> (Commands, Reports, Running) {
		(self.commands, self.reports, self.process)
	}
}

pub(crate) type Commands = Box<dyn AsyncWrite + Send + Unpin>;
pub(crate) type Reports = Box<dyn AsyncRead + Send + Unpin>;

/// The process behind a connection. Dropping it kills it.
pub(crate) struct Running {
	child: Option<Child>,
	log: Log,
	/// Reads the log until it ends.
	reading: Option<JoinHandle<()>>,
}

impl Running {
	/// Wait for the process to exit by itself, kill it if it does not, and say how it ended.
	pub(crate) async fn end(mut self, kill: bool) -> String {
		let Some(mut child) = self.child.take() else { return "its pipe was closed".to_owned() };
		if kill || timeout(EXIT_TIME, child.wait()).await.is_err() {
			// Fails only for a process that has exited.
			let _ = child.start_kill();
		}
		let ended = timeout(EXIT_TIME, child.wait()).await;
		let how = match ended {
			Ok(Ok(status)) => status.to_string(),
			Ok(Err(error)) => error.to_string(),
			Err(_) => "it does not die".to_owned(),
		};
		if let Some(reading) = self.reading.take() {
			// The reason may stand in the last line.
			let _ = timeout(EXIT_TIME, reading).await;
		}
		match self.log.telling_line() {
			Some(line) => format!("{how}: {line}"),
			None => how,
		}
	}
}

/// The last lines that a process logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<VecDeque<String>>>);

impl Log {
	fn push(&self, line: &str) {
		let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		if lines.len() == LINES_MAX {
			lines.pop_front();
		}
		lines.push_back(line.to_owned());
	}

	/// The line that says most about why a process died.
	fn telling_line(&self) -> Option<String> {
		let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		let tells = |line: &&String| {
			["GGML_ASSERT", "panicked", "rror", "failed"].iter().any(|word| line.contains(word))
		};
		lines.iter().rev().find(tells).cloned()
	}

	async fn follow(self, from: ChildStderr) {
		let mut from = BufReader::new(from);
		loop {
			let mut line = Vec::new();
			match (&mut from).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await {
				Ok(0) | Err(_) => break,
				Ok(_) => {},
			}
			let line = String::from_utf8_lossy(&line);
			let line = line.trim_end();
			if !line.is_empty() {
				tracing::debug!(target: "millrace_engine::child", "{line}");
				self.push(line);
			}
		}
	}
}

/// Starts the `millrace-engine` binary.
pub struct Process {
	config: EngineConfig,
}

impl Process {
	/// A launcher of processes set up by `config`.
	pub const fn new(config: EngineConfig) -> Self {
		Self { config }
	}

	fn command(&self) -> Command {
		let config = &self.config;
		let mut command = Command::new(&config.program);
		command
			.arg("serve")
			.arg("--model")
			.arg(&config.model)
			.args(["--context", &config.context.to_string()])
			.args(["--slots", &config.slots.to_string()])
			.args(["--threads", &config.threads.to_string()])
			.args(["--gpu-layers", &config.gpu_layers.to_string()])
			.args(["--profile", config.profile.name()])
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.stderr(Stdio::piped())
			.kill_on_drop(true);
		// Some of llama.cpp's variables print batches, others choose other kernels.
		let meddles = |name: &str| {
			name.starts_with("LLAMA_")
				|| (name.starts_with("GGML_") && config.profile == Profile::Canonical)
		};
		for (name, _) in env::vars_os() {
			if name.to_str().is_some_and(meddles) {
				command.env_remove(name);
			}
		}
		// On a failed assertion ggml would attach a debugger to the process.
		command.env("GGML_NO_BACKTRACE", "1");
		command
	}
}

impl Launch for Process {
	fn launch(&mut self) -> io::Result<Connection> {
		let mut child = self.command().spawn().map_err(|error| {
			io::Error::new(error.kind(), format!("{}: {error}", self.config.program.display()))
		})?;
		let pipe = || io::Error::from(io::ErrorKind::BrokenPipe);
		let commands = Box::new(child.stdin.take().ok_or_else(pipe)?);
		let reports = Box::new(child.stdout.take().ok_or_else(pipe)?);
		let log = Log::default();
		let reading = tokio::spawn(log.clone().follow(child.stderr.take().ok_or_else(pipe)?));
		let process = Running { child: Some(child), log, reading: Some(reading) };
		Ok(Connection { commands, reports, process })
	}
}
