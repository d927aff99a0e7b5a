//! Which workers a job is offered to.
//!
//! An advert says who is there and how busy; the chain says who they are. Only a worker whose peer
//! key, envelope key and model are the same in both is a candidate.

use std::{
	cmp::Reverse,
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};

use futures::future::try_join_all;
use millrace_chain::ChainError;
use millrace_mesh::{advert::Advert, ModelOffer};
use millrace_primitives::{
	job::CANDIDATES_MAX,
	views::{ModelView, WorkerView},
	Commitment, EnvelopeKey, ModelId, PeerKey,
};
use sp_core::crypto::AccountId32;

use crate::roster::{is_genuine, Registered, Registrations};

/// How often candidates are read from the chain for one job. Once, unless a registration changed in
/// the last seconds and its worker drops out; whoever would use all of these up has to deregister
/// four workers for each.
const READS_MAX: u32 = 8;

/// A worker that can take a job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
	/// Its owner account, by which the chain knows it.
	pub owner: AccountId32,
	/// Its libp2p identity.
	pub peer: PeerKey,
	/// The key to which the envelope is sealed.
	pub envelope: EnvelopeKey,
	/// Where it can be reached, as multiaddresses.
	pub addresses: Vec<String>,
	/// Its determinism class for the model.
	pub class: Commitment,
	/// The most tokens, prompt and answer together, that it holds.
	pub context: u32,
}

/// The workers for `model`, best first, at most [`CANDIDATES_MAX`], each as the chain knows it now.
///
/// `registered` may be some seconds old: whoever is chosen by it is read again, all at the same time,
/// since the chain refuses a job that names one worker that is not registered for the model.
pub async fn choose(
	registrations: &impl Registrations,
	model: &ModelId,
	adverts: &BTreeMap<PeerKey, Advert>,
	registered: &Registered,
) -> Result<Vec<Candidate>, ChainError> {
	let mut registered = Arc::clone(registered);
	let mut read = BTreeSet::new();
	for _ in 0..READS_MAX {
		let ranked = rank(model, adverts, &registered);
		let unread =
			ranked.iter().map(|candidate| candidate.peer).filter(|peer| !read.contains(peer));
		let answers = try_join_all(unread.map(|peer| async move {
			Ok::<_, ChainError>((peer, registrations.by_peer(peer).await?))
		}))
		.await?;
		if answers.is_empty() {
			return Ok(ranked);
		}
		for (peer, worker) in answers {
			read.insert(peer);
			let known = registered.get(&peer).map(Arc::as_ref);
			if known != worker.as_ref() {
				let registered = Arc::make_mut(&mut registered);
				match worker {
					Some(worker) => registered.insert(peer, Arc::new(worker)),
					None => registered.remove(&peer),
				};
			}
		}
	}
	let mut ranked = rank(model, adverts, &registered);
	ranked.retain(|candidate| read.contains(&candidate.peer));
	Ok(ranked)
}

/// The workers for `model` by what is known of them, best first, at most [`CANDIDATES_MAX`].
///
/// First those with a free slot, then the shorter queue, the higher reputation, the faster one.
pub fn rank(
	model: &ModelId,
	adverts: &BTreeMap<PeerKey, Advert>,
	registered: &BTreeMap<PeerKey, Arc<WorkerView<AccountId32>>>,
) -> Vec<Candidate> {
	let mut ranked: Vec<_> = able(model, adverts, registered)
		.map(|able| {
			let Able { offer, worker, .. } = able;
			let order = (
				offer.free == 0,
				offer.queued,
				Reverse(worker.staked),
				Reverse(worker.reputation),
				Reverse(offer.tokens_per_second_milli),
			);
			(order, able)
		})
		.collect();
	ranked.sort_by_key(|(order, _)| *order);
	let most = usize::try_from(CANDIDATES_MAX).unwrap_or(usize::MAX);
	ranked.into_iter().take(most).map(|(_, able)| able.candidate()).collect()
}

/// How many workers are online and registered for any of `models`.
pub fn online(
	models: &[ModelView],
	adverts: &BTreeMap<PeerKey, Advert>,
	registered: &BTreeMap<PeerKey, Arc<WorkerView<AccountId32>>>,
) -> usize {
	let able = models.iter().flat_map(|model| able(&model.id, adverts, registered));
	able.map(|able| &able.worker.owner).collect::<BTreeSet<_>>().len()
}

