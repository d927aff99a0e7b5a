//! From token bytes to text: characters split over tokens, and stop strings split over tokens.

use std::{mem, str};

/// What a token adds to the text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Piece {
	/// Text that is certain to belong to the answer.
	pub text: String,
	/// Whether a stop string was completed; the text ends right before it.
	pub stopped: bool,
}

/// Turns the bytes of tokens into text, and cuts at the first stop string.
///
/// Where tokens end makes no difference: the result is that of feeding one byte at a time. The stop
/// string that is complete first wins; of several complete at once the longest. Text that may be
/// the beginning of a stop string is held back until the next bytes decide. Bytes that are not
/// UTF-8 become U+FFFD.
#[derive(Default)]
pub struct TextStream {
	stops: Vec<String>,
	/// The beginning of a character, at most 3 bytes.
	bytes: Vec<u8>,
	/// The longest suffix of the text that begins a stop string.
	held: String,
	stopped: bool,
}

impl TextStream {
	/// A stream that ends at any of `stops`. Empty ones are ignored.
	pub fn new(stops: Vec<String>) -> Self {
		let stops = stops.into_iter().filter(|stop| !stop.is_empty()).collect();
		Self { stops, ..Self::default() }
	}

	/// Add the bytes of a token. After a stop everything is dropped.
	pub fn push(&mut self, bytes: &[u8]) -> Piece {
		if self.stopped {
			return Piece { text: String::new(), stopped: true };
		}
		self.bytes.extend_from_slice(bytes);
		self.decode();
		if let Some(start) = self.first_stop() {
			self.stopped = true;
			self.held.truncate(start);
			return Piece { text: mem::take(&mut self.held), stopped: true };
		}
		let undecided = self.held.split_off(self.certain());
		Piece { text: mem::replace(&mut self.held, undecided), stopped: false }
	}

	/// Whether text is held back.
	pub const fn is_pending(&self) -> bool {
		!self.held.is_empty() || !self.bytes.is_empty()
	}

	/// The answer is over: what was held back belongs to it after all.
	pub fn finish(&mut self) -> String {
		let mut text = mem::take(&mut self.held);
		if !mem::take(&mut self.bytes).is_empty() {
			text.push(char::REPLACEMENT_CHARACTER);
		}
		self.stopped = true;
		text
	}

	/// Move all whole characters from `bytes` to `held`.
	fn decode(&mut self) {
		let bytes = mem::take(&mut self.bytes);
		let mut rest = bytes.as_slice();
		loop {
			let error = match str::from_utf8(rest) {
				Ok(text) => return self.held.push_str(text),
				Err(error) => error,
			};
			let (valid, after) = rest.split_at(error.valid_up_to());
			self.held.push_str(str::from_utf8(valid).unwrap_or_default());
			let Some(bad) = error.error_len() else {
				self.bytes = after.to_vec();
				return;
			};
			self.held.push(char::REPLACEMENT_CHARACTER);
			rest = after.split_at(bad).1;
		}
	}

	/// Where the stop string begins that is complete first.
	fn first_stop(&self) -> Option<usize> {
		self.stops
			.iter()
			.filter_map(|stop| {
				let start = self.held.find(stop.as_str())?;
				Some((start.saturating_add(stop.len()), start))
			})
			.min()
			.map(|(_, start)| start)
	}

	/// How many bytes of `held` cannot belong to a stop string.
	fn certain(&self) -> usize {
		let longest = self.stops.iter().map(String::len).max().unwrap_or(0);
		let from = self.held.len().saturating_sub(longest.saturating_sub(1));
		self.held
			.char_indices()
			.map(|(index, _)| index)
			.filter(|index| *index >= from)
			.find(|index| {
				let tail = self.held.get(*index..).unwrap_or_default();
				self.stops.iter().any(|stop| stop.starts_with(tail))
			})
			.unwrap_or(self.held.len())
	}
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	fn run(stops: &[&str], tokens: &[&[u8]]) -> (String, bool) {
		let mut stream = TextStream::new(stops.iter().map(ToString::to_string).collect());
		let mut text = String::new();
		for token in tokens {
			let piece = stream.push(token);
			text += &piece.text;
			if piece.stopped {
				return (text, true);
			}
		}
		(text + &stream.finish(), false)
	}

