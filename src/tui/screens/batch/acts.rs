//! Keys on the screen of a bulk change that was sent, and reports about it.

use compact_str::CompactString;
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::domain::batch::Batch;
use crate::domain::case::{CaseId, Rid};
use crate::domain::count::{count, count_of};
use crate::domain::edit::{OutboxEntry, Progress};
use crate::protocol::SettleBatch;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::{Cause, Grade};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::outbox::Queued;
use crate::tui::screens::Overlay;
use crate::tui::screens::batch::{BatchPane, MAX_BATCHES, Sent};
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::conflict::open_conflict;

impl Model {
    /// The newest that moves, or of which anything waits at least.
    pub fn batch_under_way(&self) -> Option<&Sent> {
        let moves = self.batches.iter().rev().find(|sent| sent.on_its_way() > 0);
        moves.or_else(|| self.batches.iter().rev().find(|sent| !sent.tally().is_over()))
    }

    /// The newest with news comes first: one that only waits behind others hides none.
    fn batch_to_show(&self) -> Option<&Sent> {
        self.batches.iter().rev().find(|sent| sent.has_news()).or_else(|| self.batch_under_way()).or(self.batches.last())
    }

    pub fn batch(&self, id: &str) -> Option<&Sent> {
        self.batches.iter().find(|sent| sent.batch.id == id)
    }

    fn batch_mut(&mut self, batch: &Batch, cx: &mut Cx) -> Option<&mut Sent> {
        if let Some(at) = self.batches.iter().position(|sent| sent.batch.id == batch.id) {
            return self.batches.get_mut(at);
        }
        if self.batches.len() >= MAX_BATCHES {
            let over = self.batches.iter().position(|sent| sent.tally().done == sent.rows.len()).unwrap_or(0);
            let over = self.batches.remove(over).batch.id;
            cx.notices.put_away(&Cause::Batch(over.clone()));
            cx.notices.put_away(&Cause::Halt(over));
        }
        self.batches.push(Sent {
            batch: batch.clone(),
            rows: Vec::new(),
            places: FxHashMap::default(),
            rids: FxHashMap::default(),
            is_stopped: false,
            begun_at: cx.steady,
            done_before: 0,
            told: None,
            is_searched: false,
        });
        self.batches.last_mut()
    }

    /// A batch is about to be saved: its cases are known already.
    pub(in crate::tui) fn meet_batch(&mut self, batch: &Batch, rids: Vec<(CaseId, Rid, String)>, cx: &mut Cx) {
        if let Some(sent) = self.batch_mut(batch, cx) {
            sent.rids = rids.into_iter().map(|(case, rid, key)| (case, (rid, key))).collect();
        }
    }

    /// Beside its place in the batch, one by one.
    fn list_in_outbox(&mut self, queued: Queued, cx: &Cx) {
        let at = self.outbox.iter().position(|known| known.entry.id == queued.entry.id);
        if !queued.stands_alone() {
            self.outbox.retain(|known| known.entry.id != queued.entry.id);
            return;
        }
        let queued = if queued.rid.is_none() { self.meet(queued.entry, cx) } else { queued };
        match at {
            Some(at) => self.outbox[at] = queued,
            None => self.outbox.push(queued),
        }
    }

    /// The cases of a batch that was on disk, all in one go through the rows.
    fn find_batch_cases(&mut self, id: &str) {
        let Some(sent) = self.batches.iter_mut().find(|sent| sent.batch.id == id) else { return };
        if sent.rows.iter().all(|row| row.rid.is_some()) || std::mem::replace(&mut sent.is_searched, true) {
            return;
        }
        let wanted: FxHashMap<CaseId, usize> =
            sent.rows.iter().enumerate().map(|(place, row)| (row.entry.edit.case.clone(), place)).collect();
        for (rid, case, key) in self.list.find_all(|case| wanted.contains_key(case)) {
            if let Some(row) = wanted.get(&case).and_then(|place| sent.rows.get_mut(*place)) {
                row.rid = Some(rid);
                row.key = key.into();
            }
        }
    }

    /// It is said, not shown: a screen that came up by itself would take keys that were meant for what it covers.
    pub(in crate::tui) fn batch_stopped(&mut self, id: &str, cx: &mut Cx) {
        if let Some(sent) = self.batches.iter_mut().find(|sent| sent.batch.id == id) {
            sent.is_stopped = true;
            let waiting = sent.tally().waiting;
            let key = |action| cx.keymap.key(Scope::Batch, action);
            let held = count_of(waiting, "case is", "cases are");
            let (place, on, up) = (cx.key(Action::Batch), key(Action::Pause), key(Action::Drop));
            cx.say(Grade::Error, format!("two failures in a row: {held} held; {place}: {on} goes on, {up} gives up the rest"));
            cx.notices.tie_newest(Cause::Halt(id.into()));
        }
    }

