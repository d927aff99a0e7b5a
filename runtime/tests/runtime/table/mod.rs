//! Who may do what to a job, in which state, and what comes of it: every combination, tried on the
//! runtime, against a table that knows nothing of its code.

pub(crate) mod scene;

use std::{
	cell::Cell,
	collections::{BTreeMap, BTreeSet},
};

use codec::Encode;
use frame_support::{
	dispatch::RawOrigin,
	hypothetically,
	traits::{Authorize, GetCallName, PalletInfoAccess},
};
use millrace_primitives::{JobId, JobKind};
use millrace_runtime::{
	Balances, Deadlines, Disputes, Escrow, Executive, Jobs, Runtime, RuntimeCall, RuntimeOrigin,
	Settlement,
};
use sp_core::H256;
use sp_runtime::{
	traits::Dispatchable,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
	DispatchError, ModuleError,
};

use self::scene::{payment_issuance, Attempt, Caller, Scene, Stage};
use crate::{chain::Chain, invariants};

/// Kind, what is tried, stages, callers, what comes of it: the stage that the job is in then, or why it
/// is refused. The first line that fits decides. `*` fits everything, and `both` both kinds.
const TABLE: &str = "
both    | Convict Clear     | Arbitration | Council Root | Resolved
both    | Convict Clear     | CONTESTED   | Council Root | disputes::WrongPhase
both    | Convict Clear     | *           | Council Root | disputes::NotDisputed
both    | Convict Clear     | *           | *            | BadOrigin
both    | *                 | *           | Council Minority Root | BadOrigin

both    | Create            | Missing | Requester | Young
both    | CreateAuction     | Missing | Requester | Open
both    | Create CreateAuction | *    | Requester | jobs::AlreadyExists
auction | CreateAuction     | Undrawn | Verifier  | unchanged
both    | CreateAuction     | *       | Verifier  | jobs::ConflictOfInterest
both    | Create CreateAuction | *    | Pauper    | Token(FundsUnavailable)
both    | Create CreateAuction | *    | *         | unchanged

both    | Cancel            | Missing | *         | jobs::UnknownJob
direct  | Cancel            | Young   | Requester | jobs::TooEarly
both    | Cancel            | Open    | Requester | Cancelled
both    | Cancel            | *       | Requester | jobs::WrongState
both    | Cancel            | *       | *         | jobs::NotRequester

both    | Accept            | Missing    | *               | jobs::UnknownJob
direct  | Accept            | Young Open | Hired Candidate | Accepted
both    | Accept            | Young Open | *               | jobs::NotCandidate
both    | Accept            | *          | *               | jobs::WrongState

both    | Bid Award         | Missing | *                  | jobs::UnknownJob
direct  | Bid Award         | *       | *                  | jobs::NotAuctioned
auction | Bid               | Open    | Requester Verifier | jobs::ConflictOfInterest
auction | Bid               | Open    | Matcher            | jobs::NotStaked
auction | Bid               | Open    | Stranger Pauper    | jobs::NotRegistered
auction | Bid               | Open    | *                  | Accepted
auction | Award             | Open    | Requester Matcher  | Accepted
auction | Award             | Open    | *                  | jobs::BadAwardSignature
auction | Bid Award         | *       | *                  | jobs::WrongState

both    | PROOFS            | Missing                      | *               | settlement::UnknownJob
direct  | Prove             | Young Open                   | Hired Candidate | Verified
direct  | Prove             | Accepted                     | Hired           | Verified
direct  | Prove             | Accepted                     | Candidate       | settlement::AcceptedByAnother
direct  | Prove             | Young Open Accepted          | *               | settlement::NotCandidate
direct  | ProveConfirmed    | Young Open Accepted Verified | Hired Candidate | Settled
direct  | ProveConfirmed    | Young Open Accepted Verified | *               | settlement::NotCandidate
direct  | ProveConfirmed    | Draw                         | Hired Candidate | Settled
direct  | ProveConfirmed    | Draw                         | *               | settlement::NotCandidate
direct  | ConfirmProof      | Young Open Accepted Verified | Requester       | Settled
direct  | ConfirmProof      | Young Open Accepted Verified | *               | settlement::BadReceiptSignature
direct  | ConfirmProof      | Draw                         | Requester       | Settled
direct  | ConfirmProof      | Draw                         | *               | settlement::BadReceiptSignature
both    | PROOFS            | DELIVERED                    | *               | settlement::AlreadyProven
both    | PROOFS            | *                            | *               | settlement::WrongState

