//! What the runtime APIs answer. Clients decode these; nothing here is storage.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

use crate::{
	Balance, Commitment, EnvelopeKey, JobId, JobRecord, ModelId, Moment, PeerKey, Price, TierId,
	TokenCounts, Verdict, WorkerKey,
};

/// A job with what is needed to judge it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct JobView<AccountId> {
	/// The job.
	pub id: JobId,
	/// Its record.
	pub record: JobRecord<AccountId>,
	/// The hash of the block in which it was created; zero while that block is being built, or when
	/// it is too old for the chain to remember.
	pub entropy: H256,
}

/// A price class.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct TierView {
	/// The tier.
	pub id: TierId,
	/// Its name.
	pub name: Vec<u8>,
	/// Its price.
	pub price: Price,
}

/// A model on offer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ModelView {
	/// The model: the SHA-256 of its GGUF.
	pub id: ModelId,
	/// The name that clients call it by.
	pub name: Vec<u8>,
	/// Its tier.
	pub tier: TierId,
	/// Its price: that of the tier.
	pub price: Price,
	/// The most tokens, prompt and answer together, that it can hold.
	pub context: u32,
}

/// A worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct WorkerView<AccountId> {
	/// Who registered it.
	pub owner: AccountId,
	/// Signs for it.
	pub key: WorkerKey,
	/// The libp2p identity of its sidecar.
	pub peer: PeerKey,
	/// The key to which envelopes are sealed.
	pub envelope: EnvelopeKey,
	/// Where it is paid.
	pub payout: AccountId,
	/// The models it serves.
	pub models: Vec<ModelId>,
	/// The models for which it took on the role of a verifier.
	pub verifies: Vec<ModelId>,
	/// Its active stake, in MILL base units.
	pub stake: Balance,
	/// Stake that is being withdrawn and can still be slashed.
	pub unbonding: Balance,
	/// Stake whose unbonding time is over: `withdraw_unbonded` gives it back.
	pub withdrawable: Balance,
	/// Whether the stake reaches the minimum.
	pub staked: bool,
	/// Its reputation as a worker, 0 – 1000; everyone starts at the middle.
	pub reputation: u16,
	/// Its reputation as a verifier and juror, 0 – 1000.
	pub verifier_reputation: u16,
	/// How often its keys were set, at registration and since; the nonce of the next change.
	pub key_changes: u32,
}

/// What a job would cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Quote {
	/// The tier of the model.
	pub tier: TierId,
	/// Its price.
	pub price: Price,
	/// The counts asked about.
	pub max: TokenCounts,
	/// What would be locked, in base units of the payment asset.
	pub lock: Balance,
}

/// The numbers by which this chain runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo)]
pub struct Parameters {
	/// Milliseconds between blocks.
	pub slot_ms: u64,
	/// From the lock to the proof of a direct job.
	pub proof_window_ms: u64,
	/// From the proof to the settlement of a direct job without a receipt.
	pub dispute_window_ms: u64,
	/// How old a direct job must be before its requester can cancel it.
	pub cancel_after_ms: u64,
	/// How far the time in a job's nonce may be from the chain's.
	pub nonce_window_ms: u64,
	/// How long a terminal job stays in storage.
	pub retention_ms: u64,
	/// How long stake stays slashable after it is withdrawn.
	pub unbonding_ms: u64,
	/// The least stake that counts, in MILL base units.
	pub stake_min: Balance,
	/// The share of a staked worker, in basis points.
	pub share_staked: u16,
	/// The share of an unstaked worker, in basis points.
	pub share_unstaked: u16,
	/// The asset that jobs are paid in.
	pub payment_asset: u32,
	/// Chain time of the block asked about.
	pub now: Moment,
	/// The most from the creation of an auction to the last moment for its award.
	pub bid_window_max_ms: u64,
	/// The longest that the worker of an auctioned job may promise to take.
	pub latency_max_ms: u64,
	/// How long the worker of an auctioned job has, in percent of what it promised.
	pub latency_margin: u16,
	/// The least that the worker of an auctioned job has, however little it promised.
	pub delivery_min_ms: u64,
	/// The least from the judgement of an auctioned job to its settlement.
	pub challenge_window_min_ms: u64,
	/// The most from the judgement of an auctioned job to its settlement.
	pub challenge_window_max_ms: u64,
	/// From what is to be judged to the draw of who judges it.
	pub draw_delay_ms: u64,
	/// What a verifier has to judge a delivery.
	pub judge_window_ms: u64,
	/// The most that the jurors of a dispute have to commit to their votes.
	pub commit_window_ms: u64,
	/// The most that the jurors of a dispute have to reveal their votes.
	pub reveal_window_ms: u64,
	/// What the arbiter has to decide a dispute.
	pub arbitration_window_ms: u64,
	/// The share of the treasury in the price of an auctioned job, in basis points.
	pub protocol_fee: u16,
	/// The most tokens that a job may ask for.
	pub max_tokens: TokenCounts,
	/// The least fee of a verifier, in base units of the payment asset.
	pub verifier_fee_min: Balance,
	/// What the treasury must get of a job for it to move a reputation as far as a job can, in base
	/// units of the payment asset.
	pub reputation_cap: Balance,
	/// What a registration holds until it ends, in MILL base units; so are the amounts below.
	pub registration_deposit: Balance,
	/// The least stake of a verifier.
	pub verifier_stake_min: Balance,
	/// What a challenger loses if its challenge is unfounded.
	pub dispute_bond: Balance,
	/// The stake that a worker loses with a dispute.
	pub worker_slash: Balance,
	/// The stake that a worker loses by signing two claims for one job.
	pub double_proof_slash: Balance,
	/// The stake that a juror loses by voting with the minority.
	pub minority_slash: Balance,
	/// The stake that a juror loses by not revealing the vote it committed to.
	pub no_reveal_slash: Balance,
	/// The stake that a juror loses by not committing to a vote.
	pub no_commit_slash: Balance,
	/// What a juror of the majority gets at least where the worker is at fault.
	pub jury_fee: Balance,
	/// How many jurors a committee has.
	pub committee_size: u32,
	/// How many verifiers that are no party a model must have for a committee to be drawn at all.
	pub jury_pool_min: u32,
}

