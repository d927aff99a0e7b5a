//! Auctions as their people meet them: with the command line alone, on real processes. Every figure is
//! computed here, by hand.

use std::{future::Future, path::PathBuf};

use anyhow::{ensure, Context};
use futures::future::try_join_all;
use millrace_chain::{Account, AccountId32, Call, Chain, Submitter};
use millrace_primitives::{
	identity::{self, Possession, WorkerKeys},
	views::DisputePhase,
	EnvelopeKey, JobId, JobState, ModelId, Verdict,
};
use millrace_zombienet::{Network, Signal};
use sp_core::{ed25519, sr25519, Pair};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::support::{
	definition, on_other_chain, programs, run, sidecar_ready, until, World, ONE, OWNER, PATIENCE,
	REQUESTER,
};

const VERIFIER: &str = "//Charlie";
const VERIFIER_ACCOUNT: &str = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y";
const MODEL: &str = "gemma-3-270m";

/// What is asked for and what is bid, in base units: 5.00, 0.20 and 2.50 USDC.
const FEE: u128 = 200_000;
const PRICE: u128 = 2_500_000;

/// 2.50 USDC less the protocol fee of 0.5 %.
const PAY: u128 = 2_487_500;
const PROTOCOL_FEE: u128 = 12_500;

/// Of "the answer".
const SHA256_OF_THE_ANSWER: &str =
	"a7c9985d46ca5719357525cc365641e45d6882fb66949d4c08989883f8148c8b";

const MILL: u128 = 1_000_000_000_000;

/// Long enough for an award and a delivery on a busy machine.
const TERMS: [&str; 6] = [
	"--document=bafydocument",
	"--max-price=5",
	"--verifier-fee=0.2",
	"--bid-window=60s",
	"--latency=20s",
	"--model=gemma-3-270m",
];

/// A validator with Bob's worker, and a node with Charlie's verifier.
struct Market {
	network: Network,
	chain: Chain,
	/// The address of the worker's node.
	node: String,
	/// The addresses of the two sidecars.
	sidecar: String,
	verifier: String,
	files: TempDir,
}

/// What everybody can spend of the payment asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Purses {
	requester: u128,
	worker: u128,
	verifier: u128,
	treasury: u128,
}

impl Market {
	async fn start() -> anyhow::Result<Self> {
		Self::start_on(&definition("auction.toml")).await
	}

	/// As [`Self::start`], with windows that are short enough to wait for.
	async fn start_with_short_windows() -> anyhow::Result<Self> {
		let (_folder, definition) = on_other_chain("auction.toml", "dev", "test")?;
		Self::start_on(&definition).await
	}

	async fn start_on(definition: &std::path::Path) -> anyhow::Result<Self> {
		let mut network = Network::spawn(definition, &programs()).await?;
		for sidecar in ["sidecar", "verifier"] {
			sidecar_ready(&mut network, sidecar).await?;
		}
		let node = network.ws_uri("alice")?;
		let chain = Chain::connect_when_ready(&node, PATIENCE).await?;
		let api = |name| anyhow::Ok(format!("http://127.0.0.1:{}", network.port(name, "api")?));
		let (sidecar, verifier) = (api("sidecar")?, api("verifier")?);
		Ok(Self { chain, node, sidecar, verifier, files: tempfile::tempdir()?, network })
	}

	/// Run `millrace` with these arguments on the worker's node.
	async fn millrace(&self, args: &[&str]) -> anyhow::Result<String> {
		millrace(&self.node, args).await
	}

	/// Run `millrace worker` for a sidecar.
	async fn operate(&self, sidecar: &str, args: &[&str]) -> anyhow::Result<String> {
		run("millrace", &[&["worker"], args, &["--sidecar", sidecar]].concat()).await
	}

	/// Create an auction by the requester.
	async fn create(&self, terms: &[&str]) -> anyhow::Result<JobId> {
		create(&self.node, terms).await
	}

	/// A file of this name with this content.
	fn file(&self, name: &str, content: &str) -> anyhow::Result<String> {
		let path: PathBuf = self.files.path().join(name);
		std::fs::write(&path, content)?;
		Ok(path.to_str().context("a path in plain text")?.to_owned())
	}

