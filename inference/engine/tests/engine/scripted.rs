//! The supervisor against children that follow a script.

use std::{fs, future::Future, io, path::PathBuf, pin::Pin, time::Duration};

use codec::Encode;
use millrace_engine::{
	protocol::{frame, unframe, Command, Loaded, Refusal, Report, Work, FRAME_BYTES_MAX},
	Connection, InvalidRequest, Launch, Patience, StartError,
};
use tempfile::TempDir;
use tokio::{
	io::{duplex, AsyncReadExt, AsyncWriteExt, DuplexStream},
	sync::mpsc,
	time::timeout,
};

use super::*;

/// The child's end of the pipes.
struct Pipes {
	commands: DuplexStream,
	reports: DuplexStream,
}

impl Pipes {
	async fn report(&mut self, report: Report) {
		self.raw(&frame(&report).unwrap()).await;
	}

	/// A supervisor that has enough hangs up; that is no failure of the script.
	async fn raw(&mut self, bytes: &[u8]) {
		let _ = self.reports.write_all(bytes).await;
	}

	/// The next command; `None` once the supervisor hung up.
	async fn command(&mut self) -> Option<Command> {
		let mut length = [0; 4];
		self.commands.read_exact(&mut length).await.ok()?;
		let mut body = vec![0; u32::from_le_bytes(length) as usize];
		self.commands.read_exact(&mut body).await.ok()?;
		Some(unframe(&body).unwrap())
	}

	async fn work(&mut self) -> Work {
		match self.command().await {
			Some(Command::Generate(work)) => work,
			other => panic!("{other:?}"),
		}
	}

	async fn accept(&mut self) -> Work {
		let work = self.work().await;
		self.report(Report::Accepted { id: work.id, input_tokens: 3 }).await;
		self.report(Report::Started { id: work.id }).await;
		work
	}

	async fn token(&mut self, id: u64, token: u32) {
		self.report(Report::Token { id, token, text: format!("{token} ") }).await;
	}

	async fn done(&mut self, id: u64, finish: FinishReason) {
		self.report(Report::Done { id, finish }).await;
	}

	/// Answer a request with one token.
	async fn answer(&mut self) {
		let id = self.accept().await.id;
		self.token(id, 42).await;
		self.done(id, FinishReason::Stop).await;
	}

	async fn until_hung_up(&mut self) {
		while self.command().await.is_some() {}
	}
}

type Playing = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Children that play one script after the other, the last one for ever.
struct Script {
	acts: Vec<fn(Pipes) -> Playing>,
	launched: usize,
}

impl Launch for Script {
	fn launch(&mut self) -> io::Result<Connection> {
		let (to_child, commands) = duplex(FRAME_BYTES_MAX * 2);
		let (reports, from_child) = duplex(FRAME_BYTES_MAX * 2);
		let act = self.acts[self.launched.min(self.acts.len() - 1)];
		self.launched += 1;
		tokio::spawn(act(Pipes { commands, reports }));
		Ok(Connection::to_pipe(to_child, from_child))
	}

	fn patience(&self) -> Patience {
		Patience {
			work_silence: Duration::from_millis(400),
			backoff_min: Duration::from_millis(100),
			backoff_max: Duration::from_millis(100),
			..Patience::default()
		}
	}
}

fn loaded() -> Loaded {
	Loaded {
		name: "scripted".into(),
		architecture: "none".into(),
		context: 512,
		vocabulary: 100,
		has_template: false,
		class: [9; 32],
	}
}

/// An act that loads and then goes on as written.
macro_rules! act {
	(|$pipes:ident| $body:expr) => {
		|mut $pipes: Pipes| -> Playing {
			Box::pin(async move {
				$pipes.report(Report::Loading { permille: 500 }).await;
				$pipes.report(Report::Ready(loaded())).await;
				$body
			})
		}
	};
}

struct Stage {
	folder: TempDir,
}

impl Stage {
	fn new() -> Self {
		let folder = tempfile::tempdir().unwrap();
		fs::write(folder.path().join("model.gguf"), b"GGUF").unwrap();
		Self { folder }
	}

	fn model(&self) -> PathBuf {
		self.folder.path().join("model.gguf")
	}

	async fn start(&self, acts: Vec<fn(Pipes) -> Playing>) -> Result<Engine, StartError> {
		let script = Script { acts, launched: 0 };
		Engine::start_with(script, EngineConfig { slots: 1, ..config(self.model()) }, |_| ()).await
	}
}

/// Wait until all answers have ended.
async fn idle(engine: &Engine) {
	while engine.stats().active + engine.stats().queued > 0 {
		tokio::time::sleep(Duration::from_millis(5)).await;
	}
}

