//! Which of the peers that advertise are registered workers.
//!
//! The adverts say whom to ask the chain about. A list of workers from the chain would have to end
//! somewhere, and whoever fills it would hide everybody else; adverts come from those alone who are
//! there, and are bounded and signed by the peers they name.
//!
//! One task asks, in rounds, for those that have waited longest. A flood of invented peers makes a
//! newcomer wait for its turn, which comes; nobody is pushed out.

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use futures::{stream, StreamExt};
use millrace_chain::{AccountId32, Chain, ChainError};
use millrace_mesh::{Advert, Adverts};
use millrace_primitives::{views::WorkerView, PeerKey};
use tokio::{sync::watch, time::Instant};

/// How long an answer that fits the advert is good for. A candidate is read again for each job that
/// it is offered, so this only delays what a new stake or reputation does to the ranking.
const FRESH: Duration = Duration::from_secs(10);

/// How soon a peer whose advert does not fit its registration is asked about again. Doubles with
/// each miss up to [`RETRY_DOUBLINGS_MAX`] times: a worker may have registered only just now, a
/// stranger never will.
const RETRY: Duration = Duration::from_secs(1);

/// See [`RETRY`].
const RETRY_DOUBLINGS_MAX: u32 = 4;

/// Peers in a round.
const ROUND_MAX: usize = 64;

/// The least time between two rounds. With [`ROUND_MAX`] it bounds what a flood of adverts can ask of
/// the node: a full table of 4,096 strangers is through in about 7 s.
const ROUND_WAIT: Duration = Duration::from_millis(100);

/// Questions to the node at the same time.
const CONCURRENT: usize = 16;

/// The registered workers among the peers that advertise, by peer key.
pub type Registered = Arc<BTreeMap<PeerKey, Arc<WorkerView<AccountId32>>>>;

/// Knows who has registered a peer key.
pub trait Registrations: Send + Sync {
	/// The worker whose sidecar has the libp2p identity `peer`, as of now.
	fn by_peer(
		&self,
		peer: PeerKey,
	) -> impl Future<Output = Result<Option<WorkerView<AccountId32>>, ChainError>> + Send;
}

impl Registrations for Chain {
	async fn by_peer(&self, peer: PeerKey) -> Result<Option<WorkerView<AccountId32>>, ChainError> {
		self.worker_by_peer(&peer).await
	}
}

/// Whether `advert` is of `worker`: the chain knows its keys.
pub(crate) fn is_genuine(advert: &Advert, worker: &WorkerView<AccountId32>) -> bool {
	advert.peer == worker.peer && advert.envelope == worker.envelope && advert.owner == worker.owner
}

/// Keep the result at the registered workers among the authors of `adverts`, until nobody looks any
/// more.
pub(crate) fn watch_registered(
	registrations: impl Registrations + 'static,
	adverts: watch::Receiver<Adverts>,
) -> watch::Receiver<Registered> {
	let (sender, receiver) = watch::channel(Registered::default());
	tokio::spawn(follow(registrations, adverts, sender));
	receiver
}

async fn follow(
	registrations: impl Registrations,
	mut adverts: watch::Receiver<Adverts>,
	registered: watch::Sender<Registered>,
) {
	let mut roster = Roster::default();
	loop {
		let current = Arc::clone(&adverts.borrow_and_update());
		let round = roster.due(&current, Instant::now());
		let more = round.len() == ROUND_MAX;
		let mut answers = stream::iter(round)
			.map(|peer| {
				let answer = registrations.by_peer(peer);
				async move { (peer, answer.await) }
			})
			.buffer_unordered(CONCURRENT);
		while let Some((peer, answer)) = answers.next().await {
			if let Some(advert) = current.get(&peer) {
				roster.note(advert, answer, Instant::now());
			}
		}
		if let Some(changed) = roster.changes() {
			registered.send_replace(Arc::new(changed));
		}
		tokio::select! {
			() = registered.closed() => return,
			() = tokio::time::sleep(ROUND_WAIT) => {},
		}
		if more {
			continue;
		}
		tokio::select! {
			() = registered.closed() => return,
			changed = adverts.changed() => if changed.is_err() {
				return;
			},
			() = tokio::time::sleep(RETRY) => {},
		}
	}
}

