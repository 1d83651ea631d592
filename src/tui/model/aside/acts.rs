//! Pinning and snoozing: the box, the keys, and what wakes a case.

use jiff::{Timestamp, ZonedDateTime};

use crate::domain::aside::{Aside, Back, Snooze, Then, Until};
use crate::domain::case::{CaseId, Rid, Row};
use crate::domain::clock;
use crate::domain::count::{count, count_of};
use crate::domain::moved::Moved;
use crate::protocol::From;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::stack::case_in_sight;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::aside::{Asides, Kept, MAX_NAMED, due, id, then};
use crate::tui::model::list::List;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screens::triage::acts::snoozed_in_triage;

impl Cx {
    /// The time as the person's clock shows it.
    pub fn zoned_now(&self) -> ZonedDateTime {
        self.now.to_zoned_datetime(self.clock.zone.clone())
    }
}

impl Model {
    /// What is remembered of a row.
    pub fn aside(&self, rid: Rid) -> Option<&Aside> {
        let row = self.list.row(rid)?;
        self.asides.get(&CaseId { source: row.source, id: row.id.into() })
    }

    /// What is remembered on disk: at the start all of it, before any row; later what another process has changed.
    pub(in crate::tui) fn meet_asides(&mut self, asides: Vec<Aside>, cx: &mut Cx) {
        let mut news = Vec::new();
        for aside in asides {
            let known = self.asides.by_case.get(&aside.case);
            if known.map_or(aside.is_nothing(), |known| known.aside == aside) {
                continue;
            }
            let rid = known.and_then(|known| known.rid).or_else(|| self.list.find(&aside.case));
            let before = known.map_or_else(|| Aside::nothing(&aside.case), |known| known.aside.clone());
            let Some(rid) = rid else {
                self.asides.learn(aside, None, None);
                continue;
            };
            self.stand(rid, aside.clone(), false);
            // The person's own edits move along what a snooze compares with: that is no news.
            if before.is_pinned != aside.is_pinned || !before.has_same_snooze(&aside) {
                news.push((rid, before, aside));
            }
        }
        self.asides.count();
        self.list.tell_elsewhere(&news, cx);
    }

    /// Takes over what is remembered of a case that is known, for the list too; where it stands there is not changed.
    /// `keeps`: it is to be written to the disk.
    pub(in crate::tui) fn stand(&mut self, rid: Rid, aside: Aside, keeps: bool) {
        let due_at = self.list.row(rid).and_then(|row| due(&row));
        self.list.set_pinned(rid, aside.is_pinned);
        self.list.set_snoozed(rid, aside.snooze.is_some());
        if keeps {
            self.asides.put(aside, Some(rid), due_at);
        } else {
            self.asides.learn(aside, Some(rid), due_at);
        }
    }

    /// Rows as they are now, before the list takes them: those that sleep are not to be shown, and some wake.
    pub(in crate::tui) fn judge_asides(&mut self, rows: &[(Rid, Row)], cx: &mut Cx) {
        if self.asides.by_case.is_empty() {
            return;
        }
        let mut any = false;
        for (rid, row) in rows {
            if !self.asides.by_case.contains_key(&row.id) {
                continue;
            }
            any = true;
            // A clock by a rule of one's own is waited for like a vendor's.
            let due_at = self.list.due(row);
            let Some(kept) = self.asides.by_case.get_mut(&row.id) else { continue };
            (kept.rid, kept.due_at) = (Some(*rid), due_at);
            let (is_pinned, sleeps) = (kept.aside.is_pinned, kept.aside.snooze.is_some());
            self.list.set_pinned(*rid, is_pinned);
            self.list.set_snoozed(*rid, sleeps);
            self.judge_snooze(*rid, &row.id, row.key.as_str(), &Then::of(row), cx);
        }
        if any {
            self.asides.count();
        }
    }

    /// An edit of the person's own has moved on. Once none is on its way to the case, what was put off until then is judged.
    pub(in crate::tui) fn judge_landed(&mut self, rid: Rid, cx: &mut Cx) {
        let Some(row) = self.list.row(rid) else { return };
        let (case, key, is) = (id(&row), row.key.to_owned(), then(&row));
        if self.judge_snooze(rid, &case, &key, &is, cx) {
            self.asides.count();
            self.list.place_anew(&[rid]);
        }
        self.asides.tell_back(cx);
        self.judge_unseen(rid, cx);
    }

    /// Whether the case, as it `is` now, wakes by that.
    fn judge_snooze(&mut self, rid: Rid, case: &CaseId, key: &str, is: &Then, cx: &mut Cx) -> bool {
        let Some(kept) = self.asides.by_case.get(case) else { return false };
        let Some(back) = kept.aside.snooze.as_ref().and_then(|snooze| snooze.over(is, kept.due_at, cx.now)) else { return false };
        match back {
            // Most likely that is what changed it; if somebody else has too is known once it has landed.
            Back::Changed(_) | Back::Urgent if self.is_leaving(case) => return false,
            // The person's own doing is no news to them.
            Back::Changed(_) if self.baselines.is_known(case, is) => {
                let (mut aside, due_at) = (kept.aside.clone(), kept.due_at);
                if let Some(snooze) = &mut aside.snooze {
                    snooze.then = is.clone();
                }
                self.asides.put(aside, Some(rid), due_at);
                return false;
            }
            _ => self.wake(rid, case, key, back, cx),
        }
        true
    }

