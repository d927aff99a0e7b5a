//! What the chain waits for from the workers of the node, and what their operator decided. No I/O,
//! no clock.
//!
//! An auctioned job is done by whatever its document asks for, and its result judged by whoever knows
//! how to: neither is for the sidecar to guess, since a wrong guess costs stake. It shows the operator
//! what is due, keeps what was decided, and lets the node carry it to the chain. What is not decided,
//! it abstains from. A decision is final, because the node signs only one claim for a job, and a
//! verdict that changes is worth nothing to anybody.
//!
//! Unlike prompts, tasks are those of every worker whose key the node holds: they take no engine.

use std::collections::HashMap;

use millrace_primitives::{Attestation, Cid, Commitment, JobId, Moment, Submission, Verdict};
use millrace_protocol::{
	Abstention, Appointed, Awarded, Ballot, Dispute, Phase, Reason, Reply, Vote, WorkerJobs,
	READY_MAX,
};
use sp_core::crypto::AccountId32;

use crate::decision::{Decision, Matter, Subject};

/// A task is new again once no view has had it for this long.
const FORGET_AFTER_MS: u64 = 30_000;

/// A decision is forgotten once no view has had its task for this long: it is on chain, or too late,
/// and no fork brings the task back.
const KEEP_FOR_MS: u64 = 600_000;

/// The most decisions kept at a time.
pub(crate) const DECIDED_MAX: usize = 4_096;

/// Why the worker does not judge what its operator has not decided.
pub(crate) const ABSTAINS: &str = "its operator has not decided, and an exact re-run would take \
                                   the prompt, which this sidecar is not given";

/// Something that the chain waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
	/// The result of a job that was awarded to the worker.
	Deliver(Awarded),
	/// The judgement of another worker's result.
	Judge(Appointed),
	/// A vote in a dispute. Still a task once it is hidden on chain, for the node to reveal.
	Vote(Dispute),
}

/// A task of a worker, and what its operator has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open<'a> {
	/// Who registered the worker.
	pub(crate) owner: &'a AccountId32,
	pub(crate) task: &'a Task,
	pub(crate) decided: Option<&'a Decision>,
}

/// What an operator wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
	/// The job.
	pub(crate) job: JobId,
	/// Which of the node's workers; needed if the chain waits for several of them.
	pub(crate) owner: Option<AccountId32>,
	pub(crate) chosen: Chosen,
}

/// What there is to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
	Delivery { result: Cid, output: Commitment },
	Judgement { passed: bool, evidence: Commitment },
	Vote(Verdict),
}

/// Why a choice is not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum Refusal {
	#[error("the chain does not wait for {0} this job from this worker; `millrace worker tasks` shows what it waits for")]
	NotAsked(&'static str),
	#[error(
		"several workers of this node are asked for {0} this job: name the owner of one (--owner)"
	)]
	Several(&'static str),
	#[error("the time for {0} this job is over")]
	TooLate(&'static str),
	#[error("another decision was taken before, and one cannot be taken back")]
	DecidedOtherwise,
	#[error("as many decisions are kept as may be")]
	Full,
}

impl Chosen {
	const fn noun(&self) -> &'static str {
		match self {
			Self::Delivery { .. } => "the delivery of",
			Self::Judgement { .. } => "a judgement of",
			Self::Vote(_) => "a vote on",
		}
	}
}

impl Task {
	/// The job.
	pub(crate) const fn job(&self) -> JobId {
		match self {
			Self::Deliver(awarded) => awarded.id,
			Self::Judge(appointed) => appointed.id,
			Self::Vote(dispute) => dispute.id,
		}
	}

	/// When it is too late.
	pub(crate) const fn deadline(&self) -> Moment {
		match self {
			Self::Deliver(awarded) => awarded.deadline,
			Self::Judge(appointed) => appointed.deadline,
			Self::Vote(dispute) => dispute.deadline,
		}
	}

	/// Whether there is anything left to decide.
	pub(crate) fn is_due(&self) -> bool {
		match self {
			Self::Deliver(_) | Self::Judge(_) => true,
			Self::Vote(dispute) => {
				(dispute.phase, dispute.ballot) == (Phase::Commit, Ballot::Awaited)
			},
		}
	}

	const fn matter(&self) -> Matter {
		match self {
			Self::Deliver(_) => Matter::Delivery,
			Self::Judge(appointed) => Matter::Judgement(appointed.submission),
			Self::Vote(dispute) => Matter::Vote(dispute.round),
		}
	}

