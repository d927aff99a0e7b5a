//! One job through a local network, watched at every step and audited at the end.

use std::{
	io::{self, Write},
	time::Duration,
};

use futures::StreamExt;
use millrace_chain::{ChainError, H256};
use millrace_primitives::{views::JobView, JobId, TokenCounts};

use crate::{
	audit::{audit, Balances, Discrepancy, Seen},
	client::{Ask, ClientError, GatewayClient, Said},
	explain::share,
	job::{Step, TimedStep},
	local::Site,
	money::Currency,
	openai::Usage,
};

/// A job that did not go as it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
	/// The gateway did not answer.
	#[error(transparent)]
	Client(#[from] ClientError),
	/// The chain cannot be asked.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The terminal is gone.
	#[error("nothing can be printed")]
	Output(#[from] io::Error),
	/// A step is missing.
	#[error("the job ended without the step `{0}`")]
	Missing(&'static str),
	/// The figures do not agree.
	#[error("{} wrong:\n  {}", figures(.0.len()), listed(.0))]
	Unsound(Vec<Discrepancy>),
}

fn figures(count: usize) -> String {
	if count == 1 {
		"1 figure is".into()
	} else {
		format!("{count} figures are")
	}
}

fn listed(discrepancies: &[Discrepancy]) -> String {
	discrepancies.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  ")
}

/// A job from its request to its final payment.
#[derive(Clone, Debug)]
pub struct Watched {
	/// What happened, in the order in which it did.
	pub steps: Vec<TimedStep>,
	/// What the gateway says is charged.
	pub usage: Usage,
}

impl Watched {
	/// When the step that `pick` picks happened.
	pub fn time_of(&self, pick: impl Fn(&Step) -> bool) -> Option<Duration> {
		self.steps.iter().find(|timed| pick(&timed.step)).map(TimedStep::elapsed)
	}

	fn job(&self) -> Option<JobId> {
		self.steps.iter().find_map(|timed| match &timed.step {
			Step::Requested { job, .. } => job.parse::<H256>().ok().map(JobId),
			_ => None,
		})
	}

	fn last_block(&self) -> Option<u32> {
		self.steps.iter().find_map(|timed| match timed.step {
			Step::Finalized { block, .. } => Some(block),
			_ => None,
		})
	}
}

/// Ask, and write the answer and each step to `out` as they come.
pub async fn watch(
	client: &GatewayClient,
	ask: &Ask,
	out: &mut (dyn Write + Send),
) -> Result<Watched, DemoError> {
	let mut stream = client.ask(ask).await?;
	let mut steps = Vec::new();
	let mut usage = None;
	let mut in_text = false;
	while let Some(said) = stream.next().await {
		match said? {
			Said::Text(text) => {
				if !in_text {
					writeln!(out)?;
					in_text = true;
				}
				write!(out, "{text}")?;
			},
			Said::Step(timed) => {
				if in_text {
					write!(out, "\n\n")?;
					in_text = false;
				}
				writeln!(out, "{}", line(&timed))?;
				steps.push(timed);
			},
			Said::Usage(counted) => usage = Some(counted),
			Said::Finished(_) => {},
			Said::Done => break,
		}
		out.flush()?;
	}
	let usage = usage.ok_or(DemoError::Missing("usage"))?;
	Ok(Watched { steps, usage })
}

/// A step as a line.
pub fn line(timed: &TimedStep) -> String {
	let text = match &timed.step {
		Step::Requested { job, candidates, .. } => {
			format!("requested       job {job}, candidates: {candidates}")
		},
		Step::Locked { block } => format!("locked          in block {block}"),
		Step::Passed { worker, reason } => format!("passed          by {worker}: {reason}"),
		Step::Acknowledged { worker } => format!("acknowledged    by {worker}"),
		Step::FirstToken => "first token".into(),
		Step::LastToken { input, output } => {
			format!("last token      {input} prompt + {output} generated; receipt signed")
		},
		Step::Proven { block } => format!("proven          in block {block}"),
		Step::Settled { block, .. } => format!("settled         in block {block}"),
		Step::Finalized { block, state } => format!("final           {state} in block {block}"),
		Step::Cancelled { block } => format!("cancelled       in block {block}"),
	};
	format!("  {}  {text}", seconds(timed.elapsed()))
}

/// A duration in seconds, with milliseconds.
pub fn seconds(duration: Duration) -> String {
	format!("{:>4}.{:03} s", duration.as_secs(), duration.subsec_millis())
}

/// Run one job and check it against the balances.
///
/// Nobody else may pay or be paid on the network meanwhile.
pub async fn run(
	site: &Site,
	ask: &Ask,
	staked: bool,
	out: &mut (dyn Write + Send),
) -> Result<(), DemoError> {
	let client = GatewayClient::new(&site.gateway_url, None);
	let before = balances(site, site.chain.heads().finalized.hash).await?;
	let watched = watch(&client, ask, out).await?;
	let job = watched.job().ok_or(DemoError::Missing("requested"))?;
	let last = watched.last_block().ok_or(DemoError::Missing("finalized"))?;
	let missing = DemoError::Missing("finalized");
	let block = site.chain.block_hash(last).await?.ok_or(missing)?;
	let view = site.chain.job_at(&job, block).await?.ok_or(DemoError::Missing("settled"))?;
	let after = balances(site, block).await?;
	let seen = seen(&view, &watched.usage, staked, before, after)?;
	summary(&seen, last, out)?;
	let discrepancies = audit(&seen);
	if discrepancies.is_empty() {
		writeln!(
			out,
			"  checked       locked = worker + treasury + refund; split and balances to the unit"
		)?;
		Ok(())
	} else {
		Err(DemoError::Unsound(discrepancies))
	}
}

fn seen(
	view: &JobView<millrace_chain::AccountId32>,
	usage: &Usage,
	staked: bool,
	before: Balances,
	after: Balances,
) -> Result<Seen, DemoError> {
	let record = &view.record;
	let outcome = record.outcome.as_ref().ok_or(DemoError::Missing("proven"))?;
	let payment = record.payment.ok_or(DemoError::Missing("settled"))?;
	Ok(Seen {
		price: record.price,
		max: record.max,
		told: TokenCounts { input: usage.prompt_tokens, output: usage.completion_tokens },
		paid_for: outcome.tokens,
		staked,
		locked: record.locked,
		payment,
		state: record.state,
		before,
		after,
	})
}

async fn balances(site: &Site, at: H256) -> Result<Balances, ChainError> {
	let chain = &site.chain;
	let treasury = chain.treasury().await?;
	let (requester, worker, treasury) = tokio::try_join!(
		chain.funds_at(&site.requester, at),
		chain.funds_at(&site.worker_owner, at),
		chain.funds_at(&treasury, at),
	)?;
	Ok(Balances {
		requester: requester.free,
		locked: requester.locked,
		worker: worker.free,
		treasury: treasury.free,
	})
}

fn summary(seen: &Seen, block: u32, out: &mut (dyn Write + Send)) -> io::Result<()> {
	let usdc = |amount| format!("{:>18}", Currency::Usdc.show(amount));
	let percent: u16 = if seen.staked { 8_500 } else { 7_500 };
	let rest = share(millrace_primitives::money::BASIS_POINTS.saturating_sub(percent));
	let Seen { max, paid_for, payment, .. } = seen;
	writeln!(out)?;
	writeln!(out, "                 prompt generated")?;
	writeln!(out, "  locked for     {:>6} {:>9} tokens", max.input, max.output)?;
	writeln!(out, "  delivered      {:>6} {:>9} tokens", paid_for.input, paid_for.output)?;
	writeln!(out)?;
	writeln!(out, "  locked        {}", usdc(seen.locked))?;
	writeln!(out, "  to the worker {}   {}", usdc(payment.worker), share(percent))?;
	writeln!(out, "  treasury      {}   {rest}", usdc(payment.treasury))?;
	writeln!(out, "  refunded      {}", usdc(payment.refund))?;
	writeln!(out)?;
	writeln!(out, "  on chain      {}, final in block {block}", seen.state)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_step_is_a_line_with_its_time() {
		let timed = TimedStep { us: 1_234_567, step: Step::Locked { block: 9 } };
		assert_eq!(line(&timed), "     1.234 s  locked          in block 9");
	}

	#[test]
	fn what_is_unsound_is_listed() {
		let wrong = Discrepancy { what: "refunded", expected: "5".into(), found: "4".into() };
		let text = DemoError::Unsound(vec![wrong]).to_string();
		assert_eq!(text, "1 figure is wrong:\n  refunded: expected 5, found 4");
	}

	#[test]
	fn the_job_is_found_among_the_steps() {
		let job = format!("0x{}", "ab".repeat(32));
		let step = Step::Requested {
			job,
			lock: crate::money::Amount(1),
			max_input: 1,
			max_output: 1,
			candidates: 1,
		};
		let usage = Usage { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
		let watched = Watched { steps: vec![TimedStep { us: 0, step }], usage };
		assert_eq!(watched.job(), Some(JobId(H256([0xab; 32]))));
		assert_eq!(watched.last_block(), None);
	}
}
