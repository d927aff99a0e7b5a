//! The OpenAI API as far as Millrace serves it: requests in, completions and chunks out, errors in
//! its shape.

mod request;
mod response;

use std::borrow::Cow;

use axum::{
	http::{header, HeaderValue, StatusCode},
	response::{IntoResponse, Response},
	Json,
};
use millrace_mesh::Refusal;
use serde::{Deserialize, Serialize};

use crate::job::{JobFailure, StartError};

pub use request::{ChatRequest, Common, TextRequest};
pub(crate) use response::STEP_EVENT;
pub use response::{finish_reason, Chunks, Kind, ModelList, ModelObject, Usage, DONE};

/// An error in OpenAI's shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
	/// The HTTP status.
	pub status: StatusCode,
	/// The body.
	pub body: ErrorBody,
}

/// The body of an error, under the key `error`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
	/// What is wrong, for people.
	pub message: String,
	/// The kind of error.
	#[serde(rename = "type")]
	pub kind: Cow<'static, str>,
	/// The parameter that is wrong, if one is.
	pub param: Option<Cow<'static, str>>,
	/// What is wrong, for programs.
	pub code: Option<Cow<'static, str>>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Enveloped {
	pub(crate) error: ErrorBody,
}

impl ApiError {
	fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
		let body =
			ErrorBody { message: message.into(), kind: kind.into(), param: None, code: None };
		Self { status, body }
	}

	/// The request is wrong.
	pub fn invalid(param: &'static str, message: impl Into<String>) -> Self {
		let mut error = Self::malformed(message);
		error.body.param = Some(param.into());
		error
	}

	/// The request cannot be read.
	pub fn malformed(message: impl Into<String>) -> Self {
		Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
	}

	/// The request asks for something that Millrace does not do.
	pub fn unsupported(param: &'static str) -> Self {
		Self::invalid(param, format!("`{param}` is not supported by Millrace"))
			.code("unsupported_parameter")
	}

	/// The request is wrong in a way that has its own status.
	pub fn refused(status: StatusCode, message: impl Into<String>) -> Self {
		Self::new(status, "invalid_request_error", message)
	}

	/// The caller is not known.
	pub fn unauthorized() -> Self {
		Self::refused(StatusCode::UNAUTHORIZED, "this gateway needs one of its API keys")
			.code("invalid_api_key")
	}

	/// Too many requests at once.
	pub fn busy() -> Self {
		let message = "this gateway is answering as many requests as it may; try again";
		Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", message)
			.code("rate_limit_exceeded")
	}

	/// Something behind the gateway failed.
	pub fn upstream(status: StatusCode, message: impl Into<String>) -> Self {
		Self::new(status, "server_error", message)
	}

	/// Add a code for programs.
	#[must_use]
	pub fn code(mut self, code: &'static str) -> Self {
		self.body.code = Some(code.into());
		self
	}

	pub(crate) fn enveloped(self) -> Enveloped {
		Enveloped { error: self.body }
	}
}

impl IntoResponse for ApiError {
	fn into_response(self) -> Response {
		let status = self.status;
		let mut response = (status, Json(self.enveloped())).into_response();
		let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
		if busy.contains(&status) {
			response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
		}
		response
	}
}

impl From<StartError> for ApiError {
	fn from(error: StartError) -> Self {
		let message = error.to_string();
		match error {
			StartError::UnknownModel(_) => {
				let mut error = Self::refused(StatusCode::NOT_FOUND, message);
				error.body.param = Some("model".into());
				error.code("model_not_found")
			},
			StartError::Funds { .. } => {
				Self::new(StatusCode::PAYMENT_REQUIRED, "insufficient_quota", message)
					.code("insufficient_quota")
			},
			StartError::PromptTooLong { .. } => {
				Self::invalid("messages", message).code("context_length_exceeded")
			},
			StartError::BadRequest(_) => Self::malformed(message),
			StartError::NoWorkers(_) => {
				Self::upstream(StatusCode::SERVICE_UNAVAILABLE, message).code("no_workers")
			},
			StartError::Chain(_) => {
				Self::upstream(StatusCode::SERVICE_UNAVAILABLE, message).code("chain_unavailable")
			},
			StartError::NoRandomness => Self::upstream(StatusCode::INTERNAL_SERVER_ERROR, message),
		}
	}
}

impl From<JobFailure> for ApiError {
	fn from(failure: JobFailure) -> Self {
		let message = failure.to_string();
		match failure {
			JobFailure::NoTaker { about_request: Some(Refusal::PromptTooLong), .. } => {
				Self::invalid("messages", message).code("context_length_exceeded")
			},
			JobFailure::NoTaker { about_request: Some(_), .. } => Self::malformed(message),
			JobFailure::NoTaker { about_request: None, .. } => {
				Self::upstream(StatusCode::SERVICE_UNAVAILABLE, message).code("no_workers")
			},
			JobFailure::Lock(_) => {
				Self::upstream(StatusCode::SERVICE_UNAVAILABLE, message).code("not_locked")
			},
			JobFailure::Broken(_) | JobFailure::Cheated(_) | JobFailure::OtherProof => {
				Self::upstream(StatusCode::BAD_GATEWAY, message).code("worker_failed")
			},
			JobFailure::Abandoned => {
				Self::upstream(StatusCode::INTERNAL_SERVER_ERROR, message).code("cancelled")
			},
		}
	}
}
