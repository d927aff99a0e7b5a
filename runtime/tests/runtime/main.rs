//! The real runtime, block by block, from its genesis presets.

#![expect(
	clippy::arithmetic_side_effects,
	clippy::integer_division,
	reason = "figures are worked out by hand, and an overflow fails the test"
)]

#[cfg(test)]
mod auctions;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod defects;
#[cfg(test)]
mod disputes;
#[cfg(test)]
mod floods;
#[cfg(test)]
mod governance;
#[cfg(test)]
mod growth;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod load;
#[cfg(test)]
mod model;
#[cfg(test)]
mod offchain;
#[cfg(test)]
mod randomness;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod requester;
#[cfg(test)]
mod table;
#[cfg(test)]
mod upgrade;
#[cfg(test)]
mod wiring;
#[cfg(test)]
mod worker;
