//! How each source is doing, and the panel that says so.

pub mod acts;

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use jiff::{SignedDuration, Timestamp};

use crate::domain::caution::Caution;
use crate::domain::clock;
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::person::Person;
use crate::domain::text::Clean;
use crate::protocol::{Coverage, Gap, Phase, SourceFacts, SourceInfo, SourceState};

/// Rows older than this are called old; polling reads far more often while somebody looks.
const OLD_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// So long after a key nobody types.
pub(in crate::tui) const HANDS_OFF: SignedDuration = SignedDuration::from_secs(3);
/// What a command that nobody asked for may keep the terminal: a passphrase is typed by then, or nobody is there.
pub(in crate::tui) const UNASKED_LIMIT_S: u64 = 60;
/// A page that takes longer is slow, and the header says so.
const SLOW_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// Rows younger than this have no age worth saying.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// A source: what stands about it and how it is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub info: SourceInfo,
    pub state: SourceState,
    pub directory: Option<Arc<Directory>>,
    /// Two columns that name it in the list: the vendor's code, numbered when a vendor has several sources.
    pub code: CompactString,
    /// A pass was complete once, now or in an earlier run: what comes from here on is news.
    pub was_full: bool,
    /// The person has put its present fault away.
    pub is_put_away: bool,
    /// What became of edits in this sitting: no vendor tells what a token may do.
    pub writes: WriteProof,
    /// Its secret was fetched anew for the present fault, without being asked.
    is_secret_tried: bool,
    /// When its state last changed, by the clock that nobody sets.
    moved_at: Timestamp,
    /// What was read before this sitting is what was on disk.
    sitting_since: Timestamp,
}

/// Whether a token may write, as far as it has shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WriteProof {
    #[default]
    NotSeen,
    /// An edit was made and read back.
    Accepted,
    /// The vendor refused one for want of a right, in these words.
    Refused(Clean),
}

impl Source {
    pub fn me(&self) -> Option<&Person> {
        self.directory.as_ref().and_then(|directory| directory.me.as_ref())
    }

    /// The failure that no waiting will mend.
    pub fn lasting_fault(&self) -> Option<&Fault> {
        self.state.fault.as_ref().filter(|fault| !fault.is_passing())
    }

    /// It is read by an API that the vendor removes.
    pub fn has_ending_api(&self) -> bool {
        matches!(self.info.notice, Some(Caution::TinesV1(_)))
    }

    /// Why the last pass, which came to its end, did not meet every case.
    pub fn gap(&self) -> Option<&Gap> {
        match &self.state.coverage {
            Coverage::Partial { gap, .. } => gap.as_ref(),
            Coverage::Nothing | Coverage::Full { .. } => None,
        }
    }

    /// When it is tried again after a fault, where that is yet to come: not while it is being tried, and never where the API
    /// was removed.
    pub fn tries_at(&self, now: Timestamp) -> Option<Timestamp> {
        let fault = self.state.fault.as_ref()?;
        let is_waited_for = self.state.phase == Phase::Idle && fault.kind != FaultKind::Retired;
        self.state.next_try.filter(|at| is_waited_for && *at > now)
    }

    /// When reading a page begins to take long; None: nothing is being read.
    pub fn slow_at(&self) -> Option<Timestamp> {
        let reads = matches!(self.state.phase, Phase::Reading { .. });
        self.moved_at.checked_add(SLOW_AFTER).ok().filter(|_| reads)
    }

    /// A word or two for the header: `ok`, `403!`, `3/13`, `slow`, `old 11m`.
    pub fn word(&self, now: Timestamp, steady: Timestamp) -> CompactString {
        match (&self.state.fault, self.state.phase) {
            (Some(fault), _) => format_compact!("{}!", fault.word()),
            (None, Phase::Waiting { .. }) => "quota".into(),
            (None, Phase::Reading { .. }) if self.slow_at().is_some_and(|at| at <= steady) => "slow".into(),
            (None, Phase::Reading { pages, of: Some(of) }) if !self.was_full => format_compact!("{pages}/{of}"),
            (None, Phase::Reading { pages, .. }) if !self.was_full => format_compact!("page {}", pages + 1),
            _ => match self.state.read_at {
                Some(at) if !is_old(at, now) && self.gap().is_some() => "partial".into(),
                Some(at) if is_old(at, now) => format_compact!("old {}", clock::span(now.as_second() - at.as_second())),
                Some(_) => "ok".into(),
                None => "...".into(),
            },
        }
    }

    /// The clock was set: moments to come that were told by the old one move along.
    pub(in crate::tui) fn clock_set(&mut self, by: SignedDuration) {
        let moved = |at: &mut Timestamp| *at = at.checked_add(by).unwrap_or(*at);
        self.state.next_try.as_mut().map(moved);
        moved(&mut self.sitting_since);
        if let Some(quota) = self.state.quota.as_mut() {
            moved(&mut quota.resets_at);
        }
        if let Phase::Waiting { until } = &mut self.state.phase {
            moved(until);
        }
    }

    /// When its rows were last known to be all, as they are there: by a complete pass, or by reading all changes since. An
    /// answer with the newest ones alone says nothing of the others.
    pub fn rows_at(&self) -> Option<Timestamp> {
        match self.state.coverage {
            Coverage::Full { at, .. } => Some(self.state.changes_at.map_or(at, |changes_at| at.max(changes_at))),
            _ => self.state.read_at,
        }
    }

    /// What decides how much of its truth its rows are.
    pub fn facts(&self, now: Timestamp) -> SourceFacts<'_> {
        let rows_at = self.rows_at();
        let is_aged = |at: Timestamp| if at < self.sitting_since { !is_fresh(at, now) } else { is_old(at, now) };
        SourceFacts {
            id: self.info.id,
            state: &self.state,
            rows_at,
            // Between its passes a source that answers is as young as it can be. Of one that has not answered in this sitting
            // nothing tells that it would.
            is_old: self.state.read_at.or(rows_at).is_some_and(is_aged),
            has_directory: self.directory.is_some(),
        }
    }
}

/// Rows of this age have none worth saying.
pub(in crate::tui) fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    clock::is_within(at, FRESH, now)
}

/// One that is yet to come says nothing: the clock was set back since.
fn is_old(at: Timestamp, now: Timestamp) -> bool {
    !clock::is_within(at, OLD_AFTER, now)
}
