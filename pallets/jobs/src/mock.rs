//! A runtime of this pallet and spies for its seams.
//!
//! The spies keep what they know in storage, so that a test which asserts that nothing changed means
//! them too, and a call that fails takes their changes back with its own.

#![expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	derive_impl,
	pallet_prelude::{DispatchResult, TransactionPriority, ValueQuery},
	parameter_types, storage_alias,
	traits::Time,
	Blake2_128Concat, Identity,
};
use millrace_primitives::{
	auction::{award_message, Judgement},
	job::Candidates,
	proof,
	traits::{
		Conduct, Deadlines, JobBook, JobDeadline, JobEscrow, Registry, VerifierStanding,
		WorkerStanding,
	},
	AuctionTerms, Balance, Bid, Cid, DirectTerms, DisputeMechanism, FinishReason, JobId, JobKind,
	JobNonce, JobRecord, JobState, ModelId, Moment, Outcome, Payment, Price, TierId, TokenCounts,
	WorkerKey,
};
use scale_info::TypeInfo;
use sp_core::{sr25519, Pair, H256};
use sp_io::hashing::blake2_256;
use sp_runtime::{
	generic,
	testing::UintAuthorityId,
	traits::{BlakeTwo256, Lazy, Verify},
	BuildStorage, DispatchError,
};

use crate as pallet_jobs;
use crate::lifecycle::awaited;

pub(crate) type AccountId = u64;
pub(crate) type Extension = (frame_system::AuthorizeCall<Test>,);
pub(crate) type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<AccountId, RuntimeCall, UintAuthorityId, Extension>;
type Block = generic::Block<generic::Header<u32, BlakeTwo256>, UncheckedExtrinsic>;

pub(crate) const REQUESTER: AccountId = 1;
pub(crate) const STRANGER: AccountId = 2;
pub(crate) const PAUPER: AccountId = 3;
/// A registered worker and first candidate.
pub(crate) const ALFA: AccountId = 11;
/// A registered worker and second candidate.
pub(crate) const BRAVO: AccountId = 12;
/// A registered worker that is not a candidate.
pub(crate) const CHARLIE: AccountId = 13;
/// A registered worker of another model.
pub(crate) const DELTA: AccountId = 14;
/// May award in the requester's place.
pub(crate) const MATCHER: AccountId = 4;
/// A verifier, and a worker with a stake.
pub(crate) const VERA: AccountId = 21;
/// Another one.
pub(crate) const VICTOR: AccountId = 22;

pub(crate) const MODEL: ModelId = ModelId([1; 32]);
pub(crate) const FREE_MODEL: ModelId = ModelId([2; 32]);
pub(crate) const UNKNOWN_MODEL: ModelId = ModelId([3; 32]);
pub(crate) const PRICE: Price = Price { input: 3_000, output: 7_000 };
pub(crate) const MAX: TokenCounts = TokenCounts { input: 100, output: 50 };
/// The cost of `MAX` at `PRICE`, worked out by hand.
pub(crate) const LOCK: Balance = 650;
pub(crate) const FUNDS: Balance = 1_000_000;
pub(crate) const START: Moment = 1_700_000_000_000;

pub(crate) const PROOF_WINDOW: Moment = 120_000;
pub(crate) const DISPUTE_WINDOW: Moment = 60_000;
pub(crate) const CANCEL_AFTER: Moment = 8_000;
pub(crate) const NONCE_WINDOW: Moment = 300_000;
pub(crate) const RETENTION: Moment = 600_001;

pub(crate) const PAYMENT_MAX: Balance = 1_000;
pub(crate) const FEE: Balance = 50;
pub(crate) const FEE_MIN: Balance = 10;
/// What an auction locks.
pub(crate) const AUCTION_LOCK: Balance = 1_050;
/// What ALFA and BRAVO bid.
pub(crate) const BID: Balance = 700;
pub(crate) const LATENCY: Moment = 15_000;
/// Twice the latency.
pub(crate) const DELIVERY: Moment = 30_000;
pub(crate) const BID_WINDOW: Moment = 40_000;
pub(crate) const LATENCY_MAX: Moment = 20_000;
pub(crate) const CHALLENGE_WINDOW: Moment = 90_000;
/// How long a verifier has in these tests.
pub(crate) const JUDGE_WINDOW: Moment = 25_000;
/// How long a dispute lasts in these tests.
pub(crate) const DISPUTE: Moment = 35_000;

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
	pub type Jobs = pallet_jobs::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

