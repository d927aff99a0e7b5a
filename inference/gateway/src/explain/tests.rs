use millrace_primitives::{
	auction::Judgement,
	job::Outcome,
	views::{BallotView, DisputePhase, JurorView},
	Agreement, AuctionTerms, DisputeMechanism, JobId, JobKind, ModelId, TokenCounts, Verdict,
};
use sp_core::H256;

use super::*;
use crate::fixture::{delivered, job, outcome, NOW, REQUESTER, WORKER};

fn parameters() -> Parameters {
	Parameters {
		cancel_after_ms: 8_000,
		dispute_bond: 20_000_000_000_000,
		worker_slash: 50_000_000_000_000,
		minority_slash: 10_000_000_000_000,
		jury_fee: 2_000_000_000_000,
		jury_pool_min: 11,
		now: NOW,
		..Parameters::default()
	}
}

fn account(number: u8) -> AccountId32 {
	AccountId32::new([number; 32])
}

fn verifier() -> AccountId32 {
	account(4)
}

/// An auction for at most 10 USDC with a fee of 0.2, awarded for 8, as it is in `state`.
fn auction(state: JobState) -> JobView<AccountId32> {
	let mut view = job(state);
	let is_awarded = !matches!(state, JobState::Open | JobState::Cancelled);
	let is_delivered = is_awarded && !matches!(state, JobState::Accepted | JobState::Expired);
	view.record.kind = JobKind::Auction;
	view.record.candidates = vec![].try_into().unwrap();
	view.record.locked = 10_200_000;
	view.record.accepted_by = is_awarded.then_some(WORKER);
	view.record.outcome = is_delivered.then(|| Outcome {
		worker_share: 9_950,
		tokens: TokenCounts::default(),
		..outcome()
	});
	view.record.auction = Some(Auction {
		terms: AuctionTerms {
			model: ModelId([2; 32]),
			document: b"bafydocument".to_vec().try_into().unwrap(),
			payment_max: 10_000_000,
			verifier_fee: 200_000,
			bid_window: 60_000,
			latency_max: 600_000,
			challenge_window: 120_000,
			mechanism: DisputeMechanism::Committee,
			matcher: None,
			verifier: None,
		},
		agreed: is_awarded.then_some(Agreement {
			price: 8_000_000,
			latency: 300_000,
			awarded_at: NOW - 4_000,
		}),
		result: is_delivered.then(|| b"bafyresult\n".to_vec().try_into().unwrap()),
		verifier: is_delivered.then(verifier),
		attested: None,
	});
	view
}

/// The auction, after its verifier has spoken.
fn attested(state: JobState, passed: bool) -> JobView<AccountId32> {
	let mut view = auction(state);
	let auction = view.record.auction.as_mut().unwrap();
	auction.attested = Some(Judgement { passed, evidence: [6; 32], at: NOW });
	view
}

fn dispute(phase: DisputePhase) -> DisputeView<AccountId32> {
	DisputeView {
		job: JobId(H256([9; 32])),
		phase,
		until: NOW + 30_000,
		challenger: account(5),
		by_verifier: false,
		bond: 20_000_000_000_000,
		evidence: [7; 32],
		testimony: None,
		raised_at: NOW - 1_000,
		round: 0,
		jurors: vec![],
	}
}

fn jury(phase: DisputePhase, ballots: &[BallotView]) -> DisputeView<AccountId32> {
	let juror = |ballot: &BallotView| JurorView { account: account(6), ballot: *ballot };
	DisputeView { jurors: ballots.iter().map(juror).collect(), ..dispute(phase) }
}

fn told(view: &JobView<AccountId32>) -> Explanation {
	explain(view, None, &[], &parameters())
}

fn told_with(view: &JobView<AccountId32>, dispute: &DisputeView<AccountId32>) -> Explanation {
	explain(view, Some(dispute), &[], &parameters())
}

/// `view` with the payment at its end.
fn paid(mut view: JobView<AccountId32>, payment: Payment) -> JobView<AccountId32> {
	assert_eq!(payment.total(), Some(view.record.locked));
	view.record.payment = Some(payment);
	view
}

