//! `set_tier`, `remove_tier`, `set_model`, `remove_model`.

use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{traits::Registry as _, ModelId, Price, TierId};
use sp_runtime::{traits::BadOrigin, DispatchResult};

use crate::{
	mock::*,
	types::{ModelRecord, MODELS_MAX, TIERS_MAX},
	Error, Event, ModelNames, ModelWorkers, Models, Tiers,
};

const PRICE: Price = Price { input: 7, output: 8 };
const MEDIUM: TierId = TierId(3);

fn record(text: &str, tier: TierId) -> ModelRecord {
	ModelRecord { name: name(text), tier, context: 1, bytes: 1 }
}

fn numbered_id(number: u32) -> ModelId {
	let mut id = [0xff; 32];
	id[..4].copy_from_slice(&number.to_le_bytes());
	ModelId(id)
}

mod set_tier {
	use super::*;

	#[test]
	fn makes_a_tier_without_models() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(Registry::set_tier(RuntimeOrigin::root(), MEDIUM, name("medium"), PRICE));
			let tier = Tiers::<Test>::get(MEDIUM).unwrap();
			assert_eq!((tier.name, tier.price, tier.models), (name("medium"), PRICE, 0));
			assert_eq!(
				events_since_last_call(),
				[Event::TierSet { tier_id: MEDIUM, price: PRICE }]
			);
		});
	}

	#[test]
	fn changes_the_price_of_its_models() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(Registry::do_set_tier(LARGE, name("large"), PRICE));
			assert_eq!(Registry::price_of(&LLAMA), Some((LARGE, PRICE)));
			assert_eq!(Registry::price_of(&GEMMA), Some((SMALL, SMALL_PRICE)));
			assert_eq!(Tiers::<Test>::get(LARGE).unwrap().models, 2);
		});
	}

	#[test]
	fn rejects_an_origin_that_is_not_the_admin() {
		ExtBuilder::default().build_and_execute(|| {
			let origin = RuntimeOrigin::signed(ALICE);
			assert_noop!(Registry::set_tier(origin, MEDIUM, name("medium"), PRICE), BadOrigin);
		});
	}

	#[test]
	fn rejects_a_name_that_is_not_a_visible_word() {
		ExtBuilder::default().build_and_execute(|| {
			for bad in ["", "two words", "line\nbreak", "null\0", "ümlaut"] {
				assert_noop!(
					Registry::do_set_tier(MEDIUM, name(bad), PRICE),
					Error::<Test>::InvalidName
				);
			}
		});
	}

	#[test]
	fn rejects_one_tier_too_many() {
		ExtBuilder::default().empty_offer().build_and_execute(|| {
			let set = |id: u32| -> DispatchResult {
				Registry::do_set_tier(TierId(id.try_into().unwrap()), name("t"), PRICE)
			};
			for id in 0..TIERS_MAX {
				assert_ok!(set(id));
			}
			assert_noop!(set(TIERS_MAX), Error::<Test>::TooManyTiers);
			assert_ok!(set(0));
		});
	}
}

mod remove_tier {
	use super::*;

	#[test]
	fn removes_a_tier_without_models() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(Registry::do_remove_model(GEMMA));
			events_since_last_call();
			assert_ok!(Registry::remove_tier(RuntimeOrigin::root(), SMALL));
			assert_eq!(Tiers::<Test>::get(SMALL), None);
			assert_eq!(events_since_last_call(), [Event::TierRemoved { tier_id: SMALL }]);
		});
	}

	#[test]
	fn rejects_a_tier_with_models() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(Registry::do_remove_tier(SMALL), Error::<Test>::TierInUse);
		});
	}

	#[test]
	fn rejects_an_unknown_tier() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(Registry::do_remove_tier(MEDIUM), Error::<Test>::UnknownTier);
		});
	}

	#[test]
	fn rejects_an_origin_that_is_not_the_admin() {
		ExtBuilder::default().build_and_execute(|| {
			let origin = RuntimeOrigin::signed(ALICE);
			assert_noop!(Registry::remove_tier(origin, SMALL), BadOrigin);
		});
	}
}

mod set_model {
	use super::*;

	#[test]
	fn puts_a_model_on_offer() {
		ExtBuilder::default().build_and_execute(|| {
			assert_eq!(Registry::price_of(&NONESUCH), None);
			assert_ok!(Registry::set_model(
				RuntimeOrigin::root(),
				NONESUCH,
				name("mistral-7b"),
				LARGE,
				32_768,
				4_000_000_000
			));
			assert_eq!(Registry::price_of(&NONESUCH), Some((LARGE, LARGE_PRICE)));
			assert_eq!(ModelNames::<Test>::get(name("mistral-7b")), Some(NONESUCH));
			assert_eq!(Tiers::<Test>::get(LARGE).unwrap().models, 3);
			assert_eq!(
				events_since_last_call(),
				[Event::ModelSet { model_id: NONESUCH, tier_id: LARGE }]
			);
		});
	}