	/// The line that a worker's operator hands to the requester.
	async fn bid(&self, job: &JobId, suri: &str, price: &str) -> anyhow::Result<String> {
		let (job, offer) = (format!("{:?}", job.0), ["--latency", "20s", "--valid", "60s"]);
		let bid = ["auction", "bid", &job, "--suri", suri, "--price", price];
		self.millrace(&[&bid[..], &offer].concat()).await
	}

	/// Bring a job up to its award to Bob for 2.50 USDC.
	async fn awarded(&self, terms: &[&str]) -> anyhow::Result<JobId> {
		let job = self.create(terms).await?;
		let bids = self.file("bids.json", &self.bid(&job, OWNER, "2.5").await?)?;
		let id = format!("{:?}", job.0);
		self.millrace(&["auction", "award", &id, &bids, "--suri", REQUESTER]).await?;
		Ok(job)
	}

	/// Bring a job up to its delivery by Bob.
	async fn delivered(&self, terms: &[&str]) -> anyhow::Result<JobId> {
		let job = self.awarded(terms).await?;
		self.task(&self.sidecar, "deliver", &job).await?;
		self.deliver(&job, "the answer").await?;
		until(&self.chain, &job, &[JobState::Submitted]).await?;
		Ok(job)
	}

	async fn deliver(&self, job: &JobId, content: &str) -> anyhow::Result<String> {
		let (job, output) = (format!("{:?}", job.0), self.file("result.json", content)?);
		let deliver = ["deliver", &job, "--result", "bafyresult", "--output", &output];
		self.operate(&self.sidecar, &deliver).await
	}

	async fn judge(&self, job: &JobId, judgement: &str) -> anyhow::Result<String> {
		let (job, evidence) = (format!("{:?}", job.0), self.file("log.txt", "how it was checked")?);
		let judge = ["judge", &job, judgement, "--evidence", &evidence];
		self.operate(&self.verifier, &judge).await
	}

	/// Wait until a sidecar shows a task, and return all it shows.
	async fn task(&self, sidecar: &str, what: &str, job: &JobId) -> anyhow::Result<String> {
		let headline = format!("{what} {:?}", job.0);
		let mut blocks = self.chain.watch_heads();
		let shown = async {
			loop {
				let tasks = self.operate(sidecar, &["tasks"]).await?;
				if tasks.contains(&headline) {
					return anyhow::Ok(tasks);
				}
				blocks.changed().await?;
			}
		};
		let shown = timeout(PATIENCE, shown).await;
		shown.with_context(|| format!("there is no task to {headline}"))?
	}

	async fn spendable(&self, who: &AccountId32) -> anyhow::Result<u128> {
		Ok(self.chain.funds(who).await?.free)
	}

	async fn purses(&self) -> anyhow::Result<Purses> {
		Ok(Purses {
			requester: self.spendable(&account(REQUESTER)?).await?,
			worker: self.spendable(&account(OWNER)?).await?,
			verifier: self.spendable(&account(VERIFIER)?).await?,
			treasury: self.spendable(&self.chain.treasury().await?).await?,
		})
	}

	/// What is locked for jobs of the requester.
	async fn locked(&self) -> anyhow::Result<u128> {
		Ok(self.chain.funds(&account(REQUESTER)?).await?.locked)
	}

	async fn mill(&self, suri: &str) -> anyhow::Result<u128> {
		Ok(self.chain.funds(&account(suri)?).await?.native)
	}

	async fn stake(&self, suri: &str) -> anyhow::Result<u128> {
		let worker = self.chain.worker(&account(suri)?).await?.context("a worker")?;
		Ok(worker.stake)
	}

