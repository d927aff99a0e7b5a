//! A runtime of this pallet and spies for its seams.
//!
//! The spies keep what they know in storage, so that a test which asserts that nothing changed means
//! them too, and a call that fails takes their changes back with its own. MILL is real: stake lies in
//! accounts of its own, and no spy makes or destroys any.

#![expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]

use codec::Encode;
use frame_support::{
	derive_impl,
	pallet_prelude::{DispatchResult, TransactionPriority, ValueQuery},
	parameter_types, storage_alias,
	traits::{
		fungible::{Inspect, InspectHold, Mutate},
		tokens::Preservation,
		Randomness, Time,
	},
	Blake2_128Concat, Identity, PalletId,
};
use frame_system::EnsureRoot;
use millrace_primitives::{
	auction::{Agreement, Cid, DisputeMechanism, Judgement},
	dispute::{commit_message, vote_commitment},
	job::{Candidates, Step},
	traits::{
		Conduct, Disputes as _, JobBook, Payments, Registry, VerifierStanding, WorkerStanding,
	},
	Auction, AuctionTerms, Balance, Commitment, FinishReason, JobId, JobKind, JobRecord, JobState,
	ModelId, Moment, Outcome, Payment, Price, TierId, TokenCounts, Verdict, WorkerKey,
};
use sp_core::{crypto::AccountId32, sr25519, Pair, H256};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentityLookup},
	BuildStorage, DispatchError, MultiSignature,
};

use crate::{
	self as pallet_disputes,
	types::{Ballot, Case, Phase},
	Cases,
};

pub(crate) type AccountId = AccountId32;
pub(crate) type Extension = (frame_system::AuthorizeCall<Test>,);
pub(crate) type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<AccountId, RuntimeCall, MultiSignature, Extension>;
type Block = generic::Block<generic::Header<u32, BlakeTwo256>, UncheckedExtrinsic>;

/// Who pays.
pub(crate) const REQUESTER: u8 = 1;
/// Nobody in particular, and rich enough to challenge.
pub(crate) const CHALLENGER: u8 = 2;
/// Too poor to challenge.
pub(crate) const PAUPER: u8 = 3;
/// The matcher of auctioned jobs.
pub(crate) const MATCHER: u8 = 4;
/// Who delivers.
pub(crate) const WORKER: u8 = 11;
/// Who judges auctioned jobs.
pub(crate) const VERIFIER: u8 = 20;
/// Who may be drawn, with the verifier.
pub(crate) const JURORS: [u8; 8] = [21, 22, 23, 24, 25, 26, 27, 28];

pub(crate) const MODEL: ModelId = ModelId([1; 32]);
pub(crate) const LOCK: Balance = 65_000;
/// What the delivered tokens of a direct job cost.
pub(crate) const CHARGE: Balance = 18_240;
/// What of that is the treasury's, and so what the job is worth to a reputation.
pub(crate) const WORTH: Balance = CHARGE - 15_504;
pub(crate) const FEE: Balance = 5_000;
pub(crate) const AGREED: Balance = 40_000;
pub(crate) const START: Moment = 1_700_000_000_000;
pub(crate) const WINDOW: Moment = 60_000;
pub(crate) const DRAW_DELAY: Moment = 6_000;
pub(crate) const COMMIT_TIME: Moment = 30_000;
pub(crate) const REVEAL_TIME: Moment = 20_000;
pub(crate) const ARBITRATION_TIME: Moment = 90_000;

pub(crate) const MINIMUM: Balance = 10;
pub(crate) const MILL: Balance = 1_000_000;
pub(crate) const STAKE: Balance = 1_000 * MILL;
pub(crate) const STAKE_MIN: Balance = 500 * MILL;
pub(crate) const BOND: Balance = 100 * MILL;
pub(crate) const WORKER_SLASH: Balance = 200 * MILL;
pub(crate) const MINORITY_FINE: Balance = 10 * MILL;
pub(crate) const NO_REVEAL_FINE: Balance = 30 * MILL;
pub(crate) const NO_COMMIT_FINE: Balance = 20 * MILL;
pub(crate) const DOUBLE_SLASH: Balance = 300 * MILL;
pub(crate) const JUROR_FEE: Balance = 10 * MILL;
pub(crate) const POOL: u32 = 4;
/// What each account has that can challenge.
pub(crate) const FUNDS: Balance = 10_000 * MILL;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Test>;

	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances::Pallet<Test>;

	#[runtime::pallet_index(2)]
	pub type Disputes = pallet_disputes::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
}

