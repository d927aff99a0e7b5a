//! Adverts: what a worker offers, signed by its peer key.

use codec::{Decode, DecodeAll, Encode};
use millrace_primitives::{signing, Commitment, EnvelopeKey, ModelId, Moment, PeerKey};
use sp_core::{crypto::AccountId32, ed25519, Pair as _, H256};

use crate::{
	defaults::{ADDRESSES_MAX, ADDRESS_BYTES_MAX, ADVERT_BYTES_MAX, MODELS_MAX, TTL_MS},
	error::PublishError,
	peer::{locate, PeerSecret},
};

/// A model as one worker offers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ModelOffer {
	/// The model.
	pub id: ModelId,
	/// The determinism class of the worker for it.
	pub class: Commitment,
	/// The most tokens, prompt and answer together, of one job.
	pub context: u32,
	/// Jobs that run at the same time.
	pub slots: u32,
	/// Slots that are free now.
	pub free: u32,
	/// Jobs that wait for a slot.
	pub queued: u32,
	/// Generated tokens per 1,000 seconds of one slot, a moving average.
	pub tokens_per_second_milli: u64,
}

/// What a worker says of itself; the mesh makes an [`Advert`] of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
	/// Who registered the worker.
	pub owner: AccountId32,
	/// The key to which envelopes are sealed.
	pub envelope: EnvelopeKey,
	/// The models on offer, at most [`MODELS_MAX`]; none withdraws the worker.
	pub models: Vec<ModelOffer>,
	/// How long the advert is good for, in milliseconds, within [`TTL_MS`].
	pub ttl_ms: u32,
}

impl Offer {
	pub(crate) fn check(&self) -> Result<(), PublishError> {
		if self.models.len() > MODELS_MAX {
			return Err(PublishError::TooManyModels(self.models.len()));
		}
		if !TTL_MS.contains(&self.ttl_ms) {
			return Err(PublishError::Ttl(self.ttl_ms));
		}
		Ok(())
	}
}

/// A worker's word on what it offers. Its signature and its bounds have been checked; whether its
/// owner has registered these keys is for the caller to ask the chain.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Advert {
	/// The chain.
	pub genesis: H256,
	/// Who registered the worker.
	pub owner: AccountId32,
	/// The libp2p identity of the worker, which signed this.
	pub peer: PeerKey,
	/// The key to which envelopes are sealed.
	pub envelope: EnvelopeKey,
	/// Where the worker can be dialled.
	pub addresses: Vec<String>,
	/// The models on offer.
	pub models: Vec<ModelOffer>,
	/// Grows with each advert of the peer.
	pub sequence: u64,
	/// When it was signed, in milliseconds since the Unix epoch, by the worker's clock.
	pub issued_at: Moment,
	/// How long it is good for, in milliseconds.
	pub ttl_ms: u32,
}

impl Advert {
	/// When it stops being good.
	pub const fn expires_at(&self) -> Moment {
		// `From` is not const.
		self.issued_at.saturating_add(self.ttl_ms as u64)
	}

	pub(crate) fn is_within_bounds(&self) -> bool {
		TTL_MS.contains(&self.ttl_ms)
			&& self.models.len() <= MODELS_MAX
			&& self.addresses.len() <= ADDRESSES_MAX
			&& self
				.addresses
				.iter()
				.all(|address| address.len() <= ADDRESS_BYTES_MAX && locate(address).is_some())
	}
}

/// An advert with its signature, as it travels.
#[derive(Clone, Encode, Decode)]
pub(crate) struct SignedAdvert {
	pub(crate) advert: Advert,
	pub(crate) signature: ed25519::Signature,
}

impl SignedAdvert {
	/// Sign `advert`. Fails if the result is too large to travel.
	pub(crate) fn new(advert: Advert, secret: &PeerSecret) -> Result<Self, PublishError> {
		let message = signing::message(signing::ADVERT, advert.genesis, &advert);
		let signed = Self { signature: secret.sign(&message), advert };
		if signed.encoded_size() > ADVERT_BYTES_MAX {
			return Err(PublishError::TooLarge);
		}
		Ok(signed)
	}

	/// Read an advert of at most [`ADVERT_BYTES_MAX`] bytes. Nothing is verified yet.
	pub(crate) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
		Self::decode_all(&mut bytes).ok()
	}

	/// Whether the peer it names has signed it.
	pub(crate) fn is_signed(&self) -> bool {
		let message = signing::message(signing::ADVERT, self.advert.genesis, &self.advert);
		ed25519::Pair::verify(&self.signature, message, &self.advert.peer)
	}
}
