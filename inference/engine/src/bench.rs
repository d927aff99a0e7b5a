//! How fast a model runs on this machine.

use std::{
	env,
	time::{Duration, Instant},
};

use anyhow::Context as _;
use futures::{future::try_join_all, StreamExt};
use millrace_engine::{ChainHeader, Engine, EngineConfig, Event, LoadProgress, Prompt, Request};
use millrace_primitives::{output::OutputHeader, JobId, ModelId, SamplingSpec};
use serde::Serialize;
use sp_core::{crypto::AccountId32, H256};

use crate::EngineOptions;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
	#[command(flatten)]
	engine: EngineOptions,
	/// Answers generated at the same time in the second run
	#[arg(long, value_name = "N", default_value_t = 4)]
	parallel: u32,
	/// Tokens per answer
	#[arg(long, value_name = "N", default_value_t = 128)]
	tokens: u32,
	/// Text to continue
	#[arg(long, default_value = "The three largest cities of France are Paris,")]
	prompt: String,
	/// Print JSON
	#[arg(long)]
	json: bool,
}

/// One run.
#[derive(Debug, Serialize)]
struct Run {
	parallel: u32,
	input_tokens: u32,
	output_tokens: u32,
	first_token_ms: u64,
	total_ms: u64,
	tokens_per_second: f64,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Measured {
	model: String,
	sha256: String,
	class: String,
	threads: u32,
	profile: &'static str,
	load_ms: u64,
	runs: Vec<Run>,
}

/// Measure and print.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
	let config = options.engine.config(env::current_exe()?, Some(options.parallel));
	let measured = tokio::runtime::Builder::new_current_thread()
		.enable_all()
		.build()?
		.block_on(measure(options, config))?;
	print(&measured, options.json)
}

async fn measure(options: &Options, config: EngineConfig) -> anyhow::Result<Measured> {
	let (threads, profile, slots) = (config.threads, config.profile.name(), config.slots);
	let began = Instant::now();
	let engine = Engine::start(config, show_progress(options.json)).await?;
	let load_ms = millis(began.elapsed());
	let mut runs = vec![once(&engine, options, 1).await?];
	if slots > 1 {
		runs.push(once(&engine, options, slots).await?);
	}
	let info = engine.info();
	let measured = Measured {
		model: info.name.clone(),
		sha256: hex::encode(info.sha256),
		class: hex::encode(info.class),
		threads,
		profile,
		load_ms,
		runs,
	};
	engine.shutdown().await;
	Ok(measured)
}

#[expect(clippy::print_stderr, reason = "a command line program shows its progress there")]
fn show_progress(quiet: bool) -> impl Fn(LoadProgress) + Send + Sync {
	move |progress| match progress {
		_ if quiet => {},
		LoadProgress::Hashing { done, total } if done == total => eprintln!("model hashed"),
		LoadProgress::Loading { permille: 1_000 } => eprintln!("model loaded"),
		LoadProgress::Hashing { .. } | LoadProgress::Loading { .. } => {},
	}
}

/// Generate `parallel` answers at once.
async fn once(engine: &Engine, options: &Options, parallel: u32) -> anyhow::Result<Run> {
	let began = Instant::now();
	let answers = (0..parallel).map(|index| answer(engine, options, index, began));
	let answers = try_join_all(answers).await?;
	let total = began.elapsed();
	let output_tokens = answers.iter().fold(0u32, |sum, a| sum.saturating_add(a.output_tokens));
	let first = answers.iter().map(|answer| answer.first).min().unwrap_or_default();
	Ok(Run {
		parallel,
		input_tokens: answers.first().map_or(0, |answer| answer.input_tokens),
		output_tokens,
		first_token_ms: millis(first),
		total_ms: millis(total),
		tokens_per_second: rate(output_tokens, total),
	})
}

struct Answer {
	input_tokens: u32,
	output_tokens: u32,
	first: Duration,
}

async fn answer(
	engine: &Engine,
	options: &Options,
	index: u32,
	began: Instant,
) -> anyhow::Result<Answer> {
	let mut generation = engine.generate(request(options, index)).await?;
	let mut answer =
		Answer { input_tokens: generation.input_tokens(), output_tokens: 0, first: Duration::ZERO };
	while let Some(event) = generation.next().await {
		if let Event::Chunk { tokens, .. } = event? {
			if answer.output_tokens == 0 {
				answer.first = began.elapsed();
			}
			let count = u32::try_from(tokens.len()).context("a chunk has at most 16 tokens")?;
			answer.output_tokens = answer.output_tokens.saturating_add(count);
		}
	}
	Ok(answer)
}

fn request(options: &Options, index: u32) -> Request {
	let seed = [u8::try_from(index).unwrap_or(u8::MAX); 32];
	let header = OutputHeader {
		job: JobId(H256::zero()),
		model: ModelId([0; 32]),
		request: [0; 32],
		class: [0; 32],
		seed,
		worker: AccountId32::new([0; 32]),
	};
	Request {
		prompt: Prompt::Text(options.prompt.clone()),
		sampling: SamplingSpec::default(),
		seed,
		max_output: options.tokens,
		max_input: u32::MAX,
		stop: Vec::new(),
		header: ChainHeader { salt: [0; 32], header },
		session: None,
	}
}

fn millis(duration: Duration) -> u64 {
	u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::float_arithmetic, reason = "a figure for display")]
fn rate(tokens: u32, time: Duration) -> f64 {
	f64::from(tokens) / time.as_secs_f64()
}

#[expect(clippy::print_stdout, reason = "the result of a command line program")]
fn print(measured: &Measured, json: bool) -> anyhow::Result<()> {
	if json {
		println!("{}", serde_json::to_string_pretty(measured)?);
		return Ok(());
	}
	println!("{} on {} threads, {}", measured.model, measured.threads, measured.profile);
	println!("sha256  {}", measured.sha256);
	println!("class   {}", measured.class);
	println!("loaded in {} ms", measured.load_ms);
	println!(
		"{:>9} {:>7} {:>7} {:>12} {:>9}",
		"at once", "input", "output", "first token", "tokens/s"
	);
	for run in &measured.runs {
		println!(
			"{:>9} {:>7} {:>7} {:>9} ms {:>9.1}",
			run.parallel,
			run.input_tokens,
			run.output_tokens,
			run.first_token_ms,
			run.tokens_per_second
		);
	}
	Ok(())
}
