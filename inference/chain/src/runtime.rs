//! The runtime that the chain runs now: its metadata, and transactions signed for it.

use std::{borrow::Cow, sync::Arc};

use codec::{Decode, Encode};
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::DispatchError;
use subxt::{
	config::{
		substrate::{SpecVersionForRange, SubstrateConfigBuilder},
		DefaultExtrinsicParamsBuilder, SubstrateConfig,
	},
	metadata::{Metadata, PalletMetadata},
	rpcs::{
		client::rpc_params,
		methods::legacy::{Bytes, RuntimeVersion},
	},
	transactions::Signer,
	utils, ArcMetadata, OfflineClient, OfflineClientAtBlock,
};

use crate::{
	call::{Encodable, EXPECTED},
	heads::BlockRef,
	link::Link,
	query::{API, API_FUNCTIONS},
	Account, Call, ChainError, DispatchFailure, Mismatch,
};

/// How many blocks a transaction stays valid: 200 s of 200 ms slots, and less than the 4,096 block
/// hashes that the chain remembers.
const MORTALITY_BLOCKS: u64 = 1_024;

/// The metadata versions that can be read, best first.
const METADATA_VERSIONS: [u32; 2] = [16, 15];

/// The constant that names the treasury's account.
const TREASURY: (&str, &str) = ("Escrow", "Treasury");

/// Where the codes of each pallet begin, see their READMEs. In ascending order.
const REFUSAL_CODES: [(&str, u8); 3] = [("Jobs", 100), ("Settlement", 150), ("Disputes", 200)];

/// The first byte of a transaction without a signature of its own: format 5, general.
const GENERAL_TRANSACTION: u8 = 0b0100_0101;

/// The transaction extensions that this client knows.
const EXTENSION_VERSION: u8 = 0;

/// What is needed to make transactions for one runtime version.
pub(crate) struct Runtime {
	version: u32,
	metadata: ArcMetadata,
	client: OfflineClientAtBlock<SubstrateConfig>,
}

/// How a transaction is to be made.
pub(crate) struct Terms {
	pub(crate) nonce: u64,
	/// Where its life begins: a finalised block.
	pub(crate) birth: BlockRef,
	/// Pay the fee in this asset instead of MILL.
	pub(crate) fee_asset: Option<u32>,
}

/// How a transaction ended in its block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
	Succeeded,
	Failed(DispatchFailure),
}

impl Runtime {
	/// Read the runtime in the state after block `at`, or after the best one, and check that it is one
	/// that this crate can talk to.
	pub(crate) async fn load(
		link: &Link,
		genesis: H256,
		at: Option<H256>,
	) -> Result<Self, ChainError> {
		let version = version(link, at).await?;
		let metadata = metadata(link, at).await?.arc();
		check(&metadata)?;
		let range = SpecVersionForRange {
			block_range: 0..u64::MAX,
			spec_version: version.spec_version,
			transaction_version: version.transaction_version,
		};
		let config = SubstrateConfigBuilder::new()
			.set_genesis_hash(genesis)
			.set_spec_version_for_block_ranges([range])
			.set_metadata_for_spec_versions([(version.spec_version, Arc::clone(&metadata))])
			.build();
		let client = OfflineClient::new_with_config(config)
			.at_block(0u64)
			.map_err(|error| Mismatch::Metadata(error.to_string()))?;
		Ok(Self { version: version.spec_version, metadata, client })
	}

	/// Whether this is the runtime in the state after block `at`, or after the best one.
	pub(crate) async fn is_at(&self, link: &Link, at: Option<H256>) -> Result<bool, ChainError> {
		Ok(version(link, at).await?.spec_version == self.version)
	}

	/// The signed bytes of a transaction.
	pub(crate) fn sign(
		&self,
		call: &Call,
		account: &Account,
		terms: &Terms,
	) -> Result<Vec<u8>, ChainError> {
		let resolved = self.resolved(call)?;
		let call = resolved.as_ref();
		self.call_data(call)?;
		let birth = terms.birth;
		let mut params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
			.nonce(terms.nonce)
			.mortal_from_unchecked(MORTALITY_BLOCKS, birth.number.into(), birth.hash);
		if let Some(asset) = terms.fee_asset {
			params = params.tip_of(0, asset);
		}
		let signed = self
			.client
			.tx()
			.create_signable_offline(&Encodable(call), params.build())
			.and_then(|mut signable| signable.sign(account))
			.map_err(|error| misshapen(call, &error))?;
		Ok(signed.into_encoded())
	}