parameter_types! {
	pub storage Now: Moment = START;
	pub const MaxTokens: TokenCounts = TokenCounts { input: 1_000, output: 500 };
	pub const AuthorizedPriority: TransactionPriority = 7;
	pub const ProofWindow: Moment = PROOF_WINDOW;
	pub const DisputeWindow: Moment = DISPUTE_WINDOW;
	pub const CancelAfter: Moment = CANCEL_AFTER;
	pub const NonceWindow: Moment = NONCE_WINDOW;
	pub static Kept: Moment = RETENTION;
	pub const BidWindowMax: Moment = 3_600_000;
	pub const LatencyMax: Moment = 7_200_000;
	pub static ChallengeWindowMin: Moment = 60_000;
	pub const ChallengeWindowMax: Moment = 604_800_000;
	pub static LatencyMargin: u16 = 200;
	pub const DeliveryMin: Moment = 10_000;
	pub const VerifierFeeMin: Balance = FEE_MIN;
	pub const StakedShare: u16 = 8_500;
	pub const ProtocolFee: u16 = 50;
}

impl pallet_jobs::Config for Test {
	type Registry = Spy;
	type Escrow = Spy;
	type Deadlines = Spy;
	type Time = Spy;
	type Signature = Signature;
	type ProofWindow = ProofWindow;
	type DisputeWindow = DisputeWindow;
	type CancelAfter = CancelAfter;
	type BidWindowMax = BidWindowMax;
	type LatencyMax = LatencyMax;
	type ChallengeWindowMin = ChallengeWindowMin;
	type ChallengeWindowMax = ChallengeWindowMax;
	type LatencyMargin = LatencyMargin;
	type DeliveryMin = DeliveryMin;
	type VerifierFeeMin = VerifierFeeMin;
	type StakedShare = StakedShare;
	type ProtocolFee = ProtocolFee;
	type NonceWindow = NonceWindow;
	type Retention = Kept;
	type MaxTokens = MaxTokens;
	type AuthorizedPriority = AuthorizedPriority;
	type WeightInfo = ();
}

#[storage_alias]
type Models = StorageMap<Spies, Identity, ModelId, (TierId, Price)>;
/// The models of each registered worker.
#[storage_alias]
pub(crate) type Workers = StorageMap<Spies, Identity, AccountId, Vec<ModelId>>;
/// The workers that have no stake.
#[storage_alias]
pub(crate) type Unstaked = StorageMap<Spies, Identity, AccountId, ()>;
/// Where workers and verifiers are paid, if not to themselves.
#[storage_alias]
pub(crate) type Payouts = StorageMap<Spies, Identity, AccountId, AccountId>;
/// The verifiers of `MODEL` that may judge.
#[storage_alias]
pub(crate) type Verifiers = StorageMap<Spies, Identity, AccountId, ()>;
/// Who was noted as having abandoned a job, and of what value.
#[storage_alias]
pub(crate) type Notes = StorageValue<Spies, Vec<(AccountId, Balance)>, ValueQuery>;
#[storage_alias]
pub(crate) type Purses = StorageMap<Spies, Blake2_128Concat, AccountId, Balance, ValueQuery>;
#[storage_alias]
pub(crate) type Ledger = StorageMap<Spies, Identity, JobId, (AccountId, Balance)>;
#[storage_alias]
pub(crate) type Queue = StorageValue<Spies, Vec<(JobDeadline, Moment)>, ValueQuery>;

/// The signature of an account over the hash of a message.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Signature(AccountId, [u8; 32]);

impl Signature {
	pub(crate) fn of(signer: AccountId, message: &[u8]) -> Self {
		Self(signer, blake2_256(message))
	}
}

impl Verify for Signature {
	type Signer = UintAuthorityId;

	fn verify<L: Lazy<[u8]>>(&self, mut message: L, signer: &AccountId) -> bool {
		(self.0, self.1) == (*signer, blake2_256(message.get()))
	}
}

/// The outside world.
pub struct Spy;

impl Time for Spy {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

impl Registry<AccountId> for Spy {
	fn price_of(model: &ModelId) -> Option<(TierId, Price)> {
		Models::get(model)
	}

