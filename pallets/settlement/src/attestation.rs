//! Who judges the result of an auctioned job, what it says, and what happens if it says nothing.

#![deny(clippy::expect_used, clippy::as_conversions)]

use codec::Encode;
use frame_support::{
	ensure,
	pallet_prelude::{DispatchResult, TransactionSource, TransactionValidityWithRefund, Weight},
	storage::with_storage_layer,
	traits::{Get, Randomness, Time},
};
use millrace_primitives::{
	auction::Judgement,
	traits::{Conduct, Disputes, JobBook, JobEscrow, Registry, VerifierStanding, VERIFIERS_MAX},
	Auction, Balance, JobId, JobState, ModelId,
};
use sp_core::{sr25519, H256};
use sp_io::hashing::blake2_256;
use sp_runtime::traits::SaturatedConversion;

use crate::{AttestationOf, Config, Error, Event, JobRecordOf, OutcomeOf, Pallet, WeightInfo};

/// The context of the draw, so that no other use of the randomness gives the same.
const DRAW: &[u8] = b"millrace/verifier";

/// A SUBMITTED job: its auction and what was delivered.
struct Pending<T: Config> {
	record: JobRecordOf<T>,
	auction: Auction<T::AccountId>,
	outcome: OutcomeOf<T>,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_attest(
		_: TransactionSource,
		attestation: &AttestationOf<T>,
		signature: &sr25519::Signature,
	) -> TransactionValidityWithRefund {
		Self::check_attestation(attestation, signature)?;
		Ok(Self::validity("millrace/attestation", attestation.job, false))
	}

	/// What a signed attestation is worth, and where its verifier is paid.
	fn check_attestation(
		attestation: &AttestationOf<T>,
		signature: &sr25519::Signature,
	) -> Result<(Balance, T::AccountId), Error<T>> {
		let record = T::Jobs::job(&attestation.job).ok_or(Error::<T>::UnknownJob)?;
		let Pending { record, auction, outcome } =
			Self::pending(record).ok_or(Error::<T>::WrongState)?;
		let judge = auction.verifier.as_ref() == Some(&attestation.verifier);
		ensure!(judge, Error::<T>::NotVerifier);
		ensure!(T::Time::now() <= record.deadline, Error::<T>::TooLate);
		ensure!(attestation.submission == outcome.proof, Error::<T>::AnotherSubmission);
		let verifier = T::Registry::verifier(&attestation.verifier, &record.model)
			.ok_or(Error::<T>::VerifierNotEligible)?;
		let message = attestation.message(Self::genesis());
		ensure!(
			sp_io::crypto::sr25519_verify(signature, &message, &verifier.key),
			Error::<T>::BadAttestationSignature
		);
		Ok((auction.terms.verifier_fee, verifier.payout))
	}

	fn pending(record: JobRecordOf<T>) -> Option<Pending<T>> {
		if record.state != JobState::Submitted {
			return None;
		}
		let (auction, outcome) = (record.auction.clone()?, record.outcome.clone()?);
		Some(Pending { record, auction, outcome })
	}

	pub(crate) fn do_attest(
		attestation: &AttestationOf<T>,
		signature: &sr25519::Signature,
	) -> DispatchResult {
		let (fee, payout) = Self::check_attestation(attestation, signature)?;
		let (job_id, verifier) = (attestation.job, &attestation.verifier);
		let (passed, evidence) = (attestation.passed, attestation.evidence);
		let judgement = Judgement { passed, evidence, at: T::Time::now() };
		with_storage_layer(|| {
			if fee > 0 {
				T::Escrow::pay_verifier(job_id, &payout, fee)?;
			}
			Self::deposit_event(Event::Attested {
				job_id,
				verifier: verifier.clone(),
				passed,
				evidence,
				fee,
			});
			if passed {
				T::Jobs::verify(job_id, Some(judgement))
			} else {
				T::Disputes::open_by_verifier(job_id, verifier, judgement)
			}
		})
	}

