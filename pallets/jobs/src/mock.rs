//! A runtime of this pallet and spies for its seams.
//!
//! The spies keep what they know in storage, so that a test which asserts that nothing changed means
//! them too, and a call that fails takes their changes back with its own.

#![expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]

use frame_support::{
	derive_impl,
	pallet_prelude::{DispatchResult, TransactionPriority, ValueQuery},
	parameter_types, storage_alias,
	traits::Time,
	Blake2_128Concat, Identity,
};
use millrace_primitives::{
	job::Candidates,
	proof,
	traits::{Conduct, Deadlines, JobBook, JobDeadline, JobEscrow, Registry, WorkerStanding},
	Balance, DirectTerms, FinishReason, JobId, JobNonce, JobState, ModelId, Moment, Outcome,
	Payment, Price, TierId, TokenCounts,
};
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{
	generic, testing::UintAuthorityId, traits::BlakeTwo256, BuildStorage, DispatchError,
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
}

impl pallet_jobs::Config for Test {
	type Registry = Spy;
	type Escrow = Spy;
	type Deadlines = Spy;
	type Time = Spy;
	type ProofWindow = ProofWindow;
	type DisputeWindow = DisputeWindow;
	type CancelAfter = CancelAfter;
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
/// Who was noted, after how long (`None`: abandoned), and for what value.
#[storage_alias]
pub(crate) type Notes = StorageValue<Spies, Vec<(AccountId, Option<Moment>, Balance)>, ValueQuery>;
#[storage_alias]
pub(crate) type Purses = StorageMap<Spies, Blake2_128Concat, AccountId, Balance, ValueQuery>;
#[storage_alias]
pub(crate) type Ledger = StorageMap<Spies, Identity, JobId, (AccountId, Balance)>;
#[storage_alias]
pub(crate) type Queue = StorageValue<Spies, Vec<(JobDeadline, Moment)>, ValueQuery>;

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
			payout: *owner,
			staked: false,
		})
	}

	fn serves(owner: &AccountId, model: &ModelId) -> bool {
		Workers::get(owner).is_some_and(|models| models.contains(model))
	}

	fn note(owner: &AccountId, conduct: Conduct, value: Balance) {
		let elapsed = match conduct {
			Conduct::Delivered { elapsed } => Some(elapsed),
			Conduct::Abandoned => None,
		};
		Notes::mutate(|notes| notes.push((*owner, elapsed, value)));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &AccountId, _: millrace_primitives::WorkerKey, model: &ModelId) {
		Models::insert(model, (TierId(1), PRICE));
		Workers::insert(owner, vec![*model]);
	}
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

	fn refund(job: JobId) {
		let (requester, amount) = Ledger::take(job).expect("refunds only what is locked");
		Purses::mutate(requester, |purse| *purse += amount);
	}

	fn pay_out(
		job: JobId,
		payout: &AccountId,
		worker: Balance,
		treasury: Balance,
	) -> Result<Payment, DispatchError> {
		let (requester, amount) = Ledger::take(job).ok_or(DispatchError::CannotLookup)?;
		let refund = amount - worker - treasury;
		Purses::mutate(payout, |purse| *purse += worker);
		Purses::mutate(TREASURY, |purse| *purse += treasury);
		Purses::mutate(requester, |purse| *purse += refund);
		Ok(Payment { worker, treasury, refund })
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fund(who: &AccountId, amount: Balance) {
		Purses::mutate(who, |purse| *purse += amount);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn burden(_: &AccountId) {}
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

/// Settle as pallet-settlement would, with everything going to the worker.
pub(crate) fn settle(job: JobId) -> DispatchResult {
	let record = Jobs::job(&job).ok_or(DispatchError::CannotLookup)?;
	if record.state != JobState::Verified {
		return Jobs::settled(job, Payment { worker: record.locked, ..Default::default() });
	}
	let worker = record.outcome.expect("a verified job is proven").payout;
	let payment = Spy::pay_out(job, &worker, record.locked, 0)?;
	Jobs::settled(job, payment)
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

/// What must hold of the pallet and the world around it, after every test.
pub(crate) fn check() {
	Jobs::do_try_state().expect("the state is sound");

	// Rule 1: the money of a job is locked until it is over, and then all gone.
	let mut money: Balance = Purses::iter_values().sum();
	for (job, (requester, amount)) in Ledger::iter() {
		let record = Jobs::job(&job).expect("money is locked for a job");
		assert!(!record.state.is_terminal());
		assert_eq!((record.requester, record.locked), (requester, amount));
		money += amount;
	}
	assert_eq!(money, 2 * FUNDS, "money is conserved");

	// Rule 2: every job has exactly one pending deadline, and nothing else has any.
	let mut queue = Queue::get();
	for (job, record) in crate::Jobs::<Test>::iter() {
		assert_eq!(record.state.is_terminal(), !Ledger::contains_key(job));
		let item = awaited(job, record.state).expect("every state of a direct job ends");
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
