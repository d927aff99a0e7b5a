//! A behaviour that opens and takes in job streams.
//!
//! `libp2p-stream` does the same, but hands inbound streams over through a queue of one, so that two
//! that come at once can lose one without a word, and keeps a channel for every connection there ever
//! was. Here the event loop gets each stream as an event and decides on it.

use std::{
	collections::{HashSet, VecDeque},
	convert::Infallible,
	future::{ready, Ready},
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	task::{Context, Poll},
};

use libp2p::{
	core::{
		transport::PortUse, upgrade::InboundUpgrade, upgrade::OutboundUpgrade,
		upgrade::UpgradeInfo, Endpoint,
	},
	swarm::{
		behaviour::{ConnectionClosed, ConnectionEstablished, DialFailure},
		dial_opts::{DialOpts, PeerCondition},
		handler::{
			ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound,
		},
		ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, DialError,
		FromSwarm, NetworkBehaviour, NotifyHandler, StreamUpgradeError, SubstreamProtocol,
		THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
	},
	Multiaddr, PeerId, Stream, StreamProtocol,
};
use tokio::sync::oneshot;

use crate::{
	defaults::{DIALS_WAITING_MAX, JOB_PROTOCOL, STREAMS_QUEUED_MAX},
	error::OpenJobError,
};

/// Where an opened stream goes. Dropped unanswered if the connection breaks.
pub(crate) type Reply = oneshot::Sender<Result<Stream, OpenJobError>>;

/// A stream that a peer opened.
#[derive(Debug)]
pub(crate) struct Inbound {
	pub(crate) peer: PeerId,
	pub(crate) stream: Stream,
}

struct Waiting {
	peer: PeerId,
	dial: ConnectionId,
	reply: Reply,
}

/// See the module.
pub(crate) struct Behaviour {
	offered: Arc<AtomicBool>,
	connected: HashSet<PeerId>,
	waiting: Vec<Waiting>,
	actions: VecDeque<ToSwarm<Inbound, Open>>,
}

impl Behaviour {
	pub(crate) fn new() -> Self {
		Self {
			offered: Arc::new(AtomicBool::new(false)),
			connected: HashSet::new(),
			waiting: Vec::new(),
			actions: VecDeque::new(),
		}
	}

	/// Offer the protocol to peers, or stop to.
	pub(crate) fn offer(&self, offered: bool) {
		self.offered.store(offered, Ordering::Relaxed);
	}

	/// Open a stream to `peer`, dialling `addresses` if there is no connection.
	pub(crate) fn open(&mut self, peer: PeerId, addresses: Vec<Multiaddr>, reply: Reply) {
		if self.connected.contains(&peer) {
			self.open_on_connection(peer, reply);
			return;
		}
		self.waiting.retain(|waiting| !waiting.reply.is_closed());
		if self.waiting.len() >= DIALS_WAITING_MAX {
			answer(reply, Err(OpenJobError::Busy));
			return;
		}
		let under_way = self.waiting.iter().find(|waiting| waiting.peer == peer);
		let dial = match under_way {
			Some(waiting) => waiting.dial,
			None => self.dial(peer, addresses),
		};
		self.waiting.push(Waiting { peer, dial, reply });
	}

	fn dial(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) -> ConnectionId {
		// A dial of the same peer at an outdated address may be under way; ours must not depend on it.
		let opts = DialOpts::peer_id(peer)
			.condition(PeerCondition::Disconnected)
			.addresses(addresses)
			.extend_addresses_through_behaviour()
			.build();
		let dial = opts.connection_id();
		self.actions.push_back(ToSwarm::Dial { opts });
		dial
	}

	fn open_on_connection(&mut self, peer_id: PeerId, reply: Reply) {
		let handler = NotifyHandler::Any;
		self.actions.push_back(ToSwarm::NotifyHandler { peer_id, handler, event: Open(reply) });
	}

	fn on_connected(&mut self, peer: PeerId) {
		self.connected.insert(peer);
		let (ready, waiting): (Vec<_>, Vec<_>) =
			std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.peer == peer);
		self.waiting = waiting;
		for waiting in ready {
			self.open_on_connection(peer, waiting.reply);
		}
	}

	fn on_dial_failure(&mut self, dial: ConnectionId, error: &DialError) {
		let (failed, waiting): (Vec<_>, Vec<_>) =
			std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.dial == dial);
		self.waiting = waiting;
		for waiting in failed {
			answer(waiting.reply, Err(refusal_of(error)));
		}
	}

	fn handler(&self) -> Handler {
		Handler {
			offered: Arc::clone(&self.offered),
			opening: VecDeque::new(),
			arrived: VecDeque::new(),
		}
	}
}

fn refusal_of(error: &DialError) -> OpenJobError {
	match error {
		DialError::NoAddresses => OpenJobError::NoAddress,
		DialError::LocalPeerId { .. } => OpenJobError::OwnPeer,
		other => OpenJobError::Unreachable(other.to_string()),
	}
}

/// Answer a caller who may have stopped waiting, in which case the stream is closed.
fn answer(reply: Reply, stream: Result<Stream, OpenJobError>) {
	if reply.send(stream).is_err() {
		tracing::debug!("a job stream came too late for its caller");
	}
}

