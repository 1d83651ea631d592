//! Moments and spans in the words of the screen: `2h40`, `0:18`, `14:22`, in the style the person chose.

use compact_str::{CompactString, format_compact};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use crate::domain::sla;

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;
/// From here on days alone tell enough.
const DAYS_ALONE: i64 = 10;
/// So far ahead a day of the week means one day only.
const BY_WEEKDAY: SignedDuration = SignedDuration::from_hours(6 * 24);
/// Below this, a clock that runs gets its mark.
const SOON_S: i64 = 30 * MINUTE_S;
/// What was told after the last look at the clock is ahead of it by less than this.
const AHEAD: SignedDuration = SignedDuration::from_mins(1);

/// How moments are written: `gz` goes round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Relative,
    Local,
    Utc,
}

impl Style {
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Relative => Self::Local,
            Self::Local => Self::Utc,
            Self::Utc => Self::Relative,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Relative => "relative",
            Self::Local => "local",
            Self::Utc => "UTC",
        }
    }
}

/// The style, and the zone that local means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub style: Style,
    pub zone: TimeZone,
}

impl Clock {
    /// A moment in five columns: `2h40` ago, `14:22` today, `11-20`, or `2024`.
    pub fn short(&self, at: Timestamp, now: Timestamp) -> CompactString {
        if self.style == Style::Relative {
            return span(now.as_second() - at.as_second());
        }
        let (at, now) = (at.to_zoned_datetime(self.shown_zone()), now.to_zoned_datetime(self.shown_zone()));
        if at.date() == now.date() {
            format_compact!("{:02}:{:02}", at.hour(), at.minute())
        } else if at.year() == now.year() || now.duration_since(&at).as_hours() < 180 * 24 {
            format_compact!("{:02}-{:02}", at.month(), at.day())
        } else {
            format_compact!("{}", at.year())
        }
    }

    /// A moment in full: `2026-11-20 14:22 UTC`, or `2h40 ago`.
    pub fn long(&self, at: Timestamp, now: Timestamp) -> CompactString {
        if self.style == Style::Relative {
            return ago(at, now);
        }
        let zoned = at.to_zoned_datetime(self.shown_zone());
        format_compact!("{} {}", zoned.strftime("%Y-%m-%d %H:%M"), self.zone_name(at))
    }

    /// The time of day with its zone: `14:22Z`, `15:22 CET`. The header shows it and a notice starts with it.
    pub fn time_of_day(&self, at: Timestamp) -> CompactString {
        let zone = if self.style == Style::Local { self.zone.clone() } else { TimeZone::UTC };
        let zoned = at.to_zoned_datetime(zone);
        if self.style == Style::Local {
            format_compact!("{:02}:{:02} {}", zoned.hour(), zoned.minute(), self.zone_name(at))
        } else {
            format_compact!("{:02}:{:02}Z", zoned.hour(), zoned.minute())
        }
    }

    fn shown_zone(&self) -> TimeZone {
        if self.style == Style::Local { self.zone.clone() } else { TimeZone::UTC }
    }

    fn zone_name(&self, at: Timestamp) -> CompactString {
        if self.style == Style::Local { self.zone.to_offset_info(at).abbreviation().into() } else { "UTC".into() }
    }
}

/// A length of time in at most five columns: `now`, `42m`, `2h40`, `1d02`, `34d`, `3y`.
pub fn span(seconds: i64) -> CompactString {
    let (days, hours, minutes) = (seconds / DAY_S, seconds % DAY_S / HOUR_S, seconds % HOUR_S / MINUTE_S);
    match seconds {
        s if s < MINUTE_S => "now".into(),
        s if s < HOUR_S => format_compact!("{minutes}m"),
        s if s < DAY_S => format_compact!("{hours}h{minutes:02}"),
        _ if days < DAYS_ALONE => format_compact!("{days}d{hours:02}"),
        _ if days < 1000 => format_compact!("{days}d"),
        _ => format_compact!("{}y", days / 365),
    }
}

/// `now`, or `2h40 ago`.
pub fn ago(at: Timestamp, now: Timestamp) -> CompactString {
    let seconds = now.as_second() - at.as_second();
    if seconds < MINUTE_S { "now".into() } else { format_compact!("{} ago", span(seconds)) }
}

