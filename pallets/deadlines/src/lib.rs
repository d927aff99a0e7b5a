#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

pub use pallet::*;
pub use types::DueAt;
pub use weights::WeightInfo;

mod tick_impls;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

#[frame_support::pallet]
pub mod pallet {
	use frame_support::{dispatch::PostDispatchInfo, pallet_prelude::*, weights::WeightMeter};
	use frame_system::pallet_prelude::*;
	use millrace_primitives::{traits::OnDeadline, Moment};
	use sp_runtime::Perbill;

	use crate::{DueAt, WeightInfo};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

	/// A queue that the block hooks drain.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime decides.
	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// What falls due.
		type Item: Parameter + MaxEncodedLen;

		/// What is done when it does.
		type OnDeadline: OnDeadline<Self::Item>;

		/// Chain time. In `on_initialize` it is still the parent block's.
		type Now: Get<Moment>;

		/// The part of a block that one pass over the queue may use before transactions come, and
		/// that one call of `service` may use.
		#[pallet::constant]
		type Share: Get<Perbill>;

		/// What the queue itself weighs.
		type WeightInfo: WeightInfo;
	}

	/// What has not fallen due yet, earliest first.
	// Identity: the first key is a time written big-endian, and reading the queue in the order of
	// its keys is what makes it a queue. Blake2 for the item: users have a say in what it is.
	#[pallet::storage]
	pub type Queue<T: Config> = StorageDoubleMap<
		_,
		Identity,
		DueAt,
		Blake2_128Concat,
		<T as Config>::Item,
		(),
		OptionQuery,
	>;

	/// How many items have left the queue in this block. Their keys stay in the way of whoever looks
	/// for the first item until the block ends, and that look is charged for each of them.
	#[pallet::storage]
	pub type Removed<T: Config> = StorageValue<_, u32, ValueQuery>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::do_on_initialize()
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			Self::pass(&mut meter, u32::MAX);
			meter.consumed()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			Removed::<T>::kill();
		}

		fn integrity_test() {
			Self::ensure_the_share_suffices();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Handle up to `max` items that have fallen due, for when the hooks have fallen behind.
		///
		/// - `origin`: Must be Signed; anybody may.
		/// - `max`: The most items to handle. The share of a block that a pass may use bounds it too.
		///
		/// Costs nothing if at least one item was handled.
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::share())]
		pub fn service(origin: OriginFor<T>, max: u32) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let mut meter = WeightMeter::with_limit(Self::share());
			let pass = Self::pass(&mut meter, max);
			let pays_fee = if pass.handled > 0 { Pays::No } else { Pays::Yes };
			Ok(PostDispatchInfo { actual_weight: Some(meter.consumed()), pays_fee })
		}
	}
}
