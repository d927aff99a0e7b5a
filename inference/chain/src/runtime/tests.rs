//! This crate against the runtime of this workspace: what one encodes, the other must read.

use codec::DecodeAll;
use frame_system::offchain::CreateAuthorizedTransaction;
use millrace_primitives::{
	identity::{Possession, WorkerKeys},
	AuctionTerms, Bid, DirectTerms, DisputeMechanism, EnvelopeKey, FinishReason, JobId, JobNonce,
	ModelId, Proof, Receipt, Submission, TokenCounts, Verdict,
};
use millrace_runtime::{
	Address, Runtime as MillraceRuntime, RuntimeCall, RuntimeEvent, UncheckedExtrinsic, VERSION,
};
use sp_core::{ed25519, sr25519};
use sp_runtime::traits::{BlakeTwo256, Checkable, Hash};

use super::*;

const GENESIS: H256 = H256([7; 32]);
const BIRTH: BlockRef = BlockRef { number: 4, hash: H256([8; 32]) };

fn metadata() -> Metadata {
	let bytes = sp_io::TestExternalities::default()
		.execute_with(|| MillraceRuntime::metadata_at_version(METADATA_VERSIONS[0]).unwrap());
	Metadata::decode_from(&bytes).unwrap()
}

fn runtime() -> Runtime {
	let metadata = metadata().arc();
	let range = SpecVersionForRange {
		block_range: 0..u64::MAX,
		spec_version: VERSION.spec_version,
		transaction_version: VERSION.transaction_version,
	};
	let config = SubstrateConfigBuilder::new()
		.set_genesis_hash(GENESIS)
		.set_spec_version_for_block_ranges([range])
		.set_metadata_for_spec_versions([(VERSION.spec_version, Arc::clone(&metadata))])
		.build();
	let client = OfflineClient::new_with_config(config).at_block(0u64).unwrap();
	Runtime { version: VERSION.spec_version, metadata, client }
}

fn account(number: u8) -> AccountId32 {
	AccountId32::new([number; 32])
}

fn worker_keys() -> WorkerKeys {
	WorkerKeys {
		worker: sr25519::Public::from_raw([1; 32]),
		peer: ed25519::Public::from_raw([2; 32]),
		envelope: EnvelopeKey([3; 32]),
	}
}

fn possession() -> Possession {
	Possession {
		worker: sr25519::Signature::from_raw([4; 64]),
		peer: ed25519::Signature::from_raw([5; 64]),
	}
}

fn nonce() -> JobNonce {
	JobNonce { issued_at: 9, salt: [6; 16] }
}

fn terms() -> DirectTerms<AccountId32> {
	DirectTerms {
		model: ModelId([1; 32]),
		candidates: vec![account(3), account(4)].try_into().unwrap(),
		max: TokenCounts { input: 5, output: 6 },
		request: [2; 32],
	}
}

fn auction_terms() -> AuctionTerms<AccountId32> {
	AuctionTerms {
		model: ModelId([1; 32]),
		document: b"bafydocument".to_vec().try_into().unwrap(),
		payment_max: 5_000_000,
		verifier_fee: 200_000,
		bid_window: 60_000,
		latency_max: 600_000,
		challenge_window: 120_000,
		mechanism: DisputeMechanism::Committee,
		matcher: Some(account(3)),
		verifier: None,
	}
}

fn bid() -> Bid<AccountId32> {
	Bid { job: JobId(H256([3; 32])), worker: account(4), price: 7, latency: 8, valid_until: 9 }
}

fn proof(output: u8) -> Proof<AccountId32> {
	Proof {
		job: JobId(H256([3; 32])),
		worker: account(4),
		model: ModelId([1; 32]),
		output: [output; 32],
		tokens: TokenCounts { input: 1, output: 2 },
		finish: FinishReason::Stop,
		class: [5; 32],
		entropy: H256([6; 32]),
	}
}

fn submission(output: u8) -> Submission<AccountId32> {
	Submission {
		job: JobId(H256([3; 32])),
		worker: account(4),
		result: b"bafyresult".to_vec().try_into().unwrap(),
		output: [output; 32],
	}
}

fn signature(byte: u8) -> sr25519::Signature {
	sr25519::Signature::from_raw([byte; 64])
}