/// Not longer ago than `age`, and not in the future: by a clock that was set back nobody can say how old something is.
pub fn is_within(at: Timestamp, age: SignedDuration, now: Timestamp) -> bool {
    let passed = now.duration_since(at);
    // What has just been told was written after the last look at the clock.
    -AHEAD <= passed && passed <= age
}

/// `Mon 09:00`; from six days on with the day, too: the hour must not be what a narrow line leaves out.
pub fn brief(at: Timestamp, now: &ZonedDateTime) -> String {
    let format = if at.duration_since(now.timestamp()) < BY_WEEKDAY { "%a %H:%M" } else { "%a %d %b %H:%M" };
    at.to_zoned_datetime(now.time_zone().clone()).strftime(format).to_string()
}

/// `in 24 s`, `in 5m`; `now` when it is due.
pub fn until(at: Timestamp, now: Timestamp) -> CompactString {
    match at.as_second() - now.as_second() {
        s if s <= 0 => "now".into(),
        s if s < MINUTE_S => "in under a minute".into(),
        s => format_compact!("in {}", span(s + MINUTE_S - 1)),
    }
}

/// Time left until a moment in seconds, and how pressing it is; a clock that is over since nobody knows when is `over`.
pub fn left_until(due_s: i64, now: Timestamp) -> (CompactString, Urgency) {
    if sla::is_only_over(due_s) {
        return ("over".into(), Urgency::Over);
    }
    let left_s = due_s - now.as_second();
    (left(left_s), urgency(left_s))
}

/// Time left on a clock in five columns: `0:18`, `over` in its first minute, `-0:12`, `26:05`, `9d`, `-34d`.
pub fn left(seconds: i64) -> CompactString {
    if seconds <= 0 && seconds > -MINUTE_S {
        return "over".into();
    }
    let (sign, over) = if seconds < 0 { ("-", -seconds) } else { ("", seconds) };
    let (hours, minutes) = (over / HOUR_S, over % HOUR_S / MINUTE_S);
    if hours < if seconds < 0 { 10 } else { 48 } {
        format_compact!("{sign}{hours}:{minutes:02}")
    } else if hours < 24 {
        format_compact!("{sign}{hours}h")
    } else if over < 1000 * DAY_S {
        format_compact!("{sign}{}d", over / DAY_S)
    } else {
        format_compact!("{sign}{}y", over / (365 * DAY_S))
    }
}

/// How pressing a clock is; `!` stands beside it when it is over or nearly so, with or without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Over,
    Soon,
    Calm,
}

pub fn urgency(left_s: i64) -> Urgency {
    match left_s {
        s if s <= 0 => Urgency::Over,
        s if s < SOON_S => Urgency::Soon,
        _ => Urgency::Calm,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_fit_their_columns() {
        let cases = [(0, "now"), (59, "now"), (60, "1m"), (9_600, "2h40"), (93_600, "1d02"), (34 * DAY_S, "34d"), (1100 * DAY_S, "3y")];
        for (seconds, text) in cases {
            assert_eq!(span(seconds), text);
        }
        for seconds in (0..4000 * DAY_S).step_by(3_571) {
            assert!(span(seconds).len() <= 5 && left(seconds).len() <= 5 && left(-seconds).len() <= 5, "{seconds}");
        }
        assert_eq!(left(1_080), "0:18");
        assert_eq!(left(-720), "-0:12");
        assert_eq!((left(0), left(-59), left(59)), ("over".into(), "over".into(), "0:00".into()));
    }

    #[test]
    fn moments_follow_the_style() {
        let now: Timestamp = "2026-11-20T14:22:00Z".parse().unwrap();
        let at: Timestamp = "2026-11-20T11:42:00Z".parse().unwrap();
        let mut clock = Clock { style: Style::Relative, zone: TimeZone::fixed(jiff::tz::offset(1)) };
        assert_eq!(clock.short(at, now), "2h40");
        assert_eq!(clock.time_of_day(now), "14:22Z");
        clock.style = clock.style.next();
        assert_eq!(clock.short(at, now), "12:42");
        assert_eq!(clock.long(at, now), "2026-11-20 12:42 +01");
        assert_eq!(clock.time_of_day(now), "15:22 +01");
        clock.style = clock.style.next();
        assert_eq!(clock.short("2026-10-02T00:00:00Z".parse().unwrap(), now), "10-02");
        assert_eq!(clock.short("2024-10-02T00:00:00Z".parse().unwrap(), now), "2024");
        assert_eq!(clock.long(at, now), "2026-11-20 11:42 UTC");
    }
}
