//! Ten thousand jobs that expire in one millisecond.

use std::collections::BTreeMap;

use frame_support::{dispatch::DispatchClass, weights::constants::ParityDbWeight};
use millrace_primitives::{traits::JobDeadline, AuctionTerms, JobState, Payment};
use millrace_runtime::{Runtime, RuntimeEvent};
use serde_json::json;
use sp_runtime::DispatchError;

use super::{
	a_flood_of, any_job, author, limits, look, play_the_arbiter, print, used, weight_of_item,
	SECOND,
};
use crate::{
	chain::Chain,
	crowd::{crowded, Person, ENDOWMENT_USDC},
};

const JOBS: usize = 10_000;
const REQUESTERS: u16 = 100;

/// When the time for bids of all of them ends, from the creation of the first one on.
const DUE_IN: u64 = 600 * SECOND;

/// Ten thousand auctions of a hundred requesters, which expire in one millisecond: whoever creates
/// an auction chooses when its time for bids ends. The next block is the first that is made after
/// that moment. Returns what each requester has locked.
fn prepared() -> (Chain, Vec<Person>, Vec<u128>) {
	let (mut chain, mut crowd) = crowded("local", json!({}), REQUESTERS, 21);
	let due = chain.now + DUE_IN;
	let mut locked = vec![0; crowd.len()];
	let mut created = 0;
	let mut at_once = 1;
	chain.check_every(u32::MAX);
	while created < JOBS {
		let next_block = chain.now + chain.slot_ms;
		let transactions: Vec<_> = (created..JOBS.min(created + at_once))
			.map(|job| {
				let requester = &mut crowd[job % usize::from(REQUESTERS)];
				let verifier_fee = 10_000;
				// Amounts that all differ: who gets another's refund is found out.
				let payment_max = 1 + u128::try_from(job).unwrap();
				locked[job % usize::from(REQUESTERS)] += payment_max + verifier_fee;
				let bid_window = due - next_block;
				let terms = AuctionTerms {
					payment_max,
					verifier_fee,
					bid_window,
					challenge_window: 60 * SECOND,
					..Chain::auction_terms(None)
				};
				let (nonce, _) = requester.next_job(&chain);
				requester.signed(&mut chain, pallet_jobs::Call::create_auction { nonce, terms })
			})
			.collect();
		created += transactions.len();
		at_once = chain.fitting(&transactions[0]);
		let outcomes = chain.block(transactions);
		assert!(outcomes.iter().all(|outcome| *outcome == Ok(Ok(()))), "{outcomes:?}");
	}
	assert!(chain.now < due - SECOND, "the first is due before the last is there");
	for (person, locked) in crowd.iter().zip(&locked) {
		assert_eq!(chain.held(&person.account), *locked);
	}
	let moments = chain.ext.execute_with(|| {
		pallet_jobs::Jobs::<Runtime>::iter_values()
			.map(|record| (record.state, record.deadline))
			.fold(BTreeMap::<_, usize>::new(), |mut moments, moment| {
				*moments.entry(moment).or_default() += 1;
				moments
			})
	});
	assert_eq!(moments, BTreeMap::from([((JobState::Open, due), JOBS)]));
	chain.check();
	chain.block_after(due - chain.slot_ms - chain.now, Vec::new());
	assert_eq!(expired(&mut chain), 0);
	(chain, crowd, locked)
}

/// How many jobs expired in the last block.
fn expired(chain: &mut Chain) -> usize {
	let of_a_job = |event: &RuntimeEvent| {
		matches!(event, RuntimeEvent::Jobs(pallet_jobs::Event::Expired { .. }))
	};
	chain.events().iter().filter(|event| of_a_job(event)).count()
}

/// Every job has expired, and every requester has what it had in the beginning, less `fees`.
fn nothing_is_lost(chain: &mut Chain, crowd: &[Person]) {
	for person in crowd {
		assert_eq!(chain.held(&person.account), 0);
		assert_eq!(chain.usdc(&person.account), ENDOWMENT_USDC);
	}
	let refunded = chain.ext.execute_with(|| {
		let refund = |locked| Some(Payment { refund: locked, ..Payment::default() });
		pallet_jobs::Jobs::<Runtime>::iter_values()
			.filter(|record| record.state == JobState::Expired)
			.filter(|record| record.payment == refund(record.locked))
			.count()
	});
	assert_eq!(refunded, JOBS);
	chain.check();
}

#[test]
fn ten_thousand_jobs_that_expire_at_once_are_refunded_within_the_blocks_that_their_weight_takes() {
	let (mut chain, crowd, _) = prepared();
	let item = JobDeadline::Proof(any_job());
	let before = chain.handled_at_least(item);
	let quiet = chain.initialized;
	// What on_idle has is what the share and the block itself leave of a block, less one look.
	let after = chain.ext.execute_with(|| {
		let rest = limits().max_block - pallet_deadlines::Pallet::<Runtime>::share() - quiet;
		let looks = look() * 2 + ParityDbWeight::get().reads(u64::try_from(before).unwrap());
		usize::try_from((rest - looks).ref_time() / weight_of_item(&item).ref_time()).unwrap()
	});
	let most = JOBS.div_ceil(before + after - 1) + 1;
	let (mut blocks, mut left) = (0, JOBS);
	let share = chain.share();
	while left > 0 {
		chain.block(Vec::new());
		blocks += 1;
		left -= expired(&mut chain);
		let by_deadlines = chain.initialized - quiet;
		assert!(by_deadlines.all_lte(share), "{by_deadlines} before the transactions");
		assert!(blocks <= most, "{left} jobs are left after {most} blocks");
	}
	print(format_args!(
		"10,000 at once, nothing else: {blocks} blocks of 1 s (at most {most}: {before} before \
		 the transactions, {after} after them)"
	));
	nothing_is_lost(&mut chain, &crowd);
}

#[test]
fn full_blocks_do_not_keep_ten_thousand_jobs_from_their_refunds() {
	let (mut chain, mut crowd, _) = prepared();
	let each = chain.handled_at_least(JobDeadline::Proof(any_job()));
	// The first block after the moment finds in its hook that its parent was made before it.
	let most = JOBS.div_ceil(each) + 1;
	let (quiet, share, room) = (chain.initialized, chain.share(), chain.room());
	let (mut blocks, mut left) = (0, JOBS);
	while left > 0 {
		let flood = a_flood_of(&mut chain, &mut crowd, 0..100, play_the_arbiter());
		let slot = chain.slot_ms;
		let outcomes = author(&mut chain, &mut crowd, slot, flood);
		assert!(outcomes.iter().all(|outcome| *outcome == Err(DispatchError::BadOrigin)));
		assert!(used(&chain, DispatchClass::Normal, room) >= 95, "the block is not full");
		blocks += 1;
		let handled = expired(&mut chain);
		left -= handled;
		assert!(handled >= each.min(left) || blocks == 1, "only {handled} of {left}");
		assert!((chain.initialized - quiet).all_lte(share));
		assert!(blocks <= most, "{left} jobs are left after {most} blocks");
	}
	print(format_args!(
		"10,000 at once, in full blocks: {blocks} blocks of 1 s (at most {most}, {each} a block)"
	));
	nothing_is_lost(&mut chain, &crowd);
}
