//! The filter explained: a line per term with what it leaves, and below it where it was judged.

use crate::tui::io::layout::Area;
use crate::tui::scene::Scene;
use crate::tui::screens::explain::{COUNT_COLUMNS, ExplainPane, Tone};
use crate::tui::widgets::pen::Pen;

pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &ExplainPane) {
    let styles = pen.styles;
    pen.clear(area);
    let inner = area.inner();
    let lines = scene.model.explain_lines(inner.width, scene.cx);
    let rows = usize::from(inner.height);
    let first = pane.scroll.min(lines.len().saturating_sub(rows));
    let end = (first + rows).min(lines.len());
    let place = if lines.len() > rows { format!("{}-{end}/{}", first + 1, lines.len()) } else { String::new() };
    pen.frame(area, "Cases left after each term", &place, true);
    let numbers = Area { width: COUNT_COLUMNS.saturating_sub(1), ..inner };
    let texts = Area { x: inner.x + COUNT_COLUMNS, width: inner.width.saturating_sub(COUNT_COLUMNS), ..inner };
    for (at, line) in (0..inner.height).zip(&lines[first..end]) {
        let style = match line.tone {
            Tone::Plain => styles.text(),
            Tone::Beside => styles.dim(),
            Tone::Guilty => styles.warning(),
        };
        pen.right(numbers, at, &line.count, style);
        pen.line(texts, at, &line.text, style);
    }
}
