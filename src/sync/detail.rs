//! One case whole: from disk at once, then from its vendor; its further pages; and the neighbours a person may open next.

use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::directory;
use super::gate::Urgency;
use super::source_handle::SourceHandle;
use crate::domain::activity::Activity;
use crate::domain::case::{CaseId, Rid, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::record::{RecordTable, Slice};
use crate::protocol::{From, Paged, Report, Ticket};
use crate::providers::Provider;
use crate::store::{Depth, Part};
use crate::sync::shared::Shared;

/// Neighbours brought by one order: a screen asks for two or three.
const PREFETCH: usize = 8;
/// Pages asked for in a row because each came shorter than asked.
const SHORT_PAGES: usize = 20;

/// Answers [`crate::protocol::Order::Open`].
pub(super) async fn open(shared: &Rc<Shared>, rid: Rid) -> Result<(), Fault> {
    let id = shared.disk.id(rid).await?;
    let handle = shared.handle(id.source)?;
    let from_disk = from_disk(shared, handle, rid).await;
    let provider = match handle.network() {
        Ok(provider) => provider,
        // What keeps the disk from answering matters more than that no request may leave.
        Err(refused) => return Err(from_disk.err().unwrap_or(refused)),
    };
    let _turn = handle.gate.enter(Urgency::High).await;
    directory::have(shared, handle).await;
    from_network(shared, handle, provider, rid, &id).await
}

/// Answers [`crate::protocol::Order::Find`].
pub(super) async fn find(shared: &Rc<Shared>, ticket: Ticket, source: SourceId, reference: &str) -> Result<(), Fault> {
    let handle = shared.handle(source)?;
    let provider = handle.network()?;
    let _turn = handle.gate.enter(Urgency::High).await;
    directory::have(shared, handle).await;
    let fetched = provider.case(reference).await?;
    let read_at = shared.wall.now();
    let case = handle.decode(&fetched.raw, read_at)?;
    let rid = shared.keep(&case, read_at).await?;
    shared.report(Report::Found { ticket, rid }).await;
    from_network(shared, handle, provider, rid, &case.row.id).await
}

/// Answers [`crate::protocol::Order::Prefetch`]. Cases that were read whole before come from disk only.
pub(super) async fn prefetch(shared: &Rc<Shared>, rids: Vec<Rid>) -> Result<(), Fault> {
    let turn = shared.prefetches.get() + 1;
    shared.prefetches.set(turn);
    let each = rids.into_iter().take(PREFETCH).map(|rid| one_ahead(shared, rid, turn));
    // A neighbour that cannot be had is asked for again when it is opened, and says so then.
    join_all(each).await.into_iter().filter_map(Result::err).for_each(|fault| tracing::debug!(%fault, "a neighbour was not prefetched"));
    Ok(())
}

async fn one_ahead(shared: &Rc<Shared>, rid: Rid, turn: u64) -> Result<(), Fault> {
    let id = shared.disk.id(rid).await?;
    let handle = shared.handle(id.source)?;
    if from_disk(shared, handle, rid).await? == Some(Depth::Whole) {
        return Ok(());
    }
    let provider = handle.network()?;
    let _turn = handle.gate.enter(Urgency::Low).await;
    // The person has moved on: other neighbours matter now.
    if shared.prefetches.get() != turn {
        return Ok(());
    }
    from_network(shared, handle, provider, rid, &id).await
}

/// Answers [`crate::protocol::Order::More`].
pub(super) async fn more(shared: &Rc<Shared>, rid: Rid, what: Paged, page: u32) -> Result<(), Fault> {
    let id = shared.disk.id(rid).await?;
    let handle = shared.handle(id.source)?;
    let provider = handle.network()?;
    let _turn = handle.gate.enter(Urgency::High).await;
    match what {
        Paged::Activities => read_activities(shared, provider, rid, &id.id, Some(page)).await,
        Paged::Records => records(shared, rid, page, provider.records(&id.id, Some(page)).await?).await,
    }
}

/// Tells what is on disk of a case. How it was read, None: nothing is there.
async fn from_disk(shared: &Rc<Shared>, handle: &SourceHandle, rid: Rid) -> Result<Option<Depth>, Fault> {
    let Some((raw, read_at, depth)) = shared.disk.raw(rid).await? else { return Ok(None) };
    let case = handle.decode(&raw, read_at)?.into();
    shared.report(Report::Case { rid, case, read_at, from: From::Disk }).await;
    for (page, slice, read_at) in parts(shared, rid, Part::Activities).await? {
        shared.report(Report::Activities { rid, page, slice, read_at }).await;
    }
    for (page, slice, read_at) in parts(shared, rid, Part::Records).await? {
        shared.report(Report::Records { rid, page, slice, read_at }).await;
    }
    Ok(Some(depth))
}

/// The page behind the last of those that follow each other from the first and came since; None: there is none, or none
/// was read.
pub(super) async fn next_page<T: DeserializeOwned>(
    shared: &Rc<Shared>,
    rid: Rid,
    what: Part,
    since: Timestamp,
) -> Result<Option<u32>, Fault> {
    let stored = parts::<T>(shared, rid, what).await?;
    let mut next = None;
    for (place, (page, slice, _)) in stored.into_iter().filter(|(_, _, read_at)| *read_at >= since).enumerate() {
        // Others between them are of an earlier reading.
        if place == 0 || next == Some(page) {
            next = slice.next.filter(|next| *next > page);
        }
    }
    Ok(next)
}

/// Stored pages that this version can read; others are read again from the vendor.
pub(super) async fn parts<T: DeserializeOwned>(
    shared: &Rc<Shared>,
    rid: Rid,
    what: Part,
) -> Result<Vec<(u32, Slice<T>, Timestamp)>, Fault> {
    let stored = shared.disk.parts(rid, what).await?;
    Ok(stored.into_iter().filter_map(|(page, json, read_at)| Some((page, serde_json::from_str(&json).ok()?, read_at))).collect())
}

/// Asks the vendor for the case and for the first pages of its timeline and records, stores them, tells them.
pub(super) async fn from_network(
    shared: &Rc<Shared>,
    handle: &SourceHandle,
    provider: &Provider,
    rid: Rid,
    id: &CaseId,
) -> Result<(), Fault> {
    let has = handle.vendor.capabilities();
    let first = has.first_page;
    // Where the first pages come inside the case they are not asked for; else asking side by side saves a round trip.
    if !has.sends_pages_inside {
        let case = fetch(shared, handle, provider, rid, id);
        let activities = read_activities(shared, provider, rid, &id.id, None);
        let records = async { records(shared, rid, first, provider.records(&id.id, None).await?).await };
        let (case, activities, records) = tokio::join!(case, activities, records);
        return case.map(|_| ()).and(activities).and(records);
    }
    let (has_activities, has_records) = fetch(shared, handle, provider, rid, id).await?;
    let of_activities = async {
        if has_activities {
            return Ok(());
        }
        read_activities(shared, provider, rid, &id.id, None).await
    };
    let of_records = async {
        if has_records {
            return Ok(());
        }
        records(shared, rid, first, provider.records(&id.id, None).await?).await
    };
    let (of_activities, of_records) = tokio::join!(of_activities, of_records);
    of_activities.and(of_records)
}

/// Asks for the case itself. Whether first pages of activities and of records came inside it.
async fn fetch(shared: &Rc<Shared>, handle: &SourceHandle, provider: &Provider, rid: Rid, id: &CaseId) -> Result<(bool, bool), Fault> {
    let fetched = match provider.case(&id.id).await {
        Err(fault) => {
            // One answer to one reading proves nothing: what was read stays, and the list is asked.
            if fault.kind == FaultKind::NotFound {
                handle.doubts.not_found(rid);
            }
            return Err(fault);
        }
        Ok(fetched) => fetched,
    };
    handle.doubts.found(rid);
    let read_at = shared.wall.now();
    let case = Arc::new(handle.decode(&fetched.raw, read_at)?);
    shared.keep(&case, read_at).await?;
    shared.report(Report::Case { rid, case: Arc::clone(&case), read_at, from: From::Network }).await;
    let first = handle.vendor.capabilities().first_page;
    if let Some(slice) = &case.activities {
        activities(shared, rid, first, slice.clone()).await?;
    }
    if let Some(slice) = &case.records {
        records(shared, rid, first, slice.clone()).await?;
    }
    Ok((case.activities.is_some(), case.records.is_some()))
}

/// Reads a page of the timeline, None is the first, and what belongs to it. One that comes shorter than asked is the last, or
/// all that the vendor gives at once: the next one tells, so that is asked for, too.
pub(super) async fn read_activities(shared: &Rc<Shared>, provider: &Provider, rid: Rid, id: &str, page: Option<u32>) -> Result<(), Fault> {
    let mut slice = provider.activities(id, page).await?;
    let mut page = page.unwrap_or(provider.vendor().capabilities().first_page);
    if let Some(before) = before(shared, rid, page).await?.filter(|before| is_repeated(before, &slice)) {
        // A vendor that does not know page numbers would be read for ever.
        tracing::warn!(%id, page, entries = before.items.len(), "the same page of a timeline came again");
        slice.next = None;
    }
    let mut count = 0;
    for _ in 0..SHORT_PAGES {
        count += slice.items.len() + slice.malformed as usize;
        let is_short = slice.total.is_none() && count < provider.timeline_page();
        let Some(next) = slice.next.filter(|_| is_short) else { return activities(shared, rid, page, slice).await };
        // What has come is shown. It is kept once it is known whether it is the end: a reading that is called off must not
        // leave a beginning where an earlier one has kept the whole.
        shared.report(Report::Activities { rid, page, slice: slice.clone(), read_at: shared.wall.now() }).await;
        // The rest is asked for again when its end is near.
        let Ok(behind) = provider.activities(id, Some(next)).await else { return keep_activities(shared, rid, page, &slice).await };
        if behind.items.is_empty() && behind.malformed == 0 || is_repeated(&slice, &behind) {
            slice.next = None;
            return activities(shared, rid, page, slice).await;
        }
        keep_activities(shared, rid, page, &slice).await?;
        (page, slice) = (next, behind);
    }
    Ok(())
}

/// The stored page that leads to this one.
async fn before(shared: &Rc<Shared>, rid: Rid, page: u32) -> Result<Option<Slice<Activity>>, Fault> {
    let stored = parts::<Activity>(shared, rid, Part::Activities).await?;
    Ok(stored.into_iter().map(|(_, slice, _)| slice).find(|slice| slice.next == Some(page)))
}

/// Whether a page brings nothing that the one before it did not.
fn is_repeated(before: &Slice<Activity>, page: &Slice<Activity>) -> bool {
    let is_known = |entry: &Activity| !entry.id.is_empty() && before.items.iter().any(|known| known.id == entry.id);
    !page.items.is_empty() && page.items.iter().all(is_known)
}

async fn activities(shared: &Rc<Shared>, rid: Rid, page: u32, slice: Slice<Activity>) -> Result<(), Fault> {
    keep_activities(shared, rid, page, &slice).await?;
    shared.report(Report::Activities { rid, page, slice, read_at: shared.wall.now() }).await;
    Ok(())
}

async fn keep_activities(shared: &Rc<Shared>, rid: Rid, page: u32, slice: &Slice<Activity>) -> Result<(), Fault> {
    shared.disk.save_part(rid, Part::Activities, page, json(slice)?, shared.wall.now()).await
}

pub(super) async fn records(shared: &Rc<Shared>, rid: Rid, page: u32, slice: Slice<RecordTable>) -> Result<(), Fault> {
    let read_at = shared.wall.now();
    shared.disk.save_part(rid, Part::Records, page, json(&slice)?, read_at).await?;
    shared.report(Report::Records { rid, page, slice, read_at }).await;
    Ok(())
}

fn json(slice: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(slice).map_err(|error| Fault::new(FaultKind::BadBody, format!("a page cannot be stored: {error}")))
}
