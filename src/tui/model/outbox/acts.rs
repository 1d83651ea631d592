//! Keys in the outbox, and reports about its entries.

use crate::domain::case::{Rid, Row};
use crate::domain::change::Change;
use crate::domain::count::{count, count_of};
use crate::domain::edit::{Edit, OutboxEntry, Progress};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::protocol::Settle;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::{Cause, Grade};
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::draft::Kept;
use crate::tui::model::history::gone::acts::forget_entry;
use crate::tui::model::history::seconds_until;
use crate::tui::model::outbox::{Queued, wish};
use crate::tui::model::own::acts::note_landed;
use crate::tui::screens::batch::acts::take_batch_entry;

impl Queued {
    /// `status -> In progress, comment (212 chars)`.
    pub fn wishes(&self, model: &Model) -> String {
        self.wishes_at(0..self.entry.edit.changes.len(), model)
    }

    /// Of the changes at these places; a status is told as its plan told it.
    fn wishes_at(&self, places: impl Iterator<Item = usize>, model: &Model) -> String {
        let edit = &self.entry.edit;
        let words = |at: usize| {
            let change = edit.changes.get(at)?;
            let line = self.entry.lines.get(at).filter(|line| line.part == Part::Status && change.part() == Part::Status);
            Some(line.map_or_else(|| model.wishes(edit, [change]), |line| format!("status -> {}", Clean::line(&line.new))))
        };
        places.filter_map(words).collect::<Vec<_>>().join(", ")
    }

    /// Which of its wishes have landed, and which have not; None: nothing has, or it is not known.
    pub fn landed(&self, model: &Model) -> Option<(String, String)> {
        let (Progress::Sending { done, .. } | Progress::Parked { done, .. } | Progress::Unknown { done, .. }) = self.entry.progress else {
            return None;
        };
        let (landed, left) = self.entry.calls.split_at_checked(done).filter(|(landed, _)| !landed.is_empty())?;
        let words = |calls: &[crate::domain::edit::Call]| self.wishes_at(calls.iter().flat_map(|call| call.makes.iter().copied()), model);
        Some((words(landed), words(left)))
    }
}

/// Why an action of the outbox cannot act on an entry; None: it can.
pub(in crate::tui) fn unavailable(queued: &Queued, action: Action, model: &Model, cx: &Cx) -> Option<String> {
    let is_offline = cx.setup.offline && matches!(action, Action::Retry | Action::RollBack | Action::Flush);
    if is_offline {
        return Some("started with --offline, so nothing is sent".into());
    }
    let key = |action| cx.keymap.key(Scope::Outbox, action);
    match (action, &queued.entry.progress) {
        (Action::HoldAll, _) if !model.outbox.iter().any(Queued::is_waiting) => Some("nothing waits that could be held".into()),
        (Action::Flush, _) if !model.outbox.iter().any(Queued::leaves_unasked) => Some("nothing waits to be sent".into()),
        (Action::HoldAll | Action::Flush, _) => None,
        (_, Progress::Sending { .. } | Progress::Sent | Progress::Verified) if cx.setup.offline => {
            Some("it has begun to leave and may have arrived: it goes on with the next caseload started without --offline".into())
        }
        (_, Progress::Sending { .. } | Progress::Sent | Progress::Verified) => Some("it is being sent right now".into()),
        (Action::Retry, Progress::Queued) if queued.entry.is_held => Some(format!("it is held: {} lets it go", key(Action::Hold))),
        (Action::Retry, Progress::Parked { .. }) if queued.entry.conflict.is_some() => {
            Some(format!("{} decides the conflict first", key(Action::Open)))
        }
        (Action::RollBack, Progress::Queued) => Some(format!("nothing of it was sent: {} drops it", key(Action::Drop))),
        (Action::RollBack, Progress::Parked { done: 0, .. }) => Some(format!("nothing of it has landed: {} drops it", key(Action::Drop))),
        (Action::RollBack, Progress::Unknown { .. }) => Some(format!("{} finds out first what has landed", key(Action::Retry))),
        (Action::Hold, Progress::Parked { .. } | Progress::Unknown { .. }) => Some("it is stopped and waits for you already".into()),
        _ => None,
    }
}

