use frame_support::ensure;
use sp_runtime::TryRuntimeError;

use crate::{Config, DueAt, Pallet, Queue};

impl<T: Config> Pallet<T> {
	/// What holds between any two calls:
	///
	/// 1. Every key of the queue can be read.
	/// 2. The queue is read in the order of time.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::every_key_can_be_read()?;
		Self::the_order_is_that_of_time()
	}

	/// 1. An iterator skips what it cannot decode, and such an item would never be handled.
	fn every_key_can_be_read() -> Result<(), TryRuntimeError> {
		let readable = Queue::<T>::iter_keys().count();
		let stored = Queue::<T>::iter_values().count();
		ensure!(readable == stored, "the queue holds a key that cannot be read");
		Ok(())
	}

	/// 2.
	fn the_order_is_that_of_time() -> Result<(), TryRuntimeError> {
		let mut latest = DueAt::from(0);
		for (due, _) in Queue::<T>::iter_keys() {
			ensure!(latest.moment() <= due.moment(), "the queue is not read in the order of time");
			latest = due;
		}
		Ok(())
	}
}
