//! The defects of a rival's published contracts, which have the same states. Each has the test that
//! would catch it here, on the whole runtime, with the money counted. All figures are computed here,
//! by hand.

use std::collections::BTreeSet;

use millrace_primitives::{
	auction::DisputeMechanism,
	AuctionTerms, JobId, JobState, Payment, Submission, TokenCounts,
	Verdict::{self, AtFault, Cleared},
};
use millrace_runtime::{
	configs::MILL, AccountId, Runtime, RuntimeEvent, Signature, UncheckedExtrinsic,
};
use pallet_disputes::types::{Bond, Decision, Phase};
use sp_core::Pair;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError,
};

use crate::{
	chain::{treasury, Chain},
	requester::{CHALLENGE_WINDOW, LATENCY, PRICE, VERIFIER_FEE},
	worker::{Worker, STAKE, VERIFIER_STAKE},
};

/// What an auction locks: 1 USDC, and 0.05 USDC for its verifier.
const LOCK: u128 = 1_050_000;

/// What the award gives back: 1 USDC less 0.80 USDC.
const EXCESS: u128 = 200_000;

/// 0.80 USDC less the protocol fee of 0.5 %, and that fee.
const PAY: u128 = 796_000;
const PROTOCOL_FEE: u128 = 4_000;

/// What a challenger risks, and what a worker at fault loses.
const BOND: u128 = 50 * MILL;
const SLASH: u128 = 100 * MILL;

/// How long the phases of a dispute last, and the judgement before it.
const JUDGEMENT: u64 = 5_000;
const DRAW_DELAY: u64 = 4_000;
const VOTE: u64 = 5_000;
const ARBITRATION: u64 = 8_000;
const RETENTION: u64 = 60_000;

/// A direct job of 400 + 300 tokens, at 2,000 and 6,000 for a thousand.
const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };
const DIRECT_LOCK: u128 = 2_600;

/// Alice's money and what is left to be done for it: Bob works, Charlie verifies, and Dave, Eve and
/// Ferdie verify for the model too, so they are the only ones who can be drawn.
struct Market {
	chain: Chain,
	worker: Worker,
	verifier: Worker,
	jurors: [Worker; 3],
}

impl Market {
	fn new() -> Self {
		let mut chain = Chain::new("test", serde_json::json!({}), 8);
		let worker = Worker::new(Bob).enter(&mut chain);
		let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
		let jurors =
			[Dave, Eve, Ferdie].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
		Self { chain, worker, verifier, jurors }
	}

	fn terms(&self) -> AuctionTerms<AccountId> {
		Chain::auction_terms(Some(&self.verifier))
	}

	fn delivered(&mut self) -> Submission<AccountId> {
		let terms = self.terms();
		self.chain.delivered_auction(Alice, &self.worker, terms)
	}

	fn attest(&mut self, submission: &Submission<AccountId>, passed: bool) {
		let attestation = self.verifier.attest(&self.chain, submission, passed);
		assert_eq!(self.chain.apply(attestation), Ok(()));
	}

	/// What Alice can spend, and what she has on hold.
	fn alice(&mut self) -> (u128, u128) {
		let alice = Alice.to_account_id();
		(self.chain.usdc(&alice), self.chain.held(&alice))
	}

	/// Let time pass, and what fell due then be done.
	fn pass(&mut self, elapsed: u64) {
		self.chain.pass(elapsed + 2 * self.chain.slot_ms);
	}

	fn phase(&mut self, job: JobId) -> Phase {
		let case = self.chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job));
		case.expect("the job is disputed").phase
	}

	/// Let these jurors commit to a vote.
	fn commit(&mut self, job: JobId, votes: &[(usize, Verdict)]) {
		for (juror, verdict) in votes {
			let vote = self.jurors[*juror].commit(&self.chain, job, *verdict);
			assert_eq!(self.chain.apply(vote), Ok(()));
		}
	}

	/// Let these jurors reveal their vote.
	fn reveal(&mut self, job: JobId, votes: &[(usize, Verdict)]) {
		for (juror, verdict) in votes {
			let vote = self.jurors[*juror].reveal(job, *verdict);
			assert_eq!(self.chain.apply(vote), Ok(()));
		}
	}
}

