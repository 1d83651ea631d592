//! What `is:` knows, told to the list.

use std::collections::BTreeMap;

use crate::domain::case::{CaseId, Rid, Row};
use crate::domain::edit::Progress;
use crate::domain::fault::FaultKind;
use crate::index::Flags;
use crate::tui::model::Model;
use crate::tui::model::flags::{TOLD, Told};

impl Told {
    /// Rows that came may be the cases of drafts that were on disk before them.
    pub(in crate::tui) fn meet_drafts(&mut self, rows: &[(Rid, Row)]) {
        if self.drafts.is_empty() {
            return;
        }
        for (rid, row) in rows {
            if let Some(known) = self.drafts.get_mut(&row.id) {
                *known = Some(*rid);
            }
        }
    }
}

impl Model {
    /// Brings the index up to date with marks, outbox and drafts.
    pub(in crate::tui) fn tell_flags(&mut self) {
        let is_bare = !self.marks.has_marks() && self.outbox.is_empty() && self.batches.is_empty() && self.kept.is_empty();
        if is_bare && self.told.flags.is_empty() {
            return;
        }
        let mut known = std::mem::take(&mut self.told.drafts);
        let mut row = |case: &CaseId| known.remove(case).unwrap_or_else(|| self.list.find(case));
        self.told.drafts = self.kept.cases().map(|case| (case.clone(), row(case))).collect();
        let mut flags: BTreeMap<Rid, Flags> = BTreeMap::new();
        let mut add = |rid: Rid, more: Flags| {
            let known = flags.entry(rid).or_default();
            *known = known.with(more);
        };
        self.marks.marked_set().for_each(|rid| add(rid, Flags::MARKED));
        let in_batches = self.batches.iter().flat_map(|sent| &sent.rows);
        for queued in self.outbox.iter().chain(in_batches).filter(|queued| !queued.entry.progress.is_settled()) {
            let Some(rid) = queued.rid else { continue };
            add(rid, Flags::QUEUED);
            if matches!(&queued.entry.progress, Progress::Parked { fault, .. } if fault.kind == FaultKind::Conflict) {
                add(rid, Flags::CONFLICT);
            }
        }
        self.told.drafts.values().flatten().for_each(|rid| add(*rid, Flags::DIRTY));
        flags.retain(|rid, _| self.list.row(*rid).is_some());
        let before = std::mem::take(&mut self.told.flags);
        for rid in before.keys().filter(|rid| !flags.contains_key(rid)) {
            self.list.flag(*rid, TOLD, false);
        }
        for (rid, now) in &flags {
            if before.get(rid) != Some(now) {
                self.list.flag(*rid, TOLD, false);
                self.list.flag(*rid, *now, true);
            }
        }
        self.told.flags = flags;
    }
}
