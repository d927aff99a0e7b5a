//! The calls that a client makes, encoded from the types of `millrace-primitives`.

use codec::{Compact, Encode};
use millrace_primitives::{
	identity::{Possession, WorkerKeys},
	Balance, DirectTerms, JobId, JobNonce, ModelId,
};
use sp_core::crypto::AccountId32;
use sp_runtime::MultiAddress;
use subxt::{
	dynamic::Value,
	ext::{
		scale_encode::{self, EncodeAsFields},
		scale_type_resolver::{FieldIter, TypeResolver},
		scale_value::Composite,
	},
	transactions::Payload,
};

/// A call and the names of its arguments, as this client knows them.
pub(crate) struct Expected {
	pub(crate) pallet: &'static str,
	pub(crate) call: &'static str,
	pub(crate) arguments: &'static [&'static str],
}

macro_rules! expected {
	($($pallet:literal . $call:literal ($($argument:literal),*)),* $(,)?) => {
		&[$(Expected { pallet: $pallet, call: $call, arguments: &[$($argument),*] }),*]
	};
}

/// Every call that this crate can make. Connecting checks that the chain has them all.
pub(crate) const EXPECTED: &[Expected] = expected![
	"Jobs"."create"("nonce", "terms"),
	"Jobs"."cancel"("job"),
	"Registry"."register"("keys", "possession", "payout", "models"),
	"Registry"."rotate_keys"("keys", "possession"),
	"Registry"."set_models"("models"),
	"Registry"."set_payout"("payout"),
	"Registry"."stake"("amount"),
	"Registry"."unbond"("amount"),
	"Registry"."withdraw_unbonded"(),
	"Registry"."deregister"(),
	"Escrow"."claim"("who"),
	"Assets"."transfer_keep_alive"("id", "target", "amount"),
	"Balances"."transfer_keep_alive"("dest", "value"),
];

/// A call to a pallet of the chain.
#[derive(Clone, Debug)]
pub struct Call {
	pallet: &'static str,
	call: &'static str,
	arguments: Arguments,
}

/// The arguments of a call.
#[derive(Clone, Debug)]
pub(crate) enum Arguments {
	/// SCALE encoded already, from types that chain and client share.
	Encoded(Vec<u8>),
	/// Encoded by the chain's metadata: for pallets whose types we do not own.
	Described(Composite<()>),
}

impl EncodeAsFields for Arguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		fields: &mut dyn FieldIter<'_, R::TypeId>,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		match self {
			Self::Encoded(bytes) => {
				out.extend_from_slice(bytes);
				Ok(())
			},
			Self::Described(values) => values.encode_as_fields_to(fields, types, out),
		}
	}
}

/// A call as subxt takes it.
pub(crate) struct Encodable<'a>(pub(crate) &'a Call);

impl Payload for Encodable<'_> {
	type CallData = Arguments;

	fn pallet_name(&self) -> &str {
		self.0.pallet
	}

	fn call_name(&self) -> &str {
		self.0.call
	}

	fn call_data(&self) -> &Arguments {
		&self.0.arguments
	}
}

impl Call {
	fn encoded(pallet: &'static str, call: &'static str, arguments: &impl Encode) -> Self {
		Self { pallet, call, arguments: Arguments::Encoded(arguments.encode()) }
	}

	/// The pallet's name.
	pub const fn pallet(&self) -> &'static str {
		self.pallet
	}

	/// The call's name.
	pub const fn name(&self) -> &'static str {
		self.call
	}

	/// Lock the money for a direct job.
	pub fn create(nonce: &JobNonce, terms: &DirectTerms<AccountId32>) -> Self {
		Self::encoded("Jobs", "create", &(nonce, terms))
	}

	/// Take an open job back.
	pub fn cancel(job: JobId) -> Self {
		Self::encoded("Jobs", "cancel", &(job,))
	}

	/// Register a worker.
	pub fn register(
		keys: &WorkerKeys,
		possession: &Possession,
		payout: &AccountId32,
		models: &[ModelId],
	) -> Self {
		Self::encoded("Registry", "register", &(keys, possession, payout, models))
	}

	/// Replace the keys of the caller's worker.
	pub fn rotate_keys(keys: &WorkerKeys, possession: &Possession) -> Self {
		Self::encoded("Registry", "rotate_keys", &(keys, possession))
	}

	/// Replace the models of the caller's worker.
	pub fn set_models(models: &[ModelId]) -> Self {
		Self::encoded("Registry", "set_models", &(models,))
	}

	/// Replace the payout account of the caller's worker.
	pub fn set_payout(payout: &AccountId32) -> Self {
		Self::encoded("Registry", "set_payout", &(payout,))
	}

	/// Add `amount` MILL base units to the stake of the caller's worker.
	pub fn stake(amount: Balance) -> Self {
		Self::encoded("Registry", "stake", &(amount,))
	}

	/// Begin to withdraw `amount` MILL base units of stake.
	pub fn unbond(amount: Balance) -> Self {
		Self::encoded("Registry", "unbond", &(amount,))
	}

	/// Take out the stake whose unbonding time is over.
	pub fn withdraw_unbonded() -> Self {
		Self::encoded("Registry", "withdraw_unbonded", &())
	}

	/// Remove the caller's worker.
	pub fn deregister() -> Self {
		Self::encoded("Registry", "deregister", &())
	}

	/// Pay out what is parked for `who`.
	pub fn claim(who: &AccountId32) -> Self {
		Self::encoded("Escrow", "claim", &(who,))
	}

	/// Send `amount` base units of the payment asset, which has the id `asset`.
	pub fn transfer_payment(asset: u32, to: &AccountId32, amount: Balance) -> Self {
		let to: &[u8] = to.as_ref();
		let target = Value::unnamed_variant("Id", [Value::from_bytes(to)]);
		let arguments = Composite::Named(vec![
			("id".into(), Value::u128(asset.into())),
			("target".into(), target),
			("amount".into(), Value::u128(amount)),
		]);
		Self {
			pallet: "Assets",
			call: "transfer_keep_alive",
			arguments: Arguments::Described(arguments),
		}
	}

	/// Send `amount` MILL base units.
	pub fn transfer_native(to: &AccountId32, amount: Balance) -> Self {
		let to = MultiAddress::<AccountId32, ()>::Id(to.clone());
		Self::encoded("Balances", "transfer_keep_alive", &(to, Compact(amount)))
	}
}

#[cfg(test)]
impl Call {
	/// Spoil the arguments with a byte too many.
	pub(crate) fn lengthen(&mut self) {
		if let Arguments::Encoded(bytes) = &mut self.arguments {
			bytes.push(0);
		}
	}
}
