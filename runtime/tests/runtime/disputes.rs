//! Disputes from the challenge to the verdict: who is paid, who is punished, and that nobody waits
//! for ever. Every figure is computed here, by hand.

use millrace_primitives::{
	auction::DisputeMechanism,
	AuctionTerms, JobId, JobState, Submission, TokenCounts,
	Verdict::{self, AtFault, Cleared},
};
use millrace_runtime::{configs::MILL, AccountId, Runtime};
use pallet_disputes::types::{Decision, Phase};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};

use crate::{
	chain::{treasury, Chain},
	requester::{CHALLENGE_WINDOW, PRICE, VERIFIER_FEE},
	worker::{Worker, STAKE, VERIFIER_STAKE},
};

/// 800,000 less the protocol fee of 0.5 %.
const PAY: u128 = 796_000;

/// What a challenge risks, and what the worker at fault loses.
const BOND: u128 = 50 * MILL;
const SLASH: u128 = 100 * MILL;

/// How long a committee is waited for, and how long the arbiter has.
const DRAW_DELAY: u64 = 4_000;
const ARBITRATION: u64 = 8_000;

/// Who takes part in a disputed auction of Alice's.
struct Court {
	chain: Chain,
	worker: Worker,
	verifier: Worker,
	jurors: [Worker; 3],
	submission: Submission<AccountId>,
}

impl Court {
	/// A delivered auction of Alice's for Bob, which Charlie is to judge; Dave, Eve and Ferdie
	/// verify for the model too, so they are the only ones who can be drawn.
	fn new(mechanism: DisputeMechanism) -> Self {
		let mut chain = Chain::new("test", serde_json::json!({}), 4);
		let worker = Worker::new(Bob).enter(&mut chain);
		let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
		let jurors =
			[Dave, Eve, Ferdie].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
		let terms = AuctionTerms { mechanism, ..Chain::auction_terms(Some(&verifier)) };
		let submission = chain.delivered_auction(Alice, &worker, terms);
		Self { chain, worker, verifier, jurors, submission }
	}

	const fn job(&self) -> JobId {
		self.submission.job
	}

	fn attest(&mut self, passed: bool) {
		let attestation = self.verifier.attest(&self.chain, &self.submission, passed);
		assert_eq!(self.chain.apply(attestation), Ok(()));
	}

	fn phase(&mut self) -> Phase {
		let job = self.job();
		self.chain
			.ext
			.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job))
			.expect("the job is disputed")
			.phase
	}

	/// Let the committee be drawn and vote.
	fn vote(&mut self, verdicts: [Verdict; 3]) {
		let job = self.job();
		self.chain.pass(DRAW_DELAY + 2 * self.chain.slot_ms);
		assert_eq!(self.phase(), Phase::Commit);
		let jurors = || self.jurors.iter().zip(verdicts);
		let commits = jurors().map(|(juror, vote)| juror.commit(&self.chain, job, vote));
		let commits = commits.collect::<Vec<_>>();
		let reveals = jurors().map(|(juror, vote)| juror.reveal(job, vote)).collect::<Vec<_>>();
		assert_eq!(self.chain.block(commits), [Ok(Ok(())); 3]);
		assert_eq!(self.phase(), Phase::Reveal);
		assert_eq!(self.chain.block(reveals), [Ok(Ok(())); 3]);
		assert_eq!(self.chain.state(job), JobState::Resolved);
	}
}

