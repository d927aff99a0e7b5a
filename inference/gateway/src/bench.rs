//! How long each step of a job takes, and how fast tokens come through the whole path compared with
//! the engine alone.

use std::{
	io::{self, Write},
	path::{Path, PathBuf},
	process::{Output, Stdio},
	time::Duration,
};

use serde::Deserialize;
use tokio::process::Command;

use crate::{
	client::{Ask, GatewayClient},
	demo::{self, seconds, DemoError, Watched},
	job::Step,
};

/// Settled in a block this long after the last token at most.
const SETTLED_GOAL: Duration = Duration::from_millis(400);

/// Final this long after the last token at most.
const FINAL_GOAL: Duration = Duration::from_millis(600);

/// A benchmark that could not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
	/// A job failed.
	#[error("job {number} failed: {source}")]
	Job {
		/// Which one.
		number: usize,
		/// Why.
		source: DemoError,
	},
	/// A job lacks a step.
	#[error("job {number} ended without the step `{step}`")]
	Missing {
		/// Which one.
		number: usize,
		/// The step.
		step: &'static str,
	},
	/// The engine's own benchmark failed.
	#[error("`{} bench` failed: {reason}", .program.display())]
	Engine {
		/// The engine.
		program: PathBuf,
		/// Why.
		reason: String,
	},
	/// The terminal is gone.
	#[error("nothing can be printed")]
	Output(#[from] io::Error),
}

/// The times of one job, since its request unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Times {
	locked: Duration,
	acknowledged: Duration,
	first_token: Duration,
	last_token: Duration,
	/// Since the last token.
	settled: Duration,
	/// Since the last token.
	finalized: Duration,
	/// Generated tokens a second, in thousandths, without the first one.
	rate_milli: u64,
}

/// How the engine alone did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alone {
	/// From the request to the first token.
	pub first_token: Duration,
	/// Generated tokens a second, in thousandths, without the first one.
	pub rate_milli: u64,
}

/// Measure the engine alone with its own benchmark.
pub async fn engine_alone(
	program: &Path,
	model: &Path,
	threads: u32,
	ask: &Ask,
) -> Result<Alone, BenchError> {
	let failed = |reason: String| BenchError::Engine { program: program.into(), reason };
	let tokens = ask.max_tokens.unwrap_or(128);
	let output = Command::new(program)
		.arg("bench")
		.arg(format!("--model={}", model.display()))
		.arg(format!("--threads={threads}"))
		.arg(format!("--tokens={tokens}"))
		.arg(format!("--prompt={}", ask.prompt))
		.args(["--parallel=1", "--json"])
		.stdin(Stdio::null())
		.kill_on_drop(true)
		.output()
		.await
		.map_err(|error| failed(error.to_string()))?;
	read_engine(&output).map_err(failed)
}

#[derive(Deserialize)]
struct EngineReport {
	runs: Vec<EngineRun>,
}

#[derive(Deserialize)]
struct EngineRun {
	output_tokens: u32,
	first_token_ms: u64,
	total_ms: u64,
}

fn read_engine(output: &Output) -> Result<Alone, String> {
	if !output.status.success() {
		let said = String::from_utf8_lossy(&output.stderr);
		return Err(said.lines().last().unwrap_or("it says nothing").to_owned());
	}
	let report: EngineReport =
		serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
	let run = report.runs.first().ok_or("it ran nothing")?;
	let first_token = Duration::from_millis(run.first_token_ms);
	let after_first = Duration::from_millis(run.total_ms).saturating_sub(first_token);
	let rate_milli =
		rate_milli(run.output_tokens, after_first).ok_or("it generated too little to measure")?;
	Ok(Alone { first_token, rate_milli })
}

