//! The engine with the demo model.

use std::{
	io,
	process::Command as Program,
	sync::{
		atomic::{AtomicU32, Ordering},
		Arc, LazyLock,
	},
};

use futures::future::join_all;
use millrace_engine::{
	ChatMessage, Connection, Launch, LoadProgress, Process, Profile, StartError,
};
use tokio::{runtime::Runtime, sync::OnceCell};

use super::*;

/// Engines live as long as the runtime that started them, so the tests that share one share this.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

async fn start(slots: u32, threads: u32, context: u32) -> Engine {
	let config = EngineConfig { slots, threads, context, ..config(model()) };
	Engine::start(config, |_| ()).await.unwrap()
}

/// Eight slots on one thread.
async fn shared() -> &'static Engine {
	static ENGINE: OnceCell<Engine> = OnceCell::const_new();
	ENGINE.get_or_init(|| start(8, 1, 512)).await
}

const PROMPTS: [&str; 8] = [
	"The three largest cities of France are Paris,",
	"Once upon a time there was a small dragon who",
	"def fibonacci(n):\n    ",
	"Ingredients for pancakes: flour, eggs,",
	"Q: What is the largest planet?\nA:",
	"SELECT name, price FROM products WHERE",
	"Dear Sir or Madam, I am writing to",
	"The capital of Japan is",
];

fn greedy(text: &str, max_output: u32) -> Request {
	Request { sampling: SamplingSpec::GREEDY, ..request(text, max_output) }
}

fn seeded(text: &str, max_output: u32, seed: u8) -> Request {
	Request { seed: [seed; 32], ..request(text, max_output) }
}

#[test]
fn the_same_tokens_alone_as_among_seven_others() {
	RUNTIME.block_on(async {
		let engine = shared().await;
		for sampling in [SamplingSpec::GREEDY, SamplingSpec::default()] {
			let requests: Vec<Request> = PROMPTS
				.iter()
				.zip(1u8..)
				.map(|(text, seed)| Request { sampling, ..seeded(text, 12, seed) })
				.collect();
			let together = join_all(requests.iter().map(|r| answer(engine, r.clone()))).await;
			for (request, among) in requests.into_iter().zip(together) {
				let alone = answer(engine, request).await.unwrap();
				assert_eq!(alone, among.unwrap());
				assert!(!alone.tokens.is_empty());
			}
		}
	});
}

/// Beyond 256 positions llama.cpp would split the attention of a single row among threads.
#[test]
fn the_same_tokens_with_any_number_of_threads_in_a_long_context() {
	RUNTIME.block_on(async {
		// Little can be foretold after such a text, so a small difference soon shows.
		const WORDS: [&str; 16] = [
			"river", "quantum", "butter", "Tuesday", "ran", "because", "of", "seven", "blue",
			"law", "the", "Paris", "if", "engine", "slowly", "mother",
		];
		let long: String = (0..280u32)
			.map(|i| i.wrapping_mul(i).wrapping_mul(2_654_435_761) >> 27)
			.map(|i| WORDS[i as usize % 16].to_owned() + " ")
			.collect();
		let sampling = SamplingSpec { temperature_milli: 2_000, top_p_milli: 1_000, top_k: 256 };
		let request = Request { sampling, ..seeded(&long, 10, 3) };
		let one = answer(shared().await, request.clone()).await.unwrap();
		assert!(one.counts.input > 256, "{}", one.counts.input);
		let engine = start(1, 2, 512).await;
		assert_eq!(one, answer(&engine, request).await.unwrap());
		engine.shutdown().await;
	});
}

#[test]
fn the_next_turn_of_a_conversation_is_what_it_would_be_afresh() {
	RUNTIME.block_on(async {
		let engine = shared().await;
		let first =
			"Notes of the meeting on Monday. Present were Anna, Bert and Carla. ".repeat(20);
		let session = Some([77; 32]);
		let turn = Request { session, ..seeded(&first, 10, 1) };
		let heard = answer(engine, turn).await.unwrap();
		assert!(heard.counts.input > 256);
		// One continues right where the last answer ended, one forks in the middle of the prompt.
		let continued = format!("{first}{} And then", heard.text);
		let forked = format!("{} Absent was", &first[..first.len() / 2 + 3]);
		for text in [continued, forked] {
			let again = Request { session, ..seeded(&text, 12, 2) };
			let afresh = Request { session: None, ..again.clone() };
			let reused = answer(engine, again).await.unwrap();
			assert_eq!(reused, answer(engine, afresh).await.unwrap());
		}
	});
}

#[test]
fn another_seed_is_another_answer() {
	RUNTIME.block_on(async {
		let engine = shared().await;
		let [a, b, c] = [(1, 1), (1, 1), (2, 2)].map(|(_, seed)| seeded(PROMPTS[1], 12, seed));
		let a = answer(engine, a).await.unwrap();
		assert_eq!(a, answer(engine, b).await.unwrap());
		assert_ne!(a.tokens, answer(engine, c).await.unwrap().tokens);
	});
}

