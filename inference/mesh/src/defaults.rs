//! Every constant of the mesh, with its why.

use std::time::Duration;

use libp2p::StreamProtocol;

/// The protocol of a job stream. A change of its frames takes a new number.
pub(crate) const JOB_PROTOCOL: StreamProtocol = StreamProtocol::new("/millrace/job/1");

/// The largest envelope frame in bytes: a full payload with its wrapped keys, and room to spare.
pub const ENVELOPE_FRAME_BYTES_MAX: u32 = 1024 * 1024;

/// The largest later frame in bytes: 16 tokens with their text are far smaller, a peer that claims
/// more is lying.
pub const FRAME_BYTES_MAX: u32 = 64 * 1024;

/// Sealed messages are padded to a multiple of this many bytes, so that the length of a frame does
/// not give away the length of the tokens in it. A chunk of one token fits into one such block.
pub const PADDING_BYTES: usize = 256;

/// The most bytes of text in a refusal or failure: a sentence.
pub const REASON_BYTES_MAX: usize = 256;

/// How often a worker that has nothing to say shows that it is alive.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(3);

/// How long a client waits for any frame: six heartbeats lost in a row, and some.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a sender waits for the other side to take a frame. A reader that is stuck this long
/// holds a slot of the worker for nothing.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the envelope of an inbound stream may take: 1 MiB over a poor uplink.
pub const ENVELOPE_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a refusal may take to leave; it is small, and nobody owes a refused peer more.
pub const REFUSAL_TIMEOUT: Duration = Duration::from_secs(5);

/// Inbound job streams in all. A worker has tens of slots; the rest wait in its queue.
pub const INBOUND_JOBS_MAX: usize = 256;

/// Inbound job streams of one peer. A gateway with many users is one peer.
pub const INBOUND_JOBS_PER_PEER_MAX: usize = 64;

/// Envelopes that are read at the same time: bounds their memory to 64 MiB.
pub const ENVELOPES_IN_FLIGHT_MAX: usize = 64;

/// Refusals that are written at the same time; past this, streams are just dropped.
pub const REFUSALS_IN_FLIGHT_MAX: usize = 64;

/// Incoming jobs that wait for the worker to look at them. It looks at once; when this is full it
/// is in trouble, and newcomers are better off elsewhere.
pub const INCOMING_QUEUE: usize = 32;

/// Negotiated streams that wait for the event loop on one connection.
pub(crate) const STREAMS_QUEUED_MAX: usize = 64;

/// Streams that wait for a dial.
pub(crate) const DIALS_WAITING_MAX: usize = 256;

/// Commands that wait for the event loop. Callers wait their turn.
pub(crate) const COMMAND_QUEUE: usize = 64;

/// Workers in the advert table.
pub const ADVERTS_MAX: usize = 4096;

/// The largest signed advert in bytes: [`MODELS_MAX`] models and [`ADDRESSES_MAX`] addresses.
pub const ADVERT_BYTES_MAX: usize = 4096;

/// Models in an advert.
pub const MODELS_MAX: usize = 16;

/// Addresses in an advert.
pub const ADDRESSES_MAX: usize = 8;

/// The longest address in an advert in bytes: a DNS name, a port and a peer id.
pub const ADDRESS_BYTES_MAX: usize = 192;

/// The shortest and the longest life of an advert in milliseconds. Workers publish every few
/// seconds; one that has been silent for minutes is gone.
pub const TTL_MS: std::ops::RangeInclusive<u32> = 1_000..=120_000;

/// How far the clock of an advert's author may be ahead of ours, in milliseconds.
pub const CLOCK_SKEW_MS_MAX: u64 = 30_000;

/// Adverts of one author: this many at once, then one per [`AUTHOR_REFILL_MS`]. Workers publish
/// every few seconds, and again when a subscriber comes.
pub(crate) const AUTHOR_BURST: u32 = 8;

/// See [`AUTHOR_BURST`].
pub(crate) const AUTHOR_REFILL_MS: u64 = 500;

/// Adverts through one neighbour: this many at once, then one per [`SOURCE_REFILL_MS`]. A full table
/// whose workers publish every five seconds arrives at about 800 a second; checking 1000 signatures
/// a second is a twentieth of a core.
pub(crate) const SOURCE_BURST: u32 = 2048;

/// See [`SOURCE_BURST`].
pub(crate) const SOURCE_REFILL_MS: u64 = 1;

/// How often the event loop does its housekeeping, and the most that a reader of the table lags
/// behind it.
pub(crate) const TICK: Duration = Duration::from_millis(200);

/// The least time between two republications of one's own advert for new subscribers.
pub(crate) const REPUBLISH_WAIT_MIN: Duration = Duration::from_secs(1);

/// Neighbours below which the mesh dials advertised peers, so that it does not hang on its
/// bootnodes: the target degree of gossipsub.
pub(crate) const NEIGHBOURS_WANTED: usize = 6;

/// How often an advertised peer is dialled while neighbours are wanted. One at a time: adverts are
/// written by strangers and must not turn us into a scanner.
pub(crate) const NEIGHBOUR_DIAL_WAIT: Duration = Duration::from_secs(5);

/// The first wait before a bootnode is dialled again.
pub(crate) const REDIAL_WAIT_MIN: Duration = Duration::from_secs(1);

/// The longest wait before a bootnode is dialled again.
pub(crate) const REDIAL_WAIT_MAX: Duration = Duration::from_secs(60);

/// How long a connection without streams stays. Reconnecting costs a client three round trips, so
/// one that chats every other minute keeps its connection.
pub(crate) const CONNECTION_IDLE: Duration = Duration::from_secs(300);

/// How often a connection is probed, so that a peer that vanished without a word is noticed.
pub(crate) const PING_INTERVAL: Duration = Duration::from_secs(10);

/// How long a probe may take before its connection is closed.
pub(crate) const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// How long listeners may take to get their addresses.
pub(crate) const LISTEN_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections in all: two for each of a few hundred peers.
pub(crate) const CONNECTIONS_MAX: u32 = 1024;

/// Connections with one peer: a simultaneous dial makes two.
pub(crate) const CONNECTIONS_PER_PEER_MAX: u32 = 4;

/// Connections that are being negotiated, in each direction.
pub(crate) const CONNECTIONS_PENDING_MAX: u32 = 128;
