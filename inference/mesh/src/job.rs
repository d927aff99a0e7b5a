//! The two ends of a job stream.

use std::{future::Future, sync::Arc};

use codec::Encode;
use futures::{SinkExt, StreamExt};
use libp2p::Stream;
use millrace_primitives::{PeerKey, Receipt};
use sp_runtime::MultiSignature;
use tokio::{
	io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
	time::{timeout, timeout_at, Instant},
};
use tokio_util::{
	codec::{FramedRead, FramedWrite},
	compat::{Compat, FuturesAsyncReadCompatExt},
};

use crate::{
	admission::Admitted,
	codec::{body_length, frame, refusal_frame, ClientFrames, Sealer, WorkerFrames, LENGTH_BYTES},
	defaults::{
		ENVELOPE_FRAME_BYTES_MAX, HEARTBEAT_INTERVAL, IDLE_TIMEOUT, REFUSAL_TIMEOUT, SEND_TIMEOUT,
	},
	envelope::{Envelope, SessionKey},
	error::StreamError,
	message::{cut, ClientMessage, PlainRefusal, Refusal, WorkerMessage},
	session::Direction,
};

type Io = Compat<Stream>;
type Reader<D> = FramedRead<ReadHalf<Io>, D>;
type Writer = FramedWrite<WriteHalf<Io>, Sealer>;

/// Send one message and see it off.
async fn send<M: Encode + Sync>(writer: &mut Writer, message: &M) -> Result<(), StreamError> {
	timeout(SEND_TIMEOUT, writer.send(message)).await.map_err(|_| StreamError::Stalled)?
}

/// Say that nothing more will be sent.
async fn close(writer: &mut Writer) {
	let closing = <Writer as SinkExt<&WorkerMessage>>::close(writer);
	match timeout(SEND_TIMEOUT, closing).await {
		Ok(Ok(())) => {},
		Ok(Err(error)) => tracing::debug!(%error, "a job stream broke while it was closed"),
		Err(_) => tracing::debug!("a job stream could not be closed in time"),
	}
}

/// The requester's end of a job stream.
pub struct JobClient {
	worker: PeerKey,
	reader: Reader<WorkerFrames>,
	writer: Writer,
	heard_at: Instant,
	broken: bool,
}

impl JobClient {
	/// Send `envelope` over a new stream to `worker`.
	pub(crate) async fn start(
		stream: Stream,
		worker: PeerKey,
		envelope: &[u8],
		session: &SessionKey,
	) -> Self {
		let mut io = stream.compat();
		if let Err(error) = write(&mut io, envelope).await {
			// A worker that refuses may close before it has read all; its reason is still to be read.
			tracing::debug!(%error, "the worker did not take the whole envelope");
		}
		let (reader, writer) = tokio::io::split(io);
		let frames = WorkerFrames::new(session.cipher(&worker, Direction::ToClient));
		let sealer = Sealer(session.cipher(&worker, Direction::ToWorker));
		Self {
			worker,
			reader: FramedRead::new(reader, frames),
			writer: FramedWrite::new(writer, sealer),
			heard_at: Instant::now(),
			broken: false,
		}
	}

	/// The worker at the other end.
	pub const fn worker(&self) -> PeerKey {
		self.worker
	}

	/// The next message, or `None` once the worker has closed the stream after its last one.
	/// Cancel-safe.
	///
	/// # Errors
	/// The stream was cut off, tampered with, or silent for [`IDLE_TIMEOUT`]. Nothing follows.
	pub async fn next(&mut self) -> Result<Option<WorkerMessage>, StreamError> {
		if self.broken {
			return Err(StreamError::Truncated);
		}
		let deadline = self.heard_at.checked_add(IDLE_TIMEOUT).unwrap_or(self.heard_at);
		let message = match timeout_at(deadline, self.reader.next()).await {
			Err(_) => Err(StreamError::Idle),
			Ok(None) => Ok(None),
			Ok(Some(message)) => message.map(Some),
		};
		self.heard_at = Instant::now();
		self.broken = message.is_err();
		message
	}

