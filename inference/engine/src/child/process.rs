//! What the child asks of the operating system.

use std::{
	fs::File,
	io,
	os::fd::{AsFd, OwnedFd},
};

/// Take over standard output for the protocol. What else writes there, as a library might, goes to
/// standard error from now on.
pub(crate) fn take_stdout() -> io::Result<File> {
	let protocol: OwnedFd = io::stdout().as_fd().try_clone_to_owned()?;
	// SAFETY: both descriptors are open, and standard output stays open.
	let result = unsafe { libc::dup2(libc::STDERR_FILENO, libc::STDOUT_FILENO) };
	if result < 0 {
		return Err(io::Error::last_os_error());
	}
	Ok(File::from(protocol))
}

/// A process that aborts must not leave its memory, prompts included, in a file.
pub(crate) fn forbid_core_dumps() -> io::Result<()> {
	let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
	// SAFETY: the argument is valid for the call.
	match unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) } {
		0 => Ok(()),
		_ => Err(io::Error::last_os_error()),
	}
}

/// End the process without running destructors under threads that still compute.
pub(crate) fn exit_at_once(code: i32) -> ! {
	// SAFETY: it takes any code and does not return.
	unsafe { libc::_exit(code) }
}
