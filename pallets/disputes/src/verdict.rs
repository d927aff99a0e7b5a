//! How a dispute ends: who is paid, who is punished, and what is said of whom.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	pallet_prelude::{DispatchError, DispatchResult},
	traits::{Get, Time},
};
use millrace_primitives::{
	traits::{Conduct, JobBook, Payments, Registry},
	Balance, JobId, JobRecord, Verdict,
};

use crate::{
	types::{Ballot, Bond, Case, Decision, JobRecordOf, Phase},
	CaseOf, Cases, Config, Error, Event, JurorCases, Pallet, Shares,
};

impl<T: Config> Pallet<T> {
	/// Count the votes, and let go the jurors. A majority decides; without one the arbiter does.
	pub(crate) fn tally(job_id: JobId, case: CaseOf<T>) -> DispatchResult {
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		let verdict = case.majority();
		Self::judge_jurors(job_id, &case, verdict, record.for_treasury());
		Self::discharge(job_id, &case);
		match verdict {
			Some(verdict) => Self::close(job_id, case, Decision::Committee(verdict)),
			None => Self::refer(job_id, case),
		}
	}

	/// What comes of its vote for each juror. A vote is right or wrong, and not to commit to any is a
	/// fault, only where the others reached a verdict; to hide a vote always costs.
	fn judge_jurors(job_id: JobId, case: &CaseOf<T>, verdict: Option<Verdict>, value: Balance) {
		for juror in &case.jurors {
			let (conduct, fine) = match (juror.ballot, verdict) {
				(Ballot::Awaited | Ballot::Revealed(_), None) => continue,
				(Ballot::Awaited, Some(_)) => (Conduct::Silent, T::NoCommitSlash::get()),
				(Ballot::Committed(_), _) => (Conduct::Silent, T::NoRevealSlash::get()),
				(Ballot::Revealed(vote), Some(verdict)) if vote == verdict => (Conduct::Judged, 0),
				(Ballot::Revealed(_), Some(_)) => (Conduct::Overruled, T::MinoritySlash::get()),
			};
			Self::fine(job_id, &juror.account, fine);
			T::Registry::note_verifier(&juror.account, conduct, value);
		}
	}

	fn fine(job_id: JobId, owner: &T::AccountId, fine: Balance) {
		if fine > 0 {
			Self::punish(job_id, owner, fine, &T::Treasury::get());
		}
	}

	/// The votes of the committee are awaited no more.
	pub(crate) fn discharge(job_id: JobId, case: &CaseOf<T>) {
		for juror in &case.jurors {
			JurorCases::<T>::remove(&juror.account, job_id);
		}
	}

	/// End a dispute.
	pub(crate) fn close(job_id: JobId, case: CaseOf<T>, decision: Decision) -> DispatchResult {
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		match decision.verdict() {
			Some(Verdict::AtFault) => Self::convict(job_id, &record, &case, decision)?,
			Some(Verdict::Cleared) => Self::clear(job_id, &record, &case, decision)?,
			None => {
				T::Payments::give_back(job_id, false);
				Self::return_bond(job_id, &case, 0);
			},
		}
		Self::file(job_id, case, decision);
		Ok(())
	}

	/// The worker is at fault: the requester is refunded, and the worker's stake pays those who
	/// found out. What that lacks for the fee of the jurors is the challenger's to pay.
	fn convict(
		job_id: JobId,
		record: &JobRecordOf<T>,
		case: &CaseOf<T>,
		decision: Decision,
	) -> DispatchResult {
		let worker = &record.outcome.as_ref().ok_or(Error::<T>::WrongState)?.worker;
		T::Payments::give_back(job_id, true);
		let majority = Self::majority_of(case, decision);
		let taken = Self::punish(job_id, worker, T::WorkerSlash::get(), &Self::pot());
		let shares = Shares::of_slash(taken, is_concerned(record, case), majority);
		let missing = shares.missing(T::JuryFee::get(), majority);
		let charged = Self::charge(job_id, case, missing);
		Self::return_bond(job_id, case, charged);
		let (shares, challenger) = (shares.topped_up(charged, majority), Self::paid_to(case));
		Self::share_out(job_id, shares, &challenger, Self::winners(case, decision));
		T::Registry::note(worker, Conduct::AtFault, record.for_treasury());
		Self::judge_attestor(job_id, record, Verdict::AtFault);
		Ok(())
	}

