//! Jobs from lock to pay-out. Every figure is computed here, by hand, from the price list.

use millrace_primitives::{JobState, Payment, TokenCounts};
use millrace_runtime::{configs::MILL, parameters, Runtime};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

use crate::{
	chain::{treasury, Chain},
	worker::Worker,
};

/// What the requester allows: 400 prompt tokens and 300 generated ones.
const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };

/// 400 × 2,000 / 1,000 + 300 × 6,000 / 1,000 micro-USDC.
const LOCK: u128 = 2_600;

/// What the answer takes: 123 prompt tokens and 77 generated ones.
const USED: TokenCounts = TokenCounts { input: 123, output: 77 };

/// 123 × 2 + 77 × 6 micro-USDC.
const CHARGE: u128 = 708;

/// ⌊708 × 0.75⌋ and ⌊708 × 0.85⌋.
const UNSTAKED_PAY: u128 = 531;
const STAKED_PAY: u128 = 601;

/// What accounts of the payment asset hold at least, in micro-USDC.
const MIN_BALANCE: u128 = 10_000;

/// A chain with Bob's worker, whose payout account exists already.
fn with_worker() -> (Chain, Worker) {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let call = pallet_assets::Call::transfer {
		id: 1,
		target: worker.payout.clone().into(),
		amount: MIN_BALANCE,
	};
	let transaction = chain.signed(Charlie, call);
	assert_eq!(chain.apply(transaction), Ok(()));
	(chain, worker)
}

/// Alice pays `worker` for [`USED`]: from lock to settlement with a receipt.
fn settle_with_receipt(mut chain: Chain, worker: &Worker, pay: u128) {
	let alice = Alice.to_account_id();
	let (before, treasury_before) = (chain.usdc(&alice), chain.usdc(&treasury()));

	let job = chain.create(Alice, &[worker], MAX);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - LOCK, LOCK));

	let proof = worker.proof(&mut chain, job, USED);
	let receipt = chain.receipt(Alice, &proof);
	let transaction = worker.submit(&chain, proof, Some(receipt));
	assert_eq!(chain.apply(transaction), Ok(()));

	assert_eq!(chain.state(job), JobState::Settled);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - CHARGE, 0));
	assert_eq!(chain.usdc(&worker.payout), MIN_BALANCE + pay);
	assert_eq!(chain.usdc(&treasury()), treasury_before + CHARGE - pay);
	let refund = LOCK - CHARGE;
	let payment = Payment { worker: pay, treasury: CHARGE - pay, verifier: 0, refund };
	assert_eq!(chain.job(job).unwrap().payment, Some(payment));
}

#[test]
fn an_unstaked_worker_is_paid_three_quarters_at_once() {
	let (chain, worker) = with_worker();
	settle_with_receipt(chain, &worker, UNSTAKED_PAY);
}

#[test]
fn a_staked_worker_is_paid_85_percent_at_once() {
	let (mut chain, worker) = with_worker();
	worker.stake(&mut chain, 100 * MILL);
	settle_with_receipt(chain, &worker, STAKED_PAY);
}

#[test]
fn a_worker_whose_stake_is_a_unit_short_counts_as_unstaked() {
	let (mut chain, worker) = with_worker();
	worker.stake(&mut chain, 100 * MILL - 1);
	settle_with_receipt(chain, &worker, UNSTAKED_PAY);
}

/// The answer arrived, the receipt never does: the worker is paid when the window ends.
#[test]
fn without_a_receipt_the_job_settles_when_its_window_ends() {
	let (mut chain, worker) = with_worker();
	let alice = Alice.to_account_id();
	let before = chain.usdc(&alice);
	let job = chain.create(Alice, &[&worker], MAX);
	let proof = worker.proof(&mut chain, job, USED);
	let transaction = worker.submit(&chain, proof, None);
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Verified);
	let proven_at = chain.now;

	chain.pass(60_000 - chain.slot_ms);
	assert_eq!(chain.state(job), JobState::Verified);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - LOCK, LOCK));

	while chain.state(job) == JobState::Verified {
		chain.block(Vec::new());
	}
	assert_eq!(chain.state(job), JobState::Settled);
	assert!(chain.now - proven_at <= 60_000 + 2 * chain.slot_ms);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - CHARGE, 0));
	assert_eq!(chain.usdc(&worker.payout), MIN_BALANCE + UNSTAKED_PAY);
}