/// Tokens a second in thousandths over `time`, which begins with the first of `tokens`; nothing if
/// there are too few to tell.
fn rate_milli(tokens: u32, time: Duration) -> Option<u64> {
	let micros = time.as_micros();
	let more = u128::from(tokens.checked_sub(1).filter(|more| *more > 0)?);
	let rate = more.checked_mul(1_000_000_000)?.checked_div(micros)?;
	u64::try_from(rate).ok()
}

/// Run `jobs` jobs one after the other and print what they took. The first one more warms up.
pub async fn run(
	gateway: &GatewayClient,
	ask: &Ask,
	jobs: usize,
	alone: &Alone,
	out: &mut (dyn Write + Send),
) -> Result<(), BenchError> {
	let mut all = Vec::with_capacity(jobs);
	for number in 0..=jobs {
		let watched = demo::watch(gateway, ask, &mut io::sink())
			.await
			.map_err(|source| BenchError::Job { number, source })?;
		let times = times(&watched).map_err(|step| BenchError::Missing { number, step })?;
		if number > 0 {
			let end = times.last_token;
			writeln!(
				out,
				"  job {number:>3}   {}   {} tokens/s",
				seconds(end),
				rate(times.rate_milli)
			)?;
			all.push(times);
		}
	}
	report(&all, alone, out)?;
	Ok(())
}

fn times(watched: &Watched) -> Result<Times, &'static str> {
	let at = |name, pick: fn(&Step) -> bool| watched.time_of(pick).ok_or(name);
	let first_token = at("first token", |step| matches!(step, Step::FirstToken))?;
	let last_token = at("last token", |step| matches!(step, Step::LastToken { .. }))?;
	let settled = at("settled", |step| matches!(step, Step::Settled { .. }))?;
	let finalized = at("final", |step| matches!(step, Step::Finalized { .. }))?;
	let flow = last_token.saturating_sub(first_token);
	let rate_milli = rate_milli(watched.usage.completion_tokens, flow).ok_or("second token")?;
	Ok(Times {
		locked: at("locked", |step| matches!(step, Step::Locked { .. }))?,
		acknowledged: at("acknowledged", |step| matches!(step, Step::Acknowledged { .. }))?,
		first_token,
		last_token,
		settled: settled.saturating_sub(last_token),
		finalized: finalized.saturating_sub(last_token),
		rate_milli,
	})
}

/// The least, the middle and the greatest value; of an even number of values, the higher of the two
/// in the middle.
fn spread<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<(T, T, T)> {
	let mut values: Vec<T> = values.collect();
	values.sort_unstable();
	let middle = values.len().checked_div(2)?;
	Some((*values.first()?, *values.get(middle)?, *values.last()?))
}

fn report(all: &[Times], alone: &Alone, out: &mut (dyn Write + Send)) -> io::Result<()> {
	type Pick = fn(&Times) -> Duration;
	let rows: [(&str, Pick, Option<Duration>); 6] = [
		("request to lock", |times| times.locked, None),
		("request to acknowledgement", |times| times.acknowledged, None),
		("request to first token", |times| times.first_token, None),
		("request to last token", |times| times.last_token, None),
		("last token to settled", |times| times.settled, Some(SETTLED_GOAL)),
		("last token to final", |times| times.finalized, Some(FINAL_GOAL)),
	];
	writeln!(out, "\n  {} jobs                       median       least    greatest", all.len())?;
	for (name, pick, goal) in rows {
		let Some((least, median, greatest)) = spread(all.iter().map(pick)) else { continue };
		let goal = goal.map_or_else(String::new, |goal| {
			let met = if median <= goal { "met" } else { "missed" };
			format!("   goal {} {met}", seconds(goal).trim_start())
		});
		let (median, least, greatest) = (seconds(median), seconds(least), seconds(greatest));
		writeln!(out, "  {name:<28} {median}  {least}  {greatest}{goal}")?;
	}
	let Some((_, path, _)) = spread(all.iter().map(|times| times.rate_milli)) else {
		return Ok(());
	};
	let ratio = path.saturating_mul(1_000).checked_div(alone.rate_milli).unwrap_or(0);
	writeln!(out, "\n  tokens/s through the path    {:>10}", rate(path))?;
	writeln!(out, "  tokens/s of the engine alone {:>10}", rate(alone.rate_milli))?;
	writeln!(out, "  ratio                        {:>10}", rate(ratio))?;
	writeln!(out, "  engine alone to first token  {}", seconds(alone.first_token))
}