impl Model {
    /// Changes of an edit in a few words.
    pub(in crate::tui) fn wishes<'a>(&self, edit: &Edit, changes: impl IntoIterator<Item = &'a Change>) -> String {
        let directory = self.source(edit.case.source).and_then(|source| source.directory.as_deref());
        let known = directory.into_iter().flat_map(|directory| directory.me.iter().chain(&directory.people));
        let people = known.chain(edit.base.iter().flat_map(|seen| &seen.people));
        changes.into_iter().map(|change| wish(change, people.clone())).collect::<Vec<_>>().join(", ")
    }

    /// The unsettled edit of a case that came last, for its mark in the list.
    pub fn queued(&self, rid: Rid) -> Option<&Queued> {
        self.outbox.iter().rev().find(|queued| queued.rid == Some(rid)).or_else(|| self.batch_row(rid))
    }

    /// How many edits are stuck until a person decides.
    pub fn stuck(&self) -> usize {
        self.outbox.iter().filter(|queued| queued.entry.progress.needs_person()).count()
    }

    /// Edits that are not at their vendor yet: those that the outbox lists, and those on their way in bulk changes.
    pub fn unsent(&self) -> usize {
        self.outbox.len() + self.batches_unsent()
    }

    /// How many edits wait, for a heading: before the disk is read it is not known that none do.
    pub fn unsent_told(&self) -> String {
        let count = self.unsent() + self.kept.edits_elsewhere();
        if count == 0 && !self.list.is_disk_told() { "?".into() } else { count.to_string() }
    }

    /// Why the outbox shows nothing.
    pub fn nothing_to_send(&self, cx: &Cx) -> String {
        let in_bulk = self.batches_unsent();
        if in_bulk > 0 {
            return format!("{} on their way in bulk changes: {} shows them", count(in_bulk, "edit"), cx.key(Action::Batch));
        }
        let others: Vec<String> = self.kept.elsewhere.iter().filter(|of| of.edits > 0).map(Elsewhere::words).collect();
        if !others.is_empty() {
            return others.join("; ");
        }
        if !self.list.is_disk_told() {
            return "the disk is still being read: what waits to be sent is not known yet".into();
        }
        "the outbox is empty: nothing waits to be sent".into()
    }

    /// Rows that came may be the cases of entries that were on disk before them.
    pub(in crate::tui) fn meet_rows(&mut self, rows: &[(Rid, Row)]) {
        for queued in self.outbox.iter_mut().filter(|queued| queued.rid.is_none()) {
            if let Some((rid, row)) = rows.iter().find(|(_, row)| row.id == queued.entry.edit.case) {
                queued.rid = Some(*rid);
                queued.key = row.key.as_str().into();
            }
        }
    }

    /// `waiting`, `after 1`, `behind 1 !`, `sends in 3 s`, `held`, `sending 2 of 5`, `STOPPED !`, `CONFLICT !`, `UNKNOWN !`.
    pub fn entry_state(&self, at: usize, cx: &Cx) -> String {
        let Some(queued) = self.outbox.get(at) else { return String::new() };
        let entry = &queued.entry;
        let is_before = |other: &Queued| other.entry.edit.case == entry.edit.case && other.entry.leaves_by_itself();
        let has_stopped = |other: &Queued| other.entry.edit.case == entry.edit.case && other.entry.progress.needs_person();
        match &entry.progress {
            Progress::Queued if entry.is_held => "held".into(),
            Progress::Queued if entry.is_behind() => match self.outbox.iter().position(has_stopped) {
                Some(stopped) => format!("behind {} !", stopped + 1),
                None => "waiting".into(),
            },
            Progress::Queued if self.is_offline(cx) => "waiting".into(),
            Progress::Queued => match (self.outbox[..at].iter().rposition(is_before), queued.leaves_at) {
                (Some(before), _) => format!("after {}", before + 1),
                (None, Some(then)) if then > cx.steady => format!("sends in {} s", seconds_until(then, cx.steady)),
                _ => "waiting".into(),
            },
            Progress::Sending { .. } if self.is_offline(cx) => "may have left".into(),
            Progress::Sending { .. } => queued.progress(false),
            Progress::Sent | Progress::Verified if self.is_offline(cx) => "not read back".into(),
            Progress::Sent | Progress::Verified => "reading back".into(),
            Progress::Parked { .. } if entry.conflict.is_some() => "CONFLICT !".into(),
            Progress::Parked { .. } => "STOPPED !".into(),
            Progress::Unknown { .. } => "UNKNOWN !".into(),
        }
    }

    /// Everything that waits goes without its delay; what is held, or waits behind a stopped one, stays.
    pub(in crate::tui) fn flush(&mut self, cx: &mut Cx) {
        let entries: Vec<_> =
            self.outbox.iter().filter(|queued| queued.leaves_unasked()).map(|queued| queued.entry.id.to_string()).collect();
        let words = format!("{} sent now", count_of(entries.len(), "edit is", "edits are"));
        for entry in entries {
            cx.settle_entry(entry, Settle::Retry);
        }
        cx.say(Grade::Info, words);
    }
}

