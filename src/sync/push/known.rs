//! What the outbox knows of its entries: whose turn it is, and what has just landed.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

use crate::domain::case::CaseId;
use crate::domain::edit::{Edit, OutboxEntry, Plan};
use crate::domain::own::Own;
use crate::domain::turn;
use crate::domain::wall::Wall;

/// One's own changes that are remembered: more than are ever on their way together.
pub(in crate::sync) const OWN: usize = 256;

/// What the pusher and its senders know beside the disk.
#[derive(Default)]
pub(in crate::sync) struct Known {
    /// Entries that were committed here or waited at the start; others belong to another process, whose person has seen
    /// something else.
    pub saved: RefCell<HashSet<CompactString>>,
    /// What this run has changed, oldest first: an edit that was begun before one of these landed is not surprised by it.
    pub own: RefCell<VecDeque<(CaseId, Own)>>,
    /// Entries that a person wants to try again.
    pub retry: RefCell<HashSet<CompactString>>,
    /// Entries with a call on its way right now.
    pub out: RefCell<HashSet<CompactString>>,
    /// When the delay of an entry that waits has passed, and the moment by the wall that this was made of.
    leaves: RefCell<HashMap<CompactString, (Timestamp, Instant)>>,
    /// Failures in a row of each bulk change that is under way.
    pub failures: RefCell<HashMap<CompactString, u32>>,
    pub told: RefCell<Told>,
}

impl Known {
    /// The first of one case's entries with something to be done without a person, or by their wish. One that waits for its
    /// time keeps those behind it waiting, and so does one that has stopped; one that is held does not.
    pub(in crate::sync) fn next_of<'a>(&self, entries: &[&'a OutboxEntry], wall: &Wall) -> Turn<'a> {
        let is_wanted = |entry: &OutboxEntry| entry.progress.needs_person() && !entry.is_held && self.retry.borrow().contains(&entry.id);
        let has_turn = |(at, entry): &(usize, &&'a OutboxEntry)| {
            is_wanted(entry) || (entry.leaves_by_itself() && turn::stopped_before(entries[..*at].iter().copied(), entry).is_none())
        };
        match entries.iter().enumerate().find(has_turn) {
            Some((_, entry)) => self.leaves_at(entry, wall).filter(|at| *at > Instant::now()).map_or(Turn::Due(entry), Turn::At),
            None => Turn::Nothing,
        }
    }

    /// What left the outbox, sent or dropped, is known no more.
    pub(in crate::sync) fn forget_gone(&self, entries: &[OutboxEntry]) {
        let ids: HashSet<&CompactString> = entries.iter().map(|entry| &entry.id).collect();
        let batches: HashSet<&CompactString> = entries.iter().filter_map(|entry| Some(&entry.batch.as_ref()?.id)).collect();
        self.saved.borrow_mut().retain(|id| ids.contains(id));
        self.retry.borrow_mut().retain(|id| ids.contains(id));
        self.leaves.borrow_mut().retain(|id, _| ids.contains(id));
        self.failures.borrow_mut().retain(|batch, _| batches.contains(batch));
    }

    pub(in crate::sync) fn remember(&self, case: CaseId, own: Own) {
        let mut known = self.own.borrow_mut();
        if known.len() >= OWN {
            known.pop_front();
        }
        known.push_back((case, own));
    }

    /// When an entry's delay has passed: counted on from when it was first seen here, and never more than the whole delay,
    /// whatever the wall says. None: it has none.
    pub(super) fn leaves_at(&self, entry: &OutboxEntry, wall: &Wall) -> Option<Instant> {
        let then = entry.send_after?;
        let mut leaves = self.leaves.borrow_mut();
        if let Some((_, at)) = leaves.get(&entry.id).filter(|(known, _)| *known == then) {
            return Some(*at);
        }
        let now = Instant::now();
        let at = now.checked_add(entry.delay_left(wall.now()).unwrap_or_default()).unwrap_or(now);
        leaves.insert(entry.id.clone(), (then, at));
        Some(at)
    }
}

/// What comes next for a case.
pub(in crate::sync) enum Turn<'a> {
    Due(&'a OutboxEntry),
    /// Its next entry can still be taken back until then.
    At(Instant),
    Nothing,
}

/// A case with something to send.
pub(in crate::sync) struct Due {
    pub(in crate::sync) case: CaseId,
    /// It is part of a bulk change, which leaves the vendor's quota to the person.
    pub(in crate::sync) is_batch: bool,
}

impl Due {
    pub(in crate::sync) fn of(entry: &OutboxEntry) -> Self {
        Self { case: entry.edit.case.clone(), is_batch: entry.batch.is_some() }
    }
}

