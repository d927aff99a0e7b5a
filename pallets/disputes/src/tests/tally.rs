//! What comes of the votes, with every unit of MILL accounted for.

use millrace_primitives::{auction::DisputeMechanism, Balance, JobId, JobState, Payment, Verdict};

use super::said;
use crate::{
	mock::{
		account, auctioned, case, events, free, held, jurors, notes, payout_of, phase, stake,
		state, unbond, vote, AccountId, Book, CommitteeSize, Disputes, ExtBuilder, GivenBack,
		JuryFee, Ledger, Payouts, Purses, Stage, Stakes, Test, AGREED, AT_FAULT, BOND, CHALLENGER,
		CHARGE, CLEARED, FEE, FUNDS, HIDDEN, JURORS, JUROR_FEE, LOCK, MATCHER, MINIMUM,
		MINORITY_FINE, NO_COMMIT_FINE, NO_REVEAL_FINE, REQUESTER, STAKE, VERIFIER, WORKER,
		WORKER_SLASH, WORTH,
	},
	types::{Decision, Phase},
	Event,
};

const BY_COMMITTEE_AT_FAULT: Phase = Phase::Closed(Decision::Committee(Verdict::AtFault));
const BY_COMMITTEE_CLEARED: Phase = Phase::Closed(Decision::Committee(Verdict::Cleared));

fn seed_of(who: &AccountId) -> u8 {
	AsRef::<[u8]>::as_ref(who)[0]
}

fn income(seed: u8) -> Balance {
	free(&payout_of(&account(seed)))
}

fn in_treasury() -> Balance {
	free(&crate::mock::treasury()) - MINIMUM
}

fn purse(seed: u8) -> Balance {
	Purses::get(account(seed))
}

/// What the treasury got of the stake of `owner`.
fn punished(job_id: JobId, owner: &AccountId, amount: Balance) -> Event<Test> {
	Event::Punished { job_id, owner: owner.clone(), amount, to: crate::mock::treasury() }
}

/// The events of a dispute after the votes.
fn outcome() -> Vec<Event<Test>> {
	let before = |event: &Event<Test>| {
		matches!(
			event,
			Event::Committed { .. } | Event::RevealOpened { .. } | Event::Revealed { .. }
		)
	};
	events().into_iter().skip_while(before).collect()
}

mod at_fault {
	use super::*;

	#[test]
	fn refunds_the_requester_and_shares_the_slash() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let committee = jurors(job_id);
			vote(job_id, &[AT_FAULT; 5]);

