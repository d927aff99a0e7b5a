//! The real child, spoken to by hand.

use std::{
	io::{Read, Write},
	process::{Child, ChildStdin, Command as Program, ExitStatus, Stdio},
	thread,
};

use millrace_engine::protocol::{read_frame, write_frame, Command, Report, Work};

use super::*;

const MARKER: &str = "xylophone-marmalade-7391";

fn spawn(model: &std::path::Path) -> Child {
	Program::new(PROGRAM)
		.args(["serve", "--context", "256", "--slots", "1", "--threads", "1", "--model"])
		.arg(model)
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		.spawn()
		.unwrap()
}

fn work(id: u64, text: &str, max_output: u32) -> Command {
	Command::Generate(Work {
		id,
		prompt: Prompt::Text(text.into()),
		sampling: SamplingSpec::GREEDY,
		seed: [0; 32],
		max_output,
		max_input: 200,
		stop: vec![],
		session: Some([1; 32]),
	})
}

/// Run a conversation, and return how the child ended and what it logged.
fn with_child(talk: impl FnOnce(ChildStdin, &mut dyn FnMut() -> Report)) -> (ExitStatus, String) {
	let mut child = spawn(&model());
	let mut log = child.stderr.take().unwrap();
	let reading = thread::spawn(move || {
		let mut text = String::new();
		log.read_to_string(&mut text).unwrap();
		text
	});
	let mut output = child.stdout.take().unwrap();
	let mut next = move || read_frame::<Report>(&mut output).unwrap().unwrap();
	while !matches!(next(), Report::Ready(_)) {}
	talk(child.stdin.take().unwrap(), &mut next);
	(child.wait().unwrap(), reading.join().unwrap())
}

#[test]
fn nothing_of_a_prompt_is_logged_and_the_end_of_input_ends_the_child_at_work() {
	let mut text = String::new();
	let (status, log) = with_child(|mut input, next| {
		let prompt = format!("The code word is {MARKER}. Again: the code word is");
		write_frame(&mut input, &work(1, &prompt, 12)).unwrap();
		write_frame(&mut input, &work(2, &"long ".repeat(300), 1)).unwrap();
		loop {
			match next() {
				Report::Token { id: 1, text: more, .. } => text += &more,
				Report::Done { id: 1, .. } => break,
				_ => {},
			}
		}
		write_frame(&mut input, &work(3, &prompt, 200)).unwrap();
		while !matches!(next(), Report::Token { id: 3, .. }) {}
		// The input is dropped here, in mid-answer.
	});
	assert!(status.success(), "{status}");
	assert!(text.contains("xylophone"), "the model repeats the code word: {text}");
	assert!(log.contains("llama"), "the log is there");
	assert!(!log.contains("xylophone") && !log.contains("code word"), "{log}");
}

#[test]
fn garbage_on_its_input_ends_the_child() {
	let (status, log) = with_child(|mut input, _| {
		input.write_all(&[4, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef]).unwrap();
	});
	assert_eq!(status.code(), Some(2));
	assert!(log.contains("a frame that is no message"), "{log}");
}

#[test]
fn a_file_that_is_no_model_is_unloadable() {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("broken.gguf");
	std::fs::write(&path, b"GGUF\x03\0\0\0 and no more").unwrap();
	let mut child = spawn(&path);
	let mut output = child.stdout.take().unwrap();
	let reason = loop {
		match read_frame::<Report>(&mut output).unwrap().unwrap() {
			Report::Unloadable { reason } => break reason,
			Report::Loading { .. } => {},
			other => panic!("{other:?}"),
		}
	};
	assert!(reason.contains("llama.cpp cannot read the model"), "{reason}");
	assert!(!child.wait().unwrap().success());
}
