//! What the chain refuses, and that refusing it changes nothing.

use codec::Encode;
use frame_support::dispatch::RawOrigin;
use millrace_primitives::{JobId, JobState, ModelId, Proof, TokenCounts};
use millrace_runtime::{AccountId, Runtime, RuntimeCall, RuntimeEvent, UncheckedExtrinsic};
use sp_core::{Pair, H256};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
use sp_runtime::{
	traits::Dispatchable,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError,
};

use crate::{
	chain::{over_the_wire, Chain},
	worker::Worker,
};

const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };
const USED: TokenCounts = TokenCounts { input: 123, output: 77 };

/// A chain with Bob's worker and an open job of Alice's for it.
fn with_job() -> (Chain, Worker, JobId) {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let job = chain.create(Alice, &[&worker], MAX);
	(chain, worker, job)
}

/// The pool and the block refuse a transaction, and the job stays as it is.
fn assert_refused(chain: &mut Chain, job: JobId, transaction: UncheckedExtrinsic) -> u8 {
	let before = chain.job(job);
	let refusal = chain.validate(transaction.clone()).expect_err("the pool refuses it");
	let TransactionValidityError::Invalid(InvalidTransaction::Custom(code)) = refusal else {
		panic!("refused without a code of its own: {refusal:?}");
	};
	assert_eq!(chain.block(vec![transaction]), [Err(refusal)]);
	assert_eq!(chain.job(job), before);
	code
}

/// The same keys, the same owner, the same terms, another chain.
#[test]
fn a_proof_does_not_serve_on_another_chain() {
	let (mut here, worker, job) = with_job();
	let mut there = Chain::new("dev", serde_json::json!({}), 0x7F);
	worker.register(&mut there);
	let twin = there.create(Alice, &[&worker], MAX);
	assert_ne!(job, twin);

	let proof = worker.proof(&mut here, job, USED);
	let replayed = worker.submit(&here, proof, None);
	assert_refused(&mut there, twin, replayed);

	// The job renamed and the entropy corrected, but signed for the chain that it came from.
	let renamed = worker.proof(&mut there, twin, USED);
	let forged = worker.submit(&here, renamed.clone(), None);
	assert_refused(&mut there, twin, forged);

	let genuine = worker.submit(&there, renamed, None);
	assert_eq!(there.apply(genuine), Ok(()));
}

#[test]
fn each_flaw_of_a_proof_is_refused_with_its_own_code() {
	let (mut chain, worker, job) = with_job();
	let stranger = Worker::new(Charlie);
	stranger.register(&mut chain);
	let good = worker.proof(&mut chain, job, USED);

	let changed = |change: &dyn Fn(&mut Proof<AccountId>)| {
		let mut proof = good.clone();
		change(&mut proof);
		proof
	};
	let wrong_signer = {
		let signature = stranger.key.sign(&good.message(chain.genesis));
		let (proof, receipt) = (good.clone(), None);
		Chain::authorized(pallet_settlement::Call::submit_proof { proof, signature, receipt })
	};
	let unknown_job =
		worker.submit(&chain, changed(&|proof| proof.job = JobId(H256::zero())), None);
	let not_a_candidate =
		stranger.submit(&chain, changed(&|proof| proof.worker = stranger.owner()), None);
	let not_registered =
		worker.submit(&chain, changed(&|proof| proof.worker = Dave.to_account_id()), None);
	let wrong_model = worker.submit(&chain, changed(&|proof| proof.model = ModelId([9; 32])), None);
	let too_much =
		worker.submit(&chain, changed(&|proof| proof.tokens.output = MAX.output + 1), None);
	let others_receipt = {
		let other = changed(&|proof| proof.tokens = TokenCounts { input: 1, output: 1 });
		let receipt = chain.receipt(Alice, &other);
		worker.submit(&chain, good.clone(), Some(receipt))
	};
	let forged_receipt = {
		let receipt = chain.receipt(Dave, &good);
		worker.submit(&chain, good.clone(), Some(receipt))
	};

	let mut codes: Vec<u8> = [
		wrong_signer,
		unknown_job,
		not_a_candidate,
		wrong_model,
		too_much,
		others_receipt,
		forged_receipt,
	]
	.into_iter()
	.map(|transaction| assert_refused(&mut chain, job, transaction))
	.collect();
	assert_refused(&mut chain, job, not_registered);
	codes.sort_unstable();
	let flaws = codes.len();
	codes.dedup();
	assert_eq!(codes.len(), flaws, "two flaws share a code");

	let transaction = worker.submit(&chain, good, None);
	assert_eq!(chain.apply(transaction), Ok(()));
}

#[test]
fn a_proof_serves_once() {
	let (mut chain, worker, job) = with_job();
	let proof = worker.proof(&mut chain, job, USED);
	let receipt = chain.receipt(Alice, &proof);
	let transaction = worker.submit(&chain, proof.clone(), Some(receipt));
	assert_eq!(chain.apply(transaction.clone()), Ok(()));
	assert_eq!(chain.state(job), JobState::Settled);
	assert_refused(&mut chain, job, transaction);
	let signed_again = worker.submit(&chain, proof, None);
	assert_refused(&mut chain, job, signed_again);
}

/// Twice in one block: the second one does nothing.
#[test]
fn a_proof_serves_once_in_a_block() {
	let (mut chain, worker, job) = with_job();
	let proof = worker.proof(&mut chain, job, USED);
	let first = worker.submit(&chain, proof.clone(), None);
	let second = worker.submit(&chain, proof, None);
	let results = chain.block(vec![first, second]);
	assert_eq!(results[0], Ok(Ok(())));
	assert!(results[1].is_err());
	assert_eq!(chain.state(job), JobState::Verified);
}