/// The code with which the pool refuses a transaction, and a block after it.
fn refusal(chain: &mut Chain, transaction: UncheckedExtrinsic) -> u8 {
	let refused = chain.validate(transaction.clone()).expect_err("the pool refuses it");
	assert_eq!(chain.block(vec![transaction]), [Err(refused)]);
	match refused {
		TransactionValidityError::Invalid(InvalidTransaction::Custom(code)) => code,
		other => panic!("refused without a code of its own: {other:?}"),
	}
}

/// The rival: ACCEPTED has no deadline and no way to reclaim. A worker that accepts and vanishes keeps
/// the money from everybody.
#[test]
fn no_funds_are_locked_for_ever_when_the_worker_accepts_and_never_delivers() {
	let mut market = Market::new();
	let (before, none) = market.alice();
	assert_eq!(none, 0);
	let terms = market.terms();
	let auctioned = market.chain.create_auction(Alice, terms);
	let award = market.worker.bid(&market.chain, auctioned, PRICE, LATENCY);
	let award = market.chain.award(Alice, award);
	assert_eq!(market.chain.apply(award), Ok(()));
	let direct = market.chain.create(Alice, &[&market.worker], MAX);
	let accept = market.worker.accept(&market.chain, direct);
	assert_eq!(market.chain.apply(accept), Ok(()));
	let locked = LOCK - EXCESS + DIRECT_LOCK;
	assert_eq!(market.alice(), (before - locked, locked));

	// Twice the promised eight seconds for the auctioned job, 20 seconds for the direct one.
	market.pass(20_000);
	for job in [auctioned, direct] {
		assert_eq!(market.chain.state(job), JobState::Expired);
	}
	assert_eq!(market.alice(), (before, 0));
	assert_eq!(market.chain.usdc(&market.worker.payout), 0);
	assert!(market.worker.reputation(&mut market.chain).0 < 500, "it is known for it");
	market.pass(RETENTION);
	assert_eq!((market.chain.job(auctioned), market.chain.job(direct)), (None, None));
}

/// The rival: a false attestation makes the job DISPUTED without a record of a dispute, so no call can
/// ever end it.
#[test]
fn no_funds_are_locked_for_ever_when_nobody_acts_in_a_dispute() {
	let mut market = Market::new();
	let (before, _) = market.alice();
	let Submission { job, .. } = {
		let submission = market.delivered();
		market.attest(&submission, false);
		submission
	};
	assert_eq!(market.chain.state(job), JobState::Disputed);
	assert_eq!(market.alice(), (before - PRICE - VERIFIER_FEE, PRICE));
	let case = market.chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job));
	let case = case.expect("there is a complete record of the dispute");
	assert_eq!((case.challenger, case.bond), (market.verifier.owner(), Bond::Stake(BOND)));
	assert_eq!((case.phase, case.evidence), (Phase::Draw, [8; 32]));

	let phases = [(DRAW_DELAY, Phase::Commit), (VOTE, Phase::Arbitration)];
	for (elapsed, next) in phases {
		market.pass(elapsed);
		assert_eq!(market.phase(job), next);
		assert_eq!(market.alice().1, PRICE, "it is not over");
	}
	market.pass(ARBITRATION);
	assert_eq!(market.phase(job), Phase::Closed(Decision::Nobody));
	assert_eq!(market.chain.state(job), JobState::Resolved);

	// All but the fee of the verifier goes back, and nobody is punished.
	assert_eq!(market.alice(), (before - VERIFIER_FEE, 0));
	let Market { mut chain, worker, verifier, jurors } = market;
	assert_eq!((chain.usdc(&worker.payout), chain.usdc(&verifier.payout)), (0, VERIFIER_FEE));
	assert_eq!((worker.staked(&mut chain), verifier.staked(&mut chain)), (STAKE, VERIFIER_STAKE));
	for juror in &jurors {
		assert_eq!(juror.staked(&mut chain), VERIFIER_STAKE);
	}
	let refund = LOCK - VERIFIER_FEE;
	let expected = Payment { verifier: VERIFIER_FEE, refund, ..Payment::default() };
	assert_eq!(chain.job(job).unwrap().payment, Some(expected));
}

