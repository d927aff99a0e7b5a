use std::collections::BTreeMap;

use frame_support::{assert_ok, assert_storage_noop};
use millrace_primitives::{traits::Conduct, JobId, JobState};
use sp_core::H256;
use sp_runtime::DispatchError;

use crate::{
	mock::{
		account, attest, events, insert_auction, judge_of, payout_account, purse, said, state_of,
		submit, AccountId, Auctioned, Book, EscrowBroken, ExtBuilder, Ledger, Now, Seed,
		Settlement, Since, Stage, System, Test, VerifierNotes, Verifiers, Workers, AGREED, ALFA,
		BRAVO, CHALLENGE_WINDOW, FEE, FUNDS, JUDGE_WINDOW, REQUESTER, VERA, VICTOR, WORKER_PART,
	},
	Event,
};

/// Register verifiers with all that the role takes.
fn verifiers(owners: &[AccountId]) {
	for owner in owners {
		let payout = Workers::get(owner).map_or_else(|| owner.clone(), |(payout, _)| payout);
		Workers::insert(owner, (payout, true));
	}
	Verifiers::put(owners.iter().map(|owner| (owner.clone(), true)).collect::<Vec<_>>());
}

/// Whom the chain draws for a new delivery of BRAVO's.
fn draw() -> Option<AccountId> {
	let job_id = insert_auction(None);
	assert_ok!(submit(job_id));
	Settlement::judgement_due(job_id);
	judge_of(job_id)
}

#[test]
fn draws_a_verifier() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Submitted.create();
		Settlement::judgement_due(job_id);
		let verifier = judge_of(job_id).expect("there are two");
		assert!([account(VERA), account(VICTOR)].contains(&verifier));
		let deadline = Now::get() + JUDGE_WINDOW;
		assert_eq!(Book::get(job_id).unwrap().deadline, deadline);
		assert_eq!(state_of(job_id), JobState::Submitted);
		assert_eq!(VerifierNotes::get(), vec![]);
		assert_eq!(events(), [Event::VerifierAppointed { job_id, verifier, deadline }]);
	});
}

#[test]
fn draws_by_seed_and_job() {
	ExtBuilder.build_and_execute(|| {
		verifiers(&(30..130).map(account).collect::<Vec<_>>());
		let jobs = (0..3).map(|_| draw()).collect::<Vec<_>>();
		assert!(jobs.windows(2).any(|pair| pair[0] != pair[1]), "jobs of one block differ");

		let job_id = Auctioned::Submitted.create();
		let drawn_with = |seed| {
			let pending = Book::get(job_id).unwrap();
			Seed::set(&H256::repeat_byte(seed));
			Settlement::judgement_due(job_id);
			let drawn = judge_of(job_id);
			Book::insert(job_id, pending);
			drawn
		};
		let drawn = (0..10).map(drawn_with).collect::<Vec<_>>();
		assert!(drawn.windows(2).any(|pair| pair[0] != pair[1]), "seeds differ");
		assert_eq!(drawn_with(0), drawn[0], "nothing else decides");
	});
}

#[test]
fn draws_everybody_equally_often() {
	ExtBuilder.build_and_execute(|| {
		let eligible = [VERA, VICTOR, ALFA].map(account);
		verifiers(&eligible);
		let job_id = Auctioned::Submitted.create();
		let pending = Book::get(job_id).unwrap();
		let mut drawn = BTreeMap::<_, u32>::new();
		for seed in 0..600 {
			Book::insert(job_id, &pending);
			Seed::set(&H256::from_low_u64_be(seed));
			Settlement::judgement_due(job_id);
			*drawn.entry(judge_of(job_id).expect("there are three")).or_default() += 1;
		}
		assert_eq!(drawn.len(), eligible.len());
		// Five standard deviations around 200; the seeds are fixed, so this never fails by chance.
		assert!(drawn.values().all(|times| (142..=258).contains(times)), "{drawn:?}");
	});
}