both    | Confirm           | Missing   | *         | settlement::UnknownJob
both    | Confirm           | Verified  | Requester | Settled
both    | Confirm           | Draw      | Requester | Settled
both    | Confirm           | Verified  | *         | settlement::BadReceiptSignature
both    | Confirm           | Draw      | *         | settlement::BadReceiptSignature
both    | Confirm           | *         | *         | settlement::WrongState

both    | Deliver           | Missing   | *     | settlement::UnknownJob
auction | Deliver           | Accepted  | Hired | Submitted
auction | Deliver           | Accepted  | *     | settlement::NotAwarded
both    | Deliver           | DELIVERED | *     | settlement::AlreadyProven
both    | Deliver           | *         | *     | settlement::WrongState

both    | Pass Fail         | Missing           | *        | settlement::UnknownJob
auction | Pass              | Submitted         | Verifier | Verified
auction | Fail              | Submitted         | Verifier | Draw
auction | Pass Fail         | Submitted Undrawn | *        | settlement::NotVerifier
both    | Pass Fail         | *                 | *        | settlement::WrongState

both    | Raise             | Missing   | *      | disputes::UnknownJob
both    | Raise             | CONTESTED | *      | disputes::AlreadyDisputed
both    | Raise             | Verified  | Hired  | disputes::ByWorker
both    | Raise             | Verified  | Pauper | Token(FundsUnavailable)
both    | Raise             | Verified  | *      | Draw
both    | Raise             | *         | *      | disputes::WrongState

both    | Testify           | Draw              | Requester | Draw
both    | Testify           | Commit            | Requester | Commit
both    | Testify           | LastCommit        | Requester | LastCommit
both    | Testify           | Arbitration       | Requester | Arbitration
both    | Testify           | Reveal LastReveal | *         | disputes::WrongPhase
both    | Testify           | UNDECIDED         | *         | disputes::NotRequester
both    | Testify           | Resolved          | *         | disputes::WrongPhase
both    | Testify           | *                 | *         | disputes::NotDisputed

both    | CommitVote        | Commit            | Juror Absent | Commit
both    | CommitVote        | LastCommit        | Juror        | Reveal
both    | CommitVote        | LastCommit        | Absent       | disputes::AlreadyCommitted
both    | CommitVote        | Commit LastCommit | Spoken       | disputes::AlreadyCommitted
both    | CommitVote        | Commit LastCommit | *            | disputes::NotJuror
both    | RevealVote        | Reveal            | Juror        | Reveal
both    | RevealVote        | LastReveal        | Juror        | Resolved
both    | RevealVote        | Reveal LastReveal | Spoken       | disputes::AlreadyRevealed
both    | RevealVote        | Reveal LastReveal | Absent       | disputes::NotCommitted
both    | RevealVote        | Reveal LastReveal | *            | disputes::NotJuror
both    | CommitVote RevealVote | CONTESTED     | *            | disputes::WrongPhase
both    | CommitVote RevealVote | *             | *            | disputes::NotDisputed

both    | ReportProofs ReportSubmissions | Missing                | *     | disputes::UnknownJob
direct  | ReportSubmissions              | *                      | *     | disputes::NoOffence
auction | ReportProofs                   | *                      | *     | disputes::NoOffence
auction | ReportSubmissions              | Open Cancelled Expired | *     | disputes::NotConcerned
both    | ReportProofs ReportSubmissions | *                      | Hired | disputes::ByWorker
both    | ReportProofs ReportSubmissions | *                      | *     | unchanged

both    | Claim             | * | * | escrow::NothingToClaim
both    | Service           | * | * | unchanged
";

/// Words of the table that stand for several.
const UNDECIDED: &str = "Draw Commit LastCommit Reveal LastReveal Arbitration";
const CONTESTED: &str = "Draw Commit LastCommit Reveal LastReveal Arbitration Resolved";
const DELIVERED: &str =
	"Submitted Undrawn Verified Settled Draw Commit LastCommit Reveal LastReveal \
	Arbitration Resolved";
const PROOFS: &str = "Prove ProveConfirmed ConfirmProof";

