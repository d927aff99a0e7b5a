//! What all subscriptions of this node have in common.

use std::{
	collections::HashMap,
	fmt::Display,
	future::Future,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jsonrpsee::{
	core::server::{PendingSubscriptionSink, SubscriptionCloseResponse, SubscriptionMessage},
	ConnectionId, SubscriptionSink,
};
use serde::Serialize;
use tokio::{sync::Semaphore, task::spawn_blocking};

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

/// How many subscriptions of one kind look at the chain at a time. Where they look for long, all of them
/// learn of changes later, and the node does its work.
const LOOKS_MAX: usize = 2;

/// The subscriptions of one kind. A connection has no more than a quarter of those that there may be, so
/// that one client does not keep all others out.
#[derive(Clone)]
pub(super) struct Subscriptions {
	most: usize,
	open: Arc<Mutex<HashMap<ConnectionId, usize>>>,
	looks: Arc<Semaphore>,
}

impl Subscriptions {
	/// There may be `most`, and are none.
	pub(super) fn new(most: usize) -> Self {
		Self { most, open: Arc::default(), looks: Arc::new(Semaphore::new(LOOKS_MAX)) }
	}

	/// Serve a subscription for as long as `follow` does, if what the client asked for is in order and
	/// there may be one more.
	pub(super) async fn serve<Subject, Followed>(
		&self,
		pending: PendingSubscriptionSink,
		subject: Result<Subject, Error>,
		follow: impl FnOnce(Subject, SubscriptionSink) -> Followed,
	) -> SubscriptionCloseResponse
	where
		Followed: Future<Output = Result<(), EndedEarly>>,
	{
		let connection = pending.connection_id();
		let admitted = subject.and_then(|subject| Ok((subject, self.admit(connection)?)));
		let (subject, _place) = match admitted {
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

	/// Read the chain for a subscription, on a thread that may wait, once it is its turn.
	pub(super) async fn look<Seen, Failure>(
		&self,
		read: impl FnOnce() -> Result<Seen, Failure> + Send + 'static,
	) -> Result<Seen, EndedEarly>
	where
		Seen: Send + 'static,
		Failure: Display + Send + 'static,
	{
		let _turn = self.looks.acquire().await.map_err(|_| EndedEarly::Shutdown)?;
		let read = spawn_blocking(read).await.map_err(|_| EndedEarly::Shutdown)?;
		read.map_err(|error| {
			log::debug!(target: "rpc", "a subscription could not read the chain: {error}");
			EndedEarly::Unreadable
		})
	}

	fn open(&self) -> MutexGuard<'_, HashMap<ConnectionId, usize>> {
		self.open.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn admit(&self, connection: ConnectionId) -> Result<Place, Error> {
		let mut open = self.open();
		let own = open.get(&connection).copied().unwrap_or(0);
		if open.values().sum::<usize>() >= self.most || own >= self.most.div_euclid(4) {
			return Err(Error::Busy);
		}
		open.insert(connection, own.saturating_add(1));
		Ok(Place { of: self.clone(), connection })
	}
}

/// A subscription's place among those that there may be, until it is dropped.
struct Place {
	of: Subscriptions,
	connection: ConnectionId,
}

impl Drop for Place {
	fn drop(&mut self) {
		let mut open = self.of.open();
		let left = open.get(&self.connection).map_or(0, |own| own.saturating_sub(1));
		if left == 0 {
			open.remove(&self.connection);
		} else {
			open.insert(self.connection, left);
		}
	}
}

/// Send `news` to a client. Never waits for it, as notifications of blocks pile up meanwhile.
pub(super) fn send(sink: &mut SubscriptionSink, news: &impl Serialize) -> Result<(), EndedEarly> {
	let message = SubscriptionMessage::new(sink.method_name(), sink.subscription_id(), news)
		.map_err(|_| EndedEarly::Unreadable)?;
	sink.try_send(message).map_err(|_| EndedEarly::Slow)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn one_connection_does_not_keep_the_others_out() {
		let subscriptions = Subscriptions::new(8);
		let admit = |connection| subscriptions.admit(ConnectionId(connection));
		let own = [admit(1).ok().unwrap(), admit(1).ok().unwrap()];
		assert!(matches!(admit(1), Err(Error::Busy)));
		let others = [2, 2, 3, 3, 4, 4].map(|connection| admit(connection).ok().unwrap());
		assert!(matches!(admit(5), Err(Error::Busy)), "there may be no more");
		drop(own);
		assert!(admit(5).is_ok());
		drop(others);
		assert!(subscriptions.open().is_empty());
	}
}
