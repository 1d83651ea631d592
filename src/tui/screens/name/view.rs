//! The line for a name, and what would happen under it.

use crate::tui::io::layout::Area;
use crate::tui::scene::Scene;
use crate::tui::screens::name::{NameBox, NameFor};
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::prompt::{below, frame, typed};
use crate::tui::widgets::text;
/// Returns where the text's cursor is.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, name: &NameBox) -> (u16, u16) {
    let title = match &name.purpose {
        NameFor::Save => "Save as view".to_owned(),
        NameFor::Rename(from) => format!("Rename {from}"),
    };
    let inner = frame(pen, area, &title);
    let cursor = typed(pen, inner, text::line_text(&name.area), name.area.cursor().1, "its name");
    let (words, style) = match scene.model.name_outcome(name) {
        Ok(words) => (words, pen.styles.good()),
        Err(words) => (words, pen.styles.warning()),
    };
    pen.words(below(inner, 1), 0, &words, style);
    if name.purpose == NameFor::Save {
        let query = scene.model.list.filter();
        pen.line(below(inner, 2), 0, if query.is_empty() { "every case" } else { query }, pen.styles.dim());
    }
    cursor
}
