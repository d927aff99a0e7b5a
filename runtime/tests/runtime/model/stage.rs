//! The real runtime: who the accounts are, and how an action becomes a call.

use std::collections::BTreeMap;

use frame_support::storage::with_storage_layer;
use frame_system::RawOrigin;
use millrace_primitives::{
	auction::{award_message, DisputeMechanism},
	dispute::{commit_message, vote_commitment},
	identity::{self, Possession, WorkerKeys},
	proof::{accept_message, receipt_message},
	Attestation, AuctionTerms, Bid, DirectTerms, EnvelopeKey, FinishReason, JobId, JobNonce, Price,
	Proof, Receipt, Submission, TierId, TokenCounts, Verdict,
};
use millrace_runtime::{
	configs::PaymentAsset, AccountId, Disputes, Escrow, Executive, Hash, RuntimeCall,
	RuntimeOrigin, Signature,
};
use sp_core::{ed25519, sr25519, Pair};
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, DispatchError, StateVersion};

use super::action::{Action, Claim, Key, Status, Terms, Vote, Who};
use crate::chain::{account, model, treasury, Chain};

/// Those who pay for jobs. The first of them are the people of the presets.
pub(super) const REQUESTERS: usize = 8;
/// Those who have workers.
pub(super) const OPERATORS: usize = 12;
/// Those who want nothing but trouble.
pub(super) const STRANGERS: usize = 4;
/// Everybody with keys of their own, and one account for each operator that its worker is paid to.
pub(super) const PERSONS: usize = REQUESTERS + 2 * OPERATORS + STRANGERS;
/// Treasury, escrow pot and disputes pot.
pub(super) const OWN: usize = 3;
/// The people of the presets.
pub(super) const RICH: usize = 6;
/// How many keys everybody has for its worker.
pub(super) const KEYS: u8 = 7;
/// The issuer of the payment asset.
const ISSUER: Who = Who(0);

/// Who signs.
struct Person {
	account: AccountId,
	key: sr25519::Pair,
	workers: Vec<sr25519::Pair>,
	peer: ed25519::Pair,
}

/// Everybody, and what they need to sign.
pub(super) struct Stage {
	genesis: Hash,
	persons: Vec<Person>,
	own: [AccountId; OWN],
	who: BTreeMap<AccountId, Who>,
}

impl Stage {
	pub(super) fn new(genesis: Hash) -> Self {
		let people = [
			Sr25519Keyring::Alice,
			Sr25519Keyring::Bob,
			Sr25519Keyring::Charlie,
			Sr25519Keyring::Dave,
			Sr25519Keyring::Eve,
			Sr25519Keyring::Ferdie,
		];
		let person = |place: usize| {
			let suri = |role: &str| format!("//model//{place}//{role}");
			let pair = |role: &str| sr25519::Pair::from_string(&suri(role), None).unwrap();
			let key = people.get(place).map_or_else(|| pair("account"), |person| person.pair());
			let peer = ed25519::Pair::from_string(&suri("peer"), None).unwrap();
			let workers = (0..KEYS).map(|number| {
				let seed = blake2_256(suri(&format!("worker {number}")).as_bytes());
				sr25519::Pair::from_seed(&seed)
			});
			Person { account: account(&key), key, workers: workers.collect(), peer }
		};
		let persons = (0..PERSONS).map(person).collect::<Vec<_>>();
		let own = [treasury(), Escrow::pot(), Disputes::pot()];
		let accounts = persons.iter().map(|person| &person.account).chain(&own);
		let who = accounts.cloned().zip((0..).map(Who)).collect();
		Self { genesis, persons, own, who }
	}

	/// Who an account is.
	pub(super) fn who(&self, account: &AccountId) -> Who {
		self.who[account]
	}

	/// The account of somebody.
	pub(super) fn account(&self, who: Who) -> &AccountId {
		let persons = self.persons.get(who.0).map(|person| &person.account);
		persons.unwrap_or_else(|| &self.own[who.0 - PERSONS])
	}

	/// The id that a new job of `by` gets.
	pub(super) fn job_id(&self, by: Who, nonce: &JobNonce) -> JobId {
		JobId::new(self.genesis, self.account(by), nonce)
	}