	/// What `owner` decides by `chosen`, if that is what the task asks for.
	fn decide(&self, owner: &AccountId32, chosen: &Chosen) -> Option<Decision> {
		let (job, owner) = (self.job(), owner.clone());
		match (self, chosen.clone()) {
			(Self::Deliver(_), Chosen::Delivery { result, output }) => {
				Some(Decision::Delivery(Submission { job, worker: owner, result, output }))
			},
			(Self::Judge(appointed), Chosen::Judgement { passed, evidence }) => {
				Some(Decision::Judgement(Attestation {
					job,
					verifier: owner,
					submission: appointed.submission,
					passed,
					evidence,
				}))
			},
			(Self::Vote(dispute), Chosen::Vote(verdict)) => {
				Some(Decision::Vote(Vote { job, juror: owner, round: dispute.round, verdict }))
			},
			_ => None,
		}
	}
}

#[derive(Debug)]
struct Kept {
	decision: Decision,
	listed_at: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
	now: Moment,
	/// Those of the last view, most urgent first.
	open: Vec<(AccountId32, Task)>,
	/// When a view last had a task.
	seen: HashMap<Subject, u64>,
	decided: HashMap<Subject, Kept>,
}

impl Tasks {
	/// Take in what the chain holds at its time `now`, and return the due tasks that are new. `at` is
	/// local time in milliseconds.
	pub(crate) fn view(&mut self, workers: &[WorkerJobs], now: Moment, at: u64) -> Vec<Task> {
		self.now = now;
		self.open = workers
			.iter()
			.flat_map(|worker| all_of(worker).map(|task| (worker.owner.clone(), task)))
			.collect();
		self.open.sort_by_key(|(_, task)| (!task.is_due(), task.deadline(), task.job()));
		let mut new = Vec::new();
		for (owner, task) in &self.open {
			let subject = subject(owner, task);
			if let Some(kept) = self.decided.get_mut(&subject) {
				kept.listed_at = at;
			}
			if self.seen.insert(subject, at).is_none() && task.is_due() {
				new.push(task.clone());
			}
		}
		self.seen.retain(|_, seen_at| at.saturating_sub(*seen_at) < FORGET_AFTER_MS);
		self.decided.retain(|_, kept| at.saturating_sub(kept.listed_at) < KEEP_FOR_MS);
		new
	}

	/// The chain's time in the last view.
	pub(crate) const fn now(&self) -> Moment {
		self.now
	}

	/// What the last view asks for, most urgent first.
	pub(crate) fn open(&self) -> impl Iterator<Item = Open<'_>> {
		self.open.iter().map(|(owner, task)| {
			let decided = self.decided.get(&subject(owner, task)).map(|kept| &kept.decision);
			Open { owner, task, decided }
		})
	}

	/// What `choice` decides, and until when the chain waits for it. Nothing changes yet: see
	/// [`Self::keep`].
	pub(crate) fn choose(&self, choice: &Choice) -> Result<(Decision, Moment), Refusal> {
		let noun = choice.chosen.noun();
		let is_meant = |open: &Open<'_>| {
			open.task.job() == choice.job
				&& open.task.is_due()
				&& choice.owner.as_ref().is_none_or(|owner| owner == open.owner)
		};
		let mut found = self.open().filter(is_meant).filter_map(|open| {
			let decision = open.task.decide(open.owner, &choice.chosen)?;
			Some((decision, open.task.deadline(), open.decided))
		});
		let (decision, deadline, decided) = found.next().ok_or(Refusal::NotAsked(noun))?;
		if found.next().is_some() {
			return Err(Refusal::Several(noun));
		}
		match decided {
			Some(before) if *before == decision => {},
			Some(_) => return Err(Refusal::DecidedOtherwise),
			None if deadline < self.now => return Err(Refusal::TooLate(noun)),
			None if self.decided.len() >= DECIDED_MAX => return Err(Refusal::Full),
			None => {},
		}
		Ok((decision, deadline))
	}

	/// Keep a decision, one that was just chosen or, after a restart, one that was kept before.
	pub(crate) fn keep(&mut self, decision: Decision, at: u64) {
		self.decided.insert(decision.subject(), Kept { decision, listed_at: at });
	}

	/// What has been decided and is still kept.
	pub(crate) fn decided(&self) -> impl Iterator<Item = &Subject> {
		self.decided.keys()
	}

	/// Add to `reply` what is decided, and what is not.
	pub(crate) fn answer(&self, reply: &mut Reply) {
		for Open { owner, task, decided } in self.open().filter(|open| open.task.is_due()) {
			match decided {
				Some(Decision::Delivery(submission)) => {
					push(&mut reply.submissions, submission.clone());
				},
				Some(Decision::Judgement(attestation)) => {
					push(&mut reply.attestations, attestation.clone());
				},
				Some(Decision::Vote(vote)) => push(&mut reply.votes, vote.clone()),
				None if matches!(task, Task::Deliver(_)) => {},
				None => push(&mut reply.abstained, abstention(task.job(), owner.clone())),
			}
		}
	}
}

