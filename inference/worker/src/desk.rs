//! Which jobs the chain holds for this worker, and what is ready for the chain. No I/O, no clock:
//! views and times come from outside, so every order of events can be tested.
//!
//! A job passes through the desk in three stages: a session asks whether the money is locked
//! ([`Desk::lock_of`]), tells that it runs ([`Desk::start`]), and hands in what it delivered
//! ([`Desk::finish`], [`Desk::receipt`]). The node's views drive the rest: a reply names what the
//! chain lacks, again and again, until the chain has it.
//!
//! What the chain waits for beside direct jobs is in [`Tasks`].

use std::collections::HashMap;

use millrace_primitives::{JobId, JobState, Moment, Proof, Receipt};
use millrace_protocol::{Finished, Job, Reply, View, WorkerJobs, READY_MAX, VERSION};
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::MultiSignature;

use crate::tasks::{Task, Tasks};

/// A proof waits this long for its receipt before it is submitted alone: with the receipt the job
/// settles at once, and one extrinsic does for both.
pub(crate) const RECEIPT_GRACE_MS: u64 = 500;

/// A job that runs longer than this is accepted on chain, well before its requester may cancel.
pub(crate) const ACCEPT_AFTER_MS: u64 = 3_000;

/// A finished job is forgotten once the chain has not listed it for this long: it is over, and a
/// short fork cannot bring it back.
pub(crate) const FORGET_AFTER_MS: u64 = 30_000;

/// The most finished jobs kept at a time.
pub(crate) const FINISHED_MAX: usize = 4_096;

/// The worker's registration and the chain it is on, as the node last told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registration {
	/// Who registered the worker.
	pub(crate) owner: AccountId32,
	/// The chain.
	pub(crate) genesis: H256,
}

#[derive(Debug)]
struct Done {
	finished: Finished,
	done_at: u64,
	listed_at: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Desk {
	/// Whose worker the sidecar is, if it was told.
	owner: Option<AccountId32>,
	registration: Option<Registration>,
	now: Moment,
	block: u32,
	jobs: HashMap<JobId, Job>,
	running: HashMap<JobId, u64>,
	done: HashMap<JobId, Done>,
	tasks: Tasks,
}

/// Why a finished job or a receipt was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum DeskError {
	#[error("the desk holds as many finished jobs as it may")]
	Full,
	#[error("no finished job is known by this id")]
	Unknown,
	#[error("the receipt confirms another proof")]
	OtherProof,
}

impl Desk {
	/// The desk of the worker that `owner` registered; of the first one in each view if nobody is
	/// named.
	pub(crate) fn new(owner: Option<AccountId32>) -> Self {
		Self { owner, ..Self::default() }
	}

	/// Take in what the chain holds, and return what it waits for from this node's workers that it did
	/// not wait for before. `at` is local time in milliseconds.
	pub(crate) fn view(&mut self, view: View, at: u64) -> Vec<Task> {
		self.now = view.now;
		self.block = view.block;
		let genesis = view.genesis;
		let new = self.tasks.view(&view.workers, view.now, at);
		let Some(worker) = self.ours(view.workers) else {
			self.registration = None;
			self.jobs.clear();
			return new;
		};
		self.registration = Some(Registration { owner: worker.owner, genesis });
		self.jobs = worker.jobs.into_iter().map(|job| (job.id, job)).collect();
		for (id, done) in &mut self.done {
			if self.jobs.contains_key(id) {
				done.listed_at = at;
			}
		}
		self.done.retain(|_, done| at.saturating_sub(done.listed_at) < FORGET_AFTER_MS);
		new
	}

	/// The worker whose prompts this sidecar answers: one sidecar is one worker.
	fn ours(&self, workers: Vec<WorkerJobs>) -> Option<WorkerJobs> {
		let is_ours =
			|worker: &WorkerJobs| self.owner.as_ref().is_none_or(|owner| *owner == worker.owner);
		workers.into_iter().find(is_ours)
	}

	/// What the chain waits for beside direct jobs.
	pub(crate) const fn tasks(&self) -> &Tasks {
		&self.tasks
	}

	/// As [`Self::tasks`], to decide about them.
	pub(crate) const fn tasks_mut(&mut self) -> &mut Tasks {
		&mut self.tasks
	}

