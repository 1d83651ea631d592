//! What is fetched ahead of the complete pass, because the filter asks for it: cases that match where the first pass has
//! not come yet, and whole cases where a condition asks for what no row shows.

pub mod acts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;

use crate::domain::case::{Rid, SourceId};
use crate::domain::text::Clean;
use crate::protocol::Asked;
use crate::query::Query;

/// A filter that is being typed means something once it rests for so long.
const RESTS_AFTER: SignedDuration = SignedDuration::from_millis(500);

/// Cases read by one order: when the filter changes, not more than these were asked for in vain.
const AT_ONCE: usize = 32;

/// Cases looked for on disk by one order.
const RECALLED_AT_ONCE: usize = 128;
/// A source that could give no more, and did not say until when, is asked again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// What was fetched ahead for which filter.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    query: Option<Query>,
    /// What the sources said of it.
    asked: Vec<Arc<Asked>>,
    /// Cases that were asked for, because a condition is about what no row shows, each as of a change.
    examined: FxHashMap<Rid, Option<i64>>,
    /// Cases whose disk was asked, each as of a change.
    recalled: FxHashMap<Rid, Option<i64>>,
    /// On their way, by source.
    out: BTreeMap<SourceId, Vec<Rid>>,
    /// Sources that can give nothing more before that, and why.
    rests: BTreeMap<SourceId, (Timestamp, Clean)>,
    /// The disk was asked for all of them.
    is_recalled: bool,
    /// All of these sources were asked for.
    exhausted: BTreeSet<SourceId>,
}

impl Ahead {
    /// What the vendors were asked for the present filter, as far as they have answered.
    pub fn asked(&self) -> &[Arc<Asked>] {
        &self.asked
    }

    /// The case is read for the filter, not to be looked at.
    pub(in crate::tui) fn is_examined(&self, rid: Rid) -> bool {
        self.examined.contains_key(&rid)
    }

    /// Rows have changed: there may be more to examine.
    pub(in crate::tui) fn look_again(&mut self) {
        self.is_recalled = false;
        self.exhausted.clear();
    }

    /// What could not be read is tried again.
    pub(in crate::tui) fn try_again(&mut self) {
        self.examined.clear();
        self.exhausted.clear();
    }
}