/// A worker that offers a model for which it is registered.
struct Able<'a> {
	advert: &'a Advert,
	offer: &'a ModelOffer,
	worker: &'a WorkerView<AccountId32>,
}

impl Able<'_> {
	fn candidate(&self) -> Candidate {
		Candidate {
			owner: self.worker.owner.clone(),
			peer: self.worker.peer,
			envelope: self.worker.envelope,
			addresses: self.advert.addresses.clone(),
			class: self.offer.class,
			context: self.offer.context,
		}
	}
}

fn able<'a>(
	model: &'a ModelId,
	adverts: &'a BTreeMap<PeerKey, Advert>,
	registered: &'a BTreeMap<PeerKey, Arc<WorkerView<AccountId32>>>,
) -> impl Iterator<Item = Able<'a>> {
	adverts.iter().filter_map(move |(peer, advert)| {
		let worker = registered.get(peer)?;
		let offer = advert.models.iter().find(|offer| offer.id == *model)?;
		let able = is_genuine(advert, worker) && worker.models.contains(model);
		able.then_some(Able { advert, offer, worker })
	})
}

#[cfg(test)]
mod tests {
	use millrace_primitives::{Price, TierId};

	use super::*;
	use crate::roster::tests::{advert, advertised, busy, registered, worker, Book, MODEL};

	type Pair = (WorkerView<AccountId32>, Advert);

	fn ranked(pairs: &[Pair]) -> Vec<u16> {
		let adverts = advertised(pairs.iter().map(|(_, advert)| advert.clone()));
		let workers = registered(pairs.iter().map(|(worker, _)| worker.clone()));
		numbers(&rank(&MODEL, &adverts, &workers))
	}

	fn numbers(candidates: &[Candidate]) -> Vec<u16> {
		let number = |candidate: &Candidate| {
			let owner: &[u8] = candidate.owner.as_ref();
			u16::from_be_bytes([owner[0], owner[1]])
		};
		candidates.iter().map(number).collect()
	}

	/// Who is chosen where `before` was read some time ago and `now` is on chain, and how often the
	/// chain was asked.
	async fn chosen(
		before: &[WorkerView<AccountId32>],
		now: &[WorkerView<AccountId32>],
	) -> (Vec<u16>, usize) {
		let book = Book::new(now.iter().cloned());
		let adverts = advertised(before.iter().map(advert));
		let before = registered(before.iter().cloned());
		let candidates = choose(&book, &MODEL, &adverts, &before).await.unwrap();
		(numbers(&candidates), book.asked())
	}

	#[test]
	fn a_free_slot_comes_first_then_the_shorter_queue() {
		let (a, b, c) = (worker(1), worker(2), worker(3));
		let pairs =
			[(a.clone(), busy(&a, 0, 5)), (b.clone(), busy(&b, 0, 1)), (c.clone(), busy(&c, 1, 9))];
		assert_eq!(ranked(&pairs), [3, 2, 1]);
	}

	#[test]
	fn at_most_four() {
		let pairs: Vec<_> = (1..=9).map(worker).map(|it| (it.clone(), advert(&it))).collect();
		assert_eq!(ranked(&pairs).len(), 4);
	}

	#[test]
	fn each_of_hundreds_of_workers_can_be_first() {
		const WORKERS: u16 = 300;
		for best in 1..=WORKERS {
			let pairs: Vec<_> = (1..=WORKERS)
				.map(worker)
				.map(|mut it| {
					if it.owner == worker(best).owner {
						it.reputation = 501;
					}
					let advert = advert(&it);
					(it, advert)
				})
				.collect();
			assert_eq!(ranked(&pairs).first(), Some(&best));
		}
	}

