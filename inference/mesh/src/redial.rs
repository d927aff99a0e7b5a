//! When to dial bootnodes again. Does no I/O and reads no clock.

use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};

use libp2p::{Multiaddr, PeerId};

use crate::defaults::{REDIAL_WAIT_MAX, REDIAL_WAIT_MIN};

struct Bootnode {
	addresses: Vec<Multiaddr>,
	/// When its turn comes; `None` is at once.
	due_at: Option<Instant>,
	wait: Duration,
}

/// The bootnodes and when each is to be dialled.
pub(crate) struct Redial(BTreeMap<PeerId, Bootnode>);

impl Redial {
	/// All bootnodes but `own`, due at once.
	pub(crate) fn new(bootnodes: Vec<(PeerId, Multiaddr)>, own: PeerId) -> Self {
		let mut known: BTreeMap<PeerId, Bootnode> = BTreeMap::new();
		for (peer, address) in bootnodes {
			if peer == own {
				continue;
			}
			known
				.entry(peer)
				.or_insert_with(|| Bootnode {
					addresses: Vec::new(),
					due_at: None,
					wait: REDIAL_WAIT_MIN,
				})
				.addresses
				.push(address);
		}
		Self(known)
	}

	/// The bootnodes to dial now, of those that are not `connected`. Each waits twice as long as
	/// before for its next turn, up to a limit, plus `jitter` thousandths of that.
	pub(crate) fn due(
		&mut self,
		now: Instant,
		jitter: u16,
		connected: impl Fn(&PeerId) -> bool,
	) -> Vec<(PeerId, Vec<Multiaddr>)> {
		let mut due = Vec::new();
		for (peer, bootnode) in &mut self.0 {
			if connected(peer) {
				bootnode.wait = REDIAL_WAIT_MIN;
				bootnode.due_at = now.checked_add(REDIAL_WAIT_MIN);
			} else if bootnode.due_at.is_none_or(|due_at| due_at <= now) {
				let extra = bootnode
					.wait
					.checked_div(1_000)
					.unwrap_or_default()
					.saturating_mul(jitter.into());
				bootnode.due_at = now.checked_add(bootnode.wait.saturating_add(extra));
				bootnode.wait = bootnode.wait.saturating_mul(2).min(REDIAL_WAIT_MAX);
				due.push((*peer, bootnode.addresses.clone()));
			}
		}
		due
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn redial() -> (Redial, PeerId) {
		let peer = PeerId::random();
		let own = PeerId::random();
		let address: Multiaddr = "/ip4/127.0.0.1/tcp/1".parse().unwrap();
		(Redial::new(vec![(peer, address.clone()), (own, address)], own), peer)
	}

	#[test]
	fn dials_at_once_but_never_itself() {
		let (mut redial, peer) = redial();
		let due = redial.due(Instant::now(), 0, |_| false);
		assert_eq!(due.iter().map(|(peer, _)| *peer).collect::<Vec<_>>(), [peer]);
	}

	#[test]
	fn waits_longer_each_time_up_to_the_limit() {
		let (mut redial, _) = redial();
		let start = Instant::now();
		let turns = (0..600)
			.filter(|second| {
				let now = start + Duration::from_secs(*second);
				!redial.due(now, 0, |_| false).is_empty()
			})
			.collect::<Vec<_>>();
		assert_eq!(turns, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423, 483, 543]);
	}

	#[test]
	fn a_connection_resets_the_wait() {
		let (mut redial, _) = redial();
		let start = Instant::now();
		let after = |seconds| start + Duration::from_secs(seconds);
		for second in 0..100 {
			redial.due(after(second), 0, |_| false);
		}
		assert!(redial.due(after(100), 0, |_| true).is_empty());
		assert_eq!(redial.due(after(101), 0, |_| false).len(), 1);
	}
}