fn subject(owner: &AccountId32, task: &Task) -> Subject {
	Subject { owner: owner.clone(), job: task.job(), matter: task.matter() }
}

fn all_of(worker: &WorkerJobs) -> impl Iterator<Item = Task> + '_ {
	let awarded = worker.awarded.iter().cloned().map(Task::Deliver);
	let appointed = worker.appointed.iter().cloned().map(Task::Judge);
	let disputes = worker.disputes.iter().cloned().map(Task::Vote);
	awarded.chain(appointed).chain(disputes)
}

/// A reply has a limit for each kind of thing; the rest is for the next one.
fn push<Item>(items: &mut Vec<Item>, item: Item) {
	if items.len() < READY_MAX {
		items.push(item);
	}
}

fn abstention(job: JobId, worker: AccountId32) -> Abstention {
	let reason = Reason::truncate_from(ABSTAINS.as_bytes().to_vec());
	Abstention { job, worker, reason }
}

#[cfg(test)]
pub(crate) mod tests {
	use millrace_primitives::{Agreement, JobKind, ModelId, TokenCounts, WorkerKey};
	use millrace_protocol::REASON_BYTES_MAX;
	use sp_core::H256;

	use super::*;

	pub(crate) const OWNER: AccountId32 = AccountId32::new([1; 32]);
	const OTHER: AccountId32 = AccountId32::new([9; 32]);
	const NOW: Moment = 100_000;
	const DEADLINE: Moment = 121_000;

	pub(crate) fn id(number: u8) -> JobId {
		JobId(H256([number; 32]))
	}

	pub(crate) fn cid(text: &str) -> Cid {
		text.as_bytes().to_vec().try_into().unwrap()
	}

	pub(crate) fn awarded(number: u8) -> Awarded {
		Awarded {
			id: id(number),
			requester: AccountId32::new([3; 32]),
			model: ModelId([4; 32]),
			document: cid("bafydocument"),
			agreed: Agreement { price: 2_500_000, latency: 60_000, awarded_at: 1_000 },
			deadline: DEADLINE,
		}
	}

	pub(crate) fn appointed(number: u8) -> Appointed {
		Appointed {
			id: id(number),
			requester: AccountId32::new([3; 32]),
			worker: AccountId32::new([4; 32]),
			model: ModelId([4; 32]),
			document: cid("bafydocument"),
			result: cid("bafyresult"),
			output: [5; 32],
			submission: [6; 32],
			fee: 200_000,
			deadline: DEADLINE,
		}
	}

	pub(crate) fn dispute(number: u8, phase: Phase, ballot: Ballot) -> Dispute {
		Dispute {
			id: id(number),
			kind: JobKind::Direct,
			round: 0,
			phase,
			ballot,
			deadline: DEADLINE,
			worker: AccountId32::new([4; 32]),
			model: ModelId([4; 32]),
			request: [5; 32],
			tokens: TokenCounts { input: 7, output: 8 },
			output: [5; 32],
			claim: [1; 32],
			evidence: [2; 32],
			testimony: None,
			delivery: None,
		}
	}

	pub(crate) fn worker(owner: AccountId32) -> WorkerJobs {
		WorkerJobs {
			owner,
			key: WorkerKey::from_raw([7; 32]),
			jobs: vec![],
			awarded: vec![],
			appointed: vec![],
			disputes: vec![],
		}
	}

	/// One task of each kind: 10 to deliver, 11 to judge, 12 to vote on.
	pub(crate) fn busy() -> WorkerJobs {
		WorkerJobs {
			awarded: vec![awarded(10)],
			appointed: vec![appointed(11)],
			disputes: vec![dispute(12, Phase::Commit, Ballot::Awaited)],
			..worker(OWNER)
		}
	}

	fn tasks(workers: &[WorkerJobs]) -> Tasks {
		let mut tasks = Tasks::default();
		tasks.view(workers, NOW, 0);
		tasks
	}

