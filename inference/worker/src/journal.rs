//! What must survive a restart, on disk: finished jobs, so that a restart between the last token and
//! the chain costs no pay, and what the operator decided.
//!
//! A record holds hashes, counts, identifiers and signatures, nothing of prompt or answer.

use std::{
	collections::HashSet,
	fs, io,
	marker::PhantomData,
	path::{Path, PathBuf},
};

use codec::{DecodeAll, Encode};
use millrace_protocol::Finished;
use sp_core::H256;
use tracing::warn;

/// Something that is kept in a file of its own.
pub(crate) trait Record: Encode + DecodeAll {
	/// The folder of all records of this kind.
	const FOLDER: &'static str;

	/// Tells it from the others of its kind: letters, digits and dashes.
	fn name(&self) -> String;
}

impl Record for Finished {
	const FOLDER: &'static str = "finished";

	fn name(&self) -> String {
		hex::encode(self.proof.job.0)
	}
}

/// A folder with one file per record.
#[derive(Clone, Debug)]
pub(crate) struct Journal<R> {
	folder: PathBuf,
	records: PhantomData<R>,
}

impl<R: Record> Journal<R> {
	/// Open the journal of the chain `genesis`, making its folder if there is none.
	pub(crate) fn open(base: &Path, genesis: H256) -> io::Result<Self> {
		let folder = base.join(R::FOLDER).join(hex::encode(genesis));
		fs::create_dir_all(&folder)?;
		Ok(Self { folder, records: PhantomData })
	}

	/// Keep a record, in place of an earlier one of the same name.
	pub(crate) fn put(&self, record: &R) -> io::Result<()> {
		let path = self.folder.join(record.name());
		let temporary = path.with_extension("new");
		fs::write(&temporary, record.encode())?;
		fs::rename(temporary, path)
	}

	/// The records that were kept, at most `most`. Damaged ones are left out.
	pub(crate) fn load(&self, most: usize) -> io::Result<Vec<R>> {
		let mut all = Vec::new();
		for entry in fs::read_dir(&self.folder)?.take(most) {
			let path = entry?.path();
			if path.extension().is_some() {
				continue;
			}
			match R::decode_all(&mut fs::read(&path)?.as_slice()) {
				Ok(record) => all.push(record),
				Err(_) => warn!(path = %path.display(), "a journal record is damaged and left out"),
			}
		}
		Ok(all)
	}

	/// Drop all records but those with these names. Nobody may write meanwhile.
	pub(crate) fn keep_only(&self, names: &HashSet<String>) -> io::Result<()> {
		for entry in fs::read_dir(&self.folder)? {
			let entry = entry?;
			let name = entry.file_name();
			if !name.to_str().is_some_and(|name| names.contains(name)) {
				fs::remove_file(entry.path())?;
			}
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use millrace_primitives::{JobId, Submission, Verdict};
	use millrace_protocol::Vote;
	use sp_core::crypto::AccountId32;

	use super::*;
	use crate::decision::Decision;

	const GENESIS: H256 = H256([9; 32]);

	fn delivery(job: u8, output: u8) -> Decision {
		Decision::Delivery(Submission {
			job: JobId(H256([job; 32])),
			worker: AccountId32::new([1; 32]),
			result: b"bafyresult".to_vec().try_into().unwrap(),
			output: [output; 32],
		})
	}

	fn vote() -> Decision {
		Decision::Vote(Vote {
			job: JobId(H256([2; 32])),
			juror: AccountId32::new([1; 32]),
			round: 0,
			verdict: Verdict::AtFault,
		})
	}

	#[test]
	fn what_was_kept_is_there_after_a_restart() {
		let base = tempfile::tempdir().unwrap();
		let kept = [delivery(2, 0), vote()];
		let journal = Journal::open(base.path(), GENESIS).unwrap();
		kept.iter().for_each(|decision| journal.put(decision).unwrap());

		let journal = Journal::<Decision>::open(base.path(), GENESIS).unwrap();
		let mut found = journal.load(10).unwrap();
		found.sort_by_key(|decision| decision.name());
		assert_eq!(found, kept);
		let other_chain = Journal::<Decision>::open(base.path(), H256([8; 32])).unwrap();
		assert_eq!(other_chain.load(10).unwrap(), []);
	}

	#[test]
	fn a_damaged_record_costs_no_other() {
		let base = tempfile::tempdir().unwrap();
		let journal = Journal::open(base.path(), GENESIS).unwrap();
		journal.put(&delivery(2, 0)).unwrap();
		fs::write(journal.folder.join("damaged"), [0xff; 3]).unwrap();
		fs::write(journal.folder.join("half.new"), [0]).unwrap();
		assert_eq!(journal.load(10).unwrap(), [delivery(2, 0)]);
	}

	#[test]
	fn what_is_over_is_dropped() {
		let base = tempfile::tempdir().unwrap();
		let journal = Journal::open(base.path(), GENESIS).unwrap();
		journal.put(&delivery(2, 0)).unwrap();
		journal.put(&delivery(3, 0)).unwrap();
		journal.keep_only(&HashSet::from([delivery(3, 0).name()])).unwrap();
		assert_eq!(journal.load(10).unwrap(), [delivery(3, 0)]);
	}
}
