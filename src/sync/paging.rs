//! What everything that reads pages does with one: ask patiently, store it, tell its rows.

use std::rc::Rc;

use jiff::Timestamp;

use crate::domain::case::{Case, Rid, Row};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::Listed;
use crate::domain::wall::Wall;
use crate::protocol::{From, Phase, Quota, Report};
use crate::providers::Provider;
use crate::store::Change;
use crate::sync::disk::PageWrite;
use crate::sync::shared::Shared;
use crate::sync::{asides, baselines};

/// How often a request is repeated here, each time with the retries of the HTTP client inside.
pub(super) const TRIES: u32 = 3;

/// A request that is worth asking again at once: the vendor stumbled, it did not refuse, is not away, and asked for no pause.
///
/// The HTTP client has tried several times already, with pauses.
pub(super) fn is_hiccup(fault: &Fault) -> bool {
    fault.wait_s.is_none() && matches!(fault.kind, FaultKind::Cut | FaultKind::Server | FaultKind::BadBody)
}

/// Asks until it is answered or asking again makes no sense.
pub(super) async fn patiently<T>(mut ask: impl AsyncFnMut() -> Result<T, Fault>) -> Result<T, Fault> {
    let mut tries = 0;
    loop {
        tries += 1;
        match ask().await {
            Err(fault) if tries < TRIES && is_hiccup(&fault) => {}
            answer => return answer,
        }
    }
}

/// Stores items and tells the screen which rows are new to it. The numbers of all of them, in order.
pub(super) async fn store(shared: &Shared, write: PageWrite) -> Result<Vec<Rid>, Fault> {
    let (items, changes) = shared.disk.save_page(write).await?;
    let rids = changes.iter().map(|(rid, _)| *rid).collect();
    let news = |(item, (rid, change)): (Listed, (Rid, Change))| (change != Change::Same).then_some((rid, item.row));
    let rows: Vec<_> = items.into_iter().zip(changes).filter_map(news).collect();
    if !rows.is_empty() {
        tell(shared, rows).await;
    }
    Ok(rids)
}

/// Tells rows that came from a vendor, and before them what the person knew of them: a command may have moved that just now.
pub(super) async fn tell(shared: &Shared, rows: Vec<(Rid, Row)>) {
    baselines::tell(shared).await;
    asides::look_for_sleepers(shared).await;
    shared.report(Report::Rows { rows, from: From::Network }).await;
}

/// As [`store`], also when the order behind it is called off: rows that are stored and not told would never be told.
pub(super) async fn store_surely(shared: &Rc<Shared>, write: PageWrite) -> Result<Vec<Rid>, Fault> {
    let shared = Rc::clone(shared);
    let stored = tokio::task::spawn_local(async move { store(&shared, write).await });
    stored.await.unwrap_or_else(|_| Err(Fault::new(FaultKind::Closed, "the worker is stopping")))
}

/// What the headers said last, in the protocol's words.
pub(super) fn quota(provider: &Provider, wall: &Wall) -> Option<Quota> {
    let known = provider.quota()?;
    Some(Quota { limit: known.limit, remaining: known.remaining, resets_at: wall.at(known.ends), period_s: known.period_s })
}

/// Reading, unless the quota is spent: then the client waits for it to refill.
pub(super) fn phase(quota: Option<Quota>, now: Timestamp, pages: u32, of: Option<u32>) -> Phase {
    match quota {
        Some(Quota { remaining: 0, resets_at, .. }) if resets_at > now => Phase::Waiting { until: resets_at },
        _ => Phase::Reading { pages, of },
    }
}

impl Shared {
    /// Stores a case that was read by itself and tells its row. Goes through even when the order behind it is called off:
    /// a row that is stored and not told would never be told.
    pub(super) async fn keep(self: &Rc<Self>, case: &Case, read_at: Timestamp) -> Result<Rid, Fault> {
        let shared = Rc::clone(self);
        // What a case does not say when it is read by itself, it does not have.
        let row = Row { description: Some(case.description.clone()), ..case.row.clone() };
        let raw = case.raw.clone();
        let kept = tokio::task::spawn_local(async move {
            if let Ok(handle) = shared.handle(row.id.source)
                && handle.state.borrow().fault.is_some()
            {
                handle.answered.notify_one();
            }
            let (rid, _) = shared.disk.save_case(row.clone(), raw, read_at).await?;
            tell(&shared, vec![(rid, row)]).await;
            Ok(rid)
        });
        kept.await.unwrap_or_else(|_| Err(Fault::new(FaultKind::Closed, "the worker is stopping")))
    }
}
