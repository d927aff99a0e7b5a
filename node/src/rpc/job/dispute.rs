//! A dispute as JSON.

use millrace_primitives::{
	views::{BallotView, DisputePhase, DisputeView, JurorView},
	Balance, Moment, Verdict,
};
use millrace_runtime::AccountId;
use serde::Serialize;
use sp_core::H256;

use crate::rpc::decimal;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dispute {
	phase: Phase,
	/// `null` while the dispute is open.
	decided_by: Option<DecidedBy>,
	/// What was decided; `null` while nothing is, and if nobody decided in time.
	verdict: Option<Verdict>,
	/// When the phase ends by itself, or ended.
	until: Moment,
	challenger: AccountId,
	/// Whether the challenger is the job's verifier, which answers with its stake.
	by_verifier: bool,
	#[serde(serialize_with = "decimal")]
	bond: Balance,
	evidence: H256,
	/// The requester's own evidence; `null` unless it testified where somebody else challenges.
	testimony: Option<H256>,
	raised_at: Moment,
	round: u8,
	jurors: Vec<Juror>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
	Draw,
	Commit,
	Reveal,
	Arbitration,
	Closed,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum DecidedBy {
	Committee,
	Arbiter,
	Nobody,
}

#[derive(Clone, Debug, Serialize)]
struct Juror {
	account: AccountId,
	ballot: Ballot,
	/// Its vote, once it is revealed.
	verdict: Option<Verdict>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Ballot {
	Awaited,
	Committed,
	Revealed,
}

impl From<&DisputeView<AccountId>> for Dispute {
	fn from(view: &DisputeView<AccountId>) -> Self {
		let (phase, decided_by, verdict) = match view.phase {
			DisputePhase::Draw => (Phase::Draw, None, None),
			DisputePhase::Commit => (Phase::Commit, None, None),
			DisputePhase::Reveal => (Phase::Reveal, None, None),
			DisputePhase::Arbitration => (Phase::Arbitration, None, None),
			DisputePhase::DecidedByCommittee(verdict) => {
				(Phase::Closed, Some(DecidedBy::Committee), Some(verdict))
			},
			DisputePhase::DecidedByArbiter(verdict) => {
				(Phase::Closed, Some(DecidedBy::Arbiter), Some(verdict))
			},
			DisputePhase::Undecided => (Phase::Closed, Some(DecidedBy::Nobody), None),
		};
		Self {
			phase,
			decided_by,
			verdict,
			until: view.until,
			challenger: view.challenger.clone(),
			by_verifier: view.by_verifier,
			bond: view.bond,
			evidence: H256(view.evidence),
			testimony: view.testimony.map(H256),
			raised_at: view.raised_at,
			round: view.round,
			jurors: view.jurors.iter().map(Juror::from).collect(),
		}
	}
}

impl From<&JurorView<AccountId>> for Juror {
	fn from(juror: &JurorView<AccountId>) -> Self {
		let (ballot, verdict) = match juror.ballot {
			BallotView::Awaited => (Ballot::Awaited, None),
			BallotView::Committed => (Ballot::Committed, None),
			BallotView::Revealed(verdict) => (Ballot::Revealed, Some(verdict)),
		};
		Self { account: juror.account.clone(), ballot, verdict }
	}
}