parameter_types! {
	pub const ExistentialDeposit: Balance = MINIMUM;
	pub storage Now: Moment = START;
	/// What the randomness knows, and by how many blocks it lags behind.
	pub storage Seed: H256 = H256::repeat_byte(9);
	pub storage Lag: u32 = 0;
	/// Whether the job book refuses to postpone, which it never should.
	pub storage BookBroken: bool = false;
	pub Treasury: AccountId = AccountId::new([99; 32]);
	pub const PotId: PalletId = PalletId(*b"mr/court");
	pub const DrawDelay: Moment = DRAW_DELAY;
	pub const RevealWindow: Moment = REVEAL_TIME;
	pub const ArbitrationWindow: Moment = ARBITRATION_TIME;
	pub const WorkerSlash: Balance = WORKER_SLASH;
	pub const NoRevealSlash: Balance = NO_REVEAL_FINE;
	pub const DoubleProofSlash: Balance = DOUBLE_SLASH;
	pub const AuthorizedPriority: TransactionPriority = 7;
	pub static DisputeBond: Balance = BOND;
	pub static MinoritySlash: Balance = MINORITY_FINE;
	pub static NoCommitSlash: Balance = NO_COMMIT_FINE;
	pub static JuryFee: Balance = JUROR_FEE;
	pub static CommitteeSize: u32 = 5;
	pub static PoolMin: u32 = POOL;
	pub static CommitWindow: Moment = COMMIT_TIME;
}

impl pallet_disputes::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Jobs = Spy;
	type Payments = Spy;
	type Registry = Spy;
	type Randomness = Spy;
	type Time = Spy;
	type ArbiterOrigin = EnsureRoot<AccountId>;
	type Treasury = Treasury;
	type PotId = PotId;
	type DisputeBond = DisputeBond;
	type WorkerSlash = WorkerSlash;
	type MinoritySlash = MinoritySlash;
	type NoRevealSlash = NoRevealSlash;
	type NoCommitSlash = NoCommitSlash;
	type JuryFee = JuryFee;
	type DoubleProofSlash = DoubleProofSlash;
	type CommitteeSize = CommitteeSize;
	type PoolMin = PoolMin;
	type DrawDelay = DrawDelay;
	type CommitWindow = CommitWindow;
	type RevealWindow = RevealWindow;
	type ArbitrationWindow = ArbitrationWindow;
	type AuthorizedPriority = AuthorizedPriority;
	type WeightInfo = ();
}

#[storage_alias]
pub(crate) type Book = StorageMap<Spies, Identity, JobId, JobRecord<AccountId>>;
/// The payment asset: what is locked for each job, and what everybody got.
#[storage_alias]
pub(crate) type Ledger = StorageMap<Spies, Identity, JobId, Balance>;
#[storage_alias]
pub(crate) type Purses = StorageMap<Spies, Blake2_128Concat, AccountId, Balance, ValueQuery>;
/// What was said of whom, of verifiers and jurors with `true`.
#[storage_alias]
pub(crate) type Notes = StorageValue<Spies, Vec<(AccountId, bool, String, Balance)>, ValueQuery>;
/// The active and the unbonding stake of each worker. Both lie in its stake account.
#[storage_alias]
pub(crate) type Stakes = StorageMap<Spies, Blake2_128Concat, AccountId, (Balance, Balance)>;
/// Who took on the role of verifier.
#[storage_alias]
pub(crate) type Verifiers = StorageValue<Spies, Vec<AccountId>, ValueQuery>;
/// Since which block a verifier is one, if it was not there from the beginning.
#[storage_alias]
pub(crate) type Since = StorageMap<Spies, Blake2_128Concat, AccountId, u32, ValueQuery>;
/// How often a worker has changed its key.
#[storage_alias]
pub(crate) type Rotations = StorageMap<Spies, Blake2_128Concat, AccountId, u32, ValueQuery>;
/// When a worker gave its former keys up; after all that it signed, if it is not said.
#[storage_alias]
pub(crate) type RotatedAt = StorageMap<Spies, Blake2_128Concat, AccountId, Moment>;
/// The jobs that were given back, and whether their worker was at fault.
#[storage_alias]
pub(crate) type GivenBack = StorageMap<Spies, Identity, JobId, bool>;
/// Payout accounts that are not the usual ones.
#[storage_alias]
pub(crate) type Payouts = StorageMap<Spies, Blake2_128Concat, AccountId, AccountId>;