#[test]
fn every_state_of_either_kind_is_named_and_none_is_without_a_next() {
	for state in JobState::ALL {
		for view in [job(state), delivered(state), auction(state), attested(state, true)] {
			let told = told(&view);
			assert!(told.state.starts_with(&state.to_string()));
			assert!(told.state.len() > state.to_string().len() + 2);
			assert!(told.money.contains("USDC"), "{}", told.money);
			assert!(!told.next.is_empty());
			let says_when = told.next.contains("within") || told.next.contains("any time");
			assert!(says_when, "{state}: {}", told.next);
		}
	}
}

#[test]
fn an_open_direct_job_says_who_may_act_and_what_happens_otherwise() {
	let told = told(&job(JobState::Open));
	assert_eq!(told.state, "OPEN: The money is locked, and 1 worker may take the job.");
	assert_eq!(told.money, "0.0012 USDC are locked for the job in the requester's account.");
	assert_eq!(
		told.next,
		"A worker must deliver its proof within 1 min 55 s; otherwise the job expires by itself \
		 and everything returns to the requester, who in 3 s can take the job back."
	);
}

#[test]
fn an_old_open_direct_job_can_be_taken_back_at_once() {
	let mut view = job(JobState::Open);
	view.record.created_at = NOW - 8_000;
	let told = told(&view);
	assert!(told.next.ends_with("who can take the job back at any time."), "{}", told.next);
}

#[test]
fn an_accepted_direct_job_names_its_worker() {
	let mut view = job(JobState::Accepted);
	view.record.accepted_by = Some(WORKER);
	let told = told(&view);
	assert!(told.state.contains(&WORKER.to_string()), "{}", told.state);
	assert!(told.next.contains("the worker's reputation drops"));
}

#[test]
fn a_verified_direct_job_says_what_will_be_paid_and_who_can_object() {
	let told = told(&delivered(JobState::Verified));
	// ⌈(10·2000 + 20·6000) / 1000⌉ = 140, of which 85 % are 119.
	assert_eq!(
		told.money,
		"0.0012 USDC are locked for the job in the requester's account. Of it 0.00014 USDC will be \
		 paid: 0.000119 USDC to the worker and 0.000021 USDC to the treasury. The other 0.00106 USDC \
		 return to the requester."
	);
	assert!(told.next.starts_with("Nobody has to act"));
	assert!(told.next.contains("challenge the result with a bond of 20.00 MILL"));
}

#[test]
fn who_works_beside_others_is_told_that_the_receipt_decides() {
	for state in [JobState::Accepted, JobState::Verified] {
		let mut view = delivered(state);
		assert!(!told(&view).next.contains("another candidate"));
		view.record.candidates.try_push(account(6)).unwrap();
		assert!(told(&view).next.contains("what another candidate delivered"));
	}
}

#[test]
fn an_auction_that_nobody_was_awarded_blames_no_worker() {
	let mut view = auction(JobState::Expired);
	assert!(told(&view).state.contains("Nobody delivered in time"));
	view.record.auction.as_mut().unwrap().agreed = None;
	assert!(told(&view).state.contains("It was not awarded in time"));
}

#[test]
fn a_settled_job_accounts_for_every_unit() {
	let payment = Payment { worker: 119, treasury: 21, verifier: 0, refund: 1_060 };
	let told = told(&paid(delivered(JobState::Settled), payment));
	assert_eq!(
		told.money,
		"Of 0.0012 USDC locked, these went out: 0.000119 USDC to the worker, 0.000021 USDC to the \
		 treasury, 0.00106 USDC back to the requester."
	);
	assert!(told.facts.contains(&("worker's share", "85 %".into())));
	assert!(told.next.contains("forgets the job within 1 min 55 s"));
}

#[test]
fn a_settled_auction_names_the_verifiers_part() {
	let payment =
		Payment { worker: 7_960_000, treasury: 40_000, verifier: 200_000, refund: 2_000_000 };
	let told = told(&paid(attested(JobState::Settled, true), payment));
	assert!(told.money.contains("7.96 USDC to the worker"), "{}", told.money);
	assert!(told.money.contains("0.20 USDC to the verifier, 2.00 USDC back"), "{}", told.money);
}

