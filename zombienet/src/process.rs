//! One process of a network: started, stopped for a while, killed, started again.

use std::{
	fs::{self, File},
	io,
	path::{Path, PathBuf},
	process::Stdio,
	time::Duration,
};

use tokio::{
	process::{Child, Command},
	time::timeout,
};

/// How long a process may take to end when it is asked to.
const STOP_MAX: Duration = Duration::from_secs(40);

/// What a process can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
	/// Stand still (SIGSTOP).
	Pause,
	/// Go on (SIGCONT).
	Resume,
	/// End in order (SIGTERM).
	Terminate,
}

/// See the module.
#[derive(Debug)]
pub struct Process {
	name: String,
	program: PathBuf,
	args: Vec<String>,
	folder: PathBuf,
	log: PathBuf,
	child: Option<Child>,
}

impl Process {
	/// A process that has not been started.
	pub fn new(name: &str, program: PathBuf, args: Vec<String>, folder: &Path) -> Self {
		let log = folder.join(format!("{name}.log"));
		Self { name: name.into(), program, args, folder: folder.into(), log, child: None }
	}

	/// Its name.
	pub fn name(&self) -> &str {
		&self.name
	}

	/// Its output so far, from every time it was started.
	pub fn log(&self) -> io::Result<String> {
		Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
	}

	/// Start it; its output is appended to its log.
	pub fn start(&mut self) -> io::Result<()> {
		let log = File::options().create(true).append(true).open(&self.log)?;
		let child = Command::new(&self.program)
			.args(&self.args)
			.current_dir(&self.folder)
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log)
			.kill_on_drop(true)
			.spawn()?;
		self.child = Some(child);
		Ok(())
	}

	/// Whether it runs; `false` too if it has ended by itself.
	pub fn is_running(&mut self) -> bool {
		self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
	}

	/// Wait until it ends, and say whether it did so well.
	pub async fn wait(&mut self, at_most: Duration) -> io::Result<bool> {
		let Some(child) = &mut self.child else { return Ok(false) };
		match timeout(at_most, child.wait()).await {
			Ok(status) => status.map(|status| status.success()),
			Err(_) => Ok(false),
		}
	}

	/// Tell it something.
	pub fn signal(&self, signal: Signal) -> io::Result<()> {
		let number = match signal {
			Signal::Pause => libc::SIGSTOP,
			Signal::Resume => libc::SIGCONT,
			Signal::Terminate => libc::SIGTERM,
		};
		let id = self.child.as_ref().and_then(Child::id).ok_or(io::ErrorKind::NotFound)?;
		let id = libc::pid_t::try_from(id).map_err(io::Error::other)?;
		// SAFETY: the call takes two integers; the child has not been waited for, so its id is its.
		if unsafe { libc::kill(id, number) } == 0 {
			Ok(())
		} else {
			Err(io::Error::last_os_error())
		}
	}

	/// End it at once, as a power cut would (SIGKILL).
	pub async fn kill(&mut self) -> io::Result<()> {
		match self.child.take() {
			Some(mut child) => child.kill().await,
			None => Ok(()),
		}
	}

	/// End it in order.
	pub async fn stop(&mut self) -> io::Result<()> {
		if self.is_running() {
			self.signal(Signal::Terminate)?;
			if !self.wait(STOP_MAX).await? {
				self.kill().await?;
			}
		}
		self.child = None;
		Ok(())
	}
}
