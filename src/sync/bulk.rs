//! The dry run of a bulk change: what each case would be sent, worked out from the cases as they are on disk. Only what a
//! script needs and no list shows is read from the vendors.

use std::rc::Rc;

use compact_str::CompactString;
use futures_util::{StreamExt, stream};
use rustc_hash::FxHashMap;

use super::detail;
use super::gate::Urgency;
use super::plan::{NOT_ON_DISK, is_met, laid};
use super::source_handle::SourceHandle;
use crate::domain::activity::Activity;
use crate::domain::bulk::{MAX_CASES, Row, Sends, Target, Verdict, Wanted};
use crate::domain::busy::{Busy, busy, is_lately, is_untold};
use crate::domain::case::{Case, CaseId, Rid, State};
use crate::domain::change::Change;
use crate::domain::change_script::ChangeScript;
use crate::domain::directory::Directory;
use crate::domain::edit::{Edit, OutboxEntry};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::formula;
use crate::domain::text::Clean;
use crate::protocol::{From, Report, Ticket};
use crate::store::{Depth, Part};
use crate::sync::shared::Shared;

/// Rows per report: the bar moves, and the screen is not flooded.
const ROWS_TOGETHER: usize = 64;
/// Cases worked out side by side; only those that have to be read take any time.
const CASES_AT_ONCE: usize = 8;
/// Of so many cases what no script needs is read, too: conditions of closing, and whose the last change was. Of more it would
/// cost minutes before anything is shown.
const READ_BESIDES: usize = 50;

/// Bulk changes that have ended and that nobody has looked at: so many are kept, and so many cases of them together. No age
/// decides, because a clock that is set would take them away unseen.
const BATCHES_KEPT: usize = 20;
const ENTRIES_KEPT: usize = MAX_CASES;

/// Answers [`crate::protocol::Order::PlanBulk`].
pub(super) async fn answer(shared: &Rc<Shared>, ticket: Ticket, wanted: Wanted, targets: Vec<Target>) -> Result<(), Fault> {
    let reads = targets.len() <= READ_BESIDES;
    let (script, edits, is_again) = match wanted {
        Wanted::ChangeScript(script) => (Some(script), Vec::new(), false),
        Wanted::Edits(edits) => (None, edits, false),
        Wanted::Again(edits) => (None, edits, true),
    };
    let directories = match &script {
        Some(script) => with_people(shared, script).await,
        None => Vec::new(),
    };
    let edits = edits.into_iter().map(Some).chain(std::iter::repeat(None));
    let ground = &Ground { shared, waiting: waiting(shared).await?, directories, reads, is_again };
    let script = &script;
    let rows = stream::iter(targets.into_iter().zip(edits)).map(|(target, edit)| async move {
        let row = ground.row(&target, script.as_ref(), edit.clone()).await?;
        if ground.read_again(&row).await { ground.row(&target, script.as_ref(), edit).await } else { Ok(row) }
    });
    let mut chunks = rows.buffered(CASES_AT_ONCE).chunks(ROWS_TOGETHER).boxed_local();
    while let Some(rows) = chunks.next().await {
        let rows = rows.into_iter().collect::<Result<Vec<_>, Fault>>()?;
        shared.report(Report::BulkPlanned { ticket, rows }).await;
    }
    Ok(())
}

/// What all cases of a dry run are worked out on.
struct Ground<'a> {
    shared: &'a Rc<Shared>,
    waiting: FxHashMap<CaseId, Vec<OutboxEntry>>,
    /// By source.
    directories: Vec<Directory>,
    /// Few enough cases that each is read whole for its conditions of closing.
    reads: bool,
    /// What each case shows now is what the person has seen of it.
    is_again: bool,
}

/// By case what is on its way, in the order in which it leaves.
async fn waiting(shared: &Shared) -> Result<FxHashMap<CaseId, Vec<OutboxEntry>>, Fault> {
    let mut waiting: FxHashMap<CaseId, Vec<OutboxEntry>> = FxHashMap::default();
    for entry in shared.disk.outbox().await?.into_iter().filter(OutboxEntry::leaves_by_itself) {
        waiting.entry(entry.edit.case.clone()).or_default().push(entry);
    }
    Ok(waiting)
}

