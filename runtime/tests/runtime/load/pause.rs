//! A chain whose authors were away for ten minutes, with jobs in every state.

use millrace_primitives::{
	auction::DisputeMechanism,
	AuctionTerms, JobId, JobState, Payment,
	Verdict::{self, AtFault},
};
use millrace_runtime::{configs::MILL, AccountId, Runtime, UncheckedExtrinsic};
use pallet_disputes::types::{Decision, Phase};
use serde_json::json;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};

use super::{LOCK, MAX, SECOND};
use crate::{
	chain::Chain,
	requester::{LATENCY, PAYMENT_MAX, PRICE, VERIFIER_FEE},
	worker::{Worker, VERIFIER_STAKE},
};

/// What everybody gets who gets nothing but its money back.
const fn refund(locked: u128) -> Payment {
	Payment { worker: 0, treasury: 0, verifier: 0, refund: locked }
}

const AUCTION: u128 = PAYMENT_MAX + VERIFIER_FEE;

/// 995 ‰ of the price, and what the protocol takes.
const PAY: u128 = PRICE * 995 / 1_000;
const FEE: u128 = PRICE - PAY;

const fn paid(verifier: u128) -> Payment {
	let refund = AUCTION - PRICE - verifier;
	Payment { worker: PAY, treasury: FEE, verifier, refund }
}

/// The requester of an auction whose worker is at fault, or about which nobody decides, has paid
/// for the attestation and nothing else.
const fn given_back(verifier: u128) -> Payment {
	Payment { worker: 0, treasury: 0, verifier, refund: AUCTION - verifier }
}

struct Scene {
	chain: Chain,
	worker: Worker,
	verifier: Worker,
	jurors: [Worker; 3],
}

impl Scene {
	fn new() -> Self {
		let mut chain = Chain::new("dev", json!({}), 22);
		let worker = Worker::new(Bob).enter(&mut chain);
		let verifier = Worker::new(Charlie).enter_as_verifier(&mut chain);
		let jurors =
			[Dave, Eve, Ferdie].map(|owner| Worker::new(owner).enter_as_verifier(&mut chain));
		for juror in &jurors {
			// So much that a juror keeps its role when it loses some of it.
			juror.stake(&mut chain, VERIFIER_STAKE);
		}
		Self { chain, worker, verifier, jurors }
	}

	fn terms(&self, mechanism: DisputeMechanism) -> AuctionTerms<AccountId> {
		let (bid_window, challenge_window) = (60 * SECOND, 60 * SECOND);
		let terms = Chain::auction_terms(Some(&self.verifier));
		AuctionTerms { mechanism, bid_window, challenge_window, ..terms }
	}

	fn open(&mut self) -> JobId {
		let terms = self.terms(DisputeMechanism::Committee);
		self.chain.create_auction(Alice, terms)
	}

	fn accepted(&mut self) -> JobId {
		let job = self.open();
		let bid = self.worker.bid(&self.chain, job, PRICE, LATENCY);
		let award = self.chain.award(Alice, bid);
		assert_eq!(self.chain.apply(award), Ok(()));
		job
	}

	fn submitted(&mut self, mechanism: DisputeMechanism) -> JobId {
		let terms = self.terms(mechanism);
		self.chain.delivered_auction(Alice, &self.worker, terms).job
	}

	fn unjudged(&mut self) -> JobId {
		let terms = AuctionTerms { verifier: None, ..self.terms(DisputeMechanism::Committee) };
		self.chain.delivered_auction(Alice, &self.worker, terms).job
	}

	fn judged(&mut self, mechanism: DisputeMechanism, passed: bool) -> JobId {
		let job = self.submitted(mechanism);
		let submission = self.worker.submission(job);
		let attestation = self.verifier.attest(&self.chain, &submission, passed);
		assert_eq!(self.chain.apply(attestation), Ok(()));
		job
	}

	fn direct(&mut self) -> JobId {
		self.chain.create(Alice, &[&self.worker], MAX)
	}

	fn proven(&mut self) -> JobId {
		let job = self.direct();
		let proof = self.worker.proof(&mut self.chain, job, MAX);
		let transaction = self.worker.submit(&self.chain, proof, None);
		assert_eq!(self.chain.apply(transaction), Ok(()));
		job
	}

	fn commits(&self, job: JobId, verdicts: &[Verdict]) -> Vec<UncheckedExtrinsic> {
		let votes = self.jurors.iter().zip(verdicts);
		votes.map(|(juror, vote)| juror.commit(&self.chain, job, *vote)).collect()
	}

	fn staked(&mut self) -> [u128; 3] {
		self.jurors.each_ref().map(|juror| juror.staked(&mut self.chain))
	}
}

/// A job in every state, and a dispute in every phase. All are Alice's.
struct Jobs {
	open: JobId,
	accepted: JobId,
	/// Their verifier is silent.
	submitted: JobId,
	contested: JobId,
	/// Its verifier is not drawn yet.
	undrawn: JobId,
	verified: JobId,
	direct_open: JobId,
	direct_accepted: JobId,
	direct_verified: JobId,
	/// A committee can be drawn for the first; for the second, the seed was known when it was raised.
	ripe: JobId,
	fresh: JobId,
	/// One juror of three has committed, or none.
	committed: JobId,
	uncommitted: JobId,
	/// All have committed, and one has revealed.
	reveal: JobId,
	arbitration: JobId,
}

