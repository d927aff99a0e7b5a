use codec::Encode;
use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use millrace_primitives::{
	proof::receipt_message, signing, FinishReason, JobId, JobState, ModelId, Outcome, Payment,
	Proof, Receipt, TokenCounts,
};
use sp_core::{ecdsa, ed25519, sr25519, Pair, H256};
use sp_runtime::{traits::IdentifyAccount, MultiSignature, MultiSigner, Weight};

use super::{apply, assert_refused, assert_takes_only_authorized, extrinsic, valid};
use crate::{
	mock::{
		account, delivered, events, genesis, insert_job, pair, payout_account, proof, purse,
		receipt, receipt_by, sign, state_of, treasury_account, worker_key, AccountId, Book,
		ExtBuilder, Notes, Now, Purses, Settlement, Stage, Test, Workers, ALFA, BRAVO, CHARLIE,
		DISMISSAL, DISPUTE_WINDOW, FUNDS, LOCK, MAX, PROOF_WINDOW, REQUESTER, START, STRANGER,
	},
	Call, Error, Event, WeightInfo,
};

type Confirmed = Option<Receipt<MultiSignature>>;
type Sign<'a> = &'a dyn Fn(&[u8]) -> MultiSignature;

fn call(proof: Proof<AccountId>, receipt: Confirmed) -> Call<Test> {
	let signature = sign(&proof);
	Call::submit_proof { proof, signature, receipt }
}

fn submit(proof: &Proof<AccountId>, receipt: Confirmed) -> sp_runtime::DispatchResult {
	Settlement::do_submit_proof(proof, &sign(proof), receipt.as_ref()).map(|_| ())
}

mod without_a_receipt {
	use super::*;

	#[test]
	fn opens_the_window() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Open.create();
			Now::set(&(START + 5_000));
			apply(call(proof(job_id, ALFA), None));

			let record = Book::get(job_id).unwrap();
			let proof = proof(job_id, ALFA);
			let outcome = Outcome {
				worker: account(ALFA),
				payout: payout_account(ALFA),
				worker_share: 7_500,
				tokens: proof.tokens,
				output: proof.output,
				proof: proof.digest(),
				finish: FinishReason::Stop,
				proven_at: START + 5_000,
			};
			assert_eq!(record.state, JobState::Verified);
			assert_eq!(record.outcome, Some(outcome));
			assert_eq!(record.deadline, START + 5_000 + DISPUTE_WINDOW);
			assert_eq!(purse(&payout_account(ALFA)), 0, "nobody is paid yet");
			assert_eq!(Notes::get(), vec![]);
			assert_eq!(
				events(),
				[Event::Proven {
					job_id,
					worker: account(ALFA),
					tokens: proof.tokens,
					output: proof.output,
				}]
			);
		});
	}

	#[test]
	fn comes_from_the_worker_that_accepted() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Accepted.create();
			assert_ok!(submit(&proof(job_id, BRAVO), None));
			assert_eq!(state_of(job_id), JobState::Verified);
		});
	}

	#[test]
	fn is_refused_from_anybody_but_the_worker_that_accepted() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Accepted.create();
			assert_refused(call(proof(job_id, ALFA), None), Error::AcceptedByAnother);
		});
	}
}

mod with_a_receipt {
	use super::*;

	/// 321 × 30,000 + 123 × 70,000 units per thousand tokens.
	const CHARGE: u128 = 18_240;

	#[test]
	fn pays_an_unstaked_worker_three_quarters() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Open.create();
			Now::set(&(START + 2_500));
			let proof = proof(job_id, ALFA);
			apply(call(proof.clone(), Some(receipt(&proof))));

