//! Meshes that talk over loopback TCP.

use std::{future::Future, time::Duration};

use futures::StreamExt;
use libp2p::{swarm::SwarmEvent, Multiaddr, PeerId, Swarm};
use millrace_primitives::EnvelopeKey;
use sp_core::{crypto::AccountId32, H256};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	sync::{mpsc, oneshot},
};
use tokio_util::compat::FuturesAsyncReadCompatExt;

use super::{chunk, payload, proof, receipt, GENESIS, JOB, MARKER, MODEL, REQUESTER};
use crate::{
	behaviour::{swarm, Behaviour},
	defaults::{ENVELOPE_FRAME_BYTES_MAX, INCOMING_QUEUE},
	envelope::{open, seal},
	peer::{locate, peer_id},
	Adverts, ClientMessage, Envelope, EnvelopeSecret, Failure, IncomingJob, JobClient, Mesh,
	MeshConfig, MeshError, ModelOffer, Offer, OpenJobError, PeerSecret, PublishError, Refusal,
	SessionKey, StreamError, WorkerMessage,
};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

async fn soon<T>(work: impl Future<Output = T>) -> T {
	tokio::time::timeout(PATIENCE, work).await.expect("it happens in time")
}

fn config(bootnodes: &[String]) -> MeshConfig {
	MeshConfig {
		listen: vec!["/ip4/127.0.0.1/tcp/0".to_owned()],
		bootnodes: bootnodes.to_vec(),
		..MeshConfig::new(PeerSecret::generate().unwrap(), GENESIS)
	}
}

async fn mesh(bootnodes: &[String]) -> Mesh {
	Mesh::start(config(bootnodes)).await.unwrap()
}

fn offer(ttl_ms: u32) -> Offer {
	let model = ModelOffer {
		id: MODEL,
		class: [1; 32],
		context: 4096,
		slots: 2,
		free: 2,
		queued: 0,
		tokens_per_second_milli: 20_000,
	};
	Offer {
		owner: AccountId32::new([4; 32]),
		envelope: EnvelopeKey([5; 32]),
		models: vec![model],
		ttl_ms,
	}
}

async fn connected(mesh: &Mesh, peers: usize) {
	soon(mesh.watch_connected_peers().wait_for(|count| *count == peers)).await.unwrap();
}

async fn adverts_of(mesh: &Mesh, wanted: impl FnMut(&Adverts) -> bool) -> Adverts {
	soon(mesh.adverts().wait_for(wanted)).await.unwrap().clone()
}

/// A worker without an engine.
struct Worker {
	mesh: Mesh,
	addresses: Vec<String>,
	secret: EnvelopeSecret,
	jobs: mpsc::Receiver<IncomingJob>,
}

impl Worker {
	async fn start() -> Self {
		let mesh = mesh(&[]).await;
		let jobs = mesh.incoming_jobs().await.unwrap();
		let addresses = mesh.listen_addresses().await;
		Self { mesh, addresses, secret: EnvelopeSecret::generate().unwrap(), jobs }
	}

	fn sealed(&self, text: &str) -> (Envelope, SessionKey) {
		let recipients = [self.secret.public()];
		let (envelope, mut sessions) =
			seal(GENESIS, JOB, &REQUESTER, &payload(text), &recipients).unwrap();
		(envelope, sessions.remove(0))
	}

	async fn open_from(&self, client: &Mesh) -> Result<JobClient, OpenJobError> {
		let (envelope, session) = self.sealed("hello");
		self.open_with(client, &envelope, session).await
	}

	async fn open_with(
		&self,
		client: &Mesh,
		envelope: &Envelope,
		session: SessionKey,
	) -> Result<JobClient, OpenJobError> {
		client.open_job(self.mesh.peer_key(), &self.addresses, envelope, session, PATIENCE).await
	}

	async fn next_job(&mut self) -> IncomingJob {
		soon(self.jobs.recv()).await.unwrap()
	}