/// Per source its directory, with those people of the script that only the vendor knows.
async fn with_people(shared: &Shared, script: &ChangeScript) -> Vec<Directory> {
    let mut directories = Vec::new();
    for handle in &shared.handles {
        let mut directory = Directory::clone(&handle.directory());
        for name in script.strangers(handle.vendor, &directory) {
            let Ok(provider) = handle.network() else { continue };
            match provider.people(&name).await {
                Ok(people) => directory.people.extend(people),
                Err(fault) => tracing::debug!(%fault, "people could not be looked for"),
            }
        }
        directories.push(directory);
    }
    directories
}

/// The case as its vendor has it now.
async fn whole(shared: &Rc<Shared>, handle: &SourceHandle, id: &CaseId) -> Result<Case, Fault> {
    let provider = handle.network()?;
    let pass = handle.gate.enter(Urgency::Low).await;
    let fetched = provider.case(&id.id).await;
    drop(pass);
    let read_at = shared.wall.now();
    let case = handle.decode(&fetched?.raw, read_at)?;
    let rid = shared.keep(&case, read_at).await?;
    shared.report(Report::Case { rid, case: case.clone().into(), read_at, from: From::Network }).await;
    Ok(case)
}

impl Ground<'_> {
    async fn row(&self, target: &Target, script: Option<&ChangeScript>, edit: Option<Edit>) -> Result<Row, Fault> {
        match script {
            Some(script) => self.of_recipe(target, script).await,
            None => self.of_edit(target, edit).await,
        }
    }

    /// Whether somebody is at work on its case, and it could be read again: what it holds now is then the newest that is known.
    async fn read_again(&self, row: &Row) -> bool {
        let is_busy = matches!(&row.verdict, Verdict::Sends(sends) if sends.busy.is_some());
        let Some(handle) = self.shared.handle(row.case.source).ok().filter(|_| self.reads && is_busy) else { return false };
        let read = whole(self.shared, handle, &row.case).await;
        read.inspect_err(|fault| tracing::debug!(%fault, "a case that somebody is at work on could not be read")).is_ok()
    }

    async fn of_recipe(&self, target: &Target, script: &ChangeScript) -> Result<Row, Fault> {
        let needs = |handle: &SourceHandle, case: &Case| {
            let has_conditions = self.reads && handle.vendor.capabilities().has_closure_conditions;
            // What is not sent anyway is not read for it either.
            target.refused.is_none()
                && handle.read_only().is_none()
                && (script.is_deep(handle.vendor) || (has_conditions && script.closes(handle.vendor) && case.row.status.is_open()))
        };
        let Brought { case, bare } = match self.brought(target.rid, needs).await? {
            Ok(brought) => brought,
            Err((id, words)) => return Ok(unknown(target.rid, id, words)),
        };
        let handle = self.shared.handle(case.row.id.source)?;
        let verdict = if let Some(words) = &target.refused {
            Verdict::Cannot(words.clone())
        } else {
            let nobody = Directory::default();
            let directory = self.directories.get(usize::from(handle.id.0)).unwrap_or(&nobody);
            match script.changes(handle.vendor, &case, directory) {
                Err(words) => Verdict::Cannot(words),
                Ok(changes) if changes.is_empty() => {
                    let is_so = |bare: &Case| script.changes(handle.vendor, bare, directory).is_ok_and(|changes| changes.is_empty());
                    met(bare.as_ref().is_none_or(is_so))
                }
                Ok(changes) => self.judged(handle, target.rid, (&case, bare.as_ref()), Edit::new(&case, changes)).await?,
            }
        };
        Ok(row(target.rid, &case, verdict))
    }

    async fn of_edit(&self, target: &Target, edit: Option<Edit>) -> Result<Row, Fault> {
        let Brought { case, bare } = match self.brought(target.rid, |_, _| false).await? {
            Ok(brought) => brought,
            Err((id, words)) => return Ok(unknown(target.rid, id, words)),
        };
        let handle = self.shared.handle(case.row.id.source)?;
        let verdict = match (&target.refused, edit) {
            (Some(words), _) => Verdict::Cannot(words.clone()),
            (None, None) => Verdict::Nothing,
            (None, Some(edit)) if is_met(&edit, &case) => met(bare.is_none_or(|bare| is_met(&edit, &bare))),
            (None, Some(edit)) => {
                let edit = if self.is_again { edit.made_again(&case) } else { edit };
                self.judged(handle, target.rid, (&case, bare.as_ref()), edit).await?
            }
        };
        Ok(row(target.rid, &case, verdict))
    }

    /// The case once what is on its way has landed. A row whose case cannot be brought is one that cannot be changed; only
    /// a disk that fails ends the whole.
    async fn brought(&self, rid: Rid, is_read: impl Fn(&SourceHandle, &Case) -> bool) -> Result<Result<Brought, (CaseId, String)>, Fault> {
        let shared = self.shared;
        let id = shared.disk.id(rid).await?;
        let refused = |fault: &Fault| (id.clone(), format!("{}; {}", fault.message, fault.next_step()));
        let Some((raw, read_at, depth)) = shared.disk.raw(rid).await? else {
            return Ok(Err((id, format!("it {NOT_ON_DISK}"))));
        };
        let case = match shared.handle(id.source).and_then(|handle| handle.decode(&raw, read_at)) {
            Ok(case) => case,
            Err(fault) => return Ok(Err(refused(&fault))),
        };
        let handle = shared.handle(id.source)?;
        let case = if depth == Depth::Whole || !is_read(handle, &case) { Ok(case) } else { whole(shared, handle, &id).await };
        let waiting = self.waiting.get(&id);
        let brought = |case: Case| {
            let bare = waiting.is_some().then(|| case.clone());
            Brought { case: laid(case, waiting.into_iter().flatten(), handle.vendor), bare }
        };
        Ok(case.map(brought).map_err(|fault| refused(&fault)))
    }
}

