//! Times as the vendors write them.

/// Milliseconds since the epoch.
pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Whole seconds, `Z`.
pub(crate) fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_second(ms.div_euclid(1_000)).unwrap_or_default().to_string()
}

/// Unix milliseconds of an RFC 3339 text or of a date.
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>()
        .or_else(|_| format!("{text}T00:00:00Z").parse::<jiff::Timestamp>())
        .ok()
        .map(jiff::Timestamp::as_millisecond)
}