	/// Register the worker of `suri`, whose key is in the keystore of `node` and called like its owner.
	/// It serves no prompts, so nobody asks for its peer.
	async fn seat(&self, node: &str, suri: &str, stake: u128) -> anyhow::Result<Submitter> {
		let base = format!("--base-path={}", self.network.folder().join(node).display());
		let insert = ["key", "insert", "--key-type=mrwk", "--scheme=sr25519", "--suri", suri];
		run("millrace-node", &[&insert[..], &[&base, "--chain=dev"]].concat()).await?;

		let owner = Account::from_suri(suri)?;
		let worker = sr25519::Pair::from_string(suri, None)?;
		let peer = ed25519::Pair::from_string(suri, None)?;
		let envelope = EnvelopeKey(peer.public().0);
		let keys = WorkerKeys { worker: worker.public(), peer: peer.public(), envelope };
		let message = identity::message(self.chain.genesis(), &owner.id(), 0, &keys);
		let possession = Possession { worker: worker.sign(&message), peer: peer.sign(&message) };
		let (payout, models) = (owner.id(), [self.model().await?]);
		let owner = self.chain.submitter(owner);
		let register = Call::register(&keys, &possession, &payout, &models);
		owner.submit_and_wait(register).await?;
		owner.submit_and_wait(Call::stake(stake)).await?;
		Ok(owner)
	}

	/// As [`Self::seat`], as a verifier beside Charlie's.
	async fn juror(&self, suri: &str) -> anyhow::Result<()> {
		let owner = self.seat("verifier-node", suri, 500 * MILL).await?;
		let model = self.model().await?;
		owner.submit_and_wait(Call::set_verified_models(&[model])).await?;
		Ok(())
	}

	async fn model(&self) -> anyhow::Result<ModelId> {
		let models = self.chain.models().await?;
		let found = models.iter().find(|model| model.name == MODEL.as_bytes());
		Ok(found.context("the demo model")?.id)
	}

	/// Take the network down; keep its logs if the test has failed.
	async fn stop(mut self, result: anyhow::Result<()>) -> anyhow::Result<()> {
		if result.is_err() {
			self.network.keep_folder();
			eprintln!("the logs are in {}", self.network.folder().display());
		}
		self.network.stop().await?;
		result
	}
}

/// Run `millrace` with these arguments on a node.
async fn millrace(node: &str, args: &[&str]) -> anyhow::Result<String> {
	run("millrace", &[args, &["--node", node]].concat()).await
}

/// Create an auction by the requester.
async fn create(node: &str, terms: &[&str]) -> anyhow::Result<JobId> {
	let create = ["auction", "create", "--suri", REQUESTER];
	let told = millrace(node, &[&create, &TERMS[..], terms].concat()).await?;
	let id = told.lines().find_map(|line| line.strip_prefix("job ")).context(told.clone())?;
	Ok(JobId(id.parse().ok().context("a job id")?))
}

fn account(suri: &str) -> anyhow::Result<AccountId32> {
	Ok(Account::from_suri(suri)?.id())
}

/// What a command says when it refuses.
async fn refused(command: impl Future<Output = anyhow::Result<String>>) -> anyhow::Result<String> {
	match command.await {
		Ok(told) => anyhow::bail!("not refused: {told}"),
		Err(error) => Ok(error.to_string()),
	}
}

fn assert_says(told: &str, text: &str) {
	assert!(told.contains(text), "no {text:?} in:\n{told}");
}