	fn deliver(number: u8, output: u8) -> Choice {
		let chosen = Chosen::Delivery { result: cid("bafyresult"), output: [output; 32] };
		Choice { job: id(number), owner: None, chosen }
	}

	fn judge(number: u8, passed: bool) -> Choice {
		let chosen = Chosen::Judgement { passed, evidence: [8; 32] };
		Choice { job: id(number), owner: None, chosen }
	}

	fn vote(number: u8, verdict: Verdict) -> Choice {
		Choice { job: id(number), owner: None, chosen: Chosen::Vote(verdict) }
	}

	fn take(tasks: &mut Tasks, choice: &Choice) {
		let (decision, deadline) = tasks.choose(choice).unwrap();
		assert_eq!(deadline, DEADLINE);
		tasks.keep(decision, 0);
	}

	fn reply(tasks: &Tasks) -> Reply {
		let mut reply = Reply::default();
		tasks.answer(&mut reply);
		reply
	}

	#[test]
	fn abstains_from_what_is_not_decided_and_tells_the_operator_once() {
		let mut tasks = Tasks::default();
		let new = tasks.view(&[busy()], NOW, 0);
		assert_eq!(new.iter().map(Task::job).collect::<Vec<_>>(), [id(10), id(11), id(12)]);
		assert_eq!(tasks.view(&[busy()], NOW, 1_000), []);

		let reply = reply(&tasks);
		let judged: Vec<_> = reply.abstained.iter().map(|abstained| abstained.job).collect();
		assert_eq!(judged, [id(11), id(12)]);
		assert!(reply.abstained.iter().all(|abstained| abstained.worker == OWNER));
		assert_eq!(reply.abstained[0].reason.to_vec(), ABSTAINS.as_bytes());
		assert!(ABSTAINS.len() <= usize::try_from(REASON_BYTES_MAX).unwrap());
		assert!(reply.submissions.is_empty() && reply.attestations.is_empty());
		assert!(reply.votes.is_empty());
	}

	#[test]
	fn carries_what_was_decided_until_the_chain_has_it() {
		let mut tasks = tasks(&[busy()]);
		for choice in [deliver(10, 5), judge(11, false), vote(12, Verdict::AtFault)] {
			take(&mut tasks, &choice);
		}
		let expected = Reply {
			submissions: vec![Submission {
				job: id(10),
				worker: OWNER,
				result: cid("bafyresult"),
				output: [5; 32],
			}],
			attestations: vec![Attestation {
				job: id(11),
				verifier: OWNER,
				submission: [6; 32],
				passed: false,
				evidence: [8; 32],
			}],
			votes: vec![Vote { job: id(12), juror: OWNER, round: 0, verdict: Verdict::AtFault }],
			..Reply::default()
		};
		assert_eq!(reply(&tasks), expected);
		assert_eq!(reply(&tasks), expected, "again, until the chain has it");

		let committed = dispute(12, Phase::Commit, Ballot::Committed([0; 32]));
		let carried = WorkerJobs { disputes: vec![committed], ..worker(OWNER) };
		tasks.view(&[carried], NOW, 1_000);
		assert_eq!(reply(&tasks), Reply::default());
		assert_eq!(tasks.open().count(), 1, "a hidden vote is still shown");
	}

	#[test]
	fn a_decision_cannot_be_changed_but_repeated() {
		let mut tasks = tasks(&[busy()]);
		take(&mut tasks, &deliver(10, 5));
		take(&mut tasks, &deliver(10, 5));
		assert_eq!(tasks.choose(&deliver(10, 6)), Err(Refusal::DecidedOtherwise));
		take(&mut tasks, &judge(11, true));
		assert_eq!(tasks.choose(&judge(11, false)), Err(Refusal::DecidedOtherwise));
		take(&mut tasks, &vote(12, Verdict::Cleared));
		assert_eq!(tasks.choose(&vote(12, Verdict::AtFault)), Err(Refusal::DecidedOtherwise));
	}

	#[test]
	fn a_decision_that_the_chain_does_not_ask_for_is_refused() {
		let tasks = tasks(&[busy()]);
		for choice in [deliver(11, 5), judge(10, true), vote(10, Verdict::Cleared), deliver(99, 5)]
		{
			assert!(matches!(tasks.choose(&choice), Err(Refusal::NotAsked(_))), "{choice:?}");
		}
		let for_another = Choice { owner: Some(OTHER), ..deliver(10, 5) };
		let refused = tasks.choose(&for_another).unwrap_err().to_string();
		assert!(refused.contains("does not wait for the delivery of this job"), "{refused}");
	}