#[test]
fn a_false_attestation_that_the_committee_bears_out_costs_the_worker_its_stake() {
	let mut court = Court::new(DisputeMechanism::Committee);
	let alice = Alice.to_account_id();
	let alice_before = court.chain.usdc(&alice);
	let treasury_before = court.chain.mill(&treasury());
	court.attest(false);
	assert_eq!(court.chain.state(court.job()), JobState::Disputed);
	assert_eq!(court.phase(), Phase::Draw);
	court.vote([AtFault, AtFault, Cleared]);
	assert_eq!(court.phase(), Phase::Closed(Decision::Committee(AtFault)));

	// The price goes back; the verifier keeps the fee for its work.
	let Court { mut chain, worker, verifier, jurors, .. } = court;
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (alice_before + PRICE, 0));
	assert_eq!((chain.usdc(&worker.payout), chain.usdc(&verifier.payout)), (0, VERIFIER_FEE));
	// Half of the slash to the challenger, 30 % to two jurors, the rest to the treasury, and the fine
	// of the one that was wrong besides.
	assert_eq!(worker.staked(&mut chain), STAKE - SLASH);
	assert_eq!(chain.mill(&verifier.payout), 50 * MILL);
	assert_eq!(jurors.each_ref().map(|juror| chain.mill(&juror.payout)), [15 * MILL, 15 * MILL, 0]);
	assert_eq!(jurors[2].staked(&mut chain), VERIFIER_STAKE - 10 * MILL);
	assert_eq!(chain.mill(&treasury()), treasury_before + (20 + 10) * MILL);
	// A quarter of the way down.
	assert_eq!(worker.reputation(&mut chain).0, 375);
	assert!(jurors[0].reputation(&mut chain).1 >= 500);
	assert!(jurors[2].reputation(&mut chain).1 < 500);
}

#[test]
fn a_false_attestation_that_the_committee_overrules_costs_the_verifier_its_stake() {
	let mut court = Court::new(DisputeMechanism::Committee);
	let alice = Alice.to_account_id();
	let (alice_before, treasury_before) = (court.chain.usdc(&alice), court.chain.mill(&treasury()));
	court.attest(false);
	court.vote([Cleared; 3]);

	let Court { mut chain, worker, verifier, jurors, .. } = court;
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (alice_before, 0));
	assert_eq!((chain.usdc(&worker.payout), chain.usdc(&verifier.payout)), (PAY, VERIFIER_FEE));
	assert_eq!(worker.staked(&mut chain), STAKE);
	assert_eq!(verifier.staked(&mut chain), VERIFIER_STAKE - BOND);
	// Half of 50 MILL to the worker; the other half in three parts, and one unit is left over.
	assert_eq!(chain.mill(&worker.payout), 25 * MILL);
	for juror in &jurors {
		assert_eq!(chain.mill(&juror.payout), 25 * MILL / 3);
	}
	assert_eq!(chain.mill(&treasury()), treasury_before + 1);
	assert!(verifier.reputation(&mut chain).1 < 500);
}

#[test]
fn a_good_attestation_does_not_keep_the_requester_from_challenging() {
	let mut court = Court::new(DisputeMechanism::Committee);
	court.attest(true);
	let (alice, job) = (Alice.to_account_id(), court.job());
	court.chain.raise(Alice, job);
	assert_eq!(court.chain.mill_on_hold(pallet_disputes::HoldReason::Bond, &alice), BOND);
	let before = court.chain.mill(&alice);
	court.vote([AtFault; 3]);

	let Court { mut chain, worker, verifier, jurors, .. } = court;
	// The bond comes back, and half of the slash with it.
	assert_eq!(chain.mill_on_hold(pallet_disputes::HoldReason::Bond, &alice), 0);
	assert_eq!(chain.mill(&alice), before + BOND + SLASH / 2);
	assert_eq!(worker.staked(&mut chain), 0);
	assert_eq!(chain.mill(&jurors[1].payout), 10 * MILL);
	assert!(verifier.reputation(&mut chain).1 < 500, "it had called the result good");
}

#[test]
fn who_stays_silent_in_a_committee_pays_and_the_arbiter_decides() {
	let mut court = Court::new(DisputeMechanism::Committee);
	court.attest(false);
	let job = court.job();
	let slot_ms = court.chain.slot_ms;
	court.chain.pass(DRAW_DELAY + 2 * slot_ms);
	let commits = [
		court.jurors[0].commit(&court.chain, job, AtFault),
		court.jurors[1].commit(&court.chain, job, AtFault),
	];
	assert_eq!(court.chain.block(commits.into()), [Ok(Ok(())); 2]);
	court.chain.pass(5_000 + 2 * slot_ms);
	assert_eq!(court.phase(), Phase::Reveal);
	let reveal = court.jurors[0].reveal(job, AtFault);
	assert_eq!(court.chain.apply(reveal), Ok(()));
	court.chain.pass(5_000 + 2 * slot_ms);
	assert_eq!(court.phase(), Phase::Arbitration);
	let chain = &mut court.chain;
	assert_eq!(court.jurors[0].staked(chain), VERIFIER_STAKE);
	assert_eq!(court.jurors[1].staked(chain), VERIFIER_STAKE - 25 * MILL);
	// Where nobody decided, it was no fault not to.
	assert_eq!(court.jurors[2].staked(chain), VERIFIER_STAKE);

	chain.council_decides(pallet_disputes::Call::arbitrate { job, verdict: Cleared });
	assert_eq!(chain.state(job), JobState::Resolved);
	assert_eq!(chain.usdc(&court.worker.payout), PAY);
}

