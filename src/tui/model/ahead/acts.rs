//! Reading ahead what the filter asks for: which cases to fetch next, and what came of it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;

use crate::domain::case::{Rid, SourceId};
use crate::domain::clock;
use crate::domain::count::count;
use crate::domain::fault::{Fault, FaultKind};
use crate::index::Seen;
use crate::protocol::{Asked, Order, Ticket};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::model::Model;
use crate::tui::model::ahead::{AGAIN_AFTER, AT_ONCE, Ahead, RECALLED_AT_ONCE, RESTS_AFTER};
use crate::tui::model::list::List;
use crate::tui::screens::Overlay;

impl Model {
    /// Cases that cannot be judged before they are read: first what is on disk of them, then from each source the most urgent
    /// first, a few at a time.
    fn examine_ahead(&mut self, cx: &mut Cx) {
        let now = cx.steady;
        self.ahead.rests.retain(|_, (until, _)| *until > now);
        if self.list.is_judging() || self.list.unexamined() == 0 || cx.pending.any(|ask| *ask == Ask::Recall) {
            return;
        }
        let rids =
            if self.ahead.is_recalled { Vec::new() } else { self.list.unexamined_but(&self.ahead.recalled, RECALLED_AT_ONCE, |_| true) };
        if !rids.is_empty() {
            let as_of = rids.iter().map(|rid| (*rid, self.list.changed_at(*rid))).collect::<Vec<_>>();
            self.ahead.recalled.extend(as_of);
            cx.send(Ask::Recall, Order::Recall { rids });
            return;
        }
        self.ahead.is_recalled = true;
        if cx.setup.offline {
            return;
        }
        for source in self.sources.iter().map(|source| source.info.id).collect::<Vec<_>>() {
            let is_waiting = self.ahead.exhausted.contains(&source)
                || self.ahead.rests.contains_key(&source)
                || cx.pending.any(|ask| *ask == Ask::Examine(source));
            if !is_waiting {
                self.examine_source(source, cx);
            }
        }
    }

    fn examine_source(&mut self, source: SourceId, cx: &mut Cx) {
        let rids = self.list.unexamined_but(&self.ahead.examined, AT_ONCE, |seen| seen.source == source);
        if rids.is_empty() {
            self.ahead.exhausted.insert(source);
            return;
        }
        let as_of = rids.iter().map(|rid| (*rid, self.list.changed_at(*rid))).collect::<Vec<_>>();
        self.ahead.examined.extend(as_of);
        self.ahead.out.insert(source, rids.clone());
        cx.send(Ask::Examine(source), Order::Examine { rids });
    }

    /// What could not be read of one case leaves it not examined. Where the source can give no more now, it is asked again
    /// once its quota has refilled, or after a while.
    pub(in crate::tui) fn examined(&mut self, source: SourceId, result: Result<(), Fault>, cx: &mut Cx) {
        cx.dirty = true;
        let out = self.ahead.out.remove(&source).unwrap_or_default();
        let Err(fault) = result else { return };
        if fault.kind == FaultKind::Cancelled {
            return;
        }
        for rid in out {
            self.ahead.examined.remove(&rid);
        }
        let wait = fault.wait_s.and_then(|seconds| i64::try_from(seconds).ok()).map_or(AGAIN_AFTER, SignedDuration::from_secs);
        let until = cx.steady.checked_add(wait).unwrap_or(cx.steady);
        self.ahead.rests.insert(source, (until, fault.message));
        let cases = count(self.list.unexamined_of(source), "case");
        let name = self.source(source).map_or("?", |source| source.info.name.as_str());
        let words = format!("{cases} of {name} not examined: {}", self.ahead.rest_of(source, cx).unwrap_or_default());
        cx.say(Grade::Info, words);
    }

