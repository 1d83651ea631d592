//! Tags or attributes: what is typed, and what it does.

use crate::tui::io::layout::Area;
use crate::tui::model::outbox::wish;
use crate::tui::scene::Scene;
use crate::tui::screens::labels::LabelsBox;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::prompt::{below, choices, frame, typed};
use crate::tui::widgets::text;
/// Tags or attributes; returns where the text's cursor is.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, labels: &LabelsBox) -> (u16, u16) {
    let styles = pen.styles;
    let (title, example) = if labels.vendor.capabilities().has_attributes {
        ("Attributes of", "+key:value -key:value -key")
    } else {
        ("Tags of", "+new -old")
    };
    let inner = frame(pen, area, &format!("{title} {}", scene.model.key_told(labels.case.row.id.source, labels.case.row.key.as_str())));
    let cursor = typed(pen, inner, text::line_text(&labels.area), labels.area.cursor().1, example);
    let has = labels.has();
    let has = if has.is_empty() { "none".to_owned() } else { has.join("  ") };
    pen.parts(below(inner, 1), 0, &[("has   ", styles.dim()), (&has, styles.text())]);
    let (words, style) = match labels.changes() {
        Ok(changes) => (changes.iter().map(change_words).collect::<Vec<_>>().join("  "), styles.good()),
        Err(_) if text::line_text(&labels.area).trim().is_empty() => ("nothing yet".into(), styles.dim()),
        Err(reason) => (reason, styles.warning()),
    };
    pen.parts(below(inner, 2), 0, &[("does  ", styles.dim()), (&words, style)]);
    pen.rule(inner, 3);
    let rows: Vec<_> = labels.suggestions().into_iter().map(|suggestion| (suggestion, String::new())).collect();
    choices(pen, below(inner, 4), &rows, labels.chosen);
    cursor
}

pub(in crate::tui) fn change_words(change: &crate::domain::change::Change) -> String {
    match change {
        crate::domain::change::Change::Attribute { key, values } if values.is_empty() => format!("{key}: none"),
        crate::domain::change::Change::Attribute { key, values } => format!("{key}: {}", values.join(", ")),
        other => wish(other, []),
    }
}