	/// The registration, once the node has told it.
	pub(crate) const fn registration(&self) -> Option<&Registration> {
		self.registration.as_ref()
	}

	/// The height of the last view.
	pub(crate) const fn block(&self) -> u32 {
		self.block
	}

	/// The chain's time in the last view.
	pub(crate) const fn now(&self) -> Moment {
		self.now
	}

	/// The job as the chain holds it, if it waits for a proof of this worker.
	pub(crate) fn lock_of(&self, id: &JobId) -> Option<&Job> {
		self.jobs.get(id).filter(|job| {
			matches!(job.state, JobState::Open | JobState::Accepted)
				&& job.accepted != Some(false)
				&& job.deadline > self.now
		})
	}

	/// A session has begun to work on the job.
	pub(crate) fn start(&mut self, id: JobId, at: u64) {
		self.running.insert(id, at);
	}

	/// The session is over without a proof.
	pub(crate) fn abandon(&mut self, id: &JobId) {
		self.running.remove(id);
	}

	/// Whether the job runs or is done: its envelope is not taken a second time.
	pub(crate) fn knows(&self, id: &JobId) -> bool {
		self.running.contains_key(id) || self.done.contains_key(id)
	}

	/// The session has delivered.
	pub(crate) fn finish(&mut self, proof: Proof<AccountId32>, at: u64) -> Result<(), DeskError> {
		self.running.remove(&proof.job);
		if self.done.len() >= FINISHED_MAX {
			return Err(DeskError::Full);
		}
		let finished = Finished { proof, receipt: None };
		self.restore(finished, at);
		Ok(())
	}

	/// Put back a finished job, as after a restart.
	pub(crate) fn restore(&mut self, finished: Finished, at: u64) {
		let done = Done { done_at: at, listed_at: at, finished };
		self.done.insert(done.finished.proof.job, done);
	}

	/// The requester has confirmed. Returns the finished job with its receipt.
	pub(crate) fn receipt(
		&mut self,
		id: &JobId,
		receipt: Receipt<MultiSignature>,
	) -> Result<Finished, DeskError> {
		let done = self.done.get_mut(id).ok_or(DeskError::Unknown)?;
		if receipt.proof != done.finished.proof.digest() {
			return Err(DeskError::OtherProof);
		}
		done.finished.receipt = Some(receipt);
		Ok(done.finished.clone())
	}

	/// The finished jobs that are still kept.
	pub(crate) fn finished(&self) -> impl Iterator<Item = &Finished> {
		self.done.values().map(|done| &done.finished)
	}

	/// What the chain lacks, at local time `at`.
	pub(crate) fn reply(&self, at: u64) -> Reply {
		let mut reply = Reply { version: VERSION, ..Reply::default() };
		self.tasks.answer(&mut reply);
		let Some(registration) = &self.registration else { return reply };
		reply.accepts = self
			.running
			.iter()
			.filter(|(_, started)| at.saturating_sub(**started) >= ACCEPT_AFTER_MS)
			.filter_map(|(id, _)| self.jobs.get(id))
			.filter(|job| job.state == JobState::Open)
			.map(|job| (registration.owner.clone(), job.id))
			.take(READY_MAX)
			.collect();
		reply.finished = self
			.done
			.values()
			.filter(|done| self.lacks(done, at))
			.map(|done| done.finished.clone())
			.take(READY_MAX)
			.collect();
		reply
	}

	/// Whether no job runs and the chain has all that is done.
	pub(crate) fn is_idle(&self) -> bool {
		let waits = |done: &Done| {
			let job = self.jobs.get(&done.finished.proof.job);
			job.is_some_and(|job| matches!(job.state, JobState::Open | JobState::Accepted))
		};
		self.running.is_empty() && !self.done.values().any(waits)
	}

	/// Whether the chain waits for this finished job, or for its receipt.
	fn lacks(&self, done: &Done, at: u64) -> bool {
		let Some(job) = self.jobs.get(&done.finished.proof.job) else { return false };
		let has_receipt = done.finished.receipt.is_some();
		match job.state {
			JobState::Open | JobState::Accepted => {
				has_receipt || at.saturating_sub(done.done_at) >= RECEIPT_GRACE_MS
			},
			// What its requester confirms is paid at once, and no matter for a dispute: the view has it no
			// more once somebody is to decide.
			JobState::Verified | JobState::Disputed => has_receipt,
			_ => false,
		}
	}
}

