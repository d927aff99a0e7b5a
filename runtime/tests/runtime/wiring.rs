//! Constants, weights, fees and genesis: that the parts fit each other and the slot.

use std::collections::BTreeSet;

use codec::Encode;
use frame_support::{
	dispatch::DispatchClass,
	traits::{CallMetadata, Get, GetCallMetadata, PalletInfoAccess},
	weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
};
use millrace_primitives::{
	identity::{Possession, WorkerKeys},
	job::CANDIDATES_MAX,
	traits::{JobDeadline, OnDeadline},
	EnvelopeKey, JobId, JobNonce, Price, Proof, TierId, TokenCounts, Verdict,
};
use millrace_runtime::{
	configs::{SlotWeights, MILL},
	genesis_presets,
	parameters::{self, Flaw, Parameters},
	AccountId, Runtime, RuntimeCall, UncheckedExtrinsic, WASM_BINARY,
};
use pallet_registry::types::{ModelIds, Name};
use sp_core::{ed25519, sr25519, Pair, H256};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	BuildStorage,
};

use crate::{
	chain::{account, genesis_of, model, treasury, weight_of, Chain},
	worker::Worker,
};

/// The shortest that there can be comes first.
const SLOTS_MS: [u64; 4] = [100, 200, 500, 1_000];

fn with_slot(slot_ms: u64) -> Chain {
	let patch = serde_json::json!({ "parameters": { "initial": { "slotMs": slot_ms } } });
	Chain::new("local", patch, 2)
}

#[test]
fn a_full_block_takes_two_fifths_of_a_slot() {
	for slot_ms in SLOTS_MS {
		let weights = with_slot(slot_ms).ext.execute_with(SlotWeights::get);
		assert_eq!(weights.max_block.ref_time(), slot_ms * WEIGHT_REF_TIME_PER_MILLIS * 2 / 5);
		assert!(weights.validate().is_ok());
	}
}

#[test]
fn the_slot_of_genesis_is_the_slot_of_aura() {
	for slot_ms in SLOTS_MS {
		with_slot(slot_ms).ext.execute_with(|| {
			assert_eq!(millrace_runtime::Aura::slot_duration(), slot_ms);
			assert_eq!(<Runtime as pallet_timestamp::Config>::MinimumPeriod::get(), slot_ms / 2);
		});
	}
}

/// A slot changed after genesis: the next block is refused as a whole.
#[test]
#[should_panic(expected = "Timestamp slot must match `CurrentSlot`")]
fn a_slot_that_changes_stops_the_chain() {
	let mut chain = Chain::dev();
	chain.ext.execute_with(|| {
		parameters::Current::<Runtime>::mutate(|parameters| parameters.slot_ms = 300);
	});
	chain.block(Vec::new());
}

/// Every call of ours that costs a fee, at its largest.
fn largest_paid_calls(
	job: JobId,
	workers: &[&Worker],
	proof: &Proof<AccountId>,
) -> Vec<RuntimeCall> {
	let nonce = JobNonce { issued_at: 0, salt: [0; 16] };
	let terms = Chain::terms(workers, proof.tokens);
	let auction = Chain::auction_terms(None);
	let submission = workers[0].submission(job);
	let signature = sr25519::Signature::default();
	let models: ModelIds = vec![model(); 16].try_into().unwrap();
	let name: Name = vec![b'n'; 32].try_into().unwrap();
	let keys = WorkerKeys {
		worker: sr25519::Public::from_raw([1; 32]),
		peer: ed25519::Public::from_raw([2; 32]),
		envelope: EnvelopeKey([3; 32]),
	};
	let possession = Possession { worker: signature, peer: ed25519::Signature::default() };
	let (id, payout) = (model(), treasury());
	vec![
		pallet_registry::Call::register { keys, possession, payout, models: models.clone() }.into(),
		pallet_registry::Call::rotate_keys { keys, possession }.into(),
		pallet_registry::Call::set_payout { payout: treasury() }.into(),
		pallet_registry::Call::set_tier {
			id: TierId(1),
			name: name.clone(),
			price: Price::default(),
		}
		.into(),
		pallet_registry::Call::remove_tier { id: TierId(1) }.into(),
		pallet_registry::Call::set_model { id, name, tier: TierId(1), context: 1, bytes: 1 }.into(),
		pallet_registry::Call::remove_model { id }.into(),
		pallet_jobs::Call::create { nonce, terms }.into(),
		pallet_jobs::Call::create_auction { nonce, terms: auction }.into(),
		pallet_jobs::Call::cancel { job }.into(),
		pallet_registry::Call::set_models { models: models.clone() }.into(),
		pallet_registry::Call::set_verified_models { models }.into(),
		pallet_registry::Call::displace_verifier { model: model(), displaced: treasury() }.into(),
		pallet_registry::Call::stake { amount: 1 }.into(),
		pallet_registry::Call::unbond { amount: 1 }.into(),
		pallet_registry::Call::withdraw_unbonded {}.into(),
		pallet_registry::Call::deregister {}.into(),
		pallet_escrow::Call::claim { who: treasury() }.into(),
		pallet_deadlines::Call::service { max: u32::MAX }.into(),
		pallet_disputes::Call::raise { job, evidence: [0; 32] }.into(),
		pallet_disputes::Call::testify { job, evidence: [0; 32] }.into(),
		pallet_disputes::Call::arbitrate { job, verdict: Verdict::Cleared }.into(),
		pallet_disputes::Call::arbitrate { job, verdict: Verdict::AtFault }.into(),
		pallet_disputes::Call::report_double_proof {
			first: proof.clone(),
			first_signature: signature,
			second: proof.clone(),
			second_signature: signature,
		}
		.into(),
		pallet_disputes::Call::report_double_submission {
			first: submission.clone(),
			first_signature: signature,
			second: submission,
			second_signature: signature,
		}
		.into(),
		parameters::Call::set { parameters: Box::new(Parameters::PUBLIC) }.into(),
	]
}