	#[test]
	fn moves_a_model_to_another_tier_under_another_name() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(Registry::do_set_model(GEMMA, record("gemma", LARGE)));
			assert_eq!(Registry::price_of(&GEMMA), Some((LARGE, LARGE_PRICE)));
			assert_eq!(ModelNames::<Test>::get(name("gemma-3-270m")), None);
			assert_eq!(Tiers::<Test>::get(SMALL).unwrap().models, 0);
			assert_eq!(Tiers::<Test>::get(LARGE).unwrap().models, 3);
		});
	}

	#[test]
	fn can_change_a_model_that_keeps_its_name_and_tier() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(Registry::do_set_model(GEMMA, record("gemma-3-270m", SMALL)));
			assert_eq!(Models::<Test>::get(GEMMA).unwrap().context, 1);
			assert_eq!(Tiers::<Test>::get(SMALL).unwrap().models, 1);
		});
	}

	#[test]
	fn rejects_the_name_of_another_model() {
		ExtBuilder::default().build_and_execute(|| {
			for id in [LLAMA, NONESUCH] {
				assert_noop!(
					Registry::do_set_model(id, record("gemma-3-270m", SMALL)),
					Error::<Test>::NameTaken
				);
			}
		});
	}

	#[test]
	fn rejects_an_unknown_tier() {
		ExtBuilder::default().build_and_execute(|| {
			for id in [GEMMA, NONESUCH] {
				assert_noop!(
					Registry::do_set_model(id, record("new", MEDIUM)),
					Error::<Test>::UnknownTier
				);
			}
		});
	}

	#[test]
	fn rejects_a_model_that_can_hold_nothing() {
		ExtBuilder::default().build_and_execute(|| {
			for (context, bytes) in [(0, 1), (1, 0)] {
				let model = ModelRecord { context, bytes, ..record("new", SMALL) };
				assert_noop!(Registry::do_set_model(NONESUCH, model), Error::<Test>::EmptyModel);
			}
		});
	}

	#[test]
	fn rejects_a_name_that_is_not_a_visible_word() {
		ExtBuilder::default().build_and_execute(|| {
			for bad in ["", "two words", "tab\t"] {
				assert_noop!(
					Registry::do_set_model(NONESUCH, record(bad, SMALL)),
					Error::<Test>::InvalidName
				);
			}
		});
	}

	#[test]
	fn rejects_one_model_too_many() {
		ExtBuilder::default().build_and_execute(|| {
			let set = |number: u32| {
				Registry::do_set_model(numbered_id(number), record(&format!("m{number}"), SMALL))
			};
			let present = Models::<Test>::count();
			for number in present..MODELS_MAX {
				assert_ok!(set(number));
			}
			assert_noop!(set(MODELS_MAX), Error::<Test>::TooManyModels);
			assert_ok!(set(present));
		});
	}

	#[test]
	fn rejects_an_origin_that_is_not_the_admin() {
		ExtBuilder::default().build_and_execute(|| {
			let origin = RuntimeOrigin::signed(ALICE);
			assert_noop!(
				Registry::set_model(origin, NONESUCH, name("new"), SMALL, 1, 1),
				BadOrigin
			);
		});
	}
}

mod remove_model {
	use super::*;

	#[test]
	fn takes_it_off_the_offer() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(Registry::remove_model(RuntimeOrigin::root(), LLAMA));
			assert_eq!(Registry::price_of(&LLAMA), None);
			assert_eq!(ModelNames::<Test>::get(name("llama-3.1-8b")), None);
			assert_eq!(Tiers::<Test>::get(LARGE).unwrap().models, 1);
			assert_eq!(events_since_last_call(), [Event::ModelRemoved { model_id: LLAMA }]);
		});
	}

	#[test]
	fn keeps_its_workers_until_they_drop_it() {
		ExtBuilder::default().build_and_execute(|| {
			Stage::Registered.create(ALICE, 1);
			assert_ok!(Registry::do_remove_model(GEMMA));
			assert!(Registry::serves(&ALICE, &GEMMA));
			assert_noop!(
				Registry::do_set_models(ALICE, models(&[GEMMA, QWEN])),
				Error::<Test>::UnknownModel
			);
			assert_ok!(Registry::do_set_models(ALICE, models(&[QWEN])));
			assert_eq!(ModelWorkers::<Test>::iter_key_prefix(GEMMA).count(), 0);
		});
	}

	#[test]
	fn rejects_an_unknown_model() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(Registry::do_remove_model(NONESUCH), Error::<Test>::UnknownModel);
		});
	}

	#[test]
	fn rejects_an_origin_that_is_not_the_admin() {
		ExtBuilder::default().build_and_execute(|| {
			let origin = RuntimeOrigin::signed(ALICE);
			assert_noop!(Registry::remove_model(origin, GEMMA), BadOrigin);
		});
	}
}
