//! `millrace auction create`.

use std::io::{self, Write};

use anyhow::{bail, Context};
use clap::{Args, ValueEnum};
use millrace_chain::{AccountId32, Call, Chain};
use millrace_primitives::{
	views::Parameters, AuctionTerms, Balance, Cid, DisputeMechanism, JobId, JobNonce, ModelId,
	Moment,
};

use super::{read_cid, read_usdc};
use crate::{
	cli::{
		duration::read_duration,
		query::{find_model, tell},
		KeyArgs, NodeArgs,
	},
	explain::duration,
	job::model_name,
	money::Currency,
};

/// What a verifier gets if nothing else is said: 0.10 USDC.
const VERIFIER_FEE: Balance = 100_000;

/// How long bids are taken if nothing else is said, and how long a result can be challenged.
const MINUTE: Moment = 60_000;

/// How long a worker may promise to take if nothing else is said.
const LATENCY: Moment = 10 * MINUTE;

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
	/// The identifier of the document that says what to do: description, input, what the output must
	/// look like and when it is a success. Publish it before.
	#[arg(long, value_name = "CID", value_parser = read_cid)]
	document: Cid,

	/// The most that the worker may be paid.
	#[arg(long, value_name = "USDC", value_parser = read_usdc)]
	max_price: Balance,

	/// What the verifier is paid for its judgement, besides; 0.10 if the chain asks for no more.
	#[arg(long, value_name = "USDC", value_parser = read_usdc)]
	verifier_fee: Option<Balance>,

	/// How long bids are taken: 60s, or as long as the chain allows.
	#[arg(long, value_name = "TIME", value_parser = read_duration)]
	bid_window: Option<Moment>,

	/// The longest that the worker may promise to take: 10m, or as long as the chain allows.
	#[arg(long, value_name = "TIME", value_parser = read_duration)]
	latency: Option<Moment>,

	/// How long the result can be challenged: 60s, or what comes nearest on this chain.
	#[arg(long, value_name = "TIME", value_parser = read_duration)]
	window: Option<Moment>,

	/// Who decides if the result is disputed. Where too few verify for the model, the arbiter does.
	#[arg(long, value_enum, default_value_t = Mechanism::Committee)]
	mechanism: Mechanism,

	/// An account that may award in your place.
	#[arg(long, value_name = "ACCOUNT")]
	matcher: Option<AccountId32>,

	/// Who verifies, by owner account; the chain draws a verifier if nobody is named.
	#[arg(long, value_name = "ACCOUNT")]
	verifier: Option<AccountId32>,

	/// The model with which the result is checked; may be left out if the chain offers only one.
	#[arg(long, value_name = "NAME")]
	model: Option<String>,

	#[command(flatten)]
	key: KeyArgs,

	#[command(flatten)]
	node: NodeArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mechanism {
	/// A committee of verifiers; the arbiter if it does not decide.
	Committee,
	/// The arbiter at once.
	Arbitration,
}

impl From<Mechanism> for DisputeMechanism {
	fn from(mechanism: Mechanism) -> Self {
		match mechanism {
			Mechanism::Committee => Self::Committee,
			Mechanism::Arbitration => Self::Arbitration,
		}
	}
}

pub(super) async fn run(args: &CreateArgs) -> anyhow::Result<()> {
	let account = args.key.account()?;
	let requester = account.id();
	let chain = args.node.connect().await?;
	let parameters = chain.parameters().await?;
	let model = model(&chain, args.model.as_deref()).await?;
	let terms = terms(args, model, &parameters)?;
	let verifiers = verifiers(&chain, &requester, &terms).await?;
	afford(&chain, &requester, &terms).await?;

	let mut salt = [0; 16];
	getrandom::fill(&mut salt).context("this machine gives no random numbers")?;
	let nonce = JobNonce { issued_at: parameters.now, salt };
	let job = JobId::new(chain.genesis(), &requester, &nonce);
	let call = Call::create_auction(&nonce, &terms);
	let block = chain.submitter(account).submit_and_wait(call).await?;
	chain.finalized(block).await?;
	writeln!(io::stdout(), "job {:?}\n", job.0)?;
	tell(&chain, &job).await?;
	if terms.verifier.is_none() && verifiers == 0 {
		writeln!(
			io::stdout(),
			"\nNobody verifies for this model now: unless somebody does when the result comes in, it \
			 counts as good without a judgement."
		)?;
	}
	Ok(())
}

