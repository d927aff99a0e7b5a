//! The bytes between node and sidecar: both sides test against the fixtures in `golden/`, and
//! neither may be hurt by what the other sends.

use codec::{Compact, Encode};
use millrace_primitives::{
	auction::{Judgement, CID_BYTES_MAX},
	Agreement, Attestation, Cid, FinishReason, JobId, JobKind, JobState, ModelId, Proof, Receipt,
	Submission, TokenCounts, Verdict, WorkerKey,
};
use millrace_protocol::{
	Abstention, Appointed, Awarded, BadMessage, Ballot, Delivery, Dispute, Finished, Job, Phase,
	Reason, Reply, View, Vote, WorkerJobs, APPOINTED_MAX, AWARDED_MAX, DISPUTES_MAX, JOBS_MAX,
	READY_MAX, REASON_BYTES_MAX, REPLY_BYTES_MAX, VERSION, VIEW_BYTES_MAX, WORKERS_MAX,
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

fn cid(text: &[u8]) -> Cid {
	Cid::try_from(text.to_vec()).expect("a short identifier")
}

fn longest_cid() -> Cid {
	let bytes = usize::try_from(CID_BYTES_MAX).expect("a small number");
	cid(&vec![b'b'; bytes])
}

fn awarded() -> Awarded {
	Awarded {
		id: JobId(H256([0x51; 32])),
		requester: AccountId32::new([0x32; 32]),
		model: ModelId([0x33; 32]),
		document: cid(b"bafyd"),
		agreed: Agreement { price: 5_000_000, latency: 600_000, awarded_at: 1_763_999_999_000 },
		deadline: 1_764_001_199_000,
	}
}

fn appointed() -> Appointed {
	Appointed {
		id: JobId(H256([0x52; 32])),
		requester: AccountId32::new([0x32; 32]),
		worker: AccountId32::new([0x53; 32]),
		model: ModelId([0x33; 32]),
		document: cid(b"bafyd"),
		result: cid(b"bafyr"),
		output: [0x54; 32],
		submission: [0x55; 32],
		fee: 200_000,
		deadline: 1_764_000_600_000,
	}
}

fn delivery() -> Delivery {
	let attested = Judgement { passed: true, evidence: [0x57; 32], at: 1_763_999_999_500 };
	Delivery { document: cid(b"bafyd"), result: cid(b"bafyr"), attested: Some(attested) }
}

const fn dispute(kind: JobKind, phase: Phase, ballot: Ballot) -> Dispute {
	Dispute {
		id: JobId(H256([0x56; 32])),
		kind,
		round: 0,
		phase,
		ballot,
		deadline: 1_764_000_300_000,
		worker: AccountId32::new([0x53; 32]),
		model: ModelId([0x33; 32]),
		request: [0x34; 32],
		tokens: TokenCounts { input: 17, output: 99 },
		output: [0x54; 32],
		claim: [0x55; 32],
		evidence: [0x58; 32],
		testimony: None,
		delivery: None,
	}
}

fn worker(owner: u8, jobs: Vec<Job>) -> WorkerJobs {
	let key = WorkerKey::from_raw([owner.saturating_add(1); 32]);
	WorkerJobs {
		owner: AccountId32::new([owner; 32]),
		key,
		jobs,
		awarded: Vec::new(),
		appointed: Vec::new(),
		disputes: Vec::new(),
	}
}

/// A worker with something of each kind.
fn busy_worker(owner: u8, jobs: Vec<Job>) -> WorkerJobs {
	let first = dispute(JobKind::Direct, Phase::Commit, Ballot::Awaited);
	let second = Dispute {
		testimony: Some([0x5a; 32]),
		delivery: Some(delivery()),
		round: 1,
		..dispute(JobKind::Auction, Phase::Reveal, Ballot::Committed([0x59; 32]))
	};
	WorkerJobs {
		awarded: vec![awarded()],
		appointed: vec![appointed()],
		disputes: vec![first, second],
		..worker(owner, jobs)
	}
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
		workers: vec![busy_worker(0x21, vec![open, verified]), worker(0x23, Vec::new())],
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
		submissions: vec![submission()],
		attestations: vec![attestation()],
		votes: vec![vote()],
		abstained: vec![abstention(b"no prompt")],
	}
}

fn submission() -> Submission<AccountId32> {
	Submission {
		job: JobId(H256([0x51; 32])),
		worker: AccountId32::new([0x21; 32]),
		result: cid(b"bafyr"),
		output: [0x61; 32],
	}
}

const fn attestation() -> Attestation<AccountId32> {
	Attestation {
		job: JobId(H256([0x52; 32])),
		verifier: AccountId32::new([0x21; 32]),
		submission: [0x55; 32],
		passed: true,
		evidence: [0x62; 32],
	}
}

const fn vote() -> Vote {
	Vote {
		job: JobId(H256([0x56; 32])),
		juror: AccountId32::new([0x21; 32]),
		round: 1,
		verdict: Verdict::AtFault,
	}
}

