//! Ringing when a clock runs out, and the summary of many that did.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::config::{
    Problem, {self},
};
use crate::domain::case::{Rid, State};
use crate::domain::clock;
use crate::sla;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::Effect;
use crate::tui::model::Model;
use crate::tui::model::alarm::{Alarm, Alarms, Clock, DAY_MINUTES, FILLED_AFTER, GAP, MAX_NAMED, MAX_TITLE_CHARS, summary};

impl Alarms {
    /// Watches clocks from here on. What of the filter was not understood comes back; then all cases are watched.
    pub fn set_alarms(&mut self, ways: config::Alarms, cx: &Cx) -> Option<Problem> {
        let only = ways.when.as_ref().map(|(text, file, line)| sla::read_at(text, file, *line)).transpose();
        let (only, problem) = match only {
            Ok(only) => (only, None),
            Err(problem) => (None, Some(problem)),
        };
        *self = Alarms { ways: Some(ways), only, checked_at: Some(cx.now), ..Alarms::default() };
        problem
    }

    /// What was over or nearly so when the rows were first read, in one alarm.
    fn sum_up_found(&mut self, cx: &mut Cx) {
        let is_filled = self.found_at.is_some_and(|at| cx.steady.duration_since(at) >= FILLED_AFTER);
        if !is_filled {
            return;
        }
        self.found_at = None;
        let (over, soon) = std::mem::take(&mut self.found);
        // With a filter of its own the count would be of other cases than the alarms are about.
        if self.only.is_none() {
            self.sound(vec![summary(over, soon)], cx);
        }
    }

    fn sound(&mut self, alarms: Vec<Alarm>, cx: &mut Cx) {
        if alarms.is_empty() {
            return;
        }
        self.rang_at = Some(cx.steady);
        for alarm in &alarms {
            cx.say(Grade::Info, alarm.words.clone());
        }
        if !self.is_quiet(cx) {
            cx.effects.push(Effect::Ring(alarms));
        }
    }

    /// Within the hours in which only the screen speaks.
    fn is_quiet(&self, cx: &Cx) -> bool {
        let Some((from, to)) = self.ways.as_ref().and_then(|ways| ways.quiet) else { return false };
        let wall = cx.now.to_zoned_datetime(cx.setup.zone.clone());
        let minute = (i32::from(wall.hour()) * 60 + i32::from(wall.minute())) % DAY_MINUTES;
        let (from, to) = (i32::from(from), i32::from(to));
        if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
    }
}

impl Model {
    /// Cases have come, changed or gone, each with the ends of its other clocks.
    pub(in crate::tui) fn watch_clocks<'a>(&mut self, cases: impl Iterator<Item = (Rid, &'a [Timestamp], bool)>, cx: &Cx) {
        if self.alarms.at_s().is_empty() {
            return;
        }
        for (rid, others, is_filling) in cases {
            let waits = |state| !matches!(state, Some(State::Closed | State::Archived));
            let row = self.list.row(rid).filter(|row| waits(row.state) && !self.list.is_gone(rid));
            let first = row.and_then(|row| row.due_at);
            let others = others.iter().map(|due| due.as_second()).filter(|_| first.is_some());
            let dues: Vec<i64> = first.into_iter().chain(others).collect();
            self.alarms.watch(rid, &dues, (cx.now, cx.steady), is_filling);
        }
    }

    /// Announces what passed a threshold.
    pub(in crate::tui) fn sound_alarms(&mut self, cx: &mut Cx) {
        if self.alarms.at_s().is_empty() {
            return;
        }
        self.alarms.check(cx.now);
        self.alarms.sum_up_found(cx);
        let rests = self.alarms.rang_at.is_some_and(|at| cx.steady.duration_since(at) < GAP);
        if rests || self.alarms.waiting.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut self.alarms.waiting);
        let only = self.alarms.only.as_ref().map(|only| self.list.judge_of(only));
        let is_meant = |rid: Rid| only.as_ref().is_none_or(|only| self.list.holds(only, rid));
        let due: Vec<(Clock, i64)> = (waiting.into_iter().filter(|(rid, _)| is_meant(*rid)))
            .filter_map(|clock| Some((clock, self.alarms.watched.get(&clock)?.due_s)))
            .collect();
        let alarms: Vec<Alarm> = if due.len() <= MAX_NAMED {
            due.iter().filter_map(|(clock, due_s)| self.alarm_of(*clock, *due_s, cx)).collect()
        } else {
            let over: BTreeSet<Rid> = due.iter().filter(|(_, due_s)| *due_s <= cx.now.as_second()).map(|((rid, _), _)| *rid).collect();
            let cases: BTreeSet<Rid> = due.iter().map(|((rid, _), _)| *rid).collect();
            vec![summary(over.len(), cases.len() - over.len())]
        };
        self.alarms.sound(alarms, cx);
    }

    fn alarm_of(&self, (rid, place): Clock, due_s: i64, cx: &Cx) -> Option<Alarm> {
        let row = self.list.row(rid)?;
        let left_s = due_s - cx.now.as_second();
        let (left, _) = clock::left_until(due_s, cx.now);
        let own = if self.list.is_local_clock(rid) { "~" } else { "" };
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
}
