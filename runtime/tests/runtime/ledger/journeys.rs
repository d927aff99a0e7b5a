//! All that can happen to money, before the eyes of both clerks. What is right is tested elsewhere;
//! here it only has to happen.

use std::collections::BTreeSet;

use millrace_primitives::{
	auction::DisputeMechanism,
	AuctionTerms, JobId, JobState, Submission, TokenCounts,
	Verdict::{self, AtFault, Cleared},
};
use millrace_runtime::{
	configs::{MILL, PAYMENT_ASSET_MIN_BALANCE, USDC},
	AccountId, Balance, Runtime, RuntimeCall,
};
use pallet_disputes::types::{Decision, Phase};
use serde_json::json;
use sp_core::Pair;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie, One, Two};

use super::{followed, Seen};
use crate::{
	chain::{treasury, Chain},
	requester::{LATENCY, PAYMENT_MAX},
	worker::{Worker, STAKE, VERIFIER_STAKE},
};

const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };

/// From the raising of a dispute to the draw of its committee, and from the end of a phase to the next.
const DRAW_DELAY: u64 = 4_000;
const VOTE: u64 = 5_000;
const ARBITRATION: u64 = 8_000;
const CHALLENGE: u64 = 5_000;
const UNBONDING: u64 = 240_000;

/// The least MILL of an account.
const EXISTENTIAL: Balance = MILL / 1_000;

/// A chain that both clerks follow, and those who trade on it.
struct Market {
	chain: Chain,
	seen: Seen,
	worker: Worker,
	verifier: Worker,
	jurors: [Worker; 3],
}

impl Market {
	fn new(patch: serde_json::Value) -> Self {
		let (mut chain, seen) = followed(patch, 31);
		let worker = Worker::new(Bob);
		worker.register(&mut chain);
		let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
		let jurors =
			[Dave, Eve, Ferdie].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
		for rich in [&verifier, &jurors[0], &jurors[1], &jurors[2]] {
			rich.stake(&mut chain, 4 * VERIFIER_STAKE);
		}
		Self { chain, seen, worker, verifier, jurors }
	}

	fn signed(&mut self, who: Sr25519Keyring, call: impl Into<RuntimeCall>) {
		let transaction = self.chain.signed(who, call);
		assert_eq!(self.chain.apply(transaction), Ok(()));
	}

	fn pass(&mut self, elapsed: u64) {
		self.chain.pass(elapsed + 2 * self.chain.slot_ms);
	}

	fn is(&mut self, job: JobId, state: JobState) {
		assert_eq!(self.chain.state(job), state);
	}

	fn direct(&mut self) -> JobId {
		self.chain.create(Alice, &[&self.worker], MAX)
	}

	fn prove(&mut self, job: JobId, confirmed: bool) {
		let proof = self.worker.proof(&mut self.chain, job, TokenCounts { input: 123, output: 77 });
		let receipt = confirmed.then(|| self.chain.receipt(Alice, &proof));
		let transaction = self.worker.submit(&self.chain, proof, receipt);
		assert_eq!(self.chain.apply(transaction), Ok(()));
	}

	fn send_usdc(&mut self, to: &AccountId, amount: Balance) {
		let target = to.clone().into();
		self.signed(Charlie, pallet_assets::Call::transfer { id: 1, target, amount });
	}

	fn send_mill(&mut self, to: &AccountId, value: Balance) {
		let dest = to.clone().into();
		self.signed(Charlie, pallet_balances::Call::transfer_allow_death { dest, value });
	}

	fn claim(&mut self, who: &AccountId) {
		self.signed(Charlie, pallet_escrow::Call::claim { who: who.clone() });
	}