/// The calls of auctions and disputes, and what the runtime must read.
fn contract_calls() -> Vec<(Call, RuntimeCall)> {
	use pallet_disputes::Call as Disputes;
	use pallet_jobs::Call as Jobs;
	use pallet_registry::Call as Registry;

	let (job, evidence) = (JobId(H256([3; 32])), [7; 32]);
	let (nonce, terms) = (nonce(), auction_terms());
	let (bid, bid_signature, award_signature) = (bid(), signature(1), signature(2).into());
	let receipt = Receipt { proof: proof(1).digest(), signature: signature(3).into() };
	let (first_signature, second_signature) = (signature(1), signature(2));
	let (proofs, submissions) = ([proof(1), proof(2)], [submission(1), submission(2)]);
	let ids = vec![ModelId([1; 32]), ModelId([2; 32])];
	let (model, displaced) = (ModelId([1; 32]), account(4));
	vec![
		(Call::create_auction(&nonce, &terms), Jobs::create_auction { nonce, terms }.into()),
		(
			Call::award(&bid, &bid_signature, &award_signature),
			Jobs::award { bid, bid_signature, award_signature }.into(),
		),
		(
			Call::submit_receipt(job, &receipt),
			pallet_settlement::Call::submit_receipt { job, receipt }.into(),
		),
		(Call::raise_dispute(job, &evidence), Disputes::raise { job, evidence }.into()),
		(Call::testify(job, &evidence), Disputes::testify { job, evidence }.into()),
		(
			Call::arbitrate(job, Verdict::AtFault),
			Disputes::arbitrate { job, verdict: Verdict::AtFault }.into(),
		),
		(
			Call::report_double_proof(
				(&proofs[0], &first_signature),
				(&proofs[1], &second_signature),
			),
			Disputes::report_double_proof {
				first: proofs[0].clone(),
				first_signature,
				second: proofs[1].clone(),
				second_signature,
			}
			.into(),
		),
		(
			Call::report_double_submission(
				(&submissions[0], &first_signature),
				(&submissions[1], &second_signature),
			),
			Disputes::report_double_submission {
				first: submissions[0].clone(),
				first_signature,
				second: submissions[1].clone(),
				second_signature,
			}
			.into(),
		),
		(
			Call::set_verified_models(&ids),
			Registry::set_verified_models { models: ids.clone().try_into().unwrap() }.into(),
		),
		(
			Call::displace_verifier(&model, &displaced),
			Registry::displace_verifier { model, displaced: displaced.clone() }.into(),
		),
	]
}

/// Each call of this crate, and what the runtime must read.
fn calls() -> Vec<(Call, RuntimeCall)> {
	[market_calls(), contract_calls()].concat()
}

fn market_calls() -> Vec<(Call, RuntimeCall)> {
	use pallet_jobs::Call as Jobs;
	use pallet_registry::Call as Registry;

	let (keys, possession, payout) = (worker_keys(), possession(), account(9));
	let ids = vec![ModelId([1; 32]), ModelId([2; 32])];
	let models = || ids.clone().try_into().unwrap();
	let job = JobId(H256([3; 32]));
	let (nonce, terms) = (nonce(), terms());
	let id = || Address::Id(account(9));
	let amount = 1_000_000_000_000u128;
	vec![
		(Call::create(&nonce, &terms), Jobs::create { nonce, terms }.into()),
		(Call::cancel(job), Jobs::cancel { job }.into()),
		(
			Call::register(&keys, &possession, &payout, &ids),
			Registry::register { keys, possession, payout: payout.clone(), models: models() }
				.into(),
		),
		(Call::rotate_keys(&keys, &possession), Registry::rotate_keys { keys, possession }.into()),
		(Call::set_models(&ids), Registry::set_models { models: models() }.into()),
		(Call::set_payout(&payout), Registry::set_payout { payout: payout.clone() }.into()),
		(Call::stake(amount), Registry::stake { amount }.into()),
		(Call::unbond(amount), Registry::unbond { amount }.into()),
		(Call::withdraw_unbonded(), Registry::withdraw_unbonded {}.into()),
		(Call::deregister(), Registry::deregister {}.into()),
		(Call::claim(&payout), pallet_escrow::Call::claim { who: payout.clone() }.into()),
		(
			Call::transfer_native(&payout, amount),
			pallet_balances::Call::transfer_keep_alive { dest: id(), value: amount }.into(),
		),
		(
			Call::transfer_payment(7, &payout, amount),
			pallet_assets::Call::transfer_keep_alive { id: 7, target: id(), amount }.into(),
		),
	]
}