    /// Time alone brings cases back.
    pub(in crate::tui) fn ring(&mut self, cx: &mut Cx) {
        if self.asides.next.is_none_or(|at| at > cx.now) {
            return;
        }
        let now = cx.now;
        let rung = |kept: &Kept| Some((kept.rid?, kept.aside.case.clone(), kept.aside.snooze.as_ref()?.rung(kept.due_at, now)?));
        let rung: Vec<_> = self.asides.by_case.values().filter_map(rung).collect();
        for (rid, case, back) in &rung {
            let key = self.list.row(*rid).map_or_else(String::new, |row| row.key.to_owned());
            self.wake(*rid, case, &key, *back, cx);
        }
        self.asides.count();
        let mut rids: Vec<_> = rung.into_iter().map(|(rid, ..)| rid).collect();
        rids.sort_unstable();
        self.list.place_anew(&rids);
        self.asides.tell_back(cx);
    }

    fn wake(&mut self, rid: Rid, case: &CaseId, key: &str, back: Back, cx: &mut Cx) {
        let Some(kept) = self.asides.by_case.get(case) else { return };
        let (aside, due_at) = (Aside { snooze: None, ..kept.aside.clone() }, kept.due_at);
        self.asides.put(aside, Some(rid), due_at);
        self.asides.back.push((key.to_owned(), back));
        self.list.set_snoozed(rid, false);
        self.baselines.wake(rid);
        self.judge_unseen(rid, cx);
    }

    /// `W`: they are to be seen again now.
    pub(in crate::tui) fn wake_by_hand(&mut self, rids: &[Rid], cx: &mut Cx) {
        let (mut woken, mut moved) = (Vec::new(), Vec::new());
        for rid in rids {
            let Some(was) = self.aside(*rid).filter(|aside| aside.snooze.is_some()).cloned() else { continue };
            let after = Aside { snooze: None, ..was.clone() };
            self.stand(*rid, after.clone(), true);
            moved.push(Moved { before: was, after });
            woken.push(*rid);
        }
        if woken.is_empty() {
            return;
        }
        self.asides.count();
        self.history.put_aside(moved);
        let words = match woken.as_slice() {
            [one] => format!("{} is awake", self.list.key_of(*one)),
            many => format!("{} are awake", count(many.len(), "case")),
        };
        cx.say(Grade::Info, words);
        self.clear_marks();
        self.list.place_anew(&woken);
        self.asides.tell_back(cx);
    }

    /// `b`: on top of every list; no longer, where all of them are.
    pub(in crate::tui) fn pin(&mut self, rids: &[Rid], cx: &mut Cx) {
        let known = |rid: &Rid| self.list.row(*rid).map(|row| (*rid, self.was(*rid, &id(&row))));
        let before: Vec<(Rid, Aside)> = rids.iter().filter_map(known).collect();
        let is_pinned = before.iter().any(|(_, was)| !was.is_pinned);
        for (rid, was) in &before {
            self.stand(*rid, Aside { is_pinned, ..was.clone() }, true);
        }
        let refresh = cx.key(Action::Refresh);
        let words = match (before.as_slice(), is_pinned) {
            ([], _) => return,
            ([(one, _)], true) => format!("{} is pinned: it stands first from the next order on ({refresh})", self.list.key_of(*one)),
            ([(one, _)], false) => format!("{} is not pinned any more", self.list.key_of(*one)),
            (many, true) => format!("{} are pinned: they stand first from the next order on ({refresh})", count(many.len(), "case")),
            (many, false) => format!("{} are not pinned any more", count(many.len(), "case")),
        };
        let moved = |(_, was): (Rid, Aside)| Moved { after: Aside { is_pinned, ..was.clone() }, before: was };
        self.history.put_aside(before.into_iter().map(moved).collect());
        cx.say(Grade::Info, words);
        self.clear_marks();
        self.asides.tell_back(cx);
    }

    /// What is remembered of a case, perhaps nothing.
    fn was(&self, rid: Rid, case: &CaseId) -> Aside {
        self.aside(rid).cloned().unwrap_or_else(|| Aside::nothing(case))
    }

    /// Why the marks cannot be woken.
    pub(in crate::tui) fn no_sleeper_marked(&self) -> Option<String> {
        let sleeps = |rid: Rid| self.aside(rid).is_some_and(|aside| aside.snooze.is_some());
        (!self.marked_rids().into_iter().any(sleeps)).then(|| "none of the marked cases sleeps".into())
    }
}

impl Asides {
    /// When the next snoozed case comes back.
    pub(in crate::tui) fn wakes_at(&self) -> Option<Timestamp> {
        self.next
    }

