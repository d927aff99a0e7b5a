use millrace_primitives::JobState;

use crate::{
	mock::{
		account, direct, free, held, jurors, Book, Disputes, ExtBuilder, JurorCasesOf, Ledger,
		Stage, Test, CHALLENGER, FUNDS,
	},
	Cases, Offences,
};

#[test]
fn leaves_nothing_of_a_closed_dispute() {
	ExtBuilder.build_and_execute(|| {
		for stage in [Stage::Cleared, Stage::AtFault, Stage::Nobody] {
			let job_id = stage.create();
			Offences::<Test>::try_append(job_id, account(CHALLENGER)).unwrap();
			Disputes::forget(job_id);
			assert!(!Cases::<Test>::contains_key(job_id));
			assert!(!Offences::<Test>::contains_key(job_id));
		}
		assert_eq!(JurorCasesOf::iter().count(), 0);
	});
}

#[test]
fn does_nothing_to_a_job_without_dispute() {
	ExtBuilder.build_and_execute(|| {
		let job_id = direct(JobState::Verified);
		frame_support::assert_storage_noop!(Disputes::forget(job_id));
	});
}

#[test]
fn does_not_lose_a_bond_if_it_comes_too_early() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Commit.create();
		assert!(!jurors(job_id).is_empty());
		Disputes::forget(job_id);
		let challenger = account(CHALLENGER);
		assert_eq!((free(&challenger), held(&challenger)), (FUNDS, 0));
		assert_eq!(JurorCasesOf::iter().count(), 0);
		Book::remove(job_id);
		Ledger::remove(job_id);
	});
}