/// The outside world.
pub struct Spy;

impl Time for Spy {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

impl Randomness<H256, u32> for Spy {
	fn random(subject: &[u8]) -> (H256, u32) {
		let seed = (Seed::get(), subject).using_encoded(sp_io::hashing::blake2_256);
		(H256(seed), System::block_number().saturating_sub(Lag::get()))
	}
}

impl Registry<AccountId> for Spy {
	fn price_of(_: &ModelId) -> Option<(TierId, Price)> {
		unreachable!("what a job costs was fixed when it was created")
	}

	fn worker(owner: &AccountId) -> Option<WorkerStanding<AccountId>> {
		let (active, unbonding) = Stakes::get(owner)?;
		// The worker key is not the owner's key.
		Some(WorkerStanding {
			key: worker_key(owner).public(),
			payout: payout_of(owner),
			staked: active >= STAKE_MIN,
			at_risk: active + unbonding,
		})
	}

	fn keys(owner: &AccountId, since: Moment) -> Vec<WorkerKey> {
		let rotations = Rotations::get(owner);
		let counts = RotatedAt::get(owner).is_none_or(|given_up_at| given_up_at >= since);
		let former = if counts { rotations } else { 0 };
		let keys = (rotations - former..=rotations).rev();
		keys.map(|rotations| key_after(owner, rotations).public()).collect()
	}

	fn serves(_: &AccountId, _: &ModelId) -> bool {
		unreachable!("who serves what was checked when the job was created")
	}

	fn verifier(owner: &AccountId, model: &ModelId) -> Option<VerifierStanding<AccountId>> {
		let WorkerStanding { key, payout, staked, .. } = Self::worker(owner)?;
		let able = staked && *model == MODEL && Verifiers::get().contains(owner);
		able.then_some(VerifierStanding { key, payout, since: Since::get(owner) })
	}

	fn verifiers(model: &ModelId) -> Vec<AccountId> {
		if *model == MODEL {
			Verifiers::get()
		} else {
			Vec::new()
		}
	}

	fn note(owner: &AccountId, conduct: Conduct, value: Balance) {
		Notes::mutate(|notes| notes.push((owner.clone(), false, format!("{conduct:?}"), value)));
	}

	fn note_verifier(owner: &AccountId, conduct: Conduct, value: Balance) {
		Notes::mutate(|notes| notes.push((owner.clone(), true, format!("{conduct:?}"), value)));
	}

	fn slash(owner: &AccountId, amount: Balance, to: &AccountId) -> Balance {
		let Some((active, unbonding)) = Stakes::get(owner) else { return 0 };
		let from_active = amount.min(active);
		let from_unbonding = (amount - from_active).min(unbonding);
		let amount = from_active + from_unbonding;
		let taken = Balances::transfer(&stake_account(owner), to, amount, Preservation::Preserve);
		if amount == 0 || taken.is_err() {
			return 0;
		}
		Stakes::insert(owner, (active - from_active, unbonding - from_unbonding));
		amount
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &AccountId, _: WorkerKey, _: &ModelId) {
		enlist(owner, STAKE);
		Verifiers::append(owner.clone());
	}
}

impl JobBook<AccountId> for Spy {
	fn job(job: &JobId) -> Option<JobRecord<AccountId>> {
		Book::get(job)
	}

	fn prove(_: JobId, _: Outcome<AccountId>) -> DispatchResult {
		unreachable!("only settlement proves")
	}

