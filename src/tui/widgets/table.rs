//! Boxes with a table to choose from: the views, a frequency table, the columns; and what completes the filter.

use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::widgets::pen::Pen;

/// Which lines of a table are in sight so that the chosen one is.
pub(in crate::tui) fn window(len: usize, at: usize, height: u16) -> std::ops::Range<usize> {
    let room = usize::from(height.max(1));
    let first = (at + 1).saturating_sub(room).min(len);
    first..(first + room).min(len)
}

/// The last line of a panel: its keys with what they do.
pub(in crate::tui) fn foot(pen: &mut Pen, inner: Area, scene: Scene<'_>, scope: Scope, hints: &[(&[Action], &str)], more: &str) {
    let gap = if inner.width < 50 { "  " } else { "   " };
    let words = format!("{}{more}", scene.cx.keymap.hints(scope, gap, hints));
    let style = pen.styles.dim();
    pen.line(inner, inner.height.saturating_sub(1), &words, style);
}
