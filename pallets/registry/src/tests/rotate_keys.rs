use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

use crate::{mock::*, Error, Event, PeerKeys, WorkerKeys, Workers};

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