	/// The bytes of a transaction that nobody signs, because its call authorizes itself.
	pub(crate) fn authorized(&self, call: &Call) -> Result<Vec<u8>, ChainError> {
		let data = self.call_data(call)?;
		let extensions = self
			.metadata
			.extrinsic()
			.transaction_extensions_by_version(EXTENSION_VERSION)
			.ok_or_else(|| Mismatch::Metadata("it has no extensions of version 0".into()))?;
		let mut transaction = vec![GENERAL_TRANSACTION, EXTENSION_VERSION];
		for extension in extensions {
			let name = extension.identifier();
			let unknown = || Mismatch::Metadata(format!("it has the unknown extension {name}"));
			transaction.extend_from_slice(left_out(name).ok_or_else(unknown)?);
		}
		transaction.extend(data);
		// A transaction is encoded with its length in front, like any list of bytes.
		Ok(transaction.encode())
	}

	/// `call` with the call inside of it, if there is one, encoded with the chain's indices.
	fn resolved<'a>(&self, call: &'a Call) -> Result<Cow<'a, Call>, Mismatch> {
		match call.nested() {
			Some(nested) => Ok(Cow::Owned(call.with_nested(self.call_data(nested)?))),
			None => Ok(Cow::Borrowed(call)),
		}
	}

	/// The encoded call. Our own encoding is read back by the chain's metadata, so that a call whose
	/// types have drifted apart is refused here and not misunderstood there.
	fn call_data(&self, call: &Call) -> Result<Vec<u8>, Mismatch> {
		let transactions = self.client.tx();
		let data =
			transactions.call_data(&Encodable(call)).map_err(|error| misshapen(call, &error))?;
		transactions.from_call_data_bytes(&data).map_err(|error| misshapen(call, &error))?;
		Ok(data)
	}

	/// The account that takes the treasury's share, a constant of the runtime.
	pub(crate) fn treasury(&self) -> Result<AccountId32, Mismatch> {
		let (pallet, constant) = TREASURY;
		self.metadata
			.pallet_by_name(pallet)
			.and_then(|pallet| pallet.constant_by_name(constant))
			.and_then(|constant| AccountId32::decode(&mut constant.value()).ok())
			.ok_or(Mismatch::Constant(pallet, constant))
	}

	/// What a node says of a call that it refuses, in the chain's words where it names only a code.
	pub(crate) fn refusal(&self, reason: String) -> String {
		let code = reason.rsplit_once("Custom error: ").and_then(|(_, code)| code.parse().ok());
		let refused = code.and_then(|code| refused_by(&self.metadata, code));
		refused.map_or(reason, |failure| failure.to_string())
	}

	/// How the extrinsic at `index` of a block ended, according to the events of that block.
	pub(crate) fn outcome(&self, events: Vec<u8>, index: u32) -> Result<Outcome, Mismatch> {
		let unreadable = |error: &dyn std::fmt::Display| Mismatch::Metadata(error.to_string());
		for event in self.client.events().from_bytes(events).iter() {
			let event = event.map_err(|error| unreadable(&error))?;
			if event.phase() != subxt::events::Phase::ApplyExtrinsic(index) {
				continue;
			}
			let failure = match (event.pallet_name(), event.event_name()) {
				("System", "ExtrinsicSuccess") => return Ok(Outcome::Succeeded),
				("System", "ExtrinsicFailed") => {
					Some(DispatchError::decode(&mut event.field_bytes()))
				},
				// The call that makes another one as root succeeds whatever becomes of that.
				("Sudo", "Sudid") => {
					let ended = <Result<(), DispatchError>>::decode(&mut event.field_bytes());
					ended.map(Result::err).transpose()
				},
				_ => None,
			};
			if let Some(error) = failure {
				let error = error.map_err(|error| unreadable(&error))?;
				return Ok(Outcome::Failed(explain(&self.metadata, &error)));
			}
		}
		Err(Mismatch::Metadata("a block holds a transaction without its outcome".into()))
	}
}

fn misshapen(call: &Call, reason: &dyn std::fmt::Display) -> Mismatch {
	Mismatch::Shape { pallet: call.pallet(), call: call.name(), reason: reason.to_string() }
}

