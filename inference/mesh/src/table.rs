//! The adverts that are known, and the judgement of new ones. Does no I/O and reads no clock.

use std::collections::{BTreeMap, HashMap};

use libp2p::PeerId;
use millrace_primitives::{Moment, PeerKey};
use sp_core::H256;

use crate::{
	advert::{Advert, SignedAdvert},
	defaults::{
		ADVERTS_MAX, ADVERT_BYTES_MAX, AUTHOR_BURST, AUTHOR_REFILL_MS, CLOCK_SKEW_MS_MAX,
		SOURCE_BURST, SOURCE_REFILL_MS,
	},
};

/// Why an advert is not taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum Unfit {
	#[error("it is too large")]
	TooLarge,
	#[error("it cannot be decoded")]
	Malformed,
	#[error("it is of another chain")]
	WrongChain,
	#[error("it is out of bounds")]
	OutOfBounds,
	#[error("it is not signed by the peer it names")]
	Forged,
	#[error("it is our own")]
	Own,
	#[error("it has expired")]
	Expired,
	#[error("it is from the future")]
	FromTheFuture,
	#[error("a newer one is known")]
	Stale,
	#[error("its author publishes too often")]
	AuthorTooOften,
	#[error("the neighbour that sent it sends too many")]
	SourceTooOften,
	#[error("the table is full")]
	TableFull,
}

impl Unfit {
	/// Whether an honest neighbour would not have sent it.
	pub(crate) const fn is_misconduct(self) -> bool {
		matches!(
			self,
			Self::TooLarge | Self::Malformed | Self::WrongChain | Self::OutOfBounds | Self::Forged
		)
	}
}

/// How often something may happen: `burst` at once, then one per `refill_ms`.
#[derive(Clone, Copy, Debug)]
struct Allowance {
	left: u32,
	counted_at: Moment,
	burst: u32,
	refill_ms: u64,
}

impl Allowance {
	const fn new(burst: u32, refill_ms: u64, now: Moment) -> Self {
		Self { left: burst, counted_at: now, burst, refill_ms }
	}

	/// Use one, if there is one left.
	fn take(&mut self, now: Moment) -> bool {
		let elapsed = now.saturating_sub(self.counted_at);
		let gained = elapsed.checked_div(self.refill_ms).unwrap_or(0);
		let counted = gained.saturating_mul(self.refill_ms);
		// A clock that jumps back starts the count anew rather than stopping it.
		self.counted_at =
			if now < self.counted_at { now } else { self.counted_at.saturating_add(counted) };
		let gained = u32::try_from(gained).unwrap_or(u32::MAX);
		self.left = self.left.saturating_add(gained).min(self.burst);
		let allowed = self.left > 0;
		self.left = self.left.saturating_sub(1);
		allowed
	}
}

struct Held {
	advert: Advert,
	allowance: Allowance,
}

/// The newest advert of each peer.
pub(crate) struct AdvertTable {
	genesis: H256,
	own: PeerKey,
	held: BTreeMap<PeerKey, Held>,
	sources: HashMap<PeerId, Allowance>,
	changed: bool,
}

impl AdvertTable {
	pub(crate) fn new(genesis: H256, own: PeerKey) -> Self {
		Self { genesis, own, held: BTreeMap::new(), sources: HashMap::new(), changed: false }
	}

	/// Take in what the neighbour `source` passed on. Cheap checks come first; at most one signature
	/// is verified.
	pub(crate) fn take_in(
		&mut self,
		source: PeerId,
		bytes: &[u8],
		now: Moment,
	) -> Result<(), Unfit> {
		let allowance = self
			.sources
			.entry(source)
			.or_insert_with(|| Allowance::new(SOURCE_BURST, SOURCE_REFILL_MS, now));
		if !allowance.take(now) {
			return Err(Unfit::SourceTooOften);
		}
		if bytes.len() > ADVERT_BYTES_MAX {
			return Err(Unfit::TooLarge);
		}
		let signed = SignedAdvert::from_bytes(bytes).ok_or(Unfit::Malformed)?;
		self.check(&signed.advert, now)?;
		let mut allowance = match self.held.get(&signed.advert.peer) {
			Some(held) => held.allowance,
			None => Allowance::new(AUTHOR_BURST, AUTHOR_REFILL_MS, now),
		};
		if !allowance.take(now) {
			return Err(Unfit::AuthorTooOften);
		}
		if !signed.is_signed() {
			return Err(Unfit::Forged);
		}
		self.held.insert(signed.advert.peer, Held { advert: signed.advert, allowance });
		self.changed = true;
		Ok(())
	}

	fn check(&self, advert: &Advert, now: Moment) -> Result<(), Unfit> {
		if advert.genesis != self.genesis {
			return Err(Unfit::WrongChain);
		}
		if !advert.is_within_bounds() {
			return Err(Unfit::OutOfBounds);
		}
		if advert.peer == self.own {
			return Err(Unfit::Own);
		}
		if advert.issued_at > now.saturating_add(CLOCK_SKEW_MS_MAX) {
			return Err(Unfit::FromTheFuture);
		}
		if advert.expires_at() <= now {
			return Err(Unfit::Expired);
		}
		match self.held.get(&advert.peer) {
			Some(held) if held.advert.sequence >= advert.sequence => Err(Unfit::Stale),
			// Whoever is in stays in: a flood of invented peers cannot push known workers out.
			None if self.held.len() >= ADVERTS_MAX => Err(Unfit::TableFull),
			_ => Ok(()),
		}
	}

	/// Drop what has expired.
	pub(crate) fn expire(&mut self, now: Moment) {
		let before = self.held.len();
		self.held.retain(|_, held| held.advert.expires_at() > now);
		self.changed |= self.held.len() != before;
	}

	/// Forget a neighbour that is gone.
	pub(crate) fn forget_source(&mut self, source: &PeerId) {
		self.sources.remove(source);
	}

	/// All adverts, if they have changed since the last call.
	pub(crate) fn changes(&mut self) -> Option<BTreeMap<PeerKey, Advert>> {
		std::mem::take(&mut self.changed)
			.then(|| self.held.iter().map(|(peer, held)| (*peer, held.advert.clone())).collect())
	}

	/// All adverts.
	pub(crate) fn adverts(&self) -> impl Iterator<Item = &Advert> {
		self.held.values().map(|held| &held.advert)
	}
}
