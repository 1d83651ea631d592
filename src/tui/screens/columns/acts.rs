//! Keys in the panel of columns.

use crate::config::views::{MAX_COLUMN, MIN_COLUMN};
use crate::query::{Column, Field};
use crate::tui::areas::areas;
use crate::tui::cx::Cx;
use crate::tui::io::layout::Columns as Tier;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::list::List;
use crate::tui::panes::Panes;
use crate::tui::screens::columns::{Cell, ColumnsPanel, MARKS, MAX_ATTRIBUTES, Shown, USUAL, fit, usual};
use crate::tui::widgets::measure::width;

impl Model {
    /// The columns of the list in a room of so many cells.
    pub fn list_columns(&self, tier: Tier, room: u16) -> Vec<Shown> {
        let is_wide = tier == Tier::Wide;
        let plain = |cell, title: &str, width| Shown { cell, title: title.into(), width };
        if tier == Tier::Two {
            // The `~` of a clock of one's own stands before five digits: not where the row's mark is.
            let mark = if self.list.has_rules() { 2 } else { 1 };
            let rest = room.saturating_sub(7 + mark);
            return vec![plain(Cell::Mark, "", mark), plain(Cell::Of(Column::Sla), "  sla", 7), plain(Cell::Case, "title", rest)];
        }
        let wished = &self.list.query().cols;
        let mut columns: Vec<Column> = if wished.is_empty() { USUAL.to_vec() } else { wished.clone() };
        if wished.is_empty() && tier == Tier::Narrow {
            columns.retain(|column| *column != Column::Assignee);
        }
        let mut shown = vec![plain(Cell::Marks, "", MARKS)];
        for column in columns {
            let (title, width) = usual(&column, is_wide);
            // A key is never cut: its column fits the longest one in sight.
            let width = if column == Column::Key { width.max(self.list.longest_key(room) + 1) } else { width };
            let width = self.views.width(&column).unwrap_or(width);
            shown.push(Shown { cell: Cell::Of(column), title, width });
        }
        fit(&mut shown, room);
        shown
    }
}

impl List {
    /// Columns of the longest key in sight, as far as half of the room: what is longer is shortened in its middle.
    fn longest_key(&self, room: u16) -> u16 {
        let keys = self.visible().iter().filter_map(|rid| self.row(*rid));
        keys.map(|row| width(row.key)).max().unwrap_or(0).min(room / 2)
    }

    /// Attributes and custom fields that cases have, the most frequent first.
    pub(in crate::tui) fn attributes(&self) -> Vec<Column> {
        let names = |field: Field| self.index().names(&field).into_iter().map(|(name, _)| name).take(MAX_ATTRIBUTES);
        let custom = names(Field::Custom("x".into())).map(|name| Column::Custom(name.into()));
        custom.chain(names(Field::Attr("x".into())).map(|name| Column::Attr(name.into()))).collect()
    }
}

pub(in crate::tui) fn open_columns(model: &Model, cx: &mut Cx) {
    let now = &model.list.query().cols;
    let now: Vec<Column> = if now.is_empty() { USUAL.to_vec() } else { now.clone() };
    let mut lines: Vec<(Column, bool)> = now.into_iter().map(|column| (column, true)).collect();
    let known = Column::PLAIN.into_iter().map(|(_, column)| column).chain(model.list.attributes());
    for column in known {
        if !lines.iter().any(|(known, _)| *known == column) {
            lines.push((column, false));
        }
    }
    cx.push(crate::tui::screens::Overlay::Columns(Box::new(ColumnsPanel { lines, at: 0 })));
}

/// How wide a column is now, for the box.
pub fn column_width(column: &Column, model: &Model, panes: &Panes, cx: &Cx) -> u16 {
    let is_wide = areas(model, panes, cx).columns == Tier::Wide;
    model.views.width(column).unwrap_or_else(|| usual(column, is_wide).1)
}

pub(in crate::tui) fn act_in_columns(action: Action, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    use crate::tui::screens::Overlay;
    let Some(Overlay::Columns(shown)) = cx.overlays.last_mut() else { return };
    let last = shown.lines.len().saturating_sub(1);
    let at = shown.at.min(last);
    match action {
        Action::Down => shown.at = (at + 1).min(last),
        Action::Up => shown.at = at.saturating_sub(1),
        Action::First => shown.at = 0,
        Action::Last => shown.at = last,
        Action::Tick => shown.lines[at].1 = !shown.lines[at].1,
        Action::MoveDown if at < last => {
            shown.lines.swap(at, at + 1);
            shown.at = at + 1;
        }
        Action::MoveUp if at > 0 => {
            shown.lines.swap(at, at - 1);
            shown.at = at - 1;
        }
        Action::Narrower | Action::Wider | Action::Reverse => {
            let column = shown.lines[at].0.clone();
            return set_width(&column, action, model, panes, cx);
        }
        _ => return,
    }
    if matches!(action, Action::Tick | Action::MoveDown | Action::MoveUp) {
        let chosen: Vec<Column> = shown.lines.iter().filter(|(_, is_shown)| *is_shown).map(|(column, _)| column.clone()).collect();
        let mut query = model.list.query().clone();
        query.cols = if chosen == USUAL { Vec::new() } else { chosen };
        model.list.set_directives(&query);
    }
}

fn set_width(column: &Column, action: Action, model: &mut Model, panes: &Panes, cx: &Cx) {
    let now = column_width(column, model, panes, cx);
    // What is left has no width yet: it begins with one that can be seen.
    let now = if now == 0 { 30 } else { now };
    let width = match action {
        Action::Narrower => Some(now.saturating_sub(1).clamp(MIN_COLUMN, MAX_COLUMN)),
        Action::Wider => Some((now + 1).clamp(MIN_COLUMN, MAX_COLUMN)),
        _ => None,
    };
    model.views.set_width(column, width);
}