			let payment =
				Payment { worker: 13_680, treasury: 4_560, verifier: 0, refund: LOCK - CHARGE };
			let record = Book::get(job_id).unwrap();
			assert_eq!(record.state, JobState::Settled);
			assert_eq!(record.payment, Some(payment));
			assert_eq!(purse(&payout_account(ALFA)), 13_680);
			assert_eq!(purse(&treasury_account()), 4_560);
			assert_eq!(purse(&account(REQUESTER)), FUNDS - CHARGE);
			assert_eq!(purse(&account(ALFA)), 0, "the owner is not the payee");
			assert_eq!(Notes::get(), [(account(ALFA), delivered(2_500), 4_560)]);
			assert_eq!(
				events(),
				[
					Event::Proven {
						job_id,
						worker: account(ALFA),
						tokens: proof.tokens,
						output: proof.output,
					},
					Event::Settled {
						job_id,
						requester: account(REQUESTER),
						worker: account(ALFA),
						payout: 13_680,
						treasury: 4_560,
						verifier: 0,
						refund: LOCK - CHARGE,
					}
				]
			);
		});
	}

	#[test]
	fn pays_a_staked_worker_eighty_five_percent() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Open.create();
			let proof = proof(job_id, BRAVO);
			assert_ok!(submit(&proof, Some(receipt(&proof))));
			assert_eq!(purse(&payout_account(BRAVO)), 15_504);
			assert_eq!(purse(&treasury_account()), 2_736);
			assert_eq!(purse(&account(REQUESTER)), FUNDS - CHARGE);
		});
	}

	#[test]
	fn overrides_the_accept_of_another() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Accepted.create();
			let proof = proof(job_id, ALFA);
			assert_ok!(submit(&proof, Some(receipt(&proof))));
			assert_eq!(state_of(job_id), JobState::Settled);
			assert_eq!(purse(&payout_account(ALFA)), 13_680);
			assert_eq!(purse(&payout_account(BRAVO)), 0);
		});
	}

	#[test]
	fn pays_all_of_the_lock_for_all_of_the_tokens() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Open.create();
			let proof = Proof { tokens: MAX, ..proof(job_id, ALFA) };
			assert_ok!(submit(&proof, Some(receipt(&proof))));
			assert_eq!(purse(&account(REQUESTER)), FUNDS - LOCK);
			assert_eq!(purse(&payout_account(ALFA)) + purse(&treasury_account()), LOCK);
		});
	}

	#[test]
	fn gives_everything_back_for_no_tokens() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Open.create();
			let tokens = TokenCounts::default();
			let proof = Proof { tokens, finish: FinishReason::Cancelled, ..proof(job_id, ALFA) };
			assert_ok!(submit(&proof, Some(receipt(&proof))));
			assert_eq!(state_of(job_id), JobState::Settled);
			assert_eq!(purse(&account(REQUESTER)), FUNDS);
		});
	}

	#[test]
	fn takes_every_kind_of_requester_key() {
		ExtBuilder.build_and_execute(|| {
			let ed25519 = ed25519::Pair::from_seed(&[1; 32]);
			let ecdsa = ecdsa::Pair::from_seed(&[1; 32]);
			let signers: [(MultiSigner, Sign<'_>); 2] = [
				(ed25519.public().into(), &|message| ed25519.sign(message).into()),
				(ecdsa.public().into(), &|message| ecdsa.sign(message).into()),
			];
			for (signer, sign) in signers {
				let requester = signer.into_account();
				Purses::mutate(account(REQUESTER), |purse| *purse -= LOCK);
				Purses::insert(&requester, LOCK);
				let job_id = insert_job(&requester, vec![account(ALFA)]);
				let proof = proof(job_id, ALFA);
				let digest = proof.digest();
				let signature = sign(&receipt_message(genesis(), job_id, &digest));
				assert_ok!(submit(&proof, Some(Receipt { proof: digest, signature })));
			}
		});
	}

	#[test]
	fn is_refused_for_another_proof() {
		ExtBuilder.build_and_execute(|| {
			let (job_id, other) = (Stage::Open.create(), Stage::Open.create());
			let good = proof(job_id, ALFA);
			let others = [
				Proof { tokens: TokenCounts { input: 320, output: 123 }, ..good.clone() },
				Proof { tokens: TokenCounts { input: 321, output: 122 }, ..good.clone() },
				Proof { output: [0; 32], ..good.clone() },
				Proof { finish: FinishReason::Length, ..good.clone() },
				Proof { class: [0; 32], ..good.clone() },
				Proof { entropy: H256::zero(), ..good.clone() },
				proof(job_id, BRAVO),
				proof(other, ALFA),
			];
			for confirmed in others {
				let receipt = Some(receipt(&confirmed));
				assert_refused(call(good.clone(), receipt), Error::ReceiptForAnotherProof);
			}
		});
	}

	#[test]
	fn is_refused_if_anybody_but_the_requester_signed_it() {
		ExtBuilder.build_and_execute(|| {
			let proof = proof(Stage::Open.create(), ALFA);
			for signer in [STRANGER, ALFA, BRAVO] {
				let receipt = Some(receipt_by(signer, &proof));
				assert_refused(call(proof.clone(), receipt), Error::BadReceiptSignature);
			}
			let signature = sr25519::Signature::from_raw([0; 64]).into();
			let garbage = Some(Receipt { proof: proof.digest(), signature });
			assert_refused(call(proof, garbage), Error::BadReceiptSignature);
		});
	}

	#[test]
	fn is_refused_if_anything_else_was_signed() {
		ExtBuilder.build_and_execute(|| {
			let (job_id, other) = (Stage::Open.create(), Stage::Open.create());
			let proof = proof(job_id, ALFA);
			let digest = proof.digest();
			let messages = [
				receipt_message(H256::repeat_byte(1), job_id, &digest),
				receipt_message(genesis(), other, &digest),
				receipt_message(genesis(), job_id, &[0; 32]),
				signing::message(signing::PROOF, genesis(), &(job_id, digest)),
				proof.message(genesis()),
				digest.to_vec(),
			];
			for message in messages {
				let signature = pair(REQUESTER).sign(&message).into();
				let receipt = Some(Receipt { proof: digest, signature });
				assert_refused(call(proof.clone(), receipt), Error::BadReceiptSignature);
			}
		});
	}

	#[test]
	fn does_not_save_a_proof_that_is_bad() {
		ExtBuilder.build_and_execute(|| {
			let proof = proof(Stage::Open.create(), ALFA);
			let signature = sr25519::Signature::from_raw([0; 64]);
			let receipt = Some(receipt(&proof));
			let call = Call::submit_proof { proof, signature, receipt };
			assert_refused(call, Error::BadProofSignature);
		});
	}
}