    /// Names what came back, and writes down what changed.
    pub(in crate::tui) fn tell_back(&mut self, cx: &mut Cx) {
        let back = std::mem::take(&mut self.back);
        match back.as_slice() {
            [] => {}
            [(key, why)] => cx.say(Grade::Info, format!("{key} is back: {}", why.words())),
            many => {
                let mut named: Vec<_> = many.iter().take(MAX_NAMED).map(|(key, _)| key.as_str()).collect();
                if many.len() > MAX_NAMED {
                    named.push("...");
                }
                cx.say(Grade::Info, format!("{} are back: {}", count(many.len(), "snoozed case"), named.join(", ")));
            }
        }
        let changed = std::mem::take(&mut self.changed);
        self.backlog.put(changed);
    }

    /// Rows from the network are judged at once; those from disk are named together when all have come.
    pub(in crate::tui) fn after_rows(&mut self, from: From, cx: &mut Cx) {
        if from == From::Network {
            self.tell_back(cx);
        }
    }
}

impl List {
    /// Somebody else on this machine has put cases aside. Nothing leaves from under the cursor by that: what sleeps stays
    /// in sight until the next order, and what woke waits in the tray.
    fn tell_elsewhere(&mut self, news: &[(Rid, Aside, Aside)], cx: &mut Cx) {
        let woken: Vec<Rid> =
            news.iter().filter(|(_, before, now)| before.snooze.is_some() && now.snooze.is_none()).map(|(rid, ..)| *rid).collect();
        self.place_anew(&woken);
        let refresh = cx.key(Action::Refresh);
        let words = match news {
            [] => return,
            [(rid, before, now)] => {
                let how = match (&before.snooze, &now.snooze) {
                    (_, Some(snooze)) if !before.has_same_snooze(now) => {
                        format!("snoozed elsewhere until {}; {refresh} takes it off the list", snooze.until.spoken(&cx.clock.zone))
                    }
                    (Some(_), None) => "woken elsewhere".into(),
                    _ if now.is_pinned => format!("pinned elsewhere; {refresh} puts it first"),
                    _ => "unpinned elsewhere".into(),
                };
                format!("{} was {how}", self.key_of(*rid))
            }
            many => format!("{} were snoozed, woken or pinned elsewhere; {refresh} lays the list anew", count(many.len(), "case")),
        };
        cx.say(Grade::Info, words);
    }

    /// The key of one case, or how many there are.
    pub(in crate::tui) fn named(&self, rids: &[Rid]) -> String {
        match rids {
            [one] => self.key_of(*one),
            many => count(many.len(), "case"),
        }
    }

    pub(in crate::tui) fn key_of(&self, rid: Rid) -> String {
        self.row(rid).map_or_else(String::new, |row| row.key.to_owned())
    }
}

/// Puts cases aside: they leave the list at once.
pub(in crate::tui) fn snooze(rids: &[Rid], until: Until, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    let (mut slept, mut moved) = (Vec::new(), Vec::new());
    for rid in rids {
        let Some(row) = model.list.row(*rid) else { continue };
        let snooze = Snooze::new(until, then(&row), cx.now);
        // One that would come back at once is not sent away.
        let due_at = due(&row);
        let is_futile = matches!(until, Until::Left { .. }) && due_at.is_none() || snooze.rung(due_at, cx.now).is_some();
        if is_futile {
            continue;
        }
        let was = model.was(*rid, &id(&row));
        let after = Aside { snooze: Some(snooze), ..was.clone() };
        model.stand(*rid, after.clone(), true);
        moved.push(Moved { before: was, after });
        slept.push(*rid);
    }
    model.asides.count();
    let said = match until {
        Until::Moment(at) => clock::brief(at, &cx.zoned_now()),
        until => until.spoken(&cx.clock.zone),
    };
    let undo = cx.key(Action::Undo);
    let words = match (rids, slept.len()) {
        ([one], 0) => format!("{} stays: it would be back at once, or has no SLA clock to wait for", model.list.key_of(*one)),
        (many, 0) => format!("all {} stay: they would be back at once, or have no SLA clock to wait for", many.len()),
        ([one], _) => format!("{} sleeps until {said}; {undo} takes it back", model.list.key_of(*one)),
        (many, slept) if slept < many.len() => {
            let lack = count_of(many.len() - slept, "has", "have");
            format!("{slept} snoozed until {said}, {lack} no such time ahead; {undo} takes it back")
        }
        (_, slept) => format!("{slept} snoozed until {said}; {undo} takes it back"),
    };
    model.history.put_aside(moved);
    cx.say(Grade::Info, words);
    model.clear_marks();
    model.list.place_anew(&slept);
    if model.list.cursor().is_none() {
        // Nothing is left to stand open.
        panes.focus = Pane::List;
    }
    model.asides.tell_back(cx);
    if !slept.is_empty() {
        snoozed_in_triage(&said, model, cx);
    }
}

/// The cases that a key on a case is about: all that are marked, else the one in sight.
pub(in crate::tui) fn meant(model: &mut Model, panes: &Panes, cx: &mut Cx) -> Vec<Rid> {
    model.end_range(cx);
    let marked = model.marked_rids();
    if marked.is_empty() { case_in_sight(model, panes).into_iter().collect() } else { marked }
}
