//! The calls that a client makes, encoded from the types of `millrace-primitives`.

use codec::{Compact, Encode};
use millrace_primitives::{
	identity::{Possession, WorkerKeys},
	AuctionTerms, Balance, Bid, Commitment, DirectTerms, JobId, JobNonce, ModelId, Proof, Receipt,
	Submission, Verdict,
};
use sp_core::{crypto::AccountId32, sr25519};
use sp_runtime::{MultiAddress, MultiSignature};
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

/// Every call that this crate can make but [`Call::sudo`], which only a development chain has.
/// Connecting checks that the chain has them all.
pub(crate) const EXPECTED: &[Expected] = expected![
	"Jobs"."create"("nonce", "terms"),
	"Jobs"."cancel"("job"),
	"Jobs"."create_auction"("nonce", "terms"),
	"Jobs"."award"("bid", "bid_signature", "award_signature"),
	"Settlement"."submit_receipt"("job", "receipt"),
	"Disputes"."raise"("job", "evidence"),
	"Disputes"."testify"("job", "evidence"),
	"Disputes"."arbitrate"("job", "verdict"),
	"Disputes"."report_double_proof"("first", "first_signature", "second", "second_signature"),
	"Disputes"."report_double_submission"("first", "first_signature", "second", "second_signature"),
	"Registry"."register"("keys", "possession", "payout", "models"),
	"Registry"."rotate_keys"("keys", "possession"),
	"Registry"."set_models"("models"),
	"Registry"."set_payout"("payout"),
	"Registry"."stake"("amount"),
	"Registry"."unbond"("amount"),
	"Registry"."withdraw_unbonded"(),
	"Registry"."deregister"(),
	"Registry"."set_verified_models"("models"),
	"Registry"."displace_verifier"("model", "displaced"),
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
	/// Another call, whose indices the chain's metadata has.
	Nested(Box<Call>),
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
			Self::Nested(call) => Err(scale_encode::Error::custom_string(format!(
				"{}.{} inside of a call has no indices yet",
				call.pallet, call.call
			))),
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

	/// Lock the money for an auctioned job.
	pub fn create_auction(nonce: &JobNonce, terms: &AuctionTerms<AccountId32>) -> Self {
		Self::encoded("Jobs", "create_auction", &(nonce, terms))
	}

	/// Award an auctioned job to a bid: `bid_signature` is by the worker key over `Bid::message`,
	/// `award_signature` by the requester or its matcher over `auction::award_message`.
	///
	/// It authorizes itself: see [`Chain::submit_authorized`](crate::Chain::submit_authorized).
	pub fn award(
		bid: &Bid<AccountId32>,
		bid_signature: &sr25519::Signature,
		award_signature: &MultiSignature,
	) -> Self {
		Self::encoded("Jobs", "award", &(bid, bid_signature, award_signature))
	}

	/// Confirm what the chain holds of a job that is VERIFIED, or DISPUTED and nobody drawn or asked to
	/// decide yet: then this ends the dispute.
	/// The receipt is signed by the requester over `proof::receipt_message`.
	///
	/// It authorizes itself: see [`Chain::submit_authorized`](crate::Chain::submit_authorized).
	pub fn submit_receipt(job: JobId, receipt: &Receipt<MultiSignature>) -> Self {
		Self::encoded("Settlement", "submit_receipt", &(job, receipt))
	}

	/// Challenge the result of a job with a bond. `evidence` is a hash of what the challenge rests on.
	pub fn raise_dispute(job: JobId, evidence: &Commitment) -> Self {
		Self::encoded("Disputes", "raise", &(job, evidence))
	}

	/// Put down `evidence`, a hash of what the requester has to say, in the dispute that somebody else
	/// raised of its job.
	pub fn testify(job: JobId, evidence: &Commitment) -> Self {
		Self::encoded("Disputes", "testify", &(job, evidence))
	}

	/// Decide a dispute that no committee has decided. The origin must be the chain's arbiter, so
	/// this is for accounts that the chain takes for one.
	pub fn arbitrate(job: JobId, verdict: Verdict) -> Self {
		Self::encoded("Disputes", "arbitrate", &(job, verdict))
	}

	/// Report a worker that signed two different proofs for one direct job.
	pub fn report_double_proof(
		first: (&Proof<AccountId32>, &sr25519::Signature),
		second: (&Proof<AccountId32>, &sr25519::Signature),
	) -> Self {
		Self::encoded("Disputes", "report_double_proof", &(first, second))
	}

	/// Report a worker that signed two different submissions for one auctioned job.
	pub fn report_double_submission(
		first: (&Submission<AccountId32>, &sr25519::Signature),
		second: (&Submission<AccountId32>, &sr25519::Signature),
	) -> Self {
		Self::encoded("Disputes", "report_double_submission", &(first, second))
	}

	/// Make `call` as root. For the key of a development chain's sudo pallet.
	pub fn sudo(call: Self) -> Self {
		Self { pallet: "Sudo", call: "sudo", arguments: Arguments::Nested(Box::new(call)) }
	}

	/// The call inside of this one, if there is one.
	pub(crate) const fn nested(&self) -> Option<&Self> {
		match &self.arguments {
			Arguments::Nested(call) => Some(call),
			Arguments::Encoded(_) | Arguments::Described(_) => None,
		}
	}

	/// The same call with the call inside of it encoded.
	pub(crate) const fn with_nested(&self, encoded: Vec<u8>) -> Self {
		Self { pallet: self.pallet, call: self.call, arguments: Arguments::Encoded(encoded) }
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

	/// Replace the models for which the caller's worker is a verifier; none lays the role down.
	pub fn set_verified_models(models: &[ModelId]) -> Self {
		Self::encoded("Registry", "set_verified_models", &(models,))
	}

	/// Take the seat of a verifier of `model` that lacks the stake for it.
	pub fn displace_verifier(model: &ModelId, displaced: &AccountId32) -> Self {
		Self::encoded("Registry", "displace_verifier", &(model, displaced))
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
