//! The help page: commands of one place in groups, the highlighted one ready to run, and why some cannot.

use crate::tui::available::unavailable;
use crate::tui::io::layout::Area;
use crate::tui::keys::action::Group;
use crate::tui::keys::remap::{Bound, Keymap};
use crate::tui::scene::Scene;
use crate::tui::screens::help::HelpPage;
use crate::tui::screens::help::acts::not_here;
use crate::tui::widgets::pen::{Pen, width};
use crate::tui::widgets::prompt::field;
use crate::tui::widgets::text;

/// Columns for the keys of a command.
const KEYS: u16 = 17;
const NARROW_KEYS: u16 = 12;
/// Two columns of commands from this width on.
const TWO_COLUMNS: u16 = 80;

/// A line of the page: a group's title, or a command with its place among those found.
enum Line<'m> {
    Title(Group),
    Command(usize, &'m Bound),
    Gap,
}

/// Paints the page; returns where the cursor of the search is.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, page: &HelpPage) -> (u16, u16) {
    let styles = pen.styles;
    pen.clear(area);
    let mut rest = area;
    let head = format!(" Help: {}   search ", page.about.title());
    let end = pen.line(rest, 0, &head, styles.title());
    let hint = if area.width < 60 { "" } else { "type to search " };
    let start = pen.right(rest, 0, hint, styles.dim());
    let room = Area { x: end, width: start.saturating_sub(end + 1), height: 1, ..rest };
    let cursor = field(pen, room, text::line_text(&page.search), page.search.cursor().1);
    rest.y += 1;
    rest.height = rest.height.saturating_sub(1);
    pen.rule(rest, 0);
    rest.y += 1;
    rest.height = rest.height.saturating_sub(3);
    let foot = Area { y: rest.bottom(), height: area.bottom().saturating_sub(rest.bottom()), ..rest };
    body(pen, rest, scene, page);
    what_cannot_act(pen, foot, scene, page);
    cursor
}

fn lines<'m>(page: &HelpPage, map: &'m Keymap) -> Vec<Line<'m>> {
    let mut lines = Vec::new();
    let mut group = None;
    for (n, bound) in page.found(map).into_iter().enumerate() {
        let binding = bound.binding;
        if group != Some(binding.group) {
            if group.is_some() {
                lines.push(Line::Gap);
            }
            lines.push(Line::Title(binding.group));
            group = Some(binding.group);
        }
        lines.push(Line::Command(n, bound));
    }
    lines
}

/// Where each line stands: page, column and row. A title never ends a column, a gap never begins one.
fn flow(lines: &[Line<'_>], columns: u16, rows: u16) -> Vec<(usize, u16, u16)> {
    let (mut page, mut column, mut row) = (0, 0, 0);
    let mut places = Vec::with_capacity(lines.len());
    for line in lines {
        let alone = matches!(line, Line::Title(_)) && row + 1 == rows && rows > 1;
        if row >= rows || alone {
            row = 0;
            column += 1;
            if column >= columns {
                (page, column) = (page + 1, 0);
            }
        }
        places.push((page, column, row));
        if row > 0 || !matches!(line, Line::Gap) {
            row += 1;
        }
    }
    places
}

fn body(pen: &mut Pen, area: Area, scene: Scene<'_>, page: &HelpPage) {
    let lines = lines(page, &scene.cx.keymap);
    if lines.is_empty() {
        pen.line(area, 1, "  no command is called that", pen.styles.dim());
        return;
    }
    let columns: u16 = if area.width >= TWO_COLUMNS { 2 } else { 1 };
    let width = area.width / columns;
    let places = flow(&lines, columns, area.height.max(1));
    let is_chosen = |line: &Line<'_>| matches!(line, Line::Command(n, _) if *n == page.chosen);
    let at = lines.iter().position(is_chosen).map_or(0, |line| places[line].0);
    for (line, (page_of, column, row)) in lines.iter().zip(&places) {
        if *page_of == at {
            let cell = Area { x: area.x + column * width, width: width.saturating_sub(1), ..area };
            command(pen, cell, *row, scene, page, line);
        }
    }
    let pages = places.last().map_or(1, |(page, ..)| page + 1);
    if pages > 1 {
        let foot = Area { y: area.bottom(), height: 1, ..area };
        pen.right(foot, 0, &format!("{}/{pages} ", at + 1), pen.styles.dim());
    }
}

fn command(pen: &mut Pen, area: Area, at: u16, scene: Scene<'_>, page: &HelpPage, line: &Line<'_>) {
    let styles = pen.styles;
    match line {
        Line::Gap => {}
        Line::Title(group) => {
            pen.line(area, at, &format!(" {}", group.title()), styles.strong());
        }
        Line::Command(n, bound) => {
            let binding = bound.binding;
            let why = unavailable(page.about, binding.action, scene.model, scene.panes, scene.cx);
            let style = if why.is_some() { styles.dim() } else { styles.text() };
            let is_chosen = *n == page.chosen;
            if is_chosen {
                pen.tint(area, at, styles.cursor(true));
            }
            let key_style = if is_chosen { styles.cursor(true) } else { styles.accent() };
            let style = if is_chosen { styles.cursor(true) } else { style };
            let keys = if area.width >= 50 { KEYS } else { NARROW_KEYS };
            let mark = if is_chosen { " >" } else { "  " };
            let written = bound.all_keys();
            let written = if width(&written) < keys { written } else { bound.first_key() };
            pen.parts(area, at, &[(mark, style), (&written, key_style)]);
            let words = Area { x: area.x + 2 + keys, width: area.width.saturating_sub(2 + keys), ..area };
            pen.line(words, at, binding.words, style);
        }
    }
}

/// Why the highlighted command cannot act now, else the first ones that cannot.
fn what_cannot_act(pen: &mut Pen, area: Area, scene: Scene<'_>, page: &HelpPage) {
    let styles = pen.styles;
    let chosen = page.found(&scene.cx.keymap).get(page.chosen).copied();
    if let Some((bound, why)) =
        chosen.and_then(|bound| Some((bound, unavailable(page.about, bound.binding.action, scene.model, scene.panes, scene.cx)?)))
    {
        pen.line(area, 1, &format!(" {} cannot act now: {why}", bound.first_key()), styles.warning());
        return;
    }
    // Of those that are in sight.
    let found = page.found(&scene.cx.keymap);
    let is_found = |bound: &Bound| found.iter().any(|known| known.binding.action == bound.binding.action);
    if let Some((bound, why)) = not_here(page.about, scene.model, scene.panes, scene.cx).into_iter().find(|(bound, _)| is_found(bound)) {
        pen.words(area, 1, &format!(" not now: {} - {why}", bound.first_key()), styles.dim());
    }
}