	fn submit(
		_: JobId,
		_: Outcome<AccountId>,
		_: Cid,
		_: Option<AccountId>,
		_: Moment,
	) -> DispatchResult {
		unreachable!("only settlement submits")
	}

	fn appoint(_: JobId, _: AccountId, _: Moment) -> DispatchResult {
		unreachable!("only settlement appoints")
	}

	fn verify(_: JobId, _: Option<Judgement>) -> DispatchResult {
		unreachable!("only settlement verifies")
	}

	fn dispute(job: JobId, judgement: Option<Judgement>, until: Moment) -> DispatchResult {
		advance(job, Step::Dispute, |record| {
			record.deadline = until;
			if let (Some(auction), Some(judgement)) = (record.auction.as_mut(), judgement) {
				auction.attested = Some(judgement);
			}
		})
	}

	fn confirm(job: JobId) -> DispatchResult {
		advance(job, Step::Confirm, |record| record.deadline = Now::get() + WINDOW)
	}

	fn postpone(job: JobId, until: Moment) -> DispatchResult {
		let mut record = Book::get(job).ok_or(DispatchError::CannotLookup)?;
		if BookBroken::get() || record.state != JobState::Disputed {
			return Err(DispatchError::Other("wrong state"));
		}
		record.deadline = until;
		Book::insert(job, record);
		Ok(())
	}

