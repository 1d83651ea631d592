//! Opening and closing folds, and counting what they hide.

use crate::domain::case::Rid;
use crate::index::Verdict;
use crate::protocol::Counted;
use crate::query::{Node, Query, parse};
use crate::tui::model::list::fold::{COUNT_EFFORT, PICK_EFFORT, PRESSING};
use crate::tui::model::list::{List, SHOWN};
use crate::tui::model::views::Tally;

impl List {
    /// Rows came or went around the cursor: its case stays, on its line.
    pub(in crate::tui) fn keep_cursor(&mut self) {
        let line = self.at.saturating_sub(self.top);
        self.cursor = self.cursor.map(|rid| self.stands_for(rid));
        self.at = self.cursor.and_then(|rid| self.order.iter().position(|known| *known == rid)).unwrap_or(0);
        self.top = self.at.saturating_sub(line);
        self.keep_in_sight();
    }

    /// Finds look-alikes in the rows as they stand, or shows every row again.
    pub fn toggle_folds(&mut self) {
        self.folds = !self.folds;
        let flat = self.rows().to_vec();
        self.order = self.arrange(flat);
        self.keep_cursor();
    }

    pub(in crate::tui) fn redisplay(&mut self) {
        if let Some(arrangement) = self.arrangement.as_mut() {
            self.order = arrangement.display();
            self.keep_cursor();
        }
    }

    /// Folds look-alikes of the rows as they stand, or shows each.
    pub fn set_folds(&mut self, folds: bool) {
        if self.folds != folds {
            self.toggle_folds();
        }
    }

    /// Opens or closes (None: the one that is not) the fold around the cursor, else its group. False: there is neither.
    pub fn fold(&mut self, closed: Option<bool>) -> bool {
        let (Some(cursor), Some(arrangement)) = (self.cursor, self.arrangement.as_mut()) else { return false };
        let has_changed = arrangement.set_closed(cursor, closed, &mut self.wishes);
        if has_changed {
            self.redisplay();
        }
        has_changed
    }

    /// Opens or closes all folds and groups. False: there are none.
    pub fn fold_all(&mut self, closed: bool) -> bool {
        let Some(arrangement) = self.arrangement.as_mut() else { return false };
        arrangement.set_all(closed, &mut self.wishes);
        self.redisplay();
        true
    }

    /// Brings a case out of the fold that hides it.
    pub(in crate::tui) fn reveal(&mut self, rid: Rid) {
        if self.has(rid, SHOWN)
            && let Some(arrangement) = self.arrangement.as_mut()
            && arrangement.reveal(rid, &mut self.wishes)
        {
            self.redisplay();
        }
    }

    /// How many rows a filter would show; None: telling takes longer than a key may wait.
    pub fn count(&self, query: &Query) -> Option<usize> {
        let found = self.index.count(&Self::awake(query), &self.asker, COUNT_EFFORT)?;
        Some(found.cases.saturating_sub(self.gone_among(query)).min(query.limit.unwrap_or(usize::MAX)))
    }

    /// How many rows a filter would show, and how many of them with one more condition each; None: telling takes longer
    /// than a key may wait.
    pub fn counts(&self, query: &Query, conditions: &[Node]) -> Option<(usize, Vec<Option<usize>>)> {
        let (all, each) = self.index.counts(&Self::awake(query), &self.asker, conditions, PICK_EFFORT)?;
        let most = query.limit.unwrap_or(usize::MAX);
        let left = |count: usize, query: &Query| count.saturating_sub(self.gone_among(query)).min(most);
        let with = |condition: &Node| query.clone().with(condition.clone());
        let each = each.into_iter().zip(conditions).map(|(count, condition)| Some(left(count?, &with(condition)))).collect();
        Some((left(all, query), each))
    }

    /// Cases that are marked as gone stay in sight until the next new order, and count no more.
    pub(in crate::tui) fn gone_among(&self, query: &Query) -> usize {
        if self.gone.is_empty() {
            return 0;
        }
        let judge = self.judge_of(&Self::awake(query));
        self.gone.iter().filter(|rid| self.verdict(&judge, **rid) == Verdict::Yes).count()
    }

    /// The figures of a view with this query; None: telling takes longer than a key may wait.
    pub fn tally(&self, query: &Query) -> Option<Tally> {
        let unseen = |query: &Query| query.clone().with(parse("is:unseen").query.node);
        let pressing = |query: &Query| query.clone().with(parse(PRESSING).query.node);
        let found = self.index.count(&Self::awake(query), &self.asker, COUNT_EFFORT)?;
        let cases = found.cases.saturating_sub(self.gone_among(query));
        let uncut = query.limit.filter(|limit| *limit < cases).map(|_| cases);
        let count = cases.min(query.limit.unwrap_or(usize::MAX));
        Some(Tally {
            counted: Counted { count, unexamined: found.unexamined, undescribed: found.undescribed, uncut, ..Counted::default() },
            scope: self.scope_of(query),
            unseen: self.count(&unseen(query))?,
            alarms: self.count(&pressing(query))?,
        })
    }
}
