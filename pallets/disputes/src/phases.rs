//! How a dispute goes from phase to phase.

#![deny(clippy::expect_used, clippy::as_conversions)]

use crate::{
	committee::Seed,
	types::{CommitteeOf, Decision, JobRecordOf, Phase},
	CaseOf, Cases, Config, Event, JurorCases, Offences, Pallet, WeightInfo, COMMITTEE_MAX,
};
use frame_support::{
	pallet_prelude::{DispatchError, DispatchResult, Weight},
	storage::with_storage_layer,
	traits::{Get, Time},
};
use millrace_primitives::{
	auction::DisputeMechanism,
	traits::{JobBook, Payments, WORKER_KEYS_MAX},
	JobId, JobState, Moment, Verdict,
};

/// How often a draw is tried, `DrawDelay` apart, before the arbiter is asked.
const DRAWS_MAX: Moment = 8;

impl<T: Config> Pallet<T> {
	/// The phase of a dispute is over: the next one begins, or the dispute ends.
	///
	/// For the runtime to call when `JobDeadline::Dispute` falls due. On a job that is not DISPUTED
	/// it does nothing but emit `DeadlineIgnored`.
	pub fn phase_due(job_id: JobId) {
		let Some(case) = Cases::<T>::get(job_id).filter(CaseOf::<T>::is_open) else {
			return Self::due_without_case(job_id);
		};
		let ended = with_storage_layer(|| Self::end_phase(job_id, case.clone()));
		if let Err(error) = ended {
			Self::abandon(job_id, case, error);
		}
	}

	/// The most that [`Self::phase_due`] may weigh.
	pub fn phase_due_weight() -> Weight {
		// A committee may be larger than the one that was drawn when this was measured.
		let seats = T::DbWeight::get().writes(COMMITTEE_MAX.into());
		let draw = T::WeightInfo::draw().saturating_add(seats);
		let arbitrated =
			Self::arbitrate_weight(Verdict::AtFault).max(Self::arbitrate_weight(Verdict::Cleared));
		draw.max(Self::tally_weight()).max(arbitrated)
	}

	/// The most that a decision of the arbiter may weigh.
	pub(crate) fn arbitrate_weight(verdict: Verdict) -> Weight {
		let cleared = u32::from(verdict == Verdict::Cleared);
		T::WeightInfo::arbitrate_direct(cleared).max(T::WeightInfo::arbitrate_auction(cleared))
	}

	/// The most that counting the votes may weigh, with whatever comes of them.
	pub(crate) fn tally_weight() -> Weight {
		let tally = |cleared| {
			T::WeightInfo::tally_direct(cleared).max(T::WeightInfo::tally_auction(cleared))
		};
		tally(0).max(tally(1))
	}

	/// What checking the signatures of two claims against the keys that a worker gave up may weigh,
	/// besides the present one: a benchmark has but that.
	pub(crate) fn former_keys_weight() -> Weight {
		let checks = u64::from(WORKER_KEYS_MAX.saturating_sub(1)).saturating_mul(2);
		T::WeightInfo::verify_signature().saturating_mul(checks)
	}

	/// Forget the disputes of a job and what was reported of it.
	///
	/// For the runtime to call when the job leaves storage. MUST NOT be called earlier: a job can be
	/// disputed once, and this is what remembers it.
	pub fn forget(job_id: JobId) {
		if let Some(case) = Cases::<T>::take(job_id).filter(CaseOf::<T>::is_open) {
			// A job that is disputed never leaves storage; nobody's bond may be lost if it does.
			Self::return_bond(job_id, &case, 0);
			Self::discharge(job_id, &case);
		}
		Offences::<T>::remove(job_id);
	}

	fn due_without_case(job_id: JobId) {
		let disputed = T::Jobs::job(&job_id).is_some_and(|job| job.state == JobState::Disputed);
		if disputed {
			Self::deposit_event(Event::CaseFailed { job_id, error: DispatchError::Corruption });
			T::Payments::give_back(job_id, false);
		} else {
			Self::deposit_event(Event::DeadlineIgnored { job_id });
		}
	}