impl Kept {
    /// Edits on disk of sources that are not configured.
    pub fn edits_elsewhere(&self) -> usize {
        self.elsewhere.iter().map(|of| of.edits).sum()
    }

    /// They cannot be shown as entries: said once, and counted as stopped.
    pub(in crate::tui) fn meet_elsewhere(&mut self, others: Vec<Elsewhere>, cx: &mut Cx) {
        for of in &others {
            cx.say(Grade::Warning, of.words());
        }
        self.elsewhere = others;
    }
}

/// An entry as it is now: its mark, and a line about it.
pub(in crate::tui) fn take_entry(entry: OutboxEntry, model: &mut Model, cx: &mut Cx) {
    model.note_right(&entry);
    note_landed(&entry, model, cx);
    if let Some(batch) = entry.batch.clone() {
        return take_batch_entry(entry, &batch, model, cx);
    }
    let at = model.outbox.iter().position(|queued| queued.entry.id == entry.id);
    let queued = match at {
        Some(at) => Queued { leaves_at: cx.leaves_at(&entry, Some(&model.outbox[at])), entry, ..model.outbox[at].clone() },
        None => model.meet(entry, cx),
    };
    if at.is_none() {
        model.history.meet(&queued.entry);
    }
    model.history.went(&queued.entry);
    let is_news = at.is_none_or(|at| {
        let known = &model.outbox[at].entry;
        known.progress != queued.entry.progress || known.is_held != queued.entry.is_held || known.is_behind() != queued.entry.is_behind()
    });
    if is_news {
        cx.notices.put_away(&Cause::Entry(queued.entry.id.clone()));
        announce(&queued, model, cx);
    }
    let rid = queued.rid;
    match (at, queued.entry.progress.is_settled()) {
        (Some(at), true) => {
            model.outbox.remove(at);
        }
        (Some(at), false) => model.outbox[at] = queued,
        (None, true) => {}
        (None, false) => model.outbox.push(queued),
    }
    if let Some(rid) = rid {
        model.judge_landed(rid, cx);
    }
}

fn announce(queued: &Queued, model: &Model, cx: &mut Cx) {
    // How far it has come stands first: a narrow status line cuts the end.
    let progress = queued.progress(model.is_offline(cx));
    // What another workbench wished, and need not send, is not said of what was sent here.
    let is_other = queued.entry.unsent().is_some() && !model.history.knows(&queued.entry.id);
    let whose = if is_other { ", an edit not of this sitting:" } else { "" };
    let wishes = queued.wishes(model);
    // Nothing is left of an edit that was decided for what others did.
    let of = if wishes.is_empty() { String::new() } else { format!(" ({wishes})") };
    let words = format!("{}{whose} {progress}{of}", queued.key);
    match &queued.entry.progress {
        Progress::Parked { .. } | Progress::Unknown { .. } => {
            let (state, why) = progress.split_once(": ").unwrap_or((&progress, ""));
            cx.say(Grade::Error, format!("{} {state}; {} decides: {why} ({})", queued.key, cx.key(Action::Outbox), queued.wishes(model)));
            cx.notices.tie_newest(Cause::Entry(queued.entry.id.clone()));
            cx.effects.push(Effect::Bell);
        }
        Progress::Queued if queued.entry.is_behind() => {
            let (why, decides) = (queued.progress(model.is_offline(cx)), cx.key(Action::Outbox));
            cx.say(Grade::Info, format!("{} {why}; {decides} decides that one ({})", queued.key, queued.wishes(model)));
        }
        Progress::Verified if queued.entry.unread.is_none() => cx.say(Grade::Good, words),
        _ => cx.say(Grade::Info, words),
    }
}

pub(in crate::tui) fn drop_entry(id: &str, model: &mut Model, cx: &mut Cx) {
    let mut known = model.outbox.iter().chain(model.batches.iter().flat_map(|sent| &sent.rows));
    let rid = known.find(|queued| queued.entry.id == id).and_then(|queued| queued.rid);
    if !model.drop_batch_entry(id, cx)
        && let Some(at) = model.outbox.iter().position(|queued| queued.entry.id == id)
    {
        let queued = model.outbox.remove(at);
        cx.notices.put_away(&Cause::Entry(id.into()));
        forget_entry(&queued, model, cx);
    }
    if let Some(rid) = rid {
        model.judge_landed(rid, cx);
    }
}