	fn direct_jobs(&mut self) {
		// Less than the payout account can take is parked, until it can.
		let parked = self.direct();
		self.prove(parked, true);
		self.is(parked, JobState::Settled);
		let payout = self.worker.payout.clone();
		assert_eq!(self.chain.usdc(&payout), 0);
		self.send_usdc(&payout, PAYMENT_ASSET_MIN_BALANCE);
		self.claim(&payout);

		let by_window = self.direct();
		self.prove(by_window, false);
		self.pass(CHALLENGE);
		self.is(by_window, JobState::Settled);

		let [open, accepted, cancelled] = [self.direct(), self.direct(), self.direct()];
		let accept = self.worker.accept(&self.chain, accepted);
		assert_eq!(self.chain.apply(accept), Ok(()));
		self.pass(1_000);
		self.signed(Alice, pallet_jobs::Call::cancel { job: cancelled });
		self.pass(20_000);
		self.is(open, JobState::Expired);
		self.is(accepted, JobState::Expired);

		// A worker that is paid to the account of its requester: nothing but a release.
		let to = |payout: AccountId| pallet_registry::Call::set_payout { payout };
		self.signed(Bob, to(Alice.to_account_id()));
		self.worker.stake(&mut self.chain, 1_000 * STAKE);
		let own = self.direct();
		self.prove(own, true);
		self.is(own, JobState::Settled);
		self.signed(Bob, to(payout));
	}

	/// Nobody can be paid, not even the treasury: all of it waits, and goes on by itself or is claimed.
	fn a_frozen_asset(&mut self) {
		let [settled, expired] = [self.direct(), self.direct()];
		self.prove(settled, false);
		let frozen = self.chain.create_auction(Alice, Chain::auction_terms(Some(&self.verifier)));
		self.signed(Alice, pallet_assets::Call::freeze_asset { id: 1 });
		self.signed(Alice, pallet_jobs::Call::cancel { job: frozen });
		self.pass(20_000);
		self.is(settled, JobState::Settled);
		self.is(expired, JobState::Expired);
		self.signed(Alice, pallet_assets::Call::thaw_asset { id: 1 });
		let payout = self.worker.payout.clone();
		self.claim(&payout);
		self.claim(&treasury());
		// What was parked for Alice comes with the next refund.
		let next = self.direct();
		self.pass(1_000);
		self.signed(Alice, pallet_jobs::Call::cancel { job: next });
		assert_eq!(self.chain.ext.execute_with(parked), 0);
	}

	fn fees_and_transfers(&mut self) {
		let (one, two) = (One.to_account_id(), Two.to_account_id());
		self.send_mill(&one, MILL);
		self.send_usdc(&one, USDC);
		self.send_usdc(&two, USDC);
		let all_but_dust = pallet_balances::Call::transfer_allow_death {
			dest: two.clone().into(),
			value: MILL - EXISTENTIAL / 2,
		};
		let paid_in_usdc = self.chain.signed_paying(&One.pair(), all_but_dust, Some(1));
		assert_eq!(self.chain.apply(paid_in_usdc), Ok(()));
		assert_eq!(self.chain.mill(&one), 0);
		// What fails costs its fee all the same.
		let failing = pallet_escrow::Call::claim { who: one.clone() };
		let failing = self.chain.signed_paying(&One.pair(), failing, Some(1));
		assert!(self.chain.apply(failing).is_err());
		let failing = self.chain.signed(Two, pallet_escrow::Call::claim { who: one.clone() });
		assert!(self.chain.apply(failing).is_err());

		let delegate = one.clone().into();
		let approve = pallet_assets::Call::approve_transfer { id: 1, delegate, amount: USDC / 2 };
		self.signed(Two, approve);
		let transfer_approved = |amount| pallet_assets::Call::transfer_approved {
			id: 1,
			owner: two.clone().into(),
			destination: one.clone().into(),
			amount,
		};
		for _ in 0..2 {
			let call = transfer_approved(USDC / 4);
			let transaction = self.chain.signed_paying(&One.pair(), call, Some(1));
			assert_eq!(self.chain.apply(transaction), Ok(()));
		}
		let everything =
			pallet_assets::Call::transfer_all { id: 1, dest: one.into(), keep_alive: false };
		self.signed(Two, everything);
		assert_eq!(self.chain.usdc(&two), 0);
	}

	fn submitted(&mut self, terms: AuctionTerms<AccountId>) -> Submission<AccountId> {
		self.chain.delivered_auction(Alice, &self.worker, terms)
	}