	fn worker(owner: &AccountId) -> Option<WorkerStanding<AccountId>> {
		Workers::contains_key(owner).then(|| WorkerStanding {
			key: key_of(*owner).public(),
			payout: payout_of(owner),
			staked: !Unstaked::contains_key(owner),
			at_risk: 0,
		})
	}

	fn keys(_: &AccountId, _: Moment) -> Vec<WorkerKey> {
		unreachable!("disputes ask what was signed before")
	}

	fn serves(owner: &AccountId, model: &ModelId) -> bool {
		Workers::get(owner).is_some_and(|models| models.contains(model))
	}

	fn verifier(owner: &AccountId, model: &ModelId) -> Option<VerifierStanding<AccountId>> {
		(*model == MODEL && Verifiers::contains_key(owner)).then(|| VerifierStanding {
			key: key_of(*owner).public(),
			payout: payout_of(owner),
			since: 0,
		})
	}

	fn verifiers(_: &ModelId) -> Vec<AccountId> {
		unreachable!("settlement draws")
	}

	fn note(owner: &AccountId, conduct: Conduct, value: Balance) {
		assert_eq!(conduct, Conduct::Abandoned, "settlement notes the rest");
		Notes::mutate(|notes| notes.push((*owner, value)));
	}

	fn note_verifier(_: &AccountId, _: Conduct, _: Balance) {
		unreachable!("settlement notes verifiers")
	}

	fn slash(_: &AccountId, _: Balance, _: &AccountId) -> Balance {
		unreachable!("disputes slash")
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &AccountId, _: WorkerKey, model: &ModelId) {
		Models::insert(model, (TierId(1), PRICE));
		Workers::insert(owner, vec![*model]);
		Verifiers::insert(owner, ());
	}
}

fn payout_of(owner: &AccountId) -> AccountId {
	Payouts::get(owner).unwrap_or(*owner)
}

impl JobEscrow<AccountId> for Spy {
	fn lock(job: JobId, requester: &AccountId, amount: Balance) -> DispatchResult {
		let left = Purses::get(requester)
			.checked_sub(amount)
			.ok_or(DispatchError::Token(sp_runtime::TokenError::FundsUnavailable))?;
		assert!(!Ledger::contains_key(job), "locked twice");
		Purses::insert(requester, left);
		Ledger::insert(job, (*requester, amount));
		Ok(())
	}

	fn release(job: JobId, amount: Balance) -> DispatchResult {
		let requester = take_from(job, amount)?;
		Purses::mutate(requester, |purse| *purse += amount);
		Ok(())
	}

	fn pay_verifier(job: JobId, to: &AccountId, amount: Balance) -> DispatchResult {
		take_from(job, amount)?;
		Purses::mutate(to, |purse| *purse += amount);
		Ok(())
	}

	fn refund(job: JobId) {
		let (requester, amount) = Ledger::take(job).expect("refunds only what is locked");
		Purses::mutate(requester, |purse| *purse += amount);
	}