/// Create, bid twice and once falsely, rank, award.
async fn auction_of_two_bids(market: &Market) -> anyhow::Result<JobId> {
	market.seat("alice", "//Dave", 100 * MILL).await?;
	let job = market.create(&["--window=5s"]).await?;
	let id = format!("{:?}", job.0);
	assert_eq!(market.locked().await?, 5_200_000);
	let told = market.millrace(&["job", &id]).await?;
	assert_says(&told, "OPEN: The money is locked, and workers can bid for the job.");

	let bob = market.bid(&job, OWNER, "2.5").await?;
	let dave = market.bid(&job, "//Dave", "3").await?;
	let forged = bob.replace("\"2500000\"", "\"1000000\"");
	let over = refused(market.bid(&job, OWNER, "5.000001")).await?;
	assert_says(&over, "its price is above the 5.00 USDC of the terms");

	let bids = market.file("bids.json", &[dave, forged].concat())?;
	let more = market.file("more.json", &bob)?;
	let table = market.millrace(&["auction", "rank", &id, &bids, &more]).await?;
	let rows: Vec<_> = table.lines().collect();
	ensure!(rows.len() == 5, "a head, two places, and one out with its reason: {table}");
	// Reputation 500, price 2.5 of 5 and 3 of 5, latency at its limit: 250000 + 150000, and + 120000.
	assert_says(rows[1], "400000");
	assert_says(rows[1], "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");
	assert_says(rows[2], "370000");
	assert_says(rows[2], "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy");
	assert_says(rows[4], "its signature is not that of the worker's key");

	let stranger = ["auction", "award", &id, &more, "--suri", VERIFIER];
	assert_says(&refused(market.millrace(&stranger)).await?, "cannot award");
	let award = ["auction", "award", &id, &bids, &more, "--suri", REQUESTER];
	let told = market.millrace(&award).await?;
	assert_says(&told, "for 2.50 USDC; 2.50 USDC returned at once");
	assert_eq!(market.locked().await?, PRICE + FEE);
	let again = refused(market.millrace(&award)).await?;
	assert_says(&again, "the bidding is over: the job is ACCEPTED");
	Ok(job)
}

/// Deliver while the node stands still, and lose the sidecar before the node can ask it.
async fn delivered_across_a_restart(market: &mut Market, job: &JobId) -> anyhow::Result<()> {
	let tasks = market.task(&market.sidecar, "deliver", job).await?;
	assert_says(&tasks, "bafydocument");
	assert_says(&tasks, "otherwise the job expires, you are not paid");
	let vote = ["vote", &format!("{:?}", job.0), "--cleared"];
	let wrong = refused(market.operate(&market.sidecar, &vote)).await?;
	assert_says(&wrong, "the chain does not wait for a vote on this job");

	market.network.process("alice")?.signal(Signal::Pause)?;
	market.deliver(job, "the answer").await?;
	let other = refused(market.deliver(job, "another answer")).await?;
	assert_says(&other, "one cannot be taken back");
	market.network.process("sidecar")?.kill().await?;
	market.network.process("alice")?.signal(Signal::Resume)?;
	market.network.start_again("sidecar").await?;
	let view = until(&market.chain, job, &[JobState::Submitted]).await?;
	let outcome = view.record.outcome.context("an outcome")?;
	assert_eq!(hex::encode(outcome.output), SHA256_OF_THE_ANSWER);
	Ok(())
}

async fn paid_for_a_good_result(market: &mut Market) -> anyhow::Result<()> {
	let before = market.purses().await?;
	let job = auction_of_two_bids(market).await?;
	delivered_across_a_restart(market, &job).await?;

	// Nobody was named, so the chain draws the only verifier there is.
	let tasks = market.task(&market.verifier, "judge", &job).await?;
	assert_says(&tasks, "you do not get the fee of 0.20 USDC");
	assert_says(&tasks, "bafyresult");
	market.judge(&job, "--passed").await?;
	until(&market.chain, &job, &[JobState::Verified]).await?;
	assert_eq!(market.purses().await?.verifier, before.verifier + FEE, "paid at once");
	let owed = market.millrace(&["owed", "--suri", OWNER]).await?;
	assert_says(&owed, "2.4875 USDC");
	assert_says(&owed, "the result can be challenged");

	until(&market.chain, &job, &[JobState::Settled]).await?;
	assert_eq!(market.locked().await?, 0);
	let expected = Purses {
		requester: before.requester - PRICE - FEE,
		worker: before.worker + PAY,
		verifier: before.verifier + FEE,
		treasury: before.treasury + PROTOCOL_FEE,
	};
	assert_eq!(market.purses().await?, expected);
	let told = market.millrace(&["job", &format!("{:?}", job.0)]).await?;
	assert_says(&told, "SETTLED");
	assert_says(&told, "2.4875 USDC to the worker");
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auction_is_won_delivered_judged_and_paid_with_the_command_line() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let mut market = Market::start().await?;
	let result = paid_for_a_good_result(&mut market).await;
	market.stop(result).await
}

