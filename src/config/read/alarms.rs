//! `[[sla]]`, `[hours]` and `[alarms]`: clocks of one's own, when they run, and what happens when one runs out.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::DeValue;

use super::notes::Notes;
use super::section::Section;
use crate::config::settings::{ALARM_WORDS, Alarms, Desktop, SlaRule};
use crate::domain::sla::hours::{DAY_MINUTES, Hours};

/// Rules; each is tried on every case that its vendor runs no clock for.
const MAX_RULES: usize = 64;
/// Alarms of one case.
const MAX_THRESHOLDS: usize = 8;
const MAX_HOLIDAYS: usize = 1_000;
const MAX_COMMAND_WORDS: usize = 64;
/// What `-c` makes a script of.
const SHELLS: [&str; 9] = ["sh", "bash", "dash", "zsh", "fish", "ksh", "ash", "busybox", "su"];
/// A year: whoever waits longer has no clock.
const MAX_CLOCK_S: i64 = 366 * 24 * 3600;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

pub(super) fn rules(value: &Spanned<DeValue<'_>>, has_hours: bool, notes: &mut Notes<'_>) -> Vec<SlaRule> {
    let Some(items) = value.get_ref().as_array() else {
        notes.say(value.span().start, "`sla` is written once per rule", "write [[sla]] with two brackets");
        return Vec::new();
    };
    if items.len() > MAX_RULES {
        notes.say(
            value.span().start,
            format!("there are {} rules; {MAX_RULES} is the most", items.len()),
            "join some: a rule may name several sources",
        );
    }
    let tables = items.iter().take(MAX_RULES).filter_map(|item| Some((item.get_ref().as_table()?, item.span().start)));
    tables.filter_map(|(table, start)| rule(&Section::new("[[sla]]", table, start), has_hours, notes)).collect()
}

fn rule(section: &Section<'_>, has_hours: bool, notes: &mut Notes<'_>) -> Option<SlaRule> {
    section.known(&["when", "respond", "close", "business_hours"], notes);
    if !section.has("when") {
        notes.say(
            section.start(),
            "this rule does not say which cases it is for",
            "write when = \"src:dd priority:<=P2\", a filter as in the workbench",
        );
    }
    let when = section.text("when", notes);
    let business_hours = section.flag("business_hours", notes).unwrap_or(false);
    if business_hours && !has_hours {
        notes.say(section.at("business_hours"), "there are no business hours", "write a section [hours] with days, from, to and zone");
    }
    let respond_s = clock(section, "respond", business_hours, notes);
    let close_s = clock(section, "close", business_hours, notes);
    if !section.has("respond") && !section.has("close") {
        notes.say(section.start(), "this rule runs no clock", "write respond = \"15m\", close = \"4h\", or both");
    }
    let (file, line) = (PathBuf::from(notes.origin), notes.line(section.at("when")));
    Some(SlaRule { when: when?.into(), respond_s, close_s, business_hours, file, line })
}

fn clock(section: &Section<'_>, key: &str, business_hours: bool, notes: &mut Notes<'_>) -> Option<i64> {
    let text = section.text(key, notes)?;
    match duration_s(text) {
        Some(_) if business_hours && text.contains(['d', 'w']) => {
            notes.say(section.at(key), format!("`{text}` of business hours is not clear"), "write hours: 8h is a day of eight hours");
            None
        }
        Some(seconds) if (60..=MAX_CLOCK_S).contains(&seconds) => Some(seconds),
        _ => {
            notes.say(
                section.at(key),
                format!("`{text}` is no time for a clock"),
                "write it like 15m, 4h, 1h30m or 2d; at least a minute, at most a year",
            );
            None
        }
    }
}

/// `15m`, `1h30m`, `2d`, `1w`, `45s`.
fn duration_s(text: &str) -> Option<i64> {
    let mut total = 0_i64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        let unit_s = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 24 * 3600,
            'w' => 7 * 24 * 3600,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit_s)?)?;
        rest = &rest[digits + unit.len_utf8()..];
    }
    (!text.is_empty()).then_some(total)
}

