//! A case with what waits for it laid over.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::aspect::Aspect;
use crate::domain::case::{Case, Rid};
use crate::domain::edit::OutboxEntry;
use crate::domain::own::Own;
use crate::tui::cx::Cx;
use crate::tui::model::Model;
use crate::tui::screens::Overlay;

impl Model {
    /// The case once what waits to be sent to it has landed.
    pub(in crate::tui) fn laid<'a>(&self, case: &'a Case) -> Cow<'a, Case> {
        let Some(source) = self.source(case.row.id.source) else { return Cow::Borrowed(case) };
        let of_case = self.outbox.iter().map(|queued| &queued.entry).filter(|entry| entry.edit.case == case.row.id);
        let of_batches = self.batches.iter().filter_map(|sent| sent.entry_of(&case.row.id));
        let mut waiting: Vec<_> = of_case.chain(of_batches).filter(|entry| entry.leaves_by_itself()).collect();
        waiting.sort_by(|one, other| one.id.cmp(&other.id));
        let with = |case: Cow<'a, Case>, entry: &OutboxEntry| Cow::Owned(case.into_owned().with(&entry.edit, source.info.vendor));
        waiting.into_iter().fold(Cow::Borrowed(case), with)
    }

    /// As [`Self::laid`], for what keeps it.
    pub(in crate::tui) fn laid_whole(&self, case: &Arc<Case>) -> Arc<Case> {
        match self.laid(case) {
            Cow::Borrowed(_) => Arc::clone(case),
            Cow::Owned(laid) => Arc::new(laid),
        }
    }
}

/// The case came anew while a form or box of it is open: a form says so and takes nothing into its fields, the boxes of tags
/// and people go by it.
pub(in crate::tui) fn note_case_in_boxes(rid: Rid, model: &Model, cx: &mut Cx) {
    let Some((case, _)) = model.cached.case_to_edit(rid) else { return };
    let (laid, timeline) = (model.laid_whole(&case), model.cached.timeline(rid).to_vec());
    for overlay in &mut cx.overlays {
        match overlay {
            Overlay::Form(form) if form.rid == rid => form.note_change(&laid, &timeline, &model.landed),
            Overlay::Labels(labels) if labels.rid == rid => labels.case = Arc::clone(&case),
            Overlay::People(people) if people.rid == rid => people.case = Arc::clone(&case),
            _ => {}
        }
    }
}

/// An edit is at its vendor: what it made of the case is one's own.
pub(in crate::tui) fn note_landed(entry: &OutboxEntry, model: &mut Model, cx: &mut Cx) {
    if !entry.progress.is_settled() || entry.unsent().is_some() {
        return;
    }
    let case = &entry.edit.case;
    let Some(vendor) = model.source(case.source).map(|source| source.info.vendor) else { return };
    let wished: Vec<Aspect> = entry.edit.changes.iter().filter_map(Aspect::of).collect();
    for seen in entry.edit.base.iter().filter(|seen| wished.contains(&seen.aspect)) {
        model.landed.note(case, Own::of(&entry.edit, seen, vendor));
    }
    if let Some(draft) = model.kept.get(case).cloned() {
        model.keep_draft(case, Some(draft), cx);
    }
    if let Some(rid) = model.list.find(case) {
        note_case_in_boxes(rid, model, cx);
    }
}
