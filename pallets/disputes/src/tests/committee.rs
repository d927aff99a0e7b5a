use std::collections::{BTreeMap, BTreeSet};

use millrace_primitives::{auction::DisputeMechanism, JobState};
use sp_core::H256;

use crate::{
	committee::drawn,
	mock::{
		account, auctioned, case, end_phase, events, jurors, phase, unbond, AccountId,
		CommitteeSize, Disputes, ExtBuilder, JurorCasesOf, Lag, Now, Payouts, Seed, Stage,
		Verifiers, ARBITRATION_TIME, CHALLENGER, COMMIT_TIME, DRAW_DELAY, JURORS, MATCHER,
		REQUESTER, START, VERIFIER, WORKER,
	},
	types::Phase,
	Event,
};

fn eligible() -> BTreeSet<AccountId> {
	JURORS.into_iter().chain([VERIFIER]).map(account).collect()
}

#[test]
fn is_drawn_from_the_verifiers_of_the_model() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		end_phase(job_id);
		let committee = jurors(job_id);
		assert_eq!(committee.len(), 5);
		assert!(committee.iter().all(|juror| eligible().contains(juror)));
		assert_eq!(committee.iter().collect::<BTreeSet<_>>().len(), 5);
		let until = START + DRAW_DELAY + COMMIT_TIME;
		assert_eq!((case(job_id).phase, case(job_id).until), (Phase::Commit, until));
		assert_eq!(events(), [Event::Drawn { job_id, jurors: committee.clone(), until }]);
		for juror in committee {
			assert_eq!(JurorCasesOf::iter_key_prefix(&juror).collect::<Vec<_>>(), [job_id]);
		}
	});
}

#[test]
fn depends_on_the_seed_and_nothing_else() {
	let with = |seed| {
		let mut committee = Vec::new();
		ExtBuilder.build_and_execute(|| {
			Seed::set(&H256::repeat_byte(seed));
			committee = jurors(Stage::Commit.create());
		});
		committee
	};
	assert_eq!(with(1), with(1));
	assert_ne!(with(1), with(2));
}

#[test]
fn differs_between_the_disputes_of_one_block() {
	ExtBuilder.build_and_execute(|| {
		let jobs = [(); 4].map(|()| Stage::Draw.create());
		end_phase(jobs[0]);
		for job in &jobs[1..] {
			Disputes::phase_due(*job);
		}
		let distinct = jobs.map(jurors).into_iter().collect::<BTreeSet<_>>();
		assert!(distinct.len() > 1);
	});
}

#[test]
fn has_no_party_in_it() {
	ExtBuilder.build_and_execute(|| {
		// All whom the job concerns, and where they are paid, take on the role of verifier too.
		let parties = [REQUESTER, CHALLENGER, MATCHER, WORKER].map(account);
		for party in &parties {
			crate::mock::Stakes::insert(party, (crate::mock::STAKE, 0));
			Verifiers::append(party);
		}
		let paid_to_party = account(JURORS[0]);
		Payouts::insert(&paid_to_party, account(REQUESTER));
		let payout_of_party = account(JURORS[1]);
		Payouts::insert(account(CHALLENGER), &payout_of_party);
		for seed in 0..32 {
			Seed::set(&H256::repeat_byte(seed));
			let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
			Stage::Commit.lead(job_id, account(CHALLENGER));
			let committee = jurors(job_id);
			assert_eq!(committee.len(), 5);
			let barred = [account(VERIFIER), paid_to_party.clone(), payout_of_party.clone()];
			for party in parties.iter().chain(&barred) {
				assert!(!committee.contains(party));
			}
		}
		for party in &parties {
			crate::mock::Stakes::remove(party);
		}
	});
}

#[test]
fn has_nobody_in_it_twice_under_two_names() {
	ExtBuilder.build_and_execute(|| {
		// Two pairs of verifiers that are paid to one account, and one paid to another's name.
		Payouts::insert(account(JURORS[0]), account(200));
		Payouts::insert(account(JURORS[1]), account(200));
		Payouts::insert(account(JURORS[2]), account(JURORS[3]));
		for seed in 0..32 {
			Seed::set(&H256::repeat_byte(seed));
			let committee = jurors(Stage::Commit.create());
			let both = |a: usize, b: usize| {
				committee.contains(&account(JURORS[a])) && committee.contains(&account(JURORS[b]))
			};
			assert!(!both(0, 1) && !both(2, 3));
		}
	});
}

