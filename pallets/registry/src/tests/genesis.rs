use frame_support::traits::{GetStorageVersion, StorageVersion};
use millrace_primitives::{traits::Registry as _, ModelId, Price, TierId};

use crate::{mock::*, types::GenesisModel, GenesisConfig};

const PRESET: &str = r#"{
	"tiers": [{ "id": 7, "name": "tiny", "price": { "input": 10, "output": 20 } }],
	"models": [{
		"id": "0x0505050505050505050505050505050505050505050505050505050505050505",
		"name": "gemma-3-270m",
		"tier": 7,
		"context": 32768,
		"bytes": 253114976
	}]
}"#;

fn preset() -> GenesisConfig<Test> {
	serde_json::from_str(PRESET).unwrap()
}

#[test]
fn reads_a_preset_with_the_model_in_hexadecimal() {
	let GenesisConfig { tiers, models, .. } = preset();
	ExtBuilder::default().offer(tiers, models).build_and_execute(|| {
		let price = Price { input: 10, output: 20 };
		assert_eq!(Registry::price_of(&ModelId([5; 32])), Some((TierId(7), price)));
		assert_eq!(Registry::models()[0].context, 32_768);
	});
}

#[test]
fn writes_the_preset_that_it_reads() {
	let written = serde_json::to_value(preset()).unwrap();
	assert_eq!(written, serde_json::from_str::<serde_json::Value>(PRESET).unwrap());
}

#[test]
fn refuses_a_field_that_it_does_not_know() {
	let misspelt = PRESET.replace("context", "contxt");
	assert!(serde_json::from_str::<GenesisConfig<Test>>(&misspelt).is_err());
}

#[test]
#[should_panic(expected = "model gemma-3-270m of the genesis preset")]
fn refuses_a_model_without_its_tier() {
	ExtBuilder::default().offer(vec![], preset().models).build();
}

#[test]
#[should_panic(expected = "of the genesis preset")]
fn refuses_a_name_that_is_too_long() {
	let GenesisConfig { tiers, models, .. } = preset();
	let long = GenesisModel { name: "x".repeat(65), ..models[0].clone() };
	ExtBuilder::default().offer(tiers, vec![long]).build();
}

#[test]
fn sets_the_storage_version() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Registry::on_chain_storage_version(), StorageVersion::new(2));
	});
}
