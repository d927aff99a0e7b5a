//! The clerks. Neither asks the state for anything; what they know besides the events are the constants
//! in the metadata: which asset jobs are paid in, and the accounts of the chain itself.

use std::collections::BTreeMap;

use millrace_primitives::{JobId, Payment};
use millrace_runtime::{
	configs::PaymentAsset, AccountId, Balance, Disputes, Escrow, Runtime, RuntimeEvent,
	RuntimeHoldReason,
};

use super::books::{amount, Books, Holding};
use crate::chain::treasury;

/// Keeps books by the events of the pallets that keep the balances. They do not tell everything: money
/// that goes from hold to another account is told by the escrow, and slashed stake by the registry.
pub(super) struct Banker {
	books: Books,
	requesters: BTreeMap<JobId, AccountId>,
}

impl Banker {
	pub(super) const fn new(opening: Books) -> Self {
		Self { books: opening, requesters: BTreeMap::new() }
	}

	pub(super) const fn books(&self) -> &Books {
		&self.books
	}

	pub(super) fn write_up(&mut self, event: &RuntimeEvent) {
		match event {
			RuntimeEvent::Balances(event) => self.mill(event),
			RuntimeEvent::Assets(event) => self.usdc(event),
			RuntimeEvent::AssetsHolder(event) => self.hold(event),
			RuntimeEvent::Escrow(event) => self.escrow(event),
			RuntimeEvent::Registry(pallet_registry::Event::Slashed { owner, amount: taken }) => {
				self.books.change(owner, |holding| holding.stake -= amount(*taken));
			},
			_ => {},
		}
	}

	fn mill(&mut self, event: &pallet_balances::Event<Runtime>) {
		use pallet_balances::Event;

		let books = &mut self.books;
		match event {
			Event::Transfer { from, to, amount: moved } => {
				books.mill(from, -amount(*moved));
				books.mill(to, amount(*moved));
			},
			Event::Deposit { who, amount: moved } | Event::Minted { who, amount: moved } => {
				books.mill(who, amount(*moved));
			},
			Event::Withdraw { who, amount: moved }
			| Event::Burned { who, amount: moved }
			| Event::DustLost { account: who, amount: moved } => books.mill(who, -amount(*moved)),
			Event::BalanceSet { who, free } => {
				books.change(who, |holding| holding.mill = amount(*free));
			},
			Event::Reserved { who, amount: moved } => reserve(books, who, amount(*moved)),
			Event::Unreserved { who, amount: moved } => reserve(books, who, -amount(*moved)),
			Event::Held { reason, who, amount: moved } => {
				books.mill(who, -amount(*moved));
				books.change(who, |holding| *on_hold(holding, reason) += amount(*moved));
			},
			Event::Released { reason, who, amount: moved } => {
				books.mill(who, amount(*moved));
				books.change(who, |holding| *on_hold(holding, reason) -= amount(*moved));
			},
			Event::TransferOnHold { reason, source, dest, amount: moved } => {
				books.change(source, |holding| *on_hold(holding, reason) -= amount(*moved));
				books.mill(dest, amount(*moved));
			},
			// They tell of the issuance, or tell again what another one tells.
			Event::Endowed { .. }
			| Event::Issued { .. }
			| Event::Rescinded { .. }
			| Event::MintedCredit { .. }
			| Event::BurnedDebt { .. } => {},
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		}
	}

	fn usdc(&mut self, event: &pallet_assets::Event<Runtime>) {
		use pallet_assets::Event;

		let books = &mut self.books;
		match event {
			Event::Transferred { asset_id: _, from, to, amount: moved } => {
				books.usdc(from, -amount(*moved));
				books.usdc(to, amount(*moved));
			},
			Event::Issued { owner: who, amount: moved, .. }
			| Event::Deposited { who, amount: moved, .. } => books.usdc(who, amount(*moved)),
			Event::Burned { owner: who, balance: moved, .. }
			| Event::Withdrawn { who, amount: moved, .. } => books.usdc(who, -amount(*moved)),
			Event::ApprovedTransfer { .. }
			| Event::TransferredApproved { .. }
			| Event::Frozen { .. }
			| Event::Thawed { .. }
			| Event::AssetFrozen { .. }
			| Event::AssetThawed { .. }
			| Event::IssuedCredit { .. }
			| Event::BurnedCredit { .. }
			| Event::IssuedDebt { .. }
			| Event::BurnedDebt { .. } => {},
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		}
	}