#[test]
fn has_nobody_in_it_without_the_stake() {
	ExtBuilder.build_and_execute(|| {
		for seed in &JURORS[..4] {
			unbond(*seed, true);
		}
		for seed in 0..16 {
			Seed::set(&H256::repeat_byte(seed));
			let committee = jurors(Stage::Commit.create());
			assert_eq!(committee.len(), 5);
			assert!(JURORS[..4].iter().all(|seed| !committee.contains(&account(*seed))));
		}
	});
}

fn with_eligible(count: usize, test: impl FnOnce()) {
	ExtBuilder.build_and_execute(|| {
		let seeds = [JURORS.as_slice(), &[VERIFIER]].concat();
		for seed in &seeds[count..] {
			unbond(*seed, true);
		}
		test();
	});
}

#[test]
fn is_small_where_few_are_eligible() {
	with_eligible(3, || {
		let job_id = Stage::Commit.create();
		assert_eq!(jurors(job_id).len(), 3);
	});
}

#[test]
fn of_two_is_none_so_the_arbiter_decides() {
	with_eligible(2, || {
		let job_id = Stage::Draw.create();
		end_phase(job_id);
		assert_eq!((phase(job_id), jurors(job_id).len()), (Phase::Arbitration, 0));
		let until = Now::get() + ARBITRATION_TIME;
		assert_eq!(events(), [Event::Referred { job_id, until }]);
	});
}

#[test]
fn of_no_eligible_verifier_is_none_so_the_arbiter_decides() {
	with_eligible(0, || {
		let job_id = Stage::Draw.create();
		end_phase(job_id);
		assert_eq!(phase(job_id), Phase::Arbitration);
	});
	ExtBuilder.build_and_execute(|| {
		Verifiers::kill();
		let job_id = Stage::Draw.create();
		end_phase(job_id);
		assert_eq!(phase(job_id), Phase::Arbitration);
	});
}

#[test]
fn is_as_large_as_can_be_stored() {
	ExtBuilder.build_and_execute(|| {
		CommitteeSize::set(7);
		assert_eq!(jurors(Stage::Commit.create()).len(), 7);
		CommitteeSize::set(u32::MAX);
		assert_eq!(jurors(Stage::Commit.create()).len(), 7, "whatever governance sets");
		CommitteeSize::set(5);
	});
}

#[test]
fn is_not_drawn_by_a_seed_that_the_challenger_knew() {
	ExtBuilder.build_and_execute(|| {
		// One block passes until the draw, and the seed is as old as the challenge.
		Lag::set(&1);
		let job_id = Stage::Draw.create();
		end_phase(job_id);
		let until = Now::get() + DRAW_DELAY;
		assert_eq!(events(), [Event::DrawPutOff { job_id, until }]);
		assert_eq!((phase(job_id), case(job_id).until), (Phase::Draw, until));
		end_phase(job_id);
		assert_eq!(phase(job_id), Phase::Commit, "the next seed is newer");
	});
}

#[test]
fn is_not_waited_for_for_ever() {
	ExtBuilder.build_and_execute(|| {
		Lag::set(&1_000);
		let job_id = Stage::Draw.create();
		let mut draws = 0;
		while phase(job_id) == Phase::Draw {
			end_phase(job_id);
			draws += 1;
		}
		assert_eq!((draws, phase(job_id)), (8, Phase::Arbitration));
		assert_eq!(Now::get(), START + 8 * DRAW_DELAY);
	});
}

#[test]
fn draws_each_lot_once() {
	for count in 0..=128u8 {
		let lots = (0..count).collect::<Vec<_>>();
		let mut order = drawn(H256::repeat_byte(count), lots.clone()).collect::<Vec<_>>();
		order.sort_unstable();
		assert_eq!(order, lots);
	}
}

#[test]
fn draws_the_same_on_every_machine() {
	let order = drawn(H256::repeat_byte(7), (0..10u8).collect()).collect::<Vec<_>>();
	assert_eq!(order, GOLDEN);
}

/// Worked out by another program, in another language.
const GOLDEN: [u8; 10] = [8, 9, 3, 4, 5, 0, 2, 6, 1, 7];

#[test]
fn draws_every_lot_equally_often() {
	const DRAWS: u32 = 20_000;
	let mut first = BTreeMap::<u8, u32>::new();
	let mut last = BTreeMap::<u8, u32>::new();
	for seed in 0..DRAWS {
		let order = drawn(H256::from_low_u64_be(seed.into()), (0..10u8).collect());
		let order = order.collect::<Vec<_>>();
		*first.entry(order[0]).or_default() += 1;
		*last.entry(order[9]).or_default() += 1;
	}
	// 2000 expected, with a standard deviation of 42.
	for count in first.values().chain(last.values()) {
		assert!((1_780..=2_220).contains(count), "{count}");
	}
	assert_eq!((first.len(), last.len()), (10, 10));
}
