//! Reading cases whole in the background, because a condition asks for what no row shows. The person's own reads go first,
//! and a part of every quota is left to them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::detail;
use super::gate::Urgency;
use super::source_handle::SourceHandle;
use crate::domain::activity::Activity;
use crate::domain::case::{CaseId, Rid, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::record::RecordTable;
use crate::index::Deep;
use crate::protocol::Report;
use crate::providers::{Provider, Quota};
use crate::store::{Depth, Part};
use crate::sync::shared::Shared;

/// Cases of one order; whoever wants more asks again, for what is most urgent then.
const CASES: usize = 256;
/// Cases on their way; the gate of each source lets fewer through.
const IN_FLIGHT: usize = 4;
/// Pages of a timeline or of records that are read of one case; a longer one stays not examined.
const PAGES: usize = 20;
/// One part in so many of a quota is left alone.
const SPARED: u64 = 4;

/// Sources that can give nothing more now, and why.
type Spent = RefCell<BTreeMap<SourceId, Fault>>;

/// Answers [`crate::protocol::Order::Examine`]. A source whose quota is to be spared, or that cannot be reached, ends its
/// own part only; the first such fault is what the order came to.
pub(super) async fn answer(shared: &Rc<Shared>, rids: Vec<Rid>) -> Result<(), Fault> {
    let spent = Spent::default();
    let each = rids.into_iter().take(CASES).map(|rid| one(shared, rid, &spent));
    let mut reading = stream::iter(each).buffer_unordered(IN_FLIGHT);
    while let Some(read) = reading.next().await {
        read?;
    }
    drop(reading);
    spent.into_inner().into_values().next().map_or(Ok(()), Err)
}

/// Answers [`crate::protocol::Order::Recall`]: tells what is on disk of cases that were read whole.
pub(super) async fn recall(shared: &Rc<Shared>, rids: Vec<Rid>) -> Result<(), Fault> {
    for rid in rids {
        let Some((raw, read_at, Depth::Whole)) = shared.disk.raw(rid).await? else { continue };
        let id = shared.disk.id(rid).await?;
        let handle = shared.handle(id.source)?;
        let case = match handle.decode(&raw, read_at) {
            Ok(case) => case,
            Err(fault) => {
                tracing::debug!(%fault, "a case on disk cannot be read");
                continue;
            }
        };
        let activities = detail::parts::<Activity>(shared, rid, Part::Activities).await?;
        let records = detail::parts::<RecordTable>(shared, rid, Part::Records).await?;
        for deep in Deep::of_disk(&case, handle.vendor, Some(read_at), &activities, &records) {
            shared.report(Report::Deep { rid, deep: Box::new(deep) }).await;
        }
    }
    Ok(())
}

/// Reads one case whole.
///
/// # Errors
/// What keeps all others from being read, too: the disk. What is the matter with the case alone leaves it not examined.
async fn one(shared: &Rc<Shared>, rid: Rid, spent: &Spent) -> Result<(), Fault> {
    let id = shared.disk.id(rid).await?;
    let handle = shared.handle(id.source)?;
    let is_spent = || spent.borrow().contains_key(&id.source);
    let _turn = handle.gate.enter(Urgency::Low).await;
    if is_spent() {
        return Ok(());
    }
    if let Err(fault) = whole(shared, handle, rid, &id).await {
        if is_of_source(&fault) {
            spent.borrow_mut().entry(id.source).or_insert(fault);
        } else {
            tracing::debug!(%fault, "a case was not examined");
        }
    }
    Ok(())
}

async fn whole(shared: &Rc<Shared>, handle: &SourceHandle, rid: Rid, id: &CaseId) -> Result<(), Fault> {
    let provider = handle.network()?;
    spare(handle, provider)?;
    // Disk keeps milliseconds.
    let since = Timestamp::from_millisecond(shared.wall.now().as_millisecond()).unwrap_or(Timestamp::MIN);
    detail::from_network(shared, handle, provider, rid, id).await?;
    // A condition on comments or records is about all of them.
    for _ in 1..PAGES {
        let Some(page) = detail::next_page::<Activity>(shared, rid, Part::Activities, since).await? else { break };
        spare(handle, provider)?;
        detail::read_activities(shared, provider, rid, &id.id, Some(page)).await?;
    }
    for _ in 1..PAGES {
        let Some(page) = detail::next_page::<RecordTable>(shared, rid, Part::Records, since).await? else { break };
        spare(handle, provider)?;
        detail::records(shared, rid, page, provider.records(&id.id, Some(page)).await?).await?;
    }
    Ok(())
}

/// No other case of the source could be read either.
fn is_of_source(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        FaultKind::QuotaSpent
            | FaultKind::Busy
            | FaultKind::Closed
            | FaultKind::Unreachable
            | FaultKind::Tls
            | FaultKind::Redirected
            | FaultKind::Unauthorized
            | FaultKind::Config
            | FaultKind::Offline
    )
}

/// # Errors
/// `Busy` while little of the quota is left, with the time until it refills.
fn spare(handle: &SourceHandle, provider: &Provider) -> Result<(), Fault> {
    let now = Instant::now();
    let is_short = |quota: &Quota| quota.remaining.saturating_mul(SPARED) < quota.limit && quota.ends > now;
    let Some(quota) = provider.quota().filter(is_short) else { return Ok(()) };
    let mut fault = Fault::new(FaultKind::Busy, format!("the rest of the quota of {} is kept for single cases", handle.name));
    fault.wait_s = Some((quota.ends - now).as_secs() + 1);
    Err(fault)
}
