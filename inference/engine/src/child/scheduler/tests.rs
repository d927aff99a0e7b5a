use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const VOCABULARY: u32 = 32;
const END: u32 = 1;

/// A model whose next token is a function of the tokens in its lane, and which insists on all that
/// llama.cpp insists on.
struct Hash {
	limits: Limits,
	memory: Vec<Vec<i32>>,
	logits: Vec<Option<Vec<f32>>>,
	computations: u32,
	forgets_parts: bool,
}

impl Hash {
	fn new(limits: Limits) -> Self {
		let memory = vec![vec![]; limits.lanes];
		Self { limits, memory, logits: vec![], computations: 0, forgets_parts: true }
	}
}

/// Every seventh context or so ends the answer.
fn logits_after(tokens: &[i32]) -> Vec<f32> {
	let mut state = tokens.iter().fold(17u64, |state, token| {
		(state ^ u64::from(token.unsigned_abs())).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(9)
	});
	(0..VOCABULARY)
		.map(|_| {
			state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
			f32::from((state >> 56) as u8) / 32.0
		})
		.collect()
}

impl Model for Hash {
	type Error = String;

	fn compute(&mut self, rows: &[Row]) -> Result<(), String> {
		assert!(!rows.is_empty() && rows.len() <= self.limits.rows, "{} rows", rows.len());
		let lanes: Vec<usize> = rows.iter().map(|row| row.lane).collect();
		let (first, last) = (lanes[0], *lanes.last().unwrap());
		let is_chunk = first == last;
		if !is_chunk {
			assert_eq!(lanes, (first..=last).collect::<Vec<_>>(), "lanes must be consecutive");
		}
		if let Some(from) = self.limits.company_from {
			let is_alone = rows.len() == 1;
			assert!(!is_alone || rows[0].position < from, "a row that needs company is alone");
		}
		self.logits.clear();
		for row in rows {
			let memory = &mut self.memory[row.lane];
			assert_eq!(row.position, memory.len(), "positions must be consecutive");
			assert!(row.position < self.limits.context);
			memory.push(row.token);
			self.logits.push(row.wants_logits.then(|| logits_after(memory)));
		}
		self.computations += 1;
		Ok(())
	}

	fn logits(&self, index: usize) -> Result<&[f32], String> {
		self.logits[index].as_deref().ok_or_else(|| "no logits were asked for".to_owned())
	}

	fn forget(&mut self, lane: usize, position: usize) -> bool {
		if position > 0 && position < self.memory[lane].len() && !self.forgets_parts {
			return false;
		}
		self.memory[lane].truncate(position);
		true
	}

	fn bytes(&self, token: u32) -> Vec<u8> {
		vec![b'a' + (token % 26) as u8]
	}

	fn is_end(&self, token: u32) -> bool {
		token == END
	}
}

impl Scheduler<Hash> {
	fn tick(&mut self, out: &mut Vec<Report>) -> Result<(), String> {
		self.step(out)?;
		self.chunk(out)
	}
}

const LIMITS: Limits = Limits { slots: 4, lanes: 4, context: 48, rows: 8, company_from: None };

fn job(id: u64, prompt: &[i32]) -> Job {
	Job {
		id,
		prompt: prompt.to_vec(),
		sampling: SamplingSpec::default(),
		seed: [7; 32],
		max_output: 12,
		stops: vec![],
		session: None,
	}
}

/// Tokens and ending by answer.
type Answers = BTreeMap<u64, (Vec<u32>, Option<FinishReason>)>;

fn collect(out: Vec<Report>, answers: &mut Answers) {
	for report in out {
		match report {
			Report::Started { id } => {
				assert!(answers.insert(id, Default::default()).is_none(), "started twice");
			},
			Report::Token { id, token, .. } => answers.get_mut(&id).unwrap().0.push(token),
			Report::Done { id, finish } => {
				let end = &mut answers.entry(id).or_default().1;
				assert!(end.replace(finish).is_none(), "ended twice");
			},
			other => panic!("{other:?}"),
		}
	}
}

fn finish(scheduler: &mut Scheduler<Hash>, answers: &mut Answers) {
	for _ in 0..1_000 {
		if scheduler.is_idle() {
			return;
		}
		let mut out = vec![];
		scheduler.tick(&mut out).unwrap();
		collect(out, answers);
	}
	panic!("it does not come to an end");
}

/// What an answer must be, computed without lanes, batches or memory.
fn expected(job: &Job, context: usize) -> (Vec<u32>, Option<FinishReason>) {
	let mut tokens = job.prompt.clone();
	let mut output = vec![];
	loop {
		let position = u32::try_from(tokens.len()).unwrap();
		let token = sample(&logits_after(&tokens), &job.sampling, &job.seed, position);
		if token == END {
			return (output, Some(FinishReason::Stop));
		}
		output.push(token);
		tokens.push(token as i32);
		if output.len() == job.max_output as usize || tokens.len() >= context {
			return (output, Some(FinishReason::Length));
		}
	}
}

