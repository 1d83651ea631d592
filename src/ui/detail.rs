//! The case: what it is, and what is known of it.

use crate::app::layout::Area;
use crate::app::{App, Pane};
use crate::ui::pen::{Pen, wrapped};

/// Paints the case into its area; returns where the cursor of its find bar is.
pub(super) fn draw(pen: &mut Pen, area: Area, app: &App) -> Option<(u16, u16)> {
    let styles = pen.styles;
    let rid = app.detail.rid?;
    let row = app.list.row(rid)?;
    pen.parts(area, 0, &[(row.key, styles.title()), ("  ", styles.text()), (row.title, styles.strong())]);
    let loaded = app.detail.loaded.as_ref()?;
    let body = Area { y: area.y + 2.min(area.height), height: area.height.saturating_sub(2), ..area };
    let first = app.detail.scroll[app.detail.tab as usize];
    for (line, text) in (0..body.height).zip(wrapped(loaded.case.description.as_str(), body.width, 1_000).into_iter().skip(first)) {
        pen.line(body, line, text, if app.focus == Pane::Detail { styles.text() } else { styles.dim() });
    }
    None
}
