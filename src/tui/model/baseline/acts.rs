//! Looking at a case: what of it is news from then on.

use crate::domain::aside::Then;
use crate::domain::baseline::{Baseline, Looked};
use crate::domain::case::{CaseId, Rid, Row};
use crate::domain::edit::{OutboxEntry, Progress};
use crate::protocol::From;
use crate::tui::cx::Cx;
use crate::tui::cx::pending::Ask;
use crate::tui::model::Model;
use crate::tui::model::aside::then;
use crate::tui::model::baseline::Known;
use crate::tui::panes::{Pane, Panes};

impl Model {
    /// What is remembered on disk: at the start all of it, before any row; later what an edit or another process has moved.
    pub(in crate::tui) fn take_baselines(&mut self, shown: Vec<(CaseId, Option<Then>)>, cx: &mut Cx) {
        for (case, shown) in shown {
            let known = self.baselines.known.get(&case).and_then(|known| known.rid);
            let rid = known.or_else(|| self.list.find(&case));
            self.baselines.known.insert(case, Known { shown, rid });
            if let Some(rid) = rid {
                self.judge_unseen(rid, cx);
            }
        }
    }

    /// Marks the case as changed, or not, as follows from what is known.
    pub(in crate::tui) fn judge_unseen(&mut self, rid: Rid, cx: &mut Cx) {
        let Some(row) = self.list.row(rid) else { return };
        let case = CaseId { source: row.source, id: row.id.into() };
        let is_news = self.baselines.is_news(&case, &then(&row)) && !self.is_leaving(&case);
        if is_news || self.baselines.woken.contains(&rid) {
            self.list.set_unseen(rid);
        } else {
            self.list.see(rid);
        }
        cx.dirty = true;
    }

    /// An edit of the person's own is being sent: what changes now is most likely that, and is judged when it has landed.
    pub(in crate::tui) fn is_leaving(&self, case: &CaseId) -> bool {
        let is_leaving =
            |entry: &OutboxEntry| entry.edit.case == *case && matches!(entry.progress, Progress::Sending { .. } | Progress::Sent);
        self.outbox.iter().any(|queued| is_leaving(&queued.entry))
            || self.batches.iter().filter_map(|sent| sent.entry_of(case)).any(is_leaving)
    }
}

/// Rows as they are now, before the list takes them: those whose mark may turn. What the list showed of one that changes for
/// the first time since it was looked at counts from here on; disk has remembered the same, whoever stored the row.
pub(in crate::tui) fn meet_baselines(rows: &[(Rid, Row)], from: From, model: &mut Model, panes: &Panes, cx: &Cx) -> Vec<Rid> {
    let mut touched = Vec::new();
    for (rid, row) in rows {
        if let Some(known) = model.baselines.known.get_mut(&row.id) {
            known.rid = Some(*rid);
            touched.push(*rid);
        } else if from == From::Network && model.source(row.id.source).is_some_and(|source| source.was_full) {
            let shown = model.list.row(*rid).map(|old| then(&old));
            if shown.as_ref().is_none_or(|shown| shown.is_news(&Then::of(row))) {
                model.baselines.known.insert(row.id.clone(), Known { shown, rid: Some(*rid) });
                touched.push(*rid);
            }
        }
        read_again_under_eyes(*rid, row, from, model, panes, cx);
    }
    touched
}

/// The case that the person is reading has changed: what is on the screen of it is old.
fn read_again_under_eyes(rid: Rid, row: &Row, from: From, model: &mut Model, panes: &Panes, cx: &Cx) {
    let is_under_eyes = from == From::Network && panes.focus == Pane::Detail && panes.detail.rid == Some(rid);
    if !is_under_eyes || cx.pending.any(|ask| *ask == Ask::Open(rid)) {
        return;
    }
    let is_old = |loaded: &crate::tui::model::case_cache::Loaded| Then::of(&loaded.case.row).is_news(&Then::of(row));
    let has_changed = model.list.row(rid).is_some_and(|old| then(&old).is_news(&Then::of(row)));
    if has_changed && panes.detail.loaded.as_ref().is_some_and(is_old) {
        model.follow.forget_opened();
    }
}

/// The case was opened. One that changed, or was not read since, is read first; the mark goes when it is in sight.
pub(in crate::tui) fn begin_look(model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let Some(rid) = model.list.cursor() else { return };
    model.baselines.woken.remove(&rid);
    let is_fresh = panes.detail.rid == Some(rid)
        && panes.detail.fault.is_none()
        && panes.detail.loaded.as_ref().is_some_and(|loaded| {
            let row = model.list.row(rid);
            loaded.from == From::Network && !loaded.is_behind && row.is_some_and(|row| !Then::of(&loaded.case.row).is_news(&then(&row)))
        });
    if cx.pending.any(|ask| *ask == Ask::Open(rid)) {
        // It is being read: the look comes with the end of that.
    } else if is_fresh && !model.list.is_unseen(rid) {
        have_looked(rid, model, panes, cx);
    } else {
        // Even one whose row is the same: comments do not show in a list.
        model.follow.forget_opened();
    }
    model.judge_unseen(rid, cx);
}

/// The case has been read whole while it is open before the person: this is what they know from now on.
pub(in crate::tui) fn have_looked(rid: Rid, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    if panes.focus != Pane::Detail || panes.detail.rid != Some(rid) || panes.detail.fault.is_some() {
        return;
    }
    // Of one whose row has changed since, only the row has been seen.
    let is_read = |loaded: &&crate::tui::model::case_cache::Loaded| loaded.from == From::Network && !loaded.is_behind;
    let Some(loaded) = panes.detail.loaded.as_ref().filter(is_read) else { return };
    let row = Then::of(&loaded.case.row);
    let looked = Looked::of(&loaded.case, &panes.detail.activities.items, &panes.detail.records.items, loaded.read_at);
    let case = loaded.case.row.id.clone();
    model.baselines.known.insert(case.clone(), Known { shown: Some(row.clone()), rid: Some(rid) });
    model.baselines.woken.remove(&rid);
    model.judge_unseen(rid, cx);
    model.baselines.backlog.put(vec![Baseline { case, row: Some(row), looked: Some(looked) }]);
}