/// What a call is refused with that names the one who is awaited, but is signed with another's key.
const FORGED: [(Attempt, &str); 9] = [
	(Attempt::Accept, "jobs::BadSignature"),
	(Attempt::Bid, "jobs::BadBidSignature"),
	(Attempt::Prove, "settlement::BadProofSignature"),
	(Attempt::ProveConfirmed, "settlement::BadProofSignature"),
	(Attempt::Deliver, "settlement::BadSubmissionSignature"),
	(Attempt::Pass, "settlement::BadAttestationSignature"),
	(Attempt::Fail, "settlement::BadAttestationSignature"),
	(Attempt::CommitVote, "disputes::BadSignature"),
	(Attempt::RevealVote, "disputes::WrongPreimage"),
];

/// What asks for no deadline, so that it comes too late only when the chain has acted on it.
const TIMELESS: [Attempt; 7] = [
	Attempt::Create,
	Attempt::CreateAuction,
	Attempt::Cancel,
	Attempt::Confirm,
	Attempt::ReportProofs,
	Attempt::ReportSubmissions,
	Attempt::Claim,
];

/// What a job comes to by itself, once its deadline has passed.
const BY_ITSELF: [(Stage, Stage); 11] = [
	(Stage::Open, Stage::Expired),
	(Stage::Accepted, Stage::Abandoned),
	(Stage::Submitted, Stage::Verified),
	(Stage::Undrawn, Stage::Submitted),
	(Stage::Verified, Stage::Settled),
	// No block was made since, so there is no seed that nobody knew: the draw is put off.
	(Stage::Draw, Stage::Draw),
	(Stage::Commit, Stage::LastReveal),
	(Stage::LastCommit, Stage::Reveal),
	// One vote is too few, and three are enough.
	(Stage::Reveal, Stage::Arbitration),
	(Stage::LastReveal, Stage::Resolved),
	(Stage::Arbitration, Stage::Resolved),
];

/// What comes of an attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Outcome {
	/// The job goes to this stage.
	Goes(Stage),
	/// It is allowed, and the job stays as it is, to the last bit.
	Unchanged,
	/// It is refused with this error, and nothing at all changes.
	Refused(String),
}

impl Outcome {
	fn read(text: &str) -> Self {
		let goes = || Stage::ALL.into_iter().find(|stage| format!("{stage:?}") == text);
		match text {
			"unchanged" => Self::Unchanged,
			text => goes().map_or_else(|| Self::Refused(text.into()), Self::Goes),
		}
	}

	const fn is_allowed(&self) -> bool {
		!matches!(self, Self::Refused(_))
	}
}

/// A line of the table.
struct Line {
	text: &'static str,
	kinds: Vec<JobKind>,
	attempts: Vec<Attempt>,
	stages: Vec<Stage>,
	callers: Vec<Caller>,
	outcome: Outcome,
	decided: Cell<u32>,
}

impl Line {
	fn read(line: &'static str) -> Self {
		let columns = line.split('|').map(str::trim).collect::<Vec<_>>();
		let [kinds, attempts, stages, callers, outcome] = columns[..] else {
			panic!("a line of five columns: {line}")
		};
		let kinds = match kinds {
			"direct" => vec![JobKind::Direct],
			"auction" => vec![JobKind::Auction],
			"both" => vec![JobKind::Direct, JobKind::Auction],
			other => panic!("no kind: {other}"),
		};
		Self {
			text: line,
			kinds,
			attempts: chosen(attempts, &Attempt::ALL),
			stages: chosen(stages, &Stage::ALL),
			callers: chosen(callers, &Caller::ALL),
			outcome: Outcome::read(outcome),
			decided: Cell::new(0),
		}
	}
}

/// Those of `all` that the words name.
fn chosen<T: Copy + core::fmt::Debug>(words: &str, all: &[T]) -> Vec<T> {
	let words = match words {
		"*" => return all.to_vec(),
		"UNDECIDED" => UNDECIDED,
		"CONTESTED" => CONTESTED,
		"DELIVERED" => DELIVERED,
		"PROOFS" => PROOFS,
		words => words,
	};
	let named = |word: &str| {
		let found = all.iter().find(|one| format!("{one:?}") == word);
		*found.unwrap_or_else(|| panic!("the table knows no {word}"))
	};
	words.split_whitespace().map(named).collect()
}

