//! The envelope: a request, encrypted once, with its key wrapped to each candidate. Does no I/O.
//!
//! ```text
//! context_0  = "millrace/1/envelop" ‖ genesis ‖ job ‖ requester
//! content key: 32 random bytes, used once
//! ciphertext = ChaCha20-Poly1305(content key, nonce 0, AAD context_0, SCALE(payload))
//! for each recipient:
//!   (encapsulated, ctx) = HPKE SetupBaseS(recipient, info = context_0 ‖ recipient)
//!   sealed              = ctx.Seal(AAD "", content key)
//!   session secret      = ctx.Export("millrace/1/session", 32)
//! ```
//!
//! HPKE is RFC 9180 in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
//! All candidates can read the request; the session, and so the answer, belongs to one of them alone.
//!
//! ChaCha20-Poly1305 does not commit to its key, so two recipients could be made to see two requests
//! in one ciphertext. A worker therefore checks [`JobPayload::commitment`] against the chain.

use chacha20poly1305::{
	aead::{Aead, Payload},
	ChaCha20Poly1305, KeyInit,
};
use codec::{Decode, DecodeAll, Encode};
use hpke::{kem::Kem as _, Deserializable, OpModeR, OpModeS, Serializable};
use millrace_primitives::{signing::Tag, EnvelopeKey, JobId};
use sp_core::{crypto::AccountId32, H256};
use zeroize::Zeroizing;

pub use crate::session::SessionKey;
use crate::{
	error::{NoRandomness, OpenError, SealError, StreamError},
	payload::{JobPayload, PAYLOAD_BYTES_MAX},
};

type Kem = hpke::kem::X25519HkdfSha256;
type Kdf = hpke::kdf::HkdfSha256;
type Cipher = hpke::aead::ChaCha20Poly1305;

const ENVELOPE: Tag = *b"millrace/1/envelop";
const SESSION: Tag = *b"millrace/1/session";

/// The content key encrypts one message ever, so its nonce need not vary.
const CONTENT_NONCE: [u8; 12] = [0; 12];

/// The most recipients of an envelope.
pub const RECIPIENTS_MAX: usize = 4;

/// Bytes of the authentication tag.
const TAG_BYTES: usize = 16;

/// The content key of an envelope, wrapped for one recipient.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct WrappedKey {
	/// For whom.
	pub recipient: EnvelopeKey,
	/// The encapsulated key of HPKE.
	pub encapsulated: [u8; 32],
	/// The content key, sealed.
	pub sealed: [u8; 48],
}

/// A sealed request.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Envelope {
	/// The job that pays for it.
	pub job: JobId,
	/// Who asks.
	pub requester: AccountId32,
	/// The content key for each recipient, 1 – [`RECIPIENTS_MAX`].
	pub wrapped: Vec<WrappedKey>,
	/// The encrypted [`JobPayload`].
	pub ciphertext: Vec<u8>,
}

impl std::fmt::Debug for Envelope {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("Envelope")
			.field("job", &self.job)
			.field("requester", &self.requester)
			.field("recipients", &self.wrapped.len())
			.field("ciphertext_bytes", &self.ciphertext.len())
			.finish()
	}
}

impl std::fmt::Debug for WrappedKey {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "WrappedKey({})", self.recipient)
	}
}

impl Envelope {
	/// Read an envelope that a stranger sent.
	pub(crate) fn from_bytes(mut bytes: &[u8]) -> Result<Self, StreamError> {
		let envelope = Self::decode_all(&mut bytes).map_err(|_| StreamError::Malformed)?;
		if envelope.is_well_formed() {
			Ok(envelope)
		} else {
			Err(StreamError::Malformed)
		}
	}

	const fn is_well_formed(&self) -> bool {
		!self.wrapped.is_empty()
			&& self.wrapped.len() <= RECIPIENTS_MAX
			&& self.ciphertext.len() <= PAYLOAD_BYTES_MAX.saturating_add(TAG_BYTES)
	}
}

/// The X25519 key with which a worker opens envelopes. Zeroized when dropped; `Debug` shows the
/// public key only.
#[derive(Clone)]
pub struct EnvelopeSecret {
	seed: Zeroizing<[u8; 32]>,
	secret: <Kem as hpke::Kem>::PrivateKey,
	public: EnvelopeKey,
}

impl EnvelopeSecret {
	/// The key that `DeriveKeyPair` of RFC 9180 makes of a uniformly random seed.
	pub fn from_bytes(seed: [u8; 32]) -> Self {
		let seed = Zeroizing::new(seed);
		let (secret, public) = Kem::derive_keypair(seed.as_slice());
		Self { seed, secret, public: EnvelopeKey(public.to_bytes().into()) }
	}

	/// A new random key.
	///
	/// # Errors
	/// The operating system has no randomness to give.
	pub fn generate() -> Result<Self, NoRandomness> {
		random_bytes().map(|seed| Self::from_bytes(*seed))
	}

	/// The seed, to be stored.
	pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
		self.seed.clone()
	}

	/// The key to which requesters seal.
	pub const fn public(&self) -> EnvelopeKey {
		self.public
	}
}

impl std::fmt::Debug for EnvelopeSecret {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "EnvelopeSecret({})", self.public)
	}
}

/// Fresh random bytes of the operating system.
pub(crate) fn random_bytes() -> Result<Zeroizing<[u8; 32]>, NoRandomness> {
	let mut bytes = Zeroizing::new([0; 32]);
	getrandom::fill(bytes.as_mut_slice()).map_err(NoRandomness)?;
	Ok(bytes)
}

