//! How the filter is judged: at once where that takes less than a frame, else in slices between keys; and what the
//! result is worth.

use compact_str::CompactString;

use crate::domain::case::Rid;
use crate::index::{Flags, Index, Judge, Parts, Scope, Step, Verdict};
use crate::protocol::Counted;
use crate::query::{
    Field, Mark, Node, Problem, Query, {self},
};
use crate::tui::model::list::alike::storms;
use crate::tui::model::list::arrange::Arrangement;
use crate::tui::model::list::fold::MAX_COMPARED;
use crate::tui::model::list::judging::Judged;
use crate::tui::model::list::{COMING, List, PINNED, SHOWN, SNOOZED, UNSEEN, sort};

/// Bytes of text that are matched in one go: a few milliseconds, also with a regular expression.
const SLICE: usize = 1 << 20;
/// What may be spent on telling why nothing matches.
const EXPLAIN: usize = 4 << 20;
/// Conditions of a filter that is explained when it leaves nothing.
const MAX_FUNNEL: usize = 8;

impl List {
    /// What is wrong in the filter as it is typed; the last result that could be read is on display.
    pub fn problem(&self) -> Option<&Problem> {
        self.judged.problem.as_ref()
    }

    /// The filter takes longer than a frame: [`Self::go_on`] is needed.
    pub fn is_judging(&self) -> bool {
        self.judged.is_going_on
    }

    /// What the list shows, in figures.
    pub fn counted(&self) -> Counted {
        Counted {
            count: self.matching(),
            held: self.held.len(),
            unexamined: self.index.unexamined_by_source(),
            undescribed: self.index.undescribed_by_source(),
            uncut: self.judged.cut,
            is_looking: self.judged.is_going_on,
        }
    }

    /// The sources that the filter is about.
    pub fn scope(&self) -> &Scope {
        &self.judged.scope
    }

    /// The sources that a query is about.
    pub fn scope_of(&self, query: &Query) -> Scope {
        Index::scope(query, &self.asker)
    }

    /// Sources that are configured and no part of this sitting.
    pub fn set_left_out(&mut self, names: Vec<CompactString>) {
        self.asker.left_out = names;
    }

    /// Rows that cannot be judged before their case is read.
    pub fn unexamined(&self) -> usize {
        self.index.unexamined_count()
    }

    /// The most urgent of them that are wanted, at most so many.
    pub fn most_urgent_unexamined(&self, most: usize, is_wanted: impl Fn(Rid) -> bool) -> Vec<Rid> {
        self.index.unexamined_where(most, is_wanted)
    }

    /// What reading the cases would have to bring for the filter to be judged.
    pub fn wanted_parts(&self) -> Parts {
        Index::wanted_parts(&self.query, &self.asker)
    }

    /// Fields that the filter asks for: how many rows fail only because they have none.
    pub fn lacking(&self) -> &[(Field, usize)] {
        &self.judged.lacking
    }

    /// How many rows hold, when `limit:` shows fewer.
    pub fn uncut(&self) -> Option<usize> {
        self.judged.cut
    }

    /// Takes over how a case stands on this desk: `is:` finds it by that.
    pub fn flag(&mut self, rid: Rid, flags: Flags, on: bool) {
        let known = self.index.get(rid).map_or(Flags::NONE, |seen| seen.flags());
        self.index.set_flags(rid, if on { known.with(flags) } else { known.without(flags) });
        self.has_new_flags = true;
        if self.has(rid, SHOWN | COMING) {
            let is_out = !self.belongs(rid, &self.judge());
            self.note_out(rid, is_out);
        }
    }

    /// Whether a flag was set or taken since this was last asked: what was counted by them is old then.
    pub fn take_new_flags(&mut self) -> bool {
        std::mem::take(&mut self.has_new_flags)
    }

    /// Another query made ready to judge single rows.
    pub fn judge_of(&self, query: &query::Query) -> Judge {
        Index::judge(query, &self.asker)
    }

    pub fn holds(&self, judge: &Judge, rid: Rid) -> bool {
        self.verdict(judge, rid) == Verdict::Yes
    }

    pub fn verdict(&self, judge: &Judge, rid: Rid) -> Verdict {
        self.index.verdict(judge, rid)
    }

    pub(in crate::tui) fn set_problem(&mut self, problem: Option<Problem>) {
        self.judged.problem = problem;
    }

    pub(in crate::tui) fn judge(&self) -> Judge {
        Index::judge(&self.query, &self.asker)
    }

    /// Reads the filter's text; true: it asks for something else than before.
    pub(in crate::tui) fn read_filter(&mut self) -> bool {
        let parsed = query::parse(&self.filter);
        self.judged.problem = parsed.error().or_else(|| parsed.problems.first()).cloned();
        if parsed.error().is_some() {
            return false;
        }
        let is_new = self.query != parsed.query;
        self.query = parsed.query;
        self.note_strangers();
        self.judged.was_typed = true;
        is_new
    }

