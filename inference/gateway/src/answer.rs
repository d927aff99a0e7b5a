//! Checking an answer while it flows, against the chain and the worker's own commitment.
//!
//! No input or output happens here: what the worker says goes in, a verdict comes out. A receipt is
//! signed for exactly what passed.

use millrace_primitives::{
	output::{self, BadChunk, OutputHeader},
	Commitment, FinishReason, JobId, ModelId, OutputChain, Proof, TokenCounts,
};
use sp_core::{crypto::AccountId32, H256};

/// What the worker was asked, as it is bound into its commitment.
#[derive(Clone, Debug)]
pub struct Asked {
	/// The job.
	pub job: JobId,
	/// The model.
	pub model: ModelId,
	/// The commitment to the request.
	pub request: Commitment,
	/// The most tokens that may be charged.
	pub max: TokenCounts,
	/// The salt of the request.
	pub salt: [u8; 32],
	/// The owner account of the worker that answers.
	pub worker: AccountId32,
}

/// How an answer differs from what was asked, committed to or locked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Mismatch {
	/// Two beginnings.
	#[error("the answer began twice")]
	StartedTwice,
	/// Tokens before the beginning.
	#[error("tokens came before the answer had begun")]
	NotStarted,
	/// More prompt tokens than were locked for.
	#[error("{counted} prompt tokens were counted, and {max} locked for")]
	InputTooLarge {
		/// What the worker counted.
		counted: u32,
		/// What was locked for.
		max: u32,
	},
	/// The seed is not derived from the block that holds the job.
	#[error("the answer is drawn from a block that does not hold the job")]
	Entropy,
	/// A chunk that cannot be.
	#[error("a chunk is malformed: {0}")]
	Chunk(BadChunk),
	/// A chunk that is not the one committed to.
	#[error("link {0} of the output chain does not match the tokens")]
	Link(u32),
	/// More generated tokens than were locked for.
	#[error("more tokens were generated than were locked for")]
	OutputTooLarge,
	/// The proof is not about this answer.
	#[error("the proof names another {0}")]
	Proof(&'static str),
	/// The proof charges other counts.
	#[error(
		"the proof charges {}+{} tokens, and {}+{} were delivered",
		.charged.input, .charged.output, .delivered.input, .delivered.output
	)]
	Counts {
		/// In the proof.
		charged: TokenCounts,
		/// Counted here.
		delivered: TokenCounts,
	},
	/// The proof says that the requester cancelled, which it did not.
	#[error("the proof says that the job was cancelled, and it was not")]
	NotCancelled,
}

struct Begun {
	chain: OutputChain,
	links: u32,
	input: u32,
	class: Commitment,
	entropy: H256,
}

/// An answer as far as it has been checked.
pub struct AnswerCheck {
	asked: Asked,
	begun: Option<Begun>,
	cancelled: bool,
}

impl AnswerCheck {
	/// Before anything was said.
	pub const fn new(asked: Asked) -> Self {
		Self { asked, begun: None, cancelled: false }
	}

	/// The requester asked the worker to stop.
	pub const fn cancel(&mut self) {
		self.cancelled = true;
	}

	/// Whether the worker has begun.
	pub const fn has_begun(&self) -> bool {
		self.begun.is_some()
	}

	/// What has been delivered so far.
	pub fn delivered(&self) -> TokenCounts {
		self.begun.as_ref().map_or_else(TokenCounts::default, |begun| TokenCounts {
			input: begun.input,
			output: begun.chain.tokens(),
		})
	}

	/// The worker begins. `entropy_holds` is the caller's word that the chain's block of the job is
	/// `entropy`.
	pub fn started(
		&mut self,
		input: u32,
		class: Commitment,
		entropy: H256,
		entropy_holds: bool,
	) -> Result<(), Mismatch> {
		if self.begun.is_some() {
			return Err(Mismatch::StartedTwice);
		}
		if !entropy_holds {
			return Err(Mismatch::Entropy);
		}
		let max = self.asked.max.input;
		if input > max {
			return Err(Mismatch::InputTooLarge { counted: input, max });
		}
		let header = OutputHeader {
			job: self.asked.job,
			model: self.asked.model,
			request: self.asked.request,
			class,
			seed: output::seed(self.asked.job, entropy),
			worker: self.asked.worker.clone(),
		};
		let chain = OutputChain::new(&self.asked.salt, &header);
		self.begun = Some(Begun { chain, links: 0, input, class, entropy });
		Ok(())
	}

