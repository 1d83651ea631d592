//! The edit form and the review of what it would send.

use crate::app::App;
use crate::app::layout::Area;
use crate::ui::pen::Pen;

/// Paints the form or the review that is on top; returns where the text's cursor is.
pub(super) fn draw(pen: &mut Pen, area: Area, app: &App) -> Option<(u16, u16)> {
    pen.clear(area);
    let form = app.form()?;
    pen.frame(area, &format!("Edit {}", form.base.row.key), "", true);
    None
}
