//! Who is drawn to decide.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::{collections::BTreeSet, vec::Vec};

use codec::Encode;
use frame_support::traits::{Get, Randomness};
use millrace_primitives::{
	traits::{JobBook, Registry, VerifierStanding},
	JobId, JobRecord, ModelId,
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{traits::SaturatedConversion, DispatchError};

use crate::{
	types::{Ballot, Case, CommitteeOf, Juror},
	CaseOf, Config, Error, Pallet, COMMITTEE_MAX, QUORUM,
};

/// Names the draw of a committee to the randomness, so that nothing else that is drawn for the same
/// job in the same block gets the same seed.
const SUBJECT: &[u8] = b"millrace/committee";

/// What a committee is drawn by.
#[derive(Clone, Copy)]
pub(crate) struct Seed {
	pub(crate) value: H256,
	/// The block since which the seed may have been known.
	pub(crate) known_since: u32,
}

/// `accounts` in the order in which `seed` draws them: that of `blake2_256(seed ‖ account)`.
///
/// Every order is as likely as any other, as long as no account was chosen after the seed. Where an
/// account comes depends on nothing but itself: others that come, go or change places move nobody.
pub(crate) fn ranked<AccountId: Encode>(
	seed: H256,
	mut accounts: Vec<AccountId>,
) -> Vec<AccountId> {
	accounts.sort_by_cached_key(|account| (seed, account).using_encoded(blake2_256));
	accounts
}

impl<T: Config> Pallet<T> {
	/// The seed for the committee of a job, unless it was known when the dispute was raised.
	pub(crate) fn seed(job_id: JobId, case: &CaseOf<T>) -> Option<Seed> {
		let subject = (SUBJECT, job_id, case.round).encode();
		let (value, known_since) = T::Randomness::random(&subject);
		let known_since = known_since.saturated_into();
		(known_since > case.raised_in).then_some(Seed { value, known_since })
	}

	/// The committee that `seed` draws: the first that may judge. `None` if so few may that the seed
	/// would hardly choose among them.
	///
	/// Accounts are ranked first and looked at then, which is as fair and reads no more than it must.
	/// Who became a verifier when the seed was known already may have done so because of it, and is not
	/// drawn. It counts among those there are to choose from all the same: or else any of them could
	/// make them too few, when it does not like the draw, by changing where it is paid.
	pub(crate) fn committee(
		job_id: JobId,
		case: &CaseOf<T>,
		seed: Seed,
	) -> Result<Option<CommitteeOf<T>>, DispatchError> {
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		let [size, pool_min, quorum] =
			[T::CommitteeSize::get().min(COMMITTEE_MAX), T::PoolMin::get(), QUORUM]
				.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
		let parties = parties(&record, case);
		let (mut eligible, mut jurors) = (0_usize, Vec::new());
		for account in ranked(seed.value, T::Registry::verifiers(&record.model)) {
			if eligible >= pool_min && jurors.len() >= size {
				break;
			}
			let Some(standing) = Self::judge(&account, &record.model, &parties) else { continue };
			eligible = eligible.saturating_add(1);
			if standing.since < seed.known_since && jurors.len() < size {
				let VerifierStanding { payout, .. } = standing;
				jurors.push(Juror { account, payout, ballot: Ballot::Awaited });
			}
		}
		let can_decide = eligible >= pool_min && jurors.len() >= quorum;
		Ok(can_decide.then(|| CommitteeOf::<T>::truncate_from(jurors)))
	}

	/// The verifier of `account`, if it may judge what concerns `parties`.
	fn judge(
		account: &T::AccountId,
		model: &ModelId,
		parties: &BTreeSet<T::AccountId>,
	) -> Option<VerifierStanding<T::AccountId>> {
		if parties.contains(account) {
			return None;
		}
		T::Registry::verifier(account, model).filter(|standing| !parties.contains(&standing.payout))
	}
}

/// Who must not judge: everybody whom the job or the dispute concerns, by the accounts that they were
/// bound by. Where they are paid now does not matter: who could name an account could name that of an
/// honest juror, to be rid of it.
fn parties<AccountId: Ord + Clone>(
	record: &JobRecord<AccountId>,
	case: &Case<AccountId>,
) -> BTreeSet<AccountId> {
	let mut parties = BTreeSet::from([record.requester.clone(), case.challenger.clone()]);
	if let Some(auction) = &record.auction {
		parties.extend(auction.verifier.clone());
		parties.extend(auction.terms.verifier.clone());
		parties.extend(auction.terms.matcher.clone());
	}
	if let Some(outcome) = &record.outcome {
		parties.insert(outcome.worker.clone());
		parties.insert(outcome.payout.clone());
	}
	parties
}
