//! Whose hand a conflict is about: the timeline is asked, for the case itself tells only who was at it last.

use jiff::Timestamp;

use crate::domain::activity::Activity;
use crate::domain::aspect::Aspect;
use crate::domain::author::{Author, author};
use crate::domain::case::Case;
use crate::domain::edit::OutboxEntry;
use crate::domain::merge::{Conflict, Outcome};
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::sync::send::sender::{Sender, Talk};

impl Sender {
    /// Writes down who made the changes that a person has to decide about, as far as the vendor proves it. `found_at`: when the
    /// case had last changed as it was known here before.
    pub(super) async fn name_author(
        &self,
        talk: &Talk<'_>,
        entry: &OutboxEntry,
        case: &Case,
        found_at: Option<Timestamp>,
        conflict: &mut Conflict,
    ) {
        let is_open = |outcome: &Outcome| matches!(outcome, Outcome::Overlap(_));
        let overlaps = conflict.merges.iter().filter(|merge| is_open(&merge.outcome));
        let moved: Vec<(Aspect, String)> = overlaps.map(|merge| (merge.aspect.clone(), name(&merge.aspect, case))).collect();
        let since = found_at.or(case.row.created_at).unwrap_or(Timestamp::MIN).min(talk.saved_at(entry));
        let timeline = match &case.activities {
            Some(slice) => slice.items.clone(),
            // Nobody is named where it cannot be read.
            None => talk.provider.activities(&case.row.id.id, None).await.map(|slice| slice.items).unwrap_or_default(),
        };
        // One field was compared, and others may have changed beside it: those have left their entries.
        let said = Some(case).filter(|_| !timeline.is_empty());
        let Some(Author { who, at }) = author(&moved, &timeline as &[Activity], since, said) else { return };
        let is_me = talk.handle.directory().me.as_ref().is_some_and(|me| me.is(&who));
        let is_from_here = is_me && self.has_made(entry, &moved);
        conflict.by_me = is_me && !is_from_here;
        conflict.by = Some(if is_from_here { Clean::line("you") } else { Clean::line(who.label()) });
        conflict.at = at;
    }

    /// Whether this run has changed one of these fields itself.
    fn has_made(&self, entry: &OutboxEntry, moved: &[(Aspect, String)]) -> bool {
        let own = self.known.own.borrow();
        own.iter().any(|(case, own)| *case == entry.edit.case && moved.iter().any(|(aspect, _)| *aspect == own.after.aspect))
    }
}

/// A field by the name that the timeline has for it.
fn name(aspect: &Aspect, case: &Case) -> String {
    let field = case.fields.iter().find(|field| aspect.part == Part::Field && field.id == aspect.key);
    field.map_or_else(|| aspect.name(), |field| field.name.to_string())
}