    /// An entry of a batch was given up; false: it is of none.
    pub(in crate::tui) fn drop_batch_entry(&mut self, id: &str, cx: &mut Cx) -> bool {
        let Some(sent) = self.batches.iter_mut().find(|sent| sent.places.contains_key(id)) else { return false };
        sent.rows.retain(|row| row.entry.id != id);
        sent.places = sent.rows.iter().enumerate().map(|(place, row)| (row.entry.id.clone(), place)).collect();
        // What was said of its failures is not so any more.
        cx.notices.put_away(&Cause::Batch(sent.batch.id.clone()));
        if sent.tally().is_over() {
            cx.notices.put_away(&Cause::Halt(sent.batch.id.clone()));
        }
        self.outbox.retain(|queued| queued.entry.id != id);
        true
    }

    /// The outcome was looked at and left: what is wholly done is put away.
    pub(in crate::tui) fn left_batch(&mut self, id: &str, cx: &mut Cx) {
        if self.batch(id).is_some_and(|sent| sent.tally().is_over() && sent.tally().stuck == 0) {
            cx.settle_batch(id.into(), SettleBatch::PutAway);
        }
    }

    /// Edits of batches that are not at their vendor yet, but for those that the outbox lists one by one.
    pub fn batches_unsent(&self) -> usize {
        self.batches.iter().map(Sent::on_its_way).sum()
    }

    /// When the first case of a batch leaves, while it can be taken back.
    pub(in crate::tui) fn batches_leave_at(&self, cx: &Cx) -> impl Iterator<Item = (usize, Timestamp)> {
        self.batches.iter().filter_map(|sent| Some((sent.on_its_way(), sent.next_to_leave(cx.steady)?.leaves_at?)))
    }

    /// The unsettled edit of a case that belongs to a batch.
    pub(in crate::tui) fn batch_row(&self, rid: Rid) -> Option<&Queued> {
        let unsettled = |row: &&Queued| row.rid == Some(rid) && !row.entry.progress.is_settled();
        self.batches.iter().rev().filter(|sent| !sent.tally().is_over()).find_map(|sent| sent.rows.iter().find(unsettled))
    }
}

/// An entry of a batch as it is now. What waits for a person, or behind what does, is in the outbox, too.
pub(in crate::tui) fn take_batch_entry(entry: OutboxEntry, batch: &Batch, model: &mut Model, cx: &mut Cx) {
    let known = model.batch(&batch.id).and_then(|sent| sent.rids.get(&entry.edit.case).cloned());
    let (rid, key) = match known {
        Some((rid, key)) => (Some(rid), CompactString::from(key)),
        None => (None, model.key_of_case(&entry.edit.case)),
    };
    let old = model.batch(&batch.id).and_then(|sent| sent.rows.get(*sent.places.get(&entry.id)?));
    let leaves_at = cx.leaves_at(&entry, old);
    let Some(sent) = model.batch_mut(batch, cx) else { return };
    let queued = if let Some(place) = sent.places.get(&entry.id).copied() {
        sent.rows[place].entry = entry;
        sent.rows[place].leaves_at = leaves_at;
        sent.rows[place].clone()
    } else {
        let queued = Queued { entry, rid, key, leaves_at };
        // What was done before this sitting says nothing about its pace.
        sent.done_before += usize::from(queued.entry.progress.is_settled());
        sent.places.insert(queued.entry.id.clone(), sent.rows.len());
        sent.rows.push(queued.clone());
        queued
    };
    if queued.entry.progress == Progress::Queued && !queued.entry.is_held {
        sent.is_stopped = false;
        cx.notices.put_away(&Cause::Halt(batch.id.clone()));
    }
    let rid = queued.rid;
    model.list_in_outbox(queued, cx);
    if let Some(rid) = rid {
        model.judge_landed(rid, cx);
    }
    if model.batch(&batch.id).is_some_and(|sent| sent.rows.len() == sent.batch.of as usize) {
        model.find_batch_cases(&batch.id);
    }
    tell_batch(&batch.id, model, cx);
}

/// One line when all of it has come to its end.
fn tell_batch(id: &str, model: &mut Model, cx: &mut Cx) {
    let Some(sent) = model.batches.iter_mut().find(|sent| sent.batch.id == id) else { return };
    let tally = sent.tally();
    if sent.told.is_some_and(|told| told != tally) {
        cx.notices.put_away(&Cause::Batch(sent.batch.id.clone()));
    }
    let is_whole = sent.rows.len() == sent.batch.of as usize;
    if !tally.is_over() || !is_whole {
        return;
    }
    // A batch that was over before this sitting is no news.
    let is_news = sent.told.replace(tally) != Some(tally) && sent.done_before < sent.rows.len();
    if is_news {
        let words = sent.batch.words.clone();
        // In its own panel the end stands there.
        let is_in_sight = batch_in_sight(model, cx).is_some_and(|(shown, _)| shown.batch.id == id);
        if tally.stuck == 0 && is_in_sight {
            cx.dirty = true;
        } else if tally.stuck == 0 {
            cx.say(Grade::Good, format!("{}: {words}: {}", count(tally.of, "case"), tally.words()));
        } else {
            let shows = cx.key(Action::Batch);
            cx.say(Grade::Error, format!("{words}: {}; {shows} shows which", tally.words()));
            cx.notices.tie_newest(Cause::Batch(id.into()));
        }
    }
}

