//! Which tokens are computed when, and what becomes of the results.
//!
//! A *lane* is a sequence of the model's memory. An answer occupies a lane; a lane may also keep
//! the tokens of a conversation for its next turn. Each round computes
//!
//! 1. a [step](Scheduler::step): one row for each answer that has one token to feed, so that all generate at the
//!    same pace; then
//! 2. a [chunk](Scheduler::chunk) of one prompt, taking turns among the prompts, so that a long one delays neither
//!    the answers in generation nor a short one behind it.
//!
//! llama.cpp computes rows of different sequences together only if the sequence numbers are
//! consecutive, because each has memory of its own. That memory is what makes results exact: in a
//! shared one the order of a sequence's cells, and with it the order of additions, would depend on
//! what else was there. So a step is cut into runs of neighbouring lanes, and small gaps are
//! bridged by rows that are thrown away.

use std::{collections::VecDeque, mem};

use millrace_engine::{protocol::Report, sampling::sample, text::TextStream};
use millrace_primitives::{FinishReason, SamplingSpec};

/// Gaps of at most this many idle lanes are bridged: up to there a few rows more cost less than
/// reading all weights once more.
const BRIDGE_MAX: usize = 2;
/// Fed on bridges. Any token would do.
const BRIDGE_TOKEN: i32 = 0;

/// One token to compute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Row {
	/// The lane.
	pub(crate) lane: usize,
	/// How many tokens come before it in its lane.
	pub(crate) position: usize,
	/// The token.
	pub(crate) token: i32,
	/// Whether the logits of the next token are wanted.
	pub(crate) wants_logits: bool,
}

/// A language model with a memory of several lanes.
pub(crate) trait Model {
	/// Why it cannot go on. The process ends then.
	type Error;

	/// Compute rows, sorted by lane and position, at most [`Limits::rows`].
	fn compute(&mut self, rows: &[Row]) -> Result<(), Self::Error>;
	/// The logits after row `index` of the last computation, which wanted them.
	fn logits(&self, index: usize) -> Result<&[f32], Self::Error>;
	/// Forget a lane's tokens from `position` on. `false` if it can only forget all.
	fn forget(&mut self, lane: usize, position: usize) -> bool;
	/// The bytes of a token.
	fn bytes(&self, token: u32) -> Vec<u8>;
	/// Whether a token ends an answer.
	fn is_end(&self, token: u32) -> bool;
}

/// The bounds of a scheduler.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
	/// Answers at once.
	pub(crate) slots: usize,
	/// Lanes, at least `slots`.
	pub(crate) lanes: usize,
	/// Tokens per lane.
	pub(crate) context: usize,
	/// Rows per computation.
	pub(crate) rows: usize,
	/// From this position on a row computed alone needs another beside it to be exact.
	pub(crate) company_from: Option<usize>,
}

/// An answer to generate. The prompt has at least one token and is shorter than the context.
pub(crate) struct Job {
	pub(crate) id: u64,
	pub(crate) prompt: Vec<i32>,
	pub(crate) sampling: SamplingSpec,
	pub(crate) seed: [u8; 32],
	pub(crate) max_output: u32,
	pub(crate) stops: Vec<String>,
	pub(crate) session: Option<[u8; 32]>,
}

/// An answer in a lane.
struct Active {
	id: u64,
	sampling: SamplingSpec,
	seed: [u8; 32],
	/// How many more tokens may be generated.
	left: u32,
	text: TextStream,
	/// The tokens to feed next, the first one first.
	input: VecDeque<i32>,
	/// The last token, held back while text is pending: text travels with tokens only, and should
	/// the answer end now, this one carries the rest.
	last: Option<(u32, String)>,
}

#[derive(Default)]
struct Lane {
	/// The tokens in memory.
	tokens: Vec<i32>,
	session: Option<[u8; 32]>,
	used_at: u64,
	active: Option<Active>,
}

impl Lane {
	/// The tokens still to be fed.
	fn pending(&self) -> usize {
		self.active.as_ref().map_or(0, |active| active.input.len())
	}

	const fn is_free(&self) -> bool {
		self.active.is_none()
	}
}

/// See the [module](self).
pub(crate) struct Scheduler<M> {
	model: M,
	limits: Limits,
	lanes: Vec<Lane>,
	queue: VecDeque<Job>,
	/// Counts answers, to know which lane was used longest ago.
	clock: u64,
	/// The lane whose prompt had the last chunk.
	turn: usize,
	generated: u32,
}