#[test]
fn never_draws_a_party_nor_anybody_paid_where_a_party_is() {
	ExtBuilder.build_and_execute(|| {
		let parties = [REQUESTER, BRAVO].map(account);
		let payout = [payout_account(BRAVO)];
		let paid_to_a_party = [31, 32, 33].map(account);
		let payouts = [account(REQUESTER), account(BRAVO), payout_account(BRAVO)];
		for (owner, payout) in paid_to_a_party.iter().zip(payouts) {
			Workers::insert(owner, (payout, true));
		}
		let excluded = [&parties[..], &payout, &paid_to_a_party].concat();
		verifiers(&excluded);
		assert_eq!(draw(), None);

		verifiers(&[&excluded[..], &[account(VICTOR)]].concat());
		for seed in 0..50 {
			Seed::set(&H256::repeat_byte(seed));
			assert_eq!(draw(), Some(account(VICTOR)));
		}
	});
}

/// It may have awarded the job to a friend. Whom the requester names beforehand is its own affair.
#[test]
fn a_matcher_is_not_drawn_but_can_be_named() {
	ExtBuilder.build_and_execute(|| {
		let judge_of_matched = |named| {
			let job_id = insert_auction(named);
			let mut record = Book::get(job_id).unwrap();
			record.auction.as_mut().unwrap().terms.matcher = Some(account(VERA));
			Book::insert(job_id, record);
			assert_ok!(submit(job_id));
			if named.is_none() {
				Settlement::judgement_due(job_id);
			}
			judge_of(job_id)
		};
		let paid_to_it = account(31);
		Workers::insert(&paid_to_it, (account(VERA), true));
		verifiers(&[account(VERA), paid_to_it]);
		assert_eq!(judge_of_matched(None), None);
		assert_eq!(judge_of_matched(Some(VERA)), Some(account(VERA)));
	});
}

/// A party that named the account of a verifier as its own payee after the delivery would keep it
/// from judging.
#[test]
fn nobody_keeps_a_verifier_from_judging_by_naming_it_as_payee() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Submitted.create();
		Workers::insert(account(BRAVO), (account(ALFA), true));
		Workers::insert(account(REQUESTER), (account(ALFA), true));
		verifiers(&[payout_account(BRAVO), account(ALFA)]);
		Settlement::judgement_due(job_id);
		assert_eq!(judge_of(job_id), Some(account(ALFA)));
	});
}

/// The seed is public before the draw is made: who comes then, comes too late.
#[test]
fn a_verifier_that_came_after_the_seed_was_known_is_not_drawn() {
	ExtBuilder.build_and_execute(|| {
		verifiers(&[VERA, VICTOR].map(account));
		Since::insert(account(VERA), System::block_number() + 1);
		for seed in 0..20 {
			Seed::set(&H256::repeat_byte(seed));
			assert_eq!(draw(), Some(account(VICTOR)));
		}
		Since::insert(account(VICTOR), System::block_number() + 1);
		assert_eq!(draw(), None);
	});
}

#[test]
fn a_verifier_that_comes_or_goes_moves_no_other() {
	ExtBuilder.build_and_execute(|| {
		let all = (30..60).map(account).collect::<Vec<_>>();
		verifiers(&all);
		let job_id = Auctioned::Submitted.create();
		let pending = Book::get(job_id).unwrap();
		let drawn_among = |seated: &[AccountId]| {
			Book::insert(job_id, &pending);
			verifiers(seated);
			Settlement::judgement_due(job_id);
			judge_of(job_id).expect("there are some")
		};
		let drawn = drawn_among(&all);
		for gone in all.iter().filter(|verifier| **verifier != drawn) {
			let mut left = all.clone();
			left.retain(|verifier| verifier != gone);
			left.rotate_left(7);
			assert_eq!(drawn_among(&left), drawn);
		}
	});
}

