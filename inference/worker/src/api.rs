//! The loopback API: what the node and the operator's tools ask of the sidecar.

mod tasks;

use std::sync::Arc;

use axum::{
	body::Bytes,
	extract::{DefaultBodyLimit, Request, State},
	http::{header, HeaderMap, StatusCode},
	middleware::{self, Next},
	response::{IntoResponse, Response},
	routing::{get, post},
	Json, Router,
};
use codec::Encode;
use millrace_primitives::{
	identity::{self, WorkerKeys},
	WorkerKey,
};
use millrace_protocol::{View, RECONCILE_PATH, VIEW_BYTES_MAX};
use serde::{Deserialize, Serialize};
use sp_core::{crypto::AccountId32, H256};

use crate::sidecar::Sidecar;

/// The media type of SCALE-encoded messages.
const OCTETS: &str = "application/octet-stream";

/// Who this sidecar is. Keys and digests are in hexadecimal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
	/// The ed25519 key behind its libp2p identity.
	pub peer_key: String,
	/// The same as a libp2p peer id.
	pub peer_id: String,
	/// The X25519 key to which envelopes are sealed.
	pub envelope_key: String,
	/// The models it serves, by the SHA-256 of their GGUF.
	pub models: Vec<String>,
	/// The account that registered it, once its node has told.
	pub owner: Option<String>,
}

/// Asks the peer key to agree to belong to an owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignIdentity {
	/// The genesis hash of the chain, in hexadecimal.
	pub genesis: String,
	/// The owner's account id, in hexadecimal.
	pub owner: String,
	/// How often the owner's keys have changed.
	pub nonce: u32,
	/// The worker key in the node's keystore, in hexadecimal.
	pub worker_key: String,
}

/// The peer key's answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdentitySigned {
	/// The ed25519 signature, in hexadecimal.
	pub signature: String,
}

#[derive(Serialize)]
struct Health {
	status: &'static str,
	block: u32,
	model: String,
	engine_restarts: u32,
}

/// What is wrong with a request.
struct Problem(StatusCode, String);

impl IntoResponse for Problem {
	fn into_response(self) -> Response {
		(self.0, Json(serde_json::json!({ "error": self.1 }))).into_response()
	}
}

/// All routes.
pub(crate) fn router(sidecar: Arc<Sidecar>) -> Router {
	Router::new()
		.route(RECONCILE_PATH, post(reconcile))
		.route("/v1/identity", get(identity))
		.route("/v1/identity/sign", post(sign_identity))
		.route("/health", get(health))
		.route("/ready", get(ready))
		.route("/metrics", get(metrics))
		.merge(tasks::router())
		.layer(DefaultBodyLimit::max(VIEW_BYTES_MAX))
		.layer(middleware::from_fn(only_local))
		.with_state(sidecar)
}

/// A web page in the operator's browser can send requests to loopback addresses, but not with a
/// loopback `Host`, and never without an `Origin`.
async fn only_local(request: Request, next: Next) -> Response {
	let headers = request.headers();
	if headers.contains_key(header::ORIGIN) || !host_is_loopback(headers) {
		let text = String::from("this API answers programs on this machine only");
		return Problem(StatusCode::FORBIDDEN, text).into_response();
	}
	next.run(request).await
}

fn host_is_loopback(headers: &HeaderMap) -> bool {
	let Some(Ok(host)) = headers.get(header::HOST).map(|host| host.to_str()) else { return false };
	let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
	matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

async fn reconcile(
	State(sidecar): State<Arc<Sidecar>>,
	headers: HeaderMap,
	body: Bytes,
) -> Result<Response, Problem> {
	if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != OCTETS) {
		let text = format!("the body must be {OCTETS}");
		return Err(Problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
	}
	let view = View::from_bytes(&body)
		.map_err(|error| Problem(StatusCode::BAD_REQUEST, error.to_string()))?;
	let reply = sidecar.reconcile(view).await;
	let reply = reply.map_err(|error| Problem(StatusCode::CONFLICT, error.to_string()))?;
	Ok(([(header::CONTENT_TYPE, OCTETS)], reply.encode()).into_response())
}

async fn identity(State(sidecar): State<Arc<Sidecar>>) -> Result<Json<Identity>, Problem> {
	let peer_id = sidecar.peer_secret().peer_id();
	let peer_id =
		peer_id.map_err(|error| Problem(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
	let owner = sidecar.desk().registration().map(|registration| registration.owner.to_string());
	Ok(Json(Identity {
		peer_key: hex::encode(sidecar.peer_secret().public().0),
		peer_id,
		envelope_key: sidecar.envelope_secret().public().to_string(),
		models: vec![sidecar.model().to_string()],
		owner,
	}))
}

fn bytes32(name: &str, text: &str) -> Result<[u8; 32], Problem> {
	let mut bytes = [0; 32];
	hex::decode_to_slice(text.trim_start_matches("0x"), &mut bytes)
		.map(|()| bytes)
		.map_err(|_| Problem(StatusCode::BAD_REQUEST, format!("{name} is not 32 bytes of hex")))
}

async fn sign_identity(
	State(sidecar): State<Arc<Sidecar>>,
	Json(asked): Json<SignIdentity>,
) -> Result<Json<IdentitySigned>, Problem> {
	let owner = AccountId32::new(bytes32("owner", &asked.owner)?);
	let genesis = H256(bytes32("genesis", &asked.genesis)?);
	let keys = WorkerKeys {
		worker: WorkerKey::from_raw(bytes32("worker_key", &asked.worker_key)?),
		peer: sidecar.peer_secret().public(),
		envelope: sidecar.envelope_secret().public(),
	};
	let message = identity::message(genesis, &owner, asked.nonce, &keys);
	let signature = sidecar.peer_secret().sign(&message);
	Ok(Json(IdentitySigned { signature: hex::encode(signature.0) }))
}

async fn health(State(sidecar): State<Arc<Sidecar>>) -> Json<Health> {
	Json(Health {
		status: "ok",
		block: sidecar.desk().block(),
		model: sidecar.model().to_string(),
		engine_restarts: sidecar.engine().stats().restarts,
	})
}

async fn ready(State(sidecar): State<Arc<Sidecar>>) -> Response {
	match sidecar.readiness() {
		Ok(()) => Json(serde_json::json!({ "status": "ready" })).into_response(),
		Err(why) => Problem(StatusCode::SERVICE_UNAVAILABLE, why.into()).into_response(),
	}
}

async fn metrics(State(sidecar): State<Arc<Sidecar>>) -> Response {
	let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
	let text = sidecar.metrics.encode(&sidecar.engine().stats());
	([(header::CONTENT_TYPE, kind)], text).into_response()
}
