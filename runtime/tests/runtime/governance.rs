//! Parameters that change on a running chain, and who may change them.

use frame_support::dispatch::RawOrigin;
use millrace_primitives::{JobId, JobState, Payment, Price, TierId, TokenCounts, Verdict::AtFault};
use millrace_runtime::{
	configs::{MILL, USDC},
	genesis_presets,
	parameters::{self, Current, Flaw, Parameters},
	Runtime, RuntimeCall, RuntimeEvent,
};
use serde_json::json;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve};
use sp_runtime::DispatchError;

use crate::{
	chain::{model, Chain},
	requester::{CHALLENGE_WINDOW, LATENCY, PAYMENT_MAX, PRICE, VERIFIER_FEE},
	worker::Worker,
};

const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };

/// What the answer takes: 123 × 2 + 77 × 6 micro-USDC.
const USED: TokenCounts = TokenCounts { input: 123, output: 77 };
const CHARGE: u128 = 708;

impl Chain {
	fn parameters(&mut self) -> Parameters {
		self.ext.execute_with(Current::<Runtime>::get)
	}

	/// What becomes of a change that root asks for.
	fn set(&mut self, parameters: Parameters) -> Result<(), DispatchError> {
		self.ext.execute_with(|| {
			frame_support::hypothetically!(millrace_runtime::Parameters::set(
				RawOrigin::Root.into(),
				Box::new(parameters)
			))
		})
	}
}

#[test]
fn the_council_changes_parameters_and_an_open_job_keeps_its_deadline() {
	let mut chain = Chain::dev();
	let worker = Worker::new(Bob);
	worker.register(&mut chain);
	let old = chain.create(Alice, &[&worker], MAX);
	let old_deadline = chain.job(old).unwrap().deadline;

	let before = chain.parameters();
	let parameters = Parameters { proof_window_ms: 30_000, dispute_window_ms: 2_000, ..before };
	let parameters = Box::new(parameters);
	chain.council_decides(parameters::Call::set { parameters: parameters.clone() });
	assert_eq!(chain.parameters(), *parameters);
	let changed = RuntimeEvent::Parameters(parameters::Event::Changed { parameters });
	assert!(chain.events().contains(&changed));

	assert_eq!(chain.job(old).unwrap().deadline, old_deadline);
	let new = chain.create(Alice, &[&worker], MAX);
	assert_eq!(chain.job(new).unwrap().deadline, chain.now + 30_000);
	chain.pass(30_000 + 2 * chain.slot_ms);
	assert_eq!((chain.state(old), chain.state(new)), (JobState::Open, JobState::Expired));

	// The window that opens now is of the length that holds now.
	let proof = worker.proof(&mut chain, old, MAX);
	let transaction = worker.submit(&chain, proof, None);
	assert_eq!(chain.apply(transaction), Ok(()));
	chain.pass(2_000 + 2 * chain.slot_ms);
	assert_eq!(chain.state(old), JobState::Settled);
}

#[test]
fn one_member_of_the_council_is_not_the_council() {
	let mut chain = Chain::dev();
	let before = chain.parameters();
	let call = parameters::Call::set { parameters: Box::new(before) };
	let alone = chain.signed(Alice, call.clone());
	assert_eq!(chain.apply(alone), Err(DispatchError::BadOrigin));
	let stranger = chain.signed(Dave, call.clone());
	assert_eq!(chain.apply(stranger), Err(DispatchError::BadOrigin));

	// A motion of one goes through at once, as that of one.
	let motion = pallet_collective::Call::propose {
		threshold: 1,
		proposal: Box::new(call.into()),
		length_bound: 1_000,
	};
	let transaction = chain.signed(Alice, motion);
	assert_eq!(chain.apply(transaction), Ok(()));
	assert!(chain.events().iter().any(|event| matches!(
		event,
		RuntimeEvent::Council(pallet_collective::Event::Executed {
			result: Err(DispatchError::BadOrigin),
			..
		})
	)));
}

#[test]
fn the_slot_is_fixed() {
	let mut chain = Chain::dev();
	let before = chain.parameters();
	let fixed = DispatchError::from(parameters::Error::<Runtime>::SlotIsFixed);
	for slot_ms in [199, 201, 1_000] {
		assert_eq!(chain.set(Parameters { slot_ms, ..before }), Err(fixed));
	}
	assert_eq!(chain.set(before), Ok(()));
}