#[test]
fn a_full_context_ends_an_answer() {
	let mut long = job(1, &[5; 40]);
	long.max_output = 1_000;
	let wanted = expected(&long, LIMITS.context);
	let mut scheduler = Scheduler::new(Hash::new(LIMITS), LIMITS);
	scheduler.submit(long);
	let mut answers = Answers::new();
	finish(&mut scheduler, &mut answers);
	assert_eq!(answers[&1], wanted);
}

#[test]
fn a_short_prompt_does_not_wait_for_a_long_one() {
	let limits = Limits { context: 2_000, ..LIMITS };
	let mut scheduler = Scheduler::new(Hash::new(limits), limits);
	scheduler.submit(job(1, &[5; 1_000]));
	scheduler.submit(job(2, &[6; 6]));
	let mut answers = Answers::new();
	for _ in 0..3 {
		let mut out = vec![];
		scheduler.tick(&mut out).unwrap();
		collect(out, &mut answers);
	}
	assert!(!answers[&2].0.is_empty() || answers[&2].1.is_some());
	assert!(answers[&1].0.is_empty());
}

#[test]
fn the_queue_is_served_in_order() {
	let mut scheduler = Scheduler::new(Hash::new(LIMITS), LIMITS);
	for id in 0..6 {
		scheduler.submit(job(id, &[2, 3, id as i32]));
	}
	let mut out = vec![];
	scheduler.tick(&mut out).unwrap();
	let started: Vec<u64> = out
		.iter()
		.filter_map(|report| match report {
			Report::Started { id } => Some(*id),
			_ => None,
		})
		.collect();
	assert_eq!(started, [0, 1, 2, 3]);
}

#[test]
fn a_conversation_computes_only_what_is_new() {
	let mut scheduler = Scheduler::new(Hash::new(LIMITS), LIMITS);
	let mut answers = Answers::new();
	let mut first = job(1, &[9; 16]);
	first.session = Some([1; 32]);
	first.max_output = 1;
	scheduler.submit(first);
	finish(&mut scheduler, &mut answers);
	assert_eq!(scheduler.model.computations, 2);
	let mut second = job(2, &[[9; 16].as_slice(), &[4, 4]].concat());
	second.session = Some([1; 32]);
	second.max_output = 1;
	let wanted = expected(&second, LIMITS.context);
	scheduler.submit(second);
	finish(&mut scheduler, &mut answers);
	assert_eq!(scheduler.model.computations, 3);
	assert_eq!(answers[&2], wanted);
}

#[test]
fn another_conversation_does_not_profit() {
	let mut scheduler = Scheduler::new(Hash::new(LIMITS), LIMITS);
	let mut answers = Answers::new();
	for (id, session) in [(1, Some([1; 32])), (2, Some([2; 32])), (3, None)] {
		let before = scheduler.model.computations;
		let mut same = job(id, &[9; 16]);
		same.session = session;
		same.max_output = 1;
		scheduler.submit(same);
		finish(&mut scheduler, &mut answers);
		assert_eq!(scheduler.model.computations - before, 2);
	}
}

#[test]
fn what_belongs_to_no_conversation_is_forgotten_at_once() {
	let mut scheduler = Scheduler::new(Hash::new(LIMITS), LIMITS);
	let mut answers = Answers::new();
	scheduler.submit(job(1, &[2, 3, 4]));
	finish(&mut scheduler, &mut answers);
	assert!(scheduler.model.memory.iter().all(Vec::is_empty));
}

#[test]
fn the_conversation_used_longest_ago_makes_room() {
	let mut scheduler = Scheduler::new(Hash::new(LIMITS), LIMITS);
	let mut answers = Answers::new();
	for id in 0..5u8 {
		let mut next = job(id.into(), &[2, 3, i32::from(id)]);
		next.session = Some([id; 32]);
		scheduler.submit(next);
		finish(&mut scheduler, &mut answers);
	}
	let sessions: Vec<u8> = scheduler.lanes.iter().map(|lane| lane.session.unwrap()[0]).collect();
	assert_eq!(sessions, [4, 1, 2, 3]);
}

#[test]
fn a_cancelled_answer_ends_once_and_frees_its_slot() {
	let limits = Limits { slots: 1, lanes: 1, ..LIMITS };
	let mut scheduler = Scheduler::new(Hash::new(limits), limits);
	let mut answers = Answers::new();
	scheduler.submit(job(1, &[2; 30]));
	scheduler.submit(job(2, &[3, 3]));
	scheduler.submit(job(3, &[4, 4]));
	let mut out = vec![];
	scheduler.tick(&mut out).unwrap();
	scheduler.cancel(1, &mut out);
	scheduler.cancel(3, &mut out);
	scheduler.cancel(1, &mut out);
	scheduler.cancel(99, &mut out);
	collect(out, &mut answers);
	finish(&mut scheduler, &mut answers);
	assert_eq!(answers[&1].1, Some(FinishReason::Cancelled));
	assert_eq!(answers[&3], (vec![], Some(FinishReason::Cancelled)));
	assert_eq!(answers[&2], expected(&job(2, &[3, 3]), limits.context));
}