/// Ask until the engine is back.
async fn answer_in_the_end(engine: &Engine) -> Answer {
	loop {
		match answer(engine, request("hi", 8)).await {
			Err(error) if error.is_retriable() => {
				tokio::time::sleep(Duration::from_millis(20)).await;
			},
			result => return result.unwrap(),
		}
	}
}

#[tokio::test]
async fn a_child_that_dies_costs_one_restart_and_a_retriable_error() {
	let stage = Stage::new();
	let dies = act!(|pipes| {
		let id = pipes.accept().await.id;
		pipes.token(id, 1).await;
	});
	let lives = act!(|pipes| {
		pipes.answer().await;
		pipes.until_hung_up().await;
	});
	let engine = stage.start(vec![dies, lives]).await.unwrap();
	let error = answer(&engine, request("hi", 8)).await.unwrap_err();
	assert!(matches!(error, EngineError::Crashed { .. }) && error.is_retriable(), "{error:?}");
	let again = engine.generate(request("hi", 8)).await.unwrap_err();
	assert!(matches!(again, EngineError::Restarting { .. }) && again.is_retriable(), "{again:?}");
	assert_eq!(answer_in_the_end(&engine).await.tokens, [42]);
	let stats = engine.stats();
	assert_eq!((stats.restarts, stats.is_ready, stats.active), (1, true, 0));
	assert!(stats.failure.is_some());
}

