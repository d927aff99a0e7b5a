//! A runtime of this pallet and spies for its seams.
//!
//! The spies keep what they know in storage, so that a test which asserts that nothing changed means
//! them too, and a call that fails takes their changes back with its own.

#![expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]

use codec::Encode;
use frame_support::{
	derive_impl,
	pallet_prelude::{
		DispatchResult, DispatchResultWithPostInfo, TransactionPriority, ValueQuery, Weight,
	},
	parameter_types, storage_alias,
	traits::{Randomness, Time},
	Blake2_128Concat, Identity,
};
use millrace_primitives::{
	auction::Judgement,
	job::{Candidates, Step},
	proof::receipt_message,
	traits::{Conduct, Disputes, JobBook, JobEscrow, Registry, VerifierStanding, WorkerStanding},
	Agreement, Attestation, Auction, AuctionTerms, Balance, Cid, DisputeMechanism, FinishReason,
	JobId, JobKind, JobRecord, JobState, ModelId, Moment, Outcome, Payment, Price, Proof, Receipt,
	Submission, TierId, TokenCounts, WorkerKey,
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
/// A verifier.
pub(crate) const VERA: u8 = 21;
/// Another one.
pub(crate) const VICTOR: u8 = 22;

pub(crate) const MODEL: ModelId = ModelId([1; 32]);
pub(crate) const PRICE: Price = Price { input: 30_000, output: 70_000 };
pub(crate) const MAX: TokenCounts = TokenCounts { input: 1_000, output: 500 };
/// The cost of `MAX` at `PRICE`, worked out by hand.
pub(crate) const LOCK: Balance = 65_000;
pub(crate) const FUNDS: Balance = 10_000_000;
pub(crate) const START: Moment = 1_700_000_000_000;
pub(crate) const PROOF_WINDOW: Moment = 120_000;
pub(crate) const DISPUTE_WINDOW: Moment = 60_000;

pub(crate) const PAYMENT_MAX: Balance = 50_000;
pub(crate) const FEE: Balance = 3_000;
/// What an auction locks.
pub(crate) const AUCTION_LOCK: Balance = 53_000;
/// What was agreed.
pub(crate) const AGREED: Balance = 40_001;
/// What of it goes to the worker: all but half a percent, rounded down.
pub(crate) const WORKER_PART: Balance = 39_800;
pub(crate) const LATENCY: Moment = 15_000;
pub(crate) const DELIVERY: Moment = 30_000;
pub(crate) const CHALLENGE_WINDOW: Moment = 90_000;
pub(crate) const DRAW_DELAY: Moment = 5_000;
pub(crate) const JUDGE_WINDOW: Moment = 25_000;
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
	/// Whether no dispute can be opened, which should never be.
	pub storage DisputesBroken: bool = false;
	pub storage Seed: H256 = H256::zero();
	pub const AuthorizedPriority: TransactionPriority = 7;
	pub static ProtocolFee: u16 = 50;
	pub static TimeToJudge: Moment = JUDGE_WINDOW;
	pub const DrawDelay: Moment = DRAW_DELAY;
	pub static StakedShare: u16 = 8_500;
	pub static UnstakedShare: u16 = 7_500;
}