impl Scene {
	fn jobs(&mut self) -> Jobs {
		let committee = DisputeMechanism::Committee;
		// Disputes first: it takes four seconds until a committee is drawn.
		let reveal = self.judged(committee, false);
		let committed = self.judged(committee, false);
		let uncommitted = self.judged(committee, false);
		self.chain.pass(4 * SECOND + 2 * self.chain.slot_ms);
		let mut votes = self.commits(reveal, &[AtFault, AtFault, AtFault]);
		votes.extend(self.commits(committed, &[AtFault]));
		assert_eq!(self.chain.block(votes), [Ok(Ok(())); 4]);
		let first = self.jurors[0].reveal(reveal, AtFault);
		assert_eq!(self.chain.apply(first), Ok(()));

		let arbitration = self.judged(DisputeMechanism::Arbitration, true);
		self.chain.raise(Alice, arbitration);
		let [open, accepted] = [self.open(), self.accepted()];
		let [submitted, contested] = [self.submitted(committee), self.submitted(committee)];
		let verified = self.judged(committee, true);
		let [direct_open, direct_accepted] = [self.direct(), self.direct()];
		let accept = self.worker.accept(&self.chain, direct_accepted);
		assert_eq!(self.chain.apply(accept), Ok(()));
		let [direct_verified, ripe, fresh] = [self.proven(), self.proven(), self.proven()];
		// Sixteen blocks later nobody can have known the seed of the draw.
		self.chain.raise(Alice, ripe);
		for _ in 0..12 {
			self.chain.block(Vec::new());
		}
		let undrawn = self.unjudged();
		self.chain.raise(Alice, fresh);
		Jobs {
			open,
			accepted,
			submitted,
			contested,
			undrawn,
			verified,
			direct_open,
			direct_accepted,
			direct_verified,
			ripe,
			fresh,
			committed,
			uncommitted,
			reveal,
			arbitration,
		}
	}

	fn states(&mut self, expected: &[(JobId, JobState)]) {
		for (job, state) in expected {
			assert_eq!(self.chain.state(*job), *state);
		}
	}

	fn phases(&mut self, expected: &[(JobId, Phase)]) {
		for (job, phase) in expected {
			assert_eq!(self.chain.phase(*job), *phase);
		}
	}

	fn payments(&mut self, expected: &[(JobId, JobState, Payment)]) {
		for (job, state, payment) in expected {
			let record = self.chain.job(*job).unwrap();
			assert_eq!((record.state, record.payment), (*state, Some(*payment)));
		}
	}

	/// What those send who had the right to until a moment within the pause.
	fn late(&mut self, jobs: &Jobs) -> Vec<UncheckedExtrinsic> {
		let proof = self.worker.proof(&mut self.chain, jobs.direct_open, MAX);
		let undelivered = self.worker.submission(jobs.accepted);
		let unjudged = self.worker.submission(jobs.submitted);
		let challenge = pallet_disputes::Call::raise { job: jobs.verified, evidence: [9; 32] };
		vec![
			self.worker.submit(&self.chain, proof, None),
			self.worker.deliver(&self.chain, undelivered),
			self.verifier.attest(&self.chain, &unjudged, true),
			self.jurors[2].reveal(jobs.reveal, AtFault),
			self.chain.signed(Alice, challenge),
		]
	}

	/// What is done within the windows that begin after the pause, which are as long as ever.
	fn go_on(&mut self, jobs: &Jobs) {
		let drawn = self.chain.job(jobs.undrawn).unwrap().auction.unwrap().verifier.unwrap();
		let submission = self.worker.submission(jobs.undrawn);
		let [first, second, third] = &self.jurors;
		let drawn = [&self.verifier, first, second, third]
			.into_iter()
			.find(|verifier| verifier.owner() == drawn)
			.map(|verifier| verifier.attest(&self.chain, &submission, true))
			.unwrap();
		assert_eq!(self.chain.apply(drawn), Ok(()));
		self.chain.raise(Alice, jobs.contested);
		let committed = self.jurors[0].reveal(jobs.committed, AtFault);
		assert_eq!(self.chain.apply(committed), Ok(()));
		assert_eq!(self.chain.phase(jobs.committed), Phase::Arbitration);
		let (job, verdict) = (jobs.uncommitted, AtFault);
		self.chain.council_decides(pallet_disputes::Call::arbitrate { job, verdict });
		// A minute each to challenge and to arbitrate, half a minute each to commit and to reveal.
		self.chain.check_every(64);
		self.chain.pass(240 * SECOND);
	}
}