#[test]
fn the_arbiter_decides_at_once_where_the_terms_say_so() {
	let mut court = Court::new(DisputeMechanism::Arbitration);
	court.attest(true);
	let job = court.job();
	court.chain.raise(Alice, job);
	assert_eq!(court.phase(), Phase::Arbitration);
	let chain = &mut court.chain;
	let not_the_arbiter = pallet_disputes::Call::arbitrate { job, verdict: AtFault };
	let transaction = chain.signed(Alice, not_the_arbiter.clone());
	assert_eq!(chain.apply(transaction), Err(sp_runtime::DispatchError::BadOrigin));
	assert_eq!(chain.state(job), JobState::Disputed);

	let before = chain.mill(&treasury());
	chain.council_decides(not_the_arbiter);
	assert_eq!(chain.state(job), JobState::Resolved);
	assert_eq!(court.worker.staked(chain), 0);
	// No jurors: their part is the treasury's, which has the fees of the motion besides.
	assert!(chain.mill(&treasury()) >= before + SLASH / 2);
	assert_eq!(court.phase(), Phase::Closed(Decision::Arbiter(AtFault)));
}

#[test]
fn an_arbiter_that_never_acts_punishes_nobody() {
	let mut court = Court::new(DisputeMechanism::Arbitration);
	let alice = Alice.to_account_id();
	let before = court.chain.usdc(&alice);
	court.attest(true);
	let job = court.job();
	court.chain.raise(Alice, job);
	let mill = court.chain.mill(&alice);
	court.chain.pass(ARBITRATION - court.chain.slot_ms);
	assert_eq!(court.phase(), Phase::Arbitration);
	court.chain.pass(3 * court.chain.slot_ms);
	assert_eq!(court.phase(), Phase::Closed(Decision::Nobody));

	let Court { mut chain, worker, .. } = court;
	assert_eq!(chain.state(job), JobState::Resolved);
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before + PRICE, 0));
	assert_eq!(chain.mill(&alice), mill + BOND);
	assert_eq!((worker.staked(&mut chain), chain.usdc(&worker.payout)), (STAKE, 0));
}

/// Two verifiers are too few for a committee.
#[test]
fn too_few_verifiers_make_no_committee() {
	let mut chain = Chain::new("test", serde_json::json!({}), 4);
	let worker = Worker::new(Bob).enter(&mut chain);
	for owner in [Charlie, Dave] {
		Worker::new(owner).enter_as_verifier(&mut chain);
	}
	let max = TokenCounts { input: 400, output: 300 };
	let job = chain.create(Alice, &[&worker], max);
	let proof = worker.proof(&mut chain, job, max);
	let transaction = worker.submit(&chain, proof, None);
	assert_eq!(chain.apply(transaction), Ok(()));
	chain.raise(Eve, job);
	chain.pass(DRAW_DELAY + 2 * chain.slot_ms);
	let phase = |chain: &mut Chain| {
		chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job)).unwrap().phase
	};
	assert_eq!(phase(&mut chain), Phase::Arbitration);
	chain.pass(ARBITRATION + 2 * chain.slot_ms);
	assert_eq!(phase(&mut chain), Phase::Closed(Decision::Nobody));
}

