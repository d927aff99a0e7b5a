use frame_support::assert_ok;
use millrace_primitives::{
	traits::{Conduct, Registry as _},
	views::{ModelView, TierView, WorkerView},
};

use crate::{mock::*, types::WORKERS_OF_MAX, ModelWorkers, Workers};

#[test]
fn lists_tiers_by_id() {
	ExtBuilder::default().build_and_execute(|| {
		let tier = |id, name: &str, price| TierView { id, name: name.into(), price };
		assert_eq!(
			Registry::tiers(),
			[tier(SMALL, "small", SMALL_PRICE), tier(LARGE, "large", LARGE_PRICE)]
		);
	});
}

#[test]
fn lists_models_by_id_with_the_price_of_their_tier() {
	ExtBuilder::default().build_and_execute(|| {
		let model = |id, name: &str, tier, price| ModelView {
			id,
			name: name.into(),
			tier,
			price,
			context: 8_192,
		};
		assert_eq!(
			Registry::models(),
			[
				model(GEMMA, "gemma-3-270m", SMALL, SMALL_PRICE),
				model(LLAMA, "llama-3.1-8b", LARGE, LARGE_PRICE),
				model(QWEN, "qwen-3-8b", LARGE, LARGE_PRICE),
			]
		);
	});
}

#[test]
fn shows_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		let keys = Identity::new(1).keys();
		let view = WorkerView {
			owner: ALICE,
			key: keys.worker,
			peer: keys.peer,
			envelope: keys.envelope,
			payout: ALICE,
			models: vec![GEMMA],
			verifies: vec![],
			stake: HALF_STAKE,
			unbonding: HALF_STAKE,
			withdrawable: 0,
			staked: false,
			reputation: 500,
			verifier_reputation: 500,
			key_changes: 1,
		};
		assert_eq!(Registry::worker_of(ALICE), Some(view.clone()));
		assert_eq!(Registry::worker_by_peer(&keys.peer), Some(view));
		assert_eq!(Registry::worker_of(BOB), None);
		assert_eq!(Registry::worker_by_peer(&Identity::new(2).keys().peer), None);
	});
}

#[test]
fn tells_what_can_still_be_slashed_from_what_can_be_withdrawn() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Unbonding.create(ALICE, 1);
		advance(UNBONDING_PERIOD);
		let view = Registry::worker_of(ALICE).unwrap();
		assert_eq!((view.unbonding, view.withdrawable), (0, HALF_STAKE));
	});
}

#[test]
fn finds_the_workers_of_a_model() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		Stage::Registered.create(BOB, 2);
		assert_ok!(Registry::do_set_models(BOB, models(&[QWEN])));
		let owners = |id| -> Vec<_> {
			Registry::workers_of(id).into_iter().map(|worker| worker.owner).collect()
		};
		assert_eq!(owners(&GEMMA), [ALICE]);
		assert_eq!(owners(&QWEN), [BOB]);
		assert_eq!(owners(&LLAMA), [0; 0]);
	});
}

#[test]
fn answers_no_more_workers_than_promised() {
	ExtBuilder::default().build().execute_with(|| {
		Stage::Registered.create(ALICE, 1);
		let record = Workers::<Test>::get(ALICE).unwrap();
		for owner in 1_000..1_000 + u64::from(WORKERS_OF_MAX) {
			Workers::<Test>::insert(owner, record.clone());
			ModelWorkers::<Test>::insert(GEMMA, owner, ());
		}
		let answered = u32::try_from(Registry::workers_of(&GEMMA).len()).unwrap();
		assert_eq!(answered, WORKERS_OF_MAX);
	});
}

#[test]
fn shows_the_role_of_a_verifier() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(ALICE, 1);
		Registry::note_verifier(&ALICE, Conduct::Overruled, CAP);
		let view = Registry::worker_of(ALICE).unwrap();
		assert_eq!(view.verifies, [GEMMA]);
		assert_eq!((view.reputation, view.verifier_reputation), (500, 468));
	});
}

#[test]
fn finds_the_verifiers_that_may_judge_for_a_model() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Verifying.create(BOB, 2);
		Stage::Verifying.create(ALICE, 1);
		Stage::Verifying.create(CAROL, 3);
		assert_ok!(Registry::do_unbond(ALICE, 1));
		let owners: Vec<_> =
			Registry::verifiers_of(&GEMMA).into_iter().map(|verifier| verifier.owner).collect();
		assert_eq!(owners, [BOB, CAROL]);
		assert_eq!(Registry::verifiers_of(&QWEN), []);
	});
}
