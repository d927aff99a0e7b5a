//! The queue: putting in, taking out, and the bounded pass that handles what has fallen due.

#![deny(clippy::expect_used, clippy::as_conversions)]

use frame_support::{
	dispatch::DispatchClass,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use frame_system::limits::BlockWeights;
use millrace_primitives::{
	traits::{Deadlines, OnDeadline},
	Moment,
};

use crate::{types::Pass, Config, DueAt, Pallet, Queue, Removed, WeightInfo};

const LOG_TARGET: &str = "runtime::deadlines";

impl<T: Config> Deadlines<T::Item> for Pallet<T> {
	fn schedule(item: T::Item, when: Moment) {
		Queue::<T>::insert(DueAt::from(when), item, ());
	}

	fn cancel(item: T::Item, when: Moment) {
		Self::remove(when.into(), &item);
	}
}

impl<T: Config> Pallet<T> {
	/// The most that one pass before the transactions, or one call of `service`, may weigh.
	pub fn share() -> Weight {
		let block: BlockWeights = T::BlockWeights::get();
		let (share, whole) = (T::Share::get(), block.max_block);
		Weight::from_parts(share.mul_floor(whole.ref_time()), share.mul_floor(whole.proof_size()))
	}

	/// Handle what has fallen due within the share of the block.
	///
	/// An item that alone weighs more than the share is handled alone, over the share: nothing
	/// behind it would ever be reached otherwise.
	pub(crate) fn do_on_initialize() -> Weight {
		let mut meter = WeightMeter::with_limit(Self::share());
		let pass = Self::pass(&mut meter, u32::MAX);
		let consumed = meter.consumed();
		let (0, Some((due, item))) = (pass.handled, pass.too_heavy) else {
			return consumed;
		};
		let weight = Self::weight_of(&item);
		if T::WeightInfo::look().saturating_add(weight).all_lte(Self::share()) {
			return consumed;
		}
		log::warn!(
			target: LOG_TARGET,
			"an item due at {} weighs {weight}, more than the share of a block",
			due.moment(),
		);
		Self::handle(due, item);
		consumed.saturating_add(weight)
	}

	/// Handle up to `max` items that have fallen due, as long as `meter` lasts. Every item leaves the
	/// queue before it is handled, so none is handled twice.
	pub(crate) fn pass(meter: &mut WeightMeter, max: u32) -> Pass<T::Item> {
		let mut pass = Pass { handled: 0, too_heavy: None };
		if meter.try_consume(Self::look_weight()).is_err() {
			return pass;
		}
		let now = T::Now::get();
		for (due, item) in Queue::<T>::iter_keys() {
			if due.moment() > now || pass.handled >= max {
				break;
			}
			if meter.try_consume(Self::weight_of(&item)).is_err() {
				pass.too_heavy = Some((due, item));
				break;
			}
			Self::handle(due, item);
			pass.handled = pass.handled.saturating_add(1);
		}
		pass
	}

	fn handle(due: DueAt, item: T::Item) {
		Self::remove(due, &item);
		T::OnDeadline::fall_due(item);
	}

	/// Take an item off the queue.
	pub(crate) fn remove(due: DueAt, item: &T::Item) {
		if Queue::<T>::take(due, item).is_some() {
			// A block has no room for so many.
			Removed::<T>::mutate(|removed| *removed = removed.saturating_add(1));
		}
	}

	/// What it weighs to look for the first item now.
	pub(crate) fn look_weight() -> Weight {
		let removed = Removed::<T>::get();
		T::WeightInfo::look().saturating_add(T::DbWeight::get().reads(removed.into()))
	}

	/// What it weighs to handle `item`.
	pub(crate) fn weight_of(item: &T::Item) -> Weight {
		T::WeightInfo::take().saturating_add(T::OnDeadline::weight(item))
	}

	/// Check that a pass can do anything at all, and that a call of `service` fits into a block.
	pub(crate) fn ensure_the_share_suffices() {
		let least = T::WeightInfo::look().saturating_add(T::WeightInfo::take());
		assert!(
			Self::share().all_gte(least),
			"`Share` is too small for a pass over the queue to handle a single item"
		);
		let block: BlockWeights = T::BlockWeights::get();
		if let Some(most) = block.get(DispatchClass::Normal).max_extrinsic {
			assert!(
				Self::share().all_lte(most),
				"`Share` is larger than a transaction may be, so `service` could not be called"
			);
		}
	}
}