/// The table, and which of its lines were of use.
struct Table(Vec<Line>);

impl Table {
	fn read() -> Self {
		Self(TABLE.lines().filter(|line| !line.is_empty()).map(Line::read).collect())
	}

	fn outcome(&self, kind: JobKind, attempt: Attempt, stage: Stage, caller: Caller) -> &Outcome {
		let fits = |line: &&Line| {
			line.kinds.contains(&kind)
				&& line.attempts.contains(&attempt)
				&& line.stages.contains(&stage)
				&& line.callers.contains(&caller)
		};
		let line = self.0.iter().find(fits);
		let line = line.unwrap_or_else(|| panic!("no line: {attempt:?}, {stage:?}, {caller:?}"));
		line.decided.set(line.decided.get() + 1);
		&line.outcome
	}

	/// Whom a call is awaited from: who is allowed, or whoever does the job if nobody is.
	fn awaited(&self, kind: JobKind, attempt: Attempt, stage: Stage) -> Caller {
		let allowed = |caller: &Caller| self.outcome(kind, attempt, stage, *caller).is_allowed();
		Caller::ALL.into_iter().find(allowed).unwrap_or(Caller::Hired)
	}
}

/// The origin with which a caller calls.
fn origin_of(scene: &Scene, attempt: Attempt, caller: Caller) -> RuntimeOrigin {
	match caller {
		Caller::Council => pallet_collective::RawOrigin::Members(2, 3).into(),
		Caller::Minority => pallet_collective::RawOrigin::Members(1, 3).into(),
		Caller::Root => RuntimeOrigin::root(),
		_ if attempt.authorizes_itself() => RawOrigin::Authorized.into(),
		_ => RuntimeOrigin::signed(scene.account(caller)),
	}
}

/// What an error is called in the table.
fn name_of(error: DispatchError) -> String {
	let DispatchError::Module(ModuleError { index, message, .. }) = error else {
		return format!("{error:?}");
	};
	let pallets = [
		(Jobs::index(), "jobs"),
		(Settlement::index(), "settlement"),
		(Disputes::index(), "disputes"),
		(Escrow::index(), "escrow"),
	];
	let pallet = pallets.into_iter().find(|(known, _)| *known == usize::from(index));
	let pallet = pallet.map_or("another pallet", |(_, pallet)| pallet);
	format!("{pallet}::{}", message.expect("errors have names"))
}

/// The codes under which the pool refuses calls, as the pallets document them.
fn documented_codes() -> BTreeMap<u8, String> {
	let pallets = [
		("jobs", include_str!("../../../../pallets/jobs/README.md")),
		("settlement", include_str!("../../../../pallets/settlement/README.md")),
		("disputes", include_str!("../../../../pallets/disputes/README.md")),
	];
	let mut codes = BTreeMap::new();
	for (pallet, document) in pallets {
		for line in document.lines() {
			let cells = line.split('|').map(str::trim).collect::<Vec<_>>();
			for pair in cells.windows(2) {
				let (Ok(code), Some(name)) = (pair[0].parse::<u8>(), pair[1].strip_prefix('`'))
				else {
					continue;
				};
				let name = format!("{pallet}::{}", name.trim_end_matches('`'));
				let known = codes.insert(code, name.clone());
				assert!(known.is_none_or(|known| known == name), "{code} has two meanings");
			}
		}
	}
	codes
}

/// The root of the whole state. Needs externalities.
fn root() -> Vec<u8> {
	sp_io::storage::root(sp_storage::StateVersion::V1)
}

/// The job and its dispute. Needs externalities.
fn record_of(job: JobId) -> Vec<u8> {
	let record = pallet_jobs::Jobs::<Runtime>::get(job);
	(record, pallet_disputes::Cases::<Runtime>::get(job)).encode()
}

/// What the pool says to a call that authorizes itself. Needs externalities.
fn validated(call: &RuntimeCall, parent: H256, codes: &BTreeMap<u8, String>) -> Result<(), String> {
	let transaction = Chain::authorized(call.clone());
	let source = TransactionSource::External;
	let validity = hypothetically!(Executive::validate_transaction(source, transaction, parent));
	match validity {
		Ok(_) => Ok(()),
		Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(code))) => {
			let name = codes.get(&code);
			Err(name.unwrap_or_else(|| panic!("{code} is not documented")).clone())
		},
		Err(other) => panic!("refused without a code of its own: {other:?}"),
	}
}

