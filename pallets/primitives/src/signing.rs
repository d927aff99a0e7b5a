//! The exact bytes of everything that is signed or hashed off chain.
//!
//! A signed message is `tag ‖ genesis hash ‖ SCALE(body)`, where the body names the job. The tag
//! keeps a signature for one purpose from serving another; the genesis hash keeps a signature of
//! one chain from serving on a fork or a test network of it.

#![deny(clippy::as_conversions)]

use alloc::vec::Vec;

use codec::Encode;
use sp_core::H256;

/// A domain tag. All have one length, so none can be a prefix of another.
pub type Tag = [u8; 18];

/// Preimage of a job id.
pub const JOB_ID: Tag = *b"millrace/1/job-id-";
/// A worker takes a job.
pub const ACCEPT: Tag = *b"millrace/1/accept-";
/// A worker proves a job done.
pub const PROOF: Tag = *b"millrace/1/proof--";
/// A requester confirms a proof.
pub const RECEIPT: Tag = *b"millrace/1/receipt";
/// A worker key or a peer key agrees to belong to an owner.
pub const IDENTITY: Tag = *b"millrace/1/identty";
/// A sidecar's advert.
pub const ADVERT: Tag = *b"millrace/1/advert-";
/// A worker offers to do an auctioned job.
pub const BID: Tag = *b"millrace/1/bid----";
/// A requester or its matcher takes an offer.
pub const AWARD: Tag = *b"millrace/1/award--";
/// A worker delivers an auctioned job.
pub const SUBMISSION: Tag = *b"millrace/1/submit-";
/// A verifier judges a submission.
pub const ATTESTATION: Tag = *b"millrace/1/attest-";
/// A juror's vote, hashed.
pub const VOTE: Tag = *b"millrace/1/vote---";
/// A juror commits to a vote.
pub const COMMIT: Tag = *b"millrace/1/commit-";
/// Commitment to a request.
pub const REQUEST: Tag = *b"millrace/1/request";
/// Header of an output chain.
pub const OUTPUT: Tag = *b"millrace/1/output-";
/// Sampling seed.
pub const SEED: Tag = *b"millrace/1/seed---";
/// A determinism class.
pub const CLASS: Tag = *b"millrace/1/class--";

/// The bytes to sign for `body` under `tag` on the chain `genesis`.
pub fn message(tag: Tag, genesis: H256, body: &impl Encode) -> Vec<u8> {
	(tag, genesis, body).encode()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tags_are_distinct() {
		let mut tags = [
			JOB_ID,
			ACCEPT,
			PROOF,
			RECEIPT,
			IDENTITY,
			ADVERT,
			BID,
			AWARD,
			SUBMISSION,
			ATTESTATION,
			VOTE,
			COMMIT,
			REQUEST,
			OUTPUT,
			SEED,
			CLASS,
		];
		tags.sort_unstable();
		assert!(tags.windows(2).all(|pair| pair[0] != pair[1]));
	}
}
