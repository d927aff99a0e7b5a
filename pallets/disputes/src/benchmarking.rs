//! Benchmarks of `pallet_disputes`, each at its worst case: a direct job with the most candidates, or an
//! auctioned one with the largest document, judged by a verifier; a committee as large as can be; among as
//! many verifiers as a model can have, the last of which makes the committee, so that every one of them is
//! looked at.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up must stop")]

use alloc::vec::Vec;

use codec::Encode;
use frame_benchmarking::v2::{account, benchmarks, BenchmarkError};
use frame_support::{
	pallet_prelude::{Authorize, TransactionSource},
	traits::{
		fungible::{Inspect, Mutate},
		EnsureOrigin, Get, Time,
	},
};
use frame_system::RawOrigin;
use millrace_primitives::{
	auction::{Cid, Judgement, CID_BYTES_MAX},
	dispute::{commit_message, vote_commitment},
	job::CANDIDATES_MAX,
	traits::{Disputes, JobBook, Payments, Registry, VERIFIERS_MAX},
	Balance, Commitment, FinishReason, JobId, JobState, ModelId, Outcome, Proof, Submission,
	TokenCounts, Verdict, WorkerKey, WORKER_KEY_TYPE,
};
use sp_core::{sr25519, H256};

use crate::{
	committee::{ranked, Seed},
	types::{Ballot, Committee, Decision, Juror, Offenders, Phase},
	Call, Cases, Config, JurorCases, Offences, Pallet, COMMITTEE_MAX,
};

const MODEL: ModelId = ModelId([7; 32]);
const EVIDENCE: Commitment = [8; 32];
const SALT: [u8; 32] = [9; 32];

/// A verifier for the model, with a key that signs nothing.
fn verifier<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let owner: T::AccountId = account(name, index, 0);
	let key = WorkerKey::from_raw((name, index).using_encoded(sp_io::hashing::blake2_256));
	T::Registry::prepare(&owner, key, &MODEL);
	owner
}

fn worker_account<T: Config>() -> T::AccountId {
	account("worker", 0, 0)
}

fn worker<T: Config>() -> T::AccountId {
	verifier::<T>("worker", 0)
}

/// Enough to challenge, and to live on.
fn funded<T: Config>(name: &'static str) -> T::AccountId {
	let owner: T::AccountId = account(name, 0, 0);
	let enough = T::DisputeBond::get().saturating_add(T::Currency::minimum_balance());
	T::Currency::set_balance(&owner, enough.saturating_mul(2));
	owner
}

fn outcome<T: Config>(worker: T::AccountId) -> Outcome<T::AccountId> {
	Outcome {
		payout: T::Registry::worker(&worker).unwrap().payout,
		worker,
		worker_share: 9_950,
		tokens: TokenCounts::default(),
		output: [1; 32],
		proof: [2; 32],
		finish: FinishReason::Stop,
		proven_at: T::Time::now(),
	}
}

/// An auctioned job that its verifier judged good.
fn verified<T: Config>() -> JobId {
	let worker = worker::<T>();
	let attestor = verifier::<T>("attestor", 0);
	let job = T::Jobs::prepare_auction(&funded::<T>("requester"), &worker, &attestor, &MODEL);
	let now = T::Time::now();
	let result = Cid::truncate_from(alloc::vec![b'c'; CID_BYTES_MAX as usize]);
	let until = now.saturating_add(1);
	T::Jobs::submit(job, outcome::<T>(worker), result, Some(attestor), until).unwrap();
	let judgement = Judgement { passed: true, evidence: EVIDENCE, at: now };
	T::Jobs::verify(job, Some(judgement)).unwrap();
	T::Payments::prepare(job);
	job
}

/// A direct job for which the last of its candidates delivered less than was locked for.
fn proven<T: Config>() -> JobId {
	let worker = worker::<T>();
	let others = (1..CANDIDATES_MAX).map(|index| verifier::<T>("candidate", index));
	let candidates = others.chain([worker.clone()]).collect();
	let job = T::Jobs::prepare(&funded::<T>("requester"), candidates, &MODEL);
	let max = T::Jobs::job(&job).unwrap().max;
	let tokens = TokenCounts { output: max.output.div_euclid(2), ..max };
	T::Jobs::prove(job, Outcome { tokens, ..outcome::<T>(worker) }).unwrap();
	T::Payments::prepare(job);
	job
}

/// A challenged job.
fn disputed<T: Config>(delivered: fn() -> JobId) -> JobId {
	let job = delivered();
	Pallet::<T>::do_raise(&funded::<T>("challenger"), job, EVIDENCE).unwrap();
	job
}

