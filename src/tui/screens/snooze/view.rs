//! What is typed as a time, and what it means.

use crate::tui::io::layout::Area;
use crate::tui::scene::Scene;
use crate::tui::screens::snooze::SnoozeBox;
use crate::tui::widgets::pen::{Pen, wrapped};
use crate::tui::widgets::prompt::{frame, typed};
use crate::tui::widgets::text;
/// A time to snooze until; returns where the text's cursor is.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, snooze: &SnoozeBox) -> (u16, u16) {
    let styles = pen.styles;
    let inner = frame(pen, area, &format!("Snooze {} until", snooze.name));
    let cursor = typed(pen, inner, text::line_text(&snooze.area), snooze.area.cursor().1, "2h");
    let now = scene.cx.zoned_now();
    let (words, style) = match snooze.until(&now) {
        Ok(until) => (format!("sleeps until {}", until.spoken(now.time_zone())), styles.good()),
        Err(_) if text::line_text(&snooze.area).trim().is_empty() => ("nothing yet".into(), styles.dim()),
        Err(why) => (why, styles.warning()),
    };
    let room = usize::from(inner.height.saturating_sub(2));
    for (line, text) in (1..).zip(wrapped(&words, inner.width, room)) {
        pen.line(inner, line, text, style);
    }
    pen.line(inner, inner.height.saturating_sub(1), "14:30  monday 9:00  2026-12-01  change  sla<30m", styles.dim());
    cursor
}
