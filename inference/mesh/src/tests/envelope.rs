use codec::{Decode, Encode};
use millrace_primitives::{output, EnvelopeKey, JobId, SamplingSpec, TokenCounts};
use proptest::prelude::*;
use sp_core::{crypto::AccountId32, H256};

use super::{chunk, contains, payload, GENESIS, JOB, MARKER, REQUESTER};
use crate::{
	envelope::{open, seal},
	payload::{MESSAGES_MAX, PAYLOAD_BYTES_MAX, STOPS_MAX},
	session::Direction,
	BadPayload, ChatMessage, Envelope, EnvelopeSecret, JobPayload, OpenError, PeerSecret, Prompt,
	Refusal, SealError, SessionKey,
};

fn secrets<const N: usize>() -> [EnvelopeSecret; N] {
	std::array::from_fn(|_| EnvelopeSecret::generate().unwrap())
}

fn sealed<const N: usize>(text: &str) -> ([EnvelopeSecret; N], Envelope, Vec<SessionKey>) {
	let secrets = secrets::<N>();
	let recipients = secrets.each_ref().map(EnvelopeSecret::public);
	let (envelope, sessions) = seal(GENESIS, JOB, &REQUESTER, &payload(text), &recipients).unwrap();
	(secrets, envelope, sessions)
}

/// Whether what one seals the other opens.
fn agree(a: &SessionKey, b: &SessionKey) -> bool {
	let worker = PeerSecret::from_bytes([1; 32]).public();
	let sealed = a.cipher(&worker, Direction::ToClient).seal(b"hello").unwrap();
	b.cipher(&worker, Direction::ToClient).open(&sealed).is_ok()
}

#[test]
fn only_named_recipients_open_it() {
	let (secrets, envelope, _) = sealed::<4>(MARKER);
	for secret in &secrets {
		assert_eq!(open(GENESIS, &envelope, secret).unwrap().0, payload(MARKER));
	}
	let [stranger] = super::envelope::secrets();
	assert_eq!(open(GENESIS, &envelope, &stranger).unwrap_err(), OpenError::NotForMe);
	assert_eq!(OpenError::NotForMe.refusal(), Refusal::NotForMe);
}

#[test]
fn each_recipient_has_a_session_of_its_own() {
	let (secrets, envelope, sessions) = sealed::<3>("hi");
	for (i, secret) in secrets.iter().enumerate() {
		let (_, session) = open(GENESIS, &envelope, secret).unwrap();
		for (j, other) in sessions.iter().enumerate() {
			assert_eq!(agree(other, &session), i == j);
		}
	}
}

#[test]
fn a_stranger_cannot_take_the_place_of_a_recipient() {
	let (secrets, mut envelope, _) = sealed::<2>("hi");
	let [stranger] = super::envelope::secrets();
	envelope.wrapped[0].recipient = stranger.public();
	assert_eq!(open(GENESIS, &envelope, &stranger).unwrap_err(), OpenError::Forged);
	assert_eq!(open(GENESIS, &envelope, &secrets[0]).unwrap_err(), OpenError::NotForMe);
	assert!(open(GENESIS, &envelope, &secrets[1]).is_ok());
}

#[test]
fn another_chain_job_or_requester_does_not_open_it() {
	let ([secret], envelope, _) = sealed::<1>("hi");
	assert_eq!(open(H256([8; 32]), &envelope, &secret).unwrap_err(), OpenError::Forged);
	let other_job = Envelope { job: JobId(H256([2; 32])), ..envelope.clone() };
	assert_eq!(open(GENESIS, &other_job, &secret).unwrap_err(), OpenError::Forged);
	let other_requester = Envelope { requester: AccountId32::new([3; 32]), ..envelope };
	assert_eq!(open(GENESIS, &other_requester, &secret).unwrap_err(), OpenError::Forged);
}

#[test]
fn refuses_recipients_out_of_bounds() {
	let key = |byte| EnvelopeSecret::from_bytes([byte; 32]).public();
	let sealing = |recipients: &[EnvelopeKey]| {
		seal(GENESIS, JOB, &REQUESTER, &payload("hi"), recipients).map(|_| ()).unwrap_err()
	};
	assert!(matches!(sealing(&[]), SealError::Recipients(0)));
	assert!(matches!(sealing(&[1, 2, 3, 4, 5].map(key)), SealError::Recipients(5)));
	let low_order = EnvelopeKey([0; 32]);
	assert!(matches!(sealing(&[key(1), low_order]), SealError::BadRecipient(k) if k == low_order));
}