#[test]
fn a_receipt_ends_the_window_early() {
	let (mut chain, worker) = with_worker();
	let job = chain.create(Alice, &[&worker], MAX);
	let proof = worker.proof(&mut chain, job, USED);
	let transaction = worker.submit(&chain, proof.clone(), None);
	assert_eq!(chain.apply(transaction), Ok(()));

	let receipt = chain.receipt(Alice, &proof);
	let call = pallet_settlement::Call::submit_receipt { job, receipt };
	assert_eq!(chain.apply(Chain::authorized(call)), Ok(()));
	assert_eq!(chain.state(job), JobState::Settled);
	assert_eq!(chain.usdc(&worker.payout), MIN_BALANCE + UNSTAKED_PAY);
}

/// The worker died: nobody sends a transaction, and the requester is whole again.
#[test]
fn a_job_without_a_proof_expires_by_itself() {
	for accepted in [false, true] {
		let (mut chain, worker) = with_worker();
		let alice = Alice.to_account_id();
		let before = chain.usdc(&alice);
		let job = chain.create(Alice, &[&worker], MAX);
		let created_at = chain.now;
		if accepted {
			let transaction = worker.accept(&chain, job);
			assert_eq!(chain.apply(transaction), Ok(()));
			assert_eq!(chain.state(job), JobState::Accepted);
		}

		while chain.now < created_at + 120_000 {
			assert_ne!(chain.state(job), JobState::Expired);
			chain.block(Vec::new());
		}
		while chain.state(job) != JobState::Expired {
			chain.block(Vec::new());
		}
		assert!(chain.now - created_at <= 120_000 + 2 * chain.slot_ms);
		assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before, 0));
		assert_eq!(chain.usdc(&worker.payout), MIN_BALANCE);
	}
}

/// After an hour without blocks, the first ones make up for what fell due.
#[test]
fn a_stopped_chain_catches_up_with_its_deadlines() {
	let (mut chain, worker) = with_worker();
	let jobs: Vec<_> = (0..8).map(|_| chain.create(Alice, &[&worker], MAX)).collect();
	chain.block_after(3_600_000, Vec::new());
	chain.pass(10 * chain.slot_ms);
	for job in jobs {
		assert_eq!(chain.state(job), JobState::Expired);
	}
	assert_eq!(chain.held(&Alice.to_account_id()), 0);
}

#[test]
fn a_job_that_nobody_takes_can_be_cancelled_after_eight_seconds() {
	let (mut chain, worker) = with_worker();
	let alice = Alice.to_account_id();
	let before = chain.usdc(&alice);
	let job = chain.create(Alice, &[&worker], MAX);

	chain.pass(8_000 - 2 * chain.slot_ms);
	let transaction = chain.signed(Alice, pallet_jobs::Call::cancel { job });
	let too_early = pallet_jobs::Error::<Runtime>::TooEarly;
	assert_eq!(chain.apply(transaction), Err(too_early.into()));

	let transaction = chain.signed(Alice, pallet_jobs::Call::cancel { job });
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Cancelled);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before, 0));
}

/// The first candidate accepts and stalls; the requester confirms what the second one delivered.
#[test]
fn the_receipt_decides_who_is_paid() {
	let (mut chain, stalling) = with_worker();
	let helpful = Worker::new(Charlie);
	helpful.register(&mut chain);
	let job = chain.create(Alice, &[&stalling, &helpful], MAX);
	let transaction = stalling.accept(&chain, job);
	assert_eq!(chain.apply(transaction), Ok(()));

	let proof = helpful.proof(&mut chain, job, USED);
	let unconfirmed = helpful.submit(&chain, proof.clone(), None);
	assert!(chain.validate(unconfirmed).is_err());

	let receipt = chain.receipt(Alice, &proof);
	let transaction = helpful.submit(&chain, proof, Some(receipt));
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Settled);
	assert_eq!(chain.job(job).unwrap().outcome.unwrap().worker, helpful.owner());
	assert_eq!(chain.usdc(&stalling.payout), MIN_BALANCE);
}

