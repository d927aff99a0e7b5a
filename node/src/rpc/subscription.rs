//! What all subscriptions of this node have in common.

use std::future::Future;

use jsonrpsee::{
	core::server::{PendingSubscriptionSink, SubscriptionCloseResponse, SubscriptionMessage},
	SubscriptionSink,
};
use serde::Serialize;
use tokio::sync::Semaphore;

use super::error::Error;

/// Why a subscription ends early; the client is told.
#[derive(Debug, thiserror::Error)]
pub(super) enum EndedEarly {
	#[error("the client is too slow")]
	Slow,
	#[error("the chain does not hold this job")]
	Absent,
	#[error("the node is shutting down")]
	Shutdown,
	#[error("the state of a block could not be read")]
	Unreadable,
}

/// Serve a subscription for as long as `follow` does, if what the client asked for is in order and one
/// of the places that are `free` is left.
pub(super) async fn serve<Subject, Followed>(
	pending: PendingSubscriptionSink,
	subject: Result<Subject, Error>,
	free: &Semaphore,
	follow: impl FnOnce(Subject, SubscriptionSink) -> Followed,
) -> SubscriptionCloseResponse
where
	Followed: Future<Output = Result<(), EndedEarly>>,
{
	let admitted =
		subject.and_then(|subject| Ok((subject, free.try_acquire().map_err(|_| Error::Busy)?)));
	let (subject, _permit) = match admitted {
		Ok(admitted) => admitted,
		Err(error) => {
			pending.reject(error).await;
			return SubscriptionCloseResponse::None;
		},
	};
	let Ok(sink) = pending.accept().await else { return SubscriptionCloseResponse::None };
	match follow(subject, sink).await {
		Ok(()) => SubscriptionCloseResponse::None,
		Err(reason) => SubscriptionCloseResponse::NotifErr(reason.to_string().into()),
	}
}

/// Send `news` to a client. Never waits for it, as notifications of blocks pile up meanwhile.
pub(super) fn send(sink: &mut SubscriptionSink, news: &impl Serialize) -> Result<(), EndedEarly> {
	let message = SubscriptionMessage::new(sink.method_name(), sink.subscription_id(), news)
		.map_err(|_| EndedEarly::Unreadable)?;
	sink.try_send(message).map_err(|_| EndedEarly::Slow)
}
