//! Tests of the pallet, one file per call or seam.

#![expect(
	clippy::arithmetic_side_effects,
	clippy::integer_division,
	clippy::needless_pass_by_value,
	reason = "an overflow fails the test, amounts are round, and a copy costs nothing"
)]

mod arbitrate;
mod commit;
mod committee;
mod defects;
mod dismiss;
mod forget;
mod model;
mod open_by_verifier;
mod parameters;
mod phase_due;
mod raise;
mod report;
mod reveal;
mod shares;
mod tally;
mod testify;
mod try_state;

use codec::Encode;
use frame_support::{
	assert_noop, assert_storage_noop,
	dispatch::GetDispatchInfo,
	pallet_prelude::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
		ValidTransaction,
	},
};
use frame_system::RawOrigin;
use sp_runtime::{
	traits::{Applyable, Checkable, Dispatchable},
	DispatchError,
};

use crate::{
	mock::{account, RuntimeCall, RuntimeOrigin, Test, UncheckedExtrinsic, REQUESTER},
	Call, Error,
};

const SOURCES: [TransactionSource; 3] =
	[TransactionSource::External, TransactionSource::Local, TransactionSource::InBlock];

fn extrinsic(call: Call<Test>) -> UncheckedExtrinsic {
	let call = RuntimeCall::Disputes(call);
	UncheckedExtrinsic::new_transaction(call, (frame_system::AuthorizeCall::new(),))
}

fn validate(call: Call<Test>, source: TransactionSource) -> TransactionValidity {
	let extrinsic = extrinsic(call);
	let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
	let context = frame_system::ChainContext::<Test>::default();
	let checked = Checkable::check(extrinsic, &context)?;
	checked.validate::<Test>(source, &info, len)
}

/// What the pool holds of a call that is good.
fn valid(call: Call<Test>) -> ValidTransaction {
	validate(call, TransactionSource::External).expect("the call is good")
}

/// Apply a call as a block does.
fn apply(call: Call<Test>) {
	let extrinsic = extrinsic(call);
	let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
	let context = frame_system::ChainContext::<Test>::default();
	let checked = Checkable::check(extrinsic, &context).expect("a general transaction");
	let result = checked.apply::<Test>(&info, len).expect("it is authorized");
	assert!(result.is_ok(), "{result:?}");
}

/// Assert that pool, block and call all refuse, and that nothing changes.
fn assert_refused(call: Call<Test>, error: Error<Test>) {
	let refusal = Err(TransactionValidityError::from(InvalidTransaction::Custom(error.code())));
	for source in SOURCES {
		assert_storage_noop!(assert_eq!(validate(call.clone(), source), refusal));
	}
	let dispatch = || {
		let call = RuntimeCall::Disputes(call.clone());
		call.dispatch(RawOrigin::Authorized.into()).map_err(|failure| failure.error)
	};
	assert_noop!(dispatch(), error);
}

/// Assert that a call refuses every origin but an authorized one.
fn assert_takes_only_authorized(call: Call<Test>) {
	for origin in
		[RuntimeOrigin::root(), RuntimeOrigin::none(), RuntimeOrigin::signed(account(REQUESTER))]
	{
		let dispatch = || {
			let call = RuntimeCall::Disputes(call.clone());
			call.dispatch(origin).map_err(|failure| failure.error)
		};
		assert_noop!(dispatch(), DispatchError::BadOrigin);
	}
}

/// What was said of whom, without what it was worth.
fn said(notes: &[(crate::mock::AccountId, bool, String, u128)]) -> Vec<(u8, bool, &str)> {
	notes
		.iter()
		.map(|(who, role, what, _)| (AsRef::<[u8]>::as_ref(who)[0], *role, &**what))
		.collect()
}
