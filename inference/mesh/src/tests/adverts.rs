use codec::Encode;
use libp2p::PeerId;
use millrace_primitives::{EnvelopeKey, Moment, PeerKey};
use proptest::prelude::*;
use sp_core::{crypto::AccountId32, H256};

use super::{GENESIS, MODEL};
use crate::{
	advert::SignedAdvert,
	defaults::{
		ADDRESSES_MAX, ADVERTS_MAX, ADVERT_BYTES_MAX, AUTHOR_BURST, AUTHOR_REFILL_MS,
		CLOCK_SKEW_MS_MAX, MODELS_MAX, SOURCE_BURST,
	},
	table::{AdvertTable, Unfit},
	Advert, ModelOffer, PeerSecret, PublishError,
};

const NOW: Moment = 1_700_000_000_000;

fn secret(number: u32) -> PeerSecret {
	let mut seed = [1; 32];
	seed[..4].copy_from_slice(&number.to_le_bytes());
	PeerSecret::from_bytes(seed)
}

fn offer() -> ModelOffer {
	ModelOffer {
		id: MODEL,
		class: [1; 32],
		context: 4096,
		slots: 2,
		free: 1,
		queued: 0,
		tokens_per_second_milli: 20_000,
	}
}

fn advert(author: &PeerSecret, sequence: u64) -> Advert {
	Advert {
		genesis: GENESIS,
		owner: AccountId32::new([1; 32]),
		peer: author.public(),
		envelope: EnvelopeKey([2; 32]),
		addresses: vec!["/ip4/192.0.2.1/tcp/30400".to_owned()],
		models: vec![offer()],
		sequence,
		issued_at: NOW,
		ttl_ms: 15_000,
	}
}

fn signed(author: &PeerSecret, advert: Advert) -> Vec<u8> {
	SignedAdvert::new(advert, author).unwrap().encode()
}

struct Bench {
	table: AdvertTable,
	source: PeerId,
}

impl Bench {
	fn new() -> Self {
		Self { table: AdvertTable::new(GENESIS, secret(0).public()), source: PeerId::random() }
	}

	fn take_in(&mut self, bytes: &[u8]) -> Result<(), Unfit> {
		self.table.take_in(self.source, bytes, NOW)
	}

	/// What becomes of the advert of worker 1 when it is changed so before it is signed.
	fn changed(change: impl FnOnce(&mut Advert)) -> Result<(), Unfit> {
		let author = secret(1);
		let mut advert = advert(&author, 1);
		change(&mut advert);
		let mut bench = Self::new();
		let outcome = bench.take_in(&signed(&author, advert));
		assert_eq!(bench.table.changes().is_some(), outcome.is_ok());
		outcome
	}

	fn peers(&self) -> Vec<PeerKey> {
		self.table.adverts().map(|advert| advert.peer).collect()
	}
}

#[test]
fn a_good_advert_is_taken_in() {
	let mut bench = Bench::new();
	let author = secret(1);
	assert_eq!(bench.take_in(&signed(&author, advert(&author, 1))), Ok(()));
	let adverts = bench.table.changes().unwrap();
	assert_eq!(adverts.get(&author.public()), Some(&advert(&author, 1)));
	assert!(bench.table.changes().is_none());
}

#[test]
fn a_forged_advert_is_misconduct() {
	let author = secret(1);
	let mut forged = SignedAdvert::new(advert(&author, 1), &author).unwrap();
	forged.advert.owner = AccountId32::new([9; 32]);
	assert_eq!(Bench::new().take_in(&forged.encode()), Err(Unfit::Forged));
	let by_another = signed(&secret(2), advert(&author, 1));
	assert_eq!(Bench::new().take_in(&by_another), Err(Unfit::Forged));
	assert!(Unfit::Forged.is_misconduct());
}

#[test]
fn an_advert_of_another_chain_is_refused() {
	assert_eq!(Bench::changed(|advert| advert.genesis = H256([8; 32])), Err(Unfit::WrongChain));
	let author = secret(1);
	let mut moved =
		SignedAdvert::new(Advert { genesis: H256([8; 32]), ..advert(&author, 1) }, &author)
			.unwrap();
	moved.advert.genesis = GENESIS;
	assert_eq!(Bench::new().take_in(&moved.encode()), Err(Unfit::Forged));
}

#[test]
fn an_expired_advert_is_refused_without_blame() {
	assert_eq!(Bench::changed(|advert| advert.issued_at = NOW - 15_000), Err(Unfit::Expired));
	assert_eq!(Bench::changed(|advert| advert.issued_at = NOW - 14_999), Ok(()));
	assert!(!Unfit::Expired.is_misconduct());
}

#[test]
fn an_advert_from_the_future_is_refused() {
	let latest = NOW + CLOCK_SKEW_MS_MAX;
	assert_eq!(Bench::changed(|advert| advert.issued_at = latest), Ok(()));
	assert_eq!(Bench::changed(|advert| advert.issued_at = latest + 1), Err(Unfit::FromTheFuture));
	assert_eq!(Bench::changed(|advert| advert.issued_at = u64::MAX), Err(Unfit::FromTheFuture));
}

#[test]
fn bounds_are_checked() {
	let out = Err(Unfit::OutOfBounds);
	assert_eq!(Bench::changed(|advert| advert.ttl_ms = 999), out);
	assert_eq!(Bench::changed(|advert| advert.ttl_ms = 120_001), out);
	assert_eq!(Bench::changed(|advert| advert.models = vec![offer(); MODELS_MAX]), Ok(()));
	assert_eq!(Bench::changed(|advert| advert.models = vec![offer(); MODELS_MAX + 1]), out);
	let many = vec!["/ip4/192.0.2.1/tcp/1".to_owned(); ADDRESSES_MAX + 1];
	assert_eq!(Bench::changed(|advert| advert.addresses = many), out);
	for bad in ["nonsense", "/ip4/192.0.2.1/udp/1", "/ip4/192.0.2.1/tcp/1/tcp/2", ""] {
		assert_eq!(Bench::changed(|advert| advert.addresses = vec![bad.to_owned()]), out);
	}
}

