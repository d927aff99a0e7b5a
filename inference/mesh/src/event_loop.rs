//! The task that owns the swarm. It never waits for a reader: what cannot be handed over at once is
//! refused or replaced by something newer.

use std::{
	collections::{BTreeMap, HashSet},
	sync::Arc,
	time::{Instant, SystemTime, UNIX_EPOCH},
};

use codec::Encode;
use futures::StreamExt;
use libp2p::{
	core::transport::ListenerId,
	gossipsub::{self, IdentTopic, MessageAcceptance},
	identify, mdns, ping,
	swarm::{
		dial_opts::{DialOpts, PeerCondition},
		Swarm, SwarmEvent,
	},
	Multiaddr, PeerId,
};
use millrace_primitives::{Moment, PeerKey};
use rand::seq::IteratorRandom;
use tokio::{
	sync::{mpsc, oneshot, watch},
	time::{interval, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;

use crate::{
	admission::Admission,
	advert::{Advert, Offer, SignedAdvert},
	behaviour::{protocol_version, topic, Behaviour, BehaviourEvent},
	config::{Addresses, MeshConfig},
	defaults::{ADDRESSES_MAX, NEIGHBOURS_WANTED, NEIGHBOUR_DIAL_WAIT, REPUBLISH_WAIT_MIN, TICK},
	error::{MeshError, PublishError},
	job::IncomingJob,
	peer::{dialable, peer_id, peer_key},
	redial::Redial,
	streams::{Inbound, Reply},
	table::AdvertTable,
};

/// The adverts of a mesh as its readers see them, by peer key.
pub type Adverts = Arc<BTreeMap<PeerKey, Advert>>;

/// What a handle asks of the loop.
pub(crate) enum Command {
	Publish { offer: Offer, reply: oneshot::Sender<Result<(), PublishError>> },
	OpenStream { worker: PeerId, addresses: Vec<String>, reply: Reply },
	Serve { jobs: mpsc::Sender<IncomingJob>, reply: oneshot::Sender<bool> },
	ListenAddresses { reply: oneshot::Sender<Vec<String>> },
}

/// What the loop shows to its handles.
pub(crate) struct Shown {
	pub(crate) adverts: watch::Sender<Adverts>,
	pub(crate) connected: watch::Sender<usize>,
}

/// Who waits for the listeners to get their addresses.
struct Starting {
	listeners: HashSet<ListenerId>,
	started: oneshot::Sender<Result<(), MeshError>>,
}

/// One's own advert as it was last published.
struct Own {
	offer: Offer,
	sequence: u64,
	published_at: Instant,
	wanted_again: bool,
}

/// See the module.
pub(crate) struct EventLoop {
	config: MeshConfig,
	swarm: Swarm<Behaviour>,
	topic: IdentTopic,
	commands: mpsc::Receiver<Command>,
	shown: Shown,
	external: Vec<Multiaddr>,
	starting: Option<Starting>,
	table: AdvertTable,
	own: Option<Own>,
	redial: Redial,
	admission: Admission,
	neighbour_dialled_at: Instant,
}

/// Chain time as this machine sees it.
fn now() -> Moment {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl EventLoop {
	/// Open the listeners of `config`; `started` hears when each has an address.
	pub(crate) fn new(
		config: MeshConfig,
		mut swarm: Swarm<Behaviour>,
		commands: mpsc::Receiver<Command>,
		shown: Shown,
		started: oneshot::Sender<Result<(), MeshError>>,
	) -> Result<Self, MeshError> {
		let Addresses { listen, external, bootnodes } = config.addresses()?;
		let mut listeners = HashSet::new();
		for address in listen {
			let listener = swarm.listen_on(address.clone()).map_err(|error| MeshError::Listen {
				address: address.to_string(),
				source: std::io::Error::other(error),
			})?;
			listeners.insert(listener);
		}
		for address in &external {
			swarm.add_external_address(address.clone());
		}
		let own = config.secret.public();
		let mut this = Self {
			topic: topic(config.genesis),
			table: AdvertTable::new(config.genesis, own),
			redial: Redial::new(bootnodes, *swarm.local_peer_id()),
			admission: Admission::new(own),
			starting: Some(Starting { listeners, started }),
			neighbour_dialled_at: Instant::now(),
			own: None,
			external,
			config,
			swarm,
			commands,
			shown,
		};
		this.check_started();
		Ok(this)
	}

	/// Run until `stopped` or until all handles are gone.
	pub(crate) async fn run(mut self, stopped: CancellationToken) {
		let mut ticks = interval(TICK);
		ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
		loop {
			// Local work goes before new work from strangers.
			tokio::select! {
				biased;
				() = stopped.cancelled() => break,
				command = self.commands.recv() => match command {
					Some(command) => self.on_command(command),
					None => break,
				},
				_ = ticks.tick() => self.on_tick(),
				event = self.swarm.select_next_some() => self.on_event(event),
			}
		}
		tracing::debug!("the mesh has stopped");
	}

	fn on_command(&mut self, command: Command) {
		match command {
			Command::Publish { offer, reply } => answer(reply, self.publish(offer)),
			Command::OpenStream { worker, addresses, reply } => {
				let addresses = dialable(&addresses, worker);
				self.swarm.behaviour_mut().streams.open(worker, addresses, reply);
			},
			Command::Serve { jobs, reply } => {
				let serving = self.admission.serve(jobs);
				self.swarm.behaviour().streams.offer(true);
				answer(reply, serving);
			},
			Command::ListenAddresses { reply } => answer(reply, self.listen_addresses()),
		}
	}

	fn on_tick(&mut self) {
		let now = now();
		self.table.expire(now);
		if let Some(adverts) = self.table.changes() {
			self.shown.adverts.send_replace(Arc::new(adverts));
		}
		self.admission.tidy();
		self.swarm.behaviour().streams.offer(self.admission.is_serving());
		self.redial_bootnodes();
		self.republish();
		self.seek_neighbour();
	}

	fn redial_bootnodes(&mut self) {
		let swarm = &self.swarm;
		let jitter = rand::random_range(0..500);
		let due = self.redial.due(Instant::now(), jitter, |peer| swarm.is_connected(peer));
		for (peer, addresses) in due {
			self.dial(peer, addresses);
		}
	}

	fn dial(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) {
		let opts = DialOpts::peer_id(peer)
			.condition(PeerCondition::DisconnectedAndNotDialing)
			.addresses(addresses)
			.extend_addresses_through_behaviour()
			.build();
		if let Err(error) = self.swarm.dial(opts) {
			tracing::debug!(%peer, %error, "cannot dial");
		}
	}

	/// Dial a known worker when there are few neighbours.
	fn seek_neighbour(&mut self) {
		let few = self.swarm.connected_peers().count() < NEIGHBOURS_WANTED;
		if !few || self.neighbour_dialled_at.elapsed() < NEIGHBOUR_DIAL_WAIT {
			return;
		}
		self.neighbour_dialled_at = Instant::now();
		let strangers = self.table.adverts().filter_map(|advert| {
			let peer = peer_id(&advert.peer)?;
			(!self.swarm.is_connected(&peer)).then_some((peer, &advert.addresses))
		});
		if let Some((peer, addresses)) = strangers.choose(&mut rand::rng()) {
			let addresses = dialable(addresses, peer);
			self.dial(peer, addresses);
		}
	}

	fn publish(&mut self, offer: Offer) -> Result<(), PublishError> {
		offer.check()?;
		let issued_at = now();
		let last = self.own.as_ref().map_or(0, |own| own.sequence);
		// From the clock, so that it grows over a restart too.
		let sequence = issued_at.max(last.saturating_add(1));
		let advert = Advert {
			genesis: self.config.genesis,
			owner: offer.owner.clone(),
			peer: self.config.secret.public(),
			envelope: offer.envelope,
			addresses: self.advertised_addresses(),
			models: offer.models.clone(),
			sequence,
			issued_at,
			ttl_ms: offer.ttl_ms,
		};
		let signed = SignedAdvert::new(advert, &self.config.secret)?;
		self.own = Some(Own { offer, sequence, published_at: Instant::now(), wanted_again: false });
		let published =
			self.swarm.behaviour_mut().gossip.publish(self.topic.hash(), signed.encode());
		match published {
			// With nobody to hear it, it goes out when somebody comes.
			Ok(_)
			| Err(
				gossipsub::PublishError::NoPeersSubscribedToTopic
				| gossipsub::PublishError::Duplicate,
			) => Ok(()),
			Err(gossipsub::PublishError::AllQueuesFull(_)) => Err(PublishError::Busy),
			Err(error) => {
				tracing::warn!(%error, "cannot publish");
				Err(PublishError::TooLarge)
			},
		}
	}

	/// Publish again for those who have come since.
	fn republish(&mut self) {
		let due = self
			.own
			.as_ref()
			.filter(|own| own.wanted_again && own.published_at.elapsed() >= REPUBLISH_WAIT_MIN);
		let Some(offer) = due.map(|own| own.offer.clone()) else {
			return;
		};
		if let Err(error) = self.publish(offer) {
			tracing::debug!(%error, "cannot publish again");
		}
	}

	fn advertised_addresses(&self) -> Vec<String> {
		let addresses: Vec<_> = if self.external.is_empty() {
			self.swarm.listeners().take(ADDRESSES_MAX).collect()
		} else {
			self.external.iter().take(ADDRESSES_MAX).collect()
		};
		addresses.into_iter().map(Multiaddr::to_string).collect()
	}

	fn listen_addresses(&self) -> Vec<String> {
		let own = self.swarm.local_peer_id();
		self.swarm.listeners().map(|address| format!("{address}/p2p/{own}")).collect()
	}

	fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
		match event {
			SwarmEvent::Behaviour(event) => self.on_behaviour_event(event),
			SwarmEvent::NewListenAddr { listener_id, address } => {
				self.on_listening(listener_id, &address);
			},
			SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
				self.on_listener_closed(listener_id, reason);
			},
			SwarmEvent::ConnectionEstablished { peer_id, .. } => self.on_connected(&peer_id),
			SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
				self.on_disconnected(&peer_id);
			},
			other => report(&other),
		}
	}

	fn on_behaviour_event(&mut self, event: BehaviourEvent) {
		match event {
			BehaviourEvent::Gossip(event) => self.on_gossip(event),
			BehaviourEvent::Streams(inbound) => self.on_stream(inbound),
			BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. })
				if info.protocol_version != protocol_version(self.config.genesis) =>
			{
				self.on_stranger(peer_id);
			},
			BehaviourEvent::Ping(ping::Event {
				connection,
				result: Err(ping::Failure::Timeout | ping::Failure::Other { .. }),
				..
			}) => {
				// Whoever does not answer is gone, whatever TCP believes.
				self.swarm.close_connection(connection);
			},
			BehaviourEvent::Mdns(mdns::Event::Discovered(peers)) => {
				for (peer, address) in peers {
					self.dial(peer, vec![address]);
				}
			},
			_ => {},
		}
	}

	fn on_connected(&self, peer: &PeerId) {
		tracing::debug!(%peer, "connected");
		self.count_connected();
	}

	fn on_disconnected(&mut self, peer: &PeerId) {
		tracing::debug!(%peer, "disconnected");
		self.table.forget_source(peer);
		self.count_connected();
	}

	fn on_stream(&mut self, Inbound { peer, stream }: Inbound) {
		match peer_key(&peer) {
			Some(key) => self.admission.take_in(key, stream),
			None => tracing::debug!(%peer, "a job stream of a peer without an ed25519 key"),
		}
	}

	fn on_stranger(&mut self, peer: PeerId) {
		tracing::debug!(%peer, "a peer of another chain");
		if self.swarm.disconnect_peer_id(peer).is_err() {
			tracing::debug!(%peer, "was gone already");
		}
	}

	fn on_gossip(&mut self, event: gossipsub::Event) {
		match event {
			gossipsub::Event::Message { propagation_source: source, message_id, message } => {
				let verdict = match self.table.take_in(source, &message.data, now()) {
					Ok(()) => MessageAcceptance::Accept,
					Err(unfit) => {
						tracing::debug!(%source, %unfit, "an advert is not taken in");
						if unfit.is_misconduct() {
							MessageAcceptance::Reject
						} else {
							MessageAcceptance::Ignore
						}
					},
				};
				self.swarm.behaviour_mut().gossip.report_message_validation_result(
					&message_id,
					&source,
					verdict,
				);
			},
			gossipsub::Event::Subscribed { .. } => {
				if let Some(own) = &mut self.own {
					own.wanted_again = true;
				}
			},
			_ => {},
		}
	}

	fn count_connected(&self) {
		self.shown.connected.send_replace(self.swarm.connected_peers().count());
	}

	fn on_listening(&mut self, listener: ListenerId, address: &Multiaddr) {
		tracing::info!(%address, "listening");
		if let Some(starting) = &mut self.starting {
			starting.listeners.remove(&listener);
			self.check_started();
		}
	}

	fn check_started(&mut self) {
		let done = self.starting.take_if(|starting| starting.listeners.is_empty());
		if let Some(Starting { started, .. }) = done {
			answer(started, Ok(()));
		}
	}

	fn on_listener_closed(&mut self, listener: ListenerId, reason: std::io::Result<()>) {
		tracing::warn!(?reason, "a listener closed");
		let failed = self.starting.take_if(|starting| starting.listeners.contains(&listener));
		if let Some(Starting { started, .. }) = failed {
			let source =
				reason.err().unwrap_or_else(|| std::io::ErrorKind::ConnectionAborted.into());
			answer(started, Err(MeshError::Listen { address: format!("{listener:?}"), source }));
		}
	}
}

/// Log what went wrong without a consequence.
fn report(event: &SwarmEvent<BehaviourEvent>) {
	match event {
		SwarmEvent::ListenerError { error, .. } => tracing::warn!(%error, "a listener erred"),
		SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => {
			tracing::debug!(?peer_id, %error, "cannot connect");
		},
		_ => {},
	}
}

/// Answer a caller who may have stopped waiting.
fn answer<T>(reply: oneshot::Sender<T>, value: T) {
	if reply.send(value).is_err() {
		tracing::trace!("nobody waits for the answer");
	}
}