mod is_refused {
	use super::*;

	/// Assert that a proof is refused for this, with a receipt and without.
	fn assert_both_refused(proof: Proof<AccountId>, error: fn() -> Error<Test>) {
		let receipt = receipt(&proof);
		assert_refused(call(proof.clone(), None), error());
		assert_refused(call(proof, Some(receipt)), error());
	}

	#[test]
	fn for_an_unknown_job() {
		ExtBuilder.build_and_execute(|| {
			assert_both_refused(proof(JobId(H256::zero()), ALFA), || Error::UnknownJob);
		});
	}

	#[test]
	fn a_second_time() {
		ExtBuilder.build_and_execute(|| {
			// The very same proof, and one of another candidate.
			let job_id = Stage::Settled.create();
			assert_both_refused(proof(job_id, BRAVO), || Error::AlreadyProven);
			assert_both_refused(proof(job_id, ALFA), || Error::AlreadyProven);
			let job_id = Stage::Verified.create();
			assert_refused(call(proof(job_id, BRAVO), None), Error::AlreadyProven);
			assert_refused(call(proof(job_id, ALFA), None), Error::AlreadyProven);
		});
	}

	#[test]
	fn for_a_job_that_is_over() {
		ExtBuilder.build_and_execute(|| {
			for stage in [Stage::Cancelled, Stage::Expired] {
				assert_both_refused(proof(stage.create(), BRAVO), || Error::WrongState);
			}
		});
	}

