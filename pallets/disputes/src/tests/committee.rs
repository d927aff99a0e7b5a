use std::collections::{BTreeMap, BTreeSet};

use millrace_primitives::{auction::DisputeMechanism, JobState};
use sp_core::H256;

use crate::{
	committee::ranked,
	mock::{
		account, auctioned, case, end_phase, events, jurors, payout_of, phase, unbond, AccountId,
		Book, CommitteeSize, Disputes, ExtBuilder, JurorCasesOf, Lag, Now, Payouts, PoolMin, Seed,
		Since, Stage, Stakes, System, Verifiers, ARBITRATION_TIME, CHALLENGER, COMMIT_TIME,
		DRAW_DELAY, JURORS, MATCHER, POOL, REQUESTER, START, VERIFIER, WORKER,
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
		// All whom the job concerns take on the role of verifier too, and one is paid to a party.
		let parties = [REQUESTER, CHALLENGER, MATCHER, WORKER].map(account);
		for party in &parties {
			Stakes::insert(party, (crate::mock::STAKE, 0));
			Verifiers::append(party);
		}
		let paid_to_party = account(JURORS[0]);
		Payouts::insert(&paid_to_party, account(REQUESTER));
		for seed in 0..32 {
			Seed::set(&H256::repeat_byte(seed));
			let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
			Stage::Commit.lead(job_id, account(CHALLENGER));
			let committee = jurors(job_id);
			assert_eq!(committee.len(), 5);
			let barred = [account(VERIFIER), paid_to_party.clone()];
			for party in parties.iter().chain(&barred) {
				assert!(!committee.contains(party));
			}
		}
		for party in &parties {
			Stakes::remove(party);
		}
	});
}

/// Where a party is paid now says nothing of a juror that is paid there as well: the party alone
/// decides on that. What it was bound to before counts.
#[test]
fn nobody_strikes_a_juror_out_by_its_payout() {
	let with_payouts = |payouts: &[(u8, u8)]| {
		let mut committees = Vec::new();
		ExtBuilder.build_and_execute(|| {
			for party in [CHALLENGER, REQUESTER] {
				Stakes::insert(account(party), (0, 0));
			}
			for seed in 0..8 {
				Seed::set(&H256::repeat_byte(seed));
				let job_id = Stage::Draw.create();
				for (owner, payout) in payouts {
					Payouts::insert(account(*owner), account(*payout));
				}
				end_phase(job_id);
				committees.push(jurors(job_id));
				for (owner, _) in payouts {
					Payouts::remove(account(*owner));
				}
			}
			for party in [CHALLENGER, REQUESTER] {
				Stakes::remove(account(party));
			}
		});
		committees
	};
	let honest = with_payouts(&[]);
	let attacks = JURORS.map(|juror| [CHALLENGER, REQUESTER, WORKER].map(|party| (party, juror)));
	for attack in attacks {
		assert_eq!(with_payouts(&attack), honest);
	}
	// Nor does another verifier that has itself paid where an honest one is paid, or is.
	for other in &JURORS[1..] {
		assert_eq!(with_payouts(&[(JURORS[0], *other)]), honest);
	}
}

#[test]
fn a_verifier_that_is_paid_where_a_party_is_paid_strikes_out_itself_alone() {
	ExtBuilder.build_and_execute(|| {
		let barred = account(JURORS[0]);
		Payouts::insert(&barred, payout_of(&account(WORKER)));
		for seed in 0..32 {
			Seed::set(&H256::repeat_byte(seed));
			let committee = jurors(Stage::Commit.create());
			assert_eq!(committee.len(), 5);
			assert!(!committee.contains(&barred));
		}
	});
}

#[test]
fn reseating_moves_nobody_but_oneself() {
	// Who sits where, who leaves and who comes again does not matter to the others.
	let with_seats = |seats: Vec<u8>| {
		let mut committee = Vec::new();
		ExtBuilder.build_and_execute(|| {
			CommitteeSize::set(7);
			Verifiers::put(seats.into_iter().map(account).collect::<Vec<_>>());
			committee = jurors(Stage::Commit.create());
			CommitteeSize::set(5);
		});
		committee
	};
	let seats = JURORS.to_vec();
	let all = with_seats(seats.clone());
	for by in 1..seats.len() {
		let mut moved = seats.clone();
		moved.rotate_left(by);
		assert_eq!(with_seats(moved), all);
	}
	for leaver in &JURORS {
		let left = seats.iter().copied().filter(|seat| seat != leaver).collect();
		let ranks = |committee: &[AccountId]| {
			let mut others = committee.to_vec();
			others.retain(|juror| *juror != account(*leaver));
			others
		};
		let without = with_seats(left);
		let others = ranks(&all);
		assert_eq!(without[..others.len()], others);
	}
}

#[test]
fn a_verifier_that_comes_after_the_seed_is_not_drawn() {
	ExtBuilder.build_and_execute(|| {
		// The seed is known since the block before the draw.
		Lag::set(&1);
		let late = &JURORS[..3];
		for seed in 0..16 {
			Seed::set(&H256::repeat_byte(seed));
			let job_id = Stage::Draw.create();
			crate::mock::pass(1);
			let known_since = System::block_number();
			for (seed, since) in late.iter().zip(known_since..) {
				Since::insert(account(*seed), since);
			}
			let in_time = account(JURORS[3]);
			Since::insert(&in_time, known_since - 1);
			CommitteeSize::set(7);
			end_phase(job_id);
			CommitteeSize::set(5);
			let committee = jurors(job_id);
			assert_eq!(committee.len(), 6, "all the others");
			assert!(late.iter().all(|seed| !committee.contains(&account(*seed))));
			assert!(committee.contains(&in_time));
		}
	});
}