fn abstention(reason: &[u8]) -> Abstention {
	Abstention {
		job: JobId(H256([0x52; 32])),
		worker: AccountId32::new([0x21; 32]),
		reason: Reason::try_from(reason.to_vec()).expect("a short reason"),
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
	for empty in 0..6 {
		let lists = vec![0; empty];
		let bomb = [&VERSION.encode()[..], &lists, &Compact(u32::MAX).encode()].concat();
		assert_eq!(Reply::from_bytes(&bomb), Err(BadMessage::Malformed));
	}
	let head = (VERSION, [0u8; 32], 0u32, [0u8; 32], 0u64, 0u32);
	let bomb = (head, Compact(u32::MAX)).encode();
	assert_eq!(View::from_bytes(&bomb), Err(BadMessage::Malformed));
}

#[test]
fn the_fullest_view_fits() {
	let full = Job { accepted: Some(true), proven: Some([1; 32]), ..job(1, JobState::Accepted) };
	let documents = || (longest_cid(), longest_cid());
	let (document, result) = documents();
	let judging = Appointed { document, result, ..appointed() };
	let (document, result) = documents();
	let disputed = Dispute {
		testimony: Some([1; 32]),
		delivery: Some(Delivery { document, result, ..delivery() }),
		..dispute(JobKind::Auction, Phase::Reveal, Ballot::Committed([1; 32]))
	};
	let fullest = WorkerJobs {
		awarded: vec![Awarded { document: longest_cid(), ..awarded() }; AWARDED_MAX],
		appointed: vec![judging; APPOINTED_MAX],
		disputes: vec![disputed; DISPUTES_MAX],
		..worker(1, vec![full; JOBS_MAX])
	};
	let view = View { workers: vec![fullest; WORKERS_MAX], ..view() };
	assert!(view.encode().len() <= VIEW_BYTES_MAX);
	assert_eq!(View::from_bytes(&view.encode()), Ok(view));
}

#[test]
fn the_fullest_reply_fits() {
	let reason = vec![b'r'; usize::try_from(REASON_BYTES_MAX).expect("a small number")];
	let reply = Reply {
		version: VERSION,
		accepts: vec![(AccountId32::new([1; 32]), JobId(H256([2; 32]))); READY_MAX],
		finished: vec![finished(FinishReason::Stop, true); READY_MAX],
		submissions: vec![Submission { result: longest_cid(), ..submission() }; READY_MAX],
		attestations: vec![attestation(); READY_MAX],
		votes: vec![vote(); READY_MAX],
		abstained: vec![abstention(&reason); READY_MAX],
	};
	assert!(reply.encode().len() <= REPLY_BYTES_MAX);
	assert_eq!(Reply::from_bytes(&reply.encode()), Ok(reply));
}

#[test]
fn one_item_too_many_is_refused() {
	let workers = [
		worker(1, vec![job(1, JobState::Open); JOBS_MAX + 1]),
		WorkerJobs { awarded: vec![awarded(); AWARDED_MAX + 1], ..worker(1, Vec::new()) },
		WorkerJobs { appointed: vec![appointed(); APPOINTED_MAX + 1], ..worker(1, Vec::new()) },
		WorkerJobs {
			disputes: vec![
				dispute(JobKind::Direct, Phase::Commit, Ballot::Awaited);
				DISPUTES_MAX + 1
			],
			..worker(1, Vec::new())
		},
	];
	for worker in workers {
		let view = View { workers: vec![worker], ..view() };
		assert_eq!(View::from_bytes(&view.encode()), Err(BadMessage::TooMany));
	}
	let workers = View { workers: vec![worker(1, Vec::new()); WORKERS_MAX + 1], ..view() };
	assert_eq!(View::from_bytes(&workers.encode()), Err(BadMessage::TooMany));

	let accept = (AccountId32::new([1; 32]), JobId(H256([2; 32])));
	let too_many = READY_MAX + 1;
	let replies = [
		Reply { accepts: vec![accept; too_many], ..reply() },
		Reply { finished: vec![finished(FinishReason::Stop, true); too_many], ..reply() },
		Reply { submissions: vec![submission(); too_many], ..reply() },
		Reply { attestations: vec![attestation(); too_many], ..reply() },
		Reply { votes: vec![vote(); too_many], ..reply() },
		Reply { abstained: vec![abstention(b"busy"); too_many], ..reply() },
	];
	for reply in replies {
		assert_eq!(Reply::from_bytes(&reply.encode()), Err(BadMessage::TooMany));
	}
}

/// The bounds of what is inside an item are those of its type, and hold before it is built.
#[test]
fn a_reason_or_an_identifier_that_is_too_long_is_malformed() {
	let head = (VERSION, [Compact(0u32); 5], Compact(1u32), [0u8; 64]);
	let reason =
		|bytes: u32| (&head, vec![b'r'; usize::try_from(bytes).expect("a small number")]).encode();
	assert!(Reply::from_bytes(&reason(REASON_BYTES_MAX)).is_ok());
	assert_eq!(Reply::from_bytes(&reason(REASON_BYTES_MAX + 1)), Err(BadMessage::Malformed));

	let head = (VERSION, [Compact(0u32); 2], Compact(1u32), [0u8; 64]);
	let result = |bytes: u32| {
		let cid = vec![b'b'; usize::try_from(bytes).expect("a small number")];
		(&head, cid, [0u8; 32], [Compact(0u32); 3]).encode()
	};
	assert!(Reply::from_bytes(&result(CID_BYTES_MAX)).is_ok());
	assert_eq!(Reply::from_bytes(&result(CID_BYTES_MAX + 1)), Err(BadMessage::Malformed));
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