#[test]
fn refuses_a_payload_out_of_bounds() {
	let chat = |count| {
		Prompt::Chat(vec![ChatMessage { role: "user".into(), content: String::new() }; count])
	};
	let too_large =
		JobPayload { prompt: Prompt::Text("x".repeat(PAYLOAD_BYTES_MAX)), ..payload("") };
	assert!(matches!(too_large.check(), Err(BadPayload::TooLarge { .. })));
	assert_eq!(JobPayload { prompt: chat(0), ..payload("") }.check(), Err(BadPayload::Chat));
	assert_eq!(
		JobPayload { prompt: chat(MESSAGES_MAX + 1), ..payload("") }.check(),
		Err(BadPayload::Chat)
	);
	assert_eq!(
		JobPayload { stop: vec![String::new()], ..payload("") }.check(),
		Err(BadPayload::Stop)
	);
	assert_eq!(
		JobPayload { stop: vec!["x".into(); STOPS_MAX + 1], ..payload("") }.check(),
		Err(BadPayload::Stop)
	);
	let sampling = SamplingSpec { top_k: 0, ..SamplingSpec::default() };
	let bad = JobPayload { sampling, ..payload("") };
	assert_eq!(bad.check(), Err(BadPayload::Sampling));
	let [secret] = secrets();
	assert!(matches!(
		seal(GENESIS, JOB, &REQUESTER, &bad, &[secret.public()]),
		Err(SealError::Payload(BadPayload::Sampling))
	));
}

#[test]
fn an_envelope_from_the_wire_is_within_bounds() {
	let ([_], envelope, _) = sealed::<1>("hi");
	assert_eq!(Envelope::from_bytes(&envelope.encode()).unwrap(), envelope);
	let none = Envelope { wrapped: Vec::new(), ..envelope.clone() };
	assert!(Envelope::from_bytes(&none.encode()).is_err());
	let many = Envelope { wrapped: vec![envelope.wrapped[0].clone(); 5], ..envelope.clone() };
	assert!(Envelope::from_bytes(&many.encode()).is_err());
	let trailing = [envelope.encode(), vec![0]].concat();
	assert!(Envelope::from_bytes(&trailing).is_err());
}

#[test]
fn neither_wire_nor_debug_shows_what_is_said() {
	let ([secret], envelope, sessions) = sealed::<1>(MARKER);
	let worker = PeerSecret::from_bytes([1; 32]).public();
	let answer = chunk(5, MARKER);
	let frame = sessions[0].cipher(&worker, Direction::ToClient).seal(&answer.encode()).unwrap();
	let (payload, session) = open(GENESIS, &envelope, &secret).unwrap();
	for wire in [envelope.encode(), frame] {
		assert!(!contains(&wire, MARKER.as_bytes()));
		assert!(!contains(&wire, &MARKER.as_bytes()[..8]));
	}
	let chat = Prompt::Chat(vec![ChatMessage { role: "user".into(), content: MARKER.into() }]);
	let printed = format!("{payload:?} {session:?} {envelope:?} {answer:?} {secret:?} {chat:?}");
	assert!(!printed.contains("quick"));
	assert!(!printed.contains(&format!("{:?}", *secret.to_bytes())));
}

#[test]
fn the_commitment_is_that_of_the_sealed_bytes() {
	let payload = payload("hi");
	let sealed = payload.encode();
	assert_eq!(payload.commitment(), output::request_commitment(&[9; 32], &sealed));
	assert_eq!(
		JobPayload::decode(&mut sealed.as_slice()).unwrap().commitment(),
		payload.commitment()
	);
}

#[test]
fn a_stored_key_comes_back() {
	let [secret] = secrets();
	assert_eq!(EnvelopeSecret::from_bytes(*secret.to_bytes()).public(), secret.public());
	let peer = PeerSecret::generate().unwrap();
	assert_eq!(PeerSecret::from_bytes(*peer.to_bytes()).public(), peer.public());
}

fn any_payload() -> impl Strategy<Value = JobPayload> {
	let message =
		("[a-z]{1,10}", ".{0,200}").prop_map(|(role, content)| ChatMessage { role, content });
	let prompt = prop_oneof![
		".{0,2000}".prop_map(Prompt::Text),
		prop::collection::vec(message, 1..20).prop_map(Prompt::Chat),
	];
	(any::<[u8; 32]>(), prompt, prop::collection::vec(".{1,20}", 0..4), any::<(u32, u32)>())
		.prop_map(|(salt, prompt, stop, (input, output))| JobPayload {
			salt,
			prompt,
			stop,
			max: TokenCounts { input, output },
			session: (input > output).then_some(salt),
			..payload("")
		})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn what_is_sealed_is_opened(payload in any_payload()) {
		let [secret] = secrets();
		let (envelope, sessions) =
			seal(GENESIS, JOB, &REQUESTER, &payload, &[secret.public()]).unwrap();
		let envelope = Envelope::from_bytes(&envelope.encode()).unwrap();
		let (opened, session) = open(GENESIS, &envelope, &secret).unwrap();
		prop_assert_eq!(opened, payload);
		prop_assert!(agree(&sessions[0], &session));
	}

	#[test]
	fn a_flipped_bit_anywhere_is_noticed(at: prop::sample::Index, bit in 0u8..8) {
		let ([secret], envelope, _) = sealed::<1>("hello");
		let mut bytes = envelope.encode();
		let at = at.index(bytes.len());
		bytes[at] ^= 1 << bit;
		if let Ok(changed) = Envelope::from_bytes(&bytes) {
			prop_assert!(open(GENESIS, &changed, &secret).is_err());
		}
	}

	#[test]
	fn garbage_is_refused(bytes: Vec<u8>) {
		prop_assert!(Envelope::from_bytes(&bytes).is_err());
	}
}