	fn named(&self) -> AuctionTerms<AccountId> {
		Chain::auction_terms(Some(&self.verifier))
	}

	fn attest(&mut self, submission: &Submission<AccountId>, passed: bool) {
		let attestation = self.verifier.attest(&self.chain, submission, passed);
		assert_eq!(self.chain.apply(attestation), Ok(()));
	}

	fn confirm(&mut self, submission: &Submission<AccountId>) {
		let (job, digest) = (submission.job, submission.digest());
		let receipt = self.chain.receipt_for(Alice, job, digest);
		let confirm = pallet_settlement::Call::submit_receipt { job, receipt };
		assert_eq!(self.chain.apply(Chain::authorized(confirm)), Ok(()));
		self.is(job, JobState::Settled);
	}

	fn auctions(&mut self) {
		let cancelled = self.chain.create_auction(Alice, self.named());
		self.signed(Alice, pallet_jobs::Call::cancel { job: cancelled });
		let [unawarded, undelivered] = [
			self.chain.create_auction(Alice, self.named()),
			self.chain.create_auction(Alice, self.named()),
		];
		// At the highest price there is nothing to give back.
		let bid = self.worker.bid(&self.chain, undelivered, PAYMENT_MAX, LATENCY);
		let award = self.chain.award(Alice, bid);
		assert_eq!(self.chain.apply(award), Ok(()));

		let terms = self.named();
		let [judged, confirmed, silent] =
			[self.submitted(terms.clone()), self.submitted(terms.clone()), self.submitted(terms)];
		self.attest(&judged, true);
		self.attest(&confirmed, true);
		self.confirm(&confirmed);
		let undrawn = self.submitted(Chain::auction_terms(None));
		self.pass(20_000);
		for (job, state) in [
			(unawarded, JobState::Expired),
			(undelivered, JobState::Expired),
			(judged.job, JobState::Settled),
			(confirmed.job, JobState::Settled),
			(silent.job, JobState::Settled),
			(undrawn.job, JobState::Settled),
		] {
			self.is(job, state);
		}
	}

