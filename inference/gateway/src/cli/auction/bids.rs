//! Signed bids as JSON: one a line, as `millrace auction bid` prints them.

use std::{
	collections::HashSet,
	fs::File,
	io::{self, Read},
	path::{Path, PathBuf},
};

use anyhow::{bail, Context};
use millrace_chain::{AccountId32, H256};
use millrace_primitives::{Bid, JobId, Moment, WorkerKey};
use serde::{Deserialize, Serialize};
use sp_core::{sr25519, Pair};

use crate::money::Amount;

/// The most bids that are compared: as many as the chain ranks.
const BIDS_MAX: usize = 256;

/// The largest file of bids in bytes. A bid takes some 400.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// A bid and its worker's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedBid {
	pub(super) bid: Bid<AccountId32>,
	pub(super) signature: sr25519::Signature,
}

/// The same as JSON. Part of the interface: other programs write and read it.
#[derive(Serialize, Deserialize)]
struct Line {
	/// In hexadecimal.
	job: String,
	/// The owner account.
	worker: String,
	/// In base units of the payment asset.
	price: Amount,
	/// What the worker promises to take from the award, in milliseconds.
	latency: Moment,
	/// The last moment for the award, in milliseconds of chain time.
	valid_until: Moment,
	/// Of the worker key over `Bid::message`, in hexadecimal.
	signature: String,
}

impl SignedBid {
	/// Whether `key` has signed it for the chain `genesis`.
	pub(super) fn is_signed_by(&self, key: &WorkerKey, genesis: H256) -> bool {
		sr25519::Pair::verify(&self.signature, self.bid.message(genesis), key)
	}

	/// As one line of JSON.
	pub(super) fn to_line(&self) -> anyhow::Result<String> {
		let Bid { job, worker, price, latency, valid_until } = &self.bid;
		Ok(serde_json::to_string(&Line {
			job: format!("{:?}", job.0),
			worker: worker.to_string(),
			price: Amount(*price),
			latency: *latency,
			valid_until: *valid_until,
			signature: format!("0x{}", hex::encode(self.signature.0)),
		})?)
	}

	fn from_line(line: &str) -> anyhow::Result<Self> {
		let Line { job, worker, price: Amount(price), latency, valid_until, signature } =
			serde_json::from_str(line).context("no bid in JSON")?;
		let job = JobId(job.parse().ok().context("job is not 32 bytes in hexadecimal")?);
		let worker = worker.parse().ok().context("worker is no account")?;
		let mut bytes = [0; 64];
		hex::decode_to_slice(signature.strip_prefix("0x").unwrap_or(&signature), &mut bytes)
			.ok()
			.context("signature is not 64 bytes in hexadecimal")?;
		let bid = Bid { job, worker, price, latency, valid_until };
		Ok(Self { bid, signature: sr25519::Signature::from_raw(bytes) })
	}
}

/// The bids in these files, or on standard input for `-`. One that is there twice counts once.
pub(super) fn read(files: &[PathBuf]) -> anyhow::Result<Vec<SignedBid>> {
	let mut bids = Vec::new();
	let mut known = HashSet::new();
	for file in files {
		let shown = file.display();
		let text = text_of(file).with_context(|| format!("cannot read the bids in {shown}"))?;
		for (number, line) in (1u32..).zip(text.lines()) {
			if line.trim().is_empty() {
				continue;
			}
			let signed = SignedBid::from_line(line).with_context(|| format!("{shown}:{number}"))?;
			if known.insert((signed.bid.digest(), signed.signature.0)) {
				bids.push(signed);
			}
			if bids.len() > BIDS_MAX {
				bail!("more than {BIDS_MAX} bids; leave some out");
			}
		}
	}
	if bids.is_empty() {
		bail!("there are no bids in what was read");
	}
	Ok(bids)
}

fn text_of(file: &Path) -> anyhow::Result<String> {
	let reader: Box<dyn Read> =
		if file == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(file)?) };
	let mut text = String::new();
	let read = reader.take(FILE_BYTES_MAX.saturating_add(1)).read_to_string(&mut text)?;
	if u64::try_from(read).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
		bail!("it is larger than {FILE_BYTES_MAX} bytes");
	}
	Ok(text)
}

#[cfg(test)]
pub(super) mod tests {
	use std::io::Write;

	use super::*;

	pub(in crate::cli::auction) const GENESIS: H256 = H256([7; 32]);

