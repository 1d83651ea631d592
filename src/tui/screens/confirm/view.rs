//! Questions, menus and the first run.

use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::confirm::Confirm;
use crate::tui::widgets::pen::{Pen, wrapped};

/// A question; the answers stand below it, no first.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, confirm: &Confirm) {
    let styles = pen.styles;
    pen.clear(area);
    pen.frame(area, &confirm.question, "", true);
    let mut inner = area.inner();
    inner.x += 1;
    inner.width = inner.width.saturating_sub(2);
    let room = inner.height.saturating_sub(1);
    let lines: Vec<&str> = confirm.details.iter().flat_map(|detail| wrapped(detail, inner.width, usize::from(room))).collect();
    for (line, text) in (0..room).zip(lines) {
        pen.line(inner, line, text, styles.text());
    }
    let [no, yes] = [Action::No, Action::Yes].map(|action| scene.cx.keymap.key(Scope::Confirm, action));
    let others = scene.cx.keymap.keys(Scope::Confirm, Action::No, 3);
    let also = others.strip_prefix(&format!("{no} ")).map_or_else(String::new, |also| format!(" (also {})", also.replace(' ', ", ")));
    let answers = [(&*no, styles.accent()), (&*format!(" no{also}   "), styles.text()), (&*yes, styles.accent()), (" yes", styles.text())];
    pen.parts(inner, inner.height.saturating_sub(1), &answers);
}