#[test]
fn after_ten_minutes_away_every_job_gets_what_its_state_provides_for() {
	let mut scene = Scene::new();
	let alice = Alice.to_account_id();
	let before = scene.chain.usdc(&alice);
	let jobs = scene.jobs();
	as_they_are_when_the_authors_leave(&mut scene, &jobs);

	// Everybody is late, also for the block in which the chain goes on: it is not the chain's getting
	// round to it that ends a window.
	let late = scene.late(&jobs);
	let outcomes = scene.chain.block_after(600 * SECOND, late);
	let too_late = pallet_disputes::Error::<Runtime>::TooLate;
	assert_eq!(outcomes.last(), Some(&Ok(Err(too_late.into()))));
	assert!(outcomes[..4].iter().all(Result::is_err), "{outcomes:?}");
	scene.chain.block(Vec::new());
	as_they_are_when_the_authors_are_back(&mut scene, &jobs);

	scene.go_on(&jobs);
	as_they_are_in_the_end(&mut scene, &jobs);
	// Three paid auctions, two of them judged, and four judged for nothing; and one answer.
	let spent = 3 * PRICE + 6 * VERIFIER_FEE + LOCK;
	assert_eq!((scene.chain.usdc(&alice), scene.chain.held(&alice)), (before - spent, 0));
	let bond = pallet_disputes::HoldReason::Bond;
	assert_eq!(scene.chain.mill_on_hold(bond, &alice), 0);
	scene.chain.check();
}

fn as_they_are_when_the_authors_leave(scene: &mut Scene, jobs: &Jobs) {
	scene.states(&[
		(jobs.open, JobState::Open),
		(jobs.accepted, JobState::Accepted),
		(jobs.submitted, JobState::Submitted),
		(jobs.undrawn, JobState::Submitted),
		(jobs.contested, JobState::Submitted),
		(jobs.verified, JobState::Verified),
		(jobs.direct_open, JobState::Open),
		(jobs.direct_accepted, JobState::Accepted),
		(jobs.direct_verified, JobState::Verified),
	]);
	scene.phases(&[
		(jobs.ripe, Phase::Draw),
		(jobs.fresh, Phase::Draw),
		(jobs.committed, Phase::Commit),
		(jobs.uncommitted, Phase::Commit),
		(jobs.reveal, Phase::Reveal),
		(jobs.arbitration, Phase::Arbitration),
	]);
	assert_eq!(scene.staked(), [2 * VERIFIER_STAKE; 3]);
}

fn as_they_are_when_the_authors_are_back(scene: &mut Scene, jobs: &Jobs) {
	scene.states(&[
		(jobs.open, JobState::Expired),
		(jobs.accepted, JobState::Expired),
		(jobs.direct_open, JobState::Expired),
		(jobs.direct_accepted, JobState::Expired),
		(jobs.verified, JobState::Settled),
		(jobs.direct_verified, JobState::Settled),
		(jobs.arbitration, JobState::Resolved),
		// What nobody judged can be challenged: that window begins now.
		(jobs.submitted, JobState::Verified),
		(jobs.contested, JobState::Verified),
		(jobs.undrawn, JobState::Submitted),
	]);
	// Who committed still reveals; who did not was late. One vote of three decides nothing.
	scene.phases(&[
		(jobs.reveal, Phase::Arbitration),
		(jobs.committed, Phase::Reveal),
		(jobs.uncommitted, Phase::Arbitration),
		(jobs.ripe, Phase::Commit),
		// Eight tries to draw take 32 seconds, and those are over.
		(jobs.fresh, Phase::Arbitration),
		(jobs.arbitration, Phase::Closed(Decision::Nobody)),
	]);
	// Two kept back the vote that they had committed to. Where nobody committed, nobody decided, and
	// it was no fault.
	let left = [1_000, 1_000 - 25, 1_000 - 25];
	assert_eq!(scene.staked(), left.map(|left| left * MILL));
}

fn as_they_are_in_the_end(scene: &mut Scene, jobs: &Jobs) {
	let answer = Payment { worker: LOCK * 85 / 100, treasury: 390, verifier: 0, refund: 0 };
	scene.payments(&[
		(jobs.open, JobState::Expired, refund(AUCTION)),
		(jobs.accepted, JobState::Expired, refund(AUCTION)),
		(jobs.submitted, JobState::Settled, paid(0)),
		(jobs.undrawn, JobState::Settled, paid(VERIFIER_FEE)),
		(jobs.verified, JobState::Settled, paid(VERIFIER_FEE)),
		(jobs.contested, JobState::Resolved, given_back(0)),
		(jobs.reveal, JobState::Resolved, given_back(VERIFIER_FEE)),
		(jobs.committed, JobState::Resolved, given_back(VERIFIER_FEE)),
		(jobs.uncommitted, JobState::Resolved, given_back(VERIFIER_FEE)),
		(jobs.arbitration, JobState::Resolved, given_back(VERIFIER_FEE)),
		(jobs.direct_open, JobState::Expired, refund(LOCK)),
		(jobs.direct_accepted, JobState::Expired, refund(LOCK)),
		(jobs.direct_verified, JobState::Settled, answer),
		(jobs.ripe, JobState::Resolved, refund(LOCK)),
		(jobs.fresh, JobState::Resolved, refund(LOCK)),
	]);
}
