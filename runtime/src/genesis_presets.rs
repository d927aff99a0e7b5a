//! The networks that come with the runtime.

use alloc::{
	string::{String, ToString},
	vec,
	vec::Vec,
};

use frame_support::build_struct_json_patch;
use millrace_primitives::{Price, TierId};
use pallet_registry::types::{GenesisModel, GenesisTier};
use serde_json::Value;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::H256;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use crate::{
	configs::{
		ExistentialDeposit, PaymentAsset, TreasuryAccount, MILL, PAYMENT_ASSET_MIN_BALANCE, USDC,
	},
	parameters::Parameters,
	AccountId, AssetsConfig, AuraConfig, BalancesConfig, CouncilConfig, Disputes, Escrow,
	GrandpaConfig, RegistryConfig, RuntimeGenesisConfig, SudoConfig,
};

/// One validator with short slots: for a developer's machine.
pub const DEV: &str = "dev";

/// Four validators with the slots of a public network.
pub const LOCAL: &str = "local";

/// As [`DEV`], with windows short enough for tests to wait for.
pub const TEST: &str = "test";

/// Gemma 3 270M, quantised to `Q4_K_M`: the SHA-256 of the GGUF file that the demo runs.
const GEMMA_3_270M: [u8; 32] = [
	0xa5, 0xfd, 0x3b, 0x62, 0x23, 0x0a, 0xa5, 0xec, 0x60, 0x21, 0x22, 0x97, 0xdc, 0x9d, 0x20, 0xea,
	0xa7, 0x05, 0x78, 0xac, 0x51, 0x9e, 0x00, 0xd9, 0x3a, 0x17, 0xe4, 0x4c, 0x08, 0x7a, 0x68, 0x18,
];

/// The parameters of [`DEV`]: a dispute is over within minutes, and so is the unbonding of what
/// answers for it within an hour.
const DEV_PARAMETERS: Parameters = Parameters {
	slot_ms: 200,
	unbonding_ms: 3_600_000,
	bid_window_max_ms: 600_000,
	latency_max_ms: 600_000,
	challenge_window_min_ms: 5_000,
	challenge_window_max_ms: 600_000,
	draw_delay_ms: 4_000,
	judge_window_ms: 30_000,
	commit_window_ms: 30_000,
	reveal_window_ms: 30_000,
	arbitration_window_ms: 60_000,
	jury_pool_min: 3,
	..Parameters::PUBLIC
};

/// The parameters of [`TEST`].
const TEST_PARAMETERS: Parameters = Parameters {
	proof_window_ms: 20_000,
	dispute_window_ms: 5_000,
	cancel_after_ms: 1_000,
	nonce_window_ms: 20_000,
	retention_ms: 60_000,
	unbonding_ms: 240_000,
	bid_window_max_ms: 60_000,
	latency_max_ms: 20_000,
	delivery_min_ms: 3_000,
	challenge_window_min_ms: 2_000,
	challenge_window_max_ms: 30_000,
	judge_window_ms: 5_000,
	commit_window_ms: 5_000,
	reveal_window_ms: 5_000,
	arbitration_window_ms: 8_000,
	..DEV_PARAMETERS
};

/// What everybody known to [`Sr25519Keyring`] owns of MILL.
const ENDOWMENT_NATIVE: u128 = 1_000_000 * MILL;

/// What everybody known to [`Sr25519Keyring`] owns of the payment asset.
const ENDOWMENT_PAYMENT: u128 = 1_000_000 * USDC;

/// The people that every wallet knows.
const PEOPLE: [Sr25519Keyring; 6] = [
	Sr25519Keyring::Alice,
	Sr25519Keyring::Bob,
	Sr25519Keyring::Charlie,
	Sr25519Keyring::Dave,
	Sr25519Keyring::Eve,
	Sr25519Keyring::Ferdie,
];

