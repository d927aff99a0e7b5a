#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod admission;
pub mod advert;
mod behaviour;
mod codec;
mod config;
pub mod defaults;
pub mod envelope;
mod error;
mod event_loop;
mod job;
mod mesh;
mod message;
pub mod payload;
mod peer;
mod redial;
mod session;
mod streams;
mod table;
#[cfg(test)]
mod tests;

pub use advert::{Advert, ModelOffer, Offer};
pub use config::MeshConfig;
pub use envelope::{Envelope, EnvelopeSecret, SessionKey, WrappedKey};
pub use error::{
	BadPayload, MeshError, NoRandomness, OpenError, OpenJobError, PublishError, SealError,
	StreamError,
};
pub use event_loop::Adverts;
pub use job::{IncomingJob, JobClient, JobReceiver, JobSender, JobServer};
pub use mesh::Mesh;
pub use message::{ClientMessage, Failure, Refusal, WorkerMessage};
pub use payload::{ChatMessage, JobPayload, Prompt};
pub use peer::PeerSecret;
