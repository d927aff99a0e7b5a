//! What a node must still know after a restart: which claim it signed for a job, and how it hid a
//! vote.
//!
//! It lies in the node's persistent off-chain storage, which no fork takes back, in 256 buckets for
//! each worker, by the first byte of the job's id. So what is read and written at a time stays small,
//! and there is nothing to go through at a start.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::vec::Vec;

use codec::{Codec, Encode};
use millrace_primitives::JobId;
use sp_core::crypto::AccountId32;
use sp_runtime::offchain::storage::{MutateStorageError, StorageRetrievalError, StorageValueRef};

use crate::{Chain, Config};

/// The most entries of a bucket. Jobs stay on chain for some time after they are over, so this is
/// room for 16,384 of them a worker.
const BUCKET_MAX: usize = 64;

/// Something to remember for each worker and job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
	/// The digest of the proof or submission that was signed.
	Claim,
	/// The salt of a vote.
	Salt,
}

impl Kind {
	const fn prefix(self) -> &'static [u8] {
		match self {
			Self::Claim => b"millrace/offchain-worker/claim/",
			Self::Salt => b"millrace/offchain-worker/salt/",
		}
	}
}

/// Whose memory of what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
	pub(crate) kind: Kind,
	pub(crate) owner: &'a AccountId32,
	pub(crate) job: JobId,
	/// Tells the committees of a dispute apart; zero for all else.
	pub(crate) round: u8,
}

/// Why something cannot be remembered. What depends on it is not signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoMemory {
	/// What is stored is damaged.
	Unreadable,
	/// Too many jobs that are not over share a bucket.
	Full,
	/// Another pass wrote at the same moment.
	Busy,
}

impl core::fmt::Display for NoMemory {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(match self {
			Self::Unreadable => "the node's record of what it has signed is damaged",
			Self::Full => "the node's record of what it has signed is full",
			Self::Busy => "the node's record of what it has signed is being written",
		})
	}
}

type Entry<Value> = (JobId, u8, Value);

type Bucket<Value> = Vec<Entry<Value>>;

/// What is remembered of `subject`: what was before, or `value` from now on. It is on disk when this
/// returns.
pub(crate) fn remember<T: Config, Value: Codec + Copy>(
	subject: Subject<'_>,
	value: Value,
) -> Result<Value, NoMemory> {
	if let Some(known) = recall(subject)? {
		return Ok(known);
	}
	let key = key(subject);
	let written = StorageValueRef::persistent(&key).mutate(|stored| {
		let mut entries: Bucket<Value> = stored.map_err(unreadable)?.unwrap_or_default();
		if find(&entries, subject).is_none() {
			make_room::<T, Value>(&mut entries)?;
			entries.push((subject.job, subject.round, value));
		}
		Ok(entries)
	});
	match written {
		Ok(entries) => find(&entries, subject).ok_or(NoMemory::Busy),
		Err(MutateStorageError::ConcurrentModification(_)) => Err(NoMemory::Busy),
		Err(MutateStorageError::ValueFunctionFailed(reason)) => Err(reason),
	}
}

/// What is remembered of `subject`.
pub(crate) fn recall<Value: Codec + Copy>(subject: Subject<'_>) -> Result<Option<Value>, NoMemory> {
	let key = key(subject);
	let entries: Option<Bucket<Value>> =
		StorageValueRef::persistent(&key).get().map_err(unreadable)?;
	Ok(entries.and_then(|entries| find(&entries, subject)))
}

/// Forget the jobs that have left the chain; if that is not enough, also those that are over: the
/// node signs nothing for them unless the chain takes their end back.
fn make_room<T: Config, Value>(entries: &mut Bucket<Value>) -> Result<(), NoMemory> {
	entries.retain(|(job, ..)| T::Chain::job(job).is_some());
	if entries.len() >= BUCKET_MAX {
		entries.retain(|(job, ..)| {
			T::Chain::job(job).is_some_and(|record| !record.state.is_terminal())
		});
	}
	if entries.len() < BUCKET_MAX {
		Ok(())
	} else {
		Err(NoMemory::Full)
	}
}

fn find<Value: Copy>(entries: &[Entry<Value>], subject: Subject<'_>) -> Option<Value> {
	let entry =
		entries.iter().find(|(job, round, _)| (*job, *round) == (subject.job, subject.round));
	entry.map(|(_, _, value)| *value)
}

fn key(subject: Subject<'_>) -> Vec<u8> {
	let [bucket, ..] = subject.job.0 .0;
	let mut key = subject.kind.prefix().to_vec();
	subject.owner.encode_to(&mut key);
	key.push(bucket);
	key
}

const fn unreadable(StorageRetrievalError::Undecodable: StorageRetrievalError) -> NoMemory {
	NoMemory::Unreadable
}
