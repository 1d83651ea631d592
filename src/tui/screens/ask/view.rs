//! One line to type, and what is suggested for it.

use crate::tui::io::layout::Area;
use crate::tui::screens::ask::AskBox;
use crate::tui::widgets::pen::{Pen, wrapped};
use crate::tui::widgets::prompt::{below, choices, frame, typed};
/// One line for a bulk change, a macro or a triage run; returns where the text's cursor is.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, ask: &AskBox) -> (u16, u16) {
    let styles = pen.styles;
    let inner = frame(pen, area, &ask.title);
    let mut line = 0;
    for text in &ask.lines {
        for part in wrapped(text, inner.width, 4) {
            pen.line(inner, line, part, styles.text());
            line += 1;
        }
    }
    let cursor = typed(pen, below(inner, line), ask.typed(), ask.area.cursor().1, "");
    let rows: Vec<_> = ask.suggestions().into_iter().map(|one| (one.value.clone(), one.words.clone())).collect();
    if !rows.is_empty() {
        pen.rule(inner, line + 1);
        choices(pen, below(inner, line + 2), &rows, ask.chosen.unwrap_or(usize::MAX));
    }
    cursor
}
