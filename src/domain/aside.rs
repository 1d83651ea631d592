//! What a person put aside for a while, and what they keep on top. Only this machine knows of it; no vendor does.
//!
//! A snoozed case always comes back: by its own condition, when its priority rises, and after [`LONGEST`] at the latest.

use std::fmt::{
    Write as _, {self},
};

use compact_str::CompactString;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};

use super::case::{CaseId, Level, Rank, Row, State};
use super::person::Person;

/// What waits for longer than a quarter of a year is forgotten, not snoozed.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
/// When a day begins for somebody who names only the day.
const MORNING: Time = Time::constant(9, 0, 0, 0);
/// What can be written, for errors and help.
pub const FORMS: &str = "2h, 1d12h, 14:30, tomorrow, monday 9:00, 2026-12-01, 2026-12-01T14:30, change, sla<30m";

/// What is remembered of one case. Neither pinned nor snoozed: nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    pub case: CaseId,
    /// It stands before all others.
    pub is_pinned: bool,
    pub snooze: Option<Snooze>,
}

impl Aside {
    pub fn nothing(case: &CaseId) -> Self {
        Self { case: case.clone(), is_pinned: false, snooze: None }
    }

    /// Whether both sleep by one choice, or both are awake.
    pub fn has_same_snooze(&self, other: &Self) -> bool {
        match (&self.snooze, &other.snooze) {
            (Some(one), Some(other)) => one.is_same_choice(other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }

    pub fn is_nothing(&self) -> bool {
        !self.is_pinned && self.snooze.is_none()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    pub until: Until,
    pub since: Timestamp,
    /// What the case showed when it was snoozed.
    pub then: Then,
}

/// What a snoozed case waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    Moment(Timestamp),
    /// Anything that the list shows of it.
    Change,
    /// Its nearest clock has this many seconds left, or fewer.
    Left {
        left_s: i64,
    },
}

/// What counts as a change when it differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Then {
    pub state: Option<State>,
    pub status: CompactString,
    pub level: Option<Level>,
    pub priority: CompactString,
    pub title: CompactString,
    /// Labels of the assignees.
    pub people: Vec<CompactString>,
    /// Seconds since 1970.
    pub updated_s: Option<i64>,
}

/// Why a case is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// Its moment has come.
    Time,
    /// It changed; what, in a word.
    Changed(&'static str),
    /// Its clock runs short.
    Clock,
    /// It waited for a clock that is no more.
    NoClock,
    /// It is more urgent than it was.
    Urgent,
    /// Nothing brought it back for [`LONGEST`].
    TooLong,
}

impl Back {
    /// As the end of "SEC-882 is back: …".
    pub fn words(self) -> String {
        match self {
            Self::Time => "its time has come".into(),
            Self::Changed(what) => format!("{what} changed"),
            Self::Clock => "its SLA runs short".into(),
            Self::NoClock => "it has no SLA clock any more".into(),
            Self::Urgent => "its priority rose".into(),
            Self::TooLong => format!("it was snoozed for {} days", LONGEST.as_hours() / 24),
        }
    }
}

impl Then {
    pub fn of(row: &Row) -> Self {
        Self {
            state: row.status.state,
            status: row.status.name.as_str().into(),
            level: row.priority.as_ref().and_then(|priority| priority.level),
            priority: row.priority.as_ref().map_or("", |priority| priority.name.as_str()).into(),
            title: row.title.as_str().into(),
            people: row.assignees.iter().map(|person| Person::label(person).into()).collect(),
            updated_s: row.updated_at.map(Timestamp::as_second),
        }
    }

    /// Whether a person would call the case changed. Names of people may become known later; a case that was not touched has
    /// not changed by that.
    pub fn is_news(&self, now: &Self) -> bool {
        self.updated_s != now.updated_s
            || (self.state, &self.status, &self.priority, &self.title) != (now.state, &now.status, &now.priority, &now.title)
    }

    /// Whether `now` is an older state of the case than this one.
    pub fn is_past(&self, now: &Self) -> bool {
        self.updated_s.zip(now.updated_s).is_some_and(|(known, now)| now < known)
    }

    fn rank(&self) -> Rank {
        Rank::of(self.level, &self.priority)
    }