	fn hold(&mut self, event: &pallet_assets_holder::Event<Runtime>) {
		use pallet_assets_holder::Event;

		let (who, held) = match event {
			Event::Held { who, amount: moved, .. } => (who, amount(*moved)),
			Event::Released { who, amount: moved, .. } => (who, -amount(*moved)),
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		};
		self.books.change(who, |holding| {
			holding.usdc -= held;
			holding.locked += held;
		});
	}

	fn escrow(&mut self, event: &pallet_escrow::Event<Runtime>) {
		use pallet_escrow::Event;

		match event {
			Event::Locked { job_id, requester, .. } => {
				self.requesters.insert(*job_id, requester.clone());
			},
			Event::Paid { job_id, to, amount: moved }
			| Event::VerifierPaid { job_id, to, amount: moved } => {
				self.pay(job_id, to, amount(*moved));
			},
			Event::ToTreasury { job_id, amount: moved } => {
				self.pay(job_id, &treasury(), amount(*moved));
			},
			Event::Parked { job_id, who, amount: moved } => {
				let requester = self.requesters[job_id].clone();
				self.books.change(&requester, |holding| holding.locked -= amount(*moved));
				self.books.change(&Escrow::pot(), |holding| holding.locked += amount(*moved));
				self.books.park(who, amount(*moved));
			},
			Event::Claimed { who, amount: moved } => {
				self.books.change(&Escrow::pot(), |holding| holding.locked -= amount(*moved));
				self.books.usdc(who, amount(*moved));
				self.books.park(who, -amount(*moved));
			},
			// The holder tells of what is released to its owner.
			Event::Refunded { .. } => {},
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		}
	}

	/// Money goes from the hold of the requester to another account. If it is its own, it is released,
	/// and the holder tells that.
	fn pay(&mut self, job: &JobId, to: &AccountId, moved: i128) {
		let requester = &self.requesters[job];
		if to != requester {
			self.books.change(requester, |holding| holding.locked -= moved);
			self.books.usdc(to, moved);
		}
	}
}

fn reserve(books: &mut Books, who: &AccountId, moved: i128) {
	books.change(who, |holding| {
		holding.mill -= moved;
		holding.reserved += moved;
	});
}

fn on_hold<'a>(holding: &'a mut Holding, reason: &RuntimeHoldReason) -> &'a mut i128 {
	use pallet_registry::HoldReason;

	match reason {
		RuntimeHoldReason::Registry(HoldReason::Registration) => &mut holding.deposit,
		RuntimeHoldReason::Registry(HoldReason::Stake) => &mut holding.stake,
		RuntimeHoldReason::Disputes(pallet_disputes::HoldReason::Bond) => &mut holding.bond,
		unknown => panic!("nobody holds MILL for {unknown:?}"),
	}
}

/// Keeps books by the events of our pallets. Of the others it needs but what does not concern the
/// market: fees, and what people send each other.
pub(super) struct Marketer {
	books: Books,
	jobs: BTreeMap<JobId, Job>,
}

/// What happened to the money of a job.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Job {
	requester: AccountId,
	locked: i128,
	paid: i128,
	to_treasury: i128,
	to_verifier: i128,
	refunded: i128,
	parked: i128,
	/// How it was divided, once it is over.
	over: Option<Payment>,
	/// What the challenger has on hold for it.
	bond: i128,
	/// What was taken for it, and is not shared out yet.
	taken: i128,
}