	/// The worker delivers `tokens`, and says that its chain is at `link` now.
	pub fn chunk(&mut self, tokens: &[u32], link: Commitment) -> Result<(), Mismatch> {
		let begun = self.begun.as_mut().ok_or(Mismatch::NotStarted)?;
		let ours = begun.chain.push(tokens).map_err(Mismatch::Chunk)?;
		begun.links = begun.links.saturating_add(1);
		if ours != link {
			return Err(Mismatch::Link(begun.links));
		}
		if begun.chain.tokens() > self.asked.max.output {
			return Err(Mismatch::OutputTooLarge);
		}
		Ok(())
	}

	/// The worker proves. Returns the digest that a receipt for this proof signs.
	pub fn finished(&self, proof: &Proof<AccountId32>) -> Result<[u8; 32], Mismatch> {
		let begun = self.begun.as_ref().ok_or(Mismatch::NotStarted)?;
		let asked = &self.asked;
		let same = [
			("job", proof.job == asked.job),
			("worker", proof.worker == asked.worker),
			("model", proof.model == asked.model),
			("output", proof.output == begun.chain.link()),
			("determinism class", proof.class == begun.class),
			("block", proof.entropy == begun.entropy),
		];
		if let Some((field, _)) = same.into_iter().find(|(_, same)| !same) {
			return Err(Mismatch::Proof(field));
		}
		let delivered = self.delivered();
		if proof.tokens != delivered {
			return Err(Mismatch::Counts { charged: proof.tokens, delivered });
		}
		if proof.finish == FinishReason::Cancelled && !self.cancelled {
			return Err(Mismatch::NotCancelled);
		}
		Ok(proof.digest())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const ENTROPY: H256 = H256([9; 32]);
	const CLASS: Commitment = [4; 32];

	fn asked() -> Asked {
		Asked {
			job: JobId(H256([1; 32])),
			model: ModelId([2; 32]),
			request: [3; 32],
			max: TokenCounts { input: 10, output: 20 },
			salt: [7; 32],
			worker: AccountId32::new([6; 32]),
		}
	}

	/// An honest worker's side of the chain.
	fn worker() -> OutputChain {
		let asked = asked();
		let header = OutputHeader {
			job: asked.job,
			model: asked.model,
			request: asked.request,
			class: CLASS,
			seed: output::seed(asked.job, ENTROPY),
			worker: asked.worker,
		};
		OutputChain::new(&asked.salt, &header)
	}

	fn proof(output: Commitment, tokens: TokenCounts) -> Proof<AccountId32> {
		let asked = asked();
		Proof {
			job: asked.job,
			worker: asked.worker,
			model: asked.model,
			output,
			tokens,
			finish: FinishReason::Stop,
			class: CLASS,
			entropy: ENTROPY,
		}
	}

	/// An answer of three tokens in two chunks, and the worker's proof of it.
	fn answered() -> (AnswerCheck, Proof<AccountId32>) {
		let mut check = AnswerCheck::new(asked());
		let mut worker = worker();
		check.started(5, CLASS, ENTROPY, true).unwrap();
		check.chunk(&[11, 12], worker.push(&[11, 12]).unwrap()).unwrap();
		check.chunk(&[13], worker.push(&[13]).unwrap()).unwrap();
		(check, proof(worker.link(), TokenCounts { input: 5, output: 3 }))
	}

	#[test]
	fn an_honest_answer_gets_its_digest() {
		let (check, proof) = answered();
		assert_eq!(check.finished(&proof), Ok(proof.digest()));
	}

	#[test]
	fn an_empty_answer_is_an_answer() {
		let mut check = AnswerCheck::new(asked());
		check.started(5, CLASS, ENTROPY, true).unwrap();
		let proof = proof(worker().link(), TokenCounts { input: 5, output: 0 });
		assert_eq!(check.finished(&proof), Ok(proof.digest()));
	}

	#[test]
	fn refuses_a_link_for_other_tokens() {
		let mut check = AnswerCheck::new(asked());
		check.started(5, CLASS, ENTROPY, true).unwrap();
		let link = worker().push(&[11, 99]).unwrap();
		assert_eq!(check.chunk(&[11, 12], link), Err(Mismatch::Link(1)));
	}

	#[test]
	fn refuses_a_reordered_chunk() {
		let mut check = AnswerCheck::new(asked());
		let mut worker = worker();
		check.started(5, CLASS, ENTROPY, true).unwrap();
		worker.push(&[1]).unwrap();
		let second = worker.push(&[2]).unwrap();
		assert_eq!(check.chunk(&[2], second), Err(Mismatch::Link(1)));
	}

	#[test]
	fn refuses_other_counts() {
		let (check, mut proof) = answered();
		let delivered = TokenCounts { input: 5, output: 3 };
		for charged in [
			TokenCounts { input: 6, output: 3 },
			TokenCounts { input: 5, output: 4 },
			TokenCounts { input: 5, output: 2 },
			TokenCounts::default(),
		] {
			proof.tokens = charged;
			assert_eq!(check.finished(&proof), Err(Mismatch::Counts { charged, delivered }));
		}
	}

	#[test]
	fn refuses_each_field_of_another_job() {
		let (check, honest) = answered();
		type Change = fn(&mut Proof<AccountId32>);
		let changes: [(&str, Change); 6] = [
			("job", |proof| proof.job = JobId(H256([8; 32]))),
			("worker", |proof| proof.worker = AccountId32::new([8; 32])),
			("model", |proof| proof.model = ModelId([8; 32])),
			("output", |proof| proof.output = [8; 32]),
			("determinism class", |proof| proof.class = [8; 32]),
			("block", |proof| proof.entropy = H256([8; 32])),
		];
		for (field, change) in changes {
			let mut proof = honest.clone();
			change(&mut proof);
			assert_eq!(check.finished(&proof), Err(Mismatch::Proof(field)));
		}
	}

	#[test]
	fn refuses_a_seed_of_the_workers_choice() {
		let mut check = AnswerCheck::new(asked());
		assert_eq!(check.started(5, CLASS, H256([8; 32]), false), Err(Mismatch::Entropy));
		assert!(!check.has_begun());
	}

	#[test]
	fn refuses_more_than_is_locked() {
		let mut check = AnswerCheck::new(asked());
		let too_large = Mismatch::InputTooLarge { counted: 11, max: 10 };
		assert_eq!(check.started(11, CLASS, ENTROPY, true), Err(too_large));
		check.started(10, CLASS, ENTROPY, true).unwrap();
		let mut worker = worker();
		let sixteen = [0; 16];
		check.chunk(&sixteen, worker.push(&sixteen).unwrap()).unwrap();
		let five = [0; 5];
		let result = check.chunk(&five, worker.push(&five).unwrap());
		assert_eq!(result, Err(Mismatch::OutputTooLarge));
	}

	#[test]
	fn refuses_chunks_that_cannot_be() {
		let mut check = AnswerCheck::new(asked());
		assert_eq!(check.chunk(&[1], [0; 32]), Err(Mismatch::NotStarted));
		check.started(5, CLASS, ENTROPY, true).unwrap();
		assert_eq!(check.chunk(&[], [0; 32]), Err(Mismatch::Chunk(BadChunk::Empty)));
		assert_eq!(check.chunk(&[0; 17], [0; 32]), Err(Mismatch::Chunk(BadChunk::TooLong)));
	}

	#[test]
	fn refuses_a_second_beginning() {
		let mut check = AnswerCheck::new(asked());
		check.started(5, CLASS, ENTROPY, true).unwrap();
		assert_eq!(check.started(5, CLASS, ENTROPY, true), Err(Mismatch::StartedTwice));
	}

	#[test]
	fn a_cancelled_answer_is_paid_only_if_it_was_cancelled() {
		let (mut check, mut proof) = answered();
		proof.finish = FinishReason::Cancelled;
		assert_eq!(check.finished(&proof), Err(Mismatch::NotCancelled));
		check.cancel();
		assert_eq!(check.finished(&proof), Ok(proof.digest()));
	}
}
