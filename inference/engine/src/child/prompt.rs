//! From a prompt to tokens.

use llama_cpp_2::{token::LlamaToken, vocab::LlamaVocab};
use millrace_engine::{
	protocol::Refusal,
	request::{ChatMessage, Prompt},
	template::{self, ChatTemplate, TemplateError},
};

use super::llama::Weights;

/// A prompt as tokens.
pub(crate) struct Tokenized {
	pub(crate) tokens: Vec<i32>,
	/// What ends the answer besides the request's own stop strings.
	pub(crate) stops: &'static [&'static str],
}

/// Turns prompts into tokens.
pub(crate) struct Tokenizer {
	weights: &'static Weights,
	template: ChatTemplate,
	bos: String,
}

impl Tokenizer {
	pub(crate) fn new(weights: &'static Weights) -> Result<Self, TemplateError> {
		let vocabulary = weights.vocabulary();
		let bos = weights.spelling(vocabulary.bos());
		let eos = weights.spelling(vocabulary.eos());
		let template = ChatTemplate::new(weights.template(), bos.clone(), eos)?;
		Ok(Self { weights, template, bos })
	}

	pub(crate) fn tokenize(&self, prompt: Prompt) -> Result<Tokenized, Refusal> {
		let vocabulary = self.weights.vocabulary();
		let (tokens, stops) = match prompt {
			Prompt::Text(text) => (vocabulary.tokenize(text.as_bytes(), true, false), &[][..]),
			Prompt::Chat(messages) => self
				.chat(&vocabulary, messages)
				.map_err(|error| Refusal::BadTemplate { reason: error.to_string() })?,
		};
		if tokens.is_empty() {
			return Err(Refusal::EmptyPrompt);
		}
		Ok(Tokenized { tokens: tokens.into_iter().map(|token| token.0).collect(), stops })
	}

	fn chat(
		&self,
		vocabulary: &LlamaVocab<'_>,
		mut messages: Vec<ChatMessage>,
	) -> Result<(Vec<LlamaToken>, &'static [&'static str]), TemplateError> {
		for message in &mut messages {
			let tokens = vocabulary.tokenize(message.content.as_bytes(), false, true);
			message.content = if tokens.iter().any(|token| vocabulary.is_control(*token)) {
				template::fence(&message.content)
			} else {
				template::unfenced(&message.content)
			};
		}
		let rendered = self.template.render(&messages)?;
		let text = rendered.text.as_str();
		// A template that writes the first token itself must not get a second one.
		let has_bos = !self.bos.is_empty() && text.starts_with(&self.bos);
		let mut tokens = Vec::new();
		for (index, segment) in template::segments(text)?.into_iter().enumerate() {
			let is_first = index == 0 && !has_bos;
			vocabulary.tokenize_into(
				segment.text.as_bytes(),
				&mut tokens,
				is_first,
				!segment.plain,
			);
		}
		Ok((tokens, rendered.stops))
	}
}
