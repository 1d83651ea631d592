//! Reading cases whole in the background, because a condition asks for what no row shows. The person's own reads go first,
//! and a part of every quota is left to them.

use std::rc::Rc;

use futures_util::{StreamExt, stream};

use super::detail;
use super::gate::Urgency;
use super::worker::Shared;
use crate::domain::activity::Activity;
use crate::domain::case::Rid;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::record::RecordTable;
use crate::providers::Provider;
use crate::store::Part;

/// Cases of one order; whoever wants more asks again, for what is most urgent then.
const CASES: usize = 256;
/// Cases on their way; the gate of each source lets fewer through.
const IN_FLIGHT: usize = 4;
/// Pages of a timeline or of records that are read of one case; a longer one stays not examined.
const PAGES: usize = 20;
/// One part in so many of a quota is left alone.
const SPARED: u64 = 4;

/// Answers [`crate::protocol::Order::Examine`].
pub(super) async fn answer(shared: &Rc<Shared>, rids: Vec<Rid>) -> Result<(), Fault> {
    let each = rids.into_iter().take(CASES).map(|rid| one(shared, rid));
    let mut reading = stream::iter(each).buffered(IN_FLIGHT);
    while let Some(read) = reading.next().await {
        match read {
            Ok(()) => {}
            // Nothing more will come of asking now.
            Err(fault) if matches!(fault.kind, FaultKind::QuotaSpent | FaultKind::Busy | FaultKind::Closed) => return Err(fault),
            Err(fault) => tracing::debug!(%fault, "a case was not examined"),
        }
    }
    Ok(())
}

async fn one(shared: &Rc<Shared>, rid: Rid) -> Result<(), Fault> {
    let id = shared.disk.id(rid).await?;
    let seat = shared.seat(id.source)?;
    let provider = seat.network()?;
    let _turn = seat.gate.enter(Urgency::Low).await;
    let spare = || {
        if is_short(provider) {
            Err(Fault::new(FaultKind::Busy, format!("the rest of the quota of {} is left for what you open", seat.name)))
        } else {
            Ok(())
        }
    };
    spare()?;
    detail::from_network(shared, seat, provider, rid, &id).await?;
    // A condition on comments or records is about all of them.
    for _ in 1..PAGES {
        let Some(page) = detail::next_page::<Activity>(shared, rid, Part::Activities).await? else { break };
        spare()?;
        detail::activities(shared, rid, page, provider.activities(&id.id, Some(page)).await?).await?;
    }
    for _ in 1..PAGES {
        let Some(page) = detail::next_page::<RecordTable>(shared, rid, Part::Records).await? else { break };
        spare()?;
        detail::records(shared, rid, page, provider.records(&id.id, Some(page)).await?).await?;
    }
    Ok(())
}

fn is_short(provider: &Provider) -> bool {
    provider.quota().is_some_and(|quota| quota.remaining.saturating_mul(SPARED) < quota.limit && quota.resets_at > jiff::Timestamp::now())
}
