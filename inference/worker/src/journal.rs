//! Finished jobs on disk, so that a restart between the last token and the chain costs no pay.
//!
//! A record holds a proof and perhaps a receipt: hashes, counts and a signature, nothing of prompt
//! or answer.

use std::{fs, io, path::PathBuf};

use codec::{Decode, Encode};
use millrace_primitives::{JobId, Proof, Receipt};
use millrace_protocol::Finished;
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::MultiSignature;
use tracing::warn;

use crate::desk::FINISHED_MAX;

/// A folder with one file per finished job.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
	folder: PathBuf,
}

type Record = (Proof<AccountId32>, Option<Receipt<MultiSignature>>);

impl Journal {
	/// Open the journal of the chain `genesis`, making its folder if there is none.
	pub(crate) fn open(base: &std::path::Path, genesis: H256) -> io::Result<Self> {
		let folder = base.join("finished").join(hex::encode(genesis));
		fs::create_dir_all(&folder)?;
		Ok(Self { folder })
	}

	fn path(&self, job: &JobId) -> PathBuf {
		self.folder.join(hex::encode(job.0))
	}

	/// Keep a finished job.
	pub(crate) fn put(&self, finished: &Finished) -> io::Result<()> {
		let path = self.path(&finished.proof.job);
		let temporary = path.with_extension("new");
		fs::write(&temporary, (&finished.proof, &finished.receipt).encode())?;
		fs::rename(temporary, path)
	}

	/// The finished jobs that were kept, at most [`FINISHED_MAX`]. Damaged records are left out.
	pub(crate) fn load(&self) -> io::Result<Vec<Finished>> {
		let mut all = Vec::new();
		for entry in fs::read_dir(&self.folder)?.take(FINISHED_MAX) {
			let path = entry?.path();
			if path.extension().is_some() {
				continue;
			}
			match Record::decode(&mut fs::read(&path)?.as_slice()) {
				Ok((proof, receipt)) => all.push(Finished { proof, receipt }),
				Err(_) => warn!(path = %path.display(), "a journal record is damaged and left out"),
			}
		}
		Ok(all)
	}

	/// Drop the records of all jobs but these.
	pub(crate) fn keep_only(&self, keep: &dyn Fn(&JobId) -> bool) -> io::Result<()> {
		for entry in fs::read_dir(&self.folder)? {
			let entry = entry?;
			let mut id = [0; 32];
			let name = entry.file_name();
			let known = hex::decode_to_slice(name.to_string_lossy().as_bytes(), &mut id).is_ok();
			if !known || !keep(&JobId(H256(id))) {
				fs::remove_file(entry.path())?;
			}
		}
		Ok(())
	}
}
