//! The defects of a rival whose contracts have the same states. Each has the test that would catch
//! it here.

use frame_support::{assert_noop, assert_ok};
use millrace_primitives::{auction::DisputeMechanism, JobState, Verdict};

use super::assert_refused;
use crate::{
	mock::{
		account, auctioned, case, commitment, end_phase, free, held, jurors, pass, phase, reveal,
		sign_commitment, state, unbond, AccountId, Book, Disputes, ExtBuilder, Now, Purses,
		RuntimeOrigin, Seed, Stage, Stakes, Test, CHALLENGER, FUNDS, JURORS, LOCK, REQUESTER,
		VERIFIER, WINDOW,
	},
	types::{Bond, Decision, Phase},
	Call, Error,
};

#[test]
fn funds_are_not_locked_for_ever_when_nobody_votes() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Draw.create();
		for expected in [Phase::Commit, Phase::Arbitration, Phase::Closed(Decision::Nobody)] {
			end_phase(job_id);
			assert_eq!(phase(job_id), expected);
		}
		assert_eq!(state(job_id), JobState::Resolved);
		assert_eq!(Purses::get(account(REQUESTER)), LOCK);
		let challenger = account(CHALLENGER);
		assert_eq!((free(&challenger), held(&challenger)), (FUNDS, 0));
	});
}

#[test]
fn funds_are_not_locked_for_ever_when_nobody_reveals() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Reveal.create();
		for expected in [Phase::Arbitration, Phase::Closed(Decision::Nobody)] {
			end_phase(job_id);
			assert_eq!(phase(job_id), expected);
		}
		assert_eq!(Purses::get(account(REQUESTER)), LOCK);
	});
}

#[test]
fn funds_are_not_locked_for_ever_when_the_vote_is_a_tie() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Arbitration.create();
		assert_eq!(case(job_id).majority(), None);
		end_phase(job_id);
		assert_eq!(Purses::get(account(REQUESTER)), LOCK);
	});
}

#[test]
fn the_challenge_window_does_not_close_at_the_first_attestation() {
	ExtBuilder.build_and_execute(|| {
		let job_id = auctioned(JobState::Verified, DisputeMechanism::Committee);
		let attested = Book::get(job_id).unwrap().auction.unwrap().attested;
		assert!(attested.unwrap().passed, "the verifier found it good");
		pass(WINDOW);
		assert_ok!(Disputes::raise(RuntimeOrigin::signed(account(CHALLENGER)), job_id, [8; 32]));
		assert_eq!(state(job_id), JobState::Disputed);
	});
}

#[test]
fn the_votes_of_unstaked_addresses_do_not_count() {
	ExtBuilder.build_and_execute(|| {
		let unstaked = &JURORS[..4];
		for seed in unstaked {
			unbond(*seed, true);
		}
		for seed in 0..8 {
			Seed::set(&sp_core::H256::repeat_byte(seed));
			let job_id = Stage::Commit.create();
			for seed in unstaked {
				assert_vote_refused(job_id, &account(*seed), Error::NotJuror);
			}
			// Nor do those of jurors that had a stake when they were drawn, and none by now.
			let juror = jurors(job_id).remove(0);
			let stake = Stakes::get(&juror);
			Stakes::insert(&juror, (0, 0));
			assert_vote_refused(job_id, &juror, Error::NotEligible);
			Stakes::set(&juror, stake);
		}
	});
}

fn assert_vote_refused(job: millrace_primitives::JobId, juror: &AccountId, error: Error<Test>) {
	let commitment = commitment(job, juror, Verdict::AtFault);
	let signature = sign_commitment(job, juror, &commitment);
	assert_refused(Call::commit { job, juror: juror.clone(), commitment, signature }, error);
	assert_noop!(reveal(job, juror, Verdict::AtFault), Error::<Test>::WrongPhase);
}

#[test]
fn a_false_attestation_leaves_a_complete_dispute_record() {
	ExtBuilder.build_and_execute(|| {
		let raised_at = Now::get();
		let job_id = Stage::Draw.create_by_verifier();
		let case = case(job_id);
		assert_eq!(case.challenger, account(VERIFIER));
		assert_eq!(case.evidence, [4; 32]);
		assert_eq!((case.phase, case.raised_at), (Phase::Draw, raised_at));
		assert!(matches!(case.bond, Bond::Stake(amount) if amount > 0));
		assert_eq!(Book::get(job_id).unwrap().deadline, case.until, "it ends by itself");
	});
}

#[test]
fn the_worker_does_not_choose_who_judges_it() {
	ExtBuilder.build_and_execute(|| {
		let drawn_with = |seed| {
			Seed::set(&sp_core::H256::repeat_byte(seed));
			jurors(Stage::Commit.create())
		};
		let committees = (0..8).map(drawn_with).collect::<std::collections::BTreeSet<_>>();
		assert!(committees.len() > 4, "nothing but the seed decides");
	});
}
