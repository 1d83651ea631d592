//! What an edit would send, worked out from the case as it is on disk.

use super::merge;
use crate::domain::aspect::{Aspect, Value};
use crate::domain::case::{Case, CaseId, Vendor};
use crate::domain::change::Change;
use crate::domain::edit::{Edit, OutboxEntry, Plan};
use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::{Report, Ticket};
use crate::sync::shared::Shared;

/// Answers [`crate::protocol::Order::Plan`].
pub(super) async fn answer(shared: &Shared, ticket: Ticket, edit: Edit) -> Result<(), Fault> {
    let plan = plan(shared, &edit).await?;
    shared.report(Report::Planned { ticket, plan }).await;
    Ok(())
}

/// Answers [`crate::protocol::Order::PlanDecided`].
pub(super) async fn answer_decided(shared: &Shared, ticket: Ticket, entry: &str, values: &[(Aspect, Value)]) -> Result<(), Fault> {
    let entry = shared.disk.outbox_entry(entry.into()).await?.ok_or_else(|| refused("this edit is not waiting any more".into()))?;
    let (_, plan) = decided(shared, &entry, values).await?;
    shared.report(Report::Planned { ticket, plan }).await;
    Ok(())
}

/// An entry's edit once every overlap is decided, and its calls: none where theirs was taken for everything.
///
/// # Errors
/// `NotPossible`: there is no conflict, an overlap is left, or a value cannot be used.
pub(super) async fn decided(shared: &Shared, entry: &OutboxEntry, values: &[(Aspect, Value)]) -> Result<(Edit, Plan), Fault> {
    let conflict = entry.conflict.as_ref().ok_or_else(|| refused("there is nothing to decide about this edit".into()))?;
    let handle = shared.handle(entry.edit.case.source)?;
    let case = stored(shared, &entry.edit.case).await?;
    let edit = merge::decided(&unsaid(entry), conflict, values, &case, &handle.directory()).map_err(refused)?;
    let plan = if edit.changes.is_empty() { Plan::default() } else { handle.reader()?.plan(&case, &edit, &handle.directory())? };
    Ok((edit, plan))
}

fn refused(words: String) -> Fault {
    Fault::new(FaultKind::NotPossible, words)
}

/// The edit without comments that have been made already.
fn unsaid(entry: &OutboxEntry) -> Edit {
    let made = entry.made();
    let changes = entry.edit.changes.iter().enumerate();
    let left = changes.filter(|(place, change)| !(matches!(change, Change::Comment(_)) && made.contains(place)));
    Edit { changes: left.map(|(_, change)| change.clone()).collect(), ..entry.edit.clone() }
}

/// The calls of an edit.
///
/// # Errors
/// `NotPossible`: nothing to send, the source is read-only, or the case cannot do it.
pub(super) async fn plan(shared: &Shared, edit: &Edit) -> Result<Plan, Fault> {
    if edit.changes.is_empty() {
        return Err(Fault::new(FaultKind::NotPossible, "nothing was changed, so there is nothing to send"));
    }
    let handle = shared.handle(edit.case.source)?;
    let provider = handle.reader()?;
    if let Some(why) = handle.read_only() {
        return Err(Fault::new(FaultKind::NotPossible, why.to_string()));
    }
    let before = shared.disk.outbox_of(edit.case.clone()).await?;
    let bare = stored(shared, &edit.case).await?;
    let case = laid(bare.clone(), &before, handle.vendor);
    let plan = provider.plan(&case, edit, &handle.directory())?;
    if plan.calls.is_empty() || is_met(edit, &case) {
        let is_so = is_met(edit, &bare) || provider.plan(&bare, edit, &handle.directory()).is_ok_and(|plan| plan.calls.is_empty());
        let why = if is_so { "the case shows all of this already" } else { "all of this waits in the outbox already" };
        return Err(Fault::new(FaultKind::NotPossible, format!("{why}, so there is nothing to send")));
    }
    Ok(plan)
}

/// The case holds all that is wished. A vendor may plan calls all the same: Tines takes an assignee whom a case has.
pub(super) fn is_met(edit: &Edit, case: &Case) -> bool {
    edit.changes.iter().all(|change| change.is_met(case) == Some(true))
}

/// The case once what is on its way before has landed.
pub(super) fn laid<'a>(case: Case, before: impl IntoIterator<Item = &'a OutboxEntry>, vendor: Vendor) -> Case {
    before.into_iter().filter(|entry| entry.leaves_by_itself()).fold(case, |case, entry| case.with(&entry.edit, vendor))
}

/// Which of the two it is, nothing on disk tells.
pub const NOT_ON_DISK: &str = "is not on disk (never read here, or purged)";

/// The case as it is on disk.
pub(super) async fn stored(shared: &Shared, id: &CaseId) -> Result<Case, Fault> {
    let missing = || Fault::new(FaultKind::NotFound, format!("this case {NOT_ON_DISK}"));
    let rid = shared.disk.rid(id.clone()).await?.ok_or_else(missing)?;
    let (raw, read_at, _) = shared.disk.raw(rid).await?.ok_or_else(missing)?;
    shared.handle(id.source)?.decode(&raw, read_at)
}