/// The same, raised by a challenger whose bond is at stake too, and with votes that nobody reveals.
#[test]
fn no_funds_are_locked_for_ever_when_nobody_reveals_a_vote() {
	let mut market = Market::new();
	let (before, _) = market.alice();
	let submission = market.delivered();
	let job = submission.job;
	market.attest(&submission, true);
	market.chain.raise(Alice, job);
	let alice = Alice.to_account_id();
	let mill = market.chain.mill(&alice);
	assert_eq!(market.chain.mill_on_hold(pallet_disputes::HoldReason::Bond, &alice), BOND);
	market.pass(DRAW_DELAY);
	market.commit(job, &[(0, Cleared), (1, AtFault), (2, AtFault)]);
	assert_eq!(market.phase(job), Phase::Reveal);
	market.pass(VOTE);
	assert_eq!(market.phase(job), Phase::Arbitration);
	market.pass(ARBITRATION);
	assert_eq!(market.phase(job), Phase::Closed(Decision::Nobody));
	assert_eq!(market.alice(), (before - VERIFIER_FEE, 0));
	assert_eq!(market.chain.mill(&alice), mill + BOND);
	assert_eq!(market.chain.mill_on_hold(pallet_disputes::HoldReason::Bond, &alice), 0);
}

/// The rival: SUBMITTED waits for its verifier for ever.
#[test]
fn no_funds_are_locked_for_ever_when_the_verifier_never_judges() {
	let mut market = Market::new();
	let (before, _) = market.alice();
	let job = market.delivered().job;
	market.pass(JUDGEMENT);
	assert_eq!(market.chain.state(job), JobState::Verified);
	assert_eq!(market.alice(), (before - PRICE, PRICE), "the fee is back");
	market.pass(CHALLENGE_WINDOW);
	assert_eq!(market.chain.state(job), JobState::Settled);
	assert_eq!(market.alice(), (before - PRICE, 0));
	assert_eq!(market.chain.usdc(&market.worker.payout), PAY);
	assert_eq!(market.chain.usdc(&market.verifier.payout), 0);
}

/// The rival: the worker names its verifier as it accepts, and a second key of its own will do.
#[test]
fn the_worker_cannot_choose_its_verifier() {
	let mut chain = Chain::new("test", serde_json::json!({}), 8);
	let worker = Worker::new(Bob).enter_as_verifier(&mut chain);
	// Its second key: another owner, paid to the same account.
	let mut friend = Worker::new(Eve);
	friend.payout = worker.payout.clone();
	let friend = friend.enter_as_verifier(&mut chain);
	let others = [Charlie, Dave].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
	let independent = others.each_ref().map(Worker::owner);

	// If the requester itself is talked into naming one of the two, the worker cannot have the job.
	for accomplice in [&worker, &friend] {
		let job = chain.create_auction(Alice, Chain::auction_terms(Some(accomplice)));
		let award = chain.award(Alice, worker.bid(&chain, job, PRICE, LATENCY));
		assert_eq!(refusal(&mut chain, award), 125, "a conflict of interest");
	}

	// If nobody is named, chance decides, and never for one of the two.
	let jobs = (0..10).map(|_| chain.create_auction(Alice, Chain::auction_terms(None)));
	let jobs = jobs.collect::<Vec<_>>();
	let award = |job: &JobId| chain.award(Alice, worker.bid(&chain, *job, PRICE, LATENCY));
	let awards = jobs.iter().map(award).collect();
	assert_eq!(chain.block(awards), [Ok(Ok(())); 10]);
	let submissions = jobs.iter().map(|job| worker.submission(*job)).collect::<Vec<_>>();
	let deliver = |submission: &Submission<_>| worker.deliver(&chain, submission.clone());
	let deliveries = submissions.iter().map(deliver).collect();
	assert_eq!(chain.block(deliveries), [Ok(Ok(())); 10]);
	chain.pass(DRAW_DELAY + 2 * chain.slot_ms);
	let mut drawn = BTreeSet::new();
	for submission in &submissions {
		let record = chain.job(submission.job).unwrap();
		assert_eq!(record.state, JobState::Submitted);
		drawn.insert(record.auction.unwrap().verifier.expect("one was drawn"));
		for accomplice in [&worker, &friend] {
			let attestation = accomplice.attest(&chain, submission, true);
			assert!(chain.validate(attestation).is_err(), "it is not for it to judge");
		}
	}
	assert_eq!(drawn, independent.into_iter().collect());

	let first = &submissions[0];
	let attestation = friend.attest(&chain, first, true);
	assert_eq!(refusal(&mut chain, attestation), 164, "not the verifier");
	let drawn = chain.job(first.job).unwrap().auction.unwrap().verifier.unwrap();
	let drawn = others.iter().find(|verifier| verifier.owner() == drawn).unwrap();
	let paid_before = chain.usdc(&drawn.payout);
	let attestation = drawn.attest(&chain, first, true);
	assert_eq!(chain.apply(attestation), Ok(()));
	assert_eq!(chain.usdc(&drawn.payout), paid_before + VERIFIER_FEE);
	assert_eq!(chain.usdc(&worker.payout), 0, "which is the friend's account too");
}