#[test]
fn a_proof_after_the_deadline_is_refused() {
	let (mut chain, worker, job) = with_job();
	let proof = worker.proof(&mut chain, job, USED);
	let transaction = worker.submit(&chain, proof, None);
	chain.pass(121_000);
	assert_eq!(chain.state(job), JobState::Expired);
	assert_refused(&mut chain, job, transaction);
}

/// Even if the queue of deadlines has not come to the job: the check does not rely on it.
#[test]
fn a_proof_in_the_first_block_after_the_deadline_is_refused() {
	let (mut chain, worker, job) = with_job();
	let proof = worker.proof(&mut chain, job, USED);
	let transaction = worker.submit(&chain, proof, None);
	let results = chain.block_after(121_000, vec![transaction]);
	assert!(matches!(results[..], [Err(_)] | [Ok(Err(_))]), "{results:?}");
	assert_ne!(chain.state(job), JobState::Verified);
}

/// What is authorized by its content cannot be reached through an account.
#[test]
fn authorized_calls_serve_no_account() {
	let (mut chain, worker, job) = with_job();
	let accept = worker.accept(&chain, job).function;
	let proof = worker.proof(&mut chain, job, USED);
	let receipt = chain.receipt(Alice, &proof);
	let prove = worker.submit(&chain, proof, Some(receipt.clone())).function;
	let confirm = RuntimeCall::from(pallet_settlement::Call::submit_receipt { job, receipt });
	let before = chain.job(job);

	for call in [accept, prove, confirm] {
		let alone = chain.signed(Bob, call.clone());
		assert_eq!(chain.apply(alone), Err(DispatchError::BadOrigin));

		let batch = pallet_utility::Call::batch { calls: vec![call.clone()] };
		let batch = chain.signed(Bob, batch);
		assert_eq!(chain.apply(batch), Ok(()));
		assert!(chain.events().iter().any(|event| matches!(
			event,
			RuntimeEvent::Utility(pallet_utility::Event::BatchInterrupted {
				index: 0,
				error: DispatchError::BadOrigin,
			})
		)));

		let all = chain.signed(Bob, pallet_utility::Call::batch_all { calls: vec![call.clone()] });
		assert_eq!(chain.apply(all), Err(DispatchError::BadOrigin));

		let as_root = pallet_sudo::Call::sudo { call: Box::new(call.clone()) };
		let as_root = chain.signed(Alice, as_root);
		assert_eq!(chain.apply(as_root), Ok(()));

		for origin in [RawOrigin::None, RawOrigin::Root, RawOrigin::Signed(Bob.to_account_id())] {
			let refused = chain.ext.execute_with(|| call.clone().dispatch(origin.into()));
			assert_eq!(refused.map_err(|error| error.error), Err(DispatchError::BadOrigin));
		}
		assert_eq!(chain.job(job), before);
	}
}

/// No signature, no authorization: a call that is not made for it needs an account.
#[test]
fn other_calls_need_an_account() {
	let (mut chain, _, job) = with_job();
	let before = chain.job(job);
	let cancel = Chain::authorized(pallet_jobs::Call::cancel { job });
	assert!(chain.validate(cancel).is_err());
	let bare = UncheckedExtrinsic::new_bare(pallet_jobs::Call::<Runtime>::cancel { job }.into());
	assert!(chain.validate(bare).is_err());
	assert_eq!(chain.job(job), before);
}

#[test]
fn only_the_requester_cancels() {
	let (mut chain, _, job) = with_job();
	chain.pass(9_000);
	let transaction = chain.signed(Charlie, pallet_jobs::Call::cancel { job });
	let not_requester = pallet_jobs::Error::<Runtime>::NotRequester;
	assert_eq!(chain.apply(transaction), Err(not_requester.into()));
	assert_eq!(chain.state(job), JobState::Open);
}

#[test]
fn nobody_makes_another_asset() {
	let mut chain = Chain::dev();
	let admin = Bob.to_account_id().into();
	let call = pallet_assets::Call::create { id: 2, admin, min_balance: 1 };
	let transaction = chain.signed(Bob, call);
	assert_eq!(chain.apply(transaction), Err(DispatchError::BadOrigin));
}

#[test]
fn only_the_admin_changes_prices() {
	let mut chain = Chain::dev();
	let call = pallet_registry::Call::remove_model { id: crate::chain::model() };
	let transaction = chain.signed(Bob, call.clone());
	assert_eq!(chain.apply(transaction), Err(DispatchError::BadOrigin));
	let call = pallet_sudo::Call::sudo { call: Box::new(call.into()) };
	let transaction = chain.signed(Alice, call);
	assert_eq!(chain.apply(transaction), Ok(()));
	let models = chain.ext.execute_with(millrace_runtime::Registry::models);
	assert!(models.is_empty());
}

/// What authorizes a call is the call alone: nothing around it can be used to make it valid longer
/// or to take its place.
#[test]
fn an_authorized_transaction_survives_the_wire() {
	let (mut chain, worker, job) = with_job();
	let transaction = worker.accept(&chain, job);
	let received = over_the_wire(&transaction);
	assert_eq!(received.encode(), transaction.encode());
	assert_eq!(chain.apply(received), Ok(()));
	assert_eq!(chain.state(job), JobState::Accepted);
}