			assert_eq!((phase(job_id), state(job_id)), (BY_COMMITTEE_AT_FAULT, JobState::Resolved));
			assert_eq!(purse(REQUESTER), LOCK);
			assert_eq!(stake(WORKER), STAKE - WORKER_SLASH);
			let challenger = account(CHALLENGER);
			assert_eq!((free(&challenger), held(&challenger)), (FUNDS + WORKER_SLASH / 5, 0));
			for juror in &committee {
				assert_eq!(free(&payout_of(juror)), WORKER_SLASH * 30 / 100 / 5);
				assert_eq!(stake(seed_of(juror)), STAKE);
			}
			assert_eq!(in_treasury(), WORKER_SLASH * 50 / 100);
			assert_eq!(GivenBack::get(job_id), Some(true));
		});
	}

	#[test]
	fn punishes_the_minority_and_pays_it_nothing() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let committee = jurors(job_id);
			vote(job_id, &[AT_FAULT, CLEARED, AT_FAULT, CLEARED, AT_FAULT]);

			assert_eq!(phase(job_id), BY_COMMITTEE_AT_FAULT);
			for (index, juror) in committee.iter().enumerate() {
				let (paid, kept) = if index % 2 == 0 {
					(WORKER_SLASH * 30 / 100 / 3, STAKE)
				} else {
					(0, STAKE - MINORITY_FINE)
				};
				assert_eq!((free(&payout_of(juror)), stake(seed_of(juror))), (paid, kept));
			}
			assert_eq!(in_treasury(), WORKER_SLASH * 50 / 100 + 2 * MINORITY_FINE);
			let said_of = |role: usize| if role.is_multiple_of(2) { "Judged" } else { "Overruled" };
			let notes = notes();
			let mut expected: Vec<_> = committee
				.iter()
				.enumerate()
				.map(|(index, juror)| (seed_of(juror), true, said_of(index)))
				.collect();
			expected.push((WORKER, false, "AtFault"));
			assert_eq!(said(&notes), expected);
			assert!(notes.iter().all(|note| note.3 == WORTH));
		});
	}

	#[test]
	fn takes_stake_that_is_unbonding() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			unbond(WORKER, true);
			vote(job_id, &[AT_FAULT; 5]);
			assert_eq!(stake(WORKER), STAKE - WORKER_SLASH);
			assert_eq!(free(&account(CHALLENGER)), FUNDS + WORKER_SLASH / 5);
		});
	}

	#[test]
	fn takes_no_more_than_there_is() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			// The mock's stake account keeps the rest; what matters is what the registry says.
			Stakes::insert(account(WORKER), (60, 41));
			vote(job_id, &[AT_FAULT; 5]);
			assert_eq!(stake(WORKER), 0);
			// A fifth of 101, and 6 for each juror, which the challenger tops up to the fee.
			assert_eq!(free(&account(CHALLENGER)), FUNDS + 20 - 5 * (JUROR_FEE - 6));
			assert_eq!(in_treasury(), 101 - 20 - 30);
		});
	}

	#[test]
	fn jurors_are_paid_when_the_worker_has_nothing_to_lose() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let committee = jurors(job_id);
			Stakes::remove(account(WORKER));
			vote(job_id, &[AT_FAULT, AT_FAULT, CLEARED, AT_FAULT, AT_FAULT]);
			assert_eq!(purse(REQUESTER), LOCK);
			let challenger = account(CHALLENGER);
			let paid = (free(&challenger), held(&challenger));
			assert_eq!(paid, (FUNDS - 4 * JUROR_FEE, 0));
			for (index, juror) in committee.iter().enumerate() {
				let fee = if index == 2 { 0 } else { JUROR_FEE };
				assert_eq!(free(&payout_of(juror)), fee);
			}
			assert_eq!(in_treasury(), MINORITY_FINE);
			let (charged, left) = (4 * JUROR_FEE, BOND - 4 * JUROR_FEE);
			let rewarded = |index: usize| {
				let to = payout_of(&committee[index]);
				Event::Rewarded { job_id, to, amount: JUROR_FEE }
			};
			let payment = Payment { refund: LOCK, ..Payment::default() };
			let expected = [
				punished(job_id, &committee[2], MINORITY_FINE),
				Event::BondCharged { job_id, challenger: challenger.clone(), amount: charged },
				Event::BondReturned { job_id, challenger, amount: left },
				rewarded(0),
				rewarded(1),
				rewarded(3),
				rewarded(4),
				Event::Decided { job_id, decision: Decision::Committee(Verdict::AtFault), payment },
			];
			assert_eq!(outcome(), expected);
		});
	}

	/// It was drawn to say what it found, and it was right.
	#[test]
	fn costs_the_verifier_that_found_it_nothing() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create_by_verifier();
			let committee = jurors(job_id);
			Stakes::remove(account(WORKER));
			vote(job_id, &[AT_FAULT; 5]);
			assert_eq!(stake(VERIFIER), STAKE);
			for juror in &committee {
				assert_eq!(free(&payout_of(juror)), 0);
			}
		});
	}

	#[test]
	fn costs_the_challenger_nothing_where_the_slash_pays_the_jurors() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			vote(job_id, &[AT_FAULT; 5]);
			let is_charge = |event: &Event<Test>| matches!(event, Event::BondCharged { .. });
			assert!(!outcome().iter().any(is_charge));
		});
	}

	/// Though governance has set the fee of a juror higher meanwhile.
	#[test]
	fn never_costs_the_challenger_more_than_it_risked() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let committee = jurors(job_id);
			Stakes::remove(account(WORKER));
			JuryFee::set(2 * BOND);
			vote(job_id, &[AT_FAULT; 5]);
			JuryFee::set(JUROR_FEE);
			let challenger = account(CHALLENGER);
			assert_eq!((free(&challenger), held(&challenger)), (FUNDS - BOND, 0));
			for juror in &committee {
				assert_eq!(free(&payout_of(juror)), BOND / 5);
			}
			let returned = |event: &Event<Test>| matches!(event, Event::BondReturned { .. });
			assert!(!outcome().iter().any(returned), "nothing is left");
		});
	}

	/// Who challenges first, a friend of the worker or not, must not bring half of the slash back.
	#[test]
	fn pays_a_stranger_less_than_those_whom_it_concerns() {
		let paid = |challenger: u8| {
			let mut paid = 0;
			ExtBuilder.build_and_execute(|| {
				let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
				let funds = free(&account(challenger));
				Stage::Commit.lead(job_id, account(challenger));
				vote(job_id, &[AT_FAULT; 5]);
				paid = free(&account(challenger)) - funds;
				assert_eq!(in_treasury(), WORKER_SLASH * 7 / 10 - paid + MINORITY_FINE);
			});
			paid
		};
		assert_eq!(paid(CHALLENGER), WORKER_SLASH / 5);
		assert_eq!(paid(MATCHER), WORKER_SLASH / 5);
		assert_eq!(paid(REQUESTER), WORKER_SLASH / 2);
	}

	#[test]
	fn pays_a_verifier_that_was_silent_as_a_stranger() {
		ExtBuilder.build_and_execute(|| {
			// It said nothing in time, and challenges with a bond of its own.
			let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
			Book::mutate(job_id, |record| {
				let auction = record.as_mut().unwrap().auction.as_mut().unwrap();
				auction.attested = None;
				auction.verifier = Some(account(CHALLENGER));
			});
			Ledger::insert(job_id, LOCK);
			Stage::Commit.lead(job_id, account(CHALLENGER));
			vote(job_id, &[AT_FAULT; 5]);
			assert_eq!(free(&account(CHALLENGER)), FUNDS + WORKER_SLASH / 5);
		});
	}

	#[test]
	fn rubber_stamping_costs_what_a_vote_with_the_minority_costs() {
		ExtBuilder.build_and_execute(|| {
			let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
			Stage::Commit.lead(job_id, account(CHALLENGER));
			vote(job_id, &[AT_FAULT; 5]);
			assert_eq!(stake(VERIFIER), STAKE - MINORITY_FINE);
			let fined = punished(job_id, &account(VERIFIER), MINORITY_FINE);
			let outcome = outcome();
			assert_eq!(outcome[outcome.len() - 2], fined);
		});
	}

	#[test]
	fn overrules_a_verifier_that_had_found_it_good() {
		ExtBuilder.build_and_execute(|| {
			let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
			Stage::Commit.lead(job_id, account(REQUESTER));
			vote(job_id, &[AT_FAULT; 5]);
			let notes = notes();
			assert_eq!(
				said(&notes)[5..],
				[(WORKER, false, "AtFault"), (VERIFIER, true, "Overruled")]
			);
			assert!(notes.iter().all(|note| note.3 == AGREED * 15 / 100));
			// Its fee is paid for the judgement, not for being right.
			assert_eq!(purse(REQUESTER), LOCK - FEE);
			assert_eq!(stake(VERIFIER), STAKE - MINORITY_FINE);
		});
	}

	#[test]
	fn says_nothing_against_the_verifier_that_found_out() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create_by_verifier();
			vote(job_id, &[AT_FAULT; 5]);
			assert!(!said(&notes()).iter().any(|note| note.0 == VERIFIER));
		});
	}
}

