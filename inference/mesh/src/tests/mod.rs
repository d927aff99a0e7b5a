//! Tests, and what they share.

mod adverts;
mod envelope;
mod frames;
mod network;

use millrace_primitives::{
	FinishReason, JobId, ModelId, Proof, Receipt, SamplingSpec, TokenCounts,
};
use sp_core::{crypto::AccountId32, sr25519, H256};
use sp_runtime::MultiSignature;

use crate::{JobPayload, Prompt, WorkerMessage};

const GENESIS: H256 = H256([7; 32]);
const JOB: JobId = JobId(H256([1; 32]));
const REQUESTER: AccountId32 = AccountId32::new([2; 32]);
const MODEL: ModelId = ModelId([3; 32]);

/// Something that must never be seen on a wire or in a log.
const MARKER: &str = "the quick brown marker jumps over the lazy relay";

fn payload(text: &str) -> JobPayload {
	JobPayload {
		salt: [9; 32],
		model: MODEL,
		prompt: Prompt::Text(text.to_owned()),
		sampling: SamplingSpec::default(),
		max: TokenCounts { input: 100, output: 100 },
		stop: vec!["\n\n".to_owned()],
		session: None,
	}
}

fn proof() -> Proof<AccountId32> {
	Proof {
		job: JOB,
		worker: AccountId32::new([4; 32]),
		model: MODEL,
		output: [5; 32],
		tokens: TokenCounts { input: 3, output: 2 },
		finish: FinishReason::Stop,
		class: [6; 32],
		entropy: H256([8; 32]),
	}
}

fn receipt() -> Receipt<MultiSignature> {
	let signature = MultiSignature::Sr25519(sr25519::Signature::from_raw([7; 64]));
	Receipt { proof: proof().digest(), signature }
}

fn chunk(token: u32, text: &str) -> WorkerMessage {
	WorkerMessage::Chunk { tokens: vec![token], text: text.to_owned(), link: [9; 32] }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
	haystack.windows(needle.len()).any(|window| window == needle)
}