	fn close(_: JobId, _: Payment) -> DispatchResult {
		unreachable!("only settlement closes")
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(_: &AccountId, _: Vec<AccountId>, _: &ModelId) -> JobId {
		unreachable!("benchmarks run in the runtime")
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_auction(_: &AccountId, _: &AccountId, _: &AccountId, _: &ModelId) -> JobId {
		unreachable!("benchmarks run in the runtime")
	}
}

impl Payments<AccountId> for Spy {
	fn pay(job: JobId) {
		let record = Book::get(job).expect("the job is known");
		let worker = record.charge().expect("something was delivered");
		let payout = record.outcome.clone().expect("something was delivered").payout;
		pay_out(job, &record, Payment { worker, ..Payment::default() }, &payout);
	}

	fn give_back(job: JobId, at_fault: bool) {
		GivenBack::insert(job, at_fault);
		let record = Book::get(job).expect("the job is known");
		let nobody = AccountId::new([0; 32]);
		pay_out(job, &record, Payment::default(), &nobody);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(_: JobId) {
		unreachable!("benchmarks run in the runtime")
	}
}

fn pay_out(job: JobId, record: &JobRecord<AccountId>, payment: Payment, payout: &AccountId) {
	let verifier = record.verifier_paid();
	let refund = record.locked - verifier - payment.worker;
	let locked = Ledger::take(job).expect("a job is paid once");
	assert_eq!(locked, refund + payment.worker, "the payment adds up");
	Purses::mutate(payout, |purse| *purse += payment.worker);
	Purses::mutate(&record.requester, |purse| *purse += refund);
	let payment = Payment { verifier, refund, ..payment };
	advance(job, Step::Resolve, |record| record.payment = Some(payment)).expect("it is disputed");
}

fn advance(
	job: JobId,
	step: Step,
	change: impl FnOnce(&mut JobRecord<AccountId>),
) -> DispatchResult {
	let mut record = Book::get(job).ok_or(DispatchError::CannotLookup)?;
	record.state =
		record.state.after(step, record.kind).ok_or(DispatchError::Other("wrong state"))?;
	change(&mut record);
	Book::insert(job, record);
	Ok(())
}

pub(crate) fn account(seed: u8) -> AccountId {
	AccountId::new([seed; 32])
}

pub(crate) fn treasury() -> AccountId {
	Treasury::get()
}

/// Where a worker is paid: not at its owner account.
pub(crate) fn payout_of(owner: &AccountId) -> AccountId {
	let usual = || AccountId::new((b"payout", owner).using_encoded(sp_io::hashing::blake2_256));
	Payouts::get(owner).unwrap_or_else(usual)
}

/// Where the stake of a worker lies.
fn stake_account(owner: &AccountId) -> AccountId {
	AccountId::new((b"stake", owner).using_encoded(sp_io::hashing::blake2_256))
}

/// The worker key of `owner`.
pub(crate) fn worker_key(owner: &AccountId) -> sr25519::Pair {
	key_after(owner, Rotations::get(owner))
}

/// The worker key of `owner` after it has changed it so often.
pub(crate) fn key_after(owner: &AccountId, rotations: u32) -> sr25519::Pair {
	sr25519::Pair::from_seed(&(owner, rotations).using_encoded(sp_io::hashing::blake2_256))
}

/// Take stake away from `owner` for something else, until so much is left.
pub(crate) fn fine_down_to(owner: &AccountId, left: Balance) {
	let (active, unbonding) = Stakes::get(owner).expect("it has a stake");
	Spy::slash(owner, (active + unbonding).saturating_sub(left), &treasury());
}

/// The requester confirms what is disputed.
pub(crate) fn confirm(job: JobId) {
	Disputes::dismiss(job);
	Spy::confirm(job).expect("it was disputed");
}

pub(crate) fn genesis() -> H256 {
	System::block_hash(0)
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

pub(crate) fn held(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Bond.into(), who)
}

/// All the stake of `seed`, active and unbonding.
pub(crate) fn stake(seed: u8) -> Balance {
	Stakes::get(account(seed)).map_or(0, |(active, unbonding)| active + unbonding)
}

/// Register a worker with a stake.
fn enlist(owner: &AccountId, stake: Balance) {
	Balances::mint_into(&stake_account(owner), stake + MINIMUM).expect("there is room");
	Stakes::insert(owner, (stake, 0));
}

/// Let all of a stake unbond, or take it back in.
pub(crate) fn unbond(seed: u8, unbonding: bool) {
	Stakes::mutate_extant(account(seed), |stake| {
		let all = stake.0 + stake.1;
		*stake = if unbonding { (0, all) } else { (all, 0) };
	});
}

/// The events of this pallet since the last call of this function.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}

/// What was said since the last call of this function of those who matter: with `true` of verifiers
/// and jurors.
pub(crate) fn notes() -> Vec<(AccountId, bool, String, Balance)> {
	Notes::take()
}

pub(crate) fn case(job: JobId) -> Case<AccountId> {
	Cases::<Test>::get(job).expect("the job is disputed")
}

pub(crate) fn phase(job: JobId) -> Phase {
	case(job).phase
}

pub(crate) fn state(job: JobId) -> JobState {
	Book::get(job).expect("the job is known").state
}

pub(crate) fn jurors(job: JobId) -> Vec<AccountId> {
	case(job).jurors.into_iter().map(|juror| juror.account).collect()
}

/// Let time pass up to a deadline, and one block with it.
pub(crate) fn pass(time: Moment) {
	Now::set(&(Now::get() + time));
	System::set_block_number(System::block_number() + 1);
}

/// Let the phase of a dispute end by itself.
pub(crate) fn end_phase(job: JobId) {
	pass(case(job).until.saturating_sub(Now::get()));
	Disputes::phase_due(job);
}

pub(crate) fn salt(juror: &AccountId) -> [u8; 32] {
	(juror, b"salt").using_encoded(sp_io::hashing::blake2_256)
}

pub(crate) fn commitment(job: JobId, juror: &AccountId, verdict: Verdict) -> Commitment {
	vote_commitment(genesis(), job, round(job), juror, verdict, &salt(juror))
}

/// A commitment, signed by the worker key of the juror.
pub(crate) fn sign_commitment(
	job: JobId,
	juror: &AccountId,
	commitment: &Commitment,
) -> sr25519::Signature {
	worker_key(juror).sign(&commit_message(genesis(), job, round(job), juror, commitment))
}

fn round(job: JobId) -> u8 {
	Cases::<Test>::get(job).map_or(0, |case| case.round)
}

pub(crate) fn commit(job: JobId, juror: &AccountId, verdict: Verdict) -> DispatchResult {
	let commitment = commitment(job, juror, verdict);
	let signature = sign_commitment(job, juror, &commitment);
	let origin = frame_system::RawOrigin::Authorized.into();
	Disputes::commit(origin, job, juror.clone(), commitment, signature)
}

pub(crate) fn reveal(job: JobId, juror: &AccountId, verdict: Verdict) -> DispatchResult {
	let origin = frame_system::RawOrigin::Authorized.into();
	Disputes::reveal(origin, job, juror.clone(), verdict, salt(juror))
		.map(|_| ())
		.map_err(|error| error.error)
}

/// Let each juror, in the order of the draw, do what `plan` says: whether it commits, and whether it
/// reveals that, and what. The phases end as they must.
pub(crate) fn vote(job: JobId, plan: &[Option<(Verdict, bool)>]) {
	let committee = jurors(job);
	assert_eq!(committee.len(), plan.len());
	for (juror, plan) in committee.iter().zip(plan) {
		if let Some((verdict, _)) = plan {
			commit(job, juror, *verdict).expect("the juror may vote");
		}
	}
	if phase(job) == Phase::Commit {
		end_phase(job);
	}
	for (juror, plan) in committee.iter().zip(plan) {
		if let Some((verdict, true)) = plan {
			reveal(job, juror, *verdict).expect("the juror has committed");
		}
	}
	if phase(job) == Phase::Reveal {
		end_phase(job);
	}
}

pub(crate) const CLEARED: Option<(Verdict, bool)> = Some((Verdict::Cleared, true));
pub(crate) const AT_FAULT: Option<(Verdict, bool)> = Some((Verdict::AtFault, true));
/// Commits and does not reveal.
pub(crate) const HIDDEN: Option<(Verdict, bool)> = Some((Verdict::AtFault, false));

fn outcome() -> Outcome<AccountId> {
	let worker = account(WORKER);
	Outcome {
		payout: payout_of(&worker),
		worker,
		worker_share: 8_500,
		tokens: TokenCounts { input: 321, output: 123 },
		output: [6; 32],
		proof: [7; 32],
		finish: FinishReason::Stop,
		proven_at: Now::get(),
	}
}

/// A direct job in the book.
pub(crate) fn direct(state: JobState) -> JobId {
	let job = JobId(H256::from_low_u64_be(Book::iter().count() as u64 + 1));
	let done = matches!(state, JobState::Verified | JobState::Settled);
	let record = JobRecord {
		kind: JobKind::Direct,
		state,
		requester: account(REQUESTER),
		model: MODEL,
		tier: TierId(1),
		price: Price { input: 30_000, output: 70_000 },
		max: TokenCounts { input: 1_000, output: 500 },
		locked: LOCK,
		candidates: Candidates::truncate_from(vec![account(WORKER), account(CHALLENGER)]),
		request: [5; 32],
		created_at: Now::get(),
		created_in: System::block_number(),
		deadline: Now::get() + WINDOW,
		accepted_by: None,
		outcome: done.then(outcome),
		auction: None,
		payment: None,
	};
	Ledger::insert(job, LOCK);
	Book::insert(job, record);
	job
}

/// An auctioned job in the book, that waits for its verifier or was judged good by it.
pub(crate) fn auctioned(state: JobState, mechanism: DisputeMechanism) -> JobId {
	let job = direct(JobState::Verified);
	Book::mutate(job, |record| {
		let record = record.as_mut().expect("it was just made");
		record.kind = JobKind::Auction;
		record.state = state;
		record.candidates = Candidates::default();
		record.accepted_by = Some(account(WORKER));
		let attested = (state == JobState::Verified).then_some(Judgement {
			passed: true,
			evidence: [3; 32],
			at: Now::get(),
		});
		record.auction = Some(Auction {
			terms: AuctionTerms {
				model: MODEL,
				document: Cid::default(),
				payment_max: LOCK - FEE,
				verifier_fee: FEE,
				bid_window: WINDOW,
				latency_max: WINDOW,
				challenge_window: WINDOW,
				mechanism,
				matcher: Some(account(MATCHER)),
				verifier: None,
			},
			agreed: Some(Agreement { price: AGREED, latency: 1_000, awarded_at: Now::get() }),
			result: Some(Cid::default()),
			verifier: Some(account(VERIFIER)),
			attested,
		});
	});
	// The verifier was paid for its judgement, whatever that is.
	Ledger::insert(job, LOCK - FEE);
	Purses::mutate(payout_of(&account(VERIFIER)), |purse| *purse += FEE);
	job
}

/// How far a dispute has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
	Verified,
	Draw,
	Commit,
	Reveal,
	Arbitration,
	Cleared,
	AtFault,
	Nobody,
}

impl Stage {
	pub(crate) const ALL: [Self; 8] = [
		Self::Verified,
		Self::Draw,
		Self::Commit,
		Self::Reveal,
		Self::Arbitration,
		Self::Cleared,
		Self::AtFault,
		Self::Nobody,
	];

	/// A direct job, challenged by `CHALLENGER`, at this stage. At `Reveal`, all have committed to
	/// `AtFault`. Its events and what was said are forgotten.
	pub(crate) fn create(self) -> JobId {
		let job = direct(JobState::Verified);
		self.lead(job, account(CHALLENGER));
		job
	}

	/// An auctioned job that its verifier judged bad, at this stage.
	pub(crate) fn create_by_verifier(self) -> JobId {
		let job = auctioned(JobState::Submitted, DisputeMechanism::Committee);
		let judgement = Judgement { passed: false, evidence: [4; 32], at: Now::get() };
		Disputes::open_by_verifier(job, &account(VERIFIER), judgement).expect("it is submitted");
		self.lead_on(job);
		job
	}

	/// Challenge `job` and lead the dispute to this stage.
	pub(crate) fn lead(self, job: JobId, challenger: AccountId) {
		if self != Self::Verified {
			let origin = RuntimeOrigin::signed(challenger);
			Disputes::raise(origin, job, [8; 32]).expect("the result can be challenged");
		}
		self.lead_on(job);
	}

	fn lead_on(self, job: JobId) {
		if !matches!(self, Self::Verified | Self::Draw) {
			end_phase(job);
		}
		match self {
			Self::Verified | Self::Draw | Self::Commit => {},
			Self::Reveal => {
				for juror in jurors(job) {
					commit(job, &juror, Verdict::AtFault).expect("the juror may vote");
				}
			},
			Self::Cleared => vote(job, &[CLEARED; 5]),
			Self::AtFault => vote(job, &[AT_FAULT; 5]),
			Self::Arbitration => vote(job, &[CLEARED, CLEARED, AT_FAULT, AT_FAULT, None]),
			Self::Nobody => {
				vote(job, &[None; 5]);
				end_phase(job);
			},
		}
		Notes::kill();
		System::reset_events();
	}
}

/// Whether a ballot is that of a juror that has not spoken.
pub(crate) fn is_awaited(job: JobId, juror: &AccountId) -> bool {
	case(job).ballot(juror) == Some(Ballot::Awaited)
}

/// What must hold of the pallet and the world around it, after every test.
pub(crate) fn check() {
	Disputes::do_try_state().expect("the invariants hold");
	for (job, record) in Book::iter() {
		assert_eq!(
			Ledger::contains_key(job),
			!record.state.is_terminal(),
			"locked until it is over"
		);
	}
	assert_eq!(free(&Disputes::pot()), MINIMUM, "the pot keeps nothing");
}

/// The externalities of a test.
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		let mut balances =
			[REQUESTER, CHALLENGER, MATCHER].map(|seed| (account(seed), FUNDS)).to_vec();
		balances.push((account(PAUPER), BOND));
		balances.push((treasury(), MINIMUM));
		let config = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
			..Default::default()
		};
		let storage = config.build_storage().expect("genesis builds");
		sp_io::TestExternalities::new(storage).execute_with(|| {
			System::set_block_number(1);
			enlist(&account(WORKER), STAKE);
			for seed in JURORS.into_iter().chain([VERIFIER]) {
				enlist(&account(seed), STAKE);
				Verifiers::append(account(seed));
			}
			let issuance = Balances::total_issuance();
			test();
			check();
			assert_eq!(Balances::total_issuance(), issuance, "no MILL is made or lost");
		});
	}
}

/// The index of jurors.
pub(crate) type JurorCasesOf = crate::JurorCases<Test>;
