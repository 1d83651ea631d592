//! Which columns the list shows and how wide: by the size of the screen, by `cols:` in the filter, and by the view's own
//! widths. And the box in which they are chosen.

use crate::app::App;
use crate::app::action::Action;
use crate::app::layout::Columns as Tier;
use crate::app::measure::width;
use crate::config::views::{MAX_COLUMN, MIN_COLUMN};
use crate::query::{Column, Field};

/// The title is cut no shorter than this: other columns give way.
const LEAST_TITLE: u16 = 12;
/// The mark of the cursor and of unseen changes.
const MARKS: u16 = 2;
/// Custom fields, and keys of attributes, that are offered as columns.
const MAX_ATTRIBUTES: usize = 30;

/// What stands in a column of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// `>` for the cursor, `*` for an unseen change.
    Marks,
    /// One cell for both, where columns are few.
    Mark,
    /// Source, key and title in one.
    Case,
    Of(Column),
}

/// A column as it is painted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub cell: Cell,
    pub title: String,
    /// With the gap behind it.
    pub width: u16,
}

/// The columns of a list without wishes, where there is room for all.
pub const USUAL: [Column; 8] =
    [Column::Source, Column::Key, Column::Status, Column::Priority, Column::Sla, Column::Age, Column::Assignee, Column::Title];

/// Title and width of a column; the width is 0 for what is left.
fn usual(column: &Column, is_wide: bool) -> (String, u16) {
    let (title, narrow, wide) = match column {
        Column::Source => (if is_wide { "src" } else { "" }, 3, 4),
        Column::Key => ("key", 9, 13),
        Column::Id => ("id", 9, 13),
        Column::Status => (if is_wide { "state" } else { "st" }, 5, 15),
        Column::Priority => ("pri", 5, 9),
        Column::Sla => ("  sla", 7, 8),
        Column::Due => ("due", 7, 8),
        Column::Age => ("age", 6, 6),
        Column::Created => ("opened", 7, 7),
        Column::Updated => ("changed", 8, 8),
        Column::Closed => ("closed", 7, 7),
        Column::Assignee => ("who", 7, 16),
        Column::Author => ("author", 8, 16),
        Column::Title => ("title", 0, 0),
        Column::Tags => ("tags", 14, 24),
        Column::Team => ("team", 9, 16),
        Column::Project => ("project", 9, 16),
        Column::Type => ("type", 9, 14),
        Column::Custom(name) | Column::Attr(name) => return (name.to_string(), if is_wide { 16 } else { 12 }),
    };
    (title.to_owned(), if is_wide { wide } else { narrow })
}

/// The box in which columns are chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnsPanel {
    /// Those that are shown first, in their order; then what could be.
    pub lines: Vec<(Column, bool)>,
    pub at: usize,
}

impl App {
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
            let width = if column == Column::Key { width.max(self.longest_key(room) + 1) } else { width };
            let width = self.views.width(&column).unwrap_or(width);
            shown.push(Shown { cell: Cell::Of(column), title, width });
        }
        fit(&mut shown, room);
        shown
    }

    /// Columns of the longest key in sight, as far as half of the room: what is longer is shortened in its middle.
    fn longest_key(&self, room: u16) -> u16 {
        let keys = self.list.visible().iter().filter_map(|rid| self.list.row(*rid));
        keys.map(|row| width(row.key)).max().unwrap_or(0).min(room / 2)
    }

    pub(super) fn open_columns(&mut self) {
        let now = &self.list.query().cols;
        let now: Vec<Column> = if now.is_empty() { USUAL.to_vec() } else { now.clone() };
        let mut lines: Vec<(Column, bool)> = now.into_iter().map(|column| (column, true)).collect();
        let known = Column::PLAIN.into_iter().map(|(_, column)| column).chain(self.attributes());
        for column in known {
            if !lines.iter().any(|(known, _)| *known == column) {
                lines.push((column, false));
            }
        }
        self.push(crate::app::overlay::Overlay::Columns(Box::new(ColumnsPanel { lines, at: 0 })));
    }

    /// Attributes and custom fields that cases have, the most frequent first.
    fn attributes(&self) -> Vec<Column> {
        let names = |field: Field| self.list.index().names(&field).into_iter().map(|(name, _)| name).take(MAX_ATTRIBUTES);
        let custom = names(Field::Custom("x".into())).map(|name| Column::Custom(name.into()));
        custom.chain(names(Field::Attr("x".into())).map(|name| Column::Attr(name.into()))).collect()
    }

    /// How wide a column is now, for the box.
    pub fn column_width(&self, column: &Column) -> u16 {
        let is_wide = self.areas().columns == Tier::Wide;
        self.views.width(column).unwrap_or_else(|| usual(column, is_wide).1)
    }

    pub(super) fn act_in_columns(&mut self, action: Action) {
        use crate::app::overlay::Overlay;
        let Some(Overlay::Columns(panel)) = self.overlays.last_mut() else { return };
        let last = panel.lines.len().saturating_sub(1);
        let at = panel.at.min(last);
        match action {
            Action::Down => panel.at = (at + 1).min(last),
            Action::Up => panel.at = at.saturating_sub(1),
            Action::First => panel.at = 0,
            Action::Last => panel.at = last,
            Action::Tick => panel.lines[at].1 = !panel.lines[at].1,
            Action::MoveDown if at < last => {
                panel.lines.swap(at, at + 1);
                panel.at = at + 1;
            }
            Action::MoveUp if at > 0 => {
                panel.lines.swap(at, at - 1);
                panel.at = at - 1;
            }
            Action::Narrower | Action::Wider | Action::Reverse => {
                let column = panel.lines[at].0.clone();
                return self.set_width(&column, action);
            }
            _ => return,
        }
        if matches!(action, Action::Tick | Action::MoveDown | Action::MoveUp) {
            let chosen: Vec<Column> = panel.lines.iter().filter(|(_, is_shown)| *is_shown).map(|(column, _)| column.clone()).collect();
            let mut query = self.list.query().clone();
            query.cols = if chosen == USUAL { Vec::new() } else { chosen };
            self.set_directives(&query);
        }
    }

    fn set_width(&mut self, column: &Column, action: Action) {
        let now = self.column_width(column);
        // What is left has no width yet: it begins with one that can be seen.
        let now = if now == 0 { 30 } else { now };
        let width = match action {
            Action::Narrower => Some(now.saturating_sub(1).clamp(MIN_COLUMN, MAX_COLUMN)),
            Action::Wider => Some((now + 1).clamp(MIN_COLUMN, MAX_COLUMN)),
            _ => None,
        };
        self.views.set_width(column, width);
    }
}