	async fn next_server(&mut self) -> crate::JobServer {
		let job = self.next_job().await;
		let (_, session) = open(GENESIS, &job.envelope, &self.secret).unwrap();
		job.accept(session)
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advert_reaches_a_peer_through_a_third() {
	let middle = mesh(&[]).await;
	let bootnodes = middle.listen_addresses().await;
	let worker = mesh(&bootnodes).await;
	let gateway = mesh(&bootnodes).await;
	connected(&middle, 2).await;
	// As a worker does; the first may pass before the gateway has subscribed.
	let publishing = async {
		let mut turns = tokio::time::interval(Duration::from_secs(1));
		loop {
			turns.tick().await;
			worker.publish(offer(15_000)).await.unwrap();
		}
	};
	let adverts = tokio::select! {
		never = publishing => never,
		adverts = adverts_of(&gateway, |adverts| !adverts.is_empty()) => adverts,
	};
	let advert = adverts.get(&worker.peer_key()).unwrap();
	assert_eq!(advert.owner, offer(15_000).owner);
	assert_eq!(advert.models, offer(15_000).models);
	assert_eq!(advert.genesis, GENESIS);
	let reachable = worker.listen_addresses().await;
	assert_eq!(reachable, [format!("{}/p2p/{}", advert.addresses[0], worker.peer_id())]);
	assert!(adverts_of(&worker, |_| true).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_subscriber_learns_of_a_worker_that_published_before() {
	let worker = mesh(&[]).await;
	worker.publish(offer(60_000)).await.unwrap();
	let gateway = mesh(&worker.listen_addresses().await).await;
	let adverts = adverts_of(&gateway, |adverts| !adverts.is_empty()).await;
	assert!(adverts.contains_key(&worker.peer_key()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_falls_silent_is_forgotten() {
	let worker = mesh(&[]).await;
	let gateway = mesh(&worker.listen_addresses().await).await;
	connected(&worker, 1).await;
	worker.publish(offer(1_000)).await.unwrap();
	adverts_of(&gateway, |adverts| !adverts.is_empty()).await;
	worker.shutdown().await;
	adverts_of(&gateway, |adverts| adverts.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_out_of_bounds_is_not_published() {
	let worker = mesh(&[]).await;
	assert!(matches!(worker.publish(offer(999)).await, Err(PublishError::Ttl(999))));
	let many = Offer { models: vec![offer(1_000).models[0]; 17], ..offer(1_000) };
	assert!(matches!(worker.publish(many).await, Err(PublishError::TooManyModels(17))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_goes_there_and_back() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let (envelope, session) = worker.sealed(MARKER);
	let mut job = worker.open_with(&client, &envelope, session).await.unwrap();
	assert_eq!(job.worker(), worker.mesh.peer_key());

	let incoming = worker.next_job().await;
	assert_eq!(incoming.peer, client.peer_key());
	assert_eq!(incoming.envelope, envelope);
	let (opened, session) = open(GENESIS, &incoming.envelope, &worker.secret).unwrap();
	assert_eq!(opened, payload(MARKER));
	let mut server = incoming.accept(session);
	let started =
		WorkerMessage::Started { input_tokens: 3, class: [1; 32], entropy: H256([2; 32]) };
	let answer = [
		WorkerMessage::Ack,
		started,
		chunk(1, "to"),
		chunk(2, "gether"),
		WorkerMessage::Finished(proof()),
	];
	for message in &answer {
		server.send(message.clone()).await.unwrap();
	}
	for message in answer {
		assert_eq!(soon(job.next()).await.unwrap(), Some(message));
	}
	job.send_receipt(receipt()).await.unwrap();
	job.close().await;
	assert_eq!(soon(server.recv()).await.unwrap(), Some(ClientMessage::Receipt(receipt())));
	assert_eq!(soon(server.recv()).await.unwrap(), None);
	assert!(matches!(server.send(WorkerMessage::Heartbeat).await, Err(StreamError::OutOfTurn)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_end_is_told_from_a_cut() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let mut honest = worker.open_from(&client).await.unwrap();
	let mut server = worker.next_server().await;
	server.send(WorkerMessage::Finished(proof())).await.unwrap();
	server.close().await;
	assert!(matches!(soon(honest.next()).await, Ok(Some(WorkerMessage::Finished(_)))));
	assert!(matches!(soon(honest.next()).await, Ok(None)));

	let mut cut = worker.open_from(&client).await.unwrap();
	let mut server = worker.next_server().await;
	server.send(chunk(1, "to")).await.unwrap();
	server.close().await;
	assert!(matches!(soon(cut.next()).await, Ok(Some(WorkerMessage::Chunk { .. }))));
	assert!(matches!(soon(cut.next()).await, Err(StreamError::Truncated)));
	assert!(matches!(soon(cut.next()).await, Err(StreamError::Truncated)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_candidate_takes_the_same_envelope() {
	let mut first = Worker::start().await;
	let mut second = Worker::start().await;
	let client = mesh(&[]).await;
	let recipients = [first.secret.public(), second.secret.public()];
	let (envelope, sessions) =
		seal(GENESIS, JOB, &REQUESTER, &payload(MARKER), &recipients).unwrap();

	let mut job = first.open_with(&client, &envelope, sessions[0].clone()).await.unwrap();
	first.next_job().await.refuse(Refusal::UnknownModel, "").await;
	assert!(matches!(
		soon(job.next()).await,
		Ok(Some(WorkerMessage::Refused { reason: Refusal::UnknownModel, .. }))
	));
	let mut job = second.open_with(&client, &envelope, sessions[1].clone()).await.unwrap();
	second.next_server().await.send(WorkerMessage::Ack).await.unwrap();
	assert_eq!(soon(job.next()).await.unwrap(), Some(WorkerMessage::Ack));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_under_another_session_is_noticed() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let (envelope, _) = worker.sealed("hello");
	let (_, wrong) = worker.sealed("hello");
	let mut job = worker.open_with(&client, &envelope, wrong).await.unwrap();
	let mut server = worker.next_server().await;
	server.send(WorkerMessage::Ack).await.unwrap();
	assert!(matches!(soon(job.next()).await, Err(StreamError::Forged)));
	job.cancel().await.unwrap();
	assert!(matches!(soon(server.recv()).await, Err(StreamError::Forged)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let mut job = worker.open_from(&client).await.unwrap();
	worker.next_job().await.refuse(Refusal::NoLock, "no lock seen within 8 s").await;
	let refused = WorkerMessage::Refused {
		reason: Refusal::NoLock,
		text: "no lock seen within 8 s".to_owned(),
	};
	assert_eq!(soon(job.next()).await.unwrap(), Some(refused));
	assert_eq!(soon(job.next()).await.unwrap(), None);

	let mut job = worker.open_from(&client).await.unwrap();
	let mut server = worker.next_server().await;
	let failed =
		WorkerMessage::Failed { reason: Failure::Engine, text: "the engine failed".to_owned() };
	server.send(failed.clone()).await.unwrap();
	assert_eq!(soon(job.next()).await.unwrap(), Some(failed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_reaches_the_worker_while_it_sends() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let mut job = worker.open_from(&client).await.unwrap();
	let (mut sender, mut receiver) = worker.next_server().await.split();
	let sending = tokio::spawn(async move {
		for token in 0.. {
			tokio::select! {
				biased;
				message = receiver.recv() => {
					assert_eq!(message.unwrap(), Some(ClientMessage::Cancel));
					break;
				},
				sent = sender.send(chunk(token, "word")) => sent.unwrap(),
			}
		}
		sender.send(WorkerMessage::Finished(proof())).await.unwrap();
		sender.close().await;
	});
	assert!(matches!(soon(job.next()).await, Ok(Some(WorkerMessage::Chunk { .. }))));
	job.cancel().await.unwrap();
	let last = soon(async {
		loop {
			match job.next().await.unwrap() {
				Some(WorkerMessage::Chunk { .. }) => {},
				other => break other,
			}
		}
	})
	.await;
	assert_eq!(last, Some(WorkerMessage::Finished(proof())));
	soon(sending).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn heartbeats_flow_while_the_worker_is_busy() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let mut job = worker.open_from(&client).await.unwrap();
	let mut server = worker.next_server().await;
	let (done, work) = oneshot::channel();
	let serving = tokio::spawn(async move {
		let result = server.send_heartbeats_while(work).await.unwrap();
		server.send(WorkerMessage::Ack).await.unwrap();
		result
	});
	assert_eq!(soon(job.next()).await.unwrap(), Some(WorkerMessage::Heartbeat));
	done.send(42).unwrap();
	assert_eq!(soon(serving).await.unwrap(), Ok(42));
	assert_eq!(soon(job.next()).await.unwrap(), Some(WorkerMessage::Ack));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_takes_no_jobs_says_so() {
	let client = mesh(&[]).await;
	let mut worker = Worker::start().await;
	worker.jobs = mpsc::channel(1).1;
	let no_longer = soon(async {
		loop {
			match worker.open_from(&client).await {
				Err(OpenJobError::NotAWorker) => break,
				// The receiver's end has not been noticed yet.
				Ok(mut job) => assert!(!matches!(job.next().await, Ok(Some(WorkerMessage::Ack)))),
				Err(other) => panic!("{other}"),
			}
		}
	});
	no_longer.await;
	worker.jobs = worker.mesh.incoming_jobs().await.unwrap();
	assert!(matches!(worker.mesh.incoming_jobs().await, Err(MeshError::AlreadyServing)));
	worker.open_from(&client).await.unwrap();
	worker.next_job().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_cannot_be_reached_is_an_error_at_once() {
	let client = mesh(&[]).await;
	let mut worker = Worker::start().await;
	worker.mesh.shutdown().await;
	let gone = worker.open_from(&client).await.map(|_| ()).unwrap_err();
	assert!(matches!(gone, OpenJobError::Unreachable(_)), "{gone}");
	let addresses = std::mem::take(&mut worker.addresses);
	let nowhere = worker.open_from(&client).await.map(|_| ()).unwrap_err();
	assert!(matches!(nowhere, OpenJobError::NoAddress), "{nowhere}");
	drop(addresses);

	let other = Worker::start().await;
	let host = other.addresses[0].split("/p2p/").next().unwrap().to_owned();
	worker.addresses = vec![host];
	let impostor = worker.open_from(&client).await.map(|_| ()).unwrap_err();
	assert!(matches!(impostor, OpenJobError::Unreachable(_)), "{impostor}");

	let (envelope, session) = worker.sealed("hello");
	let own = client.open_job(client.peer_key(), &[], &envelope, session, PATIENCE).await;
	assert!(matches!(own, Err(OpenJobError::OwnPeer)));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_jobs_at_once_all_arrive() {
	const JOBS: usize = 24;
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let opening = futures::future::join_all((0..JOBS).map(|_| worker.open_from(&client)));
	let jobs = opening.await;
	for _ in 0..JOBS {
		let mut server = worker.next_server().await;
		server.send(WorkerMessage::Finished(proof())).await.unwrap();
		server.close().await;
	}
	for job in jobs {
		let first = soon(job.unwrap().next()).await;
		assert!(matches!(first, Ok(Some(WorkerMessage::Finished(_)))));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_beyond_the_queue_are_refused_as_overload() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let mut waiting = Vec::new();
	for _ in 0..INCOMING_QUEUE + 3 {
		waiting.push(worker.open_from(&client).await.unwrap());
	}
	let answers = futures::future::select_all(waiting.iter_mut().map(|job| Box::pin(job.next())));
	let (first, _, _) = soon(answers).await;
	assert!(matches!(first, Ok(Some(WorkerMessage::Refused { reason: Refusal::Overloaded, .. }))));
	worker.next_server().await.send(WorkerMessage::Ack).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_holds_up_nobody_else() {
	const CHUNKS: u32 = 20_000;
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let mut slow = worker.open_from(&client).await.unwrap();
	let mut server = worker.next_server().await;
	let sending = tokio::spawn(async move {
		for token in 0..CHUNKS {
			server.send(chunk(token, "word")).await.unwrap();
		}
		server.send(WorkerMessage::Finished(proof())).await.unwrap();
		server.close().await;
	});
	for _ in 0..3 {
		let mut quick = worker.open_from(&client).await.unwrap();
		let mut server = worker.next_server().await;
		server.send(WorkerMessage::Finished(proof())).await.unwrap();
		assert!(matches!(soon(quick.next()).await, Ok(Some(WorkerMessage::Finished(_)))));
		client.publish(offer(15_000)).await.unwrap();
	}
	assert!(!sending.is_finished());
	for token in 0..CHUNKS {
		assert_eq!(soon(slow.next()).await.unwrap(), Some(chunk(token, "word")));
	}
	assert!(matches!(soon(slow.next()).await, Ok(Some(WorkerMessage::Finished(_)))));
	soon(sending).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_is_noticed_at_once() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let mut job = worker.open_from(&client).await.unwrap();
	let mut server = worker.next_server().await;
	server.send(chunk(1, "to")).await.unwrap();
	assert!(matches!(soon(job.next()).await, Ok(Some(WorkerMessage::Chunk { .. }))));
	worker.mesh.shutdown().await;
	let cut = tokio::time::timeout(Duration::from_secs(5), job.next()).await.unwrap();
	assert!(matches!(cut, Err(StreamError::Truncated | StreamError::Io(_))));
	assert!(server.send(chunk(2, "gether")).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_is_noticed_at_once() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let job = worker.open_from(&client).await.unwrap();
	let mut server = worker.next_server().await;
	drop(job);
	assert!(!matches!(soon(server.recv()).await, Ok(Some(_))));

	let _job = worker.open_from(&client).await.unwrap();
	let mut server = worker.next_server().await;
	client.shutdown().await;
	assert!(!matches!(soon(server.recv()).await, Ok(Some(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incoming_job_that_is_dropped_is_a_cut() {
	let mut worker = Worker::start().await;
	let client = mesh(&[]).await;
	let mut job = worker.open_from(&client).await.unwrap();
	drop(worker.next_job().await);
	assert!(matches!(soon(job.next()).await, Err(StreamError::Truncated | StreamError::Io(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_of_another_chain_part() {
	let worker = mesh(&[]).await;
	let stranger =
		MeshConfig { genesis: H256([8; 32]), ..config(&worker.listen_addresses().await) };
	let stranger = Mesh::start(stranger).await.unwrap();
	connected(&stranger, 1).await;
	connected(&stranger, 0).await;
	connected(&worker, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bootnode_that_comes_late_or_again_is_found() {
	let secret = PeerSecret::generate().unwrap();
	let at = |listen: &str| MeshConfig {
		listen: vec![listen.to_owned()],
		..MeshConfig::new(secret.clone(), GENESIS)
	};
	let bootnode = Mesh::start(at("/ip4/127.0.0.1/tcp/0")).await.unwrap();
	let address = bootnode.listen_addresses().await.remove(0);
	let listen = address.split("/p2p/").next().unwrap().to_owned();
	bootnode.shutdown().await;

	let peer = mesh(&[address]).await;
	for _ in 0..2 {
		let bootnode = Mesh::start(at(&listen)).await.unwrap();
		connected(&peer, 1).await;
		bootnode.shutdown().await;
		connected(&peer, 0).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_address_is_refused_with_its_reason() {
	let start = |change: fn(&mut MeshConfig)| {
		let mut config = config(&[]);
		change(&mut config);
		async { Mesh::start(config).await.map(|_| ()).unwrap_err() }
	};
	let nonsense = start(|config| config.listen = vec!["127.0.0.1:80".to_owned()]).await;
	assert!(matches!(nonsense, MeshError::BadAddress(_)));
	let nobody = start(|config| config.bootnodes = vec!["/ip4/127.0.0.1/tcp/1".to_owned()]).await;
	assert!(matches!(nobody, MeshError::BootnodeWithoutPeer(_)));
	let elsewhere = start(|config| config.listen = vec!["/ip4/192.0.2.1/tcp/0".to_owned()]).await;
	assert!(matches!(elsewhere, MeshError::Listen { .. }), "{elsewhere}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_is_clean() {
	let mut worker = Worker::start().await;
	let other = worker.mesh.clone();
	worker.mesh.shutdown().await;
	other.shutdown().await;
	assert!(worker.jobs.recv().await.is_none());
	assert!(other.listen_addresses().await.is_empty());
	assert!(matches!(other.publish(offer(1_000)).await, Err(PublishError::Stopped)));
	assert!(matches!(other.incoming_jobs().await, Err(MeshError::Stopped)));
	let (envelope, session) = worker.sealed("hello");
	let peer = PeerSecret::generate().unwrap().public();
	let job = other.open_job(peer, &worker.addresses, &envelope, session, PATIENCE).await;
	assert!(matches!(job, Err(OpenJobError::Stopped)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_handle_stops_the_mesh() {
	let mesh = mesh(&[]).await;
	let mut adverts = mesh.adverts();
	drop(mesh);
	assert!(soon(adverts.changed()).await.is_err());
}

/// A peer that speaks the protocols but not as agreed.
struct Rogue(Swarm<Behaviour>);

impl Rogue {
	fn new() -> Self {
		Self(swarm(&config(&[])).unwrap())
	}

	/// Open a job stream, write `bytes`, and return all that comes back.
	async fn say(&mut self, worker: &Worker, bytes: &[u8]) -> Vec<u8> {
		let peer: PeerId = peer_id(&worker.mesh.peer_key()).unwrap();
		let address: Multiaddr = locate(&worker.addresses[0]).unwrap().address;
		let (reply, mut stream) = oneshot::channel();
		self.0.behaviour_mut().streams.open(peer, vec![address], reply);
		let stream = soon(async {
			loop {
				tokio::select! {
					stream = &mut stream => break stream.unwrap().unwrap(),
					event = self.0.select_next_some() => self.on_event(&event),
				}
			}
		})
		.await;
		let mut io = stream.compat();
		let mut heard = Vec::new();
		let talk = async {
			io.write_all(bytes).await.unwrap();
			io.flush().await.unwrap();
			io.read_to_end(&mut heard).await.unwrap();
		};
		tokio::pin!(talk);
		soon(async {
			loop {
				tokio::select! {
					() = &mut talk => break,
					event = self.0.select_next_some() => self.on_event(&event),
				}
			}
		})
		.await;
		heard
	}

	fn on_event<E>(&self, event: &SwarmEvent<E>) {
		assert!(!matches!(event, SwarmEvent::ConnectionClosed { .. }), "the connection survives");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_refused_and_the_connection_survives() {
	let mut worker = Worker::start().await;
	let mut rogue = Rogue::new();
	let malformed = |heard: &[u8]| heard[4..6] == [0, 7];
	let too_large = |heard: &[u8]| heard[4..6] == [0, 6];

	let garbage = [&100u32.to_le_bytes()[..], &[0xAB; 100]].concat();
	assert!(malformed(&rogue.say(&worker, &garbage).await));
	assert!(malformed(&rogue.say(&worker, &[0; 4]).await));
	let oversized = (ENVELOPE_FRAME_BYTES_MAX + 1).to_le_bytes();
	assert!(too_large(&rogue.say(&worker, &oversized).await));
	assert_eq!(rogue.0.connected_peers().count(), 1);

	let client = mesh(&[]).await;
	let mut job = worker.open_from(&client).await.unwrap();
	worker.next_server().await.send(WorkerMessage::Finished(proof())).await.unwrap();
	assert!(matches!(soon(job.next()).await, Ok(Some(WorkerMessage::Finished(_)))));
}
