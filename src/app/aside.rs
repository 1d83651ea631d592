//! Pinned and snoozed cases: what is remembered of them, when they come back, and the keys that put them aside.

use jiff::{SignedDuration, Timestamp, Zoned};
use rustc_hash::FxHashMap;
use tui_textarea::TextArea;

use crate::app::action::Action;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::app::picker::{Picker, Purpose};
use crate::app::{App, Pane, text};
use crate::domain::aside::{Aside, Back, Snooze, Then, Until};
use crate::domain::case::{CaseId, Rid, Row};
use crate::index::Seen;
use crate::protocol::{From, Order};

/// So far ahead a day of the week means one day only.
const BY_WEEKDAY: SignedDuration = SignedDuration::from_hours(6 * 24);

/// Cases that a notice names; more would push the end off the line.
const MAX_NAMED: usize = 3;
/// What the menu offers of a clock.
const LEFT_S: i64 = 30 * 60;

/// What is remembered.
#[derive(Clone, Debug, Default)]
pub struct Asides {
    by_case: FxHashMap<CaseId, Kept>,
    snoozed: usize,
    /// When the next one comes back by time alone.
    next: Option<Timestamp>,
    /// Cases that came back and were not named yet, by key.
    back: Vec<(String, Back)>,
    /// What is to be written to the disk.
    changed: Vec<Aside>,
}

#[derive(Clone, Debug)]
struct Kept {
    aside: Aside,
    /// None: its row has not come yet.
    rid: Option<Rid>,
    due_at: Option<Timestamp>,
}

impl Asides {
    /// How many cases sleep.
    pub fn snoozed(&self) -> usize {
        self.snoozed
    }

    /// What is remembered of a case.
    pub fn get(&self, case: &CaseId) -> Option<&Aside> {
        self.by_case.get(case).map(|kept| &kept.aside)
    }

    fn count(&mut self) {
        // One whose row has not come is judged when it comes.
        let sleeping = || self.by_case.values().filter_map(|kept| kept.rid.and(Some((kept.aside.snooze.as_ref()?, kept.due_at))));
        self.snoozed = sleeping().count();
        self.next = sleeping().map(|(snooze, due_at)| snooze.wakes_at(due_at)).min();
    }

    fn put(&mut self, aside: Aside, rid: Option<Rid>, due_at: Option<Timestamp>) {
        self.changed.retain(|changed| changed.case != aside.case);
        self.changed.push(aside.clone());
        if aside.is_nothing() {
            self.by_case.remove(&aside.case);
        } else {
            self.by_case.insert(aside.case.clone(), Kept { aside, rid, due_at });
        }
    }
}

/// A moment to be typed.
#[derive(Clone, Debug)]
pub struct SnoozeBox {
    pub rids: Vec<Rid>,
    /// The key of the case, or how many there are.
    pub name: String,
    pub area: TextArea<'static>,
}

impl SnoozeBox {
    /// What is typed, read.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn until(&self, now: &Zoned) -> Result<Until, String> {
        Until::read(text::line_text(&self.area), now)
    }
}

impl App {
    /// The time as the person's clock shows it.
    pub fn zoned_now(&self) -> Zoned {
        self.now.to_zoned(self.clock.zone.clone())
    }

    /// What is remembered of a row.
    pub fn aside(&self, rid: Rid) -> Option<&Aside> {
        let row = self.list.row(rid)?;
        self.asides.get(&CaseId { source: row.source, id: row.id.into() })
    }

    /// When the next snoozed case comes back.
    pub(super) fn wakes_at(&self) -> Option<Timestamp> {
        self.asides.next
    }

    /// What earlier runs remembered; their rows are still to come.
    pub(super) fn meet_asides(&mut self, asides: Vec<Aside>) {
        for aside in asides {
            self.asides.by_case.insert(aside.case.clone(), Kept { aside, rid: None, due_at: None });
        }
        self.asides.count();
    }

    /// Rows as they are now, before the list takes them: those that sleep are not to be shown, and some wake.
    pub(super) fn judge_asides(&mut self, rows: &[(Rid, Row)]) {
        if self.asides.by_case.is_empty() {
            return;
        }
        let mut any = false;
        for (rid, row) in rows {
            let Some(kept) = self.asides.by_case.get_mut(&row.id) else { continue };
            any = true;
            (kept.rid, kept.due_at) = (Some(*rid), row.due_at);
            let mut aside = kept.aside.clone();
            self.list.set_pinned(*rid, aside.is_pinned);
            self.list.set_snoozed(*rid, aside.snooze.is_some());
            let Some(snooze) = &mut aside.snooze else { continue };
            match snooze.over(row, self.now) {
                // The person's own doing is no news to them.
                Some(Back::Changed(_)) if self.is_mine(&row.id) => {
                    snooze.then = Then::of(row);
                    self.asides.put(aside, Some(*rid), row.due_at);
                }
                Some(back) => self.wake(*rid, &row.id, row.key.as_str(), back),
                None => {}
            }
        }
        if any {
            self.asides.count();
        }
    }

