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
	job::{Candidates, Step},
	proof::receipt_message,
	traits::{Conduct, JobBook, JobEscrow, Registry, WorkerStanding},
	Balance, FinishReason, JobId, JobKind, JobRecord, JobState, ModelId, Moment, Outcome, Payment,
	Price, Proof, Receipt, TierId, TokenCounts,
};
use sp_core::{crypto::AccountId32, sr25519, Pair, H256};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentityLookup},
	BuildStorage, DispatchError, MultiSignature,
};

use crate as pallet_settlement;

pub(crate) type AccountId = AccountId32;
pub(crate) type Extension = (frame_system::AuthorizeCall<Test>,);
pub(crate) type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<AccountId, RuntimeCall, MultiSignature, Extension>;
type Block = generic::Block<generic::Header<u32, BlakeTwo256>, UncheckedExtrinsic>;

/// Who pays.
pub(crate) const REQUESTER: u8 = 1;
/// Nobody in particular.
pub(crate) const STRANGER: u8 = 2;
/// A worker without stake, first candidate.
pub(crate) const ALFA: u8 = 11;
/// A worker with a stake, second candidate.
pub(crate) const BRAVO: u8 = 12;
/// A worker that is not a candidate.
pub(crate) const CHARLIE: u8 = 13;

pub(crate) const MODEL: ModelId = ModelId([1; 32]);
pub(crate) const PRICE: Price = Price { input: 30_000, output: 70_000 };
pub(crate) const MAX: TokenCounts = TokenCounts { input: 1_000, output: 500 };
/// The cost of `MAX` at `PRICE`, worked out by hand.
pub(crate) const LOCK: Balance = 65_000;
pub(crate) const FUNDS: Balance = 10_000_000;
pub(crate) const START: Moment = 1_700_000_000_000;
pub(crate) const PROOF_WINDOW: Moment = 120_000;
pub(crate) const DISPUTE_WINDOW: Moment = 60_000;

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
	pub type Settlement = pallet_settlement::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
}

parameter_types! {
	pub storage Now: Moment = START;
	/// Whether the escrow refuses to pay out, which it never should.
	pub storage EscrowBroken: bool = false;
	/// Whether the escrow reports a payment that does not add up, which it never should.
	pub storage EscrowLies: bool = false;
	pub const AuthorizedPriority: TransactionPriority = 7;
	pub static StakedShare: u16 = 8_500;
	pub static UnstakedShare: u16 = 7_500;
}

impl pallet_settlement::Config for Test {
	type Jobs = Spy;
	type Escrow = Spy;
	type Registry = Spy;
	type Time = Spy;
	type Signature = MultiSignature;
	type StakedShare = StakedShare;
	type UnstakedShare = UnstakedShare;
	type AuthorizedPriority = AuthorizedPriority;
	type WeightInfo = ();
}

#[storage_alias]
pub(crate) type Book = StorageMap<Spies, Identity, JobId, JobRecord<AccountId>>;
/// What is locked for each job.
#[storage_alias]
pub(crate) type Ledger = StorageMap<Spies, Identity, JobId, (AccountId, Balance)>;
#[storage_alias]
pub(crate) type Purses = StorageMap<Spies, Blake2_128Concat, AccountId, Balance, ValueQuery>;
/// Who delivered, after how long, and for what value.
#[storage_alias]
pub(crate) type Notes = StorageValue<Spies, Vec<(AccountId, Moment, Balance)>, ValueQuery>;
/// The payout account of each registered worker, and whether it is staked.
#[storage_alias]
pub(crate) type Workers = StorageMap<Spies, Blake2_128Concat, AccountId, (AccountId, bool)>;

/// The outside world.
pub struct Spy;

impl Time for Spy {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

impl Registry<AccountId> for Spy {
	fn price_of(_: &ModelId) -> Option<(TierId, Price)> {
		unreachable!("what a job costs was fixed when it was created")
	}

	fn worker(owner: &AccountId) -> Option<WorkerStanding<AccountId>> {
		let (payout, staked) = Workers::get(owner)?;
		// The worker key is not the owner's key.
		Some(WorkerStanding { key: worker_key(owner).public(), payout, staked })
	}