fn name_of(CallMetadata { function_name, pallet_name }: CallMetadata) -> String {
	format!("{pallet_name}.{function_name}")
}

/// Every call of ours, at its largest, with everything that a transaction has around it.
fn largest_transactions(chain: &mut Chain) -> Vec<UncheckedExtrinsic> {
	let workers: Vec<_> = [Bob, Charlie, Dave, Eve].map(Worker::new).into_iter().collect();
	assert_eq!(workers.len(), CANDIDATES_MAX as usize);
	for worker in &workers {
		worker.register(chain);
	}
	let candidates: Vec<_> = workers.iter().collect();
	let max = TokenCounts { input: 1_000, output: 1_000 };
	let job = chain.create(Alice, &candidates, max);
	let proof = workers[0].proof(chain, job, max);
	let receipt = chain.receipt(Alice, &proof);
	let calls = largest_paid_calls(job, &candidates, &proof);
	let mut transactions: Vec<_> =
		calls.into_iter().map(|call| chain.signed(Alice, call)).collect();
	let worker = &workers[0];
	let submission = worker.submission(job);
	let confirm = pallet_settlement::Call::submit_receipt { job, receipt: receipt.clone() };
	transactions.extend([
		worker.accept(chain, job),
		chain.award(Alice, worker.bid(chain, job, 1, 1)),
		worker.submit(chain, proof, Some(receipt)),
		Chain::authorized(confirm),
		worker.deliver(chain, submission.clone()),
		worker.attest(chain, &submission, false),
		worker.commit(chain, job, Verdict::AtFault),
		worker.reveal(job, Verdict::AtFault),
	]);
	transactions
}

#[test]
fn every_call_fits_the_shortest_block() {
	let mut chain = with_slot(SLOTS_MS[0]);
	let transactions = largest_transactions(&mut chain);
	let metadata = |transaction: &UncheckedExtrinsic| transaction.function.get_call_metadata();
	let tried: BTreeSet<_> = transactions.iter().map(metadata).map(name_of).collect();
	let ours = ["Jobs", "Settlement", "Disputes", "Registry", "Escrow", "Deadlines", "Parameters"];
	let names = |pallet_name| {
		let names = RuntimeCall::get_call_names(pallet_name).iter();
		names.map(move |function_name| name_of(CallMetadata { function_name, pallet_name }))
	};
	assert_eq!(tried, ours.into_iter().flat_map(names).collect());
	chain.ext.execute_with(|| {
		let most = SlotWeights::get().get(DispatchClass::Normal).max_extrinsic.unwrap();
		for transaction in transactions {
			let weight = weight_of(&transaction);
			let call = &transaction.function;
			assert!(weight.all_lte(most), "{call:?} weighs {weight}, of {most} at most");
			assert!(weight.ref_time() > WEIGHT_REF_TIME_PER_MILLIS / 100, "{call:?} is for free");
		}
	});
}

