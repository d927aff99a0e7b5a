//! The reconcile loop against a scripted sidecar, a real keystore and the pool of the test
//! externalities.

mod mock;
mod pass;
mod trouble;
