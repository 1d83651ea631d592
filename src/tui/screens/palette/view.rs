//! The palette: what is typed, the commands that fit with their keys, and why the highlighted one cannot act.

use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::palette::PalettePane;
use crate::tui::screens::palette::acts::{nothing_offered, palette_entries};
use crate::tui::widgets::pen::{Pen, clipped, width};
use crate::tui::widgets::prompt::field;
use crate::tui::widgets::text;

/// Columns of the keys beside a command; longer lists of keys are cut to the first.
const KEYS: u16 = 16;
/// Columns of the names from this width on.
const NAMED_WIDTH: u16 = 60;
const NAME: u16 = 18;

/// Paints it; returns where the cursor of its line is.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &PalettePane) -> (u16, u16) {
    let styles = pen.styles;
    pen.clear(area);
    let entries = palette_entries(pane, scene.model, scene.panes, scene.cx);
    let chosen = pane.at(&entries);
    let place = if entries.is_empty() { String::new() } else { format!("{}/{}", chosen + 1, entries.len()) };
    pen.frame(area, "Commands", &place, true);
    let inner = area.inner();
    let x = pen.parts(inner, 0, &[(":", styles.title())]);
    let room = Area { x, width: inner.right().saturating_sub(x), height: 1, ..inner };
    if text::line_text(&pane.line).is_empty() {
        let words =
            if inner.width < NAMED_WIDTH { " type a few letters" } else { " type a few letters of a command; the latest used come first" };
        pen.line(room, 0, words, styles.dim());
    }
    let cursor = field(pen, room, text::line_text(&pane.line), pane.line.cursor().1);
    let rows = inner.height.saturating_sub(2);
    let list = Area { y: inner.y + 1, height: rows, ..inner };
    if entries.is_empty() {
        pen.line(list, 0, &format!(" {}", nothing_offered(pane, scene.model, scene.panes, scene.cx)), styles.dim());
    }
    let first = (chosen + 1).saturating_sub(usize::from(rows.max(1)));
    let is_named = inner.width >= NAMED_WIDTH;
    for (line, (n, entry)) in (0..rows).zip(entries.iter().enumerate().skip(first)) {
        let is_chosen = n == chosen;
        let style = match (is_chosen, &entry.why) {
            (true, _) => styles.cursor(true),
            (false, Some(_)) => styles.dim(),
            (false, None) => styles.text(),
        };
        if is_chosen {
            pen.tint(list, line, style);
        }
        let keys = if width(&entry.keys) <= KEYS { entry.keys.as_str() } else { entry.keys.split(' ').next().unwrap_or_default() };
        let key_style = if is_chosen || entry.why.is_some() { style } else { styles.accent() };
        let start = pen.right(list, line, &format!("{keys} "), key_style);
        let mark = if is_chosen { ">" } else { " " };
        let room = Area { width: start.saturating_sub(list.x + 1), ..list };
        if !is_named {
            // What no key stands for is known by its name.
            let words = if entry.keys.is_empty() { format!("{}  {}", entry.name, entry.words) } else { entry.words.clone() };
            let words = clipped(&words, room.width.saturating_sub(1));
            pen.parts(room, line, &[(mark, style), (&words, style)]);
            continue;
        }
        let words = match &entry.why {
            Some(why) if !is_chosen => format!("{} ({why})", entry.words),
            _ => entry.words.clone(),
        };
        let end = pen.parts(room, line, &[(mark, style), (&entry.name, style), (" ", style)]);
        let beside = end.max(list.x + 1 + NAME);
        let words_room = Area { x: beside, width: room.right().saturating_sub(beside), ..list };
        pen.words(words_room, line, &words, style);
    }
    let hints: [(&[Action], &str); 3] = [(&[Action::Run], "run"), (&[Action::Complete], "complete"), (&[Action::Back], "close")];
    let foot = match entries.get(chosen).and_then(|entry| entry.why.as_ref()) {
        Some(why) => (format!(" not now: {why}"), styles.warning()),
        None => (format!(" {}", scene.cx.keymap.hints(Scope::Palette, "   ", &hints)), styles.dim()),
    };
    pen.words(inner, inner.height.saturating_sub(1), &foot.0, foot.1);
    cursor
}