/// In full blocks too the chain keeps up with fifty jobs a second, whatever becomes of them.
#[test]
fn the_share_of_deadlines_suffices() {
	let mut chain = with_slot(1_000);
	chain.ext.execute_with(|| {
		let block = SlotWeights::get().max_block;
		let share = <Runtime as pallet_deadlines::Config>::Share::get() * block;
		let job = JobId(H256::zero());
		// What takes longest takes a draw of 128 verifiers, or the votes of seven jurors.
		let items = [
			(JobDeadline::Proof(job), 50),
			(JobDeadline::Window(job), 50),
			(JobDeadline::Retention(job), 50),
			(JobDeadline::Judgement(job), 10),
			(JobDeadline::Dispute(job), 10),
		];
		for (item, least) in items {
			let weight = <Runtime as pallet_deadlines::Config>::OnDeadline::weight(&item);
			assert!(weight.any_gt(Weight::zero()));
			let rate = share.checked_div_per_component(&weight).unwrap();
			assert!(rate >= least, "{rate} of {item:?} a second");
		}
	});
}

/// A runtime can be replaced at one-second slots. At the 200 ms of a development chain it takes
/// sudo's `sudo_unchecked_weight`.
#[test]
fn an_upgrade_fits_a_block() {
	let mut chain = with_slot(1_000);
	let code = WASM_BINARY.expect("the runtime was built").to_vec();
	let call = frame_system::Call::apply_authorized_upgrade { code };
	let transaction = chain.signed(Alice, call);
	chain.ext.execute_with(|| {
		let weights = SlotWeights::get();
		let class = weights.get(DispatchClass::Operational);
		assert!(weight_of(&transaction).all_lte(class.max_extrinsic.unwrap()));
		let length = <Runtime as frame_system::Config>::BlockLength::get();
		let most = *length.max.get(DispatchClass::Operational) as usize;
		assert!(transaction.encoded_size() <= most);
	});
}

#[test]
fn who_owns_only_usdc_can_pay_for_a_job() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let client = sr25519::Pair::from_string("//SomebodyNew", None).unwrap();
	let call =
		pallet_assets::Call::transfer { id: 1, target: account(&client).into(), amount: 1_000_000 };
	let transaction = chain.signed(Ferdie, call);
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.mill(&account(&client)), 0);

	let max = TokenCounts { input: 400, output: 300 };
	let create = |chain: &Chain| {
		let nonce = JobNonce { issued_at: chain.now, salt: [1; 16] };
		pallet_jobs::Call::<Runtime>::create { nonce, terms: Chain::terms(&[&worker], max) }
	};
	let call = create(&chain);
	let in_mill = chain.signed_paying(&client, call, None);
	let no_funds = TransactionValidityError::Invalid(InvalidTransaction::Payment);
	assert_eq!(chain.validate(in_mill), Err(no_funds));

	let before = chain.usdc(&treasury());
	let call = create(&chain);
	let in_usdc = chain.signed_paying(&client, call, Some(1));
	assert_eq!(chain.apply(in_usdc), Ok(()));
	let fee = chain.usdc(&treasury()) - before;
	assert!((1..1_000).contains(&fee), "the fee is {fee} micro-USDC");
	assert_eq!(chain.usdc(&account(&client)), 1_000_000 - 2_600 - fee);
	assert_eq!(chain.held(&account(&client)), 2_600);
}

#[test]
fn fees_are_taken_in_no_other_asset() {
	let mut chain = Chain::dev();
	let call = frame_system::Call::<Runtime>::remark { remark: Vec::new() };
	let transaction = chain.signed_paying(&Alice.pair(), call, Some(2));
	let no_funds = TransactionValidityError::Invalid(InvalidTransaction::Payment);
	assert_eq!(chain.validate(transaction), Err(no_funds));
}

#[test]
fn fees_in_mill_go_to_the_treasury() {
	let mut chain = Chain::dev();
	let (alice, before) = (Alice.to_account_id(), chain.mill(&treasury()));
	let owned = chain.mill(&alice);
	let call = frame_system::Call::<Runtime>::remark { remark: Vec::new() };
	let transaction = chain.signed(Alice, call);
	assert_eq!(chain.apply(transaction), Ok(()));
	let fee = owned - chain.mill(&alice);
	assert!(fee > 0);
	assert_eq!(chain.mill(&treasury()), before + fee);
}