    /// Time alone brings cases back.
    pub(super) fn ring(&mut self) {
        if self.asides.next.is_none_or(|at| at > self.now) {
            return;
        }
        let now = self.now;
        let rung = |kept: &Kept| Some((kept.rid?, kept.aside.case.clone(), kept.aside.snooze.as_ref()?.rung(kept.due_at, now)?));
        let rung: Vec<_> = self.asides.by_case.values().filter_map(rung).collect();
        for (rid, case, back) in &rung {
            let key = self.list.row(*rid).map_or_else(String::new, |row| row.key.to_owned());
            self.wake(*rid, case, &key, *back);
        }
        self.asides.count();
        let mut rids: Vec<_> = rung.into_iter().map(|(rid, ..)| rid).collect();
        rids.sort_unstable();
        self.list.place_anew(&rids);
        self.tell_back();
    }

    fn wake(&mut self, rid: Rid, case: &CaseId, key: &str, back: Back) {
        let Some(kept) = self.asides.by_case.get(case) else { return };
        let (aside, due_at) = (Aside { snooze: None, ..kept.aside.clone() }, kept.due_at);
        self.asides.put(aside, Some(rid), due_at);
        self.asides.back.push((key.to_owned(), back));
        self.list.set_snoozed(rid, false);
        self.list.set_unseen(rid);
    }

    /// Names what came back, and writes down what changed.
    pub(super) fn tell_back(&mut self) {
        let back = std::mem::take(&mut self.asides.back);
        match back.as_slice() {
            [] => {}
            [(key, why)] => self.say(Grade::Info, format!("{key} is back: {}", why.words())),
            many => {
                let mut named: Vec<_> = many.iter().take(MAX_NAMED).map(|(key, _)| key.as_str()).collect();
                if many.len() > MAX_NAMED {
                    named.push("...");
                }
                self.say(Grade::Info, format!("{} snoozed cases are back: {}", many.len(), named.join(", ")));
            }
        }
        let changed = std::mem::take(&mut self.asides.changed);
        if !changed.is_empty() {
            self.send(Ask::SetAside, Order::SetAside(changed));
        }
    }

    /// The menu of `w`: the usual times, and one to be typed.
    pub(super) fn open_snooze_menu(&mut self, rid: Rid) {
        let now = self.zoned_now();
        let hours = |hours: i64| self.now.checked_add(SignedDuration::from_hours(hours)).ok().map(Until::Moment);
        let [tomorrow, monday] = Until::mornings(&now);
        let has_clock = self.list.row(rid).is_some_and(|row| row.due_at.is_some_and(|due| due - self.now.as_second() > LEFT_S));
        let usual = [
            ("for an hour", hours(1)),
            ("for four hours", hours(4)),
            ("until tomorrow", tomorrow),
            ("until Monday", monday),
            ("until it changes", Some(Until::Change)),
            ("until 30m of its SLA are left", has_clock.then_some(Until::Left { left_s: LEFT_S })),
        ];
        let usual: Vec<_> = usual.into_iter().filter_map(|(words, until)| Some((words, until?))).collect();
        let line = |(words, until): &(&str, Until)| match until {
            Until::Moment(at) => format!("{words:<18}{}", brief(*at, &now)),
            _ => (*words).to_owned(),
        };
        let choices = usual.iter().map(line).chain(["until ... (type it)".to_owned()]).collect();
        let untils = usual.iter().map(|(_, until)| Some(*until)).chain([None]).collect();
        let title = format!("Snooze {}", self.key_of(rid));
        self.push(Overlay::Picker(Picker { title, choices, chosen: 0, purpose: Purpose::Snooze(vec![rid], untils) }));
    }

    pub(super) fn picked_snooze(&mut self, rids: Vec<Rid>, until: Option<Until>) {
        if let Some(until) = until {
            return self.snooze(&rids, until);
        }
        let name = match rids.as_slice() {
            [one] => self.key_of(*one),
            many => format!("{} cases", many.len()),
        };
        self.push(Overlay::Snooze(Box::new(SnoozeBox { rids, name, area: text::line("") })));
    }

