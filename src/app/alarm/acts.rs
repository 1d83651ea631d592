//! Ringing when a clock runs out, and the summary of many that did.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::app::alarm::{Alarm, Alarms, Clock, DAY_MINUTES, FILLED_AFTER, GAP, MAX_NAMED, MAX_TITLE_CHARS, summary};
use crate::app::effect::Effect;
use crate::app::notice::Grade;
use crate::app::{App, clock, sla};
use crate::config::{self, Problem};
use crate::domain::case::{Rid, State};

impl App {
    /// Watches clocks from here on. What of the filter was not understood comes back; then all cases are watched.
    pub fn set_alarms(&mut self, ways: config::Alarms) -> Option<Problem> {
        let only = ways.when.as_ref().map(|(text, file, line)| sla::read_at(text, file, *line)).transpose();
        let (only, problem) = match only {
            Ok(only) => (only, None),
            Err(problem) => (None, Some(problem)),
        };
        self.model.alarms = Alarms { ways: Some(ways), only, checked_at: Some(self.cx.now), ..Alarms::default() };
        problem
    }

    /// Cases have come, changed or gone, each with the ends of its other clocks.
    pub(in crate::app) fn watch_clocks<'a>(&mut self, cases: impl Iterator<Item = (Rid, &'a [Timestamp], bool)>) {
        if self.model.alarms.at_s().is_empty() {
            return;
        }
        for (rid, others, is_filling) in cases {
            let waits = |state| !matches!(state, Some(State::Closed | State::Archived));
            let row = self.model.list.row(rid).filter(|row| waits(row.state) && !self.model.list.is_gone(rid));
            let first = row.and_then(|row| row.due_at);
            let others = others.iter().map(|due| due.as_second()).filter(|_| first.is_some());
            let dues: Vec<i64> = first.into_iter().chain(others).collect();
            self.model.alarms.watch(rid, &dues, (self.cx.now, self.cx.steady), is_filling);
        }
    }

    /// Announces what passed a threshold.
    pub(in crate::app) fn sound_alarms(&mut self) {
        if self.model.alarms.at_s().is_empty() {
            return;
        }
        self.model.alarms.check(self.cx.now);
        self.sum_up_found();
        let rests = self.model.alarms.rang_at.is_some_and(|at| self.cx.steady.duration_since(at) < GAP);
        if rests || self.model.alarms.waiting.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut self.model.alarms.waiting);
        let only = self.model.alarms.only.as_ref().map(|only| self.model.list.judge_of(only));
        let is_meant = |rid: Rid| only.as_ref().is_none_or(|only| self.model.list.holds(only, rid));
        let due: Vec<(Clock, i64)> = (waiting.into_iter().filter(|(rid, _)| is_meant(*rid)))
            .filter_map(|clock| Some((clock, self.model.alarms.watched.get(&clock)?.due_s)))
            .collect();
        let alarms: Vec<Alarm> = if due.len() <= MAX_NAMED {
            due.iter().filter_map(|(clock, due_s)| self.alarm_of(*clock, *due_s)).collect()
        } else {
            let over: BTreeSet<Rid> = due.iter().filter(|(_, due_s)| *due_s <= self.cx.now.as_second()).map(|((rid, _), _)| *rid).collect();
            let cases: BTreeSet<Rid> = due.iter().map(|((rid, _), _)| *rid).collect();
            vec![summary(over.len(), cases.len() - over.len())]
        };
        self.sound(alarms);
    }

    /// What was over or nearly so when the rows were first read, in one alarm.
    fn sum_up_found(&mut self) {
        let is_filled = self.model.alarms.found_at.is_some_and(|at| self.cx.steady.duration_since(at) >= FILLED_AFTER);
        if !is_filled {
            return;
        }
        self.model.alarms.found_at = None;
        let (over, soon) = std::mem::take(&mut self.model.alarms.found);
        // With a filter of its own the count would be of other cases than the alarms are about.
        if self.model.alarms.only.is_none() {
            self.sound(vec![summary(over, soon)]);
        }
    }

    fn alarm_of(&self, (rid, place): Clock, due_s: i64) -> Option<Alarm> {
        let row = self.model.list.row(rid)?;
        let left_s = due_s - self.cx.now.as_second();
        let (left, _) = clock::left_until(due_s, self.cx.now);
        let own = if self.model.list.is_local_clock(rid) { "~" } else { "" };
        let title: String = row.title.chars().take(MAX_TITLE_CHARS).collect();
        let when = match (left_s <= 0, place) {
            (true, 0) => "is over its SLA".to_owned(),
            (true, _) => "is over another SLA, too".to_owned(),
            (false, 0) => format!("is due in {}", clock::span(left_s + 59)),
            (false, _) => format!("is due in {} by another SLA", clock::span(left_s + 59)),
        };
        Some(Alarm {
            words: format!("{} {own}{when}: {title}", row.key),
            key: row.key.to_owned(),
            title,
            source: self.source(row.source).map(|source| source.info.name.clone()).unwrap_or_default(),
            url: row.url().unwrap_or_default(),
            left: format!("{own}{left}"),
            count: 1,
        })
    }

    fn sound(&mut self, alarms: Vec<Alarm>) {
        if alarms.is_empty() {
            return;
        }
        self.model.alarms.rang_at = Some(self.cx.steady);
        for alarm in &alarms {
            self.cx.say(Grade::Info, alarm.words.clone());
        }
        if !self.is_quiet() {
            self.cx.effects.push(Effect::Ring(alarms));
        }
    }

    /// Within the hours in which only the screen speaks.
    fn is_quiet(&self) -> bool {
        let Some((from, to)) = self.model.alarms.ways.as_ref().and_then(|ways| ways.quiet) else { return false };
        let wall = self.cx.now.to_zoned(self.cx.setup.zone.clone());
        let minute = (i32::from(wall.hour()) * 60 + i32::from(wall.minute())) % DAY_MINUTES;
        let (from, to) = (i32::from(from), i32::from(to));
        if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
    }
}
