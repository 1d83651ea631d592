//! Spans and moments as they are written, and what they mean to somebody at some moment.

use std::ops::RangeInclusive;

use compact_str::CompactString;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

const UNITS: [(char, i64); 5] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];
/// No case is older than a century.
const LONGEST_S: i64 = 100 * 366 * 86_400;
/// Of what year a case may be.
const YEARS: RangeInclusive<i16> = 1900..=2999;
/// More digits overflow nothing, they mean nothing.
const MAX_DIGITS: usize = 10;

/// A length of time: `90s`, `1d12h`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    written: CompactString,
    seconds: i64,
    unit_s: i64,
}

impl Span {
    /// None: it is none, or longer than a century.
    pub fn read(text: &str) -> Option<Self> {
        let (mut seconds, mut unit_s, mut rest) = (0, i64::MAX, text);
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|digits| (1..=MAX_DIGITS).contains(digits))?;
            let count: i64 = rest[..digits].parse().ok()?;
            let unit = rest[digits..].chars().next()?;
            let (_, unit_long_s) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
            seconds += count.checked_mul(unit_long_s).filter(|seconds| *seconds <= LONGEST_S)?;
            unit_s = unit_s.min(unit_long_s);
            rest = &rest[digits + 1..];
        }
        (!text.is_empty() && seconds <= LONGEST_S).then(|| Self { written: text.into(), seconds, unit_s })
    }

    pub fn as_str(&self) -> &str {
        &self.written
    }

    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The smallest unit that was written: `1d12h` is meant to the hour.
    pub fn unit_s(&self) -> i64 {
        self.unit_s
    }
}

/// A day, a minute, or a name for one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum When {
    Today,
    Yesterday,
    /// The beginning of the shift that is on now.
    Shift,
    Day(Date),
    /// Without a zone: the asker's own.
    Minute {
        written: CompactString,
        date: Date,
        time: Time,
        offset: Option<Offset>,
    },
}

impl When {
    /// `2026-11-20`, `2026-11-20T14:22`, `2026-11-20T14:22Z`, `2026-11-20T14:22+02:00`, `today`, `yesterday`, `shift`.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "today" => return Some(Self::Today),
            "yesterday" => return Some(Self::Yesterday),
            "shift" => return Some(Self::Shift),
            _ => {}
        }
        let (day, rest) = text.split_at_checked(10)?;
        let date = read_date(day)?;
        if rest.is_empty() {
            return Some(Self::Day(date));
        }
        let (clock, zone) = rest.strip_prefix('T')?.split_at_checked(5)?;
        let time = read_time(clock)?;
        let offset = match zone {
            "" => None,
            "Z" => Some(Offset::UTC),
            _ => Some(read_offset(zone)?),
        };
        Some(Self::Minute { written: text.into(), date, time, offset })
    }

    pub fn written(&self) -> CompactString {
        match self {
            Self::Today => "today".into(),
            Self::Yesterday => "yesterday".into(),
            Self::Shift => "shift".into(),
            Self::Day(date) => compact_str::format_compact!("{date}"),
            Self::Minute { written, .. } => written.clone(),
        }
    }

    /// Its first millisecond since 1970 and the first behind it. A shift has only begun: its end is not known.
    pub fn bounds_ms(&self, now: Timestamp, shift_at: Option<Timestamp>, zone: &TimeZone) -> (i64, i64) {
        let today = || now.to_zoned_datetime(zone.clone()).date();
        let day = |date: Date| {
            let start = |date: Date| date.to_zoned_datetime(zone.clone()).map_or(0, |start| start.timestamp().as_millisecond());
            (start(date), date.tomorrow().map_or(i64::MAX, start))
        };
        match self {
            Self::Today => day(today()),
            Self::Yesterday => day(today().checked_sub(1.day()).unwrap_or(Date::MIN)),
            Self::Shift => (shift_at.map_or_else(|| day(today()).0, Timestamp::as_millisecond), i64::MAX),
            Self::Day(date) => day(*date),
            Self::Minute { date, time, offset, .. } => {
                let zone = offset.map_or_else(|| zone.clone(), Offset::to_time_zone);
                let start = date.to_datetime(*time).to_zoned_datetime(zone).map_or(0, |start| start.timestamp().as_millisecond());
                (start, start.saturating_add(60_000))
            }
        }
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// `YYYY-MM-DD` of the years that a case may be from.
fn read_date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-').filter(|(year, _)| year.len() == 4)?;
    let (month, day) = rest.split_once('-').filter(|(month, day)| month.len() == 2 && day.len() == 2)?;
    let year = number(year).filter(|year| YEARS.contains(year))?;
    Date::new(year, number(month)?, number(day)?).ok()
}

/// Whether this is a whole span, only longer than any case is old.
pub(super) fn is_too_long(text: &str) -> bool {
    let is_piece = |piece: &str| piece.len() > 1 && piece.ends_with(UNITS.map(|(unit, _)| unit));
    !text.is_empty() && text.split_inclusive(|c: char| !c.is_ascii_digit()).all(is_piece) && Span::read(text).is_none()
}

