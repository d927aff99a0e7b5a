//! Tests of the pallet, one file per call or seam.

#![expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]

mod accept;
mod award;
mod book;
mod cancel;
mod create;
mod create_auction;
mod deadlines;
mod judgement;
mod model;
mod parameters;

use frame_support::assert_noop;
use sp_runtime::DispatchError;

use crate::mock::RuntimeOrigin;

/// Every origin that is not a signed account.
fn unsigned_origins() -> [RuntimeOrigin; 3] {
	[RuntimeOrigin::root(), RuntimeOrigin::none(), frame_system::RawOrigin::Authorized.into()]
}

/// Assert that a call refuses these origins and changes nothing.
fn assert_bad_origin(
	origins: impl IntoIterator<Item = RuntimeOrigin>,
	call: impl Fn(RuntimeOrigin) -> sp_runtime::DispatchResult,
) {
	for origin in origins {
		assert_noop!(call(origin), DispatchError::BadOrigin);
	}
}