impl<M: Model> Scheduler<M> {
	pub(crate) fn new(model: M, limits: Limits) -> Self {
		let lanes = (0..limits.lanes).map(|_| Lane::default()).collect();
		let queue = VecDeque::new();
		Self { model, limits, lanes, queue, clock: 0, turn: 0, generated: 0 }
	}

	/// Queue an answer.
	pub(crate) fn submit(&mut self, job: Job) {
		self.queue.push_back(job);
	}

	/// End an answer early; it may have ended already.
	pub(crate) fn cancel(&mut self, id: u64, out: &mut Vec<Report>) {
		if let Some(index) = self.queue.iter().position(|job| job.id == id) {
			self.queue.remove(index);
			out.push(Report::Done { id, finish: FinishReason::Cancelled });
		}
		let is_it = |lane: &Lane| lane.active.as_ref().is_some_and(|active| active.id == id);
		if let Some(lane) = self.lanes.iter().position(is_it) {
			self.finish(lane, FinishReason::Cancelled, out);
		}
	}

	/// Whether there is nothing to do.
	pub(crate) fn is_idle(&self) -> bool {
		self.queue.is_empty() && self.lanes.iter().all(Lane::is_free)
	}

	/// The tokens generated since the last call.
	pub(crate) fn take_generated(&mut self) -> u32 {
		mem::take(&mut self.generated)
	}

	/// Give waiting answers a lane while slots are free.
	fn admit(&mut self, out: &mut Vec<Report>) {
		while self.lanes.iter().filter(|lane| !lane.is_free()).count() < self.limits.slots {
			let Some(job) = self.queue.pop_front() else { return };
			let Some(index) = self.lane_for(job.session) else {
				self.queue.push_front(job);
				return;
			};
			out.push(Report::Started { id: job.id });
			self.occupy(index, job);
		}
	}

	/// The lane of this conversation, else an empty one, else the one used longest ago.
	fn lane_for(&self, session: Option<[u8; 32]>) -> Option<usize> {
		let free = || self.lanes.iter().enumerate().filter(|(_, lane)| lane.is_free());
		free()
			.find(|(_, lane)| session.is_some() && lane.session == session)
			.or_else(|| free().min_by_key(|(_, lane)| (!lane.tokens.is_empty(), lane.used_at)))
			.map(|(index, _)| index)
	}

	fn occupy(&mut self, index: usize, job: Job) {
		let Some(lane) = self.lanes.get_mut(index) else { return };
		let is_same = job.session.is_some() && lane.session == job.session;
		let common = lane.tokens.iter().zip(&job.prompt).take_while(|(a, b)| a == b).count();
		// At least one token must be computed, to have logits.
		let common = common.min(job.prompt.len().saturating_sub(1));
		let mut keep = if is_same { common } else { 0 };
		if !self.model.forget(index, keep) {
			self.model.forget(index, 0);
			keep = 0;
		}
		lane.tokens.truncate(keep);
		lane.session = job.session;
		let room = self.limits.context.saturating_sub(job.prompt.len());
		lane.active = Some(Active {
			id: job.id,
			sampling: job.sampling,
			seed: job.seed,
			left: job.max_output.min(u32::try_from(room).unwrap_or(u32::MAX)),
			text: TextStream::new(job.stops),
			input: job.prompt.into_iter().skip(keep).collect(),
			last: None,
		});
	}

	/// Start what can start, and compute one row for each lane with one token to feed.
	pub(crate) fn step(&mut self, out: &mut Vec<Report>) -> Result<(), M::Error> {
		self.admit(out);
		let mut ready: VecDeque<usize> = (0..self.lanes.len())
			.filter(|index| self.lanes.get(*index).is_some_and(|lane| lane.pending() == 1))
			.collect();
		while let Some(first) = ready.pop_front() {
			let mut run = first..first.saturating_add(1);
			while let Some(next) = ready.front() {
				let gap = next.saturating_sub(run.end);
				let length = next.saturating_sub(first);
				if gap > BRIDGE_MAX || length >= self.limits.rows {
					break;
				}
				run.end = next.saturating_add(1);
				ready.pop_front();
			}
			if self.needs_company(first) && run.len() == 1 {
				if run.end < self.lanes.len() {
					run.end = run.end.saturating_add(1);
				} else {
					run.start = run.start.saturating_sub(1);
				}
			}
			let rows: Vec<Row> = run.filter_map(|index| self.row(index)).collect();
			self.compute(&rows, out)?;
		}
		Ok(())
	}

	fn needs_company(&self, index: usize) -> bool {
		let position = self.lanes.get(index).map_or(0, |lane| lane.tokens.len());
		self.limits.company_from.is_some_and(|from| position >= from)
	}

