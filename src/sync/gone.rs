//! Cases that a complete pass did not meet: each is asked for by itself, and is gone only when the vendor's own words say
//! that it is not there, while a case that the list still shows is found in the same way.

use futures_util::{StreamExt, stream};

use crate::domain::case::{CaseId, Rid};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::wall::is_within;
use crate::store::Depth;
use crate::sync::full::reader::Full;
use crate::sync::paging::patiently;

/// Candidates looked at after one pass.
const CANDIDATES: usize = 10_000;
/// Cases of the list that are looked at to see that single cases are found at all.
const WITNESSES: usize = 3;
/// Of these, cases asked for after one pass; the others wait for the next, and the list stays partial until then.
const ASKED: usize = 500;
/// Requests in flight, beside those that a person waits for.
const IN_FLIGHT: usize = 4;
/// A closed case that the list no longer holds (archived, or outside the filter) is asked for once a day.
const REST_S: u64 = 24 * 3_600;

/// What became of one candidate.
enum Fate {
    Kept,
    Gone(Rid),
    /// Nothing was learned of this case: it may be gone, or other than it was.
    Unsettled,
}

/// Asks for what pass number `pass` did not meet, and `met` are some of those that it met. Of how many it is not settled
/// whether they are gone.
///
/// # Errors
/// The vendor stopped answering; what was learned until then is kept.
pub(super) async fn ask(full: &Full<'_>, pass: u32, met: &[Rid]) -> Result<u64, Fault> {
    let unseen = full.shared.disk.unseen(full.handle.id, pass, CANDIDATES).await?;
    let mut wanted = Vec::new();
    let mut unsettled = 0;
    for (rid, id) in unseen {
        if wanted.len() == ASKED {
            unsettled += 1;
        } else if full.thorough || !rests(full, rid).await {
            wanted.push((rid, id));
        }
    }
    let mut fates = stream::iter(wanted).map(|(rid, id)| one(full, rid, id)).buffer_unordered(IN_FLIGHT);
    let mut gone = Vec::new();
    let mut failure = None;
    while let Some(fate) = fates.next().await {
        match fate {
            Ok(Fate::Gone(rid)) => gone.push(rid),
            Ok(Fate::Kept) => {}
            Ok(Fate::Unsettled) => unsettled += 1,
            Err(fault) => {
                failure = Some(fault);
                break;
            }
        }
    }
    if !gone.is_empty() {
        if full.provider.proves_gone() && finds_cases(full, met).await {
            full.shared.gone(gone).await?;
        } else {
            tracing::warn!(
                source = full.handle.name,
                cases = gone.len(),
                "cases that are not found are kept: nothing proves that they are gone"
            );
            unsettled += gone.len() as u64;
        }
    }
    failure.map_or(Ok(unsettled), Err)
}

/// Whether a case that the list has just shown is found by itself. An endpoint that was moved away finds none. Where the
/// list shows nothing at all, there is nothing to compare with.
async fn finds_cases(full: &Full<'_>, met: &[Rid]) -> bool {
    for rid in met.iter().rev().take(WITNESSES) {
        let Ok(id) = full.shared.disk.id(*rid).await else { continue };
        // One of them may have been deleted just now.
        if patiently(async || full.provider.case(&id.id).await).await.is_ok() {
            return true;
        }
    }
    met.is_empty()
}

/// A closed case that was read by itself not long ago.
async fn rests(full: &Full<'_>, rid: Rid) -> bool {
    match full.shared.disk.raw(rid).await {
        Ok(Some((raw, read_at, Depth::Whole))) => {
            is_within(read_at, REST_S, full.shared.wall.now())
                && full.handle.decode(&raw, read_at).is_ok_and(|case| !case.row.status.is_open())
        }
        _ => false,
    }
}

async fn one(full: &Full<'_>, rid: Rid, id: CaseId) -> Result<Fate, Fault> {
    match patiently(async || full.provider.case(&id.id).await).await {
        Ok(fetched) => {
            let read_at = full.shared.wall.now();
            let Ok(case) = full.handle.decode(&fetched.raw, read_at) else { return Ok(Fate::Unsettled) };
            full.shared.keep(&case, read_at).await?;
            Ok(Fate::Kept)
        }
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(Fate::Gone(rid)),
        // The vendor answers, but not what has become of this case. The list does not show it, so a count may be one too high.
        Err(fault) if tells_nothing(fault.kind) => Ok(Fate::Unsettled),
        Err(fault) => Err(fault),
    }
}

/// An answer that says nothing about the case, while the next case may well be answered.
fn tells_nothing(kind: FaultKind) -> bool {
    use FaultKind::{BadBody, Forbidden, NotAvailable, Redirected, Rejected, Retired, TooLarge};
    matches!(kind, Forbidden | Rejected | BadBody | TooLarge | NotAvailable | Retired | Redirected)
}
