//! The columns, which of them are shown, and how wide.

use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::columns::ColumnsPanel;
use crate::tui::screens::columns::acts::column_width;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::prompt::frame;
use crate::tui::widgets::table::{foot, window};
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, panel: &ColumnsPanel) {
    let styles = pen.styles;
    let inner = frame(pen, area, "Columns");
    let body = Area { height: inner.height.saturating_sub(1), ..inner };
    for (line, at) in (0..).zip(window(panel.lines.len(), panel.at, body.height)) {
        let (column, is_shown) = &panel.lines[at];
        let is_chosen = at == panel.at;
        let style = if is_chosen { styles.cursor(true) } else { styles.text() };
        if is_chosen {
            pen.tint(body, line, style);
        }
        let mark = if *is_shown { "[x] " } else { "[ ] " };
        pen.parts(body, line, &[(mark, style), (&column.to_string(), style)]);
        let width = match column_width(column, scene.model, scene.panes, scene.cx) {
            0 => "the rest ".to_owned(),
            width => format!("{width} "),
        };
        pen.right(body, line, &width, if is_chosen { style } else { styles.dim() });
    }
    let (tick, moves, width) = (&[Action::Tick], &[Action::MoveDown, Action::MoveUp], &[Action::Narrower, Action::Wider]);
    let hints: &[(&[Action], &str)] = if inner.width < 50 {
        &[(tick, "show"), (moves, "move"), (width, "width")]
    } else {
        &[(tick, "show or hide"), (moves, "move"), (width, "width"), (&[Action::Reverse], "its own width")]
    };
    foot(pen, inner, scene, Scope::Columns, hints, "");
}