    /// What a source was asked for.
    pub(in crate::tui) fn take_asked(&mut self, ticket: Ticket, asked: Arc<Asked>, cx: &mut Cx) {
        if cx.pending.get(ticket) != Some(&Ask::Fetch) {
            return;
        }
        if !asked.words.is_empty() && asked.fault.is_none() {
            let name = self.source(asked.source).map_or("the vendor", |source| source.info.name.as_str()).to_owned();
            let came = format!("{} came", count(asked.met.len(), "case"));
            cx.say(Grade::Info, format!("asked {name} for: {}; {came}", asked.words));
        }
        self.ahead.asked.push(asked);
    }
}

impl List {
    /// The most urgent that are not examined and wanted, without those that were asked for since they changed.
    fn unexamined_but(&self, known: &FxHashMap<Rid, Option<i64>>, most: usize, is_wanted: impl Fn(&Seen<'_>) -> bool) -> Vec<Rid> {
        let list = self;
        let is_new = |rid: Rid| {
            let is_new = |seen: Seen<'_>| known.get(&rid) != Some(&seen.updated_at) && is_wanted(&seen);
            list.row(rid).is_some_and(is_new) && !list.is_gone(rid)
        };
        list.most_urgent_unexamined(most, is_new)
    }

    fn changed_at(&self, rid: Rid) -> Option<i64> {
        self.row(rid).and_then(|seen| seen.updated_at)
    }

    /// Cases of a source that the filter cannot judge yet.
    pub(in crate::tui) fn unexamined_of(&self, source: SourceId) -> usize {
        self.counted().unexamined.get(usize::from(source.0)).copied().unwrap_or(0)
    }
}

impl Ahead {
    /// Why a source gives no more of what the filter asks for now, and when it goes on; None: nothing holds it up.
    pub(in crate::tui) fn rest_of(&self, source: SourceId, cx: &Cx) -> Option<String> {
        let (until, why) = self.rests.get(&source)?;
        Some(format!("{why}; it goes on {}", clock::until(*until, cx.steady)))
    }

    fn call_off_ahead(&mut self, cx: &mut Cx) {
        *self = Ahead::default();
        let open: Vec<Ticket> = cx
            .pending
            .iter()
            .filter(|(_, ask)| matches!(ask, Ask::Fetch | Ask::Recall | Ask::Examine(_)))
            .map(|(ticket, _)| ticket)
            .collect();
        for ticket in open {
            cx.send(Ask::Cancel, Order::Cancel(ticket));
        }
    }
}

/// When a filter that is being typed has rested long enough.
pub(in crate::tui) fn ahead_at(model: &Model, cx: &Cx) -> Option<Timestamp> {
    if cx.setup.offline || model.list.query().is_empty() {
        return None;
    }
    if model.ahead.query.as_ref() == Some(model.list.query()) {
        return model.ahead.rests.values().map(|(until, _)| *until).min();
    }
    cx.last_key_at.checked_add(RESTS_AFTER).ok()
}

/// Asks for what a new filter needs, and calls off what an old one did.
pub(in crate::tui) fn fetch_ahead(model: &mut Model, cx: &mut Cx) {
    if model.ahead.query.as_ref() == Some(model.list.query()) {
        return model.examine_ahead(cx);
    }
    let is_typing = cx.overlays.iter().any(|overlay| matches!(overlay, Overlay::Filter(_)));
    if model.ahead.query.is_some() {
        model.ahead.call_off_ahead(cx);
    }
    if is_typing && ahead_at(model, cx).is_some_and(|at| at > cx.steady) {
        return;
    }
    let query = model.list.query().clone();
    model.ahead.query = Some(query.clone());
    let behind: Vec<SourceId> = model.sources.iter().filter(|source| !source.was_full).map(|source| source.info.id).collect();
    if !query.is_empty() && !behind.is_empty() && !cx.setup.offline {
        cx.send(Ask::Fetch, Order::Fetch { query: Arc::new(query), sources: behind });
    }
    model.examine_ahead(cx);
}
