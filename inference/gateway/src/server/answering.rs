//! Turning the events of a job into an HTTP response.

use std::{
	convert::Infallible,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_stream::stream;
use axum::{
	body::{Body, Bytes},
	http::{header, HeaderMap, HeaderName, HeaderValue},
	response::{IntoResponse, Response},
	Json,
};
use futures::Stream;
use tokio::{
	sync::{mpsc, OwnedSemaphorePermit},
	time::{timeout, timeout_at, Instant},
};

use super::{too_slow, JOB_HEADER, STEPS_HEADER};
use crate::{
	job::{JobEvent, JobFailure, RunningJob, Step},
	openai::{ApiError, Chunks, Common, Kind, DONE},
};

/// A stream that has been silent this long shows that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// A comment, which clients skip.
const ALIVE: &str = ": waiting\n\n";

/// How a client wants its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
	kind: Kind,
	stream: bool,
	include_usage: bool,
	steps: bool,
}

impl Reply {
	pub(super) fn new(kind: Kind, common: &Common, headers: &HeaderMap) -> Self {
		Self {
			kind,
			stream: common.streams(),
			include_usage: common.includes_usage(),
			steps: headers.get(STEPS_HEADER).is_some_and(|value| value == "1"),
		}
	}

	/// Answer with what `running` says. The slot is free again when the answer is complete.
	pub(super) async fn send(
		self,
		running: RunningJob,
		slot: OwnedSemaphorePermit,
		limit: Duration,
	) -> Response {
		let job = format!("{:?}", running.id.0);
		let chunks =
			Chunks::new(self.kind, &job, unix_seconds(), running.model, self.include_usage);
		let mut response = if self.stream {
			self.streamed(chunks, running.events, slot, limit).await
		} else {
			whole(&chunks, running.events).await
		};
		if let Ok(value) = HeaderValue::from_str(&job) {
			response.headers_mut().insert(HeaderName::from_static(JOB_HEADER), value);
		}
		response
	}

	async fn streamed(
		self,
		chunks: Chunks,
		mut events: mpsc::Receiver<JobEvent>,
		slot: OwnedSemaphorePermit,
		limit: Duration,
	) -> Response {
		// A failure before the first token still gets a status of its own. A client that wants the
		// steps wants them at once.
		let mut first = None;
		while !self.steps && first.is_none() {
			match events.recv().await {
				Some(JobEvent::Step(_)) => {},
				Some(JobEvent::Failed(failure)) => return ApiError::from(failure).into_response(),
				None => return ApiError::from(JobFailure::Abandoned).into_response(),
				event => first = event,
			}
		}
		let deadline = after(limit);
		let frames = frames(chunks, first, events, slot, deadline, self.steps);
		let headers = [
			(header::CONTENT_TYPE, "text/event-stream"),
			(header::CACHE_CONTROL, "no-cache"),
			// Proxies would otherwise hold tokens back.
			(HeaderName::from_static("x-accel-buffering"), "no"),
		];
		(headers, Body::from_stream(frames)).into_response()
	}
}

async fn whole(chunks: &Chunks, mut events: mpsc::Receiver<JobEvent>) -> Response {
	let mut text = String::new();
	while let Some(event) = events.recv().await {
		match event {
			JobEvent::Step(_) => {},
			JobEvent::Text(piece) => text.push_str(&piece),
			JobEvent::Answered { tokens, finish } => {
				return Json(chunks.whole(&text, finish, tokens)).into_response();
			},
			JobEvent::Failed(failure) => return ApiError::from(failure).into_response(),
		}
	}
	ApiError::from(JobFailure::Abandoned).into_response()
}

fn frames(
	chunks: Chunks,
	mut first: Option<JobEvent>,
	mut events: mpsc::Receiver<JobEvent>,
	slot: OwnedSemaphorePermit,
	deadline: Instant,
	steps: bool,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
	stream! {
		let mut slot = Some(slot);
		let mut answered = false;
		yield Ok(Bytes::from(chunks.opening()));
		loop {
			let next = match first.take() {
				Some(event) => Next::Event(event),
				None => next(&mut events, deadline, answered).await,
			};
			match next {
				Next::Event(JobEvent::Text(text)) => yield Ok(Bytes::from(chunks.text(&text))),
				Next::Event(JobEvent::Step(step)) => {
					let last = matches!(step.step, Step::Finalized { .. } | Step::Cancelled { .. });
					if steps {
						yield Ok(Bytes::from(Chunks::step(&step)));
					}
					if last {
						break;
					}
				},
				Next::Event(JobEvent::Answered { tokens, finish }) => {
					answered = true;
					drop(slot.take());
					yield Ok(Bytes::from(chunks.ending(finish, tokens)));
					if !steps {
						break;
					}
				},
				Next::Event(JobEvent::Failed(failure)) => {
					yield Ok(Bytes::from(Chunks::error(failure.into())));
					break;
				},
				Next::Silence => yield Ok(Bytes::from_static(ALIVE.as_bytes())),
				Next::Late => {
					yield Ok(Bytes::from(Chunks::error(too_slow())));
					break;
				},
				Next::End => break,
			}
		}
		if answered {
			yield Ok(Bytes::from_static(DONE.as_bytes()));
		}
	}
}

enum Next {
	Event(JobEvent),
	Silence,
	Late,
	End,
}

async fn next(events: &mut mpsc::Receiver<JobEvent>, deadline: Instant, answered: bool) -> Next {
	// Once the answer is there, the chain has its own time.
	let next = timeout(KEEP_ALIVE, events.recv());
	let next = if answered { Ok(next.await) } else { timeout_at(deadline, next).await };
	match next {
		Ok(Ok(Some(event))) => Next::Event(event),
		Ok(Ok(None)) => Next::End,
		Ok(Err(_)) => Next::Silence,
		Err(_) => Next::Late,
	}
}

fn after(duration: Duration) -> Instant {
	let now = Instant::now();
	now.checked_add(duration).unwrap_or(now)
}

fn unix_seconds() -> u64 {
	SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