#[test]
fn the_largest_advert_within_bounds_can_be_published() {
	let author = secret(1);
	let mut largest = advert(&author, 1);
	largest.models = vec![offer(); MODELS_MAX];
	let address = format!("/dns4/{}.example/tcp/65535/p2p/{}", "a".repeat(63), PeerId::random());
	largest.addresses = vec![address; ADDRESSES_MAX];
	assert!(SignedAdvert::new(largest.clone(), &author).is_ok());
	largest.addresses = vec!["x".repeat(ADVERT_BYTES_MAX)];
	assert!(matches!(SignedAdvert::new(largest, &author), Err(PublishError::TooLarge)));
	assert_eq!(Bench::new().take_in(&[0; ADVERT_BYTES_MAX + 1]), Err(Unfit::TooLarge));
}

#[test]
fn only_a_newer_advert_replaces_one() {
	let mut bench = Bench::new();
	let author = secret(1);
	assert_eq!(bench.take_in(&signed(&author, advert(&author, 5))), Ok(()));
	assert_eq!(bench.take_in(&signed(&author, advert(&author, 5))), Err(Unfit::Stale));
	assert_eq!(bench.take_in(&signed(&author, advert(&author, 4))), Err(Unfit::Stale));
	assert_eq!(bench.take_in(&signed(&author, advert(&author, 6))), Ok(()));
	assert_eq!(bench.peers(), [author.public()]);
}

#[test]
fn a_newer_advert_that_is_forged_changes_nothing() {
	let mut bench = Bench::new();
	let author = secret(1);
	assert_eq!(bench.take_in(&signed(&author, advert(&author, 5))), Ok(()));
	let forged = signed(&secret(2), advert(&author, 9));
	for _ in 0..AUTHOR_BURST * 2 {
		assert_eq!(bench.take_in(&forged), Err(Unfit::Forged));
	}
	assert_eq!(bench.take_in(&signed(&author, advert(&author, 6))), Ok(()));
}

#[test]
fn ones_own_advert_is_ignored() {
	let own = secret(0);
	assert_eq!(Bench::new().take_in(&signed(&own, advert(&own, 1))), Err(Unfit::Own));
}

#[test]
fn an_author_that_publishes_too_often_has_to_wait() {
	let mut bench = Bench::new();
	let author = secret(1);
	let burst = u64::from(AUTHOR_BURST);
	for sequence in 0..burst {
		assert_eq!(bench.take_in(&signed(&author, advert(&author, sequence))), Ok(()));
	}
	let next = signed(&author, advert(&author, burst));
	assert_eq!(bench.take_in(&next), Err(Unfit::AuthorTooOften));
	let later = NOW + AUTHOR_REFILL_MS;
	assert_eq!(bench.table.take_in(bench.source, &next, later), Ok(()));
	let other = secret(2);
	assert_eq!(bench.take_in(&signed(&other, advert(&other, 0))), Ok(()));
}

#[test]
fn a_neighbour_that_floods_is_cut_off_alone() {
	let mut bench = Bench::new();
	for _ in 0..SOURCE_BURST {
		assert_eq!(bench.take_in(b"garbage"), Err(Unfit::Malformed));
	}
	assert_eq!(bench.take_in(b"garbage"), Err(Unfit::SourceTooOften));
	let author = secret(1);
	let good = signed(&author, advert(&author, 1));
	assert_eq!(bench.take_in(&good), Err(Unfit::SourceTooOften));
	assert_eq!(bench.table.take_in(PeerId::random(), &good, NOW), Ok(()));
	bench.table.forget_source(&bench.source);
	assert_eq!(bench.take_in(b"garbage"), Err(Unfit::Malformed));
}

#[test]
fn a_full_table_keeps_whom_it_knows() {
	let mut bench = Bench::new();
	let workers = u32::try_from(ADVERTS_MAX).unwrap();
	for number in 1..=workers {
		let author = secret(number);
		let bytes = signed(&author, advert(&author, 1));
		assert_eq!(bench.table.take_in(PeerId::random(), &bytes, NOW), Ok(()));
	}
	let late = secret(workers + 1);
	let late_advert = signed(&late, advert(&late, 1));
	assert_eq!(bench.take_in(&late_advert), Err(Unfit::TableFull));
	let known = secret(1);
	assert_eq!(bench.take_in(&signed(&known, advert(&known, 2))), Ok(()));
	bench.table.expire(NOW + 15_000);
	assert!(bench.peers().is_empty());
	assert!(bench.table.changes().unwrap().is_empty());
	assert_eq!(bench.take_in(&late_advert), Ok(()));
}

proptest! {
	#[test]
	fn garbage_is_never_taken_in(bytes: Vec<u8>) {
		prop_assert!(Bench::new().take_in(&bytes).is_err());
	}

	#[test]
	fn a_flipped_bit_anywhere_is_noticed(at: prop::sample::Index, bit in 0u8..8) {
		let author = secret(1);
		let mut bytes = signed(&author, advert(&author, 1));
		let at = at.index(bytes.len());
		bytes[at] ^= 1 << bit;
		prop_assert!(Bench::new().take_in(&bytes).is_err());
	}
}
