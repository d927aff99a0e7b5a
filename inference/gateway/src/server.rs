//! The OpenAI-compatible HTTP server.

mod access;
mod answering;

use std::{
	future::{Future, IntoFuture},
	io,
	net::SocketAddr,
	sync::Arc,
	time::Duration,
};

use axum::{
	body::Bytes,
	extract::{rejection::BytesRejection, DefaultBodyLimit, Path, State},
	http::{header, HeaderMap, StatusCode},
	middleware,
	response::{IntoResponse, Response},
	routing::{get, post},
	Json, Router,
};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};

use crate::{
	job::Jobs,
	metrics::{self, Metrics},
	openai::{ApiError, ChatRequest, Kind, ModelList, ModelObject, TextRequest},
};

pub use access::Access;
use answering::Reply;

/// The header with which a client asks for the steps of its job among the events of a stream.
pub const STEPS_HEADER: &str = "x-millrace-steps";

/// The header that names the job behind an answer.
pub const JOB_HEADER: &str = "x-millrace-job";

/// The largest request body in bytes: a full prompt, escaped as JSON.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A best block older than this means that the chain has stopped or cannot be seen.
const STALE_MS: u64 = 15_000;

/// How long running answers may go on after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// How the server is run.
#[derive(Clone, Debug)]
pub struct Limits {
	/// Answers at the same time.
	pub concurrent: usize,
	/// The longest that one answer may take.
	pub answer: Duration,
}

impl Default for Limits {
	fn default() -> Self {
		Self { concurrent: 64, answer: Duration::from_secs(150) }
	}
}

/// What the handlers share.
pub(crate) struct Shared {
	jobs: Arc<dyn Jobs>,
	metrics: Arc<Metrics>,
	slots: Arc<Semaphore>,
	limits: Limits,
	access: Access,
}

/// All routes.
pub fn router(
	jobs: Arc<dyn Jobs>,
	metrics: Arc<Metrics>,
	limits: Limits,
	access: Access,
) -> Router {
	let slots = Arc::new(Semaphore::new(limits.concurrent));
	let shared = Arc::new(Shared { jobs, metrics, slots, limits, access });
	Router::new()
		.route(Kind::Chat.path(), post(chat))
		.route(Kind::Text.path(), post(text))
		.route("/v1/models", get(models))
		.route("/v1/models/{name}", get(model))
		.route("/health", get(health))
		.route("/metrics", get(metrics_text))
		.fallback(unknown_route)
		.method_not_allowed_fallback(wrong_method)
		.layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
		.layer(middleware::from_fn_with_state(Arc::clone(&shared), access::check))
		.with_state(shared)
}

/// Serve `router` on `listener` until `shutdown`, then let running answers end.
pub async fn serve(
	listener: TcpListener,
	router: Router,
	shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
	let (told, stopping) = tokio::sync::oneshot::channel();
	let shutdown = async move {
		shutdown.await;
		// The other end waits below for as long as the server runs.
		told.send(()).ok();
	};
	let server = axum::serve(listener, router).with_graceful_shutdown(shutdown);
	let drained = async {
		if stopping.await.is_err() {
			std::future::pending::<()>().await;
		}
		tokio::time::sleep(DRAIN).await;
	};
	tokio::select! {
		result = server.into_future() => result,
		() = drained => Ok(()),
	}
}

/// A listener at `address`.
pub async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
	TcpListener::bind(address).await
}

async fn chat(
	State(shared): State<Arc<Shared>>,
	headers: HeaderMap,
	body: Result<Bytes, BytesRejection>,
) -> Response {
	let request = match read::<ChatRequest>(&headers, body) {
		Ok(request) => request,
		Err(error) => return error.into_response(),
	};
	let reply = Reply::new(Kind::Chat, &request.common, &headers);
	answer(shared, request.into_job(), reply).await
}

