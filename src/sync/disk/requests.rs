//! What the disk is asked, each once: what is done to the store, and in which lane it waits.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{Disk, Job, PageWrite, Stored};
use crate::domain::aside::Aside;
use crate::domain::baseline::Baseline;
use crate::domain::case::{CaseId, Rid, Row, SourceId};
use crate::domain::draft::{Beside, Draft};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::Fault;
use crate::domain::journal::JournalLine;
use crate::domain::moved::Moved;
use crate::domain::raw_body::RawBody;
use crate::domain::triage::Triage;
use crate::store::{Change, Depth, Mark, Part, Shown, Unfinished};

/// What was kept of one case: its body, when it was read, and whether it was read by itself.
pub(in crate::sync) type Kept = (RawBody, Timestamp, Depth);

/// Rows and pages: in turn.
impl Disk {
    pub(in crate::sync) async fn first_rows(&self, limit: usize) -> Result<Vec<(Rid, Row)>, Fault> {
        self.in_turn(move |store| store.first_rows(limit)).await
    }

    /// Every row on disk, chunk by chunk, into `to`; ends early when nobody takes them. Returns their number.
    pub(in crate::sync) async fn each_rows(&self, chunk: usize, to: mpsc::Sender<Vec<(Rid, Row)>>) -> Result<usize, Fault> {
        self.in_turn(move |store| store.each_rows(chunk, &mut |rows| to.blocking_send(rows).is_ok())).await
    }

    /// Stores a page and moves its watermark in one transaction. Gives the items back, each with what it was to the disk.
    pub(in crate::sync) async fn save_page(&self, write: PageWrite) -> Result<Stored, Fault> {
        self.ask(|answer| Job::Page { write, answer }).await
    }

    pub(in crate::sync) async fn mark(&self, source: SourceId) -> Result<Mark, Fault> {
        self.in_turn(move |store| store.mark(source)).await
    }

    pub(in crate::sync) async fn unseen(&self, source: SourceId, pass: u32, limit: usize) -> Result<Vec<(Rid, CaseId)>, Fault> {
        self.in_turn(move |store| store.unseen_in_pass(source, pass, limit)).await
    }

    pub(in crate::sync) async fn gone_elsewhere(&self, source: SourceId) -> Result<Vec<Rid>, Fault> {
        self.in_turn(move |store| store.gone_elsewhere(source)).await
    }

    pub(in crate::sync) async fn remove(&self, rids: Vec<Rid>) -> Result<(), Fault> {
        self.in_turn(move |store| store.remove(&rids)).await
    }

    pub(in crate::sync) async fn save_case(&self, row: Row, raw: RawBody, read_at: Timestamp) -> Result<(Rid, Change), Fault> {
        self.in_turn(move |store| store.save_case(&row, &raw, read_at)).await
    }

    pub(in crate::sync) async fn save_part(&self, rid: Rid, what: Part, page: u32, json: String, read_at: Timestamp) -> Result<(), Fault> {
        self.in_turn(move |store| store.save_part(rid, what, page, &json, read_at)).await
    }

    pub(in crate::sync) async fn save_directory(&self, source: SourceId, json: String) -> Result<(), Fault> {
        self.in_turn(move |store| store.save_directory(source, &json)).await
    }

    pub(in crate::sync) async fn directory(&self, source: SourceId) -> Result<Option<String>, Fault> {
        self.in_turn(move |store| store.directory(source)).await
    }
}

/// One case: at once.
impl Disk {
    pub(in crate::sync) async fn id(&self, rid: Rid) -> Result<CaseId, Fault> {
        self.at_once(move |store| store.id(rid)).await
    }

    pub(in crate::sync) async fn rid(&self, id: CaseId) -> Result<Option<Rid>, Fault> {
        self.at_once(move |store| Ok(store.rid(&id))).await
    }

    pub(in crate::sync) async fn raw(&self, rid: Rid) -> Result<Option<Kept>, Fault> {
        self.at_once(move |store| store.raw(rid)).await
    }

    pub(in crate::sync) async fn parts(&self, rid: Rid, what: Part) -> Result<Vec<(u32, String, Timestamp)>, Fault> {
        self.at_once(move |store| store.parts(rid, what)).await
    }
}

/// The outbox and what belongs to it, which have a file of their own: at once.
impl Disk {
    /// Returns after the entry is committed and synced.
    pub(in crate::sync) async fn outbox_add(&self, entry: OutboxEntry) -> Result<(), Fault> {
        self.at_once(move |store| store.outbox_add(&entry)).await
    }

    /// Returns after the entry as it is now is committed and synced.
    pub(in crate::sync) async fn outbox_set(&self, entry: OutboxEntry) -> Result<(), Fault> {
        self.ask(|answer| Job::Entry { known: None, now: Box::new(entry), answer }).await
    }

    /// As [`Self::outbox_set`], if the entry on disk still is as it was known; `Conflict`: it is not.
    pub(in crate::sync) async fn outbox_swap(&self, known: OutboxEntry, now: OutboxEntry) -> Result<(), Fault> {
        self.ask(|answer| Job::Entry { known: Some(Box::new(known)), now: Box::new(now), answer }).await
    }

