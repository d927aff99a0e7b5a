//! Who is drawn to decide.

#![deny(clippy::expect_used, clippy::as_conversions)]

use alloc::{collections::BTreeSet, vec::Vec};

use codec::Encode;
use frame_support::traits::{Get, Randomness};
use millrace_primitives::{
	traits::{JobBook, Registry},
	JobId,
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{traits::SaturatedConversion, DispatchError};

use crate::{
	types::{Ballot, CommitteeOf, JobRecordOf, Juror},
	CaseOf, Config, Error, Pallet, COMMITTEE_MAX, QUORUM,
};

/// Names the draw of a committee to the randomness, so that nothing else that is drawn for the same
/// job in the same block gets the same seed.
const SUBJECT: &[u8] = b"millrace/committee";

/// `lots` in the order in which they are drawn with `seed`, without replacement.
///
/// Turn `n` takes the lot at `blake2_256(seed ‖ n) mod (lots that are left)`, from 128 bits of the
/// hash. Every order is as likely as any other but for a part in 2^121: what the remainder of a
/// 128-bit number favours among at most 128 lots.
pub(crate) fn drawn<Lot>(seed: H256, mut lots: Vec<Lot>) -> impl Iterator<Item = Lot> {
	let mut turn: u32 = 0;
	core::iter::from_fn(move || {
		let hash = (seed, turn).using_encoded(blake2_256);
		turn = turn.saturating_add(1);
		let number = u128::from_le_bytes(*hash.first_chunk()?);
		let left = u128::try_from(lots.len()).ok()?;
		let index = usize::try_from(number.checked_rem(left)?).ok()?;
		Some(lots.swap_remove(index))
	})
}

impl<T: Config> Pallet<T> {
	/// The seed for the committee of a job, unless it was known when the dispute was raised.
	pub(crate) fn seed(job_id: JobId, case: &CaseOf<T>) -> Option<H256> {
		let subject = (SUBJECT, job_id, case.round).encode();
		let (seed, known_since) = T::Randomness::random(&subject);
		(known_since.saturated_into::<u32>() > case.raised_in).then_some(seed)
	}

	/// The committee that `seed` draws; `None` if there are not enough to make one.
	///
	/// Lots are drawn first and looked at then, which is as fair and reads no more than it must.
	pub(crate) fn committee(
		job_id: JobId,
		case: &CaseOf<T>,
		seed: H256,
	) -> Result<Option<CommitteeOf<T>>, DispatchError> {
		let record = T::Jobs::job(&job_id).ok_or(Error::<T>::UnknownJob)?;
		let size = usize::try_from(T::CommitteeSize::get().min(COMMITTEE_MAX)).unwrap_or_default();
		let mut barred = Self::parties(&record, case);
		let mut jurors = CommitteeOf::<T>::default();
		for account in drawn(seed, T::Registry::verifiers(&record.model)) {
			if jurors.len() >= size {
				break;
			}
			if barred.contains(&account) {
				continue;
			}
			let Some(verifier) = T::Registry::verifier(&account, &record.model) else { continue };
			let payout = verifier.payout;
			if barred.contains(&payout) {
				continue;
			}
			// Who is paid to the same account is one and the same, and has one vote.
			barred.insert(account.clone());
			barred.insert(payout.clone());
			let juror = Juror { account, payout, ballot: Ballot::Awaited };
			if jurors.try_push(juror).is_err() {
				break;
			}
		}
		let quorum = usize::try_from(QUORUM).unwrap_or(usize::MAX);
		Ok((jurors.len() >= quorum).then_some(jurors))
	}

	/// Who must not judge: everybody whom the job or the dispute concerns, and where they are paid.
	fn parties(record: &JobRecordOf<T>, case: &CaseOf<T>) -> BTreeSet<T::AccountId> {
		let mut parties = BTreeSet::new();
		parties.insert(record.requester.clone());
		parties.insert(case.challenger.clone());
		if let Some(auction) = &record.auction {
			parties.extend(auction.verifier.clone());
			parties.extend(auction.terms.matcher.clone());
		}
		if let Some(outcome) = &record.outcome {
			parties.insert(outcome.worker.clone());
			parties.insert(outcome.payout.clone());
		}
		let paid_to =
			parties.iter().filter_map(T::Registry::worker).map(|standing| standing.payout);
		let payouts = paid_to.collect::<Vec<_>>();
		parties.extend(payouts);
		parties
	}
}
