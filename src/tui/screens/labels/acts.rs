//! Keys in the box for tags and attributes.

use crate::domain::case::Case;
use crate::domain::edit::Edit;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::left::acts::{leave_box, typed_in_box};
use crate::tui::model::list::List;
use crate::tui::screens::Overlay;
use crate::tui::screens::labels::MAX_KNOWN;
use crate::tui::screens::review::acts::start_review;
use crate::tui::widgets::text;

impl List {
    /// Labels of the rows in sight of the same source.
    pub(in crate::tui) fn labels_in_sight(&self, case: &Case) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let rows = self.visible().iter().filter_map(|rid| self.row(*rid));
        for tag in rows.filter(|row| row.source == case.row.id.source).flat_map(|row| row.tags()) {
            if out.len() < MAX_KNOWN && !out.iter().any(|known| known == tag) {
                out.push(tag.to_owned());
            }
        }
        out.sort();
        out
    }
}

pub(in crate::tui) fn act_in_labels(action: Action, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Labels(labels)) = cx.overlays.last_mut() else { return };
    let last = labels.suggestions().len().saturating_sub(1);
    match action {
        Action::Down => labels.chosen = (labels.chosen + 1).min(last),
        Action::Up => labels.chosen = labels.chosen.saturating_sub(1),
        Action::Complete => {
            labels.complete();
            typed_in_box(model, cx);
        }
        Action::Pick => match labels.changes() {
            Ok(changes) => {
                let (rid, edit) = (labels.rid, Edit::new(&labels.case, changes));
                start_review(rid, edit, model, cx);
            }
            Err(reason) => cx.say(Grade::Info, reason),
        },
        Action::Leave => leave_box(model, cx),
        _ => {}
    }
}

pub(in crate::tui) fn type_in_labels(chord: Chord, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Labels(labels)) = cx.overlays.last_mut() else { return };
    if text::type_in_line(&mut labels.area, chord) {
        labels.chosen = 0;
    }
    typed_in_box(model, cx);
}

pub(in crate::tui) fn paste_in_labels(pasted: &str, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Labels(labels)) = cx.overlays.last_mut() else { return };
    text::paste_in_line(&mut labels.area, pasted);
    labels.chosen = 0;
    typed_in_box(model, cx);
}
