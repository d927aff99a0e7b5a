//! What a release changes in the storage that the one before it left.
//!
//! A pallet whose storage changes its shape gets the next storage version and, here, a
//! [`VersionedMigration`](frame_support::migrations::VersionedMigration) from the one before, which
//! runs in the first block of the new runtime and never again. That block takes no notice of weight,
//! so what a migration touches is bounded as everything else is. A chain that begins with a runtime
//! has its versions from genesis and nothing to migrate.

#[cfg(feature = "increment-spec-version")]
pub use rehearsal::Migrations;

/// The migrations of this release, in the order in which they run. The first one has none.
#[cfg(not(feature = "increment-spec-version"))]
pub type Migrations = ();

/// What the release that exists for tests alone has to migrate.
#[cfg(feature = "increment-spec-version")]
mod rehearsal {
	use frame_support::{
		migrations::VersionedMigration,
		traits::{Get, UncheckedOnRuntimeUpgrade},
		weights::Weight,
	};

	use crate::{parameters::Current, Parameters, Runtime};

	type DbWeight = <Runtime as frame_system::Config>::DbWeight;

	/// The migrations of the release.
	pub type Migrations = (VersionedMigration<1, 2, LengthenRetention, Parameters, DbWeight>,);

	/// Makes the retention a millisecond longer each time it runs, by which a test can tell how often
	/// that was.
	pub struct LengthenRetention;

	impl UncheckedOnRuntimeUpgrade for LengthenRetention {
		fn on_runtime_upgrade() -> Weight {
			Current::<Runtime>::mutate(|parameters| {
				parameters.retention_ms = parameters.retention_ms.saturating_add(1);
			});
			DbWeight::get().reads_writes(1, 1)
		}
	}
}