impl NetworkBehaviour for Behaviour {
	type ConnectionHandler = Handler;
	type ToSwarm = Inbound;

	fn handle_established_inbound_connection(
		&mut self,
		_: ConnectionId,
		_: PeerId,
		_: &Multiaddr,
		_: &Multiaddr,
	) -> Result<THandler<Self>, ConnectionDenied> {
		Ok(self.handler())
	}

	fn handle_established_outbound_connection(
		&mut self,
		_: ConnectionId,
		_: PeerId,
		_: &Multiaddr,
		_: Endpoint,
		_: PortUse,
	) -> Result<THandler<Self>, ConnectionDenied> {
		Ok(self.handler())
	}

	fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
		match event {
			FromSwarm::ConnectionEstablished(ConnectionEstablished { peer_id, .. }) => {
				self.on_connected(peer_id);
			},
			FromSwarm::ConnectionClosed(ConnectionClosed {
				peer_id,
				remaining_established: 0,
				..
			}) => {
				self.connected.remove(&peer_id);
			},
			FromSwarm::DialFailure(DialFailure { connection_id, error, .. }) => {
				self.on_dial_failure(connection_id, error);
			},
			_ => {},
		}
	}

	fn on_connection_handler_event(
		&mut self,
		peer: PeerId,
		_: ConnectionId,
		stream: THandlerOutEvent<Self>,
	) {
		self.actions.push_back(ToSwarm::GenerateEvent(Inbound { peer, stream }));
	}

	fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Inbound, THandlerInEvent<Self>>> {
		self.actions.pop_front().map_or(Poll::Pending, Poll::Ready)
	}
}

/// Asks a connection for a stream.
#[derive(Debug)]
pub(crate) struct Open(Reply);

/// The part of the behaviour that lives with a connection.
pub(crate) struct Handler {
	offered: Arc<AtomicBool>,
	opening: VecDeque<Reply>,
	arrived: VecDeque<Stream>,
}

impl Handler {
	fn on_arrived(&mut self, stream: Stream) {
		if self.arrived.len() < STREAMS_QUEUED_MAX {
			self.arrived.push_back(stream);
		} else {
			tracing::debug!("a peer opens streams faster than they can be looked at");
		}
	}
}

impl ConnectionHandler for Handler {
	type FromBehaviour = Open;
	type ToBehaviour = Stream;
	type InboundProtocol = Upgrade;
	type OutboundProtocol = Upgrade;
	type InboundOpenInfo = ();
	type OutboundOpenInfo = Reply;

	fn listen_protocol(&self) -> SubstreamProtocol<Upgrade> {
		SubstreamProtocol::new(Upgrade { offered: self.offered.load(Ordering::Relaxed) }, ())
	}

	fn poll(
		&mut self,
		_: &mut Context<'_>,
	) -> Poll<ConnectionHandlerEvent<Upgrade, Reply, Stream>> {
		if let Some(stream) = self.arrived.pop_front() {
			return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(stream));
		}
		while let Some(reply) = self.opening.pop_front() {
			if reply.is_closed() {
				continue;
			}
			let protocol = SubstreamProtocol::new(Upgrade { offered: true }, reply);
			return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
		}
		Poll::Pending
	}

	fn on_behaviour_event(&mut self, Open(reply): Open) {
		self.opening.push_back(reply);
	}

	fn on_connection_event(&mut self, event: ConnectionEvent<'_, Upgrade, Upgrade, (), Reply>) {
		match event {
			ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
				protocol: stream,
				..
			}) => self.on_arrived(stream),
			ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
				protocol: stream,
				info: reply,
			}) => answer(reply, Ok(stream)),
			ConnectionEvent::DialUpgradeError(DialUpgradeError { info: reply, error }) => {
				let error = match error {
					StreamUpgradeError::NegotiationFailed => OpenJobError::NotAWorker,
					StreamUpgradeError::Timeout => OpenJobError::TimedOut,
					StreamUpgradeError::Io(_) => OpenJobError::ConnectionLost,
					StreamUpgradeError::Apply(never) => match never {},
				};
				answer(reply, Err(error));
			},
			_ => {},
		}
	}
}

/// Negotiates the job protocol and hands over the bare stream.
pub(crate) struct Upgrade {
	offered: bool,
}

impl UpgradeInfo for Upgrade {
	type Info = StreamProtocol;
	type InfoIter = std::option::IntoIter<StreamProtocol>;

	fn protocol_info(&self) -> Self::InfoIter {
		self.offered.then_some(JOB_PROTOCOL).into_iter()
	}
}

impl InboundUpgrade<Stream> for Upgrade {
	type Output = Stream;
	type Error = Infallible;
	type Future = Ready<Result<Stream, Infallible>>;

	fn upgrade_inbound(self, stream: Stream, _: StreamProtocol) -> Self::Future {
		ready(Ok(stream))
	}
}

impl OutboundUpgrade<Stream> for Upgrade {
	type Output = Stream;
	type Error = Infallible;
	type Future = Ready<Result<Stream, Infallible>>;

	fn upgrade_outbound(self, stream: Stream, _: StreamProtocol) -> Self::Future {
		ready(Ok(stream))
	}
}
