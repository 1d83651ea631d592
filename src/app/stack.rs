//! Screens over the panes: what is on top, and the case that the keys mean.

use crate::app::Pane;
use crate::app::cx::Cx;
use crate::app::form::Form;
use crate::app::model::Model;
use crate::app::overlay::{Confirm, MAX_OVERLAYS, OnYes, Overlay};
use crate::app::panes::Panes;
use crate::app::triage::TriagePane;
use crate::domain::case::Rid;

/// The case in sight: under the cursor of the list, or the one that the detail shows.
pub fn case_in_sight(model: &Model, panes: &Panes) -> Option<Rid> {
    match panes.focus {
        Pane::List => model.list.cursor(),
        Pane::Detail => panes.detail.rid,
    }
}

impl Cx {
    /// A question over everything, its default no.
    pub(in crate::app) fn ask(&mut self, question: String, details: Vec<String>, on_yes: OnYes) {
        self.push(Overlay::Confirm(Confirm { question, details, asked_at: self.steady, on_yes }));
    }

    pub(in crate::app) fn push(&mut self, overlay: Overlay) {
        if self.overlays.len() < MAX_OVERLAYS {
            if matches!(overlay, Overlay::Confirm(_) | Overlay::Conflict(_)) {
                self.keys.begin_question();
            }
            self.overlays.push(overlay);
            self.keys.clear();
        }
    }

    pub(in crate::app) fn pop(&mut self) -> Option<Overlay> {
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

    pub(in crate::app) fn triage_pane(&self) -> Option<&TriagePane> {
        self.overlays.iter().find_map(|overlay| match overlay {
            Overlay::Triage(pane) => Some(pane.as_ref()),
            _ => None,
        })
    }

    pub(in crate::app) fn triage_pane_mut(&mut self) -> Option<&mut TriagePane> {
        self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Triage(pane) => Some(pane.as_mut()),
            _ => None,
        })
    }
}