#[cfg(test)]
mod tests {
	use millrace_primitives::{FinishReason, ModelId, TokenCounts};
	use sp_core::sr25519;

	use super::*;
	use crate::tasks::tests::{busy, id, worker, OWNER};

	const JOB: JobId = JobId(H256([2; 32]));

	fn job(state: JobState) -> Job {
		Job {
			id: JOB,
			state,
			requester: AccountId32::new([3; 32]),
			model: ModelId([4; 32]),
			max: TokenCounts { input: 10, output: 10 },
			request: [5; 32],
			entropy: H256([6; 32]),
			created_at: 1_000,
			deadline: 121_000,
			accepted: None,
			proven: None,
		}
	}

	fn view(now: Moment, jobs: Vec<Job>) -> View {
		View {
			version: VERSION,
			genesis: H256([9; 32]),
			block: 1,
			hash: H256([8; 32]),
			now,
			hold_ms: 0,
			workers: vec![WorkerJobs { jobs, ..worker(OWNER) }],
		}
	}

	fn proof() -> Proof<AccountId32> {
		Proof {
			job: JOB,
			worker: OWNER,
			model: ModelId([4; 32]),
			output: [0; 32],
			tokens: TokenCounts { input: 1, output: 1 },
			finish: FinishReason::Stop,
			class: [0; 32],
			entropy: H256([6; 32]),
		}
	}

	fn receipt() -> Receipt<MultiSignature> {
		let signature = sr25519::Signature::from_raw([0; 64]).into();
		Receipt { proof: proof().digest(), signature }
	}

	fn desk(state: JobState) -> Desk {
		let mut desk = Desk::default();
		desk.view(view(2_000, vec![job(state)]), 0);
		desk
	}

	#[test]
	fn shows_a_lock_only_while_the_job_waits_for_this_worker() {
		assert!(desk(JobState::Open).lock_of(&JOB).is_some());
		assert!(desk(JobState::Verified).lock_of(&JOB).is_none());
		assert!(Desk::default().lock_of(&JOB).is_none());

		let mut taken = Desk::default();
		let other = Job { accepted: Some(false), ..job(JobState::Accepted) };
		taken.view(view(2_000, vec![other]), 0);
		assert!(taken.lock_of(&JOB).is_none());

		let mut late = Desk::default();
		late.view(view(121_000, vec![job(JobState::Open)]), 0);
		assert!(late.lock_of(&JOB).is_none());
	}

	#[test]
	fn accepts_a_job_that_runs_long() {
		let mut desk = desk(JobState::Open);
		desk.start(JOB, 100);
		assert!(desk.reply(100 + ACCEPT_AFTER_MS - 1).accepts.is_empty());
		assert_eq!(desk.reply(100 + ACCEPT_AFTER_MS).accepts, vec![(OWNER, JOB)]);
		desk.view(view(3_000, vec![job(JobState::Accepted)]), 4_000);
		assert!(desk.reply(9_000).accepts.is_empty());
	}

	#[test]
	fn a_proof_waits_for_its_receipt_a_little() {
		let mut desk = desk(JobState::Open);
		desk.finish(proof(), 100).unwrap();
		assert!(desk.reply(100).finished.is_empty());
		assert_eq!(desk.reply(100 + RECEIPT_GRACE_MS).finished.len(), 1);
		desk.receipt(&JOB, receipt()).unwrap();
		assert!(desk.reply(101).finished[0].receipt.is_some());
	}

	#[test]
	fn repeats_itself_until_the_chain_has_it() {
		let mut desk = desk(JobState::Open);
		desk.finish(proof(), 0).unwrap();
		assert_eq!(desk.reply(1_000), desk.reply(1_000));
		desk.view(view(2_200, vec![job(JobState::Verified)]), 1_200);
		assert!(desk.reply(1_300).finished.is_empty());
		desk.receipt(&JOB, receipt()).unwrap();
		assert_eq!(desk.reply(1_400).finished.len(), 1);
	}

