//! Groups and folds as the list has them: laid with every new order, opened and closed between.

use rustc_hash::FxHashSet;

use crate::domain::case::{Rank, Rid, State};
use crate::index::Seen;
use crate::query::{Column, Query, fold};
use crate::tui::model::list::List;
use crate::tui::model::list::alike::{Candidate, Look, storms};
use crate::tui::model::list::arrange::{Arrangement, Folded, Head};

/// More rows than this are not compared with each other between two keystrokes.
pub(in crate::tui) const MAX_COMPARED: usize = 50_000;
/// Bytes of text that may be matched for a figure.
pub(in crate::tui) const COUNT_EFFORT: usize = 1 << 20;
/// The same for a menu of values, which is opened with one key and then stays.
pub(in crate::tui) const PICK_EFFORT: usize = 1 << 24;
/// The group of rows whose value nobody has read; no value looks so.
const NOT_READ: &str = "\0";
/// As the list marks a clock with `!`.
pub(in crate::tui) const PRESSING: &str = "status:open sla:<30m";
const DAY_S: i64 = 24 * 60 * 60;

impl List {
    /// All rows of the list, with those that stand behind another one.
    pub fn rows(&self) -> &[Rid] {
        self.arrangement.as_ref().map_or(&self.order, |arrangement| &arrangement.flat)
    }

    /// The cases that the filter leaves, in the order of the list, also those behind a fold or in a closed group. Not those
    /// that only stay in sight: gone, or matching no more.
    pub fn left(&self) -> impl Iterator<Item = Rid> {
        self.rows().iter().copied().filter(|rid| !self.is_gone(*rid) && !self.out.contains(rid))
    }

    /// How many of these no row stands for alone: not in the list, behind a fold or in a closed group.
    pub fn hidden_of(&self, rids: impl IntoIterator<Item = Rid>) -> usize {
        if self.arrangement.is_none() {
            return rids.into_iter().filter(|rid| !self.is_shown(*rid)).count();
        }
        let wanted: FxHashSet<Rid> = rids.into_iter().collect();
        if wanted.is_empty() { 0 } else { wanted.len() - self.order.iter().filter(|rid| wanted.contains(rid)).count() }
    }

    /// Whether look-alike rows are shown as one.
    pub fn folds(&self) -> bool {
        self.folds
    }

    /// Look-alikes are to be folded, and there are too many rows to find them.
    pub fn is_too_long_to_fold(&self) -> bool {
        self.folds && self.rows().len() > MAX_COMPARED
    }

    /// Puts groups and folds into rows that are in order; answers with those before the eye.
    pub(in crate::tui) fn arrange(&mut self, flat: Vec<Rid>) -> Vec<Rid> {
        self.arrangement = None;
        if self.query.group.is_none() && !self.folds {
            return flat;
        }
        let index = &self.index;
        let mut arrangement = match &self.query.group {
            Some(column) => {
                let key = |rid| index.get(rid).map_or((u64::MAX, String::new()), |seen| group_of(&seen, column));
                Arrangement::grouped(flat, key, &self.wishes)
            }
            None => Arrangement::flat(flat),
        };
        if self.folds && arrangement.flat.len() <= MAX_COMPARED {
            self.look_at(&arrangement.flat);
            let found = storms(&self.candidates(&arrangement));
            arrangement.fold(found, &self.wishes);
        }
        arrangement.weigh(|rid| self.index.get(rid).map_or(Rank::Unset, |seen| seen.rank));
        let shown = arrangement.display();
        self.arrangement = Some(arrangement);
        shown
    }

    pub(in crate::tui) fn look_at(&mut self, rows: &[Rid]) {
        for rid in rows {
            let index = &self.index;
            self.looks.entry(*rid).or_insert_with(|| index.get(*rid).and_then(|seen| Look::of(seen.title)));
        }
    }