	/// The worker delivered: it is paid, and the challenger pays those whom it kept busy.
	fn clear(
		job_id: JobId,
		record: &JobRecordOf<T>,
		case: &CaseOf<T>,
		decision: Decision,
	) -> DispatchResult {
		let payout = &record.outcome.as_ref().ok_or(Error::<T>::WrongState)?.payout;
		T::Payments::pay(job_id);
		let taken = Self::forfeit_bond(job_id, case);
		let shares = Shares::of_bond(taken, Self::majority_of(case, decision));
		Self::share_out(job_id, shares, payout, Self::winners(case, decision));
		Self::judge_attestor(job_id, record, Verdict::Cleared);
		Ok(())
	}

	/// The payout accounts of the jurors whose majority decided.
	fn winners(case: &CaseOf<T>, decision: Decision) -> impl Iterator<Item = &T::AccountId> + '_ {
		let verdict = match decision {
			Decision::Committee(verdict) => Some(verdict),
			Decision::Arbiter(_) | Decision::Nobody => None,
		};
		verdict.into_iter().flat_map(|verdict| case.voters(verdict)).map(|juror| &juror.payout)
	}

	fn majority_of(case: &CaseOf<T>, decision: Decision) -> u32 {
		u32::try_from(Self::winners(case, decision).count()).unwrap_or_default()
	}

	/// Where a challenger that was right is paid.
	fn paid_to(case: &CaseOf<T>) -> T::AccountId {
		let standing = match case.bond {
			Bond::Stake(_) => T::Registry::worker(&case.challenger),
			Bond::Held(_) => None,
		};
		standing.map_or_else(|| case.challenger.clone(), |standing| standing.payout)
	}

	/// Put a dispute that is over with the closed ones.
	pub(crate) fn file(job_id: JobId, mut case: CaseOf<T>, decision: Decision) {
		case.phase = Phase::Closed(decision);
		case.until = T::Time::now();
		Cases::<T>::insert(job_id, case);
		let payment = T::Jobs::job(&job_id).and_then(|record| record.payment).unwrap_or_default();
		Self::deposit_event(Event::Decided { job_id, decision, payment });
	}

	/// What comes of its judgement for the verifier of the job, if that was wrong. To have found a bad
	/// result good costs what a vote with the minority does; to have found a good one bad has cost
	/// what the verifier risked with its challenge.
	fn judge_attestor(job_id: JobId, record: &JobRecordOf<T>, verdict: Verdict) {
		let Some(auction) = &record.auction else { return };
		let (Some(verifier), Some(judgement)) = (&auction.verifier, &auction.attested) else {
			return;
		};
		if judgement.passed == (verdict == Verdict::Cleared) {
			return;
		}
		if judgement.passed {
			Self::fine(job_id, verifier, T::MinoritySlash::get());
		}
		T::Registry::note_verifier(verifier, Conduct::Overruled, record.for_treasury());
	}

	/// End a dispute that cannot go on, with the money going back to where it came from. Its
	/// deadline is used up, so what is not done here never happens.
	pub(crate) fn abandon(job_id: JobId, case: CaseOf<T>, error: DispatchError) {
		Self::deposit_event(Event::CaseFailed { job_id, error });
		T::Payments::give_back(job_id, false);
		Self::return_bond(job_id, &case, 0);
		Self::discharge(job_id, &case);
		Self::file(job_id, case, Decision::Nobody);
	}
}

/// Whether the challenger is who the result is for, or who was to judge it and found it bad.
fn is_concerned<AccountId: PartialEq>(
	record: &JobRecord<AccountId>,
	case: &Case<AccountId>,
) -> bool {
	record.requester == case.challenger || matches!(case.bond, Bond::Stake(_))
}
