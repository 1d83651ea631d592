//! What was sent from here is nobody else's change: drafts go along with it, and neither a form nor a review calls it a
//! colleague's.

pub mod acts;

use std::collections::VecDeque;

use crate::domain::aspect::{Seen, Value};
use crate::domain::case::{Case, CaseId, Vendor};
use crate::domain::draft::Draft;
use crate::domain::own::Own;
use crate::domain::part::Part;

/// Changes remembered; a draft rarely waits behind more.
const MAX_LANDED: usize = 256;

/// What was sent from here and read back, oldest first.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Landed(VecDeque<(CaseId, Own)>);

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
    pub(in crate::tui) fn of<'a>(&'a self, case: &'a CaseId) -> impl Iterator<Item = &'a Own> + Clone {
        self.0.iter().filter(move |(known, _)| known == case).map(|(_, own)| own)
    }

    /// A draft goes along where one value replaces another. Texts of several lines and lists keep what was seen: they are merged.
    pub(in crate::tui) fn lead(&self, mut draft: Draft) -> Draft {
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
pub(in crate::tui) fn has_moved<'a>(seen: &Seen, now: &Case, own: impl Iterator<Item = &'a Own>, vendor: Vendor) -> bool {
    let mut at = seen.named_by(now);
    for own in own {
        at.follow(own);
    }
    at.aspect.has_moved(&at.value, &at.aspect.read(now), vendor)
}
