//! The model file: that it is a GGUF, and which one.

use std::{
	collections::HashMap,
	fs::File,
	io::{self, Read},
	path::{Path, PathBuf},
	sync::{LazyLock, Mutex, PoisonError},
	time::SystemTime,
};

use sha2::{Digest, Sha256};

use crate::error::StartError;

const MAGIC: &[u8; 4] = b"GGUF";
const BLOCK_BYTES: usize = 1 << 20;
/// How many digests are remembered.
const REMEMBERED_MAX: usize = 64;

/// A model file at one moment.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ModelFile {
	/// Where it is.
	pub(crate) path: PathBuf,
	/// Its size.
	pub(crate) bytes: u64,
	changed: Option<SystemTime>,
}

/// Digests of files that have not changed since, so that an engine started again need not read
/// tens of gigabytes. In memory only: a digest on disk could be forged.
static DIGESTS: LazyLock<Mutex<HashMap<ModelFile, [u8; 32]>>> = LazyLock::new(Mutex::default);

impl ModelFile {
	/// Look at the file and its first bytes.
	pub(crate) fn open(path: &Path) -> Result<Self, StartError> {
		let unreadable = |source| StartError::Unreadable { path: path.to_owned(), source };
		let path = path.canonicalize().map_err(unreadable)?;
		let mut file = File::open(&path).map_err(unreadable)?;
		let found = Self::of(&path, &file).map_err(unreadable)?;
		let mut magic = [0; 4];
		match file.read_exact(&mut magic) {
			Ok(()) if &magic == MAGIC => Ok(found),
			Ok(()) => Err(StartError::NotGguf(path)),
			Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
				Err(StartError::NotGguf(path))
			},
			Err(error) => Err(unreadable(error)),
		}
	}

	fn of(path: &Path, file: &File) -> io::Result<Self> {
		let metadata = file.metadata()?;
		let changed = metadata.modified().ok();
		Ok(Self { path: path.to_owned(), bytes: metadata.len(), changed })
	}

	/// Whether the file at this path is still the same.
	pub(crate) fn is_unchanged(&self) -> bool {
		File::open(&self.path)
			.and_then(|file| Self::of(&self.path, &file))
			.is_ok_and(|now| now == *self)
	}

	/// Its SHA-256. `progress` is told the bytes read so far.
	pub(crate) fn sha256(&self, progress: impl Fn(u64)) -> Result<[u8; 32], StartError> {
		let remembered = || DIGESTS.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some(digest) = remembered().get(self) {
			return Ok(*digest);
		}
		let unreadable = |source| StartError::Unreadable { path: self.path.clone(), source };
		let mut file = File::open(&self.path).map_err(unreadable)?;
		let mut block = vec![0; BLOCK_BYTES];
		let mut hasher = Sha256::new();
		let mut done = 0u64;
		loop {
			let read = file.read(&mut block).map_err(unreadable)?;
			let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
			hasher.update(bytes);
			done = done.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
			progress(done);
		}
		let digest = hasher.finalize().into();
		let mut digests = remembered();
		if digests.len() >= REMEMBERED_MAX {
			digests.clear();
		}
		digests.insert(self.clone(), digest);
		Ok(digest)
	}
}

#[cfg(test)]
mod tests {
	use std::{cell::Cell, fs};

	use super::*;

	#[test]
	fn what_is_no_model_is_refused() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("model.gguf");
		assert!(matches!(ModelFile::open(&path), Err(StartError::Unreadable { .. })));
		for bytes in [b"".as_slice(), b"GGU", b"PK\x03\x04 and more"] {
			fs::write(&path, bytes).unwrap();
			assert!(matches!(ModelFile::open(&path), Err(StartError::NotGguf(_))), "{bytes:?}");
		}
		assert!(matches!(ModelFile::open(folder.path()), Err(StartError::Unreadable { .. })));
	}

	#[test]
	fn a_digest_is_computed_once_per_content() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("model.gguf");
		fs::write(&path, b"GGUF and weights").unwrap();
		let model = ModelFile::open(&path).unwrap();
		let calls = Cell::new(0);
		let digest = model.sha256(|_| calls.set(calls.get() + 1)).unwrap();
		let expected: [u8; 32] = Sha256::digest(b"GGUF and weights").into();
		assert_eq!(digest, expected);
		assert_eq!(model.sha256(|_| calls.set(calls.get() + 1)).unwrap(), digest);
		assert_eq!(calls.get(), 1);
		assert!(model.is_unchanged());
		fs::write(&path, b"GGUF and other weights").unwrap();
		assert!(!model.is_unchanged());
		assert_ne!(ModelFile::open(&path).unwrap().sha256(|_| ()).unwrap(), digest);
	}
}