#[test]
fn parameters_that_do_not_fit_each_other_are_refused_with_the_reason() {
	let mut chain = Chain::dev();
	let before = chain.parameters();
	let flawed = |flaw| Err(parameters::Error::<Runtime>::Flawed(flaw).into());
	let unbonding_ms = before.arbitration_window_ms;
	assert_eq!(chain.set(Parameters { unbonding_ms, ..before }), flawed(Flaw::UnbondingTooShort));
	let minority_slash = before.no_reveal_slash;
	assert_eq!(chain.set(Parameters { minority_slash, ..before }), flawed(Flaw::SilencePays));
	assert_eq!(
		chain.set(Parameters { protocol_fee: 10_001, ..before }),
		flawed(Flaw::ShareTooHigh)
	);
	assert_eq!(chain.parameters(), before);
}

/// Stake that unbonds by the old rules answers for what can be agreed by the new ones, and stake that
/// unbonds by the new ones for what was agreed by the old.
#[test]
fn stake_is_never_free_before_what_it_answers_for_is_over() {
	let mut chain = Chain::dev();
	let before = chain.parameters();
	let too_soon = Err(parameters::Error::<Runtime>::UnbondingBeforeLiability.into());
	let short = Parameters { latency_max_ms: 1_000, challenge_window_max_ms: 6_000, ..before };
	let both = Parameters { unbonding_ms: 1_800_000, ..short };
	assert_eq!(chain.set(both), too_soon);
	assert_eq!(chain.set(short), Ok(()));

	let lengthened = Parameters { unbonding_ms: 36_000_000, ..before };
	let both = Parameters { latency_max_ms: 1_800_000, ..lengthened };
	assert_eq!(chain.set(both), too_soon);
	chain.council_decides(parameters::Call::set { parameters: Box::new(lengthened) });
	assert_eq!(chain.set(both), Ok(()));
}

/// A job that was forgotten by the old retention could be created again with its old nonce.
#[test]
fn nonces_are_never_revived() {
	let mut chain = Chain::dev();
	let before = chain.parameters();
	let retention_ms = before.retention_ms + 2;
	let nonce_window_ms = before.retention_ms / 2;
	let revived = parameters::Error::<Runtime>::NoncesRevived.into();
	let both = Parameters { retention_ms, nonce_window_ms, ..before };
	assert_eq!(chain.set(both), Err(revived));
	assert_eq!(chain.set(Parameters { retention_ms, ..before }), Ok(()));
}

/// No number is what it was, but for the slot.
fn all_others(before: &Parameters) -> Parameters {
	let after = Parameters {
		slot_ms: before.slot_ms,
		proof_window_ms: 30_000,
		dispute_window_ms: 2_000,
		cancel_after_ms: 4_000,
		nonce_window_ms: 60_000,
		retention_ms: 240_000,
		unbonding_ms: 7_200_000,
		bid_window_max_ms: 10_000,
		latency_max_ms: 5_000,
		latency_margin: 150,
		delivery_min_ms: 1_000,
		challenge_window_min_ms: 10_000,
		challenge_window_max_ms: 20_000,
		draw_delay_ms: 8_000,
		judge_window_ms: 10_000,
		commit_window_ms: 10_000,
		reveal_window_ms: 10_000,
		arbitration_window_ms: 20_000,
		share_staked: 8_000,
		share_unstaked: 7_000,
		protocol_fee: 100,
		max_tokens: TokenCounts { input: 100, output: 50 },
		verifier_fee_min: 60_000,
		reputation_cap: 2 * USDC,
		registration_deposit: 20 * MILL,
		stake_min: 200 * MILL,
		verifier_stake_min: 600 * MILL,
		dispute_bond: 60 * MILL,
		worker_slash: 150 * MILL,
		double_proof_slash: 150 * MILL,
		minority_slash: 20 * MILL,
		no_reveal_slash: 40 * MILL,
		no_commit_slash: 10 * MILL,
		jury_fee: 3 * MILL,
		committee_size: 3,
		jury_pool_min: 3,
	};
	let [before, after_] = [before, &after].map(|set| serde_json::to_value(set).unwrap());
	for (name, value) in after_.as_object().unwrap() {
		assert_eq!(before[name] == *value, name == "slotMs", "{name}");
	}
	after
}