impl Ground<'_> {
    /// What a case would be sent. `bare`: as its vendor shows it, where that may differ.
    async fn judged(&self, handle: &SourceHandle, rid: Rid, (case, bare): (&Case, Option<&Case>), edit: Edit) -> Result<Verdict, Fault> {
        let directory = handle.directory();
        let planned = handle.reader().and_then(|provider| {
            if let Some(why) = handle.read_only() {
                return Err(Fault::new(FaultKind::NotPossible, why.to_string()));
            }
            let plan = provider.plan(case, &edit, &directory)?;
            let lines = bare.map_or_else(|| plan.lines.clone(), |bare| provider.lines_from(bare, &edit, &directory, &plan));
            Ok((plan, lines))
        });
        Ok(match planned {
            Err(fault) => Verdict::Cannot(fault.message.to_string()),
            Ok((plan, _)) if plan.calls.is_empty() => Verdict::Nothing,
            Ok((plan, lines)) => {
                let objections = objections(case, &edit);
                let busy = at_work(self.shared, handle, rid, case, self.reads).await?;
                Verdict::Sends(Box::new(Sends { edit, plan, lines, objections, busy }))
            }
        })
    }
}

/// A case of a dry run.
struct Brought {
    /// Once what is on its way has landed.
    case: Case,
    /// As its vendor shows it, where that may differ.
    bare: Option<Case>,
}

/// All of it is so once what is on its way has landed; `is_so`: it is so now.
fn met(is_so: bool) -> Verdict {
    if is_so { Verdict::Nothing } else { Verdict::Waits }
}

/// Who else is at work on a case that was changed lately, as it and its timeline tell.
async fn at_work(shared: &Rc<Shared>, handle: &SourceHandle, rid: Rid, case: &Case, reads: bool) -> Result<Option<Busy>, Fault> {
    let now = shared.wall.now();
    // Most of many were not, and need no timeline.
    if case.row.updated_at.is_none_or(|at| !is_lately(at, now)) {
        return Ok(None);
    }
    let directory = handle.directory();
    let me = directory.me.as_ref();
    let mut timeline = timeline(shared, rid).await?;
    if reads && is_untold(case, &timeline, me, now) && newest_entries(shared, handle, rid, case).await {
        timeline = self::timeline(shared, rid).await?;
    }
    Ok(busy(case, &timeline, me, now))
}

/// What is on disk of it.
async fn timeline(shared: &Rc<Shared>, rid: Rid) -> Result<Vec<Activity>, Fault> {
    let pages = detail::parts::<Activity>(shared, rid, Part::Activities).await?;
    Ok(pages.into_iter().flat_map(|(_, slice, _)| slice.items).collect())
}

/// Whether they have come; a name is not worth a failure.
async fn newest_entries(shared: &Rc<Shared>, handle: &SourceHandle, rid: Rid, case: &Case) -> bool {
    let Ok(provider) = handle.network() else { return false };
    let _turn = handle.gate.enter(Urgency::Low).await;
    let read = detail::read_activities(shared, provider, rid, &case.row.id.id, None).await;
    read.inspect_err(|fault| tracing::debug!(%fault, "a timeline could not be read")).is_ok()
}