/// Try a call: what comes of it, on the record and off it. Needs externalities, and changes nothing.
fn tried(job: JobId, call: RuntimeCall, by: RuntimeOrigin) -> Outcome {
	let money = || (payment_issuance(), Balances::total_issuance());
	hypothetically!({
		let before = (root(), record_of(job), money());
		match call.dispatch(by) {
			Ok(_) => {
				invariants::check();
				assert_eq!(money(), before.2, "money was made or lost");
				if record_of(job) == before.1 {
					Outcome::Unchanged
				} else {
					Outcome::Goes(Stage::of(job))
				}
			},
			Err(error) => {
				assert!(root() == before.0, "what is refused changes nothing");
				Outcome::Refused(name_of(error.error))
			},
		}
	})
}

/// Try something, as the pool and as a block do.
fn attempt(
	scene: &mut Scene,
	codes: &BTreeMap<u8, String>,
	what: Attempt,
	(caller, signer): (Caller, Caller),
) -> Outcome {
	let call = scene.call_signed_by(what, caller, signer);
	let origin = origin_of(scene, what, caller);
	let (job, parent) = (scene.job, scene.chain.parent);
	scene.chain.ext.execute_with(|| {
		let outcome = tried(job, call.clone(), origin);
		assert_eq!(
			call.authorize(TransactionSource::External).is_some(),
			what.authorizes_itself(),
			"{what:?} is authorized by what it says, or it is not"
		);
		if what.authorizes_itself() && caller.has_key() {
			let said = validated(&call, parent, codes);
			let refused = match &outcome {
				Outcome::Refused(name) => Err(name.clone()),
				_ => Ok(()),
			};
			assert_eq!(said, refused, "the pool and the block do not agree on {what:?}");
		}
		outcome
	})
}

/// What authorizes itself does so as a whole: neither an account nor any other origin can use it.
fn assert_serves_no_origin(scene: &mut Scene, what: Attempt, caller: Caller) {
	let call = scene.call(what, caller);
	let signed = RawOrigin::Signed(scene.account(caller));
	let job = scene.job;
	scene.chain.ext.execute_with(|| {
		for origin in [signed.into(), RawOrigin::None.into(), RawOrigin::Root.into()] {
			let refused = Outcome::Refused("BadOrigin".into());
			assert_eq!(tried(job, call.clone(), origin), refused, "{what:?} by {caller:?}");
		}
	});
}

/// Try everything on a job at one stage; returns how much that was.
fn try_everything(table: &Table, scene: &mut Scene, stage: Stage) -> usize {
	let (kind, codes) = (scene.kind, documented_codes());
	let mut tried = 0;
	for what in Attempt::ALL {
		for caller in Caller::ALL {
			let expected = table.outcome(kind, what, stage, caller);
			let outcome = attempt(scene, &codes, what, (caller, caller));
			assert_eq!(outcome, *expected, "{what:?} by {caller:?}, {kind:?} {stage:?}");
			if what.authorizes_itself() && caller.has_key() {
				assert_serves_no_origin(scene, what, caller);
			}
			tried += 1;
		}
	}
	tried
}

/// Try to act in the name of whoever is awaited, with everybody else's key.
fn try_to_forge(table: &Table, scene: &mut Scene, stage: Stage) {
	let (kind, codes) = (scene.kind, documented_codes());
	for (what, refusal) in FORGED {
		let awaited = table.awaited(kind, what, stage);
		let expected = match table.outcome(kind, what, stage, awaited) {
			Outcome::Refused(earlier) => Outcome::Refused(earlier.clone()),
			_ => Outcome::Refused(refusal.into()),
		};
		let others = Caller::ALL.into_iter().filter(|other| other.has_key() && *other != awaited);
		for forger in others {
			let outcome = attempt(scene, &codes, what, (awaited, forger));
			assert_eq!(outcome, expected, "{what:?} of {awaited:?} by {forger:?}, {stage:?}");
		}
	}
}

