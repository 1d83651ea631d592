//! Boxes with a table to choose from: the views, a frequency table, the columns; and what completes the filter.

use crate::domain::count::{count, count_of};
use crate::tui::app::App;
use crate::tui::io::layout::{Area, Areas};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::screens::columns::ColumnsPanel;
use crate::tui::screens::columns::acts::column_width;
use crate::tui::screens::facets::Facets;
use crate::tui::screens::filter::FilterBar;
use crate::tui::screens::views::{NameBox, NameFor, ViewsPanel};
use crate::tui::widgets::pen::{Pen, cut, width};
use crate::tui::widgets::prompt::{below, frame, typed};
use crate::tui::widgets::text;

/// Cells of a bar of the frequency table.
const BAR: u16 = 16;

/// Which lines of a table are in sight so that the chosen one is.
fn window(len: usize, at: usize, height: u16) -> std::ops::Range<usize> {
    let room = usize::from(height.max(1));
    let first = (at + 1).saturating_sub(room).min(len);
    first..(first + room).min(len)
}

pub(in crate::tui) fn views(pen: &mut Pen, area: Area, app: &App, panel: &ViewsPanel) {
    let styles = pen.styles;
    let inner = frame(pen, area, "Views");
    let body = Area { height: inner.height.saturating_sub(1), ..inner };
    let tabs = app.model.views.tabs();
    let names = tabs.iter().map(|tab| width(&tab.view.name)).max().unwrap_or(0).min(inner.width / 3);
    let chosen = panel.at(&app.model.views).unwrap_or(0);
    for (line, at) in (0..).zip(window(tabs.len(), chosen, body.height)) {
        let tab = &tabs[at];
        let is_chosen = at == chosen;
        let style = if is_chosen { styles.cursor(true) } else { styles.text() };
        if is_chosen {
            pen.tint(body, line, style);
        }
        let dim = if is_chosen { style } else { styles.dim() };
        let number = if at < 9 { format!("{} ", at + 1) } else { "  ".into() };
        let on = if at == app.model.views.at() { ">" } else { " " };
        let name = format!("{:<width$}", cut(&tab.view.name, names), width = usize::from(names));
        let count = tab.tally.as_ref().map_or_else(String::new, |tally| {
            let known = app.model.known_of(tally, &app.cx);
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
    foot(pen, inner, app, Scope::Views, hints, "");
}

/// Returns where the text's cursor is.
pub(in crate::tui) fn name(pen: &mut Pen, area: Area, app: &App, name: &NameBox) -> (u16, u16) {
    let title = match &name.purpose {
        NameFor::Save => "Save as view".to_owned(),
        NameFor::Rename(from) => format!("Rename {from}"),
    };
    let inner = frame(pen, area, &title);
    let cursor = typed(pen, inner, text::line_text(&name.area), name.area.cursor().1, "its name");
    let (words, style) = match app.model.name_outcome(name) {
        Ok(words) => (words, pen.styles.good()),
        Err(words) => (words, pen.styles.warning()),
    };
    pen.words(below(inner, 1), 0, &words, style);
    if name.purpose == NameFor::Save {
        let query = app.model.list.filter();
        pen.line(below(inner, 2), 0, if query.is_empty() { "every case" } else { query }, pen.styles.dim());
    }
    cursor
}

/// The last line of a panel: its keys with what they do.
fn foot(pen: &mut Pen, inner: Area, app: &App, scope: Scope, hints: &[(&[Action], &str)], more: &str) {
    let gap = if inner.width < 50 { "  " } else { "   " };
    let words = format!("{}{more}", app.cx.keymap.hints(scope, gap, hints));
    let style = pen.styles.dim();
    pen.line(inner, inner.height.saturating_sub(1), &words, style);
}

pub(in crate::tui) fn facets(pen: &mut Pen, area: Area, app: &App, facets: &Facets) {
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
    foot(pen, inner, app, Scope::Facets, hints, &more);
}

pub(in crate::tui) fn columns(pen: &mut Pen, area: Area, app: &App, panel: &ColumnsPanel) {
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
        let width = match column_width(column, &app.model, &app.panes, &app.cx) {
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
    foot(pen, inner, app, Scope::Columns, hints, "");
}

/// Over the first rows of the list, below the word that is typed.
pub(in crate::tui) fn offers(pen: &mut Pen, areas: &Areas, app: &App, bar: &FilterBar) {
    let styles = pen.styles;
    let (area, offers) = (areas.filter, &bar.offers);
    let below = Area { y: area.bottom(), height: areas.size.1.saturating_sub(area.bottom() + 2), ..area };
    // What is wrong is said there.
    if offers.offers.is_empty() || app.model.filter_note(&app.cx).is_some_and(|note| note.is_error) {
        return;
    }
    let figures: Vec<String> = offers.offers.iter().map(|offer| offer.count.map(|count| count.to_string()).unwrap_or_default()).collect();
    let texts = offers.offers.iter().map(|offer| width(&offer.text)).max().unwrap_or(0);
    let counts = figures.iter().map(|figure| width(figure)).max().unwrap_or(0);
    let columns = (texts + counts + 5).min(area.width);
    let typed = text::line_text(&bar.area);
    let before = width(typed.get(..offers.at.start).unwrap_or_default()) + 3;
    let x = (area.x + before.saturating_sub(1)).min(area.right().saturating_sub(columns));
    let height = u16::try_from(offers.offers.len()).unwrap_or(u16::MAX).min(below.height);
    let table = Area { x, width: columns, height, ..below };
    pen.clear(table);
    for (line, at) in (0..).zip(window(offers.offers.len(), offers.chosen.unwrap_or(0), height)) {
        let is_chosen = offers.chosen == Some(at);
        let style = if is_chosen { styles.cursor(true) } else { styles.text() };
        pen.tint(table, line, style);
        let edge = if pen.ascii { "|" } else { "│" };
        pen.parts(table, line, &[(edge, styles.accent()), (&offers.offers[at].text, style)]);
        pen.right(Area { width: table.width.saturating_sub(1), ..table }, line, &format!("{} ", figures[at]), style);
        pen.right(table, line, edge, styles.accent());
    }
}