#[test]
fn what_could_not_be_paid_is_said_to_wait() {
	let payment = Payment { worker: 119, treasury: 21, verifier: 0, refund: 1_060 };
	let view = paid(delivered(JobState::Settled), payment);
	let parked = Parked { to: WORKER, amount: 119 };
	let told = explain(&view, None, &[parked], &parameters());
	let waits = format!("0.000119 USDC wait for {WORKER}, which could not take");
	assert!(told.money.contains(&waits), "{}", told.money);
	assert!(!told.next.contains("Nothing is left to do"), "{}", told.next);
	assert!(told.next.contains(&format!("`millrace claim {WORKER}`")), "{}", told.next);
	assert!(told.next.ends_with("The chain forgets the job within 1 min 55 s."), "{}", told.next);
}

#[test]
fn an_ended_job_without_payment_was_refunded_whole() {
	for state in [JobState::Cancelled, JobState::Expired] {
		let all_of = |locked| Payment { refund: locked, ..Payment::default() };
		let direct = told(&paid(job(state), all_of(1_200)));
		assert_eq!(direct.money, "All 0.0012 USDC went back to the requester.");
		let auction = told(&paid(auction(state), all_of(10_200_000)));
		assert_eq!(auction.money, "All 10.20 USDC went back to the requester.");
		assert!(auction.next.contains("forgets the job"));
	}
}

#[test]
fn an_open_auction_says_who_must_award() {
	let mut view = auction(JobState::Open);
	let told_now = told(&view);
	assert!(told_now.state.contains("workers can bid"));
	assert!(told_now.money.starts_with("10.20 USDC are locked"), "{}", told_now.money);
	assert!(told_now.money.contains("At most 10.00 USDC of it are for the worker, and 0.20 USDC"));
	assert!(told_now.next.starts_with("The requester must award the job to a bid within 1 min"));

	view.record.auction.as_mut().unwrap().terms.matcher = Some(account(8));
	let told = told(&view);
	assert!(told.next.starts_with(&format!("The requester, or {} in its place,", account(8))));
}

#[test]
fn an_awarded_auction_says_what_was_promised_and_what_went_back() {
	let told = told(&auction(JobState::Accepted));
	let awarded = format!(
		"awarded for 8.00 USDC to the worker of {WORKER}, which promised to deliver within 5 min 0 s"
	);
	assert!(told.state.contains(&awarded), "{}", told.state);
	assert_eq!(
		told.money,
		"8.20 USDC are locked for the job in the requester's account. Of it 8.00 USDC are for the \
		 worker, less the protocol fee, and 0.20 USDC for the verifier; 2.00 USDC went back with the \
		 award."
	);
	assert!(told.next.contains("the worker's reputation drops"));
}

#[test]
fn a_delivered_auction_waits_for_its_verifier() {
	let told = told(&auction(JobState::Submitted));
	assert!(told.state.contains(&verifier().to_string()));
	assert!(told.money.starts_with("8.20 USDC are locked"), "{}", told.money);
	assert!(told.next.contains("must judge the result within 1 min 55 s"));
	assert!(told.next.contains("if it stays silent, the result counts as good"));
}

#[test]
fn a_delivered_auction_without_a_verifier_waits_for_the_draw() {
	let mut view = auction(JobState::Submitted);
	view.record.auction.as_mut().unwrap().verifier = None;
	let told = told(&view);
	assert!(told.state.contains("about to draw its verifier"));
	assert!(told.next.starts_with("Nobody has to act: the chain draws a verifier within"));
}

#[test]
fn a_verified_auction_says_who_judged_it() {
	let good = told(&attested(JobState::Verified, true));
	assert!(good.state.contains("found the result good"), "{}", good.state);
	assert!(good.money.starts_with("8.00 USDC are locked"), "{}", good.money);
	assert!(good.money.contains("7.96 USDC to the worker and 0.04 USDC to the treasury"));
	assert!(good.money.contains("The verifier has got its fee of 0.20 USDC"));

	let silent = told(&auction(JobState::Verified));
	assert!(silent.state.contains("did not judge in time"), "{}", silent.state);
	assert!(silent.money.contains("fee of 0.20 USDC went back to the requester"));

	let mut view = auction(JobState::Verified);
	view.record.auction.as_mut().unwrap().verifier = None;
	assert!(told(&view).state.contains("nobody to judge"));
}

