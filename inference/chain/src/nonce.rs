//! The transaction nonces of one key.
//!
//! The chain counts a key's transactions. Waiting for it between two of them would cost a block
//! each, so the next nonce is counted here and read from the chain again only when something went
//! wrong.

use crate::link::PoolRefusal;

/// How often one call is tried with another nonce, runtime or fee asset before it fails.
pub(crate) const TRIES_MAX: u32 = 4;

/// What to do about a refused transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Remedy {
	/// The nonce is taken or past: read it from the chain and try again.
	Resync,
	/// The signature does not fit: the runtime may have changed, or the birth block is gone.
	Refresh,
	/// The fee cannot be paid in the asset tried.
	PayOtherwise,
	/// The pool has no room: try again a little later.
	Wait,
	/// Nothing here would help.
	GiveUp,
}

/// Codes of the node's transaction pool, from `sc-rpc-api`.
mod code {
	pub(super) const INVALID: i32 = 1010;
	pub(super) const TEMPORARILY_BANNED: i32 = 1012;
	pub(super) const ALREADY_IMPORTED: i32 = 1013;
	pub(super) const PRIORITY_TOO_LOW: i32 = 1014;
	pub(super) const DROPPED_AT_ONCE: i32 = 1016;
}

impl Remedy {
	pub(crate) fn of(refusal: &PoolRefusal) -> Self {
		let reason = &refusal.reason;
		match refusal.code {
			code::INVALID if reason.contains("outdated") => Self::Resync,
			code::INVALID if reason.contains("bad signature") || reason.contains("ancient") => {
				Self::Refresh
			},
			code::INVALID if reason.contains("pay some fees") => Self::PayOtherwise,
			// Someone else used this nonce: a second process with the same key.
			code::PRIORITY_TOO_LOW | code::ALREADY_IMPORTED | code::TEMPORARILY_BANNED => {
				Self::Resync
			},
			code::DROPPED_AT_ONCE => Self::Wait,
			_ => Self::GiveUp,
		}
	}
}

/// Which nonce comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Nonces {
	next: Option<u64>,
}

impl Nonces {
	/// The next nonce, unless the chain has to be asked first.
	pub(crate) const fn next(self) -> Option<u64> {
		self.next
	}

	/// Take in what the chain counts. The pool may lag behind what was just sent, so a known higher
	/// number stays.
	pub(crate) fn learn(&mut self, chain: u64) -> u64 {
		let next = self.next.map_or(chain, |known| known.max(chain));
		self.next = Some(next);
		next
	}

	/// `nonce` went out.
	pub(crate) const fn used(&mut self, nonce: u64) {
		self.next = nonce.checked_add(1);
	}

	/// Something went wrong: ask the chain.
	pub(crate) const fn forget(&mut self) {
		self.next = None;
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn refusal(code: i32, reason: &str) -> PoolRefusal {
		PoolRefusal { code, reason: reason.into() }
	}

	#[test]
	fn counts_up_without_asking() {
		let mut nonces = Nonces::default();
		assert_eq!(nonces.next(), None);
		assert_eq!(nonces.learn(7), 7);
		nonces.used(7);
		nonces.used(8);
		assert_eq!(nonces.next(), Some(9));
	}

	#[test]
	fn a_lagging_pool_does_not_turn_it_back() {
		let mut nonces = Nonces::default();
		nonces.learn(7);
		nonces.used(7);
		assert_eq!(nonces.learn(7), 8);
		assert_eq!(nonces.learn(12), 12);
	}

	#[test]
	fn a_dropped_transaction_frees_its_nonce() {
		let mut nonces = Nonces::default();
		nonces.learn(7);
		nonces.used(7);
		nonces.forget();
		assert_eq!(nonces.learn(7), 7);
	}

	#[test]
	fn the_last_nonce_does_not_overflow() {
		let mut nonces = Nonces::default();
		nonces.used(u64::MAX);
		assert_eq!(nonces.next(), None);
	}

	#[test]
	fn an_old_nonce_is_read_again() {
		let outdated = refusal(1010, "Invalid Transaction: Transaction is outdated");
		assert_eq!(Remedy::of(&outdated), Remedy::Resync);
		assert_eq!(Remedy::of(&refusal(1014, "Priority is too low")), Remedy::Resync);
	}

	#[test]
	fn a_bad_signature_reloads_the_runtime() {
		let bad = refusal(1010, "Invalid Transaction: Transaction has a bad signature");
		assert_eq!(Remedy::of(&bad), Remedy::Refresh);
	}

	#[test]
	fn an_empty_native_account_pays_in_the_other_asset() {
		let poor = "Invalid Transaction: Inability to pay some fees , e.g. account balance too low";
		assert_eq!(Remedy::of(&refusal(1010, poor)), Remedy::PayOtherwise);
	}

	#[test]
	fn an_invalid_call_is_not_repeated() {
		let custom = refusal(1010, "Invalid Transaction: Custom error: 3");
		assert_eq!(Remedy::of(&custom), Remedy::GiveUp);
		assert_eq!(Remedy::of(&refusal(-32602, "Invalid params")), Remedy::GiveUp);
	}
}
