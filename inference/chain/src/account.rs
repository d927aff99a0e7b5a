//! The keys that a client signs with.

use std::{
	fs::{File, Metadata},
	io::Read,
	path::Path,
};

use sp_core::{crypto::AccountId32, sr25519, Pair};
use sp_runtime::MultiSignature;
use zeroize::Zeroizing;

/// The largest key file in bytes.
const KEY_FILE_BYTES_MAX: u64 = 1024;

/// An account whose key this process holds.
#[derive(Clone)]
pub struct Account {
	pair: sr25519::Pair,
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
	/// The text is no secret phrase, no 0x seed and no derivation such as `//Alice`.
	#[error("not a secret phrase, a 0x-prefixed 32-byte seed, or a derivation like //Alice")]
	Malformed,
	/// The key file cannot be read.
	#[error("cannot read the key file {path}")]
	Unreadable {
		/// The file.
		path: String,
		/// Why.
		source: std::io::Error,
	},
	/// Others than its owner can read or write the key file.
	#[error("the key file {path} has mode {mode:o}: others can read it; run `chmod 600 {path}`")]
	Exposed {
		/// The file.
		path: String,
		/// Its permission bits.
		mode: u32,
	},
	/// The key file is too large or not a plain file.
	#[error("the key file {path} is not a plain file of at most {KEY_FILE_BYTES_MAX} bytes")]
	NotAKeyFile {
		/// The file.
		path: String,
	},
}

impl Account {
	/// The account of a secret phrase, a 0x seed, or a derivation of the development phrase such as
	/// `//Alice`.
	pub fn from_suri(suri: &str) -> Result<Self, KeyError> {
		let pair =
			sr25519::Pair::from_string(suri.trim(), None).map_err(|_| KeyError::Malformed)?;
		Ok(Self { pair })
	}

	/// The account whose secret phrase or 0x seed the file holds. The file must be readable by its
	/// owner alone.
	pub fn from_file(path: &Path) -> Result<Self, KeyError> {
		let shown = path.display().to_string();
		let unreadable = |source| KeyError::Unreadable { path: shown.clone(), source };
		let file = File::open(path).map_err(unreadable)?;
		let metadata = file.metadata().map_err(unreadable)?;
		if !metadata.is_file() || metadata.len() > KEY_FILE_BYTES_MAX {
			return Err(KeyError::NotAKeyFile { path: shown });
		}
		if let Some(mode) = exposed(&metadata) {
			return Err(KeyError::Exposed { path: shown, mode });
		}
		let mut text = Zeroizing::new(String::new());
		file.take(KEY_FILE_BYTES_MAX).read_to_string(&mut text).map_err(unreadable)?;
		Self::from_suri(&text)
	}

	/// The account's address.
	pub fn id(&self) -> AccountId32 {
		self.pair.public().into()
	}

	/// Sign `message` with the account's key.
	pub fn sign(&self, message: &[u8]) -> MultiSignature {
		self.pair.sign(message).into()
	}

	pub(crate) fn sign_raw(&self, message: &[u8]) -> [u8; 64] {
		self.pair.sign(message).0
	}
}

/// The permission bits of a file that others than its owner can use.
#[cfg(unix)]
fn exposed(metadata: &Metadata) -> Option<u32> {
	use std::os::unix::fs::PermissionsExt;
	let mode = metadata.permissions().mode() & 0o777;
	(mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
const fn exposed(_: &Metadata) -> Option<u32> {
	None
}

impl std::fmt::Debug for Account {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_tuple("Account").field(&self.id()).finish()
	}
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
	use std::{fs, os::unix::fs::PermissionsExt};

	use sp_runtime::traits::Verify;

	use super::*;

	fn key_file(text: &str, mode: u32) -> tempfile::NamedTempFile {
		let file = tempfile::NamedTempFile::new().unwrap();
		fs::write(file.path(), text).unwrap();
		fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
		file
	}

	#[test]
	fn reads_a_private_key_file() {
		let file = key_file("//Alice\n", 0o600);
		let account = Account::from_file(file.path()).unwrap();
		assert_eq!(account.id(), Account::from_suri("//Alice").unwrap().id());
	}

	#[test]
	fn refuses_a_key_file_that_others_can_read() {
		for mode in [0o640, 0o604, 0o644, 0o660] {
			let file = key_file("//Alice", mode);
			let error = Account::from_file(file.path()).unwrap_err();
			assert!(matches!(error, KeyError::Exposed { .. }), "{error}");
			assert!(error.to_string().contains("chmod 600"));
		}
	}

	#[test]
	fn refuses_an_oversized_key_file() {
		let file = key_file(&"a".repeat(2_000), 0o600);
		assert!(matches!(Account::from_file(file.path()), Err(KeyError::NotAKeyFile { .. })));
	}

	#[test]
	fn refuses_a_folder() {
		let folder = tempfile::tempdir().unwrap();
		fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
		assert!(matches!(Account::from_file(folder.path()), Err(KeyError::NotAKeyFile { .. })));
	}

	#[test]
	fn refuses_garbage_without_repeating_it() {
		let error = Account::from_suri("correct horse battery staple").unwrap_err();
		assert!(!error.to_string().contains("horse"));
	}

	#[test]
	fn debug_output_holds_no_secret() {
		let seed = "0x0101010101010101010101010101010101010101010101010101010101010101";
		let account = Account::from_suri(seed).unwrap();
		assert!(!format!("{account:?}").contains("01010101"));
	}

	#[test]
	fn signs_for_its_own_id() {
		let account = Account::from_suri("//Bob").unwrap();
		assert!(account.sign(b"message").verify(&b"message"[..], &account.id()));
	}
}