async fn text(
	State(shared): State<Arc<Shared>>,
	headers: HeaderMap,
	body: Result<Bytes, BytesRejection>,
) -> Response {
	let request = match read::<TextRequest>(&headers, body) {
		Ok(request) => request,
		Err(error) => return error.into_response(),
	};
	let reply = Reply::new(Kind::Text, &request.common, &headers);
	answer(shared, request.into_job(), reply).await
}

async fn answer(
	shared: Arc<Shared>,
	job: Result<crate::job::JobRequest, ApiError>,
	reply: Reply,
) -> Response {
	let started = async {
		let job = job?;
		let slot = Arc::clone(&shared.slots).try_acquire_owned().map_err(|_| ApiError::busy())?;
		let running = shared.jobs.start(job).await?;
		Ok::<_, ApiError>((running, slot))
	};
	match started.await {
		Ok((running, slot)) => {
			let limit = shared.limits.answer;
			match timeout(limit, reply.send(running, slot, limit)).await {
				Ok(response) => response,
				Err(_) => too_slow().into_response(),
			}
		},
		Err(error) => error.into_response(),
	}
}

fn too_slow() -> ApiError {
	ApiError::upstream(StatusCode::GATEWAY_TIMEOUT, "the answer took too long").code("timeout")
}

async fn models(State(shared): State<Arc<Shared>>) -> Result<Json<ModelList>, ApiError> {
	let models = shared.jobs.models().await?;
	let data = models.iter().map(ModelObject::from).collect();
	Ok(Json(ModelList { object: "list".into(), data }))
}

async fn model(
	State(shared): State<Arc<Shared>>,
	Path(name): Path<String>,
) -> Result<Json<ModelObject>, ApiError> {
	let models = shared.jobs.models().await?;
	let found = models.iter().map(ModelObject::from).find(|model| model.id == name);
	found.map(Json).ok_or_else(|| crate::job::StartError::UnknownModel(name).into())
}

async fn health(State(shared): State<Arc<Shared>>) -> Response {
	match shared.jobs.health().await {
		Ok(health) => {
			let (status, word) = if health.since_block_ms > STALE_MS {
				(StatusCode::SERVICE_UNAVAILABLE, "the chain stands still")
			} else if health.workers == 0 {
				(StatusCode::OK, "no worker is online")
			} else {
				(StatusCode::OK, "ok")
			};
			(status, Json(json!({ "status": word, "health": health }))).into_response()
		},
		Err(error) => {
			let body = json!({ "status": error.to_string() });
			(StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
		},
	}
}

async fn metrics_text(State(shared): State<Arc<Shared>>) -> Response {
	([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], shared.metrics.encode()).into_response()
}

async fn unknown_route() -> ApiError {
	ApiError::refused(StatusCode::NOT_FOUND, "there is nothing at this URL").code("unknown_url")
}

async fn wrong_method() -> ApiError {
	let message = "this URL takes another method";
	ApiError::refused(StatusCode::METHOD_NOT_ALLOWED, message).code("method_not_allowed")
}

/// Read a JSON body.
fn read<T: DeserializeOwned>(
	headers: &HeaderMap,
	body: Result<Bytes, BytesRejection>,
) -> Result<T, ApiError> {
	// A web page can send other types across origins without asking the browser first.
	let is_json = headers
		.get(header::CONTENT_TYPE)
		.and_then(|kind| kind.to_str().ok())
		.is_some_and(|kind| kind.split(';').next().is_some_and(is_json_type));
	if !is_json {
		let message = "the body must be application/json";
		return Err(ApiError::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
	}
	let body = body.map_err(|rejection| match rejection.status() {
		StatusCode::PAYLOAD_TOO_LARGE => {
			let message = format!("the body is larger than {BODY_BYTES_MAX} bytes");
			ApiError::refused(StatusCode::PAYLOAD_TOO_LARGE, message).code("body_too_large")
		},
		_ => ApiError::malformed("the body cannot be read"),
	})?;
	serde_json::from_slice(&body)
		.map_err(|error| ApiError::malformed(format!("the body cannot be understood: {error}")))
}

fn is_json_type(kind: &str) -> bool {
	kind.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests;