async fn model(chain: &Chain, name: Option<&str>) -> anyhow::Result<ModelId> {
	let offered = chain.models().await?;
	match (name, offered.as_slice()) {
		(Some(name), offered) => find_model(offered, name),
		(None, [only]) => Ok(only.id),
		(None, several) => {
			let names: Vec<_> = several.iter().map(model_name).collect();
			bail!("which model checks the result? Name one with --model: {}", names.join(", "))
		},
	}
}

/// The terms that `args` ask for, if the chain allows them; otherwise all that it does not.
fn terms(
	args: &CreateArgs,
	model: ModelId,
	parameters: &Parameters,
) -> anyhow::Result<AuctionTerms<AccountId32>> {
	let (window_min, window_max) =
		(parameters.challenge_window_min_ms, parameters.challenge_window_max_ms);
	let fee_min = parameters.verifier_fee_min;
	let bid_window = args.bid_window.unwrap_or(MINUTE.min(parameters.bid_window_max_ms));
	let latency_max = args.latency.unwrap_or(LATENCY.min(parameters.latency_max_ms));
	let challenge_window = args.window.unwrap_or(MINUTE.min(window_max).max(window_min));
	let verifier_fee = args.verifier_fee.unwrap_or(VERIFIER_FEE.max(fee_min));
	let broken: Vec<_> = [
		out_of("--bid-window", bid_window, 1, parameters.bid_window_max_ms),
		out_of("--latency", latency_max, 1, parameters.latency_max_ms),
		out_of("--window", challenge_window, window_min, window_max),
		(args.max_price == 0).then(|| "--max-price must be more than nothing".to_owned()),
		(verifier_fee < fee_min)
			.then(|| format!("--verifier-fee must be at least {}", Currency::Usdc.show(fee_min))),
	]
	.into_iter()
	.flatten()
	.collect();
	if !broken.is_empty() {
		bail!("nothing was sent, as the chain would refuse it: {}", broken.join("; "));
	}
	Ok(AuctionTerms {
		model,
		document: args.document.clone(),
		payment_max: args.max_price,
		verifier_fee,
		bid_window,
		latency_max,
		challenge_window,
		mechanism: args.mechanism.into(),
		matcher: args.matcher.clone(),
		verifier: args.verifier.clone(),
	})
}

fn out_of(option: &str, time: Moment, least: Moment, most: Moment) -> Option<String> {
	if (least..=most).contains(&time) {
		return None;
	}
	let (shown, most_shown) = (duration(time, 0), duration(most, 0));
	Some(if least <= 1 {
		format!("{option} is {shown}, and must be more than nothing and at most {most_shown}")
	} else {
		format!("{option} is {shown}, and must be from {} to {most_shown}", duration(least, 0))
	})
}

/// How many could verify. Fails if the one that is named cannot.
async fn verifiers(
	chain: &Chain,
	requester: &AccountId32,
	terms: &AuctionTerms<AccountId32>,
) -> anyhow::Result<usize> {
	let verifiers = chain.verifiers_of(&terms.model).await?;
	if let Some(named) = &terms.verifier {
		let found = verifiers.iter().find(|verifier| verifier.owner == *named);
		let found = found.with_context(|| {
			format!("{named} is no verifier of this model, or lacks the stake for it")
		})?;
		if named == requester || found.payout == *requester {
			bail!("the verifier must be somebody else than who pays for the job");
		}
	}
	// What the chain draws from, as far as it can be known before there is a worker.
	let parties = [Some(requester), terms.matcher.as_ref()];
	let is_party = |account| parties.contains(&Some(account));
	let others = verifiers
		.iter()
		.filter(|verifier| !is_party(&verifier.owner) && !is_party(&verifier.payout));
	Ok(others.count())
}

