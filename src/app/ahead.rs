//! What is fetched ahead of the complete pass, because the filter asks for it: cases that match where the first pass has
//! not come yet, and whole cases where a condition asks for what no row shows.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashSet;

use crate::app::App;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::domain::case::{Rid, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::{Asked, Order, Ticket};
use crate::query::Query;

/// A filter that is being typed means something once it rests for so long.
const RESTS_AFTER: SignedDuration = SignedDuration::from_millis(500);

/// Cases read by one order: when the filter changes, not more than these were asked for in vain.
const AT_ONCE: usize = 32;

/// What was fetched ahead for which filter.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    query: Option<Query>,
    /// What the sources said of it.
    asked: Vec<Arc<Asked>>,
    /// Cases that were asked for, because a condition is about what no row shows.
    examined: FxHashSet<Rid>,
    /// No more of them can be had now.
    is_spent: bool,
}

impl Ahead {
    /// What the vendors were asked for the present filter, as far as they have answered.
    pub fn asked(&self) -> &[Arc<Asked>] {
        &self.asked
    }

    /// The case is read for the filter, not to be looked at.
    pub(super) fn is_examined(&self, rid: Rid) -> bool {
        self.examined.contains(&rid)
    }
}

impl App {
    /// When a filter that is being typed has rested long enough.
    pub(super) fn ahead_at(&self) -> Option<Timestamp> {
        if self.setup.offline || self.list.query().is_empty() || self.ahead.query.as_ref() == Some(self.list.query()) {
            return None;
        }
        self.last_key_at.checked_add(RESTS_AFTER).ok()
    }

    /// Asks for what a new filter needs, and calls off what an old one did.
    pub(super) fn fetch_ahead(&mut self) {
        if self.setup.offline {
            return;
        }
        if self.ahead.query.as_ref() == Some(self.list.query()) {
            return self.examine_ahead();
        }
        let is_typing = self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Filter(_)));
        if self.ahead.query.is_some() {
            self.call_off_ahead();
        }
        if is_typing && self.ahead_at().is_some_and(|at| at > self.now) {
            return;
        }
        let query = self.list.query().clone();
        self.ahead.query = Some(query.clone());
        let behind: Vec<SourceId> = self.sources.iter().filter(|source| !source.was_full).map(|source| source.card.id).collect();
        if !query.is_empty() && !behind.is_empty() {
            self.send(Ask::Fetch, Order::Fetch { query: Arc::new(query), sources: behind });
        }
        self.examine_ahead();
    }

    /// Cases that cannot be judged before they are read: the most urgent first, a few at a time.
    fn examine_ahead(&mut self) {
        let is_waiting = self.ahead.is_spent || self.list.is_judging() || self.pending.any(|ask| *ask == Ask::Examine);
        if is_waiting || self.list.unexamined() == 0 {
            return;
        }
        let known = &self.ahead.examined;
        let urgent = self.list.most_urgent_unexamined(known.len() + AT_ONCE);
        let rids: Vec<Rid> = urgent.into_iter().filter(|rid| !known.contains(rid) && !self.list.is_gone(*rid)).take(AT_ONCE).collect();
        if rids.is_empty() {
            self.ahead.is_spent = true;
            return;
        }
        self.ahead.examined.extend(&rids);
        self.send(Ask::Examine, Order::Examine { rids });
    }

    /// What could not be read stays not examined; what the quota forbids is not asked for again.
    pub(super) fn examined(&mut self, result: &Result<(), Fault>) {
        self.dirty = true;
        if let Err(fault) = result
            && fault.kind != FaultKind::Cancelled
        {
            self.ahead.is_spent = true;
            self.say(Grade::Info, format!("{} cases stay not examined: {}", self.list.unexamined(), fault.message));
        }
    }

    fn call_off_ahead(&mut self) {
        self.ahead = Ahead::default();
        let open: Vec<Ticket> =
            self.pending.iter().filter(|(_, ask)| matches!(ask, Ask::Fetch | Ask::Examine)).map(|(ticket, _)| ticket).collect();
        for ticket in open {
            self.send(Ask::Cancel, Order::Cancel(ticket));
        }
    }

    /// What a source was asked for.
    pub(super) fn take_asked(&mut self, ticket: Ticket, asked: Arc<Asked>) {
        if self.pending.get(ticket) != Some(&Ask::Fetch) {
            return;
        }
        if !asked.words.is_empty() && asked.fault.is_none() {
            let name = self.source(asked.source).map_or("the vendor", |source| source.card.name.as_str()).to_owned();
            let came = match asked.met.len() {
                1 => "1 case came".to_owned(),
                many => format!("{many} cases came"),
            };
            self.say(Grade::Info, format!("asked {name} for: {}; {came}", asked.words));
        }
        self.ahead.asked.push(asked);
    }
}