	pub(in crate::cli::auction) fn key() -> sr25519::Pair {
		sr25519::Pair::from_string("//Worker", None).unwrap()
	}

	pub(in crate::cli::auction) fn bid() -> Bid<AccountId32> {
		Bid {
			job: JobId(H256([3; 32])),
			worker: AccountId32::new([4; 32]),
			price: 2_500_000,
			latency: 60_000,
			valid_until: 1_700_000_000_000,
		}
	}

	pub(in crate::cli::auction) fn signed(bid: Bid<AccountId32>) -> SignedBid {
		SignedBid { signature: key().sign(&bid.message(GENESIS)), bid }
	}

	fn file(text: &str) -> tempfile::NamedTempFile {
		let mut file = tempfile::NamedTempFile::new().unwrap();
		file.write_all(text.as_bytes()).unwrap();
		file
	}

	fn read_text(text: &str) -> anyhow::Result<Vec<SignedBid>> {
		read(&[file(text).path().to_path_buf()])
	}

	#[test]
	fn a_bid_is_one_line_that_never_changes_its_shape() {
		let signature = sr25519::Signature::from_raw([9; 64]);
		let line = SignedBid { bid: bid(), signature }.to_line().unwrap();
		let expected = concat!(
			r#"{"job":"0x0303030303030303030303030303030303030303030303030303030303030303","#,
			r#""worker":"5C9yEy27yLNG5BDMxVwS8RyGBneZB1ouShazFhGZVP8thK5z","#,
			r#""price":"2500000","latency":60000,"valid_until":1700000000000,"#,
			r#""signature":"0x"#,
		);
		assert_eq!(line, format!("{expected}{}\"}}", "09".repeat(64)));
		assert_eq!(SignedBid::from_line(&line).unwrap(), SignedBid { bid: bid(), signature });
	}

	#[test]
	fn only_the_workers_key_on_this_chain_signs() {
		let signed = signed(bid());
		assert!(signed.is_signed_by(&key().public(), GENESIS));
		assert!(!signed.is_signed_by(&key().public(), H256::zero()));
		let another = sr25519::Pair::from_string("//Other", None).unwrap();
		assert!(!signed.is_signed_by(&another.public(), GENESIS));
		let cheaper = SignedBid { bid: Bid { price: 1, ..bid() }, ..signed };
		assert!(!cheaper.is_signed_by(&key().public(), GENESIS));
	}

	#[test]
	fn bids_of_several_files_are_read_once_each() {
		let first = signed(bid()).to_line().unwrap();
		let second = signed(Bid { price: 2, ..bid() }).to_line().unwrap();
		let files = [file(&format!("{first}\n\n{second}\n")), file(&first)];
		let paths: Vec<_> = files.iter().map(|file| file.path().to_path_buf()).collect();
		let prices: Vec<_> = read(&paths).unwrap().iter().map(|signed| signed.bid.price).collect();
		assert_eq!(prices, [2_500_000, 2]);
	}

	#[test]
	fn a_line_that_is_no_bid_is_named() {
		let good = signed(bid()).to_line().unwrap();
		for (text, says) in [
			("nothing", "no bid in JSON"),
			("{}", "no bid in JSON"),
			(&good.replace("\"2500000\"", "2500000"), "no bid in JSON"),
			(&good.replace("0x0303", "0x03"), "job is not 32 bytes"),
			(&good.replace("5C9yEy", "5C9yE1"), "worker is no account"),
		] {
			let error = format!("{:#}", read_text(&format!("{good}\n{text}")).unwrap_err());
			assert!(error.contains(says) && error.contains(":2"), "{error}");
		}
		assert!(read_text("\n").unwrap_err().to_string().contains("no bids"));
		assert!(read(&[PathBuf::from("/no/such/file")]).is_err());
	}

	#[test]
	fn a_flood_of_bids_is_refused() {
		let lines: Vec<_> = (0..=256u32)
			.map(|price| signed(Bid { price: price.into(), ..bid() }).to_line().unwrap())
			.collect();
		let error = read_text(&lines.join("\n")).unwrap_err().to_string();
		assert!(error.contains("more than 256 bids"), "{error}");
		let long = format!("{:#}", read_text(&" ".repeat(1_048_577)).unwrap_err());
		assert!(long.contains("larger than 1048576 bytes"), "{long}");
	}
}