	fn serves(_: &AccountId, _: &ModelId) -> bool {
		unreachable!("who serves what was checked when the job was created")
	}

	fn note(owner: &AccountId, conduct: Conduct, value: Balance) {
		let Conduct::Delivered { elapsed } = conduct else {
			unreachable!("only jobs abandon");
		};
		Notes::mutate(|notes| notes.push((owner.clone(), elapsed, value)));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &AccountId, _: millrace_primitives::WorkerKey, _: &ModelId) {
		Workers::insert(owner, (owner.clone(), false));
	}
}

impl JobEscrow<AccountId> for Spy {
	fn lock(_: JobId, _: &AccountId, _: Balance) -> DispatchResult {
		unreachable!("only jobs lock")
	}

	fn refund(job: JobId) {
		if let Some((requester, amount)) = Ledger::take(job) {
			Purses::mutate(requester, |purse| *purse += amount);
		}
	}

	fn pay_out(
		job: JobId,
		payout: &AccountId,
		worker: Balance,
		treasury: Balance,
	) -> Result<Payment, DispatchError> {
		if EscrowBroken::get() {
			return Err(DispatchError::Other("broken"));
		}
		let (requester, amount) = Ledger::take(job).ok_or(DispatchError::CannotLookup)?;
		let refund = amount
			.checked_sub(worker + treasury)
			.ok_or(DispatchError::Other("the parts exceed what is locked"))?;
		Purses::mutate(payout, |purse| *purse += worker);
		Purses::mutate(treasury_account(), |purse| *purse += treasury);
		Purses::mutate(requester, |purse| *purse += refund);
		Ok(Payment { worker, treasury, refund: refund + u128::from(EscrowLies::get()) })
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fund(who: &AccountId, amount: Balance) {
		Purses::mutate(who, |purse| *purse += amount);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn burden(_: &AccountId) {}
}

impl JobBook<AccountId> for Spy {
	fn job(job: &JobId) -> Option<JobRecord<AccountId>> {
		Book::get(job)
	}

	fn prove(job: JobId, outcome: Outcome<AccountId>) -> DispatchResult {
		advance(job, Step::Prove, |record| {
			record.deadline = Now::get() + DISPUTE_WINDOW;
			record.outcome = Some(outcome);
		})
	}

	fn settled(job: JobId, payment: Payment) -> DispatchResult {
		let locked = Book::get(job).ok_or(DispatchError::CannotLookup)?.locked;
		if payment.worker + payment.treasury + payment.refund != locked {
			return Err(DispatchError::Other("the payment does not add up"));
		}
		advance(job, Step::Settle, |record| record.payment = Some(payment))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(requester: &AccountId, candidates: Vec<AccountId>, _: &ModelId) -> JobId {
		insert_job(requester, candidates)
	}
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

pub(crate) fn pair(seed: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[seed; 32])
}

pub(crate) fn account(seed: u8) -> AccountId {
	pair(seed).public().into()
}

pub(crate) fn treasury_account() -> AccountId {
	AccountId::new([99; 32])
}

/// Where a worker is paid: not at its owner account.
pub(crate) fn payout_account(seed: u8) -> AccountId {
	AccountId::new([seed.wrapping_add(100); 32])
}

/// The worker key of `owner`.
pub(crate) fn worker_key(owner: &AccountId) -> sr25519::Pair {
	sr25519::Pair::from_seed(&sp_io::hashing::blake2_256(owner.as_ref()))
}

pub(crate) fn genesis() -> H256 {
	System::block_hash(0)
}

/// Put an open job of `requester` into the book.
pub(crate) fn insert_job(requester: &AccountId, candidates: Vec<AccountId>) -> JobId {
	let job = JobId(H256::from_low_u64_be(Book::iter().count() as u64 + 1));
	let record = JobRecord {
		kind: JobKind::Direct,
		state: JobState::Open,
		requester: requester.clone(),
		model: MODEL,
		tier: TierId(1),
		price: PRICE,
		max: MAX,
		locked: LOCK,
		candidates: Candidates::truncate_from(candidates),
		request: [5; 32],
		created_at: Now::get(),
		created_in: 1,
		deadline: Now::get() + PROOF_WINDOW,
		accepted_by: None,
		outcome: None,
		payment: None,
	};
	Purses::mutate(requester, |purse| *purse -= LOCK);
	Ledger::insert(job, (requester.clone(), LOCK));
	Book::insert(job, record);
	job
}

pub(crate) fn proof(job: JobId, worker: u8) -> Proof<AccountId> {
	Proof {
		job,
		worker: account(worker),
		model: MODEL,
		output: [6; 32],
		tokens: TokenCounts { input: 321, output: 123 },
		finish: FinishReason::Stop,
		class: [7; 32],
		entropy: H256::repeat_byte(8),
	}
}

pub(crate) fn sign(proof: &Proof<AccountId>) -> sr25519::Signature {
	worker_key(&proof.worker).sign(&proof.message(genesis()))
}

/// The confirmation of `proof` by `signer`.
pub(crate) fn receipt_by(signer: u8, proof: &Proof<AccountId>) -> Receipt<MultiSignature> {
	let digest = proof.digest();
	let message = receipt_message(genesis(), proof.job, &digest);
	Receipt { proof: digest, signature: pair(signer).sign(&message).into() }
}

pub(crate) fn receipt(proof: &Proof<AccountId>) -> Receipt<MultiSignature> {
	receipt_by(REQUESTER, proof)
}

pub(crate) fn state_of(job: JobId) -> JobState {
	Book::get(job).expect("the job is known").state
}

pub(crate) fn purse(account: &AccountId) -> Balance {
	Purses::get(account)
}

/// The events of this pallet since the last call of this function.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}

/// What must hold of the world around the pallet, after every test: the pallet has no state.
pub(crate) fn check() {
	let mut money: Balance = Purses::iter_values().sum();
	for (job, record) in Book::iter() {
		let locked = Ledger::get(job).map(|(_, amount)| amount);
		assert_eq!(locked.is_none(), record.state.is_terminal(), "locked until it is over");
		assert_eq!(record.payment.is_some(), record.state.is_terminal());
		let proven = matches!(record.state, JobState::Verified | JobState::Settled);
		assert_eq!(record.outcome.is_some(), proven);
		if let Some(payment) = record.payment {
			assert_eq!(payment.worker + payment.treasury + payment.refund, record.locked);
		}
		money += locked.unwrap_or_default();
	}
	assert_eq!(money, FUNDS, "money is conserved");
}

/// The externalities of a test.
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		let storage = RuntimeGenesisConfig::default().build_storage().expect("genesis builds");
		sp_io::TestExternalities::new(storage).execute_with(|| {
			System::set_block_number(1);
			for (worker, staked) in [(ALFA, false), (BRAVO, true), (CHARLIE, true)] {
				Workers::insert(account(worker), (payout_account(worker), staked));
			}
			Purses::insert(account(REQUESTER), FUNDS);
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
	/// A job of `REQUESTER` at this stage. Its candidates are `ALFA` and `BRAVO`; `BRAVO` is who
	/// accepts and proves. Its events are forgotten.
	pub(crate) fn create(self) -> JobId {
		let candidates = vec![account(ALFA), account(BRAVO)];
		let job = insert_job(&account(REQUESTER), candidates);
		match self {
			Self::Open => {},
			Self::Accepted => advance(job, Step::Accept, |record| {
				record.accepted_by = Some(account(BRAVO));
			})
			.expect("the job is open"),
			Self::Verified | Self::Settled => {
				let proof = proof(job, BRAVO);
				let receipt = (self == Self::Settled).then(|| receipt(&proof));
				Settlement::do_submit_proof(&proof, &sign(&proof), receipt.as_ref())
					.expect("the proof is good");
			},
			Self::Cancelled => end(job, Step::Cancel),
			Self::Expired => end(job, Step::Expire),
		}
		Notes::kill();
		System::reset_events();
		job
	}
}

/// End a job as pallet-jobs would, with a full refund.
pub(crate) fn end(job: JobId, step: Step) {
	advance(job, step, |record| {
		record.payment = Some(Payment { refund: LOCK, ..Payment::default() });
	})
	.expect("the job waits for a proof");
	Spy::refund(job);
}