/// A dispute before the largest committee, in `phase`. The last juror signs with `key`.
fn before_committee<T: Config>(
	delivered: fn() -> JobId,
	phase: Phase,
	key: WorkerKey,
	ballot: impl Fn(u32) -> Ballot,
) -> (JobId, T::AccountId) {
	let job = disputed::<T>(delivered);
	let last: T::AccountId = account("last", 0, 0);
	T::Registry::prepare(&last, key, &MODEL);
	let others = (1..COMMITTEE_MAX).map(|index| verifier::<T>("juror", index));
	let accounts = others.chain([last.clone()]).collect::<Vec<_>>();
	let jurors = accounts.into_iter().zip(0..).map(|(juror, index)| {
		JurorCases::<T>::insert(&juror, job, ());
		// Paid to an account that there is not yet.
		Juror { payout: account("payout", index, 0), account: juror, ballot: ballot(index) }
	});
	let jurors = Committee::truncate_from(jurors.collect());
	Cases::<T>::mutate_extant(job, |case| {
		case.phase = phase;
		case.jurors = jurors;
	});
	(job, last)
}

/// A dispute in which the last commitment is awaited, and that commitment.
fn awaiting_commitment<T: Config>() -> (JobId, T::AccountId, Commitment, sr25519::Signature) {
	let key = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
	let is_last = |index| index == COMMITTEE_MAX.saturating_sub(1);
	let (job, juror) = before_committee::<T>(verified::<T>, Phase::Commit, key, |index| {
		if is_last(index) {
			Ballot::Awaited
		} else {
			Ballot::Committed([0; 32])
		}
	});
	let genesis = Pallet::<T>::genesis();
	let commitment = vote_commitment(genesis, job, 0, &juror, Verdict::AtFault, &SALT);
	let message = commit_message(genesis, job, 0, &juror, &commitment);
	let signature = sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, &key, &message).unwrap();
	(job, juror, commitment, signature)
}

/// A dispute in which all votes are awaited.
fn awaiting_votes<T: Config>() -> (JobId, T::AccountId) {
	let key = WorkerKey::from_raw([1; 32]);
	let hidden = |_| Ballot::Committed([0; 32]);
	let (job, juror) = before_committee::<T>(verified::<T>, Phase::Reveal, key, hidden);
	let genesis = Pallet::<T>::genesis();
	let commitment = vote_commitment(genesis, job, 0, &juror, Verdict::AtFault, &SALT);
	Cases::<T>::mutate_extant(job, |case| case.put_down(&juror, Ballot::Committed(commitment)));
	(job, juror)
}

fn signed_twice<Claim>(
	claims: [Claim; 2],
	key: &WorkerKey,
	message: impl Fn(&Claim) -> Vec<u8>,
) -> [(Claim, sr25519::Signature); 2] {
	claims.map(|claim| {
		let signature = sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, key, &message(&claim));
		(claim, signature.unwrap())
	})
}

/// Leave the worker so little stake that the challenger has to pay the jurors, and enough for every
/// share of it to be paid.
fn impoverish<T: Config>() {
	let worker = worker_account::<T>();
	let at_risk = T::Registry::worker(&worker).unwrap().at_risk;
	let left = T::Currency::minimum_balance().saturating_mul(100);
	T::Registry::slash(&worker, at_risk.saturating_sub(left), &T::Treasury::get());
}

/// Against the worker (0), or for it (1).
fn verdict(cleared: u32) -> Verdict {
	if cleared == 0 {
		Verdict::AtFault
	} else {
		Verdict::Cleared
	}
}

/// The dispute ended as it was meant to, and the money with it.
fn assert_closed<T: Config>(job: JobId, decision: Decision) {
	assert_eq!(Cases::<T>::get(job).unwrap().phase, Phase::Closed(decision));
	let record = T::Jobs::job(&job).unwrap();
	assert_eq!(record.state, JobState::Resolved);
	let is_paid = record.payment.unwrap().worker > 0;
	assert_eq!(is_paid, decision.verdict() == Some(Verdict::Cleared));
}

/// A dispute that waits for the arbiter.
fn awaiting_arbiter<T: Config>(delivered: fn() -> JobId) -> JobId {
	let job = disputed::<T>(delivered);
	Cases::<T>::mutate_extant(job, |case| case.phase = Phase::Arbitration);
	job
}

