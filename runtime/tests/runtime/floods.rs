//! Calls that cost nothing cannot be used to spam: what is not awaited is refused before it takes any
//! room in a block, and nothing that wraps an authorized call makes it valid or free.

use codec::Encode;
use frame_support::dispatch::{DispatchClass, RawOrigin};
use frame_system::offchain::CreateAuthorizedTransaction;
use millrace_primitives::{JobId, JobKind, Proof};
use millrace_runtime::{
	configs::MILL, AccountId, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, System,
	TxExtension, UncheckedExtrinsic,
};
use sp_core::{Pair, H256};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Era,
	traits::{BlakeTwo256, Dispatchable, Hash},
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionValidityError, UnknownTransaction,
		ValidTransaction,
	},
	DispatchError, Weight,
};

use crate::{
	chain::{over_the_wire, weight_of, Chain},
	table::scene::{Attempt, Caller, Scene, Stage},
	worker::Worker,
};

/// How many of each sort a flood has.
const FLOOD: usize = 300;

/// Above what ordinary transactions have, whose priority is their tip and what they pay.
const PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// Each authorized call, where it is awaited, from whom, and the error after it has been applied.
const STEPS: [(JobKind, Stage, Attempt, Caller, u8); 9] = [
	(JobKind::Direct, Stage::Open, Attempt::Accept, Caller::Hired, 101),
	(JobKind::Auction, Stage::Open, Attempt::Award, Caller::Requester, 101),
	(JobKind::Direct, Stage::Open, Attempt::Prove, Caller::Hired, 152),
	(JobKind::Direct, Stage::Open, Attempt::ProveConfirmed, Caller::Hired, 152),
	(JobKind::Auction, Stage::Verified, Attempt::Confirm, Caller::Requester, 151),
	(JobKind::Auction, Stage::Accepted, Attempt::Deliver, Caller::Hired, 152),
	(JobKind::Auction, Stage::Submitted, Attempt::Pass, Caller::Verifier, 151),
	(JobKind::Auction, Stage::Commit, Attempt::CommitVote, Caller::Juror, 208),
	(JobKind::Direct, Stage::Reveal, Attempt::RevealVote, Caller::Juror, 212),
];

fn refused(code: u8) -> TransactionValidityError {
	InvalidTransaction::Custom(code).into()
}

/// What the transactions of the last block weighed.
fn weighed(chain: &mut Chain) -> Weight {
	chain.ext.execute_with(|| *System::block_weight().get(DispatchClass::Normal))
}

/// What the transactions of a block weigh that has none.
fn nothing(chain: &mut Chain) -> Weight {
	chain.block(Vec::new());
	weighed(chain)
}

/// What the chain keeps of a job.
fn record(scene: &mut Scene) -> Vec<u8> {
	let job = scene.job;
	scene.chain.ext.execute_with(|| {
		let record = pallet_jobs::Jobs::<Runtime>::get(job);
		(record, pallet_disputes::Cases::<Runtime>::get(job)).encode()
	})
}

/// A block full of these: each is refused with this code, none weighs anything, and the job is as it
/// was.
fn assert_drowns_nothing(scene: &mut Scene, flood: Vec<UncheckedExtrinsic>, code: u8) {
	let before = record(scene);
	let empty = nothing(&mut scene.chain);
	for transaction in flood.iter().take(3) {
		let said = scene.chain.validate(over_the_wire(transaction));
		assert_eq!(said, Err(refused(code)), "the pool does not take it");
	}
	let sent = flood.len();
	let results = scene.chain.block(flood);
	assert_eq!(results.len(), sent);
	assert!(results.iter().all(|result| *result == Err(refused(code))), "{:?}", results[0]);
	assert_eq!(weighed(&mut scene.chain), empty, "what is refused takes no room");
	assert!(record(scene) == before, "what is refused changes nothing");
}

/// One call [`FLOOD`] times, each time signed anew, so that no two are the same.
fn many(scene: &mut Scene, attempt: Attempt, caller: Caller) -> Vec<UncheckedExtrinsic> {
	(0..FLOOD).map(|_| scene.transaction(attempt, caller)).collect()
}