#[test]
fn workers_pay_nothing_and_come_first() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let job = chain.create(Alice, &[&worker], TokenCounts { input: 4, output: 4 });
	let owned = chain.mill(&Bob.to_account_id());
	let accept = worker.accept(&chain, job);
	let urgent = chain.validate(accept.clone()).unwrap();
	let call = frame_system::Call::<Runtime>::remark { remark: Vec::new() };
	let ordinary = chain.signed(Alice, call);
	let ordinary = chain.validate(ordinary).unwrap();
	assert!(urgent.priority > ordinary.priority);
	assert_eq!(urgent.provides.len(), 1);
	assert_eq!(chain.apply(accept), Ok(()));
	assert_eq!(chain.mill(&Bob.to_account_id()), owned);
}

#[test]
fn every_preset_builds() {
	for preset in genesis_presets::preset_names() {
		let genesis = genesis_of(&preset, serde_json::json!({}));
		assert_eq!(genesis.parameters.initial.check(), Ok(()));
		assert!(genesis.build_storage().is_ok(), "{preset}");
	}
	assert_eq!(genesis_presets::get_preset(&"nothing".into()), None);
}

#[test]
fn the_presets_are_what_they_promise() {
	let authorities = |preset| {
		let genesis = genesis_of(preset, serde_json::json!({}));
		assert_eq!(genesis.aura.authorities.len(), genesis.grandpa.authorities.len());
		(genesis.aura.authorities.len(), genesis.parameters.initial.slot_ms)
	};
	assert_eq!(authorities("dev"), (1, 200));
	assert_eq!(authorities("test"), (1, 200));
	assert_eq!(authorities("local"), (4, 1_000));

	let mut chain = Chain::dev();
	for who in [Alice, Bob, Charlie, Dave, Eve, Ferdie] {
		assert_eq!(chain.usdc(&who.to_account_id()), 1_000_000_000_000);
		assert_eq!(chain.mill(&who.to_account_id()), 1_000_000_000_000_000_000);
	}
	let pot = millrace_runtime::Escrow::pot();
	for own in [treasury(), pot] {
		assert_eq!((chain.usdc(&own), chain.mill(&own)), (10_000, 1_000_000_000));
	}
	let pot = millrace_runtime::Disputes::pot();
	assert_eq!((chain.usdc(&pot), chain.mill(&pot)), (0, 1_000_000_000));
	let council = chain.ext.execute_with(<pallet_collective::Members<Runtime>>::get);
	assert_eq!(council.len(), 3);
}

#[test]
fn a_patch_sets_the_parameters_of_a_network() {
	let changed = serde_json::json!({ "proofWindowMs": 3_000, "cancelAfterMs": 1_000 });
	let patch = serde_json::json!({ "parameters": { "initial": changed } });
	let initial = genesis_of("dev", patch).parameters.initial;
	assert_eq!((initial.proof_window_ms, initial.cancel_after_ms), (3_000, 1_000));
	assert_eq!((initial.slot_ms, initial.dispute_window_ms), (200, 60_000));
}

#[test]
#[should_panic(expected = "impossible parameters: Err(SlotOutOfBounds)")]
fn impossible_parameters_make_no_chain() {
	with_slot(50);
}

