//! Boxes that are left with text in them offer it again.

use crate::domain::case::CaseId;
use crate::domain::count::count;
use crate::domain::draft::Draft;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::stack::case_in_sight;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::draft::acts::collect_box;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::triage::acts::{is_in_triage, triage_rid};
use crate::tui::widgets::text;

impl Model {
    /// What was typed into this box led to something that is on disk: it is not offered again.
    pub(in crate::tui) fn forget_box(&mut self, overlay: &Overlay, cx: &mut Cx) {
        let place = overlay.asked().and_then(|asked| Some(self.kept.draft_of_box(&asked)?.case.clone()));
        self.forget_boxes(place.as_slice(), cx);
    }

    /// What stays in memory only and took some doing.
    pub(in crate::tui) fn lost_by_quitting(&self, cx: &Cx) -> Vec<String> {
        let recorded = self.recording.as_ref().filter(|steps| !steps.is_empty());
        let recorded = recorded.map(|steps| {
            let (steps, record) = (count(steps.len(), "step"), cx.key(Action::Record));
            format!("The macro of {steps} that is being recorded is lost; {record} gives it a name.")
        });
        let names = self.left.names().map(|name| format!("`{name}`, typed as a name and not given, is lost."));
        recorded.into_iter().chain(names).collect()
    }
}

/// Opens a box of one line, with what was typed there and left.
pub(in crate::tui) fn push_box(mut overlay: Overlay, model: &mut Model, cx: &mut Cx) {
    let kept = overlay.asked().map(|asked| model.kept.draft_of_box(&asked).map(Draft::text));
    if let Some(line) = overlay.line()
        && let Some(typed) = kept.unwrap_or_else(|| model.left.take(&line.place))
    {
        *line.area = text::line(&typed);
        cx.push(overlay);
        return cx.say(Grade::Info, "what you typed here before is offered again; Ctrl-u clears it");
    }
    cx.push(overlay);
}

/// Closes the box on top; what is typed in it is offered again.
pub(in crate::tui) fn leave_box(model: &mut Model, cx: &mut Cx) {
    keep_line(model, cx);
    cx.pop();
}

/// What is typed in the box on top is offered again should it be opened anew.
pub(in crate::tui) fn keep_line(model: &mut Model, cx: &mut Cx) {
    collect_box(model, cx);
    let Some(overlay) = cx.overlays.last_mut() else { return };
    if overlay.asked().is_none()
        && let Some(line) = overlay.line()
    {
        let typed = text::line_text(line.area);
        model.left.keep(line.place, if typed == line.begun { "" } else { typed });
    }
}

/// Something was typed into the box on top: where it says something of cases, it goes to the disk.
pub(in crate::tui) fn typed_in_box(model: &mut Model, cx: &Cx) {
    if cx.overlays.last().is_some_and(|overlay| overlay.asked().is_some()) {
        model.left.typed_at.get_or_insert(cx.steady);
    }
}

/// The cases that a box is about which is opened now, sorted: the one of the triage run, all that are marked, or the one in sight.
pub(in crate::tui) fn cases_meant(model: &Model, panes: &Panes, cx: &Cx) -> Vec<(CaseId, String)> {
    let marked = if is_in_triage(cx) { Vec::new() } else { model.marked_rids() };
    let one = if is_in_triage(cx) { triage_rid(cx) } else { case_in_sight(model, panes) };
    model.list.cases_of(&if marked.is_empty() { one.into_iter().collect() } else { marked })
}