/// Why a whole day or minute that is written out does not exist; None: it does, or it is not written out.
pub(super) fn impossible(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let (day, rest) = text.split_at_checked(10)?;
    let is_written_out = day.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    if !is_written_out {
        return None;
    }
    let Some(date) = read_date(day) else {
        let (year, month) = (number::<i16>(&day[..4])?, number::<i8>(&day[5..7])?);
        let words = match (Date::new(year, month, 1), usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?))) {
            _ if !YEARS.contains(&year) => format!("a year is one of {} to {}", YEARS.start(), YEARS.end()),
            (Ok(first), Some(name)) => {
                let year = if month == 2 { format!(" {year}") } else { String::new() };
                format!("{name}{year} has {} days", first.days_in_month())
            }
            _ => "a year has 12 months".to_owned(),
        };
        return Some(format!("there is no {day}: {words}"));
    };
    let clock = rest.strip_prefix(['T', 't'])?.get(..5)?;
    let is_clock = clock.bytes().enumerate().all(|(at, byte)| if at == 2 { byte == b':' } else { byte.is_ascii_digit() });
    (is_clock && read_time(clock).is_none()).then(|| format!("there is no {clock} on {date}: a day goes from 00:00 to 23:59"))
}

fn read_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2)?;
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

fn read_offset(text: &str) -> Option<Offset> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let time = read_time(&text[1..])?;
    Offset::from_seconds(sign * (i32::from(time.hour()) * 3_600 + i32::from(time.minute()) * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, seconds, unit_s) in [("30s", 30, 1), ("0m", 0, 60), ("1d12h", 129_600, 3_600), ("2w", 1_209_600, 604_800)] {
            let span = Span::read(text).unwrap();
            assert_eq!((span.seconds(), span.unit_s(), span.as_str()), (seconds, unit_s, text));
        }
        for text in ["", "5", "h", "5x", "1d12", "-1d", "1.5h", "99999999999s", "9999999999w", "٣d"] {
            assert_eq!(Span::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_or_minute_that_does_not_exist_is_told_from_one_that_is_not_finished() {
        for (text, words) in [
            ("2026-11-31", "there is no 2026-11-31: November has 30 days"),
            ("2026-02-29", "there is no 2026-02-29: February 2026 has 28 days"),
            ("2024-02-30T10:00", "there is no 2024-02-30: February 2024 has 29 days"),
            ("2026-13-01", "there is no 2026-13-01: a year has 12 months"),
            ("2026-00-10", "there is no 2026-00-10: a year has 12 months"),
            ("2026-05-00", "there is no 2026-05-00: May has 31 days"),
            ("0226-11-03", "there is no 0226-11-03: a year is one of 1900 to 2999"),
            ("2026-11-30T24:00Z", "there is no 24:00 on 2026-11-30: a day goes from 00:00 to 23:59"),
        ] {
            assert_eq!(impossible(text).as_deref(), Some(words));
        }
        for text in
            ["", "2026-11-3", "2026-11-30", "2026-11-30T", "2026-11-30T23:5", "2026-11-30T23:59+02:00", "tomorrow at noon", "20261131xx"]
        {
            assert_eq!(impossible(text), None, "{text}");
        }
    }

    #[test]
    fn moments_mean_what_they_mean_in_their_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let now: Timestamp = "2026-03-29T10:00:00Z".parse().unwrap();
        let bounds = |text: &str| {
            let (start, end) = When::read(text).unwrap().bounds_ms(now, None, &berlin);
            let spell = |at| Timestamp::from_millisecond(at).map_or_else(|_| "never".to_owned(), |at| at.to_string());
            (spell(start), spell(end))
        };
        // The day on which the clock goes forward has 23 hours.
        assert_eq!(bounds("today"), ("2026-03-28T23:00:00Z".into(), "2026-03-29T22:00:00Z".into()));
        assert_eq!(bounds("yesterday"), ("2026-03-27T23:00:00Z".into(), "2026-03-28T23:00:00Z".into()));
        assert_eq!(bounds("2026-01-01").0, "2025-12-31T23:00:00Z");
        assert_eq!(bounds("2026-01-01T08:30"), ("2026-01-01T07:30:00Z".into(), "2026-01-01T07:31:00Z".into()));
        assert_eq!(bounds("2026-01-01T08:30Z").0, "2026-01-01T08:30:00Z");
        assert_eq!(bounds("2026-01-01T08:30-05:30").0, "2026-01-01T14:00:00Z");
        assert_eq!(bounds("shift"), ("2026-03-28T23:00:00Z".into(), "never".into()));
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "2026-01-01T",
            "2026-01-01T25:00",
            "2026-01-01T08:30X",
            "0001-01-01",
            "2026-1-1",
            "tomorrow",
        ] {
            assert_eq!(When::read(text), None, "{text}");
        }
    }
}
