//! One file for each call or pair of calls; the functions are named by outcome.

#![expect(clippy::arithmetic_side_effects, reason = "sums of small numbers, written to be read")]

mod deregister;
mod displace_verifier;
mod genesis;
mod integrity;
mod judges_since;
mod model;
mod offer;
mod register;
mod rotate_keys;
mod seats;
mod set_models;
mod set_payout;
mod set_verified_models;
mod slash;
mod stake;
mod standing;
mod try_state;
mod unbond;
mod views;
mod withdraw_unbonded;