    /// What of it is different now.
    fn change(&self, now: &Self) -> Option<&'static str> {
        let differs = [
            (self.state != now.state || self.status != now.status, "its status"),
            (self.priority != now.priority || self.level != now.level, "its priority"),
            (self.people != now.people, "whose it is"),
            (self.title != now.title, "its title"),
            (self.updated_s != now.updated_s, "something in it"),
        ];
        differs.into_iter().find(|(is_different, _)| *is_different).map(|(_, what)| what)
    }
}

impl Snooze {
    pub fn new(until: Until, then: Then, now: Timestamp) -> Self {
        Self { until, since: now, then }
    }

    /// Whether both are one choice of one moment, whatever the case has come to show since by the person's own edits.
    pub fn is_same_choice(&self, other: &Self) -> bool {
        (self.until, self.since) == (other.until, other.since)
    }

    /// Why the case as it `is` now is to be seen again; None: it sleeps on. `due_at`: what its clock is, a vendor's or one's own.
    pub fn over(&self, is: &Then, due_at: Option<Timestamp>, now: Timestamp) -> Option<Back> {
        if is.rank() < self.then.rank() {
            return Some(Back::Urgent);
        }
        let by_itself = match self.until {
            Until::Change => self.then.change(is).map(Back::Changed),
            Until::Left { .. } if due_at.is_none() => Some(Back::NoClock),
            Until::Moment(_) | Until::Left { .. } => None,
        };
        by_itself.or_else(|| self.rung(due_at, now))
    }

    /// Why time alone brings it back now.
    pub fn rung(&self, due_at: Option<Timestamp>, now: Timestamp) -> Option<Back> {
        let at = self.wakes_at(due_at);
        (now >= at).then_some(match self.until {
            _ if at == self.last() => Back::TooLong,
            Until::Moment(_) => Back::Time,
            Until::Left { .. } => Back::Clock,
            Until::Change => Back::TooLong,
        })
    }

    /// When time alone brings it back, if the case stays as it is.
    pub fn wakes_at(&self, due_at: Option<Timestamp>) -> Timestamp {
        let own = match (self.until, due_at) {
            (Until::Moment(at), _) => Some(at),
            (Until::Left { left_s }, Some(due)) => Timestamp::from_second(due.as_second().saturating_sub(left_s)).ok(),
            (Until::Change | Until::Left { .. }, _) => None,
        };
        own.map_or(self.last(), |own| own.min(self.last()))
    }

    fn last(&self) -> Timestamp {
        self.since.checked_add(LONGEST).unwrap_or(Timestamp::MAX)
    }
}

impl Until {
    /// Reads what a person writes, see [`FORMS`]. `now`: with the zone that times of day are meant in.
    ///
    /// # Errors
    /// What is wrong with it, and what could be written instead.
    pub fn read(text: &str, now: &ZonedDateTime) -> Result<Self, String> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(format!("write until when: {FORMS}"));
        }
        if matches!(text.as_str(), "change" | "changes" | "it changes" | "changed") {
            return Ok(Self::Change);
        }
        if let Some(left) = text.strip_prefix("sla") {
            let left = left.trim_start_matches([':', '<', '=', ' ']);
            let left = span(left).ok_or_else(|| format!("`{text}` names no time left: write sla<30m"))?;
            return Ok(Self::Left { left_s: left.as_secs() });
        }
        let at = match span(&text) {
            Some(span) => now.timestamp().checked_add(span).ok(),
            None => moment(&text, now),
        };
        let Some(at) = at else { return Err(format!("`{text}` is no time: write {FORMS}")) };
        if at <= now.timestamp() {
            return Err(format!("{} has passed already", Self::Moment(at).spoken(now.time_zone())));
        }
        if at.duration_since(now.timestamp()) > LONGEST {
            return Err(format!("a case can be snoozed for {} days at most", LONGEST.as_hours() / 24));
        }
        Ok(Self::Moment(at))
    }

    /// For the screen and the command line: `until Mon 2026-11-23 09:00`, `until it changes`.
    pub fn spoken(self, zone: &TimeZone) -> String {
        match self {
            Self::Moment(at) => at.to_zoned_datetime(zone.clone()).strftime("%a %Y-%m-%d %H:%M").to_string(),
            Self::Change => "it changes".into(),
            Self::Left { left_s } => format!("its SLA has {} left", written(left_s)),
        }
    }

    /// The mornings that a menu offers: tomorrow, and the Monday after today.
    pub fn mornings(now: &ZonedDateTime) -> [Option<Self>; 2] {
        ["tomorrow", "monday"].map(|text| moment(text, now).map(Self::Moment))
    }
}

