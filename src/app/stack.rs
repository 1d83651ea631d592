//! Screens over the panes: what is on top, and the case that the keys mean.

use crate::app::form::Form;
use crate::app::overlay::{Confirm, MAX_OVERLAYS, OnYes, Overlay};
use crate::app::triage::TriagePane;
use crate::app::{App, Pane};
use crate::domain::case::Rid;

impl App {
    /// The case in sight: under the cursor of the list, or the one that the detail shows.
    pub fn case_in_sight(&self) -> Option<Rid> {
        match self.panes.focus {
            Pane::List => self.model.list.cursor(),
            Pane::Detail => self.panes.detail.rid,
        }
    }

    /// A question over everything, its default no.
    pub(in crate::app) fn ask(&mut self, question: String, details: Vec<String>, on_yes: OnYes) {
        self.push(Overlay::Confirm(Confirm { question, details, asked_at: self.cx.steady, on_yes }));
    }

    pub(in crate::app) fn push(&mut self, overlay: Overlay) {
        if self.cx.overlays.len() < MAX_OVERLAYS {
            if matches!(overlay, Overlay::Confirm(_) | Overlay::Conflict(_)) {
                self.cx.keys.begin_question();
            }
            self.cx.overlays.push(overlay);
            self.cx.keys.clear();
        }
    }

    pub(in crate::app) fn pop(&mut self) -> Option<Overlay> {
        self.cx.keys.clear();
        self.cx.overlays.pop()
    }

    /// The form below the review, for painting both side by side.
    pub fn form(&self) -> Option<&Form> {
        self.cx.overlays.iter().rev().find_map(|overlay| match overlay {
            Overlay::Form(form) => Some(form.as_ref()),
            _ => None,
        })
    }

    pub(in crate::app) fn triage_pane(&self) -> Option<&TriagePane> {
        self.cx.overlays.iter().find_map(|overlay| match overlay {
            Overlay::Triage(pane) => Some(pane.as_ref()),
            _ => None,
        })
    }

    pub(in crate::app) fn triage_pane_mut(&mut self) -> Option<&mut TriagePane> {
        self.cx.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Triage(pane) => Some(pane.as_mut()),
            _ => None,
        })
    }
}