async fn afford(
	chain: &Chain,
	requester: &AccountId32,
	terms: &AuctionTerms<AccountId32>,
) -> anyhow::Result<()> {
	let lock = terms.lock().context("no account holds that much")?;
	let free = chain.funds(requester).await?.free;
	if free < lock {
		let (lock, free) = (Currency::Usdc.show(lock), Currency::Usdc.show(free));
		bail!("{lock} would be locked, and {requester} has {free} to spend");
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use clap::Parser;

	use super::*;

	#[derive(Parser)]
	struct Cli {
		#[command(flatten)]
		create: CreateArgs,
	}

	fn args(options: &[&str]) -> CreateArgs {
		let all = [&["create", "--document", "bafydocument", "--max-price", "5"], options].concat();
		Cli::try_parse_from(all).unwrap().create
	}

	fn parameters() -> Parameters {
		Parameters {
			bid_window_max_ms: 60_000,
			latency_max_ms: 20_000,
			challenge_window_min_ms: 2_000,
			challenge_window_max_ms: 30_000,
			verifier_fee_min: 10_000,
			..Parameters::default()
		}
	}

	fn refused(options: &[&str]) -> String {
		terms(&args(options), ModelId([1; 32]), &parameters()).unwrap_err().to_string()
	}

	#[test]
	fn what_is_left_out_fits_the_chain() {
		let made = terms(&args(&[]), ModelId([1; 32]), &parameters()).unwrap();
		let times = (made.bid_window, made.latency_max, made.challenge_window);
		assert_eq!(times, (60_000, 20_000, 30_000));
		assert_eq!((made.payment_max, made.verifier_fee), (5_000_000, 100_000));
		assert_eq!(made.mechanism, DisputeMechanism::Committee);

		let public = Parameters {
			bid_window_max_ms: 86_400_000,
			latency_max_ms: 86_400_000,
			challenge_window_min_ms: 90_000,
			challenge_window_max_ms: 604_800_000,
			verifier_fee_min: 300_000,
			..Parameters::default()
		};
		let made = terms(&args(&[]), ModelId([1; 32]), &public).unwrap();
		let times = (made.bid_window, made.latency_max, made.challenge_window);
		assert_eq!(times, (60_000, 600_000, 90_000));
		assert_eq!(made.verifier_fee, 300_000);
	}

	#[test]
	fn every_bound_that_is_broken_is_named() {
		let told =
			refused(&["--bid-window=2m", "--latency=0s", "--window=1s", "--verifier-fee=0.001"]);
		for says in [
			"--bid-window is 2 min 0 s, and must be more than nothing and at most 1 min 0 s",
			"--latency is 0 s, and must be more than nothing and at most 20 s",
			"--window is 1 s, and must be from 2 s to 30 s",
			"--verifier-fee must be at least 0.01 USDC",
			"nothing was sent",
		] {
			assert!(told.contains(says), "{told}");
		}
		let all = ["create", "--document=x", "--max-price=0"];
		let free = Cli::try_parse_from(all).unwrap().create;
		let told = terms(&free, ModelId([1; 32]), &parameters()).unwrap_err().to_string();
		assert!(told.contains("--max-price must be more than nothing"), "{told}");
	}

	#[test]
	fn the_bounds_themselves_are_allowed() {
		let options = ["--bid-window=60s", "--latency=20s", "--window=2s", "--verifier-fee=0.01"];
		assert!(terms(&args(&options), ModelId([1; 32]), &parameters()).is_ok());
		let made = terms(
			&args(&["--mechanism=arbitration", "--window=30s"]),
			ModelId([1; 32]),
			&parameters(),
		);
		assert_eq!(made.unwrap().mechanism, DisputeMechanism::Arbitration);
	}
}
