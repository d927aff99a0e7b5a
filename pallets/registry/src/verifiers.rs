//! The role of the verifier, and the seats that each model has for it.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{ensure, pallet_prelude::*};
use millrace_primitives::ModelId;

use crate::{
	pallet::{count, WorkerRecordOf},
	types::ModelIds,
	Config, Error, Event, Models, Pallet, Verifiers, Workers,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_verified_models(owner: T::AccountId, models: ModelIds) -> DispatchResult {
		let models_count = count(&models);
		Self::try_mutate_worker(&owner, |record| {
			Self::ensure_on_offer(&models)?;
			let takes_on = models.iter().any(|model| !record.verifies.contains(model));
			ensure!(!takes_on || Self::can_verify(record), Error::<T>::VerifierStakeTooLow);
			Self::reseat(&owner, &record.verifies, &models)?;
			record.verifies = models;
			Ok(())
		})?;
		Self::deposit_event(Event::VerifiedModelsChanged { owner, models: models_count });
		Ok(())
	}

	pub(crate) fn do_displace_verifier(
		owner: T::AccountId,
		model: ModelId,
		displaced: T::AccountId,
	) -> DispatchResult {
		ensure!(Models::<T>::contains_key(model), Error::<T>::UnknownModel);
		Self::try_mutate_worker(&owner, |record| Self::take_on(record, model))?;
		Workers::<T>::try_mutate(&displaced, |record| match record {
			Some(record) => Self::lose(record, &model),
			None => Err(Error::<T>::NotAVerifier),
		})?;
		Verifiers::<T>::try_mutate(model, |seats| {
			ensure!(seats.is_full(), Error::<T>::SeatFree);
			seats.retain(|seated| *seated != displaced);
			seats.try_push(owner.clone()).map_err(|_| Error::<T>::TooManyVerifiers)
		})?;
		Self::deposit_event(Event::VerifierDisplaced {
			owner: displaced,
			model_id: model,
			by: owner,
		});
		Ok(())
	}

	/// Give up the seats of the list `from` that are not on the list `to`, and take those of `to`
	/// that were not on `from`.
	pub(crate) fn reseat(owner: &T::AccountId, from: &[ModelId], to: &[ModelId]) -> DispatchResult {
		for model in to.iter().filter(|model| !from.contains(model)) {
			Verifiers::<T>::try_mutate(model, |seats| seats.try_push(owner.clone()))
				.map_err(|_| Error::<T>::TooManyVerifiers)?;
		}
		for model in from.iter().filter(|model| !to.contains(model)) {
			Verifiers::<T>::mutate_exists(model, |seats| {
				let left = seats.take().map(|mut seats| {
					seats.retain(|seated| seated != owner);
					seats
				});
				*seats = left.filter(|seats| !seats.is_empty());
			});
		}
		Ok(())
	}

	/// Whether a worker that was as `before` and is as `after` may judge where it could not.
	pub(crate) fn comes_to_judge(before: &WorkerRecordOf<T>, after: &WorkerRecordOf<T>) -> bool {
		let takes_on = after.verifies.iter().any(|model| !before.verifies.contains(model));
		let fills_up = Self::can_verify(after) && !Self::can_verify(before);
		// A verifier that is paid where a party is may not judge: paid elsewhere, it may.
		takes_on || fills_up || after.payout != before.payout
	}

	fn take_on(record: &mut WorkerRecordOf<T>, model: ModelId) -> DispatchResult {
		ensure!(Self::can_verify(record), Error::<T>::VerifierStakeTooLow);
		ensure!(!record.verifies.contains(&model), Error::<T>::AlreadyVerifies);
		record.verifies.try_push(model).map_err(|_| Error::<T>::TooManyVerified)?;
		Ok(())
	}

	fn lose(record: &mut WorkerRecordOf<T>, model: &ModelId) -> Result<(), Error<T>> {
		ensure!(record.verifies.contains(model), Error::<T>::NotAVerifier);
		ensure!(!Self::can_verify(record), Error::<T>::StillEligible);
		record.verifies.retain(|verified| verified != model);
		Ok(())
	}
}
