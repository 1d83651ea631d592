//! How rows come into the list and leave it, and how a new order is laid.

use crate::domain::case::{Rid, Row};
use crate::index::{Flags, Judge};
use crate::query;
use crate::tui::model::list::{Before, COMING, GONE, HELD, LATE, LOCAL, List, SHOWN, UNSEEN};

/// While the list is first filled, newcomers are laid in together when they are at least this part of it: sorting the
/// whole for every page would cost the square of the number of cases.
const LAY_IN_PART: usize = 8;
/// Below this many rows sorting costs nothing.
const SMALL: usize = 512;

impl List {
    /// Takes rows as they are now. Those in the list change in place; others wait in the tray, or are laid in while the
    /// list is first filled: `filling` of a row says that its source is being read for the first time, or that it comes from
    /// disk.
    pub fn take(&mut self, rows: &[(Rid, Row)], filling: impl Fn(&Row) -> bool) {
        let judge = self.judge();
        let rules = self.rules.ready(&self.asker);
        for (rid, row) in rows {
            let rid = *rid;
            let rank = row.rank();
            let is_reweighed =
                self.arrangement.is_some() && self.has(rid, SHOWN) && self.index.get(rid).is_some_and(|seen| seen.rank != rank);
            let is_local = rules.upsert(&mut self.index, rid, row);
            self.know(rid);
            if is_local {
                self.mark(rid, LOCAL);
            } else {
                self.unmark(rid, LOCAL);
            }
            self.flag_anew(rid);
            if let Some(arrangement) = self.arrangement.as_mut().filter(|_| is_reweighed) {
                arrangement.note(rid, rank);
            }
            self.looks.remove(&rid);
            if self.has(rid, GONE) {
                self.unmark(rid, GONE);
                self.gone.retain(|gone| *gone != rid);
            }
            self.place(rid, filling(row), &judge);
        }
        self.lay_in_if_many();
        self.admit_into_empty();
    }

    /// A tray keeps rows from moving under the eye. Where there are none, nothing is kept waiting in it.
    pub(in crate::tui) fn admit_into_empty(&mut self) {
        if self.rows().is_empty() && self.coming.is_empty() && !self.held.is_empty() && !self.is_judging() {
            self.renew();
        }
    }

    pub(in crate::tui) fn lay_in_if_many(&mut self) {
        if self.coming.len() > self.order.len() / LAY_IN_PART || self.order.len() < SMALL {
            self.lay_in();
        }
    }

    pub(in crate::tui) fn set_unseen(&mut self, rid: Rid) {
        if !self.has(rid, UNSEEN) {
            self.mark(rid, UNSEEN);
            self.flag(rid, Flags::UNSEEN, true);
            self.unseen += 1;
        }
    }

    pub(in crate::tui) fn place(&mut self, rid: Rid, filling: bool, judge: &Judge) {
        let matches = self.belongs(rid, judge);
        if self.late.is_some() && !self.has(rid, LATE) {
            self.mark(rid, LATE);
            self.late.get_or_insert_default().push(rid);
        }
        if self.has(rid, SHOWN | COMING) {
            self.note_out(rid, !matches);
            return;
        }
        match (self.has(rid, HELD), matches) {
            (true, false) => self.let_go(rid),
            (false, true) if filling => {
                self.mark(rid, COMING);
                self.coming.push(rid);
            }
            (false, true) => self.hold(rid),
            _ => {}
        }
    }

    /// Which of the rows that did not match are still in sight, and still do not.
    fn judge_out(&mut self) {
        if self.out.is_empty() {
            return;
        }
        let judge = self.judge();
        let known = std::mem::take(&mut self.out);
        self.out = known.into_iter().filter(|rid| self.has(*rid, SHOWN) && !self.belongs(*rid, &judge)).collect();
    }

    fn hold(&mut self, rid: Rid) {
        if !self.has(rid, HELD) {
            self.mark(rid, HELD);
            self.held.push(rid);
        }
    }

    /// A new order that leaves the tray as it is, with these added.
    pub(in crate::tui) fn set_order_beside_tray(&mut self, order: Vec<Rid>, more: Vec<Rid>) {
        let held = self.held.clone();
        self.set_order(order);
        for rid in held.into_iter().chain(more) {
            self.hold(rid);
        }
    }

    fn let_go(&mut self, rid: Rid) {
        self.unmark(rid, HELD);
        self.held.retain(|held| *held != rid);
    }