/// Or else each could make them too few when it does not like the draw.
#[test]
fn late_verifiers_count_among_those_there_are_to_choose_from() {
	ExtBuilder.build_and_execute(|| {
		for seed in &JURORS[2..] {
			Since::insert(account(*seed), u32::MAX);
		}
		// The verifier and two jurors are left to draw.
		assert_eq!(jurors(Stage::Commit.create()).len(), 3);
		Since::insert(account(JURORS[0]), u32::MAX);
		let job_id = Stage::Draw.create();
		end_phase(job_id);
		assert_eq!(phase(job_id), Phase::Arbitration, "two could not decide");
	});
}

#[test]
fn parties_do_not_fill_the_pool() {
	with_eligible(4, || {
		// One of the four that are left judged the job.
		let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
		Book::mutate(job_id, |record| {
			let auction = record.as_mut().unwrap().auction.as_mut().unwrap();
			auction.verifier = Some(account(JURORS[0]));
		});
		Stage::Draw.lead(job_id, account(CHALLENGER));
		end_phase(job_id);
		assert_eq!(phase(job_id), Phase::Arbitration);
	});
}

#[test]
fn has_nobody_in_it_that_the_requester_named() {
	ExtBuilder.build_and_execute(|| {
		for seed in 0..16 {
			Seed::set(&H256::repeat_byte(seed));
			let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
			Book::mutate(job_id, |record| {
				let auction = record.as_mut().unwrap().auction.as_mut().unwrap();
				auction.terms.verifier = Some(account(JURORS[0]));
				auction.verifier = None;
			});
			Stage::Commit.lead(job_id, account(CHALLENGER));
			assert!(!jurors(job_id).contains(&account(JURORS[0])));
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
	with_eligible(4, || {
		let job_id = Stage::Commit.create();
		assert_eq!(jurors(job_id).len(), 4);
	});
	with_eligible(3, || {
		PoolMin::set(3);
		let job_id = Stage::Commit.create();
		assert_eq!(jurors(job_id).len(), 3);
		PoolMin::set(POOL);
	});
}

/// Though they are enough to vote.
#[test]
fn of_few_verifiers_is_none_so_the_arbiter_decides() {
	with_eligible(3, || {
		let job_id = Stage::Draw.create();
		end_phase(job_id);
		assert_eq!((phase(job_id), jurors(job_id).len()), (Phase::Arbitration, 0));
		let until = Now::get() + ARBITRATION_TIME;
		assert_eq!(events(), [Event::Referred { job_id, until }]);
	});
}

#[test]
fn is_drawn_from_as_many_as_the_chain_asks_for() {
	for (pool_min, drawn) in [(8, 5), (9, 5), (10, 0), (u32::MAX, 0)] {
		ExtBuilder.build_and_execute(|| {
			PoolMin::set(pool_min);
			let job_id = Stage::Draw.create();
			end_phase(job_id);
			PoolMin::set(POOL);
			assert_eq!(jurors(job_id).len(), drawn);
		});
	}
}

/// Whatever governance sets.
#[test]
fn that_could_not_decide_is_not_drawn() {
	for (eligible, size, pool_min) in [(9, 2, POOL), (2, 5, 0)] {
		with_eligible(eligible, || {
			CommitteeSize::set(size);
			PoolMin::set(pool_min);
			let job_id = Stage::Draw.create();
			end_phase(job_id);
			CommitteeSize::set(5);
			PoolMin::set(POOL);
			assert_eq!(phase(job_id), Phase::Arbitration);
		});
	}
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
fn ranks_each_account_once_wherever_it_stands() {
	for count in 0..=128u8 {
		let accounts = (0..count).map(account).collect::<Vec<_>>();
		let ranking = ranked(H256::repeat_byte(count), accounts.clone());
		let backwards = accounts.iter().cloned().rev().collect();
		assert_eq!(ranking, ranked(H256::repeat_byte(count), backwards));
		assert_eq!(ranking.into_iter().collect::<BTreeSet<_>>(), accounts.into_iter().collect());
	}
}

#[test]
fn ranks_the_same_on_every_machine() {
	let ranking = ranked(H256::repeat_byte(7), (0..10).map(account).collect());
	assert_eq!(ranking, GOLDEN.map(account));
}

/// Worked out by another program, in another language.
const GOLDEN: [u8; 10] = [8, 9, 7, 2, 6, 5, 3, 1, 0, 4];

#[test]
fn ranks_every_account_equally_often() {
	const DRAWS: u32 = 20_000;
	let mut first = BTreeMap::<AccountId, u32>::new();
	let mut last = BTreeMap::<AccountId, u32>::new();
	for seed in 0..DRAWS {
		let accounts = (0..10).map(account).collect();
		let ranking = ranked(H256::from_low_u64_be(seed.into()), accounts);
		*first.entry(ranking[0].clone()).or_default() += 1;
		*last.entry(ranking[9].clone()).or_default() += 1;
	}
	// 2000 expected, with a standard deviation of 42.
	for count in first.values().chain(last.values()) {
		assert!((1_780..=2_220).contains(count), "{count}");
	}
	assert_eq!((first.len(), last.len()), (10, 10));
}