/// Three jurors on the verifier's node vote, one of them against the others.
async fn voted(market: &Market, job: &JobId) -> anyhow::Result<()> {
	let id = format!("{:?}", job.0);
	let tasks = market.task(&market.verifier, "vote on", job).await?;
	assert_eq!(tasks.matches("vote on").count(), 3, "{tasks}");
	assert_says(&tasks, "verifier     the result is bad");
	let unclear = refused(market.operate(&market.verifier, &["vote", &id, "--at-fault"])).await?;
	assert_says(&unclear, "several workers of this node");
	for (juror, verdict) in
		[("//Dave", "--at-fault"), ("//Eve", "--at-fault"), ("//Ferdie", "--cleared")]
	{
		let owner = account(juror)?.to_string();
		let vote = ["vote", &id, verdict, "--owner", &owner];
		market.operate(&market.verifier, &vote).await?;
	}
	Ok(())
}

async fn refunded_for_a_bad_result(market: &Market) -> anyhow::Result<()> {
	try_join_all(["//Dave", "//Eve", "//Ferdie"].map(|suri| market.juror(suri))).await?;
	let before = market.purses().await?;
	let job = market.delivered(&["--window=60s", "--verifier", VERIFIER_ACCOUNT]).await?;
	let id = format!("{:?}", job.0);
	market.task(&market.verifier, "judge", &job).await?;
	market.judge(&job, "--failed").await?;
	until(&market.chain, &job, &[JobState::Disputed]).await?;
	let told = market.millrace(&["dispute", "show", &id]).await?;
	assert_says(&told, "found the result bad and disputes it");
	// From here on nobody sends a transaction that costs a fee.
	let (charlie, dave, eve) =
		(market.mill(VERIFIER).await?, market.mill("//Dave").await?, market.mill("//Eve").await?);
	let ferdie = market.mill("//Ferdie").await?;

	voted(market, &job).await?;
	until(&market.chain, &job, &[JobState::Resolved]).await?;
	let dispute = market.chain.dispute(&job).await?.context("a dispute")?;
	assert_eq!(dispute.phase, DisputePhase::DecidedByCommittee(Verdict::AtFault));
	assert_eq!(market.locked().await?, 0);
	let expected =
		Purses { requester: before.requester - FEE, verifier: before.verifier + FEE, ..before };
	assert_eq!(market.purses().await?, expected);
	// 100 of the worker's 200 MILL: half to the verifier, 30 % to the majority of two. The minority
	// loses 10 to the treasury.
	assert_eq!(market.stake(OWNER).await?, 100 * MILL);
	assert_eq!(market.mill(VERIFIER).await?, charlie + 50 * MILL);
	assert_eq!(market.mill("//Dave").await?, dave + 15 * MILL);
	assert_eq!(market.mill("//Eve").await?, eve + 15 * MILL);
	assert_eq!(market.mill("//Ferdie").await?, ferdie);
	assert_eq!(market.stake("//Ferdie").await?, 490 * MILL);
	let told = market.millrace(&["job", &id]).await?;
	assert_says(&told, "A committee found the worker at fault.");
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_found_bad_is_disputed_voted_on_and_refunded() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let market = Market::start().await?;
	let result = refunded_for_a_bad_result(&market).await;
	market.stop(result).await
}

async fn paid_though_the_verifier_is_silent(market: &Market) -> anyhow::Result<()> {
	let before = market.purses().await?;
	let job = market.delivered(&["--window=2s"]).await?;
	// Its operator sees it, and does nothing.
	market.task(&market.verifier, "judge", &job).await?;
	until(&market.chain, &job, &[JobState::Settled]).await?;
	assert_eq!(market.locked().await?, 0);
	let expected = Purses {
		requester: before.requester - PRICE,
		worker: before.worker + PAY,
		verifier: before.verifier,
		treasury: before.treasury + PROTOCOL_FEE,
	};
	assert_eq!(market.purses().await?, expected);
	let verifier = market.chain.worker(&account(VERIFIER)?).await?.context("a worker")?;
	ensure!(verifier.verifier_reputation < 500, "silence costs nothing");
	let late = refused(market.judge(&job, "--passed")).await?;
	assert_says(&late, "the chain does not wait for a judgement of this job");
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_verifier_gets_nothing_and_the_worker_is_paid() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let market = Market::start_with_short_windows().await?;
	let result = paid_though_the_verifier_is_silent(&market).await;
	market.stop(result).await
}