	fn pay_out(
		job: JobId,
		payout: &AccountId,
		worker: Balance,
		treasury: Balance,
	) -> Result<Balance, DispatchError> {
		let (requester, amount) = Ledger::take(job).ok_or(DispatchError::CannotLookup)?;
		let refund = amount - worker - treasury;
		Purses::mutate(payout, |purse| *purse += worker);
		Purses::mutate(TREASURY, |purse| *purse += treasury);
		Purses::mutate(requester, |purse| *purse += refund);
		Ok(refund)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fund(who: &AccountId, amount: Balance) {
		Purses::mutate(who, |purse| *purse += amount);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn burden(_: &AccountId) {}
}

/// Take `amount` of what is locked for `job`; the requester of the job.
fn take_from(job: JobId, amount: Balance) -> Result<AccountId, DispatchError> {
	let (requester, locked) = Ledger::get(job).ok_or(DispatchError::CannotLookup)?;
	let left = locked.checked_sub(amount).ok_or(DispatchError::Other("less is locked"))?;
	Ledger::insert(job, (requester, left));
	Ok(requester)
}

pub(crate) const TREASURY: AccountId = 99;

impl Deadlines<JobDeadline> for Spy {
	fn schedule(item: JobDeadline, when: Moment) {
		Queue::mutate(|queue| {
			assert!(!queue.contains(&(item, when)), "scheduled twice");
			queue.push((item, when));
		});
	}

	fn cancel(item: JobDeadline, when: Moment) {
		Queue::mutate(|queue| queue.retain(|entry| *entry != (item, when)));
	}
}

pub(crate) fn key_of(owner: AccountId) -> sr25519::Pair {
	let mut seed = [0; 32];
	seed[..8].copy_from_slice(&owner.to_le_bytes());
	sr25519::Pair::from_seed(&seed)
}

pub(crate) fn genesis() -> H256 {
	System::block_hash(0)
}

pub(crate) fn nonce(salt: u8) -> JobNonce {
	JobNonce { issued_at: Now::get(), salt: [salt; 16] }
}

pub(crate) fn terms(candidates: &[AccountId]) -> DirectTerms<AccountId> {
	DirectTerms {
		model: MODEL,
		candidates: Candidates::truncate_from(candidates.to_vec()),
		max: MAX,
		request: [5; 32],
	}
}

pub(crate) fn accept_signature(job: JobId, owner: AccountId) -> sr25519::Signature {
	key_of(owner).sign(&proof::accept_message(genesis(), job, &owner))
}

pub(crate) fn outcome(worker: AccountId) -> Outcome<AccountId> {
	Outcome {
		worker,
		payout: worker,
		worker_share: 7_500,
		tokens: TokenCounts { input: 100, output: 10 },
		output: [6; 32],
		proof: [8; 32],
		finish: FinishReason::Stop,
		proven_at: Now::get(),
	}
}

pub(crate) fn auction_terms() -> AuctionTerms<AccountId> {
	AuctionTerms {
		model: MODEL,
		document: Cid::truncate_from(b"bafkqaaa".to_vec()),
		payment_max: PAYMENT_MAX,
		verifier_fee: FEE,
		bid_window: BID_WINDOW,
		latency_max: LATENCY_MAX,
		challenge_window: CHALLENGE_WINDOW,
		mechanism: DisputeMechanism::Committee,
		matcher: Some(MATCHER),
		verifier: None,
	}
}

pub(crate) fn bid(job: JobId, worker: AccountId) -> Bid<AccountId> {
	Bid { job, worker, price: BID, latency: LATENCY, valid_until: Now::get() + BID_WINDOW }
}

pub(crate) fn bid_signature(bid: &Bid<AccountId>) -> sr25519::Signature {
	key_of(bid.worker).sign(&bid.message(genesis()))
}

/// The award of `bid` by `signer`.
pub(crate) fn award_by(signer: AccountId, bid: &Bid<AccountId>) -> Signature {
	Signature::of(signer, &award_message(genesis(), bid.job, &bid.digest()))
}

/// Award as the requester does.
pub(crate) fn award(bid: &Bid<AccountId>) -> DispatchResult {
	Jobs::do_award(bid, &bid_signature(bid), &award_by(REQUESTER, bid))
}

/// What a worker delivers for an auctioned job.
pub(crate) fn delivery(worker: AccountId) -> Outcome<AccountId> {
	Outcome { worker_share: 9_950, tokens: TokenCounts::default(), ..outcome(worker) }
}

pub(crate) fn result() -> Cid {
	Cid::truncate_from(b"bafkqabi".to_vec())
}

pub(crate) fn judgement(passed: bool) -> Judgement {
	Judgement { passed, evidence: [9; 32], at: Now::get() }
}

/// Deliver as pallet-settlement would.
pub(crate) fn submit(job: JobId, worker: AccountId, verifier: Option<AccountId>) -> DispatchResult {
	Jobs::submit(job, delivery(worker), result(), verifier, Now::get() + JUDGE_WINDOW)
}

/// Judge as pallet-settlement would: the verifier is paid, whatever it says.
pub(crate) fn attest(job: JobId, passed: bool) -> DispatchResult {
	frame_support::storage::with_storage_layer(|| {
		if passed {
			Jobs::verify(job, Some(judgement(true)))?;
		} else {
			Jobs::dispute(job, Some(judgement(false)), Now::get() + DISPUTE)?;
		}
		let auction = Jobs::job(&job).and_then(|record| record.auction).expect("it is auctioned");
		let verifier = auction.verifier.expect("somebody has judged");
		Spy::pay_verifier(job, &verifier, auction.terms.verifier_fee)
	})
}

/// Go on without a judgement as pallet-settlement would: the fee goes back.
pub(crate) fn pass_over(job: JobId) -> DispatchResult {
	frame_support::storage::with_storage_layer(|| {
		Jobs::verify(job, None)?;
		let auction = Jobs::job(&job).and_then(|record| record.auction).expect("it is auctioned");
		Spy::release(job, auction.terms.verifier_fee)
	})
}

/// Pay as pallet-settlement would, with everything that is not the verifier's going to the worker.
pub(crate) fn settle(job: JobId) -> DispatchResult {
	let record = Jobs::job(&job).ok_or(DispatchError::CannotLookup)?;
	frame_support::storage::with_storage_layer(|| {
		let worker = match record.kind {
			JobKind::Direct => record.locked,
			JobKind::Auction => record.charge().unwrap_or_default(),
		};
		let verifier = record.verifier_paid();
		let refund = record.locked - worker - verifier;
		Jobs::close(job, Payment { worker, treasury: 0, verifier, refund })?;
		let payee = record.outcome.expect("something was delivered").payout;
		Spy::pay_out(job, &payee, worker, 0)?;
		Ok(())
	})
}

/// Give back as pallet-settlement would what the verifier has not got.
pub(crate) fn give_back(job: JobId) -> DispatchResult {
	let record = Jobs::job(&job).ok_or(DispatchError::CannotLookup)?;
	let verifier = record.verifier_paid();
	let payment = Payment { verifier, refund: record.locked - verifier, ..Payment::default() };
	Jobs::close(job, payment)?;
	Spy::refund(job);
	Ok(())
}

/// Let a verifier be drawn, or pass over the one that is silent, as pallet-settlement would.
fn judgement_due(job: JobId) {
	let auction = Jobs::job(&job).and_then(|record| record.auction).expect("it is auctioned");
	match auction.verifier {
		None => Jobs::appoint(job, VICTOR, Now::get() + JUDGE_WINDOW),
		Some(_) => pass_over(job),
	}
	.expect("the job is submitted");
}

/// Let time pass as the runtime does: what falls due by `now` happens, earliest first.
pub(crate) fn run_to(now: Moment) {
	Now::set(&now);
	loop {
		let mut queue = Queue::get();
		queue.sort_by_key(|(_, when)| *when);
		let Some((item, when)) = queue.first().copied() else { break };
		if when > now {
			break;
		}
		Spy::cancel(item, when);
		match item {
			JobDeadline::Proof(job) => Jobs::expire(job),
			JobDeadline::Window(job) => settle(job).expect("the window is open"),
			JobDeadline::Retention(job) => Jobs::retire(job),
			JobDeadline::Judgement(job) => judgement_due(job),
			JobDeadline::Dispute(job) => give_back(job).expect("the job is disputed"),
		}
	}
}

pub(crate) fn pass(milliseconds: Moment) {
	run_to(Now::get() + milliseconds);
}

pub(crate) fn state_of(job: JobId) -> Option<JobState> {
	Jobs::job(&job).map(|record| record.state)
}

/// The events of this pallet since the last call of this function.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}

/// What should be locked for a job that is not over.
fn held(record: &JobRecord<AccountId>) -> Balance {
	let Some(auction) = &record.auction else { return record.locked };
	let Some(agreed) = auction.agreed else { return record.locked };
	// The fee is the verifier's from its judgement on, or the requester's if there is none.
	let judged = matches!(record.state, JobState::Verified | JobState::Disputed);
	agreed.price + if judged { 0 } else { auction.terms.verifier_fee }
}

/// What must hold of the pallet and the world around it, after every test.
pub(crate) fn check() {
	Jobs::do_try_state().expect("the state is sound");

	// Rule 1: the money of a job is locked until it is over, and then all gone.
	let mut money: Balance = Purses::iter_values().sum();
	for (job, (requester, amount)) in Ledger::iter() {
		let record = Jobs::job(&job).expect("money is locked for a job");
		assert!(!record.state.is_terminal());
		assert_eq!((record.requester, held(&record)), (requester, amount));
		money += amount;
	}
	assert_eq!(money, 2 * FUNDS, "money is conserved");

	// Rule 2: every job has exactly one pending deadline, and nothing else has any.
	let mut queue = Queue::get();
	for (job, record) in crate::Jobs::<Test>::iter() {
		assert_eq!(record.state.is_terminal(), !Ledger::contains_key(job));
		let item = awaited(job, record.state);
		let place = queue.iter().position(|entry| *entry == (item, record.deadline));
		queue.remove(place.expect("the deadline of the job is pending"));
	}
	assert_eq!(queue, vec![], "nothing else is pending");
}

/// The externalities of a test.
#[derive(Default)]
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		let storage = RuntimeGenesisConfig::default().build_storage().expect("genesis builds");
		sp_io::TestExternalities::new(storage).execute_with(|| {
			System::set_block_number(1);
			Models::insert(MODEL, (TierId(4), PRICE));
			Models::insert(FREE_MODEL, (TierId(5), Price::default()));
			for owner in [ALFA, BRAVO, CHARLIE] {
				Workers::insert(owner, vec![MODEL, FREE_MODEL]);
			}
			Workers::insert(DELTA, vec![FREE_MODEL]);
			Unstaked::insert(CHARLIE, ());
			for verifier in [VERA, VICTOR] {
				Workers::insert(verifier, vec![MODEL]);
				Verifiers::insert(verifier, ());
			}
			for requester in [REQUESTER, STRANGER] {
				Purses::insert(requester, FUNDS);
			}
			test();
			check();
		});
	}
}

/// How far a job has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
	Open,
	Accepted,
	Verified,
	Settled,
	Cancelled,
	Expired,
}

