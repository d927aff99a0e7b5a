use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{identity::Possession, EnvelopeKey, ModelId, Reputation};
use sp_core::H256;
use sp_runtime::{traits::BadOrigin, TokenError};

use crate::{mock::*, Error, Event, HoldReason, ModelWorkers, PeerKeys, WorkerKeys, Workers};

/// Register Alice's worker with keys of seed 1, proven as `possession` says.
fn register(possession: Possession) -> frame_support::dispatch::DispatchResult {
	let keys = Identity::new(1).keys();
	Registry::register(RuntimeOrigin::signed(ALICE), keys, possession, BOB, models(&[GEMMA, QWEN]))
}

#[test]
fn stores_the_worker_under_all_its_keys_and_models() {
	ExtBuilder::default().build_and_execute(|| {
		let keys = Identity::new(1).keys();
		assert_ok!(register(Identity::new(1).possession(ALICE, 0)));

		let record = Workers::<Test>::get(ALICE).unwrap();
		assert_eq!(record.keys, keys);
		assert_eq!(record.key_changes, 1);
		assert_eq!(record.payout, BOB);
		assert_eq!(record.models, models(&[GEMMA, QWEN]));
		assert_eq!((record.stake, record.unbonding.len()), (0, 0));
		assert_eq!(record.reputation, Reputation::START);
		assert_eq!(record.verifies, models(&[]));
		assert_eq!(record.verifier_reputation, Reputation::START);
		assert_eq!(WorkerKeys::<Test>::get(keys.worker), Some(ALICE));
		assert_eq!(PeerKeys::<Test>::get(keys.peer), Some(ALICE));
		assert!(ModelWorkers::<Test>::contains_key(GEMMA, ALICE));
		assert!(!ModelWorkers::<Test>::contains_key(LLAMA, ALICE));
		assert!(ModelWorkers::<Test>::contains_key(QWEN, ALICE));
	});
}

#[test]
fn holds_the_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(register(Identity::new(1).possession(ALICE, 0)));
		assert_eq!(held(ALICE, HoldReason::Registration), DEPOSIT);
		assert_eq!(held(ALICE, HoldReason::Stake), 0);
		assert_eq!(free(ALICE), ENDOWMENT - DEPOSIT);
	});
}

#[test]
fn emits_registered() {
	ExtBuilder::default().build_and_execute(|| {
		let keys = Identity::new(1).keys();
		assert_ok!(register(Identity::new(1).possession(ALICE, 0)));
		assert_eq!(
			events_since_last_call(),
			[Event::Registered {
				owner: ALICE,
				worker_key: keys.worker,
				peer_key: keys.peer,
				deposit: DEPOSIT
			}]
		);
	});
}

#[test]
fn takes_a_worker_that_serves_nothing_yet() {
	ExtBuilder::default().build_and_execute(|| {
		let identity = Identity::new(1);
		assert_ok!(Registry::do_register(
			ALICE,
			identity.keys(),
			&identity.possession(ALICE, 0),
			ALICE,
			models(&[])
		));
	});
}

#[test]
fn rejects_an_unsigned_origin() {
	ExtBuilder::default().build_and_execute(|| {
		let identity = Identity::new(1);
		let possession = identity.possession(ALICE, 0);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Registry::register(origin, identity.keys(), possession, ALICE, models(&[])),
				BadOrigin
			);
		}
	});
}

#[test]
fn rejects_a_second_worker_of_an_owner() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		let identity = Identity::new(2);
		assert_noop!(
			Registry::do_register(
				ALICE,
				identity.keys(),
				&identity.possession(ALICE, 0),
				ALICE,
				models(&[])
			),
			Error::<Test>::AlreadyRegistered
		);
	});
}

#[test]
fn rejects_a_worker_key_that_signed_for_another_owner() {
	ExtBuilder::default().build_and_execute(|| {
		let mut possession = Identity::new(1).possession(ALICE, 0);
		possession.worker = Identity::new(1).possession(BOB, 0).worker;
		assert_noop!(register(possession), Error::<Test>::BadWorkerSignature);
	});
}

