//! What completes the word under the cursor of the filter.

use crate::tui::io::layout::{Area, Areas};
use crate::tui::scene::Scene;
use crate::tui::screens::filter::FilterBar;
use crate::tui::widgets::pen::{Pen, width};
use crate::tui::widgets::table::window;
use crate::tui::widgets::text;
/// Over the first rows of the list, below the word that is typed.
pub(in crate::tui) fn draw(pen: &mut Pen, areas: &Areas, scene: Scene<'_>, bar: &FilterBar) {
    let styles = pen.styles;
    let (area, offers) = (areas.filter, &bar.offers);
    let below = Area { y: area.bottom(), height: areas.size.1.saturating_sub(area.bottom() + 2), ..area };
    // What is wrong is said there.
    if offers.offers.is_empty() || scene.model.filter_note(scene.cx).is_some_and(|note| note.is_error) {
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