#[test]
fn a_flood_of_what_is_done_already_takes_no_room() {
	for (kind, stage, attempt, caller, code) in STEPS {
		let mut scene = Scene::new(kind, stage);
		let flood = many(&mut scene, attempt, caller);
		scene.act(attempt, caller);
		assert_drowns_nothing(&mut scene, flood, code);
	}
}

/// In one block: the first is applied, and the rest weigh nothing.
#[test]
fn a_duplicate_is_void_in_the_block_that_has_the_first() {
	for (kind, stage, attempt, caller, code) in STEPS {
		let mut scene = Scene::new(kind, stage);
		let flood = many(&mut scene, attempt, caller);
		let empty = nothing(&mut scene.chain);
		let base = scene.chain.ext.execute_with(base_weight);
		let most = empty.saturating_add(weight_of(&flood[0])).saturating_add(base);
		let results = scene.chain.block(flood);
		assert_eq!(results[0], Ok(Ok(())));
		assert!(results[1..].iter().all(|result| *result == Err(refused(code))), "{attempt:?}");
		assert!(weighed(&mut scene.chain).all_lte(most), "{attempt:?} weighs more than once");
	}
}

/// What every transaction weighs before anything of its own. Needs externalities.
fn base_weight() -> Weight {
	use frame_support::traits::Get;
	let limits: frame_system::limits::BlockWeights =
		<Runtime as frame_system::Config>::BlockWeights::get();
	limits.get(DispatchClass::Normal).base_extrinsic
}

#[test]
fn a_flood_at_the_wrong_time_takes_no_room() {
	let too_early = [
		(JobKind::Direct, Stage::Open, Attempt::Confirm, Caller::Requester, 151),
		(JobKind::Auction, Stage::Open, Attempt::Deliver, Caller::Hired, 151),
		(JobKind::Auction, Stage::Accepted, Attempt::Pass, Caller::Verifier, 151),
		(JobKind::Auction, Stage::Undrawn, Attempt::Fail, Caller::Verifier, 164),
		(JobKind::Direct, Stage::Verified, Attempt::CommitVote, Caller::Juror, 205),
		(JobKind::Direct, Stage::Commit, Attempt::RevealVote, Caller::Spoken, 206),
	];
	let too_late = [
		(JobKind::Direct, Stage::Cancelled, Attempt::Accept, Caller::Hired, 101),
		(JobKind::Auction, Stage::Expired, Attempt::Award, Caller::Requester, 101),
		(JobKind::Direct, Stage::Expired, Attempt::Prove, Caller::Hired, 151),
		(JobKind::Auction, Stage::Abandoned, Attempt::Deliver, Caller::Hired, 151),
		(JobKind::Auction, Stage::Settled, Attempt::Confirm, Caller::Requester, 151),
		(JobKind::Direct, Stage::Arbitration, Attempt::CommitVote, Caller::Juror, 206),
		(JobKind::Direct, Stage::Resolved, Attempt::RevealVote, Caller::Juror, 206),
	];
	for (kind, stage, attempt, caller, code) in too_early.into_iter().chain(too_late) {
		let mut scene = Scene::new(kind, stage);
		let flood = many(&mut scene, attempt, caller);
		assert_drowns_nothing(&mut scene, flood, code);
	}
}

#[test]
fn a_flood_for_jobs_that_there_are_not_takes_no_room() {
	let mut scene = Scene::new(JobKind::Direct, Stage::Open);
	let worker = Worker::new(scene.who(Caller::Hired).owner);
	let unknown = |number: usize| JobId(BlakeTwo256::hash_of(&(number as u64)));
	let accepts = (0..FLOOD).map(|number| worker.accept(&scene.chain, unknown(number)));
	let accepts = accepts.collect();
	let proofs = (0..FLOOD).map(|number| {
		let proof = Proof { job: unknown(number), ..scene.proof(Caller::Hired) };
		worker.submit(&scene.chain, proof, None)
	});
	let proofs = proofs.collect();
	assert_drowns_nothing(&mut scene, accepts, 100);
	assert_drowns_nothing(&mut scene, proofs, 150);
}

/// The code with which each step refuses a signature that is not the awaited one.
const FORGED: [u8; 9] = [105, 126, 160, 160, 161, 163, 167, 210, 213];

