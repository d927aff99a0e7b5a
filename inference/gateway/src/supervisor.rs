//! Child processes that are watched, and gone when their parent is.

use std::{
	ffi::OsString,
	fs::{self, File},
	io::{self, Read, Seek, SeekFrom},
	net::{Ipv4Addr, SocketAddr, TcpListener},
	path::{Path, PathBuf},
	process::{ExitStatus, Stdio},
	time::Duration,
};

use tokio::{
	process::{Child, Command},
	time::timeout,
};

/// How long a process may take to end when it is asked to.
const STOP_MAX: Duration = Duration::from_secs(15);

/// How much of a log is shown when a process fails.
const TAIL_BYTES: u64 = 4 * 1024;

/// How many lines of it.
const TAIL_LINES: usize = 15;

/// A process that is not as it should be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
	/// It cannot be started.
	#[error("{name} cannot be started ({})", .program.display())]
	Start {
		/// Its name.
		name: &'static str,
		/// The program.
		program: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// Its log cannot be written.
	#[error("the log {} cannot be written", .0.display())]
	Log(PathBuf, #[source] io::Error),
	/// It has ended by itself.
	#[error("{name} ended by itself ({status}); the end of {}:\n{tail}", .log.display())]
	Ended {
		/// Its name.
		name: &'static str,
		/// How.
		status: ExitStatus,
		/// Its log.
		log: PathBuf,
		/// The last lines of its log.
		tail: String,
	},
	/// It cannot be waited for.
	#[error("{0} cannot be waited for")]
	Wait(&'static str, #[source] io::Error),
}

/// A child process with a log of its own.
///
/// It is killed when this value is dropped, and on Linux also when the parent process dies without
/// dropping anything. [`Process::stop`] ends it in order.
#[derive(Debug)]
pub struct Process {
	name: &'static str,
	log: PathBuf,
	child: Child,
}

impl Process {
	/// Start `program` with `arguments`; what it prints goes to `<name>.log` in `logs`.
	///
	/// On Linux the child dies with the thread that started it, so this belongs on a thread that
	/// lives as long as the process: the main one, or a runtime's worker.
	pub fn start<A: Into<OsString>>(
		name: &'static str,
		program: &Path,
		arguments: impl IntoIterator<Item = A>,
		logs: &Path,
	) -> Result<Self, ProcessError> {
		let log = logs.join(format!("{name}.log"));
		let unwritable = |error| ProcessError::Log(log.clone(), error);
		fs::create_dir_all(logs).map_err(unwritable)?;
		let output = File::create(&log).map_err(unwritable)?;
		let errors = output.try_clone().map_err(unwritable)?;
		let mut command = Command::new(program);
		command
			.args(arguments.into_iter().map(Into::into))
			.stdin(Stdio::null())
			.stdout(output)
			.stderr(errors)
			.kill_on_drop(true);
		// Ctrl-C in a terminal goes to a whole process group; the children are stopped in order.
		#[cfg(unix)]
		command.process_group(0);
		die_with_parent(&mut command);
		let child = command.spawn().map_err(|source| ProcessError::Start {
			name,
			program: program.into(),
			source,
		})?;
		Ok(Self { name, log, child })
	}

	/// Its name.
	pub const fn name(&self) -> &'static str {
		self.name
	}

	/// Where it logs to.
	pub fn log(&self) -> &Path {
		&self.log
	}

	/// Ready when it has ended by itself. Cancel-safe.
	pub async fn ended(&mut self) -> ProcessError {
		match self.child.wait().await {
			Ok(status) => ProcessError::Ended {
				name: self.name,
				status,
				log: self.log.clone(),
				tail: tail(&self.log).unwrap_or_default(),
			},
			Err(error) => ProcessError::Wait(self.name, error),
		}
	}

	/// Ask it to end, and kill it if it does not. Returns whether it ended in order.
	pub async fn stop(mut self) -> bool {
		if let Some(id) = self.child.id() {
			terminate(id);
		}
		if matches!(timeout(STOP_MAX, self.child.wait()).await, Ok(Ok(_))) {
			return true;
		}
		// It is dead either way: if killing fails, it was already gone.
		drop(self.child.kill().await);
		false
	}
}

#[cfg(target_os = "linux")]
fn die_with_parent(command: &mut Command) {
	let request = || {
		// SAFETY: prctl with these arguments only sets a flag of the calling process, and is
		// async-signal-safe, as everything between fork and exec must be.
		#[expect(unsafe_code, reason = "there is no safe way to ask for it")]
		let result = unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) };
		if result == 0 {
			Ok(())
		} else {
			Err(io::Error::last_os_error())
		}
	};
	// SAFETY: the closure allocates nothing and takes no lock.
	#[expect(unsafe_code, reason = "the closure runs between fork and exec")]
	unsafe {
		command.pre_exec(request);
	}
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent(_: &mut Command) {}