	fn phase(&mut self, job: JobId) -> Phase {
		let case = self.chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job));
		case.expect("the job is disputed").phase
	}

	/// Let a committee be drawn, and vote. Who has no verdict does not even commit.
	fn vote(&mut self, job: JobId, votes: [(Option<Verdict>, bool); 3]) {
		self.pass(DRAW_DELAY);
		assert_eq!(self.phase(job), Phase::Commit);
		let mut commits = Vec::new();
		let mut reveals = Vec::new();
		for (juror, (verdict, reveals_it)) in self.jurors.iter().zip(votes) {
			let Some(verdict) = verdict else { continue };
			commits.push(juror.commit(&self.chain, job, verdict));
			if reveals_it {
				reveals.push(juror.reveal(job, verdict));
			}
		}
		let all_commit = commits.len() == 3;
		assert!(self.chain.block(commits).iter().all(|outcome| *outcome == Ok(Ok(()))));
		if !all_commit {
			self.pass(VOTE);
		}
		assert_eq!(self.phase(job), Phase::Reveal);
		let all_reveal = reveals.len() == 3;
		assert!(self.chain.block(reveals).iter().all(|outcome| *outcome == Ok(Ok(()))));
		if !all_reveal {
			self.pass(VOTE);
		}
	}

	fn verdict(&mut self, job: JobId, verdicts: [Verdict; 3]) {
		self.vote(job, verdicts.map(|verdict| (Some(verdict), true)));
		self.is(job, JobState::Resolved);
	}

	fn disputes(&mut self) {
		let terms = self.named();
		let raised_by_verifier = |market: &mut Self| {
			let submission = market.submitted(market.named());
			market.attest(&submission, false);
			submission.job
		};
		let raised_by = |market: &mut Self, challenger| {
			let submission = market.submitted(market.named());
			market.attest(&submission, true);
			market.chain.raise(challenger, submission.job);
			submission.job
		};
		let job = raised_by_verifier(self);
		self.verdict(job, [AtFault, Cleared, AtFault]);
		let job = raised_by_verifier(self);
		self.verdict(job, [Cleared, Cleared, AtFault]);
		let job = raised_by(self, Alice);
		self.verdict(job, [AtFault, AtFault, AtFault]);
		let two = Two.to_account_id();
		self.send_mill(&two, 1_000 * MILL);
		let job = raised_by(self, Two);
		self.verdict(job, [Cleared, Cleared, Cleared]);

		// The requester is content, and the challenger has its bond back.
		let submission = self.submitted(self.named());
		self.attest(&submission, true);
		self.chain.raise(Two, submission.job);
		self.confirm(&submission);

		// Silence, and then the arbiter.
		let job = raised_by(self, Two);
		self.vote(job, [(Some(AtFault), true), (Some(AtFault), false), (None, false)]);
		assert_eq!(self.phase(job), Phase::Arbitration);
		self.chain.council_decides(pallet_disputes::Call::arbitrate { job, verdict: AtFault });
		self.is(job, JobState::Resolved);
		for verdict in [Some(Cleared), None] {
			let mechanism = DisputeMechanism::Arbitration;
			let submission = self.submitted(AuctionTerms { mechanism, ..terms.clone() });
			self.attest(&submission, true);
			let job = submission.job;
			self.chain.raise(Two, job);
			match verdict {
				Some(verdict) => {
					self.chain.council_decides(pallet_disputes::Call::arbitrate { job, verdict });
				},
				None => self.pass(ARBITRATION),
			}
			self.is(job, JobState::Resolved);
		}
	}

	fn report_double_proof(&mut self, owner: Sr25519Keyring, job: JobId) {
		let offender = if owner == Bob { &self.worker } else { &self.jurors[0] };
		let first = offender.proof(&mut self.chain, job, MAX);
		let second = offender.proof(&mut self.chain, job, TokenCounts { input: 1, output: 1 });
		let genesis = self.chain.genesis;
		let report = pallet_disputes::Call::report_double_proof {
			first_signature: offender.key.sign(&first.message(genesis)),
			second_signature: offender.key.sign(&second.message(genesis)),
			first,
			second,
		};
		self.signed(Two, report);
	}

	fn offences(&mut self) {
		let job = self.direct();
		self.report_double_proof(Bob, job);

		let first = self.submitted(self.named());
		let second = Submission { output: [6; 32], ..first.clone() };
		let genesis = self.chain.genesis;
		let report = pallet_disputes::Call::report_double_submission {
			first_signature: self.worker.key.sign(&first.message(genesis)),
			second_signature: self.worker.key.sign(&second.message(genesis)),
			first,
			second,
		};
		self.signed(Two, report);

		// One and the same account is a juror of a job, and a candidate of it that signed twice: what it
		// loses for the one goes to the treasury, for the other to the pot.
		let job = self.chain.create(Alice, &[&self.worker, &self.jurors[0]], MAX);
		self.prove(job, false);
		self.chain.raise(Alice, job);
		self.pass(DRAW_DELAY);
		let case = self.chain.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job));
		assert!(case.unwrap().ballot(&self.jurors[0].owner()).is_some());
		let before = self.jurors[0].staked(&mut self.chain);
		self.report_double_proof(Dave, job);
		self.pass(VOTE + ARBITRATION);
		assert_eq!(self.phase(job), Phase::Closed(Decision::Nobody));
		assert_eq!(self.jurors[0].staked(&mut self.chain), before - 100 * MILL);
	}

	/// A worker comes and goes, and another loses what it has withdrawn already.
	fn stakes(&mut self) {
		let unbond = |amount| pallet_registry::Call::unbond { amount };
		let all = self.worker.staked(&mut self.chain);
		self.signed(Bob, unbond(all));
		let job = self.direct();
		self.report_double_proof(Bob, job);
		let two = Worker::new(Two);
		two.register(&mut self.chain);
		two.stake(&mut self.chain, STAKE);
		self.signed(Two, unbond(STAKE / 4));
		self.signed(Two, unbond(3 * STAKE / 4));
		self.pass(UNBONDING);
		self.signed(Two, pallet_registry::Call::withdraw_unbonded {});
		self.signed(Two, pallet_registry::Call::deregister {});
		self.signed(Bob, pallet_registry::Call::withdraw_unbonded {});
	}
}

