#![deny(clippy::expect_used, clippy::as_conversions)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millrace_primitives::Moment;
use scale_info::TypeInfo;

/// A [`Moment`] as a storage key: big-endian, so that keys sort by time.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct DueAt([u8; 8]);

impl DueAt {
	/// The moment.
	pub const fn moment(self) -> Moment {
		Moment::from_be_bytes(self.0)
	}
}

impl From<Moment> for DueAt {
	fn from(moment: Moment) -> Self {
		Self(moment.to_be_bytes())
	}
}

/// What a pass over the queue came to.
pub(crate) struct Pass<Item> {
	/// How many items were handled.
	pub(crate) handled: u32,
	/// The item that is due, but for which the weight did not suffice.
	pub(crate) too_heavy: Option<(DueAt, Item)>,
}