#[test]
fn the_runtime_has_all_that_this_crate_calls() {
	assert_eq!(check(&metadata()), Ok(()));
}

#[test]
fn the_runtime_reads_every_call_as_it_was_meant() {
	let runtime = runtime();
	let calls = calls();
	assert_eq!(calls.len(), EXPECTED.len());
	for (call, expected) in calls {
		let name = format!("{}.{}", call.pallet(), call.name());
		let bytes = runtime.client.tx().call_data(&Encodable(&call)).unwrap();
		assert_eq!(RuntimeCall::decode_all(&mut &bytes[..]).unwrap(), expected, "{name}");
	}
}

#[test]
fn the_runtime_accepts_the_signature_of_every_transaction() {
	let runtime = runtime();
	let signer = Account::from_suri("//Alice").unwrap();
	for fee_asset in [None, Some(1)] {
		for (call, _) in calls() {
			let terms = Terms { nonce: 3, birth: BIRTH, fee_asset };
			let bytes = runtime.sign(&call, &signer, &terms).unwrap();
			let mut state = sp_io::TestExternalities::default();
			state.execute_with(|| {
				frame_system::Pallet::<MillraceRuntime>::set_block_number(10);
				frame_system::BlockHash::<MillraceRuntime>::insert(0, GENESIS);
				frame_system::BlockHash::<MillraceRuntime>::insert(BIRTH.number, BIRTH.hash);
				let extrinsic = UncheckedExtrinsic::decode_all(&mut &bytes[..]).unwrap();
				let context = frame_system::ChainContext::<MillraceRuntime>::default();
				let checked = extrinsic.check(&context);
				assert!(checked.is_ok(), "{}.{}", call.pallet(), call.name());
			});
		}
	}
}

#[test]
fn a_call_as_root_holds_the_call_that_is_meant() {
	let runtime = runtime();
	let (job, verdict) = (JobId(H256([3; 32])), Verdict::AtFault);
	let call = Call::sudo(Call::arbitrate(job, verdict));
	let bytes = runtime.call_data(&runtime.resolved(&call).unwrap()).unwrap();
	let meant = pallet_disputes::Call::arbitrate { job, verdict };
	let sudo = pallet_sudo::Call::sudo { call: Box::new(meant.into()) };
	assert_eq!(RuntimeCall::decode_all(&mut &bytes[..]).unwrap(), sudo.into());
	let signer = Account::from_suri("//Alice").unwrap();
	let terms = Terms { nonce: 0, birth: BIRTH, fee_asset: None };
	assert!(runtime.sign(&call, &signer, &terms).is_ok());
}

#[test]
fn a_call_that_fails_as_root_has_failed() {
	let sudid = |sudo_result| {
		let sudid = pallet_sudo::Event::<MillraceRuntime>::Sudid { sudo_result };
		let success = frame_system::Event::<MillraceRuntime>::ExtrinsicSuccess {
			dispatch_info: frame_system::DispatchEventInfo::default(),
		};
		let record = |event: RuntimeEvent| frame_system::EventRecord {
			phase: frame_system::Phase::ApplyExtrinsic(2),
			event,
			topics: Vec::<H256>::new(),
		};
		vec![record(sudid.into()), record(success.into())].encode()
	};
	let runtime = runtime();
	assert_eq!(runtime.outcome(sudid(Ok(())), 2), Ok(Outcome::Succeeded));
	let failed = sudid(Err(pallet_disputes::Error::<MillraceRuntime>::WrongPhase.into()));
	let Ok(Outcome::Failed(failure)) = runtime.outcome(failed, 2) else { panic!("a failure") };
	assert_eq!(failure.name, "Disputes::WrongPhase");
}

