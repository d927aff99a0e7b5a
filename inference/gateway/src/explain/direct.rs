//! The states of a direct job.

use millrace_primitives::JobState;

use super::{count, duration, Telling, Told};

impl Telling<'_> {
	pub(super) fn direct(&self, state: JobState) -> Told {
		match state {
			JobState::Open => self.open(),
			JobState::Accepted => self.accepted(),
			JobState::Verified => self.proven(),
			_ => self.unheard_of(),
		}
	}

	fn open(&self) -> Told {
		let record = self.record;
		let state = format!(
			"The money is locked, and {} may take the job.",
			count(record.candidates.len(), "worker", "workers")
		);
		let now = self.parameters.now;
		let cancellable = record.created_at.saturating_add(self.parameters.cancel_after_ms);
		let cancel = if cancellable > now {
			format!("in {} can take the job back", duration(cancellable, now))
		} else {
			"can take the job back at any time".to_owned()
		};
		let next = format!(
			"A worker must deliver its proof {}; otherwise the job expires by itself and everything \
			 returns to the requester, who {cancel}.",
			self.left()
		);
		Told { state, money: self.locked(), next }
	}

	fn accepted(&self) -> Told {
		let worker = match &self.record.accepted_by {
			Some(worker) => format!("The worker of {worker}"),
			None => "A worker".to_owned(),
		};
		let state = format!("{worker} has taken the job and is working on it.");
		let next = format!(
			"The worker must deliver its proof {}; otherwise the job expires by itself, everything \
			 returns to the requester, and the worker's reputation drops.{}",
			self.left(),
			self.rivals()
		);
		Told { state, money: self.locked(), next }
	}

	fn proven(&self) -> Told {
		let state = "The chain holds a proof of the answer; its dispute window is open.".to_owned();
		let next = format!(
			"Nobody has to act: the worker is paid {}, or at once when the requester's receipt \
			 arrives.{} {}",
			self.left(),
			self.rivals(),
			self.challenge()
		);
		Told { state, money: self.to_be_paid(), next }
	}

	/// What the others that may take the job have to do with its pay.
	pub(super) fn rivals(&self) -> &'static str {
		if self.record.candidates.len() > 1 {
			" If the requester confirms what another candidate delivered, that one is paid instead."
		} else {
			""
		}
	}

	/// A state in which no job of this kind is, as far as this program knows.
	pub(super) fn unheard_of(&self) -> Told {
		let state = "No job of this kind should be in this state; is this program older than the \
		             chain?";
		let next = format!("The chain itself will end this state {}.", self.left());
		Told { state: state.to_owned(), money: self.locked(), next }
	}
}
