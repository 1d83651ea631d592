//! Business hours: when a clock of one's own runs.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// Minutes of a day; the last one ends it.
pub const DAY_MINUTES: u16 = 24 * 60;
/// Days that are looked through; a clock that runs longer than this never runs out.
const MAX_DAYS: usize = 3_660;

/// Open on some days of the week from one time of day to another, in a zone, but not on holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From Monday.
    pub days: [bool; 7],
    /// Minutes since midnight, as clocks on the wall show it; before `to`.
    pub from: u16,
    /// At most [`DAY_MINUTES`].
    pub to: u16,
    pub zone: TimeZone,
    pub holidays: Vec<Date>,
}

impl Hours {
    /// When so many open seconds have passed since `start`; None: not within ten years.
    pub fn after(&self, start: Timestamp, seconds: i64) -> Option<Timestamp> {
        let mut left = SignedDuration::from_secs(seconds);
        let mut day = start.to_zoned_datetime(self.zone.clone()).date();
        for _ in 0..MAX_DAYS {
            if let Some((open, close)) = self.open_on(day) {
                let open = open.max(start);
                let here = close.duration_since(open);
                if here.is_positive() {
                    if left <= here {
                        return open.checked_add(left).ok();
                    }
                    left = left.checked_sub(here)?;
                }
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn open_on(&self, day: Date) -> Option<(Timestamp, Timestamp)> {
        let is_open = self.days[usize::from(weekday(day))] && !self.holidays.contains(&day);
        let at = |minutes: u16| {
            // Twenty-four o'clock is the next day's beginning, however long the day was.
            let (day, minutes) = if minutes >= DAY_MINUTES { (day.checked_add(1.day()).ok()?, 0) } else { (day, minutes) };
            let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
            Some(day.at(hour, minute, 0, 0).to_zoned_datetime(self.zone.clone()).ok()?.timestamp())
        };
        if is_open { Some((at(self.from)?, at(self.to)?)) } else { None }
    }
}

/// From Monday, which is 0.
fn weekday(day: Date) -> u8 {
    match day.weekday() {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Looks at every minute on the wall and counts the open ones.
    fn by_counting(hours: &Hours, start: Timestamp, minutes: i64) -> Timestamp {
        let (mut now, mut left) = (start, minutes);
        while left > 0 {
            let wall = now.to_zoned_datetime(hours.zone.clone());
            let minute = u16::try_from(wall.hour()).unwrap() * 60 + u16::try_from(wall.minute()).unwrap();
            let is_open = hours.days[usize::from(weekday(wall.date()))]
                && !hours.holidays.contains(&wall.date())
                && (hours.from..hours.to).contains(&minute);
            left -= i64::from(is_open);
            now = now.checked_add(SignedDuration::from_mins(1)).unwrap();
        }
        now
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn office() -> Hours {
        Hours {
            days: [true, true, true, true, true, false, false],
            from: 9 * 60,
            to: 17 * 60,
            zone: zone("Europe/Berlin"),
            holidays: Vec::new(),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_stops_at_night_over_the_weekend_and_on_holidays() {
        let mut hours = office();
        // Friday 16:30 in Berlin.
        let friday = at("2026-11-20T15:30:00Z");
        assert_eq!(hours.after(friday, 30 * 60), Some(at("2026-11-20T16:00:00Z")));
        assert_eq!(hours.after(friday, 31 * 60), Some(at("2026-11-23T08:01:00Z")));
        hours.holidays.push("2026-11-23".parse().unwrap());
        assert_eq!(hours.after(friday, 31 * 60), Some(at("2026-11-24T08:01:00Z")));
        hours.days = [false; 7];
        assert_eq!(hours.after(friday, 1), None);
    }

    #[test]
    fn the_nights_when_clocks_are_changed_have_their_real_length() {
        let hours = Hours { days: [true; 7], from: 0, to: DAY_MINUTES, ..office() };
        for night in ["2026-03-28T22:00:00Z", "2026-10-24T22:00:00Z"] {
            assert_eq!(hours.after(at(night), 8 * 3600), at(night).checked_add(SignedDuration::from_hours(8)).ok());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn it_agrees_with_counting_minute_by_minute(
            days in any::<[bool; 7]>().prop_filter("open sometimes", |days| days.contains(&true)),
            // Clocks are changed between 0 and 4: whoever opens in that hour has no one answer.
            from in prop_oneof![Just(0_u16), 4 * 60..20 * 60_u16],
            length in 1..12 * 60_u16,
            name in proptest::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
            start in 1_770_000_000_i64 / 60..1_800_000_000 / 60,
            minutes in 1..1_500_i64,
            holidays in proptest::collection::vec(0..400_i32, 0..5),
        ) {
            let first: Date = "2026-02-01".parse().unwrap();
            let holidays = holidays.into_iter().map(|day| first.checked_add(day.days()).unwrap()).collect();
            let to = if from == 0 { length.max(4 * 60) } else { (from + length).min(DAY_MINUTES) };
            let hours = Hours { days, from, to, zone: zone(name), holidays };
            let start = Timestamp::from_second(start * 60).unwrap();
            prop_assert_eq!(hours.after(start, minutes * 60), Some(by_counting(&hours, start, minutes)));
        }
    }
}
