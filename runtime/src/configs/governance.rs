//! Who changes the parameters of the chain, its tiers and models, and decides what no committee does.

use frame_support::{
	traits::{ConstU32, EitherOfDiverse, Get},
	weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_collective::{EnsureProportionMoreThan, PrimeDefaultVote};
use sp_runtime::SaturatedConversion;

use super::system::SlotWeights;
use crate::{
	parameters, AccountId, BlockNumber, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin,
};

/// More than half of the council; or root, which only a development chain has somebody for.
pub(super) type Governance =
	EitherOfDiverse<EnsureRoot<AccountId>, EnsureProportionMoreThan<AccountId, (), 1, 2>>;

impl parameters::Config for Runtime {
	type AdminOrigin = Governance;
	type WeightInfo = parameters::weights::SubstrateWeight<Self>;
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Self>;
}

impl pallet_collective::Config for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = MotionDuration;
	type MaxProposals = ConstU32<32>;
	type MaxMembers = ConstU32<32>;
	type DefaultVote = PrimeDefaultVote;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Self>;
	type SetMembersOrigin = Governance;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = ();
}

/// A motion lasts as long as the arbiter has to decide a dispute. The pallet counts blocks, so where
/// slots stay empty it lasts longer; a decision that comes too late is refused.
pub struct MotionDuration;

impl Get<BlockNumber> for MotionDuration {
	fn get() -> BlockNumber {
		let window = parameters::ArbitrationWindowMs::get();
		window.checked_div(parameters::SlotMs::get()).unwrap_or(1).max(1).saturated_into()
	}
}

/// What the council decides takes at most half of a block.
pub struct MaxProposalWeight;

impl Get<Weight> for MaxProposalWeight {
	fn get() -> Weight {
		SlotWeights::get().max_block.checked_div(2).unwrap_or_default()
	}
}
