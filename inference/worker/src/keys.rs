//! The two secrets of a sidecar: its peer key and its envelope key. Neither can move money.

use std::{
	fs,
	io::{self, Write},
	os::unix::fs::{OpenOptionsExt, PermissionsExt},
	path::{Path, PathBuf},
};

use zeroize::Zeroizing;

/// Why a secret could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
	/// The file cannot be read or written.
	#[error("key file {path}")]
	File {
		/// The file.
		path: PathBuf,
		/// What the system said.
		source: io::Error,
	},
	/// The file holds something else than 64 hexadecimal digits.
	#[error("key file {0} does not hold 64 hexadecimal digits; restore it from a backup, or move it away to get a new identity that has to be registered again")]
	Malformed(PathBuf),
	/// Others on this machine can read the file.
	#[error("key file {0} can be read by others: chmod 600 it")]
	Exposed(PathBuf),
	/// The system gave no random bytes.
	#[error("no random bytes for a new key")]
	Random,
}

/// Read the secret called `name` in `folder`, or make it if there is none.
pub fn load_or_create(folder: &Path, name: &str) -> Result<Zeroizing<[u8; 32]>, KeyError> {
	let path = folder.join(name);
	let file_error = |source| KeyError::File { path: path.clone(), source };
	match fs::metadata(&path) {
		Ok(metadata) => {
			if metadata.permissions().mode() & 0o077 != 0 {
				return Err(KeyError::Exposed(path));
			}
			let text = Zeroizing::new(fs::read_to_string(&path).map_err(file_error)?);
			parse(&text).ok_or(KeyError::Malformed(path))
		},
		Err(error) if error.kind() == io::ErrorKind::NotFound => {
			fs::create_dir_all(folder).map_err(file_error)?;
			let mut secret = Zeroizing::new([0; 32]);
			getrandom::fill(secret.as_mut_slice()).map_err(|_| KeyError::Random)?;
			write(&path, &secret).map_err(file_error)?;
			Ok(secret)
		},
		Err(error) => Err(file_error(error)),
	}
}

fn parse(text: &str) -> Option<Zeroizing<[u8; 32]>> {
	let mut secret = Zeroizing::new([0; 32]);
	hex::decode_to_slice(text.trim(), secret.as_mut_slice()).ok()?;
	Some(secret)
}

/// Written beside and renamed, so a crash cannot leave half a key.
fn write(path: &Path, secret: &[u8; 32]) -> io::Result<()> {
	let temporary = path.with_extension("new");
	let mut file = fs::OpenOptions::new()
		.write(true)
		.create(true)
		.truncate(true)
		.mode(0o600)
		.open(&temporary)?;
	let text = Zeroizing::new(hex::encode(secret));
	file.write_all(text.as_bytes())?;
	file.sync_all()?;
	fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_key_survives_a_restart() {
		let folder = tempfile::tempdir().unwrap();
		let first = load_or_create(folder.path(), "peer").unwrap();
		assert_eq!(load_or_create(folder.path(), "peer").unwrap(), first);
		assert_ne!(load_or_create(folder.path(), "envelope").unwrap(), first);
	}

	#[test]
	fn refuses_a_file_that_others_can_read() {
		let folder = tempfile::tempdir().unwrap();
		load_or_create(folder.path(), "peer").unwrap();
		let path = folder.path().join("peer");
		fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
		assert!(matches!(load_or_create(folder.path(), "peer"), Err(KeyError::Exposed(_))));
	}

	#[test]
	fn never_replaces_a_damaged_key() {
		let folder = tempfile::tempdir().unwrap();
		load_or_create(folder.path(), "peer").unwrap();
		let path = folder.path().join("peer");
		fs::write(&path, "not a key").unwrap();
		assert!(matches!(load_or_create(folder.path(), "peer"), Err(KeyError::Malformed(_))));
		assert_eq!(fs::read_to_string(&path).unwrap(), "not a key");
	}
}
