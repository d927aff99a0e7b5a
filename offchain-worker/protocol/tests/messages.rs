//! The bytes between node and sidecar: both sides test against the fixtures in `golden/`, and
//! neither may be hurt by what the other sends.

use codec::{Compact, Encode};
use millrace_primitives::{
	FinishReason, JobId, JobState, ModelId, Proof, Receipt, TokenCounts, WorkerKey,
};
use millrace_protocol::{
	BadMessage, Finished, Job, Reply, View, WorkerJobs, JOBS_MAX, READY_MAX, REPLY_BYTES_MAX,
	VERSION, VIEW_BYTES_MAX, WORKERS_MAX,
};
use proptest::prelude::*;
use sp_core::{crypto::AccountId32, sr25519, H256};
use sp_runtime::MultiSignature;

/// The bytes of a fixture: hex, with a comment on each line.
fn fixture(text: &str) -> Vec<u8> {
	let digits = text.lines().filter_map(|line| line.split('#').next()).map(str::trim);
	hex::decode(digits.collect::<String>()).expect("a fixture is hex")
}

const fn job(id: u8, state: JobState) -> Job {
	Job {
		id: JobId(H256([id; 32])),
		state,
		requester: AccountId32::new([0x32; 32]),
		model: ModelId([0x33; 32]),
		max: TokenCounts { input: 2_048, output: 512 },
		request: [0x34; 32],
		entropy: H256([0x35; 32]),
		created_at: 1_763_999_999_000,
		deadline: 1_764_000_119_000,
		accepted: None,
		proven: None,
	}
}

fn worker(owner: u8, jobs: Vec<Job>) -> WorkerJobs {
	let key = WorkerKey::from_raw([owner.saturating_add(1); 32]);
	WorkerJobs { owner: AccountId32::new([owner; 32]), key, jobs }
}

fn view() -> View {
	let open = job(0x31, JobState::Open);
	let verified =
		Job { accepted: Some(false), proven: Some([0x37; 32]), ..job(0x36, JobState::Verified) };
	View {
		version: VERSION,
		genesis: H256([0x11; 32]),
		block: 7_000_001,
		hash: H256([0x12; 32]),
		now: 1_764_000_000_123,
		hold_ms: 400,
		workers: vec![worker(0x21, vec![open, verified]), worker(0x23, Vec::new())],
	}
}

fn finished(finish: FinishReason, receipt: bool) -> Finished {
	let signature = MultiSignature::Sr25519(sr25519::Signature::from_raw([0x44; 64]));
	Finished {
		proof: Proof {
			job: JobId(H256([0x36; 32])),
			worker: AccountId32::new([0x21; 32]),
			model: ModelId([0x33; 32]),
			output: [0x41; 32],
			tokens: TokenCounts { input: 17, output: 99 },
			finish,
			class: [0x42; 32],
			entropy: H256([0x35; 32]),
		},
		receipt: receipt.then_some(Receipt { proof: [0x43; 32], signature }),
	}
}

fn reply() -> Reply {
	Reply {
		version: VERSION,
		accepts: vec![(AccountId32::new([0x21; 32]), JobId(H256([0x31; 32])))],
		finished: vec![
			finished(FinishReason::Length, true),
			finished(FinishReason::Cancelled, false),
		],
	}
}

#[test]
fn a_view_is_these_bytes() {
	let golden = fixture(include_str!("golden/view.hex"));
	assert_eq!(hex::encode(view().encode()), hex::encode(&golden));
	assert_eq!(View::from_bytes(&golden), Ok(view()));
}

#[test]
fn a_reply_is_these_bytes() {
	let golden = fixture(include_str!("golden/reply.hex"));
	assert_eq!(hex::encode(reply().encode()), hex::encode(&golden));
	assert_eq!(Reply::from_bytes(&golden), Ok(reply()));
}

#[test]
fn a_message_cut_anywhere_is_malformed() {
	let (view, reply) = (view().encode(), reply().encode());
	for end in 0..view.len() {
		assert_eq!(View::from_bytes(&view[..end]), Err(BadMessage::Malformed));
	}
	for end in 0..reply.len() {
		assert_eq!(Reply::from_bytes(&reply[..end]), Err(BadMessage::Malformed));
	}
}

#[test]
fn bytes_left_over_are_malformed() {
	let (mut view, mut reply) = (view().encode(), reply().encode());
	view.push(0);
	reply.push(0);
	assert_eq!(View::from_bytes(&view), Err(BadMessage::Malformed));
	assert_eq!(Reply::from_bytes(&reply), Err(BadMessage::Malformed));
}

