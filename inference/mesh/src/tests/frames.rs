use bytes::BytesMut;
use chacha20poly1305::{
	aead::{Aead, Payload},
	ChaCha20Poly1305, KeyInit,
};
use codec::{Decode, Encode};
use millrace_primitives::{output::CHUNK_TOKENS_MAX, PeerKey};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use sp_core::H256;
use tokio_util::codec::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::{chunk, contains, proof, receipt, MARKER};
use crate::{
	codec::{refusal_frame, ClientFrames, Sealer, WorkerFrames},
	defaults::{FRAME_BYTES_MAX, REASON_BYTES_MAX},
	message::{cut, PlainRefusal},
	session::{Direction, MESSAGE_BYTES_MAX},
	ClientMessage, Failure, Refusal, SessionKey, StreamError, WorkerMessage,
};

const SECRET: [u8; 32] = [42; 32];

fn worker() -> PeerKey {
	PeerKey::from_raw([1; 32])
}

fn session() -> SessionKey {
	SessionKey::new(Zeroizing::new(SECRET))
}

fn sealer(direction: Direction) -> Sealer {
	Sealer(session().cipher(&worker(), direction))
}

fn worker_frames() -> WorkerFrames {
	WorkerFrames::new(session().cipher(&worker(), Direction::ToClient))
}

/// The frames of `messages` as the worker sends them.
fn frames_of(messages: &[WorkerMessage]) -> Vec<BytesMut> {
	let mut sealer = sealer(Direction::ToClient);
	messages
		.iter()
		.map(|message| {
			let mut frame = BytesMut::new();
			sealer.encode(message, &mut frame).unwrap();
			frame
		})
		.collect()
}

fn joined(frames: &[BytesMut]) -> BytesMut {
	frames.concat().as_slice().into()
}

/// All that a client reads until the stream ends.
fn read(mut bytes: BytesMut) -> Result<Vec<WorkerMessage>, StreamError> {
	let mut decoder = worker_frames();
	let mut messages = Vec::new();
	while let Some(message) = decoder.decode_eof(&mut bytes)? {
		messages.push(message);
	}
	Ok(messages)
}

fn answer() -> Vec<WorkerMessage> {
	vec![
		WorkerMessage::Heartbeat,
		WorkerMessage::Ack,
		WorkerMessage::Started { input_tokens: 3, class: [6; 32], entropy: H256([8; 32]) },
		chunk(1, "one"),
		chunk(2, "two"),
		WorkerMessage::Finished(proof()),
	]
}

#[test]
fn an_honest_answer_is_read() {
	assert_eq!(read(joined(&frames_of(&answer()))).unwrap(), answer());
}

#[test]
fn a_cut_is_told_from_an_end() {
	let frames = frames_of(&answer());
	for kept in 0..frames.len() {
		assert!(matches!(read(joined(&frames[..kept])), Err(StreamError::Truncated)));
	}
	let whole = joined(&frames);
	for kept in [1, 3, 4, 5, whole.len() - 1] {
		assert!(matches!(read(whole[..kept].into()), Err(StreamError::Truncated)));
	}
	let failed = [WorkerMessage::Failed { reason: Failure::Engine, text: String::new() }];
	assert_eq!(read(joined(&frames_of(&failed))).unwrap(), failed);
}

#[test]
fn replayed_reordered_or_missing_frames_are_noticed() {
	let frames = frames_of(&answer());
	let picked = |picks: &[usize]| {
		joined(&picks.iter().map(|pick| frames[*pick].clone()).collect::<Vec<_>>())
	};
	for picks in [&[0, 0][..], &[0, 1, 2, 4, 3, 5], &[0, 1, 2, 4, 5], &[1], &[0, 1, 1]] {
		assert!(matches!(read(picked(picks)), Err(StreamError::Forged)));
	}
}