#[test]
fn a_flood_of_forged_signatures_takes_no_room() {
	for ((kind, stage, attempt, caller, _), code) in STEPS.into_iter().zip(FORGED) {
		let mut scene = Scene::new(kind, stage);
		let (attempt, named, forger) = match attempt {
			// A bid of the worker, signed by another; a receipt is anybody's who signed it.
			Attempt::Award => (Attempt::Bid, Caller::Hired, Caller::Stranger),
			Attempt::Confirm => (attempt, Caller::Stranger, Caller::Stranger),
			_ => (attempt, caller, Caller::Stranger),
		};
		let forged = |_| Chain::authorized(scene.call_signed_by(attempt, named, forger));
		let flood = (0..FLOOD).map(forged).collect();
		assert_drowns_nothing(&mut scene, flood, code);
	}
}

/// The same keys and the same jobs, signed for a chain with another first block.
#[test]
fn a_flood_from_another_chain_takes_no_room() {
	let another = H256([0x11; 32]);
	for ((kind, stage, attempt, caller, _), code) in STEPS.into_iter().zip(FORGED) {
		// A vote that is revealed carries no signature; its commitment names the chain.
		if attempt == Attempt::RevealVote {
			continue;
		}
		let mut scene = Scene::new(kind, stage);
		let here = core::mem::replace(&mut scene.chain.genesis, another);
		let flood = many(&mut scene, attempt, caller);
		scene.chain.genesis = here;
		assert_drowns_nothing(&mut scene, flood, code);
	}
}

/// All of it at once, and in the midst of it what the job waits for.
#[test]
fn the_awaited_call_gets_through_a_flood() {
	let mut scene = Scene::new(JobKind::Direct, Stage::Open);
	let mut flood = Vec::new();
	for _ in 0..FLOOD {
		flood.push(scene.transaction(Attempt::Confirm, Caller::Requester));
		flood.push(scene.transaction(Attempt::Prove, Caller::Outsider));
		let forged = scene.call_signed_by(Attempt::Accept, Caller::Hired, Caller::Stranger);
		flood.push(Chain::authorized(forged));
		let wrapped = vec![scene.call(Attempt::Accept, Caller::Hired)];
		flood.push(Chain::authorized(pallet_utility::Call::batch { calls: wrapped }));
	}
	let middle = flood.len() / 2;
	flood.insert(middle, scene.transaction(Attempt::ProveConfirmed, Caller::Hired));
	let results = scene.chain.block(flood);
	let applied = results.iter().enumerate().filter(|(_, result)| result.is_ok());
	assert_eq!(applied.collect::<Vec<_>>(), [(middle, &Ok(Ok(())))]);
	let job = scene.job;
	assert_eq!(scene.chain.ext.execute_with(|| Stage::of(job)), Stage::Settled);
}

/// What was called an unsigned transaction, which has no extensions at all. The pool takes none; an
/// author that puts one into its block all the same wastes its own weight, for it comes from nobody.
#[test]
fn no_bare_transaction_is_valid() {
	for (kind, stage, attempt, caller, _) in STEPS {
		let mut scene = Scene::new(kind, stage);
		let before = record(&mut scene);
		let call = scene.call(attempt, caller);
		let bare = wrapped(&scene, &call).into_iter().map(|(_, call)| call).chain([call]);
		let bare = bare.map(UncheckedExtrinsic::new_bare).collect::<Vec<_>>();
		for transaction in &bare {
			let said = scene.chain.validate(transaction.clone());
			assert_eq!(said, Err(UnknownTransaction::NoUnsignedValidator.into()), "{attempt:?}");
		}
		let empty = nothing(&mut scene.chain);
		let results = scene.chain.block(bare);
		let forced = results.iter().filter(|result| result.is_ok()).count();
		assert!(forced > 0);
		for result in results {
			let full = TransactionValidityError::from(InvalidTransaction::ExhaustsResources);
			let harmless = matches!(result, Ok(Err(_))) || result == Err(full);
			assert!(harmless, "{attempt:?}: {result:?}");
		}
		let weight = weighed(&mut scene.chain).saturating_sub(empty);
		let base = scene.chain.ext.execute_with(base_weight);
		assert!(weight.all_gte(base.saturating_mul(forced as u64)), "{attempt:?} weighs nothing");
		assert!(record(&mut scene) == before);
	}
}

