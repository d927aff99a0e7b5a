//! An answer as it is generated.

use std::{
	collections::VecDeque,
	fmt, mem,
	pin::Pin,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	task::{ready, Context, Poll},
};

use futures::Stream;
use millrace_primitives::{
	output::CHUNK_TOKENS_MAX, Commitment, FinishReason, OutputChain, TokenCounts,
};
use tokio::sync::{mpsc, Notify};

use crate::error::EngineError;

/// A step of an answer.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
	/// It has a slot and is computed from now on.
	Started {
		/// How many tokens the prompt has.
		input_tokens: u32,
	},
	/// More of it.
	Chunk {
		/// 1 – 16 tokens.
		tokens: Vec<u32>,
		/// The text that has become certain with them. It may be empty, and it lags behind the
		/// tokens where a stop string or a character is half finished.
		text: String,
		/// The output chain's link over these tokens.
		link: Commitment,
	},
	/// It is over; nothing follows.
	Done {
		/// Why.
		finish: FinishReason,
		/// What it costs: output tokens are those in the chain. The token by which a model ends
		/// its answer is not among them.
		tokens: TokenCounts,
		/// The last link of the output chain.
		output: Commitment,
	},
}

impl fmt::Debug for Event {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Started { input_tokens } => write!(f, "Started({input_tokens})"),
			Self::Chunk { tokens, .. } => write!(f, "Chunk({} tokens)", tokens.len()),
			Self::Done { finish, tokens, .. } => write!(f, "Done({finish:?}, {tokens:?})"),
		}
	}
}

/// What the supervisor passes on.
pub(crate) enum Produced {
	Started,
	Token { token: u32, text: String },
	Done(FinishReason),
}

pub(crate) type Result<T> = std::result::Result<T, EngineError>;

/// The wish to end an answer early. The supervisor looks when it is woken.
pub(crate) struct Cancellation {
	asked: AtomicBool,
	wake: Arc<Notify>,
}

impl Cancellation {
	pub(crate) const fn new(wake: Arc<Notify>) -> Self {
		Self { asked: AtomicBool::new(false), wake }
	}

	pub(crate) fn ask(&self) {
		self.asked.store(true, Ordering::Release);
		self.wake.notify_one();
	}

	pub(crate) fn is_asked(&self) -> bool {
		self.asked.load(Ordering::Acquire)
	}
}

/// An answer as it is generated: a stream of [`Event`]s that ends after [`Event::Done`] or an error.
///
/// Tokens wait here until they are asked for. One at a time goes out while the consumer keeps up,
/// up to 16 in a chunk when it does not, so the output chain commits to exactly the chunks that the
/// consumer saw. Dropping it cancels the answer.
pub struct Generation {
	produced: mpsc::Receiver<Result<Produced>>,
	/// What was received behind the tokens of a chunk.
	next: VecDeque<Result<Produced>>,
	chain: OutputChain,
	input_tokens: u32,
	cancellation: Arc<Cancellation>,
	finished: bool,
}

impl Generation {
	pub(crate) const fn new(
		produced: mpsc::Receiver<Result<Produced>>,
		chain: OutputChain,
		input_tokens: u32,
		cancellation: Arc<Cancellation>,
	) -> Self {
		let next = VecDeque::new();
		Self { produced, next, chain, input_tokens, cancellation, finished: false }
	}

	/// How many tokens the prompt has.
	pub const fn input_tokens(&self) -> u32 {
		self.input_tokens
	}

	/// End the answer early. Tokens already generated still come, then [`Event::Done`] with
	/// [`FinishReason::Cancelled`], unless it ended by itself in the meantime.
	pub fn cancel(&self) {
		self.cancellation.ask();
	}

	/// A chunk that begins with `token`, and as many more as have come, up to 16.
	fn chunk(&mut self, token: u32, mut text: String) -> Result<Event> {
		let mut tokens = vec![token];
		while tokens.len() < CHUNK_TOKENS_MAX {
			match self.produced.try_recv() {
				Ok(Ok(Produced::Token { token, text: more })) => {
					tokens.push(token);
					text.push_str(&more);
				},
				Ok(other) => {
					self.next.push_back(other);
					break;
				},
				Err(_) => break,
			}
		}
		// A chain counts to 2^32 chunks; the context ends an answer long before.
		let link =
			self.chain.push(&tokens).map_err(|error| EngineError::Refused(error.to_string()))?;
		Ok(Event::Chunk { tokens, text, link })
	}

	const fn done(&self, finish: FinishReason) -> Event {
		let tokens = TokenCounts { input: self.input_tokens, output: self.chain.tokens() };
		Event::Done { finish, tokens, output: self.chain.link() }
	}
}

impl Stream for Generation {
	type Item = Result<Event>;

	fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
		let this = self.get_mut();
		if this.finished {
			return Poll::Ready(None);
		}
		let next = match this.next.pop_front() {
			Some(next) => Some(next),
			None => ready!(this.produced.poll_recv(context)),
		};
		let event = match next {
			Some(Ok(Produced::Started)) => Ok(Event::Started { input_tokens: this.input_tokens }),
			Some(Ok(Produced::Token { token, text })) => this.chunk(token, text),
			Some(Ok(Produced::Done(finish))) => {
				this.finished = true;
				Ok(this.done(finish))
			},
			Some(Err(error)) => Err(error),
			None => Err(EngineError::Stopped { reason: "its supervisor is gone".to_owned() }),
		};
		this.finished |= event.is_err();
		Poll::Ready(Some(event))
	}
}

impl Drop for Generation {
	fn drop(&mut self) {
		if !mem::replace(&mut self.finished, true) {
			self.cancellation.ask();
		}
	}
}

impl fmt::Debug for Generation {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Generation")
			.field("input_tokens", &self.input_tokens)
			.field("output_tokens", &self.chain.tokens())
			.field("finished", &self.finished)
			.finish_non_exhaustive()
	}
}