#[test]
fn nothing_follows_the_last_message() {
	let mut messages = answer();
	messages.push(WorkerMessage::Heartbeat);
	assert!(matches!(read(joined(&frames_of(&messages))), Err(StreamError::OutOfTurn)));
}

#[test]
fn a_frame_opens_only_in_its_direction_and_for_its_worker() {
	let mut frame = BytesMut::new();
	sealer(Direction::ToWorker).encode(&WorkerMessage::Ack, &mut frame).unwrap();
	assert!(matches!(read(frame), Err(StreamError::Forged)));
	let other = PeerKey::from_raw([2; 32]);
	let mut frame = BytesMut::new();
	Sealer(session().cipher(&other, Direction::ToClient))
		.encode(&WorkerMessage::Ack, &mut frame)
		.unwrap();
	assert!(matches!(read(frame), Err(StreamError::Forged)));
}

#[test]
fn an_oversized_frame_is_refused_before_it_has_room() {
	let mut bytes = BytesMut::from((FRAME_BYTES_MAX + 1).to_le_bytes().as_slice());
	let error = worker_frames().decode(&mut bytes).unwrap_err();
	assert!(matches!(error, StreamError::TooLarge { .. }));
	assert!(bytes.capacity() < 1024);
}

#[test]
fn an_oversized_message_is_not_sent_and_leaves_no_gap() {
	let mut sealer = sealer(Direction::ToClient);
	let mut bytes = BytesMut::new();
	let large = chunk(1, &"x".repeat(MESSAGE_BYTES_MAX));
	assert!(matches!(sealer.encode(&large, &mut bytes), Err(StreamError::TooLarge { .. })));
	assert!(bytes.is_empty());
	let overhead = chunk(1, "").encoded_size() + 3;
	let largest = chunk(1, &"x".repeat(MESSAGE_BYTES_MAX - overhead));
	assert!(largest.encoded_size() <= MESSAGE_BYTES_MAX);
	sealer.encode(&largest, &mut bytes).unwrap();
	assert!(bytes.len() <= usize::try_from(FRAME_BYTES_MAX).unwrap() + 4);
	let mut decoder = worker_frames();
	assert_eq!(decoder.decode(&mut bytes).unwrap(), Some(largest));
}

#[test]
fn a_refusal_in_the_clear_is_read_only_before_the_session() {
	let refusal = PlainRefusal { reason: Refusal::NotForMe, text: "not mine".to_owned() };
	let plain = BytesMut::from(refusal_frame(&refusal).unwrap().as_slice());
	let refused = WorkerMessage::Refused { reason: Refusal::NotForMe, text: "not mine".to_owned() };
	assert_eq!(read(plain.clone()).unwrap(), [refused]);
	let mut late = frames_of(&[WorkerMessage::Ack]);
	late.push(plain);
	assert!(matches!(read(joined(&late)), Err(StreamError::OutOfTurn)));
}

#[test]
fn messages_out_of_bounds_are_refused() {
	let tokens =
		|count| WorkerMessage::Chunk { tokens: vec![0; count], text: String::new(), link: [0; 32] };
	let wordy = "x".repeat(REASON_BYTES_MAX + 1);
	let wordy = WorkerMessage::Failed { reason: Failure::Internal, text: wordy };
	for message in [tokens(0), tokens(CHUNK_TOKENS_MAX + 1), wordy] {
		assert!(matches!(read(joined(&frames_of(&[message]))), Err(StreamError::Malformed)));
	}
	assert!(matches!(
		read(joined(&frames_of(&[tokens(CHUNK_TOKENS_MAX)]))),
		Err(StreamError::Truncated)
	));
}

#[test]
fn a_reason_is_cut_at_a_character() {
	assert_eq!(cut("short"), "short");
	let long = cut(&"é".repeat(REASON_BYTES_MAX));
	assert_eq!(long, "é".repeat(REASON_BYTES_MAX.div_ceil(2)));
}

