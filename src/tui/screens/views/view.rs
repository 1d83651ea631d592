//! The views with what each would show.

use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::views::ViewsPanel;
use crate::tui::widgets::pen::{Pen, cut, width};
use crate::tui::widgets::prompt::frame;
use crate::tui::widgets::table::{foot, window};
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, panel: &ViewsPanel) {
    let styles = pen.styles;
    let inner = frame(pen, area, "Views");
    let body = Area { height: inner.height.saturating_sub(1), ..inner };
    let tabs = scene.model.views.tabs();
    let names = tabs.iter().map(|tab| width(&tab.view.name)).max().unwrap_or(0).min(inner.width / 3);
    let chosen = panel.at(&scene.model.views).unwrap_or(0);
    for (line, at) in (0..).zip(window(tabs.len(), chosen, body.height)) {
        let tab = &tabs[at];
        let is_chosen = at == chosen;
        let style = if is_chosen { styles.cursor(true) } else { styles.text() };
        if is_chosen {
            pen.tint(body, line, style);
        }
        let dim = if is_chosen { style } else { styles.dim() };
        let number = if at < 9 { format!("{} ", at + 1) } else { "  ".into() };
        let on = if at == scene.model.views.at() { ">" } else { " " };
        let name = format!("{:<width$}", cut(&tab.view.name, names), width = usize::from(names));
        let count = tab.tally.as_ref().map_or_else(String::new, |tally| {
            let known = scene.model.known_of(tally, scene.cx);
            format!("{:>7}{:<2}", known.count, known.sign().mark())
        });
        let query = if tab.view.query.is_empty() { "every case" } else { &tab.view.query };
        pen.parts(body, line, &[(on, style), (&number, dim), (&name, style), (&count, style), (query, dim)]);
    }
    let [open, rename, drop, save] = [&[Action::Pick], &[Action::Rename], &[Action::Drop], &[Action::SaveView]];
    let moves = &[Action::MoveDown, Action::MoveUp];
    let hints: &[(&[Action], &str)] = if inner.width < 50 {
        &[(open, ""), (rename, "name"), (moves, "move"), (drop, "delete")]
    } else {
        &[(open, "open"), (rename, "rename"), (moves, "move"), (drop, "delete"), (save, "save as")]
    };
    foot(pen, inner, scene, Scope::Views, hints, "");
}