	fn end_phase(job_id: JobId, case: CaseOf<T>) -> DispatchResult {
		match case.phase {
			Phase::Draw => Self::draw(job_id, case),
			Phase::Commit => Self::open_reveal(job_id, case),
			Phase::Reveal => Self::tally(job_id, case),
			Phase::Arbitration => Self::close(job_id, case, Decision::Nobody),
			Phase::Closed(_) => Ok(()),
		}
	}

	/// The phase that a dispute of the job begins with, and how long that lasts.
	pub(crate) fn first_phase(record: &JobRecordOf<T>) -> (Phase, Moment) {
		let mechanism = record.auction.as_ref().map(|auction| auction.terms.mechanism);
		match mechanism {
			Some(DisputeMechanism::Arbitration) => {
				(Phase::Arbitration, T::ArbitrationWindow::get())
			},
			Some(DisputeMechanism::Committee) | None => (Phase::Draw, T::DrawDelay::get()),
		}
	}

	/// Go to `phase` for `window` milliseconds from now, however late the last one ended. Returns
	/// when it ends.
	fn enter(
		job_id: JobId,
		case: &mut CaseOf<T>,
		phase: Phase,
		window: Moment,
	) -> Result<Moment, DispatchError> {
		let until = T::Time::now().saturating_add(window);
		T::Jobs::postpone(job_id, until)?;
		case.phase = phase;
		case.until = until;
		Cases::<T>::insert(job_id, case);
		Ok(until)
	}

	fn draw(job_id: JobId, case: CaseOf<T>) -> DispatchResult {
		match Self::seed(job_id, &case) {
			Some(seed) => Self::draw_with(job_id, case, seed),
			None => Self::put_off(job_id, case),
		}
	}

	pub(crate) fn draw_with(job_id: JobId, case: CaseOf<T>, seed: Seed) -> DispatchResult {
		match Self::committee(job_id, &case, seed)? {
			Some(jurors) => Self::seat(job_id, case, jurors),
			None => Self::refer(job_id, case),
		}
	}

	/// Wait for a seed that nobody knew when the dispute was raised; not for ever.
	fn put_off(job_id: JobId, mut case: CaseOf<T>) -> DispatchResult {
		let delay = T::DrawDelay::get();
		let last = case.raised_at.saturating_add(delay.saturating_mul(DRAWS_MAX));
		if T::Time::now() >= last {
			return Self::refer(job_id, case);
		}
		let until = Self::enter(job_id, &mut case, Phase::Draw, delay)?;
		Self::deposit_event(Event::DrawPutOff { job_id, until });
		Ok(())
	}

	fn seat(job_id: JobId, mut case: CaseOf<T>, jurors: CommitteeOf<T>) -> DispatchResult {
		case.jurors = jurors;
		let until = Self::enter(job_id, &mut case, Phase::Commit, T::CommitWindow::get())?;
		for juror in &case.jurors {
			JurorCases::<T>::insert(&juror.account, job_id, ());
		}
		let jurors = case.jurors.into_iter().map(|juror| juror.account).collect();
		Self::deposit_event(Event::Drawn { job_id, jurors, until });
		Ok(())
	}

	/// Take votes instead of commitments. Where nobody has committed there is nothing to wait for.
	pub(crate) fn open_reveal(job_id: JobId, mut case: CaseOf<T>) -> DispatchResult {
		if case.all_revealed() {
			return Self::tally(job_id, case);
		}
		let until = Self::enter(job_id, &mut case, Phase::Reveal, T::RevealWindow::get())?;
		Self::deposit_event(Event::RevealOpened { job_id, until });
		Ok(())
	}

	/// Let the arbiter decide.
	pub(crate) fn refer(job_id: JobId, mut case: CaseOf<T>) -> DispatchResult {
		let window = T::ArbitrationWindow::get();
		let until = Self::enter(job_id, &mut case, Phase::Arbitration, window)?;
		Self::deposit_event(Event::Referred { job_id, until });
		Ok(())
	}
}
