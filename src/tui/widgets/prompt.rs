//! Boxes with a line to type and choices below it: whom to assign, which tags to add and remove.

use crate::tui::io::layout::Area;
use crate::tui::widgets::pen::{Pen, width};

pub(in crate::tui) fn frame(pen: &mut Pen, area: Area, title: &str) -> Area {
    pen.clear(area);
    pen.frame(area, title, "", true);
    let inner = area.inner();
    Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

pub(in crate::tui) fn below(area: Area, lines: u16) -> Area {
    let lines = lines.min(area.height);
    Area { y: area.y + lines, height: area.height - lines, ..area }
}

/// The line that is typed, with words for an empty one.
pub(in crate::tui) fn typed(pen: &mut Pen, area: Area, text: &str, cursor: usize, empty: &str) -> (u16, u16) {
    let styles = pen.styles;
    let x = pen.parts(area, 0, &[("> ", styles.title())]);
    let room = Area { x, width: area.right().saturating_sub(x), height: 1, ..area };
    if text.is_empty() {
        pen.line(room, 0, empty, styles.dim());
    }
    field(pen, room, text, cursor)
}

/// Choices, what stands beside each at the right where there is room.
pub(in crate::tui) fn choices(pen: &mut Pen, area: Area, rows: &[(String, String)], chosen: usize) {
    let styles = pen.styles;
    let first = chosen.checked_add(1).unwrap_or(0).saturating_sub(usize::from(area.height.max(1)));
    for (line, (n, (left, right))) in (0..area.height).zip(rows.iter().enumerate().skip(first)) {
        let style = if n == chosen { styles.cursor(true) } else { styles.text() };
        if n == chosen {
            pen.tint(area, line, style);
        }
        let mark = if n == chosen { ">" } else { " " };
        pen.parts(area, line, &[(mark, style), (" ", style), (left, style)]);
        if width(left) + width(right) + 5 <= area.width {
            pen.right(area, line, &format!("{right} "), if n == chosen { style } else { styles.dim() });
        }
    }
}

/// A field of one line whose cursor stands before the `cursor`th character, scrolled so that it is in sight. Returns
/// the cursor's cell.
pub(in crate::tui) fn field(pen: &mut Pen, area: crate::tui::io::layout::Area, text: &str, cursor: usize) -> (u16, u16) {
    let at = text.char_indices().nth(cursor).map_or(text.len(), |(at, _)| at);
    let mut start = 0;
    for (next, c) in text.char_indices() {
        if width(&text[start..at]) < area.width.max(1) {
            break;
        }
        start = next + c.len_utf8();
    }
    pen.text(area.x, area.y, area.width, &text[start..], pen.styles.strong());
    ((area.x + width(&text[start.min(at)..at])).min(area.right().saturating_sub(1)), area.y)
}