/// As it is read again, times in UTC.
impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moment(at) => write!(f, "{at}"),
            Self::Change => f.write_str("change"),
            Self::Left { left_s } => write!(f, "sla<{}", written(*left_s)),
        }
    }
}

/// `1d12h` and the like; None: not of this form, or of no length.
fn span(text: &str) -> Option<SignedDuration> {
    let mut total_s: i64 = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        let unit_s = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return None,
        };
        total_s = total_s.checked_add(count.checked_mul(unit_s)?)?;
        rest = rest[digits + unit.len_utf8()..].trim_start();
    }
    (total_s > 0).then(|| SignedDuration::from_secs(total_s))
}

/// The shortest way to write a length of time that [`span`] reads.
fn written(seconds: i64) -> String {
    let mut rest = seconds;
    let mut out = String::new();
    for (unit, unit_s) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= unit_s {
            // Writing to a String cannot fail.
            let _ = write!(out, "{}{unit}", rest / unit_s);
            rest %= unit_s;
        }
    }
    if out.is_empty() { "0s".into() } else { out }
}

/// A moment by its day, its time of day, or both. A time of day that has passed means tomorrow's.
fn moment(text: &str, now: &ZonedDateTime) -> Option<Timestamp> {
    if let Ok(exact) = text.to_ascii_uppercase().parse::<Timestamp>() {
        return Some(exact);
    }
    let zoned = |at: DateTime| at.to_zoned_datetime(now.time_zone().clone()).ok().map(|at| at.timestamp());
    // Between date and time of day stands a `t` or a blank.
    let (day, time) = match text.rsplit_once([' ', 't']).map(|(day, time)| (day.trim(), time_of_day(time))) {
        Some((day, Some(time))) => (day, Some(time)),
        _ if time_of_day(text).is_some() => ("", time_of_day(text)),
        _ => (text, None),
    };
    if day.is_empty() {
        let today = zoned(now.date().to_datetime(time?))?;
        return if today > now.timestamp() { Some(today) } else { zoned(now.date().tomorrow().ok()?.to_datetime(time?)) };
    }
    zoned(date(day, now.date())?.to_datetime(time.unwrap_or(MORNING)))
}

fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