#[test]
fn the_length_of_a_frame_does_not_tell_the_token() {
	let frames = frames_of(&[chunk(1, "a"), chunk(2, " extraordinarily"), WorkerMessage::Ack]);
	assert!(frames.iter().all(|frame| frame.len() == frames[0].len()));
	assert!(!contains(&joined(&frames), b"extraordinarily"));
}

#[test]
fn a_client_may_leave_at_any_time_but_not_within_a_frame() {
	let mut sealer = sealer(Direction::ToWorker);
	let mut bytes = BytesMut::new();
	let messages = [ClientMessage::Cancel, ClientMessage::Receipt(receipt())];
	for message in &messages {
		sealer.encode(message, &mut bytes).unwrap();
	}
	let cut = BytesMut::from(&bytes[..bytes.len() - 1]);
	let read = |mut bytes: BytesMut| {
		let mut decoder = ClientFrames(session().cipher(&worker(), Direction::ToWorker));
		let mut read = Vec::new();
		while let Some(message) = decoder.decode_eof(&mut bytes)? {
			read.push(message);
		}
		Ok::<_, StreamError>(read)
	};
	assert_eq!(read(bytes).unwrap(), messages);
	assert!(matches!(read(cut), Err(StreamError::Truncated)));
	assert_eq!(read(BytesMut::new()).unwrap(), []);
}

/// The bytes are a contract with every other implementation.
#[test]
fn known_bytes() {
	let frames = frames_of(&[WorkerMessage::Heartbeat, chunk(7, MARKER)]);
	let key = Sha256::digest(
		[&[0, 0, 0, 1], SECRET.as_slice(), b"millrace/1/frames-", &[1], &[1; 32]].concat(),
	);
	let sealed = &frames[1][5..];
	assert_eq!(frames[1][..5], [17, 1, 0, 0, 1]);
	let plaintext = ChaCha20Poly1305::new(&key)
		.decrypt(
			&[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0].into(),
			Payload { msg: sealed, aad: &[1, 1, 0, 0, 0, 0, 0, 0, 0] },
		)
		.unwrap();
	assert_eq!(plaintext.len(), 256);
	let message = chunk(7, MARKER);
	let length = u32::from_le_bytes(plaintext[..4].try_into().unwrap());
	assert_eq!(usize::try_from(length).unwrap(), message.encoded_size());
	assert_eq!(WorkerMessage::decode(&mut &plaintext[4..]).unwrap(), message);
}

fn any_chunk() -> impl Strategy<Value = WorkerMessage> {
	(prop::collection::vec(any::<u32>(), 1..=CHUNK_TOKENS_MAX), ".{0,300}", any::<[u8; 32]>())
		.prop_map(|(tokens, text, link)| WorkerMessage::Chunk { tokens, text, link })
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	#[test]
	fn any_answer_is_read_however_it_arrives(
		mut messages in prop::collection::vec(any_chunk(), 0..20),
		piece in 1usize..700,
	) {
		messages.push(WorkerMessage::Finished(proof()));
		let wire = joined(&frames_of(&messages));
		let mut decoder = worker_frames();
		let mut buffer = BytesMut::new();
		let mut read = Vec::new();
		for piece in wire.chunks(piece) {
			buffer.extend_from_slice(piece);
			while let Some(message) = decoder.decode(&mut buffer).unwrap() {
				read.push(message);
			}
		}
		prop_assert!(decoder.decode_eof(&mut buffer).unwrap().is_none());
		prop_assert_eq!(read, messages);
	}

	#[test]
	fn a_flipped_bit_anywhere_is_noticed(at: prop::sample::Index, bit in 0u8..8) {
		let mut wire = joined(&frames_of(&answer()));
		let at = at.index(wire.len());
		wire[at] ^= 1 << bit;
		prop_assert!(read(wire).is_err());
	}

	#[test]
	fn garbage_is_an_error(bytes: Vec<u8>) {
		prop_assert!(read(BytesMut::from(bytes.as_slice())).is_err());
	}
}
