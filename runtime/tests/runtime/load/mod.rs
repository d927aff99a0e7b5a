//! Everything at once: ten thousand jobs that fall due together, a chain that was away, and blocks
//! full of what strangers can put into them. No block is overweight, and no refund is lost.
//!
//! [`Chain`] itself refuses an overweight block; what is looked at here is who gets which part.

mod at_once;
mod hostile;
mod pause;
mod queue;

use std::ops::Range;

use codec::Encode;
use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};
use frame_system::limits::BlockWeights;
use millrace_primitives::{
	traits::{JobDeadline, OnDeadline},
	JobId, TokenCounts,
	Verdict::Cleared,
};
use millrace_runtime::{configs::SlotWeights, Runtime, RuntimeCall, UncheckedExtrinsic};
use pallet_deadlines::WeightInfo as _;
use pallet_disputes::types::Phase;
use sp_core::H256;
use sp_runtime::DispatchResult;

use crate::{
	chain::{weight_of, Chain},
	crowd::Person,
};

const MAX: TokenCounts = TokenCounts { input: 400, output: 300 };

/// 400 × 2 + 300 × 6 micro-USDC.
const LOCK: u128 = 2_600;

const SECOND: u64 = 1_000;

fn limits() -> BlockWeights {
	SlotWeights::get()
}

impl Chain {
	/// What ordinary transactions may weigh together.
	fn room(&mut self) -> Weight {
		self.ext.execute_with(|| limits().get(DispatchClass::Normal).max_total.unwrap())
	}

	/// The most that the deadlines may weigh before the transactions.
	fn share(&mut self) -> Weight {
		self.ext.execute_with(pallet_deadlines::Pallet::<Runtime>::share)
	}

	/// How many deadlines like `item` a block handles whatever else is in it.
	fn handled_at_least(&mut self, item: JobDeadline) -> usize {
		let share = self.share().ref_time();
		self.ext.execute_with(|| {
			usize::try_from((share - look().ref_time()) / weight_of_item(&item).ref_time()).unwrap()
		})
	}

	/// What a block weighs before its first transaction if nothing is due.
	fn at_rest(&mut self) -> Weight {
		self.block(Vec::new());
		self.initialized
	}

	fn phase(&mut self, job: JobId) -> Phase {
		let case = self.ext.execute_with(|| pallet_disputes::Cases::<Runtime>::get(job));
		case.expect("the job is disputed").phase
	}

	/// How many of `transactions` a block has room for, if all weigh what the first does.
	fn fitting(&mut self, transaction: &UncheckedExtrinsic) -> usize {
		let room = self.room().ref_time();
		let each = self.ext.execute_with(|| {
			weight_of(transaction)
				.saturating_add(limits().get(DispatchClass::Normal).base_extrinsic)
				.ref_time()
		});
		usize::try_from(room / each).unwrap()
	}
}

fn look() -> Weight {
	<Runtime as pallet_deadlines::Config>::WeightInfo::look()
}

fn weight_of_item(item: &JobDeadline) -> Weight {
	<Runtime as pallet_deadlines::Config>::WeightInfo::take()
		.saturating_add(<Runtime as pallet_deadlines::Config>::OnDeadline::weight(item))
}

const fn any_job() -> JobId {
	JobId(H256::zero())
}

/// The call that weighs much, does nothing and is signed by anybody: a stranger plays the arbiter.
const fn play_the_arbiter() -> pallet_disputes::Call<Runtime> {
	pallet_disputes::Call::arbitrate { job: any_job(), verdict: Cleared }
}

/// Transactions, each with the place of its signer in the crowd.
type Flood = Vec<(usize, UncheckedExtrinsic)>;

/// Twice as much as a block may be long.
const FLOOD_BYTES: usize = 4 << 20;

/// More of a call than a block has room for, signed by some of the crowd in turn.
fn a_flood_of(
	chain: &mut Chain,
	crowd: &mut [Person],
	signers: Range<usize>,
	call: impl Into<RuntimeCall>,
) -> Flood {
	let call = call.into();
	let mut flood = Flood::new();
	let (mut count, mut bytes) = (1, 0);
	for signer in signers.cycle() {
		let transaction = crowd[signer].signed(chain, call.clone());
		if flood.is_empty() {
			// A transaction gives back some of what it is charged for its extensions.
			count = chain.fitting(&transaction) * 5 / 4 + 4;
		}
		bytes += transaction.encoded_size();
		flood.push((signer, transaction));
		if flood.len() >= count || bytes > FLOOD_BYTES {
			break;
		}
	}
	flood
}

/// Author a block of `flood`. Returns how those went that fitted.
fn author(
	chain: &mut Chain,
	crowd: &mut [Person],
	elapsed: u64,
	flood: Flood,
) -> Vec<DispatchResult> {
	let (signers, transactions): (Vec<_>, Vec<_>) = flood.into_iter().unzip();
	let outcomes = chain.author_after(elapsed, transactions);
	for (signer, outcome) in signers.into_iter().zip(&outcomes) {
		if outcome.is_none() {
			crowd[signer].take_back();
		}
	}
	outcomes.into_iter().flatten().collect()
}

/// The part of what `class` may weigh that the last block used, in percent.
fn used(chain: &Chain, class: DispatchClass, of: Weight) -> u64 {
	chain.consumed.get(class).ref_time() * 100 / of.ref_time()
}

#[expect(clippy::print_stdout, reason = "figures for whoever runs this with --nocapture")]
fn print(line: std::fmt::Arguments<'_>) {
	println!("{line}");
}

/// The limits leave no room besides the block: what every class may weigh together, the deadlines'
/// share included, is what a block may weigh.
#[test]
fn no_class_has_room_besides_the_block() {
	let mut chain = Chain::dev();
	let (room, share) = (chain.room(), chain.share());
	chain.ext.execute_with(|| {
		let limits = limits();
		assert_eq!((room + share).ref_time(), limits.max_block.ref_time());
		assert_eq!(limits.get(DispatchClass::Operational).reserved, Some(Weight::zero()));
	});
}
