//! Which columns the list shows and how wide: by the size of the screen, by `cols:` in the filter, and by the view's own
//! widths. And the box in which they are chosen.

pub mod acts;
mod screen;
pub mod view;

use crate::query::Column;

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