/// The rival: after a true attestation nobody can dispute any more, so the window protects nobody.
#[test]
fn an_attestation_does_not_close_the_challenge_window() {
	let mut market = Market::new();
	let (before, _) = market.alice();
	let submission = market.delivered();
	let job = submission.job;
	market.attest(&submission, true);
	assert_eq!(market.chain.state(job), JobState::Verified);

	// A stranger to the job, in the last second of the window.
	market.chain.pass(CHALLENGE_WINDOW - 1_000);
	let stranger = Sr25519Keyring::AliceStash;
	let gift = pallet_balances::Call::transfer_keep_alive {
		dest: stranger.to_account_id().into(),
		value: 60 * MILL,
	};
	let gift = market.chain.signed(Alice, gift);
	assert_eq!(market.chain.apply(gift), Ok(()));
	market.chain.raise(stranger, job);
	market.pass(DRAW_DELAY);
	let all = [(0, AtFault), (1, AtFault), (2, AtFault)];
	market.commit(job, &all);
	market.reveal(job, &all);
	assert_eq!(market.phase(job), Phase::Closed(Decision::Committee(AtFault)));

	// The price goes back, and a challenger that is neither requester nor verifier gets a fifth of the
	// slash besides its bond: 20 of 100 MILL, to what was left of 60 after the fee of its challenge.
	assert_eq!(market.alice(), (before - VERIFIER_FEE, 0));
	assert_eq!(market.worker.staked(&mut market.chain), STAKE - SLASH);
	assert_eq!(market.chain.usdc(&market.worker.payout), 0);
	let owned = market.chain.mill(&stranger.to_account_id());
	assert!((79 * MILL..80 * MILL).contains(&owned), "{owned}");
	// 30 % to three jurors.
	for juror in &market.jurors {
		assert_eq!(market.chain.mill(&juror.payout), 10 * MILL);
	}
}

/// The rival: whoever registers has a vote, and registering takes no stake.
#[test]
fn votes_of_the_unstaked_do_not_count() {
	let mut market = Market::new();
	let (before, _) = market.alice();
	// Three addresses of one and the same person, each with just enough to register.
	let crowd = [Sr25519Keyring::One, Sr25519Keyring::Two, Sr25519Keyring::EveStash];
	let crowd = crowd.map(|owner| {
		let dest = owner.to_account_id().into();
		let gift = pallet_balances::Call::transfer_keep_alive { dest, value: 20 * MILL };
		let gift = market.chain.signed(Alice, gift);
		assert_eq!(market.chain.apply(gift), Ok(()));
		let worker = Worker::new(owner);
		worker.register(&mut market.chain);
		let models = vec![crate::chain::model()].try_into().unwrap();
		let role = pallet_registry::Call::set_verified_models { models };
		let role = market.chain.signed(owner, role);
		assert!(market.chain.apply(role).is_err(), "the role takes a stake");
		worker
	});

	let submission = market.delivered();
	let job = submission.job;
	market.attest(&submission, false);
	market.pass(DRAW_DELAY);
	let case = market.chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job));
	let seated = case.unwrap().jurors.into_iter().map(|juror| juror.account);
	let staked = market.jurors.each_ref().map(Worker::owner);
	assert_eq!(seated.collect::<BTreeSet<_>>(), staked.into_iter().collect());
	for voter in &crowd {
		let vote = voter.commit(&market.chain, job, Cleared);
		assert_eq!(refusal(&mut market.chain, vote), 207, "not a juror");
	}

	// A juror that begins to take its stake out after the draw still answers with it.
	let unbond = pallet_registry::Call::unbond { amount: VERIFIER_STAKE };
	let unbond = market.chain.signed(Ferdie, unbond);
	assert_eq!(market.chain.apply(unbond), Ok(()));
	let vote = market.jurors[2].commit(&market.chain, job, Cleared);
	assert!(market.chain.validate(vote).is_ok());

	// Two votes are not the three that it takes, whatever they say.
	let two = [(0, AtFault), (1, AtFault)];
	market.commit(job, &two);
	market.pass(VOTE);
	market.reveal(job, &two);
	assert_eq!(market.phase(job), Phase::Arbitration);
	assert_eq!(market.worker.staked(&mut market.chain), STAKE);
	assert_eq!(market.jurors[2].staked(&mut market.chain), VERIFIER_STAKE);
	market.pass(ARBITRATION);
	assert_eq!(market.alice(), (before - VERIFIER_FEE, 0));
}

