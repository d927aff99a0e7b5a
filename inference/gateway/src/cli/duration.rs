//! Spans of time as people write them.

use millrace_primitives::Moment;

/// The units, by what follows the number, in milliseconds.
const UNITS: [(&str, Moment); 5] =
	[("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// The milliseconds that `text` names, as in `500ms`, `60s`, `10m`, `2h` or `7d`.
pub(super) fn read_duration(text: &str) -> Result<Moment, String> {
	let digits = text.bytes().take_while(u8::is_ascii_digit).count();
	let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
	let (_, factor) = UNITS
		.into_iter()
		.find(|(name, _)| *name == unit)
		.filter(|_| !number.is_empty())
		.ok_or("not a time: write it like 500ms, 60s, 10m, 2h or 7d")?;
	let number: Moment = number.parse().map_err(|_| "the time is too long")?;
	number.checked_mul(factor).ok_or_else(|| "the time is too long".into())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_time_has_a_number_and_a_unit() {
		let times = [
			("500ms", 500),
			("60s", 60_000),
			("10m", 600_000),
			("2h", 7_200_000),
			("7d", 604_800_000),
			("0s", 0),
		];
		for (text, expected) in times {
			assert_eq!(read_duration(text), Ok(expected), "{text}");
		}
	}

	#[test]
	fn what_is_no_time_is_refused() {
		for text in ["", "s", "60", "1.5h", "-1s", "1 s", "1S", "s1", "1min", "٣s", "1h30m"] {
			assert!(read_duration(text).unwrap_err().contains("write it like"), "{text}");
		}
		for text in ["99999999999999999999s", "18446744073709551615d"] {
			assert_eq!(read_duration(text), Err("the time is too long".into()), "{text}");
		}
	}
}