/// A number of thousandths with two decimals.
fn rate(milli: u64) -> String {
	let whole = milli.checked_div(1_000).unwrap_or(0);
	let hundredths = milli.checked_rem(1_000).and_then(|rest| rest.checked_div(10)).unwrap_or(0);
	format!("{whole}.{hundredths:02}")
}

#[cfg(test)]
mod tests {
	use std::os::unix::process::ExitStatusExt;

	use millrace_primitives::JobState;

	use super::*;
	use crate::{job::TimedStep, money::Amount, openai::Usage};

	fn watched() -> Watched {
		let steps = [
			(100, Step::Locked { block: 1 }),
			(150, Step::Acknowledged { worker: "w".into() }),
			(200, Step::FirstToken),
			(1_200, Step::LastToken { input: 1, output: 51 }),
			(
				1_500,
				Step::Settled {
					block: 2,
					worker: Amount(1),
					treasury: Amount(1),
					refund: Amount(1),
				},
			),
			(1_700, Step::Finalized { block: 3, state: JobState::Settled }),
		];
		let timed = |(ms, step)| TimedStep { us: u64::saturating_mul(ms, 1_000), step };
		let steps = steps.into_iter().map(timed).collect();
		let usage = Usage { prompt_tokens: 1, completion_tokens: 51, total_tokens: 52 };
		Watched { steps, usage }
	}

	fn finished(code: i32, stdout: &str, stderr: &str) -> Output {
		Output {
			status: std::process::ExitStatus::from_raw(code << 8),
			stdout: stdout.into(),
			stderr: stderr.into(),
		}
	}

	#[test]
	fn settlement_counts_from_the_last_token() {
		let times = times(&watched()).unwrap();
		assert_eq!(times.settled, Duration::from_millis(300));
		assert_eq!(times.finalized, Duration::from_millis(500));
		// 50 tokens in the second after the first one.
		assert_eq!(times.rate_milli, 50_000);
	}

	#[test]
	fn a_missing_step_is_named() {
		let mut watched = watched();
		watched.steps.pop();
		assert_eq!(times(&watched), Err("final"));
	}

	#[test]
	fn the_median_is_one_of_the_values() {
		assert_eq!(spread([3, 1, 2].into_iter()), Some((1, 2, 3)));
		assert_eq!(spread([4, 1, 3, 2].into_iter()), Some((1, 3, 4)));
		assert_eq!(spread(std::iter::empty::<u8>()), None);
	}

	#[test]
	fn the_report_holds_goals_and_ratio() {
		let alone = Alone { first_token: Duration::from_millis(30), rate_milli: 62_500 };
		let mut out = Vec::new();
		report(&[times(&watched()).unwrap()], &alone, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		assert!(text.contains("goal 0.400 s met"), "{text}");
		assert!(text.contains("0.80"), "{text}");
	}

	#[test]
	fn the_engine_is_read_like_the_path() {
		let report =
			r#"{ "runs": [{ "output_tokens": 101, "first_token_ms": 50, "total_ms": 2050 }] }"#;
		let alone = read_engine(&finished(0, report, "")).unwrap();
		assert_eq!((alone.first_token.as_millis(), alone.rate_milli), (50, 50_000));
	}

	#[test]
	fn a_failed_engine_says_why() {
		let error = read_engine(&finished(1, "", "loading\nno such model\n")).unwrap_err();
		assert_eq!(error, "no such model");
		assert!(read_engine(&finished(0, "{}", "")).is_err());
	}
}
