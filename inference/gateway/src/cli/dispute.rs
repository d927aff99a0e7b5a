//! `millrace dispute`.

use std::{
	fs::File,
	io::{self, Read, Write},
	path::{Path, PathBuf},
};

use anyhow::{bail, Context};
use clap::{Args, Subcommand};
use millrace_chain::Call;
use millrace_primitives::{Commitment, Verdict};
use sp_runtime::traits::{BlakeTwo256, Hash};

use super::{
	query::{self, read_id},
	KeyArgs, NodeArgs,
};
use crate::money::Currency;

/// The largest file that is taken as evidence, in bytes.
const EVIDENCE_BYTES_MAX: u64 = 64 * 1024 * 1024;

#[derive(Debug, Subcommand)]
pub(crate) enum DisputeCommand {
	/// Challenge the result of a job whose window is open, with a bond.
	///
	/// If the worker is cleared, your bond is lost. If it is found at fault, its stake pays for that:
	/// half of what it loses is yours if you are the requester of the job, a fifth if you are anybody
	/// else, and your bond returns. But a worker without stake has nothing to lose, and
	/// each juror of the majority gets a fee all the same: what the stake lacks for that is taken from
	/// your bond. If nobody decides, or the requester confirms the result before anybody is drawn, your bond
	/// returns.
	Raise(EvidenceArgs),
	/// Add your evidence, as the requester, to the dispute of your job that somebody else has raised.
	///
	/// A job has one dispute, and whoever was first may have raised it with evidence that proves nothing.
	/// So you can put down yours, once: before the committee is drawn, while its jurors commit to their
	/// votes, or while the arbiter is asked. It takes no bond. Those who decide see both hashes, and must
	/// get the files from you and the challenger. If the result is good, `millrace confirm` ends the
	/// dispute instead, until the draw.
	Testify(EvidenceArgs),
	/// Decide a dispute that waits for the arbiter. On a public chain more than half of the council does
	/// that by a motion; on a development chain, the sudo key alone can.
	Arbitrate(ArbitrateArgs),
	/// Show the dispute of a job: what it waits for, what is at stake, what both sides rest on, and who
	/// has voted.
	Show(query::JobArgs),
}

/// What is said in a dispute, and by whom.
#[derive(Debug, Args)]
pub(crate) struct EvidenceArgs {
	/// The job, in hexadecimal.
	job: String,

	/// A file with what you rest your case on. Its hash (BLAKE2b-256) goes on chain, so keep the file.
	#[arg(long, value_name = "FILE")]
	evidence: PathBuf,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ArbitrateArgs {
	/// The job, in hexadecimal.
	job: String,

	#[command(flatten)]
	verdict: VerdictArgs,

	/// Decide as root, with the sudo key of a development chain.
	#[arg(long)]
	sudo: bool,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

/// What is found of the worker.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct VerdictArgs {
	/// The worker is at fault: the requester is refunded, and the worker loses stake if it has any.
	#[arg(long)]
	at_fault: bool,

	/// The worker delivered what it should: it is paid, and the challenger loses what it risked.
	#[arg(long)]
	cleared: bool,
}

impl VerdictArgs {
	/// One of the two is always said.
	pub(super) const fn verdict(&self) -> Verdict {
		if self.at_fault && !self.cleared {
			Verdict::AtFault
		} else {
			Verdict::Cleared
		}
	}
}

pub(super) async fn run(command: &DisputeCommand) -> anyhow::Result<()> {
	match command {
		DisputeCommand::Raise(args) => raise(args).await,
		DisputeCommand::Testify(args) => testify(args).await,
		DisputeCommand::Arbitrate(args) => arbitrate(args).await,
		DisputeCommand::Show(args) => query::dispute(args).await,
	}
}

async fn raise(args: &EvidenceArgs) -> anyhow::Result<()> {
	let job = read_id(&args.job)?;
	let evidence = evidence(&args.evidence)?;
	let account = args.key.account()?;
	let chain = args.node.connect().await?;
	let bond = chain.parameters().await?.dispute_bond;
	let call = Call::raise_dispute(job, &evidence);
	let block = chain.submitter(account).submit_and_wait(call).await?;
	chain.finalized(block).await?;
	let (bond, number) = (Currency::Mill.show(bond), block.number);
	writeln!(
		io::stdout(),
		"job {:?} is disputed, final in block {number}; your bond of {bond} is on hold",
		job.0
	)?;
	Ok(())
}

async fn testify(args: &EvidenceArgs) -> anyhow::Result<()> {
	let job = read_id(&args.job)?;
	let evidence = evidence(&args.evidence)?;
	let account = args.key.account()?;
	let chain = args.node.connect().await?;
	let call = Call::testify(job, &evidence);
	let block = chain.submitter(account).submit_and_wait(call).await?;
	chain.finalized(block).await?;
	let (hash, number) = (hex::encode(evidence), block.number);
	writeln!(
		io::stdout(),
		"your evidence 0x{hash} is on record in the dispute of job {:?}, final in block {number}",
		job.0
	)?;
	Ok(())
}

async fn arbitrate(args: &ArbitrateArgs) -> anyhow::Result<()> {
	let job = read_id(&args.job)?;
	if !args.sudo {
		bail!(
			"who decides? On a development chain the sudo key does: add --sudo. On a public chain a \
			 motion of the council does that calls disputes.arbitrate({:?}, {:?})",
			job.0,
			args.verdict.verdict()
		);
	}
	let account = args.key.account()?;
	let chain = args.node.connect().await?;
	let call = Call::sudo(Call::arbitrate(job, args.verdict.verdict()));
	let block = chain.submitter(account).submit_and_wait(call).await?;
	chain.finalized(block).await?;
	query::tell(&chain, &job).await
}

/// The hash (BLAKE2b-256) of a file that a challenge, a testimony or a judgement rests on.
pub(super) fn evidence(path: &Path) -> anyhow::Result<Commitment> {
	let shown = path.display();
	let file = File::open(path).with_context(|| format!("cannot read the evidence {shown}"))?;
	let mut bytes = Vec::new();
	file.take(EVIDENCE_BYTES_MAX.saturating_add(1))
		.read_to_end(&mut bytes)
		.with_context(|| format!("cannot read the evidence {shown}"))?;
	if bytes.is_empty() {
		bail!("the evidence {shown} is empty");
	}
	if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > EVIDENCE_BYTES_MAX {
		bail!("the evidence {shown} is larger than {EVIDENCE_BYTES_MAX} bytes");
	}
	Ok(BlakeTwo256::hash(&bytes).0)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn evidence_is_the_hash_of_a_file() {
		let file = tempfile::NamedTempFile::new().unwrap();
		assert!(evidence(file.path()).is_err(), "nothing is no evidence");
		std::fs::write(file.path(), b"the answer was another").unwrap();
		let hash = evidence(file.path()).unwrap();
		assert_eq!(hash, BlakeTwo256::hash(b"the answer was another").0);
		assert!(evidence(Path::new("/no/such/file")).is_err());
	}
}