/// What is known of a peer that advertises.
struct Entry {
	seen_at: Instant,
	asked_at: Option<Instant>,
	worker: Option<Arc<WorkerView<AccountId32>>>,
	/// Answers in a row that did not fit the advert.
	misses: u32,
}

impl Entry {
	const fn new(seen_at: Instant) -> Self {
		Self { seen_at, asked_at: None, worker: None, misses: 0 }
	}

	/// Whether the registration has all that `advert` offers.
	fn fits(&self, advert: &Advert) -> bool {
		self.worker.as_ref().is_some_and(|worker| {
			is_genuine(advert, worker)
				&& advert.models.iter().all(|offer| worker.models.contains(&offer.id))
		})
	}

	/// When to ask about it.
	fn due_at(&self, advert: &Advert) -> Instant {
		let Some(asked_at) = self.asked_at else { return self.seen_at };
		let wait = if self.misses == 0 && self.fits(advert) {
			FRESH
		} else {
			let doublings = self.misses.saturating_sub(1).min(RETRY_DOUBLINGS_MAX);
			RETRY.saturating_mul(2_u32.saturating_pow(doublings))
		};
		asked_at.checked_add(wait).unwrap_or(asked_at)
	}
}

/// What is known of the peers that advertise, and whom to ask about next. Does no I/O and reads no
/// clock.
#[derive(Default)]
struct Roster {
	entries: BTreeMap<PeerKey, Entry>,
	changed: bool,
}

impl Roster {
	/// Whom to ask about now: at most [`ROUND_MAX`] of the authors of `adverts`, those first that are
	/// due longest. Who advertises no more is forgotten.
	fn due(&mut self, adverts: &BTreeMap<PeerKey, Advert>, now: Instant) -> Vec<PeerKey> {
		let changed = &mut self.changed;
		self.entries.retain(|peer, entry| {
			let stays = adverts.contains_key(peer);
			*changed |= !stays && entry.worker.is_some();
			stays
		});
		let mut due: Vec<_> = adverts
			.iter()
			.filter_map(|(peer, advert)| {
				let entry = self.entries.entry(*peer).or_insert_with(|| Entry::new(now));
				let due_at = entry.due_at(advert);
				(due_at <= now).then_some((due_at, *peer))
			})
			.collect();
		due.sort_unstable();
		due.into_iter().take(ROUND_MAX).map(|(_, peer)| peer).collect()
	}

	/// Take in what the chain says of the author of `advert`. No answer changes nothing but when it is
	/// asked again.
	fn note(
		&mut self,
		advert: &Advert,
		answer: Result<Option<WorkerView<AccountId32>>, ChainError>,
		now: Instant,
	) {
		let Some(entry) = self.entries.get_mut(&advert.peer) else { return };
		entry.asked_at = Some(now);
		match answer {
			Ok(worker) if entry.worker.as_deref() != worker.as_ref() => {
				entry.worker = worker.map(Arc::new);
				self.changed = true;
			},
			Ok(_) => {},
			Err(error) => {
				tracing::debug!(peer = ?advert.peer, %error, "a registration cannot be read");
				entry.misses = entry.misses.saturating_add(1);
				return;
			},
		}
		entry.misses = if entry.fits(advert) { 0 } else { entry.misses.saturating_add(1) };
	}

	/// All registered workers, if they have changed since the last call.
	fn changes(&mut self) -> Option<BTreeMap<PeerKey, Arc<WorkerView<AccountId32>>>> {
		std::mem::take(&mut self.changed).then(|| {
			let entries = self.entries.iter();
			entries
				.filter_map(|(peer, entry)| Some((*peer, Arc::clone(entry.worker.as_ref()?))))
				.collect()
		})
	}
}

#[cfg(test)]
pub(crate) mod tests;