	/// Let the runtime do what an action asks for, and say whether it did. Needs externalities.
	///
	/// What is signed by an account is dispatched without the transaction around it, so that no fee
	/// blurs what the call itself moves; what authorizes itself has no fee and comes as a
	/// transaction.
	pub(super) fn perform(&self, action: &Action) -> bool {
		match self.authorized(action) {
			Some(call) => {
				let transaction = Chain::authorized(call);
				// Authors undo what a transaction that they leave out has done.
				let included = with_storage_layer(|| {
					let applied = Executive::apply_extrinsic(transaction);
					applied.map_err(|_| DispatchError::Other("left out"))
				});
				assert!(!matches!(included, Ok(Err(_))), "the pool let in what fails: {action:?}");
				included.is_ok()
			},
			None => {
				let (origin, call) = self.signed(action);
				call.dispatch(origin).is_ok()
			},
		}
	}

	/// The accounts of all, in the order of the cast.
	pub(super) fn accounts(&self) -> Vec<[u8; 32]> {
		let accounts = self.persons.iter().map(|person| &person.account).chain(&self.own);
		accounts.map(|account| account.clone().into()).collect()
	}

	fn pair(&self, key: Key) -> &sr25519::Pair {
		match key {
			Key::Worker(who, number) => &self.persons[who.0].workers[usize::from(number)],
			Key::Account(who) => &self.persons[who.0].key,
		}
	}

	/// The public part of a key.
	pub(super) fn public(&self, key: Key) -> sr25519::Public {
		self.pair(key).public()
	}

	fn sign(&self, key: Key, message: &[u8]) -> sr25519::Signature {
		self.pair(key).sign(message)
	}

	fn person_signs(&self, who: Who, message: &[u8]) -> Signature {
		self.persons[who.0].key.sign(message).into()
	}

	fn proof(&self, job: JobId, claim: &Claim) -> Proof<AccountId> {
		Proof {
			job,
			worker: self.account(claim.worker).clone(),
			model: model(),
			output: [claim.answer; 32],
			tokens: TokenCounts { input: claim.tokens.0, output: claim.tokens.1 },
			finish: FinishReason::Stop,
			class: [6; 32],
			entropy: self.genesis,
		}
	}

	fn submission(&self, job: JobId, claim: &Claim) -> Submission<AccountId> {
		let worker = self.account(claim.worker).clone();
		let result = b"bafkreiresult".to_vec().try_into().unwrap();
		Submission { job, worker, result, output: [claim.answer; 32] }
	}

	fn receipt(&self, job: JobId, proof: [u8; 32], signer: Who) -> Receipt<Signature> {
		let message = receipt_message(self.genesis, job, &proof);
		Receipt { proof, signature: self.person_signs(signer, &message) }
	}

	/// What hides a vote.
	pub(super) fn vote(&self, job: JobId, by: Who, vote: Vote) -> [u8; 32] {
		let (juror, Vote { at_fault, salt, round }) = (self.account(by), vote);
		vote_commitment(self.genesis, job, round, juror, verdict(at_fault), &[salt; 32])
	}

	/// The call that authorizes itself, if the action is one.
	fn authorized(&self, action: &Action) -> Option<RuntimeCall> {
		let genesis = self.genesis;
		Some(match *action {
			Action::Accept { by, job, key } => {
				let owner = self.account(by).clone();
				let message = accept_message(genesis, job, &owner);
				let signature = self.sign(key, &message);
				pallet_jobs::Call::accept { job, owner, signature }.into()
			},
			Action::Award { job, bid, signer, key } => {
				let worker = self.account(bid.worker).clone();
				let (price, latency, valid_until) = (bid.price, bid.latency, bid.valid_until);
				let offer = Bid { job, worker, price, latency, valid_until };
				let bid_signature = self.sign(key, &offer.message(genesis));
				let message = award_message(genesis, job, &offer.digest());
				let award_signature = self.person_signs(signer, &message);
				pallet_jobs::Call::award { bid: offer, bid_signature, award_signature }.into()
			},
			Action::Prove { job, ref claim, ref receipt, key } => {
				let proof = self.proof(job, claim);
				let signature = self.sign(key, &proof.message(genesis));
				let receipt = receipt.as_ref().map(|(confirmed, signer)| {
					self.receipt(job, self.proof(job, confirmed).digest(), *signer)
				});
				pallet_settlement::Call::submit_proof { proof, signature, receipt }.into()
			},
			Action::Confirm { job, ref claim, signer } => {
				let digest = self.digest(job, claim);
				let receipt = self.receipt(job, digest, signer);
				pallet_settlement::Call::submit_receipt { job, receipt }.into()
			},
			Action::Deliver { job, ref claim, key } => {
				let submission = self.submission(job, claim);
				let signature = self.sign(key, &submission.message(genesis));
				pallet_settlement::Call::submit_result { submission, signature }.into()
			},
			Action::Attest { by, job, ref claim, passed, key } => {
				let attestation = Attestation {
					job,
					verifier: self.account(by).clone(),
					submission: self.submission(job, claim).digest(),
					passed,
					evidence: [8; 32],
				};
				let signature = self.sign(key, &attestation.message(genesis));
				pallet_settlement::Call::attest { attestation, signature }.into()
			},
			Action::Commit { by, job, vote, round, key } => {
				let juror = self.account(by).clone();
				let commitment = self.vote(job, by, vote);
				let message = commit_message(genesis, job, round, &juror, &commitment);
				let signature = self.sign(key, &message);
				pallet_disputes::Call::commit { job, juror, commitment, signature }.into()
			},
			Action::Reveal { by, job, vote } => {
				let (juror, salt) = (self.account(by).clone(), [vote.salt; 32]);
				let verdict = verdict(vote.at_fault);
				pallet_disputes::Call::reveal { job, juror, verdict, salt }.into()
			},
			_ => return None,
		})
	}

