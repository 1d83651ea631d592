//! Times as Datadog writes them.

use crate::demo::dice::mix;

/// RFC 3339, `Z`, fraction of two to nine digits because trailing zeros are cut off.
pub(crate) fn stamp(ms: i64) -> String {
    let grain = mix(0x57a3, ms.cast_unsigned());
    let below_ms = if grain.is_multiple_of(8) { (grain >> 8) % 999_999 + 1 } else { ((grain >> 8) % 999 + 1) * 1_000 };
    let ns = i128::from(ms) * 1_000_000 + i128::from(below_ms);
    jiff::Timestamp::from_nanosecond(ns).unwrap_or_default().to_string()
}
