#![expect(clippy::wildcard_imports, reason = "frame_benchmarking::v2 is made to be used so")]

use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{traits::Get, weights::WeightMeter};
use millrace_primitives::{traits::Deadlines, Moment};
use sp_runtime::traits::TrailingZeroInput;

use crate::{Config, DueAt, Pallet, Queue};

/// Some item. Its first byte is zero, so that it is a variant of an enum.
fn item<T: Config>(seed: u64) -> T::Item {
	let bytes = codec::Encode::encode(&(0u8, seed));
	T::Item::decode(&mut TrailingZeroInput::new(&bytes)).expect("an item is fixed-size data")
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn look() {
		Pallet::<T>::schedule(item::<T>(0), Moment::MAX);
		let mut meter = WeightMeter::new();
		let pass;

		#[block]
		{
			pass = Pallet::<T>::pass(&mut meter, 1);
		}

		assert_eq!(pass.handled, 0);
	}

	#[benchmark]
	fn take() {
		let due = DueAt::from(T::Now::get());
		for seed in 0..2 {
			Pallet::<T>::schedule(item::<T>(seed), due.moment());
		}
		let taken;

		#[block]
		{
			let mut keys = Queue::<T>::iter_keys();
			taken = keys.next();
			if let Some((due, item)) = &taken {
				Pallet::<T>::remove(*due, item);
			}
			keys.next();
		}

		assert!(taken.is_some());
		assert_eq!(Queue::<T>::iter_keys().count(), 1);
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