/// Everything that this runtime has to wrap a call.
fn wrapped(scene: &Scene, call: &RuntimeCall) -> Vec<(&'static str, RuntimeCall)> {
	use pallet_collective::Call as Council;
	use pallet_sudo::Call as Sudo;
	use pallet_utility::Call as Utility;

	let calls = || vec![call.clone()];
	let boxed = || Box::new(call.clone());
	let weight = Weight::from_parts(1, 1);
	let who = scene.account(Caller::Hired).into();
	let length_bound = u32::try_from(call.encoded_size()).unwrap();
	let origin = |origin: RawOrigin<AccountId>| Box::new(OriginCaller::system(origin));
	let remark = || Box::new(frame_system::Call::remark { remark: Vec::new() }.into());
	vec![
		("batch", Utility::batch { calls: calls() }.into()),
		("batch_all", Utility::batch_all { calls: calls() }.into()),
		("force_batch", Utility::force_batch { calls: calls() }.into()),
		("as_derivative", Utility::as_derivative { index: 0, call: boxed() }.into()),
		(
			"dispatch_as",
			Utility::dispatch_as { as_origin: origin(RawOrigin::Authorized), call: boxed() }.into(),
		),
		(
			"dispatch_as_fallible",
			Utility::dispatch_as_fallible {
				as_origin: origin(RawOrigin::Authorized),
				call: boxed(),
			}
			.into(),
		),
		("with_weight", Utility::with_weight { call: boxed(), weight }.into()),
		("if_else", Utility::if_else { main: boxed(), fallback: boxed() }.into()),
		("if_else, later", Utility::if_else { main: remark(), fallback: boxed() }.into()),
		("sudo", Sudo::sudo { call: boxed() }.into()),
		("sudo_unchecked_weight", Sudo::sudo_unchecked_weight { call: boxed(), weight }.into()),
		("sudo_as", Sudo::sudo_as { who, call: boxed() }.into()),
		("execute", Council::execute { proposal: boxed(), length_bound }.into()),
		("propose", Council::propose { threshold: 1, proposal: boxed(), length_bound }.into()),
		(
			"a batch in a batch",
			Utility::batch { calls: vec![Utility::force_batch { calls: calls() }.into()] }.into(),
		),
	]
}

/// A wrapper that dispatches what it wraps is a call that an account must sign.
#[test]
fn no_wrapper_is_authorized_by_what_it_wraps() {
	for (kind, stage, attempt, caller, _) in STEPS {
		let mut scene = Scene::new(kind, stage);
		let (before, empty) = (record(&mut scene), nothing(&mut scene.chain));
		let call = scene.call(attempt, caller);
		let general = wrapped(&scene, &call).into_iter();
		let general = general.map(|(_, call)| Chain::authorized(call)).collect::<Vec<_>>();
		for transaction in &general {
			assert!(scene.chain.validate(transaction.clone()).is_err(), "{attempt:?}");
		}
		let flood = general.into_iter().cycle().take(FLOOD).collect();
		let results = scene.chain.block(flood);
		assert!(results.iter().all(Result::is_err), "{attempt:?}");
		assert_eq!(weighed(&mut scene.chain), empty);
		assert!(record(&mut scene) == before);

		// It was valid all the time.
		scene.act(attempt, caller);
	}
}