    /// A source that the filter names and that is not there finds nothing, and that is said; what may still become a name
    /// while it is typed is left alone.
    fn note_strangers(&mut self) {
        let is_typed = self.late.is_some();
        let strangers = self.asker.strangers(&self.query);
        if self.judged.problem.is_none()
            && let Some(stranger) = strangers.iter().find(|stranger| !(is_typed && stranger.is_begun))
        {
            self.judged.problem = Some(stranger.problem(&self.filter));
        }
    }

    /// Back to a result that is already in order.
    pub(in crate::tui) fn resume(&mut self, cut: Option<usize>) {
        self.judged = Judged { cut, scope: self.scope_of(&self.query), ..Judged::default() };
        self.index.begin(&self.query, &self.asker);
        self.judged.is_going_on = !self.index.advance(SLICE);
        self.judged.lacking = self.index.lacking();
    }

    /// What holds for the filter, in order. None: a slice was judged and more is to come.
    pub(in crate::tui) fn select(&mut self) -> Option<Vec<Rid>> {
        if !self.judged.is_going_on {
            self.flag_folded();
        }
        self.index.begin(&self.query, &self.asker);
        self.judged.scope = self.scope_of(&self.query);
        self.judged.is_going_on = !self.index.advance(SLICE);
        if self.judged.is_going_on {
            return None;
        }
        let mut found = self.index.found(&sort::keys(&self.query.sort));
        self.put_asides(&mut found);
        self.judged.lacking = self.index.lacking();
        self.judged.cut = self.query.limit.filter(|limit| *limit < found.len()).map(|_| found.len());
        found.truncate(self.query.limit.unwrap_or(usize::MAX));
        Some(found)
    }

    /// Whether a row is to be in the list: it holds for the filter, and sleeps only where sleepers are asked for.
    pub(in crate::tui) fn belongs(&self, rid: Rid, judge: &Judge) -> bool {
        (!self.is_snoozed(rid) || self.asks_for_sleepers()) && self.index.verdict(judge, rid) == Verdict::Yes
    }

    /// Each condition of the filter and what it leaves. `awake`: with the one that leaves out what sleeps.
    pub fn steps(&self, awake: bool) -> Vec<Step> {
        let query = if awake { self.query.clone().awake() } else { self.query.clone() };
        self.index.explain(&query, &self.asker, EXPLAIN)
    }

    pub(in crate::tui) fn explained(&self) -> Vec<(String, usize)> {
        let steps = self.index.explain(&self.query, &self.asker, EXPLAIN);
        steps.into_iter().filter(|step| !step.is_branch).take(MAX_FUNNEL).filter_map(|step| Some((step.term, step.left?))).collect()
    }

    /// A row in sight matches, or does so no more.
    pub(in crate::tui) fn note_out(&mut self, rid: Rid, is_out: bool) {
        if is_out {
            self.out.insert(rid);
        } else {
            self.out.remove(&rid);
        }
    }

    /// Finds look-alikes among the rows that the rest of the filter leaves, so that `is:folded` finds them, whether or not
    /// they are folded now.
    pub(in crate::tui) fn flag_folded(&mut self) {
        for rid in std::mem::take(&mut self.alike) {
            self.flag(rid, Flags::FOLDED, false);
        }
        if !self.query.names(Mark::Folded) {
            return;
        }
        let rest = self.query.conjuncts().iter().filter(|node| !node.names(Mark::Folded)).cloned();
        let rest = Query { node: Node::all(rest), ..Query::default() }.awake();
        let rows = self.index.rows(&rest, &self.asker, usize::MAX).filter(|rows| rows.len() <= MAX_COMPARED);
        let Some(rows) = rows else {
            let words = "too many cases to find look-alikes among: narrow the filter beside is:folded".into();
            return self.set_problem(Some(Problem { at: 0..self.filter().len(), words, nearest: None, is_hint: true }));
        };
        self.look_at(&rows);
        self.alike = storms(&self.candidates(&Arrangement::flat(rows))).concat();
        for at in 0..self.alike.len() {
            self.flag(self.alike[at], Flags::FOLDED, true);
        }
    }

    /// Known to sleep, or awake. Where it stands changes with [`Self::place_anew`] or the next order.
    pub fn set_snoozed(&mut self, rid: Rid, on: bool) {
        if self.set(rid, SNOOZED, on) {
            self.flag(rid, Flags::SNOOZED, on);
            self.snoozed = if on { self.snoozed + 1 } else { self.snoozed - 1 };
        }
    }

    /// Stands first from the next order on, or no longer.
    pub fn set_pinned(&mut self, rid: Rid, on: bool) {
        if self.set(rid, PINNED, on) {
            self.flag(rid, Flags::PINNED, on);
            self.pinned = if on { self.pinned + 1 } else { self.pinned - 1 };
        }
    }

    /// Tells the index what is known of a row that it did not have before.
    pub(in crate::tui) fn flag_anew(&mut self, rid: Rid) {
        for (bit, flag) in [(UNSEEN, Flags::UNSEEN), (SNOOZED, Flags::SNOOZED), (PINNED, Flags::PINNED)] {
            if self.has(rid, bit) {
                self.flag(rid, flag, true);
            }
        }
    }
}