mod cleared {
	use super::*;

	#[test]
	fn pays_the_worker_and_shares_the_bond() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let committee = jurors(job_id);
			vote(job_id, &[CLEARED; 5]);

			assert_eq!((phase(job_id), state(job_id)), (BY_COMMITTEE_CLEARED, JobState::Resolved));
			let worker = payout_of(&account(WORKER));
			assert_eq!(Purses::get(&worker), CHARGE);
			assert_eq!(purse(REQUESTER), LOCK - CHARGE);
			assert_eq!((stake(WORKER), free(&worker)), (STAKE, BOND / 2));
			let challenger = account(CHALLENGER);
			assert_eq!((free(&challenger), held(&challenger)), (FUNDS - BOND, 0));
			for juror in &committee {
				assert_eq!(free(&payout_of(juror)), BOND / 10);
			}
			assert_eq!(in_treasury(), 0);
		});
	}

	#[test]
	fn takes_the_bond_from_the_stake_of_the_verifier_that_raised_it() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create_by_verifier();
			let committee = jurors(job_id);
			vote(job_id, &[CLEARED; 5]);
			assert_eq!(stake(VERIFIER), STAKE - BOND);
			assert_eq!(income(WORKER), BOND / 2);
			assert_eq!(free(&payout_of(&committee[0])), BOND / 10);
			let notes = notes();
			assert_eq!(said(&notes)[5..], [(VERIFIER, true, "Overruled")]);
			assert_eq!(notes[5].3, AGREED * 15 / 100);
			assert_eq!(Purses::get(payout_of(&account(WORKER))), AGREED);
		});
	}

	#[test]
	fn gives_the_dust_to_the_treasury() {
		ExtBuilder.build_and_execute(|| {
			crate::mock::DisputeBond::set(BOND + 1);
			let job_id = Stage::Commit.create();
			vote(job_id, &[CLEARED, CLEARED, CLEARED, None, None]);
			crate::mock::DisputeBond::set(BOND);
			// 50000000 to the worker, 3 · 16666667 to the jurors: nothing is left over.
			assert_eq!(income(WORKER), 50_000_000);
			assert_eq!(in_treasury(), 2 * NO_COMMIT_FINE);
			let job_id = Stage::Commit.create();
			vote(job_id, &[CLEARED, CLEARED, CLEARED, None, None]);
			assert_eq!(income(WORKER), 2 * 50_000_000);
			assert_eq!(in_treasury(), 4 * NO_COMMIT_FINE + 2);
		});
	}

	#[test]
	fn says_nothing_against_the_verifier_that_had_found_it_good() {
		ExtBuilder.build_and_execute(|| {
			let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
			Stage::Cleared.lead(job_id, account(REQUESTER));
			assert!(notes().is_empty(), "forgotten by the stage");
			let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
			Stage::Commit.lead(job_id, account(REQUESTER));
			vote(job_id, &[CLEARED; 5]);
			assert!(!said(&notes()).iter().any(|note| note.0 == VERIFIER));
			assert_eq!(stake(VERIFIER), STAKE);
		});
	}
}