#[test]
fn never_draws_a_verifier_without_the_stake() {
	ExtBuilder.build_and_execute(|| {
		Verifiers::put(vec![(account(VERA), false), (account(VICTOR), true)]);
		for seed in 0..20 {
			Seed::set(&H256::repeat_byte(seed));
			assert_eq!(draw(), Some(account(VICTOR)));
		}
	});
}

#[test]
fn goes_on_without_a_judgement_if_nobody_may_judge() {
	ExtBuilder.build_and_execute(|| {
		Verifiers::kill();
		let job_id = Auctioned::Submitted.create();
		Settlement::judgement_due(job_id);
		assert_eq!(state_of(job_id), JobState::Verified);
		assert_eq!(Book::get(job_id).unwrap().deadline, Now::get() + CHALLENGE_WINDOW);
		assert_eq!(Ledger::get(job_id).unwrap().1, AGREED);
		assert_eq!(purse(&account(REQUESTER)), FUNDS - AGREED);
		assert_eq!(VerifierNotes::get(), vec![], "nobody was asked");
		assert_eq!(events(), [Event::VerifierSilent { job_id, verifier: None, refund: FEE }]);
	});
}

#[test]
fn passes_a_silent_verifier_over() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		Settlement::judgement_due(job_id);
		assert_eq!(state_of(job_id), JobState::Verified);
		assert_eq!(Book::get(job_id).unwrap().auction.unwrap().attested, None);
		assert_eq!(purse(&account(REQUESTER)), FUNDS - AGREED, "the fee went back");
		assert_eq!(purse(&payout_account(VERA)), 0);
		assert_eq!(
			VerifierNotes::get(),
			[(account(VERA), said(Conduct::Silent), AGREED - WORKER_PART)]
		);
		let verifier = Some(account(VERA));
		assert_eq!(events(), [Event::VerifierSilent { job_id, verifier, refund: FEE }]);
	});
}

#[test]
fn the_worker_is_paid_though_nobody_judged() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		Settlement::judgement_due(job_id);
		VerifierNotes::kill();
		Settlement::settle_due(job_id);
		assert_eq!(state_of(job_id), JobState::Settled);
		assert_eq!(purse(&payout_account(BRAVO)), 39_800);
		assert_eq!(VerifierNotes::get(), vec![], "it judged nothing");
	});
}

#[test]
fn does_nothing_to_a_job_that_is_not_submitted() {
	ExtBuilder.build_and_execute(|| {
		let others = Auctioned::ALL
			.into_iter()
			.filter(|stage| !matches!(stage, Auctioned::Submitted | Auctioned::Appointed));
		for stage in others {
			assert_ignored(stage.create());
		}
		for stage in [Stage::Open, Stage::Verified, Stage::Settled] {
			assert_ignored(stage.create());
		}
		assert_ignored(JobId(H256::zero()));
	});
}

fn assert_ignored(job_id: JobId) {
	System::reset_events();
	assert_storage_noop!({
		Settlement::judgement_due(job_id);
		assert_eq!(events(), [Event::<Test>::DeadlineIgnored { job_id }]);
	});
}

#[test]
fn goes_on_even_if_the_fee_cannot_be_given_back() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		EscrowBroken::set(&true);
		Settlement::judgement_due(job_id);
		assert_eq!(state_of(job_id), JobState::Verified);
		let error = DispatchError::Other("");
		let verifier = Some(account(VERA));
		assert_eq!(
			events(),
			[
				Event::PayoutFailed { job_id, error },
				Event::VerifierSilent { job_id, verifier, refund: 0 },
			]
		);
		EscrowBroken::set(&false);
		Settlement::settle_due(job_id);
		assert_eq!(state_of(job_id), JobState::Settled);
		assert_eq!(Ledger::get(job_id), None, "nothing is stranded");
	});
}

#[test]
fn a_judgement_comes_too_late_after_it() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Auctioned::Appointed.create();
		Settlement::judgement_due(job_id);
		assert!(attest(job_id, false).is_err());
		assert_eq!(state_of(job_id), JobState::Verified);
	});
}