	/// Ask the worker to stop. What it has delivered is charged; it still sends its proof.
	///
	/// # Errors
	/// The stream broke or the worker does not read.
	pub async fn cancel(&mut self) -> Result<(), StreamError> {
		send(&mut self.writer, &ClientMessage::Cancel).await
	}

	/// Confirm the proof.
	///
	/// # Errors
	/// The stream broke or the worker does not read.
	pub async fn send_receipt(
		&mut self,
		receipt: Receipt<MultiSignature>,
	) -> Result<(), StreamError> {
		send(&mut self.writer, &ClientMessage::Receipt(receipt)).await
	}

	/// Close the stream once all that was sent is on its way.
	pub async fn close(mut self) {
		close(&mut self.writer).await;
	}
}

async fn write(io: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
	io.write_all(bytes).await?;
	io.flush().await
}

/// Refuse a stream in the clear and close it.
pub(crate) async fn refuse(stream: Stream, reason: Refusal, text: &str) {
	refuse_io(&mut stream.compat(), reason, text).await;
}

async fn refuse_io(io: &mut Io, reason: Refusal, text: &str) {
	let refusal = PlainRefusal { reason, text: cut(text) };
	let farewell = async {
		write(io, &refusal_frame(&refusal)?).await?;
		io.shutdown().await?;
		Ok::<_, StreamError>(())
	};
	match timeout(REFUSAL_TIMEOUT, farewell).await {
		Ok(Ok(())) => {},
		Ok(Err(error)) => tracing::debug!(%error, "a refusal did not reach its peer"),
		Err(_) => tracing::debug!("a refused peer does not read"),
	}
}

/// A job that a requester brings. Dropped without an answer, the stream is reset.
pub struct IncomingJob {
	/// The peer that brings it: the requester's gateway, or an orchestrator.
	pub peer: PeerKey,
	/// The sealed request.
	pub envelope: Envelope,
	io: Io,
	own: PeerKey,
	admitted: Admitted,
}

impl IncomingJob {
	/// Read the envelope of a new stream from `peer` to `own`.
	pub(crate) async fn receive(
		stream: Stream,
		peer: PeerKey,
		own: PeerKey,
		admitted: Admitted,
	) -> Result<Self, (Stream, StreamError)> {
		let mut io = stream.compat();
		match receive_envelope(&mut io).await {
			Ok(envelope) => Ok(Self { peer, envelope, io, own, admitted }),
			Err(error) => Err((io.into_inner(), error)),
		}
	}

	/// Take the stream over under `session`. Nothing is sent yet.
	#[expect(clippy::needless_pass_by_value, reason = "a session serves one stream")]
	pub fn accept(self, session: SessionKey) -> JobServer {
		let (reader, writer) = tokio::io::split(self.io);
		let admitted = Arc::new(self.admitted);
		let frames = ClientFrames(session.cipher(&self.own, Direction::ToWorker));
		let sealer = Sealer(session.cipher(&self.own, Direction::ToClient));
		JobServer {
			sender: JobSender {
				writer: FramedWrite::new(writer, sealer),
				ended: false,
				_admitted: Arc::clone(&admitted),
			},
			receiver: JobReceiver {
				reader: FramedRead::new(reader, frames),
				broken: false,
				_admitted: admitted,
			},
		}
	}

	/// Refuse the job. `text` is cut at 256 bytes and travels without session encryption: it must
	/// say nothing about the request.
	pub async fn refuse(mut self, reason: Refusal, text: &str) {
		refuse_io(&mut self.io, reason, text).await;
	}
}

impl std::fmt::Debug for IncomingJob {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("IncomingJob")
			.field("peer", &self.peer)
			.field("envelope", &self.envelope)
			.finish_non_exhaustive()
	}
}

async fn receive_envelope(io: &mut Io) -> Result<Envelope, StreamError> {
	let mut header = [0; LENGTH_BYTES];
	io.read_exact(&mut header).await?;
	let length = body_length(header, ENVELOPE_FRAME_BYTES_MAX)?;
	// Grows with what arrives, so that an announced length costs nothing.
	let mut body = Vec::new();
	let limit = u64::try_from(length).unwrap_or(u64::MAX);
	io.take(limit).read_to_end(&mut body).await?;
	if body.len() < length {
		return Err(StreamError::Truncated);
	}
	Envelope::from_bytes(&body)
}