impl Job {
	const fn outstanding(&self) -> i128 {
		let moved = self.paid + self.to_treasury + self.to_verifier + self.refunded + self.parked;
		self.locked - moved
	}
}

impl Marketer {
	pub(super) const fn new(opening: Books) -> Self {
		Self { books: opening, jobs: BTreeMap::new() }
	}

	pub(super) const fn books(&self) -> &Books {
		&self.books
	}

	pub(super) fn write_up(&mut self, event: &RuntimeEvent) {
		match event {
			RuntimeEvent::Escrow(event) => self.escrow(event),
			RuntimeEvent::Jobs(event) => self.job(event),
			RuntimeEvent::Settlement(event) => self.settlement(event),
			RuntimeEvent::Registry(event) => self.registry(event),
			RuntimeEvent::Disputes(event) => self.dispute(event),
			other => self.other(other),
		}
	}

	fn other(&mut self, event: &RuntimeEvent) {
		let books = &mut self.books;
		match event {
			RuntimeEvent::TransactionPayment(
				pallet_transaction_payment::Event::TransactionFeePaid { who, actual_fee, .. },
			) => {
				books.mill(who, -amount(*actual_fee));
				books.mill(&treasury(), amount(*actual_fee));
			},
			RuntimeEvent::AssetTxPayment(pallet_asset_tx_payment::Event::AssetTxFeePaid {
				who,
				actual_fee,
				asset_id,
				..
			}) => {
				assert_eq!(*asset_id, Some(PaymentAsset::get()));
				books.usdc(who, -amount(*actual_fee));
				books.usdc(&treasury(), amount(*actual_fee));
			},
			RuntimeEvent::Balances(pallet_balances::Event::Transfer {
				from,
				to,
				amount: moved,
			}) if *from != Disputes::pot() => {
				books.mill(from, -amount(*moved));
				books.mill(to, amount(*moved));
			},
			RuntimeEvent::Balances(pallet_balances::Event::DustLost { account, amount: lost }) => {
				books.mill(account, -amount(*lost));
			},
			RuntimeEvent::Balances(pallet_balances::Event::Reserved { who, amount: moved }) => {
				reserve(books, who, amount(*moved));
			},
			RuntimeEvent::Balances(pallet_balances::Event::Unreserved { who, amount: moved }) => {
				reserve(books, who, -amount(*moved));
			},
			RuntimeEvent::Assets(pallet_assets::Event::Transferred {
				from,
				to,
				amount: moved,
				..
			}) => {
				books.usdc(from, -amount(*moved));
				books.usdc(to, amount(*moved));
			},
			_ => {},
		}
	}

	fn escrow(&mut self, event: &pallet_escrow::Event<Runtime>) {
		use pallet_escrow::Event;

		match event {
			Event::Locked { job_id, requester, amount: locked } => {
				self.books.change(requester, |holding| {
					holding.usdc -= amount(*locked);
					holding.locked += amount(*locked);
				});
				self.jobs.insert(*job_id, new_job(requester, *locked));
			},
			Event::Paid { job_id, to, amount: moved } => {
				self.take(job_id, *moved, |job| &mut job.paid);
				self.books.usdc(to, amount(*moved));
			},
			Event::VerifierPaid { job_id, to, amount: moved } => {
				self.take(job_id, *moved, |job| &mut job.to_verifier);
				self.books.usdc(to, amount(*moved));
			},
			Event::ToTreasury { job_id, amount: moved } => {
				self.take(job_id, *moved, |job| &mut job.to_treasury);
				self.books.usdc(&treasury(), amount(*moved));
			},
			Event::Refunded { job_id, requester, amount: moved } => {
				assert_eq!(self.jobs[job_id].requester, *requester);
				self.take(job_id, *moved, |job| &mut job.refunded);
				self.books.usdc(requester, amount(*moved));
			},
			Event::Parked { job_id, who, amount: moved } => {
				self.take(job_id, *moved, |job| &mut job.parked);
				self.books.change(&Escrow::pot(), |holding| holding.locked += amount(*moved));
				self.books.park(who, amount(*moved));
			},
			Event::Claimed { who, amount: moved } => {
				self.books.change(&Escrow::pot(), |holding| holding.locked -= amount(*moved));
				self.books.usdc(who, amount(*moved));
				self.books.park(who, -amount(*moved));
			},
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		}
	}