/// The title takes what the others leave; where that is too little, columns behind it and then before it give way.
fn fit(shown: &mut Vec<Shown>, room: u16) {
    let is_title = |one: &Shown| one.cell == Cell::Of(Column::Title);
    if !shown.iter().any(|one| one.width == 0) {
        // Without a title, or with one of a fixed width, the last column takes the rest.
        if let Some(last) = shown.last_mut() {
            let least = last.width;
            last.width = 0;
            let others: u16 = shown.iter().map(|one| one.width).sum();
            let rest = room.saturating_sub(others).max(least.min(room));
            if let Some(last) = shown.last_mut() {
                last.width = rest;
            }
        }
    }
    let taken = |shown: &[Shown]| shown.iter().map(|one| if one.width == 0 { LEAST_TITLE } else { one.width }).sum::<u16>();
    while taken(shown) > room && shown.len() > 2 {
        let Some(at) = shown.iter().rposition(|one| !is_title(one) && one.cell != Cell::Marks) else { break };
        shown.remove(at);
    }
    let others: u16 = shown.iter().map(|one| one.width).sum();
    let rest = room.saturating_sub(others);
    if let Some(free) = shown.iter_mut().find(|one| one.width == 0) {
        free.width = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(columns: &[(Column, u16)]) -> Vec<Shown> {
        let marks = Shown { cell: Cell::Marks, title: String::new(), width: MARKS };
        let shown =
            columns.iter().map(|(column, width)| Shown { cell: Cell::Of(column.clone()), title: column.to_string(), width: *width });
        std::iter::once(marks).chain(shown).collect()
    }

    #[test]
    fn the_title_takes_the_rest_and_others_give_way_to_it() {
        let mut shown = of(&[(Column::Key, 9), (Column::Title, 0), (Column::Tags, 14), (Column::Author, 16)]);
        fit(&mut shown, 80);
        assert_eq!(shown.iter().map(|one| one.width).collect::<Vec<_>>(), [2, 9, 39, 14, 16]);
        let mut shown = of(&[(Column::Key, 9), (Column::Title, 0), (Column::Tags, 14), (Column::Author, 16)]);
        fit(&mut shown, 40);
        assert_eq!(shown.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["", "key", "title", "tags"]);
        assert_eq!(shown.iter().map(|one| one.width).sum::<u16>(), 40);
        let mut shown = of(&[(Column::Key, 9), (Column::Tags, 14)]);
        fit(&mut shown, 60);
        assert_eq!(shown[2].width, 49);
    }

    #[test]
    fn no_room_is_too_small() {
        for room in 0..200 {
            let mut shown = of(&[(Column::Title, 0), (Column::Key, 9), (Column::Sla, 60), (Column::Tags, 60)]);
            fit(&mut shown, room);
            assert!(!shown.is_empty(), "{room}");
        }
    }
}
