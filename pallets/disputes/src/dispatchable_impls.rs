//! What the calls do, without their origins, and what the pool is told of them.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	pallet_prelude::{
		DispatchError, DispatchResult, Encode, TransactionLongevity, TransactionSource,
		TransactionValidityWithRefund, ValidTransaction, Weight,
	},
	traits::{fungible::MutateHold, Get, Time},
};
use millrace_primitives::{
	auction::Judgement,
	traits::{Conduct, Disputes, JobBook, Registry},
	Commitment, JobId, JobKind, Verdict,
};
use sp_core::sr25519;
use sp_runtime::traits::SaturatedConversion;

use crate::{
	types::{Ballot, Bond, Case, Claim, Decision, JobRecordOf, Phase, ProofOf, SubmissionOf},
	Cases, Config, Error, Event, HoldReason, Offences, Pallet, Shares, WeightInfo,
};

/// For how many blocks the pool keeps a call. The off-chain worker sends it again while it is wanted,
/// so it need not last.
const LONGEVITY: TransactionLongevity = 64;

impl<T: Config> Disputes<T::AccountId> for Pallet<T> {
	fn open_by_verifier(
		job: JobId,
		verifier: &T::AccountId,
		judgement: Judgement,
	) -> DispatchResult {
		let record = T::Jobs::job(&job).ok_or(Error::<T>::UnknownJob)?;
		Self::ensure_undisputed(job)?;
		let bond = Bond::Stake(T::DisputeBond::get());
		Self::open(job, &record, verifier, bond, judgement.evidence, Some(judgement))
	}

	fn is_dismissible(job: &JobId) -> bool {
		Cases::<T>::get(job).is_some_and(|case| case.phase == Phase::Draw)
	}

	fn dismiss(job: JobId) {
		let Some(case) = Cases::<T>::get(job).filter(|case| case.phase == Phase::Draw) else {
			return Self::deposit_event(Event::DismissalIgnored { job_id: job });
		};
		Cases::<T>::remove(job);
		Self::return_bond(job, &case, 0);
		Self::deposit_event(Event::Dismissed { job_id: job });
	}