mod without_a_majority {
	use super::*;

	/// Let the committee vote, and expect the arbiter to be asked; then who was punished for what.
	fn assert_referred(plan: [Option<(Verdict, bool)>; 5], fines: [Balance; 5]) {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			let committee = jurors(job_id);
			vote(job_id, &plan);
			assert_eq!((phase(job_id), state(job_id)), (Phase::Arbitration, JobState::Disputed));
			for (juror, fine) in committee.iter().zip(fines) {
				assert_eq!(stake(seed_of(juror)), STAKE - fine);
				assert_eq!(free(&payout_of(juror)), 0);
			}
			assert_eq!(in_treasury(), fines.iter().sum());
			let hidden = fines.iter().filter(|fine| **fine > 0).count();
			let notes = notes();
			assert_eq!(notes.len(), hidden, "only those that hid their votes are spoken of");
			assert!(said(&notes).iter().all(|note| note.2 == "Silent"));
			assert_eq!((stake(WORKER), held(&account(CHALLENGER))), (STAKE, BOND));
		});
	}

	#[test]
	fn two_revealed_votes_go_to_arbitration() {
		let plan = [AT_FAULT, AT_FAULT, None, None, None];
		assert_referred(plan, [0; 5]);
	}

	#[test]
	fn two_revealed_votes_of_five_commitments_go_to_arbitration() {
		let plan = [AT_FAULT, AT_FAULT, HIDDEN, HIDDEN, HIDDEN];
		assert_referred(plan, [0, 0, NO_REVEAL_FINE, NO_REVEAL_FINE, NO_REVEAL_FINE]);
	}

	#[test]
	fn a_tie_goes_to_arbitration() {
		let plan = [AT_FAULT, CLEARED, AT_FAULT, CLEARED, None];
		assert_referred(plan, [0; 5]);
	}

	#[test]
	fn no_vote_at_all_goes_to_arbitration() {
		assert_referred([None; 5], [0; 5]);
	}

	/// Who stays away is at fault only if the others could decide; who hides its vote always.
	#[test]
	fn only_hiding_a_vote_costs() {
		let plan = [AT_FAULT, None, HIDDEN, CLEARED, None];
		assert_referred(plan, [0, 0, NO_REVEAL_FINE, 0, 0]);
	}

	#[test]
	fn no_revealed_vote_goes_to_arbitration() {
		assert_referred([HIDDEN; 5], [NO_REVEAL_FINE; 5]);
	}

	#[test]
	fn a_committee_that_does_not_vote_costs_no_reveal_phase() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Commit.create();
			crate::mock::end_phase(job_id);
			assert_eq!(phase(job_id), Phase::Arbitration);
		});
	}
}