/// What an extension carries in a transaction that makes no use of it: no end of its life, the nonce
/// zero, no tip in no asset, no hash of the metadata. Nothing for the others.
fn left_out(extension: &str) -> Option<&'static [u8]> {
	match extension {
		"AuthorizeCall" | "CheckNonZeroSender" | "CheckSpecVersion" | "CheckTxVersion"
		| "CheckGenesis" | "CheckWeight" | "WeightReclaim" => Some(&[]),
		"CheckMortality" | "CheckNonce" | "CheckMetadataHash" => Some(&[0]),
		"ChargeAssetTxPayment" => Some(&[0, 0]),
		_ => None,
	}
}

impl Signer<SubstrateConfig> for Account {
	fn account_id(&self) -> utils::AccountId32 {
		utils::AccountId32(*AsRef::<[u8; 32]>::as_ref(&self.id()))
	}

	fn sign(&self, payload: &[u8]) -> utils::MultiSignature {
		utils::MultiSignature::Sr25519(self.sign_raw(payload))
	}
}

async fn version(link: &Link, at: Option<H256>) -> Result<RuntimeVersion, ChainError> {
	link.request("state_getRuntimeVersion", || rpc_params![at]).await
}

async fn metadata(link: &Link, at: Option<H256>) -> Result<Metadata, ChainError> {
	for version in METADATA_VERSIONS {
		let argument = format!("0x{}", hex::encode(version.encode()));
		let answer: Bytes = link
			.request("state_call", || rpc_params!["Metadata_metadata_at_version", &argument, at])
			.await?;
		let opaque = Option::<Vec<u8>>::decode(&mut answer.0.as_slice())
			.map_err(|error| Mismatch::Metadata(error.to_string()))?;
		if let Some(bytes) = opaque {
			let metadata = Metadata::decode_from(&bytes)
				.map_err(|error| Mismatch::Metadata(error.to_string()))?;
			return Ok(metadata);
		}
	}
	Err(Mismatch::Metadata("it offers neither version 16 nor 15".into()).into())
}

/// Check that the chain has what this client calls.
pub(crate) fn check(metadata: &Metadata) -> Result<(), Mismatch> {
	for expected in EXPECTED {
		let (pallet, call) = (expected.pallet, expected.call);
		let variant = metadata
			.pallet_by_name(pallet)
			.ok_or(Mismatch::Pallet(pallet))?
			.call_variant_by_name(call)
			.ok_or(Mismatch::Call(pallet, call))?;
		let found: Vec<&str> =
			variant.fields.iter().map(|field| field.name.as_deref().unwrap_or("_")).collect();
		if found != expected.arguments {
			let (found, expected) = (found.join(", "), expected.arguments.join(", "));
			return Err(Mismatch::Arguments { pallet, call, found, expected });
		}
	}
	let api = metadata.runtime_api_trait_by_name(API).ok_or(Mismatch::Api(API))?;
	for function in API_FUNCTIONS {
		let name = function.strip_prefix("MillraceApi_").unwrap_or(function);
		api.method_by_name(name).ok_or(Mismatch::Api(function))?;
	}
	Ok(())
}

/// The chain's own words for a failed call.
fn explain(metadata: &Metadata, error: &DispatchError) -> DispatchFailure {
	let DispatchError::Module(module) = error else {
		let text: &'static str = (*error).into();
		return DispatchFailure { name: text.into(), docs: String::new() };
	};
	let unknown = || DispatchFailure {
		name: format!("error {} of pallet {}", hex::encode(module.error), module.index),
		docs: String::new(),
	};
	let Some(pallet) = metadata.pallet_by_error_index(module.index) else { return unknown() };
	let [code, ..] = module.error;
	error_of(pallet, code).unwrap_or_else(unknown)
}

fn error_of(pallet: PalletMetadata<'_>, code: u8) -> Option<DispatchFailure> {
	let variant = pallet.error_variant_by_index(code)?;
	Some(DispatchFailure {
		name: format!("{}::{}", pallet.name(), variant.name),
		docs: variant.docs.join(" ").trim().to_owned(),
	})
}

/// The error behind the code with which the pool refuses a call that authorizes itself: a base of the
/// pallet's own and the index of the error.
fn refused_by(metadata: &Metadata, code: u8) -> Option<DispatchFailure> {
	let (pallet, base) = REFUSAL_CODES.into_iter().rfind(|(_, base)| *base <= code)?;
	error_of(metadata.pallet_by_name(pallet)?, code.checked_sub(base)?)
}

#[cfg(test)]
mod tests;
