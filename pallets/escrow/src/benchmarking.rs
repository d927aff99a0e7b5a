#![expect(clippy::wildcard_imports, reason = "frame_benchmarking::v2 is made to be used so")]

use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungibles::{hold, Inspect, Unbalanced},
	tokens::Precision,
	Get,
};
use frame_system::RawOrigin;
use millrace_primitives::Balance;

use crate::{Call, Claimable, Config, Event, HoldReason, Pallet};

/// Mint enough for `who` to lock `amount` and keep its account.
pub(crate) fn fund<T: Config>(who: &T::AccountId, amount: Balance) {
	let asset = T::PaymentAsset::get();
	let amount = amount.saturating_add(T::Assets::minimum_balance(asset.clone()));
	let issuance = T::Assets::total_issuance(asset.clone()).saturating_add(amount);
	T::Assets::increase_balance(asset.clone(), who, amount, Precision::Exact)
		.expect("the payment asset is live and the account not blocked");
	T::Assets::set_total_issuance(asset, issuance);
}

/// Park enough for `who` that it can be claimed.
pub(crate) fn park_for<T: Config>(who: &T::AccountId) {
	let asset = T::PaymentAsset::get();
	let amount = T::Assets::minimum_balance(asset.clone()).max(1);
	let pot = Pallet::<T>::pot();
	fund::<T>(&pot, amount);
	<T::Assets as hold::Mutate<T::AccountId>>::hold(
		asset,
		&HoldReason::JobEscrow.into(),
		&pot,
		amount,
	)
	.expect("the pot was funded");
	let parked = Claimable::<T>::get(who).unwrap_or(0);
	Claimable::<T>::insert(who, parked.saturating_add(amount));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn claim() {
		let caller: T::AccountId = whitelisted_caller();
		let who: T::AccountId = account("payee", 0, 0);
		park_for::<T>(&who);
		let amount = Claimable::<T>::get(&who).expect("just parked");

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone());

		let claimed = Event::<T>::Claimed { who, amount };
		frame_system::Pallet::<T>::assert_last_event(claimed.into());
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