#[test]
fn text_travels_with_tokens_even_when_it_was_held_back() {
	let mut scheduler = Scheduler::new(Hash::new(LIMITS), LIMITS);
	let mut plain = job(1, &[2, 3]);
	plain.max_output = 4;
	let (tokens, _) = expected(&plain, LIMITS.context);
	let whole: String = tokens.iter().map(|token| char::from(b'a' + (token % 26) as u8)).collect();
	assert!(tokens.len() > 2, "the prompt must have a longer answer");
	// Everything is the beginning of a stop string, so all text is pending until the end.
	plain.stops = vec![format!("{whole}!")];
	scheduler.submit(plain);
	let mut texts = vec![];
	while !scheduler.is_idle() {
		let mut out = vec![];
		scheduler.tick(&mut out).unwrap();
		texts.extend(out.into_iter().filter_map(|report| match report {
			Report::Token { text, .. } => Some(text),
			_ => None,
		}));
	}
	assert_eq!(texts.len(), tokens.len());
	assert_eq!(texts.concat(), whole);
}

#[test]
fn the_tokens_of_a_stop_string_count_but_its_text_does_not_come() {
	let plain = job(1, &[2, 3]);
	let (tokens, _) = expected(&plain, LIMITS.context);
	let letters: Vec<char> =
		tokens.iter().map(|token| char::from(b'a' + (token % 26) as u8)).collect();
	let mut stopped = job(1, &[2, 3]);
	stopped.stops = vec![letters[1..3].iter().collect()];
	let mut scheduler = Scheduler::new(Hash::new(LIMITS), LIMITS);
	scheduler.submit(stopped);
	let mut out = vec![];
	while !scheduler.is_idle() {
		scheduler.tick(&mut out).unwrap();
	}
	let text: String = out
		.iter()
		.filter_map(|report| match report {
			Report::Token { text, .. } => Some(text.as_str()),
			_ => None,
		})
		.collect();
	let mut answers = Answers::new();
	collect(out, &mut answers);
	assert_eq!(text, letters[0].to_string());
	assert_eq!(answers[&1], (tokens[..3].to_vec(), Some(FinishReason::Stop)));
}

#[derive(Clone, Debug)]
enum Step {
	Submit { prompt: Vec<i32>, max_output: u32, session: Option<u8> },
	Cancel(u64),
	Tick,
}

fn any_step() -> impl Strategy<Value = Step> {
	let prompt = prop::collection::vec(2..5i32, 1..46);
	let session = prop::option::of(0..3u8);
	prop_oneof![
		3 => (prompt, 1..20u32, session).prop_map(|(prompt, max_output, session)| {
			Step::Submit { prompt, max_output, session }
		}),
		1 => (1..20u64).prop_map(Step::Cancel),
		6 => Just(Step::Tick),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(300))]

	/// Whatever happens around it, an answer is what it would be alone.
	#[test]
	fn answers_do_not_depend_on_their_company(
		steps in prop::collection::vec(any_step(), 1..60),
		slots in 1..6usize,
		has_company in any::<bool>(),
		forgets_parts in any::<bool>(),
	) {
		let limits = Limits {
			slots,
			lanes: if has_company { slots.max(2) } else { slots },
			company_from: has_company.then_some(8),
			..LIMITS
		};
		let mut model = Hash::new(limits);
		model.forgets_parts = forgets_parts;
		let mut scheduler = Scheduler::new(model, limits);
		let mut wanted = BTreeMap::new();
		let mut answers = Answers::new();
		let mut cancelled = vec![];
		for step in steps {
			let mut out = vec![];
			match step {
				Step::Submit { prompt, max_output, session } => {
					let mut next = job(wanted.len() as u64 + 1, &prompt);
					next.max_output = max_output;
					next.session = session.map(|byte| [byte; 32]);
					wanted.insert(next.id, expected(&next, limits.context));
					scheduler.submit(next);
				},
				Step::Cancel(id) => {
					cancelled.push(id);
					scheduler.cancel(id, &mut out);
				},
				Step::Tick => scheduler.tick(&mut out).unwrap(),
			}
			collect(out, &mut answers);
		}
		finish(&mut scheduler, &mut answers);
		prop_assert_eq!(answers.len(), wanted.len());
		for (id, (tokens, end)) in answers {
			let (all, natural) = &wanted[&id];
			if end == Some(FinishReason::Cancelled) {
				prop_assert!(cancelled.contains(&id) && all.starts_with(&tokens));
			} else {
				prop_assert_eq!((&tokens, &end), (all, natural));
			}
		}
		for (lane, memory) in scheduler.lanes.iter().zip(&scheduler.model.memory) {
			prop_assert_eq!(&lane.tokens, memory);
		}
	}
}