/// Jobs of Alice's for Bob in every state that waits for something. Charlie, Dave and Eve verify, and
/// all have stake to spare.
struct UnderWay {
	chain: Chain,
	worker: Worker,
	verifiers: [Worker; 3],
	open: JobId,
	proven: JobId,
	disputed: JobId,
	biddable: JobId,
	awarded: JobId,
	delivered: JobId,
	judged: JobId,
}

impl UnderWay {
	fn new() -> Self {
		// Three are too few, until the council says otherwise.
		let patch = json!({ "parameters": { "initial": { "juryPoolMin": 5 } } });
		let mut chain = Chain::new(genesis_presets::DEV, patch, 0x6E);
		let worker = Worker::new(Bob).enter(&mut chain);
		worker.stake(&mut chain, 200 * MILL);
		let verifiers =
			[Charlie, Dave, Eve].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
		for verifier in &verifiers {
			verifier.stake(&mut chain, 200 * MILL);
		}
		let terms = || Chain::auction_terms(Some(&verifiers[0]));
		let open = chain.create(Alice, &[&worker], MAX);
		let proven = chain.create(Alice, &[&worker], MAX);
		let disputed = chain.create(Alice, &[&worker], MAX);
		for job in [proven, disputed] {
			let proof = worker.proof(&mut chain, job, USED);
			let transaction = worker.submit(&chain, proof, None);
			assert_eq!(chain.apply(transaction), Ok(()));
		}
		let biddable = chain.create_auction(Alice, terms());
		let awarded = chain.create_auction(Alice, terms());
		let award = chain.award(Alice, worker.bid(&chain, awarded, PRICE, LATENCY));
		assert_eq!(chain.apply(award), Ok(()));
		let delivered = chain.delivered_auction(Alice, &worker, terms()).job;
		let judged = chain.delivered_auction(Alice, &worker, terms());
		let attestation = verifiers[0].attest(&chain, &judged, true);
		assert_eq!(chain.apply(attestation), Ok(()));
		chain.raise(Alice, disputed);
		let judged = judged.job;
		Self {
			chain,
			worker,
			verifiers,
			open,
			proven,
			disputed,
			biddable,
			awarded,
			delivered,
			judged,
		}
	}

	const fn jobs(&self) -> [JobId; 7] {
		[
			self.open,
			self.proven,
			self.disputed,
			self.biddable,
			self.awarded,
			self.delivered,
			self.judged,
		]
	}

	fn deliver_and_judge(&mut self, job: JobId) {
		let chain = &mut self.chain;
		let submission = self.worker.submission(job);
		let delivery = self.worker.deliver(chain, submission.clone());
		assert_eq!(chain.apply(delivery), Ok(()));
		let deadline = chain.job(job).unwrap().deadline;
		assert_eq!(deadline, chain.now + 10_000, "the verifier has what it has now");
		let attestation = self.verifiers[0].attest(chain, &submission, true);
		assert_eq!(chain.apply(attestation), Ok(()));
		let deadline = chain.job(job).unwrap().deadline;
		assert_eq!(deadline, chain.now + CHALLENGE_WINDOW, "the window is the agreed one");
	}

	fn vote(&mut self) {
		let chain = &mut self.chain;
		let job = self.disputed;
		let drawn_at = chain.job(job).unwrap().deadline;
		chain.pass(drawn_at - chain.now + 2 * chain.slot_ms);
		let commits = self.verifiers.each_ref().map(|juror| juror.commit(chain, job, AtFault));
		assert_eq!(chain.block(commits.into()), [Ok(Ok(())); 3]);
		let reveals = self.verifiers.each_ref().map(|juror| juror.reveal(job, AtFault));
		assert_eq!(chain.block(reveals.into()), [Ok(Ok(())); 3]);
		assert_eq!(chain.state(job), JobState::Resolved);
	}
}

/// What becomes of an auction's money: the worker has `pay` of the price.
const fn paid(pay: u128, verifier: u128) -> Payment {
	let refund = PAYMENT_MAX - PRICE + VERIFIER_FEE - verifier;
	Payment { worker: pay, treasury: PRICE - pay, verifier, refund }
}