/// A challenge that the arbiter finds unfounded: 50 MILL of bond, half of them for the worker.
async fn paid_though_the_requester_challenges(market: &Market) -> anyhow::Result<()> {
	let terms = ["--window=60s", "--mechanism=arbitration", "--verifier", VERIFIER_ACCOUNT];
	let job = market.delivered(&terms).await?;
	market.task(&market.verifier, "judge", &job).await?;
	market.judge(&job, "--passed").await?;
	until(&market.chain, &job, &[JobState::Verified]).await?;
	let worker = market.mill(OWNER).await?;

	let (id, evidence) = (format!("{:?}", job.0), market.file("why.txt", "I do not like it")?);
	let raise = ["dispute", "raise", &id, "--evidence", &evidence, "--suri", REQUESTER];
	market.millrace(&raise).await?;
	let told = market.millrace(&["job", &id]).await?;
	assert_says(&told, "The arbiter must decide");
	let arbitrate = |suri| {
		let args = ["dispute", "arbitrate", &id, "--sudo", "--cleared", "--suri", suri];
		async move { market.millrace(&args).await }
	};
	assert_says(&refused(arbitrate(VERIFIER)).await?, "the chain refused the call");
	let told = arbitrate(REQUESTER).await?;
	assert_says(&told, "RESOLVED: The arbiter cleared the worker.");
	assert_says(&told, "2.4875 USDC to the worker");
	assert_eq!(market.mill(OWNER).await?, worker + 25 * MILL);
	let again = refused(arbitrate(REQUESTER)).await?;
	assert_says(&again, "the chain refused the call: Disputes::");
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfounded_challenge_is_turned_down_by_the_arbiter() -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let market = Market::start().await?;
	let result = paid_though_the_requester_challenges(&market).await;
	market.stop(result).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auction_that_the_chain_would_refuse_is_not_sent_and_one_that_nobody_wants_is_taken_back(
) -> anyhow::Result<()> {
	let _one = ONE.lock().await;
	let world = World::start(0).await?;
	let node = world.network.ws_uri("alice")?;
	let before = world.money().await?;
	for (terms, says) in [
		(["--max-price=5", "--bid-window=2h"], "more than nothing and at most 1 min 0 s"),
		(["--max-price=5", "--window=1s"], "--window is 1 s, and must be from 2 s to 30 s"),
		(["--max-price=2000000", "--window=2s"], "would be locked"),
		(["--max-price=5", "--model=gpt-7"], "no model gpt-7 is on offer; there are: gemma-3-270m"),
		(["--max-price=5", &format!("--verifier={VERIFIER_ACCOUNT}")], "is no verifier"),
	] {
		let create = ["auction", "create", "--suri", REQUESTER, "--document=bafydocument"];
		let told = refused(millrace(&node, &[&create[..], &terms].concat())).await?;
		assert_says(&told, says);
	}
	let job = create(&node, &[]).await?;
	let id = format!("{:?}", job.0);
	// An unstaked worker cannot win, so its node does not even sign.
	let bid = ["auction", "bid", &id, "--suri", OWNER, "--price", "1", "--latency", "5s"];
	let unstaked = refused(millrace(&node, &bid)).await?;
	assert_says(&unstaked, "its worker lacks the stake for auctions");
	let stranger = refused(millrace(&node, &["cancel", &id, "--suri", OWNER])).await?;
	assert_says(&stranger, "only the requester");
	let told = millrace(&node, &["cancel", &id, "--suri", REQUESTER]).await?;
	assert_says(&told, "CANCELLED: The requester took the job back.");
	assert_eq!(world.money().await?, before);
	Ok(())
}