/// The rival: a dispute is resolved without a look at the deadline of the vote.
#[test]
fn votes_after_their_time_do_not_count() {
	let mut market = Market::new();
	let submission = market.delivered();
	let job = submission.job;
	market.attest(&submission, false);
	market.pass(DRAW_DELAY);
	market.commit(job, &[(0, Cleared), (1, Cleared)]);
	// In the one block after the end of the phase, before the chain has got round to ending it.
	let late = market.jurors[2].commit(&market.chain, job, Cleared);
	let results = market.chain.block_after(VOTE + 1_000, vec![late.clone()]);
	let too_late = TransactionValidityError::from(InvalidTransaction::Custom(203));
	assert_eq!(results, [Err(too_late)]);
	market.chain.pass(2 * market.chain.slot_ms);
	assert_eq!(market.phase(job), Phase::Reveal);
	assert_eq!(refusal(&mut market.chain, late), 206, "another phase");

	market.reveal(job, &[(0, Cleared)]);
	let late = market.jurors[1].reveal(job, Cleared);
	let results = market.chain.block_after(VOTE + 1_000, vec![late.clone()]);
	assert_eq!(results, [Err(too_late)]);
	market.chain.pass(2 * market.chain.slot_ms);
	assert_eq!(market.phase(job), Phase::Arbitration);
	assert_eq!(refusal(&mut market.chain, late), 206, "another phase");
}

/// The rival: unstaking moves the stake out of reach at once.
#[test]
fn stake_on_its_way_out_answers_for_what_was_done() {
	let mut market = Market::new();
	let (before, _) = market.alice();
	let submission = market.delivered();
	let job = submission.job;
	let unbond = pallet_registry::Call::unbond { amount: STAKE };
	let unbond = market.chain.signed(Bob, unbond);
	assert_eq!(market.chain.apply(unbond), Ok(()));
	let treasury_before = market.chain.mill(&treasury());
	market.attest(&submission, false);
	market.pass(DRAW_DELAY);
	let votes = [(0, AtFault), (1, AtFault), (2, AtFault)];
	market.commit(job, &votes);
	market.reveal(job, &votes);
	assert_eq!(market.worker.staked(&mut market.chain), 0);
	// Half to the verifier that found out, 30 % to the jurors, the rest to the treasury.
	assert_eq!(market.chain.mill(&market.verifier.payout), 50 * MILL);
	for juror in &market.jurors {
		assert_eq!(market.chain.mill(&juror.payout), 10 * MILL);
	}
	assert_eq!(market.chain.mill(&treasury()), treasury_before + 20 * MILL);
	assert_eq!(market.alice(), (before - VERIFIER_FEE, 0));
	let withdraw = pallet_registry::Call::<Runtime>::withdraw_unbonded {};
	market.pass(240_000);
	let owned = market.chain.mill(&Bob.to_account_id());
	let withdraw = market.chain.signed(Bob, withdraw);
	let _nothing = market.chain.apply(withdraw);
	assert!(market.chain.mill(&Bob.to_account_id()) <= owned, "there is nothing left to withdraw");
}