	/// Take `moved` of what is locked for a job, and put it down where `part` says.
	fn take(&mut self, job: &JobId, moved: Balance, part: impl FnOnce(&mut Job) -> &mut i128) {
		let job = self.jobs.get_mut(job).expect("money moves for a job that locked some");
		*part(job) += amount(moved);
		let requester = job.requester.clone();
		self.books.change(&requester, |holding| holding.locked -= amount(moved));
	}

	fn known(&mut self, job: &JobId) -> &mut Job {
		self.jobs.get_mut(job).expect("the job was created")
	}

	fn job(&mut self, event: &pallet_jobs::Event<Runtime>) {
		use pallet_jobs::Event;

		match event {
			Event::Created { job_id, requester, amount: locked, .. }
			| Event::AuctionCreated { job_id, requester, amount: locked, .. } => {
				let job = self.known(job_id);
				assert_eq!((&job.requester, job.locked), (requester, amount(*locked)));
			},
			Event::Cancelled { job_id, .. } | Event::Expired { job_id, .. } => {
				let job = self.known(job_id);
				let refund = u128::try_from(job.locked).unwrap();
				job.over = Some(Payment { refund, ..Payment::default() });
			},
			Event::Retired { job_id } => {
				let job = self.jobs.remove(job_id).expect("the job was created");
				assert!(job.over.is_some(), "{job:?} left before it was over");
				assert_eq!((job.outstanding(), job.bond, job.taken), (0, 0, 0), "{job:?}");
			},
			Event::Accepted { .. } | Event::Awarded { .. } | Event::DeadlineIgnored { .. } => {},
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		}
	}

	fn settlement(&mut self, event: &pallet_settlement::Event<Runtime>) {
		use pallet_settlement::Event;

		match event {
			Event::Settled { job_id, payout, treasury, verifier, refund, .. } => {
				let payment = Payment {
					worker: *payout,
					treasury: *treasury,
					verifier: *verifier,
					refund: *refund,
				};
				self.known(job_id).over = Some(payment);
			},
			// The escrow tells of the fees.
			Event::Proven { .. }
			| Event::Submitted { .. }
			| Event::VerifierAppointed { .. }
			| Event::Attested { .. }
			| Event::VerifierSilent { .. } => {},
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		}
	}

	fn registry(&mut self, event: &pallet_registry::Event<Runtime>) {
		use pallet_registry::Event;

		let books = &mut self.books;
		match event {
			Event::Registered { owner, deposit, .. } => books.change(owner, |holding| {
				holding.mill -= amount(*deposit);
				holding.deposit += amount(*deposit);
			}),
			Event::Deregistered { owner, deposit } => books.change(owner, |holding| {
				holding.mill += amount(*deposit);
				holding.deposit -= amount(*deposit);
			}),
			Event::Staked { owner, amount: moved } => books.change(owner, |holding| {
				holding.mill -= amount(*moved);
				holding.stake += amount(*moved);
			}),
			Event::Withdrawn { owner, amount: moved } => books.change(owner, |holding| {
				holding.mill += amount(*moved);
				holding.stake -= amount(*moved);
			}),
			// Who got it, those tell who had it taken.
			Event::Slashed { owner, amount: taken } => {
				books.change(owner, |holding| holding.stake -= amount(*taken));
			},
			// What is unbonding stays on hold.
			Event::Unbonded { .. }
			| Event::KeysRotated { .. }
			| Event::ModelsChanged { .. }
			| Event::VerifiedModelsChanged { .. }
			| Event::VerifierDisplaced { .. }
			| Event::PayoutChanged { .. }
			| Event::ReputationChanged { .. }
			| Event::VerifierReputationChanged { .. } => {},
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		}
	}