/// Where a dispute is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum DisputePhase {
	/// The committee is drawn when the phase ends.
	Draw,
	/// The jurors commit to their votes.
	Commit,
	/// The jurors that have committed reveal their votes.
	Reveal,
	/// The arbiter decides.
	Arbitration,
	/// The committee decided.
	DecidedByCommittee(Verdict),
	/// The arbiter decided.
	DecidedByArbiter(Verdict),
	/// Nobody decided in time: the requester was refunded.
	Undecided,
}

/// What a juror has said so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum BallotView {
	/// Nothing.
	Awaited,
	/// It committed to a vote.
	Committed,
	/// It revealed its vote.
	Revealed(Verdict),
}

/// A juror of a dispute.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct JurorView<AccountId> {
	/// The owner account of the verifier that was drawn.
	pub account: AccountId,
	/// What it has said.
	pub ballot: BallotView,
}

/// A dispute.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct DisputeView<AccountId> {
	/// The job.
	pub job: JobId,
	/// Where the dispute is in its life.
	pub phase: DisputePhase,
	/// When the phase ends by itself; when the dispute was closed, if it is.
	pub until: Moment,
	/// Who raised it.
	pub challenger: AccountId,
	/// Whether the challenger is the job's verifier, which answers with its stake.
	pub by_verifier: bool,
	/// What the challenger loses if the challenge is unfounded, in MILL base units.
	pub bond: Balance,
	/// A hash of what the challenge rests on.
	pub evidence: Commitment,
	/// A hash of what the requester has to say, if somebody else raised it and it has said so.
	pub testimony: Option<Commitment>,
	/// When it was raised.
	pub raised_at: Moment,
	/// Which committee this is; part of what jurors sign.
	pub round: u8,
	/// The committee, once it is drawn.
	pub jurors: Vec<JurorView<AccountId>>,
}

/// Why somebody is not paid yet what the chain owes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum Unpaid {
	/// The result waits for its verifier. If that stays silent, the challenge window opens.
	Unjudged,
	/// The result is to be judged by the asker itself, which is paid when it does, and not if it does
	/// not.
	JudgementAwaited,
	/// The result can be challenged. If nobody does, it is paid when the window ends, or at once with
	/// the requester's receipt.
	Challengeable,
	/// The result is disputed. It is paid if the worker is cleared.
	Disputed,
	/// The account could not take the payment, because it would have held too little or was frozen.
	/// Anybody can send `escrow.claim` once it can.
	Parked,
}

/// Something that an account may expect to be paid, in base units of the payment asset.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Owed<AccountId> {
	/// The job; of what is parked the chain does not know it any more.
	pub job: Option<JobId>,
	/// The account that is paid.
	pub to: AccountId,
	/// How much.
	pub amount: Balance,
	/// Why it is not paid yet.
	pub unpaid: Unpaid,
	/// Since when it is owed: the delivery.
	pub since: Option<Moment>,
	/// When the present state ends by itself.
	pub until: Option<Moment>,
}

/// How a bid compares with the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BidRank {
	/// Its place among those asked about: 0 is the best. No two share one that are not the same.
	pub place: u32,
	/// See [`crate::auction::score`].
	pub score: u32,
	/// The reputation of the worker, 0 – 1000.
	pub reputation: u16,
}

/// What an account owns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo)]
pub struct Funds {
	/// Payment asset that can be spent, in base units.
	pub free: Balance,
	/// Payment asset locked for jobs.
	pub locked: Balance,
	/// Payment asset that waits to be claimed.
	pub claimable: Balance,
	/// MILL that can be spent, in base units.
	pub native: Balance,
}
