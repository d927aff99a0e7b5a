use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use millrace_primitives::{traits::Registry as _, WorkerKey};
use sp_runtime::traits::BadOrigin;

use crate::{mock::*, types::FORMER_KEYS_MAX, Error, Event, PeerKeys, WorkerKeys, Workers};

/// Give the worker of Alice the keys of `Identity::new(seed)`.
fn rotate(seed: u8) -> DispatchResult {
	let new = Identity::new(seed);
	let nonce = Workers::<Test>::get(ALICE).unwrap().key_changes;
	Registry::do_rotate_keys(ALICE, new.keys(), &new.possession(ALICE, nonce))
}

/// The worker keys of the identities with these seeds.
fn keys(seeds: &[u8]) -> Vec<WorkerKey> {
	seeds.iter().map(|seed| Identity::new(*seed).keys().worker).collect()
}

/// Let the worker of Alice give up the keys of the first four seeds, a millisecond apart.
fn give_up_four() {
	Stage::Registered.create(ALICE, 1);
	for seed in [2, 3, 4, 5] {
		advance(1);
		assert_ok!(rotate(seed));
	}
	assert_eq!(Registry::keys(&ALICE, 0), keys(&[5, 4, 3, 2, 1]));
	assert_eq!(FORMER_KEYS_MAX, 4);
}

#[test]
fn frees_the_old_keys_for_others() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		let (old, new) = (Identity::new(1).keys(), Identity::new(2));
		assert_ok!(Registry::rotate_keys(
			RuntimeOrigin::signed(ALICE),
			new.keys(),
			new.possession(ALICE, 1)
		));

		let record = Workers::<Test>::get(ALICE).unwrap();
		assert_eq!((record.keys, record.key_changes), (new.keys(), 2));
		assert_eq!(WorkerKeys::<Test>::get(old.worker), None);
		assert_eq!(PeerKeys::<Test>::get(old.peer), None);
		Stage::Registered.create(BOB, 1);
	});
}

#[test]
fn emits_keys_rotated() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		let new = Identity::new(2);
		assert_ok!(Registry::do_rotate_keys(ALICE, new.keys(), &new.possession(ALICE, 1)));
		assert_eq!(
			events_since_last_call(),
			[Event::KeysRotated {
				owner: ALICE,
				worker_key: new.keys().worker,
				peer_key: new.keys().peer
			}]
		);
	});
}

#[test]
fn can_replace_one_key_only() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		let new = Identity { peer: Identity::new(2).peer, ..Identity::new(1) };
		assert_ok!(Registry::do_rotate_keys(ALICE, new.keys(), &new.possession(ALICE, 1)));
		assert_eq!(WorkerKeys::<Test>::get(new.keys().worker), Some(ALICE));
	});
}

#[test]
fn rejects_the_agreement_that_registered_the_worker() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		let same = Identity::new(1);
		assert_noop!(
			Registry::do_rotate_keys(ALICE, same.keys(), &same.possession(ALICE, 0)),
			Error::<Test>::BadWorkerSignature
		);
	});
}

#[test]
fn rejects_the_agreement_of_an_earlier_change() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		for (nonce, seed) in [(1, 2), (2, 3)] {
			let new = Identity::new(seed);
			assert_ok!(Registry::do_rotate_keys(ALICE, new.keys(), &new.possession(ALICE, nonce)));
		}
		let old = Identity::new(2);
		assert_noop!(
			Registry::do_rotate_keys(ALICE, old.keys(), &old.possession(ALICE, 1)),
			Error::<Test>::BadWorkerSignature
		);
	});
}

#[test]
fn rejects_keys_of_another_worker() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Stage::Registered.create(BOB, 2);
		let thief = Identity { worker: Identity::new(2).worker, ..Identity::new(3) };
		assert_noop!(
			Registry::do_rotate_keys(ALICE, thief.keys(), &thief.possession(ALICE, 1)),
			Error::<Test>::WorkerKeyTaken
		);
		let thief = Identity { peer: Identity::new(2).peer, ..Identity::new(3) };
		assert_noop!(
			Registry::do_rotate_keys(ALICE, thief.keys(), &thief.possession(ALICE, 1)),
			Error::<Test>::PeerKeyTaken
		);
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		let new = Identity::new(1);
		assert_noop!(
			Registry::do_rotate_keys(ALICE, new.keys(), &new.possession(ALICE, 0)),
			Error::<Test>::NotRegistered
		);
		assert_noop!(
			Registry::rotate_keys(RuntimeOrigin::root(), new.keys(), new.possession(ALICE, 0)),
			BadOrigin
		);
	});
}

