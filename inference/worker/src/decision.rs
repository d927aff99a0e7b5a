//! What an operator decided about a task.

#![expect(clippy::as_conversions, reason = "the codec's derive for enums converts so")]

use codec::{Decode, Encode};
use millrace_primitives::{Attestation, JobId, Submission};
use millrace_protocol::Vote;
use sp_core::crypto::AccountId32;

use crate::journal::Record;

/// What the node is to sign and submit for a worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Decision {
	/// The result of a job that was awarded to the worker.
	#[codec(index = 0)]
	Delivery(Submission<AccountId32>),
	/// A judgement of another worker's result.
	#[codec(index = 1)]
	Judgement(Attestation<AccountId32>),
	/// A vote in a dispute.
	#[codec(index = 2)]
	Vote(Vote),
}

/// What is decided once: a second decision about it must be the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Subject {
	/// The worker that acts.
	pub(crate) owner: AccountId32,
	/// The job.
	pub(crate) job: JobId,
	/// What the chain waits for.
	pub(crate) matter: Matter,
}

/// What the chain can wait for from a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Matter {
	/// The result of a job.
	Delivery,
	/// The judgement of the submission with this digest.
	Judgement([u8; 32]),
	/// The vote of a juror on this committee.
	Vote(u8),
}

impl Decision {
	/// What it decides.
	pub(crate) fn subject(&self) -> Subject {
		let (owner, job, matter) = match self {
			Self::Delivery(submission) => (&submission.worker, submission.job, Matter::Delivery),
			Self::Judgement(attestation) => {
				let matter = Matter::Judgement(attestation.submission);
				(&attestation.verifier, attestation.job, matter)
			},
			Self::Vote(vote) => (&vote.juror, vote.job, Matter::Vote(vote.round)),
		};
		Subject { owner: owner.clone(), job, matter }
	}
}

impl Subject {
	/// As part of a file name.
	pub(crate) fn name(&self) -> String {
		let matter = match self.matter {
			Matter::Delivery => "delivery".into(),
			Matter::Judgement(submission) => format!("judgement-{}", hex::encode(submission)),
			Matter::Vote(round) => format!("vote-{round}"),
		};
		let owner: &[u8] = self.owner.as_ref();
		format!("{}-{}-{matter}", hex::encode(self.job.0), hex::encode(owner))
	}
}

impl Record for Decision {
	const FOLDER: &'static str = "decided";

	fn name(&self) -> String {
		self.subject().name()
	}
}
