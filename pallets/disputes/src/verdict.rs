//! How a dispute ends: who is paid, who is punished, and what is said of whom.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	pallet_prelude::{DispatchError, DispatchResult},
	traits::{Get, Time},
};
use millrace_primitives::{
	traits::{Conduct, JobBook, Payments, Registry},
	Balance, JobId, Verdict,
};

use crate::{
	types::{Ballot, Bond, Decision, JobRecordOf, Phase},
	CaseOf, Cases, Config, Error, Event, JurorCases, Pallet, Shares,
};

impl<T: Config> Pallet<T> {
	/// Count the votes, and let go the jurors. A majority decides; without one the arbiter does.
	pub(crate) fn tally(job_id: JobId, case: CaseOf<T>) -> DispatchResult {
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		let verdict = case.majority();
		Self::judge_jurors(job_id, &case, verdict, value_of(&record));
		Self::discharge(job_id, &case);
		match verdict {
			Some(verdict) => Self::close(job_id, case, Decision::Committee(verdict)),
			None => Self::refer(job_id, case),
		}
	}

	/// What comes of its vote for each juror. A vote is right or wrong only where there is a
	/// majority; silence always costs.
	fn judge_jurors(job_id: JobId, case: &CaseOf<T>, verdict: Option<Verdict>, value: Balance) {
		for juror in &case.jurors {
			let (conduct, fine) = match (juror.ballot, verdict) {
				(Ballot::Awaited, _) => (Conduct::Silent, T::NoCommitSlash::get()),
				(Ballot::Committed(_), _) => (Conduct::Silent, T::NoRevealSlash::get()),
				(Ballot::Revealed(_), None) => continue,
				(Ballot::Revealed(vote), Some(verdict)) if vote == verdict => (Conduct::Judged, 0),
				(Ballot::Revealed(_), Some(_)) => (Conduct::Overruled, T::MinoritySlash::get()),
			};
			if fine > 0 {
				Self::punish(job_id, &juror.account, fine, &T::Treasury::get());
			}
			T::Registry::note_verifier(&juror.account, conduct, value);
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
				T::Payments::give_back(job_id);
				Self::return_bond(job_id, &case);
			},
		}
		Self::file(job_id, case, decision);
		Ok(())
	}

	/// The worker is at fault: the requester is refunded, and the worker's stake pays those who
	/// found out.
	fn convict(
		job_id: JobId,
		record: &JobRecordOf<T>,
		case: &CaseOf<T>,
		decision: Decision,
	) -> DispatchResult {
		let worker = &record.outcome.as_ref().ok_or(Error::<T>::WrongState)?.worker;
		T::Payments::give_back(job_id);
		Self::return_bond(job_id, case);
		let taken = Self::punish(job_id, worker, T::WorkerSlash::get(), &Self::pot());
		let shares = Shares::of_slash(taken, Self::majority_of(case, decision));
		let challenger = Self::paid_to(case);
		let majority = Self::winners(case, decision);
		Self::share_out(job_id, shares, &challenger, majority);
		T::Registry::note(worker, Conduct::AtFault, value_of(record));
		Self::note_attestor(record, Verdict::AtFault);
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
		Self::note_attestor(record, Verdict::Cleared);
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

	/// Say of the verifier that judged a job if it was wrong.
	fn note_attestor(record: &JobRecordOf<T>, verdict: Verdict) {
		let Some(auction) = &record.auction else { return };
		let (Some(verifier), Some(judgement)) = (&auction.verifier, &auction.attested) else {
			return;
		};
		if judgement.passed != (verdict == Verdict::Cleared) {
			let fee = auction.terms.verifier_fee;
			T::Registry::note_verifier(verifier, Conduct::Overruled, fee);
		}
	}

	/// End a dispute that cannot go on, with the money going back to where it came from. Its
	/// deadline is used up, so what is not done here never happens.
	pub(crate) fn abandon(job_id: JobId, case: CaseOf<T>, error: DispatchError) {
		Self::deposit_event(Event::CaseFailed { job_id, error });
		T::Payments::give_back(job_id);
		Self::return_bond(job_id, &case);
		Self::discharge(job_id, &case);
		Self::file(job_id, case, Decision::Nobody);
	}
}

/// What a job is worth.
pub(crate) fn value_of<AccountId>(record: &millrace_primitives::JobRecord<AccountId>) -> Balance {
	record.charge().unwrap_or(record.locked)
}