	#[test]
	fn one_millisecond_late_even_if_the_chain_has_not_expired_the_job() {
		ExtBuilder.build_and_execute(|| {
			for stage in [Stage::Open, Stage::Accepted] {
				let job_id = stage.create();
				Now::set(&(Now::get() + PROOF_WINDOW + 1));
				assert_both_refused(proof(job_id, BRAVO), || Error::TooLate);
			}
		});
	}

	#[test]
	fn from_a_worker_that_is_not_a_candidate() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Open.create();
			for worker in [CHARLIE, STRANGER, REQUESTER] {
				assert_both_refused(proof(job_id, worker), || Error::NotCandidate);
			}
		});
	}

	#[test]
	fn for_another_model() {
		ExtBuilder.build_and_execute(|| {
			let proof = Proof { model: ModelId([9; 32]), ..proof(Stage::Open.create(), ALFA) };
			assert_both_refused(proof, || Error::WrongModel);
		});
	}

	#[test]
	fn for_one_token_too_many() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Open.create();
			for tokens in [
				TokenCounts { input: MAX.input + 1, output: 0 },
				TokenCounts { input: 0, output: MAX.output + 1 },
				TokenCounts { input: u32::MAX, output: u32::MAX },
			] {
				let proof = Proof { tokens, ..proof(job_id, ALFA) };
				assert_both_refused(proof, || Error::TooManyTokens);
			}
		});
	}

	#[test]
	fn from_a_worker_that_has_left() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Open.create();
			Workers::remove(account(ALFA));
			assert_both_refused(proof(job_id, ALFA), || Error::NotRegistered);
		});
	}

	fn assert_bad_signature(proof: &Proof<AccountId>, signature: sr25519::Signature) {
		for receipt in [None, Some(receipt(proof))] {
			let call = Call::submit_proof { proof: proof.clone(), signature, receipt };
			assert_refused(call, Error::BadProofSignature);
		}
	}

	#[test]
	fn if_another_key_signed_it() {
		ExtBuilder.build_and_execute(|| {
			let proof = proof(Stage::Open.create(), ALFA);
			let message = proof.message(genesis());
			let keys = [worker_key(&account(BRAVO)), pair(ALFA), pair(REQUESTER)];
			for key in keys {
				assert_bad_signature(&proof, key.sign(&message));
			}
			assert_bad_signature(&proof, sr25519::Signature::from_raw([0; 64]));
		});
	}

	#[test]
	fn if_it_was_signed_for_another_chain() {
		ExtBuilder.build_and_execute(|| {
			let proof = proof(Stage::Open.create(), ALFA);
			let message = proof.message(H256::repeat_byte(1));
			assert_bad_signature(&proof, worker_key(&account(ALFA)).sign(&message));
		});
	}

	#[test]
	fn if_anything_else_was_signed() {
		ExtBuilder.build_and_execute(|| {
			let (job_id, other) = (Stage::Open.create(), Stage::Open.create());
			let good = proof(job_id, ALFA);
			let messages = [
				proof(other, ALFA).message(genesis()),
				Proof { tokens: MAX, ..good.clone() }.message(genesis()),
				signing::message(signing::ACCEPT, genesis(), &good),
				good.encode(),
				good.digest().to_vec(),
			];
			for message in messages {
				assert_bad_signature(&good, worker_key(&account(ALFA)).sign(&message));
			}
		});
	}

	#[test]
	fn from_every_origin_but_an_authorized_one() {
		ExtBuilder.build_and_execute(|| {
			let proof = proof(Stage::Open.create(), ALFA);
			assert_takes_only_authorized(call(proof.clone(), None));
			assert_takes_only_authorized(call(proof.clone(), Some(receipt(&proof))));
		});
	}
}

mod in_the_pool {
	use super::*;