	/// What a receipt confirms. Only submissions charge for no tokens at all.
	fn digest(&self, job: JobId, claim: &Claim) -> [u8; 32] {
		if claim.tokens == (0, 0) {
			self.submission(job, claim).digest()
		} else {
			self.proof(job, claim).digest()
		}
	}

	/// The call of any other action, and who makes it.
	fn signed(&self, action: &Action) -> (RuntimeOrigin, RuntimeCall) {
		let (by, call) = match *action {
			Action::Create { by, nonce, ref candidates, max } => {
				let candidates = candidates.iter().map(|who| self.account(*who).clone());
				let terms = DirectTerms {
					model: model(),
					candidates: candidates.collect::<Vec<_>>().try_into().unwrap(),
					max: TokenCounts { input: max.0, output: max.1 },
					request: [4; 32],
				};
				(Some(by), pallet_jobs::Call::create { nonce, terms }.into())
			},
			Action::CreateAuction { by, nonce, terms } => {
				let terms = self.terms(&terms);
				(Some(by), pallet_jobs::Call::create_auction { nonce, terms }.into())
			},
			Action::Cancel { by, job } => (Some(by), pallet_jobs::Call::cancel { job }.into()),
			Action::Raise { by, job } => {
				(Some(by), pallet_disputes::Call::raise { job, evidence: [9; 32] }.into())
			},
			Action::Testify { by, job, evidence } => {
				let evidence = [evidence; 32];
				(Some(by), pallet_disputes::Call::testify { job, evidence }.into())
			},
			Action::Arbitrate { by, job, at_fault } => {
				let verdict = verdict(at_fault);
				(by, pallet_disputes::Call::arbitrate { job, verdict }.into())
			},
			Action::Report { by, job, auction, ref claims, keys } => {
				(Some(by), self.report(job, auction, claims, keys))
			},
			Action::ClaimParked { by, payee } => {
				let who = self.account(payee).clone();
				(Some(by), pallet_escrow::Call::claim { who }.into())
			},
			Action::Service { by, max } => {
				(Some(by), pallet_deadlines::Call::service { max }.into())
			},
			_ => self.other(action),
		};
		let origin = by.map_or(RawOrigin::Root, |by| RawOrigin::Signed(self.account(by).clone()));
		(origin.into(), call)
	}

