//! The handle to a running mesh.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use millrace_primitives::PeerKey;
use tokio::{
	sync::{mpsc, oneshot, watch},
	time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
	advert::Offer,
	behaviour::swarm,
	config::MeshConfig,
	defaults::{COMMAND_QUEUE, INCOMING_QUEUE, LISTEN_TIMEOUT},
	envelope::{Envelope, SessionKey},
	error::{MeshError, OpenJobError, PublishError},
	event_loop::{Adverts, Command, EventLoop, Shown},
	job::{envelope_frame, IncomingJob, JobClient},
	peer::peer_id,
};

/// A running mesh. Clones are handles to the same one; it stops when all are dropped or when one of
/// them asks for it.
#[derive(Clone)]
pub struct Mesh {
	peer: PeerKey,
	peer_id: String,
	commands: mpsc::Sender<Command>,
	adverts: watch::Receiver<Adverts>,
	connected: watch::Receiver<usize>,
	stopped: CancellationToken,
	tasks: TaskTracker,
}

impl Mesh {
	/// Start a mesh; returns once every listener has an address.
	///
	/// # Errors
	/// An address of the configuration is not one, or cannot be listened on.
	pub async fn start(config: MeshConfig) -> Result<Self, MeshError> {
		let swarm = swarm(&config)?;
		let peer = config.secret.public();
		let own_id = swarm.local_peer_id().to_string();
		let (commands, received) = mpsc::channel(COMMAND_QUEUE);
		let (adverts_shown, adverts) = watch::channel(Arc::new(BTreeMap::new()));
		let (connected_shown, connected) = watch::channel(0);
		let (started, starting) = oneshot::channel();
		let shown = Shown { adverts: adverts_shown, connected: connected_shown };
		let event_loop = EventLoop::new(config, swarm, received, shown, started)?;
		let stopped = CancellationToken::new();
		let tasks = TaskTracker::new();
		tasks.spawn(event_loop.run(stopped.clone()));
		tasks.close();
		let mesh = Self { peer, peer_id: own_id, commands, adverts, connected, stopped, tasks };
		match timeout(LISTEN_TIMEOUT, starting).await {
			Ok(Ok(started)) => started.map(|()| mesh),
			Ok(Err(_)) => Err(MeshError::Stopped),
			Err(_) => Err(MeshError::Setup {
				part: "the listeners",
				reason: "no address within 10 s".to_owned(),
			}),
		}
	}

	/// This peer's key.
	pub const fn peer_key(&self) -> PeerKey {
		self.peer
	}

	/// This peer's id, as it appears in addresses.
	pub fn peer_id(&self) -> String {
		self.peer_id.clone()
	}

	/// The addresses that this peer listens on, each with its peer id, so that it can serve others
	/// as a bootnode. Empty once the mesh has been shut down.
	pub async fn listen_addresses(&self) -> Vec<String> {
		self.ask(|reply| Command::ListenAddresses { reply }).await.unwrap_or_default()
	}

	/// How many peers are connected.
	pub fn connected_peers(&self) -> usize {
		*self.connected.borrow()
	}

	/// The number of connected peers, as it changes.
	pub fn watch_connected_peers(&self) -> watch::Receiver<usize> {
		self.connected.clone()
	}

	/// Advertise `offer` in place of what was advertised before. To be repeated every few seconds,
	/// within its time to live. That nobody listens yet is no error: it goes out when somebody comes.
	///
	/// # Errors
	/// The offer is out of bounds, all neighbours are busy, or the mesh has been shut down.
	pub async fn publish(&self, offer: Offer) -> Result<(), PublishError> {
		self.ask(|reply| Command::Publish { offer, reply }).await.ok_or(PublishError::Stopped)?
	}

	/// The adverts of other peers: signed, unexpired, the newest of each, at most
	/// [`crate::defaults::ADVERTS_MAX`]. Whether the chain knows these keys is for the caller to check.
	pub fn adverts(&self) -> watch::Receiver<Adverts> {
		self.adverts.clone()
	}

	/// Bring `envelope` to `worker`, over a connection there is or one to any of `addresses`. The
	/// worker's answer is the first message of the returned stream.
	///
	/// # Errors
	/// The worker could not be reached within `within`, or takes no jobs.
	pub async fn open_job(
		&self,
		worker: PeerKey,
		addresses: &[String],
		envelope: &Envelope,
		session: SessionKey,
		within: Duration,
	) -> Result<JobClient, OpenJobError> {
		let id = peer_id(&worker).ok_or(OpenJobError::BadPeerKey)?;
		if worker == self.peer {
			return Err(OpenJobError::OwnPeer);
		}
		let frame = envelope_frame(envelope).map_err(|_| OpenJobError::TooLarge)?;
		let opening = async {
			let (reply, stream) = oneshot::channel();
			let command = Command::OpenStream { worker: id, addresses: addresses.to_vec(), reply };
			self.commands.send(command).await.map_err(|_| OpenJobError::Stopped)?;
			let stream = stream.await.map_err(|_| OpenJobError::ConnectionLost)??;
			Ok(JobClient::start(stream, worker, &frame, &session).await)
		};
		timeout(within, opening).await.map_err(|_| OpenJobError::TimedOut)?
	}

	/// Take the jobs that peers bring from now on. Until the first call, and after the receiver has
	/// been dropped, peers learn that this one takes no jobs. Jobs beyond what the receiver holds
	/// are refused as [`crate::Refusal::Overloaded`].
	///
	/// # Errors
	/// There is a receiver already, or the mesh has been shut down.
	pub async fn incoming_jobs(&self) -> Result<mpsc::Receiver<IncomingJob>, MeshError> {
		let (jobs, incoming) = mpsc::channel(INCOMING_QUEUE);
		match self.ask(|reply| Command::Serve { jobs, reply }).await {
			Some(true) => Ok(incoming),
			Some(false) => Err(MeshError::AlreadyServing),
			None => Err(MeshError::Stopped),
		}
	}

	/// Stop the mesh: all connections are closed, and with them all job streams. Returns once it has
	/// stopped; may be called more than once.
	pub async fn shutdown(&self) {
		self.stopped.cancel();
		self.tasks.wait().await;
	}

	async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
		let (reply, answer) = oneshot::channel();
		self.commands.send(command(reply)).await.ok()?;
		answer.await.ok()
	}
}

impl std::fmt::Debug for Mesh {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "Mesh({})", self.peer_id)
	}
}