/// An edit that is about to be committed.
pub(in crate::sync) fn fresh(edit: Edit, plan: Plan, delay_ms: u64, undoes: Option<CompactString>, now: Timestamp) -> OutboxEntry {
    let mut entry = OutboxEntry::queued(uuid::Uuid::now_v7().to_string(), edit, plan, now);
    entry.undoes = undoes;
    if delay_ms > 0 {
        let delay = SignedDuration::from_millis(i64::try_from(delay_ms).unwrap_or(i64::MAX));
        entry.send_after = Some(now.checked_add(delay).unwrap_or(Timestamp::MAX));
    }
    entry
}

/// The entries of each case, in the order of saving.
pub(in crate::sync) fn by_case(entries: &[OutboxEntry]) -> Vec<Vec<&OutboxEntry>> {
    let mut places: HashMap<&CaseId, usize> = HashMap::new();
    let mut cases: Vec<Vec<&OutboxEntry>> = Vec::new();
    for entry in entries {
        let place = *places.entry(&entry.edit.case).or_insert(cases.len());
        match cases.get_mut(place) {
            Some(case) => case.push(entry),
            None => cases.push(vec![entry]),
        }
    }
    cases
}

/// How often a process looks at what others have done to the outbox.
pub(in crate::sync) const WATCH: Duration = Duration::from_secs(2);

/// What the screen was told of the outbox. What differs on disk is another process's doing, and is told.
#[derive(Default)]
pub(in crate::sync) struct Told {
    tellings: u64,
    /// The entry as it was told last, and by which telling; None: it was told that it left.
    entries: HashMap<CompactString, (u64, Option<OutboxEntry>)>,
    /// A sender of this process is at these, and tells each step itself.
    under_way: HashSet<CompactString>,
    /// Entries that have left while the journal does not say yet how, and when that was seen first.
    pub(in crate::sync) missed: HashMap<CompactString, Instant>,
}

impl Told {
    /// Notes what is told in the same breath.
    pub(in crate::sync) fn tell(&mut self, entry: &OutboxEntry) {
        let stays = !entry.progress.is_settled() || entry.batch.is_some();
        self.note(entry.id.clone(), stays.then(|| entry.clone()));
    }

    pub(in crate::sync) fn begin(&mut self, entry: &OutboxEntry) {
        self.under_way.insert(entry.id.clone());
    }

    pub(in crate::sync) fn end(&mut self, entry: &OutboxEntry) {
        self.under_way.remove(&entry.id);
    }

    pub(in crate::sync) fn note(&mut self, id: CompactString, entry: Option<OutboxEntry>) {
        self.tellings += 1;
        self.entries.insert(id, (self.tellings, entry));
    }

    /// What is read from disk after this was taken may be older than what is told later than it.
    pub(super) fn mark(&self) -> u64 {
        self.tellings
    }

    /// Whether what was read since `mark` is the last word about an entry.
    fn is_last_word(&self, id: &CompactString, mark: u64) -> bool {
        !self.under_way.contains(id) && self.entries.get(id).is_none_or(|(telling, _)| *telling <= mark)
    }

    /// Notes an entry as it is on disk; whether this is news.
    pub(in crate::sync) fn come(&mut self, entry: &OutboxEntry, mark: u64) -> bool {
        let is_news = self.is_last_word(&entry.id, mark) && self.last(&entry.id) != Some(entry);
        if is_news {
            self.note(entry.id.clone(), Some(entry.clone()));
        }
        is_news
    }

    /// As it was told last.
    pub(in crate::sync) fn last(&self, id: &CompactString) -> Option<&OutboxEntry> {
        self.entries.get(id)?.1.as_ref()
    }

    /// Notes what is not on disk any more; those of it that were not told as settled.
    pub(in crate::sync) fn left(&mut self, entries: &[OutboxEntry], mark: u64) -> Vec<OutboxEntry> {
        let here: HashSet<&CompactString> = entries.iter().map(|entry| &entry.id).collect();
        let has_left = |id: &&CompactString| !here.contains(id) && self.is_last_word(id, mark);
        let ids: Vec<CompactString> = self.entries.keys().filter(has_left).cloned().collect();
        let left = ids.iter().filter_map(|id| self.entries.remove(id)?.1);
        left.filter(|entry| !entry.progress.is_settled()).collect()
    }

    /// Keeps an entry that has left for another look, until the journal has had the time to say how.
    pub(in crate::sync) fn waits_for_journal(&mut self, entry: &OutboxEntry) -> bool {
        let since = *self.missed.entry(entry.id.clone()).or_insert_with(Instant::now);
        let waits = since.elapsed() < WATCH;
        if waits {
            self.note(entry.id.clone(), Some(entry.clone()));
        }
        waits
    }
}