	/// The calls of the registry, the balances and the governance.
	fn other(&self, action: &Action) -> (Option<Who>, RuntimeCall) {
		use pallet_registry::Call;

		let id = PaymentAsset::get();
		match *action {
			Action::Register { by, key, payout, forged } => {
				let (keys, possession) = self.keys(by, key, 0, forged);
				let payout = self.account(payout).clone();
				let models = vec![model()].try_into().unwrap();
				(Some(by), Call::register { keys, possession, payout, models }.into())
			},
			Action::Rotate { by, key, nonce, forged } => {
				let (keys, possession) = self.keys(by, key, nonce, forged);
				(Some(by), Call::rotate_keys { keys, possession }.into())
			},
			Action::Deregister { by } => (Some(by), Call::deregister {}.into()),
			Action::SetPayout { by, payout } => {
				let payout = self.account(payout).clone();
				(Some(by), Call::set_payout { payout }.into())
			},
			Action::Stake { by, amount } => (Some(by), Call::stake { amount }.into()),
			Action::Unbond { by, amount } => (Some(by), Call::unbond { amount }.into()),
			Action::Withdraw { by } => (Some(by), Call::withdraw_unbonded {}.into()),
			Action::Verify { by, on } => {
				let models = if on { vec![model()] } else { Vec::new() };
				let models = models.try_into().unwrap();
				(Some(by), Call::set_verified_models { models }.into())
			},
			Action::Displace { by, displaced } => {
				let displaced = self.account(displaced).clone();
				(Some(by), Call::displace_verifier { model: model(), displaced }.into())
			},
			Action::Transfer { by, to, amount } => {
				let target = self.account(to).clone().into();
				(Some(by), pallet_assets::Call::transfer { id, target, amount }.into())
			},
			Action::Send { by, to, amount: value } => {
				let dest = self.account(to).clone().into();
				(Some(by), pallet_balances::Call::transfer_keep_alive { dest, value }.into())
			},
			Action::SetStatus { who, status } => {
				let who = self.account(who).clone().into();
				let call = match status {
					Status::Liquid => pallet_assets::Call::thaw { id, who },
					Status::Frozen => pallet_assets::Call::freeze { id, who },
					Status::Blocked => pallet_assets::Call::block { id, who },
				};
				(Some(ISSUER), call.into())
			},
			Action::SetFrozen { frozen: true } => {
				(Some(ISSUER), pallet_assets::Call::freeze_asset { id }.into())
			},
			Action::SetFrozen { frozen: false } => {
				(Some(ISSUER), pallet_assets::Call::thaw_asset { id }.into())
			},
			Action::SetRules { by, ref rules, .. } => {
				let parameters = rules.clone();
				(by, millrace_runtime::parameters::Call::set { parameters }.into())
			},
			Action::SetPrice { price } => {
				let name = b"nano".to_vec().try_into().unwrap();
				let price = Price { input: price.0, output: price.1 };
				(None, Call::set_tier { id: TierId(0), name, price }.into())
			},
			Action::Offer { on: true } => {
				let name = b"gemma-3-270m".to_vec().try_into().unwrap();
				let (tier, context, bytes) = (TierId(0), 32_768, 253_113_024);
				(None, Call::set_model { id: model(), name, tier, context, bytes }.into())
			},
			Action::Offer { on: false } => (None, Call::remove_model { id: model() }.into()),
			_ => panic!("{action:?} is a call of no other kind"),
		}
	}

	fn terms(&self, terms: &Terms) -> AuctionTerms<AccountId> {
		AuctionTerms {
			model: model(),
			document: b"bafkreidocument".to_vec().try_into().unwrap(),
			payment_max: terms.payment_max,
			verifier_fee: terms.fee,
			bid_window: terms.bid_window,
			latency_max: terms.latency_max,
			challenge_window: terms.challenge_window,
			mechanism: if terms.arbitration {
				DisputeMechanism::Arbitration
			} else {
				DisputeMechanism::Committee
			},
			matcher: terms.matcher.map(|who| self.account(who).clone()),
			verifier: terms.verifier.map(|who| self.account(who).clone()),
		}
	}

	/// The keys of a worker, and how they agree to be.
	fn keys(&self, by: Who, key: Key, nonce: u32, forged: bool) -> (WorkerKeys, Possession) {
		let Person { account, peer, .. } = &self.persons[by.0];
		let envelope = EnvelopeKey([7; 32]);
		let keys = WorkerKeys { worker: self.public(key), peer: peer.public(), envelope };
		let message = identity::message(self.genesis, account, nonce, &keys);
		let signer = if forged { Key::Account(by) } else { key };
		(keys, Possession { worker: self.sign(signer, &message), peer: peer.sign(&message) })
	}

	fn report(
		&self,
		job: JobId,
		auction: bool,
		claims: &[Claim; 2],
		keys: [Key; 2],
	) -> RuntimeCall {
		use pallet_disputes::Call;

		let genesis = self.genesis;
		let [first_key, second_key] = keys;
		if auction {
			let [first, second] = claims.map(|claim| self.submission(job, &claim));
			let first_signature = self.sign(first_key, &first.message(genesis));
			let second_signature = self.sign(second_key, &second.message(genesis));
			Call::report_double_submission { first, first_signature, second, second_signature }
				.into()
		} else {
			let [first, second] = claims.map(|claim| self.proof(job, &claim));
			let first_signature = self.sign(first_key, &first.message(genesis));
			let second_signature = self.sign(second_key, &second.message(genesis));
			Call::report_double_proof { first, first_signature, second, second_signature }.into()
		}
	}
}

const fn verdict(at_fault: bool) -> Verdict {
	if at_fault {
		Verdict::AtFault
	} else {
		Verdict::Cleared
	}
}

/// The storage root, as it is within a block. Needs externalities.
pub(super) fn state_root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}