#[cfg(unix)]
fn terminate(id: u32) {
	let Ok(id) = libc::pid_t::try_from(id) else { return };
	// SAFETY: the call takes two integers; the child has not been waited for, so the id is its own.
	// If it fails, the process has ended, which is what was asked for.
	#[expect(unsafe_code, reason = "the standard library only knows how to kill")]
	let _: libc::c_int = unsafe { libc::kill(id, libc::SIGTERM) };
}

#[cfg(not(unix))]
fn terminate(_: u32) {}

/// The last lines of a log.
fn tail(log: &Path) -> io::Result<String> {
	let mut file = File::open(log)?;
	let length = file.metadata()?.len();
	file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
	let mut bytes = Vec::new();
	file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
	let text = String::from_utf8_lossy(&bytes);
	let lines: Vec<&str> = text.lines().rev().take(TAIL_LINES).collect();
	Ok(lines.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

/// A loopback address with a port that is free now.
pub fn free_address() -> io::Result<SocketAddr> {
	TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// A program that is not where it should be.
#[derive(Debug, thiserror::Error)]
#[error("the program {} is missing; `make build` builds it", .0.display())]
pub struct MissingProgram(pub PathBuf);

/// The program `name` in the folder of this one.
pub fn beside_us(name: &str) -> Result<PathBuf, MissingProgram> {
	let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
	let path = std::env::current_exe()
		.map(|us| us.with_file_name(&name))
		.unwrap_or_else(|_| PathBuf::from(name));
	if path.is_file() {
		Ok(path)
	} else {
		Err(MissingProgram(path))
	}
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
	use super::*;

	fn shell(script: &str, logs: &Path) -> Process {
		Process::start("shell", Path::new("/bin/sh"), ["-c", script], logs).unwrap()
	}

	fn is_alive(id: &str) -> bool {
		Path::new("/proc").join(id.trim()).exists()
	}

	/// Wait until the log holds a line.
	async fn line(process: &Process) -> String {
		loop {
			let text = fs::read_to_string(process.log()).unwrap();
			if text.ends_with('\n') {
				return text;
			}
			tokio::task::yield_now().await;
		}
	}

	#[tokio::test]
	async fn a_process_that_ends_is_reported_with_the_end_of_its_log() {
		let logs = tempfile::tempdir().unwrap();
		let mut process = shell("seq 1 100; echo broken >&2; exit 3", logs.path());
		let error = process.ended().await.to_string();
		assert!(error.contains("shell ended by itself"), "{error}");
		assert!(error.contains("100\nbroken"), "{error}");
		assert!(!error.contains("\n50\n"), "{error}");
	}

	#[tokio::test]
	async fn a_process_is_asked_to_end() {
		let logs = tempfile::tempdir().unwrap();
		let script = "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
		let process = shell(script, logs.path());
		line(&process).await;
		let log = process.log().to_owned();
		assert!(process.stop().await);
		assert!(fs::read_to_string(log).unwrap().ends_with("bye\n"));
	}

	#[tokio::test]
	async fn a_dropped_process_is_killed() {
		let logs = tempfile::tempdir().unwrap();
		let mut process = shell("echo $$; exec sleep 1000", logs.path());
		let id = line(&process).await;
		assert!(is_alive(&id));
		process.child.start_kill().unwrap();
		process.child.wait().await.unwrap();
		assert!(!is_alive(&id));
	}

	#[tokio::test]
	async fn a_missing_program_is_named() {
		let logs = tempfile::tempdir().unwrap();
		let none: [&str; 0] = [];
		let error =
			Process::start("ghost", Path::new("/nowhere/ghost"), none, logs.path()).unwrap_err();
		assert!(error.to_string().contains("/nowhere/ghost"));
		assert!(beside_us("no-such-program").is_err());
	}
}