	/// The next row of a lane: a token to feed, or a bridge if it has none.
	fn row(&mut self, index: usize) -> Option<Row> {
		let lane = self.lanes.get_mut(index)?;
		let Some(active) = &mut lane.active else {
			if lane.tokens.len() >= self.limits.context {
				self.model.forget(index, 0);
				*lane = Lane::default();
			}
			return Some(Row {
				lane: index,
				position: lane.tokens.len(),
				token: BRIDGE_TOKEN,
				wants_logits: false,
			});
		};
		let token = active.input.pop_front()?;
		let position = lane.tokens.len();
		lane.tokens.push(token);
		Some(Row { lane: index, position, token, wants_logits: active.input.is_empty() })
	}

	/// Compute a chunk of one prompt.
	pub(crate) fn chunk(&mut self, out: &mut Vec<Report>) -> Result<(), M::Error> {
		let count = self.lanes.len();
		let has_more = |index: &usize| self.lanes.get(*index).is_some_and(|l| l.pending() > 1);
		let after = self.turn.saturating_add(1);
		let Some(index) = (after..count).chain(0..after.min(count)).find(has_more) else {
			return Ok(());
		};
		self.turn = index;
		let pending = self.lanes.get(index).map_or(0, Lane::pending);
		let rows: Vec<Row> =
			(0..pending.min(self.limits.rows)).filter_map(|_| self.row(index)).collect();
		self.compute(&rows, out)
	}

	/// Compute rows and take in what comes of them.
	fn compute(&mut self, rows: &[Row], out: &mut Vec<Report>) -> Result<(), M::Error> {
		self.model.compute(rows)?;
		for (index, row) in rows.iter().enumerate() {
			let Some(lane) = self.lanes.get(row.lane) else { continue };
			let Some(active) = &lane.active else {
				self.tear_down_bridge(row);
				continue;
			};
			if row.wants_logits {
				let position = u32::try_from(lane.tokens.len()).unwrap_or(u32::MAX);
				let logits = self.model.logits(index)?;
				let token = sample(logits, &active.sampling, &active.seed, position);
				self.generated = self.generated.saturating_add(1);
				self.add(row.lane, token, out);
			}
		}
		Ok(())
	}

	/// Forget a bridge's row. A model that cannot forget one token forgets the conversation.
	fn tear_down_bridge(&mut self, row: &Row) {
		if !self.model.forget(row.lane, row.position) {
			self.model.forget(row.lane, 0);
			if let Some(lane) = self.lanes.get_mut(row.lane) {
				*lane = Lane::default();
			}
		}
	}

	/// Add a token to an answer.
	fn add(&mut self, index: usize, token: u32, out: &mut Vec<Report>) {
		if self.model.is_end(token) {
			return self.finish(index, FinishReason::Stop, out);
		}
		let bytes = self.model.bytes(token);
		let Some(active) = self.lanes.get_mut(index).and_then(|lane| lane.active.as_mut()) else {
			return;
		};
		active.release(out);
		let piece = active.text.push(&bytes);
		active.left = active.left.saturating_sub(1);
		active.last = Some((token, piece.text));
		if piece.stopped {
			return self.finish(index, FinishReason::Stop, out);
		}
		if active.left == 0 {
			return self.finish(index, FinishReason::Length, out);
		}
		if !active.text.is_pending() {
			active.release(out);
		}
		// Sampled tokens are indices of a logits row, whose length fits.
		active.input.push_back(i32::try_from(token).unwrap_or(BRIDGE_TOKEN));
	}

	/// End an answer. Its lane keeps the tokens only for a conversation that may go on.
	fn finish(&mut self, index: usize, finish: FinishReason, out: &mut Vec<Report>) {
		let Some(lane) = self.lanes.get_mut(index) else { return };
		let Some(mut active) = lane.active.take() else { return };
		let rest = active.text.finish();
		if let Some((_, text)) = &mut active.last {
			text.push_str(&rest);
		}
		active.release(out);
		out.push(Report::Done { id: active.id, finish });
		self.clock = self.clock.saturating_add(1);
		lane.used_at = self.clock;
		if lane.session.is_none() {
			self.model.forget(index, 0);
			lane.tokens.clear();
		}
	}
}

impl Active {
	/// Report the token that was held back.
	fn release(&mut self, out: &mut Vec<Report>) {
		if let Some((token, text)) = self.last.take() {
			out.push(Report::Token { id: self.id, token, text });
		}
	}
}

#[cfg(test)]
#[expect(
	clippy::arithmetic_side_effects,
	clippy::float_arithmetic,
	reason = "an overflow in a test is a failed test"
)]
mod tests;
