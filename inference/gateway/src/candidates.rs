//! Which workers a job is offered to.
//!
//! An advert says who is there and how busy; the chain says who they are. Only a worker whose peer
//! key, envelope key and model are the same in both is a candidate.

use std::{cmp::Reverse, collections::BTreeMap};

use millrace_mesh::advert::Advert;
use millrace_primitives::{
	job::CANDIDATES_MAX, views::WorkerView, Commitment, EnvelopeKey, ModelId, PeerKey,
};
use sp_core::crypto::AccountId32;

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

/// The workers for `model`, best first, at most [`CANDIDATES_MAX`].
///
/// First those with a free slot, then the shorter queue, the higher reputation, the faster one.
pub fn rank(
	model: &ModelId,
	adverts: &BTreeMap<PeerKey, Advert>,
	workers: &[WorkerView<AccountId32>],
) -> Vec<Candidate> {
	let mut ranked: Vec<_> = workers
		.iter()
		.filter(|worker| worker.models.contains(model))
		.filter_map(|worker| {
			let advert = adverts.get(&worker.peer)?;
			let genuine = advert.peer == worker.peer
				&& advert.envelope == worker.envelope
				&& advert.owner == worker.owner;
			if !genuine {
				return None;
			}
			let offer = advert.models.iter().find(|offer| offer.id == *model)?;
			let order = (
				offer.free == 0,
				offer.queued,
				Reverse(worker.staked),
				Reverse(worker.reputation),
				Reverse(offer.tokens_per_second_milli),
			);
			let candidate = Candidate {
				owner: worker.owner.clone(),
				peer: worker.peer,
				envelope: worker.envelope,
				addresses: advert.addresses.clone(),
				class: offer.class,
				context: offer.context,
			};
			Some((order, candidate))
		})
		.collect();
	ranked.sort_by_key(|(order, _)| *order);
	let most = usize::try_from(CANDIDATES_MAX).unwrap_or(usize::MAX);
	ranked.into_iter().map(|(_, candidate)| candidate).take(most).collect()
}

#[cfg(test)]
mod tests {
	use millrace_mesh::advert::ModelOffer;
	use sp_core::H256;

	use super::*;

	const MODEL: ModelId = ModelId([1; 32]);

	fn worker(number: u8) -> WorkerView<AccountId32> {
		WorkerView {
			owner: AccountId32::new([number; 32]),
			key: sp_core::sr25519::Public::from_raw([number; 32]),
			peer: PeerKey::from_raw([number; 32]),
			envelope: EnvelopeKey([number; 32]),
			payout: AccountId32::new([number; 32]),
			models: vec![MODEL],
			stake: 0,
			unbonding: 0,
			withdrawable: 0,
			staked: true,
			reputation: 500,
			key_changes: 0,
		}
	}

	fn advert(worker: &WorkerView<AccountId32>, free: u32, queued: u32) -> Advert {
		Advert {
			genesis: H256::zero(),
			owner: worker.owner.clone(),
			peer: worker.peer,
			envelope: worker.envelope,
			addresses: vec!["/ip4/127.0.0.1/tcp/1".into()],
			models: vec![ModelOffer {
				id: MODEL,
				class: [0; 32],
				context: 4_096,
				slots: 4,
				free,
				queued,
				tokens_per_second_milli: 1_000,
			}],
			sequence: 1,
			issued_at: 0,
			ttl_ms: 15_000,
		}
	}

	fn ranked(pairs: &[(WorkerView<AccountId32>, Advert)]) -> Vec<u8> {
		let adverts = pairs.iter().map(|(_, advert)| (advert.peer, advert.clone())).collect();
		let workers: Vec<_> = pairs.iter().map(|(worker, _)| worker.clone()).collect();
		let candidates = rank(&MODEL, &adverts, &workers);
		candidates.iter().map(|candidate| AsRef::<[u8]>::as_ref(&candidate.owner)[0]).collect()
	}

	#[test]
	fn a_free_slot_comes_first_then_the_shorter_queue() {
		let (a, b, c) = (worker(1), worker(2), worker(3));
		let pairs = [
			(a.clone(), advert(&a, 0, 5)),
			(b.clone(), advert(&b, 0, 1)),
			(c.clone(), advert(&c, 1, 9)),
		];
		assert_eq!(ranked(&pairs), [3, 2, 1]);
	}

	#[test]
	fn at_most_four() {
		let pairs: Vec<_> = (1..=9)
			.map(|number| {
				let worker = worker(number);
				let advert = advert(&worker, 1, 0);
				(worker, advert)
			})
			.collect();
		assert_eq!(ranked(&pairs).len(), 4);
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
			let mut advert = advert(&worker, 1, 0);
			change(&mut advert);
			assert!(ranked(&[(worker, advert)]).is_empty());
		}
	}

	#[test]
	fn a_worker_not_registered_for_the_model_is_left_out() {
		let mut worker = worker(1);
		let advert = advert(&worker, 1, 0);
		worker.models.clear();
		assert!(ranked(&[(worker, advert)]).is_empty());
	}

	#[test]
	fn silence_is_no_candidate() {
		let (present, silent) = (worker(1), worker(2));
		let adverts = BTreeMap::from([(present.peer, advert(&present, 1, 0))]);
		assert_eq!(rank(&MODEL, &adverts, &[silent, present]).len(), 1);
	}
}