	#[test]
	fn brings_a_receipt_to_a_dispute_and_nothing_else() {
		let mut desk = desk(JobState::Open);
		desk.finish(proof(), 0).unwrap();
		desk.view(view(2_200, vec![job(JobState::Disputed)]), 1_200);
		assert!(desk.reply(60_000).finished.is_empty());
		desk.receipt(&JOB, receipt()).unwrap();
		assert!(desk.reply(60_000).finished[0].receipt.is_some());
		desk.view(view(2_400, vec![job(JobState::Settled)]), 1_400);
		assert!(desk.reply(60_000).finished.is_empty());
	}

	#[test]
	fn forgets_a_job_that_the_chain_has_dropped_but_not_at_once() {
		let mut desk = desk(JobState::Open);
		desk.finish(proof(), 0).unwrap();
		desk.view(view(3_000, vec![]), 1_000);
		assert!(desk.knows(&JOB));
		desk.view(view(4_000, vec![job(JobState::Open)]), 2_000);
		assert_eq!(desk.reply(3_000).finished.len(), 1);
		desk.view(view(5_000, vec![]), 2_000 + FORGET_AFTER_MS);
		assert!(!desk.knows(&JOB));
	}

	#[test]
	fn refuses_a_receipt_for_another_proof() {
		let mut desk = desk(JobState::Open);
		desk.finish(proof(), 0).unwrap();
		let other = Receipt { proof: [1; 32], ..receipt() };
		assert_eq!(desk.receipt(&JOB, other), Err(DeskError::OtherProof));
		let unknown = JobId(H256([0; 32]));
		assert_eq!(desk.receipt(&unknown, receipt()), Err(DeskError::Unknown));
		assert!(desk.reply(100).finished.is_empty());
	}

	#[test]
	fn says_nothing_while_no_worker_is_registered() {
		let mut desk = desk(JobState::Open);
		desk.finish(proof(), 0).unwrap();
		desk.view(View { workers: vec![], ..view(3_000, vec![]) }, 1_000);
		assert_eq!(desk.reply(9_000), Reply { version: VERSION, ..Reply::default() });
	}

	#[test]
	fn tells_what_it_abstains_from_beside_what_it_has_finished() {
		let mut desk = Desk::default();
		let workers = vec![WorkerJobs { jobs: vec![job(JobState::Open)], ..busy() }];
		let new = desk.view(View { workers, ..view(2_000, vec![]) }, 0);
		assert_eq!(new.iter().map(Task::job).collect::<Vec<_>>(), [id(10), id(11), id(12)]);
		desk.finish(proof(), 0).unwrap();
		let reply = desk.reply(RECEIPT_GRACE_MS);
		assert_eq!((reply.finished.len(), reply.abstained.len()), (1, 2));
	}

	#[test]
	fn answers_for_the_worker_that_it_was_told_to() {
		let other = AccountId32::new([9; 32]);
		let workers = vec![WorkerJobs { jobs: vec![job(JobState::Open)], ..worker(OWNER) }];
		let mut desk = Desk::new(Some(other.clone()));
		desk.view(View { workers: workers.clone(), ..view(2_000, vec![]) }, 0);
		assert_eq!(desk.registration(), None);
		assert!(desk.lock_of(&JOB).is_none());

		let workers = [workers, vec![worker(other.clone())]].concat();
		desk.view(View { workers: workers.clone(), ..view(2_000, vec![]) }, 0);
		assert_eq!(desk.registration().map(|registration| &registration.owner), Some(&other));
		let mut first = Desk::default();
		first.view(View { workers, ..view(2_000, vec![]) }, 0);
		assert_eq!(first.registration().map(|registration| &registration.owner), Some(&OWNER));
	}

	#[test]
	fn tasks_of_workers_beside_the_own_are_carried_too() {
		let other = AccountId32::new([9; 32]);
		let mut desk = Desk::new(Some(other.clone()));
		let workers = vec![worker(other), busy()];
		desk.view(View { workers, ..view(2_000, vec![]) }, 0);
		assert!(desk.reply(0).abstained.iter().all(|abstained| abstained.worker == OWNER));
		assert_eq!(desk.reply(0).abstained.len(), 2);
	}
}
