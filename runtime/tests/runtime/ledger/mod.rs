//! Who reads nothing but events knows what everybody owns. Two clerks keep books of the same chain and
//! look at no storage: one by the events of the pallets that keep balances, one by those of our pallets
//! alone, besides fees and transfers. After every block both are compared with the state, account by
//! account, and what the second knows of each job with the job's record.

mod books;
mod clerks;
mod journeys;

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use codec::Encode;
use millrace_runtime::RuntimeEvent;
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;

use crate::chain::{genesis_of, Chain};
use books::Books;
use clerks::{Banker, Marketer};

/// The events that were seen: the index of the pallet and that of the event.
type Seen = Rc<RefCell<BTreeSet<(u8, u8)>>>;

/// A chain of the `test` preset whose every block both clerks write up, and what they have seen.
fn followed(patch: serde_json::Value, seed: u8) -> (Chain, Seen) {
	let genesis = genesis_of("test", patch.clone()).build_storage().unwrap();
	let opening = TestExternalities::new(genesis).execute_with(Books::of_state);
	let mut banker = Banker::new(opening.clone());
	let mut marketer = Marketer::new(opening);
	let seen = Seen::default();
	let mut chain = Chain::new("test", patch, seed);
	let log = Rc::clone(&seen);
	chain.watch(move |events: &[RuntimeEvent]| {
		for event in events {
			log.borrow_mut().insert((event.encode()[0], event.encode()[1]));
			banker.write_up(event);
			marketer.write_up(event);
		}
		let state = Books::of_state();
		assert_eq!(*banker.books(), state, "by the events of the balances: {events:#?}");
		assert_eq!(*marketer.books(), state, "by the events of the market: {events:#?}");
		marketer.compare_jobs();
	});
	(chain, seen)
}
