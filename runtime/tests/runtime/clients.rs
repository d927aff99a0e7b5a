//! What clients are answered.

use millrace_primitives::{
	auction::{score, Limits, Offer},
	views::{BallotView, DisputePhase, Funds, Owed, Parameters, Unpaid},
	Bid, JobId, JobState, TokenCounts,
};
use millrace_runtime::{
	apis::runtime_decl_for_millrace_api::MillraceApiV1, configs::MILL, AccountId, Block, Runtime,
};
use sp_core::{Pair, H256};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};

use crate::{
	chain::{model, Chain},
	requester::{CHALLENGE_WINDOW, PRICE, VERIFIER_FEE},
	worker::Worker,
};

type Api = Runtime;

impl Chain {
	fn owed(&mut self, owner: &Worker) -> Vec<Owed<AccountId>> {
		let owner = owner.owner();
		self.ext.execute_with(|| <Api as MillraceApiV1<Block>>::owed(owner))
	}
}

#[test]
fn clients_are_told_the_numbers_of_the_chain() {
	let mut chain = Chain::dev();
	let now = chain.now;
	let told = chain.ext.execute_with(<Runtime as MillraceApiV1<Block>>::parameters);
	let expected = Parameters {
		slot_ms: 200,
		proof_window_ms: 120_000,
		dispute_window_ms: 60_000,
		cancel_after_ms: 8_000,
		nonce_window_ms: 300_000,
		retention_ms: 900_000,
		unbonding_ms: 3_600_000,
		stake_min: 100_000_000_000_000,
		share_staked: 8_500,
		share_unstaked: 7_500,
		payment_asset: 1,
		now,
		bid_window_max_ms: 600_000,
		latency_max_ms: 600_000,
		latency_margin: 200,
		delivery_min_ms: 10_000,
		challenge_window_min_ms: 5_000,
		challenge_window_max_ms: 600_000,
		draw_delay_ms: 4_000,
		judge_window_ms: 30_000,
		commit_window_ms: 30_000,
		reveal_window_ms: 30_000,
		arbitration_window_ms: 60_000,
		protocol_fee: 50,
		max_tokens: TokenCounts { input: 131_072, output: 131_072 },
		verifier_fee_min: 10_000,
		reputation_cap: 150_000,
		registration_deposit: 10 * MILL,
		verifier_stake_min: 500 * MILL,
		dispute_bond: 50 * MILL,
		worker_slash: 100 * MILL,
		double_proof_slash: 100 * MILL,
		minority_slash: 10 * MILL,
		no_reveal_slash: 25 * MILL,
		no_commit_slash: MILL,
		jury_fee: 5 * MILL,
		committee_size: 5,
		jury_pool_min: 3,
	};
	assert_eq!(told, expected);
}

#[test]
fn clients_see_the_market() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let max = TokenCounts { input: 400, output: 300 };
	let job = chain.create(Alice, &[&worker], max);
	chain.block(Vec::new());
	let created = chain.hash_of(chain.number - 1);
	chain.ext.execute_with(|| {
		let alice: AccountId = Alice.to_account_id();
		let peer = worker.peer.public();
		let models = <Api as MillraceApiV1<Block>>::models();
		assert_eq!(models.len(), 1);
		assert_eq!((models[0].id, &models[0].name[..]), (model(), &b"gemma-3-270m"[..]));
		let tiers = <Api as MillraceApiV1<Block>>::tiers();
		assert_eq!((tiers.len(), &tiers[0].name[..]), (1, &b"nano"[..]));
		let quote = <Api as MillraceApiV1<Block>>::quote(model(), max).unwrap();
		assert_eq!((quote.tier, quote.lock), (tiers[0].id, 2_600));
		let seen = <Api as MillraceApiV1<Block>>::worker(worker.owner()).unwrap();
		assert_eq!((seen.key, seen.staked), (worker.key.public(), false));
		assert_eq!(<Api as MillraceApiV1<Block>>::worker_by_peer(peer), Some(seen.clone()));
		assert_eq!(<Api as MillraceApiV1<Block>>::workers_of(model()), [seen]);
		assert_eq!(<Api as MillraceApiV1<Block>>::jobs_of(worker.owner()), [job]);
		let view = <Api as MillraceApiV1<Block>>::job(job).unwrap();
		assert_eq!((view.id, view.entropy), (job, created));
		let Funds { free, locked, claimable, native } = <Api as MillraceApiV1<Block>>::funds(alice);
		assert_eq!((locked, claimable), (2_600, 0));
		assert_eq!(free, 1_000_000_000_000 - 2_600 - 10_000);
		assert!(native > 0);
	});
}