#[test]
fn answers_for_the_former_key_as_long_as_stake_unbonds() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[1]));
		assert_ok!(rotate(2));
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[2, 1]));
		advance(UNBONDING_PERIOD - 1);
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[2, 1]));
		advance(1);
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[2]));
	});
}

#[test]
fn does_not_answer_for_a_key_that_was_given_up_before() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		advance(10);
		assert_ok!(rotate(2));
		let given_up_at = Now::get();
		assert_eq!(Registry::keys(&ALICE, given_up_at), keys(&[2, 1]));
		assert_eq!(Registry::keys(&ALICE, given_up_at + 1), keys(&[2]));
	});
}

#[test]
fn answers_for_the_key_of_unbonded_stake_until_the_stake_unlocks() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Staked.create(ALICE, 1);
		assert_ok!(rotate(2));
		assert_ok!(Registry::do_unbond(ALICE, STAKE_MIN));
		while Registry::worker(&ALICE).unwrap().at_risk > 0 {
			assert_eq!(Registry::keys(&ALICE, 0), keys(&[2, 1]));
			advance(UNBONDING_PERIOD.div_euclid(5));
		}
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[2]));
	});
}

/// As the owner is part of all that a worker key signs, the two do not answer for each other.
#[test]
fn answers_for_a_former_key_that_another_owner_has_taken() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(rotate(2));
		Stage::Registered.create(BOB, 1);
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[2, 1]));
		assert_eq!(Registry::keys(&BOB, 0), keys(&[1]));
		assert_noop!(rotate(1), Error::<Test>::WorkerKeyTaken);
	});
}

#[test]
fn rejects_one_former_key_too_many() {
	ExtBuilder::default().build_and_execute(|| {
		give_up_four();
		assert_noop!(rotate(6), Error::<Test>::TooManyFormerKeys);
		// The first was given up a millisecond after the start.
		advance(UNBONDING_PERIOD - 4);
		assert_noop!(rotate(6), Error::<Test>::TooManyFormerKeys);
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[5, 4, 3, 2, 1]));
		advance(1);
		assert_ok!(rotate(6));
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[6, 5, 4, 3, 2]));
	});
}

#[test]
fn forgets_the_former_keys_whose_time_is_over() {
	ExtBuilder::default().build_and_execute(|| {
		give_up_four();
		advance(UNBONDING_PERIOD);
		assert_ok!(rotate(6));
		assert_eq!(Workers::<Test>::get(ALICE).unwrap().former_keys.len(), 1);
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[6, 5]));
	});
}

#[test]
fn can_go_back_to_any_key_that_is_still_answered_for() {
	ExtBuilder::default().build_and_execute(|| {
		give_up_four();
		assert_ok!(rotate(2));
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[2, 5, 4, 3, 1]));
		assert_ok!(rotate(5));
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[5, 2, 4, 3, 1]));
		assert_noop!(rotate(6), Error::<Test>::TooManyFormerKeys);
	});
}

#[test]
fn answers_anew_for_a_key_that_is_given_up_again() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(rotate(2));
		advance(UNBONDING_PERIOD - 1);
		assert_ok!(rotate(1));
		assert_ok!(rotate(2));
		advance(UNBONDING_PERIOD - 1);
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[2, 1]));
	});
}

#[test]
fn gives_up_no_worker_key_with_the_peer_key() {
	ExtBuilder::default().build_and_execute(|| {
		give_up_four();
		let new = Identity { peer: Identity::new(6).peer, ..Identity::new(5) };
		assert_ok!(Registry::do_rotate_keys(ALICE, new.keys(), &new.possession(ALICE, 5)));
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[5, 4, 3, 2, 1]));
	});
}

#[test]
fn answers_for_no_key_after_leaving() {
	ExtBuilder::default().build_and_execute(|| {
		give_up_four();
		assert_ok!(Registry::do_deregister(ALICE));
		assert_eq!(Registry::keys(&ALICE, 0), []);
		Stage::Registered.create(ALICE, 6);
		assert_eq!(Registry::keys(&ALICE, 0), keys(&[6]));
	});
}