	#[test]
	fn is_held_once_per_job() {
		ExtBuilder.build_and_execute(|| {
			let (job_id, other) = (Stage::Open.create(), Stage::Open.create());
			let validity = valid(call(proof(job_id, ALFA), None));
			assert_eq!(validity.provides, [("millrace/proof", job_id).encode()]);
			assert_eq!(validity.requires, Vec::<Vec<u8>>::new());
			assert_eq!((validity.longevity, validity.propagate), (64, true));

			// Signed again, for other counts, or by another candidate: the same thing to the pool.
			let again = [
				proof(job_id, ALFA),
				Proof { tokens: MAX, ..proof(job_id, ALFA) },
				proof(job_id, BRAVO),
			];
			for proof in again {
				assert_eq!(valid(call(proof, None)).provides, validity.provides);
			}
			assert_ne!(valid(call(proof(other, ALFA), None)).provides, validity.provides);
		});
	}

	#[test]
	fn gives_way_to_the_one_with_a_receipt() {
		ExtBuilder.build_and_execute(|| {
			let proof = proof(Stage::Open.create(), ALFA);
			let without = valid(call(proof.clone(), None));
			let with = valid(call(proof.clone(), Some(receipt(&proof))));
			assert_eq!(with.provides, without.provides);
			assert_eq!((with.priority, without.priority), (8, 7));
		});
	}

	#[test]
	fn weighs_as_much_as_it_checks() {
		ExtBuilder.build_and_execute(|| {
			let proof = proof(Stage::Open.create(), ALFA);
			let free = Weight::zero();
			for (receipt, r, ends) in [(None, 0, free), (Some(receipt(&proof)), 1, DISMISSAL)] {
				let info = extrinsic(call(proof.clone(), receipt)).get_dispatch_info();
				assert_eq!(info.call_weight, <()>::submit_proof(r) + ends);
				assert_eq!(info.extension_weight, <()>::authorize_submit_proof(r));
			}
		});
	}
}

#[test]
fn works_in_the_last_millisecond() {
	ExtBuilder.build_and_execute(|| {
		let job_id = Stage::Open.create();
		Now::set(&(Now::get() + PROOF_WINDOW));
		assert_ok!(submit(&proof(job_id, ALFA), None));
	});
}

#[test]
fn refusals_keep_their_codes() {
	let codes = [
		(Error::<Test>::UnknownJob, 150),
		(Error::WrongState, 151),
		(Error::AlreadyProven, 152),
		(Error::TooLate, 153),
		(Error::NotCandidate, 154),
		(Error::WrongModel, 155),
		(Error::TooManyTokens, 156),
		(Error::AcceptedByAnother, 157),
		(Error::ReceiptForAnotherProof, 158),
		(Error::NotRegistered, 159),
		(Error::BadProofSignature, 160),
		(Error::BadReceiptSignature, 161),
	];
	for (error, code) in codes {
		assert_eq!(error.code(), code, "{error:?}");
	}
}

mod after_an_unconfirmed_proof {
	use super::*;

	#[test]
	fn the_one_that_the_requester_confirmed_is_paid() {
		ExtBuilder.build_and_execute(|| {
			// BRAVO proved first, and perhaps delivered nothing.
			let job_id = Stage::Verified.create();
			let confirmed = proof(job_id, ALFA);
			let receipt = receipt(&confirmed);
			assert_ok!(submit(&confirmed, Some(receipt)));
			let record = Book::get(job_id).unwrap();
			assert_eq!(record.state, JobState::Settled);
			assert_eq!(record.outcome.map(|outcome| outcome.worker), Some(account(ALFA)));
		});
	}

	#[test]
	fn a_forged_receipt_changes_nothing() {
		ExtBuilder.build_and_execute(|| {
			let job_id = Stage::Verified.create();
			let other = proof(job_id, ALFA);
			let stolen = receipt(&proof(job_id, BRAVO));
			assert_refused(call(other, Some(stolen)), Error::ReceiptForAnotherProof);
		});
	}
}