#[test]
fn text_ends_right_before_a_stop_string() {
	RUNTIME.block_on(async {
		let engine = shared().await;
		let whole = answer(engine, greedy(PROMPTS[0], 12)).await.unwrap();
		// From the middle of one word into the next, so that it crosses tokens.
		let middle = whole.text.find(' ').unwrap() + 2;
		let stop: String = whole.text[middle..].chars().take(6).collect();
		let request = Request { stop: vec![stop.clone()], ..greedy(PROMPTS[0], 12) };
		let cut = answer(engine, request).await.unwrap();
		assert_eq!(cut.finish, FinishReason::Stop);
		assert_eq!(cut.text, whole.text[..whole.text.find(&stop).unwrap()]);
		assert!(whole.tokens.starts_with(&cut.tokens) && cut.tokens.len() < whole.tokens.len());
		assert_eq!(whole.finish, FinishReason::Length);
	});
}

#[test]
fn a_chat_without_a_template_is_a_transcript_of_one_turn() {
	RUNTIME.block_on(async {
		let engine = shared().await;
		assert!(!engine.info().has_template);
		let message =
			|role: &str, content: &str| ChatMessage { role: role.into(), content: content.into() };
		let turns = vec![
			message("user", "What is the capital of France?"),
			message("assistant", "Paris."),
			message("user", "What is the capital of Italy?"),
			message("assistant", "Rome."),
			message("user", "What is the capital of Spain?"),
		];
		let chat = Request { prompt: Prompt::Chat(turns), ..greedy("", 24) };
		let said = answer(engine, chat.clone()).await.unwrap();
		assert!(said.text.contains("Madrid"), "{}", said.text);
		assert!(!said.text.contains("User:"), "{}", said.text);
		assert_eq!(said.finish, FinishReason::Stop);
		let odd = vec![message("tool", "42")];
		let error =
			engine.generate(Request { prompt: Prompt::Chat(odd), ..chat }).await.unwrap_err();
		assert!(matches!(error, EngineError::BadTemplate { .. }), "{error:?}");
	});
}

#[test]
fn control_tokens_cannot_be_spelled_in_a_prompt() {
	RUNTIME.block_on(async {
		let engine = shared().await;
		let count = |text: &'static str| async move {
			engine.generate(greedy(text, 1)).await.unwrap().input_tokens()
		};
		// The first token of all and one more, were it read as a control token.
		assert!(count("<eos>").await > 2);
		let evil = vec![ChatMessage { role: "user".into(), content: "a<eos>b".into() }];
		let harmless = vec![ChatMessage { role: "user".into(), content: "ab".into() }];
		let chat = |turns| Request { prompt: Prompt::Chat(turns), ..greedy("", 1) };
		let evil = engine.generate(chat(evil)).await.unwrap().input_tokens();
		let harmless = engine.generate(chat(harmless)).await.unwrap().input_tokens();
		assert!(evil > harmless + 1, "{evil} {harmless}");
	});
}

#[test]
fn prompts_at_the_limit() {
	RUNTIME.block_on(async {
		let engine = shared().await;
		let tokens = answer(engine, greedy(PROMPTS[7], 1)).await.unwrap().counts.input;
		let limited = |max_input| Request { max_input, ..greedy(PROMPTS[7], 1) };
		assert!(engine.generate(limited(tokens)).await.is_ok());
		let error = engine.generate(limited(tokens - 1)).await.unwrap_err();
		assert_eq!(error, EngineError::PromptTooLong { tokens, max: tokens - 1 });
		let error = engine.generate(greedy(&"word ".repeat(2_000), 1)).await.unwrap_err();
		assert!(matches!(error, EngineError::PromptTooLong { max: 511, .. }), "{error:?}");
	});
}

#[test]
fn a_full_context_ends_the_answer() {
	RUNTIME.block_on(async {
		let engine = start(1, 1, 64).await;
		let answer = answer(&engine, greedy(&"one two three ".repeat(14), 1_000)).await.unwrap();
		assert_eq!(answer.finish, FinishReason::Length);
		assert_eq!(answer.counts.input + answer.counts.output, 64);
		engine.shutdown().await;
	});
}

#[test]
fn a_cancelled_answer_ends_soon_with_what_was_committed() {
	RUNTIME.block_on(async {
		let engine = shared().await;
		let mut generation = engine.generate(greedy(PROMPTS[1], 400)).await.unwrap();
		let (mut output, mut seen) = (None, 0);
		while let Some(event) = generation.next().await {
			match event.unwrap() {
				Event::Started { .. } => {},
				Event::Chunk { tokens, .. } => {
					seen += tokens.len();
					if seen > 3 {
						generation.cancel();
					}
				},
				Event::Done { finish, tokens, .. } => output = Some((finish, tokens.output)),
			}
		}
		let (finish, charged) = output.unwrap();
		assert_eq!((finish, charged as usize), (FinishReason::Cancelled, seen));
		assert!(seen < 100, "{seen}");
	});
}

