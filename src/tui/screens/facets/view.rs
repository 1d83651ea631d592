//! A frequency table of one column.

use crate::domain::count::{count, count_of};
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::facets::Facets;
use crate::tui::widgets::pen::{Pen, cut, width};
use crate::tui::widgets::prompt::frame;
use crate::tui::widgets::table::{foot, window};
/// Cells of a bar of the frequency table.
pub(in crate::tui) const BAR: u16 = 16;

pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, facets: &Facets) {
    let styles = pen.styles;
    let unread = if facets.unread > 0 { format!(", not read of {}", facets.unread) } else { String::new() };
    let inner = frame(pen, area, &format!("{} of {}{unread}", facets.column, count(facets.total, "case")));
    let body = Area { height: inner.height.saturating_sub(1), ..inner };
    if facets.choices.is_empty() {
        pen.line(body, 0, "no case in the list has this", styles.dim());
    }
    let most = facets.choices.iter().filter_map(|choice| choice.count).max().unwrap_or(1).max(1);
    let bar = if inner.width >= 50 { BAR } else { 0 };
    let words = inner.width.saturating_sub(bar + 17);
    for (line, at) in (0..).zip(window(facets.choices.len(), facets.at, body.height)) {
        let choice = &facets.choices[at];
        let is_chosen = at == facets.at;
        let style = if is_chosen { styles.cursor(true) } else { styles.text() };
        if is_chosen {
            pen.tint(body, line, style);
        }
        let dim = if is_chosen { style } else { styles.dim() };
        let mark = if choice.is_chosen { "[x] " } else { "[ ] " };
        let shown = cut(&choice.words, words);
        let gap = " ".repeat(usize::from(words.saturating_sub(width(shown))));
        let figures = match choice.count {
            Some(count) => format!("{count:>7} {:>3}% ", count * 100 / facets.total.max(1)),
            None => format!("{:>7} {:>3}  ", "?", ""),
        };
        // At least one cell: what is there can be seen.
        let cells = (choice.count.unwrap_or(0) * usize::from(bar)).div_ceil(most);
        let hashes = "#".repeat(cells.min(usize::from(bar)));
        pen.parts(body, line, &[(mark, dim), (shown, style), (&gap, style), (&figures, style), (&hashes, dim)]);
    }
    let more =
        if facets.more > 0 { format!("   {} not listed", count_of(facets.more, "rarer one is", "rarer ones are")) } else { String::new() };
    let [only, without, tick] = [&[Action::Pick], &[Action::Exclude], &[Action::Tick]];
    let column = &[Action::PreviousTab, Action::NextTab];
    let hints: &[(&[Action], &str)] = if inner.width < 50 {
        &[(only, "only"), (without, "without"), (column, "column")]
    } else {
        &[(only, "only these"), (without, "without"), (tick, "tick"), (column, "column")]
    };
    foot(pen, inner, scene, Scope::Facets, hints, &more);
}