#[test]
fn each_phase_of_a_dispute_says_who_must_act_by_when() {
	use BallotView::{Awaited, Committed, Revealed};

	let ballots = [Committed, Awaited, Revealed(Verdict::AtFault)];
	let cases = [
		(
			dispute(DisputePhase::Draw),
			"the chain draws a committee of verifiers within 30 s. If fewer than 11 can judge, the \
			 arbiter decides.",
		),
		(
			jury(DisputePhase::Commit, &ballots),
			"2 of 3 jurors have committed to a vote; the others must do so within 30 s, or lose",
		),
		(
			jury(DisputePhase::Reveal, &ballots),
			"1 of the 2 that committed to a vote have revealed it; the others must do so within 30",
		),
		(dispute(DisputePhase::Arbitration), "The arbiter must decide within 30 s; if it stays"),
	];
	for (dispute, next) in cases {
		for view in [delivered(JobState::Disputed), attested(JobState::Disputed, true)] {
			let told = told_with(&view, &dispute);
			assert!(told.state.contains(&account(5).to_string()), "{}", told.state);
			assert!(told.next.contains(next), "{}", told.next);
			assert!(
				told.next.contains("A worker at fault loses up to 50.00 MILL"),
				"{}",
				told.next
			);
			assert!(told.money.contains("bond of 20.00 MILL is on hold"), "{}", told.money);
			assert!(told.next.contains("the challenger loses 20.00 MILL."), "{}", told.next);
			assert!(told.next.contains("a fifth of what it loses"), "{}", told.next);
			// Once somebody is drawn or asked, it could wait for what they say first.
			let is_early = dispute.phase == DisputePhase::Draw;
			let confirms = told.next.contains("by confirming the result");
			assert_eq!(confirms, is_early, "{}", told.next);
			let confirms = told.money.contains("or the requester confirms the result");
			assert_eq!(confirms, is_early, "{}", told.money);
		}
	}
}

#[test]
fn a_verifier_that_disputes_answers_with_its_stake() {
	let dispute =
		DisputeView { by_verifier: true, challenger: verifier(), ..dispute(DisputePhase::Draw) };
	let told = told_with(&attested(JobState::Disputed, false), &dispute);
	let verifier = format!("The verifier {} found the result bad and disputes it", verifier());
	assert!(told.state.contains(&verifier), "{}", told.state);
	let risked = "answers with up to 20.00 MILL of its stake";
	assert!(told.money.contains(risked), "{}", told.money);
	let paid = "If the worker is cleared, or the requester confirms the result, 8.00 USDC are paid";
	assert!(told.money.contains(paid), "{}", told.money);
	assert!(told.next.contains("half of what it loses"), "{}", told.next);
	assert!(told.next.contains("the challenger loses up to 20.00 MILL."), "{}", told.next);
	assert!(!told.next.contains("Each juror of the majority"), "{}", told.next);
}

#[test]
fn half_of_a_slash_is_for_the_requester_that_disputes() {
	let by_requester = DisputeView { challenger: REQUESTER, ..dispute(DisputePhase::Commit) };
	let told = told_with(&delivered(JobState::Disputed), &by_requester);
	assert!(told.next.contains("half of what it loses is the challenger's."), "{}", told.next);
}

#[test]
fn jurors_are_paid_by_the_challenger_where_there_is_no_stake_and_none_where_there_are_no_jurors() {
	let says = |phase| {
		let told = told_with(&delivered(JobState::Disputed), &dispute(phase));
		told.next.contains(
			"Each juror of the majority then gets 2.00 MILL at least: what the worker's stake lacks \
			 for that comes out of the challenger's bond.",
		)
	};
	assert!([DisputePhase::Draw, DisputePhase::Commit, DisputePhase::Reveal].into_iter().all(says));
	assert!(!says(DisputePhase::Arbitration));
}

