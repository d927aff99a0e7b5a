//! What it takes to change the parameters.

#![expect(clippy::wildcard_imports, reason = "frame_benchmarking::v2 is made to be used so")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up fails")]

use alloc::boxed::Box;

use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;

use super::{Call, Config, Current, Event, Pallet};

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set() {
		let origin = T::AdminOrigin::try_successful_origin().expect("there is an admin");
		let mut parameters = Box::new(Current::<T>::get());
		parameters.dispute_bond = parameters.dispute_bond.saturating_add(1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters.clone());

		assert_eq!(Current::<T>::get(), *parameters);
		let changed: <T as frame_system::Config>::RuntimeEvent =
			Event::<T>::Changed { parameters }.into();
		frame_system::Pallet::<T>::assert_last_event(changed);
	}
}
