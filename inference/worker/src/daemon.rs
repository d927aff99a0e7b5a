//! Starts the parts, keeps them going, and stops them in order.

use std::{future::Future, io, sync::Arc, time::Duration};

use millrace_engine::{Engine, LoadProgress, StartError};
use millrace_mesh::{EnvelopeSecret, IncomingJob, Mesh, MeshConfig, MeshError, PeerSecret};
use tokio::{
	net::TcpListener,
	sync::{mpsc, watch},
	task::JoinSet,
	time::{interval, timeout, MissedTickBehavior},
};
use tracing::{info, warn};

use crate::{
	api,
	config::Config,
	desk::Registration,
	keys::{self, KeyError},
	session,
	sidecar::Sidecar,
};

/// How often adverts are renewed: several times within their life.
const ADVERT_INTERVAL: Duration = Duration::from_secs(3);

/// How often the journal is tidied.
const TIDY_INTERVAL: Duration = Duration::from_secs(60);

/// How long running jobs may go on once the daemon is asked to stop.
const DRAIN_MAX: Duration = Duration::from_secs(20);

/// How long a proof may wait for the node to fetch it once the daemon is asked to stop. What is
/// left is in the journal.
const STOP_MAX: Duration = Duration::from_secs(5);

/// Why the daemon could not start or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
	/// A key cannot be read or made.
	#[error(transparent)]
	Key(#[from] KeyError),
	/// The engine does not start.
	#[error("the engine does not start")]
	Engine(#[from] StartError),
	/// The mesh does not start.
	#[error("the mesh does not start")]
	Mesh(#[from] MeshError),
	/// The API address is taken.
	#[error("the API cannot listen on {address}")]
	Api {
		/// The address asked for.
		address: std::net::SocketAddr,
		/// What the system said.
		source: io::Error,
	},
	/// The API server stopped.
	#[error("the API has stopped")]
	Serve(#[source] io::Error),
}

/// Run until `shutdown` is ready; then let running jobs end and stop.
pub async fn run(
	config: Config,
	progress: impl Fn(LoadProgress) + Send + Sync + 'static,
	shutdown: impl Future<Output = ()>,
) -> Result<(), RunError> {
	let base = config.args.base_path.clone();
	let key_folder = base.join("keys");
	let peer = match config.args.peer_key.clone() {
		Some(peer) => peer,
		None => PeerSecret::from_bytes(*keys::load_or_create(&key_folder, "peer")?),
	};
	let envelope = EnvelopeSecret::from_bytes(*keys::load_or_create(&key_folder, "envelope")?);
	let address = config.args.api;
	let api_error = |source| RunError::Api { address, source };
	let listener = TcpListener::bind(address).await.map_err(api_error)?;

	let peer_id = peer.peer_id()?;
	let engine = Engine::start(config.engine.clone(), progress).await?;
	let sidecar = Arc::new(Sidecar::new(engine, peer, envelope, base, config.args.owner.clone()));
	info!(
		peer = %peer_id,
		api = %listener.local_addr().map_err(api_error)?,
		model = %sidecar.model(),
		name = %sidecar.model_info().name,
		"sidecar started."
	);

	let (stop, stopped) = watch::channel(false);
	let mut parts = JoinSet::new();
	parts.spawn(serve_api(listener, Arc::clone(&sidecar), stopped.clone()));
	parts.spawn(serve_mesh(config, Arc::clone(&sidecar), stopped));

	let early = tokio::select! {
		() = shutdown => None,
		part = parts.join_next() => part,
	};
	sidecar.stop();
	stop.send_replace(true);
	info!("stopping; running jobs may end first.");
	let mut result = early.map_or(Ok(()), flatten);
	while let Some(part) = parts.join_next().await {
		result = result.and(flatten(part));
	}
	sidecar.engine().shutdown().await;
	result
}

fn flatten(part: Result<Result<(), RunError>, tokio::task::JoinError>) -> Result<(), RunError> {
	part.unwrap_or_else(|error| Err(RunError::Serve(io::Error::other(error))))
}

async fn until_stopped(mut stopped: watch::Receiver<bool>) {
	// The sender lives until all parts have ended.
	drop(stopped.wait_for(|stopped| *stopped).await);
}

async fn serve_api(
	listener: TcpListener,
	sidecar: Arc<Sidecar>,
	stopped: watch::Receiver<bool>,
) -> Result<(), RunError> {
	let drained = {
		let sidecar = Arc::clone(&sidecar);
		async move {
			until_stopped(stopped).await;
			// The node still fetches what running jobs deliver.
			drop(timeout(DRAIN_MAX.saturating_add(STOP_MAX), sidecar.drained()).await);
		}
	};
	axum::serve(listener, api::router(sidecar))
		.with_graceful_shutdown(drained)
		.await
		.map_err(RunError::Serve)
}

/// Which chain the mesh is of is known once the node has posted its first view.
async fn first_registration(
	sidecar: &Sidecar,
	stopped: &mut watch::Receiver<bool>,
) -> Option<Registration> {
	let mut views = sidecar.views();
	tokio::select! {
		found = views.wait_for(Option::is_some) => found.ok().and_then(|found| found.clone()),
		_ = stopped.wait_for(|stopped| *stopped) => None,
	}
}

async fn serve_mesh(
	config: Config,
	sidecar: Arc<Sidecar>,
	mut stopped: watch::Receiver<bool>,
) -> Result<(), RunError> {
	info!("waiting for the node's first view of the chain.");
	let Some(registration) = first_registration(&sidecar, &mut stopped).await else {
		return Ok(());
	};
	let mut mesh_config = MeshConfig::new(sidecar.peer_secret().clone(), registration.genesis);
	mesh_config.listen = config.args.listen;
	mesh_config.external = config.args.external;
	mesh_config.bootnodes = config.args.bootnode;
	mesh_config.mdns = !config.args.no_mdns;
	let mesh = Mesh::start(mesh_config).await?;
	for address in mesh.listen_addresses().await {
		info!(%address, "reachable on the mesh.");
	}
	let incoming = mesh.incoming_jobs().await?;
	let mut sessions = JoinSet::new();
	tokio::select! {
		() = accept(&sidecar, incoming, &mut sessions) => {},
		() = advertise(&sidecar, &mesh) => {},
		() = until_stopped(stopped) => {},
	}
	let drained = timeout(DRAIN_MAX, async { while sessions.join_next().await.is_some() {} });
	if drained.await.is_err() {
		warn!("some jobs did not end in time and are broken off.");
	}
	sessions.shutdown().await;
	mesh.shutdown().await;
	Ok(())
}

async fn accept(
	sidecar: &Arc<Sidecar>,
	mut incoming: mpsc::Receiver<IncomingJob>,
	sessions: &mut JoinSet<()>,
) {
	loop {
		tokio::select! {
			job = incoming.recv() => match job {
				Some(job) => { sessions.spawn(measured(Arc::clone(sidecar), job)); },
				None => return,
			},
			Some(_) = sessions.join_next() => {},
		}
	}
}

async fn measured(sidecar: Arc<Sidecar>, job: IncomingJob) {
	let began = std::time::Instant::now();
	sidecar.metrics.session_began();
	let end = session::serve(Arc::clone(&sidecar), job).await;
	sidecar.metrics.session_ended(end, began.elapsed().as_secs_f64());
}

async fn advertise(sidecar: &Sidecar, mesh: &Mesh) {
	let mut adverts = interval(ADVERT_INTERVAL);
	adverts.set_missed_tick_behavior(MissedTickBehavior::Delay);
	let mut tidy = interval(TIDY_INTERVAL);
	tidy.set_missed_tick_behavior(MissedTickBehavior::Delay);
	loop {
		tokio::select! {
			_ = adverts.tick() => {
				let registration = sidecar.desk().registration().cloned();
				let Some(registration) = registration else { continue };
				if sidecar.readiness().is_err() {
					continue;
				}
				if let Err(error) = mesh.publish(sidecar.offer(&registration)).await {
					warn!(%error, "the advert cannot be published.");
				}
			},
			_ = tidy.tick() => sidecar.tidy(),
		}
	}
}