#[test]
fn three_votes_decide_if_they_agree() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		vote(job_id, &[AT_FAULT, None, AT_FAULT, None, AT_FAULT]);
		assert_eq!(phase(job_id), BY_COMMITTEE_AT_FAULT);
	});
}

#[test]
fn two_of_three_votes_decide() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		vote(job_id, &[AT_FAULT, None, CLEARED, None, CLEARED]);
		assert_eq!(phase(job_id), BY_COMMITTEE_CLEARED);
	});
}

#[test]
fn three_of_four_votes_decide() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		vote(job_id, &[AT_FAULT, AT_FAULT, CLEARED, HIDDEN, AT_FAULT]);
		assert_eq!(phase(job_id), BY_COMMITTEE_AT_FAULT);
	});
}

/// A vote that its juror regrets, because the others reveal another, costs more to hide than to
/// reveal.
#[test]
fn hiding_a_vote_costs_more_than_being_wrong() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let committee = jurors(job_id);
		vote(job_id, &[CLEARED, CLEARED, CLEARED, HIDDEN, AT_FAULT]);
		assert_eq!(stake(seed_of(&committee[3])), STAKE - NO_REVEAL_FINE);
		assert_eq!(stake(seed_of(&committee[4])), STAKE - MINORITY_FINE);
		let notes = notes();
		assert_eq!(said(&notes)[3].2, "Silent");
		assert_eq!(said(&notes)[4].2, "Overruled");
	});
}

#[test]
fn jurors_that_unbond_are_punished_all_the_same() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let committee = jurors(job_id);
		unbond(seed_of(&committee[4]), true);
		vote(job_id, &[CLEARED, CLEARED, CLEARED, CLEARED, None]);
		assert_eq!(stake(seed_of(&committee[4])), STAKE - NO_COMMIT_FINE);
	});
}