/// The council changes every parameter, doubles the price of the model and takes it off the offer.
#[test]
fn whatever_the_council_changes_jobs_under_way_keep_what_was_agreed() {
	let mut under_way = UnderWay::new();
	let jobs = under_way.jobs();
	let alice = Alice.to_account_id();
	let chain = &mut under_way.chain;
	let before = jobs.map(|job| chain.job(job).unwrap());
	{
		use JobState::{Accepted, Disputed, Open, Submitted, Verified};
		let expected = [Open, Verified, Disputed, Open, Accepted, Submitted, Verified];
		assert_eq!(before.each_ref().map(|record| record.state), expected);
	}
	let bid = under_way.worker.bid(chain, under_way.biddable, PRICE, LATENCY);

	let parameters = Box::new(all_others(&chain.parameters()));
	chain.council_decides(parameters::Call::set { parameters });
	let name = b"nano".to_vec().try_into().unwrap();
	let price = Price { input: 4_000, output: 12_000 };
	chain.council_decides(pallet_registry::Call::set_tier { id: TierId(0), name, price });
	chain.council_decides(pallet_registry::Call::remove_model { id: model() });
	assert_eq!(jobs.map(|job| chain.job(job).unwrap()), before);

	let award = chain.award(Alice, bid);
	assert_eq!(chain.apply(award), Ok(()));
	let deadline = chain.job(under_way.biddable).unwrap().deadline;
	assert_eq!(deadline, chain.now + LATENCY * 3 / 2, "the worker has what it has now");
	under_way.deliver_and_judge(under_way.biddable);
	under_way.deliver_and_judge(under_way.awarded);
	let mill = under_way.chain.mill(&alice);
	under_way.vote();

	// The bond is that of its day, the slash that of the verdict.
	let UnderWay { mut chain, worker, open, .. } = under_way;
	assert_eq!(chain.mill(&alice), mill + 50 * MILL + 75 * MILL);
	assert_eq!(worker.staked(&mut chain), 150 * MILL);
	// Later than the proof of a new job could come, and for more tokens than it could ask for.
	while chain.now < before[0].created_at + 100_000 {
		chain.block(Vec::new());
	}
	worker.stake(&mut chain, 50 * MILL);
	let proof = worker.proof(&mut chain, open, USED);
	let transaction = worker.submit(&chain, proof, None);
	assert_eq!(chain.apply(transaction), Ok(()));
	assert_eq!(chain.job(open).unwrap().deadline, chain.now + 2_000);
	chain.pass(2_000 + 2 * chain.slot_ms);

	let refund = before[0].locked - CHARGE;
	let direct = |worker| Payment { worker, treasury: CHARGE - worker, verifier: 0, refund };
	let expected = [
		// ⌊708 × 0.80⌋ for the proof after the change, ⌊708 × 0.85⌋ for the one before.
		direct(566),
		direct(601),
		Payment { refund: before[2].locked, ..Payment::default() },
		// So it is with the protocol's 1 % and 0.5 % of the price.
		paid(792_000, VERIFIER_FEE),
		paid(792_000, VERIFIER_FEE),
		paid(796_000, 0),
		paid(796_000, VERIFIER_FEE),
	];
	assert_eq!(jobs.map(|job| chain.job(job).unwrap().payment), expected.map(Some));
	assert_eq!(chain.held(&alice), 0);
}

#[test]
fn tiers_and_models_are_the_council_s_to_change() {
	let mut chain = Chain::dev();
	let name = || b"nano".to_vec().try_into().unwrap();
	let price = Price { input: 1, output: 1 };
	let calls: [RuntimeCall; 4] = [
		pallet_registry::Call::set_tier { id: TierId(0), name: name(), price }.into(),
		pallet_registry::Call::remove_tier { id: TierId(0) }.into(),
		pallet_registry::Call::set_model {
			id: model(),
			name: name(),
			tier: TierId(0),
			context: 1,
			bytes: 1,
		}
		.into(),
		pallet_registry::Call::remove_model { id: model() }.into(),
	];
	for call in calls {
		for alone in [Alice, Dave] {
			let transaction = chain.signed(alone, call.clone());
			assert_eq!(chain.apply(transaction), Err(DispatchError::BadOrigin));
		}
	}
}