	fn dispute(&mut self, event: &pallet_disputes::Event<Runtime>) {
		use pallet_disputes::Event;

		match event {
			Event::Raised { job_id, challenger, bond, .. } => {
				self.known(job_id).bond += amount(*bond);
				self.books.change(challenger, |holding| {
					holding.mill -= amount(*bond);
					holding.bond += amount(*bond);
				});
			},
			Event::BondReturned { job_id, challenger, amount: moved } => {
				self.known(job_id).bond -= amount(*moved);
				self.books.change(challenger, |holding| {
					holding.mill += amount(*moved);
					holding.bond -= amount(*moved);
				});
			},
			Event::BondForfeited { job_id, challenger, amount: moved }
			| Event::BondCharged { job_id, challenger, amount: moved } => {
				self.known(job_id).bond -= amount(*moved);
				self.books.change(challenger, |holding| holding.bond -= amount(*moved));
				self.put_into_pot(job_id, amount(*moved));
			},
			// That it left the stake of its owner, the registry tells.
			Event::Punished { job_id, amount: taken, to, .. } => {
				if *to == Disputes::pot() {
					self.put_into_pot(job_id, amount(*taken));
				} else {
					self.books.mill(to, amount(*taken));
				}
			},
			Event::Rewarded { job_id, to, amount: moved } => {
				self.put_into_pot(job_id, -amount(*moved));
				self.books.mill(to, amount(*moved));
			},
			Event::Decided { job_id, payment, .. } => self.known(job_id).over = Some(*payment),
			Event::Drawn { .. }
			| Event::Committed { .. }
			| Event::RevealOpened { .. }
			| Event::Revealed { .. }
			| Event::Referred { .. }
			| Event::Testified { .. }
			| Event::Dismissed { .. }
			| Event::DoubleClaimReported { .. } => {},
			unknown => panic!("no clerk was taught what this means: {unknown:?}"),
		}
	}

	fn put_into_pot(&mut self, job: &JobId, moved: i128) {
		self.known(job).taken += moved;
		self.books.mill(&Disputes::pot(), moved);
	}

	/// Compare what is known of each job with its record, and with what is locked for it.
	pub(super) fn compare_jobs(&self) {
		let records = pallet_jobs::Jobs::<Runtime>::iter().collect::<BTreeMap<_, _>>();
		assert!(records.keys().eq(self.jobs.keys()), "a job was made, or left, without a word");
		for (id, job) in &self.jobs {
			let record = &records[id];
			let locked = pallet_escrow::Ledger::<Runtime>::get(id).map_or(0, |entry| entry.amount);
			assert_eq!(job.outstanding(), amount(locked), "{job:?}");
			assert_eq!(job.over, record.payment, "{job:?}");
			assert_eq!(job.taken, 0, "{job:?}");
			let Some(payment) = record.payment else { continue };
			assert_eq!((job.outstanding(), job.bond), (0, 0), "{job:?}");
			let parts = [job.paid, job.to_treasury, job.to_verifier, job.refunded];
			let due = [payment.worker, payment.treasury, payment.verifier, payment.refund];
			let missing: Vec<_> =
				due.iter().zip(parts).map(|(due, paid)| amount(*due) - paid).collect();
			// Whoever did not get its part has it parked.
			assert!(missing.iter().all(|part| *part >= 0), "{job:?}");
			assert_eq!(missing.iter().sum::<i128>(), job.parked, "{job:?}");
		}
	}
}

fn new_job(requester: &AccountId, locked: Balance) -> Job {
	Job {
		requester: requester.clone(),
		locked: amount(locked),
		paid: 0,
		to_treasury: 0,
		to_verifier: 0,
		refunded: 0,
		parked: 0,
		over: None,
		bond: 0,
		taken: 0,
	}
}
