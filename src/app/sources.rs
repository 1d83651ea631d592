//! How each source is doing, and the panel that says so.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use jiff::{SignedDuration, Timestamp};

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::notice::{Cause, Grade};
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::app::{App, clock};
use crate::domain::case::{Rid, SourceId};
use crate::domain::caution::Caution;
use crate::domain::count::count;
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::person::Person;
use crate::domain::text::Clean;
use crate::protocol::{Coverage, Gap, Order, Phase, SourceCard, SourceFacts, SourceState};
use crate::query::{Me, Origin};

/// Rows older than this are called old; polling reads far more often while somebody looks.
const OLD_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// So long after a key nobody types.
const HANDS_OFF: SignedDuration = SignedDuration::from_secs(3);
/// What a command that nobody asked for may keep the terminal: a passphrase is typed by then, or nobody is there.
const UNASKED_LIMIT_S: u64 = 60;
/// A page that takes longer is slow, and the header says so.
const SLOW_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// Rows younger than this have no age worth saying.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// A source: what stands about it and how it is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub card: SourceCard,
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
        matches!(self.card.notice, Some(Caution::TinesV1(_)))
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
    pub(super) fn clock_set(&mut self, by: SignedDuration) {
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
            id: self.card.id,
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
pub(super) fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    clock::is_within(at, FRESH, now)
}

/// One that is yet to come says nothing: the clock was set back since.
fn is_old(at: Timestamp, now: Timestamp) -> bool {
    !clock::is_within(at, OLD_AFTER, now)
}