/// A dispute whose votes are counted: two of seven jurors are paid, one voted otherwise, and four hide
/// what they voted, which costs more reads and writes than to be paid. If against the worker, the
/// challenger has to pay the jurors, and the verifier of the job, if there was one, is overruled.
fn awaiting_tally<T: Config>(delivered: fn() -> JobId, cleared: u32) -> JobId {
	let key = WorkerKey::from_raw([1; 32]);
	let ballot = |index| match index {
		0 | 1 => Ballot::Revealed(verdict(cleared)),
		2 => Ballot::Revealed(verdict(1u32.saturating_sub(cleared))),
		_ => Ballot::Committed([0; 32]),
	};
	let (job, _) = before_committee::<T>(delivered, Phase::Reveal, key, ballot);
	impoverish::<T>();
	job
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn raise() {
		let job = verified::<T>();
		let challenger = funded::<T>("challenger");

		#[extrinsic_call]
		_(RawOrigin::Signed(challenger), job, EVIDENCE);

		assert_eq!(T::Jobs::job(&job).unwrap().state, JobState::Disputed);
	}

	#[benchmark]
	fn commit() {
		let (job, juror, commitment, signature) = awaiting_commitment::<T>();

		#[extrinsic_call]
		_(RawOrigin::Authorized, job, juror, commitment, signature);

		assert_eq!(Cases::<T>::get(job).unwrap().phase, Phase::Reveal);
	}

	#[benchmark]
	fn authorize_commit() -> Result<(), BenchmarkError> {
		let (job, juror, commitment, signature) = awaiting_commitment::<T>();
		let call = Call::<T>::commit { job, juror, commitment, signature };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call is not authorized")??;
		}

		Ok(())
	}

	/// Of a vote that is not the last; what the last one adds is `tally`.
	#[benchmark]
	fn reveal() {
		let (job, juror) = awaiting_votes::<T>();

		#[extrinsic_call]
		_(RawOrigin::Authorized, job, juror.clone(), Verdict::AtFault, SALT);

		let ballot = Cases::<T>::get(job).unwrap().ballot(&juror);
		assert_eq!(ballot, Some(Ballot::Revealed(Verdict::AtFault)));
	}

	#[benchmark]
	fn authorize_reveal() -> Result<(), BenchmarkError> {
		let (job, juror) = awaiting_votes::<T>();
		let call = Call::<T>::reveal { job, juror, verdict: Verdict::AtFault, salt: SALT };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call is not authorized")??;
		}

		Ok(())
	}

	#[benchmark]
	fn arbitrate_direct(c: Linear<0, 1>) -> Result<(), BenchmarkError> {
		let (job, verdict) = (awaiting_arbiter::<T>(proven::<T>), verdict(c));
		let origin =
			T::ArbiterOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		arbitrate(origin as T::RuntimeOrigin, job, verdict);

		assert_closed::<T>(job, Decision::Arbiter(verdict));
		Ok(())
	}

	#[benchmark]
	fn arbitrate_auction(c: Linear<0, 1>) -> Result<(), BenchmarkError> {
		let (job, verdict) = (awaiting_arbiter::<T>(verified::<T>), verdict(c));
		let origin =
			T::ArbiterOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		arbitrate(origin as T::RuntimeOrigin, job, verdict);

		assert_closed::<T>(job, Decision::Arbiter(verdict));
		Ok(())
	}

	/// Besides the present key, see `former_keys_weight`.
	#[benchmark]
	fn report_double_proof() {
		let key = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
		let worker: T::AccountId = account("worker", 0, 0);
		T::Registry::prepare(&worker, key, &MODEL);
		let others = (1..CANDIDATES_MAX).map(|index| verifier::<T>("candidate", index));
		let candidates = others.chain([worker.clone()]).collect::<Vec<_>>();
		let others = candidates.split_last().unwrap().1.to_vec();
		let job = T::Jobs::prepare(&funded::<T>("requester"), candidates, &MODEL);
		Offences::<T>::insert(job, Offenders::truncate_from(others));
		let proof = |output| Proof {
			job,
			worker: worker.clone(),
			model: MODEL,
			output: [output; 32],
			tokens: TokenCounts::default(),
			finish: FinishReason::Stop,
			class: [2; 32],
			entropy: H256::repeat_byte(3),
		};
		let genesis = Pallet::<T>::genesis();
		let claims = [proof(1), proof(2)];
		let [first, second] = signed_twice(claims, &key, |proof| proof.message(genesis));
		let reporter = funded::<T>("reporter");

		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), first.0, first.1, second.0, second.1);

		assert!(Offences::<T>::get(job).contains(&worker));
	}

	#[benchmark]
	fn report_double_submission() {
		let key = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
		let worker: T::AccountId = account("worker", 0, 0);
		T::Registry::prepare(&worker, key, &MODEL);
		let job = verified::<T>();
		let submission = |output| Submission {
			job,
			worker: worker.clone(),
			result: Cid::truncate_from(alloc::vec![b'c'; CID_BYTES_MAX as usize]),
			output: [output; 32],
		};
		let genesis = Pallet::<T>::genesis();
		let claims = [submission(1), submission(2)];
		let [first, second] = signed_twice(claims, &key, |claim| claim.message(genesis));
		let reporter = funded::<T>("reporter");

		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), first.0, first.1, second.0, second.1);

		assert!(Offences::<T>::get(job).contains(&worker));
	}

	#[benchmark]
	fn testify() {
		let job = disputed::<T>(verified::<T>);
		let requester = T::Jobs::job(&job).unwrap().requester;

		#[extrinsic_call]
		_(RawOrigin::Signed(requester), job, EVIDENCE);

		assert_eq!(Cases::<T>::get(job).unwrap().testimony, Some(EVIDENCE));
	}

	/// The longest message that a claim can be, by a key that did not sign it.
	#[benchmark]
	fn verify_signature() {
		let key = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
		let other = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
		let submission = Submission {
			job: JobId(H256::repeat_byte(1)),
			worker: worker_account::<T>(),
			result: Cid::truncate_from(alloc::vec![b'c'; CID_BYTES_MAX as usize]),
			output: [2; 32],
		};
		let message = submission.message(Pallet::<T>::genesis());
		let signature = sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, &key, &message).unwrap();
		let verified;

		#[block]
		{
			verified = Pallet::<T>::ensure_signed(&signature, &message, &[other]);
		}

		assert!(verified.is_err());
	}

	#[benchmark]
	fn tally_direct(c: Linear<0, 1>) {
		let job = awaiting_tally::<T>(proven::<T>, c);

		#[block]
		{
			Pallet::<T>::phase_due(job);
		}

		assert_closed::<T>(job, Decision::Committee(verdict(c)));
	}

	#[benchmark]
	fn tally_auction(c: Linear<0, 1>) {
		let job = awaiting_tally::<T>(verified::<T>, c);

		#[block]
		{
			Pallet::<T>::phase_due(job);
		}

		assert_closed::<T>(job, Decision::Committee(verdict(c)));
	}

	/// Of all the verifiers that a model can have, just enough for a committee have the stake: the
	/// first by rank, and the last.
	#[benchmark]
	fn draw() {
		// The worker and the verifier of the job are seated too, and barred.
		let job = disputed::<T>(verified::<T>);
		let seated = u32::try_from(T::Registry::verifiers(&MODEL).len()).unwrap();
		let others = VERIFIERS_MAX.saturating_sub(seated);
		let others = (0..others).map(|index| verifier::<T>("verifier", index));
		let value = H256::repeat_byte(1);
		let ranking = ranked(value, others.collect::<Vec<_>>());
		let enough = T::CommitteeSize::get().max(T::PoolMin::get());
		let first = usize::try_from(enough.saturating_sub(1)).unwrap();
		for owner in ranking.iter().skip(first).rev().skip(1) {
			T::Registry::slash(owner, Balance::MAX, &T::Treasury::get());
		}
		// They were there before the seed was known, and no two blocks that it is made of are the same.
		let now = 1_000u32;
		frame_system::Pallet::<T>::set_block_number(now.into());
		let known_since = now.saturating_add(1);
		let case = Cases::<T>::get(job).unwrap();

		#[block]
		{
			Pallet::<T>::seed(job, &case);
			Pallet::<T>::draw_with(job, case, Seed { value, known_since }).unwrap();
		}

		assert_eq!(Cases::<T>::get(job).unwrap().phase, Phase::Commit);
	}

	/// With what takes the job out of DISPUTED.
	#[benchmark]
	fn dismiss() {
		let job = disputed::<T>(verified::<T>);

		#[block]
		{
			<Pallet<T> as Disputes<T::AccountId>>::dismiss(job);
			T::Jobs::confirm(job).unwrap();
		}

		assert!(!Cases::<T>::contains_key(job));
	}

	#[benchmark]
	fn forget() {
		let (job, juror) = awaiting_votes::<T>();
		let offenders = Offenders::truncate_from(alloc::vec![juror; CANDIDATES_MAX as usize]);
		Offences::<T>::insert(job, offenders);

		#[block]
		{
			Pallet::<T>::forget(job);
		}

		assert!(!Cases::<T>::contains_key(job) && !Offences::<T>::contains_key(job));
	}
}