/// Whoever wraps and signs pays for it, whether it is the sudo key, a member of the council or
/// anybody, and gets nothing for it: an account is not what authorizes these calls.
#[test]
fn what_is_wrapped_and_signed_costs_a_fee_and_does_nothing() {
	// Alice holds the sudo key and sits on the council, as does Bob; One is nobody.
	let signers = [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::One];
	for (kind, stage, attempt, caller, _) in STEPS {
		let mut scene = Scene::new(kind, stage);
		let call = scene.call(attempt, caller);
		let before = record(&mut scene);
		for signer in signers {
			for (name, wrapper) in wrapped(&scene, &call) {
				// The sudo key of a development chain pays for nothing. It gets nothing for it either.
				let is_free = signer == Sr25519Keyring::Alice && name.starts_with("sudo");
				let account = signer.to_account_id();
				let owned = scene.chain.mill(&account);
				let transaction = scene.chain.signed(signer, wrapper);
				let said = scene.chain.validate(transaction.clone()).unwrap();
				assert!(said.priority < PRIORITY, "{name} of {attempt:?} outranks what is awaited");
				let results = scene.chain.ext.execute_with(|| {
					frame_support::hypothetically!({
						let _inner = millrace_runtime::Executive::apply_extrinsic(transaction)
							.expect("it is valid");
						(Stage::of(scene.job), millrace_runtime::Balances::free_balance(&account))
					})
				});
				assert_eq!(results.0, stage, "{name} of {attempt:?} by {signer}");
				assert_eq!(results.1 >= owned, is_free, "{name} of {attempt:?} by {signer}");
			}
		}
		assert!(record(&mut scene) == before);
	}
}

/// Whoever fills a block with wrapped calls pays for all of the block that they take, and leaves what
/// they wrap to be done.
#[test]
fn a_flood_of_wrapped_calls_is_paid_for() {
	let mut scene = Scene::new(JobKind::Direct, Stage::Open);
	let calls = vec![scene.call(Attempt::ProveConfirmed, Caller::Hired); 2];
	let sender = Sr25519Keyring::One;
	let account = sender.to_account_id();
	let empty = nothing(&mut scene.chain);
	let owned = scene.chain.mill(&account);
	let sent = scene.chain.ext.execute_with(|| System::account_nonce(&account));
	let flood = (0..FLOOD).map(|number| {
		let calls = calls.clone();
		let flood = pallet_utility::Call::force_batch { calls };
		let extension = crate::chain::extension(sent + number as u32, None);
		scene.chain.signed_with(&sender.pair(), flood, extension)
	});
	let flood = flood.collect();
	let results = scene.chain.block(flood);
	let included = results.iter().filter(|result| **result == Ok(Ok(()))).count();
	assert!(included > 5, "a block has room for some");
	// A second of computation costs one MILL, which both have 10^12 units of.
	let weight = weighed(&mut scene.chain).saturating_sub(empty);
	let paid = owned - scene.chain.mill(&account);
	assert!(paid >= u128::from(weight.ref_time()), "{paid} for {weight}");
	let job = scene.job;
	assert_eq!(scene.chain.ext.execute_with(|| Stage::of(job)), Stage::Open);
	scene.act(Attempt::ProveConfirmed, Caller::Hired);
}

/// Signed by itself, without a wrapper, an authorized call fails and costs its fee.
#[test]
fn an_account_cannot_send_an_authorized_call_for_itself() {
	for (kind, stage, attempt, caller, _) in STEPS {
		let mut scene = Scene::new(kind, stage);
		let (before, call) = (record(&mut scene), scene.call(attempt, caller));
		let owner = scene.who(caller).owner;
		let owned = scene.chain.mill(&owner.to_account_id());
		let transaction = scene.chain.signed(owner, call);
		assert_eq!(scene.chain.apply(transaction), Err(DispatchError::BadOrigin));
		assert!(scene.chain.mill(&owner.to_account_id()) < owned);
		assert!(record(&mut scene) == before);
	}
}

/// Who cannot pay cannot send anything that costs.
#[test]
fn who_owns_nothing_sends_no_wrapper() {
	let mut scene = Scene::new(JobKind::Direct, Stage::Open);
	let call = scene.call(Attempt::Accept, Caller::Hired);
	let empty = nothing(&mut scene.chain);
	let wrappers = wrapped(&scene, &call).into_iter();
	let flood = wrappers.map(|(_, call)| scene.chain.signed(Sr25519Keyring::Two, call));
	let flood = flood.collect::<Vec<_>>();
	let results = scene.chain.block(flood);
	let broke = TransactionValidityError::from(InvalidTransaction::Payment);
	assert!(results.iter().all(|result| *result == Err(broke)), "{results:?}");
	assert_eq!(weighed(&mut scene.chain), empty);
}