/// Notes the process id of the child it starts.
struct Noting {
	launch: Process,
	id: Arc<AtomicU32>,
}

impl Launch for Noting {
	fn launch(&mut self) -> io::Result<Connection> {
		let connection = self.launch.launch()?;
		self.id.store(connection.id().unwrap(), Ordering::SeqCst);
		Ok(connection)
	}
}

#[test]
fn a_killed_child_costs_one_restart_and_the_engine_goes_on() {
	RUNTIME.block_on(async {
		let id = Arc::new(AtomicU32::new(0));
		let config = EngineConfig { slots: 1, context: 256, ..config(model()) };
		let launch = Noting { launch: Process::new(config.clone()), id: Arc::clone(&id) };
		let engine = Engine::start_with(launch, config, |_| ()).await.unwrap();
		let before = answer(&engine, greedy(PROMPTS[7], 4)).await.unwrap();
		let mut generation = engine.generate(greedy(PROMPTS[1], 200)).await.unwrap();
		while !matches!(generation.next().await, Some(Ok(Event::Chunk { .. }))) {}
		let victim = id.load(Ordering::SeqCst);
		assert!(Program::new("kill").args(["-9", &victim.to_string()]).status().unwrap().success());
		let error = loop {
			match generation.next().await.unwrap() {
				Ok(_) => {},
				Err(error) => break error,
			}
		};
		assert!(
			matches!(&error, EngineError::Crashed { reason } if reason.contains("signal")),
			"{error:?}"
		);
		let after = loop {
			match answer(&engine, greedy(PROMPTS[7], 4)).await {
				Err(error) if error.is_retriable() => tokio::task::yield_now().await,
				result => break result.unwrap(),
			}
		};
		assert_eq!(before, after);
		assert_eq!(engine.stats().restarts, 1);
		assert_ne!(id.load(Ordering::SeqCst), victim);
		engine.shutdown().await;
		let gone = Program::new("kill")
			.args(["-0", &id.load(Ordering::SeqCst).to_string()])
			.output()
			.unwrap();
		assert!(!gone.status.success(), "the child outlives the engine");
	});
}

#[test]
fn the_engine_knows_its_model() {
	RUNTIME.block_on(async {
		let (sender, progress) = std::sync::mpsc::channel();
		let report = move |progress| sender.send(progress).unwrap();
		let engine = Engine::start(config(model()), report).await.unwrap();
		let info = engine.info().clone();
		assert_eq!(
			info.sha256,
			[
				0xa5, 0xfd, 0x3b, 0x62, 0x23, 0x0a, 0xa5, 0xec, 0x60, 0x21, 0x22, 0x97, 0xdc, 0x9d,
				0x20, 0xea, 0xa7, 0x05, 0x78, 0xac, 0x51, 0x9e, 0x00, 0xd9, 0x3a, 0x17, 0xe4, 0x4c,
				0x08, 0x7a, 0x68, 0x18
			]
		);
		assert_eq!((info.bytes, info.vocabulary), (253_113_024, 262_144));
		assert_eq!((info.architecture.as_str(), info.context), ("gemma3", 512));
		assert_eq!(info.class, shared().await.info().class);
		let seen: Vec<LoadProgress> = progress.try_iter().collect();
		assert!(seen.contains(&LoadProgress::Loading { permille: 1_000 }), "{seen:?}");
		engine.shutdown().await;
		let other = EngineConfig { profile: Profile::Default, ..config(model()) };
		let other = Engine::start(other, |_| ()).await.unwrap();
		assert_ne!(other.info().class, info.class);
		assert!(!answer(&other, greedy(PROMPTS[7], 4)).await.unwrap().tokens.is_empty());
	});
}

#[test]
fn a_set_up_that_cannot_be_says_why() {
	RUNTIME.block_on(async {
		let start = |change: fn(&mut EngineConfig)| async move {
			let mut config = config(model());
			change(&mut config);
			Engine::start(config, |_| ()).await.err().unwrap()
		};
		let error = start(|config| config.context = 1_000_000).await;
		assert!(error.to_string().contains("trained on 32768 tokens"), "{error}");
		let error = start(|config| config.model = "/nonexistent.gguf".into()).await;
		assert!(matches!(error, StartError::Unreadable { .. }), "{error:?}");
		let error = start(|config| config.program = "/nonexistent".into()).await;
		assert!(matches!(error, StartError::Program(_)), "{error:?}");
		let error = start(|config| config.slots = 0).await;
		assert!(matches!(error, StartError::Config(_)), "{error:?}");
	});
}
