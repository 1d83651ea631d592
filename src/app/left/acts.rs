//! Boxes that are left with text in them offer it again.

use crate::app::action::Action;
use crate::app::cx::Cx;
use crate::app::left::{Asked, line_of};
use crate::app::model::Model;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::{App, text};
use crate::domain::case::CaseId;
use crate::domain::count::count;
use crate::domain::draft::Draft;

impl App {
    /// Opens a box of one line, with what was typed there and left.
    pub(in crate::app) fn push_box(&mut self, mut overlay: Overlay) {
        let kept = Asked::of(&overlay).map(|asked| self.model.kept.draft_of_box(&asked).map(Draft::text));
        if let Some((place, area)) = line_of(&mut overlay)
            && let Some(typed) = kept.unwrap_or_else(|| self.model.left.take(&place))
        {
            *area = text::line(&typed);
            self.push(overlay);
            return self.cx.say(Grade::Info, "what you typed here before is offered again; Ctrl-u clears it");
        }
        self.push(overlay);
    }

    /// Closes the box on top; what is typed in it is offered again.
    pub(in crate::app) fn leave_box(&mut self) {
        self.keep_line();
        self.pop();
    }

    /// What is typed in the box on top is offered again should it be opened anew.
    pub(in crate::app) fn keep_line(&mut self) {
        self.collect_box();
        let Some(overlay) = self.cx.overlays.last_mut() else { return };
        let begun = match &*overlay {
            Overlay::Palette(pane) => pane.begun.to_owned(),
            Overlay::Name(name) => name.offered.clone(),
            _ => String::new(),
        };
        if Asked::of(overlay).is_none()
            && let Some((place, area)) = line_of(overlay)
        {
            let typed = text::line_text(area);
            self.model.left.keep(place, if typed == begun { "" } else { typed });
        }
    }

    /// Something was typed into the box on top: where it says something of cases, it goes to the disk.
    pub(in crate::app) fn typed_in_box(&mut self) {
        if self.cx.overlays.last().and_then(Asked::of).is_some() {
            self.model.left.typed_at.get_or_insert(self.cx.steady);
        }
    }

    /// The cases that a box is about which is opened now, sorted: the one of the triage run, all that are marked, or the one in sight.
    pub(in crate::app) fn cases_meant(&self) -> Vec<(CaseId, String)> {
        let marked = if self.is_in_triage() { Vec::new() } else { self.model.marked_rids() };
        let one = if self.is_in_triage() { self.triage_rid() } else { self.case_in_sight() };
        self.model.list.cases_of(&if marked.is_empty() { one.into_iter().collect() } else { marked })
    }
}

impl Model {
    /// What was typed into this box led to something that is on disk: it is not offered again.
    pub(in crate::app) fn forget_box(&mut self, overlay: &Overlay, cx: &mut Cx) {
        let place = Asked::of(overlay).and_then(|asked| Some(self.kept.draft_of_box(&asked)?.case.clone()));
        self.forget_boxes(place.as_slice(), cx);
    }

    /// What stays in memory only and took some doing.
    pub(in crate::app) fn lost_by_quitting(&self, cx: &Cx) -> Vec<String> {
        let recorded = self.recording.as_ref().filter(|steps| !steps.is_empty());
        let recorded = recorded.map(|steps| {
            let (steps, record) = (count(steps.len(), "step"), cx.key(Action::Record));
            format!("The macro of {steps} that is being recorded is lost; {record} gives it a name.")
        });
        let names = self.left.names().map(|name| format!("`{name}`, typed as a name and not given, is lost."));
        recorded.into_iter().chain(names).collect()
    }
}