impl Stage {
	pub(crate) const ALL: [Self; 6] =
		[Self::Open, Self::Accepted, Self::Verified, Self::Settled, Self::Cancelled, Self::Expired];

	/// A job of `REQUESTER` at this stage. Its candidates are `ALFA` and `BRAVO`; `BRAVO` is who
	/// accepts and proves. Its events are forgotten.
	pub(crate) fn create(self) -> JobId {
		let nonce = nonce(Queue::get().len() as u8);
		let job = Jobs::do_create(REQUESTER, nonce, terms(&[ALFA, BRAVO])).expect("terms are good");
		match self {
			Self::Open => {},
			Self::Accepted => accept(job),
			Self::Verified => prove(job),
			Self::Settled => {
				prove(job);
				settle(job).expect("the job is verified");
			},
			Self::Cancelled => {
				pass(CANCEL_AFTER);
				Jobs::do_cancel(&REQUESTER, job).expect("the job is old enough");
			},
			Self::Expired => pass(PROOF_WINDOW),
		}
		System::reset_events();
		job
	}
}

fn accept(job: JobId) {
	Jobs::do_accept(job, BRAVO, &accept_signature(job, BRAVO)).expect("the job is open");
}

fn prove(job: JobId) {
	accept(job);
	Jobs::prove(job, outcome(BRAVO)).expect("the job waits for a proof");
}