#[test]
fn reports_every_payment() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		let committee = jurors(job_id);
		vote(job_id, &[CLEARED, CLEARED, CLEARED, AT_FAULT, None]);
		let decided = events()
			.into_iter()
			.skip_while(|event| !matches!(event, Event::Punished { .. }))
			.collect::<Vec<_>>();
		let juror = |index: usize| payout_of(&committee[index]);
		let each = (BOND / 2).div_euclid(3);
		let rewarded = |to, amount| Event::Rewarded { job_id, to, amount };
		let punished = |index: usize, amount| punished(job_id, &committee[index], amount);
		let payment = Payment { worker: CHARGE, refund: LOCK - CHARGE, ..Payment::default() };
		let expected = [
			punished(3, MINORITY_FINE),
			punished(4, NO_COMMIT_FINE),
			Event::BondForfeited { job_id, challenger: account(CHALLENGER), amount: BOND },
			rewarded(payout_of(&account(WORKER)), BOND / 2),
			rewarded(juror(0), each),
			rewarded(juror(1), each),
			rewarded(juror(2), each),
			rewarded(crate::mock::treasury(), BOND / 2 - 3 * each),
			Event::Decided { job_id, decision: Decision::Committee(Verdict::Cleared), payment },
		];
		assert_eq!(decided, expected);
	});
}

#[test]
fn a_share_that_cannot_be_paid_goes_to_the_treasury() {
	ExtBuilder.build_and_execute(|| {
		crate::mock::DisputeBond::set(2 * MINIMUM - 2);
		let job_id = Stage::Commit.create();
		crate::mock::DisputeBond::set(BOND);
		// Nine for the worker, three for each juror: less than an account can live on.
		vote(job_id, &[CLEARED, CLEARED, CLEARED, None, None]);
		assert_eq!(income(WORKER), 0);
		assert_eq!(in_treasury(), 2 * MINIMUM - 2 + 2 * NO_COMMIT_FINE);
	});
}

#[test]
fn a_share_that_not_even_the_treasury_can_take_stays_in_the_pot() {
	ExtBuilder.build_and_execute(|| {
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};

		use crate::mock::Balances;

		let (pot, treasury) = (Disputes::pot(), crate::mock::treasury());
		let requester = account(REQUESTER);
		Balances::transfer(&treasury, &requester, MINIMUM, Preservation::Expendable).unwrap();
		crate::mock::DisputeBond::set(MINIMUM - 1);
		let job_id = Stage::Draw.create();
		crate::mock::DisputeBond::set(BOND);
		crate::mock::Verifiers::kill();
		crate::mock::end_phase(job_id);
		Disputes::do_arbitrate(job_id, Verdict::Cleared).unwrap();
		assert!(events().contains(&Event::Unpaid { job_id, amount: MINIMUM - 1 }));
		assert_eq!(free(&pot), 2 * MINIMUM - 1);
		assert_eq!((phase(job_id), state(job_id)).1, JobState::Resolved);
		Balances::transfer(&pot, &requester, MINIMUM - 1, Preservation::Preserve).unwrap();
	});
}

#[test]
fn pays_one_account_for_several_roles() {
	ExtBuilder.build_and_execute(|| {
		// The worker is paid where a juror is paid; the juror is not drawn then, but others are.
		Payouts::insert(account(JURORS[0]), payout_of(&account(WORKER)));
		let job_id = Stage::Commit.create();
		assert!(!jurors(job_id).contains(&account(JURORS[0])));
		vote(job_id, &[CLEARED; 5]);
		assert_eq!(income(WORKER), BOND / 2);
	});
}

#[test]
fn lets_the_jurors_go() {
	ExtBuilder.build_and_execute(|| {
		CommitteeSize::set(3);
		let job_id = Stage::Commit.create();
		CommitteeSize::set(5);
		vote(job_id, &[CLEARED, AT_FAULT, HIDDEN]);
		assert_eq!(phase(job_id), Phase::Arbitration);
		assert_eq!(crate::mock::JurorCasesOf::iter().count(), 0);
		assert_eq!(case(job_id).jurors.len(), 3, "what they said stays on record");
		assert!(Book::contains_key(job_id));
	});
}
