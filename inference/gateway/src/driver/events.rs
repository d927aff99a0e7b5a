//! Telling the reader of a job what happens.

use std::time::Duration;

use tokio::{
	sync::mpsc,
	time::{timeout, Instant},
};

use crate::job::{JobEvent, Step, TimedStep};

/// How long a reader may leave events lying before it counts as gone.
const READER_PATIENCE: Duration = Duration::from_secs(30);

/// Sends the events of one job.
#[derive(Clone)]
pub(super) struct Emitter {
	received: Instant,
	events: mpsc::Sender<JobEvent>,
}

impl Emitter {
	pub(super) const fn new(received: Instant, events: mpsc::Sender<JobEvent>) -> Self {
		Self { received, events }
	}

	/// Time since the request came in.
	pub(super) fn elapsed(&self) -> Duration {
		self.received.elapsed()
	}

	/// Send `event`. Returns whether someone reads.
	pub(super) async fn send(&self, event: JobEvent) -> bool {
		matches!(timeout(READER_PATIENCE, self.events.send(event)).await, Ok(Ok(())))
	}

	/// Send `step` with its time.
	pub(super) async fn step(&self, step: Step) {
		let us = u64::try_from(self.elapsed().as_micros()).unwrap_or(u64::MAX);
		self.send(JobEvent::Step(TimedStep { us, step })).await;
	}

	/// Ready when nobody reads any more.
	pub(super) async fn gone(&self) {
		self.events.closed().await;
	}
}