#[test]
fn a_verifier_that_found_the_result_good_has_something_to_lose() {
	let at_risk = "the verifier, which found the result good, up to 10.00 MILL";
	let challenge = dispute(DisputePhase::Draw);
	let told = told_with(&attested(JobState::Disputed, true), &challenge);
	assert!(told.next.contains(at_risk), "{}", told.next);
	for view in [auction(JobState::Disputed), attested(JobState::Disputed, false)] {
		assert!(!told_with(&view, &challenge).next.contains(at_risk));
	}
}

#[test]
fn a_requester_that_somebody_else_disputes_for_can_still_be_heard() {
	use DisputePhase::{Arbitration, Commit, Draw, Reveal};

	let can = |dispute: &DisputeView<AccountId32>| {
		let told = told_with(&delivered(JobState::Disputed), dispute);
		told.next.contains("the requester can add its own evidence (`millrace dispute testify`)")
	};
	assert!([Draw, Commit, Arbitration].into_iter().all(|phase| can(&dispute(phase))));
	assert!(!can(&dispute(Reveal)));
	assert!(!can(&DisputeView { challenger: REQUESTER, ..dispute(Draw) }));
	assert!(!can(&DisputeView { testimony: Some([8; 32]), ..dispute(Draw) }));
}

/// Its requester has just ended it: the record is gone before the state is seen to change.
#[test]
fn a_dispute_without_a_record_is_told_of() {
	let told = told(&delivered(JobState::Disputed));
	assert!(told.state.contains("under dispute"), "{}", told.state);
	assert!(told.next.contains("This phase of the dispute ends"), "{}", told.next);
}

#[test]
fn a_resolved_job_says_who_decided_what() {
	let cases = [
		(
			DisputePhase::DecidedByCommittee(Verdict::AtFault),
			"A committee found the worker at fault",
		),
		(DisputePhase::DecidedByCommittee(Verdict::Cleared), "A committee cleared the worker"),
		(DisputePhase::DecidedByArbiter(Verdict::Cleared), "The arbiter cleared the worker"),
		(DisputePhase::Undecided, "Nobody decided the dispute in time"),
	];
	for (phase, decision) in cases {
		for view in [delivered(JobState::Resolved), attested(JobState::Resolved, true)] {
			let told = told_with(&view, &dispute(phase));
			assert!(told.state.contains(decision), "{}", told.state);
		}
	}
}

#[test]
fn an_identifier_that_is_no_text_does_no_harm_to_a_terminal() {
	let told = told(&auction(JobState::Submitted));
	assert!(told.facts.contains(&("document", "bafydocument".into())));
	assert!(told.facts.contains(&("result", "bafyresult\\n".into())));
}

#[test]
fn the_facts_of_a_dispute_name_its_jurors() {
	let jury = jury(DisputePhase::Reveal, &[BallotView::Revealed(Verdict::Cleared)]);
	let told = told_with(&delivered(JobState::Disputed), &jury);
	let juror = format!("{} cleared the worker", account(6));
	assert!(told.facts.contains(&("juror", juror)));
	assert!(told.facts.contains(&("bond", "20.00 MILL".into())));
	assert!(!told.facts.iter().any(|(name, _)| *name == "testimony"));

	let testified = DisputeView { testimony: Some([8; 32]), ..jury };
	let told = told_with(&delivered(JobState::Disputed), &testified);
	for (name, byte) in [("evidence", "07"), ("testimony", "08")] {
		assert!(told.facts.contains(&(name, format!("0x{}", byte.repeat(32)))));
	}
}

#[test]
fn a_passed_deadline_is_due_now() {
	for mut view in [job(JobState::Accepted), auction(JobState::Accepted)] {
		view.record.deadline = NOW - 1;
		let next = told(&view).next;
		assert!(next.starts_with("The time for what follows is over"), "{next}");
		assert!(next.contains("any moment now"), "{next}");
	}
}

#[test]
fn times_are_rounded_up() {
	assert_eq!(duration(1, 0), "1 s");
	assert_eq!(duration(60_000, 0), "1 min 0 s");
	assert_eq!(duration(3_660_000, 0), "1 h 1 min");
}