#[test]
fn rejects_a_peer_key_that_signed_for_another_owner() {
	ExtBuilder::default().build_and_execute(|| {
		let mut possession = Identity::new(1).possession(ALICE, 0);
		possession.peer = Identity::new(1).possession(BOB, 0).peer;
		assert_noop!(register(possession), Error::<Test>::BadPeerSignature);
	});
}

#[test]
fn rejects_signatures_of_other_keys() {
	ExtBuilder::default().build_and_execute(|| {
		let stranger = Identity::new(2).possession(ALICE, 0);
		assert_noop!(register(stranger), Error::<Test>::BadWorkerSignature);
	});
}

#[test]
fn rejects_signatures_for_another_chain() {
	ExtBuilder::default().build_and_execute(|| {
		let possession = Identity::new(1).possession_on(H256([0xcd; 32]), ALICE, 0);
		assert_noop!(register(possession), Error::<Test>::BadWorkerSignature);
	});
}

#[test]
fn rejects_signatures_for_a_later_nonce() {
	ExtBuilder::default().build_and_execute(|| {
		let possession = Identity::new(1).possession(ALICE, 1);
		assert_noop!(register(possession), Error::<Test>::BadWorkerSignature);
	});
}

#[test]
fn rejects_an_envelope_key_that_the_peer_key_did_not_vouch_for() {
	ExtBuilder::default().build_and_execute(|| {
		let identity = Identity::new(1);
		let mut keys = identity.keys();
		keys.envelope = EnvelopeKey([66; 32]);
		assert_noop!(
			Registry::do_register(
				ALICE,
				keys,
				&identity.possession(ALICE, 0),
				ALICE,
				models(&[GEMMA])
			),
			Error::<Test>::BadWorkerSignature
		);
	});
}

#[test]
fn rejects_the_worker_key_of_another_owner() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(BOB, 1);
		let thief = Identity { worker: Identity::new(1).worker, ..Identity::new(2) };
		assert_noop!(
			Registry::do_register(
				ALICE,
				thief.keys(),
				&thief.possession(ALICE, 0),
				ALICE,
				models(&[])
			),
			Error::<Test>::WorkerKeyTaken
		);
	});
}

#[test]
fn rejects_the_peer_key_of_another_owner() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(BOB, 1);
		let thief = Identity { peer: Identity::new(1).peer, ..Identity::new(2) };
		assert_noop!(
			Registry::do_register(
				ALICE,
				thief.keys(),
				&thief.possession(ALICE, 0),
				ALICE,
				models(&[])
			),
			Error::<Test>::PeerKeyTaken
		);
	});
}

#[test]
fn rejects_a_model_that_is_not_on_offer() {
	ExtBuilder::default().build_and_execute(|| {
		let identity = Identity::new(1);
		assert_noop!(
			Registry::do_register(
				ALICE,
				identity.keys(),
				&identity.possession(ALICE, 0),
				ALICE,
				models(&[GEMMA, NONESUCH])
			),
			Error::<Test>::UnknownModel
		);
	});
}

#[test]
fn rejects_a_model_named_twice() {
	ExtBuilder::default().build_and_execute(|| {
		let identity = Identity::new(1);
		assert_noop!(
			Registry::do_register(
				ALICE,
				identity.keys(),
				&identity.possession(ALICE, 0),
				ALICE,
				models(&[GEMMA, LLAMA, GEMMA])
			),
			Error::<Test>::DuplicateModel
		);
	});
}

#[test]
fn rejects_an_owner_without_the_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		let identity = Identity::new(1);
		assert_noop!(
			Registry::do_register(
				PAUPER,
				identity.keys(),
				&identity.possession(PAUPER, 0),
				ALICE,
				models(&[GEMMA])
			),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn does_not_decode_more_models_than_may_be() {
	use codec::{Decode, Encode};
	let too_many: Vec<_> = (0..17).map(|seed| ModelId([seed; 32])).collect();
	assert!(crate::types::ModelIds::decode(&mut &too_many.encode()[..]).is_err());
}
