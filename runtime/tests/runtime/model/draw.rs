//! Who is drawn, and by what.

use std::collections::BTreeSet;

use codec::Encode;
use sp_io::hashing::blake2_256;

use super::{
	action::Who,
	trial::QUORUM,
	world::{Case, Job, World},
};

/// How many blocks have a part in a seed.
const SEED_BLOCKS: u32 = 32;

/// How many of them nobody may have known when it was decided that there will be a draw.
const FRESH_BLOCKS: u32 = 16;

impl World {
	/// Since which block the seed of a draw in this one may have been known.
	pub(super) fn known_since(&self) -> u32 {
		self.number.saturating_sub(FRESH_BLOCKS)
	}

	/// A hash of what is drawn for and of one bit of each of the last blocks, the latest first. Before
	/// the first block there is that one.
	fn seed(&self, subject: &[u8]) -> [u8; 32] {
		let bits = (1..=SEED_BLOCKS).map(|age| {
			let number = usize::try_from(self.number.saturating_sub(age)).unwrap();
			self.bits[number]
		});
		blake2_256(&(subject, bits.collect::<Vec<_>>()).encode())
	}

	/// Who came to judge when the seed may have been known is not drawn by it.
	fn is_newcomer(&self, who: Who) -> bool {
		self.operators[&who].judges_since >= self.known_since()
	}

	/// The verifier of a job: of those that may judge it, the one with the lowest hash.
	pub(super) fn draw_verifier(&mut self, job: &Job) -> Option<Who> {
		let seed = self.seed(b"millrace/verifier");
		let matcher = job.auction.as_ref()?.terms.matcher;
		let has_matched = |who| {
			matcher.is_some_and(|matcher| matcher == who || self.payout_of(who) == Some(matcher))
		};
		let may_judge = |who: &Who| self.may_judge(job, *who) && !has_matched(*who);
		let eligible = self.operators.keys().copied().filter(may_judge);
		let rank = |who: &Who| blake2_256(&(seed, job.id, self.accounts[who.0]).encode());
		let (newcomers, others) = eligible.partition::<Vec<_>, _>(|who| self.is_newcomer(*who));
		let drawn = others.into_iter().min_by_key(rank);
		let first = newcomers.iter().map(rank).min();
		if first.is_some_and(|first| drawn.is_none_or(|drawn| first < rank(&drawn))) {
			self.see("newcomer left out of a judgement");
		}
		let outcome = job.outcome?;
		let now_paid_to = [job.requester, outcome.claim.worker].map(|who| self.payout_of(who));
		if drawn.is_some_and(|drawn| now_paid_to.contains(&Some(drawn))) {
			self.see("verifier to which a party is paid now");
		}
		drawn
	}

	/// The committee of a job: of those that may judge it, the ones with the lowest hashes. None, if
	/// so few may that an arbiter must.
	pub(super) fn draw_committee(&mut self, job: &Job, case: &Case) -> Option<Vec<Who>> {
		let subject = (b"millrace/committee".as_slice(), job.id, case.round).encode();
		let seed = self.seed(&subject);
		let parties = self.parties(job, case);
		let is_bound = |who: &Who| {
			let payout = self.operators[who].payout;
			parties.contains(who) || parties.contains(&payout)
		};
		let eligible = self.operators.keys().copied();
		let eligible = eligible.filter(|who| self.is_eligible(*who) && !is_bound(who));
		let mut ranked = eligible.collect::<Vec<_>>();
		ranked.sort_by_key(|who| blake2_256(&(seed, self.accounts[who.0]).encode()));

		let size = usize::try_from(self.rules.committee_size).unwrap();
		let least = usize::try_from(self.rules.jury_pool_min).unwrap();
		// Newcomers are not drawn, but they count among those there are to choose from.
		let pool = ranked.len();
		let with_newcomers = ranked.iter().copied().take(size).collect::<Vec<_>>();
		ranked.retain(|who| !self.is_newcomer(*who));
		ranked.truncate(size);
		if ranked != with_newcomers {
			self.see("newcomer left out of a committee");
		}
		if ranked.len() < QUORUM {
			return None;
		}
		if pool < least {
			self.see("too few to choose from");
			return None;
		}
		self.see_odd_jurors(&parties, &ranked);
		Some(ranked)
	}

	fn see_odd_jurors(&mut self, parties: &BTreeSet<Who>, drawn: &[Who]) {
		let payouts = drawn.iter().filter_map(|who| self.payout_of(*who));
		if payouts.collect::<BTreeSet<_>>().len() < drawn.len() {
			self.see("jurors that are paid to one account");
		}
		let mut paid_to = parties.iter().filter_map(|who| self.payout_of(*who));
		if paid_to.any(|payout| drawn.contains(&payout)) {
			self.see("juror to which a party is paid now");
		}
	}

	/// Everybody whom a dispute concerns, by the accounts that were bound before there was a seed.
	fn parties(&self, job: &Job, case: &Case) -> BTreeSet<Who> {
		let mut parties = BTreeSet::from([job.requester, case.challenger]);
		if let Some(auction) = &job.auction {
			parties.extend(auction.verifier);
			parties.extend(auction.terms.verifier);
			parties.extend(auction.terms.matcher);
		}
		if let Some(outcome) = job.outcome {
			parties.extend([outcome.claim.worker, outcome.payout]);
		}
		parties
	}
}