    pub(in crate::tui) fn candidates(&self, arrangement: &Arrangement) -> Vec<Candidate<'_>> {
        let candidate = |(at, rid): (usize, &Rid)| {
            let look = self.looks.get(rid)?.as_ref()?;
            let seen = self.index.get(*rid)?;
            let is_open = !matches!(seen.state, Some(State::Closed | State::Archived));
            let opened_at = seen.created_at?;
            let word = if seen.rank == Rank::Unknown { seen.priority } else { "" };
            Some(Candidate { rid: *rid, look, rank: seen.rank, word, is_open, group: arrangement.group_at(at), opened_at })
        };
        arrangement.flat.iter().enumerate().filter_map(candidate).collect()
    }

    /// The row that stands for this one; itself when it is before the eye.
    pub fn stands_for(&self, rid: Rid) -> Rid {
        self.arrangement.as_ref().map_or(rid, |arrangement| arrangement.stands_for(rid))
    }

    /// What stands behind a row.
    pub fn folded(&self, rid: Rid) -> Option<Folded> {
        self.arrangement.as_ref()?.folded(rid)
    }

    /// All rows that this row shows, of its closed group or its fold; empty: it stands for itself.
    pub fn behind(&self, rid: Rid) -> &[Rid] {
        self.arrangement.as_ref().map_or(&[], |arrangement| arrangement.behind(rid))
    }

    /// One of a fold that is open.
    pub fn is_in_open_fold(&self, rid: Rid) -> bool {
        self.arrangement.as_ref().is_some_and(|arrangement| arrangement.is_in_storm(rid) && arrangement.folded(rid).is_none())
    }

    /// Something behind this row has changed since it was looked at.
    pub fn hides_unseen(&self, rid: Rid) -> bool {
        self.unseen > 0 && self.behind(rid).iter().any(|rid| self.is_unseen(*rid))
    }

    /// Folds that show one row for several.
    pub fn closed_folds(&self) -> usize {
        self.arrangement.as_ref().map_or(0, Arrangement::closed_storms)
    }

    /// The line above the `n`th row in sight: its group begins there, or the rows in sight begin in it.
    pub fn head(&self, n: usize) -> Option<Head<'_>> {
        let arrangement = self.arrangement.as_ref()?;
        if n == 0 { arrangement.head_around(self.top) } else { arrangement.head(self.top + n) }
    }

    /// Lines on the screen from one row before the eye to another, both included, when the first is at the top.
    pub(in crate::tui) fn lines(&self, from: usize, to: usize) -> usize {
        let rows = to + 1 - from;
        let Some(arrangement) = self.arrangement.as_ref().filter(|_| self.query.group.is_some()) else { return rows };
        rows + 1 + arrangement.heads_between(from + 1, to)
    }

    /// The lowest place for the top that leaves no line empty.
    pub(in crate::tui) fn last_top(&self) -> usize {
        let Some(last) = self.order.len().checked_sub(1) else { return 0 };
        let mut top = self.order.len().saturating_sub(self.height);
        while top < last && self.lines(top, last) > self.height {
            top += 1;
        }
        top
    }

    /// Every row that holds, in no particular order, asleep or not.
    pub fn rows_of(&self, query: &Query) -> Vec<Rid> {
        self.index.rows(query, &self.asker, usize::MAX).unwrap_or_default()
    }

    /// Values of a column among rows, the most frequent first.
    pub fn facet(&self, column: &Column, rows: &[Rid]) -> Vec<(String, usize)> {
        self.index.facet(column, rows, &self.asker)
    }
}

/// Where the group of a row stands among groups, and what makes it one: values that the filter cannot tell apart are one.
fn group_of(seen: &Seen<'_>, column: &Column) -> (u64, String) {
    let day = |seconds: Option<i64>, descending: bool| match seconds {
        None => (u64::MAX, String::new()),
        Some(seconds) => {
            let day = seconds.div_euclid(DAY_S);
            let rank = day.cast_unsigned() ^ (1 << 63);
            // One below, so that those without a moment stay last.
            (if descending { (u64::MAX - 1) - rank.min(u64::MAX - 1) } else { rank.min(u64::MAX - 1) }, day.to_string())
        }
    };
    match column {
        Column::Source => (u64::from(seen.source.0), seen.source.0.to_string()),
        Column::Status => (seen.state.map_or(1, |state| [0, 2, 3, 4][state as usize]), fold(seen.status)),
        Column::Priority => match seen.rank {
            Rank::Unknown => (0, fold(seen.priority)),
            Rank::Level(level) => (1 + level as u64, level.name().to_owned()),
            Rank::Unset => (u64::MAX, String::new()),
        },
        Column::Sla | Column::Due => day(seen.due_at, false),
        Column::Created | Column::Age => day(seen.created_at, true),
        Column::Updated => day(seen.updated_at, true),
        Column::Assignee => {
            let people: Vec<_> = seen.assignees().collect();
            (u64::from(people.is_empty()), fold(&people.join(", ")))
        }
        Column::Tags => {
            let tags: Vec<_> = seen.tags().collect();
            (u64::from(tags.is_empty()), fold(&tags.join(", ")))
        }
        Column::Key => (0, seen.key.to_owned()),
        Column::Id => (0, seen.id.to_owned()),
        Column::Title => (0, fold(seen.title)),
        Column::Closed => day(seen.closed_at, true),
        Column::Author | Column::Team | Column::Project | Column::Type | Column::Custom(_) | Column::Attr(_) => match seen.value(column) {
            Some(value) => (0, fold(&value)),
            None if seen.knows(column) => (1, String::new()),
            None => (2, NOT_READ.to_owned()),
        },
    }
}