pub(super) fn hours(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Hours> {
    section.known(&["days", "from", "to", "zone", "holidays"], notes);
    for key in ["days", "from", "to", "zone"].into_iter().filter(|key| !section.has(key)) {
        notes.say(
            section.start(),
            format!("[hours] does not say `{key}`"),
            "write days = \"mon-fri\", from = \"09:00\", to = \"17:00\", zone = \"Europe/Berlin\"",
        );
    }
    let days = section.text("days", notes).and_then(|text| {
        let days = days(text);
        if days.is_none() {
            notes.say(section.at("days"), format!("`{text}` are no days"), "write mon-fri, or mon,tue,sat");
        }
        days
    });
    let from = section.text("from", notes).and_then(|text| time(section, "from", text, notes));
    let to = section.text("to", notes).and_then(|text| time(section, "to", text, notes));
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        notes.say(section.at("to"), "the day ends before it begins", "write from before to; to = \"24:00\" is midnight");
    }
    let zone = section.text("zone", notes).and_then(|name| {
        let zone = TimeZone::get(name);
        if zone.is_err() {
            notes.say(
                section.at("zone"),
                format!("there is no time zone `{name}`"),
                "write its name like Europe/Berlin or America/New_York, or UTC",
            );
        }
        zone.ok()
    });
    let holidays = section.texts("holidays", MAX_HOLIDAYS, notes).unwrap_or_default();
    let holidays: Vec<Date> = holidays
        .into_iter()
        .filter_map(|text| {
            let date = text.parse().ok();
            if date.is_none() {
                notes.say(section.at("holidays"), format!("`{text}` is no date"), "write holidays = [\"2026-12-25\"]");
            }
            date
        })
        .collect();
    Some(Hours { days: days?, from: from?, to: to?, zone: zone?, holidays })
}

/// `mon-fri`, `mon,wed`, `sat-mon`.
fn days(text: &str) -> Option<[bool; 7]> {
    let day = |name: &str| DAYS.into_iter().position(|day| name.trim().eq_ignore_ascii_case(day));
    let mut open = [false; 7];
    for part in text.split(',') {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (day(first)?, day(last)?),
            None => (day(part)?, day(part)?),
        };
        for step in 0..=(last + 7 - first) % 7 {
            open[(first + step) % 7] = true;
        }
    }
    Some(open)
}

/// Minutes since midnight of `09:00`; `24:00` is the end of the day.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_plain = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain(hour) || minute.len() != 2 || !is_plain(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY_MINUTES).then_some(minutes)
}

fn time(section: &Section<'_>, key: &str, text: &str, notes: &mut Notes<'_>) -> Option<u16> {
    let minutes = minutes(text);
    if minutes.is_none() {
        notes.say(section.at(key), format!("`{text}` is no time of day"), "write it like 09:00");
    }
    minutes
}

pub(super) fn read(section: &Section<'_>, notes: &mut Notes<'_>) -> Alarms {
    section.known(&["at", "when", "bell", "desktop", "command", "quiet"], notes);
    let default = Alarms::default();
    let at_s = section.texts("at", MAX_THRESHOLDS, notes).map(|texts| thresholds(section, &texts, notes));
    let when = section.text("when", notes).map(|text| (text.to_owned(), PathBuf::from(notes.origin), notes.line(section.at("when"))));
    let ways = [("osc9", Desktop::Osc9), ("osc777", Desktop::Osc777), ("none", Desktop::None)];
    let command = section.texts("command", MAX_COMMAND_WORDS, notes).unwrap_or_default();
    if command.first().is_some_and(|program| program.trim().is_empty()) {
        notes.say(section.at("command"), "`command` names no program", "write command = [\"notify-send\", \"{words}\"], or [] for none");
    }
    if is_script_of_others(&command) {
        notes.say(
            section.at("command"),
            "`command` would make a script out of a case's words: whoever wrote the case could run programs here",
            "write \"$CASELOAD_TITLE\" in the script, quoted, instead of {title}; each {name} is there as CASELOAD_NAME",
        );
    }
    Alarms {
        at_s: at_s.unwrap_or(default.at_s),
        when,
        bell: section.flag("bell", notes).unwrap_or(default.bell),
        desktop: section.choice("desktop", &ways, notes).unwrap_or_default(),
        command,
        quiet: section
            .has("quiet")
            .then(|| section.value("quiet").and_then(|value| value.get_ref().as_str()))
            .flatten()
            .and_then(|text| quiet(section, text, notes)),
    }
}