    /// Cases that are no longer there. Those in sight stay, marked, until the next new order.
    pub fn take_gone(&mut self, rids: &[Rid]) {
        for rid in rids.iter().copied() {
            self.let_go(rid);
            if self.index.get(rid).is_none() || self.has(rid, GONE) {
                continue;
            }
            if self.has(rid, SHOWN | COMING) {
                self.mark(rid, GONE);
                self.gone.push(rid);
            } else {
                self.forget(rid);
            }
        }
    }

    fn forget(&mut self, rid: Rid) {
        self.see(rid);
        self.set_snoozed(rid, false);
        self.set_pinned(rid, false);
        self.index.remove(rid);
        self.out.remove(&rid);
        if let Some(marks) = self.marks.get_mut(rid.0 as usize) {
            *marks = 0;
        }
    }

    /// A new order: arrivals come in, rows that are gone or do not match any more leave. Says how many came and left.
    pub fn admit(&mut self) -> (usize, usize) {
        let before = self.rows().len();
        let came = self.held.len();
        self.renew();
        (came, (before + came).saturating_sub(self.rows().len()))
    }

    /// Narrows to what matches. The cursor stays on its case while that matches, else goes to the first row. While
    /// something is wrong in the text, the last result stays.
    pub fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter);
        let kept = self.cursor;
        let (sort, group) = (self.query.sort.clone(), self.query.group.clone());
        if self.read_filter() {
            self.renew();
            if self.cursor == kept && (sort != self.query.sort || group != self.query.group) {
                // The case has another neighbourhood now: it is seen on both sides.
                self.put_line(self.height / 2);
            }
        }
    }

    /// The list as it is, for going back to after the filter was typed.
    pub fn begin_filter(&mut self) -> Before {
        self.late = Some(Vec::new());
        Before {
            filter: self.filter.clone(),
            order: self.order.clone(),
            arrangement: self.arrangement.clone(),
            held: self.held.clone(),
            out: self.out.clone(),
            cursor: self.cursor,
            top: self.top,
            cut: self.uncut(),
        }
    }

    /// The filter that was typed stays.
    pub fn end_filter(&mut self) {
        for rid in self.late.take().unwrap_or_default() {
            self.unmark(rid, LATE);
        }
    }

    /// Back to the list as it was: same rows, same cursor, same lines. What came meanwhile waits in the tray.
    pub fn restore(&mut self, before: Before) {
        let late = self.late.clone().unwrap_or_default();
        self.end_filter();
        self.query = query::parse(&before.filter).query;
        self.filter = before.filter;
        self.resume(before.cut);
        let judge = self.judge();
        self.clear_places();
        self.order = before.order;
        self.arrangement = before.arrangement;
        let index = &self.index;
        if self.rows().iter().any(|rid| index.get(*rid).is_none()) {
            let left = self.rows().iter().copied().filter(|rid| index.get(*rid).is_some()).collect();
            self.order = self.arrange(left);
        }
        self.mark_rows();
        self.out = before.out;
        self.out.extend(&late);
        self.judge_out();
        for rid in before.held.into_iter().chain(late) {
            if self.index.get(rid).is_some() && !self.has(rid, SHOWN) && self.belongs(rid, &judge) {
                self.hold(rid);
            }
        }
        self.cursor = before.cursor;
        self.find_cursor(&[], 0);
        self.top = before.top;
        self.keep_in_sight();
        self.pour();
        self.admit_into_empty();
    }

    /// Lays newcomers into the order while the list is first filled. Before the first key the whole is sorted anew;
    /// after it, only below what is in sight, and what belongs above waits in the tray.
    pub(in crate::tui) fn lay_in(&mut self) {
        if self.coming.is_empty() {
            return;
        }
        if self.touched && self.arrangement.is_some() {
            // Below what is in sight there may be a group that a newcomer belongs into.
            let judge = self.judge();
            for rid in std::mem::take(&mut self.coming) {
                self.unmark(rid, COMING);
                if self.belongs(rid, &judge) {
                    self.hold(rid);
                }
            }
            self.admit_into_empty();
            return;
        }
        let Some(fresh) = self.select() else { return };
        if self.touched && !self.order.is_empty() {
            self.lay_below(fresh);
        } else {
            let fresh = fresh.into_iter().filter(|rid| !self.has(*rid, HELD)).collect();
            self.set_order_beside_tray(fresh, Vec::new());
            self.put_cursor(0);
            self.top = 0;
        }
    }

    fn lay_below(&mut self, fresh: Vec<Rid>) {
        let fold = (self.top + self.height.max(1)).min(self.order.len());
        let mut order = self.order[..fold].to_vec();
        let mut kept = rustc_hash::FxHashSet::default();
        kept.extend(order.iter().copied());
        let last_kept = fresh.iter().rposition(|rid| kept.contains(rid)).unwrap_or(0);
        let mut above = Vec::new();
        for (rank, rid) in fresh.into_iter().enumerate() {
            if kept.contains(&rid) || self.has(rid, HELD) {
                continue;
            }
            if rank < last_kept && !self.has(rid, SHOWN) {
                above.push(rid);
            } else {
                order.push(rid);
            }
        }
        // Rows below the fold that stopped matching stay where a person may have seen them until a new order is asked for.
        let judge = self.judge();
        let stays = |rid: &Rid| !self.belongs(*rid, &judge) && !self.is_snoozed(*rid);
        let stray: Vec<_> = self.order[fold..].iter().copied().filter(stays).collect();
        order.extend(stray);
        let top = self.top;
        self.set_order_beside_tray(order, above);
        self.top = top;
        self.keep_in_sight();
    }

    /// Sorts and filters everything anew; the tray empties.
    pub(in crate::tui) fn renew(&mut self) {
        for rid in std::mem::take(&mut self.gone) {
            self.forget(rid);
        }
        if let Some(fresh) = self.select() {
            self.show(fresh);
        }
    }

    /// A result that was asked for, all of it.
    pub(in crate::tui) fn show(&mut self, fresh: Vec<Rid>) {
        let kept = self.cursor;
        self.set_order(fresh);
        self.pour();
        if self.cursor != kept && self.judged.goes_to_top() {
            self.go(0);
        }
    }

    /// When nothing matches: what is left after each condition, so that the one that took the last row is seen.
    fn pour(&mut self) {
        self.funnel.clear();
        if !self.order.is_empty() || self.index.is_empty() {
            return;
        }
        self.funnel = self.explained();
    }

    /// Shows these rows. The cursor stays on its case, else goes to the nearest that is left; its line on the screen
    /// stays too, unless the list was at its top, where newcomers are to be seen.
    pub(in crate::tui) fn set_order(&mut self, order: Vec<Rid>) {
        let (old_at, line) = (self.at, self.at.saturating_sub(self.top));
        let was_at_top = self.top == 0;
        self.clear_places();
        let order = self.arrange(order);
        let old = std::mem::replace(&mut self.order, order);
        self.mark_rows();
        self.judge_out();
        self.find_cursor(&old, old_at);
        self.top = if was_at_top { 0 } else { self.at.saturating_sub(line) };
        self.keep_in_sight();
    }

    fn clear_places(&mut self) {
        for rid in std::mem::take(&mut self.held) {
            self.unmark(rid, HELD);
        }
        for rid in std::mem::take(&mut self.coming) {
            self.unmark(rid, COMING);
        }
        for at in 0..self.rows().len() {
            self.unmark(self.rows()[at], SHOWN);
        }
    }

    fn mark_rows(&mut self) {
        for at in 0..self.rows().len() {
            self.mark(self.rows()[at], SHOWN);
        }
    }

    /// Where the cursor's case is now; when it left, the nearest of its old neighbours that is still there.
    fn find_cursor(&mut self, old: &[Rid], old_at: usize) {
        let is_here = |rid: &Rid| self.has(*rid, SHOWN);
        let wanted = self.cursor.filter(is_here).or_else(|| {
            let below = old.get(old_at..).unwrap_or_default().iter().find(|rid| is_here(rid));
            below.or_else(|| old.get(..old_at.min(old.len())).unwrap_or_default().iter().rev().find(|rid| is_here(rid))).copied()
        });
        self.cursor = wanted.map(|rid| self.stands_for(rid)).or_else(|| self.order.first().copied());
        self.at = self.cursor.and_then(|rid| self.order.iter().position(|known| *known == rid)).unwrap_or(0);
    }

    /// To a row by its number from 0; the last when there are fewer.
    pub fn go(&mut self, at: usize) {
        if at >= self.order.len() {
            self.lay_in();
        }
        self.put_cursor(at);
    }

    /// The case was looked at.
    pub fn see(&mut self, rid: Rid) {
        if self.has(rid, UNSEEN) {
            self.unmark(rid, UNSEEN);
            self.flag(rid, Flags::UNSEEN, false);
            self.unseen -= 1;
        }
    }
}