#[test]
fn a_refusal_of_the_pool_is_explained_in_the_chains_words() {
	let runtime = runtime();
	let refused = |code: u8| runtime.refusal(format!("Invalid Transaction: Custom error: {code}"));
	let expired = pallet_jobs::Error::<MillraceRuntime>::BidExpired.code();
	assert!(refused(expired).starts_with("Jobs::BidExpired: "), "{}", refused(expired));
	let judged = pallet_settlement::Error::<MillraceRuntime>::NotVerifier.code();
	assert!(refused(judged).starts_with("Settlement::NotVerifier"), "{}", refused(judged));
	let voted = pallet_disputes::Error::<MillraceRuntime>::NotJuror.code();
	assert!(refused(voted).starts_with("Disputes::NotJuror"), "{}", refused(voted));
	let last = pallet_disputes::Error::<MillraceRuntime>::AlreadyTestified.code();
	assert!(refused(last).starts_with("Disputes::AlreadyTestified"), "{}", refused(last));
	assert_eq!(refused(99), "Invalid Transaction: Custom error: 99");
	assert_eq!(runtime.refusal("Immediately dropped".into()), "Immediately dropped");
}

#[test]
fn the_runtime_makes_the_same_transaction_of_a_call_that_authorizes_itself() {
	let runtime = runtime();
	let (bid, bid_signature, award_signature) = (bid(), signature(1), signature(2).into());
	let call = Call::award(&bid, &bid_signature, &award_signature);
	let theirs = pallet_jobs::Call::award { bid, bid_signature, award_signature };
	let bytes = sp_io::TestExternalities::default().execute_with(|| {
		<MillraceRuntime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(
			theirs.into(),
		)
		.encode()
	});
	assert_eq!(runtime.authorized(&call).unwrap(), bytes);
}

#[test]
fn arguments_of_another_shape_are_refused_before_they_are_sent() {
	let runtime = runtime();
	let signer = Account::from_suri("//Alice").unwrap();
	let mut call = Call::cancel(JobId(H256([3; 32])));
	call.lengthen();
	let terms = Terms { nonce: 0, birth: BIRTH, fee_asset: None };
	let error = runtime.sign(&call, &signer, &terms).unwrap_err().to_string();
	assert!(error.starts_with("this client and this chain differ: "), "{error}");
	assert!(error.contains("Jobs.cancel"), "{error}");
}

#[test]
fn a_failed_call_is_explained_in_the_chains_words() {
	let failed = |dispatch_error| {
		let event = frame_system::Event::ExtrinsicFailed {
			dispatch_error,
			dispatch_info: frame_system::DispatchEventInfo::default(),
		};
		event_at(2, event)
	};
	let runtime = runtime();
	let module = failed(pallet_jobs::Error::<MillraceRuntime>::TooEarly.into());
	let Ok(Outcome::Failed(failure)) = runtime.outcome(module, 2) else { panic!("a failure") };
	assert_eq!(failure.name, "Jobs::TooEarly");
	assert!(failure.to_string().starts_with("Jobs::TooEarly: A worker may be busy"));

	let token = failed(sp_runtime::TokenError::FundsUnavailable.into());
	let Ok(Outcome::Failed(failure)) = runtime.outcome(token, 2) else { panic!("a failure") };
	assert_eq!(failure.to_string(), "Funds are unavailable");
}

#[test]
fn a_transaction_is_not_mistaken_for_its_neighbour() {
	let event = frame_system::Event::ExtrinsicSuccess {
		dispatch_info: frame_system::DispatchEventInfo::default(),
	};
	let events = event_at(2, event);
	assert_eq!(runtime().outcome(events.clone(), 2), Ok(Outcome::Succeeded));
	assert!(runtime().outcome(events, 1).is_err());
}

#[test]
fn garbage_in_place_of_events_is_an_error() {
	assert!(runtime().outcome(vec![0xff; 64], 0).is_err());
}

#[test]
fn the_treasury_is_read_from_the_runtime() {
	let ours = runtime().treasury().unwrap();
	assert_eq!(ours, millrace_runtime::configs::TreasuryAccount::get());
}

fn event_at(index: u32, event: frame_system::Event<MillraceRuntime>) -> Vec<u8> {
	let record = frame_system::EventRecord {
		phase: frame_system::Phase::ApplyExtrinsic(index),
		event: RuntimeEvent::from(event),
		topics: vec![BlakeTwo256::hash(b"topic")],
	};
	vec![record].encode()
}
