//! The case that a form begins with, and what was typed for it before.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::aspect::{Aspect, Seen};
use crate::domain::case::{Case, Rid};
use crate::domain::change::Change;
use crate::domain::edit::{Edit, OutboxEntry};
use crate::domain::part::Part;
use crate::tui::cx::Cx;
use crate::tui::model::Model;
use crate::tui::model::case_cache::CaseCache;
use crate::tui::screens::form::Form;
use crate::tui::screens::form::base::as_seen;
use crate::tui::screens::form::open::REREAD_AFTER;

impl Model {
    /// The form of a case with what was typed for it before; None: its source is not known. `wished`: what comes into it
    /// besides was written where this was seen, and whether its texts are kept as they are shown.
    pub(in crate::tui) fn form_of(&self, rid: Rid, case: &Arc<Case>, read_at: Timestamp, wished: (&[Seen], bool), cx: &Cx) -> Option<Form> {
        let source = self.source(case.row.id.source)?;
        let (vendor, directory) = (source.info.vendor, source.directory.clone());
        let draft = self.kept.get(&case.row.id);
        let drafted = draft.map_or(&[][..], |draft| &draft.base);
        let is_known = |aspect: &Aspect| {
            drafted
                .iter()
                .any(|seen| seen.aspect == *aspect || (seen.aspect == Aspect::of_part(Part::Attributes) && aspect.part == Part::Attributes))
        };
        let seen: Vec<Seen> = drafted.iter().chain(wished.0.iter().filter(|seen| !is_known(&seen.aspect))).cloned().collect();
        let base = if seen.is_empty() {
            Arc::clone(case)
        } else {
            Arc::new(as_seen(case, &seen, wished.1 || draft.is_some_and(|draft| draft.holds_shown_text)))
        };
        let mut form = Form::new(rid, vendor, base, draft.map_or(read_at, |draft| draft.saved_at.min(read_at)), directory);
        form.read_only.clone_from(&source.info.read_only);
        let wait = if self.cached.is_behind(rid) { SignedDuration::ZERO } else { REREAD_AFTER };
        form.reread_at = cx.steady.checked_add(wait).unwrap_or(cx.steady);
        if let Some(draft) = draft {
            form.restore(draft);
        }
        Some(form)
    }

    /// Wishes that were given up are offered in the form of their case, against what was seen when they were made; what was
    /// typed there since stays. False: the form has no field for any of them.
    pub(in crate::tui) fn offer_again(&mut self, rid: Rid, edit: &Edit, cx: &mut Cx) -> bool {
        self.offer_in_form(rid, &edit.changes.iter().collect::<Vec<_>>(), &edit.base, false, cx)
    }

    /// As [`Self::offer_again`], for an entry that is given up: what of it has not landed.
    pub(in crate::tui) fn offer_given_up(&mut self, rid: Rid, entry: &OutboxEntry, cx: &mut Cx) {
        self.offer_in_form(rid, &entry.open_changes().collect::<Vec<_>>(), &entry.edit.base, entry.holds_shown_text, cx);
    }

    fn offer_in_form(&mut self, rid: Rid, changes: &[&Change], base: &[Seen], holds_shown_text: bool, cx: &mut Cx) -> bool {
        let Some((case, read_at)) = self.cached.case_to_edit(rid) else { return false };
        let Some(mut form) = self.form_of(rid, &case, read_at, (base, holds_shown_text), cx) else { return false };
        form.take_back(changes, holds_shown_text);
        let draft = form.draft(cx.now);
        let is_offered = draft.is_some();
        if is_offered {
            self.keep_draft(&case.row.id, draft, cx);
        }
        is_offered
    }
}

impl CaseCache {
    /// The case whole, when it has come; what a list tells of it, as it was told last.
    pub(in crate::tui) fn case_to_edit(&self, rid: Rid) -> Option<(Arc<Case>, Timestamp)> {
        let loaded = self.get(rid)?;
        Some((Arc::clone(&loaded.case), loaded.read_at))
    }

    /// Whether its row has changed since the case was read: only what the list tells of it is as it is now.
    pub(in crate::tui) fn is_behind(&self, rid: Rid) -> bool {
        self.get(rid).is_some_and(|loaded| loaded.is_behind)
    }
}