const ALICE: (Sr25519Keyring, Ed25519Keyring) = (Sr25519Keyring::Alice, Ed25519Keyring::Alice);
const BOB: (Sr25519Keyring, Ed25519Keyring) = (Sr25519Keyring::Bob, Ed25519Keyring::Bob);
const CHARLIE: (Sr25519Keyring, Ed25519Keyring) =
	(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie);
const DAVE: (Sr25519Keyring, Ed25519Keyring) = (Sr25519Keyring::Dave, Ed25519Keyring::Dave);

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![DEV.to_string(), LOCAL.to_string(), TEST.to_string()]
}

/// The preset of that name, as a JSON patch to the default genesis. The standard tools call
/// [`DEV`] `development`.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_str() {
		DEV | sp_genesis_builder::DEV_RUNTIME_PRESET => genesis(DEV_PARAMETERS, &[ALICE]),
		LOCAL | sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET => {
			genesis(Parameters::PUBLIC, &[ALICE, BOB, CHARLIE, DAVE])
		},
		TEST => genesis(TEST_PARAMETERS, &[ALICE]),
		_ => return None,
	};
	Some(patch.to_string().into_bytes())
}

fn genesis(parameters: Parameters, validators: &[(Sr25519Keyring, Ed25519Keyring)]) -> Value {
	let admin = Sr25519Keyring::Alice.to_account_id();
	build_struct_json_patch!(RuntimeGenesisConfig {
		parameters: parameters.into(),
		aura: AuraConfig {
			authorities: validators.iter().map(|(aura, _)| AuraId::from(aura.public())).collect(),
		},
		grandpa: GrandpaConfig {
			authorities: validators
				.iter()
				.map(|(_, grandpa)| (GrandpaId::from(grandpa.public()), 1))
				.collect(),
		},
		balances: BalancesConfig { balances: native_balances() },
		assets: AssetsConfig {
			assets: vec![(PaymentAsset::get(), admin.clone(), true, PAYMENT_ASSET_MIN_BALANCE)],
			metadata: vec![(PaymentAsset::get(), b"USD Coin".to_vec(), b"USDC".to_vec(), 6)],
			accounts: payment_balances(),
		},
		registry: RegistryConfig { tiers: vec![nano()], models: vec![gemma()] },
		council: CouncilConfig { members: council() },
		sudo: SudoConfig { key: Some(admin) },
	})
}

/// Who changes parameters and decides what no committee does: two of three.
fn council() -> Vec<AccountId> {
	[ALICE, BOB, CHARLIE].map(|(member, _)| member.to_account_id()).into()
}

/// The accounts of the chain itself that are paid. They exist from the start, so that the least
/// payment can reach them.
fn own_accounts() -> [AccountId; 2] {
	[TreasuryAccount::get(), Escrow::pot()]
}

fn native_balances() -> Vec<(AccountId, u128)> {
	let own = own_accounts().into_iter().chain([Disputes::pot()]);
	let own = own.map(|account| (account, ExistentialDeposit::get()));
	PEOPLE.iter().map(|who| (who.to_account_id(), ENDOWMENT_NATIVE)).chain(own).collect()
}

fn payment_balances() -> Vec<(u32, AccountId, u128)> {
	let own = own_accounts().into_iter().map(|account| (account, PAYMENT_ASSET_MIN_BALANCE));
	PEOPLE
		.iter()
		.map(|who| (who.to_account_id(), ENDOWMENT_PAYMENT))
		.chain(own)
		.map(|(account, amount)| (PaymentAsset::get(), account, amount))
		.collect()
}

/// The tier of the smallest models: 0.2 credits for 1,000 prompt tokens, 0.6 for 1,000 generated.
fn nano() -> GenesisTier {
	let price = Price { input: 2_000, output: 6_000 };
	GenesisTier { id: TierId(0), name: String::from("nano"), price }
}

fn gemma() -> GenesisModel {
	GenesisModel {
		id: H256(GEMMA_3_270M),
		name: String::from("gemma-3-270m"),
		tier: TierId(0),
		context: 32_768,
		bytes: 253_113_024,
	}
}
