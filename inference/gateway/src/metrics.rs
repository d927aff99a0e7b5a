//! What the gateway counts.

use std::{sync::Mutex, time::Duration};

use millrace_primitives::{Payment, TokenCounts};
use prometheus_client::{
	encoding::{text::encode, EncodeLabelSet},
	metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
	registry::{Registry, Unit},
};

use crate::job::JobFailure;

/// The media type of [`Metrics::encode`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the time buckets in seconds.
const SECONDS: [f64; 12] = [0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 30.0, 60.0, 120.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct End {
	end: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct At {
	step: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Status {
	status: u16,
}

/// Counters and times of one gateway.
pub struct Metrics {
	registry: Mutex<Registry>,
	running: Gauge,
	ends: Family<End, Counter>,
	passed: Counter,
	cancelled: Counter,
	input_tokens: Counter,
	output_tokens: Counter,
	paid: Counter,
	refunded: Counter,
	steps: Family<At, Histogram>,
	responses: Family<Status, Counter>,
}

impl Default for Metrics {
	fn default() -> Self {
		let steps = Family::<At, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
		let metrics = Self {
			registry: Mutex::new(Registry::with_prefix("millrace_gateway")),
			running: Gauge::default(),
			ends: Family::default(),
			passed: Counter::default(),
			cancelled: Counter::default(),
			input_tokens: Counter::default(),
			output_tokens: Counter::default(),
			paid: Counter::default(),
			refunded: Counter::default(),
			steps,
			responses: Family::default(),
		};
		if let Ok(mut registry) = metrics.registry.lock() {
			metrics.register(&mut registry);
		}
		metrics
	}
}

impl Metrics {
	fn register(&self, registry: &mut Registry) {
		let mut count = |name: &str, help: &str, counter: &Counter| {
			registry.register(name, help, counter.clone());
		};
		count("passes", "Candidates that did not take a job", &self.passed);
		count("cancellations", "Jobs taken back on chain", &self.cancelled);
		count("input_tokens", "Prompt tokens charged", &self.input_tokens);
		count("output_tokens", "Generated tokens charged", &self.output_tokens);
		count("paid_units", "Paid for answers, in 10^-6 USDC", &self.paid);
		count("refunded_units", "Refunded at settlement, in 10^-6 USDC", &self.refunded);
		registry.register("jobs_running", "Jobs without an answer yet", self.running.clone());
		registry.register("jobs", "Jobs by how they ended", self.ends.clone());
		registry.register("responses", "HTTP responses by status", self.responses.clone());
		let help = "Time from a request to a step of its job";
		registry.register_with_unit("step", help, Unit::Seconds, self.steps.clone());
	}

	/// All metrics as OpenMetrics text.
	pub fn encode(&self) -> String {
		let mut text = String::new();
		if let Ok(registry) = self.registry.lock() {
			// Writing to a string does not fail; if it did, half a text would be worse than none.
			if encode(&mut text, &registry).is_err() {
				text.clear();
			}
		}
		text
	}

	pub(crate) fn responded(&self, status: u16) {
		self.responses.get_or_create(&Status { status }).inc();
	}

	pub(crate) fn started(&self) {
		self.running.inc();
	}

	pub(crate) fn passed(&self) {
		self.passed.inc();
	}

	pub(crate) fn cancelled(&self) {
		self.cancelled.inc();
	}

	pub(crate) fn locked(&self, elapsed: Duration) {
		self.at("locked", elapsed);
	}

	pub(crate) fn acknowledged(&self, elapsed: Duration) {
		self.at("acknowledged", elapsed);
	}

	pub(crate) fn first_token(&self, elapsed: Duration) {
		self.at("first_token", elapsed);
	}

	pub(crate) fn answered(&self, tokens: TokenCounts, elapsed: Duration) {
		self.end("answered");
		self.input_tokens.inc_by(tokens.input.into());
		self.output_tokens.inc_by(tokens.output.into());
		self.at("last_token", elapsed);
	}

	pub(crate) fn settled(&self, payment: &Payment, elapsed: Duration) {
		let paid = payment.worker.saturating_add(payment.treasury);
		self.paid.inc_by(u64::try_from(paid).unwrap_or(u64::MAX));
		self.refunded.inc_by(u64::try_from(payment.refund).unwrap_or(u64::MAX));
		self.at("settled", elapsed);
	}

	pub(crate) fn failed(&self, failure: &JobFailure) {
		self.end(match failure {
			JobFailure::Lock(_) => "not_locked",
			JobFailure::NoTaker { .. } => "no_taker",
			JobFailure::Broken(_) => "broken",
			JobFailure::Cheated(_) | JobFailure::OtherProof => "cheated",
			JobFailure::Abandoned => "abandoned",
		});
	}

	fn end(&self, end: &'static str) {
		self.running.dec();
		self.ends.get_or_create(&End { end }).inc();
	}

	fn at(&self, step: &'static str, elapsed: Duration) {
		self.steps.get_or_create(&At { step }).observe(elapsed.as_secs_f64());
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn text_holds_what_was_counted() {
		let metrics = Metrics::default();
		metrics.started();
		metrics.answered(TokenCounts { input: 3, output: 4 }, Duration::from_millis(70));
		metrics.responded(200);
		let text = metrics.encode();
		for line in [
			"millrace_gateway_input_tokens_total 3",
			"millrace_gateway_jobs_running 0",
			"millrace_gateway_jobs_total{end=\"answered\"} 1",
			"millrace_gateway_responses_total{status=\"200\"} 1",
			"millrace_gateway_step_seconds_count{step=\"last_token\"} 1",
		] {
			assert!(text.contains(line), "{line} in:\n{text}");
		}
		assert!(text.ends_with("# EOF\n"));
	}
}