/// How far an auctioned job has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Auctioned {
	Open,
	Accepted,
	/// Nobody is to judge yet.
	Submitted,
	/// VERA is to judge.
	Appointed,
	/// VERA found the result good.
	Verified,
	/// VERA found the result bad.
	Disputed,
	Settled,
	Resolved,
	Cancelled,
	Expired,
}

impl Auctioned {
	pub(crate) const ALL: [Self; 10] = [
		Self::Open,
		Self::Accepted,
		Self::Submitted,
		Self::Appointed,
		Self::Verified,
		Self::Disputed,
		Self::Settled,
		Self::Resolved,
		Self::Cancelled,
		Self::Expired,
	];

	/// An auction of `REQUESTER` at this stage, awarded to `BRAVO`. Its events are forgotten.
	pub(crate) fn create(self) -> JobId {
		let nonce = nonce(100 + Queue::get().len() as u8);
		let job =
			Jobs::do_create_auction(REQUESTER, nonce, auction_terms()).expect("they are good");
		self.reach(job).expect("the job is open");
		System::reset_events();
		job
	}

	fn reach(self, job: JobId) -> DispatchResult {
		match self {
			Self::Open => return Ok(()),
			Self::Cancelled => return Jobs::do_cancel(&REQUESTER, job),
			Self::Expired => {
				pass(BID_WINDOW);
				return Ok(());
			},
			_ => award(&bid(job, BRAVO))?,
		}
		match self {
			Self::Accepted => return Ok(()),
			Self::Submitted => return submit(job, BRAVO, None),
			_ => submit(job, BRAVO, Some(VERA))?,
		}
		match self {
			Self::Verified => attest(job, true),
			Self::Disputed => attest(job, false),
			Self::Settled => attest(job, true).and_then(|()| settle(job)),
			Self::Resolved => attest(job, false).and_then(|()| give_back(job)),
			_ => Ok(()),
		}
	}
}