pub(in crate::tui) fn open_batch(id: Option<CompactString>, model: &mut Model, cx: &mut Cx) {
    let id = id.or_else(|| model.batch_to_show().map(|sent| sent.batch.id.clone()));
    let Some(id) = id else { return };
    model.find_batch_cases(&id);
    // One screen of a bulk change takes the place of another.
    let others = cx.overlays.extract_if(.., |overlay| matches!(overlay, Overlay::Batch(pane) if pane.id != id));
    for other in others.collect::<Vec<_>>() {
        if let Overlay::Batch(pane) = other {
            model.left_batch(&pane.id, cx);
        }
    }
    if !cx.overlays.iter().any(|overlay| matches!(overlay, Overlay::Batch(pane) if pane.id == id)) {
        cx.push(Overlay::Batch(Box::new(BatchPane { id, chosen: None, was_at: 0 })));
    }
}

/// The batch in sight.
pub fn batch_in_sight<'a>(model: &'a Model, cx: &Cx) -> Option<(&'a Sent, usize)> {
    let Some(Overlay::Batch(pane)) = cx.overlays.last() else { return None };
    let sent = model.batch(&pane.id)?;
    Some((sent, pane.at(sent)))
}

/// Why a command of this screen cannot act now.
pub(in crate::tui) fn no_batch_command(action: Action, model: &Model, cx: &Cx) -> Option<String> {
    let (sent, _) = batch_in_sight(model, cx)?;
    let tally = sent.tally();
    match action {
        Action::Pause | Action::Drop if tally.is_over() => Some("nothing of it is on its way any more".into()),
        Action::Retry | Action::MarkFailed if tally.stuck == 0 => Some("nothing of it has failed".into()),
        _ => None,
    }
}

pub(in crate::tui) fn act_in_batch(action: Action, times: usize, model: &mut Model, cx: &mut Cx) {
    let Some((sent, at)) = batch_in_sight(model, cx) else { return };
    let (id, tally, last) = (sent.batch.id.clone(), sent.tally(), sent.rows.len().saturating_sub(1));
    let row = sent
        .listed()
        .get(at)
        .map(|row| (row.rid, model.out_of_list(&row.entry.edit.case, &row.key), row.entry.id.to_string(), row.entry.conflict.is_some()));
    match action {
        Action::Down => move_in_batch((at + times).min(last), model, cx),
        Action::Up => move_in_batch(at.saturating_sub(times), model, cx),
        Action::Pause => {
            let how = if tally.is_paused() { SettleBatch::Continue } else { SettleBatch::Pause };
            cx.settle_batch(id, how);
            let pause = cx.keymap.key(Scope::Batch, Action::Pause);
            let paused = format!("nothing more of it begins to leave; {pause} goes on");
            cx.say(Grade::Info, if tally.is_paused() { "it goes on".to_owned() } else { paused });
        }
        Action::Retry => {
            cx.settle_batch(id, SettleBatch::Retry);
            cx.say(Grade::Info, format!("{} read and tried again", count_of(tally.stuck, "case is", "cases are")));
        }
        Action::Drop => {
            let waiting = count_of(tally.waiting, "case has", "cases have");
            let details = vec![format!("{waiting} not been sent anything yet. What was sent stays.")];
            cx.ask("Give up the rest?".into(), details, OnYes::CancelBatch(id.to_string()));
        }
        Action::MarkFailed => {
            let failed: Vec<Rid> = sent.rows.iter().filter(|row| row.entry.progress.needs_person()).filter_map(|row| row.rid).collect();
            model.mark_only(failed, cx);
            cx.pop();
            cx.say(Grade::Info, "the cases that failed are marked");
        }
        Action::Open => match row {
            Some((_, _, entry, true)) => open_conflict(&entry, model, cx),
            Some((Some(rid), ..)) if model.list.go_to(rid) => {
                cx.pop();
            }
            Some((_, out, ..)) => cx.say(Grade::Info, out),
            None => {}
        },
        _ => {}
    }
}

fn move_in_batch(at: usize, model: &Model, cx: &mut Cx) {
    let chosen = batch_in_sight(model, cx).and_then(|(sent, _)| Some(sent.listed().get(at)?.entry.id.clone()));
    if let Some(Overlay::Batch(pane)) = cx.overlays.last_mut() {
        (pane.chosen, pane.was_at) = (chosen, at);
    }
}