/// Root can take any origin; what the call says is checked all the same.
#[test]
fn not_even_root_makes_a_forged_call_good() {
	for ((kind, stage, attempt, caller, _), code) in STEPS.into_iter().zip(FORGED) {
		if matches!(attempt, Attempt::Award | Attempt::Confirm) {
			continue;
		}
		let mut scene = Scene::new(kind, stage);
		let before = record(&mut scene);
		let forged = scene.call_signed_by(attempt, caller, Caller::Stranger);
		let as_origin = Box::new(OriginCaller::system(RawOrigin::Authorized));
		let call = pallet_utility::Call::<Runtime>::dispatch_as_fallible {
			as_origin,
			call: Box::new(forged),
		};
		let call = RuntimeCall::from(call);
		let refused = scene.chain.ext.execute_with(|| call.dispatch(RawOrigin::Root.into()));
		let error = refused.expect_err("the signature is not the awaited one").error;
		let DispatchError::Module(module) = error else { panic!("{error:?}") };
		let first = [100, 150, 200].into_iter().rfind(|first| *first <= code).unwrap();
		assert_eq!(module.error[0], code - first, "{attempt:?}: {module:?}");
		assert!(record(&mut scene) == before);
	}
}

/// A motion of the council reaches a call as the council, which is not what authorizes it.
#[test]
fn a_motion_of_the_council_authorizes_nothing() {
	let mut scene = Scene::new(JobKind::Direct, Stage::Open);
	let before = record(&mut scene);
	let call = scene.call(Attempt::ProveConfirmed, Caller::Hired);
	scene.chain.council_decides(call);
	let executed = |event: &RuntimeEvent| {
		matches!(
			event,
			RuntimeEvent::Council(pallet_collective::Event::Executed {
				result: Err(DispatchError::BadOrigin),
				..
			})
		)
	};
	assert!(scene.chain.events().iter().any(executed));
	assert!(record(&mut scene) == before);
}

/// By which name the pool knows a step: two with the same name are one to it.
fn tag(prefix: &str, subject: impl Encode) -> Vec<Vec<u8>> {
	vec![(prefix, subject).encode()]
}

fn documented(priority: TransactionPriority, provides: Vec<Vec<u8>>) -> ValidTransaction {
	ValidTransaction { priority, requires: Vec::new(), provides, longevity: 64, propagate: true }
}

/// One of each is kept: per job, or per job and juror or candidate. What settles a job comes before
/// what does not.
#[test]
fn the_pool_keeps_one_of_each_step() {
	for (kind, stage, attempt, caller, _) in STEPS {
		let mut scene = Scene::new(kind, stage);
		let (job, who) = (scene.job, scene.account(caller));
		let expected = match attempt {
			Attempt::Accept => documented(PRIORITY, tag("millrace/accept", (job, who))),
			Attempt::Award => documented(PRIORITY, tag("millrace/award", job)),
			Attempt::Prove => documented(PRIORITY, tag("millrace/proof", job)),
			Attempt::ProveConfirmed => documented(PRIORITY + 1, tag("millrace/proof", job)),
			Attempt::Confirm => documented(PRIORITY + 1, tag("millrace/receipt", job)),
			Attempt::Deliver => documented(PRIORITY, tag("millrace/submission", job)),
			Attempt::Pass => documented(PRIORITY, tag("millrace/attestation", job)),
			Attempt::CommitVote => documented(PRIORITY, tag("millrace/commit", (job, who))),
			Attempt::RevealVote => documented(PRIORITY, tag("millrace/reveal", (job, who))),
			other => panic!("{other:?} is signed"),
		};
		let first = scene.transaction(attempt, caller);
		let second = scene.transaction(attempt, caller);
		// Signatures are salted; a vote that is revealed has none.
		assert_eq!(first == second, attempt == Attempt::RevealVote);
		assert_eq!(scene.chain.validate(first), Ok(expected.clone()));
		assert_eq!(scene.chain.validate(second), Ok(expected));
	}
}

