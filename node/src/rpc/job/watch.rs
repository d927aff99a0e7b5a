//! What a client that follows a job has been told, and what is news to it.

use millrace_primitives::{views::DisputeView, JobId, JobRecord};
use millrace_runtime::AccountId;
use sp_core::H256;

use super::status::JobStatus;

/// A job as the chain keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Seen {
	pub(super) record: JobRecord<AccountId>,
	/// Its dispute, if there is one or one was decided.
	pub(super) dispute: Option<DisputeView<AccountId>>,
}

/// The block in which a job is looked at.
pub(super) struct Head {
	pub(super) number: u32,
	pub(super) hash: H256,
	/// Whether it was looked at as a final block, or as the best one.
	pub(super) finalized: bool,
}

/// Follows one job in the best and in the final block. The two are told apart because the best
/// block can change its past, and a client that releases value waits for the final one.
pub(super) struct Watch {
	id: JobId,
	/// As last seen in the best block; `None` before the first look.
	best: Option<Option<Seen>>,
	/// As last seen in the final block.
	finalized: Option<Seen>,
	is_over: bool,
}

impl Watch {
	/// A client that knows nothing of the job `id` yet.
	pub(super) const fn new(id: JobId) -> Self {
		Self { id, best: None, finalized: None, is_over: false }
	}

	pub(super) const fn id(&self) -> JobId {
		self.id
	}

	/// Whether nothing can be news any more: the job ended in a final block, or left storage.
	pub(super) const fn is_over(&self) -> bool {
		self.is_over
	}

	/// Whether no block that was looked at last holds the job.
	pub(super) const fn is_absent(&self) -> bool {
		!matches!(self.best, Some(Some(_))) && self.finalized.is_none()
	}

	/// Take in that the job is as `seen` in the block `head`, and say what is news.
	pub(super) fn see(&mut self, head: &Head, seen: Option<Seen>) -> Option<JobStatus> {
		let is_news = if head.finalized {
			let terminal = seen.as_ref().is_some_and(|seen| seen.record.state.is_terminal());
			let gone = seen.is_none() && self.finalized.is_some();
			self.is_over |= terminal || gone;
			self.finalized != seen
		} else {
			self.best.as_ref() != Some(&seen)
		};
		let status = is_news.then(|| JobStatus::new(self.id, head, seen.as_ref()));
		if head.finalized {
			self.finalized = seen;
		} else {
			self.best = Some(seen);
		}
		status
	}
}

#[cfg(test)]
mod tests {
	use millrace_primitives::{JobState, Payment};

	use super::{super::status::tests::seen, *};

	const ID: JobId = JobId(H256([9; 32]));

	fn head(number: u32, finalized: bool) -> Head {
		Head { number, hash: H256::from_low_u64_be(number.into()), finalized }
	}

	fn states(watch: &mut Watch, looks: &[(u32, bool, Option<JobState>)]) -> Vec<String> {
		looks
			.iter()
			.filter_map(|(number, finalized, state)| {
				watch.see(&head(*number, *finalized), state.map(seen))
			})
			.map(|status| {
				let json = serde_json::to_value(status).unwrap();
				format!("{} {} {}", json["block"], json["finalized"], json["state"])
			})
			.collect()
	}

	#[test]
	fn each_change_is_told_once_in_the_best_and_once_in_the_final_block() {
		let mut watch = Watch::new(ID);
		let told = states(
			&mut watch,
			&[
				(1, false, None),
				(0, true, None),
				(2, false, Some(JobState::Open)),
				(3, false, Some(JobState::Open)),
				(2, true, Some(JobState::Open)),
				(4, false, Some(JobState::Settled)),
				(3, true, Some(JobState::Open)),
				(4, true, Some(JobState::Settled)),
			],
		);
		assert_eq!(
			told,
			[
				"1 false null",
				"2 false \"OPEN\"",
				"2 true \"OPEN\"",
				"4 false \"SETTLED\"",
				"4 true \"SETTLED\"",
			]
		);
		assert!(watch.is_over());
	}

	#[test]
	fn it_is_not_over_while_the_end_can_be_undone() {
		let mut watch = Watch::new(ID);
		states(&mut watch, &[(4, false, Some(JobState::Settled)), (3, true, Some(JobState::Open))]);
		assert!(!watch.is_over());
	}

	#[test]
	fn a_change_that_is_undone_is_told() {
		let mut watch = Watch::new(ID);
		let told = states(
			&mut watch,
			&[
				(2, false, Some(JobState::Open)),
				(3, false, Some(JobState::Accepted)),
				(3, false, Some(JobState::Open)),
				(3, false, None),
			],
		);
		assert_eq!(
			told,
			["2 false \"OPEN\"", "3 false \"ACCEPTED\"", "3 false \"OPEN\"", "3 false null"]
		);
		assert!(!watch.is_over());
	}

	#[test]
	fn a_change_within_a_state_is_told() {
		let mut watch = Watch::new(ID);
		assert!(watch.see(&head(1, false), Some(seen(JobState::Settled))).is_some());
		let mut paid = seen(JobState::Settled);
		paid.record.payment = Some(Payment { worker: 3, treasury: 1, verifier: 0, refund: 6 });
		assert!(watch.see(&head(2, false), Some(paid)).is_some());
	}

	/// Its record vanishes from the chain, and nobody is left waiting for a verdict.
	#[test]
	fn a_dispute_that_the_requester_ends_ends_with_the_job() {
		let mut watch = Watch::new(ID);
		let told = states(
			&mut watch,
			&[
				(2, false, Some(JobState::Disputed)),
				(1, true, Some(JobState::Verified)),
				(3, false, Some(JobState::Settled)),
				(3, true, Some(JobState::Settled)),
			],
		);
		let expected = [
			"2 false \"DISPUTED\"",
			"1 true \"VERIFIED\"",
			"3 false \"SETTLED\"",
			"3 true \"SETTLED\"",
		];
		assert_eq!(told, expected);
		assert!(watch.is_over());
	}

	#[test]
	fn it_is_over_when_the_job_has_left_storage() {
		let mut watch = Watch::new(ID);
		let looks = [(2, false, None), (1, true, Some(JobState::Verified)), (9, true, None)];
		let told = states(&mut watch, &looks);
		assert_eq!(told, ["2 false null", "1 true \"VERIFIED\"", "9 true null"]);
		assert!(watch.is_over());
	}

	#[test]
	fn it_waits_for_a_job_that_is_not_there_yet() {
		let mut watch = Watch::new(ID);
		states(&mut watch, &[(1, false, None), (0, true, None)]);
		assert!(watch.is_absent() && !watch.is_over());
		states(&mut watch, &[(2, false, Some(JobState::Open))]);
		assert!(!watch.is_absent());
	}
}