fn date(text: &str, today: Date) -> Option<Date> {
    match text {
        "today" => return Some(today),
        "tomorrow" => return today.tomorrow().ok(),
        _ => {}
    }
    if let Some((_, day)) = DAYS.iter().find(|(name, _)| text.len() >= 3 && name.starts_with(text)) {
        return today.nth_weekday(1, *day).ok();
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Priority, Status, Vendor};
    use crate::domain::sample;
    use crate::domain::text::Clean;

    /// A Saturday.
    fn now() -> ZonedDateTime {
        "2026-11-21T14:00[Europe/Berlin]".parse().unwrap()
    }

    fn read(text: &str) -> Result<String, String> {
        Until::read(text, &now()).map(|until| until.spoken(now().time_zone()))
    }

    #[test]
    fn what_people_write_is_read() {
        for (text, expected) in [
            ("2h", "Sat 2026-11-21 16:00"),
            ("1d12h", "Mon 2026-11-23 02:00"),
            (" 1D 12H ", "Mon 2026-11-23 02:00"),
            ("14:30", "Sat 2026-11-21 14:30"),
            ("9:00", "Sun 2026-11-22 09:00"),
            ("tomorrow", "Sun 2026-11-22 09:00"),
            ("tomorrow 7:15", "Sun 2026-11-22 07:15"),
            ("today 23:59", "Sat 2026-11-21 23:59"),
            ("monday", "Mon 2026-11-23 09:00"),
            ("sat", "Sat 2026-11-28 09:00"),
            ("Tuesday 8:05", "Tue 2026-11-24 08:05"),
            ("2026-12-01", "Tue 2026-12-01 09:00"),
            ("2026-12-01T14:30", "Tue 2026-12-01 14:30"),
            ("2026-12-01 14:30", "Tue 2026-12-01 14:30"),
            ("2026-12-01T14:30:00Z", "Tue 2026-12-01 15:30"),
            ("change", "it changes"),
            ("sla<30m", "its SLA has 30m left"),
            ("sla:<1h30m", "its SLA has 1h30m left"),
            ("sla 2d", "its SLA has 2d left"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_in_words() {
        for (text, word) in [
            ("", "write"),
            ("soon", "no time"),
            ("2x", "no time"),
            ("0h", "no time"),
            ("25:00", "no time"),
            ("9999999999999999999h", "no time"),
            ("sla", "no time left"),
            ("sla<soon", "no time left"),
            ("today", "has passed"),
            ("2026-11-20", "has passed"),
            ("91d", "90 days"),
            ("2999-12-31", "90 days"),
            ("ü:ü", "no time"),
        ] {
            assert!(read(text).unwrap_err().contains(word), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        for text in ["2h", "change", "sla<1d2h3m4s", "2026-12-01T14:30"] {
            let until = Until::read(text, &now()).unwrap();
            assert_eq!(Until::read(&until.to_string(), &now()), Ok(until), "{until}");
        }
    }

    fn row() -> Row {
        sample::case(Vendor::Datadog, 1).row
    }

    fn later(hours: i64) -> Timestamp {
        now().timestamp().checked_add(SignedDuration::from_hours(hours)).unwrap()
    }

    fn over(snooze: &Snooze, row: &Row, now: Timestamp) -> Option<Back> {
        snooze.over(&Then::of(row), row.due_at, now)
    }

    fn snooze(until: Until) -> Snooze {
        Snooze::new(until, Then::of(&row()), now().timestamp())
    }

    #[test]
    fn a_moment_comes_and_nothing_else_but_urgency_wakes_it_before() {
        let snooze = snooze(Until::Moment(later(2)));
        let mut changed = row();
        changed.title = Clean::line("other");
        assert_eq!(over(&snooze, &changed, later(1)), None);
        assert_eq!(over(&snooze, &changed, later(2)), Some(Back::Time));
        assert_eq!(snooze.wakes_at(None), later(2));
        let mut urgent = row();
        urgent.priority = Some(Priority::read("P2"));
        assert_eq!(over(&snooze, &urgent, later(0)), Some(Back::Urgent));
        urgent.priority = Some(Priority::read("P4"));
        assert_eq!(over(&snooze, &urgent, later(0)), None, "less urgent");
    }

    #[test]
    fn every_change_that_the_list_shows_wakes_it() {
        let snooze = snooze(Until::Change);
        assert_eq!(over(&snooze, &row(), later(24)), None);
        let wakes = |now: &Row| over(&snooze, now, later(1));
        let status = Status { name: Clean::line("Waiting"), ..row().status };
        assert_eq!(wakes(&Row { status, ..row() }), Some(Back::Changed("its status")));
        assert_eq!(wakes(&Row { priority: Some(Priority::read("P5")), ..row() }), Some(Back::Changed("its priority")));
        assert_eq!(wakes(&Row { title: Clean::line("x"), ..row() }), Some(Back::Changed("its title")));
        assert_eq!(wakes(&Row { updated_at: Some(later(3)), ..row() }), Some(Back::Changed("something in it")));
        let mut clock = row();
        clock.due_at = Some(later(5));
        assert_eq!(over(&snooze, &clock, later(1)), None, "a clock is read anew with every answer");
        assert_eq!(over(&snooze, &row(), later(90 * 24)), Some(Back::TooLong), "and in the end it comes back all the same");
        assert_eq!(snooze.wakes_at(None), later(90 * 24));
    }

    #[test]
    fn a_clock_that_runs_short_or_goes_away_wakes_it() {
        let snooze = snooze(Until::Left { left_s: 1_800 });
        let mut case = row();
        case.due_at = Some(later(3));
        assert_eq!(over(&snooze, &case, later(2)), None);
        let at = snooze.wakes_at(case.due_at);
        assert_eq!(later(3).duration_since(at).as_secs(), 1_800);
        assert_eq!(over(&snooze, &case, at), Some(Back::Clock));
        case.due_at = None;
        assert_eq!(over(&snooze, &case, later(0)), Some(Back::NoClock));
        case.due_at = Some(crate::domain::sla::OVER_SINCE_UNKNOWN);
        assert_eq!(over(&snooze, &case, later(0)), Some(Back::Clock));
    }
}