/// Another candidate's proof, and another bid, are for the same step.
#[test]
fn rivals_for_a_step_share_its_tag() {
	let mut scene = Scene::new(JobKind::Direct, Stage::Open);
	let rivals = [Caller::Hired, Caller::Candidate].map(|worker| {
		let transaction = scene.transaction(Attempt::Prove, worker);
		scene.chain.validate(transaction).unwrap().provides
	});
	assert_eq!(rivals[0], rivals[1]);

	let mut scene = Scene::new(JobKind::Auction, Stage::Open);
	let rivals = [Caller::Hired, Caller::Candidate].map(|worker| {
		let transaction = scene.transaction(Attempt::Bid, worker);
		scene.chain.validate(transaction).unwrap().provides
	});
	assert_eq!(rivals[0], rivals[1]);
}

/// Jurors do not stand in each other's way, nor do candidates that accept.
#[test]
fn those_who_are_awaited_together_have_tags_of_their_own() {
	for (kind, stage, attempt, callers) in [
		(JobKind::Direct, Stage::Open, Attempt::Accept, [Caller::Hired, Caller::Candidate]),
		(JobKind::Direct, Stage::Commit, Attempt::CommitVote, [Caller::Juror, Caller::Absent]),
	] {
		let mut scene = Scene::new(kind, stage);
		let tags = callers.map(|caller| {
			let transaction = scene.transaction(attempt, caller);
			scene.chain.validate(transaction).unwrap().provides
		});
		assert_ne!(tags[0], tags[1]);
	}
}

/// The extensions of an authorized transaction, with what anybody can write into them.
fn extension(nonce: u32, tip: u128) -> TxExtension {
	let (authorize, sender, spec, version, genesis, _, _, weight, _, metadata, reclaim) =
		<Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
	let era = frame_system::CheckEra::from(Era::Immortal);
	let nonce = frame_system::CheckNonce::from(nonce);
	let payment = pallet_asset_tx_payment::ChargeAssetTxPayment::from(tip, None);
	(authorize, sender, spec, version, genesis, era, nonce, weight, payment, metadata, reclaim)
}

/// What is not signed buys nothing: not a rank before others by a tip that nobody pays, not a second
/// place in the pool by another nonce.
#[test]
fn what_surrounds_an_authorized_call_changes_nothing_for_the_pool() {
	for (kind, stage, attempt, caller, _) in STEPS {
		let mut scene = Scene::new(kind, stage);
		let call = scene.call(attempt, caller);
		let plain = scene.chain.validate(Chain::authorized(call.clone())).unwrap();
		for (nonce, tip) in [(7, 0), (0, u128::MAX), (u32::MAX, MILL)] {
			let dressed = UncheckedExtrinsic::new_transaction(call.clone(), extension(nonce, tip));
			assert_eq!(scene.chain.validate(dressed), Ok(plain.clone()), "{attempt:?}");
		}
	}
}

/// The dearest tip that an account can pay does not reach the rank of what workers are paid by.
#[test]
fn no_ordinary_transaction_outranks_what_is_awaited() {
	let mut scene = Scene::new(JobKind::Direct, Stage::Open);
	let remark = frame_system::Call::remark { remark: vec![0; 16] };
	let ordinary = scene.chain.signed(Sr25519Keyring::One, remark);
	let ordinary = scene.chain.validate(ordinary).unwrap();
	let awaited = scene.transaction(Attempt::Accept, Caller::Hired);
	let awaited = scene.chain.validate(awaited).unwrap();
	assert!(awaited.priority > ordinary.priority);
	assert_eq!(awaited.priority, PRIORITY);
}

/// A signature of no key at all costs the pool one check and the block nothing.
#[test]
fn a_flood_of_noise_takes_no_room() {
	let mut scene = Scene::new(JobKind::Direct, Stage::Open);
	let owner = scene.account(Caller::Hired);
	let job = scene.job;
	let noise = |number: usize| {
		let seed = BlakeTwo256::hash_of(&(number as u64));
		let pair = sp_core::sr25519::Pair::from_seed(&seed.0);
		let signature = pair.sign(b"noise");
		Chain::authorized(pallet_jobs::Call::accept { job, owner: owner.clone(), signature })
	};
	let flood = (0..FLOOD).map(noise).collect();
	assert_drowns_nothing(&mut scene, flood, 105);
}
