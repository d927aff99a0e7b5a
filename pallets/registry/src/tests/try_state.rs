//! Each invariant is seen when it is broken.

use codec::{Decode, Encode};
use frame_support::{assert_err, traits::fungible::MutateHold};
use millrace_primitives::{Moment, Reputation};
use sp_runtime::bounded_vec;

use crate::{
	mock::*,
	types::{FormerKey, Seats},
	HoldReason, ModelNames, ModelWorkers, Models, PeerKeys, Tiers, Verifiers, WorkerKeys,
};

/// Break what `ExtBuilder`, a worker of Alice and a verifier of Bob set up, and expect the invariant that says so.
fn sees(invariant: &'static str, break_it: impl FnOnce()) {
	ExtBuilder::default().build().execute_with(|| {
		Stage::Unbonding.create(ALICE, 1);
		Stage::Verifying.create(BOB, 2);
		Registry::do_try_state().unwrap();
		break_it();
		assert_err!(Registry::do_try_state(), invariant);
	});
}

fn mutate_worker(change: impl FnOnce(&mut crate::pallet::WorkerRecordOf<Test>)) {
	crate::Workers::<Test>::mutate(ALICE, |record| change(record.as_mut().unwrap()));
}

fn former(seed: u8, given_up_at: Moment) -> FormerKey {
	FormerKey { key: Identity::new(seed).keys().worker, given_up_at, until: Moment::MAX }
}

fn seats(owners: &[AccountId]) -> Seats<AccountId> {
	owners.to_vec().try_into().unwrap()
}

#[test]
fn sees_an_invalid_name() {
	sees("2. a tier's name is invalid", || {
		Tiers::<Test>::mutate(SMALL, |tier| tier.as_mut().unwrap().name = name("a b"));
	});
	sees("2. a model's name is invalid", || {
		Models::<Test>::mutate(GEMMA, |model| model.as_mut().unwrap().name = name(""));
	});
}

#[test]
fn sees_a_wrong_count_of_a_tier() {
	sees("3. a tier's count is not the number of its models", || {
		Tiers::<Test>::mutate(SMALL, |tier| tier.as_mut().unwrap().models = 2);
	});
	sees("3. a model's tier does not exist", || Tiers::<Test>::remove(SMALL));
}

#[test]
fn sees_a_broken_index_of_names() {
	sees("4. a model cannot be found by its name", || {
		ModelNames::<Test>::remove(name("gemma-3-270m"));
	});
	sees("4. a name means no model", || ModelNames::<Test>::insert(name("ghost"), NONESUCH));
}

#[test]
fn sees_stake_that_is_not_on_hold() {
	sees("5. a worker's stake is not what is on hold", || {
		mutate_worker(|worker| worker.stake += 1);
	});
	sees("5. a worker's stake is not what is on hold", || {
		Balances::hold(&HoldReason::Stake.into(), &ALICE, 1).unwrap();
	});
	sees("5. a worker's stake is not what is on hold", || {
		mutate_worker(|worker| worker.unbonding.clear());
	});
}

#[test]
fn sees_a_deposit_that_is_not_on_hold() {
	sees("6. a worker's deposit is not what is on hold", || {
		mutate_worker(|worker| worker.deposit = 0);
	});
}

#[test]
fn sees_an_empty_chunk() {
	sees("7. an unbonding chunk is empty", || {
		mutate_worker(|worker| {
			worker.stake += worker.unbonding[0].amount;
			worker.unbonding[0].amount = 0;
		});
	});
}

#[test]
fn sees_a_reputation_out_of_range() {
	for parts in [(1_000_001_u32, 0_u32), (0, 1_000_001)] {
		let above = || Reputation::decode(&mut &parts.encode()[..]).unwrap();
		sees("8. a reputation is above 1000", || {
			mutate_worker(|worker| worker.reputation = above());
		});
		sees("8. a reputation is above 1000", || {
			mutate_worker(|worker| worker.verifier_reputation = above());
		});
	}
}

#[test]
fn sees_a_model_named_twice() {
	sees("9. a worker names a model twice", || {
		mutate_worker(|worker| worker.models = models(&[GEMMA, GEMMA]));
	});
	sees("9. a worker names a model twice", || {
		mutate_worker(|worker| worker.verifies = models(&[QWEN, QWEN]));
	});
}

#[test]
fn sees_a_broken_index_of_keys() {
	let keys = Identity::new(1).keys();
	sees("10. a worker cannot be found by its keys", || WorkerKeys::<Test>::remove(keys.worker));
	sees("10. a worker cannot be found by its keys", || PeerKeys::<Test>::insert(keys.peer, BOB));
	sees("10. a key has no worker", || {
		WorkerKeys::<Test>::insert(Identity::new(3).keys().worker, ALICE);
	});
}

#[test]
fn sees_a_broken_index_of_models() {
	sees("11. a worker cannot be found by a model that it serves", || {
		ModelWorkers::<Test>::remove(GEMMA, ALICE);
	});
	sees("11. a model has a worker that does not serve it", || {
		ModelWorkers::<Test>::insert(QWEN, ALICE, ());
	});
}

#[test]
fn sees_a_broken_index_of_verifiers() {
	sees("12. a verifier has no seat for a model", || Verifiers::<Test>::remove(GEMMA));
	sees("12. a verifier has no seat for a model", || {
		mutate_worker(|worker| worker.verifies = models(&[QWEN]));
	});
	sees("12. a seat for a model is taken by one that does not verify", || {
		Verifiers::<Test>::insert(GEMMA, seats(&[BOB, ALICE]));
	});
	sees("12. a verifier has two seats for a model", || {
		Verifiers::<Test>::insert(GEMMA, seats(&[BOB, BOB]));
	});
	sees("12. a model is kept without a verifier", || {
		Verifiers::<Test>::insert(QWEN, seats(&[]));
	});
}

#[test]
fn sees_former_keys_that_are_out_of_order() {
	sees("13. a worker's former keys are out of order", || {
		mutate_worker(|worker| worker.former_keys = bounded_vec![former(3, 9), former(4, 8)]);
	});
}

#[test]
fn sees_a_key_that_is_present_and_former_or_former_twice() {
	sees("13. a worker has a key twice", || {
		mutate_worker(|worker| worker.former_keys = bounded_vec![former(1, 9)]);
	});
	sees("13. a worker has a key twice", || {
		mutate_worker(|worker| worker.former_keys = bounded_vec![former(3, 8), former(3, 9)]);
	});
}

#[test]
fn sees_a_worker_that_judges_since_a_block_to_come() {
	sees("14. a worker judges since a block to come", || {
		mutate_worker(|worker| worker.judges_since = 2);
	});
}
