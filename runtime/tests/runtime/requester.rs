//! What requesters do, and whoever else signs with an account.

use codec::Encode;
use frame_support::dispatch::GetDispatchInfo;
use millrace_primitives::{
	auction::{award_message, DisputeMechanism},
	job::Candidates,
	proof::receipt_message,
	AuctionTerms, Bid, DirectTerms, JobId, JobNonce, JobState, Proof, Receipt, Submission,
	TokenCounts,
};
use millrace_runtime::{AccountId, Balance, Runtime, RuntimeCall, Signature, UncheckedExtrinsic};
use sp_core::sr25519;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::{BlakeTwo256, Hash};

use crate::{
	chain::{model, Chain},
	worker::Worker,
};

/// What an auction may cost: 1 USDC, and 0.05 USDC for its verifier.
pub(crate) const PAYMENT_MAX: Balance = 1_000_000;
pub(crate) const VERIFIER_FEE: Balance = 50_000;

/// What the worker bids: 0.80 USDC, and eight seconds.
pub(crate) const PRICE: Balance = 800_000;
pub(crate) const LATENCY: u64 = 8_000;

/// For how long the result of an auction can be challenged.
pub(crate) const CHALLENGE_WINDOW: u64 = 5_000;

impl Chain {
	/// What a requester asks when it wants at most `max` tokens of any of `workers`.
	pub(crate) fn terms(workers: &[&Worker], max: TokenCounts) -> DirectTerms<AccountId> {
		let candidates: Vec<_> = workers.iter().map(|worker| worker.owner()).collect();
		let candidates = Candidates::try_from(candidates).unwrap();
		DirectTerms { model: model(), candidates, max, request: [4; 32] }
	}

	/// Create a job and return its id.
	pub(crate) fn create(
		&mut self,
		requester: Sr25519Keyring,
		workers: &[&Worker],
		max: TokenCounts,
	) -> JobId {
		let salt = u128::from(self.number).to_le_bytes();
		let nonce = JobNonce { issued_at: self.now, salt };
		let terms = Self::terms(workers, max);
		let call = pallet_jobs::Call::create { nonce, terms };
		let transaction = self.signed(requester, call);
		assert_eq!(self.apply(transaction), Ok(()));
		let id = JobId::new(self.genesis, &requester.to_account_id(), &nonce);
		assert_eq!(self.state(id), JobState::Open);
		id
	}

	/// The receipt of `requester` for a proof.
	pub(crate) fn receipt(
		&self,
		requester: Sr25519Keyring,
		proof: &Proof<AccountId>,
	) -> Receipt<Signature> {
		self.receipt_for(requester, proof.job, proof.digest())
	}

	/// The receipt of `requester` for a proof or a submission.
	pub(crate) fn receipt_for(
		&self,
		requester: Sr25519Keyring,
		job: JobId,
		digest: [u8; 32],
	) -> Receipt<Signature> {
		let message = receipt_message(self.genesis, job, &digest);
		Receipt { proof: digest, signature: requester.sign(&message).into() }
	}

	/// What a requester may ask for in an auction.
	pub(crate) fn auction_terms(verifier: Option<&Worker>) -> AuctionTerms<AccountId> {
		AuctionTerms {
			model: model(),
			document: b"bafkreidocument".to_vec().try_into().unwrap(),
			payment_max: PAYMENT_MAX,
			verifier_fee: VERIFIER_FEE,
			bid_window: 20_000,
			latency_max: 10_000,
			challenge_window: CHALLENGE_WINDOW,
			mechanism: DisputeMechanism::Committee,
			matcher: None,
			verifier: verifier.map(Worker::owner),
		}
	}

	/// Create an auction and return its id.
	pub(crate) fn create_auction(
		&mut self,
		requester: Sr25519Keyring,
		terms: AuctionTerms<AccountId>,
	) -> JobId {
		let salt = u128::from(self.number).to_be_bytes();
		let nonce = JobNonce { issued_at: self.now, salt };
		let transaction =
			self.signed(requester, pallet_jobs::Call::create_auction { nonce, terms });
		assert_eq!(self.apply(transaction), Ok(()));
		let id = JobId::new(self.genesis, &requester.to_account_id(), &nonce);
		assert_eq!(self.state(id), JobState::Open);
		id
	}

	/// The transaction that awards a job to a bid.
	pub(crate) fn award(
		&self,
		signer: Sr25519Keyring,
		(bid, bid_signature): (Bid<AccountId>, sr25519::Signature),
	) -> UncheckedExtrinsic {
		let message = award_message(self.genesis, bid.job, &bid.digest());
		let award_signature = signer.sign(&message).into();
		Self::authorized(pallet_jobs::Call::award { bid, bid_signature, award_signature })
	}

	/// An auction of `requester`, awarded to `worker` at [`PRICE`] and delivered.
	pub(crate) fn delivered_auction(
		&mut self,
		requester: Sr25519Keyring,
		worker: &Worker,
		terms: AuctionTerms<AccountId>,
	) -> Submission<AccountId> {
		let job = self.create_auction(requester, terms);
		let award = self.award(requester, worker.bid(self, job, PRICE, LATENCY));
		assert_eq!(self.apply(award), Ok(()));
		let submission = worker.submission(job);
		let delivery = worker.deliver(self, submission.clone());
		assert_eq!(self.apply(delivery), Ok(()));
		assert_eq!(self.state(job), JobState::Submitted);
		submission
	}

	/// Challenge the result of a job.
	pub(crate) fn raise(&mut self, challenger: Sr25519Keyring, job: JobId) {
		let call = pallet_disputes::Call::raise { job, evidence: [9; 32] };
		let transaction = self.signed(challenger, call);
		assert_eq!(self.apply(transaction), Ok(()));
		assert_eq!(self.state(job), JobState::Disputed);
	}

	/// Let two members of the council of the presets decide on a call.
	pub(crate) fn council_decides(&mut self, call: impl Into<RuntimeCall>) {
		let call = call.into();
		let (bytes, weight) = (call.encoded_size(), call.get_dispatch_info().call_weight);
		let length_bound = u32::try_from(bytes).unwrap();
		let proposal_hash = BlakeTwo256::hash_of(&call);
		let index = self.ext.execute_with(<pallet_collective::ProposalCount<Runtime>>::get);
		let proposal = Box::new(call);
		let propose = pallet_collective::Call::propose { threshold: 2, proposal, length_bound };
		let mut motion = vec![self.signed(Sr25519Keyring::Bob, propose)];
		for member in [Sr25519Keyring::Alice, Sr25519Keyring::Charlie] {
			let vote =
				pallet_collective::Call::vote { proposal: proposal_hash, index, approve: true };
			motion.push(self.signed(member, vote));
		}
		let proposal_weight_bound = weight;
		let close = pallet_collective::Call::close {
			proposal_hash,
			index,
			proposal_weight_bound,
			length_bound,
		};
		motion.push(self.signed(Sr25519Keyring::Dave, close));
		assert_eq!(self.block(motion), [Ok(Ok(())), Ok(Ok(())), Ok(Ok(())), Ok(Ok(()))]);
	}
}
