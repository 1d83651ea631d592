//! What was sent from here is nobody else's change: drafts go along with it, and neither a form nor a review calls it a
//! colleague's.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::app::App;
use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::case::{Case, CaseId, Vendor};
use crate::domain::draft::Draft;
use crate::domain::edit::{OutboxEntry, Part};
use crate::domain::own::Own;

/// Changes remembered; a draft rarely waits behind more.
const MAX_LANDED: usize = 256;

/// What was sent from here and read back, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Landed(VecDeque<(CaseId, Own)>);

impl Landed {
    fn note(&mut self, case: &CaseId, own: Own) {
        if self.0.iter().any(|(known, other)| known == case && *other == own) {
            return;
        }
        if self.0.len() == MAX_LANDED {
            self.0.pop_front();
        }
        self.0.push_back((case.clone(), own));
    }

    /// What was sent to a case.
    pub(super) fn of<'a>(&'a self, case: &'a CaseId) -> impl Iterator<Item = &'a Own> + Clone {
        self.0.iter().filter(move |(known, _)| known == case).map(|(_, own)| own)
    }

    /// A draft goes along where one value replaces another. Texts of several lines and lists keep what was seen: they are merged.
    pub(super) fn lead(&self, mut draft: Draft) -> Draft {
        let case = draft.case.clone();
        for seen in draft.base.iter_mut().filter(|seen| is_line(seen)) {
            for own in self.of(&case).filter(|own| is_line(&own.after)) {
                seen.follow(own);
            }
        }
        draft
    }
}

fn is_line(seen: &Seen) -> bool {
    let is_whole = matches!(seen.aspect.part, Part::Title | Part::Status | Part::Priority | Part::Archived | Part::Field);
    is_whole && matches!(&seen.value, Value::Text(text) if !text.contains('\n'))
}

/// Whether somebody else has changed a field since it was seen, beside what was sent from here.
pub(super) fn has_moved<'a>(seen: &Seen, now: &Case, own: impl Iterator<Item = &'a Own>, vendor: Vendor) -> bool {
    let mut at = seen.named_by(now);
    for own in own {
        at.follow(own);
    }
    at.aspect.has_moved(&at.value, &at.aspect.read(now), vendor)
}

impl App {
    /// The case once what waits to be sent to it has landed.
    pub(super) fn laid<'a>(&self, case: &'a Case) -> Cow<'a, Case> {
        let Some(source) = self.source(case.row.id.source) else { return Cow::Borrowed(case) };
        let of_case = self.outbox.iter().map(|queued| &queued.entry).filter(|entry| entry.edit.case == case.row.id);
        let of_batches = self.batches.iter().filter_map(|sent| sent.entry_of(&case.row.id));
        let mut waiting: Vec<_> = of_case.chain(of_batches).filter(|entry| entry.leaves_by_itself()).collect();
        waiting.sort_by(|one, other| one.id.cmp(&other.id));
        let with = |case: Cow<'a, Case>, entry: &OutboxEntry| Cow::Owned(case.into_owned().with(&entry.edit, source.card.vendor));
        waiting.into_iter().fold(Cow::Borrowed(case), with)
    }

    /// As [`Self::laid`], for what keeps it.
    pub(super) fn laid_whole(&self, case: &Arc<Case>) -> Arc<Case> {
        match self.laid(case) {
            Cow::Borrowed(_) => Arc::clone(case),
            Cow::Owned(laid) => Arc::new(laid),
        }
    }

    /// An edit is at its vendor: what it made of the case is one's own.
    pub(super) fn note_landed(&mut self, entry: &OutboxEntry) {
        if !entry.progress.is_settled() || entry.unsent().is_some() {
            return;
        }
        let case = &entry.edit.case;
        let Some(vendor) = self.source(case.source).map(|source| source.card.vendor) else { return };
        let wished: Vec<Aspect> = entry.edit.changes.iter().filter_map(Aspect::of).collect();
        for seen in entry.edit.base.iter().filter(|seen| wished.contains(&seen.aspect)) {
            self.landed.note(case, Own::of(&entry.edit, seen, vendor));
        }
        if let Some(draft) = self.kept.get(case).cloned() {
            self.keep_draft(case, Some(draft));
        }
        if let Some(rid) = self.list.find(case) {
            self.note_case_in_boxes(rid);
        }
    }
}