#[test]
fn nobody_challenges_after_the_window() {
	let mut court = Court::new(DisputeMechanism::Committee);
	court.attest(true);
	let job = court.job();
	let challenge = |chain: &mut Chain| {
		let call = pallet_disputes::Call::raise { job, evidence: [9; 32] };
		chain.signed(Alice, call)
	};
	let late = challenge(&mut court.chain);
	let results = court.chain.block_after(CHALLENGE_WINDOW + 1_000, vec![late]);
	assert!(matches!(results[..], [Ok(Err(_))]), "{results:?}");
	court.chain.pass(2 * court.chain.slot_ms);
	assert_eq!(court.chain.state(job), JobState::Settled);
	let later = challenge(&mut court.chain);
	let over = pallet_disputes::Error::<Runtime>::WrongState;
	assert_eq!(court.chain.apply(later), Err(over.into()));
}

#[test]
fn two_proofs_for_one_job_cost_the_worker_its_stake() {
	let mut chain = Chain::new("test", serde_json::json!({}), 4);
	let worker = Worker::new(Bob).enter(&mut chain);
	let max = TokenCounts { input: 400, output: 300 };
	let job = chain.create(Alice, &[&worker], max);
	let first = worker.proof(&mut chain, job, max);
	let second = worker.proof(&mut chain, job, TokenCounts { input: 400, output: 299 });
	let report = {
		use sp_core::Pair;
		pallet_disputes::Call::report_double_proof {
			first_signature: worker.key.sign(&first.message(chain.genesis)),
			second_signature: worker.key.sign(&second.message(chain.genesis)),
			first,
			second,
		}
	};
	let (charlie, treasury_before) = (Charlie.to_account_id(), chain.mill(&treasury()));
	let before = chain.mill(&charlie);
	let transaction = chain.signed(Charlie, report.clone());
	assert_eq!(chain.apply(transaction), Ok(()));
	// A tenth to the reporter, which may be the worker's friend, and a true report is free.
	assert_eq!(worker.staked(&mut chain), STAKE - SLASH);
	assert_eq!(chain.mill(&charlie), before + SLASH / 10);
	assert_eq!(chain.mill(&treasury()), treasury_before + SLASH * 9 / 10);

	let transaction = chain.signed(Charlie, report);
	let again = pallet_disputes::Error::<Runtime>::AlreadyReported;
	assert_eq!(chain.apply(transaction), Err(again.into()));

	chain.pass(20_000 + 60_000 + 5 * chain.slot_ms);
	assert_eq!(chain.job(job), None);
	let remembered =
		chain.ext.execute_with(|| pallet_disputes::Offences::<Runtime>::iter().count());
	assert_eq!(remembered, 0);
}

#[test]
fn two_submissions_for_one_job_cost_the_worker_its_stake() {
	use sp_core::Pair;

	let mut court = Court::new(DisputeMechanism::Committee);
	let genesis = court.chain.genesis;
	let first = court.submission.clone();
	let second = Submission { output: [6; 32], ..first.clone() };
	let call = pallet_disputes::Call::report_double_submission {
		first_signature: court.worker.key.sign(&first.message(genesis)),
		second_signature: court.worker.key.sign(&second.message(genesis)),
		first,
		second,
	};
	let transaction = court.chain.signed(Ferdie, call);
	assert_eq!(court.chain.apply(transaction), Ok(()));
	assert_eq!(court.worker.staked(&mut court.chain), 0);
}

/// Stake on its way out answers as active stake does.
#[test]
fn unbonding_stake_does_not_escape() {
	let mut court = Court::new(DisputeMechanism::Committee);
	let unbond = pallet_registry::Call::unbond { amount: STAKE };
	let transaction = court.chain.signed(Bob, unbond);
	assert_eq!(court.chain.apply(transaction), Ok(()));
	court.attest(false);
	court.vote([AtFault; 3]);
	assert_eq!(court.worker.staked(&mut court.chain), 0);
}

/// A dispute leaves storage with its job.
#[test]
fn a_closed_dispute_is_forgotten_with_its_job() {
	let mut court = Court::new(DisputeMechanism::Committee);
	court.attest(false);
	court.vote([AtFault; 3]);
	let job = court.job();
	court.chain.pass(60_000 + 2 * court.chain.slot_ms);
	assert_eq!(court.chain.job(job), None);
	let cases = court.chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::iter().count());
	assert_eq!(cases, 0);
}
