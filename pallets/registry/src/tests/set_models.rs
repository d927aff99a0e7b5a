use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

use crate::{mock::*, Error, Event, ModelWorkers, Workers};

#[test]
fn moves_the_worker_between_models() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::set_models(RuntimeOrigin::signed(ALICE), models(&[LLAMA, QWEN])));

		assert_eq!(Workers::<Test>::get(ALICE).unwrap().models, models(&[LLAMA, QWEN]));
		assert!(!ModelWorkers::<Test>::contains_key(GEMMA, ALICE));
		assert!(ModelWorkers::<Test>::contains_key(LLAMA, ALICE));
		assert!(ModelWorkers::<Test>::contains_key(QWEN, ALICE));
		assert_eq!(events_since_last_call(), [Event::ModelsChanged { owner: ALICE, models: 2 }]);
	});
}

#[test]
fn keeps_what_stays_in_the_list() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::do_set_models(ALICE, models(&[QWEN, GEMMA])));
		assert!(ModelWorkers::<Test>::contains_key(GEMMA, ALICE));
	});
}

#[test]
fn can_drop_all_models() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_ok!(Registry::do_set_models(ALICE, models(&[])));
		assert_eq!(ModelWorkers::<Test>::iter().count(), 0);
	});
}

#[test]
fn rejects_a_bad_list() {
	ExtBuilder::default().build_and_execute(|| {
		Stage::Registered.create(ALICE, 1);
		assert_noop!(
			Registry::do_set_models(ALICE, models(&[NONESUCH])),
			Error::<Test>::UnknownModel
		);
		assert_noop!(
			Registry::do_set_models(ALICE, models(&[QWEN, QWEN])),
			Error::<Test>::DuplicateModel
		);
	});
}

#[test]
fn rejects_an_account_without_a_worker() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Registry::do_set_models(ALICE, models(&[])), Error::<Test>::NotRegistered);
		assert_noop!(Registry::set_models(RuntimeOrigin::none(), models(&[])), BadOrigin);
	});
}