/// Conditions of closing that are not met, by name.
fn objections(case: &Case, edit: &Edit) -> Vec<String> {
    let closes = |change: &Change| matches!(change, Change::Status(status) if status.state == State::Closed);
    if !case.row.status.is_open() || !edit.changes.iter().any(closes) {
        return Vec::new();
    }
    let is_open = |formula: &str| matches!(formula::judge(formula, case, edit), formula::Verdict::NotMet { .. });
    let conditions = case.closure_conditions.iter().filter(|condition| is_open(condition.formula.as_str()));
    conditions.map(|condition| condition.name.to_string()).collect()
}

fn row(rid: Rid, case: &Case, verdict: Verdict) -> Row {
    Row { rid, case: case.row.id.clone(), key: case.row.key.clone(), title: case.row.title.clone(), verdict }
}

fn unknown(rid: Rid, case: CaseId, words: String) -> Row {
    Row { rid, key: Clean::line(&case.id), title: Clean::default(), case, verdict: Verdict::Cannot(words) }
}

/// What is on disk of the outbox, without bulk changes that ended before many others did: nobody asks for those any more.
pub(super) async fn outbox(shared: &Shared) -> Result<Vec<OutboxEntry>, Fault> {
    let disk = &shared.disk;
    let mut entries = disk.outbox().await?;
    for batch in bygone(&entries) {
        disk.batch_put_away(batch.clone()).await?;
        entries.retain(|entry| entry.batch.as_ref().is_none_or(|known| known.id != batch));
    }
    Ok(entries)
}

/// The bulk changes that are over and behind the newest ones that are kept. `entries`: in the order of saving.
fn bygone(entries: &[OutboxEntry]) -> Vec<CompactString> {
    let mut batches: Vec<(&CompactString, usize, bool)> = Vec::new();
    for (batch, entry) in entries.iter().rev().filter_map(|entry| Some((&entry.batch.as_ref()?.id, entry))) {
        let is_over = entry.progress.is_settled();
        match batches.iter_mut().find(|(known, ..)| *known == batch) {
            Some((_, cases, are_over)) => (*cases, *are_over) = (*cases + 1, *are_over && is_over),
            None => batches.push((batch, 1, is_over)),
        }
    }
    let mut kept = 0;
    let over = batches.into_iter().filter(|(.., is_over)| *is_over).enumerate();
    let bygone = over.filter(|(at, (_, cases, _))| {
        kept += cases;
        *at > 0 && (*at >= BATCHES_KEPT || kept > ENTRIES_KEPT)
    });
    bygone.map(|(_, (batch, ..))| batch.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::batch::Batch;
    use crate::domain::case::Vendor;
    use crate::domain::edit::{Edit, Plan, Progress};
    use crate::domain::sample;

    fn batch(id: usize, cases: usize, progress: &Progress) -> Vec<OutboxEntry> {
        let edit = Edit::new(&sample::case(Vendor::Tines, 7), Vec::new());
        // Saved at a time that no clock says any more.
        let entry = |n: usize| OutboxEntry {
            batch: Some(Batch { id: id.to_string().into(), words: "close".into(), of: 1, keeps_going: false }),
            progress: progress.clone(),
            ..OutboxEntry::queued(format!("{id}-{n}"), edit.clone(), Plan::default(), jiff::Timestamp::UNIX_EPOCH)
        };
        (0..cases).map(entry).collect()
    }

    #[test]
    fn what_ended_is_put_away_by_its_number_and_by_no_clock() {
        let over = |ids: std::ops::Range<usize>| ids.flat_map(|id| batch(id, 2, &Progress::Verified)).collect::<Vec<_>>();
        assert_eq!(bygone(&over(0..BATCHES_KEPT)), [""; 0], "however old");
        let entries = [batch(100, 1, &Progress::Queued), over(0..BATCHES_KEPT + 2)].concat();
        assert_eq!(bygone(&entries), ["1", "0"], "what is under way stays and takes nobody's place");
        let entries = [over(0..1), batch(1, ENTRIES_KEPT + 1, &Progress::Verified), over(2..3)].concat();
        assert_eq!(bygone(&entries), ["1", "0"]);
        assert_eq!(bygone(&batch(1, ENTRIES_KEPT + 1, &Progress::Verified)), [""; 0], "the newest stays");
    }
}