	/// The time of a verifier is over, or the time to draw one has come.
	///
	/// For the runtime to call when `JobDeadline::Judgement` falls due. Emits `VerifierAppointed` or
	/// `VerifierSilent`; on a job that is not SUBMITTED it does nothing but emit `DeadlineIgnored`.
	pub fn judgement_due(job_id: JobId) {
		let Some(pending) = T::Jobs::job(&job_id).and_then(Self::pending) else {
			return Self::deposit_event(Event::DeadlineIgnored { job_id });
		};
		let fee = pending.auction.terms.verifier_fee;
		match &pending.auction.verifier {
			Some(silent) => {
				let value = fee.min(pending.record.for_treasury());
				T::Registry::note_verifier(silent, Conduct::Silent, value);
				Self::pass_over(job_id, Some(silent.clone()), fee);
			},
			None => {
				let appointed = Self::draw(job_id, &pending)
					.is_some_and(|verifier| Self::appoint(job_id, verifier).is_ok());
				if !appointed {
					Self::pass_over(job_id, None, fee);
				}
			},
		}
	}

	fn appoint(job_id: JobId, verifier: T::AccountId) -> DispatchResult {
		let deadline = T::Time::now().saturating_add(T::JudgeWindow::get());
		T::Jobs::appoint(job_id, verifier.clone(), deadline)?;
		Self::deposit_event(Event::VerifierAppointed { job_id, verifier, deadline });
		Ok(())
	}

	/// Open the challenge window of a job that nobody judged, and give the fee back. The deadline of
	/// the job is used up, so it goes on even if the fee cannot be given back before its end.
	fn pass_over(job_id: JobId, verifier: Option<T::AccountId>, fee: Balance) {
		let released = if fee > 0 { T::Escrow::release(job_id, fee) } else { Ok(()) };
		let refund = if released.is_ok() { fee } else { 0 };
		for error in [released, T::Jobs::verify(job_id, None)].into_iter().filter_map(Result::err) {
			Self::deposit_event(Event::PayoutFailed { job_id, error });
		}
		Self::deposit_event(Event::VerifierSilent { job_id, verifier, refund });
	}

	/// The most that [`Self::judgement_due`] weighs for a job: a draw of all who verify for its model,
	/// of whom none may judge, or the end of the time of the verifier that it has.
	pub fn judgement_weight(job_id: JobId) -> Weight {
		let pass_over = T::WeightInfo::pass_over().saturating_add(T::DbWeight::get().reads(2));
		let Some(pending) = T::Jobs::job(&job_id).and_then(Self::pending) else { return pass_over };
		if pending.auction.verifier.is_some() {
			return pass_over;
		}
		let seated = T::Registry::verifiers(&pending.record.model).len();
		let seated = u32::try_from(seated).unwrap_or(VERIFIERS_MAX);
		pass_over.saturating_add(T::WeightInfo::draw(seated))
	}

	/// Draw one of the verifiers that may judge a job, each with the same chance: the one whose
	/// account has the lowest hash with the seed and the job.
	///
	/// The seed is public for about a slot before the draw. So each verifier has a lot of its own,
	/// which nobody else's coming or going moves, and who became able to judge after the seed was
	/// known has none.
	fn draw(job_id: JobId, pending: &Pending<T>) -> Option<T::AccountId> {
		let model = &pending.record.model;
		let mut parties = Self::parties(&pending.record, &pending.outcome).to_vec();
		// Who chose the worker may have chosen a friend. A requester that trusts it to judge can name it.
		parties.extend(pending.auction.terms.matcher.clone());
		let (seed, known_since): (H256, _) = T::Randomness::random(DRAW);
		let known_since = known_since.saturated_into::<u32>();
		T::Registry::verifiers(model)
			.into_iter()
			.filter(|verifier| {
				Self::judge(verifier, model, &parties)
					.is_some_and(|standing| standing.since < known_since)
			})
			.min_by_key(|verifier| (seed, job_id, verifier).using_encoded(blake2_256))
	}

	/// The accounts that the result of a job concerns: who asked for it, who delivered it, and who is
	/// paid for it. Accounts as they were bound by the job: if those counted that the parties are paid
	/// to now, each could keep a verifier from judging by naming its account.
	pub(crate) fn parties(record: &JobRecordOf<T>, outcome: &OutcomeOf<T>) -> [T::AccountId; 3] {
		[record.requester.clone(), outcome.worker.clone(), outcome.payout.clone()]
	}

	/// The verifier, if it may judge for `model` what concerns `parties`.
	pub(crate) fn judge(
		verifier: &T::AccountId,
		model: &ModelId,
		parties: &[T::AccountId],
	) -> Option<VerifierStanding<T::AccountId>> {
		if parties.contains(verifier) {
			return None;
		}
		T::Registry::verifier(verifier, model)
			.filter(|standing| !parties.contains(&standing.payout))
	}
}