/// What waits to be claimed.
fn parked() -> usize {
	pallet_escrow::Claimable::<Runtime>::iter_keys().count()
}

/// The events of our pallets that move money, by pallet and index: `Locked`, `Paid`, `ToTreasury`,
/// `Refunded`, `Parked`, `Claimed` and `VerifierPaid` of the escrow; `Registered`, `Staked`,
/// `Unbonded`, `Withdrawn`, `Deregistered` and `Slashed` of the registry; `Settled` of the settlement;
/// `Raised`, `Decided`, `BondReturned`, `BondForfeited`, `Punished`, `Rewarded` and `Dismissed` of the
/// disputes. Of `BondCharged` there is a test of its own.
const MOVING: [(u8, &[u8]); 4] = [
	(21, &[0, 1, 2, 3, 4, 5, 7]),
	(20, &[0, 4, 5, 6, 7, 8]),
	(24, &[1]),
	(26, &[0, 7, 8, 9, 10, 11, 18]),
];

/// Those that report a bug, or what cannot happen here: a deadline that is not awaited, a payment, a
/// refund or a dispute that fails, a share that not even the treasury can take.
const NEVER: [(u8, &[u8]); 4] = [(21, &[6]), (23, &[5]), (24, &[2, 3]), (26, &[12, 14, 15, 19])];

fn all_of(events: [(u8, &[u8]); 4]) -> BTreeSet<(u8, u8)> {
	let of = |(pallet, events): (u8, &[u8])| {
		events.iter().map(|event| (pallet, *event)).collect::<Vec<_>>()
	};
	events.into_iter().flat_map(of).collect()
}

#[test]
fn every_balance_can_be_rebuilt_from_events_alone() {
	let mut market = Market::new(json!({}));
	market.direct_jobs();
	market.a_frozen_asset();
	market.fees_and_transfers();
	market.auctions();
	market.disputes();
	market.offences();
	market.stakes();
	// All are forgotten.
	market.pass(60_000);
	assert_eq!(market.chain.ext.execute_with(|| pallet_jobs::Jobs::<Runtime>::iter().count()), 0);
	let seen = market.seen.borrow();
	let missing: Vec<_> = all_of(MOVING).difference(&seen).copied().collect();
	assert!(missing.is_empty(), "nobody has seen {missing:?}");
	assert!(all_of(NEVER).is_disjoint(&seen), "something went wrong: {seen:?}");
}

/// The worker has lost its stake elsewhere before it is found at fault.
#[test]
fn the_books_are_right_where_the_challenger_pays_the_jurors() {
	let mut market = Market::new(json!({}));
	market.worker.stake(&mut market.chain, STAKE);
	market.send_mill(&Two.to_account_id(), MILL);
	let submission = market.submitted(market.named());
	market.attest(&submission, true);
	let other = market.direct();
	market.chain.raise(Alice, submission.job);
	market.report_double_proof(Bob, other);
	assert_eq!(market.worker.staked(&mut market.chain), 0);
	market.verdict(submission.job, [AtFault, AtFault, AtFault]);
	assert!(market.seen.borrow().contains(&(26, 16)), "the challenger is charged");
}

/// Half of what is taken from the worker is less than an account must hold, and the challenger's has
/// nothing: the treasury gets it, and says so.
#[test]
fn the_books_are_right_where_a_share_cannot_be_paid() {
	let slash = u64::try_from(EXISTENTIAL).unwrap();
	let patch = json!({ "parameters": { "initial": { "workerSlash": slash } } });
	let mut market = Market::new(patch);
	market.worker.stake(&mut market.chain, STAKE);
	let submission = market.submitted(market.named());
	market.attest(&submission, false);
	let before = market.chain.mill(&treasury());
	market.verdict(submission.job, [AtFault, AtFault, AtFault]);
	assert_eq!(market.chain.mill(&market.verifier.payout), 0);
	assert_eq!(market.chain.mill(&treasury()), before + EXISTENTIAL);
}