impl pallet_settlement::Config for Test {
	type Jobs = Spy;
	type Escrow = Spy;
	type Registry = Spy;
	type Disputes = Spy;
	type Randomness = Spy;
	type Time = Spy;
	type Signature = MultiSignature;
	type StakedShare = StakedShare;
	type UnstakedShare = UnstakedShare;
	type ProtocolFee = ProtocolFee;
	type DrawDelay = DrawDelay;
	type JudgeWindow = TimeToJudge;
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
/// What was noted of whom as a worker, and for what value.
#[storage_alias]
pub(crate) type Notes = StorageValue<Spies, Vec<(AccountId, String, Balance)>, ValueQuery>;
/// What was noted of whom as a verifier, and for what value.
#[storage_alias]
pub(crate) type VerifierNotes = StorageValue<Spies, Vec<(AccountId, String, Balance)>, ValueQuery>;
/// The payout account of each registered worker, and whether it is staked.
#[storage_alias]
pub(crate) type Workers = StorageMap<Spies, Blake2_128Concat, AccountId, (AccountId, bool)>;
/// Who took on the role of a verifier for `MODEL`, and whether it has the stake.
#[storage_alias]
pub(crate) type Verifiers = StorageValue<Spies, Vec<(AccountId, bool)>, ValueQuery>;
/// In which block verifiers became able to judge; in the first one, if it is not said.
#[storage_alias]
pub(crate) type Since = StorageMap<Spies, Blake2_128Concat, AccountId, u32, ValueQuery>;
/// The disputes whose committees were drawn.
#[storage_alias]
pub(crate) type Drawn = StorageValue<Spies, Vec<JobId>, ValueQuery>;
/// The disputes that were dismissed.
#[storage_alias]
pub(crate) type Dismissed = StorageValue<Spies, Vec<JobId>, ValueQuery>;

/// What it weighs to end a dispute.
pub(crate) const DISMISSAL: Weight = Weight::from_parts(1_000, 10);

/// What came of a call, whatever it weighed.
pub(crate) fn done(outcome: DispatchResultWithPostInfo) -> DispatchResult {
	outcome.map(|_| ()).map_err(|error| error.error)
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
	fn price_of(_: &ModelId) -> Option<(TierId, Price)> {
		unreachable!("what a job costs was fixed when it was created")
	}

	fn worker(owner: &AccountId) -> Option<WorkerStanding<AccountId>> {
		let (payout, staked) = Workers::get(owner)?;
		// The worker key is not the owner's key.
		Some(WorkerStanding { key: worker_key(owner).public(), payout, staked, at_risk: 0 })
	}

	fn keys(_: &AccountId, _: Moment) -> Vec<WorkerKey> {
		unreachable!("disputes ask what was signed before")
	}

	fn serves(_: &AccountId, _: &ModelId) -> bool {
		unreachable!("who serves what was checked when the job was created")
	}

	fn verifier(owner: &AccountId, model: &ModelId) -> Option<VerifierStanding<AccountId>> {
		let able = *model == MODEL && Verifiers::get().contains(&(owner.clone(), true));
		let payout = Workers::get(owner)?.0;
		let since = Since::get(owner);
		able.then(|| VerifierStanding { key: worker_key(owner).public(), payout, since })
	}

	fn verifiers(model: &ModelId) -> Vec<AccountId> {
		assert_eq!(*model, MODEL);
		Verifiers::get().into_iter().map(|(owner, _)| owner).collect()
	}

	fn note(owner: &AccountId, conduct: Conduct, value: Balance) {
		assert!(matches!(conduct, Conduct::Delivered { .. }), "jobs and disputes note the rest");
		Notes::mutate(|notes| notes.push((owner.clone(), said(conduct), value)));
	}

	fn note_verifier(owner: &AccountId, conduct: Conduct, value: Balance) {
		VerifierNotes::mutate(|notes| notes.push((owner.clone(), said(conduct), value)));
	}

	fn slash(_: &AccountId, _: Balance, _: &AccountId) -> Balance {
		unreachable!("disputes slash")
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(owner: &AccountId, _: WorkerKey, _: &ModelId) {
		Workers::insert(owner, (owner.clone(), false));
		Verifiers::mutate(|verifiers| verifiers.push((owner.clone(), true)));
	}
}

/// A conduct as the notes keep it.
pub(crate) fn said(conduct: Conduct) -> String {
	format!("{conduct:?}")
}

/// The note of a worker that had promised nothing.
pub(crate) fn delivered(elapsed: Moment) -> String {
	said(Conduct::Delivered { elapsed, promised: None })
}

impl Randomness<H256, u32> for Spy {
	fn random(subject: &[u8]) -> (H256, u32) {
		let seed = (Seed::get(), subject).using_encoded(sp_io::hashing::blake2_256);
		(H256(seed), System::block_number())
	}
}

impl Disputes<AccountId> for Spy {
	fn open_by_verifier(job: JobId, verifier: &AccountId, judgement: Judgement) -> DispatchResult {
		if DisputesBroken::get() {
			return Err(DispatchError::Other("broken"));
		}
		let auction = Book::get(job).and_then(|record| record.auction).expect("it is auctioned");
		assert_eq!(auction.verifier.as_ref(), Some(verifier));
		<Self as JobBook<_>>::dispute(job, Some(judgement), Now::get() + DISPUTE)
	}

	fn is_dismissible(job: &JobId) -> bool {
		!Drawn::get().contains(job)
	}

	fn dismiss(job: JobId) {
		Dismissed::mutate(|dismissed| dismissed.push(job));
	}

	fn dismiss_weight() -> Weight {
		DISMISSAL
	}
}

impl JobEscrow<AccountId> for Spy {
	fn lock(_: JobId, _: &AccountId, _: Balance) -> DispatchResult {
		unreachable!("only jobs lock")
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
		if let Some((requester, amount)) = Ledger::take(job) {
			Purses::mutate(requester, |purse| *purse += amount);
		}
	}

	fn pay_out(
		job: JobId,
		payout: &AccountId,
		worker: Balance,
		treasury: Balance,
	) -> Result<Balance, DispatchError> {
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
		Ok(refund + u128::from(EscrowLies::get()))
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
	if EscrowBroken::get() {
		return Err(DispatchError::Other("broken"));
	}
	let (requester, locked) = Ledger::get(job).ok_or(DispatchError::CannotLookup)?;
	let left = locked.checked_sub(amount).ok_or(DispatchError::Other("less is locked"))?;
	Ledger::insert(job, (requester.clone(), left));
	Ok(requester)
}

fn auction_of(record: &mut JobRecord<AccountId>) -> &mut Auction<AccountId> {
	record.auction.as_mut().expect("it is auctioned")
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

	fn submit(
		job: JobId,
		outcome: Outcome<AccountId>,
		result: Cid,
		verifier: Option<AccountId>,
		until: Moment,
	) -> DispatchResult {
		advance(job, Step::Submit, |record| {
			record.deadline = until;
			record.outcome = Some(outcome);
			let auction = auction_of(record);
			auction.result = Some(result);
			auction.verifier = verifier;
		})
	}

	fn appoint(job: JobId, verifier: AccountId, until: Moment) -> DispatchResult {
		let mut record = Book::get(job).ok_or(DispatchError::CannotLookup)?;
		assert_eq!(record.state, JobState::Submitted);
		assert_eq!(auction_of(&mut record).verifier.replace(verifier), None);
		record.deadline = until;
		Book::insert(job, record);
		Ok(())
	}

	fn verify(job: JobId, judgement: Option<Judgement>) -> DispatchResult {
		advance(job, Step::Verify, |record| {
			let auction = auction_of(record);
			auction.attested = judgement;
			record.deadline = Now::get() + auction.terms.challenge_window;
		})
	}

	fn dispute(job: JobId, judgement: Option<Judgement>, until: Moment) -> DispatchResult {
		advance(job, Step::Dispute, |record| {
			record.deadline = until;
			if let Some(judgement) = judgement {
				auction_of(record).attested = Some(judgement);
			}
		})
	}

	fn confirm(job: JobId) -> DispatchResult {
		advance(job, Step::Confirm, |_| ())
	}

	fn postpone(_: JobId, _: Moment) -> DispatchResult {
		unreachable!("disputes have phases")
	}

	fn close(job: JobId, payment: Payment) -> DispatchResult {
		let record = Book::get(job).ok_or(DispatchError::CannotLookup)?;
		if payment.total() != Some(record.locked) {
			return Err(DispatchError::Other("the payment does not add up"));
		}
		let disputed = record.state == JobState::Disputed;
		let step = if disputed { Step::Resolve } else { Step::Settle };
		advance(job, step, |record| record.payment = Some(payment))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_auction(_: &AccountId, _: &AccountId, _: &AccountId, _: &ModelId) -> JobId {
		unreachable!("the runtime runs the benchmarks")
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
		auction: None,
		payment: None,
	};
	Purses::mutate(requester, |purse| *purse -= LOCK);
	Ledger::insert(job, (requester.clone(), LOCK));
	Book::insert(job, record);
	job
}

/// Put an auction into the book, awarded to BRAVO, with this verifier named.
pub(crate) fn insert_auction(named: Option<u8>) -> JobId {
	let job = JobId(H256::from_low_u64_be(Book::iter().count() as u64 + 1));
	let requester = account(REQUESTER);
	let terms = AuctionTerms {
		model: MODEL,
		document: Cid::truncate_from(b"bafkqaaa".to_vec()),
		payment_max: PAYMENT_MAX,
		verifier_fee: FEE,
		bid_window: 40_000,
		latency_max: 20_000,
		challenge_window: CHALLENGE_WINDOW,
		mechanism: DisputeMechanism::Committee,
		matcher: None,
		verifier: named.map(account),
	};
	let agreed = Agreement { price: AGREED, latency: LATENCY, awarded_at: Now::get() };
	let record = JobRecord {
		kind: JobKind::Auction,
		state: JobState::Accepted,
		requester: requester.clone(),
		model: MODEL,
		tier: TierId(1),
		price: Price::default(),
		max: TokenCounts::default(),
		locked: AUCTION_LOCK,
		candidates: Candidates::new(),
		request: [5; 32],
		created_at: Now::get() - 9_000,
		created_in: 1,
		deadline: Now::get() + DELIVERY,
		accepted_by: Some(account(BRAVO)),
		outcome: None,
		auction: Some(Auction {
			terms,
			agreed: Some(agreed),
			result: None,
			verifier: None,
			attested: None,
		}),
		payment: None,
	};
	// The excess went back with the award.
	Purses::mutate(&requester, |purse| *purse -= AGREED + FEE);
	Ledger::insert(job, (requester, AGREED + FEE));
	Book::insert(job, record);
	job
}

pub(crate) fn submission(job: JobId, worker: u8) -> Submission<AccountId> {
	let result = Cid::truncate_from(b"bafkqabi".to_vec());
	Submission { job, worker: account(worker), result, output: [6; 32] }
}

pub(crate) fn sign_submission(submission: &Submission<AccountId>) -> sr25519::Signature {
	worker_key(&submission.worker).sign(&submission.message(genesis()))
}

/// The judgement of what BRAVO delivers.
pub(crate) fn attestation(job: JobId, verifier: u8, passed: bool) -> Attestation<AccountId> {
	let submission = submission(job, BRAVO).digest();
	Attestation { job, verifier: account(verifier), submission, passed, evidence: [9; 32] }
}

pub(crate) fn sign_attestation(attestation: &Attestation<AccountId>) -> sr25519::Signature {
	worker_key(&attestation.verifier).sign(&attestation.message(genesis()))
}

pub(crate) fn submit(job: JobId) -> DispatchResult {
	let submission = submission(job, BRAVO);
	let signature = sign_submission(&submission);
	Settlement::do_submit_result(submission, &signature)
}

pub(crate) fn attest(job: JobId, passed: bool) -> DispatchResult {
	let attestation = attestation(job, VERA, passed);
	Settlement::do_attest(&attestation, &sign_attestation(&attestation))
}

/// The confirmation of BRAVO's delivery by `signer`.
pub(crate) fn confirmation_by(signer: u8, job: JobId) -> Receipt<MultiSignature> {
	let digest = submission(job, BRAVO).digest();
	let signature = pair(signer).sign(&receipt_message(genesis(), job, &digest)).into();
	Receipt { proof: digest, signature }
}

pub(crate) fn judge_of(job: JobId) -> Option<AccountId> {
	Book::get(job).and_then(|record| record.auction).and_then(|auction| auction.verifier)
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
		let delivered = matches!(
			record.state,
			JobState::Submitted
				| JobState::Verified
				| JobState::Disputed
				| JobState::Settled
				| JobState::Resolved
		);
		assert_eq!(record.outcome.is_some(), delivered);
		if let Some(payment) = record.payment {
			assert_eq!(payment.total(), Some(record.locked));
			assert_eq!(payment.verifier, record.verifier_paid());
		}
		if let Some(auction) = &record.auction {
			let party = [Some(&record.requester), record.accepted_by.as_ref()];
			assert!(auction.verifier.is_none() || !party.contains(&auction.verifier.as_ref()));
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
			for verifier in [VERA, VICTOR] {
				Workers::insert(account(verifier), (payout_account(verifier), true));
				Verifiers::append((account(verifier), true));
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
		record.payment = Some(Payment { refund: record.locked, ..Payment::default() });
	})
	.expect("nothing was delivered");
	Spy::refund(job);
}

/// How far an auctioned job has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Auctioned {
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
	Expired,
}

impl Auctioned {
	pub(crate) const ALL: [Self; 8] = [
		Self::Accepted,
		Self::Submitted,
		Self::Appointed,
		Self::Verified,
		Self::Disputed,
		Self::Settled,
		Self::Resolved,
		Self::Expired,
	];

	/// An auction of `REQUESTER` at this stage, awarded to `BRAVO`. Its events and what was noted
	/// are forgotten.
	pub(crate) fn create(self) -> JobId {
		let job = insert_auction((self != Self::Submitted).then_some(VERA));
		self.reach(job).expect("the job waits for it");
		Notes::kill();
		VerifierNotes::kill();
		System::reset_events();
		job
	}

	fn reach(self, job: JobId) -> DispatchResult {
		match self {
			Self::Accepted => return Ok(()),
			Self::Expired => {
				end(job, Step::Expire);
				return Ok(());
			},
			_ => submit(job)?,
		}
		match self {
			Self::Verified => attest(job, true),
			Self::Disputed => attest(job, false),
			Self::Settled => {
				attest(job, true)?;
				Settlement::settle_due(job);
				Ok(())
			},
			Self::Resolved => {
				attest(job, false)?;
				<Settlement as millrace_primitives::traits::Payments<_>>::give_back(job, true);
				Ok(())
			},
			_ => Ok(()),
		}
	}
}