/// A shell whose script has what a vendor wrote filled in. As a word of its own behind the script it is harmless.
fn is_script_of_others(command: &[String]) -> bool {
    let name = |word: &String| Path::new(word).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(shell) = command.iter().position(|word| SHELLS.contains(&name(word).as_str())) else { return false };
    let is_option = |word: &&String| word.starts_with('-') && word.ends_with('c');
    let script = command[shell..].iter().position(|word| is_option(&word)).and_then(|at| command.get(shell + at + 1));
    script.is_some_and(|script| ALARM_WORDS.iter().any(|word| script.contains(&format!("{{{word}}}"))))
}

fn thresholds(section: &Section<'_>, texts: &[String], notes: &mut Notes<'_>) -> Vec<i64> {
    let mut at_s: Vec<i64> = texts
        .iter()
        .filter_map(|text| {
            let seconds = if text == "breach" { Some(0) } else { duration_s(text).filter(|seconds| (1..=MAX_CLOCK_S).contains(seconds)) };
            if seconds.is_none() {
                notes.say(
                    section.at("at"),
                    format!("`{text}` is no moment for an alarm"),
                    "write at = [\"30m\", \"5m\", \"breach\"], or [] for no alarms",
                );
            }
            seconds
        })
        .collect();
    at_s.sort_unstable_by(|a, b| b.cmp(a));
    at_s.dedup();
    at_s
}

/// `22:00-07:00`; empty: never.
fn quiet(section: &Section<'_>, text: &str, notes: &mut Notes<'_>) -> Option<(u16, u16)> {
    if text.trim().is_empty() {
        return None;
    }
    let quiet = text.split_once('-').and_then(|(from, to)| Some((minutes(from)?, minutes(to)?))).filter(|(from, to)| from != to);
    if quiet.is_none() {
        notes.say(
            section.at("quiet"),
            format!("`{text}` is no span of a day"),
            "write quiet = \"22:00-07:00\", in your local time, or \"\" for never",
        );
    }
    quiet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_never_becomes_a_script() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for bad in ["sh -c notify-send,{title}", "/bin/bash -lc echo,{words}", "env X=1 zsh -x -c {key}", "sudo sh -ec x{url}"] {
            assert!(is_script_of_others(&words(bad)), "{bad}");
        }
        for good in [
            "notify-send {words}",
            "sh -c notify-send,\"$1\" x {title}",
            "sh -c echo,\"$CASELOAD_TITLE\"",
            "sh script.sh {title}",
            "sh -c",
            "sh -c {x}",
        ] {
            assert!(!is_script_of_others(&words(good)), "{good}");
        }
    }

    #[test]
    fn times_and_days_are_read_as_people_write_them() {
        let spans = ["15m", "1h30m", "2d", "1w", "45s"].map(duration_s);
        assert_eq!(spans, [Some(900), Some(5_400), Some(172_800), Some(604_800), Some(45)]);
        for wrong in ["", "15", "m", "15x", "-5m", "1.5h", "99999999999999999999h", "9223372036854775807w", "5mü"] {
            assert_eq!(duration_s(wrong), None, "{wrong}");
        }
        assert_eq!(
            ["9:00", "09:30", "24:00", "24:01", "9", "9:5", "+9:00", "25:00"].map(minutes),
            [Some(540), Some(570), Some(1440), None, None, None, None, None]
        );
        assert_eq!(days("mon-fri"), Some([true, true, true, true, true, false, false]));
        assert_eq!(days("Sat-Mon, wed"), Some([true, false, true, false, false, true, true]));
        assert_eq!(days("mon-"), None);
    }
}
