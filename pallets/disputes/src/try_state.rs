//! What must always hold of the pallet's storage.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::collections::{BTreeMap, BTreeSet};

use frame_support::{
	ensure,
	traits::fungible::{Inspect, InspectHold},
};
use millrace_primitives::{traits::JobBook, Balance, JobId, JobState};
use sp_runtime::TryRuntimeError;

use crate::{
	types::{Ballot, Phase},
	CaseOf, Cases, Config, HoldReason, JurorCases, Offences, Pallet, QUORUM,
};

impl<T: Config> Pallet<T> {
	/// Check every dispute, the bonds, the index and the offences. See the functions for the list.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut bonds = BTreeMap::<_, Balance>::new();
		let mut awaited = BTreeSet::new();
		for (job_id, case) in Cases::<T>::iter() {
			Self::try_state_job(job_id, &case)?;
			Self::try_state_jurors(&case)?;
			let bond: &mut Balance = bonds.entry(case.challenger.clone()).or_default();
			if case.is_open() {
				*bond = bond.saturating_add(case.bond.held());
			}
			if matches!(case.phase, Phase::Commit | Phase::Reveal) {
				awaited.extend(case.jurors.into_iter().map(|juror| (juror.account, job_id)));
			}
		}
		Self::try_state_money(&bonds)?;
		Self::try_state_index(&awaited)?;
		Self::try_state_offences()
	}

	/// 1. An open dispute is of a DISPUTED job and ends its phase when the job's deadline is.
	/// 2. A closed dispute is of a RESOLVED job.
	/// 11. A requester that raised the dispute itself has put its evidence down with that.
	fn try_state_job(job_id: JobId, case: &CaseOf<T>) -> Result<(), TryRuntimeError> {
		let job = T::Jobs::job(&job_id).ok_or("1. a dispute is of no job")?;
		if case.is_open() {
			ensure!(job.state == JobState::Disputed, "1. an open dispute's job is not DISPUTED");
			ensure!(job.deadline == case.until, "1. a phase does not end at the job's deadline");
		} else {
			ensure!(job.state == JobState::Resolved, "2. a closed dispute's job is not RESOLVED");
		}
		let is_one = case.testimony.is_none() || job.requester != case.challenger;
		ensure!(is_one, "11. a requester that raised the dispute has testified besides");
		Ok(())
	}

	/// 3. There is a committee that can decide exactly from its draw on.
	/// 4. No account judges twice, and no challenger judges.
	/// 5. A phase that need not go on does not.
	/// 6. No vote is revealed before the commitments are in.
	fn try_state_jurors(case: &CaseOf<T>) -> Result<(), TryRuntimeError> {
		let size = u32::try_from(case.jurors.len()).unwrap_or(u32::MAX);
		let drawn = match case.phase {
			Phase::Draw => size == 0,
			Phase::Commit | Phase::Reveal => size >= QUORUM,
			Phase::Arbitration | Phase::Closed(_) => size == 0 || size >= QUORUM,
		};
		ensure!(drawn, "3. the committee does not fit the phase");
		let accounts = case.jurors.iter().map(|juror| &juror.account).collect::<BTreeSet<_>>();
		ensure!(accounts.len() == case.jurors.len(), "4. a juror judges twice");
		ensure!(!accounts.contains(&case.challenger), "4. the challenger judges");
		let over = match case.phase {
			Phase::Commit => case.all_committed(),
			Phase::Reveal => case.all_revealed(),
			_ => false,
		};
		ensure!(!over, "5. a phase goes on though all have spoken");
		let has_vote = case.jurors.iter().any(|juror| matches!(juror.ballot, Ballot::Revealed(_)));
		ensure!(case.phase != Phase::Commit || !has_vote, "6. a vote was revealed too early");
		Ok(())
	}

	/// 7. The bonds of a challenger's open disputes are what is on hold.
	/// 8. The pot has its existential deposit.
	fn try_state_money(bonds: &BTreeMap<T::AccountId, Balance>) -> Result<(), TryRuntimeError> {
		for (challenger, bond) in bonds {
			let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), challenger);
			ensure!(held == *bond, "7. a challenger's bonds are not what is on hold");
		}
		let in_pot = T::Currency::balance(&Self::pot());
		ensure!(in_pot >= T::Currency::minimum_balance(), "8. the pot is closed");
		Ok(())
	}

	/// 9. `JurorCases` lists the jurors of the disputes that wait for votes, and nothing else.
	fn try_state_index(awaited: &BTreeSet<(T::AccountId, JobId)>) -> Result<(), TryRuntimeError> {
		let listed = JurorCases::<T>::iter_keys().collect::<BTreeSet<_>>();
		ensure!(listed == *awaited, "9. the index of jurors is not that of the disputes");
		Ok(())
	}

	/// 10. Offences are of jobs in storage; there is at least one, and no worker is named twice.
	fn try_state_offences() -> Result<(), TryRuntimeError> {
		for (job_id, workers) in Offences::<T>::iter() {
			ensure!(T::Jobs::job(&job_id).is_some(), "10. an offence is of no job");
			let distinct = workers.iter().collect::<BTreeSet<_>>();
			ensure!(
				!distinct.is_empty() && distinct.len() == workers.len(),
				"10. an offence is of nobody, or one worker's twice"
			);
		}
		Ok(())
	}
}