#[test]
fn another_version_is_told_from_garbage() {
	let view = View { version: 2, ..view() }.encode();
	let mut reply = Reply { version: 0, ..reply() }.encode();
	reply.truncate(40);
	assert_eq!(View::from_bytes(&view), Err(BadMessage::Version(2)));
	assert_eq!(Reply::from_bytes(&reply), Err(BadMessage::Version(0)));
}

#[test]
fn one_kind_is_not_the_other() {
	assert!(Reply::from_bytes(&view().encode()).is_err());
	assert!(View::from_bytes(&reply().encode()).is_err());
}

#[test]
fn unknown_variants_are_malformed() {
	let state = 2 + 32 + 4 + 32 + 8 + 4 + 1 + 32 + 32 + 1 + 32;
	let mut view = view().encode();
	assert_eq!(view[state], JobState::Open.encode()[0]);
	view[state] = 9;
	assert_eq!(View::from_bytes(&view), Err(BadMessage::Malformed));
}

/// A list that claims four billion items must cost nothing but its refusal.
#[test]
fn a_length_beyond_the_bytes_is_malformed() {
	let bomb = (VERSION, Compact(u32::MAX)).encode();
	assert_eq!(Reply::from_bytes(&bomb), Err(BadMessage::Malformed));
	let head = (VERSION, [0u8; 32], 0u32, [0u8; 32], 0u64, 0u32);
	let bomb = (head, Compact(u32::MAX)).encode();
	assert_eq!(View::from_bytes(&bomb), Err(BadMessage::Malformed));
}

#[test]
fn the_fullest_view_fits() {
	let full = Job { accepted: Some(true), proven: Some([1; 32]), ..job(1, JobState::Accepted) };
	let workers = vec![worker(1, vec![full; JOBS_MAX]); WORKERS_MAX];
	let view = View { workers, ..view() };
	assert!(view.encode().len() <= VIEW_BYTES_MAX);
	assert_eq!(View::from_bytes(&view.encode()), Ok(view));
}

#[test]
fn the_fullest_reply_fits() {
	let accepts = vec![(AccountId32::new([1; 32]), JobId(H256([2; 32]))); READY_MAX];
	let finished = vec![finished(FinishReason::Stop, true); READY_MAX];
	let reply = Reply { version: VERSION, accepts, finished };
	assert!(reply.encode().len() <= REPLY_BYTES_MAX);
	assert_eq!(Reply::from_bytes(&reply.encode()), Ok(reply));
}

#[test]
fn one_item_too_many_is_refused() {
	let jobs = vec![job(1, JobState::Open); JOBS_MAX + 1];
	let jobs = View { workers: vec![worker(1, jobs)], ..view() };
	assert_eq!(View::from_bytes(&jobs.encode()), Err(BadMessage::TooMany));
	let workers = View { workers: vec![worker(1, Vec::new()); WORKERS_MAX + 1], ..view() };
	assert_eq!(View::from_bytes(&workers.encode()), Err(BadMessage::TooMany));
	let accept = (AccountId32::new([1; 32]), JobId(H256([2; 32])));
	let accepts = Reply { accepts: vec![accept; READY_MAX + 1], ..reply() };
	assert_eq!(Reply::from_bytes(&accepts.encode()), Err(BadMessage::TooMany));
	let finished = vec![finished(FinishReason::Stop, true); READY_MAX + 1];
	let finished = Reply { finished, ..reply() };
	assert_eq!(Reply::from_bytes(&finished.encode()), Err(BadMessage::TooMany));
}

#[test]
fn an_oversized_message_is_not_even_looked_at() {
	assert_eq!(View::from_bytes(&vec![0; VIEW_BYTES_MAX + 1]), Err(BadMessage::TooLarge));
	assert_eq!(Reply::from_bytes(&vec![0; REPLY_BYTES_MAX + 1]), Err(BadMessage::TooLarge));
}

proptest! {
	#[test]
	fn garbage_is_refused_without_harm(mut bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
		let _ = View::from_bytes(&bytes);
		let _ = Reply::from_bytes(&bytes);
		bytes.splice(..0, VERSION.to_le_bytes());
		let _ = View::from_bytes(&bytes);
		let _ = Reply::from_bytes(&bytes);
	}

	/// What is taken in has one encoding only, so nobody can send the same message in two guises.
	#[test]
	fn what_is_taken_in_has_one_encoding(position: prop::sample::Index, flip in 1u8..) {
		let mut bytes = reply().encode();
		let at = position.index(bytes.len());
		bytes[at] ^= flip;
		if let Ok(reply) = Reply::from_bytes(&bytes) {
			prop_assert_eq!(reply.encode(), bytes);
		}
		let mut bytes = view().encode();
		let at = position.index(bytes.len());
		bytes[at] ^= flip;
		if let Ok(view) = View::from_bytes(&bytes) {
			prop_assert_eq!(view.encode(), bytes);
		}
	}
}
