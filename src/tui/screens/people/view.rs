//! Whom to assign: what is typed, and who matches.

use crate::domain::count::count_of;
use crate::tui::io::layout::Area;
use crate::tui::scene::Scene;
use crate::tui::screens::people::PeoplePicker;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::prompt::{below, choices, frame, typed};
use crate::tui::widgets::text;
/// Whom to assign; returns where the text's cursor is.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, picker: &PeoplePicker) -> (u16, u16) {
    let styles = pen.styles;
    let people = picker.people();
    let replaces = picker.vendor.capabilities().holds_one_assignee && !picker.case.row.assignees.is_empty();
    let verb = if replaces { "Assign instead of" } else { "Assign to" };
    let row = &picker.case.row;
    let whom = if replaces { row.assignees[0].label().to_owned() } else { scene.model.key_told(row.id.source, row.key.as_str()) };
    let inner = frame(pen, area, &format!("{verb} {whom}"));
    let state = match (&picker.fault, picker.is_asking(), people.len()) {
        (Some(fault), ..) => format!("the vendor found nobody: {}", fault.message),
        (None, true, _) => "asking the vendor...".into(),
        (None, false, 0) => "nobody matches".into(),
        (None, false, found) => count_of(found, "person", "people"),
    };
    let cursor = typed(pen, inner, text::line_text(&picker.area), picker.area.cursor().1, "name or mail");
    let below = below(inner, 1);
    pen.line(below, 0, &state, if picker.fault.is_some() { styles.warning() } else { styles.dim() });
    let list = self::below(below, 1);
    let rows: Vec<_> = people
        .iter()
        .map(|person| {
            let me = if picker.is_me(person) { " (me)" } else { "" };
            let assigned = if picker.is_assigned(person) { " assigned" } else { "" };
            let service = if person.is_service { " *" } else { "" };
            let mail = if person.name.is_empty() { "" } else { person.email.as_str() };
            (format!("{}{service}{me}{assigned}", person.label()), mail.to_owned())
        })
        .collect();
    choices(pen, list, &rows, picker.chosen);
    cursor
}
