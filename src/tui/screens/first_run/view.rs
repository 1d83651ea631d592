//! The first screen of somebody who has no configuration yet.

use crate::tui::io::layout::Area;
use crate::tui::screens::first_run::FirstRun;
use crate::tui::widgets::pen::{Pen, wrapped};

/// From this width on what a choice takes stands beside it.
const BESIDE: u16 = 110;

/// For somebody who has no configuration yet.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, page: &FirstRun) {
    let styles = pen.styles;
    pen.clear(area);
    let framed = area.width >= 80 && area.height >= 18;
    let mut inner = area;
    if framed {
        pen.frame(area, "Welcome", "", true);
        inner = area.inner();
        inner.x += 1;
        inner.width = inner.width.saturating_sub(2);
        inner.y += 1;
        inner.height = inner.height.saturating_sub(1);
    }
    let gap = u16::from(area.height >= 14);
    let mut line = 0;
    for text in wrapped("No configuration was found.", inner.width, 2) {
        pen.line(inner, line, text, styles.strong());
        line += 1;
    }
    if area.height >= 14 && !page.looked_in.is_empty() {
        let looked = format!("Looked in: {}", page.looked_in.join(", "));
        for text in wrapped(&looked, inner.width, 3) {
            pen.line(inner, line, text, styles.dim());
            line += 1;
        }
    }
    line += gap;
    for (n, (choice, words)) in FirstRun::CHOICES.into_iter().enumerate() {
        let is_chosen = n == page.chosen;
        let style = if is_chosen { styles.cursor(true) } else { styles.text() };
        let mark = if is_chosen { ">" } else { " " };
        let text = format!("{mark}[{}] {choice}", n + 1);
        pen.line(inner, line, &text, style);
        let beside = Area { x: inner.x + 36, width: inner.width.saturating_sub(36), ..inner };
        if inner.width >= BESIDE {
            pen.line(beside, line, words, styles.dim());
        } else if area.height >= 20 {
            line += 1;
            let below = Area { x: inner.x + 6, width: inner.width.saturating_sub(6), ..inner };
            pen.line(below, line, words, styles.dim());
        }
        line += 1;
    }
    line += gap;
    for text in wrapped(
        "Secrets are never written to the file: it refers to an environment variable, a command, or a file of mode 0600.",
        inner.width,
        3,
    ) {
        pen.line(inner, line, text, styles.dim());
        line += 1;
    }
}