/// The frame of an envelope.
pub(crate) fn envelope_frame(envelope: &Envelope) -> Result<Vec<u8>, StreamError> {
	frame(&envelope.encode(), ENVELOPE_FRAME_BYTES_MAX)
}

/// The worker's end of a job stream.
pub struct JobServer {
	sender: JobSender,
	receiver: JobReceiver,
}

impl JobServer {
	/// See [`JobSender::send`].
	///
	/// # Errors
	/// As there.
	pub async fn send(&mut self, message: WorkerMessage) -> Result<(), StreamError> {
		self.sender.send(message).await
	}

	/// See [`JobSender::send_heartbeats_while`].
	///
	/// # Errors
	/// As there.
	pub async fn send_heartbeats_while<T: Send>(
		&mut self,
		work: impl Future<Output = T> + Send,
	) -> Result<T, StreamError> {
		self.sender.send_heartbeats_while(work).await
	}

	/// See [`JobReceiver::recv`].
	///
	/// # Errors
	/// As there.
	pub async fn recv(&mut self) -> Result<Option<ClientMessage>, StreamError> {
		self.receiver.recv().await
	}

	/// The two halves, to be used at the same time.
	pub fn split(self) -> (JobSender, JobReceiver) {
		(self.sender, self.receiver)
	}

	/// Close the stream once all that was sent is on its way.
	pub async fn close(self) {
		self.sender.close().await;
	}
}

/// The worker's voice on a job stream.
pub struct JobSender {
	writer: Writer,
	ended: bool,
	_admitted: Arc<Admitted>,
}

impl JobSender {
	/// Send `message`, waiting for the client to make room for it at most
	/// [`SEND_TIMEOUT`]. The texts of a refusal or failure are cut at 256 bytes.
	///
	/// # Errors
	/// The last message has been sent, the message is out of bounds, the stream broke or the client
	/// does not read.
	pub async fn send(&mut self, mut message: WorkerMessage) -> Result<(), StreamError> {
		if self.ended {
			return Err(StreamError::OutOfTurn);
		}
		if let WorkerMessage::Refused { text, .. } | WorkerMessage::Failed { text, .. } =
			&mut message
		{
			*text = cut(text);
		}
		if !message.is_well_formed() {
			return Err(StreamError::Malformed);
		}
		self.ended = message.is_last();
		send(&mut self.writer, &message).await
	}

	/// Do `work`, showing the client every few seconds that the worker is alive.
	///
	/// # Errors
	/// The stream broke or the client does not read; the work is dropped.
	pub async fn send_heartbeats_while<T: Send>(
		&mut self,
		work: impl Future<Output = T> + Send,
	) -> Result<T, StreamError> {
		let mut work = std::pin::pin!(work);
		loop {
			match timeout(HEARTBEAT_INTERVAL, &mut work).await {
				Ok(done) => return Ok(done),
				Err(_) => self.send(WorkerMessage::Heartbeat).await?,
			}
		}
	}

	/// Say that nothing more will be sent. A stream that is dropped instead is reset.
	pub async fn close(mut self) {
		close(&mut self.writer).await;
	}
}

/// The worker's ear on a job stream.
pub struct JobReceiver {
	reader: Reader<ClientFrames>,
	broken: bool,
	_admitted: Arc<Admitted>,
}

impl JobReceiver {
	/// The next message, or `None` once the client has closed the stream. Cancel-safe. Waits for as
	/// long as the client has nothing to say: it has no duty to speak.
	///
	/// # Errors
	/// The stream broke or was tampered with. Nothing follows.
	pub async fn recv(&mut self) -> Result<Option<ClientMessage>, StreamError> {
		if self.broken {
			return Err(StreamError::Truncated);
		}
		let message = self.reader.next().await.transpose();
		self.broken = message.is_err();
		message
	}
}