	#[test]
	fn a_character_split_over_tokens_comes_out_whole() {
		let bytes = "aé🦀".as_bytes();
		let tokens: Vec<&[u8]> = bytes.chunks(1).collect();
		assert_eq!(run(&[], &tokens), ("aé🦀".into(), false));
		let mut stream = TextStream::new(vec![]);
		assert_eq!(stream.push(&bytes[3..5]).text, "");
		assert!(stream.is_pending());
		assert_eq!(stream.push(&bytes[5..]).text, "🦀");
		assert!(!stream.is_pending());
	}

	#[test]
	fn bytes_that_are_not_text_are_replaced() {
		assert_eq!(run(&[], &[b"a\xffb", b"\xe2\x82"]), ("a\u{fffd}b\u{fffd}".into(), false));
	}

	#[test]
	fn cuts_right_before_a_stop_string() {
		assert_eq!(run(&["STOP"], &[b"one STOP two"]), ("one ".into(), true));
		assert_eq!(run(&["STOP"], &[b"one S", b"TO", b"P two"]), ("one ".into(), true));
		assert_eq!(run(&["\nUser:"], &[b"hi\n", b"User", b":"]), ("hi".into(), true));
	}

	#[test]
	fn holds_back_only_what_may_become_a_stop_string() {
		let mut stream = TextStream::new(vec!["\n\nUser:".into()]);
		assert_eq!(stream.push(b"one\n").text, "one");
		assert_eq!(stream.push(b"two").text, "\ntwo");
		assert_eq!(stream.push(b"\n").text, "");
		assert_eq!(stream.finish(), "\n");
	}

	#[test]
	fn the_stop_string_complete_first_wins() {
		assert_eq!(run(&["abc", "b"], &[b"xabc"]), ("xa".into(), true));
		assert_eq!(run(&["abc", "bc"], &[b"xabc"]), ("x".into(), true));
		assert_eq!(run(&["aab"], &[b"aaa", b"b"]), ("a".into(), true));
	}

	#[test]
	fn nothing_follows_a_stop() {
		let mut stream = TextStream::new(vec!["x".into()]);
		assert!(stream.push(b"ax").stopped);
		assert_eq!(stream.push(b"b"), Piece { text: String::new(), stopped: true });
		assert_eq!(stream.finish(), "");
	}

	/// One byte at a time, with the whole text searched again after each.
	fn reference(stops: &[String], bytes: &[u8]) -> (String, bool) {
		for end in 0..=bytes.len() {
			let Ok(text) = str::from_utf8(&bytes[..end]) else { continue };
			let hit = stops.iter().filter(|s| !s.is_empty() && text.ends_with(*s)).map(String::len);
			if let Some(length) = hit.max() {
				let (before, _) = text.split_at(text.len().saturating_sub(length));
				return (before.to_owned(), true);
			}
		}
		(String::from_utf8(bytes.to_vec()).unwrap(), false)
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(500))]

		#[test]
		fn token_borders_make_no_difference(
			text in "[abé🦀\n]{0,24}",
			stops in prop::collection::vec("[abé🦀\n]{0,4}", 0..4),
			sizes in prop::collection::vec(1usize..5, 0..40),
		) {
			let mut rest = text.as_bytes();
			let mut tokens = vec![];
			for size in sizes {
				let (token, after) = rest.split_at(size.min(rest.len()));
				tokens.push(token);
				rest = after;
			}
			tokens.push(rest);
			let names: Vec<&str> = stops.iter().map(String::as_str).collect();
			prop_assert_eq!(run(&names, &tokens), reference(&stops, text.as_bytes()));
		}

		#[test]
		fn garbage_never_panics(tokens in prop::collection::vec(any::<Vec<u8>>(), 0..8)) {
			let tokens: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).collect();
			let whole = tokens.concat();
			prop_assert_eq!(run(&[], &tokens).0, String::from_utf8_lossy(&whole));
		}
	}
}
