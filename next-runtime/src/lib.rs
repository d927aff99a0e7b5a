//! The runtime after the present one: the code with which a test upgrades a running chain.

include!(concat!(env!("OUT_DIR"), "/next_runtime"));