/// What an envelope is bound to.
struct Context {
	genesis: H256,
	job: JobId,
	requester: AccountId32,
}

impl Context {
	fn aad(&self) -> Vec<u8> {
		(ENVELOPE, self.genesis, self.job, &self.requester).encode()
	}

	fn info(&self, recipient: EnvelopeKey) -> Vec<u8> {
		(ENVELOPE, self.genesis, self.job, &self.requester, recipient).encode()
	}
}

/// Seal `payload` for `recipients`.
///
/// Returns the envelope and one session key per recipient, in the order of `recipients`.
///
/// # Errors
/// The payload or the number of recipients is out of bounds, a recipient's key is not a usable
/// X25519 key, or there is no randomness.
pub fn seal(
	genesis: H256,
	job: JobId,
	requester: &AccountId32,
	payload: &JobPayload,
	recipients: &[EnvelopeKey],
) -> Result<(Envelope, Vec<SessionKey>), SealError> {
	payload.check()?;
	if recipients.is_empty() || recipients.len() > RECIPIENTS_MAX {
		return Err(SealError::Recipients(recipients.len()));
	}
	let context = Context { genesis, job, requester: requester.clone() };
	let content_key = random_bytes()?;
	let plaintext = Zeroizing::new(payload.encode());
	let ciphertext = ChaCha20Poly1305::new(content_key.as_slice().into())
		.encrypt(&CONTENT_NONCE.into(), Payload { msg: &plaintext, aad: &context.aad() })
		.map_err(|_| SealError::Cipher)?;
	let mut wrapped = Vec::with_capacity(recipients.len());
	let mut sessions = Vec::with_capacity(recipients.len());
	for recipient in recipients {
		let (key, session) = wrap(&context, *recipient, &content_key)?;
		wrapped.push(key);
		sessions.push(session);
	}
	Ok((Envelope { job, requester: context.requester, wrapped, ciphertext }, sessions))
}

fn wrap(
	context: &Context,
	recipient: EnvelopeKey,
	content_key: &[u8; 32],
) -> Result<(WrappedKey, SessionKey), SealError> {
	let bad_recipient = |_| SealError::BadRecipient(recipient);
	let public = <Kem as hpke::Kem>::PublicKey::from_bytes(&recipient.0).map_err(bad_recipient)?;
	let info = context.info(recipient);
	let (encapsulated, mut sender) =
		hpke::setup_sender::<Cipher, Kdf, Kem>(&OpModeS::Base, &public, &info)
			.map_err(bad_recipient)?;
	let sealed = sender.seal(content_key, &[]).map_err(|_| SealError::Cipher)?;
	let sealed = <[u8; 48]>::try_from(sealed).map_err(|_| SealError::Cipher)?;
	let mut secret = Zeroizing::new([0; 32]);
	sender.export(&SESSION, secret.as_mut_slice()).map_err(|_| SealError::Cipher)?;
	let encapsulated = encapsulated.to_bytes().into();
	Ok((WrappedKey { recipient, encapsulated, sealed }, SessionKey::new(secret)))
}

/// Open `envelope` with the secret of one of its recipients.
///
/// # Errors
/// The envelope is for others, has been changed or was sealed for another chain, job or requester,
/// or holds something that is not a payload within its bounds.
pub fn open(
	genesis: H256,
	envelope: &Envelope,
	secret: &EnvelopeSecret,
) -> Result<(JobPayload, SessionKey), OpenError> {
	if !envelope.is_well_formed() {
		return Err(OpenError::Malformed);
	}
	let recipient = secret.public();
	let wrapped = envelope
		.wrapped
		.iter()
		.find(|wrapped| wrapped.recipient == recipient)
		.ok_or(OpenError::NotForMe)?;
	let context = Context { genesis, job: envelope.job, requester: envelope.requester.clone() };
	let (content_key, session) = unwrap(&context, wrapped, secret)?;
	let sealed = Payload { msg: &envelope.ciphertext, aad: &context.aad() };
	let plaintext = ChaCha20Poly1305::new(content_key.as_slice().into())
		.decrypt(&CONTENT_NONCE.into(), sealed)
		.map_err(|_| OpenError::Forged)?;
	let plaintext = Zeroizing::new(plaintext);
	let payload =
		JobPayload::decode_all(&mut plaintext.as_slice()).map_err(|_| OpenError::Malformed)?;
	payload.check()?;
	Ok((payload, session))
}

fn unwrap(
	context: &Context,
	wrapped: &WrappedKey,
	secret: &EnvelopeSecret,
) -> Result<(Zeroizing<[u8; 32]>, SessionKey), OpenError> {
	let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(&wrapped.encapsulated)
		.map_err(|_| OpenError::Forged)?;
	let info = context.info(wrapped.recipient);
	let mut receiver = hpke::setup_receiver::<Cipher, Kdf, Kem>(
		&OpModeR::Base,
		&secret.secret,
		&encapsulated,
		&info,
	)
	.map_err(|_| OpenError::Forged)?;
	let opened =
		Zeroizing::new(receiver.open(&wrapped.sealed, &[]).map_err(|_| OpenError::Forged)?);
	let content_key = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| OpenError::Forged)?;
	let mut session = Zeroizing::new([0; 32]);
	receiver.export(&SESSION, session.as_mut_slice()).map_err(|_| OpenError::Forged)?;
	Ok((Zeroizing::new(content_key), SessionKey::new(session)))
}