#[test]
fn each_rule_about_parameters_is_kept() {
	let good = Parameters::PUBLIC;
	assert_eq!(good.check(), Ok(()));
	let no_tokens = TokenCounts { input: 0, output: 1 };
	let bad = [
		(Parameters { slot_ms: 0, ..good }, Flaw::SlotOutOfBounds),
		(Parameters { slot_ms: 60_000, ..good }, Flaw::SlotOutOfBounds),
		(Parameters { cancel_after_ms: 999, ..good }, Flaw::WindowTooShort),
		(Parameters { dispute_window_ms: 0, ..good }, Flaw::WindowTooShort),
		(Parameters { judge_window_ms: 0, ..good }, Flaw::WindowTooShort),
		(Parameters { arbitration_window_ms: 0, ..good }, Flaw::WindowTooShort),
		(Parameters { cancel_after_ms: 120_000, ..good }, Flaw::CancelAfterExpiry),
		(Parameters { proof_window_ms: 4_096_000, ..good }, Flaw::ProofWindowTooLong),
		(Parameters { retention_ms: 600_000, ..good }, Flaw::RetentionTooShort),
		(Parameters { nonce_window_ms: u64::MAX, ..good }, Flaw::RetentionTooShort),
		(Parameters { challenge_window_max_ms: 59_999, ..good }, Flaw::NoChallengeWindow),
		(Parameters { latency_margin: 99, ..good }, Flaw::LatencyMarginOutOfBounds),
		(Parameters { latency_margin: 1_001, ..good }, Flaw::LatencyMarginOutOfBounds),
		(Parameters { draw_delay_ms: 16_999, ..good }, Flaw::DrawTooEarly),
		(Parameters { unbonding_ms: 7 * 86_400_000, ..good }, Flaw::UnbondingTooShort),
		(Parameters { latency_max_ms: u64::MAX, ..good }, Flaw::UnbondingTooShort),
		(Parameters { arbitration_window_ms: 5 * 86_400_000, ..good }, Flaw::UnbondingTooShort),
		(Parameters { share_staked: 10_001, ..good }, Flaw::ShareTooHigh),
		(Parameters { protocol_fee: 10_001, ..good }, Flaw::ShareTooHigh),
		(Parameters { share_unstaked: 8_501, ..good }, Flaw::StakeDoesNotPay),
		(Parameters { max_tokens: no_tokens, ..good }, Flaw::NoTokens),
		(Parameters { reputation_cap: 0, ..good }, Flaw::NoReputationCap),
		(Parameters { stake_min: 0, ..good }, Flaw::NoStake),
		(Parameters { verifier_stake_min: 1, ..good }, Flaw::VerifierStakeTooLow),
		(Parameters { dispute_bond: 0, ..good }, Flaw::NoDisputeBond),
		(Parameters { worker_slash: good.stake_min + 1, ..good }, Flaw::SlashAboveStake),
		(Parameters { dispute_bond: 501 * MILL, ..good }, Flaw::SlashAboveStake),
		(Parameters { minority_slash: good.no_reveal_slash, ..good }, Flaw::SilencePays),
		(Parameters { no_commit_slash: 26 * MILL, ..good }, Flaw::AbstentionCostsTooMuch),
		(Parameters { committee_size: 2, ..good }, Flaw::CommitteeSizeOutOfBounds),
		(Parameters { committee_size: 8, ..good }, Flaw::CommitteeSizeOutOfBounds),
		(Parameters { worker_slash: 0, ..good }, Flaw::NoSlash),
		(Parameters { double_proof_slash: 0, ..good }, Flaw::NoSlash),
		(Parameters { jury_fee: 8 * MILL, ..good }, Flaw::JuryFeeTooHigh),
		(Parameters { jury_pool_min: 2, ..good }, Flaw::JuryPoolOutOfBounds),
		(Parameters { jury_pool_min: 129, ..good }, Flaw::JuryPoolOutOfBounds),
	];
	for (parameters, flaw) in bad {
		assert_eq!(parameters.check(), Err(flaw));
	}
}

/// Part of the encoding of transactions, events and holds.
#[test]
fn pallet_indices_stay() {
	fn index<P: PalletInfoAccess>() -> (usize, &'static str) {
		(P::index(), P::name())
	}
	use millrace_runtime as runtime;
	let indices = [
		index::<runtime::System>(),
		index::<runtime::Parameters>(),
		index::<runtime::Timestamp>(),
		index::<runtime::Aura>(),
		index::<runtime::Grandpa>(),
		index::<runtime::Balances>(),
		index::<runtime::Assets>(),
		index::<runtime::AssetsHolder>(),
		index::<runtime::TransactionPayment>(),
		index::<runtime::AssetTxPayment>(),
		index::<runtime::Utility>(),
		index::<runtime::Sudo>(),
		index::<runtime::Registry>(),
		index::<runtime::Escrow>(),
		index::<runtime::Deadlines>(),
		index::<runtime::Jobs>(),
		index::<runtime::Settlement>(),
		index::<runtime::OffchainWorker>(),
		index::<runtime::Disputes>(),
		index::<runtime::Council>(),
	];
	let expected = [
		(0, "System"),
		(1, "Parameters"),
		(2, "Timestamp"),
		(3, "Aura"),
		(4, "Grandpa"),
		(5, "Balances"),
		(6, "Assets"),
		(7, "AssetsHolder"),
		(8, "TransactionPayment"),
		(9, "AssetTxPayment"),
		(10, "Utility"),
		(11, "Sudo"),
		(20, "Registry"),
		(21, "Escrow"),
		(22, "Deadlines"),
		(23, "Jobs"),
		(24, "Settlement"),
		(25, "OffchainWorker"),
		(26, "Disputes"),
		(27, "Council"),
	];
	assert_eq!(indices, expected);
}