    pub(in crate::sync) async fn outbox(&self) -> Result<Vec<OutboxEntry>, Fault> {
        self.at_once(|store| store.outbox()).await
    }

    pub(in crate::sync) async fn outbox_version(&self) -> Result<i64, Fault> {
        self.at_once(|store| store.outbox_version()).await
    }

    pub(in crate::sync) async fn outbox_drop(&self, known: OutboxEntry) -> Result<(), Fault> {
        self.at_once(move |store| store.outbox_drop(&known)).await
    }

    /// Commits all or none; gives them back.
    pub(in crate::sync) async fn outbox_add_all(&self, entries: Vec<OutboxEntry>) -> Result<Vec<OutboxEntry>, Fault> {
        self.at_once(move |store| store.outbox_add_all(&entries).map(|()| entries)).await
    }

    pub(in crate::sync) async fn outbox_entry(&self, id: CompactString) -> Result<Option<OutboxEntry>, Fault> {
        self.at_once(move |store| store.outbox_entry(&id)).await
    }

    /// The entries of one case.
    pub(in crate::sync) async fn outbox_of(&self, case: CaseId) -> Result<Vec<OutboxEntry>, Fault> {
        self.at_once(move |store| store.outbox_of(&case)).await
    }

    /// Holds or releases what has not begun to leave; gives back what was changed.
    pub(in crate::sync) async fn batch_hold(&self, batch: CompactString, holds: bool) -> Result<Vec<OutboxEntry>, Fault> {
        self.at_once(move |store| store.batch_hold(&batch, holds)).await
    }

    /// Gives up what has not begun to leave; gives back what is gone.
    pub(in crate::sync) async fn batch_cancel(&self, batch: CompactString) -> Result<Vec<OutboxEntry>, Fault> {
        self.at_once(move |store| store.batch_cancel(&batch)).await
    }

    pub(in crate::sync) async fn batch_put_away(&self, batch: CompactString) -> Result<(), Fault> {
        self.at_once(move |store| store.batch_put_away(&batch)).await
    }

    /// Returns after the lines are appended and synced.
    pub(in crate::sync) async fn journal(&self, lines: Vec<JournalLine>) -> Result<(), Fault> {
        self.ask(|answer| Job::Lines { lines, answer }).await
    }

    /// Keeps a triage run, with the edit of its last decision; gives back what another workbench has made of it.
    pub(in crate::sync) async fn triage_decide(&self, run: Triage, entry: Option<OutboxEntry>) -> Result<Option<Triage>, Fault> {
        self.at_once(move |store| store.triage_decide(&run, entry.as_ref())).await
    }

    pub(in crate::sync) async fn triage_drop(&self, run: Box<Triage>) -> Result<(), Fault> {
        self.at_once(move |store| store.triage_drop(&run)).await
    }

    pub(in crate::sync) async fn triage(&self) -> Result<Option<Triage>, Fault> {
        self.at_once(|store| store.triage()).await
    }
}

/// What a person has begun, put aside and looked at: at once.
impl Disk {
    /// Returns after the draft is committed and synced.
    pub(in crate::sync) async fn keep_draft(&self, draft: Draft) -> Result<(), Fault> {
        self.at_once(move |store| store.draft_keep(&draft)).await
    }

    pub(in crate::sync) async fn drop_draft(&self, case: CaseId) -> Result<(), Fault> {
        self.at_once(move |store| store.draft_drop(&case)).await
    }

    /// What a person has begun and not sent. `takes_up`: what of it no run holds is this one's from now on.
    pub(in crate::sync) async fn unfinished(&self, takes_up: bool) -> Result<Unfinished, Fault> {
        self.at_once(move |store| if takes_up { store.take_up() } else { store.unfinished() }).await
    }

    pub(in crate::sync) async fn drafts_beside(&self) -> Result<BTreeMap<CaseId, Beside>, Fault> {
        self.at_once(|store| store.drafts_beside()).await
    }

    /// What is remembered of each case then; returns after all of them are committed and synced.
    pub(in crate::sync) async fn set_aside(&self, moves: Vec<Moved>) -> Result<Vec<Aside>, Fault> {
        self.at_once(move |store| store.asides_keep(&moves)).await
    }

    /// What was pinned and snoozed, and a fault for each snooze that cannot be read.
    pub(in crate::sync) async fn asides(&self) -> Result<(Vec<Aside>, Vec<Fault>), Fault> {
        self.at_once(|store| store.asides()).await
    }

    /// Returns after all of them are committed and synced. `moves`: they replace whatever was known.
    pub(in crate::sync) async fn keep_baselines(&self, baselines: Vec<Baseline>, moves: bool) -> Result<(), Fault> {
        self.at_once(move |store| store.baselines_keep(&baselines, moves)).await
    }

    /// What the list showed, where it was written behind `stamp`; the last stamp.
    pub(in crate::sync) async fn baselines(&self, stamp: i64) -> Result<(Vec<Shown>, i64), Fault> {
        self.at_once(move |store| store.baselines(stamp)).await
    }

    pub(in crate::sync) async fn baseline(&self, case: CaseId) -> Result<Option<Baseline>, Fault> {
        self.at_once(move |store| store.baseline(&case)).await
    }
}