    pub(super) fn act_in_snooze(&mut self, action: Action) {
        let now = self.zoned_now();
        let Some(Overlay::Snooze(snooze)) = self.overlays.last() else { return };
        match action {
            Action::Pick => match snooze.until(&now) {
                Ok(until) => {
                    let rids = snooze.rids.clone();
                    self.pop();
                    self.snooze(&rids, until);
                }
                Err(why) => self.say(Grade::Info, why),
            },
            Action::Leave => {
                self.pop();
            }
            _ => {}
        }
    }

    /// Puts cases aside: they leave the list at once.
    pub(super) fn snooze(&mut self, rids: &[Rid], until: Until) {
        let mut slept = Vec::new();
        for rid in rids {
            let Some(row) = self.list.row(*rid) else { continue };
            let due_at = row.due_at.and_then(|at| Timestamp::from_second(at).ok());
            let snooze = Snooze::new(until, then(&row), self.now);
            // One that would come back at once is not sent away.
            let is_futile = matches!(until, Until::Left { .. }) && due_at.is_none() || snooze.rung(due_at, self.now).is_some();
            if is_futile {
                continue;
            }
            let case = id(&row);
            let is_pinned = self.asides.get(&case).is_some_and(|aside| aside.is_pinned);
            self.asides.put(Aside { case, is_pinned, snooze: Some(snooze) }, Some(*rid), due_at);
            self.list.set_snoozed(*rid, true);
            slept.push(*rid);
        }
        self.asides.count();
        let said = match until {
            Until::Moment(at) => brief(at, &self.zoned_now()),
            until => until.spoken(&self.clock.zone),
        };
        let words = match (rids, slept.len()) {
            ([one], 0) => format!("{} stays: it would be back at once, or has no SLA clock to wait for", self.key_of(*one)),
            ([one], _) => format!("{} sleeps until {said}; is:snoozed shows what sleeps", self.key_of(*one)),
            (many, count) if count < many.len() => {
                format!("{count} cases sleep until {said}; {} have no such time ahead", many.len() - count)
            }
            (_, count) => format!("{count} cases sleep until {said}; is:snoozed shows what sleeps"),
        };
        self.say(Grade::Info, words);
        self.list.place_anew(&slept);
        if self.list.cursor().is_none() {
            // Nothing is left to stand open.
            self.focus = Pane::List;
        }
        self.tell_back();
    }

    /// `W`: it is to be seen again now.
    pub(super) fn wake_by_hand(&mut self, rid: Rid) {
        let Some(aside) = self.aside(rid).filter(|aside| aside.snooze.is_some()) else { return };
        let aside = Aside { snooze: None, ..aside.clone() };
        self.asides.put(aside, Some(rid), None);
        self.asides.count();
        self.list.set_snoozed(rid, false);
        let key = self.key_of(rid);
        self.say(Grade::Info, format!("{key} is awake"));
        self.list.place_anew(&[rid]);
        self.tell_back();
    }

    /// `b`: on top of every list, or no longer.
    pub(super) fn pin(&mut self, rid: Rid) {
        let Some(row) = self.list.row(rid) else { return };
        let (case, due_at) = (id(&row), row.due_at.and_then(|at| Timestamp::from_second(at).ok()));
        let known = self.asides.get(&case);
        let is_pinned = !known.is_some_and(|aside| aside.is_pinned);
        let snooze = known.and_then(|aside| aside.snooze.clone());
        self.asides.put(Aside { case, is_pinned, snooze }, Some(rid), due_at);
        self.list.set_pinned(rid, is_pinned);
        let key = self.key_of(rid);
        let words = if is_pinned { "is pinned: it stands first from the next order on (r)" } else { "is not pinned any more" };
        self.say(Grade::Info, format!("{key} {words}"));
        self.tell_back();
    }

    /// Rows from the network are judged at once; those from disk are named together when all have come.
    pub(super) fn after_rows(&mut self, from: From) {
        if from == From::Network {
            self.tell_back();
        }
    }

    fn key_of(&self, rid: Rid) -> String {
        self.list.row(rid).map_or_else(String::new, |row| row.key.to_owned())
    }
}

fn id(row: &Seen<'_>) -> CaseId {
    CaseId { source: row.source, id: row.id.into() }
}

fn then(row: &Seen<'_>) -> Then {
    Then {
        state: row.state,
        status: row.status.into(),
        level: row.level,
        priority: row.priority.into(),
        title: row.title.into(),
        people: row.assignees().map(Into::into).collect(),
        updated_s: row.updated_at,
    }
}

/// `Mon 09:00`; from six days on with the day, too: the hour must not be what a narrow line leaves out.
fn brief(at: Timestamp, now: &Zoned) -> String {
    let format = if at.duration_since(now.timestamp()) < BY_WEEKDAY { "%a %H:%M" } else { "%a %d %b %H:%M" };
    at.to_zoned(now.time_zone().clone()).strftime(format).to_string()
}