	fn dismiss_weight() -> Weight {
		T::WeightInfo::dismiss()
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_raise(
		challenger: &T::AccountId,
		job_id: JobId,
		evidence: Commitment,
	) -> DispatchResult {
		let record = Self::check_raise(challenger, job_id)?;
		let bond = T::DisputeBond::get();
		T::Currency::hold(&HoldReason::Bond.into(), challenger, bond)?;
		Self::open(job_id, &record, challenger, Bond::Held(bond), evidence, None)
	}

	/// The record of a dispute is whole from the beginning, whoever raises it.
	fn open(
		job_id: JobId,
		record: &JobRecordOf<T>,
		challenger: &T::AccountId,
		bond: Bond,
		evidence: Commitment,
		judgement: Option<Judgement>,
	) -> DispatchResult {
		let (phase, window) = Self::first_phase(record);
		let raised_at = T::Time::now();
		let until = raised_at.saturating_add(window);
		T::Jobs::dispute(job_id, judgement, until)?;
		let case = Case {
			phase,
			challenger: challenger.clone(),
			bond,
			evidence,
			raised_at,
			raised_in: frame_system::Pallet::<T>::block_number().saturated_into(),
			round: 0,
			jurors: Default::default(),
			until,
			testimony: None,
		};
		Cases::<T>::insert(job_id, case);
		let (challenger, bond) = (challenger.clone(), bond.held());
		Self::deposit_event(Event::Raised { job_id, challenger, bond, evidence, until });
		if phase == Phase::Arbitration {
			Self::deposit_event(Event::Referred { job_id, until });
		}
		Ok(())
	}

	pub(crate) fn do_testify(
		requester: &T::AccountId,
		job_id: JobId,
		evidence: Commitment,
	) -> DispatchResult {
		let mut case = Self::check_testify(requester, job_id)?;
		case.testimony = Some(evidence);
		Cases::<T>::insert(job_id, case);
		Self::deposit_event(Event::Testified { job_id, evidence });
		Ok(())
	}

	pub(crate) fn authorize_commit(
		_: TransactionSource,
		job_id: &JobId,
		juror: &T::AccountId,
		commitment: &Commitment,
		signature: &sr25519::Signature,
	) -> TransactionValidityWithRefund {
		Self::check_commit(*job_id, juror, commitment, signature)?;
		Ok(Self::validity("millrace/commit", (job_id, juror)))
	}

	pub(crate) fn authorize_reveal(
		_: TransactionSource,
		job_id: &JobId,
		juror: &T::AccountId,
		verdict: &Verdict,
		salt: &[u8; 32],
	) -> TransactionValidityWithRefund {
		Self::check_reveal(*job_id, juror, *verdict, salt)?;
		Ok(Self::validity("millrace/reveal", (job_id, juror)))
	}

	/// The pool keeps one call per step of a juror.
	fn validity(step: &'static str, subject: impl Encode) -> (ValidTransaction, Weight) {
		let validity = ValidTransaction::with_tag_prefix(step)
			.priority(T::AuthorizedPriority::get())
			.longevity(LONGEVITY)
			.and_provides(subject)
			.propagate(true)
			.into();
		(validity, Weight::zero())
	}

	pub(crate) fn do_commit(
		job_id: JobId,
		juror: &T::AccountId,
		commitment: Commitment,
		signature: &sr25519::Signature,
	) -> DispatchResult {
		let mut case = Self::check_commit(job_id, juror, &commitment, signature)?;
		case.put_down(juror, Ballot::Committed(commitment));
		Self::deposit_event(Event::Committed { job_id, juror: juror.clone() });
		if case.all_committed() {
			return Self::open_reveal(job_id, case);
		}
		Cases::<T>::insert(job_id, case);
		Ok(())
	}

	/// Returns whether this vote was the last.
	pub(crate) fn do_reveal(
		job_id: JobId,
		juror: &T::AccountId,
		verdict: Verdict,
		salt: &[u8; 32],
	) -> Result<bool, DispatchError> {
		let mut case = Self::check_reveal(job_id, juror, verdict, salt)?;
		case.put_down(juror, Ballot::Revealed(verdict));
		Self::deposit_event(Event::Revealed { job_id, juror: juror.clone(), verdict });
		let is_last = case.all_revealed();
		if is_last {
			Self::tally(job_id, case)?;
		} else {
			Cases::<T>::insert(job_id, case);
		}
		Ok(is_last)
	}

	pub(crate) fn do_arbitrate(job_id: JobId, verdict: Verdict) -> DispatchResult {
		let case = Self::check_phase(job_id, Phase::Arbitration)?;
		Self::close(job_id, case, Decision::Arbiter(verdict))
	}

	pub(crate) fn do_report_double_proof(
		reporter: &T::AccountId,
		(first, first_signature): (&ProofOf<T>, &sr25519::Signature),
		(second, second_signature): (&ProofOf<T>, &sr25519::Signature),
	) -> DispatchResult {
		let genesis = Self::genesis();
		let first = Claim::of_proof(genesis, first, first_signature);
		let second = Claim::of_proof(genesis, second, second_signature);
		Self::do_report(reporter, JobKind::Direct, &first, &second)
	}

	pub(crate) fn do_report_double_submission(
		reporter: &T::AccountId,
		(first, first_signature): (&SubmissionOf<T>, &sr25519::Signature),
		(second, second_signature): (&SubmissionOf<T>, &sr25519::Signature),
	) -> DispatchResult {
		let genesis = Self::genesis();
		let first = Claim::of_submission(genesis, first, first_signature);
		let second = Claim::of_submission(genesis, second, second_signature);
		Self::do_report(reporter, JobKind::Auction, &first, &second)
	}

	/// Two signatures are all it takes; whether either claim is true does not matter.
	fn do_report(
		reporter: &T::AccountId,
		kind: JobKind,
		first: &Claim<'_, T::AccountId>,
		second: &Claim<'_, T::AccountId>,
	) -> DispatchResult {
		let record = Self::check_double_claim(reporter, kind, first, second)?;
		let (job_id, worker) = (first.job, first.worker);
		// A job concerns no more workers than there is room for.
		Offences::<T>::try_append(job_id, worker).map_err(|()| Error::<T>::NotConcerned)?;
		Self::deposit_event(Event::DoubleClaimReported {
			job_id,
			worker: worker.clone(),
			reporter: reporter.clone(),
		});
		let taken = Self::punish(job_id, worker, T::DoubleProofSlash::get(), &Self::pot());
		Self::share_out(job_id, Shares::of_report(taken), reporter, core::iter::empty());
		T::Registry::note(worker, Conduct::AtFault, record.for_treasury());
		Ok(())
	}
}
