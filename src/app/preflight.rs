//! Before a Tines case is closed: its closure conditions, judged as far as that is safe, and the way to what is missing.

use crate::app::App;
use crate::app::action::Action;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::review::Review;
use crate::app::verbs;
use crate::domain::aspect::Aspect;
use crate::domain::case::{Rid, State};
use crate::domain::edit::{Change, Part};
use crate::domain::formula::{Verdict, judge};

impl App {
    /// The conditions of the case that a review would close, by name; empty when it closes none.
    pub fn conditions(&self, review: &Review) -> Vec<(String, Verdict)> {
        let Some(loaded) = self.shelf.get(review.rid) else { return Vec::new() };
        let closes = |change: &Change| matches!(change, Change::Status(status) if status.state == State::Closed);
        if !loaded.case.row.status.is_open() || !review.edit.changes.iter().any(closes) {
            return Vec::new();
        }
        let conditions = loaded.case.closure_conditions.iter();
        conditions.map(|one| (one.name.to_string(), judge(one.formula.as_str(), &loaded.case, &review.edit))).collect()
    }

    /// What the first condition that is not met is about.
    pub fn lacking(&self) -> Option<(Rid, Aspect)> {
        let Some(Overlay::Review(review)) = self.overlays.last() else { return None };
        let about = self.conditions(review).into_iter().find_map(|(_, verdict)| match verdict {
            Verdict::NotMet { about } => about,
            _ => None,
        })?;
        Some((review.rid, about))
    }

    /// Leaves the review for the place where what is missing can be given.
    pub(super) fn jump_to_lacking(&mut self) {
        let Some((rid, about)) = self.lacking() else { return };
        self.pop();
        match about.part {
            Part::Assignees => self.start_verb(rid, Action::Assign),
            Part::Tags => self.start_verb(rid, Action::Tags),
            part if verbs::has_field(part) => match self.overlays.last_mut() {
                Some(Overlay::Form(form)) if form.rid == rid => form.focus(&about),
                _ => self.open_form_at(rid, &about),
            },
            part => self.say(Grade::Info, format!("the {} of this case is changed at the vendor", part.name())),
        }
    }
}