#[tokio::test]
async fn a_child_that_breaks_the_protocol_is_replaced() {
	let acts: Vec<fn(Pipes) -> Playing> = vec![
		act!(|pipes| {
			pipes.accept().await;
			pipes.raw(&[3, 0, 0, 0, 0xff, 0xff, 0xff]).await;
			pipes.until_hung_up().await;
		}),
		act!(|pipes| {
			pipes.accept().await;
			pipes.raw(&u32::MAX.to_le_bytes()).await;
			pipes.until_hung_up().await;
		}),
		act!(|pipes| {
			let id = pipes.accept().await.id;
			for token in 0..1_000 {
				pipes.token(id, token).await;
			}
			pipes.until_hung_up().await;
		}),
		act!(|pipes| {
			let id = pipes.accept().await.id;
			pipes.token(id + 1, 0).await;
			pipes.until_hung_up().await;
		}),
		act!(|pipes| {
			let id = pipes.accept().await.id;
			pipes.report(Report::Accepted { id, input_tokens: 3 }).await;
			pipes.until_hung_up().await;
		}),
		act!(|pipes| {
			pipes.accept().await;
			pipes.report(Report::Ready(loaded())).await;
			pipes.until_hung_up().await;
		}),
		act!(|pipes| {
			pipes.answer().await;
			pipes.until_hung_up().await;
		}),
	];
	let faults = acts.len() - 1;
	let stage = Stage::new();
	let engine = stage.start(acts).await.unwrap();
	for fault in 0..faults {
		let generation = loop {
			match engine.generate(request("hi", 8)).await {
				Ok(generation) => break generation,
				Err(error) => assert!(error.is_retriable(), "{error:?}"),
			}
			tokio::time::sleep(Duration::from_millis(20)).await;
		};
		// Not read until the child was given up, so that too many tokens find no room.
		while engine.stats().restarts <= fault as u32 {
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
		drop(generation);
	}
	assert_eq!(answer_in_the_end(&engine).await.tokens, [42]);
	assert_eq!(engine.stats().restarts as usize, faults);
}

#[tokio::test]
async fn a_child_that_hangs_at_work_is_replaced() {
	let stage = Stage::new();
	let hangs = act!(|pipes| {
		pipes.accept().await;
		std::future::pending::<()>().await;
	});
	let lives = act!(|pipes| {
		pipes.answer().await;
		pipes.until_hung_up().await;
	});
	let engine = stage.start(vec![hangs, lives]).await.unwrap();
	let error = answer(&engine, request("hi", 8)).await.unwrap_err();
	assert!(matches!(error, EngineError::Crashed { .. }), "{error:?}");
	assert_eq!(answer_in_the_end(&engine).await.tokens, [42]);
}

#[tokio::test]
async fn a_child_that_no_longer_loads_stops_the_engine_with_its_reason() {
	let stage = Stage::new();
	let dies = act!(|_pipes| ());
	let fails = |mut pipes: Pipes| -> Playing {
		Box::pin(async move {
			pipes.report(Report::Unloadable { reason: "out of memory".into() }).await;
		})
	};
	let engine = stage.start(vec![dies, fails]).await.unwrap();
	let error = loop {
		match engine.generate(request("hi", 8)).await {
			Err(error) if error.is_retriable() => {
				tokio::time::sleep(Duration::from_millis(20)).await;
			},
			other => break other.unwrap_err(),
		}
	};
	assert!(
		matches!(&error, EngineError::Stopped { reason } if reason.contains("out of memory")),
		"{error:?}"
	);
	assert!(!error.is_retriable() && !engine.stats().is_ready);
}

#[tokio::test]
async fn a_model_file_that_was_replaced_is_not_loaded_again() {
	let stage = Stage::new();
	let dies = act!(|pipes| {
		pipes.accept().await;
	});
	let engine = stage.start(vec![dies]).await.unwrap();
	fs::write(stage.model(), b"GGUF of another model").unwrap();
	answer(&engine, request("hi", 8)).await.unwrap_err();
	let error = loop {
		match engine.generate(request("hi", 8)).await {
			Err(error) if error.is_retriable() => {
				tokio::time::sleep(Duration::from_millis(20)).await;
			},
			other => break other.unwrap_err(),
		}
	};
	assert!(matches!(error, EngineError::Stopped { reason } if reason.contains("changed")));
}

#[tokio::test]
async fn a_model_that_does_not_load_says_why() {
	let fails = |mut pipes: Pipes| -> Playing {
		Box::pin(async move {
			pipes.report(Report::Unloadable { reason: "no such tensor".into() }).await;
		})
	};
	let error = Stage::new().start(vec![fails]).await.err().unwrap();
	assert!(error.to_string().contains("no such tensor"), "{error}");
	let silent = |pipes: Pipes| -> Playing { Box::pin(async move { drop(pipes) }) };
	let error = Stage::new().start(vec![silent]).await.err().unwrap();
	assert!(matches!(error, StartError::Load(_)), "{error:?}");
}

#[tokio::test]
async fn a_full_engine_is_busy() {
	let stage = Stage::new();
	let engine = stage
		.start(vec![act!(|pipes| {
			let id = pipes.accept().await.id;
			for _ in 0..2 {
				let waiting = pipes.work().await.id;
				pipes.report(Report::Accepted { id: waiting, input_tokens: 3 }).await;
			}
			// The cancellation of the first is the cue to end it.
			assert_eq!(pipes.command().await, Some(Command::Cancel { id }));
			pipes.done(id, FinishReason::Cancelled).await;
			pipes.answer().await;
			pipes.until_hung_up().await;
		})])
		.await
		.unwrap();
	let first = engine.generate(request("hi", 8)).await.unwrap();
	let _second = engine.generate(request("hi", 8)).await.unwrap();
	let _third = engine.generate(request("hi", 8)).await.unwrap();
	let error = engine.generate(request("hi", 8)).await.unwrap_err();
	assert_eq!(error, EngineError::Busy { active: 3 });
	assert!(error.is_retriable());
	assert_eq!((engine.stats().active, engine.stats().queued), (1, 2));
	first.cancel();
	assert_eq!(collect(first).await.unwrap().finish, FinishReason::Cancelled);
	assert_eq!(answer(&engine, request("hi", 8)).await.unwrap().tokens, [42]);
}

#[tokio::test]
async fn an_answer_nobody_waits_for_is_cancelled() {
	let stage = Stage::new();
	let engine = stage
		.start(vec![act!(|pipes| {
			let id = pipes.accept().await.id;
			pipes.token(id, 1).await;
			assert_eq!(pipes.command().await, Some(Command::Cancel { id }));
			pipes.token(id, 2).await;
			pipes.done(id, FinishReason::Cancelled).await;
			let id = pipes.work().await.id;
			assert_eq!(pipes.command().await, Some(Command::Cancel { id }));
			pipes.report(Report::Accepted { id, input_tokens: 1 }).await;
			pipes.done(id, FinishReason::Cancelled).await;
			pipes.answer().await;
			pipes.until_hung_up().await;
		})])
		.await
		.unwrap();
	drop(engine.generate(request("hi", 8)).await.unwrap());
	idle(&engine).await;
	// Given up before it was even accepted.
	timeout(Duration::from_millis(50), engine.generate(request("hi", 8))).await.unwrap_err();
	idle(&engine).await;
	assert_eq!(answer(&engine, request("hi", 8)).await.unwrap().tokens, [42]);
	assert_eq!(engine.stats().restarts, 0);
}

#[tokio::test]
async fn a_slow_consumer_gets_chunks_of_sixteen() {
	let stage = Stage::new();
	let engine = stage
		.start(vec![act!(|pipes| {
			let id = pipes.accept().await.id;
			for token in 0..40 {
				pipes.token(id, token).await;
			}
			pipes.done(id, FinishReason::Length).await;
			pipes.report(Report::Status { tokens: 40, busy_us: 1_000_000 }).await;
			pipes.until_hung_up().await;
		})])
		.await
		.unwrap();
	let mut generation = engine.generate(request("hi", 40)).await.unwrap();
	// The last report is in, so all are.
	while engine.stats().tokens_per_second_milli == 0 {
		tokio::task::yield_now().await;
	}
	assert_eq!(engine.stats().tokens_per_second_milli, 40_000);
	let mut sizes = vec![];
	while let Some(event) = generation.next().await {
		if let Event::Chunk { tokens, text, .. } = event.unwrap() {
			assert_eq!(text.split_whitespace().count(), tokens.len());
			sizes.push(tokens.len());
		}
	}
	assert_eq!(sizes, [16, 16, 8]);
}

#[tokio::test]
async fn refusals_of_the_child_reach_the_caller() {
	let stage = Stage::new();
	let engine = stage
		.start(vec![act!(|pipes| {
			let refusals = [
				Refusal::PromptTooLong { tokens: 9, max: 8 },
				Refusal::BadTemplate { reason: "roles must alternate".into() },
				Refusal::EmptyPrompt,
				Refusal::Invalid { reason: "odd".into() },
			];
			for refusal in refusals {
				let id = pipes.work().await.id;
				pipes.report(Report::Refused { id, refusal }).await;
			}
			pipes.until_hung_up().await;
		})])
		.await
		.unwrap();
	let expected = [
		EngineError::PromptTooLong { tokens: 9, max: 8 },
		EngineError::BadTemplate { reason: "roles must alternate".into() },
		EngineError::Invalid(InvalidRequest::EmptyPrompt),
		EngineError::Refused("odd".into()),
	];
	for wanted in expected {
		let error = engine.generate(request("hi", 8)).await.unwrap_err();
		assert_eq!(error, wanted);
		assert!(!error.is_retriable());
	}
	// This one is not even asked.
	let error = engine.generate(request("hi", 0)).await.unwrap_err();
	assert_eq!(error, EngineError::Invalid(InvalidRequest::NoOutput));
}

#[tokio::test]
async fn a_shutdown_ends_answers_and_hangs_up() {
	let (hung_up, mut seen) = mpsc::channel::<()>(1);
	static HUNG_UP: std::sync::Mutex<Option<mpsc::Sender<()>>> = std::sync::Mutex::new(None);
	*HUNG_UP.lock().unwrap() = Some(hung_up);
	let stage = Stage::new();
	let engine = stage
		.start(vec![act!(|pipes| {
			pipes.accept().await;
			pipes.until_hung_up().await;
			HUNG_UP.lock().unwrap().take();
		})])
		.await
		.unwrap();
	let generation = engine.generate(request("hi", 8)).await.unwrap();
	engine.shutdown().await;
	let error = collect(generation).await.unwrap_err();
	assert!(matches!(error, EngineError::Stopped { .. }), "{error:?}");
	let error = engine.generate(request("hi", 8)).await.unwrap_err();
	assert!(matches!(error, EngineError::Stopped { .. }), "{error:?}");
	assert_eq!(seen.recv().await, None);
	engine.shutdown().await;
}

#[tokio::test]
async fn dropping_the_last_handle_hangs_up() {
	let (hung_up, mut seen) = mpsc::channel::<()>(1);
	static HUNG_UP: std::sync::Mutex<Option<mpsc::Sender<()>>> = std::sync::Mutex::new(None);
	*HUNG_UP.lock().unwrap() = Some(hung_up);
	let stage = Stage::new();
	let engine = stage
		.start(vec![act!(|pipes| {
			pipes.until_hung_up().await;
			HUNG_UP.lock().unwrap().take();
		})])
		.await
		.unwrap();
	let clone = engine.clone();
	drop(engine);
	assert!(clone.stats().is_ready);
	drop(clone);
	assert_eq!(seen.recv().await, None);
}

/// A script may be written in any language: these are the bytes.
#[test]
fn messages_have_known_bytes() {
	assert_eq!(Command::Cancel { id: 7 }.encode(), [1, 7, 0, 0, 0, 0, 0, 0, 0]);
	let token = Report::Token { id: 1, token: 0x0102_0304, text: "hi".into() };
	assert_eq!(token.encode(), [6, 1, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1, 8, b'h', b'i']);
	let work = Work {
		id: 1,
		prompt: Prompt::Text("hi".into()),
		sampling: SamplingSpec { temperature_milli: 1, top_p_milli: 2, top_k: 3 },
		seed: [0xaa; 32],
		max_output: 4,
		max_input: 5,
		stop: vec!["x".into()],
		session: None,
	};
	let expected = [
		[0, 1, 0, 0, 0, 0, 0, 0, 0].as_slice(),
		&[0, 8, b'h', b'i'],
		&[1, 0, 2, 0, 3, 0],
		&[0xaa; 32],
		&[4, 0, 0, 0, 5, 0, 0, 0],
		&[4, 4, b'x', 0],
	]
	.concat();
	assert_eq!(Command::Generate(work).encode(), expected);
}
