//! Jobs as the tests of several modules have them.

use millrace_chain::{AccountId32, H256};
use millrace_primitives::{
	job::Outcome, views::JobView, FinishReason, JobId, JobKind, JobRecord, JobState, ModelId,
	Moment, Price, TierId, TokenCounts,
};

pub(crate) const NOW: Moment = 1_000_000;
pub(crate) const REQUESTER: AccountId32 = AccountId32::new([1; 32]);
pub(crate) const WORKER: AccountId32 = AccountId32::new([3; 32]);

pub(crate) fn outcome() -> Outcome<AccountId32> {
	Outcome {
		worker: WORKER,
		payout: WORKER,
		worker_share: 8_500,
		tokens: TokenCounts { input: 10, output: 20 },
		output: [4; 32],
		proof: [5; 32],
		finish: FinishReason::Stop,
		proven_at: NOW,
	}
}

/// A direct job in `state`, five seconds old, without what was delivered.
pub(crate) fn job(state: JobState) -> JobView<AccountId32> {
	let record = JobRecord {
		kind: JobKind::Direct,
		state,
		requester: REQUESTER,
		model: ModelId([2; 32]),
		tier: TierId(0),
		price: Price { input: 2_000, output: 6_000 },
		max: TokenCounts { input: 300, output: 100 },
		locked: 1_200,
		candidates: vec![WORKER].try_into().unwrap(),
		request: [0; 32],
		created_at: NOW - 5_000,
		created_in: 7,
		deadline: NOW + 115_000,
		accepted_by: None,
		outcome: None,
		auction: None,
		payment: None,
	};
	JobView { id: JobId(H256([9; 32])), record, entropy: H256::zero() }
}

/// The same, delivered.
pub(crate) fn delivered(state: JobState) -> JobView<AccountId32> {
	let mut view = job(state);
	view.record.outcome = Some(outcome());
	view
}