	#[test]
	fn keys_that_differ_from_the_chain_are_left_out() {
		type Change = fn(&mut Advert);
		let changes: [Change; 4] = [
			|advert| advert.envelope = EnvelopeKey([9; 32]),
			|advert| advert.owner = AccountId32::new([9; 32]),
			|advert| advert.peer = PeerKey::from_raw([9; 32]),
			|advert| advert.models[0].id = ModelId([9; 32]),
		];
		for change in changes {
			let worker = worker(1);
			let mut advert = advert(&worker);
			change(&mut advert);
			assert!(ranked(&[(worker, advert)]).is_empty());
		}
	}

	#[test]
	fn a_worker_not_registered_for_the_model_is_left_out() {
		let mut worker = worker(1);
		let advert = advert(&worker);
		worker.models.clear();
		assert!(ranked(&[(worker, advert)]).is_empty());
	}

	#[test]
	fn silence_is_no_candidate() {
		let (present, silent) = (worker(1), worker(2));
		let adverts = advertised([advert(&present)]);
		assert_eq!(rank(&MODEL, &adverts, &registered([silent, present])).len(), 1);
	}

	#[test]
	fn an_advert_without_a_registration_is_no_candidate() {
		let (known, stranger) = (worker(1), worker(2));
		let adverts = advertised([advert(&known), advert(&stranger)]);
		assert_eq!(numbers(&rank(&MODEL, &adverts, &registered([known]))), [1]);
	}

	#[test]
	fn all_workers_that_are_online_are_counted_once() {
		let other = ModelId([7; 32]);
		let mut workers: Vec<_> = (1..=100).map(worker).collect();
		workers[0].models.push(other);
		let mut adverts: Vec<_> = workers.iter().map(advert).collect();
		let offer = adverts[0].models[0];
		adverts[0].models.push(ModelOffer { id: other, ..offer });
		let models = [MODEL, other].map(|id| ModelView {
			id,
			name: vec![],
			tier: TierId(0),
			price: Price::default(),
			context: 1,
		});
		// One more is registered and silent, and one more advertises what it is not registered for.
		workers.extend([worker(101), WorkerView { models: vec![], ..worker(102) }]);
		adverts.push(advert(&worker(102)));
		assert_eq!(online(&models, &advertised(adverts), &registered(workers)), 100);
	}

	#[tokio::test]
	async fn those_chosen_are_read_once_and_nobody_else() {
		let workers: Vec<_> = (1..=100).map(worker).collect();
		assert_eq!(chosen(&workers, &workers).await, (vec![1, 2, 3, 4], 4));
	}

	#[tokio::test]
	async fn the_next_best_replaces_a_worker_that_is_gone() {
		let workers: Vec<_> = (1..=6).map(worker).collect();
		assert_eq!(chosen(&workers, &workers[1..]).await, (vec![2, 3, 4, 5], 5));
	}

	#[tokio::test]
	async fn the_next_best_replaces_a_worker_with_other_keys_or_models() {
		type Change = fn(&mut WorkerView<AccountId32>);
		let changes: [Change; 3] = [
			|worker| worker.envelope = EnvelopeKey([9; 32]),
			|worker| worker.owner = AccountId32::new([9; 32]),
			|worker| worker.models = vec![ModelId([9; 32])],
		];
		for change in changes {
			let before: Vec<_> = (1..=6).map(worker).collect();
			let mut now = before.clone();
			change(&mut now[0]);
			assert_eq!(chosen(&before, &now).await, (vec![2, 3, 4, 5], 5));
		}
	}

	#[tokio::test]
	async fn a_worker_that_lost_its_reputation_is_ranked_by_what_is_left() {
		let before: Vec<_> = (1..=6).map(worker).collect();
		let mut now = before.clone();
		now[0].reputation = 499;
		assert_eq!(chosen(&before, &now).await, (vec![2, 3, 4, 5], 5));
	}

	#[tokio::test]
	async fn nobody_is_chosen_unread_when_all_are_gone() {
		let before: Vec<_> = (1..=40).map(worker).collect();
		assert_eq!(chosen(&before, &[]).await, (vec![], 32));
	}

	#[tokio::test]
	async fn a_chain_that_cannot_be_read_is_an_error() {
		let workers = [worker(1)];
		let book = Book::new(workers.clone());
		book.fail(true);
		let adverts = advertised(workers.iter().map(advert));
		assert!(choose(&book, &MODEL, &adverts, &registered(workers)).await.is_err());
	}
}
