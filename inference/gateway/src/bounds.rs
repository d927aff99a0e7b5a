//! How many tokens the money is locked for, before anyone has counted them.
//!
//! Only the worker has the tokenizer. A token stands for at least one byte of text, so the bytes of
//! a prompt bound its tokens from above; what is locked too much comes back in the same block in
//! which the job is paid.

use millrace_mesh::payload::Prompt;
use millrace_primitives::TokenCounts;

/// Tokens that a chat template may add on its own: markers, a default system prompt, a date.
const TEMPLATE_TOKENS: u32 = 256;

/// Tokens that a chat template may add around a message.
const MESSAGE_TOKENS: u32 = 16;

/// Tokens that a tokenizer may add around plain text.
const TEXT_TOKENS: u32 = 8;

/// No tokenizer puts more bytes than this into one token on average, over any text.
const BYTES_PER_TOKEN_MAX: usize = 64;

/// The most prompt tokens that `prompt` can come to.
pub fn input_bound(prompt: &Prompt) -> u32 {
	match prompt {
		Prompt::Text(text) => saturate(text.len()).saturating_add(TEXT_TOKENS),
		Prompt::Chat(messages) => messages
			.iter()
			.map(|message| {
				saturate(message.role.len())
					.saturating_add(saturate(message.content.len()))
					.saturating_add(MESSAGE_TOKENS)
			})
			.fold(TEMPLATE_TOKENS, u32::saturating_add),
	}
}

/// The text of `prompt` in bytes.
pub fn prompt_bytes(prompt: &Prompt) -> usize {
	match prompt {
		Prompt::Text(text) => text.len(),
		Prompt::Chat(messages) => {
			messages.iter().map(|message| message.content.len()).fold(0, usize::saturating_add)
		},
	}
}

/// The counts to lock for, or nothing if the prompt cannot fit into `context` tokens.
pub fn locked_for(prompt: &Prompt, max_output: u32, context: u32) -> Option<TokenCounts> {
	let room = usize::try_from(context).unwrap_or(usize::MAX).saturating_mul(BYTES_PER_TOKEN_MAX);
	if prompt_bytes(prompt) > room {
		return None;
	}
	Some(TokenCounts {
		input: input_bound(prompt).min(context),
		output: max_output.min(context).max(1),
	})
}

fn saturate(length: usize) -> u32 {
	u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
	use millrace_mesh::payload::ChatMessage;
	use proptest::prelude::*;

	use super::*;

	fn chat(contents: &[&str]) -> Prompt {
		let message =
			|content: &&str| ChatMessage { role: "user".into(), content: (*content).into() };
		Prompt::Chat(contents.iter().map(message).collect())
	}

	#[test]
	fn a_byte_level_tokenizer_stays_within_the_bound() {
		// The worst tokenizer there is: one token for each byte.
		let text = "日本語 and ✨ and a ZWJ 👩‍👩‍👧";
		let bytes = saturate(text.len());
		assert!(input_bound(&Prompt::Text(text.into())) >= bytes);
		assert!(input_bound(&chat(&[text, text])) >= bytes.saturating_mul(2));
	}

	#[test]
	fn empty_text_still_locks_for_what_the_template_adds() {
		assert!(input_bound(&Prompt::Text(String::new())) >= 1);
		assert!(input_bound(&chat(&[""])) >= TEMPLATE_TOKENS);
	}

	#[test]
	fn never_more_than_the_context() {
		let counts = locked_for(&Prompt::Text("a".repeat(10_000)), 9_999, 4_096).unwrap();
		assert_eq!(counts, TokenCounts { input: 4_096, output: 4_096 });
	}

	#[test]
	fn a_prompt_that_cannot_fit_is_found_before_any_money_moves() {
		let prompt = Prompt::Text("a".repeat(64 * 100 + 1));
		assert_eq!(locked_for(&prompt, 1, 100), None);
		assert!(locked_for(&Prompt::Text("a".repeat(64 * 100)), 1, 100).is_some());
	}

	proptest! {
		#[test]
		fn every_message_raises_the_bound(contents in prop::collection::vec(".{0,40}", 1..20)) {
			let contents: Vec<&str> = contents.iter().map(String::as_str).collect();
			let all = input_bound(&chat(&contents));
			let but_one = input_bound(&chat(&contents[1..]));
			prop_assert!(all >= but_one.saturating_add(saturate(contents[0].len())));
		}
	}
}
