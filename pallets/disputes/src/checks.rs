//! What a challenge, a vote and a report must fulfil. Both the pool and the call ask here, and what
//! costs most, the signatures, comes last.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	ensure,
	pallet_prelude::Zero,
	traits::{Get, Time},
};
use frame_system::pallet_prelude::BlockNumberFor;
use millrace_primitives::{
	dispute::{commit_message, vote_commitment},
	traits::{JobBook, Registry, WORKER_KEYS_MAX},
	Commitment, JobId, JobKind, JobState, Verdict, WorkerKey,
};
use sp_core::{sr25519, H256};

use crate::{
	types::{Ballot, Claim, JobRecordOf, Phase},
	CaseOf, Cases, Config, Error, Offences, Pallet,
};

impl<T: Config> Pallet<T> {
	/// The hash of the first block, which every signature of this chain is bound to.
	pub(crate) fn genesis() -> H256 {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	/// The job, if `challenger` can challenge it now.
	pub(crate) fn check_raise(
		challenger: &T::AccountId,
		job_id: JobId,
	) -> Result<JobRecordOf<T>, Error<T>> {
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		Self::ensure_undisputed(job_id)?;
		ensure!(record.state == JobState::Verified, Error::<T>::WrongState);
		ensure!(T::Time::now() <= record.deadline, Error::<T>::TooLate);
		let outcome = record.outcome.as_ref().ok_or(Error::<T>::WrongState)?;
		let by_worker = *challenger == outcome.worker || *challenger == outcome.payout;
		ensure!(!by_worker, Error::<T>::ByWorker);
		Ok(record)
	}

	/// A job is disputed once: what was said to one committee must mean nothing to another.
	pub(crate) fn ensure_undisputed(job_id: JobId) -> Result<(), Error<T>> {
		let is_new = !Cases::<T>::contains_key(job_id);
		ensure!(is_new, Error::<T>::AlreadyDisputed);
		Ok(())
	}

	/// The dispute of a job to which `requester` can add its evidence.
	pub(crate) fn check_testify(
		requester: &T::AccountId,
		job_id: JobId,
	) -> Result<CaseOf<T>, Error<T>> {
		let case = Cases::<T>::get(job_id).ok_or(Error::<T>::NotDisputed)?;
		let is_heard = matches!(case.phase, Phase::Draw | Phase::Commit | Phase::Arbitration);
		ensure!(is_heard, Error::<T>::WrongPhase);
		ensure!(T::Time::now() <= case.until, Error::<T>::TooLate);
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.requester == *requester, Error::<T>::NotRequester);
		let is_new = case.challenger != *requester && case.testimony.is_none();
		ensure!(is_new, Error::<T>::AlreadyTestified);
		Ok(case)
	}

	/// The dispute of a job, if it is in `phase` and the phase not over. What comes too late is
	/// refused, whether or not the chain has got round to ending the phase.
	pub(crate) fn check_phase(job_id: JobId, phase: Phase) -> Result<CaseOf<T>, Error<T>> {
		let case = Cases::<T>::get(job_id).ok_or(Error::<T>::NotDisputed)?;
		ensure!(case.phase == phase, Error::<T>::WrongPhase);
		ensure!(T::Time::now() <= case.until, Error::<T>::TooLate);
		Ok(case)
	}

	/// The dispute in which `juror` can commit. Whoever was drawn can, though it lost or left its role
	/// meanwhile, as long as it can pay for its silence: fines elsewhere must not silence it.
	pub(crate) fn check_commit(
		job_id: JobId,
		juror: &T::AccountId,
		commitment: &Commitment,
		signature: &sr25519::Signature,
	) -> Result<CaseOf<T>, Error<T>> {
		let case = Self::check_phase(job_id, Phase::Commit)?;
		let ballot = case.ballot(juror).ok_or(Error::<T>::NotJuror)?;
		ensure!(ballot == Ballot::Awaited, Error::<T>::AlreadyCommitted);
		let standing = T::Registry::worker(juror).ok_or(Error::<T>::NotEligible)?;
		ensure!(standing.at_risk >= T::NoRevealSlash::get(), Error::<T>::NotEligible);
		let message = commit_message(Self::genesis(), job_id, case.round, juror, commitment);
		Self::ensure_signed(signature, &message, &[standing.key])?;
		Ok(case)
	}

	/// The dispute in which `juror` can reveal `verdict`. The preimage is all it takes: nobody else
	/// knows the salt.
	pub(crate) fn check_reveal(
		job_id: JobId,
		juror: &T::AccountId,
		verdict: Verdict,
		salt: &[u8; 32],
	) -> Result<CaseOf<T>, Error<T>> {
		let case = Self::check_phase(job_id, Phase::Reveal)?;
		match case.ballot(juror).ok_or(Error::<T>::NotJuror)? {
			Ballot::Awaited => Err(Error::NotCommitted),
			Ballot::Revealed(_) => Err(Error::AlreadyRevealed),
			Ballot::Committed(commitment) => {
				let genesis = Self::genesis();
				let opened = vote_commitment(genesis, job_id, case.round, juror, verdict, salt);
				ensure!(opened == commitment, Error::<T>::WrongPreimage);
				Ok(case)
			},
		}
	}

	/// The job of two claims, of which its worker should have signed but one. Any key counts that the
	/// worker has had since the job began: a change of keys between the two does not make them one,
	/// and what is signed for a job by a key that was given up before harms nobody.
	pub(crate) fn check_double_claim(
		reporter: &T::AccountId,
		kind: JobKind,
		first: &Claim<'_, T::AccountId>,
		second: &Claim<'_, T::AccountId>,
	) -> Result<JobRecordOf<T>, Error<T>> {
		let alike = first.job == second.job && first.worker == second.worker;
		ensure!(alike && first.digest != second.digest, Error::<T>::NoOffence);
		let (job_id, worker) = (first.job, first.worker);
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.kind == kind, Error::<T>::NoOffence);
		let concerned = match kind {
			JobKind::Direct => record.candidates.contains(worker),
			JobKind::Auction => record.accepted_by.as_ref() == Some(worker),
		};
		ensure!(concerned, Error::<T>::NotConcerned);
		let is_known = Offences::<T>::get(job_id).contains(worker);
		ensure!(!is_known, Error::<T>::AlreadyReported);
		let payout = T::Registry::worker(worker).ok_or(Error::<T>::NotRegistered)?.payout;
		ensure!(*reporter != *worker && *reporter != payout, Error::<T>::ByWorker);
		let mut keys = T::Registry::keys(worker, record.created_at);
		keys.truncate(usize::try_from(WORKER_KEYS_MAX).unwrap_or_default());
		Self::ensure_signed(first.signature, &first.message, &keys)?;
		Self::ensure_signed(second.signature, &second.message, &keys)?;
		Ok(record)
	}

	/// Assert that one of `keys` signed. They are tried in their order.
	pub(crate) fn ensure_signed(
		signature: &sr25519::Signature,
		message: &[u8],
		keys: &[WorkerKey],
	) -> Result<(), Error<T>> {
		let is_signed =
			keys.iter().any(|key| sp_io::crypto::sr25519_verify(signature, message, key));
		ensure!(is_signed, Error::<T>::BadSignature);
		Ok(())
	}
}
