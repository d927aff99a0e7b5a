//! Random operations around a model that has hardly a seat free, and a list kept beside.

use std::collections::BTreeMap;

use frame_support::storage::with_storage_layer;
use millrace_primitives::{
	traits::{Registry as _, VERIFIERS_MAX},
	Balance,
};
use proptest::{collection::vec, prelude::*};

use crate::mock::*;

/// The first of a crowd of verifiers.
const CROWD: AccountId = 1_000;
/// Three outsiders, and three of the crowd.
const PLAYERS: [AccountId; 6] = [ALICE, BOB, CAROL, CROWD, CROWD + 1, CROWD + 125];

#[derive(Clone, Debug)]
enum Op {
	TakeOn(AccountId),
	LayDown(AccountId),
	Displace { who: AccountId, displaced: AccountId },
	Stake(AccountId, Balance),
	Unbond(AccountId, Balance),
	Slash(AccountId, Balance),
}

fn op() -> impl Strategy<Value = Op> {
	let who = || prop::sample::select(PLAYERS.to_vec());
	let amount = || prop_oneof![Just(1_u128), Just(VERIFIER_STAKE), 0..500_u128];
	prop_oneof![
		4 => who().prop_map(Op::TakeOn),
		1 => who().prop_map(Op::LayDown),
		8 => (who(), who()).prop_map(|(who, displaced)| Op::Displace { who, displaced }),
		2 => (who(), amount()).prop_map(|(who, amount)| Op::Stake(who, amount)),
		2 => (who(), amount()).prop_map(|(who, amount)| Op::Unbond(who, amount)),
		1 => (who(), amount()).prop_map(|(who, amount)| Op::Slash(who, amount)),
	]
}

fn apply(op: &Op) -> bool {
	with_storage_layer(|| match op {
		Op::TakeOn(who) => Registry::do_set_verified_models(*who, models(&[GEMMA])),
		Op::LayDown(who) => Registry::do_set_verified_models(*who, models(&[])),
		Op::Displace { who, displaced } => Registry::do_displace_verifier(*who, GEMMA, *displaced),
		Op::Stake(who, amount) => Registry::do_stake(*who, *amount),
		Op::Unbond(who, amount) => Registry::do_unbond(*who, *amount),
		Op::Slash(who, amount) => {
			Registry::slash(who, *amount, &TREASURY);
			Ok(())
		},
	})
	.is_ok()
}

struct Seats {
	seated: Vec<AccountId>,
	able: BTreeMap<AccountId, bool>,
}

impl Seats {
	fn is_full(&self) -> bool {
		u32::try_from(self.seated.len()) == Ok(VERIFIERS_MAX)
	}

	/// Do `op`, and say whether it should be done; `None` if that is not about seats.
	fn apply(&mut self, op: &Op) -> Option<bool> {
		let is_seated = |who| self.seated.contains(who);
		match op {
			Op::TakeOn(who) if is_seated(who) => Some(true),
			Op::TakeOn(who) => {
				let is_done = self.able[who] && !self.is_full();
				self.seated.extend(is_done.then_some(*who));
				Some(is_done)
			},
			Op::LayDown(who) => {
				self.seated.retain(|seated| seated != who);
				Some(true)
			},
			Op::Displace { who, displaced } => {
				let can_take = self.able[who] && !is_seated(who);
				let can_lose = is_seated(displaced) && !self.able[displaced];
				let is_done = self.is_full() && can_take && can_lose;
				if is_done {
					self.seated.retain(|seated| seated != displaced);
					self.seated.push(*who);
				}
				Some(is_done)
			},
			Op::Stake(..) | Op::Unbond(..) | Op::Slash(..) => None,
		}
	}

	/// Who is able is checked elsewhere; here it is only what the chain says of the stake.
	fn look_at_stakes(&mut self) {
		self.able = PLAYERS
			.map(|who| (who, Registry::worker_of(who).unwrap().stake >= VERIFIER_STAKE))
			.into();
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

	#[test]
	fn are_taken_as_on_the_list(ops in vec(op(), 1..80)) {
		ExtBuilder::default().build().execute_with(|| {
			for (owner, seed) in [(ALICE, 1), (BOB, 2), (CAROL, 3)] {
				Stage::Registered.create(owner, seed);
				Registry::do_stake(owner, VERIFIER_STAKE).unwrap();
			}
			seat_crowd(CROWD, 1);
			let mut seats = Seats { seated: Registry::verifiers(&GEMMA), able: BTreeMap::new() };
			for op in ops {
				seats.look_at_stakes();
				let should = seats.apply(&op);
				let was_done = apply(&op);
				prop_assert_eq!(was_done, should.unwrap_or(was_done), "{:?}", op);
				prop_assert_eq!(Registry::verifiers(&GEMMA), &*seats.seated);
			}
			seats.look_at_stakes();
			for who in PLAYERS {
				let can_judge = seats.able[&who] && seats.seated.contains(&who);
				prop_assert_eq!(Registry::verifier(&who, &GEMMA).is_some(), can_judge);
			}
			Registry::do_try_state().unwrap();
			Ok(())
		})?;
	}
}
