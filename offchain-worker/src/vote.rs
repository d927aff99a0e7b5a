//! Votes: hidden when they are cast, and revealed when all have been.
//!
//! A vote is hidden by a random salt, which the node remembers before the commitment leaves it. The
//! verdict need not be remembered: the commitment on chain fits one of the two. So a vote is revealed
//! by the node alone, whether or not the sidecar is there to ask, and whatever was restarted since.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::vec::Vec;

use millrace_primitives::{
	dispute::{commit_message, vote_commitment},
	Commitment, JobId, Verdict, WorkerKey,
};
use millrace_protocol::{Ballot, Dispute, Phase, View, Vote};
use sp_core::crypto::AccountId32;

use crate::{
	memory::{self, Kind, Subject},
	submit::{sign, Skipped},
	Config, Seat, Submit,
};

const VERDICTS: [Verdict; 2] = [Verdict::Cleared, Verdict::AtFault];

impl Seat {
	/// Whether the juror can say nothing more in this phase.
	pub(crate) const fn is_done(&self) -> bool {
		!matches!(
			(self.phase, self.ballot),
			(Phase::Commit, Ballot::Awaited) | (Phase::Reveal, Ballot::Committed(_))
		)
	}
}

fn find<'a>(view: &'a View, vote: &Vote) -> Option<(&'a WorkerKey, &'a Dispute)> {
	let worker = view.workers.iter().find(|worker| worker.owner == vote.juror)?;
	let dispute = worker.disputes.iter().find(|dispute| dispute.id == vote.job)?;
	Some((&worker.key, dispute))
}

/// Commit to `vote`. As long as the chain holds no commitment, the sidecar may change its mind; the
/// salt stays the same, so that whichever commitment the chain takes can be revealed.
pub(crate) fn commit<T: Config>(view: &View, vote: &Vote) -> Result<(), Skipped> {
	let (key, dispute) = find(view, vote).ok_or(Skipped::NotOurs)?;
	if dispute.phase != Phase::Commit || dispute.ballot != Ballot::Awaited {
		return Err(Skipped::NotAwaited);
	}
	if dispute.round != vote.round {
		return Err(Skipped::Contradiction);
	}
	let Vote { job, juror, round, verdict } = vote;
	let salt = memory::remember::<T, _>(subject(juror, dispute), sp_io::offchain::random_seed())?;
	let commitment = vote_commitment(view.genesis, *job, *round, juror, *verdict, &salt);
	let message = commit_message(view.genesis, *job, *round, juror, &commitment);
	let signature = sign(key, &message)?;
	Ok(T::Submit::commitment(*job, juror.clone(), commitment, signature)?)
}

/// Reveal every vote of the view that is due.
pub(crate) fn reveal_all<T: Config>(view: &View) -> Vec<(JobId, Result<(), Skipped>)> {
	let mut revealed = Vec::new();
	for worker in &view.workers {
		for dispute in &worker.disputes {
			if let (Phase::Reveal, Ballot::Committed(commitment)) = (dispute.phase, dispute.ballot)
			{
				let outcome = reveal::<T>(view, &worker.owner, dispute, &commitment);
				revealed.push((dispute.id, outcome));
			}
		}
	}
	revealed
}

fn reveal<T: Config>(
	view: &View,
	juror: &AccountId32,
	dispute: &Dispute,
	commitment: &Commitment,
) -> Result<(), Skipped> {
	let salt = memory::recall(subject(juror, dispute))?.ok_or(Skipped::NoSalt)?;
	let hides = |verdict: &Verdict| {
		let job = dispute.id;
		vote_commitment(view.genesis, job, dispute.round, juror, *verdict, &salt) == *commitment
	};
	let verdict = VERDICTS.into_iter().find(hides).ok_or(Skipped::NoSalt)?;
	Ok(T::Submit::reveal(dispute.id, juror.clone(), verdict, salt)?)
}

const fn subject<'a>(juror: &'a AccountId32, dispute: &Dispute) -> Subject<'a> {
	Subject { kind: Kind::Salt, owner: juror, job: dispute.id, round: dispute.round }
}
