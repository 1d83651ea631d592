//! Screens over the panes: what is on top, and the case that the keys mean.

use crate::domain::case::Rid;
use crate::tui::cx::Cx;
use crate::tui::model::Model;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::{Confirm, OnYes};
use crate::tui::screens::form::Form;
use crate::tui::screens::triage::TriagePane;

/// The case in sight: under the cursor of the list, or the one that the detail shows.
pub fn case_in_sight(model: &Model, panes: &Panes) -> Option<Rid> {
    match panes.focus {
        Pane::List => model.list.cursor(),
        Pane::Detail => panes.detail.rid,
    }
}

impl Cx {
    /// A question over everything, its default no.
    pub(in crate::tui) fn ask(&mut self, question: String, details: Vec<String>, on_yes: OnYes) {
        self.push(Overlay::Confirm(Box::new(Confirm { question, details, asked_at: self.steady, on_yes })));
    }

    pub(in crate::tui) fn push(&mut self, overlay: Overlay) {
        if self.overlays.len() < MAX_OVERLAYS {
            if matches!(overlay, Overlay::Confirm(_) | Overlay::Conflict(_)) {
                self.keys.begin_question();
            }
            self.overlays.push(overlay);
            self.keys.clear();
        }
    }

    pub(in crate::tui) fn pop(&mut self) -> Option<Overlay> {
        self.keys.clear();
        self.overlays.pop()
    }

    /// The form below the review, for painting both side by side.
    pub fn form(&self) -> Option<&Form> {
        self.overlays.iter().rev().find_map(|overlay| match overlay {
            Overlay::Form(form) => Some(form.as_ref()),
            _ => None,
        })
    }

    pub(in crate::tui) fn triage_pane(&self) -> Option<&TriagePane> {
        self.overlays.iter().find_map(|overlay| match overlay {
            Overlay::Triage(pane) => Some(pane.as_ref()),
            _ => None,
        })
    }

    pub(in crate::tui) fn triage_pane_mut(&mut self) -> Option<&mut TriagePane> {
        self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Triage(pane) => Some(pane.as_mut()),
            _ => None,
        })
    }
}

/// Overlays open at once; a deeper stack would be lost on anybody.
pub(in crate::tui) const MAX_OVERLAYS: usize = 8;

/// What is said of a key that would leave what is being committed.
pub const BEING_WRITTEN: &str = "it is being written to disk already";

/// What is said of an answer that came so early; the next one counts.
pub const TOO_SOON: &str = "that key came before the question could be read; press it again to answer";
