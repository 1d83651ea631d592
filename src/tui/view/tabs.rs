//! The line of views: number, name, how many cases (`?`: there may be more or others, `~`: as of a while ago), `*` unseen
//! changes, `!` clocks that press.

use ratatui::style::Style;

use crate::tui::io::layout::Areas;
use crate::tui::model::views::Tab;
use crate::tui::scene::Scene;
use crate::tui::widgets::pen::{Pen, width};

/// The figures of a tab in the order of urgency, each with what it is about.
struct Label {
    name: String,
    count: String,
    unseen: String,
    alarms: String,
}

impl Label {
    fn columns(&self) -> u16 {
        [&self.name, &self.count, &self.unseen, &self.alarms].into_iter().map(|text| width(text)).sum::<u16>() + 2
    }
}

fn label(scene: Scene<'_>, at: usize, tab: &Tab) -> Label {
    let is_on = at == scene.model.views.at();
    let number = if at < 9 { format!("{} ", at + 1) } else { String::new() };
    // The view as it is now, not as it was saved.
    let changed = if is_on && scene.model.is_view_changed() { "+" } else { "" };
    // The figures are about the view as it is saved.
    let tally = tab.tally.as_ref().filter(|_| changed.is_empty());
    let known = if is_on { Some(scene.model.known(scene.cx)) } else { tally.map(|tally| scene.model.known_of(tally, scene.cx)) };
    let part = |sign: &str, count: usize| if count == 0 { String::new() } else { format!(" {sign}{count}") };
    Label {
        name: format!("{number}{}{changed}", tab.view.name),
        count: known.map_or_else(String::new, |known| format!(" {}{}", known.count, known.sign().mark())),
        unseen: part("*", tally.map_or(0, |tally| tally.unseen)),
        alarms: part("!", tally.map_or(0, |tally| tally.alarms)),
    }
}

pub(in crate::tui) fn draw(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) {
    let area = areas.tabs;
    if area.is_empty() {
        return;
    }
    let labels: Vec<Label> = scene.model.views.tabs().iter().enumerate().map(|(at, tab)| label(scene, at, tab)).collect();
    let first = first_in_sight(&labels, scene.model.views.at(), area.width.saturating_sub(2));
    let styles = pen.styles;
    let mut x = area.x;
    x = pen.text(x, area.y, 1, if first > 0 { "<" } else { " " }, styles.accent());
    let end = area.right().saturating_sub(1);
    for (at, label) in labels.iter().enumerate().skip(first) {
        if x + label.columns() > end && at != scene.model.views.at() {
            pen.text(end, area.y, 1, ">", styles.accent());
            break;
        }
        let is_on = at == scene.model.views.at();
        let (open, close) = if is_on { ("[", "]") } else { (" ", " ") };
        let name: Style = if is_on { styles.strong() } else { styles.text() };
        let edge = if is_on { styles.accent() } else { styles.dim() };
        for (text, style) in [
            (open, edge),
            (label.name.as_str(), name),
            (label.count.as_str(), name),
            (label.unseen.as_str(), styles.unseen()),
            (label.alarms.as_str(), styles.bad()),
            (close, edge),
        ] {
            x = pen.text(x, area.y, end.saturating_sub(x), text, style);
        }
    }
}

/// As few tabs are out of sight at the left as let the one that is on be seen.
fn first_in_sight(labels: &[Label], on: usize, room: u16) -> usize {
    let total = |from: usize| labels[from..=on.min(labels.len().saturating_sub(1))].iter().map(Label::columns).sum::<u16>();
    (0..=on).find(|from| labels.is_empty() || total(*from) <= room).unwrap_or(on)
}
