//! The engine from outside: its supervisor against scripted children, and the real child with the
//! demo model.

#![expect(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	clippy::integer_division,
	clippy::panic,
	clippy::string_slice,
	clippy::unwrap_used,
	reason = "a panic in a test is a failed test"
)]

mod child;
mod model;
mod scripted;

use std::path::PathBuf;

use futures::StreamExt;
use millrace_engine::{
	ChainHeader, Engine, EngineConfig, EngineError, Event, Generation, Prompt, Request,
};
use millrace_primitives::{
	output::OutputHeader, Commitment, FinishReason, JobId, ModelId, OutputChain, SamplingSpec,
	TokenCounts,
};
use sp_core::{crypto::AccountId32, H256};

const PROGRAM: &str = env!("CARGO_BIN_EXE_millrace-engine");

/// The demo model, which `make test` fetches first.
fn model() -> PathBuf {
	let path = std::env::var_os("MILLRACE_MODEL").map(PathBuf::from).unwrap_or_else(|| {
		let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
		home.join(".cache/millrace/models/gemma-3-270m-q4_k_m.gguf")
	});
	assert!(
		path.is_file(),
		"the demo model is not at {}: run scripts/setup.sh, or set MILLRACE_MODEL",
		path.display()
	);
	path
}

/// A small set-up: most tests need little context, and other processes need the cores.
fn config(model: PathBuf) -> EngineConfig {
	EngineConfig {
		slots: 2,
		threads: 1,
		context: 512,
		..EngineConfig::new(PathBuf::from(PROGRAM), model)
	}
}

const fn header() -> ChainHeader {
	let header = OutputHeader {
		job: JobId(H256::repeat_byte(1)),
		model: ModelId([2; 32]),
		request: [3; 32],
		class: [4; 32],
		seed: [5; 32],
		worker: AccountId32::new([6; 32]),
	};
	ChainHeader { salt: [7; 32], header }
}

fn request(text: &str, max_output: u32) -> Request {
	Request {
		prompt: Prompt::Text(text.into()),
		sampling: SamplingSpec::default(),
		seed: [5; 32],
		max_output,
		max_input: 100_000,
		stop: vec![],
		header: header(),
		session: None,
	}
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
	tokens: Vec<u32>,
	text: String,
	finish: FinishReason,
	counts: TokenCounts,
	output: Commitment,
}

/// Collect an answer, and check on the way all that holds for any.
async fn collect(mut generation: Generation) -> Result<Answer, EngineError> {
	let ChainHeader { salt, header } = header();
	let mut chain = OutputChain::new(&salt, &header);
	let (mut tokens, mut text, mut is_started) = (vec![], String::new(), false);
	while let Some(event) = generation.next().await {
		match event? {
			Event::Started { input_tokens } => {
				assert!(!is_started && input_tokens == generation.input_tokens());
				is_started = true;
			},
			Event::Chunk { tokens: chunk, text: more, link } => {
				assert!(is_started && (1..=16).contains(&chunk.len()));
				assert_eq!(chain.push(&chunk), Ok(link));
				tokens.extend(chunk);
				text += &more;
			},
			Event::Done { finish, tokens: counts, output } => {
				assert_eq!(output, chain.link());
				assert_eq!(counts.output as usize, tokens.len());
				assert_eq!(counts.input, generation.input_tokens());
				assert!(generation.next().await.is_none());
				return Ok(Answer { tokens, text, finish, counts, output });
			},
		}
	}
	panic!("the stream ended without an end");
}

async fn answer(engine: &Engine, request: Request) -> Result<Answer, EngineError> {
	collect(engine.generate(request).await?).await
}