impl App {
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(usize::from(id.0))
    }

    /// The key of a case as a question names it: with its source's code where its vendor has other sources, which may have the
    /// same keys.
    pub fn key_told(&self, source: SourceId, key: &str) -> String {
        match self.source(source) {
            Some(mine) if self.sources.iter().filter(|other| other.card.vendor == mine.card.vendor).count() > 1 => {
                format!("{} {key}", mine.code)
            }
            _ => key.to_owned(),
        }
    }

    /// Nothing can be reached: by wish, or because every source fails to answer.
    pub fn is_offline(&self) -> bool {
        let unreachable = |fault: &Fault| matches!(fault.kind, FaultKind::Unreachable | FaultKind::Offline);
        self.setup.offline
            || (!self.sources.is_empty() && self.sources.iter().all(|source| source.state.fault.as_ref().is_some_and(unreachable)))
    }

    /// The source whose lasting fault is shown below the list until it is put away.
    pub fn problem(&self) -> Option<&Source> {
        self.sources.iter().find(|source| !source.is_put_away && source.lasting_fault().is_some())
    }

    pub(super) fn take_sources(&mut self, cards: &[SourceCard]) {
        let mut sources: Vec<Source> = Vec::with_capacity(cards.len());
        for card in cards {
            sources.push(Source {
                card: card.clone(),
                state: SourceState::default(),
                directory: None,
                code: card.code.clone(),
                was_full: false,
                is_put_away: false,
                writes: WriteProof::NotSeen,
                is_secret_tried: false,
                moved_at: self.steady,
                sitting_since: self.now,
            });
        }
        self.sources = sources;
        self.note_origins();
        for card in cards {
            if let Some(notice) = &card.notice {
                self.say(Grade::Info, format!("{}: {}", card.name, notice.words(self.now)));
            }
        }
    }

    pub(super) fn take_source(&mut self, id: SourceId, state: SourceState) {
        let (now, steady, more) = (self.now, self.steady, self.key(Action::Sources));
        let Some(source) = self.sources.get_mut(usize::from(id.0)) else { return };
        if source.state == state {
            return;
        }
        let before = std::mem::replace(&mut source.state, state);
        source.moved_at = steady;
        let kind = |state: &SourceState| state.fault.as_ref().map(|fault| fault.kind);
        let name = source.card.name.clone();
        let said = match &source.state.fault {
            Some(fault) if kind(&before) != Some(fault.kind) => {
                source.is_put_away = false;
                let grade = if fault.is_passing() { Grade::Info } else { Grade::Warning };
                (fault.kind != FaultKind::Offline).then(|| (grade, format!("{name}: {} ({more}: more)", fault.message)))
            }
            None if before.fault.is_some() => {
                source.is_secret_tried = false;
                Some((Grade::Good, format!("{name} answers again")))
            }
            _ if source.state.malformed > before.malformed => {
                Some((Grade::Warning, format!("{name}: {} could not be read; the others are here", count(source.state.malformed, "row"))))
            }
            _ => None,
        };
        let is_fault = source.state.fault.is_some();
        if kind(&before) != kind(&source.state) {
            self.notices.put_away(&Cause::Source(id));
        }
        let answers_again = before.fault.is_some() && source.state.fault.is_none();
        source.was_full |= matches!(source.state.coverage, Coverage::Full { .. });
        if source.state.phase == Phase::Idle {
            self.list.lay_in();
        }
        self.dirty = true;
        let is_of_this = |rid: &Rid| self.list.row(*rid).is_some_and(|row| row.source == id);
        if answers_again && self.detail.fault.is_some() && self.detail.rid.as_ref().is_some_and(is_of_this) {
            self.reopen_case();
        }
        if let Some((grade, text)) = said {
            self.notices.push(grade, text, now, self.steady);
            if is_fault {
                self.notices.tie_newest(Cause::Source(id));
            }
        }
    }

    pub(super) fn take_directory(&mut self, id: SourceId, directory: Arc<Directory>) {
        if let Some(source) = self.sources.get_mut(usize::from(id.0)) {
            source.directory = Some(directory);
        }
        self.note_origins();
    }

    /// What the filter's `src:` names, and who `me` is.
    pub(super) fn note_origins(&mut self) {
        let origin = |source: &Source| Origin {
            id: source.card.id,
            name: source.card.name.as_str().into(),
            code: source.code.clone(),
            vendor: source.card.vendor,
            is_read_only: source.card.read_only.is_some(),
            me: source.me().map(Me::from),
        };
        self.list.set_origins(self.sources.iter().map(origin).collect());
        self.recount_views();
    }

    /// Puts the fault that is shown below the list away; false when none is.
    pub(super) fn put_problem_away(&mut self) -> bool {
        let id = self.problem().map(|source| source.card.id);
        if let Some(source) = id.and_then(|id| self.sources.get_mut(usize::from(id.0))) {
            source.is_put_away = true;
        }
        id.is_some()
    }

    pub(super) fn open_sources(&mut self) {
        // What the status line speaks of is what the person asks about.
        let spoken_of = self.notices.shown().and_then(|notice| match notice.cause {
            Some(Cause::Source(id)) => Some(id),
            _ => None,
        });
        let noted = || self.sources.iter().find(|source| source.card.notice.is_some());
        let asks = || self.problem().or_else(noted).or(self.sources.first()).map(|source| source.card.id);
        if let Some(source) = spoken_of.or_else(asks) {
            self.push(Overlay::Sources(SourcesPane { source }));
        }
    }

    pub(super) fn act_in_sources(&mut self, action: Action, number: Option<u32>) {
        let Some(Overlay::Sources(pane)) = self.overlays.last_mut() else { return };
        let (at, count) = (usize::from(pane.source.0), self.sources.len().max(1));
        let source = pane.source;
        let to = match action {
            Action::NextTab | Action::Down => (at + 1) % count,
            Action::PreviousTab | Action::Up => (at + count - 1) % count,
            Action::Choose => return self.choose_for_source(source, number),
            _ => return,
        };
        pane.source = self.sources.get(to).map_or(source, |source| source.card.id);
    }

    fn choose_for_source(&mut self, source: SourceId, number: Option<u32>) {
        match number {
            Some(1) => self.refresh(Some(source), false),
            Some(2) => self.refresh(Some(source), true),
            Some(3) => self.turn_writes(source),
            Some(4) if self.source(source).is_some_and(Source::has_ending_api) => self.offer_v2(source),
            Some(n) => self.say(Grade::Info, format!("{n} is not on the list")),
            None => {}
        }
    }

    /// Reads again what a person asks for; first the secrets that stand in the way, where a command gives them.
    pub(super) fn refresh(&mut self, source: Option<SourceId>, full: bool) {
        let may_be_of_secret = |fault: &Fault| fault.is_of_keys() || fault.kind == FaultKind::Config;
        let is_locked = |known: &&Source| {
            let is_meant = source.is_none_or(|wanted| wanted == known.card.id);
            is_meant && known.card.asks_for_secret && known.state.fault.as_ref().is_some_and(may_be_of_secret)
        };
        let locked: Vec<SourceId> = self.sources.iter().filter(is_locked).map(|source| source.card.id).collect();
        if locked.is_empty() {
            self.read_again(source, full);
        } else {
            self.fetch_secrets(Ask::Secrets { source, full }, locked, None);
        }
    }

    fn fetch_secrets(&mut self, ask: Ask, sources: Vec<SourceId>, limit_s: Option<u64>) {
        if !self.pending.any(|open| matches!(open, Ask::Secrets { .. })) {
            let ticket = self.pending.open(ask);
            self.effects.push(Effect::Lend(ticket, Order::FetchSecrets { sources, limit_s }));
        }
    }

    /// The source whose token has run out while nobody asked for anything: a command gives another one.
    fn run_out(&self) -> Option<&Source> {
        let has_run_out = |source: &&Source| {
            let is_refused = source.state.fault.as_ref().is_some_and(Fault::is_of_keys);
            source.card.asks_for_secret && is_refused && !source.is_secret_tried
        };
        self.sources.iter().find(has_run_out).filter(|_| self.overlays.is_empty())
    }

    /// When the terminal may be given away unasked: keys that are being typed would go to what asks there.
    pub(super) fn secret_at(&self) -> Option<Timestamp> {
        self.run_out().and_then(|_| self.last_key_at.checked_add(HANDS_OFF).ok())
    }

    /// Fetches a secret that has run out, once, as soon as nobody types.
    pub(super) fn fetch_run_out(&mut self) {
        let Some(id) = self.run_out().map(|source| source.card.id).filter(|_| self.secret_at().is_some_and(|at| at <= self.steady)) else {
            return;
        };
        if let Some(source) = self.sources.get_mut(usize::from(id.0)) {
            source.is_secret_tried = true;
        }
        self.fetch_secrets(Ask::Secrets { source: Some(id), full: false }, vec![id], Some(UNASKED_LIMIT_S));
    }

    pub(super) fn read_again(&mut self, source: Option<SourceId>, full: bool) {
        let ask = Ask::Refresh { source, full };
        if self.pending.ticket_of(&ask).is_none() {
            self.send(ask, Order::Refresh { source, full });
        }
    }
}

/// The panel of source states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourcesPane {
    pub source: SourceId,
}