/// The rival: the price of the bid stays off chain, and the escrow pays the whole of what was locked.
#[test]
fn the_price_of_the_bid_is_on_chain() {
	let mut market = Market::new();
	let (before, _) = market.alice();
	let treasury_before = market.chain.usdc(&treasury());
	let terms = market.terms();
	let job = market.chain.create_auction(Alice, terms);
	assert_eq!(market.alice(), (before - LOCK, LOCK));

	// Nobody changes the price that the worker signed, nor the bid that the requester awarded.
	let bid = market.worker.bid(&market.chain, job, PRICE, LATENCY);
	let dearer = market.worker.bid(&market.chain, job, 900_000, LATENCY);
	let forged_bid = market.chain.award(Alice, (dearer.0.clone(), bid.1));
	assert_eq!(refusal(&mut market.chain, forged_bid), 126, "not the worker's bid");
	let forged_award = {
		let message =
			millrace_primitives::auction::award_message(market.chain.genesis, job, &bid.0.digest());
		let award_signature = Signature::from(Alice.pair().sign(&message));
		let (bid, bid_signature) = dearer;
		Chain::authorized(pallet_jobs::Call::award { bid, bid_signature, award_signature })
	};
	assert_eq!(refusal(&mut market.chain, forged_award), 127, "not the requester's award");

	let award = market.chain.award(Alice, bid);
	assert_eq!(market.chain.apply(award), Ok(()));
	let agreed = market.chain.job(job).unwrap().auction.unwrap().agreed.unwrap();
	assert_eq!((agreed.price, agreed.latency), (PRICE, LATENCY));
	let awarded = |event: &RuntimeEvent| {
		matches!(
			event,
			RuntimeEvent::Jobs(pallet_jobs::Event::Awarded { price: PRICE, refund: EXCESS, .. })
		)
	};
	assert!(market.chain.events().iter().any(awarded));
	// What was locked above it is back at once.
	assert_eq!(market.alice(), (before - LOCK + EXCESS, LOCK - EXCESS));

	let submission = market.worker.submission(job);
	let delivery = market.worker.deliver(&market.chain, submission.clone());
	assert_eq!(market.chain.apply(delivery), Ok(()));
	market.attest(&submission, true);
	market.pass(CHALLENGE_WINDOW);
	assert_eq!(market.chain.state(job), JobState::Settled);
	assert_eq!(market.chain.usdc(&market.worker.payout), PAY);
	assert_eq!(market.chain.usdc(&treasury()), treasury_before + PROTOCOL_FEE);
	assert_eq!(market.chain.usdc(&market.verifier.payout), VERIFIER_FEE);
	assert_eq!(market.alice(), (before - PRICE - VERIFIER_FEE, 0));
}

/// The rival: nothing is final in less than an hour, which is no good for a chat.
#[test]
fn a_result_that_nobody_confirms_is_final_within_a_minute() {
	let mut chain = Chain::new("local", serde_json::json!({}), 8);
	let worker = Worker::new(Bob).enter(&mut chain);
	let alice = Alice.to_account_id();
	let before = chain.usdc(&alice);
	let job = chain.create(Alice, &[&worker], MAX);
	let proof = worker.proof(&mut chain, job, MAX);
	let transaction = worker.submit(&chain, proof, None);
	assert_eq!(chain.apply(transaction), Ok(()));
	chain.pass(60_000 + 2 * chain.slot_ms);
	assert_eq!(chain.state(job), JobState::Settled);
	// 85 % for a worker with a stake.
	assert_eq!((chain.usdc(&alice), chain.held(&alice)), (before - DIRECT_LOCK, 0));
	assert_eq!(chain.ext.execute_with(|| claimable(&worker)) + chain.usdc(&worker.payout), 2_210);
}

/// What waits for a worker whose account cannot hold so little yet. Needs externalities.
fn claimable(worker: &Worker) -> u128 {
	pallet_escrow::Claimable::<Runtime>::get(&worker.payout).unwrap_or_default()
}

/// Whoever may end a dispute by a word must not be anybody.
#[test]
fn only_the_arbiter_arbitrates() {
	let mut market = Market::new();
	let terms = AuctionTerms { mechanism: DisputeMechanism::Arbitration, ..market.terms() };
	let submission = market.chain.delivered_auction(Alice, &market.worker, terms);
	let job = submission.job;
	market.attest(&submission, false);
	assert_eq!(market.phase(job), Phase::Arbitration);
	for party in [Alice, Bob, Charlie, Dave] {
		for verdict in [AtFault, Cleared] {
			let call = pallet_disputes::Call::arbitrate { job, verdict };
			let transaction = market.chain.signed(party, call);
			assert_eq!(market.chain.apply(transaction), Err(DispatchError::BadOrigin));
		}
	}
	assert_eq!(market.chain.state(job), JobState::Disputed);
}
