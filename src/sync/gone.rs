//! Cases that a complete pass did not meet: each is asked for by itself before it is called gone.

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::full::Full;
use super::pull::patiently;
use super::schedule::later;
use crate::domain::case::{CaseId, Rid};
use crate::domain::fault::{Fault, FaultKind};
use crate::store::Depth;

/// Candidates looked at after one pass.
const CANDIDATES: usize = 10_000;
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
}

/// Asks for what pass number `pass` did not meet. Whether all of it is settled.
///
/// # Errors
/// The vendor stopped answering; what was learned until then is kept.
pub(super) async fn ask(full: &Full<'_>, pass: u32) -> Result<bool, Fault> {
    let unseen = full.shared.disk.unseen(full.seat.id, pass, CANDIDATES).await?;
    let mut wanted = Vec::new();
    let mut is_settled = unseen.len() < CANDIDATES;
    for (rid, id) in unseen {
        if wanted.len() == ASKED {
            is_settled = false;
            break;
        }
        if full.thorough || !rests(full, rid).await {
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
            Err(fault) => {
                failure = Some(fault);
                break;
            }
        }
    }
    if !gone.is_empty() {
        full.shared.gone(gone).await?;
    }
    failure.map_or(Ok(is_settled), Err)
}

/// A closed case that was read by itself not long ago.
async fn rests(full: &Full<'_>, rid: Rid) -> bool {
    match full.shared.disk.raw(rid).await {
        Ok(Some((raw, read_at, Depth::Whole))) => {
            later(read_at, REST_S) > Timestamp::now() && full.seat.decode(&raw, read_at).is_ok_and(|case| !case.row.status.is_open())
        }
        _ => false,
    }
}

async fn one(full: &Full<'_>, rid: Rid, id: CaseId) -> Result<Fate, Fault> {
    match patiently(async || full.provider.case(&id.id).await).await {
        Ok(fetched) => {
            // A body that cannot be read belongs to a case that is there: what is known of it stays.
            let read_at = Timestamp::now();
            if let Ok(case) = full.seat.decode(&fetched.raw, read_at) {
                full.shared.keep(&case, read_at).await?;
            }
            Ok(Fate::Kept)
        }
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(Fate::Gone(rid)),
        // Refused for this one case: it is there, or was never ours to see; the list's own answer decides.
        Err(fault) if matches!(fault.kind, FaultKind::Forbidden | FaultKind::Rejected | FaultKind::BadBody | FaultKind::TooLarge) => {
            Ok(Fate::Kept)
        }
        Err(fault) => Err(fault),
    }
}