/// The second candidate proves an answer that the requester never took; the first one's is confirmed.
#[test]
fn a_confirmed_proof_takes_the_place_of_an_unconfirmed_one() {
	let (mut chain, helpful) = with_worker();
	let hasty = Worker::new(Charlie);
	hasty.register(&mut chain);
	let alice = Alice.to_account_id();
	let before = chain.usdc(&alice);
	let job = chain.create(Alice, &[&helpful, &hasty], MAX);
	let unwanted = hasty.proof(&mut chain, job, MAX);
	let transaction = hasty.submit(&chain, unwanted, None);
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Verified);

	let proof = helpful.proof(&mut chain, job, USED);
	let receipt = chain.receipt(Alice, &proof);
	let transaction = helpful.submit(&chain, proof, Some(receipt));
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Settled);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - CHARGE, 0));
	assert_eq!(chain.usdc(&helpful.payout), MIN_BALANCE + UNSTAKED_PAY);
	assert_eq!(chain.usdc(&hasty.payout), 0);
}

/// 531 micro-USDC are less than an account of the payment asset must hold: the pay waits in the pot
/// until the account can take it.
#[test]
fn pay_that_an_account_cannot_take_waits_for_it() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let job = chain.create(Alice, &[&worker], MAX);
	let proof = worker.proof(&mut chain, job, USED);
	let receipt = chain.receipt(Alice, &proof);
	let transaction = worker.submit(&chain, proof, Some(receipt));
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Settled);
	assert_eq!(chain.usdc(&worker.payout), 0);

	let target = worker.payout.clone().into();
	let call = pallet_assets::Call::transfer { id: 1, target, amount: MIN_BALANCE };
	let transaction = chain.signed(Charlie, call);
	assert_eq!(chain.apply(transaction), Ok(()));
	let call = pallet_escrow::Call::claim { who: worker.payout.clone() };
	let transaction = chain.signed(Charlie, call);
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.usdc(&worker.payout), MIN_BALANCE + UNSTAKED_PAY);
}

/// However many jobs have run, storage is as it was.
#[test]
fn jobs_leave_no_trace_after_their_retention() {
	let mut chain = Chain::new(millrace_runtime::genesis_presets::TEST, serde_json::json!({}), 1);
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let keys = |chain: &mut Chain| {
		chain.ext.execute_with(|| {
			let count = |prefix: &[u8]| {
				let mut keys = 0;
				let mut key = prefix.to_vec();
				while let Some(next) = sp_io::storage::next_key(&key) {
					if !next.starts_with(prefix) {
						break;
					}
					keys += 1;
					key = next;
				}
				keys
			};
			["Jobs", "Escrow", "Deadlines", "Settlement", "Disputes"]
				.map(|pallet| count(&sp_io::hashing::twox_128(pallet.as_bytes())))
		})
	};
	let before = keys(&mut chain);

	let settled = chain.create(Alice, &[&worker], MAX);
	let proof = worker.proof(&mut chain, settled, USED);
	let receipt = chain.receipt(Alice, &proof);
	let transaction = worker.submit(&chain, proof, Some(receipt));
	assert_eq!(chain.apply(transaction), Ok(()));
	let expired = chain.create(Alice, &[&worker], MAX);
	assert_ne!(keys(&mut chain), before);

	chain.check_every(16);
	let set = chain.ext.execute_with(parameters::Current::<Runtime>::get);
	chain.pass(set.proof_window_ms + set.retention_ms + 5 * set.slot_ms);
	assert_eq!((chain.job(settled), chain.job(expired)), (None, None));
	let parked = 2;
	let after = keys(&mut chain);
	assert_eq!(after[0], before[0]);
	assert!(after[1] <= before[1] + parked);
	assert_eq!(after[2..], before[2..]);
}
