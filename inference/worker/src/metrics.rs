//! Counters for operators, in the OpenMetrics text format.

use prometheus_client::{
	encoding::{text::encode, EncodeLabelSet},
	metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
	registry::{Registry, Unit},
};

use crate::session::SessionEnd;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Why {
	reason: String,
}

/// See the module.
pub(crate) struct Metrics {
	registry: Registry,
	/// Views taken from the node.
	pub(crate) views: Counter,
	sessions: Gauge,
	proven: Counter,
	refused: Family<Why, Counter>,
	failed: Family<Why, Counter>,
	input_tokens: Counter,
	output_tokens: Counter,
	duration: Histogram,
	engine_restarts: Gauge,
	tokens_per_second_milli: Gauge,
}

impl Metrics {
	pub(crate) fn new() -> Self {
		let mut registry = Registry::with_prefix("millrace_worker");
		// Jobs are bounded by the proof window of two minutes.
		let duration = Histogram::new([0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0]);
		let metrics = Self {
			views: Counter::default(),
			sessions: Gauge::default(),
			proven: Counter::default(),
			refused: Family::default(),
			failed: Family::default(),
			input_tokens: Counter::default(),
			output_tokens: Counter::default(),
			duration,
			engine_restarts: Gauge::default(),
			tokens_per_second_milli: Gauge::default(),
			registry: Registry::default(),
		};
		registry.register("views", "Views of the chain taken from the node", metrics.views.clone());
		registry.register("sessions", "Jobs being served", metrics.sessions.clone());
		registry.register("jobs_proven", "Jobs delivered", metrics.proven.clone());
		registry.register("jobs_refused", "Jobs turned down", metrics.refused.clone());
		registry.register("jobs_failed", "Jobs broken off", metrics.failed.clone());
		registry.register("input_tokens", "Prompt tokens charged", metrics.input_tokens.clone());
		registry.register(
			"output_tokens",
			"Generated tokens charged",
			metrics.output_tokens.clone(),
		);
		registry.register_with_unit(
			"job_duration",
			"From the envelope to the end of the session",
			Unit::Seconds,
			metrics.duration.clone(),
		);
		registry.register(
			"engine_restarts",
			"How often the engine process had to be started again",
			metrics.engine_restarts.clone(),
		);
		registry.register(
			"tokens_per_second_milli",
			"Recent speed of the engine over all slots, in thousandths",
			metrics.tokens_per_second_milli.clone(),
		);
		Self { registry, ..metrics }
	}

	pub(crate) fn session_began(&self) {
		self.sessions.inc();
	}

	pub(crate) fn session_ended(&self, end: SessionEnd, seconds: f64) {
		self.sessions.dec();
		self.duration.observe(seconds);
		match end {
			SessionEnd::Proven(tokens) => {
				self.proven.inc();
				self.input_tokens.inc_by(tokens.input.into());
				self.output_tokens.inc_by(tokens.output.into());
			},
			SessionEnd::Refused(reason) => {
				self.refused.get_or_create(&Why { reason: format!("{reason:?}") }).inc();
			},
			SessionEnd::Failed(reason) => {
				self.failed.get_or_create(&Why { reason: format!("{reason:?}") }).inc();
			},
		}
	}

	/// The text that a scraper reads.
	pub(crate) fn encode(&self, engine: &millrace_engine::Stats) -> String {
		self.engine_restarts.set(engine.restarts.into());
		let speed = i64::try_from(engine.tokens_per_second_milli).unwrap_or(i64::MAX);
		self.tokens_per_second_milli.set(speed);
		let mut text = String::new();
		match encode(&mut text, &self.registry) {
			Ok(()) => text,
			// Writing to a string does not fail.
			Err(std::fmt::Error) => String::new(),
		}
	}
}