/// Try everything once more in the one block that is made after the deadline of the job, before the
/// chain has acted on it.
fn try_too_late(table: &Table, scene: &mut Scene, stage: Stage) {
	let Some((_, by_itself)) = BY_ITSELF.into_iter().find(|(from, _)| *from == stage) else {
		return;
	};
	let (kind, job, codes) = (scene.kind, scene.job, documented_codes());
	let deadline = scene.chain.job(job).expect("the job exists").deadline;
	for what in Attempt::ALL {
		for caller in Caller::ALL {
			let call = scene.call(what, caller);
			let origin = origin_of(scene, what, caller);
			let parent = scene.chain.parent;
			let (outcome, said) = scene.chain.ext.execute_with(|| {
				hypothetically!({
					pallet_timestamp::Now::<Runtime>::put(deadline + 1);
					let authorized = what.authorizes_itself() && caller.has_key();
					let said = authorized.then(|| validated(&call, parent, &codes));
					(tried(job, call, origin), said)
				})
			});
			let where_and_who = format!("{what:?} by {caller:?}, {kind:?} {stage:?}, too late");
			let in_time = table.outcome(kind, what, stage, caller);
			match in_time {
				Outcome::Refused(_) => assert!(!outcome.is_allowed(), "{where_and_who}"),
				_ if what == Attempt::Service => {
					assert_eq!(outcome, Outcome::Goes(by_itself), "{where_and_who}");
				},
				in_time if TIMELESS.contains(&what) => {
					assert!(outcome.is_allowed(), "{where_and_who}: {outcome:?} for {in_time:?}");
				},
				_ => {
					let Outcome::Refused(name) = &outcome else {
						panic!("{where_and_who}: {outcome:?}")
					};
					assert!(name.ends_with("::TooLate"), "{where_and_who}: {name}");
				},
			}
			if let Some(said) = said {
				assert_eq!(said.is_ok(), outcome.is_allowed(), "{where_and_who}");
			}
		}
	}
}

fn go_through(kind: JobKind) {
	let table = Table::read();
	let stages = Stage::ALL.into_iter().filter(|stage| stage.is_for(kind)).collect::<Vec<_>>();
	let mut tried = 0;
	for stage in &stages {
		let mut scene = Scene::new(kind, *stage);
		tried += try_everything(&table, &mut scene, *stage);
		try_to_forge(&table, &mut scene, *stage);
		try_too_late(&table, &mut scene, *stage);
	}
	assert_eq!(tried, stages.len() * Attempt::ALL.len() * Caller::ALL.len());
	for line in table.0.iter().filter(|line| line.kinds.contains(&kind)) {
		assert!(line.decided.get() > 0, "this line decides nothing: {}", line.text);
	}
}

/// 16 stages, 23 attempts and 15 callers are 5,520 combinations.
#[test]
fn everybody_can_do_to_a_direct_job_what_the_table_says_and_nothing_else() {
	go_through(JobKind::Direct);
}

/// 17 stages, 23 attempts and 15 callers are 5,865 combinations.
#[test]
fn everybody_can_do_to_an_auctioned_job_what_the_table_says_and_nothing_else() {
	go_through(JobKind::Auction);
}

/// A call that is added to these pallets must be added to the table.
#[test]
fn the_table_tries_every_call_that_concerns_a_job() {
	fn all_of<Call: GetCallName>(pallet: &'static str) -> impl Iterator<Item = String> {
		Call::get_call_names().iter().map(move |name| format!("{pallet}.{name}"))
	}

	let known = all_of::<pallet_jobs::Call<Runtime>>("Jobs")
		.chain(all_of::<pallet_settlement::Call<Runtime>>("Settlement"))
		.chain(all_of::<pallet_disputes::Call<Runtime>>("Disputes"))
		.chain(all_of::<pallet_escrow::Call<Runtime>>("Escrow"))
		.chain(all_of::<pallet_deadlines::Call<Runtime>>("Deadlines"));
	let scene = Scene::new(JobKind::Auction, Stage::Open);
	let tried = Attempt::ALL.into_iter().map(|attempt| {
		use frame_support::traits::{CallMetadata, GetCallMetadata};
		let call = scene.call(attempt, Caller::Hired);
		let CallMetadata { function_name, pallet_name } = call.get_call_metadata();
		format!("{pallet_name}.{function_name}")
	});
	assert_eq!(tried.collect::<BTreeSet<_>>(), known.collect::<BTreeSet<_>>());
	assert!(Deadlines::index() > 0, "it is part of the runtime");
}