	#[test]
	fn a_decision_that_comes_too_late_is_refused() {
		let mut tasks = tasks(&[busy()]);
		tasks.view(&[busy()], DEADLINE, 1_000);
		assert!(tasks.choose(&judge(11, true)).is_ok(), "the last moment is in time");
		tasks.view(&[busy()], DEADLINE + 1, 1_000);
		assert_eq!(tasks.choose(&judge(11, true)), Err(Refusal::TooLate("a judgement of")));
	}

	#[test]
	fn a_vote_on_chain_cannot_be_cast_again() {
		let committed = dispute(12, Phase::Reveal, Ballot::Committed([0; 32]));
		let tasks = tasks(&[WorkerJobs { disputes: vec![committed], ..worker(OWNER) }]);
		let refused = tasks.choose(&vote(12, Verdict::Cleared));
		assert_eq!(refused, Err(Refusal::NotAsked("a vote on")));
	}

	#[test]
	fn each_worker_of_the_node_has_its_own_vote() {
		let juror = |owner| WorkerJobs {
			disputes: vec![dispute(12, Phase::Commit, Ballot::Awaited)],
			..worker(owner)
		};
		let mut tasks = tasks(&[juror(OWNER), juror(OTHER)]);
		let of = |owner, verdict| Choice { owner: Some(owner), ..vote(12, verdict) };
		let unclear = tasks.choose(&vote(12, Verdict::Cleared));
		assert_eq!(unclear, Err(Refusal::Several("a vote on")));
		take(&mut tasks, &of(OWNER, Verdict::Cleared));
		take(&mut tasks, &of(OTHER, Verdict::AtFault));
		let mut votes: Vec<_> =
			reply(&tasks).votes.into_iter().map(|vote| (vote.juror, vote.verdict)).collect();
		votes.sort();
		assert_eq!(votes, [(OWNER, Verdict::Cleared), (OTHER, Verdict::AtFault)]);
	}

	/// What was said to one is nothing to another.
	#[test]
	fn a_vote_is_for_one_committee() {
		let mut tasks = tasks(&[busy()]);
		take(&mut tasks, &vote(12, Verdict::Cleared));
		tasks.view(&[worker(OWNER)], NOW, 1_000);
		assert_eq!(reply(&tasks), Reply::default());
		let again = Dispute { round: 1, ..dispute(12, Phase::Commit, Ballot::Awaited) };
		let new = tasks.view(&[WorkerJobs { disputes: vec![again], ..worker(OWNER) }], NOW, 2_000);
		assert_eq!(new.iter().map(Task::job).collect::<Vec<_>>(), [id(12)]);
		assert!(reply(&tasks).votes.is_empty());
		take(&mut tasks, &vote(12, Verdict::AtFault));
		assert_eq!(reply(&tasks).votes[0].round, 1);
	}

	#[test]
	fn a_decision_about_another_submission_is_another() {
		let mut tasks = tasks(&[busy()]);
		take(&mut tasks, &judge(11, true));
		let again = Appointed { submission: [7; 32], ..appointed(11) };
		tasks.view(&[WorkerJobs { appointed: vec![again], ..worker(OWNER) }], NOW, 1_000);
		assert!(reply(&tasks).attestations.is_empty());
		take(&mut tasks, &judge(11, false));
		assert_eq!(reply(&tasks).attestations[0].submission, [7; 32]);
	}

	#[test]
	fn a_decision_outlives_a_node_that_is_away_and_a_task_that_is_not_seen() {
		let mut tasks = tasks(&[busy()]);
		take(&mut tasks, &deliver(10, 5));
		tasks.view(&[worker(OWNER)], NOW, KEEP_FOR_MS - 1);
		assert_eq!(tasks.decided().count(), 1);
		// No view for an hour: the first one thereafter decides.
		tasks.view(&[busy()], NOW, 3_600_000);
		assert_eq!(reply(&tasks).submissions.len(), 1);
		tasks.view(&[worker(OWNER)], NOW, 3_600_000 + KEEP_FOR_MS);
		assert_eq!(tasks.decided().count(), 0);
	}

	#[test]
	fn a_full_reply_leaves_the_rest_for_the_next_one() {
		let many: Vec<_> = (0..80).map(appointed).collect();
		let tasks = tasks(&[WorkerJobs { appointed: many, ..worker(OWNER) }]);
		assert_eq!(reply(&tasks).abstained.len(), READY_MAX);
	}
}