#[test]
fn workers_and_verifiers_are_told_what_they_are_owed_and_why() {
	let mut chain = Chain::new("test", serde_json::json!({}), 5);
	let worker = Worker::new(Bob).enter(&mut chain);
	let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
	assert_eq!(chain.owed(&worker), []);

	let terms = Chain::auction_terms(Some(&verifier));
	let submission = chain.delivered_auction(Alice, &worker, terms);
	let (job, delivered_at) = (submission.job, chain.now);
	let to_worker = Owed {
		job: Some(job),
		to: worker.payout.clone(),
		amount: 796_000,
		unpaid: Unpaid::Unjudged,
		since: Some(delivered_at),
		until: Some(delivered_at + 5_000),
	};
	assert_eq!(chain.owed(&worker), std::slice::from_ref(&to_worker));
	let to_verifier = Owed {
		to: verifier.payout.clone(),
		amount: VERIFIER_FEE,
		unpaid: Unpaid::JudgementAwaited,
		..to_worker
	};
	assert_eq!(chain.owed(&verifier), [to_verifier]);

	let attestation = verifier.attest(&chain, &submission, true);
	assert_eq!(chain.apply(attestation), Ok(()));
	let until = Some(chain.now + CHALLENGE_WINDOW);
	let challengeable = Owed { unpaid: Unpaid::Challengeable, until, ..to_worker.clone() };
	assert_eq!(chain.owed(&worker), [challengeable]);
	assert_eq!(chain.owed(&verifier), []);

	chain.raise(Alice, job);
	let until = Some(chain.now + 4_000);
	let disputed = Owed { unpaid: Unpaid::Disputed, until, ..to_worker };
	assert_eq!(chain.owed(&worker), [disputed]);
}

#[test]
fn workers_are_told_what_waits_to_be_claimed() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let max = TokenCounts { input: 400, output: 300 };
	let job = chain.create(Alice, &[&worker], max);
	let proof = worker.proof(&mut chain, job, max);
	let receipt = chain.receipt(Alice, &proof);
	let transaction = worker.submit(&chain, proof, Some(receipt));
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.state(job), JobState::Settled);
	let parked = Owed {
		job: None,
		to: worker.payout.clone(),
		amount: 2_600 * 3 / 4,
		unpaid: Unpaid::Parked,
		since: None,
		until: None,
	};
	assert_eq!(chain.owed(&worker), [parked]);
}

#[test]
fn everybody_can_follow_a_dispute() {
	let mut chain = Chain::new("test", serde_json::json!({}), 5);
	let worker = Worker::new(Bob).enter(&mut chain);
	let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
	let jurors = [Dave, Eve, Ferdie].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
	let seen = chain.ext.execute_with(|| <Api as MillraceApiV1<Block>>::verifiers_of(model()));
	let owners = seen.into_iter().map(|verifier| verifier.owner).collect::<Vec<_>>();
	assert_eq!(owners, [Charlie, Dave, Eve, Ferdie].map(|owner| owner.to_account_id()));

	let terms = Chain::auction_terms(Some(&verifier));
	let submission = chain.delivered_auction(Alice, &worker, terms);
	let job = submission.job;
	let view =
		|chain: &mut Chain| chain.ext.execute_with(|| <Api as MillraceApiV1<Block>>::dispute(job));
	assert_eq!(view(&mut chain), None);
	let attestation = verifier.attest(&chain, &submission, false);
	assert_eq!(chain.apply(attestation), Ok(()));
	let raised = view(&mut chain).expect("the job is disputed");
	assert_eq!((raised.phase, raised.by_verifier), (DisputePhase::Draw, true));
	assert_eq!((raised.challenger, raised.bond), (verifier.owner(), 50 * MILL));
	assert_eq!((raised.until, raised.jurors), (chain.now + 4_000, Vec::new()));

	chain.pass(4_000 + 2 * chain.slot_ms);
	let commit = jurors[0].commit(&chain, job, millrace_primitives::Verdict::AtFault);
	assert_eq!(chain.apply(commit), Ok(()));
	let voting = view(&mut chain).unwrap();
	assert_eq!((voting.phase, voting.jurors.len()), (DisputePhase::Commit, 3));
	for juror in voting.jurors {
		let committed = juror.account == jurors[0].owner();
		let expected = if committed { BallotView::Committed } else { BallotView::Awaited };
		assert_eq!(juror.ballot, expected);
	}
}

#[test]
fn bids_are_ranked_as_everybody_ranks_them() {
	let mut chain = Chain::new("test", serde_json::json!({}), 5);
	let workers = [Bob, Charlie].map(|owner| Worker::new(owner).enter(&mut chain));
	let job = chain.create_auction(Alice, Chain::auction_terms(None));
	let other = JobId(H256::zero());
	let bid = |worker: &Worker, job, price, latency| -> Bid<AccountId> {
		worker.bid(&chain, job, price, latency).0
	};
	let stranger = Worker::new(Dave);
	let bids = vec![
		bid(&workers[0], job, PRICE, 8_000),
		bid(&workers[1], job, 600_000, 8_000),
		bid(&workers[1], other, 600_000, 8_000),
		bid(&workers[0], job, 1_000_001, 8_000),
		bid(&workers[0], job, PRICE, 10_001),
		bid(&stranger, job, 1, 1),
	];
	let ranks = chain.ext.execute_with(|| <Api as MillraceApiV1<Block>>::rank(job, bids.clone()));
	let limits = Limits { payment_max: 1_000_000, latency_max: 10_000 };
	let score = |price| score(&Offer { reputation: 500, price, latency: 8_000 }, &limits);
	let told = |index: usize| ranks[index].map(|rank| (rank.place, Some(rank.score)));
	assert_eq!(told(0), Some((1, score(PRICE))));
	assert_eq!(told(1), Some((0, score(600_000))));
	assert_eq!(ranks[2..], [None; 4]);

	let many = vec![bids[0].clone(); 300];
	let ranks = chain.ext.execute_with(|| <Api as MillraceApiV1<Block>>::rank(job, many));
	assert_eq!((ranks.len(), ranks.iter().flatten().count()), (300, 256));
}
